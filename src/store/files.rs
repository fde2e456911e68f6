//! Copies of attached files, beside the database: whole, private, never overwritten, under harmless names.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

use super::open::{make_folder, private_file};
use crate::domain::CaseId;
use crate::problem::{Exit, Problem, io_words};

/// The largest file that is copied. Amazon takes 10 MB a message; a photo or a scan is far below.
const LIMIT_MIB: u64 = 50;
const LIMIT: u64 = LIMIT_MIB << 20;
/// The longest name of a copy, in bytes.
const NAME: usize = 80;

/// A copy that is on disk.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its name as the operator knows it, made harmless.
    pub name: String,
    /// Where it lies below the folder: `12/3f2a9c04d1e5-pod.png`.
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    /// It was not there before.
    new: bool,
}

impl Kept {
    /// Removes the copy again, unless it was there before.
    pub fn take_back(&self, folder: &Path) {
        if self.new {
            let _ = fs::remove_file(folder.join(&self.path));
        }
    }
}

/// The folder of the copies: beside the database, under its name.
pub(super) fn beside(db: &Path) -> PathBuf {
    let mut folder = db.canonicalize().unwrap_or_else(|_| db.to_owned()).into_os_string();
    folder.push(".files");
    folder.into()
}

/// A store without a file has no place for copies.
pub(super) fn no_folder() -> Problem {
    Problem::new(
        Exit::Failed,
        ["files cannot be kept without a database file", "没有数据库文件，无法保存附件"],
        ["Start kesu with `--db FILE`", "请用 `--db 文件` 启动 kesu"],
    )
}

/// Copies a file into the folder of a case.
pub(super) fn keep(from: &Path, folder: &Path, case: CaseId) -> Result<Kept, Problem> {
    let mut source = open(from)?;
    let below = case.to_string();
    let place = folder.join(&below);
    make_folder(folder).and_then(|()| make_folder(&place)).map_err(|error| unkept(&place, &error))?;
    let draft = place.join(format!(".new-{}", uuid::Uuid::now_v7()));
    let kept = copy(&mut source, from, &draft).and_then(|(sha256, bytes)| {
        let name = harmless(&from.file_name().unwrap_or_default().to_string_lossy());
        let (file, new) = settle(&place, &draft, &sha256, &name).map_err(|error| unkept(&place, &error))?;
        Ok(Kept { path: format!("{below}/{file}"), name, sha256, bytes, new })
    });
    let _ = fs::remove_file(&draft);
    kept
}

/// Opens a plain file. A pipe or device is never opened: it could hang or act.
fn open(path: &Path) -> Result<File, Problem> {
    let found = fs::metadata(path).map_err(|error| unread(path, &error))?;
    plain(path, &found)?;
    let quick = OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(quick.bits().cast_signed())
        .open(path)
        .map_err(|error| unread(path, &error))?;
    // Looked at again through the handle: the name may lead elsewhere by now.
    plain(path, &file.metadata().map_err(|error| unread(path, &error))?)?;
    Ok(file)
}

fn plain(path: &Path, found: &fs::Metadata) -> Result<(), Problem> {
    let shown = path.display();
    if found.is_dir() {
        return Err(refused(
            [format!("{shown} is a folder"), format!("{shown} 是文件夹")],
            ["Name one file", "请指定一个文件"],
        ));
    }
    if !found.is_file() {
        return Err(refused(
            [format!("{shown} is a pipe or a device, not a file"), format!("{shown} 是管道或设备，不是文件")],
            ["Save the evidence as a file first", "请先把证据存为文件"],
        ));
    }
    if found.len() > LIMIT { Err(too_large(path)) } else { Ok(()) }
}

/// Copies into a private file; what grows while it is read is still kept below the limit.
fn copy(source: &mut File, from: &Path, to: &Path) -> Result<(String, u64), Problem> {
    private_file(to).map_err(|error| unkept(to, &error))?;
    let mut target = OpenOptions::new().write(true).open(to).map_err(|error| unkept(to, &error))?;
    let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unread(from, &error)),
        };
        bytes += read as u64;
        if bytes > LIMIT {
            return Err(too_large(from));
        }
        hash.update(&chunk[..read]);
        target.write_all(&chunk[..read]).map_err(|error| unkept(to, &error))?;
    }
    target.sync_all().map_err(|error| unkept(to, &error))?;
    Ok((hex(&hash.finalize()), bytes))
}

/// Gives the copy its name. A name that is taken by the same content is that content; by another one, the next is tried.
fn settle(place: &Path, draft: &Path, sha256: &str, name: &str) -> io::Result<(String, bool)> {
    for turn in 1..=1_000 {
        let again = if turn == 1 { String::new() } else { format!("{turn}-") };
        let file = format!("{}-{again}{name}", &sha256[..12]);
        let path = place.join(&file);
        match fs::hard_link(draft, &path) {
            Ok(()) => {
                File::open(place)?.sync_all()?;
                return Ok((file, true));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if digest(&path).is_ok_and(|there| there == sha256) {
                    return Ok((file, false));
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// SHA-256 of a file's content, in hexadecimal digits.
///
/// # Errors
/// It cannot be read, or is no plain file.
pub fn digest(path: &Path) -> io::Result<String> {
    let quick = OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = OpenOptions::new().read(true).custom_flags(quick.bits().cast_signed()).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut hash = Sha256::new();
    let mut file = file;
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&chunk[..read]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A name of letters, digits, dots, hyphens and underscores, which no shell, terminal or other system takes amiss; the
/// extension is kept.
#[must_use]
pub fn harmless(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let sign = |sign: char| {
        let fine = sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_');
        if fine { sign } else { '_' }
    };
    let clean: String = name.nfc().map(sign).collect();
    let clean = clean.trim_matches(['.', '_', '-']);
    let (stem, end) = match clean.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 10 => (stem, format!(".{end}")),
        _ => (clean, String::new()),
    };
    let mut short = String::new();
    for letter in stem.chars() {
        if short.len() + letter.len_utf8() + end.len() > NAME {
            break;
        }
        short.push(letter);
    }
    if short.is_empty() { format!("file{end}") } else { short + &end }
}

fn refused(what: [String; 2], remedy: [&str; 2]) -> Problem {
    Problem::new(Exit::Failed, what, remedy)
}

fn too_large(path: &Path) -> Problem {
    let shown = path.display();
    refused(
        [format!("{shown} is larger than {LIMIT_MIB} MiB"), format!("{shown} 超过 {LIMIT_MIB} MiB")],
        [
            "Attach the part that proves something; Amazon takes 10 MB",
            "请只附能作证的部分；亚马逊上限为 10 MB",
        ],
    )
}

fn unread(path: &Path, error: &io::Error) -> Problem {
    let (path, [en, zh]) = (path.display(), io_words(error));
    refused(
        [format!("cannot read {path}: {en}"), format!("无法读取 {path}：{zh}")],
        ["Check the path", "请检查路径"],
    )
}

fn unkept(path: &Path, error: &io::Error) -> Problem {
    let (path, [en, zh]) = (path.display(), io_words(error));
    refused(
        [format!("NOT SAVED: cannot write {path}: {en}"), format!("未保存：无法写入 {path}：{zh}")],
        ["Free space or check the folder's rights, then try again", "请释放空间或检查文件夹权限后重试"],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_made_harmless_and_keep_their_ending() {
        assert_eq!(harmless("pod.png"), "pod.png");
        assert_eq!(harmless("../../etc/passwd"), "etc_passwd");
        assert_eq!(harmless("\u{202e}gnp.exe\u{1b}[31m"), "gnp.exe__31m");
        assert_eq!(harmless("签收 证明.pdf"), "签收_证明.pdf");
        assert_eq!(harmless("-rf"), "rf");
        assert_eq!(harmless("…"), "file");
        let long = harmless(&format!("{}.jpeg", "签".repeat(200)));
        assert!(long.len() <= NAME && long.ends_with("签.jpeg"), "{long}");
    }
}
