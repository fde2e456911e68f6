//! When to wake: the desk names a moment by the wall clock, which may jump; the wait is measured by one that never does.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The longest sleep: a laptop that was closed, or a clock that was set, stands corrected on screen after it.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// A moment that was asked for, came, and is asked for again is not worth more than one wake a second.
const NOT_AT_ONCE: Duration = Duration::from_secs(1);
/// By how much the wall clock may differ from the steady one before it counts as set.
const JUMP: Duration = Duration::from_secs(2);

/// The next moment at which something shown changes or has to be saved.
#[derive(Debug)]
pub(super) struct Alarm {
    asked: Option<Timestamp>,
    rings: Option<Instant>,
    last_rung: Option<Timestamp>,
    /// A wall clock and a steady clock read together.
    seen: (Timestamp, Instant),
}

impl Alarm {
    pub(super) fn new(now: Timestamp, steady: Instant) -> Self {
        Self { asked: None, rings: None, last_rung: None, seen: (now, steady) }
    }

    /// Takes the desk's wish. A wish that is repeated keeps its time, and after the wall clock was set so does any that
    /// was made before: a draft is saved when its half second is over, not ninety days later.
    pub(super) fn set(&mut self, asked: Option<Timestamp>, now: Timestamp, steady: Instant) {
        let Some(moment) = asked else {
            (self.asked, self.rings) = (None, None);
            return;
        };
        let mut wait = Duration::try_from(moment.duration_since(now)).unwrap_or(Duration::ZERO);
        if self.last_rung == asked {
            wait = wait.max(NOT_AT_ONCE);
        }
        // A moment too far away for the steady clock is none to wait for.
        let rings = steady.checked_add(wait);
        let keeps = self.asked == asked || self.has_jumped(now, steady);
        self.rings = match self.rings.filter(|_| keeps) {
            Some(before) => Some(rings.map_or(before, |rings| rings.min(before))),
            None => rings,
        };
        self.asked = asked;
    }

    /// How long to sleep from now on.
    pub(super) fn sleep(&self, steady: Instant) -> Duration {
        let until = self.rings.map(|rings| rings.saturating_duration_since(steady));
        until.unwrap_or(LOOK_AGAIN).min(LOOK_AGAIN)
    }

    /// After a sleep: the time to give the desk when there is something to do, `None` to sleep on.
    ///
    /// That time is never before the moment asked for, so that a desk which compares the two sees it has come.
    pub(super) fn ring(&mut self, now: Timestamp, steady: Instant) -> Option<Timestamp> {
        let due = self.rings.is_some_and(|rings| rings <= steady);
        let jumped = self.has_jumped(now, steady);
        self.seen = (now, steady);
        if due {
            self.last_rung = self.asked;
            self.rings = None;
            return self.asked.take().map(|asked| asked.max(now));
        }
        jumped.then_some(now)
    }

    fn has_jumped(&self, now: Timestamp, steady: Instant) -> bool {
        let by_steady = steady.saturating_duration_since(self.seen.1);
        let by_wall = now.duration_since(self.seen.0);
        let expected = jiff::SignedDuration::try_from(by_steady).unwrap_or_default();
        // A clock that stands still is one for tests and replays.
        !by_wall.is_zero() && by_wall.saturating_sub(expected).unsigned_abs() > JUMP
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_sleeps_until_the_moment_asked_for_and_no_longer_than_a_minute() {
        let start = Instant::now();
        let mut alarm = Alarm::new(noon(), start);
        assert_eq!(alarm.sleep(start), seconds(60), "nothing to wait for");
        alarm.set(Some(noon() + 5.seconds()), noon(), start);
        assert_eq!(alarm.sleep(start + seconds(2)), seconds(3));
        alarm.set(Some(noon() + 5.hours()), noon(), start);
        assert_eq!(alarm.sleep(start), seconds(60));
        assert_eq!(alarm.ring(noon() + 60.seconds(), start + seconds(60)), None, "looked, nothing to draw");
    }

    #[test]
    fn a_draft_is_saved_on_time_though_the_clock_was_set_back_ninety_days() {
        let start = Instant::now();
        let mut alarm = Alarm::new(noon(), start);
        let save_at = noon() + 1.seconds();
        alarm.set(Some(save_at), noon(), start);
        let back = noon() - (90 * 24).hours();
        alarm.set(Some(save_at), back, start);
        assert_eq!(alarm.sleep(start), seconds(1));
        assert_eq!(
            alarm.ring(back + 1.seconds(), start + seconds(1)),
            Some(save_at),
            "the desk sees it is due"
        );
    }

    #[test]
    fn a_draft_is_saved_on_time_though_the_clock_was_set_back_while_it_was_typed() {
        let start = Instant::now();
        let mut alarm = Alarm::new(noon(), start);
        alarm.set(Some(noon() + 1.seconds()), noon(), start);
        let back = noon() - (90 * 24).hours();
        // The next letter comes after the jump: now the end of the minute is nearer than the draft's moment.
        alarm.set(Some(back + 60.seconds()), back, start);
        assert_eq!(alarm.sleep(start), seconds(1));
        assert!(alarm.ring(back + 1.seconds(), start + seconds(1)).is_some());
    }

    #[test]
    fn with_a_clock_that_stands_still_the_moment_comes_all_the_same_and_never_spins() {
        let start = Instant::now();
        let mut alarm = Alarm::new(noon(), start);
        alarm.set(Some(noon() + 1.seconds()), noon(), start);
        assert_eq!(alarm.ring(noon(), start + seconds(1)), Some(noon() + 1.seconds()));
        alarm.set(Some(noon() + 1.seconds()), noon(), start + seconds(1));
        assert_eq!(alarm.sleep(start + seconds(1)), seconds(1));
        let past = Some(noon() - 1.hours());
        alarm.set(past, noon(), start + seconds(1));
        assert_eq!(alarm.sleep(start + seconds(1)), Duration::ZERO, "what is overdue comes at once");
        alarm.ring(noon(), start + seconds(1)).unwrap();
        alarm.set(past, noon(), start + seconds(1));
        assert_eq!(alarm.sleep(start + seconds(1)), seconds(1), "but not again and again");
    }

    #[test]
    fn a_clock_that_was_set_or_a_laptop_that_slept_is_noticed() {
        let start = Instant::now();
        let mut alarm = Alarm::new(noon(), start);
        assert_eq!(alarm.ring(noon() + 8.hours(), start + seconds(60)), Some(noon() + 8.hours()));
        let back = noon() - 1.hours();
        assert_eq!(alarm.ring(back, start + seconds(120)), Some(back));
        assert_eq!(alarm.ring(back + 60.seconds(), start + seconds(180)), None);
    }

    #[test]
    fn no_moment_is_too_far_away() {
        let start = Instant::now();
        let mut alarm = Alarm::new(noon(), start);
        alarm.set(Some(Timestamp::MAX), Timestamp::MIN, start);
        assert_eq!(alarm.sleep(start), seconds(60));
    }
}
