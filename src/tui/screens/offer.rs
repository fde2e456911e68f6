//! The offer dialogue: route, reason, kind, amount or share, parcel; what is left of the order stands beside it, under the
//! amount its share of the order or what is wrong with it, and under the tracking number what it is worth.

pub mod typed;

mod cost;
mod view;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

pub(super) use self::cost::behind;
pub use self::view::view;
use crate::domain::cost::Ground;
use crate::domain::offer::{self, Draft, Room, Route};
use crate::domain::tracking::{Carriers, Judgement, Verdict};
use crate::domain::view::CaseFile;
use crate::domain::{CaseId, Currency, Marketplace, Money, OfferKind};
use crate::problem::{Exit, Problem};
use crate::safe_text;
use crate::tui::editor::on_one_line;
use crate::tui::widgets::paste;

/// A line of the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Route,
    Why,
    Kind,
    Amount,
    Carrier,
    Tracking,
    Reason,
    Cost,
}

/// State of the dialogue. It has one key from opening to closing: whatever is pressed twice books once.
#[derive(Debug)]
pub struct OfferForm {
    /// The case.
    pub case: CaseId,
    key: String,
    room: Room,
    currency: Option<Currency>,
    site: Option<Marketplace>,
    kind: OfferKind,
    route: Route,
    why: Input,
    focus: Field,
    amount: Input,
    carrier: Input,
    tracking: Input,
    cost: Input,
    reason: Input,
    /// An invalid number was refused: why it goes out all the same is asked for.
    asks_reason: bool,
    /// The operator's own carriers.
    carriers: Option<Arc<Carriers>>,
    /// What forbids it, until the next key.
    problem: Option<Problem>,
    confirming: bool,
    /// The kind as it was proposed, until the operator turns it himself.
    proposed: Option<OfferKind>,
    /// Figures that stand as they were left: the first letter typed takes their place, so that 5 and 5 are not 55.
    left: Vec<Field>,
    /// All that is left of the order, by a kind that he did not turn to: asked for once more.
    whole: Option<Money>,
    /// What its cost is computed from, once it is read.
    ground: Option<Box<Ground>>,
    /// It was handed to the store; nothing is taken until the answer is there.
    pub booking: bool,
}

impl OfferForm {
    /// Opens the dialogue for a case. `key` must be new; `carriers` are the operator's own, if he has some.
    #[must_use]
    pub fn new(file: &CaseFile, key: String, carriers: Option<Arc<Carriers>>) -> Self {
        let total = file.order.as_ref().and_then(|order| order.total);
        let site = file.summary.marketplace;
        let before = file.stage == Some(crate::domain::case::Stage::BeforeShipping);
        let kind = if before { OfferKind::CancelAndRefund } else { OfferKind::PartialRefund };
        Self {
            case: file.summary.id,
            key,
            room: file.room,
            currency: total.map(|total| total.currency).or(site.map(Marketplace::currency)),
            site,
            kind,
            route: Route::usual(file.summary.channel),
            why: Input::default(),
            focus: if before { Field::Kind } else { Field::Amount },
            amount: Input::default(),
            carrier: Input::default(),
            tracking: Input::default(),
            cost: Input::default(),
            reason: Input::default(),
            asks_reason: false,
            carriers,
            problem: None,
            confirming: false,
            proposed: Some(kind),
            left: Vec::new(),
            whole: None,
            ground: None,
            booking: false,
        }
    }

    /// Whether something was typed or chosen that closing it must not lose.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        let fields = [&self.why, &self.amount, &self.carrier, &self.tracking, &self.cost, &self.reason];
        self.proposed.is_none() || fields.iter().any(|field| !field.value().is_empty())
    }

    /// The dialogue, just opened, with what was `left` in it; what it knows of the case is as it is now.
    #[must_use]
    pub fn resume(self, left: Self) -> Self {
        let chosen = left.proposed.is_none();
        let resumed = Self {
            room: self.room,
            currency: self.currency,
            site: self.site,
            kind: if chosen { left.kind } else { self.kind },
            proposed: self.proposed.filter(|_| !chosen),
            carriers: self.carriers,
            problem: None,
            confirming: false,
            left: vec![Field::Amount, Field::Cost],
            whole: None,
            ground: None,
            ..left
        };
        let stands = resumed.fields().contains(&resumed.focus);
        Self { focus: if stands { resumed.focus } else { self.focus }, ..resumed }
    }

    /// The fields from top to bottom. The way and the reason come first: what is typed every time is the last.
    fn fields(&self) -> &'static [Field] {
        use Field::{Amount, Carrier, Cost, Kind, Reason, Route, Tracking, Why};
        match self.kind {
            OfferKind::PartialRefund => &[Route, Why, Kind, Amount],
            OfferKind::Reshipment if self.asks_reason && self.is_invalid() => {
                &[Route, Why, Kind, Carrier, Tracking, Reason, Cost]
            }
            OfferKind::Reshipment => &[Route, Why, Kind, Carrier, Tracking, Cost],
            // Where nobody knows what is left, nobody can say what "all of it" is.
            OfferKind::FullRefund | OfferKind::CancelAndRefund if self.asks_amount() => {
                &[Route, Why, Kind, Amount]
            }
            OfferKind::FullRefund | OfferKind::CancelAndRefund => &[Route, Why, Kind],
        }
    }

    /// Whether everything has to be said in figures: nobody knows what is left. Where nothing is, there is nothing to say.
    fn asks_amount(&self) -> bool {
        self.room.doubt().is_some() && !self.room.is_spent()
    }

    fn carriers(&self) -> &Carriers {
        self.carriers.as_deref().unwrap_or_else(|| Carriers::shipped())
    }

    /// What the tracking number is worth as far as it is typed.
    fn judged(&self) -> Option<Judgement> {
        let number = self.tracking.value();
        let judge = || self.carriers().judge_of(self.carrier.value(), number, self.site);
        (self.kind == OfferKind::Reshipment && !number.trim().is_empty()).then(judge)
    }

    /// The carrier that an empty field stands for: the only one whose number it can be.
    fn sole(&self) -> Option<String> {
        let judged = self.judged().filter(|_| self.carrier.value().trim().is_empty())?;
        judged.sole().map(ToOwned::to_owned)
    }

    fn is_invalid(&self) -> bool {
        self.judged().is_some_and(|judged| judged.verdict == Verdict::Invalid)
    }

    /// Goes to the next field or the one before.
    pub fn step(&mut self, forward: bool) {
        self.whole = None;
        let fields = self.fields();
        let at = fields.iter().position(|field| *field == self.focus).unwrap_or(0);
        let next = if forward { at + 1 } else { at + fields.len() - 1 };
        self.focus = fields[next % fields.len()];
    }

    fn turn(&mut self, forward: bool) {
        if self.focus == Field::Route {
            let at = Route::ALL.iter().position(|route| *route == self.route).unwrap_or(0);
            let next = if forward { at + 1 } else { at + Route::ALL.len() - 1 };
            self.route = Route::ALL[next % Route::ALL.len()];
            return;
        }
        self.proposed = None;
        let at = OfferKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        let next = if forward { at + 1 } else { at + OfferKind::ALL.len() - 1 };
        self.kind = OfferKind::ALL[next % OfferKind::ALL.len()];
    }

    /// A key that is no action of the dialogue: text, or an arrow that turns a choice.
    pub fn key(&mut self, key: KeyEvent) {
        self.problem = None;
        self.confirming = false;
        self.whole = None;
        let types = matches!(key.code, KeyCode::Char(_)) && !key.modifiers.contains(KeyModifiers::CONTROL);
        if let Some(input) = self.input(types) {
            input.handle_event(&crossterm::event::Event::Key(key));
            return;
        }
        match key.code {
            KeyCode::Right => self.turn(true),
            KeyCode::Left => self.turn(false),
            // An amount that is typed one field too early must change nothing.
            KeyCode::Char(letter) => self.problem = Some(no_text(&letter.to_string())),
            _ => {}
        }
    }

    /// Pasted text goes into the field, on one line.
    pub fn paste(&mut self, text: &str) {
        self.problem = None;
        self.confirming = false;
        self.whole = None;
        match self.input(true) {
            Some(input) => paste(input, text),
            None => self.problem = Some(no_text(&on_one_line(text))),
        }
    }

    /// Whether Enter books from here.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.fields().last() == Some(&self.focus)
    }

    /// What the figures beside the offer are computed from, once the store has answered.
    #[must_use]
    pub fn ground(&self) -> Option<&Ground> {
        self.ground.as_deref()
    }

    /// The field under the caret, to be changed; empty where something is typed in place of a figure that was left.
    fn input(&mut self, types: bool) -> Option<&mut Input> {
        let input = match self.focus {
            Field::Kind | Field::Route => return None,
            Field::Why => &mut self.why,
            Field::Amount => &mut self.amount,
            Field::Carrier => &mut self.carrier,
            Field::Tracking => &mut self.tracking,
            Field::Reason => &mut self.reason,
            Field::Cost => &mut self.cost,
        };
        let before = self.left.len();
        self.left.retain(|field| *field != self.focus);
        if types && self.left.len() < before {
            input.reset();
        }
        Some(input)
    }

    /// What the buyer gets back; `None` for a reshipment.
    fn money(&self) -> Result<Option<Money>, Problem> {
        match self.kind {
            OfferKind::Reshipment => Ok(None),
            OfferKind::FullRefund | OfferKind::CancelAndRefund if !self.asks_amount() => {
                Ok(self.room.rest().most())
            }
            _ => self.typed_amount().map(Some),
        }
    }

    /// `12.34`, `12,34 €` or `20%` of the order total.
    fn typed_amount(&self) -> Result<Money, Problem> {
        typed::money(self.amount.value(), self.currency, self.room.total)
    }

    /// What the buyer gets back, as far as it is allowed.
    fn allowed(&self) -> Result<Option<Money>, Problem> {
        let amount = self.money()?;
        if let Some(amount) = amount {
            offer::check(amount, &self.room, true).map_err(|refusal| typed::refused(&refusal))?;
        }
        Ok(amount)
    }

    /// What is wrong with what was typed so far; an empty field is not wrong yet.
    fn objection(&self) -> Option<Problem> {
        let typed = |input: &Input| !input.value().trim().is_empty();
        if self.fields().contains(&Field::Amount) {
            return if typed(&self.amount) { self.allowed().err() } else { None };
        }
        let cost = self.fields().contains(&Field::Cost) && typed(&self.cost);
        if cost { typed::money(self.cost.value(), self.currency, None).err() } else { self.allowed().err() }
    }

    /// Makes the offer ready for the store. A first attempt on an order of which nobody knows what is left only asks.
    pub fn book(&mut self) -> Option<Draft> {
        if self.booking {
            return None;
        }
        // Enter leads through the fields: only the last one books.
        if !self.is_last() {
            self.step(true);
            return None;
        }
        match self.draft() {
            Ok(draft) => {
                if let Err(refusal) = offer::check_number(&draft, self.carriers()) {
                    self.ask_reason(&refusal);
                    return None;
                }
                let typed = self.fields().contains(&Field::Amount);
                if self.proposed.is_some() && !typed && draft.amount.is_some() && self.whole.is_none() {
                    self.whole = draft.amount;
                    return None;
                }
                let unknown = self.room.doubt().is_some() && draft.amount.is_some();
                if unknown && !self.confirming {
                    self.confirming = true;
                    return None;
                }
                self.booking = true;
                Some(Draft { total_unknown_confirmed: unknown, ..draft })
            }
            Err(problem) => {
                self.problem = Some(problem);
                None
            }
        }
    }

    fn draft(&self) -> Result<Draft, Problem> {
        let amount = self.allowed()?;
        let reshipment = self.kind == OfferKind::Reshipment;
        let typed = |input: &Input| {
            Some(input.value().trim().to_owned()).filter(|text| reshipment && !text.is_empty())
        };
        let cost = typed(&self.cost).map(|text| typed::money(&text, self.currency, None)).transpose()?;
        let draft = Draft {
            key: self.key.clone(),
            kind: self.kind,
            amount,
            route: Some(self.route),
            why: Some(self.why.value().trim().to_owned()).filter(|why| !why.is_empty()),
            carrier: typed(&self.carrier).or_else(|| self.sole()),
            tracking: typed(&self.tracking),
            reason: typed(&self.reason).filter(|_| self.is_invalid()),
            cost,
            seen: self.room.given,
            total_unknown_confirmed: false,
        };
        Ok(draft)
    }

    /// An invalid number: it is said why, and the caret goes where the reason is written. Back up one field it is corrected.
    fn ask_reason(&mut self, refusal: &offer::Refusal) {
        self.asks_reason = true;
        self.focus = Field::Reason;
        self.problem = Some(typed::refused(refusal));
    }

    /// The store refused: the dialogue stays with the reason.
    pub fn refuse(&mut self, problem: Problem) {
        self.booking = false;
        self.problem = Some(problem);
    }
}

/// What is typed where something is chosen.
fn no_text(typed: &str) -> Problem {
    let typed = safe_text::line(typed, 20).into_string();
    Problem::new(
        Exit::Blocked,
        [format!("`{typed}` changes nothing here"), format!("“{typed}”在此未生效")],
        ["← and → choose, tab goes on", "用 ← → 选择，按 Tab 到下一项"],
    )
}
