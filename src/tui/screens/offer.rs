//! The offer dialogue: route, reason, kind, amount or share, parcel; what is left of the order stands beside it, under the
//! amount its share of the order or what is wrong with it, and under the tracking number what it is worth.

pub mod typed;

mod cost;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

pub(super) use self::cost::behind;
use crate::domain::cost::Ground;
use crate::domain::offer::{self, Draft, Room, Route};
use crate::domain::tracking::{Carriers, Judgement, Verdict};
use crate::domain::view::CaseFile;
use crate::domain::{CaseId, Currency, Marketplace, Money, OfferKind};
use crate::i18n::{Lang, Text, carrier_line, offers as said, other_line, verdict_line};
use crate::problem::{Exit, Problem};
use crate::safe_text;
use crate::tui::editor::on_one_line;
use crate::tui::widgets::{Context, draw_line, field, paste, popup};

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

/// Where the fields of the dialogue begin, in cells.
const INDENT: u16 = 17;

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
            whole: None,
            ground: None,
            booking: false,
        }
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
        if let Some(input) = self.input() {
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
        match self.input() {
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

    fn input(&mut self) -> Option<&mut Input> {
        match self.focus {
            Field::Kind | Field::Route => None,
            Field::Why => Some(&mut self.why),
            Field::Amount => Some(&mut self.amount),
            Field::Carrier => Some(&mut self.carrier),
            Field::Tracking => Some(&mut self.tracking),
            Field::Reason => Some(&mut self.reason),
            Field::Cost => Some(&mut self.cost),
        }
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
            carrier: typed(&self.carrier),
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

/// Draws the dialogue.
pub fn view(form: &OfferForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    // One size from opening to closing, whatever kind is chosen and when the costs arrive: nothing moves.
    let inside = popup(frame, area, 78, area.height.min(28), cx.t(Text::OfferTitle));
    let mut rows: Vec<(Line<'static>, Option<Field>)> = Vec::new();
    let sum = |label: Text, text: String| {
        let label = Span::styled(format!("{} ", cx.t(label)), cx.theme.calm());
        vec![label, Span::styled(text, cx.theme.money()), Span::raw("   ")]
    };
    let money = |label: Text, amount: Option<Money>| {
        let unknown = || cx.lang.pick("unknown", "未知").to_owned();
        sum(label, amount.map_or_else(unknown, |amount| amount.to_string()))
    };
    let minor = |minor: i64| form.currency.map(|currency| Money::new(minor, currency));
    let mut sums = money(Text::OrderTotal, form.room.total);
    sums.extend(money(Text::AlreadyOffered, minor(form.room.given)));
    let mut rest = Line::default();
    if form.room.refunded > 0 {
        rest.spans.extend(money(Text::RefundedBesides, minor(form.room.refunded)));
    }
    rest.spans.extend(sum(Text::Rest, said::rest(cx.lang, form.room.rest())));
    // On one line where it fits: at 80×24 every line is needed below.
    if Line::from(sums.clone()).width() + rest.width() <= usize::from(inside.width) + 3 {
        sums.extend(rest.spans);
        rows.push((Line::from(sums), None));
    } else {
        rows.push((Line::from(sums), None));
        rows.push((rest, None));
    }
    rows.push((Line::raw(""), None));
    for name in form.fields() {
        let focused = *name == form.focus;
        let marker = if focused { "▸ " } else { "  " };
        let style = if focused { cx.theme.heading() } else { cx.theme.calm() };
        let label = safe_text::pad(cx.t(label(*name)), 14);
        rows.push((Line::styled(format!("{marker}{label}"), style), Some(*name)));
        rows.extend(remark(form, *name, cx, inside.width.into()).into_iter().map(|line| (line, None)));
    }
    rows.push((Line::raw(""), None));
    if let Ok(Some(amount)) = form.allowed() {
        let share = said::share(cx.lang, amount, form.room.total);
        rows.push((Line::styled(format!("→ {amount} · {share}"), cx.theme.money()), None));
    }
    if let Some((message, style)) = message(form, cx) {
        let words = safe_text::lines(&message, usize::from(inside.width));
        rows.extend(words.map(|words| (Line::styled(words.into_string(), style), None)));
    }
    rows.extend(cost::lines(form, cx, inside.width.into()).into_iter().map(|line| (line, None)));
    let page = form.judged().and_then(|judged| judged.url);
    let words = page.iter().flat_map(|page| safe_text::lines(page, inside.width.into()));
    rows.extend(words.map(|words| (Line::styled(words.into_string(), cx.theme.calm()), None)));
    for (y, (line, name)) in (inside.top()..inside.bottom()).zip(rows) {
        draw_line(frame, Rect { y, height: 1, ..inside }, line);
        if let Some(name) = name {
            let at = Rect { x: inside.x + INDENT, y, width: inside.width.saturating_sub(INDENT), height: 1 };
            view_field(form, name, name == form.focus, cx, frame, at.intersection(inside));
        }
    }
}

/// What is to be said of a field while it is typed: a carrier nobody knows, what the number is worth, and that it is another's.
fn remark(form: &OfferForm, name: Field, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let carrier = form.carrier.value();
    let mut said: Vec<(String, Style)> = Vec::new();
    match (name, form.judged()) {
        (Field::Carrier, _) => {
            said.extend(
                carrier_line(cx.lang, form.carriers(), carrier).map(|words| (words, cx.theme.calm())),
            );
        }
        (Field::Tracking, Some(judged)) => {
            let style = match judged.verdict {
                Verdict::Valid => cx.theme.news(),
                Verdict::Invalid => cx.theme.blocked(),
                _ => cx.theme.calm(),
            };
            said.push((verdict_line(cx.lang, &judged), style));
            let other = other_line(cx.lang, form.carriers(), carrier, &judged);
            said.extend(other.map(|words| (words, cx.theme.calm())));
        }
        _ => {}
    }
    let indent = usize::from(INDENT);
    let mut lines = Vec::new();
    for (words, style) in said {
        let words = safe_text::lines(&words, cells.saturating_sub(indent));
        lines.extend(words.map(|words| Line::styled(format!("{:indent$}{words}", ""), style)));
    }
    lines
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

fn message(form: &OfferForm, cx: &Context<'_>) -> Option<(String, Style)> {
    if let (Some(all), false) = (form.whole, form.booking) {
        let words = match cx.lang {
            Lang::En => format!(
                "All that is left of the order goes back: {all}. Enter again books it; Esc goes back."
            ),
            Lang::Zh => format!("将退还订单全部余额 {all}。再按回车登记，Esc 返回。"),
        };
        return Some((words, cx.theme.blocked()));
    }
    match (&form.problem, form.booking, form.confirming) {
        (_, true, _) => Some((cx.t(Text::Booking).to_owned(), cx.theme.calm())),
        (_, _, true) => form.room.doubt().map(|doubt| {
            let doubt = typed::refused(&doubt).what[cx.lang as usize].clone();
            let stop = cx.lang.pick(". ", "。");
            (format!("{doubt}{stop}{}", cx.t(Text::ConfirmAnyway)), cx.theme.blocked())
        }),
        (Some(problem), ..) => Some((format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked())),
        _ => form.objection().map(|problem| (format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked())),
    }
}

const fn label(field: Field) -> Text {
    match field {
        Field::Route => Text::OfferRouteField,
        Field::Why => Text::Reason,
        Field::Kind => Text::OfferKindField,
        Field::Amount => Text::OfferAmountField,
        Field::Carrier => Text::OfferCarrierField,
        Field::Tracking => Text::OfferTrackingField,
        Field::Reason => Text::OfferReasonField,
        Field::Cost => Text::OfferCostField,
    }
}

fn view_field(
    form: &OfferForm,
    name: Field,
    focused: bool,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    match name {
        Field::Kind => {
            let at = OfferKind::ALL.iter().position(|kind| *kind == form.kind).unwrap_or(0);
            let text = format!("‹ {} › {}/{}", cx.t(form.kind), at + 1, OfferKind::ALL.len());
            draw_line(frame, area, Line::raw(text));
        }
        Field::Route => {
            let at = Route::ALL.iter().position(|route| *route == form.route).unwrap_or(0);
            let text = format!("‹ {} › {}/{}", cx.t(form.route), at + 1, Route::ALL.len());
            draw_line(frame, area, Line::raw(text));
        }
        Field::Why => field(frame, area, &form.why, focused),
        Field::Amount => field(frame, area, &form.amount, focused),
        Field::Carrier => field(frame, area, &form.carrier, focused),
        Field::Tracking => field(frame, area, &form.tracking, focused),
        Field::Reason => field(frame, area, &form.reason, focused),
        Field::Cost => field(frame, area, &form.cost, focused),
    }
}
