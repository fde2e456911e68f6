//! The coming seven days: how many cases fall due per hour today and tomorrow, and per day after.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::clock::Urgency;
use crate::domain::view::{Bar, Forecast};
use crate::i18n::{Lang, Text};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, rule};

/// Cells of one hour.
const HOUR: u16 = 3;
/// Cells before the first hour.
const MARGIN: u16 = 3;
/// Lines beside the bars: titles, counts and hours of two days, five days, the line below.
const AROUND: u16 = 13;

/// State of the overview.
#[derive(Debug, Default)]
pub struct ForecastView {
    forecast: Option<Forecast>,
    selected: usize,
}

impl ForecastView {
    /// Takes in the figures as they are now; the cursor stays on its hour.
    pub fn take(&mut self, forecast: Forecast) {
        let on = self.current().map(|bar| bar.from);
        // At first where the next work is.
        let first = forecast.bars.iter().position(|bar| bar.count > 0);
        let place = match on {
            Some(on) => forecast.bars.iter().position(|bar| bar.until > on),
            None => first,
        };
        self.selected = place.unwrap_or(0);
        self.forecast = Some(forecast);
    }

    fn bars(&self) -> &[Bar] {
        self.forecast.as_ref().map_or(&[], |forecast| &forecast.bars)
    }

    fn current(&self) -> Option<&Bar> {
        self.bars().get(self.selected)
    }

    /// The hour or day under the cursor as seconds UTC, for the queue; none where nothing falls due in it.
    #[must_use]
    pub fn range(&self) -> Option<(i64, i64)> {
        self.current().filter(|bar| bar.count > 0).map(|bar| (bar.from.as_second(), bar.until.as_second()))
    }

    /// Goes to a later or an earlier bar.
    pub fn along(&mut self, bars: isize) {
        self.selected = self.selected.saturating_add_signed(bars).min(self.bars().len().saturating_sub(1));
    }

    /// Goes to a later or an earlier day, to the same hour where it has hours.
    pub fn step(&mut self, days: isize, zone: &TimeZone) {
        let Some(bar) = self.current() else { return };
        let hour = |bar: &Bar| bar.from.to_zoned(zone.clone()).hour();
        let (day, wanted) = (bar.day.saturating_add_signed(days), hour(bar));
        let there = self.bars().iter().enumerate().filter(|(_, bar)| bar.day == day);
        let near = there.min_by_key(|(_, bar)| (hour(bar) - wanted).abs()).map(|(at, _)| at);
        self.selected = near.unwrap_or(self.selected);
    }

    /// Goes to the first or the last bar.
    pub fn jump(&mut self, end: bool) {
        self.selected = if end { self.bars().len().saturating_sub(1) } else { 0 };
    }
}

/// Draws the overview below the header and above the footer.
pub fn view(view: &ForecastView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let Some(forecast) = &view.forecast else {
        return draw_line(frame, Rect { height: 1.min(area.height), ..area }, Line::raw(cx.t(Text::Loading)));
    };
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    // Lines a full bar is high.
    let high = (area.height.saturating_sub(AROUND) / 2).clamp(1, 8);
    let mut y = 0;
    let most = forecast.bars.iter().filter(|bar| bar.day < 2).map(|bar| bar.count).max().unwrap_or(0);
    for day in 0..2 {
        if y + high + 3 > area.height {
            return;
        }
        let hours: Vec<(usize, &Bar)> = bars_of(forecast, day).collect();
        let sum: i64 = hours.iter().map(|(_, bar)| bar.count).sum();
        let name = cx.t(if day == 0 { Text::Today } else { Text::Tomorrow });
        let date = hours.first().map(|(_, bar)| day_name(cx, bar.from)).unwrap_or_default();
        let mut title = format!("{name} · {date} · {sum} {}", cx.t(Text::DueWord));
        if day == 0 && forecast.late > 0 {
            title.push_str(&format!(" · ▲ {} {}", forecast.late, cx.t(Text::Late)));
        }
        draw_line(frame, row(y), rule(cx, &title, area.width.into()));
        view_hours(
            &hours,
            view.selected,
            most,
            cx,
            frame,
            Rect { y: area.y + y + 1, height: high + 2, ..area },
        );
        y += high + 3;
    }
    if y < area.height {
        draw_line(frame, row(y), rule(cx, cx.t(Text::ThenDays), area.width.into()));
    }
    let most = forecast.bars.iter().filter(|bar| bar.day >= 2).map(|bar| bar.count).max().unwrap_or(0);
    let days = forecast.bars.iter().enumerate().filter(|(_, bar)| bar.day >= 2);
    for (y, (at, bar)) in (y + 1..area.height).zip(days) {
        view_day(bar, at == view.selected, most, cx, frame, row(y));
    }
    if let Some(bar) = view.current().filter(|_| y + 6 < area.height) {
        let words = format!(" {} · {} {}", span(cx, bar), bar.count, cx.t(Text::CasesDue));
        draw_line(frame, row(y + 6), Line::styled(words, cx.theme.heading()));
    }
}

fn bars_of(forecast: &Forecast, day: usize) -> impl Iterator<Item = (usize, &Bar)> {
    forecast.bars.iter().enumerate().filter(move |(_, bar)| bar.day == day)
}

/// The bars of a day stand at its hours; those that have passed stay empty.
fn view_hours(
    hours: &[(usize, &Bar)],
    selected: usize,
    most: i64,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let Some((_, last)) = hours.last() else { return };
    let high = area.height - 2;
    let date = last.from.to_zoned(cx.zone.clone()).date();
    let start = date.to_zoned(cx.zone.clone()).map_or(last.from, |start| start.timestamp());
    for (at, bar) in hours {
        // A day with a change of the clocks has 23 or 25 of them.
        let passed = u16::try_from(bar.from.duration_since(start).as_hours()).unwrap_or(0);
        let x = area.x + MARGIN + passed * HOUR;
        if x + HOUR > area.right() {
            continue;
        }
        let cell = |line: u16| Rect { x, y: area.y + line, width: HOUR, height: 1 };
        let style = cx.theme.urgency(if bar.day == 0 { Urgency::Today } else { Urgency::Later });
        let filled = scaled(bar.count, most, i64::from(high) * 8);
        for line in 0..high {
            let level = (filled - i64::from(high - 1 - line) * 8).clamp(0, 8);
            let block = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"][usize::try_from(level).unwrap_or(0)];
            draw_line(frame, cell(line), Line::styled(format!(" {}", block.repeat(2)), style));
        }
        let count = if bar.count > 0 { format!("{:>3}", short(bar.count)) } else { String::new() };
        draw_line(frame, cell(high), Line::styled(count, Style::new()));
        let hour = format!(" {:02}", bar.from.to_zoned(cx.zone.clone()).hour());
        let place = cell(high + 1);
        draw_line(frame, place, Line::styled(hour, cx.theme.calm()));
        if *at == selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
}

fn view_day(bar: &Bar, selected: bool, most: i64, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let room = i64::from(area.width.saturating_sub(24));
    let cells = usize::try_from(scaled(bar.count, most, room)).unwrap_or(0);
    let name = safe_text::pad(&day_name(cx, bar.from), 14).into_string();
    let spans = vec![
        Span::raw(format!("  {name} {:>4} ", short(bar.count))),
        Span::styled("█".repeat(cells), cx.theme.urgency(Urgency::Later)),
    ];
    draw_line(frame, area, Line::from(spans));
    if selected {
        frame.buffer_mut().set_style(Rect { width: 22.min(area.width), ..area }, cx.theme.selected());
    }
}

/// A count as a share of `full`; one case is seen too.
fn scaled(count: i64, most: i64, full: i64) -> i64 {
    if count == 0 || most == 0 { 0 } else { (count.saturating_mul(full) / most).max(1) }
}

/// A count in three cells.
fn short(count: i64) -> String {
    match count {
        0..=999 => count.to_string(),
        1_000..=99_999 => format!("{}k", count / 1_000),
        _ => "∞".to_owned(),
    }
}

/// `Fri 9 Oct`, `10月9日 周五`.
fn day_name(cx: &Context<'_>, at: Timestamp) -> String {
    let local = at.to_zoned(cx.zone.clone());
    match cx.lang {
        Lang::En => local.strftime("%a %-d %b").to_string(),
        Lang::Zh => format!("{} {}", local.strftime("%-m月%-d日"), weekday(local.weekday())),
    }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

/// `Wed 7 Oct 13:00–14:00`, or the day alone.
fn span(cx: &Context<'_>, bar: &Bar) -> String {
    let day = day_name(cx, bar.from);
    if bar.day < 2 { format!("{day} {}", hours_name(cx, bar.from, bar.until)) } else { day }
}

fn hours_name(cx: &Context<'_>, from: Timestamp, until: Timestamp) -> String {
    let clock = |at: Timestamp| at.to_zoned(cx.zone.clone()).strftime("%H:%M").to_string();
    format!("{}–{}", clock(from), clock(until))
}

/// What the header of a queue says that shows only these cases, seconds UTC: `13:00–14:00`, or the day.
#[must_use]
pub fn range_name(cx: &Context<'_>, (from, until): (i64, i64)) -> String {
    let at = |second: i64| Timestamp::from_second(second).unwrap_or(cx.now);
    if until - from > 7_200 { day_name(cx, at(from)) } else { hours_name(cx, at(from), at(until)) }
}
