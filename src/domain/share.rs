//! A share of a count, and how far it can be trusted.

/// `part` of `whole`, which counts as `scale`, rounded half up: 100 gives per cent. `None` of nothing, and of less.
#[must_use]
pub fn per(part: i64, whole: i64, scale: i64) -> Option<i64> {
    let (part, whole) = (i128::from(part) * i128::from(scale), i128::from(whole));
    if whole <= 0 { None } else { i64::try_from((part * 2 + whole).div_euclid(whole * 2)).ok() }
}

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many.
    pub of: usize,
    /// Of how many.
    pub all: usize,
}

/// The 97.5th percentile of the normal distribution: an interval of 95 %.
const Z: f64 = 1.959_963_985;

impl Share {
    /// Per cent, rounded half up; `None` of nothing.
    #[must_use]
    pub fn percent(self) -> Option<usize> {
        let (of, all) = (i64::try_from(self.of).ok()?, i64::try_from(self.all).ok()?);
        usize::try_from(per(of, all, 100)?).ok()
    }

    /// Wilson's score interval of 95 %: where the true share lies, as two numbers from 0 to 1. `None` of nothing. Unlike
    /// the textbook interval it makes sense for few cases and for none or all of them.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of cases stay far below 2^52")]
    pub fn interval(self) -> Option<[f64; 2]> {
        if self.all == 0 {
            return None;
        }
        Some(wilson(self.of as f64, self.all as f64))
    }

    /// The interval in whole per cent, rounded outwards so that it never claims too much.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    pub fn interval_percent(self) -> Option<[u8; 2]> {
        // A hair inwards first: 0 and 1 themselves are computed with a rounding error.
        let [low, high] = self.interval()?;
        Some([((low + 1e-9) * 100.0).floor() as u8, ((high - 1e-9) * 100.0).ceil() as u8])
    }
}

/// Wilson's score interval of 95 % for `of` of `all`, which need not be whole; `all` is above nothing.
#[must_use]
pub fn wilson(of: f64, all: f64) -> [f64; 2] {
    let (share, square) = (of / all, Z * Z);
    let middle = share + square / (2.0 * all);
    let reach = Z * (share * (1.0 - share) / all + square / (4.0 * all * all)).sqrt();
    let whole = 1.0 + square / all;
    [((middle - reach) / whole).max(0.0), ((middle + reach) / whole).min(1.0)]
}

/// The middle of some values; of an even number of them the lower middle. `None` of nothing.
pub fn median<T: Ord>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    let middle = values.len().checked_sub(1)? / 2;
    values.into_iter().nth(middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // Values of the literature: 10 of 20, 1 of 10, 0 of 10, 10 of 10, 79 of 100.
        for (of, all, low, high) in [
            (10, 20, 0.2993, 0.7007),
            (1, 10, 0.0179, 0.4042),
            (0, 10, 0.0, 0.2775),
            (10, 10, 0.7225, 1.0),
            (79, 100, 0.7003, 0.8582),
        ] {
            let [below, above] = Share { of, all }.interval().unwrap();
            assert!((below - low).abs() < 1e-3 && (above - high).abs() < 1e-3, "{of}/{all}: {below} {above}");
        }
        assert_eq!(Share::default().interval(), None);
    }

    #[test]
    fn per_cents_round_half_up_and_intervals_outwards() {
        assert_eq!(Share { of: 1, all: 8 }.percent(), Some(13));
        assert_eq!(Share { of: 0, all: 0 }.percent(), None);
        assert_eq!(Share { of: 3, all: 4 }.interval_percent(), Some([30, 96]));
        assert_eq!(Share { of: 0, all: 10 }.interval_percent(), Some([0, 28]));
        assert_eq!(Share { of: 10, all: 10 }.interval_percent(), Some([72, 100]));
    }

    #[test]
    fn the_median_is_the_lower_middle() {
        assert_eq!(median([5, 1, 3]), Some(3));
        assert_eq!(median([4, 1, 3, 2]), Some(2));
        assert_eq!(median(Vec::<u8>::new()), None);
    }
}
