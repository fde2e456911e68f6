//! Offers of compensation: what was promised, what became of it, never above the order.

pub mod policy;
pub mod proof;
mod refusal;
mod room;
mod told;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::proof::{Fact, Proof, Refund, Refunds, Witness};
pub use self::refusal::Refusal;
pub use self::room::{Rest, Room, check, check_size};
use super::CaseId;
use super::case::{Channel, words};
use super::event::Actor;
use super::money::Money;
use super::share::per;
use super::tracking::{Carriers, Verdict};

words! {
    /// What the seller offers.
    OfferKind {
        /// Part of the price comes back.
        PartialRefund = "partial_refund",
        /// The whole price comes back.
        FullRefund = "full_refund",
        /// The article is sent again.
        Reshipment = "reshipment",
        /// Nothing was shipped yet: the order is cancelled and refunded.
        CancelAndRefund = "cancel_and_refund",
    }
}

words! {
    /// Where an offer stands. Declined, expired and reversed offers hold no money.
    OfferStatus {
        /// Told to the buyer.
        Proposed = "proposed",
        /// The buyer agreed.
        Accepted = "accepted",
        /// The buyer refused.
        Declined = "declined",
        /// Done.
        CarriedOut = "carried_out",
        /// No answer in time.
        Expired = "expired",
        /// Taken back.
        Reversed = "reversed",
    }
}

words! {
    /// The way an offer goes to the buyer.
    Route {
        /// A message to the buyer.
        Message = "buyer_message",
        /// The return he asked for.
        Return = "return",
        /// The answer to his claim.
        Claim = "claim",
    }
}

impl OfferStatus {
    /// Whether the amount still counts against the order total.
    #[must_use]
    pub const fn stands(self) -> bool {
        matches!(self, Self::Proposed | Self::Accepted | Self::CarriedOut)
    }

    /// What an offer in this state can become.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Proposed => {
                &[Self::Accepted, Self::Declined, Self::CarriedOut, Self::Expired, Self::Reversed]
            }
            Self::Accepted => &[Self::CarriedOut, Self::Declined, Self::Reversed],
            // The buyer may come round, and a late yes is a yes.
            Self::Declined => &[Self::Accepted, Self::CarriedOut],
            Self::Expired => &[Self::Accepted, Self::Declined, Self::CarriedOut],
            Self::CarriedOut => &[Self::Reversed],
            Self::Reversed => &[],
        }
    }
}

impl OfferKind {
    /// Whether money goes back to the buyer.
    #[must_use]
    pub const fn refunds(self) -> bool {
        !matches!(self, Self::Reshipment)
    }
}

impl Route {
    /// The usual way on a channel.
    #[must_use]
    pub const fn usual(channel: Channel) -> Self {
        match channel {
            Channel::Atoz | Channel::Chargeback => Self::Claim,
            Channel::Return => Self::Return,
            Channel::Message | Channel::Feedback | Channel::Cancellation => Self::Message,
        }
    }
}

/// An offer as the dialogue makes it, before it is booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Made when the dialogue opens: the same key is never booked twice.
    pub key: String,
    /// What is offered.
    pub kind: OfferKind,
    /// What the buyer gets back; `None` for a reshipment.
    pub amount: Option<Money>,
    /// The way it goes to the buyer; `None`: nobody said.
    #[serde(default)]
    pub route: Option<Route>,
    /// Why it is made, in the operator's words.
    #[serde(default)]
    pub why: Option<String>,
    /// Carrier of a reshipment, as typed.
    pub carrier: Option<String>,
    /// Tracking number of a reshipment, as typed.
    pub tracking: Option<String>,
    /// Why an invalid tracking number goes out all the same.
    #[serde(default)]
    pub reason: Option<String>,
    /// What a reshipment costs the seller; does not count against the order total.
    pub cost: Option<Money>,
    /// The sum already given that the operator saw, minor units; booking is refused if it changed meanwhile.
    pub seen: i64,
    /// The operator confirmed an offer on an order of which nobody knows what is left.
    pub total_unknown_confirmed: bool,
}

/// A parcel that is sent again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parcel {
    /// Carrier, as typed.
    pub carrier: Option<String>,
    /// Tracking number, as typed or, of a booked one, as it is kept: plain where some carrier writes such numbers.
    pub tracking: Option<String>,
    /// What it costs the seller.
    pub cost: Option<Money>,
}

/// An offer that is to be moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Made when the question opens: the same key moves once.
    pub key: String,
    /// Row of the offer.
    pub offer: i64,
    /// The offer's last line of the money log that the operator saw; the move is refused if there is a newer one.
    pub seen: i64,
    /// Where to.
    pub to: OfferStatus,
    /// What the buyer really got back, where it is carried out; `None`: what was promised.
    pub paid: Option<Money>,
    /// The parcel that went out, where a reshipment is carried out; `None`: as promised.
    pub parcel: Option<Parcel>,
    /// Why an invalid tracking number goes out all the same.
    pub reason: Option<String>,
}

/// A state an offer came to, which was not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The state.
    pub status: OfferStatus,
    /// When.
    pub at: Timestamp,
    /// By whom: expiry is kesu's.
    pub by: Actor,
    /// The money the offer held from then on.
    pub held: Option<Money>,
}

/// A booked offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Row number.
    pub id: i64,
    /// What is offered.
    pub kind: OfferKind,
    /// What the buyer was promised.
    pub amount: Option<Money>,
    /// Where it stands, by the operator's word or by the passing of time; never by a proof.
    pub status: OfferStatus,
    /// The way it went to the buyer; `None`: booked before kesu asked for it.
    pub route: Option<Route>,
    /// Why it was made, in the operator's words.
    pub why: Option<String>,
    /// Carrier of a reshipment.
    pub carrier: Option<String>,
    /// Tracking number of a reshipment.
    pub tracking: Option<String>,
    /// What a reshipment costs.
    pub cost: Option<Money>,
    /// When it was booked.
    pub at: Timestamp,
    /// Booked although the order total was not known.
    pub total_unknown: bool,
    /// The states it came to, oldest first; what was undone is left out.
    pub steps: Vec<Step>,
    /// Its last line of the money log.
    pub line: i64,
    /// What mails and reports show of it, the best first.
    pub proofs: Vec<Proof>,
    /// Its case.
    pub case: CaseId,
}

impl Offer {
    /// When it came to a state, if it did.
    #[must_use]
    pub fn moved_at(&self, status: OfferStatus) -> Option<Timestamp> {
        self.steps.iter().rev().find(|step| step.status == status).map(|step| step.at)
    }

    /// What the operator says was really refunded, also where the offer was taken back since; `None`: it was never carried out.
    #[must_use]
    pub fn paid(&self) -> Option<Money> {
        self.steps.iter().rev().find(|step| step.status == OfferStatus::CarriedOut).and_then(|step| step.held)
    }

    /// The money it holds now.
    #[must_use]
    pub fn held(&self) -> Option<Money> {
        self.steps.last().and_then(|step| step.held)
    }

    /// What its proofs come to; `None` without a proof or where one names no amount.
    #[must_use]
    pub fn proven(&self) -> Option<Money> {
        let mut proofs = self.proofs.iter().map(|proof| proof.amount);
        let first = proofs.next()??;
        proofs.try_fold(first, |sum, amount| sum.plus(amount?))
    }

    /// What the proofs come to less what was promised; `None` where either is not known.
    #[must_use]
    pub fn difference(&self) -> Option<Money> {
        self.proven()?.minus(self.amount?)
    }

    /// Its share of the order total in hundredths of a per cent.
    #[must_use]
    pub fn share(&self, total: Option<Money>) -> Option<i64> {
        share(self.amount?, total)
    }
}

/// A share of the order total in hundredths of a per cent, rounded half up; `None` where nobody knows the total.
#[must_use]
pub fn share(amount: Money, total: Option<Money>) -> Option<i64> {
    let total = total.filter(|total| total.currency == amount.currency)?;
    per(amount.minor, total.minor, 10_000)
}

/// A share as people write it: `20 %`, `12.5 %`.
#[must_use]
pub fn percent(hundredths: i64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let digits = format!("{whole}.{rest:02}");
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Checks the tracking number of a reshipment: an invalid one goes out only with a reason.
///
/// # Errors
/// [`Refusal::InvalidNumber`] or [`Refusal::Placeholder`].
pub fn check_number(draft: &Draft, carriers: &Carriers) -> Result<(), Refusal> {
    if !matches!(draft.kind, OfferKind::Reshipment) {
        return Ok(());
    }
    let (carrier, number) = (draft.carrier.as_deref(), draft.tracking.as_deref());
    check_parcel(carrier, number, draft.reason.as_deref(), carriers)
}

/// The same of a parcel that goes out when a reshipment is carried out.
///
/// # Errors
/// As [`check_number`].
pub fn check_parcel(
    carrier: Option<&str>,
    number: Option<&str>,
    reason: Option<&str>,
    carriers: &Carriers,
) -> Result<(), Refusal> {
    let Some(number) = number else { return Ok(()) };
    // The site orders the carriers that are named and says nothing about the verdict.
    let judged = carriers.judge_of(carrier.unwrap_or_default(), number, None);
    let reasoned = reason.is_some_and(|reason| !reason.trim().is_empty());
    match (judged.verdict, judged.placeholder) {
        (Verdict::Invalid, _) if reasoned => Ok(()),
        (Verdict::Invalid, true) => Err(Refusal::Placeholder(number.to_owned())),
        (Verdict::Invalid, false) => Err(Refusal::InvalidNumber(number.to_owned())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Currency;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    #[test]
    fn an_invalid_number_goes_out_only_with_a_reason() {
        let draft = |carrier: &str, number: &str, reason: Option<&str>| Draft {
            key: String::new(),
            kind: OfferKind::Reshipment,
            amount: None,
            route: None,
            why: None,
            carrier: Some(carrier.to_owned()),
            tracking: Some(number.to_owned()),
            reason: reason.map(ToOwned::to_owned),
            cost: None,
            seen: 0,
            total_unknown_confirmed: false,
        };
        let checked = |draft: &Draft| check_number(draft, Carriers::shipped());
        assert_eq!(checked(&draft("UPS", "1Z5R89390357567127", None)), Ok(()));
        assert_eq!(checked(&draft("UPS", "whatever they say", None)), Ok(()));
        let wrong = "1Z5R89390357567128";
        for reason in [None, Some(""), Some("  ")] {
            assert_eq!(checked(&draft("UPS", wrong, reason)), Err(Refusal::InvalidNumber(wrong.to_owned())));
        }
        assert_eq!(checked(&draft("UPS", wrong, Some("printed so on the label"))), Ok(()));
        assert_eq!(
            checked(&draft("", "1111111111", None)),
            Err(Refusal::Placeholder("1111111111".to_owned()))
        );
        // Nobody knows how Evri writes its numbers: what is wrong for Canada Post may be right for it.
        assert_eq!(checked(&draft("Evri", "1234567812345678", None)), Ok(()));
        let refund = Draft { kind: OfferKind::FullRefund, ..draft("UPS", wrong, None) };
        assert_eq!(checked(&refund), Ok(()));
    }

    #[test]
    fn a_share_is_said_in_per_cent_of_a_known_total_only() {
        assert_eq!(share(usd(980), Some(usd(4899))).map(percent).as_deref(), Some("20 %"));
        assert_eq!(share(usd(625), Some(usd(5000))).map(percent).as_deref(), Some("12.5 %"));
        assert_eq!(share(usd(1), Some(usd(3))).map(percent).as_deref(), Some("33.33 %"));
        assert_eq!(share(usd(5), None), None);
        assert_eq!(share(usd(5), Some(usd(0))), None);
        let yen = Money::new(1, Currency::parse("JPY").unwrap());
        assert_eq!(share(yen, Some(usd(100))), None);
    }

    #[test]
    fn what_was_paid_stays_known_when_it_is_taken_back() {
        let step = |status: OfferStatus, second: i64, held: Option<i64>| Step {
            status,
            at: Timestamp::from_second(second).unwrap(),
            by: Actor::Operator,
            held: held.map(usd),
        };
        let steps = vec![
            step(OfferStatus::Proposed, 1, Some(1_200)),
            step(OfferStatus::CarriedOut, 2, Some(1_000)),
            step(OfferStatus::Reversed, 3, None),
        ];
        let offer = Offer {
            id: 1,
            kind: OfferKind::PartialRefund,
            amount: Some(usd(1_200)),
            status: OfferStatus::Reversed,
            route: None,
            why: None,
            carrier: None,
            tracking: None,
            cost: None,
            at: Timestamp::from_second(1).unwrap(),
            total_unknown: false,
            steps,
            line: 3,
            proofs: Vec::new(),
            case: CaseId(1),
        };
        assert_eq!((offer.paid(), offer.held()), (Some(usd(1_000)), None));
        assert_eq!(offer.moved_at(OfferStatus::CarriedOut).map(Timestamp::as_second), Some(2));
        for (lang, words) in
            [(crate::i18n::Lang::En, "10.00 USD was paid"), (crate::i18n::Lang::Zh, "已支付 10.00 USD")]
        {
            let said = crate::i18n::offers::details(lang, &offer, &jiff::tz::TimeZone::UTC);
            assert!(said.iter().any(|line| line.contains(words)), "{said:?}");
        }
    }

    #[test]
    fn what_was_taken_back_comes_to_nothing_else() {
        assert!(OfferStatus::Reversed.next().is_empty());
        for status in OfferStatus::ALL {
            assert!(!status.next().contains(status) && !status.next().contains(&OfferStatus::Proposed));
        }
    }

    proptest! {
        #[test]
        fn a_share_of_the_total_gives_that_amount_back(total in 1..=10_000_000_i64, hundredths in 1..=10_000_u32) {
            let part = usd(total).share(hundredths);
            let again = share(part, Some(usd(total))).unwrap();
            // A minor unit is the smallest thing that can be offered: it may be more than the share that was typed.
            let off = (again - i64::from(hundredths)).abs();
            prop_assert!(off <= 5_000 / total + 1, "{off}");
        }
    }
}
