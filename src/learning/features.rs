//! What a learned model sees of any text: its words and letters, its marks. A feature is a number made from its name; it
//! knows the words it stands for.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::cut::Word;

/// Share of the marks beside the words, which together come to one.
const MARK: f32 = 0.2;

/// One thing that is true of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feature {
    pub key: u32,
    pub value: f32,
    /// The words it stands for; an empty range for what stands for the whole text.
    pub words: (usize, usize),
}

/// A number made from the parts of a name, the same on every machine (FNV-1a).
pub(crate) fn key(parts: &[&str]) -> u32 {
    parts
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Keys are spread by their making; a second hash would only cost time at every key that is typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, key: u32) {
        // The sets look at the upper bits too, which the key does not have.
        self.0 = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// How sets and maps of keys are made.
pub(crate) type ByKey = BuildHasherDefault<Spread>;

/// The features of a text under way.
#[derive(Default)]
pub(crate) struct List {
    pub features: Vec<Feature>,
    known: HashSet<u32, ByKey>,
}

impl List {
    /// Adds a feature; what is said twice is said once.
    pub fn add(&mut self, parts: &[&str], value: f32, words: (usize, usize)) {
        let key = key(parts);
        if self.known.insert(key) {
            self.features.push(Feature { key, value, words });
        }
    }

    /// Words and pairs of words.
    pub fn words(&mut self, words: &[Word]) {
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
    pub fn letters(&mut self, words: &[Word]) {
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
    pub fn runs(&mut self, words: &[Word]) {
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
    pub fn even_out(&mut self) {
        let length = self.features.iter().map(|feature| feature.value * feature.value).sum::<f32>().sqrt();
        for feature in &mut self.features {
            feature.value /= length.max(1.0);
        }
    }

    /// Punctuation, length, and how many numbers are named.
    pub fn marks(&mut self, text: &str, words: &[Word]) {
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
}
