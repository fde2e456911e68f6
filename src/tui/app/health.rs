//! Account health: what its keys do.

use super::{App, View};
use crate::domain::view::Listed;
use crate::i18n::Lang;
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

impl App {
    /// Reads it anew, where it is on screen.
    pub(super) fn ask_health(&self, effects: &mut Vec<Effect<Job>>) {
        if self.view == View::Health {
            effects.push(Effect::Work(Job::Health));
        }
    }

    /// Does an action of this screen; `false` where it is none.
    pub(super) fn act_on_health(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
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
            Action::Behind => self.show_behind(self.behind_health(), effects),
            _ => return false,
        }
        true
    }

    /// The cases behind the figure under the cursor.
    fn behind_health(&self) -> Option<Listed> {
        let name = [Lang::En, Lang::Zh].map(|lang| self.health.name(lang));
        self.health.cases().map(|cases| Listed { name, cases: cases.to_vec() })
    }
}
