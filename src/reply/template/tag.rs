//! The tags of a template text, found without running it: where each stands, and which blocks are left open.

use crate::mistake::{Notes, nearest};

/// What stands between the marks of one tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'t> {
    /// `{% … %}` rather than `{{ … }}`.
    pub(super) statement: bool,
    /// Byte of the text where it begins, marks included.
    pub(super) at: usize,
    /// Byte of `inner`.
    pub(super) inner_at: usize,
    /// The text between the marks.
    pub(super) inner: &'t str,
}

impl Tag<'_> {
    /// The first word of a statement: `if`, `endif`.
    fn word(&self) -> &str {
        let inner = self.inner.trim_start_matches(['-', '+']).trim_start();
        &inner[..inner.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inner.len())]
    }
}

/// Statements that open a block, which `end…` closes.
const BLOCKS: &[&str] = &["if", "for", "with", "filter", "set", "autoescape", "raw"];
/// Every statement.
const STATEMENTS: &[&str] = &[
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "with",
    "endwith",
    "filter",
    "endfilter",
    "autoescape",
    "endautoescape",
    "raw",
    "endraw",
];

/// Every tag of a text that begins at byte `base` of the noted source; one that is never closed is noted.
pub(super) fn tags<'t>(text: &'t str, base: usize, notes: &mut Notes<'_>) -> Vec<Tag<'t>> {
    let mut tags: Vec<Tag<'t>> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let (close, statement) = match text.as_bytes().get(start + 1) {
            Some(b'{') => ("}}", false),
            Some(b'%') => ("%}", true),
            Some(b'#') => ("#}", false),
            _ => {
                at = start + 1;
                continue;
            }
        };
        let raw = tags.last().is_some_and(|tag| tag.statement && tag.word() == "raw");
        let Some(length) = ends(&text[start + 2..], close) else {
            if !raw {
                let open = &text[start..start + 2];
                notes.note(
                    base + start,
                    format!("`{open}` is never closed: `{close}` is missing"),
                    format!("`{open}` 没有结束：缺少 `{close}`"),
                );
            }
            return tags;
        };
        let inner = &text[start + 2..start + 2 + length];
        let tag = Tag { statement, at: base + start, inner_at: base + start + 2, inner };
        at = start + 2 + length + 2;
        if close != "#}" && (!raw || (statement && tag.word() == "endraw")) {
            tags.push(tag);
        }
    }
    tags
}

/// Where a tag closes, texts in quotes skipped; a line break before the mark of another tag ends the search.
fn ends(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match quote {
            Some(mark) if letter == mark => quote = None,
            None if matches!(letter, '"' | '\'') && close != "#}" => quote = Some(letter),
            None if text[at..].starts_with(close) => return Some(at),
            None if close != "#}" && (text[at..].starts_with("{{") || text[at..].starts_with("{%")) => {
                return None;
            }
            _ => {}
        }
    }
    None
}

/// Notes blocks that are not closed, closed twice or of no known kind. A block may not reach over byte `split`, where the
/// addition stands.
pub(super) fn blocks(tags: &[Tag<'_>], split: Option<usize>, notes: &mut Notes<'_>) {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut split = split;
    for tag in tags.iter().filter(|tag| tag.statement) {
        if split.is_some_and(|split| split <= tag.at) {
            split = None;
            for (word, at) in open.drain(..) {
                over_addition(word, at, notes);
            }
        }
        let word = tag.word();
        if !STATEMENTS.contains(&word) {
            let near = nearest(word, STATEMENTS);
            let [en, zh] = near.map_or_else(
                || {
                    [
                        format!("there are {}", STATEMENTS.join(", ")),
                        format!("可用的有 {}", STATEMENTS.join("、")),
                    ]
                },
                |near| [format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")],
            );
            notes.note(
                tag.at,
                format!("unknown statement `{word}`: {en}"),
                format!("未知的语句 `{word}`：{zh}"),
            );
        } else if let Some(closes) = word.strip_prefix("end") {
            match open.last() {
                Some((last, _)) if *last == closes => drop(open.pop()),
                _ => notes.note(
                    tag.at,
                    format!("`{word}` closes no open `{closes}`"),
                    format!("`{word}` 前面没有未结束的 `{closes}`"),
                ),
            }
        } else if BLOCKS.contains(&word) && !(word == "set" && tag.inner.contains('=')) {
            open.push((word, tag.at));
        }
    }
    for (word, at) in open {
        if split.is_some() {
            over_addition(word, at, notes);
        } else {
            notes.note(
                at,
                format!("`{word}` is never closed: `{{% end{word} %}}` is missing"),
                format!("`{word}` 没有结束：缺少 `{{% end{word} %}}`"),
            );
        }
    }
}

fn over_addition(word: &str, at: usize, notes: &mut Notes<'_>) {
    notes.note(
        at,
        format!("`{word}` is not closed before `{{{{ addition }}}}`: `{{% end{word} %}}` is missing"),
        format!("`{word}` 在 `{{{{ addition }}}}` 之前没有结束：缺少 `{{% end{word} %}}`"),
    );
}

/// A tag's text with everything in quotes blanked, byte for byte.
pub(super) fn unquoted(inner: &str) -> String {
    let mut quote = None;
    let mut plain = String::with_capacity(inner.len());
    for letter in inner.chars() {
        let hidden = quote.is_some() || matches!(letter, '"' | '\'');
        match quote {
            Some(mark) if letter == mark => quote = None,
            None if hidden => quote = Some(letter),
            _ => {}
        }
        if hidden {
            plain.extend(std::iter::repeat_n(' ', letter.len_utf8()));
        } else {
            plain.push(letter);
        }
    }
    plain
}
