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
/// 6,000 characters of the text and 500 of the subject.
#[must_use]
pub fn classify(subject: &str, text: &str, language: Option<Language>) -> Verdict {
    let new = quoted::without_links(&quoted::new_part(text));
    let (fresh, subject) = (clip(&new, 6_000), clip(subject, 500));
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

/// The first `most` characters.
fn clip(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
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
    order.retain(|one| {
        !seen.contains(one) && {
            seen.push(*one);
            true
        }
    });
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
            Class::Arrived => missing && !hit.firm && later.start >= hit.end,
            _ => false,
        })
    }
}

/// Whether something around a phrase takes it back: a "not", an "if", or a longer phrase that means something else.
fn taken_back(phrases: &Phrases, words: &Words, all: &[Hit], hit: &Hit) -> bool {
    let denied = |before| !hit.denies && phrases.denied(words, hit, before);
    match hit.class {
        Class::Own | Class::Hypothetical | Class::Lateness | Class::Thanks => return false,
        Class::Harmless => return denied(3),
        _ => {}
    }
    let missing = matches!(hit.class, Class::NotReceived | Class::Late);
    let covered = |other: &Hit| match other.class {
        Class::Harmless => overlap(other, hit) && (other.denies || !phrases.denied(words, other, 3)),
        Class::Own => overlap(other, hit),
        Class::Refund => missing && overlap(other, hit),
        Class::Hypothetical => other.start <= hit.start && words.one_sentence(other.start, hit.start),
        _ => false,
    };
    let calm = matches!(hit.class, Class::Solved | Class::Arrived);
    all.iter().any(covered) || denied(if calm { 3 } else { 2 })
}

const fn overlap(a: &Hit, b: &Hit) -> bool {
    a.start < b.end && b.start < a.end
}

/// The kind a class stands for; `None` for the classes that are no trouble by themselves.
const fn trouble(class: Class) -> Option<Kind> {
    match class {
        Class::NotReceived | Class::Late | Class::NewestNotReceived => Some(Kind::NotReceived),
        Class::Identity | Class::NotAsDescribed | Class::NewestNotAsDescribed => Some(Kind::NotAsDescribed),
        Class::Defective | Class::NewestDefective => Some(Kind::Defective),
        Class::Refund | Class::Other => Some(Kind::Other),
        _ => None,
    }
}

/// The kind of several troubles: the newest; then the goods, the first named, identity before condition; then
/// lateness; then everything else.
fn decide(hits: &[Hit]) -> Option<Kind> {
    use Class::{Defective, Identity, Late, NewestDefective, NewestNotAsDescribed, NewestNotReceived};
    let first = |wanted: &[Class]| {
        hits.iter()
            .filter(|hit| wanted.contains(&hit.class))
            .min_by_key(|hit| (hit.start, hit.class))
            .map(|hit| hit.class)
    };
    // A replacement that did not come may be said to be one for a broken thing.
    let newest = first(&[NewestNotReceived]).or_else(|| first(&[NewestNotAsDescribed, NewestDefective]));
    let goods = first(&[Class::NotReceived, Identity, Class::NotAsDescribed, Defective]);
    let goods = if goods == Some(Defective) { first(&[Identity]).or(goods) } else { goods };
    newest
        .or(goods)
        .or_else(|| first(&[Late]))
        .or_else(|| first(&[Class::Refund, Class::Other]))
        .and_then(trouble)
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

    const SETS: [&str; 7] = [
        include_str!("../../tests/data/triage/en.jsonl"),
        include_str!("../../tests/data/triage/de.jsonl"),
        include_str!("../../tests/data/triage/fr.jsonl"),
        include_str!("../../tests/data/triage/it.jsonl"),
        include_str!("../../tests/data/triage/es.jsonl"),
        include_str!("../../tests/data/triage/ja.jsonl"),
        include_str!("../../tests/data/triage/zh.jsonl"),
    ];

    #[derive(serde::Deserialize)]
    struct Sample {
        id: String,
        lang: Language,
        text: String,
        kind: Kind,
        is_complaint: bool,
    }

    fn samples() -> Vec<Sample> {
        SETS.iter().flat_map(|set| set.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[allow(clippy::cast_precision_loss, reason = "some hundred messages")]
    /// Harmonic mean of precision and recall of one answer.
    fn f1(pairs: &[(Kind, Kind)], kind: Kind) -> f64 {
        let count =
            |test: &dyn Fn(&(Kind, Kind)) -> bool| pairs.iter().filter(|pair| test(pair)).count() as f64;
        let both = count(&|pair| pair.0 == kind && pair.1 == kind);
        2.0 * both / (count(&|pair| pair.0 == kind) + count(&|pair| pair.1 == kind)).max(1.0)
    }

    #[test]
    #[allow(clippy::cast_precision_loss, reason = "some hundred messages")]
    fn the_development_set_is_told_apart_as_well_as_before() {
        let samples = samples();
        let verdicts: Vec<Verdict> =
            samples.iter().map(|sample| classify("", &sample.text, Some(sample.lang))).collect();
        let mut wrong = String::new();
        for (sample, verdict) in samples.iter().zip(&verdicts) {
            if (sample.kind, sample.is_complaint) != (verdict.kind, verdict.is_complaint) {
                wrong +=
                    &format!("{} {:?} {} {}\n", sample.id, verdict.kind, verdict.is_complaint, sample.text);
            }
        }
        let pairs: Vec<(Kind, Kind)> =
            samples.iter().zip(&verdicts).map(|(sample, verdict)| (sample.kind, verdict.kind)).collect();
        let macro_f1 = Kind::ALL.iter().map(|kind| f1(&pairs, *kind)).sum::<f64>() / 4.0;
        let both =
            samples.iter().zip(&verdicts).filter(|(sample, said)| sample.is_complaint && said.is_complaint);
        let both = both.count() as f64;
        let recall = both / samples.iter().filter(|sample| sample.is_complaint).count() as f64;
        let precision = both / verdicts.iter().filter(|verdict| verdict.is_complaint).count() as f64;
        println!("{wrong}macro-F1 {macro_f1:.3} recall {recall:.3} precision {precision:.3}");
        assert!(
            macro_f1 >= 0.95 && recall >= 0.97 && precision >= 0.97,
            "{wrong}{macro_f1} {recall} {precision}"
        );
    }
}
