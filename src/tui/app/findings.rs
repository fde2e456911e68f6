//! The findings of the rules by keys: to the next one, all of them, and the reason that overrules them.

use jiff::Timestamp;

use super::{App, Dialog, View};
use crate::domain::tracking::Carriers;
use crate::i18n::Text;
use crate::tui::job::{Deed, Job};
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

impl App {
    /// Does an action on the findings of the reply; `false` where it is none.
    pub(super) fn act_on_findings(
        &mut self,
        action: Action,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) -> bool {
        let Some(compose) = self.compose.as_mut().filter(|_| self.view == View::Compose) else {
            return false;
        };
        match (&mut self.dialog, action) {
            (None, Action::NextFinding) => {
                if !compose.next_finding() {
                    self.answer(Text::NothingFoundWrong, now);
                }
            }
            (None, Action::Findings) => match compose.findings() {
                Some(list) => self.dialog = Some(Dialog::Findings(Box::new(list))),
                None => self.answer(Text::NothingFoundWrong, now),
            },
            (Some(Dialog::Findings(list)), Action::Down) => list.step(1),
            (Some(Dialog::Findings(list)), Action::Up) => list.step(-1),
            (Some(Dialog::Findings(list)), Action::GoThere) => {
                compose.go_there(list);
                self.dialog = None;
            }
            (Some(Dialog::Findings(list)), Action::Back) => {
                let rules = list.stopping();
                if let Some(reason) = list.reason() {
                    self.unfinished.reasons.insert(compose.case(), (rules, reason.value().to_owned()));
                    list.to_first();
                    compose.go_there(list);
                }
                self.dialog = None;
            }
            (Some(Dialog::Findings(list)), Action::Overrule) => {
                if let Some((rules, reason, text)) = list.overrule() {
                    let deed = Deed::Overrule(compose.case(), rules, reason, text);
                    effects.push(Effect::Work(Job::Act(deed)));
                }
            }
            _ => return false,
        }
        true
    }

    /// Whether the rules stop a reply; then a reason is asked for, with which `then` goes on.
    pub(super) fn is_stopped(&mut self, text: &str, then: Action) -> bool {
        let carriers = self.carriers.as_deref().unwrap_or_else(|| Carriers::shipped());
        let Some(compose) = &self.compose else { return false };
        let Some(mut list) = compose.stops(text, carriers, then) else { return false };
        let rules = list.stopping();
        // A reason is one for the rules it was given for.
        let left = self.unfinished.reasons.get(&compose.case()).filter(|(held, _)| *held == rules);
        if let Some(((_, left), reason)) = left.zip(list.reason()) {
            *reason = left.as_str().into();
        }
        self.dialog = Some(Dialog::Findings(Box::new(list)));
        true
    }

    /// The reason is stored: the rules hold no longer for this text. Returns what goes on.
    pub(super) fn overruled(&mut self, rules: &[String], text: &str) -> Option<Action> {
        let Some(Dialog::Findings(list)) =
            self.dialog.take_if(|dialog| matches!(dialog, Dialog::Findings(_)))
        else {
            return None;
        };
        let compose = self.compose.as_mut()?;
        compose.overruled(rules.to_vec(), text.to_owned());
        self.unfinished.reasons.remove(&compose.case());
        list.then()
    }
}
