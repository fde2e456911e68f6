//! `kesu health`: order defect rates with their course and distance, and Amazon's own figures beside them.

use std::io::Write;

use serde_json::{Value, json};

use super::Session;
use super::args::Health as Args;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::health::reply::LateReplies;
use crate::domain::health::reported::{Condition, Reported};
use crate::domain::health::{Account, Defect, Distance, Health, Point, Savable, SiteHealth};
use crate::i18n::{Lang, health as say};
use crate::wire::utc;

/// `kesu health`.
pub(super) fn health(session: &mut Session<'_>, args: &Args) -> Result<(), Stop> {
    let mut store = session.reading()?;
    store.use_health(session.health_policy()?)?;
    let account = store.account(args.as_of, session.now)?;
    let mut out = session.out.borrow_mut();
    let counted = || account.sites.iter().filter(|site| site.health.denominator > 0);
    if args.json {
        // A place without orders has no rate, but what Amazon's own file says of it, and orders that were never imported.
        let told = |site: &&SiteHealth| {
            site.health.denominator > 0 || !site.reported.is_empty() || site.health.unmatched > 0
        };
        for site in account.sites.iter().filter(told) {
            json_line(&mut *out, &object(site, &account))?;
        }
    } else if account.sites.is_empty() {
        session.tell(
            session.lang.pick("no orders yet: import an order report first", "还没有订单：请先导入订单报告"),
        );
    } else {
        let (width, colour) = (session.width(), session.colour);
        if counted().next().is_some() {
            rates(session, &account).write(&mut *out, width, colour)?;
        } else {
            let (from, to) = (account.policy.odr.window(account.as_of).from, account.as_of);
            session.tell(&match session.lang {
                Lang::En => format!("no orders from {from} to {to}: import an order report"),
                Lang::Zh => format!("{from}至{to}没有订单：请导入订单报告"),
            });
        }
        for line in say::readings(session.lang, &account) {
            writeln!(out, "{line}")?;
        }
        for table in [savable(session, &account), reported(session, &account), replies(session, &account)] {
            if !table.is_empty() {
                writeln!(out)?;
                table.write(&mut *out, width, colour)?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

/// A rate as a fraction of one; null without orders.
#[allow(clippy::cast_precision_loss, reason = "orders are counted far below 2^52")]
fn fraction(numerator: i64, denominator: i64) -> Option<f64> {
    (denominator > 0).then(|| numerator as f64 / denominator as f64)
}

fn object(site: &SiteHealth, account: &Account) -> Value {
    let (health, odr) = (&site.health, &account.policy.odr);
    json!({
        "marketplace": health.marketplace.code(),
        "fulfilment": site.fulfilment,
        "as_of": health.as_of,
        "window": { "from": health.from, "to": health.as_of },
        "numerator": health.numerator,
        "denominator": health.denominator,
        "rate": fraction(health.numerator, health.denominator),
        "events": {
            "negative_feedback": health.negative_feedback,
            "claims": health.claims,
            "chargebacks": health.chargebacks,
        },
        "unmatched": health.unmatched,
        "orders_known": site.reach.map(|reach| json!({ "from": reach.from, "to": reach.to })),
        "policy": {
            "line": fraction(odr.line_hundredths, 10_000),
            "window_days": odr.window_days,
            "cancelled_orders_count": odr.cancelled_orders_count,
            "returns_atoz_is_claim": odr.returns_atoz_is_claim,
        },
        "distance": distance_object(health, odr.line_hundredths),
        "trend": site.trend.iter().map(point_object).collect::<Vec<_>>(),
        "savable": site.savable.iter().map(|each| savable_object(each, account)).collect::<Vec<_>>(),
        "reported": site.reported.iter().map(reported_object).collect::<Vec<_>>(),
        "late_responses": site.replies.iter().map(replies_object).collect::<Vec<_>>(),
    })
}

fn distance_object(health: &Health, line: i64) -> Value {
    match health.distance(line) {
        None => Value::Null,
        Some(Distance::Below { defects, good }) => {
            json!({ "below": true, "defects_to_line": defects, "good_orders_to_line": good })
        }
        Some(Distance::Over { defects, good }) => {
            json!({ "below": false, "defects_to_lose": defects, "good_orders_short": good })
        }
    }
}

fn point_object(point: &Point) -> Value {
    json!({
        "as_of": point.day,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "rate": fraction(point.numerator, point.denominator),
        "whole": point.whole,
    })
}

fn savable_object(savable: &Savable, account: &Account) -> Value {
    let way = |(case, defect): &(crate::domain::CaseId, Defect)| json!({ "case": case, "defect": defect, "way": savable.way(*defect, &account.policy.ways).en });
    json!({
        "order_id": savable.order,
        "due": savable.due.map(utc),
        "cases": savable.cases.iter().map(way).collect::<Vec<_>>(),
        "stays_by": savable.stays,
    })
}

fn reported_object(metric: &Reported) -> Value {
    let ours = metric.ours.as_ref().map(|ours| {
        json!({
            "numerator": ours.numerator,
            "denominator": ours.denominator,
            "rate": fraction(ours.numerator, ours.denominator),
            "whole": metric.whole,
        })
    });
    json!({
        "metric": metric.name,
        "fulfilment": metric.fulfilment,
        "window": { "from": metric.days.0, "to": metric.days.1 },
        "count": metric.count,
        "of": metric.of,
        "rate": metric.rate,
        "target": metric.target,
        "condition": metric.condition.map(Condition::word),
        "target_stated": metric.target_stated,
        "met": metric.meets(),
        "status": metric.status,
        "ours": ours,
    })
}

fn replies_object(rate: &LateReplies) -> Value {
    json!({
        "days": rate.days,
        "in_time": rate.in_time,
        "late": rate.late,
        "unanswered": rate.unanswered,
        "rate": fraction(rate.missed(), rate.all()),
    })
}

fn rates(session: &Session<'_>, account: &Account) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("site", "站点"), Side::Left),
        (name("shipped by", "发货"), Side::Left),
        (name("ODR", "订单缺陷率"), Side::Right),
        (name("defects", "缺陷"), Side::Right),
        (name("orders", "订单"), Side::Right),
        (name("feedback", "差评"), Side::Right),
        (name("claims", "索赔"), Side::Right),
        (name("chargebacks", "拒付"), Side::Right),
        (name("not imported", "未导入"), Side::Right),
        (name("days", "统计期"), Side::Left),
        (name("trend", "走势"), Side::Left),
        (name("to the line", "距警戒线"), Side::Left),
    ]);
    let line = account.policy.odr.line_hundredths;
    for site in account.sites.iter().filter(|site| site.health.denominator > 0) {
        let health = &site.health;
        // Amazon's warning line; the sign says it too, colour never stands alone.
        let over = matches!(health.distance(line), Some(Distance::Over { .. }));
        let share = say::percent(health.numerator, health.denominator);
        let shown = format!("{}{share}", if over { "▲ " } else { "" });
        table.row(
            if over { Tone::Late } else { Tone::Calm },
            [
                health.marketplace.code(),
                session.t(health.fulfilment),
                &shown,
                &health.numerator.to_string(),
                &health.denominator.to_string(),
                &health.negative_feedback.to_string(),
                &health.claims.to_string(),
                &health.chargebacks.to_string(),
                &health.unmatched.to_string(),
                &format!("{} – {}", health.from, health.as_of),
                &say::sparkline(&site.trend, 12, line),
                &say::distance(session.lang, health.distance(line), line),
            ],
        );
    }
    table
}

fn savable(session: &Session<'_>, account: &Account) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("can still be saved", "仍可挽回"), Side::Left),
        (name("case", "客诉"), Side::Left),
        (name("due", "时限"), Side::Left),
        (name("how", "途径"), Side::Left),
    ]);
    for site in &account.sites {
        for each in &site.savable {
            let cases: Vec<String> = each.cases.iter().map(|(case, _)| format!("#{case}")).collect();
            let due = each.due.map_or_else(|| "–".to_owned(), utc);
            let how = say::way(session.lang, each, &account.policy.ways);
            table.row(Tone::Calm, [&each.order, &cases.join(" "), &due, &how]);
        }
    }
    table
}

fn reported(session: &Session<'_>, account: &Account) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("site", "站点"), Side::Left),
        (name("Amazon's own figure", "亚马逊数据"), Side::Left),
        (name("rate", "比率"), Side::Right),
        (name("target", "目标"), Side::Right),
        (name("count", "计数"), Side::Right),
        (name("days", "统计期"), Side::Left),
        (name("beside ours", "与本地对比"), Side::Left),
    ]);
    let mut seen = std::collections::BTreeSet::new();
    for site in &account.sites {
        for metric in &site.reported {
            // What is given for the whole site stands once.
            if !seen.insert((site.health.marketplace, metric.fulfilment, &metric.name)) {
                continue;
            }
            let told = say::Told::of(session.lang, metric, &account.policy);
            let tone = if metric.meets() == Some(false) || metric.warns() { Tone::Late } else { Tone::Calm };
            let label = match metric.fulfilment {
                Some(fulfilment) => format!("{} · {}", told.label, session.t(fulfilment)),
                None => told.label,
            };
            table.row(
                tone,
                [
                    site.health.marketplace.code(),
                    &label,
                    &told.rate,
                    &told.target,
                    &told.count,
                    &told.days,
                    &told.ours,
                ],
            );
        }
    }
    table
}

fn replies(session: &Session<'_>, account: &Account) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("site", "站点"), Side::Left),
        (name("late responses over", "延迟回复统计期"), Side::Left),
        (name("rate", "比率"), Side::Right),
        (name("in time", "及时"), Side::Right),
        (name("late", "超时"), Side::Right),
        (name("not answered", "未回复"), Side::Right),
    ]);
    let mut seen = std::collections::BTreeSet::new();
    for site in account.sites.iter().filter(|site| seen.insert(site.health.marketplace)) {
        for rate in site.replies.iter().filter(|rate| rate.all() > 0) {
            let misses = rate.misses(&account.policy.replies);
            let days = match session.lang {
                Lang::En => format!("{} {}", rate.days, if rate.days == 1 { "day" } else { "days" }),
                Lang::Zh => format!("{}天", rate.days),
            };
            table.row(
                if misses { Tone::Late } else { Tone::Calm },
                [
                    site.health.marketplace.code(),
                    &days,
                    &format!("{}{}", if misses { "▲ " } else { "" }, say::percent(rate.missed(), rate.all())),
                    &rate.in_time.to_string(),
                    &rate.late.to_string(),
                    &rate.unanswered.to_string(),
                ],
            );
        }
    }
    table
}
