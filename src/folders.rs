//! Where kesu keeps its things: the data folder with the database, and the folder of the operator's own settings.

use std::path::PathBuf;

use directories::ProjectDirs;

use crate::problem::{Exit, Problem};

/// The folders of this user, as the platform wants them (XDG on Linux). Nothing is created by asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Holds `kesu.db`, its journal, drafts that wait for a busy database, attached files, appeal packs, and nothing else
    /// of the operator's.
    pub data: PathBuf,
    /// Holds what the operator overrides: clocks, rules, templates, column maps.
    pub config: PathBuf,
}

impl Folders {
    /// The folders of the user who runs kesu.
    ///
    /// # Errors
    /// When the platform names no home folder.
    pub fn find() -> Result<Self, Problem> {
        let dirs = ProjectDirs::from("", "", "kesu").ok_or_else(|| {
            Problem::new(
                Exit::Failed,
                ["this user has no home folder", "当前用户没有主目录"],
                ["Name the database with `--db FILE` or KESU_DB", "请用 `--db 文件` 或 KESU_DB 指定数据库"],
            )
        })?;
        Ok(Self { data: dirs.data_dir().to_owned(), config: dirs.config_dir().to_owned() })
    }

    /// The database used when none is named.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data.join("kesu.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_lies_in_the_data_folder() {
        let folders = Folders { data: "/d".into(), config: "/c".into() };
        assert_eq!(folders.database(), PathBuf::from("/d/kesu.db"));
    }
}
