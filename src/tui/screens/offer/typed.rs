//! Amounts as an operator types them, `12.34`, `12,34 €` or `20%`, and what is wrong with them: the value and what to do.

use unicode_normalization::UnicodeNormalization;

use crate::domain::amount::{self, Habit};
use crate::domain::offer::Refusal;
use crate::domain::{Currency, Money};
use crate::problem::{Exit, Problem};

/// What was typed with an input method on, its full-width digits as plain ones.
pub fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// Reads an amount. Nothing is guessed from the site: `1.999` may be two thousand or a slip.
///
/// # Errors
/// What is wrong with it and what to do.
pub fn money(text: &str, currency: Option<Currency>) -> Result<Money, Problem> {
    let habit = Habit { currency, decimal: None };
    amount::read(&plain(text), habit)
        .map_err(|wrong| Problem::new(Exit::Blocked, [wrong.to_string(), wrong.in_chinese()], wrong.remedy()))
}

/// Reads an amount, or a share of the order total.
///
/// # Errors
/// As [`money`]; a share of an unknown total is none.
pub fn money_or_share(text: &str, currency: Option<Currency>, total: Option<Money>) -> Result<Money, Problem> {
    let text = plain(text);
    let Some(share) = text.strip_suffix('%') else { return money(&text, currency) };
    let hundredths = hundredths(share).ok_or_else(|| {
        Problem::new(
            Exit::Blocked,
            [format!("`{text}` is no share of the order"), format!("“{text}” 不是有效的百分比")],
            [
                "type a per cent above 0, at most 100, with at most two decimals",
                "请输入大于 0、不超过 100 的百分比，最多两位小数",
            ],
        )
    })?;
    let total = total.ok_or_else(|| {
        Problem::new(
            Exit::Blocked,
            [
                format!("`{text}` of what? the order total is not known"),
                format!("无法计算 “{text}”：订单总额未知"),
            ],
            ["type an amount, or import the order report", "请输入金额，或导入订单报表"],
        )
    })?;
    Ok(total.share(hundredths))
}

/// A refusal with what to do about it.
pub fn refused(refusal: &Refusal) -> Problem {
    Problem::new(Exit::Blocked, [refusal.to_string(), refusal.in_chinese()], refusal.remedy())
}

/// `15.5` as 1550 hundredths of a per cent; at most two decimals, above nothing, at most a hundred.
fn hundredths(text: &str) -> Option<u32> {
    let text = text.trim().replace(',', ".");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{cents:0<2}");
    let plain = cents.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|share| plain && (1..=10_000).contains(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, code: &str) -> String {
        money(text, Currency::parse(code)).map_or_else(|problem| problem.to_string(), |money| money.to_string())
    }

    #[test]
    fn a_share_is_read_with_up_to_two_decimals() {
        assert_eq!(hundredths("20"), Some(2_000));
        assert_eq!(hundredths("15,5"), Some(1_550));
        assert_eq!(hundredths("0"), None);
        assert_eq!(hundredths("101"), None);
        assert_eq!(hundredths("1.234"), None);
        assert_eq!(hundredths("x"), None);
        assert_eq!(hundredths(""), None);
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
        assert!(said("12.505", "USD").contains("`12.505` has more decimals than USD has. write at most 2 decimals"));
        assert!(said("3.5", "JPY").contains("write a whole number"));
        assert!(said("5 EUR", "USD").contains("`5 EUR` names EUR, expected USD. write it in USD"));
        assert!(said("-5", "USD").contains("`-5` is negative"));
    }
}
