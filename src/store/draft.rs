//! The reply being written: kept in the database or, while another process holds its lock, in a file beside it.
//!
//! Such a sheet lies in `<database>.drafts`, private and written whole. The next transaction takes it in before it
//! does anything else, so what the database says about a reply is never newer than a sheet it has not seen; which
//! sheets it has seen is noted in that same transaction, so none is taken in twice.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use super::Store;
use super::action::{existing, keep_draft};
use super::case::draft as draft_of;
use super::convert::second;
use super::open::{make_folder, private_file};
use super::sheet::Words;
use crate::domain::CaseId;
use crate::domain::evidence::Typed;
use crate::domain::note::NoteText;
use crate::domain::view::ReplyDraft;
use crate::problem::{Exit, Problem};

/// How long a draft waits for another process: long enough for its single writes, not for its import.
pub(super) const BRIEFLY: Duration = Duration::from_millis(50);
/// Name in `meta` of the list of sheets that are in the database and may still lie beside it.
const TAKEN: &str = "drafts taken in";

/// The folder of the sheets; none for a store without a file.
#[derive(Debug, Default)]
pub(super) struct Spool {
    /// Beside the database.
    pub(super) folder: Option<PathBuf>,
}

/// One sheet: the case it was written for, its turn among all, its file.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    case: CaseId,
    turn: u64,
    name: String,
    path: PathBuf,
}

/// How a written file gets to the disk.
pub(super) type Sync = fn(&File) -> io::Result<()>;

/// What a sheet holds.
#[derive(Serialize, Deserialize)]
struct Page {
    at: i64,
    draft: ReplyDraft,
    /// What the window that wrote it knew the database to have.
    #[serde(default)]
    over: Option<ReplyDraft>,
}

impl Store {
    /// Keeps the reply being written: it is on disk when this returns, and soon, whoever else is writing. `over` is what
    /// the writer knows to be kept. Where another window kept something else meanwhile, both are kept in one, which is
    /// returned. Not an event: text undo belongs to the editor.
    ///
    /// # Errors
    /// There is no such case, or the disk refuses.
    pub fn save_draft(
        &mut self,
        case: CaseId,
        draft: &ReplyDraft,
        over: &ReplyDraft,
        now: Timestamp,
    ) -> Result<Option<ReplyDraft>, Problem> {
        // An answer may still be under way to the writer: what he handed over last is known to him as well.
        let last = self.handed.take().filter(|(id, _)| *id == case).map(|(_, last)| last);
        let known: Vec<&ReplyDraft> = [over].into_iter().chain(&last).collect();
        self.handed = Some((case, draft.clone()));
        self.db.busy_timeout(BRIEFLY)?;
        let kept = self.write(|tx, _| {
            let case = existing(tx, case)?;
            let both = draft_of(tx, case)?
                .filter(|there| !known.contains(&there))
                .map(|there| draft.clone().with(&there, &known))
                .filter(|both| both != draft);
            keep_draft(tx, case, both.as_ref().unwrap_or(draft), second(now))?;
            Ok(both)
        });
        self.db.busy_timeout(self.patience)?;
        match kept {
            Err(busy) if busy.exit == Exit::Busy => {
                // The writer's own sheets go with the new one; another's are not his to remove.
                let mut own = self.waiting(|sheet| sheet.case == case)?;
                own.retain(|(_, page)| known.contains(&&page.draft));
                let over = own.first().map_or_else(|| Some(over.clone()), |(_, first)| first.over.clone());
                let page = Page { at: second(now), draft: draft.clone(), over };
                let put = self.spool.put(case, &page, File::sync_all).map_err(|error| not_kept(&error))?;
                put.ok_or(busy)?;
                for (sheet, _) in own {
                    let _ = fs::remove_file(&sheet.path);
                }
                Ok(None)
            }
            kept => kept,
        }
    }

    /// The draft of a case as it will be once what still lies beside the database is in it; `None` where nothing does.
    #[must_use]
    pub fn waiting_draft(&self, case: CaseId) -> Option<ReplyDraft> {
        let is_his = |sheet: &Sheet| self.standing_for(sheet.case).is_ok_and(|standing| standing == case);
        let pages = self.waiting(is_his).ok().filter(|pages| !pages.is_empty())?;
        let there = draft_of(&self.db, case).ok()?;
        pages.into_iter().fold(there, |there, (sheet, page)| Some(landed(there, page, sheet.case == case)))
    }

    /// The sheets that are not in the database yet and can be read, the oldest first.
    fn waiting(&self, wanted: impl Fn(&Sheet) -> bool) -> Result<Vec<(Sheet, Page)>, Problem> {
        let mut sheets = self.spool.sheets();
        let taken = taken(&self.db)?;
        sheets.retain(|sheet| !taken.contains(&sheet.name) && wanted(sheet));
        Ok(sheets.into_iter().filter_map(|sheet| sheet.read().map(|page| (sheet, page))).collect())
    }

    /// Takes in what lies beside the database, unless another process is writing: then it lies on.
    pub fn take_in_drafts(&mut self) {
        if self.spool.sheets().is_empty() && super::sheet::sheets(&self.spool).is_empty() {
            return;
        }
        let _ = self.db.busy_timeout(Duration::ZERO);
        // A sheet that cannot be taken in is not lost: it stays where it is.
        let _ = self.write(|_, _| Ok(()));
        let _ = self.db.busy_timeout(self.patience);
    }
}

/// Puts what was typed beside the database without asking anybody, the disk included: for the way out when the store
/// does not answer any more.
#[derive(Debug)]
pub struct Rescue(Spool);

impl Store {
    /// The way to keep what was typed when the store itself does not answer.
    #[must_use]
    pub fn rescue(&self) -> Rescue {
        Rescue(Spool { folder: self.spool.folder.clone() })
    }
}

impl Rescue {
    /// Keeps a reply as [`Store::save_draft`] does; the next start takes it in. Does nothing for a store without a file.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn draft(
        &self,
        case: CaseId,
        draft: &ReplyDraft,
        over: &ReplyDraft,
        now: Timestamp,
    ) -> io::Result<()> {
        let page = Page { at: second(now), draft: draft.clone(), over: Some(over.clone()) };
        self.0.put(case, &page, |_| Ok(())).map(drop)
    }

    /// Keeps a SKU note, likewise.
    ///
    /// # Errors
    /// As [`Rescue::draft`].
    pub fn note(&self, text: &NoteText, now: Timestamp) -> io::Result<()> {
        let Some(folder) = &self.0.folder else { return Ok(()) };
        super::sheet::put(folder, &Words::Note(text.clone()), second(now), |_| Ok(()))
    }

    /// Keeps the form of a step, likewise.
    ///
    /// # Errors
    /// As [`Rescue::draft`].
    pub fn typed(&self, case: CaseId, typed: &Typed, now: Timestamp) -> io::Result<()> {
        let Some(folder) = &self.0.folder else { return Ok(()) };
        super::sheet::put(folder, &Words::Step(case, typed.clone()), second(now), |_| Ok(()))
    }
}

impl Spool {
    /// The sheets of the database at this path.
    pub(super) fn beside(db: &Path) -> Self {
        let mut folder = db.canonicalize().unwrap_or_else(|_| db.to_owned()).into_os_string();
        folder.push(".drafts");
        Self { folder: Some(folder.into()) }
    }

    /// The sheets that lie there, the newest of each case last.
    pub(super) fn sheets(&self) -> Vec<Sheet> {
        let Some(entries) = self.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok()) else {
            return Vec::new();
        };
        let mut sheets: Vec<Sheet> =
            entries.flatten().filter_map(|entry| Sheet::named(&entry.path())).collect();
        sheets.sort_by(|one, other| (one.turn, &one.name).cmp(&(other.turn, &other.name)));
        sheets
    }

    /// Writes a sheet whole; `None` where the store has no file.
    fn put(&self, case: CaseId, page: &Page, sync: Sync) -> io::Result<Option<()>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let turn = self.sheets().last().map_or(1, |last| last.turn + 1);
        let name = format!("{case}-{turn}-{}", uuid::Uuid::now_v7());
        let words = serde_json::to_vec(page)?;
        let written = (0..3).map(|_| write_whole(folder, &name, &words, sync)).find(|written| {
            // Another process may take the empty folder away just now.
            !matches!(written, Err(error) if error.kind() == io::ErrorKind::NotFound)
        });
        written.unwrap_or_else(|| Err(io::ErrorKind::NotFound.into()))?;
        Ok(Some(()))
    }

    /// Removes sheets that are in the database, and the folder with the last one.
    pub(super) fn remove(&self, sheets: &[Sheet]) {
        for sheet in sheets {
            let _ = fs::remove_file(&sheet.path);
        }
        if let Some(folder) = self.folder.as_ref().filter(|_| !sheets.is_empty()) {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Sheet {
    /// `12-3-<unique>` is the third sheet, for case 12. Anything else is none of ours.
    fn named(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_owned();
        let (case, rest) = name.split_once('-')?;
        let (turn, _) = rest.split_once('-')?;
        Some(Self { case: CaseId(case.parse().ok()?), turn: turn.parse().ok()?, path: path.to_owned(), name })
    }

    fn read(&self) -> Option<Page> {
        serde_json::from_slice(&fs::read(&self.path).ok()?).ok()
    }
}

/// Takes sheets into the database, inside a transaction. Returns those that may be removed once it is committed; one
/// that cannot be read, or of a case that is not here, stays.
pub(super) fn take_in(tx: &Connection, sheets: Vec<Sheet>) -> Result<Vec<Sheet>, Problem> {
    if sheets.is_empty() {
        return Ok(sheets);
    }
    let known = taken(tx)?;
    let mut gone = Vec::new();
    for sheet in sheets {
        if !known.contains(&sheet.name) {
            let Some(page) = sheet.read() else { continue };
            match existing(tx, sheet.case) {
                Ok(case) => {
                    let (at, there) = (page.at, draft_of(tx, case)?);
                    keep_draft(tx, case, &landed(there, page, case == sheet.case), at)?;
                }
                Err(problem) if problem.exit == Exit::NotFound => continue,
                Err(problem) => return Err(problem),
            }
        }
        gone.push(sheet);
    }
    let names: Vec<&str> = gone.iter().map(|sheet| sheet.name.as_str()).collect();
    tx.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute([TAKEN, &names.join("\n")])?;
    Ok(gone)
}

/// What becomes of the draft that is there. A sheet is newer than the draft that its writer knew of; what another window kept
/// meanwhile stays beside it. Where its case became part of another, the sheet's words follow that one's.
fn landed(there: Option<ReplyDraft>, page: Page, own_case: bool) -> ReplyDraft {
    match (there, page.over) {
        (Some(there), _) if !own_case => there.with(&page.draft, &[]),
        (Some(there), Some(over)) if there != over => page.draft.with(&there, &[&over]),
        _ => page.draft,
    }
}

fn taken(db: &Connection) -> Result<Vec<String>, Problem> {
    let mut query = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    let names: Option<String> = query.query_row([TAKEN], |row| row.get(0)).optional()?;
    Ok(names.unwrap_or_default().lines().map(str::to_owned).collect())
}

/// Writes a file that is there as a whole or not at all. It has its name before the disk has it: a slow disk must not
/// keep it from whoever reads next, should this process end while it waits.
pub(super) fn write_whole(folder: &Path, name: &str, words: &[u8], sync: Sync) -> io::Result<()> {
    let new = !folder.exists();
    make_folder(folder)?;
    let unfinished = folder.join(format!(".{}", uuid::Uuid::now_v7()));
    private_file(&unfinished)?;
    let mut file = OpenOptions::new().write(true).open(&unfinished)?;
    file.write_all(words)?;
    fs::rename(&unfinished, folder.join(name))?;
    sync(&file)?;
    sync(&File::open(folder)?)?;
    if let Some(above) = folder.parent().filter(|_| new) {
        sync(&File::open(above)?)?;
    }
    Ok(())
}

pub(super) fn not_kept(error: &io::Error) -> Problem {
    Problem::new(
        Exit::Failed,
        [
            format!("NOT SAVED: the database is busy and the disk refused the draft ({error})"),
            format!("未保存：数据库正忙，磁盘也拒绝写入草稿（{error}）"),
        ],
        ["free space or check the folder's rights, then try again", "请释放空间或检查文件夹权限后重试"],
    )
}
