//! `kesu show`: everything about one case.

mod beside;

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Session;
use super::args::Show;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone, safe};
use crate::domain::Money;
use crate::domain::clock::{Running, Side as Whom};
use crate::domain::evidence::Form;
use crate::domain::view::CaseFile;
use crate::i18n::report::{against_line, standing_line};
use crate::i18n::{Lang, Text, moment, offers as said, time_left, zone_name, zone_names};
use crate::problem::{Exit, Problem};
use crate::reply::history::{bare, clock_source, deed_words, evidence_words};
use crate::safe_text;
use crate::wire;

/// `kesu show CASE`.
pub(super) fn show(session: &mut Session<'_>, args: &Show) -> Result<(), Stop> {
    let id = args.case;
    let store = session.reading()?;
    let none = || {
        Problem::new(
            Exit::NotFound,
            [format!("no case {id}"), format!("没有客诉 {id}")],
            ["`kesu list --archived` shows them all", "用 `kesu list --archived` 查看全部客诉"],
        )
    };
    let file = store.case(id, session.now)?.ok_or_else(none)?;
    let mut out = session.out.borrow_mut();
    if args.json {
        let flags = beside::flags(session);
        let ground = store.offer_ground(id, session.now)?.ok_or_else(none)?;
        json_line(&mut *out, &wire::costed(&file, &ground, &flags, session.lang, session.now))?;
    } else {
        page(session, &mut *out, &file)?;
    }
    out.flush()?;
    Ok(())
}

/// Writes the page for people. Its times are those of the case's site, as on the case screen.
fn page(session: &Session<'_>, out: &mut impl Write, file: &CaseFile) -> Result<(), Stop> {
    let site = file.summary.marketplace.and_then(|site| TimeZone::get(site.zone()).ok());
    let zone = &site.unwrap_or_else(TimeZone::system);
    facts(session, out, file, zone)?;
    clocks(session, out, file, zone)?;
    thread(session, out, file, zone)?;
    offers(session, out, file, zone)?;
    kept(session, out, file, zone)?;
    others(session, out, file, zone)?;
    heading(session, out, Text::History)?;
    for event in file.events.iter().rev() {
        let (at, said) = (moment(session.lang, event.at, zone), deed_words(&event.deed, session.lang));
        writeln!(out, "  #{}  {at} {}  {}", event.id, zone_name(zone, event.at), safe(&said))?;
    }
    Ok(())
}

fn heading(session: &Session<'_>, out: &mut impl Write, text: Text) -> Result<(), Stop> {
    writeln!(out, "\n── {}", session.t(text))?;
    Ok(())
}

fn facts(session: &Session<'_>, out: &mut impl Write, file: &CaseFile, zone: &TimeZone) -> Result<(), Stop> {
    let (lang, case) = (session.lang, &file.summary);
    let known = |text: Option<&str>| text.map_or_else(|| "–".to_owned(), safe);
    writeln!(
        out,
        "{} {}  {}  {}  {}  {}  {}",
        lang.pick("case", "客诉"),
        case.id,
        session.t(case.channel),
        session.t(case.kind),
        session.t(case.state),
        known(case.marketplace.map(crate::domain::Marketplace::code)),
        known(case.order_id.as_deref()),
    )?;
    let order = file.order.as_ref();
    let money = |amount: Option<Money>| amount.map(|amount| amount.to_string());
    let at = |at: Timestamp| format!("{} {}", moment(lang, at, zone), zone_name(zone, at));
    let buyer: Vec<String> =
        [&case.buyer_name, &case.buyer].into_iter().flatten().map(|text| safe(text)).collect();
    let shown = [
        ("SKU", case.sku.as_deref().map(safe)),
        (session.t(Text::Buyer), Some(buyer.join(" · ")).filter(|buyer| !buyer.is_empty())),
        (session.t(Text::Reason), file.reason.as_deref().map(safe)),
        (session.t(Text::OrderTotal), money(order.and_then(|order| order.total))),
        (session.t(Text::Claimed), money(file.claimed)),
        (session.t(Text::Decided), file.decision.map(|decision| session.t(decision).to_owned())),
        (session.t(Text::Ended), ended(lang, file, zone)),
        (lang.pick("shipping", "发货"), shipping(session, file)),
        (session.t(Text::Ordered), order.and_then(|order| order.purchased_at).map(at)),
        (lang.pick("opened", "开始"), Some(at(case.opened))),
        (session.t(Text::ActionWait), waiting(session, case.waiting)),
        (
            session.t(Text::SnoozedUntil),
            case.wake.filter(|wake| *wake > session.now).map(|wake| {
                if wake == Timestamp::MAX { session.t(Text::SnoozeMail).to_owned() } else { at(wake) }
            }),
        ),
    ];
    let colon = lang.pick(": ", "：");
    for (label, value) in shown.iter().filter_map(|(label, value)| Some((label, value.as_ref()?))) {
        writeln!(out, "  {label}{colon}{value}")?;
    }
    if order.is_none() && case.order_id.is_some() {
        writeln!(out, "  {}{colon}{}", session.t(Text::Order), session.t(Text::OrderUnknown))?;
    }
    for item in order.iter().flat_map(|order| &order.items) {
        let price = item.total.map(|total| format!("  {total}")).unwrap_or_default();
        let name = item.name.as_deref().or(item.asin.as_deref()).unwrap_or_default();
        writeln!(out, "  {} × {}  {}{price}", item.quantity, safe(&item.sku), safe(name))?;
    }
    beside::page(session, out, file, zone)
}

/// For whom the case waits.
fn waiting(session: &Session<'_>, whom: Option<Whom>) -> Option<String> {
    let text = match whom? {
        Whom::Buyer => Text::WaitForBuyer,
        Whom::Carrier => Text::WaitForCarrier,
    };
    Some(session.t(text).to_owned())
}

/// How it stands, and what the operator noted against it.
fn ended(lang: Lang, file: &CaseFile, zone: &TimeZone) -> Option<String> {
    let stands = file.stands.as_ref()?;
    let against = stands.against.map(|noted| format!(" · {}", against_line(lang, noted)));
    Some(format!("{}{}", standing_line(lang, stands, zone), against.unwrap_or_default()))
}

/// Who ships and where the parcel is, as far as that is known.
fn shipping(session: &Session<'_>, file: &CaseFile) -> Option<String> {
    let who = file.order.as_ref().and_then(|order| order.fulfilment).map(|who| session.t(who));
    let stage = file.stage.map(|stage| session.t(stage));
    let known: Vec<&str> = who.into_iter().chain(stage).collect();
    (!known.is_empty()).then(|| known.join(" · "))
}

fn clocks(session: &Session<'_>, out: &mut impl Write, file: &CaseFile, zone: &TimeZone) -> Result<(), Stop> {
    if file.clocks.is_empty() {
        return Ok(());
    }
    let lang = session.lang;
    writeln!(out)?;
    let due = format!(
        "{} ({})",
        session.t(Text::ColumnDue),
        zone_names(zone, file.clocks.iter().map(|clock| clock.due))
    );
    let mut table = Table::new([
        (session.t(Text::ColumnClock), Side::Left),
        (lang.pick("state", "状态"), Side::Left),
        (lang.pick("left", "剩余"), Side::Left),
        (session.t(Text::Since), Side::Left),
        (&due, Side::Left),
        (session.t(Text::OnMiss), Side::Left),
        (session.t(Text::Source), Side::Left),
    ]);
    for clock in &file.clocks {
        let tone = if clock.state == Running::Missed && clock.leads { Tone::Late } else { Tone::Calm };
        let stopped = clock.state == Running::Stopped;
        let left = if stopped { String::new() } else { time_left(lang, session.now, clock.due) };
        let (label, consequence) = (&clock.label[lang as usize], &clock.consequence[lang as usize]);
        let (since, source) = (moment(lang, clock.started, zone), clock_source(clock, lang));
        let due = moment(lang, clock.due, zone);
        table.row(tone, [label, session.t(clock.state), &left, &since, &due, consequence, &source]);
    }
    table.write(out, session.width(), session.colour)?;
    Ok(())
}

fn thread(session: &Session<'_>, out: &mut impl Write, file: &CaseFile, zone: &TimeZone) -> Result<(), Stop> {
    if file.messages.is_empty() {
        heading(session, out, Text::Thread)?;
        writeln!(out, "  {}\n  {}", safe(&file.summary.excerpt), session.t(Text::NoMessages))?;
    }
    for message in &file.messages {
        let who = if message.ours { session.t(Text::Us).to_owned() } else { safe(&message.author) };
        let mut head = vec![
            format!("{} {}", moment(session.lang, message.at, zone), zone_name(zone, message.at)),
            session.t(message.notice).to_owned(),
            who,
            safe(&message.subject),
        ];
        head.extend(message.amount.map(|amount| amount.to_string()));
        head.extend(message.decision.map(|decision| session.t(decision).to_owned()));
        head.retain(|part| !part.is_empty());
        writeln!(out, "\n── {}", head.join(" · "))?;
        writeln!(out, "{}", safe_text::block(&message.text))?;
    }
    Ok(())
}

fn offers(session: &Session<'_>, out: &mut impl Write, file: &CaseFile, zone: &TimeZone) -> Result<(), Stop> {
    heading(session, out, Text::Offers)?;
    if file.offers.is_empty() {
        writeln!(out, "  {}", session.t(Text::NoOffers))?;
    }
    let total = file.order.as_ref().and_then(|order| order.total);
    for offer in &file.offers {
        let whose = zone_name(zone, offer.at);
        writeln!(out, "  #{} {} ({whose})", offer.id, safe(&said::head(session.lang, offer, total, zone)))?;
        for line in said::details(session.lang, offer, zone) {
            writeln!(out, "      {}", safe(&line))?;
        }
    }
    for line in said::refunds(session.lang, &file.refunds, total, zone) {
        writeln!(out, "  {}", safe(&line))?;
    }
    let anything = !file.offers.is_empty() || !file.refunds.all.is_empty();
    if anything {
        writeln!(out, "  {} {}", session.t(Text::Rest), said::rest(session.lang, file.room.rest()))?;
    }
    Ok(())
}

fn kept(session: &Session<'_>, out: &mut impl Write, file: &CaseFile, zone: &TimeZone) -> Result<(), Stop> {
    let book = super::appeal::playbook(session);
    let (done, all, next) = book.progress(file);
    heading(session, out, Text::Evidence)?;
    let next = next.map_or(session.t(Text::PlaybookDone), |step| bare(&step.next[session.lang as usize]));
    writeln!(
        out,
        "  {} {done}/{all} · {}{}{}",
        session.t(Text::Playbook),
        session.t(Text::PlaybookNext),
        session.lang.pick(": ", "："),
        safe(next)
    )?;
    for each in &file.evidence {
        let mark = if each.form == Form::Tick { "✓" } else { "•" };
        let step =
            book.step(&each.step).map_or(each.step.as_str(), |step| bare(&step.next[session.lang as usize]));
        let mut parts =
            vec![moment(session.lang, each.at, zone), safe(step), safe(&evidence_words(each, session.lang))];
        parts.extend(each.weak.map(|weak| format!("⚠ {}", session.t(weak))));
        parts.retain(|part| !part.is_empty());
        writeln!(out, "  {mark} {}", parts.join(" · "))?;
    }
    Ok(())
}

fn others(session: &Session<'_>, out: &mut impl Write, file: &CaseFile, zone: &TimeZone) -> Result<(), Stop> {
    if file.others.is_empty() {
        return Ok(());
    }
    heading(session, out, Text::OtherCases)?;
    for other in &file.others {
        writeln!(
            out,
            "  #{} · {} · {} · {} · {} · {}",
            other.id,
            moment(session.lang, other.opened, zone),
            session.t(other.channel),
            session.t(other.kind),
            session.t(other.state),
            other.order_id.as_deref().map(safe).unwrap_or_default(),
        )?;
    }
    Ok(())
}
