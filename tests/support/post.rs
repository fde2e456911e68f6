//! Mails and report rows as Amazon writes them, for stories that need cases.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kesu::domain::handling::Sitting;
use kesu::domain::offer::{Draft, Route};
use kesu::domain::record::{Fact, OrderLine, ReportKind, Row};
use kesu::domain::report::policy::shipped_report;
use kesu::domain::view::{ReplyDraft, Tally};
use kesu::domain::{Currency, Fulfilment, Marketplace, Money, OfferKind};
use kesu::import::mail::{self, Verdict};
use kesu::store::{Filter, Store};

/// A buyer's message: hours before `now`, site, order, name, text.
pub fn message(
    now: Timestamp,
    hours: i64,
    site: Marketplace,
    order: &str,
    name: &str,
    words: &str,
) -> String {
    let at = (now - SignedDuration::from_hours(hours)).strftime("%a, %d %b %Y %H:%M:%S +0000");
    let alias: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let (id, domain) = (site.id(), site.domain());
    format!(
        "Message-ID: <{alias}-{hours}-{order}@{domain}>\r\nDate: {at}\r\n\
         From: \"{name} - Amazon Marketplace\" <{alias}0@marketplace.{domain}>\r\nTo: support@example.com\r\n\
         Subject: Inquiry from Amazon customer {name} (Order: {order})\r\nX-Marketplace-ID: {id}\r\n\
         X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         You have received a message.\r\n\r\n------------- Message: -------------\r\n\r\n{words}\r\n\r\n\
         ------------- End message -------------\r\n\r\nSPC-1\r\n"
    )
}

/// An A-to-z claim that states three calendar days.
pub fn claim(now: Timestamp, hours: i64, order: &str, amount: &str) -> String {
    let at = (now - SignedDuration::from_hours(hours)).strftime("%a, %d %b %Y %H:%M:%S +0000");
    format!(
        "Message-ID: <claim-{order}@amazon.com>\r\nDate: {at}\r\n\
         From: \"Amazon A-to-z Guarantee\" <atoz-guarantee-no-reply@amazon.com>\r\nTo: support@example.com\r\n\
         Subject: Action required: Claim received on order {order}\r\nX-Marketplace-ID: ATVPDKIKX0DER\r\n\
         X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nHello Example Store,\r\n\r\n\
         We received an A-to-z Guarantee claim of {amount} on order {order}.\r\nClaim reason: Package did not arrive.\r\n\r\n\
         You must respond within 3 calendar days.\r\n"
    )
}

/// One line of an order report.
#[allow(clippy::too_many_arguments, reason = "a story names what it needs in one line")]
pub fn order(
    now: Timestamp,
    days: i64,
    site: Marketplace,
    id: &str,
    sku: &str,
    name: &str,
    minor: i64,
    status: &str,
) -> Row {
    let at = now - SignedDuration::from_hours(24 * days);
    let line = OrderLine {
        order_id: id.to_owned(),
        sku: sku.to_owned(),
        asin: Some("B0TEST0003".to_owned()),
        name: Some(name.to_owned()),
        quantity: 1,
        purchased_at: at,
        purchased_on: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        updated_at: Some(at),
        status: status.to_owned(),
        fulfilment: Some(Fulfilment::Mfn),
        total: Some(Money::new(minor, site.currency())),
        country: None,
    };
    Row {
        line: 2,
        report: ReportKind::AllOrders,
        key: format!("{id}\u{1f}{sku}"),
        columns: BTreeMap::new(),
        marketplace: Some(site),
        fact: Fact::Order(line),
    }
}

/// US dollars.
pub fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::parse("USD").unwrap())
}

/// Puts mails and rows into a store by the way an import takes.
pub fn bring(store: &mut Store, now: Timestamp, mails: &[String], rows: &[Row]) {
    let learned = store.learned().unwrap();
    let mut import = store.import(now).unwrap();
    for mail in mails {
        match mail::read(mail.as_bytes(), &learned) {
            Verdict::Accepted(mail) => drop(import.mail(&mail).unwrap()),
            other => panic!("not accepted: {other:?}\n{mail}"),
        }
    }
    for row in rows {
        import.row(row).unwrap();
    }
    import.finish(&Tally::default(), true).unwrap();
}

/// A morning: a late message, a claim due today, a German message, one with two days left.
pub fn morning(store: &mut Store, now: Timestamp) {
    let mails = [
        message(
            now,
            26,
            Marketplace::Us,
            "113-5550001-2220001",
            "Ann Lee",
            "There is no sign of the keyboard, tracking stands still since Monday.",
        ),
        claim(now, 70, "112-1000001-2000009", "$48.99"),
        message(
            now,
            3,
            Marketplace::De,
            "303-1000001-1000010",
            "Bernd Kurz",
            "Die Lampe ist bis heute nicht da. Wo bleibt das Paket?",
        ),
        message(
            now,
            1,
            Marketplace::Us,
            "113-5550003-2220009",
            "Cy Moe",
            "The right side of the earbuds has no sound.",
        ),
    ];
    let rows = [
        order(
            now,
            9,
            Marketplace::Us,
            "113-5550001-2220001",
            "KB-US-01",
            "Quiet keyboard, 87 keys",
            4_899,
            "Shipped",
        ),
        order(now, 12, Marketplace::Us, "112-1000001-2000009", "CAM-01", "Test Camera", 4_899, "Shipped"),
        order(
            now,
            8,
            Marketplace::De,
            "303-1000001-1000010",
            "LAMP-DE-2",
            "Schreibtischlampe LED",
            5_990,
            "Shipped",
        ),
        order(now, 2, Marketplace::Us, "113-5550003-2220009", "EB-US-7", "Earbuds 7", 2_500, "Unshipped"),
    ];
    bring(store, now, &mails, &rows);
}

/// The invented cases of `kesu demo`, the same at every run.
pub fn demo(store: &mut Store, now: Timestamp) {
    kesu::intake::invented::fill(store, 300, 7, now, &false.into(), &mut || ()).unwrap();
}

/// A buyer with four orders: two claims that ended, one after an offer, one that is open, and a new message.
pub fn claimant(store: &mut Store, now: Timestamp) {
    use kesu::domain::CaseId;
    use kesu::domain::offer::{Draft, OfferKind};
    use kesu::domain::{Outcome, RootCause};
    let id = |at: usize| format!("113-700000{at}-700000{at}");
    let hours = [60 * 24, 40 * 24, 60, 20];
    let mut mails = Vec::new();
    for (at, hours) in (1..).zip(hours) {
        let words = "The parcel has not arrived, where is it?";
        mails.push(message(now, hours, Marketplace::Us, &id(at), "Rita Vance", words));
        if at < 4 {
            mails.push(claim(now, hours - 10, &id(at), "$48.99"));
        }
    }
    let days = [86, 50, 9, 5];
    let rows: Vec<Row> = (1..)
        .zip(days)
        .map(|(at, days)| {
            order(now, days, Marketplace::Us, &id(at), "CAM-01", "Test Camera", 4_899, "Shipped")
        })
        .collect();
    bring(store, now, &mails, &rows);
    let all = store.queue(None, 50, &kesu::store::Filter::default(), now).unwrap();
    let of = |channel: &str, at: usize| -> CaseId {
        let found = all
            .iter()
            .find(|row| row.channel.word() == channel && row.order_id.as_deref() == Some(id(at).as_str()));
        found.unwrap().id
    };
    let draft = Draft {
        key: "claimant".to_owned(),
        kind: OfferKind::PartialRefund,
        amount: Some(usd(1_200)),
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen: 0,
        total_unknown_confirmed: false,
    };
    store.offer(of("buyer_message", 1), &draft, now).unwrap();
    for (at, outcome) in [(1, Outcome::Withdrawn), (2, Outcome::Granted)] {
        store.archive(of("atoz_claim", at), outcome, Some(RootCause::Logistics), now).unwrap();
        store.archive(of("buyer_message", at), Outcome::Satisfied, Some(RootCause::Logistics), now).unwrap();
    }
    store.archive(of("buyer_message", 3), Outcome::Other, Some(RootCause::Logistics), now).unwrap();
}

/// Negative feedback on an order, as its report has it.
pub fn feedback(site: Marketplace, order: &str, on: &str, rating: u8, words: &str) -> Row {
    let line = kesu::domain::record::FeedbackLine {
        order_id: order.to_owned(),
        on: on.parse().unwrap(),
        rating,
        comment: words.to_owned(),
        response: None,
        kind: kesu::domain::Kind::Other,
        language: None,
    };
    Row {
        line: 2,
        report: ReportKind::Feedback,
        key: format!("{order}\u{1f}{on}\u{1f}{rating}"),
        columns: BTreeMap::new(),
        marketplace: Some(site),
        fact: Fact::Feedback(line),
    }
}

/// A metric of the account health file.
pub fn metric(site: Marketplace, name: &str, cells: &[(&str, &str)]) -> Row {
    let mut columns: BTreeMap<String, String> =
        cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    columns.insert("metric".to_owned(), name.to_owned());
    Row {
        line: 2,
        report: ReportKind::Performance,
        key: format!("{}\u{1f}{name}", site.id()),
        columns,
        marketplace: Some(site),
        fact: Fact::Metric,
    }
}

/// A shop with a rate over the line in the US, one below it in Germany, Amazon's own figures and an order never imported.
pub fn shop(store: &mut Store, now: Timestamp) {
    morning(store, now);
    let id = |front: u16, at: i64| format!("{front}-6000000-{at:07}");
    let placed = |site: Marketplace, front: u16, count: i64, span: i64| {
        (0..count).map(move |at| {
            order(
                now,
                1 + at * span / count,
                site,
                &id(front, at),
                "KB-US-01",
                "Quiet keyboard",
                4_899,
                "Shipped",
            )
        })
    };
    let mut rows: Vec<Row> =
        placed(Marketplace::Us, 113, 290, 140).chain(placed(Marketplace::De, 303, 500, 90)).collect();
    for (at, on) in [(10, "2026-10-03"), (60, "2026-09-20"), (200, "2026-08-20")] {
        rows.push(feedback(Marketplace::Us, &id(113, at), on, 1, "arrived broken"));
    }
    rows.push(feedback(Marketplace::De, &id(303, 40), "2026-10-02", 2, "zu spät"));
    rows.push(feedback(Marketplace::De, "303-9999999-0000001", "2026-10-02", 1, "nie angekommen"));
    let days = |from, to| {
        [("reportingDateRange.reportingDateFrom", from), ("reportingDateRange.reportingDateTo", to)]
    };
    let mut odr = days("2026-08-01T00:00Z", "2026-09-29T23:59Z").to_vec();
    odr.extend([
        ("fulfilment", "mfn"),
        ("orderCount", "130"),
        ("orderWithDefects.count", "2"),
        ("rate", "0.0154"),
    ]);
    odr.extend([("targetValue", "0.01"), ("targetCondition", "LESS_THAN"), ("status", "POOR")]);
    rows.push(metric(Marketplace::Us, "orderDefectRate", &odr));
    let mut tracking = days("2026-09-01T00:00Z", "2026-09-30T23:59Z").to_vec();
    tracking.extend([("rate", "0.971"), ("shipmentCount", "140"), ("validTrackingCount", "136")]);
    rows.push(metric(Marketplace::Us, "validTrackingRate", &tracking));
    let claims = [claim(now, 20, &id(113, 20), "$48.99"), claim(now, 30, &id(113, 60), "$48.99")];
    bring(store, now, &claims, &rows);
}

/// The shop with costs of its keyboard, US fees and postage.
pub fn costed(store: &mut Store, now: Timestamp) {
    use kesu::domain::cost::{Band, Country, SiteCost, SkuCost, Way};
    use kesu::domain::weight::Weight;
    shop(store, now);
    let grams = |grams: i64| Weight::of_milligrams(grams * 1_000);
    let keyboard = SkuCost {
        cost: Some(usd(1_200)),
        weight: grams(450),
        category: Some("home".to_owned()),
        ships_from: Country::parse("CN"),
        ..SkuCost::empty("KB-US-01")
    };
    store.save_sku_cost(&keyboard, now).unwrap();
    let band = |way, minor| Band { fulfilment: Fulfilment::Mfn, way, up_to: None, postage: usd(minor) };
    let us = SiteCost {
        fee: Some(1_500),
        kept: Some(2_000),
        kept_most: Some(usd(500)),
        bands: vec![band(Way::Out, 400), band(Way::Back, 700)],
        ..SiteCost::empty(Marketplace::Us)
    };
    store.save_site_cost(&us, now).unwrap();
    let site = Marketplace::Us;
    let mut abroad = order(now, 3, site, "113-6100000-0000001", "KB-US-01", "Keyboard", 6_000, "Shipped");
    if let Fact::Order(line) = &mut abroad.fact {
        line.country = Some("US".to_owned());
    }
    bring(store, now, &[], &[abroad]);
}

/// Amazon's decision of a claim, hours before `now`: `withdrawn by the buyer`, `granted`, `denied`.
pub fn decision(now: Timestamp, hours: i64, order: &str, words: &str) -> String {
    let at = (now - SignedDuration::from_hours(hours)).strftime("%a, %d %b %Y %H:%M:%S +0000");
    format!(
        "Message-ID: <decision-{order}-{hours}@amazon.com>\r\nDate: {at}\r\n\
         From: \"Amazon A-to-z Guarantee\" <atoz-guarantee-no-reply@amazon.com>\r\nTo: support@example.com\r\n\
         Subject: Claim Decision on Order {order}\r\nX-Marketplace-ID: ATVPDKIKX0DER\r\n\
         X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_CLOSE\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nHello Example Store,\r\n\r\n{words}\r\n"
    )
}

/// Twenty-four claims of two months, every other one with an offer; most of those were withdrawn. And replies with and without
/// a template, seen and worked on.
pub fn settled(store: &mut Store, now: Timestamp) {
    let id = |at: i64| format!("112-{:07}-2000009", 1_000_001 + at);
    let ago = |hours: i64| now - SignedDuration::from_hours(hours);
    let site = Marketplace::Us;
    let claims: Vec<String> = (0..24).map(|at| claim(now, 900 + at * 24, &id(at), "$48.99")).collect();
    let rows: Vec<Row> =
        (0..24).map(|at| order(now, 70, site, &id(at), "CAM-01", "Test Camera", 4_899, "Shipped")).collect();
    bring(store, now, &claims, &rows);
    let lines = store.queue(None, 100, &Filter::default(), now).unwrap();
    let case = |order: &str| lines.iter().find(|line| line.order_id.as_deref() == Some(order)).unwrap().id;
    let mut decisions = Vec::new();
    for at in 0..24 {
        let opened = 900 + at * 24;
        if at % 2 == 0 {
            let kind = [OfferKind::PartialRefund, OfferKind::PartialRefund, OfferKind::FullRefund];
            let kind = kind[usize::try_from(at / 2 % 3).unwrap()];
            let whole = kind == OfferKind::FullRefund;
            let draft = Draft {
                key: format!("settled-{at}"),
                kind,
                amount: Some(usd(if whole { 4_899 } else { 400 + at * 60 })),
                route: Some(if at % 8 == 0 { Route::Claim } else { Route::Message }),
                why: None,
                carrier: None,
                tracking: None,
                reason: None,
                cost: None,
                seen: 0,
                total_unknown_confirmed: false,
            };
            store.offer(case(&id(at)), &draft, ago(opened - 5 - at * 4)).unwrap();
        }
        let words = match at {
            _ if at % 2 == 0 && at != 8 && at != 20 => "The buyer has withdrawn the claim.",
            1 | 5 => "The buyer has withdrawn the claim.",
            3 | 7 | 8 | 11 => "We have granted the claim in favor of the buyer.",
            _ => "We have denied the claim.",
        };
        decisions.push(decision(now, opened - 240, &id(at), words));
    }
    bring(store, now, &decisions, &[]);
    let policy = shipped_report().unwrap().time;
    for at in 0..12_i64 {
        let case = case(&id(at));
        let seen = ago(300 - at * 20);
        store.seen(case, seen).unwrap();
        let mut sitting = Sitting::begin(case, seen);
        for minute in 1..=(2 + at % 5) {
            sitting.key(seen + SignedDuration::from_mins(minute), &policy);
        }
        store.keep_sitting(&sitting).unwrap();
        let template = (at < 6).then(|| "en/atoz-not-received".to_owned());
        let draft = ReplyDraft { template, ..ReplyDraft::default() };
        let minutes = if at < 6 { 20 + at * 15 } else { 120 + at * 40 };
        store.sent(case, "On its way.", &draft, seen + SignedDuration::from_mins(minutes)).unwrap();
    }
}
