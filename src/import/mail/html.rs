//! HTML mail to readable text: line breaks kept, hidden text dropped, tables kept apart. One pass, never more than linear.

use std::collections::HashSet;

use mail_parser::decoders::html::add_html_token;

/// A page as text.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The visible text; blocks end a line, paragraphs are a blank line apart, cells are separated by tabs.
    pub(super) text: String,
    /// Innermost tables: rows of cell texts.
    pub(super) tables: Vec<Vec<Vec<String>>>,
    /// Targets of `mailto:` links, without query.
    pub(super) mailto: Vec<String>,
}

/// Tags that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "pre",
    "section",
    "table",
    "tbody",
    "thead",
    "tfoot",
    "tr",
    "ul",
];
const VOID: &[&str] = &["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"];
/// Tags whose content is not text.
const RAW: &[&str] = &["script", "style", "title", "template", "noscript"];

/// Reads a page. Broken markup is read as far as it goes.
pub(super) fn read(html: &str) -> Page {
    let mut reader =
        Reader { html, lower: html.to_ascii_lowercase(), hiding: true, quotes: true, ..Reader::default() };
    reader.run();
    reader.page
}

/// An element inside which everything is special until it closes.
#[derive(Debug)]
struct Region {
    tag: String,
    depth: usize,
    resume: usize,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Vec<String>>,
    cell: Option<usize>,
    nested: bool,
}

#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a state of its own, not a mode")]
struct Reader<'a> {
    html: &'a str,
    lower: String,
    at: usize,
    page: Page,
    breaks: usize,
    space: bool,
    tab: bool,
    hidden: Option<Region>,
    kept: Option<Region>,
    hiding: bool,
    quotes: bool,
    closed: bool,
    unclosed: HashSet<&'static str>,
    tables: Vec<Table>,
}

impl Reader<'_> {
    fn run(&mut self) {
        loop {
            let html = self.html;
            let rest = &html[self.at..];
            let Some(open) = rest.find('<') else {
                self.text(rest);
                // A hidden element that never closes hid the whole mail: read on from there, hiding nothing.
                match self.hidden.take() {
                    Some(region) => {
                        self.hiding = false;
                        self.at = region.resume;
                        continue;
                    }
                    None => break,
                }
            };
            self.text(&rest[..open]);
            self.at += open;
            self.markup();
        }
        while let Some(table) = self.tables.pop() {
            self.keep(table);
        }
    }

    /// Reads what begins with `<` at the current place.
    fn markup(&mut self) {
        let html = self.html;
        let rest = &html[self.at..];
        if rest.starts_with("<!--") {
            return self.skip_to("-->", "comment");
        }
        if !rest[1..]
            .starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?'))
        {
            self.text("<");
            self.at += 1;
            return;
        }
        let Some(end) = self.tag_end() else {
            self.text("<");
            self.at += 1;
            return;
        };
        let inside = &html[self.at + 1..end];
        self.at = end + 1;
        let closing = inside.starts_with('/');
        let body = inside.trim_start_matches('/');
        let name_end =
            body.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != ':').unwrap_or(body.len());
        let name = body[..name_end].to_ascii_lowercase();
        let attributes = &body[name_end..];
        if closing { self.close(&name) } else { self.open(&name, attributes, inside.ends_with('/')) }
    }

    /// The place of the `>` that ends the tag. Quotes are respected until one proves unclosed.
    fn tag_end(&mut self) -> Option<usize> {
        if self.closed {
            return None;
        }
        let bytes = self.html.as_bytes();
        if self.quotes {
            let mut quote = None;
            for (at, byte) in bytes.iter().enumerate().skip(self.at) {
                match (quote, *byte) {
                    (None, b'>') => return Some(at),
                    (None, b'"' | b'\'') if bytes[at - 1] == b'=' || bytes[at - 1] == b' ' => {
                        quote = Some(*byte);
                    }
                    (Some(open), byte) if open == byte => quote = None,
                    _ => {}
                }
            }
            self.quotes = false;
        }
        let end = self.html[self.at..].find('>').map(|end| self.at + end);
        self.closed = end.is_none();
        end
    }

    /// Leaves out everything up to and including `end`; where it never comes, reads on.
    fn skip_to(&mut self, end: &str, name: &'static str) {
        let found = if self.unclosed.contains(name) { None } else { self.lower[self.at..].find(end) };
        if let Some(found) = found {
            // A raw element's own end tag is read as any other.
            self.at += found + if name == "comment" { end.len() } else { 0 };
        } else {
            self.unclosed.insert(name);
            if name == "comment" {
                self.at += 4;
            }
        }
    }

    fn open(&mut self, name: &str, attributes: &str, itself: bool) {
        if let Some(raw) = RAW.iter().find(|raw| **raw == name) {
            if !itself {
                self.skip_to(&format!("</{raw}"), raw);
            }
            return;
        }
        let void = VOID.contains(&name) || itself;
        if let Some(region) = &mut self.hidden {
            region.depth += usize::from(!void && region.tag == name);
            return;
        }
        let attributes = attributes.to_ascii_lowercase();
        let style: String = attributes.chars().filter(|letter| !letter.is_whitespace()).collect();
        if self.hiding && !void && is_hidden(&attributes, &style) {
            self.hidden = Some(Region { tag: name.to_owned(), depth: 1, resume: self.at });
            return;
        }
        if let Some(region) = &mut self.kept {
            region.depth += usize::from(!void && region.tag == name);
        } else if !void
            && (name == "pre"
                || style.contains("white-space:pre")
                || style.contains("white-space:break-spaces"))
        {
            self.kept = Some(Region { tag: name.to_owned(), depth: 1, resume: 0 });
        }
        match name {
            "br" => self.breaks += 1,
            "p" => self.breaks = self.breaks.max(2),
            "td" | "th" => self.open_cell(),
            "table" => {
                if let Some(outer) = self.tables.last_mut() {
                    outer.nested = true;
                }
                self.tables.push(Table::default());
                self.breaks = self.breaks.max(1);
            }
            "tr" => {
                self.close_cell();
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                }
                self.breaks = self.breaks.max(1);
            }
            "a" => self.link(&attributes),
            block if BLOCKS.contains(&block) => self.breaks = self.breaks.max(1),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(region) = &mut self.hidden {
            region.depth -= usize::from(region.tag == name);
            if region.depth == 0 {
                self.hidden = None;
            }
            return;
        }
        if let Some(region) = &mut self.kept {
            region.depth -= usize::from(region.tag == name);
            if region.depth == 0 {
                self.kept = None;
            }
        }
        match name {
            "p" => self.breaks = self.breaks.max(2),
            "td" | "th" => {
                self.close_cell();
                self.tab = true;
            }
            "tr" => {
                self.close_cell();
                self.breaks = self.breaks.max(1);
            }
            "table" => {
                self.close_cell();
                if let Some(table) = self.tables.pop() {
                    self.keep(table);
                }
                self.breaks = self.breaks.max(1);
            }
            block if BLOCKS.contains(&block) => self.breaks = self.breaks.max(1),
            _ => {}
        }
    }

    fn open_cell(&mut self) {
        self.close_cell();
        if let Some(table) = self.tables.last_mut() {
            table.cell = Some(self.page.text.len());
        }
    }

    fn close_cell(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let Some(start) = table.cell.take() else { return };
        // The text of a cell around another table would be copied once more for every level.
        let text = if table.nested { "" } else { self.page.text.get(start..).unwrap_or_default().trim() };
        if table.rows.is_empty() {
            table.rows.push(Vec::new());
        }
        if let Some(row) = table.rows.last_mut() {
            row.push(text.to_owned());
        }
    }

    fn keep(&mut self, table: Table) {
        if !table.nested && table.rows.iter().any(|row| !row.is_empty()) {
            self.page.tables.push(table.rows);
        }
    }

    fn link(&mut self, attributes: &str) {
        if let Some((_, target)) = attributes.split_once("mailto:") {
            let end = target.find(|letter: char| {
                matches!(letter, '?' | '"' | '\'' | '>' | '&') || letter.is_whitespace()
            });
            self.page
                .mailto
                .push(target[..end.unwrap_or(target.len())].replace("%2b", "+").replace("%40", "@"));
        }
    }

    fn text(&mut self, raw: &str) {
        if self.hidden.is_some() || raw.is_empty() {
            return;
        }
        let decoded = entities(raw);
        for letter in decoded.chars() {
            let blank = letter.is_ascii_whitespace();
            if blank && self.kept.is_some() {
                match letter {
                    '\n' => self.breaks += 1,
                    '\r' => {}
                    other => self.put(other),
                }
            } else if blank {
                self.space = true;
            } else {
                self.put(letter);
            }
        }
    }

    fn put(&mut self, letter: char) {
        let out = &mut self.page.text;
        if out.is_empty() {
            // Nothing separates the first letter from anything.
        } else if self.breaks > 0 {
            out.extend(std::iter::repeat_n('\n', self.breaks.min(20)));
        } else if self.tab {
            out.push('\t');
        } else if self.space {
            out.push(' ');
        }
        (self.breaks, self.tab, self.space) = (0, false, false);
        out.push(letter);
    }
}

fn is_hidden(attributes: &str, style: &str) -> bool {
    let zero = |name: &str| {
        style.find(name).is_some_and(|at| {
            let value = &style[at + name.len()..];
            value.starts_with('0')
                && !value.starts_with("0.")
                && !value[1..].starts_with(|c: char| c.is_ascii_digit())
        })
    };
    style.contains("display:none")
        || style.contains("mso-hide:all")
        || style.contains("visibility:hidden")
        || zero(";font-size:")
        || zero("\"font-size:")
        || attributes.split_ascii_whitespace().any(|word| word == "hidden")
}

/// Replaces entities; what is none stays as it is.
fn entities(raw: &str) -> String {
    if !raw.contains('&') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end =
            rest.bytes().take(34).skip(1).position(|byte| !byte.is_ascii_alphanumeric() && byte != b'#');
        match end {
            Some(end) if rest.as_bytes()[end + 1] == b';' => {
                add_html_token(&mut out, &rest.as_bytes()[..end + 2], false);
                rest = &rest[end + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_paragraphs_and_lists_become_lines() {
        let page = read(
            "<p>Hello,<br>\n it  broke.</p><p>Caf&eacute; &amp; &#8364;5&nbsp;x</p><ul><li>one</li><li>two</li></ul>",
        );
        assert_eq!(page.text, "Hello,\nit broke.\n\nCafé & €5\u{a0}x\n\none\ntwo");
    }

    #[test]
    fn hidden_preheaders_styles_and_comments_are_no_text() {
        let page = read(
            "<style>p{color:red}</style><div style=\"DISPLAY: none\">pre<div>view</div></div><!-- x --><b>Seen</b>",
        );
        assert_eq!(page.text, "Seen");
    }

    #[test]
    fn a_hidden_element_that_never_closes_hides_nothing() {
        assert_eq!(
            read("<div style='display:none'>Order <b>arrived</b> broken").text,
            "Order arrived broken"
        );
    }

    #[test]
    fn the_innermost_table_is_kept_by_rows_and_cells() {
        let page = read(
            "<table><tr><td><table><tr><th><p>ASIN</p></th><th>Sku</th></tr><tr><td>B0</td><td>a<br>b</td></tr></table></td></tr></table>",
        );
        assert_eq!(
            page.tables,
            vec![vec![vec!["ASIN".to_owned(), "Sku".into()], vec!["B0".into(), "a\nb".into()]]]
        );
    }

    #[test]
    fn markup_made_to_be_slow_is_read_in_linear_time() {
        for piece in ["<a \"", "<!--", "<div style=display:none>", "<table><tr><td>", "<style>", "&amp", "< "]
        {
            let html = piece.repeat(60_000 / piece.len());
            let started = std::time::Instant::now();
            read(&html);
            assert!(started.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
