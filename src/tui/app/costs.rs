//! The cost table: what its keys do and what comes back for it.

use tui_input::Input as Line;

use super::{App, Dialog, View};
use crate::domain::event;
use crate::problem::Problem;
use crate::tui::job::costs::{Answer, Ask};
use crate::tui::job::{Deed, Job};
use crate::tui::keymap::{Action, Travel};
use crate::tui::runtime::Effect;
use crate::tui::screens::costs::form::CostForm;

impl App {
    /// Reads the table anew, where it is on screen.
    pub(super) fn ask_costs(&self, effects: &mut Vec<Effect<Job>>) {
        if self.view == View::Costs {
            effects.push(Effect::Work(Job::Costs(Ask::Sheet)));
        }
    }

    /// Does an action of this screen or its form; `false` where it is none.
    pub(super) fn act_on_costs(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        if let Some(Dialog::Cost(form)) = &mut self.dialog {
            match action {
                Action::Save => {
                    let saved = form.save().map(|costed| Job::Act(Deed::Cost(Box::new(costed))));
                    effects.extend(saved.map(Effect::Work));
                }
                Action::NextField | Action::PreviousField => form.step(action == Action::NextField),
                _ => return false,
            }
            return true;
        }
        if self.view != View::Costs || self.dialog.is_some() {
            return false;
        }
        let page = self.page();
        match action {
            Action::EditSheet => {
                let form = self.costs.current().map(|about| CostForm::new(about, self.lang));
                self.dialog = form.map(|form| Dialog::Cost(Box::new(form)));
            }
            Action::NextTab | Action::PreviousTab => self.costs.turn(),
            Action::Filter => self.dialog = Some(Dialog::Filter(Line::new(self.costs.words.clone()))),
            Action::Refresh => self.ask_costs(effects),
            Action::Behind => self.show_behind(self.costs.behind(), effects),
            Action::Back if !self.costs.words.is_empty() => self.costs.narrow(""),
            _ => match action.travel(page) {
                Some(Travel::By(lines)) => self.costs.step(lines),
                Some(Travel::To(end)) => self.costs.jump(end),
                None => return false,
            },
        }
        true
    }

    /// An answer of the store's.
    pub(super) fn costs_answered(&mut self, answer: Answer) {
        match (answer, &mut self.dialog) {
            (Answer::Sheet(sheet), _) => self.costs.take(sheet),
            (Answer::Ground(Some(ground)), Some(Dialog::Offer(form, _))) => form.take_ground(ground),
            (Answer::Ground(Some(ground)), Some(Dialog::Offers(view))) => view.take_ground(ground),
            (Answer::Ground(_), _) => {}
        }
    }

    /// A line is saved: the table shows it.
    pub(super) fn cost_saved(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.dialog.take_if(|dialog| matches!(dialog, Dialog::Cost(_)));
        self.ask_costs(effects);
    }

    /// An action was undone: the table shows what stands now.
    pub(super) fn costs_undone(&self, was: &event::Deed, effects: &mut Vec<Effect<Job>>) {
        use event::Deed::{Imported, SiteCosted, SkuCosted};
        if matches!(was, SkuCosted { .. } | SiteCosted { .. } | Imported { .. }) {
            self.ask_costs(effects);
        }
    }

    /// A line was not saved: the form stays and says so.
    pub(super) fn cost_refused(&mut self, problem: Problem) {
        match &mut self.dialog {
            Some(Dialog::Cost(form)) => form.refuse(problem),
            _ => self.fail(&problem, true),
        }
    }

    /// Asks for what the cost of an offer is computed from.
    pub(super) fn ask_ground(case: crate::domain::CaseId, effects: &mut Vec<Effect<Job>>) {
        effects.push(Effect::Work(Job::Costs(Ask::Ground(case))));
    }

    /// Where the filter that is being typed goes; `false` where it is the queue's.
    pub(super) fn narrow_costs(&mut self, words: &str) -> bool {
        let here = self.view == View::Costs;
        if here {
            self.costs.narrow(words);
        }
        here
    }
}
