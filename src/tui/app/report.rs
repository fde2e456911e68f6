//! The report: what its keys do.

use super::{App, View};
use crate::domain::view::Filter;
use crate::i18n::Text;
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

impl App {
    /// Shows the report as it was read last, and reads it anew.
    pub(super) fn open_report(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.view = View::Report;
        self.ask_report(effects);
    }

    /// Reads its page anew, where it is on screen.
    pub(super) fn ask_report(&self, effects: &mut Vec<Effect<Job>>) {
        if self.view == View::Report {
            effects.push(Effect::Work(Job::Report(self.report.page, self.report.period)));
        }
    }

    /// Does an action of this screen; `false` where it is none.
    pub(super) fn act_on_report(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        if action == Action::Report {
            self.open_report(effects);
            return true;
        }
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
            Action::Down => self.report.step(1),
            Action::Up => self.report.step(-1),
            Action::PageDown => self.report.step(page),
            Action::PageUp => self.report.step(-page),
            Action::Top | Action::Bottom => self.report.jump(action == Action::Bottom),
            Action::Refresh => self.ask_report(effects),
            Action::Behind => self.show_behind_report(effects),
            _ => return false,
        }
        true
    }

    /// The queue with nothing but the cases behind the figure under the cursor.
    fn show_behind_report(&mut self, effects: &mut Vec<Effect<Job>>) {
        let Some(listed) = self.report.behind().filter(|listed| !listed.cases.is_empty()) else {
            return self.refuse(Text::NothingBehind);
        };
        let only = Some(listed.clone());
        self.report.left = true;
        self.queue.unmark();
        self.queue.jump(false);
        self.queue.filter = Filter { only, ..Filter::default() };
        self.view = View::Queue;
        self.reload(effects);
    }
}
