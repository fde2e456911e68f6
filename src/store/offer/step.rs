//! One step of an offer in the money log: what it held is given back, what it holds from then on is taken, if the order has room.

use rusqlite::{Connection, OptionalExtension};

use super::{Booked, Shift, UNDO, find, read, refused};
use crate::domain::event::{Actor, Deed};
use crate::domain::offer::{OfferStatus, Refusal, Room, Step, proof};
use crate::domain::{CaseId, Currency, Money};
use crate::problem::Problem;
use crate::store::convert::{money as money_in, time, word};
use crate::store::history::Head;
use crate::store::money::{self, Entry, Line, RELEASED};

/// Writes one step: the amount that was held is given back exactly, then the new one is held, unless both are the same.
pub(super) fn step(db: &Connection, offer: &Booked, shift: Shift<'_>) -> Result<(), Problem> {
    let held = money::held(&money::lines(db, offer.id)?);
    fits(db, offer, &shift, held.map(|(_, held)| held))?;
    let mut entry = Entry {
        key: shift.key,
        offer: offer.id,
        order: offer.order.as_deref(),
        step: shift.to.word(),
        reverses: None,
        undoes: shift.undoes,
        amount: None,
        seen: money::given(db, offer.id)?,
        parcel: shift.parcel,
        at: shift.at,
        event: shift.event,
    };
    let back = |amount: Money| Some(Money::new(-amount.minor, amount.currency));
    match (held, shift.hold) {
        (Some((_, held)), Some(hold)) if held == hold => {}
        (Some((line, held)), None) => (entry.reverses, entry.amount) = (Some(line), back(held)),
        (None, hold) => entry.amount = hold,
        (Some((line, held)), Some(hold)) => {
            let key = format!("{}/{RELEASED}", shift.key);
            let (step, undoes, amount) = (RELEASED, None, back(held));
            money::append(db, &Entry { key: &key, step, reverses: Some(line), undoes, amount, ..entry })?;
            entry.seen -= held.minor;
            entry.amount = Some(hold);
        }
    }
    money::append(db, &entry)?;
    Ok(())
}

/// Whether the order has room for what an offer holds after a step. A refund that is seen already may prove the offer as it
/// stands then, so what is gone is computed as if the step were done; what takes no more than before is never refused.
fn fits(db: &Connection, offer: &Booked, shift: &Shift<'_>, held: Option<Money>) -> Result<(), Problem> {
    let Some(hold) = shift.hold.filter(|hold| held != Some(*hold)) else { return Ok(()) };
    let (total, currency) = order_money(db, offer.order.as_deref())?;
    if let Some(currency) = currency.filter(|currency| *currency != hold.currency) {
        return Err(refused(&Refusal::OtherCurrency(currency.code(), hold.currency.code())));
    }
    let around = read::around(db, offer.case, offer.order.as_deref(), total)?;
    let mut after = around.offers;
    for each in after.iter_mut().filter(|each| each.id == offer.id) {
        each.status = shift.to;
        each.steps.push(Step { status: shift.to, at: time(shift.at), by: Actor::Operator, held: Some(hold) });
    }
    let facts = read::facts(db, offer.case, offer.order.as_deref())?;
    let refunded = proof::prove(&mut after, facts, total).beside;
    let given = around.room.given - held.map_or(0, |held| held.minor);
    let then = Room { given: given.saturating_add(hold.minor), refunded, ..around.room };
    if then.is_overdrawn() && then.taken() > around.room.taken() {
        return Err(refused(&Refusal::AboveTotal(hold, Room { given, ..then })));
    }
    Ok(())
}

/// The total and the currency of an order, as far as they are known.
fn order_money(db: &Connection, order: Option<&str>) -> Result<(Option<Money>, Option<Currency>), Problem> {
    let mut query = db.prepare_cached("SELECT total_minor, currency FROM orders WHERE order_id = ?1")?;
    let known = query.query_row([order], |row| {
        Ok((money_in(row, "total_minor", "currency")?, word(row, "currency", Currency::parse)?))
    });
    Ok(known.optional()?.unwrap_or_default())
}

/// Takes back what an event did to an offer: a booking is reversed; of a move the state before holds again, with its amount
/// and parcel, if the order still has room for it.
pub(in crate::store) fn take_back(
    db: &Connection,
    case: CaseId,
    event: i64,
    deed: &Deed,
    now: i64,
) -> Result<(), Problem> {
    let (Deed::Offered { offer, .. } | Deed::OfferMoved { offer, .. }) = deed else { return Ok(()) };
    let Some(offer) = find(db, case, *offer)? else { return Err(refused(&Refusal::NoOffer(*offer))) };
    let lines = money::lines(db, offer.id)?;
    let before: Vec<Line> = lines.iter().filter(|line| line.seq < first(&lines, event)).cloned().collect();
    let own = lines.iter().find(|line| line.event == event && line.status().is_some());
    let (to, undoes) = match deed {
        Deed::OfferMoved { from, .. } => (*from, own.map(|line| line.seq)),
        _ => (OfferStatus::Reversed, None),
    };
    let parcel = before.last().or(lines.last()).map(|line| line.parcel.clone()).unwrap_or_default();
    let shift = Shift {
        key: &format!("{UNDO}{event}"),
        to,
        hold: money::held(&before).map(|(_, amount)| amount),
        undoes,
        parcel: &parcel,
        at: now,
        // The undo is the next line of the history.
        event: Head::read(db)?.id() + 1,
    };
    step(db, &offer, shift)
}

/// The first line that an event wrote.
fn first(lines: &[Line], event: i64) -> i64 {
    lines.iter().find(|line| line.event == event).map_or(i64::MAX, |line| line.seq)
}
