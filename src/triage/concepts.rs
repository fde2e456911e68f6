//! What is said whatever the language: the concepts of `assets/policy/concepts.toml`, looked for in a text.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::domain::case::Language;
use crate::learning::cut::{Habits, Word, cut};

/// How texts and concepts are cut before the learned model reads them.
pub(super) const HABITS: Habits = Habits { join: false, umlauts: true, simplify: true };

type File = BTreeMap<String, BTreeMap<Language, String>>;

static CONCEPTS: LazyLock<Concepts> = LazyLock::new(|| {
    // A test reads the file that ships, so the empty fallback is never seen.
    let file: File = toml::from_str(include_str!("../../assets/policy/concepts.toml")).unwrap_or_default();
    Concepts::compile(&file)
});

/// A concept found in a text, as a range of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Its place in the file.
    pub concept: usize,
    pub start: usize,
    pub end: usize,
}

/// Words in a row that say a concept, which comes first by its number.
type Run = (usize, Vec<String>);

#[derive(Default)]
struct Concepts {
    names: Vec<String>,
    /// The runs of words of each language, by the first two letters of their first word.
    by_head: HashMap<(Language, String), Vec<Run>>,
}

impl Concepts {
    fn compile(file: &File) -> Self {
        let mut concepts = Self { names: file.keys().cloned().collect(), ..Self::default() };
        for (number, languages) in file.values().enumerate() {
            for (language, runs) in languages {
                for run in runs.split(',') {
                    let words: Vec<String> =
                        cut(run, HABITS, true).into_iter().map(|word| word.folded).collect();
                    let Some(first) = words.first() else { continue };
                    let key = (*language, head(first));
                    concepts.by_head.entry(key).or_default().push((number, words));
                }
            }
        }
        concepts
    }
}

/// The name of a concept in the file.
pub(super) fn name(number: usize) -> &'static str {
    CONCEPTS.names.get(number).map_or("", String::as_str)
}

/// The number of a concept, by its name in the file.
pub(super) fn number(name: &str) -> Option<usize> {
    CONCEPTS.names.iter().position(|known| known == name)
}

/// Every concept that the words say in this language, each place once.
pub(super) fn find(words: &[Word], language: Language) -> Vec<Found> {
    let mut found = Vec::new();
    for start in 0..words.len() {
        let key = (language, head(&words[start].folded));
        for (concept, run) in CONCEPTS.by_head.get(&key).into_iter().flatten() {
            let end = start + run.len();
            if words
                .get(start..end)
                .is_some_and(|part| part.iter().zip(run).all(|(word, told)| fits(told, word)))
            {
                found.push(Found { concept: *concept, start, end });
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn fits(told: &str, word: &Word) -> bool {
    told.strip_suffix('*').map_or(word.folded == told, |stem| word.folded.starts_with(stem))
}

/// The first two letters.
fn head(word: &str) -> String {
    word.chars().filter(|c| *c != '*').take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concept_is_found_in_every_language() {
        let file: File = toml::from_str(include_str!("../../assets/policy/concepts.toml")).unwrap();
        for (name, languages) in &file {
            assert_eq!(languages.len(), Language::ALL.len(), "{name}");
        }
        let broken = file.keys().position(|name| name == "broken").unwrap();
        for (text, language) in [
            ("the lid CRACKED", Language::En),
            ("Deckel zerbrochen", Language::De),
            ("couvercle fêlé", Language::Fr),
            ("è rotto", Language::It),
            ("está roto", Language::Es),
            ("蓋が割れて", Language::Ja),
            ("盖子碎了", Language::Zh),
        ] {
            let found = find(&cut(text, HABITS, false), language);
            assert!(found.iter().any(|found| found.concept == broken), "{text}");
        }
    }
}
