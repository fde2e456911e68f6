//! Tests of the cost of an offer: small cases computed by hand, and properties of its sums.

use proptest::prelude::*;

use super::defect::{Defect, Prior};
use super::*;
use crate::domain::Kind;
use crate::domain::share::Share;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).unwrap())
}

fn grams(grams: i64) -> Weight {
    Weight::of_milligrams(grams * 1_000).unwrap()
}

fn article(sku: &str, quantity: i64, cost: Option<Money>, weight: Option<i64>) -> Article {
    Article { quantity, cost: SkuCost { cost, weight: weight.map(grams), ..SkuCost::empty(sku) } }
}

/// US: 15 % fee, Amazon keeps a fifth of it, at most 5.00 USD; parcels to 500 g for 4.00, to 2 kg for 6.50; returns for 7.00.
fn site() -> SiteCost {
    let mut site = SiteCost {
        fee: Some(1_500),
        kept: Some(2_000),
        kept_most: Some(money(500, "USD")),
        ..SiteCost::empty(Marketplace::Us)
    };
    for (way, up_to, minor) in
        [(Way::Out, Some(2_000), 650), (Way::Out, Some(500), 400), (Way::Back, None, 700)]
    {
        let postage = money(minor, "USD");
        site.set_band(Band { fulfilment: Fulfilment::Mfn, way, up_to: up_to.map(grams), postage });
    }
    site
}

fn ground(articles: Vec<Article>) -> Ground {
    Ground {
        case: crate::domain::CaseId(1),
        site: Some(Marketplace::Us),
        fulfilment: Some(Fulfilment::Mfn),
        about: articles.first().map(|article| article.cost.sku.clone()),
        articles,
        costs: Some(site()),
        defect: Defect {
            is_claim: false,
            kind: Kind::NotReceived,
            days: 365,
            claimed: Share::default(),
            withdrawn: Share::default(),
            prior: Prior { percent: 79, weight: 10 },
            cases: Vec::new(),
            at_risk: None,
            line: None,
        },
    }
}

fn keyboard() -> Article {
    article("KB-US-01", 1, Some(money(1_200, "USD")), Some(450))
}

fn totals(costs: &[OfferCost]) -> Vec<Option<Vec<i64>>> {
    costs.iter().map(|cost| Some(cost.total()?.iter().map(|sum| sum.minor).collect())).collect()
}

#[test]
fn a_partial_refund_costs_what_amazon_does_not_give_back() {
    // 20.00, fee 15 % = 3.00, a fifth kept = 0.60: 20.00 − 2.40 = 17.60.
    let costs = ground(vec![keyboard()]).of_offer(OfferKind::PartialRefund, Some(money(2_000, "USD")), None);
    assert_eq!(totals(&costs), [Some(vec![1_760])]);
    assert_eq!(costs[0].parts[1], (Part::FeeReturned, Ok(money(240, "USD"))));
}

#[test]
fn what_amazon_keeps_of_a_fee_has_a_most() {
    // 400.00: fee 60.00, a fifth is 12.00, at most 5.00 kept: 400.00 − 55.00.
    let costs = ground(vec![keyboard()]).of_offer(OfferKind::PartialRefund, Some(money(40_000, "USD")), None);
    assert_eq!(totals(&costs), [Some(vec![34_500])]);
}

#[test]
fn a_full_refund_is_told_with_the_goods_gone_and_with_the_goods_back() {
    // 48.00: fee 7.20, 5.76 back. Gone: 42.24. Back: 42.24 − 12.00 + 7.00 = 37.24.
    let costs = ground(vec![keyboard()]).of_offer(OfferKind::FullRefund, Some(money(4_800, "USD")), None);
    assert_eq!(totals(&costs), [Some(vec![4_224]), Some(vec![3_724])]);
    assert_eq!((costs[0].goods, costs[1].goods), (Goods::Gone, Goods::Back));
}

#[test]
fn a_cancelled_order_costs_the_margin() {
    // 48.00 − the whole fee 7.20 − goods 12.00 − postage 4.00 = 24.80: what the sale would have earned.
    let costs =
        ground(vec![keyboard()]).of_offer(OfferKind::CancelAndRefund, Some(money(4_800, "USD")), None);
    assert_eq!(totals(&costs), [Some(vec![2_480])]);
}

#[test]
fn a_reshipment_costs_goods_and_postage_by_the_weight_of_all_pieces() {
    let again = |articles| ground(articles).of_offer(OfferKind::Reshipment, None, None);
    assert_eq!(totals(&again(vec![keyboard()])), [Some(vec![1_600])]);
    // Two pieces of 450 g are a parcel of 900 g: 24.00 + 6.50.
    let two = Article { quantity: 2, ..keyboard() };
    assert_eq!(totals(&again(vec![two])), [Some(vec![3_050])]);
    // Only the article the case is about is sent again.
    let other = article("EB-US-7", 1, Some(money(900, "USD")), Some(100));
    assert_eq!(totals(&again(vec![keyboard(), other.clone()])), [Some(vec![1_600])]);
    let about_none = Ground { about: None, ..ground(vec![keyboard(), other]) };
    assert_eq!(totals(&about_none.of_offer(OfferKind::Reshipment, None, None)), [Some(vec![2_750])]);
}

#[test]
fn what_the_operator_types_stands_for_a_whole_reshipment() {
    let costs = ground(Vec::new()).of_offer(OfferKind::Reshipment, None, Some(money(777, "USD")));
    assert_eq!(totals(&costs), [Some(vec![777])]);
}

#[test]
fn currencies_stand_apart_in_every_sum() {
    let yuan = article("KB-US-01", 1, Some(money(8_600, "CNY")), Some(450));
    let costs = ground(vec![yuan]).of_offer(OfferKind::Reshipment, None, None);
    assert_eq!(costs[0].total().unwrap(), [money(8_600, "CNY"), money(400, "USD")]);
}

#[test]
fn what_is_not_known_is_a_hole_and_never_a_guess() {
    let holes = |ground: Ground, kind| {
        let costs = ground.of_offer(kind, Some(money(2_000, "USD")), None);
        assert!(costs.iter().any(|cost| cost.total().is_none()));
        costs.iter().flat_map(|cost| cost.holes().cloned()).collect::<Vec<_>>()
    };
    let without = |cost, weight| ground(vec![article("KB", 1, cost, weight)]);
    let usd = || Some(money(1_200, "USD"));
    assert_eq!(holes(without(usd(), None), OfferKind::Reshipment), [Hole::Weight("KB".into())]);
    assert_eq!(holes(without(None, Some(1)), OfferKind::Reshipment), [Hole::Cost("KB".into())]);
    let heavy = without(usd(), Some(2_001));
    let hole = Hole::TooHeavy(Marketplace::Us, Fulfilment::Mfn, Way::Out, grams(2_001));
    assert_eq!(holes(heavy, OfferKind::Reshipment), [hole]);
    let none = ground(Vec::new());
    assert_eq!(holes(none, OfferKind::Reshipment), [Hole::Articles, Hole::Articles]);
    let nobody = Ground { fulfilment: None, ..ground(vec![keyboard()]) };
    assert_eq!(holes(nobody, OfferKind::Reshipment), [Hole::Fulfilment]);
    let amazon = Ground { fulfilment: Some(Fulfilment::Afn), ..ground(vec![keyboard()]) };
    assert_eq!(
        holes(amazon, OfferKind::Reshipment),
        [Hole::Postage(Marketplace::Us, Fulfilment::Afn, Way::Out)]
    );
    let bare = Ground { costs: None, ..ground(vec![keyboard()]) };
    assert_eq!(holes(bare, OfferKind::PartialRefund), [Hole::Fee(Marketplace::Us)]);
    let euro = SiteCost { kept_most: Some(money(500, "EUR")), ..site() };
    let euro = Ground { costs: Some(euro), ..ground(vec![keyboard()]) };
    assert!(matches!(holes(euro, OfferKind::PartialRefund)[..], [Hole::FeeCurrency(..)]));
    let unknown = SiteCost { kept: None, ..site() };
    let unknown = Ground { costs: Some(unknown), ..ground(vec![keyboard()]) };
    assert_eq!(holes(unknown, OfferKind::PartialRefund), [Hole::FeeKept(Marketplace::Us)]);
    let nothing = ground(vec![keyboard()]).of_offer(OfferKind::PartialRefund, None, None);
    assert_eq!(nothing[0].holes().next(), Some(&Hole::Amount));
}

#[test]
fn the_sku_says_who_ships_where_the_order_does_not() {
    let mut article = keyboard();
    article.cost.fulfilment = Some(Fulfilment::Mfn);
    let ground = Ground { fulfilment: None, ..ground(vec![article]) };
    assert_eq!(totals(&ground.of_offer(OfferKind::Reshipment, None, None)), [Some(vec![1_600])]);
}

#[test]
fn articles_that_different_ones_ship_have_no_postage() {
    let who = |first, second| {
        let mut articles = vec![keyboard(), keyboard()];
        articles[0].cost.fulfilment = first;
        articles[1].cost.fulfilment = second;
        let ground = Ground { fulfilment: None, ..ground(articles) };
        ground.of_offer(OfferKind::CancelAndRefund, Some(money(100, "USD")), None)[0].holes().next().cloned()
    };
    let (mfn, afn) = (Some(Fulfilment::Mfn), Some(Fulfilment::Afn));
    assert_eq!(who(mfn, mfn), None);
    assert_eq!((who(mfn, afn), who(afn, mfn)), (Some(Hole::Fulfilment), Some(Hole::Fulfilment)));
    assert_eq!(who(mfn, None), Some(Hole::Fulfilment), "nobody says who ships the second");
}

#[test]
fn newer_values_stand_over_older_ones_and_keep_what_they_do_not_say() {
    let before = SkuCost { category: Some("home".into()), ..keyboard().cost };
    let newer = SkuCost { cost: Some(money(1_300, "USD")), ..SkuCost::empty("KB-US-01") };
    let both = newer.over(&before);
    assert_eq!((both.cost, both.weight), (Some(money(1_300, "USD")), before.weight));
    assert_eq!(both.category.as_deref(), Some("home"));
    assert_eq!(Country::parse("uk").unwrap().code(), "GB");
    assert_eq!((Country::parse("China"), Country::parse("1A")), (None, None));
}

prop_compose! {
    fn an_article()(
        sku in "[A-D]",
        quantity in 0_i64..50,
        cost in prop::option::of((0_i64..1_000_000, prop::sample::select(vec!["USD", "EUR", "CNY", "JPY"]))),
        weight in prop::option::of(1_i64..3_000),
    ) -> Article {
        article(&sku, quantity, cost.map(|(minor, code)| money(minor, code)), weight)
    }
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_its_parts_in_each_currency(
        articles in prop::collection::vec(an_article(), 0..6),
        minor in 1_i64..10_000_000,
        kind in prop::sample::select(OfferKind::ALL.to_vec()),
    ) {
        for cost in ground(articles).of_offer(kind, Some(money(minor, "USD")), None) {
            let Some(total) = cost.total() else {
                prop_assert!(cost.holes().next().is_some());
                continue;
            };
            for sum in &total {
                let here = cost.parts.iter().filter_map(|(part, amount)| {
                    let amount = amount.as_ref().unwrap();
                    let sign = if part.is_less() { -1 } else { 1 };
                    (amount.currency == sum.currency).then_some(sign * amount.minor)
                });
                prop_assert_eq!(here.sum::<i64>(), sum.minor);
            }
            let currencies: std::collections::HashSet<_> = total.iter().map(|sum| sum.currency).collect();
            prop_assert_eq!(currencies.len(), total.len(), "one sum a currency");
            prop_assert!(cost.parts.iter().all(|(_, amount)| amount.as_ref().unwrap().minor >= 0));
        }
    }

    #[test]
    fn a_refund_never_costs_more_than_itself_and_a_dearer_one_never_less(
        one in 1_i64..1_000_000, more in 0_i64..1_000_000,
    ) {
        let cost = |minor| {
            let costs = ground(vec![keyboard()]).of_offer(OfferKind::PartialRefund, Some(money(minor, "USD")), None);
            costs[0].total().unwrap()[0].minor
        };
        prop_assert!(cost(one) <= one && cost(one) > 0);
        prop_assert!(cost(one + more) >= cost(one));
    }
}
