//! The history of a buyer: his cases by alias and site or by order, the orders they name, the offers on them.

use rusqlite::{Connection, params};

use super::convert::{money, time, word};
use super::queue::{SUMMARY, summary};
use crate::domain::buyer::{BuyerCase, BuyerHistory, BuyerOrder, PastOffer};
use crate::domain::offer::OfferStatus;
use crate::domain::record::Decision;
use crate::domain::view::Summary;
use crate::domain::{CaseId, Marketplace, OfferKind, Outcome};
use crate::problem::Problem;

/// Most cases that are read; with more the numbers are said to be a least.
const MOST: usize = 500;

/// The cases that are the buyer's by alias and site, or of the same order; then those of the orders that their mails
/// name, as far as no other buyer is known for them. Parameters: case, order, buyer, site, limit.
pub(super) const CASES: &str = "
    WITH own (id) AS (
        SELECT ?1
        UNION SELECT id FROM cases WHERE order_id = ?2
        UNION SELECT id FROM cases WHERE buyer = ?3 AND marketplace IS ?4
    ), named (order_id) AS (
        SELECT c.order_id FROM own CROSS JOIN cases c ON c.id = own.id WHERE c.order_id IS NOT NULL
        UNION SELECT m.order_id FROM own CROSS JOIN messages m ON m.case_id = own.id WHERE m.order_id IS NOT NULL
    ), found (id) AS (
        SELECT id FROM own
        UNION SELECT c.id FROM named CROSS JOIN cases c ON c.order_id = named.order_id
        WHERE c.buyer IS NULL OR (c.buyer = ?3 AND c.marketplace IS ?4)
    )";

/// The orders of cases given as a JSON list.
pub(super) const ORDERS: &str = "
    WITH own (id) AS (SELECT value FROM json_each(?1)), named (order_id) AS (
        SELECT c.order_id FROM own CROSS JOIN cases c ON c.id = own.id WHERE c.order_id IS NOT NULL
        UNION SELECT m.order_id FROM own CROSS JOIN messages m ON m.case_id = own.id WHERE m.order_id IS NOT NULL
    )
    SELECT named.order_id, o.purchased_at, o.total_minor, o.currency
    FROM named LEFT JOIN orders o ON o.order_id = named.order_id
    ORDER BY o.purchased_at IS NULL, o.purchased_at DESC, named.order_id";

/// The offers on cases given as a JSON list.
pub(super) const OFFERS: &str = "
    SELECT o.case_id, o.kind, o.amount_minor, o.currency, o.status, o.at
    FROM json_each(?1) own CROSS JOIN offers o ON o.case_id = own.value
    WHERE o.status <> 'reversed' ORDER BY o.at, o.id";

/// Everything known of the buyer of a case.
pub(super) fn history(db: &Connection, of: &Summary) -> Result<BuyerHistory, Problem> {
    let mut cases = cases(db, of)?;
    let more = cases.len() > MOST;
    cases.truncate(MOST);
    let ids: Vec<i64> = cases.iter().map(|case| case.summary.id.0).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| super::broken(&error.to_string()))?;
    for offer in offers(db, &ids)? {
        if let Some(case) = cases.iter_mut().find(|case| case.summary.id == offer.case) {
            case.offers.push(offer);
        }
    }
    Ok(BuyerHistory { orders: orders(db, &ids)?, cases, more })
}

fn cases(db: &Connection, of: &Summary) -> Result<Vec<BuyerCase>, Problem> {
    let sql = format!(
        "{CASES} SELECT {SUMMARY}, c.outcome, c.decision, c.claimed_minor, c.claimed_currency
         FROM found CROSS JOIN cases c ON c.id = found.id WHERE c.merged_into IS NULL
         ORDER BY c.opened_at DESC, c.id DESC LIMIT ?5"
    );
    let mut query = db.prepare_cached(&sql)?;
    let site = of.marketplace.map(Marketplace::code);
    let limit = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    let cases = query.query_map(params![of.id.0, of.order_id, of.buyer, site, limit], |row| {
        Ok(BuyerCase {
            summary: summary(row)?,
            outcome: word(row, "outcome", Outcome::parse)?,
            decision: word(row, "decision", Decision::parse)?,
            claimed: money(row, "claimed_minor", "claimed_currency")?,
            offers: Vec::new(),
        })
    })?;
    Ok(cases.collect::<Result<_, _>>()?)
}

fn orders(db: &Connection, cases: &str) -> Result<Vec<BuyerOrder>, Problem> {
    let mut query = db.prepare_cached(ORDERS)?;
    let orders = query.query_map([cases], |row| {
        Ok(BuyerOrder {
            id: row.get("order_id")?,
            purchased_at: row.get::<_, Option<i64>>("purchased_at")?.map(time),
            total: money(row, "total_minor", "currency")?,
        })
    })?;
    Ok(orders.collect::<Result<_, _>>()?)
}

fn offers(db: &Connection, cases: &str) -> Result<Vec<PastOffer>, Problem> {
    let mut query = db.prepare_cached(OFFERS)?;
    let offers = query.query_map([cases], |row| {
        Ok(PastOffer {
            case: CaseId(row.get("case_id")?),
            kind: word(row, "kind", OfferKind::parse)?.unwrap_or(OfferKind::PartialRefund),
            amount: money(row, "amount_minor", "currency")?,
            status: word(row, "status", OfferStatus::parse)?.unwrap_or(OfferStatus::Proposed),
            at: time(row.get("at")?),
        })
    })?;
    Ok(offers.collect::<Result<_, _>>()?)
}
