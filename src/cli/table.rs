//! Columns for people: they line up by terminal cells, also with wide characters, and hold only harmless text.

use std::io::{self, Write};

use crate::safe_text::{self, cells as width_of};

/// Untrusted text as one harmless line.
#[must_use]
pub fn safe(text: &str) -> String {
    safe_text::line(text, usize::MAX).into_string()
}

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// How loud a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As everything else.
    Calm,
    /// Past due.
    Late,
    /// Due today.
    Soon,
}

/// A table under a line of headings. Its cells are made harmless as they come in.
#[derive(Debug)]
pub struct Table {
    sides: Vec<Side>,
    rows: Vec<(Tone, Vec<String>)>,
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub fn new<const N: usize>(columns: [(&str, Side); N]) -> Self {
        let headings = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { sides: columns.iter().map(|column| column.1).collect(), rows: vec![(Tone::Calm, headings)] }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, tone: Tone, cells: [&str; N]) {
        self.rows.push((tone, cells.iter().map(|cell| safe(cell)).collect()));
    }

    /// Whether it has headings only.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    /// Writes the table; rows are cut at `width` cells where one is given.
    ///
    /// # Errors
    /// Whatever writing comes to.
    pub fn write(&self, out: &mut impl Write, width: Option<usize>, colour: bool) -> io::Result<()> {
        let widths: Vec<usize> = (0..self.sides.len())
            .map(|at| {
                self.rows.iter().filter_map(|row| row.1.get(at)).map(|cell| width_of(cell)).max().unwrap_or(0)
            })
            .collect();
        for (tone, cells) in &self.rows {
            let line = safe_text::line(&self.line(cells, &widths), width.unwrap_or(usize::MAX));
            match tone {
                Tone::Late if colour => writeln!(out, "\x1b[31m{line}\x1b[0m")?,
                Tone::Soon if colour => writeln!(out, "\x1b[33m{line}\x1b[0m")?,
                _ => writeln!(out, "{line}")?,
            }
        }
        Ok(())
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, width), side) in cells.iter().zip(widths).zip(&self.sides) {
            let pad = " ".repeat(width.saturating_sub(width_of(cell)));
            match side {
                Side::Left => line.extend([cell.as_str(), &pad, "  "]),
                Side::Right => line.extend([pad.as_str(), cell, "  "]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(table: &Table, width: Option<usize>) -> String {
        let mut out = Vec::new();
        table.write(&mut out, width, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_line_up_with_wide_characters() {
        let mut table = Table::new([("no", Side::Right), ("kind", Side::Left), ("text", Side::Left)]);
        table.row(Tone::Calm, ["7", "未收到", "a"]);
        table.row(Tone::Late, ["120", "other", "b"]);
        assert_eq!(written(&table, None), " no  kind    text\n  7  未收到  a\n120  other   b\n");
        assert_eq!(written(&table, Some(9)), " no  kin…\n  7  未…\n120  oth…\n");
    }
}
