//! Files and folders of mails: a single mail, an mbox, a Maildir, told by what they contain and split without loading.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// Bytes of the longest mail that is read, 32 MB: Amazon's attachments end at 10 MB.
pub const LONGEST_MAIL: usize = 32 * 1024 * 1024;

/// Headers by which a mail is told from other text that has colons.
const KNOWN: &[&str] = &[
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "message-id",
    "received",
    "return-path",
    "delivered-to",
    "mime-version",
    "reply-to",
    "sender",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
    "authentication-results",
    "in-reply-to",
    "references",
    "envelope-to",
    "x-original-to",
    "x-space-notification-type",
    "x-marketplace-id",
    "status",
];

/// Whether a file begins like one RFC 822 mail: header lines, of which at least one is a mail's.
///
/// `head` is the beginning of the file, a few kilobytes. A byte order mark, blank lines and a stray `From ` line before
/// the headers are forgiven; an mbox is a mail too by this test, so ask [`is_mbox`] first.
#[must_use]
pub fn is_mail(head: &[u8]) -> bool {
    let tidy = super::mail::tidy(head);
    let mut known = 0;
    let mut lines = 0;
    for line in tidy.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            break;
        }
        if lines > 0 && line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().take(80).position(|byte| *byte == b':') else {
            // The last line of the piece may be cut in the middle of a name.
            return known > 0 && lines > 2;
        };
        let name = line[..colon].trim_ascii_end().to_ascii_lowercase();
        if name.is_empty()
            || !name.iter().all(u8::is_ascii_graphic)
            || name.starts_with(b"{")
            || name.starts_with(b"\"")
        {
            return false;
        }
        lines += 1;
        known += usize::from(KNOWN.iter().any(|header| header.as_bytes() == name));
    }
    known >= 2 || (known == 1 && lines <= 3)
}

/// Whether a file begins like an mbox: a `From ` separator with header lines behind it, and a sender or date on it.
#[must_use]
pub fn is_mbox(head: &[u8]) -> bool {
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    line.starts_with(b"From ") && line.trim_ascii_end().len() > 5 && is_mail(&start[line.len()..])
}

/// Whether a path is a Maildir: a folder with `cur` and `new` in it.
#[must_use]
pub fn is_maildir(path: &Path) -> bool {
    path.join("cur").is_dir() && path.join("new").is_dir()
}

/// The mails of a Maildir, of its `cur` and `new` and of its Maildir++ subfolders (`.Name`); `tmp` holds unfinished ones.
///
/// The order is by path, so that two runs see the same. Hidden files inside `cur` and `new` are not mails.
///
/// # Errors
/// A folder that cannot be listed; nothing is left out silently.
pub fn maildir_files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A subfolder may lack `new` until its first mail comes.
        if hidden && entry.path().join("cur").is_dir() {
            folders.push(entry.path());
        }
    }
    for folder in folders {
        for part in ["cur", "new"] {
            let part = folder.join(part);
            if !part.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(part)? {
                let entry = entry?;
                if entry.path().is_file() && !entry.file_name().to_string_lossy().starts_with('.') {
                    files.push(entry.path());
                }
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Splits an mbox into its mails, one at a time: memory holds one mail.
///
/// A mail begins at a line `From …` at the start of the file or after a blank line, where header lines follow: a buyer's
/// sentence that begins with "From " after a blank line splits nothing. `>From ` becomes `From ` (mboxo), `>>From ` one
/// `>` less (mboxrd). CRLF and LF are both read; the line ends of the mail stay.
///
/// Items are errors where the reader fails (the last item then) and where one mail is longer than [`LONGEST_MAIL`]
/// (the next mail follows).
pub fn split_mbox<R: BufRead>(reader: R) -> impl Iterator<Item = io::Result<Vec<u8>>> {
    Mbox { reader, ahead: VecDeque::new(), begun: false, ended: false }
}

/// Bytes of a line that are kept in one piece; a longer line is read in several.
const LINE: usize = 64 * 1024;

struct Mbox<R> {
    reader: R,
    /// Lines read to see whether headers follow a separator.
    ahead: VecDeque<Vec<u8>>,
    /// The first separator has been passed.
    begun: bool,
    ended: bool,
}

impl<R: BufRead> Mbox<R> {
    fn line(&mut self) -> io::Result<Vec<u8>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(line);
        }
        self.fresh()
    }

    fn fresh(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        (&mut self.reader).take(LINE as u64).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Whether the lines to come begin with a header, as behind a true separator.
    fn headers_follow(&mut self) -> io::Result<bool> {
        for at in 0..3 {
            if self.ahead.len() <= at {
                let line = self.fresh()?;
                self.ahead.push_back(line);
            }
            let line = &self.ahead[at];
            if line.starts_with(b">From ") {
                continue; // a forwarded mbox keeps the older separator as a header line
            }
            let name = line.iter().position(|byte| *byte == b':').map(|colon| &line[..colon]);
            return Ok(name.is_some_and(|name| !name.is_empty() && name.iter().all(u8::is_ascii_graphic)));
        }
        Ok(false)
    }

    fn mail(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut mail = Vec::new();
        let mut too_long = false;
        let mut blank = !self.begun;
        let mut whole_line = true;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                self.ended = true;
                break;
            }
            let begins = whole_line;
            whole_line = line.ends_with(b"\n");
            let bare = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            if begins && blank && bare.starts_with(b"From ") && self.headers_follow()? {
                if self.begun {
                    break;
                }
                self.begun = true;
                blank = false;
                continue;
            }
            blank = begins && line.trim_ascii().is_empty();
            if !self.begun && blank {
                continue;
            }
            self.begun = true;
            if mail.len() + line.len() > LONGEST_MAIL {
                too_long = true;
            }
            if !too_long {
                mail.extend_from_slice(if begins { unquoted(&line) } else { &line });
            }
        }
        if too_long {
            let message = format!(
                "a mail in the mailbox is longer than {} MB and was left out",
                LONGEST_MAIL / 1024 / 1024
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        // The blank line before a separator belongs to the mbox.
        if mail.ends_with(b"\n\n") {
            mail.pop();
        } else if mail.ends_with(b"\r\n\r\n") {
            mail.truncate(mail.len() - 2);
        }
        Ok(Some(mail).filter(|mail| !mail.is_empty()))
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.mail() {
                Ok(Some(mail)) => return Some(Ok(mail)),
                Ok(None) => {}
                Err(problem) => {
                    self.ended |= problem.kind() != io::ErrorKind::FileTooLarge;
                    return Some(Err(problem));
                }
            }
        }
        None
    }
}

/// `>From ` and `>>From ` with one `>` less.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    if marks > 0 && line[marks..].starts_with(b"From ") { &line[1..] } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(bytes: &[u8]) -> Vec<String> {
        split_mbox(bytes).map(|mail| String::from_utf8(mail.unwrap()).unwrap()).collect()
    }

    #[test]
    fn an_mbox_is_split_at_its_separators_and_unquoted() {
        let mbox = b"From a@b Mon Oct  5 09:00:00 2026\nFrom: a@b\nSubject: 1\n\n>From here on\n>>From quoted\n\nFrom the shop nothing came.\n\nFrom c@d Mon Oct  5 09:00:00 2026\nFrom: c@d\nSubject: 2\n\nbye\n";
        assert_eq!(
            split(mbox),
            [
                "From: a@b\nSubject: 1\n\nFrom here on\n>From quoted\n\nFrom the shop nothing came.\n",
                "From: c@d\nSubject: 2\n\nbye\n",
            ]
        );
    }

    #[test]
    fn crlf_mailboxes_and_a_byte_order_mark_are_read() {
        let mbox =
            b"\xef\xbb\xbfFrom - x\r\nFrom: a@b\r\n\r\none\r\n\r\nFrom - y\r\nFrom: c@d\r\n\r\ntwo\r\n";
        assert_eq!(split(mbox), ["From: a@b\r\n\r\none\r\n", "From: c@d\r\n\r\ntwo\r\n"]);
        assert!(split(b"").is_empty());
    }

    #[test]
    fn a_mail_that_is_too_long_is_told_and_the_next_one_still_comes() {
        let mut mbox = b"From x\nFrom: a@b\n\n".to_vec();
        mbox.extend(std::iter::repeat_n(b'x', LONGEST_MAIL + 10));
        mbox.extend_from_slice(b"\n\nFrom y\nFrom: c@d\n\nhi\n");
        let all: Vec<_> = split_mbox(mbox.as_slice()).collect();
        assert_eq!(all.len(), 2);
        assert!(all[0].as_ref().unwrap_err().to_string().contains("32 MB"));
        assert_eq!(all[1].as_ref().unwrap(), b"From: c@d\n\nhi\n");
    }

    #[test]
    fn mails_and_mailboxes_are_told_by_their_first_lines() {
        let mail = b"Return-Path: <x@y>\nFrom: a@b\n folded\nSubject: x\n\nbody without colon";
        assert!(is_mail(mail) && !is_mbox(mail));
        assert!(is_mail(b"\xef\xbb\xbf\r\n\r\nFrom: a@b\r\nSubject: x\r\n\r\n"));
        assert!(is_mail(b"From a@b Mon\nFrom: a@b\nDate: x\n\n"));
        assert!(is_mbox(b"From a@b Mon\nFrom: a@b\nDate: x\n\n"));
        for other in [
            &b""[..],
            b"order-id\tsku\n1\t2",
            b"{\"from\": 1, \"to\": 2}",
            b"Date\tRating\n",
            b"<?xml version=\"1.0\"?>",
            b"PK\x03\x04",
            b"From here to there\nnothing",
            b"note: to self\nanother: line\nthird: line\nfourth: x\n",
        ] {
            assert!(!is_mail(other) && !is_mbox(other), "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn a_maildir_gives_its_mails_and_those_of_its_folders_but_nothing_unfinished() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
            std::fs::write(dir.path().join(folder).join("1.mail:2,S"), "From: a@b\n\n").unwrap();
        }
        std::fs::write(dir.path().join("cur/.hidden"), "x").unwrap();
        assert!(is_maildir(dir.path()) && !is_maildir(&dir.path().join("cur")));
        let files = maildir_files(dir.path()).unwrap();
        assert_eq!(files.len(), 4);
        assert!(
            files.iter().all(|file| !file.to_string_lossy().contains("tmp/")
                || dir.path().to_string_lossy().contains("tmp/"))
        );
    }
}
