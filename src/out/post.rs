//! A reply of a case as a mail: from the thread in the store to the file in the outbox, with its event.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::letter::{Letter, recipient};
use super::outbox;
use crate::domain::CaseId;
use crate::domain::mailbox::Mailbox;
use crate::problem::Problem;
use crate::reply::history::TO_MAIL;
use crate::store::Store;

/// The mail that answers a case, from the `typed` address, else from that which a mail of the thread shows, else from the
/// `own` one of the settings: what Amazon knows the seller by. `None` where none of them says it.
///
/// # Errors
/// There is no such case, or no mail of it shows the buyer's relay address.
pub fn answer(
    store: &Store,
    case: CaseId,
    text: &str,
    typed: Option<&Mailbox>,
    own: Option<&str>,
    now: Timestamp,
) -> Result<Option<Letter>, Problem> {
    let thread = store.correspondence(case)?;
    recipient(&thread)?;
    let told = || [thread.from.as_deref(), own].into_iter().flatten().find_map(Mailbox::parse);
    let Some(from) = typed.cloned().or_else(told) else { return Ok(None) };
    let unique = uuid::Uuid::now_v7().to_string();
    Letter::answer(&thread, from, text, now, &unique).map(Some)
}

/// Writes the mail into the outbox. The event says that it was written, never that it was sent.
///
/// # Errors
/// The file or its event cannot be written; then neither is.
pub fn add(
    store: &mut Store,
    case: CaseId,
    letter: &Letter,
    folder: &Path,
    now: Timestamp,
) -> Result<(PathBuf, i64), Problem> {
    let stem = format!("case-{case}-{}", now.strftime("%Y%m%dT%H%M%SZ"));
    let path = outbox::add(folder, &stem, "eml", &letter.bytes())?;
    note(store, case, &path, now).map(|event| (path, event))
}

/// Writes the mail to a new file of this name.
///
/// # Errors
/// As [`add`]; also where there is such a file.
pub fn write(
    store: &mut Store,
    case: CaseId,
    letter: &Letter,
    path: &Path,
    now: Timestamp,
) -> Result<(), Problem> {
    outbox::write_new(path, &letter.bytes())?;
    note(store, case, path, now).map(drop)
}

fn note(store: &mut Store, case: CaseId, path: &Path, now: Timestamp) -> Result<i64, Problem> {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let noted = store.copied(case, &format!("{TO_MAIL}{}", whole.display()), now);
    noted.inspect_err(|_| drop(fs::remove_file(path)))
}
