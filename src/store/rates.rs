//! Complaint rates as the orders and cases of this file have it. The rules are those of `domain::rates`.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::convert::{day_end, day_start, money, word};
use super::costs::cost_book;
use super::health::{Reach, days_before, first_day, last_day};
use crate::domain::cost::Country;
use crate::domain::cost::policy::RatesPolicy;
use crate::domain::health::Window;
use crate::domain::health::policy::OdrPolicy;
use crate::domain::rates::{Complaint, OrderFacts, Rates, Tally};
use crate::domain::report::Period;
use crate::domain::{CaseId, Channel, Fulfilment, Marketplace};
use crate::problem::Problem;

/// Orders of some days, each of their lines a row, the lines of an order together. From indexes alone.
pub(super) const ORDERS: &str = "SELECT o.order_id, o.marketplace, o.fulfilment, o.status, o.total_minor, o.currency,
        i.sku, i.country
    FROM orders o INDEXED BY orders_rates LEFT JOIN order_items i INDEXED BY items_rates ON i.order_id = o.order_id
    WHERE o.plain = 1 AND o.purchased_on >= ?1 AND o.purchased_on <= ?2
    ORDER BY o.purchased_on, o.order_id";
/// Its columns by place: a name would be looked up anew at each of a hundred thousand rows.
mod column {
    pub(super) const ORDER: usize = 0;
    pub(super) const SITE: usize = 1;
    pub(super) const FULFILMENT: usize = 2;
    pub(super) const STATUS: usize = 3;
    pub(super) const TOTAL: usize = 4;
    pub(super) const CURRENCY: usize = 5;
    pub(super) const SKU: usize = 6;
    pub(super) const COUNTRY: usize = 7;
}
/// Every complaint. From an index alone.
pub(super) const COMPLAINTS: &str =
    "SELECT id, order_id, sku, channel, opened_at FROM cases INDEXED BY cases_complaints
    WHERE coalesce(complaint_set, complaint) = 1 AND merged_into IS NULL AND outcome IS NOT 'import_undone'";

/// A complaint with what tells whether its order was ever seen.
struct Found {
    complaint: Complaint,
    opened_at: i64,
}

impl Store {
    /// Complaint rates of the orders of a period that ends on `as_of`, by default the last day the imported orders cover
    /// (today, where there are none). As in the order defect rate the days are those of the orders: a complaint counts whenever
    /// it came, since the last orders of a period are complained of after it.
    pub fn rates(&self, as_of: Option<Date>, period: Period, now: Timestamp) -> Result<Rates, Problem> {
        let policy = self.cost_policy()?;
        let book = cost_book(&self.db)?;
        let window = self.rates_window(as_of, period, now)?;
        let mut complaints = complaints(&self.db, &policy.rates)?;
        let mut tally = Tally::new(&book, &policy);
        let odr = self.health_policy()?.odr;
        each_order(&self.db, window, &odr, |order, mut facts| {
            let of = complaints.remove(order).unwrap_or_default();
            facts.complaints = of.into_iter().map(|found| found.complaint).collect();
            if facts.skus.len() > 1 {
                for complaint in &mut facts.complaints {
                    complaint.sku = named(&self.db, complaint.case, order, complaint.sku.take())?;
                }
            }
            tally.order(&facts);
            Ok(())
        })?;
        let mut rates = tally.finish(window);
        let reach = Reach::read(&self.db, &odr)?;
        // Over all there is every site counts from its own first order on.
        rates.partial = if period == Period::All { Vec::new() } else { reach.partial(window) };
        rates.whole = reach.covers(window) && rates.partial.is_empty();
        let from = day_start(window.from, None);
        let until = as_of.map_or(i64::MAX, |day| day_end(day, None));
        rates.unseen = unseen(&self.db, &complaints, from, until)?;
        Ok(rates)
    }

    fn rates_window(&self, as_of: Option<Date>, period: Period, now: Timestamp) -> Result<Window, Problem> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let to = match as_of {
            Some(day) => day,
            None => last_day(&self.db)?.unwrap_or(today),
        };
        let from = match period {
            Period::Days(days) => days_before(to, (days - 1).max(0)),
            Period::All => first_day(&self.db)?.unwrap_or(to).min(to),
        };
        Ok(Window { from, to })
    }
}

/// The complaints by order; those that name none stand under the empty one.
fn complaints(db: &Connection, policy: &RatesPolicy) -> Result<HashMap<String, Vec<Found>>, Problem> {
    let mut query = db.prepare_cached(COMPLAINTS)?;
    let mut rows = query.query([])?;
    let mut found: HashMap<String, Vec<Found>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let channel = word(row, 3, Channel::parse)?;
        if !channel.is_some_and(|channel| policy.channels.contains(&channel)) {
            continue;
        }
        let complaint = Complaint { case: CaseId(row.get(0)?), sku: row.get(2)? };
        let order: Option<String> = row.get(1)?;
        let opened_at = row.get(4)?;
        found.entry(order.unwrap_or_default()).or_default().push(Found { complaint, opened_at });
    }
    Ok(found)
}

/// Reads the orders of some days, one at a time.
fn each_order(
    db: &Connection,
    window: Window,
    policy: &OdrPolicy,
    mut read: impl FnMut(&str, OrderFacts) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut query = db.prepare_cached(ORDERS)?;
    let mut rows = query.query(params![window.from.to_string(), window.to.to_string()])?;
    let mut current: Option<(String, OrderFacts)> = None;
    while let Some(row) = rows.next()? {
        let order = row.get_ref(column::ORDER)?.as_str().unwrap_or("");
        if current.as_ref().is_none_or(|(before, _)| before != order) {
            if let Some((order, facts)) = current.take() {
                read(&order, facts)?;
            }
            if !policy.cancelled_orders_count
                && policy.is_cancelled(row.get_ref(column::STATUS)?.as_str().unwrap_or(""))
            {
                continue;
            }
            let facts = OrderFacts {
                marketplace: word(row, column::SITE, Marketplace::parse)?,
                fulfilment: word(row, column::FULFILMENT, Fulfilment::parse)?,
                total: money(row, column::TOTAL, column::CURRENCY)?,
                country: word(row, column::COUNTRY, Country::parse)?,
                ..OrderFacts::default()
            };
            current = Some((order.to_owned(), facts));
        }
        let Some((_, facts)) = &mut current else { continue };
        // Lines that go to several countries, or of which one names none, leave the route unknown. The first line agrees with
        // itself.
        if facts.country != word(row, column::COUNTRY, Country::parse)? {
            facts.country = None;
        }
        facts.skus.extend(row.get::<_, Option<String>>(column::SKU)?.filter(|sku| !sku.trim().is_empty()));
    }
    if let Some((order, facts)) = current {
        read(&order, facts)?;
    }
    Ok(())
}

/// The article of a case where a mail or row of it names that article: where none does, the first one of its order stands in
/// the case, which says nothing.
pub(super) fn named(
    db: &Connection,
    case: CaseId,
    order: &str,
    sku: Option<String>,
) -> Result<Option<String>, Problem> {
    let Some(sku) = sku else { return Ok(None) };
    let mut query = db.prepare_cached(
        "WITH item (sku, asin) AS (SELECT ?2, (SELECT asin FROM order_items WHERE order_id = ?3 AND sku = ?2))
         SELECT EXISTS (SELECT 1 FROM report_rows r, item WHERE r.case_id = ?1 AND (r.sku = item.sku OR r.asin = item.asin))
             OR EXISTS (SELECT 1 FROM messages m, item WHERE m.case_id = ?1 AND m.articles <> '' AND (
                 instr(m.articles, char(31) || item.sku || char(31)) > 0
                 OR instr(char(10) || m.articles, char(10) || item.asin || char(31)) > 0))",
    )?;
    let told: bool = query.query_row(params![case.0, sku, order], |row| row.get(0))?;
    Ok(told.then_some(sku))
}

/// Complaints of some time whose order no report ever named, or that name none.
fn unseen(
    db: &Connection,
    complaints: &HashMap<String, Vec<Found>>,
    from: i64,
    until: i64,
) -> Result<Vec<CaseId>, Problem> {
    let mut query = db.prepare_cached("SELECT 1 FROM orders WHERE order_id = ?1")?;
    let mut cases = Vec::new();
    for (order, found) in complaints {
        let here = found.iter().filter(|found| (from..until).contains(&found.opened_at));
        let mut here = here.map(|found| found.complaint.case).peekable();
        if here.peek().is_none() {
            continue;
        }
        let seen = !order.is_empty() && query.query_row([order], |_| Ok(())).optional()?.is_some();
        if !seen {
            cases.extend(here);
        }
    }
    cases.sort_unstable();
    Ok(cases)
}
