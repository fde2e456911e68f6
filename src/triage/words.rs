//! Kind and complaint from a buyer's words, by the phrases under `assets/policy/phrases/` and by what was learned from
//! examples.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::features;
use super::learned::Learned;
use super::model;
use super::phrases::{Class, Phrases};
use super::quoted;
use super::reading::{Reading, Said};
use crate::domain::Kind;
use crate::domain::case::Language;

/// What a text comes to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What the buyer holds right now; other where nothing went wrong.
    pub kind: Kind,
    /// Something went wrong and is not yet put right.
    pub is_complaint: bool,
    /// The words that decided, as the buyer wrote them, the weightiest first; at most four. Empty where none did.
    pub because: Vec<String>,
    /// An operator's correction of an earlier message decided; `because` holds the words of that correction.
    pub is_learned: bool,
}

impl Verdict {
    /// What the learned model answers, which the phrases had their say in. Where it answers what they say, the words
    /// shown are those of the phrases.
    fn of(
        message: &Message,
        subject: &str,
        language: Option<Language>,
        blind: Option<(usize, usize)>,
    ) -> Self {
        let judged = judge(subject, &message.fresh, language, blind);
        let whole = blind.map_or_else(|| message.whole.clone(), |place| without(&message.fresh, place));
        let seen = features::of(&whole, judged.language, Some(&judged));
        let model = model::shipped();
        let (kind, is_complaint) =
            match model::Likely(model.judge(&seen.features)).trusting(judged.said).answer(model::LIKELY) {
                // Where nothing is known, nothing is guessed.
                (_, true) if judged.said == Said::Nothing && !model.knows(&seen, language.is_some()) => {
                    (Kind::Other, false)
                }
                answer => answer,
            };
        let because = if judged.said.answer() == (kind, is_complaint) && !judged.because.is_empty() {
            judged.because
        } else if judged.said.answer() == (kind, is_complaint) && !is_complaint {
            Vec::new()
        } else {
            let places = model.reasons(&seen, model::number(kind, is_complaint));
            places.into_iter().map(|(from, to)| whole[from..to].to_owned()).collect()
        };
        Self { kind, is_complaint, because, is_learned: false }
    }
}

macro_rules! sheets {
    ($($sheet:ident: $language:ident, $file:literal;)+) => {
        $(static $sheet: LazyLock<Phrases> = LazyLock::new(|| {
            // A test compiles every file that ships, so the empty fallback is never seen.
            Phrases::compile(include_str!(concat!("../../assets/policy/phrases/", $file))).unwrap_or_default()
        });)+

        pub(super) fn sheet(language: Language) -> &'static Phrases {
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
    classify_with(subject, text, language, &Learned::default())
}

/// The same, after what operators corrected: a correction that the text contains goes before every phrase.
#[must_use]
pub fn classify_with(subject: &str, text: &str, language: Option<Language>, learned: &Learned) -> Verdict {
    let message = newest(subject, text);
    let (fresh, subject) = (message.fresh.as_str(), clip(subject, 500));
    let Some((correction, from, to)) = learned.find(fresh) else {
        return Verdict::of(&message, subject, language, None);
    };
    let corrected = Verdict {
        kind: correction.kind,
        is_complaint: correction.is_complaint,
        because: vec![fresh[from..to].to_owned()],
        is_learned: true,
    };
    if corrected.is_complaint {
        return corrected;
    }
    // Words that mean no harm take no other trouble back.
    let rest = Verdict::of(&message, "", language, Some((from, to)));
    if rest.is_complaint { rest } else { corrected }
}

/// The part of a message that is judged.
pub(super) struct Message {
    /// The text without quoted mails and links, at most 6,000 characters.
    pub fresh: String,
    /// Subject and text.
    pub whole: String,
}

/// What of a message is new.
pub(super) fn newest(subject: &str, text: &str) -> Message {
    let fresh = clip(&quoted::without_links(&quoted::new_part(text)), 6_000).to_owned();
    let subject = clip(subject, 500);
    let whole = if subject.trim().is_empty() { fresh.clone() } else { format!("{subject}\n\n{fresh}") };
    Message { fresh, whole }
}

/// What the phrases make of a message.
pub(super) struct Judged {
    /// The language whose phrases decided, else the likeliest.
    pub language: Language,
    pub said: Said,
    pub because: Vec<String>,
    /// The classes that were found in all that was read, and whether they stood.
    pub found: BTreeSet<(Class, bool)>,
}

/// Judges a text by the phrases; what stands between the `blind` bytes says nothing.
pub(super) fn judge(
    subject: &str,
    fresh: &str,
    language: Option<Language>,
    blind: Option<(usize, usize)>,
) -> Judged {
    let both = if subject.trim().is_empty() { None } else { Some(format!("{subject}\n\n{fresh}")) };
    let order = languages(language, fresh, subject);
    let first = order.first().copied().unwrap_or(Language::En);
    let mut found = BTreeSet::new();
    let (mut hint, mut calm) = (None, None);
    for language in order {
        let reading = Reading::of(sheet(language), fresh, blind);
        found.extend(reading.found());
        let (said, because) = reading.verdict();
        match said {
            Said::Trouble(_) | Said::Settled => return Judged { language, said, because, found },
            Said::Hint(_) => hint = hint.or(Some((language, said, because))),
            Said::Thanks => calm = calm.or(Some((language, said, because))),
            Said::Nothing => {}
        }
        // A subject alone may name the trouble: "see subject", "thanks for looking into it".
        if let Some(both) = &both {
            let reading = Reading::of(sheet(language), both, None);
            found.extend(reading.found());
            let (said, because) = reading.verdict();
            match said {
                Said::Trouble(_) => return Judged { language, said, because, found },
                Said::Settled if hint.is_none() => return Judged { language, said, because, found },
                Said::Hint(_) => hint = hint.or(Some((language, said, because))),
                _ => {}
            }
        }
        if let Some((language, said, because)) = hint.take_if(|_| calm.is_none()) {
            return Judged { language, said, because, found };
        }
    }
    let (language, said, because) = calm.or(hint).unwrap_or((first, Said::Nothing, Vec::new()));
    Judged { language, said, because, found }
}

/// The text with blanks for what stands between two places, so that every other word keeps its own.
fn without(text: &str, (from, to): (usize, usize)) -> String {
    format!("{}{}{}", &text[..from], " ".repeat(to - from), &text[to..])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::reading::MOST_REASONS;

    #[test]
    fn every_phrase_file_that_ships_compiles() {
        for (file, text) in FILES {
            Phrases::compile(text).unwrap_or_else(|why| panic!("{file}: {why}"));
        }
    }

    #[test]
    fn what_is_plainly_said_is_plainly_understood() {
        for (language, text, kind) in [
            (Language::En, "It arrived broken, I want a refund.", Kind::Defective),
            (Language::En, "My parcel never came, please refund me.", Kind::NotReceived),
            (Language::De, "Das ist der falsche Artikel, bitte Geld zurück.", Kind::NotAsDescribed),
            (Language::Fr, "Il est arrivé cassé, je veux un remboursement.", Kind::Defective),
            (Language::It, "È arrivato rotto, voglio il rimborso.", Kind::Defective),
            (Language::Es, "No he recibido nada, quiero un reembolso.", Kind::NotReceived),
            (Language::Ja, "壊れて届きました。返金してください。", Kind::Defective),
            (Language::Zh, "收到就坏了，我要退款。", Kind::Defective),
        ] {
            let verdict = classify("", text, Some(language));
            assert_eq!((verdict.kind, verdict.is_complaint), (kind, true), "{text}");
        }
    }

    #[test]
    fn a_verdict_shows_the_words_that_decided_as_the_buyer_wrote_them() {
        let text = "Hi! Two weeks and still NOTHING arrived. Bye";
        let verdict = classify("", text, Some(Language::En));
        assert_eq!((verdict.kind, verdict.is_complaint), (Kind::NotReceived, true));
        assert!(!verdict.because.is_empty() && verdict.because.len() <= MOST_REASONS);
        assert!(verdict.because.iter().all(|piece| text.contains(piece)), "{:?}", verdict.because);
        assert!(verdict.because.iter().any(|piece| piece.contains("NOTHING")), "{:?}", verdict.because);
        assert!(classify("", "ok", Some(Language::En)).because.len() <= 1);
    }

    #[test]
    fn letters_held_down_slips_and_missing_accents_are_read_through() {
        for (text, language) in [
            ("its brokennnn", Language::En),
            ("arrived damged", Language::En),
            ("beschaedigt", Language::De),
            ("螢幕壞了", Language::Zh),
        ] {
            assert_eq!(classify("", text, Some(language)).kind, Kind::Defective, "{text}");
        }
    }
}
