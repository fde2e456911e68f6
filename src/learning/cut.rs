//! Cutting a text into folded words: what is written differently and means the same becomes one.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a language treats as one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits {
    /// `don't` is `dont`; otherwise `n'est` is `n` and `est`.
    pub join: bool,
    /// `ue` and `ü` are one letter.
    pub umlauts: bool,
    /// Traditional Chinese letters are their simplified ones.
    pub simplify: bool,
}

/// A word of a text, or one letter of a script that is written without spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, without accents.
    pub folded: String,
    /// Number of its sentence in the text.
    pub sentence: u32,
    /// Number of its clause in the text.
    pub clause: u32,
    /// A letter of a script without spaces.
    pub wide: bool,
    /// Where it stands in the text, in bytes.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// Traditional letters of Chinese and the simplified ones, as pairs: those that occur in the phrases.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let mut pairs: Vec<(char, char)> = include_str!("../../assets/policy/traditional.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .filter_map(|pair| {
            let mut letters = pair.chars();
            Some((letters.next()?, letters.next()?))
        })
        .collect();
    pairs.sort_unstable();
    pairs
});

/// Cuts a text into words; `stars` keeps the `*` of a phrase.
pub(crate) fn cut(text: &str, habits: Habits, stars: bool) -> Vec<Word> {
    let mut cutter = Cutter { habits, stars, ..Cutter::default() };
    let mut rest = text.char_indices().peekable();
    while let Some((from, first)) = rest.next() {
        // A letter with the marks that follow it is read as one.
        let mut to = from + first.len_utf8();
        while let Some((_, mark)) = rest.next_if(|(_, next)| is_mark(*next)) {
            to += mark.len_utf8();
        }
        let next = rest.peek().map(|(_, next)| *next);
        if first.is_ascii() {
            cutter.take(first.to_ascii_lowercase(), (from, to), next);
        } else {
            for c in text[from..to].nfkc().flat_map(char::to_lowercase) {
                cutter.take(c, (from, to), next);
            }
        }
    }
    cutter.close();
    cutter.words
}

#[derive(Default)]
struct Cutter {
    habits: Habits,
    stars: bool,
    words: Vec<Word>,
    /// The word under way and where it stands.
    open: String,
    place: (usize, usize),
    sentence: u32,
    clause: u32,
}

impl Cutter {
    /// Takes a letter that stands at `place`, before `next`.
    fn take(&mut self, c: char, place: (usize, usize), next: Option<char>) {
        if is_wide(c) {
            self.close();
            let c = if self.habits.simplify { simplified(c) } else { c };
            self.push(c.to_string(), true, place);
        } else if c.is_alphanumeric() || (self.stars && c == '*') {
            if self.open.is_empty() {
                self.place.0 = place.0;
            }
            self.place.1 = place.1;
            push_folded(&mut self.open, c);
        } else if !(is_combining_mark(c) || self.habits.join && is_apostrophe(c)) {
            self.close();
            let ends = matches!(c, '!' | '?' | '。' | ';')
                || (c == '.' && next.is_none_or(char::is_whitespace))
                || (c == '\n' && next == Some('\n'));
            self.sentence += u32::from(ends);
            self.clause += u32::from(ends || matches!(c, ',' | '、' | ':' | '(' | ')' | '–' | '—' | '\n'));
        }
    }

    fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let whole = std::mem::take(&mut self.open);
        let folded = if self.habits.umlauts {
            whole.replace("ue", "u").replace("ae", "a").replace("oe", "o")
        } else {
            whole
        };
        self.push(folded, false, self.place);
    }

    fn push(&mut self, folded: String, wide: bool, (from, to): (usize, usize)) {
        self.words.push(Word { folded, sentence: self.sentence, clause: self.clause, wide, from, to });
    }
}

/// The word with every letter that is held down (`brokennn`) written twice and once; none where no letter is.
pub(crate) fn shortened(word: &str) -> Option<[String; 2]> {
    let held = |word: &str, most: usize| {
        let (mut kept, mut run) = (String::with_capacity(word.len()), 0);
        for c in word.chars() {
            run = if kept.ends_with(c) { run + 1 } else { 1 };
            if run <= most || !c.is_alphabetic() {
                kept.push(c);
            }
        }
        kept
    };
    let mut run = (' ', 0);
    let is_held = word.chars().any(|c| {
        run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        run.1 >= 3 && c.is_alphabetic()
    });
    is_held.then(|| [held(word, 2), held(word, 1)])
}

/// A mark that belongs to the letter before it.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && (is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}'))
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´')
}

/// A letter of a script that is written without spaces.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}')
        && c != '・'
}

fn simplified(c: char) -> char {
    let pairs = &*SIMPLIFIED;
    pairs.binary_search_by_key(&c, |pair| pair.0).map_or(c, |at| pairs[at].1)
}

/// Puts a letter without its accent.
fn push_folded(word: &mut String, c: char) {
    match c {
        'ß' => word.push_str("ss"),
        'œ' => word.push_str("oe"),
        'æ' => word.push_str("ae"),
        'ø' => word.push('o'),
        _ if c.is_ascii() => word.push(c),
        _ => word.extend(c.nfd().filter(|part| !is_combining_mark(*part))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let habits = Habits { join: true, umlauts: true, simplify: true };
        cut(text, habits, false).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn widths_accents_capitals_and_traditional_letters_do_not_matter() {
        assert_eq!(folded("ＢＲＯＫＥＮ Café don’t"), ["broken", "cafe", "dont"]);
        assert_eq!(folded("e\u{301}te zurueck"), ["ete", "zuruck"]);
        assert_eq!(folded("還沒收到"), folded("还没收到"));
        assert_eq!(folded("ﾀﾞﾒ"), folded("ダメ"), "half-width kana with its mark");
    }

    #[test]
    fn every_word_knows_where_it_stands() {
        let text = "Größe  ﬁt、壊れた";
        for word in cut(text, Habits::default(), false) {
            assert!(text[word.from..word.to].chars().all(|c| !c.is_whitespace() && c != '、'));
        }
        assert_eq!(&text[..cut(text, Habits::default(), false)[0].to], "Größe");
    }

    #[test]
    fn a_letter_held_down_is_written_twice_and_once() {
        assert_eq!(shortened("brokennn"), Some(["brokenn".into(), "broken".into()]));
        assert_eq!(shortened("tooo").map(|both| both[0].clone()), Some("too".into()));
        assert_eq!(shortened("1000"), None);
        assert_eq!(shortened("address"), None);
    }
}
