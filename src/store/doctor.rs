//! The check of the whole file: SQLite's structures, the two chained logs, the offers and their sums. It reads only.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::convert::money;
use super::{Store, above, history, migrate, money as log, open};
use crate::domain::checkup::{Check, Checkup, Finding};
use crate::domain::{Currency, Money};
use crate::problem::{Exit, Problem};

/// So many findings of one kind are named; a file that is broken everywhere is broken.
const MOST: usize = 20;

/// One check: what it found, or why it could not look.
type Look = fn(&Connection) -> Result<Vec<Finding>, Problem>;

const CHECKS: &[(Check, Look)] = &[
    (Check::Integrity, integrity),
    (Check::References, references),
    (Check::Schema, schema),
    (Check::History, events),
    (Check::MoneyChain, chain),
    (Check::MoneyHead, head),
    (Check::Offers, offers),
    (Check::Sums, sums),
];

impl Store {
    /// Checks the file at `path`. What is wrong with it is found, not changed; a file of an older schema is checked in a copy
    /// with the present one.
    ///
    /// # Errors
    /// It is no kesu database, it is newer than this program, or it cannot be read.
    pub fn check_file(path: &Path) -> Result<Checkup, Problem> {
        match open::on_trial(path, migrate::STEPS) {
            Ok(db) => Ok(check(&db)),
            // What SQLite says of its own structures is a finding; that the file is another's, newer or busy is none.
            Err(problem)
                if problem.exit == Exit::Failed && problem.what[0].contains("the database is damaged") =>
            {
                let finding = could_not(Check::Integrity, &problem);
                Ok(Checkup { findings: vec![finding], ..Checkup::default() })
            }
            Err(problem) => Err(problem),
        }
    }

    /// The same of the file that is open.
    #[must_use]
    pub fn check(&self) -> Checkup {
        check(&self.db)
    }
}

fn check(db: &Connection) -> Checkup {
    let mut findings = Vec::new();
    for (check, look) in CHECKS {
        match look(db) {
            Ok(found) => findings.extend(found),
            Err(problem) => findings.push(could_not(*check, &problem)),
        }
    }
    let last = log::head(db).unwrap_or_default();
    Checkup {
        findings,
        format: db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap_or(0),
        events: db.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap_or(0),
        money_lines: last.0,
        money_head: log::head_words(&last),
    }
}

/// The remedy for what another program or a failing disk did.
const RESTORE: [&str; 2] = [
    "close kesu, keep a copy of the file, then go back to the last copy that `kesu doctor` finds healthy",
    "请关闭 kesu，先复制一份该文件，再换回 `kesu doctor` 检查正常的最近一份副本",
];

fn finding(check: Check, place: impl Into<String>, what: [String; 2], remedy: [&str; 2]) -> Finding {
    Finding { check, place: place.into(), what, remedy: remedy.map(str::to_owned), note: false }
}

fn could_not(check: Check, problem: &Problem) -> Finding {
    let [en, zh] = &problem.what;
    let what = [format!("the check could not be made: {en}"), format!("无法完成检查：{zh}")];
    finding(check, check.word(), what, RESTORE)
}

fn integrity(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let mut query = db.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let said = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let found = said.into_iter().filter(|line| line != "ok").map(|line| {
        let what = [format!("SQLite finds the file damaged: {line}"), format!("SQLite 发现文件损坏：{line}")];
        finding(Check::Integrity, "file", what, RESTORE)
    });
    Ok(found.collect())
}

fn references(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let mut query = db.prepare("PRAGMA foreign_key_check")?;
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
    })?;
    let found = rows.take(MOST).map(|row| {
        let (table, id, parent) = row?;
        let place = format!("{table}, row {}", id.unwrap_or_default());
        let what = [
            format!("it refers to a row of {parent} that is not there"),
            format!("所引用的 {parent} 记录不存在"),
        ];
        Ok(finding(Check::References, place, what, RESTORE))
    });
    found.collect()
}

/// Name and text of everything in the schema.
fn parts(db: &Connection) -> Result<BTreeMap<String, String>, Problem> {
    let mut query = db.prepare(
        "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    Ok(query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

fn schema(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let (here, ours) = (parts(db)?, parts(&open::in_memory()?)?);
    let mut found = Vec::new();
    for (name, text) in &ours {
        let what = match here.get(name) {
            None => ["it is missing".to_owned(), "缺失".to_owned()],
            Some(there) if there != text => {
                ["it is not as kesu made it".to_owned(), "与 kesu 创建的不一致".to_owned()]
            }
            Some(_) => continue,
        };
        found.push(finding(Check::Schema, name, what, RESTORE));
    }
    let strange = here.keys().filter(|name| !ours.contains_key(*name)).map(|name| {
        let what = ["another program has made it".to_owned(), "由其他程序创建".to_owned()];
        finding(Check::Schema, name, what, RESTORE)
    });
    found.extend(strange);
    found.truncate(MOST);
    Ok(found)
}

fn events(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let found = history::first_break(db)?.map(|id| {
        let what = [
            format!("event {id} does not follow from the ones before it: it or one before was changed"),
            format!("事件 {id} 与之前的记录不连续：该条或之前的记录被改动"),
        ];
        finding(Check::History, format!("events, row {id}"), what, RESTORE)
    });
    Ok(found.into_iter().collect())
}

fn chain(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let found = log::first_break(db)?.map(|seq| {
        let what = [
            format!(
                "line {seq} does not follow from the ones before it: it or one before was changed or removed"
            ),
            format!("第 {seq} 条与之前的记录不连续：该条或之前的记录被改动或删除"),
        ];
        finding(Check::MoneyChain, format!("money_log, line {seq}"), what, RESTORE)
    });
    Ok(found.into_iter().collect())
}

fn head(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let mut query = db.prepare("SELECT value FROM meta WHERE name = ?1")?;
    let kept = query.query_map([log::HEAD], |row| row.get::<_, String>(0))?.next().transpose()?;
    let last = log::head(db)?;
    let there = log::head_words(&last);
    let kept = kept.unwrap_or_else(|| log::head_words(&(0, vec![0; 32])));
    if kept == there {
        return Ok(Vec::new());
    }
    let count = |head: &str| head.split(' ').next().and_then(|count| count.parse::<i64>().ok());
    let (was, is) = (count(&kept).unwrap_or(0), last.0);
    let what = if was > is {
        [
            format!("the log ends at line {is}, but it had {was} lines: its end was cut off"),
            format!("日志止于第 {is} 条，但原有 {was} 条：末尾被截掉"),
        ]
    } else {
        [
            format!("the log ends at line {is} otherwise than its end is kept in meta (line {was})"),
            format!("日志末尾（第 {is} 条）与 meta 中所记（第 {was} 条）不符"),
        ]
    };
    Ok(vec![finding(Check::MoneyHead, format!("money_log, line {}", is + 1), what, RESTORE)])
}

/// Offers whose row says another thing than their lines, and events of offers without a line.
const ASTRAY: &str = "
    SELECT 'offers, row ' || o.id, CASE
        WHEN first.seq IS NULL THEN 'line'
        WHEN o.status IS NOT last.step OR o.carrier IS NOT last.carrier OR o.tracking IS NOT last.tracking
            OR o.cost_minor IS NOT last.cost_minor OR o.cost_currency IS NOT last.cost_currency THEN 'state'
        WHEN o.amount_minor IS NOT nullif(first.amount_minor, 0) OR o.currency IS NOT first.currency
            OR o.key IS NOT first.key OR o.at IS NOT first.at OR o.event IS NOT first.event
            OR (first.order_id IS NOT NULL AND o.order_id IS NOT first.order_id) THEN 'words'
        WHEN e.deed ->> 'offer' IS NOT o.id OR e.deed ->> 'kind' IS NOT o.kind THEN 'event'
        ELSE 'terms' END
    FROM offers o
    LEFT JOIN money_log first ON first.seq = (SELECT min(seq) FROM money_log WHERE offer = o.id)
    LEFT JOIN money_log last ON last.seq = (SELECT max(seq) FROM money_log WHERE offer = o.id AND step <> 'released')
    LEFT JOIN events e ON e.id = o.event
    LEFT JOIN cases c ON c.id = e.case_id
    WHERE first.seq IS NULL OR o.status IS NOT last.step OR o.carrier IS NOT last.carrier
        OR o.tracking IS NOT last.tracking OR o.cost_minor IS NOT last.cost_minor
        OR o.cost_currency IS NOT last.cost_currency OR o.amount_minor IS NOT nullif(first.amount_minor, 0)
        OR o.currency IS NOT first.currency OR o.key IS NOT first.key OR o.at IS NOT first.at
        OR o.event IS NOT first.event OR (first.order_id IS NOT NULL AND o.order_id IS NOT first.order_id)
        OR e.deed ->> 'offer' IS NOT o.id OR e.deed ->> 'kind' IS NOT o.kind
        OR coalesce(c.merged_into, e.case_id) IS NOT o.case_id
        -- Of a booking by an older kesu the history does not have them.
        OR e.deed -> 'terms' IS NOT NULL AND (e.deed ->> '$.terms.route' IS NOT o.route
            OR e.deed ->> '$.terms.why' IS NOT o.why OR e.deed ->> '$.terms.total_unknown' IS NOT o.total_unknown)
    UNION ALL
    SELECT 'events, row ' || e.id, 'lost' FROM events e
    WHERE e.deed ->> 'what' IN ('offered', 'offer_moved')
        AND NOT EXISTS (SELECT 1 FROM money_log l WHERE l.event = e.id AND l.offer = e.deed ->> 'offer')";

fn offers(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let mut query = db.prepare(ASTRAY)?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let found = rows.take(MOST).map(|row| {
        let (place, what) = row?;
        let what = match what.as_str() {
            "line" => ["this offer has no line in the money log", "该补偿在资金日志中没有记录"],
            "state" => ["it stands otherwise than the money log says", "其状态与资金日志不符"],
            "words" => [
                "its amount, order or time are not those of the money log",
                "其金额、订单或时间与资金日志不符",
            ],
            "lost" => [
                "the history knows a step of an offer that the money log lacks",
                "历史中有补偿步骤，资金日志中却没有",
            ],
            "terms" => [
                "its case, its way, its reason or the total known then are not those of the history",
                "其客诉、途径、理由或当时总额是否已知与历史不符",
            ],
            _ => ["its event in the history speaks of another offer", "历史中的事件与该补偿不符"],
        };
        Ok(finding(Check::Offers, place, what.map(str::to_owned), RESTORE))
    });
    found.collect()
}

/// Orders on which more is given than they came to, or in another currency; `since`: a report may have said so only later.
const ABOVE: &str = "
    SELECT o.order_id, min(o.case_id), t.total_minor, t.currency, l.currency AS given_in, sum(l.amount_minor) AS given,
           max(o.total_unknown) OR max(l.event) < (
               SELECT coalesce(max(e.id), 0) FROM events e WHERE e.deed ->> 'what' = 'imported') AS since
    FROM offers o JOIN money_log l ON l.offer = o.id JOIN orders t ON t.order_id = o.order_id
    WHERE l.amount_minor <> 0
    GROUP BY o.order_id, l.currency
    HAVING sum(l.amount_minor) <> 0 AND (given_in <> t.currency OR given > t.total_minor) ORDER BY o.order_id";

/// Orders of which offers and refunds together take more than they came to. What was refunded is a fact and no damage.
fn gone(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let found = above::refunded(db, |_, _| true)?;
    // What offers alone take too much is said already.
    let over = |one: &above::Refunded| {
        one.room.is_overdrawn() && one.room.total.is_some_and(|total| one.room.given <= total.minor)
    };
    let found = found.into_iter().filter(over).take(MOST).filter_map(|one| {
        let total = one.room.total?;
        let say = |minor: i64| Money::new(minor, total.currency);
        let (given, refunded) = (say(one.room.given), say(one.room.refunded));
        let what = [
            format!("{given} is offered and {refunded} refunded besides, but the order comes to {total}"),
            format!("已补偿 {given}，另已退款 {refunded}，而订单总额为 {total}"),
        ];
        let remedy = match one.case {
            Some(case) => [
                format!(
                    "look at the offers and refunds of case {case}: take an offer back, or check the refunds"
                ),
                format!("请查看客诉 {case} 的补偿与退款：撤销其中一项补偿，或核对退款"),
            ],
            None => [
                "no case is about this order: check the refunds with Amazon".to_owned(),
                "没有关于该订单的客诉：请与亚马逊核对退款".to_owned(),
            ],
        };
        Some(Finding { check: Check::Sums, place: format!("order {}", one.order), what, remedy, note: true })
    });
    Ok(found.collect())
}

fn sums(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let mut found = given(db)?;
    found.extend(gone(db)?);
    Ok(found)
}

fn given(db: &Connection) -> Result<Vec<Finding>, Problem> {
    let mut query = db.prepare(ABOVE)?;
    let rows = query.query_map([], |row| {
        let given_in: Option<String> = row.get("given_in")?;
        let minor: i64 = row.get("given")?;
        let given = given_in.as_deref().and_then(Currency::parse).map(|currency| Money::new(minor, currency));
        let since: bool = row.get("since")?;
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            money(row, "total_minor", "currency")?,
            given,
            since,
        ))
    })?;
    let found = rows.take(MOST).map(|row| {
        let (order, case, total, given, since) = row?;
        let say = |money: Option<Money>| money.map_or_else(|| "?".to_owned(), |money| money.to_string());
        let (given, total) = (say(given), say(total));
        let what = if since {
            [
                format!("{given} is given; the order comes to {total} by reports read since then"),
                format!("已给 {given}，而按之后读入的报表订单总额为 {total}"),
            ]
        } else {
            [
                format!("{given} is given, but the order comes to {total}"),
                format!("已给 {given}，而订单总额为 {total}"),
            ]
        };
        let remedy = [
            format!("look at the offers of case {case}: reverse one, or correct it"),
            format!("请查看客诉 {case} 的补偿：撤销或更正其中一项"),
        ];
        Ok(Finding { check: Check::Sums, place: format!("order {order}"), what, remedy, note: since })
    });
    found.collect()
}
