//! What is left of an order: its total less what is given by offers and what was refunded beside them.

use super::Refusal;
use crate::domain::money::{MOST_MINOR, Money};

/// What an order came to and how much of it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// What the order came to; `None`: nobody knows.
    pub total: Option<Money>,
    /// What offers hold by the money log, minor units.
    pub given: i64,
    /// What mails and reports say was refunded and no offer holds already, minor units of the order's currency.
    pub refunded: i64,
}

impl Room {
    /// All that is gone, minor units.
    #[must_use]
    pub const fn taken(&self) -> i64 {
        self.given.saturating_add(self.refunded)
    }

    /// What can still be offered, never below nothing; `None` while the total is unknown.
    #[must_use]
    pub fn rest(&self) -> Option<Money> {
        self.total.map(|total| Money::new(total.minor.saturating_sub(self.taken()).max(0), total.currency))
    }

    /// Whether more is gone than the order came to; `false` while its total is unknown.
    #[must_use]
    pub fn is_overdrawn(&self) -> bool {
        self.total.is_some_and(|total| self.taken() > total.minor)
    }
}

/// Checks an amount against the order.
///
/// # Errors
/// [`Refusal`] names the rule that forbids it.
pub fn check(amount: Money, room: &Room, confirmed: bool) -> Result<(), Refusal> {
    check_size(amount)?;
    match room.rest() {
        Some(rest) if rest.currency != amount.currency => {
            Err(Refusal::OtherCurrency(rest.currency.code(), amount.currency.code()))
        }
        Some(rest) if amount.minor > rest.minor => Err(Refusal::AboveTotal(amount, *room)),
        None if !confirmed => Err(Refusal::TotalUnknown),
        _ => Ok(()),
    }
}

/// Checks that an amount is more than nothing and not above [`MOST_MINOR`].
///
/// # Errors
/// [`Refusal::NotPositive`] or [`Refusal::TooLarge`].
pub const fn check_size(amount: Money) -> Result<(), Refusal> {
    match amount.minor {
        ..=0 => Err(Refusal::NotPositive),
        minor if minor > MOST_MINOR => Err(Refusal::TooLarge(amount)),
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

    fn room(total: i64, given: i64, refunded: i64) -> Room {
        Room { total: Some(usd(total)), given, refunded }
    }

    #[test]
    fn an_offer_never_exceeds_what_is_left_of_the_order() {
        assert_eq!(check(usd(3000), &room(5000, 2000, 0), false), Ok(()));
        let full = room(5000, 2000, 0);
        assert_eq!(check(usd(3001), &full, false), Err(Refusal::AboveTotal(usd(3001), full)));
        assert_eq!(check(usd(0), &room(5000, 0, 0), false), Err(Refusal::NotPositive));
        let eur = Money::new(1, Currency::parse("EUR").unwrap());
        assert_eq!(check(eur, &room(5000, 0, 0), true), Err(Refusal::OtherCurrency("USD", "EUR")));
    }

    #[test]
    fn what_was_refunded_already_is_not_offered_again_and_the_refusal_says_so_with_figures() {
        let room = room(10_000, 0, 9_000);
        assert_eq!(room.rest(), Some(usd(1_000)));
        let refused = check(usd(10_000), &room, false).unwrap_err();
        let [en, zh] = [refused.to_string(), refused.in_chinese()];
        for figure in ["100.00 USD", "10.00 USD", "0.00 USD", "90.00 USD"] {
            assert!(en.contains(figure) && zh.contains(figure), "{en} {zh}");
        }
    }

    #[test]
    fn an_amount_above_the_ceiling_is_refused_also_where_no_total_is_known() {
        let unknown = Room::default();
        assert_eq!(check(usd(MOST_MINOR), &unknown, true), Ok(()));
        assert_eq!(check(usd(MOST_MINOR + 1), &unknown, true), Err(Refusal::TooLarge(usd(MOST_MINOR + 1))));
        assert_eq!(check(usd(i64::MAX), &unknown, true), Err(Refusal::TooLarge(usd(i64::MAX))));
    }

    #[test]
    fn an_unknown_total_needs_a_confirmation() {
        assert_eq!(check(usd(1), &Room::default(), false), Err(Refusal::TotalUnknown));
        assert_eq!(check(usd(1), &Room::default(), true), Ok(()));
    }

    proptest! {
        #[test]
        fn what_is_checked_never_goes_above_the_total(
            total in 0..=1_000_000_i64, given in 0..=1_000_000_i64, refunded in 0..=1_000_000_i64, wish in -5..=1_000_000_i64,
        ) {
            let room = room(total, given, refunded);
            let allowed = check(usd(wish), &room, true).is_ok();
            prop_assert_eq!(allowed, wish > 0 && wish + (given + refunded).min(total) <= total);
        }

        #[test]
        fn what_is_left_is_never_below_nothing_and_nothing_overflows(total: i64, given: i64, refunded: i64, wish: i64) {
            let room = room(total, given, refunded);
            prop_assert!(room.rest().unwrap().minor >= 0);
            let _ = check(usd(wish), &room, true);
            let _ = room.is_overdrawn();
        }
    }
}
