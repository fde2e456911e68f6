//! What is waited for: a case that is on its way, and what was typed ahead of it.

use crossterm::event::KeyEvent;

/// What a case that is being loaded is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// In place of what is on screen.
    Show,
    /// To be looked at; a step back leads to what is on screen.
    Visit,
    Reply,
    /// The reply that was left on the way here.
    Resume,
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
