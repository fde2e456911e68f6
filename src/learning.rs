//! Telling texts apart by what was learned from examples: the features of a text and the weights they have for each
//! answer, by themselves (`Model`) or through a layer between (`net`). At most a megabyte, the same on every machine. `triage` and `reply::rules` add what they know.

pub(crate) mod cut;
pub(crate) mod features;
pub(crate) mod net;
#[cfg(test)]
pub(crate) mod training;

use features::Feature;

/// Weights by feature, for `N` answers.
#[derive(Debug, Clone)]
pub(crate) struct Model<const N: usize> {
    /// The weights of a text without features.
    pub bias: [f32; N],
    /// What one step of a weight stands for.
    pub step: f32,
    /// By key.
    pub rows: Vec<(u32, [i8; N])>,
}

impl<const N: usize> Default for Model<N> {
    fn default() -> Self {
        Self { bias: [0.0; N], step: 0.0, rows: Vec::new() }
    }
}

impl<const N: usize> Model<N> {
    /// Bytes in front of the rows: what the weights were learned from (32), the size of a step (4), the weights of the
    /// empty text (4 each). A row is its key (4) and its weights in steps (1 each); rows are in the order of their keys.
    pub const HEAD: usize = 32 + 4 + 4 * N;

    /// Reads weights; `None` where they are cut off.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let float = |at: usize| Some(f32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let mut bias = [0.0; N];
        for (at, one) in bias.iter_mut().enumerate() {
            *one = float(36 + 4 * at)?;
        }
        let row = |row: &[u8]| {
            let (key, weights) = row.split_first_chunk::<4>()?;
            let weights: [u8; N] = weights.try_into().ok()?;
            Some((u32::from_le_bytes(*key), weights.map(u8::cast_signed)))
        };
        let rows = bytes.get(Self::HEAD..)?.chunks(4 + N).map(row).collect::<Option<Vec<_>>>()?;
        Some(Self { bias, step: float(32)?, rows })
    }

    /// The weights of a feature; `None` for one that no example had.
    pub fn weights(&self, key: u32) -> Option<[f32; N]> {
        let at = self.rows.binary_search_by_key(&key, |row| row.0).ok()?;
        Some(self.rows[at].1.map(|weight| f32::from(weight) * self.step))
    }

    /// How likely each answer is; together they are one.
    pub fn judge(&self, features: &[Feature]) -> [f32; N] {
        let mut sums = self.bias;
        for feature in features {
            if let Some(weights) = self.weights(feature.key) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += weight * feature.value;
                }
            }
        }
        shares(sums)
    }
}

/// Sums as shares of one.
pub(crate) fn shares<const N: usize>(sums: [f32; N]) -> [f32; N] {
    let most = sums.into_iter().fold(f32::MIN, f32::max);
    let raised = sums.map(|sum| (sum - most).exp());
    let all: f32 = raised.iter().sum();
    raised.map(|one| one / all)
}
