//! Writing an own template or snippet: the whole text in an editor, every mistake with its place, a draft on disk within a
//! second.
//!
//! Ctrl-S checks and saves; a text with a mistake stays on screen and is not saved. Esc keeps what was typed as a draft.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Padding};
use tui_textarea::{CursorMove, TextArea, WrapMode};

use crate::i18n::{Lang, Text};
use crate::mistake::Mistake;
use crate::problem::{Exit, Problem};
use crate::reply::template::{LONGEST, body_at};
use crate::safe_text;
use crate::shelf::Address;
use crate::tui::draft::{Draft, Leave};
use crate::tui::editor::{Stroke, as_written, is_typeable, typeable};
use crate::tui::widgets::{Context, draw_line, popup};

/// Steps of undo.
const HISTORY: usize = 10_000;
/// Lines of a page up or down.
const PAGE: usize = 10;

/// The form.
#[derive(Debug)]
pub struct SheetForm {
    address: Address,
    area: TextArea<'static>,
    /// What was saved, or what a new one begins with.
    saved: String,
    /// What the disk has: the draft, or else what was saved.
    draft: Draft<String>,
    mistakes: Vec<Mistake>,
    too_long: bool,
}

impl SheetForm {
    /// Opens a text with what was typed last, the caret where the reply begins.
    #[must_use]
    pub fn new(address: Address, saved: &str, draft: Option<&str>) -> Self {
        let saved = as_written(saved);
        let kept = draft.map_or_else(|| saved.clone(), as_written);
        let mut area = editor(&kept);
        let above = kept[..body_at(&kept)].matches('\n').count();
        area.move_cursor(CursorMove::Jump(u16::try_from(above).unwrap_or(u16::MAX), 0));
        Self { address, area, saved, draft: Draft::new(kept), mistakes: Vec::new(), too_long: false }
    }

    /// Which one is written.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The text as it stands.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    fn room_for(&mut self, more: usize) -> bool {
        let there: usize = self.area.lines().iter().map(|line| line.chars().count() + 1).sum();
        self.too_long = there + more > LONGEST;
        !self.too_long
    }

    /// A key for the text.
    pub fn key(&mut self, key: KeyEvent, now: Timestamp) {
        let moves: &[CursorMove] = match (key.code, key.modifiers) {
            // The widget's own pages scroll a short text out of sight.
            (KeyCode::PageDown, KeyModifiers::NONE) => &[CursorMove::Down; PAGE],
            (KeyCode::PageUp, KeyModifiers::NONE) => &[CursorMove::Up; PAGE],
            (KeyCode::Home, KeyModifiers::CONTROL) => &[CursorMove::Top, CursorMove::Head],
            (KeyCode::End, KeyModifiers::CONTROL) => &[CursorMove::Bottom, CursorMove::End],
            _ => &[],
        };
        if !moves.is_empty() {
            self.area.cancel_selection();
        }
        for step in moves {
            self.area.move_cursor(*step);
        }
        let grows = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter);
        let typed = if let KeyCode::Char(letter) = key.code { is_typeable(letter) } else { true };
        if moves.is_empty() && typed && (!grows || self.room_for(1)) && self.area.input(key) {
            self.changed(now);
        }
    }

    /// A key of the table for the text: undo, kill, yank.
    pub fn stroke(&mut self, stroke: Stroke, now: Timestamp) {
        let done = match stroke {
            // The widget undoes a replacement of the whole in two steps; between them nothing is left.
            Stroke::Undo => self.area.undo() && (!self.area.is_empty() || self.area.undo()),
            Stroke::Redo => self.area.redo() && (!self.area.is_empty() || self.area.redo()),
            Stroke::KillEnd => self.area.delete_line_by_end(),
            Stroke::KillStart => self.area.delete_line_by_head(),
            Stroke::KillWord => self.area.delete_word(),
            Stroke::Yank => self.room_for(self.area.yank_text().chars().count()) && self.area.paste(),
        };
        if done {
            self.changed(now);
        }
    }

    /// Pasted text; one that does not fit is not cut but refused.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        let text = typeable(text);
        if self.room_for(text.chars().count()) && self.area.insert_str(text) {
            self.changed(now);
        }
    }

    /// What came back from the operator's editor. Returns whether it differs.
    pub fn replace(&mut self, text: &str, now: Timestamp) -> bool {
        let text = as_written(text);
        let differs = text != self.text();
        if differs {
            self.area.select_all();
            self.area.insert_str(&text);
            self.changed(now);
        }
        differs
    }

    /// Puts the saved text in place of what was typed; the text undo takes that back.
    pub fn restore(&mut self, now: Timestamp) {
        let saved = self.saved.clone();
        self.replace(&saved, now);
    }

    fn changed(&mut self, now: Timestamp) {
        self.draft.problem = None;
        // The mistakes of the last save no longer stand where they stood.
        self.mistakes.clear();
        self.draft.changed(now);
    }

    /// When the draft has to be kept.
    #[must_use]
    pub const fn keep_at(&self) -> Option<Timestamp> {
        self.draft.keep_at()
    }

    /// The draft to keep now, if the disk lacks it.
    pub fn keep(&mut self) -> Option<String> {
        self.draft.keep(self.text())
    }

    /// The disk has this draft. Returns whether the form closes now.
    pub fn is_kept(&mut self, text: String) -> bool {
        self.draft.is_kept(text)
    }

    /// Another program has changed the file. What it says now can be taken in (restore) or replaced (save).
    pub fn is_changed(&mut self, there: String) {
        self.saved = there;
        let what =
            ["another program changed this file, yours is a draft", "该文件已被其他程序修改，您的文本为草稿"];
        let remedy = [
            "Ctrl-S puts your text in its place; Ctrl-R shows what it says now, Ctrl-Z brings your text back",
            "按 Ctrl-S 用您的文本替换；Ctrl-R 查看其现有内容，Ctrl-Z 取回您的文本",
        ];
        self.draft.problem = Some(Problem::new(Exit::Blocked, what.map(str::to_owned), remedy));
    }

    /// Nothing was saved: the keys are for the text again.
    pub fn stay(&mut self, now: Timestamp) {
        self.draft.retry(now);
    }

    /// The disk refused; the form stays with the reason and tries again.
    pub fn refuse(&mut self, problem: Problem, now: Timestamp) {
        self.draft.refuse(problem, now);
    }

    /// Esc: nothing typed is lost by it. `None`: nothing differs from what was saved, the draft can go.
    pub fn leave(&mut self) -> Option<Leave<String>> {
        let text = self.text();
        if text != self.saved {
            return Some(self.draft.leave(text));
        }
        self.draft.rest();
        self.draft.has_only(&self.saved).then_some(Leave::Close)
    }

    /// Ctrl-S: the text to save and the one it takes the place of, if it has no mistake; else they are shown and the caret
    /// goes to the first one.
    pub fn save(&mut self) -> Option<(String, String)> {
        if self.is_waiting() {
            return None;
        }
        let text = self.text();
        if let Err(mistakes) = self.address.read(&text) {
            if let Some(first) = mistakes.first() {
                let place = |number: usize| u16::try_from(number.saturating_sub(1)).unwrap_or(u16::MAX);
                self.area.cancel_selection();
                self.area.move_cursor(CursorMove::Jump(place(first.line), place(first.column)));
            }
            self.mistakes = mistakes;
            return None;
        }
        self.mistakes.clear();
        self.draft.save().then(|| (format!("{text}\n"), self.saved.clone()))
    }

    /// Whether something was handed over and the keys wait for it.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.draft.is_waiting()
    }

    /// Whether what is typed differs from what was saved.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.text() != self.saved
    }
}

/// A template is short: its lines are always broken on screen.
fn editor(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_max_histories(HISTORY);
    area.set_cursor_line_style(Style::new());
    // The terminal's own caret is used: input methods open their window there.
    area.set_cursor_style(Style::new());
    area
}

/// Draws the form over the whole body.
pub fn view(form: &SheetForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = format!("{}: {}", cx.t(Text::ActionEditSheet), form.address.full_name());
    let inside = popup(frame, area, area.width, area.height, &title);
    let [head, text, mistakes] = parts(form, inside, cx.lang);
    draw_line(frame, head, state_line(form, cx, usize::from(head.width)));
    view_text(form, cx, frame, text);
    let source = form.text();
    let mut rows = (mistakes.top()..mistakes.bottom()).map(|y| Rect { y, height: 1, ..mistakes });
    let mut draw = |line| {
        if let Some(row) = rows.next() {
            draw_line(frame, row, line);
        }
    };
    let cells = usize::from(mistakes.width);
    let shown = shown(form, inside);
    for mistake in form.mistakes.iter().take(shown) {
        for words in said(mistake, cx.lang, cells) {
            draw(Line::styled(words, cx.theme.blocked()));
        }
        let [quoted, caret] = mistake.shown(&source, cells.saturating_sub(3));
        draw(Line::raw(format!("  {quoted}")));
        draw(Line::styled(format!("  {caret}"), cx.theme.key()));
    }
    let more = form.mistakes.len() - shown;
    if more > 0 {
        let text = match cx.lang {
            Lang::En => format!("✗ and {more} more"),
            Lang::Zh => format!("✗ 另有{more}处"),
        };
        draw(Line::styled(text, cx.theme.blocked()));
    }
}

/// How many mistakes are shown.
fn shown(form: &SheetForm, inside: Rect) -> usize {
    form.mistakes.len().min(if inside.height > 24 { 4 } else { 2 })
}

/// A mistake in words, on as many lines as it needs.
fn said(mistake: &Mistake, lang: Lang, cells: usize) -> Vec<String> {
    let words = format!("✗ {}:{} {}", mistake.line, mistake.column, mistake.what[lang as usize]);
    safe_text::lines(&words, cells).map(safe_text::SafeText::into_string).collect()
}

/// The line about the text, the text, the mistakes in it: each with its words, the line it is in and a caret.
fn parts(form: &SheetForm, inside: Rect, lang: Lang) -> [Rect; 3] {
    let shown = shown(form, inside);
    let told = form.mistakes.iter().take(shown);
    let told = told.map(|mistake| said(mistake, lang, usize::from(inside.width)).len() + 2).sum::<usize>();
    let below = u16::try_from(told + usize::from(form.mistakes.len() > shown)).unwrap_or(u16::MAX);
    let below = Constraint::Length(below.min(inside.height.saturating_sub(6)));
    Layout::vertical([Constraint::Length(1), Constraint::Fill(1), below]).areas(inside)
}

/// What happened to the text: a refusal, mistakes, a draft, saved.
fn state_line(form: &SheetForm, cx: &Context<'_>, cells: usize) -> Line<'static> {
    let line = |text: String, style| Line::styled(safe_text::line(&text, cells).into_string(), style);
    if let Some(problem) = &form.draft.problem {
        return line(format!("✗ {}: {}", cx.t(Text::NotSaved), problem.say(cx.lang)), cx.theme.blocked());
    }
    if form.too_long {
        let text = match cx.lang {
            Lang::En => format!("✗ a template holds at most {LONGEST} characters"),
            Lang::Zh => format!("✗ 模板最多 {LONGEST} 个字符"),
        };
        return line(text, cx.theme.blocked());
    }
    if !form.mistakes.is_empty() {
        return line(format!("✗ {}: {}", cx.t(Text::NotSaved), cx.t(Text::SheetRefused)), cx.theme.blocked());
    }
    if form.is_draft() {
        return line(format!("✎ {}", cx.t(Text::NoteDraft)), cx.theme.key());
    }
    line(cx.t(Text::SheetSame).to_owned(), cx.theme.calm())
}

fn view_text(form: &SheetForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(cx.theme.key())
        // A free column at the right: the caret stays visible on a full line.
        .padding(Padding::new(0, 1, 0, 0));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if inside.is_empty() {
        return;
    }
    frame.render_widget(&form.area, inside);
    let (caret, (top, left)) = (form.area.screen_cursor(), form.area.scroll_offset());
    let x = u16::try_from(caret.col).unwrap_or(u16::MAX).saturating_sub(left);
    let y = u16::try_from(caret.row).unwrap_or(u16::MAX).saturating_sub(top);
    frame.set_cursor_position(Position::new(
        inside.x.saturating_add(x).min(inside.right()),
        inside.y.saturating_add(y).min(inside.bottom().saturating_sub(1)),
    ));
}
