//! The page of handling time.

use super::PageLine;
use crate::domain::handling::Handling;
use crate::domain::view::Listed;
use crate::tui::widgets::Context;

/// What stands behind the figures.
pub(super) fn figures(times: &Handling) -> Vec<Listed> {
    vec![Listed { name: ["answered".to_owned(), "已回复".to_owned()], cases: times.answered.clone() }]
}

/// Its lines.
pub(super) fn lines(times: &Handling, cx: &Context<'_>, _width: usize) -> Vec<PageLine> {
    vec![PageLine::of(0, format!(" {} {}", cx.lang.pick("answered", "已回复"), times.answered.len()))]
}
