//! The learned model: five weights for each feature, one for each answer, read from `assets/policy/triage.weights`. How
//! they come about is in `training`.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::features::Seen;
use super::reading::MOST_REASONS;
use super::reading::Said;
use crate::domain::Kind;
use crate::learning;

/// The answers: a complaint of one of the kinds, in the order of `Kind::ALL`, or none.
pub(super) const ANSWERS: usize = 5;
const NONE: usize = 4;

/// How likely a complaint must be to be one: low, since a complaint that is missed costs more than one too many.
pub(super) const LIKELY: f32 = 0.27;

/// The weights that ship.
pub(super) type Model = learning::Model<ANSWERS>;

static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_bytes!("../../assets/policy/triage.weights")).unwrap_or_default());

/// What the model makes of a message: how likely each answer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likely(pub [f32; ANSWERS]);

impl Likely {
    /// The same where a trouble that the phrases name counts double: they were written for what is plainly said, and the
    /// examples are harder than most messages.
    pub(super) fn trusting(mut self, said: Said) -> Self {
        if let Said::Trouble(kind) = said {
            self.0[number(kind, true)] *= 2.0;
            let sum: f32 = self.0.iter().sum();
            self.0 = self.0.map(|one| one / sum);
        }
        self
    }

    /// Kind and complaint.
    pub(super) fn answer(&self, likely: f32) -> (Kind, bool) {
        if 1.0 - self.0[NONE] < likely {
            return (Kind::Other, false);
        }
        // No complaint is of the kind other, too.
        let of = |at: usize| self.0[at] + if Kind::ALL[at] == Kind::Other { self.0[NONE] } else { 0.0 };
        let best = (0..NONE).max_by(|a, b| of(*a).total_cmp(&of(*b)));
        (best.map_or(Kind::Other, |at| Kind::ALL[at]), true)
    }
}

/// The answer that a kind and a complaint are.
pub(super) fn number(kind: Kind, is_complaint: bool) -> usize {
    let kind = Kind::ALL.iter().position(|one| *one == kind).unwrap_or(NONE);
    if is_complaint { kind } else { NONE }
}

/// The model that ships.
pub(super) fn shipped() -> &'static Model {
    &MODEL
}

impl Model {
    /// Whether it has seen enough of the words before, a third of them, or three quarters where the language is unsure:
    /// of other languages and of words that nobody knows it would say no more than what most examples are.
    pub(super) fn knows(&self, seen: &Seen, is_sure: bool) -> bool {
        let known = seen.vocabulary.iter().filter(|key| self.weights(**key).is_some()).count();
        let (share, of) = if is_sure { (1, 3) } else { (3, 4) };
        known > 0 && known * of >= seen.vocabulary.len() * share
    }

    /// The words that speak most for an answer, as ranges of bytes, the weightiest first. Words side by side are one
    /// piece; a word of a script without spaces speaks together with its neighbours.
    pub(super) fn reasons(&self, seen: &Seen, answer: usize) -> Vec<(usize, usize)> {
        let mut for_it = vec![0.0_f32; seen.words.len()];
        for feature in &seen.features {
            let (from, to) = feature.words;
            let Some(weights) = self.weights(feature.key).filter(|_| from < to) else { continue };
            let others = weights.iter().sum::<f32>() - weights[answer];
            let more = (weights[answer] - others / 4.0) * feature.value;
            let words = u16::try_from(to - from).map_or(1.0, f32::from);
            for word in &mut for_it[from..to] {
                *word += more / words;
            }
        }
        let most = for_it.iter().copied().fold(0.0_f32, f32::max);
        let counts = |at: usize| for_it[at] > 0.0 && for_it[at] >= most * 0.4;
        let mut pieces: Vec<(f32, usize, usize)> = Vec::new();
        for at in (0..seen.words.len()).filter(|at| counts(*at)) {
            let word = &seen.words[at];
            match pieces.last_mut() {
                Some(last) if at > 0 && counts(at - 1) && seen.words[at - 1].clause == word.clause => {
                    last.0 += for_it[at];
                    last.2 = word.to;
                }
                _ => pieces.push((for_it[at], word.from, word.to)),
            }
        }
        pieces.sort_by(|a, b| b.0.total_cmp(&a.0).then(Reverse(a.1).cmp(&Reverse(b.1))));
        pieces.into_iter().take(MOST_REASONS).map(|(_, from, to)| (from, to)).collect()
    }
}
