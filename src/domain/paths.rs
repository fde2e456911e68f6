//! The two ways of an open A-to-z claim, to negotiate or to let Amazon decide: dates, counts and sums for both. Nothing
//! is weighed here; what is not known stays `None`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::case::{CaseId, Channel, Fulfilment, Kind, Outcome, words};
use super::health::{Distance, distance};
use super::marketplace::Marketplace;
use super::money::Money;
use super::offer::{Offer, OfferKind, OfferStatus};
use super::record::Notice;
pub use super::share::Share;
use super::share::{median, per};
use super::view::CaseFile;

/// What others reach by offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferBenchmark {
    /// Of a hundred claims, how many are withdrawn after an offer.
    pub withdrawn_percent: u32,
    /// Who says so.
    pub source: String,
    /// The same in Chinese.
    pub source_zh: String,
    /// From when it holds.
    pub since: Date,
}

/// What a refund changes in the order defect rate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundNote {
    /// What a refund during the claim changes in it, with its source.
    pub refund: String,
    /// The same in Chinese.
    pub refund_zh: String,
    /// From when it holds.
    pub since: Date,
}

/// Which own claims are counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Those that arose in so many days before now.
    pub days: i64,
    /// Of these the newest so many.
    pub most: usize,
    /// Who says so.
    pub source: String,
    /// From when it holds.
    pub since: Date,
}

/// The policy file of the two ways.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathPolicy {
    /// What offers bring others.
    pub benchmark: OfferBenchmark,
    /// The order defect rate.
    pub odr: RefundNote,
    /// The own claims.
    pub past: Span,
}

/// The policy that ships with kesu.
///
/// # Errors
/// The message of the TOML reader, with line and column; never for the file that ships, which a test reads.
pub fn shipped_paths() -> Result<PathPolicy, toml::de::Error> {
    toml::from_str(include_str!("../../assets/policy/paths.toml"))
}

words! {
    /// How a claim of the past ended.
    Ending {
        /// For the buyer, by Amazon's decision or because nobody answered.
        Granted = "granted",
        /// For the seller.
        Denied = "denied",
        /// The buyer took it back.
        Withdrawn = "withdrawn",
        /// The order was cancelled.
        Cancelled = "cancelled",
        /// Otherwise, or nobody noted how.
        NotStated = "not_stated",
    }
}

impl Ending {
    /// How a claim ended that stands so (see [`super::outcome::standing`]); `None` while it runs.
    #[must_use]
    pub const fn of(outcome: Outcome) -> Option<Self> {
        Some(match outcome {
            Outcome::Granted | Outcome::LostByDefault => Self::Granted,
            Outcome::Denied | Outcome::Won => Self::Denied,
            Outcome::Withdrawn => Self::Withdrawn,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Satisfied | Outcome::Silent | Outcome::Settled | Outcome::Other => Self::NotStated,
            // An appeal is not decided yet; an import that was taken back ended nothing.
            Outcome::Appealed | Outcome::ImportUndone => return None,
        })
    }

    /// Whether it is known how: these claims are what a rate of withdrawals is counted of.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::NotStated)
    }
}

/// The rate of withdrawals, everywhere: claims that were withdrawn, of those that were withdrawn, denied, granted (a loss by
/// default among them), won on appeal, or whose order was cancelled. What runs, is appealed against, or ended nobody knows how is
/// not counted.
#[must_use]
pub fn withdrawn(endings: impl IntoIterator<Item = Ending>) -> Share {
    let settled = endings.into_iter().filter(|ending| ending.is_settled());
    settled.fold(Share::default(), |share, ending| Share {
        of: share.of + usize::from(ending == Ending::Withdrawn),
        all: share.all + 1,
    })
}

/// An offer on a claim of the past, never a reversed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimOffer {
    /// What was offered.
    pub kind: OfferKind,
    /// Where it stands.
    pub status: OfferStatus,
    /// Whether it stood when the claim ended, by the money log: proposed then and expired later, it did.
    pub stood: bool,
    /// What the buyer was promised.
    pub amount: Option<Money>,
}

/// A claim that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastClaim {
    /// The case.
    pub case: CaseId,
    /// What it was about.
    pub kind: Kind,
    /// How it ended.
    pub ending: Ending,
    /// Every offer on it or on its order.
    pub offers: Vec<ClaimOffer>,
    /// One of them was made before it ended.
    pub offered: bool,
    /// The total of its order.
    pub total: Option<Money>,
}

/// The order defect rate that the claim counts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odr {
    /// The site.
    pub marketplace: Marketplace,
    /// Who ships.
    pub fulfilment: Fulfilment,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub as_of: Date,
    /// Orders with a defect.
    pub numerator: i64,
    /// Orders.
    pub denominator: i64,
    /// Hundredths of a per cent that the rate has to stay below.
    pub line_hundredths: i64,
    /// The day of the claim's order.
    pub day: Date,
    /// The order counts by this claim now.
    pub by_claim: bool,
    /// The order counts by something else too: feedback, a chargeback.
    pub by_other: bool,
}

impl Odr {
    /// Whether the order lies in the window.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        (self.from..=self.as_of).contains(&self.day)
    }

    /// Orders with a defect once the claim is granted.
    #[must_use]
    pub fn if_granted(&self) -> i64 {
        self.numerator + i64::from(self.is_inside() && !self.by_claim && !self.by_other)
    }

    /// Orders with a defect once the claim is denied or withdrawn.
    #[must_use]
    pub fn if_freed(&self) -> i64 {
        self.numerator - i64::from(self.is_inside() && self.by_claim && !self.by_other)
    }

    /// How many more orders with a defect reach the line; 0 at it or over it, `None` without orders.
    #[must_use]
    pub fn left_to_line(&self) -> Option<i64> {
        Some(match distance(self.numerator, self.denominator, self.line_hundredths)? {
            Distance::Below { defects, .. } => defects,
            Distance::Over { .. } => 0,
        })
    }
}

/// What is known of the two ways of one claim, beside its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The rate it counts in; `None` where the order is in no imported report.
    pub odr: Option<Odr>,
    /// Own claims that ended, the newest first.
    pub past: Vec<PastClaim>,
    /// There are older ones in the same days, not counted.
    pub capped: bool,
}

fn share<'a>(claims: impl Iterator<Item = &'a PastClaim>, ending: Ending) -> Share {
    claims.fold(Share::default(), |share, claim| Share {
        of: share.of + usize::from(claim.ending == ending),
        all: share.all + 1,
    })
}

/// What accepted offers came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typical {
    /// The amount in the middle.
    pub amount: Money,
    /// Its share of the order's total, per cent, in the middle of those whose total is known.
    pub percent: Option<i64>,
    /// Of so many offers.
    pub count: usize,
}

impl Paths {
    /// How many of the own claims with an offer made before they ended (`true`) or without one (`false`) were withdrawn.
    #[must_use]
    pub fn withdrawn(&self, offered: bool) -> Share {
        withdrawn(self.past.iter().filter(|claim| claim.offered == offered).map(|claim| claim.ending))
    }

    /// How many of the own claims of a kind (of all kinds without one) ended so.
    #[must_use]
    pub fn ended(&self, kind: Option<Kind>, ending: Ending) -> Share {
        share(self.past.iter().filter(|claim| kind.is_none_or(|kind| claim.kind == kind)), ending)
    }

    /// The middle of what was accepted in a currency: offers that were accepted or carried out, and those that stood when
    /// the claim was withdrawn.
    #[must_use]
    pub fn typical(&self, of: Money) -> Option<Typical> {
        let accepted = |claim: &PastClaim, offer: &ClaimOffer| match offer.status {
            OfferStatus::Accepted | OfferStatus::CarriedOut => true,
            OfferStatus::Proposed | OfferStatus::Expired => claim.ending == Ending::Withdrawn && offer.stood,
            OfferStatus::Declined | OfferStatus::Reversed => false,
        };
        let mut amounts = Vec::new();
        let mut percents = Vec::new();
        for claim in &self.past {
            for offer in claim.offers.iter().filter(|offer| accepted(claim, offer)) {
                let Some(amount) = offer.amount.filter(|amount| amount.currency == of.currency) else {
                    continue;
                };
                amounts.push(amount.minor);
                let total = claim.total.filter(|total| total.currency == amount.currency && total.minor > 0);
                percents.extend(total.and_then(|total| per(amount.minor, total.minor, 100)));
            }
        }
        let count = amounts.len();
        let amount = Money::new(median(amounts)?, of.currency);
        Some(Typical { amount, percent: median(percents), count })
    }
}

/// The moments of a claim that the dates of both ways follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// When Amazon asked.
    pub asked: Timestamp,
    /// Our first answer since.
    pub answered: Option<Timestamp>,
    /// When Amazon decided; `None` as well where only a report without a time says that it did.
    pub decided: Option<Timestamp>,
    /// When the answer is due, while it is.
    pub answer_due: Option<Timestamp>,
}

/// Reads the moments of a claim from its case.
#[must_use]
pub fn moments(file: &CaseFile) -> Moments {
    let clock = file.clocks.iter().find(|clock| clock.name == "atoz_answer");
    let asks = |notice: Notice| notice == Notice::AtozClaim;
    let asked = file.messages.iter().rev().find(|message| asks(message.notice)).map(|message| message.at);
    let asked = asked.or(clock.map(|clock| clock.started)).unwrap_or(file.summary.opened);
    let answered = file.messages.iter().find(|message| message.ours && message.at >= asked);
    let decided = file.messages.iter().rev().find(|message| message.notice == Notice::AtozDecision);
    let running = clock.filter(|clock| {
        matches!(clock.state, super::clock::Running::Running | super::clock::Running::Missed)
    });
    Moments {
        asked,
        answered: answered.map(|message| message.at),
        decided: decided.map(|message| message.at).filter(|at| *at >= asked && file.decision.is_some()),
        answer_due: running.map(|clock| clock.due),
    }
}

/// What Amazon may take: what is claimed, as far as the order still has it, else what the order still has.
#[must_use]
pub fn at_risk(file: &CaseFile) -> Option<Money> {
    match (file.claimed, left(file)) {
        (Some(claimed), Some(left)) if left.currency == claimed.currency && left.minor < claimed.minor => {
            Some(left)
        }
        (Some(claimed), _) => Some(claimed),
        (None, left) => left,
    }
}

/// The order's total less what was really refunded, by the operator's word or by mails and reports: what can still be offered
/// ([`Room`](super::offer::Room)), and what offers only promise. `None` where nobody knows what can still be offered.
fn left(file: &CaseFile) -> Option<Money> {
    let (room, refunds) = (&file.room, &file.refunds);
    room.rest().known()?;
    let total = room.total?;
    let told = |offer: &Offer| {
        let of = refunds.all.iter().filter(|refund| refund.offer == Some(offer.id));
        of.filter_map(|refund| refund.fact.amount).fold(0_i64, |sum, amount| sum.saturating_add(amount.minor))
    };
    let mut promised = 0_i64;
    for offer in file.offers.iter().filter(|offer| offer.status.stands()) {
        let Some(held) = offer.held() else { continue };
        if offer.status != OfferStatus::CarriedOut {
            promised = promised.saturating_add(held.minor.saturating_sub(told(offer)).max(0));
        }
    }
    let gone = room.taken().saturating_sub(promised);
    Some(Money::new(total.minor.saturating_sub(gone).clamp(0, total.minor.max(0)), total.currency))
}

/// Whether a case has these two ways: an A-to-z claim that is open.
#[must_use]
pub fn has_paths(file: &CaseFile) -> bool {
    file.summary.channel == Channel::Atoz && file.summary.state == super::case::State::Open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    fn claim(kind: Kind, ending: Ending, offers: &[(OfferStatus, i64)]) -> PastClaim {
        let offer = |(status, minor): &(OfferStatus, i64)| ClaimOffer {
            kind: OfferKind::PartialRefund,
            status: *status,
            stood: status.stands(),
            amount: Some(usd(*minor)),
        };
        let offered = !offers.is_empty();
        let offers = offers.iter().map(offer).collect();
        PastClaim { case: CaseId(1), kind, ending, offers, offered, total: Some(usd(5_000)) }
    }

    fn odr(numerator: i64, denominator: i64, by_claim: bool, by_other: bool) -> Odr {
        Odr {
            marketplace: Marketplace::Us,
            fulfilment: Fulfilment::Mfn,
            from: "2026-08-09".parse().unwrap(),
            as_of: "2026-10-07".parse().unwrap(),
            numerator,
            denominator,
            line_hundredths: 100,
            day: "2026-09-25".parse().unwrap(),
            by_claim,
            by_other,
        }
    }

    #[test]
    fn a_denied_claim_leaves_the_rate_unless_the_order_counts_by_something_else() {
        let alone = odr(3, 400, true, false);
        assert_eq!((alone.if_granted(), alone.if_freed()), (3, 2));
        let twice = odr(3, 400, true, true);
        assert_eq!((twice.if_granted(), twice.if_freed()), (3, 3));
        let freed_before = odr(3, 400, false, false);
        assert_eq!((freed_before.if_granted(), freed_before.if_freed()), (4, 3));
        let outside = Odr { day: "2026-08-08".parse().unwrap(), ..odr(3, 400, true, false) };
        assert_eq!((outside.if_granted(), outside.if_freed()), (3, 3));
        let first = Odr { day: "2026-08-09".parse().unwrap(), ..odr(3, 400, true, false) };
        assert_eq!(first.if_freed(), 2, "the first day of the window is in it");
    }

    #[test]
    fn the_orders_left_to_the_line_are_counted_to_the_one_that_reaches_it() {
        assert_eq!(odr(3, 400, true, false).left_to_line(), Some(1));
        assert_eq!(odr(3, 401, true, false).left_to_line(), Some(2), "4 of 401 is under 1 %");
        assert_eq!(odr(4, 400, true, false).left_to_line(), Some(0));
        assert_eq!(odr(9, 400, true, false).left_to_line(), Some(0));
        assert_eq!(odr(0, 0, false, false).left_to_line(), None);
    }

    #[test]
    fn withdrawn_claims_are_counted_apart_with_and_without_an_offer() {
        use Ending::{Denied, Granted, Withdrawn};
        use OfferStatus::{Accepted, Declined, Proposed};
        let past = vec![
            claim(Kind::NotReceived, Withdrawn, &[(Proposed, 1_000)]),
            claim(Kind::NotReceived, Granted, &[(Proposed, 4_000)]),
            claim(Kind::Defective, Withdrawn, &[(Declined, 500), (Accepted, 1_500)]),
            claim(Kind::NotReceived, Denied, &[]),
            claim(Kind::NotReceived, Withdrawn, &[]),
        ];
        let paths = Paths { odr: None, past, capped: false };
        assert_eq!(paths.withdrawn(true), Share { of: 2, all: 3 });
        assert_eq!(paths.withdrawn(false), Share { of: 1, all: 2 });
        assert_eq!(paths.ended(Some(Kind::NotReceived), Granted), Share { of: 1, all: 4 });
        assert_eq!(paths.ended(None, Denied), Share { of: 1, all: 5 });
        let typical = paths.typical(usd(0)).unwrap();
        assert_eq!((typical.amount, typical.percent, typical.count), (usd(1_000), Some(20), 2));
        let eur = Money::new(0, Currency::parse("EUR").unwrap());
        assert_eq!(paths.typical(eur), None, "what was accepted in dollars says nothing in euros");
    }

    #[test]
    fn a_claim_ends_as_it_stands_and_an_appeal_goes_on() {
        assert_eq!(Ending::of(Outcome::Appealed), None);
        assert_eq!(Ending::of(Outcome::ImportUndone), None);
        assert_eq!(Ending::of(Outcome::Won), Some(Ending::Denied));
        assert_eq!(Ending::of(Outcome::LostByDefault), Some(Ending::Granted));
        assert_eq!(Ending::of(Outcome::Satisfied), Some(Ending::NotStated));
        use Ending::{Cancelled, Granted, NotStated, Withdrawn};
        assert_eq!(withdrawn([Withdrawn, Granted, NotStated, Cancelled]), Share { of: 1, all: 3 });
    }
}
