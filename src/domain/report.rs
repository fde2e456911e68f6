//! The report: its pages, and the time they look back on.

pub mod policy;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::case::words;

words! {
    /// A page of the report.
    Page {
        /// How cases ended, and how many claims were withdrawn.
        Outcomes = "outcomes",
        /// How long cases took.
        Time = "time",
        /// How often orders are complained of.
        Rates = "rates",
    }
}

impl Page {
    /// The page that is `steps` further; after the last one comes the first.
    #[must_use]
    pub fn along(self, steps: isize) -> Self {
        let count = isize::try_from(Self::ALL.len()).unwrap_or(1);
        let at = Self::ALL.iter().position(|page| *page == self).and_then(|at| isize::try_from(at).ok());
        let next = (at.unwrap_or(0) + steps).rem_euclid(count);
        usize::try_from(next).ok().and_then(|next| Self::ALL.get(next)).copied().unwrap_or(self)
    }
}

/// How far back a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// So many days.
    Days(i64),
    /// Everything.
    All,
}

impl Default for Period {
    fn default() -> Self {
        Self::Days(90)
    }
}

impl Period {
    /// Those that one key goes through.
    pub const ALL: [Self; 5] = [Self::Days(30), Self::Days(60), Self::Days(90), Self::Days(365), Self::All];

    /// The next longer one; after everything the shortest.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|period| *period == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// How many days; `None`: everything.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Days(days) => Some(days),
            Self::All => None,
        }
    }
}

/// The time that counts: after its first moment, up to its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Only what came later than this; `None`: everything.
    pub from: Option<Timestamp>,
    /// Only what came until then.
    pub until: Timestamp,
}

impl Window {
    /// The period that ends now.
    #[must_use]
    pub fn until(now: Timestamp, period: Period) -> Self {
        let from = period.days().map(|days| {
            let length = SignedDuration::from_hours(days.clamp(0, 1_000_000) * 24);
            now.checked_sub(length).unwrap_or(Timestamp::MIN)
        });
        Self { from, until: now }
    }

    /// The period that ends with a day, by UTC.
    #[must_use]
    pub fn on(day: Date, period: Period) -> Self {
        let end = day.tomorrow().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        let end = end.map_or(Timestamp::MAX, |end| end.timestamp() - SignedDuration::from_secs(1));
        Self::until(end, period)
    }

    /// Whether a moment counts.
    #[must_use]
    pub fn has(&self, at: Timestamp) -> bool {
        at <= self.until && self.from.is_none_or(|from| at > from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_periods_go_round() {
        assert_eq!(Page::Outcomes.along(1), Page::Time);
        assert!(Page::ALL.iter().all(|page| page.along(1).along(-1) == *page));
        let round = Period::ALL.iter().fold(Period::default(), |period, _| period.next());
        assert_eq!(round, Period::default());
    }

    #[test]
    fn a_day_counts_to_its_last_second() {
        let window = Window::on("2026-10-07".parse().unwrap(), Period::Days(30));
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(window.has(at("2026-10-07T23:59:59Z")) && !window.has(at("2026-10-08T00:00:00Z")));
        assert!(window.has(at("2026-09-08T00:00:00Z")) && !window.has(at("2026-09-07T23:59:59Z")));
        assert!(Window::on("2026-10-07".parse().unwrap(), Period::All).has(at("1999-01-01T00:00:00Z")));
    }
}
