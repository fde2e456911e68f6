//! The only SQL: one SQLite file, owned by one thread.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::clock::Policy;
use crate::domain::event::Event;
use crate::domain::offer::Draft;
use crate::domain::record::{Mail, Row};
pub use crate::domain::view::Filter;
use crate::domain::view::{CaseFile, Counts, Health, QueueKey, ReplyDraft, Summary, Tally};
use crate::domain::{CaseId, Kind, Marketplace, Outcome, RootCause};
use crate::problem::Problem;

/// The database. Every write is one IMMEDIATE transaction that appends its events.
#[derive(Debug)]
pub struct Store {}

/// What a mail came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// Stored as this item; ask [`Import::place`] for its case and thread at the end.
    Stored(i64),
    /// Known already, by Message-ID or content.
    Duplicate,
}

/// Where a stored mail belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its case; none for a notice about an order without one.
    pub case: Option<CaseId>,
    /// The conversation's key.
    pub thread: String,
}

/// What a row came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// Not seen before.
    New,
    /// Known, nothing changed (or older than what is stored).
    Dup,
    /// Known, newer.
    Updated,
}

/// What an undo took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The event that was undone.
    pub event: Event,
    /// The case it concerned.
    pub case: Option<CaseId>,
}

impl Store {
    /// Opens the file, or makes it (0600 in a 0700 folder), and brings its schema up to date.
    ///
    /// # Errors
    /// A foreign or newer file is refused untouched; a busy one says so.
    pub fn open(path: &Path, policy: Policy) -> Result<Self, Problem> {
        todo!("{path:?} {policy:?}")
    }

    /// A store that lives as long as the value: for tests and for `kesu import --dry-run` on no file.
    ///
    /// # Errors
    /// Never in practice; SQLite may lack memory.
    pub fn in_memory(policy: Policy) -> Result<Self, Problem> {
        todo!("{policy:?}")
    }

    /// Open cases in the order in which time runs out: the group older than 45 days last, then due, then number.
    ///
    /// # Errors
    /// SQLite's, as a [`Problem`]; so for every method.
    pub fn queue(&self, after: Option<QueueKey>, limit: usize, filter: &Filter, now: Timestamp) -> Result<Vec<Summary>, Problem> {
        todo!("{after:?} {limit} {filter:?} {now}")
    }

    /// The counts of the header. `midnight` is the end of the operator's day, `day_start` its begin.
    pub fn counts(&self, now: Timestamp, day_start: Timestamp, midnight: Timestamp) -> Result<Counts, Problem> {
        todo!("{now} {day_start} {midnight}")
    }

    /// Number of the last stored event; 0 in a new file.
    pub fn last_event(&self) -> Result<i64, Problem> {
        todo!()
    }

    /// Everything about one case, or `None`.
    pub fn case(&self, id: CaseId, now: Timestamp) -> Result<Option<CaseFile>, Problem> {
        todo!("{id} {now}")
    }

    /// Keeps the reply being written. Not an event: text undo belongs to the editor.
    pub fn save_draft(&mut self, case: CaseId, draft: &ReplyDraft, now: Timestamp) -> Result<(), Problem> {
        todo!("{case} {draft:?} {now}")
    }

    /// Corrects the kind. Returns the number of the event.
    pub fn set_kind(&mut self, case: CaseId, kind: Kind, now: Timestamp) -> Result<i64, Problem> {
        todo!("{case} {kind:?} {now}")
    }

    /// Notes that the reply was copied. The reply clock keeps running.
    pub fn copied(&mut self, case: CaseId, route: &str, now: Timestamp) -> Result<i64, Problem> {
        todo!("{case} {route} {now}")
    }

    /// Notes that the reply went out: its text becomes a message of ours, the draft is closed, the reply clock stops.
    pub fn sent(&mut self, case: CaseId, text: &str, draft: &ReplyDraft, now: Timestamp) -> Result<i64, Problem> {
        todo!("{case} {text} {draft:?} {now}")
    }

    /// The buyer's message asks for no answer: the reply clock stops.
    pub fn no_reply_needed(&mut self, case: CaseId, now: Timestamp) -> Result<i64, Problem> {
        todo!("{case} {now}")
    }

    /// Books an offer. The same key again returns the first booking's event and books nothing.
    ///
    /// # Errors
    /// The reasons of `domain::offer::Refusal`, and SQLite's.
    pub fn offer(&mut self, case: CaseId, draft: &Draft, now: Timestamp) -> Result<i64, Problem> {
        todo!("{case} {draft:?} {now}")
    }

    /// Archives a case.
    pub fn archive(&mut self, case: CaseId, outcome: Outcome, cause: Option<RootCause>, now: Timestamp) -> Result<i64, Problem> {
        todo!("{case} {outcome:?} {cause:?} {now}")
    }

    /// Undoes the last action that is not undone yet; `None` when there is none.
    pub fn undo(&mut self, now: Timestamp) -> Result<Option<Undone>, Problem> {
        todo!("{now}")
    }

    /// Starts an import: one transaction over all its files.
    pub fn import(&mut self, now: Timestamp) -> Result<Import<'_>, Problem> {
        todo!("{now}")
    }

    /// The marketplace of an order that a report or mail named.
    pub fn marketplace_of(&self, order_id: &str) -> Result<Option<Marketplace>, Problem> {
        todo!("{order_id}")
    }

    /// Order defect rates; `as_of` defaults to the last day the imported orders cover.
    pub fn health(&self, as_of: Option<Date>) -> Result<Vec<Health>, Problem> {
        todo!("{as_of:?}")
    }
}

/// An import under way. Dropped without [`Import::finish`], nothing of it remains.
#[derive(Debug)]
pub struct Import<'store> {
    store: &'store mut Store,
}

impl Import<'_> {
    /// Stores one mail and joins it to its thread and case.
    pub fn mail(&mut self, mail: &Mail) -> Result<Landed, Problem> {
        todo!("{mail:?} {:?}", self.store)
    }

    /// Stores one report row.
    pub fn row(&mut self, row: &Row) -> Result<RowFate, Problem> {
        todo!("{row:?}")
    }

    /// Where a stored mail belongs, once everything was read: a later mail may have joined two threads.
    pub fn place(&self, stored: i64) -> Result<Place, Problem> {
        todo!("{stored}")
    }

    /// Ends the import: `keep` commits it with one event, otherwise everything is rolled back (a dry run).
    /// Returns how many cases it opened.
    pub fn finish(self, tally: &Tally, keep: bool) -> Result<u64, Problem> {
        todo!("{tally:?} {keep}")
    }
}
