//! Clocks against a table of situations whose due times were computed by hand, and what must hold for any history.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::domain::case::{Channel, Fulfilment};
use crate::domain::marketplace::Marketplace;
use crate::domain::record::Decision;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[derive(Deserialize)]
struct Table {
    situation: Vec<Situation>,
}

/// One situation: what happened, the moment, and the clocks as `name start due state`.
#[derive(Deserialize)]
struct Situation {
    is: String,
    channel: Channel,
    site: Option<Marketplace>,
    ships: Option<Fulfilment>,
    events: Vec<String>,
    archived: Option<String>,
    now: String,
    clocks: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
    leads: Option<String>,
    #[serde(default)]
    policy: String,
}

/// `2026-10-05T09:00:00Z stated 2026-10-08T09:00:00Z`.
fn happening(text: &str) -> Happening {
    let (moment, rest) = text.split_once(' ').unwrap();
    let (word, more) = rest.split_once(' ').unwrap_or((rest, ""));
    let what = match word {
        "opened" => What::Opened,
        "buyer_message" => What::BuyerMessage,
        "stated" => What::Stated(at(more)),
        "return_received" => What::ReturnReceived,
        "decided" => What::Decided(Decision::parse(more).unwrap()),
        "refund_issued" => What::RefundIssued,
        "waiting" => What::Waiting(Side::parse(more).unwrap()),
        "resumed" => What::Resumed,
        "answered" => What::Answered,
        "archived" => What::Archived,
        "reopened" => What::Reopened,
        other => panic!("{other}"),
    };
    Happening { at: at(moment), what }
}

impl Situation {
    fn timeline(&self) -> Timeline {
        let happenings = self.events.iter().map(|text| happening(text)).collect();
        Timeline::new(self.channel, self.site, self.ships, happenings)
            .archived(self.archived.as_deref().map(at))
    }

    fn policy(&self) -> Policy {
        shipped_policy().unwrap().overridden_by(&self.policy).unwrap()
    }
}

fn situations() -> Vec<Situation> {
    let table: Table = toml::from_str(include_str!("../../../tests/data/clocks.toml")).unwrap();
    table.situation
}

#[test]
fn every_situation_of_the_table_has_the_clocks_computed_by_hand() {
    let mut wrong = Vec::new();
    let all = situations();
    for situation in &all {
        let (timeline, policy, now) = (situation.timeline(), situation.policy(), at(&situation.now));
        let found = clocks(&timeline, &policy);
        let said: Vec<String> = found
            .iter()
            .map(|clock| {
                let state = clock.state(now).word();
                format!("{} {} {} {state}", clock.rule.name, clock.started, clock.due_at(now))
            })
            .collect();
        let missing = situation.clocks.iter().filter(|wanted| !said.contains(wanted)).cloned();
        wrong.extend(missing.map(|wanted| format!("{}: not {wanted}\n    but {said:#?}", situation.is)));
        let there =
            situation.without.iter().filter(|name| found.iter().any(|clock| clock.rule.name == **name));
        wrong.extend(there.map(|name| format!("{}: has {name}", situation.is)));
        if let Some(leads) = &situation.leads {
            let first = leading(&found).map_or("none", |clock| clock.rule.name.as_str());
            if first != leads {
                wrong.push(format!("{}: {first} leads, not {leads}", situation.is));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all.len() >= 60, "only {} situations", all.len());
}

#[test]
fn the_table_speaks_of_every_clock_and_of_many_sites() {
    let all = situations();
    let named: BTreeSet<&str> =
        all.iter().flat_map(|one| &one.clocks).filter_map(|text| text.split(' ').next()).collect();
    for rule in shipped_policy().unwrap().rules {
        assert!(named.contains(rule.name.as_str()), "{} is in no situation", rule.name);
    }
    let sites: BTreeSet<_> = all.iter().filter_map(|one| one.site).collect();
    assert!(sites.len() >= 8, "{sites:?}");
}

/// Any history: seconds after the start, and what happened then.
fn history() -> impl Strategy<Value = Vec<Happening>> {
    let start = at("2026-10-20T08:00:00Z");
    let what = prop_oneof![
        Just(What::Opened),
        Just(What::BuyerMessage),
        Just(What::ReturnReceived),
        Just(What::RefundIssued),
        Just(What::Answered),
        Just(What::Resumed),
        Just(What::Archived),
        Just(What::Reopened),
        prop::sample::select(Side::ALL).prop_map(What::Waiting),
        prop::sample::select(Decision::ALL).prop_map(What::Decided),
    ];
    let after = move |hours: i64| start + jiff::SignedDuration::from_hours(hours);
    prop::collection::vec(
        (0..2_000_i64, what).prop_map(move |(hours, what)| Happening { at: after(hours), what }),
        1..12,
    )
}

fn any_case() -> impl Strategy<Value = (Channel, Option<Marketplace>)> {
    (prop::sample::select(Channel::ALL), prop::option::of(prop::sample::select(Marketplace::ALL)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_clock_never_goes_backwards((channel, site) in any_case(), mut all in history(), later in 0..24_i64) {
        let policy = shipped_policy().unwrap();
        all.sort_by_key(|happening| happening.at);
        let build = |some: &[Happening]| Timeline::new(channel, site, None, some.to_vec());
        for known in 0..all.len() {
            // The moment at which the next thing is not known yet, and one with it.
            let now = all[known].at + jiff::SignedDuration::from_hours(later);
            let (before, after) = (build(&all[..known]), build(&all[..=known]));
            let after = clocks(&after, &policy);
            for clock in &after {
                // As time passes what is left never grows.
                let left = |at: Timestamp| clock.due_at(at).duration_since(at);
                prop_assert!(left(now + jiff::SignedDuration::from_hours(7)) <= left(now));
            }
            for clock in clocks(&before, &policy) {
                let same = after.iter().find(|other| other.rule.name == clock.rule.name);
                let Some(same) = same else {
                    prop_assert!(false, "{} is gone", clock.rule.name);
                    continue;
                };
                prop_assert!(same.started >= clock.started);
                // What is not paused keeps or moves on its due time; a pause that has just ended gives back nothing.
                prop_assert!(same.due >= clock.due, "{}: {} before {}", clock.rule.name, same.due, clock.due);
                if same.started == clock.started {
                    let rewound = clock.stopped.is_some() && same.stopped.is_none();
                    prop_assert!(!rewound, "a stopped clock runs on without a new start");
                }
            }
        }
    }

    #[test]
    fn a_pause_moves_the_due_time_by_exactly_its_length(hours in 1..100_i64, begin in 1..160_i64) {
        let policy = shipped_policy().unwrap();
        let start = at("2026-11-02T08:00:00Z");
        let after = move |hours: i64| start + jiff::SignedDuration::from_hours(hours);
        let happening = |at: Timestamp, what: What| Happening { at, what };
        let plain = vec![happening(start, What::Opened)];
        let mut waited = plain.clone();
        waited.push(happening(after(begin), What::Waiting(Side::Carrier)));
        let due = |some: &[Happening], now: Timestamp| {
            let timeline = Timeline::new(Channel::Message, Some(Marketplace::Jp), None, some.to_vec());
            let found = clocks(&timeline, &policy);
            let clock = found.iter().find(|clock| clock.rule.name == "default_loss").unwrap();
            (clock.due_at(now), clock.state(now))
        };
        let end = after(begin + hours);
        let (moved, state) = due(&waited, end);
        prop_assert_eq!(state, Running::Paused);
        waited.push(happening(end, What::Resumed));
        prop_assert_eq!(due(&waited, end).0, moved);
        prop_assert_eq!(moved, due(&plain, end).0 + jiff::SignedDuration::from_hours(hours));
    }

    #[test]
    fn the_order_in_which_things_become_known_does_not_matter(
        (channel, site) in any_case(),
        (one, other) in history().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        // Waits of one second keep the order in which the operator said them: the property is about the rest.
        let mut seconds: Vec<_> = one
            .iter()
            .filter(|happening| matches!(happening.what, What::Waiting(_) | What::Resumed))
            .map(|happening| happening.at)
            .collect();
        let count = seconds.len();
        seconds.sort();
        seconds.dedup();
        prop_assume!(seconds.len() == count);
        let policy = shipped_policy().unwrap();
        let say = |all: Vec<Happening>| {
            let found = Timeline::new(channel, site, None, all);
            clocks(&found, &policy)
                .iter()
                .map(|clock| format!("{} {} {} {:?} {:?}", clock.rule.name, clock.started, clock.due, clock.paused, clock.stopped))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(say(one), say(other));
    }
}
