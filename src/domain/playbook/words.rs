//! Words of an article's name that tell its category.

use unicode_normalization::UnicodeNormalization;

/// A word or a part of one, made comparable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    text: String,
    /// Letters may stand before it.
    open_start: bool,
    /// Letters may stand after it.
    open_end: bool,
}

impl Word {
    /// Reads `word`, `*word`, `word*` or `*word*`; `None` for nothing at all.
    pub fn read(written: &str) -> Option<Self> {
        let inner = written.trim().trim_start_matches('*').trim_end_matches('*');
        let text = plain(inner).trim().to_owned();
        // Chinese and Japanese have no spaces between words.
        let joined = text.chars().any(is_ideograph);
        let word = Self {
            open_start: joined || written.trim().starts_with('*'),
            open_end: joined || written.trim().ends_with('*'),
            text,
        };
        (!word.text.is_empty() && !word.text.contains('*')).then_some(word)
    }

    /// Whether it stands in a text that [`plain`] made.
    pub fn stands_in(&self, text: &str) -> bool {
        text.match_indices(&self.text).any(|(at, found)| {
            let before = text[..at].chars().next_back();
            let rest = &text[at + found.len()..];
            let ends = |rest: &str| rest.chars().next().is_none_or(|next| next == ' ' || is_ideograph(next));
            let plural = rest.strip_prefix('s').is_some_and(ends);
            let starts = before.is_none_or(|sign| sign == ' ' || is_ideograph(sign));
            (self.open_start || starts) && (self.open_end || ends(rest) || plural)
        })
    }
}

/// So much of a name is looked at, in characters.
const NAME: usize = 300;

/// Text as words are compared in it: lower case, compatibility forms unified, one space for all that is no letter,
/// mark or digit.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for sign in text.nfkc().take(NAME).flat_map(char::to_lowercase) {
        let is_prolonged = matches!(sign, 'ー' | '・');
        if sign.is_alphanumeric() || is_prolonged {
            plain.push(sign);
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.trim_end().to_owned()
}

fn is_ideograph(sign: char) -> bool {
    matches!(sign, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(word: &str, text: &str) -> bool {
        Word::read(word).unwrap().stands_in(&plain(text))
    }

    #[test]
    fn a_word_is_found_whole_and_in_the_plural_but_not_inside_of_another() {
        assert!(stands("car", "Phone holder for CAR, black"));
        assert!(stands("car", "Mats for cars"));
        assert!(!stands("car", "Carpet cleaner and oscar"));
        assert!(stands("tail light", "Tail-Light (left)"));
    }

    #[test]
    fn stars_open_a_word_and_ideographs_are_open_anyway() {
        assert!(stands("*lampe", "Schreibtischlampe LED"));
        assert!(stands("kinder*", "Kinderwagen"));
        assert!(!stands("kinder", "Kinderwagen"));
        assert!(stands("キーボード", "静音キーボード87キー"));
        assert!(stands("usb*", "充电线USB-C 2m"));
        assert!(stands("车载", "车载充电器"));
        assert!(stands("led", "Ｄｅｓｋ ＬＥＤ　ｌａｍｐ"));
    }

    #[test]
    fn nothing_and_a_star_inside_are_no_words() {
        assert_eq!(Word::read(" * "), None);
        assert_eq!(Word::read("…"), None);
    }
}
