//! Values that a template or a snippet lacks: asked for one by one, then what was begun goes on.

use std::sync::Arc;

use jiff::Timestamp;
use tui_input::Input as Line;

use super::{App, Dialog};
use crate::reply::template::{Template, Unfilled};
use crate::tui::job::Job;
use crate::tui::runtime::Effect;
use crate::tui::screens::compose::Ask;

impl App {
    /// Asks for the next value the template lacks.
    pub(super) fn ask_next(&mut self) {
        let missing = self.compose.as_ref().and_then(|compose| compose.missing().first().copied());
        self.dialog = missing.map(|variable| Dialog::Ask(Ask { variable, input: Line::default() }));
    }

    /// Enter in the question for a value: a blank one is none.
    pub(super) fn take_value(&mut self, ask: Ask, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        if ask.input.value().trim().is_empty() {
            self.dialog = Some(Dialog::Ask(ask));
            return;
        }
        let Some(compose) = &mut self.compose else { return };
        compose.answer(ask.variable, ask.input.value(), now);
        if let Some(snippet) = self.snippet.take() {
            return self.use_snippet(&snippet, now);
        }
        self.ask_next();
        if self.dialog.is_none()
            && let Some(action) = self.after_values.take()
        {
            self.act(action, now, effects);
        }
    }

    /// Puts a snippet at the caret, or asks for the first value it lacks.
    pub(super) fn use_snippet(&mut self, snippet: &Arc<Template>, now: Timestamp) {
        let Some(compose) = &mut self.compose else { return };
        match compose.fill_snippet(snippet, now) {
            Ok(text) => compose.insert(&text, now),
            Err(Unfilled::Missing(missing)) => {
                self.snippet = Some(Arc::clone(snippet));
                let ask = |variable: &_| Dialog::Ask(Ask { variable: *variable, input: Line::default() });
                self.dialog = missing.first().map(ask);
            }
            Err(Unfilled::Broken(problem)) => self.fail(&problem, false),
        }
    }

    /// Esc in the question: what was begun is given up.
    pub(super) fn give_up_asking(&mut self) {
        self.snippet = None;
        self.after_values = None;
    }
}
