//! What stands beside a case: the buyer's history with its flags, and the note of the SKU.

use std::io::Write;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::Session;
use super::super::out::{Stop, money, utc};
use super::super::table::safe;
use crate::config::{Config, FILE};
use crate::domain::buyer::{BuyerCase, BuyerHistory, Flag, PastOffer, shipped_flags};
use crate::domain::note::SkuNote;
use crate::domain::record::Decision;
use crate::domain::view::CaseFile;
use crate::domain::{Channel, Outcome};
use crate::folders::Folders;
use crate::i18n::{Text, buyer_line, flag_line};
use crate::safe_text;

/// The flags of the settings, else those that ship. A mistake in the settings is told and does not stop the command.
fn flags(session: &Session<'_>) -> Vec<Flag> {
    let set = Folders::find().and_then(|folders| Config::read(&folders.config.join(FILE)));
    let own = match set {
        Ok(config) => config.buyer_flags,
        Err(problem) => {
            session.tell(&problem.say(session.lang));
            None
        }
    };
    own.unwrap_or_else(|| shipped_flags().to_vec())
}

/// The history of the buyer; every count has the shown case in it.
pub(super) fn buyer(session: &Session<'_>, file: &CaseFile) -> Value {
    let history = &file.buyer;
    let flags = flags(session);
    let raised = history.raised(&flags, session.now);
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
            "reason": session.lang.pick(&raised.flag.reason, &raised.flag.reason_zh),
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

/// The same for people: a line of numbers, the flags, the note.
pub(super) fn page(
    session: &Session<'_>,
    out: &mut impl Write,
    file: &CaseFile,
    zone: &TimeZone,
) -> Result<(), Stop> {
    let lang = session.lang;
    let colon = lang.pick(": ", "：");
    let numbers = buyer_line(lang, &file.buyer, session.now, zone);
    if !numbers.is_empty() {
        writeln!(out, "  {}{colon}{numbers}", session.t(Text::BuyerHistory))?;
    }
    let flags = flags(session);
    for raised in file.buyer.raised(&flags, session.now) {
        writeln!(out, "  {}", safe(&flag_line(lang, &raised)))?;
    }
    let Some(note) = &file.note else {
        writeln!(out, "  {}", session.t(Text::NoteNoSku))?;
        return Ok(());
    };
    for (label, text) in [(Text::NotePolicy, &note.text.policy), (Text::NoteProblem, &note.text.problem)] {
        let text = text.trim();
        if !text.is_empty() {
            let text = safe_text::block(text).into_string().replace('\n', "\n      ");
            writeln!(out, "  {}{colon}{text}", session.t(label))?;
        }
    }
    Ok(())
}
