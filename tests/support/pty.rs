//! A program in a pseudo-terminal: keys in, the screen as a person sees it out.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// Longer than anything takes here, also on a machine whose disk is busy with a build; a test that waits for it has
/// failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A program running in its own terminal. Killed when dropped.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    shared: Arc<Shared>,
    modes_before: String,
}

struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

struct Seen {
    screen: vt100::Parser,
    raw: Vec<u8>,
    /// The terminal takes no output.
    stalled: bool,
    /// The terminal is being closed.
    closing: bool,
    /// Nothing more will come.
    ended: bool,
}

impl Pty {
    /// Starts a program in a terminal of `rows` × `columns`.
    pub fn spawn(
        program: impl AsRef<OsStr>,
        args: &[&str],
        env: &[(&str, &OsStr)],
        (rows, columns): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let modes_before = format!("{:?}", pair.master.get_termios().unwrap());
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env("TERM", "xterm-256color");
        for name in [
            "TMUX",
            "STY",
            "VISUAL",
            "EDITOR",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "WSL_DISTRO_NAME",
            "WSL_INTEROP",
        ] {
            command.env_remove(name);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let screen = vt100::Parser::new(cells(rows), cells(columns), 0);
        let seen = Seen { screen, raw: Vec::new(), stalled: false, closing: false, ended: false };
        let shared = Arc::new(Shared { seen: Mutex::new(seen), changed: Condvar::new() });
        let theirs = Arc::clone(&shared);
        thread::spawn(move || watch(reader, &theirs));
        Self { child, master: Some(pair.master), keys: Some(keys), shared, modes_before }
    }

    /// Types these bytes.
    pub fn send(&mut self, keys: &str) -> &mut Self {
        let out = self.keys.as_mut().expect("the terminal is open");
        out.write_all(keys.as_bytes()).unwrap();
        out.flush().unwrap();
        self
    }

    /// Waits until the screen holds `text`.
    ///
    /// # Panics
    /// It does not within [`PATIENCE`]; says what the screen holds instead.
    pub fn wait_for(&self, text: &str) -> &Self {
        assert!(
            self.wait(|seen| seen.screen.screen().contents().contains(text)),
            "no {text:?} on\n{}",
            self.screen()
        );
        self
    }

    /// Waits until these bytes came out of the program, at any time.
    pub fn wait_for_raw(&self, bytes: &str) -> &Self {
        let found = self.wait(|seen| contains(&seen.raw, bytes.as_bytes()));
        assert!(found, "no {bytes:?} in {:?}", self.raw());
        self
    }

    fn wait(&self, found: impl Fn(&Seen) -> bool) -> bool {
        let seen = self.shared.seen.lock().unwrap();
        let (seen, _) = self
            .shared
            .changed
            .wait_timeout_while(seen, PATIENCE, |seen| !found(seen) && !seen.ended)
            .unwrap();
        found(&seen)
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.shared.seen.lock().unwrap().screen.screen().contents()
    }

    /// Everything the program wrote.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.shared.seen.lock().unwrap().raw).into_owned()
    }

    /// Whether the program is on its own screen, the shell's beneath it.
    pub fn is_on_own_screen(&self) -> bool {
        self.shared.seen.lock().unwrap().screen.screen().alternate_screen()
    }

    /// Whether the terminal's line modes are as before the program started.
    pub fn modes_are_restored(&self) -> bool {
        self.master
            .as_ref()
            .is_some_and(|master| format!("{:?}", master.get_termios().unwrap()) == self.modes_before)
    }

    /// Changes the size of the window.
    pub fn resize(&self, rows: u16, columns: u16) {
        // What looks on has an ordinary size; what the program is told may be absurd.
        if (10..500).contains(&rows) && (10..500).contains(&columns) {
            self.shared.seen.lock().unwrap().screen.screen_mut().set_size(cells(rows), cells(columns));
        }
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().expect("the terminal is open").resize(size).unwrap();
    }

    /// Lets the terminal take no more output, or go on.
    pub fn stall(&self, stalled: bool) {
        self.shared.seen.lock().unwrap().stalled = stalled;
        self.shared.changed.notify_all();
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        let pid = self.child.process_id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("it runs"), signal).unwrap();
    }

    /// Closes the terminal, as closing its window does. The program must redraw on a resize.
    pub fn hang_up(&mut self) {
        self.shared.seen.lock().unwrap().closing = true;
        // The reader sits in a read: one more frame lets it go.
        self.resize(25, 81);
        assert!(self.wait(|seen| seen.ended), "the program did not redraw");
        self.keys = None;
        self.master = None;
    }

    /// Waits for the end: the exit code and how long it took.
    pub fn end(&mut self) -> (u32, Duration) {
        let begun = Instant::now();
        let (ended, waited) = std::sync::mpsc::channel::<()>();
        let mut killer = self.child.clone_killer();
        thread::spawn(move || {
            if waited.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = killer.kill();
            }
        });
        let status = self.child.wait().unwrap();
        let took = begun.elapsed();
        drop(ended);
        assert!(took < PATIENCE, "it did not end by itself:\n{}", self.screen());
        // What it wrote last may still be on its way.
        if self.master.is_some() && !self.shared.seen.lock().unwrap().stalled {
            self.wait(|seen| seen.ended);
        }
        (status.exit_code(), took)
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        self.stall(false);
    }
}

fn watch(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let read = reader.read(&mut bytes).unwrap_or(0);
        let mut seen = shared.seen.lock().unwrap();
        seen.raw.extend_from_slice(&bytes[..read]);
        seen.screen.process(&bytes[..read]);
        let over = read == 0 || seen.closing;
        if over {
            drop(reader);
            seen.ended = true;
            shared.changed.notify_all();
            return;
        }
        shared.changed.notify_all();
        let _seen = shared.changed.wait_while(seen, |seen| seen.stalled && !seen.closing).unwrap();
    }
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap_or(NonZero::<u16>::MIN)
}

fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}
