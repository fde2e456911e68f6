//! What operators corrected, by the words that were judged wrongly.

use super::cut::{Habits, Word, cut};
use super::quoted;
use crate::domain::Kind;
use crate::domain::case::Language;

/// Fewest words of a phrase that speaks for other messages too; in a script without spaces, fewest letters.
const FEWEST_WORDS: usize = 3;
const FEWEST_WIDE: usize = 5;
/// Fewest letters of such a phrase: three little words are in every message.
const FEWEST_LETTERS: usize = 12;
/// Most words of a text that is remembered whole; in a script without spaces, three times as many letters.
const MOST_WORDS: usize = 12;

/// One correction, as the store keeps it in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The folded words that it is about, as [`phrase_of`] gave them.
    pub phrase: String,
    /// The right kind.
    pub kind: Kind,
    /// Whether it is a complaint.
    pub is_complaint: bool,
    /// The language of the message it came from; for the operator to see, every message is searched.
    pub language: Option<Language>,
}

/// The corrections that later messages are judged by.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// The words of each, the longest first, of equals the newest.
    corrections: Vec<(Vec<String>, Correction)>,
}

impl Learned {
    /// Takes corrections in the order they were made: of two for the same phrase the later holds. A row whose phrase
    /// has no words is left out.
    pub fn from_rows(rows: impl IntoIterator<Item = Correction>) -> Self {
        let mut learned = Self::default();
        for row in rows {
            learned.add(row);
        }
        learned
    }

    /// Adds a correction; it replaces an earlier one of the same words.
    pub fn add(&mut self, correction: Correction) {
        let words: Vec<String> = folded(&correction.phrase).into_iter().map(|word| word.folded).collect();
        if words.is_empty() {
            return;
        }
        self.corrections.retain(|(earlier, _)| *earlier != words);
        let at = self.corrections.partition_point(|(earlier, _)| earlier.len() > words.len());
        self.corrections.insert(at, (words, correction));
    }

    /// How many phrases are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.corrections.len()
    }

    /// Whether nothing was corrected yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.corrections.is_empty()
    }

    /// The correction that speaks for a text, and where its words stand in it, in bytes.
    pub(super) fn find(&self, text: &str) -> Option<(&Correction, usize, usize)> {
        if self.is_empty() {
            return None;
        }
        let words = folded(text);
        self.corrections.iter().find_map(|(phrase, correction)| {
            let whole = words.len() == phrase.len();
            let at = (0..=words.len().checked_sub(phrase.len())?)
                .filter(|_| whole || is_telling(phrase))
                .find(|at| words[*at..].iter().zip(phrase).all(|(word, told)| word.folded == *told))?;
            Some((correction, words[at].from, words[at + phrase.len() - 1].to))
        })
    }
}

/// What a correction of this message is remembered by: the clause that holds the first of the words that decided
/// (`because` of its verdict), else the whole text where it is short. `None` where there is nothing to hold on to.
#[must_use]
pub fn phrase_of(text: &str, because: &[String]) -> Option<String> {
    let fresh = quoted::without_links(&quoted::new_part(text));
    let words = folded(&fresh);
    let clause = because.first().and_then(|piece| {
        let from = fresh.find(piece.as_str())?;
        let to = from + piece.len();
        let inside = |word: &&Word| word.to > from && word.from < to;
        let (first, last) = (words.iter().find(inside)?, words.iter().rfind(inside)?);
        let clauses = first.clause..=last.clause;
        Some(join(words.iter().filter(|word| clauses.contains(&word.clause))))
    });
    clause.filter(|clause| !clause.is_empty()).or_else(|| {
        let wide = words.iter().filter(|word| word.wide).count();
        let size = words.len() - wide + wide.div_ceil(3);
        (1..=MOST_WORDS).contains(&size).then(|| join(words.iter()))
    })
}

/// Whether a phrase is long enough to mean the same in another message; a shorter one speaks only for a message that
/// says nothing else.
fn is_telling(phrase: &[String]) -> bool {
    let letters: usize = phrase.iter().map(|word| word.chars().count()).sum();
    let wide = phrase.iter().filter(|word| word.chars().all(|c| c > '\u{2fff}')).count();
    wide >= FEWEST_WIDE || (phrase.len() >= FEWEST_WORDS && letters >= FEWEST_LETTERS)
}

/// Words without the accidents of writing, whatever the language.
fn folded(text: &str) -> Vec<Word> {
    cut(text, Habits { join: true, umlauts: true, simplify: true }, false)
}

/// Words as one line; letters of a script without spaces stand side by side.
fn join<'word>(words: impl Iterator<Item = &'word Word>) -> String {
    let mut line = String::new();
    let mut after_wide = true;
    for word in words {
        if !(line.is_empty() || word.wide && after_wide) {
            line.push(' ');
        }
        line.push_str(&word.folded);
        after_wide = word.wide;
    }
    line
}
