//! What is wrong by its shape alone: placeholders (found by [`placeholder`]), pictures, markup, layout, shouting (L27 to L31, L33).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Note, Reading, placeholder};
use crate::domain::case::Channel;
use crate::reply::limits::limit;

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// Every element of HTML, any name with an attribute, any end of one, and the entities that mails carry.
static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x)<\s*/?\s*(?:a|abbr|acronym|address|area|article|aside|audio|b|base|bdi|bdo|big|blink|blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|img|input|ins|kbd|legend|li|link|main|map|mark|marquee|math|meta|meter|nav|nobr|noscript|object|ol|optgroup|option|output|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|section|select|slot|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr)(?:\s[^<>]*)?/?\s*>
        | <\s*[a-z][a-z0-9-]*\s[^<>]*=[^<>]*> | </\s*[a-z][a-z0-9-]*\s*> | <[a-z][a-z0-9-]*\s?/> | <[a-z][a-z0-9]*(?:-[a-z0-9]+)+>
        | <!--|<!doctype | &(?:nbsp|amp|lt|gt|quot|\#x?[0-9a-f]{2,5}|eacute|egrave|agrave|auml|ouml|uuml|szlig|euro|ccedil);
        | !\[[^\]\n]*\]\( | \[[^\]\n]+\]\(https? | data:image | (?-u:\b)(?:src|href)\s?=",
    )
});

/// What is shown as a picture by itself, what a selector makes one, and signs that most programs show as one.
static PICTURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"\p{Emoji_Presentation}|[\p{Emoji}--[0-9#*]]\x{fe0f}|[0-9#*]\x{fe0f}?\x{20e3}|[\x{1f000}-\x{1faff}☺☹❤♥✌☎✉✔☑⚠☀➡♻]",
    )
});

static EMOTICON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?:^|[\s.!?,。])(?:[:;=]-?[)(dp]|\^_?\^|\(\^[^\s)]{0,4}\)|m\(_ ?_\)m|xd|<3|t_t|>_<|\(;_;\)|orz)(?:$|[\s.!?,。])|giphy|(?-u:\b)[a-z0-9_-]+\.gif(?-u:\b)",
    )
});

/// Notes what the shape of the text shows.
pub(super) fn look(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let text = reading.folded.text.as_str();
    let original = reading.folded.original.as_slice();
    let placeholders = placeholder::find(reading);
    let is_tag = |tag: &Range<usize>| {
        // `<link>` and `<order-id>` are to be filled in; `<Wi-Fi>` is a button.
        let blank = placeholders.contains(tag);
        let plain = text[tag.clone()].starts_with('<') && !text[tag.clone()].contains([' ', '=', '/', '!']);
        let named = plain
            && text[tag.clone()].contains('-')
            && original[reading.folded.place(tag)].iter().any(|c| c.is_uppercase());
        !(blank && plain || named)
    };
    let markup: Vec<Range<usize>> = found(MARKUP.as_ref(), text).into_iter().filter(is_tag).collect();
    let inside =
        |place: &&Range<usize>| markup.iter().any(|tag| tag.start < place.end && place.start < tag.end);
    notes.extend(placeholders.iter().filter(|place| !inside(place)).map(|place| reading.note("L27", place)));
    notes.extend(markup.iter().map(|place| reading.note("L30", place)));
    // Where nothing says otherwise, a reply is a message to the buyer.
    let longest = limit(reading.facts.channel.unwrap_or(Channel::Message), reading.facts.audience);
    if let Some(limit) = longest.filter(|limit| original.len() > limit.characters) {
        notes.push(Note { rule: "L28", range: limit.characters..original.len(), softly: false });
    }
    pictures(original, !reading.facts.proactive, notes);
    let faces = found(EMOTICON.as_ref(), text).into_iter().map(|place| reading.note("L29", &place));
    notes.extend(faces.map(|note| Note { softly: !reading.facts.proactive, ..note }));
    layout(original, notes);
    shouting(original, notes);
}

fn found(regex: Option<&Regex>, text: &str) -> Vec<Range<usize>> {
    regex.into_iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect()
}

/// An emoji: shown as a picture by itself, or made one by a selector.
fn pictures(original: &[char], softly: bool, notes: &mut Vec<Note>) {
    let text: String = original.iter().collect();
    let (mut at, mut bytes) = (0, 0);
    for place in found(PICTURE.as_ref(), &text) {
        at += text[bytes..place.start].chars().count();
        let end = at + text[place.clone()].chars().count();
        notes.push(Note { rule: "L29", range: at..end, softly });
        (at, bytes) = (end, place.end);
    }
}

/// Three line ends in a row, or lines pushed to the middle.
fn layout(original: &[char], notes: &mut Vec<Note>) {
    let (mut start, mut breaks, mut at) = (0, 0, 0);
    let mut pushed: Option<Range<usize>> = None;
    let mut centred = 0;
    while at < original.len() {
        match original[at] {
            '\n' => {
                start = if breaks == 0 { at } else { start };
                breaks += 1;
                let spaces =
                    original[at + 1..].iter().take_while(|c| matches!(c, ' ' | '\t' | '\u{3000}')).count();
                let begins = original.get(at + 1 + spaces).is_some_and(|c| !c.is_whitespace());
                if spaces >= 10 && begins {
                    centred += 1;
                    let from = pushed.take().map_or(at + 1, |range| range.start);
                    pushed = Some(from..at + 1 + spaces);
                }
            }
            c if c.is_whitespace() => {}
            _ => {
                if breaks > 2 {
                    notes.push(Note { rule: "L31", range: start..at, softly: false });
                }
                breaks = 0;
            }
        }
        at += 1;
    }
    if breaks > 2 {
        notes.push(Note { rule: "L31", range: start..original.len(), softly: false });
    }
    if let Some(range) = pushed.filter(|_| centred >= 2) {
        notes.push(Note { rule: "L31", range, softly: false });
    }
}

/// Capitals over several words, or the same mark again and again.
fn shouting(original: &[char], notes: &mut Vec<Note>) {
    let mut at = 0;
    while at < original.len() {
        let run = original[at..].iter().take_while(|c| matches!(c, '!' | '?' | '！' | '？')).count();
        if run >= 2 {
            notes.push(Note { rule: "L33", range: at..at + run, softly: false });
        }
        at += run.max(1);
    }
    let (mut loud, mut start, mut end, mut letters, mut longest) = (0, 0, 0, 0, 0);
    let mut close = |loud: &mut usize, letters: &mut usize, longest: &mut usize, range: Range<usize>| {
        let marked = original.get(range.end).is_some_and(|c| matches!(c, '!' | '！'));
        if (*loud >= 4 && *letters >= 14 || *loud >= 2 && marked && *letters >= 8) && *longest >= 4 {
            notes.push(Note { rule: "L33", range, softly: false });
        }
        (*loud, *letters, *longest) = (0, 0, 0);
    };
    for (from, word) in words(original) {
        let capital = word.iter().filter(|c| c.is_uppercase()).count();
        let is_loud = word.iter().all(|c| c.is_uppercase() || *c == '\'' || *c == '’') && capital > 1;
        let code = word.iter().any(char::is_ascii_digit);
        // A letter by itself (A, I, E, Y) neither begins nor ends it.
        if is_loud {
            start = if loud == 0 { from } else { start };
            end = from + word.len();
            loud += 1;
            letters += capital;
            longest = longest.max(capital);
        } else if !(capital == 1 && word.len() == 1) || code {
            close(&mut loud, &mut letters, &mut longest, start..end);
        }
    }
    close(&mut loud, &mut letters, &mut longest, start..end);
}

/// The words of a text with their places.
fn words(original: &[char]) -> Vec<(usize, &[char])> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in original.iter().enumerate() {
        let inside = c.is_alphanumeric() || matches!(c, '\'' | '’') && start.is_some();
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, &original[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        words.push((from, &original[from..]));
    }
    words
}
