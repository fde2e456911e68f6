//! Clocks: the named deadlines of a case, computed from its facts, a policy and the time.

mod length;
mod policy;
mod timeline;
pub mod typed;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::case::words;

pub use length::{Length, Unit};
pub use policy::{Policy, Rule, Side, Snooze, Start, Stop, shipped_policy};
pub use timeline::{Happening, Timeline, What};

words! {
    /// The state of a clock at one moment.
    Running {
        /// Time is left.
        Running = "running",
        /// Waiting for somebody else.
        Paused = "paused",
        /// What it waited for happened.
        Stopped = "stopped",
        /// Time ran out.
        Missed = "missed",
    }
}

/// How urgent a due time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Past due.
    Late,
    /// Due before the operator's midnight.
    Today,
    /// Later, or without a clock.
    Later,
}

impl Urgency {
    /// The urgency of a due time at `now`, where the operator's day ends at `midnight`.
    #[must_use]
    pub fn of(due: Option<Timestamp>, now: Timestamp, midnight: Timestamp) -> Self {
        match due {
            Some(due) if due < now => Self::Late,
            Some(due) if due < midnight => Self::Today,
            _ => Self::Later,
        }
    }

    /// The symbol that says it without colour.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Late => "▲",
            Self::Today => "●",
            Self::Later => "○",
        }
    }
}

/// Begin and end of the day in `zone` in which `now` lies.
#[must_use]
pub fn day_around(now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let today = now.to_zoned(zone.clone()).date();
    let begin = |day: Date| day.to_zoned(zone.clone()).map_or(now, |start| start.timestamp());
    (begin(today), begin(today.tomorrow().unwrap_or(today)))
}

/// One clock of one case.
#[derive(Debug, Clone)]
pub struct Clock<'a> {
    /// The rule behind it.
    pub rule: &'a Rule,
    /// From when it runs.
    pub started: Timestamp,
    /// When it runs out, as far as that is settled: a pause that lasts moves it on, see [`Clock::due_at`].
    pub due: Timestamp,
    /// The earliest end of what Amazon takes its time with.
    pub earliest: Option<Timestamp>,
    /// A mail stated the deadline.
    pub stated: bool,
    /// Since when it stands still, if it does.
    pub paused: Option<Timestamp>,
    /// When it was stopped, if it was.
    pub stopped: Option<Timestamp>,
}

impl Clock<'_> {
    /// When it runs out, if a pause ended at `now`.
    #[must_use]
    pub fn due_at(&self, now: Timestamp) -> Timestamp {
        match self.paused.filter(|paused| *paused < now) {
            Some(paused) => later(self.due, now, paused),
            None => self.due,
        }
    }

    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> Running {
        match (self.stopped, self.paused) {
            (Some(_), _) => Running::Stopped,
            (None, Some(_)) => Running::Paused,
            (None, None) if self.due < now => Running::Missed,
            (None, None) => Running::Running,
        }
    }

    /// Whether it may lead the queue: it runs, and it is more than information.
    #[must_use]
    pub const fn leads(&self) -> bool {
        self.stopped.is_none() && self.paused.is_none() && self.rule.leads
    }
}

/// `due`, moved by the time from `from` to `until`.
fn later(due: Timestamp, until: Timestamp, from: Timestamp) -> Timestamp {
    due.checked_add(until.duration_since(from)).unwrap_or(Timestamp::MAX)
}

/// Every clock of a case, the nearest deadline first, those that stand still or are stopped behind.
#[must_use]
pub fn clocks<'a>(timeline: &Timeline, policy: &'a Policy) -> Vec<Clock<'a>> {
    let (zone, waits) = (timeline.zone(), timeline.waits());
    let mut named: BTreeMap<&str, (&Rule, Run)> = BTreeMap::new();
    for rule in policy.rules.iter().filter(|rule| is_about(rule, timeline)) {
        let Some(run) = run(timeline, rule) else { continue };
        let day = run.started.to_zoned(zone.clone()).date();
        let holds = rule.since <= day && rule.until.is_none_or(|until| day <= until);
        let stronger = |(other, _): &(&Rule, Run)| is_stronger(rule, other, timeline);
        if holds && named.get(rule.name.as_str()).is_none_or(stronger) {
            named.insert(&rule.name, (rule, run));
        }
    }
    let wanted = named.into_values().filter(|(rule, _)| !rule.off);
    let mut clocks: Vec<Clock<'a>> =
        wanted.filter_map(|(rule, run)| clock(rule, run, &waits, &zone)).collect();
    clocks.sort_by_key(|clock| (clock.stopped.is_some(), clock.paused.is_some(), clock.due));
    clocks
}

/// The clock that leads a case: of those that run, the one that runs out first.
#[must_use]
pub fn leading<'a, 'b>(clocks: &'b [Clock<'a>]) -> Option<&'b Clock<'a>> {
    clocks.iter().filter(|clock| clock.leads()).min_by_key(|clock| clock.due)
}

fn is_about(rule: &Rule, timeline: &Timeline) -> bool {
    // Where site or shipper are unknown it is safer to show a deadline than to hide one.
    let here = timeline.marketplace.is_none_or(|site| rule.marketplaces.contains(&site));
    let ships = timeline.fulfilment.is_none_or(|who| rule.fulfilments.contains(&who));
    rule.channels.contains(&timeline.channel)
        && (rule.marketplaces.is_empty() || here)
        && (rule.fulfilments.is_empty() || ships)
}

/// Which of two rules of one name wins: the operator's own, the one for this site, the newer one.
fn is_stronger(rule: &Rule, other: &Rule, timeline: &Timeline) -> bool {
    let fit = |rule: &Rule| (rule.marketplaces.is_empty() == timeline.marketplace.is_none(), rule.since);
    match (rule.own, other.own) {
        (true, false) => is_sure(rule, other, timeline),
        (false, true) => !is_sure(other, rule, timeline),
        _ => fit(rule) > fit(other),
    }
}

/// Whether an own rule holds wherever ours does: one for a single site says nothing of a case whose site is unknown.
fn is_sure(own: &Rule, ours: &Rule, timeline: &Timeline) -> bool {
    covers(&own.marketplaces, &ours.marketplaces, timeline.marketplace.is_some())
        && covers(&own.fulfilments, &ours.fulfilments, timeline.fulfilment.is_some())
}

/// Whether limits leave out nothing of what others allow, or it is known that they hold; empty limits allow all.
fn covers<T: PartialEq>(limits: &[T], others: &[T], known: bool) -> bool {
    known || limits.is_empty() || (!others.is_empty() && others.iter().all(|one| limits.contains(one)))
}

/// The last time a clock was started.
#[derive(Debug, Clone, Copy)]
struct Run {
    started: Timestamp,
    stated: Option<Timestamp>,
    stopped: Option<Timestamp>,
}

/// Goes through what happened: a clock that runs is not started anew, one that was stopped is.
fn run(timeline: &Timeline, rule: &Rule) -> Option<Run> {
    let mut last: Option<Run> = None;
    for Happening { at, what } in timeline.happenings() {
        let stated = match what {
            What::Stated(due) if rule.mail_decides => Some(*due),
            _ => None,
        };
        match last.as_mut().filter(|run| run.stopped.is_none()) {
            Some(run) if what.stops(&rule.stop) => run.stopped = Some(*at),
            Some(run) => run.stated = stated.or(run.stated),
            None if what.starts().is_some_and(|start| rule.start.contains(&start)) => {
                last = Some(Run { started: *at, stated, stopped: None });
            }
            None => {}
        }
    }
    last.map(|run| Run { stopped: run.stopped.or(timeline.archived), ..run })
}

/// Places a run in time: its length, or what a mail states, and the pauses of the policy.
fn clock<'a>(rule: &'a Rule, run: Run, waits: &[timeline::Wait], zone: &TimeZone) -> Option<Clock<'a>> {
    let Run { started, stated, stopped } = run;
    let mut due = stated.or_else(|| rule.length.map(|length| length.after(started, zone)))?;
    let mut paused = None;
    // What a mail states no waiting moves.
    for wait in waits.iter().filter(|wait| stated.is_none() && rule.pause.contains(&wait.side)) {
        let from = wait.from.max(started);
        if from >= due || stopped.is_some_and(|stopped| from >= stopped) {
            continue;
        }
        match wait.until.into_iter().chain(stopped).min() {
            Some(until) if until > from => due = later(due, until, from),
            Some(_) => {}
            None => paused = Some(from),
        }
    }
    let earliest = rule.earliest.map(|length| length.after(started, zone));
    Some(Clock { rule, started, due, earliest, stated: stated.is_some(), paused, stopped })
}

#[cfg(test)]
mod tests;
