//! One judge of a claim: the order defect rate counts it as its case stands; and what the rates say of the days they cover.

use std::collections::BTreeMap;

use super::makers::*;
use crate::domain::clock::Running;
use crate::domain::health::policy::shipped_health;
use crate::domain::health::{Figure, Health, SiteHealth};
use crate::domain::record::{Decision, Fact, Mail, MappedLine, Notice, OrderLine, ReportKind, Row};
use crate::domain::report::Period;
use crate::domain::{CaseId, Channel, Marketplace, Outcome};
use crate::store::Store;

fn id(number: usize) -> String {
    format!("113-3000000-{number:07}")
}

fn placed_at(number: usize, on: &str, site: Marketplace) -> Row {
    let line = OrderLine { purchased_on: on.parse().unwrap(), ..order_line(&id(number), "KB", Some(5000)) };
    Row { marketplace: Some(site), ..order(line) }
}

fn placed(number: usize, on: &str) -> Row {
    placed_at(number, on, Marketplace::Us)
}

/// Ten orders of one site.
fn ten() -> Store {
    let mut store = store();
    rows(&mut store, &(0..10).map(|at| placed(at, "2026-10-20")).collect::<Vec<_>>());
    store
}

fn claim(number: usize, sent: &str) -> Mail {
    mail(&format!("c{number} {sent}"), Notice::AtozClaim, Some(&id(number)), sent)
}

fn decided(number: usize, sent: &str, decision: Option<Decision>) -> Mail {
    let named = id(number);
    Mail { decision, ..mail(&format!("d{number} {sent}"), Notice::AtozDecision, Some(&named), sent) }
}

fn first(store: &Store) -> SiteHealth {
    store.account(None, now()).unwrap().sites.into_iter().next().unwrap()
}

/// Claims in the rate, in the header, and those that can still be saved: everything that a screen says of them.
fn said(store: &Store) -> (i64, i64, usize) {
    let site = first(store);
    let header = store.counts(now(), now(), now()).unwrap().odr_worst.unwrap().1;
    assert_eq!(site.health.numerator, site.health.claims);
    assert_eq!(header.denominator, 10);
    (site.health.claims, header.numerator, site.savable.len())
}

fn stands(store: &Store, case: CaseId) -> Option<Outcome> {
    file(store, case).stands.map(|stands| stands.outcome)
}

const COUNTED: (i64, i64, usize) = (1, 1, 1);
const FREED: (i64, i64, usize) = (0, 0, 0);

#[test]
fn a_decision_that_names_no_order_counts_for_the_order_of_its_case() {
    let asked = claim(1, "2026-10-25T10:00:00Z");
    let closes = Mail {
        references: vec![asked.message_id.clone().unwrap()],
        order_id: None,
        ..decided(1, "2026-10-28T10:00:00Z", Some(Decision::Withdrawn))
    };
    for letters in [[asked.clone(), closes.clone()], [closes, asked]] {
        let mut store = ten();
        for letter in letters {
            mails(&mut store, &[letter]);
        }
        assert_eq!(stands(&store, only(&store).summary.id), Some(Outcome::Withdrawn));
        assert_eq!(said(&store), FREED);
    }
    // The other way round: the claim names none, the decision tells which order it is.
    let asked = Mail { order_id: None, ..claim(2, "2026-10-25T10:00:00Z") };
    let unread = Mail {
        references: vec![asked.message_id.clone().unwrap()],
        ..decided(2, "2026-10-28T10:00:00Z", None)
    };
    let mut store = ten();
    mails(&mut store, &[asked, unread]);
    assert_eq!(said(&store), COUNTED);
}

#[test]
fn a_chargeback_that_names_no_order_counts_for_the_order_of_its_case() {
    let named = mail("cb", Notice::Chargeback, Some(&id(1)), "2026-10-25T10:00:00Z");
    let fraud = Mail { reason: Some("Fraud".to_owned()), ..named };
    let more = Mail {
        references: vec!["cb".to_owned()],
        reason: Some("Goods not received".to_owned()),
        ..mail("cb2", Notice::Chargeback, None, "2026-10-26T10:00:00Z")
    };
    let mut store = ten();
    mails(&mut store, &[fraud]);
    assert_eq!(first(&store).health.chargebacks, 0);
    mails(&mut store, &[more]);
    assert_eq!(first(&store).health.chargebacks, 1);
}

#[test]
fn a_claim_that_is_asked_about_anew_counts_again_and_a_mail_that_nobody_can_read_changes_nothing() {
    let mut store = ten();
    mails(&mut store, &[claim(1, "2026-10-25T10:00:00Z")]);
    assert_eq!(said(&store), COUNTED);
    mails(&mut store, &[decided(1, "2026-10-26T10:00:00Z", Some(Decision::Denied))]);
    assert_eq!(said(&store), FREED);
    mails(&mut store, &[decided(1, "2026-10-27T10:00:00Z", None)]);
    let case = only(&store).summary.id;
    assert_eq!((said(&store), stands(&store, case)), (FREED, Some(Outcome::Denied)));
    mails(&mut store, &[claim(1, "2026-10-28T10:00:00Z")]);
    assert_eq!((said(&store), stands(&store, case)), (COUNTED, None));
}

#[test]
fn the_operators_word_counts_at_once_where_amazon_says_nothing_else() {
    let mut store = ten();
    mails(&mut store, &[claim(1, "2026-10-25T10:00:00Z")]);
    let case = only(&store).summary.id;
    store.note_outcome(case, Outcome::Withdrawn, at("2026-10-26T10:00:00Z")).unwrap();
    assert_eq!(said(&store), FREED);
    store.undo(at("2026-10-26T11:00:00Z")).unwrap();
    assert_eq!(said(&store), COUNTED);
    store.archive(case, Outcome::Withdrawn, None, at("2026-10-26T12:00:00Z")).unwrap();
    assert_eq!(said(&store), FREED);
    mails(&mut store, &[decided(1, "2026-10-28T10:00:00Z", Some(Decision::Granted))]);
    assert_eq!(said(&store), COUNTED, "a later decision of Amazon's overrules it");
    store.note_outcome(case, Outcome::Won, at("2026-10-30T10:00:00Z")).unwrap();
    assert_eq!(said(&store), FREED, "won on appeal");
}

#[test]
fn a_decision_without_its_claim_counts_by_itself() {
    let mut store = ten();
    mails(&mut store, &[decided(1, "2026-10-26T10:00:00Z", Some(Decision::Granted))]);
    assert_eq!(first(&store).health.claims, 1);
    mails(&mut store, &[decided(1, "2026-10-29T10:00:00Z", Some(Decision::Denied))]);
    assert_eq!(first(&store).health.claims, 0);
    mails(&mut store, &[claim(1, "2026-10-25T10:00:00Z")]);
    assert_eq!((said(&store), stands(&store, only(&store).summary.id)), (FREED, Some(Outcome::Denied)));
}

fn mapped(number: usize, decision: Option<Decision>) -> Row {
    let line = MappedLine { decision, ..mapped_line(Channel::Atoz, &id(number), "2026-10-05") };
    row(ReportKind::Mapped, &id(number), Fact::Mapped(line))
}

#[test]
fn a_decision_in_a_table_holds_as_of_its_import_and_not_as_of_the_day_of_the_claim() {
    let asked = Mail { sent_at: Some(at("2026-10-05T10:00:00Z")), ..claim(1, "2026-10-05T10:00:00Z") };
    let granted = decided(1, "2026-10-09T10:00:00Z", Some(Decision::Granted));
    let appealed = mapped(1, Some(Decision::Denied));
    for table_first in [false, true] {
        let mut store = ten();
        if table_first {
            rows(&mut store, std::slice::from_ref(&appealed));
            mails(&mut store, &[asked.clone(), granted.clone()]);
        } else {
            mails(&mut store, &[asked.clone(), granted.clone()]);
            assert_eq!(said(&store), COUNTED);
            rows(&mut store, std::slice::from_ref(&appealed));
        }
        let case = only(&store);
        assert_eq!(case.stands.map(|stands| stands.outcome), Some(Outcome::Denied), "the appeal was won");
        assert_eq!((case.decision, said(&store)), (Some(Decision::Denied), FREED));
        let appeal = case.clocks.iter().find(|clock| clock.name == "atoz_appeal").unwrap();
        assert_eq!(appeal.state, Running::Stopped, "nothing is left to appeal");
    }
    // A table that was known before shows the decision only in its second download.
    let mut store = ten();
    let mut import = store.import(at("2026-10-06T10:00:00Z")).unwrap();
    import.row(&mapped(1, None)).unwrap();
    import.finish(&crate::domain::view::Tally::default(), true).unwrap();
    mails(&mut store, &[asked, granted]);
    rows(&mut store, &[appealed]);
    assert_eq!(said(&store), FREED);
}

#[test]
fn orders_never_imported_are_counted_as_orders_everywhere() {
    let mut store = ten();
    rows(
        &mut store,
        &[feedback_row(&id(50), "2026-10-28", 1, "bad"), feedback_row(&id(51), "2026-10-28", 2, "bad")],
    );
    mails(&mut store, &[claim(50, "2026-10-25T10:00:00Z")]);
    let site = first(&store);
    let figure = site.behind.iter().find(|each| each.figure == Figure::Unmatched).unwrap();
    assert_eq!((site.health.unmatched, figure.count, figure.cases.len()), (2, 2, 3));
    assert_eq!(store.health(None).unwrap().iter().map(|rate| rate.unmatched).collect::<Vec<_>>(), [2]);
    let german = Row { marketplace: Some(Marketplace::De), ..feedback_row(&id(52), "2026-10-28", 1, "bad") };
    rows(&mut store, &[german]);
    let account = store.account(None, now()).unwrap();
    let german = account.sites.iter().find(|site| site.health.marketplace == Marketplace::De).unwrap();
    assert_eq!((german.health.denominator, german.health.unmatched), (0, 1), "a site without any order");
}

fn metric(name: &str, to: Option<&str>, rate: &str) -> Row {
    let mut columns =
        BTreeMap::from([("metric".to_owned(), name.to_owned()), ("rate".to_owned(), rate.to_owned())]);
    columns.extend(to.map(|to| ("reportingDateRange.reportingDateTo".to_owned(), format!("{to}T00:00Z"))));
    let key = format!("{name} {to:?} {rate}");
    Row { columns, ..row(ReportKind::Performance, &key, Fact::Metric) }
}

#[test]
fn a_day_of_the_past_shows_what_amazon_had_said_by_then() {
    let mut store = ten();
    rows(
        &mut store,
        &[
            metric("validTrackingRate", Some("2026-10-10"), "0.91"),
            metric("validTrackingRate", Some("2026-10-24"), "0.94"),
            metric("listingPolicyViolations", None, "2"),
        ],
    );
    let said = |as_of: Option<&str>| -> Vec<(String, Option<f64>)> {
        let account = store.account(as_of.map(|day| day.parse().unwrap()), now()).unwrap();
        let all = account.sites[0].reported.iter();
        all.map(|metric| (metric.name.clone(), metric.rate)).collect()
    };
    let tracking = |rate| ("validTrackingRate".to_owned(), Some(rate));
    let listings = ("listingPolicyViolations".to_owned(), Some(2.0));
    assert_eq!(said(None), [tracking(0.94), listings.clone()]);
    assert_eq!(said(Some("2026-11-01")), [tracking(0.94), listings]);
    assert_eq!(said(Some("2026-10-23")), [tracking(0.91)], "the other one was imported on 1 November");
}

#[test]
fn each_site_says_by_itself_whether_its_orders_cover_the_window() {
    let mut store = store();
    let mut all: Vec<Row> = (0..40).map(|week| placed(week, &day(7 * week))).collect();
    // Imported for the last days only; for the first ones only; a small site that sells once in a week.
    all.extend((0..4).map(|at| placed_at(100 + at, &day(270 + at), Marketplace::De)));
    all.extend((0..220).map(|at| placed_at(200 + at, &day(at), Marketplace::Fr)));
    all.extend((0..39).map(|week| placed_at(500 + week, &day(7 * week + 1), Marketplace::It)));
    rows(&mut store, &all);
    let account = store.account(None, now()).unwrap();
    assert_eq!(account.as_of.to_string(), day(273));
    let partial: Vec<&Health> =
        account.sites.iter().filter(|site| site.is_partial()).map(|site| &site.health).collect();
    let partial: Vec<Marketplace> = partial.into_iter().map(|health| health.marketplace).collect();
    assert_eq!(partial, [Marketplace::De, Marketplace::Fr]);
    let german = account.sites.iter().find(|site| site.health.marketplace == Marketplace::De).unwrap();
    assert!(german.trend.iter().all(|point| !point.whole));
    let reach = german.reach.unwrap();
    assert_eq!((reach.from.to_string(), reach.to.to_string()), (day(270), day(273)));
    let rates = store.rates(None, Period::Days(60), now()).unwrap();
    assert_eq!((rates.whole, rates.partial), (false, vec![Marketplace::De, Marketplace::Fr]));
    assert!(store.rates(None, Period::All, now()).unwrap().whole, "each site from its first order on");
    let later = store.account(Some("2026-12-24".parse().unwrap()), now()).unwrap();
    assert!(later.sites.iter().all(|site| site.health.denominator == 0 || site.is_partial()));
    let mut strict = shipped_health().unwrap();
    strict.odr.quiet_days = 0;
    store.use_health(strict).unwrap();
    assert_eq!(store.account(None, now()).unwrap().sites.iter().filter(|site| site.is_partial()).count(), 3);
}

fn day(number: usize) -> String {
    let start: jiff::civil::Date = "2026-01-05".parse().unwrap();
    (0..number).fold(start, |day, _| day.tomorrow().unwrap()).to_string()
}

#[test]
fn what_nothing_takes_out_of_the_rate_any_more_is_not_to_be_saved() {
    let mut store = store();
    rows(&mut store, &(1..=3).map(|at| placed(at, "2026-10-20")).collect::<Vec<_>>());
    let chargeback =
        |at: usize| mail(&format!("b{at}"), Notice::Chargeback, Some(&id(at)), "2026-10-30T00:00:00Z");
    let claim = mail("a1", Notice::AtozClaim, Some(&id(1)), "2026-10-26T00:00:00Z");
    let granted = mail("d1", Notice::AtozDecision, Some(&id(1)), "2026-10-27T00:00:00Z");
    mails(
        &mut store,
        &[
            claim,
            Mail { decision: Some(Decision::Granted), ..granted },
            Mail { reason: Some("Merchandise not received".into()), ..chargeback(2) },
            chargeback(3),
        ],
    );
    let to_save = |at| {
        let mut account = store.account(Some("2026-10-30".parse().unwrap()), at).unwrap();
        let site = account.sites.swap_remove(0);
        (site.health.numerator, site.savable.into_iter().map(|each| each.order).collect::<Vec<_>>())
    };
    // A chargeback that states another reason is no fraud; one that states none may be.
    assert_eq!(to_save(now()), (3, vec![id(3), id(1)]));
    let account = store.account(None, at("2026-12-10T00:00:00Z")).unwrap();
    let orders: Vec<&str> = account.sites[0].savable.iter().map(|each| each.order.as_str()).collect();
    assert_eq!(orders, [id(3)], "the time to appeal is over");
}
