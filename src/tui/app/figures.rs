//! The screens of figures, account health, report and costs: how they lead to each other, to the cases behind a figure, and back.

use super::{App, View};
use crate::domain::view::{Filter, Listed};
use crate::i18n::Text;
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

/// Where a step back leads.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The screen with the figure whose cases the queue shows.
    behind: Option<View>,
    /// The screens of figures were opened from a case.
    from_case: bool,
}

impl App {
    /// Opens one of these screens, from wherever; `false` where the action opens none.
    pub(super) fn open_figures(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let view = match action {
            Action::Health => View::Health,
            Action::Report => View::Report,
            Action::Costs => View::Costs,
            _ => return false,
        };
        match self.view {
            View::Health | View::Report | View::Costs => {}
            before => self.way.from_case = before == View::Case,
        }
        self.dialog = None;
        self.show_figures(view, effects);
        true
    }

    /// Shows a screen as it was read last, and reads it anew.
    fn show_figures(&mut self, view: View, effects: &mut Vec<Effect<Job>>) {
        self.view = view;
        self.ask_health(effects);
        self.ask_report(effects);
        self.ask_costs(effects);
    }

    /// Leaves these screens: back into the case they were opened from, else to the queue.
    pub(super) fn leave_figures(&mut self) {
        let back = std::mem::take(&mut self.way.from_case) && self.case.is_some();
        self.view = if back { View::Case } else { View::Queue };
    }

    /// The queue with nothing but the cases behind a figure of the screen.
    pub(super) fn show_behind(&mut self, listed: Option<Listed>, effects: &mut Vec<Effect<Job>>) {
        let Some(listed) = listed.filter(|listed| !listed.cases.is_empty()) else {
            return self.refuse(Text::NothingBehind);
        };
        self.way = Way { behind: Some(self.view), from_case: false };
        self.queue.unmark();
        self.queue.jump(false);
        self.queue.filter = Filter { only: Some(listed), ..Filter::default() };
        self.view = View::Queue;
        self.reload(effects);
    }

    /// The whole queue again; from the cases behind a figure one step back leads to the figure.
    pub(super) fn widen(&mut self, effects: &mut Vec<Effect<Job>>) {
        let listed = std::mem::take(&mut self.queue.filter).only.is_some();
        if let Some(view) = self.way.behind.take().filter(|_| listed) {
            self.show_figures(view, effects);
        }
        self.reload(effects);
    }
}
