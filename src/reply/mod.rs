//! Replies: templates, the rules they must keep, the language they are written in, and what the history says of them.

pub mod diff;
pub mod history;
pub mod language;
pub mod limits;
pub mod quote;
pub mod review;
pub mod rules;
pub mod template;
