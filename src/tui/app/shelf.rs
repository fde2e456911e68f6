//! Templates and snippets: the screen that lists them, the form that writes one, and what the workbench holds of both.

#![allow(clippy::similar_names, reason = "`self` and `shelf`")]

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{Event, KeyEvent};
use jiff::Timestamp;

use super::{App, Dialog, Then, View};
use crate::i18n::Text;
use crate::problem::Problem;
use crate::reply::template::{Form, Library};
use crate::shelf::{Address, Shelf};
use crate::tui::draft::Leave;
use crate::tui::editor::as_written;
use crate::tui::job::Job;
use crate::tui::job::shelf::{Answer, Change, Task};
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::compose::Compose;
use crate::tui::screens::picker::Templates;
use crate::tui::screens::sheet::SheetForm;
use crate::tui::screens::shelf::{Accepted, ShelfView, source};
use crate::tui::widgets::paste;

impl App {
    /// The templates: those that ship until the operator's own are read, after the first frame.
    pub(super) fn templates(&self) -> Arc<Library> {
        let own = self.shelf.as_ref().map(|shelf| &shelf.templates);
        Arc::clone(own.unwrap_or_else(|| Library::shipped()))
    }

    /// Opens the picker of templates or snippets for the reply that is written.
    pub(super) fn pick(&mut self, form: Form, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Some(compose) = &self.compose else { return };
        self.dialog = Some(Dialog::Templates(Box::new(self.picker(compose, form, now))));
        effects.extend(self.read_shelf());
    }

    /// The picker of templates or snippets for a reply.
    pub(super) fn picker(&self, compose: &Compose, form: Form, now: Timestamp) -> Templates {
        compose.picker(form, self.library(form), Arc::clone(&self.learned), now)
    }

    /// The templates or snippets to choose from.
    fn library(&self, form: Form) -> Arc<Library> {
        match form {
            Form::Reply => self.templates(),
            Form::Snippet => {
                let own = self.shelf.as_ref().map(|shelf| &shelf.snippets);
                Arc::clone(own.unwrap_or_else(|| Library::snippets()))
            }
        }
    }

    /// Has the own files read: some may have been put there since.
    pub(super) fn read_shelf(&self) -> Option<Effect<Job>> {
        self.folder.clone().map(|folder| task(Task::Read(folder, None)))
    }

    /// Does an action of these screens; `false` where it is none.
    pub(super) fn act_on_shelf(
        &mut self,
        action: Action,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) -> bool {
        match &self.dialog {
            Some(Dialog::Shelf(_)) => self.act_in_list(action, effects),
            Some(Dialog::Sheet(..)) => self.act_in_form(action, now, effects),
            _ => match (action, &self.compose) {
                (Action::Templates, compose) => {
                    let used = compose.as_ref().filter(|_| self.view == View::Compose);
                    let on = used.and_then(Compose::template).map(|template| Address::of(template));
                    self.open_shelf(on.as_ref(), effects);
                    true
                }
                (Action::Snippet, Some(_)) if self.view == View::Compose => {
                    self.pick(Form::Snippet, now, effects);
                    true
                }
                _ => false,
            },
        }
    }

    fn open_shelf(&mut self, on: Option<&Address>, effects: &mut Vec<Effect<Job>>) {
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        self.dialog = Some(Dialog::Shelf(Box::new(ShelfView::new(shelf, on))));
        effects.push(task(Task::Learn));
        effects.extend(self.read_shelf());
    }

    fn act_in_list(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let page = self.page();
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        let Some(Dialog::Shelf(view)) = &mut self.dialog else { return false };
        match action {
            Action::Down => view.step(1),
            Action::Up => view.step(-1),
            Action::PageDown => view.step(page),
            Action::PageUp => view.step(-page),
            Action::PreviewDown => view.scroll(1),
            Action::PreviewUp => view.scroll(-1),
            Action::Turn => view.turn(shelf),
            Action::Back if view.back() => {}
            Action::Back => self.dialog = None,
            Action::Cases => {
                if let Some(row) = view.current().filter(|row| row.address.form() == Form::Reply) {
                    effects.push(task(Task::Cases(row.address.full_name())));
                }
            }
            Action::Accept => self.accept_in_list(effects),
            Action::NewSheet
            | Action::CopySheet
            | Action::RemoveSheet
            | Action::EditSheet
            | Action::Editor
                if self.folder.is_none() =>
            {
                self.refuse(Text::ShelfNoFolder);
            }
            Action::NewSheet | Action::CopySheet => view.ask_name(shelf, action == Action::CopySheet),
            Action::RemoveSheet => {
                if !view.ask_removal() {
                    self.refuse(Text::ShelfShips);
                }
            }
            Action::EditSheet | Action::Editor => {
                if let Some(address) = view.current().map(|row| row.address.clone()) {
                    self.open_sheet(&address, None);
                    if action == Action::Editor {
                        self.edit_outside(true, effects);
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// Enter in a question of the list, or on a case.
    fn accept_in_list(&mut self, effects: &mut Vec<Effect<Job>>) {
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        let Some(Dialog::Shelf(view)) = &mut self.dialog else { return };
        if let Some(case) = view.case() {
            self.keep(effects);
            return self.open(case, Then::Visit, effects);
        }
        match (view.accept(shelf), self.folder.clone()) {
            (Some(Accepted::New(address, text)), Some(_)) => self.open_sheet(&address, Some(text)),
            (Some(Accepted::Remove(address)), Some(folder)) => {
                effects.push(task(Task::Remove(folder, address)));
            }
            _ => {}
        }
    }

    /// Opens the form on one; a new one begins with `start`.
    fn open_sheet(&mut self, address: &Address, start: Option<String>) {
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        let saved = start.unwrap_or_else(|| source(shelf, address));
        let sheet = shelf.sheet(address);
        let draft = sheet.and_then(|sheet| sheet.draft.as_deref());
        let mut form = SheetForm::new(address.clone(), &saved, draft);
        if sheet.is_some_and(|sheet| sheet.draft.is_some() && sheet.overtaken) {
            form.is_changed(as_written(&saved));
        }
        let under = match self.dialog.take() {
            Some(Dialog::Shelf(view)) => Some(view),
            Some(Dialog::Sheet(_, under)) => under,
            _ => None,
        };
        self.dialog = Some(Dialog::Sheet(Box::new(form), under));
    }

    /// Back to the list, with the cursor on what was written.
    fn close_sheet(&mut self, address: &Address, effects: &mut Vec<Effect<Job>>) {
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        let Some(Dialog::Sheet(_, Some(mut view))) = self.dialog.take() else {
            return self.open_shelf(Some(address), effects);
        };
        view.show(shelf, address);
        self.dialog = Some(Dialog::Shelf(view));
        effects.push(task(Task::Learn));
    }

    fn act_in_form(&mut self, action: Action, now: Timestamp, effects: &mut Vec<Effect<Job>>) -> bool {
        let (Some(Dialog::Sheet(form, _)), Some(folder)) = (&mut self.dialog, &self.folder) else {
            return false;
        };
        let address = form.address().clone();
        match action {
            Action::Save => {
                let save = |(text, over)| task(Task::Save { folder: folder.clone(), address, text, over });
                effects.extend(form.save().map(save));
            }
            Action::Restore => form.restore(now),
            Action::Editor => self.edit_outside(false, effects),
            Action::Back => match form.leave() {
                Some(Leave::Close) => self.close_sheet(&address, effects),
                Some(Leave::Wait) => {}
                Some(Leave::Keep(text)) => {
                    effects.push(task(Task::Keep { folder: folder.clone(), address, text, differs: true }));
                }
                None => effects.push(task(Task::Forget(folder.clone(), address))),
            },
            _ => return false,
        }
        true
    }

    /// Hands the text of the form to the operator's own editor.
    fn edit_outside(&mut self, from_list: bool, effects: &mut Vec<Effect<Job>>) {
        self.keep_note(effects);
        if let Some(Dialog::Sheet(form, _)) = &self.dialog {
            self.editing = Some((form.address().clone(), from_list));
            effects.push(Effect::Edit(form.text()));
        }
    }

    /// The operator's editor has left: what it wrote is checked and saved.
    pub(super) fn sheet_edited(
        &mut self,
        (address, from_list): (Address, bool),
        result: Result<String, Problem>,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        if !matches!(&self.dialog, Some(Dialog::Sheet(form, _)) if *form.address() == address) {
            self.open_sheet(&address, None);
        }
        let Some(Dialog::Sheet(form, _)) = &mut self.dialog else { return };
        match result {
            Ok(text) if form.replace(&text, now) => {
                if let (Some((text, over)), Some(folder)) = (form.save(), self.folder.clone()) {
                    effects.push(task(Task::Save { folder, address, text, over }));
                }
            }
            Ok(_) if from_list && !form.is_draft() => self.close_sheet(&address, effects),
            Ok(_) => {}
            Err(problem) => self.fail(&problem, false),
        }
    }

    /// A key or a paste that is text for these screens.
    pub(super) fn type_on_shelf(&mut self, key: KeyEvent, now: Timestamp) {
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        match &mut self.dialog {
            Some(Dialog::Shelf(view)) => view.key(&Event::Key(key), shelf),
            Some(Dialog::Sheet(form, _)) => form.key(key, now),
            _ => {}
        }
    }

    /// A pasted text for these screens.
    pub(super) fn paste_on_shelf(&mut self, text: &str, now: Timestamp) {
        let shelf = self.shelf.get_or_insert_with(Shelf::default);
        match &mut self.dialog {
            Some(Dialog::Shelf(view)) => {
                let asks = view.asks();
                if let Some(input) = view.field() {
                    paste(input, text);
                }
                if !asks {
                    view.search(shelf);
                }
            }
            Some(Dialog::Sheet(form, _)) => form.paste(text, now),
            _ => {}
        }
    }

    /// The draft of the template that is written, if the disk lacks it.
    pub(super) fn sheet_to_keep(&mut self) -> Option<Effect<Job>> {
        let (Some(Dialog::Sheet(form, _)), Some(folder)) = (&mut self.dialog, &self.folder) else {
            return None;
        };
        let text = form.keep()?;
        let (address, differs) = (form.address().clone(), form.is_draft());
        Some(task(Task::Keep { folder: folder.clone(), address, text, differs }))
    }

    /// The shelf has answered.
    pub(super) fn shelf_answered(&mut self, answer: Answer, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        match answer {
            Answer::Read(change, shelf, problem) => {
                self.shelf_changed(&change, *shelf, problem, now, effects)
            }
            Answer::Kept(address, text, differs) => {
                let shelf = self.shelf.get_or_insert_with(Shelf::default);
                shelf.note_draft(&address, Some(text.as_str()).filter(|_| differs));
                let Some(Dialog::Sheet(form, _)) = &mut self.dialog else { return };
                if *form.address() == address && form.is_kept(text) {
                    // The list shows that there is a draft; the form stays until that is read.
                    let read = |folder| task(Task::Read(folder, Some(address)));
                    effects.extend(self.folder.clone().map(read));
                }
            }
            Answer::Changed(address, there) => {
                if let Some(Dialog::Sheet(form, _)) = &mut self.dialog
                    && *form.address() == address
                {
                    form.is_changed(there);
                    form.stay(now);
                }
            }
            Answer::Learned(learned) => self.learned = learned,
            Answer::Cases(template, cases) => {
                if let Some(Dialog::Shelf(view)) = &mut self.dialog {
                    view.show_cases(template, cases);
                }
            }
        }
    }

    fn shelf_changed(
        &mut self,
        change: &Change,
        shelf: Shelf,
        problem: Option<Problem>,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        if let Some(compose) = &mut self.compose {
            compose.use_library(&shelf.templates, now);
        }
        if let Some(Dialog::Shelf(view)) = &mut self.dialog {
            view.update(&shelf);
        }
        let is_first = self.shelf.replace(shelf).is_none();
        if let Some(Dialog::Templates(mut picker)) =
            self.dialog.take_if(|one| matches!(one, Dialog::Templates(_)))
        {
            picker.renew(self.library(picker.form));
            self.dialog = Some(Dialog::Templates(picker));
        }
        let (text, address) = match change {
            Change::None => {
                // Said once, at the start; the list shows it ever after.
                if let Some(problem) = problem.filter(|_| is_first) {
                    self.fail(&problem, false);
                }
                return;
            }
            Change::Drafted(address) => (Text::NewsNoteKept, address),
            Change::Saved(address) => (Text::NewsSheetSaved, address),
            Change::Removed(address) => (Text::NewsSheetRemoved, address),
            Change::Forgotten(address) => (Text::NewsSheetForgotten, address),
        };
        self.news(
            |lang| match text {
                Text::NewsNoteKept => text.in_lang(lang).to_owned(),
                _ => format!("{} {}", text.in_lang(lang), address.full_name()),
            },
            now,
        );
        if matches!(&self.dialog, Some(Dialog::Sheet(form, _)) if form.address() == address) {
            self.close_sheet(address, effects);
        }
    }

    /// A template or its draft is not on disk: the form stays and says so.
    pub(super) fn sheet_refused(&mut self, problem: Problem, now: Timestamp) {
        match &mut self.dialog {
            Some(Dialog::Sheet(form, _)) => form.refuse(problem, now),
            _ => self.fail(&problem, true),
        }
    }

    /// The folder of the operator's own files is the one of his settings.
    pub(super) fn folder_of(settings: Option<&PathBuf>) -> Option<PathBuf> {
        settings.and_then(|file| file.parent()).map(ToOwned::to_owned)
    }
}

/// What the store is asked for when the workbench starts and after a reply was sent.
pub(super) fn task(task: Task) -> Effect<Job> {
    Effect::Work(Job::Shelf(task))
}
