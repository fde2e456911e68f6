//! The page of handling time: to the reply and to the archive, work apart from waiting, with and without a template.

use jiff::SignedDuration;
use ratatui::text::{Line, Span};

use super::{PageLine, bar, cell, number};
use crate::domain::handling::{Average, Handling, Times};
use crate::domain::view::Listed;
use crate::i18n::{Lang, report as say};
use crate::safe_text;
use crate::tui::widgets::{Context, rule};

/// Cells of the name of a row, and of each time.
const NAME: usize = 17;
const TIME: usize = 8;

/// The rows of the table: name in both languages, times.
fn table(handling: &Handling) -> [([&'static str; 2], &Times); 4] {
    [
        (["replies sent", "已发送回复"], &handling.sent),
        (["· with template", "· 使用模板"], &handling.with),
        (["· without", "· 未用模板"], &handling.without),
        (["archived", "已归档"], &handling.archived),
    ]
}

/// What stands behind the figures.
pub(super) fn figures(handling: &Handling) -> Vec<Listed> {
    let own = |[en, zh]: [&str; 2]| [en, zh].map(|name| name.trim_start_matches("· ").to_owned());
    let table = table(handling).map(|(name, times)| Listed { name: own(name), cases: times.cases.clone() });
    let bands = handling.bands.iter().map(|(band, cases)| Listed {
        name: [Lang::En, Lang::Zh].map(|lang| say::time_band(lang, *band, 1)),
        cases: cases.clone(),
    });
    let unseen = Listed { name: unseen().map(str::to_owned), cases: handling.unseen.clone() };
    table.into_iter().chain(bands).chain([unseen]).collect()
}

const fn unseen() -> [&'static str; 2] {
    ["first sight not known", "首次查看时间不明"]
}

/// Its lines.
pub(super) fn lines(handling: &Handling, cx: &Context<'_>, width: usize) -> Vec<PageLine> {
    let lang = cx.lang;
    let mut lines = headings(cx).map(PageLine::plain).to_vec();
    for (at, (name, times)) in table(handling).into_iter().enumerate() {
        lines.push(PageLine::of(at, row(name[lang as usize], times, cx)));
    }
    for (words, style) in compared(handling, cx) {
        let wrapped = safe_text::lines(&words, width.saturating_sub(2));
        lines.extend(wrapped.map(|words| PageLine::plain(Line::styled(format!(" {words}"), style))));
    }
    let title = lang.pick("from first sight to the reply", "从首次查看到回复");
    lines.push(PageLine::plain(rule(cx, title, width)));
    let most = handling.bands.iter().map(|(_, cases)| cases.len()).max().unwrap_or(0);
    let room = width.saturating_sub(NAME + 12).min(80);
    for (at, (band, cases)) in (4..).zip(&handling.bands) {
        let words = format!(
            " {}{}  ",
            cell(&say::time_band(lang, *band, 1), NAME),
            number(&cases.len().to_string(), 6)
        );
        let bar = Span::styled(bar(cases.len(), most, room), cx.theme.ours());
        lines.push(PageLine::of(at, Line::from(vec![Span::raw(words), bar])));
    }
    let words = format!(" {} {}", cell(unseen()[lang as usize], NAME + 6), handling.unseen.len());
    lines.push(PageLine::of(4 + handling.bands.len(), Line::styled(words, cx.theme.calm())));
    let basis = say::time_basis(lang, &handling.policy.time);
    let wrapped = safe_text::lines(&basis, width.saturating_sub(2));
    lines.extend(wrapped.map(|words| PageLine::plain(Line::styled(format!(" {words}"), cx.theme.calm()))));
    lines
}

/// Two lines: what each pair of columns measures, and which of both is the median.
fn headings(cx: &Context<'_>) -> [Line<'static>; 2] {
    let pick = |en, zh| cx.lang.pick(en, zh);
    let measures = [
        pick("from sight", "自首次查看"),
        pick("worked on", "操作"),
        pick("waiting", "等待"),
        pick("from arrival", "自收到"),
    ];
    let above = measures.map(|name| number(name, TIME * 2 - 2)).concat();
    let pair =
        format!("{}{}", number(pick("median", "中位"), TIME - 1), number(pick("mean", "平均"), TIME - 1));
    [
        Line::styled(format!(" {}{above}", cell("", NAME + 5)), cx.theme.calm()),
        Line::styled(
            format!(" {}{}{}", cell("", NAME), number(pick("cases", "件数"), 5), pair.repeat(4)),
            cx.theme.calm(),
        ),
    ]
}

fn row(name: &str, times: &Times, cx: &Context<'_>) -> Line<'static> {
    let said = |time: Option<SignedDuration>| {
        let said = time.map_or_else(|| "–".to_owned(), |time| short(cx.lang, time));
        number(&said, TIME - 1)
    };
    let pair = |average: Option<Average>| {
        format!(
            "{}{}",
            said(average.map(|average| average.median)),
            said(average.map(|average| average.mean))
        )
    };
    let measures = [times.from_sight, times.active, times.waiting, times.from_arrival].map(pair).concat();
    Line::raw(format!(" {}{}{measures}", cell(name, NAME), number(&times.cases.len().to_string(), 5)))
}

/// A time in six cells: `12 min`, `2.1 h`; `12分`, `2.1时`.
fn short(lang: Lang, time: SignedDuration) -> String {
    let said = say::length(lang, time);
    match lang {
        Lang::En => said,
        Lang::Zh => said.replace("分钟", "分").replace("小时", "时"),
    }
}

/// The own mean and what templates save, beside what others reach.
fn compared(handling: &Handling, cx: &Context<'_>) -> Vec<(String, ratatui::style::Style)> {
    let (lang, others) = (cx.lang, &handling.policy.benchmark);
    let few = |en, zh| lang.pick(en, zh).to_owned();
    let enough = |times: &Times| times.from_sight.filter(|average| average.count >= handling.policy.time.few);
    let own = enough(&handling.with).map_or_else(
        || few("too few for a mean", "样本太少"),
        |average| format!("{}{}", lang.pick("mean ", "平均"), say::length(lang, average.mean)),
    );
    let faster = handling.faster_percent().map_or_else(
        || few("too few to compare", "样本太少，无法比较"),
        |percent| match (lang, percent < 0) {
            (Lang::En, false) => format!("{percent}% faster than without"),
            (Lang::En, true) => format!("{}% slower than without", -percent),
            (Lang::Zh, false) => format!("比未用模板快{percent}%"),
            (Lang::Zh, true) => format!("比未用模板慢{}%", -percent),
        },
    );
    let theirs = say::length(lang, SignedDuration::from_mins(others.mean_minutes));
    let percent = others.faster_percent;
    let (words, source) = match lang {
        Lang::En => (
            format!("with template: {own} (others {theirs}), {faster} ({percent}%)"),
            format!("others: {}", others.source),
        ),
        Lang::Zh => (
            format!("使用模板：{own}（参考{theirs}），{faster}（参考{percent}%）"),
            format!("参考：{}", others.source_zh),
        ),
    };
    vec![(words, cx.theme.heading()), (source, cx.theme.calm())]
}
