//! The operator's actions, drafts, offers, and the pages of the queue.

use super::makers::*;
use crate::domain::event::Deed;
use crate::domain::offer::{Draft, OfferKind, Parcel};
use crate::domain::record::{Mail, Notice, OrderLine};
use crate::domain::reply::Audience;
use crate::domain::view::{QueueKey, ReplyDraft};
use crate::domain::{CaseId, Currency, Money, Outcome, RootCause};
use crate::problem::Exit;
use crate::store::money::{Entry, append};
use crate::store::{Filter, Store};

/// A store with one message about an order of 50.00 USD.
fn desk() -> (Store, CaseId) {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000)))]);
    let id = only(&store).summary.id;
    (store, id)
}

fn draft(addition: &str) -> ReplyDraft {
    ReplyDraft { addition: addition.to_owned(), template: Some("late".into()), ..ReplyDraft::default() }
}

fn refund(key: &str, minor: i64, seen: i64) -> Draft {
    Draft {
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
        total_unknown_confirmed: false,
    }
}

#[test]
fn a_copy_leaves_the_reply_clock_running_and_sent_stops_it() {
    let (mut store, id) = desk();
    store.copied(id, "OSC 52", now()).unwrap();
    assert_eq!(queue(&store)[0].clock.as_deref(), Some("reply"));
    let before = store.last_event().unwrap();
    assert_eq!(store.sent(id, "We are sorry.", &draft("sorry"), now()).unwrap(), before + 1);
    let file = file(&store, id);
    assert_eq!(file.summary.clock.as_deref(), Some("default_loss"));
    assert!(file.summary.answered);
    let ours = file.messages.last().unwrap();
    assert!(ours.ours && ours.text == "We are sorry.");
}

#[test]
fn what_goes_to_the_buyer_of_a_claim_leaves_amazons_answer_owed() {
    let mut store = store();
    mails(&mut store, &[mail("z1", Notice::AtozClaim, Some(O1), "2026-11-01T10:00:00Z")]);
    let id = only(&store).summary.id;
    let to = |reads| ReplyDraft { reads: Some(reads), ..draft("") };
    store.sent(id, "Dear Ann, the parcel is found.", &to(Audience::Buyer), now()).unwrap();
    let told = file(&store, id);
    assert_eq!((told.summary.clock.as_deref(), told.summary.answered), (Some("atoz_answer"), false));
    store.sent(id, "Dear Amazon team, the proof is below.", &to(Audience::Amazon), now()).unwrap();
    let told = file(&store, id);
    assert!(told.summary.clock.as_deref() != Some("atoz_answer") && told.summary.answered, "{told:?}");
}

#[test]
fn sent_closes_the_draft() {
    let (mut store, id) = desk();
    store.save_draft(id, &draft("half a sen"), &draft(""), now()).unwrap();
    let kept: String =
        store.db.query_row("SELECT addition FROM drafts WHERE case_id = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "half a sen");
    let before = store.last_event().unwrap();
    store.save_draft(id, &draft("half a sentence"), &draft("half a sen"), now()).unwrap();
    assert_eq!(
        (file(&store, id).draft, store.last_event().unwrap()),
        (Some(draft("half a sentence")), before)
    );
    store.sent(id, "text", &draft("half a sentence"), now()).unwrap();
    assert_eq!(file(&store, id).draft, None);
}

#[test]
fn no_reply_needed_stops_the_reply_clock() {
    let (mut store, id) = desk();
    store.no_reply_needed(id, now()).unwrap();
    assert_eq!(queue(&store)[0].clock.as_deref(), Some("default_loss"));
    assert_eq!(store.no_reply_needed(id, now()).unwrap_err().exit, Exit::Blocked, "once is enough");
}

#[test]
fn a_reply_that_one_window_has_sent_is_not_sent_by_another_before_the_buyer_writes_again() {
    let (mut store, id) = desk();
    store.sent(id, "It leaves today.", &draft("today"), now()).unwrap();
    let again = store.sent(id, "It leaves today.", &draft("today"), now()).unwrap_err();
    assert_eq!((again.exit, again.to_string().contains("sent already")), (Exit::Blocked, true), "{again}");
    assert_eq!(file(&store, id).messages.iter().filter(|message| message.ours).count(), 1);
    store.sent(id, "It leaves today, really.", &draft("today, really"), now()).unwrap();
}

#[test]
fn archiving_the_last_case_leaves_an_empty_queue() {
    let (mut store, id) = desk();
    store.archive(id, Outcome::Satisfied, Some(RootCause::Logistics), now()).unwrap();
    assert_eq!(queue(&store), []);
    let file = file(&store, id);
    assert_eq!((file.outcome, file.cause), (Some(Outcome::Satisfied), Some(RootCause::Logistics)));
    assert!(file.clocks.iter().all(|clock| clock.state == crate::domain::clock::Running::Stopped));
    assert_eq!(store.archive(id, Outcome::Other, None, now()).unwrap_err().exit, Exit::Blocked);
}

#[test]
fn an_unknown_case_is_not_found() {
    let (mut store, _) = desk();
    assert_eq!(store.no_reply_needed(CaseId(99), now()).unwrap_err().exit, Exit::NotFound);
    assert_eq!(store.case(CaseId(99), now()).unwrap(), None);
}

#[test]
fn the_same_dialogue_books_once() {
    let (mut store, id) = desk();
    let first = store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    assert_eq!(store.offer(id, &refund("k1", 1000, 0), now()).unwrap(), first);
    assert_eq!((store.last_event().unwrap(), file(&store, id).room.given), (first, 1000));
    let file = file(&store, id);
    let Deed::Offered { amount, .. } = &file.events.last().unwrap().deed else { panic!() };
    assert_eq!(amount.as_deref(), Some("10.00 USD"));
}

#[test]
fn offers_of_all_cases_of_an_order_never_exceed_it() {
    let (mut store, id) = desk();
    mails(&mut store, &[mail("a1", Notice::AtozClaim, Some(O1), "2026-11-01T11:00:00Z")]);
    let claim = queue(&store).iter().find(|line| line.id != id).unwrap().id;
    store.offer(id, &refund("k1", 3000, 0), now()).unwrap();
    assert_eq!(store.offer(claim, &refund("k2", 2001, 3000), now()).unwrap_err().exit, Exit::Blocked);
    store.offer(claim, &refund("k3", 2000, 3000), now()).unwrap();
    assert_eq!((file(&store, id).room.given, file(&store, id).offers.len()), (5000, 2));
}

#[test]
fn an_offer_on_a_sum_that_changed_meanwhile_is_refused() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    let problem = store.offer(id, &refund("k2", 1000, 0), now()).unwrap_err();
    assert!(problem.what[0].contains("meanwhile"), "{problem}");
}

#[test]
fn an_offer_is_in_the_orders_currency_and_more_than_nothing() {
    let (mut store, id) = desk();
    let euros =
        Draft { amount: Some(Money::new(100, Currency::parse("EUR").unwrap())), ..refund("k1", 1, 0) };
    assert!(store.offer(id, &euros, now()).unwrap_err().what[0].contains("EUR"));
    assert!(store.offer(id, &refund("k2", 0, 0), now()).is_err());
    assert!(store.offer(id, &refund("k3", -5, 0), now()).is_err());
}

#[test]
fn a_full_refund_is_what_is_left() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    let whole = Draft { kind: OfferKind::FullRefund, amount: None, ..refund("k2", 0, 1000) };
    store.offer(id, &whole, now()).unwrap();
    assert_eq!(file(&store, id).offers[1].amount, Some(usd(4000)));
}

#[test]
fn cancel_and_refund_is_refused_once_the_parcel_has_left() {
    let (mut store, id) = desk();
    let shipped = OrderLine {
        updated_at: Some(at("2026-10-30T00:00:00Z")),
        status: "Shipped".into(),
        ..order_line(O1, "KB", Some(5000))
    };
    rows(&mut store, &[order(shipped)]);
    let cancel = Draft { kind: OfferKind::CancelAndRefund, amount: None, ..refund("k1", 0, 0) };
    assert!(store.offer(id, &cancel, now()).unwrap_err().what[0].contains("shipped"));
}

#[test]
fn an_unknown_total_needs_a_confirmation_and_is_flagged() {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let id = only(&store).summary.id;
    assert!(store.offer(id, &refund("k1", 100, 0), now()).is_err());
    let sure = Draft { total_unknown_confirmed: true, ..refund("k1", 100, 0) };
    store.offer(id, &sure, now()).unwrap();
    assert!(file(&store, id).offers[0].total_unknown);
}

#[test]
fn a_reshipment_costs_the_seller_but_not_the_order() {
    let (mut store, id) = desk();
    let again = Draft {
        kind: OfferKind::Reshipment,
        amount: None,
        route: None,
        why: None,
        carrier: Some("UPS".into()),
        tracking: Some("1Z".into()),
        cost: Some(usd(900)),
        ..refund("k1", 0, 0)
    };
    store.offer(id, &again, now()).unwrap();
    let file = file(&store, id);
    assert_eq!((file.room.given, file.offers[0].cost), (0, Some(usd(900))));
}

#[test]
fn the_second_wall_holds_when_the_first_is_passed() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 3000, 0), now()).unwrap();
    store
        .db
        .execute(
            "INSERT INTO offers (id, key, case_id, order_id, kind, amount_minor, currency, status, at, event)
             VALUES (2, 'x', 1, ?1, 'partial_refund', 2001, 'USD', 'proposed', 0, 1)",
            [O1],
        )
        .unwrap();
    let by_hand = |minor: i64, currency: &str, seen: i64| {
        let parcel = Parcel::default();
        let amount = Some(Money::new(minor, Currency::parse(currency).unwrap()));
        let (key, step) = ("x", "proposed");
        let entry = Entry {
            key,
            offer: 2,
            order: Some(O1),
            step,
            reverses: None,
            undoes: None,
            amount,
            seen,
            parcel: &parcel,
            at: 0,
            event: 1,
        };
        append(&store.db, &entry).map_err(|problem| problem.what[0].clone())
    };
    assert!(by_hand(2001, "USD", 3000).unwrap_err().contains("more than the order total"));
    assert!(by_hand(1, "EUR", 3000).unwrap_err().contains("other currency"));
    assert!(by_hand(1, "USD", 0).unwrap_err().contains("changed meanwhile"));
    assert!(by_hand(-3000, "USD", 3000).is_err());
    assert!(store.db.execute("UPDATE offers SET amount_minor = 1", []).is_err());
    assert!(store.db.execute("UPDATE offers SET status = 'accepted'", []).is_err());
    assert!(store.db.execute("DELETE FROM offers", []).is_err());
    assert!(store.db.execute("UPDATE money_log SET amount_minor = 1", []).is_err());
    assert!(store.db.execute("DELETE FROM money_log", []).is_err());
    let again = "INSERT OR REPLACE INTO money_log SELECT * FROM money_log WHERE seq = 1";
    assert!(store.db.execute(again, []).is_err());
    assert!(store.db.execute("UPDATE events SET at = 0", []).is_err());
    assert!(store.db.execute("DELETE FROM events", []).is_err());
}

#[test]
fn the_history_is_dense_and_chained() {
    let (mut store, id) = desk();
    store.copied(id, "file", now()).unwrap();
    let dense: bool =
        store.db.query_row("SELECT max(id) = count(*) FROM events", [], |row| row.get(0)).unwrap();
    assert!(dense);
    assert_eq!(store.first_broken_event().unwrap(), None);
    store
        .db
        .execute_batch("DROP TRIGGER events_no_update; UPDATE events SET at = at + 1 WHERE id = 2")
        .unwrap();
    assert_eq!(store.first_broken_event().unwrap(), Some(2));
}

#[test]
fn pages_of_the_queue_meet_without_gap_or_repeat() {
    let mut store = store();
    let sent = |at: usize| format!("2026-10-{:02}T10:00:00Z", 20 + at % 5);
    let many: Vec<Mail> =
        (0..23).map(|at| message(&format!("m{at}"), None, &sent(at), Some(&format!("C{at}")))).collect();
    mails(&mut store, &many);
    let whole: Vec<QueueKey> = queue(&store).iter().map(crate::domain::view::Summary::key).collect();
    assert_eq!(whole.len(), 23);
    let mut paged = Vec::new();
    while let page @ [_, ..] = &store.queue(paged.last().copied(), 5, &Filter::default(), now()).unwrap()[..]
    {
        paged.extend(page.iter().map(crate::domain::view::Summary::key));
    }
    assert_eq!(paged, whole);
}

#[test]
fn every_word_of_a_filter_must_occur_somewhere_on_the_line() {
    let (mut store, id) = desk();
    mails(
        &mut store,
        &[Mail {
            buyer_text: "Lampe ist kaputt, 退款".into(),
            ..message("m2", Some(O2), "2026-11-01T09:00:00Z", None)
        }],
    );
    let found = |words: &str| {
        let filter = Filter { words: words.to_owned(), ..Filter::default() };
        store
            .queue(None, 10, &filter, now())
            .unwrap()
            .iter()
            .map(|line| line.order_id.clone().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("KB us MESSAGE"), [O1]);
    assert_eq!(found("kaputt lampe"), [O2]);
    assert_eq!(found("退款"), [O2]);
    assert_eq!(found("ＫＢ"), [O1]);
    assert_eq!(found("kaputt kb"), Vec::<String>::new());
    assert_eq!(found("ann").len(), 2);
    store.archive(id, Outcome::Satisfied, None, now()).unwrap();
    let filter = Filter { words: "kb".into(), archived: true, ..Filter::default() };
    let archived = store.queue(None, 10, &filter, now()).unwrap();
    assert_eq!(archived.len(), 1);
    assert_eq!(store.queue(Some(archived[0].key()), 10, &filter, now()).unwrap(), []);
}
