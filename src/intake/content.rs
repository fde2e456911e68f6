//! From one file to its items: what it is by its content, then read as mail, mailbox or report.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufReader, IsTerminal as _, Read};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::item::{Content, Item, Status};
use super::refusal::{self, Refusal};
use super::walk::{Leaf, Plan, What, odd, unreachable};
use super::{Ended, Run, cancelled};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::import::mail::{self, Verdict};
use crate::import::mailbox;
use crate::problem::Problem;

/// The most a single mail or standard input may have: both are held in memory.
const LIMIT_MIB: u64 = 256;
const LIMIT: u64 = LIMIT_MIB << 20;
/// How much of a file is looked at to recognise it.
const HEAD: u64 = 1 << 16;

/// A file and what it turned out to be.
pub(super) struct Found {
    path: PathBuf,
    /// Its size when found; 0 for standard input.
    pub bytes: u64,
    shape: Result<Shape, Refusal>,
    /// The content of standard input, which cannot be read twice.
    pub held: Option<Arc<[u8]>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Mail,
    Mbox,
    Report,
}

impl Found {
    /// Its name for people, untrusted.
    pub fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Where it is.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Leaves it out of the next pass.
    pub fn refuse(&mut self, why: Refusal) {
        self.shape = Err(why);
    }

    pub fn item(&self, content: Content, status: Status, reason: Option<Refusal>) -> Item {
        Item { file: self.shown(), index: None, status, reason, starter: None, content }
    }
}

/// Finds out what each leaf is.
pub(super) fn recognise(plan: Plan, cancel: &AtomicBool) -> Result<Vec<Found>, Problem> {
    plan.leaves.into_iter().map(|leaf| found(leaf, cancel)).collect()
}

fn found(leaf: Leaf, cancel: &AtomicBool) -> Result<Found, Problem> {
    if cancel.load(Ordering::Relaxed) {
        return Err(cancelled());
    }
    let Leaf { path, what } = leaf;
    let (bytes, shape, held) = match what {
        What::Refused(why) => (0, Err(why), None),
        What::File { bytes, in_maildir: true } => (bytes, Ok(Shape::Mail), None),
        What::File { bytes, in_maildir: false } => (bytes, head(&path).map(|head| shape(&head)), None),
        What::Stdin => match stdin(cancel)? {
            Ok(bytes) => (0, Ok(shape(&bytes[..bytes.len().min(1 << 16)])), Some(bytes.into())),
            Err(why) => (0, Err(why), None),
        },
    };
    Ok(Found { path, bytes, shape, held })
}

fn shape(head: &[u8]) -> Shape {
    if mailbox::is_mbox(head) {
        Shape::Mbox
    } else if mailbox::is_mail(head) {
        Shape::Mail
    } else {
        Shape::Report
    }
}

/// The order of reading: reports tell the site of orders that later files name, order reports first of all.
pub(super) fn order(files: &[Found]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|at| files[*at].shape != Ok(Shape::Report));
    order
}

/// Opens a plain file; never waits for a pipe that took its place.
pub(super) fn open(path: &std::path::Path) -> Result<(File, Metadata), Refusal> {
    let nonblock = rustix::fs::OFlags::NONBLOCK.bits();
    let flags = i32::try_from(nonblock).unwrap_or_default();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(|error| unreachable(path, &error))?;
    let found = file.metadata().map_err(|error| refusal::unreadable(&error))?;
    odd(&found).map_or(Ok((file, found)), Err)
}

fn head(path: &std::path::Path) -> Result<Vec<u8>, Refusal> {
    let (file, _) = open(path)?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(|error| refusal::unreadable(&error))?;
    if head.is_empty() { Err(refusal::empty()) } else { Ok(head) }
}

/// Standard input to its end. Ctrl-C ends the wait for it.
fn stdin(cancel: &AtomicBool) -> Result<Result<Vec<u8>, Refusal>, Problem> {
    let input = io::stdin();
    if input.is_terminal() {
        return Ok(Err(refusal::is_terminal()));
    }
    let (mut input, mut bytes) = (input.lock(), Vec::new());
    loop {
        let mut wait = [PollFd::new(&input, PollFlags::IN)];
        let moment = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
        // What cannot be waited for is read at once; its error is told then.
        let silent = poll(&mut wait, Some(&moment)) == Ok(0);
        if cancel.load(Ordering::Relaxed) {
            return Err(cancelled());
        }
        if silent {
            continue;
        }
        let mut piece = [0; 1 << 13];
        let read = input.read(&mut piece);
        bytes.extend_from_slice(&piece[..*read.as_ref().unwrap_or(&0)]);
        match read {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Ok(Err(refusal::unreadable(&error))),
            Ok(0) if bytes.is_empty() => return Ok(Err(refusal::empty_stdin())),
            Ok(0) => return Ok(Ok(bytes)),
            Ok(_) if bytes.len() as u64 > LIMIT => return Ok(Err(refusal::too_large(LIMIT_MIB))),
            Ok(_) => {}
        }
    }
}

/// Whether a file was written to between two looks at it.
pub(super) fn is_changed(before: &Metadata, file: &File) -> bool {
    let stamp = |found: &Metadata| (found.len(), found.mtime(), found.mtime_nsec());
    file.metadata().map_or(true, |after| stamp(before) != stamp(&after))
}

/// Reads one file into the import.
pub(super) fn read(run: &mut Run<'_, '_>, at: usize, found: &mut Found) -> Result<(), Ended> {
    match found.shape.clone() {
        Err(why) => {
            run.step(0)?;
            let item = found.item(Content::Unknown, Status::Rejected, Some(why));
            run.push(at, item);
            Ok(())
        }
        Ok(Shape::Mail) => one_mail(run, at, found),
        Ok(Shape::Mbox) => mbox(run, at, found),
        Ok(Shape::Report) => super::report::read(run, at, found),
    }
}

fn one_mail(run: &mut Run<'_, '_>, at: usize, found: &Found) -> Result<(), Ended> {
    run.step(0)?;
    let bytes = match &found.held {
        Some(bytes) => Ok(Arc::clone(bytes)),
        None => whole(found).map(Arc::from),
    };
    let item = found.item(Content::Mail(None), Status::Rejected, None);
    match bytes {
        Ok(bytes) => land(run, at, item, &bytes)?,
        Err(why) => run.push(at, Item { reason: Some(why), ..item }),
    }
    Ok(())
}

/// A whole mail, in memory.
fn whole(found: &Found) -> Result<Vec<u8>, Refusal> {
    let (file, before) = open(&found.path)?;
    let mut bytes = Vec::new();
    (&file).take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| refusal::unreadable(&error))?;
    let length = bytes.len() as u64;
    // Files of /proc say 0 and hold something all the same.
    if is_changed(&before, &file) || (before.len() > 0 && length < before.len().min(LIMIT)) {
        return Err(refusal::changed());
    }
    match length {
        0 => Err(refusal::empty()),
        1..=LIMIT => Ok(bytes),
        _ => Err(refusal::too_large(LIMIT_MIB)),
    }
}

fn land(run: &mut Run<'_, '_>, at: usize, mut item: Item, bytes: &[u8]) -> Result<(), Problem> {
    match mail::read(bytes, &run.learned) {
        Verdict::Accepted(mail) => return run.mail(at, item, &mail),
        Verdict::Ignored(why) => (item.status, item.reason) = (Status::Ignored, Some(why.text())),
        Verdict::Rejected(why) => (item.status, item.reason) = (Status::Rejected, Some(why.text())),
    }
    run.push(at, item);
    Ok(())
}

fn mbox(run: &mut Run<'_, '_>, at: usize, found: &Found) -> Result<(), Ended> {
    if let Some(bytes) = &found.held {
        return messages(run, at, found, &mut &bytes[..]);
    }
    let (file, before) = open(&found.path).map_err(Ended::Refused)?;
    messages(run, at, found, &mut BufReader::new(&file))?;
    if is_changed(&before, &file) { Err(Ended::Refused(refusal::changed())) } else { Ok(()) }
}

fn messages(
    run: &mut Run<'_, '_>,
    at: usize,
    found: &Found,
    input: &mut dyn io::BufRead,
) -> Result<(), Ended> {
    let mut read = 0;
    for (index, message) in (1..).zip(mailbox::split_mbox(input)) {
        let mut item = Item { index: Some(index), ..found.item(Content::Mail(None), Status::Rejected, None) };
        match message {
            Ok(bytes) => {
                read += bytes.len() as u64;
                run.step(read)?;
                land(run, at, item, &bytes)?;
            }
            // The splitter goes on behind a mail that nobody can hold in memory.
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                item.reason = Some(refusal::too_large(mailbox::LONGEST_MAIL as u64 >> 20));
                run.push(at, item);
            }
            Err(error) => return Err(Ended::Refused(refusal::unreadable(&error))),
        }
    }
    Ok(())
}
