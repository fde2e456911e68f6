//! How a net comes about: by descent over small batches of examples (Adam), while features and parts of the layer between
//! are left out at random, so that none is relied on alone. The same examples give the same net.

use std::collections::{BTreeMap, HashMap};

use super::{DOUBLED, MIDDLE, Net};
use crate::learning::shares;
use crate::learning::training::{Dice, Row};

/// Times that every example is seen, examples in a batch, how far a step goes at first, and after how many steps it goes as far.
const ROUNDS: usize = 6;
const BATCH: usize = 128;
const RATE: f32 = 3e-3;
const WARM: f32 = 200.0;
/// What the last step is of the first.
const LAST: f32 = 0.1;
/// The most that four bits hold.
const MOST: i8 = 7;
/// Share of the features and of the layer between that is left out at random.
const LEFT_OUT: f32 = 0.3;

/// Numbers that are learned, with the mean of their slopes and of the squares of these.
struct Learned {
    numbers: Vec<f32>,
    slopes: Vec<f32>,
    mean: Vec<f32>,
    squares: Vec<f32>,
}

impl Learned {
    fn new(numbers: Vec<f32>) -> Self {
        let nothing = vec![0.0; numbers.len()];
        Self { slopes: nothing.clone(), mean: nothing.clone(), squares: nothing, numbers }
    }

    /// Goes a step down the slopes, the `count`-th.
    fn step(&mut self, rate: f32, count: f32) {
        let (short, long) = (1.0 - 0.9_f32.powf(count), 1.0 - 0.999_f32.powf(count));
        let each = self.numbers.iter_mut().zip(&mut self.slopes).zip(&mut self.mean).zip(&mut self.squares);
        for (((number, slope), mean), square) in each {
            *mean = 0.9 * *mean + 0.1 * *slope;
            *square = 0.999 * *square + 0.001 * *slope * *slope;
            *number -= rate * (*mean / short) / ((*square / long).sqrt() + 1e-8);
            *slope = 0.0;
        }
    }
}

/// The layers under way.
struct Layers<const N: usize> {
    rows: Learned,
    middle: Learned,
    out: Learned,
    bias: Learned,
}

impl<const N: usize> Layers<N> {
    fn new(features: usize, dice: &mut Dice) -> Self {
        let mut thrown = |count: usize, most: f32| {
            Learned::new((0..count).map(|_| most * (2.0 * dice.share() - 1.0)).collect())
        };
        Self {
            rows: thrown(features * MIDDLE, 0.17),
            middle: Learned::new(vec![0.1; MIDDLE]),
            out: thrown(MIDDLE * N, 0.2),
            bias: Learned::new(vec![0.0; N]),
        }
    }

    /// Adds what an example says of the slopes.
    fn learn(&mut self, features: &[(usize, f32)], right: &[usize], share: f32, dice: &mut Dice) {
        let kept = 1.0 / (1.0 - LEFT_OUT);
        let features: Vec<(usize, f32)> = features
            .iter()
            .filter_map(|(at, value)| (dice.share() >= LEFT_OUT).then_some((at * MIDDLE, value * kept)))
            .collect();
        let mut middle: [f32; MIDDLE] = self.middle.numbers.as_slice().try_into().unwrap();
        for (at, value) in &features {
            let row = &self.rows.numbers[*at..at + MIDDLE];
            middle.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * value);
        }
        let open = middle.map(|sum| if sum > 0.0 && dice.share() >= LEFT_OUT { kept } else { 0.0 });
        let mut sums: [f32; N] = self.bias.numbers.as_slice().try_into().unwrap();
        for part in 0..MIDDLE {
            let felt = middle[part] * open[part];
            (0..N).for_each(|answer| sums[answer] += felt * self.out.numbers[part * N + answer]);
        }
        let said = shares(sums);
        let mut off = said.map(|one| one * share);
        // Of several right answers each is as right as it is likely.
        let right_share: f32 = right.iter().map(|answer| said[*answer]).sum();
        for answer in right {
            off[*answer] -= share * said[*answer] / right_share.max(f32::MIN_POSITIVE);
        }
        let mut back = [0.0_f32; MIDDLE];
        for part in 0..MIDDLE {
            let felt = middle[part] * open[part];
            for (answer, off) in off.iter().enumerate() {
                back[part] += off * self.out.numbers[part * N + answer] * open[part];
                self.out.slopes[part * N + answer] += off * felt;
            }
            self.middle.slopes[part] += back[part];
        }
        (0..N).for_each(|answer| self.bias.slopes[answer] += off[answer]);
        for (at, value) in &features {
            let row = &mut self.rows.slopes[*at..at + MIDDLE];
            row.iter_mut().zip(&back).for_each(|(slope, back)| *slope += back * value);
        }
    }
}

/// Learns a net from rows, by the `most` features that are met most often.
#[allow(clippy::cast_precision_loss, reason = "some hundred thousand examples")]
pub(crate) fn learn<const N: usize>(rows: &[&Row], most: usize) -> Net<N> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    rows.iter().flat_map(|row| &row.0).for_each(|feature| *counts.entry(feature.key).or_default() += 1);
    let mut keys: Vec<u32> = counts.keys().copied().collect();
    keys.sort_unstable_by_key(|key| (std::cmp::Reverse(counts[key]), *key));
    keys.truncate(most);
    keys.sort_unstable();
    let numbered = |row: &&Row| -> Vec<(usize, f32)> {
        let known = |feature: &super::Feature| Some((keys.binary_search(&feature.key).ok()?, feature.value));
        row.0.iter().filter_map(known).collect()
    };
    let seen: Vec<Vec<(usize, f32)>> = rows.iter().map(numbered).collect();
    let mut dice = Dice(1);
    let mut layers = Layers::<N>::new(keys.len(), &mut dice);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let all = (ROUNDS * rows.len().div_ceil(BATCH)) as f32;
    let mut count = 0.0_f32;
    for _ in 0..ROUNDS {
        dice.shuffle(&mut order);
        for batch in order.chunks(BATCH) {
            for at in batch {
                layers.learn(&seen[*at], &rows[*at].1, 1.0 / batch.len() as f32, &mut dice);
            }
            count += 1.0;
            let rate = RATE * (count / WARM).min(1.0) * (1.0 - (1.0 - LAST) * count / all);
            for one in [&mut layers.rows, &mut layers.middle, &mut layers.out, &mut layers.bias] {
                one.step(rate, count);
            }
        }
    }
    finished(&keys, &layers)
}

/// How often the weights of a row, of which this is the most, must be doubled from four bits.
fn doubled(most: f32) -> u8 {
    (0..DOUBLED).find(|times| most <= (f32::from(MOST) + 0.5) * f32::from(1_u8 << times)).unwrap_or(DOUBLED)
}

/// The net, with the weights of the features in steps of four bits, doubled as often as the most of a row asks for.
#[allow(clippy::cast_possible_truncation, reason = "a step is a part of the most")]
fn finished<const N: usize>(keys: &[u32], layers: &Layers<N>) -> Net<N> {
    let most = |weights: &[f32]| weights.iter().fold(0.0_f32, |most, one| most.max(one.abs()));
    let step = most(&layers.rows.numbers) / f32::from(MOST << DOUBLED);
    let row = |weights: &[f32]| -> [i8; MIDDLE] {
        let times = doubled(most(weights) / step);
        let weights: [f32; MIDDLE] = weights.try_into().unwrap();
        let unit = step * f32::from(1_u8 << times);
        weights.map(|weight| ((weight / unit).round() as i8).clamp(-MOST, MOST) << times)
    };
    let rows = layers.rows.numbers.chunks(MIDDLE).map(row);
    let mut net = Net { step, rows: keys.iter().copied().zip(rows).collect(), ..Net::default() };
    net.middle.copy_from_slice(&layers.middle.numbers);
    net.out.as_flattened_mut().copy_from_slice(&layers.out.numbers);
    net.bias.copy_from_slice(&layers.bias.numbers);
    net
}

/// The file of a net, as [`Net::read`] reads it.
pub(crate) fn written<const N: usize>(net: &Net<N>, digest: [u8; 32]) -> Vec<u8> {
    let mut bytes = digest.to_vec();
    let head = std::iter::once(&net.step).chain(&net.middle).chain(net.out.as_flattened()).chain(&net.bias);
    bytes.extend(head.flat_map(|one| one.to_le_bytes()));
    for (key, weights) in net.rows.iter().collect::<BTreeMap<_, _>>() {
        let times = doubled(f32::from(weights.iter().map(|weight| weight.unsigned_abs()).max().unwrap_or(0)));
        bytes.extend(key.to_le_bytes());
        bytes.push(times);
        let four = |weight: i8| (weight >> times).cast_unsigned() & 15;
        bytes.extend(weights.chunks(2).map(|two| four(two[0]) | four(two[1]) << 4));
    }
    bytes
}

#[test]
fn a_net_is_read_back_as_it_was_written() {
    let mut net: Net<3> = Net { step: 0.01, ..Net::default() };
    net.bias = [0.1, 0.2, 0.3];
    for key in 0..50_u32 {
        let times = key % 5;
        let weights = std::array::from_fn(|at| i8::try_from((at * 7 + key as usize) % 15).unwrap() - 7);
        net.rows.insert(key, weights.map(|weight| weight << times));
    }
    let read: Net<3> = Net::read(&written(&net, [9; 32])).unwrap();
    assert_eq!((read.rows, read.bias), (net.rows, net.bias));
}
