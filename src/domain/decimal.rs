//! Written numbers with a decimal point or comma, read exactly and without guessing: `12.5`, `0,35`, `1.999,50`.

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDecimal {
    /// No number in one of the known forms, a negative one or one with too many digits.
    Unreadable,
    /// `1.999`: thousands or decimals? Nothing says.
    Ambiguous,
}

/// A number that is never negative: `digits` with the last `scale` of them after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Reads a number. `decimal` is the decimal separator where the marketplace or file says it: it decides `1.999`.
    ///
    /// # Errors
    /// See [`NotDecimal`].
    pub fn read(text: &str, decimal: Option<char>) -> Result<Self, NotDecimal> {
        let text = text.trim();
        let marks: Vec<(usize, char)> =
            text.char_indices().filter(|(_, letter)| !letter.is_ascii_digit()).collect();
        if text.is_empty() || marks.iter().any(|(_, mark)| !matches!(mark, '.' | ',')) {
            return Err(NotDecimal::Unreadable);
        }
        let point = match marks.as_slice() {
            [] => None,
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
        let (whole, rest) = point.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
        let groups: Vec<&str> = whole.split(['.', ',']).collect();
        let even = whole.contains('.') != whole.contains(',') || groups.len() == 1;
        let grouped = match groups.as_slice() {
            [_] => true,
            [head, tail @ ..] => (1..=3).contains(&head.len()) && tail.iter().all(|group| group.len() == 3),
            [] => false,
        };
        let open = point.is_some() && rest.is_empty();
        let digits = format!("{}{rest}", groups.concat());
        if !even || !grouped || open || digits.is_empty() || digits.len() > 18 {
            return Err(NotDecimal::Unreadable);
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

    /// Whether multiplying by a hundred leaves no rest: at most two decimals that count.
    #[must_use]
    pub fn is_in_hundredths(self) -> bool {
        let below = 10_i128.pow(self.scale.min(30));
        self.digits * 100 % below == 0
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
    let number = Decimal::read(plain, mark).ok().filter(|number| number.is_in_hundredths())?;
    u32::try_from(number.scaled(100, 1)?).ok().filter(|share| *share <= 10_000)
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
            ("0.0001", 0),
        ] {
            assert_eq!(thousandths(text, None), Ok(thousand), "{text}");
        }
        assert_eq!(thousandths("1.250", None), Err(NotDecimal::Ambiguous));
        assert_eq!(thousandths("1.250", Some('.')), Ok(1_250));
        assert_eq!(thousandths("1.250", Some(',')), Ok(1_250_000));
        for text in
            ["", "-1", "1e3", "5.", "1,2,3", "1.2.3", "1,23.456,7", "１２", "9999999999999999999", "."]
        {
            assert_eq!(thousandths(text, None), Err(NotDecimal::Unreadable), "{text}");
        }
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
