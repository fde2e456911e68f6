//! Postage bands on one line, as they are shown and typed: `500 g = 3.99; 2 kg = 5.99; more = 14.00`.

use super::{Band, Way};
use crate::domain::amount::{self, Habit, NotAmount};
use crate::domain::weight::{NotWeight, Weight};
use crate::domain::{Currency, Fulfilment};

/// What stands for "heavier than all before".
const OPEN: [&str; 5] = ["more", "any", "*", "更重", "其他"];

/// Why a line holds no bands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotBands {
    /// A part is not `weight = amount`.
    Shape(String),
    /// The part before `=`.
    Weight(NotWeight),
    /// The part behind it.
    Amount(NotAmount),
    /// Two bands are for the same parcels.
    Twice(String),
}

impl NotBands {
    /// English and Chinese.
    #[must_use]
    pub fn words(&self) -> [String; 2] {
        match self {
            Self::Shape(part) => [
                format!("`{part}` is no band: write 500 g = 3.99; more = 14.00"),
                format!("“{part}” 不是运费档：请写成 500 g = 3.99; 更重 = 14.00"),
            ],
            Self::Weight(wrong) => [wrong.to_string(), wrong.in_chinese()],
            Self::Amount(wrong) => [wrong.to_string(), wrong.in_chinese()],
            Self::Twice(part) => [format!("`{part}` stands twice"), format!("“{part}” 重复")],
        }
    }
}

/// The bands of one shipper and way on a line; empty without any. Amounts in the currency of the site name none. `open` is the
/// word for "heavier than all before", one that [`read`] takes.
#[must_use]
pub fn line(bands: &[Band], fulfilment: Fulfilment, way: Way, home: Currency, open: &str) -> String {
    let here = bands.iter().filter(|band| band.fulfilment == fulfilment && band.way == way);
    let one = |band: &Band| {
        let weight = band.up_to.map_or_else(|| open.to_owned(), |weight| weight.to_string());
        let postage =
            if band.postage.currency == home { band.postage.decimal() } else { band.postage.to_string() };
        format!("{weight} = {postage}")
    };
    here.map(one).collect::<Vec<_>>().join("; ")
}

/// Reads such a line. An empty one has no bands.
///
/// # Errors
/// The first part that cannot be read.
pub fn read(text: &str, fulfilment: Fulfilment, way: Way, habit: Habit) -> Result<Vec<Band>, NotBands> {
    let mut bands: Vec<Band> = Vec::new();
    for part in text.split([';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let shape = || NotBands::Shape(part.chars().take(40).collect());
        let (weight, postage) = part.split_once(['=', '＝']).ok_or_else(shape)?;
        let up_to = match weight.trim() {
            word if OPEN.contains(&word.to_lowercase().as_str()) => None,
            word => Some(Weight::read(word, None, habit.decimal).map_err(NotBands::Weight)?),
        };
        if bands.iter().any(|band| band.up_to == up_to) {
            return Err(NotBands::Twice(weight.trim().to_owned()));
        }
        let postage = amount::read(postage, habit).map_err(NotBands::Amount)?;
        bands.push(Band { fulfilment, way, up_to, postage });
    }
    Ok(bands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn bands_are_typed_as_they_are_shown() {
        let usd = Currency::parse("USD").unwrap();
        let habit = Habit { currency: Some(usd), decimal: Some('.') };
        let read = |text: &str| read(text, Fulfilment::Mfn, Way::Out, habit);
        let text = "500 g = 3.99; 2 kg = 5.99; more = 14.00";
        let bands = read(text).unwrap();
        assert_eq!(line(&bands, Fulfilment::Mfn, Way::Out, usd, "more"), text);
        assert_eq!(line(&bands, Fulfilment::Afn, Way::Out, usd, "more"), "");
        assert_eq!(read("500g=$3.99；2kg＝5.99;更重=14").unwrap(), bands);
        assert_eq!(read(" ; ").unwrap(), []);
        for (wrong, word) in [
            ("3.99", "no band"),
            ("500 = 3.99", "no unit"),
            ("500 g = x", "not an amount"),
            ("1 lb = 3 EUR", "names EUR"),
            ("500 g = 1; 0.5 kg = 2", "twice"),
        ] {
            let words = read(wrong).unwrap_err().words();
            assert!(words[0].contains(word) && !words[1].is_empty(), "{wrong}: {words:?}");
        }
    }
}
