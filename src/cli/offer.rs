//! `kesu offer`: books an offer, or moves one on, as the dialogue does.

use std::io::Write;

use super::Session;
use super::args::Offer as Args;
use super::out::{Stop, json_line};
use super::table::safe;
use crate::domain::amount::{self, Habit};
use crate::domain::offer::{Draft, Move, Parcel, Refusal, Route};
use crate::domain::tracking::Carriers;
use crate::domain::view::CaseFile;
use crate::domain::{Currency, Marketplace, Money, Offer, OfferKind, OfferStatus};
use crate::i18n::{offers as said, other_line, verdict_line, zone_name};
use crate::problem::{Exit, Problem};
use crate::store::Store;
use crate::wire;

/// `kesu offer CASE`.
pub(super) fn offer(session: &Session<'_>, args: &Args) -> Result<(), Stop> {
    let path = session.db()?;
    if super::is_missing(&path) {
        return Err(none(args).into());
    }
    let mut store = session.writing()?;
    let file = store.case(args.case, session.now)?.ok_or_else(|| none(args))?;
    let key = args.key.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
    let id = match (args.kind, args.id, args.to) {
        (Some(kind), ..) => book(session, &mut store, args, &file, kind, &key)?,
        (None, Some(id), Some(to)) => {
            let wish = wish(args, &file, id, to, key)?;
            store.move_offer(args.case, &wish, session.now)?;
            id
        }
        // The parser asks for one of the two.
        _ => return Err(none(args).into()),
    };
    let file = store.case(args.case, session.now)?.ok_or_else(|| none(args))?;
    let Some(offer) = file.offers.iter().find(|offer| offer.id == id) else { return Err(none(args).into()) };
    show(session, args, &file, offer, store.carriers())
}

fn book(
    session: &Session<'_>,
    store: &mut Store,
    args: &Args,
    file: &CaseFile,
    kind: OfferKind,
    key: &str,
) -> Result<i64, Problem> {
    // Said again with the same key, it was decided on the sum that was there before the first time.
    let before = store.offer_of(key)?;
    let seen = before.map_or(file.room.given, |(_, seen)| seen);
    // Where nobody knows what is left, "all of it" has to be said; a repeated booking is compared with the first one.
    let whole = file.room.rest().known().filter(|_| before.is_none() && kind != OfferKind::PartialRefund);
    fits(args, kind, None, whole)?;
    let draft = Draft {
        key: key.to_owned(),
        kind,
        amount: args.amount.as_deref().map(|text| money(text, file)).transpose()?,
        route: Some(args.route.unwrap_or(Route::usual(file.summary.channel))),
        why: args.reason.clone(),
        carrier: args.carrier.clone(),
        tracking: args.tracking.clone(),
        reason: args.despite.clone(),
        cost: args.cost.as_deref().map(|text| money(text, file)).transpose()?,
        seen,
        total_unknown_confirmed: args.total_unknown,
    };
    store.offer(args.case, &draft, session.now)?;
    store.offer_of(key)?.map(|(id, _)| id).ok_or_else(|| none(args))
}

fn wish(args: &Args, file: &CaseFile, id: i64, to: OfferStatus, key: String) -> Result<Move, Problem> {
    let missing = || {
        let refusal = Refusal::NoOffer(id);
        Problem::new(Exit::NotFound, [refusal.to_string(), refusal.in_chinese()], refusal.remedy())
    };
    let offer = file.offers.iter().find(|offer| offer.id == id).ok_or_else(missing)?;
    fits(args, offer.kind, Some(to), None)?;
    let named = args.carrier.is_some() || args.tracking.is_some() || args.cost.is_some();
    let cost = args.cost.as_deref().map(|text| money(text, file)).transpose()?;
    // What is not said anew stays as it was promised.
    let parcel = named.then(|| Parcel {
        carrier: args.carrier.clone().or_else(|| offer.carrier.clone()),
        tracking: args.tracking.clone().or_else(|| offer.tracking.clone()),
        cost: cost.or(offer.cost),
    });
    let paid = args.amount.as_deref().map(|text| money(text, file)).transpose()?;
    Ok(Move { key, offer: id, seen: offer.line, to, paid, parcel, reason: args.despite.clone() })
}

/// Refuses an option that says nothing about this kind of offer or this step: left aside unseen, something else than what
/// was meant would be booked. `whole`: what a refund of everything comes to.
fn fits(args: &Args, kind: OfferKind, to: Option<OfferStatus>, whole: Option<Money>) -> Result<(), Problem> {
    let done = to.is_none_or(|to| to == OfferStatus::CarriedOut);
    let parcel = done && !kind.refunds();
    let options = [
        ("--amount", args.amount.is_some(), done && kind.refunds() && whole.is_none()),
        ("--carrier", args.carrier.is_some(), parcel),
        ("--tracking", args.tracking.is_some(), parcel),
        ("--cost", args.cost.is_some(), parcel),
        ("--override", args.despite.is_some(), parcel),
        ("--total-unknown", args.total_unknown, kind.refunds()),
    ];
    let Some((option, ..)) = options.into_iter().find(|(_, given, fits)| *given && !fits) else {
        return Ok(());
    };
    let word = kind.word();
    let what = match to {
        None => [format!("{option} does not go with {word}"), format!("{option} 不适用于 {word}")],
        Some(to) => {
            let to = to.word();
            [
                format!("{option} does not go with --to {to} of a {word}"),
                format!("{option} 不适用于将 {word} 改为 {to}"),
            ]
        }
    };
    let remedy = match (done, kind, whole) {
        (false, ..) => [
            "leave it out: it belongs to --to carried_out".to_owned(),
            "请去掉该选项：仅用于 --to carried_out".to_owned(),
        ],
        (true, OfferKind::Reshipment, _) => [
            "leave it out: a reshipment gives no money back; --cost says what it costs you".to_owned(),
            "请去掉该选项：补发不退款；补发的费用请用 --cost".to_owned(),
        ],
        (true, _, Some(rest)) if option == "--amount" => [
            format!("leave it out: everything is what is left of the order, {rest}"),
            format!("请去掉该选项：退回的就是订单余额 {rest}"),
        ],
        _ => [
            "leave it out: only a reshipment has a parcel".to_owned(),
            "请去掉该选项：只有补发才有包裹".to_owned(),
        ],
    };
    Err(Problem::new(Exit::Usage, what, remedy))
}

/// An amount, or a share of the order total.
fn money(text: &str, file: &CaseFile) -> Result<Money, Problem> {
    let total = file.order.as_ref().and_then(|order| order.total);
    let currency: Option<Currency> =
        total.map(|total| total.currency).or(file.summary.marketplace.map(Marketplace::currency));
    amount::read_or_share(text, Habit { currency, decimal: None }, total)
        .map_err(|wrong| Problem::new(Exit::Blocked, [wrong.to_string(), wrong.in_chinese()], wrong.remedy()))
}

fn none(args: &Args) -> Problem {
    let id = args.case;
    Problem::new(
        Exit::NotFound,
        [format!("no case {id}"), format!("没有客诉 {id}")],
        ["`kesu list --archived` shows them all", "用 `kesu list --archived` 查看全部客诉"],
    )
}

fn show(
    session: &Session<'_>,
    args: &Args,
    file: &CaseFile,
    offer: &Offer,
    carriers: &Carriers,
) -> Result<(), Stop> {
    let total = file.order.as_ref().and_then(|order| order.total);
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &wire::offer(offer, total))?;
    } else {
        let site = file.summary.marketplace.and_then(|site| jiff::tz::TimeZone::get(site.zone()).ok());
        let zone = site.unwrap_or_else(jiff::tz::TimeZone::system);
        let whose = zone_name(&zone, offer.at);
        writeln!(out, "#{} {} ({whose})", offer.id, safe(&said::head(session.lang, offer, total, &zone)))?;
        for line in said::details(session.lang, offer, &zone) {
            writeln!(out, "    {}", safe(&line))?;
        }
    }
    out.flush()?;
    // A hint, beside what is asked for.
    if let Some((carrier, number)) = offer.carrier.as_deref().zip(offer.tracking.as_deref()) {
        let judged = carriers.judge_of(carrier, number, file.summary.marketplace);
        if let Some(words) = other_line(session.lang, carriers, carrier, &judged) {
            let verdict = verdict_line(session.lang, &judged);
            session.tell(&safe(&format!("{number} {verdict} · {words}")));
        }
    }
    Ok(())
}
