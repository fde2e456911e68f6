//! What leaves kesu beside the screen: the operator's own commands, mails for his mail program, files.
//!
//! Nothing here is started by itself, nothing waits for ever, and nothing outlives the workbench that it started, a
//! clipboard tool that keeps the copied text apart.

pub mod command;
pub mod hook;
pub mod letter;
pub mod outbox;
pub mod post;
pub mod whole;
