//! Kind and complaint from a buyer's words, by the phrases under `assets/policy/phrases/`.

use std::sync::LazyLock;

use super::phrases::{Class, Hit, Phrases, Words};
use super::quoted;
use crate::domain::Kind;
use crate::domain::case::Language;

/// What a text comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What the buyer holds right now; other where nothing went wrong.
    pub kind: Kind,
    /// Something went wrong and is not yet put right.
    pub is_complaint: bool,
}

const NO_COMPLAINT: Verdict = Verdict { kind: Kind::Other, is_complaint: false };

macro_rules! sheets {
    ($($sheet:ident: $language:ident, $file:literal;)+) => {
        $(static $sheet: LazyLock<Phrases> = LazyLock::new(|| {
            // A test compiles every file that ships, so the empty fallback is never seen.
            Phrases::compile(include_str!(concat!("../../assets/policy/phrases/", $file))).unwrap_or_default()
        });)+

        fn sheet(language: Language) -> &'static Phrases {
            match language { $(Language::$language => &$sheet),+ }
        }

        #[cfg(test)]
        const FILES: &[(&str, &str)] =
            &[$(($file, include_str!(concat!("../../assets/policy/phrases/", $file)))),+];
    };
}

sheets! {
    EN: En, "en.toml";
    DE: De, "de.toml";
    FR: Fr, "fr.toml";
    IT: It, "it.toml";
    ES: Es, "es.toml";
    JA: Ja, "ja.toml";
    ZH: Zh, "zh.toml";
}

/// Judges subject and text. Without a language, or where its phrases say nothing, the other languages of the same
/// script are asked. The part of a mail that quotes an earlier one says nothing, nor does anything after the first
/// 6,000 characters.
#[must_use]
pub fn classify(subject: &str, text: &str, language: Option<Language>) -> Verdict {
    let fresh = quoted::new_part(text);
    let fresh = fresh.char_indices().nth(6_000).map_or(fresh.as_str(), |(end, _)| &fresh[..end]);
    let asked = languages(language, fresh, subject);
    let mut subject_says = None;
    for language in &asked {
        match Reading::of(sheet(*language), fresh).verdict() {
            Said::Trouble(kind) => return Verdict { kind, is_complaint: true },
            Said::Settled => return NO_COMPLAINT,
            Said::Nothing => {}
        }
        if let Said::Trouble(kind) = Reading::of(sheet(*language), subject).verdict() {
            subject_says = subject_says.or(Some(kind));
        }
    }
    subject_says.map_or(NO_COMPLAINT, |kind| Verdict { kind, is_complaint: true })
}

/// The languages to ask, the likeliest first.
fn languages(language: Option<Language>, text: &str, subject: &str) -> Vec<Language> {
    use Language::{De, En, Es, Fr, It, Ja, Zh};
    let letters = || text.chars().chain(subject.chars());
    let mut order = Vec::from_iter(language);
    if letters().any(|c| matches!(c, '\u{3041}'..='\u{30fa}')) {
        order.push(Ja);
    }
    if letters().any(|c| matches!(c, '\u{3400}'..='\u{9fff}')) {
        order.extend([Zh, Ja]);
    }
    order.push(En);
    if language.is_none_or(|language| !matches!(language, Ja | Zh)) {
        order.extend([De, Fr, Es, It]);
    }
    let mut seen = Vec::with_capacity(order.len());
    order.retain(|one| !seen.contains(one) && { seen.push(*one); true });
    order
}

/// What one language makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It is a complaint of this kind.
    Trouble(Kind),
    /// It says that nothing is wrong, or nothing any more.
    Settled,
    /// No phrase was found.
    Nothing,
}

/// A text read by the phrases of one language.
struct Reading {
    /// What was found and what nothing around it takes back.
    hits: Vec<Hit>,
    length: usize,
}

impl Reading {
    fn of(phrases: &Phrases, text: &str) -> Self {
        let words = phrases.words(text);
        let all = phrases.find(&words);
        let standing = |hit: &Hit| hit.firm || !taken_back(phrases, &words, &all, hit);
        let hits = all.iter().copied().filter(standing).collect();
        Self { hits, length: words.len() }
    }

    fn first(&self, wanted: &[Class]) -> Option<usize> {
        self.hits.iter().filter(|hit| wanted.contains(&hit.class)).map(|hit| hit.start).min()
    }

    fn has(&self, class: Class) -> bool {
        self.hits.iter().any(|hit| hit.class == class)
    }

    fn verdict(&self) -> Said {
        let mut hits: Vec<Hit> = self.hits.iter().copied().filter(|hit| !self.settled(hit)).collect();
        hits.retain(|hit| trouble(hit.class).is_some());
        if let Some(kind) = decide(&hits) {
            return Said::Trouble(kind);
        }
        let waits = self.first(&[Class::Status, Class::Cancel]).is_some() && self.has(Class::Lateness);
        if waits && !self.has(Class::Solved) && !self.has(Class::Arrived) && !self.has(Class::Own) {
            return Said::Trouble(Kind::NotReceived);
        }
        let calm = [Class::Solved, Class::Arrived, Class::Own, Class::Harmless, Class::Hypothetical];
        let thanks = self.has(Class::Thanks) && self.length <= 14;
        if self.first(&calm).is_some() || thanks { Said::Settled } else { Said::Nothing }
    }

    /// Whether a later word says that this trouble is over.
    fn settled(&self, hit: &Hit) -> bool {
        let missing = matches!(hit.class, Class::NotReceived | Class::Late);
        self.hits.iter().any(|later| match later.class {
            Class::Solved => later.end > hit.start && !hit.firm,
            Class::Arrived => missing && !hit.firm && later.start > hit.end,
            _ => false,
        })
    }
}

/// Whether something around a phrase takes it back: a "not", an "if", or a longer phrase that means something else.
fn taken_back(phrases: &Phrases, words: &Words, all: &[Hit], hit: &Hit) -> bool {
    if matches!(hit.class, Class::Harmless | Class::Own | Class::Hypothetical | Class::Lateness | Class::Thanks) {
        return false;
    }
    let covered = |other: &Hit| match other.class {
        Class::Harmless | Class::Own => other.start < hit.end && hit.start < other.end,
        Class::Hypothetical => other.start <= hit.start && words.one_sentence(other.start, hit.start),
        _ => false,
    };
    all.iter().any(covered) || (!hit.denies && phrases.denied(words, hit.start))
}

/// The kind a class stands for; `None` for the classes that are no trouble by themselves.
const fn trouble(class: Class) -> Option<Kind> {
    match class {
        Class::NotReceived | Class::Late | Class::NewestNotReceived => Some(Kind::NotReceived),
        Class::Identity | Class::NotAsDescribed | Class::NewestNotAsDescribed => Some(Kind::NotAsDescribed),
        Class::Defective | Class::NewestDefective => Some(Kind::Defective),
        Class::Other => Some(Kind::Other),
        _ => None,
    }
}

/// The kind of several troubles: the newest; then the goods, the first named, identity before condition; then
/// lateness; then everything else.
fn decide(hits: &[Hit]) -> Option<Kind> {
    use Class::{Defective, Identity, Late, NewestDefective, NewestNotAsDescribed, NewestNotReceived};
    let first = |wanted: &[Class]| {
        hits.iter().filter(|hit| wanted.contains(&hit.class)).min_by_key(|hit| hit.start).map(|hit| hit.class)
    };
    let newest = first(&[NewestNotReceived, NewestNotAsDescribed, NewestDefective]);
    let goods = first(&[Class::NotReceived, Identity, Class::NotAsDescribed, Defective]);
    let goods = if goods == Some(Defective) { first(&[Identity]).or(goods) } else { goods };
    newest.or(goods).or_else(|| first(&[Late])).or_else(|| first(&[Class::Other])).and_then(trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_file_that_ships_compiles() {
        for (file, text) in FILES {
            Phrases::compile(text).unwrap_or_else(|why| panic!("{file}: {why}"));
        }
    }
}
