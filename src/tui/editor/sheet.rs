//! The lines of a text and where each is broken on screen. A change breaks anew only the line it touches, and of a long
//! line only what follows it, up to where the old breaks hold again.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

use crate::safe_text;

/// A place in a text: a line and a byte offset in it, both from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which line.
    pub line: usize,
    /// Bytes before it in the line, at the boundary of a character.
    pub at: usize,
}

/// A row on screen: a line and which of its rows.
pub(super) type Row = (usize, usize);

/// Never empty: a text without words is one empty line.
#[derive(Debug)]
pub(super) struct Sheet {
    lines: Vec<String>,
    /// Where the rows of each line begin: at least one, the first at 0.
    rows: Vec<Vec<usize>>,
    /// Words, letters and cells of each line.
    figures: Vec<Figures>,
    /// Cells of a row; 0 while nobody knows: then a line is a row.
    cells: usize,
}

/// How long a text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Words; a Chinese character is one.
    pub words: usize,
    /// Characters as Amazon counts them, Unicode scalar values; blanks and line breaks among them.
    pub letters: usize,
    /// Cells on a terminal.
    pub cells: usize,
}

impl Figures {
    /// The figures of one or more lines.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_ascii() {
            let cells = text.bytes().filter(|byte| *byte != b'\n').count();
            return Self { words: text.unicode_words().count(), letters: text.len(), cells };
        }
        Self {
            words: text.unicode_words().count(),
            letters: text.chars().count(),
            cells: text.split('\n').flat_map(|line| line.graphemes(true)).map(width).sum(),
        }
    }
}

impl std::ops::Add for Figures {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            letters: self.letters + other.letters,
            cells: self.cells + other.cells,
        }
    }
}

impl std::ops::Sub for Figures {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            words: self.words.saturating_sub(other.words),
            letters: self.letters.saturating_sub(other.letters),
            cells: self.cells.saturating_sub(other.cells),
        }
    }
}

impl Sheet {
    pub(super) fn new(text: &str) -> Self {
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        Self {
            rows: lines.iter().map(|_| vec![0]).collect(),
            figures: lines.iter().map(|line| Figures::of(line)).collect(),
            lines,
            cells: 0,
        }
    }

    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    pub(super) fn line(&self, line: usize) -> &str {
        &self.lines[line]
    }

    pub(super) fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub(super) fn end(&self) -> Place {
        let line = self.lines.len() - 1;
        Place { line, at: self.lines[line].len() }
    }

    /// Of the whole text without the blanks around it.
    pub(super) fn figures(&self) -> Figures {
        let written = |line: &&String| !line.trim().is_empty();
        let Some(first) = self.lines.iter().position(|line| written(&line)) else {
            return Figures::default();
        };
        let last = self.lines.iter().rposition(|line| written(&line)).unwrap_or(first);
        if first == last {
            return self.trimmed(first, str::trim);
        }
        let ends = self.trimmed(first, str::trim_start) + self.trimmed(last, str::trim_end);
        let between = self.figures[first + 1..last].iter().fold(ends, |sum, line| sum + *line);
        Figures { letters: between.letters + (last - first), ..between }
    }

    /// A line without some blanks: counted anew only where there are any.
    fn trimmed(&self, line: usize, trim: fn(&str) -> &str) -> Figures {
        let bare = trim(&self.lines[line]);
        if bare.len() == self.lines[line].len() { self.figures[line] } else { Figures::of(bare) }
    }

    /// What stands between two places.
    pub(super) fn slice(&self, from: Place, to: Place) -> String {
        if from.line == to.line {
            return self.lines[from.line][from.at..to.at].to_owned();
        }
        let mut text = self.lines[from.line][from.at..].to_owned();
        for line in &self.lines[from.line + 1..to.line] {
            text.push('\n');
            text.push_str(line);
        }
        text.push('\n');
        text.push_str(&self.lines[to.line][..to.at]);
        text
    }

    /// Puts a text in place of what stands between two places; returns where it ends.
    pub(super) fn replace(&mut self, from: Place, to: Place, text: &str) -> Place {
        if from.line == to.line && !text.contains('\n') {
            // Only what lies between two seams is counted anew.
            let line = &mut self.lines[from.line];
            let (start, end) = (seam_before(line, from.at), seam_after(line, to.at));
            let old = Figures::of(&line[start..end]);
            line.replace_range(from.at..to.at, text);
            let new = Figures::of(&line[start..end - (to.at - from.at) + text.len()]);
            self.figures[from.line] = self.figures[from.line] + new - old;
            self.rebreak(from.line, from.at, to.at, text.len());
            return Place { line: from.line, at: from.at + text.len() };
        }
        let mut fresh: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let last = fresh.len() - 1;
        let end = Place {
            line: from.line + last,
            at: if last == 0 { from.at + fresh[0].len() } else { fresh[last].len() },
        };
        fresh[last].push_str(&self.lines[to.line][to.at..]);
        fresh[0].insert_str(0, &self.lines[from.line][..from.at]);
        let broken: Vec<Vec<usize>> = fresh.iter().map(|line| rows(line, self.cells)).collect();
        self.rows.splice(from.line..=to.line, broken);
        self.figures.splice(from.line..=to.line, fresh.iter().map(|line| Figures::of(line)));
        self.lines.splice(from.line..=to.line, fresh);
        end
    }

    /// Breaks every line at so many cells.
    pub(super) fn fit(&mut self, cells: usize) {
        if self.cells != cells {
            self.cells = cells;
            self.rows = self.lines.iter().map(|line| rows(line, cells)).collect();
        }
    }

    /// The rows of a line in which `from..to` gave way to `len` bytes.
    fn rebreak(&mut self, line: usize, from: usize, to: usize, len: usize) {
        let old = std::mem::take(&mut self.rows[line]);
        // A word that became shorter may fit on the row before.
        let touched = old.partition_point(|start| *start <= from).saturating_sub(2);
        let mut fresh = old[..=touched].to_vec();
        let moved = |start: usize| (start >= to).then(|| start - to + from + len);
        let mut rest = old.partition_point(|start| *start < to);
        while let Some(next) = row_end(&self.lines[line], fresh[fresh.len() - 1], self.cells) {
            fresh.push(next);
            while old.get(rest).and_then(|start| moved(*start)).is_some_and(|start| start < next) {
                rest += 1;
            }
            if next > from + len && old.get(rest).and_then(|start| moved(*start)) == Some(next) {
                fresh.extend(old[rest + 1..].iter().filter_map(|start| moved(*start)));
                break;
            }
        }
        self.rows[line] = fresh;
    }

    /// The row a place is on: at a break it is the one that begins there.
    pub(super) fn row_of(&self, place: Place) -> Row {
        (place.line, self.rows[place.line].partition_point(|start| *start <= place.at).saturating_sub(1))
    }

    /// Where a row begins and ends in its line.
    pub(super) fn row(&self, (line, row): Row) -> (usize, usize) {
        let starts = &self.rows[line];
        (starts[row], starts.get(row + 1).copied().unwrap_or(self.lines[line].len()))
    }

    pub(super) fn row_after(&self, (line, row): Row) -> Option<Row> {
        if row + 1 < self.rows[line].len() {
            return Some((line, row + 1));
        }
        (line + 1 < self.lines.len()).then_some((line + 1, 0))
    }

    pub(super) fn row_before(&self, (line, row): Row) -> Option<Row> {
        match row.checked_sub(1) {
            Some(row) => Some((line, row)),
            None => line.checked_sub(1).map(|line| (line, self.rows[line].len() - 1)),
        }
    }

    pub(super) fn last_row(&self) -> Row {
        let line = self.lines.len() - 1;
        (line, self.rows[line].len() - 1)
    }

    /// The nearest row there is.
    pub(super) fn nearest(&self, (line, row): Row) -> Row {
        let line = line.min(self.lines.len() - 1);
        (line, row.min(self.rows[line].len() - 1))
    }

    /// Cells before a place on its row.
    pub(super) fn column(&self, place: Place) -> usize {
        let (start, _) = self.row(self.row_of(place));
        self.lines[place.line][start..place.at].graphemes(true).map(width).sum()
    }

    /// The place on a row before which stand at most so many cells.
    pub(super) fn at_column(&self, row: Row, column: usize) -> Place {
        let (start, end) = self.row(row);
        // The end of a row that is not a line's last is the start of the next row.
        let last = row.1 + 1 == self.rows[row.0].len();
        let (mut at, mut used) = (start, 0);
        for letter in self.lines[row.0][start..end].graphemes(true) {
            used += width(letter);
            if used > column || (!last && at + letter.len() == end) {
                break;
            }
            at += letter.len();
        }
        Place { line: row.0, at }
    }

    /// The place one visible character on; the next line after the end of one.
    pub(super) fn after(&self, place: Place) -> Option<Place> {
        let line = &self.lines[place.line];
        let next = GraphemeCursor::new(place.at, line.len(), true).next_boundary(line, 0).ok().flatten();
        match next {
            Some(at) => Some(Place { at, ..place }),
            None => (place.line + 1 < self.lines.len()).then_some(Place { line: place.line + 1, at: 0 }),
        }
    }

    /// The place one visible character back; the end of the line before at the start of one.
    pub(super) fn before(&self, place: Place) -> Option<Place> {
        let line = &self.lines[place.line];
        let back = GraphemeCursor::new(place.at, line.len(), true).prev_boundary(line, 0).ok().flatten();
        match back {
            Some(at) => Some(Place { at, ..place }),
            None => place.line.checked_sub(1).map(|line| Place { line, at: self.lines[line].len() }),
        }
    }

    /// Where the word before a place begins.
    pub(super) fn word_before(&self, place: Place) -> Option<Place> {
        if place.at == 0 {
            return self.before(place);
        }
        let line = &self.lines[place.line][..place.at];
        let mut words =
            line[line.floor_char_boundary(line.len().saturating_sub(FAR))..].split_word_bounds().rev();
        let blank = |word: &&str| word.trim().is_empty();
        let blanks: usize = words.clone().take_while(blank).map(str::len).sum();
        let word = words.find(|word| !word.trim().is_empty()).map_or(0, str::len);
        Some(Place { at: place.at - blanks - word, ..place })
    }

    /// Where the word after a place ends.
    pub(super) fn word_after(&self, place: Place) -> Option<Place> {
        let line = &self.lines[place.line][place.at..];
        if line.is_empty() {
            return self.after(place);
        }
        let mut words = line[..line.floor_char_boundary(FAR)].split_word_bounds();
        let mut at = place.at;
        for word in words.by_ref() {
            at += word.len();
            if !word.trim().is_empty() {
                break;
            }
        }
        Some(Place { at, ..place })
    }
}

/// The nearest place before a byte where one word and one visible character surely end and others begin, whatever is put
/// behind it: before a blank, or between two Chinese characters.
fn seam_before(line: &str, at: usize) -> usize {
    let mut next = None;
    for (place, letter) in line[..at].char_indices().rev() {
        if letter == ' ' {
            return place;
        }
        if is_han(letter) && next.is_some_and(is_han) {
            return place + letter.len_utf8();
        }
        next = Some(letter);
    }
    0
}

/// The same after a byte.
fn seam_after(line: &str, at: usize) -> usize {
    let mut before = None;
    for (place, letter) in line[at..].char_indices() {
        if letter == ' ' || (is_han(letter) && before.is_some_and(is_han)) {
            return at + place;
        }
        before = Some(letter);
    }
    line.len()
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}')
}

/// A word is not longer than this many bytes.
const FAR: usize = 4_096;

/// Cells of one visible character as it is drawn.
pub(super) fn width(letter: &str) -> usize {
    let mut characters = letter.chars();
    match (characters.next(), characters.next()) {
        (Some(' '..='~'), None) => 1,
        (Some('\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}'), None) => 2,
        // What is drawn of it, which may be less than what stands there.
        _ => safe_text::line(letter, 16).cells(),
    }
}

/// Where the rows of a line begin.
pub(super) fn rows(line: &str, cells: usize) -> Vec<usize> {
    let mut starts = vec![0];
    while let Some(next) = row_end(line, starts[starts.len() - 1], cells) {
        starts.push(next);
    }
    starts
}

/// Where the row that begins at `start` gives way to the next; `None` for a line's last row. Blanks hang over the edge.
fn row_end(line: &str, start: usize, cells: usize) -> Option<usize> {
    if cells == 0 || line.len() - start <= cells && line[start..].is_ascii() {
        return None;
    }
    let (mut used, mut best, mut before) = (0, None, "");
    for (offset, letter) in line[start..].grapheme_indices(true) {
        let at = start + offset;
        if at > start && safe_text::may_break(before, letter) {
            best = Some(at);
        }
        let cells_of = width(letter);
        if letter != " " && used + cells_of > cells && at > start {
            return best.or(Some(at));
        }
        used += cells_of;
        before = letter;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(line: &str, cells: usize) -> Vec<&str> {
        let starts = rows(line, cells);
        let ends = starts.iter().skip(1).copied().chain([line.len()]);
        starts.iter().zip(ends).map(|(from, to)| &line[*from..to]).collect()
    }

    #[test]
    fn words_stay_whole_and_blanks_hang() {
        assert_eq!(broken("the carrier found it", 8), ["the ", "carrier ", "found it"]);
        assert_eq!(broken("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(broken("full row", 8), ["full row"]);
    }

    #[test]
    fn wide_characters_break_anywhere_but_before_a_full_stop() {
        assert_eq!(broken("键盘没有收到。请退款", 12), ["键盘没有收", "到。请退款"]);
        assert_eq!(broken("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 4), ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]);
    }

    #[test]
    fn a_changed_line_is_broken_as_if_it_were_new() {
        let mut sheet =
            Sheet::new("the carrier found it in Reno 今天早上已经送到 and so on, until the row is long");
        sheet.fit(11);
        let mut random = fastrand::Rng::with_seed(4);
        for _ in 0..3_000 {
            let line = sheet.lines[0].clone();
            let place = |at: usize| Place { line: 0, at: line.floor_char_boundary(at) };
            let from = random.usize(..=line.len());
            let to = (from + random.usize(..=if line.len() > 200 { 20 } else { 3 })).min(line.len());
            let fresh =
                ["a", " ", "到", "到门口", "。", "two words", "e\u{301}", "", "longerthanthewholerowis"];
            sheet.replace(place(from), place(to).max(place(from)), fresh[random.usize(..fresh.len())]);
            assert_eq!(sheet.rows[0], rows(&sheet.lines[0], 11), "{:?}", sheet.lines[0]);
            assert_eq!(sheet.figures[0], Figures::of(&sheet.lines[0]), "{:?}", sheet.lines[0]);
        }
    }

    #[test]
    fn the_figures_of_a_text_are_those_of_its_whole() {
        for text in ["", " \n ", "  one\n", "one two\n\n三四 \nfünf e\u{301}  \n", "a\nb"] {
            assert_eq!(Sheet::new(text).figures(), Figures::of(text.trim()), "{text:?}");
        }
        let family = Figures::of("👨‍👩‍👧 ok\n好");
        assert_eq!((family.words, family.letters, family.cells), (2, 10, 7));
    }
}
