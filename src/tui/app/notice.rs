//! The line above the footer: what happened, what was refused.

use jiff::{SignedDuration, Timestamp};

use super::{App, View};
use crate::domain::CaseId;
use crate::domain::report::Page;
use crate::i18n::{Lang, Text};
use crate::problem::{Exit, Problem};
use crate::safe_text;
use crate::tui::keymap::Scope;

/// News stays this long.
const NEWS_FADES: SignedDuration = SignedDuration::from_secs(5);

/// A notice takes at most so many lines.
const MOST_LINES: usize = 4;

/// The line above the footer.
#[derive(Debug)]
pub(super) struct Notice {
    /// English, Chinese; untrusted.
    pub(super) text: [String; 2],
    /// News fades; a refusal or failure (`None`) stays until a key.
    pub(super) until: Option<Timestamp>,
    /// What was on screen when a key was pressed under it; `None`: no key yet.
    read_on: Option<Screen>,
}

/// What is on screen: whatever a line about one of these says is nothing to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Screen {
    view: View,
    scope: Scope,
    /// The case, where one is shown.
    case: Option<CaseId>,
    /// The page of a screen that has several.
    page: (Page, bool),
}

impl Notice {
    /// Its lines: as many as it takes until a key is pressed, then its beginning.
    pub(super) fn lines(&self, lang: Lang, cells: usize) -> Vec<String> {
        let sign = if self.until.is_some() { '✓' } else { '✗' };
        let text = format!("{sign} {}", self.text[lang as usize]);
        if self.read_on.is_some() {
            return vec![format!(" {}", safe_text::line(&text, cells.saturating_sub(1)))];
        }
        let lines = safe_text::lines(&text, cells.saturating_sub(3)).take(MOST_LINES).enumerate();
        lines.map(|(at, words)| format!("{}{words}", if at == 0 { " " } else { "   " })).collect()
    }
}

impl App {
    fn say(&mut self, text: [String; 2], until: Option<Timestamp>) {
        self.notice = Some(Notice { text, until, read_on: None });
    }

    fn screen(&self) -> Screen {
        let case = self.target().filter(|_| matches!(self.view, View::Case | View::Compose));
        let page = (self.report.page, self.costs.shows_sites());
        Screen { view: self.view, scope: self.scope(), case, page }
    }

    /// A key is pressed: what waited for one goes. News stays while the screen does.
    pub(super) fn read_notice(&mut self) {
        self.notice.take_if(|notice| notice.until.is_none());
        let screen = self.screen();
        if let Some(notice) = &mut self.notice {
            notice.read_on = Some(screen);
        }
    }

    /// Takes news off that was read on another screen.
    pub(super) fn settle_notice(&mut self) {
        let screen = self.screen();
        self.notice.take_if(|notice| notice.read_on.is_some_and(|read_on| read_on != screen));
    }

    pub(super) fn news(&mut self, text: impl Fn(Lang) -> String, now: Timestamp) {
        self.long_news(text, NEWS_FADES, now);
    }

    /// News that stays as long as it says, where nothing else happens.
    pub(super) fn long_news(&mut self, text: impl Fn(Lang) -> String, fades: SignedDuration, now: Timestamp) {
        self.say([text(Lang::En), text(Lang::Zh)], Some(now + fades));
    }

    /// Answers a question with nothing to show: that is no error.
    pub(super) fn answer(&mut self, text: Text, now: Timestamp) {
        self.news(|lang| text.in_lang(lang).to_owned(), now);
    }

    pub(super) fn refuse(&mut self, text: Text) {
        self.say([Lang::En, Lang::Zh].map(|lang| text.in_lang(lang).to_owned()), None);
    }

    /// Says what went wrong. A refusal is an answer: only what was to be stored and could not be is "not saved".
    pub(super) fn fail(&mut self, problem: &Problem, stored: bool) {
        let not_saved = stored && !matches!(problem.exit, Exit::Blocked | Exit::NotFound);
        let text = [Lang::En, Lang::Zh].map(|lang| {
            let said = problem.say(lang);
            if not_saved { format!("{}: {said}", Text::NotSaved.in_lang(lang)) } else { said }
        });
        self.say(text, None);
    }
}
