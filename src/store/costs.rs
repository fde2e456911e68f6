//! The seller's own cost table: every version of a line is a row, the newest that was not undone stands.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::convert::{money, second, word};
use super::history::Head;
use super::import::Import;
use super::rates::named;
use super::{RowFate, Store};
use crate::domain::cost::defect::Defect;
use crate::domain::cost::policy::{CostPolicy, shipped_costs};
use crate::domain::cost::sheet::{CostSheet, SiteLine, SkuLine};
use crate::domain::cost::{Article, Band, Country, Ground, SiteCost, SkuCost};
use crate::domain::event::{Actor, Deed};
use crate::domain::health::distance;
use crate::domain::paths::{PathPolicy, at_risk, shipped_paths};
use crate::domain::share::Share;
use crate::domain::view::CaseFile;
use crate::domain::weight::Weight;
use crate::domain::{CaseId, Channel, Fulfilment, Marketplace};
use crate::problem::{Exit, Problem};

/// The line of a SKU that stands.
pub(super) const SKU_STANDING: &str =
    "SELECT sku, cost_minor, currency, weight_mg, category, fulfilment, ships_from
    FROM sku_costs WHERE sku = ?1 AND withdrawn = 0 ORDER BY id DESC LIMIT 1";
const SITE_STANDING: &str = "SELECT marketplace, fee, kept, kept_most_minor, currency, bands
    FROM site_costs WHERE marketplace = ?1 AND withdrawn = 0 ORDER BY id DESC LIMIT 1";
/// Own orders with a complaint of a kind (3) since a time (1), this order (2) left out, and how many of them came to a claim
/// afterwards. A complaint is what may still become a claim: a message, a return request, a feedback. An order whose claim came
/// first, or alone, says nothing of how often a complaint comes to one; a chargeback bars the claim. A row for each order, with
/// its cases.
pub(super) const CLAIMED: &str = "SELECT claimed IS NOT NULL AS claimed, cases FROM (
        SELECT order_id, group_concat(id) AS cases, min(CASE WHEN channel = 'atoz_claim' THEN opened_at END) AS claimed,
            min(CASE WHEN channel IN ('buyer_message', 'return_request', 'feedback') AND kind = ?3 THEN opened_at END) AS said
        FROM cases INDEXED BY cases_complaints
        WHERE coalesce(complaint_set, complaint) = 1 AND merged_into IS NULL AND opened_at >= ?1 AND order_id IS NOT NULL
            AND order_id <> ?2 AND outcome IS NOT 'import_undone'
        GROUP BY order_id)
    WHERE said IS NOT NULL AND (claimed IS NULL OR said < claimed) AND order_id NOT IN (
        SELECT order_id FROM cases INDEXED BY cases_complaints
        WHERE coalesce(complaint_set, complaint) = 1 AND merged_into IS NULL AND opened_at < ?1 AND order_id IS NOT NULL
            AND outcome IS NOT 'import_undone' AND channel = 'atoz_claim')";
/// SKUs of the orders, other channels apart, and of the complaints.
pub(super) const SEEN: [&str; 2] = [
    "SELECT i.sku, count(DISTINCT i.order_id) FROM orders o INDEXED BY orders_rates
     CROSS JOIN order_items i INDEXED BY items_rates ON i.order_id = o.order_id WHERE o.plain = 1 GROUP BY i.sku",
    "SELECT sku, id, order_id FROM cases INDEXED BY cases_complaints
     WHERE coalesce(complaint_set, complaint) = 1 AND merged_into IS NULL AND sku IS NOT NULL AND outcome IS NOT 'import_undone'",
];

impl Store {
    /// The policy of costs and rates in place of the one that ships.
    pub fn use_costs(&mut self, policy: CostPolicy) {
        self.costs = Some(policy);
    }

    /// The policy of costs and rates.
    pub fn cost_policy(&self) -> Result<CostPolicy, Problem> {
        self.costs.clone().map_or_else(shipped_costs, Ok)
    }

    /// The whole cost table.
    pub fn cost_sheet(&self) -> Result<CostSheet, Problem> {
        let mut lines: HashMap<String, SkuLine> = HashMap::new();
        let line = |cost: SkuCost| SkuLine { cost, orders: 0, complaints: Vec::new() };
        for (sku, cost) in cost_book(&self.db)? {
            lines.insert(sku, line(cost));
        }
        for (at, sql) in SEEN.iter().enumerate() {
            let mut query = self.db.prepare_cached(sql)?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (sku, told): (String, i64) = (row.get(0)?, row.get(1)?);
                if sku.trim().is_empty() {
                    continue;
                }
                let entry = lines.entry(sku.clone()).or_insert_with(|| line(SkuCost::empty(&sku)));
                if at == 0 {
                    entry.orders += told;
                } else if self.names(CaseId(told), row.get(2)?, &sku)? {
                    entry.complaints.push(CaseId(told));
                }
            }
        }
        let mut orders: HashMap<Marketplace, i64> = HashMap::new();
        let mut query = self.db.prepare_cached(
            "SELECT marketplace, count(*) AS orders FROM orders INDEXED BY orders_rates WHERE plain = 1 GROUP BY marketplace",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(site) = word(row, "marketplace", Marketplace::parse)? {
                orders.insert(site, row.get("orders")?);
            }
        }
        let mut sheet = CostSheet { skus: lines.into_values().collect(), sites: Vec::new() };
        for site in Marketplace::ALL {
            let orders = orders.get(site).copied().unwrap_or(0);
            sheet.sites.push(SiteLine { cost: site_cost(&self.db, *site)?, orders });
        }
        sheet.sort();
        Ok(sheet)
    }

    /// Whether a case speaks of this article: as in the rates, one of an order of several has to name it.
    fn names(&self, case: CaseId, order: Option<String>, sku: &str) -> Result<bool, Problem> {
        let Some(order) = order else { return Ok(true) };
        let mut query = self.db.prepare_cached(
            "SELECT count(DISTINCT sku) > 1 FROM order_items INDEXED BY items_rates WHERE order_id = ?1",
        )?;
        let several: bool = query.query_row([&order], |row| row.get(0))?;
        Ok(!several || named(&self.db, case, &order, Some(sku.to_owned()))?.is_some())
    }

    /// Saves the line of a SKU as it is given: what it does not say is not known any more. Returns the number of the event;
    /// of the last one where nothing changed.
    ///
    /// # Errors
    /// The SKU is empty.
    pub fn save_sku_cost(&mut self, cost: &SkuCost, now: Timestamp) -> Result<i64, Problem> {
        if cost.sku.trim().is_empty() {
            return Err(Problem::new(Exit::Blocked, ["a cost needs a SKU", "成本需要 SKU"], ["", ""]));
        }
        self.write(|tx, _| {
            let mut head = Head::read(tx)?;
            if sku_cost(tx, &cost.sku)?.unwrap_or_else(|| SkuCost::empty(&cost.sku)) == *cost {
                return Ok(head.id());
            }
            let event = edited(tx, &mut head, now, &Deed::SkuCosted { sku: cost.sku.clone() })?;
            insert_sku(tx, cost, second(now), Some(event))?;
            Ok(event)
        })
    }

    /// The same of a site.
    pub fn save_site_cost(&mut self, cost: &SiteCost, now: Timestamp) -> Result<i64, Problem> {
        let mut cost = cost.clone();
        cost.sort();
        self.write(|tx, _| {
            let mut head = Head::read(tx)?;
            if site_cost(tx, cost.marketplace)? == cost {
                return Ok(head.id());
            }
            let event = edited(tx, &mut head, now, &Deed::SiteCosted { site: cost.marketplace })?;
            insert_site(tx, &cost, second(now), Some(event))?;
            Ok(event)
        })
    }

    /// Everything the cost of an offer on a case is computed from; `None` where there is no such case.
    pub fn offer_ground(&self, case: CaseId, now: Timestamp) -> Result<Option<Ground>, Problem> {
        let Some(file) = self.case(case, now)? else { return Ok(None) };
        let order = file.order.as_ref();
        let site = file.summary.marketplace.or(order.and_then(|order| order.marketplace));
        let mut articles = Vec::new();
        for item in order.map_or(&[][..], |order| &order.items) {
            let cost = sku_cost(&self.db, &item.sku)?.unwrap_or_else(|| SkuCost::empty(&item.sku));
            articles.push(Article { quantity: item.quantity, cost });
        }
        let mut about = file.summary.sku.clone();
        if let Some(order) = order.filter(|order| order.items.len() > 1) {
            about = super::rates::named(&self.db, file.summary.id, &order.id, about)?;
        }
        Ok(Some(Ground {
            case: file.summary.id,
            site,
            fulfilment: order.and_then(|order| order.fulfilment),
            articles,
            about,
            costs: site.map(|site| site_cost(&self.db, site)).transpose()?,
            defect: self.defect(&file, now)?,
        }))
    }

    /// What is known about claims beside a case.
    fn defect(&self, file: &CaseFile, now: Timestamp) -> Result<Defect, Problem> {
        let policy = self.cost_policy()?;
        let days = policy.history.days;
        let from = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        let order = file.summary.order_id.as_deref().unwrap_or("");
        let mut query = self.db.prepare_cached(CLAIMED)?;
        let kind = file.summary.kind;
        let mut rows = query.query(params![second(from), order, kind.word()])?;
        let (mut claimed, mut cases) = (Share::default(), Vec::new());
        while let Some(row) = rows.next()? {
            claimed.all += 1;
            claimed.of += usize::from(row.get::<_, bool>("claimed")?);
            let of_order: String = row.get("cases")?;
            cases.extend(of_order.split(',').filter_map(|case| case.parse().ok()).map(CaseId));
        }
        let claims = shipped_paths().map_err(|error| super::broken(&error.to_string()))?;
        let past = crate::domain::paths::Span { days, ..claims.past.clone() };
        let paths = self.paths(file, &PathPolicy { past, ..claims }, now)?;
        let line = paths.odr.as_ref().map(|odr| {
            let left = distance(odr.numerator, odr.denominator, odr.line_hundredths);
            (odr.marketplace, odr.fulfilment, odr.line_hundredths, left)
        });
        Ok(Defect {
            is_claim: file.summary.channel == Channel::Atoz,
            kind,
            days,
            claimed,
            cases,
            withdrawn: paths.withdrawn(true),
            prior: policy.prior(),
            at_risk: at_risk(file),
            line,
        })
    }
}

/// Appends the event of an edit, which undo can take back.
fn edited(db: &Connection, head: &mut Head, now: Timestamp, deed: &Deed) -> Result<i64, Problem> {
    let event = head.append(db, None, second(now), Actor::Operator, deed)?;
    db.prepare_cached("INSERT INTO undoable (event, action) VALUES (?1, ?1)")?.execute([event])?;
    Ok(event)
}

/// What an event wrote no longer counts: the versions before stand again.
pub(super) fn withdraw(db: &Connection, event: i64) -> Result<(), Problem> {
    for table in ["sku_costs", "site_costs"] {
        db.prepare_cached(&format!("UPDATE {table} SET withdrawn = 1 WHERE event = ?1"))?.execute([event])?;
    }
    Ok(())
}

/// What an import read is its from now on; returns whether it read any.
pub(super) fn belong(db: &Connection, event: i64) -> Result<bool, Problem> {
    let mut count = 0;
    for table in ["sku_costs", "site_costs"] {
        count += db
            .prepare_cached(&format!("UPDATE {table} SET event = ?1 WHERE event IS NULL"))?
            .execute([event])?;
    }
    Ok(count > 0)
}

/// The cost table by SKU.
pub(super) fn cost_book(db: &Connection) -> Result<HashMap<String, SkuCost>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT sku, cost_minor, currency, weight_mg, category, fulfilment, ships_from FROM sku_costs
         WHERE id IN (SELECT max(id) FROM sku_costs WHERE withdrawn = 0 GROUP BY sku)",
    )?;
    let rows = query.query_map([], read_sku)?;
    rows.map(|row| row.map(|cost| (cost.sku.clone(), cost)).map_err(Problem::from)).collect()
}

/// What is known of a SKU; `None` for one that is not in the table.
fn sku_cost(db: &Connection, sku: &str) -> Result<Option<SkuCost>, Problem> {
    Ok(db.prepare_cached(SKU_STANDING)?.query_row([sku], read_sku).optional()?)
}

fn read_sku(row: &Row<'_>) -> rusqlite::Result<SkuCost> {
    Ok(SkuCost {
        sku: row.get("sku")?,
        cost: money(row, "cost_minor", "currency")?,
        weight: row.get::<_, Option<i64>>("weight_mg")?.and_then(Weight::of_milligrams),
        category: row.get("category")?,
        fulfilment: word(row, "fulfilment", Fulfilment::parse)?,
        ships_from: word(row, "ships_from", Country::parse)?,
    })
}

fn insert_sku(db: &Connection, cost: &SkuCost, at: i64, event: Option<i64>) -> Result<(), Problem> {
    db.prepare_cached(
        "INSERT INTO sku_costs (sku, cost_minor, currency, weight_mg, category, fulfilment, ships_from, saved_at, event)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        cost.sku,
        cost.cost.map(|cost| cost.minor),
        cost.cost.map(|cost| cost.currency.code()),
        cost.weight.map(Weight::milligrams),
        cost.category,
        cost.fulfilment.map(Fulfilment::word),
        cost.ships_from.as_ref().map(Country::code),
        at,
        event,
    ])?;
    Ok(())
}

/// What is known of a site.
pub(super) fn site_cost(db: &Connection, site: Marketplace) -> Result<SiteCost, Problem> {
    let mut query = db.prepare_cached(SITE_STANDING)?;
    let read = query.query_row([site.code()], |row| {
        let cost = SiteCost {
            fee: row.get("fee")?,
            kept: row.get("kept")?,
            kept_most: money(row, "kept_most_minor", "currency")?,
            ..SiteCost::empty(site)
        };
        Ok((cost, row.get::<_, String>("bands")?))
    });
    let Some((mut cost, bands)) = read.optional()? else { return Ok(SiteCost::empty(site)) };
    let bands: Result<Vec<Band>, _> = serde_json::from_str(&bands);
    cost.bands = bands.map_err(|error| super::broken(&error.to_string()))?;
    Ok(cost)
}

fn insert_site(db: &Connection, cost: &SiteCost, at: i64, event: Option<i64>) -> Result<(), Problem> {
    let bands = serde_json::to_string(&cost.bands).map_err(|error| super::broken(&error.to_string()))?;
    db.prepare_cached(
        "INSERT INTO site_costs (marketplace, fee, kept, kept_most_minor, currency, bands, saved_at, event)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        cost.marketplace.code(),
        cost.fee,
        cost.kept,
        cost.kept_most.map(|most| most.minor),
        cost.kept_most.map(|most| most.currency.code()),
        bands,
        at,
        event,
    ])?;
    Ok(())
}

/// Takes in a row about a SKU: what it says stands over what was known, what it does not say stays.
pub(super) fn import_sku(import: &mut Import<'_>, cost: &SkuCost) -> Result<RowFate, Problem> {
    let db = &import.store.db;
    let known = sku_cost(db, &cost.sku)?;
    let newer = cost.clone().over(known.as_ref().unwrap_or(&SkuCost::empty(&cost.sku)));
    match known {
        Some(known) if known == newer => return Ok(RowFate::Dup),
        _ => insert_sku(db, &newer, import.now, None)?,
    }
    import.changed = true;
    Ok(if known.is_some() { RowFate::Updated } else { RowFate::New })
}

/// Takes in a row about the postage of a site.
pub(super) fn import_band(
    import: &mut Import<'_>,
    site: Marketplace,
    band: Band,
) -> Result<RowFate, Problem> {
    let known = site_cost(&import.store.db, site)?;
    let same =
        |other: &&Band| (other.fulfilment, other.way, other.up_to) == (band.fulfilment, band.way, band.up_to);
    let before = known.bands.iter().find(same).copied();
    if before == Some(band) {
        return Ok(RowFate::Dup);
    }
    let mut newer = known;
    newer.set_band(band);
    keep_site(import, &newer)?;
    Ok(if before.is_some() { RowFate::Updated } else { RowFate::New })
}

/// Takes in a row about the fees of a site.
pub(super) fn import_fees(import: &mut Import<'_>, fees: &SiteCost) -> Result<RowFate, Problem> {
    let known = site_cost(&import.store.db, fees.marketplace)?;
    let newer = SiteCost {
        fee: fees.fee.or(known.fee),
        kept: fees.kept.or(known.kept),
        kept_most: fees.kept_most.or(known.kept_most),
        ..known.clone()
    };
    if newer == known {
        return Ok(RowFate::Dup);
    }
    keep_site(import, &newer)?;
    let first = (known.fee, known.kept, known.kept_most) == (None, None, None);
    Ok(if first { RowFate::New } else { RowFate::Updated })
}

/// One version of a site for one import, however many of its rows are about it.
fn keep_site(import: &mut Import<'_>, cost: &SiteCost) -> Result<(), Problem> {
    let db = &import.store.db;
    db.prepare_cached("DELETE FROM site_costs WHERE marketplace = ?1 AND event IS NULL")?
        .execute([cost.marketplace.code()])?;
    insert_site(db, cost, import.now, None)?;
    import.changed = true;
    Ok(())
}
