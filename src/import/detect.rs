//! What a file is, by its first bytes and never by its name.

use crate::problem::{Exit, Problem};

/// What the beginning of a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// Nothing, or nothing but white space.
    Empty,
    /// Text that may be a table.
    Table,
    /// XML.
    Xml,
    /// JSON.
    Json,
    /// A zip archive: a workbook (xlsx) or something packed.
    Zip,
    /// No report can be read from this.
    Foreign(Foreign),
}

macro_rules! foreign {
    ($($name:ident: $en:literal, $zh:literal; $remedy_en:literal, $remedy_zh:literal;)+) => {
        /// A kind of file that is recognised in order to be refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the sentence beside each name says what it is")]
        pub enum Foreign { $($name),+ }

        impl Foreign {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Why it is refused and what to do.
            #[must_use]
            pub fn problem(self) -> Problem {
                match self { $(Self::$name => Problem::new(Exit::Failed, [$en, $zh], [$remedy_en, $remedy_zh])),+ }
            }
        }
    };
}

foreign! {
    Pdf: "this is a PDF, not a report", "这是 PDF 文件，不是报告"; "Download the report as text, CSV or xlsx", "请下载文本、CSV 或 xlsx 格式的报告";
    Image: "this is an image, not a text file", "这是图片，不是文本文件"; "Download the report itself instead of a picture of it", "请下载报告本身，而不是它的截图";
    Gzip: "this is a gzip compressed file", "这是 gzip 压缩文件"; "Unpack it first: `gunzip FILE`", "请先解压：`gunzip FILE`";
    Ole: "this is an old Excel workbook (xls) or another OLE file", "这是旧版 Excel 工作簿（xls）或其他 OLE 文件"; "Open it in the spreadsheet program and save as xlsx or CSV", "请在表格软件中打开并另存为 xlsx 或 CSV";
    Sqlite: "this is a SQLite database, not a report", "这是 SQLite 数据库，不是报告"; "To open another database use `--db FILE`", "要打开另一个数据库，请用 `--db FILE`";
    Binary: "this is a binary file, not a text file", "这是二进制文件，不是文本文件"; "Download the report as text, CSV or xlsx", "请下载文本、CSV 或 xlsx 格式的报告";
    Html: "this is an HTML web page, not a report; an expired session often saves the sign-in page", "这是 HTML 网页，不是报告；登录过期时常会存下登录页"; "Sign in to Seller Central and download the report again", "请登录 Seller Central 后重新下载报告";
    Rtf: "this is a rich text document, not a report", "这是 RTF 文档，不是报告"; "Download the report as text, CSV or xlsx", "请下载文本、CSV 或 xlsx 格式的报告";
}

const MAGIC: &[(&[u8], Foreign)] = &[
    (b"%PDF-", Foreign::Pdf),
    (b"\x89PNG\r\n", Foreign::Image),
    (b"\xff\xd8\xff", Foreign::Image),
    (b"GIF8", Foreign::Image),
    (b"BM\x00\x00", Foreign::Image),
    (b"II*\0", Foreign::Image),
    (b"MM\0*", Foreign::Image),
    (b"\x1f\x8b", Foreign::Gzip),
    (b"\xd0\xcf\x11\xe0", Foreign::Ole),
    (b"SQLite format 3\0", Foreign::Sqlite),
    (b"\x7fELF", Foreign::Binary),
    (b"MZ\x90", Foreign::Binary),
    (b"7z\xbc\xaf", Foreign::Binary),
    (b"Rar!", Foreign::Binary),
    (b"BZh", Foreign::Binary),
    (b"\xfd7zXZ", Foreign::Binary),
    (b"\x28\xb5\x2f\xfd", Foreign::Binary),
    (b"{\\rtf", Foreign::Rtf),
];

/// A kind of file that begins with bytes of its own.
#[must_use]
pub fn by_magic(head: &[u8]) -> Option<Foreign> {
    let webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    let magic = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, foreign)| *foreign);
    magic.or(webp.then_some(Foreign::Image))
}

/// Tells from the first bytes what a file is. Mails are recognised elsewhere, before this is asked.
#[must_use]
pub fn sniff(head: &[u8]) -> Sniffed {
    if let Some(foreign) = by_magic(head) {
        return Sniffed::Foreign(foreign);
    }
    if [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic)) {
        return Sniffed::Zip;
    }
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || looks_wide(head);
    // NULs of UTF-16 are half of its Latin letters, not a sign of a binary file.
    let latin: Vec<u8> =
        if wide { head.iter().copied().filter(|byte| *byte != 0).collect() } else { head.to_vec() };
    let padded = latin.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let text = &latin[..padded];
    let Some(start) = text
        .iter()
        .position(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xef | 0xbb | 0xbf | 0xff | 0xfe))
    else {
        return Sniffed::Empty;
    };
    let sample = &text[start..text.len().min(start + 4_096)];
    if !wide && is_binary(sample) {
        return Sniffed::Foreign(Foreign::Binary);
    }
    by_markup(sample)
}

fn by_markup(sample: &[u8]) -> Sniffed {
    let lower = String::from_utf8_lossy(&sample[..sample.len().min(512)]).to_lowercase();
    match lower.as_bytes()[0] {
        b'<' if ["<html>", "<html ", "<head>", "<body>", "<body ", "<!doctype html"]
            .iter()
            .any(|tag| lower.contains(tag)) =>
        {
            Sniffed::Foreign(Foreign::Html)
        }
        b'<' => Sniffed::Xml,
        b'{' => Sniffed::Json,
        b'[' if lower[1..].trim_start().starts_with(['{', '[', ']']) => Sniffed::Json,
        _ => Sniffed::Table,
    }
}

fn looks_wide(head: &[u8]) -> bool {
    let head = &head[..head.len().min(512) & !1];
    let nuls = |rest: usize| head.iter().skip(rest).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (nuls(0), nuls(1), head.len() / 2);
    half > 0 && (even * 5 >= half * 3 && odd * 10 <= half || odd * 5 >= half * 3 && even * 10 <= half)
}

/// Control characters that no text has, one in twenty.
fn is_binary(sample: &[u8]) -> bool {
    let odd = sample.iter().filter(|byte| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)).count();
    odd * 20 > sample.len() && odd > 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        for (bytes, told) in [
            (b"".as_slice(), Sniffed::Empty),
            (b"\xef\xbb\xbf \n\t\n", Sniffed::Empty),
            (b"PK\x03\x04rest", Sniffed::Zip),
            (b"%PDF-1.7", Sniffed::Foreign(Foreign::Pdf)),
            (b"\x1f\x8b\x08\0", Sniffed::Foreign(Foreign::Gzip)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sniffed::Foreign(Foreign::Ole)),
            (b"\x00\x01\x02\x03\x04\x05\x06binary\x07", Sniffed::Foreign(Foreign::Binary)),
            (b"\n<!DOCTYPE html><html>", Sniffed::Foreign(Foreign::Html)),
            (b"<?xml version=\"1.0\"?><AmazonEnvelope><Header/></AmazonEnvelope>", Sniffed::Xml),
            (b"{\"errors\":[]}", Sniffed::Json),
            (b"[important] note\tb", Sniffed::Table),
            (b"order-id\tsku\n", Sniffed::Table),
            (b"o\0r\0d\0e\0r\0\t\0s\0k\0u\0\n\0", Sniffed::Table),
            (b"order-id\tsku\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Sniffed::Table),
        ] {
            assert_eq!(sniff(bytes), told, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn every_refusal_says_what_to_do_in_both_languages() {
        for foreign in Foreign::ALL {
            let problem = foreign.problem();
            assert!(problem.what.iter().chain(&problem.remedy).all(|text| !text.is_empty()), "{foreign:?}");
        }
    }
}
