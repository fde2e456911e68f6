//! How long the operator works on a case: the time from key to key while it is on screen, kept a minute at a time.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{App, Dialog, View};
use crate::domain::CaseId;
use crate::domain::handling::Sitting;
use crate::domain::outcome::Standing;
use crate::domain::report::policy::{TimePolicy, shipped_report};
use crate::tui::job::{Deed, Job};
use crate::tui::runtime::Effect;
use crate::tui::screens::buyer::zone_of;

/// After so much work it is kept, whether or not it goes on: no key waits for that, and a crash costs no more.
const KEEP_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The work that is measured.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// When a pause is one, as soon as a key asks for it.
    policy: Option<TimePolicy>,
    /// The sitting that goes on, and how much of it was handed to the store.
    now: Option<(Sitting, SignedDuration)>,
    /// Ended ones that are not kept yet: another process wrote just then.
    left: Vec<Sitting>,
}

impl Work {
    /// Takes the operator's own rules.
    pub(super) fn use_policy(&mut self, policy: TimePolicy) {
        self.policy = Some(policy);
    }

    /// A key was pressed with this case on screen. Returns what is to be kept.
    fn key(&mut self, case: CaseId, now: Timestamp) -> Option<Sitting> {
        if self.policy.is_none() {
            self.policy = shipped_report().ok().map(|policy| policy.time);
        }
        let (sitting, kept) = self.now.as_mut().filter(|(sitting, _)| sitting.case == case)?;
        sitting.key(now, self.policy.as_ref()?);
        let due = sitting.active - *kept >= KEEP_AFTER;
        due.then(|| {
            *kept = sitting.active;
            *sitting
        })
    }

    /// Ends the sitting that goes on; what the store lacks of it is returned.
    fn end(&mut self) -> Option<Sitting> {
        let (sitting, kept) = self.now.take()?;
        (sitting.active > kept).then_some(sitting)
    }

    /// What came of keeping one. That of a sitting which goes on is told again anyhow.
    pub(super) fn kept(&mut self, sitting: Sitting, kept: bool) {
        let goes_on = self.now.is_some_and(|(now, _)| (now.case, now.began) == (sitting.case, sitting.began));
        if !kept && !goes_on {
            self.left.push(sitting);
        }
    }
}

impl App {
    /// The case that a key works on: the one on screen, or the one that a dialogue over the queue is about.
    fn worked_on(&self) -> Option<CaseId> {
        match (self.view, &self.dialog) {
            (View::Case | View::Compose, _) => self.target(),
            (_, Some(Dialog::Offer(form, _))) => Some(form.case),
            _ => None,
        }
    }

    /// Counts a key for the case on screen, before it does what it does.
    pub(super) fn note_work(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        if let Some(case) = self.worked_on() {
            let keep = self.work.key(case, now);
            effects.extend(keep.map(|sitting| Effect::Work(Job::Sit(sitting))));
        }
    }

    /// Follows what is on screen: another case begins a sitting of its own, and so does what comes after a reply or an archive.
    pub(super) fn settle_work(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let closes = |effect: &Effect<Job>| {
            matches!(effect, Effect::Work(Job::Act(Deed::Sent(..) | Deed::Archive(..))))
        };
        if effects.iter().any(closes) {
            self.end_work(effects);
        } else if !self.sending && !self.is_storing() {
            let case = self.worked_on();
            if self.work.now.map(|(sitting, _)| sitting.case) != case {
                self.end_work(effects);
                self.work.now = case.map(|case| (Sitting::begin(case, now), SignedDuration::ZERO));
            }
        }
    }

    /// Ends the sitting, so that what is done now lies between two of them, and hands over what is left.
    pub(super) fn end_work(&mut self, effects: &mut Vec<Effect<Job>>) {
        let ended = self.work.end();
        let all = std::mem::take(&mut self.work.left).into_iter().chain(ended);
        effects.extend(all.map(|sitting| Effect::Work(Job::Sit(sitting))));
    }

    /// Hands over what could not be kept when it ended.
    pub(super) fn keep_left_work(&mut self, effects: &mut Vec<Effect<Job>>) {
        let left = std::mem::take(&mut self.work.left);
        effects.extend(left.into_iter().map(|sitting| Effect::Work(Job::Sit(sitting))));
    }

    /// How a case stands, as far as it is loaded, and the zone of its site; several have no common standing.
    pub(super) fn stands(&self, cases: &[CaseId], now: Timestamp) -> Option<(Standing, TimeZone)> {
        let [case] = cases else { return None };
        let shown = self.case.as_ref().map(|view| view.file.as_ref());
        let shown = shown.or_else(|| self.compose.as_ref().map(|compose| compose.file.as_ref()));
        let file = shown.filter(|file| file.summary.id == *case).or_else(|| self.queue.peeked(*case))?;
        Some((file.stands?, zone_of(file, &self.context(now))))
    }
}
