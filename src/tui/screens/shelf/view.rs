//! How the Templates screen is drawn: the list, the figures of the selected one, its text, and what is asked.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Over, Row, ShelfView};
use crate::domain::learned::{Figures, Learned, Record};
use crate::domain::view::Summary;
use crate::i18n::{Lang, Text, span};
use crate::reply::template::{Form, Template};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, field, popup, rule, scroll_for};

/// From this width on the text stands beside the list.
const WIDE: u16 = 110;

/// Draws the screen over the whole body. `learned` is absent until it is read.
pub fn view(list: &ShelfView, learned: &Learned, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = match list.form {
        Form::Reply => Text::ShelfTemplates,
        Form::Snippet => Text::ShelfSnippets,
    };
    let inside = popup(frame, area, area.width, area.height, cx.t(title));
    if let Some(Over::Cases(template, cases, at)) = &list.over {
        return view_cases(template, cases, *at, cx, frame, inside);
    }
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(inside);
    view_top(list, cx, frame, top);
    let [rows, below] = if inside.width >= WIDE {
        Layout::horizontal([Constraint::Length(66), Constraint::Fill(1)]).spacing(2).areas(body)
    } else {
        Layout::vertical([Constraint::Fill(3), Constraint::Fill(4)]).areas(body)
    };
    view_rows(list, learned, cx, frame, rows);
    match list.current() {
        Some(row) => view_one(row, list.scroll, learned, cx, frame, below),
        None => draw_line(
            frame,
            // Under the heading of the list.
            Rect { y: rows.y + 1, height: 1.min(rows.height.saturating_sub(1)), ..rows },
            Line::raw(cx.t(Text::NoTemplateFits)),
        ),
    }
}

/// The line at the top: the search, or the question that is asked.
fn view_top(list: &ShelfView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let cells = usize::from(area.width);
    match &list.over {
        Some(Over::Name(input, _, problem)) => {
            let label = format!("{} ", cx.t(Text::ShelfName));
            let width = u16::try_from(safe_text::cells(&label)).unwrap_or(0).min(area.width);
            draw_line(frame, Rect { width, ..area }, Line::styled(label, cx.theme.key()));
            let rest = Rect { x: area.x + width, width: area.width - width, ..area };
            if let Some(problem) = problem {
                let room =
                    u16::try_from(safe_text::cells(input.value()) + 3).unwrap_or(u16::MAX).min(rest.width);
                let words =
                    safe_text::line(&format!("✗ {}", problem.say(cx.lang)), usize::from(rest.width - room));
                let right = Rect { x: rest.x + room, width: rest.width - room, ..rest };
                draw_line(frame, right, Line::styled(words.into_string(), cx.theme.blocked()));
                return field(frame, Rect { width: room, ..rest }, input, true);
            }
            field(frame, rest, input, true);
        }
        Some(Over::Remove(address)) => {
            let text = format!("✗ {} {}", address.full_name(), cx.t(Text::ShelfRemove));
            let text = safe_text::line(&text, cells).into_string();
            draw_line(frame, area, Line::styled(text, cx.theme.blocked()));
        }
        _ => {
            draw_line(frame, Rect { width: 2.min(area.width), ..area }, Line::styled("/ ", cx.theme.key()));
            let rest = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
            field(frame, rest, &list.query, true);
            if list.query.value().is_empty() {
                let hint = format!(" {}", cx.t(Text::TypeToSearch));
                draw_line(frame, rest, Line::styled(hint, cx.theme.calm()));
            }
        }
    }
}

/// The list: language, title, whose, times used, personal share, time to the reply.
fn view_rows(list: &ShelfView, learned: &Learned, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let [head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let title = usize::from(area.width).saturating_sub(37);
    // What is sent with a snippet is not counted.
    let counted = |text: Text| if list.form == Form::Reply { cx.t(text) } else { "" };
    let heading = [
        safe_text::pad("", 4).into_string(),
        safe_text::pad(cx.t(Text::ColumnTemplate), title).into_string(),
        safe_text::pad(cx.t(Text::ColumnWhose), 11).into_string(),
        safe_text::pad_left(counted(Text::ColumnUsed), 6).into_string(),
        safe_text::pad_left(counted(Text::ColumnPersonal), 9).into_string(),
        safe_text::pad_left(counted(Text::ColumnWaited), 7).into_string(),
    ];
    draw_line(frame, head, Line::styled(heading.concat(), cx.theme.calm()));
    let top = scroll_for(list.selected, usize::from(rows.height), list.rows.len());
    for (y, (at, row)) in (rows.top()..rows.bottom()).zip(list.rows.iter().enumerate().skip(top)) {
        let place = Rect { y, height: 1, ..rows };
        let name = row
            .template
            .as_ref()
            .map_or_else(|| row.address.name.clone(), |template| template.title[cx.lang as usize].clone());
        let draft = if row.draft { "✎ " } else { "" };
        let figures = learned.record(&row.address.full_name()).map(|record| &record.all);
        let figure =
            |text: Option<String>, cells| safe_text::pad_left(&text.unwrap_or_default(), cells).into_string();
        let whose = format!("{draft}{}", cx.t(row.origin()));
        let style = if row.mistake.is_some() { cx.theme.blocked() } else { cx.theme.calm() };
        let used =
            if list.form == Form::Snippet { None } else { Some(figures.map_or(0, |figures| figures.used)) };
        let line = Line::from(vec![
            Span::styled(safe_text::pad(row.address.lang.word(), 4).into_string(), cx.theme.calm()),
            Span::raw(safe_text::pad(&safe_text::line(&name, title.saturating_sub(1)), title).into_string()),
            Span::styled(safe_text::pad(&safe_text::line(&whose, 10), 11).into_string(), style),
            Span::raw(figure(used.map(|used| used.to_string()), 6)),
            Span::raw(figure(
                figures.and_then(|figures| figures.personal).map(|share| format!("{share}%")),
                7,
            )),
            Span::raw(figure(figures.and_then(|figures| figures.waited).map(|wait| span(cx.lang, wait)), 7)),
        ]);
        draw_line(frame, place, line);
        if at == list.selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
}

/// What is known of one, and its text.
fn view_one(
    row: &Row,
    scroll: usize,
    learned: &Learned,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let cells = usize::from(area.width);
    let mut lines = vec![rule(cx, &row.address.full_name(), cells)];
    let styled = |text: &str, style: Style| Line::styled(safe_text::line(text, cells).into_string(), style);
    if let Some(mistake) = &row.mistake {
        let (line, column, what) = (mistake.line, mistake.column, &mistake.what[cx.lang as usize]);
        lines.push(styled(&format!("✗ {line}:{column} {what}"), cx.theme.blocked()));
    }
    if let Some(meant) = row.template.as_ref().and_then(|template| meant_for(template, cx)) {
        lines.push(styled(&meant, cx.theme.calm()));
    }
    if let Some(record) = learned.record(&row.address.full_name()) {
        lines.extend(figures(record, cx).iter().flat_map(|text| {
            let words = safe_text::lines(text, cells).take(2);
            words.map(|words| Line::styled(words.into_string(), cx.theme.calm())).collect::<Vec<_>>()
        }));
    } else if row.address.form() == Form::Reply {
        lines.push(styled(cx.t(Text::ShelfUnused), cx.theme.calm()));
    }
    if let Some(template) = &row.template {
        let room = usize::from(area.height).saturating_sub(lines.len());
        let all: Vec<_> = safe_text::lines(&template.text, cells).take(500).collect();
        let top = scroll.min(all.len().saturating_sub(room));
        lines.extend(all.into_iter().skip(top).map(|words| Line::raw(words.into_string())));
    }
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..area }, line);
    }
}

/// What a template is meant for: its situation where its name is another, kinds, channels, stages, shipper, sites.
fn meant_for(template: &Template, cx: &Context<'_>) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    if !template.name.ends_with(&format!("/{}", template.situation)) {
        words.push(template.situation.clone());
    }
    let mut list = |all: Vec<&str>| {
        if !all.is_empty() {
            words.push(all.join(", "));
        }
    };
    list(template.kinds.iter().map(|kind| cx.t(*kind)).collect());
    list(template.channels.iter().map(|channel| cx.t(*channel)).collect());
    list(template.stages.iter().map(|stage| cx.t(*stage)).collect());
    list(template.fulfilment.iter().map(|who| cx.t(*who)).collect());
    list(template.marketplaces.iter().map(|site| site.code()).collect());
    (!words.is_empty()).then(|| words.join(" · "))
}

/// The figures in words, a line each.
fn figures(record: &Record, cx: &Context<'_>) -> Vec<String> {
    let Figures { used, personal, waited, timed, outcomes, open, withdrawn } = &record.all;
    let mut kinds: Vec<_> = record.kinds.iter().collect();
    kinds.sort_by_key(|(_, figures)| std::cmp::Reverse(figures.used));
    let by_kind: Vec<String> =
        kinds.iter().map(|(kind, figures)| format!("{} {}", cx.t(**kind), figures.used)).collect();
    let en = cx.lang == Lang::En;
    let by_kind = by_kind.join(if en { ", " } else { "，" });
    let mut first =
        if en { format!("used {used}× ({by_kind})") } else { format!("用过{used}次（{by_kind}）") };
    if let Some(share) = personal {
        first += &if en {
            format!(" · personal text {share}% (median)")
        } else {
            format!(" · 个性化文字占{share}%（中位数）")
        };
    }
    let mut lines = vec![first];
    if let Some(wait) = waited {
        let wait = span(cx.lang, *wait);
        lines.push(if en {
            format!("from first sight to the reply {wait} (median of {timed})")
        } else {
            format!("从首次查看到回复{wait}（{timed}例的中位数）")
        });
    }
    let mut ended: Vec<String> =
        outcomes.iter().map(|(outcome, count)| format!("{} {count}", cx.t(*outcome))).collect();
    if *open > 0 {
        ended.push(format!("{} {open}", cx.t(Text::StateOpen)));
    }
    lines.push(format!("{} {}", cx.t(Text::ShelfCases), ended.join(" · ")));
    if let (Some(share), Some([low, high])) = (withdrawn.percent(), withdrawn.interval_percent()) {
        let (of, all) = (withdrawn.of, withdrawn.all);
        lines.push(if en {
            format!("claims withdrawn {of} of {all}: {share}% (95% sure: {low}–{high}%)")
        } else {
            format!("索赔撤回 {of}/{all}：{share}%（95%置信区间 {low}–{high}%）")
        });
    }
    lines
}

/// The cases behind a figure.
fn view_cases(
    template: &str,
    cases: &[Summary],
    selected: usize,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let [head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let cells = usize::from(area.width);
    draw_line(frame, head, rule(cx, &format!("{} {template}", cx.t(Text::ShelfCasesOf)), cells));
    if cases.is_empty() {
        return draw_line(frame, rows, Line::styled(cx.t(Text::ShelfUnused), cx.theme.calm()));
    }
    let top = scroll_for(selected, usize::from(rows.height), cases.len());
    for (y, (at, case)) in (rows.top()..rows.bottom()).zip(cases.iter().enumerate().skip(top)) {
        let place = Rect { y, height: 1, ..rows };
        let text = [
            safe_text::pad(&format!("#{}", case.id), 7).into_string(),
            safe_text::pad(cx.t(case.state), 10).into_string(),
            safe_text::pad(cx.t(case.channel), 10).into_string(),
            safe_text::pad(cx.t(case.kind), 14).into_string(),
            safe_text::pad(case.order_id.as_deref().unwrap_or(cx.t(Text::NoOrder)), 21).into_string(),
            case.excerpt.clone(),
        ];
        draw_line(frame, place, Line::raw(safe_text::line(&text.concat(), cells).into_string()));
        if at == selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
}
