//! The operator's verdicts on kind and complaint, and what they teach about later messages.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::convert::word;
use super::history::{Head, act, event};
use crate::domain::case::Language;
use crate::domain::event::Deed;
use crate::domain::{CaseId, Kind, parts};
use crate::problem::Problem;
use crate::triage::learned::{Correction, Learned, phrase_of};

impl Store {
    /// Corrects the kind. Returns the number of the event; of the last one where he said the same before.
    pub fn set_kind(&mut self, case: CaseId, kind: Kind, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let (from, complaint) = standing(tx, case)?;
            if (kind, complaint || kind == Kind::Other) == (from, true) && said(tx, case, "kind_set")? {
                return Ok(Head::read(tx)?.id());
            }
            let event = act(tx, case, now, &Deed::KindSet { from, to: kind })?;
            settle(tx, case)?;
            teach(tx, case, event, kind, complaint || kind != Kind::Other)?;
            Ok(event)
        })
    }

    /// Says whether a message is a complaint. Returns the number of the event; of the last one where he said the same
    /// before.
    pub fn judge(&mut self, case: CaseId, complaint: bool, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let (kind, before) = standing(tx, case)?;
            if before == complaint && said(tx, case, "complaint_set")? {
                return Ok(Head::read(tx)?.id());
            }
            let event = act(tx, case, now, &Deed::Judged { complaint })?;
            settle(tx, case)?;
            teach(tx, case, event, if complaint { kind } else { Kind::Other }, complaint)?;
            Ok(event)
        })
    }

    /// What the corrections so far taught.
    pub fn learned(&self) -> Result<Learned, Problem> {
        let mut query =
            self.db.prepare_cached("SELECT phrase, kind, complaint, lang FROM corrections ORDER BY event")?;
        let corrections = query.query_map([], |row| {
            Ok(Correction {
                phrase: row.get("phrase")?,
                kind: word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other),
                is_complaint: row.get("complaint")?,
                language: word(row, "lang", Language::parse)?,
            })
        })?;
        Ok(Learned::from_rows(corrections.collect::<Result<Vec<_>, _>>()?))
    }
}

/// The words that decided, as `messages.because` holds them.
pub(super) fn pieces(because: &str) -> Vec<String> {
    parts::split(because).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// Kind and complaint as they stand.
fn standing(db: &Connection, case: CaseId) -> Result<(Kind, bool), Problem> {
    let mut query = db.prepare_cached(
        "SELECT kind, coalesce(complaint_set, complaint) AS complaint FROM cases WHERE id = ?1",
    )?;
    let standing = query.query_row([case.0], |row| {
        Ok((word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other), row.get("complaint")?))
    })?;
    Ok(standing)
}

/// Whether the operator said it himself.
fn said(db: &Connection, case: CaseId, column: &str) -> Result<bool, Problem> {
    let sql = format!("SELECT {column} IS NOT NULL FROM cases WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([case.0], |row| row.get(0))?)
}

/// Remembers the phrase that decided, or misled, for later messages. A case without a message teaches nothing.
fn teach(db: &Connection, case: CaseId, event: i64, kind: Kind, complaint: bool) -> Result<(), Problem> {
    let mut query = db.prepare_cached(
        "SELECT text, because, lang FROM messages
         WHERE case_id = ?1 AND notice = 'buyer_message' AND withdrawn = 0 AND text <> ''
         ORDER BY complaint DESC, at DESC, id DESC LIMIT 1",
    )?;
    let said: Option<(String, String, Option<String>)> =
        query.query_row([case.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((text, because, lang)) = said else { return Ok(()) };
    if let Some(phrase) = phrase_of(&text, &pieces(&because)) {
        db.prepare_cached(
            "INSERT INTO corrections (event, phrase, kind, complaint, lang) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![event, phrase, kind.word(), complaint, lang])?;
    }
    Ok(())
}

/// Takes a verdict back: what the operator had said before stands again, and what it taught is forgotten.
pub(super) fn take_back(db: &Connection, case: CaseId, last: i64) -> Result<(), Problem> {
    db.prepare_cached("DELETE FROM corrections WHERE event = ?1")?.execute([last])?;
    settle(db, case)
}

/// Writes down what the operator's standing deeds on a case come to: the newest of each kind holds. Who names a trouble
/// with the goods says that it is a complaint.
pub(super) fn settle(db: &Connection, case: CaseId) -> Result<(), Problem> {
    let deeds = deeds(db, case)?;
    let kind = deeds.iter().find_map(|deed| match deed {
        Deed::KindSet { to, .. } => Some(to.word()),
        _ => None,
    });
    let complaint = deeds.iter().find_map(|deed| match deed {
        Deed::Judged { complaint } => Some(*complaint),
        Deed::KindSet { to, .. } if *to != Kind::Other => Some(true),
        _ => None,
    });
    db.prepare_cached(
        "UPDATE cases SET kind_set = ?2, complaint_set = ?3,
             complaint_seen = (SELECT max(id) FROM messages WHERE case_id = ?1) WHERE id = ?1",
    )?
    .execute(params![case.0, kind, complaint])?;
    Ok(())
}

/// The operator's deeds on a case that still stand, the newest first.
fn deeds(db: &Connection, case: CaseId) -> Result<Vec<Deed>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT e.id, e.case_id, e.at, e.actor, e.deed FROM events e JOIN undoable u ON u.event = e.id
         WHERE e.case_id = ?1 OR e.case_id IN (SELECT id FROM cases WHERE merged_into = ?1) ORDER BY e.id DESC",
    )?;
    let deeds = query.query_map([case.0], |row| Ok(event(row)?.deed))?;
    Ok(deeds.collect::<Result<_, _>>()?)
}
