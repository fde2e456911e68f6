//! Reports: a file to rows, whatever its encoding, delimiter, header language or the spreadsheet that saved it again.
//!
//! [`open`] finds out what the file is; [`Report::next_entry`] then gives row by row what was read, what is odd and what
//! was left out. Tables are read in pieces: memory does not grow with the file.

pub mod cells;
mod costs;
pub mod day;
mod feedback;
pub mod format;
pub mod layout;
mod mapped;
mod orders;
mod performance;
mod returns;
mod rows;
mod stock;
pub mod table;
mod workbook;
mod xml;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use jiff::civil::Date;

use super::decode::{self, Decoded, Survey};
use super::detect::{Sniffed, by_magic, sniff};
use super::map::ColumnMap;
use crate::domain::Marketplace;
use crate::domain::record::{ReportKind, Row, RowProblem};
use crate::problem::{Exit, Problem};

pub use super::decode::Source;
use cells::{problem, said};
use layout::Layout;
use rows::Reading;
use table::Records;

/// The largest file that is read whole: XML, JSON and workbooks.
const WHOLE: u64 = 256 << 20;

/// What the operator said about the files, and the day of the import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--marketplace`.
    pub marketplace: Option<Marketplace>,
    /// `--map`.
    pub map: Option<Arc<ColumnMap>>,
    /// Today: a later day in a row is remarked on.
    pub today: Date,
}

/// Why a file is no report that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong and what to do.
    pub problem: Problem,
    /// The line it is about; 0 when it is the whole file.
    pub line: u64,
    /// The column it is about, or empty.
    pub column: String,
    /// The value it is about, cut to 200 characters, or empty.
    pub value: String,
    /// A column map to start from, when the header is unknown. English, Chinese comments.
    pub starter: Option<[String; 2]>,
}

impl Refused {
    pub(crate) fn at(line: u64, problem: Problem) -> Self {
        Self { problem, line, column: String::new(), value: String::new(), starter: None }
    }

    /// The same as a problem of a row, for lists that hold both.
    #[must_use]
    pub fn as_row(&self) -> RowProblem {
        let (what, remedy) = (self.problem.what.clone(), self.problem.remedy.clone());
        problem(self.line, &self.column, &self.value, what, remedy, true)
    }
}

impl From<Box<Refused>> for Problem {
    fn from(refused: Box<Refused>) -> Self {
        refused.problem
    }
}

/// What comes next in a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A good row, and what is odd about it (its remarks have `skipped` false).
    Row(Box<Row>, Vec<RowProblem>),
    /// A row that could not be read: counts as one skipped row.
    Skipped(RowProblem),
    /// Something to say about the file or a line that is no row: counts for nothing.
    Remark(RowProblem),
}

/// Where the rows come from.
enum Rows {
    Table(Box<Records<Decoded>>),
    Sheet(workbook::Sheet),
    /// Read whole already: XML, and nothing for JSON.
    Held(VecDeque<table::Record>),
}

/// A report that is being read.
pub struct Report {
    kind: ReportKind,
    layout: Option<Arc<Layout>>,
    rows: Rows,
    reading: Reading,
    /// Remarks that come before the first row, or everything when the file was read whole.
    ready: VecDeque<Entry>,
    length: u64,
    count: u64,
    /// What its lines are about, of the seller's own tables.
    stated: costs::Stated,
    /// Everything was said.
    ended: bool,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Report({}, {} rows read)", self.kind.word(), self.count)
    }
}

/// Opens a report: finds out what it is and reads up to its header.
///
/// # Errors
/// The file is empty, of no kind that holds a report, or has a header nobody knows; nothing was read then.
pub fn open(mut source: Source, options: &Options) -> Result<Report, Box<Refused>> {
    let survey = decode::survey(&mut source, options.marketplace).map_err(|error| unreadable(&error))?;
    if let Some(foreign) = by_magic(&survey.head) {
        return Err(Box::new(Refused::at(0, foreign.problem())));
    }
    if survey.utf32 {
        return Err(refuse(
            ["the encoding is UTF-32, which no report is in", "编码是 UTF-32，报告不使用这种编码"],
            ["Save the file as UTF-8", "请把文件另存为 UTF-8"],
        ));
    }
    let sniffed = if survey.blank { Sniffed::Empty } else { sniff(&survey.head) };
    match sniffed {
        Sniffed::Empty => Err(refuse(
            ["the file is empty: there is no header line", "文件为空：没有表头"],
            ["Download the report again", "请重新下载报告"],
        )),
        Sniffed::Foreign(foreign) => Err(Box::new(Refused::at(0, foreign.problem()))),
        Sniffed::Zip => workbook::open(whole(source, &survey)?, options)
            .map(|opened| opened.into_report(options, survey.length)),
        Sniffed::Xml => xml::open(source, &survey, options),
        Sniffed::Json => performance::open(source, &survey, options),
        Sniffed::Table => open_table(source, &survey, options),
    }
}

fn open_table(source: Source, survey: &Survey, options: &Options) -> Result<Report, Box<Refused>> {
    let whole = survey.length <= survey.head.len() as u64;
    let (cut, layout) = layout::find(&survey.head_text(), whole, options.map.as_ref())?;
    let decoded = Decoded::open(source, survey).map_err(|error| unreadable(&error))?;
    let mut records = Records::new(decoded, cut.delimiter, cut.quotes, cut.returns);
    // The header was found by the same reading, so it comes again at its line.
    while let Some(record) = records.next_record().map_err(|error| unreadable(&error))? {
        let line = record.as_ref().map_or_else(|broken| broken.line, |record| record.line);
        if line >= layout.line {
            break;
        }
    }
    let mut ready: VecDeque<Entry> = of_encoding(survey).into();
    ready.extend(of_header(&layout));
    let layout = Arc::new(layout);
    let reading = Reading::new(options, cut.quotes);
    let kind = layout.kind;
    Ok(Report {
        kind,
        layout: Some(layout),
        rows: Rows::Table(Box::new(records)),
        reading,
        ready,
        length: survey.length,
        count: 0,
        stated: costs::Stated::default(),
        ended: false,
    })
}

fn refuse(what: [&str; 2], remedy: [&str; 2]) -> Box<Refused> {
    Box::new(Refused::at(0, Problem::new(Exit::Failed, what, remedy)))
}

fn unreadable(error: &io::Error) -> Box<Refused> {
    Box::new(Refused::at(
        0,
        Problem::new(
            Exit::Failed,
            [format!("the file cannot be read: {error}"), format!("无法读取文件：{error}")],
            ["Check the file and its rights", "请检查文件及其权限"],
        ),
    ))
}

/// All bytes of a file that has to be read whole.
fn whole(mut source: Source, survey: &Survey) -> Result<Vec<u8>, Box<Refused>> {
    if survey.length > WHOLE {
        return Err(refuse(
            ["the file is larger than 256 MiB", "文件大于 256 MiB"],
            ["Download a shorter range of dates", "请下载较短日期范围的报告"],
        ));
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut source.0, &mut bytes).map_err(|error| unreadable(&error))?;
    Ok(bytes)
}

/// Remarks on encoding and NUL bytes.
fn of_encoding(survey: &Survey) -> Vec<Entry> {
    let mut remarks = Vec::new();
    let mut remark = |line: u64, what: [String; 2], remedy: [String; 2]| {
        remarks.push(Entry::Remark(problem(line, "", "", what, remedy, false)));
    };
    if survey.guessed {
        let name = decode::name(survey.encoding);
        let line = survey.bad_lines.first().copied().unwrap_or(1);
        remark(
            line,
            said(
                format!("the text is not UTF-8 (first on line {line}); its encoding was taken to be {name}"),
                format!("文本不是 UTF-8（首见于第 {line} 行），已按 {name} 编码读取"),
            ),
            said(
                "If letters look wrong, say the site with `--marketplace`, or save the file as UTF-8",
                "如果文字显示不对，请用 `--marketplace` 指明站点，或另存为 UTF-8",
            ),
        );
    } else {
        for line in &survey.bad_lines {
            remark(
                *line,
                said(
                    format!("line {line} has bytes that are not UTF-8; they are shown as \u{fffd}"),
                    format!("第 {line} 行有不是 UTF-8 的字节，显示为 \u{fffd}"),
                ),
                said("Download the report again if the text matters", "如果这段文字重要，请重新下载报告"),
            );
        }
    }
    for line in &survey.nul_lines {
        remark(
            *line,
            said(format!("line {line} has NUL bytes"), format!("第 {line} 行有 NUL 字节")),
            said("The file may be damaged: download the report again", "文件可能已损坏：请重新下载报告"),
        );
    }
    remarks
}

/// Remarks on lines above the header, columns without a name, and columns of the map that are not there.
fn of_header(layout: &Layout) -> Vec<Entry> {
    let mut remarks = Vec::new();
    let mut remark = |line: u64, column: &str, what: [String; 2], remedy: [String; 2]| {
        remarks.push(Entry::Remark(problem(line, column, "", what, remedy, false)));
    };
    for line in layout.above.iter().take(20) {
        remark(
            *line,
            "",
            said(
                format!("line {line} stands above the header and was skipped"),
                format!("第 {line} 行在表头之上，已跳过"),
            ),
            said("Nothing to do if it is a title or a comment", "如果是标题或注释，则无需处理"),
        );
    }
    for at in (0..layout.width).filter(|at| layout.header[*at].is_empty()) {
        let at = at + 1;
        remark(
            layout.line,
            "",
            said(
                format!("column {at} has no name; it is kept as `column {at}`"),
                format!("第 {at} 列没有列名，按 `column {at}` 保留"),
            ),
            said("Name the column if it is needed", "如需使用，请为该列命名"),
        );
    }
    if let Some(map) = &layout.map {
        for field in map.places(&layout.header).1 {
            let (what, remedy) = map.absent(field, &layout.header);
            let column = map.columns.get(&field).and_then(|names| names.first()).map_or("", String::as_str);
            remark(layout.line, column, what, remedy);
        }
    }
    remarks
}

impl Report {
    /// Which report it is.
    #[must_use]
    pub const fn kind(&self) -> ReportKind {
        self.kind
    }

    /// The headers as the file spells them; empty for XML and JSON.
    #[must_use]
    pub fn header(&self) -> &[String] {
        self.layout.as_ref().map_or(&[], |layout| &layout.header)
    }

    /// How far the reading is: bytes read and bytes in all.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        match &self.rows {
            Rows::Table(records) => (records.input().position().min(self.length), self.length),
            Rows::Sheet(sheet) => (sheet.progress(self.length), self.length),
            Rows::Held(_) => (self.length, self.length),
        }
    }

    /// The next row or remark; `None` at the end. `known` says the marketplace of an order that was imported before.
    pub fn next_entry(&mut self, known: &dyn Fn(&str) -> Option<Marketplace>) -> Option<Entry> {
        if let Some(entry) = self.ready.pop_front() {
            self.count += u64::from(matches!(entry, Entry::Row(..) | Entry::Skipped(_)));
            return Some(entry);
        }
        let layout = self.layout.clone();
        let entry = match (&mut self.rows, layout) {
            (Rows::Table(records), Some(layout)) => match records.next_record() {
                Ok(Some(record)) => Some(self.reading.entry(&layout, record, known)),
                Ok(None) => None,
                Err(error) => Some(self.broken_off(&error)),
            },
            (Rows::Sheet(sheet), Some(layout)) => {
                sheet.next(layout.width).map(|record| self.reading.entry(&layout, Ok(record), known))
            }
            (Rows::Held(records), Some(layout)) => {
                records.pop_front().map(|record| self.reading.entry(&layout, Ok(record), known))
            }
            _ => None,
        };
        let entry = entry.map(|entry| self.said_once(entry));
        let ended = std::mem::replace(&mut self.ended, entry.is_none());
        if entry.is_none() && !ended && self.count == 0 {
            return Some(Entry::Remark(no_rows(self.layout.as_ref().map_or(1, |layout| layout.line))));
        }
        self.count += u64::from(matches!(entry, Some(Entry::Row(..) | Entry::Skipped(_))));
        entry
    }

    /// An entry, unless another line of the same table says something else of the same.
    fn said_once(&mut self, entry: Entry) -> Entry {
        let Entry::Row(row, remarks) = entry else { return entry };
        let column = if row.report == ReportKind::SkuCosts { "sku" } else { "marketplace" };
        let header = self.layout.as_ref().map_or_else(String::new, |layout| layout.name_of(column));
        match self.stated.once(*row, &header) {
            Ok(row) => Entry::Row(Box::new(row), remarks),
            Err(problem) => Entry::Skipped(*problem),
        }
    }

    fn broken_off(&mut self, error: &io::Error) -> Entry {
        self.rows = Rows::Held(VecDeque::new());
        let what = unreadable(error).problem;
        Entry::Skipped(problem(0, "", "", what.what, what.remedy, true))
    }
}

fn no_rows(line: u64) -> RowProblem {
    problem(
        line,
        "",
        "",
        said("the report has a header and no rows (0 rows)", "报告只有表头，没有数据（0 行）"),
        said(
            "Nothing happened in its range of dates, or the download was cut",
            "该日期范围内没有记录，或下载被中断",
        ),
        false,
    )
}

#[cfg(test)]
mod tests;
