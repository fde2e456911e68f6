//! Records of a delimited text: fields, quotes and line numbers, a bounded record at a time.
//!
//! Amazon's tab files are not quoted at all, so a stray quote is a letter there. In CSV a quote that never closes costs
//! the line it stands on, never the rest of the file: the lines it swallowed are read again.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// The longest record, in bytes of UTF-8.
pub const LONGEST: usize = 1 << 20;
/// The most columns.
pub const WIDEST: usize = 512;
/// How many bytes are read again after unclosed quotes before swallowed lines are given up.
const SECOND_LOOKS: usize = 8 << 20;

/// One record and the line it starts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// 1-based.
    pub line: u64,
    /// Fields as written, unquoted.
    pub fields: Vec<String>,
    /// The file ends without a line end behind it.
    pub cut: bool,
}

/// Why a record could not be split into fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Longer than [`LONGEST`].
    TooLong,
    /// More than [`WIDEST`] columns.
    TooWide,
    /// A quote is opened and never closed.
    Unclosed,
    /// Text stands behind a closing quote.
    AfterQuote,
}

/// A record that could not be split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// 1-based.
    pub line: u64,
    /// Why.
    pub fault: Fault,
    /// The beginning of the line.
    pub text: String,
}

/// Whether quotes mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quotes {
    /// They are letters.
    Letters,
    /// They enclose fields.
    Enclose,
}

#[derive(Debug)]
struct Line {
    number: u64,
    text: String,
    /// `\n`, `\r\n`, `\r`, or nothing at the end of the file.
    end: &'static str,
    too_long: bool,
}

/// Reads records one by one.
#[derive(Debug)]
pub struct Records<R> {
    input: R,
    delimiter: char,
    quotes: Quotes,
    /// Lines end with a lone carriage return.
    returns: bool,
    next_line: u64,
    pending: VecDeque<Line>,
    second_looks: usize,
}

impl<R: BufRead> Records<R> {
    /// Records of `input`. `returns`: lines end with a lone carriage return, as old files have it.
    pub fn new(input: R, delimiter: char, quotes: Quotes, returns: bool) -> Self {
        Self {
            input,
            delimiter,
            quotes,
            returns,
            next_line: 1,
            pending: VecDeque::new(),
            second_looks: SECOND_LOOKS,
        }
    }

    /// What is read from.
    pub const fn input(&self) -> &R {
        &self.input
    }

    /// The next record; blank lines are passed over. `None` at the end.
    ///
    /// # Errors
    /// What reading says.
    pub fn next_record(&mut self) -> io::Result<Option<Result<Record, Broken>>> {
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            let blank = line.text.bytes().all(|byte| matches!(byte, b' ' | b'\r' | 0));
            if blank && !line.too_long {
                continue;
            }
            return self.record(&line).map(Some);
        }
    }

    fn record(&mut self, line: &Line) -> io::Result<Result<Record, Broken>> {
        if line.too_long {
            return Ok(Err(broken(line, Fault::TooLong)));
        }
        let cut = line.end.is_empty();
        let widest = line.text.matches(self.delimiter).count() >= WIDEST;
        if self.quotes == Quotes::Letters || !line.text.contains('"') {
            if widest {
                return Ok(Err(broken(line, Fault::TooWide)));
            }
            let fields = line.text.split(self.delimiter).map(|field| unwrapped(field).into()).collect();
            return Ok(Ok(Record { line: line.number, fields, cut }));
        }
        self.quoted(line)
    }

    /// A record in which quotes enclose fields, over as many lines as it needs.
    fn quoted(&mut self, first: &Line) -> io::Result<Result<Record, Broken>> {
        let (number, mut cut) = (first.number, first.end.is_empty());
        let mut split = Split { delimiter: self.delimiter, ..Split::default() };
        split.feed(&first.text);
        let mut length = first.text.len();
        let mut more: Vec<Line> = Vec::new();
        let mut end = first.end;
        while split.state == Place::Quoted && length <= LONGEST {
            let Some(next) = self.line()? else { break };
            split.field.push_str(end);
            split.feed(&next.text);
            length += next.text.len() + end.len();
            (end, cut) = (next.end, next.end.is_empty());
            let too_long = next.too_long;
            more.push(next);
            if too_long {
                length = LONGEST + 1;
            }
        }
        let fault = match split.state {
            _ if split.fields.len() >= WIDEST => Some(Fault::TooWide),
            Place::Broken => Some(Fault::AfterQuote),
            Place::Quoted => Some(Fault::Unclosed),
            _ if length > LONGEST => Some(Fault::TooLong),
            _ => None,
        };
        if let Some(fault) = fault {
            self.look_again(more, length);
            return Ok(Err(broken(first, fault)));
        }
        split.fields.push(split.field);
        Ok(Ok(Record { line: number, fields: split.fields, cut }))
    }

    /// The lines behind the first are read again by themselves, as long as that stays cheap.
    fn look_again(&mut self, lines: Vec<Line>, length: usize) {
        if length <= self.second_looks {
            self.second_looks -= length;
            for line in lines.into_iter().rev() {
                self.pending.push_front(line);
            }
        }
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.pending.pop_front() {
            return Ok(Some(line));
        }
        let stop = if self.returns { b'\r' } else { b'\n' };
        let mut bytes = Vec::new();
        let (mut ended, mut too_long, mut any) = (false, false, false);
        while !ended {
            let piece = self.input.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            any = true;
            let (upto, used) = piece
                .iter()
                .position(|byte| *byte == stop)
                .map_or((piece.len(), piece.len()), |at| (at, at + 1));
            ended = upto < used;
            too_long |= bytes.len() + upto > LONGEST;
            let room = if too_long { 256_usize.saturating_sub(bytes.len()) } else { usize::MAX };
            bytes.extend_from_slice(&piece[..upto.min(room)]);
            self.input.consume(used);
        }
        if !any {
            return Ok(None);
        }
        let number = self.next_line;
        self.next_line += 1;
        let end = match (ended, self.returns, bytes.last()) {
            (false, _, _) => "",
            (true, true, _) => "\r",
            (true, false, Some(b'\r')) => {
                bytes.pop();
                "\r\n"
            }
            (true, false, _) => "\n",
        };
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Some(Line { number, text, end, too_long }))
    }
}

fn broken(line: &Line, fault: Fault) -> Broken {
    Broken { line: line.number, fault, text: line.text.chars().take(200).collect() }
}

/// A field that a spreadsheet wrapped in quotes, all inner quotes doubled, without them. Any other is left as it is.
fn unwrapped(field: &str) -> std::borrow::Cow<'_, str> {
    match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if inner.contains("\"\"") && !inner.replace("\"\"", "").contains('"') => {
            inner.replace("\"\"", "\"").into()
        }
        _ => field.into(),
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the first letter of a field.
    #[default]
    Begin,
    Bare,
    Quoted,
    /// Behind a quote that closes the field, or is the first of two.
    Closed,
    Broken,
}

/// The fields read so far.
#[derive(Debug, Default)]
struct Split {
    delimiter: char,
    fields: Vec<String>,
    field: String,
    state: Place,
}

impl Split {
    fn feed(&mut self, text: &str) {
        for letter in text.chars() {
            self.state = match (self.state, letter) {
                (Place::Begin, '"') => Place::Quoted,
                // A blank behind a closing quote is a spreadsheet's padding.
                (Place::Quoted, '"') | (Place::Closed, ' ') => Place::Closed,
                (Place::Closed, '"') => {
                    self.field.push('"');
                    Place::Quoted
                }
                (Place::Begin | Place::Bare | Place::Closed, letter) if letter == self.delimiter => {
                    if self.fields.len() < WIDEST {
                        self.fields.push(std::mem::take(&mut self.field));
                    }
                    Place::Begin
                }
                (Place::Closed | Place::Broken, _) => {
                    self.state = Place::Broken;
                    return;
                }
                (Place::Quoted, letter) => {
                    self.field.push(letter);
                    Place::Quoted
                }
                (Place::Begin | Place::Bare, letter) => {
                    self.field.push(letter);
                    Place::Bare
                }
            };
        }
    }
}

/// The delimiter a spreadsheet's `sep=;` line names.
#[must_use]
pub fn separator_line(line: &str) -> Option<char> {
    let rest = line
        .trim_start_matches('\u{feff}')
        .trim_matches('"')
        .strip_prefix("sep=")
        .or_else(|| line.strip_prefix("SEP="))?;
    let mut letters = rest.trim_end_matches(['\r', '"']).chars();
    letters.next().filter(|_| letters.next().is_none())
}

/// Whether the fields of a tab file are quoted by a spreadsheet: every field with a comma or a quote is wrapped.
#[must_use]
pub fn tabs_are_quoted(head: &str) -> bool {
    let (mut wrapped, mut sure, mut bare) = (0, false, false);
    for field in head.lines().flat_map(|line| line.split('\t')) {
        let inner = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match inner {
            Some(inner) if !inner.replace("\"\"", "").contains('"') => {
                wrapped += 1;
                sure |= inner.contains("\"\"");
            }
            _ => bare |= field.contains([',', '"']),
        }
    }
    !bare && (sure || wrapped > 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, delimiter: char, quotes: Quotes) -> Vec<String> {
        let mut records = Records::new(text.as_bytes(), delimiter, quotes, !text.contains('\n'));
        let mut all = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            all.push(match record {
                Ok(record) => format!("{}:{}", record.line, record.fields.join("|")),
                Err(broken) => format!("{}!{:?}", broken.line, broken.fault),
            });
        }
        all
    }

    #[test]
    fn lines_are_numbered_right_behind_quoted_line_ends() {
        let text = "a,b\r\n1,\"x\n\ny\"\r\n\r\n2,z";
        assert_eq!(read(text, ',', Quotes::Enclose), ["1:a|b", "2:1|x\n\ny", "6:2|z"]);
        assert_eq!(read("a\tb\r1\t2\r", '\t', Quotes::Letters), ["1:a|b", "2:1|2"]);
    }

    #[test]
    fn a_quote_is_a_letter_in_a_tab_file() {
        let text = "a\t5\" screen\n\"best\" they said\tb\n\"open\tc\n\"He said \"\"no\"\"\"\td\n";
        assert_eq!(
            read(text, '\t', Quotes::Letters),
            ["1:a|5\" screen", "2:\"best\" they said|b", "3:\"open|c", "4:He said \"no\"|d"]
        );
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let text = "1,\"never closed\n2,b\n3,\"abc\"def\n4,\"c \"\"d\"\"\"\n5,abc\"def\"\n";
        assert_eq!(
            read(text, ',', Quotes::Enclose),
            ["1!AfterQuote", "2:2|b", "3!AfterQuote", "4:4|c \"d\"", "5:5|abc\"def\""]
        );
        assert_eq!(read("1,a\n2,\"open\n3,b\n", ',', Quotes::Enclose), ["1:1|a", "2!Unclosed", "3:3|b"]);
    }

    #[test]
    fn a_record_has_its_limits() {
        let long = format!("a\t{}\nb\tc\n", "x".repeat(LONGEST));
        assert_eq!(read(&long, '\t', Quotes::Letters), ["1!TooLong", "2:b|c"]);
        let wide = format!("{}\nb\n", "\t".repeat(600).replace('\t', "x\t"));
        assert_eq!(read(&wide, '\t', Quotes::Letters), ["1!TooWide", "2:b"]);
        assert_eq!(read(&"\"\n".repeat(3), ',', Quotes::Enclose).len(), 2);
    }

    #[test]
    fn a_spreadsheets_marks_are_seen() {
        assert_eq!(separator_line("sep=;\r"), Some(';'));
        assert_eq!(separator_line("separate"), None);
        assert!(tabs_are_quoted("a\tb\n1\t\"x \"\"y\"\", z\"\n"));
        assert!(!tabs_are_quoted("a\tb\n1\tCamera \"Pro\", 2\n"));
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[a\",;\n\r]{0,200}") {
            let count = read(&text, ',', Quotes::Enclose).len();
            prop_assert!(count <= text.len());
        }
    }
}
