//! A command of the operator's at work, and what it proposes: he takes it into the reply or leaves it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::i18n::{Lang, Text};
use crate::out::hook::HookKind;
use crate::safe_text;
use crate::tui::editor::typeable;
use crate::tui::keymap::Scope;
use crate::tui::widgets::{Context, draw_line, popup};

/// A command at work or its answer.
#[derive(Debug)]
pub struct Proposal {
    /// What it does.
    pub kind: HookKind,
    /// The answer may go into the reply.
    for_reply: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    Running {
        number: u64,
        program: String,
        begun: Timestamp,
        within: Duration,
    },
    Answered {
        text: String,
        /// First line on screen.
        scroll: usize,
    },
}

impl Proposal {
    /// A command that was just started.
    #[must_use]
    pub const fn running(
        kind: HookKind,
        for_reply: bool,
        number: u64,
        program: String,
        within: Duration,
        now: Timestamp,
    ) -> Self {
        Self { kind, for_reply, state: State::Running { number, program, begun: now, within } }
    }

    /// The number of the command that still runs.
    #[must_use]
    pub const fn number(&self) -> Option<u64> {
        match self.state {
            State::Running { number, .. } => Some(number),
            State::Answered { .. } => None,
        }
    }

    /// The command has answered. `false`: with nothing that could be shown.
    pub fn answer(&mut self, text: &str) -> bool {
        let text = typeable(text);
        let text = text.trim_matches('\n');
        let is_shown = !text.trim().is_empty();
        self.state = State::Answered { text: text.to_owned(), scroll: 0 };
        is_shown
    }

    /// What is proposed, where it may go into the reply.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.state {
            State::Answered { text, .. } if self.is_proposal() => Some(text),
            _ => None,
        }
    }

    fn is_proposal(&self) -> bool {
        self.for_reply && self.kind != HookKind::Check
    }

    /// Whose keys hold.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.state {
            State::Running { .. } => Scope::Running,
            State::Answered { .. } if self.is_proposal() => Scope::Proposal,
            State::Answered { .. } => Scope::Remarks,
        }
    }

    /// Scrolls on a screen of this size.
    pub fn step(&mut self, lines: isize, size: (u16, u16)) {
        let kind = self.kind;
        if let State::Answered { text, scroll } = &mut self.state {
            let (width, height) = room(size);
            let last = shown(kind, text, width).len().saturating_sub(height);
            *scroll = scroll.saturating_add_signed(lines).min(last);
        }
    }

    /// When the seconds shown change next.
    #[must_use]
    pub fn next_change(&self, now: Timestamp) -> Option<SignedDuration> {
        let State::Running { begun, .. } = &self.state else { return None };
        let passed = now.duration_since(*begun).as_millis().rem_euclid(1_000);
        Some(SignedDuration::from_millis(1_000 - i64::try_from(passed).unwrap_or(0)))
    }
}

/// Cells and lines for the text on a screen of this size: the box, its sides and the lines around the body are off.
fn room((width, height): (u16, u16)) -> (usize, usize) {
    (usize::from(width.saturating_sub(10)), usize::from(height.saturating_sub(3 + 2 + 2)))
}

/// The lines of an answer; remarks are set off by a dot.
fn shown(kind: HookKind, text: &str, width: usize) -> Vec<String> {
    if kind != HookKind::Check {
        return safe_text::lines(text, width).map(safe_text::SafeText::into_string).collect();
    }
    let remarks = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines = remarks.flat_map(|remark| {
        let bare = remark.trim_start_matches(['-', '*', '•', '·']).trim_start();
        let lines = safe_text::lines(bare, width.saturating_sub(2)).map(safe_text::SafeText::into_string);
        lines.enumerate().map(|(at, line)| format!("{} {line}", if at == 0 { "•" } else { " " }))
    });
    lines.collect()
}

/// Draws it over the screen.
pub fn view(proposal: &Proposal, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let name = cx.t(proposal.kind.label());
    match &proposal.state {
        State::Running { program, begun, within, .. } => {
            let title = format!("{name} · {program}");
            let inside = popup(frame, area, 64, 4, &title);
            let passed = cx.now.duration_since(*begun).as_secs().clamp(0, i64::MAX);
            let most = within.as_secs();
            let line = match cx.lang {
                Lang::En => format!("running for {passed} s, at most {most} s"),
                Lang::Zh => format!("已运行 {passed} 秒，最多 {most} 秒"),
            };
            let lines = [Line::raw(line), Line::styled(cx.t(Text::HookStops), cx.theme.calm())];
            for (y, line) in (inside.top()..inside.bottom()).zip(lines) {
                draw_line(frame, Rect { y, height: 1, ..inside }, line);
            }
        }
        State::Answered { text, scroll } => {
            let lines = shown(proposal.kind, text, usize::from(area.width.saturating_sub(10)));
            let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
            let note = match proposal.scope() {
                Scope::Proposal => Text::ProposalNote,
                _ => Text::RemarksNote,
            };
            let inside = popup(frame, area, area.width.saturating_sub(6), height.min(area.height), name);
            let body = usize::from(inside.height).saturating_sub(2);
            let more = lines.len().saturating_sub(scroll + body);
            for (y, line) in (inside.top()..).zip(lines.into_iter().skip(*scroll).take(body)) {
                draw_line(frame, Rect { y, height: 1, ..inside }, Line::raw(line));
            }
            let mut end = cx.t(note).to_owned();
            if more > 0 || *scroll > 0 {
                end.push_str(&format!(" · ↑{scroll} ↓{more}"));
            }
            let last = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
            draw_line(frame, last, Line::styled(end, cx.theme.calm()));
        }
    }
}
