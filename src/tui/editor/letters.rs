//! Letters that may stand in a text of the operator's, wherever it comes from: a key, the clipboard, his editor, a file.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::safe_text;

/// Whether a letter may go into a text: a terminal without bracketed paste sends pasted characters as keys. Marks and
/// joiners come one by one from input methods and stay.
#[must_use]
pub fn is_typeable(letter: char) -> bool {
    if letter.is_control() {
        return false;
    }
    let shown = safe_text::block(letter.encode_utf8(&mut [0; 4])).into_string();
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fffd}') || !matches!(shown.as_str(), "" | "\u{fffd}")
}

/// The text without what colours it and names its links in a terminal: whole escape sequences.
fn uncoloured(text: &str) -> Cow<'_, str> {
    static SEQUENCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))").ok());
    SEQUENCE.as_ref().map_or(Cow::Borrowed(text), |sequence| sequence.replace_all(text, ""))
}

/// Whether a letter ends a line, wherever the text comes from.
const fn is_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Text as it may stand in a reply: equal line ends, no escape sequences, no control characters, nothing that turns the
/// direction, and nothing that a screen would not show: what is sent is what was seen.
#[must_use]
pub fn typeable(text: &str) -> String {
    let unix = uncoloured(text).replace("\r\n", "\n").replace(is_end, "\n");
    let fit = |letter: &char| {
        matches!(letter, '\n' | '\t') || !(letter.is_control() || safe_text::is_unseen(*letter))
    };
    let fitting = unix.chars().filter(fit).collect::<String>().replace('\t', "    ");
    let (mut text, mut from) = (String::with_capacity(fitting.len()), 0);
    for (at, picture) in fitting.grapheme_indices(true).filter(|(_, one)| is_joined(one)) {
        text.push_str(&safe_text::block(&fitting[from..at]));
        text.push_str(picture);
        from = at + picture.len();
    }
    text.push_str(&safe_text::block(&fitting[from..]));
    text
}

/// Whether a joiner or the colour of a skin makes one picture of several: the screen shows the first one, the buyer sees all.
fn is_joined(one: &str) -> bool {
    let of_picture = |letter| matches!(letter, '\u{200d}' | '\u{fe0f}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}');
    let joins = |letter| matches!(letter, '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}');
    one.chars().skip(1).any(joins)
        && !one.ends_with('\u{200d}')
        && one.len() <= 64
        && one.chars().all(of_picture)
}

/// A text of a file as an editor has it: letters that can be typed, no line end at the end.
#[must_use]
pub fn as_written(text: &str) -> String {
    typeable(text).trim_end_matches('\n').to_owned()
}

/// Pasted text for a field of one line: a line end, with the blanks beside it, is one blank.
#[must_use]
pub fn on_one_line(text: &str) -> String {
    let text = uncoloured(text);
    let parts = text.split(|letter| letter == '\t' || is_end(letter));
    let lines: Vec<&str> = parts.map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ").chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_lines_become_one_without_gluing_their_words() {
        assert_eq!(on_one_line("two years\nwarranty\r\n"), "two years warranty");
        assert_eq!(on_one_line(" a \r\n\n\tb\u{7}c "), "a bc");
    }

    #[test]
    fn a_family_stays_whole_and_a_joiner_that_makes_no_picture_goes() {
        for text in ["👩\u{200d}👩\u{200d}👧", "Hi 🏳\u{fe0f}\u{200d}🌈, ok\n👍🏽"] {
            assert_eq!(typeable(text), text);
        }
        assert_eq!(typeable("two years\u{2028}warranty\u{85}ok"), "two years\nwarranty\nok");
        assert_eq!(typeable("a\u{200d}b👩\u{200d}"), "ab👩");
    }

    #[test]
    fn colours_of_a_terminal_are_no_text() {
        let link = "\u{1b}]8;;https://x.example\u{1b}\\here\u{1b}]8;;\u{7}";
        let text = format!("\u{1b}[31mrojo\u{1b}[0m \u{1b}[1;38:5:9m{link}\u{1b}[K [31m]");
        assert_eq!(typeable(&text), "rojo here [31m]");
        assert_eq!(on_one_line(&text), "rojo here [31m]");
    }
}
