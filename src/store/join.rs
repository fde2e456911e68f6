//! Joining: which mails and rows make which case. A function of the set of mails and rows, never of their order.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::action::keep_draft;
use super::case::draft;
use super::component::{Component, grouped};
use super::history::Head;
use super::returns::{Named, resolve};
use super::thread::{Node, opens, threads};
use crate::domain::event::{Actor, Deed};
use crate::domain::record::{Notice, ReportKind};
use crate::domain::{CaseId, Channel};
use crate::problem::Problem;

/// One case as its mails and rows say, before it has a number.
#[derive(Debug)]
struct Group {
    channel: Channel,
    order: Option<String>,
    threads: BTreeSet<String>,
    nodes: Vec<usize>,
    items: Vec<usize>,
    /// When its mails and rows came, seconds UTC.
    times: Vec<i64>,
}

impl Group {
    fn new(channel: Channel, order: Option<&String>) -> Self {
        let (threads, nodes, items, times) = Default::default();
        Self { channel, order: order.cloned(), threads, nodes, items, times }
    }
}

/// What joining did: the cases of the component, and whether something landed that re-opens an archived one.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub(super) cases: BTreeMap<i64, bool>,
    /// How many cases are new.
    pub(super) opened: u64,
}

/// Puts every mail and row of a component on its case, opening and merging cases as needed.
pub(super) fn join(
    db: &Connection,
    head: &mut Head,
    mut found: Component,
    updated: &BTreeSet<i64>,
    now: i64,
) -> Result<Joined, Problem> {
    let own: Vec<_> = found.nodes.iter().map(|node| node.order.clone()).collect();
    let named = requests(&found, &own).0;
    for (node, request) in found.nodes.iter_mut().zip(named) {
        node.request = request;
    }
    let threads = threads(&found.nodes);
    let orders = thread_orders(&found.nodes, &threads);
    let mut groups = groups(&found, &threads, &orders);
    add_joining(&found, &threads, &orders, &mut groups);
    let mut joined = Joined::default();
    let (cases, leftover) = number(db, &found, &groups, &mut joined)?;
    let owners: BTreeMap<usize, i64> =
        groups.iter().flat_map(|(key, group)| group.nodes.iter().map(|at| (*at, cases[key]))).collect();
    for (at, node) in found.nodes.iter().enumerate() {
        settle_mail(db, head, node, &threads[at], owners.get(&at).copied(), &mut joined)?;
    }
    for (key, case) in &cases {
        for at in &groups[key].items {
            settle_row(db, head, &found.items[*at], *case, updated, now)?;
        }
    }
    for (old, key) in leftover {
        merge(db, old, cases[&key], now, &mut joined)?;
    }
    Ok(joined)
}

/// Which return each mail and each row means, as far as the mails' orders are known.
fn requests(found: &Component, orders: &[Option<String>]) -> (Vec<Option<String>>, Vec<Option<String>>) {
    let (mails, rows) = (found.nodes.len(), found.items.len());
    let asked = found
        .nodes
        .iter()
        .zip(orders)
        .enumerate()
        .filter(|(_, (node, _))| node.notice == Notice::ReturnRequest);
    let asked = asked.filter_map(|(at, (node, order))| {
        Some((order.clone()?, (at, Named::said(node.rma.as_deref()), None, node.at)))
    });
    let reported = found.items.iter().enumerate().filter(|(_, item)| item.channel == Channel::Return);
    let reported = reported.map(|(at, item)| {
        let name = match (&item.rma, item.day) {
            (Some(rma), _) => Named::Rma(rma.clone()),
            (None, Some(day)) if item.report == ReportKind::MfnReturns.word() => Named::Day(day),
            (None, Some(day)) => Named::SomeDay(day),
            (None, None) => Named::Unnamed,
        };
        (item.order.clone(), (mails + at, name, item.day, item.at))
    });
    let mut meant = vec![None; mails + rows];
    for entries in grouped(asked.chain(reported)).values() {
        let names: Vec<_> = entries.iter().map(|(_, name, day, at)| (name.clone(), *day, *at)).collect();
        for ((at, ..), request) in entries.iter().zip(resolve(&names)) {
            meant[*at] = Some(request);
        }
    }
    let rows = meant.split_off(mails);
    (meant, rows)
}

/// The order of each mail: its own, else the one its thread named last before it, else the first one after it.
fn thread_orders(nodes: &[Node], threads: &[String]) -> Vec<Option<String>> {
    let mut named: BTreeMap<&str, Vec<(usize, &String)>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        if let Some(order) = &node.order {
            named.entry(&threads[at]).or_default().push((at, order));
        }
    }
    let of = |at: usize| {
        let there = named.get(threads[at].as_str())?;
        let before = there.partition_point(|(other, _)| *other < at);
        Some(there[before.saturating_sub(1)].1.clone())
    };
    nodes.iter().enumerate().map(|(at, node)| node.order.clone().or_else(|| of(at))).collect()
}

fn groups(found: &Component, threads: &[String], orders: &[Option<String>]) -> BTreeMap<String, Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let (by_mail, by_row) = requests(found, orders);
    for (at, node) in found.nodes.iter().enumerate() {
        let Some(channel) = opens(node.notice) else { continue };
        let order = orders[at].as_ref();
        let key = case_key(channel, order, &threads[at], by_mail[at].as_deref());
        let group = groups.entry(key).or_insert_with(|| Group::new(channel, order));
        group.nodes.push(at);
        group.threads.insert(threads[at].clone());
        group.times.push(node.at);
    }
    for (at, item) in found.items.iter().enumerate() {
        let key = case_key(item.channel, Some(&item.order), "", by_row[at].as_deref());
        let group = groups.entry(key).or_insert_with(|| Group::new(item.channel, Some(&item.order)));
        group.items.push(at);
        group.times.push(item.at);
    }
    groups
}

fn case_key(channel: Channel, order: Option<&String>, thread: &str, request: Option<&str>) -> String {
    let word = channel.word();
    match (order, channel) {
        (Some(order), Channel::Return) => format!("{word}:{order}:{}", request.unwrap_or("")),
        (Some(order), _) => format!("{word}:{order}"),
        (None, _) => format!("{word}:thread:{thread}"),
    }
}

/// Adds the notices that open no case of their own to the one they belong to: by thread, then by order.
fn add_joining(
    found: &Component,
    threads: &[String],
    orders: &[Option<String>],
    groups: &mut BTreeMap<String, Group>,
) {
    let mut joining = Vec::new();
    for (at, node) in found.nodes.iter().enumerate().filter(|(_, node)| opens(node.notice).is_none()) {
        let fit = |(key, group): &(&String, &Group)| {
            let after = group.times.iter().filter(|time| **time <= node.at).max();
            let near =
                after.or_else(|| group.times.iter().min()).map_or(u64::MAX, |time| time.abs_diff(node.at));
            (rank(node.notice, group.channel), after.is_none(), near, (*key).clone())
        };
        let by_thread =
            groups.iter().filter(|(_, group)| group.threads.contains(&threads[at])).min_by_key(fit);
        let same_order = |(_, group): &(&String, &Group)| group.order.is_some() && group.order == orders[at];
        let best = by_thread.or_else(|| groups.iter().filter(same_order).min_by_key(fit));
        joining.extend(best.map(|(key, _)| (at, key.clone())));
    }
    for (at, key) in joining {
        if let Some(group) = groups.get_mut(&key) {
            group.nodes.push(at);
        }
    }
}

/// How well a notice fits a channel; less is better.
fn rank(notice: Notice, channel: Channel) -> usize {
    let first = match notice {
        Notice::AtozDecision => Channel::Atoz,
        Notice::ChargebackDecision => Channel::Chargeback,
        Notice::RefundIssued => Channel::Return,
        _ => Channel::Message,
    };
    let others = [
        Channel::Message,
        Channel::Return,
        Channel::Atoz,
        Channel::Chargeback,
        Channel::Cancellation,
        Channel::Feedback,
    ];
    if channel == first {
        0
    } else {
        1 + others.iter().position(|other| *other == channel).unwrap_or(others.len())
    }
}

/// Gives every group the number of a case: the one with its key, else the oldest that holds one of its members,
/// else a new one. Cases that are left over are named with the group that swallowed them.
type Numbers = (BTreeMap<String, i64>, Vec<(i64, String)>);

fn number(
    db: &Connection,
    found: &Component,
    groups: &BTreeMap<String, Group>,
    joined: &mut Joined,
) -> Result<Numbers, Problem> {
    let held = |group: &Group| -> BTreeSet<i64> {
        let mails = group.nodes.iter().filter(|at| opens(found.nodes[**at].notice).is_some());
        let mails = mails.filter_map(|at| found.nodes[*at].case);
        mails.chain(group.items.iter().filter_map(|at| found.items[*at].case)).collect()
    };
    let mut keys: BTreeMap<i64, Option<String>> = BTreeMap::new();
    for case in groups.values().flat_map(&held) {
        if let std::collections::btree_map::Entry::Vacant(slot) = keys.entry(case) {
            let mut query = db.prepare_cached("SELECT key FROM cases WHERE id = ?1")?;
            slot.insert(query.query_row([case], |row| row.get(0)).optional()?.flatten());
        }
    }
    let mut cases: BTreeMap<String, i64> = BTreeMap::new();
    let mut free: BTreeSet<i64> = keys.keys().copied().collect();
    for (case, key) in &keys {
        if let Some(key) = key.as_ref().filter(|key| groups.contains_key(*key)) {
            cases.insert(key.clone(), *case);
            free.remove(case);
        }
    }
    for (key, group) in groups {
        if cases.contains_key(key) {
            continue;
        }
        let case = match held(group).into_iter().find(|case| free.contains(case)) {
            Some(case) => {
                free.remove(&case);
                db.prepare_cached("UPDATE cases SET key = ?2, order_id = ?3 WHERE id = ?1")?
                    .execute(params![case, key, group.order])?;
                // Offers booked before the order was known count against it from now on.
                db.prepare_cached("UPDATE offers SET order_id = ?2 WHERE case_id = ?1 AND order_id IS NULL")?
                    .execute(params![case, group.order])?;
                case
            }
            None => open_case(db, key, group, joined)?,
        };
        cases.insert(key.clone(), case);
    }
    joined.cases.extend(cases.values().map(|case| (*case, false)));
    let swallowed =
        |case: i64| groups.iter().find(|(_, group)| held(group).contains(&case)).map(|(key, _)| key.clone());
    let leftover = free.into_iter().filter_map(|case| Some((case, swallowed(case)?))).collect();
    Ok((cases, leftover))
}

fn open_case(db: &Connection, key: &str, group: &Group, joined: &mut Joined) -> Result<i64, Problem> {
    db.prepare_cached(
        "INSERT INTO cases (key, open, channel, kind, order_id, opened_at, due_at)
         VALUES (?1, 0, ?2, 'other', ?3, 0, 0)",
    )?
    .execute(params![key, group.channel.word(), group.order])?;
    joined.opened += 1;
    Ok(db.last_insert_rowid())
}

/// Whether a notice that lands on an archived case brings it back.
pub(super) const fn wakes(notice: Notice) -> bool {
    opens(notice).is_some() || matches!(notice, Notice::AtozDecision | Notice::ChargebackDecision)
}

fn settle_mail(
    db: &Connection,
    head: &mut Head,
    node: &Node,
    thread: &str,
    case: Option<i64>,
    joined: &mut Joined,
) -> Result<(), Problem> {
    if node.thread != thread || node.case != case {
        db.prepare_cached("UPDATE messages SET thread = ?2, case_id = ?3 WHERE id = ?1")?
            .execute(params![node.id, thread, case])?;
    }
    if let (None, Some(case)) = (node.case, case) {
        open_event(db, head, case, node.at)?;
        let deed = Deed::Received { notice: node.notice.word().to_owned(), message: node.id };
        head.append(db, Some(CaseId(case)), node.at, Actor::Amazon, &deed)?;
        if wakes(node.notice) {
            joined.cases.insert(case, true);
        }
    }
    Ok(())
}

fn settle_row(
    db: &Connection,
    head: &mut Head,
    item: &super::component::Item,
    case: i64,
    updated: &BTreeSet<i64>,
    now: i64,
) -> Result<(), Problem> {
    if item.case != Some(case) {
        db.prepare_cached("UPDATE report_rows SET case_id = ?2 WHERE id = ?1")?.execute([item.id, case])?;
    }
    if item.case.is_none() || updated.contains(&item.id) {
        open_event(db, head, case, item.at)?;
        let deed = Deed::Reported { report: item.report.clone() };
        head.append(db, Some(CaseId(case)), now, Actor::Amazon, &deed)?;
    }
    Ok(())
}

/// The first event of a case: it arose.
fn open_event(db: &Connection, head: &mut Head, case: i64, at: i64) -> Result<(), Problem> {
    let known: bool = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM events WHERE case_id = ?1)")?
        .query_row([case], |row| row.get(0))?;
    if !known {
        head.append(db, Some(CaseId(case)), at, Actor::Amazon, &Deed::Opened)?;
    }
    Ok(())
}

/// A case that turned out to be part of another: what the operator did on it goes over, its history stays its own.
fn merge(db: &Connection, old: i64, into: i64, now: i64, joined: &mut Joined) -> Result<(), Problem> {
    rest(db, old, into, now)?;
    for change in [
        "UPDATE messages SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE quiet SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE said SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE noted_outcomes SET case_id = ?2 WHERE case_id = ?1",
        "INSERT INTO sittings (case_id, began_at, seconds) SELECT ?2, began_at, seconds FROM sittings WHERE case_id = ?1
         ON CONFLICT (case_id, began_at) DO UPDATE SET seconds = max(seconds, excluded.seconds)",
        "UPDATE evidence SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE offers SET case_id = ?2, order_id = coalesce(order_id, (SELECT order_id FROM cases WHERE id = ?2))
         WHERE case_id = ?1",
        "UPDATE OR IGNORE drafts SET case_id = ?2 WHERE case_id = ?1",
        "UPDATE cases SET merged_into = ?2 WHERE merged_into = ?1",
    ] {
        db.prepare_cached(change)?.execute([old, into])?;
    }
    super::evidence::join_typed(db, CaseId(old), CaseId(into))?;
    // Both had one.
    if let (Some(draft), Some(there)) = (draft(db, CaseId(old))?, draft(db, CaseId(into))?) {
        keep_draft(db, CaseId(into), &there.with(&draft, &[]), now)?;
        db.prepare_cached("DELETE FROM drafts WHERE case_id = ?1")?.execute([old])?;
    }
    db.prepare_cached("DELETE FROM sittings WHERE case_id = ?1")?.execute([old])?;
    // Two halves, one of them still waiting: the whole waits.
    let waiting: bool =
        db.prepare_cached("SELECT open FROM cases WHERE id = ?1")?.query_row([old], |row| row.get(0))?;
    db.prepare_cached(
        "UPDATE cases SET merged_into = ?2, key = NULL, open = 0, order_id = NULL, buyer = NULL, archived_at = NULL,
             archived_by = NULL, stands = NULL, disputed = NULL WHERE id = ?1",
    )?
    .execute([old, into])?;
    super::verdict::settle(db, CaseId(into))?;
    let wakes = joined.cases.get(&into).copied().unwrap_or_default() || waiting;
    joined.cases.insert(into, wakes);
    Ok(())
}

/// A half that sleeps or waits takes the whole with it only if the other does too, or is in the archive: work that nobody put
/// off must stay in sight. What is dropped here stays in the history.
fn rest(db: &Connection, old: i64, into: i64, now: i64) -> Result<(), Problem> {
    let mut query = db.prepare_cached(
        "SELECT archived_at IS NOT NULL, wake_at > ?2, waiting IS NOT NULL FROM cases WHERE id = ?1",
    )?;
    let mut half = |case: i64| {
        query.query_row([case, now], |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
        })
    };
    let ((filed, slept, waited), (_, sleeps, waits)) = (half(old)?, half(into)?);
    let tables = [("snoozes", "wake_at = 0", slept, sleeps), ("waits", "waiting = NULL", waited, waits)];
    for (table, none, one, other) in tables {
        // A snooze of neither that still hides it is none that the whole should take over.
        if one == other && (one || table == "waits") {
            let sql = format!("UPDATE {table} SET case_id = ?2 WHERE case_id = ?1");
            db.prepare_cached(&sql)?.execute([old, into])?;
            continue;
        }
        db.prepare_cached(&format!("DELETE FROM {table} WHERE case_id = ?1"))?.execute([old])?;
        if one != other && !filed {
            db.prepare_cached(&format!("DELETE FROM {table} WHERE case_id = ?1"))?.execute([into])?;
            // A third half that joins in the same import must not take this one for one at rest.
            db.prepare_cached(&format!("UPDATE cases SET {none} WHERE id = ?1"))?.execute([into])?;
        }
    }
    Ok(())
}
