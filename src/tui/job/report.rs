//! What the report asks of the store: one page at a time.

use std::path::Path;

use jiff::Timestamp;

use super::Done;
use crate::config;
use crate::domain::handling::Handling;
use crate::domain::handling::Sitting;
use crate::domain::outcome::figures::Outcomes;
use crate::domain::rates::Rates;
use crate::domain::report::{Page, Period, Window};
use crate::domain::{Outcome, event};
use crate::i18n::Lang;
use crate::problem::Problem;
use crate::reply::history::deed_words;
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

/// Keeps how long a case was worked on. A failure is nothing the operator could mend now: it is told again with the next one.
pub(super) fn sit(store: &mut Store, sitting: Sitting) -> Done {
    let kept = store.keep_sitting(&sitting).unwrap_or(false);
    Done::Sat(sitting, kept)
}

/// Reads the rules of the report; where the own ones have a mistake, those that ship stay.
pub(super) fn rules(store: &mut Store, folder: &Path) -> Done {
    let own = config::report(folder);
    if let Ok(policy) = &own {
        store.use_report(policy.clone());
    }
    Done::Rules(own.map(Box::new))
}

/// What the news line says when an outcome is noted.
pub(super) fn noted(outcome: Outcome, lang: Lang) -> String {
    deed_words(&event::Deed::OutcomeNoted { outcome }, lang)
}
