//! The template beside the reply: which words were added, which left out, how much of it is personal.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::domain::reply::PastReply;
use crate::i18n::{Text, personal_line};
use crate::reply::diff::{Change, compare, personal_share, without_addition};
use crate::reply::template::Library;
use crate::safe_text;
use crate::tui::editor::{Figures, marked};
use crate::tui::widgets::{Context, draw_line, popup};

/// State of the view: two texts that stay as they were when it was opened.
#[derive(Debug)]
pub struct Compare {
    /// The template's, English and Chinese.
    title: Option<[String; 2]>,
    template: String,
    sent: String,
    scroll: usize,
}

impl Compare {
    /// Opens the view on a template with its values and the reply made of it.
    #[must_use]
    pub fn new(title: Option<[String; 2]>, template: String, sent: String) -> Self {
        Self { title, template, sent, scroll: 0 }
    }

    /// Opens it on a reply that went out. What was not typed is the template's; a reply that kesu knows from Amazon's
    /// copy alone was written elsewhere, all of it.
    #[must_use]
    pub fn of(reply: &PastReply) -> Self {
        let name = reply.template.as_deref();
        let title = name.map(|name| match Library::shipped().get(name) {
            Some(template) => template.title.clone(),
            None => [name.to_owned(), name.to_owned()],
        });
        let template = match (name, &reply.addition) {
            (Some(_), Some(addition)) => without_addition(&reply.text, addition),
            _ => String::new(),
        };
        Self::new(title, template, reply.text.clone())
    }

    /// Scrolls the text; drawing stops it at the end.
    pub fn step(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// To the first line or the last.
    pub fn jump(&mut self, end: bool) {
        self.scroll = if end { usize::MAX / 2 } else { 0 };
    }

    /// The share in words, with what was added and left out.
    fn summary(&self, cx: &Context<'_>) -> String {
        let pieces = compare(&self.template, &self.sent);
        let words = |change: Change| -> usize {
            let of = pieces.iter().filter(|piece| piece.change == change);
            of.map(|piece| Figures::of(piece.text).words).sum()
        };
        let share = personal_share(&self.template, &self.sent);
        let line = personal_line(cx.lang, share.percent(), words(Change::Added), words(Change::Removed));
        match &self.title {
            Some(title) => format!("{line} · {}: {}", cx.t(Text::Template), title[cx.lang as usize]),
            None => format!("{line} · {}", cx.lang.pick("written without a template", "未使用模板")),
        }
    }

    /// The lines as they are drawn: `{+added+}`, `[-left out-]`.
    fn lines(&self, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
        let (mut text, mut marks) = (String::new(), Vec::new());
        for piece in compare(&self.template, &self.sent) {
            let (open, close, style) = match piece.change {
                Change::Kept => {
                    text.push_str(piece.text);
                    continue;
                }
                Change::Added => ("{+", "+}", cx.theme.ours()),
                Change::Removed => ("[-", "-]", cx.theme.gone()),
            };
            let words = piece.text.trim_end();
            let from = text.len();
            text.push_str(&format!("{open}{words}{close}"));
            marks.push((from, text.len(), style));
            text.push_str(&piece.text[words.len()..]);
        }
        marked(&text, &marks, cells)
    }
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
