//! The way of a file: from the paths an operator names to items on cases, the same for the command and the workbench.
//!
//! One import is one transaction over all its files. Cancelled, failed or tried dry, nothing of it remains. Order reports
//! are read first, so that the order in which files are named changes nothing.

mod content;
pub mod invented;
mod item;
mod refusal;
mod report;
mod walk;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

pub use self::item::{Content, Item, MailFacts, ReportFacts, Rows, Status};
pub use self::refusal::Refusal;
use crate::domain::Marketplace;
use crate::domain::record::Mail;
use crate::domain::view::{AboveTotal, Tally};
use crate::import::map::ColumnMap;
use crate::problem::{Exit, Problem};
use crate::store::{Import, Landed, RowFate, Store};
use crate::triage::learned::Learned;

/// The most problems kept of one report; the count stays true.
pub const PROBLEMS: usize = 1_000;

/// Where to read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file or folder.
    Path(PathBuf),
    /// Standard input, one mail, mbox or report.
    Stdin,
}

/// What to import and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to read.
    pub sources: Vec<Source>,
    /// The site of reports that do not name one.
    pub marketplace: Option<Marketplace>,
    /// How to read tables of no known kind.
    pub map: Option<Arc<ColumnMap>>,
    /// Roll everything back in the end.
    pub dry_run: bool,
    /// Keep the buyers' texts in the items; they take as much memory as the mails.
    pub with_texts: bool,
    /// The present time.
    pub now: Timestamp,
}

/// How far an import is. Bytes are those of the files found; standard input counts nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// The file being read, untrusted.
    pub file: String,
    /// Bytes read so far, over all files.
    pub done_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Mails and rows read so far.
    pub items: u64,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Receipt {
    /// Every mail and report, in the order of the paths.
    pub items: Vec<Item>,
    /// The counts.
    pub tally: Tally,
    /// Orders of which more was refunded than they came to, as far as this import told of them.
    pub above: Vec<AboveTotal>,
}

impl Receipt {
    /// Something landed, was already there or was left aside knowingly: anything but refused.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.items.is_empty() || self.items.iter().any(|item| item.status != Status::Rejected)
    }
}

/// The problem an import ends with when it was cancelled.
#[must_use]
pub fn cancelled() -> Problem {
    Problem::new(
        Exit::Interrupted,
        ["the import was cancelled", "导入已取消"],
        ["Nothing of it was stored; run it again at any time", "没有写入任何内容；可随时重新导入"],
    )
}

/// Imports what the request names. `progress` is called every few mails or rows.
///
/// # Errors
/// [`cancelled`] when `cancel` was raised, else what the store says; in both cases nothing was stored.
pub fn run(
    store: &mut Store,
    request: &Request,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Receipt, Problem> {
    let plan = walk::plan(&request.sources, cancel)?;
    let mut files = content::recognise(plan, cancel)?;
    loop {
        // A file found bad after some of its rows were stored takes the whole transaction back: the rest is read
        // again without it. That is rare, and cheaper than to read every file twice.
        match pass(store, request, &mut files, cancel, progress)? {
            Pass::Done(receipt) => return Ok(receipt),
            Pass::Again { file, why } => files[file].refuse(why),
        }
    }
}

enum Pass {
    Done(Receipt),
    Again { file: usize, why: Refusal },
}

fn pass(
    store: &mut Store,
    request: &Request,
    files: &mut [content::Found],
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Pass, Problem> {
    let total_bytes = files.iter().map(|file| file.bytes).sum();
    let learned = store.learned()?;
    let mut run = Run {
        learned,
        import: store.import(request.now)?,
        request,
        cancel,
        tell: progress,
        progress: Progress { total_bytes, ..Progress::default() },
        items: BTreeMap::new(),
        stored: Vec::new(),
        tally: Tally::default(),
        done_before: 0,
    };
    for at in content::order(files) {
        run.begin(&files[at]);
        if let Err(ended) = content::read(&mut run, at, &mut files[at]) {
            match ended {
                Ended::Problem(problem) => return Err(problem),
                Ended::Refused(why) => return Ok(Pass::Again { file: at, why }),
            }
        }
        run.done_before += files[at].bytes;
    }
    run.end().map(Pass::Done)
}

/// Why reading a file ended early.
pub(crate) enum Ended {
    /// The whole import fails.
    Problem(Problem),
    /// This file is no good after all.
    Refused(Refusal),
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// An import under way.
struct Run<'run, 'store> {
    import: Import<'store>,
    /// What the operator's corrections taught so far.
    learned: Learned,
    request: &'run Request,
    cancel: &'run AtomicBool,
    tell: &'run mut dyn FnMut(&Progress),
    progress: Progress,
    /// By file, in the order of the paths.
    items: BTreeMap<usize, Vec<Item>>,
    /// File, place among its items, and what the store calls it.
    stored: Vec<(usize, usize, i64)>,
    tally: Tally,
    done_before: u64,
}

impl Run<'_, '_> {
    fn begin(&mut self, file: &content::Found) {
        self.progress.file = file.shown();
        self.progress.done_bytes = self.done_before;
        (self.tell)(&self.progress);
    }

    /// One more mail or row was read, the file being `read` bytes in.
    fn step(&mut self, read: u64) -> Result<(), Problem> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(cancelled());
        }
        self.progress.items += 1;
        self.progress.done_bytes = self.done_before + read;
        // A report may have a million rows; nobody reads so fast.
        if self.progress.items % 64 == 1 {
            (self.tell)(&self.progress);
        }
        Ok(())
    }

    fn push(&mut self, file: usize, item: Item) {
        match item.status {
            Status::Rejected => self.tally.rejected += 1,
            Status::Ignored => self.tally.ignored += 1,
            Status::Accepted if matches!(item.content, Content::Mail(_)) => self.tally.accepted += 1,
            Status::Accepted => {}
        }
        self.items.entry(file).or_default().push(item);
    }

    fn mail(&mut self, file: usize, mut item: Item, mail: &Mail) -> Result<(), Problem> {
        item.content = Content::Mail(Some(Box::new(MailFacts::of(mail, self.request.with_texts))));
        let landed = self.import.mail(mail)?;
        let (Landed::Stored(id) | Landed::Duplicate(id)) = landed;
        item.status = Status::Accepted;
        if matches!(landed, Landed::Duplicate(_)) {
            item.status = Status::Ignored;
            item.reason = Some(refusal::duplicate());
            self.tally.duplicates += 1;
        }
        let at = self.items.get(&file).map_or(0, Vec::len);
        self.stored.push((file, at, id));
        self.push(file, item);
        Ok(())
    }

    fn row(&mut self, report: &mut ReportFacts, row: &crate::domain::record::Row) -> Result<(), Problem> {
        report.rows.total += 1;
        match self.import.row(row)? {
            RowFate::New => report.rows.new += 1,
            RowFate::Dup => report.rows.dup += 1,
            RowFate::Updated => report.rows.updated += 1,
        }
        Ok(())
    }

    fn report(&mut self, file: usize, mut item: Item, report: ReportFacts) {
        let rows = report.rows;
        item.status = Status::Accepted;
        if rows.total > 0 && rows.skipped == rows.total {
            item.status = Status::Rejected;
            item.reason = Some(refusal::no_row(rows.total));
        }
        self.tally.total += rows.total;
        self.tally.new += rows.new;
        self.tally.dup += rows.dup;
        self.tally.updated += rows.updated;
        self.tally.skipped += rows.skipped;
        item.content = Content::Report(Box::new(report));
        self.push(file, item);
    }

    /// Asks where the mails belong, now that every thread is known, and keeps or drops the lot.
    fn end(mut self) -> Result<Receipt, Problem> {
        for &(file, at, id) in &self.stored {
            let place = self.import.place(id)?;
            if let Some(Item { content: Content::Mail(Some(mail)), .. }) =
                self.items.get_mut(&file).and_then(|items| items.get_mut(at))
            {
                mail.place = Some(place);
            }
        }
        if self.cancel.load(Ordering::Relaxed) {
            return Err(cancelled());
        }
        let items = self.items.into_values().flatten().collect();
        let above = self.import.above()?;
        let mut receipt = Receipt { items, tally: self.tally, above };
        let keep = !self.request.dry_run && receipt.is_done();
        receipt.tally.archived = self.import.archived()?;
        receipt.tally.cases = self.import.finish(&receipt.tally, keep)?;
        Ok(receipt)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;

    use super::*;
    use crate::domain::clock::shipped_policy;

    const ORDERS: &str = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name\tsku\tasin\tquantity\tcurrency\titem-price\n\
        111-1000001-1000001\t2026-09-01T08:00:00+00:00\t2026-10-01T08:00:00+00:00\tShipped\tMerchant\tAmazon.com\tLamp\tL-1\tB0TEST0001\t1\tUSD\t19.99\n";
    const FEEDBACK: &str = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n\
        9/5/26\t1\tIt never came.\t\t111-1000001-1000001\t\n";

    fn request(folder: &Path) -> Request {
        Request {
            sources: vec![Source::Path(folder.to_owned())],
            marketplace: None,
            map: None,
            dry_run: false,
            with_texts: false,
            now: "2026-10-08T09:00:00Z".parse().unwrap(),
        }
    }

    fn store() -> Store {
        Store::in_memory(shipped_policy().unwrap()).unwrap()
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn a_cancelled_import_leaves_nothing_behind() {
        let (folder, mut store) = (folder(&[("a.txt", ORDERS), ("b.txt", FEEDBACK)]), store());
        let cancel = AtomicBool::new(false);
        let mut stop_at_the_second_file = |progress: &Progress| {
            cancel.store(progress.file.ends_with("b.txt"), Ordering::Relaxed);
        };
        let ended = run(&mut store, &request(folder.path()), &cancel, &mut stop_at_the_second_file);
        assert_eq!(ended.unwrap_err().exit, Exit::Interrupted);
        assert_eq!(store.last_event().unwrap(), 0);
        assert_eq!(store.marketplace_of("111-1000001-1000001").unwrap(), None);
    }

    #[test]
    fn a_duplicate_mail_still_names_its_thread_and_case() {
        let mail = "Message-ID: <d1@x>\nDate: Mon, 05 Oct 2026 09:00:00 +0000\nFrom: <ab1@marketplace.amazon.com>\n\
            Subject: Inquiry (Order: 111-1000001-1000001)\n\nIt never came.\n";
        let (folder, mut store) = (folder(&[("a.eml", mail), ("b.eml", mail)]), store());
        let receipt =
            run(&mut store, &request(folder.path()), &AtomicBool::new(false), &mut |_: &Progress| {})
                .unwrap();
        let places: Vec<_> = receipt
            .items
            .iter()
            .map(|item| match &item.content {
                Content::Mail(Some(mail)) => (item.status, mail.place.clone()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!((places[0].0, places[1].0), (Status::Accepted, Status::Ignored));
        assert!(places[0].1.as_ref().is_some_and(|place| place.case.is_some()));
        assert_eq!(places[0].1, places[1].1);
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_left_out_and_the_rest_lands() {
        let (folder, mut store) = (folder(&[("a.txt", ORDERS), ("b.txt", FEEDBACK)]), store());
        let path = folder.path().join("b.txt");
        // The first call for a file comes before it is opened, the second while it is read.
        let mut calls = 0;
        let mut tell = |progress: &Progress| {
            calls += usize::from(progress.file.ends_with("b.txt"));
            if calls == 2 {
                let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
                file.write_all(b"9/6/26\t1\tx").unwrap();
            }
        };
        let many = FEEDBACK.to_owned() + &"9/5/26\t1\tIt never came.\t\t111-1000001-1000001\t\n".repeat(200);
        fs::write(&path, many).unwrap();
        let receipt = run(&mut store, &request(folder.path()), &AtomicBool::new(false), &mut tell).unwrap();
        assert_eq!(
            receipt.items.iter().map(|item| item.status).collect::<Vec<_>>(),
            [Status::Accepted, Status::Rejected]
        );
        assert!(receipt.items[1].reason.as_ref().unwrap()[0].contains("changed"));
        assert_eq!((receipt.tally.new, receipt.tally.cases), (1, 0));
    }
}
