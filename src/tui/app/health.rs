//! Account health: what its keys do.

use super::{App, View};
use crate::domain::view::{Filter, Listed};
use crate::i18n::{Lang, Text};
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

impl App {
    /// Shows account health as it was read last, and reads it anew.
    pub(super) fn open_health(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.view = View::Health;
        self.ask_health(effects);
    }

    /// Reads it anew, where it is on screen.
    pub(super) fn ask_health(&self, effects: &mut Vec<Effect<Job>>) {
        if self.view == View::Health {
            effects.push(Effect::Work(Job::Health));
        }
    }

    /// Does an action of this screen; `false` where it is none.
    pub(super) fn act_on_health(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        if action == Action::Health {
            self.open_health(effects);
            return true;
        }
        if self.view != View::Health || self.dialog.is_some() {
            return false;
        }
        match action {
            Action::NextFigure | Action::PreviousFigure => {
                self.health.along(if action == Action::NextFigure { 1 } else { -1 });
            }
            Action::Down => self.health.step(1),
            Action::Up => self.health.step(-1),
            Action::Top | Action::Bottom => self.health.jump(action == Action::Bottom),
            Action::PageDown => self.health.scroll(1),
            Action::PageUp => self.health.scroll(-1),
            Action::Refresh => self.ask_health(effects),
            Action::Behind => self.show_behind(effects),
            _ => return false,
        }
        true
    }

    /// The whole queue again; from the cases behind a figure one step back leads to the figure.
    pub(super) fn widen(&mut self, effects: &mut Vec<Effect<Job>>) {
        if std::mem::take(&mut self.queue.filter).only.is_some() {
            if std::mem::take(&mut self.report.left) {
                self.open_report(effects);
            } else {
                self.open_health(effects);
            }
        }
        self.reload(effects);
    }

    /// The queue with nothing but the cases behind the figure under the cursor.
    fn show_behind(&mut self, effects: &mut Vec<Effect<Job>>) {
        let Some(cases) = self.health.cases().filter(|cases| !cases.is_empty()) else {
            return self.refuse(Text::NothingBehind);
        };
        let name = [Lang::En, Lang::Zh].map(|lang| self.health.name(lang));
        let only = Some(Listed { name, cases: cases.to_vec() });
        self.report.left = false;
        self.queue.unmark();
        self.queue.jump(false);
        self.queue.filter = Filter { only, ..Filter::default() };
        self.view = View::Queue;
        self.reload(effects);
    }
}
