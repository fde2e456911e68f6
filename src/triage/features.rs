//! What the learned model sees of a message: its words and letters, what is said in any language, and what the
//! phrases make of it. A feature is a number made from its name; it knows the words it stands for.

use std::collections::{BTreeSet, HashSet};

use super::concepts::{self, Found};
use super::cut::{Word, cut};
use super::words::Judged;
use crate::domain::case::Language;

/// Share of the concepts, of the marks and of the phrases beside the words, which together come to one.
const CONCEPT: f32 = 0.3;
const PAIR: f32 = 0.15;
const MARK: f32 = 0.2;
const SAID: f32 = 0.5;
const CLASS: f32 = 0.25;
const CLASS_WITH_CONCEPT: f32 = 0.1;

/// English endings that an apostrophe parts from their word.
const ENDINGS: [&str; 7] = ["t", "s", "re", "ve", "ll", "d", "m"];

/// One thing that is true of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Feature {
    pub key: u32,
    pub value: f32,
    /// The words it stands for; an empty range for what stands for the whole message.
    pub words: (usize, usize),
}

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
    list.concepts(&words, &found, language);
    if let Some(judged) = judged {
        list.phrases(judged, &found);
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

/// A number made from the parts of a name, the same on every machine (FNV-1a).
fn key(parts: &[&str]) -> u32 {
    parts
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[derive(Default)]
struct List {
    features: Vec<Feature>,
    known: HashSet<u32>,
}

impl List {
    /// Adds a feature; what is said twice is said once.
    fn add(&mut self, parts: &[&str], value: f32, words: (usize, usize)) {
        let key = key(parts);
        if self.known.insert(key) {
            self.features.push(Feature { key, value, words });
        }
    }

    /// Words and pairs of words.
    fn words(&mut self, words: &[Word]) {
        let mut before: Option<&str> = None;
        for (at, word) in words.iter().enumerate() {
            if word.wide {
                before = None;
                continue;
            }
            self.add(&["w:", &word.folded], 1.0, (at, at + 1));
            if let Some(before) = before {
                self.add(&["b:", before, " ", &word.folded], 1.0, (at - 1, at + 1));
            }
            before = Some(&word.folded);
        }
    }

    /// Three to five letters in a row within a word.
    fn letters(&mut self, words: &[Word]) {
        for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.wide && word.folded.len() <= 64) {
            let fenced: Vec<char> = format!("<{}>", word.folded).chars().collect();
            for size in 3..=5 {
                for part in fenced.windows(size) {
                    self.add(&["c:", &String::from_iter(part)], 1.0, (at, at + 1));
                }
            }
        }
    }

    /// One to three letters in a row of a script without spaces, within a clause.
    fn runs(&mut self, words: &[Word]) {
        for size in 1..=3 {
            for (at, part) in words.windows(size).enumerate() {
                let one_run = part.iter().all(|word| word.wide && word.clause == part[0].clause);
                if one_run {
                    let letters: String = part.iter().map(|word| word.folded.as_str()).collect();
                    self.add(&["z:", &letters], 1.0, (at, at + size));
                }
            }
        }
    }

    /// Makes long messages weigh as much as short ones.
    fn even_out(&mut self) {
        let length = self.features.iter().map(|feature| feature.value * feature.value).sum::<f32>().sqrt();
        for feature in &mut self.features {
            feature.value /= length.max(1.0);
        }
    }

    /// Punctuation, length, and how many numbers are named.
    fn marks(&mut self, text: &str, words: &[Word]) {
        let has = |marks: [&str; 2]| marks.iter().any(|mark| text.contains(mark));
        let numbers: HashSet<&str> =
            text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
        let marks = [
            ("ends in ?", text.trim_end().ends_with(['?', '？'])),
            ("?", has(["?", "？"])),
            ("!", has(["!", "！"])),
            ("??", has(["??", "？？"])),
            ("…", has(["...", "…"])),
            ("one number", numbers.len() == 1),
            ("two numbers", numbers.len() == 2),
            ("many numbers", numbers.len() > 2),
        ];
        for (mark, _) in marks.iter().filter(|(_, is_there)| *is_there) {
            self.add(&["p:", mark], MARK, (0, 0));
        }
        let size = (words.len() + 1).ilog2().min(6);
        self.add(&["p:size ", &size.to_string()], MARK, (0, 0));
    }

    /// Concepts, those near a "not", and those that are named in one message.
    fn concepts(&mut self, words: &[Word], found: &[Found], language: Language) {
        let Some(not) = concepts::number("not") else { return };
        let denials: Vec<&Found> = found.iter().filter(|one| one.concept == not).collect();
        for one in found {
            let name = concepts::name(one.concept);
            let place = (one.start, one.end);
            self.add(&["k:", name], CONCEPT, place);
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
                self.add(&["not k:", name], CONCEPT, place);
            }
        }
        let all: BTreeSet<usize> = found.iter().map(|one| one.concept).collect();
        for a in &all {
            for b in all.range(a + 1..) {
                self.add(&["k:", concepts::name(*a), "+", concepts::name(*b)], PAIR, (0, 0));
            }
        }
    }

    /// What the phrases come to, and the classes they found, also beside each concept.
    fn phrases(&mut self, judged: &Judged, found: &[Found]) {
        self.add(&["said:", &format!("{:?}", judged.said)], SAID, (0, 0));
        let all: BTreeSet<usize> = found.iter().map(|one| one.concept).collect();
        for (class, stands) in &judged.found {
            let name = format!("{class:?}{}", if *stands { "" } else { " taken back" });
            self.add(&["hit:", &name], CLASS, (0, 0));
            for concept in &all {
                self.add(&["hit:", &name, "+", concepts::name(*concept)], CLASS_WITH_CONCEPT, (0, 0));
            }
        }
    }
}
