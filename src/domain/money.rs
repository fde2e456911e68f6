//! Money: integer minor units with a currency, and nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The most that one amount may come to, in minor units of any currency: above it something was read or typed wrongly. Sums of
/// any number of such amounts that a shop can have fit 64 bits.
pub const MOST_MINOR: i64 = 1_000_000_000_000;

/// An ISO 4217 currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency of an ISO code in any case (`"eur"`), or `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(&code.trim().to_ascii_uppercase()).map(Self)
    }

    /// The ISO code, three capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount has: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn decimals(self) -> usize {
        self.0.exponent().map_or(2, usize::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("`{code}` is not a currency")))
    }
}

/// An amount in minor units: cents for USD, whole yen for JPY. Never a float; negative only in reversals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// The currency the minor units are of.
    pub currency: Currency,
}

impl Money {
    /// `minor` units of `currency`.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Sum, or `None` when the currencies differ or the sum does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self::new(self.minor.checked_add(other.minor)?, self.currency))
    }

    /// Difference, or `None` when the currencies differ or it does not fit.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency).then_some(())?;
        Some(Self::new(self.minor.checked_sub(other.minor)?, self.currency))
    }

    /// `hundredths` hundredths of a per cent of this amount (1550 is 15.5 %), rounded half up to a minor unit.
    #[must_use]
    pub fn share(self, hundredths: u32) -> Self {
        let exact = i128::from(self.minor) * i128::from(hundredths);
        let rounded = (exact + 5_000 * exact.signum()) / 10_000;
        Self::new(i64::try_from(rounded).unwrap_or(i64::MAX), self.currency)
    }

    /// The amount as a plain decimal, `"12.34"` or `"1200"`: the form of every JSON output.
    #[must_use]
    pub fn decimal(self) -> String {
        let decimals = self.currency.decimals();
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, rest) = digits.split_at(digits.len() - decimals);
        if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    #[test]
    fn an_amount_is_written_with_the_decimals_of_its_currency() {
        assert_eq!(money(1234, "USD").decimal(), "12.34");
        assert_eq!(money(-5, "EUR").decimal(), "-0.05");
        assert_eq!(money(1200, "JPY").decimal(), "1200");
        assert_eq!(money(1005, "KWD").to_string(), "1.005 KWD");
    }

    #[test]
    fn a_share_rounds_half_up_to_a_minor_unit() {
        assert_eq!(money(4899, "USD").share(2_000).minor, 980);
        assert_eq!(money(5, "USD").share(1_000).minor, 1);
        assert_eq!(money(1000, "JPY").share(10_000).minor, 1000);
    }

    #[test]
    fn currencies_never_mix() {
        assert_eq!(money(1, "USD").plus(money(1, "EUR")), None);
        assert_eq!(money(i64::MAX, "USD").plus(money(1, "USD")), None);
    }

    proptest! {
        #[test]
        fn a_share_never_exceeds_the_whole(minor in 0..=i64::MAX / 2, hundredths in 0_u32..=10_000) {
            prop_assert!(money(minor, "USD").share(hundredths).minor <= minor);
        }
    }
}
