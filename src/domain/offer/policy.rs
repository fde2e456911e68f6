//! How long an offer waits for its answer, as data.

use serde::Deserialize;

use crate::mistake::{Mistake, Notes, Section};
use crate::problem::{Exit, Problem};

/// The policy file of offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferPolicy {
    /// An offer without an answer is over after so many days.
    pub expires_days: i64,
    /// Who says so.
    pub source: String,
}

/// The policy that ships with kesu.
///
/// # Errors
/// The message of the TOML reader, with line and column; never for the file that ships, which a test reads.
pub fn shipped_offers() -> Result<OfferPolicy, Problem> {
    toml::from_str(include_str!("../../../assets/policy/offers.toml")).map_err(|error| {
        let text = error.to_string();
        Problem::new(Exit::Failed, [text.clone(), text], ["", ""])
    })
}

impl OfferPolicy {
    /// This policy with the values of the operator's file in place of its own.
    ///
    /// # Errors
    /// Every mistake of the file, with line and column.
    pub fn overridden_by(mut self, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::on(text);
        if let Some(table) = notes.parse() {
            let root = Section::root(&table);
            root.only(&["expires_days"], &mut notes);
            if let Some(days) = root.number("expires_days", 1..=3_650, &mut notes) {
                self.expires_days = days;
            }
        }
        let mistakes = notes.all();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_that_ship_are_replaced_by_the_operators_and_mistakes_are_named() {
        let shipped = shipped_offers().unwrap();
        assert_eq!(shipped.expires_days, 14);
        assert_eq!(shipped.clone().overridden_by("expires_days = 30\n").unwrap().expires_days, 30);
        assert_eq!(shipped.clone().overridden_by("").unwrap(), shipped);
        let wrong = shipped.overridden_by("expires_days = 0\nexpire_days = 3\n").unwrap_err();
        assert_eq!(wrong.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [1, 2]);
    }
}
