//! Which way a text takes to the clipboard, and the ways that are not the terminal. Runs beside the main thread.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use super::{MAX_BYTES, Route, plain, sequence, too_long};
use crate::config::out::{CopyRoute, Ways};
use crate::out::command::{Commands, Errand, Failure, Purpose, name};
use crate::out::outbox;
use crate::problem::{Exit, Problem};

/// A clipboard tool answers at once or never.
const TOOL_TAKES: Duration = Duration::from_secs(5);
/// tmux is asked whether its screen is far away.
const TMUX_TAKES: Duration = Duration::from_secs(1);
/// Name of the file beside the mails.
const FILE: &str = "reply.txt";

/// A text that shall be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its number: the answer carries it.
    pub number: u64,
    /// The text.
    pub text: String,
    /// What the operator set.
    pub ways: Ways,
    /// The folder of the file where none is set; none without a database file.
    pub folder: Option<PathBuf>,
}

/// A text that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prepared {
    /// These bytes have to go to the terminal.
    Terminal(Route, Vec<u8>),
    /// It has arrived, or why not.
    Done(Result<Route, Problem>),
}

/// Looks a variable of the session up.
pub type Var<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A program that takes a text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tool {
    name: String,
    command: Vec<String>,
    /// It wants UTF-16 and line ends of Windows.
    wide: bool,
}

/// A tool in the folders of the session.
fn tool(var: Var<'_>, name: &str, args: &[&str]) -> Option<Tool> {
    let path = var("PATH")?;
    let program = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file))?;
    let command = std::iter::once(program.to_str()?).chain(args.iter().copied());
    let command = command.map(str::to_owned).collect();
    Some(Tool { name: name.to_owned(), command, wide: name == "clip.exe" })
}

/// Brings a text on its way. Blocks as long as the tool or the disk takes.
#[must_use]
pub fn prepare(wish: &Wish, commands: &Commands, var: Var<'_>) -> Prepared {
    match wish.ways.route {
        CopyRoute::File => Prepared::Done(to_file(wish, false)),
        CopyRoute::Osc52 => to_terminal(wish, commands, var),
        CopyRoute::Command => {
            let command = wish.ways.command.clone();
            let name = name(&command);
            Prepared::Done(to_tool(wish, Tool { name, command, wide: false }, commands))
        }
        CopyRoute::Auto => match native(var).filter(|_| !is_far_tmux(wish.number, commands, var)) {
            Some(tool) => Prepared::Done(to_tool(wish, tool, commands)),
            None => to_terminal(wish, commands, var),
        },
    }
}

/// The same with the variables of this process.
#[must_use]
pub fn prepare_here(wish: &Wish, commands: &Commands) -> Prepared {
    prepare(wish, commands, &|name| env::var_os(name))
}

fn to_terminal(wish: &Wish, commands: &Commands, var: Var<'_>) -> Prepared {
    let route = Route::from_vars(|name| is_set(var, name));
    let bytes = plain(&wish.text).len();
    if bytes > MAX_BYTES {
        let there_is_a_file = file_of(wish).is_some();
        return Prepared::Done(if there_is_a_file { to_file(wish, true) } else { Err(too_long(bytes)) });
    }
    if route == Route::Tmux && is_loaded(wish, commands, var) {
        return Prepared::Done(Ok(route));
    }
    match sequence(&wish.text, &route) {
        Ok(bytes) => Prepared::Terminal(route, bytes),
        Err(problem) => Prepared::Done(Err(problem)),
    }
}

/// Whether tmux itself has taken the text and passed it on. As it ships it drops the sequences of the programs in its windows;
/// before 3.2 it knows no such command.
fn is_loaded(wish: &Wish, commands: &Commands, var: Var<'_>) -> bool {
    let load = tool(var, "tmux", &["load-buffer", "-w", "-"]);
    load.is_some_and(|tmux| to_tool(wish, tmux, commands).is_ok())
}

fn file_of(wish: &Wish) -> Option<PathBuf> {
    let folder = wish.ways.folder.as_ref().or(wish.folder.as_ref());
    wish.ways.file.clone().or_else(|| folder.map(|folder| folder.join(FILE)))
}

fn to_file(wish: &Wish, too_long: bool) -> Result<Route, Problem> {
    let path = file_of(wish).ok_or_else(|| {
        let said = ["there is no file to copy to", "没有可复制到的文件"];
        let remedy = ["Name one in config.toml: [copy] file", "请在 config.toml 中设置 [copy] file"];
        Problem::new(Exit::Blocked, said, remedy)
    })?;
    outbox::replace(&path, plain(&wish.text).as_bytes())?;
    Ok(Route::File { path, too_long })
}

fn to_tool(wish: &Wish, tool: Tool, commands: &Commands) -> Result<Route, Problem> {
    let text = plain(&wish.text);
    let input = if tool.wide {
        text.replace('\n', "\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else {
        text.into_bytes()
    };
    let errand = Errand {
        number: wish.number,
        command: tool.command,
        input,
        within: TOOL_TAKES,
        purpose: Purpose::Feed,
    };
    match commands.run(&errand) {
        Ok(_) => Ok(Route::Tool(tool.name)),
        Err(failure) => Err(not_copied(&tool.name, &failure)),
    }
}

fn not_copied(tool: &str, failure: &Failure) -> Problem {
    let [en, zh] = failure.words();
    Problem::new(
        Exit::Failed,
        [format!("not copied: `{tool}`: {en}"), format!("未复制：`{tool}`：{zh}")],
        [
            "Another way is set in config.toml: [copy] route = \"osc52\" or \"file\"",
            "可在 config.toml 中改用其他方式：[copy] route = \"osc52\" 或 \"file\"",
        ],
    )
}

/// The clipboard tool of the machine before which the operator sits; none where he sits elsewhere.
fn native(var: Var<'_>) -> Option<Tool> {
    if ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].iter().any(|name| is_set(var, name)) {
        return None;
    }
    let windows = is_set(var, "WSL_DISTRO_NAME") || is_set(var, "WSL_INTEROP");
    let (wayland, x11) = (is_set(var, "WAYLAND_DISPLAY"), is_set(var, "DISPLAY"));
    [
        (is_set(var, "TERMUX_VERSION"), "termux-clipboard-set", &[][..]),
        (windows, "clip.exe", &[]),
        (wayland, "wl-copy", &["--type", "text/plain"]),
        (x11, "xclip", &["-selection", "clipboard", "-in"]),
        (x11, "xsel", &["--clipboard", "--input"]),
        (true, "pbcopy", &[]),
    ]
    .into_iter()
    .filter(|(fits, ..)| *fits)
    .find_map(|(_, name, args)| tool(var, name, args))
    .map(|tool| if tool.name == "pbcopy" { in_utf8(tool) } else { tool })
}

/// pbcopy reads its input in the encoding of the locale, which may be unset.
fn in_utf8(tool: Tool) -> Tool {
    let before = ["/usr/bin/env", "LC_CTYPE=UTF-8"].map(str::to_owned);
    Tool { command: before.into_iter().chain(tool.command).collect(), ..tool }
}

/// A tmux that was started here may be shown on a machine far away by now, and the variables of its windows are old.
fn is_far_tmux(number: u64, commands: &Commands, var: Var<'_>) -> bool {
    if !is_set(var, "TMUX") {
        return false;
    }
    let command = ["tmux", "show-environment", "SSH_CONNECTION"].map(str::to_owned).to_vec();
    let errand =
        Errand { number, command, input: Vec::new(), within: TMUX_TAKES, purpose: Purpose::Answer(10_000) };
    commands.run(&errand).is_ok_and(|said| said.starts_with(b"SSH_CONNECTION="))
}

fn is_set(var: Var<'_>, name: &str) -> bool {
    var(name).is_some_and(|value| !value.is_empty())
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|there| there.is_file() && there.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of tools that are scripts, and the variables of a session with them.
    struct Machine {
        folder: tempfile::TempDir,
        vars: Vec<(&'static str, OsString)>,
    }

    impl Machine {
        fn with(tools: &[&str], vars: &[(&'static str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let got = folder.path().join("got");
            let vars = vars.iter().map(|(name, value)| (*name, OsString::from(value))).collect();
            let machine = Self { folder, vars };
            for tool in tools {
                machine.script(tool, &format!("cat > '{}'", got.display()));
            }
            machine
        }

        fn script(&self, tool: &str, script: &str) {
            let path = self.folder.path().join(tool);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }

        fn copy(&self, ways: Ways, text: &str) -> Prepared {
            let folder = Some(self.folder.path().join("outbox"));
            let wish = Wish { number: 1, text: text.to_owned(), ways, folder };
            prepare(&wish, &Commands::default(), &|name| {
                let path = (name == "PATH").then(|| self.folder.path().as_os_str().to_owned());
                path.or_else(|| self.vars.iter().find(|var| var.0 == name).map(|var| var.1.clone()))
            })
        }

        fn got(&self) -> Vec<u8> {
            fs::read(self.folder.path().join("got")).unwrap()
        }
    }

    fn by(tool: &str) -> Prepared {
        Prepared::Done(Ok(Route::Tool(tool.to_owned())))
    }

    fn said(prepared: Prepared) -> String {
        let Prepared::Done(Err(problem)) = prepared else { panic!("{prepared:?}") };
        problem.to_string()
    }

    #[test]
    fn a_local_session_uses_the_tool_of_its_display() {
        let all = ["wl-copy", "xclip", "xsel", "pbcopy", "clip.exe", "termux-clipboard-set"];
        for (vars, tools, tool) in [
            (&[("WAYLAND_DISPLAY", "w"), ("DISPLAY", ":0")][..], &all[..], "wl-copy"),
            (&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "")], &all, "xclip"),
            (&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "w")], &["xsel"], "xsel"),
            (&[], &all, "pbcopy"),
            (&[("WSL_DISTRO_NAME", "x"), ("DISPLAY", ":0")], &all, "clip.exe"),
            (&[("TERMUX_VERSION", "1")], &all, "termux-clipboard-set"),
        ] {
            let machine = Machine::with(tools, vars);
            assert_eq!(machine.copy(Ways::default(), "客诉\u{1b}\n"), by(tool));
            match tool {
                "clip.exe" => assert_eq!(machine.got(), [0xa2, 0x5b, 0xc9, 0x8b, 13, 0, 10, 0]),
                _ => assert_eq!(machine.got(), "客诉\n".as_bytes(), "{tool}"),
            }
        }
    }

    #[test]
    fn over_ssh_or_without_a_tool_the_terminal_is_used() {
        for (tools, vars) in [
            (&["wl-copy", "pbcopy"][..], &[("WAYLAND_DISPLAY", "w"), ("SSH_CONNECTION", "1")][..]),
            (&["wl-copy"], &[("WAYLAND_DISPLAY", "w"), ("SSH_TTY", "/dev/pts/1")]),
            (&[], &[("DISPLAY", ":0")]),
            (&["xclip"], &[]),
        ] {
            let prepared = Machine::with(tools, vars).copy(Ways::default(), "a");
            assert!(matches!(prepared, Prepared::Terminal(Route::Osc52, _)), "{prepared:?}");
        }
    }

    #[test]
    fn tmux_takes_the_text_itself_and_one_that_cannot_is_asked_as_a_terminal() {
        let machine = Machine::with(&["tmux"], &[("TMUX", "x"), ("SSH_TTY", "/dev/pts/1")]);
        assert_eq!(machine.copy(Ways::default(), "客诉"), Prepared::Done(Ok(Route::Tmux)));
        assert_eq!(machine.got(), "客诉".as_bytes());
        machine.script("tmux", "echo 'unknown flag -w' >&2; exit 1");
        let none = Machine::with(&[], &[("TMUX", "x")]);
        for prepared in [machine.copy(Ways::default(), "a"), none.copy(Ways::default(), "a")] {
            assert!(matches!(prepared, Prepared::Terminal(Route::Tmux, _)), "{prepared:?}");
        }
    }

    #[test]
    fn a_tool_that_is_set_is_used_everywhere_and_its_failure_is_seen() {
        let machine = Machine::with(&["mine"], &[("SSH_TTY", "x")]);
        let mine = machine.folder.path().join("mine").to_string_lossy().into_owned();
        let ways = |command: &[&str]| Ways {
            route: CopyRoute::Command,
            command: command.iter().map(|&word| word.to_owned()).collect(),
            ..Ways::default()
        };
        assert_eq!(machine.copy(ways(&[&mine, "-x"]), "text"), by("mine"));
        assert_eq!(machine.got(), b"text");
        machine.script("mine", "echo 'no display' >&2; exit 4");
        let failed = said(machine.copy(ways(&[&mine]), "text"));
        assert!(failed.contains("not copied: `mine`: it ended with code 4: no display"), "{failed}");
        let gone = said(machine.copy(ways(&["/no/such/tool"]), "text"));
        assert!(gone.contains("`tool`: there is no such command"), "{gone}");
    }

    #[test]
    fn to_a_file_and_what_no_terminal_takes_as_well() {
        let machine = Machine::with(&[], &[]);
        let path = machine.folder.path().join("outbox").join(FILE);
        let to_file = Ways { route: CopyRoute::File, ..Ways::default() };
        let short = Prepared::Done(Ok(Route::File { path: path.clone(), too_long: false }));
        assert_eq!(machine.copy(to_file, "short"), short);
        let own = machine.folder.path().join("own.txt");
        let set = Ways { file: Some(own.clone()), ..Ways::default() };
        let long = "长".repeat(MAX_BYTES / 3 + 1);
        let told = Prepared::Done(Ok(Route::File { path: own.clone(), too_long: true }));
        assert_eq!(machine.copy(set, &long), told);
        assert_eq!(fs::read_to_string(path).unwrap(), "short");
        assert_eq!(fs::read_to_string(own).unwrap(), long);
    }
}
