//! Waiting for somebody, and snoozing: a case out of sight, its clocks never.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::action::existing;
use super::convert::second;
use super::history::{Head, act};
use super::refresh::{NEVER, refresh};
use super::thread::opens;
use super::timeline::timeline;
use crate::domain::CaseId;
use crate::domain::clock::{Policy, Side, Snooze, clocks, leading};
use crate::domain::event::Deed;
use crate::domain::record::Notice;
use crate::problem::{Exit, Problem};

/// A case whose leading clock runs out within this many seconds cannot be out of sight.
const LAST_HOURS: i64 = 2 * 3_600;

impl Store {
    /// The case waits for the buyer or the carrier from now on, or (`None`) for nobody any more. Clocks whose rule says so
    /// stand still meanwhile. It ends by itself when the buyer writes.
    pub fn wait_for(&mut self, case: CaseId, whom: Option<Side>, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let event = act(tx, case, now, &Deed::Waiting { whom })?;
            tx.prepare_cached(
                "INSERT INTO waits (event, case_id, at, whom, seen) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                event,
                case.0,
                second(now),
                whom.map(Side::word),
                last_message(tx)?
            ])?;
            Ok(event)
        })
    }

    /// Takes cases out of sight as one action, which one undo takes back. They come back at the time, with the mail, and at
    /// the latest two hours before their leading clock runs out. Returns the number of the last event.
    ///
    /// # Errors
    /// A case whose clock runs out within two hours, or that is archived, is refused, and then all of them are. To take a
    /// snooze off where there is none is refused as well.
    pub fn snooze(&mut self, cases: &[CaseId], how: Snooze, now: Timestamp) -> Result<i64, Problem> {
        self.write(|tx, policy| {
            let mut first = None;
            let mut last = Head::read(tx)?.id();
            for case in cases {
                let case = existing(tx, *case)?;
                if how == Snooze::Off && snoozed_until(tx, case.0)? == 0 {
                    continue;
                }
                last = put_to_sleep(tx, policy, case, how, now)?;
                let action = *first.get_or_insert(last);
                tx.prepare_cached("UPDATE undoable SET action = ?2 WHERE event = ?1")?
                    .execute(params![last, action])?;
                refresh(tx, &mut Head::read(tx)?, policy, case.0, false, second(now))?;
            }
            if first.is_none() && !cases.is_empty() {
                return Err(in_sight());
            }
            Ok(last)
        })
    }
}

fn in_sight() -> Problem {
    Problem::new(
        Exit::Blocked,
        ["nothing was snoozed: it is in sight", "没有暂缓的客诉：都已在列表中"],
        ["`z` and a time put a case out of sight", "按 `z` 并选择时间可暂缓客诉"],
    )
}

fn put_to_sleep(
    db: &Connection,
    policy: &Policy,
    case: CaseId,
    how: Snooze,
    now: Timestamp,
) -> Result<i64, Problem> {
    if how != Snooze::Off {
        may_sleep(db, policy, case, now)?;
    }
    let (until, any_mail) = match how {
        Snooze::Until(at) => (second(at), false),
        Snooze::BuyerWrites => (NEVER, false),
        Snooze::AnyMail => (NEVER, true),
        Snooze::Off => (0, false),
    };
    let deed = match how {
        Snooze::Off => Deed::Woken,
        Snooze::Until(at) => Deed::Snoozed { until: Some(at), any_mail },
        Snooze::BuyerWrites | Snooze::AnyMail => Deed::Snoozed { until: None, any_mail },
    };
    let event = act(db, case, now, &deed)?;
    db.prepare_cached(
        "INSERT INTO snoozes (event, case_id, until, any_mail, seen) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![event, case.0, until, any_mail, last_message(db)?])?;
    Ok(event)
}

/// Refuses what nobody may put out of sight: a case in the archive, and one whose clock runs out.
fn may_sleep(db: &Connection, policy: &Policy, case: CaseId, now: Timestamp) -> Result<(), Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, order_id, channel, marketplace, archived_at, timeline, due_at FROM cases WHERE id = ?1",
    )?;
    let (due, timeline) =
        query.query_row([case.0], |row| Ok((row.get::<_, i64>("due_at")?, timeline(db, row))))?;
    let timeline = timeline?;
    if timeline.archived.is_some() {
        return Err(in_archive(case));
    }
    if due.saturating_sub(LAST_HOURS) > second(now) {
        return Ok(());
    }
    let clocks = clocks(&timeline, policy);
    let helps = leading(&clocks).is_some_and(|clock| !clock.rule.pause.is_empty() && clock.due > now);
    Err(too_near(case, helps))
}

fn in_archive(case: CaseId) -> Problem {
    Problem::new(
        Exit::Blocked,
        [
            format!("case {case} is archived: it is out of sight already"),
            format!("客诉 {case} 已经归档，无需暂缓"),
        ],
        [
            "It comes back when the buyer writes; `u` undoes the archive",
            "买家来信后会自动恢复；按 `u` 可撤销归档",
        ],
    )
}

/// `waiting_helps`: the clock would stand still while the case waits for somebody.
fn too_near(case: CaseId, waiting_helps: bool) -> Problem {
    let remedy = if waiting_helps {
        ["Answer it first, or `w` says whom it waits for", "请先回复，或按 `w` 标明在等谁"]
    } else {
        ["Answer it or archive it", "请先回复或归档"]
    };
    Problem::new(
        Exit::Blocked,
        [
            format!("case {case} stays in sight: its clock has run out or does within 2 hours"),
            format!("客诉 {case} 不能暂缓：其时钟已超时或将在2小时内到期"),
        ],
        remedy,
    )
}

/// The newest message of the file: what has a greater number landed later.
fn last_message(db: &Connection) -> Result<i64, Problem> {
    let mut query = db.prepare_cached("SELECT coalesce(max(id), 0) FROM messages")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Until when a case is snoozed as far as its snooze, its mails and a return from the archive say: 0 not at all, [`NEVER`] until a mail.
pub(super) fn snoozed_until(db: &Connection, case: i64) -> Result<i64, Problem> {
    let mut query = db.prepare_cached(
        "SELECT until, any_mail, seen, event FROM snoozes WHERE case_id = ?1 ORDER BY event DESC LIMIT 1",
    )?;
    let last =
        query.query_row([case], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).optional()?;
    let Some((until, any_mail, seen, event)): Option<(i64, bool, i64, i64)> =
        last.filter(|(until, ..)| *until > 0)
    else {
        return Ok(0);
    };
    let back: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM events WHERE case_id = ?1 AND id > ?2 AND deed ->> 'what' = 'reopened')",
        )?
        .query_row([case, event], |row| row.get(0))?;
    if back {
        return Ok(0);
    }
    let mut query =
        db.prepare_cached("SELECT notice FROM messages WHERE case_id = ?1 AND id > ?2 AND ours = 0")?;
    let mut rows = query.query([case, seen])?;
    while let Some(row) = rows.next()? {
        let notice = super::convert::word(row, "notice", Notice::parse)?;
        if any_mail || notice.and_then(opens).is_some() {
            return Ok(0);
        }
    }
    Ok(until)
}

/// When a snoozed case shows again: at its time, at the latest in the last hours of its leading clock; 0 when it is in sight.
pub(super) const fn wake_at(snoozed_until: i64, due: i64) -> i64 {
    let near = due.saturating_sub(if due == NEVER { 0 } else { LAST_HOURS });
    match snoozed_until {
        0 => 0,
        until if until < near => until,
        // A time before 1970 never comes: such a clock ran out long ago.
        _ if near < 0 => 0,
        _ => near,
    }
}

/// Takes a waiting or a snooze back.
pub(super) fn take_back(db: &Connection, event: i64) -> Result<(), Problem> {
    db.prepare_cached("DELETE FROM waits WHERE event = ?1")?.execute([event])?;
    db.prepare_cached("DELETE FROM snoozes WHERE event = ?1")?.execute([event])?;
    Ok(())
}
