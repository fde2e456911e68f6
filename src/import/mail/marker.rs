//! Where the words of a person stand in a relayed mail: between dashed markers, in whatever language those are.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::phrases::{Concept, fold, says};

const DASHES: [char; 9] = ['-', '‐', '‑', '–', '—', '―', '─', '━', '－'];

/// Bytes of Amazon's own words that are searched; its notices have a tenth of that.
const MOST: usize = 40_000;

/// A relayed mail in three pieces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pieces<'a> {
    /// Amazon's words before the first marker.
    pub(super) head: &'a str,
    /// The person's words.
    pub(super) words: &'a str,
}

struct Mark<'a> {
    start: usize,
    end: usize,
    dashes: usize,
    word: &'a str,
}

/// Cuts a text at its markers. `None` where it has none.
///
/// The end is the next marker drawn with as many dashes as the first. A line of dashes without a word ends nothing, nor
/// does the `-------- Original Message --------` of a mail program. A mail quoted whole, markers and all, stays whole.
pub(super) fn pieces(text: &str) -> Option<Pieces<'_>> {
    let marks = marks(text);
    let first = marks.first()?;
    let same: Vec<&Mark<'_>> = marks[1..].iter().filter(|mark| mark.dashes == first.dashes).collect();
    let mut depth = 1_usize;
    let mut balanced = None;
    for mark in &same {
        if mark.word == first.word {
            depth += 1;
        } else {
            depth -= 1;
        }
        if depth == 0 {
            balanced = Some(mark.start);
            break;
        }
    }
    let end = balanced
        .or_else(|| same.first().map(|mark| mark.start))
        .or_else(|| marks.get(1).map(|mark| mark.start));
    let words = match end {
        Some(end) => text.get(first.end..end)?,
        // A lost end marker: keep what follows, where the first is plainly Amazon's.
        None if first.dashes >= 13 => without_footer(text.get(first.end..)?),
        None => return None,
    };
    Some(Pieces { head: text.get(..first.start)?, words })
}

/// Two runs of dashes on one line with a word between them, each run in one marker at most. One pass.
fn marks(text: &str) -> Vec<Mark<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, usize, usize)> = None;
    for (start, end, dashes) in runs(text) {
        let Some((from, to, drawn)) = open else {
            open = Some((start, end, dashes));
            continue;
        };
        let between = &text[to..start];
        let word = between.trim();
        let short = !between.contains('\n') && between.len() <= 320 && word.chars().count() <= 80;
        if short && word.chars().any(char::is_alphabetic) {
            if !says(Concept::Quoted, &fold(word)) {
                found.push(Mark { start: from, end, dashes: drawn, word });
            }
            open = None;
        } else {
            // No word between them: the second may still open a marker.
            open = Some((start, end, dashes));
        }
    }
    found
}

/// Runs of six dashes or more: where, and how many.
fn runs(text: &str) -> Vec<(usize, usize, usize)> {
    let mut runs = Vec::new();
    let mut run: Option<(usize, usize, usize)> = None;
    for (at, letter) in text.char_indices() {
        if DASHES.contains(&letter) {
            let (start, _, count) = run.unwrap_or((at, at, 0));
            run = Some((start, at + letter.len_utf8(), count + 1));
        } else {
            runs.extend(run.take().filter(|(_, _, count)| *count >= 6));
        }
    }
    runs.extend(run.filter(|(_, _, count)| *count >= 6));
    runs
}

/// A person's text as KINDS.md defines it: LF, no-break space to space, NFC, no trailing spaces, no outer blank lines.
pub(super) fn exact(text: &str) -> String {
    let text: String = text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ").nfc().collect();
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(first, |last| last + 1);
    lines[first..last].join("\n")
}

/// Text up to Amazon's footer: its survey link, copyright, watermark. Better too much than lost.
pub(super) fn without_footer(text: &str) -> &str {
    let mut start = 0;
    let mut before = (0, "");
    for line in text.split_inclusive('\n') {
        let plain = line.trim();
        if is_footer(plain) {
            let link = plain.starts_with("http");
            // The label of a link that stands right above it goes with it.
            let label =
                link && !before.1.is_empty() && before.1.chars().count() < 80 && !before.1.ends_with('.');
            return text.get(..if label { before.0 } else { start }).unwrap_or_default();
        }
        before = (start, plain);
        start += line.len();
    }
    text
}

fn is_footer(line: &str) -> bool {
    if line.is_empty() {
        return false;
    }
    let alone = !line.contains(char::is_whitespace);
    let survey = line.starts_with("http")
        && alone
        && (line.contains("/satisfaction/survey-form")
            || (line.contains("sellercentral.") && line.contains("/messaging/"))
            || line.contains("bsm_email_report"));
    let watermark = alone && line.starts_with("SPC-") && line.contains("Amazon-");
    survey
        || watermark
        || line.contains("[commMgrTok:")
        || (line.chars().count() < 400 && says(Concept::Footer, &fold(line)))
}

/// What Amazon itself says in a notice: no footer, no closing formula and what follows it, no advertisement, no links.
pub(super) fn own_words(text: &str) -> String {
    let mut out = String::new();
    let mut skipping = false;
    for line in without_footer(text).lines() {
        // What a notice states stands at its beginning; a book after it is not searched for facts.
        if out.len() > MOST {
            break;
        }
        let line = line.char_indices().nth(MOST / 4).map_or(line, |(at, _)| &line[..at]);
        let folded = fold(line.trim());
        if says(Concept::Signoff, &folded) {
            break;
        }
        // An advertisement lasts until the next blank line.
        skipping = !folded.is_empty() && (skipping || says(Concept::Advert, &folded));
        if !skipping {
            out.push_str(&without_links(line));
            out.push('\n');
        }
    }
    out
}

fn without_links(line: &str) -> String {
    static LINK: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\b(?:https?://|mailto:|www\.)\S+").ok());
    LINK.as_ref().map_or_else(|| line.to_owned(), |link| link.replace_all(line, " ").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<String> {
        pieces(text).map(|pieces| exact(pieces.words))
    }

    #[test]
    fn markers_of_any_language_frame_the_words() {
        for (open, close) in [
            ("Message:", "End message"),
            ("Begin message", "End message"),
            ("Mensagem: ", "Encerrar mensagem"),
            ("メッセージ:", "メッセージ終わり"),
            ("Wiadomość:", "Koniec wiadomości"),
        ] {
            let text = format!(
                "Head\n\n------------- {open} -------------\n\n  Hello\u{a0}there \n\nBye\n\n------------- {close} -------------\nfoot"
            );
            assert_eq!(words(&text).unwrap(), "  Hello there\n\nBye", "{open}");
        }
    }

    #[test]
    fn dashes_of_the_buyer_end_nothing() {
        let text = "------------- Message: -------------\nA\n-------------\nB\n------------- | -------------\n-------- Original Message --------\nold\n-----Ursprüngliche Nachricht-----\n------ see here ------\n------------- End message -------------";
        assert_eq!(
            words(text).unwrap(),
            "A\n-------------\nB\n------------- | -------------\n-------- Original Message --------\nold\n-----Ursprüngliche Nachricht-----\n------ see here ------"
        );
    }

    #[test]
    fn markers_on_one_line_and_a_mail_quoted_whole() {
        let one = "------------- Iniciar mensagem ------------- Olá! ------------- Mensagem final ------------- Atenciosamente";
        assert_eq!(words(one).unwrap(), " Olá!");
        let quoted = "------------- M: -------------\nnew\n------------- M: -------------\nold\n------------- E -------------\n------------- E -------------";
        assert_eq!(
            words(quoted).unwrap(),
            "new\n------------- M: -------------\nold\n------------- E -------------"
        );
        assert_eq!(words("no markers\n--------------------------\nat all"), None);
        assert_eq!(words("text\n-------- Original Message --------\nold"), None);
    }

    #[test]
    fn a_forged_end_marker_ends_the_text_and_a_lost_one_keeps_it() {
        let forged = "------------- Message: -------------\nhi\n------------- End message -------------\nlink\n------------- End message -------------";
        assert_eq!(words(forged).unwrap(), "hi");
        let lost = "------------- Message: -------------\nhi\nthere\n\n[commMgrTok:A]";
        assert_eq!(words(lost).unwrap(), "hi\nthere");
    }

    #[test]
    fn the_footer_is_cut_and_nothing_else() {
        let text = "Look: https://sellercentral.amazon.it/messaging/x is odd.\n\nWas this?\nhttps://sellercentral.amazon.it/gp/satisfaction/survey-form.html?x\n\nrest";
        assert_eq!(exact(without_footer(text)), "Look: https://sellercentral.amazon.it/messaging/x is odd.");
        assert_eq!(without_footer("all mine"), "all mine");
    }
}
