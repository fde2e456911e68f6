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
use crate::domain::record::Decision;
use crate::domain::{CaseId, Fulfilment, Marketplace, OrderId, Outcome};
use crate::problem::Problem;

/// Names in `meta`: the rates as they stand, the worst of them, the rules they were computed by, and that they are to be computed
/// anew.
pub(super) const RATES: &str = "odr_rates";
pub(super) const WORST: &str = "odr_worst";
const RULES: &str = "odr_rules";
const STALE: &str = "odr_stale";

impl Store {
    /// The rules of account health in place of those that ship. The rates kept for the header are computed anew where they
    /// were computed by others; when another process writes, the next import does it.
    pub fn use_health(&mut self, policy: HealthPolicy) -> Result<(), Problem> {
        let same = self.rules_are(&policy.odr)? && !are_stale(&self.db)?;
        let odr = policy.odr.clone();
        self.health = Some(policy);
        if !same {
            let _ = self.db.busy_timeout(std::time::Duration::ZERO);
            if self.db.execute_batch("BEGIN IMMEDIATE").is_ok() {
                let done = keep_rates(&self.db, &odr).and_then(|()| Ok(self.db.execute_batch("COMMIT")?));
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

    /// Order defect rates over the window that ends on `as_of`, by order date, one for each marketplace and fulfilment that
    /// has orders in it; `as_of` defaults to the last day the imported orders cover.
    pub fn health(&self, as_of: Option<Date>) -> Result<Vec<Health>, Problem> {
        rates(&self.db, as_of, &self.health_policy()?.odr)
    }
}

fn rates(db: &Connection, as_of: Option<Date>, policy: &OdrPolicy) -> Result<Vec<Health>, Problem> {
    let Some(as_of) = as_of.map_or_else(|| last_day(db), |day| Ok(Some(day)))? else {
        return Ok(Vec::new());
    };
    let window = policy.window(as_of);
    Ok(ledger(db, window, policy)?.rates(window))
}

/// Computes the rates and keeps them, so that neither a start nor a claim need do it.
pub(super) fn keep_rates(db: &Connection, policy: &OdrPolicy) -> Result<(), Problem> {
    let rates = rates(db, None, policy)?;
    let mut keep = db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
    keep.execute([RULES, &rules(policy)])?;
    let line = |rate: &Health| {
        let (site, who) = (rate.marketplace, rate.fulfilment.word());
        format!("{site} {who} {} {} {} {}", rate.from, rate.as_of, rate.numerator, rate.denominator)
    };
    keep.execute([RATES, &rates.iter().map(line).collect::<Vec<_>>().join("\n")])?;
    let worse = |one: &&Health, other: &&Health| {
        let cross = |a: &Health, b: &Health| i128::from(a.numerator) * i128::from(b.denominator);
        cross(one, other).cmp(&cross(other, one)).then(other.marketplace.cmp(&one.marketplace))
    };
    let mut forget = db.prepare_cached("DELETE FROM meta WHERE name = ?1")?;
    match rates.iter().max_by(worse) {
        Some(worst) => {
            let value = format!("{} {} {}", worst.marketplace, worst.numerator, worst.denominator);
            keep.execute([WORST, &value])?;
        }
        None => {
            forget.execute([WORST])?;
        }
    }
    forget.execute([STALE])?;
    Ok(())
}

/// What was just written changes the rates: they are computed anew before it is committed.
pub(super) fn outdate_rates(db: &Connection) -> Result<(), Problem> {
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, '')")?.execute([STALE])?;
    Ok(())
}

/// Whether something that changes the rates was written since they were computed.
pub(super) fn are_stale(db: &Connection) -> Result<bool, Problem> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM meta WHERE name = ?1)")?;
    Ok(query.query_row([STALE], |row| row.get(0))?)
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

fn end_of_orders(db: &Connection, end: &str) -> Result<Option<Date>, Problem> {
    let mut query = db.prepare_cached(&format!("SELECT {end}(purchased_on) FROM orders WHERE plain = 1"))?;
    let day: Option<String> = query.query_row([], |row| row.get(0))?;
    Ok(day.and_then(|day| day.parse().ok()))
}

/// Which days the imported orders reach over.
#[derive(Debug)]
pub(super) struct Reach {
    /// All of them together.
    all: Option<Window>,
    /// Those of each site.
    sites: BTreeMap<Marketplace, Window>,
    /// A site may be without an order for so many days.
    quiet: i64,
}

impl Reach {
    pub(super) fn read(db: &Connection, policy: &OdrPolicy) -> Result<Self, Problem> {
        let all = first_day(db)?.zip(last_day(db)?).map(|(from, to)| Window { from, to });
        let mut query = db.prepare_cached(
            "SELECT marketplace, min(purchased_on) AS first, max(purchased_on) AS last FROM orders INDEXED BY orders_rates
             WHERE plain = 1 GROUP BY marketplace",
        )?;
        let mut rows = query.query([])?;
        let mut sites = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let Some(site) = word(row, "marketplace", Marketplace::parse)? else { continue };
            let day = |name| word(row, name, |day| day.parse::<Date>().ok());
            let window = day("first")?.zip(day("last")?).map(|(from, to)| Window { from, to });
            sites.extend(window.map(|window| (site, window)));
        }
        Ok(Self { all, sites, quiet: policy.quiet_days })
    }

    /// The first and the last day of which orders of a site are there.
    pub(super) fn of(&self, site: Marketplace) -> Option<Window> {
        self.sites.get(&site).copied()
    }

    /// The days that the orders of a site cover: its own, and some quiet ones more within those of all sites.
    pub(super) fn covered(&self, site: Marketplace) -> Option<Window> {
        let (all, own) = (self.all?, self.of(site)?);
        let from = days_before(own.from, self.quiet).max(all.from);
        Some(Window { from, to: days_before(own.to, -self.quiet).min(all.to) })
    }

    /// Whether the orders of all sites together reach over these days.
    pub(super) fn covers(&self, days: Window) -> bool {
        self.all.is_some_and(|all| all.covers(days))
    }

    /// The sites with orders of these days that do not cover them.
    pub(super) fn partial(&self, days: Window) -> Vec<Marketplace> {
        let some = |own: &Window| own.from <= days.to && own.to >= days.from;
        let sites = self.sites.iter().filter(|(_, own)| some(own)).map(|(site, _)| *site);
        sites.filter(|site| !self.covered(*site).is_some_and(|covered| covered.covers(days))).collect()
    }
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
        let mut sql = sql.replace("{only}", only).replace("{stands}", STANDS);
        if order.is_some() {
            // The few rows of the order, rather than the many of the report.
            sql = sql.replace("report = ", "+report = ").replace("cases_claims", "cases_order");
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

/// What an import brought that was taken back is in no figure.
const STANDS: &str =
    "NOT EXISTS (SELECT 1 FROM cases u WHERE u.id = case_id AND u.outcome = 'import_undone')";

/// Where signs are found. A mail that names no order is about the order of its case. The condition on the notice is spelled as
/// the index `messages_defects` has it.
const SIGNS: &[(&str, Read)] = &[
    (
        "SELECT order_id, rating FROM report_rows WHERE report = 'feedback' AND rating IS NOT NULL AND {stands} AND {only}",
        |row| Ok(Sign::Feedback(row.get("rating")?)),
    ),
    (
        "SELECT order_id, rating FROM report_rows WHERE report = 'mapped' AND channel = 'feedback' AND {stands} AND {only}",
        |row| Ok(Sign::Feedback(row.get("rating")?)),
    ),
    (
        "SELECT order_id, stands FROM cases INDEXED BY cases_claims
         WHERE channel = 'atoz_claim' AND merged_into IS NULL AND outcome IS NOT 'import_undone' AND {only}",
        |row| Ok(Sign::Claim(word(row, "stands", Outcome::parse)?)),
    ),
    // Decisions on a claim that no mail or row tells of.
    (
        "SELECT order_id, at, decision FROM (
             SELECT coalesce(m.order_id, c.order_id) AS order_id, m.at, m.decision, coalesce(m.message_id, m.digest) AS name
             FROM messages m LEFT JOIN cases c ON c.id = m.case_id
             WHERE m.notice IN ('atoz_claim', 'atoz_decision', 'chargeback') AND m.notice = 'atoz_decision'
                 AND c.channel IS NOT 'atoz_claim' AND c.outcome IS NOT 'import_undone')
         WHERE {only} ORDER BY at, name",
        |row| {
            let decision = word(row, "decision", Decision::parse)?.unwrap_or(Decision::Unknown);
            Ok(Sign::Decided(time(row.get("at")?), decision))
        },
    ),
    ("SELECT order_id FROM report_rows WHERE report = 'mfn_returns' AND atoz = 1 AND {stands} AND {only}", |_| {
        Ok(Sign::ReturnsAtoz)
    }),
    (
        "SELECT order_id, reason FROM (
             SELECT coalesce(m.order_id, c.order_id) AS order_id, m.reason
             FROM messages m LEFT JOIN cases c ON c.id = m.case_id
             WHERE m.notice IN ('atoz_claim', 'atoz_decision', 'chargeback') AND m.notice = 'chargeback' AND c.outcome IS NOT 'import_undone')
         WHERE {only}",
        |row| Ok(Sign::Chargeback(stated(row)?)),
    ),
    (
        "SELECT order_id, reason FROM report_rows WHERE report = 'mapped' AND channel = 'chargeback' AND {stands} AND {only}",
        |row| Ok(Sign::Chargeback(stated(row)?)),
    ),
];

/// The reason that a mail or a row states.
pub(super) fn stated(row: &Row<'_>) -> rusqlite::Result<Option<String>> {
    Ok(row.get::<_, Option<String>>("reason")?.filter(|reason| !reason.trim().is_empty()))
}

/// The newest metrics of Amazon's own files, by site: on a day those whose own days had ended by then, and of those that name none
/// what was imported by then.
pub(super) fn reported(
    db: &Connection,
    policy: &HealthPolicy,
    as_of: Option<Date>,
) -> Result<BTreeMap<Marketplace, Vec<Reported>>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT marketplace, columns, date(landed_at, 'unixepoch') AS landed FROM report_rows
         WHERE report = 'performance' ORDER BY landed_at, id",
    )?;
    let mut rows = query.query([])?;
    let mut sites: BTreeMap<Marketplace, Vec<Reported>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let Some(site) = word(row, "marketplace", Marketplace::parse)? else { continue };
        let columns: BTreeMap<String, String> =
            serde_json::from_str(row.get_ref("columns")?.as_str().unwrap_or("{}")).unwrap_or_default();
        let landed = word(row, "landed", |day| day.parse::<Date>().ok())?;
        let metric = Reported::read(&columns, policy);
        let known = |metric: &Reported| as_of.is_none_or(|as_of| metric.days.1.or(landed) <= Some(as_of));
        sites.entry(site).or_default().extend(metric.filter(known));
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
