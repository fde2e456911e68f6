//! The screens of figures, account health, report and costs: how they lead to each other, to the cases behind a figure, and back.

use super::{App, Dialog, View};
use crate::domain::view::{Filter, Listed};
use crate::i18n::Text;
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::case::CaseView;
use crate::tui::screens::compose::Compose;

/// Where a step back leads.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The screen with the figure whose cases the queue shows.
    behind: Option<View>,
    /// The screens of figures were opened from a case.
    from_case: bool,
    /// The dialogue that they or the cases were opened from, with what was typed in it.
    place: Option<Box<Place>>,
}

/// A dialogue and what stands behind it.
#[derive(Debug)]
struct Place {
    view: View,
    case: Option<CaseView>,
    compose: Option<Compose>,
    dialog: Dialog,
}

impl App {
    /// Opens one of these screens, from wherever, or the cases behind a dialogue; `false` where the action opens none.
    pub(super) fn open_figures(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let view = match action {
            Action::Health => View::Health,
            Action::Report => View::Report,
            Action::Costs => View::Costs,
            _ => return self.act_on_place(action, effects),
        };
        match self.view {
            View::Health | View::Report | View::Costs => {}
            before => self.way.from_case = before == View::Case,
        }
        self.leave_place(effects);
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

    /// Leaves a dialogue that is open for figures or cases; it waits as it is.
    fn leave_place(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.keep(effects);
        let Some(dialog) = self.dialog.take() else { return };
        if matches!(dialog, Dialog::Offer(_) | Dialog::Offers(_) | Dialog::Paths(_)) {
            let (case, compose) = (self.case.take(), self.compose.take());
            self.way.place = Some(Box::new(Place { view: self.view, case, compose, dialog }));
        }
    }

    /// Goes back into the dialogue that was left, its case read anew; `false` where none was.
    fn enter_place(&mut self, effects: &mut Vec<Effect<Job>>) -> bool {
        let Some(place) = self.way.place.take() else { return false };
        self.way.from_case = false;
        self.keep(effects);
        let Place { view, case, compose, dialog } = *place;
        let ids = case.as_ref().map(|case| case.file.summary.id).into_iter();
        for id in ids.chain(compose.as_ref().map(Compose::case)) {
            effects.push(Effect::Work(Job::Load(id, 0)));
        }
        (self.view, self.case, self.compose, self.dialog) = (view, case, compose, Some(dialog));
        true
    }

    /// Leaves these screens: back into the case or dialogue they were opened from, else to the queue.
    pub(super) fn leave_figures(&mut self, effects: &mut Vec<Effect<Job>>) {
        if self.queue.filter.only.is_none() && self.enter_place(effects) {
            return;
        }
        let back = std::mem::take(&mut self.way.from_case) && self.case.is_some();
        self.view = if back { View::Case } else { View::Queue };
    }

    /// The cases behind the figures of a dialogue; `false` where the action asks for none.
    fn act_on_place(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let listed = match (action, &self.dialog) {
            (Action::Behind, Some(Dialog::Offer(form))) => form.behind(),
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
        self.leave_place(effects);
        let figures = matches!(self.view, View::Health | View::Report | View::Costs);
        let place = self.way.place.take();
        self.way = Way { behind: figures.then_some(self.view), from_case: false, place };
        self.queue.unmark();
        self.queue.jump(false);
        self.queue.filter = Filter { only: Some(listed), ..Filter::default() };
        self.view = View::Queue;
        self.reload(effects);
    }

    /// The whole queue again; from the cases behind a figure one step back leads to the figure.
    pub(super) fn widen(&mut self, effects: &mut Vec<Effect<Job>>) {
        let listed = std::mem::take(&mut self.queue.filter).only.is_some();
        match self.way.behind.take().filter(|_| listed) {
            Some(view) => self.show_figures(view, effects),
            None if listed => drop(self.enter_place(effects)),
            None => {}
        }
        self.reload(effects);
    }
}
