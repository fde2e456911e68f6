//! The small pieces every screen is made of: padded cells, key hints, popups, one-line fields.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Flex, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Padding, Paragraph};
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthStr;

use crate::domain::buyer::{Flag, shipped_flags};
use crate::domain::clock::{Policy, Urgency};
use crate::domain::playbook::Playbook;
use crate::domain::tracking::Carriers;
use crate::i18n::{Lang, Text};
use crate::safe_text;
use crate::tui::editor::on_one_line;
use crate::tui::keymap::{self, Action, Scope};
use crate::tui::theme::Theme;

/// What every view needs to know beside its own state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The language of the interface.
    pub lang: Lang,
    /// The colours.
    pub theme: Theme,
    /// The present.
    pub now: Timestamp,
    /// The end of the operator's day.
    pub midnight: Timestamp,
    /// The operator's zone; UTC until it is loaded.
    pub zone: &'a TimeZone,
    /// Names of the clocks.
    pub policy: &'a Policy,
    /// From which numbers on a buyer's history is flagged.
    pub own_flags: Option<&'a [Flag]>,
    /// The steps of each complaint.
    pub own_playbook: Option<&'a Playbook>,
    /// The carriers, where the operator has his own.
    pub own_carriers: Option<&'a Carriers>,
}

impl Context<'_> {
    /// A phrase in the language of the interface.
    pub fn t(&self, text: impl Into<Text>) -> &'static str {
        text.into().in_lang(self.lang)
    }

    /// From which numbers on a buyer's history is flagged.
    #[must_use]
    pub fn flags(&self) -> &[Flag] {
        self.own_flags.unwrap_or_else(|| shipped_flags())
    }

    /// The steps; those that ship are read when they are first asked for, not before the first frame.
    #[must_use]
    pub fn playbook(&self) -> &Playbook {
        self.own_playbook.unwrap_or_else(|| Playbook::shipped())
    }

    /// The carriers that judge tracking numbers.
    #[must_use]
    pub fn carriers(&self) -> &Carriers {
        self.own_carriers.unwrap_or_else(|| Carriers::shipped())
    }

    /// How urgent a due time is now.
    #[must_use]
    pub fn urgency(&self, due: Option<Timestamp>) -> Urgency {
        Urgency::of(due, self.now, self.midnight)
    }

    /// The short name of a clock.
    #[must_use]
    pub fn clock_name<'b>(&'b self, name: &'b str) -> &'b str {
        // The own rules come last, and win.
        let rule = self.policy.rules.iter().rfind(|rule| rule.name == name);
        rule.map_or(name, |rule| self.lang.pick(&rule.label, &rule.label_zh))
    }

    /// Until when a case is out of sight: `snoozed until 8 Oct 09:00`; a time out of the calendar is a mail's.
    #[must_use]
    pub fn snoozed(&self, wake: Timestamp) -> String {
        if wake == Timestamp::MAX {
            return self.t(Text::SnoozedForMail).to_owned();
        }
        format!("{} {}", self.t(Text::SnoozedUntil), self.moment(wake, self.zone))
    }

    /// A moment as day and time in a zone: `23 Nov 09:41`, `11月23日 09:41`.
    #[must_use]
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        crate::i18n::moment(self.lang, at, zone)
    }
}

/// Draws one line; what does not fit is cut.
pub fn draw_line(frame: &mut Frame<'_>, area: Rect, line: Line<'_>) {
    frame.render_widget(Paragraph::new(line), area);
}

/// The footer: the keys of a scope as far as they fit, the way back and the help always among them, and at the right the
/// number of the last stored event. `called` says what a key does now; one that would do nothing is left out.
pub fn footer(
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
    scope: Scope,
    called: impl Fn(Action) -> Option<Text>,
    last_event: i64,
) {
    let saved = format!(" ✓#{last_event}");
    let room = usize::from(area.width).saturating_sub(saved.width());
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let help = hint(
        cx,
        Action::Help.label(),
        if scope.types_text() || scope.has_own_letters() { "F1".into() } else { "?".into() },
    );
    // From the queue there is mostly no way back.
    let leads_back = |action: Action| action == Action::Back && scope != Scope::Queue;
    let named =
        |(action, keys): &(Action, Vec<keymap::Key>)| Some(hint(cx, called(*action)?, keymap::name(keys[0])));
    let (back, own): (Vec<_>, Vec<_>) =
        keymap::keys(scope).into_iter().partition(|(action, _)| leads_back(*action));
    let last: Vec<_> = back.iter().filter_map(named).chain([help]).collect();
    let kept: usize = last.iter().map(|(width, _)| width).sum();
    let fits = |(width, _): &(usize, _)| {
        used += width;
        used + kept <= room
    };
    let shown: Vec<_> = own.iter().filter_map(named).take_while(fits).chain(last).collect();
    let used = 1 + shown.iter().map(|(width, _)| width).sum::<usize>();
    spans.extend(shown.into_iter().flat_map(|(_, hint)| hint));
    spans.push(Span::raw(" ".repeat(room.saturating_sub(used))));
    spans.push(Span::styled(saved, cx.theme.calm()));
    draw_line(frame, area, Line::from(spans));
}

fn hint(cx: &Context<'_>, label: Text, key: String) -> (usize, Vec<Span<'static>>) {
    let label = cx.t(label);
    let width = key.width() + 1 + label.width() + 2;
    (width, vec![Span::styled(key, cx.theme.key()), Span::raw(format!(" {label}  "))])
}

/// A heading that runs into a rule: `─ thread ─────`.
#[must_use]
pub fn rule(cx: &Context<'_>, title: &str, cells: usize) -> Line<'static> {
    let title = safe_text::line(title, cells.saturating_sub(4)).to_string();
    let rest = cells.saturating_sub(title.width() + 4);
    Line::from(vec![
        Span::styled("─ ", cx.theme.calm()),
        Span::styled(title, cx.theme.heading()),
        Span::styled(format!(" {}", "─".repeat(rest + 1)), cx.theme.calm()),
    ])
}

/// A bordered box in the middle of `area`; returns the room inside it.
pub fn popup(frame: &mut Frame<'_>, area: Rect, width: u16, height: u16, title: &str) -> Rect {
    let [row] =
        Layout::vertical([Constraint::Length(height.min(area.height))]).flex(Flex::Center).areas(area);
    let [place] =
        Layout::horizontal([Constraint::Length(width.min(area.width))]).flex(Flex::Center).areas(row);
    let title = safe_text::line(title, usize::from(place.width.saturating_sub(4))).to_string();
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .title(format!(" {title} "))
        .padding(Padding::horizontal(1));
    let inside = block.inner(place);
    frame.render_widget(Clear, place);
    uncut(frame, place);
    frame.render_widget(block, place);
    inside
}

/// A wide character whose right half a box lies on would be drawn whole, over the box's side: it gives way.
fn uncut(frame: &mut Frame<'_>, place: Rect) {
    let screen = frame.buffer_mut();
    // Half-width kana with their mark count three.
    for (y, back) in (place.top()..place.bottom()).flat_map(|y| [(y, 1), (y, 2)]) {
        let Some(x) = place.x.checked_sub(back) else { continue };
        let reaches = |symbol: &str| safe_text::cells(symbol) > usize::from(back);
        if let Some(cell) = screen.cell_mut((x, y)).filter(|cell| reaches(cell.symbol())) {
            cell.set_symbol(" ");
        }
    }
}

/// A one-line field with its caret, scrolled so that the caret is seen.
pub fn field(frame: &mut Frame<'_>, area: Rect, input: &Input, focused: bool) {
    let width = usize::from(area.width).saturating_sub(1).max(1);
    let scroll = input.visual_scroll(width);
    let shown = skip_cells(input.value(), scroll);
    draw_line(frame, area, Line::raw(safe_text::line(shown, usize::from(area.width)).to_string()));
    if focused && area.width > 0 && area.height > 0 {
        let caret = input.visual_cursor().saturating_sub(scroll).min(width);
        let caret = u16::try_from(caret).unwrap_or(area.width - 1);
        frame.set_cursor_position(Position::new(area.x + caret.min(area.width - 1), area.y));
    }
}

/// Puts a pasted text into a one-line field.
pub fn paste(input: &mut Input, text: &str) {
    for letter in on_one_line(text).chars() {
        input.handle(InputRequest::InsertChar(letter));
    }
}

fn skip_cells(text: &str, cells: usize) -> &str {
    use unicode_segmentation::UnicodeSegmentation;
    let mut passed = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        if passed >= cells {
            return &text[at..];
        }
        passed += cluster.width();
    }
    if cells == 0 { text } else { "" }
}

/// The first line to show so that `selected` stands inside a window of `height` lines over `count`.
#[must_use]
pub fn scroll_for(selected: usize, height: usize, count: usize) -> usize {
    let centred = selected.saturating_sub(height / 2);
    centred.min(count.saturating_sub(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_line_stays_in_sight() {
        assert_eq!(scroll_for(0, 10, 100), 0);
        assert_eq!(scroll_for(50, 10, 100), 45);
        assert_eq!(scroll_for(99, 10, 100), 90);
        assert_eq!(scroll_for(3, 10, 5), 0);
    }
}
