//! Cases that come back from the archive, and halves that turn out to be one case.

use super::makers::*;
use crate::domain::clock::{Running, Side, Snooze};
use crate::domain::record::{Mail, Notice};
use crate::domain::view::{ClockView, ReplyDraft, Summary, Tally};
use crate::domain::{CaseId, Outcome};
use crate::problem::Exit;
use crate::store::{Filter, Store};

fn land(store: &mut Store, mails: &[Mail], when: &str) {
    let mut import = store.import(at(when)).unwrap();
    for mail in mails {
        import.mail(mail).unwrap();
    }
    import.finish(&Tally::default(), true).unwrap();
}

fn clocks(store: &Store, id: CaseId, when: &str) -> Vec<ClockView> {
    store.case(id, at(when)).unwrap().unwrap().clocks
}

fn clock(store: &Store, id: CaseId, name: &str, when: &str) -> ClockView {
    clocks(store, id, when).into_iter().find(|clock| clock.name == name).unwrap()
}

/// A message of 1 October, archived two hours later.
fn archived(answered: bool) -> (Store, CaseId) {
    let mut store = store();
    land(&mut store, &[message("m1", Some(O1), "2026-10-01T10:00:00Z", None)], "2026-10-01T11:00:00Z");
    let id = all(&store)[0].id;
    if answered {
        store.sent(id, "Sorry.", &ReplyDraft::default(), at("2026-10-01T11:30:00Z")).unwrap();
    }
    store.archive(id, Outcome::Satisfied, None, at("2026-10-01T12:00:00Z")).unwrap();
    (store, id)
}

#[test]
fn what_was_archived_unanswered_is_due_a_day_after_the_buyer_writes_again() {
    let (mut store, id) = archived(false);
    land(&mut store, &[message("m2", Some(O1), "2026-10-20T09:00:00Z", None)], "2026-10-20T09:05:00Z");
    let line = store.case(id, at("2026-10-20T10:00:00Z")).unwrap().unwrap().summary;
    assert_eq!(line.due, Some(at("2026-10-21T09:00:00Z")));
    let reply = clock(&store, id, "reply", "2026-10-20T10:00:00Z");
    assert_eq!((reply.started, reply.state), (at("2026-10-20T09:00:00Z"), Running::Running));
}

#[test]
fn a_week_that_the_archive_stopped_begins_anew_and_hides_no_reply() {
    let (mut store, id) = archived(true);
    land(&mut store, &[message("m2", Some(O1), "2026-10-12T09:00:00Z", None)], "2026-10-12T09:05:00Z");
    let line = store.case(id, at("2026-10-12T10:00:00Z")).unwrap().unwrap().summary;
    assert_eq!(line.due, Some(at("2026-10-13T09:00:00Z")));
    assert_eq!(clock(&store, id, "default_loss", "2026-10-12T10:00:00Z").started, at("2026-10-12T09:00:00Z"));
}

#[test]
fn a_case_is_as_old_as_its_return_from_the_archive() {
    let (mut store, id) = archived(true);
    land(&mut store, &[message("m2", Some(O1), "2026-11-20T09:00:00Z", None)], "2026-11-20T09:05:00Z");
    let old = |store: &Store, when: &str| store.case(id, at(when)).unwrap().unwrap().summary.long_term;
    assert!(!old(&store, "2026-11-20T10:00:00Z"));
    assert!(!old(&store, "2027-01-04T09:00:00Z"));
    assert!(old(&store, "2027-01-04T09:00:01Z"), "45 days after the second message");
}

#[test]
fn the_undo_of_an_archive_restores_every_clock() {
    let (mut store, id) = archived(false);
    store.undo(at("2026-10-09T12:00:00Z")).unwrap();
    let started = |store: &Store| -> Vec<_> {
        clocks(store, id, "2026-10-12T00:00:00Z")
            .into_iter()
            .map(|clock| (clock.started, clock.state))
            .collect()
    };
    assert!(
        started(&store).iter().all(|(start, _)| *start == at("2026-10-01T10:00:00Z")),
        "{:?}",
        started(&store)
    );
    assert!(started(&store).contains(&(at("2026-10-01T10:00:00Z"), Running::Missed)));
    // An archive that was undone after the case came back never was, either.
    let before = started(&store);
    store.archive(id, Outcome::Satisfied, None, at("2026-10-10T12:00:00Z")).unwrap();
    land(&mut store, &[message("m2", Some(O1), "2026-10-11T09:00:00Z", None)], "2026-10-11T09:05:00Z");
    assert_ne!(started(&store), before);
    store.undo(at("2026-10-11T12:00:00Z")).unwrap();
    assert_eq!(started(&store), before);
}

#[test]
fn a_mail_that_was_on_its_way_when_the_case_was_archived_counts_from_its_own_time() {
    let (mut store, id) = archived(true);
    land(&mut store, &[message("m2", Some(O1), "2026-10-01T11:50:00Z", None)], "2026-10-01T13:00:00Z");
    assert_eq!(clock(&store, id, "reply", "2026-10-01T14:00:00Z").due, at("2026-10-02T11:50:00Z"));
}

#[test]
fn the_archive_is_kept_beside_what_came_after_it() {
    let (mut store, id) = archived(true);
    land(&mut store, &[message("m2", Some(O1), "2026-10-12T09:00:00Z", None)], "2026-10-12T09:05:00Z");
    store.archive(id, Outcome::Satisfied, None, at("2026-10-12T10:00:00Z")).unwrap();
    land(&mut store, &[message("m3", Some(O1), "2026-10-22T09:00:00Z", None)], "2026-10-22T09:05:00Z");
    let before = clocks(&store, id, "2026-10-23T00:00:00Z");
    assert!(before.iter().all(|clock| clock.started == at("2026-10-22T09:00:00Z")), "{before:?}");
    store.db.execute("UPDATE cases SET timeline = ''", []).unwrap();
    assert_eq!(clocks(&store, id, "2026-10-23T00:00:00Z"), before, "as computed anew from what is stored");
}

#[test]
fn a_snooze_ends_when_the_case_comes_back_and_an_archived_case_takes_none() {
    let mut store = store();
    land(
        &mut store,
        &[mail("m1", Notice::AtozClaim, Some(O1), "2026-10-01T10:00:00Z")],
        "2026-10-01T11:00:00Z",
    );
    let id = all(&store)[0].id;
    store.snooze(&[id], Snooze::BuyerWrites, at("2026-10-01T11:30:00Z")).unwrap();
    store.archive(id, Outcome::Satisfied, None, at("2026-10-01T12:00:00Z")).unwrap();
    let refused = store.snooze(&[id], Snooze::AnyMail, at("2026-10-01T12:01:00Z")).unwrap_err();
    assert!(refused.exit == Exit::Blocked && refused.what[0].contains("archived"), "{refused:?}");
    let seen =
        |store: &Store| store.queue(None, 9, &Filter::default(), at("2026-10-03T10:00:00Z")).unwrap().len();
    store.undo(at("2026-10-01T12:02:00Z")).unwrap();
    assert_eq!(seen(&store), 0, "undone, the archive has woken nobody");
    store.archive(id, Outcome::Satisfied, None, at("2026-10-01T12:03:00Z")).unwrap();
    let decision = mail("m2", Notice::AtozDecision, Some(O1), "2026-10-03T09:00:00Z");
    land(&mut store, &[decision], "2026-10-03T09:05:00Z");
    assert_eq!(seen(&store), 1);
}

#[test]
fn waiting_is_offered_only_where_it_moves_the_clock() {
    let mut store = store();
    land(&mut store, &[message("m1", Some(O1), "2026-10-01T10:00:00Z", None)], "2026-10-01T11:00:00Z");
    let id = all(&store)[0].id;
    let remedy = |store: &mut Store, when: &str| {
        store.snooze(&[id], Snooze::BuyerWrites, at(when)).unwrap_err().remedy[0].clone()
    };
    assert!(!remedy(&mut store, "2026-10-02T09:00:00Z").contains("`w`"), "the reply never pauses");
    store.sent(id, "Sorry.", &ReplyDraft::default(), at("2026-10-02T09:30:00Z")).unwrap();
    assert!(remedy(&mut store, "2026-10-08T09:00:00Z").contains("`w`"), "the week does");
    let late = remedy(&mut store, "2026-10-08T11:00:00Z");
    assert!(late.contains("archive") && !late.contains("`w`"), "{late}");
}

/// Two Seller Central cases that a report later shows as one: a message of each, and the mail that joins them.
fn halves() -> (Store, [CaseId; 2]) {
    let mut store = store();
    let one = message("m1", None, "2026-10-01T10:00:00Z", Some("C1"));
    let other = message("m2", None, "2026-10-01T10:00:00Z", Some("C2"));
    land(&mut store, &[one, other], "2026-10-01T11:00:00Z");
    let cases: Vec<_> = all(&store).iter().map(|row| row.id).collect();
    assert_eq!(cases.len(), 2);
    for id in &cases {
        store.sent(*id, "Sorry.", &ReplyDraft::default(), at("2026-10-01T11:10:00Z")).unwrap();
    }
    (store, [cases[0], cases[1]])
}

/// Joins them by a note of Amazon's that wakes nobody by itself.
fn join(store: &mut Store) -> Vec<Summary> {
    let note = |id: &str, case: &str| Mail {
        alias: alias("ann", Some(case)),
        ..mail(id, Notice::RefundIssued, Some(O1), "2026-10-01T12:00:00Z")
    };
    land(store, &[note("r1", "C1"), note("r2", "C2")], "2026-10-01T12:05:00Z");
    let shown = Filter { asleep: true, ..Filter::default() };
    let cases = store.queue(None, 9, &shown, at("2026-10-01T13:00:00Z")).unwrap();
    assert_eq!(cases.len(), 1, "the halves are one case");
    cases
}

#[test]
fn a_half_that_sleeps_or_waits_does_not_take_the_whole_with_it() {
    for which in [0, 1] {
        let (mut store, halves) = halves();
        store.snooze(&[halves[which]], Snooze::BuyerWrites, at("2026-10-01T11:30:00Z")).unwrap();
        assert_eq!(join(&mut store)[0].wake, None, "half {which} slept");
        let (mut store, halves) = self::halves();
        store.wait_for(halves[which], Some(Side::Carrier), at("2026-10-01T11:30:00Z")).unwrap();
        assert_eq!(join(&mut store)[0].waiting, None, "half {which} waited");
    }
}

#[test]
fn two_halves_that_both_sleep_and_wait_go_on_as_one() {
    let (mut store, halves) = halves();
    for half in halves {
        store.wait_for(half, Some(Side::Carrier), at("2026-10-01T11:30:00Z")).unwrap();
    }
    store.snooze(&halves, Snooze::BuyerWrites, at("2026-10-01T11:40:00Z")).unwrap();
    let whole = &join(&mut store)[0];
    assert!(whole.wake.is_some());
    assert_eq!(whole.waiting, Some(Side::Carrier));
}
