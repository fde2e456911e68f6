//! What stands beside a case, as JSON: the buyer's history with its flags, and the note of the SKU.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{money, utc};
use crate::domain::buyer::{BuyerCase, BuyerHistory, Flag, PastOffer};
use crate::domain::note::SkuNote;
use crate::domain::record::Decision;
use crate::domain::view::CaseFile;
use crate::domain::{Channel, Outcome};
use crate::i18n::Lang;

/// The history of the buyer; every count has the shown case in it.
pub(super) fn buyer(file: &CaseFile, flags: &[Flag], lang: Lang, now: Timestamp) -> Value {
    let history = &file.buyer;
    let raised = history.raised(flags, now);
    json!({
        "at_least": history.more,
        "orders": history.orders.len(),
        "cases": history.cases.len(),
        "claims": history.count(&[Channel::Atoz]),
        "chargebacks": history.count(&[Channel::Chargeback]),
        "returns": history.count(&[Channel::Return]),
        "offers": history.standing().count(),
        "offered": history.sums().into_iter().map(|sum| {
            let (amount, currency) = money(Some(sum));
            json!({ "amount": amount, "currency": currency })
        }).collect::<Value>(),
        "since": history.since().map(utc),
        "flags": raised.iter().map(|raised| json!({
            "label": raised.flag.label,
            "count": raised.count,
            "days": raised.flag.days,
            "at_least": raised.flag.at_least,
            "orders": raised.orders,
            "reason": lang.pick(&raised.flag.reason, &raised.flag.reason_zh),
        })).collect::<Value>(),
        "others": others(file).map(case).collect::<Value>(),
        "other_orders": other_orders(history, file).collect::<Value>(),
    })
}

fn others(file: &CaseFile) -> impl Iterator<Item = &BuyerCase> {
    file.buyer.cases.iter().filter(|case| case.summary.id != file.summary.id)
}

fn other_orders<'a>(history: &'a BuyerHistory, file: &'a CaseFile) -> impl Iterator<Item = Value> + 'a {
    let other = |id: &str| file.summary.order_id.as_deref() != Some(id);
    history.orders.iter().filter(move |order| other(&order.id)).map(|order| {
        let (total, currency) = money(order.total);
        json!({
            "order_id": order.id,
            "ordered": order.purchased_at.map(utc),
            "total": total,
            "currency": currency,
        })
    })
}

fn case(case: &BuyerCase) -> Value {
    let (claimed, currency) = money(case.claimed);
    let row = &case.summary;
    json!({
        "case": row.id,
        "channel": row.channel.word(),
        "kind": row.kind.word(),
        "state": row.state.word(),
        "order_id": row.order_id,
        "opened": utc(row.opened),
        "outcome": case.outcome.map(Outcome::word),
        "decision": case.decision.map(Decision::word),
        "claimed": claimed,
        "currency": currency,
        "offers": case.offers.iter().map(offer).collect::<Value>(),
    })
}

fn offer(offer: &PastOffer) -> Value {
    let (amount, currency) = money(offer.amount);
    json!({
        "kind": offer.kind.word(),
        "status": offer.status.word(),
        "amount": amount,
        "currency": currency,
        "at": utc(offer.at),
    })
}

/// The note of the case's SKU; what was typed and not saved is the workbench's.
pub(super) fn note(note: &SkuNote) -> Value {
    json!({
        "sku": note.text.sku,
        "policy": note.text.policy,
        "known_problem": note.text.problem,
        "saved": note.saved_at.map(utc),
    })
}
