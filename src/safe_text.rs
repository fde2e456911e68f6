//! The only way untrusted text gets to a screen, a terminal or a log. It is stored raw and tamed here, when shown.
//!
//! The rule: line breaks become a newline or ⏎, a tab becomes blanks; other control characters are shown as their
//! pictures (␛) or as U+FFFD, never acted upon and never silently removed. Characters that turn the direction of
//! writing or draw nothing are taken out and counted. Joiners stay in the scripts that need them, of an emoji sequence
//! the first picture is drawn, a letter carries at most eight marks. Text is cut at cells, never inside a character.

mod cluster;
mod wrap;

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;
use std::ops::Deref;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use cluster::{MAX_MARKS, Piece, Pieces};
pub use wrap::Lines;

/// Text that is safe to draw or print: no control character but a newline, nothing invisible, nothing bidirectional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SafeText {
    text: String,
    hidden: usize,
}

impl SafeText {
    /// How many characters of what is shown were dropped or replaced, for the badge that warns of it. Line breaks, tabs
    /// and ordinary emoji and name variants do not count.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text itself, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// Its width in terminal cells, as the screen counts them; of several lines the sum.
    #[must_use]
    pub fn cells(&self) -> usize {
        cells(&self.text)
    }

    /// The same text on one line of at most `max_cells`, the count of hidden characters kept.
    #[must_use]
    pub fn clip(&self, max_cells: usize) -> Self {
        Self { hidden: self.hidden, ..line(&self.text, max_cells) }
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Deref for SafeText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for SafeText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl From<SafeText> for String {
    fn from(safe: SafeText) -> Self {
        safe.text
    }
}

impl From<SafeText> for Cow<'_, str> {
    fn from(safe: SafeText) -> Self {
        Cow::Owned(safe.text)
    }
}

/// Whether a letter draws nothing, or turns the direction in which its neighbours are drawn. Joiners and the variants of a
/// letter or a picture belong to what is seen.
#[must_use]
pub fn is_unseen(letter: char) -> bool {
    cluster::is_bidi(letter) || cluster::is_invisible(letter) && !matches!(letter, '\u{FE00}'..='\u{FE0F}')
}

/// The width of a text in terminal cells, counted character by visible character as the screen does.
#[must_use]
pub fn cells(text: &str) -> usize {
    text.graphemes(true).filter(|one| *one != "\n").map(cluster::width).sum()
}

/// A text on one line of at most `max_cells` cells; what does not fit is cut and ends in `…`.
///
/// Costs what is shown costs: of a line of a megabyte only the beginning is looked at.
#[must_use]
pub fn line(text: &str, max_cells: usize) -> SafeText {
    // Enough for every honest text of that width; a single letter may carry a megabyte of marks.
    let window = text.floor_char_boundary(max_cells.saturating_mul(cluster::MAX_BYTES).saturating_add(4_096));
    let mut pieces = Pieces::new(&text[..window]);
    let (mut shown, mut used) = (String::new(), 0);
    // Where the text ends if a … has to follow.
    let mut room = 0;
    let mut cut = window < text.len();
    for piece in pieces.by_ref() {
        let (piece, cells) = match piece {
            Piece::Break => ("⏎".to_owned(), 1),
            Piece::Tab => (" ".to_owned(), 1),
            Piece::Shown(piece, cells) => (piece, cells),
        };
        if used + cells > max_cells {
            cut = true;
            break;
        }
        shown.push_str(&piece);
        used += cells;
        if used < max_cells {
            room = shown.len();
        }
    }
    if cut {
        shown.truncate(room);
        if max_cells > 0 {
            shown.push('…');
        }
    }
    SafeText { text: shown, hidden: pieces.take_hidden() }
}

/// A text on as many lines as it has, none of them cut. A tab reaches to the next column divisible by four.
#[must_use]
pub fn block(text: &str) -> SafeText {
    let mut pieces = Pieces::new(text);
    let (mut shown, mut column) = (String::with_capacity(text.len()), 0);
    for piece in pieces.by_ref() {
        match piece {
            Piece::Break => {
                shown.push('\n');
                column = 0;
            }
            Piece::Tab => {
                let blanks = 4 - column % 4;
                shown.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            Piece::Shown(piece, cells) => {
                shown.push_str(&piece);
                column += cells;
            }
        }
    }
    SafeText { text: shown, hidden: pieces.take_hidden() }
}

/// A text for a command's output that people read: all of it, its own line breaks kept.
#[must_use]
pub fn for_output(text: &str) -> SafeText {
    block(text)
}

/// A text on one line of exactly `cells` cells: cut with `…` or filled with blanks on the right.
#[must_use]
pub fn pad(text: &str, cells: usize) -> SafeText {
    let mut padded = line(text, cells);
    let blanks = cells.saturating_sub(padded.cells());
    padded.text.extend(std::iter::repeat_n(' ', blanks));
    padded
}

/// A text on one line of exactly `cells` cells: cut with `…` or filled with blanks on the left, as numbers are.
#[must_use]
pub fn pad_left(text: &str, cells: usize) -> SafeText {
    let mut padded = line(text, cells);
    let blanks = cells.saturating_sub(padded.cells());
    padded.text.insert_str(0, &" ".repeat(blanks));
    padded
}

/// The lines of a text broken at `cells` cells, made one by one: take a screenful of a megabyte and pay for that.
///
/// Words stay whole where they fit; between Chinese and Japanese characters a line may end anywhere, except before a
/// closing and after an opening mark. Without cells, or without text, there are no lines.
#[must_use]
pub fn lines(text: &str, cells: usize) -> Lines<'_> {
    Lines::new(text, cells)
}

/// Whether a line may end between two visible characters, by the rule of [`lines`].
#[must_use]
pub fn may_break(before: &str, after: &str) -> bool {
    wrap::may_break(before, after)
}

/// All the [`lines`] of a text.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<SafeText> {
    lines(text, cells).collect()
}

/// Serialised JSON in which everything that could deceive a terminal is written as an escape: it reads back exactly the
/// same, and can be printed raw.
#[must_use]
pub fn for_json(json: &str) -> Cow<'_, str> {
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 64);
    let (mut marks, mut previous) = (0, '"');
    for c in json.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if must_escape(c, previous, marks) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
        previous = c;
    }
    Cow::Owned(safe)
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.width().unwrap_or(0) == 0
}

fn must_escape(c: char, previous: char, marks: usize) -> bool {
    let stray = is_mark(c) && (marks > MAX_MARKS || previous == '"' || previous.is_control());
    let joiner = matches!(c, '\u{200C}' | '\u{200D}') && !(cluster::joins(previous) && marks <= MAX_MARKS);
    let control = c.is_control() && c != '\n';
    control || stray || joiner || cluster::is_bidi(c) || cluster::is_invisible(c) || cluster::is_private(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        line(text, 80).into_string()
    }

    #[test]
    fn controls_are_shown_and_never_silently_removed() {
        assert_eq!(shown("a\u{1b}[31mb\u{7}\u{7f}\u{9b}"), "a␛[31mb␇␡\u{FFFD}");
        assert_eq!(line("a\u{1b}b\nc", 80).hidden(), 1, "a line break is nothing to warn of");
    }

    #[test]
    fn a_line_break_becomes_a_sign_on_a_line_and_stays_one_in_a_block() {
        assert_eq!(shown("a\r\nb\rc\u{85}d\u{2028}e\tf"), "a⏎b⏎c⏎d⏎e f");
        assert_eq!(block("a\r\nb\rc\u{2029}d\n\te\tf").as_str(), "a\nb\nc\nd\n    e   f");
    }

    #[test]
    fn a_text_that_fits_is_whole_and_one_that_does_not_ends_in_dots() {
        assert_eq!(line("abcd", 4).as_str(), "abcd");
        assert_eq!(line("abcde", 4).as_str(), "abc…");
        assert_eq!(line("客诉客诉", 8).as_str(), "客诉客诉");
        assert_eq!(line("客诉客诉", 7).as_str(), "客诉客…");
        assert_eq!(line("客诉客诉", 6).as_str(), "客诉…", "never half a wide character");
        assert_eq!(line("abc", 1).as_str(), "…");
        assert_eq!(line("客", 1).as_str(), "…");
        assert_eq!(line("abc", 0).as_str(), "");
    }

    #[test]
    fn columns_keep_their_width() {
        assert_eq!(pad("客", 5).as_str(), "客   ");
        assert_eq!(pad_left("17", 5).as_str(), "   17");
        assert_eq!(pad("客客客", 5).cells(), 5);
    }

    #[test]
    fn words_stay_whole_where_they_fit() {
        let broken: Vec<_> = wrap("no sign of the keyboard, tracking stands still", 12);
        let broken: Vec<_> = broken.iter().map(SafeText::as_str).collect();
        assert_eq!(broken, ["no sign of", "the", "keyboard,", "tracking", "stands still"]);
        assert_eq!(
            wrap("abcdefgh", 3).iter().map(SafeText::as_str).collect::<Vec<_>>(),
            ["abc", "def", "gh"]
        );
    }

    #[test]
    fn a_blank_at_the_edge_is_a_break_and_never_lost() {
        let text = "so we can no longer stop it (number [tracking number]) at all";
        for cells in 12..40 {
            let lines: Vec<_> = wrap(text, cells).into_iter().map(SafeText::into_string).collect();
            assert_eq!(lines.join(" ").replace("  ", " "), text, "at {cells} cells: {lines:?}");
        }
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_full_stop() {
        let broken = wrap("键盘没有收到。请退款", 12);
        assert_eq!(broken.iter().map(SafeText::as_str).collect::<Vec<_>>(), ["键盘没有收", "到。请退款"]);
        let broken = wrap("订单KB-US-01没收到", 10);
        assert_eq!(broken.iter().map(SafeText::as_str).collect::<Vec<_>>(), ["订单", "KB-US-01没", "收到"]);
    }

    #[test]
    fn empty_lines_and_indents_of_a_mail_stay() {
        let broken = wrap("Hi,\n\n  well\n", 20);
        assert_eq!(broken.iter().map(SafeText::as_str).collect::<Vec<_>>(), ["Hi,", "", "  well", ""]);
        assert!(wrap("", 20).is_empty());
        assert!(wrap("abc", 0).is_empty());
        assert_eq!(wrap("客a", 1).iter().map(SafeText::as_str).collect::<Vec<_>>(), ["…", "a"]);
    }

    #[test]
    fn json_reads_back_exactly_and_prints_harmlessly() {
        let hostile =
            "\u{301}a\u{9b}31m\u{202e}x\u{e0041}y\u{e000}e\u{301}क\u{94d}\u{200d}ष👨\u{200d}👩\u{7f}客";
        let json = serde_json::to_string(hostile).unwrap();
        let safe = for_json(&json);
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), hostile);
        assert!(
            !safe.chars().any(|c| c.is_control() || cluster::is_bidi(c) || cluster::is_invisible(c)),
            "{safe}"
        );
        assert!(
            safe.contains("e\u{301}") && safe.contains("क\u{94d}\u{200d}ष") && safe.contains('客'),
            "{safe}"
        );
    }
}
