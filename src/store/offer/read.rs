//! The offers around a case: their states from the money log, and what mails and reports show of them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::event::Actor;
use crate::domain::offer::{Fact, Offer, OfferStatus, Refunds, Room, Route, Step, Witness, proof};
use crate::domain::record::{Notice, ReportKind};
use crate::domain::{CaseId, Marketplace, Money, OfferKind};
use crate::problem::Problem;
use crate::store::component::order_link;
use crate::store::convert::{day_end, day_start, money as money_in, time, word};
use crate::store::import::site_of;
use crate::store::money;

/// The offers on a case and its order.
#[derive(Debug)]
pub(in crate::store) struct Around {
    /// Oldest first, with their proofs.
    pub(in crate::store) offers: Vec<Offer>,
    /// What the buyer got back by all that mails and reports say.
    pub(in crate::store) refunds: Refunds,
    /// What of the order is gone.
    pub(in crate::store) room: Room,
}

/// Reads them. `total`: of the order, where known.
pub(in crate::store) fn around(
    db: &Connection,
    case: CaseId,
    order: Option<&str>,
    total: Option<Money>,
) -> Result<Around, Problem> {
    around_by(db, case, order, total, None)
}

/// The same with the refunds that are known to be from before a time; `None`: with all.
pub(super) fn around_by(
    db: &Connection,
    case: CaseId,
    order: Option<&str>,
    total: Option<Money>,
    by: Option<i64>,
) -> Result<Around, Problem> {
    let mut offers = offers(db, case, order)?;
    let mut facts = facts(db, case, order)?;
    facts.retain(|fact| by.is_none_or(|by| fact.until.is_some_and(|until| until <= time(by))));
    let refunds = proof::prove(&mut offers, facts, total);
    let other = |offer: &Offer| {
        offer.held().is_some_and(|held| Some(held.currency) != total.map(|total| total.currency))
    };
    let room = Room {
        total,
        given: given(db, case, order)?,
        refunded: refunds.beside,
        untold: refunds.is_untold(),
        mixed: total.is_some() && offers.iter().any(other),
    };
    Ok(Around { offers, refunds, room })
}

/// What is given on an order, or on a case without one, minor units: as the walls of the money log count it.
fn given(db: &Connection, case: CaseId, order: Option<&str>) -> Result<i64, Problem> {
    let whose = if order.is_some() { "order_id = ?1" } else { "case_id = ?2 AND order_id IS NULL" };
    let sql = format!(
        "SELECT minor FROM given WHERE offer = (SELECT min(id) FROM offers WHERE {whose} AND ?2 IS NOT NULL)"
    );
    let given = db.prepare_cached(&sql)?.query_row(params![order, case.0], |row| row.get(0)).optional()?;
    Ok(given.unwrap_or(0))
}

fn offers(db: &Connection, case: CaseId, order: Option<&str>) -> Result<Vec<Offer>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, case_id, kind, amount_minor, currency, status, route, why, carrier, tracking, cost_minor,
                cost_currency, at, total_unknown FROM offers WHERE case_id = ?1
         UNION SELECT id, case_id, kind, amount_minor, currency, status, route, why, carrier, tracking, cost_minor,
                      cost_currency, at, total_unknown FROM offers WHERE order_id = ?2
         ORDER BY id",
    )?;
    let offers = query.query_map(params![case.0, order], offer)?;
    let mut offers = offers.collect::<Result<Vec<_>, _>>()?;
    for offer in &mut offers {
        (offer.steps, offer.line) = steps(db, offer.id)?;
    }
    Ok(offers)
}

fn offer(row: &Row<'_>) -> rusqlite::Result<Offer> {
    Ok(Offer {
        id: row.get("id")?,
        kind: word(row, "kind", OfferKind::parse)?.unwrap_or(OfferKind::PartialRefund),
        amount: money_in(row, "amount_minor", "currency")?,
        status: word(row, "status", OfferStatus::parse)?.unwrap_or(OfferStatus::Proposed),
        route: word(row, "route", Route::parse)?,
        why: row.get("why")?,
        carrier: row.get("carrier")?,
        tracking: row.get("tracking")?,
        cost: money_in(row, "cost_minor", "cost_currency")?,
        at: time(row.get("at")?),
        total_unknown: row.get("total_unknown")?,
        steps: Vec::new(),
        line: 0,
        proofs: Vec::new(),
        case: CaseId(row.get("case_id")?),
    })
}

/// The states that an offer came to and that were not undone, and its last line.
fn steps(db: &Connection, offer: i64) -> Result<(Vec<Step>, i64), Problem> {
    let lines = money::lines(db, offer)?;
    let mut by = db.prepare_cached("SELECT actor FROM events WHERE id = ?1")?;
    let mut kept: Vec<(i64, Step)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(status) = line.status() else { continue };
        if let Some(undone) = line.undoes {
            kept.retain(|(seq, _)| *seq != undone);
            continue;
        }
        let held = money::held(&lines[..=at]).map(|(_, amount)| amount);
        // By the history, never by the key: an operator chooses his own.
        let by =
            by.query_row([line.event], |row| word(row, "actor", Actor::parse))?.unwrap_or(Actor::Operator);
        kept.push((line.seq, Step { status, at: time(line.at), by, held }));
    }
    let last = lines.last().map_or(0, |line| line.seq);
    Ok((kept.into_iter().map(|(_, step)| step).collect(), last))
}

/// What mails and reports say of refunds and replacements on an order; of a case without one, its own mails.
pub(super) fn facts(db: &Connection, case: CaseId, order: Option<&str>) -> Result<Vec<Fact>, Problem> {
    let mut facts = mails(db, case, order)?;
    let Some(order) = order else { return Ok(facts) };
    let mut query = db.prepare_cached(
        "SELECT report, key, marketplace, day, received_on, code, amount_minor, refunded_minor, currency,
                refund_seen_at
         FROM report_rows WHERE order_id = ?1 AND report IN ('mfn_returns', 'reimbursements', 'replacements')",
    )?;
    let site = site_of(db, order)?;
    let rows = query.query_map([order], |row| told(row, site))?;
    for fact in rows {
        facts.extend(fact?);
    }
    Ok(facts)
}

fn mails(db: &Connection, case: CaseId, order: Option<&str>) -> Result<Vec<Fact>, Problem> {
    // A mail that names no order is its thread's.
    let mut query = db.prepare_cached(
        "SELECT id, at, dated, landed_at, amount_minor, currency, coalesce(message_id, digest) AS reference FROM messages
         WHERE notice = ?1 AND withdrawn = 0 AND (
             case_id = ?2 OR case_id IN (SELECT id FROM cases WHERE order_id = ?3)
             OR id IN (SELECT m.id FROM links l JOIN messages m ON m.id = l.message
                       WHERE l.hash = ?4 AND m.order_id = ?3))
             AND (order_id IS NULL OR ?3 IS NULL OR order_id = ?3)",
    )?;
    let link = order.map(order_link);
    let mails = query.query_map(params![Notice::RefundIssued.word(), case.0, order, link], |row| {
        let at = row.get::<_, bool>("dated")?.then_some(row.get("at")?).map(time);
        // Whatever its date says, it was refunded before the mail was here.
        let landed = time(row.get("landed_at")?);
        Ok(Fact {
            witness: Witness::RefundMail,
            amount: money_in(row, "amount_minor", "currency")?,
            from: at,
            until: Some(at.map_or(landed, |at| at.min(landed))),
            day: None,
            reference: row.get("reference")?,
        })
    })?;
    // The same mail may be reached in several ways.
    let once: BTreeMap<String, Fact> =
        mails.map(|mail| mail.map(|mail| (mail.reference.clone(), mail))).collect::<Result<_, _>>()?;
    Ok(once.into_values().collect())
}

/// What a report row says, if it says that something was given back or sent again.
fn told(row: &Row<'_>, site: Option<Marketplace>) -> rusqlite::Result<Option<Fact>> {
    let report = word(row, "report", ReportKind::parse)?;
    let site = word(row, "marketplace", Marketplace::parse)?.or(site);
    let day = word(row, "day", |day| day.parse::<Date>().ok())?;
    let fact = |witness, amount, day: Option<Date>, ends: bool, reference| Fact {
        witness,
        amount,
        from: day.map(|day| time(day_start(day, site))),
        until: day.filter(|_| ends).map(|day| time(day_end(day, site) - 1)),
        day,
        reference,
    };
    let key: String = row.get("key")?;
    Ok(match report {
        Some(ReportKind::MfnReturns) => {
            // The row knows when the return was asked for and when it arrived, not when it was refunded: after that, and
            // before a file told of it.
            let received = word(row, "received_on", |day| day.parse::<Date>().ok())?;
            let paid = money_in(row, "refunded_minor", "currency")?.filter(|paid| paid.minor > 0);
            let seen = row.get::<_, Option<i64>>("refund_seen_at")?.map(time);
            paid.map(|paid| {
                let told = fact(Witness::ReturnReport, Some(paid), day.max(received), true, key);
                // A file of a clock that goes wrong may tell of a day to come.
                Fact { until: seen.map(|seen| told.until.map_or(seen, |end| end.max(seen))), ..told }
            })
        }
        Some(ReportKind::Reimbursements) => {
            let paid = money_in(row, "amount_minor", "currency")?.filter(|paid| paid.minor > 0);
            paid.map(|paid| fact(Witness::Reimbursement, Some(paid), day, true, key))
        }
        Some(ReportKind::Replacements) => {
            let replacement: Option<String> = row.get("code")?;
            Some(fact(Witness::Replacement, None, day, true, replacement.unwrap_or(key)))
        }
        _ => None,
    })
}
