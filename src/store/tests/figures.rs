//! Order defect rates and the counts of the header.

use super::makers::*;
use crate::domain::record::{Decision, Mail, Notice, OrderLine};
use crate::domain::view::{Rate, ReplyDraft};
use crate::domain::{Fulfilment, Marketplace, Outcome};

fn id(number: u32) -> String {
    format!("113-1000000-{number:07}")
}

fn placed(number: u32, on: &str) -> crate::domain::record::Row {
    order(OrderLine { purchased_on: on.parse().unwrap(), ..order_line(&id(number), "KB", Some(5000)) })
}

#[test]
fn an_order_with_several_defects_counts_once() {
    let mut store = store();
    rows(&mut store, &[placed(1, "2026-10-20"), placed(2, "2026-10-21"), placed(3, "2026-10-22")]);
    rows(
        &mut store,
        &[feedback_row(&id(1), "2026-10-25", 1, "bad"), feedback_row(&id(2), "2026-10-25", 3, "so so")],
    );
    mails(
        &mut store,
        &[
            mail("a1", Notice::AtozClaim, Some(&id(1)), "2026-10-26T00:00:00Z"),
            mail("b1", Notice::Chargeback, Some(&id(3)), "2026-10-26T00:00:00Z"),
        ],
    );
    let health = store.health(None).unwrap();
    assert_eq!(health.len(), 1);
    let us = &health[0];
    assert_eq!((us.marketplace, us.fulfilment), (Marketplace::Us, Fulfilment::Mfn));
    assert_eq!((us.numerator, us.denominator), (2, 3));
    assert_eq!((us.negative_feedback, us.claims, us.chargebacks), (1, 1, 1));
    assert_eq!((us.from.to_string(), us.as_of.to_string()), ("2026-08-24".into(), "2026-10-22".into()));
    let counts = store.counts(now(), at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z")).unwrap();
    assert_eq!(counts.odr_worst, Some((Marketplace::Us, Rate { numerator: 2, denominator: 3 })));
}

#[test]
fn the_window_is_sixty_days_with_both_ends_in() {
    let mut store = store();
    rows(
        &mut store,
        &[placed(1, "2026-08-01"), placed(2, "2026-08-02"), placed(3, "2026-09-30"), placed(4, "2026-10-01")],
    );
    let health = store.health(Some("2026-09-30".parse().unwrap())).unwrap();
    assert_eq!(health[0].denominator, 2);
    assert_eq!(health[0].from.to_string(), "2026-08-02");
}

#[test]
fn claims_denied_withdrawn_or_order_cancelled_do_not_count() {
    let mut store = store();
    let decisions = [
        Some(Decision::Denied),
        Some(Decision::Withdrawn),
        Some(Decision::OrderCancelled),
        Some(Decision::Granted),
        None,
    ];
    for (number, decision) in (1..).zip(decisions) {
        rows(&mut store, &[placed(number, "2026-10-20")]);
        mails(
            &mut store,
            &[mail(&format!("a{number}"), Notice::AtozClaim, Some(&id(number)), "2026-10-26T00:00:00Z")],
        );
        if decision.is_some() {
            let decided =
                mail(&format!("d{number}"), Notice::AtozDecision, Some(&id(number)), "2026-10-27T00:00:00Z");
            mails(&mut store, &[Mail { decision, ..decided }]);
        }
    }
    assert_eq!(store.health(None).unwrap()[0].claims, 2);
}

#[test]
fn a_fraud_chargeback_never_counts() {
    let mut store = store();
    rows(&mut store, &[placed(1, "2026-10-20")]);
    let fraud = mail("b1", Notice::Chargeback, Some(&id(1)), "2026-10-26T00:00:00Z");
    mails(&mut store, &[Mail { reason: Some("Unauthorized transaction (fraud)".into()), ..fraud }]);
    assert_eq!(store.health(None).unwrap()[0].numerator, 0);
}

#[test]
fn an_event_on_an_order_that_was_never_imported_is_listed_apart() {
    let mut store = store();
    rows(&mut store, &[placed(1, "2026-10-20"), feedback_row(&id(9), "2026-10-25", 1, "bad")]);
    let us = &store.health(None).unwrap()[0];
    assert_eq!((us.numerator, us.negative_feedback, us.unmatched), (0, 0, 1));
}

#[test]
fn a_defect_of_an_order_that_no_site_is_known_of_leads_to_its_case_as_well() {
    let mut store = store();
    rows(&mut store, &[placed(1, "2026-10-20")]);
    let claim = mail("c9", Notice::AtozClaim, Some(&id(9)), "2026-10-26T00:00:00Z");
    mails(&mut store, &[Mail { marketplace: None, ..claim }]);
    let account = store.account(None, now()).unwrap();
    assert_eq!((account.lost.count, account.lost.cases.len()), (1, 1));
    assert!(account.sites.iter().flat_map(|site| &site.behind).all(|behind| behind.count == 0));
}

#[test]
fn orders_of_other_channels_never_count() {
    let mut store = store();
    let other = OrderLine {
        purchased_on: "2026-10-30".parse().unwrap(),
        ..order_line("S01-1234567-1234567", "KB", None)
    };
    rows(&mut store, &[placed(1, "2026-10-20"), order(other)]);
    let us = &store.health(None).unwrap()[0];
    assert_eq!((us.denominator, us.as_of.to_string()), (1, "2026-10-20".into()));
}

#[test]
fn the_header_counts_what_is_late_what_is_due_today_and_what_is_done() {
    let mut store = store();
    mails(
        &mut store,
        &[
            message("m1", Some(&id(1)), "2026-10-31T10:00:00Z", None),
            message("m2", Some(&id(2)), "2026-10-31T15:00:00Z", None),
            message("m3", Some(&id(3)), "2026-11-01T11:00:00Z", None),
            message("m4", Some(&id(4)), "2026-09-01T11:00:00Z", None),
            message("m5", Some(&id(5)), "2026-11-01T11:30:00Z", None),
        ],
    );
    let last = queue(&store).iter().find(|line| line.order_id.as_deref() == Some(&id(5))).unwrap().id;
    store.archive(last, Outcome::Satisfied, None, now()).unwrap();
    let counts = store.counts(now(), at("2026-11-01T00:00:00Z"), at("2026-11-02T00:00:00Z")).unwrap();
    assert_eq!(
        (counts.open, counts.late, counts.today, counts.long_term, counts.done_today),
        (3, 1, 1, 1, 1)
    );
    assert_eq!(counts.sites, [Marketplace::Us]);
}

#[test]
fn the_rate_of_replies_in_time_looks_at_thirty_days() {
    let mut store = store();
    mails(
        &mut store,
        &[
            message("m1", Some(&id(1)), "2026-10-31T13:00:00Z", None),
            message("m2", Some(&id(2)), "2026-10-30T10:00:00Z", None),
        ],
    );
    for line in queue(&store) {
        store.sent(line.id, "text", &ReplyDraft::default(), now()).unwrap();
    }
    let counts = store.counts(now(), now(), now()).unwrap();
    assert_eq!(counts.on_time, Some(Rate { numerator: 1, denominator: 2 }));
    store.undo(now()).unwrap();
    let on_time = |store: &crate::store::Store| store.counts(now(), now(), now()).unwrap().on_time;
    assert_eq!(
        on_time(&store),
        Some(Rate { numerator: 0, denominator: 1 }),
        "the time for the other still runs"
    );
    store.undo(now()).unwrap();
    assert_eq!(on_time(&store), Some(Rate { numerator: 0, denominator: 1 }), "silence is not in time");
}

#[test]
fn an_order_whose_lines_do_not_agree_is_of_nobody() {
    let mut store = store();
    let line = |sku: &str, fulfilment| order(OrderLine { fulfilment, ..order_line(&id(1), sku, None) });
    rows(&mut store, &[line("KB", Some(Fulfilment::Mfn)), line("EB", None)]);
    let who = |store: &crate::store::Store| store.health(None).unwrap().len();
    assert_eq!(who(&store), 0, "of one line nobody knows who ships it");
    rows(&mut store, &[placed(2, "2026-10-20")]);
    assert_eq!(who(&store), 1);
}
