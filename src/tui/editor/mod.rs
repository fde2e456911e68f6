//! A text being written: letters, caret, selection, undo, kill and yank, search.
//!
//! Everything moves and deletes by visible characters, so that an emoji of seven code points is one step. Whatever
//! changes the text at once is one step of undo. The rows on screen are known between the keys ([`Editor::fit`]), and a
//! key costs what it changes, however long the text is.

mod letters;
mod sheet;
mod steps;
mod view;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use regex::{Regex, RegexBuilder};

use crate::safe_text;

use sheet::{Row, Sheet};
use steps::{Step, Steps};

pub use letters::{as_written, is_typeable, on_one_line, typeable};
pub use sheet::{Figures, Place};
pub use view::{marked, view};

/// What a key of the table does to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// Takes the last step back.
    Undo,
    /// Does the step that was taken back again.
    Redo,
    /// Cuts to the end of the line; there, the line break.
    KillEnd,
    /// Cuts to the start of the line; there, the line break before it.
    KillStart,
    /// Cuts the word before the caret.
    KillWord,
    /// Puts what was cut last at the caret.
    Yank,
}

/// A text with its caret.
#[derive(Debug)]
pub struct Editor {
    sheet: Sheet,
    caret: Place,
    /// The other end of the selection.
    anchor: Option<Place>,
    /// The column that moves up and down keep.
    column: Option<usize>,
    steps: Steps,
    /// What was cut last.
    yank: String,
    /// The stroke before was a cut: the next one adds to it.
    cutting: bool,
    /// The first row on screen, and how many there are.
    top: Row,
    height: usize,
    /// What is searched for.
    query: Option<Regex>,
    /// From where: where the search began, then the last place it stopped at.
    origin: Place,
    /// Rises with every change.
    version: u64,
    /// Stretches set off, whether strongly, and the version of the text they were found in.
    marks: (u64, Vec<(Place, Place, bool)>),
}

impl Editor {
    /// Opens a text, the caret at its end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let sheet = Sheet::new(text);
        Self {
            caret: sheet.end(),
            sheet,
            anchor: None,
            column: None,
            steps: Steps::default(),
            yank: String::new(),
            cutting: false,
            top: (0, 0),
            height: 1,
            query: None,
            origin: Place::default(),
            version: 0,
            marks: (0, Vec::new()),
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        self.sheet.text()
    }

    /// The lines of the text, at least one.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.sheet.lines()
    }

    /// Whether nothing was written, not even a blank.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.sheet.lines(), [line] if line.is_empty())
    }

    /// Words, characters and cells of the text without the blanks around it.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.sheet.figures()
    }

    /// Rises with every change of the text.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Sets stretches of the text off, in bytes of it, strongly or not, until the text changes.
    pub fn set_off(&mut self, stretches: impl IntoIterator<Item = (std::ops::Range<usize>, bool)>) {
        let marks = stretches.into_iter();
        let marks = marks.map(|(range, strong)| (self.place(range.start), self.place(range.end), strong));
        self.marks = (self.version, marks.collect());
    }

    /// Puts the caret before a byte of the text.
    pub fn go_to(&mut self, byte: usize) {
        self.caret = self.place(byte);
        (self.anchor, self.column, self.cutting) = (None, None, false);
    }

    /// The place of a byte of the text; of one beyond it, its end.
    fn place(&self, byte: usize) -> Place {
        let mut begin = 0;
        for (line, text) in self.sheet.lines().iter().enumerate() {
            if byte <= begin + text.len() {
                return Place { line, at: text.floor_char_boundary(byte - begin) };
            }
            begin += text.len() + 1;
        }
        self.sheet.end()
    }

    /// Where the caret is.
    #[must_use]
    pub fn caret(&self) -> Place {
        self.caret
    }

    /// A key that is no key of the table. Returns whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let (ctrl, alt) =
            (key.modifiers.contains(KeyModifiers::CONTROL), key.modifiers.contains(KeyModifiers::ALT));
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        match key.code {
            // A terminal without bracketed paste sends a pasted line break as Ctrl-J.
            code if is_break(code, ctrl && !alt) => self.insert("\n"),
            KeyCode::Char(letter) if is_typed(letter, ctrl, alt) => self.type_letter(letter),
            KeyCode::Tab if !ctrl && !alt => self.tab(),
            KeyCode::Backspace if ctrl || alt => self.stroke(Stroke::KillWord),
            KeyCode::Char('h') if ctrl && !alt => self.erase(false),
            KeyCode::Backspace => self.erase(false),
            KeyCode::Delete if ctrl || alt => self.cut_to(self.sheet.word_after(self.caret)),
            KeyCode::Delete => self.erase(true),
            KeyCode::Char('c') if ctrl && !alt => self.copy(),
            KeyCode::Char('x') if ctrl && !alt => self.copy() | self.replace_selection(""),
            code => {
                self.go(code, ctrl || alt, ctrl && !alt, shift);
                false
            }
        }
    }

    /// A stroke of the key table. Returns whether the text changed.
    pub fn stroke(&mut self, stroke: Stroke) -> bool {
        let line_end = Place { at: self.sheet.line(self.caret.line).len(), ..self.caret };
        let line_start = Place { at: 0, ..self.caret };
        match stroke {
            Stroke::Undo => self.undo(),
            Stroke::Redo => self.redo(),
            Stroke::KillEnd if self.caret == line_end => self.cut_to(self.sheet.after(self.caret)),
            Stroke::KillEnd => self.cut_to(Some(line_end)),
            Stroke::KillStart if self.caret == line_start => self.cut_to(self.sheet.before(self.caret)),
            Stroke::KillStart => self.cut_to(Some(line_start)),
            Stroke::KillWord => self.cut_to(self.sheet.word_before(self.caret)),
            Stroke::Yank => {
                let yank = self.yank.clone();
                self.insert(&yank)
            }
        }
    }

    /// Puts a text at the caret, in place of the selection, as one step. Line breaks are `\n`; the text is not tamed:
    /// see [`typeable`].
    pub fn insert(&mut self, text: &str) -> bool {
        self.replace_selection(text)
    }

    /// Puts a text in place of the whole one, as one step; what both begin and end with stays untouched.
    pub fn replace_all(&mut self, text: &str) -> bool {
        let old = self.text();
        let head = common(old.char_indices().zip(text.chars()).map(|((_, one), other)| (one, other)));
        let (old_rest, new_rest) = (&old[head..], &text[head..]);
        let tail = common(old_rest.chars().rev().zip(new_rest.chars().rev()));
        let (from, to) =
            (end_of(Place::default(), &old[..head]), end_of(Place::default(), &old[..old.len() - tail]));
        self.replace(from, to, &new_rest[..new_rest.len() - tail])
    }

    /// A paragraph of its own at the caret: blank lines before and after it where there are words.
    pub fn insert_paragraph(&mut self, text: &str) -> bool {
        let (from, to) = self.selection().unwrap_or((self.caret, self.caret));
        let above = self.sheet.slice(Place::default(), from);
        let below = self.sheet.slice(to, self.sheet.end());
        let breaks = |there: usize| "\n".repeat(2_usize.saturating_sub(there));
        let ended = above.len() - above.trim_end_matches('\n').len();
        let begun = below.len() - below.trim_start_matches('\n').len();
        let lead = if above.trim().is_empty() { String::new() } else { breaks(ended) };
        let tail = if below.trim().is_empty() { "\n\n".to_owned() } else { breaks(begun) };
        self.replace(from, to, &format!("{lead}{text}{tail}"))
    }

    /// Breaks the lines at so many cells and keeps the caret among so many rows.
    pub fn fit(&mut self, cells: usize, height: usize) {
        self.sheet.fit(cells);
        self.height = height.max(1);
        let above = |row: Row| {
            (1..self.height).try_fold(row, |row, _| self.sheet.row_before(row).ok_or(())).unwrap_or((0, 0))
        };
        let caret = self.sheet.row_of(self.caret);
        let (lowest, last) = (above(caret), above(self.sheet.last_row()));
        self.top = self.sheet.nearest(self.top).max(lowest).min(last).min(caret);
    }

    /// Searches for words, without regard to capitals, from where a search before stopped, else from the caret on; empty:
    /// no search. Whether they stand anywhere.
    pub fn search(&mut self, words: &str) -> bool {
        if self.query.is_none() {
            self.origin = self.caret;
        }
        let query = RegexBuilder::new(&regex::escape(words)).case_insensitive(true).build().ok();
        self.query = query.filter(|_| !words.is_empty());
        // What is found already stays found while more of it is typed.
        self.find_from(true, true)
    }

    /// To the next place of what is searched for, or the one before; around the end of the text.
    pub fn find(&mut self, on: bool) -> bool {
        self.find_from(on, false) && {
            self.origin = self.selection().map_or(self.caret, |(from, _)| from);
            true
        }
    }

    /// The number of the place the caret is at, from 1, 0 between them, and how many there are.
    #[must_use]
    pub fn found(&self) -> (usize, usize) {
        let here = self.selection().map(|(from, _)| from);
        let (mut at, mut count) = (0, 0);
        for (start, _) in self.hits() {
            count += 1;
            if Some(start) == here {
                at = count;
            }
        }
        (at, count)
    }

    /// Ends the search; what was found stays selected.
    pub fn end_search(&mut self) {
        self.query = None;
    }

    fn find_from(&mut self, on: bool, here_too: bool) -> bool {
        // Where it stands now, except that a longer word may begin before it.
        let from = match self.selection() {
            Some((from, _)) if !here_too => from,
            _ => self.origin,
        };
        let hits: Vec<(Place, Place)> = self.hits().collect();
        let next = if on {
            let after = |hit: &&(Place, Place)| hit.0 > from || (here_too && hit.0 == from);
            hits.iter().find(after).or(hits.first())
        } else {
            hits.iter().rfind(|hit| hit.0 < from).or(hits.last())
        };
        let Some((start, end)) = next.copied() else {
            if self.query.is_some() {
                self.anchor = None;
            }
            return false;
        };
        (self.anchor, self.caret, self.column) = (Some(start), end, None);
        true
    }

    /// Every place of what is searched for.
    fn hits(&self) -> impl Iterator<Item = (Place, Place)> {
        let lines = self.query.iter().flat_map(|query| {
            self.sheet.lines().iter().enumerate().flat_map(move |(line, text)| {
                query.find_iter(text).map(move |hit| (line, hit.start(), hit.end()))
            })
        });
        lines.map(|(line, from, to)| (Place { line, at: from }, Place { line, at: to }))
    }

    /// The selected text, its start first.
    fn selection(&self) -> Option<(Place, Place)> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.caret)?;
        Some((anchor.min(self.caret), anchor.max(self.caret)))
    }

    fn type_letter(&mut self, letter: char) -> bool {
        is_typeable(letter) && self.insert(letter.encode_utf8(&mut [0; 4]))
    }

    /// Blanks to the next column divisible by four.
    fn tab(&mut self) -> bool {
        let start = Place { at: 0, ..self.caret };
        let column = safe_text::cells(&self.sheet.slice(start, self.caret));
        self.insert(&" ".repeat(4 - column % 4))
    }

    fn erase(&mut self, on: bool) -> bool {
        if self.selection().is_some() {
            return self.replace_selection("");
        }
        let other = if on { self.sheet.after(self.caret) } else { self.sheet.before(self.caret) };
        let Some(other) = other else { return false };
        self.replace(self.caret.min(other), self.caret.max(other), "")
    }

    fn copy(&mut self) -> bool {
        if let Some((from, to)) = self.selection() {
            self.yank = self.sheet.slice(from, to);
        }
        false
    }

    /// Cuts the selection, else what stands between the caret and a place. Cuts in a row are one piece.
    fn cut_to(&mut self, place: Option<Place>) -> bool {
        let range = self.selection().or_else(|| place.map(|at| (at.min(self.caret), at.max(self.caret))));
        let Some((from, to)) = range.filter(|(from, to)| from != to) else { return false };
        let (cut, on) = (self.sheet.slice(from, to), from == self.caret);
        self.yank = match std::mem::take(&mut self.cutting) {
            false => cut,
            true if on => format!("{}{cut}", self.yank),
            true => format!("{cut}{}", self.yank),
        };
        let changed = self.replace(from, to, "");
        self.cutting = true;
        changed
    }

    fn replace_selection(&mut self, text: &str) -> bool {
        let (from, to) = self.selection().unwrap_or((self.caret, self.caret));
        self.replace(from, to, text)
    }

    /// The one way in which the text changes.
    fn replace(&mut self, from: Place, to: Place, text: &str) -> bool {
        self.cutting = false;
        if from == to && text.is_empty() {
            return false;
        }
        let removed = self.sheet.slice(from, to);
        self.steps.push(Step { at: from, removed, added: text.to_owned(), caret: self.caret });
        self.put(from, to, text);
        true
    }

    fn put(&mut self, from: Place, to: Place, text: &str) {
        self.caret = self.sheet.replace(from, to, text);
        (self.anchor, self.column) = (None, None);
        self.version += 1;
    }

    fn undo(&mut self) -> bool {
        let Some(step) = self.steps.back() else { return false };
        let (from, to) = (step.at, end_of(step.at, &step.added));
        let (text, caret) = (step.removed.clone(), step.caret);
        self.cutting = false;
        self.put(from, to, &text);
        self.caret = caret;
        true
    }

    fn redo(&mut self) -> bool {
        let Some(step) = self.steps.on() else { return false };
        let (from, to, text) = (step.at, end_of(step.at, &step.removed), step.added.clone());
        self.cutting = false;
        self.put(from, to, &text);
        true
    }

    /// Moves the caret; with shift the selection grows.
    fn go(&mut self, code: KeyCode, words: bool, whole: bool, shift: bool) {
        let row = self.sheet.row_of(self.caret);
        let line_end = Place { at: self.sheet.line(self.caret.line).len(), ..self.caret };
        let page = |mut row: Row, step: &dyn Fn(Row) -> Option<Row>| {
            for _ in 0..self.height {
                row = step(row).unwrap_or(row);
            }
            row
        };
        let (mut to, mut target) = (None, None);
        match code {
            // Without shift a selection collapses to its side.
            KeyCode::Left | KeyCode::Right if !shift && self.selection().is_some() => {
                to = self.selection().map(|(from, end)| if code == KeyCode::Left { from } else { end });
            }
            KeyCode::Left if words => to = self.sheet.word_before(self.caret),
            KeyCode::Right if words => to = self.sheet.word_after(self.caret),
            KeyCode::Left => to = self.sheet.before(self.caret),
            KeyCode::Right => to = self.sheet.after(self.caret),
            KeyCode::Home if whole => to = Some(Place::default()),
            KeyCode::End if whole => to = Some(self.sheet.end()),
            KeyCode::Home => to = Some(Place { at: 0, ..self.caret }),
            KeyCode::End => to = Some(line_end),
            KeyCode::Char('a') if whole => to = Some(Place { at: 0, ..self.caret }),
            KeyCode::Char('e') if whole => to = Some(line_end),
            KeyCode::Up => target = Some(self.sheet.row_before(row)),
            KeyCode::Down => target = Some(self.sheet.row_after(row)),
            KeyCode::PageUp => target = Some(Some(page(row, &|row| self.sheet.row_before(row)))),
            KeyCode::PageDown => target = Some(Some(page(row, &|row| self.sheet.row_after(row)))),
            _ => return,
        }
        self.cutting = false;
        if shift {
            self.anchor.get_or_insert(self.caret);
        } else {
            self.anchor = None;
        }
        let column = self.column.take().filter(|_| target.is_some());
        if let Some(to) = to {
            self.caret = to;
        }
        if let Some(row) = target.flatten() {
            let column = column.unwrap_or_else(|| self.sheet.column(self.caret));
            self.caret = self.sheet.at_column(row, column);
            self.column = Some(column);
        } else {
            self.column = column;
        }
    }
}

/// Where a text ends that begins at a place.
fn end_of(from: Place, text: &str) -> Place {
    match text.rfind('\n') {
        None => Place { at: from.at + text.len(), ..from },
        Some(last) => Place { line: from.line + text.matches('\n').count(), at: text.len() - last - 1 },
    }
}

/// Bytes of the characters that are the same from the start on.
fn common(pairs: impl Iterator<Item = (char, char)>) -> usize {
    pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

/// Whether a key breaks the line.
fn is_break(code: KeyCode, ctrl: bool) -> bool {
    matches!(code, KeyCode::Enter | KeyCode::Char('\n' | '\r'))
        || (ctrl && matches!(code, KeyCode::Char('j' | 'm')))
}

/// Whether a key is a letter: without a chord; by `AltGr`, which some terminals report as Ctrl and Alt; or after an Esc
/// that a terminal took for Alt, if no chord of a keyboard has it.
fn is_typed(letter: char, ctrl: bool, alt: bool) -> bool {
    match (ctrl, alt) {
        (false, false) => true,
        (true, true) => !letter.is_ascii_alphanumeric(),
        (false, true) => !letter.is_ascii(),
        (true, false) => false,
    }
}

#[cfg(test)]
mod tests;
