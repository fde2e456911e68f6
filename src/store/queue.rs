//! The queue: pages of open cases by the clock that runs out next, filtered without reading what does not match.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::convert::{comparable, second, time, word};
use super::refresh::{NEVER, cross_lines};
use super::{Filter, Store};
use crate::domain::case::{Language, State};
use crate::domain::clock::Side;
use crate::domain::view::{Complaint, QueueKey, Summary};
use crate::domain::{CaseId, Channel, Kind, Marketplace};
use crate::problem::Problem;

/// The columns of a [`Summary`], for [`summary`].
pub(super) const SUMMARY: &str =
    "c.id, c.channel, c.kind, c.kind_set, c.complaint, c.complaint_set, c.open, c.marketplace, c.order_id, c.sku, c.buyer,
    c.buyer_name, c.opened_at, c.due_at, c.clock, c.lang, c.excerpt, c.long_term, c.answered,
    c.wake_at, c.waiting";

/// Reads a line of the queue from the columns [`SUMMARY`].
pub(super) fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let due: i64 = row.get("due_at")?;
    let open: bool = row.get("open")?;
    let channel = word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message);
    let judged: Option<bool> = row.get("complaint_set")?;
    Ok(Summary {
        id: CaseId(row.get("id")?),
        channel,
        kind: word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other),
        kind_confirmed: row.get_ref("kind_set")?.as_str_or_null()?.is_some(),
        complaint: match judged.unwrap_or(row.get("complaint")?) {
            false => Complaint::None,
            true if judged.is_none() && channel == Channel::Message => Complaint::Informal,
            true => Complaint::Certain,
        },
        state: if open { State::Open } else { State::Archived },
        marketplace: word(row, "marketplace", Marketplace::parse)?,
        order_id: row.get("order_id")?,
        sku: row.get("sku")?,
        buyer: row.get("buyer")?,
        buyer_name: row.get("buyer_name")?,
        opened: time(row.get("opened_at")?),
        due: (due != NEVER).then(|| time(due)),
        clock: row.get("clock")?,
        lang: word(row, "lang", Language::parse)?,
        excerpt: row.get("excerpt")?,
        long_term: row.get("long_term")?,
        answered: row.get("answered")?,
        wake: row.get::<_, Option<i64>>("wake_at")?.filter(|wake| *wake > 0).map(time),
        waiting: word(row, "waiting", Side::parse)?,
    })
}

impl Store {
    /// Open cases in the order in which time runs out: the group older than 45 days last, then due, then number.
    /// With [`Filter::archived`] the archived ones follow, the newest archive first.
    ///
    /// # Errors
    /// SQLite's, as a [`Problem`]; so for every method.
    pub fn queue(
        &self,
        after: Option<QueueKey>,
        limit: usize,
        filter: &Filter,
        now: Timestamp,
    ) -> Result<Vec<Summary>, Problem> {
        self.draw_line(now);
        let words: Vec<String> = filter.words.split_whitespace().map(comparable).collect();
        let archived = filter.archived || filter.only.is_some();
        let mut lines = match after {
            // The key of an archived line: the open ones are behind it.
            Some(after) if archived && self.is_archived(after.id)? => Vec::new(),
            _ => open_page(&self.db, after, limit, filter, &words, now)?,
        };
        if archived && filter.due.is_none() && lines.len() < limit {
            let after = after.filter(|_| lines.is_empty());
            lines.extend(archived_page(&self.db, after, limit - lines.len(), filter, &words)?);
        }
        Ok(lines)
    }

    /// Lets cases cross the 45-day line. Only a wish: when another process writes, the line waits for the next look.
    pub(super) fn draw_line(&self, now: Timestamp) {
        let _ = self.db.busy_timeout(std::time::Duration::ZERO);
        let _ = cross_lines(&self.db, second(now));
        let _ = self.db.busy_timeout(self.patience);
    }

    fn is_archived(&self, id: CaseId) -> Result<bool, Problem> {
        let mut query =
            self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM cases WHERE id = ?1 AND open = 0)")?;
        Ok(query.query_row([id.0], |row| row.get(0))?)
    }
}

/// One `AND` for each word; parameters from number `first` on.
fn matches(column: &str, words: &[String], first: usize) -> String {
    (first..first + words.len())
        .fold(String::new(), |sql, at| sql + &format!(" AND instr({column}, ?{at}) > 0"))
}

fn open_page(
    db: &Connection,
    after: Option<QueueKey>,
    limit: usize,
    filter: &Filter,
    words: &[String],
    now: Timestamp,
) -> Result<Vec<Summary>, Problem> {
    let from = after.unwrap_or(QueueKey { long_term: false, due: i64::MIN, id: CaseId(i64::MIN) });
    // The thin index for pages, the one that carries the words for filters: both hold the order of the queue.
    let index = if words.is_empty() { "queue" } else { "queue_words" };
    let matches = matches("words", words, 8);
    let (due, before) = filter.due.unwrap_or((i64::MIN, i64::MAX));
    // A bar of the seven days counts the snoozed ones and not the long-term group: so does the list behind it.
    let awake =
        if filter.asleep || filter.due.is_some() || filter.only.is_some() { i64::MAX } else { second(now) };
    let group = if filter.due.is_some() { " AND long_term = 0" } else { "" };
    let only = only(filter, "id", 8 + words.len());
    let sql = format!(
        "SELECT {SUMMARY} FROM (
             SELECT id AS found FROM cases INDEXED BY {index}
             WHERE open = 1 AND (long_term, due_at, id) > (?1, ?2, ?3) AND due_at >= ?5
                 AND (due_at < ?6 OR ?6 = 9223372036854775807){matches}{group}{only} AND wake_at <= ?7
             ORDER BY long_term, due_at, id LIMIT ?4
         ) JOIN cases c ON c.id = found ORDER BY c.long_term, c.due_at, c.id"
    );
    let page = i64::try_from(limit).unwrap_or(i64::MAX);
    let fixed = [i64::from(from.long_term), from.due, from.id.0, page, due, before, awake].map(Value::from);
    let all = fixed.into_iter().chain(words.iter().cloned().map(Value::from)).chain(listed(filter));
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_map(params_from_iter(all), summary)?.collect::<Result<_, _>>()?)
}

/// The condition of a list of cases, as the parameter of this number.
fn only(filter: &Filter, column: &str, at: usize) -> String {
    let list = || format!(" AND {column} IN (SELECT value FROM json_each(?{at}))");
    filter.only.as_ref().map(|_| list()).unwrap_or_default()
}

/// The list of cases as that parameter.
fn listed(filter: &Filter) -> Option<Value> {
    let numbers = |case: &CaseId| case.0.to_string();
    let list = |cases: &[CaseId]| format!("[{}]", cases.iter().map(numbers).collect::<Vec<_>>().join(","));
    filter.only.as_ref().map(|listed| Value::from(list(&listed.cases)))
}

/// Archived cases by falling number. Their key says only the number, so the page goes on from there.
fn archived_page(
    db: &Connection,
    after: Option<QueueKey>,
    limit: usize,
    filter: &Filter,
    words: &[String],
) -> Result<Vec<Summary>, Problem> {
    let from = after.map_or(i64::MAX, |after| after.id.0);
    let matches = matches("c.words", words, 3);
    let only = only(filter, "c.id", 3 + words.len());
    let sql = format!(
        "SELECT {SUMMARY} FROM cases c WHERE c.id < ?1 AND c.open = 0 AND c.merged_into IS NULL{matches}{only}
         ORDER BY c.id DESC LIMIT ?2"
    );
    let page = i64::try_from(limit).unwrap_or(i64::MAX);
    let fixed = [from, page].map(Value::from);
    let all = fixed.into_iter().chain(words.iter().cloned().map(Value::from)).chain(listed(filter));
    let mut query = db.prepare_cached(&sql)?;
    Ok(query.query_map(params_from_iter(all), summary)?.collect::<Result<_, _>>()?)
}
