//! What a complaint is about: from reason codes, else from the buyer's words.

mod phrases;
mod quoted;
pub mod reason;
pub mod words;
