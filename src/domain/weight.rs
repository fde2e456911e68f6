//! Weights: whole milligrams, read from grams, kilograms, pounds and ounces.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::case::words;
use super::decimal::{Decimal, NotDecimal};

words! {
    /// A unit that weights are written in.
    WeightUnit {
        /// Grams.
        Gram = "g",
        /// Kilograms.
        Kilogram = "kg",
        /// Pounds of 453.59237 g.
        Pound = "lb",
        /// Ounces, sixteen to the pound.
        Ounce = "oz",
    }
}

impl WeightUnit {
    /// The unit of a word as people and sheets write it, in any case.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Some(match word.trim().trim_end_matches('.').to_lowercase().as_str() {
            "g" | "gr" | "gram" | "grams" | "gramm" | "克" => Self::Gram,
            "kg" | "kgs" | "kilo" | "kilogram" | "kilograms" | "kilogramm" | "公斤" | "千克" => {
                Self::Kilogram
            }
            "lb" | "lbs" | "pound" | "pounds" | "磅" => Self::Pound,
            "oz" | "ounce" | "ounces" | "盎司" => Self::Ounce,
            _ => return None,
        })
    }

    /// Milligrams as a fraction: pounds and ounces are not whole ones.
    const fn milligrams(self) -> (i128, i128) {
        match self {
            Self::Gram => (1_000, 1),
            Self::Kilogram => (1_000_000, 1),
            Self::Pound => (45_359_237, 100),
            Self::Ounce => (28_349_523_125, 1_000_000),
        }
    }
}

/// A weight above nothing, in milligrams. What is written in pounds and ounces is rounded down, so that several pieces
/// never weigh more than they do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weight(i64);

/// Why a text is no weight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotWeight {
    /// Nothing to read.
    #[error("the weight is empty")]
    Empty,
    /// No number, or with a unit nobody knows.
    #[error("`{0}` is not a weight")]
    Unreadable(String),
    /// Neither the text nor its surroundings name a unit.
    #[error("`{0}` names no unit")]
    NoUnit(String),
    /// `1.250`: thousands or decimals?
    #[error("`{0}` is ambiguous: its separator may stand for thousands or for decimals")]
    Ambiguous(String),
    /// Nothing, or less than a milligram.
    #[error("`{0}` is no weight above zero")]
    Nothing(String),
    /// More than a hundred tonnes.
    #[error("`{0}` is out of range: too heavy")]
    TooHeavy(String),
}

impl NotWeight {
    /// The same in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Empty => "重量为空".to_owned(),
            Self::Unreadable(text) => format!("“{text}” 不是重量"),
            Self::NoUnit(text) => format!("“{text}” 没有单位"),
            Self::Ambiguous(text) => format!("“{text}” 有歧义：分隔符可能表示千位或小数"),
            Self::Nothing(text) => format!("“{text}” 不是大于零的重量"),
            Self::TooHeavy(text) => format!("“{text}” 超出范围：过重"),
        }
    }

    /// What to do: English, Chinese.
    #[must_use]
    pub const fn remedy(&self) -> [&'static str; 2] {
        match self {
            Self::Ambiguous(_) => [
                "Write 1250 g or 1.25 kg, or say the site with `--marketplace`",
                "请写成 1250 g 或 1.25 kg，或用 `--marketplace` 指明站点",
            ],
            _ => ["Write it with g, kg, lb or oz, like 350 g", "请带单位 g、kg、lb 或 oz 填写，如 350 g"],
        }
    }
}

/// The most that is taken for a weight: a hundred tonnes, in milligrams.
const MOST: i64 = 100_000_000_000;

impl Weight {
    /// Of so many milligrams; `None` for nothing, less, or more than a hundred tonnes.
    #[must_use]
    pub fn of_milligrams(milligrams: i64) -> Option<Self> {
        (1..=MOST).contains(&milligrams).then_some(Self(milligrams))
    }

    /// In milligrams.
    #[must_use]
    pub const fn milligrams(self) -> i64 {
        self.0
    }

    /// Reads `350 g`, `0.35kg`, `12,5 oz`. A number alone is in `unit`, where the column says it; `decimal` as in
    /// [`Decimal::read`].
    ///
    /// # Errors
    /// [`NotWeight`] says which rule the text breaks.
    pub fn read(text: &str, unit: Option<WeightUnit>, decimal: Option<char>) -> Result<Self, NotWeight> {
        let given = text.trim().chars().take(60).collect::<String>();
        let plain: String = given.chars().filter(|letter| !letter.is_whitespace()).collect();
        if plain.is_empty() {
            return Err(NotWeight::Empty);
        }
        let end = plain.rfind(|letter: char| letter.is_ascii_digit()).map_or(0, |at| at + 1);
        let (number, word) = plain.split_at(end);
        let unit = match (word, unit) {
            ("", Some(unit)) => unit,
            ("", None) => return Err(NotWeight::NoUnit(given)),
            (word, _) => WeightUnit::named(word).ok_or_else(|| NotWeight::Unreadable(given.clone()))?,
        };
        let (by, per) = unit.milligrams();
        let number = Decimal::read(number, decimal).map_err(|wrong| match wrong {
            NotDecimal::Ambiguous => NotWeight::Ambiguous(given.clone()),
            NotDecimal::TooLarge => NotWeight::TooHeavy(given.clone()),
            NotDecimal::Unreadable | NotDecimal::TooFine => NotWeight::Unreadable(given.clone()),
        })?;
        match number.scaled(by, per) {
            Some(1..=MOST) => Ok(Self(number.scaled(by, per).unwrap_or(1))),
            Some(..=0) => Err(NotWeight::Nothing(given)),
            _ => Err(NotWeight::TooHeavy(given)),
        }
    }

    /// It to a tenth of a gram, as one reads it: what was weighed in ounces is never whole milligrams. The lightest stay as
    /// they are.
    #[must_use]
    pub const fn rounded(self) -> Self {
        if self.0 < 10_000 { self } else { Self((self.0 + 50) / 100 * 100) }
    }

    /// So many pieces of it; `None` for none or where it does not fit.
    #[must_use]
    pub fn times(self, pieces: i64) -> Option<Self> {
        self.0.checked_mul(pieces).and_then(Self::of_milligrams)
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::of_milligrams)
    }
}

impl fmt::Display for Weight {
    /// `350 g`, `12.5 g`, `1.25 kg`, `1234 g`: exact, in the larger unit from a kilogram on. Never with three decimals, which
    /// could stand for thousands: whatever is shown is read back as the same weight.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = |digits: usize, per: i64| {
            let rest = format!("{:0>digits$}", self.0 % per);
            rest.trim_end_matches('0').to_owned()
        };
        let kilograms = decimals(6, 1_000_000);
        let (unit, per, mut rest) = if self.0 >= 1_000_000 && kilograms.len() != 3 {
            ("kg", 1_000_000, kilograms)
        } else {
            ("g", 1_000, decimals(3, 1_000))
        };
        if rest.len() == 3 {
            rest.push('0');
        }
        let point = if rest.is_empty() { "" } else { "." };
        write!(f, "{}{point}{rest} {unit}", self.0 / per)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str, unit: Option<WeightUnit>) -> String {
        Weight::read(text, unit, None).map_or_else(|wrong| format!("! {wrong}"), |weight| weight.to_string())
    }

    #[test]
    fn weights_are_read_in_every_unit() {
        for (text, weight) in [
            ("350 g", "350 g"),
            ("0.35kg", "350 g"),
            ("0,35 KG", "350 g"),
            ("1250g", "1.25 kg"),
            ("12,5 g", "12.5 g"),
            ("1 lb", "453.5920 g"),
            ("16 oz", "453.5920 g"),
            ("2磅", "907.1840 g"),
            ("3 kg", "3 kg"),
        ] {
            assert_eq!(reads(text, None), weight, "{text}");
        }
        assert_eq!(reads("350", Some(WeightUnit::Gram)), "350 g");
        assert_eq!(reads("1 kg", Some(WeightUnit::Gram)), "1 kg", "what the cell says itself counts");
    }

    #[test]
    fn ounces_are_shown_to_a_tenth_of_a_gram() {
        let shown = |text: &str| Weight::read(text, None, None).unwrap().rounded().to_string();
        let read = [shown("12 oz"), shown("350 g"), shown("2 lb"), shown("0.004 g")];
        assert_eq!(read, ["340.2 g", "350 g", "907.2 g", "0.0040 g"]);
    }

    #[test]
    fn what_is_no_weight_is_refused_with_its_rule() {
        assert!(reads("350", None).contains("names no unit"));
        assert!(reads("1.250 kg", None).contains("ambiguous"));
        assert_eq!(Weight::read("1.250 kg", None, Some('.')).unwrap().to_string(), "1.25 kg");
        for text in ["", " ", "heavy", "3 stone", "-1 g", "0 g", "1e3 g", "0.0001 g", "999999999999 kg"] {
            assert!(reads(text, Some(WeightUnit::Gram)).starts_with('!'), "{text}");
        }
    }

    #[test]
    fn pieces_never_outweigh_the_band_they_fill() {
        let three = Weight::read("3 oz", None, None).unwrap();
        assert!(three.times(2).unwrap() <= Weight::read("6 oz", None, None).unwrap());
        assert_eq!(three.times(0), None);
        assert_eq!(three.times(i64::MAX), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_shown_is_read_back_as_the_same_weight_on_every_site(milligrams in 1..5_000_000_000_i64, grams in 1..200_000_i64) {
            for weight in [milligrams, grams * 1_000].into_iter().filter_map(Weight::of_milligrams) {
                for decimal in [None, Some('.'), Some(',')] {
                    proptest::prop_assert_eq!(Weight::read(&weight.to_string(), None, decimal).ok(), Some(weight), "{} {:?}", weight, decimal);
                }
            }
        }
    }
}
