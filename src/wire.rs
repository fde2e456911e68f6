//! The stable JSON of a case: what `kesu show --json` prints and what the operator's own commands get.
//!
//! Snake case; times RFC 3339 UTC in whole seconds; money as a decimal string beside its currency; additive changes only.

mod beside;
mod offers;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::Money;
use crate::domain::buyer::Flag;
use crate::domain::clock::Side;
use crate::domain::cost::Ground;
use crate::domain::event::Event;
use crate::domain::evidence::{Evidence, Origin, Weakness};
use crate::domain::outcome::{Said, Standing};
use crate::domain::view::{CaseFile, ClockView, Complaint, Message, Summary};
use crate::i18n::Lang;
use crate::reply::history::clock_source;

/// A time as every JSON output has it: `2026-10-05T09:00:00Z`, whole seconds.
#[must_use]
pub fn utc(at: Timestamp) -> String {
    // Sub-second parts come from `--now` only and would make a stable interface vary in length.
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// Amount and currency as two JSON values, both null when unknown.
#[must_use]
pub fn money(amount: Option<Money>) -> (Value, Value) {
    amount
        .map_or((Value::Null, Value::Null), |amount| (amount.decimal().into(), amount.currency.code().into()))
}

pub use offers::offer;

/// A case as the stable interface shows it.
#[must_use]
pub fn summary(case: &Summary, now: Timestamp) -> Value {
    let wake = case.wake.filter(|wake| *wake > now);
    json!({
        "case": case.id.0,
        "channel": case.channel.word(),
        "kind": case.kind.word(),
        "state": case.state.word(),
        "marketplace": case.marketplace.map(crate::domain::Marketplace::code),
        "order_id": case.order_id,
        "sku": case.sku,
        "buyer": case.buyer,
        "opened": utc(case.opened),
        "due": case.due.map(utc),
        "clock": case.clock,
        "lang": case.lang.map(crate::domain::case::Language::word),
        "excerpt": case.excerpt,
        "waiting_for": case.waiting.map(Side::word),
        "snoozed": wake.is_some(),
        // Until a mail comes there is no time to name.
        "snoozed_until": wake.filter(|wake| *wake != Timestamp::MAX).map(utc),
    })
}

/// Everything about a case with what its offers really cost, as `kesu show --json` gives it.
#[must_use]
pub fn costed(file: &CaseFile, ground: &Ground, flags: &[Flag], lang: Lang, now: Timestamp) -> Value {
    let mut object = case(file, flags, lang, now);
    for (at, each) in file.offers.iter().enumerate() {
        object["offers"][at]["true_cost"] = offers::true_cost(each, ground, lang);
    }
    object
}

/// Everything about a case, as the operator's own commands get it.
#[must_use]
pub fn case(file: &CaseFile, flags: &[Flag], lang: Lang, now: Timestamp) -> Value {
    let mut object = summary(&file.summary, now);
    // The words the queue shows first, then what only the whole case has.
    object["clocks"] = file.clocks.iter().map(|each| clock(lang, each)).collect();
    object["messages"] = file.messages.iter().map(message).collect();
    let total = file.order.as_ref().and_then(|order| order.total);
    object["offers"] = file.offers.iter().map(|each| offers::offer(each, total)).collect();
    object["evidence"] = file.evidence.iter().map(evidence).collect();
    object["events"] = file.events.iter().map(event).collect();
    object["buyer_history"] = beside::buyer(file, flags, lang, now);
    object["sku_notes"] = file.note.as_ref().map_or(Value::Null, beside::note);
    object["is_complaint"] = (file.summary.complaint != Complaint::None).into();
    object["is_informal"] = file.summary.is_informal().into();
    object["because"] = file.because.clone().into();
    object["refunds"] = offers::refunds(&file.refunds);
    let rest = file.room.rest();
    object["left"] = rest.known().map(Money::decimal).into();
    object["left_at_most"] = rest.most().map(Money::decimal).into();
    object["outcome"] = file.stands.as_ref().map_or(Value::Null, standing);
    object["outcomes"] = file.outcomes.iter().map(said).collect();
    object
}

/// How it stands; `contradicts` is what the operator noted that cannot be true beside what Amazon says.
fn standing(stands: &Standing) -> Value {
    json!({
        "outcome": stands.outcome.word(),
        "at": utc(stands.at),
        "by": stands.by.word(),
        "contradicts": stands.against.map(crate::domain::Outcome::word),
    })
}

fn said(said: &Said) -> Value {
    json!({ "outcome": said.outcome.word(), "at": utc(said.until), "by": said.by.word() })
}

fn clock(lang: Lang, clock: &ClockView) -> Value {
    json!({
        "name": clock.name,
        "started": utc(clock.started),
        "due": utc(clock.due),
        "state": clock.state.word(),
        "source": clock_source(clock, lang),
        "consequence": clock.consequence[lang as usize],
    })
}

fn message(message: &Message) -> Value {
    let (amount, currency) = money(message.amount);
    json!({
        "id": message.id,
        "channel": message.notice.word(),
        "at": utc(message.at),
        "ours": message.ours,
        "author": message.author,
        "subject": message.subject,
        "text": message.text,
        "amount": amount,
        "currency": currency,
        "decision": message.decision.map(crate::domain::record::Decision::word),
    })
}

fn evidence(each: &Evidence) -> Value {
    json!({
        "step": each.step,
        "form": each.form.word(),
        "note": each.note,
        "file": each.file.as_ref().map(|file| file.path.to_string_lossy()),
        "name": each.file.as_ref().map(|file| &file.name),
        "sha256": each.file.as_ref().map(|file| &file.sha256),
        "carrier": each.carrier,
        "number": each.number,
        "origin": each.origin.map(Origin::word),
        "weak": each.weak.is_some(),
        "weak_because": each.weak.map(Weakness::word),
        "at": utc(each.at),
    })
}

fn event(event: &Event) -> Value {
    let mut object = json!({ "id": event.id, "at": utc(event.at), "actor": event.actor.word() });
    if let (Some(object), Ok(Value::Object(deed))) =
        (object.as_object_mut(), serde_json::to_value(&event.deed))
    {
        // `kind` of a deed is the offer's; names of the frame are never overwritten.
        object.extend(deed.into_iter().filter(|(name, _)| name != "id" && name != "at" && name != "actor"));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_seconds_utc() {
        assert_eq!(utc("2026-10-05T09:00:00.123+02:00".parse().unwrap()), "2026-10-05T07:00:00Z");
    }
}
