//! What operators corrected, by the words that were judged wrongly.

use super::quoted;
use crate::domain::Kind;
use crate::domain::case::Language;
use crate::learning::cut::{Habits, Word, cut};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::words::{classify, classify_with};

    fn correction(phrase: &str, kind: Kind, is_complaint: bool) -> Correction {
        Correction { phrase: phrase.into(), kind, is_complaint, language: Some(Language::En) }
    }

    /// What the workbench does when an operator corrects a message.
    fn taught(text: &str, kind: Kind, is_complaint: bool) -> Learned {
        let verdict = classify("", text, Some(Language::En));
        let phrase = phrase_of(text, &verdict.because).unwrap();
        Learned::from_rows([correction(&phrase, kind, is_complaint)])
    }

    #[test]
    fn a_corrected_clause_is_known_again_however_it_is_written() {
        let learned = taught("The gizmo went all wibbly-wobbly sideways", Kind::Defective, true);
        let later = "Hello,\nthe GIZMO  went all wibbly wobbly, sideways! Any help?";
        let verdict = classify_with("", later, Some(Language::En), &learned);
        assert!(verdict.is_learned && verdict.is_complaint && verdict.kind == Kind::Defective);
        assert_eq!(verdict.because, ["the GIZMO  went all wibbly wobbly, sideways"]);
        let other = classify_with("", "The gizmo is lovely", Some(Language::En), &learned);
        assert!(!other.is_learned && !other.is_complaint);
    }

    #[test]
    fn one_common_word_speaks_for_no_other_message() {
        let learned = taught("broken", Kind::Other, false);
        assert!(!classify_with("", "Broken!", Some(Language::En), &learned).is_complaint, "the same again");
        let later = classify_with("", "the screen is broken", Some(Language::En), &learned);
        assert!(later.is_complaint && !later.is_learned);
        assert_eq!(Learned::from_rows([correction(" ?! ", Kind::Other, false)]).len(), 0);
    }

    #[test]
    fn words_that_mean_no_harm_take_no_other_trouble_back() {
        let learned = Learned::from_rows([correction("it broke the internet", Kind::Other, false)]);
        let calm = classify_with("", "it broke the internet", Some(Language::En), &learned);
        assert!(calm.is_learned && !calm.is_complaint);
        let text = "It broke the internet. The lamp never arrived";
        assert_eq!(classify_with("", text, Some(Language::En), &learned).kind, Kind::NotReceived);
    }

    #[test]
    fn the_latest_correction_of_the_same_words_holds() {
        let mut learned = Learned::from_rows([correction("this is quite something", Kind::Other, false)]);
        learned.add(correction("This is: quite SOMETHING", Kind::Defective, true));
        assert_eq!(learned.len(), 1);
        assert!(classify_with("", "this is quite something", Some(Language::En), &learned).is_complaint);
    }

    #[test]
    fn a_script_without_spaces_is_remembered_by_its_letters() {
        let phrase = phrase_of("这个东西真是一言难尽", &[]).unwrap();
        let learned = Learned::from_rows([correction(&phrase, Kind::Defective, true)]);
        let verdict = classify_with("", "老板，這個東西真是一言難盡啊", Some(Language::Zh), &learned);
        assert!(verdict.is_learned && verdict.is_complaint, "{verdict:?}");
    }

    #[test]
    fn a_long_text_that_nothing_decided_leaves_nothing_to_hold_on_to() {
        assert_eq!(phrase_of(&"so many words ".repeat(20), &[]), None);
        assert_eq!(phrase_of("...", &[]), None);
    }
}
