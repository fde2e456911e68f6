//! The line above the footer: what happened, what was refused.

use jiff::{SignedDuration, Timestamp};

use super::App;
use crate::i18n::{Lang, Text};
use crate::problem::{Exit, Problem};

/// News stays this long.
const NEWS_FADES: SignedDuration = SignedDuration::from_secs(5);

/// The line above the footer.
#[derive(Debug)]
pub(super) struct Notice {
    /// English, Chinese; untrusted.
    pub(super) text: [String; 2],
    /// News fades; a refusal or failure (`None`) stays until a key.
    pub(super) until: Option<Timestamp>,
}

impl App {
    pub(super) fn news(&mut self, text: impl Fn(Lang) -> String, now: Timestamp) {
        self.notice = Some(Notice { text: [text(Lang::En), text(Lang::Zh)], until: Some(now + NEWS_FADES) });
    }

    pub(super) fn refuse(&mut self, text: Text) {
        self.notice = Some(Notice {
            text: [Lang::En, Lang::Zh].map(|lang| text.in_lang(lang).to_owned()),
            until: None,
        });
    }

    /// Says what went wrong. A refusal is an answer: only what was to be stored and could not be is "not saved".
    pub(super) fn fail(&mut self, problem: &Problem, stored: bool) {
        let not_saved = stored && !matches!(problem.exit, Exit::Blocked | Exit::NotFound);
        let text = [Lang::En, Lang::Zh].map(|lang| {
            let said = problem.say(lang);
            if not_saved { format!("{}: {said}", Text::NotSaved.in_lang(lang)) } else { said }
        });
        self.notice = Some(Notice { text, until: None });
    }
}
