//! The short form of a note or a file: words, carrier, number, origin.

use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::domain::evidence::{Draft as Kept, Origin, Typed, Wants};
use crate::domain::playbook::Place;
use crate::domain::tracking::Verdict;
use crate::i18n::{Text, carrier_line, other_line, verdict_line};
use crate::problem::{Exit, Problem};
use crate::safe_text;
use crate::tui::draft::{Draft, Leave};
use crate::tui::keymap;
use crate::tui::screens::import::typed_path;
use crate::tui::widgets::{Context, draw_line, field, paste, popup};

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    File,
    Note,
    Carrier,
    Number,
    Origin,
}

const OF_A_NOTE: &[Field] = &[Field::Note, Field::Carrier, Field::Number, Field::Origin];
const OF_A_FILE: &[Field] = &[Field::File, Field::Note, Field::Carrier, Field::Number, Field::Origin];

/// State of the form.
#[derive(Debug)]
pub struct EvidenceForm {
    step: String,
    wants: Wants,
    title: [String; 2],
    attach: bool,
    focus: Field,
    file: Input,
    note: Input,
    carrier: Input,
    number: Input,
    origin: Option<Origin>,
    /// What stands there from the evidence before; the first letter typed takes its place.
    offered: Vec<Field>,
    draft: Draft<Typed>,
}

impl EvidenceForm {
    /// Opens the form for a step, with what was typed into it and not kept. Else carrier and number of its newest evidence
    /// are there already; where it comes from has to be said each time, but for a note, which is our own record.
    #[must_use]
    pub fn new(place: &Place<'_>, attach: bool, typed: Option<&Typed>) -> Self {
        let last = |pick: fn(&crate::domain::evidence::Evidence) -> Option<&String>| {
            let newest = place.evidence.iter().rev().find_map(|each| pick(each));
            newest.cloned().unwrap_or_default()
        };
        let (carrier, number) = (last(|each| each.carrier.as_ref()), last(|each| each.number.as_ref()));
        let own = !attach && place.step.wants != Wants::Tracking;
        let untouched = Typed {
            carrier: carrier.clone(),
            number: number.clone(),
            origin: own.then_some(Origin::Own),
            ..Typed::none(&place.step.id, attach)
        };
        let shown = typed.unwrap_or(&untouched);
        let input = |text: &String| Input::new(text.clone());
        Self {
            step: place.step.id.clone(),
            wants: place.step.wants,
            title: place.step.next.clone(),
            attach,
            focus: if attach { Field::File } else { Field::Note },
            file: input(&shown.file),
            note: input(&shown.note),
            origin: shown.origin,
            offered: [(Field::Carrier, shown.carrier == carrier), (Field::Number, shown.number == number)]
                .into_iter()
                .filter_map(|(field, same)| same.then_some(field))
                .collect(),
            carrier: input(&shown.carrier),
            number: input(&shown.number),
            draft: Draft::new(typed.cloned().unwrap_or_else(|| Typed::none(&place.step.id, attach))),
        }
    }

    /// What was typed so far; nothing where only what was offered stands there.
    #[must_use]
    pub fn typed(&self) -> Typed {
        let none = Typed::none(&self.step, self.attach);
        if !self.is_typed() {
            return none;
        }
        let text = |input: &Input| input.value().to_owned();
        Typed {
            file: text(&self.file),
            note: text(&self.note),
            carrier: text(&self.carrier),
            number: text(&self.number),
            origin: self.origin,
            ..none
        }
    }

    /// When the draft has to be kept.
    #[must_use]
    pub const fn keep_at(&self) -> Option<Timestamp> {
        self.draft.keep_at()
    }

    /// The draft to keep now, if the store lacks it.
    pub fn to_keep(&mut self) -> Option<Typed> {
        self.draft.keep(self.typed())
    }

    /// The store has this draft. Returns whether the form closes now.
    pub fn is_kept(&mut self, typed: Typed) -> bool {
        self.draft.is_kept(typed)
    }

    /// Esc: nothing typed is lost by it.
    pub fn leave(&mut self) -> Leave<Typed> {
        self.draft.leave(self.typed())
    }

    /// Whether something was handed to the store and the keys wait for it.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.draft.is_waiting()
    }

    /// Whether anything was typed into it.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        let typed = [&self.file, &self.note].iter().any(|input| !input.value().trim().is_empty());
        typed || self.offered.len() < 2
    }

    fn fields(&self) -> &'static [Field] {
        if self.attach { OF_A_FILE } else { OF_A_NOTE }
    }

    /// Goes to the next field or the one before.
    pub fn step(&mut self, forward: bool) {
        let fields = self.fields();
        let at = fields.iter().position(|field| *field == self.focus).unwrap_or(0);
        let next = if forward { at + 1 } else { at + fields.len() - 1 };
        self.focus = fields[next % fields.len()];
    }

    /// Whether Enter keeps it from here.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        matches!(self.focus, Field::Origin)
    }

    /// The whole of it, from the last field; from any other Enter goes on.
    pub fn keep(&mut self) -> Option<Kept> {
        if !self.is_last() {
            self.step(true);
            return None;
        }
        let text = |input: &Input| input.value().trim().to_owned();
        let path = text(&self.file);
        if self.attach && path.is_empty() {
            self.focus = Field::File;
            self.draft.problem = Some(Problem::new(
                Exit::Blocked,
                ["no file is named", "尚未指定文件"],
                ["Type or paste its path", "请输入或粘贴文件路径"],
            ));
            return None;
        }
        let nothing = [&self.note, &self.carrier, &self.number].iter().all(|input| text(input).is_empty());
        if !self.attach && nothing {
            self.focus = Field::Note;
            self.draft.problem = Some(Problem::new(
                Exit::Blocked,
                ["the note is empty", "备注为空"],
                ["Write a few words, or a carrier and a number", "请写几个字，或填写承运商与运单号"],
            ));
            return None;
        }
        self.draft.save().then(|| Kept {
            step: self.step.clone(),
            wants: Some(self.wants),
            note: text(&self.note),
            file: self.attach.then(|| typed_path(&path)),
            carrier: text(&self.carrier),
            number: text(&self.number),
            origin: self.origin,
        })
    }

    fn input(&mut self) -> Option<&mut Input> {
        match self.focus {
            Field::File => Some(&mut self.file),
            Field::Note => Some(&mut self.note),
            Field::Carrier => Some(&mut self.carrier),
            Field::Number => Some(&mut self.number),
            Field::Origin => None,
        }
    }

    /// A key that is no action: text, or the choice of the origin.
    pub fn key(&mut self, key: KeyEvent, now: Timestamp) {
        self.draft.problem = None;
        self.draft.changed(now);
        let (focus, before) = (self.focus, self.offered.len());
        self.offered.retain(|field| *field != focus);
        let offered = self.offered.len() < before;
        let Some(input) = self.input() else {
            match (key.code, keymap::letter(&key)) {
                (KeyCode::Right, _) | (_, Some(' ')) => self.turn(true),
                (KeyCode::Left, _) => self.turn(false),
                (_, Some(letter @ '1'..='5')) => {
                    self.origin = Origin::ALL.get(letter as usize - '1' as usize).copied();
                }
                _ => {}
            }
            return;
        };
        if let (true, KeyCode::Char(_)) = (offered, key.code) {
            input.reset();
        }
        input.handle_event(&crossterm::event::Event::Key(key));
    }

    fn turn(&mut self, forward: bool) {
        let count = Origin::ALL.len();
        let at = self.origin.and_then(|origin| Origin::ALL.iter().position(|each| *each == origin));
        let next = match (at, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        self.origin = Origin::ALL.get(next).copied();
    }

    /// Pasted text, on one line.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        self.draft.problem = None;
        self.draft.changed(now);
        if let Some(input) = self.input() {
            paste(input, text);
        }
    }

    /// It was refused: the form stays with the reason, at the field it is about.
    pub fn refuse(&mut self, problem: Problem, now: Timestamp) {
        // Whoever types on meanwhile is left where he is.
        if self.draft.is_waiting() {
            self.focus = self.fields()[0];
        }
        self.draft.refuse(problem, now);
    }
}

/// Draws the form.
pub(super) fn view(form: &EvidenceForm, storing: bool, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = if form.attach { Text::AttachTitle } else { Text::NoteTitle };
    let title = format!("{} · {}", cx.t(title), form.title[cx.lang as usize]);
    let inside = popup(frame, area, 76, 15, &title);
    let line = |y: u16| Rect { y: inside.y + y, height: 1, ..inside }.intersection(inside);
    let mut y = 0;
    let wants = match form.wants {
        Wants::File => Some(Text::WantsFile),
        Wants::Tracking => Some(Text::WantsTracking),
        _ => None,
    };
    if let Some(wants) = wants {
        draw_line(frame, line(y), Line::styled(cx.t(wants), cx.theme.calm()));
        y += 2;
    }
    for name in form.fields() {
        let focused = *name == form.focus && !storing;
        let marker = if focused { "▸ " } else { "  " };
        let style = if focused { cx.theme.heading() } else { cx.theme.calm() };
        let label = safe_text::pad(cx.t(label(*name)), 11);
        draw_line(frame, line(y), Line::styled(format!("{marker}{label}"), style));
        let place = line(y);
        let place = Rect { x: place.x + 14, width: place.width.saturating_sub(14), ..place };
        view_field(form, *name, focused, cx, frame, place.intersection(inside));
        y += 1;
    }
    y += 1;
    for (words, style) in remarks(form, cx) {
        for words in safe_text::lines(&words, usize::from(inside.width)) {
            draw_line(frame, line(y), Line::styled(words.into_string(), style));
            y += 1;
        }
    }
    let (message, style) = match (&form.draft.problem, storing) {
        (_, true) => (cx.t(Text::Booking).to_owned(), cx.theme.calm()),
        (Some(problem), false) => (format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked()),
        (None, false) => (cx.t(Text::KeepHint).to_owned(), cx.theme.calm()),
    };
    for (row, words) in (y..inside.height).zip(safe_text::lines(&message, usize::from(inside.width))) {
        draw_line(frame, line(row), Line::styled(words.into_string(), style));
    }
}

/// What is to be said of carrier and number while they are typed: a carrier nobody knows, what the number is worth, and
/// that it is another's.
fn remarks(form: &EvidenceForm, cx: &Context<'_>) -> Vec<(String, Style)> {
    let (carrier, number) = (form.carrier.value(), form.number.value());
    let mut lines = Vec::new();
    if let Some(words) = carrier_line(cx.lang, cx.carriers(), carrier) {
        lines.push((format!("⚠ {words}"), cx.theme.blocked()));
    }
    if !number.trim().is_empty() {
        let judged = cx.carriers().judge_of(carrier, number, None);
        let style = match judged.verdict {
            Verdict::Valid => cx.theme.news(),
            Verdict::Invalid => cx.theme.blocked(),
            _ => cx.theme.calm(),
        };
        lines.push((verdict_line(cx.lang, &judged), style));
        let other = other_line(cx.lang, cx.carriers(), carrier, &judged);
        lines.extend(other.map(|words| (words, cx.theme.warning())));
    }
    lines
}

const fn label(field: Field) -> Text {
    match field {
        Field::File => Text::FieldFile,
        Field::Note => Text::FieldNote,
        Field::Carrier => Text::FieldCarrier,
        Field::Number => Text::FieldNumber,
        Field::Origin => Text::FieldOrigin,
    }
}

fn view_field(
    form: &EvidenceForm,
    name: Field,
    focused: bool,
    cx: &Context<'_>,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    match name {
        Field::File => field(frame, area, &form.file, focused),
        Field::Note => field(frame, area, &form.note, focused),
        Field::Carrier => field(frame, area, &form.carrier, focused),
        Field::Number => field(frame, area, &form.number, focused),
        Field::Origin => {
            let text = match form.origin {
                None => cx.t(Text::OriginUnknown).to_owned(),
                Some(origin) => {
                    let at = Origin::ALL.iter().position(|each| *each == origin).unwrap_or(0);
                    format!("‹ {} › {}/{}", cx.t(origin), at + 1, Origin::ALL.len())
                }
            };
            draw_line(frame, area, Line::raw(text));
        }
    }
}
