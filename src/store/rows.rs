//! Report rows: kept once by their natural key, the newest version in force whatever the order of import.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use super::convert::{hash, second};
use super::import::Import;
use crate::domain::case::Language;
use crate::domain::health::MOST_NEGATIVE;
use crate::domain::money::MOST_MINOR;
use crate::domain::record::{Fact, FeedbackLine, MappedLine, OrderLine, ReportKind, ReturnLine, Row};
use crate::domain::{Channel, Fulfilment, Kind, Marketplace, Money, OrderId, parts};
use crate::problem::Problem;

/// What a row came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// Not seen before.
    New,
    /// Known, nothing changed (or older than what is stored).
    Dup,
    /// Known, newer.
    Updated,
}

/// The columns that the facts of a row fill; the rest stays empty.
#[derive(Debug, Default)]
struct Filled<'a> {
    order: Option<&'a str>,
    day: Option<Date>,
    channel: Option<Channel>,
    sku: Option<&'a str>,
    asin: Option<&'a str>,
    name: Option<&'a str>,
    buyer: Option<&'a str>,
    kind: Option<Kind>,
    rating: Option<u8>,
    reason: Option<&'a str>,
    code: Option<&'a str>,
    comment: Option<&'a str>,
    response: Option<&'a str>,
    lang: Option<Language>,
    status: Option<&'a str>,
    resolution: Option<&'a str>,
    rma: Option<&'a str>,
    amount: Option<Money>,
    refunded: Option<Money>,
    received: Option<Date>,
    decision: Option<crate::domain::record::Decision>,
    atoz: bool,
    settled: bool,
    /// What may change between two downloads; a version not seen before is an update.
    changing: String,
    /// How far the matter has come: the greater version is the newer one, whichever was read first.
    progress: [i64; 3],
}

/// Stores one row.
pub(super) fn store(import: &mut Import<'_>, row: &Row) -> Result<RowFate, Problem> {
    match &row.fact {
        Fact::Order(line) => store_order(import, row, line),
        Fact::SkuCost(cost) => super::costs::import_sku(import, cost),
        Fact::Postage(site, band) => super::costs::import_band(import, *site, *band),
        Fact::SiteFees(fees) => super::costs::import_fees(import, fees),
        _ => store_row(import, row, &filled(row)),
    }
}

fn filled(row: &Row) -> Filled<'_> {
    match &row.fact {
        Fact::Order(_) | Fact::Metric | Fact::SkuCost(_) | Fact::Postage(..) | Fact::SiteFees(_) => {
            let day = row.columns.get("as_of").and_then(|day| day.parse().ok());
            Filled { day, changing: content(row), ..Filled::default() }
        }
        Fact::FbaReturn(line) => Filled { channel: None, changing: String::new(), ..returned(line) },
        Fact::MfnReturn(line) => Filled { channel: Some(Channel::Return), ..returned(line) },
        Fact::Feedback(line) => feedback(line),
        Fact::Reimbursement { order_id, amount, on } => {
            Filled { order: order_id.as_deref(), amount: *amount, day: *on, ..Filled::default() }
        }
        Fact::Replacement { original, replacement, kind, on } => Filled {
            order: Some(original),
            code: Some(replacement),
            kind: Some(*kind),
            day: *on,
            ..Filled::default()
        },
        Fact::Mapped(line) => mapped(line),
    }
}

fn returned(line: &ReturnLine) -> Filled<'_> {
    let (status, resolution) = (line.status.as_deref(), line.resolution.as_deref());
    let refunded = line.refunded.map_or(0, |refunded| refunded.minor);
    Filled {
        order: Some(&line.order_id),
        day: Some(line.on),
        sku: line.sku.as_deref(),
        asin: line.asin.as_deref(),
        name: line.name.as_deref(),
        kind: Some(line.kind),
        reason: Some(&line.reason),
        code: Some(&line.code),
        comment: line.comment.as_deref(),
        status,
        resolution,
        rma: line.rma.as_deref().filter(|rma| !rma.trim().is_empty()),
        amount: line.order_amount,
        refunded: line.refunded,
        received: line.received,
        atoz: line.atoz,
        settled: line.settled,
        changing: parts::join([status.unwrap_or(""), resolution.unwrap_or(""), &refunded.to_string()]),
        progress: [
            i64::from(line.settled),
            refunded,
            i64::from(line.received.is_some()) * 16 + i64::from(resolution.is_some()) * 4 + stage(status),
        ],
        ..Filled::default()
    }
}

/// How far a status is: asked, approved, anything after that.
fn stage(status: Option<&str>) -> i64 {
    let status = status.unwrap_or("").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| status.contains(word));
    if status.is_empty() || says(&["pend", "request", "open"]) {
        0
    } else if says(&["approv", "authori"]) {
        1
    } else {
        2
    }
}

fn feedback(line: &FeedbackLine) -> Filled<'_> {
    let response = line.response.as_deref().filter(|response| !response.trim().is_empty());
    Filled {
        order: Some(&line.order_id),
        day: Some(line.on),
        channel: is_negative(line.rating).then_some(Channel::Feedback),
        kind: Some(line.kind),
        rating: Some(line.rating),
        comment: Some(&line.comment),
        response,
        lang: line.language,
        changing: parts::join([line.comment.as_str(), response.unwrap_or("")]),
        progress: [i64::from(response.is_some()), i64::from(!line.comment.is_empty()), 0],
        ..Filled::default()
    }
}

fn is_negative(stars: u8) -> bool {
    i64::from(stars) <= MOST_NEGATIVE
}

fn mapped(line: &MappedLine) -> Filled<'_> {
    let decision = line.decision.map_or("", crate::domain::record::Decision::word);
    let status = line.status.as_deref();
    let amount = line.amount.map_or(0, |amount| amount.minor);
    Filled {
        order: Some(line.order_id.as_str()),
        day: line.on,
        // Praise is no complaint.
        channel: line
            .channel
            .filter(|channel| *channel != Channel::Feedback || line.rating.is_none_or(is_negative)),
        rating: line.rating,
        sku: line.sku.as_deref(),
        asin: line.asin.as_deref(),
        buyer: line.buyer.as_deref(),
        kind: Some(line.kind),
        reason: line.reason.as_deref(),
        comment: line.comment.as_deref(),
        status,
        amount: line.amount,
        decision: line.decision,
        settled: line.settled,
        changing: parts::join([
            status.unwrap_or(""),
            decision,
            &amount.to_string(),
            &line.settled.to_string(),
        ]),
        progress: [i64::from(line.settled), i64::from(line.decision.is_some()), stage(status)],
        ..Filled::default()
    }
}

/// The row as read, as a JSON object.
fn content(row: &Row) -> String {
    serde_json::to_string(&row.columns).unwrap_or_default()
}

/// Both forms of seller-fulfilled returns are one report.
fn family(report: ReportKind) -> &'static str {
    match report {
        ReportKind::XmlReturns => ReportKind::MfnReturns.word(),
        other => other.word(),
    }
}

fn store_row(import: &mut Import<'_>, row: &Row, filled: &Filled<'_>) -> Result<RowFate, Problem> {
    let (family, content) = (family(row.report), content(row));
    let [one, two, three] = filled.progress;
    let rank = format!("{one:020}{two:020}{three:020}{}\u{1f}{content}", filled.changing);
    let version = format!("{:016x} ", hash(&[&filled.changing]).cast_unsigned());
    let known: Option<(i64, String, String)> = import
        .store
        .db
        .prepare_cached("SELECT id, rank, seen FROM report_rows WHERE report = ?1 AND key = ?2")?
        .query_row(params![family, row.key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((id, stored, seen)) = known else {
        let stale = filled.day.is_some_and(|day| {
            super::convert::day_start(day, row.marketplace)
                < import.now.saturating_sub(super::refresh::LONG_TERM)
        });
        import
            .store
            .db
            .prepare_cached(
                "INSERT INTO report_rows (report, key, columns, rank, seen, landed_at, stale)
                 VALUES (?1, ?2, '{}', '', '', ?3, ?4)",
            )?
            .execute(params![family, row.key, import.now, stale])?;
        let id = import.store.db.last_insert_rowid();
        fill(&import.store.db, id, row, filled, &content, (&rank, &version), import.now)?;
        import.changed = true;
        touch(import, filled);
        return Ok(RowFate::New);
    };
    import.take_again("SELECT case_id FROM report_rows WHERE id = ?1", id)?;
    let fresh = !seen.contains(&version);
    let seen = if fresh { format!("{seen}{version}") } else { seen };
    if rank > stored {
        fill(&import.store.db, id, row, filled, &content, (&rank, &seen), import.now)?;
    } else if fresh {
        import
            .store
            .db
            .prepare_cached("UPDATE report_rows SET seen = ?2 WHERE id = ?1")?
            .execute(params![id, seen])?;
    }
    if rank > stored || fresh {
        import.changed = true;
        touch(import, filled);
    }
    if fresh {
        import.updated.insert(id);
    }
    Ok(if fresh { RowFate::Updated } else { RowFate::Dup })
}

fn touch(import: &mut Import<'_>, filled: &Filled<'_>) {
    if let Some(order) = filled.order {
        import.orders.insert(order.to_owned());
        if filled.refunded.is_some() {
            import.touched.order(order);
        }
    }
}

fn fill(
    db: &Connection,
    id: i64,
    row: &Row,
    filled: &Filled<'_>,
    content: &str,
    (rank, seen): (&str, &str),
    now: i64,
) -> Result<(), Problem> {
    db.prepare_cached(
        "UPDATE report_rows SET columns = ?2, rank = ?3, seen = ?4, order_id = ?5,
             marketplace = coalesce(?6, marketplace), day = ?7, channel = ?8, sku = ?9, asin = ?10, name = ?11,
             buyer = ?12, kind = ?13, rating = ?14, reason = ?15, code = ?16, comment = ?17, response = ?18, lang = ?19,
             status = ?20, resolution = ?21, rma = ?22, amount_minor = ?23, currency = ?24, refunded_minor = ?25,
             decision = ?26, atoz = ?27, settled = ?28, received_on = ?29,
             refund_seen_at = CASE WHEN refunded_minor IS ?25 THEN refund_seen_at WHEN ?25 > 0 THEN ?30 END,
             decision_seen_at = CASE WHEN decision IS ?26 THEN decision_seen_at WHEN ?26 IS NOT NULL THEN ?30 END
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        content,
        rank,
        seen,
        filled.order,
        row.marketplace.map(Marketplace::code),
        filled.day.map(|day| day.to_string()),
        filled.channel.map(Channel::word),
        filled.sku,
        filled.asin,
        filled.name,
        filled.buyer,
        filled.kind.map(Kind::word),
        filled.rating,
        filled.reason,
        filled.code,
        filled.comment,
        filled.response,
        filled.lang.map(Language::word),
        filled.status,
        filled.resolution,
        filled.rma,
        filled.amount.map(|amount| amount.minor),
        filled.amount.or(filled.refunded).map(|amount| amount.currency.code()),
        filled.refunded.map(|refunded| refunded.minor),
        filled.decision.map(crate::domain::record::Decision::word),
        filled.atoz,
        filled.settled,
        filled.received.map(|day| day.to_string()),
        now,
    ])?;
    Ok(())
}

fn store_order(import: &mut Import<'_>, row: &Row, line: &OrderLine) -> Result<RowFate, Problem> {
    let content = content(row);
    let updated = line.updated_at.map(second);
    let known: Option<(Option<i64>, String)> = import
        .store
        .db
        .prepare_cached("SELECT updated_at, columns FROM order_items WHERE order_id = ?1 AND sku = ?2")?
        .query_row(params![line.order_id, line.sku], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let fate = match &known {
        None => RowFate::New,
        Some((before, _)) if updated > *before => RowFate::Updated,
        Some((before, stored)) if updated.is_none() && before.is_none() && *stored != content => {
            RowFate::Updated
        }
        Some(_) => RowFate::Dup,
    };
    // Two versions of one moment: which is newer nobody can tell, so the same one stands in whatever order they come.
    let stands =
        known.is_some_and(|(before, stored)| before == updated && updated.is_some() && stored < content);
    if fate != RowFate::Dup || stands {
        write_line(&import.store.db, row, line, &content)?;
        import.orders.insert(line.order_id.clone());
        import.touched.order(&line.order_id);
        import.changed = true;
    }
    Ok(fate)
}

fn write_line(db: &Connection, row: &Row, line: &OrderLine, content: &str) -> Result<(), Problem> {
    db.prepare_cached(
        "INSERT INTO order_items (order_id, sku, asin, name, quantity, purchased_at, purchased_on, updated_at, status,
             fulfilment, marketplace, total_minor, currency, country, columns)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (order_id, sku) DO UPDATE SET asin = ?3, name = ?4, quantity = ?5, purchased_at = ?6,
             purchased_on = ?7, updated_at = ?8, status = ?9, fulfilment = ?10,
             marketplace = coalesce(?11, marketplace), total_minor = ?12, currency = ?13, country = ?14, columns = ?15",
    )?
    .execute(params![
        line.order_id,
        line.sku,
        line.asin,
        line.name,
        line.quantity,
        second(line.purchased_at),
        line.purchased_on.to_string(),
        line.updated_at.map(second),
        line.status,
        line.fulfilment.map(Fulfilment::word),
        row.marketplace.map(Marketplace::code),
        line.total.map(|total| total.minor),
        line.total.map(|total| total.currency.code()),
        line.country,
        content,
    ])?;
    Ok(())
}

/// Computes an order from its lines: the total is their sum, unknown while one lacks it or is above what any amount comes to;
/// the newest line says the status. Lines that different ones ship, or of which one says nothing, leave it unknown who ships
/// the order; so it is with its site.
pub(super) fn total(db: &Connection, order: &str) -> Result<(), Problem> {
    let plain = OrderId::parse(order).is_some();
    db.prepare_cached(
        "INSERT OR REPLACE INTO orders (order_id, plain, marketplace, fulfilment, purchased_at, purchased_on, status,
             total_minor, currency)
         SELECT order_id, ?2, CASE WHEN count(DISTINCT marketplace) = 1 THEN min(marketplace) END,
             CASE WHEN count(DISTINCT fulfilment) = 1 AND count(fulfilment) = count(*) THEN min(fulfilment) END, min(purchased_at), min(purchased_on),
             (SELECT status FROM order_items WHERE order_id = ?1 ORDER BY updated_at DESC, sku LIMIT 1),
             CASE WHEN count(*) = count(total_minor) AND count(DISTINCT currency) = 1 AND max(abs(total_minor)) <= ?3
                 THEN sum(CASE WHEN abs(total_minor) <= ?3 THEN total_minor END) END,
             CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END
         FROM order_items WHERE order_id = ?1 GROUP BY order_id",
    )?
    .execute(params![order, plain, MOST_MINOR])?;
    Ok(())
}
