//! Between columns and domain types: seconds, words, money, days, and text made comparable.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Row, RowIndex};
use unicode_normalization::UnicodeNormalization;

use crate::domain::{Currency, Marketplace, Money};

/// Unix seconds of a time.
pub(super) fn second(at: Timestamp) -> i64 {
    at.as_second()
}

/// The time of Unix seconds; the nearest possible one when they make no sense.
pub(super) fn time(second: i64) -> Timestamp {
    let nearest = if second < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(second).unwrap_or(nearest)
}

/// Reads a column that holds a word of the domain; other words read as `None`.
pub(super) fn word<T>(
    row: &Row<'_>,
    column: impl RowIndex,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(parse))
}

/// Reads an amount and its currency.
pub(super) fn money(
    row: &Row<'_>,
    minor: impl RowIndex,
    currency: impl RowIndex,
) -> rusqlite::Result<Option<Money>> {
    let minor: Option<i64> = row.get(minor)?;
    let currency = word(row, currency, Currency::parse)?;
    Ok(minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)))
}

/// First second of a day as a site counts days; UTC where the site is unknown.
pub(super) fn day_start(day: Date, site: Option<Marketplace>) -> i64 {
    let zone = site.and_then(|site| TimeZone::get(site.zone()).ok()).unwrap_or(TimeZone::UTC);
    day.to_zoned(zone).map_or(0, |start| start.timestamp().as_second())
}

/// First second after a day as a site counts days.
pub(super) fn day_end(day: Date, site: Option<Marketplace>) -> i64 {
    day.tomorrow().map_or(i64::MAX, |next| day_start(next, site))
}

/// Text as a filter compares it: compatibility forms unified, lower case, white space folded.
pub(super) fn comparable(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// Text on one line, at most `limit` characters.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > limit * 4 {
            break;
        }
    }
    match line.char_indices().nth(limit) {
        Some((end, _)) => line[..end].trim_end().to_owned(),
        None => line,
    }
}

/// A 64-bit FNV-1a hash, stable over versions. For candidates only: what it finds is compared as text.
pub(super) fn hash(parts: &[&str]) -> i64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0x1f]) {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    sum.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_at_most_its_limit() {
        assert_eq!(one_line("  no\n\n sign\tof it ", 200), "no sign of it");
        assert_eq!(one_line(&"很".repeat(300), 200).chars().count(), 200);
    }

    #[test]
    fn full_width_letters_compare_like_plain_ones() {
        assert_eq!(comparable("ＫＢ－US"), "kb-us");
    }

    #[test]
    fn a_day_begins_where_the_site_is() {
        let day = "2026-10-05".parse().unwrap();
        assert_eq!(time(day_start(day, Some(Marketplace::Jp))).to_string(), "2026-10-04T15:00:00Z");
        assert_eq!(time(day_end(day, None)).to_string(), "2026-10-06T00:00:00Z");
    }
}
