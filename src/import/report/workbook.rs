//! Workbooks (xlsx): cells become the same records as a table's, in a compact buffer.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader as _, Xlsx};

use super::layout::{Layout, find_in, too_wide};
use super::rows::Reading;
use super::table::{Quotes, Record, WIDEST};
use super::{Options, Refused, Report, Rows, of_header};
use crate::problem::{Exit, Problem};

/// The most bytes all parts of a workbook may unpack to, and the most its cells' text may be.
const UNPACKED: u64 = 1 << 30;
const TEXT: usize = 256 << 20;

/// The rows of a sheet: line, number of fields, then length and bytes of each.
#[derive(Debug, Default)]
pub struct Sheet {
    bytes: Vec<u8>,
    at: usize,
}

/// A workbook whose header is known.
#[derive(Debug)]
pub struct Opened {
    sheet: Sheet,
    layout: Layout,
}

impl Sheet {
    /// How far the reading is, as a share of `length`.
    #[must_use]
    pub fn progress(&self, length: u64) -> u64 {
        let (at, all) = (self.at as u128, self.bytes.len().max(1) as u128);
        u64::try_from(u128::from(length) * at / all).unwrap_or(length)
    }

    fn push(&mut self, line: u32, cells: &[String]) {
        self.bytes.extend(line.to_le_bytes());
        self.bytes.extend(u32::try_from(cells.len()).unwrap_or(0).to_le_bytes());
        for cell in cells {
            self.bytes.extend(u32::try_from(cell.len()).unwrap_or(0).to_le_bytes());
            self.bytes.extend(cell.as_bytes());
        }
    }

    fn number(&mut self) -> Option<u32> {
        let bytes = self.bytes.get(self.at..self.at + 4)?;
        self.at += 4;
        bytes.try_into().ok().map(u32::from_le_bytes)
    }

    /// The next row with at least `width` fields: a sheet does not keep empty cells at the end, nor empty rows.
    pub fn next(&mut self, width: usize) -> Option<Record> {
        let line = u64::from(self.number()?);
        let count = self.number()?;
        let mut fields = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let length = self.number()? as usize;
            let bytes = self.bytes.get(self.at..self.at + length)?;
            fields.push(String::from_utf8_lossy(bytes).into_owned());
            self.at += length;
        }
        fields.resize(fields.len().max(width), String::new());
        Some(Record { line, fields, cut: false })
    }
}

fn refused(what: [&str; 2], remedy: [&str; 2]) -> Box<Refused> {
    Box::new(Refused::at(0, Problem::new(Exit::Failed, what, remedy)))
}

/// Opens a zip that should be a workbook and finds the sheet with a header that is known.
pub fn open(bytes: Vec<u8>, options: &Options) -> Result<Opened, Box<Refused>> {
    let packed = packed(&bytes);
    if !packed.iter().any(|(name, _)| name == "xl/workbook.xml") {
        return Err(refused(
            [
                "this is a zip archive, not an Excel workbook (xlsx)",
                "这是 zip 压缩包，不是 Excel 工作簿（xlsx）",
            ],
            [
                "Unpack it and import what is inside; save other spreadsheets as xlsx or CSV",
                "请先解压再导入其中的文件；其他表格请另存为 xlsx 或 CSV",
            ],
        ));
    }
    if packed.iter().map(|(_, size)| size).sum::<u64>() > UNPACKED {
        return Err(too_large());
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let mut first = None;
    for name in book.sheet_names() {
        let Some(sheet) = cells(&mut book, &name)? else { continue };
        match header(&sheet, options) {
            Ok(layout) => return Ok(Opened { sheet, layout }),
            Err(refused) => {
                first.get_or_insert(refused);
            }
        }
    }
    Err(first.unwrap_or_else(|| {
        refused(
            ["the workbook is empty: there is no header line", "工作簿为空：没有表头"],
            ["Download the report again", "请重新下载报告"],
        )
    }))
}

fn too_large() -> Box<Refused> {
    refused(
        ["the Excel workbook unpacks to more than 1 GiB", "Excel 工作簿解压后超过 1 GiB"],
        ["Save it as CSV and import that", "请另存为 CSV 后导入"],
    )
}

fn damaged(error: &str) -> Box<Refused> {
    Box::new(Refused::at(
        0,
        Problem::new(
            Exit::Failed,
            [
                format!("the Excel workbook (xlsx) cannot be read: {error}"),
                format!("无法读取 Excel 工作簿（xlsx）：{error}"),
            ],
            [
                "Open it in the spreadsheet program and save as xlsx or CSV again",
                "请在表格软件中打开并重新另存为 xlsx 或 CSV",
            ],
        ),
    ))
}

fn header(sheet: &Sheet, options: &Options) -> Result<Layout, Box<Refused>> {
    let mut look = Sheet { bytes: sheet.bytes[..sheet.bytes.len().min(4 << 20)].to_vec(), at: 0 };
    let records: Vec<Record> = std::iter::from_fn(|| look.next(0)).take(40).collect();
    find_in(&records, options.map.as_ref())
}

/// The text of a sheet's cells; `None` when it has none.
fn cells(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Option<Sheet>, Box<Refused>> {
    let Ok(mut reader) = book.worksheet_cells_reader(name) else { return Ok(None) };
    let mut sheet = Sheet::default();
    let (mut line, mut row): (u32, Vec<String>) = (0, Vec::new());
    while let Some(cell) = reader.next_cell().map_err(|error| damaged(&error.to_string()))? {
        let (at, column) = cell.get_position();
        let text = text_of(cell.get_value());
        if at + 1 != line {
            if line > 0 && !row.is_empty() {
                sheet.push(line, &row);
            }
            (line, row) = (at + 1, Vec::new());
        }
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= WIDEST {
            return Err(Box::new(Refused::at(u64::from(line), too_wide())));
        }
        row.resize(row.len().max(column + 1), String::new());
        row[column] = text;
        if sheet.bytes.len() > TEXT {
            return Err(too_large());
        }
    }
    if !row.is_empty() {
        sheet.push(line, &row);
    }
    Ok((!sheet.bytes.is_empty()).then_some(sheet))
}

/// A cell as text: numbers plain, days in ISO form, booleans as TRUE and FALSE.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => format!("{number}"),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                date
            } else {
                format!("{date}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTime(span) => format!("{}", span.as_f64()),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

impl Opened {
    /// The report behind the header.
    #[must_use]
    pub fn into_report(self, options: &Options, length: u64) -> Report {
        let Self { mut sheet, layout } = self;
        while let Some(record) = sheet.next(0) {
            if record.line >= layout.line {
                break;
            }
        }
        let ready: VecDeque<_> = of_header(&layout).into();
        let mut reading = Reading::new(options, Quotes::Enclose);
        reading.serials = true;
        Report {
            kind: layout.kind,
            layout: Some(Arc::new(layout)),
            rows: Rows::Sheet(sheet),
            reading,
            ready,
            length,
            count: 0,
            stated: super::costs::Stated::default(),
            ended: false,
        }
    }
}

/// Names and unpacked sizes of a zip's parts, from its directory at the end.
fn packed(bytes: &[u8]) -> Vec<(String, u64)> {
    let number = |at: usize, size: usize| -> Option<u64> {
        let part = bytes.get(at..at.checked_add(size)?)?;
        Some(part.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let end = bytes.len().saturating_sub(22);
    let start = end.saturating_sub(65_536);
    let Some(directory) = (start..=end).rev().find(|at| bytes.get(*at..at + 4) == Some(b"PK\x05\x06")) else {
        return Vec::new();
    };
    let mut at = number(directory + 16, 4).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    while bytes.get(at..at.saturating_add(4)) == Some(b"PK\x01\x02") && parts.len() < 10_000 {
        let field = |from: usize, size: usize| number(at + from, size).unwrap_or_default();
        let length = |from: usize| usize::try_from(field(from, 2)).unwrap_or_default();
        let name = bytes.get(at + 46..at + 46 + length(28)).unwrap_or_default();
        parts.push((String::from_utf8_lossy(name).into_owned(), field(24, 4)));
        at += 46 + length(28) + length(30) + length(32);
    }
    parts
}
