//! How long a clock runs: hours of time, or days as the site's calendar counts them.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// The longest length a policy may name, in its own unit.
const LONGEST: i64 = 4_000;

/// What a length is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Sixty minutes each, whatever the clocks on the wall do.
    Hours,
    /// Days of the site's calendar: the same time of day so many days later. Weekends count.
    Days,
    /// The same without Saturdays and Sundays. Public holidays count as days: no list of them is kept.
    BusinessDays,
}

/// The length of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many, at least 1.
    pub amount: i64,
    /// Of what.
    pub unit: Unit,
}

impl Length {
    /// Reads `24 hours`, `4 days`, `2 business days`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (amount, unit) = text.trim().split_once(' ')?;
        let amount: i64 = amount.parse().ok().filter(|amount| (1..=LONGEST).contains(amount))?;
        let unit = match unit.trim() {
            "hour" | "hours" => Unit::Hours,
            "day" | "days" | "calendar day" | "calendar days" => Unit::Days,
            "business day" | "business days" => Unit::BusinessDays,
            _ => return None,
        };
        Some(Self { amount, unit })
    }

    /// When it is over, begun at `start`, as the calendar of `zone` counts.
    #[must_use]
    pub fn after(self, start: Timestamp, zone: &TimeZone) -> Timestamp {
        match self.unit {
            Unit::Hours => {
                start.checked_add(SignedDuration::from_hours(self.amount)).unwrap_or(Timestamp::MAX)
            }
            Unit::Days => days_later(start, self.amount, zone),
            Unit::BusinessDays => {
                let first = start.to_zoned(zone.clone()).date();
                days_later(start, calendar_days(first, self.amount), zone)
            }
        }
    }
}

fn days_later(start: Timestamp, days: i64, zone: &TimeZone) -> Timestamp {
    // The same time of day; where the clocks jump over it, the moment just as long after the jump.
    let begun = start.to_zoned(zone.clone());
    begun.checked_add(Span::new().days(days)).map_or(Timestamp::MAX, |end| end.timestamp())
}

/// How many calendar days so many business days take, begun on `first`.
fn calendar_days(first: Date, business: i64) -> i64 {
    let (mut day, mut left, mut passed) = (first, business, 0);
    while left > 0 {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        passed += 1;
        left -= i64::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    passed
}

impl Length {
    /// As the Chinese interface says it: `24小时`.
    #[must_use]
    pub fn in_chinese(self) -> String {
        let unit = match self.unit {
            Unit::Hours => "小时",
            Unit::Days => "天",
            Unit::BusinessDays => "个工作日",
        };
        format!("{}{unit}", self.amount)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Hours => "hours",
            Unit::Days => "days",
            Unit::BusinessDays => "business days",
        };
        write!(f, "{} {unit}", self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_people_say_them() {
        for text in ["24 hours", "4 days", "2 business days"] {
            assert_eq!(Length::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Length::parse("1 day").unwrap().unit, Unit::Days);
        for wrong in ["", "24", "24h", "hours", "0 days", "-1 days", "4 weeks", "4001 hours", "4.5 days"] {
            assert_eq!(Length::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_length_at_the_end_of_the_calendar_ends_there() {
        let (late, zone) = (Timestamp::MAX - SignedDuration::from_hours(1), TimeZone::UTC);
        for text in ["24 hours", "4 days", "2 business days"] {
            assert_eq!(Length::parse(text).unwrap().after(late, &zone), Timestamp::MAX, "{text}");
        }
    }
}
