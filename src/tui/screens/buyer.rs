//! A buyer's history: his numbers, then every case and every order without one; Enter opens the case.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::CaseId;
use crate::domain::buyer::{BuyerCase, BuyerHistory, BuyerOrder};
use crate::domain::case::State;
use crate::domain::view::CaseFile;
use crate::i18n::{Text, buyer_line, day_words, flag_line};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, popup, rule};

/// State of the screen.
#[derive(Debug)]
pub struct BuyerView {
    /// The case it was opened from.
    pub file: Box<CaseFile>,
    /// The selected line: cases first, then orders.
    selected: usize,
}

impl BuyerView {
    /// Opens the history of a case's buyer, the first other case selected.
    #[must_use]
    pub fn new(file: Box<CaseFile>) -> Self {
        let other = file.buyer.cases.iter().position(|case| case.summary.id != file.summary.id);
        Self { selected: other.unwrap_or(0), file }
    }

    /// Takes in the buyer as he is now; the cursor stays on its line.
    pub fn update(&mut self, file: Box<CaseFile>) {
        let on = self.current();
        self.file = file;
        let at = self.file.buyer.cases.iter().position(|case| Some(case.summary.id) == on);
        self.selected = at.unwrap_or(self.selected).min(self.last());
    }

    fn last(&self) -> usize {
        (self.file.buyer.cases.len() + loose(&self.file.buyer).count()).saturating_sub(1)
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        self.selected = self.selected.saturating_add_signed(lines).min(self.last());
    }

    /// To the first line or the last.
    pub fn jump(&mut self, end: bool) {
        self.selected = if end { self.last() } else { 0 };
    }

    /// The case under the cursor; none on an order that nobody complained of.
    #[must_use]
    pub fn current(&self) -> Option<CaseId> {
        self.file.buyer.cases.get(self.selected).map(|case| case.summary.id)
    }
}

/// Orders that no case is about.
fn loose(history: &BuyerHistory) -> impl Iterator<Item = &BuyerOrder> {
    let complained = |id: &str| history.cases.iter().any(|case| case.summary.order_id.as_deref() == Some(id));
    history.orders.iter().filter(move |order| !complained(&order.id))
}

/// The zone of the case's site, else the operator's.
#[must_use]
pub fn zone_of(file: &CaseFile, cx: &Context<'_>) -> TimeZone {
    let site = file.summary.marketplace.and_then(|site| TimeZone::get(site.zone()).ok());
    site.unwrap_or_else(|| cx.zone.clone())
}

/// The numbers of the buyer on a line, then a line for each flag that they raise. Nothing where nothing is known.
#[must_use]
pub fn numbers(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let zone = zone_of(file, cx);
    let words = buyer_line(cx.lang, &file.buyer, cx.now, &zone);
    if words.is_empty() {
        return Vec::new();
    }
    let room = cells.saturating_sub(safe_text::cells(cx.t(Text::BuyerHistory)) + 2);
    let mut lines = vec![Line::from(vec![
        Span::styled(format!(" {} ", cx.t(Text::BuyerHistory)), cx.theme.calm()),
        Span::raw(safe_text::line(&words, room).into_string()),
    ])];
    for raised in file.buyer.raised(cx.flags(), cx.now) {
        let words = format!(" {}", flag_line(cx.lang, &raised));
        lines.push(Line::styled(safe_text::line(&words, cells).into_string(), cx.theme.heading()));
    }
    lines
}

/// A case of the history in words: number, day it arose on, channel, kind, how it ended, order.
#[must_use]
pub fn case_words(case: &BuyerCase, file: &CaseFile, cx: &Context<'_>) -> String {
    let row = &case.summary;
    let mut parts = vec![
        format!("#{}", row.id),
        day_words(cx.lang, row.opened, cx.now, &zone_of(file, cx)),
        cx.t(row.channel).to_owned(),
        cx.t(row.kind).to_owned(),
        ending(case, cx),
    ];
    parts.extend(row.order_id.clone());
    parts.join(" · ")
}

/// `open`, `archived: buyer satisfied`, and what Amazon decided.
fn ending(case: &BuyerCase, cx: &Context<'_>) -> String {
    let ended = case.outcome.filter(|_| case.summary.state == State::Archived);
    let words = ended.map_or(cx.t(case.summary.state), |outcome| cx.t(outcome));
    match case.decision {
        Some(decision) => format!("{words} ({} {})", cx.t(Text::Decided), cx.t(decision)),
        None => words.to_owned(),
    }
}

/// What a case cost or may cost: the amount claimed, every offer with its state.
fn money_words(case: &BuyerCase, cx: &Context<'_>) -> String {
    let claimed = case.claimed.map(|claimed| format!("{} {claimed}", cx.t(Text::Claimed)));
    let offers = case.offers.iter().map(|offer| {
        let amount = offer.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
        format!("{}{amount} {}", cx.t(offer.kind), cx.t(offer.status))
    });
    claimed.into_iter().chain(offers).collect::<Vec<_>>().join(" · ")
}

/// Every line with the entry it belongs to.
fn entries(view: &BuyerView, cx: &Context<'_>) -> Vec<(usize, String, Style)> {
    let history = &view.file.buyer;
    let mut lines = Vec::new();
    for (at, case) in history.cases.iter().enumerate() {
        let this = case.summary.id == view.file.summary.id;
        let mark = if this { cx.lang.pick("this case · ", "当前客诉 · ") } else { "" };
        lines.push((at, format!(" {mark}{}", case_words(case, &view.file, cx)), Style::new()));
        let money = money_words(case, cx);
        if !money.is_empty() {
            lines.push((at, format!("     {money}"), cx.theme.money()));
        }
    }
    let zone = zone_of(&view.file, cx);
    for (at, order) in (history.cases.len()..).zip(loose(history)) {
        let mut parts = vec![format!("{} {}", cx.t(Text::Order), order.id)];
        match order.purchased_at {
            Some(day) => {
                parts.push(format!("{} {}", cx.t(Text::Ordered), day_words(cx.lang, day, cx.now, &zone)))
            }
            None => parts.push(cx.t(Text::OrderUnknown).to_owned()),
        }
        parts.extend(order.total.map(|total| total.to_string()));
        parts.push(cx.lang.pick("no case", "无客诉").to_owned());
        lines.push((at, format!(" {}", parts.join(" · ")), cx.theme.calm()));
    }
    lines
}

/// Draws the history over the view it was opened from.
pub fn view(view: &BuyerView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let row = &view.file.summary;
    let who: Vec<&str> = [&row.buyer_name, &row.buyer].into_iter().flatten().map(String::as_str).collect();
    let title = format!("{}: {}", cx.t(Text::ActionBuyer), who.join(" · "));
    let inside = popup(frame, area, area.width, area.height, title.trim_end_matches([':', ' ']));
    let cells = usize::from(inside.width);
    let mut head = numbers(&view.file, cx, cells);
    head.push(rule(cx, cx.lang.pick("cases and orders, newest first", "客诉与订单，最新在前"), cells));
    let mut rows = (inside.top()..inside.bottom()).map(|y| Rect { y, height: 1, ..inside });
    for (line, place) in head.into_iter().zip(rows.by_ref()) {
        draw_line(frame, place, line);
    }
    let rows: Vec<Rect> = rows.collect();
    let lines = entries(view, cx);
    let first = lines.iter().position(|(at, ..)| *at == view.selected).unwrap_or(0);
    let top = crate::tui::widgets::scroll_for(first, rows.len(), lines.len());
    for (place, (at, text, style)) in rows.into_iter().zip(lines.into_iter().skip(top)) {
        draw_line(frame, place, Line::styled(safe_text::line(&text, cells).into_string(), style));
        if at == view.selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
}
