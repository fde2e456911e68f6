//! The settings of everything that leaves the workbench: copying, mails, commands that make proposals.
//!
//! ```toml
//! [copy]
//! route = "auto"                # or "osc52", "command", "file"
//! command = ["xclip", "-in"]    # gets the text on its standard input; for route = "command"
//! file = "~/reply.txt"          # for route = "file", and for what is too long for a terminal
//!
//! [out]
//! folder = "~/outbox"           # where an .eml is written; else `outbox` beside the database
//! open = ["xdg-open"]           # gets the path of the .eml; without it nothing is opened
//!
//! [hooks]                       # each gets the case as JSON and gives text back; none is set
//! translate = ["my-translate"]
//! draft = { command = ["my-draft", "--short"], timeout = "60s" }
//! check = ["my-check"]
//! ```

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::mailbox::Mailbox;
use crate::mistake::{Notes, Section};

/// How long a hook may take when its settings do not say.
pub const HOOK_TAKES: Duration = Duration::from_secs(20);
/// Nobody waits longer.
const LONGEST: Duration = Duration::from_mins(10);

/// How a reply gets to the clipboard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CopyRoute {
    /// A native tool on a local session where there is one, else the terminal.
    #[default]
    Auto,
    /// The terminal, by OSC 52.
    Osc52,
    /// The configured command.
    Command,
    /// A file.
    File,
}

/// The sections `[copy]` and `[out]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// How a reply is copied.
    pub route: CopyRoute,
    /// Program and arguments for [`CopyRoute::Command`].
    pub command: Vec<String>,
    /// The file to copy to; else `reply.txt` in the folder of the mails.
    pub file: Option<PathBuf>,
    /// Where mails are written; else `outbox` beside the database.
    pub folder: Option<PathBuf>,
    /// Program and arguments that open a written mail; empty: none is opened.
    pub open: Vec<String>,
}

/// A command that makes a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Program and arguments.
    pub command: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

/// The section `[hooks]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks {
    /// Turns a text into another language.
    pub translate: Option<Hook>,
    /// Proposes an addition.
    pub draft: Option<Hook>,
    /// Remarks on the reply.
    pub check: Option<Hook>,
}

/// `email` of `[store]`.
pub(super) fn email(store: &Section<'_, '_>, notes: &mut Notes<'_>) -> Option<String> {
    let email = store.text("email", notes)?;
    let read = Mailbox::parse(&email.value);
    if read.is_none() {
        notes.note(
            email.at,
            "`email` is a plain address like shop@example.com",
            "`email` 应为普通邮箱地址，如 shop@example.com",
        );
    }
    read.map(|mailbox| mailbox.as_str().to_owned())
}

/// The sections `[copy]` and `[out]`.
pub(super) fn ways(root: &Section<'_, '_>, notes: &mut Notes<'_>) -> Ways {
    let mut ways = Ways::default();
    if let Some(copy) = root.section("copy", notes) {
        copy.only(&["route", "command", "file"], notes);
        ways.command = copy.command("command", notes).map(|found| found.value).unwrap_or_default();
        ways.file = path(&copy, "file", notes);
        ways.route = route(&copy, &ways.command, notes);
    }
    if let Some(out) = root.section("out", notes) {
        out.only(&["folder", "open"], notes);
        ways.folder = path(&out, "folder", notes);
        ways.open = out.command("open", notes).map(|found| found.value).unwrap_or_default();
    }
    ways
}

fn route(copy: &Section<'_, '_>, command: &[String], notes: &mut Notes<'_>) -> CopyRoute {
    let Some(word) = copy.text("route", notes) else {
        // Who names a command and nothing else wants it used.
        return if command.is_empty() { CopyRoute::Auto } else { CopyRoute::Command };
    };
    match word.value.as_str() {
        "auto" => CopyRoute::Auto,
        "osc52" => CopyRoute::Osc52,
        "file" => CopyRoute::File,
        "command" => {
            if command.is_empty() {
                notes.note(
                    word.at,
                    "route = \"command\" needs `command`, like [\"wl-copy\"]",
                    "route = \"command\" 需要 `command`，如 [\"wl-copy\"]",
                );
            }
            CopyRoute::Command
        }
        other => {
            notes.note(
                word.at,
                format!("`{other}` is none of auto, osc52, command, file"),
                format!("`{other}` 无效，可用的有 auto、osc52、command、file"),
            );
            CopyRoute::Auto
        }
    }
}

/// A path from the root, or from the home folder by `~/`: where kesu is started must not matter.
fn path(section: &Section<'_, '_>, name: &str, notes: &mut Notes<'_>) -> Option<PathBuf> {
    let found = section.text(name, notes)?;
    let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    let path = match found.value.strip_prefix("~/") {
        Some(below) => home().map(|home| home.join(below)),
        None => Some(PathBuf::from(&found.value)).filter(|path| path.is_absolute()),
    };
    if path.is_none() {
        notes.note(
            found.at,
            format!("`{name}` is a whole path, or one that begins with ~/"),
            format!("`{name}` 应为完整路径，或以 ~/ 开头"),
        );
    }
    path
}

/// The section `[hooks]`.
pub(super) fn hooks(root: &Section<'_, '_>, notes: &mut Notes<'_>) -> Hooks {
    let Some(hooks) = root.section("hooks", notes) else { return Hooks::default() };
    hooks.only(&["translate", "draft", "check"], notes);
    Hooks {
        translate: hook(&hooks, "translate", notes),
        draft: hook(&hooks, "draft", notes),
        check: hook(&hooks, "check", notes),
    }
}

fn hook(hooks: &Section<'_, '_>, name: &str, notes: &mut Notes<'_>) -> Option<Hook> {
    if !hooks.is_section(name) {
        let command = hooks.command(name, notes)?.value;
        return Some(Hook { command, timeout: HOOK_TAKES });
    }
    let table = hooks.section(name, notes)?;
    table.only(&["command", "timeout"], notes);
    let timeout = timeout(&table, notes).unwrap_or(HOOK_TAKES);
    let Some(command) = table.command("command", notes) else {
        if !table.has("command") {
            notes.note(table.at, format!("`{name}` lacks its `command`"), format!("`{name}` 缺少 `command`"));
        }
        return None;
    };
    Some(Hook { command: command.value, timeout })
}

/// `20s` or `2m`, from a second to ten minutes.
fn timeout(table: &Section<'_, '_>, notes: &mut Notes<'_>) -> Option<Duration> {
    let found = table.text("timeout", notes)?;
    let text = found.value.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = match text.get(digits..).map(str::trim) {
        Some("s" | "sec") => Some(1),
        Some("m" | "min") => Some(60),
        _ => None,
    };
    let seconds = text.get(..digits).and_then(|digits| digits.parse::<u64>().ok());
    let read = seconds.zip(unit).and_then(|(amount, unit)| amount.checked_mul(unit)).map(Duration::from_secs);
    let read = read.filter(|read| !read.is_zero() && *read <= LONGEST);
    if read.is_none() {
        notes.note(
            found.at,
            format!("`{text}` is no time from 1s to 10m: write it like \"20s\""),
            format!("`{text}` 不是 1s 到 10m 之间的时长：请写成 \"20s\" 这样"),
        );
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Ways, Hooks, Vec<(usize, String)>) {
        let mut notes = Notes::on(text);
        let table = notes.parse().unwrap();
        let root = Section::root(&table);
        let (ways, hooks) = (ways(&root, &mut notes), hooks(&root, &mut notes));
        let said = notes.all().into_iter().map(|mistake| {
            assert_ne!(mistake.what[0], mistake.what[1]);
            (mistake.line, mistake.what[0].clone())
        });
        (ways, hooks, said.collect())
    }

    #[test]
    fn nothing_is_set_by_default() {
        let (ways, hooks, said) = read("");
        assert_eq!((ways, hooks), (Ways::default(), Hooks::default()));
        assert_eq!(said, []);
    }

    #[test]
    fn a_hook_is_a_command_or_a_command_with_its_time() {
        let (ways, hooks, said) = read(
            "[copy]\ncommand = ['xclip', '-in']\n[out]\nfolder = '/o'\nopen = ['xdg-open']\n\
             [hooks]\ntranslate = ['t', ':de']\n[hooks.draft]\ncommand = ['d']\ntimeout = '2m'\n",
        );
        assert_eq!(said, []);
        assert_eq!((ways.route, ways.command.len()), (CopyRoute::Command, 2));
        assert_eq!((ways.folder.as_deref(), ways.open.len()), (Some(std::path::Path::new("/o")), 1));
        assert_eq!(
            hooks.translate.unwrap(),
            Hook { command: vec!["t".into(), ":de".into()], timeout: HOOK_TAKES }
        );
        assert_eq!(hooks.draft.unwrap().timeout, Duration::from_mins(2));
        assert_eq!(hooks.check, None);
    }

    #[test]
    fn every_mistake_is_named_in_its_line() {
        for (text, line, words) in [
            ("[copy]\nroute = 'usb'\n", 2, "none of auto, osc52"),
            ("[copy]\nroute = 'command'\n", 2, "needs `command`"),
            ("[copy]\ncommand = 'xclip'\n", 2, "a program and its arguments"),
            ("[copy]\nfile = 'reply.txt'\n", 2, "a whole path"),
            ("[out]\nfoldr = '/x'\n", 2, "did you mean `folder`"),
            ("[hooks]\ntranslate = []\n", 2, "a program and its arguments"),
            ("[hooks]\nsend = ['x']\n", 2, "unknown key `send`"),
            ("[hooks.draft]\ntimeout = '5s'\n", 1, "lacks its `command`"),
            ("[hooks.draft]\ncommand = ['x']\ntimeout = '3 hours'\n", 3, "no time from 1s"),
            ("[hooks.draft]\ncommand = ['x']\ntimeout = '0s'\n", 3, "no time from 1s"),
        ] {
            let (_, _, said) = read(text);
            assert_eq!(said.len(), 1, "{text}: {said:?}");
            assert!(said[0].0 == line && said[0].1.contains(words), "{text}: {said:?}");
        }
    }
}
