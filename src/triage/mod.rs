//! What a complaint is about: from reason codes, else from the buyer's words.

pub mod reason;
pub mod words;
