//! Complaint rates and withdrawn claims of 5,000 generated orders, counted a second time from what was made up.

use std::collections::{BTreeMap, BTreeSet};

use super::makers::*;
use crate::domain::cost::{Country, SkuCost};
use crate::domain::offer::{Draft, Route};
use crate::domain::rates::{Dimension, Key, Rates};
use crate::domain::record::{Article, Decision, Fact, Mail, Notice, OrderLine, ReportKind, Row};
use crate::domain::report::{Period, Window};
use crate::domain::share::Share;
use crate::domain::{CaseId, Channel, Fulfilment, OfferKind};
use crate::store::{Filter, Store};
use jiff::civil::Date;

/// Article, category as the cost table writes it, country it is shipped from.
const SKUS: [(&str, Option<&str>, Option<&str>); 4] = [
    ("TEE", Some("apparel"), Some("CN")),
    ("POT", Some("Home"), Some("US")),
    ("PAN", Some("home"), None),
    ("NEW", None, None),
];

/// An order as it was made up: what the second computation looks at.
struct Told {
    id: String,
    day: usize,
    skus: Vec<usize>,
    lines: Vec<Option<i64>>,
    who: Fulfilment,
    country: Option<&'static str>,
    imported: bool,
    /// Messages: whether each is a complaint.
    messages: Vec<bool>,
    claim: Option<Claimed>,
    stars: Option<u8>,
}

struct Claimed {
    /// The article its mail names.
    names: Option<usize>,
    decision: Option<Decision>,
    /// Kind, made before the end, taken back.
    offer: Option<(OfferKind, bool, bool)>,
}

fn day(number: usize) -> Date {
    let start: Date = "2026-06-01".parse().unwrap();
    (0..number).fold(start, |day, _| day.tomorrow().unwrap())
}

fn tell(at: usize, dice: &mut Dice) -> Told {
    let front = if dice.one_in(40) { "S01" } else { "113" };
    let mut skus = vec![dice.roll(4)];
    if dice.one_in(3) {
        skus.push(dice.roll(4));
        skus.dedup();
    }
    let line = |dice: &mut Dice| {
        (!dice.one_in(15)).then(|| [900, 2_500, 2_501, 4_999, 5_000, 5_001, 9_900][dice.roll(7)])
    };
    let lines = skus.iter().map(|_| line(dice)).collect();
    let known = front == "113";
    let claim = (known && dice.one_in(15)).then(|| Claimed {
        names: (!dice.one_in(3)).then(|| skus[dice.roll(skus.len())]),
        decision: [&[None][..], &Decision::ALL.iter().copied().map(Some).collect::<Vec<_>>()].concat()
            [dice.roll(6)],
        offer: (!dice.one_in(3)).then(|| {
            let kind = [OfferKind::PartialRefund, OfferKind::FullRefund, OfferKind::Reshipment][dice.roll(3)];
            (kind, !dice.one_in(4), dice.one_in(4))
        }),
    });
    Told {
        id: format!("{front}-3000000-{at:07}"),
        day: dice.roll(120),
        lines,
        who: [Fulfilment::Mfn, Fulfilment::Afn][dice.roll(2)],
        country: [Some("US"), Some("CA"), Some("CN"), None][dice.roll(4)],
        imported: !dice.one_in(30),
        messages: if known && dice.one_in(8) {
            (0..=dice.roll(3)).map(|_| dice.one_in(2)).collect()
        } else {
            Vec::new()
        },
        stars: dice.one_in(25).then(|| 1 + u8::try_from(dice.roll(2)).unwrap()),
        claim,
        skus,
    }
}

fn rows_of(told: &Told, dice: &mut Dice) -> Vec<Row> {
    let mut rows = Vec::new();
    for (sku, total) in told.skus.iter().zip(&told.lines).filter(|_| told.imported) {
        let line = OrderLine {
            purchased_on: day(told.day),
            fulfilment: Some(told.who),
            status: "Shipped".to_owned(),
            country: told.country.map(str::to_owned),
            ..order_line(&told.id, SKUS[*sku].0, *total)
        };
        let older = OrderLine {
            status: "Pending".to_owned(),
            updated_at: Some(at("2026-10-01T00:00:00Z")),
            ..line.clone()
        };
        rows.extend([order(line.clone()), order(older), order(line)].into_iter().take(1 + dice.roll(3)));
    }
    if let Some(stars) = told.stars {
        rows.push(feedback_row(&told.id, "2026-10-12", stars, "words"));
    }
    rows
}

fn mails_of(told: &Told) -> Vec<Mail> {
    let mut mails = Vec::new();
    for (number, complains) in told.messages.iter().enumerate() {
        let mail = message(&format!("m {} {number}", told.id), Some(&told.id), "2026-10-11T00:00:00Z", None);
        mails.push(Mail { is_complaint: *complains, ..mail });
    }
    if let Some(claim) = &told.claim {
        let named = |sku: usize| Article { asin: None, sku: Some(SKUS[sku].0.to_owned()), name: None };
        let mail = mail(&format!("c {}", told.id), Notice::AtozClaim, Some(&told.id), "2026-10-10T00:00:00Z");
        mails.push(Mail { articles: claim.names.map(named).into_iter().collect(), ..mail });
    }
    mails
}

fn shuffle<T>(all: &mut [T], dice: &mut Dice) {
    for at in (1..all.len()).rev() {
        all.swap(at, dice.roll(at + 1));
    }
}

/// Two downloads that overlap by a third, each in an order of its own.
fn bring(store: &mut Store, told: &[Told], dice: &mut Dice) {
    let mut rows: Vec<Row> = told.iter().flat_map(|order| rows_of(order, dice)).collect();
    let mut mails: Vec<Mail> = told.iter().flat_map(mails_of).collect();
    shuffle(&mut rows, dice);
    shuffle(&mut mails, dice);
    for (sku, category, from) in SKUS.into_iter().filter(|(_, category, _)| category.is_some()) {
        let cost = SkuCost {
            category: category.map(str::to_owned),
            ships_from: from.and_then(Country::parse),
            ..SkuCost::empty(sku)
        };
        rows.push(row(ReportKind::SkuCosts, sku, Fact::SkuCost(Box::new(cost))));
    }
    for (some, letters) in [
        (&rows[..rows.len() * 2 / 3], &mails[..mails.len() / 2]),
        (&rows[rows.len() / 3..], &mails[mails.len() / 3..]),
    ] {
        import(store, |import| {
            for row in some {
                import.row(row).unwrap();
            }
            for mail in letters {
                import.mail(mail).unwrap();
            }
        });
    }
}

/// Orders with a complaint, of all, by what they have in common as the screen would say it.
type Counts = BTreeMap<(&'static str, String), (usize, usize)>;

fn by_hand(told: &[Told], days: std::ops::RangeInclusive<usize>) -> Counts {
    let mut counts = Counts::new();
    for order in told
        .iter()
        .filter(|order| order.imported && !order.id.starts_with("S01") && days.contains(&order.day))
    {
        let whole = order.messages.contains(&true) || order.claim.is_some() || order.stars.is_some();
        let mut count = |name, key: String, complained: bool| {
            let (of, all) = counts.entry((name, key)).or_default();
            *of += usize::from(complained);
            *all += 1;
        };
        count("all", String::new(), whole);
        count("shipper", order.who.word().to_owned(), whole);
        let total = order.lines.iter().try_fold(0, |sum, line| Some(sum + (*line)?));
        count("price", total.map_or("?".to_owned(), |total| (total > 5_000).to_string()), whole);
        let from: BTreeSet<Option<&str>> = match order.who {
            Fulfilment::Afn => [Some("US")].into(),
            Fulfilment::Mfn => order.skus.iter().map(|sku| SKUS[*sku].2).collect(),
        };
        let from = if from.len() == 1 { from.into_iter().next().unwrap() } else { None };
        let route = from.zip(order.country).map(|(from, to)| format!("{} {}", order.who.word(), from != to));
        count("route", route.unwrap_or("?".to_owned()), whole);
        // Each complaint is about the article its mail names; else about the only one there is.
        let mut about: Vec<Option<usize>> = Vec::new();
        about.extend(order.claim.iter().map(|claim| claim.names));
        about.extend((order.messages.contains(&true)).then_some(None));
        about.extend(order.stars.map(|_| None));
        for (name, key) in [
            ("sku", (|sku| SKUS[sku].0.to_owned()) as fn(usize) -> String),
            ("category", |sku| SKUS[sku].1.map_or("?".to_owned(), str::to_lowercase)),
        ] {
            let groups: BTreeSet<String> = order.skus.iter().map(|sku| key(*sku)).collect();
            for group in &groups {
                let told = about.iter().any(|about| match about {
                    Some(sku) => &key(*sku) == group,
                    None => groups.len() == 1,
                });
                count(name, group.clone(), told);
            }
        }
    }
    counts
}

fn found(rates: &Rates) -> Counts {
    let mut counts = Counts::new();
    counts.insert(("all", String::new()), (rates.all.share.of, rates.all.share.all));
    for dimension in Dimension::ALL {
        let name = match dimension {
            Dimension::Category => "category",
            Dimension::Price => "price",
            Dimension::Fulfilment => "shipper",
            Dimension::Route => "route",
            Dimension::Sku => "sku",
        };
        for row in rates.table(*dimension) {
            let key = match &row.key {
                Key::Category(name) => name.to_lowercase(),
                Key::Sku(sku) => sku.clone(),
                Key::Price(_, _, dear) => dear.to_string(),
                Key::Fulfilment(who) => who.word().to_owned(),
                Key::Route(who, abroad) => format!("{} {abroad}", who.word()),
                Key::Unknown => "?".to_owned(),
            };
            assert!(counts.insert((name, key), (row.share.of, row.share.all)).is_none(), "a row for each");
        }
    }
    counts
}

#[test]
fn complaint_rates_agree_with_a_second_count_whatever_overlaps() {
    let mut dice = Dice(5);
    let told: Vec<Told> = (0..5_000).map(|at| tell(at, &mut dice)).collect();
    let mut store = store();
    bring(&mut store, &told, &mut dice);
    for (last, period, days) in [
        (100, Period::Days(60), 41..=100),
        (30, Period::Days(90), 0..=30),
        (119, Period::Days(1), 119..=119),
        (119, Period::All, 0..=119),
    ] {
        let rates = store.rates(Some(day(last)), period, now()).unwrap();
        assert_eq!(found(&rates), by_hand(&told, days.clone()), "{days:?}");
    }
    let unseen = |order: &&Told| !order.imported;
    let cases = |order: &Told| {
        usize::from(order.claim.is_some())
            + usize::from(order.messages.contains(&true))
            + usize::from(order.stars.is_some())
    };
    let all = store.rates(None, Period::All, now()).unwrap();
    assert_eq!(
        all.unseen.len(),
        told.iter().filter(unseen).map(cases).sum::<usize>(),
        "complaints of orders never imported"
    );
    assert!(
        all.all.share.of > 300 && all.unseen.len() > 10,
        "a set without complaints would agree with anything"
    );
}

#[test]
fn withdrawn_claims_agree_with_a_second_count_with_and_without_offers() {
    let mut dice = Dice(7);
    let told: Vec<Told> = (0..5_000).map(|at| tell(at, &mut dice)).collect();
    let mut store = store();
    bring(&mut store, &told, &mut dice);
    let lines = store.queue(None, 100_000, &Filter { archived: true, ..Filter::default() }, now()).unwrap();
    let cases: BTreeMap<String, CaseId> = lines
        .into_iter()
        .filter(|line| line.channel == Channel::Atoz)
        .map(|line| (line.order_id.unwrap(), line.id))
        .collect();
    let claims: Vec<(&Told, &Claimed)> =
        told.iter().filter_map(|order| Some((order, order.claim.as_ref()?))).collect();
    for (order, claim) in &claims {
        let Some((kind, before, undone)) = claim.offer else { continue };
        let case = cases[&order.id];
        let when = at(if before { "2026-10-12T00:00:00Z" } else { "2026-10-25T00:00:00Z" });
        let unknown = !order.imported || order.lines.contains(&None);
        let draft = Draft {
            key: order.id.clone(),
            kind,
            amount: (kind == OfferKind::PartialRefund || unknown)
                .then(|| usd(500))
                .filter(|_| kind.refunds()),
            route: Some(Route::Message),
            why: None,
            carrier: None,
            tracking: None,
            reason: None,
            cost: None,
            seen: 0,
            total_unknown_confirmed: kind.refunds() && unknown,
        };
        store.offer(case, &draft, when).unwrap();
        if undone {
            store.undo(when).unwrap();
        }
    }
    let mut letters = Vec::new();
    for (order, claim) in &claims {
        let Some(decision) = claim.decision else { continue };
        let mail =
            mail(&format!("d {}", order.id), Notice::AtozDecision, Some(&order.id), "2026-10-20T00:00:00Z");
        letters.push(Mail { decision: Some(decision), ..mail });
    }
    shuffle(&mut letters, &mut dice);
    for letters in [&letters[..letters.len() * 2 / 3], &letters[letters.len() / 3..]] {
        import(&mut store, |import| {
            for mail in letters {
                import.mail(mail).unwrap();
            }
        });
    }
    let share = |offered: &dyn Fn(Option<OfferKind>) -> bool| {
        let kind = |claim: &Claimed| {
            claim.offer.filter(|(_, before, undone)| *before && !undone).map(|(kind, ..)| kind)
        };
        let ended =
            claims.iter().filter(|(_, claim)| offered(kind(claim))).filter_map(|(_, claim)| claim.decision);
        let settled: Vec<Decision> = ended.filter(|decision| *decision != Decision::Unknown).collect();
        let of = settled.iter().filter(|decision| **decision == Decision::Withdrawn).count();
        Share { of, all: settled.len() }
    };
    let counted = store.outcomes(Window::until(now(), Period::Days(90))).unwrap();
    assert_eq!(counted.offered.withdrawn, share(&|kind| kind.is_some()));
    assert_eq!(counted.alone.withdrawn, share(&|kind| kind.is_none()));
    assert!(counted.offered.withdrawn.of > 10 && counted.alone.withdrawn.of > 10);
    for (kind, group) in &counted.kinds {
        assert_eq!(group.withdrawn, share(&|offered| offered == Some(*kind)), "{kind:?}");
        assert_eq!(group.settled.len(), group.withdrawn.all);
    }
    let unsettled = claims.iter().filter(|(_, claim)| claim.decision == Some(Decision::Unknown)).count();
    assert_eq!(counted.unsettled.len(), unsettled);
    assert_eq!(counted.kinds.len(), 3);
}
