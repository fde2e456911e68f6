//! Writing a text in the operator's own editor: a private file, the editor, the text back.

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};

use crate::problem::{Exit, Problem, io_words};

/// A reply is a few thousand characters; a file beyond this is a mistake.
const MAX_BYTES: u64 = 1_000_000;

/// A text in a file that only the operator can read. Gone with everything the editor put beside it when dropped.
pub(super) struct Sheet {
    folder: PathBuf,
    /// The text ended in a line break before the editor, which likes to add one.
    ended: bool,
}

impl Sheet {
    /// Writes the text to a new file.
    pub(super) fn new(text: &str) -> io::Result<Self> {
        let base = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
        Self::in_folder(&base.unwrap_or_else(env::temp_dir), text)
    }

    fn in_folder(base: &Path, text: &str) -> io::Result<Self> {
        let folder = base.join(format!("kesu-{}", uuid::Uuid::now_v7()));
        DirBuilder::new().mode(0o700).create(&folder)?;
        let sheet = Self { folder, ended: text.ends_with('\n') };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(sheet.path())?;
        file.write_all(text.as_bytes())?;
        Ok(sheet)
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join("reply.txt")
    }

    /// The text as the editor left it.
    pub(super) fn read(&self) -> io::Result<String> {
        let mut text = String::new();
        let read = fs::File::open(self.path())?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        if read as u64 > MAX_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "more than 1 MB"));
        }
        if !self.ended && text.ends_with('\n') {
            text.pop();
        }
        Ok(text)
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The operator's editor: `$VISUAL`, else `$EDITOR`, else vi. May hold arguments.
pub(super) fn chosen() -> OsString {
    chosen_from(|name| env::var_os(name))
}

fn chosen_from(var: impl Fn(&str) -> Option<OsString>) -> OsString {
    let set = |name| var(name).filter(|value| !value.is_empty());
    set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".into())
}

/// Starts the editor on a file. The shell splits its arguments, as it does for git.
pub(super) fn start(editor: &OsString, file: &Path) -> io::Result<Child> {
    let mut script = editor.clone();
    script.push(" \"$@\"");
    Command::new("sh").arg("-c").arg(script).arg(editor).arg(file).spawn()
}

/// The text that the editor left, or why the text before it stays.
pub(super) fn outcome(
    sheet: &Sheet,
    editor: &OsString,
    ended: io::Result<ExitStatus>,
) -> Result<String, Problem> {
    match ended {
        Ok(status) if status.success() => sheet.read().map_err(|error| problem(editor, io_words(&error))),
        Ok(status) => Err(problem(editor, ending(status))),
        Err(error) => Err(problem(editor, io_words(&error))),
    }
}

/// How an editor that failed has ended.
fn ending(status: ExitStatus) -> [String; 2] {
    match status.code() {
        Some(127) => ["there is no such command".to_owned(), "没有这个命令".to_owned()],
        Some(code) => [format!("it ended with code {code}"), format!("退出码为 {code}")],
        None => ["it was killed".to_owned(), "被强行终止".to_owned()],
    }
}

/// Says that the editor did not give a text back, and why: English, Chinese.
pub(super) fn problem(editor: &OsString, [en, zh]: [String; 2]) -> Problem {
    let editor = editor.to_string_lossy();
    Problem::new(
        Exit::Failed,
        [
            format!("the editor `{editor}` gave no text back: {en}"),
            format!("编辑器 `{editor}` 没有返回文本：{zh}"),
        ],
        [
            "The text here is unchanged; set $VISUAL or $EDITOR to an editor",
            "此处文本未改动；请将 $VISUAL 或 $EDITOR 设为可用的编辑器",
        ],
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn edit(text: &str, editor: &str) -> Result<String, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let sheet = Sheet::in_folder(folder.path(), text).unwrap();
        let editor = OsString::from(editor);
        let ended = start(&editor, &sheet.path()).and_then(|mut child| child.wait());
        let outcome = outcome(&sheet, &editor, ended);
        drop(sheet);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing of the text is left behind");
        outcome
    }

    /// An editor that is a script, in a folder with a blank in its name.
    fn fake_editor(folder: &Path, script: &str) -> String {
        let path = folder.join("my editor");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        format!("'{}'", path.display())
    }

    #[test]
    fn what_the_editor_writes_comes_back_without_the_line_break_it_adds() {
        let folder = tempfile::tempdir().unwrap();
        let editor = fake_editor(folder.path(), r#"printf '%s %s\n' "$1" "$(cat "$2")" > "$2"; touch "$2~""#);
        assert_eq!(edit("您好", &format!("{editor} --wait")).unwrap(), "--wait 您好");
        assert_eq!(edit("您好\n", &format!("{editor} --wait")).unwrap(), "--wait 您好\n");
    }

    #[test]
    fn an_editor_that_fails_is_named_and_the_text_stays() {
        let problem = edit("text", "false").unwrap_err();
        assert!(problem.what[0].contains("`false`") && problem.remedy[0].contains("unchanged"), "{problem}");
        assert!(edit("text", "/no/such/editor 2>/dev/null").is_err());
    }

    #[test]
    fn a_file_that_is_no_text_is_refused() {
        assert!(edit("text", r#"printf '\377' > "$1"; true"#).is_err());
    }

    #[test]
    fn only_the_operator_can_read_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let sheet = Sheet::in_folder(folder.path(), "text").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&sheet.folder), mode(&sheet.path())), (0o700, 0o600));
    }

    #[test]
    fn visual_goes_before_editor_and_an_empty_one_does_not_count() {
        let with = |visual: &str, editor: &str| {
            let (visual, editor) = (OsString::from(visual), OsString::from(editor));
            chosen_from(|name| Some(if name == "VISUAL" { visual.clone() } else { editor.clone() }))
        };
        assert_eq!(with("code -w", "nano"), "code -w");
        assert_eq!(with("", "nano"), "nano");
        assert_eq!(chosen_from(|_| None), "vi");
    }
}
