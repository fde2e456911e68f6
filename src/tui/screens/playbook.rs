//! The playbook of a case: its steps in order, what was kept for each, and the forms that keep more.

mod form;
mod view;

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::domain::CaseId;
use crate::domain::case::Stage;
use crate::domain::evidence::Draft;
use crate::domain::playbook::{Place, Playbook, Risk};
use crate::domain::view::CaseFile;
use crate::problem::Problem;
use crate::tui::job::Deed;
use crate::tui::keymap::{self, Scope};

pub use form::EvidenceForm;
pub use view::{progress_line, summary, view};

/// What lies over the list of steps.
#[derive(Debug)]
enum Mode {
    List,
    Form(Box<EvidenceForm>),
    /// Where is the parcel? The cursor over the stages and "as the order says".
    Stage(usize),
    /// Which category? The cursor over the categories and "as its name says".
    Category(usize),
}

/// State of the dialogue. The case itself is the one on screen.
#[derive(Debug)]
pub struct PlaybookView {
    /// The step under the cursor; `None`: the next open one.
    selected: Option<String>,
    mode: Mode,
    /// Something was handed to the store; the next key waits for the answer.
    pub storing: bool,
}

impl Default for PlaybookView {
    fn default() -> Self {
        Self { selected: None, mode: Mode::List, storing: false }
    }
}

impl PlaybookView {
    /// The scope of its keys: the list, a form with text, or a choice.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.mode {
            Mode::List => Scope::Playbook,
            Mode::Form(_) => Scope::Evidence,
            Mode::Stage(_) | Mode::Category(_) => Scope::Picker,
        }
    }

    /// The place of the cursor among a case's steps.
    fn at(&self, places: &[Place<'_>]) -> usize {
        let named = |id: &String| places.iter().position(|place| place.step.id == *id);
        let open = || places.iter().position(|place| place.tick.is_none());
        self.selected.as_ref().and_then(named).or_else(open).unwrap_or(places.len().saturating_sub(1))
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize, file: &CaseFile, book: &Playbook) {
        let move_in = |at: usize, count: usize| at.saturating_add_signed(lines).min(count.saturating_sub(1));
        match &mut self.mode {
            Mode::Stage(at) => *at = move_in(*at, Stage::ALL.len() + 1),
            Mode::Category(at) => *at = move_in(*at, Risk::ALL.len() + 1),
            Mode::Form(_) => {}
            Mode::List => {
                let places = book.places(file);
                let at = move_in(self.at(&places), places.len());
                self.selected = places.get(at).map(|place| place.step.id.clone());
            }
        }
    }

    /// Ticks the step under the cursor or takes its tick off; the step that asks for the stage opens that question.
    pub fn tick(&mut self, file: &CaseFile, book: &Playbook) -> Option<Deed> {
        let places = book.places(file);
        let place = places.get(self.at(&places))?;
        if place.step.asks_for_the_stage() {
            self.ask_stage(file);
            return None;
        }
        self.storing = true;
        let done = place.tick.is_none();
        // After a tick the next open step is selected; a tick taken off stays under the cursor.
        self.selected = Some(place.step.id.clone()).filter(|_| !done);
        Some(Deed::Tick(file.summary.id, place.step.id.clone(), place.step.wants, done))
    }

    /// Opens the form for a note or a file of the step under the cursor.
    pub fn open_form(&mut self, attach: bool, file: &CaseFile, book: &Playbook) {
        let places = book.places(file);
        if let Some(place) = places.get(self.at(&places)) {
            self.selected = Some(place.step.id.clone());
            let typed = file.typed.iter().find(|typed| typed.is_of(&place.step.id, attach));
            self.mode = Mode::Form(Box::new(EvidenceForm::new(place, attach, typed)));
        }
    }

    /// Asks where the parcel is.
    pub fn ask_stage(&mut self, file: &CaseFile) {
        let at = file.stage.and_then(|stage| Stage::ALL.iter().position(|each| *each == stage));
        self.mode = Mode::Stage(at.unwrap_or(0));
    }

    /// Asks which category the article is in.
    pub fn ask_category(&mut self, file: &CaseFile, book: &Playbook) {
        let now = book.situation(file).risks.first().copied().unwrap_or(Risk::Ordinary);
        self.mode = Mode::Category(Risk::ALL.iter().position(|each| *each == now).unwrap_or(0));
    }

    /// Enter in a choice.
    pub fn accept(&mut self, case: CaseId) -> Option<Deed> {
        let deed = match self.mode {
            Mode::Stage(at) => Deed::Stage(case, Stage::ALL.get(at).copied()),
            Mode::Category(at) => Deed::Category(case, Risk::ALL.get(at).copied()),
            Mode::List | Mode::Form(_) => return None,
        };
        self.mode = Mode::List;
        self.storing = true;
        Some(deed)
    }

    /// Enter in the form: the next field, or the whole of it.
    pub fn keep(&mut self) -> Option<Draft> {
        let Mode::Form(form) = &mut self.mode else { return None };
        let draft = form.keep()?;
        self.storing = true;
        Some(draft)
    }

    /// The next field of the form, or the one before.
    pub fn turn(&mut self, forward: bool) {
        if let Mode::Form(form) = &mut self.mode {
            form.step(forward);
        }
    }

    /// A key that is no action: text of the form, or the number of a choice.
    pub fn key(&mut self, key: KeyEvent, case: CaseId, now: Timestamp) -> Option<Deed> {
        let number = keymap::letter(&key).and_then(|letter| letter.to_digit(10));
        let number = number.and_then(|number| usize::try_from(number).ok()?.checked_sub(1));
        match (&mut self.mode, number) {
            (Mode::Form(form), _) => form.key(key, now),
            (Mode::Stage(at), Some(number)) if number <= Stage::ALL.len() => {
                *at = number;
                return self.accept(case);
            }
            (Mode::Category(at), Some(number)) if number <= Risk::ALL.len() => {
                *at = number;
                return self.accept(case);
            }
            _ => {}
        }
        None
    }

    /// Pasted text goes into the field of the form.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        if let Mode::Form(form) = &mut self.mode {
            form.paste(text, now);
        }
    }

    /// One step back; `false` when there is none before.
    pub fn back(&mut self) -> bool {
        !matches!(std::mem::replace(&mut self.mode, Mode::List), Mode::List)
    }

    /// The form that is written.
    pub fn form(&mut self) -> Option<&mut EvidenceForm> {
        match &mut self.mode {
            Mode::Form(form) => Some(form),
            _ => None,
        }
    }

    /// Whether its form stands on its last field; `None`: no form is open.
    #[must_use]
    pub const fn is_last_field(&self) -> Option<bool> {
        match &self.mode {
            Mode::Form(form) => Some(form.is_last()),
            _ => None,
        }
    }

    /// When the draft of its form has to be kept.
    #[must_use]
    pub const fn keep_at(&self) -> Option<Timestamp> {
        match &self.mode {
            Mode::Form(form) => form.keep_at(),
            _ => None,
        }
    }

    /// The form closes; what was typed into it is read with the case.
    pub fn close_form(&mut self) {
        self.mode = Mode::List;
        self.storing = true;
    }

    /// Whether something is on its way to the store, or the case on its way here.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        let form = match &self.mode {
            Mode::Form(form) => form.is_waiting(),
            _ => false,
        };
        self.storing || form
    }

    /// The store has it: the form is done.
    pub fn stored(&mut self) {
        self.mode = Mode::List;
    }

    /// The case is there as it is now.
    pub fn updated(&mut self) {
        self.storing = false;
    }

    /// The store refused. A form stays with the reason; else it is for the line above the footer.
    pub fn refuse(&mut self, problem: Problem, now: Timestamp) -> Option<Problem> {
        self.storing = false;
        match &mut self.mode {
            Mode::Form(form) => {
                form.refuse(problem, now);
                None
            }
            _ => Some(problem),
        }
    }
}
