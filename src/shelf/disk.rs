//! Writing and removing the own files: each whole or not at all.

use std::fs;
use std::io;
use std::path::Path;

use super::Address;
use crate::file;
use crate::problem::{Exit, Problem, io_words};

/// Saves a text as the own template of an address; its draft is done with.
///
/// # Errors
/// The disk refuses; what was there stays, and so does the draft.
pub fn save(config: &Path, address: &Address, text: &str) -> Result<(), Problem> {
    let path = address.path(config);
    file::replace(&path, text.as_bytes(), true).map_err(|error| refused(&path, &error))?;
    drop_draft(config, address)
}

/// Keeps what is being typed beside the file. `durable` waits for the disk.
///
/// # Errors
/// The disk refuses.
pub fn keep(config: &Path, address: &Address, text: &str, durable: bool) -> Result<(), Problem> {
    let path = address.draft_path(config);
    file::replace(&path, text.as_bytes(), durable).map_err(|error| refused(&path, &error))
}

/// Forgets the draft of an address.
///
/// # Errors
/// The disk refuses.
pub fn drop_draft(config: &Path, address: &Address) -> Result<(), Problem> {
    remove_file(&address.draft_path(config))
}

/// Removes an own template with its draft: the one that ships counts again.
///
/// # Errors
/// The disk refuses.
pub fn remove(config: &Path, address: &Address) -> Result<(), Problem> {
    remove_file(&address.path(config))?;
    drop_draft(config, address)
}

fn remove_file(path: &Path) -> Result<(), Problem> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(path, &error)),
        _ => Ok(()),
    }
}

fn refused(path: &Path, error: &io::Error) -> Problem {
    let (shown, [en, zh]) = (path.display(), io_words(error));
    Problem::new(
        Exit::Failed,
        [format!("{shown}: {en}"), format!("{shown}：{zh}")],
        ["free space or check the folder's rights, then try again", "请释放空间或检查文件夹权限后重试"],
    )
}
