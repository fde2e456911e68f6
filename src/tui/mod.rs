//! The workbench.

pub mod clipboard;
pub mod runtime;
