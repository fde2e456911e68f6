//! Mistakes in the operator's own TOML files: found all at once, each with its line and column.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::safe_text;

/// One mistake in a file, where it stands and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line, the first is 1.
    pub line: usize,
    /// Column in characters, the first is 1.
    pub column: usize,
    /// What is wrong and what would be right: English, Chinese. May quote the file.
    pub what: [String; 2],
}

impl Mistake {
    /// The line of `text` it stands in and a caret under its column, as compilers show it, at most `cells` wide: what
    /// lies before the place is left out where the line is longer. Harmless on a terminal.
    #[must_use]
    pub fn shown(&self, text: &str, cells: usize) -> [String; 2] {
        let line = text.lines().nth(self.line.saturating_sub(1)).unwrap_or_default();
        let before: String = line.chars().take(self.column.saturating_sub(1)).collect();
        let rest: String = line.chars().skip(self.column.saturating_sub(1)).collect();
        let clean = |text: &str| safe_text::line(&text.replace('\t', " "), usize::MAX).into_string();
        let (mut before, rest) = (clean(&before), clean(&rest));
        // The place and a good piece of what follows it are seen.
        let room = cells.saturating_sub(cells / 3 + 1);
        if safe_text::cells(&before) > room {
            while safe_text::cells(&before) > room && !before.is_empty() {
                before.remove(0);
            }
            before.insert(0, '…');
        }
        let caret = format!("{}^", " ".repeat(safe_text::cells(&before)));
        [safe_text::line(&format!("{before}{rest}"), cells).into_string(), caret]
    }
}

/// The mistakes found so far in one text.
#[derive(Debug)]
pub struct Notes<'t> {
    text: &'t str,
    found: Vec<Mistake>,
}

impl<'t> Notes<'t> {
    /// Nothing found yet.
    #[must_use]
    pub const fn on(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    /// Notes a mistake at a byte of the text.
    pub fn note(&mut self, at: usize, en: impl Into<String>, zh: impl Into<String>) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[start..].chars().count() + 1;
        self.found.push(Mistake { line, column, what: [en.into(), zh.into()] });
    }

    /// Takes over mistakes found elsewhere in the same text.
    pub fn take(&mut self, found: Vec<Mistake>) {
        self.found.extend(found);
    }

    /// Every mistake, in the order of the text.
    #[must_use]
    pub fn all(mut self) -> Vec<Mistake> {
        self.found.sort_by_key(|mistake| (mistake.line, mistake.column));
        self.found
    }

    /// The text as a table. What is no TOML is noted, and nothing else is then worth a look.
    pub fn parse(&mut self) -> Option<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let said = error.message();
            self.note(error.span().map_or(0, |span| span.start), said, format!("TOML 语法错误：{said}"));
        }
        errors.is_empty().then(|| table.into_inner())
    }
}

/// A table of the file, with the place where it begins.
#[derive(Debug, Clone, Copy)]
pub struct Section<'s, 't> {
    table: &'s DeTable<'t>,
    /// Byte of the text.
    pub at: usize,
}

/// What a key holds, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Byte of the text.
    pub at: usize,
}

impl<'s, 't> Section<'s, 't> {
    /// The file itself.
    #[must_use]
    pub const fn root(table: &'s DeTable<'t>) -> Self {
        Self { table, at: 0 }
    }

    /// Notes every key but these.
    pub fn only(&self, known: &[&str], notes: &mut Notes<'_>) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let near = nearest(name, known);
            let [en, zh] = near.map_or_else(
                || [format!("known are {}", known.join(", ")), format!("可用的有 {}", known.join("、"))],
                |near| [format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")],
            );
            notes.note(
                key.span().start,
                format!("unknown key `{name}`: {en}"),
                format!("未知的键 `{name}`：{zh}"),
            );
        }
    }

    fn get(&self, name: &str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.table.iter().find(|(key, _)| key.get_ref().as_ref() == name).map(|(_, value)| value)
    }

    /// Whether the key is there, whatever it holds.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text.
    pub fn text(&self, name: &str, notes: &mut Notes<'_>) -> Option<Found<String>> {
        let value = self.get(name)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is a text in quotes"),
                format!("`{name}` 应为带引号的文字"),
            );
        }
        text.map(|text| Found { value: text.to_owned(), at: value.span().start })
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &str, notes: &mut Notes<'_>) -> Option<bool> {
        let value = self.get(name)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is true or false"),
                format!("`{name}` 应为 true 或 false"),
            );
        }
        flag
    }

    /// A program and its arguments, a list of texts.
    pub fn command(&self, name: &str, notes: &mut Notes<'_>) -> Option<Found<Vec<String>>> {
        let value = self.get(name)?;
        let items = value.get_ref().as_array();
        let read = items.map(|items| {
            items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        let Some(Some(read)) = read.filter(|read| read.as_ref().is_some_and(|read| !read.is_empty())) else {
            notes.note(
                value.span().start,
                format!("`{name}` is a program and its arguments, like [\"program\", \"--option\"]"),
                format!("`{name}` 应为程序及其参数的列表，如 [\"program\", \"--option\"]"),
            );
            return None;
        };
        Some(Found { value: read, at: value.span().start })
    }

    /// Whether a key holds a table rather than a plain value.
    #[must_use]
    pub fn is_section(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.get_ref().is_table())
    }

    /// A whole number inside a range.
    pub fn number(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
        notes: &mut Notes<'_>,
    ) -> Option<i64> {
        let value = self.get(name)?;
        let (least, most) = (*range.start(), *range.end());
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|digits| i64::from_str_radix(&digits.as_str().replace('_', ""), digits.radix()).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is a whole number from {least} to {most}"),
                format!("`{name}` 应为 {least} 到 {most} 的整数"),
            );
        }
        number
    }

    /// A list of whole numbers.
    pub fn numbers(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
        notes: &mut Notes<'_>,
    ) -> Option<Found<Vec<i64>>> {
        let value = self.get(name)?;
        let (least, most) = (*range.start(), *range.end());
        let number = |item: &Spanned<DeValue<'_>>| {
            let digits = item.get_ref().as_integer()?;
            let number = i64::from_str_radix(&digits.as_str().replace('_', ""), digits.radix()).ok();
            number.filter(|number| range.contains(number))
        };
        let list = value.get_ref().as_array();
        let read: Option<Vec<i64>> = list.and_then(|list| list.iter().map(number).collect());
        if read.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is a list of whole numbers from {least} to {most}"),
                format!("`{name}` 应为 {least} 到 {most} 的整数列表"),
            );
        }
        Some(Found { value: read?, at: value.span().start })
    }

    /// A share of one, such as 0.04.
    pub fn share(&self, name: &str, notes: &mut Notes<'_>) -> Option<f64> {
        let value = self.get(name)?;
        let digits = match value.get_ref() {
            DeValue::Float(digits) => Some(digits.as_str()),
            DeValue::Integer(digits) => Some(digits.as_str()),
            _ => None,
        };
        let share = digits.and_then(|digits| digits.replace('_', "").parse().ok());
        let share = share.filter(|share: &f64| (0.0..=1.0).contains(share));
        if share.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is a share from 0 to 1, such as 0.04"),
                format!("`{name}` 应为 0 到 1 的比率，如 0.04"),
            );
        }
        share
    }

    /// A day, with or without quotes.
    pub fn day(&self, name: &str, notes: &mut Notes<'_>) -> Option<Found<Date>> {
        let value = self.get(name)?;
        let read = match value.get_ref() {
            DeValue::Datetime(day) => day.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        if read.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is a day like 2026-01-26"),
                format!("`{name}` 应为日期，如 2026-01-26"),
            );
        }
        read.map(|day| Found { value: day, at: value.span().start })
    }

    /// A list of words, each read by `parse`; `known` are named where one is unknown.
    pub fn words<T>(
        &self,
        name: &str,
        known: &[&str],
        parse: impl Fn(&str) -> Option<T>,
        notes: &mut Notes<'_>,
    ) -> Option<Found<Vec<T>>> {
        let value = self.get(name)?;
        let Some(list) = value.get_ref().as_array() else {
            notes.note(
                value.span().start,
                format!("`{name}` is a list like [\"{}\"]", known.first().unwrap_or(&"")),
                format!("`{name}` 应为列表，如 [\"{}\"]", known.first().unwrap_or(&"")),
            );
            return None;
        };
        let mut read = Vec::new();
        for item in list {
            if let Some(word) = item.get_ref().as_str().and_then(&parse) {
                read.push(word);
            } else {
                let said = item.get_ref().as_str().unwrap_or("…");
                let [en, zh] = nearest(said, known).map_or_else(Default::default, |near| {
                    [format!("; did you mean `{near}`?"), format!("；是否想写 `{near}`？")]
                });
                notes.note(
                    item.span().start,
                    format!("`{said}` in `{name}` is none of {}{en}", known.join(", ")),
                    format!("`{name}` 中的 `{said}` 无效，可用的有 {}{zh}", known.join("、")),
                );
            }
        }
        Some(Found { value: read, at: value.span().start })
    }

    /// A list of texts, each with its place.
    pub fn texts(&self, name: &str, notes: &mut Notes<'_>) -> Option<Vec<Found<String>>> {
        let value = self.get(name)?;
        let found = |item: &Spanned<DeValue<'_>>| {
            Some(Found { value: item.get_ref().as_str()?.to_owned(), at: item.span().start })
        };
        let items = value.get_ref().as_array();
        let texts: Option<Vec<_>> = items.and_then(|items| items.iter().map(found).collect());
        if texts.is_none() {
            notes.note(
                value.span().start,
                format!("`{name}` is a list of texts like [\"…\"]"),
                format!("`{name}` 应为文字列表，如 [\"…\"]"),
            );
        }
        texts
    }

    /// The table of a name, as `[name]`.
    pub fn section(&self, name: &str, notes: &mut Notes<'_>) -> Option<Section<'s, 't>> {
        let value = self.get(name)?;
        let Some(table) = value.get_ref().as_table() else {
            notes.note(
                value.span().start,
                format!("`{name}` is a section: write [{name}]"),
                format!("`{name}` 是一节：请写 [{name}]"),
            );
            return None;
        };
        Some(Self { table, at: value.span().start })
    }

    /// The tables of a name, as `[[name]]` each.
    pub fn sections(&self, name: &str, notes: &mut Notes<'_>) -> Vec<Section<'s, 't>> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let items = value.get_ref().as_array().map(|items| items.iter().collect::<Vec<_>>());
        let tables: Option<Vec<_>> = items.and_then(|items| {
            let section = |item: &&'s Spanned<DeValue<'t>>| {
                Some(Self { table: item.get_ref().as_table()?, at: item.span().start })
            };
            items.iter().map(section).collect()
        });
        tables.unwrap_or_else(|| {
            notes.note(
                value.span().start,
                format!("`{name}` is a list of sections: write [[{name}]] before each"),
                format!("`{name}` 是多节列表：请在每节前写 [[{name}]]"),
            );
            Vec::new()
        })
    }
}

/// The known word that a misspelt one most likely stands for.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // Nothing this long is a slip of a key.
    if word.len() > 200 {
        return None;
    }
    let ranked = known.iter().map(|other| (steps(word, other), *other));
    ranked.min().filter(|(steps, other)| *steps <= 1 + other.chars().count() / 4).map(|(_, other)| other)
}

/// How many letters have to be put in, taken out, changed, or swapped with the next one.
fn steps(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for at in 0..=one.len() {
        for place in 0..=other.len() {
            if at == 0 || place == 0 {
                rows[at][place] = at + place;
                continue;
            }
            let changed = rows[at - 1][place - 1] + usize::from(one[at - 1] != other[place - 1]);
            let mut least = changed.min(rows[at - 1][place] + 1).min(rows[at][place - 1] + 1);
            let swapped =
                at > 1 && place > 1 && one[at - 1] == other[place - 2] && one[at - 2] == other[place - 1];
            if swapped {
                least = least.min(rows[at - 2][place - 2] + 1);
            }
            rows[at][place] = least;
        }
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_in_lines_and_characters() {
        let mut notes = Notes::on("# 客诉\n名 = nope\n");
        assert!(notes.parse().is_none());
        let found = notes.all();
        assert_eq!(found[0].line, 2, "{found:?}");
        let text = "a = 1\n[b]\n客 = 2\n";
        let mut notes = Notes::on(text);
        notes.note(text.find('2').unwrap(), "x", "x");
        assert_eq!((notes.found[0].line, notes.found[0].column), (3, 5));
    }

    #[test]
    fn a_place_is_shown_with_a_caret_under_it_even_far_to_the_right() {
        let text = "a\n客 = {{ nope }}\n";
        let mistake = Mistake { line: 2, column: 8, what: Default::default() };
        assert_eq!(mistake.shown(text, 40), ["客 = {{ nope }}".to_owned(), "        ^".to_owned()]);
        let long = format!("{}HERE and on and on and on", "x".repeat(300));
        let mistake = Mistake { line: 1, column: 301, what: Default::default() };
        let [line, caret] = mistake.shown(&long, 40);
        assert!(line.starts_with('…') && safe_text::cells(&line) <= 40, "{line}");
        assert_eq!(line.chars().skip(caret.len() - 1).take(4).collect::<String>(), "HERE");
        let [line, _] = mistake.shown("\u{1b}[31m\u{202e}", 40);
        assert!(!line.contains('\u{1b}') && !line.contains('\u{202e}'));
    }

    #[test]
    fn a_misspelt_key_is_told_the_nearest_one() {
        assert_eq!(nearest("lenght", &["length", "label"]), Some("length"));
        assert_eq!(nearest("colour", &["length", "label"]), None);
        assert_eq!(nearest("endfi", &["endfor", "endif"]), Some("endif"));
        assert_eq!(nearest("", &["length"]), None);
    }
}
