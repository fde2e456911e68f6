//! One invented case: who bought what, what went wrong, when, and how it ended.

use std::collections::BTreeMap;

use fastrand::Rng;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

mod mail;

use super::shop::{Article, SHOP, Texts};
use super::{Ending, Invented, InventedCase};
use crate::domain::case::Language;
use crate::domain::offer::{Draft, Route};
use crate::domain::record::{Fact, FeedbackLine, Mail, Notice, OrderLine, ReportKind, ReturnLine, Row};
use crate::domain::{Channel, Fulfilment, Kind, Marketplace, Money, OfferKind, Outcome, RootCause};

/// Where a case stands in time.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// When the order was placed.
    bought: Timestamp,
    /// When the complaint arose.
    opened: Timestamp,
    /// When the seller answered, if he did.
    answered: Option<Timestamp>,
}

/// What everything in a case shares.
struct Scene<'a> {
    number: u64,
    seed: u64,
    site: Marketplace,
    language: Language,
    texts: &'a Texts,
    buyer: String,
    alias: String,
    article: &'a Article,
    order: String,
    total: Money,
    channel: Channel,
    kind: Kind,
    fulfilment: Fulfilment,
    times: Times,
}

/// Invents case `number` of a run. `None` only if the shop's files could not be read, which a test rules out.
pub(super) fn invent(run: &Invented, number: u64) -> Option<InventedCase> {
    let mut rng = run.rng(1, number);
    let open = Invented::is_open(number);
    let (channel, kind) = trouble(number, open, &mut rng);
    // One in ten is somebody who complained before.
    let person = if rng.u8(..10) == 0 { number.saturating_sub(rng.u64(1..40)) } else { number };
    let mut who = run.rng(2, person);
    let site = SHOP.site(&mut who);
    let language = language(site, &mut who);
    let article = SHOP.article(&mut rng)?;
    let orders = run.orders_per_case + 1;
    let scene = Scene {
        number,
        seed: run.seed,
        site,
        language,
        texts: SHOP.texts(language)?,
        buyer: SHOP.buyer(language, &mut who),
        alias: (0..14).map(|_| char::from(b"abcdefghijkmnpqrstuvwxyz23456789"[who.usize(..32)])).collect(),
        article,
        order: order_id(run.seed, number * orders, SHOP.prefix(site, &mut rng)),
        total: SHOP.price(site, article),
        channel,
        kind,
        fulfilment: if rng.u8(..5) == 0 { Fulfilment::Afn } else { Fulfilment::Mfn },
        times: times(run, number, channel, &mut rng),
    };
    let ending = (!open).then(|| scene.ending(run.now, &mut rng));
    let (mails, rows) = scene.complaint(ending.as_ref(), run.now, &mut rng);
    let mut lines = vec![scene.order_row(number * orders)];
    lines.extend(
        (1..orders).filter_map(|more| quiet_order(run, number * orders + more, scene.times.bought, &mut rng)),
    );
    Some(InventedCase { orders: lines, mails, rows, ending })
}

/// The place of an open case among the open ones.
const fn rank(number: u64) -> u64 {
    number / 10
}

/// Channel and kind. An open case that shall be due soon cannot be feedback, whose clock runs 45 days.
fn trouble(number: u64, open: bool, rng: &mut Rng) -> (Channel, Kind) {
    let channel = match rng.u8(..100) {
        0..46 => Channel::Message,
        46..64 => Channel::Return,
        64..78 => Channel::Atoz,
        78..88 => Channel::Feedback,
        88..93 => Channel::Chargeback,
        _ => Channel::Cancellation,
    };
    let soon = open && rank(number) % 20 < 8;
    let channel = if soon && channel == Channel::Feedback { Channel::Message } else { channel };
    let kind = match (channel, rng.u8(..100)) {
        (Channel::Cancellation, 0..60) | (Channel::Chargeback, 0..70) => Kind::NotReceived,
        (Channel::Cancellation, _) | (Channel::Chargeback, 85..) => Kind::Other,
        (Channel::Chargeback, _) | (Channel::Return, 0..45) => Kind::NotAsDescribed,
        (Channel::Return, 45..90) => Kind::Defective,
        (Channel::Return, _) => Kind::Other,
        (_, 0..62) => Kind::NotReceived,
        (_, 62..77) => Kind::NotAsDescribed,
        (_, 77..90) => Kind::Defective,
        _ => Kind::Other,
    };
    (channel, kind)
}

/// The language a buyer of a site writes: mostly the site's own.
fn language(site: Marketplace, rng: &mut Rng) -> Language {
    match (site, rng.u8(..100)) {
        (Marketplace::Us | Marketplace::Uk | Marketplace::Au | Marketplace::Ca, 0..8) => Language::Zh,
        (Marketplace::Us, 8..16) => Language::Es,
        (Marketplace::Ca, 8..30) => Language::Fr,
        (Marketplace::Nl, 0..40) => Language::De,
        (Marketplace::De, 0..5) => Language::It,
        (Marketplace::Jp | Marketplace::De | Marketplace::Fr, 90..) => Language::En,
        _ => Language::parse(site.language()).unwrap_or(Language::En),
    }
}

/// A well-formed order id, unique over the run: the serial number, scattered over fourteen digits.
fn order_id(seed: u64, serial: u64, prefix: u16) -> String {
    const DIGITS: u128 = 100_000_000_000_000;
    // Odd and no multiple of five, so that no two serial numbers meet.
    let scattered =
        (u128::from(serial) * 27_182_818_284_591 + u128::from(seed % 1_000_003) * 31_415_927) % DIGITS;
    format!("{prefix:03}-{:07}-{:07}", scattered / 10_000_000, scattered % 10_000_000)
}

/// Hours a channel gives for an answer, as `assets/policy/clocks.toml` has them.
const fn hours(channel: Channel) -> i64 {
    match channel {
        Channel::Message | Channel::Return | Channel::Cancellation => 24,
        Channel::Atoz => 72,
        Channel::Chargeback => 168,
        Channel::Feedback => 1_080,
    }
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// `at` moved by some minutes, stopping at the ends of time.
fn moved(at: Timestamp, by: i64) -> Timestamp {
    at.checked_add(minutes(by)).unwrap_or(at)
}

/// When a case arose, so that of twenty open ones one is older than 45 days, two are late, five are due within the
/// next hours and the others later.
fn times(run: &Invented, number: u64, channel: Channel, rng: &mut Rng) -> Times {
    let length = hours(channel) * 60;
    let (mut answered, opened) = if Invented::is_open(number) {
        let age = match rank(number) % 20 {
            0 => rng.i64(46 * 1_440..75 * 1_440),
            1 | 2 => length + rng.i64(30..28 * 60),
            3..8 => length - rng.i64(20..9 * 60),
            _ if length == 1_440 => length - rng.i64(10 * 60..23 * 60),
            _ => length - rng.i64(12 * 60..(length - 60)),
        };
        (None, moved(run.now, -age))
    } else {
        let days = i64::try_from(run.span_days()).unwrap_or(120);
        let opened = moved(run.now, -(9 * 1_440) - rng.i64(0..days * 1_440));
        (Some(moved(opened, rng.i64(20..26 * 60))), opened)
    };
    // Some open messages are answered and wait for the buyer: only the seven days still run.
    if Invented::is_open(number) && channel == Channel::Message && rank(number) % 20 >= 16 {
        let opened = moved(run.now, -rng.i64(30 * 60..6 * 1_440));
        answered = Some(moved(opened, rng.i64(60..20 * 60)));
        return Times { bought: moved(opened, -rng.i64(6 * 1_440..24 * 1_440)), opened, answered };
    }
    Times { bought: moved(opened, -rng.i64(5 * 1_440..30 * 1_440)), opened, answered }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// An order nobody complained of.
fn quiet_order(run: &Invented, serial: u64, near: Timestamp, rng: &mut Rng) -> Option<Row> {
    let site = SHOP.site(rng);
    let article = SHOP.article(rng)?;
    let order = order_id(run.seed, serial, SHOP.prefix(site, rng));
    let bought = moved(near, rng.i64(-7 * 1_440..3 * 1_440));
    let fulfilment = if rng.u8(..4) == 0 { Fulfilment::Afn } else { Fulfilment::Mfn };
    Some(order_row(serial, site, article, order, SHOP.price(site, article), bought, fulfilment, "Shipped"))
}

#[allow(clippy::too_many_arguments, reason = "the cells of one row")]
fn order_row(
    serial: u64,
    site: Marketplace,
    article: &Article,
    order: String,
    total: Money,
    bought: Timestamp,
    fulfilment: Fulfilment,
    status: &str,
) -> Row {
    let sku = article.sku_on(site);
    let columns = [
        ("amazon-order-id", order.clone()),
        ("sku", sku.clone()),
        ("order-status", status.to_owned()),
        ("currency", total.currency.code().to_owned()),
        ("item-price", total.decimal()),
    ];
    Row {
        line: serial + 2,
        report: ReportKind::AllOrders,
        key: format!("{order}\u{1f}{sku}"),
        columns: columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        marketplace: Some(site),
        fact: Fact::Order(OrderLine {
            order_id: order,
            sku,
            asin: Some(article.asin.clone()),
            name: Some(article.title(site)),
            quantity: 1,
            purchased_at: bought,
            purchased_on: day(bought),
            updated_at: Some(moved(bought, 2_880)),
            status: status.to_owned(),
            fulfilment: Some(fulfilment),
            total: Some(total),
            country: Some(if site == Marketplace::Uk { "GB" } else { site.code() }.to_owned()),
        }),
    }
}

impl Scene<'_> {
    fn order_row(&self, serial: u64) -> Row {
        let status = if self.channel == Channel::Cancellation { "Unshipped" } else { "Shipped" };
        let (order, bought) = (self.order.clone(), self.times.bought);
        order_row(serial, self.site, self.article, order, self.total, bought, self.fulfilment, status)
    }

    fn sku(&self) -> String {
        self.article.sku_on(self.site)
    }

    /// What the buyer writes.
    fn words(&self, rng: &mut Rng) -> String {
        if self.channel == Channel::Cancellation {
            let own = usize::from(self.kind == Kind::Other);
            return self.texts.cancellation.get(own).cloned().unwrap_or_default();
        }
        let texts = self.texts.of(self.kind);
        // The open cases take turns, so that the first screen does not repeat itself.
        let turn = usize::try_from(rank(self.number)).unwrap_or(0);
        let open = Invented::is_open(self.number).then(|| texts.get(turn % texts.len().max(1))).flatten();
        open.or_else(|| rng.choice(texts)).cloned().unwrap_or_default()
    }

    /// The mails and rows the complaint came by.
    fn complaint(&self, ending: Option<&Ending>, now: Timestamp, rng: &mut Rng) -> (Vec<Mail>, Vec<Row>) {
        let text = self.words(rng);
        match self.channel {
            Channel::Feedback => (Vec::new(), vec![self.feedback(text, rng)]),
            Channel::Return if ending.is_some() && rng.bool() => (Vec::new(), vec![self.return_row(text)]),
            Channel::Message => (self.conversation(text, ending, now, rng), Vec::new()),
            Channel::Atoz => (self.claim(text, ending), Vec::new()),
            Channel::Return => (vec![self.return_mail(text)], Vec::new()),
            Channel::Chargeback => (vec![self.chargeback()], Vec::new()),
            Channel::Cancellation => {
                let subject = format!(
                    "Order cancellation request from Amazon customer {} (Order: {})",
                    self.buyer, self.order
                );
                let mut mail = self.mail(0, Notice::Cancellation, self.times.opened, subject, text);
                mail.alias = Some(self.alias());
                mail.is_complaint = self.kind == Kind::NotReceived;
                (vec![mail], Vec::new())
            }
        }
    }

    fn rma(&self) -> String {
        format!("D{:07}RRMA", self.number)
    }

    const fn return_reason(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::NotReceived => ("Arrived too late", "CR-MISSED_ESTIMATED_DELIVERY"),
            Kind::NotAsDescribed => ("Wrong item was sent", "CR-SWITCHEROO"),
            Kind::Defective => ("Item defective or doesn't work", "CR-DEFECTIVE"),
            Kind::Other => ("No longer needed", "CR-UNWANTED_ITEM"),
        }
    }

    /// A seller-fulfilled return as a report shows it, settled.
    fn return_row(&self, text: String) -> Row {
        let (sku, rma, on) = (self.sku(), self.rma(), day(self.times.opened));
        let code = self.return_reason().1;
        let columns = [
            ("order-id", self.order.clone()),
            ("merchant-sku", sku.clone()),
            ("amazon-rma-id", rma.clone()),
            ("return-reason", code.to_owned()),
            ("return-request-status", "Approved".to_owned()),
        ];
        Row {
            line: self.number + 2,
            report: ReportKind::MfnReturns,
            key: format!("{}\u{1f}{sku}\u{1f}{rma}", self.order),
            columns: columns.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            marketplace: Some(self.site),
            fact: Fact::MfnReturn(ReturnLine {
                order_id: self.order.clone(),
                sku: Some(sku),
                asin: Some(self.article.asin.clone()),
                name: Some(self.article.title(self.site)),
                on,
                reason: code.to_owned(),
                code: code.to_owned(),
                kind: self.kind,
                comment: Some(text),
                status: Some("Approved".to_owned()),
                rma: Some(rma),
                resolution: Some("StandardRefund".to_owned()),
                order_amount: Some(self.total),
                refunded: Some(self.total),
                received: None,
                atoz: false,
                settled: true,
            }),
        }
    }

    fn feedback(&self, text: String, rng: &mut Rng) -> Row {
        let (on, rating) = (day(self.times.opened), rng.u8(1..=2));
        let columns: BTreeMap<String, String> = [
            ("date", on.to_string()),
            ("rating", rating.to_string()),
            ("comments", text.clone()),
            ("order-id", self.order.clone()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        Row {
            line: self.number + 2,
            report: ReportKind::Feedback,
            key: format!("{}\u{1f}{on}\u{1f}{rating}", self.order),
            columns,
            marketplace: Some(self.site),
            fact: Fact::Feedback(FeedbackLine {
                order_id: self.order.clone(),
                on,
                rating,
                comment: text,
                response: None,
                kind: self.kind,
                language: Some(self.language),
            }),
        }
    }

    fn ending(&self, now: Timestamp, rng: &mut Rng) -> Ending {
        let answered = self.times.answered.unwrap_or(self.times.opened);
        let at = moved(answered, rng.i64(30..6 * 1_440)).min(now);
        let offer = (rng.u8(..100) < 45).then(|| self.offer(rng));
        let outcome = match (self.channel, rng.u8(..100)) {
            (Channel::Cancellation, 0..85) => Outcome::Cancelled,
            (Channel::Atoz, _) if offer.is_some() && rng.u8(..100) < 79 => Outcome::Withdrawn,
            (Channel::Atoz | Channel::Chargeback, 0..45) => Outcome::Denied,
            (Channel::Atoz | Channel::Chargeback, 45..92) => Outcome::Granted,
            (Channel::Atoz | Channel::Chargeback, _) => Outcome::LostByDefault,
            (_, 0..72) => Outcome::Satisfied,
            (_, 72..94) => Outcome::Silent,
            _ => Outcome::Other,
        };
        let cause = match (self.kind, rng.u8(..100)) {
            (_, 90..) => None,
            (Kind::NotReceived, 0..80) => Some(RootCause::Logistics),
            (Kind::NotAsDescribed, 0..60) => Some(RootCause::Listing),
            (Kind::Defective, 0..55) => Some(RootCause::Product),
            (Kind::Defective, _) => Some(RootCause::Packaging),
            (Kind::NotAsDescribed | Kind::NotReceived, _) | (Kind::Other, 0..50) => Some(RootCause::Service),
            (Kind::Other, _) => Some(RootCause::Buyer),
        };
        let reply = (rng.u8(..10) < 9).then(|| (self.answer(rng), answered));
        // No dice: the same cases as ever come out.
        let minutes = |most: u64| i64::try_from(self.number * 37 % most).unwrap_or(0);
        let seen = moved(answered, -(12 + minutes(260))).max(self.times.opened);
        let work = (seen, SignedDuration::from_mins(2 + minutes(13)).min(answered.duration_since(seen)));
        Ending { work, reply, offer, outcome, cause, at }
    }

    fn offer(&self, rng: &mut Rng) -> Draft {
        let (kind, share) = match (self.channel, rng.u8(..10)) {
            // The report says that the whole of it was refunded; the die falls as ever, so that the other cases stay.
            (Channel::Return, 0..5) => (OfferKind::FullRefund, rng.u32(2..=7).max(10_000)),
            (Channel::Cancellation, _) => (OfferKind::CancelAndRefund, 10_000),
            (_, 0..5) => (OfferKind::PartialRefund, rng.u32(2..=7) * 500),
            (_, 5..8) => (OfferKind::FullRefund, 10_000),
            _ => (OfferKind::Reshipment, 0),
        };
        let again = kind == OfferKind::Reshipment;
        Draft {
            key: format!("demo-{:x}-{:x}", self.seed, self.number),
            kind,
            amount: (!again).then(|| self.total.share(share)),
            route: (self.channel == Channel::Return && !again).then_some(Route::Return),
            why: None,
            carrier: again.then(|| "YunExpress".to_owned()),
            tracking: again.then(|| format!("YT{:016}", 2_600_000_000_000_000 + self.number * 7_919)),
            reason: None,
            cost: again.then(|| self.total.share(1_800)),
            seen: 0,
            total_unknown_confirmed: false,
        }
    }
}
