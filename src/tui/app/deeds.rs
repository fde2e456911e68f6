//! What comes back from the store, the clipboard and the editor, and what follows from it.

use jiff::Timestamp;
use tui_input::Input as Line;

use super::{App, Dialog, Then, View};
use crate::domain::CaseId;
use crate::domain::event;
use crate::domain::view::{CaseFile, ReplyDraft, Summary};
use crate::i18n::{Lang, Text};
use crate::problem::Problem;
use crate::reply::history::deed_words;
use crate::reply::template::Unfilled;
use crate::tui::editor::as_written;
use crate::tui::job::shelf::Task;
use crate::tui::job::{Deed, Done, Job, Wanted};
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::offers::OffersView;
use crate::tui::screens::playbook::PlaybookView;
use crate::tui::widgets::Context;

impl App {
    pub(super) fn done(&mut self, done: Done, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        match done {
            Done::Page { after, filter, last, rows } => {
                if filter == self.queue.filter {
                    self.queue.take(after, rows, last);
                }
            }
            Done::Counted { counts, event } => {
                self.counts = Some(counts);
                // Another kesu, or a command, wrote to the file.
                if event > self.last_event {
                    self.last_event = event;
                    self.ask_figures(effects);
                    self.reload(effects);
                }
            }
            Done::Forecast(forecast) => self.forecast.take(forecast),
            Done::Health(account) => self.health.take(account),
            Done::Costs(answer) => self.costs_answered(answer),
            Done::Rules(Ok(policy)) => self.work.use_policy(policy.time),
            Done::Rules(Err(problem)) => self.fail(&problem, false),
            Done::Sat(sitting, kept) => self.work.kept(sitting, kept),
            Done::Report(page, period, sheet) => self.report.take(page, period, sheet),
            Done::Loaded(id, ticket, file) => self.loaded(id, ticket, file, now, effects),
            Done::Kept(case, draft, both) => self.draft_kept(case, draft, both, now),
            Done::NotKept(case, problem) => {
                if let Some(compose) = self.compose.as_mut().filter(|compose| compose.case() == case) {
                    compose.not_kept(now);
                }
                self.fail(&problem, true);
            }
            Done::Settings(Ok(config)) => {
                self.seller = config.store.seller();
                self.flags = config.buyer_flags;
                self.outside.set(config.ways, config.hooks, config.store.email);
                if let Some(compose) = &mut self.compose {
                    compose.name_seller(self.seller.clone(), now);
                }
            }
            Done::Shelf(answer) => self.shelf_answered(answer, now, effects),
            Done::Playbook(Ok(book)) => self.playbook = Some(*book),
            Done::Carriers(Ok(carriers)) => self.carriers = carriers,
            Done::Settings(Err(problem)) | Done::Playbook(Err(problem)) | Done::Carriers(Err(problem)) => {
                self.fail(&problem, false)
            }
            Done::Packed { event, folder, complete } => {
                self.last_event = event;
                self.packed(&folder, complete, now);
                if let Some(case) = self.target() {
                    effects.push(Effect::Work(Job::Load(case, 0)));
                }
            }
            Done::Acted { event, deed, cases } => {
                self.last_event = event;
                // Whether the terminal took it nobody can know: the first time say what to check.
                let advice = self.route.take().filter(|route| {
                    route.insists()
                        || route.advice(self.lang).is_some() && !std::mem::replace(&mut self.advised, true)
                });
                let asleep = match (&deed, cases.as_slice()) {
                    (Deed::Snooze(..), [only]) => only.wake,
                    _ => None,
                };
                let words = [Lang::En, Lang::Zh].map(|lang| {
                    let advice = advice.as_ref().and_then(|route| route.advice(lang));
                    match (asleep, advice) {
                        (Some(wake), _) => Context { lang, ..self.context(now) }.snoozed(wake),
                        (None, Some(advice)) => format!("{} · {advice}", deed.news(lang)),
                        (None, None) => deed.news(lang),
                    }
                });
                self.news(|lang| words[lang as usize].clone(), now);
                self.acted(&deed, &cases, now, effects);
                self.count(now, effects);
            }
            Done::Mailed { event, path, case } => self.mailed(event, &path, case.as_deref(), now, effects),
            Done::NoSender(_) => self.dialog = Some(Dialog::Sender(Line::default())),
            Done::UndoesImport => {
                self.undo_import = true;
                self.refuse(Text::UndoesImport);
            }
            Done::Expired(count) => self.expired(count, now, effects),
            Done::NothingToUndo => self.refuse(Text::NothingToUndo),
            Done::Undone { event, was, case } => self.undone(event, &was, case.as_deref(), now, effects),
            Done::Progress(progress) => self.import.progress(progress),
            Done::Imported { event, result } => {
                self.last_event = event;
                self.import.done(result);
                self.reload(effects);
                self.count(now, effects);
            }
            Done::Stopped => self.import.stopped(),
            Done::Replies(ticket, case, replies) => self.replies_read(ticket, case, replies, now),
            Done::Notes(ticket, notes) => self.notes_read(ticket, notes),
            Done::Paths(ticket, read) => self.paths_read(ticket, read),
            Done::StepKept(case, typed) => self.step_kept(case, *typed, now, effects),
            Done::NoteKept(text) => self.note_kept(text, now, effects),
            Done::Failed { wanted, problem } => self.failed(&wanted, problem, now),
        }
    }

    /// So many offers expired: one of them may be on screen.
    fn expired(&mut self, count: usize, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        if count > 0 {
            let shown = self.case.as_ref().map(|case| case.file.summary.id);
            effects.extend(shown.map(|case| Effect::Work(Job::Load(case, 0))));
            self.count(now, effects);
        }
    }

    fn loaded(
        &mut self,
        id: CaseId,
        ticket: u64,
        file: Option<Box<CaseFile>>,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        self.peek_asked = false;
        let wish = self.wanted.take_if(|wish| wish.ticket == ticket);
        if self.case.as_ref().is_some_and(|case| case.file.summary.id == id) {
            self.open_playbook().map(PlaybookView::updated);
            self.open_offers().map(OffersView::updated);
        }
        if let (Some(Dialog::Buyer(view)), Some(file)) = (&mut self.dialog, &file)
            && view.file.summary.id == id
        {
            view.update(file.clone());
        }
        // Another kesu took the case away, or found that it is one with another: its line goes.
        if file.as_ref().is_none_or(|file| file.summary.id != id) {
            self.queue.remove(id);
        }
        let Some(file) = file else {
            if wish.is_some() {
                self.refuse(Text::NotACase);
            }
            return;
        };
        self.queue.read(file.clone());
        if let Some(case) = self.case.as_mut().filter(|case| case.file.summary.id == id) {
            case.update(file.clone());
        }
        if let Some(compose) = self.compose.as_mut().filter(|compose| compose.case() == id) {
            compose.update(file.clone(), now);
        }
        if let Some(wish) = wish {
            self.opened(file, wish.then, now, effects);
        }
    }

    /// An action is stored: what is next is already selected.
    fn acted(&mut self, deed: &Deed, cases: &[Summary], now: Timestamp, effects: &mut Vec<Effect<Job>>) {
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
                effects.push(super::shelf::task(Task::Learn));
                if self.comes_from(*case) {
                    self.step_back(effects);
                } else {
                    self.open(*case, Then::Show, effects);
                }
            }
            Deed::Archive(gone, ..) => {
                self.dialog = None;
                self.queue.unmark();
                if self.view == View::Queue {
                    return;
                }
                self.compose = None;
                match next.filter(|next| !gone.contains(next)) {
                    Some(next) => self.go_on(next, effects),
                    None => self.show_queue(effects),
                }
            }
            Deed::Offer(case, _) => {
                self.close_offer(effects);
                effects.push(Effect::Work(Job::Load(*case, 0)));
            }
            Deed::Outcome(case, _) => {
                self.dialog = None;
                effects.push(Effect::Work(Job::Load(*case, 0)));
            }
            Deed::MoveOffer(case, _) => {
                self.open_offers().map(OffersView::stored);
                effects.push(Effect::Work(Job::Load(*case, 0)));
            }
            Deed::Snooze(..) => {
                self.queue.unmark();
                let gone: Vec<CaseId> =
                    cases.iter().filter(|case| case.wake > Some(now)).map(|case| case.id).collect();
                if !self.queue.filter.asleep {
                    for case in &gone {
                        self.queue.remove(*case);
                    }
                }
                match (self.view, next.filter(|next| !gone.contains(next)), on_screen) {
                    (View::Queue, ..) => {}
                    // In sight again: it stays on screen.
                    (_, _, Some(case)) if gone.is_empty() => effects.push(Effect::Work(Job::Load(case, 0))),
                    (_, Some(next), _) => self.go_on(next, effects),
                    _ => self.show_queue(effects),
                }
            }
            Deed::Tick(case, ..)
            | Deed::Evidence(case, _)
            | Deed::Stage(case, _)
            | Deed::Category(case, _) => {
                if let Some(view) = self.open_playbook() {
                    view.stored();
                }
                effects.push(Effect::Work(Job::Load(*case, 0)));
            }
            Deed::Overrule(_, rules, _, text) => {
                if let Some(then) = self.overruled(rules, text) {
                    self.act(then, now, effects);
                }
            }
            Deed::Note(_) => self.close_note(effects),
            Deed::Cost(_) => self.cost_saved(effects),
            Deed::Kind(case, _)
            | Deed::Judge(case, _)
            | Deed::NoReply(case)
            | Deed::Copied(case, _)
            | Deed::Wait(case, _) => {
                if self.view != View::Queue {
                    effects.push(Effect::Work(Job::Load(*case, 0)));
                }
            }
        }
    }

    fn undone(
        &mut self,
        event: i64,
        was: &event::Deed,
        case: Option<&Summary>,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        self.last_event = event;
        self.news(
            |lang| {
                let number = case.map(|case| format!(" · #{}", case.id)).unwrap_or_default();
                format!("{}: {}{number}", Text::NewsUndone.in_lang(lang), deed_words(was, lang))
            },
            now,
        );
        if let Some(case) = case {
            self.queue.update(case);
            if self.view == View::Case {
                // The case that changed is the one to look at.
                self.open(case.id, Then::Show, effects);
            }
        }
        if matches!(was, event::Deed::Sent { .. }) {
            effects.push(super::shelf::task(Task::Learn));
        }
        if matches!(was, event::Deed::SkuNoted { .. }) {
            self.note_changed(effects);
        }
        self.costs_undone(was, effects);
        self.reload(effects);
        self.count(now, effects);
    }

    /// A job was not done: only who waits for it learns it.
    fn failed(&mut self, wanted: &Wanted, problem: Problem, now: Timestamp) {
        let stored = match wanted {
            Wanted::Page => {
                self.queue.not_read();
                false
            }
            Wanted::Case(ticket) => {
                self.peek_asked = false;
                self.wanted.take_if(|wish| wish.ticket == *ticket);
                self.open_playbook().map(PlaybookView::updated);
                self.open_offers().map(OffersView::updated);
                false
            }
            Wanted::Count | Wanted::Mail => false,
            Wanted::Sent => {
                self.sending = false;
                if let Some(compose) = &mut self.compose {
                    compose.not_kept(now);
                }
                true
            }
            Wanted::Overrule => {
                if let Some(Dialog::Findings(list)) = &mut self.dialog {
                    list.not_stored();
                }
                true
            }
            Wanted::Offer => {
                if let Some(Dialog::Offer(form, _)) = &mut self.dialog {
                    return form.refuse(problem);
                }
                true
            }
            Wanted::MoveOffer => match self.open_offers() {
                Some(view) => return view.refuse(problem),
                None => true,
            },
            Wanted::Archive => {
                self.dialog.take_if(|dialog| matches!(dialog, Dialog::Archive(_)));
                true
            }
            Wanted::Playbook => match self.open_playbook() {
                Some(view) => match view.refuse(problem, now) {
                    Some(problem) => return self.fail(&problem, true),
                    None => return,
                },
                None => true,
            },
            Wanted::Appeal => {
                self.packing = false;
                false
            }
            Wanted::Import => {
                self.import.stopped();
                false
            }
            Wanted::Note => return self.note_refused(problem, now),
            Wanted::Cost => return self.cost_refused(problem),
            Wanted::Shelf => return self.sheet_refused(problem, now),
            Wanted::Other => true,
        };
        self.fail(&problem, stored);
    }

    /// The whole reply, or the next value it lacks is asked for; `then` goes on when the last one is there.
    pub(super) fn whole_reply(&mut self, then: Action, now: Timestamp) -> Option<String> {
        match self.compose.as_ref()?.reply() {
            Ok(text) if text.trim().is_empty() => {
                self.refuse(Text::NothingToSend);
                None
            }
            Ok(text) => (!self.is_stopped(&text, then)).then_some(text),
            Err(Unfilled::Missing(_)) => {
                self.ask_next(now);
                self.after_values = Some(then);
                None
            }
            Err(Unfilled::Broken(problem)) => {
                self.fail(&problem, false);
                None
            }
        }
    }

    pub(super) fn send(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        if self.sending {
            return;
        }
        let Some(text) = self.whole_reply(Action::Sent, now) else { return };
        // Should the store refuse the reply, its words are kept all the same.
        self.keep(effects);
        if let Some(compose) = &mut self.compose {
            self.sending = true;
            effects.push(Effect::Work(Job::Act(Deed::Sent(compose.case(), text, compose.hand_over()))));
        }
    }

    /// What the editor left: into the reply it came from, on screen or not.
    pub(super) fn edited(
        &mut self,
        result: Result<String, Problem>,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        if let Some(editing) = self.editing.take() {
            return self.sheet_edited(editing, result, now, effects);
        }
        match (result, self.out.take()) {
            (Ok(text), Some((case, handed))) => {
                let addition = as_written(&text);
                let draft = ReplyDraft { addition, ..handed.clone() };
                match self.compose.as_mut().filter(|compose| compose.case() == case) {
                    Some(compose) => {
                        let here = compose.draft();
                        // Another window may have typed into it meanwhile.
                        let draft = if here == handed { draft } else { draft.with(&here, &[&handed]) };
                        compose.replace(&draft.addition, now);
                    }
                    None => effects.push(Effect::Work(Job::Keep { case, draft, over: handed })),
                }
            }
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
