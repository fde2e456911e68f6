//! How the reply is drawn: the buyer's words, the whole reply, the editor. Costs what is shown, however long the texts are.

use std::collections::VecDeque;
use std::iter::once;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Padding};

use super::{Ask, Compose};
use crate::i18n::Text;
use crate::reply::template::{Variable, parts};
use crate::safe_text;
use crate::tui::keymap::{self, Action, Scope};
use crate::tui::screens::notes;
use crate::tui::widgets::{Context, draw_line, field, popup, rule};

/// From this width on the buyer's words stand beside the reply.
const WIDE: u16 = 110;

/// Where the parts of the screen are.
struct Places {
    title: Rect,
    note: Rect,
    buyer: Rect,
    preview: Rect,
    editor: Rect,
}

/// What has to be read while writing gets the room: the buyer's words as far as they go, then the template around the
/// operator's own words, which the editor shows already. Does not move while he types.
fn places(compose: &Compose, area: Rect) -> Places {
    let note = compose.file.note.as_ref().map(|note| &note.text);
    let noted = note.map_or(0, |text| {
        u16::from(!text.policy.trim().is_empty()) + u16::from(!text.problem.trim().is_empty())
    });
    let parts = [Constraint::Length(1), Constraint::Length(noted), Constraint::Fill(1)];
    let [title, note, rest] = Layout::vertical(parts).areas(area);
    if area.width >= WIDE {
        let [buyer, _, right] =
            Layout::horizontal([Constraint::Fill(2), Constraint::Length(2), Constraint::Fill(3)]).areas(rest);
        let [preview, editor] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(right);
        return Places { title, note, buyer, preview, editor };
    }
    let share = rest.height * 3 / 10;
    let editor = share.max(5);
    // Without a template the reply is what stands in the editor.
    let preview = if compose.template.is_some() { share.max(3) } else { 1 };
    let room = rest.height.saturating_sub(editor + preview);
    let lines = buyer_lines(compose, area.width).take(usize::from(room)).count() + 1;
    let buyer = room.min(u16::try_from(lines).unwrap_or(room));
    let [preview, editor] = match &compose.template {
        Some(_) => [Constraint::Fill(1), Constraint::Length(editor)],
        None => [Constraint::Length(preview), Constraint::Fill(1)],
    };
    let [buyer, preview, editor] = Layout::vertical([Constraint::Length(buyer), preview, editor]).areas(rest);
    Places { title, note, buyer, preview, editor }
}

/// Keeps both scrolls inside their texts, so that a step back is seen at once.
pub fn settle(compose: &mut Compose, cx: &Context<'_>, area: Rect) {
    if compose.buyer_scroll == 0 && compose.scroll == 0 {
        return;
    }
    let places = places(compose, area);
    let buyer = Window::over(buyer_lines(compose, places.buyer.width), compose.buyer_scroll, places.buyer);
    let (buyer, reply) = (buyer.top, reply(compose, cx));
    let reply = Window::over(reply.lines(cx, places.preview.width), compose.scroll, places.preview).top;
    (compose.buyer_scroll, compose.scroll) = (buyer, reply);
}

/// Draws the reply between header and footer.
pub fn view(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let places = places(compose, area);
    view_title(compose, cx, frame, places.title);
    // What is known of the article, a line a field.
    let noted = notes::first_lines(&compose.file, cx, usize::from(area.width), 1);
    for (y, line) in (places.note.top()..places.note.bottom()).zip(noted) {
        draw_line(frame, Rect { y, height: 1, ..places.note }, line);
    }
    view_buyer(compose, cx, frame, places.buyer);
    view_reply(compose, cx, frame, places.preview);
    view_editor(compose, cx, frame, places.editor);
}

/// The lines of a long text that are on screen, below a heading.
struct Window<T> {
    /// The first of them.
    top: usize,
    lines: VecDeque<T>,
    /// Others follow.
    more: bool,
}

impl<T> Window<T> {
    /// Begins at `scroll`, or so that the last line is the last on screen. Looks at no line beyond what is shown.
    fn over(mut all: impl Iterator<Item = T>, scroll: usize, place: Rect) -> Self {
        let height = usize::from(place.height.saturating_sub(1));
        let mut lines = VecDeque::with_capacity(height + 1);
        let mut count = 0;
        for line in all.by_ref().take(scroll.saturating_add(height)) {
            if lines.len() == height {
                lines.pop_front();
            }
            if height > 0 {
                lines.push_back(line);
            }
            count += 1;
        }
        Self { top: count - lines.len(), lines, more: all.next().is_some() }
    }

    /// The keys that show the rest, for the heading.
    fn ways(&self, down: Action, up: Action) -> String {
        let key = |action| {
            let keys = keymap::keys(Scope::Compose).into_iter().find(|(found, _)| *found == action);
            keys.map(|(_, keys)| keymap::name(keys[0])).unwrap_or_default()
        };
        let way = |there: bool, sign, action| {
            if there { format!(" · {sign} {}", key(action)) } else { String::new() }
        };
        way(self.more, "↓", down) + &way(self.top > 0, "↑", up)
    }
}

fn draw(
    frame: &mut Frame<'_>,
    place: Rect,
    heading: Line<'_>,
    lines: impl IntoIterator<Item = Line<'static>>,
) {
    let mut rows = (place.top()..place.bottom()).map(|y| Rect { y, height: 1, ..place });
    if let Some(row) = rows.next() {
        draw_line(frame, row, heading);
    }
    for (row, line) in rows.zip(lines) {
        draw_line(frame, row, line);
    }
}

fn view_title(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let order = compose.file.summary.order_id.as_deref().unwrap_or(cx.t(Text::NoOrder));
    let lost = compose.lost.as_ref().map(|(name, _)| format!("{name} {}", cx.t(Text::TemplateLost)));
    let template = match (&compose.template, &lost) {
        (Some(template), _) => &template.title[cx.lang as usize],
        (None, Some(lost)) => lost,
        (None, None) => cx.t(Text::NoTemplate),
    };
    let left = format!(" {} {order} ({})", cx.t(Text::ReplyTo), compose.language().word());
    let left = safe_text::line(&left, usize::from(area.width)).into_string();
    let right = format!("{}: {template} ", cx.t(Text::Template));
    let room = usize::from(area.width).saturating_sub(safe_text::cells(&left) + 2);
    draw_line(
        frame,
        area,
        Line::from(vec![
            Span::styled(left, cx.theme.heading()),
            Span::styled(format!("  {}", safe_text::pad_left(&right, room)), cx.theme.calm()),
        ]),
    );
}

/// The buyer's newest words, broken at the width of their place.
fn buyer_lines(compose: &Compose, width: u16) -> safe_text::Lines<'_> {
    let newest = compose.file.messages.iter().rev().find(|message| !message.ours);
    let text = newest.map_or(compose.file.summary.excerpt.as_str(), |message| &message.text);
    safe_text::lines(text, usize::from(width.saturating_sub(2)))
}

/// The buyer's newest words, with the keys that scroll them where they do not fit.
fn view_buyer(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let window = Window::over(buyer_lines(compose, area.width), compose.buyer_scroll, area);
    let ways = window.ways(Action::BuyerDown, Action::BuyerUp);
    let heading = format!("{}{ways}", cx.t(Text::BuyerWrote));
    let lines = window.lines.into_iter().map(|line| Line::raw(format!(" {line}")));
    draw(frame, area, rule(cx, &heading, usize::from(area.width)), lines);
}

/// The reply in its parts, a missing value as its name in brackets.
struct Whole {
    parts: [String; 3],
    missing: Vec<Variable>,
}

fn reply(compose: &Compose, cx: &Context<'_>) -> Whole {
    let mut shown = compose.values.clone();
    let missing = compose.missing();
    for variable in &missing {
        shown.insert(variable.name().to_owned(), format!("[{}]", variable.label()[cx.lang as usize]));
    }
    let parts = parts(compose.template.as_deref(), &shown, &compose.addition())
        .unwrap_or_else(|_| Default::default());
    Whole { parts, missing }
}

impl Whole {
    /// The lines as they go out, the operator's own words set off.
    fn lines(&self, cx: &Context<'_>, width: u16) -> impl Iterator<Item = Line<'static>> {
        let cells = usize::from(width.saturating_sub(2));
        let styles = [Style::new(), cx.theme.ours(), Style::new()];
        let parts = self.parts.iter().zip(styles).filter(|(part, _)| !part.is_empty());
        parts.enumerate().flat_map(move |(at, (part, style))| {
            let words = safe_text::lines(part, cells);
            let words = words.map(move |words| Line::styled(format!(" {words}"), style));
            once(Line::raw("")).take(at.min(1)).chain(words)
        })
    }
}

fn view_reply(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let reply = reply(compose, cx);
    let letters: usize = reply.parts.iter().map(|part| part.chars().count()).sum();
    let mut heading = cx.t(Text::Preview).to_owned();
    if !reply.missing.is_empty() {
        let names: Vec<&str> =
            reply.missing.iter().map(|variable| variable.label()[cx.lang as usize]).collect();
        heading.push_str(&format!(" · {}: {}", cx.t(Text::MissingValues), names.join(", ")));
    }
    let window = Window::over(reply.lines(cx, area.width), compose.scroll, area);
    // Without a template the editor shows all of it.
    let shown = area.height > 1;
    let ways = if shown { window.ways(Action::PreviewDown, Action::PreviewUp) } else { String::new() };
    let heading = rule(cx, &format!("{heading} · {letters}{ways}"), usize::from(area.width));
    draw(frame, area, heading, window.lines);
}

fn view_editor(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let copied = compose.copied.is_some() && compose.copied.as_ref() == compose.reply().ok().as_ref();
    let mut mark = if compose.is_saved() { format!(" · {}", cx.t(Text::SavedMark)) } else { String::new() };
    if copied {
        mark.push_str(&format!(" · {} ✓", cx.t(Text::CopiedMark)));
    }
    if compose.is_long() {
        mark.push_str(&format!(" · {}", cx.t(Text::LongText)));
    }
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(cx.theme.key())
        // A free column at the right: the caret stays visible on a full line.
        .padding(Padding::new(0, 1, 0, 0))
        .title(format!(" {}{mark} ", cx.t(Text::Addition)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if inside.is_empty() {
        return;
    }
    if compose.is_long() {
        return view_long(compose, frame, inside);
    }
    if compose.area.is_empty() {
        draw_line(
            frame,
            Rect { height: 1, ..inside },
            Line::styled(cx.t(Text::AdditionHint), cx.theme.calm()),
        );
    } else {
        frame.render_widget(&compose.area, inside);
    }
    let (caret, (top, left)) = (compose.area.screen_cursor(), compose.area.scroll_offset());
    let x = u16::try_from(caret.col).unwrap_or(u16::MAX).saturating_sub(left);
    let y = u16::try_from(caret.row).unwrap_or(u16::MAX).saturating_sub(top);
    place_caret(frame, inside, x, y);
}

/// A text that is too long to be broken anew with every key: a line a line, the caret's scrolled sideways.
fn view_long(compose: &Compose, frame: &mut Frame<'_>, place: Rect) {
    let (lines, caret) = (compose.area.lines(), compose.area.cursor());
    let (row, column) = (caret.0, caret.1);
    let cells = usize::from(place.width);
    let height = usize::from(place.height);
    let top = row.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
    for (y, (at, line)) in (place.top()..place.bottom()).zip(lines.iter().enumerate().skip(top)) {
        // Half a screen stays in sight before the caret.
        let first = if at == row { column.saturating_sub(cells / 2) } else { 0 };
        let shown = from_letter(line, first);
        draw_line(
            frame,
            Rect { y, height: 1, ..place },
            Line::raw(safe_text::line(shown, cells).into_string()),
        );
        if at == row {
            let before = &shown[..shown.len() - from_letter(shown, column - first).len()];
            let x = u16::try_from(safe_text::cells(before)).unwrap_or(u16::MAX);
            place_caret(frame, place, x, y - place.y);
        }
    }
}

/// The text from its `count`th character on.
fn from_letter(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or("", |(at, _)| &text[at..])
}

fn place_caret(frame: &mut Frame<'_>, place: Rect, x: u16, y: u16) {
    frame.set_cursor_position(Position::new(
        place.x.saturating_add(x).min(place.right()),
        place.y.saturating_add(y).min(place.bottom().saturating_sub(1)),
    ));
}

/// Draws the question.
pub fn view_ask(ask: &Ask, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, 60, 5, cx.t(Text::ValueNeeded));
    let [label, value, example] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Length(1)]).areas(inside);
    draw_line(frame, label, Line::styled(ask.variable.label()[cx.lang as usize], cx.theme.heading()));
    field(frame, value, &ask.input, true);
    let hint = format!("{} {}", cx.t(Text::ValueExample), ask.variable.example());
    draw_line(frame, example, Line::styled(hint, cx.theme.calm()));
}
