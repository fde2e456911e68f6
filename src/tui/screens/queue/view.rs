//! The queue on the screen: the list, the case beside or below it, the header with its counts.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::Queue;
use crate::domain::case::State;
use crate::domain::clock::Side;
use crate::domain::view::{CaseFile, Counts, Filter, Summary};
use crate::i18n::{Lang, Text, time_left};
use crate::safe_text;
use crate::tui::screens::{case, forecast};
use crate::tui::widgets::{Context, draw_line, rule, scroll_for};

/// From this width on the queue has a preview pane.
const WIDE: u16 = 120;

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
    let lines = if !queue.complete {
        vec![cx.t(Text::Loading)]
    } else if queue.filter.words.is_empty() && queue.filter.due.is_none() && queue.filter.only.is_none() {
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
    let asleep = row.wake.is_some_and(|wake| wake > cx.now);
    let mark = match (queue.marked.contains(&row.id), asleep, row.is_informal()) {
        (true, ..) => Span::raw("✓"),
        (_, true, _) => Span::raw("z"),
        (_, _, true) => Span::styled("?", cx.theme.key()),
        _ => Span::raw(" "),
    };
    let mut spans = vec![mark];
    for (column, cells) in columns {
        let (text, style) = match column {
            Text::ColumnDue => {
                if row.state == State::Archived {
                    let text = safe_text::pad(&format!("  {}", cx.t(row.state)), *cells).into_string();
                    spans.push(Span::styled(text, cx.theme.calm()));
                    spans.push(Span::raw(" "));
                    continue;
                }
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
    let informal =
        queue.peek().and_then(|file| case::verdict_line(file, cx, cells)).filter(|_| row.is_informal());
    let room = if informal.is_some() { 1 } else { 2 };
    lines.extend(informal);
    for words in safe_text::wrap(&row.excerpt, cells.saturating_sub(2)).into_iter().take(room) {
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
    match row.waiting {
        Some(Side::Buyer) => parts.push(cx.t(Text::WaitForBuyer).to_owned()),
        Some(Side::Carrier) => parts.push(cx.t(Text::WaitForCarrier).to_owned()),
        None => {}
    }
    if let Some(wake) = row.wake.filter(|wake| *wake > cx.now) {
        parts.push(cx.snoozed(wake));
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
    if filter.asleep {
        parts.push((1, Span::styled(format!("+ {}", cx.t(Text::ActionAsleep)), cx.theme.key())));
    }
    if let Some(listed) = &filter.only {
        let name = safe_text::line(&listed.name[cx.lang as usize], 40);
        parts.push((0, Span::styled(name.into_string(), cx.theme.key())));
    }
    if let Some(range) = filter.due {
        // What the list is narrowed to is never left out.
        parts.push((0, Span::styled(forecast::range_name(cx, range), cx.theme.key())));
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
        parts.push((6, Span::raw(sites.join(" "))));
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
    if counts.informal > 0 {
        parts.push((4, Span::raw(format!("? {} {}", counts.informal, cx.t(Text::InformalWaiting)))));
    }
    if counts.asleep > 0 {
        parts.push((3, Span::raw(format!("z {} {}", counts.asleep, cx.t(Text::Snoozed)))));
    }
    if let Some((site, rate)) = counts.odr_worst {
        let share = percent(rate.numerator, rate.denominator, 2);
        let above = counts.odr_over;
        let style = if above { cx.theme.blocked() } else { Style::new() };
        parts.push((
            5,
            Span::styled(
                format!("{} {site} {share}{}", cx.t(Text::OdrWorst), if above { " !" } else { "" }),
                style,
            ),
        ));
    }
    if let Some(rate) = counts.on_time {
        parts.push((
            7,
            Span::raw(format!("{} {}", cx.t(Text::OnTime), percent(rate.numerator, rate.denominator, 0))),
        ));
    }
    if counts.done_today > 0 {
        parts.push((8, Span::raw(format!("{} {}", counts.done_today, cx.t(Text::DoneToday)))));
    }
    parts
}

/// `0.62%` from counts, rounded half up, without floating point.
fn percent(part: i64, whole: i64, decimals: u32) -> String {
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
