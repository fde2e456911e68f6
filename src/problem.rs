//! The one error an operator sees: what happened and what to do about it.

use std::fmt;

use crate::i18n::Lang;

/// The exit code of the program, as `kesu --help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It failed.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// No such case or file.
    NotFound = 3,
    /// A check forbids it.
    Blocked = 4,
    /// The database is busy or from a newer kesu.
    Busy = 5,
    /// Cancelled by the operator.
    Interrupted = 130,
}

/// What happened and what to do, in both languages. Texts may quote untrusted values: print through `SafeText`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened: English, Chinese. Lower case, names the thing.
    pub what: [String; 2],
    /// What to do: English, Chinese. May be empty.
    pub remedy: [String; 2],
    /// The exit code a command ends with.
    pub exit: Exit,
}

impl Problem {
    /// A problem in both languages: `what` and `remedy`, each English then Chinese.
    pub fn new(exit: Exit, what: [impl Into<String>; 2], remedy: [impl Into<String>; 2]) -> Self {
        Self { what: what.map(Into::into), remedy: remedy.map(Into::into), exit }
    }

    /// One line: what happened, then what to do.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let (what, remedy) = (&self.what[lang as usize], &self.remedy[lang as usize]);
        match (lang, remedy.is_empty()) {
            (_, true) => what.clone(),
            (Lang::En, false) => format!("{what}. {remedy}"),
            (Lang::Zh, false) => format!("{what}。{remedy}"),
        }
    }
}

/// What the system says went wrong with a file: English, and Chinese for what happens every day.
#[must_use]
pub fn io_words(error: &std::io::Error) -> [String; 2] {
    use std::io::ErrorKind;
    let said = match error.kind() {
        ErrorKind::NotFound => ("no such file or folder", "文件或文件夹不存在"),
        ErrorKind::PermissionDenied => ("no permission", "没有权限"),
        ErrorKind::AlreadyExists => ("it exists already", "已经存在"),
        ErrorKind::IsADirectory => ("it is a folder", "这是文件夹"),
        ErrorKind::NotADirectory => ("a part of the path is no folder", "路径中有一段不是文件夹"),
        ErrorKind::StorageFull => ("the disk is full", "磁盘已满"),
        ErrorKind::ReadOnlyFilesystem => ("the disk is read-only", "磁盘只读"),
        ErrorKind::InvalidData => ("it is not UTF-8 text", "不是 UTF-8 文本"),
        ErrorKind::FileTooLarge => ("it is too large", "文件过大"),
        ErrorKind::TimedOut => ("no answer in time", "超时无响应"),
        _ => return [error.to_string(), error.to_string()],
    };
    [said.0.to_owned(), said.1.to_owned()]
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_happened_and_then_what_to_do() {
        let problem = Problem::new(
            Exit::NotFound,
            ["no case 7", "没有客诉 7"],
            ["`kesu list` shows the open ones", "用 `kesu list` 查看未结客诉"],
        );
        assert_eq!(problem.say(Lang::En), "no case 7. `kesu list` shows the open ones");
        assert_eq!(problem.say(Lang::Zh), "没有客诉 7。用 `kesu list` 查看未结客诉");
    }
}
