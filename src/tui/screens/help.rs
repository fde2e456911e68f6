//! The help: the keys of the view it was asked in, those that work everywhere, and what a template that is written may name.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::i18n::{Lang, Text};
use crate::reply::template::{FILTERS, Variable};
use crate::safe_text;
use crate::tui::keymap::{self, Action, Key, Scope};
use crate::tui::widgets::{Context, draw_line, popup};

/// Cells of the keys, and of the names of what a template has.
const KEYS: usize = 14;
const NAMES: usize = 15;

/// The help of a view.
#[derive(Debug)]
pub struct Help {
    scope: Scope,
    /// The first line on screen.
    top: usize,
}

impl Help {
    /// Opens the help of a scope.
    #[must_use]
    pub const fn new(scope: Scope) -> Self {
        Self { scope, top: 0 }
    }

    /// Scrolls in a window of so many rows; `false`: there is no more to see, or the key is none for that, and closes it.
    pub fn scroll(&mut self, key: KeyEvent, lang: Lang, window: u16) -> bool {
        let count = rows(self.scope, lang).len();
        let (columns, height) = room(self.scope, count, window);
        let shown = columns * height;
        let top = match key.code {
            _ if count <= shown => return false,
            KeyCode::Down => self.top + 1,
            KeyCode::Up => self.top.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.top + shown,
            KeyCode::PageUp => self.top.saturating_sub(shown),
            KeyCode::Home => 0,
            KeyCode::End => count,
            _ => return false,
        };
        self.top = top.min(count - shown);
        true
    }
}

/// Columns and rows of a window. What the names of a template are wants the whole width, where not all of them fit.
fn room(scope: Scope, count: usize, window: u16) -> (usize, usize) {
    let height = usize::from(window.max(6) - 2);
    (if scope == Scope::Sheet && count > 2 * height { 1 } else { 2 }, height)
}

/// What stands there: key or name, and what it is; a heading has no key.
fn rows(scope: Scope, lang: Lang) -> Vec<(String, String)> {
    let heading = |name: &str| (String::new(), format!("─ {name}"));
    let line = |(action, keys): (Action, Vec<Key>)| {
        let names: Vec<String> = keys.into_iter().map(keymap::name).collect();
        (names.join(" "), action.label().in_lang(lang).to_owned())
    };
    let named = |name: &str, what: [&str; 2]| (name.to_owned(), what[lang as usize].to_owned());
    let mut rows = vec![heading(scope.name(lang))];
    rows.extend(keymap::keys(scope).into_iter().map(line));
    rows.extend(scope.choices(lang).iter().map(|(keys, what)| ((*keys).to_owned(), (*what).to_owned())));
    rows.push(heading(Scope::Everywhere.name(lang)));
    rows.extend(keymap::common_keys(scope).into_iter().map(line));
    if scope == Scope::Sheet {
        rows.push(heading(lang.pick("variables: {{ item }}", "变量：{{ item }}")));
        rows.push(named("addition", ["your own words, on a line of its own", "您补充的内容，单独一行"]));
        rows.extend(Variable::ALL.iter().map(|known| named(known.name(), known.label())));
        rows.push(heading(lang.pick("filters: {{ item | upper }}", "过滤器：{{ item | upper }}")));
        rows.extend(FILTERS.iter().map(|(name, what)| named(name, *what)));
        rows.push(heading(lang.pick("where it is known", "已知时才写")));
        rows.push((String::new(), "{% if item is defined %} {{ item }} {% endif %}".to_owned()));
    }
    rows
}

/// Draws the help; what does not fit is scrolled.
pub fn view(help: &Help, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let rows = rows(help.scope, cx.lang);
    let (columns, height) = room(help.scope, rows.len(), area.height);
    let shown = columns * height;
    let close = if rows.len() > shown {
        cx.lang.pick("↓ ↑ PgDn PgUp, any other key closes", "↓ ↑ PgDn PgUp 滚动，其他任意键关闭")
    } else {
        cx.t(Text::AnyKeyCloses)
    };
    let inside = popup(frame, area, 78, area.height.max(6), &format!("{} · {close}", cx.t(Text::HelpTitle)));
    let width = inside.width / u16::try_from(columns).unwrap_or(1);
    let top = help.top.min(rows.len().saturating_sub(shown));
    let cells = if help.scope == Scope::Sheet { NAMES } else { KEYS };
    for (at, (keys, label)) in rows.iter().skip(top).take(shown).enumerate() {
        let column = u16::try_from(at / height).unwrap_or(0);
        let row = u16::try_from(at % height).unwrap_or(0);
        let place = Rect { x: inside.x + column * width, y: inside.y + row, width, height: 1 };
        let spans = if keys.is_empty() {
            vec![Span::styled(label.clone(), cx.theme.heading())]
        } else {
            vec![
                Span::styled(safe_text::pad(keys, cells).into_string(), cx.theme.key()),
                Span::raw(safe_text::line(label, usize::from(width).saturating_sub(cells + 1)).into_string()),
            ]
        };
        draw_line(frame, place, Line::from(spans));
    }
}
