//! What the phrases of one language make of a text: which hits stand, which decides, what it comes to.

use super::phrases::{Class, Hit, Phrases, Words};
use crate::domain::Kind;

/// Pieces of the text that are shown as the reason.
pub(super) const MOST_REASONS: usize = 4;

/// What one language makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
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

impl Said {
    /// Kind and complaint.
    pub(super) const fn answer(self) -> (Kind, bool) {
        match self {
            Self::Trouble(kind) | Self::Hint(kind) => (kind, true),
            Self::Settled | Self::Thanks | Self::Nothing => (Kind::Other, false),
        }
    }
}

/// A text read by the phrases of one language.
pub(super) struct Reading<'text> {
    text: &'text str,
    words: Words,
    /// What was found and what nothing around it takes back.
    hits: Vec<Hit>,
    /// What was found and is taken back.
    gone: Vec<Hit>,
}

impl<'text> Reading<'text> {
    pub(super) fn of(phrases: &Phrases, text: &'text str, blind: Option<(usize, usize)>) -> Self {
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
        let (hits, gone) = all.iter().copied().partition(standing);
        Self { text, words, hits, gone }
    }

    /// What was found: its class, and whether it stands.
    pub(super) fn found(&self) -> impl Iterator<Item = (Class, bool)> {
        let gone = self.gone.iter().map(|hit| (hit.class, false));
        self.hits.iter().map(|hit| (hit.class, true)).chain(gone)
    }

    fn any(&self, wanted: &[Class]) -> bool {
        self.hits.iter().any(|hit| wanted.contains(&hit.class))
    }

    /// What the text comes to, and the words that say so.
    pub(super) fn verdict(&self) -> (Said, Vec<String>) {
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
