//! The offers on an order: each with its states and proofs, moved on by a key; carrying out asks what was really refunded, or
//! which parcel went out.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::buyer::zone_of;
use super::offer::{behind, typed};
use crate::domain::cost::Ground;
use crate::domain::offer::{self, Move, Parcel, Refusal, Room};
use crate::domain::tracking::Carriers;
use crate::domain::view::{CaseFile, Listed};
use crate::domain::{Money, Offer, OfferStatus};
use crate::i18n::{Text, costs, offers as said, zone_names};
use crate::problem::Problem;
use crate::safe_text;
use crate::tui::keymap::{self, Action, Scope};
use crate::tui::widgets::{Context, draw_line, field, paste, popup, rule, scroll_for};

/// What is asked when an offer is carried out.
#[derive(Debug)]
struct Settle {
    offer: i64,
    /// Label and field: the amount, or the parcel with its cost.
    fields: Vec<(Text, Input)>,
    focus: usize,
    /// The fields that stand as they were filled in: the first letter typed takes their place.
    filled: Vec<Text>,
}

/// State of the list. Its key is made when it opens: a move that is pressed twice is one.
#[derive(Debug)]
pub struct OffersView {
    key: String,
    /// The offer under the cursor; `None`: the first.
    selected: Option<i64>,
    asked: Option<Settle>,
    problem: Option<Problem>,
    /// A move was handed to the store, or the case is read anew after it.
    waiting: bool,
    /// The operator's own carriers.
    carriers: Option<Arc<Carriers>>,
    /// What the costs are computed from, once it is read.
    ground: Option<Box<Ground>>,
}

impl OffersView {
    /// Opens the list. `key` must be new; `carriers` are the operator's own, if he has some.
    #[must_use]
    pub const fn new(key: String, carriers: Option<Arc<Carriers>>) -> Self {
        Self { key, selected: None, asked: None, problem: None, waiting: false, carriers, ground: None }
    }

    /// Takes in what the costs are computed from.
    pub fn take_ground(&mut self, ground: Box<Ground>) {
        self.ground = Some(ground);
    }

    /// The complaints and claims that the probability of a claim is counted of; `None` until the store has answered.
    #[must_use]
    pub fn behind(&self) -> Option<Listed> {
        self.ground.as_deref().map(behind)
    }

    /// What the figures beside the offers are computed from, once the store has answered.
    #[must_use]
    pub fn ground(&self) -> Option<&Ground> {
        self.ground.as_deref()
    }

    /// Whether a move is on its way.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// Whether something is typed.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.asked.is_some()
    }

    /// The move is stored; the case is being read anew.
    pub fn stored(&mut self) {
        self.asked = None;
    }

    /// The case is there as it is now.
    pub fn updated(&mut self) {
        self.waiting = false;
    }

    /// The store refused: what was typed stays, with the reason.
    pub fn refuse(&mut self, problem: Problem) {
        self.waiting = false;
        self.problem = Some(problem);
    }

    /// One step back; `false`: the list closes.
    pub fn back(&mut self) -> bool {
        self.problem = None;
        self.asked.take().is_some()
    }

    /// Moves the cursor.
    pub fn step(&mut self, forward: bool, file: &CaseFile) {
        self.problem = None;
        let last = file.offers.len().saturating_sub(1);
        let at = self.at(file);
        let to = if forward { (at + 1).min(last) } else { at.saturating_sub(1) };
        self.selected = file.offers.get(to).map(|offer| offer.id);
    }

    /// The place of the cursor: on its offer, wherever that stands now.
    fn at(&self, file: &CaseFile) -> usize {
        file.offers.iter().position(|offer| Some(offer.id) == self.selected).unwrap_or(0)
    }

    /// Goes to the next field or the one before.
    pub fn turn(&mut self, forward: bool) {
        if let Some(asked) = &mut self.asked {
            let count = asked.fields.len();
            asked.focus = (asked.focus + if forward { 1 } else { count - 1 }) % count;
        }
    }

    /// Whether one thing alone is asked.
    #[must_use]
    pub fn asks_one(&self) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.fields.len() == 1)
    }

    /// Whether Enter carries the offer out from here.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.asked.as_ref().is_some_and(Settle::is_last)
    }

    /// A key that is no action is text, where text is typed.
    pub fn key(&mut self, key: KeyEvent) {
        self.problem = None;
        let types = matches!(key.code, KeyCode::Char(_)) && !key.modifiers.contains(KeyModifiers::CONTROL);
        if let Some(input) = self.asked.as_mut().and_then(|asked| asked.input(types)) {
            input.handle_event(&crossterm::event::Event::Key(key));
        }
    }

    /// Pasted text goes into the field, on one line.
    pub fn paste(&mut self, text: &str) {
        self.problem = None;
        if let Some(input) = self.asked.as_mut().and_then(|asked| asked.input(true)) {
            paste(input, text);
        }
    }

    /// Moves the selected offer to a state, or asks what is to be known before.
    pub fn choose(&mut self, to: OfferStatus, file: &CaseFile) -> Option<Move> {
        self.problem = None;
        let offer = file.offers.get(self.at(file))?;
        self.selected = Some(offer.id);
        if !offer.status.next().contains(&to) {
            self.problem = Some(typed::refused(&Refusal::NoSuchMove(offer.id, offer.status, to)));
            return None;
        }
        if to == OfferStatus::CarriedOut {
            self.asked = Some(Settle::of(offer));
            return None;
        }
        self.waiting = true;
        Some(self.wish(offer, to))
    }

    fn wish(&self, offer: &Offer, to: OfferStatus) -> Move {
        let key = format!("{}:{}:{}:{}", self.key, offer.id, offer.line, to.word());
        Move { key, offer: offer.id, seen: offer.line, to, paid: None, parcel: None, reason: None }
    }

    /// Enter: leads through the fields, on the last one the offer is carried out.
    pub fn settle(&mut self, file: &CaseFile) -> Option<Move> {
        let asked = self.asked.as_mut()?;
        if !asked.is_last() {
            asked.focus += 1;
            return None;
        }
        let offer =
            file.offers.iter().find(|offer| Some(offer.id) == self.asked.as_ref().map(|it| it.offer))?;
        match self.settled(offer, file) {
            Ok(wish) => {
                self.waiting = true;
                Some(wish)
            }
            Err((problem, refused_number)) => {
                self.problem = Some(problem);
                if let Some(asked) = self.asked.as_mut().filter(|_| refused_number) {
                    asked.ask_reason();
                }
                None
            }
        }
    }

    /// What the fields come to, or what is wrong with them, and whether that is the tracking number.
    fn settled(&self, offer: &Offer, file: &CaseFile) -> Result<Move, (Problem, bool)> {
        let wish = self.wish(offer, OfferStatus::CarriedOut);
        let Some(asked) = &self.asked else { return Ok(wish) };
        let text = |label: Text| {
            let found = asked.fields.iter().find(|(name, _)| *name == label);
            found.map(|(_, input)| input.value().trim().to_owned()).filter(|text| !text.is_empty())
        };
        if let Some(promised) = offer.amount {
            let paid = paid(offer, &text(Text::OfferAmountField).unwrap_or_default(), promised, file);
            return Ok(Move { paid: Some(paid.map_err(|problem| (problem, false))?), ..wish });
        }
        let total = file.order.as_ref().and_then(|order| order.total);
        let site = file.summary.marketplace;
        let currency = total.map(|total| total.currency).or(site.map(crate::domain::Marketplace::currency));
        let cost = text(Text::OfferCostField).map(|text| typed::money(&text, currency, None)).transpose();
        let parcel = Parcel {
            carrier: text(Text::OfferCarrierField),
            tracking: text(Text::OfferTrackingField),
            cost: cost.map_err(|problem| (problem, false))?,
        };
        let reason = text(Text::OfferReasonField);
        let carriers = self.carriers.as_deref().unwrap_or_else(|| Carriers::shipped());
        let (carrier, number) = (parcel.carrier.as_deref(), parcel.tracking.as_deref());
        offer::check_parcel(carrier, number, reason.as_deref(), carriers)
            .map_err(|refusal| (typed::refused(&refusal), true))?;
        Ok(Move { parcel: Some(parcel), reason, ..wish })
    }

    /// What is wrong with the amount as far as it is typed.
    fn objection(&self, file: &CaseFile) -> Option<Problem> {
        let asked = self.asked.as_ref()?;
        let offer = file.offers.iter().find(|offer| offer.id == asked.offer)?;
        let typed = asked.fields.iter().find(|(name, _)| *name == Text::OfferAmountField)?.1.value().trim();
        if typed.is_empty() { None } else { paid(offer, typed, offer.amount?, file).err() }
    }
}

impl Settle {
    /// What is asked of an offer, with what is known filled in: the refund that a mail shows, else what was promised.
    fn of(offer: &Offer) -> Self {
        let filled = |text: Option<String>| Input::new(text.unwrap_or_default());
        let fields = match offer.amount {
            Some(promised) => {
                let amount = offer.proven().unwrap_or(promised);
                vec![(Text::OfferAmountField, filled(Some(amount.decimal())))]
            }
            None => vec![
                (Text::OfferCarrierField, filled(offer.carrier.clone())),
                (Text::OfferTrackingField, filled(offer.tracking.clone())),
                (Text::OfferCostField, filled(offer.cost.map(Money::decimal))),
            ],
        };
        let told = fields.iter().filter(|(_, input)| !input.value().is_empty());
        let filled = told.map(|(label, _)| *label).collect();
        Self { offer: offer.id, fields, focus: 0, filled }
    }

    const fn is_last(&self) -> bool {
        self.focus + 1 >= self.fields.len()
    }

    /// The field under the caret, to be changed; empty where something is typed in place of what was filled in.
    fn input(&mut self, types: bool) -> Option<&mut Input> {
        let (label, input) = self.fields.get_mut(self.focus)?;
        let before = self.filled.len();
        self.filled.retain(|filled| filled != label);
        if types && self.filled.len() < before {
            input.reset();
        }
        Some(input)
    }

    /// An invalid number was refused: why it goes out all the same is asked for.
    fn ask_reason(&mut self) {
        if !self.fields.iter().any(|(name, _)| *name == Text::OfferReasonField) {
            self.fields.push((Text::OfferReasonField, Input::default()));
        }
        self.focus = self.fields.len() - 1;
    }
}

/// What was really refunded, as typed: never more than the order has room for, unless it was promised so.
fn paid(offer: &Offer, text: &str, promised: Money, file: &CaseFile) -> Result<Money, Problem> {
    let total = file.order.as_ref().and_then(|order| order.total);
    let paid = typed::money(text, Some(promised.currency), total)?;
    let held = offer.held().map_or(0, |held| held.minor);
    // Which refunds prove it then, and which are gone beside it, the store says when it is booked.
    let room = Room { given: file.room.given - held, refunded: 0, ..file.room };
    match offer::check_size(paid).and_then(|()| offer::check(paid, &room, true)) {
        Err(Refusal::AboveTotal(..) | Refusal::NothingLeft(_)) if paid.minor <= held => Ok(paid),
        Err(refusal) => Err(typed::refused(&refusal)),
        Ok(()) => Ok(paid),
    }
}

/// Draws the list, and under it what is asked.
pub fn view(view: &OffersView, file: &CaseFile, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let width = area.width.min(96);
    let cells = usize::from(width.saturating_sub(4));
    let (lines, starts) = list(view, file, cx, cells);
    let below = below(view, file, cx, cells);
    let height = u16::try_from(lines.len() + below.len()).unwrap_or(u16::MAX).saturating_add(2);
    let order = file.summary.order_id.as_deref().unwrap_or_default();
    let whose = zone_names(&zone_of(file, cx), file.offers.iter().map(|offer| offer.at));
    let whose = if whose.is_empty() { whose } else { format!(" ({whose})") };
    let title = format!("{} {order}{whose}", cx.t(Text::Offers));
    let inside = popup(frame, area, width, height, &title);
    let room = usize::from(inside.height).saturating_sub(below.len());
    let top = starts.get(view.at(file)).copied().unwrap_or(0);
    let scroll = if lines.len() > room { scroll_for(top, room, lines.len()) } else { 0 };
    for (y, line) in (inside.top()..inside.bottom()).zip(lines.into_iter().skip(scroll).take(room)) {
        draw_line(frame, Rect { y, height: 1, ..inside }, line);
    }
    let start = inside.bottom().saturating_sub(u16::try_from(below.len()).unwrap_or(0)).max(inside.top());
    for (y, (line, at)) in (start..inside.bottom()).zip(below) {
        draw_line(frame, Rect { y, height: 1, ..inside }, line);
        if let Some((asked, at)) = view.asked.as_ref().zip(at) {
            let place = Rect { x: inside.x + 17, y, width: inside.width.saturating_sub(17), height: 1 };
            field(frame, place.intersection(inside), &asked.fields[at].1, at == asked.focus);
        }
    }
}

/// The offers, and at which line each begins.
fn list(
    view: &OffersView,
    file: &CaseFile,
    cx: &Context<'_>,
    cells: usize,
) -> (Vec<Line<'static>>, Vec<usize>) {
    let total = file.order.as_ref().and_then(|order| order.total);
    let zone = zone_of(file, cx);
    let clean = |text: &str| safe_text::line(text, cells).into_string();
    let (mut lines, mut starts) = (Vec::new(), Vec::new());
    if file.offers.is_empty() {
        lines.push(Line::styled(cx.t(Text::NoOffers), cx.theme.calm()));
    }
    let selected = view.at(file);
    for (at, offer) in file.offers.iter().enumerate() {
        starts.push(lines.len());
        let marker = if at == selected { "▸" } else { " " };
        let head = said::head(cx.lang, offer, total, &zone);
        let style = match (at == selected, offer.status.stands()) {
            (true, _) => cx.theme.selected(),
            (false, true) => cx.theme.money(),
            (false, false) => cx.theme.calm(),
        };
        let words = safe_text::lines(&head, cells.saturating_sub(2));
        for (nth, words) in words.enumerate() {
            let marker = if nth == 0 { marker } else { " " };
            lines.push(Line::styled(format!("{marker} {words}"), style));
        }
        let ground =
            view.ground.as_ref().filter(|ground| ground.case == file.summary.id && offer.status.stands());
        let cost = ground.map(|ground| costs::true_cost(cx.lang, &ground.of_booked(offer)));
        for detail in said::details(cx.lang, offer, &zone).into_iter().chain(cost) {
            let words = safe_text::lines(&detail, cells.saturating_sub(4));
            lines.extend(words.map(|words| Line::styled(format!("    {words}"), cx.theme.calm())));
        }
    }
    for line in said::refunds(cx.lang, &file.refunds, total, &zone) {
        let style = if line.starts_with('⚠') { cx.theme.blocked() } else { cx.theme.calm() };
        lines.push(Line::styled(clean(&line), style));
    }
    (lines, starts)
}

/// Below the list: the rest of the order, what the selected offer can become or what is asked, what is wrong. With each line
/// the field that stands on it.
fn below(
    view: &OffersView,
    file: &CaseFile,
    cx: &Context<'_>,
    cells: usize,
) -> Vec<(Line<'static>, Option<usize>)> {
    let mut lines = vec![(rule(cx, cx.t(Text::Rest), cells), None)];
    lines.push((Line::styled(said::rest(cx.lang, file.room.rest()), cx.theme.money()), None));
    if let Some(asked) = &view.asked {
        for (at, (label, _)) in asked.fields.iter().enumerate() {
            let focused = at == asked.focus;
            let style = if focused { cx.theme.heading() } else { cx.theme.calm() };
            let marker = if focused { "▸ " } else { "  " };
            let label = if *label == Text::OfferAmountField {
                cx.lang.pick("really paid", "实际退款")
            } else {
                cx.t(*label)
            };
            lines.push((Line::styled(format!("{marker}{}", safe_text::pad(label, 14)), style), Some(at)));
        }
    } else if let Some(offer) = file.offers.get(view.at(file)).filter(|offer| !offer.status.next().is_empty())
    {
        lines.push((choices(offer, cx), None));
    }
    let problem = view.problem.clone().or_else(|| view.objection(file));
    if let Some(problem) = problem.filter(|_| !view.waiting) {
        let said = format!("✗ {}", problem.say(cx.lang));
        let words = safe_text::lines(&said, cells)
            .map(|words| (Line::styled(words.into_string(), cx.theme.blocked()), None));
        lines.extend(words);
    }
    lines
}

/// The action that brings an offer to a state.
const fn action(status: OfferStatus) -> Option<Action> {
    match status {
        OfferStatus::Accepted => Some(Action::OfferAccepted),
        OfferStatus::Declined => Some(Action::OfferDeclined),
        OfferStatus::CarriedOut => Some(Action::OfferCarriedOut),
        OfferStatus::Expired => Some(Action::OfferExpired),
        OfferStatus::Reversed => Some(Action::OfferReversed),
        OfferStatus::Proposed => None,
    }
}

/// Whether an action does something with the selected offer: one that moves it on only where it can come to that state.
#[must_use]
pub fn leads_to(view: &OffersView, file: &CaseFile, wanted: Action) -> bool {
    let moves = |status: &OfferStatus| action(*status) == Some(wanted);
    let next = file.offers.get(view.at(file)).map_or(&[][..], |offer| offer.status.next());
    next.iter().any(moves) || !OfferStatus::ALL.iter().any(moves)
}

/// The keys of the states that an offer can come to.
fn choices(offer: &Offer, cx: &Context<'_>) -> Line<'static> {
    let keys = keymap::keys(Scope::Offers);
    let mut spans = vec![Span::styled("→ ", cx.theme.calm())];
    for action in offer.status.next().iter().copied().filter_map(action) {
        if let Some((_, keys)) = keys.iter().find(|(other, _)| *other == action) {
            spans.push(Span::styled(keymap::name(keys[0]), cx.theme.key()));
            spans.push(Span::raw(format!(" {}  ", cx.t(action.label()))));
        }
    }
    Line::from(spans)
}
