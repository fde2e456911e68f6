//! What templates learn from their use: how often, how much was personal, how fast, and how the cases ended.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::case::{CaseId, Channel, Kind, Outcome};
use super::paths::{Ending, withdrawn};
use super::share::{Share, median};

/// A reply that was sent with a template, and the case it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Name of the template: `de/not-received-lost`.
    pub template: String,
    /// The case.
    pub case: CaseId,
    /// What it is about.
    pub kind: Kind,
    /// Where it arrived.
    pub channel: Channel,
    /// Letters of the reply that the operator wrote himself, of all its letters.
    pub personal: Share,
    /// From the first time the case was opened to this reply; only of the first reply of a case whose opening is known.
    pub waited: Option<SignedDuration>,
    /// How the case was archived; `None` while it is open.
    pub outcome: Option<Outcome>,
    /// How a claim ended; `None` while it runs, and for other channels.
    pub ending: Option<Ending>,
}

/// How much of a sent text is personal: letters of `addition` of those of the whole text, blanks apart.
#[must_use]
pub fn personal(sent: &str, addition: &str) -> Share {
    let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).count();
    let all = letters(sent);
    Share { of: letters(addition).min(all), all }
}

/// The figures of a template, over all its uses or those of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Replies sent with it.
    pub used: usize,
    /// The share of personal text in the middle of them, per cent.
    pub personal: Option<usize>,
    /// Time from first sight of the case to its reply, in the middle of those of which it is known.
    pub waited: Option<SignedDuration>,
    /// Of how many that time is known.
    pub timed: usize,
    /// Cases by outcome, the most frequent first.
    pub outcomes: Vec<(Outcome, usize)>,
    /// Cases that are still open.
    pub open: usize,
    /// A-to-z claims that were withdrawn, of those of which is known how they ended.
    pub withdrawn: Share,
}

impl Figures {
    fn of<'u>(uses: impl Iterator<Item = &'u Use>) -> Self {
        let uses: Vec<&Use> = uses.collect();
        let mut seen = BTreeSet::new();
        // A case answered twice with it ended once.
        let cases: Vec<&Use> = uses.iter().copied().filter(|each| seen.insert(each.case)).collect();
        let mut outcomes: BTreeMap<Outcome, usize> = BTreeMap::new();
        for outcome in cases.iter().filter_map(|each| each.outcome) {
            *outcomes.entry(outcome).or_default() += 1;
        }
        let mut outcomes: Vec<(Outcome, usize)> = outcomes.into_iter().collect();
        outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let waits: Vec<SignedDuration> = uses.iter().filter_map(|each| each.waited).collect();
        Self {
            used: uses.len(),
            personal: median(uses.iter().filter_map(|each| each.personal.percent())),
            timed: waits.len(),
            waited: median(waits),
            open: cases.iter().filter(|each| each.outcome.is_none()).count(),
            outcomes,
            withdrawn: withdrawn(cases.iter().filter_map(|each| each.ending)),
        }
    }
}

/// One template: its figures over all uses, and by kind of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Over everything.
    pub all: Figures,
    /// By kind; a kind it was never used for is absent.
    pub kinds: BTreeMap<Kind, Figures>,
}

/// What every template has learned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Learned {
    records: BTreeMap<String, Record>,
}

impl Learned {
    /// Counts the uses.
    #[must_use]
    pub fn from(uses: &[Use]) -> Self {
        let mut by_template: BTreeMap<&str, Vec<&Use>> = BTreeMap::new();
        for each in uses {
            by_template.entry(&each.template).or_default().push(each);
        }
        let record = |uses: &[&Use]| {
            let kinds: BTreeSet<Kind> = uses.iter().map(|each| each.kind).collect();
            let of = |kind| (kind, Figures::of(uses.iter().copied().filter(|each| each.kind == kind)));
            Record { all: Figures::of(uses.iter().copied()), kinds: kinds.into_iter().map(of).collect() }
        };
        Self {
            records: by_template.into_iter().map(|(name, uses)| (name.to_owned(), record(&uses))).collect(),
        }
    }

    /// What a template has learned; `None` where it was never used.
    #[must_use]
    pub fn record(&self, template: &str) -> Option<&Record> {
        self.records.get(template)
    }

    /// How far past use speaks for a template in a case of a kind: 0 to 11, which is less than any difference of fit.
    #[must_use]
    pub fn weight(&self, template: &str, kind: Option<Kind>) -> i32 {
        let Some(record) = self.records.get(template) else { return 0 };
        let here = match kind {
            Some(kind) => record.kinds.get(&kind).map_or(0, |figures| figures.used),
            None => record.all.used,
        };
        // Ten uses say almost as much as a hundred.
        i32::try_from(10 * here / (here + 3)).unwrap_or(10) + i32::from(record.all.used > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(template: &str, case: i64, kind: Kind, outcome: Option<Outcome>, ending: Option<Ending>) -> Use {
        Use {
            template: template.to_owned(),
            case: CaseId(case),
            kind,
            channel: if ending.is_some() { Channel::Atoz } else { Channel::Message },
            personal: Share { of: usize::try_from(case).unwrap(), all: 10 },
            waited: Some(SignedDuration::from_hours(case)),
            outcome,
            ending,
        }
    }

    #[test]
    fn a_template_is_counted_over_all_and_by_kind_and_a_case_ends_once() {
        let (lost, other) = (Kind::NotReceived, Kind::Other);
        let uses = [
            used("de/a", 1, lost, Some(Outcome::Satisfied), None),
            used("de/a", 1, lost, Some(Outcome::Satisfied), None),
            used("de/a", 2, lost, None, None),
            used("de/a", 3, other, Some(Outcome::Withdrawn), Some(Ending::Withdrawn)),
            used("de/a", 4, other, Some(Outcome::Granted), Some(Ending::Granted)),
            used("fr/b", 5, other, None, None),
        ];
        let learned = Learned::from(&uses);
        let record = learned.record("de/a").unwrap();
        assert_eq!((record.all.used, record.all.open, record.all.personal), (5, 1, Some(20)));
        assert_eq!(record.all.waited, Some(SignedDuration::from_hours(2)));
        assert_eq!(record.all.withdrawn, Share { of: 1, all: 2 });
        assert_eq!(record.all.outcomes.iter().map(|(_, count)| count).sum::<usize>(), 3);
        assert_eq!((record.kinds[&lost].used, record.kinds[&lost].withdrawn.all), (3, 0));
        assert!(learned.record("de/none").is_none());
        assert!(learned.weight("de/a", Some(lost)) > learned.weight("fr/b", Some(lost)));
        assert!(learned.weight("de/a", Some(lost)) <= 11 && learned.weight("x/y", None) == 0);
    }

    #[test]
    fn the_personal_share_counts_letters_and_not_blanks() {
        assert_eq!(personal("Hello Ann\n\nab cd\n\nBye", "ab cd"), Share { of: 4, all: 15 });
        assert_eq!(personal("Hello", ""), Share { of: 0, all: 5 });
        assert_eq!(personal("您好 谢谢", "谢谢"), Share { of: 2, all: 4 });
    }
}
