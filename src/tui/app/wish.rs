//! What is waited for: a case that is on its way, what was typed ahead of it, and the line that says what happened.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

/// What a case that is being loaded is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Show,
    Reply,
    Template,
    Offer,
    Buyer,
    Note,
    Notes,
    Paths,
    Replies,
    Compare,
}

/// A case that is on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) ticket: u64,
    pub(super) then: Then,
}

/// What was typed before the case it is meant for was there.
#[derive(Debug)]
pub(super) enum Ahead {
    Key(KeyEvent),
    Paste(String),
}

/// The line above the footer.
#[derive(Debug)]
pub(super) struct Notice {
    /// English, Chinese; untrusted.
    pub(super) text: [String; 2],
    /// News fades; a refusal or failure (`None`) stays until a key.
    pub(super) until: Option<Timestamp>,
}
