//! One case: facts, clocks, thread, offers, the buyer's other cases, history.

mod clocks;

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::buyer::BuyerCase;
use crate::domain::clock::Side;
use crate::domain::event::Deed;
use crate::domain::view::{CaseFile, Complaint, Message};
use crate::i18n::report::{against_line, standing_line};
use crate::i18n::{Lang, Text, offers as said, time_left, zone_names};
use crate::reply::history::deed_words;
use crate::safe_text;
use crate::tui::screens::buyer::{self, zone_of};
use crate::tui::screens::notes;
use crate::tui::screens::playbook;
use crate::tui::widgets::{Context, draw_line, rule};
pub use clocks::{clock_spans, next_change};

/// From this width on clocks, offers and history stand beside the thread.
const WIDE: u16 = 110;
/// State of the case screen.
#[derive(Debug)]
pub struct CaseView {
    /// The case.
    pub file: Box<CaseFile>,
    scroll: usize,
    /// The thread, laid out once: it may be a megabyte, and nothing in it moves with time.
    laid_out: Option<(Terms, Vec<Line<'static>>)>,
    /// The clocks stand in full.
    unfolded: bool,
}

/// What the layout of a thread depends on beside the case: cells, language, zone.
type Terms = (usize, Lang, TimeZone);

impl CaseView {
    /// Opens a case at its top.
    #[must_use]
    pub fn new(file: Box<CaseFile>) -> Self {
        Self { file, scroll: 0, laid_out: None, unfolded: false }
    }

    /// Takes in the case as it is now, without moving.
    pub fn update(&mut self, file: Box<CaseFile>) {
        self.file = file;
        self.laid_out = None;
    }

    /// Shows every clock in full, or in one line each again.
    pub fn unfold(&mut self) {
        self.unfolded = !self.unfolded;
        self.scroll = 0;
    }

    /// Scrolls by lines; the view stops it at the end.
    pub fn step(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// Scrolls to the top or the end.
    pub fn jump(&mut self, end: bool) {
        self.scroll = if end { usize::MAX / 2 } else { 0 };
    }

    /// Lays the thread out where it is not yet, and keeps the scroll inside the text, so that a step back is seen at
    /// once.
    pub fn settle(&mut self, cx: &Context<'_>, width: u16, height: u16) {
        let wanted = layout(cx, width);
        if self.laid_out.as_ref().is_none_or(|(there, _)| *there != wanted) {
            let lines = thread(&self.file, cx, wanted.0, usize::MAX);
            self.laid_out = Some((wanted, lines));
        }
        let all = self.document(cx, width).len();
        self.scroll = self.scroll.min(all.saturating_sub(usize::from(height)));
    }

    /// The case as it stands on a screen of this width.
    fn document(&self, cx: &Context<'_>, width: u16) -> Document<'_> {
        let thread = match &self.laid_out {
            Some((there, lines)) if *there == layout(cx, width) => Cow::Borrowed(lines.as_slice()),
            _ => Cow::Owned(thread(&self.file, cx, columns(width).0, usize::MAX)),
        };
        Document::new(&self.file, cx, width, self.unfolded, thread)
    }
}

fn layout(cx: &Context<'_>, width: u16) -> Terms {
    (columns(width).0, cx.lang, cx.zone.clone())
}

/// Cells of the text and of what stands beside it on a wide screen.
fn columns(width: u16) -> (usize, usize) {
    if width < WIDE {
        return (width.into(), width.into());
    }
    let left = usize::from(width - 2) * 3 / 5;
    (left, usize::from(width - 2) - left)
}

/// Draws the case below the header and above the footer.
pub fn view(case: &CaseView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let text = case.document(cx, area.width);
    let height = usize::from(area.height);
    let scroll = case.scroll.min(text.len().saturating_sub(height));
    if area.width >= WIDE {
        let [left, _, right] =
            Layout::horizontal([Constraint::Fill(3), Constraint::Length(2), Constraint::Fill(2)]).areas(area);
        draw(frame, left, text.lines(scroll));
        draw(frame, right, text.side.iter());
    } else {
        draw(frame, area, text.lines(scroll));
    }
    if text.len() > scroll + height && area.height > 0 {
        let more = Rect { x: area.right().saturating_sub(2), y: area.bottom() - 1, width: 1, height: 1 };
        draw_line(frame, more, Line::styled("↓", cx.theme.key()));
    }
}

fn draw<'a>(frame: &mut Frame<'_>, area: Rect, lines: impl Iterator<Item = &'a Line<'static>>) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..area }, line.clone());
    }
}

/// The text of the case around its thread, and what stands beside it on a wide screen.
struct Document<'a> {
    above: Vec<Line<'static>>,
    thread: Cow<'a, [Line<'static>]>,
    below: Vec<Line<'static>>,
    side: Vec<Line<'static>>,
}

impl<'a> Document<'a> {
    fn new(
        file: &CaseFile,
        cx: &Context<'_>,
        width: u16,
        unfolded: bool,
        thread: Cow<'a, [Line<'static>]>,
    ) -> Self {
        let wide = width >= WIDE;
        let (left, right) = columns(width);
        let (mut above, mut below, mut side) = (facts(file, cx, left), Vec::new(), Vec::new());
        // Money that is promised or was paid back stands before the words.
        let offers_first = !file.offers.is_empty() || !file.refunds.all.is_empty();
        if wide { &mut side } else { &mut above }.extend(clocks::clocks(file, cx, right, wide || unfolded));
        if offers_first {
            above.extend(offers(file, cx, left));
        }
        if wide {
            side.extend(playbook::summary(file, cx, right));
        }
        let rest = if wide { &mut side } else { &mut below };
        if !offers_first {
            rest.extend(offers(file, cx, right));
        }
        rest.extend(others(file, cx, right));
        rest.extend(history(file, cx, right));
        Self { above, thread, below, side }
    }

    fn len(&self) -> usize {
        self.above.len() + self.thread.len() + self.below.len()
    }

    fn lines(&self, from: usize) -> impl Iterator<Item = &Line<'static>> {
        self.above.iter().chain(self.thread.iter()).chain(&self.below).skip(from)
    }
}

/// The preview beside the queue: title, facts, clocks, the newest words of the buyer.
pub fn view_preview(file: &CaseFile, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let cells = usize::from(area.width);
    let mut lines = facts(file, cx, cells);
    lines.extend(clocks::clocks(file, cx, cells, false));
    lines.extend(thread(file, cx, cells, usize::from(area.height)));
    if !file.offers.is_empty() {
        lines.extend(offers(file, cx, cells));
    }
    if !file.others.is_empty() {
        lines.extend(others(file, cx, cells));
    }
    draw(frame, area, lines.iter());
}

fn pair(cx: &Context<'_>, label: Text, value: Span<'static>) -> Vec<Span<'static>> {
    vec![Span::styled(format!(" {} ", cx.t(label)), cx.theme.calm()), value, Span::raw("  ")]
}

fn facts(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let row = &file.summary;
    let safe = |text: &str, cells: usize| Span::raw(safe_text::line(text, cells).to_string());
    let zone = zone_of(file, cx);
    let mut title = vec![
        Span::styled(format!(" #{} ", row.id), cx.theme.heading()),
        Span::raw(format!("{} · ", cx.t(row.channel))),
        Span::styled(cx.t(row.kind), cx.theme.heading()),
        Span::raw(format!(" · {}", cx.t(row.state))),
    ];
    if row.answered {
        title.push(Span::raw(format!(" · {}", cx.t(Text::Answered))));
    }
    if file.draft.as_ref().is_some_and(|draft| !draft.addition.trim().is_empty()) {
        title.push(Span::styled(format!(" · ✎ {}", cx.t(Text::DraftWaiting)), cx.theme.key()));
    }
    match row.waiting {
        Some(Side::Buyer) => title.push(Span::raw(format!(" · ‖ {}", cx.t(Text::WaitForBuyer)))),
        Some(Side::Carrier) => title.push(Span::raw(format!(" · ‖ {}", cx.t(Text::WaitForCarrier)))),
        None => {}
    }
    if let Some(wake) = row.wake.filter(|wake| *wake > cx.now) {
        title.push(Span::styled(format!(" · z {}", cx.snoozed(wake)), cx.theme.key()));
    }
    if let Some(due) = row.due {
        let left = time_left(cx.lang, cx.now, due);
        let urgency = cx.urgency(Some(due));
        title.push(Span::styled(format!("  {} {left}", urgency.symbol()), cx.theme.urgency(urgency)));
    }
    let mut lines = vec![Line::from(title)];
    let order = row.order_id.as_deref().unwrap_or(cx.t(Text::NoOrder));
    let mut first = pair(cx, Text::Order, safe(order, 40));
    first.extend(row.marketplace.map(|site| Span::raw(format!("{site}  "))));
    if let Some(facts) = &file.order {
        first.extend(facts.fulfilment.map(|who| Span::raw(format!("{}  ", cx.t(who)))));
        first.extend(file.stage.map(|stage| Span::raw(format!("{}  ", cx.t(stage)))));
    } else {
        first.push(Span::styled(cx.t(Text::OrderUnknown), cx.theme.calm()));
    }
    lines.push(Line::from(first));
    let mut money = Vec::new();
    match file.order.as_ref().and_then(|order| order.total) {
        Some(total) => {
            money.extend(pair(cx, Text::OrderTotal, Span::styled(total.to_string(), cx.theme.money())))
        }
        None => money.push(Span::styled(format!(" {}  ", cx.t(Text::TotalUnknown)), cx.theme.calm())),
    }
    if let Some(at) = file.order.as_ref().and_then(|order| order.purchased_at) {
        money.extend(pair(cx, Text::Ordered, Span::raw(cx.moment(at, &zone))));
    }
    if let Some(claimed) = file.claimed {
        money.extend(pair(cx, Text::Claimed, Span::styled(claimed.to_string(), cx.theme.money())));
    }
    if let Some(decision) = file.decision {
        money.extend(pair(cx, Text::Decided, Span::styled(cx.t(decision), cx.theme.heading())));
    }
    lines.push(Line::from(money));
    if let Some(stands) = &file.stands {
        let words = safe(&standing_line(cx.lang, stands, &zone), cells.saturating_sub(12));
        lines.push(Line::from(pair(cx, Text::Ended, words.style(cx.theme.heading()))));
        if let Some(noted) = stands.against {
            let words = format!(" {}", against_line(cx.lang, noted));
            lines.push(Line::from(safe(&words, cells).style(cx.theme.warning())));
        }
    }
    for item in file.order.iter().flat_map(|order| &order.items).take(5) {
        let price = item.total.map(|total| format!("  {total}")).unwrap_or_default();
        let name = item.name.as_deref().or(item.asin.as_deref()).unwrap_or_default();
        let text = format!(" {} × {}  {}{price}", item.quantity, item.sku, name);
        lines.push(Line::from(safe(&text, cells)));
    }
    let buyer = [row.buyer_name.as_deref(), row.buyer.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    if !buyer.is_empty() {
        lines.push(Line::from(pair(cx, Text::Buyer, safe(&buyer, cells.saturating_sub(10)))));
    }
    lines.extend(buyer::numbers(file, cx, cells));
    if let Some(reason) = &file.reason {
        lines.push(Line::from(pair(cx, Text::Reason, safe(reason, cells.saturating_sub(10)))));
    }
    lines.extend(verdict_line(file, cx, cells));
    lines.extend(notes::first_lines(file, cx, cells, 2));
    if file.note.is_none() {
        lines.push(Line::styled(format!(" {}", cx.t(Text::NoteNoSku)), cx.theme.calm()));
    }
    lines
}

/// What the kind and the complaint rest on: the buyer's words, and the question that they leave to the operator.
pub fn verdict_line(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Option<Line<'static>> {
    let row = &file.summary;
    let quoted: Vec<String> = file.because.iter().map(|piece| format!("«{piece}»")).collect();
    let quoted = quoted.join(" ");
    let mut spans = match row.complaint {
        Complaint::Informal => vec![
            Span::styled(format!(" ? {}  ", cx.t(Text::Informal)), cx.theme.key()),
            Span::styled(format!("{}  ", cx.t(Text::InformalAsk)), cx.theme.heading()),
        ],
        Complaint::Certain if quoted.is_empty() => return None,
        Complaint::Certain => vec![Span::styled(format!(" {} ", cx.t(Text::Because)), cx.theme.calm())],
        Complaint::None => vec![Span::raw(format!(" {}  ", cx.t(Text::NotComplaint)))],
    };
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::styled(
        safe_text::line(&quoted, cells.saturating_sub(used + 1)).into_string(),
        cx.theme.calm(),
    ));
    Some(Line::from(spans))
}

/// A heading over times, which are the site's, with the name of the zone: `thread (PST)`.
pub(super) fn in_zone(
    title: Text,
    file: &CaseFile,
    times: impl Iterator<Item = Timestamp>,
    cx: &Context<'_>,
) -> String {
    let whose = zone_names(&zone_of(file, cx), times);
    if whose.is_empty() { cx.t(title).to_owned() } else { format!("{} ({whose})", cx.t(title)) }
}

/// The messages, the newest first; not many more than `most` lines are laid out.
fn thread(file: &CaseFile, cx: &Context<'_>, cells: usize, most: usize) -> Vec<Line<'static>> {
    let times = file.messages.iter().map(|message| message.at);
    let mut lines = vec![rule(cx, &in_zone(Text::Thread, file, times, cx), cells)];
    if file.messages.is_empty() {
        let excerpt = safe_text::lines(&file.summary.excerpt, cells.saturating_sub(3)).take(most);
        lines.extend(excerpt.map(|words| Line::raw(format!("  {words}"))));
        lines.push(Line::styled(format!(" {}", cx.t(Text::NoMessages)), cx.theme.calm()));
    }
    // The newest first: what the buyer says now is what has to be answered.
    for message in file.messages.iter().rev() {
        if lines.len() >= most {
            break;
        }
        lines.extend(message_lines(message, file, cx, cells, most - lines.len()));
    }
    lines
}

/// One message: who, when, then at most so many lines of the words.
fn message_lines(
    message: &Message,
    file: &CaseFile,
    cx: &Context<'_>,
    cells: usize,
    most: usize,
) -> Vec<Line<'static>> {
    let who = if message.ours {
        cx.t(Text::Us).to_owned()
    } else {
        safe_text::line(&message.author, 40).to_string()
    };
    let what = if message.written_here { Text::OurReply } else { message.notice.into() };
    let mut head = format!(" {} · {} · {who}", cx.moment(message.at, &zone_of(file, cx)), cx.t(what));
    if let Some(amount) = message.amount {
        head.push_str(&format!(" · {amount}"));
    }
    if let Some(decision) = message.decision {
        head.push_str(&format!(" · {}", cx.t(decision)));
    }
    let words: Vec<_> = safe_text::lines(&message.text, cells.saturating_sub(3)).take(most).collect();
    let hidden: usize = words.iter().map(safe_text::SafeText::hidden).sum();
    let mut title = vec![Span::styled(safe_text::line(&head, cells).to_string(), cx.theme.heading())];
    if hidden > 0 {
        title
            .push(Span::styled(format!("  ⚠ {hidden} {}", cx.t(Text::HiddenCharacters)), cx.theme.blocked()));
    }
    let mut lines = vec![Line::from(title)];
    let style = if message.ours { cx.theme.ours() } else { Style::new() };
    lines.extend(words.into_iter().map(|words| Line::styled(format!("   {words}"), style)));
    lines
}

fn offers(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let zone = zone_of(file, cx);
    let times = file.offers.iter().map(|offer| offer.at);
    let mut lines = vec![rule(cx, &in_zone(Text::Offers, file, times, cx), cells)];
    if file.offers.is_empty() {
        lines.push(Line::styled(format!(" {}", cx.t(Text::NoOffers)), cx.theme.calm()));
    }
    let total = file.order.as_ref().and_then(|order| order.total);
    let mut say = |text: &str, indent: usize, style: Style| {
        let words = safe_text::lines(text, cells.saturating_sub(indent + 1));
        lines.extend(words.map(|words| Line::styled(format!("{:indent$}{words}", ""), style)));
    };
    for offer in &file.offers {
        let style = if offer.status.stands() { cx.theme.money() } else { cx.theme.calm() };
        say(&said::head(cx.lang, offer, total, &zone), 1, style);
        for line in said::details(cx.lang, offer, &zone) {
            say(&line, 3, cx.theme.calm());
        }
    }
    for line in said::refunds(cx.lang, &file.refunds, total, &zone) {
        let style = if line.starts_with('⚠') { cx.theme.blocked() } else { cx.theme.calm() };
        say(&line, 1, style);
    }
    let anything = !file.offers.is_empty() || !file.refunds.all.is_empty();
    if anything {
        let rest = Span::styled(said::rest(cx.lang, file.room.rest()), cx.theme.money());
        lines.push(Line::from(pair(cx, Text::Rest, rest)));
    }
    lines
}

fn others(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let mut lines = vec![rule(cx, cx.t(Text::OtherCases), cells)];
    if file.others.is_empty() {
        lines.push(Line::styled(format!(" {}", cx.t(Text::NoOtherCases)), cx.theme.calm()));
    }
    let here = |case: &&BuyerCase| case.summary.id != file.summary.id;
    for other in file.buyer.cases.iter().filter(here).take(20) {
        let text = format!(" {}", buyer::case_words(other, file, cx));
        lines.push(Line::raw(safe_text::line(&text, cells).to_string()));
    }
    lines
}

fn history(file: &CaseFile, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let zone = zone_of(file, cx);
    let times = file.events.iter().rev().take(200).map(|event| event.at);
    let mut lines = vec![rule(cx, &in_zone(Text::History, file, times, cx), cells)];
    for event in file.events.iter().rev().take(200) {
        let text =
            format!(" #{} · {} · {}", event.id, cx.moment(event.at, &zone), deed_words(&event.deed, cx.lang));
        // A reason that the operator gave is read whole.
        if matches!(
            event.deed,
            Deed::Offered { reason: Some(_), .. }
                | Deed::OfferMoved { reason: Some(_), .. }
                | Deed::Overruled { .. }
        ) {
            lines.extend(safe_text::lines(&text, cells).map(|words| Line::raw(words.into_string())));
        } else {
            lines.push(Line::raw(safe_text::line(&text, cells).to_string()));
        }
    }
    lines
}
