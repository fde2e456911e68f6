//! What is wrong by its shape alone: placeholders, pictures, markup, layout, shouting (L27 to L31, L33).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Note, Reading};
use crate::domain::case::{Channel, Language};
use crate::reply::limits::limit;

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "name|first ?name|last ?name|customer|buyer|order|date|amount|tracking|carrier|product|item|insert|your|url|link|address|number|signature|store|shop|company|vorname|nachname|kunde|kaufer|bestell|datum|betrag|sendung|artikel|firma|hier|einfugen|nom|prenom|client|acheteur|commande|montant|suivi|transporteur|produit|article|inserer|nome|cognome|cliente|acquirente|ordine|data|importo|corriere|prodotto|articolo|inserire|nombre|apellido|comprador|pedido|fecha|importe|seguimiento|transportista|producto|articulo|insertar|numero|お?客様名|顧客名?|氏名|お名前|名前|ご注文|注文|日付|金額|商品|店舗|店名|追跡|配送|姓名|买家|客户|订单|日期|金额|单号|店铺|运单|填写|xx";
    regex(&format!(
        r"(?x)\{{\{{[^{{}}\n]{{0,60}}\}}\}} | \$?\{{[^{{}}\n]{{0,40}}\}} | \{{%[^\n]{{0,80}}%\}}
        | \[(?:[^\[\]\n]{{0,30}}(?-u:\b))?(?:{words})[^\[\]\n]{{0,30}}\] | \[\s?(?:\.\.\.|…|_+|x+|\?+)\s?\]
        | <(?:[^<>\n@/=]{{0,24}}[^a-z<>\n@/=])?(?:{words})[^<>\n@/=]{{0,30}}> | <\s?(?:\.\.\.|…)\s?>
        | 【(?:[^【】\n]{{0,12}})?(?:姓名|填写|名前|氏名|お名前|xx+|〇〇|○○|挿入|入力|输入)[^【】\n]{{0,12}}】
        | %(?:[0-9]\$)?[sd](?-u:\b) | %[a-z_]{{3,30}}% | \#[a-z]+_[a-z_]+\# | \#\#[^\#\n]{{1,30}}\#\#
        | (?-u:\b)xxx+(?-u:\b) | (?-u:\b)xx(?:[./-]xx)+ | (?-u:\b)xx\ ?(?:eur|usd|€|円|元|月|日|uhr|号)
        | (?-u:\b)(?:todo|tbd|fixme|lorem\ ipsum)(?-u:\b) | _{{3,}} | [〇○●◯△]{{2,}}(?:様|さま|さん|殿|円|日|月|店|株|で|に|の|を)? | (?:×|✕){{2,}}"
    ))
});

static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?x)</?(?:a|b|br|p|div|img|span|font|table|tr|td|th|html|head|body|i|u|strong|em|h[1-6]|ul|ol|li|script|style|center|iframe|hr|meta|link|video|button|form|input)(?:\s[^<>]*)?/?>
        | <!--|<!doctype | &(?:nbsp|amp|lt|gt|quot|\#[0-9]{2,5}|eacute|egrave|agrave|auml|ouml|uuml|szlig|euro|ccedil);
        | !\[[^\]\n]*\]\( | \[[^\]\n]+\]\(https? | data:image | (?-u:\b)(?:src|href)\s?=",
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
    let markup = found(MARKUP.as_ref(), text);
    for place in found(PLACEHOLDER.as_ref(), text) {
        let inside = markup.iter().any(|tag| tag.start < place.end && place.start < tag.end);
        let note = reading.note("L27", &place);
        // "Todo" is a word of Spanish; only in capitals it is left over there.
        let small =
            original.get(note.range.clone()).is_some_and(|letters| letters.iter().any(|c| c.is_lowercase()));
        let spanish = reading.languages.contains(&Language::Es) && &text[place.clone()] == "todo" && small;
        if !inside && !spanish && is_open(text, &place) {
            notes.push(note);
        }
    }
    notes.extend(markup.iter().map(|place| reading.note("L30", place)));
    // Where nothing says otherwise, a reply is a message to the buyer.
    let longest = limit(reading.facts.channel.unwrap_or(Channel::Message), reading.facts.audience);
    if let Some(limit) = longest.filter(|limit| original.len() > limit.characters) {
        notes.push(Note { rule: "L28", range: limit.characters..original.len(), softly: false });
    }
    let pictures = original.iter().enumerate().filter(|(at, _)| is_picture(original, *at));
    notes.extend(pictures.map(|(at, _)| Note {
        rule: "L29",
        range: at..at + 1,
        softly: !reading.facts.proactive,
    }));
    let faces = found(EMOTICON.as_ref(), text).into_iter().map(|place| reading.note("L29", &place));
    notes.extend(faces.map(|note| Note { softly: !reading.facts.proactive, ..note }));
    layout(original, notes);
    shouting(original, notes);
}

fn found(regex: Option<&Regex>, text: &str) -> Vec<Range<usize>> {
    regex.into_iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect()
}

/// A bracket that carries a value (`[Order 111-…]`, a size `XXX-L`, a heading before a colon) is no placeholder.
fn is_open(text: &str, place: &Range<usize>) -> bool {
    let inside = &text[place.clone()];
    let digits = inside.bytes().filter(u8::is_ascii_digit).count();
    let after = text[place.end..].trim_start_matches(' ');
    let size = inside.starts_with("xxx")
        && (after.starts_with("-l") || after.starts_with("-s") || after.starts_with('l'));
    let begins = text[..place.start].trim_end_matches(' ').is_empty() || text[..place.start].ends_with('\n');
    let heading = begins && inside.starts_with('【') && (after.starts_with(':') || after.starts_with('\n'));
    let masked = inside.starts_with("xx") && text[..place.start].ends_with(['-', '*']);
    let number = inside.starts_with(['[', '<']) && digits >= 3;
    !(size || heading || masked || number)
}

/// An emoji: shown as a picture by itself, or made one by a selector.
fn is_picture(original: &[char], at: usize) -> bool {
    let Some(&c) = original.get(at) else { return false };
    let selected = original.get(at + 1) == Some(&'\u{fe0f}');
    match c {
        '\u{1f170}'..='\u{1f19a}'
        | '\u{1f1e6}'..='\u{1f1ff}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{1f004}'
        | '\u{1f0cf}'
        | '☺'
        | '☹'
        | '❤'
        | '♥'
        | '✌'
        | '☎'
        | '✉'
        | '✔'
        | '☑'
        | '\u{231a}'
        | '\u{231b}'
        | '\u{23e9}'..='\u{23f3}'
        | '⭐'
        | '⭕'
        | '✅'
        | '✨'
        | '❌'
        | '❎'
        | '❗'
        | '❓'
        | '❔'
        | '❕'
        | '⚡'
        | '⚠'
        | '☀'
        | '☔'
        | '☕'
        | '⚽'
        | '✊'
        | '✋'
        | '➕'
        | '➖'
        | '➡'
        | '♻' => true,
        '0'..='9' | '#' | '*' => {
            original.get(at + 1) == Some(&'\u{fe0f}') && original.get(at + 2) == Some(&'\u{20e3}')
        }
        '\u{2190}'..='\u{2bff}' => selected,
        _ => false,
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
