//! What mails and reports tell of refunds, and what it leaves of an order.

use super::makers::*;
use crate::domain::checkup::Check;
use crate::domain::offer::{Draft, Move, OfferKind, OfferStatus, Rest, Route};
use crate::domain::paths::at_risk;
use crate::domain::record::{Mail, Notice, ReturnLine, Row};
use crate::domain::{CaseId, Currency, Money};
use crate::store::Store;
use crate::store::migrate::{STEPS, migrate_by};

/// A store with one message about an order of 100.00 USD.
fn desk() -> (Store, CaseId) {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-10-01T10:00:00Z", None)]);
    rows(&mut store, &[order(order_line(O1, "KB", Some(10_000)))]);
    let id = only(&store).summary.id;
    (store, id)
}

fn refund(key: &str, minor: i64, seen: i64, route: Route) -> Draft {
    Draft {
        key: key.to_owned(),
        kind: OfferKind::PartialRefund,
        amount: Some(usd(minor)),
        route: Some(route),
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen,
        total_unknown_confirmed: false,
    }
}

fn refunded(id: &str, amount: Money, sent: &str) -> Mail {
    Mail { amount: Some(amount), is_complaint: false, ..mail(id, Notice::RefundIssued, Some(O1), sent) }
}

fn returned(minor: i64, on: &str) -> Row {
    let line = return_line(O1, on, Some("R1"));
    return_row(ReturnLine { refunded: Some(usd(minor)), settled: true, ..line })
}

fn left(store: &Store, id: CaseId) -> i64 {
    let Rest::Known(rest) = file(store, id).room.rest() else { panic!("nobody knows what is left") };
    rest.minor
}

/// A refund mail whose amount nobody could read.
fn unread(id: &str, sent: &str) -> Mail {
    Mail { amount: None, ..refunded(id, usd(1), sent) }
}

#[test]
fn what_was_refunded_is_gone_from_what_can_be_offered_whoever_tells_of_it() {
    let (mut store, id) = desk();
    mails(&mut store, &[refunded("r1", usd(9_000), "2026-10-20T10:00:00Z")]);
    assert_eq!(left(&store, id), 1_000);
    let refused = store.offer(id, &refund("k1", 10_000, 0, Route::Message), now()).unwrap_err();
    assert!(refused.what[0].contains("90.00 USD refunded besides"), "{refused}");
    // The report tells of the same refund.
    rows(&mut store, &[returned(9_000, "2026-10-18")]);
    assert_eq!(left(&store, id), 1_000);
    store.offer(id, &refund("k1", 1_000, 0, Route::Message), now()).unwrap();
    assert_eq!(left(&store, id), 0);
    let (mut store, id) = desk();
    rows(&mut store, &[returned(9_000, "2026-10-18")]);
    assert_eq!(left(&store, id), 1_000);
}

#[test]
fn a_refund_that_proves_an_offer_is_not_taken_beside_it_and_moves_of_that_offer_have_room() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 6_000, 0, Route::Message), now()).unwrap();
    mails(&mut store, &[refunded("r1", usd(6_000), "2026-11-03T10:00:00Z")]);
    assert_eq!(left(&store, id), 4_000);
    let go = |store: &mut Store, to: OfferStatus, paid: Option<i64>| {
        let offer = file(store, id).offers[0].clone();
        let key = format!("{}@{}", to.word(), offer.line);
        let paid = paid.map(usd);
        let wish = Move { key, offer: offer.id, seen: offer.line, to, paid, parcel: None, reason: None };
        store.move_offer(id, &wish, now())
    };
    // Declined, it holds nothing, and the refund is one without an offer; carried out after all, it is that refund.
    go(&mut store, OfferStatus::Declined, None).unwrap();
    assert_eq!((file(&store, id).room.given, left(&store, id)), (0, 4_000));
    go(&mut store, OfferStatus::CarriedOut, Some(6_000)).unwrap();
    assert_eq!((file(&store, id).room.given, left(&store, id)), (6_000, 4_000));
    assert_eq!(store.check().findings, []);
    // Once it is taken back, another refund of the order leaves no room for it.
    go(&mut store, OfferStatus::Reversed, None).unwrap();
    mails(&mut store, &[refunded("r2", usd(4_500), "2026-11-04T10:00:00Z")]);
    assert_eq!(left(&store, id), 0);
    let refunds = file(&store, id).refunds;
    assert_eq!((refunds.sum, refunds.above_total), (Some(usd(10_500)), Some(true)));
}

#[test]
fn a_return_refunded_in_two_parts_is_known_in_full_also_while_the_mail_of_one_part_is_missing() {
    let (mut store, id) = desk();
    rows(&mut store, &[returned(3_000, "2026-10-18")]);
    mails(&mut store, &[refunded("r1", usd(2_000), "2026-10-20T10:00:00Z")]);
    let refunds = file(&store, id).refunds;
    assert_eq!((refunds.sum, refunds.above_total, left(&store, id)), (Some(usd(3_000)), Some(false), 7_000));
    mails(&mut store, &[refunded("r2", usd(1_000), "2026-10-21T10:00:00Z")]);
    assert_eq!((file(&store, id).refunds.sum, left(&store, id)), (Some(usd(3_000)), 7_000));
    mails(&mut store, &[refunded("r3", usd(3_500), "2026-10-22T10:00:00Z")]);
    assert_eq!(
        (file(&store, id).refunds.sum, left(&store, id)),
        (Some(usd(6_500)), 3_500),
        "one more refund"
    );
    // Of a row that is smaller than the only mail nobody knows whether that tells of it too.
    let (mut store, id) = desk();
    rows(&mut store, &[returned(3_000, "2026-10-18")]);
    mails(&mut store, &[refunded("r3", usd(3_500), "2026-10-22T10:00:00Z")]);
    let file = file(&store, id);
    assert_eq!(
        (file.refunds.sum, file.refunds.unread, file.refunds.above_total),
        (Some(usd(3_500)), 1, None)
    );
    assert_eq!(file.room.rest(), Rest::AtMost(usd(6_500)));
}

#[test]
fn what_is_left_after_a_refund_that_nobody_could_read_is_at_most_so_much_and_an_offer_has_to_be_confirmed() {
    let (mut store, id) = desk();
    mails(&mut store, &[unread("u1", "2026-10-20T10:00:00Z")]);
    let seen = file(&store, id);
    assert_eq!((seen.room.rest(), at_risk(&seen)), (Rest::AtMost(usd(10_000)), None));
    let sure = |draft: Draft| Draft { total_unknown_confirmed: true, ..draft };
    let part = refund("k1", 4_000, 0, Route::Message);
    let whole = Draft { kind: OfferKind::FullRefund, amount: None, ..refund("k2", 1, 4_000, Route::Message) };
    let refused = store.offer(id, &part, now()).unwrap_err();
    assert!(refused.what[0].contains("at most 100.00 USD is left"), "{refused}");
    store.offer(id, &sure(part), now()).unwrap();
    // "Everything" has to be said in figures, and is confirmed too.
    assert!(store.offer(id, &sure(whole.clone()), now()).unwrap_err().what[0].contains("at most 60.00 USD"));
    let said = Draft { amount: Some(usd(6_000)), ..whole };
    assert!(store.offer(id, &said, now()).unwrap_err().what[0].contains("at most 60.00 USD"));
    let more = Draft { amount: Some(usd(6_001)), ..said.clone() };
    assert!(store.offer(id, &sure(more), now()).unwrap_err().what[0].contains("60.01 USD is more than"));
    store.offer(id, &sure(said), now()).unwrap();
    assert_eq!(file(&store, id).room.rest(), Rest::AtMost(usd(0)));
    assert_eq!(store.check().findings, []);
    // Euros on an order in dollars say as little.
    let (mut store, id) = desk();
    let euros = Money::new(500, Currency::parse("EUR").unwrap());
    mails(&mut store, &[refunded("e1", euros, "2026-10-20T10:00:00Z")]);
    assert_eq!(file(&store, id).room.rest(), Rest::AtMost(usd(10_000)));
    assert!(store.offer(id, &refund("k1", 1, 0, Route::Message), now()).is_err());
}

#[test]
fn where_nothing_is_left_every_offer_of_money_says_so_with_the_figures() {
    let (mut store, id) = desk();
    mails(&mut store, &[refunded("r1", usd(4_000), "2026-10-20T10:00:00Z")]);
    store.offer(id, &refund("k1", 6_000, 0, Route::Message), now()).unwrap();
    for kind in [OfferKind::FullRefund, OfferKind::PartialRefund] {
        for amount in [None, Some(usd(1))]
            .into_iter()
            .filter(|amount| kind == OfferKind::FullRefund || amount.is_some())
        {
            let draft = Draft { kind, amount, ..refund("k2", 1, 6_000, Route::Message) };
            let refused = store.offer(id, &draft, now()).unwrap_err();
            for said in [
                "nothing is left of the order",
                "100.00 USD in all",
                "60.00 USD offered",
                "40.00 USD refunded",
            ] {
                assert!(refused.what[0].contains(said), "{refused}");
            }
        }
    }
}

#[test]
fn a_refund_of_before_the_offer_proves_nothing() {
    let (mut store, id) = desk();
    // A file that kesu has read told of that refund before anything was offered.
    rows(&mut store, &[returned(1_000, "2026-10-18")]);
    let later = now() + jiff::SignedDuration::from_hours(1);
    store.offer(id, &refund("k1", 1_000, 0, Route::Return), later).unwrap();
    assert_eq!((file(&store, id).offers[0].proofs.len(), left(&store, id)), (0, 8_000));
    // Read again later, it is the same old refund.
    rows(&mut store, &[returned(1_000, "2026-10-18")]);
    assert!(file(&store, id).offers[0].proofs.is_empty());
    // A return that was asked for before an offer to the buyer by message tells nothing of that offer.
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1_000, 0, Route::Message), now()).unwrap();
    rows(&mut store, &[returned(1_000, "2026-10-18")]);
    assert!(file(&store, id).offers[0].proofs.is_empty());
    rows(&mut store, &[returned(1_000, "2026-11-01")]);
    assert_eq!(file(&store, id).offers[0].proofs.len(), 1, "of the day of the offer");
}

#[test]
fn a_refund_in_another_currency_is_named_and_hides_no_refund_above_the_order() {
    let (mut store, id) = desk();
    let euros = Money::new(500, Currency::parse("EUR").unwrap());
    import(&mut store, |import| {
        import.mail(&refunded("e1", euros, "2026-10-20T10:00:00Z")).unwrap();
        assert_eq!(import.above().unwrap(), []);
        import.mail(&refunded("r1", usd(12_000), "2026-10-21T10:00:00Z")).unwrap();
        let above = import.above().unwrap();
        assert_eq!((above.len(), above[0].order.as_str(), above[0].case), (1, O1, Some(id)));
        assert_eq!((above[0].total, above[0].refunded), (usd(10_000), usd(12_000)));
    });
    let refunds = file(&store, id).refunds;
    assert_eq!(
        (refunds.sum, refunds.foreign, refunds.above_total),
        (Some(usd(12_000)), vec![euros], Some(true))
    );
    let findings = store.check().findings;
    assert!(findings.len() == 1 && findings[0].check == Check::Sums && findings[0].note, "{findings:#?}");
    assert!(findings[0].remedy[0].contains(&format!("case {id}")), "{findings:#?}");
    // What is imported later is silent about it, unless it tells of that order again.
    import(&mut store, |import| {
        import.mail(&message("m2", Some(O2), "2026-10-22T10:00:00Z", None)).unwrap();
        assert_eq!(import.above().unwrap(), []);
    });
}

#[test]
fn an_order_that_comes_in_after_its_refund_is_told_of_at_its_import() {
    let mut store = store();
    mails(
        &mut store,
        &[
            message("m1", Some(O1), "2026-10-01T10:00:00Z", None),
            refunded("r1", usd(6_000), "2026-10-20T10:00:00Z"),
        ],
    );
    import(&mut store, |import| {
        import.row(&order(order_line(O1, "KB", Some(5_000)))).unwrap();
        assert_eq!(import.above().unwrap().len(), 1);
    });
}

#[test]
fn rows_of_the_step_before_know_since_when_their_refund_is_told_where_that_can_be_known() {
    let mut db = rusqlite::Connection::open_in_memory().unwrap();
    let before = STEPS.iter().position(|step| step.contains("refund_seen_at")).unwrap();
    migrate_by(&mut db, &STEPS[..before]).unwrap();
    db.execute_batch(
        "INSERT INTO report_rows (report, key, columns, rank, seen, landed_at, refunded_minor, currency) VALUES
             ('mfn_returns', 'once', '{}', '', '0123456789abcdef ', 700, 500, 'USD'),
             ('mfn_returns', 'twice', '{}', '', '0123456789abcdef fedcba9876543210 ', 700, 500, 'USD'),
             ('mfn_returns', 'none', '{}', '', '0123456789abcdef ', 700, NULL, NULL);",
    )
    .unwrap();
    migrate_by(&mut db, STEPS).unwrap();
    let mut query = db.prepare("SELECT key, refund_seen_at FROM report_rows ORDER BY key").unwrap();
    let rows: Vec<(String, Option<i64>)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    let known: Vec<_> = rows.iter().map(|(key, seen)| (key.as_str(), *seen)).collect();
    assert_eq!(known, [("none", None), ("once", Some(700)), ("twice", None)]);
}

#[test]
fn a_refund_that_a_later_file_tells_of_is_told_of_since_then() {
    let (mut store, _) = desk();
    let seen = |store: &Store| -> Option<i64> {
        store.db.query_row("SELECT refund_seen_at FROM report_rows", [], |row| row.get(0)).unwrap()
    };
    let read = |store: &mut Store, row: &Row, days: i64| {
        let mut import = store.import(now() + jiff::SignedDuration::from_hours(24 * days)).unwrap();
        import.row(row).unwrap();
        import.finish(&crate::domain::view::Tally::default(), true).unwrap();
    };
    let asked = return_row(return_line(O1, "2026-10-18", Some("R1")));
    read(&mut store, &asked, 0);
    assert_eq!(seen(&store), None);
    read(&mut store, &returned(1_000, "2026-10-18"), 2);
    let then = seen(&store);
    assert_eq!(then, Some((now() + jiff::SignedDuration::from_hours(48)).as_second()));
    read(&mut store, &returned(1_000, "2026-10-18"), 4);
    read(&mut store, &asked, 5);
    assert_eq!(seen(&store), then);
    // More was refunded: that is not older than the file before.
    read(&mut store, &returned(2_000, "2026-10-18"), 7);
    assert!(seen(&store) > then);
}

#[test]
fn a_return_refunded_in_two_parts_is_counted_once_by_mails_and_by_its_growing_row() {
    let (mut store, id) = desk();
    let read = |store: &mut Store, days: i64, deed: &dyn Fn(&mut crate::store::Import<'_>)| {
        let mut import = store.import(now() + jiff::SignedDuration::from_hours(24 * days)).unwrap();
        deed(&mut import);
        import.finish(&crate::domain::view::Tally::default(), true).unwrap();
    };
    read(&mut store, 0, &|import| {
        import.mail(&refunded("r1", usd(1_000), "2026-10-20T10:00:00Z")).unwrap();
        import.row(&returned(1_000, "2026-10-18")).unwrap();
    });
    assert_eq!(left(&store, id), 9_000);
    read(&mut store, 9, &|import| {
        import.mail(&refunded("r2", usd(1_000), "2026-11-08T10:00:00Z")).unwrap();
        import.row(&returned(2_000, "2026-10-18")).unwrap();
    });
    assert_eq!((left(&store, id), file(&store, id).refunds.sum), (8_000, Some(usd(2_000))));
}
