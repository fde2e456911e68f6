//! How the reply is drawn: the buyer's words, the whole reply, the editor. Costs what is shown, however long the texts are.

use std::collections::VecDeque;
use std::iter::once;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Padding};
use tui_input::Input;

use super::Compose;
use super::findings::strip;
use crate::i18n::{Text, length_line, width_line};
use crate::reply::limits::Room;
use crate::reply::template::{Variable, parts};
use crate::safe_text;
use crate::tui::editor;
use crate::tui::keymap::{self, Action, Scope};
use crate::tui::screens::notes;
use crate::tui::widgets::{Context, draw_line, field, rule};

/// From this width on the buyer's words stand beside the reply.
const WIDE: u16 = 110;

/// Where the parts of the screen are.
struct Places {
    title: Rect,
    note: Rect,
    buyer: Rect,
    preview: Rect,
    editor: Rect,
    findings: Rect,
}

/// What has to be read while writing gets the room: the buyer's words as far as they go, then the template around the
/// operator's own words, which the editor shows already. Does not move while he types.
fn places(compose: &Compose, cx: &Context<'_>, area: Rect) -> Places {
    let note = compose.file.note.as_ref().map(|note| &note.text);
    let noted = note.map_or(0, |text| {
        u16::from(!text.policy.trim().is_empty()) + u16::from(!text.problem.trim().is_empty())
    });
    let found = u16::try_from(strip(compose, cx, area).len()).unwrap_or(0);
    let parts = [1, noted].map(Constraint::Length).into_iter();
    let parts = parts.chain([Constraint::Fill(1), Constraint::Length(found)]);
    let [title, note, rest, findings] = Layout::vertical(parts).areas(area);
    if area.width >= WIDE {
        let [buyer, _, right] =
            Layout::horizontal([Constraint::Fill(2), Constraint::Length(2), Constraint::Fill(3)]).areas(rest);
        let [preview, editor] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(right);
        return Places { title, note, buyer, preview, editor, findings };
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
    Places { title, note, buyer, preview, editor, findings }
}

/// Breaks the addition as it will be drawn, and keeps both scrolls inside their texts, so that a step back is seen at once.
pub fn settle(compose: &mut Compose, cx: &Context<'_>, area: Rect) {
    compose.examine(cx.carriers(), cx.now);
    let places = places(compose, cx, area);
    let inside = frame_of(cx).inner(places.editor);
    compose.area.fit(usize::from(inside.width), usize::from(inside.height));
    if let Some((part, byte)) = compose.review.wanted.take() {
        compose.scroll = reply(compose, cx).row_of(part, byte, places.preview.width);
    }
    if compose.buyer_scroll == 0 && compose.scroll == 0 {
        return;
    }
    let buyer = Window::over(buyer_lines(compose, places.buyer.width), compose.buyer_scroll, places.buyer);
    let (buyer, reply) = (buyer.top, reply(compose, cx));
    let reply = Window::over(reply.lines(cx, places.preview.width), compose.scroll, places.preview).top;
    (compose.buyer_scroll, compose.scroll) = (buyer, reply);
}

/// Draws the reply between header and footer.
pub fn view(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let places = places(compose, cx, area);
    view_title(compose, cx, frame, places.title);
    // What is known of the article, a line a field.
    let noted = notes::first_lines(&compose.file, cx, usize::from(area.width), 1);
    for (y, line) in (places.note.top()..places.note.bottom()).zip(noted) {
        draw_line(frame, Rect { y, height: 1, ..places.note }, line);
    }
    view_buyer(compose, cx, frame, places.buyer);
    view_reply(compose, cx, frame, places.preview);
    view_editor(compose, cx, frame, places.editor);
    let rows = (places.findings.top()..places.findings.bottom()).zip(strip(compose, cx, area));
    for (y, line) in rows {
        draw_line(frame, Rect { y, height: 1, ..places.findings }, line);
    }
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
    let newest = compose.file.newest_asked();
    let text = newest.map_or(compose.file.summary.excerpt.as_str(), |message| &message.text);
    safe_text::lines(text, usize::from(width.saturating_sub(2)))
}

/// The buyer's newest words, with the keys that scroll them where they do not fit.
fn view_buyer(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let window = Window::over(buyer_lines(compose, area.width), compose.buyer_scroll, area);
    let ways = window.ways(Action::BuyerDown, Action::BuyerUp);
    let asked = compose.file.newest_asked().map_or(Text::NoticeBuyerMessage, |message| message.notice.into());
    let heading = format!("{}{ways}", cx.t(asked));
    let lines = window.lines.into_iter().map(|line| Line::raw(format!(" {line}")));
    draw(frame, area, rule(cx, &heading, usize::from(area.width)), lines);
}

/// The reply in its parts, a missing value as its name in brackets.
struct Whole {
    parts: [String; 3],
    missing: Vec<Variable>,
    /// What the rules object to in each part: bytes from, to, how it is set off.
    marks: [Vec<(usize, usize, Style)>; 3],
}

fn reply(compose: &Compose, cx: &Context<'_>) -> Whole {
    let mut shown = compose.values.clone();
    let missing = compose.missing();
    for variable in &missing {
        shown.insert(variable.name().to_owned(), format!("[{}]", variable.label()[cx.lang as usize]));
    }
    let parts = parts(compose.template.as_deref(), &shown, &compose.addition())
        .unwrap_or_else(|_| Default::default());
    // The names of missing values shift what stands behind them: nothing is set off until they are there.
    let marks = [0, 1, 2].map(|part| {
        let marks = compose.review.marks(part).filter(|_| missing.is_empty() || part == 1);
        marks.map(|(range, blocks)| (range.start, range.end, cx.theme.objected(blocks))).collect()
    });
    Whole { parts, missing, marks }
}

impl Whole {
    /// The lines as they go out, the operator's own words set off.
    fn lines(&self, cx: &Context<'_>, width: u16) -> impl Iterator<Item = Line<'static>> {
        let cells = usize::from(width.saturating_sub(2));
        let styles = [Style::new(), cx.theme.ours(), Style::new()];
        let parts = self.parts.iter().zip(&self.marks).zip(styles);
        let parts = parts.filter(|((part, _), _)| !part.is_empty());
        parts.enumerate().flat_map(move |(at, ((part, marks), style))| {
            let lines = part.split('\n').scan(0, |begin, line| {
                let from = *begin;
                *begin += line.len() + 1;
                Some((from, line))
            });
            let words = lines.flat_map(move |(from, line)| rows(line, from, marks, cells, style));
            once(Line::raw("")).take(at.min(1)).chain(words)
        })
    }

    /// The row of a byte of a part, from the top of the reply.
    fn row_of(&self, part: usize, byte: usize, width: u16) -> usize {
        let cells = usize::from(width.saturating_sub(2));
        let before = self.parts[..part].iter().filter(|part| !part.is_empty());
        let above: usize = before.map(|part| safe_text::lines(part, cells).count() + 1).sum();
        let here = self.parts[part].get(..byte).unwrap_or_default();
        above + safe_text::lines(here, cells).count().saturating_sub(1)
    }
}

/// The rows of one line that begins at a byte of its part; only one with something set off is cut into pieces.
fn rows<'t>(
    line: &'t str,
    from: usize,
    marks: &[(usize, usize, Style)],
    cells: usize,
    style: Style,
) -> Box<dyn Iterator<Item = Line<'static>> + 't> {
    let here = marks.iter().filter(|(start, end, _)| *start < from + line.len() && from < *end);
    let here: Vec<(usize, usize, Style)> = here
        .map(|(start, end, mark)| (start.saturating_sub(from), (end - from).min(line.len()), *mark))
        .collect();
    if line.is_empty() {
        // A gap between paragraphs is seen as one.
        return Box::new(once(Line::raw("")));
    }
    if here.is_empty() {
        let words = safe_text::lines(line, cells);
        return Box::new(words.map(move |words| Line::styled(format!(" {words}"), style)));
    }
    Box::new(editor::marked(line, &here, cells).into_iter().map(move |mut line| {
        line.spans.insert(0, Span::raw(" "));
        line.style(style)
    }))
}

fn view_reply(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let reply = reply(compose, cx);
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
    let heading = rule(cx, &format!("{heading}{ways}"), usize::from(area.width));
    draw(frame, area, heading, window.lines);
}

fn view_editor(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let copied = compose.copied.is_some() && compose.copied.as_ref() == compose.reply().ok().as_ref();
    let mut mark = if compose.is_saved() { format!(" · {}", cx.t(Text::SavedMark)) } else { String::new() };
    if copied {
        mark.push_str(&format!(" · {} ✓", cx.t(Text::CopiedMark)));
    }
    let block = frame_of(cx)
        .title(format!(" {}{mark} ", cx.t(Text::Addition)))
        .title_bottom(count(compose, cx, usize::from(area.width.saturating_sub(4))).right_aligned());
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if inside.is_empty() {
        return;
    }
    editor::view(&compose.area, true, cx.theme, frame, inside);
    if compose.area.is_empty() {
        draw_line(
            frame,
            Rect { height: 1, ..inside },
            Line::styled(cx.t(Text::AdditionHint), cx.theme.calm()),
        );
    }
}

/// The frame of the addition, with a free column at the right: the caret stays visible on a full row.
fn frame_of(cx: &Context<'_>) -> Block<'static> {
    let padding = Padding::new(0, 1, 0, 0);
    Block::bordered().border_type(BorderType::Rounded).border_style(cx.theme.key()).padding(padding)
}

/// How long the whole reply is, for the frame: it takes no line from the text. Beside a limit it says when that is near.
fn count(compose: &Compose, cx: &Context<'_>, cells: usize) -> Line<'static> {
    let figures = compose.figures();
    let limit = compose.limit();
    let most = limit.map(|limit| (limit.characters, cx.lang.pick(&limit.label, &limit.label_zh)));
    let length = length_line(cx.lang, figures.letters, most);
    let (length, style) = match limit.map(|limit| limit.room(figures.letters)) {
        None | Some(Room::Plenty) => (length, cx.theme.calm()),
        Some(Room::Near) => (format!("▲ {length}"), cx.theme.warning()),
        Some(Room::Over) => (format!("✗ {} {length}", cx.t(Text::TooLong)), cx.theme.blocked()),
    };
    let rest = format!(" · {}", width_line(cx.lang, figures.words, figures.cells));
    let room = cells.saturating_sub(safe_text::cells(&length));
    let rest = if safe_text::cells(&rest) > room { String::new() } else { rest };
    Line::from(vec![
        Span::styled(format!(" {length}"), style),
        Span::styled(format!("{rest} "), cx.theme.calm()),
    ])
}

/// The words searched for, on one line: what is typed, and which of how many places the caret is at.
pub fn view_find(line: &Input, compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let (at, count) = compose.area.found();
    let label = format!(" {}: ", cx.t(Text::Find));
    let found = match count {
        _ if line.value().is_empty() => String::new(),
        0 => format!(" ✗ {} ", cx.t(Text::NothingFound)),
        _ => format!(" {at}/{count} "),
    };
    let cells = |text: &str| u16::try_from(safe_text::cells(text)).unwrap_or(u16::MAX);
    let parts = [Constraint::Length(cells(&label)), Constraint::Fill(1), Constraint::Length(cells(&found))];
    let [first, typed, last] = Layout::horizontal(parts).areas(area);
    draw_line(frame, first, Line::styled(label, cx.theme.key()));
    let style = if count == 0 { cx.theme.blocked() } else { cx.theme.calm() };
    draw_line(frame, last, Line::styled(found, style));
    field(frame, typed, line, true);
}
