//! Tracking numbers in running text: where they stand and what they are worth.
//!
//! A reply is full of figures that are none: order numbers, telephone numbers, prices, dates, article numbers. So a run of
//! digits counts only where its check digit and its length leave little doubt, or where a word beside it says what it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::typed::{LONGEST, is_skipped};
use super::{Carriers, Judgement, Verdict};
use crate::domain::marketplace::Marketplace;

/// A tracking number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Bytes of the text.
    pub place: Range<usize>,
    /// What it is worth.
    pub judged: Judgement,
}

/// Shortest and longest number that is looked for, in letters and digits.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=42;
/// A number has at least so many digits: plain words are not worth a look.
const FEWEST: usize = 6;
/// A number is written in at most so many groups.
const GROUPS: usize = 12;
/// A word says of a number that it is one when it stands at most so many bytes before it.
const NEAR: usize = 48;
/// A run of digits that passes a check needs no such word from this length on: fewer pass one by chance too often.
const TELLING: usize = 18;

/// Words that announce a tracking number, in the languages replies are written in.
static ANNOUNCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // A test reads it, so the empty fallback is never seen.
    Regex::new(
        r"(?i)track|sendung|paket|paquete|colis|suivi|spedizione|tracciat|seguimiento|env[ií]o|gu[ií]a|consignment|waybill|parcel|shipment|運送状|追跡|お問い合わせ番号|伝票|运单|快递|单号|物流|\b(?:awb|ups|usps|fedex|dhl|dpd|purolator|ontrac)\b",
    )
    .ok()
});

/// Words that say of a number what it is instead, directly before it: a barcode, a serial number, an invoice, an order. After a
/// "tracking number of your" an order or a buyer only says whose it is.
static OTHERWISE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(?P<whose>\b(?:order|customer|bestellung|auftrag|kunde|commande|client|ordine|cliente|pedido)|注文|お客様|订单|客户)",
        r"|\b(?:upc|ean|gtin|jan|isbn|asin|f?nsku|sku|imei|iban|s/n|serial|model|invoice|account|case|claim|ticket|article|tel",
        r"|(?:bestell|auftrags|rechnungs|kunden|serien|artikel|modell|fall|vorgangs)-?(?:nummer|nr)|rechnung|artikel|modell|fall",
        r"|facture|s[eé]rie|article|mod[eè]le|dossier|r[eé]clamation",
        r"|fattura|articolo|modello|matricola|pratica|reclamo|factura|art[ií]culo|modelo|caso|reclamaci[oó]n)",
        r"|請求書|型番|品番|シリアル|製造|ケース|電話|商品(?:番号|编号)|发票|型号|序列|货号|案件|索赔|电话)",
        r"(?:[\s:：.#=°º]|number|code|numéro|nummer|numero|número|num|no|nr|n|id|is|ist|est|è|es|番号|コード|号码|编号|号|は|が|是|为)*$",
    ))
    .ok()
});

/// Words for a tracking number itself, rather than for a parcel or a carrier.
static TRACKING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)track|waybill|consignment|\bawb\b|sendungs|suivi|seguimiento|tracciamento|spedizione|追跡|伝票|运单").ok()
});

/// Order numbers and dates: no part of one is a tracking number, nor is one with what stands beside it.
static APART: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[0-9]{3}-[0-9]{7}-[0-9]{7}\b|\b20[0-9]{2}-[01][0-9]-[0-3][0-9]\b|\b[0-3]?[0-9][./][0-3]?[0-9][./]20[0-9]{2}\b|\b[0-3]?[0-9]\.[01]?[0-9]\.(?:\s|$)").ok()
});

/// A run of letters and digits, in the text and as it is judged.
struct Word {
    place: Range<usize>,
    plain: String,
}

impl Word {
    fn has_digits(&self) -> bool {
        self.plain.bytes().any(|sign| sign.is_ascii_digit())
    }

    /// `RB1…`, `4PX0…`, `1Z`: letters before digits, or UPS's own beginning.
    fn has_letters_in_front(&self) -> bool {
        let letter = self.plain.find(|sign: char| sign.is_ascii_alphabetic());
        let digit = self.plain.rfind(|sign: char| sign.is_ascii_digit());
        self.plain.starts_with("1Z") || letter < digit && letter.is_some()
    }
}

impl Carriers {
    /// The tracking numbers of a text in the order of their places, which do not overlap. Numbers that nobody's check or
    /// shape tells from other figures are left out, so that an order number is never held to be a wrong tracking number.
    #[must_use]
    pub fn mentions(&self, text: &str, site: Option<Marketplace>) -> Vec<Mention> {
        let apart: Vec<Range<usize>> =
            APART.iter().flat_map(|regex| regex.find_iter(text)).map(|found| found.range()).collect();
        let stands_apart = |word: &Word| {
            apart.iter().any(|other| other.start < word.place.end && word.place.start < other.end)
        };
        let mut words = words(text);
        words.retain(|word| !stands_apart(word));
        let (mut mentions, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let groups = &words[at..at + groups(text, &words[at..])];
            match self.longest(text, groups, site) {
                Some((mention, count)) => {
                    mentions.push(mention);
                    at += count;
                }
                // No part of what is said to be something else is a number either.
                None if groups[0].has_digits() && is_said_otherwise(text, groups[0].place.start) => {
                    at += groups.len()
                }
                None => at += 1,
            }
        }
        mentions
    }

    /// The best number that begins with the first group: a valid one before any other, the longest of equals; and of how many
    /// groups it consists.
    fn longest(&self, text: &str, groups: &[Word], site: Option<Marketplace>) -> Option<(Mention, usize)> {
        let first = groups.first()?;
        let (mut plain, mut best) = (String::new(), None::<(Mention, usize)>);
        for (count, group) in groups.iter().enumerate() {
            plain.push_str(&group.plain);
            if plain.len() > *LENGTHS.end() {
                break;
            }
            let digits = plain.bytes().filter(u8::is_ascii_digit).count();
            if !LENGTHS.contains(&plain.len()) || digits < FEWEST {
                continue;
            }
            let place = first.place.start..group.place.end;
            let judged = self.judge(&plain, site);
            let better = best.as_ref().is_none_or(|(best, _)| judged.verdict <= best.judged.verdict);
            let whole = is_whole(text, &groups[..=count], &plain, judged.verdict);
            if better && whole && tells(text, &place, &plain, &judged, count) {
                best = Some((Mention { place, judged }, count + 1));
            }
        }
        best
    }
}

/// Whether a candidate is a tracking number rather than any other figure.
fn tells(text: &str, place: &Range<usize>, plain: &str, judged: &Judgement, groups: usize) -> bool {
    let written = text.get(place.clone()).unwrap_or_default();
    if judged.verdict == Verdict::Unknown || judged.placeholder && groups > 0 || is_order(written) {
        return false;
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let doubtless = judged.verdict == Verdict::Valid && (digits >= TELLING || digits < plain.len());
    if !doubtless && is_said_otherwise(text, place.start) {
        return false;
    }
    if digits == plain.len() {
        return (judged.verdict == Verdict::Valid && digits >= TELLING) || announced(text, place.start);
    }
    // A word with a few digits in it is a model or an article: a number has more digits than letters, in capitals.
    let capital = !written.nfkc().any(|sign| sign.is_ascii_lowercase());
    match judged.verdict {
        Verdict::Valid => true,
        _ => digits >= 8 && digits * 2 > plain.len() && (capital || announced(text, place.start)),
    }
}

/// `113-5550001-2220001`.
fn is_order(written: &str) -> bool {
    let parts: Vec<usize> = written.split('-').map(str::len).collect();
    parts == [3, 7, 7]
}

/// The text shortly before a place.
fn before(text: &str, at: usize) -> &str {
    let from = (at.saturating_sub(NEAR)..=at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    text.get(from..at).unwrap_or_default()
}

fn announced(text: &str, at: usize) -> bool {
    ANNOUNCED.as_ref().is_some_and(|words| words.is_match(before(text, at)))
}

fn is_said_otherwise(text: &str, at: usize) -> bool {
    let before = before(text, at);
    let Some(said) = OTHERWISE.as_ref().and_then(|words| words.captures(before)) else { return false };
    let whose = said.name("whose").map(|whose| &before[..whose.start()]);
    !whose.is_some_and(|before| TRACKING.as_ref().is_some_and(|words| words.is_match(before)))
}

/// How many of the words can be groups of one number that begins with the first.
fn groups(text: &str, words: &[Word]) -> usize {
    let follows = |at: &usize| {
        let (first, before, word) = (&words[0], &words[at - 1], &words[*at]);
        let gap = text.get(before.place.end..word.place.start).unwrap_or_default();
        let follows = if word.has_digits() {
            // What has letters of its own in front begins a number; only within UPS's they stand anywhere.
            let begins = word.has_letters_in_front();
            let ups = first.plain.starts_with("1Z") && !word.plain.starts_with("1Z");
            (before.has_digits() || *at == 1 && before.plain.len() <= 2) && (!begins || ups)
        } else {
            // The two letters of a country, or the one that some carriers check with.
            let most = if first.plain.starts_with(|sign: char| sign.is_ascii_alphabetic()) { 2 } else { 1 };
            before.has_digits() && word.plain.len() <= most
        };
        follows && is_gap(gap) && !is_counted(text, word)
    };
    (1..words.len().min(GROUPS)).take_while(follows).count() + 1
}

/// Whether the groups are a number with all their letters: those that stand alone may be a word beside it. In capitals they
/// are none in front of a number that fits, small ones only where all is small, fits, and has letters at both ends.
fn is_whole(text: &str, groups: &[Word], plain: &str, verdict: Verdict) -> bool {
    let letter = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_alphabetic());
    let closed = letter(plain.chars().next()) && letter(plain.chars().next_back());
    let has = |word: &Word, of: fn(&char) -> bool| {
        text.get(word.place.clone()).unwrap_or_default().nfkc().any(|sign| of(&sign))
    };
    let lone: Vec<&Word> = groups.iter().filter(|word| !word.has_digits()).collect();
    if lone.iter().any(|word| has(word, char::is_ascii_lowercase)) {
        let small = !groups.iter().any(|word| has(word, char::is_ascii_uppercase));
        return small && closed && verdict == Verdict::Valid;
    }
    closed || verdict != Verdict::Invalid || groups[0].has_digits()
}

/// Whether what stands between two words may stand between the groups of one number.
fn is_gap(gap: &str) -> bool {
    let mut seen = gap.nfkc().filter(|sign| !is_invisible_gap(*sign));
    let one = seen.next().is_none_or(|sign| sign.is_whitespace() || "-./_·・".contains(sign));
    one && seen.next().is_none()
}

/// Whether digits are counted or paid: `10月`, `2026年`, `20 %`, `500円`.
fn is_counted(text: &str, word: &Word) -> bool {
    let after = text.get(word.place.end..).unwrap_or_default();
    let most = match after.strip_prefix(' ').unwrap_or(after).chars().next() {
        Some('月' | '日' | '号' | '時' | '时' | '点' | '分') => 2,
        Some('%' | '％') => 3,
        Some('年') => 4,
        Some('€' | '円' | '元') => 6,
        _ => return false,
    };
    word.plain.len() <= most
}

const fn is_invisible_gap(sign: char) -> bool {
    is_skipped(sign) && !sign.is_whitespace() && sign != '-'
}

/// The runs of letters and digits that may belong to a number, in capitals.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, sign) in text.char_indices() {
        let plain = Some(sign).into_iter().nfkc().next().filter(char::is_ascii_alphanumeric);
        let end = at + sign.len_utf8();
        match (plain, words.last_mut()) {
            (Some(plain), Some(word)) if open && word.place.end == at => {
                word.place.end = end;
                // What is longer than any number is none, however long it is.
                if word.plain.len() <= LONGEST {
                    word.plain.push(plain.to_ascii_uppercase());
                }
            }
            (Some(plain), _) => {
                words.push(Word { place: at..end, plain: plain.to_ascii_uppercase().to_string() });
                open = true;
            }
            (None, _) if sign.is_alphanumeric() => {
                // 号 before a number ends a word of another script; é within one makes the whole no number.
                open = false;
            }
            (None, _) => open = false,
        }
    }
    words
}

#[cfg(test)]
mod tests;
