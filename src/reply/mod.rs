//! Replies: templates, and the language they are written in.

pub mod language;
pub mod template;
