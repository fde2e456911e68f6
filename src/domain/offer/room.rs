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
    /// More may be gone: a refund stands in another currency, or of an amount that nobody knows.
    pub untold: bool,
    /// An offer holds money of another currency than the order's: `given` is no sum.
    pub mixed: bool,
}

/// What can still be offered, never below nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Exactly so much.
    Known(Money),
    /// Not more than that; what was refunded is not known in full.
    AtMost(Money),
    /// The total is unknown, or offers stand in another currency.
    Unknown,
}

impl Rest {
    /// The amount, where it is known.
    #[must_use]
    pub const fn known(self) -> Option<Money> {
        match self {
            Self::Known(rest) => Some(rest),
            Self::AtMost(_) | Self::Unknown => None,
        }
    }

    /// What it cannot exceed, where that is known.
    #[must_use]
    pub const fn most(self) -> Option<Money> {
        match self {
            Self::Known(rest) | Self::AtMost(rest) => Some(rest),
            Self::Unknown => None,
        }
    }
}

impl Room {
    /// All that is gone, minor units.
    #[must_use]
    pub const fn taken(&self) -> i64 {
        self.given.saturating_add(self.refunded)
    }

    /// What can still be offered.
    #[must_use]
    pub fn rest(&self) -> Rest {
        let Some(total) = self.total.filter(|_| !self.mixed) else { return Rest::Unknown };
        let rest = Money::new(total.minor.saturating_sub(self.taken()).max(0), total.currency);
        if self.untold { Rest::AtMost(rest) } else { Rest::Known(rest) }
    }

    /// Whether nothing is left, as far as that is known.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.rest().most().is_some_and(|most| most.minor == 0)
    }

    /// Whether more is gone than the order came to; `false` while that is not known.
    #[must_use]
    pub fn is_overdrawn(&self) -> bool {
        !self.mixed && self.total.is_some_and(|total| self.taken() > total.minor)
    }

    /// Why an amount has to be confirmed; `None` where it is known what is left.
    #[must_use]
    pub fn doubt(&self) -> Option<Refusal> {
        match self.rest() {
            Rest::Known(_) => None,
            Rest::Unknown if self.total.is_none() => Some(Refusal::TotalUnknown),
            Rest::AtMost(_) | Rest::Unknown => Some(Refusal::RestUnknown(*self)),
        }
    }
}

/// Checks an amount against the order.
///
/// # Errors
/// [`Refusal`] names the rule that forbids it.
pub fn check(amount: Money, room: &Room, confirmed: bool) -> Result<(), Refusal> {
    if room.is_spent() {
        return Err(Refusal::NothingLeft(*room));
    }
    check_size(amount)?;
    match room.rest().most() {
        Some(most) if most.currency != amount.currency => {
            Err(Refusal::OtherCurrency(most.currency.code(), amount.currency.code()))
        }
        Some(most) if amount.minor > most.minor => Err(Refusal::AboveTotal(amount, *room)),
        _ => room.doubt().filter(|_| !confirmed).map_or(Ok(()), Err),
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
        Room { total: Some(usd(total)), given, refunded, ..Room::default() }
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
        assert_eq!(room.rest(), Rest::Known(usd(1_000)));
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

    #[test]
    fn where_more_may_be_gone_an_offer_needs_a_confirmation_and_never_exceeds_what_may_be_left() {
        let open = Room { untold: true, ..room(5_000, 1_000, 1_000) };
        assert_eq!(open.rest(), Rest::AtMost(usd(3_000)));
        assert_eq!(check(usd(3_000), &open, false), Err(Refusal::RestUnknown(open)));
        assert_eq!(check(usd(3_000), &open, true), Ok(()));
        assert_eq!(check(usd(3_001), &open, true), Err(Refusal::AboveTotal(usd(3_001), open)));
        let said = Refusal::RestUnknown(open);
        assert!(
            said.to_string().contains("at most 30.00 USD") && said.in_chinese().contains("最多 30.00 USD")
        );
        let mixed = Room { mixed: true, ..open };
        assert_eq!((mixed.rest(), mixed.is_overdrawn()), (Rest::Unknown, false));
        assert_eq!(check(usd(1), &mixed, false), Err(Refusal::RestUnknown(mixed)));
    }

    #[test]
    fn where_nothing_is_left_that_is_said_whatever_was_typed() {
        for (full, confirmed) in
            [(room(4_899, 3_000, 1_899), false), (Room { untold: true, ..room(100, 100, 0) }, true)]
        {
            for minor in [-1, 0, 1, 100, MOST_MINOR + 1] {
                assert_eq!(check(usd(minor), &full, confirmed), Err(Refusal::NothingLeft(full)));
            }
        }
        let said = Refusal::NothingLeft(room(4_899, 3_000, 1_899));
        for said in [said.to_string(), said.in_chinese()] {
            for figure in ["48.99 USD", "30.00 USD", "18.99 USD"] {
                assert!(said.contains(figure), "{said}");
            }
        }
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
            prop_assert!(room.rest().known().unwrap().minor >= 0);
            let _ = check(usd(wish), &room, true);
            let _ = room.is_overdrawn();
        }
    }
}
