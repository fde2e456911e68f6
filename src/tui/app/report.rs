//! The report: what its keys do.

use super::{App, View};
use crate::tui::job::Job;
use crate::tui::keymap::{Action, Travel};
use crate::tui::runtime::Effect;

impl App {
    /// Reads its page anew, where it is on screen.
    pub(super) fn ask_report(&self, effects: &mut Vec<Effect<Job>>) {
        if self.view == View::Report {
            effects.push(Effect::Work(Job::Report(self.report.page, self.report.period)));
        }
    }

    /// Does an action of this screen; `false` where it is none.
    pub(super) fn act_on_report(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        if self.view != View::Report || self.dialog.is_some() {
            return false;
        }
        let page = self.page();
        match action {
            Action::NextTab | Action::PreviousTab => {
                self.report.turn(if action == Action::NextTab { 1 } else { -1 });
                self.ask_report(effects);
            }
            Action::Period => {
                self.report.period = self.report.period.next();
                self.ask_report(effects);
            }
            Action::Refresh => self.ask_report(effects),
            Action::Behind => self.show_behind(self.report.behind().cloned(), effects),
            _ => match action.travel(page) {
                Some(Travel::By(lines)) => self.report.step(lines),
                Some(Travel::To(end)) => self.report.jump(end),
                None => return false,
            },
        }
        true
    }
}
