//! The words of a language: what each concept is called there, and where a reply names it.
//!
//! A concept is a list of phrases, parted by `;` or a line end. A phrase is read on folded text (lower case, no accents):
//! a space is any gap between words, `*` the rest of a word, ` .. ` up to three words (or a few letters of a script without
//! spaces) between, `(a|b)` and `x?` as in a regular expression. In German `ü` also stands for `ue`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fold::is_wide;
use crate::domain::case::Language;

/// Where a language puts its "not".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Denial {
    /// In front of what it denies.
    Before,
    /// On either side within the clause.
    Around,
    /// Right behind it.
    After,
}

/// The file of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    denial: Denial,
    /// How many bytes a "not" reaches.
    reach: usize,
    concepts: BTreeMap<String, String>,
}

/// The compiled words of a language.
#[derive(Debug)]
pub(super) struct Sheet {
    pub denial: Denial,
    pub reach: usize,
    concepts: Vec<Option<Regex>>,
}

const COMMON: &str = include_str!("../../../assets/policy/rules/common.toml");

macro_rules! sheets {
    ($($name:ident, $language:ident, $file:literal;)+) => {
        $(static $name: LazyLock<Sheet> = LazyLock::new(|| {
            Sheet::read(include_str!(concat!("../../../assets/policy/rules/", $file, ".toml")), $file == "de")
        });)+

        /// The sheet of a language, compiled when it is first asked for.
        pub(super) fn sheet(language: Language) -> &'static Sheet {
            match language { $(Language::$language => &$name),+ }
        }

        #[cfg(test)]
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($file, include_str!(concat!("../../../assets/policy/rules/", $file, ".toml")))),+];
    };
}

sheets! {
    EN, En, "en";
    DE, De, "de";
    FR, Fr, "fr";
    IT, It, "it";
    ES, Es, "es";
    JA, Ja, "ja";
    ZH, Zh, "zh";
}

/// Every concept that some file names, sorted.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let files = [
        COMMON,
        include_str!("../../../assets/policy/rules/en.toml"),
        include_str!("../../../assets/policy/rules/ja.toml"),
    ];
    let read = |text: &str| toml::from_str::<File>(text).map(|file| file.concepts).unwrap_or_default();
    let mut names: Vec<String> = files.iter().flat_map(|text| read(text).into_keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// Every concept that some file names, in the order of their numbers.
pub(super) fn names() -> &'static [String] {
    &NAMES
}

/// The number of a concept.
pub(super) fn concept(name: &str) -> Option<usize> {
    NAMES.binary_search_by(|one| one.as_str().cmp(name)).ok()
}

impl Sheet {
    /// Reads a file of ours; the tests refuse one that cannot be read.
    fn read(text: &str, umlauts: bool) -> Self {
        let empty = || File { denial: Denial::Before, reach: 0, concepts: BTreeMap::new() };
        let file: File = toml::from_str(text).unwrap_or_else(|_| empty());
        let common: File = toml::from_str(COMMON).unwrap_or_else(|_| empty());
        let mut concepts = vec![None; NAMES.len()];
        for (at, name) in NAMES.iter().enumerate() {
            let lists = [common.concepts.get(name), file.concepts.get(name)];
            let phrases: Vec<String> = lists
                .into_iter()
                .flatten()
                .flat_map(|list| list.split(['\n', ';']))
                .map(str::trim)
                .filter(|phrase| !phrase.is_empty())
                .map(|phrase| pattern(phrase, umlauts))
                .collect();
            if !phrases.is_empty() {
                concepts[at] = Regex::new(&phrases.join("|")).ok();
            }
        }
        Self { denial: file.denial, reach: file.reach, concepts }
    }

    /// Where a text names each concept, by its number.
    pub fn hits(&self, text: &str) -> Vec<Vec<Range<usize>>> {
        let find = |regex: &Regex| regex.find_iter(text).map(|found| found.range()).collect();
        self.concepts.iter().map(|regex| regex.as_ref().map_or_else(Vec::new, find)).collect()
    }
}

/// The regular expression of a phrase.
fn pattern(phrase: &str, umlauts: bool) -> String {
    let folded: String = phrase.chars().flat_map(|c| fold(c, umlauts)).collect();
    let wide = folded.chars().any(is_wide);
    let between = if wide { r"[^。!?\n]{0,8}?" } else { r"(?:[ \n',-]+[a-z0-9.]+){0,5}?[ \n',-]+" };
    // A script without spaces has none in its phrases either.
    let closed = if wide { folded.replace(" .. ", "..").replace(".. ", "..") } else { folded.clone() };
    let gaps = closed.replace(" .. ", "\u{1}").replace("..", "\u{1}").replace("(?:", "(").replace('(', "(?:");
    let body =
        stems(&gaps, wide).replace(" ?", r"[ \n'-]*").replace(' ', r"[ \n'-]+").replace('\u{1}', between);
    let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "()*?]".contains(c));
    let edge = |needs: bool| if needs { r"(?-u:\b)" } else { "" };
    let (first, last) = (folded.chars().next(), folded.chars().last());
    let (before, after) = if wide {
        let plain = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        (plain(first), plain(last))
    } else {
        (ascii(first), ascii(last))
    };
    format!("{}(?:{body}){}", edge(before), edge(after))
}

/// `refund*` is any ending. A star behind a bracket is one where a word ends there, else it repeats what is in the bracket.
fn stems(phrase: &str, wide: bool) -> String {
    let mut stems = String::with_capacity(phrase.len());
    let mut rest = phrase.chars().peekable();
    while let Some(c) = rest.next() {
        let ends = rest.peek().is_none_or(|next| matches!(next, ' ' | ')' | '|' | '\u{1}' | '?'));
        if c == '*' && !stems.ends_with(['}', ']']) && (!stems.ends_with(')') || ends && !wide) {
            stems.push_str(if wide { "[a-z]*" } else { "[a-z0-9]*" });
        } else {
            stems.push(c);
        }
    }
    stems
}

/// A letter of a phrase as the folded text has it.
fn fold(c: char, umlauts: bool) -> Vec<char> {
    match c {
        'ä' if umlauts => "ae?".chars().collect(),
        'ö' if umlauts => "oe?".chars().collect(),
        'ü' if umlauts => "ue?".chars().collect(),
        'ß' => "ss".chars().collect(),
        'œ' => "oe".chars().collect(),
        _ if is_wide(c) || c.is_ascii() => vec![c],
        _ => std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_can_be_read_and_every_phrase_compiles() {
        let common: File = toml::from_str(COMMON).unwrap();
        for (name, text) in FILES.iter().copied().chain([("common", COMMON)]) {
            let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for (concept, list) in &file.concepts {
                assert!(super::concept(concept).is_some(), "{name}: {concept} is no concept");
                for phrase in list.split(['\n', ';']).map(str::trim).filter(|phrase| !phrase.is_empty()) {
                    let regex = Regex::new(&pattern(phrase, name == "de"));
                    assert!(regex.is_ok(), "{name}: {concept}: {phrase}: {regex:?}");
                }
            }
            for wanted in
                NAMES.iter().filter(|wanted| name != "common" && !common.concepts.contains_key(*wanted))
            {
                assert!(file.concepts.contains_key(wanted), "{name} says nothing of {wanted}");
            }
        }
    }
}
