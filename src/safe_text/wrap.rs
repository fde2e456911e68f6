//! Breaking text into lines of so many cells: words whole where they fit, Chinese and Japanese between characters.

use super::SafeText;
use super::cluster::{Piece, Pieces, width};

/// Never at the start of a line: closing marks, and in Japanese small kana and the long-vowel sign.
const NOT_FIRST: &str = "、。，．：；？！）］｝」』】〉》〕”’…‥—～々ーゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ%),.:;?!]}";
/// Never at the end of a line: opening marks.
const NOT_LAST: &str = "（［｛「『【〈《〔“‘([{$¥￥€£";

/// The lines of a text, each at most `cells` wide, made one by one. See [`super::lines`].
pub struct Lines<'a> {
    pieces: Pieces<'a>,
    cells: usize,
    /// What did not fit on the line before, with the pieces' widths.
    rest: Vec<(String, usize)>,
    /// A line break closed the line before, so another line follows even when nothing else does.
    open: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, cells: usize) -> Self {
        Self { pieces: Pieces::new(text), cells, rest: Vec::new(), open: !text.is_empty() && cells > 0 }
    }

    /// A line from its pieces, without the blanks at its end.
    fn finish(&mut self, mut line: Vec<(String, usize)>) -> SafeText {
        while line.last().is_some_and(|(piece, _)| is_blank(piece)) {
            line.pop();
        }
        let text = line.into_iter().map(|(piece, _)| piece).collect();
        SafeText { text, hidden: self.pieces.take_hidden() }
    }
}

impl Iterator for Lines<'_> {
    type Item = SafeText;

    fn next(&mut self) -> Option<SafeText> {
        if !self.open {
            return None;
        }
        let mut line = std::mem::take(&mut self.rest);
        let mut used: usize = line.iter().map(|(_, cells)| cells).sum();
        let mut hangs = false;
        loop {
            let (piece, cells) = match self.pieces.next() {
                None => {
                    self.open = false;
                    return Some(self.finish(line));
                }
                Some(Piece::Break) => return Some(self.finish(line)),
                Some(Piece::Tab) => (" ".repeat((4 - used % 4).min(self.cells)), 4 - used % 4),
                Some(Piece::Shown(piece, cells)) if cells > self.cells => {
                    drop(piece);
                    ("…".to_owned(), 1)
                }
                Some(Piece::Shown(piece, cells)) => (piece, cells),
            };
            if used + cells <= self.cells && !hangs {
                used += cells;
                line.push((piece, cells));
            } else if !is_blank(&piece) {
                line.push((piece, cells));
                let at = break_before(&line, self.cells);
                self.rest = line.split_off(at);
                return Some(self.finish(line));
            } else {
                // A blank that does not fit hangs over the edge unseen: the break is there.
                hangs = true;
                line.push((piece, 0));
            }
        }
    }
}

fn is_blank(piece: &str) -> bool {
    piece.bytes().all(|byte| byte == b' ')
}

/// Where a line that is one piece too long is broken: before the piece with this index, which is never 0. What goes to
/// the next line fits on it.
fn break_before(line: &[(String, usize)], cells: usize) -> usize {
    let last = line.len() - 1;
    let mut carried = 0;
    for at in (1..=last).rev() {
        carried += line[at].1;
        if carried > cells || line[..at].iter().all(|(piece, _)| is_blank(piece)) {
            break;
        }
        if may_break(&line[at - 1].0, &line[at].0) {
            return at;
        }
    }
    last.max(1)
}

/// Whether a line may end between two visible characters.
pub(super) fn may_break(before: &str, after: &str) -> bool {
    if is_blank(before) {
        return !is_blank(after);
    }
    if is_blank(after) {
        return false;
    }
    let glued = |piece: &str, marks: &str| piece.chars().next().is_some_and(|c| marks.contains(c));
    (width(before) > 1 || width(after) > 1) && !glued(after, NOT_FIRST) && !glued(before, NOT_LAST)
}
