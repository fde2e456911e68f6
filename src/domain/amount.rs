//! Written amounts: `1.999,50`, `119,00 €`, `169.01 EUR`, `¥1,200`, read without guessing.

use super::decimal::{Decimal, NotDecimal, hundredths};
use super::money::{Currency, Money};

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAmount {
    /// Nothing to read.
    #[error("the amount is empty")]
    Empty,
    /// No number in one of the known forms.
    #[error("`{0}` is not an amount")]
    Unreadable(String),
    /// A sign or brackets say it is negative.
    #[error("`{0}` is negative")]
    Negative(String),
    /// Nothing at all, where there must be something.
    #[error("`{0}` is no amount above nothing")]
    Nothing(String),
    /// `1.999`: thousands or decimals? Nothing in the text or the marketplace says.
    #[error("`{0}` is ambiguous: its separator may stand for thousands or for decimals")]
    Ambiguous(String),
    /// More decimals than the currency has.
    #[error("`{0}` has more decimals than {1} has")]
    TooManyDecimals(String, &'static str),
    /// The text names another currency than the one that was expected.
    #[error("`{0}` names {1}, expected {2}")]
    OtherCurrency(String, &'static str, &'static str),
    /// Neither the text nor its surroundings name a currency.
    #[error("`{0}` names no currency")]
    NoCurrency(String),
    /// A share of the order that is none.
    #[error("`{0}` is no share of the order")]
    NoShare(String),
    /// A share of a total that nobody knows.
    #[error("`{0}` of what? the order total is not known")]
    ShareOfUnknown(String),
    /// More than [`super::money::MOST_MINOR`].
    #[error("`{0}` is out of range: too large")]
    TooLarge(String),
}

impl NotAmount {
    /// The same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Empty => "金额为空".to_owned(),
            Self::Unreadable(text) => format!("“{text}” 不是金额"),
            Self::Negative(text) => format!("“{text}” 为负数"),
            Self::Nothing(text) => format!("“{text}” 为零"),
            Self::Ambiguous(text) => format!("“{text}” 有歧义：分隔符可能表示千位或小数"),
            Self::TooManyDecimals(text, currency) => format!("“{text}” 的小数位多于 {currency}"),
            Self::OtherCurrency(text, named, expected) => {
                format!("“{text}” 的币种是 {named}，应为 {expected}")
            }
            Self::NoCurrency(text) => format!("“{text}” 没有币种"),
            Self::NoShare(text) => format!("“{text}” 不是有效的百分比"),
            Self::ShareOfUnknown(text) => format!("无法计算 “{text}”：订单总额未知"),
            Self::TooLarge(text) => format!("“{text}” 超出范围：过大"),
        }
    }
}

impl NotAmount {
    /// Whether somebody wrote an amount that only cannot be told for sure: it is unknown, and whatever it stands in counts all
    /// the same.
    #[must_use]
    pub const fn is_unclear(&self) -> bool {
        matches!(self, Self::Ambiguous(_) | Self::TooManyDecimals(..) | Self::TooLarge(_))
    }

    /// What to do about it where an operator types it: English, Chinese.
    #[must_use]
    pub fn remedy(&self) -> [String; 2] {
        let pair = |en: &str, zh: &str| [en.to_owned(), zh.to_owned()];
        match self {
            Self::Empty => pair("type an amount", "请输入金额"),
            Self::Unreadable(_) => pair("write it like 12.50 or 20%", "请写成 12.50 或 20% 这样的形式"),
            Self::Negative(_) | Self::Nothing(_) => {
                pair("type an amount above nothing", "请输入大于零的金额")
            }
            Self::Ambiguous(_) => pair(
                "write thousands without a separator (1999), or decimals in full (2.00)",
                "千位不要加分隔符（1999），小数请写全（2.00）",
            ),
            Self::TooManyDecimals(_, currency) => {
                let decimals = Currency::parse(currency).map_or(2, Currency::decimals);
                if decimals == 0 {
                    pair("write a whole number", "请输入整数")
                } else {
                    [format!("write at most {decimals} decimals"), format!("最多写 {decimals} 位小数")]
                }
            }
            Self::OtherCurrency(_, _, expected) => {
                [format!("write it in {expected}"), format!("请以 {expected} 填写")]
            }
            Self::NoCurrency(_) => pair("name the currency: 12.50 USD", "请写明币种，如 12.50 USD"),
            Self::NoShare(_) => pair(
                "type a per cent above 0, at most 100, with at most two decimals",
                "请输入大于 0、不超过 100 的百分比，最多两位小数",
            ),
            Self::ShareOfUnknown(_) => {
                pair("type an amount, or import the order report", "请输入金额，或导入订单报表")
            }
            Self::TooLarge(_) => pair("type a smaller amount", "请输入较小的金额"),
        }
    }
}

/// What is known about an amount beside its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habit {
    /// The currency, where a column, the order or the marketplace says it.
    pub currency: Option<Currency>,
    /// The decimal separator where somebody stated it for this very file, for `1.999` and `1,999`; `None` refuses those. The
    /// habit of a marketplace is no statement.
    pub decimal: Option<char>,
}

/// Symbols and local codes and the currency they stand for on Amazon's sites. What several currencies use (`$`, `¥`, `kr`) is
/// that of the place where it is known: see `currency_of`.
const SYMBOLS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("CDN$", "CAD"),
    ("A$", "AUD"),
    ("AU$", "AUD"),
    ("S$", "SGD"),
    ("MX$", "MXN"),
    ("R$", "BRL"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("ZŁ", "PLN"),
    ("₺", "TRY"),
    ("TL", "TRY"),
    ("円", "JPY"),
    ("¥", "JPY"),
    ("￥", "JPY"),
    ("元", "CNY"),
];

/// Reads one amount with or without a currency beside it. The sign of the result is never negative.
///
/// # Errors
/// [`NotAmount`] says which rule the text breaks. Nothing is guessed: `1.999` alone needs `habit.decimal`, or a currency
/// without decimals or with three, where it can be one thing only.
pub fn read(text: &str, habit: Habit) -> Result<Money, NotAmount> {
    let given = text.trim().to_owned();
    let plain: String = text.chars().filter(|letter| !is_space(*letter)).collect();
    if plain.is_empty() {
        return Err(NotAmount::Empty);
    }
    let negative = plain.starts_with(['-', '−', '(']) || plain.ends_with(['-', '−']);
    let inner = plain.trim_matches(['-', '−', '(', ')', '+']);
    let first = inner
        .find(|letter: char| letter.is_ascii_digit())
        .ok_or_else(|| NotAmount::Unreadable(given.clone()))?;
    let last = inner.rfind(|letter: char| letter.is_ascii_digit()).map_or(first, |at| at + 1);
    let (sign, number, unit) = (&inner[..first], &inner[first..last], &inner[last..]);
    let negative = negative || sign.ends_with(['-', '−']);
    let named = match (sign.trim_end_matches(['-', '−']), unit) {
        ("", "") => None,
        (mark, "") | ("", mark) => {
            Some(currency_of(mark, habit).ok_or_else(|| NotAmount::Unreadable(given.clone()))?)
        }
        (mark, code) => {
            let (one, two) = (currency_of(mark, habit), currency_of(code, habit));
            Some(
                two.filter(|two| one.is_none_or(|one| one == *two) || mark == "$")
                    .ok_or_else(|| NotAmount::Unreadable(given.clone()))?,
            )
        }
    };
    let currency = match (named, habit.currency) {
        (Some(named), Some(known)) if named != known => {
            return Err(NotAmount::OtherCurrency(given, named.code(), known.code()));
        }
        (named, known) => named.or(known).ok_or_else(|| NotAmount::NoCurrency(given.clone()))?,
    };
    let minor = minor_units(number, currency, habit.decimal, &given)?;
    if negative && minor != 0 { Err(NotAmount::Negative(given)) } else { Ok(Money::new(minor, currency)) }
}

/// Reads what an operator types: an amount, or `20%` of `total`. Full-width digits are digits.
///
/// # Errors
/// As [`read`]; a share of an unknown total is none.
pub fn read_or_share(text: &str, habit: Habit, total: Option<Money>) -> Result<Money, NotAmount> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text.nfkc().collect::<String>().trim().to_owned();
    let Some(share) = text.strip_suffix('%') else { return read(&text, habit) };
    let hundredths =
        hundredths(share).filter(|share| *share > 0).ok_or_else(|| NotAmount::NoShare(text.clone()))?;
    total.map(|total| total.share(hundredths)).ok_or(NotAmount::ShareOfUnknown(text))
}

/// Blank, no-break, narrow no-break and thin spaces, which Amazon's mails put inside amounts.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{202f}' | '\u{2009}' | '\u{200e}' | '\u{200f}')
}

fn currency_of(mark: &str, habit: Habit) -> Option<Currency> {
    let upper = mark.to_uppercase();
    let symbol = SYMBOLS.iter().find(|(symbol, _)| *symbol == upper).map(|(_, code)| *code);
    match (upper.as_str(), habit.currency) {
        // A bare dollar or krona sign is the currency of the place, else the US dollar or the Swedish krona.
        ("$", known) => known
            .filter(|known| ["USD", "CAD", "AUD", "SGD", "MXN"].contains(&known.code()))
            .or_else(|| Currency::parse("USD")),
        ("¥" | "￥", Some(known)) if known.code() == "CNY" => Some(known),
        ("KR", known) => known.or_else(|| Currency::parse("SEK")),
        _ => Currency::parse(symbol.unwrap_or(&upper)),
    }
}

fn minor_units(
    number: &str,
    currency: Currency,
    decimal: Option<char>,
    given: &str,
) -> Result<i64, NotAmount> {
    let decimals = currency.decimals();
    let mark = number.chars().find(|letter| matches!(letter, '.' | ','));
    let decimal = match (decimals, mark) {
        // `1,200` yen: the yen has no decimals that the comma could separate.
        (0, Some(mark)) => Some(if mark == '.' { ',' } else { '.' }),
        // `1.250` dinars: they are always written with three.
        (3, mark) => mark,
        _ => decimal,
    };
    let read = Decimal::read(number, decimal)
        .and_then(|number| number.minor_units(u32::try_from(decimals).unwrap_or(u32::MAX)));
    read.map_err(|wrong| match wrong {
        NotDecimal::Unreadable => NotAmount::Unreadable(given.to_owned()),
        NotDecimal::Ambiguous => NotAmount::Ambiguous(given.to_owned()),
        NotDecimal::TooFine => NotAmount::TooManyDecimals(given.to_owned(), currency.code()),
        NotDecimal::TooLarge => NotAmount::TooLarge(given.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Marketplace;
    use crate::domain::money::MOST_MINOR;

    fn at(site: Marketplace) -> Habit {
        Habit { currency: Some(site.currency()), decimal: None }
    }

    fn reads(text: &str, habit: Habit) -> String {
        read(text, habit).map_or_else(|problem| format!("! {problem}"), |money| money.to_string())
    }

    #[test]
    fn amounts_are_read_in_every_written_form() {
        let nothing = Habit::default();
        for (text, money) in [
            ("119,00\u{a0}€", "119.00 EUR"),
            ("169.01 EUR", "169.01 EUR"),
            ("EUR 1.999,50", "1999.50 EUR"),
            ("1,999.50 USD", "1999.50 USD"),
            ("$48.99", "48.99 USD"),
            ("¥1,200", "1200 JPY"),
            ("￥12,000", "12000 JPY"),
            ("1.234.567,89 €", "1234567.89 EUR"),
            ("1\u{202f}234,56 €", "1234.56 EUR"),
            ("£5", "5.00 GBP"),
            ("R$ 10,5", "10.50 BRL"),
            ("0.500 KWD", "0.500 KWD"),
            ("19,9 zł", "19.90 PLN"),
            ("1,23,456.00 INR", "123456.00 INR"),
            ("1'234.56 CHF", "1234.56 CHF"),
            ("3000円", "3000 JPY"),
        ] {
            assert_eq!(reads(text, nothing), money, "{text}");
        }
        assert_eq!(reads("$20", at(Marketplace::Ca)), "20.00 CAD");
    }

    #[test]
    fn a_lone_separator_before_three_digits_is_decided_by_who_wrote_the_file_or_refused() {
        let stated = |site: Marketplace, decimal| Habit { decimal: Some(decimal), ..at(site) };
        for site in [Marketplace::De, Marketplace::Us, Marketplace::Br] {
            for text in ["1.999", "1,999"] {
                assert!(reads(text, at(site)).contains("ambiguous"), "{site} {text}");
            }
        }
        assert_eq!(reads("1.999 EUR", stated(Marketplace::De, ',')), "1999.00 EUR");
        assert_eq!(reads("1.999", stated(Marketplace::Us, '.')), "! `1.999` has more decimals than USD has");
        assert_eq!(reads("0,005", at(Marketplace::Us)), "! `0,005` has more decimals than USD has");
        assert_eq!(reads("1.999 KWD", Habit::default()), "1.999 KWD");
        assert_eq!(reads("1.999", at(Marketplace::Jp)), "1999 JPY");
    }

    /// Every currency of ISO 4217.
    fn currencies() -> Vec<Currency> {
        let letters = || 'A'..='Z';
        let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| (a, b, c))));
        let all: Vec<Currency> =
            codes.filter_map(|(a, b, c)| Currency::parse(&format!("{a}{b}{c}"))).collect();
        assert!(all.len() > 150, "{}", all.len());
        all
    }

    #[test]
    fn every_sign_stands_for_a_currency_and_is_read_in_it() {
        for (sign, code) in SYMBOLS {
            assert_eq!(
                reads(&format!("12 {sign}"), Habit::default()),
                format!("{}", {
                    let currency = Currency::parse(code).unwrap();
                    Money::new(12 * 10_i64.pow(u32::try_from(currency.decimals()).unwrap()), currency)
                })
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_printed_is_read_as_the_same_amount_in_every_currency(
            minor in prop_oneof![0..=2_000_000_i64, 0..=MOST_MINOR, Just(MOST_MINOR)],
        ) {
            for currency in currencies() {
                let money = Money::new(minor, currency);
                let known = Habit { currency: Some(currency), decimal: None };
                prop_assert_eq!(read(&money.to_string(), Habit::default()), Ok(money));
                prop_assert_eq!(read(&money.decimal(), known), Ok(money));
                // With a comma it is the same amount, and nobody needs to say so.
                prop_assert_eq!(read(&money.decimal().replace('.', ","), known), Ok(money));
            }
        }

        #[test]
        fn what_is_read_is_never_above_the_ceiling_and_never_another_number(text in "[0-9]{1,16}([.,][0-9]{0,5})?") {
            if let Ok(money) = read(&text, at(Marketplace::De)) {
                prop_assert!((0..=MOST_MINOR).contains(&money.minor));
                let (whole, rest) = text.split_once(['.', ',']).unwrap_or((&text, ""));
                let cents = format!("{:0<2}", rest.trim_end_matches('0'));
                prop_assert_eq!(format!("{whole}{cents}").parse::<i64>().ok(), Some(money.minor));
            }
        }
    }

    #[test]
    fn an_amount_above_the_ceiling_is_too_large() {
        assert_eq!(reads("10,000,000,000.00 USD", Habit::default()), "10000000000.00 USD");
        assert!(reads("10,000,000,000.01 USD", Habit::default()).contains("too large"));
        assert!(reads("1000000000001 JPY", Habit::default()).contains("too large"));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_rule() {
        let us = at(Marketplace::Us);
        assert!(reads("-5.00", us).contains("negative"));
        assert!(reads("(5.00)", us).contains("negative"));
        assert!(reads("5.00 EUR", us).contains("names EUR, expected USD"));
        assert!(reads("1e308", us).contains("not an amount"));
        assert!(reads("99999999999999999999.99", us).contains("too large"));
        assert!(reads("-1.999", us).contains("ambiguous"));
        assert!(reads("19.990000000000002", us).contains("more decimals"));
        assert!(reads("１９.９９", us).contains("not an amount"));
        assert_eq!(reads("-0.00", us), "0.00 USD");
        assert_eq!(read(" ", us), Err(NotAmount::Empty));
    }
}
