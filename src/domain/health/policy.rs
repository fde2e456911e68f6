//! The policy of account health: lines, windows and the two readings that Amazon leaves unsettled, as data.

use jiff::civil::Date;
use serde::Deserialize;

use crate::mistake::{Mistake, Notes, Section};
use crate::problem::{Exit, Problem};

/// The order defect rate: its line, its days and what counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OdrPolicy {
    /// Hundredths of a per cent that the rate has to stay below: 100 is 1 %.
    pub line_hundredths: i64,
    /// Days of the window, both ends in.
    pub window_days: i64,
    /// Who says so.
    pub source: String,
    /// From when it holds.
    pub since: Date,
    /// Cancelled orders stand among the orders of the window, their defects with them.
    pub cancelled_orders_count: bool,
    /// The Y in the A-to-z column of a returns report is a claim.
    pub returns_atoz_is_claim: bool,
    /// Order statuses that mean cancelled, lower case.
    pub cancelled: Vec<String>,
    /// What the reason of a fraud chargeback says, lower case.
    pub fraud: Vec<String>,
    /// What is no such word although it holds one, lower case.
    pub not_fraud: Vec<String>,
    /// Days of the trend line.
    pub trend_days: i64,
    /// A site may be without an order for so many days within those that the imports cover, and is covered all the same.
    pub quiet_days: i64,
}

/// How soon buyers are to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyPolicy {
    /// In time is what is answered within so many hours.
    pub hours: i64,
    /// The lengths of the windows, days.
    pub days: Vec<i64>,
    /// Of a hundred messages so many are to be answered in time.
    pub target_percent: i64,
    /// Who says so.
    pub source: String,
    /// From when it holds.
    pub since: Date,
}

/// What takes a defect out of the rate again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// Who says so.
    pub source: String,
}

/// The ways out, one for each kind of defect.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// Of a claim that is not decided.
    pub claim: Way,
    /// Of a claim that was granted.
    pub granted: Way,
    /// Of negative feedback.
    pub feedback: Way,
    /// Of a chargeback.
    pub chargeback: Way,
}

/// One metric of Amazon's file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricPolicy {
    /// Its name in the file.
    pub name: String,
    /// On screen, in English.
    pub label: String,
    /// The same in Chinese.
    pub label_zh: String,
    /// The target where the file has none, a share of one.
    pub target: f64,
    /// How the rate is to compare with it, in Amazon's words: `LESS_THAN`, `GREATER_THAN`.
    pub condition: String,
    /// Days of its window where the file does not say.
    pub days: i64,
    /// The column of the file that counts the events.
    pub count: String,
    /// The column that says of how many.
    pub of: String,
    /// Who says so.
    pub source: String,
}

/// The policy file of account health.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthPolicy {
    /// The order defect rate.
    pub odr: OdrPolicy,
    /// The late response rate.
    pub replies: ReplyPolicy,
    /// What takes a defect out again.
    pub ways: Ways,
    /// Amazon's own metrics, in the order of the screen.
    pub metric: Vec<MetricPolicy>,
}

/// The policy that ships with kesu.
///
/// # Errors
/// The message of the TOML reader, with line and column; never for the file that ships, which a test reads.
pub fn shipped_health() -> Result<HealthPolicy, Problem> {
    toml::from_str(include_str!("../../../assets/policy/health.toml")).map_err(|error| {
        let text = error.to_string();
        Problem::new(Exit::Failed, [text.clone(), text], ["", ""])
    })
}

impl HealthPolicy {
    /// This policy with the values of the operator's file in place of its own.
    ///
    /// # Errors
    /// Every mistake of the file, with line and column.
    pub fn overridden_by(mut self, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::on(text);
        if let Some(table) = notes.parse() {
            let root = Section::root(&table);
            root.only(&["odr", "replies", "metric"], &mut notes);
            if let Some(section) = root.section("odr", &mut notes) {
                self.odr.read(&section, &mut notes);
            }
            if let Some(section) = root.section("replies", &mut notes) {
                self.replies.read(&section, &mut notes);
            }
            for section in root.sections("metric", &mut notes) {
                self.read_metric(&section, &mut notes);
            }
        }
        let mistakes = notes.all();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }

    fn read_metric(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(&["name", "target", "condition", "days"], notes);
        let Some(name) = section.text("name", notes) else {
            return notes.note(section.at, "a metric has a name", "指标需要 name");
        };
        let known: Vec<String> = self.metric.iter().map(|metric| metric.name.clone()).collect();
        let Some(metric) = self.metric.iter_mut().find(|metric| metric.name == name.value) else {
            let all = [known.join(", "), known.join("、")];
            return notes.note(
                name.at,
                format!("no metric `{}`: known are {}", name.value, all[0]),
                format!("没有指标 `{}`，可用的有 {}", name.value, all[1]),
            );
        };
        set(&mut metric.target, section.share("target", notes));
        set(&mut metric.days, section.number("days", 1..=366, notes));
        if let Some(condition) = section.text("condition", notes) {
            if super::reported::Condition::parse(&condition.value).is_none() {
                notes.note(
                    condition.at,
                    "`condition` is LESS_THAN or GREATER_THAN, each also with _OR_EQUALS",
                    "`condition` 应为 LESS_THAN 或 GREATER_THAN，均可加 _OR_EQUALS",
                );
            }
            metric.condition = condition.value;
        }
    }
}

impl OdrPolicy {
    fn read(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(
            &[
                "line_hundredths",
                "window_days",
                "cancelled_orders_count",
                "returns_atoz_is_claim",
                "cancelled",
                "fraud",
                "not_fraud",
                "trend_days",
                "quiet_days",
            ],
            notes,
        );
        set(&mut self.line_hundredths, section.number("line_hundredths", 1..=10_000, notes));
        set(&mut self.window_days, section.number("window_days", 1..=366, notes));
        set(&mut self.trend_days, section.number("trend_days", 1..=366, notes));
        set(&mut self.quiet_days, section.number("quiet_days", 0..=366, notes));
        set(&mut self.cancelled_orders_count, section.flag("cancelled_orders_count", notes));
        set(&mut self.returns_atoz_is_claim, section.flag("returns_atoz_is_claim", notes));
        for (name, list) in [
            ("cancelled", &mut self.cancelled),
            ("fraud", &mut self.fraud),
            ("not_fraud", &mut self.not_fraud),
        ] {
            // An empty word would be found in every text.
            let word = |word: &str| Some(word.trim().to_lowercase()).filter(|word| !word.is_empty());
            set(list, section.words(name, &[], word, notes).map(|found| found.value));
        }
    }
}

impl ReplyPolicy {
    fn read(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(&["hours", "target_percent"], notes);
        set(&mut self.hours, section.number("hours", 1..=720, notes));
        set(&mut self.target_percent, section.number("target_percent", 0..=100, notes));
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_reads_and_has_the_two_unsettled_readings_as_the_trade_reads_them() {
        let policy = shipped_health().unwrap();
        assert!(policy.odr.cancelled_orders_count && !policy.odr.returns_atoz_is_claim);
        assert_eq!((policy.odr.line_hundredths, policy.odr.window_days), (100, 60));
        assert_eq!(policy.replies.days, [7, 30, 90]);
        let known =
            |metric: &MetricPolicy| super::super::reported::Condition::parse(&metric.condition).is_some();
        assert!(policy.metric.iter().all(known));
    }

    #[test]
    fn single_values_are_replaced_and_the_others_stay() {
        let own = "[odr]\ncancelled_orders_count = false\nfraud = [\"Card Theft\"]\n\n[[metric]]\nname = \"lateShipmentRate\"\ntarget = 0.03\n";
        let policy = shipped_health().unwrap().overridden_by(own).unwrap();
        assert!(!policy.odr.cancelled_orders_count);
        assert_eq!(policy.odr.fraud, ["card theft"]);
        assert_eq!(policy.odr.window_days, 60);
        let late = policy.metric.iter().find(|metric| metric.name == "lateShipmentRate").unwrap();
        assert!((late.target - 0.03).abs() < 1e-12);
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let own = "[odr]\nline_hundredths = \"1 %\"\nwindow_dayz = 60\nreturns_atoz_is_claim = 1\nfraud = [\"\"]\n\
                   [replies]\nhours = 0\n[[metric]]\nname = \"lateShipmentRat\"\n[[metric]]\ntarget = 2.0\n";
        let mistakes = shipped_health().unwrap().overridden_by(own).unwrap_err();
        let lines: Vec<usize> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 7, 9, 10], "{mistakes:#?}");
        assert!(mistakes.iter().all(|mistake| mistake.what.iter().all(|what| !what.is_empty())));
    }
}
