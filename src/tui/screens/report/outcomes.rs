//! The page of outcomes.

use super::{PageLine, cell, number};
use crate::domain::outcome::Outcomes;
use crate::domain::view::Listed;
use crate::i18n::{Lang, Text};
use crate::tui::widgets::Context;

/// What stands behind the figures.
pub(super) fn figures(outcomes: &Outcomes) -> Vec<Listed> {
    let figure = |(outcome, cases): (&crate::domain::Outcome, &Vec<crate::domain::CaseId>)| Listed {
        name: [Lang::En, Lang::Zh].map(|lang| Text::from(*outcome).in_lang(lang).to_owned()),
        cases: cases.clone(),
    };
    outcomes.ended.iter().map(figure).collect()
}

/// Its lines.
pub(super) fn lines(outcomes: &Outcomes, cx: &Context<'_>, _width: usize) -> Vec<PageLine> {
    let line = |(at, (outcome, cases)): (usize, (&crate::domain::Outcome, &Vec<crate::domain::CaseId>))| {
        PageLine::of(at, format!(" {}{}", cell(cx.t(*outcome), 20), number(&cases.len().to_string(), 7)))
    };
    outcomes.ended.iter().enumerate().map(line).collect()
}
