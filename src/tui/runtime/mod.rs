//! The workbench's threads and their terminal: the only place that knows tokio.
//!
//! ```text
//!  keys ──strokes──▶          ──jobs──▶ worker (owns the store)
//!                    main: Desk
//!  signals, alarm ─▶          ──frames─▶ writer (owns the terminal's output)
//! ```
//!
//! The main thread changes state and draws into memory; it never waits for a disk or a terminal. While the writer is
//! busy nothing is drawn; when it is done the last state is. While nothing changes nothing runs.

mod alarm;
mod editor;
mod errands;
pub mod interrupt;
mod keys;
mod leave;
mod screen;
mod session;
mod signals;
mod worker;
mod writer;

use std::path::PathBuf;

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Size;

use super::clipboard::Route;
use super::clipboard::ways::Wish;
use crate::i18n::Lang;
use crate::out::command::{Errand, Failure};
use crate::problem::Problem;
pub use screen::{require_terminal, size};
pub use session::run;

/// What comes to the desk, one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input<D> {
    /// A key went down.
    Key(KeyEvent),
    /// Text was pasted: all of it at once, line breaks as `\n`, otherwise raw.
    Paste(String),
    /// The screen has this size now. Comes once before the first frame.
    Resize(Size),
    /// The worker has done a job, or reports how far it is.
    Done(D),
    /// The text of this number was handed to the terminal for its clipboard, to a tool or a file, or why not.
    Copied(u64, Result<Route, Problem>),
    /// The command of this number has ended: what it gave back, or why nothing.
    Ran(u64, Result<Vec<u8>, Failure>),
    /// The text as the operator's editor left it, or why the one before stays.
    Edited(Result<String, Problem>),
    /// The moment that [`Desk::wake_at`] named has come, or the clock was set. By the steady clock: what waited for this
    /// moment is due, whatever the wall clock says.
    Wake,
    /// The last input, on every way out. The effects it returns are still performed if they are [`Effect::Work`]:
    /// whatever is unsaved belongs there, also what an earlier job may already be saving. After a signal or a closed
    /// terminal they have 1.6 seconds behind the job under way, so a long job should be told to stop here; what is not
    /// performed by then goes to [`Work::rescuer`].
    Leaving,
}

/// What a desk wants done outside of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect<J> {
    /// A job for the worker. Jobs are performed in order.
    Work(J),
    /// Put this text into the clipboard; [`Input::Copied`] follows.
    Copy(Box<Wish>),
    /// Run this command of the operator's beside everything else; [`Input::Ran`] follows.
    Run(Errand),
    /// Stop the command of this number; [`Input::Ran`] says so.
    Stop(u64),
    /// Open this text in the operator's editor; [`Input::Edited`] follows.
    Edit(String),
    /// End the workbench.
    Quit,
}

/// The state of the workbench: takes inputs, draws itself, touches nothing outside.
pub trait Desk {
    /// What the worker is told.
    type Job: Clone + Send + 'static;
    /// What the worker tells.
    type Done: Send + 'static;

    /// Applies one input. `now` is the wall clock; on [`Input::Wake`] never before the moment asked for.
    fn input(&mut self, input: Input<Self::Done>, now: Timestamp) -> Vec<Effect<Self::Job>>;

    /// Draws the whole screen. Called after inputs, never in between.
    fn draw(&self, frame: &mut Frame<'_>, now: Timestamp);

    /// The next moment at which something shown changes or a draft must be saved; `None` when nothing will by itself.
    /// Asked after every input. A moment that stays wanted should stay the same timestamp.
    fn wake_at(&self, now: Timestamp) -> Option<Timestamp>;

    /// The title of the terminal's window.
    fn title(&self) -> String;
}

/// What the worker thread does. It owns the store.
pub trait Work: Send + 'static {
    /// What it is told.
    type Job: Send + 'static;
    /// What it tells.
    type Done: Send + 'static;

    /// Performs one job. A long one calls `report` on the way, as often as it likes.
    fn perform(&mut self, job: Self::Job, report: &dyn Fn(Self::Done)) -> Self::Done;

    /// What is done on the way out, on the main thread, with the jobs of [`Input::Leaving`] that the worker has not come
    /// to: it hangs on a slow disk, or broke. Nothing there may wait for what the worker may hold, or for a disk.
    fn rescuer(&self) -> Box<dyn Fn(Self::Job, Timestamp)>;
}

/// What the runtime needs to know beside the desk and its worker.
pub struct Setting {
    /// The wall clock; a fixed one for tests and replays.
    pub clock: Box<dyn Fn() -> Timestamp>,
    /// Where the data is: said after a panic.
    pub data: PathBuf,
    /// The language of what is said after a panic.
    pub lang: Lang,
}

/// How the workbench ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The operator quit.
    Quit,
    /// A signal asked for it: its number.
    Signal(i32),
    /// The terminal was closed.
    Gone,
    /// A bug: the panic was reported, what could be saved is.
    Panicked,
}

impl Ending {
    /// The exit code of the process, as shells expect it.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(2) => 130,
            Self::Signal(15) => 143,
            Self::Signal(_) | Self::Gone => 129,
            Self::Panicked => 101,
        }
    }
}
