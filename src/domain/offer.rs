//! Offers of compensation: what was promised, never above the order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::words;
use super::marketplace::Marketplace;
use super::money::Money;
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
    /// Where an offer stands. Declined, expired and reversed offers free their amount.
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
        /// Taken back by an undo.
        Reversed = "reversed",
    }
}

impl OfferStatus {
    /// Whether the amount still counts against the order total.
    #[must_use]
    pub const fn stands(self) -> bool {
        matches!(self, Self::Proposed | Self::Accepted | Self::CarriedOut)
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
    /// Carrier of a reshipment, as typed.
    pub carrier: Option<String>,
    /// Tracking number of a reshipment, as typed.
    pub tracking: Option<String>,
    /// Why an invalid tracking number goes out all the same.
    #[serde(default)]
    pub reason: Option<String>,
    /// What a reshipment costs the seller; does not count against the order total.
    pub cost: Option<Money>,
    /// The standing sum the operator saw; booking is refused if it changed meanwhile.
    pub seen: i64,
    /// The operator confirmed an offer on an order whose total is not known.
    pub total_unknown_confirmed: bool,
}

/// A booked offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Row number.
    pub id: i64,
    /// What is offered.
    pub kind: OfferKind,
    /// What the buyer gets back.
    pub amount: Option<Money>,
    /// Where it stands.
    pub status: OfferStatus,
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
}

/// Why an offer cannot be booked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Above what is left of the order.
    #[error("{0} is more than the {1} that is left of the order")]
    AboveTotal(Money, Money),
    /// Another currency than the order's.
    #[error("the order is in {0}, the offer in {1}")]
    OtherCurrency(&'static str, &'static str),
    /// Nothing or less.
    #[error("the amount must be more than nothing")]
    NotPositive,
    /// Another offer was booked while the dialogue was open, or a report changed the total.
    #[error("another offer on this order was booked meanwhile, or its total changed")]
    Changed,
    /// The total of the order is not known and nobody confirmed that.
    #[error("the total of the order is not known")]
    TotalUnknown,
    /// A tracking number with a wrong check digit.
    #[error("tracking number {0} is invalid: its check digit is wrong")]
    InvalidNumber(String),
    /// A tracking number that only stands for one.
    #[error("{0} is a placeholder, no tracking number")]
    Placeholder(String),
    /// Cancelling after the parcel has left.
    #[error("the order has been shipped: it can no longer be cancelled")]
    Shipped,
}

impl Refusal {
    /// The same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::AboveTotal(amount, rest) => format!("{amount} 超过订单余额 {rest}"),
            Self::OtherCurrency(order, offer) => format!("订单币种为 {order}，补偿币种为 {offer}"),
            Self::NotPositive => "金额必须大于零".to_owned(),
            Self::Changed => "期间该订单已登记其他补偿，或总额有变动".to_owned(),
            Self::TotalUnknown => "订单总额未知".to_owned(),
            Self::InvalidNumber(number) => format!("运单号 {number} 无效：校验位错误"),
            Self::Placeholder(number) => format!("{number} 是占位号，不是运单号"),
            Self::Shipped => "订单已发货，无法取消".to_owned(),
        }
    }

    /// What to do about it: English, Chinese.
    #[must_use]
    pub const fn remedy(&self) -> [&'static str; 2] {
        match self {
            Self::AboveTotal(..) => ["offer at most what is left", "请不要超过订单余额"],
            Self::OtherCurrency(..) => ["use the order's currency", "请使用订单的币种"],
            Self::NotPositive => ["type an amount", "请输入金额"],
            Self::Changed => ["look at the offers again, then offer anew", "请重新查看补偿记录后再提交"],
            Self::TotalUnknown => {
                ["import the order report, or confirm the offer", "请导入订单报告，或确认后提交"]
            }
            Self::InvalidNumber(_) | Self::Placeholder(_) => {
                ["correct it, or say why it goes out all the same", "请更正，或写明仍要使用的理由"]
            }
            Self::Shipped => ["offer a refund or ask for the return", "可改为退款或请买家退货"],
        }
    }
}

/// The rest of an order that can still be offered: total less what stands. `None` while the total is unknown.
#[must_use]
pub fn rest(total: Option<Money>, standing_minor: i64) -> Option<Money> {
    total.map(|total| Money::new((total.minor - standing_minor).max(0), total.currency))
}

/// Checks the tracking number of a reshipment: an invalid one goes out only with a reason.
///
/// # Errors
/// [`Refusal::InvalidNumber`] or [`Refusal::Placeholder`].
pub fn check_number(draft: &Draft, carriers: &Carriers, site: Option<Marketplace>) -> Result<(), Refusal> {
    let number = draft.tracking.as_deref().filter(|_| draft.kind == OfferKind::Reshipment);
    let Some(number) = number else { return Ok(()) };
    let judged = carriers.judge_of(draft.carrier.as_deref().unwrap_or_default(), number, site);
    let reasoned = draft.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    match (judged.verdict, judged.placeholder) {
        (Verdict::Invalid, _) if reasoned => Ok(()),
        (Verdict::Invalid, true) => Err(Refusal::Placeholder(number.to_owned())),
        (Verdict::Invalid, false) => Err(Refusal::InvalidNumber(number.to_owned())),
        _ => Ok(()),
    }
}

/// Checks an amount against the order.
///
/// # Errors
/// [`Refusal`] names the rule that forbids it.
pub fn check(
    amount: Money,
    total: Option<Money>,
    standing_minor: i64,
    confirmed: bool,
) -> Result<(), Refusal> {
    if amount.minor <= 0 {
        return Err(Refusal::NotPositive);
    }
    match rest(total, standing_minor) {
        Some(rest) if rest.currency != amount.currency => {
            Err(Refusal::OtherCurrency(rest.currency.code(), amount.currency.code()))
        }
        Some(rest) if amount.minor > rest.minor => Err(Refusal::AboveTotal(amount, rest)),
        None if !confirmed => Err(Refusal::TotalUnknown),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    #[test]
    fn an_offer_never_exceeds_what_is_left_of_the_order() {
        assert_eq!(check(usd(3000), Some(usd(5000)), 2000, false), Ok(()));
        assert_eq!(
            check(usd(3001), Some(usd(5000)), 2000, false),
            Err(Refusal::AboveTotal(usd(3001), usd(3000)))
        );
        assert_eq!(check(usd(0), Some(usd(5000)), 0, false), Err(Refusal::NotPositive));
        let eur = Money::new(1, Currency::parse("EUR").unwrap());
        assert_eq!(check(eur, Some(usd(5000)), 0, true), Err(Refusal::OtherCurrency("USD", "EUR")));
    }

    #[test]
    fn an_invalid_number_goes_out_only_with_a_reason() {
        let draft = |carrier: &str, number: &str, reason: Option<&str>| Draft {
            key: String::new(),
            kind: OfferKind::Reshipment,
            amount: None,
            carrier: Some(carrier.to_owned()),
            tracking: Some(number.to_owned()),
            reason: reason.map(ToOwned::to_owned),
            cost: None,
            seen: 0,
            total_unknown_confirmed: false,
        };
        let checked = |draft: &Draft| check_number(draft, Carriers::shipped(), None);
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
    fn an_unknown_total_needs_a_confirmation() {
        assert_eq!(check(usd(1), None, 0, false), Err(Refusal::TotalUnknown));
        assert_eq!(check(usd(1), None, 0, true), Ok(()));
    }
}
