//! Drawing the playbook: the dialogue, its line above the footer, its place beside a case.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Mode, PlaybookView, form};
use crate::domain::case::{Stage, State};
use crate::domain::evidence::{Evidence, Wants};
use crate::domain::playbook::{Place, Risk};
use crate::domain::view::CaseFile;
use crate::i18n::Text;
use crate::reply::history::{bare, evidence_words};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, popup, rule, scroll_for};

/// Lines below the list of steps: what to do, what was kept.
const BELOW: u16 = 9;

/// Draws the dialogue.
pub fn view(state: &PlaybookView, file: &CaseFile, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let places = cx.playbook().places(file);
    let wanted = u16::try_from(places.len()).unwrap_or(20) + BELOW + 2;
    let inside = popup(frame, area, 76, wanted, &title(file, &places, cx));
    let room = inside.height.saturating_sub(BELOW).max(inside.height.min(4));
    let list = Rect { height: room.min(u16::try_from(places.len()).unwrap_or(room)), ..inside };
    let at = state.at(&places);
    let top = scroll_for(at, list.height.into(), places.len());
    for (y, (number, place)) in (list.top()..list.bottom()).zip(places.iter().enumerate().skip(top)) {
        let row = Rect { y, height: 1, ..list };
        draw_line(frame, row, step_line(place, file, cx, usize::from(list.width).saturating_sub(1)));
        if number == at {
            frame.buffer_mut().set_style(row, cx.theme.selected());
        }
    }
    more(frame, list, top > 0, top + usize::from(list.height) < places.len(), cx);
    let below =
        Rect { y: list.bottom() + 1, height: inside.bottom().saturating_sub(list.bottom() + 1), ..inside };
    if let Some(place) = places.get(at) {
        for (y, line) in (below.top()..below.bottom()).zip(detail(place, file, cx, below)) {
            draw_line(frame, Rect { y, height: 1, ..below }, line);
        }
    }
    match &state.mode {
        Mode::List => {}
        Mode::Form(form) => form::view(form, state.is_waiting(), cx, frame, area),
        Mode::Stage(at) => {
            let rows: Vec<&str> =
                Stage::ALL.iter().map(|stage| cx.t(*stage)).chain([cx.t(Text::StageByOrder)]).collect();
            choice(cx.t(Text::StageTitle), &rows, *at, cx, frame, area);
        }
        Mode::Category(at) => {
            let rows: Vec<&str> =
                Risk::ALL.iter().map(|risk| cx.t(*risk)).chain([cx.t(Text::CategoryByName)]).collect();
            choice(cx.t(Text::CategoryTitle), &rows, *at, cx, frame, area);
        }
    }
}

/// Arrows at the right where steps stand above or below the list.
fn more(frame: &mut Frame<'_>, list: Rect, above: bool, below: bool, cx: &Context<'_>) {
    let x = list.right().saturating_sub(1);
    for (is_there, arrow, y) in [(above, "↑", list.top()), (below, "↓", list.bottom().saturating_sub(1))]
    {
        if is_there && !list.is_empty() {
            let place = Rect { x, y, width: 1, height: 1 };
            draw_line(frame, place, Line::styled(arrow, cx.theme.key()));
        }
    }
}

/// `playbook 2/6 · #12 · not received · delivered · electronics`
fn title(file: &CaseFile, places: &[Place<'_>], cx: &Context<'_>) -> String {
    let done = places.iter().filter(|place| place.tick.is_some()).count();
    let situation = cx.playbook().situation(file);
    let mut parts = vec![
        format!("{} {done}/{}", cx.t(Text::Playbook), places.len()),
        format!("#{}", file.summary.id),
        cx.t(situation.kind).to_owned(),
        situation.stage.map_or(cx.t(Text::StageUnknown), |stage| cx.t(stage)).to_owned(),
    ];
    parts.extend(situation.risks.iter().map(|risk| cx.t(*risk).to_owned()));
    parts.join(" · ")
}

fn step_line(place: &Place<'_>, file: &CaseFile, cx: &Context<'_>, cells: usize) -> Line<'static> {
    let mark = if place.tick.is_some() { "✓" } else { "·" };
    let kept = place.evidence.len();
    let mut end = if kept == 0 { String::new() } else { format!(" {kept}") };
    if file.typed.iter().any(|typed| typed.step == place.step.id) {
        end.push_str(" ✎");
    }
    if place.is_weak() {
        end.push_str(" ⚠");
    }
    let words = &place.step.next[cx.lang as usize];
    let room = cells.saturating_sub(4 + safe_text::cells(&end));
    let style = if place.tick.is_some() { cx.theme.calm() } else { ratatui::style::Style::new() };
    let end_style = if place.is_weak() { cx.theme.blocked() } else { cx.theme.calm() };
    Line::from(vec![
        Span::styled(
            format!(" {mark} {}", safe_text::pad(safe_text::line(words, room).as_str(), room)),
            style,
        ),
        Span::styled(end, end_style),
    ])
}

/// What to do in full, what is asked for, and the newest evidence.
fn detail(place: &Place<'_>, file: &CaseFile, cx: &Context<'_>, area: Rect) -> Vec<Line<'static>> {
    let cells = usize::from(area.width);
    let words = safe_text::lines(&place.step.text[cx.lang as usize], cells);
    let mut lines: Vec<Line<'static>> = words.map(|words| Line::raw(words.into_string())).collect();
    let wants = match place.step.wants {
        Wants::Nothing => None,
        Wants::Note => Some(Text::WantsNote),
        Wants::File => Some(Text::WantsFile),
        Wants::Tracking => Some(Text::WantsTracking),
    };
    if place.evidence.is_empty() {
        lines.extend(wants.map(|wants| Line::styled(format!("· {}", cx.t(wants)), cx.theme.calm())));
    }
    if let Some(weak) = place.tick.and_then(|tick| tick.weak) {
        lines.push(Line::styled(format!("⚠ {}", cx.t(weak)), cx.theme.blocked()));
    }
    let zone = file.summary.marketplace.and_then(|site| TimeZone::get(site.zone()).ok());
    let zone = zone.as_ref().unwrap_or(cx.zone);
    let newest_first = place.evidence.iter().rev();
    lines.extend(newest_first.flat_map(|each| evidence_lines(each, cx, zone, cells)));
    lines
}

fn evidence_lines(each: &Evidence, cx: &Context<'_>, zone: &TimeZone, cells: usize) -> Vec<Line<'static>> {
    let said = evidence_words(each, cx.lang);
    let text = format!("• {} · {said}", cx.moment(each.at, zone));
    let mut lines = vec![Line::raw(safe_text::line(&text, cells).into_string())];
    if let Some(weak) = each.weak {
        lines.push(Line::styled(format!("  ⚠ {}", cx.t(weak)), cx.theme.blocked()));
    }
    lines
}

/// A short list to choose from by number.
fn choice(title: &str, rows: &[&str], at: usize, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, 50, u16::try_from(rows.len()).unwrap_or(8) + 2, title);
    for (y, (number, words)) in (inside.top()..inside.bottom()).zip(rows.iter().enumerate()) {
        let row = Rect { y, height: 1, ..inside };
        let spans =
            vec![Span::styled(format!(" {}  ", number + 1), cx.theme.key()), Span::raw((*words).to_owned())];
        draw_line(frame, row, Line::from(spans));
        if number == at {
            frame.buffer_mut().set_style(row, cx.theme.selected());
        }
    }
}

/// The line above the footer: how far the playbook is and what comes next; `with_key` says how to open it.
#[must_use]
pub fn progress_line(file: &CaseFile, with_key: bool, cx: &Context<'_>) -> Option<Line<'static>> {
    if file.summary.state == State::Archived {
        return None;
    }
    let (done, all, next) = cx.playbook().progress(file);
    let head = format!(" {} {done}/{all} · ", cx.t(Text::Playbook));
    let colon = cx.lang.pick(": ", "：");
    let mut spans = vec![Span::styled(head, cx.theme.calm())];
    match next {
        Some(step) => {
            spans.push(Span::styled(format!("{}{colon}", cx.t(Text::PlaybookNext)), cx.theme.calm()));
            let next = safe_text::line(bare(&step.next[cx.lang as usize]), 60);
            spans.push(Span::raw(next.into_string()));
        }
        None => spans.push(Span::styled(cx.t(Text::PlaybookDone), cx.theme.news())),
    }
    if with_key {
        spans.push(Span::styled(cx.lang.pick(" (p)", "（p）"), cx.theme.key()));
    }
    Some(Line::from(spans))
}

/// The steps beside a case on a wide screen.
#[must_use]
pub fn summary(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let places = cx.playbook().places(file);
    let done = places.iter().filter(|place| place.tick.is_some()).count();
    let mut lines = vec![rule(cx, &format!("{} {done}/{}", cx.t(Text::Playbook), places.len()), cells)];
    lines.extend(places.iter().map(|place| step_line(place, file, cx, cells)));
    lines
}
