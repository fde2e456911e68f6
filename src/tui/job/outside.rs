//! The jobs of the store that have to do with the world outside: an import, a reply written as a mail.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::{Done, Imported, MOST_PROBLEMS, PROGRESS_EVERY, summary};
use crate::domain::{CaseId, Marketplace};
use crate::intake::{self, Progress};
use crate::out::post;
use crate::problem::{Exit, Problem};
use crate::store::Store;

/// A reply that shall be written as a mail.
#[derive(Debug, Clone)]
pub struct MailOrder {
    /// The case.
    pub case: CaseId,
    /// The whole reply.
    pub text: String,
    /// The seller's address where no mail of the case shows it.
    pub own: Option<String>,
    /// The folder to write to.
    pub folder: PathBuf,
}

pub(super) fn mail(store: &mut Store, order: MailOrder, now: Timestamp) -> Result<Done, Problem> {
    let MailOrder { case, text, own, folder } = order;
    let Some(letter) = post::answer(store, case, &text, own.as_deref(), now)? else {
        return Ok(Done::NoSender(case));
    };
    let (path, event) = post::add(store, case, &letter, Path::new(&folder), now)?;
    let case = summary(store, case, now)?.map(Box::new);
    Ok(Done::Mailed { event, path, case })
}

pub(super) fn import(
    store: &mut Store,
    path: PathBuf,
    marketplace: Option<Marketplace>,
    stop: &AtomicBool,
    now: Timestamp,
    report: &dyn Fn(Done),
) -> Result<Done, Problem> {
    let sources = vec![intake::Source::Path(path)];
    let request = intake::Request { sources, marketplace, map: None, dry_run: false, with_texts: false, now };
    // Enough for an eye, little enough for a queue.
    let mut told = 0;
    let mut tell = |progress: &Progress| {
        if told == 0 || progress.items >= told + PROGRESS_EVERY {
            told = progress.items.max(1);
            report(Done::Progress(progress.clone()));
        }
    };
    match intake::run(store, &request, stop, &mut tell) {
        Ok(receipt) => {
            let problems =
                receipt.items.iter().flat_map(intake::Item::problems).take(MOST_PROBLEMS).collect();
            let result = Box::new(Imported { tally: receipt.tally, problems });
            Ok(Done::Imported { event: store.last_event()?, result })
        }
        Err(problem) if problem.exit == Exit::Interrupted => Ok(Done::Stopped),
        Err(problem) => Err(problem),
    }
}
