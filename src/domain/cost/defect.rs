//! What a claim may cost: how often own complaints come to a claim, how often an offer has one withdrawn, what is at risk.
//! Figures with their counts; nothing is weighed.

use crate::domain::health::Distance;
use crate::domain::share::{Share, wilson};
use crate::domain::{CaseId, Fulfilment, Kind, Marketplace, Money};

/// A probability with the interval of 95 % it lies in, in hundredths of a per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// The best guess.
    pub at: u32,
    /// The lower end.
    pub low: u32,
    /// The upper end.
    pub high: u32,
}

impl Chance {
    /// It has happened.
    pub const CERTAIN: Self = Self { at: 10_000, low: 10_000, high: 10_000 };

    /// `of` of `all`, which need not be whole: a prior counts as a part of a case. `None` of nothing.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 10,000")]
    fn of(of: f64, all: f64) -> Option<Self> {
        if all <= 0.0 {
            return None;
        }
        let [low, high] = wilson(of, all);
        let hundredths = |share: f64| (share.clamp(0.0, 1.0) * 10_000.0).round() as u32;
        Some(Self { at: hundredths(of / all), low: hundredths(low), high: hundredths(high) })
    }

    /// That both happen, each by itself.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            at: times(self.at, other.at),
            low: times(self.low, other.low),
            high: times(self.high, other.high),
        }
    }

    /// That it does not happen.
    #[must_use]
    pub const fn not(self) -> Self {
        Self { at: 10_000 - self.at, low: 10_000 - self.high, high: 10_000 - self.low }
    }

    /// What an amount comes to on average, with the ends of the interval.
    #[must_use]
    pub fn of_amount(self, amount: Money) -> [Money; 3] {
        [self.at, self.low, self.high].map(|share| amount.share(share))
    }
}

const fn times(one: u32, other: u32) -> u32 {
    (one * other + 5_000) / 10_000
}

/// What others reach by offers, as a belief that own claims correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prior {
    /// Of a hundred claims, how many are withdrawn after an offer.
    pub percent: u32,
    /// It counts as much as so many own claims.
    pub weight: u32,
}

/// What is known about claims beside a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The case is a claim already.
    pub is_claim: bool,
    /// The kind the complaints are counted of.
    pub kind: Kind,
    /// Over so many days before now.
    pub days: i64,
    /// Own orders with a complaint of this kind that was no claim yet, and how many of them came to a claim afterwards. Those
    /// whose claim came first or alone are not among them, nor is this case's order. The newest of them may still come to one.
    pub claimed: Share,
    /// The cases of those orders.
    pub cases: Vec<CaseId>,
    /// Own claims with an offer that ended, and how many of them were withdrawn.
    pub withdrawn: Share,
    /// What others reach.
    pub prior: Prior,
    /// What a claim would take, by [`crate::domain::paths::at_risk`].
    pub at_risk: Option<Money>,
    /// The rate the order counts in: site, who ships, the line in hundredths of a per cent, and how far it is; `None` where
    /// the order is in no imported report.
    pub line: Option<(Marketplace, Fulfilment, i64, Option<Distance>)>,
}

impl Defect {
    /// That the complaint comes to a claim. `None` without own history.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of cases stay far below 2^52")]
    pub fn claim(&self) -> Option<Chance> {
        if self.is_claim {
            return Some(Chance::CERTAIN);
        }
        Chance::of(self.claimed.of as f64, self.claimed.all as f64)
    }

    /// That a claim is withdrawn after an offer: own claims and the prior together.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of cases stay far below 2^52")]
    pub fn withdrawal(&self) -> Option<Chance> {
        let weight = f64::from(self.prior.weight);
        let of = self.withdrawn.of as f64 + weight * f64::from(self.prior.percent) / 100.0;
        Chance::of(of, self.withdrawn.all as f64 + weight)
    }

    /// What a claim costs on average without an offer, and the ends of its interval.
    #[must_use]
    pub fn expected(&self) -> Option<[Money; 3]> {
        Some(self.claim()?.of_amount(self.at_risk?))
    }

    /// What is left of that when an offer has claims withdrawn as often as [`Defect::withdrawal`] says.
    #[must_use]
    pub fn expected_after(&self) -> Option<[Money; 3]> {
        Some(self.claim()?.and(self.withdrawal()?.not()).of_amount(self.at_risk?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn defect(claimed: (usize, usize), withdrawn: (usize, usize), weight: u32) -> Defect {
        let share = |(of, all)| Share { of, all };
        Defect {
            is_claim: false,
            kind: Kind::NotReceived,
            days: 365,
            claimed: share(claimed),
            cases: Vec::new(),
            withdrawn: share(withdrawn),
            prior: Prior { percent: 79, weight },
            at_risk: Some(Money::new(5_000, Currency::parse("USD").unwrap())),
            line: None,
        }
    }

    fn minor(sums: Option<[Money; 3]>) -> [i64; 3] {
        sums.unwrap().map(|sum| sum.minor)
    }

    #[test]
    fn own_complaints_say_how_often_a_claim_comes() {
        // 10 of 100: 10 %, by Wilson 5.52 % to 17.44 %; of 50.00 USD at risk 5.00, 2.76 and 8.72.
        let ours = defect((10, 100), (0, 0), 10);
        assert_eq!(ours.claim(), Some(Chance { at: 1_000, low: 552, high: 1_744 }));
        assert_eq!(minor(ours.expected()), [500, 276, 872]);
    }

    #[test]
    fn the_prior_is_corrected_by_own_claims_as_its_weight_says() {
        assert_eq!(defect((1, 2), (0, 0), 10).withdrawal().unwrap().at, 7_900);
        // 2 of 10 own claims and the prior as ten claims: (2 + 7.9) / 20 = 49.5 %.
        assert_eq!(defect((1, 2), (2, 10), 10).withdrawal().unwrap().at, 4_950);
        // Without a weight only own claims count.
        assert_eq!(defect((1, 2), (2, 10), 0).withdrawal().unwrap().at, 2_000);
        assert_eq!(defect((1, 2), (0, 0), 0).withdrawal(), None);
    }

    #[test]
    fn an_offer_leaves_the_part_that_is_not_withdrawn() {
        // 50 % come to a claim, 79 % of them are withdrawn: 0.5 × 0.21 × 50.00 = 5.25.
        assert_eq!(minor(defect((50, 100), (0, 0), 10).expected_after())[0], 525);
        let claim = Defect { is_claim: true, ..defect((0, 0), (0, 0), 10) };
        assert_eq!((minor(claim.expected())[0], minor(claim.expected_after())[0]), (5_000, 1_050));
    }

    #[test]
    fn without_history_or_amount_nothing_is_guessed() {
        assert_eq!(defect((0, 0), (0, 0), 10).expected(), None);
        assert_eq!(Defect { at_risk: None, ..defect((1, 2), (1, 2), 10) }.expected(), None);
    }
}
