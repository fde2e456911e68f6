//! The steps of a text that can be undone and done again: what stood there, what stands there now.

use std::collections::VecDeque;

use super::sheet::Place;

/// Steps that are kept.
const MOST: usize = 10_000;
/// Bytes that they may take; the newest step is kept whatever it takes.
const MOST_BYTES: usize = 64 << 20;

/// One change, whatever made it: a typed letter, a paste, a text that came back from the editor.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) at: Place,
    pub(super) removed: String,
    pub(super) added: String,
    /// Where the caret was before.
    pub(super) caret: Place,
}

impl Step {
    fn bytes(&self) -> usize {
        self.removed.len() + self.added.len()
    }
}

#[derive(Debug, Default)]
pub(super) struct Steps {
    past: VecDeque<Step>,
    future: Vec<Step>,
    bytes: usize,
}

impl Steps {
    /// A new step: what was undone before it cannot be done again.
    pub(super) fn push(&mut self, step: Step) {
        self.bytes -= self.future.drain(..).map(|step| step.bytes()).sum::<usize>();
        self.bytes += step.bytes();
        self.past.push_back(step);
        while self.past.len() > MOST || (self.bytes > MOST_BYTES && self.past.len() > 1) {
            let gone = self.past.pop_front();
            self.bytes -= gone.map_or(0, |step| step.bytes());
        }
    }

    /// The step to take back.
    pub(super) fn back(&mut self) -> Option<&Step> {
        let step = self.past.pop_back()?;
        self.future.push(step);
        self.future.last()
    }

    /// The step to do again.
    pub(super) fn on(&mut self) -> Option<&Step> {
        let step = self.future.pop()?;
        self.past.push_back(step);
        self.past.back()
    }
}
