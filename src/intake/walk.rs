//! From the paths an operator names to the files to read: folders, Maildirs, standard input; links and odd files kept in hand.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::refusal::{self, Refusal};
use super::{Source, cancelled};
use crate::import::mailbox::is_maildir;
use crate::problem::Problem;

/// One thing to read, or the reason why it cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The file as it was found; `-` for standard input.
    pub path: PathBuf,
    /// What to do with it.
    pub what: What,
}

/// What a leaf is before its content is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Standard input.
    Stdin,
    /// A plain file.
    File {
        /// Its size when found.
        bytes: u64,
        /// It lies in a Maildir's `cur` or `new`: a mail, whatever it looks like.
        in_maildir: bool,
    },
    /// Nothing that can be read.
    Refused(Refusal),
}

/// The plan: leaves in order, and Maildirs without a mail (nothing wrong with those).
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub leaves: Vec<Leaf>,
    seen: BTreeSet<(u64, u64)>,
}

/// Finds what to read. Within a folder the order is that of the names, so that two runs tell the same story.
pub(super) fn plan(sources: &[Source], cancel: &AtomicBool) -> Result<Plan, Problem> {
    let mut plan = Plan::default();
    for source in sources {
        match source {
            Source::Stdin => plan.add(Path::new("-"), What::Stdin),
            Source::Path(path) => plan.named(path, cancel)?,
        }
    }
    Ok(plan)
}

impl Plan {
    fn add(&mut self, path: &Path, what: What) {
        self.leaves.push(Leaf { path: path.to_owned(), what });
    }

    fn refuse(&mut self, path: &Path, why: Refusal) {
        self.add(path, What::Refused(why));
    }

    /// A path the operator named: an empty folder is worth a word here.
    fn named(&mut self, path: &Path, cancel: &AtomicBool) -> Result<(), Problem> {
        let before = self.leaves.len();
        self.seen.clear();
        let is_folder = self.visit(path, false, cancel)?;
        if is_folder && self.leaves.len() == before && !is_maildir(path) {
            self.refuse(path, refusal::empty_folder());
        }
        Ok(())
    }

    /// Takes one path, whatever it is. Returns whether it is a folder.
    fn visit(&mut self, path: &Path, in_maildir: bool, cancel: &AtomicBool) -> Result<bool, Problem> {
        if cancel.load(Ordering::Relaxed) {
            return Err(cancelled());
        }
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(error) => {
                self.refuse(path, unreachable(path, &error));
                return Ok(false);
            }
        };
        if found.is_dir() {
            // The same folder by two ways, as a link to a parent makes it, is entered once.
            if self.seen.insert((found.dev(), found.ino())) {
                self.folder(path, cancel)?;
            }
            return Ok(true);
        }
        let what = odd(&found).map_or(What::File { bytes: found.len(), in_maildir }, What::Refused);
        self.add(path, what);
        Ok(false)
    }

    fn folder(&mut self, path: &Path, cancel: &AtomicBool) -> Result<(), Problem> {
        let maildir = is_maildir(path);
        let is_mail_store = path.file_name().is_some_and(|name| name == "cur" || name == "new")
            && path.parent().is_some_and(is_maildir);
        let names = match names(path) {
            Ok(names) => names,
            Err(error) => {
                self.refuse(path, unreachable(path, &error));
                return Ok(());
            }
        };
        for name in names {
            let inside = path.join(&name);
            let hidden = name.as_encoded_bytes().starts_with(b".");
            let is_folder = inside.is_dir();
            // Maildir++ keeps its folders as dot-folders; what else lies in a Maildir is the mail program's own.
            let wanted = match (maildir, is_folder) {
                (true, true) => name != "tmp" && (!hidden || is_maildir(&inside)),
                (true, false) => false,
                (false, true) => !hidden || is_maildir(&inside),
                (false, false) => !hidden,
            };
            if wanted {
                self.visit(&inside, is_mail_store, cancel)?;
            }
        }
        Ok(())
    }
}

fn names(path: &Path) -> io::Result<Vec<std::ffi::OsString>> {
    let mut names =
        fs::read_dir(path)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Why a path that is no folder is no plain file either.
pub(super) fn odd(found: &Metadata) -> Option<Refusal> {
    let kind = found.file_type();
    let [en, zh] = if kind.is_file() {
        return None;
    } else if kind.is_fifo() {
        ["a pipe", "管道"]
    } else if kind.is_socket() {
        ["a socket", "套接字"]
    } else {
        ["a device", "设备"]
    };
    Some(refusal::not_a_file(en, zh))
}

/// Why a path cannot be reached.
pub(super) fn unreachable(path: &Path, error: &io::Error) -> Refusal {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    match error.kind() {
        io::ErrorKind::NotFound if is_link => refusal::dangling(),
        io::ErrorKind::NotFound => refusal::not_found(),
        io::ErrorKind::PermissionDenied => refusal::no_permission(),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => refusal::link_loop(),
        _ => refusal::unreadable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_of(folder: &Path) -> Vec<String> {
        let plan = plan(&[Source::Path(folder.to_owned())], &AtomicBool::new(false)).unwrap();
        let name = |leaf: &Leaf| leaf.path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        plan.leaves.iter().map(name).collect()
    }

    fn file(path: PathBuf) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }

    #[test]
    fn a_maildir_gives_its_mails_and_those_of_its_dot_folders_but_nothing_of_tmp() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path();
        for name in
            ["cur/2:2,S", "cur/1:2,S", "new/3", "tmp/4", ".Amazon/cur/5", ".Amazon/new/6", "dovecot-uidlist"]
        {
            file(dir.join(name));
        }
        assert_eq!(plan_of(dir), [".Amazon/cur/5", ".Amazon/new/6", "cur/1:2,S", "cur/2:2,S", "new/3"]);
    }

    #[test]
    fn a_folder_is_read_in_the_order_of_names_without_its_dot_files() {
        let home = tempfile::tempdir().unwrap();
        for name in ["b/z.eml", "b/a.eml", ".hidden", ".git/x", "a.txt"] {
            file(home.path().join(name));
        }
        assert_eq!(plan_of(home.path()), ["a.txt", "b/a.eml", "b/z.eml"]);
    }

    #[test]
    fn links_in_a_circle_come_to_an_end() {
        let home = tempfile::tempdir().unwrap();
        file(home.path().join("a/x"));
        std::os::unix::fs::symlink(home.path(), home.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink("me", home.path().join("me")).unwrap();
        assert_eq!(plan_of(home.path()), ["a/x", "me"]);
    }

    #[test]
    fn an_empty_folder_is_worth_a_word_and_an_empty_maildir_is_not() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(plan_of(home.path()), [""]);
        fs::create_dir_all(home.path().join("cur")).unwrap();
        fs::create_dir_all(home.path().join("new")).unwrap();
        assert!(plan_of(home.path()).is_empty());
    }
}
