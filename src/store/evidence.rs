//! Evidence: ticks, notes and files of the playbook's steps, and what the operator said about stage and category.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::case::{order_stage, read_order};
use super::convert::{second, time, word};
use super::files::{self, Kept};
use super::history::act;
use super::sheet::{Words, sheets};
use crate::domain::CaseId;
use crate::domain::case::Stage;
use crate::domain::event::Deed;
use crate::domain::evidence::{Attachment, Draft, Evidence, Form, Origin, Typed, Wants};
use crate::domain::playbook::{self, Risk};
use crate::problem::{Exit, Problem};

/// Longest note, in characters.
const NOTE: usize = 10_000;
/// Longest carrier and number, in characters.
const SHORT: usize = 100;

/// What the operator said about a case.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// Where the parcel is, and what the order said then.
    pub stage: Option<(Stage, Option<Stage>)>,
    /// The category of the article.
    pub risk: Option<Risk>,
}

impl Store {
    /// Notes where the parcel is; `None`: what the order says holds again. Returns the number of the event.
    pub fn set_stage(&mut self, case: CaseId, stage: Option<Stage>, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let order = order_stage_of(tx, case)?;
            let from = playbook::stage(said(tx, case)?.stage, order);
            let event = act(tx, case, now, &Deed::StageSet { from, to: stage })?;
            tx.prepare_cached(
                "INSERT INTO said (event, case_id, what, value, seen) VALUES (?1, ?2, 'stage', ?3, ?4)",
            )?
            .execute(params![event, case.0, stage.map(Stage::word), order.map(Stage::word)])?;
            Ok(event)
        })
    }

    /// Notes which category the article is in; `None`: what the words of its name say holds again.
    pub fn set_category(&mut self, case: CaseId, risk: Option<Risk>, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let event = act(tx, case, now, &Deed::CategorySet { to: risk })?;
            tx.prepare_cached(
                "INSERT INTO said (event, case_id, what, value) VALUES (?1, ?2, 'category', ?3)",
            )?
            .execute(params![event, case.0, risk.map(Risk::word)])?;
            Ok(event)
        })
    }

    /// Ticks a step, or takes its tick off. A step that stands so already is left, and the event that made it so is
    /// returned.
    pub fn tick(
        &mut self,
        case: CaseId,
        step: &str,
        wants: Wants,
        done: bool,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let standing: Option<i64> = tx
                .prepare_cached(
                    "SELECT id FROM evidence WHERE case_id = ?1 AND step = ?2 AND form = 'tick' AND withdrawn = 0
                     ORDER BY id DESC LIMIT 1",
                )?
                .query_row(params![case.0, step], |row| row.get(0))
                .optional()?;
            match (standing, done) {
                (None, true) => {
                    let draft = Draft { step: step.to_owned(), wants: Some(wants), ..Draft::default() };
                    keep(tx, case, &draft, Form::Tick, None, now)
                }
                (Some(evidence), false) => {
                    tx.prepare_cached(
                        "UPDATE evidence SET withdrawn = 1 WHERE case_id = ?1 AND step = ?2 AND form = 'tick'",
                    )?
                    .execute(params![case.0, step])?;
                    act(tx, case, now, &Deed::StepReopened { step: step.to_owned(), evidence })
                }
                _ => Ok(super::history::Head::read(tx)?.id()),
            }
        })
    }

    /// Keeps a note or, where the draft names one, a copy of a file. The copy lies beside the database before the event
    /// is stored.
    ///
    /// # Errors
    /// An empty note; a file that is missing, no plain file, too large or not to be read; and SQLite's.
    pub fn keep_evidence(&mut self, case: CaseId, draft: &Draft, now: Timestamp) -> Result<i64, Problem> {
        check(draft)?;
        let Some(from) = &draft.file else {
            return self.act_on(case, now, |tx, case| keep(tx, case, draft, Form::Note, None, now));
        };
        let folder = self.files.clone().ok_or_else(files::no_folder)?;
        let case = super::action::existing(&self.db, case)?;
        let kept = files::keep(from, &folder, case)?;
        let stored = self.act_on(case, now, |tx, case| keep(tx, case, draft, Form::File, Some(&kept), now));
        if stored.is_err() {
            kept.take_back(&folder);
        }
        stored
    }

    /// Keeps what was typed into the form of a step, or drops the draft where nothing was: it is on disk when this returns,
    /// and soon, whoever else is writing. Not an event.
    ///
    /// # Errors
    /// The disk refuses, or there is no such case.
    pub fn keep_typed(&mut self, case: CaseId, typed: &Typed, now: Timestamp) -> Result<(), Problem> {
        self.keep_words(&Words::Step(case, typed.clone()), now)
    }

    /// The forms of a case's steps that were left half written, those beside the database among them.
    pub(super) fn typed(&self, case: CaseId) -> Result<Vec<Typed>, Problem> {
        let mut all = typed(&self.db, case)?;
        for sheet in sheets(&self.spool) {
            let Words::Step(of, typed) = sheet.words else { continue };
            if self.standing_for(of)? == case {
                all.retain(|other| !other.is_of(&typed.step, typed.attach));
                all.extend(Some(typed).filter(|typed| !typed.is_empty()));
            }
        }
        Ok(all)
    }

    /// Notes that an appeal pack was written into a folder.
    pub fn packed(&mut self, case: CaseId, folder: &Path, now: Timestamp) -> Result<i64, Problem> {
        let folder = folder.to_string_lossy().into_owned();
        self.act_on(case, now, |tx, case| act(tx, case, now, &Deed::Packed { folder }))
    }

    /// The folder beside the database in which attached files are kept; none for a store without a file.
    #[must_use]
    pub fn files(&self) -> Option<&Path> {
        self.files.as_deref()
    }
}

/// The forms of a case's steps as the database has them.
fn typed(db: &Connection, case: CaseId) -> Result<Vec<Typed>, Problem> {
    let mut query =
        db.prepare_cached("SELECT typed FROM step_drafts WHERE case_id = ?1 ORDER BY step, attach")?;
    let rows = query.query_map([case.0], |row| row.get::<_, String>(0))?;
    let read = |text: String| serde_json::from_str(&text).map_err(|error| super::broken(&error.to_string()));
    rows.map(|text| read(text?)).collect()
}

/// Stores a form in place of what was typed into it before; an empty one is dropped.
pub(super) fn keep_typed(db: &Connection, case: CaseId, typed: &Typed, at: i64) -> Result<(), Problem> {
    let case = super::action::existing(db, case)?;
    if typed.is_empty() {
        return drop_typed(db, case, &typed.step, typed.attach);
    }
    let words = serde_json::to_string(typed).map_err(|error| super::broken(&error.to_string()))?;
    db.prepare_cached(
        "INSERT INTO step_drafts (case_id, step, attach, typed, typed_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (case_id, step, attach) DO UPDATE SET typed = ?4, typed_at = ?5",
    )?
    .execute(params![case.0, typed.step, typed.attach, words, at])?;
    Ok(())
}

fn drop_typed(db: &Connection, case: CaseId, step: &str, attach: bool) -> Result<(), Problem> {
    db.prepare_cached("DELETE FROM step_drafts WHERE case_id = ?1 AND step = ?2 AND attach = ?3")?
        .execute(params![case.0, step, attach])?;
    Ok(())
}

/// Whether something was typed into the form, or kept by it, after this moment.
pub(super) fn has_newer(db: &Connection, case: CaseId, typed: &Typed, at: i64) -> Result<bool, Problem> {
    let case = super::case::standing_for(db, case)?;
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM step_drafts WHERE case_id = ?1 AND step = ?2 AND attach = ?3 AND typed_at > ?4)
             OR EXISTS (SELECT 1 FROM evidence WHERE case_id = ?1 AND step = ?2 AND form = ?5 AND at > ?4)",
    )?;
    let form = if typed.attach { Form::File } else { Form::Note };
    Ok(query.query_row(params![case.0, typed.step, typed.attach, at, form.word()], |row| row.get(0))?)
}

/// A case became part of another: its half written forms go over; where both have one of a step, the words follow.
pub(super) fn join_typed(db: &Connection, old: CaseId, into: CaseId) -> Result<(), Problem> {
    let there = typed(db, into)?;
    for typed in typed(db, old)? {
        let joined = match there.iter().find(|other| other.is_of(&typed.step, typed.attach)) {
            Some(other) => Typed { note: format!("{} {}", other.note, typed.note), ..other.clone() },
            None => typed,
        };
        db.prepare_cached(
            "INSERT OR REPLACE INTO step_drafts (case_id, step, attach, typed, typed_at)
             SELECT ?2, step, attach, ?4, typed_at FROM step_drafts WHERE case_id = ?1 AND step = ?3 AND attach = ?5",
        )?
        .execute(params![
            old.0,
            into.0,
            joined.step,
            serde_json::to_string(&joined).map_err(|error| super::broken(&error.to_string()))?,
            joined.attach
        ])?;
    }
    db.prepare_cached("DELETE FROM step_drafts WHERE case_id = ?1")?.execute([old.0])?;
    Ok(())
}

/// What a draft must have before anything is written.
fn check(draft: &Draft) -> Result<(), Problem> {
    let empty = [&draft.note, &draft.carrier, &draft.number].iter().all(|text| text.trim().is_empty());
    if draft.file.is_none() && empty {
        return Err(refused(["the note is empty", "备注为空"], ["Write a few words", "请写几个字"]));
    }
    let long = |text: &str, most: usize| text.chars().nth(most).is_some();
    if long(&draft.note, NOTE) || long(&draft.carrier, SHORT) || long(&draft.number, SHORT) {
        return Err(refused(
            ["the text is too long", "文字过长"],
            ["Attach it as a file instead", "请改为附加文件"],
        ));
    }
    Ok(())
}

fn refused(what: [&str; 2], remedy: [&str; 2]) -> Problem {
    Problem::new(Exit::Blocked, what, remedy)
}

fn keep(
    db: &Connection,
    case: CaseId,
    draft: &Draft,
    form: Form,
    file: Option<&Kept>,
    now: Timestamp,
) -> Result<i64, Problem> {
    let evidence: i64 = db
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM evidence")?
        .query_row([], |row| row.get(0))?;
    let step = draft.step.clone();
    let deed = match (form, file) {
        (_, Some(file)) => {
            Deed::Attached { step, evidence, name: file.name.clone(), sha256: file.sha256.clone() }
        }
        (Form::Tick, None) => Deed::StepDone { step, evidence },
        (_, None) => Deed::Noted { step, evidence },
    };
    if form != Form::Tick {
        drop_typed(db, case, &draft.step, form == Form::File)?;
    }
    let event = act(db, case, now, &deed)?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    db.prepare_cached(
        "INSERT INTO evidence (id, case_id, step, wants, form, note, name, path, sha256, bytes, carrier, number, origin,
             at, event)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        evidence,
        case.0,
        draft.step,
        draft.wants.unwrap_or(Wants::Nothing).word(),
        form.word(),
        some(&draft.note),
        file.map(|file| &file.name),
        file.map(|file| &file.path),
        file.map(|file| &file.sha256),
        file.map(|file| file.bytes.cast_signed()),
        some(&draft.carrier),
        some(&draft.number),
        draft.origin.map(Origin::word),
        second(now),
        event,
    ])?;
    Ok(event)
}

/// Takes back an event of this room; any other is left.
pub(super) fn take_back(db: &Connection, event: i64, deed: &Deed) -> Result<(), Problem> {
    match deed {
        Deed::StageSet { .. } | Deed::CategorySet { .. } => {
            db.prepare_cached("DELETE FROM said WHERE event = ?1")?.execute([event])?;
        }
        Deed::StepDone { evidence, .. } | Deed::Noted { evidence, .. } | Deed::Attached { evidence, .. } => {
            db.prepare_cached("UPDATE evidence SET withdrawn = 1 WHERE id = ?1")?.execute([evidence])?;
        }
        Deed::StepReopened { evidence, .. } => {
            db.prepare_cached("UPDATE evidence SET withdrawn = 0 WHERE id = ?1")?.execute([evidence])?;
        }
        _ => {}
    }
    Ok(())
}

/// What the operator said about a case.
pub(super) fn said(db: &Connection, case: CaseId) -> Result<Said, Problem> {
    let mut query =
        db.prepare_cached("SELECT what, value, seen FROM said WHERE case_id = ?1 ORDER BY event")?;
    let mut rows = query.query([case.0])?;
    let mut said = Said::default();
    while let Some(row) = rows.next()? {
        if row.get_ref("what")?.as_str().map_err(rusqlite::Error::from)? == "stage" {
            let then = word(row, "seen", Stage::parse)?;
            said.stage = word(row, "value", Stage::parse)?.map(|stage| (stage, then));
        } else {
            said.risk = word(row, "value", Risk::parse)?;
        }
    }
    Ok(said)
}

/// What the order of a case says about its stage.
fn order_stage_of(db: &Connection, case: CaseId) -> Result<Option<Stage>, Problem> {
    let order: Option<String> = db
        .prepare_cached("SELECT order_id FROM cases WHERE id = ?1")?
        .query_row([case.0], |row| row.get(0))?;
    let Some(order) = order else { return Ok(None) };
    order_stage(db, &order, read_order(db, &order)?.as_ref())
}

/// The evidence of a case that stands, oldest first, the weak not yet marked.
pub(super) fn read(db: &Connection, folder: Option<&Path>, case: CaseId) -> Result<Vec<Evidence>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, step, wants, form, note, name, path, sha256, bytes, carrier, number, origin, at FROM evidence
         WHERE case_id = ?1 AND withdrawn = 0 ORDER BY id",
    )?;
    let rows = query.query_map([case.0], |row| {
        let path: Option<String> = row.get("path")?;
        let file = match path {
            None => None,
            Some(path) => Some(Attachment {
                name: row.get("name")?,
                path: folder.map_or_else(|| PathBuf::from(&path), |folder| folder.join(&path)),
                sha256: row.get("sha256")?,
                bytes: row.get::<_, i64>("bytes")?.cast_unsigned(),
            }),
        };
        Ok(Evidence {
            id: row.get("id")?,
            step: row.get("step")?,
            wants: word(row, "wants", Wants::parse)?.unwrap_or(Wants::Nothing),
            form: word(row, "form", Form::parse)?.unwrap_or(Form::Note),
            note: row.get("note")?,
            file,
            carrier: row.get("carrier")?,
            number: row.get("number")?,
            origin: word(row, "origin", Origin::parse)?,
            at: time(row.get("at")?),
            weak: None,
        })
    })?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?)
}
