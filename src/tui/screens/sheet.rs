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
use crate::reply::template::LONGEST;
use crate::safe_text;
use crate::shelf::Address;
use crate::tui::draft::{Draft, Leave};
use crate::tui::editor::{as_written, is_typeable, typeable};
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
    /// Opens a text with what was typed last.
    #[must_use]
    pub fn new(address: Address, saved: &str, draft: Option<&str>) -> Self {
        let saved = as_written(saved);
        let kept = draft.map_or_else(|| saved.clone(), as_written);
        let mut area = editor(&kept);
        area.move_cursor(CursorMove::Top);
        area.move_cursor(CursorMove::Head);
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
        // The widget's own pages scroll a short text out of sight.
        if let (KeyCode::PageDown | KeyCode::PageUp, KeyModifiers::NONE) = (key.code, key.modifiers) {
            let step = if key.code == KeyCode::PageDown { CursorMove::Down } else { CursorMove::Up };
            for _ in 0..PAGE {
                self.area.move_cursor(step);
            }
            return;
        }
        let grows = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter);
        let typed = if let KeyCode::Char(letter) = key.code { is_typeable(letter) } else { true };
        if !typed || (grows && !self.room_for(1)) {
            return;
        }
        if self.area.input(key) {
            // The widget undoes a replacement of the whole in two steps; between them nothing is left.
            if key.code == KeyCode::Char('u') && self.area.is_empty() {
                self.area.undo();
            }
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
        if text == self.text() {
            return false;
        }
        self.area.select_all();
        self.area.insert_str(&text);
        self.changed(now);
        true
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
            "Ctrl-S puts your text in its place; Ctrl-R shows what it says now, Ctrl-U brings your text back",
            "按 Ctrl-S 用您的文本替换；Ctrl-R 查看其现有内容，Ctrl-U 取回您的文本",
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
    let shown = form.mistakes.len().min(if inside.height > 24 { 4 } else { 2 });
    let below = u16::try_from(shown * 3 + usize::from(form.mistakes.len() > shown)).unwrap_or(0);
    let [head, text, mistakes] =
        Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(below)])
            .areas(inside);
    draw_line(frame, head, state_line(form, cx, usize::from(head.width)));
    view_text(form, cx, frame, text);
    let cells = usize::from(mistakes.width);
    let source = form.text();
    let mut lines = Vec::new();
    for mistake in form.mistakes.iter().take(shown) {
        let (line, column, what) = (mistake.line, mistake.column, &mistake.what[cx.lang as usize]);
        let said = safe_text::line(&format!("✗ {line}:{column} {what}"), cells).into_string();
        lines.push(Line::styled(said, cx.theme.blocked()));
        let [quoted, caret] = mistake.shown(&source, cells.saturating_sub(3));
        lines.push(Line::raw(format!("  {quoted}")));
        lines.push(Line::styled(format!("  {caret}"), cx.theme.key()));
    }
    let more = form.mistakes.len() - shown;
    if more > 0 {
        let text = match cx.lang {
            Lang::En => format!("✗ and {more} more"),
            Lang::Zh => format!("✗ 另有{more}处"),
        };
        lines.push(Line::styled(text, cx.theme.blocked()));
    }
    for (y, line) in (mistakes.top()..mistakes.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..mistakes }, line);
    }
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
