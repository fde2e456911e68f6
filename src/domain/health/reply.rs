//! How soon buyers were answered: in time, late, not at all.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::policy::ReplyPolicy;
use crate::domain::case::CaseId;
use crate::domain::marketplace::Marketplace;

/// A buyer's message that starts a wait. What he writes before an answer comes belongs to the same wait; one that was ended
/// with "no reply needed" is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Its case.
    pub case: CaseId,
    /// The site, where known.
    pub marketplace: Option<Marketplace>,
    /// When the buyer wrote.
    pub asked: Timestamp,
    /// When the first answer after it went out.
    pub answered: Option<Timestamp>,
}

/// How a wait stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Answered within the time.
    InTime,
    /// Answered after it.
    Late,
    /// Not answered, and the time is over.
    Unanswered,
    /// Not answered, the time still runs: it counts neither way.
    Pending,
}

impl Question {
    /// How it stands at `at`; a later answer is not known then.
    #[must_use]
    pub fn standing(&self, at: Timestamp, policy: &ReplyPolicy) -> Standing {
        let limit = SignedDuration::from_hours(policy.hours);
        match self.answered.filter(|answered| *answered <= at) {
            Some(answered) if answered.duration_since(self.asked) <= limit => Standing::InTime,
            Some(_) => Standing::Late,
            None if at.duration_since(self.asked) <= limit => Standing::Pending,
            None => Standing::Unanswered,
        }
    }
}

/// The late response rate over some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateReplies {
    /// So many days before the moment it was asked for.
    pub days: i64,
    /// Answered within the time.
    pub in_time: i64,
    /// Answered after it.
    pub late: i64,
    /// Not answered, and the time is over.
    pub unanswered: i64,
    /// The cases of the late and unanswered ones, the newest first, each once.
    pub cases: Vec<CaseId>,
}

impl LateReplies {
    /// Messages that count.
    #[must_use]
    pub const fn all(&self) -> i64 {
        self.in_time + self.late + self.unanswered
    }

    /// Late in the sense of the metric.
    #[must_use]
    pub const fn missed(&self) -> i64 {
        self.late + self.unanswered
    }

    /// Whether fewer were answered in time than is wanted.
    #[must_use]
    pub const fn misses(&self, policy: &ReplyPolicy) -> bool {
        self.in_time * 100 < self.all() * policy.target_percent
    }
}

/// The late response rates of one site up to `at`, one for each window of the policy.
#[must_use]
pub fn late_replies(
    questions: &[Question],
    marketplace: Marketplace,
    at: Timestamp,
    policy: &ReplyPolicy,
) -> Vec<LateReplies> {
    let none =
        |days: &i64| LateReplies { days: *days, in_time: 0, late: 0, unanswered: 0, cases: Vec::new() };
    let mut rates: Vec<LateReplies> = policy.days.iter().map(none).collect();
    let start = |rate: &LateReplies| {
        at.checked_sub(SignedDuration::from_hours(24 * rate.days)).unwrap_or(Timestamp::MIN)
    };
    let starts: Vec<Timestamp> = rates.iter().map(start).collect();
    let here = |question: &&Question| question.marketplace == Some(marketplace) && question.asked <= at;
    let mut newest: Vec<&Question> = questions.iter().filter(here).collect();
    newest.sort_unstable_by_key(|question| (std::cmp::Reverse(question.asked), question.case));
    let mut seen: Vec<BTreeSet<CaseId>> = vec![BTreeSet::new(); rates.len()];
    for question in newest {
        let standing = question.standing(at, policy);
        let windows = rates.iter_mut().zip(&starts).zip(&mut seen);
        for ((rate, _), seen) in windows.filter(|((_, start), _)| question.asked > **start) {
            match standing {
                Standing::Pending => continue,
                Standing::InTime => rate.in_time += 1,
                Standing::Late => rate.late += 1,
                Standing::Unanswered => rate.unanswered += 1,
            }
            if standing != Standing::InTime && seen.insert(question.case) {
                rate.cases.push(question.case);
            }
        }
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::super::policy::shipped_health;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn question(case: i64, asked: &str, answered: Option<&str>) -> Question {
        let marketplace = Some(Marketplace::Us);
        Question { case: CaseId(case), marketplace, asked: at(asked), answered: answered.map(at) }
    }

    #[test]
    fn a_day_is_in_time_to_its_last_second_and_weekends_count() {
        let policy = shipped_health().unwrap().replies;
        let now = at("2026-11-01T12:00:00Z");
        let standing = |question: Question| question.standing(now, &policy);
        let asked = "2026-10-24T10:00:00Z";
        assert_eq!(standing(question(1, asked, Some("2026-10-25T10:00:00Z"))), Standing::InTime);
        assert_eq!(standing(question(1, asked, Some("2026-10-25T10:00:01Z"))), Standing::Late);
        assert_eq!(standing(question(1, asked, None)), Standing::Unanswered);
        assert_eq!(standing(question(1, "2026-10-31T12:00:00Z", None)), Standing::Pending);
        assert_eq!(standing(question(1, "2026-10-31T11:59:59Z", None)), Standing::Unanswered);
        assert_eq!(standing(question(1, asked, Some("2026-11-02T10:00:00Z"))), Standing::Unanswered);
    }

    #[test]
    fn each_window_counts_by_the_time_of_the_message_and_each_site_alone() {
        let policy = shipped_health().unwrap().replies;
        let now = at("2026-11-01T12:00:00Z");
        let german =
            Question { marketplace: Some(Marketplace::De), ..question(9, "2026-10-30T10:00:00Z", None) };
        let questions = [
            question(1, "2026-10-30T10:00:00Z", Some("2026-10-30T11:00:00Z")),
            question(2, "2026-10-20T10:00:00Z", Some("2026-10-24T11:00:00Z")),
            question(3, "2026-08-10T10:00:00Z", None),
            question(3, "2026-10-28T10:00:00Z", None),
            german,
        ];
        let rates = late_replies(&questions, Marketplace::Us, now, &policy);
        let told = |rate: &LateReplies| (rate.days, rate.in_time, rate.late, rate.unanswered);
        assert_eq!(rates.iter().map(told).collect::<Vec<_>>(), [(7, 1, 0, 1), (30, 1, 1, 1), (90, 1, 1, 2)]);
        assert_eq!(rates[2].cases, [CaseId(3), CaseId(2)]);
        assert!(rates[0].misses(&policy));
        let [edge, ..] =
            &late_replies(&questions[..1], Marketplace::Us, at("2026-11-06T10:00:00Z"), &policy)[..]
        else {
            panic!()
        };
        assert_eq!(edge.all(), 0, "seven days to the second are over");
    }
}
