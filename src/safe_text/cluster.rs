//! The rule for untrusted text, one visible character (grapheme cluster) at a time.

use unicode_segmentation::{Graphemes, UnicodeSegmentation};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Combining marks and joiners that one visible character may carry.
pub(super) const MAX_MARKS: usize = 8;
/// Bytes that one visible character may take.
pub(super) const MAX_BYTES: usize = 64;

const REPLACEMENT: char = '\u{FFFD}';
/// What a mark without a letter sits on, so that it cannot attach itself to the border beside it.
const DOTTED_CIRCLE: char = '◌';
const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';
const BLACK_FLAG: char = '\u{1F3F4}';

/// What one visible character of the raw text comes out as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that stands as it is: its width in cells.
    Shown(String, usize),
    /// A line break in any of its spellings.
    Break,
    /// A horizontal tab.
    Tab,
}

/// The pieces of a raw text, made one by one: stopping early costs nothing for the rest.
pub(super) struct Pieces<'a> {
    raw: Graphemes<'a>,
    hidden: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { raw: text.graphemes(true), hidden: 0 }
    }

    /// How many characters were dropped or replaced since this was last asked.
    pub(super) fn take_hidden(&mut self) -> usize {
        std::mem::take(&mut self.hidden)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            let raw = self.raw.next()?;
            let first = raw.chars().next()?;
            if is_line_break(first) {
                return Some(Piece::Break);
            }
            if first == '\t' {
                return Some(Piece::Tab);
            }
            if raw.len() == 1 && !first.is_control() {
                return Some(Piece::Shown(raw.to_owned(), 1));
            }
            let (shown, hidden) = if first.is_control() { (picture(first), 1) } else { tame(raw) };
            self.hidden += hidden;
            if !shown.is_empty() {
                let cells = width(&shown);
                return Some(Piece::Shown(shown, cells));
            }
        }
    }
}

/// The width of one visible character in cells, as the screen's own count has it: that one adds a cell for each of the
/// half-width voicing marks of Japanese, and columns line up only where both agree.
pub(super) fn width(one: &str) -> usize {
    one.width() + one.chars().filter(|c| matches!(c, '\u{FF9E}' | '\u{FF9F}')).count()
}

/// Whether a character ends a line somewhere: in a terminal, in Unicode's rules or in a buyer's mail program.
fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The visible stand-in for a control character.
fn picture(control: char) -> String {
    let code = u32::from(control);
    let shown = match code {
        0..0x20 => char::from_u32(0x2400 + code),
        0x7F => Some('\u{2421}'),
        _ => None,
    };
    shown.unwrap_or(REPLACEMENT).to_string()
}

/// One visible character without what could deceive: the safe form, and how many characters were taken out.
fn tame(raw: &str) -> (String, usize) {
    let mut made = Taming::default();
    let subdivision_flag =
        raw.starts_with(BLACK_FLAG) && raw.ends_with('\u{E007F}') && raw.chars().count() <= 8;
    for c in raw.chars() {
        if made.safe.len() + c.len_utf8() > MAX_BYTES {
            made.hidden += 1;
            continue;
        }
        match c {
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => made.selector(),
            '\u{E0020}'..='\u{E007F}' if subdivision_flag => {}
            ZWNJ | ZWJ => made.joiner(c),
            '\u{1F3FB}'..='\u{1F3FF}' if made.picture() => {}
            _ if is_bidi(c) || is_invisible(c) => made.hidden += 1,
            _ if is_private(c) => made.letter(REPLACEMENT, 1),
            _ if made.sequel => {}
            _ if c.width().unwrap_or(0) == 0 => made.mark(c),
            _ => made.letter(c, 0),
        }
    }
    (made.safe, made.hidden)
}

/// A safe form in the making.
#[derive(Default)]
struct Taming {
    safe: String,
    hidden: usize,
    marks: usize,
    /// The last character that is neither mark nor joiner.
    base: Option<char>,
    selectors: usize,
    /// The further pictures of an emoji sequence follow: terminals disagree on its width, so only the first is drawn.
    sequel: bool,
}

impl Taming {
    fn letter(&mut self, c: char, hidden: usize) {
        self.safe.push(c);
        self.base = Some(c);
        self.hidden += hidden;
    }

    /// One selector per character is ordinary (a name's variant, an emoji's style); more carry hidden bytes.
    fn selector(&mut self) {
        self.selectors += 1;
        if self.selectors > 1 || self.base.is_none() {
            self.hidden += 1;
        }
    }

    fn joiner(&mut self, c: char) {
        if self.base.is_some_and(joins) && self.marks < MAX_MARKS {
            self.safe.push(c);
            self.marks += 1;
        } else if c == ZWJ && self.picture() {
            self.sequel = true;
        } else {
            self.hidden += 1;
        }
    }

    fn mark(&mut self, c: char) {
        // Half a Korean syllable attaches to the other half only, and that would be the base.
        if matches!(self.base, None | Some(REPLACEMENT)) && !attaches(c) {
            return self.letter(REPLACEMENT, 1);
        }
        if self.base.is_none() {
            self.letter(DOTTED_CIRCLE, 0);
        }
        if self.marks < MAX_MARKS {
            self.safe.push(c);
            self.marks += 1;
        } else {
            self.hidden += 1;
        }
    }

    fn picture(&self) -> bool {
        self.base.is_some_and(|base| base.width() == Some(2) || matches!(base, '\u{2190}'..='\u{2BFF}'))
    }
}

/// Whether a zero-width character becomes one visible character with the letter before it.
fn attaches(mark: char) -> bool {
    let pair: String = [DOTTED_CIRCLE, mark].iter().collect();
    pair.graphemes(true).count() == 1
}

/// Changes the direction in which its neighbours are drawn.
pub(super) fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Draws nothing, and is not a joiner or a selector that a script needs.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{13430}'..='\u{1343F}' | '\u{16FE4}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Means whatever a font says, or nothing at all.
pub(super) fn is_private(c: char) -> bool {
    let code = u32::from(c);
    code & 0xFFFE == 0xFFFE || matches!(code, 0xFDD0..=0xFDEF | 0xE000..=0xF8FF | 0xF0000..)
}

/// A letter of a script whose spelling needs joiners: Arabic and its neighbours, Indic, South-East Asian.
pub(super) fn joins(c: char) -> bool {
    matches!(
        c,
        '\u{600}'..='\u{DFF}' | '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}'
    )
}
