//! The queue: open cases by the clock that runs out next. The start screen.

mod view;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::CaseId;
use crate::domain::view::{CaseFile, Filter, QueueKey, Summary};
use crate::i18n::until_change;
use crate::tui::widgets::scroll_for;
pub use view::{header, list_height, view};

/// Lines asked for at a time after the first screen.
const PAGE: usize = 200;
/// Whole cases kept for the preview.
const PEEKS: usize = 8;

/// State of the queue.
#[derive(Debug, Default)]
pub struct Queue {
    /// The lines read so far, in order.
    rows: Vec<Summary>,
    /// There are no more lines than these.
    complete: bool,
    /// A page is on its way.
    asked: bool,
    selected: usize,
    marked: BTreeSet<CaseId>,
    /// What the lines are narrowed to.
    pub filter: Filter,
    /// Cases at the cursor, read whole for the preview: the last ones read come last. The flag: still as in the store.
    peeks: Vec<(bool, Box<CaseFile>)>,
    /// The last line is wanted as soon as everything is read.
    to_the_end: bool,
}

impl Queue {
    /// The queue with its first page.
    #[must_use]
    pub fn new(rows: Vec<Summary>, complete: bool) -> Self {
        Self { rows, complete, ..Self::default() }
    }

    /// A queue of which nothing is read yet.
    #[must_use]
    pub fn narrowed(filter: Filter) -> Self {
        Self { filter, ..Self::default() }
    }

    /// The selected case.
    #[must_use]
    pub fn current(&self) -> Option<&Summary> {
        self.rows.get(self.selected)
    }

    /// The marked cases, else the selected one.
    #[must_use]
    pub fn chosen(&self) -> Vec<CaseId> {
        if self.marked.is_empty() {
            self.current().map(|row| row.id).into_iter().collect()
        } else {
            self.marked.iter().copied().collect()
        }
    }

    /// Whether any line is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many cases are marked.
    #[must_use]
    pub fn marked(&self) -> usize {
        self.marked.len()
    }

    /// Takes the marks off; says whether there were any.
    pub fn unmark(&mut self) -> bool {
        let any = !self.marked.is_empty();
        self.marked.clear();
        any
    }

    /// Marks or unmarks the selected case and goes to the next.
    pub fn mark(&mut self) {
        if let Some(id) = self.current().map(|row| row.id) {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.step(1);
        }
    }

    /// Moves the cursor by lines; stops at either end.
    pub fn step(&mut self, lines: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(lines).min(last);
        self.to_the_end = false;
    }

    /// Moves the cursor to the first or last line.
    pub fn jump(&mut self, end: bool) {
        self.selected = if end { self.rows.len().saturating_sub(1) } else { 0 };
        self.to_the_end = end && !self.complete;
    }

    /// The next page to ask for, when the cursor comes near the end of what is read.
    pub fn wanted(&mut self, height: usize) -> Option<(Option<QueueKey>, usize)> {
        let near = self.selected + 2 * height >= self.rows.len();
        if self.complete || self.asked || !(near || self.to_the_end) {
            return None;
        }
        self.asked = true;
        let limit = if self.to_the_end { 5_000 } else { PAGE };
        Some((self.rows.last().map(Summary::key), limit))
    }

    /// What to ask for to read everything anew without losing the place.
    pub fn again(&mut self, height: usize) -> usize {
        self.asked = true;
        self.rows.len().max(2 * height).max(40)
    }

    /// Takes a page in. A page from the start replaces what was there; the cursor stays on its case.
    pub fn take(&mut self, after: Option<QueueKey>, rows: Vec<Summary>, last: bool) {
        self.asked = false;
        if after.is_none() {
            let on = self.current().map(|row| row.id);
            self.rows = rows;
            self.forget();
            let place = on.and_then(|id| self.rows.iter().position(|row| row.id == id));
            self.selected = place.unwrap_or(self.selected).min(self.rows.len().saturating_sub(1));
            let ids: BTreeSet<CaseId> = self.rows.iter().map(|row| row.id).collect();
            self.marked.retain(|id| ids.contains(id));
        } else if self.rows.last().map(Summary::key) == after {
            // A line whose time moved on while the pages were read is there already.
            let ids: BTreeSet<CaseId> = self.rows.iter().map(|row| row.id).collect();
            self.rows.extend(rows.into_iter().filter(|row| !ids.contains(&row.id)));
        } else {
            // It was asked for before the queue was read anew.
            return;
        }
        self.complete = last;
        if self.to_the_end {
            self.selected = self.rows.len().saturating_sub(1);
            self.to_the_end = !last;
        }
    }

    /// What is known of a case that was near the cursor.
    #[must_use]
    pub fn peeked(&self, case: CaseId) -> Option<&CaseFile> {
        self.peeks.iter().find(|(_, file)| file.summary.id == case).map(|(_, file)| file.as_ref())
    }

    /// A page could not be read: the next key asks again.
    pub fn not_read(&mut self) {
        self.asked = false;
    }

    /// Takes in a case as it is now: archived ones leave, the others keep their place.
    pub fn update(&mut self, case: &Summary) {
        let Some(at) = self.rows.iter().position(|row| row.id == case.id) else { return };
        if case.state == crate::domain::case::State::Open {
            self.rows[at] = case.clone();
        } else {
            self.remove(case.id);
        }
        // It may stand among the buyer's other cases of any preview.
        self.forget();
    }

    /// Takes a line out; the cursor stays on its case.
    pub fn remove(&mut self, id: CaseId) {
        let Some(at) = self.rows.iter().position(|row| row.id == id) else { return };
        self.rows.remove(at);
        self.marked.remove(&id);
        if at < self.selected {
            self.selected -= 1;
        }
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
    }

    /// Puts the cursor on a case, if it is there.
    pub fn select(&mut self, id: CaseId) {
        if let Some(at) = self.rows.iter().position(|row| row.id == id) {
            self.selected = at;
        }
    }

    /// The case before or after another in the order of the queue.
    #[must_use]
    pub fn beside(&self, id: CaseId, forward: bool) -> Option<CaseId> {
        let at = self.rows.iter().position(|row| row.id == id)?;
        let next = if forward { at + 1 } else { at.checked_sub(1)? };
        self.rows.get(next).map(|row| row.id)
    }

    /// The next case to read whole: the one under the cursor, then those beside it, so that a step finds its preview
    /// there.
    #[must_use]
    pub fn unread(&self) -> Option<CaseId> {
        let near = [Some(self.selected), self.selected.checked_add(1), self.selected.checked_sub(1)];
        let mut near = near.into_iter().flatten().filter_map(|at| self.rows.get(at)).map(|row| row.id);
        near.find(|id| !self.peeks.iter().any(|(fresh, file)| *fresh && file.summary.id == *id))
    }

    /// Takes in a whole case for the preview.
    pub fn read(&mut self, file: Box<CaseFile>) {
        self.peeks.retain(|(_, known)| known.summary.id != file.summary.id);
        if self.peeks.len() == PEEKS {
            self.peeks.remove(0);
        }
        self.peeks.push((true, file));
    }

    /// Something changed: every preview is read anew, and shown as it was until then.
    pub fn forget(&mut self) {
        for (fresh, _) in &mut self.peeks {
            *fresh = false;
        }
    }

    /// The case under the cursor, read whole.
    fn peek(&self) -> Option<&CaseFile> {
        let id = self.current()?.id;
        self.peeks.iter().find(|(_, file)| file.summary.id == id).map(|(_, file)| file.as_ref())
    }

    /// When a time on screen reads differently.
    #[must_use]
    pub fn next_change(&self, now: Timestamp, height: usize) -> Option<SignedDuration> {
        let top = scroll_for(self.selected, height, self.rows.len());
        let shown = self.rows.iter().skip(top).take(height);
        shown.filter_map(|row| row.due).map(|due| until_change(now, due)).min()
    }
}
