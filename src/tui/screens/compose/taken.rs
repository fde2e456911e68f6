//! Taking a proposal or what an editor left into the addition: one step of undo, though the text area keeps two.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;

use super::{Compose, typeable};

/// The last replacement of the whole addition.
#[derive(Debug)]
pub(super) struct Swap {
    before: String,
    after: String,
}

/// The step that a key stands for in the text area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Undo,
    Redo,
}

/// Ctrl-U undoes and Ctrl-R redoes in the text area.
pub(super) fn step(key: &KeyEvent) -> Option<Step> {
    match (key.code, key.modifiers) {
        (KeyCode::Char('u'), KeyModifiers::CONTROL) => Some(Step::Undo),
        (KeyCode::Char('r'), KeyModifiers::CONTROL) => Some(Step::Redo),
        _ => None,
    }
}

impl Compose {
    /// Takes a text at the caret.
    pub fn insert(&mut self, text: &str, now: Timestamp) {
        self.paste(text, now);
    }

    /// Takes a text in place of what was typed.
    pub fn replace(&mut self, text: &str, now: Timestamp) {
        let text = typeable(text);
        let (before, after) = (self.addition(), text.trim_end_matches('\n'));
        if after == before {
            return;
        }
        self.break_lines(after.len());
        self.area.select_all();
        self.area.insert_str(after);
        self.break_lines(0);
        // From or to an empty text the text area takes one step as it is.
        let whole = !before.is_empty() && !after.is_empty();
        self.swap = whole.then(|| Swap { before, after: after.to_owned() });
        self.changed(now);
    }

    /// After a step that began at `from`: one that stopped in the middle of a replacement goes on.
    pub(super) fn finish(&mut self, step: Step, from: &str) {
        let Some(swap) = &self.swap else { return };
        let begin = match step {
            Step::Undo => &swap.after,
            Step::Redo => &swap.before,
        };
        if self.area.is_empty() && from == begin {
            match step {
                Step::Undo => self.area.undo(),
                Step::Redo => self.area.redo(),
            };
        }
    }
}
