//! An import asked for by its screen: run on the store's thread, its progress told on the way.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::Done;
use crate::domain::Marketplace;
use crate::domain::view::Tally;
use crate::i18n::Lang;
use crate::i18n::offers::above_total;
use crate::intake::{self, Progress};
use crate::problem::{Exit, Problem};
use crate::store::Store;

/// Items between two reports of an import's progress.
const PROGRESS_EVERY: u64 = 500;
/// More problems than this are counted, not shown.
const MOST_PROBLEMS: usize = 1_000;

/// The result of an import, ready to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The counts.
    pub tally: Tally,
    /// Refused files, mails and lines, in English and Chinese, untrusted; at most 1,000.
    pub problems: Vec<[String; 2]>,
}

/// Runs one.
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
            let above =
                receipt.above.iter().map(|above| [Lang::En, Lang::Zh].map(|lang| above_total(lang, above)));
            let odd = receipt.items.iter().flat_map(intake::Item::problems);
            let problems = above.chain(odd).take(MOST_PROBLEMS).collect();
            let result = Box::new(Imported { tally: receipt.tally, problems });
            Ok(Done::Imported { event: store.last_event()?, result })
        }
        Err(problem) if problem.exit == Exit::Interrupted => Ok(Done::Stopped),
        Err(problem) => Err(problem),
    }
}
