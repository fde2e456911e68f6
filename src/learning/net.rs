//! A net with one layer between the features of a text and the answers: what several features say only together is seen
//! where weights for each by itself do not see it. It cannot say which words decided; `learning::Model` can.

#[cfg(test)]
pub(crate) mod training;

use std::collections::HashMap;

use super::features::{ByKey, Feature};
use super::shares;

/// What the layer between can tell apart.
const MIDDLE: usize = 64;

/// Bytes of a row: its key (4), how often its weights are doubled (1), two weights of four bits in each byte, the first in the
/// lower half. Finer weights told nothing apart that these do not.
const ROW: usize = 4 + 1 + MIDDLE / 2;
/// How often weights may be doubled.
const DOUBLED: u8 = 4;

/// The key of a row and its weights in steps; `None` where it is none.
fn row(bytes: &[u8]) -> Option<(u32, [i8; MIDDLE])> {
    let (key, rest) = bytes.split_first_chunk::<4>()?;
    let (doubled, pairs) = rest.split_first().filter(|(doubled, _)| **doubled <= DOUBLED)?;
    let pairs: &[u8; MIDDLE / 2] = pairs.try_into().ok()?;
    let mut weights = [0; MIDDLE];
    for (two, pair) in weights.chunks_exact_mut(2).zip(pairs) {
        two[0] = ((pair << 4).cast_signed() >> 4) << doubled;
        two[1] = (pair.cast_signed() >> 4) << doubled;
    }
    Some((u32::from_le_bytes(*key), weights))
}

/// What was learned, for `N` answers.
#[derive(Debug, Clone)]
pub(crate) struct Net<const N: usize> {
    /// What one step of a feature's weight stands for.
    step: f32,
    /// The layer between for a text without features.
    middle: [f32; MIDDLE],
    /// What each part of the layer between says of each answer.
    out: [[f32; N]; MIDDLE],
    /// What is said of each answer without it.
    bias: [f32; N],
    /// The weights of the features in steps, by key.
    rows: HashMap<u32, [i8; MIDDLE], ByKey>,
}

impl<const N: usize> Default for Net<N> {
    fn default() -> Self {
        Self {
            step: 0.0,
            middle: [0.0; MIDDLE],
            out: [[0.0; N]; MIDDLE],
            bias: [0.0; N],
            rows: HashMap::default(),
        }
    }
}

impl<const N: usize> Net<N> {
    /// Bytes in front of the rows: what the net was learned from (32), then numbers of 4 bytes: the size of a step, the layer
    /// between, its words on each answer, the bias. Then come the rows in the order of their keys.
    pub const HEAD: usize = 32 + 4 * (1 + MIDDLE + MIDDLE * N + N);

    /// Reads a net; `None` where it is cut off.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (head, rows) = bytes.split_at_checked(Self::HEAD)?;
        let mut floats =
            head[32..].chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        let mut net = Self { step: floats.next()?, ..Self::default() };
        let places = net.middle.iter_mut().chain(net.out.as_flattened_mut()).chain(&mut net.bias);
        places.zip(&mut floats).for_each(|(place, float)| *place = float);
        net.rows = rows.chunks(ROW).map(row).collect::<Option<_>>()?;
        Some(net)
    }

    /// How likely each answer is; together they are one.
    #[allow(clippy::cast_precision_loss, reason = "a few hundred steps of at most 127")]
    pub fn judge(&self, features: &[Feature]) -> [f32; N] {
        let mut middle = self.middle;
        // Words and letters weigh the same: their steps are counted whole, which takes a third of the time.
        for alike in features.chunk_by(|one, next| one.value.to_bits() == next.value.to_bits()) {
            let mut steps = [0_i32; MIDDLE];
            for row in alike.iter().filter_map(|feature| self.rows.get(&feature.key)) {
                steps.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
            }
            let value = alike[0].value * self.step;
            middle.iter_mut().zip(steps).for_each(|(sum, steps)| *sum += steps as f32 * value);
        }
        let mut sums = self.bias;
        for (felt, says) in middle.iter().zip(&self.out).filter(|(felt, _)| **felt > 0.0) {
            sums.iter_mut().zip(says).for_each(|(sum, weight)| *sum += felt * weight);
        }
        shares(sums)
    }
}
