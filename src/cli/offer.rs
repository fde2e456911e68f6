//! `kesu offer`: books an offer, or moves one on, as the dialogue does.

use std::io::Write;

use super::Session;
use super::args::Offer as Args;
use super::out::{Stop, json_line};
use super::table::safe;
use crate::domain::amount::{self, Habit};
use crate::domain::offer::{Draft, Move, Parcel, Refusal, Route};
use crate::domain::view::CaseFile;
use crate::domain::{Currency, Marketplace, Money, Offer, OfferKind, OfferStatus};
use crate::i18n::offers as said;
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
    show(session, args, &file, offer)
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
    let draft = Draft {
        key: key.to_owned(),
        kind,
        amount: args
            .amount
            .as_deref()
            .filter(|_| kind.refunds())
            .map(|text| money(text, file))
            .transpose()?,
        route: Some(args.route.unwrap_or(Route::usual(file.summary.channel))),
        why: args.reason.clone(),
        carrier: args.carrier.clone().filter(|_| !kind.refunds()),
        tracking: args.tracking.clone().filter(|_| !kind.refunds()),
        reason: args.despite.clone(),
        cost: args.cost.as_deref().filter(|_| !kind.refunds()).map(|text| money(text, file)).transpose()?,
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
    let done = to == OfferStatus::CarriedOut;
    let paid = args.amount.as_deref().filter(|_| done && offer.amount.is_some());
    let named = args.carrier.is_some() || args.tracking.is_some() || args.cost.is_some();
    let cost = args.cost.as_deref().map(|text| money(text, file)).transpose()?;
    // What is not said anew stays as it was promised.
    let parcel = (done && named && offer.amount.is_none()).then(|| Parcel {
        carrier: args.carrier.clone().or_else(|| offer.carrier.clone()),
        tracking: args.tracking.clone().or_else(|| offer.tracking.clone()),
        cost: cost.or(offer.cost),
    });
    let paid = paid.map(|text| money(text, file)).transpose()?;
    Ok(Move { key, offer: id, seen: offer.line, to, paid, parcel, reason: args.despite.clone() })
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

fn show(session: &Session<'_>, args: &Args, file: &CaseFile, offer: &Offer) -> Result<(), Stop> {
    let total = file.order.as_ref().and_then(|order| order.total);
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &wire::offer(offer, total))?;
    } else {
        let site = file.summary.marketplace.and_then(|site| jiff::tz::TimeZone::get(site.zone()).ok());
        let zone = site.unwrap_or_else(jiff::tz::TimeZone::system);
        writeln!(out, "#{} {}", offer.id, safe(&said::head(session.lang, offer, total, &zone)))?;
        for line in said::details(session.lang, offer, &zone) {
            writeln!(out, "    {}", safe(&line))?;
        }
    }
    out.flush()?;
    Ok(())
}
