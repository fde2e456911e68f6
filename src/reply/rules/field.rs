//! Which fields of meaning a text touches: words and phrases that say the same, under one name in every language.
//!
//! `assets/policy/rules/fields/<lang>.tsv` holds a field a line: its name, a tab, its terms with `; ` between them. A `*` at the
//! end of a word stands for any ending. Where words are not parted by spaces a term is met anywhere. Unlike the concepts of
//! the sheets a field decides nothing by itself; [`super::learned`] weighs what fields come together.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::fold::{Folded, is_wide};
use crate::domain::case::Language;

/// A term behind its first word.
#[derive(Debug)]
struct Term {
    field: usize,
    /// Whether the first word may end in any way.
    open: bool,
    /// The words that follow, each with whether it may end in any way.
    rest: Vec<(String, bool)>,
}

/// The fields of a language.
#[derive(Debug, Default)]
pub(super) struct Fields {
    names: Vec<String>,
    /// Terms by their first word, without its `*`.
    terms: HashMap<String, Vec<Term>>,
    /// Bytes of the longest of these first words.
    longest_word: usize,
    /// Terms of scripts without spaces, whole.
    runs: HashMap<String, Vec<usize>>,
    /// Bytes of the longest of them.
    longest: usize,
}

macro_rules! fields {
    ($($name:ident, $language:ident, $file:literal;)+) => {
        $(static $name: LazyLock<Fields> = LazyLock::new(|| {
            let text = include_str!(concat!("../../../assets/policy/rules/fields/", $file, ".tsv"));
            Fields::read(text, Language::$language)
        });)+

        /// The fields of a language, read when they are first asked for.
        pub(super) fn fields(language: Language) -> &'static Fields {
            match language { $(Language::$language => &$name),+ }
        }
    };
}

fields! {
    EN, En, "en";
    DE, De, "de";
    FR, Fr, "fr";
    IT, It, "it";
    ES, Es, "es";
    JA, Ja, "ja";
    ZH, Zh, "zh";
}

impl Fields {
    fn read(text: &str, language: Language) -> Self {
        let mut fields = Self::default();
        for (name, terms) in text.lines().filter_map(|line| line.split_once('\t')) {
            let field = fields.names.len();
            fields.names.push(name.to_owned());
            for term in terms.split("; ") {
                fields.add(field, &Folded::of(term, language == Language::Zh).text);
            }
        }
        fields.longest_word = fields.terms.keys().map(String::len).max().unwrap_or_default();
        fields.longest = fields.runs.keys().map(String::len).max().unwrap_or_default();
        fields
    }

    fn add(&mut self, field: usize, term: &str) {
        if term.contains(is_wide) {
            return self.runs.entry(term.replace([' ', '*'], "")).or_default().push(field);
        }
        let mut words = words(term).into_iter().map(|word| {
            let open = term[word.end..].starts_with('*');
            (term[word].to_owned(), open)
        });
        if let Some((first, open)) = words.next() {
            let rest = words.collect();
            self.terms.entry(first).or_default().push(Term { field, open, rest });
        }
    }

    /// The names of the fields that a folded text touches, each once, in order.
    pub fn touched(&'static self, text: &str) -> Vec<&'static str> {
        let words: Vec<&str> = words(text).into_iter().map(|word| &text[word]).collect();
        let mut touched = vec![false; self.names.len()];
        for (at, word) in words.iter().enumerate() {
            let ends = word.char_indices().skip(1).chain([(word.len(), ' ')]);
            for (end, _) in ends.take_while(|(end, _)| *end <= self.longest_word) {
                for term in self.terms.get(&word[..end]).into_iter().flatten() {
                    touched[term.field] |= (term.open || end == word.len()) && term.goes_on(&words[at + 1..]);
                }
            }
        }
        for (at, _) in text.char_indices().filter(|(_, c)| is_wide(*c) || c.is_ascii_alphanumeric()) {
            let end = text.len().min(at + self.longest);
            for (size, c) in text[at..].char_indices().take_while(|(size, _)| at + size < end) {
                let run = &text[at..at + size + c.len_utf8()];
                self.runs.get(run).into_iter().flatten().for_each(|field| touched[*field] = true);
            }
        }
        self.names
            .iter()
            .zip(touched)
            .filter(|(_, touched)| *touched)
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

impl Term {
    fn goes_on(&self, words: &[&str]) -> bool {
        self.rest.len() <= words.len()
            && self.rest.iter().zip(words).all(|((part, open), word)| {
                if *open { word.starts_with(part.as_str()) } else { word == part }
            })
    }
}

/// The words of a text, numbers among them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let inside = c.is_alphanumeric() && !is_wide(c);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(text: &str, language: Language) -> String {
        fields(language).touched(&Folded::of(text, language == Language::Zh).text).join(" ")
    }

    #[test]
    fn every_language_names_the_same_fields() {
        let names = &fields(Language::En).names;
        assert!(names.len() > 90);
        for language in Language::ALL {
            assert_eq!(&fields(*language).names, names, "{language:?}");
        }
    }

    #[test]
    fn other_words_for_the_same_touch_the_same_field() {
        for (text, language) in [
            ("Could you rethink the stars?", Language::En),
            ("Könnten Sie Ihre Sterne noch einmal überdenken?", Language::De),
            ("Pourriez-vous revoir vos étoiles ?", Language::Fr),
            ("星をもう一度見直していただけますか", Language::Ja),
        ] {
            let said = touched(text, language);
            assert!(
                said.contains("stars") && said.contains("alter") && said.contains("ask"),
                "{text}: {said}"
            );
        }
        assert_eq!(touched("xyz 12", Language::En), "");
    }
}
