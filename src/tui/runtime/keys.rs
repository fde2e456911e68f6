//! The key thread: reads the keyboard and nothing else, and notices when the terminal is closed.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event, KeyEvent, KeyEventKind};
use rustix::event::{PollFd, PollFlags};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// How long the key thread may take to let go of the keyboard. It is slower only in the middle of a key's sequence.
const PAUSE_WITHIN: Duration = Duration::from_millis(500);

/// What comes from the keyboard.
#[derive(Debug)]
pub(super) enum Stroke {
    Key(KeyEvent),
    /// Line breaks as `\n`.
    Paste(String),
    /// The terminal was closed.
    Gone,
}

/// The key thread, as the others see it. Dropping it ends the thread.
pub(super) struct Keyboard {
    gate: Arc<Gate>,
    wake: OwnedFd,
}

/// Where the key thread waits while another program has the keyboard.
#[derive(Default)]
struct Gate {
    state: Mutex<Pause>,
    changed: Condvar,
}

#[derive(Default)]
struct Pause {
    wanted: bool,
    reached: bool,
}

impl Keyboard {
    /// Starts the thread. `send` is called there for each stroke; `false` ends it.
    pub(super) fn start(send: impl Fn(Stroke) -> bool + Send + 'static) -> io::Result<Self> {
        let (woken, wake) = pipe_with(PipeFlags::CLOEXEC)?;
        let gate = Arc::new(Gate::default());
        let shared = Arc::clone(&gate);
        thread::Builder::new().name("keys".into()).spawn(move || {
            if !read_strokes(&woken, &shared, &send) {
                send(Stroke::Gone);
            }
        })?;
        Ok(Self { gate, wake })
    }

    /// Takes the keyboard away from the thread. `false` when it could not let go in time; then it goes on reading.
    pub(super) fn pause(&self) -> bool {
        let mut state = self.gate.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.wanted = true;
        let _ = rustix::io::write(&self.wake, &[0]);
        let wait = self.gate.changed.wait_timeout_while(state, PAUSE_WITHIN, |state| !state.reached);
        let (mut state, _) = wait.unwrap_or_else(PoisonError::into_inner);
        state.wanted = state.reached;
        state.reached
    }

    /// Gives the keyboard back.
    pub(super) fn resume(&self) {
        *self.gate.state.lock().unwrap_or_else(PoisonError::into_inner) = Pause::default();
        self.gate.changed.notify_all();
    }
}

impl Gate {
    fn wait_while_paused(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.wanted {
            state.reached = true;
            self.changed.notify_all();
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Reads until the other side ends (`true`) or the terminal is gone (`false`).
fn read_strokes(woken: &OwnedFd, gate: &Gate, send: &impl Fn(Stroke) -> bool) -> bool {
    let input = io::stdin();
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    loop {
        let mut fds = [PollFd::new(&input, PollFlags::IN), PollFd::new(woken, PollFlags::IN)];
        match rustix::event::poll(&mut fds, None) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return false,
            Ok(_) => {}
        }
        let (keys, wake) = (fds[0].revents(), fds[1].revents());
        if wake.intersects(gone) {
            return true;
        }
        if wake.contains(PollFlags::IN) {
            let mut byte = [0; 8];
            let _ = rustix::io::read(woken, &mut byte);
            gate.wait_while_paused();
            continue;
        }
        // Never read from a closed terminal: the reader below would not come back.
        if keys.intersects(gone) {
            return false;
        }
        match take_waiting(send) {
            Ok(Some(0)) => remind(),
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// Takes all strokes that wait: their number, or `None` when nobody wants them any more.
fn take_waiting(send: &impl Fn(Stroke) -> bool) -> io::Result<Option<usize>> {
    let mut taken = 0;
    while event::poll(Duration::ZERO)? {
        taken += 1;
        if let Some(stroke) = stroke(event::read()?)
            && !send(stroke)
        {
            return Ok(None);
        }
    }
    Ok(Some(taken))
}

/// Crossterm learns of input when it arrives, not that there is some: after a burst longer than its buffer it sees
/// nothing until the next key. Setting the terminal's mode anew, to what it is, makes the kernel tell it again.
fn remind() {
    let input = io::stdin();
    if let Ok(mode) = tcgetattr(input.as_fd()) {
        let _ = tcsetattr(input.as_fd(), OptionalActions::Now, &mode);
    }
    thread::yield_now();
}

fn stroke(event: Event) -> Option<Stroke> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Press => Some(Stroke::Key(key)),
        Event::Paste(text) => Some(Stroke::Paste(with_newlines(&text))),
        _ => None,
    }
}

/// Terminals send a pasted line break as the Enter key would: a carriage return.
fn with_newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    #[test]
    fn a_key_counts_when_it_goes_down_and_never_when_it_comes_up() {
        let mut key = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        assert!(matches!(stroke(Event::Key(key)), Some(Stroke::Key(pressed)) if pressed == key));
        key.kind = KeyEventKind::Release;
        assert!(stroke(Event::Key(key)).is_none());
    }

    #[test]
    fn a_paste_is_one_stroke_with_ordinary_line_breaks() {
        let pasted = stroke(Event::Paste("Guten Tag\rLieber\r\nKunde\n".into()));
        assert!(matches!(pasted, Some(Stroke::Paste(text)) if text == "Guten Tag\nLieber\nKunde\n"));
    }
}
