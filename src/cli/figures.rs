//! `kesu figures`: the pages of the report as tables and as JSON.

use std::io::Write;

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::Session;
use super::args::Figures as Args;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::handling::{Average, Handling, Times};
use crate::domain::offer::Route;
use crate::domain::outcome::figures::{Band, Delay, Group, Outcomes, Size};
use crate::domain::paths::{OfferBenchmark, shipped_paths};
use crate::domain::report::{Page, Window};
use crate::i18n::{Lang, report as say};
use crate::wire::utc;

/// `kesu figures`.
pub(super) fn figures(session: &mut Session<'_>, args: &Args) -> Result<(), Stop> {
    let mut store = session.reading()?;
    store.use_report(session.report_policy()?);
    let window =
        args.as_of.map_or_else(|| Window::until(session.now, args.days), |day| Window::on(day, args.days));
    let (object, tables, notes) = match args.what {
        Page::Outcomes => {
            let outcomes = store.outcomes(window)?;
            let mut notes = vec![say::denominator(session.lang).to_owned()];
            if let Ok(policy) = shipped_paths() {
                let (of, lang) = (policy.benchmark, session.lang);
                notes.push(say::others(lang, of.withdrawn_percent, lang.pick(&of.source, &of.source_zh)));
            }
            (outcomes_object(&outcomes), vec![ended(session, &outcomes), rates(session, &outcomes)], notes)
        }
        Page::Time => {
            let handling = store.handling(window)?;
            let notes = vec![say::time_basis(session.lang, &handling.policy.time)];
            (time_object(&handling), vec![times(session, &handling), bands(session, &handling)], notes)
        }
        Page::Rates => return super::rates::rates(session, args, &store),
    };
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &with_window(args, window, object))?;
    } else {
        let name = say::page_name(session.lang, args.what);
        let days = say::period_name(session.lang, args.days);
        writeln!(out, "{name} · {days} · {}", say::window_name(session.lang, &window, &TimeZone::UTC))?;
        for table in tables.iter().filter(|table| !table.is_empty()) {
            writeln!(out)?;
            table.write(&mut *out, session.width(), session.colour)?;
        }
        writeln!(out)?;
        for note in notes {
            writeln!(out, "{note}")?;
        }
    }
    out.flush()?;
    Ok(())
}

/// The object of a page with its name and its time first.
fn with_window(args: &Args, window: Window, page: Value) -> Value {
    let mut object = json!({
        "figures": args.what,
        "days": args.days.days(),
        "window": { "from": window.from.map(utc), "to": utc(window.until) },
    });
    if let (Some(object), Value::Object(page)) = (object.as_object_mut(), page) {
        object.extend(page);
    }
    object
}

fn outcomes_object(outcomes: &Outcomes) -> Value {
    let ended: Map<String, Value> = outcomes
        .ended
        .iter()
        .map(|(outcome, cases)| (outcome.word().to_owned(), json!(cases.len())))
        .collect();
    let benchmark = shipped_paths().ok().map(|policy| {
        let OfferBenchmark { withdrawn_percent, source, .. } = policy.benchmark;
        json!({ "withdrawn_percent": withdrawn_percent, "source": source })
    });
    let group = |group: &Group| group_object(group, outcomes);
    let named = |name: &str, key: Value, of: &Group| {
        let mut object = group(of);
        object[name] = key;
        object
    };
    json!({
        "outcomes": ended,
        "lost_by_clock": outcomes.lost,
        "contradictions": outcomes.disputed,
        "withdrawal": {
            "of": say::denominator(Lang::En),
            "few": outcomes.policy.few,
            "with_offer": group(&outcomes.offered),
            "without_offer": group(&outcomes.alone),
            "not_counted": outcomes.unsettled.len(),
            "by_kind": outcomes.kinds.iter().map(|(kind, of)| named("kind", json!(kind.word()), of)).collect::<Vec<_>>(),
            "by_route": outcomes.routes.iter().map(|(route, of)| named("route", json!(route.map(Route::word)), of)).collect::<Vec<_>>(),
            "by_share": outcomes.sizes.iter().map(|(size, of)| named("share", size_object(*size), of)).collect::<Vec<_>>(),
            "by_time": outcomes.delays.iter().map(|(delay, of)| named("hours", delay_object(*delay), of)).collect::<Vec<_>>(),
            "by_marketplace": outcomes
                .sites
                .iter()
                .map(|(site, of)| named("marketplace", json!(site.map(crate::domain::Marketplace::code)), of))
                .collect::<Vec<_>>(),
        },
        "benchmark": benchmark,
    })
}

#[allow(clippy::cast_precision_loss, reason = "cases are counted far below 2^52")]
fn group_object(group: &Group, outcomes: &Outcomes) -> Value {
    let share = group.withdrawn;
    json!({
        "withdrawn": share.of,
        "settled": share.all,
        "rate": (share.all > 0).then(|| share.of as f64 / share.all as f64),
        "interval": share.interval(),
        "enough": outcomes.is_enough(group),
        "cases": group.settled,
    })
}

fn band_object(band: Band) -> Value {
    json!({ "above": band.from, "to": band.to })
}

/// What was offered of the order, per cent; a word where it is no part of it.
fn size_object(size: Size) -> Value {
    match size {
        Size::Part(band) => band_object(band),
        Size::Whole => json!("whole"),
        Size::NoMoney => json!("no_money"),
        Size::Unknown => json!("unknown"),
    }
}

fn delay_object(delay: Delay) -> Value {
    let (band, before) = match delay {
        Delay::Before(band) => (band, true),
        Delay::After(band) => (band, false),
    };
    let mut object = band_object(band);
    object["before_claim"] = json!(before);
    object
}

fn time_object(handling: &Handling) -> Value {
    let band = |(band, cases): &(Band, Vec<crate::domain::CaseId>)| {
        let mut object = band_object(*band);
        object["cases"] = json!(cases);
        object
    };
    let others = &handling.policy.benchmark;
    json!({
        "sent": times_object(&handling.sent),
        "with_template": times_object(&handling.with),
        "without_template": times_object(&handling.without),
        "archived": times_object(&handling.archived),
        "minutes": handling.bands.iter().map(band).collect::<Vec<_>>(),
        "first_sight_unknown": handling.unseen,
        "faster_percent": handling.faster_percent(),
        "few": handling.policy.time.few,
        "idle_minutes": handling.policy.time.idle_minutes,
        "benchmark": {
            "mean_seconds": others.mean_minutes * 60,
            "faster_percent": others.faster_percent,
            "source": others.source,
        },
    })
}

fn times_object(times: &Times) -> Value {
    let average = |average: Option<Average>| {
        average.map(|average| {
            json!({
                "count": average.count,
                "median_seconds": average.median.as_secs(),
                "mean_seconds": average.mean.as_secs(),
            })
        })
    };
    json!({
        "cases": times.cases.len(),
        "from_first_sight": average(times.from_sight),
        "active": average(times.active),
        "waiting": average(times.waiting),
        "from_arrival": average(times.from_arrival),
    })
}

fn ended(session: &Session<'_>, outcomes: &Outcomes) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([(name("outcome", "结果"), Side::Left), (name("cases", "件数"), Side::Right)]);
    for (outcome, cases) in &outcomes.ended {
        table.row(Tone::Calm, [session.t(*outcome), &cases.len().to_string()]);
    }
    let alarms = [
        (name("unanswered, lost by the clock", "超时未答复，按时限推定败诉"), &outcomes.lost),
        (name("you and Amazon disagree", "您的记录与亚马逊不符"), &outcomes.disputed),
    ];
    for (label, cases) in alarms.into_iter().filter(|(_, cases)| !cases.is_empty()) {
        table.row(Tone::Soon, [&format!("⚠ {label}"), &cases.len().to_string()]);
    }
    table
}

fn rates(session: &Session<'_>, outcomes: &Outcomes) -> Table {
    let lang = session.lang;
    let name = |en: &str, zh: &str| lang.pick(en, zh).to_owned();
    let mut table = Table::new([
        (lang.pick("claims withdrawn", "索赔撤回"), Side::Left),
        (lang.pick("withdrawn", "撤回"), Side::Right),
        (lang.pick("settled", "已了结"), Side::Right),
        (lang.pick("rate", "撤回率"), Side::Right),
        (lang.pick("95% interval", "95%区间"), Side::Left),
    ]);
    let mut rows = vec![
        (name("after an offer", "有补偿"), &outcomes.offered),
        (name("without an offer", "无补偿"), &outcomes.alone),
    ];
    let after = name("after an offer: ", "有补偿：");
    rows.extend(outcomes.kinds.iter().map(|(kind, of)| (format!("{after}{}", session.t(*kind)), of)));
    rows.extend(
        outcomes.routes.iter().map(|(route, of)| (format!("{after}{}", say::route_name(lang, *route)), of)),
    );
    rows.extend(
        outcomes.sizes.iter().map(|(size, of)| (format!("{after}{}", say::size_name(lang, *size)), of)),
    );
    rows.extend(
        outcomes.delays.iter().map(|(delay, of)| (format!("{after}{}", say::delay_name(lang, *delay)), of)),
    );
    rows.extend(
        outcomes.sites.iter().map(|(site, of)| (format!("{after}{}", say::site_name(lang, *site)), of)),
    );
    for (label, group) in rows {
        let (share, enough) = (group.withdrawn, outcomes.is_enough(group));
        let interval = if enough { say::interval(share) } else { String::new() };
        let rate = say::rate(lang, share, enough);
        table.row(Tone::Calm, [&label, &share.of.to_string(), &share.all.to_string(), &rate, &interval]);
    }
    table
}

fn times(session: &Session<'_>, handling: &Handling) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("median / mean", "中位 / 平均"), Side::Left),
        (name("cases", "件数"), Side::Right),
        (name("from first sight", "自首次查看"), Side::Right),
        (name("worked on", "操作"), Side::Right),
        (name("waiting", "等待"), Side::Right),
        (name("from arrival", "自收到"), Side::Right),
    ]);
    let said = |average: Option<Average>| {
        average.map_or_else(
            || "–".to_owned(),
            |average| {
                let length = |time| say::length(session.lang, time);
                format!("{} / {}", length(average.median), length(average.mean))
            },
        )
    };
    for (label, times) in [
        (name("replies sent", "已发送回复"), &handling.sent),
        (name("with template", "使用模板"), &handling.with),
        (name("without template", "未用模板"), &handling.without),
        (name("archived", "已归档"), &handling.archived),
    ] {
        let [sight, active, waiting, arrival] =
            [times.from_sight, times.active, times.waiting, times.from_arrival].map(said);
        table.row(Tone::Calm, [label, &times.cases.len().to_string(), &sight, &active, &waiting, &arrival]);
    }
    table
}

fn bands(session: &Session<'_>, handling: &Handling) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("first sight to reply", "首次查看到回复"), Side::Left),
        (name("cases", "件数"), Side::Right),
    ]);
    for (band, cases) in &handling.bands {
        table.row(Tone::Calm, [&say::time_band(session.lang, *band, 1), &cases.len().to_string()]);
    }
    table
}
