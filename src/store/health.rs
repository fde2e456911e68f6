//! Account health as the mails, reports and answers of this file have it. The rules are those of `domain::health`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

use super::Store;
use super::convert::{second, time, word};
use crate::domain::health::policy::{HealthPolicy, OdrPolicy, shipped_health};
use crate::domain::health::reply::Question;
use crate::domain::health::reported::{Reported, newest};
use crate::domain::health::{DayOrders, Defects, Health, Ledger, Marked, Place, Sign, Unmatched, Window};
use crate::domain::record::{Decision, Notice};
use crate::domain::{CaseId, Fulfilment, Marketplace, OrderId};
use crate::problem::Problem;

/// Names in `meta`: the rates of the last import, the worst of them, the rules they were computed by.
pub(super) const RATES: &str = "odr_rates";
pub(super) const WORST: &str = "odr_worst";
const RULES: &str = "odr_rules";

impl Store {
    /// The rules of account health in place of those that ship. The rates kept for the header are computed anew where they
    /// were computed by others; when another process writes, the next import does it.
    pub fn use_health(&mut self, policy: HealthPolicy) -> Result<(), Problem> {
        let same = self.rules_are(&policy.odr)?;
        self.health = Some(policy);
        if !same {
            let _ = self.db.busy_timeout(std::time::Duration::ZERO);
            if self.db.execute_batch("BEGIN IMMEDIATE").is_ok() {
                let done = self.keep_rates().and_then(|()| Ok(self.db.execute_batch("COMMIT")?));
                if done.is_err() {
                    self.db.execute_batch("ROLLBACK")?;
                }
            }
            let _ = self.db.busy_timeout(self.patience);
        }
        Ok(())
    }

    /// The rules of account health.
    pub(super) fn health_policy(&self) -> Result<HealthPolicy, Problem> {
        match &self.health {
            Some(policy) => Ok(policy.clone()),
            None => shipped_health(),
        }
    }

    /// Whether the kept rates were computed by these rules; a file that does not say was written by those that ship.
    pub(super) fn rules_are(&self, policy: &OdrPolicy) -> Result<bool, Problem> {
        let mut query = self.db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        let kept: Option<String> = query.query_row([RULES], |row| row.get(0)).optional()?;
        match kept {
            Some(kept) => Ok(kept == rules(policy)),
            None => Ok(rules(policy) == rules(&shipped_health()?.odr)),
        }
    }

    /// Computes the rates and keeps them, so that neither a start nor a claim need do it.
    pub(super) fn keep_rates(&self) -> Result<(), Problem> {
        let rates = self.health(None)?;
        let mut keep = self.db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
        keep.execute([RULES, &rules(&self.health_policy()?.odr)])?;
        let line = |rate: &Health| {
            let (site, who) = (rate.marketplace, rate.fulfilment.word());
            format!("{site} {who} {} {} {} {}", rate.from, rate.as_of, rate.numerator, rate.denominator)
        };
        keep.execute([RATES, &rates.iter().map(line).collect::<Vec<_>>().join("\n")])?;
        let worse = |one: &&Health, other: &&Health| {
            let cross = |a: &Health, b: &Health| i128::from(a.numerator) * i128::from(b.denominator);
            cross(one, other).cmp(&cross(other, one)).then(other.marketplace.cmp(&one.marketplace))
        };
        match rates.iter().max_by(worse) {
            Some(worst) => {
                let value = format!("{} {} {}", worst.marketplace, worst.numerator, worst.denominator);
                keep.execute([WORST, &value])?;
            }
            None => {
                self.db.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([WORST])?;
            }
        }
        Ok(())
    }

    /// Order defect rates over the window that ends on `as_of`, by order date, one for each marketplace and fulfilment that
    /// has orders in it; `as_of` defaults to the last day the imported orders cover.
    pub fn health(&self, as_of: Option<Date>) -> Result<Vec<Health>, Problem> {
        let Some(as_of) = as_of.map_or_else(|| last_day(&self.db), |day| Ok(Some(day)))? else {
            return Ok(Vec::new());
        };
        let policy = self.health_policy()?.odr;
        let window = policy.window(as_of);
        Ok(ledger(&self.db, window, &policy)?.rates(window))
    }
}

fn rules(policy: &OdrPolicy) -> String {
    format!("{:016x}", super::convert::hash(&[&format!("{policy:?}")]).cast_unsigned())
}

/// The last day the imported orders cover.
pub(super) fn last_day(db: &Connection) -> Result<Option<Date>, Problem> {
    end_of_orders(db, "max")
}

/// The first day the imported orders cover.
pub(super) fn first_day(db: &Connection) -> Result<Option<Date>, Problem> {
    end_of_orders(db, "min")
}

/// Whether the imported orders reach over the whole of these days.
pub(super) fn covered(db: &Connection, days: Window) -> Result<bool, Problem> {
    let first = first_day(db)?.is_some_and(|first| first <= days.from);
    Ok(first && last_day(db)?.is_some_and(|last| last >= days.to))
}

fn end_of_orders(db: &Connection, end: &str) -> Result<Option<Date>, Problem> {
    let mut query = db.prepare_cached(&format!("SELECT {end}(purchased_on) FROM orders WHERE plain = 1"))?;
    let day: Option<String> = query.query_row([], |row| row.get(0))?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// Orders of these days, and everything that was ever said of a defective one.
pub(super) fn ledger(db: &Connection, days: Window, policy: &OdrPolicy) -> Result<Ledger, Problem> {
    let mut ledger = Ledger { days: orders(db, days, policy)?, ..Ledger::default() };
    for (order, signs) in signs(db, None)? {
        let defects = Defects::of(&signs, policy);
        if !defects.any() {
            continue;
        }
        match placed(db, &order)? {
            Some(placed) if !placed.counts(policy) => {}
            Some(Placed { day, place, .. }) => ledger.marked.push(Marked { order, day, place, defects }),
            None => {
                let marketplace = super::import::site_of(db, &order)?;
                ledger.unmatched.push(Unmatched { order, marketplace, defects });
            }
        }
    }
    Ok(ledger)
}

/// Orders by day, site and fulfilment.
pub(super) fn orders(db: &Connection, days: Window, policy: &OdrPolicy) -> Result<Vec<DayOrders>, Problem> {
    // Counted by SQLite: the orders of four months are many, their days, places and statuses few.
    let mut query = db.prepare_cached(
        "SELECT purchased_on, marketplace, fulfilment, status, count(*) AS orders FROM orders
         WHERE plain = 1 AND purchased_on >= ?1 AND purchased_on <= ?2
         GROUP BY purchased_on, marketplace, fulfilment, status",
    )?;
    let mut rows = query.query([days.from.to_string(), days.to.to_string()])?;
    let mut counts: Vec<DayOrders> = Vec::new();
    while let Some(row) = rows.next()? {
        if !policy.cancelled_orders_count
            && policy.is_cancelled(row.get_ref("status")?.as_str().unwrap_or(""))
        {
            continue;
        }
        let Some(day) = word(row, "purchased_on", |day| day.parse().ok())? else { continue };
        let here = DayOrders { day, place: place(row)?, orders: row.get("orders")? };
        match counts.last_mut().filter(|last| (last.day, last.place) == (here.day, here.place)) {
            Some(last) => last.orders += here.orders,
            None => counts.push(here),
        }
    }
    Ok(counts)
}

fn place(row: &Row<'_>) -> rusqlite::Result<Option<Place>> {
    let site = word(row, "marketplace", Marketplace::parse)?;
    Ok(site.zip(word(row, "fulfilment", Fulfilment::parse)?))
}

/// An imported order.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) day: Date,
    pub(super) place: Option<Place>,
    status: String,
}

impl Placed {
    /// Whether it stands in the rate.
    pub(super) fn counts(&self, policy: &OdrPolicy) -> bool {
        policy.cancelled_orders_count || !policy.is_cancelled(&self.status)
    }
}

/// Where an order of ours stands; `None` for one that was never imported.
pub(super) fn placed(db: &Connection, order: &str) -> Result<Option<Placed>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT marketplace, fulfilment, purchased_on, status FROM orders WHERE order_id = ?1 AND plain = 1",
    )?;
    let read = |row: &Row<'_>| {
        let day = word(row, "purchased_on", |day| day.parse::<Date>().ok())?.unwrap_or(Date::MIN);
        Ok(Placed { day, place: place(row)?, status: row.get("status")? })
    };
    Ok(query.query_row([order], read).optional()?)
}

/// What was said of every order, or of one. Ids of other channels never count.
pub(super) fn signs(db: &Connection, order: Option<&str>) -> Result<BTreeMap<String, Vec<Sign>>, Problem> {
    let mut all = BTreeMap::new();
    for (sql, read) in SIGNS {
        let only = if order.is_some() { "order_id = ?1" } else { "order_id IS NOT NULL" };
        let mut sql = sql.replace("{only}", only);
        if order.is_some() {
            // The few rows of the order, rather than the many of the report.
            sql = sql.replace("report = ", "+report = ");
        }
        let mut query = db.prepare_cached(&sql)?;
        let mut rows = query.query(rusqlite::params_from_iter(order))?;
        while let Some(row) = rows.next()? {
            let order: String = row.get("order_id")?;
            let sign = read(row)?;
            if OrderId::parse(&order).is_some() {
                all.entry(order).or_insert_with(Vec::new).push(sign);
            }
        }
    }
    Ok(all)
}

type Read = fn(&Row<'_>) -> rusqlite::Result<Sign>;

/// Where signs are found. The condition on the notice is spelled as the index `messages_defects` has it.
const SIGNS: &[(&str, Read)] = &[
    (
        "SELECT order_id, rating FROM report_rows WHERE report = 'feedback' AND rating IS NOT NULL AND {only}",
        |row| Ok(Sign::Feedback(row.get("rating")?)),
    ),
    (
        "SELECT order_id, rating FROM report_rows WHERE report = 'mapped' AND channel = 'feedback' AND {only}",
        |row| Ok(Sign::Feedback(row.get("rating")?)),
    ),
    (
        "SELECT order_id, at, notice, decision FROM messages
         WHERE notice IN ('atoz_claim', 'atoz_decision', 'chargeback') AND notice <> 'chargeback' AND {only}",
        |row| {
            let closes = word(row, "notice", Notice::parse)? == Some(Notice::AtozDecision);
            let decision = word(row, "decision", Decision::parse)?.or(closes.then_some(Decision::Unknown));
            Ok(Sign::Claim { at: time(row.get("at")?), decision })
        },
    ),
    (
        "SELECT order_id, coalesce(CAST(strftime('%s', day) AS INTEGER), 0) AS at, decision FROM report_rows
         WHERE report = 'mapped' AND channel = 'atoz_claim' AND {only}",
        |row| Ok(Sign::Claim { at: time(row.get("at")?), decision: word(row, "decision", Decision::parse)? }),
    ),
    ("SELECT order_id FROM report_rows WHERE report = 'mfn_returns' AND atoz = 1 AND {only}", |_| {
        Ok(Sign::ReturnsAtoz)
    }),
    (
        "SELECT order_id, coalesce(reason, subject || ' ' || body) AS said FROM messages
         WHERE notice IN ('atoz_claim', 'atoz_decision', 'chargeback') AND notice = 'chargeback' AND {only}",
        |row| Ok(Sign::Chargeback(row.get("said")?)),
    ),
    (
        "SELECT order_id, coalesce(reason, comment, '') AS said FROM report_rows
         WHERE report = 'mapped' AND channel = 'chargeback' AND {only}",
        |row| Ok(Sign::Chargeback(row.get("said")?)),
    ),
];

/// The newest metrics of Amazon's own files, by site.
pub(super) fn reported(
    db: &Connection,
    policy: &HealthPolicy,
) -> Result<BTreeMap<Marketplace, Vec<Reported>>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT marketplace, columns FROM report_rows WHERE report = 'performance' ORDER BY landed_at, id",
    )?;
    let mut rows = query.query([])?;
    let mut sites: BTreeMap<Marketplace, Vec<Reported>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let Some(site) = word(row, "marketplace", Marketplace::parse)? else { continue };
        let columns: BTreeMap<String, String> =
            serde_json::from_str(row.get_ref("columns")?.as_str().unwrap_or("{}")).unwrap_or_default();
        sites.entry(site).or_default().extend(Reported::read(&columns, policy));
    }
    Ok(sites.into_iter().map(|(site, all)| (site, newest(all))).collect())
}

/// Every wait of a buyer that began after `from`.
pub(super) fn questions(db: &Connection, from: Timestamp) -> Result<Vec<Question>, Problem> {
    let read = |row: &Row<'_>| {
        Ok(Question {
            case: CaseId(row.get("case_id")?),
            marketplace: word(row, "marketplace", Marketplace::parse)?,
            asked: time(row.get("asked_at")?),
            answered: row.get::<_, Option<i64>>("answered")?.map(time),
        })
    };
    let mut all = Vec::new();
    for sql in [
        "SELECT m.case_id, c.marketplace, m.asked_at, m.at AS answered FROM messages m INDEXED BY messages_replies
         JOIN cases c ON c.id = m.case_id WHERE m.asked_at IS NOT NULL AND m.at > ?1 AND m.asked_at > ?1",
        // Those that nobody answered; what an answer or "no reply needed" ended is none.
        "SELECT id AS case_id, marketplace, asked_at, NULL AS answered FROM cases
         WHERE asked_at > ?1 AND (answered_at IS NULL OR asked_at > answered_at) AND merged_into IS NULL",
    ] {
        let mut query = db.prepare_cached(sql)?;
        for question in query.query_map([second(from)], read)? {
            all.push(question?);
        }
    }
    Ok(all)
}

/// A number of days before a day.
pub(super) fn days_before(day: Date, days: i64) -> Date {
    let span = Span::new().try_days(days).unwrap_or_default();
    day.checked_sub(span).unwrap_or(Date::MIN)
}
