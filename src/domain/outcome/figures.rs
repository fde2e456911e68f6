//! What is counted of outcomes: how cases ended, and how many A-to-z claims were withdrawn, with and without an offer.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Source;
use crate::domain::case::{CaseId, Outcome};
use crate::domain::marketplace::Marketplace;
use crate::domain::money::Money;
use crate::domain::offer::{OfferKind, Route};
use crate::domain::paths::{Ending, withdrawn};
use crate::domain::report::policy::OutcomePolicy;
use crate::domain::share::Share;

/// A case that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The case.
    pub case: CaseId,
    /// How it stands.
    pub outcome: Outcome,
    /// Who says so.
    pub by: Source,
    /// The operator noted what Amazon contradicts.
    pub disputed: bool,
}

/// An offer that was made before its claim ended, and not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// What was offered.
    pub kind: OfferKind,
    /// The way it went to the buyer; `None`: nobody said.
    pub route: Option<Route>,
    /// What the buyer gets back.
    pub amount: Option<Money>,
    /// When.
    pub at: Timestamp,
}

/// An A-to-z claim that ended, or is appealed against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The case.
    pub case: CaseId,
    /// How it stands.
    pub outcome: Outcome,
    /// On which site.
    pub marketplace: Option<Marketplace>,
    /// When the buyer first complained: in the claim, or in an earlier case of the same order.
    pub complained: Timestamp,
    /// When the claim was made.
    pub opened: Timestamp,
    /// The total of its order.
    pub total: Option<Money>,
    /// What was offered, oldest first.
    pub offers: Vec<Made>,
}

/// Claims of one sort, and how many of them were withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Those of which is known how they ended.
    pub settled: Vec<CaseId>,
    /// Withdrawn, of them.
    pub withdrawn: Share,
}

impl Group {
    fn of<'c>(claims: impl IntoIterator<Item = &'c Claim>) -> Self {
        let known = |claim: &&Claim| claim.ending().is_some_and(Ending::is_settled);
        let claims: Vec<&Claim> = claims.into_iter().filter(known).collect();
        Self {
            withdrawn: withdrawn(claims.iter().filter_map(|claim| claim.ending())),
            settled: claims.iter().map(|claim| claim.case).collect(),
        }
    }
}

/// Between two bounds: above the first one, up to the second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Band {
    /// The lower bound; 0 for the first band.
    pub from: i64,
    /// The upper bound; `None` for the last band.
    pub to: Option<i64>,
}

impl Band {
    /// The bands between rising bounds, the first one from 0.
    #[must_use]
    pub fn between(bounds: &[i64]) -> Vec<Self> {
        let froms = [0].into_iter().chain(bounds.iter().copied());
        let tos = bounds.iter().copied().map(Some).chain([None]);
        froms.zip(tos).map(|(from, to)| Self { from, to }).collect()
    }

    /// Whether `part` of `unit`s lies in it: `part / unit` is above the lower bound (or 0 itself) and not above the upper one.
    #[must_use]
    pub fn has(&self, part: i64, unit: i64) -> bool {
        let (part, unit) = (i128::from(part), i128::from(unit));
        let above = self.from == 0 || part > i128::from(self.from) * unit;
        above && self.to.is_none_or(|to| part <= i128::from(to) * unit)
    }
}

/// How much of the order was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// A part of it, per cent.
    Part(Band),
    /// All of it.
    Whole,
    /// No money: the article was to be sent again.
    NoMoney,
    /// Nobody knows: the total is not known, or in another currency.
    Unknown,
}

/// When something was offered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delay {
    /// Before the buyer made the claim, after he had complained so long, hours.
    Before(Band),
    /// After he had made it, so long after he first complained, hours.
    After(Band),
}

impl Claim {
    fn ending(&self) -> Option<Ending> {
        Ending::of(self.outcome)
    }

    /// The last offer before the end: the one that the outcome answers.
    #[must_use]
    pub fn last(&self) -> Option<&Made> {
        self.offers.last()
    }

    /// How much of the order the last offer was.
    #[must_use]
    pub fn size(&self, policy: &OutcomePolicy) -> Option<Size> {
        let offer = self.last()?;
        if offer.kind == OfferKind::Reshipment {
            return Some(Size::NoMoney);
        }
        let both = offer.amount.zip(self.total.filter(|total| total.minor > 0));
        let Some((amount, total)) = both.filter(|(amount, total)| amount.currency == total.currency) else {
            return Some(Size::Unknown);
        };
        if amount.minor >= total.minor {
            return Some(Size::Whole);
        }
        let bands = Band::between(&policy.shares).into_iter();
        let part = bands.into_iter().find(|band| band.has(amount.minor.saturating_mul(100), total.minor));
        Some(part.map_or(Size::Unknown, Size::Part))
    }

    /// How soon after the complaint something was offered first.
    #[must_use]
    pub fn delay(&self, policy: &OutcomePolicy) -> Option<Delay> {
        let first = self.offers.iter().map(|offer| offer.at).min()?;
        let seconds = first.duration_since(self.complained).as_secs().max(0);
        let band = Band::between(&policy.hours).into_iter().find(|band| band.has(seconds, 3_600))?;
        Some(if first < self.opened { Delay::Before(band) } else { Delay::After(band) })
    }
}

/// The page of outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// The cases that ended in the window, by outcome.
    pub ended: BTreeMap<Outcome, Vec<CaseId>>,
    /// Open cases that nobody answered for so long that they count as lost: the clock ran out in the window.
    pub lost: Vec<CaseId>,
    /// Cases where the operator noted what Amazon contradicts.
    pub disputed: Vec<CaseId>,
    /// Claims with an offer.
    pub offered: Group,
    /// Claims without one.
    pub alone: Group,
    /// Claims that ended nobody knows how, and those that are appealed against: in no rate.
    pub unsettled: Vec<CaseId>,
    /// Claims with an offer, by the kind of the last one.
    pub kinds: Vec<(OfferKind, Group)>,
    /// By the way it went to the buyer; `None`: nobody said.
    pub routes: Vec<(Option<Route>, Group)>,
    /// By how much of the order it was.
    pub sizes: Vec<(Size, Group)>,
    /// By how soon the first one came.
    pub delays: Vec<(Delay, Group)>,
    /// By site; `None`: not known.
    pub sites: Vec<(Option<Marketplace>, Group)>,
    /// How it was counted.
    pub policy: OutcomePolicy,
}

impl Outcomes {
    /// Counts what ended in a window. `lost`: open cases whose loss only the clocks say.
    #[must_use]
    pub fn of(ended: &[Ended], claims: &[Claim], lost: Vec<CaseId>, policy: OutcomePolicy) -> Self {
        let mut by_outcome: BTreeMap<Outcome, Vec<CaseId>> = BTreeMap::new();
        for each in ended.iter().filter(|each| each.outcome != Outcome::ImportUndone) {
            by_outcome.entry(each.outcome).or_default().push(each.case);
        }
        let (with, without): (Vec<&Claim>, Vec<&Claim>) =
            claims.iter().partition(|claim| !claim.offers.is_empty());
        let unsettled = claims.iter().filter(|claim| !claim.ending().is_some_and(Ending::is_settled));
        Self {
            ended: by_outcome,
            lost,
            disputed: ended.iter().filter(|each| each.disputed).map(|each| each.case).collect(),
            offered: Group::of(with.iter().copied()),
            alone: Group::of(without),
            unsettled: unsettled.map(|claim| claim.case).collect(),
            kinds: groups(&with, |claim| claim.last().map(|offer| offer.kind)),
            routes: groups(&with, |claim| claim.last().map(|offer| offer.route)),
            sizes: groups(&with, |claim| claim.size(&policy)),
            delays: groups(&with, |claim| claim.delay(&policy)),
            sites: groups(&with, |claim| Some(claim.marketplace)),
            policy,
        }
    }

    /// Whether a rate of a group says anything.
    #[must_use]
    pub fn is_enough(&self, group: &Group) -> bool {
        group.withdrawn.all >= self.policy.few
    }
}

/// The settled claims by something; what no claim has is left out.
fn groups<K: Ord + Copy>(claims: &[&Claim], key: impl Fn(&Claim) -> Option<K>) -> Vec<(K, Group)> {
    let mut found: BTreeMap<K, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        if let Some(key) = key(claim) {
            found.entry(key).or_default().push(claim);
        }
    }
    let groups = found.into_iter().map(|(key, claims)| (key, Group::of(claims)));
    groups.filter(|(_, group)| !group.settled.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::money::Currency;
    use crate::domain::report::policy::shipped_report;

    fn policy() -> OutcomePolicy {
        shipped_report().unwrap().outcomes
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hour * 3_600).unwrap()
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    fn made(kind: OfferKind, minor: i64, hour: i64) -> Made {
        Made { kind, route: Some(Route::Message), amount: (minor > 0).then(|| usd(minor)), at: at(hour) }
    }

    fn claim(case: i64, outcome: Outcome, offers: Vec<Made>) -> Claim {
        Claim {
            case: CaseId(case),
            outcome,
            marketplace: Some(if case % 2 == 0 { Marketplace::Us } else { Marketplace::De }),
            complained: at(0),
            opened: at(10),
            total: Some(usd(5_000)),
            offers,
        }
    }

    use OfferKind::{FullRefund, PartialRefund, Reshipment};
    use Outcome::{Appealed, Cancelled, Denied, Granted, LostByDefault, Satisfied, Withdrawn, Won};

    fn of(claims: &[Claim]) -> Outcomes {
        Outcomes::of(&[], claims, Vec::new(), policy())
    }

    #[test]
    fn a_small_set_counted_by_hand() {
        let claims = [
            claim(1, Withdrawn, vec![made(PartialRefund, 500, 2)]),
            claim(2, Withdrawn, vec![made(PartialRefund, 1_000, 12), made(FullRefund, 5_000, 30)]),
            claim(3, Granted, vec![made(PartialRefund, 501, 25)]),
            claim(4, Denied, Vec::new()),
            claim(5, Withdrawn, Vec::new()),
            claim(6, LostByDefault, Vec::new()),
            claim(7, Cancelled, vec![made(Reshipment, 0, 200)]),
            claim(8, Won, Vec::new()),
            claim(9, Appealed, vec![made(PartialRefund, 500, 2)]),
            claim(10, Satisfied, vec![made(PartialRefund, 500, 2)]),
        ];
        let counted = of(&claims);
        assert_eq!(counted.offered.withdrawn, Share { of: 2, all: 4 }, "1, 2, 3, 7");
        assert_eq!(counted.alone.withdrawn, Share { of: 1, all: 4 }, "4, 5, 6, 8");
        assert_eq!(counted.unsettled, [CaseId(9), CaseId(10)]);
        let kinds: Vec<_> = counted.kinds.iter().map(|(kind, group)| (*kind, group.withdrawn)).collect();
        assert_eq!(
            kinds,
            [
                (PartialRefund, Share { of: 1, all: 2 }),
                (FullRefund, Share { of: 1, all: 1 }),
                (Reshipment, Share { of: 0, all: 1 }),
            ]
        );
        let sizes: Vec<_> =
            counted.sizes.iter().map(|(size, group)| (*size, group.settled.clone())).collect();
        let (tenth, quarter) = (Band { from: 0, to: Some(10) }, Band { from: 10, to: Some(25) });
        assert_eq!(
            sizes,
            [
                (Size::Part(tenth), vec![CaseId(1)]),
                (Size::Part(quarter), vec![CaseId(3)]),
                (Size::Whole, vec![CaseId(2)]),
                (Size::NoMoney, vec![CaseId(7)]),
            ]
        );
        let delays: Vec<_> =
            counted.delays.iter().map(|(delay, group)| (*delay, group.settled.len())).collect();
        let day = Band { from: 0, to: Some(24) };
        assert_eq!(
            delays,
            [
                (Delay::Before(day), 1),
                (Delay::After(day), 1),
                (Delay::After(Band { from: 24, to: Some(72) }), 1),
                (Delay::After(Band { from: 168, to: None }), 1),
            ]
        );
        assert_eq!(counted.sites.len(), 2);
        assert!(!counted.is_enough(&counted.offered), "four claims are too few for a rate");
    }

    #[test]
    fn an_amount_that_cannot_be_compared_is_no_share() {
        let euro = Money::new(500, Currency::parse("EUR").unwrap());
        let foreign = Made { amount: Some(euro), ..made(PartialRefund, 500, 1) };
        assert_eq!(claim(1, Granted, vec![foreign]).size(&policy()), Some(Size::Unknown));
        let unknown = Claim { total: None, ..claim(1, Granted, vec![made(FullRefund, 500, 1)]) };
        assert_eq!(unknown.size(&policy()), Some(Size::Unknown));
        assert_eq!(claim(1, Granted, Vec::new()).size(&policy()), None);
    }

    fn any_claim() -> impl Strategy<Value = Claim> {
        let outcome = proptest::sample::select(Outcome::ALL.to_vec());
        let kind = proptest::sample::select(OfferKind::ALL.to_vec());
        let offer = (kind, 0..6_000_i64, 0..400_i64).prop_map(|(kind, minor, hour)| made(kind, minor, hour));
        (1..500_i64, outcome, proptest::collection::vec(offer, 0..3))
            .prop_map(|(case, outcome, offers)| claim(case, outcome, offers))
    }

    proptest! {
        #[test]
        fn every_division_adds_up_to_the_whole(claims in proptest::collection::vec(any_claim(), 0..60)) {
            let counted = of(&claims);
            let sum = |shares: Vec<Share>| shares.into_iter().fold(Share::default(), |one, other| Share {
                of: one.of + other.of,
                all: one.all + other.all,
            });
            let whole = counted.offered.withdrawn;
            prop_assert_eq!(sum(counted.kinds.iter().map(|(_, group)| group.withdrawn).collect()), whole);
            prop_assert_eq!(sum(counted.sizes.iter().map(|(_, group)| group.withdrawn).collect()), whole);
            prop_assert_eq!(sum(counted.delays.iter().map(|(_, group)| group.withdrawn).collect()), whole);
            prop_assert_eq!(sum(counted.sites.iter().map(|(_, group)| group.withdrawn).collect()), whole);
            let all = whole.all + counted.alone.withdrawn.all + counted.unsettled.len();
            prop_assert_eq!(all, claims.len());
        }

        #[test]
        fn a_value_lies_in_exactly_one_band(part in 0..100_000_i64, unit in 1..5_000_i64) {
            let bands = Band::between(&[10, 25, 50]);
            prop_assert_eq!(bands.iter().filter(|band| band.has(part, unit)).count(), 1);
        }
    }
}
