//! What is typed into a SKU note or the form of a step: a draft in the database, and while another process holds that, a
//! file of its own beside it, which goes in with the next write.
//!
//! A file is only taken in where it is newer than what the database has: taken in twice it changes nothing.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::Store;
use super::convert::{hash, second};
use super::draft::{BRIEFLY, Spool, Sync, not_kept, write_whole};
use super::{evidence, notes};
use crate::domain::CaseId;
use crate::domain::evidence::Typed;
use crate::domain::note::NoteText;
use crate::problem::{Exit, Problem};

/// What was typed, and into what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Words {
    Note(NoteText),
    Step(CaseId, Typed),
}

/// A draft that lies beside the database.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sheet {
    at: i64,
    #[serde(rename = "text")]
    pub(super) words: Words,
}

impl Words {
    /// Name of its file.
    fn name(&self) -> String {
        let (what, hash) = match self {
            Self::Note(text) => ("note", hash(&[&text.sku])),
            Self::Step(case, typed) => (
                "step",
                hash(&[&case.0.to_string(), &typed.step, if typed.attach { "file" } else { "note" }]),
            ),
        };
        format!("{what}.{:016x}", hash.cast_unsigned())
    }

    /// Stores it in place of the draft before.
    fn keep(&self, tx: &Connection, at: i64) -> Result<(), Problem> {
        match self {
            Self::Note(text) => notes::keep(tx, text, at),
            Self::Step(case, typed) => evidence::keep_typed(tx, *case, typed, at),
        }
    }

    /// Whether the database has something newer than what was typed then.
    fn is_old(&self, tx: &Connection, at: i64) -> Result<bool, Problem> {
        match self {
            Self::Note(text) => notes::has_newer(tx, &text.sku, at),
            Self::Step(case, typed) => evidence::has_newer(tx, *case, typed, at),
        }
    }
}

impl Store {
    /// Keeps what was typed: it is on disk when this returns, and soon, whoever else is writing. Not an event.
    pub(super) fn keep_words(&mut self, words: &Words, now: Timestamp) -> Result<(), Problem> {
        self.db.busy_timeout(BRIEFLY)?;
        let kept = self.write(|tx, _| words.keep(tx, second(now)));
        self.db.busy_timeout(self.patience)?;
        match (kept, &self.spool.folder) {
            (Err(busy), Some(folder)) if busy.exit == Exit::Busy => {
                put(folder, words, second(now), File::sync_all).map_err(|error| not_kept(&error))
            }
            (kept, _) => kept,
        }
    }
}

pub(super) fn put(folder: &Path, words: &Words, at: i64, sync: Sync) -> io::Result<()> {
    let sheet = serde_json::to_vec(&Sheet { at, words: words.clone() })?;
    write_whole(folder, &words.name(), &sheet, sync)
}

/// The drafts that lie beside the database; one that cannot be read stays where it is.
pub(super) fn sheets(spool: &Spool) -> Vec<Sheet> {
    let entries = spool.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok());
    let named = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("note.") || name.starts_with("step.")
    };
    entries.into_iter().flatten().flatten().filter(named).filter_map(|entry| read(&entry.path())).collect()
}

fn read(path: &Path) -> Option<Sheet> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Takes the drafts into the database, inside a transaction, and returns them; one of a case that nobody knows lies on.
pub(super) fn take_in(tx: &Connection, sheets: Vec<Sheet>) -> Result<Vec<Sheet>, Problem> {
    let mut taken = Vec::new();
    for sheet in sheets {
        if !sheet.words.is_old(tx, sheet.at)? {
            match sheet.words.keep(tx, sheet.at) {
                Err(problem) if problem.exit == Exit::NotFound => continue,
                kept => kept?,
            }
        }
        taken.push(sheet);
    }
    Ok(taken)
}

/// Removes what is in the database now, and the folder with the last file.
pub(super) fn remove(spool: &Spool, sheets: &[Sheet]) {
    let Some(folder) = spool.folder.as_ref().filter(|_| !sheets.is_empty()) else { return };
    for sheet in sheets {
        let path = folder.join(sheet.words.name());
        // Somebody may have typed on since.
        if read(&path).as_ref() == Some(sheet) {
            let _ = fs::remove_file(path);
        }
    }
    let _ = fs::remove_dir(folder);
}
