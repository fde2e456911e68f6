//! What words alone do not tell: sentences weighed by what was learned from examples (`assets/policy/rules/passages/`, one
//! sentence or two each, with the rule they break or none). It sees the words, pairs of words and letters in a row, the
//! concepts of the sheets and the fields of meaning, which are the same in every language, and which rules the combinations
//! object to.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::{Note, Reading, field};
use crate::learning::cut::{Habits, cut};
use crate::learning::features::{Feature, List};
use crate::learning::net::Net;

/// What a sentence may be: clean, against one of the rules, a refusal of every remedy (`RF`), a next step or a date (`NS`).
pub(super) const ANSWERS: [&str; 23] = [
    "", "L03", "L06", "L07", "L08", "L09", "L10", "L11", "L13", "L14", "L16", "L17", "L18", "L19", "L20",
    "L22", "L23", "L35", "L37", "L41", "L42", "RF", "NS",
];
/// No return, no remedy though the mistake is ours.
const NO_RETURN: usize = 13;
const OWN_MISTAKE: usize = 19;
pub(super) const REFUSAL: usize = 21;
pub(super) const NEXT_STEP: usize = 22;

/// How likely a sentence must break any rule at all to be objected to, and how likely two sentences together: false alarms
/// cost the operator's trust.
const SURE: f32 = 0.94;
const SURE_OF_TWO: f32 = 0.97;
/// How likely a rule must be to be named where a sentence is objected to.
const NAMED: f32 = 0.12;
/// From here on a sentence owns a mistake and refuses every remedy: rarer than any other, and never said by accident.
const OWNED: f32 = 0.6;
/// From here on a sentence refuses the buyer every remedy.
const REFUSED: f32 = 0.5;
/// From here on two sentences refuse nothing though one of them alone does.
const MENDED: f32 = 0.7;
/// From here on a sentence names a next step or a date.
pub(super) const STEP: f32 = 0.5;
/// What the combinations object to is taken back where any rule at all is less likely broken than this.
const INNOCENT: f32 = 0.5;
/// The same for contact data, which is all that a short sentence like `Contactez-nous sur WhatsApp.` says.
const SURELY_INNOCENT: f32 = 0.02;

/// Shares of the fields of meaning and of their pairs beside the words.
const FIELD: f32 = 0.6;
const FIELD_PAIR: f32 = 0.3;
/// Share of the fields of the sentence before and the one after.
const BESIDE: f32 = 0.3;

/// Shares of the concepts, their pairs and the combinations beside the words, which together come to one.
const CONCEPT: f32 = 0.3;
const PAIR: f32 = 0.15;
const RULE: f32 = 0.5;

/// Letters of different scripts and accents that mean the same are one.
const HABITS: Habits = Habits { join: false, umlauts: true, simplify: true };

static WEIGHTS: LazyLock<Net<{ ANSWERS.len() }>> =
    LazyLock::new(|| Net::read(include_bytes!("../../../assets/policy/rules.weights")).unwrap_or_default());

/// A sentence of a reply, or some in a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Its first sentence.
    pub first: usize,
    /// How many sentences.
    pub count: usize,
}

/// A part and how likely each answer is for it.
#[derive(Debug)]
pub(super) struct Judged {
    range: Range<usize>,
    /// How many sentences it has.
    count: usize,
    /// Whether it touches the field of messengers.
    messenger: bool,
    likely: [f32; ANSWERS.len()],
}

impl Judged {
    /// Whether it is to be objected to by this answer.
    fn breaks(&self, answer: usize) -> bool {
        let sure = if self.count == 1 { SURE } else { SURE_OF_TWO };
        self.guilt() >= sure && self.likely[answer] >= NAMED
    }

    /// How likely the part breaks any rule at all.
    fn guilt(&self) -> f32 {
        self.likely[1..REFUSAL].iter().sum()
    }
}

/// What the model sees of a reply.
pub(super) struct Sight<'r, 'f> {
    reading: &'r Reading<'f>,
    notes: &'r [Note],
    /// The fields of meaning that each sentence touches.
    touched: Vec<BTreeSet<&'static str>>,
}

impl<'r, 'f> Sight<'r, 'f> {
    /// Looks at a reply of which the combinations have noted this.
    pub fn of(reading: &'r Reading<'f>, notes: &'r [Note]) -> Self {
        let fields = |range: &Range<usize>| {
            let text = &reading.folded.text[range.clone()];
            reading.languages.iter().flat_map(|language| field::fields(*language).touched(text)).collect()
        };
        Self { reading, notes, touched: reading.sentences.whole.iter().map(fields).collect() }
    }

    /// Every sentence, and every two in a row.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let length = self.touched.len();
        (1..=2)
            .flat_map(move |count| (0..=length.saturating_sub(count)).map(move |first| Part { first, count }))
            .filter(move |part| part.first + part.count <= length)
    }

    /// The bytes of a part.
    pub fn range(&self, part: Part) -> Range<usize> {
        let sentences = &self.reading.sentences.whole[part.first..part.first + part.count];
        sentences.first().map_or(0, |first| first.start)..sentences.last().map_or(0, |last| last.end)
    }

    /// Everything that is true of a part.
    pub fn features(&self, part: Part) -> Vec<Feature> {
        let Self { reading, notes, touched } = self;
        let range = &self.range(part);
        let text = &reading.folded.text[range.clone()];
        let words = cut(text, HABITS, false);
        let mut list = List::default();
        list.words(&words);
        list.letters(&words);
        list.runs(&words);
        list.even_out();
        list.marks(text, &words);
        let mut all: BTreeSet<&str> = BTreeSet::new();
        for spoken in &reading.spoken {
            for (name, hit) in spoken.named(range) {
                list.add(&["k:", name], CONCEPT, (0, 0));
                if spoken.is_denied(reading, hit, &[]) {
                    list.add(&["not k:", name], CONCEPT, (0, 0));
                }
                all.insert(name);
            }
        }
        pairs(&all, |a, b| list.add(&["k:", a, "+", b], PAIR, (0, 0)));
        let fields: BTreeSet<&str> =
            touched[part.first..part.first + part.count].iter().flatten().copied().collect();
        for field in &fields {
            list.add(&["t:", field], FIELD, (0, 0));
        }
        pairs(&fields, |a, b| list.add(&["t:", a, "+", b], FIELD_PAIR, (0, 0)));
        // The same words are innocent where the sentence before or after says so.
        let before = part.first.checked_sub(1).and_then(|at| touched.get(at));
        before.into_iter().flatten().for_each(|field| list.add(&["t<", field], BESIDE, (0, 0)));
        let after = touched.get(part.first + part.count);
        after.into_iter().flatten().for_each(|field| list.add(&["t>", field], BESIDE, (0, 0)));
        let place = reading.folded.place(range);
        let within = |note: &&Note| note.range.start >= place.start && note.range.end <= place.end;
        for note in notes.iter().filter(within) {
            list.add(&["r:", note.rule], RULE, (0, 0));
        }
        list.features
    }
}

/// Every two of a set.
fn pairs(set: &BTreeSet<&str>, mut each: impl FnMut(&str, &str)) {
    for (at, a) in set.iter().enumerate() {
        set.iter().skip(at + 1).for_each(|b| each(a, b));
    }
}

/// Judges every sentence, and every two in a row.
pub(super) fn judge(reading: &Reading<'_>, notes: &[Note]) -> Vec<Judged> {
    let sight = Sight::of(reading, notes);
    let judged = |part: Part| Judged {
        range: sight.range(part),
        count: part.count,
        messenger: sight.touched[part.first..part.first + part.count]
            .iter()
            .any(|fields| fields.contains("messenger")),
        likely: WEIGHTS.judge(&sight.features(part)),
    };
    sight.parts().map(judged).collect()
}

/// Notes what surely breaks a rule; two sentences are named only where neither does by itself.
pub(super) fn look(reading: &Reading<'_>, judged: &[Judged], notes: &mut Vec<Note>) {
    // Whether a refusal is made good beside it is looked at where the case is known.
    let answers = ANSWERS.iter().enumerate().take(REFUSAL).skip(1);
    for (answer, rule) in answers.filter(|(answer, _)| *answer != OWN_MISTAKE) {
        let mut told: Vec<&Range<usize>> = Vec::new();
        for one in judged.iter().filter(|one| one.breaks(answer)) {
            if !told.iter().any(|range| one.range.start < range.end && range.start < one.range.end) {
                notes.push(reading.note(rule, &one.range));
                // Who leads to a messenger by any name gives its contact data.
                if *rule == "L06" && one.messenger {
                    notes.push(reading.note("L05", &one.range));
                }
                told.push(&one.range);
            }
        }
    }
}

/// Takes back what the combinations object to where the sentence is most likely innocent.
pub(super) fn veto(reading: &Reading<'_>, judged: &[Judged], notes: &mut Vec<Note>) {
    notes.retain(|note| {
        let touches = |bytes: &Range<usize>| {
            let place = reading.folded.place(bytes);
            place.start < note.range.end && note.range.start < place.end
        };
        // A messenger that is only named is judged as one that the buyer is led to; an address or id needs no such judgement.
        let judgeable = note.rule == "L05" || ANSWERS[2..REFUSAL].contains(&note.rule);
        if !judgeable || matches!(note.rule, "L05" | "L06") && reading.said("contactid").any(touches) {
            return true;
        }
        let parts = judged.iter().filter(|one| touches(&one.range));
        let least = if note.rule == "L05" { SURELY_INNOCENT } else { INNOCENT };
        parts.map(Judged::guilt).reduce(f32::max).is_none_or(|most| most >= least)
    });
}

/// How surely a reply names a next step or a date.
pub(super) fn next_step(judged: &[Judged]) -> f32 {
    judged.iter().map(|one| one.likely[NEXT_STEP]).fold(0.0, f32::max)
}

/// The sentences that own a mistake and refuse every remedy.
pub(super) fn confessed(judged: &[Judged]) -> impl Iterator<Item = &Range<usize>> {
    judged.iter().filter(|one| one.likely[OWN_MISTAKE] >= OWNED).map(|one| &one.range)
}

/// The sentences that refuse a remedy.
pub(super) fn refusals(judged: &[Judged]) -> impl Iterator<Item = &Range<usize>> {
    let refuses = |one: &&Judged| {
        let likely: f32 = [NO_RETURN, OWN_MISTAKE, REFUSAL].iter().map(|answer| one.likely[*answer]).sum();
        one.count == 1 && likely >= REFUSED
    };
    judged.iter().filter(refuses).map(|one| &one.range)
}

/// Two sentences in a row that are clean together: what the one may refuse the other gives.
pub(super) fn mended(judged: &[Judged]) -> impl Iterator<Item = &Range<usize>> {
    judged.iter().filter(|two| two.count == 2 && two.likely[0] >= MENDED).map(|two| &two.range)
}
