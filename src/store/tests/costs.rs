//! The cost table, the ground of an offer's cost, and complaint rates from orders and cases.

use rusqlite::params;

use super::makers::*;
use crate::domain::cost::{Band, Country, Hole, Part, SiteCost, SkuCost, Way};
use crate::domain::event::Deed;
use crate::domain::rates::{Dimension, Key, Rates};
use crate::domain::record::{Decision, Fact, Mail, Notice, OrderLine, ReportKind, Row};
use crate::domain::report::Period;
use crate::domain::share::Share;
use crate::domain::weight::Weight;
use crate::domain::{Channel, Fulfilment, Kind, Marketplace, OfferKind, Outcome};
use crate::store::{RowFate, Store, costs, rates};

fn grams(grams: i64) -> Weight {
    Weight::of_milligrams(grams * 1_000).unwrap()
}

fn sku(sku: &str, cost: Option<i64>, weight: Option<i64>, category: Option<&str>) -> SkuCost {
    SkuCost {
        cost: cost.map(usd),
        weight: weight.map(grams),
        category: category.map(str::to_owned),
        ..SkuCost::empty(sku)
    }
}

fn cost_row(cost: SkuCost) -> Row {
    let key = cost.sku.clone();
    row(ReportKind::SkuCosts, &key, Fact::SkuCost(Box::new(cost)))
}

fn band(up_to: Option<i64>, minor: i64) -> Band {
    Band { fulfilment: Fulfilment::Mfn, way: Way::Out, up_to: up_to.map(grams), postage: usd(minor) }
}

fn band_row(band: Band) -> Row {
    row(ReportKind::Postage, "band", Fact::Postage(Marketplace::Us, band))
}

fn fates(store: &mut Store, all: &[Row]) -> Vec<RowFate> {
    let mut fates = Vec::new();
    import(store, |import| fates.extend(all.iter().map(|row| import.row(row).unwrap())));
    fates
}

fn known(store: &Store, sku: &str) -> SkuCost {
    let sheet = store.cost_sheet().unwrap();
    sheet.skus.into_iter().find(|line| line.cost.sku == sku).unwrap().cost
}

fn us(store: &Store) -> SiteCost {
    let sheet = store.cost_sheet().unwrap();
    sheet.sites.into_iter().find(|line| line.cost.marketplace == Marketplace::Us).unwrap().cost
}

#[test]
fn orders_and_complaints_of_an_article_are_those_of_the_rates() {
    let mut store = store();
    rows(
        &mut store,
        &[
            order(order_line(&id(1), "KB", None)),
            order(order_line(&id(1), "EB", None)),
            order(order_line(&id(2), "KB", None)),
            order(order_line("S01-1234567-1234567", "KB", None)),
        ],
    );
    mails(&mut store, &[complaint(1, "2026-10-22T00:00:00Z"), complaint(2, "2026-10-22T00:00:00Z")]);
    let sheet = store.cost_sheet().unwrap();
    let seen = |sku: &str| {
        let line = sheet.skus.iter().find(|line| line.cost.sku == sku).unwrap();
        (line.orders, line.complaints.len())
    };
    // Nothing says which article of the first order is complained of; the third order is of another channel.
    assert_eq!((seen("KB"), seen("EB")), ((2, 1), (1, 0)));
}

#[test]
fn the_same_table_again_changes_nothing_and_a_newer_one_updates() {
    let mut store = store();
    let table = [
        cost_row(sku("KB", Some(1_200), Some(450), Some("home"))),
        band_row(band(Some(500), 399)),
        band_row(band(None, 900)),
    ];
    assert_eq!(fates(&mut store, &table), [RowFate::New; 3]);
    let before = store.last_event().unwrap();
    assert_eq!(fates(&mut store, &table), [RowFate::Dup; 3]);
    assert_eq!(store.last_event().unwrap(), before, "nothing was written");
    // What the newer table does not say stays.
    let newer = [cost_row(sku("KB", Some(1_300), None, None)), band_row(band(Some(500), 450))];
    assert_eq!(fates(&mut store, &newer), [RowFate::Updated; 2]);
    assert_eq!(known(&store, "KB"), sku("KB", Some(1_300), Some(450), Some("home")));
    assert_eq!(us(&store).bands, [band(Some(500), 450), band(None, 900)]);
    let fees = SiteCost { fee: Some(1_500), ..SiteCost::empty(Marketplace::Us) };
    let fees = row(ReportKind::SiteFees, "US", Fact::SiteFees(Box::new(fees)));
    assert_eq!(fates(&mut store, std::slice::from_ref(&fees)), [RowFate::New]);
    assert_eq!(fates(&mut store, &[fees]), [RowFate::Dup]);
    assert_eq!((us(&store).fee, us(&store).bands.len()), (Some(1_500), 2));
}

#[test]
fn an_edit_and_an_import_of_costs_are_undone_one_by_one() {
    let mut store = store();
    fates(&mut store, &[cost_row(sku("KB", Some(1_200), None, None)), band_row(band(None, 900))]);
    fates(&mut store, &[cost_row(sku("KB", None, Some(450), None))]);
    let event = store.save_sku_cost(&sku("KB", None, Some(300), Some("home")), now()).unwrap();
    assert_eq!(known(&store, "KB"), sku("KB", None, Some(300), Some("home")), "an edit empties too");
    let again = store.save_sku_cost(&sku("KB", None, Some(300), Some("home")), now()).unwrap();
    assert_eq!(again, event, "nothing changed");
    let site = SiteCost { fee: Some(800), ..us(&store) };
    store.save_site_cost(&site, now()).unwrap();
    let undone = |store: &mut Store| store.undo(now()).unwrap().unwrap().event.deed;
    assert_eq!(undone(&mut store), Deed::SiteCosted { site: Marketplace::Us });
    assert_eq!((us(&store).fee, us(&store).bands.len()), (None, 1));
    assert_eq!(undone(&mut store), Deed::SkuCosted { sku: "KB".into() });
    assert_eq!(known(&store, "KB"), sku("KB", Some(1_200), Some(450), None));
    assert!(matches!(undone(&mut store), Deed::Imported { .. }));
    assert_eq!(known(&store, "KB"), sku("KB", Some(1_200), None, None));
    assert!(matches!(undone(&mut store), Deed::Imported { .. }));
    assert!(store.cost_sheet().unwrap().skus.is_empty() && us(&store) == SiteCost::empty(Marketplace::Us));
    assert_eq!(store.undo(now()).unwrap(), None);
    // Undone it may be imported again.
    assert_eq!(fates(&mut store, &[cost_row(sku("KB", Some(1_200), None, None))]), [RowFate::New]);
    assert!(store.save_sku_cost(&SkuCost::empty(" "), now()).is_err());
}

#[test]
fn a_dry_run_leaves_no_cost_behind() {
    let mut store = store();
    let mut import = store.import(now()).unwrap();
    import.row(&cost_row(sku("KB", Some(1), None, None))).unwrap();
    import.finish(&crate::domain::view::Tally::default(), false).unwrap();
    assert!(store.cost_sheet().unwrap().skus.is_empty());
}

fn id(number: u32) -> String {
    format!("113-1000000-{number:07}")
}

fn placed(number: u32, sku: &str, on: &str, total: Option<i64>, country: &str) -> Row {
    order(OrderLine {
        purchased_on: on.parse().unwrap(),
        country: Some(country.to_owned()),
        ..order_line(&id(number), sku, total)
    })
}

fn complaint(number: u32, sent: &str) -> Mail {
    message(&format!("m{number}-{sent}"), Some(&id(number)), sent, Some(&format!("case-{number}")))
}

#[test]
fn skus_without_costs_come_first_the_most_complained_of_before_the_others() {
    let mut store = store();
    rows(
        &mut store,
        &[
            placed(1, "OFTEN", "2026-10-20", Some(1), "US"),
            placed(2, "RARE", "2026-10-20", Some(1), "US"),
            placed(3, "KNOWN", "2026-10-20", Some(1), "US"),
            placed(4, "RARE", "2026-10-20", Some(1), "US"),
            cost_row(sku("KNOWN", Some(1), Some(1), None)),
            cost_row(sku("LIGHT", Some(1), None, None)),
        ],
    );
    mails(&mut store, &[complaint(1, "2026-10-21T00:00:00Z"), complaint(3, "2026-10-21T00:00:00Z")]);
    let sheet = store.cost_sheet().unwrap();
    let shown: Vec<_> =
        sheet.skus.iter().map(|line| (line.cost.sku.as_str(), line.complaints.len(), line.orders)).collect();
    assert_eq!(shown, [("OFTEN", 1, 1), ("RARE", 0, 2), ("LIGHT", 0, 0), ("KNOWN", 1, 1)]);
    assert_eq!((sheet.sites[0].cost.marketplace, sheet.sites[0].orders), (Marketplace::Us, 4));
}

#[test]
fn the_ground_of_an_offer_has_articles_costs_and_own_history() {
    let mut store = store();
    let told = |kind| move |mail: Mail| Mail { kind, ..mail };
    let lost = told(Kind::NotReceived);
    rows(
        &mut store,
        &(1..=5).map(|at| placed(at, "KB", "2026-10-20", Some(5_000), "US")).collect::<Vec<_>>(),
    );
    rows(&mut store, &[cost_row(sku("KB", Some(1_200), Some(450), None)), band_row(band(None, 600))]);
    let mut letters: Vec<Mail> = (1..=4).map(|at| lost(complaint(at, "2026-10-22T00:00:00Z"))).collect();
    letters.push(told(Kind::Defective)(complaint(5, "2026-10-22T00:00:00Z")));
    letters.push(mail("a1", Notice::AtozClaim, Some(&id(2)), "2026-10-25T00:00:00Z"));
    let closed = mail("d1", Notice::AtozDecision, Some(&id(2)), "2026-10-27T00:00:00Z");
    letters.push(Mail { decision: Some(Decision::Granted), ..closed });
    mails(&mut store, &letters);
    let of = |store: &Store, number: u32, channel| {
        let mut found = all(store).into_iter();
        found.find(|case| case.order_id == Some(id(number)) && case.channel == channel).unwrap().id
    };
    let ground = store.offer_ground(of(&store, 1, Channel::Message), now()).unwrap().unwrap();
    assert_eq!((ground.articles.len(), ground.about.as_deref()), (1, Some("KB")));
    let again = &ground.of_offer(OfferKind::Reshipment, None, None)[0];
    assert_eq!(again.total().unwrap(), [usd(1_800)]);
    // Orders 2, 3 and 4 were not received either, the own order left out, and 2 came to a claim.
    assert_eq!(ground.defect.claimed, Share { of: 1, all: 3 });
    assert_eq!((ground.defect.withdrawn, ground.defect.at_risk), (Share::default(), Some(usd(5_000))));
    let (site, who, line, left) = ground.defect.line.unwrap();
    assert_eq!((site, who, line, left.is_some()), (Marketplace::Us, Fulfilment::Mfn, 100, true));
    let claim = store.offer_ground(of(&store, 2, Channel::Atoz), now()).unwrap().unwrap();
    assert!(claim.defect.is_claim);
    // A case without an order: nothing to compute from, and nothing guessed.
    mails(&mut store, &[message("lone", None, "2026-10-22T00:00:00Z", Some("lone"))]);
    let lone = all(&store).into_iter().find(|case| case.order_id.is_none()).unwrap().id;
    let lone = store.offer_ground(lone, now()).unwrap().unwrap();
    assert_eq!(
        lone.of_offer(OfferKind::Reshipment, None, None)[0].parts[0],
        (Part::GoodsSent, Err(Hole::Articles))
    );
    assert_eq!((lone.defect.at_risk, lone.defect.line), (None, None));
    assert!(store.offer_ground(crate::domain::CaseId(99), now()).unwrap().is_none());
}

#[test]
fn only_a_complaint_before_its_claim_says_how_often_a_complaint_comes_to_one() {
    let mut store = store();
    let lost = |mail: Mail| Mail { kind: Kind::NotReceived, ..mail };
    let claim = |number: u32, sent: &str| {
        lost(mail(&format!("a{number}"), Notice::AtozClaim, Some(&id(number)), sent))
    };
    let letters = [
        lost(complaint(1, "2026-10-20T00:00:00Z")),
        lost(complaint(2, "2026-10-20T00:00:00Z")),
        claim(2, "2026-10-22T00:00:00Z"),
        // The claim alone; the claim before the message; a claim of a year before; a chargeback, which bars one.
        claim(3, "2026-10-20T00:00:00Z"),
        claim(4, "2026-10-20T00:00:00Z"),
        lost(complaint(4, "2026-10-22T00:00:00Z")),
        claim(5, "2025-10-20T00:00:00Z"),
        lost(complaint(5, "2026-10-22T00:00:00Z")),
        lost(mail("cb", Notice::Chargeback, Some(&id(6)), "2026-10-22T00:00:00Z")),
        lost(complaint(7, "2026-10-20T00:00:00Z")),
        Mail { is_complaint: false, ..lost(complaint(8, "2026-10-20T00:00:00Z")) },
    ];
    mails(&mut store, &letters);
    let of = |number: u32| all(&store).into_iter().find(|case| case.order_id == Some(id(number))).unwrap().id;
    let claimed = |number| store.offer_ground(of(number), now()).unwrap().unwrap().defect.claimed;
    assert_eq!(claimed(7), Share { of: 1, all: 2 }, "1 and 2; 2 came to a claim");
    assert_eq!(claimed(2), Share { of: 0, all: 2 }, "1 and 7: its own order is left out");
}

#[test]
fn at_risk_is_what_is_claimed_as_far_as_the_order_still_has_it() {
    let mut store = store();
    let all_orders: Vec<Row> = (1..=4).map(|at| placed(at, "KB", "2026-10-20", Some(5_000), "US")).collect();
    rows(&mut store, &all_orders);
    let claim = |number: u32, amount: Option<i64>| {
        let mail = mail(&format!("a{number}"), Notice::AtozClaim, Some(&id(number)), "2026-10-22T00:00:00Z");
        Mail { amount: amount.map(usd), ..mail }
    };
    let refund = |number: u32, minor| {
        let mail =
            mail(&format!("r{number}"), Notice::RefundIssued, Some(&id(number)), "2026-10-23T00:00:00Z");
        Mail { amount: Some(usd(minor)), ..mail }
    };
    let letters = [
        claim(1, Some(5_000)),
        refund(1, 3_000),
        claim(2, None),
        refund(2, 6_000),
        claim(3, Some(1_000)),
        claim(4, None),
    ];
    mails(&mut store, &letters);
    let risk = |number: u32| {
        let mut found = all(&store).into_iter();
        let case =
            found.find(|case| case.order_id == Some(id(number)) && case.channel == Channel::Atoz).unwrap();
        store.offer_ground(case.id, now()).unwrap().unwrap().defect.at_risk
    };
    assert_eq!(risk(1), Some(usd(2_000)), "30.00 of the 50.00 claimed are refunded");
    assert_eq!(risk(2), Some(usd(0)), "more was refunded than the order came to");
    assert_eq!((risk(3), risk(4)), (Some(usd(1_000)), Some(usd(5_000))));
}

#[test]
fn an_order_whose_lines_differ_in_shipper_or_country_is_in_neither_row() {
    let mut store = store();
    let line = |number, sku: &str, who, country: Option<&str>| {
        let country = country.map(str::to_owned);
        order(OrderLine { fulfilment: Some(who), country, ..order_line(&id(number), sku, Some(1)) })
    };
    let (mfn, afn) = (Fulfilment::Mfn, Fulfilment::Afn);
    rows(&mut store, &[line(1, "A", mfn, Some("US")), line(1, "B", afn, Some("US"))]);
    // A line without a SKU is a line all the same.
    rows(&mut store, &[line(2, "", afn, Some("US")), line(2, "B", afn, Some("CA"))]);
    let rates = october(&store);
    assert_eq!(shares(&rates, Dimension::Fulfilment), [(Key::Fulfilment(afn), 0, 1), (Key::Unknown, 0, 1)]);
    assert_eq!(shares(&rates, Dimension::Route), [(Key::Unknown, 0, 2)]);
    assert_eq!(store.account(None, now()).unwrap().unplaced, 1, "in no order defect rate either");
}

fn shares(rates: &Rates, dimension: Dimension) -> Vec<(Key, usize, usize)> {
    rates.table(dimension).iter().map(|row| (row.key.clone(), row.share.of, row.share.all)).collect()
}

fn october(store: &Store) -> Rates {
    store.rates(Some("2026-10-31".parse().unwrap()), Period::Days(31), now()).unwrap()
}

#[test]
fn rates_count_each_order_of_the_days_once() {
    let mut store = store();
    rows(
        &mut store,
        &[
            placed(1, "TEE", "2026-10-01", Some(4_000), "US"),
            placed(2, "TEE", "2026-10-31", Some(6_000), "CA"),
            placed(3, "PAN", "2026-10-15", None, "US"),
            placed(4, "TEE", "2026-09-30", Some(4_000), "US"),
            placed(5, "TEE", "2026-11-01", Some(4_000), "US"),
            cost_row(SkuCost { ships_from: Country::parse("US"), ..sku("TEE", None, None, Some("apparel")) }),
        ],
    );
    let letters = [
        complaint(1, "2026-10-05T00:00:00Z"),
        mail("a1", Notice::AtozClaim, Some(&id(1)), "2026-10-25T00:00:00Z"),
        complaint(4, "2026-10-05T00:00:00Z"),
        Mail { is_complaint: false, ..complaint(3, "2026-10-16T00:00:00Z") },
        mail("c2", Notice::Cancellation, Some(&id(2)), "2026-10-31T10:00:00Z"),
    ];
    mails(&mut store, &letters);
    let rates = october(&store);
    assert_eq!((rates.all.share.of, rates.all.share.all, rates.all.cases.len()), (1, 3, 2));
    assert_eq!(
        shares(&rates, Dimension::Category),
        [(Key::Category("apparel".into()), 1, 2), (Key::Unknown, 0, 1)]
    );
    assert_eq!(rates.table(Dimension::Category)[0].benchmark.as_ref().unwrap().0, 210);
    assert_eq!(
        shares(&rates, Dimension::Price),
        [
            (Key::Price("USD", 5_000, false), 1, 1),
            (Key::Price("USD", 5_000, true), 0, 1),
            (Key::Unknown, 0, 1)
        ]
    );
    assert_eq!(
        shares(&rates, Dimension::Route),
        [
            (Key::Route(Fulfilment::Mfn, false), 1, 1),
            (Key::Route(Fulfilment::Mfn, true), 0, 1),
            (Key::Unknown, 0, 1)
        ]
    );
    assert!(rates.whole);
    let all = store.rates(None, Period::All, now()).unwrap();
    assert_eq!(
        (all.window.from.to_string(), all.window.to.to_string()),
        ("2026-09-30".into(), "2026-11-01".into())
    );
    assert_eq!((all.all.share.of, all.all.share.all), (2, 5));
    let last = store.rates(None, Period::Days(1), now()).unwrap();
    assert_eq!((last.window.from, last.all.share.all), (last.window.to, 1));
}

#[test]
fn complaints_without_an_order_are_counted_apart() {
    let mut store = store();
    rows(&mut store, &[placed(1, "TEE", "2026-10-20", Some(1), "US")]);
    let letters = [
        complaint(7, "2026-10-21T00:00:00Z"),
        message("lone", None, "2026-10-22T00:00:00Z", Some("lone")),
        complaint(8, "2026-08-21T00:00:00Z"),
        complaint(9, "2026-11-01T01:00:00Z"),
    ];
    mails(&mut store, &letters);
    let rates = october(&store);
    assert_eq!((rates.unseen.len(), rates.all.share.of), (2, 0), "of other months none");
    assert_eq!(store.rates(None, Period::Days(31), now()).unwrap().unseen.len(), 3, "up to now");
    let empty = super::makers::store().rates(None, Period::Days(30), now()).unwrap();
    assert_eq!((empty.all.share.all, empty.all.share.percent()), (0, None));
}

#[test]
fn an_article_that_nobody_named_is_not_taken_for_the_one_complained_of() {
    let mut store = store();
    let two = |number| {
        [
            placed(number, "ANT", "2026-10-20", Some(1), "US"),
            placed(number, "BEE", "2026-10-20", Some(1), "US"),
        ]
    };
    rows(&mut store, &two(1));
    rows(&mut store, &two(2));
    let named = crate::domain::record::Article { sku: Some("BEE".into()), ..Default::default() };
    let letters = [
        complaint(1, "2026-10-21T00:00:00Z"),
        Mail { articles: vec![named], ..complaint(2, "2026-10-21T00:00:00Z") },
    ];
    mails(&mut store, &letters);
    let rates = october(&store);
    assert_eq!(
        shares(&rates, Dimension::Sku),
        [(Key::Sku("BEE".into()), 1, 2), (Key::Sku("ANT".into()), 0, 2)]
    );
    assert_eq!(rates.untold.len(), 1);
    // The same for what a reshipment sends again: both articles, or the one that was named.
    let of = |number: u32| all(&store).into_iter().find(|case| case.order_id == Some(id(number))).unwrap().id;
    let about = |number| store.offer_ground(of(number), now()).unwrap().unwrap().about;
    assert_eq!((about(1), about(2).as_deref()), (None, Some("BEE")));
}

#[test]
fn the_verdict_of_the_operator_and_an_undone_import_take_complaints_out() {
    let mut store = store();
    rows(
        &mut store,
        &[placed(1, "TEE", "2026-10-20", Some(1), "US"), placed(2, "TEE", "2026-10-20", Some(1), "US")],
    );
    mails(&mut store, &[complaint(1, "2026-10-21T00:00:00Z")]);
    assert_eq!(october(&store).all.share.of, 1);
    let case = only(&store).summary.id;
    store.judge(case, false, now()).unwrap();
    assert_eq!(october(&store).all.share.of, 0);
    store.undo(now()).unwrap();
    store.archive(case, Outcome::Satisfied, None, now()).unwrap();
    assert_eq!(october(&store).all.share.of, 1, "an archived complaint was one all the same");
    store.undo(now()).unwrap();
    store.undo(now()).unwrap();
    assert_eq!(october(&store).all.share.of, 0, "its import was undone");
}

#[test]
fn the_policies_of_the_operator_count() {
    let mut store = store();
    let cancelled = OrderLine { status: "Cancelled".into(), ..order_line(&id(1), "TEE", Some(1)) };
    rows(&mut store, &[order(cancelled), placed(2, "TEE", "2026-10-20", Some(1), "US")]);
    rows(&mut store, &[feedback_row(&id(2), "2026-10-25", 1, "bad")]);
    assert_eq!(october(&store).all.share, Share { of: 1, all: 2 });
    let own = store
        .cost_policy()
        .unwrap()
        .overridden_by("[rates]\nchannels = [\"atoz_claim\"]\n[dispatch]\nmfn = \"CN\"\n");
    store.use_costs(own.unwrap());
    let odr = crate::domain::health::policy::shipped_health().unwrap();
    store.use_health(odr.overridden_by("[odr]\ncancelled_orders_count = false\n").unwrap()).unwrap();
    let rates = october(&store);
    assert_eq!(rates.all.share, Share { of: 0, all: 1 });
    assert_eq!(shares(&rates, Dimension::Route), [(Key::Route(Fulfilment::Mfn, true), 0, 1)]);
}

/// How SQLite would do it, a line a step.
fn plan(store: &Store, sql: &str, parameters: impl rusqlite::Params) -> String {
    let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = query.query_map(parameters, |row| row.get::<_, String>(3)).unwrap();
    steps.collect::<Result<Vec<_>, _>>().unwrap().join("\n")
}

#[test]
fn what_the_screens_ask_is_answered_from_indexes_alone() {
    let store = store();
    let days = ["2026-08-01", "2026-10-31"];
    let all = [
        plan(&store, rates::ORDERS, days),
        plan(&store, rates::COMPLAINTS, []),
        plan(&store, costs::CLAIMED, params![0, "x", "not_received"]),
        plan(&store, costs::SEEN[0], []),
        plan(&store, costs::SEEN[1], []),
    ];
    for steps in &all {
        for step in steps.lines().filter(|step| step.starts_with("SCAN") || step.starts_with("SEARCH")) {
            assert!(step.contains("COVERING INDEX") || step.contains("(subquery"), "{steps}");
        }
    }
    assert!(all[0].contains("orders_rates (purchased_on>? AND purchased_on<?)"), "{}", all[0]);
    assert!(!all[0].contains("TEMP B-TREE"), "in the order of the index: {}", all[0]);
    assert!(plan(&store, costs::SKU_STANDING, ["KB"]).contains("sku_costs_sku"));
}

#[test]
fn a_file_of_an_older_step_keeps_its_orders_and_gets_the_tables() {
    use crate::store::migrate::{STEPS, migrate_by};
    let at = STEPS.iter().position(|step| step.contains("CREATE TABLE sku_costs")).unwrap();
    let mut db = rusqlite::Connection::open_in_memory().unwrap();
    migrate_by(&mut db, &STEPS[..at]).unwrap();
    db.execute_batch(
        "INSERT INTO orders VALUES ('113-1000001-2000001', 1, 'US', 'mfn', 0, '2026-10-20', 'Shipped', 4899, 'USD');
         INSERT INTO order_items VALUES
             ('113-1000001-2000001', 'KB', NULL, NULL, 1, 0, '2026-10-20', 0, 'Shipped', 'mfn', 'US', 4899, 'USD', 'US', '{}');",
    )
    .unwrap();
    migrate_by(&mut db, STEPS).unwrap();
    let mut query = db.prepare(rates::ORDERS).unwrap();
    let found: (String, String) = query
        .query_row(["2026-10-01", "2026-10-31"], |row| Ok((row.get("sku")?, row.get("country")?)))
        .unwrap();
    assert_eq!(found, ("KB".into(), "US".into()));
    let empty: i64 = db.query_row("SELECT count(*) FROM sku_costs", [], |row| row.get(0)).unwrap();
    assert_eq!(empty, 0);
}
