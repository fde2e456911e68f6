//! Writing a reply: template + addition, the whole of it previewed; a draft that is on disk within a second.

use std::collections::BTreeMap;

use crossterm::event::KeyCode;
use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Padding};
use tui_input::Input;
use tui_textarea::{TextArea, WrapMode};

use crate::domain::CaseId;
use crate::domain::case::Language;
use crate::domain::view::{CaseFile, ReplyDraft};
use crate::i18n::Text;
use crate::reply::template::{Fit, Library, Seller, Template, Unfilled, Variable, parts, reply, values};
use crate::safe_text;
use crate::tui::screens::picker::Templates;
use crate::tui::widgets::{Context, draw_line, field, popup, rule};

/// A draft is handed to the store this long after the first change it lacks.
const KEEP_AFTER: SignedDuration = SignedDuration::from_millis(150);
/// After a failure the next attempt waits this long.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// Steps of undo in the editor.
const HISTORY: usize = 10_000;

/// State of the compose screen.
#[derive(Debug)]
pub struct Compose {
    /// The case that is answered.
    pub file: Box<CaseFile>,
    template: Option<&'static Template>,
    values: BTreeMap<String, String>,
    typed: BTreeMap<String, String>,
    area: TextArea<'static>,
    /// What the store has.
    kept: ReplyDraft,
    /// What the store was last asked to keep.
    asked: Option<ReplyDraft>,
    keep_at: Option<Timestamp>,
    /// The text that was copied last.
    pub copied: Option<String>,
    scroll: usize,
}

impl Compose {
    /// Opens the reply of a case with its draft, if there is one.
    #[must_use]
    pub fn new(file: Box<CaseFile>, now: Timestamp) -> Self {
        let draft = file.draft.clone().unwrap_or_default();
        let template = draft.template.as_deref().and_then(|name| Library::shipped().get(name));
        let mut compose = Self {
            template,
            values: BTreeMap::new(),
            typed: draft.values.clone(),
            area: editor(&draft.addition),
            kept: draft,
            asked: None,
            keep_at: None,
            copied: None,
            scroll: 0,
            file,
        };
        compose.fill(now);
        compose
    }

    /// The case.
    #[must_use]
    pub fn case(&self) -> CaseId {
        self.file.summary.id
    }

    /// The language of the reply: the template's, else the buyer's, else the site's.
    #[must_use]
    pub fn language(&self) -> Language {
        self.template.map_or_else(|| buyer_language(&self.file), |template| template.lang)
    }

    /// Takes in the case as it is now (an offer was booked: its amount fills the template).
    pub fn update(&mut self, file: Box<CaseFile>, now: Timestamp) {
        self.file = file;
        self.fill(now);
    }

    fn fill(&mut self, now: Timestamp) {
        self.values = values(&self.file, self.language(), &Seller::default(), now);
        self.values.extend(self.typed.clone());
    }

    /// The picker for this case.
    #[must_use]
    pub fn picker(&self, now: Timestamp) -> Templates {
        let lang = buyer_language(&self.file);
        let known =
            Language::ALL.iter().map(|lang| (*lang, values(&self.file, *lang, &Seller::default(), now)));
        Templates::new(Fit::of(&self.file, lang), known.collect())
    }

    /// Uses a template; what was typed stays.
    pub fn use_template(&mut self, template: &'static Template, now: Timestamp) {
        self.template = Some(template);
        self.scroll = 0;
        self.fill(now);
        self.changed(now);
    }

    /// The values the template lacks, in the order in which they are asked for.
    #[must_use]
    pub fn missing(&self) -> Vec<Variable> {
        self.template.map(|template| template.needed(&self.values)).unwrap_or_default()
    }

    /// Takes the answer to a missing value.
    pub fn answer(&mut self, variable: Variable, value: &str, now: Timestamp) {
        self.typed.insert(variable.name().to_owned(), value.trim().to_owned());
        self.fill(now);
        self.changed(now);
    }

    /// What the operator typed.
    #[must_use]
    pub fn addition(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The whole reply.
    ///
    /// # Errors
    /// [`Unfilled`] while the template lacks a value.
    pub fn reply(&self) -> Result<String, Unfilled> {
        reply(self.template, &self.values, &self.addition())
    }

    /// What has to be kept.
    #[must_use]
    pub fn draft(&self) -> ReplyDraft {
        ReplyDraft {
            template: self.template.map(|template| template.name.clone()),
            lang: self.template.map(|template| template.lang),
            addition: self.addition(),
            values: self.typed.clone(),
        }
    }

    /// A key for the text.
    pub fn key(&mut self, key: crossterm::event::KeyEvent, now: Timestamp) {
        if !is_typeable(key.code) {
            return;
        }
        if self.area.input(key) {
            self.changed(now);
        }
    }

    /// Pasted text: line ends made equal, control and direction characters left out.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        if self.area.insert_str(typeable(text)) {
            self.changed(now);
        }
    }

    /// What came back from the editor.
    pub fn replace(&mut self, text: &str, now: Timestamp) {
        let text = typeable(text);
        let text = text.trim_end_matches('\n');
        if text != self.addition() {
            self.area.select_all();
            self.area.insert_str(text);
            self.changed(now);
        }
    }

    fn changed(&mut self, now: Timestamp) {
        self.keep_at.get_or_insert(now + KEEP_AFTER);
    }

    /// When the draft has to be kept.
    #[must_use]
    pub fn keep_at(&self) -> Option<Timestamp> {
        self.keep_at
    }

    /// The draft to keep now, if the store lacks it.
    pub fn keep(&mut self) -> Option<(CaseId, ReplyDraft)> {
        self.keep_at = None;
        let draft = self.draft();
        let known = self.asked.as_ref().unwrap_or(&self.kept);
        if draft == *known {
            return None;
        }
        self.asked = Some(draft.clone());
        Some((self.case(), draft))
    }

    /// The draft goes to the store with the reply that is sent: it needs no keeping any more.
    pub fn hand_over(&mut self) -> ReplyDraft {
        self.keep_at = None;
        let draft = self.draft();
        self.asked = Some(draft.clone());
        draft
    }

    /// The store has this draft. An answer to an older wish changes nothing.
    pub fn is_kept(&mut self, draft: ReplyDraft) {
        if self.asked.as_ref() == Some(&draft) {
            self.asked = None;
            self.kept = draft;
        }
    }

    /// The store could not keep it: try again.
    pub fn not_kept(&mut self, now: Timestamp) {
        self.asked = None;
        self.keep_at = Some(now + RETRY_AFTER);
    }

    /// Whether the store has what is on screen.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.keep_at.is_none() && self.asked.is_none()
    }

    /// Scrolls the preview.
    pub fn step(&mut self, lines: isize) {
        // The text has at most a line a character.
        let most = self.reply().map_or(self.addition().len(), |text| text.len());
        self.scroll = self.scroll.saturating_add_signed(lines).min(most);
    }
}

/// The language a buyer is answered in by default.
fn buyer_language(file: &CaseFile) -> Language {
    let site = file.summary.marketplace.and_then(|site| Language::parse(site.language()));
    file.summary.lang.or(site).unwrap_or(Language::En)
}

fn editor(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_max_histories(HISTORY);
    area.set_cursor_line_style(Style::new());
    // The terminal's own caret is used: input methods open their window there.
    area.set_cursor_style(Style::new());
    area.move_cursor(tui_textarea::CursorMove::Bottom);
    area.move_cursor(tui_textarea::CursorMove::End);
    area
}

/// Text as it may stand in a reply: equal line ends, no control characters, nothing that turns the direction, and
/// nothing that a screen would not show: what is sent is what was seen.
fn typeable(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let fit = |letter: &char| {
        let turning = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
        matches!(letter, '\n' | '\t') || !(letter.is_control() || turning)
    };
    safe_text::block(&unix.chars().filter(fit).collect::<String>().replace('\t', "    ")).into_string()
}

/// Whether a key may go into a reply: a terminal without bracketed paste sends pasted characters as keys. Marks and
/// joiners come one by one from input methods and stay.
fn is_typeable(code: KeyCode) -> bool {
    let KeyCode::Char(letter) = code else { return true };
    let shown = safe_text::block(letter.encode_utf8(&mut [0; 4])).into_string();
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fffd}') || !matches!(shown.as_str(), "" | "\u{fffd}")
}

/// Draws the reply between header and footer.
pub fn view(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let [title, rest] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    view_title(compose, cx, frame, title);
    let (buyer, preview, addition) = if area.width >= 110 {
        let [left, _, right] =
            Layout::horizontal([Constraint::Fill(2), Constraint::Length(2), Constraint::Fill(3)]).areas(rest);
        let [preview, addition] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(right);
        (left, preview, addition)
    } else {
        let [buyer, preview, addition] =
            Layout::vertical([Constraint::Max(5), Constraint::Fill(5), Constraint::Fill(4)]).areas(rest);
        (buyer, preview, addition)
    };
    view_buyer(compose, cx, frame, buyer);
    view_reply(compose, cx, frame, preview);
    view_editor(compose, cx, frame, addition);
}

fn view_title(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let order = compose.file.summary.order_id.as_deref().unwrap_or(cx.t(Text::NoOrder));
    let template =
        compose.template.map_or(cx.t(Text::NoTemplate), |template| &template.title[cx.lang as usize]);
    let left = format!(" {} {order} ({})", cx.t(Text::ReplyTo), compose.language().word());
    let left = safe_text::line(&left, usize::from(area.width)).into_string();
    let right = format!("{}: {template} ", cx.t(Text::Template));
    let room = usize::from(area.width).saturating_sub(safe_text::cells(&left) + 2);
    draw_line(
        frame,
        area,
        Line::from(vec![
            Span::styled(left, cx.theme.heading()),
            Span::styled(format!("  {}", safe_text::pad_left(&right, room)), cx.theme.calm()),
        ]),
    );
}

/// The buyer's newest words.
fn view_buyer(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let cells = usize::from(area.width);
    let newest = compose.file.messages.iter().rev().find(|message| !message.ours);
    let text = newest.map_or(compose.file.summary.excerpt.as_str(), |message| &message.text);
    let words = safe_text::lines(text, cells.saturating_sub(2)).map(|line| Line::raw(format!(" {line}")));
    let lines = std::iter::once(rule(cx, cx.t(Text::BuyerWrote), cells)).chain(words);
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..area }, line);
    }
}

/// The whole reply, the operator's own words set off. A missing value stands as its name in brackets.
fn view_reply(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let cells = usize::from(area.width);
    let mut shown = compose.values.clone();
    let missing = compose.missing();
    for variable in &missing {
        shown.insert(variable.name().to_owned(), format!("[{}]", variable.label()[cx.lang as usize]));
    }
    let [above, own, below] =
        parts(compose.template, &shown, &compose.addition()).unwrap_or_else(|_| Default::default());
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (part, style) in [(&above, Style::new()), (&own, cx.theme.ours()), (&below, Style::new())] {
        if !part.is_empty() && !lines.is_empty() {
            lines.push(Line::raw(""));
        }
        let words = safe_text::lines(part, cells.saturating_sub(2));
        lines.extend(words.map(|words| Line::styled(format!(" {words}"), style)));
    }
    let letters: usize = [&above, &own, &below].iter().map(|part| part.chars().count()).sum();
    let state = if missing.is_empty() {
        cx.t(Text::Preview).to_owned()
    } else {
        let names: Vec<&str> = missing.iter().map(|variable| variable.label()[cx.lang as usize]).collect();
        format!("{} · {}: {}", cx.t(Text::Preview), cx.t(Text::MissingValues), names.join(", "))
    };
    let count = format!("{state} · {letters}");
    draw_line(frame, Rect { height: 1.min(area.height), ..area }, rule(cx, &count, cells));
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let scroll = compose.scroll.min(lines.len().saturating_sub(usize::from(body.height)));
    for (y, line) in (body.top()..body.bottom()).zip(lines.into_iter().skip(scroll)) {
        draw_line(frame, Rect { y, height: 1, ..body }, line);
    }
}

fn view_editor(compose: &Compose, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let copied = compose.copied.is_some() && compose.copied.as_ref() == compose.reply().ok().as_ref();
    let mut mark = if compose.is_saved() { format!(" · {}", cx.t(Text::SavedMark)) } else { String::new() };
    if copied {
        mark.push_str(&format!(" · {} ✓", cx.t(Text::CopiedMark)));
    }
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(cx.theme.key())
        // A free column at the right: the caret stays visible on a full line.
        .padding(Padding::new(0, 1, 0, 0))
        .title(format!(" {}{mark} ", cx.t(Text::Addition)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if inside.is_empty() {
        return;
    }
    if compose.area.is_empty() {
        draw_line(
            frame,
            Rect { height: 1, ..inside },
            Line::styled(cx.t(Text::AdditionHint), cx.theme.calm()),
        );
    } else {
        frame.render_widget(&compose.area, inside);
    }
    let (caret, (top, left)) = (compose.area.screen_cursor(), compose.area.scroll_offset());
    let x = u16::try_from(caret.col).unwrap_or(u16::MAX).saturating_sub(left);
    let y = u16::try_from(caret.row).unwrap_or(u16::MAX).saturating_sub(top);
    frame.set_cursor_position(Position::new(
        inside.x.saturating_add(x).min(inside.right()),
        inside.y.saturating_add(y).min(inside.bottom().saturating_sub(1)),
    ));
}

/// A value of the template that is asked for.
#[derive(Debug)]
pub struct Ask {
    /// Which one.
    pub variable: Variable,
    /// What was typed.
    pub input: Input,
}

/// Draws the question.
pub fn view_ask(ask: &Ask, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, 60, 5, cx.t(Text::ValueNeeded));
    let [label, value, example] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Length(1)]).areas(inside);
    draw_line(frame, label, Line::styled(ask.variable.label()[cx.lang as usize], cx.theme.heading()));
    field(frame, value, &ask.input, true);
    let hint = format!("{} {}", cx.t(Text::ValueExample), ask.variable.example());
    draw_line(frame, example, Line::styled(hint, cx.theme.calm()));
}
