//! The way back: each view is left for the next one as it stands, and Esc comes back to it, one step at a time.

use super::{App, Dialog, Then, View};
use crate::domain::CaseId;
use crate::domain::view::Filter;
use crate::tui::job::Job;
use crate::tui::runtime::Effect;
use crate::tui::screens::case::CaseView;
use crate::tui::screens::queue::Queue;

/// A view that was left for another.
#[derive(Debug)]
pub(super) struct Step {
    place: Place,
    /// The dialogue that led on from there.
    over: Option<Dialog>,
    /// The queue as it was before it showed only the cases behind a figure.
    queue: Option<Box<Queue>>,
}

/// Where a step back leads.
#[derive(Debug)]
enum Place {
    /// The queue, whose cursor has moved along since.
    Queue,
    /// A case as it was left.
    Case(Box<CaseView>),
    /// The reply to a case; its words are in the store.
    Reply(CaseId),
    /// A screen that keeps its own cursor.
    Screen(View),
}

impl App {
    /// Leaves what is on screen for another view; a step back comes back to it.
    pub(super) fn go(&mut self, view: View) {
        let place = match self.view {
            View::Queue => Some(Place::Queue),
            View::Case => self.case.take().map(|case| Place::Case(Box::new(case))),
            View::Compose => self.compose.take().map(|compose| Place::Reply(compose.case())),
            View::Import | View::Forecast | View::Health | View::Report | View::Costs => {
                Some(Place::Screen(self.view))
            }
        };
        let over = self.dialog.take();
        self.way.extend(place.map(|place| Step { place, over, queue: None }));
        self.view = view;
    }

    /// Goes back to one of the screens that led straight here, so that going to and fro makes no long way; `false` where
    /// none of them shows this view.
    pub(super) fn return_to(&mut self, view: View) -> bool {
        let leads_here = |step: &&Step| matches!(step.place, Place::Screen(_)) && step.queue.is_none();
        let screens = self.way.iter().rev().take_while(leads_here);
        let back = screens.map(|step| matches!(step.place, Place::Screen(shown) if shown == view));
        let Some(steps) = back.collect::<Vec<_>>().iter().position(|found| *found) else {
            return self.view == view;
        };
        self.way.truncate(self.way.len() - steps - 1);
        self.dialog = None;
        true
    }

    /// The queue with nothing but what `filter` lets through, opened from a screen or dialogue of figures.
    pub(super) fn go_behind(&mut self, filter: Filter, effects: &mut Vec<Effect<Job>>) {
        self.go(View::Queue);
        let before = std::mem::replace(&mut self.queue, Queue::narrowed(filter));
        if let Some(step) = self.way.last_mut() {
            step.queue = Some(Box::new(before));
        }
        self.reload(effects);
    }

    /// The case comes in place of the one on screen: a step back leads to where that one was opened from.
    pub(super) fn go_on(&mut self, case: CaseId, effects: &mut Vec<Effect<Job>>) {
        self.forget_cases();
        self.open(case, Then::Show, effects);
    }

    /// One step back; at its start the way stays where it is.
    pub(super) fn step_back(&mut self, effects: &mut Vec<Effect<Job>>) {
        let Some(Step { place, over, queue }) = self.way.pop() else { return };
        if let Some(queue) = queue {
            self.queue = *queue;
            self.reload(effects);
        }
        match place {
            Place::Queue => self.show(View::Queue, effects),
            Place::Case(case) => {
                let id = case.file.summary.id;
                self.queue.select(id);
                self.show(View::Case, effects);
                self.case = Some(*case);
                effects.push(Effect::Work(Job::Load(id, 0)));
            }
            Place::Reply(case) => self.open(case, Then::Resume, effects),
            Place::Screen(view) => self.show(view, effects),
        }
        // What it shows may have changed since it was left.
        match &over {
            Some(Dialog::Buyer(view)) => effects.push(Effect::Work(Job::Load(view.file.summary.id, 0))),
            Some(Dialog::Offers(_)) => {
                if let Some(case) = self.target() {
                    Self::ask_ground(case, effects);
                }
            }
            Some(Dialog::Offer(form, _)) => Self::ask_ground(form.case, effects),
            Some(Dialog::Paths(view)) if self.wanted.is_none() => self.ask_paths(view.case(), effects),
            _ => {}
        }
        self.dialog = over;
    }

    /// The queue, when there is no case left to show.
    pub(super) fn show_queue(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.forget_cases();
        self.step_back(effects);
    }

    /// Whether a case was left for the view on screen.
    pub(super) fn comes_from(&self, case: CaseId) -> bool {
        matches!(self.way.last(), Some(Step { place: Place::Case(view), .. }) if view.file.summary.id == case)
    }

    /// The cases and replies that the one on screen was opened from are done with.
    fn forget_cases(&mut self) {
        while matches!(
            self.way.last(),
            Some(Step { place: Place::Case(_) | Place::Reply(_), queue: None, .. })
        ) {
            self.way.pop();
        }
    }

    /// Leaves the view for the one it was opened from; the queue first shows everything that it showed there.
    pub(super) fn leave(&mut self, effects: &mut Vec<Effect<Job>>) {
        match self.view {
            View::Queue if self.queue.unmark() => {}
            View::Queue => {
                let filter = &self.queue.filter;
                let whole = Filter { due: filter.due, only: filter.only.clone(), ..Filter::default() };
                if *filter == whole {
                    self.step_back(effects);
                } else {
                    self.queue.filter = whole;
                    self.reload(effects);
                }
            }
            View::Compose => {
                self.keep(effects);
                self.compose = None;
                self.step_back(effects);
            }
            View::Import if self.import.stop() => {}
            View::Import | View::Case | View::Forecast | View::Health | View::Report | View::Costs => {
                self.step_back(effects);
            }
        }
    }

    /// Shows a view as it was read last, and has it read anew.
    pub(super) fn show(&mut self, view: View, effects: &mut Vec<Effect<Job>>) {
        self.view = view;
        self.case = None;
        match view {
            View::Queue => self.queue.forget(),
            View::Forecast => self.ask_forecast(effects),
            View::Health => self.ask_health(effects),
            View::Report => self.ask_report(effects),
            View::Costs => self.ask_costs(effects),
            View::Case | View::Compose | View::Import => {}
        }
    }
}
