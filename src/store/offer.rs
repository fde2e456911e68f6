//! Offers: booked once per dialogue, never above the order, moved on step by step; checked inside the transaction that
//! writes the money log.

mod expiry;
mod read;
mod step;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::action::existing;
use super::case::stage_of;
use super::convert::{money, second, word};
use super::evidence::said;
use super::history::{Head, act};
use super::money::{self, Entry, Line, RELEASED};
use crate::domain::case::Stage;
use crate::domain::event::{Actor, Deed, Terms};
use crate::domain::offer::{
    Draft, Move, OfferKind, OfferStatus, Parcel, Refusal, Room, Route, check, check_number, check_parcel,
    check_size,
};
use crate::domain::tracking::Carriers;
use crate::domain::{CaseId, Currency, Marketplace, Money, playbook};
use crate::i18n::offers::short;
use crate::i18n::{Lang, Text};
use crate::problem::{Exit, Problem};

pub(super) use self::expiry::Sweep;
pub(super) use self::read::around;
use self::step::step;
pub(super) use self::step::take_back;

/// How the key of a line begins that an undo has written.
const UNDO: &str = "undo:";

/// What is known of the order an offer is about.
#[derive(Debug)]
struct Ground {
    order: Option<String>,
    currency: Option<Currency>,
    stage: Option<Stage>,
    room: Room,
}

/// An offer as it stands in its row.
#[derive(Debug)]
struct Booked {
    id: i64,
    case: CaseId,
    order: Option<String>,
    kind: OfferKind,
    amount: Option<Money>,
    status: OfferStatus,
    parcel: Parcel,
}

/// One step of an offer: where to, and what it holds from then on.
#[derive(Debug, Clone, Copy)]
struct Shift<'a> {
    key: &'a str,
    to: OfferStatus,
    hold: Option<Money>,
    undoes: Option<i64>,
    parcel: &'a Parcel,
    at: i64,
    event: i64,
}

impl Store {
    /// Books an offer. The same key with the same content returns the first booking's event and books nothing.
    ///
    /// # Errors
    /// The reasons of [`Refusal`], and SQLite's.
    pub fn offer(&mut self, case: CaseId, draft: &Draft, now: Timestamp) -> Result<i64, Problem> {
        self.expire_around(self.standing_for(case)?, now)?;
        let own = self.carriers.clone();
        let carriers = own.as_deref().unwrap_or_else(|| Carriers::shipped());
        let draft = &Draft {
            tracking: kept(draft.carrier.as_deref(), draft.tracking.as_deref(), carriers),
            ..draft.clone()
        };
        self.act_unless(case, now, |tx, case| {
            if let Some(event) = booked(tx, case, draft)? {
                return Ok((event, false));
            }
            check_key(&draft.key)?;
            check_number(draft, carriers).map_err(|refusal| refused(&refusal))?;
            Ok((book(tx, case, draft, second(now), None, |deed| act(tx, case, now, deed))?, true))
        })
    }

    /// Moves an offer on. The same key with the same content returns the first move's event and moves nothing.
    ///
    /// # Errors
    /// The reasons of [`Refusal`], and SQLite's.
    pub fn move_offer(&mut self, case: CaseId, wish: &Move, now: Timestamp) -> Result<i64, Problem> {
        let own = self.carriers.clone();
        let carriers = own.as_deref().unwrap_or_else(|| Carriers::shipped());
        let parcel = wish.parcel.clone().map(|parcel| Parcel {
            tracking: kept(parcel.carrier.as_deref(), parcel.tracking.as_deref(), carriers),
            ..parcel
        });
        let wish = &Move { parcel, ..wish.clone() };
        self.act_unless(case, now, |tx, case| move_on(tx, case, wish, carriers, now))
    }

    /// The offer that a key has booked, and the sum that was given before it; `None`: the key is new.
    pub fn offer_of(&self, key: &str) -> Result<Option<(i64, i64)>, Problem> {
        Ok(money::booked(&self.db, key)?.map(|line| (line.offer, line.seen)))
    }

    /// One action that may turn out to have been done before: then nothing is computed anew.
    fn act_unless(
        &mut self,
        case: CaseId,
        now: Timestamp,
        deed: impl FnOnce(&Connection, CaseId) -> Result<(i64, bool), Problem>,
    ) -> Result<i64, Problem> {
        self.write(|tx, policy| {
            let case = existing(tx, case)?;
            let (event, done) = deed(tx, case)?;
            if done {
                super::refresh::refresh(tx, &mut Head::read(tx)?, policy, case.0, false, second(now))?;
            }
            Ok(event)
        })
    }
}

/// A tracking number as it is kept.
fn kept(carrier: Option<&str>, number: Option<&str>, carriers: &Carriers) -> Option<String> {
    number.map(|number| carriers.kept(carrier.unwrap_or_default(), number))
}

/// The event of a booking with this key.
fn booked(db: &Connection, case: CaseId, draft: &Draft) -> Result<Option<i64>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT event, case_id, kind, amount_minor, currency, route, why, id FROM offers WHERE key = ?1",
    )?;
    let found = query.query_row([&draft.key], |row| {
        let kind = word(row, "kind", OfferKind::parse)?;
        let amount = money(row, "amount_minor", "currency")?;
        // The whole of an order is what was left of it then.
        let whole = draft.amount.is_none() && kind.is_some_and(OfferKind::refunds);
        let same = row.get::<_, i64>("case_id")? == case.0
            && kind == Some(draft.kind)
            && (whole || amount == draft.amount)
            && word(row, "route", Route::parse)? == draft.route
            && row.get::<_, Option<String>>("why")? == spoken(draft.why.as_deref());
        let kind = kind.unwrap_or(draft.kind);
        let words = [Lang::En, Lang::Zh].map(|lang| short(lang, kind, amount));
        Ok((row.get::<_, i64>("event")?, row.get::<_, i64>("id")?, same, words))
    });
    let Some((event, offer, same, words)) = found.optional()? else {
        return match money::booked(db, &draft.key)? {
            Some(line) => Err(refused(&Refusal::KeyTaken(step_words(&line)))),
            None => Ok(None),
        };
    };
    let parcel = parcel_of(draft);
    let same = same && money::lines(db, offer)?.first().is_some_and(|line| line.parcel == parcel);
    if same { Ok(Some(event)) } else { Err(refused(&Refusal::KeyTaken(words))) }
}

/// The step of a line in words: English, Chinese.
fn step_words(line: &Line) -> [String; 2] {
    let said = |lang: Lang| line.status().map_or("", |status| Text::from(status).in_lang(lang));
    [Lang::En, Lang::Zh].map(|lang| format!("#{} {}", line.offer, said(lang)))
}

/// Words that say something.
fn spoken(words: Option<&str>) -> Option<String> {
    words.map(str::trim).filter(|words| !words.is_empty()).map(str::to_owned)
}

/// The parcel of an offer; only a reshipment has one.
fn parcel_of(draft: &Draft) -> Parcel {
    if draft.kind.refunds() {
        return Parcel::default();
    }
    Parcel { carrier: draft.carrier.clone(), tracking: draft.tracking.clone(), cost: draft.cost }
}

/// Books an offer of a bulk load: the same checks of its amount, but none of its number, which went out long ago; no undo.
pub(super) fn book_past(
    db: &Connection,
    head: &mut Head,
    case: CaseId,
    draft: &Draft,
    at: i64,
) -> Result<i64, Problem> {
    match booked(db, case, draft)? {
        Some(event) => Ok(event),
        // What was refunded after it was no matter then.
        None => {
            book(db, case, draft, at, Some(at), |deed| head.append(db, Some(case), at, Actor::Operator, deed))
        }
    }
}

fn book(
    db: &Connection,
    case: CaseId,
    draft: &Draft,
    at: i64,
    by: Option<i64>,
    append: impl FnOnce(&Deed) -> Result<i64, Problem>,
) -> Result<i64, Problem> {
    let ground = ground(db, case, by)?;
    let amount = allowed(draft, &ground).map_err(|refusal| refused(&refusal))?;
    let offer: i64 =
        db.prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM offers")?.query_row([], |row| row.get(0))?;
    let shown = amount.map(|amount| amount.to_string());
    let terms = Terms {
        route: draft.route,
        why: spoken(draft.why.as_deref()),
        total_unknown: amount.is_some() && ground.room.total.is_none(),
    };
    let event = append(&Deed::Offered {
        offer,
        kind: draft.kind,
        amount: shown,
        reason: spoken(draft.reason.as_deref()),
        terms: Some(terms.clone()),
    })?;
    let parcel = parcel_of(draft);
    db.prepare_cached(
        "INSERT INTO offers (id, key, case_id, order_id, kind, amount_minor, currency, status, carrier, tracking,
             cost_minor, cost_currency, at, total_unknown, event, route, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?
    .execute(params![
        offer,
        draft.key,
        case.0,
        ground.order,
        draft.kind.word(),
        amount.map(|amount| amount.minor),
        amount.map(|amount| amount.currency.code()),
        OfferStatus::Proposed.word(),
        parcel.carrier,
        parcel.tracking,
        parcel.cost.map(|cost| cost.minor),
        parcel.cost.map(|cost| cost.currency.code()),
        at,
        terms.total_unknown,
        event,
        terms.route.map(Route::word),
        terms.why,
    ])?;
    let entry = Entry {
        key: &draft.key,
        offer,
        order: ground.order.as_deref(),
        step: OfferStatus::Proposed.word(),
        reverses: None,
        undoes: None,
        amount,
        seen: draft.seen,
        parcel: &parcel,
        at,
        event,
    };
    money::append(db, &entry)?;
    Ok(event)
}

/// Moves an offer on; whether it was done now, or before with the same key.
fn move_on(
    db: &Connection,
    case: CaseId,
    wish: &Move,
    carriers: &Carriers,
    now: Timestamp,
) -> Result<(i64, bool), Problem> {
    let stop = |refusal: Refusal| Err(refused(&refusal));
    if let Some(line) = money::booked(db, &wish.key)? {
        let same = is_same_move(db, &line, wish)?;
        return if same { Ok((line.event, false)) } else { stop(Refusal::KeyTaken(step_words(&line))) };
    }
    check_key(&wish.key)?;
    let Some(offer) = find(db, case, wish.offer)? else { return stop(Refusal::NoOffer(wish.offer)) };
    let lines = money::lines(db, offer.id)?;
    if lines.last().map_or(0, |line| line.seq) != wish.seen {
        return stop(Refusal::Moved(offer.id, offer.status));
    }
    if !offer.status.next().contains(&wish.to) {
        return stop(Refusal::NoSuchMove(offer.id, offer.status, wish.to));
    }
    let done = wish.to == OfferStatus::CarriedOut;
    let hold = holds(wish, offer.amount);
    if let (Some(promised), Some(paid)) = (offer.amount, hold)
        && paid.currency != promised.currency
    {
        return stop(Refusal::OtherCurrency(promised.currency.code(), paid.currency.code()));
    }
    let parcel = match &wish.parcel {
        Some(parcel) if done && !offer.kind.refunds() => parcel.clone(),
        _ => offer.parcel.clone(),
    };
    hold.map_or(Ok(()), check_size)
        .and_then(|()| check_cost(parcel.cost))
        .map_err(|refusal| refused(&refusal))?;
    let reason = spoken(wish.reason.as_deref());
    if parcel != offer.parcel {
        let (carrier, number) = (parcel.carrier.as_deref(), parcel.tracking.as_deref());
        check_parcel(carrier, number, reason.as_deref(), carriers).map_err(|refusal| refused(&refusal))?;
    }
    let deed = Deed::OfferMoved {
        offer: offer.id,
        kind: offer.kind,
        from: offer.status,
        to: wish.to,
        amount: hold.or_else(|| given_back(&offer, wish.to, &lines)).map(|amount| amount.to_string()),
        reason,
    };
    let event = act(db, case, now, &deed)?;
    let shift =
        Shift { key: &wish.key, to: wish.to, hold, undoes: None, parcel: &parcel, at: second(now), event };
    step(db, &offer, shift)?;
    Ok((event, true))
}

/// What an offer of `amount` holds once a move is done.
fn holds(wish: &Move, amount: Option<Money>) -> Option<Money> {
    let amount = amount.filter(|_| wish.to.stands())?;
    Some(wish.paid.filter(|_| wish.to == OfferStatus::CarriedOut).unwrap_or(amount))
}

/// What was paid, where an offer that was carried out is taken back: the history says which money that was.
fn given_back(offer: &Booked, to: OfferStatus, lines: &[Line]) -> Option<Money> {
    let back = offer.status == OfferStatus::CarriedOut && to == OfferStatus::Reversed;
    money::held(lines).filter(|_| back).map(|(_, amount)| amount)
}

/// A key is a text of its own: no key of the lines that kesu writes by itself.
fn check_key(key: &str) -> Result<(), Problem> {
    let own = key.starts_with(expiry::KEY) || key.starts_with(UNDO) || key.ends_with(&format!("/{RELEASED}"));
    if own || key.trim().is_empty() || key.chars().any(char::is_control) {
        return Err(refused(&Refusal::NoKey(key.to_owned())));
    }
    Ok(())
}

/// Whether a line is what a move with its key would have written: the same offer, state, money and parcel.
fn is_same_move(db: &Connection, line: &Line, wish: &Move) -> Result<bool, Problem> {
    let mut lines = money::lines(db, line.offer)?;
    lines.retain(|other| other.seq <= line.seq);
    let amount = db
        .prepare_cached("SELECT amount_minor, currency FROM offers WHERE id = ?1")?
        .query_row([line.offer], |row| money(row, "amount_minor", "currency"))?;
    let held = money::held(&lines).map(|(_, amount)| amount);
    // The parcel of before; a release of the same move has the new one.
    let before = lines.iter().rev().find(|other| other.event != line.event).map(|other| &other.parcel);
    let sent = wish.parcel.as_ref().filter(|_| wish.to == OfferStatus::CarriedOut && amount.is_none());
    let parcel = sent.or(before).is_none_or(|parcel| *parcel == line.parcel);
    let same = line.offer == wish.offer && line.status() == Some(wish.to) && line.undoes.is_none();
    Ok(same && parcel && held == holds(wish, amount))
}

fn find(db: &Connection, case: CaseId, offer: i64) -> Result<Option<Booked>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, case_id, order_id, kind, amount_minor, currency, status, carrier, tracking, cost_minor, cost_currency
         FROM offers WHERE id = ?1
             AND (case_id = ?2 OR order_id = (SELECT order_id FROM cases WHERE id = ?2))",
    )?;
    let found = query.query_row([offer, case.0], |row| {
        Ok(Booked {
            id: row.get("id")?,
            case: CaseId(row.get("case_id")?),
            order: row.get("order_id")?,
            kind: word(row, "kind", OfferKind::parse)?.unwrap_or(OfferKind::PartialRefund),
            amount: money(row, "amount_minor", "currency")?,
            status: word(row, "status", OfferStatus::parse)?.unwrap_or(OfferStatus::Proposed),
            parcel: Parcel {
                carrier: row.get("carrier")?,
                tracking: row.get("tracking")?,
                cost: money(row, "cost_minor", "cost_currency")?,
            },
        })
    });
    Ok(found.optional()?)
}

fn ground(db: &Connection, case: CaseId, by: Option<i64>) -> Result<Ground, Problem> {
    let mut query = db.prepare_cached(
        "SELECT c.order_id, c.marketplace, o.total_minor, o.currency, o.status FROM cases c
         LEFT JOIN orders o ON o.order_id = c.order_id WHERE c.id = ?1",
    )?;
    let mut ground = query.query_row([case.0], |row| {
        let site = word(row, "marketplace", Marketplace::parse)?;
        Ok(Ground {
            order: row.get("order_id")?,
            currency: word(row, "currency", Currency::parse)?.or_else(|| site.map(Marketplace::currency)),
            stage: word(row, "status", stage_of)?,
            room: Room { total: money(row, "total_minor", "currency")?, ..Room::default() },
        })
    })?;
    ground.stage = playbook::stage(said(db, case)?.stage, ground.stage);
    ground.room = read::around_by(db, case, ground.order.as_deref(), ground.room.total, by)?.room;
    Ok(ground)
}

/// What the buyer gets back, or why not.
fn allowed(draft: &Draft, ground: &Ground) -> Result<Option<Money>, Refusal> {
    if draft.seen != ground.room.given {
        return Err(Refusal::Changed);
    }
    let gone = ground.stage.is_some_and(|stage| stage != Stage::BeforeShipping);
    if draft.kind == OfferKind::CancelAndRefund && gone {
        return Err(Refusal::Shipped);
    }
    let whole = ground.room.rest().known();
    let amount = match draft.kind {
        OfferKind::Reshipment => return check_cost(draft.cost).map(|()| None),
        OfferKind::PartialRefund => draft.amount.ok_or(Refusal::NotPositive)?,
        // Where nobody knows what is left, everything has to be said.
        OfferKind::FullRefund | OfferKind::CancelAndRefund => {
            draft.amount.or(whole).ok_or_else(|| unsaid(&ground.room))?
        }
    };
    check(amount, &ground.room, draft.total_unknown_confirmed)?;
    if let Some(currency) = ground.currency.filter(|currency| *currency != amount.currency) {
        return Err(Refusal::OtherCurrency(currency.code(), amount.currency.code()));
    }
    // The whole of an order is what is left of it now, not what was left when the dialogue opened.
    let all = draft.kind != OfferKind::PartialRefund;
    match whole {
        Some(rest) if all && rest != amount => Err(Refusal::Changed),
        _ => Ok(Some(amount)),
    }
}

/// Why everything of an order of which nobody knows what is left cannot be offered without an amount.
fn unsaid(room: &Room) -> Refusal {
    if room.is_spent() { Refusal::NothingLeft(*room) } else { room.doubt().unwrap_or(Refusal::TotalUnknown) }
}

/// A reshipment may cost nothing, but not less, and not more than any amount comes to.
fn check_cost(cost: Option<Money>) -> Result<(), Refusal> {
    cost.filter(|cost| cost.minor != 0).map_or(Ok(()), check_size)
}

fn refused(refusal: &Refusal) -> Problem {
    Problem::new(Exit::Blocked, [refusal.to_string(), refusal.in_chinese()], refusal.remedy())
}
