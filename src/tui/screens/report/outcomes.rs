//! The page of outcomes: the rate of withdrawn claims with and without an offer, how cases ended, and the rate divided by kind,
//! size, delay and site.

use ratatui::text::{Line, Span};

use super::{PageLine, bar, cell, number};
use crate::domain::CaseId;
use crate::domain::outcome::figures::{Group, Outcomes};
use crate::domain::paths::{OfferBenchmark, shipped_paths};
use crate::domain::view::Listed;
use crate::i18n::{Lang, Text, report as say};
use crate::safe_text;
use crate::tui::widgets::{Context, rule};

/// Cells of the name of a figure.
const NAME: usize = 30;

/// One row of the page, in the order of the screen.
enum Row<'o> {
    /// A heading.
    Heading([String; 2]),
    /// A rate of withdrawals.
    Rate([String; 2], &'o Group),
    /// So many cases.
    Count([String; 2], &'o [CaseId]),
    /// The same, worth a look.
    Alarm([String; 2], &'o [CaseId]),
    /// Words to read, wrapped.
    Words([String; 2]),
}

fn both(name: impl Fn(Lang) -> String) -> [String; 2] {
    [Lang::En, Lang::Zh].map(name)
}

fn fixed(en: &str, zh: &str) -> [String; 2] {
    [en.to_owned(), zh.to_owned()]
}

/// The rows, from which the lines and what stands behind them both come.
fn rows(outcomes: &Outcomes) -> Vec<Row<'_>> {
    let mut rows = vec![
        Row::Rate(fixed("claims withdrawn after an offer", "有补偿的索赔撤回"), &outcomes.offered),
        Row::Rate(fixed("without an offer", "无补偿的索赔撤回"), &outcomes.alone),
    ];
    if let Some(benchmark) = benchmark() {
        let others = |lang: Lang| {
            let source = lang.pick(&benchmark.source, &benchmark.source_zh);
            format!("│ {}", say::others(lang, benchmark.withdrawn_percent, source))
        };
        rows.push(Row::Words(both(others)));
    }
    rows.push(Row::Words(both(|lang| say::denominator(lang).to_owned())));
    if !outcomes.unsettled.is_empty() {
        let name = fixed("not counted: appealed, or not known", "未计入：申诉中或结果不明");
        rows.push(Row::Count(name, &outcomes.unsettled));
    }
    rows.push(Row::Heading(fixed("how cases ended", "处理结果")));
    for (outcome, cases) in &outcomes.ended {
        rows.push(Row::Count(both(|lang| Text::from(*outcome).in_lang(lang).to_owned()), cases));
    }
    if !outcomes.lost.is_empty() {
        let name = fixed("unanswered, lost by the clock", "超时未答复，按时限推定败诉");
        rows.push(Row::Alarm(name, &outcomes.lost));
    }
    if !outcomes.disputed.is_empty() {
        rows.push(Row::Alarm(fixed("you and Amazon disagree", "您的记录与亚马逊不符"), &outcomes.disputed));
    }
    if outcomes.ended.is_empty() && outcomes.lost.is_empty() {
        let next = fixed(
            "No case ended in this time: d looks further back.",
            "此时段内没有了结的客诉：按 d 扩大时段。",
        );
        rows.push(Row::Words(next));
    }
    divided(
        &mut rows,
        "after an offer, by its kind",
        "有补偿，按补偿方式",
        &outcomes.kinds,
        |lang, kind| Text::from(*kind).in_lang(lang).to_owned(),
    );
    divided(&mut rows, "by its way to the buyer", "按补偿途径", &outcomes.routes, |lang, route| {
        say::route_name(lang, *route).to_owned()
    });
    divided(
        &mut rows,
        "by its share of the order",
        "按占订单金额比例",
        &outcomes.sizes,
        |lang, size| say::size_name(lang, *size),
    );
    divided(
        &mut rows,
        "by the time from complaint to offer",
        "按投诉到补偿的时间",
        &outcomes.delays,
        |lang, delay| say::delay_name(lang, *delay),
    );
    divided(&mut rows, "by site", "按站点", &outcomes.sites, |lang, site| say::site_name(lang, *site));
    rows
}

fn divided<'o, K>(
    rows: &mut Vec<Row<'o>>,
    en: &str,
    zh: &str,
    groups: &'o [(K, Group)],
    name: impl Fn(Lang, &K) -> String,
) {
    if !groups.is_empty() {
        rows.push(Row::Heading(fixed(en, zh)));
        rows.extend(groups.iter().map(|(key, group)| Row::Rate(both(|lang| name(lang, key)), group)));
    }
}

/// What others reach; the policy that ships reads, a test says so.
fn benchmark() -> Option<OfferBenchmark> {
    shipped_paths().ok().map(|policy| policy.benchmark)
}

/// What stands behind the figures.
pub(super) fn figures(outcomes: &Outcomes) -> Vec<Listed> {
    let mut figures = Vec::new();
    let mut under: Option<[String; 2]> = None;
    for row in rows(outcomes) {
        let (name, cases) = match row {
            Row::Heading(name) => {
                under = Some(name);
                continue;
            }
            Row::Words(_) => continue,
            Row::Rate(name, group) => (name, group.settled.as_slice()),
            Row::Count(name, cases) | Row::Alarm(name, cases) => (name, cases),
        };
        let full = |lang: Lang| {
            let name = &name[lang as usize];
            under.as_ref().map_or_else(|| name.clone(), |under| format!("{} · {name}", under[lang as usize]))
        };
        figures.push(Listed { name: both(full), cases: cases.to_vec() });
    }
    figures
}

/// Its lines.
pub(super) fn lines(outcomes: &Outcomes, cx: &Context<'_>, width: usize) -> Vec<PageLine> {
    let most = outcomes.ended.values().map(Vec::len).chain([outcomes.lost.len()]).max().unwrap_or(0);
    let (mut lines, mut figure) = (vec![PageLine::plain(heading(cx))], 0);
    let mut next = |words: Line<'static>| {
        figure += 1;
        PageLine::of(figure - 1, words)
    };
    for row in rows(outcomes) {
        let lang = cx.lang as usize;
        match row {
            Row::Heading(name) => lines.push(PageLine::plain(rule(cx, &name[lang], width))),
            Row::Words(words) => {
                let wrapped = safe_text::lines(&words[lang], width.saturating_sub(2));
                let line = |words| PageLine::plain(Line::styled(format!(" {words}"), cx.theme.calm()));
                lines.extend(wrapped.map(line));
            }
            Row::Rate(name, group) => lines.push(next(rate(&name[lang], group, outcomes, cx, width))),
            Row::Count(name, cases) => {
                lines.push(next(Line::raw(count(&name[lang], cases.len(), most, width))));
            }
            Row::Alarm(name, cases) => {
                let words = count(&format!("⚠ {}", name[lang]), cases.len(), most, width);
                lines.push(next(Line::styled(words, cx.theme.warning())));
            }
        }
    }
    lines
}

fn heading(cx: &Context<'_>) -> Line<'static> {
    let pick = |en, zh| cx.lang.pick(en, zh);
    let words = format!(
        " {}{}{}  {}",
        cell("", NAME + 2),
        number(pick("withdrawn/of", "撤回/总数"), 13),
        number(pick("rate", "撤回率"), 10),
        pick("95% interval", "95%区间"),
    );
    Line::styled(words, cx.theme.calm())
}

fn rate(name: &str, group: &Group, outcomes: &Outcomes, cx: &Context<'_>, width: usize) -> Line<'static> {
    let (share, enough) = (group.withdrawn, outcomes.is_enough(group));
    let words = format!(
        " {}{}{}  {} ",
        cell(name, NAME + 2),
        number(&format!("{}/{}", share.of, share.all), 13),
        number(&say::rate(cx.lang, share, enough), 10),
        cell(&if enough { say::interval(share) } else { String::new() }, 8),
    );
    let room = width.saturating_sub(safe_text::cells(&words) + 1).min(40);
    let mut spans = vec![Span::raw(words)];
    if enough && room >= 8 {
        spans.push(Span::styled(marked(share.of, share.all, room), cx.theme.money()));
    }
    Line::from(spans)
}

/// A bar with a mark where others stand.
fn marked(of: usize, all: usize, room: usize) -> String {
    let Some(benchmark) = benchmark() else { return bar(of, all, room) };
    let mark = room * usize::try_from(benchmark.withdrawn_percent).unwrap_or(0) / 100;
    let bar: Vec<char> = bar(of, all, room).chars().collect();
    (0..room.max(bar.len()))
        .map(|at| if at == mark { '│' } else { bar.get(at).copied().unwrap_or(' ') })
        .collect()
}

fn count(name: &str, cases: usize, most: usize, width: usize) -> String {
    let words = format!(" {}{}  ", cell(name, NAME + 6), number(&cases.to_string(), 9));
    let room = width.saturating_sub(safe_text::cells(&words) + 1).min(60);
    format!("{words}{}", bar(cases, most, room))
}
