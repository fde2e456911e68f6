//! kesu 客诉: a keyboard-driven workbench for clearing Amazon customer complaints.

pub mod demo;
pub mod domain;
pub mod i18n;
pub mod import;
pub mod problem;
pub mod reply;
pub mod safe_text;
pub mod store;
pub mod triage;
pub mod tui;
