//! Written numbers with a decimal point or comma, read exactly and without guessing: `12.5`, `0,35`, `1.999,50`.

use super::money::MOST_MINOR;

/// Why a text is no number, or no amount of whole minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDecimal {
    /// No number in one of the known forms, or a negative one.
    Unreadable,
    /// `1.999`: thousands or decimals? Nothing says.
    Ambiguous,
    /// More decimals that count than there may be.
    TooFine,
    /// More than there may be, or more digits than are ever written.
    TooLarge,
}

/// A number that is never negative: `digits` with the last `scale` of them after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Reads a number: the only place where a separator is taken for one of thousands or of decimals. `decimal` is the
    /// decimal separator where somebody stated it for this text: it decides `1.999`, which is refused without it. An
    /// apostrophe always groups; India's groups of two (`1,23,456`) are known.
    ///
    /// # Errors
    /// See [`NotDecimal`].
    pub fn read(text: &str, decimal: Option<char>) -> Result<Self, NotDecimal> {
        let text = text.trim();
        let marks: Vec<(usize, char)> =
            text.char_indices().filter(|(_, letter)| !letter.is_ascii_digit()).collect();
        if text.is_empty() || marks.iter().any(|(_, mark)| !matches!(mark, '.' | ',' | '\'' | '’')) {
            return Err(NotDecimal::Unreadable);
        }
        let point = match marks.as_slice() {
            [] | [(_, '\'' | '’')] => None,
            [(at, mark)] => {
                let thousands = text.len() - at == 4 && (1..=3).contains(at) && !text.starts_with('0');
                match (thousands, decimal) {
                    (true, None) => return Err(NotDecimal::Ambiguous),
                    (true, Some(decimal)) if decimal != *mark => None,
                    _ => Some(*at),
                }
            }
            [first, .., last] => (first.1 != last.1).then_some(last.0),
        };
        let (whole, rest) = match point {
            Some(at) if text[at..].starts_with(['.', ',']) => (&text[..at], &text[at + 1..]),
            Some(_) => return Err(NotDecimal::Unreadable),
            None => (text, ""),
        };
        let separators: Vec<char> = whole.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        let even = separators.windows(2).all(|pair| pair[0] == pair[1]);
        let groups: Vec<&str> = whole.split(['.', ',', '\'', '’']).collect();
        let grouped = match groups.as_slice() {
            [_] => true,
            // Thousands come in threes; India writes two between and three at the end.
            [head, middle @ .., tail] => {
                let pairs = middle.iter().all(|group| group.len() == 2) && head.len() <= 2;
                let threes = middle.iter().all(|group| group.len() == 3) && head.len() <= 3;
                !head.is_empty() && tail.len() == 3 && (pairs || threes)
            }
            [] => false,
        };
        let open = point.is_some() && rest.is_empty();
        let digits = format!("{}{rest}", groups.concat());
        if !even || !grouped || open || digits.is_empty() {
            return Err(NotDecimal::Unreadable);
        }
        if digits.len() > 30 {
            return Err(NotDecimal::TooLarge);
        }
        let scale = u32::try_from(rest.len()).map_err(|_| NotDecimal::Unreadable)?;
        let digits = digits.parse().map_err(|_| NotDecimal::Unreadable)?;
        Ok(Self { digits, scale })
    }

    /// The number times `by` / `per`, rounded down; `None` where it does not fit.
    #[must_use]
    pub fn scaled(self, by: i128, per: i128) -> Option<i64> {
        let below = per.checked_mul(10_i128.checked_pow(self.scale)?)?;
        i64::try_from(self.digits.checked_mul(by)?.checked_div(below)?).ok()
    }

    /// The number in units of which `decimals` decimals are whole ones: 12.5 with two decimals is 1250. Exact.
    ///
    /// # Errors
    /// [`NotDecimal::TooFine`] where a digit that counts would be lost, [`NotDecimal::TooLarge`] above [`MOST_MINOR`].
    pub fn minor_units(self, decimals: u32) -> Result<i64, NotDecimal> {
        let power = |scale: u32| 10_i128.checked_pow(scale).ok_or(NotDecimal::TooLarge);
        let exact = if self.scale > decimals {
            let below = power(self.scale - decimals)?;
            if self.digits % below != 0 {
                return Err(NotDecimal::TooFine);
            }
            self.digits / below
        } else {
            self.digits.checked_mul(power(decimals - self.scale)?).ok_or(NotDecimal::TooLarge)?
        };
        i64::try_from(exact).ok().filter(|minor| *minor <= MOST_MINOR).ok_or(NotDecimal::TooLarge)
    }
}

/// A per cent as it is typed, `15`, `15.5` or `15,5 %`, as hundredths of a per cent; `None` for anything else, above a
/// hundred or with more than two decimals.
#[must_use]
pub fn hundredths(text: &str) -> Option<u32> {
    let text = text.trim();
    let plain = text.strip_suffix(['%', '％']).unwrap_or(text);
    // A per cent has no thousands: the separator is the decimal one.
    let mark = plain.chars().find(|letter| matches!(letter, '.' | ','));
    let share = Decimal::read(plain, mark).ok()?.minor_units(2).ok()?;
    u32::try_from(share).ok().filter(|share| *share <= 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thousandths(text: &str, decimal: Option<char>) -> Result<i64, NotDecimal> {
        Decimal::read(text, decimal).map(|number| number.scaled(1_000, 1).unwrap())
    }

    #[test]
    fn point_and_comma_are_told_apart_or_refused() {
        for (text, thousand) in [
            ("350", 350_000),
            ("0.35", 350),
            ("0,350", 350),
            (".5", 500),
            ("12,5", 12_500),
            ("1.999,50", 1_999_500),
            ("1,999.50", 1_999_500),
            ("1,234,567", 1_234_567_000),
            ("1,23,456", 123_456_000),
            ("1'234.5", 1_234_500),
            ("0.0001", 0),
        ] {
            assert_eq!(thousandths(text, None), Ok(thousand), "{text}");
        }
        assert_eq!(thousandths("1.250", None), Err(NotDecimal::Ambiguous));
        assert_eq!(thousandths("1.250", Some('.')), Ok(1_250));
        assert_eq!(thousandths("1.250", Some(',')), Ok(1_250_000));
        for text in
            ["", "-1", "1e3", "5.", "1,2,3", "1.2.3", "1,23.456,7", "１２", "1.234'567", "1,2345,678", "."]
        {
            assert_eq!(thousandths(text, None), Err(NotDecimal::Unreadable), "{text}");
        }
        assert_eq!(thousandths("9999999999999999999999999999999", None), Err(NotDecimal::TooLarge));
    }

    #[test]
    fn minor_units_are_exact_or_none() {
        let units = |text: &str, decimals: u32| Decimal::read(text, Some('.')).unwrap().minor_units(decimals);
        assert_eq!(units("12.5", 2), Ok(1_250));
        assert_eq!(units("12.5000", 2), Ok(1_250));
        assert_eq!(units("12.505", 2), Err(NotDecimal::TooFine));
        assert_eq!(units("10000000000.00", 2), Ok(MOST_MINOR));
        assert_eq!(units("10000000000.01", 2), Err(NotDecimal::TooLarge));
        assert_eq!(units("999999999999999999999999999999", 4), Err(NotDecimal::TooLarge));
    }

    #[test]
    fn a_per_cent_has_at_most_two_decimals() {
        assert_eq!(hundredths("15"), Some(1_500));
        assert_eq!(hundredths("15,5 %"), Some(1_550));
        assert_eq!(hundredths("0.25%"), Some(25));
        assert_eq!(hundredths("100"), Some(10_000));
        for text in ["", "100.01", "1.234", "x", "-3"] {
            assert_eq!(hundredths(text), None, "{text}");
        }
    }
}
