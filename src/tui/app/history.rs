//! The buyer's history, the SKU notes and the two ways of a claim: what their keys do and what comes back for them.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use super::{App, Dialog, Then, View, Wish};
use crate::domain::CaseId;
use crate::domain::note::{NoteText, SkuNote};
use crate::domain::view::CaseFile;
use crate::i18n::Text;
use crate::problem::Problem;
use crate::tui::draft::Leave;
use crate::tui::job::{Claim, Deed, Job};
use crate::tui::keymap::{Action, Travel};
use crate::tui::runtime::Effect;
use crate::tui::screens::buyer::BuyerView;
use crate::tui::screens::notes::{NoteForm, NotesView};
use crate::tui::screens::paths::PathsView;

impl App {
    /// Does an action of these screens; `false` where it is none.
    pub(super) fn act_beside(
        &mut self,
        action: Action,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) -> bool {
        let travel = action.travel(self.page());
        match &mut self.dialog {
            Some(Dialog::Buyer(view)) => match travel {
                Some(Travel::By(lines)) => view.step(lines),
                Some(Travel::To(end)) => view.jump(end),
                _ if action == Action::Open => self.open_other(effects),
                _ => return false,
            },
            Some(Dialog::Notes(view)) => match travel {
                Some(Travel::By(lines)) => view.step(lines),
                Some(Travel::To(end)) => view.jump(end),
                _ if action == Action::SkuNote => {
                    if let Some(note) = view.current().cloned() {
                        self.dialog = Some(Dialog::Note(Box::new(NoteForm::new(note, true))));
                    }
                }
                _ => return false,
            },
            Some(Dialog::Paths(view)) => match travel {
                Some(Travel::By(lines)) => view.step(lines),
                Some(Travel::To(end)) => view.jump(end),
                _ => return false,
            },
            Some(Dialog::Note(form)) => match action {
                Action::NextField | Action::PreviousField => form.turn(),
                Action::Restore => form.restore(now),
                Action::Save => {
                    if let Some(text) = form.save() {
                        effects.push(Effect::Work(Job::Act(Deed::Note(text))));
                    }
                }
                Action::Back => match form.leave() {
                    Leave::Close => self.close_note(effects),
                    Leave::Wait => {}
                    Leave::Keep(text) => effects.push(Effect::Work(Job::KeepNote(text))),
                },
                _ => return false,
            },
            _ => return self.open_beside(action, effects),
        }
        true
    }

    /// Asks the store for what a screen of these shows.
    fn open_beside(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let then = match action {
            Action::SkuNotes => {
                self.ask_notes(effects);
                return true;
            }
            Action::Buyer => Then::Buyer,
            Action::SkuNote => Then::Note,
            Action::Paths => Then::Paths,
            _ => return false,
        };
        match self.target() {
            None => self.refuse(Text::NotACase),
            Some(case) if then == Then::Paths => self.ask_paths(case, effects),
            Some(case) => self.open(case, then, effects),
        }
        true
    }

    /// Asks for the two ways of a claim; where they are on screen already, as they are now.
    pub(super) fn ask_paths(&mut self, case: CaseId, effects: &mut Vec<Effect<Job>>) {
        self.ticket += 1;
        self.wanted = Some(Wish { ticket: self.ticket, then: Then::Paths });
        effects.push(Effect::Work(Job::Paths(case, self.ticket)));
    }

    fn ask_notes(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.ticket += 1;
        self.wanted = Some(Wish { ticket: self.ticket, then: Then::Notes });
        effects.push(Effect::Work(Job::Notes(self.ticket)));
    }

    /// A case that was asked for by one of these screens is there.
    pub(super) fn opened_beside(&mut self, file: Box<CaseFile>, then: Then) {
        match (then, &file.note) {
            (Then::Buyer, _) => self.dialog = Some(Dialog::Buyer(Box::new(BuyerView::new(file)))),
            (Then::Note, Some(note)) => {
                self.dialog = Some(Dialog::Note(Box::new(NoteForm::new(note.clone(), false))));
            }
            (Then::Note, None) => self.refuse(Text::NoteNoSku),
            _ => {}
        }
    }

    /// Enter in the history: the case under the cursor; Esc there comes back to the history.
    fn open_other(&mut self, effects: &mut Vec<Effect<Job>>) {
        let Some(Dialog::Buyer(view)) = &self.dialog else { return };
        match view.current() {
            Some(case) if case != view.file.summary.id || self.view != View::Case => {
                self.open(case, Then::Visit, effects);
            }
            Some(_) => self.dialog = None,
            None => {}
        }
    }

    /// The list of notes is there.
    pub(super) fn notes_read(&mut self, ticket: u64, notes: Vec<SkuNote>) {
        if self.wanted.take_if(|wish| wish.ticket == ticket).is_some() {
            let on = match &self.dialog {
                Some(Dialog::Notes(view)) => view.current().map(|note| note.text.sku.clone()),
                Some(Dialog::Note(form)) => Some(form.text().sku),
                _ => None,
            };
            self.dialog = Some(Dialog::Notes(NotesView::new(notes, on.as_deref())));
        }
    }

    /// What is known of a claim is there; `None` where the case is none that is open.
    pub(super) fn paths_read(&mut self, ticket: u64, read: Option<Box<Claim>>) {
        if self.wanted.take_if(|wish| wish.ticket == ticket).is_none() {
            return;
        }
        match (read, &mut self.dialog) {
            (Some(claim), Some(Dialog::Paths(view))) if view.case() == claim.file.summary.id => {
                view.update(claim);
            }
            (Some(claim), _) => self.dialog = Some(Dialog::Paths(PathsView::new(claim))),
            (None, _) => self.refuse(Text::NotAClaim),
        }
    }

    /// A key or a paste for the note being written.
    pub(super) fn type_note(&mut self, key: KeyEvent, now: Timestamp) {
        if let Some(Dialog::Note(form)) = &mut self.dialog {
            form.key(key, now);
        }
    }

    /// Hands the draft of a note, a template or a step over, if it is not on disk.
    pub(super) fn keep_note(&mut self, effects: &mut Vec<Effect<Job>>) {
        effects.extend(self.sheet_to_keep());
        effects.extend(self.step_to_keep());
        if let Some(Dialog::Note(form)) = &mut self.dialog
            && let Some(text) = form.keep()
        {
            effects.push(Effect::Work(Job::KeepNote(text)));
        }
    }

    /// When the draft of a note, a template or a step has to be kept.
    pub(super) fn note_due(&self) -> Option<Timestamp> {
        match &self.dialog {
            Some(Dialog::Note(form)) => form.keep_at(),
            Some(Dialog::Sheet(form, _)) => form.keep_at(),
            Some(Dialog::Playbook(view)) => view.keep_at(),
            _ => None,
        }
    }

    /// The draft of a note is on disk.
    pub(super) fn note_kept(&mut self, text: NoteText, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Some(Dialog::Note(form)) = &mut self.dialog else { return };
        if form.is_kept(text) {
            if form.is_draft() {
                self.news(|lang| Text::NewsNoteKept.in_lang(lang).to_owned(), now);
            }
            self.close_note(effects);
        }
    }

    /// A note or its draft is not on disk: the dialogue stays and says so.
    pub(super) fn note_refused(&mut self, problem: Problem, now: Timestamp) {
        match &mut self.dialog {
            Some(Dialog::Note(form)) => form.refuse(problem, now),
            _ => self.fail(&problem, true),
        }
    }

    /// Back to the list or to the case, which shows the note as it is now.
    pub(super) fn close_note(&mut self, effects: &mut Vec<Effect<Job>>) {
        if matches!(&self.dialog, Some(Dialog::Note(form)) if form.from_list) {
            return self.ask_notes(effects);
        }
        self.dialog.take_if(|dialog| matches!(dialog, Dialog::Note(_)));
        self.reload_case(effects);
    }

    /// A note was saved or a save undone: whatever shows it reads it anew.
    pub(super) fn note_changed(&mut self, effects: &mut Vec<Effect<Job>>) {
        if matches!(self.dialog, Some(Dialog::Notes(_))) {
            self.ask_notes(effects);
        }
        self.reload_case(effects);
    }

    fn reload_case(&mut self, effects: &mut Vec<Effect<Job>>) {
        let shown: Option<CaseId> = self.target().filter(|_| matches!(self.view, View::Case | View::Compose));
        effects.extend(shown.map(|case| Effect::Work(Job::Load(case, 0))));
    }
}
