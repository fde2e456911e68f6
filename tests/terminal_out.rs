//! The operator's own commands under the shipped program in a pseudo-terminal: the store and quitting do not wait for them,
//! and they are gone with it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/pty.rs"]
mod pty;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use pty::{PATIENCE, Pty};
use rustix::process::{Pid, Signal, test_kill_process};

const KESU: &str = env!("CARGO_BIN_EXE_kesu");

/// The workbench on invented cases, with settings.
struct Shop {
    pty: Pty,
    folder: tempfile::TempDir,
}

impl Shop {
    fn open(settings: impl Fn(&Path) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("kesu");
        fs::create_dir_all(&config).unwrap();
        fs::write(config.join("config.toml"), settings(folder.path())).unwrap();
        let db = folder.path().join("shop.db");
        let args = ["--lang", "en", "--db", db.to_str().unwrap()];
        let made = Command::new(KESU).args(args).args(["demo", "--cases", "30"]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let home = folder.path().as_os_str();
        let env = [("HOME", home), ("XDG_DATA_HOME", home), ("XDG_CONFIG_HOME", home)];
        let pty = Pty::spawn(KESU, &args, &env, (24, 100));
        pty.wait_for("enter open").wait_for("clocks:");
        Self { pty, folder }
    }

    /// A process that the command has started and named in a file.
    fn child(&self) -> Pid {
        let file = self.folder.path().join("pid");
        until(|| file.exists());
        let pid: i32 = fs::read_to_string(file).unwrap().trim().parse().unwrap();
        Pid::from_raw(pid).unwrap()
    }
}

fn until(done: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "it did not come");
        thread::yield_now();
    }
}

/// Gone, or dead and only not yet asked about.
fn is_gone(process: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).unwrap_or_default();
    let state = stat.rsplit(')').next().unwrap_or_default().trim_start();
    test_kill_process(process).is_err() || state.starts_with('Z')
}

/// A command that starts another one, names it, and never ends.
fn endless(folder: &Path) -> String {
    let pid: PathBuf = folder.join("pid");
    let script = format!("sleep 600 & echo $! > {0}.new; mv {0}.new {0}; wait", pid.display());
    format!("['sh', '-c', '{script}']")
}

#[test]
fn quitting_does_not_wait_for_a_command_and_ends_all_it_started() {
    let settings = |folder: &Path| format!("[hooks.draft]\ncommand = {}\ntimeout = '10m'\n", endless(folder));
    for how in ["key", "signal"] {
        let mut shop = Shop::open(settings);
        shop.pty.send("rHello there").wait_for("Hello there").wait_for("saved");
        shop.pty.send("\u{1b}g").wait_for("running for 0 s, at most 600 s");
        let child = shop.child();
        assert!(!is_gone(child));
        match how {
            "key" => drop(shop.pty.send("\u{1b}[24~")),
            _ => shop.pty.signal(Signal::TERM),
        }
        assert_eq!(shop.pty.end().0, if how == "key" { 0 } else { 143 });
        assert!(shop.pty.modes_are_restored());
        until(|| is_gone(child));
    }
}

#[test]
fn the_store_goes_on_while_a_command_works_and_esc_stops_it() {
    let settings = |folder: &Path| format!("[hooks]\ndraft = {}\n", endless(folder));
    let mut shop = Shop::open(settings);
    shop.pty.send("rHello there").wait_for("Hello there");
    shop.pty.send("\u{1b}g").wait_for("running for");
    let child = shop.child();
    // What was typed before is on disk although the command has not ended; the seconds move.
    shop.pty.wait_for("saved").wait_for("running for 1 s");
    shop.pty.send("\u{1b}").wait_for("F6 mark sent");
    until(|| is_gone(child));
    shop.pty.send("!").wait_for("Hello there!");
    shop.pty.send("\u{1b}[24~");
    assert_eq!(shop.pty.end().0, 0);
}

#[test]
fn a_tool_copies_in_place_of_the_terminal_and_one_that_hangs_is_given_up() {
    let got = |folder: &Path| folder.join("got").display().to_string();
    let settings = |folder: &Path| format!("[copy]\ncommand = ['sh', '-c', 'cat > {}']\n", got(folder));
    let mut shop = Shop::open(settings);
    shop.pty.send("rHello there\u{1b}[15~").wait_for("copied by sh");
    assert_eq!(fs::read_to_string(shop.folder.path().join("got")).unwrap(), "Hello there");
    assert!(!shop.pty.raw().contains("\u{1b}]52;"));
    shop.pty.send("\u{1b}[24~");
    assert_eq!(shop.pty.end().0, 0);

    let settings = |folder: &Path| format!("[copy]\ncommand = {}\n", endless(folder));
    let mut shop = Shop::open(settings);
    shop.pty.send("rHello there\u{1b}[15~").wait_for("copying");
    let child = shop.child();
    shop.pty.send(" again").wait_for("Hello there again").wait_for("no answer within 5 s");
    until(|| is_gone(child));
    shop.pty.send("\u{1b}[24~");
    assert_eq!(shop.pty.end().0, 0);
}
