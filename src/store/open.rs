//! Opening: what a file must be before SQLite touches it, where a new one comes from, and how the connection is set.

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrate::{APPLICATION_ID, known, migrate, migrate_by};
use crate::problem::{Exit, Problem, io_words};

/// A connection to the file at `path`, made if it is missing, with the current schema.
pub(super) fn open(path: &Path) -> Result<Connection, Problem> {
    let path = resolve(path)?;
    match fs::metadata(&path) {
        Ok(there) if !there.is_file() => return Err(foreign(&path)),
        Ok(there) if there.len() > 0 => drop(check_header(&path)?),
        Ok(_) => create(&path, true)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(&path, false)?,
        Err(error) => return Err(unreadable(&path, &error)),
    }
    keep_private(&path);
    let mut db = connect(&path)?;
    db.execute_batch("PRAGMA journal_mode = WAL;")?;
    migrate(&mut db)?;
    Ok(db)
}

/// A connection for what will be rolled back: to the file itself, or, where the steps would change its schema, to a
/// copy that is gone with the connection.
pub(super) fn on_trial(path: &Path, steps: &[&str]) -> Result<Connection, Problem> {
    let real = resolve(path)?;
    let empty = fs::metadata(&real).map_or(true, |there| there.is_file() && there.len() == 0);
    if empty || check_header(&real)? as usize >= steps.len() {
        return open(path);
    }
    let folder = std::env::temp_dir().join(format!("kesu-trial-{}", uuid::Uuid::now_v7()));
    make_folder(&folder).map_err(|error| unwritable(&folder, &error))?;
    let copied = copy(&real, &folder.join("kesu.db"), steps);
    // The connection holds the file open; its name and folder are not needed any more.
    let _ = fs::remove_dir_all(&folder);
    copied
}

fn copy(from: &Path, to: &Path, steps: &[&str]) -> Result<Connection, Problem> {
    private_file(to).map_err(|error| unwritable(to, &error))?;
    connect(from)?.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    let mut db = connect(to)?;
    // No file beside a name that is about to go.
    db.execute_batch("PRAGMA journal_mode = MEMORY;")?;
    migrate_by(&mut db, steps)?;
    Ok(db)
}

/// A connection to a database without a file.
pub(super) fn in_memory() -> Result<Connection, Problem> {
    let mut db = Connection::open_in_memory()?;
    configure(&db)?;
    migrate(&mut db)?;
    Ok(db)
}

fn connect(path: &Path) -> Result<Connection, Problem> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let db = Connection::open_with_flags(path, flags)?;
    configure(&db)?;
    Ok(db)
}

fn configure(db: &Connection) -> Result<(), Problem> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    db.execute_batch(
        "PRAGMA busy_timeout = 5000;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON;",
    )?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// The path without symlinks: an operator's data folder may be one, but SQLite is told to follow none.
fn resolve(path: &Path) -> Result<PathBuf, Problem> {
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    if path.symlink_metadata().is_ok() {
        return Err(leads_nowhere(path));
    }
    let name = path.file_name().ok_or_else(|| foreign(path))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder).map_err(|error| unwritable(folder, &error))?;
    let real = folder.canonicalize().map_err(|error| unreadable(folder, &error))?;
    Ok(real.join(name))
}

/// Reads the first 100 bytes before SQLite does: what is not ours stays untouched. Gives the version of the schema.
fn check_header(path: &Path) -> Result<u32, Problem> {
    let mut header = [0_u8; 100];
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let read = file.read_exact(&mut header);
    let number = |at: usize| header[at..at + 4].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    if read.is_err() || !header.starts_with(b"SQLite format 3\0") || number(68) != APPLICATION_ID {
        return Err(foreign(path));
    }
    match number(60) {
        version if version > known() => Err(newer(version)),
        version => Ok(version),
    }
}

/// Makes the file whole under another name and gives it its own at the end: whatever happens meanwhile, the
/// operator finds either no file or a complete one, never one whose header lacks our mark.
fn create(path: &Path, empty: bool) -> Result<(), Problem> {
    set_aside_orphans(path);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = path.with_file_name(format!(".{name}.new-{}", std::process::id()));
    let made = (|| {
        let _ = fs::remove_file(&draft);
        private_file(&draft).map_err(|error| unwritable(path, &error))?;
        let mut db = connect(&draft)?;
        migrate(&mut db)?;
        // WAL is noted in the header only now, so that the schema is in the file itself and not beside it.
        db.execute_batch("PRAGMA journal_mode = WAL;")?;
        db.close().map_err(|(_, error)| Problem::from(error))?;
        // A link never replaces: when two processes start at once, the first file stays.
        let named = if empty { fs::rename(&draft, path) } else { fs::hard_link(&draft, path) };
        match named {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => check_header(path).map(drop),
            Err(_) if !path.exists() => fs::rename(&draft, path).map_err(|error| unwritable(path, &error)),
            Err(error) => Err(unwritable(path, &error)),
            Ok(()) => Ok(()),
        }
    })();
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(draft.with_file_name(format!(".{name}.new-{}{suffix}", std::process::id())));
    }
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    made
}

/// A log beside a missing file belongs to some other database; SQLite would apply it without a word.
fn set_aside_orphans(path: &Path) {
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        let beside = PathBuf::from(beside);
        if beside.exists() {
            let mut aside = beside.clone().into_os_string();
            aside.push(".orphan");
            let _ = fs::rename(&beside, aside);
        }
    }
}

#[cfg(unix)]
pub(super) fn private_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
pub(super) fn private_file(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path).map(drop)
}

#[cfg(unix)]
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    if folder.exists() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

/// A file of ours that others may read (a copy, a backup) is closed to them again. Not ours to change: left.
#[cfg(unix)]
fn keep_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let open_to_others = fs::metadata(path).is_ok_and(|there| there.permissions().mode() & 0o077 != 0);
    if open_to_others {
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    }
}

#[cfg(not(unix))]
fn keep_private(_: &Path) {}

fn foreign(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        Exit::Failed,
        [format!("{path} is not a kesu database"), format!("{path} 不是 kesu 的数据库")],
        ["it was left untouched; name another file with --db", "文件未被改动；请用 --db 指定其他文件"],
    )
}

/// The file was written by a later version of the program.
pub(super) fn newer(version: u32) -> Problem {
    let known = known();
    Problem::new(
        Exit::Busy,
        [
            format!("the database was written by a newer kesu (format {version}, this one knows {known})"),
            format!("数据库由更新版本的 kesu 写入（格式 {version}，本版本只认识 {known}）"),
        ],
        ["it was left untouched; update kesu", "文件未被改动；请升级 kesu"],
    )
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let (path, [en, zh]) = (path.display(), io_words(error));
    Problem::new(
        Exit::Failed,
        [format!("cannot read {path}: {en}"), format!("无法读取 {path}：{zh}")],
        ["check its rights, or name another file with --db", "请检查权限，或用 --db 指定其他文件"],
    )
}

fn leads_nowhere(path: &Path) -> Problem {
    let path = path.display();
    Problem::new(
        Exit::Failed,
        [format!("{path} is a link that leads nowhere"), format!("{path} 是指向不存在位置的链接")],
        ["mend the link, or name another file with --db", "请修复链接，或用 --db 指定其他文件"],
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let (path, [en, zh]) = (path.display(), io_words(error));
    Problem::new(
        Exit::Failed,
        [format!("cannot make {path}: {en}"), format!("无法创建 {path}：{zh}")],
        [
            "check the folder's rights, or name another file with --db",
            "请检查文件夹权限，或用 --db 指定其他文件",
        ],
    )
}
