//! The rules of the order defect rate, one by one.

use super::policy::shipped_health;
use super::*;

fn policy() -> OdrPolicy {
    shipped_health().unwrap().odr
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn judge(signs: &[Sign]) -> Defects {
    Defects::of(signs, &policy())
}

#[test]
fn one_and_two_stars_are_negative_and_three_are_not() {
    for (stars, negative) in [(1, true), (2, true), (3, false), (5, false)] {
        assert_eq!(judge(&[Sign::Feedback(Some(stars))]).feedback, negative, "{stars}");
    }
    assert!(judge(&[Sign::Feedback(None)]).feedback, "a table of negative feedback has no stars");
}

#[test]
fn a_claim_counts_unless_its_case_stands_as_denied_won_withdrawn_or_cancelled() {
    for outcome in Outcome::ALL.iter().copied() {
        let freed =
            [Outcome::Denied, Outcome::Won, Outcome::Withdrawn, Outcome::Cancelled].contains(&outcome);
        let granted = [Outcome::Granted, Outcome::LostByDefault, Outcome::Appealed].contains(&outcome);
        let defects = judge(&[Sign::Claim(Some(outcome))]);
        assert_eq!((defects.claim, defects.granted), (!freed, granted), "{outcome:?}");
    }
    assert!(judge(&[Sign::Claim(None)]).claim, "nothing is known yet");
}

#[test]
fn decisions_on_a_claim_that_nothing_else_tells_of_stand_in_for_it() {
    let said = |at: &str, decision| Sign::Decided(at.parse().unwrap(), decision);
    let granted = said("2026-10-05T00:00:00Z", Decision::Granted);
    assert!(judge(std::slice::from_ref(&granted)).granted);
    let appealed = [said("2026-10-09T00:00:00Z", Decision::Denied), granted.clone()];
    assert!(
        !judge(&appealed).any(),
        "the appeal came after the decision, in whatever order the mails are read"
    );
    let unread =
        [said("2026-10-05T00:00:00Z", Decision::Denied), said("2026-10-09T00:00:00Z", Decision::Unknown)];
    assert!(!judge(&unread).any(), "a mail that nobody can read says nothing new");
    assert!(
        !judge(&[granted, Sign::Claim(Some(Outcome::Withdrawn))]).any(),
        "the case says how the claim stands"
    );
}

#[test]
fn fraud_takes_out_the_chargeback_that_states_it_and_no_other() {
    let said = |text: &str| Sign::Chargeback(Some(text.to_owned()));
    assert!(judge(&[Sign::Chargeback(None)]).chargeback, "no reason, so nothing says that it is about fraud");
    for fraud in [
        "FRAUD: unauthorized use",
        "Kreditkartenbetrug",
        "Paiement frauduleux",
        "operazione non autorizzata",
        "no autorizado por el titular",
        "カードの不正利用",
        "盗刷",
    ] {
        assert!(!judge(&[said(fraud)]).chargeback, "{fraud}");
        assert!(
            !judge(&[said(fraud), Sign::Chargeback(None)]).chargeback,
            "a reminder states no reason: {fraud}"
        );
        assert!(judge(&[said("Item not received"), said(fraud)]).chargeback, "each by itself: {fraud}");
    }
    for service in [
        "Item not received",
        "service chargeback (non-fraud)",
        "商品説明が不正確",
        "Ware nicht erhalten, kein Betrug",
        "Produit non reçu, pas de fraude",
        "no es fraude: producto dañado",
        "merce difettosa, nessuna frode",
        "未收到商品（非欺诈）",
    ] {
        assert!(judge(&[said(service)]).chargeback, "{service}");
    }
}

#[test]
fn a_y_in_a_returns_report_is_a_claim_only_where_the_policy_says_so() {
    assert!(!judge(&[Sign::ReturnsAtoz]).any());
    let strict = OdrPolicy { returns_atoz_is_claim: true, ..policy() };
    assert!(Defects::of(&[Sign::ReturnsAtoz], &strict).claim);
    let denied = Sign::Claim(Some(Outcome::Denied));
    assert!(!Defects::of(&[Sign::ReturnsAtoz, denied], &strict).claim);
}

#[test]
fn the_window_is_sixty_days_with_both_ends_in() {
    let window = policy().window(day("2026-09-30"));
    assert_eq!(window.from, day("2026-08-02"));
    assert!(window.holds(day("2026-08-02")) && window.holds(day("2026-09-30")));
    assert!(!window.holds(day("2026-08-01")) && !window.holds(day("2026-10-01")));
}

const US: Place = (Marketplace::Us, Fulfilment::Mfn);

fn ledger() -> Ledger {
    let orders = |on: &str, place, orders| DayOrders { day: day(on), place, orders };
    let marked = |order: &str, on: &str, defects| Marked {
        order: order.to_owned(),
        day: day(on),
        place: Some(US),
        defects,
    };
    let both = Defects { feedback: true, claim: true, ..Defects::default() };
    let one = Defects { chargeback: true, ..Defects::default() };
    Ledger {
        days: vec![
            orders("2026-08-01", Some(US), 50),
            orders("2026-08-02", Some(US), 100),
            orders("2026-09-30", Some(US), 100),
            orders("2026-09-30", Some((Marketplace::Us, Fulfilment::Afn)), 7),
            orders("2026-09-30", None, 3),
        ],
        marked: vec![
            marked("a", "2026-08-02", both),
            marked("b", "2026-09-30", one),
            marked("c", "2026-08-01", one),
        ],
        unmatched: vec![Unmatched { order: "d".into(), marketplace: Some(Marketplace::Us), defects: both }],
    }
}

#[test]
fn an_order_counts_once_and_its_events_each() {
    let rates = ledger().rates(policy().window(day("2026-09-30")));
    assert_eq!(rates.iter().map(Health::place).collect::<Vec<_>>(), [US, (Marketplace::Us, Fulfilment::Afn)]);
    let us = &rates[0];
    assert_eq!((us.numerator, us.denominator), (2, 200));
    assert_eq!((us.negative_feedback, us.claims, us.chargebacks, us.unmatched), (1, 1, 1, 1));
    assert_eq!((rates[1].numerator, rates[1].denominator, rates[1].unmatched), (0, 7, 0));
}

#[test]
fn every_point_of_the_trend_is_the_rate_of_its_day() {
    let (ledger, policy) = (ledger(), policy());
    let covered = Window { from: day("2026-08-01"), to: day("2026-10-02") };
    let points = ledger.trend(US, day("2026-10-03"), Some(covered), &policy);
    assert_eq!((points.len(), points[59].day), (60, day("2026-10-03")));
    for point in &points {
        let rate = ledger.rate(US, policy.window(point.day));
        assert_eq!((point.numerator, point.denominator), (rate.numerator, rate.denominator), "{}", point.day);
        let whole = (day("2026-09-29")..=day("2026-10-02")).contains(&point.day);
        assert_eq!(point.whole, whole, "{}", point.day);
    }
}

#[test]
fn the_distance_is_told_in_orders_to_the_one_that_reaches_the_line() {
    use Distance::{Below, Over};
    assert_eq!(distance(3, 400, 100), Some(Below { defects: 1, good: Some(100) }));
    assert_eq!(distance(3, 401, 100), Some(Below { defects: 2, good: Some(101) }), "4 of 401 is under 1 %");
    assert_eq!(distance(0, 400, 100), Some(Below { defects: 4, good: None }));
    assert_eq!(distance(4, 400, 100), Some(Over { defects: 1, good: 1 }), "1.00 % is not under 1 %");
    assert_eq!(distance(9, 400, 100), Some(Over { defects: 6, good: 501 }));
    assert_eq!(distance(1, 3, 100), Some(Over { defects: 1, good: 98 }));
    assert_eq!(distance(0, 0, 100), None);
}

#[test]
fn the_distance_agrees_with_trying_every_number() {
    let over = |n: i64, d: i64| d > 0 && n * 10_000 >= d * 100;
    for d in 1..450 {
        for n in 0..=d.min(12) {
            let first = |reaches: &dyn Fn(i64) -> bool, most: i64| (1..=most).find(|by| reaches(*by));
            let expected = if over(n, d) {
                Distance::Over {
                    defects: first(&|by| !over(n - by, d), n).unwrap(),
                    good: first(&|by| !over(n, d + by), 20_000).unwrap(),
                }
            } else {
                Distance::Below {
                    defects: first(&|by| over(n + by, d), d + 1).unwrap(),
                    good: first(&|by| over(n, d - by), d - n),
                }
            };
            assert_eq!(distance(n, d, 100), Some(expected), "{n} of {d}");
        }
    }
}
