//! Tracking numbers in running text: where they stand and what they are worth.
//!
//! A reply is full of figures that are none: order numbers, telephone numbers, prices, dates, article numbers. So a run of
//! digits counts only where its check digit and its length leave little doubt, or where a word beside it says what it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::typed::{LONGEST, is_skipped};
use super::{Carriers, Judgement, Verdict};
use crate::domain::marketplace::Marketplace;

/// A tracking number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Bytes of the text.
    pub place: Range<usize>,
    /// What it is worth.
    pub judged: Judgement,
}

/// Shortest and longest number that is looked for, in letters and digits.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=42;
/// A number has at least so many digits: plain words are not worth a look.
const FEWEST: usize = 6;
/// A group of a number that is written in groups has at most so many signs beside it.
const GROUPS: usize = 12;
/// A word says of a number that it is one when it stands at most so many bytes before it.
const NEAR: usize = 48;
/// A run of digits that passes a check needs no such word from this length on: fewer pass one by chance too often.
const TELLING: usize = 18;

/// Words that announce a tracking number, in the languages replies are written in.
static ANNOUNCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // A test reads it, so the empty fallback is never seen.
    Regex::new(
        r"(?i)track|sendung|paket|paquete|colis|suivi|spedizione|tracciat|seguimiento|env[ií]o|gu[ií]a|consignment|waybill|parcel|shipment|運送状|追跡|お問い合わせ番号|伝票|运单|快递|单号|物流|\b(?:awb|ups|usps|fedex|dhl|dpd|purolator|ontrac)\b",
    )
    .ok()
});

/// Order numbers: no part of one is a tracking number, nor is one with what stands beside it.
static ORDER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[0-9]{3}-[0-9]{7}-[0-9]{7}\b").ok());

/// A run of letters and digits, in the text and as it is judged.
struct Word {
    place: Range<usize>,
    plain: String,
}

impl Carriers {
    /// The tracking numbers of a text in the order of their places, which do not overlap. Numbers that nobody's check or
    /// shape tells from other figures are left out, so that an order number is never held to be a wrong tracking number.
    #[must_use]
    pub fn mentions(&self, text: &str, site: Option<Marketplace>) -> Vec<Mention> {
        let orders: Vec<Range<usize>> =
            ORDER.iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect();
        let of_order = |word: &Word| {
            orders.iter().any(|order| order.start < word.place.end && word.place.start < order.end)
        };
        let mut words = words(text);
        words.retain(|word| !of_order(word));
        let (mut mentions, mut at) = (Vec::new(), 0);
        while at < words.len() {
            match self.longest(text, &words[at..], site) {
                Some((mention, count)) => {
                    mentions.push(mention);
                    at += count;
                }
                None => at += 1,
            }
        }
        mentions
    }

    /// The best number that begins with the first word: a valid one before any other, the longest of equals; and of how many
    /// words it consists.
    fn longest(&self, text: &str, words: &[Word], site: Option<Marketplace>) -> Option<(Mention, usize)> {
        let first = words.first()?;
        let (mut plain, mut best) = (String::new(), None::<(Mention, usize)>);
        for (count, word) in words.iter().take(GROUPS).enumerate() {
            let joined = count == 0 || {
                let before = &words[count - 1];
                let gap = text.get(before.place.end..word.place.start).unwrap_or_default();
                gap.chars().filter(|sign| !is_invisible_gap(*sign)).count() <= 1
                    && is_group(&before.plain, &word.plain)
            };
            plain.push_str(&word.plain);
            if !joined || plain.len() > *LENGTHS.end() {
                break;
            }
            let digits = plain.bytes().filter(u8::is_ascii_digit).count();
            if !LENGTHS.contains(&plain.len()) || digits < FEWEST {
                continue;
            }
            let place = first.place.start..word.place.end;
            let judged = self.judge(&plain, site);
            let better = best.as_ref().is_none_or(|(best, _)| judged.verdict <= best.judged.verdict);
            if better && tells(text, &place, &plain, &judged, count) {
                best = Some((Mention { place, judged }, count + 1));
            }
        }
        best
    }
}

/// Whether a candidate is a tracking number rather than any other figure.
fn tells(text: &str, place: &Range<usize>, plain: &str, judged: &Judgement, groups: usize) -> bool {
    let written = text.get(place.clone()).unwrap_or_default();
    if judged.verdict == Verdict::Unknown || judged.placeholder && groups > 0 || is_order(written) {
        return false;
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if digits == plain.len() {
        return (judged.verdict == Verdict::Valid && digits >= TELLING) || announced(text, place.start);
    }
    // A word with a few digits in it is a model or an article: a number has more digits than letters, in capitals.
    let capital = !written.nfkc().any(|sign| sign.is_ascii_lowercase());
    match judged.verdict {
        Verdict::Valid => true,
        _ => digits >= 8 && digits * 2 > plain.len() && (capital || announced(text, place.start)),
    }
}

/// `113-5550001-2220001`.
fn is_order(written: &str) -> bool {
    let parts: Vec<usize> = written.split('-').map(str::len).collect();
    parts == [3, 7, 7]
}

fn announced(text: &str, at: usize) -> bool {
    let from = (at.saturating_sub(NEAR)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let before = text.get(from..at).unwrap_or_default();
    ANNOUNCED.as_ref().is_some_and(|words| words.is_match(before))
}

/// Whether two words can be groups of one number: both have digits, or the first is a prefix such as `1Z` or `RB`.
fn is_group(before: &str, word: &str) -> bool {
    let digits = |word: &str| word.bytes().any(|sign| sign.is_ascii_digit());
    let ending = word.len() <= 2 && word.bytes().all(|sign| sign.is_ascii_uppercase());
    (digits(before) || before.len() <= 2) && (digits(word) || (digits(before) && ending))
}

const fn is_invisible_gap(sign: char) -> bool {
    is_skipped(sign) && !sign.is_whitespace() && sign != '-'
}

/// The runs of letters and digits that may belong to a number, in capitals.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, sign) in text.char_indices() {
        let plain = Some(sign).into_iter().nfkc().next().filter(char::is_ascii_alphanumeric);
        let end = at + sign.len_utf8();
        match (plain, words.last_mut()) {
            (Some(plain), Some(word)) if open && word.place.end == at => {
                word.place.end = end;
                // What is longer than any number is none, however long it is.
                if word.plain.len() <= LONGEST {
                    word.plain.push(plain.to_ascii_uppercase());
                }
            }
            (Some(plain), _) => {
                words.push(Word { place: at..end, plain: plain.to_ascii_uppercase().to_string() });
                open = true;
            }
            (None, _) if sign.is_alphanumeric() => {
                // 号 before a number ends a word of another script; é within one makes the whole no number.
                open = false;
            }
            (None, _) => open = false,
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Verdict)> {
        let mentions = Carriers::shipped().mentions(text, None);
        mentions.into_iter().map(|mention| (&text[mention.place], mention.judged.verdict)).collect()
    }

    #[test]
    fn numbers_are_found_where_they_stand_however_they_are_written() {
        use Verdict::{Invalid, LooksLike, Plausible, Valid};
        let rows: &[(&str, &[(&str, Verdict)])] = &[
            ("UPS has it: 1Z5R89390357567127.", &[("1Z5R89390357567127", Valid)]),
            ("It is 1Z 5R8 939 03 5756 7127, due Monday", &[("1Z 5R8 939 03 5756 7127", Valid)]),
            ("Sendungsnummer 0034 0434 1610 9404 2557 bei DHL", &[("0034 0434 1610 9404 2557", Valid)]),
            (
                "运单号１Ｚ５Ｒ８９３９０３５７５６７１２７，请查收",
                &[("１Ｚ５Ｒ８９３９０３５７５６７１２７", Valid)],
            ),
            (
                "suivi RB 123456785 GB ou LP00123456789012",
                &[("RB 123456785 GB", Valid), ("LP00123456789012", LooksLike)],
            ),
            ("see RB123456784GB", &[("RB123456784GB", Invalid)]),
            ("USPS 9400 1112 0255 5842 3326 69", &[("9400 1112 0255 5842 3326 69", Valid)]),
            ("tracking number 986578788856 (FedEx)", &[("986578788856", Invalid)]),
            ("追跡番号 4771-7908-1230 です", &[("4771-7908-1230", Valid)]),
            ("your parcel YT2600000000000123", &[("YT2600000000000123", Plausible)]),
            ("tracking: 1111111111", &[("1111111111", Invalid)]),
        ];
        for (text, expected) in rows {
            assert_eq!(found(text), *expected, "{text}");
        }
    }

    #[test]
    fn other_figures_are_no_tracking_numbers() {
        for text in [
            "your order 113-5550001-2220001 of 2026-11-23",
            "call +49 30 901820 or 030 12345678",
            "the EAN is 4006381333931, the UPC 036000291452",
            "ASIN B0CHX1W1XY, model XR-2000-55, version 10.15.7",
            "IBAN DE89 3704 0044 0532 0130 00",
            "we refund 1,234.56 EUR within 14 days, 20 % of 48.99",
            "10115 Berlin, 94105-1234 San Francisco",
            "international1234567890 delivery",
            "",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
