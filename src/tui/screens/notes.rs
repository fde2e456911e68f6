//! SKU notes: the list of them, the dialogue that writes one, and their first lines for the case and the reply.
//!
//! What is typed is a draft on disk within a second. Esc asks nothing and keeps the draft; Ctrl-S saves; the saved text
//! comes back with Ctrl-R, which the text undo takes back.

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Padding};

use crate::domain::note::{LONGEST, NoteText, SkuNote};
use crate::domain::view::CaseFile;
use crate::i18n::Text;
use crate::problem::Problem;
use crate::safe_text;
use crate::tui::draft::{Draft, Leave};
use crate::tui::editor::{self, Editor, Stroke, typeable};
use crate::tui::widgets::{Context, draw_line, popup, rule, scroll_for};

/// The dialogue: two fields in the operator's words.
#[derive(Debug)]
pub struct NoteForm {
    note: SkuNote,
    fields: [Editor; 2],
    focus: usize,
    /// It was opened from the list, and goes back there.
    pub from_list: bool,
    /// What the store has: the draft, or the note where there is none.
    draft: Draft<NoteText>,
    too_long: bool,
}

impl NoteForm {
    /// Opens a note with what was typed last.
    #[must_use]
    pub fn new(note: SkuNote, from_list: bool) -> Self {
        let kept = note.draft.clone().unwrap_or_else(|| note.text.clone());
        Self {
            fields: [Editor::new(&kept.policy), Editor::new(&kept.problem)],
            note,
            focus: 0,
            from_list,
            draft: Draft::new(kept),
            too_long: false,
        }
    }

    /// The note as it stands in the fields.
    #[must_use]
    pub fn text(&self) -> NoteText {
        let [policy, problem] = [0, 1].map(|at: usize| self.fields[at].text());
        NoteText { sku: self.note.text.sku.clone(), policy, problem }
    }

    /// Goes to the other field.
    pub fn turn(&mut self) {
        self.focus = 1 - self.focus;
    }

    fn room_for(&mut self, more: usize) -> bool {
        let there: usize = self.fields[self.focus].lines().iter().map(|line| line.chars().count() + 1).sum();
        self.too_long = there + more > LONGEST;
        !self.too_long
    }

    /// A key for the text.
    pub fn key(&mut self, key: KeyEvent, now: Timestamp) {
        self.draft.problem = None;
        let grows = matches!(key.code, crossterm::event::KeyCode::Char(_) | crossterm::event::KeyCode::Enter);
        if grows && !self.room_for(1) {
            return;
        }
        if self.fields[self.focus].key(key) {
            self.draft.changed(now);
        }
    }

    /// A key of the table for the text: undo, kill, yank.
    pub fn stroke(&mut self, stroke: Stroke, now: Timestamp) {
        self.draft.problem = None;
        if self.fields[self.focus].stroke(stroke) {
            self.draft.changed(now);
        }
    }

    /// Breaks the fields as they will be drawn; `area` is the view below the dialogue.
    pub fn fit(&mut self, area: Rect) {
        // The frame of the dialogue with its head, then the frame of each field, its free column at the right.
        let cells = area.width.min(100).saturating_sub(4 + 3);
        let [_, policy, problem] = parts(Rect { height: area.height.saturating_sub(2), ..area });
        for (field, place) in self.fields.iter_mut().zip([policy, problem]) {
            field.fit(usize::from(cells), usize::from(place.height.saturating_sub(2)));
        }
    }

    /// Pasted text; one that does not fit is not cut but refused.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        let text = typeable(text);
        if self.room_for(text.chars().count()) && self.fields[self.focus].insert(&text) {
            self.draft.changed(now);
        }
    }

    /// Puts the saved text in place of what was typed; the text undo takes that back.
    pub fn restore(&mut self, now: Timestamp) {
        let saved = [self.note.text.policy.clone(), self.note.text.problem.clone()];
        for (field, saved) in self.fields.iter_mut().zip(saved) {
            field.replace_all(&saved);
        }
        self.draft.changed(now);
    }

    /// When the draft has to be kept.
    #[must_use]
    pub const fn keep_at(&self) -> Option<Timestamp> {
        self.draft.keep_at()
    }

    /// The draft to keep now, if the store lacks it.
    pub fn keep(&mut self) -> Option<NoteText> {
        self.draft.keep(self.text())
    }

    /// The store has this draft. Returns whether the dialogue closes now.
    pub fn is_kept(&mut self, text: NoteText) -> bool {
        self.draft.is_kept(text)
    }

    /// The store refused; the dialogue stays with the reason and tries again.
    pub fn refuse(&mut self, problem: Problem, now: Timestamp) {
        self.draft.refuse(problem, now);
    }

    /// Esc: nothing typed is lost by it.
    pub fn leave(&mut self) -> Leave<NoteText> {
        self.draft.leave(self.text())
    }

    /// Ctrl-S: the note to save.
    pub fn save(&mut self) -> Option<NoteText> {
        self.draft.save().then(|| self.text())
    }

    /// Whether something was handed to the store and the keys wait for it.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.draft.is_waiting()
    }

    /// Whether what is typed differs from what was saved.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.text() != self.note.text
    }
}

/// Draws the dialogue.
pub fn view(form: &NoteForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = format!("{}: {}", cx.t(Text::ActionSkuNote), form.note.text.sku);
    let inside = popup(frame, area, area.width.min(100), area.height, &title);
    let [head, policy, problem] = parts(inside);
    draw_line(frame, head, state_line(form, cx, usize::from(head.width)));
    let places = [(policy, Text::NotePolicy), (problem, Text::NoteProblem)];
    for (at, (place, title)) in places.into_iter().enumerate() {
        view_field(&form.fields[at], at == form.focus, cx.t(title), cx, frame, place);
    }
}

/// The line about the text, and the two fields.
fn parts(inside: Rect) -> [Rect; 3] {
    Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Fill(1)]).areas(inside)
}

/// What happened to the text: a refusal, a draft, when it was saved.
fn state_line(form: &NoteForm, cx: &Context<'_>, cells: usize) -> Line<'static> {
    let line = |text: String, style| Line::styled(safe_text::line(&text, cells).into_string(), style);
    if let Some(problem) = &form.draft.problem {
        return line(format!("✗ {}: {}", cx.t(Text::NotSaved), problem.say(cx.lang)), cx.theme.blocked());
    }
    if form.too_long {
        let text = match cx.lang {
            crate::i18n::Lang::En => format!("✗ a field holds at most {LONGEST} characters"),
            crate::i18n::Lang::Zh => format!("✗ 每一栏最多 {LONGEST} 个字符"),
        };
        return line(text, cx.theme.blocked());
    }
    let saved = form.note.saved_at.map_or_else(
        || cx.t(Text::NoteNone).to_owned(),
        |at| format!("{} {}", cx.t(Text::SavedMark), cx.moment(at, cx.zone)),
    );
    if form.is_draft() {
        return line(format!("✎ {} · {saved}", cx.t(Text::NoteDraft)), cx.theme.key());
    }
    line(saved, cx.theme.calm())
}

fn view_field(
    field: &Editor,
    focused: bool,
    title: &str,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let style = if focused { cx.theme.key() } else { cx.theme.calm() };
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(style)
        // A free column at the right: the caret stays visible on a full line.
        .padding(Padding::new(0, 1, 0, 0))
        .title(format!(" {title} "));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if inside.is_empty() {
        return;
    }
    editor::view(field, focused, cx.theme, frame, inside);
}

/// The list of every note.
#[derive(Debug)]
pub struct NotesView {
    notes: Vec<SkuNote>,
    selected: usize,
}

impl NotesView {
    /// Opens the list, on a SKU where one is named.
    #[must_use]
    pub fn new(notes: Vec<SkuNote>, on: Option<&str>) -> Self {
        let at = notes.iter().position(|note| Some(note.text.sku.as_str()) == on);
        Self { selected: at.unwrap_or(0), notes }
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        self.selected = self.selected.saturating_add_signed(lines).min(self.notes.len().saturating_sub(1));
    }

    /// To the first line or the last.
    pub fn jump(&mut self, end: bool) {
        self.selected = if end { self.notes.len().saturating_sub(1) } else { 0 };
    }

    /// The note under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&SkuNote> {
        self.notes.get(self.selected)
    }
}

/// Draws the list: SKU, when it was saved, the first words of both fields; below it the whole of the selected note.
pub fn view_list(list: &NotesView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, area.width, area.height, cx.t(Text::NotesTitle));
    if list.notes.is_empty() {
        let words = safe_text::lines(cx.t(Text::NotesEmpty), usize::from(inside.width));
        for (y, words) in (inside.top()..inside.bottom()).zip(words) {
            draw_line(frame, Rect { y, height: 1, ..inside }, Line::raw(words.into_string()));
        }
        return;
    }
    let [rows, whole] = Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(inside);
    let cells = usize::from(inside.width);
    let top = scroll_for(list.selected, usize::from(rows.height), list.notes.len());
    for (y, (at, note)) in (rows.top()..rows.bottom()).zip(list.notes.iter().enumerate().skip(top)) {
        let place = Rect { y, height: 1, ..rows };
        let saved = note.saved_at.map_or_else(|| "–".to_owned(), |at| cx.moment(at, cx.zone));
        let draft = if note.draft.is_some() { "✎ " } else { "" };
        let words = shown(note);
        let words = [words.policy.as_str(), words.problem.as_str()];
        let words =
            words.into_iter().filter(|words| !words.trim().is_empty()).collect::<Vec<_>>().join(" · ");
        let text =
            format!("{} {} {draft}{words}", safe_text::pad(&note.text.sku, 20), safe_text::pad(&saved, 14));
        draw_line(frame, place, Line::raw(safe_text::line(&text, cells).into_string()));
        if at == list.selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
    if let Some(note) = list.current() {
        let lines = whole_note(note, cx, cells);
        for (y, line) in (whole.top()..whole.bottom()).zip(lines) {
            draw_line(frame, Rect { y, height: 1, ..whole }, line);
        }
    }
}

/// What the dialogue would show: the draft, else what was saved.
fn shown(note: &SkuNote) -> &NoteText {
    note.draft.as_ref().unwrap_or(&note.text)
}

fn whole_note(note: &SkuNote, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let text = shown(note);
    for (title, text) in [(Text::NotePolicy, &text.policy), (Text::NoteProblem, &text.problem)] {
        lines.push(rule(cx, cx.t(title), cells));
        let words = safe_text::lines(text, cells.saturating_sub(1)).take(60);
        lines.extend(words.map(|words| Line::raw(format!(" {words}"))));
    }
    if note.draft.is_some() {
        lines.insert(0, Line::styled(format!(" ✎ {}", cx.t(Text::NoteDraft)), cx.theme.key()));
    }
    lines
}

/// The first lines of the note of a case's SKU, each field at most `most` lines. Nothing where nothing was noted.
#[must_use]
pub fn first_lines(file: &CaseFile, cx: &Context<'_>, cells: usize, most: usize) -> Vec<Line<'static>> {
    let Some(note) = &file.note else { return Vec::new() };
    let mut lines = Vec::new();
    for (label, text) in [(Text::NotePolicy, &note.text.policy), (Text::NoteProblem, &note.text.problem)] {
        if text.trim().is_empty() {
            continue;
        }
        let label = format!(" {} ", cx.t(label));
        let room = cells.saturating_sub(safe_text::cells(&label));
        let mut words = safe_text::lines(text.trim(), room);
        for at in 0..most {
            let Some(line) = words.next() else { break };
            let mut shown = line.into_string();
            if at + 1 == most && words.next().is_some() {
                shown = safe_text::line(&format!("{shown} …"), room).into_string();
            }
            let lead = if at == 0 { label.clone() } else { " ".repeat(safe_text::cells(&label)) };
            lines.push(Line::from(vec![Span::styled(lead, cx.theme.calm()), Span::raw(shown)]));
        }
    }
    if note.draft.is_some() {
        let text = format!(" ✎ {}: {}", cx.t(Text::ActionSkuNote), cx.t(Text::NoteDraft));
        lines.push(Line::styled(safe_text::line(&text, cells).into_string(), cx.theme.key()));
    }
    lines
}
