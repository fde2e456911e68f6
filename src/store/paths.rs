//! What the two ways of a claim are counted from: own claims that ended, and the order defect rate it counts in.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::convert::{money, second, word};
use super::figures::is_fraud;
use crate::domain::offer::OfferStatus;
use crate::domain::paths::{ClaimOffer, Ending, Odr, PastClaim, PathPolicy, Paths};
use crate::domain::record::Decision;
use crate::domain::view::{CaseFile, Health};
use crate::domain::{CaseId, Fulfilment, Kind, Marketplace, OfferKind, Outcome};
use crate::problem::Problem;

/// Name in `meta` of the rates of the last import, one a line.
const RATES: &str = "odr_rates";

/// Claims of the last days with their offers and the totals of their orders. Parameters: from when, this case, how many.
pub(super) const CLAIMS: &str = "
    WITH claims AS MATERIALIZED (
        SELECT id, kind, decision, outcome, order_id, opened_at FROM cases INDEXED BY cases_claims
        WHERE channel = 'atoz_claim' AND merged_into IS NULL AND opened_at >= ?1 AND id <> ?2
          AND (decision IS NOT NULL OR outcome IS NOT NULL)
        ORDER BY opened_at DESC, id DESC LIMIT ?3
    ), offered (claim, offer) AS (
        SELECT claims.id, o.id FROM claims CROSS JOIN offers o ON o.case_id = claims.id
        UNION SELECT claims.id, o.id FROM claims CROSS JOIN offers o ON o.order_id = claims.order_id
    )
    SELECT claims.id, claims.kind, claims.decision, claims.outcome, t.total_minor, t.currency AS total_currency,
           o.kind AS offer, o.status, o.amount_minor, o.currency
    FROM claims
    LEFT JOIN orders t ON t.order_id = claims.order_id
    LEFT JOIN offered ON offered.claim = claims.id
    LEFT JOIN offers o ON o.id = offered.offer AND o.status <> 'reversed'
    ORDER BY claims.opened_at DESC, claims.id DESC, o.id";

impl Store {
    /// What is known of the two ways of a claim.
    pub fn paths(&self, file: &CaseFile, policy: &PathPolicy, now: Timestamp) -> Result<Paths, Problem> {
        let (past, capped) = past(&self.db, file.summary.id, policy, now)?;
        let odr = match file.summary.order_id.as_deref() {
            Some(order) => self.rate_of(order)?,
            None => None,
        };
        Ok(Paths { odr, past, capped })
    }

    /// The rate an order counts in, and whether it does.
    fn rate_of(&self, order: &str) -> Result<Option<Odr>, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT marketplace, fulfilment, purchased_on FROM orders WHERE order_id = ?1 AND plain = 1",
        )?;
        let placed = query.query_row([order], |row| {
            let site = word(row, "marketplace", Marketplace::parse)?;
            let fulfilment = word(row, "fulfilment", Fulfilment::parse)?;
            Ok((site, fulfilment, word(row, "purchased_on", |day| day.parse::<Date>().ok())?))
        });
        let Some((Some(site), Some(fulfilment), Some(day))) = placed.optional()? else { return Ok(None) };
        let rates = match kept_rates(&self.db)? {
            Some(rates) => rates,
            // A file whose last import was by an older kesu.
            None => self.health(None)?,
        };
        let here = |rate: &Health| rate.marketplace == site && rate.fulfilment == fulfilment;
        let Some(rate) = rates.into_iter().find(here) else { return Ok(None) };
        Ok(Some(Odr {
            marketplace: site,
            fulfilment,
            from: rate.from,
            as_of: rate.as_of,
            numerator: rate.numerator,
            denominator: rate.denominator,
            day,
            by_claim: counts_by_claim(&self.db, order)?,
            by_other: counts_by_feedback(&self.db, order)? || counts_by_chargeback(&self.db, order)?,
        }))
    }
}

/// The newest claims that ended, and whether there are more in the same days.
fn past(
    db: &Connection,
    this: CaseId,
    policy: &PathPolicy,
    now: Timestamp,
) -> Result<(Vec<PastClaim>, bool), Problem> {
    let from = now.checked_sub(SignedDuration::from_hours(24 * policy.past.days)).unwrap_or(Timestamp::MIN);
    let limit = i64::try_from(policy.past.most).unwrap_or(i64::MAX).saturating_add(1);
    let mut query = db.prepare_cached(CLAIMS)?;
    let mut rows = query.query(params![second(from), this.0, limit])?;
    let mut past: Vec<PastClaim> = Vec::new();
    let (mut last, mut read) = (None, 0);
    while let Some(row) = rows.next()? {
        let id: i64 = row.get("id")?;
        if last != Some(id) {
            (last, read) = (Some(id), read + 1);
            past.extend(claim(row)?);
        }
        let ended =
            Ending::of(word(row, "outcome", Outcome::parse)?, word(row, "decision", Decision::parse)?);
        if let (Some(_), Some(claim), Some(offer)) = (ended, past.last_mut(), offer(row)?) {
            claim.offers.push(offer);
        }
    }
    let capped = read > policy.past.most;
    past.truncate(policy.past.most);
    Ok((past, capped))
}

fn claim(row: &Row<'_>) -> rusqlite::Result<Option<PastClaim>> {
    let ending = Ending::of(word(row, "outcome", Outcome::parse)?, word(row, "decision", Decision::parse)?);
    let Some(ending) = ending else { return Ok(None) };
    Ok(Some(PastClaim {
        kind: word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other),
        ending,
        offers: Vec::new(),
        total: money(row, "total_minor", "total_currency")?,
    }))
}

fn offer(row: &Row<'_>) -> rusqlite::Result<Option<ClaimOffer>> {
    let Some(kind) = word(row, "offer", OfferKind::parse)? else { return Ok(None) };
    Ok(Some(ClaimOffer {
        kind,
        status: word(row, "status", OfferStatus::parse)?.unwrap_or(OfferStatus::Proposed),
        amount: money(row, "amount_minor", "currency")?,
    }))
}

/// Keeps the rates that an import computed anyway: a claim then asks for its own alone.
pub(super) fn keep_rates(db: &Connection, rates: &[Health]) -> Result<(), Problem> {
    let line = |rate: &Health| {
        let (site, who) = (rate.marketplace, rate.fulfilment.word());
        format!("{site} {who} {} {} {} {}", rate.from, rate.as_of, rate.numerator, rate.denominator)
    };
    let value: Vec<String> = rates.iter().map(line).collect();
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute([RATES, &value.join("\n")])?;
    Ok(())
}

fn kept_rates(db: &Connection) -> Result<Option<Vec<Health>>, Problem> {
    let mut query = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    let value: Option<String> = query.query_row([RATES], |row| row.get(0)).optional()?;
    let read = |line: &str| {
        let parts: Vec<&str> = line.split(' ').collect();
        let &[site, who, from, as_of, numerator, denominator] = parts.as_slice() else { return None };
        Some(Health {
            marketplace: Marketplace::parse(site)?,
            fulfilment: Fulfilment::parse(who)?,
            as_of: as_of.parse().ok()?,
            from: from.parse().ok()?,
            numerator: numerator.parse().ok()?,
            denominator: denominator.parse().ok()?,
            negative_feedback: 0,
            claims: 0,
            chargebacks: 0,
            unmatched: 0,
        })
    };
    Ok(value.map(|value| value.lines().filter_map(read).collect()))
}

/// Whether the newest word about the order's claim leaves it counting.
fn counts_by_claim(db: &Connection, order: &str) -> Result<bool, Problem> {
    let mut query = db.prepare_cached(
        "SELECT at, notice, decision FROM messages
         WHERE order_id = ?1 AND notice IN ('atoz_claim', 'atoz_decision', 'chargeback') AND notice <> 'chargeback'
         UNION ALL SELECT coalesce(CAST(strftime('%s', day) AS INTEGER), 0), 'atoz_claim', decision
         FROM report_rows WHERE order_id = ?1 AND channel = 'atoz_claim'",
    )?;
    let mut rows = query.query([order])?;
    let (mut claimed, mut newest) = (false, None::<(i64, Decision)>);
    while let Some(row) = rows.next()? {
        claimed = true;
        let closes = row.get_ref("notice")?.as_str().is_ok_and(|notice| notice == "atoz_decision");
        let said = word(row, "decision", Decision::parse)?.or(closes.then_some(Decision::Unknown));
        let at: i64 = row.get(0)?;
        newest = newest.max(said.map(|decision| (at, decision)));
    }
    let freed =
        |decision| matches!(decision, Decision::Denied | Decision::Withdrawn | Decision::OrderCancelled);
    Ok(claimed && !newest.is_some_and(|(_, decision)| freed(decision)))
}

fn counts_by_feedback(db: &Connection, order: &str) -> Result<bool, Problem> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM report_rows WHERE order_id = ?1
             AND ((report = 'feedback' AND rating <= 2) OR (channel = 'feedback' AND report = 'mapped')))",
    )?;
    Ok(query.query_row([order], |row| row.get(0))?)
}

fn counts_by_chargeback(db: &Connection, order: &str) -> Result<bool, Problem> {
    let mut query = db.prepare_cached(
        "SELECT coalesce(reason, subject || ' ' || body) FROM messages
         WHERE order_id = ?1 AND notice IN ('atoz_claim', 'atoz_decision', 'chargeback') AND notice = 'chargeback'
         UNION ALL SELECT coalesce(reason, comment, '') FROM report_rows WHERE order_id = ?1 AND channel = 'chargeback'",
    )?;
    let said: Vec<String> = query.query_map([order], |row| row.get(0))?.collect::<Result<_, _>>()?;
    // One word of fraud takes the order's chargebacks out.
    Ok(!said.is_empty() && !said.iter().any(|said| is_fraud(said)))
}
