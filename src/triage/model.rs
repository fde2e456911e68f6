//! The learned model: five weights for each feature, one for each answer, read from `assets/policy/triage.weights`.
//! How they come about is in `training`.

use std::cmp::Reverse;
use std::sync::LazyLock;

use super::features::{Feature, Seen};
use super::reading::MOST_REASONS;
use super::reading::Said;
use crate::domain::Kind;

/// The answers: a complaint of one of the kinds, in the order of `Kind::ALL`, or none.
pub(super) const ANSWERS: usize = 5;
const NONE: usize = 4;

/// How likely a complaint must be to be one: low, since a complaint that is missed costs more than one too many.
pub(super) const LIKELY: f32 = 0.27;

/// What holds the weights: what they were learned from (32 bytes), the size of a step (4), the weights of the empty
/// message (5 × 4), then for each feature, by key, its key (4) and its weights in steps (5).
pub(super) const HEAD: usize = 32 + 4 + 4 * ANSWERS;
pub(super) const ROW: usize = 4 + ANSWERS;

static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_bytes!("../../assets/policy/triage.weights")).unwrap_or_default());

/// Weights by feature.
#[derive(Debug, Default, Clone)]
pub(super) struct Model {
    pub bias: [f32; ANSWERS],
    pub step: f32,
    /// By key.
    pub rows: Vec<(u32, [i8; ANSWERS])>,
}

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
    /// Reads weights; `None` where they are cut off.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let float = |at: usize| Some(f32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let mut bias = [0.0; ANSWERS];
        for (at, one) in bias.iter_mut().enumerate() {
            *one = float(36 + 4 * at)?;
        }
        let row = |row: &[u8]| {
            let (key, weights) = row.split_first_chunk::<4>()?;
            let weights: [u8; ANSWERS] = weights.try_into().ok()?;
            Some((u32::from_le_bytes(*key), weights.map(u8::cast_signed)))
        };
        let rows = bytes.get(HEAD..)?.chunks(ROW).map(row).collect::<Option<Vec<_>>>()?;
        Some(Self { bias, step: float(32)?, rows })
    }

    fn weights(&self, key: u32) -> Option<[f32; ANSWERS]> {
        let at = self.rows.binary_search_by_key(&key, |row| row.0).ok()?;
        Some(self.rows[at].1.map(|weight| f32::from(weight) * self.step))
    }

    /// Whether it has seen enough of the words before, a third of them, or three quarters where the language is unsure:
    /// of other languages and of words that nobody knows it would say no more than what most examples are.
    pub(super) fn knows(&self, seen: &Seen, is_sure: bool) -> bool {
        let known = seen.vocabulary.iter().filter(|key| self.weights(**key).is_some()).count();
        let (share, of) = if is_sure { (1, 3) } else { (3, 4) };
        known > 0 && known * of >= seen.vocabulary.len() * share
    }

    /// How likely each answer is.
    pub(super) fn judge(&self, features: &[Feature]) -> Likely {
        let mut sums = self.bias;
        for feature in features {
            for (sum, weight) in sums.iter_mut().zip(self.weights(feature.key).unwrap_or_default()) {
                *sum += weight * feature.value;
            }
        }
        Likely(shares(sums))
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

/// Sums as shares of one.
pub(super) fn shares(sums: [f32; ANSWERS]) -> [f32; ANSWERS] {
    let most = sums.into_iter().fold(f32::MIN, f32::max);
    let raised = sums.map(|sum| (sum - most).exp());
    let all: f32 = raised.iter().sum();
    raised.map(|one| one / all)
}
