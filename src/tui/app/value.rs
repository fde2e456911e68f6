//! Values that a template or a snippet lacks: asked for one by one, then what was begun goes on.

use std::sync::Arc;

use jiff::Timestamp;

use super::{App, Dialog};
use crate::i18n::Text;
use crate::reply::template::{Template, Unfilled};
use crate::tui::job::Job;
use crate::tui::runtime::Effect;
use crate::tui::screens::compose::Ask;

impl App {
    /// Asks for the next value the template lacks.
    pub(super) fn ask_next(&mut self, now: Timestamp) {
        let ask = self.compose.as_ref().and_then(|compose| compose.ask(&compose.missing(), now));
        self.dialog = ask.map(Dialog::Ask);
    }

    /// Goes through the values that were typed, so that each can be corrected.
    pub(super) fn ask_again(&mut self, now: Timestamp) {
        let Some(compose) = &self.compose else { return };
        match compose.ask(&compose.changeable(), now) {
            Some(ask) => self.dialog = Some(Dialog::Ask(ask)),
            None => self.refuse(Text::NoValues),
        }
    }

    /// Enter in the question for a value: what cannot stand in the reply is refused there.
    pub(super) fn take_value(&mut self, mut ask: Ask, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Some(compose) = &mut self.compose else { return };
        if let Err(problem) = compose.answer(&ask, now) {
            ask.refuse(problem);
            self.dialog = Some(Dialog::Ask(ask));
            return;
        }
        if let Some(snippet) = self.snippet.take() {
            return self.use_snippet(&snippet, now);
        }
        if let Some(next) = compose.ask(ask.left(), now) {
            self.dialog = Some(Dialog::Ask(next.after(&ask)));
            return;
        }
        self.ask_next(now);
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
                self.dialog = compose.ask(&missing[..1], now).map(Dialog::Ask);
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
