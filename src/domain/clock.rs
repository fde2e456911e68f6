//! Clocks: the named deadlines of a case, computed from its facts, a policy and the time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::case::{Channel, words};
use super::marketplace::Marketplace;

words! {
    /// What makes a clock start.
    Start {
        /// The first message of the buyer that nobody answered yet.
        BuyerMessage = "buyer_message",
        /// The mail that states the deadline.
        Stated = "stated",
        /// The opening of the case.
        Opened = "opened",
    }
}

words! {
    /// What stops a clock.
    Stop {
        /// A reply that was sent, Amazon's copy of it, or "no reply needed".
        Answered = "answered",
        /// Amazon's decision.
        Decided = "decided",
        /// The archive.
        Archived = "archived",
    }
}

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

/// One rule of the policy file: which cases have this clock, and how long it runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable name, such as `reply`.
    pub name: String,
    /// The channels whose cases have it.
    pub channels: Vec<Channel>,
    /// The marketplaces it holds for; empty for all.
    #[serde(default)]
    pub marketplaces: Vec<Marketplace>,
    /// What starts it.
    pub start: Start,
    /// What stops it, apart from the archive, which stops every clock.
    #[serde(default)]
    pub stop: Vec<Stop>,
    /// Its length; ignored where a mail states the deadline.
    pub hours: i64,
    /// On which page or in which mail Amazon says so.
    pub source: String,
    /// The day from which it holds.
    pub since: Date,
    /// What a miss costs, in English.
    pub consequence: String,
    /// The same in Chinese.
    pub consequence_zh: String,
    /// Short name on screen, in English.
    pub label: String,
    /// The same in Chinese.
    pub label_zh: String,
}

/// The clock rules in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// In the order of the file.
    #[serde(rename = "clock")]
    pub rules: Vec<Rule>,
}

/// What the clocks of one case depend on.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Where it arrived.
    pub channel: Channel,
    /// On which site, where known.
    pub marketplace: Option<Marketplace>,
    /// When the complaint arose.
    pub opened: Timestamp,
    /// The buyer's oldest message that nobody answered; else the newest one.
    pub asked: Option<Timestamp>,
    /// Our newest answer (sent, copied by Amazon, or "no reply needed").
    pub answered: Option<Timestamp>,
    /// The deadline a mail states: from when, until when.
    pub stated: Option<(Timestamp, Timestamp)>,
    /// When Amazon decided.
    pub decided: Option<Timestamp>,
    /// When the case was archived.
    pub archived: Option<Timestamp>,
}

/// One clock of one case.
#[derive(Debug, Clone)]
pub struct Clock<'a> {
    /// The rule behind it.
    pub rule: &'a Rule,
    /// From when it runs.
    pub started: Timestamp,
    /// When it runs out.
    pub due: Timestamp,
    /// When it was stopped, if it was.
    pub stopped: Option<Timestamp>,
}

impl Clock<'_> {
    /// The state at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> Running {
        match self.stopped {
            Some(_) => Running::Stopped,
            None if self.due < now => Running::Missed,
            None => Running::Running,
        }
    }
}

/// The policy that ships with kesu.
///
/// # Errors
/// The message of the TOML reader, with line and column; never for the file that ships, which a test reads.
pub fn shipped_policy() -> Result<Policy, toml::de::Error> {
    toml::from_str(include_str!("../../assets/policy/clocks.toml"))
}

/// Every clock of a case, the nearest deadline first.
#[must_use]
pub fn clocks<'a>(facts: &Facts, policy: &'a Policy) -> Vec<Clock<'a>> {
    let applies = |rule: &&Rule| {
        let here = facts.marketplace.is_none_or(|site| rule.marketplaces.contains(&site));
        rule.channels.contains(&facts.channel) && (rule.marketplaces.is_empty() || here)
    };
    let named: BTreeSet<&str> = policy
        .rules
        .iter()
        .filter(applies)
        .filter(|rule| rule.start == Start::Stated && facts.stated.is_some())
        .map(|rule| rule.name.as_str())
        .collect();
    let mut clocks: Vec<Clock<'a>> = policy
        .rules
        .iter()
        .filter(applies)
        // A deadline that the mail states wins over the policy's own length for the same clock.
        .filter(|rule| rule.start == Start::Stated || !named.contains(rule.name.as_str()))
        .filter_map(|rule| clock(facts, rule))
        .collect();
    clocks.sort_by_key(|clock| (clock.stopped.is_some(), clock.due));
    clocks
}

fn clock<'a>(facts: &Facts, rule: &'a Rule) -> Option<Clock<'a>> {
    let length = SignedDuration::from_hours(rule.hours);
    let after = |from: Timestamp| from.checked_add(length).unwrap_or(Timestamp::MAX);
    let (started, due) = match rule.start {
        Start::BuyerMessage => facts.asked.map(|asked| (asked, after(asked)))?,
        Start::Stated => facts.stated?,
        Start::Opened => (facts.opened, after(facts.opened)),
    };
    let stops = rule.stop.iter().filter_map(|stop| match stop {
        Stop::Answered => facts.answered.filter(|answered| *answered >= started),
        Stop::Decided => facts.decided,
        Stop::Archived => facts.archived,
    });
    let stopped = stops.chain(facts.archived).min();
    Some(Clock { rule, started, due, stopped })
}

/// The clock that leads a case: the unstopped one that runs out first.
#[must_use]
pub fn leading<'a, 'b>(clocks: &'b [Clock<'a>]) -> Option<&'b Clock<'a>> {
    clocks.iter().filter(|clock| clock.stopped.is_none()).min_by_key(|clock| clock.due)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn message() -> Facts {
        Facts {
            channel: Channel::Message,
            marketplace: Some(Marketplace::De),
            opened: at("2026-10-05T09:00:00Z"),
            asked: Some(at("2026-10-05T09:00:00Z")),
            answered: None,
            stated: None,
            decided: None,
            archived: None,
        }
    }

    fn said(facts: &Facts, now: &str) -> Vec<String> {
        let policy = shipped_policy().unwrap();
        clocks(facts, &policy)
            .iter()
            .map(|clock| format!("{} {} {}", clock.rule.name, clock.due, clock.state(at(now)).word()))
            .collect()
    }

    #[test]
    fn a_message_runs_against_a_day_a_week_and_forty_five_days() {
        assert_eq!(
            said(&message(), "2026-10-06T10:00:00Z"),
            [
                "reply 2026-10-06T09:00:00Z missed",
                "default_loss 2026-10-12T09:00:00Z running",
                "long_term 2026-11-19T09:00:00Z running",
            ]
        );
    }

    #[test]
    fn an_answer_stops_the_reply_clock_and_the_buyers_next_message_starts_it_anew() {
        let answered = Facts { answered: Some(at("2026-10-05T12:00:00Z")), ..message() };
        assert!(
            said(&answered, "2026-10-07T00:00:00Z")
                .contains(&"reply 2026-10-06T09:00:00Z stopped".to_owned())
        );
        let again = Facts { asked: Some(at("2026-10-08T00:00:00Z")), ..answered };
        assert_eq!(said(&again, "2026-10-08T01:00:00Z")[0], "reply 2026-10-09T00:00:00Z running");
    }

    #[test]
    fn the_deadline_a_mail_states_wins_over_the_policy() {
        let claim = Facts { channel: Channel::Atoz, asked: None, ..message() };
        assert_eq!(said(&claim, "2026-10-05T10:00:00Z")[0], "atoz_answer 2026-10-08T09:00:00Z running");
        let stated =
            Facts { stated: Some((at("2026-10-05T09:00:00Z"), at("2026-10-07T09:00:00Z"))), ..claim };
        assert_eq!(said(&stated, "2026-10-05T10:00:00Z")[0], "atoz_answer 2026-10-07T09:00:00Z running");
    }

    #[test]
    fn the_archive_stops_every_clock() {
        let archived = Facts { archived: Some(at("2026-10-05T10:00:00Z")), ..message() };
        let policy = shipped_policy().unwrap();
        assert!(leading(&clocks(&archived, &policy)).is_none());
    }
}
