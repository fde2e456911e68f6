//! What comes back from the store, the clipboard and the editor, and what follows from it.

use jiff::Timestamp;

use super::{App, Dialog, Then, View};
use crate::domain::CaseId;
use crate::domain::case::State;
use crate::domain::view::Summary;
use crate::i18n::{Lang, Text};
use crate::problem::Problem;
use crate::reply::template::Unfilled;
use crate::tui::clipboard::Route;
use crate::tui::job::{Deed, Done, Job, Wanted};
use crate::tui::runtime::Effect;

impl App {
    pub(super) fn done(&mut self, done: Done, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        match done {
            Done::Page { after, filter, last, rows } => {
                if filter == self.queue.filter {
                    self.queue.take(after, rows, last);
                }
            }
            Done::Counted(counts) => self.counts = Some(counts),
            Done::Loaded(id, file) => self.loaded(id, file, now),
            Done::Kept(case, draft) => {
                if let Some(compose) = self.compose.as_mut().filter(|compose| compose.case() == case) {
                    compose.is_kept(draft);
                }
            }
            Done::NotKept(case, problem) => {
                if let Some(compose) = self.compose.as_mut().filter(|compose| compose.case() == case) {
                    compose.not_kept(now);
                }
                self.fail(&problem, true);
            }
            Done::Acted { event, deed, cases } => {
                self.last_event = event;
                // Whether the terminal took it nobody can know: the first time say what to check.
                let advice = self.route.take().filter(|_| !std::mem::replace(&mut self.advised, true));
                self.news(
                    |lang| match advice {
                        Some(route) => format!("{} · {}", deed.news(lang), route.advice(lang)),
                        None => deed.news(lang),
                    },
                    now,
                );
                self.acted(&deed, &cases, effects);
                self.count(now, effects);
            }
            Done::NothingToUndo => self.refuse(Text::NothingToUndo),
            Done::Undone { event, case } => self.undone(event, case.as_deref(), now, effects),
            Done::Progress(progress) => self.import.progress(progress),
            Done::Imported { event, result } => {
                self.last_event = event;
                self.import.done(result);
                self.reload(effects);
                self.count(now, effects);
            }
            Done::Stopped => self.import.stopped(),
            Done::Failed { wanted, problem } => self.failed(wanted, problem),
        }
    }

    fn loaded(&mut self, id: CaseId, file: Option<Box<crate::domain::view::CaseFile>>, now: Timestamp) {
        self.peek_asked = false;
        let Some(file) = file else { return self.refuse(Text::NotACase) };
        if self.queue.current().is_some_and(|row| row.id == id) {
            self.queue.peek = Some(file.clone());
        }
        if let Some(case) = self.case.as_mut().filter(|case| case.file.summary.id == id) {
            case.update(file.clone());
        }
        if let Some(compose) = self.compose.as_mut().filter(|compose| compose.case() == id) {
            compose.update(file.clone(), now);
        }
        if let Some((_, then)) = self.wanted.take_if(|(wanted, _)| *wanted == id) {
            self.opened(file, then, now);
        }
    }

    /// An action is stored: what is next is already selected.
    fn acted(&mut self, deed: &Deed, cases: &[Summary], effects: &mut Vec<Effect<Job>>) {
        let on_screen = self.target();
        let next = on_screen
            .and_then(|case| self.queue.beside(case, true).or_else(|| self.queue.beside(case, false)));
        for case in cases {
            self.queue.update(case);
        }
        match deed {
            Deed::Sent(case, ..) => {
                self.sending = false;
                self.compose = None;
                self.wanted = Some((*case, Then::Show));
                effects.push(Effect::Work(Job::Load(*case)));
            }
            Deed::Archive(gone, ..) => {
                self.dialog = None;
                self.queue.unmark();
                if self.view == View::Queue {
                    return;
                }
                self.compose = None;
                match next.filter(|next| !gone.contains(next)) {
                    Some(next) => {
                        self.wanted = Some((next, Then::Show));
                        effects.push(Effect::Work(Job::Load(next)));
                    }
                    None => self.show_queue(),
                }
            }
            Deed::Offer(case, _) => {
                self.dialog = None;
                effects.push(Effect::Work(Job::Load(*case)));
            }
            Deed::Kind(case, _) | Deed::NoReply(case) | Deed::Copied(case, _) => {
                if self.view != View::Queue {
                    effects.push(Effect::Work(Job::Load(*case)));
                }
            }
        }
    }

    fn undone(&mut self, event: i64, case: Option<&Summary>, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        self.last_event = event;
        self.news(
            |lang| match case {
                Some(case) => format!("{} · #{}", Text::NewsUndone.in_lang(lang), case.id),
                None => Text::NewsUndone.in_lang(lang).to_owned(),
            },
            now,
        );
        if let Some(case) = case {
            self.queue.update(case);
            if self.view == View::Case {
                // The case that changed is the one to look at.
                self.wanted = (case.state == State::Open).then_some((case.id, Then::Show));
                effects.push(Effect::Work(Job::Load(case.id)));
            }
        }
        self.reload(effects);
        self.count(now, effects);
    }

    fn failed(&mut self, wanted: Wanted, problem: Problem) {
        self.peek_asked = false;
        self.sending = false;
        match (wanted, &mut self.dialog) {
            (Wanted::Storing, Some(Dialog::Offer(form))) if form.booking => return form.refuse(problem),
            (Wanted::Storing, Some(Dialog::Archive(_))) => self.dialog = None,
            (Wanted::Importing, _) => self.import.stopped(),
            _ => {}
        }
        self.fail(&problem, wanted == Wanted::Storing);
    }

    /// The whole reply, or the next value it lacks is asked for.
    fn whole_reply(&mut self) -> Option<String> {
        match self.compose.as_ref()?.reply() {
            Ok(text) if text.trim().is_empty() => {
                self.refuse(Text::NothingToSend);
                None
            }
            Ok(text) => Some(text),
            Err(Unfilled::Missing(_)) => {
                self.ask_next();
                None
            }
            Err(Unfilled::Broken(problem)) => {
                self.fail(&problem, false);
                None
            }
        }
    }

    pub(super) fn copy(&mut self, effects: &mut Vec<Effect<Job>>) {
        if let Some(text) = self.whole_reply() {
            self.keep(effects);
            if let Some(compose) = &mut self.compose {
                compose.copied = Some(text.clone());
            }
            effects.push(Effect::Copy(text));
        }
    }

    pub(super) fn copied(&mut self, result: Result<Route, Problem>, effects: &mut Vec<Effect<Job>>) {
        match (result, &mut self.compose) {
            (Ok(route), Some(compose)) => {
                effects.push(Effect::Work(Job::Act(Deed::Copied(compose.case(), route.name().to_owned()))));
                self.route = Some(route);
            }
            (Err(problem), compose) => {
                if let Some(compose) = compose {
                    compose.copied = None;
                }
                self.fail(&problem, false);
            }
            (Ok(_), None) => {}
        }
    }

    pub(super) fn send(&mut self, effects: &mut Vec<Effect<Job>>) {
        if self.sending {
            return;
        }
        let Some(text) = self.whole_reply() else { return };
        if let Some(compose) = &self.compose {
            self.sending = true;
            effects.push(Effect::Work(Job::Act(Deed::Sent(compose.case(), text, compose.draft()))));
        }
    }

    pub(super) fn edited(&mut self, result: Result<String, Problem>, now: Timestamp) {
        match (result, &mut self.compose) {
            (Ok(text), Some(compose)) => compose.replace(&text, now),
            (Err(problem), _) => self.fail(&problem, false),
            (Ok(_), None) => {}
        }
    }

    /// What a script may want to know of the last line shown, for tests.
    #[must_use]
    pub fn notice(&self, lang: Lang) -> Option<&str> {
        self.notice.as_ref().map(|notice| notice.text[lang as usize].as_str())
    }
}
