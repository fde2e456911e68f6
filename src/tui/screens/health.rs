//! Account health: one line for each site and fulfilment, and below it the course, the figures and their cases, what can still
//! be saved, Amazon's own figures.

mod chart;

use std::cmp::Ordering;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::health::{Account, Behind, Distance, Figure, SiteHealth};
use crate::domain::{CaseId, Fulfilment, Marketplace};
use crate::i18n::{Lang, Text, health as say, time_left};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, rule, scroll_for};

/// Lines that the details below the list have at least, where the window has them.
const DETAILS: u16 = 15;

/// State of the screen.
#[derive(Debug, Default)]
pub struct HealthView {
    account: Option<Box<Account>>,
    /// The line of the list.
    selected: usize,
    /// The figure of that line.
    figure: usize,
    /// How many lines of the notes below are scrolled over.
    scroll: usize,
    /// The line to put the cursor on when it is read.
    aim: Option<(Marketplace, Option<Fulfilment>)>,
}

impl HealthView {
    /// Takes in what was read, the worst rate first; the cursor stays on its site and figure.
    pub fn take(&mut self, mut account: Box<Account>) {
        account.sites.sort_by(worst_first);
        let place = |site: &SiteHealth| (site.health.marketplace, site.fulfilment);
        let on = self.aim.take().or_else(|| self.current().map(place));
        let stays = on.and_then(|on| {
            let same = account.sites.iter().position(|site| place(site) == on);
            same.or_else(|| account.sites.iter().position(|site| site.health.marketplace == on.0))
        });
        self.selected = stays.unwrap_or(0);
        self.account = Some(account);
    }

    /// Puts the cursor on the order defect rate of a site and who ships, once it is read.
    pub fn aim(&mut self, site: Option<Marketplace>, fulfilment: Option<Fulfilment>) {
        self.aim = site.map(|site| (site, fulfilment));
        (self.figure, self.scroll) = (0, 0);
    }

    fn sites(&self) -> &[SiteHealth] {
        self.account.as_ref().map_or(&[], |account| &account.sites)
    }

    fn current(&self) -> Option<&SiteHealth> {
        self.sites().get(self.selected)
    }

    /// The figures of the line under the cursor, and what no site is known of.
    fn figures(&self) -> impl Iterator<Item = &Behind> {
        let lost = self.account.as_ref().map(|account| &account.lost).filter(|lost| lost.count > 0);
        self.current().into_iter().flat_map(|site| &site.behind).chain(lost)
    }

    fn behind(&self) -> Option<&Behind> {
        self.figures().nth(self.figure)
    }

    /// The cases behind the figure under the cursor.
    #[must_use]
    pub fn cases(&self) -> Option<&[CaseId]> {
        self.behind().map(|behind| behind.cases.as_slice())
    }

    /// What they are: `US · claim`.
    #[must_use]
    pub fn name(&self, lang: Lang) -> String {
        let name = |behind: &Behind| say::figure_name(lang, behind.figure);
        let figure = self.behind().map(name).unwrap_or_default();
        let lost = self.behind().is_some_and(|behind| behind.figure == Figure::Lost);
        let Some(site) = self.current().filter(|_| !lost) else { return figure };
        let who =
            site.fulfilment.map(|who| format!(" {}", Text::from(who).in_lang(lang))).unwrap_or_default();
        format!("{}{who} · {figure}", site.health.marketplace)
    }

    /// Goes to another line of the list.
    pub fn step(&mut self, lines: isize) {
        self.selected = self.selected.saturating_add_signed(lines).min(self.sites().len().saturating_sub(1));
        self.scroll = 0;
    }

    /// Goes to the first or the last line.
    pub fn jump(&mut self, end: bool) {
        self.selected = if end { self.sites().len().saturating_sub(1) } else { 0 };
        self.scroll = 0;
    }

    /// Goes to another figure.
    pub fn along(&mut self, figures: isize) {
        let last = self.figures().count().saturating_sub(1);
        self.figure = self.figure.saturating_add_signed(figures).min(last);
    }

    /// Scrolls the notes below by pages of four lines.
    pub fn scroll(&mut self, pages: isize) {
        self.scroll = self.scroll.saturating_add_signed(pages * 4).min(10_000);
    }
}

/// The highest rate first, lines without orders last; such as are alike keep their order.
fn worst_first(one: &SiteHealth, other: &SiteHealth) -> Ordering {
    let known = |site: &SiteHealth| site.health.denominator > 0;
    let times = |site: &SiteHealth, other: &SiteHealth| {
        i128::from(site.health.numerator) * i128::from(other.health.denominator)
    };
    match (known(one), known(other)) {
        (true, true) => times(other, one).cmp(&times(one, other)),
        (here, there) => there.cmp(&here),
    }
}

/// Draws the screen below the header and above the footer.
pub fn view(view: &HealthView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    let Some(account) = &view.account else {
        return draw_line(frame, row(0), Line::raw(cx.t(Text::Loading)));
    };
    let count = u16::try_from(account.sites.len()).unwrap_or(u16::MAX);
    let shown = count.min(area.height.saturating_sub(2 + DETAILS)).max(1);
    let top = scroll_for(view.selected, usize::from(shown), account.sites.len());
    let mut title = title(account, cx);
    if shown < count {
        let (first, last) = (top + 1, top + usize::from(shown));
        title.push_str(&match cx.lang {
            Lang::En => format!(" · {first}–{last} of {count}"),
            Lang::Zh => format!(" · 第{first}–{last}行，共{count}行"),
        });
    }
    draw_line(frame, row(0), rule(cx, &title, area.width.into()));
    if account.sites.is_empty() {
        for (y, text) in (2..area.height).zip([Text::EmptyHealth, Text::EmptyHealthNext]) {
            draw_line(frame, row(y), Line::raw(format!("  {}", cx.t(text))));
        }
        for (y, words) in (5..area.height).zip(figures(view, cx, area.width)) {
            draw_line(frame, row(y), words);
        }
        return;
    }
    draw_line(frame, row(1), heading(account, cx, area.width));
    let sites = account.sites.iter().enumerate().skip(top);
    for (y, (at, site)) in (2..2 + shown).zip(sites).take_while(|(y, _)| *y < area.height) {
        draw_line(frame, row(y), site_line(site, account, cx, area.width));
        if at == view.selected {
            frame.buffer_mut().set_style(row(y), cx.theme.selected());
        }
    }
    let hidden = account.sites.len().saturating_sub(top + usize::from(shown));
    for (y, mark, more) in [(2, "↑", top > 0), (1 + shown, "↓", hidden > 0)] {
        if more && y < area.height && area.width > 0 {
            let place = Rect { x: area.right() - 1, width: 1, ..row(y) };
            draw_line(frame, place, Line::styled(mark, cx.theme.key()));
        }
    }
    let mut y = 2 + shown;
    if y < area.height {
        let words = safe_text::line(&format!(" {}", say::reading(cx.lang, account)), area.width.into());
        draw_line(frame, row(y), Line::styled(words.into_string(), cx.theme.calm()));
        y += 1;
    }
    if let Some(site) = view.current().filter(|_| y < area.height) {
        let rest = Rect { y: area.y + y, height: area.height - y, ..area };
        view_site(view, site, account, cx, frame, rest);
    }
}

fn title(account: &Account, cx: &Context<'_>) -> String {
    let (days, line) = (account.policy.odr.window_days, say::line_name(account.policy.odr.line_hundredths));
    let day = account.as_of;
    match cx.lang {
        Lang::En => format!("account health · orders of the {days} days to {day} · line {line}"),
        Lang::Zh => format!("账户状况 · 截至{day}的{days}天订单 · 警戒线 {line}"),
    }
}

/// Cells of the course on a line of the list.
fn spark_cells(width: u16) -> usize {
    if width >= 100 { 20 } else { 10 }
}

fn heading(account: &Account, cx: &Context<'_>, width: u16) -> Line<'static> {
    let pick = |en, zh| cx.lang.pick(en, zh);
    let days = account.policy.odr.trend_days;
    let trend = match cx.lang {
        Lang::En => format!("{days} days"),
        Lang::Zh => format!("近{days}天"),
    };
    let cells = [
        safe_text::pad(pick(" site", " 站点"), 6),
        safe_text::pad(pick("shipped by", "发货"), 13),
        safe_text::pad_left(pick("ODR", "缺陷率"), 9),
        safe_text::pad_left(pick("defects/orders", "缺陷/订单"), 15),
        safe_text::pad("", 1),
        safe_text::pad(&trend, spark_cells(width)),
        safe_text::pad("", 1),
        safe_text::pad(pick("to the line", "距警戒线"), 14),
    ];
    Line::styled(cells.map(safe_text::SafeText::into_string).join(" "), cx.theme.calm())
}

fn site_line(site: &SiteHealth, account: &Account, cx: &Context<'_>, width: u16) -> Line<'static> {
    let (health, line) = (&site.health, account.policy.odr.line_hundredths);
    let who = site.fulfilment.map_or("–", |who| cx.t(who));
    let distance = health.distance(line);
    let over = matches!(distance, Some(Distance::Over { .. }));
    let style = if over { cx.theme.blocked() } else { Style::new() };
    let rate =
        format!("{}{}", if over { "▲ " } else { "" }, say::percent(health.numerator, health.denominator));
    let counts = format!("{}/{}", health.numerator, health.denominator);
    let trend = say::sparkline(&site.trend, spark_cells(width), line);
    let left = match (cx.lang, distance) {
        (Lang::En, None) => "no orders".to_owned(),
        (Lang::Zh, None) => "无订单".to_owned(),
        (Lang::En, Some(Distance::Below { defects, .. })) => format!("{defects} more"),
        (Lang::Zh, Some(Distance::Below { defects, .. })) => format!("{defects}单"),
        (Lang::En, Some(Distance::Over { defects, .. })) => format!("{defects} too many"),
        (Lang::Zh, Some(Distance::Over { defects, .. })) => format!("超出{defects}单"),
    };
    let text = |cells: &str| cells.to_owned();
    Line::from(vec![
        Span::raw(safe_text::pad(&format!(" {}", health.marketplace), 7).into_string()),
        Span::raw(safe_text::pad(who, 14).into_string()),
        Span::styled(safe_text::pad_left(&rate, 9).into_string(), style),
        Span::raw(safe_text::pad_left(&counts, 16).into_string()),
        Span::raw(text("   ")),
        Span::raw(safe_text::pad(&trend, spark_cells(width) + 3).into_string()),
        Span::styled(left, style),
    ])
}

/// The details of the site under the cursor.
fn view_site(
    view: &HealthView,
    site: &SiteHealth,
    account: &Account,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    let who = site.fulfilment.map(|who| format!(" · {}", cx.t(who))).unwrap_or_default();
    draw_line(frame, row(0), rule(cx, &format!("{}{who}", site.health.marketplace), area.width.into()));
    let line = account.policy.odr.line_hundredths;
    let mut y = 1;
    if y < area.height {
        let words = format!(" {}", say::distance(cx.lang, site.health.distance(line), line));
        draw_line(frame, row(y), Line::raw(safe_text::line(&words, area.width.into()).into_string()));
        y += 1;
    }
    for words in figures(view, cx, area.width) {
        if y < area.height {
            draw_line(frame, row(y), words);
            y += 1;
        }
    }
    let left = area.height.saturating_sub(y);
    if site.health.denominator > 0 && left >= 4 {
        let high = if left >= 20 { 7 } else { 4.min(left) };
        chart::view(&site.trend, line, cx, frame, Rect { y: area.y + y, height: high, ..area });
        y += high;
    }
    let notes = notes(site, account, cx, area.width.into());
    let room = usize::from(area.height.saturating_sub(y));
    let scroll = view.scroll.min(notes.len().saturating_sub(room));
    for (y, words) in (y..area.height).zip(notes.iter().skip(scroll)) {
        draw_line(frame, row(y), words.clone());
    }
    if notes.len() > scroll + room && area.height > 0 && area.width > 0 {
        let place = Rect { x: area.right() - 1, y: area.bottom() - 1, width: 1, height: 1 };
        draw_line(frame, place, Line::styled("↓", cx.theme.key()));
    }
}

/// The figures in as many lines as they need, the one under the cursor reversed.
fn figures(view: &HealthView, cx: &Context<'_>, width: u16) -> Vec<Line<'static>> {
    let mut lines = vec![Vec::new()];
    let mut used = 1;
    for (at, behind) in view.figures().enumerate() {
        let text = format!(" {} {} ", say::figure_name(cx.lang, behind.figure), behind.count);
        let cells = safe_text::cells(&text);
        if used + cells > usize::from(width) && used > 1 {
            lines.push(Vec::new());
            used = 1;
        }
        used += cells;
        let style = if at == view.figure {
            cx.theme.selected()
        } else if behind.cases.is_empty() {
            cx.theme.calm()
        } else {
            Style::new()
        };
        if let Some(line) = lines.last_mut() {
            line.push(Span::styled(text, style));
        }
    }
    lines.into_iter().map(Line::from).collect()
}

/// What can be saved, Amazon's own figures, late answers, what stands apart.
fn notes(site: &SiteHealth, account: &Account, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    savable(site, account, cx, cells, &mut lines);
    reported(site, account, cx, cells, &mut lines);
    replies(site, account, cx, cells, &mut lines);
    for words in say::readings(cx.lang, account).into_iter().skip(1) {
        paragraph(&words, cells, Style::new(), &mut lines);
    }
    lines
}

fn paragraph(words: &str, cells: usize, style: Style, lines: &mut Vec<Line<'static>>) {
    let wrapped = safe_text::lines(words, cells.saturating_sub(4));
    lines.extend(wrapped.map(|words| Line::styled(format!("   {words}"), style)));
}

fn savable(
    site: &SiteHealth,
    account: &Account,
    cx: &Context<'_>,
    cells: usize,
    lines: &mut Vec<Line<'static>>,
) {
    if site.savable.is_empty() {
        return;
    }
    lines.push(rule(cx, cx.lang.pick("can still be saved", "仍可挽回"), cells));
    for each in &site.savable {
        let due = each.due.map(|due| time_left(cx.lang, cx.now, due));
        let cases: Vec<String> = each.cases.iter().map(|(case, _)| format!("#{case}")).collect();
        let due = due.unwrap_or_else(|| "–".to_owned());
        lines.push(Line::from(vec![
            Span::raw(format!(" {}  {}  ", each.order, cases.join(" "))),
            Span::styled(due, cx.theme.urgency(cx.urgency(each.due))),
        ]));
        paragraph(&say::way(cx.lang, each, &account.policy.ways), cells, cx.theme.calm(), lines);
    }
}

fn reported(
    site: &SiteHealth,
    account: &Account,
    cx: &Context<'_>,
    cells: usize,
    lines: &mut Vec<Line<'static>>,
) {
    if site.reported.is_empty() {
        return;
    }
    let title = cx
        .lang
        .pick("Amazon's own figures: rate, target, count, days", "亚马逊数据：比率、目标、计数、统计期");
    lines.push(rule(cx, title, cells));
    for metric in &site.reported {
        let told = say::Told::of(cx.lang, metric, &account.policy);
        let bad = metric.meets() == Some(false) || metric.warns();
        let style = if bad { cx.theme.blocked() } else { Style::new() };
        lines.push(Line::from(vec![
            Span::raw(safe_text::pad(&format!(" {}", told.label), 25).into_string()),
            Span::styled(safe_text::pad_left(&told.rate, 9).into_string(), style),
            Span::raw(format!(
                " {}{} {}",
                safe_text::pad_left(&told.target, 10),
                safe_text::pad_left(&told.count, 14),
                safe_text::line(&told.days, cells),
            )),
        ]));
        if !told.ours.is_empty() {
            paragraph(&told.ours, cells, cx.theme.calm(), lines);
        }
    }
}

fn replies(
    site: &SiteHealth,
    account: &Account,
    cx: &Context<'_>,
    cells: usize,
    lines: &mut Vec<Line<'static>>,
) {
    if site.replies.iter().all(|rate| rate.all() == 0) {
        return;
    }
    let policy = &account.policy.replies;
    let (hours, target) = (policy.hours, policy.target_percent);
    let title = match cx.lang {
        Lang::En => format!("late responses: {target}% of the messages within {hours} h is the target"),
        Lang::Zh => format!("延迟回复：目标为{target}%的消息在{hours}小时内回复"),
    };
    lines.push(rule(cx, &title, cells));
    for rate in &site.replies {
        let share = say::percent(rate.missed(), rate.all());
        let misses = rate.misses(policy);
        let style = if misses { cx.theme.blocked() } else { Style::new() };
        let (days, mark) = (rate.days, if misses { "▲ " } else { "" });
        let counts = match cx.lang {
            Lang::En => {
                let (in_time, late, silent) = (rate.in_time, rate.late, rate.unanswered);
                format!("{in_time} in time, {late} late, {silent} not answered")
            }
            Lang::Zh => format!("及时{}，超时{}，未回复{}", rate.in_time, rate.late, rate.unanswered),
        };
        let name = match cx.lang {
            Lang::En => format!(" {days} days"),
            Lang::Zh => format!(" {days}天"),
        };
        lines.push(Line::from(vec![
            Span::raw(safe_text::pad(&name, 25).into_string()),
            Span::styled(safe_text::pad_left(&format!("{mark}{share}"), 9).into_string(), style),
            Span::raw(format!("   {counts}")),
        ]));
    }
}
