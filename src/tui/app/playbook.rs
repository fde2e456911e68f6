//! The playbook dialogue of the case on screen, and its appeal pack.

use jiff::{SignedDuration, Timestamp};

use super::{App, Dialog, View};
use crate::domain::CaseId;
use crate::domain::evidence::Typed;
use crate::domain::playbook::Playbook;
use crate::i18n::Text;
use crate::tui::draft::Leave;
use crate::tui::job::{Deed, Job};
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::playbook::PlaybookView;

/// Where a pack lies is said as long.
const PACK_FADES: SignedDuration = SignedDuration::from_secs(60);

impl App {
    /// An action of the playbook on the case on screen; `false`: it is none.
    pub(super) fn act_on_playbook(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let Some(case) = self.case.as_ref().filter(|_| self.view == View::Case) else { return false };
        let (file, book) = (&case.file, self.playbook.as_ref().unwrap_or_else(|| Playbook::shipped()));
        match (action, &mut self.dialog) {
            (Action::Playbook, None) => {
                self.dialog = Some(Dialog::Playbook(Box::default()));
            }
            (Action::Back, Some(Dialog::Playbook(view))) => {
                let Some(form) = view.form() else { return false };
                let id = file.summary.id;
                match form.leave() {
                    Leave::Close => self.close_form(id, effects),
                    Leave::Wait => {}
                    Leave::Keep(typed) => effects.push(Effect::Work(Job::KeepStep(id, Box::new(typed)))),
                }
            }
            (Action::Appeal, None | Some(Dialog::Playbook(_))) => {
                let id = file.summary.id;
                self.packing = true;
                effects.push(Effect::Work(Job::Appeal(id, Box::new(book.clone()))));
            }
            (Action::Tick, Some(Dialog::Playbook(view))) => {
                effects.extend(view.tick(file, book).map(act));
            }
            (Action::Note | Action::Attach, Some(Dialog::Playbook(view))) => {
                view.open_form(action == Action::Attach, file, book);
            }
            (Action::Stage, Some(Dialog::Playbook(view))) => view.ask_stage(file),
            (Action::Category, Some(Dialog::Playbook(view))) => view.ask_category(file, book),
            (Action::KeepEvidence, Some(Dialog::Playbook(view))) => {
                let draft = view.keep();
                effects.extend(draft.map(|draft| act(Deed::Evidence(file.summary.id, Box::new(draft)))));
            }
            (Action::Accept, Some(Dialog::Playbook(view))) => {
                effects.extend(view.accept(file.summary.id).map(act));
            }
            // What a step proposes is done from the list itself, as from the case.
            _ => return false,
        }
        true
    }

    /// The playbook that has the keys.
    pub(super) fn open_playbook(&mut self) -> Option<&mut PlaybookView> {
        match &mut self.dialog {
            Some(Dialog::Playbook(view)) => Some(view),
            _ => None,
        }
    }

    /// Closes the form of a step; the case is read anew, with what was typed into it.
    fn close_form(&mut self, case: CaseId, effects: &mut Vec<Effect<Job>>) {
        self.open_playbook().map(PlaybookView::close_form);
        effects.push(Effect::Work(Job::Load(case, 0)));
    }

    /// The draft of the form that is written, if the store lacks it.
    pub(super) fn step_to_keep(&mut self) -> Option<Effect<Job>> {
        let case = self.case.as_ref()?.file.summary.id;
        let typed = self.open_playbook()?.form()?.to_keep()?;
        Some(Effect::Work(Job::KeepStep(case, Box::new(typed))))
    }

    /// The draft of a form is on disk.
    pub(super) fn step_kept(
        &mut self,
        case: CaseId,
        typed: Typed,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        let says_something = !typed.is_empty();
        let Some(form) = self.open_playbook().and_then(PlaybookView::form) else { return };
        if form.is_kept(typed) {
            if says_something {
                self.news(|lang| Text::NewsNoteKept.in_lang(lang).to_owned(), now);
            }
            self.close_form(case, effects);
        }
    }

    /// Moves the cursor of the open playbook.
    pub(super) fn step_in_playbook(&mut self, lines: isize) {
        if let (Some(Dialog::Playbook(view)), Some(case)) = (&mut self.dialog, &self.case) {
            let book = self.playbook.as_ref().unwrap_or_else(|| Playbook::shipped());
            view.step(lines, &case.file, book);
        }
    }

    /// A pack is written: where it lies stays on screen for a while.
    pub(super) fn packed(&mut self, folder: &std::path::Path, complete: bool, now: Timestamp) {
        self.packing = false;
        let folder = shown(folder);
        self.long_news(
            |lang| {
                let said = format!("{} {folder}", Text::NewsPacked.in_lang(lang));
                let missing = Text::PackMissing.in_lang(lang);
                if complete { said } else { format!("{said} · {missing}") }
            },
            PACK_FADES,
            now,
        );
    }
}

/// A path as people write it: their home is `~`, so that its end stays on the line.
fn shown(path: &std::path::Path) -> String {
    let home = directories::BaseDirs::new();
    let below = home.as_ref().and_then(|dirs| path.strip_prefix(dirs.home_dir()).ok());
    below.map_or_else(|| path.display().to_string(), |below| format!("~/{}", below.display()))
}

fn act(deed: Deed) -> Effect<Job> {
    Effect::Work(Job::Act(deed))
}
