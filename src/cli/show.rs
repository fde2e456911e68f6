//! `kesu show`: everything about one case.

use std::io::Write;

use serde_json::{Value, json};

use super::args::Show;
use super::out::{Stop, json_line, money, utc};
use super::table::{Side, Table, Tone, safe};
use super::{Session, list, words};
use crate::domain::event::Event;
use crate::domain::offer::Offer;
use crate::domain::view::{CaseFile, ClockView, Message};
use crate::i18n::{Lang, time_left};
use crate::problem::{Exit, Problem};
use crate::safe_text;

/// `kesu show CASE`.
pub(super) fn show(session: &mut Session<'_>, args: &Show) -> Result<(), Stop> {
    let id = args.case;
    let file = session.reading()?.case(id, session.now)?.ok_or_else(|| {
        Problem::new(
            Exit::NotFound,
            [format!("no case {id}"), format!("没有客诉 {id}")],
            ["`kesu list --archived` shows them all", "用 `kesu list --archived` 查看全部客诉"],
        )
    })?;
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &object(session.lang, &file))?;
    } else {
        page(session, &mut *out, &file)?;
    }
    out.flush()?;
    Ok(())
}

fn object(lang: Lang, file: &CaseFile) -> Value {
    let mut object = list::object(&file.summary);
    // The words the queue shows first, then what only the whole case has.
    object["clocks"] = file.clocks.iter().map(|each| clock(lang, each)).collect();
    object["messages"] = file.messages.iter().map(message).collect();
    object["offers"] = file.offers.iter().map(offer).collect();
    object["evidence"] = json!([]);
    object["events"] = file.events.iter().map(event).collect();
    object
}

fn clock(lang: Lang, clock: &ClockView) -> Value {
    json!({
        "name": clock.name,
        "started": utc(clock.started),
        "due": utc(clock.due),
        "state": clock.state.word(),
        "source": clock.source,
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

fn offer(offer: &Offer) -> Value {
    let (amount, currency) = money(offer.amount);
    let (cost, cost_currency) = money(offer.cost);
    json!({
        "id": offer.id,
        "kind": offer.kind.word(),
        "amount": amount,
        "currency": currency,
        "status": offer.status.word(),
        "carrier": offer.carrier,
        "tracking": offer.tracking,
        "cost": cost,
        "cost_currency": cost_currency,
        "at": utc(offer.at),
        "total_unknown": offer.total_unknown,
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

fn page(session: &Session<'_>, out: &mut impl Write, file: &CaseFile) -> Result<(), Stop> {
    let (lang, case) = (session.lang, &file.summary);
    let known = |text: Option<&str>| text.map_or_else(|| "–".to_owned(), safe);
    writeln!(
        out,
        "{} {}  {}  {}  {}  {}",
        lang.pick("case", "客诉"),
        case.id,
        words::channel(lang, case.channel),
        words::kind(lang, case.kind),
        known(case.marketplace.map(crate::domain::Marketplace::code)),
        known(case.order_id.as_deref()),
    )?;
    let total = file.order.as_ref().and_then(|order| order.total).map(|total| total.to_string());
    let facts = [
        ("SKU", "SKU", known(case.sku.as_deref())),
        ("buyer", "买家", known(case.buyer_name.as_deref().or(case.buyer.as_deref()))),
        ("reason", "原因", known(file.reason.as_deref())),
        ("order total", "订单金额", known(total.as_deref())),
        ("opened", "开始", utc(case.opened)),
    ];
    for (en, zh, value) in facts.iter().filter(|fact| fact.2 != "–") {
        writeln!(out, "  {}: {value}", lang.pick(en, zh))?;
    }
    clocks(session, out, file)?;
    messages(session, out, file)?;
    for offer in &file.offers {
        let amount = offer.amount.map(|amount| amount.to_string()).unwrap_or_default();
        writeln!(
            out,
            "\n{}: {} {amount} ({})",
            lang.pick("offer", "补偿"),
            offer.kind.word(),
            offer.status.word()
        )?;
    }
    Ok(())
}

fn clocks(session: &Session<'_>, out: &mut impl Write, file: &CaseFile) -> Result<(), Stop> {
    if file.clocks.is_empty() {
        return Ok(());
    }
    let lang = session.lang;
    writeln!(out)?;
    let name = |en, zh| lang.pick(en, zh);
    let mut table = Table::new([
        (name("clock", "时钟"), Side::Left),
        (name("state", "状态"), Side::Left),
        (name("left", "剩余"), Side::Left),
        (name("due", "时限"), Side::Left),
        (name("if missed", "错过的后果"), Side::Left),
    ]);
    for clock in &file.clocks {
        let tone = if clock.state == crate::domain::clock::Running::Missed { Tone::Late } else { Tone::Calm };
        let stopped = clock.state == crate::domain::clock::Running::Stopped;
        let left = if stopped { String::new() } else { time_left(lang, session.now, clock.due) };
        let (label, consequence) = (&clock.label[lang as usize], &clock.consequence[lang as usize]);
        table.row(tone, [label, words::running(lang, clock.state), &left, &utc(clock.due), consequence]);
    }
    table.write(out, session.width(), session.colour)?;
    Ok(())
}

fn messages(session: &Session<'_>, out: &mut impl Write, file: &CaseFile) -> Result<(), Stop> {
    for message in &file.messages {
        let whose = if message.ours {
            session.lang.pick("we", "我们")
        } else {
            session.lang.pick("they", "对方")
        };
        writeln!(
            out,
            "\n── {}  {whose}  {}  {}",
            utc(message.at),
            safe(&message.author),
            safe(&message.subject)
        )?;
        writeln!(out, "{}", safe_text::block(&message.text))?;
    }
    Ok(())
}
