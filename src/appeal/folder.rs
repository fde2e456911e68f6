//! Writing a folder as a whole: under another name first, with its own at the end, private, never over anything.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::problem::{Exit, Problem, io_words};

/// What goes into a file.
pub(super) enum Source {
    /// These words, byte by byte.
    Text(String),
    /// The content of this file.
    Copy(PathBuf),
}

/// A folder that is being written. Dropped before [`Draft::finish`], nothing of it remains.
pub(super) struct Draft(PathBuf);

/// The absolute path of a folder that may be written: it is not there, or there and empty.
pub(super) fn free(wanted: &Path) -> Result<PathBuf, Problem> {
    let name = wanted.file_name().ok_or_else(|| taken(wanted))?;
    let parent = match wanted.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = parent.canonicalize().map_err(|error| unwritten(parent, &error))?;
    let folder = parent.join(name);
    match fs::symlink_metadata(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(folder),
        Err(error) => Err(unwritten(&folder, &error)),
        Ok(found) => {
            let empty =
                found.is_dir() && fs::read_dir(&folder).is_ok_and(|mut inside| inside.next().is_none());
            if empty { Ok(folder) } else { Err(taken(&folder)) }
        }
    }
}

/// Makes a folder that only the operator may enter, if it is not there.
pub(super) fn private(folder: &Path) -> Result<(), Problem> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(unwritten(folder, &error)),
        _ => Ok(()),
    }
}

impl Draft {
    /// Begins beside the place where the folder will stand.
    pub fn beside(folder: &Path) -> Result<Self, Problem> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draft = folder.with_file_name(format!(".{name}.part-{}", uuid::Uuid::now_v7()));
        let made = DirBuilder::new().mode(0o700).create(&draft);
        made.map_err(|error| unwritten(folder, &error))?;
        Ok(Self(draft))
    }

    /// Writes one file; folders on the way are made.
    pub fn put(&self, name: &str, source: &Source) -> Result<(), Problem> {
        let path = self.0.join(name);
        if let Some(folder) = path.parent() {
            private(folder)?;
        }
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            match source {
                Source::Text(text) => file.write_all(text.as_bytes())?,
                Source::Copy(from) => {
                    io::copy(&mut File::open(from)?, &mut file)?;
                }
            }
            file.sync_all()
        })();
        written.map_err(|error| unwritten(Path::new(name), &error))
    }

    /// Gives the folder its name. What came to stand there meanwhile is not touched.
    pub fn finish(self, folder: &Path) -> Result<(), Problem> {
        match fs::rename(&self.0, folder) {
            Ok(()) => {
                let parent = folder.parent().and_then(|parent| File::open(parent).ok());
                // The files are on disk; a folder that cannot be synced has no better remedy than its next sync.
                parent.map(|parent| parent.sync_all());
                Ok(())
            }
            Err(_) if fs::symlink_metadata(folder).is_ok() => Err(taken(folder)),
            Err(error) => Err(unwritten(folder, &error)),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After `finish` there is nothing of this name any more.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn taken(folder: &Path) -> Problem {
    let shown = folder.display();
    Problem::new(
        Exit::Failed,
        [
            format!("{shown} is there already, and an appeal pack never writes over anything"),
            format!("{shown} 已经存在，申诉材料不会覆盖任何内容"),
        ],
        ["Name another folder", "请换一个文件夹"],
    )
}

fn unwritten(path: &Path, error: &io::Error) -> Problem {
    let (path, [en, zh]) = (path.display(), io_words(error));
    Problem::new(
        Exit::Failed,
        [format!("no appeal pack was written: {path}: {en}"), format!("未生成申诉材料：{path}：{zh}")],
        ["Name a folder you may write to", "请指定可写的文件夹"],
    )
}
