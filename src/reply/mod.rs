//! Replies: templates, the rules they must keep, the language they are written in, and what the history says of them.

pub mod history;
pub mod language;
pub mod rules;
pub mod template;
