//! Undo: takes back the last action that still stands, by a new event. The history is never shortened.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::action::{close, keep_draft};
use super::case::standing_for;
use super::convert::second;
use super::history::{Head, event};
use super::refresh::{refresh, wake};
use super::{Store, Undone, verdict};
use crate::domain::clock::Policy;
use crate::domain::event::{Actor, Deed, Event};
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Outcome};
use crate::problem::Problem;

impl Store {
    /// The newest event of the action that [`Store::undo`] would take back.
    pub fn last_action(&self) -> Result<Option<Event>, Problem> {
        Ok(last(&self.db)?.into_iter().next())
    }

    /// Undoes the last action of the operator's that is not undone yet, on whatever case; `None` when there is none.
    /// Of an import the cases it opened are archived; what it brought stays known.
    pub fn undo(&mut self, now: Timestamp) -> Result<Option<Undone>, Problem> {
        self.write(|tx, policy| {
            let events = last(tx)?;
            let mut undone = None;
            for event in events {
                tx.prepare_cached("DELETE FROM undoable WHERE event = ?1")?.execute([event.id])?;
                let case = event.case.map(|case| standing_for(tx, case)).transpose()?;
                if matches!(event.deed, Deed::SkuNoted { .. }) {
                    super::notes::withdraw(tx, event.id)?;
                }
                if matches!(
                    event.deed,
                    Deed::SkuCosted { .. } | Deed::SiteCosted { .. } | Deed::Imported { .. }
                ) {
                    super::costs::withdraw(tx, event.id)?;
                }
                if let Some(case) = case {
                    take_back(tx, case, &event, second(now))?;
                }
                let mut head = Head::read(tx)?;
                if matches!(event.deed, Deed::Imported { .. }) {
                    file_away(tx, &mut head, policy, event.id, second(now))?;
                }
                head.append(tx, case, second(now), Actor::Operator, &Deed::Undone { event: event.id })?;
                if let Some(case) = case {
                    refresh(tx, &mut head, policy, case.0, false, second(now))?;
                }
                undone = Some(Undone { event, case });
            }
            Ok(undone)
        })
    }
}

/// Archives what an import opened and is still open. What it brought stays known; importing it again puts the cases
/// back.
fn file_away(
    db: &Connection,
    head: &mut Head,
    policy: &Policy,
    imported: i64,
    now: i64,
) -> Result<(), Problem> {
    // All events between the operator's last one and the import's own are its.
    let mut query = db.prepare(
        "SELECT DISTINCT case_id FROM events JOIN cases ON cases.id = case_id
         WHERE events.id < ?1 AND json_extract(deed, '$.what') = 'opened' AND open = 1 AND archived_at IS NULL
           AND events.id > (SELECT coalesce(max(id), 0) FROM events WHERE id < ?1 AND actor = 'operator')",
    )?;
    let cases: Vec<i64> = query.query_map([imported], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let outcome = Outcome::ImportUndone;
    if !cases.is_empty() {
        super::health::outdate_rates(db)?;
    }
    for case in cases {
        close(db, CaseId(case), outcome, None, now)?;
        let deed = Deed::Archived { outcome, cause: None };
        head.append(db, Some(CaseId(case)), now, Actor::Operator, &deed)?;
        refresh(db, head, policy, case, false, now)?;
    }
    Ok(())
}

/// The events of the last action that still stands, the newest first.
fn last(db: &Connection) -> Result<Vec<Event>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT e.id, e.case_id, e.at, e.actor, e.deed FROM undoable u JOIN events e ON e.id = u.event
         WHERE u.action = (SELECT action FROM undoable ORDER BY event DESC LIMIT 1) ORDER BY e.id DESC",
    )?;
    let events = query.query_map([], event)?.collect::<Result<_, _>>()?;
    Ok(events)
}

fn take_back(db: &Connection, case: CaseId, last: &Event, now: i64) -> Result<(), Problem> {
    match &last.deed {
        Deed::KindSet { .. } | Deed::Judged { .. } => verdict::take_back(db, case, last.id)?,
        Deed::Sent { .. } => withdraw(db, case, last.id, now)?,
        Deed::NoReplyNeeded => {
            db.prepare_cached("DELETE FROM quiet WHERE event = ?1")?.execute([last.id])?;
        }
        Deed::Offered { .. } | Deed::OfferMoved { .. } => {
            super::offer::take_back(db, case, last.id, &last.deed, now)?;
        }
        Deed::Archived { .. } => {
            super::outcome::take_back(db, last.id)?;
            wake(db, case.0)?;
        }
        Deed::OutcomeNoted { .. } => super::outcome::take_back(db, last.id)?,
        Deed::Waiting { .. } | Deed::Snoozed { .. } | Deed::Woken => super::wait::take_back(db, last.id)?,
        deed => super::evidence::take_back(db, last.id, deed)?,
    }
    Ok(())
}

/// The reply no longer counts, and its draft comes back, behind a newer one that has been begun.
fn withdraw(db: &Connection, case: CaseId, sent: i64, now: i64) -> Result<(), Problem> {
    let digest = format!("event:{sent:020}");
    let mut query = db.prepare_cached(
        "UPDATE messages SET withdrawn = 1, asked_at = NULL WHERE case_id = ?1 AND operator = 1 AND digest = ?2
         RETURNING draft",
    )?;
    let kept: Option<Option<String>> =
        query.query_row(params![case.0, digest], |row| row.get(0)).optional()?;
    let Some(kept) = kept.flatten() else { return Ok(()) };
    let kept: ReplyDraft = serde_json::from_str(&kept).map_err(|error| super::broken(&error.to_string()))?;
    let newer = if is_newly_typed(db, case)? { super::case::draft(db, case)? } else { None };
    let draft = newer.map_or_else(|| kept.clone(), |newer| newer.with(&kept, &[]));
    keep_draft(db, case, &draft, now)
}

/// Whether the case has a draft that the operator typed, rather than one that the undo of a later reply gave back.
fn is_newly_typed(db: &Connection, case: CaseId) -> Result<bool, Problem> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM drafts d WHERE d.case_id = ?1 AND d.addition <> '' AND NOT EXISTS (
             SELECT 1 FROM messages m WHERE m.case_id = ?1 AND m.withdrawn = 1 AND m.draft = d.body))",
    )?;
    Ok(query.query_row([case.0], |row| row.get(0))?)
}
