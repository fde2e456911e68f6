//! Files that replies are written to: private, whole, and nothing of another's is overwritten unasked.

use std::io;
use std::path::{Path, PathBuf};

use crate::file;
use crate::problem::{Exit, Problem, io_words};

/// The same name with another number is tried as often.
const MOST_NAMES: u32 = 1_000;

/// Writes a new file into a folder, which is made if it is not there: `stem.end`, else `stem-2.end` and so on.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn add(folder: &Path, stem: &str, end: &str, bytes: &[u8]) -> Result<PathBuf, Problem> {
    file::make_folder(folder).map_err(|error| not_written(folder, &error, ELSEWHERE))?;
    for number in 1..=MOST_NAMES {
        let name = if number == 1 { format!("{stem}.{end}") } else { format!("{stem}-{number}.{end}") };
        let path = folder.join(name);
        match file::create(&path, bytes) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(not_written(&path, &error, ELSEWHERE)),
        }
    }
    Err(not_written(folder, &io::ErrorKind::AlreadyExists.into(), ELSEWHERE))
}

/// Writes a new file that the operator named; one that is there stays as it is.
///
/// # Errors
/// It exists, or cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let remedy =
        ["Name another file: one that is there is never replaced", "请另指定文件：已有的文件不会被覆盖"];
    file::create(path, bytes).map_err(|error| not_written(path, &error, remedy))
}

/// Writes a file in place of the one before, whole or not at all. Its folder is made if it is not there.
///
/// # Errors
/// It cannot be written, or is no plain file.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    file::replace(path, bytes, true).map_err(|error| not_written(path, &error, ELSEWHERE))
}

/// A path as people write it: their home is `~`, so that its end stays on the line.
#[must_use]
pub fn shown(path: &Path) -> String {
    let home = directories::BaseDirs::new();
    let below = home.as_ref().and_then(|dirs| path.strip_prefix(dirs.home_dir()).ok());
    below.map_or_else(|| path.display().to_string(), |below| format!("~/{}", below.display()))
}

/// Where the operator says what is written where.
const ELSEWHERE: [&str; 2] = [
    "Name another place in config.toml ([out] folder, [copy] file)",
    "请在 config.toml 中另行指定位置（[out] folder、[copy] file）",
];

fn not_written(path: &Path, error: &io::Error, remedy: [&'static str; 2]) -> Problem {
    let (path, [en, zh]) = (path.display(), io_words(error));
    Problem::new(
        Exit::Failed,
        [format!("cannot write {path}: {en}"), format!("无法写入 {path}：{zh}")],
        remedy,
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_mail_is_private_and_takes_no_others_place() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("a/outbox");
        let first = add(&folder, "case-7", "eml", b"one").unwrap();
        let second = add(&folder, "case-7", "eml", b"two").unwrap();
        assert_eq!((mode(&folder), mode(&first), mode(&second)), (0o700, 0o600, 0o600));
        assert_eq!(fs::read(&first).unwrap(), b"one");
        assert!(second.ends_with("case-7-2.eml"));
        assert!(write_new(&first, b"three").unwrap_err().what[0].contains("exists already"));
    }

    #[test]
    fn a_copy_takes_the_place_of_the_last_one_and_nothing_else() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("new/reply.txt");
        replace(&path, "客诉".as_bytes()).unwrap();
        replace(&path, b"again").unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"again".to_vec(), 0o600));
        assert_eq!(fs::read_dir(base.path().join("new")).unwrap().count(), 1, "nothing unfinished is left");
        assert!(replace(base.path(), b"x").is_err() && replace(Path::new("/dev/null"), b"x").is_err());
        assert!(replace(Path::new("/proc/no/reply.txt"), b"x").unwrap_err().what[1].contains("无法写入"));
    }
}
