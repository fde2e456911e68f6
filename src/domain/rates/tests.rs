//! Tests of the complaint rates: small sets counted by hand, and what holds for any set.

use proptest::prelude::*;

use super::*;
use crate::domain::cost::policy::shipped_costs;

#[allow(clippy::unnecessary_wraps, reason = "it fills an optional field")]
fn usd(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::parse("USD").unwrap()))
}

fn book(rows: &[(&str, Option<&str>, Option<&str>)]) -> HashMap<String, SkuCost> {
    let row = |(sku, category, from): &(&str, Option<&str>, Option<&str>)| {
        let cost = SkuCost {
            category: category.map(str::to_owned),
            ships_from: from.and_then(Country::parse),
            ..SkuCost::empty(sku)
        };
        ((*sku).to_owned(), cost)
    };
    rows.iter().map(row).collect()
}

fn order(skus: &[&str], total: i64, to: &str, complaints: &[(i64, Option<&str>)]) -> OrderFacts {
    let complaint =
        |(case, sku): &(i64, Option<&str>)| Complaint { case: CaseId(*case), sku: sku.map(str::to_owned) };
    OrderFacts {
        marketplace: Some(Marketplace::Us),
        fulfilment: Some(Fulfilment::Mfn),
        total: usd(total),
        skus: skus.iter().map(|sku| (*sku).to_owned()).collect(),
        country: Country::parse(to),
        complaints: complaints.iter().map(complaint).collect(),
    }
}

fn rates(book: &HashMap<String, SkuCost>, orders: &[OrderFacts]) -> Rates {
    let policy = shipped_costs().unwrap();
    let mut tally = Tally::new(book, &policy);
    for order in orders {
        tally.order(order);
    }
    let day = "2026-10-01".parse().unwrap();
    tally.finish(Window { from: day, to: day })
}

/// The rows as `name of/all`.
fn rows(rates: &Rates, dimension: Dimension) -> Vec<String> {
    let name = |key: &Key| match key {
        Key::Category(name) | Key::Sku(name) => name.clone(),
        Key::Price(code, minor, over) => format!("{} {minor} {code}", if *over { ">" } else { "<=" }),
        Key::Fulfilment(who) => who.word().to_owned(),
        Key::Route(who, over) => format!("{} {}", who.word(), if *over { "abroad" } else { "home" }),
        Key::Unknown => "?".to_owned(),
    };
    let row = |row: &RateRow| format!("{} {}/{}", name(&row.key), row.share.of, row.share.all);
    rates.table(dimension).iter().map(row).collect()
}

#[test]
fn an_order_counts_once_however_often_it_is_complained_of() {
    let book = book(&[("TEE", Some("Apparel"), None)]);
    let rates = rates(
        &book,
        &[order(&["TEE"], 2_000, "US", &[(1, None), (2, None)]), order(&["TEE"], 2_000, "US", &[])],
    );
    assert_eq!(rows(&rates, Dimension::Sku), ["TEE 1/2"]);
    assert_eq!(rows(&rates, Dimension::Category), ["Apparel 1/2"]);
    let row = &rates.table(Dimension::Category)[0];
    assert_eq!((row.cases.as_slice(), row.benchmark.as_ref().unwrap().0), (&[CaseId(1), CaseId(2)][..], 210));
    assert_eq!((rates.all.share.of, rates.all.share.all), (1, 2));
}

#[test]
fn an_order_of_several_articles_stands_in_the_row_of_each_and_its_complaint_in_the_one_it_names() {
    let book = book(&[
        ("TEE", Some("apparel"), None),
        ("CAP", Some("ＡPPAREL "), None),
        ("PAN", Some("home"), None),
    ]);
    let orders = [
        order(&["CAP", "TEE"], 2_000, "US", &[(1, Some("TEE"))]),
        order(&["PAN", "TEE"], 2_000, "US", &[(2, None)]),
        order(&["CAP", "TEE"], 2_000, "US", &[(3, None)]),
    ];
    let rates = rates(&book, &orders);
    assert_eq!(rows(&rates, Dimension::Sku), ["TEE 1/3", "CAP 0/2", "PAN 0/1"]);
    // One category written in two ways; case 3 can be about nothing but apparel, case 2 about either.
    assert_eq!(rows(&rates, Dimension::Category), ["apparel 2/3", "home 0/1"]);
    assert_eq!(rates.untold, [CaseId(2), CaseId(3)]);
}

#[test]
fn what_the_cost_table_does_not_say_is_a_row_of_its_own_at_the_end() {
    let book = book(&[("PAN", Some("home"), None)]);
    let orders = [
        order(&["PAN"], 1, "US", &[]),
        order(&["NEW"], 1, "US", &[(1, None)]),
        order(&[], 1, "US", &[(2, None)]),
    ];
    let rates = rates(&book, &orders);
    assert_eq!(rows(&rates, Dimension::Category), ["home 0/1", "? 2/2"]);
    assert_eq!(rows(&rates, Dimension::Sku), ["NEW 1/1", "PAN 0/1", "? 1/1"]);
}

#[test]
fn a_price_is_dear_above_the_line_of_its_own_currency() {
    let none = book(&[]);
    let krona = OrderFacts {
        total: Some(Money::new(9_999_999, Currency::parse("SEK").unwrap())),
        ..order(&[], 0, "US", &[])
    };
    let yen = OrderFacts {
        total: Some(Money::new(7_501, Currency::parse("JPY").unwrap())),
        ..order(&[], 0, "JP", &[])
    };
    let orders = [
        order(&["A"], 5_000, "US", &[]),
        order(&["A"], 5_001, "US", &[(1, None)]),
        yen,
        krona,
        OrderFacts { total: None, ..order(&["A"], 0, "US", &[]) },
    ];
    let rates = rates(&none, &orders);
    assert_eq!(
        rows(&rates, Dimension::Price),
        ["> 7500 JPY 0/1", "<= 5000 USD 0/1", "> 5000 USD 1/1", "? 0/2"],
        "by the price, whatever is complained of most"
    );
}

#[test]
fn a_route_crosses_a_border_where_the_parcel_leaves_its_country() {
    let book = book(&[("CN", None, Some("CN")), ("US", None, Some("US")), ("NO", None, None)]);
    let afn = |mut order: OrderFacts| {
        order.fulfilment = Some(Fulfilment::Afn);
        order
    };
    let orders = [
        order(&["CN"], 1, "US", &[(1, None)]),
        order(&["US"], 1, "US", &[]),
        order(&["NO"], 1, "US", &[]),
        order(&["CN", "US"], 1, "US", &[]),
        OrderFacts { country: None, ..order(&["US"], 1, "US", &[]) },
        afn(order(&["CN"], 1, "US", &[])),
        afn(order(&["NO"], 1, "CA", &[])),
    ];
    let rates = rates(&book, &orders);
    assert_eq!(
        rows(&rates, Dimension::Route),
        ["mfn abroad 1/1", "mfn home 0/1", "afn home 0/1", "afn abroad 0/1", "? 0/3"]
    );
    assert_eq!(rows(&rates, Dimension::Fulfilment), ["mfn 1/5", "afn 0/2"]);
}

#[test]
fn the_cost_table_says_who_ships_where_the_report_does_not() {
    let mut book = book(&[("A", None, None), ("B", None, None)]);
    book.get_mut("A").unwrap().fulfilment = Some(Fulfilment::Afn);
    let silent = |skus: &[&str]| OrderFacts { fulfilment: None, ..order(skus, 1, "US", &[]) };
    let rates = rates(&book, &[silent(&["A"]), silent(&["A", "B"]), silent(&[])]);
    assert_eq!(rows(&rates, Dimension::Fulfilment), ["afn 0/1", "? 0/2"]);
}

prop_compose! {
    fn an_order()(
        skus in prop::collection::btree_set("[A-E]", 0..4),
        total in prop::option::of(0_i64..10_000),
        to in prop::sample::select(vec!["US", "CA", "DE", ""]),
        who in prop::sample::select(vec![None, Some(Fulfilment::Mfn), Some(Fulfilment::Afn)]),
        complaints in prop::collection::vec((1_i64..500, prop::option::of("[A-F]")), 0..3),
    ) -> OrderFacts {
        let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
        let complaints: Vec<(i64, Option<&str>)> =
            complaints.iter().map(|(case, sku)| (*case, sku.as_deref())).collect();
        OrderFacts { total: total.and_then(usd), fulfilment: who, ..order(&skus, 0, to, &complaints) }
    }
}

proptest! {
    #[test]
    fn rows_add_up_to_all_orders_where_each_stands_in_one(orders in prop::collection::vec(an_order(), 0..60)) {
        let book = book(&[("A", Some("home"), Some("CN")), ("B", Some("Home"), None), ("C", Some("toys"), Some("US"))]);
        let rates = rates(&book, &orders);
        let complained = orders.iter().filter(|order| !order.complaints.is_empty()).count();
        prop_assert_eq!((rates.all.share.of, rates.all.share.all), (complained, orders.len()));
        for dimension in [Dimension::Price, Dimension::Fulfilment, Dimension::Route] {
            let sum = |part: fn(&RateRow) -> usize| rates.table(dimension).iter().map(part).sum::<usize>();
            prop_assert_eq!((sum(|row| row.share.of), sum(|row| row.share.all)), (complained, orders.len()));
        }
        for dimension in Dimension::ALL {
            for row in rates.table(*dimension) {
                prop_assert!(row.share.of <= row.share.all && row.share.all <= orders.len());
                prop_assert_eq!(row.share.of == 0, row.cases.is_empty());
            }
        }
        // Counted again in another way: every SKU by a scan of its own.
        for sku in ["A", "B", "C", "D", "E"] {
            let with: Vec<_> = orders.iter().filter(|order| order.skus.iter().any(|other| other == sku)).collect();
            let about = |order: &&&OrderFacts| order.complaints.iter().any(|complaint| {
                let named = complaint.sku.as_ref().filter(|sku| order.skus.contains(sku));
                named.map_or(order.skus.len() == 1, |named| named == sku)
            });
            let of = with.iter().filter(about).count();
            let row = rates.table(Dimension::Sku).iter().find(|row| row.key == Key::Sku(sku.to_owned()));
            let share = row.map_or(Share::default(), |row| row.share);
            prop_assert_eq!((share.of, share.all), (of, with.len()));
        }
    }
}
