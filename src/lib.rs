//! kesu 客诉: a keyboard-driven workbench for clearing Amazon customer complaints.

pub mod cli;
pub mod demo;
pub mod domain;
pub mod folders;
pub mod i18n;
pub mod import;
pub mod intake;
pub mod problem;
pub mod reply;
pub mod safe_text;
pub mod store;
pub mod triage;
pub mod tui;
