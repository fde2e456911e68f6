//! How long cases take: from arrival and from first sight to the reply and to the archive, work apart from waiting, with and
//! without a template.

use jiff::{SignedDuration, Timestamp};

use super::case::CaseId;
use super::outcome::figures::Band;
use super::report::policy::{ReportPolicy, TimePolicy};
use super::share::median;

/// A case that was answered or archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handled {
    /// The case.
    pub case: CaseId,
    /// When the complaint arose.
    pub arrived: Timestamp,
    /// When it was first opened in the workbench, where that is known.
    pub seen: Option<Timestamp>,
    /// When its first reply went out, or when it was archived.
    pub done: Timestamp,
    /// That reply was written with a template.
    pub template: bool,
    /// How long it was worked on until then, pauses left out; `None` where nobody measured it.
    pub active: Option<SignedDuration>,
}

impl Handled {
    fn since_arrival(&self) -> Option<SignedDuration> {
        positive(self.arrived, self.done)
    }

    /// From first sight until it was done.
    #[must_use]
    pub fn since_sight(&self) -> Option<SignedDuration> {
        positive(self.seen?, self.done)
    }

    fn waiting(&self) -> Option<SignedDuration> {
        Some((self.since_sight()? - self.active?).max(SignedDuration::ZERO))
    }
}

fn positive(from: Timestamp, to: Timestamp) -> Option<SignedDuration> {
    Some(to.duration_since(from)).filter(|length| !length.is_negative())
}

/// The middle and the mean of some times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Average {
    /// Of so many.
    pub count: usize,
    /// The one in the middle; of an even number the lower middle.
    pub median: SignedDuration,
    /// Their mean, whole seconds.
    pub mean: SignedDuration,
}

impl Average {
    /// `None` of nothing.
    #[must_use]
    pub fn of(times: impl IntoIterator<Item = SignedDuration>) -> Option<Self> {
        let times: Vec<SignedDuration> = times.into_iter().collect();
        let sum: i128 = times.iter().map(|time| i128::from(time.as_secs())).sum();
        let count = times.len();
        let mean = i64::try_from(sum / i128::try_from(count).ok().filter(|count| *count > 0)?).ok()?;
        Some(Self { count, median: median(times)?, mean: SignedDuration::from_secs(mean) })
    }
}

/// The times of some cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Times {
    /// The cases.
    pub cases: Vec<CaseId>,
    /// From first sight.
    pub from_sight: Option<Average>,
    /// Of that: worked on.
    pub active: Option<Average>,
    /// Of that: the rest.
    pub waiting: Option<Average>,
    /// From the complaint's arrival.
    pub from_arrival: Option<Average>,
}

impl Times {
    fn of<'h>(handled: impl Iterator<Item = &'h Handled>) -> Self {
        let all: Vec<&Handled> = handled.collect();
        let average = |time: fn(&Handled) -> Option<SignedDuration>| {
            Average::of(all.iter().filter_map(|each| time(each)))
        };
        Self {
            cases: all.iter().map(|each| each.case).collect(),
            from_sight: average(Handled::since_sight),
            // Work without a known first sight has nothing to be part of.
            active: average(|each| each.since_sight().and(each.active)),
            waiting: average(Handled::waiting),
            from_arrival: average(Handled::since_arrival),
        }
    }
}

/// The page of handling time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handling {
    /// Until the first reply: every case that was answered in the window.
    pub sent: Times,
    /// Of these: with a template.
    pub with: Times,
    /// Of these: without one.
    pub without: Times,
    /// Until the archive: every case that was archived in the window.
    pub archived: Times,
    /// The cases by the time from first sight to the reply, minutes.
    pub bands: Vec<(Band, Vec<CaseId>)>,
    /// Answered cases of which nobody knows when they were first seen.
    pub unseen: Vec<CaseId>,
    /// How it was counted, and what others reach.
    pub policy: ReportPolicy,
}

impl Handling {
    /// Counts the cases that were answered and those that were archived.
    #[must_use]
    pub fn of(sent: &[Handled], archived: &[Handled], policy: ReportPolicy) -> Self {
        let band = |band: Band| {
            let lies = |each: &&Handled| each.since_sight().is_some_and(|time| band.has(time.as_secs(), 60));
            (band, sent.iter().filter(lies).map(|each| each.case).collect())
        };
        Self {
            sent: Times::of(sent.iter()),
            with: Times::of(sent.iter().filter(|each| each.template)),
            without: Times::of(sent.iter().filter(|each| !each.template)),
            archived: Times::of(archived.iter()),
            bands: Band::between(&policy.time.minutes).into_iter().map(band).collect(),
            unseen: sent.iter().filter(|each| each.since_sight().is_none()).map(|each| each.case).collect(),
            policy,
        }
    }

    /// How much faster replies with a template go out than those without, per cent of the mean from first sight; negative where
    /// they are slower. `None` where there are too few of either.
    #[must_use]
    pub fn faster_percent(&self) -> Option<i64> {
        let enough = |times: &Times| times.from_sight.filter(|average| average.count >= self.policy.time.few);
        let (with, without) = (enough(&self.with)?, enough(&self.without)?);
        let (with, without) = (with.mean.as_secs(), without.mean.as_secs());
        (without > 0).then(|| ((without - with) * 200 + without).div_euclid(without * 2))
    }
}

/// A time of work on one case that goes on: from the first key on, pauses left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sitting {
    /// The case.
    pub case: CaseId,
    /// When it began.
    pub began: Timestamp,
    /// How long it lasted so far, pauses left out.
    pub active: SignedDuration,
    /// The last key.
    last: Timestamp,
}

impl Sitting {
    /// Begins with a key.
    #[must_use]
    pub const fn begin(case: CaseId, now: Timestamp) -> Self {
        Self { case, began: now, active: SignedDuration::ZERO, last: now }
    }

    /// Another key: the time since the last one is work, unless it is too long for that.
    pub fn key(&mut self, now: Timestamp, policy: &TimePolicy) {
        let pause = now.duration_since(self.last);
        if !pause.is_negative() && pause <= SignedDuration::from_mins(policy.idle_minutes) {
            self.active += pause;
        }
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::report::policy::shipped_report;

    fn policy() -> ReportPolicy {
        shipped_report().unwrap()
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + minute * 60).unwrap()
    }

    fn mins(minutes: i64) -> SignedDuration {
        SignedDuration::from_mins(minutes)
    }

    fn handled(case: i64, seen: Option<i64>, done: i64, template: bool, active: Option<i64>) -> Handled {
        Handled {
            case: CaseId(case),
            arrived: at(0),
            seen: seen.map(at),
            done: at(done),
            template,
            active: active.map(mins),
        }
    }

    #[test]
    fn a_small_set_counted_by_hand() {
        let sent = [
            handled(1, Some(60), 70, true, Some(4)),
            handled(2, Some(60), 180, true, Some(20)),
            handled(3, Some(100), 130, false, None),
            handled(4, None, 300, false, None),
            handled(5, Some(400), 390, false, Some(1)),
        ];
        let counted = Handling::of(&sent, &sent[..2], policy());
        let average = |count, median, mean| {
            Some(Average { count, median: mins(median), mean: SignedDuration::from_secs(mean) })
        };
        assert_eq!(counted.sent.from_sight, average(3, 30, (10 + 120 + 30) * 60 / 3));
        assert_eq!(counted.sent.from_arrival, average(5, 180, (70 + 180 + 130 + 300 + 390) * 60 / 5));
        assert_eq!(counted.with.from_sight, average(2, 10, 65 * 60));
        assert_eq!(counted.with.active, average(2, 4, 12 * 60));
        assert_eq!(counted.with.waiting, average(2, 6, 53 * 60));
        assert_eq!(
            counted.without.active, None,
            "the work of 3 was not measured, 5 was seen after its reply"
        );
        assert_eq!(counted.unseen, [CaseId(4), CaseId(5)]);
        let bands: Vec<usize> = counted.bands.iter().map(|(_, cases)| cases.len()).collect();
        assert_eq!(bands, [1, 1, 1, 0, 0, 0, 0], "10, 30 and 120 minutes");
        assert_eq!(counted.archived.cases.len(), 2);
        assert_eq!(counted.faster_percent(), None, "too few to compare");
    }

    #[test]
    fn templates_are_compared_by_their_means_once_there_are_enough() {
        let some = |template: bool, minutes: i64| {
            (0..5).map(move |case| handled(case, Some(0), minutes, template, None))
        };
        let faster = |with, without| {
            let sent: Vec<Handled> = some(true, with).chain(some(false, without)).collect();
            Handling::of(&sent, &[], policy()).faster_percent()
        };
        assert_eq!(faster(33, 100), Some(67));
        assert_eq!(faster(100, 100), Some(0));
        assert_eq!(faster(150, 100), Some(-50));
        assert_eq!(faster(10, 0), None);
    }

    #[test]
    fn a_pause_longer_than_the_policy_says_is_no_work() {
        let policy = policy().time;
        let mut sitting = Sitting::begin(CaseId(1), at(0));
        for minute in [1, 6, 12, 13] {
            sitting.key(at(minute), &policy);
        }
        assert_eq!(sitting.active, mins(1 + 5 + 1), "the six minutes to the third key are a pause");
        sitting.key(at(5), &policy);
        assert_eq!(sitting.active, mins(7), "a clock that is set back takes nothing away");
    }

    proptest! {
        #[test]
        fn work_is_never_longer_than_the_time_it_took(gaps in proptest::collection::vec(0..20_i64, 0..50)) {
            let policy = policy().time;
            let mut sitting = Sitting::begin(CaseId(1), at(0));
            let mut minute = 0;
            for gap in &gaps {
                minute += gap;
                sitting.key(at(minute), &policy);
            }
            prop_assert!(sitting.active <= mins(minute));
            let work: i64 = gaps.iter().filter(|gap| **gap <= policy.idle_minutes).sum();
            prop_assert_eq!(sitting.active, mins(work));
        }

        #[test]
        fn the_mean_lies_between_the_shortest_and_the_longest(times in proptest::collection::vec(0..10_000_i64, 1..50)) {
            let all: Vec<SignedDuration> = times.iter().map(|secs| SignedDuration::from_secs(*secs)).collect();
            let average = Average::of(all.iter().copied()).unwrap();
            prop_assert!(average.mean >= *all.iter().min().unwrap() && average.mean <= *all.iter().max().unwrap());
            prop_assert!(all.contains(&average.median));
        }
    }
}
