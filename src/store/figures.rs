//! Figures: the counts of the header and the order defect rates.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::convert::{second, word};
use crate::domain::record::{Decision, Notice};
use crate::domain::view::{Counts, Health, Rate};
use crate::domain::{Fulfilment, Marketplace, OrderId};
use crate::problem::Problem;

/// Days before the last one of the window: 60 days, both ends in.
const WINDOW: i64 = 59;

/// Name of the cached worst rate in `meta`.
const WORST: &str = "odr_worst";

impl Store {
    /// The counts of the header. `midnight` is the end of the operator's day, `day_start` its begin.
    pub fn counts(
        &self,
        now: Timestamp,
        day_start: Timestamp,
        midnight: Timestamp,
    ) -> Result<Counts, Problem> {
        self.draw_line(now);
        let due = |from: i64, to: i64| -> Result<i64, Problem> {
            let mut query = self.db.prepare_cached(
                "SELECT count(*) FROM cases INDEXED BY queue
                 WHERE open = 1 AND long_term = 0 AND due_at >= ?1 AND due_at < ?2",
            )?;
            Ok(query.query_row([from, to], |row| row.get(0))?)
        };
        let now = second(now);
        let (late, today) = (due(i64::MIN, now)?, due(now, second(midnight).max(now))?);
        let count = |sql: &str, parameter: i64| -> Result<i64, Problem> {
            Ok(self.db.prepare_cached(sql)?.query_row([parameter], |row| row.get(0))?)
        };
        let group = "SELECT count(*) FROM cases INDEXED BY queue WHERE open = 1 AND long_term = ?1";
        let done = "SELECT count(*) FROM cases WHERE archived_by = 'operator' AND archived_at >= ?1";
        let mut asleep = self.db.prepare_cached(
            "SELECT count(*), min(wake_at) FROM cases INDEXED BY cases_asleep WHERE wake_at > 0 AND wake_at > ?1 AND open = 1",
        )?;
        let (asleep, wake): (i64, Option<i64>) =
            asleep.query_row([now], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Counts {
            open: count(group, 0)?,
            late,
            today,
            long_term: count(group, 1)?,
            informal: self.informal()?,
            done_today: count(done, second(day_start))?,
            sites: self.sites()?,
            odr_worst: self.worst()?,
            on_time: self.on_time(now)?,
            asleep,
            next_wake: wake.filter(|wake| *wake < super::refresh::NEVER).map(super::convert::time),
        })
    }

    /// Open messages that complain and that nobody has judged.
    fn informal(&self) -> Result<i64, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT count(*) FROM cases INDEXED BY queue_informal
             WHERE open = 1 AND channel = 'buyer_message' AND complaint = 1 AND complaint_set IS NULL",
        )?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Number of the last stored event; 0 in a new file.
    pub fn last_event(&self) -> Result<i64, Problem> {
        let mut query = self.db.prepare_cached("SELECT coalesce(max(id), 0) FROM events")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// Number of the first event that does not follow from those before it, `None` when the history is whole.
    pub fn first_broken_event(&self) -> Result<Option<i64>, Problem> {
        super::history::first_break(&self.db)
    }

    /// Sites with open cases, one step in the index for each.
    fn sites(&self) -> Result<Vec<Marketplace>, Problem> {
        let mut query = self
            .db
            .prepare_cached("SELECT min(marketplace) FROM cases WHERE open = 1 AND marketplace > ?1")?;
        let mut sites = Vec::new();
        let mut last = String::new();
        while let Some(next) = query.query_row([&last], |row| row.get::<_, Option<String>>(0))? {
            sites.extend(Marketplace::parse(&next));
            last = next;
        }
        sites.sort();
        Ok(sites)
    }

    /// Replies of the last 30 days, and how many of them came within 24 hours.
    fn on_time(&self, now: i64) -> Result<Option<Rate>, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT coalesce(sum(at - asked_at <= 86400), 0), count(*) FROM messages INDEXED BY messages_replies
             WHERE asked_at IS NOT NULL AND at > ?1 AND at <= ?2",
        )?;
        let rate = query.query_row([now - 30 * 86_400, now], |row| {
            Ok(Rate { numerator: row.get(0)?, denominator: row.get(1)? })
        })?;
        Ok(Some(rate).filter(|rate| rate.denominator > 0))
    }

    fn worst(&self) -> Result<Option<(Marketplace, Rate)>, Problem> {
        let mut query = self.db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        let value: Option<String> = query.query_row([WORST], |row| row.get(0)).optional()?;
        Ok(value.and_then(|value| {
            let mut parts = value.split(' ');
            let site = Marketplace::parse(parts.next()?)?;
            let (numerator, denominator) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some((site, Rate { numerator, denominator }))
        }))
    }

    /// Computes the worst rate and keeps it for the header, so that a start need not.
    pub(super) fn keep_worst(&self) -> Result<(), Problem> {
        let rates = self.health(None)?;
        super::paths::keep_rates(&self.db, &rates)?;
        let worse = |one: &&Health, other: &&Health| {
            let cross = |a: &Health, b: &Health| i128::from(a.numerator) * i128::from(b.denominator);
            cross(one, other).cmp(&cross(other, one)).then(other.marketplace.cmp(&one.marketplace))
        };
        let worst = rates.iter().filter(|rate| rate.denominator > 0).max_by(worse);
        self.db.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([WORST])?;
        if let Some(worst) = worst {
            let value = format!("{} {} {}", worst.marketplace, worst.numerator, worst.denominator);
            self.db
                .prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2)")?
                .execute([WORST, &value])?;
        }
        Ok(())
    }

    /// Order defect rates over the 60 days that end on `as_of`, by order date, one for each marketplace and
    /// fulfilment that has orders in them; `as_of` defaults to the last day the imported orders cover.
    pub fn health(&self, as_of: Option<Date>) -> Result<Vec<Health>, Problem> {
        let Some(as_of) = as_of.map_or_else(|| last_day(&self.db), |day| Ok(Some(day)))? else {
            return Ok(Vec::new());
        };
        let from = as_of.checked_sub(Span::new().days(WINDOW)).unwrap_or(as_of);
        let mut rates = denominators(&self.db, from, as_of)?;
        let defects = [feedback(&self.db)?, claims(&self.db)?, chargebacks(&self.db)?];
        let orders: BTreeSet<&String> = defects.iter().flatten().collect();
        for order in orders {
            let kinds = [0, 1, 2].map(|kind: usize| i64::from(defects[kind].contains(order)));
            count(&self.db, order, kinds, (from, as_of), &mut rates)?;
        }
        Ok(rates.into_values().collect())
    }
}

type Rates = BTreeMap<(Marketplace, Fulfilment), Health>;

fn last_day(db: &Connection) -> Result<Option<Date>, Problem> {
    let mut query = db.prepare_cached("SELECT max(purchased_on) FROM orders WHERE plain = 1")?;
    let day: Option<String> = query.query_row([], |row| row.get(0))?;
    Ok(day.and_then(|day| day.parse().ok()))
}

fn denominators(db: &Connection, from: Date, as_of: Date) -> Result<Rates, Problem> {
    let mut query = db.prepare_cached(
        "SELECT marketplace, fulfilment, count(*) FROM orders WHERE plain = 1 AND purchased_on >= ?1 AND purchased_on <= ?2
         GROUP BY marketplace, fulfilment",
    )?;
    let mut rows = query.query([from.to_string(), as_of.to_string()])?;
    let mut rates = Rates::new();
    while let Some(row) = rows.next()? {
        let site = word(row, "marketplace", Marketplace::parse)?;
        let fulfilment = word(row, "fulfilment", Fulfilment::parse)?;
        let Some((marketplace, fulfilment)) = site.zip(fulfilment) else { continue };
        let health = Health {
            marketplace,
            fulfilment,
            as_of,
            from,
            numerator: 0,
            denominator: row.get(2)?,
            negative_feedback: 0,
            claims: 0,
            chargebacks: 0,
            unmatched: 0,
        };
        rates.insert((marketplace, fulfilment), health);
    }
    Ok(rates)
}

/// Counts one order's defects where it belongs; an order that was never imported is only listed.
fn count(
    db: &Connection,
    order: &str,
    kinds: [i64; 3],
    days: (Date, Date),
    rates: &mut Rates,
) -> Result<(), Problem> {
    let mut query =
        db.prepare_cached("SELECT marketplace, fulfilment, purchased_on FROM orders WHERE order_id = ?1")?;
    let known = query.query_row([order], |row| {
        let site =
            word(row, "marketplace", Marketplace::parse)?.zip(word(row, "fulfilment", Fulfilment::parse)?);
        Ok((site, row.get::<_, String>("purchased_on")?))
    });
    let [negative, claims, chargebacks] = kinds;
    let Some((place, day)) = known.optional()? else {
        let site = super::import::site_of(db, order)?;
        if let Some(health) = rates.values_mut().find(|health| Some(health.marketplace) == site) {
            health.unmatched += negative + claims + chargebacks;
        }
        return Ok(());
    };
    let inside = day.as_str() >= days.0.to_string().as_str() && day.as_str() <= days.1.to_string().as_str();
    if let Some(health) = place.and_then(|place| rates.get_mut(&place)).filter(|_| inside) {
        health.numerator += 1;
        health.negative_feedback += negative;
        health.claims += claims;
        health.chargebacks += chargebacks;
    }
    Ok(())
}

/// Orders of ours only: ids of other channels never count.
fn plain(orders: impl Iterator<Item = rusqlite::Result<String>>) -> Result<BTreeSet<String>, Problem> {
    let orders: BTreeSet<String> = orders.collect::<Result<_, _>>()?;
    Ok(orders.into_iter().filter(|order| OrderId::parse(order).is_some()).collect())
}

fn feedback(db: &Connection) -> Result<BTreeSet<String>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT order_id FROM report_rows WHERE report = 'feedback' AND rating <= 2 AND order_id IS NOT NULL
         UNION SELECT order_id FROM report_rows WHERE channel = 'feedback' AND report = 'mapped'",
    )?;
    plain(query.query_map([], |row| row.get(0))?)
}

/// Orders with a claim whose newest decision is not for the seller.
fn claims(db: &Connection) -> Result<BTreeSet<String>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT order_id, at, notice, decision FROM messages
         WHERE order_id IS NOT NULL AND notice IN ('atoz_claim', 'atoz_decision', 'chargeback')
           AND notice <> 'chargeback'
         UNION ALL SELECT order_id, coalesce(CAST(strftime('%s', day) AS INTEGER), 0), 'atoz_claim', decision
         FROM report_rows WHERE channel = 'atoz_claim' AND order_id IS NOT NULL",
    )?;
    let mut newest: BTreeMap<String, Option<(i64, Decision)>> = BTreeMap::new();
    let mut rows = query.query(params![])?;
    while let Some(row) = rows.next()? {
        let at: i64 = row.get(1)?;
        let closes = word(row, "notice", Notice::parse)? == Some(Notice::AtozDecision);
        let said = word(row, "decision", Decision::parse)?.or(closes.then_some(Decision::Unknown));
        let claim = newest.entry(row.get(0)?).or_default();
        *claim = (*claim).max(said.map(|decision| (at, decision)));
    }
    let freed =
        |decision| matches!(decision, Decision::Denied | Decision::Withdrawn | Decision::OrderCancelled);
    let counts =
        newest.into_iter().filter(|(_, newest)| !newest.is_some_and(|(_, decision)| freed(decision)));
    plain(counts.map(|(order, _)| Ok(order)))
}

/// Orders with a chargeback, those about fraud left out.
fn chargebacks(db: &Connection) -> Result<BTreeSet<String>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT order_id, reason, subject || ' ' || body AS said FROM messages
         WHERE order_id IS NOT NULL AND notice IN ('atoz_claim', 'atoz_decision', 'chargeback')
           AND notice = 'chargeback'
         UNION ALL SELECT order_id, reason, coalesce(comment, '') FROM report_rows
         WHERE channel = 'chargeback' AND order_id IS NOT NULL",
    )?;
    let rows = query.query_map([], |row| {
        let (order, reason): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        let said = match reason {
            Some(reason) => reason,
            None => row.get(2)?,
        };
        Ok((order, is_fraud(&said)))
    })?;
    let rows: Vec<(String, bool)> = rows.collect::<Result<_, _>>()?;
    let fraud: BTreeSet<String> = rows.iter().filter(|row| row.1).map(|row| row.0.clone()).collect();
    plain(rows.into_iter().filter(|row| !fraud.contains(&row.0)).map(|row| Ok(row.0)))
}

/// A chargeback because somebody else used the card.
pub(super) fn is_fraud(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    [
        "fraud",
        "unauthori",
        "not authori",
        "did not authori",
        "betrug",
        "unbefugt",
        "frode",
        "fraude",
        "不正",
        "欺诈",
    ]
    .iter()
    .any(|word| reason.contains(word))
}
