//! Picking one of a list by typing: reply templates with a preview, and the palette of actions.

use std::collections::BTreeMap;
use std::sync::Arc;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use tui_input::Input;
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::case::Language;
use crate::domain::learned::Learned;
use crate::i18n::{Lang, Text};
use crate::reply::template::{Fit, Form, Library, Only, Origin, Template};
use crate::safe_text;
use crate::tui::keymap::{self, Action, Key, Scope};
use crate::tui::widgets::{Context, draw_line, field, popup, scroll_for};

/// The template picker.
#[derive(Debug)]
pub struct Templates {
    /// What was typed.
    pub query: Input,
    /// Templates or snippets.
    pub form: Form,
    /// The reply was opened for it: Esc leads back to where that was.
    pub comes_first: bool,
    library: Arc<Library>,
    learned: Arc<Learned>,
    fit: Fit,
    hits: Vec<Arc<Template>>,
    selected: usize,
    /// What the case knows, by language: a preview shows the real text.
    values: BTreeMap<Language, BTreeMap<String, String>>,
}

impl Templates {
    /// Opens the picker for a case: what fits it best comes first.
    #[must_use]
    pub fn new(
        form: Form,
        library: Arc<Library>,
        learned: Arc<Learned>,
        fit: Fit,
        values: BTreeMap<Language, BTreeMap<String, String>>,
    ) -> Self {
        let mut picker = Self {
            query: Input::default(),
            form,
            comes_first: false,
            library,
            learned,
            fit,
            hits: Vec::new(),
            selected: 0,
            values,
        };
        picker.search();
        picker
    }

    /// Ranks anew after a change of the query.
    pub fn search(&mut self) {
        let hits = self.library.ranked(self.query.value(), &self.fit, &self.learned);
        self.hits = hits.into_iter().map(|hit| Arc::clone(hit.template)).collect();
        self.selected = 0;
    }

    /// Takes in the templates as they are now; the cursor stays on its line.
    pub fn renew(&mut self, library: Arc<Library>) {
        let on = self.current().map(|template| template.name.clone());
        self.library = library;
        self.search();
        let at = self.hits.iter().position(|template| Some(&template.name) == on.as_ref());
        self.selected = at.unwrap_or_default();
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        self.selected = self.selected.saturating_add_signed(lines).min(self.hits.len().saturating_sub(1));
    }

    /// The template under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Arc<Template>> {
        self.hits.get(self.selected)
    }
}

/// Draws the template picker over the whole screen: list, then preview.
pub fn view_templates(picker: &Templates, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = if picker.form == Form::Snippet { Text::PickSnippet } else { Text::PickTemplate };
    let inside = popup(frame, area, area.width, area.height, cx.t(title));
    let [search, list, line, preview] = if inside.width >= 100 {
        let [top, rest] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(inside);
        let [list, line, preview] =
            Layout::horizontal([Constraint::Length(44), Constraint::Length(2), Constraint::Fill(1)])
                .areas(rest);
        [top, list, line, preview]
    } else {
        Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(2),
            Constraint::Length(1),
            Constraint::Fill(3),
        ])
        .areas(inside)
    };
    search_line(cx, frame, search, &picker.query);
    view_place(picker, cx, frame, search);
    if line.height == 1 {
        draw_line(frame, line, Line::styled("─".repeat(usize::from(line.width)), cx.theme.calm()));
    }
    let height = usize::from(list.height);
    let top = scroll_for(picker.selected, height, picker.hits.len());
    for (y, (at, template)) in (list.top()..list.bottom()).zip(picker.hits.iter().enumerate().skip(top)) {
        let own = if template.origin == Origin::Shipped {
            String::new()
        } else {
            format!(" · {}", cx.t(Text::OriginMine))
        };
        let only = picker.fit.against(template).map(Only::words);
        let only = only.map_or_else(String::new, |words| format!(" · {}", words[cx.lang as usize]));
        let room =
            usize::from(list.width).saturating_sub(4 + safe_text::cells(&own) + safe_text::cells(&only));
        let title = safe_text::line(&template.title[cx.lang as usize], room);
        let words = Line::from(vec![
            Span::raw(format!("{}  {title}{own}", template.lang.word())),
            Span::styled(only, cx.theme.calm()),
        ]);
        item(cx, frame, Rect { y, height: 1, ..list }, words, at == picker.selected);
    }
    let Some(template) = picker.current() else {
        return draw_line(
            frame,
            Rect { height: 1.min(list.height), ..list },
            Line::raw(cx.t(Text::NoTemplateFits)),
        );
    };
    let nothing = BTreeMap::new();
    let text = template.preview(picker.values.get(&template.lang).unwrap_or(&nothing), cx.lang);
    for (y, words) in
        (preview.top()..preview.bottom()).zip(safe_text::lines(&text, usize::from(preview.width)))
    {
        draw_line(frame, Rect { y, height: 1, ..preview }, Line::raw(words.into_string()));
    }
}

/// At the right of the search where there is room: which one of how many the cursor is on.
fn view_place(picker: &Templates, cx: &Context<'_>, frame: &mut Frame<'_>, search: Rect) {
    let (at, of) = ((picker.selected + 1).min(picker.hits.len()), picker.hits.len());
    let text = match cx.lang {
        Lang::En => format!("{at} of {of}"),
        Lang::Zh => format!("{at}/{of}"),
    };
    let typed = safe_text::cells(picker.query.value()).max(safe_text::cells(cx.t(Text::TypeToSearch)));
    let width = u16::try_from(safe_text::cells(&text)).unwrap_or(u16::MAX);
    if usize::from(search.width) > typed + usize::from(width) + 6 {
        let place = Rect { x: search.right() - width, width, ..search };
        draw_line(frame, place, Line::styled(text, cx.theme.calm()));
    }
}

fn search_line(cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect, query: &Input) {
    draw_line(frame, Rect { width: 2.min(area.width), ..area }, Line::styled("/ ", cx.theme.key()));
    let rest = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    field(frame, rest, query, true);
    if query.value().is_empty() {
        draw_line(frame, rest, Line::styled(format!(" {}", cx.t(Text::TypeToSearch)), cx.theme.calm()));
    }
}

fn item(cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect, line: Line<'_>, selected: bool) {
    draw_line(frame, area, line);
    if selected {
        frame.buffer_mut().set_style(area, cx.theme.selected());
    }
}

/// The palette: every action that is live where it was opened.
#[derive(Debug)]
pub struct Palette {
    /// What was typed.
    pub query: Input,
    scope: Scope,
    lang: Lang,
    hits: Vec<(Action, Key)>,
    selected: usize,
}

impl Palette {
    /// Opens the palette of a scope.
    #[must_use]
    pub fn new(scope: Scope, lang: Lang) -> Self {
        let mut palette = Self { query: Input::default(), scope, lang, hits: Vec::new(), selected: 0 };
        palette.search();
        palette
    }

    /// Ranks anew after a change of the query: by the action's name in either language.
    pub fn search(&mut self) {
        let query: String = self.query.value().nfkc().collect();
        let pattern = Pattern::parse(&query, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut hits: Vec<(u32, (Action, Key))> = keymap::actions(self.scope)
            .into_iter()
            .filter(|(action, _)| !matches!(action, Action::Palette | Action::Accept))
            .filter_map(|(action, key)| {
                let name = format!(
                    "{} {}",
                    action.label().in_lang(self.lang),
                    action.label().in_lang(self.lang.other())
                );
                let score = pattern.score(Utf32Str::new(&name, &mut buffer), &mut matcher)?;
                Some((score, (action, key)))
            })
            .collect();
        hits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.hits = hits.into_iter().map(|(_, hit)| hit).collect();
        self.selected = 0;
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        self.selected = self.selected.saturating_add_signed(lines).min(self.hits.len().saturating_sub(1));
    }

    /// The action under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<Action> {
        self.hits.get(self.selected).map(|(action, _)| *action)
    }
}

/// Draws the palette.
pub fn view_palette(palette: &Palette, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, 50, 18, cx.t(Text::PaletteTitle));
    let [search, list] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(inside);
    search_line(cx, frame, search, &palette.query);
    let height = usize::from(list.height);
    let top = scroll_for(palette.selected, height, palette.hits.len());
    for (y, (at, (action, key))) in (list.top()..list.bottom()).zip(palette.hits.iter().enumerate().skip(top))
    {
        let text = format!("{}{}", safe_text::pad(cx.t(action.label()), 32), keymap::name(*key));
        let text = safe_text::line(&text, usize::from(list.width)).into_string();
        item(cx, frame, Rect { y, height: 1, ..list }, Line::raw(text), at == palette.selected);
    }
}
