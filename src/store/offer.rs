//! Offers: booked once per dialogue, never above the order, checked inside the transaction that books them.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::case::{offers, stage_of, standing};
use super::convert::{money, second, word};
use super::evidence::said;
use super::history::{Head, act};
use crate::domain::case::Stage;
use crate::domain::event::{Actor, Deed};
use crate::domain::offer::{Draft, OfferKind, OfferStatus, Refusal, check, check_number, rest};
use crate::domain::tracking::Carriers;
use crate::domain::{CaseId, Currency, Marketplace, Money, playbook};
use crate::problem::{Exit, Problem};

/// What is known of the order an offer is about.
#[derive(Debug)]
struct Ground {
    order: Option<String>,
    total: Option<Money>,
    currency: Option<Currency>,
    stage: Option<Stage>,
    standing: i64,
}

impl Store {
    /// Books an offer. The same key again returns the first booking's event and books nothing.
    ///
    /// # Errors
    /// The reasons of [`Refusal`], and SQLite's.
    pub fn offer(&mut self, case: CaseId, draft: &Draft, now: Timestamp) -> Result<i64, Problem> {
        if let Some(event) = booked(&self.db, &draft.key)? {
            return Ok(event);
        }
        let own = self.carriers.clone();
        self.act_on(case, now, |tx, case| {
            if let Some(event) = booked(tx, &draft.key)? {
                return Ok(event);
            }
            let carriers = own.as_deref().unwrap_or_else(|| Carriers::shipped());
            check_number(draft, carriers, None).map_err(|refusal| refused(&refusal))?;
            book(tx, case, draft, second(now), |deed| act(tx, case, now, deed))
        })
    }
}

fn booked(db: &Connection, key: &str) -> Result<Option<i64>, Problem> {
    let mut query = db.prepare_cached("SELECT event FROM offers WHERE key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?)
}

/// Books an offer of a bulk load: the same checks of its amount, but none of its number, which went out long ago; no undo.
pub(super) fn book_past(
    db: &Connection,
    head: &mut Head,
    case: CaseId,
    draft: &Draft,
    at: i64,
) -> Result<i64, Problem> {
    match booked(db, &draft.key)? {
        Some(event) => Ok(event),
        None => book(db, case, draft, at, |deed| head.append(db, Some(case), at, Actor::Operator, deed)),
    }
}

fn book(
    db: &Connection,
    case: CaseId,
    draft: &Draft,
    at: i64,
    append: impl FnOnce(&Deed) -> Result<i64, Problem>,
) -> Result<i64, Problem> {
    let ground = ground(db, case)?;
    let amount = allowed(draft, &ground).map_err(|refusal| refused(&refusal))?;
    let offer: i64 =
        db.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM offers")?.query_row([], |row| row.get(0))?;
    let shown = amount.map(|amount| amount.to_string());
    let reason = draft.reason.clone().filter(|reason| !reason.trim().is_empty());
    let event = append(&Deed::Offered { offer, kind: draft.kind, amount: shown, reason })?;
    let cost = draft.cost.filter(|_| draft.kind == OfferKind::Reshipment);
    let unknown = amount.is_some() && ground.total.is_none();
    db.prepare_cached(
        "INSERT INTO offers (id, key, case_id, order_id, kind, amount_minor, currency, status, carrier, tracking,
             cost_minor, cost_currency, at, total_unknown, event)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        offer,
        draft.key,
        case.0,
        ground.order,
        draft.kind.word(),
        amount.map(|amount| amount.minor),
        amount.map(|amount| amount.currency.code()),
        OfferStatus::Proposed.word(),
        draft.carrier,
        draft.tracking,
        cost.map(|cost| cost.minor),
        cost.map(|cost| cost.currency.code()),
        at,
        unknown,
        event,
    ])?;
    Ok(event)
}

fn ground(db: &Connection, case: CaseId) -> Result<Ground, Problem> {
    let mut query = db.prepare_cached(
        "SELECT c.order_id, c.marketplace, o.total_minor, o.currency, o.status FROM cases c
         LEFT JOIN orders o ON o.order_id = c.order_id WHERE c.id = ?1",
    )?;
    let mut ground = query.query_row([case.0], |row| {
        let site = word(row, "marketplace", Marketplace::parse)?;
        Ok(Ground {
            order: row.get("order_id")?,
            total: money(row, "total_minor", "currency")?,
            currency: word(row, "currency", Currency::parse)?.or_else(|| site.map(Marketplace::currency)),
            stage: word(row, "status", stage_of)?,
            standing: 0,
        })
    })?;
    ground.stage = playbook::stage(said(db, case)?.stage, ground.stage);
    ground.standing = standing(&offers(db, case, ground.order.as_deref())?);
    Ok(ground)
}

/// What the buyer gets back, or why not.
fn allowed(draft: &Draft, ground: &Ground) -> Result<Option<Money>, Refusal> {
    if draft.seen != ground.standing {
        return Err(Refusal::Changed);
    }
    let gone = ground.stage.is_some_and(|stage| stage != Stage::BeforeShipping);
    if draft.kind == OfferKind::CancelAndRefund && gone {
        return Err(Refusal::Shipped);
    }
    let whole = || rest(ground.total, ground.standing);
    let amount = match draft.kind {
        OfferKind::Reshipment => match draft.cost {
            Some(cost) if cost.minor < 0 => return Err(Refusal::NotPositive),
            _ => return Ok(None),
        },
        OfferKind::PartialRefund => draft.amount.ok_or(Refusal::NotPositive)?,
        OfferKind::FullRefund | OfferKind::CancelAndRefund => {
            draft.amount.or_else(whole).ok_or(Refusal::TotalUnknown)?
        }
    };
    check(amount, ground.total, ground.standing, draft.total_unknown_confirmed)?;
    if let Some(currency) = ground.currency.filter(|currency| *currency != amount.currency) {
        return Err(Refusal::OtherCurrency(currency.code(), amount.currency.code()));
    }
    // The whole of an order is what is left of it now, not what was left when the dialogue opened.
    let all = draft.kind != OfferKind::PartialRefund;
    match whole() {
        Some(rest) if all && rest != amount => Err(Refusal::Changed),
        _ => Ok(Some(amount)),
    }
}

fn refused(refusal: &Refusal) -> Problem {
    Problem::new(Exit::Blocked, [refusal.to_string(), refusal.in_chinese()], refusal.remedy())
}
