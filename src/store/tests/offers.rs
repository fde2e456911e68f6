//! Offers as records: their states, what time and undo do to them, what proves them, in whatever order it is read.

use proptest::prelude::*;

use super::makers::*;
use crate::domain::event::{Actor, Deed};
use crate::domain::offer::policy::OfferPolicy;
use crate::domain::offer::{Draft, Move, OfferKind, OfferStatus, Parcel, Route, Witness};
use crate::domain::paths::at_risk;
use crate::domain::record::{Fact, Mail, Notice, ReportKind, ReturnLine, Row};
use crate::domain::{CaseId, Currency, Kind, Money, Offer, Outcome};
use crate::problem::{Exit, Problem};
use crate::store::Store;

/// A store with one message about an order of 50.00 USD.
pub(super) fn desk() -> (Store, CaseId) {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000)))]);
    let id = only(&store).summary.id;
    (store, id)
}

pub(super) fn draft(key: &str, kind: OfferKind, amount: Option<Money>, seen: i64) -> Draft {
    Draft {
        key: key.to_owned(),
        kind,
        amount,
        route: Some(Route::Message),
        why: Some("the parcel came late".to_owned()),
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen,
        total_unknown_confirmed: false,
    }
}

pub(super) fn refund(key: &str, minor: i64, seen: i64) -> Draft {
    draft(key, OfferKind::PartialRefund, Some(usd(minor)), seen)
}

pub(super) fn wish(offer: &Offer, to: OfferStatus) -> Move {
    let key = format!("{}>{}@{}", offer.id, to.word(), offer.line);
    Move { key, offer: offer.id, seen: offer.line, to, paid: None, parcel: None, reason: None }
}

/// Moves the first offer of a case on.
pub(super) fn go(store: &mut Store, id: CaseId, to: OfferStatus) -> Result<i64, Problem> {
    let offer = file(store, id).offers[0].clone();
    store.move_offer(id, &wish(&offer, to), now())
}

fn states(store: &Store, id: CaseId) -> Vec<OfferStatus> {
    file(store, id).offers[0].steps.iter().map(|step| step.status).collect()
}

pub(super) fn healthy(store: &Store) {
    let checkup = store.check();
    assert_eq!(checkup.findings, []);
}

#[test]
fn an_offer_keeps_its_route_its_reason_and_the_time_of_each_state() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    go(&mut store, id, OfferStatus::Accepted).unwrap();
    let event = go(&mut store, id, OfferStatus::CarriedOut).unwrap();
    let file = file(&store, id);
    let offer = &file.offers[0];
    assert_eq!((offer.route, offer.why.as_deref()), (Some(Route::Message), Some("the parcel came late")));
    assert_eq!(offer.moved_at(OfferStatus::Accepted), Some(now()));
    assert_eq!(
        (offer.status, offer.paid(), file.room.given),
        (OfferStatus::CarriedOut, Some(usd(1200)), 1200)
    );
    assert_eq!(offer.share(Some(usd(5000))), Some(2_400));
    let last = file.events.last().unwrap();
    assert!(last.id == event && matches!(last.deed, Deed::OfferMoved { to: OfferStatus::CarriedOut, .. }));
    healthy(&store);
}

#[test]
fn a_declined_offer_frees_its_amount_once_and_a_late_yes_holds_it_again() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 3000, 0), now()).unwrap();
    go(&mut store, id, OfferStatus::Declined).unwrap();
    assert_eq!(file(&store, id).room.given, 0);
    assert!(
        go(&mut store, id, OfferStatus::Expired).unwrap_err().what[0].contains("cannot leave for expired")
    );
    store.offer(id, &refund("k2", 2500, 0), now()).unwrap();
    // There is no room for the first one any more.
    let refused = go(&mut store, id, OfferStatus::Accepted).unwrap_err();
    assert_eq!(refused.exit, Exit::Blocked);
    assert!(refused.what[0].contains("30.00 USD is more than the 25.00 USD"), "{refused}");
    assert_eq!(file(&store, id).room.given, 2500);
    healthy(&store);
}

#[test]
fn what_was_really_refunded_stands_in_place_of_the_promise() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    let offer = file(&store, id).offers[0].clone();
    let paid = |minor: i64| Move { paid: Some(usd(minor)), ..wish(&offer, OfferStatus::CarriedOut) };
    assert!(store.move_offer(id, &paid(0), now()).is_err());
    assert!(store.move_offer(id, &paid(5001), now()).unwrap_err().what[0].contains("50.01 USD is more than"));
    let euros = Move { paid: Some(Money::new(5, Currency::parse("EUR").unwrap())), ..paid(1) };
    assert!(store.move_offer(id, &euros, now()).unwrap_err().what[0].contains("the order is in USD"));
    let event = store.move_offer(id, &paid(1000), now()).unwrap();
    assert_eq!(store.move_offer(id, &paid(1000), now()).unwrap(), event, "pressed twice");
    assert!(store.move_offer(id, &paid(900), now()).unwrap_err().what[0].contains("booked something else"));
    let file = file(&store, id);
    assert_eq!(
        (file.offers[0].paid(), file.offers[0].amount, file.room.given),
        (Some(usd(1000)), Some(usd(1200)), 1000)
    );
    healthy(&store);
    store.undo(now()).unwrap();
    assert_eq!((states(&store, id), self::file(&store, id).room.given), (vec![OfferStatus::Proposed], 1200));
    healthy(&store);
}

#[test]
fn every_move_is_undone_to_the_state_before_it() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    go(&mut store, id, OfferStatus::Accepted).unwrap();
    go(&mut store, id, OfferStatus::CarriedOut).unwrap();
    go(&mut store, id, OfferStatus::Reversed).unwrap();
    assert_eq!(file(&store, id).room.given, 0);
    for (left, standing) in [(3, 1200), (2, 1200), (1, 1200)] {
        store.undo(now()).unwrap();
        assert_eq!((states(&store, id).len(), file(&store, id).room.given), (left, standing));
    }
    store.undo(now()).unwrap();
    assert_eq!(file(&store, id).offers[0].status, OfferStatus::Reversed);
    assert_eq!(file(&store, id).room.given, 0);
    healthy(&store);
}

#[test]
fn an_undo_for_which_the_order_has_no_room_left_is_refused_and_changes_nothing() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 3000, 0), now()).unwrap();
    go(&mut store, id, OfferStatus::Declined).unwrap();
    rows(
        &mut store,
        &[order(crate::domain::record::OrderLine {
            updated_at: Some(at("2026-10-30T00:00:00Z")),
            ..order_line(O1, "KB", Some(2000))
        })],
    );
    let before = store.last_event().unwrap();
    assert!(store.undo(now()).unwrap_err().what[0].contains("30.00 USD is more than the 20.00 USD"));
    assert_eq!(store.last_event().unwrap(), before);
    healthy(&store);
}

#[test]
fn the_same_key_with_other_content_is_a_conflict_that_says_what_was_booked() {
    let (mut store, id) = desk();
    let first = store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    let other = [
        refund("k1", 1001, 0),
        Draft { why: None, ..refund("k1", 1000, 0) },
        Draft { route: Some(Route::Claim), ..refund("k1", 1000, 0) },
        draft("k1", OfferKind::FullRefund, Some(usd(1000)), 0),
    ];
    for draft in other {
        let problem = store.offer(id, &draft, now()).unwrap_err();
        assert!(problem.exit == Exit::Blocked && problem.what[0].contains("10.00 USD"), "{problem}");
    }
    assert_eq!(store.offer(id, &refund("k1", 1000, 0), now()).unwrap(), first);
    go(&mut store, id, OfferStatus::Accepted).unwrap();
    let line = file(&store, id).offers[0].line;
    let key = format!("1>accepted@{}", line - 1);
    assert!(store.offer(id, &refund(&key, 5, 1000), now()).is_err(), "a key of a move books no offer");
    assert_eq!(file(&store, id).room.given, 1000);
}

#[test]
fn an_offer_that_was_moved_meanwhile_is_not_moved_again() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    let seen = file(&store, id).offers[0].clone();
    go(&mut store, id, OfferStatus::Declined).unwrap();
    let late = store.move_offer(id, &wish(&seen, OfferStatus::CarriedOut), now()).unwrap_err();
    assert!(late.what[0].contains("meanwhile: it is declined now"), "{late}");
    let strange = Move { offer: 99, ..wish(&seen, OfferStatus::Accepted) };
    assert!(store.move_offer(id, &strange, now()).unwrap_err().what[0].contains("no offer 99"));
}

#[test]
fn a_reshipment_gets_its_parcel_when_it_goes_out_and_its_number_is_checked() {
    let (mut store, id) = desk();
    store.offer(id, &draft("k1", OfferKind::Reshipment, None, 0), now()).unwrap();
    let offer = file(&store, id).offers[0].clone();
    let parcel = |number: &str| {
        let parcel =
            Parcel { carrier: Some("UPS".into()), tracking: Some(number.into()), cost: Some(usd(620)) };
        Move { parcel: Some(parcel), ..wish(&offer, OfferStatus::CarriedOut) }
    };
    assert!(
        store.move_offer(id, &parcel("1Z5R89390357567128"), now()).unwrap_err().what[0].contains("invalid")
    );
    store.move_offer(id, &parcel("1Z5R89390357567127"), now()).unwrap();
    let sent = &file(&store, id).offers[0];
    assert_eq!((sent.carrier.as_deref(), sent.cost, sent.paid()), (Some("UPS"), Some(usd(620)), None));
    healthy(&store);
    store.undo(now()).unwrap();
    assert_eq!(file(&store, id).offers[0].tracking, None, "the parcel goes with the undo");
    healthy(&store);
}

#[test]
fn an_offer_that_nobody_answers_expires_once_by_the_days_of_the_policy() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 3000, 0), now()).unwrap();
    let then = |days: i64| now() + jiff::SignedDuration::from_hours(24 * days);
    let before = store.last_event().unwrap();
    assert_eq!(store.case(id, then(13)).unwrap().unwrap().room.given, 3000);
    for _ in 0..2 {
        let file = store.case(id, then(14)).unwrap().unwrap();
        let step = file.offers[0].steps.last().unwrap().clone();
        assert_eq!((file.offers[0].status, step.at, step.by), (OfferStatus::Expired, then(14), Actor::Kesu));
        assert_eq!((file.room.given, store.last_event().unwrap()), (0, before + 1));
    }
    // Undo takes back what the operator did: the offer, whose money is free already.
    store.undo(then(15)).unwrap();
    assert_eq!((file(&store, id).offers[0].status, file(&store, id).room.given), (OfferStatus::Reversed, 0));
    healthy(&store);
    let (mut store, id) = desk();
    store.use_offers(OfferPolicy { expires_days: 30, source: String::new() });
    store.offer(id, &refund("k1", 3000, 0), now()).unwrap();
    assert_eq!(store.case(id, then(29)).unwrap().unwrap().room.given, 3000);
    assert_eq!(store.case(id, then(30)).unwrap().unwrap().room.given, 0);
}

#[test]
fn a_yes_a_proof_or_a_withdrawn_claim_keeps_an_offer_from_expiring() {
    let then = now() + jiff::SignedDuration::from_hours(24 * 60);
    let standing = |store: &Store, id: CaseId| store.case(id, then).unwrap().unwrap().room.given;
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    go(&mut store, id, OfferStatus::Accepted).unwrap();
    assert_eq!(standing(&store, id), 1000);
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    mails(&mut store, &[refunded("r1", 1000, "2026-11-05T10:00:00Z")]);
    assert_eq!(standing(&store, id), 1000);
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    store.archive(id, Outcome::Satisfied, None, now()).unwrap();
    assert_eq!(standing(&store, id), 1000);
}

#[test]
fn offers_are_looked_over_a_hundred_at_a_time_and_again_only_when_something_happened() {
    let mut store = store();
    let order_of = |at: usize| format!("113-{at:07}-0000001");
    let letters: Vec<_> = (0..150)
        .map(|at| {
            message(&format!("m{at}"), Some(&order_of(at)), "2026-10-31T10:00:00Z", Some(&format!("c{at}")))
        })
        .collect();
    mails(&mut store, &letters);
    let mut cases = std::collections::BTreeMap::new();
    for case in all(&store) {
        let key = case.order_id.clone().unwrap();
        let draft = Draft { total_unknown_confirmed: true, ..refund(&key, 1_000, 0) };
        store.offer(case.id, &draft, now()).unwrap();
        cases.insert(key, case.id);
    }
    // A refund holds one of the first hundred and one of the last fifty.
    let held = [order_of(3), order_of(140)];
    let told = |order: &String| Mail {
        order_id: crate::domain::OrderId::parse(order),
        ..refunded(order, 1_000, "2026-11-02T10:00:00Z")
    };
    mails(&mut store, &held.iter().map(told).collect::<Vec<_>>());
    // A buyer who is content keeps his, until that is taken back.
    store.archive(cases[&order_of(7)], Outcome::Satisfied, None, now()).unwrap();
    let then = now() + jiff::SignedDuration::from_hours(24 * 20);
    let passes: Vec<usize> = (0..5).map(|_| store.expire(then).unwrap()).collect();
    assert_eq!(passes.iter().sum::<usize>(), 147, "{passes:?}");
    assert!(passes[0] < 100 && passes[4] == 0);
    let event = store.last_event().unwrap();
    assert_eq!((store.expire(then).unwrap(), store.last_event().unwrap()), (0, event));
    store.undo(then).unwrap();
    assert_eq!((0..3).map(|_| store.expire(then).unwrap()).sum::<usize>(), 1);
    healthy(&store);
}

#[test]
fn booking_anew_after_the_days_finds_the_money_free() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 5000, 0), now()).unwrap();
    let then = now() + jiff::SignedDuration::from_hours(24 * 20);
    store.offer(id, &refund("k2", 5000, 0), then).unwrap();
    let file = store.case(id, then).unwrap().unwrap();
    assert_eq!((file.room.given, file.offers[0].status), (5000, OfferStatus::Expired));
    healthy(&store);
}

/// Amazon's mail that so much was refunded.
pub(super) fn refunded(id: &str, minor: i64, sent: &str) -> Mail {
    Mail { amount: Some(usd(minor)), is_complaint: false, ..mail(id, Notice::RefundIssued, Some(O1), sent) }
}

fn returned(minor: i64, on: &str) -> Row {
    let line = return_line(O1, on, Some("R1"));
    return_row(ReturnLine { refunded: Some(usd(minor)), settled: true, ..line })
}

fn reimbursed(minor: i64, on: &str) -> Row {
    let fact = Fact::Reimbursement {
        order_id: Some(O1.to_owned()),
        amount: Some(usd(minor)),
        on: Some(on.parse().unwrap()),
    };
    row(ReportKind::Reimbursements, &format!("R-{minor}-{on}"), fact)
}

fn replaced(on: &str) -> Row {
    let fact = Fact::Replacement {
        original: O1.to_owned(),
        replacement: O2.to_owned(),
        kind: Kind::Defective,
        on: Some(on.parse().unwrap()),
    };
    row(ReportKind::Replacements, &format!("{O2}-{on}"), fact)
}

#[test]
fn a_refund_mail_shows_that_less_was_refunded_than_promised_and_the_operators_word_stays_his() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    mails(&mut store, &[refunded("r1", 1000, "2026-11-03T10:00:00Z")]);
    let offer = &file(&store, id).offers[0];
    assert_eq!(
        (offer.status, offer.proven(), offer.difference()),
        (OfferStatus::Proposed, Some(usd(1000)), Some(usd(-200)))
    );
    go(&mut store, id, OfferStatus::CarriedOut).unwrap();
    let offer = &file(&store, id).offers[0];
    assert_eq!((offer.paid(), offer.proven()), (Some(usd(1200)), Some(usd(1000))));
}

#[test]
fn each_report_proves_the_offers_of_its_kind() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    store.offer(id, &draft("k2", OfferKind::Reshipment, None, 1200), now()).unwrap();
    rows(&mut store, &[replaced("2026-11-04"), reimbursed(1200, "2026-11-05")]);
    let witnesses = |store: &Store| -> Vec<_> {
        let offers = file(store, id).offers;
        offers
            .iter()
            .map(|offer| offer.proofs.iter().map(|proof| proof.witness).collect::<Vec<_>>())
            .collect()
    };
    assert_eq!(witnesses(&store), [vec![Witness::Reimbursement], vec![Witness::Replacement]]);
    rows(&mut store, &[returned(1000, "2026-11-02")]);
    assert_eq!(witnesses(&store)[0], [Witness::ReturnReport]);
    assert_eq!(file(&store, id).offers[0].difference(), Some(usd(-200)));
}

#[test]
fn a_refund_above_the_order_is_taken_as_a_fact_and_flagged_and_of_an_unseen_order_nobody_knows() {
    let (mut store, id) = desk();
    mails(&mut store, &[refunded("r1", 6000, "2026-11-03T10:00:00Z")]);
    let refunds = file(&store, id).refunds;
    assert_eq!((refunds.sum, refunds.above_total), (Some(usd(6000)), Some(true)));
    assert_eq!(refunds.spare().count(), 1);
    let mut unseen = self::store();
    mails(
        &mut unseen,
        &[
            message("m1", Some(O1), "2026-11-01T10:00:00Z", None),
            refunded("r1", 6000, "2026-11-03T10:00:00Z"),
        ],
    );
    assert_eq!(only(&unseen).refunds.above_total, None);
}

#[test]
fn what_is_read_again_proves_nothing_more() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1000, 0), now()).unwrap();
    store.offer(id, &refund("k2", 1000, 1000), now()).unwrap();
    let read = |store: &mut Store| {
        import(store, |import| {
            import.mail(&refunded("r1", 1000, "2026-11-03T10:00:00Z")).unwrap();
            import.row(&returned(1000, "2026-11-02")).unwrap();
        })
    };
    read(&mut store);
    let before = (file(&store, id).offers, store.last_event().unwrap());
    assert_eq!(before.0.iter().map(|offer| offer.proofs.len()).sum::<usize>(), 1);
    read(&mut store);
    assert_eq!((file(&store, id).offers, store.last_event().unwrap()), before);
}

/// Everything that may be read about the order, by number.
fn read(store: &mut Store, which: usize) {
    import(store, |import| match which {
        0 => drop(import.mail(&refunded("r1", 1000, "2026-11-03T10:00:00Z")).unwrap()),
        1 => drop(import.mail(&refunded("r2", 1200, "2026-11-04T10:00:00Z")).unwrap()),
        2 => drop(import.row(&returned(1200, "2026-11-02")).unwrap()),
        3 => drop(import.row(&reimbursed(500, "2026-11-05")).unwrap()),
        4 => drop(import.row(&replaced("2026-11-06")).unwrap()),
        _ => drop(import.row(&replaced("2026-10-06")).unwrap()),
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn proofs_are_the_same_whatever_is_read_first_and_when_the_offers_were_booked(
        turn in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(), early in 0..6_usize,
    ) {
        let book = |store: &mut Store, id: CaseId| {
            store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
            store.offer(id, &refund("k2", 600, 1200), now()).unwrap();
            store.offer(id, &draft("k3", OfferKind::Reshipment, None, 1800), now()).unwrap();
        };
        let proofs = |store: &Store, id: CaseId| {
            let file = file(store, id);
            let proofs: Vec<_> = file.offers.into_iter().map(|offer| (offer.id, offer.proofs)).collect();
            (proofs, file.refunds)
        };
        let (mut one, id) = desk();
        book(&mut one, id);
        (0..6).for_each(|which| read(&mut one, which));
        let (mut other, same) = desk();
        turn[..early].iter().for_each(|which| read(&mut other, *which));
        book(&mut other, same);
        turn[early..].iter().for_each(|which| read(&mut other, *which));
        prop_assert_eq!(proofs(&one, id), proofs(&other, same));
    }

    #[test]
    fn whatever_is_booked_moved_and_undone_the_log_holds_and_never_exceeds_the_order(
        steps in prop::collection::vec((0..3_u8, 0..6_usize, 1..4_000_i64), 1..24),
    ) {
        let (mut store, id) = desk();
        for (at, (what, which, minor)) in steps.into_iter().enumerate() {
            let file = file(&store, id);
            let done = match what {
                0 => store.offer(id, &refund(&format!("k{at}"), minor, file.room.given), now()).map(drop),
                1 => match file.offers.get(which % file.offers.len().max(1)) {
                    Some(offer) => {
                        let to = OfferStatus::ALL[which];
                        let paid = (to == OfferStatus::CarriedOut).then(|| usd(minor));
                        store.move_offer(id, &Move { paid, ..wish(offer, to) }, now()).map(drop)
                    }
                    None => Ok(()),
                },
                _ => store.undo(now()).map(drop),
            };
            // An import is undone at the end, too; the case is then archived.
            if let Err(problem) = done {
                prop_assert!(matches!(problem.exit, Exit::Blocked), "{}", problem);
            }
            let file = self::file(&store, id);
            prop_assert!(file.room.given <= 5000);
            let held: i64 = file.offers.iter().filter_map(|offer| offer.steps.last()?.held).map(|held| held.minor).sum();
            prop_assert_eq!(held, file.room.given);
            for offer in &file.offers {
                prop_assert_eq!(offer.steps.last().map(|step| step.status), Some(offer.status));
                prop_assert_eq!(offer.status.stands(), offer.steps.last().unwrap().held.is_some());
            }
        }
        prop_assert_eq!(store.check().findings, []);
    }
}

#[test]
fn what_an_offer_only_promises_is_still_at_risk_and_what_was_refunded_is_not() {
    let (mut store, id) = desk();
    let risk = |store: &Store| {
        let file = file(store, id);
        assert_eq!(store.offer_ground(id, now()).unwrap().unwrap().defect.at_risk, at_risk(&file));
        file.room.total.unwrap().minor - at_risk(&file).unwrap().minor
    };
    // A refund of long before is gone, whatever the offers say.
    mails(&mut store, &[refunded("r0", 300, "2026-10-20T10:00:00Z")]);
    store.offer(id, &refund("k1", 1_000, 0), now()).unwrap();
    assert_eq!(risk(&store), 300);
    let offer = file(&store, id).offers[0].clone();
    store.move_offer(id, &wish(&offer, OfferStatus::CarriedOut), now()).unwrap();
    assert_eq!(risk(&store), 1_300, "by the operator's word");
    mails(&mut store, &[refunded("r1", 1_000, "2026-11-20T10:00:00Z")]);
    assert_eq!(risk(&store), 1_300, "the mail tells of the same refund");
}
