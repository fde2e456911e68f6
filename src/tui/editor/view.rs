//! How a text being written is drawn, and where its caret stands: costs the rows on screen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::GraphemeCursor;

use super::Editor;
use super::sheet::{Place, Row, rows};
use crate::safe_text;
use crate::tui::theme::Theme;
use crate::tui::widgets::draw_line;

/// Draws the rows that [`Editor::fit`] chose, what is searched for and the selection set off. The terminal's own caret
/// is used where it has the focus, input methods open their window there; a free column at the right of `place` keeps
/// it in sight on a full row.
pub fn view(editor: &Editor, focused: bool, theme: Theme, frame: &mut Frame<'_>, place: Rect) {
    let mut row = Some(editor.sheet.nearest(editor.top));
    for y in place.top()..place.bottom() {
        let Some(at) = row else { break };
        draw_line(frame, Rect { y, height: 1, ..place }, line(editor, at, theme, usize::from(place.width)));
        row = editor.sheet.row_after(at);
    }
    if !focused || place.is_empty() {
        return;
    }
    let caret = editor.sheet.row_of(editor.caret);
    let mut above = std::iter::successors(Some(editor.top), |row| editor.sheet.row_after(*row));
    let rows = above.by_ref().take(usize::from(place.height)).position(|row| row == caret);
    let y = rows.and_then(|rows| u16::try_from(rows).ok()).unwrap_or(place.height - 1);
    // Blanks hang over the edge; the caret waits there.
    let x = u16::try_from(editor.sheet.column(editor.caret)).unwrap_or(place.width).min(place.width);
    frame.set_cursor_position(Position::new(place.x + x, place.y + y));
}

/// One row with what is set off in it.
fn line(editor: &Editor, row: Row, theme: Theme, cells: usize) -> Line<'static> {
    let (start, end) = editor.sheet.row(row);
    let text = editor.sheet.line(row.0);
    let shown = if safe_text::cells(&text[start..end]) > cells {
        text[start..end].trim_end_matches(' ')
    } else {
        &text[start..end]
    };
    let end = start + shown.len();
    let mut marks: Vec<(usize, usize, Style)> = Vec::new();
    let (version, objected) = &editor.marks;
    for (from, to, strong) in objected.iter().filter(|_| *version == editor.version) {
        marks.extend(within(row.0, text, *from, *to).map(|(from, to)| (from, to, theme.objected(*strong))));
    }
    if let Some(query) = &editor.query {
        marks.extend(query.find_iter(text).map(|hit| (hit.start(), hit.end(), theme.found())));
    }
    if let Some((from, to)) = editor.selection() {
        marks.extend(within(row.0, text, from, to).map(|(from, to)| (from, to, theme.selected())));
    }
    Line::from(spans(text, (start, end), &marks, cells))
}

/// The part of a stretch that stands in one line.
fn within(line: usize, text: &str, from: Place, to: Place) -> Option<(usize, usize)> {
    let (line_start, line_end) = (Place { line, at: 0 }, Place { line, at: text.len() });
    (from <= line_end && to >= line_start).then(|| {
        let to = if to > line_end { text.len() } else { to.at };
        let from = if from < line_start { 0 } else { from.at };
        (from, to)
    })
}

/// A text on rows of so many cells, stretches of it set off: bytes from, bytes to, how.
#[must_use]
pub fn marked(text: &str, marks: &[(usize, usize, Style)], cells: usize) -> Vec<Line<'static>> {
    let (mut lines, mut begin) = (Vec::new(), 0);
    for line in text.split('\n') {
        let here: Vec<(usize, usize, Style)> = marks
            .iter()
            .filter(|(from, to, _)| *from <= begin + line.len() && begin < *to)
            .map(|(from, to, style)| (from.saturating_sub(begin), (to - begin).min(line.len()), *style))
            .collect();
        let starts = rows(line, cells);
        let ends = starts.iter().skip(1).copied().chain([line.len()]);
        lines.extend(starts.iter().zip(ends).map(|(start, end)| {
            let end = start + line[*start..end].trim_end_matches(' ').len();
            Line::from(spans(line, (*start, end), &here, cells))
        }));
        begin += line.len() + 1;
    }
    lines
}

/// A stretch of a line, cut where what is set off begins and ends.
fn spans(
    text: &str,
    (start, end): (usize, usize),
    marks: &[(usize, usize, Style)],
    cells: usize,
) -> Vec<Span<'static>> {
    let mut cuts: Vec<usize> = marks.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
    cuts.extend([start, end]);
    cuts.retain(|cut| (start..=end).contains(cut) && is_boundary(text, *cut));
    cuts.sort_unstable();
    cuts.dedup();
    let mut room = cells;
    let spans = cuts.windows(2).map(|cut| {
        let styles = marks.iter().filter(|(from, to, _)| *from < cut[1] && cut[0] < *to);
        let style = styles.fold(Style::new(), |style, (.., mark)| style.patch(*mark));
        let piece = safe_text::line(&text[cut[0]..cut[1]], room);
        room = room.saturating_sub(piece.cells());
        Span::styled(piece.into_string(), style)
    });
    spans.collect()
}

/// A visible character is set off as a whole or not at all.
fn is_boundary(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}
