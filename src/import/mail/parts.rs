//! The readable parts of a mail: MIME as mail-parser reads it, mended where it is broken.

use std::borrow::Cow;

use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::html::{self, Page};

/// Nested multiparts and messages beyond this are cut off: reading them would take time without bound.
const NESTED: usize = 600;

/// What a mail says, in both of its forms.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The plain text parts, one after the other.
    pub(super) plain: String,
    /// The HTML parts as text.
    pub(super) page: Page,
    /// The HTML as it came, lower case: for links that are no text.
    pub(super) markup: String,
    /// What was odd.
    pub(super) warnings: Vec<[String; 2]>,
}

impl Parts {
    /// The text a reader sees: plain where it has any, else the page.
    pub(super) fn text(&self) -> &str {
        if self.plain.trim().is_empty() { &self.page.text } else { &self.plain }
    }

    fn warn(&mut self, en: &str, zh: &str) {
        let warning = [en.to_owned(), zh.to_owned()];
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// Bytes as the parser wants them: no byte order mark, no mbox separator or blank line in front, one kind of line end.
pub(in crate::import) fn tidy(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut bytes = bytes;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let (text, _, _) = encoding_rs::UTF_8.decode(bytes);
        return Cow::Owned(tidy(text.as_bytes()).into_owned());
    }
    loop {
        let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let separator = line.starts_with(b"From ") || line.starts_with(b">From ");
        let rest = if separator { &start[line.len()..] } else { start };
        if rest.len() == bytes.len() {
            break;
        }
        bytes = rest;
    }
    let broken = bytes.contains(&b'\r');
    if !broken {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut pending = 0;
    for byte in bytes {
        match byte {
            b'\r' => {
                // \r\r\n is one line end that two programs wrote.
                pending += 1;
                continue;
            }
            b'\n' => {}
            _ => out.extend(std::iter::repeat_n(b'\n', pending)),
        }
        pending = 0;
        out.push(*byte);
    }
    out.extend(std::iter::repeat_n(b'\n', pending));
    Cow::Owned(out)
}

/// Cuts a mail before its nesting becomes a burden. `None` when it is harmless.
pub(super) fn cut(bytes: &[u8]) -> Option<&[u8]> {
    let mut nested = 0;
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let head = line.get(..60.min(line.len())).unwrap_or_default().to_ascii_lowercase();
        if head.starts_with(b"content-type:")
            && [&b"multipart/"[..], b"message/"].iter().any(|kind| contains(&head, kind))
        {
            nested += 1;
            if nested > NESTED {
                return Some(&bytes[..start]);
            }
        }
        start += line.len();
    }
    None
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Reads the text of a parsed mail. `japanese` decides how bytes of no known charset are read.
pub(super) fn read(message: &Message<'_>, japanese: bool) -> Parts {
    let mut parts = Parts::default();
    collect(message, japanese, &mut parts);
    if let Some(mended) = without_boundary(message) {
        parts.warn(
            "its parts have no usable boundary; they were found by their headers",
            "邮件各部分缺少有效的分隔标记，已按各部分的头信息识别",
        );
        if let Some(message) = MessageParser::default().parse(&mended) {
            let mut found = Parts::default();
            collect(&message, japanese, &mut found);
            if !found.text().trim().is_empty() {
                (parts.plain, parts.page, parts.markup) = (found.plain, found.page, found.markup);
            }
        }
    }
    parts
}

fn collect(message: &Message<'_>, japanese: bool, parts: &mut Parts) {
    let mut page = String::new();
    for part in &message.parts {
        let is_html = match &part.body {
            PartType::Html(_) => true,
            PartType::Text(_) => part
                .content_type()
                .is_some_and(|kind| kind.ctype() == "text" && kind.subtype() == Some("html")),
            _ => continue,
        };
        let other = part.content_type().is_some_and(|kind| {
            kind.ctype() == "text" && !matches!(kind.subtype(), Some("plain" | "html") | None)
        });
        let binary =
            part.content_type().is_some_and(|kind| !matches!(kind.ctype(), "text" | "multipart" | "message"));
        if other || binary || part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment)
        {
            continue;
        }
        let text = text_of(message, part, japanese, parts);
        let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
        if is_html || start.starts_with("<!doctype html") || start.starts_with("<html") {
            page.push_str(&text);
        } else {
            if !parts.plain.is_empty() {
                parts.plain.push('\n');
            }
            parts.plain.push_str(text.trim_start_matches('\u{feff}'));
        }
    }
    parts.page = html::read(&page);
    parts.markup = page.to_ascii_lowercase();
}

/// The text of a part; decoded again, leniently, where the parser could not.
fn text_of(message: &Message<'_>, part: &MessagePart<'_>, japanese: bool, parts: &mut Parts) -> String {
    let text = match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_ref(),
        _ => "",
    };
    let charset = part.content_type().and_then(|kind| kind.attribute("charset")).unwrap_or_default();
    let known = charset.is_empty()
        || encoding_rs::Encoding::for_label(charset.as_bytes()).is_some()
        || charset.eq_ignore_ascii_case("utf-7");
    if !known {
        parts.warn(
            "it names an unknown charset; its text was read by guess",
            "邮件声明了未知字符集，正文按推测解码",
        );
    }
    let damaged = part.is_encoding_problem && !text.is_empty();
    if known && !damaged && !text.contains('\u{fffd}') {
        return text.to_owned();
    }
    let raw =
        message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let declared = part.content_transfer_encoding().unwrap_or_default().to_ascii_lowercase();
    let bytes = match (declared.as_str(), part.encoding) {
        ("base64", _) | (_, Encoding::Base64) => lenient_base64(raw),
        ("quoted-printable", _) | (_, Encoding::QuotedPrintable) => {
            quoted_printable_decode(raw).unwrap_or_else(|| lenient_quoted(raw))
        }
        _ => raw.to_vec(),
    };
    if bytes.is_empty() {
        return text.to_owned();
    }
    if damaged {
        parts.warn(
            "a part of it is broken; what could be read was kept",
            "邮件有一部分已损坏，能读出的内容已保留",
        );
    }
    let declared = encoding_rs::Encoding::for_label(charset.as_bytes());
    guess(&bytes, declared, japanese)
}

/// Bytes as text: the declared charset where it fits without an error, then UTF-8, then the habit of the place.
pub(super) fn guess(
    bytes: &[u8],
    declared: Option<&'static encoding_rs::Encoding>,
    japanese: bool,
) -> String {
    let local = if japanese { encoding_rs::SHIFT_JIS } else { encoding_rs::WINDOWS_1252 };
    for encoding in declared.into_iter().chain([encoding_rs::UTF_8, local]) {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return text.into_owned();
        }
    }
    declared.unwrap_or(encoding_rs::UTF_8).decode(bytes).0.into_owned()
}

/// Base64 with everything that is not part of its alphabet skipped.
fn lenient_base64(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in raw {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    out
}

/// Quoted-printable with what is no escape left as it is.
fn lenient_quoted(raw: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| {
        byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|value| u8::try_from(value).ok())
    };
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        match (byte, digit(raw.get(at + 1)), digit(raw.get(at + 2))) {
            (b'=', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (b'=', _, _) if raw.get(at + 1) == Some(&b'\n') => at += 2,
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

/// A multipart mail without a usable boundary, with one that its body shows: the first `--` line before part headers.
fn without_boundary(message: &Message<'_>) -> Option<Vec<u8>> {
    let root = message.parts.first()?;
    let multipart = root.content_type().is_some_and(|kind| kind.ctype() == "multipart");
    if !multipart || message.parts.len() > 1 || matches!(root.body, PartType::Message(_)) {
        return None;
    }
    let body = message.raw_message.get(root.offset_body as usize..)?;
    let mut lines = body.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek()?.get(..8).unwrap_or_default();
        if line.len() > 3
            && line.len() < 100
            && line.starts_with(b"--")
            && next.eq_ignore_ascii_case(b"content-")
        {
            let boundary = String::from_utf8_lossy(&line[2..]).trim().replace(['"', '\\'], "");
            let mut mended =
                format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n").into_bytes();
            mended.extend_from_slice(body);
            return Some(mended);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_first_header_is_left_out() {
        assert_eq!(tidy(b"\xef\xbb\xbf\r\n\nFrom x@y Mon\r\nA: b\r\r\n\rc").as_ref(), b"A: b\n\nc");
        assert_eq!(tidy(b"").as_ref(), b"");
    }

    #[test]
    fn broken_base64_gives_what_can_be_read() {
        assert_eq!(lenient_base64(b"SGVs!bG8g\nd29y*bGQ"), b"Hello world");
        assert_eq!(lenient_quoted(b"a=C3=A9=ZZ=\nb"), "aé=ZZb".as_bytes());
    }

    #[test]
    fn bytes_of_no_charset_are_read_as_the_place_does() {
        assert_eq!(guess(b"caf\xe9", None, false), "café");
        assert_eq!(guess(b"\x8f\xa4\x95i", None, true), "商品");
    }
}
