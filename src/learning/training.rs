//! How weights come about: logistic regression over examples. The same examples give the same weights.

use std::collections::HashMap;

use super::features::Feature;
use super::{Model, shares};

/// Times that every example is seen, how far a step goes at first, and how weights are drawn to nothing.
const ROUNDS: usize = 40;
const RATE: f32 = 1.0;
const DECAY: f32 = 1e-5;
/// Features that fewer examples have say nothing of other texts.
const FEWEST: usize = 2;

/// A text as the model sees it, and the answers of which one is right.
pub(crate) type Row = (Vec<Feature>, Vec<usize>);

/// A row with the places of its features among those that are learned.
type Numbered<'r> = (Vec<(usize, f32)>, &'r [usize]);

/// Numbers that look thrown, the same each time.
pub(crate) struct Dice(pub u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }

    /// From nothing up to one.
    #[allow(clippy::cast_precision_loss, reason = "24 bits")]
    pub fn share(&mut self) -> f32 {
        self.below(1 << 24) as f32 / (1 << 24) as f32
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

/// Learns weights from rows: descends along one row after another, and takes the mean of the second half of the way.
/// Keeps the `most` features that weigh most.
#[allow(clippy::cast_precision_loss, reason = "some thousand examples")]
pub(crate) fn learn<const N: usize>(rows: &[&Row], most: usize) -> Model<N> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    rows.iter().flat_map(|row| &row.0).for_each(|feature| *counts.entry(feature.key).or_default() += 1);
    let mut keys: Vec<u32> =
        counts.iter().filter(|(_, count)| **count >= FEWEST).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    let rows: Vec<Numbered<'_>> = rows
        .iter()
        .map(|row| {
            let known = |feature: &Feature| Some((keys.binary_search(&feature.key).ok()?, feature.value));
            (row.0.iter().filter_map(known).collect(), row.1.as_slice())
        })
        .collect();
    let mut weights = vec![[0.0_f32; N]; keys.len()];
    let mut mean = vec![[0.0_f32; N]; keys.len()];
    let (mut bias, mut mean_bias) = ([0.0_f32; N], [0.0_f32; N]);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut dice = Dice(1);
    // Weights are kept without the shrinking that all of them share.
    let (mut scale, mut seen) = (1.0_f32, 0.0_f32);
    for round in 0..ROUNDS {
        dice.shuffle(&mut order);
        for at in &order {
            let (features, right) = &rows[*at];
            let rate = RATE / (1.0 + RATE * DECAY * seen);
            seen += 1.0;
            let mut sums = bias;
            for (key, value) in features {
                (0..N).for_each(|answer| sums[answer] += weights[*key][answer] * scale * value);
            }
            let said = shares(sums);
            let mut off = said;
            // Of several right answers each is as right as it is likely.
            let right_share: f32 = right.iter().map(|answer| said[*answer]).sum();
            right
                .iter()
                .for_each(|answer| off[*answer] -= said[*answer] / right_share.max(f32::MIN_POSITIVE));
            scale *= 1.0 - rate * DECAY;
            for (key, value) in features {
                (0..N).for_each(|answer| weights[*key][answer] -= rate * off[answer] * value / scale);
            }
            (0..N).for_each(|answer| bias[answer] -= rate * 0.1 * off[answer]);
        }
        if round >= ROUNDS / 2 {
            let share = 1.0 / (ROUNDS - ROUNDS / 2) as f32;
            for (mean, weights) in mean.iter_mut().zip(&weights) {
                (0..N).for_each(|answer| mean[answer] += weights[answer] * scale * share);
            }
            (0..N).for_each(|answer| mean_bias[answer] += bias[answer] * share);
        }
    }
    compact(&keys, &mean, mean_bias, most)
}

/// The weights that weigh most, in steps of one byte.
#[allow(clippy::cast_possible_truncation, reason = "a step is a 127th of the most")]
fn compact<const N: usize>(keys: &[u32], weights: &[[f32; N]], bias: [f32; N], most: usize) -> Model<N> {
    let size = |weights: &[f32; N]| weights.iter().fold(0.0_f32, |most, one| most.max(one.abs()));
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| size(&weights[*b]).total_cmp(&size(&weights[*a])).then(a.cmp(b)));
    let step = order.first().map_or(1.0, |first| size(&weights[*first]) / 127.0);
    order.truncate(most);
    order.sort_unstable();
    let rows =
        order.iter().map(|at| (keys[*at], weights[*at].map(|one| (one / step).round() as i8))).collect();
    Model { bias, step, rows }
}

/// The file of a model, as [`Model::read`] reads it.
pub(crate) fn written<const N: usize>(model: &Model<N>, digest: [u8; 32]) -> Vec<u8> {
    let mut bytes = digest.to_vec();
    bytes.extend(model.step.to_le_bytes());
    bytes.extend(model.bias.iter().flat_map(|one| one.to_le_bytes()));
    for (key, weights) in &model.rows {
        bytes.extend(key.to_le_bytes());
        bytes.extend(weights.map(i8::cast_unsigned));
    }
    bytes
}
