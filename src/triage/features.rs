//! What the learned model sees of a message: its words and letters, what is said in any language, and what the phrases
//! make of it.

use std::collections::BTreeSet;

use super::concepts::{self, Found};

use super::words::Judged;
use crate::domain::case::Language;
use crate::learning::cut::{Word, cut};
use crate::learning::features::{Feature, List, key};

/// Share of the concepts and of the phrases beside the words, which together come to one.
const CONCEPT: f32 = 0.3;
const PAIR: f32 = 0.15;
const SAID: f32 = 0.5;
const CLASS: f32 = 0.25;
const CLASS_WITH_CONCEPT: f32 = 0.1;

/// English endings that an apostrophe parts from their word.
const ENDINGS: [&str; 7] = ["t", "s", "re", "ve", "ll", "d", "m"];

/// A message as the model sees it.
pub(super) struct Seen {
    pub words: Vec<Word>,
    pub features: Vec<Feature>,
    /// The keys of its single words.
    pub vocabulary: Vec<u32>,
}

/// Everything that is true of a text in a language. Without `judged` nothing is said of the phrases: for examples the
/// phrases were written after, where they look better than they are.
pub(super) fn of(text: &str, language: Language, judged: Option<&Judged>) -> Seen {
    let words = mended(text, cut(text, concepts::HABITS, false));
    let found = concepts::find(&words, language);
    let mut list = List::default();
    list.words(&words);
    list.letters(&words);
    list.runs(&words);
    list.even_out();
    list.marks(text, &words);
    concepts_of(&mut list, &words, &found, language);
    if let Some(judged) = judged {
        phrases_of(&mut list, judged, &found);
    }
    let vocabulary =
        words.iter().map(|word| key(&[if word.wide { "z:" } else { "w:" }, &word.folded])).collect();
    Seen { words, features: list.features, vocabulary }
}

/// Puts `don` and `t` together again; `l'article` stays two words.
fn mended(text: &str, words: Vec<Word>) -> Vec<Word> {
    let mut mended: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        if let Some(last) = mended.last_mut()
            && ENDINGS.contains(&word.folded.as_str())
            && matches!(&text[last.to..word.from], "'" | "’" | "‘" | "`" | "´")
        {
            last.folded.push_str(&word.folded);
            last.to = word.to;
        } else {
            mended.push(word);
        }
    }
    mended
}

/// Concepts, those near a "not", and those that are named in one message.
fn concepts_of(list: &mut List, words: &[Word], found: &[Found], language: Language) {
    let Some(not) = concepts::number("not") else { return };
    let denials: Vec<&Found> = found.iter().filter(|one| one.concept == not).collect();
    for one in found {
        let name = concepts::name(one.concept);
        let place = (one.start, one.end);
        list.add(&["k:", name], CONCEPT, place);
        let is_denied = one.concept != not
            && denials.iter().any(|not| {
                let before = one.start >= not.end && one.start - not.end <= 3 && language != Language::Ja;
                let after = not.start >= one.end
                    && not.start - one.end <= 4
                    && matches!(language, Language::Ja | Language::De);
                let within = (one.start..one.end).contains(&not.start);
                words[not.start].sentence == words[one.start].sentence && (before || after || within)
            });
        if is_denied {
            list.add(&["not k:", name], CONCEPT, place);
        }
    }
    let all: BTreeSet<usize> = found.iter().map(|one| one.concept).collect();
    for a in &all {
        for b in all.range(a + 1..) {
            list.add(&["k:", concepts::name(*a), "+", concepts::name(*b)], PAIR, (0, 0));
        }
    }
}

/// What the phrases come to, and the classes they found, also beside each concept.
fn phrases_of(list: &mut List, judged: &Judged, found: &[Found]) {
    list.add(&["said:", &format!("{:?}", judged.said)], SAID, (0, 0));
    let all: BTreeSet<usize> = found.iter().map(|one| one.concept).collect();
    for (class, stands) in &judged.found {
        let name = format!("{class:?}{}", if *stands { "" } else { " taken back" });
        list.add(&["hit:", &name], CLASS, (0, 0));
        for concept in &all {
            list.add(&["hit:", &name, "+", concepts::name(*concept)], CLASS_WITH_CONCEPT, (0, 0));
        }
    }
}
