//! The only SQL: one SQLite file, owned by one thread.
//!
//! ```text
//! open ── migrate                       the file, its header, its schema
//! import ── rows                        mails and rows land, known ones are told apart
//!    └─ component ─ thread, returns ─ join      which mails and rows make which case, in any order of import
//!                        └─ facts ─ timeline ─ refresh   what a case says, its clocks, its line in the queue
//! action, offer, wait ── history ── undo   what the operator does, event by event
//!            └─ money ── doctor           every step of every offer as a chained line of the money log; the check of it all
//! evidence ── files                     ticks, notes and attached files of the playbook's steps
//! draft                                 the reply being written, in the file or beside it while another writes
//! sheet                                 the same of SKU notes and the forms of steps
//! outcome                               how a case ended: by Amazon, by the operator, how it stands
//! template                              which template a reply was sent with, what became of its case
//! notes                                 what the operator knows of a SKU, save by save
//! costs ── rates                        what articles and sites cost; how often orders are complained of
//! queue, case, buyer, paths, figures, forecast, account, report   what the screens read
//!                     └──┬──┘                 health: orders and signs of defects, for the rules of the domain
//! ```
//!
//! The money log is the one place where money moves: an offer's row holds its words, and its state is what its last line says.
//! What proves an offer is computed from mails and rows when it is asked for and stored nowhere.
//!
//! Mails, rows, replies and offers are the facts; a case is computed from them, never changed by hand. That is why the
//! order of import cannot matter and why an undo only has to take a fact back.

#![allow(
    clippy::missing_errors_doc,
    reason = "every method may fail as SQLite does; other reasons are documented"
)]
#![allow(clippy::similar_names, reason = "case and cause are both words of the trade")]

mod above;
mod account;
mod action;
mod buyer;
mod case;
mod component;
mod convert;
mod costs;
mod doctor;
mod draft;
mod evidence;
mod facts;
mod figures;
mod files;
mod forecast;
mod health;
mod history;
mod import;
mod join;
mod letter;
mod migrate;
mod money;
mod notes;
mod offer;
mod open;
mod outcome;
mod paths;
mod queue;
mod rates;
mod refresh;
mod replies;
mod report;
mod returns;
mod rows;
mod sheet;
mod template;
mod thread;
mod timeline;
mod undo;
mod verdict;
mod wait;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension};

use crate::domain::CaseId;
use crate::domain::clock::Policy;
use crate::domain::event::Event;
use crate::domain::tracking::Carriers;
pub use crate::domain::view::Filter;
use crate::domain::view::ReplyDraft;
use crate::problem::{Exit, Problem};

pub use files::{digest, harmless};
pub use import::{Import, Target};
pub use rows::RowFate;

/// How long a write waits for another process, unless told otherwise.
const BUSY: Duration = Duration::from_secs(5);

/// Name in `meta` of the hash of the policy that the due times were computed with.
const POLICY: &str = "policy";

/// The database. Every write is one IMMEDIATE transaction that appends its events.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    policy: Policy,
    /// The carriers with the operator's own; those that ship where he has none.
    carriers: Option<Arc<Carriers>>,
    /// The rules of account health; those that ship, where none are given.
    health: Option<crate::domain::health::policy::HealthPolicy>,
    /// How long an offer waits for its answer; as ships, where nothing is given.
    offers: Option<crate::domain::offer::policy::OfferPolicy>,
    /// How far the offers are looked over for those that expire.
    sweep: std::cell::Cell<offer::Sweep>,
    /// The policy of costs and rates; the one that ships, where none is given.
    costs: Option<crate::domain::cost::policy::CostPolicy>,
    /// The rules of the report; those that ship, where none are given.
    report: Option<crate::domain::report::policy::ReportPolicy>,
    /// Drafts that could not get into the database.
    spool: draft::Spool,
    /// The draft that was handed over last.
    handed: Option<(CaseId, ReplyDraft)>,
    /// Copies of attached files; none for a store without a file.
    files: Option<std::path::PathBuf>,
    /// How long a write waits for another process.
    patience: Duration,
}

/// What a mail came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// Stored as this item; ask [`Import::place`] for its case and thread at the end.
    Stored(i64),
    /// Known already, by Message-ID or content: the item stored then.
    Duplicate(i64),
}

/// Where a stored mail belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its case; none for a notice about an order without one.
    pub case: Option<CaseId>,
    /// The conversation's key.
    pub thread: String,
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
        let mut store = Self::with(open::open(path)?, policy)?;
        store.spool = draft::Spool::beside(path);
        store.files = Some(files::beside(path));
        store.take_in_drafts();
        Ok(store)
    }

    /// Opens the file for an import that is rolled back. A file of an older schema is left as it is: its copy is used.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn on_trial(path: &Path, policy: Policy) -> Result<Self, Problem> {
        Self::with(open::on_trial(path, migrate::STEPS)?, policy)
    }

    /// A store that lives as long as the value: for tests and for `kesu import --dry-run` on no file.
    ///
    /// # Errors
    /// Never in practice; SQLite may lack memory.
    pub fn in_memory(policy: Policy) -> Result<Self, Problem> {
        Self::with(open::in_memory()?, policy)
    }

    /// The carriers that numbers are judged by: the operator's own with those that ship, or these alone.
    #[must_use]
    pub fn carriers(&self) -> &Carriers {
        self.carriers.as_deref().unwrap_or_else(|| Carriers::shipped())
    }

    /// Judges tracking numbers by these carriers from now on; `None`: by those that ship.
    pub fn use_carriers(&mut self, carriers: Option<Arc<Carriers>>) {
        self.carriers = carriers;
    }

    /// The same, for a store that was just opened.
    #[must_use]
    pub fn with_carriers(mut self, carriers: Option<Carriers>) -> Self {
        self.carriers = carriers.map(Arc::new);
        self
    }

    fn with(db: Connection, policy: Policy) -> Result<Self, Problem> {
        let mut store = Self {
            db,
            policy,
            carriers: None,
            health: None,
            offers: None,
            sweep: std::cell::Cell::new(offer::Sweep::NONE),
            costs: None,
            report: None,
            spool: draft::Spool::default(),
            handed: None,
            files: None,
            patience: BUSY,
        };
        let now = format!("{:016x}", convert::hash(&[&format!("{:?}", store.policy)]).cast_unsigned());
        if store.policy_before()?.as_ref() != Some(&now) {
            store.write(|tx, policy| {
                refresh::reclock(tx, policy)?;
                tx.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)", [POLICY, &now])?;
                Ok(())
            })?;
        }
        Ok(store)
    }

    /// Sets how long a write waits for another process before it says that the database is busy.
    #[must_use]
    pub fn waiting_at_most(self, patience: Duration) -> Self {
        // The wish only sets a number inside SQLite, which cannot fail.
        let _ = self.db.busy_timeout(patience);
        Self { patience, ..self }
    }

    fn policy_before(&self) -> Result<Option<String>, Problem> {
        let mut query = self.db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(query.query_row([POLICY], |row| row.get(0)).optional()?)
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::new(
                Exit::Busy,
                ["the database is busy: another kesu is writing", "数据库正忙：另一个 kesu 正在写入"],
                ["try again in a moment", "请稍后重试"],
            ),
            Some(
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly,
            ) => Self::new(
                Exit::Failed,
                [
                    format!("NOT SAVED: the disk refused it ({error})"),
                    format!("未保存：磁盘拒绝写入（{error}）"),
                ],
                [
                    "free space or check the folder's rights, then try again",
                    "请释放空间或检查文件夹权限后重试",
                ],
            ),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => broken(&error.to_string()),
            _ => Self::new(
                Exit::Failed,
                [format!("the database refused: {error}"), format!("数据库拒绝：{error}")],
                ["nothing was changed", "没有任何改动"],
            ),
        }
    }
}

/// The file holds something it should not.
fn broken(what: &str) -> Problem {
    Problem::new(
        Exit::Failed,
        [format!("the database is damaged: {what}"), format!("数据库已损坏：{what}")],
        ["keep a copy of the file, then restore the last backup", "请先备份该文件，再恢复最近的备份"],
    )
}

#[cfg(test)]
mod tests;
