//! Account health: a second computation from the raw records, what can be saved, Amazon's own figures, late answers.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::makers::*;
use crate::domain::health::policy::{HealthPolicy, shipped_health};
use crate::domain::health::{Defect, Figure, SiteHealth};
use crate::domain::record::{
    Decision, Fact, Mail, MappedLine, Notice, OrderLine, ReportKind, ReturnLine, Row,
};
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Channel, Fulfilment, Marketplace, Outcome};
use crate::store::Store;

fn id(number: usize) -> String {
    format!("113-2000000-{number:07}")
}

fn placed(number: usize, on: &str) -> Row {
    order(OrderLine { purchased_on: on.parse().unwrap(), ..order_line(&id(number), "KB", Some(5000)) })
}

fn policy(change: impl FnOnce(&mut HealthPolicy)) -> HealthPolicy {
    let mut policy = shipped_health().unwrap();
    change(&mut policy);
    policy
}

fn only(store: &Store) -> SiteHealth {
    let account = store.account(None, now()).unwrap();
    assert_eq!(account.sites.len(), 1);
    account.sites.into_iter().next().unwrap()
}

fn day(number: usize) -> Date {
    let start: Date = "2026-06-01".parse().unwrap();
    (0..number).fold(start, |day, _| day.tomorrow().unwrap())
}

/// An order as it was made up: what the second computation looks at.
#[allow(clippy::struct_excessive_bools, reason = "each is a property of its own")]
struct Told {
    id: String,
    day: usize,
    site: Marketplace,
    fulfilment: Fulfilment,
    cancelled: bool,
    imported: bool,
    stars: Vec<u8>,
    /// Hour and decision of each mail about the claim; those without one ask about it.
    claims: Vec<(usize, Option<Decision>)>,
    /// The mails that name no order, but answer the first one.
    bare: bool,
    /// What the operator notes of the claim after all of them.
    noted: Option<Outcome>,
    /// Whether each chargeback is about fraud.
    chargebacks: Vec<bool>,
    returned_atoz: bool,
}

const DAYS: usize = 130;

fn tell(at: usize, dice: &mut Dice) -> Told {
    let front = if dice.one_in(40) { "S01" } else { "113" };
    let mut told = Told {
        id: format!("{front}-2000000-{at:07}"),
        day: dice.roll(DAYS),
        site: [Marketplace::Us, Marketplace::De, Marketplace::Jp][dice.roll(3)],
        fulfilment: [Fulfilment::Mfn, Fulfilment::Afn][dice.roll(2)],
        cancelled: dice.one_in(12),
        imported: !dice.one_in(30),
        stars: Vec::new(),
        claims: Vec::new(),
        bare: dice.one_in(3),
        noted: None,
        chargebacks: Vec::new(),
        returned_atoz: false,
    };
    if dice.one_in(20) {
        told.stars.extend((0..=dice.roll(2)).map(|_| 1 + u8::try_from(dice.roll(3)).unwrap()));
    }
    if front == "113" && dice.one_in(20) {
        told.claims.push((dice.roll(20), None));
        for number in 0..dice.roll(5) {
            let mut said = vec![None];
            said.extend(Decision::ALL.iter().copied().map(Some));
            told.claims.push((20 + 50 * number + dice.roll(50), said[dice.roll(said.len())]));
        }
        if dice.one_in(4) {
            let notes =
                [Outcome::Withdrawn, Outcome::Denied, Outcome::Won, Outcome::Appealed, Outcome::Satisfied];
            told.noted = Some(notes[dice.roll(notes.len())]);
        }
    }
    if front == "113" && dice.one_in(50) {
        told.chargebacks.extend((0..=dice.roll(2)).map(|_| dice.one_in(3)));
    }
    told.returned_atoz = dice.one_in(60);
    told
}

/// The records of an order as downloads and mails bring them: several lines, older versions, duplicates.
fn records(told: &Told, at: usize, dice: &mut Dice) -> (Vec<Mail>, Vec<Row>) {
    let (mut mails, mut rows) = (Vec::new(), Vec::new());
    if told.imported {
        for sku in ["A", "B"].iter().take(1 + dice.roll(2)) {
            let status = if told.cancelled { ["Cancelled", "CANCELED"][dice.roll(2)] } else { "Shipped" };
            let line = OrderLine {
                purchased_on: day(told.day),
                fulfilment: Some(told.fulfilment),
                status: status.to_owned(),
                ..order_line(&told.id, sku, Some(5000))
            };
            let older =
                OrderLine { status: "Pending".to_owned(), updated_at: Some(at_hour(0)), ..line.clone() };
            rows.push(Row { marketplace: Some(told.site), ..order(line) });
            if dice.one_in(3) {
                rows.push(Row { marketplace: Some(told.site), ..order(older) });
            }
        }
    }
    for (number, stars) in told.stars.iter().enumerate() {
        let on = day(told.day + 2 + number).to_string();
        let row = Row { marketplace: Some(told.site), ..feedback_row(&told.id, &on, *stars, "words") };
        rows.extend([row.clone(), row].into_iter().take(1 + dice.roll(2)));
    }
    for (number, (hour, decision)) in told.claims.iter().enumerate() {
        let notice = if decision.is_some() { Notice::AtozDecision } else { Notice::AtozClaim };
        let named = Some(told.id.as_str()).filter(|_| number == 0 || !told.bare);
        let claim = mail(&format!("c{at}-{number}"), notice, named, "2026-10-01T00:00:00Z");
        let references = if named.is_none() { vec![format!("c{at}-0")] } else { Vec::new() };
        mails.push(Mail {
            decision: *decision,
            sent_at: Some(at_hour(*hour)),
            marketplace: Some(told.site),
            references,
            ..claim
        });
    }
    for (number, fraud) in told.chargebacks.iter().enumerate() {
        let reason = if *fraud { "Fraud - card not present" } else { "Goods not received" };
        let paper =
            mail(&format!("b{at}-{number}"), Notice::Chargeback, Some(&told.id), "2026-10-02T00:00:00Z");
        mails.push(Mail { reason: Some(reason.to_owned()), marketplace: Some(told.site), ..paper });
    }
    if told.returned_atoz {
        let line = ReturnLine { atoz: true, ..return_line(&told.id, "2026-10-20", None) };
        rows.push(Row { marketplace: Some(told.site), ..return_row(line) });
    }
    (mails, rows)
}

fn at_hour(hour: usize) -> jiff::Timestamp {
    at("2026-09-01T00:00:00Z") + jiff::SignedDuration::from_hours(i64::try_from(hour).unwrap())
}

/// Defective, all, by feedback, by claim, by chargeback, of a site and fulfilment.
type Counts = BTreeMap<(Marketplace, Fulfilment), [i64; 5]>;

/// The rates as one would count them with a pencil: order after order, from what was made up.
fn by_hand(told: &[Told], last: usize, policy: &HealthPolicy) -> (Counts, i64) {
    let (mut counts, mut unmatched) = (Counts::new(), 0);
    for order in told.iter().filter(|order| !order.id.starts_with("S01")) {
        let negative = order.stars.iter().any(|stars| *stars == 1 || *stars == 2);
        let mut claim = order.returned_atoz && policy.odr.returns_atoz_is_claim;
        if !order.claims.is_empty() {
            // What Amazon said last since it asked last; where it said nothing, or the operator goes on from a grant, his word.
            let mut said = "";
            for (_, decision) in &order.claims {
                match decision.map_or("", |decision| decision.word()) {
                    "unknown" => {}
                    word => said = word,
                }
            }
            let noted = order.noted.map_or("", |noted| noted.word());
            if said.is_empty() || (said == "granted" && noted == "won") {
                said = noted;
            }
            claim = !["denied", "withdrawn", "order_cancelled", "won"].contains(&said);
        }
        let chargeback = order.chargebacks.contains(&false);
        let events = [negative, claim, chargeback].map(i64::from);
        if !order.imported {
            unmatched += i64::from(events.contains(&1));
            continue;
        }
        let inside = order.day <= last && order.day + 60 > last;
        if !inside || (order.cancelled && !policy.odr.cancelled_orders_count) {
            continue;
        }
        let count = counts.entry((order.site, order.fulfilment)).or_default();
        count[0] += i64::from(events.contains(&1));
        count[1] += 1;
        for (sum, event) in count[2..].iter_mut().zip(events) {
            *sum += event;
        }
    }
    (counts, unmatched)
}

#[test]
fn a_second_computation_from_the_raw_records_agrees_whatever_overlaps() {
    for seed in 1..=2 {
        let mut dice = Dice(seed);
        let told: Vec<Told> = (0..5_000).map(|at| tell(at, &mut dice)).collect();
        let (mut all_mails, mut all_rows) = (Vec::new(), Vec::new());
        for (at, order) in told.iter().enumerate() {
            let (mails, rows) = records(order, at, &mut dice);
            all_mails.extend(mails);
            all_rows.extend(rows);
        }
        for at in (1..all_rows.len()).rev() {
            all_rows.swap(at, dice.roll(at + 1));
        }
        for at in (1..all_mails.len()).rev() {
            all_mails.swap(at, dice.roll(at + 1));
        }
        let mut store = store();
        // Two downloads that overlap, and some mails fetched twice.
        let (half, third) = (all_rows.len() / 2, all_rows.len() / 3);
        for (rows, mails) in [
            (&all_rows[..half + third / 2], &all_mails[..all_mails.len() / 2]),
            (&all_rows[half - third / 2..], &all_mails[all_mails.len() / 3..]),
        ] {
            import(&mut store, |import| {
                for row in rows {
                    import.row(row).unwrap();
                }
                for mail in mails {
                    import.mail(mail).unwrap();
                }
            });
        }
        for order in &told {
            let Some(noted) = order.noted else { continue };
            let case: i64 = store
                .db
                .query_row(
                    "SELECT id FROM cases WHERE order_id = ?1 AND channel = 'atoz_claim' AND merged_into IS NULL",
                    [&order.id],
                    |row| row.get(0),
                )
                .unwrap();
            store.note_outcome(CaseId(case), noted, now()).unwrap();
        }
        for (cancelled, returns) in [(true, false), (false, false), (true, true), (false, true)] {
            let rules = policy(|policy| {
                policy.odr.cancelled_orders_count = cancelled;
                policy.odr.returns_atoz_is_claim = returns;
            });
            store.use_health(rules.clone()).unwrap();
            for last in [59, 60, 61, 100, DAYS - 1, DAYS + 20] {
                let (counts, unmatched) = by_hand(&told, last, &rules);
                let rates = store.health(Some(day(last))).unwrap();
                let found: Counts = rates
                    .iter()
                    .map(|rate| {
                        let events = [rate.negative_feedback, rate.claims, rate.chargebacks];
                        let [negative, claims, chargebacks] = events;
                        (rate.place(), [rate.numerator, rate.denominator, negative, claims, chargebacks])
                    })
                    .collect();
                assert_eq!(
                    found, counts,
                    "seed {seed}, day {last}, cancelled {cancelled}, returns {returns}"
                );
                assert_eq!(rates.iter().map(|rate| rate.unmatched).sum::<i64>(), unmatched);
                let most = counts.values().map(|count| count[0]).max().unwrap();
                assert!(most > 5, "a set without defects would agree with anything");
            }
            let account = store.account(Some(day(100)), now()).unwrap();
            for (site, rate) in account.sites.iter().zip(store.health(Some(day(100))).unwrap()) {
                assert_eq!(site.health, rate);
                let points = &site.trend;
                for back in [0, 7, 40] {
                    let (counts, _) = by_hand(&told, 100 - back, &rules);
                    let point = points[points.len() - 1 - back];
                    let count = counts[&rate.place()];
                    assert_eq!(
                        [point.numerator, point.denominator],
                        [count[0], count[1]],
                        "{back} days before"
                    );
                }
            }
        }
    }
}

#[test]
fn an_open_claim_can_be_saved_and_an_archived_one_cannot() {
    let mut store = store();
    rows(&mut store, &(1..=4).map(|at| placed(at, "2026-10-20")).collect::<Vec<_>>());
    rows(&mut store, &[feedback_row(&id(3), "2026-10-30", 1, "bad")]);
    let claim = |at: usize| mail(&format!("a{at}"), Notice::AtozClaim, Some(&id(at)), "2026-10-30T00:00:00Z");
    mails(&mut store, &[claim(1), claim(2), claim(3)]);
    let granted = mail("d2", Notice::AtozDecision, Some(&id(2)), "2026-10-31T00:00:00Z");
    mails(&mut store, &[Mail { decision: Some(Decision::Granted), ..granted }]);
    let rated = queue(&store).into_iter().find(|line| line.channel == Channel::Feedback).unwrap().id;
    store.archive(rated, Outcome::Silent, None, now()).unwrap();
    let site = only(&store);
    assert_eq!((site.health.numerator, site.health.denominator), (3, 4));
    let ways = shipped_health().unwrap().ways;
    let told: Vec<_> =
        site.savable.iter().map(|each| (each.order.as_str(), each.granted, each.stays.clone())).collect();
    let (one, two, three) = (id(1), id(2), id(3));
    assert_eq!(told.len(), 3, "{told:?}");
    for wanted in
        [(one.as_str(), false, vec![]), (&two, true, vec![]), (&three, false, vec![Defect::Feedback])]
    {
        assert!(told.contains(&wanted), "{wanted:?} in {told:?}");
    }
    let granted = site.savable.iter().find(|each| each.granted).unwrap();
    assert_eq!(granted.way(Defect::Claim, &ways), &ways.granted);
    let behind = |figure: Figure| site.behind.iter().find(|each| each.figure == figure).unwrap();
    assert_eq!((behind(Figure::Defective).count, behind(Figure::Defective).cases.len()), (3, 4));
    assert_eq!(behind(Figure::By(Defect::Feedback)).cases, [rated]);
    assert_eq!(behind(Figure::Savable).cases.len(), 3);
}

#[test]
fn a_table_that_is_mapped_counts_like_mails() {
    let mut store = store();
    rows(&mut store, &(1..=4).map(|at| placed(at, "2026-10-20")).collect::<Vec<_>>());
    let mapped = |at: usize, channel, reason: &str, decision| {
        let line = MappedLine {
            reason: Some(reason.to_owned()),
            decision,
            ..mapped_line(channel, &id(at), "2026-10-25")
        };
        row(ReportKind::Mapped, &format!("{at}{reason}"), Fact::Mapped(line))
    };
    let praise = |at: usize| {
        let Row { fact: Fact::Mapped(line), .. } = mapped(at, Channel::Feedback, "", None) else { panic!() };
        row(ReportKind::Mapped, "praise", Fact::Mapped(MappedLine { rating: Some(5), ..line }))
    };
    rows(
        &mut store,
        &[
            praise(3),
            mapped(1, Channel::Atoz, "late", None),
            mapped(2, Channel::Atoz, "late", Some(Decision::Withdrawn)),
            mapped(3, Channel::Chargeback, "fraud", None),
            mapped(4, Channel::Feedback, "", None),
            mapped(4, Channel::Chargeback, "broken", None),
        ],
    );
    let us = only(&store).health;
    assert_eq!((us.numerator, us.claims, us.chargebacks, us.negative_feedback), (2, 1, 1, 1));
}

fn metric(name: &str, pairs: &[(&str, &str)]) -> Row {
    let mut columns: BTreeMap<String, String> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    columns.insert("metric".to_owned(), name.to_owned());
    let to = columns.get("reportingDateRange.reportingDateTo").cloned().unwrap_or_default();
    let base = row(ReportKind::Performance, &format!("{name}{to}"), Fact::Metric);
    Row { columns, ..base }
}

#[test]
fn amazons_own_figures_stand_beside_ours_over_the_same_days() {
    let mut store = store();
    rows(
        &mut store,
        &[
            placed(1, "2026-08-01"),
            placed(2, "2026-08-20"),
            placed(3, "2026-10-18"),
            placed(4, "2026-10-19"),
            feedback_row(&id(2), "2026-08-25", 1, "bad"),
            feedback_row(&id(4), "2026-10-25", 1, "bad"),
            metric(
                "orderDefectRate",
                &[
                    ("fulfilment", "mfn"),
                    ("reportingDateRange.reportingDateFrom", "2026-08-20T00:00Z"),
                    ("reportingDateRange.reportingDateTo", "2026-10-18T23:59Z"),
                    ("orderCount", "3"),
                    ("orderWithDefects.count", "1"),
                    ("rate", "0.009"),
                    ("targetValue", "0.01"),
                    ("targetCondition", "LESS_THAN"),
                ],
            ),
            metric(
                "validTrackingRate",
                &[("rate", "0.94"), ("shipmentCount", "100"), ("validTrackingCount", "94")],
            ),
        ],
    );
    let site = only(&store);
    let [odr, tracking] = &site.reported[..] else { panic!("{:#?}", site.reported) };
    let ours = odr.ours.as_ref().unwrap();
    assert_eq!(
        (ours.numerator, ours.denominator, odr.whole),
        (1, 2, true),
        "a day later another order is bad"
    );
    assert_eq!((odr.differs(), odr.meets()), (Some((0, -1)), Some(true)));
    assert_eq!((tracking.meets(), tracking.target_stated), (Some(false), false));
    assert_eq!((site.health.numerator, site.health.denominator), (1, 2));
}

#[test]
fn answers_are_judged_by_the_time_of_the_message_and_no_reply_needed_takes_one_out() {
    let mut store = store();
    mails(
        &mut store,
        &[
            message("m1", Some(&id(1)), "2026-10-31T13:00:00Z", None),
            message("m2", Some(&id(2)), "2026-10-30T10:00:00Z", None),
            message("m3", Some(&id(3)), "2026-10-29T10:00:00Z", None),
            message("m4", Some(&id(4)), "2026-10-28T10:00:00Z", None),
            message("m5", Some(&id(5)), "2026-10-31T20:00:00Z", None),
        ],
    );
    let of = |at: usize| queue(&store).iter().find(|line| line.order_id == Some(id(at))).unwrap().id;
    let cases = [1, 2, 3, 4].map(of);
    store.sent(cases[0], "text", &ReplyDraft::default(), now()).unwrap();
    store.sent(cases[1], "text", &ReplyDraft::default(), now()).unwrap();
    store.no_reply_needed(cases[2], now()).unwrap();
    let site = only(&store);
    let week = &site.replies[0];
    assert_eq!(
        (week.days, week.in_time, week.late, week.unanswered),
        (7, 1, 1, 1),
        "the fifth still has time"
    );
    assert_eq!(week.cases, [cases[1], cases[3]]);
    assert!(site.fulfilment.is_none() && site.health.denominator == 0);
    let before = store.account(Some("2026-10-30".parse().unwrap()), now()).unwrap();
    let week = &before.sites[0].replies[0];
    assert_eq!((week.in_time, week.late, week.unanswered), (0, 0, 1), "as it stood at the end of that day");
}

#[test]
fn the_kept_rates_follow_the_rules() {
    let mut store = store();
    let cancelled = OrderLine {
        status: "Cancelled".to_owned(),
        purchased_on: "2026-10-20".parse().unwrap(),
        ..order_line(&id(1), "KB", None)
    };
    rows(
        &mut store,
        &[order(cancelled), placed(2, "2026-10-20"), feedback_row(&id(1), "2026-10-25", 1, "bad")],
    );
    let worst = |store: &Store| store.counts(now(), now(), now()).unwrap().odr_worst.unwrap().1;
    assert_eq!((worst(&store).numerator, worst(&store).denominator), (1, 2));
    store.use_health(policy(|policy| policy.odr.cancelled_orders_count = false)).unwrap();
    assert_eq!((worst(&store).numerator, worst(&store).denominator), (0, 1));
    store.use_health(shipped_health().unwrap()).unwrap();
    assert_eq!(worst(&store).denominator, 2);
}

#[test]
fn orders_without_a_site_or_a_shipper_are_counted_apart() {
    let mut store = store();
    let bare = OrderLine { fulfilment: None, ..order_line(&id(1), "KB", None) };
    rows(&mut store, &[order(bare), placed(2, "2026-10-20")]);
    let account = store.account(None, now()).unwrap();
    assert_eq!((account.unplaced, account.sites[0].health.denominator), (1, 1));
}
