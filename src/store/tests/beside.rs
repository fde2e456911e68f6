//! What stands beside a case: the buyer's history, SKU notes, the two ways of a claim; their migration and their queries.

use rusqlite::Connection;

use super::makers::*;
use crate::domain::clock::shipped_policy;
use crate::domain::event::Deed;
use crate::domain::note::{LONGEST, NoteText};
use crate::domain::offer::{Draft, OfferKind};
use crate::domain::paths::{Ending, Share, shipped_paths};
use crate::domain::record::{Decision, Mail, Notice};
use crate::domain::{CaseId, Channel, Kind, Marketplace};
use crate::problem::Exit;
use crate::store::migrate::{STEPS, migrate_by};
use crate::store::{Store, buyer, notes, paths};

const O3: &str = "113-1000003-2000003";

fn note(sku: &str, policy: &str, problem: &str) -> NoteText {
    NoteText { sku: sku.to_owned(), policy: policy.to_owned(), problem: problem.to_owned() }
}

fn offer(store: &mut Store, case: CaseId, minor: i64, key: &str) {
    offer_at(store, case, minor, key, now());
}

fn offer_at(store: &mut Store, case: CaseId, minor: i64, key: &str, when: jiff::Timestamp) {
    let seen = file(store, case).room.given;
    let draft = Draft {
        key: key.to_owned(),
        kind: OfferKind::PartialRefund,
        amount: Some(usd(minor)),
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen,
        total_unknown_confirmed: true,
    };
    store.offer(case, &draft, when).unwrap();
}

fn case_of(store: &Store, channel: Channel, order: &str) -> CaseId {
    let found =
        all(store).into_iter().find(|row| row.channel == channel && row.order_id.as_deref() == Some(order));
    found.unwrap().id
}

fn claim(id: &str, order: &str, sent: &str) -> Mail {
    Mail {
        amount: Some(usd(4_899)),
        kind: Kind::NotReceived,
        ..mail(id, Notice::AtozClaim, Some(order), sent)
    }
}

fn decided(id: &str, order: &str, sent: &str, decision: Decision) -> Mail {
    Mail { decision: Some(decision), ..mail(id, Notice::AtozDecision, Some(order), sent) }
}

/// Ann wrote about two orders; on the second there is a claim, whose mail names no buyer. Bob wrote about a third.
fn two_buyers() -> Store {
    let mut store = store();
    let bob = Mail {
        alias: alias("bob", None),
        ..mail("b1", Notice::BuyerMessage, Some(O3), "2026-10-30T10:00:00Z")
    };
    mails(
        &mut store,
        &[
            message("a1", Some(O1), "2026-10-25T10:00:00Z", None),
            message("a2", Some(O2), "2026-10-28T10:00:00Z", Some("c2")),
            claim("a3", O2, "2026-10-30T10:00:00Z"),
            bob,
        ],
    );
    rows(
        &mut store,
        &[
            order(order_line(O1, "KB", Some(5_000))),
            order(order_line(O2, "KB", Some(5_000))),
            order(order_line(O3, "EB", Some(5_000))),
        ],
    );
    store
}

#[test]
fn a_buyers_orders_cases_claims_and_offers_are_found_from_each_of_his_cases() {
    let mut store = two_buyers();
    let (first, second) = (case_of(&store, Channel::Message, O1), case_of(&store, Channel::Message, O2));
    let claim = case_of(&store, Channel::Atoz, O2);
    offer(&mut store, first, 1_200, "k1");
    for case in [first, second, claim] {
        let history = file(&store, case).buyer;
        let ids: Vec<_> = history.cases.iter().map(|case| case.summary.id).collect();
        assert_eq!(ids, [claim, second, first], "newest first, from {case}");
        let orders: Vec<_> = history.orders.iter().map(|order| order.id.as_str()).collect();
        assert_eq!(orders, [O1, O2]);
        assert_eq!((history.count(&[Channel::Atoz]), history.sums()), (1, vec![usd(1_200)]));
    }
    let others: Vec<_> = file(&store, first).others.iter().map(|row| row.id).collect();
    assert_eq!(others, [claim, second]);
    let bob = file(&store, case_of(&store, Channel::Message, O3)).buyer;
    assert_eq!((bob.cases.len(), bob.orders.len(), bob.sums().len()), (1, 1, 0));
}

#[test]
fn the_same_alias_on_another_site_is_another_buyer() {
    let mut store = two_buyers();
    let german = Mail {
        marketplace: Some(Marketplace::De),
        ..message("d1", Some("303-1000001-1000010"), "2026-10-29T10:00:00Z", None)
    };
    mails(&mut store, &[german]);
    let case = case_of(&store, Channel::Message, "303-1000001-1000010");
    assert_eq!(file(&store, case).buyer.cases.len(), 1);
    assert_eq!(file(&store, case_of(&store, Channel::Message, O1)).buyer.cases.len(), 3);
}

#[test]
fn of_very_many_cases_the_newest_are_read_and_the_numbers_are_a_least() {
    let mut store = store();
    let letters = (0..503).map(|at| {
        let id = format!("113-{at:07}-0000001");
        message(&format!("m{at}"), Some(&id), "2026-10-25T10:00:00Z", Some(&format!("c{at}")))
    });
    mails(&mut store, &letters.collect::<Vec<_>>());
    let history = file(&store, CaseId(1)).buyer;
    assert_eq!((history.cases.len(), history.more), (500, true));
    assert_eq!(file(&store, CaseId(1)).others.len(), 20);
}

#[test]
fn an_undone_offer_is_no_part_of_the_history() {
    let mut store = two_buyers();
    let first = case_of(&store, Channel::Message, O1);
    offer(&mut store, first, 1_200, "k1");
    store.undo(now()).unwrap();
    assert!(file(&store, first).buyer.cases.iter().all(|case| case.offers.is_empty()));
}

#[test]
fn a_note_is_saved_changed_and_undone_step_by_step_and_every_text_stays_in_the_file() {
    let mut store = two_buyers();
    let case = case_of(&store, Channel::Message, O1);
    assert!(file(&store, case).note.unwrap().text.is_empty());
    let (one, two) = (note("KB", "30 days", ""), note("KB", "60 days", "the Q key sticks"));
    store.save_note(&one, now()).unwrap();
    let event = store.save_note(&two, now()).unwrap();
    let shown = file(&store, case).note.unwrap();
    assert_eq!((shown.text.clone(), shown.saves, shown.saved_at), (two.clone(), 2, Some(now())));
    assert_eq!(store.save_note(&two, now()).unwrap(), event, "saving the same again is no event");
    let undone = store.undo(now()).unwrap().unwrap();
    assert_eq!(undone.event.deed, Deed::SkuNoted { sku: "KB".into() });
    assert_eq!(store.note("KB").unwrap().text, one);
    store.undo(now()).unwrap();
    assert!(store.note("KB").unwrap().text.is_empty() && store.notes().unwrap().is_empty());
    let kept: i64 = store.db.query_row("SELECT count(*) FROM sku_notes", [], |row| row.get(0)).unwrap();
    assert_eq!((kept, store.first_broken_event().unwrap()), (2, None));
}

#[test]
fn what_was_typed_into_a_note_is_a_draft_until_it_is_saved() {
    let mut store = store();
    let typed = note("KB", "30 da", "");
    store.keep_note(&typed, now()).unwrap();
    assert_eq!(store.note("KB").unwrap().draft, Some(typed.clone()));
    assert_eq!(store.notes().unwrap().len(), 1);
    assert_eq!(store.last_event().unwrap(), 0, "typing is no event");
    let done = note("KB", "30 days", "");
    store.save_note(&done, now()).unwrap();
    assert_eq!(store.note("KB").unwrap().draft, None);
    store.keep_note(&typed, now()).unwrap();
    store.keep_note(&done, now()).unwrap();
    assert_eq!(store.note("KB").unwrap().draft, None, "typed back to what was saved");
    let other = store.save_note(&note("KB2", &"x".repeat(LONGEST + 1), ""), now()).unwrap_err();
    assert_eq!(other.exit, Exit::Blocked);
}

#[test]
fn while_another_process_writes_a_typed_note_lies_beside_the_database_and_then_goes_in() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let mut store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let typed = note("KB", "30 days", "");
    store.keep_note(&note("KB", "30", ""), now()).unwrap();
    store.keep_note(&typed, now()).unwrap();
    assert_eq!(store.note("KB").unwrap().draft, Some(typed.clone()));
    assert_eq!(store.notes().unwrap()[0].draft, Some(typed.clone()));
    other.execute_batch("ROLLBACK").unwrap();
    drop(store);
    let mut store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    assert_eq!(store.note("KB").unwrap().draft, Some(typed.clone()));
    assert!(!home.path().join("kesu.db.drafts").exists(), "it went in at the start");
    store.save_note(&typed, now()).unwrap();
    assert_eq!(store.note("KB").unwrap().draft, None);
}

#[test]
fn an_emptied_note_leaves_the_list_and_comes_back_by_undo() {
    let mut store = store();
    store.save_note(&note("KB", "30 days", ""), now()).unwrap();
    store.save_note(&note("A'; DROP TABLE sku_notes; --\u{202e}", "", "\u{1b}[2J\0"), now()).unwrap();
    store.save_note(&note("KB", "", " \n"), now()).unwrap();
    let listed: Vec<_> = store.notes().unwrap().into_iter().map(|note| note.text.sku).collect();
    assert_eq!(listed, ["A'; DROP TABLE sku_notes; --\u{202e}"]);
    store.undo(now()).unwrap();
    assert_eq!(store.notes().unwrap().len(), 2);
    assert_eq!(store.notes().unwrap()[0].text.problem, "\u{1b}[2J\0", "kept exactly");
}

#[test]
fn the_two_ways_of_a_claim_are_counted_from_own_claims_and_the_rate_of_its_order() {
    let mut store = store();
    let id = |at: usize| format!("113-{at:07}-0000001");
    let mut letters = Vec::new();
    let endings = [Decision::Withdrawn, Decision::Granted, Decision::Withdrawn, Decision::Denied];
    for (at, decision) in endings.into_iter().enumerate() {
        letters.push(claim(&format!("c{at}"), &id(at), "2026-10-10T10:00:00Z"));
        letters.push(decided(&format!("d{at}"), &id(at), "2026-10-20T10:00:00Z", decision));
    }
    // Too old to be counted, and the open one.
    letters.push(claim("c8", &id(8), "2025-10-10T10:00:00Z"));
    letters.push(decided("d8", &id(8), "2025-10-20T10:00:00Z", Decision::Denied));
    letters.push(claim("c9", &id(9), "2026-10-31T10:00:00Z"));
    mails(&mut store, &letters);
    // Offers: on the claim itself, and on the buyer's message about the order of another.
    mails(&mut store, &[message("m1", Some(&id(1)), "2026-10-11T10:00:00Z", None)]);
    let lines = (0..10).map(|at| order(order_line(&id(at), "KB", Some(5_000))));
    rows(&mut store, &lines.collect::<Vec<_>>());
    let withdrawn = case_of(&store, Channel::Atoz, &id(0));
    offer_at(&mut store, withdrawn, 1_000, "k0", at("2026-10-12T10:00:00Z"));
    let message = case_of(&store, Channel::Message, &id(1));
    offer_at(&mut store, message, 2_000, "k1", at("2026-10-12T10:00:00Z"));
    let open = file(&store, case_of(&store, Channel::Atoz, &id(9)));
    let paths = store.paths(&open, &shipped_paths().unwrap(), now()).unwrap();
    assert_eq!(paths.past.len(), 4);
    assert_eq!(paths.withdrawn(true), Share { of: 1, all: 2 });
    assert_eq!(paths.withdrawn(false), Share { of: 1, all: 2 });
    assert_eq!(paths.ended(Some(Kind::NotReceived), Ending::Granted), Share { of: 1, all: 4 });
    let typical = paths.typical(usd(0)).unwrap();
    assert_eq!((typical.amount, typical.percent, typical.count), (usd(1_000), Some(20), 1));
    let odr = paths.odr.unwrap();
    let health = store.health(None).unwrap().remove(0);
    assert_eq!((odr.numerator, odr.denominator), (health.numerator, health.denominator));
    assert_eq!((odr.numerator, odr.if_granted(), odr.if_freed()), (2, 2, 1), "granted and open count");
    let few = crate::domain::paths::PathPolicy {
        past: crate::domain::paths::Span { most: 3, ..shipped_paths().unwrap().past },
        ..shipped_paths().unwrap()
    };
    let few = store.paths(&open, &few, now()).unwrap();
    assert!(few.past.len() == 3 && few.capped);
}

#[test]
fn an_order_that_counts_by_feedback_too_stays_when_its_claim_is_withdrawn() {
    let mut store = store();
    mails(&mut store, &[claim("c1", O1, "2026-10-31T10:00:00Z")]);
    rows(
        &mut store,
        &[order(order_line(O1, "KB", Some(5_000))), feedback_row(O1, "2026-10-30", 1, "never came")],
    );
    let open = file(&store, case_of(&store, Channel::Atoz, O1));
    let odr = store.paths(&open, &shipped_paths().unwrap(), now()).unwrap().odr.unwrap();
    assert!(odr.by_claim && odr.by_other && odr.if_freed() == 1);
    let mut unknown = super::makers::store();
    mails(&mut unknown, &[claim("c1", O1, "2026-10-31T10:00:00Z")]);
    let open = only(&unknown);
    let paths = unknown.paths(&open, &shipped_paths().unwrap(), now()).unwrap();
    assert!(paths.odr.is_none() && paths.past.is_empty(), "an order that was never imported");
}

#[test]
fn the_step_runs_on_a_file_of_the_first_schema_with_its_data() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    {
        let mut db = Connection::open(&path).unwrap();
        migrate_by(&mut db, &STEPS[..1]).unwrap();
        db.execute_batch(
            "INSERT INTO cases (id, key, open, channel, kind, order_id, sku, opened_at, decision, due_at)
             VALUES (1, 'k', 1, 'atoz_claim', 'defective', '113-1000001-2000001', 'KB', 1790000000, 'granted', 1790000000)",
        )
        .unwrap();
    }
    let mut store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    let case = file(&store, CaseId(1));
    assert_eq!(case.note.unwrap().text, NoteText::empty("KB"));
    store.save_note(&note("KB", "30 days", ""), now()).unwrap();
    assert_eq!(file(&store, CaseId(1)).note.unwrap().text.policy, "30 days");
    let counted: i64 = store
        .db
        .query_row(
            "SELECT count(*) FROM cases INDEXED BY cases_claims
             WHERE channel = 'atoz_claim' AND merged_into IS NULL AND opened_at >= 0",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(counted, 1, "the claim of the old file is in the new index");
}

#[test]
fn no_query_beside_a_case_reads_a_whole_table() {
    let store = two_buyers();
    // The names under which these queries read what is stored; the rest are lists made on the way.
    let stored = ["cases", "messages", "orders", "offers", "sku_notes", "c", "m", "o", "t", "n"];
    let found = format!("{} SELECT c.id FROM found CROSS JOIN cases c ON c.id = found.id", buyer::CASES);
    let mut searches = 0;
    for sql in [found.as_str(), buyer::ORDERS, buyer::OFFERS, notes::STANDING, paths::CLAIMS] {
        let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let blanks = vec![rusqlite::types::Value::Integer(1); query.parameter_count()];
        let steps =
            query.query_map(rusqlite::params_from_iter(blanks), |row| row.get::<_, String>(3)).unwrap();
        for step in steps {
            let step = step.unwrap();
            let read = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            assert!(read.is_none_or(|read| !stored.contains(&read)), "{step}\n{sql}");
            searches += usize::from(step.starts_with("SEARCH "));
        }
    }
    assert!(searches > 12, "the plans were not read: {searches}");
}
