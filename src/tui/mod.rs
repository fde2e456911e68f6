//! The workbench: keys become actions, actions change the state and ask for jobs, views draw the state.
//!
//! ```text
//! key ─ keymap::action ─ App::input ─┬─ state            jobs ─ job::perform (the thread that owns the store)
//!                                    └─ Effect::Work ────┘  └─ Done ─ App::input
//! ```

pub mod app;
pub mod clipboard;
pub mod draft;
pub mod editor;
pub mod job;
pub mod keymap;
pub mod runtime;
pub mod screens;
pub mod theme;
pub mod widgets;

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use crate::config;
use crate::domain::clock::Policy;
use crate::folders::Folders;
use crate::i18n::Lang;
use crate::problem::Problem;
use crate::store::{Filter, Store};
use runtime::{Ending, Setting};
use theme::Theme;

/// How long an action waits while another kesu writes. A draft may stand behind one, and has to be on disk within a
/// second of typing and before the exit after a hang-up.
const PATIENCE: Duration = Duration::from_millis(700);

/// What the workbench is opened with.
pub struct Options {
    /// The language of the interface.
    pub lang: Lang,
    /// With colours.
    pub colour: bool,
    /// The names of the clocks.
    pub policy: Policy,
    /// What is wrong with the operator's own clocks: said at the start.
    pub problem: Option<Problem>,
    /// Where the data is: said after a panic.
    pub data: PathBuf,
    /// A fixed clock, for replays.
    pub now: Option<Timestamp>,
}

/// Opens the workbench on a store and stays until the operator leaves. `kesu` is called without a terminal? Say so with
/// [`runtime::require_terminal`] before the store is opened.
///
/// # Errors
/// The first page cannot be read, or the terminal cannot be set up.
pub fn run(store: Store, options: Options) -> Result<Ending, Problem> {
    let fixed = options.now;
    let clock = move || fixed.unwrap_or_else(Timestamp::now);
    let size = runtime::size();
    let rows = store.queue(None, app::first_page((size.width, size.height)), &Filter::default(), clock())?;
    let last = store.last_event()?;
    let theme = Theme::new(options.colour);
    let desk = app::App::new(options.lang, theme, options.policy, (size.width, size.height), rows, last)
        .with_problem(options.problem.as_ref())
        .with_outbox(options.data.parent().map(|folder| folder.join("outbox")))
        .with_settings(Folders::find().ok().map(|folders| folders.config.join(config::FILE)));
    let work = job::Worker { store: store.waiting_at_most(PATIENCE), clock: Box::new(clock) };
    runtime::run(desk, work, Setting { clock: Box::new(clock), data: options.data, lang: options.lang })
}
