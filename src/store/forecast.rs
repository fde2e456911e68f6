//! What falls due in the coming seven days: per hour today and tomorrow, per day after.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Store;
use super::convert::second;
use crate::domain::view::{Bar, Forecast};
use crate::problem::Problem;

/// Days looked ahead, today among them.
const DAYS: usize = 7;

impl Store {
    /// Counts the open cases by the hour or day in which their leading clock runs out, days being those of `zone`. Snoozed
    /// cases count: a snooze hides no clock.
    pub fn forecast(&self, now: Timestamp, zone: &TimeZone) -> Result<Forecast, Problem> {
        self.draw_line(now);
        let mut bars = bars(now, zone);
        let end = bars.last().map_or(now, |bar| bar.until);
        let mut query = self.db.prepare_cached(
            "SELECT due_at FROM cases INDEXED BY queue
             WHERE open = 1 AND long_term = 0 AND due_at >= ?1 AND due_at < ?2",
        )?;
        // Cases older than 45 days are past due by that alone, and counted apart: see the header.
        let mut rows = query.query([second(now), second(end)])?;
        while let Some(row) = rows.next()? {
            let due: i64 = row.get(0)?;
            let at = bars.partition_point(|bar| second(bar.until) <= due);
            if let Some(bar) = bars.get_mut(at) {
                bar.count += 1;
            }
        }
        let mut late = self.db.prepare_cached(
            "SELECT count(*) FROM cases INDEXED BY queue WHERE open = 1 AND long_term = 0 AND due_at < ?1",
        )?;
        let late = late.query_row([second(now)], |row| row.get(0))?;
        Ok(Forecast { late, bars })
    }
}

/// The hours of today and tomorrow, then five days. An hour is an hour of time: a day with a change of the clocks has 23 or 25.
fn bars(now: Timestamp, zone: &TimeZone) -> Vec<Bar> {
    let today = now.to_zoned(zone.clone()).date();
    let start = |day: Date| day.to_zoned(zone.clone()).map_or(now, |start| start.timestamp());
    let mut bars = Vec::new();
    for (place, day) in today.series(jiff::Span::new().days(1)).take(DAYS).enumerate() {
        let (mut from, end) = (start(day), start(day.tomorrow().unwrap_or(day)));
        while from < end {
            let hour = from.checked_add(SignedDuration::from_hours(1)).unwrap_or(end);
            let until = if place < 2 { hour.min(end) } else { end };
            // What has passed today is late, not to come.
            if until > now {
                bars.push(Bar { from: from.max(now), until, day: place, count: 0 });
            }
            from = until;
        }
    }
    bars
}
