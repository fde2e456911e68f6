//! Letters that may stand in a text of the operator's, wherever it comes from: a key, the clipboard, his editor, a file.

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

/// Text as it may stand in a reply: equal line ends, no control characters, nothing that turns the direction, and
/// nothing that a screen would not show: what is sent is what was seen.
#[must_use]
pub fn typeable(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let fit = |letter: &char| {
        matches!(letter, '\n' | '\t') || !(letter.is_control() || safe_text::is_unseen(*letter))
    };
    safe_text::block(&unix.chars().filter(fit).collect::<String>().replace('\t', "    ")).into_string()
}

/// A text of a file as an editor has it: letters that can be typed, no line end at the end.
#[must_use]
pub fn as_written(text: &str) -> String {
    typeable(text).trim_end_matches('\n').to_owned()
}
