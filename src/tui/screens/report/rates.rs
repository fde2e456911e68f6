//! The page of complaint rates: a table for each way orders are told apart, bars beside the rates of others.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{PageLine, bar, cell, number};
use crate::domain::CaseId;
use crate::domain::rates::{Dimension, RateRow, Rates};
use crate::domain::view::Listed;
use crate::i18n::{Lang, costs as say, health};
use crate::safe_text;
use crate::tui::widgets::{Context, rule};

/// The rows of the tables in the order of the page.
fn rows(rates: &Rates) -> impl Iterator<Item = (Dimension, &RateRow)> {
    let table = |dimension: &Dimension| {
        let dimension = *dimension;
        rates.table(dimension).iter().map(move |row| (dimension, row)).collect::<Vec<_>>()
    };
    Dimension::ALL.iter().flat_map(table)
}

const ALL: [&str; 2] = ["all orders", "全部订单"];

/// Complaints that are in no rate, with their names.
fn apart(rates: &Rates) -> [(&'static str, &'static str, &[CaseId]); 2] {
    [
        ("complaints about orders never seen", "未导入订单的客诉", rates.unseen.as_slice()),
        (
            "complaints about one of several articles, not told which",
            "多件订单中未指明商品的客诉",
            rates.untold.as_slice(),
        ),
    ]
}

/// What stands behind the figures.
pub(super) fn figures(rates: &Rates) -> Vec<Listed> {
    let listed =
        |name: [&str; 2], cases: &[CaseId]| Listed { name: name.map(str::to_owned), cases: cases.to_vec() };
    let first = std::iter::once(listed(ALL, &rates.all.cases));
    let apart = apart(rates).map(|(en, zh, cases)| listed([en, zh], cases));
    let row = |(dimension, row): (Dimension, &RateRow)| Listed {
        name: [Lang::En, Lang::Zh].map(|lang| say::key_name(lang, dimension, &row.key)),
        cases: row.cases.clone(),
    };
    first.chain(apart).chain(rows(rates).map(row)).collect()
}

/// Its lines. SKUs, which may be many, stand last.
pub(super) fn lines(rates: &Rates, cx: &Context<'_>, width: usize) -> Vec<PageLine> {
    let mut lines = vec![PageLine::plain(head(rates, cx, width)), PageLine::plain(heading(cx, width))];
    let top = scale(rates);
    lines.push(PageLine::of(0, line(cx.lang.pick(ALL[0], ALL[1]), &rates.all, top, cx, width)));
    for (at, (en, zh, cases)) in (1..).zip(apart(rates)) {
        let words = format!(" {} {}", cases.len(), cx.lang.pick(en, zh));
        lines.push(PageLine::of(at, safe_text::line(&words, width).into_string()));
    }
    let mut shown = None;
    for (at, (dimension, row)) in (3..).zip(rows(rates)) {
        if shown != Some(dimension) {
            shown = Some(dimension);
            lines.push(PageLine::plain(rule(cx, say::dimension_name(cx.lang, dimension), width)));
        }
        let name = say::key_name(cx.lang, dimension, &row.key);
        lines.push(PageLine::of(at, line(&name, row, top, cx, width)));
    }
    lines.push(PageLine::plain(""));
    for words in notes(cx.lang) {
        let wrapped = safe_text::lines(words, width.saturating_sub(2));
        lines
            .extend(wrapped.map(|words| PageLine::plain(Line::styled(format!(" {words}"), cx.theme.calm()))));
    }
    lines
}

/// How the rates are counted.
fn notes(lang: Lang) -> [&'static str; 3] {
    [
        lang.pick(
            "An order counts once, by order date, whenever the complaint came. In brackets the interval of 95%. ┆ is what others have.",
            "每个订单只计一次，按下单日期，不论客诉何时提出。括号内为95%区间。┆ 为行业参考值。",
        ),
        lang.pick(
            "Categories, and where parcels come from: the cost table (C in the queue). Price lines, channels and others' rates: costs.toml.",
            "类目与发货地：成本表（队列中按 C）。金额分档、计入渠道与参考值：costs.toml。",
        ),
        lang.pick("No currency is converted.", "不做货币换算。"),
    ]
}

/// The days of the orders, which end with the last one that was imported.
fn head(rates: &Rates, cx: &Context<'_>, width: usize) -> Line<'static> {
    let (from, to) = (rates.window.from, rates.window.to);
    let part = if rates.whole { String::new() } else { format!(" · {}", say::partial(cx.lang, rates)) };
    let words = match cx.lang {
        Lang::En => format!(" orders of {from} to {to}{part}"),
        Lang::Zh => format!(" {from} 至 {to} 的订单{part}"),
    };
    Line::styled(safe_text::line(&words, width).into_string(), cx.theme.calm())
}

/// Below so many orders a rate sets no scale.
const FEW: usize = 20;

/// Cells of everything but the name and the bar: rate, interval, counts, rate of others, the gaps between.
const FIXED: usize = 44;

/// Cells of the name and of the bar.
fn widths(width: usize) -> (usize, usize) {
    let rest = width.saturating_sub(FIXED);
    let name = (rest * 2 / 3).clamp(12, 40);
    (name, rest.saturating_sub(name).clamp(4, 40))
}

fn heading(cx: &Context<'_>, width: usize) -> Line<'static> {
    let (name, bars) = widths(width);
    let pick = |en, zh| cx.lang.pick(en, zh);
    let words = format!(
        "{}{} {} {}{} {}",
        cell("", name),
        number(pick("rate", "客诉率"), 9),
        cell("", bars),
        cell(pick("95%", "95%区间"), 13),
        number(pick("of orders", "客诉/订单"), 11),
        pick("others", "参考"),
    );
    Line::styled(safe_text::line(&words, width).into_string(), cx.theme.calm())
}

/// The rate a full bar stands for, hundredths of a per cent: the highest one of rows with enough orders to be told, or of others.
fn scale(rates: &Rates) -> usize {
    let own = rows(rates).filter(|(_, row)| row.share.all >= FEW).filter_map(|(_, row)| rate(row));
    let own = own.chain(rate(&rates.all));
    let others = rows(rates).filter_map(|(_, row)| Some(row.benchmark.as_ref()?.0 as usize));
    own.chain(others).max().unwrap_or(0).max(100)
}

fn rate(row: &RateRow) -> Option<usize> {
    (row.share.of * 10_000).checked_div(row.share.all)
}

/// A row: name, rate, bar with the mark of others, interval, counts, and what others have.
fn line(called: &str, row: &RateRow, top: usize, cx: &Context<'_>, width: usize) -> Line<'static> {
    let (name, bars) = widths(width);
    let [share, interval] = say::rate_words(row);
    let above = match (&row.benchmark, row.share.interval()) {
        // Above others beyond doubt: the whole interval is.
        (Some((others, _)), Some([low, _])) => low * 10_000.0 > f64::from(*others),
        _ => false,
    };
    // A rate of a few orders says little: it is drawn so.
    let style = match (above, row.share.all < FEW) {
        (true, _) => cx.theme.blocked(),
        (false, true) => cx.theme.calm(),
        (false, false) => Style::new(),
    };
    let shown = format!("{}{share}", if above { "▲" } else { "" });
    let filled = bar(rate(row).unwrap_or(0).min(top), top, bars);
    let mark =
        row.benchmark.as_ref().map(|(others, _)| (*others as usize * bars / top).min(bars.saturating_sub(1)));
    let mut spans = vec![
        Span::raw(cell(&format!(" {called}"), name)),
        Span::styled(number(&shown, 9), style),
        Span::raw(" "),
    ];
    spans.extend(marked(&filled, bars, mark, style, cx));
    let interval = if interval.is_empty() { interval } else { format!("({interval})") };
    let counts = format!("{}/{}", row.share.of, row.share.all);
    let mut tail = format!(" {}{}", cell(&interval, 13), number(&counts, 11));
    if let Some((others, _)) = &row.benchmark {
        tail.push_str(&format!(" ┆{}", health::line_name(i64::from(*others))));
    }
    spans.push(Span::raw(tail));
    Line::from(spans)
}

/// A bar filled up to its room, with a mark through one of its cells.
fn marked(
    filled: &str,
    room: usize,
    mark: Option<usize>,
    style: Style,
    cx: &Context<'_>,
) -> Vec<Span<'static>> {
    let mut cells: Vec<String> = filled.chars().map(String::from).collect();
    cells.resize(room, " ".to_owned());
    let cell = |(at, cell): (usize, String)| match mark {
        Some(mark) if mark == at => Span::styled("┆", cx.theme.key()),
        _ => Span::styled(cell, style),
    };
    cells.into_iter().enumerate().map(cell).collect()
}
