//! How a case ended: what Amazon's mails and reports say and what the operator noted, both kept, and how it stands.

pub mod figures;

use jiff::Timestamp;

use super::case::{Channel, Outcome, words};
use super::paths::Ending;
use super::record::Decision;

words! {
    /// Who says how a case ended.
    Source {
        /// A mail or a report of Amazon's.
        Amazon = "amazon",
        /// The operator.
        Operator = "operator",
        /// Nobody: a clock ran out, and no answer is known.
        Clock = "clock",
    }
}

/// One thing that was said of how a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// The last moment it can have been: a report knows only the day. Else the same as `at`.
    pub until: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Who says so.
    pub by: Source,
    /// It was said when the case was archived, rather than noted beside.
    pub closing: bool,
}

/// One step of the history of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Amazon asks about the claim or the chargeback, then.
    Asked(Timestamp),
    /// Somebody says how it ended.
    Said(Said),
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How it ended, as far as it did.
    pub outcome: Outcome,
    /// Since when: the mail's time, the last second of a report's day, or when the operator said so.
    pub at: Timestamp,
    /// Who says so.
    pub by: Source,
    /// The operator noted this, which cannot be true beside what Amazon says.
    pub against: Option<Outcome>,
}

impl Outcome {
    /// What a decision of Amazon's or of a bank comes to; one that does not say how is [`Outcome::Other`].
    #[must_use]
    pub const fn of(decision: Decision) -> Self {
        match decision {
            Decision::Granted => Self::Granted,
            Decision::Denied => Self::Denied,
            Decision::Withdrawn => Self::Withdrawn,
            Decision::OrderCancelled => Self::Cancelled,
            Decision::Unknown => Self::Other,
        }
    }

    /// Whether it says what became of a claim, rather than what became of the buyer's mood.
    #[must_use]
    pub const fn is_of_claim(self) -> bool {
        match self {
            Self::Withdrawn
            | Self::Denied
            | Self::Granted
            | Self::Appealed
            | Self::Won
            | Self::Cancelled
            | Self::LostByDefault => true,
            Self::Satisfied | Self::Silent | Self::Settled | Self::ImportUndone | Self::Other => false,
        }
    }

    /// Whether an order whose claim stands so is no defect by it: denied, at once or on appeal, withdrawn, or the order cancelled.
    #[must_use]
    pub const fn frees_order(self) -> bool {
        matches!(Ending::of(self), Some(Ending::Denied | Ending::Withdrawn | Ending::Cancelled))
    }

    /// Whether a claim that stands so was granted, be it appealed against or not.
    #[must_use]
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::Granted | Self::LostByDefault | Self::Appealed)
    }

    /// Whether both can be true of one claim at one time.
    fn agrees(self, other: Self) -> bool {
        Ending::of(self) == Ending::of(other)
    }
}

/// What only Amazon can take back: the operator goes on from a granted claim by an appeal.
const fn goes_on(fact: Outcome, noted: Outcome) -> bool {
    matches!(fact, Outcome::Granted) && matches!(noted, Outcome::Appealed | Outcome::Won)
}

impl Step {
    /// By time; of one second the question comes before its answer, and Amazon before the operator who read it.
    fn key(&self) -> (Timestamp, u8) {
        match self {
            Self::Asked(at) => (*at, 0),
            Self::Said(said) => (said.at, if said.by == Source::Amazon { 1 } else { 2 }),
        }
    }
}

/// What was said so far, while the steps are gone through.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    stands: Option<Said>,
    /// The last thing Amazon said, if it said how.
    fact: Option<Said>,
    /// The last thing the operator said of the claim.
    noted: Option<Outcome>,
}

impl Account {
    fn amazon(&mut self, said: Said) {
        let before = self.stands.map(|stands| stands.outcome);
        let outcome = match (said.outcome, before) {
            (Outcome::Denied, Some(Outcome::Appealed | Outcome::Won))
            | (Outcome::Withdrawn, Some(Outcome::Appealed)) => Outcome::Won,
            // A decision that does not say how adds nothing to what is known.
            (Outcome::Other, Some(_)) => return,
            (outcome, _) => outcome,
        };
        if outcome != Outcome::Other {
            self.fact = Some(Said { outcome, ..said });
            // What was noted of an appeal that has ended is answered.
            self.noted = self.noted.filter(|noted| *noted != Outcome::Appealed);
        }
        self.stands = Some(Said { outcome, ..said });
    }

    fn operator(&mut self, said: Said, of_claim: bool) {
        let known = self.stands.is_some_and(|stands| stands.outcome.is_of_claim());
        match (said.outcome, self.fact) {
            (Outcome::ImportUndone, _) => {}
            // A content buyer does not undo a granted claim.
            (outcome, _) if of_claim && known && !outcome.is_of_claim() => {}
            (outcome, Some(fact)) if of_claim => {
                self.noted = Some(outcome);
                let appealing = self.stands.is_some_and(|stands| goes_on(fact.outcome, stands.outcome));
                if goes_on(fact.outcome, outcome) || (appealing && outcome.agrees(fact.outcome)) {
                    self.stands = Some(said);
                }
            }
            (outcome, _) => {
                self.noted = Some(outcome).filter(|outcome| outcome.is_of_claim());
                self.stands = Some(said);
            }
        }
    }

    /// What the operator noted that Amazon contradicts.
    fn against(&self) -> Option<Outcome> {
        let fact = self.fact?.outcome;
        self.noted.filter(|noted| !noted.agrees(fact) && !goes_on(fact, *noted))
    }
}

/// How a case of a channel stands after these steps, in whatever order they come. What Amazon says counts where it says how;
/// an appeal goes on from there; the operator's word counts where Amazon says nothing. A question that Amazon asks anew makes
/// everything open again, and so does a mail that brings an archived case back (`open`), but for what became of a claim. `None`
/// while nothing is known.
#[must_use]
pub fn standing(channel: Channel, steps: &[Step], open: bool) -> Option<Standing> {
    let of_claim = channel.is_claim();
    let mut steps = steps.to_vec();
    steps.sort_by_key(Step::key);
    let mut account = Account::default();
    for step in steps {
        match step {
            // The day of a report may well end after the question of that day.
            Step::Asked(at) if account.stands.is_some_and(|stands| stands.until >= at) => {}
            Step::Asked(_) => account = Account::default(),
            Step::Said(said) if said.by == Source::Amazon => account.amazon(said),
            Step::Said(said) => account.operator(said, of_claim),
        }
    }
    let stands = account.stands.filter(|stands| {
        let holds = of_claim && stands.outcome.is_of_claim();
        !(open && stands.by == Source::Operator && stands.closing) || holds
    })?;
    Some(Standing { outcome: stands.outcome, at: stands.until, by: stands.by, against: account.against() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hour * 3_600).unwrap()
    }

    fn said(hour: i64, outcome: Outcome, by: Source) -> Step {
        Step::Said(Said { at: at(hour), until: at(hour), outcome, by, closing: false })
    }

    fn amazon(hour: i64, outcome: Outcome) -> Step {
        said(hour, outcome, Source::Amazon)
    }

    fn noted(hour: i64, outcome: Outcome) -> Step {
        said(hour, outcome, Source::Operator)
    }

    fn closed(hour: i64, outcome: Outcome) -> Step {
        Step::Said(Said { at: at(hour), until: at(hour), outcome, by: Source::Operator, closing: true })
    }

    fn stands(steps: &[Step]) -> Option<(Outcome, i64, Source, Option<Outcome>)> {
        standing(Channel::Atoz, steps, true).map(|stands| {
            let hour = (stands.at.as_second() - 1_790_000_000) / 3_600;
            (stands.outcome, hour, stands.by, stands.against)
        })
    }

    use Outcome::{
        Appealed, Cancelled, Denied, Granted, LostByDefault, Other, Satisfied, Silent, Withdrawn, Won,
    };

    #[test]
    fn what_amazon_says_counts_with_its_time_and_the_operator_where_it_says_nothing() {
        let asked = Step::Asked(at(0));
        assert_eq!(stands(&[asked]), None);
        assert_eq!(stands(&[asked, amazon(5, Withdrawn)]), Some((Withdrawn, 5, Source::Amazon, None)));
        assert_eq!(stands(&[asked, noted(4, Withdrawn)]), Some((Withdrawn, 4, Source::Operator, None)));
        let both = [asked, noted(4, Withdrawn), amazon(5, Withdrawn)];
        assert_eq!(stands(&both), Some((Withdrawn, 5, Source::Amazon, None)));
        let later = [asked, amazon(5, Granted), noted(9, LostByDefault)];
        assert_eq!(stands(&later), Some((Granted, 5, Source::Amazon, None)), "both say it was lost");
        assert_eq!(
            stands(&[asked, amazon(5, Other), noted(6, Denied)]),
            Some((Denied, 6, Source::Operator, None))
        );
        assert_eq!(
            stands(&[asked, noted(6, Denied), amazon(7, Other)]),
            Some((Denied, 6, Source::Operator, None))
        );
    }

    #[test]
    fn a_granted_claim_is_appealed_and_won_or_lost() {
        let granted = [Step::Asked(at(0)), amazon(5, Granted)];
        let with = |more: &[Step]| stands(&[&granted[..], more].concat());
        assert_eq!(with(&[noted(6, Appealed)]), Some((Appealed, 6, Source::Operator, None)));
        assert_eq!(with(&[noted(6, Appealed), noted(9, Won)]), Some((Won, 9, Source::Operator, None)));
        assert_eq!(with(&[noted(6, Appealed), amazon(9, Denied)]), Some((Won, 9, Source::Amazon, None)));
        assert_eq!(with(&[noted(6, Appealed), amazon(9, Granted)]), Some((Granted, 9, Source::Amazon, None)));
        assert_eq!(
            with(&[noted(6, Appealed), noted(9, Granted)]),
            Some((Granted, 9, Source::Operator, None))
        );
        assert_eq!(with(&[noted(6, Won), amazon(9, Denied)]), Some((Won, 9, Source::Amazon, None)));
    }

    #[test]
    fn a_contradiction_is_shown_and_amazon_counts() {
        let asked = Step::Asked(at(0));
        let wrong = [asked, amazon(5, Granted), noted(6, Withdrawn)];
        assert_eq!(stands(&wrong), Some((Granted, 5, Source::Amazon, Some(Withdrawn))));
        let overtaken = [asked, noted(3, Withdrawn), amazon(5, Granted)];
        assert_eq!(stands(&overtaken), Some((Granted, 5, Source::Amazon, Some(Withdrawn))));
        let mended = [asked, amazon(5, Granted), noted(6, Withdrawn), noted(7, Granted)];
        assert_eq!(stands(&mended), Some((Granted, 5, Source::Amazon, None)));
        let content = [asked, amazon(5, Granted), closed(6, Satisfied)];
        assert_eq!(
            stands(&content),
            Some((Granted, 5, Source::Amazon, None)),
            "a content buyer contradicts nothing"
        );
    }

    #[test]
    fn what_is_asked_anew_is_open_again_but_not_by_the_day_of_the_report_that_answers_it() {
        let (first, again) = (Step::Asked(at(0)), Step::Asked(at(20)));
        assert_eq!(stands(&[first, amazon(5, Denied), again]), None);
        assert_eq!(
            stands(&[first, noted(5, Withdrawn), again, amazon(30, Granted)]),
            Some((Granted, 30, Source::Amazon, None))
        );
        let day = Said { at: at(10), until: at(33), outcome: Cancelled, by: Source::Amazon, closing: false };
        assert_eq!(stands(&[first, again, Step::Said(day)]), Some((Cancelled, 33, Source::Amazon, None)));
    }

    #[test]
    fn a_mail_after_the_archive_opens_what_the_buyer_felt_and_not_what_became_of_the_claim() {
        assert_eq!(stands(&[closed(5, Silent)]), None);
        assert_eq!(stands(&[closed(5, Withdrawn)]), Some((Withdrawn, 5, Source::Operator, None)));
        let message =
            |steps: &[Step], open| standing(Channel::Message, steps, open).map(|stands| stands.outcome);
        assert_eq!(message(&[closed(5, Silent)], false), Some(Silent));
        assert_eq!(message(&[closed(5, Granted)], true), None, "a message is no claim");
        assert_eq!(message(&[closed(5, Granted), closed(9, Satisfied)], false), Some(Satisfied));
        assert_eq!(message(&[noted(5, Satisfied)], true), Some(Satisfied));
    }

    fn any_step() -> impl Strategy<Value = Step> {
        let outcomes = proptest::sample::select(vec![
            Satisfied,
            Withdrawn,
            Denied,
            Granted,
            Appealed,
            Won,
            Cancelled,
            Silent,
            LostByDefault,
            Other,
        ]);
        let facts = proptest::sample::select(vec![Withdrawn, Denied, Granted, Cancelled, Other]);
        prop_oneof![
            1 => (0..40_i64).prop_map(|hour| Step::Asked(at(hour))),
            3 => (0..40_i64, outcomes, any::<bool>()).prop_map(|(hour, outcome, closing)| {
                Step::Said(Said { at: at(hour), until: at(hour), outcome, by: Source::Operator, closing })
            }),
            3 => (0..40_i64, facts).prop_map(|(hour, outcome)| amazon(hour, outcome)),
        ]
    }

    proptest! {
        #[test]
        fn the_order_in_which_it_is_learned_does_not_matter(
            steps in proptest::collection::vec(any_step(), 0..8),
            turn in 0..8_usize,
        ) {
            // Of one second and one source the later told counts: such pairs are left out.
            let mut keys: Vec<_> = steps.iter().map(Step::key).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assume!(keys.len() == steps.len());
            let mut turned = steps.clone();
            turned.rotate_left(turn.min(steps.len()));
            prop_assert_eq!(standing(Channel::Atoz, &steps, true), standing(Channel::Atoz, &turned, true));
        }

        #[test]
        fn the_operator_never_overwrites_amazon(steps in proptest::collection::vec(any_step(), 0..8), fact in 0..3_usize) {
            let fact = [Withdrawn, Denied, Cancelled][fact];
            let notes = steps.into_iter().filter(|step| matches!(step, Step::Said(said) if said.by == Source::Operator));
            let all: Vec<Step> = notes.chain([amazon(50, fact)]).collect();
            let stands = standing(Channel::Atoz, &all, false).unwrap();
            let won = stands.outcome == Won && fact != Cancelled;
            prop_assert!(stands.by == Source::Amazon && (stands.outcome == fact || won), "{:?}", stands);
        }
    }
}
