//! The template beside the reply: which words were added, which left out, how much of it is personal.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::domain::reply::PastReply;
use crate::i18n::{Text, personal_line};
use crate::reply::diff::{Change, Share, compare, personal_share};
use crate::reply::quote::unquoted;
use crate::reply::template::Library;
use crate::safe_text;
use crate::tui::editor::{Figures, marked};
use crate::tui::widgets::{Context, draw_line, popup};

/// State of the view: two texts that stay as they were when it was opened.
#[derive(Debug)]
pub struct Compare {
    /// The template's, English and Chinese.
    title: Option<[String; 2]>,
    /// Both texts as one, the changed words in brackets.
    text: String,
    /// Where those stand: bytes from, bytes to.
    changes: Vec<(usize, usize, Change)>,
    share: Share,
    added: usize,
    removed: usize,
    scroll: usize,
}

impl Compare {
    /// Opens the view on a template with its values, empty without one, and the reply made of it.
    #[must_use]
    pub fn new(title: Option<[String; 2]>, template: &str, sent: &str) -> Self {
        let (mut text, mut changes) = (String::new(), Vec::new());
        let (mut added, mut removed) = (0, 0);
        for piece in compare(template, sent) {
            let (open, close, count) = match piece.change {
                Change::Kept => {
                    text.push_str(piece.text);
                    continue;
                }
                Change::Added => ("{+", "+}", &mut added),
                Change::Removed => ("[-", "-]", &mut removed),
            };
            *count += Figures::of(piece.text).words;
            let words = piece.text.trim_end();
            let from = text.len();
            text.push_str(&format!("{open}{words}{close}"));
            changes.push((from, text.len(), piece.change));
            text.push_str(&piece.text[words.len()..]);
        }
        Self {
            title,
            text,
            changes,
            share: personal_share(template, &unquoted(sent)),
            added,
            removed,
            scroll: 0,
        }
    }

    /// Opens it on a reply that went out.
    #[must_use]
    pub fn of(reply: &PastReply, library: &Library) -> Self {
        let title = reply.template.as_deref().map(|name| match library.get(name) {
            Some(template) => template.title.clone(),
            None => [name.to_owned(), name.to_owned()],
        });
        Self::new(title, &reply.template_text, &reply.text)
    }

    /// Keeps the scroll within the text, so that a step back is seen at once.
    pub fn settle(&mut self, cx: &Context<'_>, area: Rect) {
        if self.scroll > 0 {
            let (cells, rows) = room(area);
            self.scroll = self.scroll.min(self.lines(cx, cells).len().saturating_sub(rows));
        }
    }

    /// Scrolls the text; [`Compare::settle`] stops it at the end.
    pub fn step(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// To the first line or the last.
    pub fn jump(&mut self, end: bool) {
        self.scroll = if end { usize::MAX / 2 } else { 0 };
    }

    /// The share in words, with what was added and left out.
    fn summary(&self, cx: &Context<'_>) -> String {
        let line = personal_line(cx.lang, self.share.percent(), self.added, self.removed);
        match &self.title {
            Some(title) => format!("{line} · {}: {}", cx.t(Text::Template), title[cx.lang as usize]),
            None => format!("{line} · {}", cx.lang.pick("written without a template", "未使用模板")),
        }
    }

    /// The lines as they are drawn: `{+added+}`, `[-left out-]`.
    fn lines(&self, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
        let style = |change| if change == Change::Added { cx.theme.ours() } else { cx.theme.gone() };
        let marks: Vec<_> =
            self.changes.iter().map(|(from, to, change)| (*from, *to, style(*change))).collect();
        marked(&self.text, &marks, cells)
    }
}

/// Cells and rows for the text of a dialogue over the whole place: within its frame, below its first line and a blank one.
pub(super) fn room(area: Rect) -> (usize, usize) {
    (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(4)))
}

/// Draws the view over the whole place.
pub fn view(compare: &Compare, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, area.width, area.height, cx.t(Text::ActionCompare));
    let cells = usize::from(inside.width);
    let mut rows = (inside.top()..inside.bottom()).map(|y| Rect { y, height: 1, ..inside });
    if let Some(row) = rows.next() {
        let summary = safe_text::line(&compare.summary(cx), cells).into_string();
        draw_line(frame, row, Line::styled(summary, cx.theme.heading()));
    }
    let rows: Vec<Rect> = rows.skip(1).collect();
    let lines = compare.lines(cx, cells);
    let top = compare.scroll.min(lines.len().saturating_sub(rows.len()));
    for (row, line) in rows.into_iter().zip(lines.into_iter().skip(top)) {
        draw_line(frame, row, line);
    }
}
