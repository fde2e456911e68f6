//! Keywords that a mistyped word may mean: one letter left out, added, changed, or two swapped.

use std::collections::HashMap;

/// Letters of the shortest keyword that may be mistyped: shorter ones are too near to other words.
const SHORTEST: usize = 6;
/// Letters of the longest word that is tried.
const LONGEST: usize = 20;

/// Keywords by what is left of them without one letter.
#[derive(Debug, Default)]
pub(super) struct Near {
    keywords: Vec<(String, u32, bool)>,
    by_rest: HashMap<String, Vec<u32>>,
}

impl Near {
    /// Adds a keyword; `begins` where it is the beginning of a word.
    pub(super) fn add(&mut self, keyword: &str, number: u32, begins: bool) {
        let shortest = SHORTEST + usize::from(begins);
        if !keyword.is_ascii() || !(shortest..=LONGEST).contains(&keyword.len()) {
            return;
        }
        let at = u32::try_from(self.keywords.len()).unwrap_or(u32::MAX);
        for rest in rests(keyword).chain([keyword.to_owned()]) {
            self.by_rest.entry(rest).or_default().push(at);
        }
        self.keywords.push((keyword.to_owned(), number, begins));
    }

    /// The numbers of the keywords that a word is one slip away from.
    pub(super) fn of(&self, word: &str) -> Vec<u32> {
        let mut found = Vec::new();
        if !word.is_ascii() || word.len() < SHORTEST - 1 || word.len() > 2 * LONGEST {
            return found;
        }
        // The whole word, and the beginnings of it that a keyword with a star may be.
        for end in SHORTEST - 1..=word.len().min(LONGEST + 1) {
            let (part, whole) = (&word[..end], end == word.len());
            for rest in rests(part).chain([part.to_owned()]) {
                for at in self.by_rest.get(&rest).into_iter().flatten() {
                    let (keyword, number, begins) = &self.keywords[*at as usize];
                    if (whole || *begins) && !found.contains(number) && is_slip(keyword, part) {
                        found.push(*number);
                    }
                }
            }
        }
        found
    }
}

/// The word without one letter; the first stays, nobody mistypes it.
fn rests(word: &str) -> impl Iterator<Item = String> + '_ {
    (1..word.len()).map(|at| format!("{}{}", &word[..at], &word[at + 1..]))
}

/// Whether two ASCII words differ by one letter or by two that are swapped.
fn is_slip(keyword: &str, word: &str) -> bool {
    let same = keyword.bytes().zip(word.bytes()).take_while(|(one, other)| one == other).count();
    match (&keyword.as_bytes()[same..], &word.as_bytes()[same..]) {
        ([_, rest @ ..], other) if rest == other => true,
        (one, [_, rest @ ..]) if one == rest => true,
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        ([first, second, one @ ..], [other_first, other_second, other @ ..]) => {
            first == other_second && second == other_first && one == other
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_in_a_long_word_is_forgiven_and_two_are_not() {
        let mut near = Near::default();
        near.add("damaged", 1, false);
        near.add("beschadig", 2, true);
        for word in ["damged", "damagged", "damsged", "dmaaged"] {
            assert_eq!(near.of(word), [1], "{word}");
        }
        assert_eq!(near.of("beschdigte"), [2]);
        assert!(near.of("dmged").is_empty() && near.of("managed").is_empty() && near.of("damage").len() == 1);
    }

    #[test]
    fn a_short_word_is_taken_as_it_is() {
        let mut near = Near::default();
        near.add("late", 1, false);
        assert!(near.of("lade").is_empty());
    }
}
