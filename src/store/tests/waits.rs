//! Waiting and snoozing, the clocks that reports start, and the step that brought them.

use rusqlite::Connection;

use super::makers::*;
use crate::domain::clock::{Length, Running, Side, Snooze, shipped_policy};
use crate::domain::event::Deed;
use crate::domain::record::{Mail, Notice, ReturnLine};
use crate::domain::view::{ClockView, ReplyDraft, Summary};
use crate::domain::{CaseId, Fulfilment, Marketplace, Outcome};
use crate::problem::Exit;
use crate::store::migrate::{STEPS, migrate_by};
use crate::store::{Filter, Store};

/// A message of an hour ago.
fn desk() -> (Store, CaseId) {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T11:00:00Z", None)]);
    let id = queue(&store)[0].id;
    (store, id)
}

fn clock(store: &Store, id: CaseId, name: &str, when: &str) -> ClockView {
    let file = store.case(id, at(when)).unwrap().unwrap();
    file.clocks.into_iter().find(|clock| clock.name == name).unwrap_or_else(|| panic!("no {name}"))
}

fn seen(store: &Store, when: &str) -> Vec<Summary> {
    store.queue(None, 100, &Filter::default(), at(when)).unwrap()
}

#[test]
fn a_snoozed_case_is_out_of_sight_and_counted_all_the_same() {
    let (mut store, id) = desk();
    let before = queue(&store);
    store.snooze(&[id], Snooze::Until(at("2026-11-01T16:00:00Z")), now()).unwrap();
    assert!(queue(&store).is_empty());
    let counts = store.counts(now(), now(), at("2026-11-03T00:00:00Z")).unwrap();
    assert_eq!((counts.open, counts.today, counts.asleep), (1, 1, 1));
    assert_eq!(counts.next_wake, Some(at("2026-11-01T16:00:00Z")));
    let shown = store.queue(None, 9, &Filter { asleep: true, ..Filter::default() }, now()).unwrap();
    assert_eq!(shown[0].wake, Some(at("2026-11-01T16:00:00Z")));
    assert!(seen(&store, "2026-11-01T15:59:59Z").is_empty());
    assert_eq!(seen(&store, "2026-11-01T16:00:00Z").len(), 1, "it comes back by itself");
    store.undo(now()).unwrap();
    assert_eq!(queue(&store), before);
}

#[test]
fn a_snooze_ends_two_hours_before_a_clock_runs_out() {
    let (mut store, id) = desk();
    store.snooze(&[id], Snooze::Until(at("2026-12-24T00:00:00Z")), now()).unwrap();
    assert!(seen(&store, "2026-11-02T08:59:59Z").is_empty());
    assert_eq!(seen(&store, "2026-11-02T09:00:00Z").len(), 1, "the reply is due at eleven");
    let late = store.snooze(&[id], Snooze::BuyerWrites, at("2026-11-02T09:30:00Z")).unwrap_err();
    assert_eq!(late.exit, Exit::Blocked);
    assert!(store.snooze(&[id], Snooze::Off, at("2026-11-02T09:30:00Z")).is_ok());
}

#[test]
fn a_snooze_until_the_buyer_writes_ends_with_his_next_mail() {
    let (mut store, id) = desk();
    store.sent(id, "On its way.", &ReplyDraft::default(), now()).unwrap();
    store.snooze(&[id], Snooze::BuyerWrites, now()).unwrap();
    let refund = Mail {
        alias: alias("ann", None),
        ..mail("r1", Notice::RefundIssued, Some(O1), "2026-11-01T11:20:00Z")
    };
    mails(&mut store, &[refund]);
    assert!(queue(&store).is_empty(), "a notice of Amazon's is not the buyer's");
    // Sent before the snooze, but only now here: the operator did not know of it.
    mails(&mut store, &[message("m2", Some(O1), "2026-11-01T11:30:00Z", None)]);
    assert_eq!(queue(&store).len(), 1);
}

#[test]
fn any_mail_ends_the_other_snooze_and_the_operator_ends_both() {
    let (mut store, id) = desk();
    store.snooze(&[id], Snooze::AnyMail, now()).unwrap();
    mails(&mut store, &[mail("r1", Notice::RefundIssued, Some(O1), "2026-11-01T11:20:00Z")]);
    assert_eq!(queue(&store).len(), 1);
    store.snooze(&[id], Snooze::BuyerWrites, now()).unwrap();
    assert!(queue(&store).is_empty());
    store.snooze(&[id], Snooze::Off, now()).unwrap();
    assert_eq!(queue(&store).len(), 1);
    store.undo(now()).unwrap();
    assert!(queue(&store).is_empty(), "the undo of waking it snoozes it again");
}

#[test]
fn to_wake_what_is_in_sight_is_refused_and_leaves_no_event() {
    let (mut store, id) = desk();
    let before = store.last_event().unwrap();
    assert_eq!(store.snooze(&[id], Snooze::Off, now()).unwrap_err().exit, Exit::Blocked);
    assert_eq!(store.last_event().unwrap(), before);
}

#[test]
fn several_cases_are_snoozed_and_undone_as_one() {
    let (mut store, _) = desk();
    mails(&mut store, &[message("m2", Some(O2), "2026-11-01T11:00:00Z", None)]);
    let cases: Vec<_> = queue(&store).iter().map(|row| row.id).collect();
    store.snooze(&cases, Snooze::AnyMail, now()).unwrap();
    assert!(queue(&store).is_empty());
    store.undo(now()).unwrap();
    assert_eq!(queue(&store).len(), 2);
}

#[test]
fn waiting_stops_the_week_until_the_buyer_writes_and_undo_gives_it_back() {
    let (mut store, id) = desk();
    store.sent(id, "Could you send a picture?", &ReplyDraft::default(), now()).unwrap();
    let before = (queue(&store), file(&store, id).clocks);
    store.wait_for(id, Some(Side::Buyer), now()).unwrap();
    let row = &queue(&store)[0];
    assert_eq!((row.waiting, row.clock.as_deref()), (Some(Side::Buyer), Some("long_term")));
    let paused = clock(&store, id, "default_loss", "2026-11-02T12:00:00Z");
    assert_eq!((paused.state, paused.due), (Running::Paused, at("2026-11-09T11:00:00Z")));
    store.undo(now()).unwrap();
    assert_eq!((queue(&store), file(&store, id).clocks), before);
    store.wait_for(id, Some(Side::Buyer), now()).unwrap();
    mails(&mut store, &[message("m2", Some(O1), "2026-11-03T12:00:00Z", None)]);
    assert_eq!(queue(&store)[0].waiting, None);
    let week = clock(&store, id, "default_loss", "2026-11-03T13:00:00Z");
    assert_eq!((week.state, week.due), (Running::Running, at("2026-11-10T11:00:00Z")));
    let events = file(&store, id).events;
    assert!(events.iter().any(|event| event.deed == Deed::Waiting { whom: Some(Side::Buyer) }));
}

#[test]
fn a_message_that_was_under_way_when_the_wait_began_ends_it_too() {
    let (mut store, id) = desk();
    store.wait_for(id, Some(Side::Carrier), now()).unwrap();
    mails(&mut store, &[message("m2", Some(O1), "2026-11-01T11:59:00Z", None)]);
    assert_eq!(queue(&store)[0].waiting, None);
    assert_eq!(clock(&store, id, "default_loss", "2026-11-05T00:00:00Z").due, at("2026-11-08T11:00:00Z"));
}

#[test]
fn a_changed_policy_keeps_the_time_waited() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let mut store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T11:00:00Z", None)]);
    let id = queue(&store)[0].id;
    store.sent(id, "Soon.", &ReplyDraft::default(), now()).unwrap();
    store.wait_for(id, Some(Side::Carrier), now()).unwrap();
    store.wait_for(id, None, at("2026-11-02T12:00:00Z")).unwrap();
    assert_eq!(queue(&store)[0].due, Some(at("2026-11-09T11:00:00Z")));
    drop(store);
    let own = "[[clock]]\nname = \"default_loss\"\nlength = \"10 days\"\n";
    let store = Store::open(&path, shipped_policy().unwrap().overridden_by(own).unwrap()).unwrap();
    assert_eq!(queue(&store)[0].due, Some(at("2026-11-12T11:00:00Z")));
    assert_eq!(clock(&store, id, "default_loss", "2026-11-03T00:00:00Z").started, at("2026-11-01T11:00:00Z"));
}

#[test]
fn goods_that_came_back_start_the_refund_clock_and_a_refund_stops_it() {
    let mut store = store();
    let back = ReturnLine {
        received: Some("2026-10-31".parse().unwrap()),
        ..return_line(O1, "2026-10-20", Some("D1"))
    };
    rows(
        &mut store,
        &[order(order_line(O1, "KB", Some(5000))), return_row(return_line(O1, "2026-10-20", Some("D1")))],
    );
    let id = only(&store).summary.id;
    assert!(only(&store).clocks.iter().all(|clock| clock.name != "refund_after_return"));
    rows(&mut store, &[return_row(back)]);
    let due = clock(&store, id, "refund_after_return", "2026-11-01T12:00:00Z");
    // 31 October 00:00 in Los Angeles and four days later, an hour further from UTC.
    assert_eq!((due.started, due.due), (at("2026-10-31T07:00:00Z"), at("2026-11-04T08:00:00Z")));
    mails(&mut store, &[mail("r1", Notice::RefundIssued, Some(O1), "2026-11-01T09:00:00Z")]);
    assert_eq!(clock(&store, id, "refund_after_return", "2026-11-01T12:00:00Z").state, Running::Stopped);
    let safe_t = clock(&store, id, "safe_t", "2026-11-01T12:00:00Z");
    assert_eq!((safe_t.started, safe_t.due), (at("2026-11-01T09:00:00Z"), at("2026-12-01T09:00:00Z")));
}

#[test]
fn a_report_of_fba_orders_takes_the_sellers_clocks_away() {
    let mut store = store();
    let line = ReturnLine {
        received: Some("2026-10-31".parse().unwrap()),
        ..return_line(O1, "2026-10-20", Some("D1"))
    };
    rows(&mut store, &[return_row(line)]);
    assert!(only(&store).clocks.iter().any(|clock| clock.name == "refund_after_return"));
    let mut fba = order_line(O1, "KB", Some(5000));
    fba.fulfilment = Some(Fulfilment::Afn);
    rows(&mut store, &[order(fba)]);
    assert!(only(&store).clocks.iter().all(|clock| clock.name != "refund_after_return"));
}

#[test]
fn the_coming_days_count_snoozed_cases_and_what_is_late() {
    let (mut store, id) = desk();
    mails(
        &mut store,
        &[
            message("m2", Some(O2), "2026-10-31T11:00:00Z", None),
            message("m3", None, "2026-11-01T11:10:00Z", Some("c3")),
        ],
    );
    store.snooze(&[id], Snooze::AnyMail, now()).unwrap();
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let forecast = store.forecast(now(), &zone).unwrap();
    assert_eq!(forecast.late, 1);
    // 13:00 in Berlin: eleven hours of today, 24 of tomorrow, five days.
    assert_eq!(forecast.bars.len(), 11 + 24 + 5);
    let full: Vec<_> = forecast.bars.iter().filter(|bar| bar.count > 0).collect();
    assert_eq!((full.len(), full[0].count, full[0].from), (1, 2, at("2026-11-02T11:00:00Z")));
    let range = (full[0].from.as_second(), full[0].until.as_second());
    let filter = Filter { due: Some(range), asleep: true, ..Filter::default() };
    assert_eq!(store.queue(None, 9, &filter, now()).unwrap().len(), 2);
    let before_the_change = store.forecast(at("2026-10-24T22:30:00Z"), &zone).unwrap();
    assert_eq!(
        before_the_change.bars.iter().filter(|bar| bar.day == 0).count(),
        25,
        "that Sunday has 25 hours"
    );
}

#[test]
fn the_second_step_keeps_the_cases_of_a_step_one_file_with_their_clocks() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    drop(Store::open(&path, shipped_policy().unwrap()).unwrap());
    std::fs::remove_file(&path).unwrap();
    let mut db = Connection::open(&path).unwrap();
    migrate_by(&mut db, &STEPS[..1]).unwrap();
    db.execute_batch(
        "INSERT INTO cases (id, key, open, channel, kind, marketplace, order_id, opened_at, due_at, clock)
         VALUES (1, 'k1', 1, 'buyer_message', 'other', 'US', NULL, 1793530800, 1793617200, 'reply'),
                (2, 'k2', 1, 'return_request', 'other', 'US', '113-1000001-2000001', 1792479600, 1793617200, 'x');
         INSERT INTO messages (case_id, notice, ours, digest, at, dated, landed_at, subject, text, body, kind, complaint)
         VALUES (1, 'buyer_message', 0, 'd', 1793530800, 1, 1793530800, '', 'text', '', 'other', 1);
         INSERT INTO report_rows (report, key, columns, rank, seen, order_id, marketplace, day, landed_at, case_id)
         VALUES ('mfn_returns', 'k', '{\"return-delivery-date\":\"31-Oct-2026\"}', '', '', '113-1000001-2000001', 'US',
                 '2026-10-20', 1793530800, 2),
                ('mfn_returns', 'l', '{\"return-delivery-date\":\"soon\"}', '', '', NULL, 'US', '2026-10-20', 1793530800, NULL);",
    )
    .unwrap();
    drop(db);
    let store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    let leads: Vec<_> = queue(&store).into_iter().map(|row| (row.id.0, row.clock.unwrap())).collect();
    // 1 November 11:00Z, a day later; and the return that had already been asked about on 20 October.
    assert_eq!(leads, [(2, "return_answer".to_owned()), (1, "reply".to_owned())]);
    assert_eq!(file(&store, CaseId(1)).summary.due, Some(at("2026-11-02T11:00:00Z")));
    let refund = clock(&store, CaseId(2), "refund_after_return", "2026-11-01T12:00:00Z");
    assert_eq!(refund.due, at("2026-11-04T08:00:00Z"));
    let unread: i64 = store
        .db
        .query_row("SELECT count(*) FROM report_rows WHERE received_on IS NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(unread, 1);
}

#[test]
fn a_case_archived_while_snoozed_is_archived_and_nothing_else() {
    let (mut store, id) = desk();
    store.snooze(&[id], Snooze::AnyMail, now()).unwrap();
    store.archive(id, Outcome::Satisfied, None, now()).unwrap();
    assert_eq!(store.counts(now(), now(), now()).unwrap().asleep, 0);
    mails(&mut store, &[message("m2", Some(O1), "2026-11-01T11:30:00Z", None)]);
    assert_eq!(queue(&store).len(), 1, "a mail opens and wakes it");
}

#[test]
fn an_own_clock_for_one_site_leaves_the_others_alone() {
    let own = "[[clock]]\nname = \"reply\"\nmarketplaces = [\"DE\"]\nlength = \"6 hours\"\n";
    let mut store = Store::in_memory(shipped_policy().unwrap().overridden_by(own).unwrap()).unwrap();
    let german =
        Mail { marketplace: Some(Marketplace::De), ..message("m1", Some(O1), "2026-11-01T10:00:00Z", None) };
    mails(&mut store, &[german, message("m2", Some(O2), "2026-11-01T10:00:00Z", None)]);
    let due: Vec<_> = queue(&store).iter().map(|row| row.due.unwrap().to_string()).collect();
    assert_eq!(due, ["2026-11-01T16:00:00Z", "2026-11-02T10:00:00Z"]);
    assert_eq!(Length::parse("6 hours").unwrap().to_string(), "6 hours");
}

#[test]
fn the_letter_of_a_refund_says_its_day_better_than_the_report() {
    let mut store = store();
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000)))]);
    let back = ReturnLine {
        received: Some("2026-10-20".parse().unwrap()),
        refunded: Some(usd(900)),
        ..return_line(O1, "2026-10-15", Some("D1"))
    };
    rows(&mut store, &[return_row(back)]);
    let id = only(&store).summary.id;
    let guess = clock(&store, id, "safe_t", "2026-11-01T12:00:00Z");
    assert_eq!(guess.started, at("2026-10-20T07:00:00Z"), "the day on which it came back");
    mails(&mut store, &[mail("r1", Notice::RefundIssued, Some(O1), "2026-10-29T15:00:00Z")]);
    let exact = clock(&store, id, "safe_t", "2026-11-01T12:00:00Z");
    assert_eq!(exact.started, at("2026-10-29T15:00:00Z"));
}

#[test]
fn the_refund_of_one_article_leaves_the_other_owed() {
    let mut store = store();
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000)))]);
    let back = |sku: &str, day: &str| {
        let line = return_line(O1, "2026-10-15", Some("D1"));
        return_row(ReturnLine { sku: Some(sku.into()), received: Some(day.parse().unwrap()), ..line })
    };
    rows(&mut store, &[back("A", "2026-10-20"), back("B", "2026-10-30")]);
    let id = only(&store).summary.id;
    mails(&mut store, &[mail("r1", Notice::RefundIssued, Some(O1), "2026-10-22T15:00:00Z")]);
    let owed = clock(&store, id, "refund_after_return", "2026-11-01T12:00:00Z");
    assert_eq!((owed.started, owed.state), (at("2026-10-30T07:00:00Z"), Running::Running));
}
