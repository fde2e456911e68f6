//! Amounts and days as a buyer of a language and a site is used to reading them.

use jiff::civil::Date;

use crate::domain::case::Language;
use crate::domain::marketplace::Marketplace;
use crate::domain::money::Money;

/// A day in words: `12. Oktober 2026`, `12 octobre 2026`, `October 12, 2026` (US and Canada), `2026年10月12日`.
#[must_use]
pub fn date(day: Date, lang: Language, site: Option<Marketplace>) -> String {
    let (year, number) = (day.year(), day.day());
    let month = |names: [&'static str; 12]| names[usize::from(day.month().unsigned_abs()) - 1];
    match lang {
        Language::En if matches!(site, None | Some(Marketplace::Us | Marketplace::Ca)) => {
            format!("{} {number}, {year}", month(ENGLISH))
        }
        Language::En => format!("{number} {} {year}", month(ENGLISH)),
        Language::De => format!("{number}. {} {year}", month(GERMAN)),
        Language::Fr if number == 1 => format!("1er {} {year}", month(FRENCH)),
        Language::Fr => format!("{number} {} {year}", month(FRENCH)),
        Language::It => format!("{number} {} {year}", month(ITALIAN)),
        Language::Es => format!("{number} de {} de {year}", month(SPANISH)),
        Language::Ja | Language::Zh => format!("{year}年{}月{number}日", day.month()),
    }
}

pub(super) const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
pub(super) const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
pub(super) const ITALIAN: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];
pub(super) const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// An amount: `$1,234.50`, `12,34 €`, `1,200円`, `12.34 美元`.
///
/// A bare `$` is written only where the site's own dollar is meant (US dollars where the site is unknown); any
/// other dollar keeps its code, so that nobody is promised the wrong currency.
#[must_use]
pub fn money(amount: Money, lang: Language, site: Option<Marketplace>) -> String {
    let code = amount.currency.code();
    let at_home = site.map_or(code == "USD", |site| site.currency() == amount.currency);
    let (group, point) = marks(lang, site);
    let decimal = amount.decimal();
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |digits| ("-", digits));
    let digits = grouped(digits, group, point);
    match lang {
        Language::Ja | Language::Zh => {
            let unit = east_asian_unit(lang, code).unwrap_or(code);
            let gap = if lang == Language::Ja && unit != code { "" } else { " " };
            format!("{sign}{digits}{gap}{unit}")
        }
        _ => match symbol(code, at_home) {
            None if point == '.' => format!("{sign}{code} {digits}"),
            Some(symbol) if point == '.' => format!("{sign}{symbol}{digits}"),
            found => format!("{sign}{digits} {}", found.unwrap_or(code)),
        },
    }
}

/// The thousands mark and the decimal mark. A language spoken on several sites follows the site.
fn marks(lang: Language, site: Option<Marketplace>) -> (char, char) {
    match lang {
        Language::En | Language::Ja | Language::Zh => (',', '.'),
        Language::Es if site.is_some_and(|site| site.decimal_separator() == '.') => (',', '.'),
        Language::Fr => ('\u{a0}', ','),
        Language::De | Language::It | Language::Es => ('.', ','),
    }
}

/// `"1234.5"` with its thousands marked.
fn grouped(decimal: &str, group: char, point: char) -> String {
    let (whole, cents) = decimal.split_once('.').unwrap_or((decimal, ""));
    let mut written = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            written.push(group);
        }
        written.push(digit);
    }
    if !cents.is_empty() {
        written.push(point);
        written.push_str(cents);
    }
    written
}

fn symbol(code: &str, at_home: bool) -> Option<&'static str> {
    Some(match code {
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "BRL" => "R$",
        "USD" | "CAD" | "AUD" | "MXN" | "SGD" if at_home => "$",
        _ => return None,
    })
}

fn east_asian_unit(lang: Language, code: &str) -> Option<&'static str> {
    Some(match (code, lang) {
        ("JPY", Language::Ja) => "円",
        ("USD", Language::Ja) => "米ドル",
        ("EUR", Language::Ja) => "ユーロ",
        ("GBP", Language::Ja) => "英ポンド",
        ("JPY", Language::Zh) => "日元",
        ("USD", Language::Zh) => "美元",
        ("EUR", Language::Zh) => "欧元",
        ("GBP", Language::Zh) => "英镑",
        ("CAD", Language::Zh) => "加元",
        ("AUD", Language::Zh) => "澳元",
        ("SGD", Language::Zh) => "新加坡元",
        ("MXN", Language::Zh) => "墨西哥比索",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn said(minor: i64, code: &str, lang: Language, site: Option<Marketplace>) -> String {
        money(Money::new(minor, Currency::parse(code).unwrap()), lang, site)
    }

    #[test]
    fn an_amount_is_written_the_way_the_buyer_reads_it() {
        let cases = [
            (1234, "USD", Language::En, Some(Marketplace::Us), "$12.34"),
            (123_450, "GBP", Language::En, Some(Marketplace::Uk), "£1,234.50"),
            (1234, "EUR", Language::En, Some(Marketplace::De), "€12.34"),
            (1234, "EUR", Language::De, Some(Marketplace::De), "12,34 €"),
            (123_456_789, "EUR", Language::De, None, "1.234.567,89 €"),
            (123_450, "EUR", Language::Fr, Some(Marketplace::Fr), "1\u{a0}234,50 €"),
            (99, "EUR", Language::It, Some(Marketplace::It), "0,99 €"),
            (123_450, "EUR", Language::Es, Some(Marketplace::Es), "1.234,50 €"),
            (123_450, "MXN", Language::Es, Some(Marketplace::Mx), "$1,234.50"),
            (1200, "JPY", Language::Ja, Some(Marketplace::Jp), "1,200円"),
            (1200, "JPY", Language::De, Some(Marketplace::Jp), "1.200 ¥"),
            (1200, "JPY", Language::En, Some(Marketplace::Jp), "¥1,200"),
            (1234, "USD", Language::Ja, Some(Marketplace::Us), "12.34米ドル"),
            (1200, "USD", Language::Zh, Some(Marketplace::Us), "12.00 美元"),
            (12_000, "SEK", Language::En, Some(Marketplace::Se), "SEK 120.00"),
            (12_000, "PLN", Language::De, Some(Marketplace::Pl), "120,00 PLN"),
            (-500, "USD", Language::En, None, "-$5.00"),
        ];
        for (minor, code, lang, site, expected) in cases {
            assert_eq!(said(minor, code, lang, site), expected, "{code} {lang:?} {site:?}");
        }
    }

    #[test]
    fn a_foreign_dollar_is_never_taken_for_the_home_one() {
        assert_eq!(said(500, "CAD", Language::En, Some(Marketplace::Ca)), "$5.00");
        assert_eq!(said(500, "CAD", Language::En, Some(Marketplace::Us)), "CAD 5.00");
        assert_eq!(said(500, "AUD", Language::En, None), "AUD 5.00");
    }

    #[test]
    fn a_day_is_written_in_words_that_cannot_be_misread() {
        let day = jiff::civil::date(2026, 10, 12);
        let cases = [
            (Language::En, Some(Marketplace::Us), "October 12, 2026"),
            (Language::En, Some(Marketplace::Uk), "12 October 2026"),
            (Language::De, None, "12. Oktober 2026"),
            (Language::Fr, None, "12 octobre 2026"),
            (Language::It, None, "12 ottobre 2026"),
            (Language::Es, None, "12 de octubre de 2026"),
            (Language::Ja, None, "2026年10月12日"),
            (Language::Zh, None, "2026年10月12日"),
        ];
        for (lang, site, expected) in cases {
            assert_eq!(date(day, lang, site), expected);
        }
        assert_eq!(date(jiff::civil::date(2026, 8, 1), Language::Fr, None), "1er août 2026");
    }
}
