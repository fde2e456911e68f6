//! The screens of figures, account health, report and costs: how they lead to each other and to the cases behind a figure.

use super::{App, Dialog, View};
use crate::domain::view::{Filter, Listed};
use crate::i18n::Text;
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

impl App {
    /// Opens one of these screens, from wherever, or the cases behind a dialogue; `false` where the action opens none.
    pub(super) fn open_figures(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let view = match action {
            Action::Health => View::Health,
            Action::Report => View::Report,
            Action::Costs => View::Costs,
            _ => return self.act_on_place(action, effects),
        };
        self.keep(effects);
        if !self.return_to(view) {
            self.go(view);
        }
        self.show(view, effects);
        true
    }

    /// Reads the one on screen anew.
    pub(super) fn ask_figures(&self, effects: &mut Vec<Effect<Job>>) {
        self.ask_health(effects);
        self.ask_report(effects);
        self.ask_costs(effects);
    }

    /// The cases behind the figures of a dialogue; `false` where the action asks for none.
    fn act_on_place(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let listed = match (action, &self.dialog) {
            (Action::Behind, Some(Dialog::Offer(form, _))) => form.behind(),
            (Action::Behind, Some(Dialog::Offers(view))) => view.behind(),
            (Action::Behind, Some(Dialog::Paths(view))) => Some(view.behind()),
            _ => return false,
        };
        self.show_behind(listed, effects);
        true
    }

    /// The queue with nothing but the cases behind a figure of the screen.
    pub(super) fn show_behind(&mut self, listed: Option<Listed>, effects: &mut Vec<Effect<Job>>) {
        let Some(listed) = listed.filter(|listed| !listed.cases.is_empty()) else {
            return self.refuse(Text::NothingBehind);
        };
        self.keep(effects);
        self.go_behind(Filter { only: Some(listed), ..Filter::default() }, effects);
    }
}
