//! The course of a rate as bars with the line drawn through them.

use jiff::civil::Date;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::health::{Distance, Point, distance};
use crate::i18n::{Lang, health as say};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line};

/// Cells before the first bar: the scale.
const MARGIN: u16 = 8;
/// Steps of one cell.
const STEPS: i128 = 8;

/// Draws the bars in all lines but the last, which names the days.
pub fn view(trend: &[Point], line: i64, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    if area.height < 2 || area.width <= MARGIN + 8 {
        return;
    }
    let bars = columns(trend, usize::from(area.width - MARGIN - 1));
    let high = i128::from(area.height - 1);
    let top = scale(&bars, line);
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    // The lowest cell that lies above the line: a bar that reaches into it is at the line or over it.
    let line_row = i128::from(line) * high / top;
    for y in 0..area.height - 1 {
        let below = high - 1 - i128::from(y);
        let here = below == line_row.min(high - 1);
        let label = match (here, y) {
            (true, _) => say::line_name(line),
            (false, 0) => say::line_name(i64::try_from(top).unwrap_or(line)),
            _ => String::new(),
        };
        let mut spans = vec![Span::styled(
            format!("{} ", safe_text::pad_left(&label, usize::from(MARGIN) - 1)),
            cx.theme.calm(),
        )];
        spans.extend(bars.iter().map(|point| cell(point, below, high, top, line, here, cx)));
        draw_line(frame, row(y), Line::from(spans));
    }
    draw_line(frame, row(area.height - 1), axis(&bars, cx));
}

/// As many points as there is room for, each the last of its part of the days.
fn columns(trend: &[Point], room: usize) -> Vec<Point> {
    let count = trend.len().min(room);
    (0..count).map(|at| trend[(at + 1) * trend.len() / count - 1]).collect()
}

/// What the full height stands for, hundredths of a per cent: the line twice, or the highest rate.
fn scale(bars: &[Point], line: i64) -> i128 {
    let rate = |point: &Point| {
        let all = i128::from(point.denominator).max(1);
        (i128::from(point.numerator) * 10_000 + all - 1) / all
    };
    bars.iter().map(rate).max().unwrap_or(0).max(i128::from(line) * 2)
}

fn cell(
    point: &Point,
    below: i128,
    high: i128,
    top: i128,
    line: i64,
    here: bool,
    cx: &Context<'_>,
) -> Span<'static> {
    let all = i128::from(point.denominator);
    let filled = if all > 0 { i128::from(point.numerator) * 10_000 * high * STEPS / (top * all) } else { 0 };
    // One defective order is seen too.
    let filled = if point.numerator > 0 { filled.max(1) } else { 0 };
    let level = usize::try_from((filled - below * STEPS).clamp(0, STEPS)).unwrap_or(0);
    let over = matches!(distance(point.numerator, point.denominator, line), Some(Distance::Over { .. }));
    match (level, here) {
        (0, true) => Span::styled("┄", cx.theme.calm()),
        (0, false) => Span::raw(" "),
        _ => {
            let style = match (over, point.whole) {
                (true, _) => cx.theme.blocked(),
                (false, true) => Style::new(),
                (false, false) => cx.theme.calm(),
            };
            Span::styled(["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"][level - 1], style)
        }
    }
}

/// The first and the last day; dotted where the imported orders do not cover the whole window.
fn axis(bars: &[Point], cx: &Context<'_>) -> Line<'static> {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return Line::default() };
    let name = |day: Date| day.strftime(cx.lang.pick("%-d %b", "%-m月%-d日")).to_string();
    let (from, to) = (name(first.day), name(last.day));
    let partial = bars.iter().any(|point| !point.whole);
    let note = if partial {
        match cx.lang {
            Lang::En => " ╌ orders do not cover the window ",
            Lang::Zh => " ╌ 订单未覆盖整个统计期 ",
        }
    } else {
        ""
    };
    let ends = safe_text::cells(&from) + safe_text::cells(&to) + 2;
    let note = if ends + safe_text::cells(note) <= bars.len() { note } else { "" };
    let rest = bars.len().saturating_sub(ends + safe_text::cells(note));
    let begin = safe_text::cells(&from) + 1;
    let ruler: String =
        bars.iter().skip(begin).take(rest).map(|point| if point.whole { '─' } else { '╌' }).collect();
    let text = format!("{}{from} {ruler}{note} {to}", " ".repeat(usize::from(MARGIN)));
    Line::styled(text, cx.theme.calm())
}
