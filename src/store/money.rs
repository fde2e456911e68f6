//! The money log: every step of every offer with what it moves, appended and chained, never changed.
//!
//! The walls against double and excess bookings stand in the schema (`007_money_walls.sql`); here the lines are made, read
//! and checked.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::convert::{money, word};
use crate::domain::offer::{OfferStatus, Parcel};
use crate::domain::{Currency, Money};
use crate::problem::Problem;

/// Name in `meta` of count and hash of the log's end.
pub(super) const HEAD: &str = "money_head";

/// The step of a line that only gives an amount back, before another is held.
pub(super) const RELEASED: &str = "released";

const WALLS: &str = include_str!("../../assets/migrations/007_money_walls.sql");

/// A line that is to be appended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) offer: i64,
    pub(super) order: Option<&'a str>,
    pub(super) step: &'a str,
    pub(super) reverses: Option<i64>,
    pub(super) undoes: Option<i64>,
    /// Positive: held from now on. Negative: given back. `None`: no money moves.
    pub(super) amount: Option<Money>,
    pub(super) seen: i64,
    pub(super) parcel: &'a Parcel,
    pub(super) at: i64,
    pub(super) event: i64,
}

/// A line of the log.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) seq: i64,
    pub(super) key: String,
    pub(super) offer: i64,
    pub(super) order: Option<String>,
    pub(super) step: String,
    pub(super) reverses: Option<i64>,
    pub(super) undoes: Option<i64>,
    pub(super) minor: i64,
    pub(super) currency: Option<String>,
    pub(super) seen: i64,
    pub(super) parcel: Parcel,
    cost: (Option<i64>, Option<String>),
    pub(super) at: i64,
    pub(super) event: i64,
    pub(super) prev: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Line {
    const COLUMNS: &'static str = "seq, key, offer, order_id, step, reverses, undoes, amount_minor, currency, \
        seen_minor, carrier, tracking, cost_minor, cost_currency, at, event, prev, hash";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            key: row.get("key")?,
            offer: row.get("offer")?,
            order: row.get("order_id")?,
            step: row.get("step")?,
            reverses: row.get("reverses")?,
            undoes: row.get("undoes")?,
            minor: row.get("amount_minor")?,
            currency: row.get("currency")?,
            seen: row.get("seen_minor")?,
            parcel: Parcel {
                carrier: row.get("carrier")?,
                tracking: row.get("tracking")?,
                cost: money(row, "cost_minor", "cost_currency")?,
            },
            cost: (row.get("cost_minor")?, row.get("cost_currency")?),
            at: row.get("at")?,
            event: row.get("event")?,
            prev: row.get("prev")?,
            hash: row.get("hash")?,
        })
    }

    /// The state it brings the offer to; `None` where it only gives an amount back.
    pub(super) fn status(&self) -> Option<OfferStatus> {
        OfferStatus::parse(&self.step)
    }

    /// SHA-256 over the line before and every field of this one, each with its length, so that nothing can move from one
    /// field into the next.
    fn link(&self) -> Vec<u8> {
        let number = |number: i64| Some(number.to_be_bytes().to_vec());
        let text = |text: &Option<String>| text.as_ref().map(|text| text.clone().into_bytes());
        let fields = [
            number(self.seq),
            Some(self.key.clone().into_bytes()),
            number(self.offer),
            text(&self.order),
            Some(self.step.clone().into_bytes()),
            self.reverses.and_then(number),
            self.undoes.and_then(number),
            number(self.minor),
            text(&self.currency),
            number(self.seen),
            text(&self.parcel.carrier),
            text(&self.parcel.tracking),
            self.cost.0.and_then(number),
            text(&self.cost.1),
            number(self.at),
            number(self.event),
        ];
        let mut hash = Sha256::new();
        hash.update(b"kesu/money/1\0");
        hash.update(&self.prev);
        for field in fields {
            // No value and an empty one are two things.
            hash.update([u8::from(field.is_some())]);
            let field = field.unwrap_or_default();
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().to_vec()
    }
}

/// Number and hash of the last line.
pub(super) fn head(db: &Connection) -> rusqlite::Result<(i64, Vec<u8>)> {
    let mut query = db.prepare_cached("SELECT seq, hash FROM money_log ORDER BY seq DESC LIMIT 1")?;
    let last = query.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(last.unwrap_or_else(|| (0, vec![0; 32])))
}

/// Appends a line and returns its number. The caller holds the write lock.
pub(super) fn append(db: &Connection, entry: &Entry<'_>) -> Result<i64, Problem> {
    let (last, prev) = head(db)?;
    let cost = entry.parcel.cost;
    let mut line = Line {
        seq: last + 1,
        key: entry.key.to_owned(),
        offer: entry.offer,
        order: entry.order.map(str::to_owned),
        step: entry.step.to_owned(),
        reverses: entry.reverses,
        undoes: entry.undoes,
        minor: entry.amount.map_or(0, |amount| amount.minor),
        currency: entry.amount.map(|amount| amount.currency.code().to_owned()),
        seen: entry.seen,
        parcel: entry.parcel.clone(),
        cost: (cost.map(|cost| cost.minor), cost.map(|cost| cost.currency.code().to_owned())),
        at: entry.at,
        event: entry.event,
        prev,
        hash: Vec::new(),
    };
    line.hash = line.link();
    let sql = format!(
        "INSERT INTO money_log ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        Line::COLUMNS
    );
    db.prepare_cached(&sql)?.execute(params![
        line.seq,
        line.key,
        line.offer,
        line.order,
        line.step,
        line.reverses,
        line.undoes,
        line.minor,
        line.currency,
        line.seen,
        line.parcel.carrier,
        line.parcel.tracking,
        line.cost.0,
        line.cost.1,
        line.at,
        line.event,
        line.prev,
        line.hash,
    ])?;
    Ok(line.seq)
}

/// The lines of an offer, oldest first.
pub(super) fn lines(db: &Connection, offer: i64) -> Result<Vec<Line>, Problem> {
    let sql = format!("SELECT {} FROM money_log WHERE offer = ?1 ORDER BY seq", Line::COLUMNS);
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_map([offer], Line::read)?.collect::<Result<_, _>>()?)
}

/// The line that a key has booked.
pub(super) fn booked(db: &Connection, key: &str) -> Result<Option<Line>, Problem> {
    let sql = format!("SELECT {} FROM money_log WHERE key = ?1", Line::COLUMNS);
    Ok(db.prepare_cached(&sql)?.query_row([key], Line::read).optional()?)
}

/// The amount that lines of one offer leave it holding, and the line that holds it.
pub(super) fn held(lines: &[Line]) -> Option<(i64, Money)> {
    let given_back = |seq: i64| lines.iter().any(|line| line.reverses == Some(seq));
    let line = lines.iter().rev().find(|line| line.minor > 0 && !given_back(line.seq))?;
    let currency = line.currency.as_deref().and_then(Currency::parse)?;
    Some((line.seq, Money::new(line.minor, currency)))
}

/// What is given on the order of an offer so far, minor units.
pub(super) fn given(db: &Connection, offer: i64) -> Result<i64, Problem> {
    let mut query = db.prepare_cached("SELECT minor FROM given WHERE offer = ?1")?;
    Ok(query.query_row([offer], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Where the chain breaks first: the number of the line that does not follow from the one before.
pub(super) fn first_break(db: &Connection) -> Result<Option<i64>, Problem> {
    let sql = format!("SELECT {} FROM money_log ORDER BY seq", Line::COLUMNS);
    let mut query = db.prepare(&sql)?;
    let mut rows = query.query([])?;
    let (mut last, mut prev) = (0, vec![0; 32]);
    while let Some(row) = rows.next()? {
        let line = Line::read(row)?;
        if line.seq != last + 1 || line.prev != prev || line.link() != line.hash {
            return Ok(Some(line.seq));
        }
        (last, prev) = (line.seq, line.hash);
    }
    Ok(None)
}

/// The head as `meta` keeps it: `12 9f3c…`.
pub(super) fn head_words((count, hash): &(i64, Vec<u8>)) -> String {
    hash.iter().fold(format!("{count} "), |words, byte| format!("{words}{byte:02x}"))
}

/// The offers of a file of step 6 with the event that undid them. The undone events are read once: asked for each offer, the
/// whole history would be read as often as there are offers.
const CARRIED: &str = "
    WITH undone AS MATERIALIZED (
        SELECT CAST(deed ->> 'event' AS INTEGER) AS event, max(id) AS id, max(at) AS at FROM events
        WHERE deed ->> 'what' = 'undone' GROUP BY 1)
    SELECT o.id, o.key, o.case_id, o.order_id, o.status, o.amount_minor, o.currency, o.carrier, o.tracking,
           o.cost_minor, o.cost_currency, o.at, o.event, u.id AS undone, u.at AS undone_at
    FROM offers o LEFT JOIN undone u ON u.event = o.event ORDER BY o.id";

/// Gives the offers of a file of step 6 their lines, then puts up the walls. They were proposed, and some reversed by an undo.
pub(super) fn carry_over(db: &Connection) -> Result<(), Problem> {
    let mut query = db.prepare(CARRIED)?;
    let mut rows = query.query([])?;
    let mut sums: std::collections::HashMap<(Option<String>, i64), i64> = std::collections::HashMap::new();
    while let Some(row) = rows.next()? {
        let (offer, key, order): (i64, String, Option<String>) =
            (row.get("id")?, row.get("key")?, row.get("order_id")?);
        let ground = (order.clone(), if order.is_some() { 0 } else { row.get("case_id")? });
        let sum = sums.entry(ground).or_default();
        let parcel = Parcel {
            carrier: row.get("carrier")?,
            tracking: row.get("tracking")?,
            cost: money(row, "cost_minor", "cost_currency")?,
        };
        let amount = money(row, "amount_minor", "currency")?;
        let status = word(row, "status", OfferStatus::parse)?.unwrap_or(OfferStatus::Proposed);
        let entry = Entry {
            key: &key,
            offer,
            order: order.as_deref(),
            step: OfferStatus::Proposed.word(),
            reverses: None,
            undoes: None,
            amount,
            seen: *sum,
            parcel: &parcel,
            at: row.get("at")?,
            event: row.get("event")?,
        };
        let line = append(db, &entry)?;
        let minor = amount.map_or(0, |amount| amount.minor);
        *sum += minor;
        if status != OfferStatus::Proposed {
            let back = amount.filter(|_| !status.stands());
            let entry = Entry {
                key: &format!("{key}/{}", status.word()),
                step: status.word(),
                reverses: back.map(|_| line),
                amount: back.map(|back| Money::new(-back.minor, back.currency)),
                seen: *sum,
                at: row.get::<_, Option<i64>>("undone_at")?.unwrap_or(entry.at),
                event: row.get::<_, Option<i64>>("undone")?.unwrap_or(entry.event),
                ..entry
            };
            append(db, &entry)?;
            *sum -= back.map_or(0, |back| back.minor);
        }
    }
    let last = head(db)?;
    if last.0 > 0 {
        db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)", [HEAD, &head_words(&last)])?;
    }
    db.execute_batch(WALLS)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate::{STEPS, migrate_by};

    /// The steps of a plan: depth and what is done.
    fn plan(db: &Connection, sql: &str) -> Vec<(i64, i64, String)> {
        let mut query = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(3)?))).unwrap();
        steps.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn offers_of_a_long_history_find_their_undone_events_without_reading_it_for_each() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate_by(&mut db, &STEPS[..6]).unwrap();
        db.execute_batch(
            "INSERT INTO cases (id, key, open, channel, kind, opened_at, due_at)
                 VALUES (1, 'k', 1, 'buyer_message', 'other', 1, 1);
             WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 6000)
             INSERT INTO events (id, case_id, at, actor, deed, chain)
             SELECT n, 1, n, 'operator', CASE WHEN n <= 3000
                 THEN json_object('what', 'offered', 'offer', n, 'kind', 'partial_refund', 'amount', '1.00 USD')
                 ELSE json_object('what', 'undone', 'event', n - 3000) END, zeroblob(32) FROM n;
             WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)
             INSERT INTO offers (id, key, case_id, kind, amount_minor, currency, status, at, event)
             SELECT n, 'k' || n, 1, 'partial_refund', 100, 'USD', 'reversed', n, n FROM n;
             ANALYZE;",
        )
        .unwrap();
        let plan = plan(&db, CARRIED);
        let scans: Vec<&(i64, i64, String)> =
            plan.iter().filter(|(_, _, what)| what.starts_with("SCAN")).collect();
        // The history once for the table, the offers once for the join; the table itself is searched.
        assert!(scans.iter().any(|(_, _, what)| what.contains("events")), "{plan:#?}");
        for (_, above, _) in &scans {
            assert_eq!(
                scans.iter().filter(|(_, other, _)| other == above).count(),
                1,
                "a nested scan: {plan:#?}"
            );
        }
        assert!(plan.iter().any(|(_, _, what)| what.starts_with("SEARCH u ")), "{plan:#?}");
        migrate_by(&mut db, STEPS).unwrap();
        let wrong: i64 = db
            .query_row(
                "SELECT count(*) FROM money_log WHERE step = 'reversed' AND (event <> offer + 3000 OR at <> offer + 3000)",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!((head(&db).unwrap().0, wrong, first_break(&db).unwrap()), (6_000, 0, None));
    }
}
