//! A draft on its way to the disk: kept within a second of being typed, asked for again where the disk refused.

use jiff::{SignedDuration, Timestamp};

use crate::problem::Problem;

/// A draft is handed over this long after the first change that the disk lacks.
const KEEP_AFTER: SignedDuration = SignedDuration::from_millis(150);
/// After a failure the next attempt waits this long.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(2);

/// What a form waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// The draft is on its way; then it closes.
    Leave,
    /// The whole is on its way to where it belongs; then it closes.
    Save,
}

/// What Esc comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leave<T> {
    /// Everything is kept: the form closes.
    Close,
    /// It closes once the draft on its way is there.
    Wait,
    /// It closes once this draft is kept.
    Keep(T),
}

/// What the disk has of a form, and what is on its way there.
#[derive(Debug)]
pub struct Draft<T> {
    kept: T,
    asked: Option<T>,
    keep_at: Option<Timestamp>,
    waiting: Option<Waiting>,
    /// Why the disk or the store refused, until something is typed.
    pub problem: Option<Problem>,
}

impl<T: Clone + PartialEq> Draft<T> {
    /// The draft of a form that opens with what the disk has.
    #[must_use]
    pub const fn new(kept: T) -> Self {
        Self { kept, asked: None, keep_at: None, waiting: None, problem: None }
    }

    /// Something was typed.
    pub fn changed(&mut self, now: Timestamp) {
        self.keep_at.get_or_insert(now + KEEP_AFTER);
    }

    /// When the draft has to be kept.
    #[must_use]
    pub const fn keep_at(&self) -> Option<Timestamp> {
        self.keep_at
    }

    /// Nothing has to be kept any more.
    pub const fn rest(&mut self) {
        self.keep_at = None;
    }

    /// What the disk has, as far as it has answered.
    #[must_use]
    pub const fn kept(&self) -> &T {
        &self.kept
    }

    /// The draft to keep now, if the disk lacks it.
    pub fn keep(&mut self, typed: T) -> Option<T> {
        self.keep_at = None;
        if self.waiting == Some(Waiting::Save) || typed == *self.asked.as_ref().unwrap_or(&self.kept) {
            return None;
        }
        self.asked = Some(typed.clone());
        Some(typed)
    }

    /// The disk has this draft. Returns whether the form closes now.
    pub fn is_kept(&mut self, typed: T) -> bool {
        self.is_joined(&typed.clone(), typed);
        self.waiting == Some(Waiting::Leave) && self.asked.is_none()
    }

    /// The disk has `both` where `typed` was on its way there: others wrote as well.
    pub fn is_joined(&mut self, typed: &T, both: T) {
        if self.asked.as_ref() == Some(typed) {
            self.asked = None;
        }
        self.kept = both;
    }

    /// This draft goes along with the whole: it needs no keeping any more.
    pub fn hand_over(&mut self, typed: T) -> T {
        self.keep_at = None;
        self.asked = Some(typed.clone());
        typed
    }

    /// Whether the disk has what was typed.
    #[must_use]
    pub const fn is_saved(&self) -> bool {
        self.keep_at.is_none() && self.asked.is_none()
    }

    /// Whether the disk has nothing but this, and nothing else is on its way there.
    #[must_use]
    pub fn has_only(&self, saved: &T) -> bool {
        self.asked.is_none() && self.kept == *saved
    }

    /// The disk or the store refused; the form stays with the reason and tries again.
    pub fn refuse(&mut self, problem: Problem, now: Timestamp) {
        self.problem = Some(problem);
        self.retry(now);
    }

    /// The same where the reason is shown elsewhere.
    pub fn retry(&mut self, now: Timestamp) {
        self.waiting = None;
        self.asked = None;
        self.keep_at = Some(now + RETRY_AFTER);
    }

    /// Esc: nothing typed is lost by it.
    pub fn leave(&mut self, typed: T) -> Leave<T> {
        let leave = match self.keep(typed) {
            Some(typed) => Leave::Keep(typed),
            None if self.asked.is_some() => Leave::Wait,
            None => return Leave::Close,
        };
        self.waiting = Some(Waiting::Leave);
        leave
    }

    /// The whole is handed over; `false` while something is on its way already.
    pub const fn save(&mut self) -> bool {
        if self.waiting.is_some() {
            return false;
        }
        self.keep_at = None;
        self.waiting = Some(Waiting::Save);
        true
    }

    /// Whether something was handed over and the keys wait for it.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }
}
