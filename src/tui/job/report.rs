//! What the report asks of the store: one page at a time.

use jiff::Timestamp;

use super::Done;
use crate::domain::handling::Handling;
use crate::domain::outcome::Outcomes;
use crate::domain::rates::Rates;
use crate::domain::report::{Page, Period, Window};
use crate::problem::Problem;
use crate::store::Store;

/// What a page shows.
#[derive(Debug)]
pub enum Sheet {
    /// How cases ended.
    Outcomes(Box<Outcomes>),
    /// How long they took.
    Time(Box<Handling>),
    /// How often orders are complained of.
    Rates(Box<Rates>),
}

/// Reads a page.
pub(super) fn perform(store: &Store, page: Page, period: Period, now: Timestamp) -> Result<Done, Problem> {
    let window = Window::until(now, period);
    let sheet = match page {
        Page::Outcomes => Sheet::Outcomes(Box::new(store.outcomes(window)?)),
        Page::Time => Sheet::Time(Box::new(store.handling(window)?)),
        Page::Rates => Sheet::Rates(Box::new(store.rates(None, period, now)?)),
    };
    Ok(Done::Report(page, period, sheet))
}
