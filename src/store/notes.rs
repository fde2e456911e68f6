//! Notes per SKU: every save a row and an event, the newest that was not undone stands; what is typed is a draft.
//!
//! While another process holds the database a draft lies beside it, one file a SKU, and goes in with the next write. A
//! file is only taken in where it is newer than what the database has: taken in twice it changes nothing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::Store;
use super::convert::{hash, second, time};
use super::draft::{BRIEFLY, Spool, Sync, not_kept, write_whole};
use super::history::Head;
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
        let waiting = sheets(&self.spool);
        skus.extend(waiting.iter().map(|sheet| sheet.text.sku.clone()));
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
        Ok(newest(note(&self.db, sku)?, &sheets(&self.spool)))
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
        self.db.busy_timeout(BRIEFLY)?;
        let kept = self.write(|tx, _| keep(tx, text, second(now)));
        self.db.busy_timeout(self.patience)?;
        match (kept, &self.spool.folder) {
            (Err(busy), Some(folder)) if busy.exit == Exit::Busy => {
                put(folder, text, second(now), File::sync_all).map_err(|error| not_kept(&error))
            }
            (kept, _) => kept,
        }
    }
}

/// A draft that lies beside the database.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sheet {
    at: i64,
    text: NoteText,
}

/// Name of the file of a SKU.
fn sheet_name(sku: &str) -> String {
    format!("note.{:016x}", hash(&[sku]).cast_unsigned())
}

pub(super) fn put(folder: &Path, text: &NoteText, at: i64, sync: Sync) -> io::Result<()> {
    let words = serde_json::to_vec(&Sheet { at, text: text.clone() })?;
    write_whole(folder, &sheet_name(&text.sku), &words, sync)
}

/// The drafts that lie beside the database; one that cannot be read stays where it is.
pub(super) fn sheets(spool: &Spool) -> Vec<Sheet> {
    let entries = spool.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok());
    let named = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().starts_with("note.");
    entries.into_iter().flatten().flatten().filter(named).filter_map(|entry| read(&entry.path())).collect()
}

fn read(path: &Path) -> Option<Sheet> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Takes the drafts into the database, inside a transaction.
pub(super) fn take_in(tx: &Connection, sheets: &[Sheet]) -> Result<(), Problem> {
    for sheet in sheets {
        let mut query = tx.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sku_note_drafts WHERE sku = ?1 AND typed_at > ?2)
                 OR EXISTS (SELECT 1 FROM sku_notes WHERE sku = ?1 AND saved_at > ?2)",
        )?;
        let newer: bool = query.query_row(params![sheet.text.sku, sheet.at], |row| row.get(0))?;
        if !newer {
            keep(tx, &sheet.text, sheet.at)?;
        }
    }
    Ok(())
}

/// Removes what is in the database now, and the folder with the last file.
pub(super) fn remove(spool: &Spool, sheets: &[Sheet]) {
    let Some(folder) = spool.folder.as_ref().filter(|_| !sheets.is_empty()) else { return };
    for sheet in sheets {
        let path = folder.join(sheet_name(&sheet.text.sku));
        // Somebody may have typed on since.
        if read(&path).as_ref() == Some(sheet) {
            let _ = fs::remove_file(path);
        }
    }
    let _ = fs::remove_dir(folder);
}

/// The note with the draft that lies beside the database, where there is one.
fn newest(mut note: SkuNote, waiting: &[Sheet]) -> SkuNote {
    let here = |sheet: &&Sheet| sheet.text.sku == note.text.sku;
    if let Some(sheet) = waiting.iter().find(here) {
        note.draft = Some(sheet.text.clone()).filter(|draft| *draft != note.text);
    }
    note
}

/// Stores a draft in place of the one before.
fn keep(tx: &Connection, text: &NoteText, at: i64) -> Result<(), Problem> {
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
