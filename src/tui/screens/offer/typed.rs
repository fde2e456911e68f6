//! Amounts as an operator types them, and what is wrong with them: the value and what to do.

use crate::domain::amount::{Habit, read_or_share};
use crate::domain::offer::Refusal;
use crate::domain::{Currency, Money};
use crate::problem::{Exit, Problem};

/// Reads `12.34`, `12,34 €` or, where a total is given, `20%` of it. Nothing is guessed from the site: `1.999` may be two
/// thousand or a slip.
///
/// # Errors
/// What is wrong with it and what to do.
pub fn money(text: &str, currency: Option<Currency>, total: Option<Money>) -> Result<Money, Problem> {
    read_or_share(text, Habit { currency, decimal: None }, total)
        .map_err(|wrong| Problem::new(Exit::Blocked, [wrong.to_string(), wrong.in_chinese()], wrong.remedy()))
}

/// A refusal with what to do about it.
#[must_use]
pub fn refused(refusal: &Refusal) -> Problem {
    Problem::new(Exit::Blocked, [refusal.to_string(), refusal.in_chinese()], refusal.remedy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, code: &str) -> String {
        money(text, Currency::parse(code), None)
            .map_or_else(|problem| problem.to_string(), |money| money.to_string())
    }

    #[test]
    fn what_cannot_be_told_apart_is_named_with_what_to_do_on_every_site() {
        for (text, code) in [("1.999", "USD"), ("1,999", "USD"), ("1.999", "EUR"), ("1,999 €", "EUR")] {
            let said = said(text, code);
            assert!(said.contains(&format!("`{text}` is ambiguous")) && said.contains("1999"), "{said}");
        }
        assert_eq!(said("1,200", "JPY"), "1200 JPY");
        assert_eq!(said("1.999", "KWD"), "1.999 KWD");
        assert_eq!(said("１２．５", "USD"), "12.50 USD");
        assert!(
            said("12.5055", "USD")
                .contains("`12.5055` has more decimals than USD has. write at most 2 decimals")
        );
        assert!(said("3.5", "JPY").contains("write a whole number"));
        assert!(said("5 EUR", "USD").contains("`5 EUR` names EUR, expected USD. write it in USD"));
        assert!(said("-5", "USD").contains("`-5` is negative"));
        assert!(said("20%", "USD").contains("`20%` of what?"));
        assert!(said("120％", "USD").contains("`120%` is no share"));
    }
}
