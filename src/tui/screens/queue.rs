//! The queue: open cases by the clock that runs out next. The start screen.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::CaseId;
use crate::domain::view::{CaseFile, Counts, Filter, QueueKey, Summary};
use crate::i18n::{Lang, Text, time_left, until_change};
use crate::safe_text;

use crate::tui::screens::case;
use crate::tui::widgets::{Context, draw_line, rule, scroll_for};

/// From this width on the queue has a preview pane.
const WIDE: u16 = 120;
/// Lines asked for at a time after the first screen.
const PAGE: usize = 200;
/// Whole cases kept for the preview.
const PEEKS: usize = 8;

/// State of the queue.
#[derive(Debug, Default)]
pub struct Queue {
    /// The lines read so far, in order.
    rows: Vec<Summary>,
    /// There are no more lines than these.
    complete: bool,
    /// A page is on its way.
    asked: bool,
    selected: usize,
    marked: BTreeSet<CaseId>,
    /// What the lines are narrowed to.
    pub filter: Filter,
    /// Cases at the cursor, read whole for the preview: the last ones read come last. The flag: still as in the store.
    peeks: Vec<(bool, Box<CaseFile>)>,
    /// The last line is wanted as soon as everything is read.
    to_the_end: bool,
}

impl Queue {
    /// The queue with its first page.
    #[must_use]
    pub fn new(rows: Vec<Summary>, complete: bool) -> Self {
        Self { rows, complete, ..Self::default() }
    }

    /// The selected case.
    #[must_use]
    pub fn current(&self) -> Option<&Summary> {
        self.rows.get(self.selected)
    }

    /// The marked cases, else the selected one.
    #[must_use]
    pub fn chosen(&self) -> Vec<CaseId> {
        if self.marked.is_empty() {
            self.current().map(|row| row.id).into_iter().collect()
        } else {
            self.marked.iter().copied().collect()
        }
    }

    /// Whether any line is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many cases are marked.
    #[must_use]
    pub fn marked(&self) -> usize {
        self.marked.len()
    }

    /// Takes the marks off; says whether there were any.
    pub fn unmark(&mut self) -> bool {
        let any = !self.marked.is_empty();
        self.marked.clear();
        any
    }

    /// Marks or unmarks the selected case and goes to the next.
    pub fn mark(&mut self) {
        if let Some(id) = self.current().map(|row| row.id) {
            if !self.marked.remove(&id) {
                self.marked.insert(id);
            }
            self.step(1);
        }
    }

    /// Moves the cursor by lines; stops at either end.
    pub fn step(&mut self, lines: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(lines).min(last);
        self.to_the_end = false;
    }

    /// Moves the cursor to the first or last line.
    pub fn jump(&mut self, end: bool) {
        self.selected = if end { self.rows.len().saturating_sub(1) } else { 0 };
        self.to_the_end = end && !self.complete;
    }

    /// The next page to ask for, when the cursor comes near the end of what is read.
    pub fn wanted(&mut self, height: usize) -> Option<(Option<QueueKey>, usize)> {
        let near = self.selected + 2 * height >= self.rows.len();
        if self.complete || self.asked || !(near || self.to_the_end) {
            return None;
        }
        self.asked = true;
        let limit = if self.to_the_end { 5_000 } else { PAGE };
        Some((self.rows.last().map(Summary::key), limit))
    }

    /// What to ask for to read everything anew without losing the place.
    pub fn again(&mut self, height: usize) -> usize {
        self.asked = true;
        self.rows.len().max(2 * height).max(40)
    }

    /// Takes a page in. A page from the start replaces what was there; the cursor stays on its case.
    pub fn take(&mut self, after: Option<QueueKey>, rows: Vec<Summary>, last: bool) {
        self.asked = false;
        if after.is_none() {
            let on = self.current().map(|row| row.id);
            self.rows = rows;
            self.forget();
            let place = on.and_then(|id| self.rows.iter().position(|row| row.id == id));
            self.selected = place.unwrap_or(self.selected).min(self.rows.len().saturating_sub(1));
            let ids: BTreeSet<CaseId> = self.rows.iter().map(|row| row.id).collect();
            self.marked.retain(|id| ids.contains(id));
        } else if self.rows.last().map(Summary::key) == after {
            // A line whose time moved on while the pages were read is there already.
            let ids: BTreeSet<CaseId> = self.rows.iter().map(|row| row.id).collect();
            self.rows.extend(rows.into_iter().filter(|row| !ids.contains(&row.id)));
        } else {
            // It was asked for before the queue was read anew.
            return;
        }
        self.complete = last;
        if self.to_the_end {
            self.selected = self.rows.len().saturating_sub(1);
            self.to_the_end = !last;
        }
    }

    /// A page could not be read: the next key asks again.
    pub fn not_read(&mut self) {
        self.asked = false;
    }

    /// Takes in a case as it is now: archived ones leave, the others keep their place.
    pub fn update(&mut self, case: &Summary) {
        let Some(at) = self.rows.iter().position(|row| row.id == case.id) else { return };
        if case.state == crate::domain::case::State::Open {
            self.rows[at] = case.clone();
        } else {
            self.remove(case.id);
        }
        // It may stand among the buyer's other cases of any preview.
        self.forget();
    }

    /// Takes a line out; the cursor stays on its case.
    pub fn remove(&mut self, id: CaseId) {
        let Some(at) = self.rows.iter().position(|row| row.id == id) else { return };
        self.rows.remove(at);
        self.marked.remove(&id);
        if at < self.selected {
            self.selected -= 1;
        }
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
    }

    /// Puts the cursor on a case, if it is there.
    pub fn select(&mut self, id: CaseId) {
        if let Some(at) = self.rows.iter().position(|row| row.id == id) {
            self.selected = at;
        }
    }

    /// The case before or after another in the order of the queue.
    #[must_use]
    pub fn beside(&self, id: CaseId, forward: bool) -> Option<CaseId> {
        let at = self.rows.iter().position(|row| row.id == id)?;
        let next = if forward { at + 1 } else { at.checked_sub(1)? };
        self.rows.get(next).map(|row| row.id)
    }

    /// The next case to read whole: the one under the cursor, then those beside it, so that a step finds its preview
    /// there.
    #[must_use]
    pub fn unread(&self) -> Option<CaseId> {
        let near = [Some(self.selected), self.selected.checked_add(1), self.selected.checked_sub(1)];
        let mut near = near.into_iter().flatten().filter_map(|at| self.rows.get(at)).map(|row| row.id);
        near.find(|id| !self.peeks.iter().any(|(fresh, file)| *fresh && file.summary.id == *id))
    }

    /// Takes in a whole case for the preview.
    pub fn read(&mut self, file: Box<CaseFile>) {
        self.peeks.retain(|(_, known)| known.summary.id != file.summary.id);
        if self.peeks.len() == PEEKS {
            self.peeks.remove(0);
        }
        self.peeks.push((true, file));
    }

    /// Something changed: every preview is read anew, and shown as it was until then.
    pub fn forget(&mut self) {
        for (fresh, _) in &mut self.peeks {
            *fresh = false;
        }
    }

    /// The case under the cursor, read whole.
    fn peek(&self) -> Option<&CaseFile> {
        let id = self.current()?.id;
        self.peeks.iter().find(|(_, file)| file.summary.id == id).map(|(_, file)| file.as_ref())
    }

    /// When a time on screen reads differently.
    #[must_use]
    pub fn next_change(&self, now: Timestamp, height: usize) -> Option<SignedDuration> {
        let top = scroll_for(self.selected, height, self.rows.len());
        let shown = self.rows.iter().skip(top).take(height);
        shown.filter_map(|row| row.due).map(|due| until_change(now, due)).min()
    }
}

/// Lines of the list that fit a screen of this size.
#[must_use]
pub fn list_height(width: u16, height: u16) -> usize {
    let around = if width >= WIDE { 3 } else { 7 };
    usize::from(height.saturating_sub(around)).max(1)
}

/// Draws the queue below the header and above the footer.
pub fn view(queue: &Queue, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    if area.width >= WIDE {
        let [list, gap, preview] =
            Layout::horizontal([Constraint::Length(70), Constraint::Length(2), Constraint::Fill(1)])
                .areas(area);
        view_list(queue, cx, frame, list);
        for y in gap.top()..gap.bottom() {
            draw_line(frame, Rect { y, height: 1, ..gap }, Line::styled("│", cx.theme.calm()));
        }
        view_preview(queue, cx, frame, preview);
    } else {
        let [list, detail] = Layout::vertical([Constraint::Fill(1), Constraint::Length(4)]).areas(area);
        view_list(queue, cx, frame, list);
        view_detail(queue, cx, frame, detail);
    }
}

/// The columns with their widths: what is left goes to the buyer's words.
fn columns(width: usize) -> Vec<(Text, usize)> {
    let mut columns = vec![(Text::ColumnDue, 12), (Text::ColumnClock, 13)];
    if (70..80).contains(&width) || width >= 100 {
        columns.push((Text::ColumnChannel, 8));
    }
    columns.push((Text::ColumnKind, 12));
    columns.push((Text::ColumnOrder, 19));
    if width >= 110 {
        columns.push((Text::ColumnSku, 14));
    }
    let used: usize = columns.iter().map(|(_, cells)| cells + 1).sum();
    if width > used + 8 {
        columns.push((Text::ColumnSays, width - used - 1));
    }
    columns
}

fn view_list(queue: &Queue, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let columns = columns(usize::from(area.width));
    let titles = columns.iter().map(|(title, cells)| safe_text::pad(cx.t(*title), *cells).into_string());
    let heading = titles.collect::<Vec<_>>().join(" ");
    draw_line(
        frame,
        Rect { height: 1.min(area.height), ..area },
        Line::styled(format!(" {heading}"), cx.theme.calm()),
    );
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if queue.rows.is_empty() {
        return view_empty(queue, cx, frame, body);
    }
    let height = usize::from(body.height);
    let top = scroll_for(queue.selected, height, queue.rows.len());
    let lines = queue.rows.iter().enumerate().skip(top);
    for (y, (at, row)) in (body.top()..body.bottom()).zip(lines) {
        let place = Rect { y, height: 1, ..body };
        draw_line(frame, place, row_line(queue, cx, row, &columns));
        if at == queue.selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
}

fn view_empty(queue: &Queue, cx: &Context<'_>, frame: &mut Frame<'_>, body: Rect) {
    let lines = if queue.filter.words.is_empty() {
        [Text::EmptyQueue, Text::EmptyQueueNext].map(|text| cx.t(text)).to_vec()
    } else {
        vec![cx.t(Text::NothingMatches)]
    };
    for (y, line) in (body.top() + 1..body.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..body }, Line::raw(format!("  {line}")));
    }
}

fn row_line(queue: &Queue, cx: &Context<'_>, row: &Summary, columns: &[(Text, usize)]) -> Line<'static> {
    let urgency = cx.urgency(row.due);
    let mark = if queue.marked.contains(&row.id) { "✓" } else { " " };
    let mut spans = vec![Span::raw(mark)];
    for (column, cells) in columns {
        let (text, style) = match column {
            Text::ColumnDue => {
                let left = row.due.map(|due| time_left(cx.lang, cx.now, due)).unwrap_or_default();
                let symbol = if row.long_term { "■" } else { urgency.symbol() };
                (format!("{symbol} {left}"), cx.theme.urgency(urgency))
            }
            Text::ColumnClock => (
                row.clock.as_deref().map(|name| cx.clock_name(name)).unwrap_or_default().to_owned(),
                Style::new(),
            ),
            Text::ColumnChannel => (cx.t(row.channel).to_owned(), Style::new()),
            Text::ColumnKind => (cx.t(row.kind).to_owned(), Style::new()),
            Text::ColumnOrder => {
                (row.order_id.clone().unwrap_or_else(|| cx.t(Text::NoOrder).to_owned()), Style::new())
            }
            Text::ColumnSku => (row.sku.clone().unwrap_or_default(), Style::new()),
            _ => (row.excerpt.clone(), Style::new()),
        };
        spans.push(Span::styled(safe_text::pad(&text, *cells).into_string(), style));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

/// Below the list on a narrow screen: whose case it is, its clocks, and the buyer's words.
fn view_detail(queue: &Queue, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let Some(row) = queue.current() else { return };
    let cells = usize::from(area.width);
    let mut lines = vec![rule(cx, &title(row, cx), cells)];
    lines.push(clock_line(queue.peek(), row, cx));
    for words in safe_text::wrap(&row.excerpt, cells.saturating_sub(2)).into_iter().take(2) {
        lines.push(Line::raw(format!(" {words}")));
    }
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..area }, line);
    }
}

/// `#12 · US · message · KB-US-01 · Ann Lee`.
fn title(row: &Summary, cx: &Context<'_>) -> String {
    let mut parts = vec![format!("#{}", row.id)];
    parts.extend(row.marketplace.map(|site| site.code().to_owned()));
    parts.push(cx.t(row.channel).to_owned());
    parts.extend(row.sku.clone());
    parts.extend(row.buyer_name.clone().or_else(|| row.buyer.clone()));
    if row.answered {
        parts.push(cx.t(Text::Answered).to_owned());
    }
    parts.join(" · ")
}

fn clock_line(peek: Option<&CaseFile>, row: &Summary, cx: &Context<'_>) -> Line<'static> {
    let mut spans = vec![Span::styled(format!(" {}: ", cx.t(Text::Clocks)), cx.theme.calm())];
    match peek {
        Some(file) => spans.extend(case::clock_spans(file, cx)),
        None => {
            if let (Some(due), Some(clock)) = (row.due, &row.clock) {
                let text = format!("{} {}", cx.clock_name(clock), time_left(cx.lang, cx.now, due));
                spans.push(Span::styled(text, cx.theme.urgency(cx.urgency(Some(due)))));
            }
        }
    }
    if let Some(others) = peek.map(|file| file.others.len()).filter(|others| *others > 0) {
        spans.push(Span::styled(format!("  {}: {others}", cx.t(Text::OtherCases)), cx.theme.calm()));
    }
    Line::from(spans)
}

fn view_preview(queue: &Queue, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let Some(row) = queue.current() else { return };
    match queue.peek() {
        Some(file) => case::view_preview(file, cx, frame, area),
        None => draw_line(
            frame,
            Rect { height: 1.min(area.height), ..area },
            rule(cx, &title(row, cx), usize::from(area.width)),
        ),
    }
}

/// The header: sites, counts, health, the operator's time; what does not fit is left out from the least important.
pub fn header(
    cx: &Context<'_>,
    counts: Option<&Counts>,
    marked: usize,
    filter: &Filter,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let width = usize::from(area.width);
    let clock = cx.now.to_zoned(cx.zone.clone());
    let clock = match cx.lang {
        Lang::En => clock.strftime("%a %-d %b %H:%M").to_string(),
        Lang::Zh => clock.strftime("%-m月%-d日 %H:%M").to_string(),
    };
    let mut parts: Vec<(u8, Span<'static>)> = vec![(0, Span::styled(" kesu", cx.theme.heading()))];
    if let Some(counts) = counts {
        parts.extend(count_parts(cx, counts));
    }
    if marked > 0 {
        parts.push((1, Span::styled(format!("✓ {marked} {}", cx.t(Text::Marked)), cx.theme.key())));
    }
    if !filter.words.is_empty() {
        let words = safe_text::line(&filter.words, 20);
        parts.push((1, Span::styled(format!("/{words}"), cx.theme.key())));
    }
    let cells =
        |parts: &[(u8, Span<'_>)]| parts.iter().map(|(_, span)| span.content.width() + 3).sum::<usize>();
    while cells(&parts) + clock.width() + 1 > width {
        let Some(least) = parts.iter().map(|(rank, _)| *rank).max().filter(|rank| *rank > 0) else { break };
        parts.retain(|(rank, _)| *rank != least);
    }
    let used = cells(&parts);
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (_, span) in parts {
        spans.push(span);
        spans.push(Span::raw("   "));
    }
    spans.push(Span::raw(" ".repeat(width.saturating_sub(used + clock.width() + 1))));
    spans.push(Span::styled(clock, cx.theme.calm()));
    draw_line(frame, area, Line::from(spans));
}

fn count_parts(cx: &Context<'_>, counts: &Counts) -> Vec<(u8, Span<'static>)> {
    use crate::domain::clock::Urgency;
    let mut parts = Vec::new();
    let sites: Vec<&str> = counts.sites.iter().take(6).map(|site| site.code()).collect();
    if !sites.is_empty() {
        parts.push((5, Span::raw(sites.join(" "))));
    }
    parts.push((1, Span::raw(format!("{} {}", counts.open, cx.t(Text::Open)))));
    if counts.late > 0 {
        parts.push((
            1,
            Span::styled(format!("▲ {} {}", counts.late, cx.t(Text::Late)), cx.theme.urgency(Urgency::Late)),
        ));
    }
    parts.push((
        1,
        Span::styled(
            format!("● {} {}", counts.today, cx.t(Text::DueToday)),
            cx.theme.urgency(Urgency::Today),
        ),
    ));
    if counts.long_term > 0 {
        parts.push((2, Span::raw(format!("■ {} {}", counts.long_term, cx.t(Text::LongTerm)))));
    }
    if let Some((site, rate)) = counts.odr_worst {
        let share = percent(rate.numerator, rate.denominator, 2);
        let above = rate.numerator * 100 >= rate.denominator;
        let style = if above { cx.theme.blocked() } else { Style::new() };
        parts.push((
            4,
            Span::styled(
                format!("{} {site} {share}{}", cx.t(Text::OdrWorst), if above { " !" } else { "" }),
                style,
            ),
        ));
    }
    if let Some(rate) = counts.on_time {
        parts.push((
            6,
            Span::raw(format!("{} {}", cx.t(Text::OnTime), percent(rate.numerator, rate.denominator, 0))),
        ));
    }
    if counts.done_today > 0 {
        parts.push((7, Span::raw(format!("{} {}", counts.done_today, cx.t(Text::DoneToday)))));
    }
    parts
}

/// `0.62%` from counts, rounded half up, without floating point.
#[must_use]
pub fn percent(part: i64, whole: i64, decimals: u32) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let scale = 10_i128.pow(decimals);
    let value = (i128::from(part) * 100 * scale * 2 + i128::from(whole)) / (i128::from(whole) * 2);
    if decimals == 0 {
        format!("{value}%")
    } else {
        format!("{}.{:0width$}%", value / scale, value % scale, width = decimals as usize)
    }
}
