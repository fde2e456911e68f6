//! What the two ways of a claim are counted from: own claims that ended, and the order defect rate it counts in.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::convert::{money, second, word};
use super::health::{RATES, placed, signs};
use crate::domain::health::{Defects, Health, Window};
use crate::domain::offer::OfferStatus;
use crate::domain::paths::{ClaimOffer, Ending, Odr, PastClaim, PathPolicy, Paths};
use crate::domain::view::CaseFile;
use crate::domain::{CaseId, Fulfilment, Kind, Marketplace, OfferKind, Outcome};
use crate::problem::Problem;

/// Claims of the last days with their offers and the totals of their orders. Parameters: from when, this case, how many.
pub(super) const CLAIMS: &str = "
    WITH claims AS MATERIALIZED (
        SELECT id, kind, stands, stands_at, order_id, opened_at FROM cases INDEXED BY cases_claims
        WHERE channel = 'atoz_claim' AND merged_into IS NULL AND opened_at >= ?1 AND id <> ?2
          AND stands IS NOT NULL
        ORDER BY opened_at DESC, id DESC LIMIT ?3
    ), offered (claim, offer) AS (
        SELECT claims.id, o.id FROM claims CROSS JOIN offers o ON o.case_id = claims.id
        UNION SELECT claims.id, o.id FROM claims CROSS JOIN offers o ON o.order_id = claims.order_id
    )
    SELECT claims.id, claims.kind, claims.stands, t.total_minor, t.currency AS total_currency,
           o.kind AS offer, o.status, o.amount_minor, o.currency, o.at <= claims.stands_at AS in_time,
           (SELECT sum(l.amount_minor) > 0 FROM money_log l WHERE l.offer = o.id AND l.at <= claims.stands_at) AS stood
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
        let policy = self.health_policy()?.odr;
        let Some(placed) = placed(&self.db, order)?.filter(|placed| placed.counts(&policy)) else {
            return Ok(None);
        };
        let Some(place) = placed.place else { return Ok(None) };
        let kept = if self.rules_are(&policy)? { kept_rates(&self.db)? } else { None };
        let rates = match kept {
            Some(rates) => rates,
            // A file whose last import was by an older kesu, or by other rules.
            None => self.health(None)?,
        };
        let Some(rate) = rates.into_iter().find(|rate| rate.place() == place) else { return Ok(None) };
        let signs = signs(&self.db, Some(order))?;
        let defects = Defects::of(signs.values().flatten(), &policy);
        Ok(Some(Odr {
            marketplace: rate.marketplace,
            fulfilment: rate.fulfilment,
            from: rate.from,
            as_of: rate.as_of,
            numerator: rate.numerator,
            denominator: rate.denominator,
            line_hundredths: policy.line_hundredths,
            day: placed.day,
            by_claim: defects.claim,
            by_other: defects.feedback || defects.chargeback,
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
        if let (Some(_), Some(claim), Some(offer)) = (ending(row)?, past.last_mut(), offer(row)?) {
            claim.offers.push(offer);
            claim.offered |= row.get::<_, bool>("in_time")?;
        }
    }
    let capped = read > policy.past.most;
    past.truncate(policy.past.most);
    Ok((past, capped))
}

fn ending(row: &Row<'_>) -> rusqlite::Result<Option<Ending>> {
    Ok(word(row, "stands", Outcome::parse)?.and_then(Ending::of))
}

fn claim(row: &Row<'_>) -> rusqlite::Result<Option<PastClaim>> {
    let Some(ending) = ending(row)? else { return Ok(None) };
    Ok(Some(PastClaim {
        case: CaseId(row.get("id")?),
        kind: word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other),
        ending,
        offers: Vec::new(),
        offered: false,
        total: money(row, "total_minor", "total_currency")?,
    }))
}

fn offer(row: &Row<'_>) -> rusqlite::Result<Option<ClaimOffer>> {
    let Some(kind) = word(row, "offer", OfferKind::parse)? else { return Ok(None) };
    Ok(Some(ClaimOffer {
        kind,
        status: word(row, "status", OfferStatus::parse)?.unwrap_or(OfferStatus::Proposed),
        stood: row.get::<_, Option<bool>>("stood")?.unwrap_or(false),
        amount: money(row, "amount_minor", "currency")?,
    }))
}

/// The rates of the last import, one a line.
fn kept_rates(db: &Connection) -> Result<Option<Vec<Health>>, Problem> {
    let mut query = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    let value: Option<String> = query.query_row([RATES], |row| row.get(0)).optional()?;
    let read = |line: &str| {
        let parts: Vec<&str> = line.split(' ').collect();
        let &[site, who, from, as_of, numerator, denominator] = parts.as_slice() else { return None };
        let place = (Marketplace::parse(site)?, Fulfilment::parse(who)?);
        let window = Window { from: from.parse().ok()?, to: as_of.parse().ok()? };
        Some(Health {
            numerator: numerator.parse().ok()?,
            denominator: denominator.parse().ok()?,
            ..Health::none(place, window)
        })
    };
    Ok(value.map(|value| value.lines().filter_map(read).collect()))
}
