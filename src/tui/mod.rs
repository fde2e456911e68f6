//! The workbench: keys become actions, actions change the state and ask for jobs, views draw the state.
//!
//! ```text
//! key ─ keymap::action ─ App::input ─┬─ state            jobs ─ job::perform (the thread that owns the store)
//!                                    └─ Effect::Work ────┘  └─ Done ─ App::input
//! ```

pub mod app;
pub mod clipboard;
pub mod job;
pub mod keymap;
pub mod runtime;
pub mod screens;
pub mod theme;
pub mod widgets;
