//! Notes per SKU: every save a row and an event, the newest that was not undone stands; what is typed is a draft.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Store;
use super::convert::{second, time};
use super::draft::Spool;
use super::history::Head;
use super::sheet::{Words, sheets};
use crate::domain::event::{Actor, Deed};
use crate::domain::note::{LONGEST, NoteText, SkuNote};
use crate::problem::{Exit, Problem};

/// The note that stands for a SKU.
pub(super) const STANDING: &str = "SELECT sku, policy, problem, saved_at,
        (SELECT count(*) FROM sku_notes o WHERE o.sku = n.sku AND o.withdrawn = 0) AS saves
    FROM sku_notes n WHERE n.sku = ?1 AND n.withdrawn = 0 ORDER BY n.event DESC LIMIT 1";

impl Store {
    /// Every SKU that has a note or the draft of one, in the order of the SKUs. A note whose fields were both emptied is left
    /// out.
    pub fn notes(&self) -> Result<Vec<SkuNote>, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT sku FROM sku_notes WHERE withdrawn = 0 UNION SELECT sku FROM sku_note_drafts",
        )?;
        let mut skus: BTreeSet<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let waiting = waiting(&self.spool);
        skus.extend(waiting.iter().map(|text| text.sku.clone()));
        let mut notes = Vec::new();
        for sku in skus {
            let note = newest(note(&self.db, &sku)?, &waiting);
            if !note.text.is_empty() || note.draft.is_some() {
                notes.push(note);
            }
        }
        Ok(notes)
    }

    /// The note of one SKU; an empty one where nothing was noted.
    pub fn note(&self, sku: &str) -> Result<SkuNote, Problem> {
        Ok(newest(note(&self.db, sku)?, &waiting(&self.spool)))
    }

    /// Saves a note and drops the draft of it. Returns the number of the event; of the last one where nothing changed.
    ///
    /// # Errors
    /// A field is longer than [`LONGEST`] characters, or the SKU is empty.
    pub fn save_note(&mut self, text: &NoteText, now: Timestamp) -> Result<i64, Problem> {
        check(text)?;
        self.write(|tx, _| {
            tx.prepare_cached("DELETE FROM sku_note_drafts WHERE sku = ?1")?.execute([&text.sku])?;
            let mut head = Head::read(tx)?;
            if note(tx, &text.sku)?.text == *text {
                return Ok(head.id());
            }
            let deed = Deed::SkuNoted { sku: text.sku.clone() };
            let event = head.append(tx, None, second(now), Actor::Operator, &deed)?;
            tx.prepare_cached("INSERT INTO undoable (event, action) VALUES (?1, ?1)")?.execute([event])?;
            tx.prepare_cached(
                "INSERT INTO sku_notes (event, sku, policy, problem, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![event, text.sku, text.policy, text.problem, second(now)])?;
            Ok(event)
        })
    }

    /// Keeps what was typed into a note, or drops the draft where it says what was saved: it is on disk when this returns,
    /// and soon, whoever else is writing. Not an event.
    ///
    /// # Errors
    /// As [`Store::save_note`], or the disk refuses.
    pub fn keep_note(&mut self, text: &NoteText, now: Timestamp) -> Result<(), Problem> {
        check(text)?;
        self.keep_words(&Words::Note(text.clone()), now)
    }
}

/// Whether something was typed or saved after this moment.
pub(super) fn has_newer(tx: &Connection, sku: &str, at: i64) -> Result<bool, Problem> {
    let mut query = tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM sku_note_drafts WHERE sku = ?1 AND typed_at > ?2)
             OR EXISTS (SELECT 1 FROM sku_notes WHERE sku = ?1 AND saved_at > ?2)",
    )?;
    Ok(query.query_row(params![sku, at], |row| row.get(0))?)
}

/// The texts of notes that lie beside the database.
fn waiting(spool: &Spool) -> Vec<NoteText> {
    let texts = sheets(spool).into_iter().map(|sheet| sheet.words);
    texts.filter_map(|words| if let Words::Note(text) = words { Some(text) } else { None }).collect()
}

/// The note with the draft that lies beside the database, where there is one.
fn newest(mut note: SkuNote, waiting: &[NoteText]) -> SkuNote {
    if let Some(text) = waiting.iter().find(|text| text.sku == note.text.sku) {
        note.draft = Some(text.clone()).filter(|draft| *draft != note.text);
    }
    note
}

/// Stores a draft in place of the one before.
pub(super) fn keep(tx: &Connection, text: &NoteText, at: i64) -> Result<(), Problem> {
    if note(tx, &text.sku)?.text == *text {
        tx.prepare_cached("DELETE FROM sku_note_drafts WHERE sku = ?1")?.execute([&text.sku])?;
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO sku_note_drafts (sku, policy, problem, typed_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (sku) DO UPDATE SET policy = ?2, problem = ?3, typed_at = ?4",
    )?
    .execute(params![text.sku, text.policy, text.problem, at])?;
    Ok(())
}

/// See [`Store::note`].
pub(super) fn note(db: &Connection, sku: &str) -> Result<SkuNote, Problem> {
    let mut query = db.prepare_cached(STANDING)?;
    let saved = query.query_row([sku], |row| {
        let saved_at = Some(time(row.get("saved_at")?));
        Ok(SkuNote { text: text(row)?, saved_at, saves: row.get("saves")?, draft: None })
    });
    let nothing = || SkuNote { text: NoteText::empty(sku), ..SkuNote::default() };
    let saved = saved.optional()?.unwrap_or_else(nothing);
    let mut query = db.prepare_cached("SELECT sku, policy, problem FROM sku_note_drafts WHERE sku = ?1")?;
    let draft = query.query_row([sku], text).optional()?;
    Ok(SkuNote { draft, ..saved })
}

fn text(row: &Row<'_>) -> rusqlite::Result<NoteText> {
    Ok(NoteText { sku: row.get("sku")?, policy: row.get("policy")?, problem: row.get("problem")? })
}

/// The save of an event no longer counts: the one before stands again. The text stays in the file.
pub(super) fn withdraw(db: &Connection, event: i64) -> Result<(), Problem> {
    db.prepare_cached("UPDATE sku_notes SET withdrawn = 1 WHERE event = ?1")?.execute([event])?;
    Ok(())
}

fn check(text: &NoteText) -> Result<(), Problem> {
    let refused = |en: String, zh: String| Problem::new(Exit::Blocked, [en, zh], ["", ""]);
    if text.sku.trim().is_empty() {
        return Err(refused("a note needs a SKU".to_owned(), "备注需要 SKU".to_owned()));
    }
    let long = [&text.policy, &text.problem].into_iter().any(|field| field.chars().count() > LONGEST);
    if long {
        return Err(refused(
            format!("a field of a note holds at most {LONGEST} characters"),
            format!("备注的每一栏最多 {LONGEST} 个字符"),
        ));
    }
    Ok(())
}
