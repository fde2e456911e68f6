//! Seller-fulfilled returns as XML: one row for each article of a return.
//!
//! The whole document is checked before any row is given: no DOCTYPE, no entity but the five of XML, bounded depth.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::cells::{problem, said};
use super::format::{Xml, format, xml};
use super::layout::Layout;
use super::rows::Reading;
use super::table::{Quotes, Record};
use super::{Entry, Options, Refused, Report, Rows, Source, Survey, of_encoding, whole};
use crate::domain::record::{ReportKind, RowProblem};
use crate::import::decode;
use crate::problem::{Exit, Problem};

const DEEPEST: usize = 64;

/// A return's article: its line and what is said about it.
type Item = (u64, BTreeMap<String, String>);

/// Opens an XML file.
pub fn open(source: Source, survey: &Survey, options: &Options) -> Result<Report, Box<Refused>> {
    let bytes = whole(source, survey)?;
    let (text, guessed, lie) = text_of(&bytes, survey);
    let items = read(&text)?;
    let mut header: Vec<String> = items.iter().flat_map(|(_, item)| item.keys().cloned()).collect();
    header.sort();
    header.dedup();
    let Some(format) = format(ReportKind::XmlReturns) else { return Err(unknown("")) };
    let mut layout = Layout::known(format, &header, 1, Vec::new());
    layout.kind = ReportKind::XmlReturns;
    let field = |item: &BTreeMap<String, String>, name: &String| item.get(name).cloned().unwrap_or_default();
    let records: VecDeque<Record> = items
        .into_iter()
        .map(|(line, item)| Record {
            line,
            fields: header.iter().map(|name| field(&item, name)).collect(),
            cut: false,
        })
        .collect();
    let mut ready: VecDeque<Entry> = if guessed { of_encoding(survey).into() } else { VecDeque::new() };
    ready.extend(lie.map(|declared| Entry::Remark(other_encoding(&declared, survey))));
    let reading = Reading::new(options, Quotes::Enclose);
    let (kind, length) = (layout.kind, survey.length);
    Ok(Report {
        kind,
        layout: Some(Arc::new(layout)),
        rows: Rows::Held(records),
        reading,
        ready,
        length,
        count: 0,
        stated: super::costs::Stated::default(),
        ended: false,
    })
}

/// The declaration names an encoding the bytes are not in.
fn other_encoding(declared: &str, survey: &Survey) -> RowProblem {
    let read = decode::name(survey.encoding);
    problem(
        1,
        "",
        declared,
        said(
            format!("the XML declares the encoding {declared}, but it is {read}"),
            format!("XML 声明的编码是 {declared}，实际是 {read}"),
        ),
        said(
            "It was read as it is; nothing to do if the text looks right",
            "已按实际编码读取；文字显示正常则无需处理",
        ),
        false,
    )
}

/// The document as text, whether its encoding was guessed, and the declared one when it is wrong: a declaration is
/// believed where the bytes are not UTF-8.
fn text_of(bytes: &[u8], survey: &Survey) -> (String, bool, Option<String>) {
    let start = usize::try_from(survey.bom).unwrap_or(0).min(bytes.len());
    let head = String::from_utf8_lossy(&bytes[start..bytes.len().min(start + 200)]).into_owned();
    let declared = head
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next().map(str::to_owned));
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    let odd = survey.guessed || survey.damaged();
    let encoding =
        declared.filter(|encoding| odd && encoding.is_ascii_compatible()).unwrap_or(survey.encoding);
    let (text, errors) = encoding.decode_without_bom_handling(&bytes[start..]);
    let wide = |encoding: &'static Encoding| !encoding.is_ascii_compatible();
    let lie = declared
        .filter(|declared| wide(declared) != wide(survey.encoding))
        .map(|declared| declared.name().to_owned());
    (text.into_owned(), odd && (declared.is_none() || errors), lie)
}

fn refused(line: u64, what: [String; 2], remedy: [&str; 2]) -> Box<Refused> {
    Box::new(Refused::at(line, Problem::new(Exit::Failed, what, remedy.map(str::to_owned))))
}

const AGAIN: [&str; 2] = ["Download the report again", "请重新下载报告"];

fn unknown(root: &str) -> Box<Refused> {
    let root: String = root.chars().take(60).collect();
    refused(
        0,
        [
            format!(
                "this XML is not recognised: its root <{root}> holds no return_details of a returns report"
            ),
            format!("无法识别的 XML：根元素 <{root}> 中没有退货报告的 return_details"),
        ],
        [
            "Of Amazon's XML reports only the seller-fulfilled returns are read; take the flat file of others",
            "Amazon 的 XML 报告只支持卖家自配送退货；其他报告请下载文本格式",
        ],
    )
}

fn line_at(text: &str, at: u64) -> u64 {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    1 + newlines(&text.as_bytes()[..at])
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// Letters that XML 1.0 knows.
const fn is_legal(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Counts lines forward only, so that a long document is not counted again for each row.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, place: u64) -> u64 {
        let place = usize::try_from(place).unwrap_or(usize::MAX).clamp(self.at, self.text.len());
        self.line += newlines(&self.text[self.at..place]);
        self.at = place;
        self.line
    }
}

/// What is open while the document is read.
#[derive(Default)]
struct Open {
    path: Vec<String>,
    root: String,
    text: String,
    shared: Option<Item>,
    item: Option<BTreeMap<String, String>>,
    /// Articles of the return that is open.
    articles: Vec<BTreeMap<String, String>>,
    found: Vec<Item>,
    is_returns: bool,
}

fn read(text: &str) -> Result<Vec<Item>, Box<Refused>> {
    if let Some((at, letter)) = text.char_indices().find(|(_, letter)| !is_legal(*letter)) {
        let (line, code) = (line_at(text, at as u64), u32::from(letter));
        return Err(refused(
            line,
            [
                format!("line {line} has the character U+{code:04X}, which XML forbids"),
                format!("第 {line} 行有 XML 不允许的字符 U+{code:04X}"),
            ],
            AGAIN,
        ));
    }
    let format = xml();
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut open = Open::default();
    loop {
        let event = reader.read_event().map_err(|error| {
            let line = line_at(text, reader.error_position());
            refused(
                line,
                [
                    format!("the XML breaks on line {line}: {error}"),
                    format!("XML 在第 {line} 行出错：{error}"),
                ],
                AGAIN,
            )
        })?;
        let line = lines.at(reader.buffer_position());
        match event {
            Event::Start(tag) => open.start(name_of(tag.local_name().into_inner()), line, format)?,
            Event::Empty(tag) => {
                open.start(name_of(tag.local_name().into_inner()), line, format)?;
                open.end(format);
            }
            Event::End(_) => open.end(format),
            Event::Text(part) => open.text.push_str(&part.xml10_content()),
            Event::CData(part) => open.text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => open.text.push(letter_of(&reference, line)?),
            Event::DocType(_) => {
                return Err(refused(
                    line,
                    [
                        "the XML has a DOCTYPE, which may define entities; no report has one".to_owned(),
                        "XML 含有 DOCTYPE（可定义实体 entity）；报告中不会有".to_owned(),
                    ],
                    AGAIN,
                ));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.path.is_empty() {
        let line = line_at(text, text.len() as u64);
        let tag = open.path.last().cloned().unwrap_or_default();
        return Err(refused(
            line,
            [
                format!("the XML is truncated: end of file on line {line} inside <{tag}>"),
                format!("XML 不完整：文件在第 {line} 行的 <{tag}> 内结束"),
            ],
            AGAIN,
        ));
    }
    if open.found.is_empty() && !open.is_returns {
        return Err(unknown(&open.root));
    }
    Ok(open.found)
}

fn name_of(name: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(name.as_ref()).chars().take(200).collect()
}

impl Open {
    fn start(&mut self, name: String, line: u64, format: &Xml) -> Result<(), Box<Refused>> {
        if self.path.is_empty() && self.root.is_empty() {
            self.root.clone_from(&name);
        }
        if self.path.len() >= DEEPEST {
            return Err(refused(
                line,
                [
                    format!("the XML is nested too deep on line {line}: more than {DEEPEST} elements"),
                    format!("XML 在第 {line} 行嵌套过深：超过 {DEEPEST} 层"),
                ],
                AGAIN,
            ));
        }
        if name == format.record {
            self.shared = Some((line, BTreeMap::new()));
            self.articles.clear();
        } else if name == format.item && self.shared.is_some() {
            self.item = Some(BTreeMap::new());
        }
        self.path.push(name);
        self.text.clear();
        Ok(())
    }

    fn end(&mut self, format: &Xml) {
        let Some(name) = self.path.pop() else { return };
        let text = std::mem::take(&mut self.text);
        if name == format.record {
            if let Some((line, shared)) = self.shared.take() {
                let articles = std::mem::take(&mut self.articles);
                if articles.is_empty() {
                    self.found.push((line, shared));
                } else {
                    self.found.extend(
                        articles
                            .into_iter()
                            .map(|article| (line, shared.clone().into_iter().chain(article).collect())),
                    );
                }
            }
        } else if name == format.item && self.item.is_some() {
            self.articles.extend(self.item.take());
        } else if name == "MessageType" {
            self.is_returns |= text.to_lowercase().contains("return");
        } else if !text.trim().is_empty() {
            match (&mut self.item, &mut self.shared) {
                (Some(open), _) | (None, Some((_, open))) => {
                    open.insert(name, text.trim().to_owned());
                }
                (None, None) => {}
            }
        }
    }
}

/// The letter of `&amp;`, `&#233;` and their like.
fn letter_of(reference: &BytesRef<'_>, line: u64) -> Result<char, Box<Refused>> {
    let name = reference.xml10_content().into_owned();
    let known = match name.as_str() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten().filter(|letter| is_legal(*letter)),
    };
    known.ok_or_else(|| {
        let name: String = name.chars().take(60).collect();
        refused(
            line,
            [
                format!("line {line} has the entity or character &{name};, which is not allowed"),
                format!("第 {line} 行有不允许的实体或字符 &{name};"),
            ],
            AGAIN,
        )
    })
}
