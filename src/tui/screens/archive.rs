//! The archive dialogue: outcome and root cause, one key each. And the same question for the outcome alone, at any time.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::outcome::Standing;
use crate::domain::{CaseId, Outcome, RootCause};
use crate::i18n::Text;
use crate::i18n::report::{against_line, standing_line};
use crate::safe_text;
use crate::tui::job::Deed;
use crate::tui::widgets::{Context, draw_line, popup};

/// Outcomes an operator chooses from, each with its letter. `settled` is a report's word.
const OUTCOMES: &[(char, Outcome)] = &[
    ('s', Outcome::Satisfied),
    ('w', Outcome::Withdrawn),
    ('d', Outcome::Denied),
    ('g', Outcome::Granted),
    ('p', Outcome::Appealed),
    ('v', Outcome::Won),
    ('c', Outcome::Cancelled),
    ('n', Outcome::Silent),
    ('l', Outcome::LostByDefault),
    ('o', Outcome::Other),
];

const CAUSES: &[(char, RootCause)] = &[
    ('p', RootCause::Product),
    ('l', RootCause::Listing),
    ('k', RootCause::Packaging),
    ('g', RootCause::Logistics),
    ('s', RootCause::Service),
    ('b', RootCause::Buyer),
];

/// State of the dialogue.
#[derive(Debug)]
pub struct ArchiveForm {
    cases: Vec<CaseId>,
    outcome: Option<Outcome>,
    /// Only the outcome is asked for: the case stays where it is.
    only: bool,
    /// How the case stands so far, and the zone of its site.
    stands: Option<(Standing, TimeZone)>,
    /// Nothing at first: a stray Enter decides nothing.
    selected: Option<usize>,
    /// It was handed to the store.
    pub storing: bool,
}

impl ArchiveForm {
    /// Asks about these cases.
    #[must_use]
    pub fn new(cases: Vec<CaseId>, stands: Option<(Standing, TimeZone)>) -> Self {
        Self { cases, outcome: None, only: false, stands, selected: None, storing: false }
    }

    /// Asks how a case ended, or what became of it since.
    #[must_use]
    pub fn outcome(case: CaseId, stands: Option<(Standing, TimeZone)>) -> Self {
        Self { only: true, ..Self::new(vec![case], stands) }
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        let last = if self.outcome.is_none() { OUTCOMES.len() } else { CAUSES.len() } - 1;
        self.selected = Some(self.selected.map_or(0, |at| at.saturating_add_signed(lines).min(last)));
    }

    /// Takes a letter. Returns what to store once everything is known.
    pub fn letter(&mut self, letter: char) -> Option<Deed> {
        let at = match self.outcome {
            None => OUTCOMES.iter().position(|(key, _)| *key == letter)?,
            Some(_) => CAUSES.iter().position(|(key, _)| *key == letter)?,
        };
        self.selected = Some(at);
        self.accept()
    }

    /// Whether nothing is chosen yet, so that Enter decides nothing.
    #[must_use]
    pub const fn lacks_choice(&self) -> bool {
        self.selected.is_none() && !self.storing
    }

    /// Takes what is under the cursor.
    pub fn accept(&mut self) -> Option<Deed> {
        if self.storing {
            return None;
        }
        let at = self.selected?;
        let Some(outcome) = self.outcome else {
            let (_, outcome) = OUTCOMES.get(at)?;
            if let (true, Some(case)) = (self.only, self.cases.first()) {
                self.storing = true;
                return Some(Deed::Outcome(*case, *outcome));
            }
            self.outcome = Some(*outcome);
            self.selected = None;
            return None;
        };
        let (_, cause) = CAUSES.get(at)?;
        self.storing = true;
        Some(Deed::Archive(self.cases.clone(), outcome, *cause))
    }

    /// One question back; `false` when there is none before.
    pub fn back(&mut self) -> bool {
        self.selected = None;
        self.outcome.take().is_some()
    }
}

/// Draws the dialogue.
pub fn view(form: &ArchiveForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = match form.outcome {
        None if form.only => Text::ActionOutcome,
        None => Text::ArchiveTitle,
        Some(_) => Text::CauseTitle,
    };
    let cases: Vec<String> = form.cases.iter().take(6).map(|case| format!("#{case}")).collect();
    let more = if form.cases.len() > 6 { " …" } else { "" };
    let title = format!("{} {}{more}", cx.t(title), cases.join(" "));
    let choices: Vec<(char, &str)> = match form.outcome {
        None => OUTCOMES.iter().map(|(key, outcome)| (*key, cx.t(*outcome))).collect(),
        Some(_) => CAUSES.iter().map(|(key, cause)| (*key, cx.t(*cause))).collect(),
    };
    let height = u16::try_from(choices.len()).unwrap_or(8) + 4;
    let inside = popup(frame, area, 56, height, &title);
    let stands = form.stands.as_ref().map(|(stands, zone)| match stands.against {
        Some(noted) => against_line(cx.lang, noted),
        None => standing_line(cx.lang, stands, zone),
    });
    if let Some(above) = form.outcome.map(|outcome| cx.t(outcome).to_owned()).or(stands) {
        let above = safe_text::line(&above, inside.width.into()).into_string();
        let place = Rect { height: 1.min(inside.height), ..inside };
        draw_line(frame, place, Line::styled(above, cx.theme.calm()));
    }
    for (y, (at, (key, label))) in (inside.top() + 1..inside.bottom()).zip(choices.into_iter().enumerate()) {
        let place = Rect { y, height: 1, ..inside };
        let label = safe_text::line(label, usize::from(inside.width).saturating_sub(4)).into_string();
        draw_line(
            frame,
            place,
            Line::from(vec![Span::styled(format!(" {key}  "), cx.theme.key()), Span::raw(label)]),
        );
        if Some(at) == form.selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_archive_and_a_third_does_nothing() {
        let mut form = ArchiveForm::new(vec![CaseId(7)], None);
        assert!(form.letter('w').is_none());
        let Some(Deed::Archive(cases, outcome, cause)) = form.letter('g') else { panic!("{form:?}") };
        assert_eq!((cases, outcome, cause), (vec![CaseId(7)], Outcome::Withdrawn, RootCause::Logistics));
        assert!(form.letter('g').is_none());
        let mut form = ArchiveForm::outcome(CaseId(7), None);
        assert!(matches!(form.letter('v'), Some(Deed::Outcome(CaseId(7), Outcome::Won))));
        assert!(form.letter('v').is_none(), "it is handed over already");
    }

    #[test]
    fn every_outcome_of_an_operator_has_one_letter() {
        for (at, (key, _)) in OUTCOMES.iter().enumerate() {
            assert!(OUTCOMES[..at].iter().all(|(other, _)| other != key));
        }
        assert_eq!(
            OUTCOMES.len(),
            Outcome::ALL.len() - 2,
            "`settled` and `import_undone` are not the operator's"
        );
        assert_eq!(CAUSES.len(), RootCause::ALL.len());
    }
}
