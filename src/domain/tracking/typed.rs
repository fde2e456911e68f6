//! A number as people type it: spaces, hyphens, small and full-width letters are no part of it.

use unicode_normalization::UnicodeNormalization;

/// Longest number that is judged, in characters.
pub(super) const LONGEST: usize = 64;

/// The number in capitals without spaces, hyphens and invisible characters; `None` where something else is in it, or
/// nothing at all.
#[must_use]
pub fn plain(text: &str) -> Option<String> {
    let mut plain = String::new();
    for sign in text.nfkc() {
        if is_skipped(sign) {
            continue;
        }
        if !sign.is_ascii_alphanumeric() || plain.len() >= LONGEST {
            return None;
        }
        plain.push(sign.to_ascii_uppercase());
    }
    (!plain.is_empty()).then_some(plain)
}

/// Whether a character only separates or cannot be seen.
pub(super) const fn is_skipped(sign: char) -> bool {
    sign.is_whitespace() || is_hyphen(sign) || is_invisible(sign)
}

/// Hyphens, dashes, the minus, and the long mark a Japanese input method gives for them.
const fn is_hyphen(sign: char) -> bool {
    matches!(
        sign,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{30fc}'
                | '\u{ff0d}'
                | '\u{fe63}'
                | '\u{fe58}'
                | '\u{ff70}'
    )
}

const fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a number stands for one that is not known yet: one digit throughout, or counting (1234567890…, 0123…, 9876…).
pub(super) fn is_placeholder(plain: &str) -> bool {
    let digits = plain.as_bytes();
    if digits.len() < 2 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let every = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    every(0)
        || (matches!(digits[0], b'0' | b'1') && every(1))
        || (matches!(digits[0], b'0' | b'9') && every(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_separates_or_cannot_be_seen_is_no_part_of_a_number() {
        for typed in [
            "1Z5R89390357567127",
            " 1z 5r8 939 03 5756 7127\n",
            "1Z-5R8-939-03-5756-712-7",
            "１Ｚ５Ｒ８９３９０３５７５６７１２７",
            "１ｚ　５ｒ８　９３９　０３　５７５６　７１２７",
            "1Z5R8\u{a0}939\u{202f}0357\u{2009}567127",
            "\u{feff}1Z5R\u{200b}893903\u{2060}57567127\u{200e}",
            "1Z5R8–939—03‑5756−7127",
            "1Z5R8ー939－03\u{ad}57567127",
        ] {
            assert_eq!(plain(typed).as_deref(), Some("1Z5R89390357567127"), "{typed:?}");
        }
        for typed in ["", " - ", "1Z5R8/9390", "运单号123", "1Z5R8.939", &"1".repeat(65)] {
            assert_eq!(plain(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_repeated_or_counting_digit_is_a_placeholder() {
        for number in [
            "0000",
            "000",
            "11",
            "12",
            "123",
            "98",
            "1111111111",
            "99999999999999",
            "1234567890",
            "12345678901234",
            "0123456789",
            "9876543210",
            "098765432109",
        ] {
            assert!(is_placeholder(number), "{number}");
        }
        for number in [
            "0",
            "7",
            "112",
            "1112111",
            "1234567891",
            "3456789",
            "TBA000000000000",
            "1Z1111111111111111",
            "135791357",
        ] {
            assert!(!is_placeholder(number), "{number}");
        }
    }
}
