//! Kind and complaint from a buyer's words, by the phrases under `assets/policy/phrases/`.

use std::sync::LazyLock;

use super::learned::Learned;
use super::phrases::{Class, Hit, Phrases, Words};
use super::quoted;
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
    fn of(said: Said, because: Vec<String>) -> Self {
        let (kind, is_complaint) = match said {
            Said::Trouble(kind) | Said::Hint(kind) => (kind, true),
            Said::Settled | Said::Thanks | Said::Nothing => (Kind::Other, false),
        };
        Self { kind, is_complaint, because, is_learned: false }
    }
}

/// Pieces of the text that are shown as the reason.
const MOST_REASONS: usize = 4;

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
    classify_with(subject, text, language, &Learned::default())
}

/// The same, after what operators corrected: a correction that the text contains goes before every phrase.
#[must_use]
pub fn classify_with(subject: &str, text: &str, language: Option<Language>, learned: &Learned) -> Verdict {
    let new = quoted::without_links(&quoted::new_part(text));
    let (fresh, subject) = (clip(&new, 6_000), clip(subject, 500));
    let Some((correction, from, to)) = learned.find(fresh) else {
        return judge(subject, fresh, language, None);
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
    let rest = judge("", fresh, language, Some((from, to)));
    if rest.is_complaint { rest } else { corrected }
}

/// Judges a text by the phrases; what stands between the `blind` bytes says nothing.
fn judge(subject: &str, fresh: &str, language: Option<Language>, blind: Option<(usize, usize)>) -> Verdict {
    let both = if subject.trim().is_empty() { None } else { Some(format!("{subject}\n\n{fresh}")) };
    let (mut hint, mut calm) = (None, None);
    for language in languages(language, fresh, subject) {
        let reading = Reading::of(sheet(language), fresh, blind);
        let (said, because) = reading.verdict();
        match said {
            Said::Trouble(_) | Said::Settled => return Verdict::of(said, because),
            Said::Hint(_) => hint = hint.or(Some(Verdict::of(said, because))),
            Said::Thanks => calm = calm.or(Some(Verdict::of(said, because))),
            Said::Nothing => {}
        }
        // A subject alone may name the trouble: "see subject", "thanks for looking into it".
        if let Some(both) = &both {
            let (said, because) = Reading::of(sheet(language), both, None).verdict();
            match said {
                Said::Trouble(_) => return Verdict::of(said, because),
                Said::Settled if hint.is_none() => return Verdict::of(said, because),
                Said::Hint(_) => hint = hint.or(Some(Verdict::of(said, because))),
                _ => {}
            }
        }
        if let Some(hint) = hint.take_if(|_| calm.is_none()) {
            return hint;
        }
    }
    calm.or(hint).unwrap_or_else(|| Verdict::of(Said::Nothing, Vec::new()))
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
    /// It sounds like one of this kind, and nothing says otherwise.
    Hint(Kind),
    /// It says that nothing is wrong, or nothing any more.
    Settled,
    /// It thanks, and says nothing else that is known.
    Thanks,
    /// No phrase was found.
    Nothing,
}

/// A text read by the phrases of one language.
struct Reading<'text> {
    text: &'text str,
    words: Words,
    /// What was found and what nothing around it takes back.
    hits: Vec<Hit>,
}

impl<'text> Reading<'text> {
    fn of(phrases: &Phrases, text: &'text str, blind: Option<(usize, usize)>) -> Self {
        let words = phrases.words(text);
        let mut all = phrases.find(&words);
        all.retain(|hit| {
            let seen = |(from, to): (usize, usize)| {
                words.place(hit).is_none_or(|(start, end)| end <= from || to <= start)
            };
            blind.is_none_or(seen)
        });
        // "Viene con un agujero" and "¿viene con pilas?" differ by nothing but the mark.
        let marked = |hit: &Hit| hit.opens && hit.class == Class::Question && phrases.marks_questions();
        all.retain(|hit| !marked(hit) || is_asked(text, &words, hit));
        // A weak sign in a question is what is asked for, not what went wrong.
        all.retain(|hit| hinted(hit.class).is_none() || !is_asked(text, &words, hit));
        let standing = |hit: &Hit| hit.firm || !taken_back(phrases, &words, &all, hit);
        let hits = all.iter().copied().filter(standing).collect();
        Self { text, words, hits }
    }

    fn any(&self, wanted: &[Class]) -> bool {
        self.hits.iter().any(|hit| wanted.contains(&hit.class))
    }

    /// What the text comes to, and the words that say so.
    fn verdict(&self) -> (Said, Vec<String>) {
        const CALM: [Class; 7] = [
            Class::Solved,
            Class::Arrived,
            Class::Own,
            Class::Harmless,
            Class::Hypothetical,
            Class::Question,
            Class::Request,
        ];
        let mut open: Vec<Hit> = self.hits.iter().copied().filter(|hit| !self.settled(hit)).collect();
        // "I ordered the medium and need a large" is no mistake of the seller's.
        let (own, request) = (self.any(&[Class::Own]), self.any(&[Class::Request]));
        open.retain(|hit| match hit.class {
            Class::Swapped => !own,
            // "Could you deliver to the office instead?"
            Class::Identity => !request || !is_asked(self.text, &self.words, hit),
            _ => true,
        });
        if let Some(first) = decide(&open) {
            let kind = trouble(first.class).unwrap_or(Kind::Other);
            return (Said::Trouble(kind), self.reasons(&first, &open, |class| trouble(class) == Some(kind)));
        }
        let waits = self.any(&[Class::Status, Class::Cancel]) && self.any(&[Class::Lateness]);
        if waits && !self.any(&[Class::Solved, Class::Arrived, Class::Own, Class::Request]) {
            let asked = [Class::Status, Class::Cancel, Class::Lateness];
            return (Said::Trouble(Kind::NotReceived), self.pieces(&open, |class| asked.contains(&class)));
        }
        if self.any(&CALM) {
            return (Said::Settled, self.pieces(&self.hits, |class| CALM.contains(&class)));
        }
        if self.any(&[Class::Thanks]) && self.words.len() <= 14 {
            return (Said::Thanks, self.pieces(&self.hits, |class| class == Class::Thanks));
        }
        if let Some(kind) = likeliest(&open) {
            return (Said::Hint(kind), self.pieces(&open, |class| hinted(class) == Some(kind)));
        }
        (Said::Nothing, Vec::new())
    }

    /// The words of the hit that decided and then of those that say the same.
    fn reasons(&self, first: &Hit, hits: &[Hit], same: impl Fn(Class) -> bool) -> Vec<String> {
        let mut order = vec![*first];
        order.extend(hits.iter().filter(|hit| same(hit.class)));
        self.pieces(&order, |_| true)
    }

    /// The words of these hits in the text, none within another.
    fn pieces(&self, hits: &[Hit], wanted: impl Fn(Class) -> bool) -> Vec<String> {
        let mut places: Vec<(usize, usize)> = Vec::new();
        for hit in hits.iter().filter(|hit| wanted(hit.class)) {
            let Some((from, to)) = self.words.place(hit) else { continue };
            if let Some(near) = places.iter_mut().find(|place| from <= place.1 && place.0 <= to) {
                *near = (near.0.min(from), near.1.max(to));
            } else if places.len() < MOST_REASONS {
                places.push((from, to));
            }
        }
        places.iter().map(|(from, to)| self.text[*from..*to].to_owned()).collect()
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
        Class::Own
        | Class::Hypothetical
        | Class::Question
        | Class::Request
        | Class::Lateness
        | Class::Thanks => return false,
        Class::Harmless => return denied(3),
        _ => {}
    }
    let missing = matches!(hit.class, Class::NotReceived | Class::Late);
    let covered = |other: &Hit| match other.class {
        Class::Harmless => overlap(other, hit) && (other.denies || !phrases.denied(words, other, 3)),
        Class::Own => overlap(other, hit) && hit.class != Class::Money,
        Class::Money => {
            (missing || matches!(hit.class, Class::NotAsDescribed | Class::Swapped))
                && words.one_sentence(other.start, hit.start)
        }
        Class::Solved => {
            // "Thanks for replacing the broken one" names a trouble that is over.
            let after = hit.start >= other.end && hit.start <= other.end + 6;
            is_fault(hit.class) && after && words.one_clause(other.start, hit.start) && !other.denies
        }
        Class::Refund => missing && words.one_sentence(other.start, hit.start) && near(other, hit),
        Class::Hypothetical => other.start <= hit.start && words.one_sentence(other.start, hit.start),
        Class::Question => {
            is_fault(hit.class) && other.start <= hit.start && words.one_sentence(other.start, hit.start)
        }
        _ => false,
    };
    let calm = matches!(hit.class, Class::Solved | Class::Arrived);
    // "Still not arrived" holds an "arrived" that says nothing.
    let inside_denial =
        |other: &Hit| calm && other.denies && trouble(other.class).is_some() && overlap(other, hit);
    all.iter().any(inside_denial) || all.iter().any(covered) || denied(if calm { 3 } else { 2 })
}

/// Whether the sentence that a hit stands in ends with a question mark.
fn is_asked(text: &str, words: &Words, hit: &Hit) -> bool {
    let Some((_, to)) = words.place(hit) else { return false };
    let mut rest = text[to..].chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '?' | '？' => return true,
            '!' | '！' | '。' | '\n' => return false,
            '.' if rest.peek().is_none_or(|next| next.is_whitespace()) => return false,
            _ => {}
        }
    }
    false
}

const fn overlap(a: &Hit, b: &Hit) -> bool {
    a.start < b.end && b.start < a.end
}

/// Overlapping, or at most two words apart.
const fn near(a: &Hit, b: &Hit) -> bool {
    a.start < b.end + 2 && b.start < a.end + 2
}

/// The kind a class stands for; `None` for the classes that are no trouble by themselves.
const fn trouble(class: Class) -> Option<Kind> {
    match class {
        Class::NotReceived | Class::Late | Class::NewestNotReceived => Some(Kind::NotReceived),
        Class::Identity | Class::NotAsDescribed | Class::Swapped | Class::NewestNotAsDescribed => {
            Some(Kind::NotAsDescribed)
        }
        Class::Defective | Class::NewestDefective => Some(Kind::Defective),
        Class::Refund | Class::Money | Class::Other => Some(Kind::Other),
        _ => None,
    }
}

/// What is said of the thing itself.
const fn is_fault(class: Class) -> bool {
    use Class::{Defective, HintDefective, HintNotAsDescribed, Identity, NotAsDescribed, Swapped};
    matches!(class, Identity | NotAsDescribed | Swapped | Defective | HintNotAsDescribed | HintDefective)
}

/// The kind that a weak sign points to.
const fn hinted(class: Class) -> Option<Kind> {
    match class {
        Class::HintNotReceived => Some(Kind::NotReceived),
        Class::HintNotAsDescribed => Some(Kind::NotAsDescribed),
        Class::HintDefective => Some(Kind::Defective),
        Class::HintOther => Some(Kind::Other),
        _ => None,
    }
}

/// The kind that most weak signs point to, of several the one named first.
fn likeliest(hits: &[Hit]) -> Option<Kind> {
    let of = |kind: Kind| hits.iter().filter(move |hit| hinted(hit.class) == Some(kind));
    let signs = |kind: &Kind| of(*kind).map(|hit| hit.start).collect::<std::collections::BTreeSet<_>>();
    Kind::ALL
        .iter()
        .copied()
        .map(|kind| (kind, signs(&kind)))
        .filter(|(_, at)| !at.is_empty())
        .max_by_key(|(_, at)| (at.len(), std::cmp::Reverse(at.first().copied())))
        .map(|(kind, _)| kind)
}

/// The hit that decides between several troubles: the newest; then the goods, the first named, identity before condition; then
/// lateness; then everything else.
fn decide(hits: &[Hit]) -> Option<Hit> {
    use Class::{Defective, Identity, Late, NewestDefective, NewestNotAsDescribed, NewestNotReceived};
    let first = |wanted: &[Class]| {
        hits.iter()
            .filter(|hit| wanted.contains(&hit.class))
            .min_by_key(|hit| (hit.start, hit.class))
            .copied()
    };
    // A replacement that did not come may be said to be one for a broken thing.
    let newest = first(&[NewestNotReceived]).or_else(|| first(&[NewestNotAsDescribed, NewestDefective]));
    let goods = first(&[Class::NotReceived, Identity, Class::NotAsDescribed, Defective]);
    let is_broken = goods.is_some_and(|goods| goods.class == Defective);
    let goods = if is_broken { first(&[Identity]).or(goods) } else { goods };
    newest
        .or(goods)
        .or_else(|| first(&[Class::Swapped]))
        .or_else(|| first(&[Late]))
        .or_else(|| first(&[Class::Refund, Class::Money, Class::Other]))
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
