//! Files written whole or not at all, readable by the operator alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Makes a folder with those above it; one that is there stays as it is.
///
/// # Errors
/// The disk refuses.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes a new file and waits for the disk.
///
/// # Errors
/// It exists, or the disk refuses; then nothing is left of it.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    written(path, bytes, true)
}

/// Writes a file in place of the one before; its folder is made if it is not there, and a link is followed to the file it
/// means. `durable` waits for the disk.
///
/// # Errors
/// It is no plain file, or the disk refuses; then what was there stays.
pub fn replace(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let unfinished = folder.join(format!(".kesu-{}", uuid::Uuid::now_v7()));
    written(&unfinished, bytes, durable)?;
    fs::rename(&unfinished, &path).inspect_err(|_| drop(fs::remove_file(&unfinished)))?;
    if durable { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn written(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| if durable { file.sync_all() } else { Ok(()) });
    written.inspect_err(|_| drop(fs::remove_file(path)))
}
