//! Which report a table is: its delimiter, its header, what stands above it, and where each column is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::format::{Format, formats};
use super::table::{Quotes, Record, Records, WIDEST, separator_line, tabs_are_quoted};
use super::{Refused, day};
use crate::domain::OrderId;
use crate::domain::record::ReportKind;
use crate::i18n::{Lang, Text};
use crate::import::columns::{normal, shown, twice};
use crate::import::map::{ColumnMap, Field, listed, starter};
use crate::problem::{Exit, Problem};

/// How far down a header is looked for, and how many rows are looked at.
const SAMPLE: usize = 40;

/// What the rows of a table are read by.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The kind.
    pub kind: ReportKind,
    /// Headers as the file spells them.
    pub header: Vec<String>,
    /// For each header its canonical name, or the header itself; empty for a column that is dropped.
    pub names: Vec<String>,
    /// Where each name stands.
    index: HashMap<String, usize>,
    /// Fields of a map.
    pub fields: BTreeMap<Field, usize>,
    /// Columns up to the last one with a name: a row must have as many.
    pub width: usize,
    /// Line of the header.
    pub line: u64,
    /// Lines above the header that are no part of the table.
    pub above: Vec<u64>,
    /// The format, unless the table is mapped.
    pub format: Option<&'static Format>,
    /// The map, when the table is mapped.
    pub map: Option<Arc<ColumnMap>>,
}

/// How the text of a table is cut.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Between fields.
    pub delimiter: char,
    /// What quotes mean.
    pub quotes: Quotes,
    /// Lines end with a lone carriage return.
    pub returns: bool,
}

impl Layout {
    /// A table that is read by a format.
    #[must_use]
    pub fn known(format: &'static Format, header: &[String], line: u64, above: Vec<u64>) -> Self {
        let by_place = |at: usize| format.position.get(at).cloned();
        let names: Vec<String> = header
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                by_place(at)
                    .or_else(|| format.name(cell).map(str::to_owned))
                    .unwrap_or_else(|| plain(cell, at))
            })
            .map(|name| if format.drop.contains(&name) { String::new() } else { name })
            .collect();
        Self { kind: format.kind, format: Some(format), ..Self::bare(header, names, line, above) }
    }

    fn mapped(map: &Arc<ColumnMap>, header: &[String], line: u64, above: Vec<u64>) -> Self {
        let names = header.iter().enumerate().map(|(at, cell)| plain(cell, at)).collect();
        let (fields, _) = map.places(header);
        Self {
            kind: ReportKind::Mapped,
            fields,
            map: Some(Arc::clone(map)),
            ..Self::bare(header, names, line, above)
        }
    }

    fn bare(header: &[String], names: Vec<String>, line: u64, above: Vec<u64>) -> Self {
        let header: Vec<String> = header.iter().map(|cell| shown(cell).to_owned()).collect();
        let width = header.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        let index = names
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty())
            .map(|(at, name)| (name.clone(), at))
            .collect();
        Self {
            kind: ReportKind::Mapped,
            header,
            names,
            index,
            fields: BTreeMap::new(),
            width,
            line,
            above,
            format: None,
            map: None,
        }
    }

    /// Where a column stands.
    #[must_use]
    pub fn at(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The header of a column as the file spells it; its name where the file lacks it.
    #[must_use]
    pub fn name_of(&self, name: &str) -> String {
        self.at(name).map_or_else(|| name.to_owned(), |at| self.header[at].clone())
    }

    /// Whether a record repeats the header.
    #[must_use]
    pub fn repeats(&self, record: &Record) -> bool {
        if record.fields.len() < self.width {
            return false;
        }
        // The first name that differs ends it: nearly every row is told by one comparison.
        let mut pairs = self.header.iter().zip(&record.fields).filter(|(cell, _)| !cell.is_empty());
        pairs.all(|(cell, field)| field.len() < 200 && normal(cell) == normal(field))
    }
}

fn plain(cell: &str, at: usize) -> String {
    let name = shown(cell);
    if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() }
}

/// Finds the header among the first records of a table.
fn header_in(records: &[Record], map: Option<&Arc<ColumnMap>>) -> Option<(usize, Layout)> {
    let above = |at: usize| records[..at].iter().map(|record| record.line).collect::<Vec<_>>();
    for (at, record) in records.iter().enumerate().take(SAMPLE / 2) {
        let header = &record.fields;
        let place = |map: &Arc<ColumnMap>| Layout::mapped(map, header, record.line, above(at));
        let mapped = map.map(|map| (map, map.places(header)));
        if let Some((map, (_, absent))) = &mapped
            && absent.is_empty()
        {
            return Some((header.len(), place(map)));
        }
        let fits = |format: &&Format| {
            format.position.is_empty() && format.lacks(header).is_empty() && !format.is_barred(header)
        };
        let known = formats().iter().filter(fits);
        if let Some(format) = known.max_by_key(|format| format.knows(header)) {
            return Some((header.len(), Layout::known(format, header, record.line, above(at))));
        }
        if let Some(format) = formats().iter().find(|format| !format.position.is_empty())
            && is_feedback(format, header, &records[at + 1..])
        {
            return Some((header.len(), Layout::known(format, header, record.line, above(at))));
        }
        if let Some((map, (found, _))) = &mapped
            && found.contains_key(&Field::OrderId)
        {
            return Some((header.len(), place(map)));
        }
    }
    None
}

/// Feedback is known by position: three header words, or rows with a date, 1 to 5 stars and an order id in their places.
fn is_feedback(format: &Format, header: &[String], rows: &[Record]) -> bool {
    let named = header.iter().rposition(|cell| !shown(cell).is_empty()).map_or(0, |last| last + 1);
    let columns = format.position.len();
    if named + 1 < columns || named > columns + 2 || is_rating(header.get(1)) {
        return false;
    }
    let words = header
        .iter()
        .zip(&format.position)
        .filter(|(cell, name)| format.name(cell) == Some(name.as_str()))
        .count();
    let full: Vec<&Record> = rows.iter().filter(|row| row.fields.len() + 1 >= columns).collect();
    let date = |text: &str| {
        text.bytes().any(|byte| byte.is_ascii_digit())
            && !matches!(day::read(text, day::Context::default()), Err(day::NotDay::Empty))
    };
    let fits = |row: &&&Record| {
        date(&row.fields[0]) && is_rating(row.fields.get(1)) && OrderId::parse(&row.fields[4]).is_some()
    };
    let fitting = full.iter().filter(fits).count();
    words >= 3 || (fitting > 0 && fitting * 2 >= full.len())
}

fn is_rating(cell: Option<&String>) -> bool {
    cell.is_some_and(|cell| matches!(cell.trim(), "1" | "2" | "3" | "4" | "5"))
}

/// Finds delimiter and header of a text from its first bytes. `whole` says that the file ends with `head`.
///
/// # Errors
/// Names the headers, the kinds that were tried and what each lacks, and offers a starter map.
pub fn find(head: &str, whole: bool, map: Option<&Arc<ColumnMap>>) -> Result<(Cut, Layout), Box<Refused>> {
    let head = if whole { head } else { head.rfind(['\n', '\r']).map_or(head, |end| &head[..=end]) };
    let returns = !head.contains('\n');
    let end = if returns { '\r' } else { '\n' };
    let first = head
        .trim_start_matches('\u{feff}')
        .split(end)
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let forced = separator_line(first);
    if !whole && !head.contains(['\n', '\r']) {
        let wide = ['\t', ',', ';', '|'].iter().any(|mark| head.matches(*mark).count() >= WIDEST);
        return Err(Box::new(Refused::at(1, if wide { too_wide() } else { too_long() })));
    }
    let start = clipped(head);
    let mut best: Option<(usize, Cut, Layout)> = None;
    let mut unknown: Option<(usize, Vec<Record>)> = None;
    for delimiter in forced.map_or_else(|| vec!['\t', ',', ';', '|'], |forced| vec![forced]) {
        let quotes =
            if delimiter == '\t' && !tabs_are_quoted(start) { Quotes::Letters } else { Quotes::Enclose };
        let cut = Cut { delimiter, quotes, returns };
        let records = sample(start, cut, forced.is_some());
        if let Some((columns, layout)) = header_in(&records, map)
            && best.as_ref().is_none_or(|(most, _, _)| columns > *most)
        {
            best = Some((columns, cut, layout));
        }
        let widest = records.iter().map(|record| record.fields.len()).max().unwrap_or_default();
        if unknown.as_ref().is_none_or(|(most, _)| widest > *most) {
            unknown = Some((widest, records));
        }
    }
    if let Some((_, cut, layout)) = best {
        return checked(&layout).map(|()| (cut, layout));
    }
    let records = unknown.map(|(_, records)| records).unwrap_or_default();
    if records.is_empty() && first.split(['\t', ',', ';', '|']).count() > WIDEST {
        return Err(Box::new(Refused::at(1, too_wide())));
    }
    Err(Box::new(refusal(&records, map)))
}

/// Finds the header among records that are already split: a sheet of a workbook.
///
/// # Errors
/// As [`find`].
pub fn find_in(records: &[Record], map: Option<&Arc<ColumnMap>>) -> Result<Layout, Box<Refused>> {
    match header_in(records, map) {
        Some((_, layout)) => checked(&layout).map(|()| layout),
        None => Err(Box::new(refusal(records, map))),
    }
}

/// The first quarter of a megabyte is enough to look for a header.
fn clipped(head: &str) -> &str {
    let mut end = head.len().min(1 << 18);
    while !head.is_char_boundary(end) {
        end -= 1;
    }
    &head[..end]
}

fn sample(head: &str, cut: Cut, skip_first: bool) -> Vec<Record> {
    let mut records = Records::new(head.as_bytes(), cut.delimiter, cut.quotes, cut.returns);
    let mut all = Vec::new();
    let mut tries = 0;
    while all.len() < SAMPLE && tries < SAMPLE * 2 {
        tries += 1;
        match records.next_record() {
            Ok(Some(Ok(record))) => all.push(record),
            Ok(Some(Err(_))) => {}
            _ => break,
        }
    }
    if skip_first && !all.is_empty() {
        all.remove(0);
    }
    all
}

/// A header with a NUL or with one name twice is refused before any row is read.
fn checked(layout: &Layout) -> Result<(), Box<Refused>> {
    if let Some(cell) = layout.header.iter().find(|cell| cell.contains('\0')) {
        return Err(Box::new(Refused { column: cell.clone(), ..Refused::at(layout.line, nul_header()) }));
    }
    let mut seen = HashMap::new();
    let known =
        layout.names.iter().zip(&layout.header).filter(|(name, cell)| !name.is_empty() && !cell.is_empty());
    let second = known
        .into_iter()
        .find_map(|(name, cell)| seen.insert(name.as_str(), cell.as_str()).map(|_| cell.as_str()));
    let Some(cell) = twice(&layout.header).or(second) else { return Ok(()) };
    let problem = Problem::new(
        Exit::Failed,
        [
            format!("the header names the column `{cell}` twice (duplicate)"),
            format!("表头中 `{cell}` 列出现了两次（重复）"),
        ],
        ["Take one of the two out and import again", "请删去其中一列后重新导入"],
    );
    Err(Box::new(Refused { column: cell.to_owned(), ..Refused::at(layout.line, problem) }))
}

fn nul_header() -> Problem {
    Problem::new(
        Exit::Failed,
        ["the header holds a NUL byte", "表头中有 NUL 字节"],
        ["The file is damaged: download the report again", "文件已损坏：请重新下载报告"],
    )
}

fn too_long() -> Problem {
    Problem::new(
        Exit::Failed,
        [
            "line 1 is too long for a header: more than 1 MiB without a line end",
            "第 1 行过长，不可能是表头：超过 1 MiB 没有换行",
        ],
        [
            "Is this the report? Download it again as text, CSV or xlsx",
            "这真的是报告吗？请重新下载文本、CSV 或 xlsx 格式",
        ],
    )
}

/// The refusal of a header with too many columns.
#[must_use]
pub fn too_wide() -> Problem {
    Problem::new(
        Exit::Failed,
        [format!("the header has more than {WIDEST} columns"), format!("表头超过 {WIDEST} 列")],
        ["Keep the columns that are needed and import again", "请只保留需要的列后重新导入"],
    )
}

/// No kind fits: says what was found, what was tried, and how to go on.
fn refusal(records: &[Record], map: Option<&Arc<ColumnMap>>) -> Refused {
    let Some(header) =
        records.iter().take(SAMPLE / 2).max_by_key(|record| (named(record), u64::MAX - record.line))
    else {
        return Refused::at(
            1,
            Problem::new(
                Exit::Failed,
                [
                    "no header line can be read: quotes do not close or a line is too long",
                    "读不出表头：引号没有闭合，或某行过长",
                ],
                [
                    "Open the file in a text editor and look at its first line",
                    "请用文本编辑器打开文件检查第一行",
                ],
            ),
        );
    };
    let cells = &header.fields;
    if cells.iter().any(|cell| cell.contains('\0')) {
        return Refused::at(header.line, nul_header());
    }
    if let Some(map) = map {
        let (_, absent) = map.places(cells);
        let field = if absent.contains(&Field::OrderId) {
            Field::OrderId
        } else {
            absent.first().copied().unwrap_or(Field::OrderId)
        };
        let (what, remedy) = map.absent(field, cells);
        let column = map.columns.get(&field).and_then(|names| names.first().cloned()).unwrap_or_default();
        return Refused { column, ..Refused::at(header.line, Problem::new(Exit::Failed, what, remedy)) };
    }
    let tried = |lang: Lang| {
        let lacks = lang.pick("lacks", "缺少");
        let one = |format: &Format| {
            format!("{} {lacks} {}", Text::from(format.kind).in_lang(lang), lacking(format, cells, lang))
        };
        // The seller's own tables are not what an unknown download was meant to be.
        let amazons = formats().iter().filter(|format| format.none_of.is_empty());
        amazons.map(one).collect::<Vec<_>>().join(lang.pick("; ", "；"))
    };
    let found = listed(cells);
    let rows: Vec<&[String]> = records
        .iter()
        .filter(|record| record.line > header.line)
        .map(|record| record.fields.as_slice())
        .collect();
    let problem = Problem::new(
        Exit::Failed,
        [
            format!("unknown header: no known report has these columns: {found}. Tried: {}", tried(Lang::En)),
            format!("无法识别的表头：没有已知报告含有这些列：{found}。已尝试：{}", tried(Lang::Zh)),
        ],
        [
            "Say what the columns mean with `--map map.toml`; `kesu import` prints a map to start from",
            "请用 `--map map.toml` 说明各列含义；`kesu import` 会输出一份起始映射",
        ],
    );
    Refused {
        starter: Some(starter(cells, &rows)),
        value: cells.join(", ").chars().take(200).collect(),
        ..Refused::at(header.line, problem)
    }
}

fn named(record: &Record) -> usize {
    record.fields.iter().filter(|cell| !shown(cell).is_empty()).count()
}

fn lacking(format: &Format, header: &[String], lang: Lang) -> String {
    if format.position.is_empty() {
        return format.lacks(header).iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    }
    let five = format.position[..5].iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    format!("{}{}", five.join(", "), lang.pick(" (by position)", "（按位置）"))
}
