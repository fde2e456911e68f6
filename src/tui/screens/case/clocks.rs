//! The clocks of a case on screen: in one line, as a list, and in full with start, source and consequence.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::text::{Line, Span};

use super::zone_of;
use crate::domain::clock::Running;
use crate::domain::view::{CaseFile, ClockView};
use crate::i18n::{Text, span, time_left, until_change, zone_names};
use crate::reply::history::clock_source;
use crate::safe_text;
use crate::tui::widgets::{Context, rule};

/// The clocks in one line: `24h reply 2h late · 7-day loss 5d`.
#[must_use]
pub fn clock_spans(file: &CaseFile, cx: &Context<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for clock in file.clocks.iter().filter(|clock| clock.state != Running::Stopped && clock.leads) {
        if !spans.is_empty() {
            spans.push(Span::styled(" · ", cx.theme.calm()));
        }
        let (_, left, style) = state(clock, cx);
        // All of them have to fit a line: that time is left need not be said.
        let left = match clock.state {
            Running::Running => span(cx.lang, clock.due.duration_since(cx.now)),
            _ => left,
        };
        spans.push(Span::styled(format!("{} {left}", clock.label[cx.lang as usize]), style));
    }
    spans
}

/// Symbol, time left and style.
fn state(clock: &ClockView, cx: &Context<'_>) -> (&'static str, String, ratatui::style::Style) {
    let urgency = cx.urgency(Some(clock.due));
    match clock.state {
        Running::Stopped => ("·", cx.t(Text::ClockStopped).to_owned(), cx.theme.calm()),
        Running::Paused => {
            let left = span(cx.lang, clock.due.duration_since(cx.now));
            ("‖", format!("{} {left}", cx.t(Text::ClockPaused)), cx.theme.calm())
        }
        Running::Missed if !clock.leads => ("·", cx.t(Text::ClockOver).to_owned(), cx.theme.calm()),
        Running::Running if !clock.leads => ("·", time_left(cx.lang, cx.now, clock.due), cx.theme.calm()),
        Running::Running | Running::Missed => {
            (urgency.symbol(), time_left(cx.lang, cx.now, clock.due), cx.theme.urgency(urgency))
        }
    }
}

/// The list of all clocks; `in_full` each with its start, source and consequence.
pub(super) fn clocks(file: &CaseFile, cx: &Context<'_>, cells: usize, in_full: bool) -> Vec<Line<'static>> {
    let zone = zone_of(file, cx);
    // Every time of a case is its site's; the heading says whose.
    let whose = zone_names(&zone, file.clocks.iter().map(|clock| clock.due));
    let mut lines = vec![rule(cx, &format!("{} ({whose})", cx.t(Text::Clocks)), cells)];
    for clock in &file.clocks {
        lines.push(clock_line(clock, cx, &zone, cells, in_full));
        if in_full {
            lines.extend(details(clock, cx, &zone, cells));
        }
    }
    lines
}

fn clock_line(
    clock: &ClockView,
    cx: &Context<'_>,
    zone: &TimeZone,
    cells: usize,
    in_full: bool,
) -> Line<'static> {
    let label = safe_text::pad(&clock.label[cx.lang as usize], 15);
    let (symbol, left, style) = state(clock, cx);
    let due = cx.moment(clock.due, zone);
    let mut spans = vec![
        Span::styled(format!(" {symbol} {label} {}", safe_text::pad(&left, 12)), style),
        Span::raw(format!(" {}", safe_text::pad(&due, 14))),
    ];
    let room = cells.saturating_sub(15 + 12 + 5 + 16);
    if room > 12 && clock.state != Running::Stopped && !in_full {
        let consequence = safe_text::line(&clock.consequence[cx.lang as usize], room).to_string();
        spans.push(Span::styled(format!("  {consequence}"), cx.theme.calm()));
    }
    Line::from(spans)
}

/// Since when it runs and who says so, then what a miss costs.
fn details(clock: &ClockView, cx: &Context<'_>, zone: &TimeZone, cells: usize) -> Vec<Line<'static>> {
    let colon = cx.lang.pick(": ", "：");
    let mut first = format!("{} {}", cx.t(Text::Since), cx.moment(clock.started, zone));
    if let Some(earliest) = clock.earliest {
        first.push_str(&format!(" · {} {}", cx.t(Text::Earliest), cx.moment(earliest, zone)));
    }
    first.push_str(&format!(" · {}", clock_source(clock, cx.lang)));
    let second = format!("{}{colon}{}", cx.t(Text::OnMiss), clock.consequence[cx.lang as usize]);
    let second = if clock.leads { second } else { clock.consequence[cx.lang as usize].clone() };
    [first, second]
        .iter()
        .flat_map(|text| {
            safe_text::wrap(text, cells.saturating_sub(5)).into_iter().take(3).collect::<Vec<_>>()
        })
        .map(|words| Line::styled(format!("    {words}"), cx.theme.calm()))
        .collect()
}

/// When a time on screen reads differently.
#[must_use]
pub fn next_change(file: &CaseFile, now: Timestamp) -> Option<SignedDuration> {
    let running =
        file.clocks.iter().filter(|clock| matches!(clock.state, Running::Running | Running::Missed));
    running.map(|clock| until_change(now, clock.due)).min()
}
