//! What a complaint is about: from reason codes, else from the buyer's words.

mod cut;
pub mod learned;
mod near;
mod phrases;
mod quoted;
pub mod reason;
pub mod words;
