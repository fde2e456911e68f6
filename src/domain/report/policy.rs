//! The policy of the report: from which count on rates are shown, how figures are divided, what others reach.

use jiff::civil::Date;
use serde::Deserialize;

use crate::mistake::{Mistake, Notes, Section};
use crate::problem::{Exit, Problem};

/// How outcomes are counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomePolicy {
    /// A rate of fewer claims is too few.
    pub few: usize,
    /// Bounds of the share of the order that was offered, per cent, rising.
    pub shares: Vec<i64>,
    /// Bounds of the time from the complaint to the first offer, hours, rising.
    pub hours: Vec<i64>,
}

/// How handling time is counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimePolicy {
    /// Times of fewer cases are not compared.
    pub few: usize,
    /// A longer pause between two keys is not work, minutes.
    pub idle_minutes: i64,
    /// Bounds of the time from first sight to the reply, minutes, rising.
    pub minutes: Vec<i64>,
}

/// What others reach.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeBenchmark {
    /// The mean time a case takes, minutes.
    pub mean_minutes: i64,
    /// How much faster that is than by hand, per cent.
    pub faster_percent: i64,
    /// Who says so.
    pub source: String,
    /// The same in Chinese.
    pub source_zh: String,
    /// From when it holds.
    pub since: Date,
}

/// The policy file of the report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPolicy {
    /// How outcomes are counted.
    pub outcomes: OutcomePolicy,
    /// How handling time is counted.
    pub time: TimePolicy,
    /// What others reach.
    pub benchmark: TimeBenchmark,
}

/// The policy that ships with kesu.
///
/// # Errors
/// The message of the TOML reader, with line and column; never for the file that ships, which a test reads.
pub fn shipped_report() -> Result<ReportPolicy, Problem> {
    toml::from_str(include_str!("../../../assets/policy/report.toml")).map_err(|error| {
        let text = error.to_string();
        Problem::new(Exit::Failed, [text.clone(), text], ["", ""])
    })
}

impl ReportPolicy {
    /// This policy with the values of the operator's file in place of its own.
    ///
    /// # Errors
    /// Every mistake of the file, with line and column.
    pub fn overridden_by(mut self, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::on(text);
        if let Some(table) = notes.parse() {
            let root = Section::root(&table);
            root.only(&["outcomes", "time"], &mut notes);
            if let Some(section) = root.section("outcomes", &mut notes) {
                section.only(&["few", "shares", "hours"], &mut notes);
                count(&mut self.outcomes.few, &section, &mut notes);
                bounds(&mut self.outcomes.shares, &section, "shares", 99, &mut notes);
                bounds(&mut self.outcomes.hours, &section, "hours", 8_760, &mut notes);
            }
            if let Some(section) = root.section("time", &mut notes) {
                section.only(&["few", "idle_minutes", "minutes"], &mut notes);
                count(&mut self.time.few, &section, &mut notes);
                if let Some(minutes) = section.number("idle_minutes", 1..=240, &mut notes) {
                    self.time.idle_minutes = minutes;
                }
                bounds(&mut self.time.minutes, &section, "minutes", 525_600, &mut notes);
            }
        }
        let mistakes = notes.all();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }
}

fn count(place: &mut usize, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
    let few = section.number("few", 1..=10_000, notes);
    if let Some(few) = few.and_then(|few| usize::try_from(few).ok()) {
        *place = few;
    }
}

fn bounds(place: &mut Vec<i64>, section: &Section<'_, '_>, name: &str, most: i64, notes: &mut Notes<'_>) {
    let Some(found) = section.numbers(name, 1..=most, notes) else { return };
    if found.value.is_empty() || found.value.len() > 8 || !found.value.is_sorted_by(|one, other| one < other)
    {
        return notes.note(
            found.at,
            format!("`{name}` is a list of one to eight rising numbers"),
            format!("`{name}` 应为一至八个递增的数字"),
        );
    }
    *place = found.value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_values_are_replaced_and_the_others_stay() {
        let own = "[outcomes]\nfew = 5\nshares = [20, 80]\n[time]\nidle_minutes = 3\n";
        let policy = shipped_report().unwrap().overridden_by(own).unwrap();
        assert_eq!((policy.outcomes.few, policy.outcomes.shares), (5, vec![20, 80]));
        assert_eq!((policy.outcomes.hours, policy.time.idle_minutes), (vec![24, 72, 168], 3));
        assert_eq!(policy.benchmark.mean_minutes, 126, "2.1 hours");
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let own = "[outcomes]\nfew = 0\nshares = [50, 10]\nhours = []\n[time]\nidle_minutes = \"5\"\nminutes = [1, \"2\"]\nidle = 3\n[benchmark]\n";
        let mistakes = shipped_report().unwrap().overridden_by(own).unwrap_err();
        let lines: Vec<usize> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3, 4, 6, 7, 8, 9], "{mistakes:#?}");
        assert!(mistakes.iter().all(|mistake| mistake.what.iter().all(|what| !what.is_empty())));
    }
}
