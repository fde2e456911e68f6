//! What Amazon's own account health file says: rate, counts, target and window of each metric, as written there.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::policy::HealthPolicy;
use super::{Health, Window};
use crate::domain::case::Fulfilment;

/// How a rate has to compare with its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Below it.
    Less,
    /// At most.
    AtMost,
    /// Above it.
    Greater,
    /// At least.
    AtLeast,
}

impl Condition {
    /// Reads Amazon's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word: String = text
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        Some(match word.as_str() {
            "LESSTHAN" => Self::Less,
            "LESSTHANOREQUAL" | "LESSTHANOREQUALS" | "LESSTHANOREQUALTO" => Self::AtMost,
            "GREATERTHAN" | "MORETHAN" => Self::Greater,
            "GREATERTHANOREQUAL" | "GREATERTHANOREQUALS" | "GREATERTHANOREQUALTO" => Self::AtLeast,
            _ => return None,
        })
    }

    /// Amazon's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Less => "LESS_THAN",
            Self::AtMost => "LESS_THAN_OR_EQUALS",
            Self::Greater => "GREATER_THAN",
            Self::AtLeast => "GREATER_THAN_OR_EQUALS",
        }
    }

    /// As a sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "≤",
            Self::Greater => ">",
            Self::AtLeast => "≥",
        }
    }

    /// Whether a rate is as wanted.
    #[must_use]
    pub fn holds(self, rate: f64, target: f64) -> bool {
        match self {
            Self::Less => rate < target,
            Self::AtMost => rate <= target,
            Self::Greater => rate > target,
            Self::AtLeast => rate >= target,
        }
    }
}

/// One metric of Amazon's file. The rate is never checked against the counts: in Amazon's own example they do not agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// Its name in the file, in its one spelling.
    pub name: String,
    /// Who ships, for a metric that is given for each.
    pub fulfilment: Option<Fulfilment>,
    /// First and last day as written; the start may lie after the end.
    pub days: (Option<Date>, Option<Date>),
    /// The rate as written, a share of one.
    pub rate: Option<f64>,
    /// Events counted.
    pub count: Option<i64>,
    /// Of so many.
    pub of: Option<i64>,
    /// Of the order defect rate: orders with negative feedback, claims and chargebacks.
    pub events: [Option<i64>; 3],
    /// The target, a share of one.
    pub target: Option<f64>,
    /// How the rate is to compare with it.
    pub condition: Option<Condition>,
    /// Target and condition are the file's own.
    pub target_stated: bool,
    /// Amazon's verdict, verbatim. Untrusted.
    pub status: String,
    /// Our own figures over the same days, for an order defect rate whose days make sense.
    pub ours: Option<Health>,
    /// The imported orders reach over the whole of these days.
    pub whole: bool,
}

impl Reported {
    /// Reads the columns of a row of the account health file; `None` for one that names no metric.
    #[must_use]
    pub fn read(columns: &BTreeMap<String, String>, policy: &HealthPolicy) -> Option<Self> {
        let text = |name: &str| columns.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let count = |name: &str| text(name).and_then(|text| text.parse::<i64>().ok());
        let share =
            |name: &str| text(name).and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite());
        let day = |name: &str| text(name).and_then(|text| text.get(..10)).and_then(|day| day.parse().ok());
        let name = text("metric")?;
        let known = policy.metric.iter().find(|metric| metric.name == name);
        let stated = share("targetValue").zip(text("targetCondition").and_then(Condition::parse));
        let (target, condition) = match (stated, known) {
            (Some((target, condition)), _) => (Some(target), Some(condition)),
            (None, Some(known)) => {
                let target = share("targetValue").unwrap_or(known.target);
                let condition = text("targetCondition").and_then(Condition::parse);
                (Some(target), condition.or_else(|| Condition::parse(&known.condition)))
            }
            (None, None) => (share("targetValue"), None),
        };
        Some(Self {
            name: name.to_owned(),
            fulfilment: text("fulfilment").and_then(Fulfilment::parse),
            days: (day("reportingDateRange.reportingDateFrom"), day("reportingDateRange.reportingDateTo")),
            rate: share("rate"),
            count: known.and_then(|known| count(&known.count)),
            of: known.and_then(|known| count(&known.of)),
            events: ["negativeFeedback.count", "claims.count", "chargebacks.count"].map(count),
            target,
            condition,
            target_stated: stated.is_some(),
            status: text("status").or_else(|| text("value")).unwrap_or_default().to_owned(),
            ours: None,
            whole: false,
        })
    }

    /// Whether the rate is as wanted.
    #[must_use]
    pub fn meets(&self) -> Option<bool> {
        Some(self.condition?.holds(self.rate?, self.target?))
    }

    /// Amazon warns: a warning that is not none, an account that is not normal.
    #[must_use]
    pub fn warns(&self) -> bool {
        let stated = |calm: &[&str]| {
            !self.status.is_empty() && !calm.iter().any(|calm| self.status.eq_ignore_ascii_case(calm))
        };
        match self.name.as_str() {
            "accountStatus" => stated(&["NORMAL", "GREEN"]),
            name => name.starts_with("warningStates.") && stated(&["NONE"]),
        }
    }

    /// It is an order defect rate.
    #[must_use]
    pub fn is_odr(&self) -> bool {
        self.name == "orderDefectRate"
    }

    /// Its days, where they make sense.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        let (Some(from), Some(to)) = self.days else { return None };
        (from <= to).then_some(Window { from, to })
    }

    /// Ours less Amazon's: defective orders, orders. `None` where either is not known.
    #[must_use]
    pub fn differs(&self) -> Option<(i64, i64)> {
        let ours = self.ours.as_ref()?;
        Some((ours.numerator - self.count?, ours.denominator - self.of?))
    }
}

/// Of every metric and fulfilment the newest one: by the last day of its window, then the first; of equals the last read.
#[must_use]
pub fn newest(all: Vec<Reported>) -> Vec<Reported> {
    let mut kept: BTreeMap<(String, Option<Fulfilment>), Reported> = BTreeMap::new();
    let end = |metric: &Reported| (metric.days.1, metric.days.0);
    for metric in all {
        let key = (metric.name.clone(), metric.fulfilment);
        if kept.get(&key).is_none_or(|known| end(known) <= end(&metric)) {
            kept.insert(key, metric);
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::super::policy::shipped_health;
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Reported {
        let columns = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Reported::read(&columns, &shipped_health().unwrap()).unwrap()
    }

    #[test]
    fn target_and_window_are_those_of_the_file_and_the_table_stands_in() {
        let stated = read(&[
            ("metric", "lateShipmentRate"),
            ("rate", "0.0224"),
            ("targetValue", "0.02"),
            ("targetCondition", "LESS_THAN"),
            ("reportingDateRange.reportingDateFrom", "2026-09-20T00:00Z"),
            ("reportingDateRange.reportingDateTo", "2026-10-19T23:59Z"),
            ("lateShipmentCount", "9"),
            ("orderCount", "402"),
        ]);
        assert_eq!((stated.meets(), stated.target_stated), (Some(false), true));
        assert_eq!((stated.count, stated.of), (Some(9), Some(402)));
        assert_eq!(stated.window().unwrap().to.to_string(), "2026-10-19");
        let bare = read(&[("metric", "lateShipmentRate"), ("rate", "0.0224")]);
        assert_eq!((bare.meets(), bare.target_stated, bare.window()), (Some(true), false, None));
        let warned =
            |status| read(&[("metric", "warningStates.spammingSellerMessaging"), ("status", status)]).warns();
        assert!(warned("AT_RISK") && !warned("NONE"));
        let account = |status| read(&[("metric", "accountStatus"), ("status", status)]).warns();
        assert!(account("AT_RISK") && !account("NORMAL") && !account("green"));
        let odd = read(&[("metric", "listingPolicyViolations"), ("rate", "x")]);
        assert_eq!((odd.meets(), odd.rate), (None, None));
    }

    #[test]
    fn a_window_that_starts_after_its_end_is_shown_and_not_used() {
        let odd = read(&[
            ("metric", "orderDefectRate"),
            ("fulfilment", "afn"),
            ("reportingDateRange.reportingDateFrom", "2020-11-18T23:59Z"),
            ("reportingDateRange.reportingDateTo", "2020-10-20T00:00Z"),
        ]);
        assert_eq!(odd.window(), None);
        assert!(odd.days.0.is_some() && odd.fulfilment == Some(Fulfilment::Afn));
    }

    #[test]
    fn of_two_files_the_newer_window_stands() {
        let of = |to: &str, rate: &str| {
            read(&[
                ("metric", "validTrackingRate"),
                ("reportingDateRange.reportingDateTo", to),
                ("rate", rate),
            ])
        };
        let kept = newest(vec![of("2026-10-19", "0.9"), of("2026-10-12", "0.8"), of("2026-10-19", "0.95")]);
        assert_eq!(kept.len(), 1);
        assert_eq!((kept[0].rate, kept[0].meets()), (Some(0.95), Some(false)), "0.95 is not above 0.95");
    }
}
