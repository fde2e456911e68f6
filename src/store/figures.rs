//! Figures: the counts of the header.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::Store;
use super::convert::second;
use super::health::WORST;
use crate::domain::Marketplace;
use crate::domain::health::{Distance, distance};
use crate::domain::view::{Counts, Rate};
use crate::problem::Problem;

/// Questions that nobody answered. Parameters: asked after, asked before.
pub(super) const WAITING: &str = "SELECT count(*) FROM cases INDEXED BY cases_waiting
    WHERE (answered_at IS NULL OR asked_at > answered_at) AND merged_into IS NULL AND asked_at > ?1 AND asked_at < ?2";

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
        let done = "SELECT count(*) FROM cases
                    WHERE archived_by = 'operator' AND archived_at >= ?1 AND outcome IS NOT 'import_undone'";
        let mut asleep = self.db.prepare_cached(
            "SELECT count(*), min(wake_at) FROM cases INDEXED BY cases_asleep WHERE wake_at > 0 AND wake_at > ?1 AND open = 1",
        )?;
        let (asleep, wake): (i64, Option<i64>) =
            asleep.query_row([now], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let worst = self.worst()?;
        Ok(Counts {
            open: count(group, 0)?,
            late,
            today,
            long_term: count(group, 1)?,
            informal: self.informal()?,
            done_today: count(done, second(day_start))?,
            sites: self.sites()?,
            odr_over: self.is_over(worst)?,
            odr_worst: worst,
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

    /// Questions of the last 30 days that were answered or whose time is over, and how many of them were answered in time: as
    /// `domain::health::reply` counts, from indexes alone.
    fn on_time(&self, now: i64) -> Result<Option<Rate>, Problem> {
        let limit = self.health_policy()?.replies.hours.saturating_mul(3_600);
        let mut query = self.db.prepare_cached(
            "SELECT coalesce(sum(at - asked_at <= ?3), 0), count(*) FROM messages INDEXED BY messages_replies
             WHERE asked_at IS NOT NULL AND at > ?1 AND asked_at > ?1 AND at <= ?2",
        )?;
        let from = now.saturating_sub(30 * 86_400);
        let (numerator, answered): (i64, i64) =
            query.query_row([from, now, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut query = self.db.prepare_cached(WAITING)?;
        let silent: i64 = query.query_row([from, now.saturating_sub(limit)], |row| row.get(0))?;
        let rate = Rate { numerator, denominator: answered + silent };
        Ok(Some(rate).filter(|rate| rate.denominator > 0))
    }

    fn is_over(&self, worst: Option<(Marketplace, Rate)>) -> Result<bool, Problem> {
        let Some((_, rate)) = worst else { return Ok(false) };
        let line = self.health_policy()?.odr.line_hundredths;
        Ok(matches!(distance(rate.numerator, rate.denominator, line), Some(Distance::Over { .. })))
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
}
