//! The Templates screen: every template and snippet by language and situation, whose it is, what it has learned.

#![allow(clippy::similar_names, reason = "`self` and `shelf`")]

mod view;

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::Event;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use crate::domain::CaseId;
use crate::domain::view::Summary;
use crate::mistake::Mistake;
use crate::problem::Problem;
use crate::reply::template::{Form, Library, Origin, Template, score};
use crate::shelf::{Address, Shelf};

pub use view::view;

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which one.
    pub address: Address,
    /// As it is used; `None` for an own file that is broken or was never saved and takes no other's place.
    pub template: Option<Arc<Template>>,
    /// What keeps the own file from being used.
    mistake: Option<Mistake>,
    /// Something was typed since it was saved.
    draft: bool,
    /// There is an own file or draft, which can be removed.
    own: bool,
}

/// What lies over the list and takes the keys.
#[derive(Debug)]
enum Over {
    /// The name of a new one is typed; its text is known.
    Name(Input, Option<String>, Option<Problem>),
    /// This one is removed by Enter.
    Remove(Address),
    /// The cases that were answered with one, and the one under the cursor.
    Cases(String, Vec<Summary>, usize),
}

/// The screen.
#[derive(Debug)]
pub struct ShelfView {
    form: Form,
    query: Input,
    rows: Vec<Row>,
    selected: usize,
    over: Option<Over>,
    /// First line of the preview on screen.
    scroll: usize,
}

impl ShelfView {
    /// Opens the list of templates, on the one that is named where it is there.
    #[must_use]
    pub fn new(shelf: &Shelf, on: Option<&Address>) -> Self {
        let mut view = Self {
            form: on.map_or(Form::Reply, Address::form),
            query: Input::default(),
            rows: Vec::new(),
            selected: 0,
            over: None,
            scroll: 0,
        };
        view.search(shelf);
        view.select(on);
        view
    }

    /// Takes in the shelf as it is now; the cursor stays on its line.
    pub fn update(&mut self, shelf: &Shelf) {
        let (on, at) = (self.current().map(|row| row.address.clone()), self.selected);
        self.search(shelf);
        self.selected = at;
        self.select(on.as_ref());
    }

    /// Takes in the shelf as it is now, with the cursor on one: where the query leaves it out, the query goes.
    pub fn show(&mut self, shelf: &Shelf, on: &Address) {
        self.update(shelf);
        let is_in = |rows: &[Row]| rows.iter().any(|row| row.address == *on);
        let listed = self.form == on.form() && is_in(&self.rows);
        if !listed && is_in(&rows(shelf, on.form())) {
            (self.form, self.query) = (on.form(), Input::default());
            self.search(shelf);
        }
        self.select(Some(on));
    }

    fn select(&mut self, on: Option<&Address>) {
        let at = on.and_then(|on| self.rows.iter().position(|row| row.address == *on));
        self.selected = at.unwrap_or_else(|| self.selected.min(self.rows.len().saturating_sub(1)));
    }

    /// Lists what matches the query: by language without one, else what matches best first.
    pub fn search(&mut self, shelf: &Shelf) {
        let query = self.query.value();
        let mut found: Vec<(u32, Row)> = rows(shelf, self.form)
            .into_iter()
            .filter_map(|row| {
                let score = if let Some(template) = &row.template {
                    score(template, query)?
                } else {
                    // Of a file that is broken only the name is known.
                    let name = row.address.full_name();
                    query.split_whitespace().all(|word| name.contains(word)).then_some(u32::MAX)?
                };
                Some((score, row))
            })
            .collect();
        if !query.trim().is_empty() {
            found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        }
        self.rows = found.into_iter().map(|(_, row)| row).collect();
        (self.selected, self.scroll) = (0, 0);
    }

    /// Templates or snippets.
    pub fn turn(&mut self, shelf: &Shelf) {
        self.form = if self.form == Form::Reply { Form::Snippet } else { Form::Reply };
        self.query = Input::default();
        self.search(shelf);
    }

    /// What is listed.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Moves the cursor of the list or of the cases.
    pub fn step(&mut self, lines: isize) {
        let (at, count) = match &mut self.over {
            Some(Over::Cases(_, cases, at)) => (at, cases.len()),
            Some(_) => return,
            None => (&mut self.selected, self.rows.len()),
        };
        *at = at.saturating_add_signed(lines).min(count.saturating_sub(1));
        self.scroll = 0;
    }

    /// Scrolls the preview.
    pub fn scroll(&mut self, lines: isize) {
        let text = self.current().and_then(|row| row.template.as_ref());
        let most = text.map_or(0, |template| {
            // More than it can ever be broken into.
            template.text.lines().count() + template.text.len() / 20
        });
        self.scroll = self.scroll.saturating_add_signed(lines).min(most);
    }

    /// A key that is typed: into the name or the query.
    pub fn key(&mut self, event: &Event, shelf: &Shelf) {
        match &mut self.over {
            Some(Over::Name(input, _, problem)) => {
                *problem = None;
                input.handle_event(event);
            }
            Some(_) => {}
            None => {
                if self.query.handle_event(event).is_some_and(|change| change.value) {
                    self.search(shelf);
                }
            }
        }
    }

    /// The field a pasted text goes to.
    pub fn field(&mut self) -> Option<&mut Input> {
        match &mut self.over {
            Some(Over::Name(input, ..)) => Some(input),
            Some(_) => None,
            None => Some(&mut self.query),
        }
    }

    /// Whether Enter and Esc answer a question here.
    #[must_use]
    pub const fn asks(&self) -> bool {
        matches!(self.over, Some(Over::Name(..) | Over::Remove(_)))
    }

    /// Whether the cases behind a figure are listed.
    #[must_use]
    pub const fn shows_cases(&self) -> bool {
        matches!(self.over, Some(Over::Cases(..)))
    }

    /// The line under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// The case under the cursor, where cases are listed.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        match &self.over {
            Some(Over::Cases(_, cases, at)) => cases.get(*at).map(|case| case.id),
            _ => None,
        }
    }

    /// Asks for the name of a new one, with the text of the line under the cursor where it is a copy.
    pub fn ask_name(&mut self, shelf: &Shelf, copy: bool) {
        let Some(row) = self.current() else {
            self.over = Some(Over::Name(Input::new("en/".to_owned()), None, None));
            return;
        };
        let lang = row.address.lang.word();
        let (start, text) = if copy {
            (format!("{}-2", row.address.full_name()), Some(source(shelf, &row.address)))
        } else {
            (format!("{lang}/"), None)
        };
        self.over = Some(Over::Name(Input::new(start), text, None));
    }

    /// Asks whether the own file under the cursor goes. `false` where it is none.
    pub fn ask_removal(&mut self) -> bool {
        let Some(row) = self.current().filter(|row| row.own) else { return false };
        self.over = Some(Over::Remove(row.address.clone()));
        true
    }

    /// Shows the cases behind a figure.
    pub fn show_cases(&mut self, template: String, cases: Vec<Summary>) {
        if self.over.is_none() {
            self.over = Some(Over::Cases(template, cases, 0));
        }
    }

    /// Esc: closes what lies over the list. `false` where nothing does.
    pub fn back(&mut self) -> bool {
        self.over.take().is_some()
    }

    /// Enter in a question: what it comes to.
    pub fn accept(&mut self, shelf: &Shelf) -> Option<Accepted> {
        match self.over.take()? {
            Over::Remove(address) => Some(Accepted::Remove(address)),
            Over::Name(input, text, _) => match Address::parse(self.form, input.value()) {
                Ok(address) if shelf.sheet(&address).is_some() || is_shipped(&address) => {
                    let [en, zh] = [
                        format!("`{}` is there already", address.full_name()),
                        format!("`{}` 已经存在", address.full_name()),
                    ];
                    let remedy = ["Esc, then Enter on its line opens it", "请按 Esc，再在该行按回车打开"];
                    let problem = Problem::new(crate::problem::Exit::Blocked, [en, zh], remedy);
                    self.over = Some(Over::Name(input, text, Some(problem)));
                    None
                }
                Ok(address) => {
                    let text =
                        text.unwrap_or_else(|| Library::skeleton(address.lang, &address.name, self.form));
                    Some(Accepted::New(address, text))
                }
                Err(problem) => {
                    self.over = Some(Over::Name(input, text, Some(problem)));
                    None
                }
            },
            cases @ Over::Cases(..) => {
                self.over = Some(cases);
                None
            }
        }
    }
}

/// What an answered question asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Write this one, beginning with this text.
    New(Address, String),
    /// Remove this one.
    Remove(Address),
}

fn is_shipped(address: &Address) -> bool {
    Library::source(&address.full_name(), address.form()).is_some()
}

/// The text an own one begins with: what was saved, else what ships.
#[must_use]
pub fn source(shelf: &Shelf, address: &Address) -> String {
    let own = shelf.sheet(address).and_then(|sheet| sheet.text.clone());
    own.or_else(|| Library::source(&address.full_name(), address.form()).map(ToOwned::to_owned))
        .unwrap_or_else(|| Library::skeleton(address.lang, &address.name, address.form()))
}

/// Every line of a form: by language, then in the order of the library; what is not in it last.
fn rows(shelf: &Shelf, form: Form) -> Vec<Row> {
    let library = if form == Form::Snippet { &shelf.snippets } else { &shelf.templates };
    let mut listed = BTreeSet::new();
    let mut rows: Vec<Row> = library
        .all()
        .iter()
        .map(|template| {
            let address = Address::of(template);
            listed.insert(address.clone());
            row(shelf, address, Some(Arc::clone(template)))
        })
        .collect();
    let others = shelf.sheets.iter().map(|sheet| &sheet.address);
    let others = others.filter(|address| address.form() == form && !listed.contains(address)).cloned();
    rows.extend(others.collect::<Vec<_>>().into_iter().map(|address| row(shelf, address, None)));
    rows.sort_by_key(|row| row.address.lang);
    rows
}

fn row(shelf: &Shelf, address: Address, template: Option<Arc<Template>>) -> Row {
    let sheet = shelf.sheet(&address);
    Row {
        mistake: sheet.and_then(|sheet| sheet.mistakes.first().cloned()),
        draft: sheet.is_some_and(|sheet| sheet.draft.is_some()),
        own: sheet.is_some(),
        template,
        address,
    }
}

impl Row {
    /// Whose it is, as the list says it.
    fn origin(&self) -> crate::i18n::Text {
        use crate::i18n::Text;
        match (&self.mistake, &self.template) {
            (Some(_), _) => Text::OriginBroken,
            (None, None) => Text::OriginDraft,
            (None, Some(template)) => match template.origin {
                Origin::Shipped => Text::OriginShipped,
                Origin::Own => Text::OriginMine,
                Origin::Overriding => Text::OriginOverriding,
            },
        }
    }
}
