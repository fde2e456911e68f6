//! What a notice states in a sentence: the amount, the deadline, the decision. Each by the phrases of every language.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::amount::{self, Habit, NotAmount};
use crate::domain::record::{Decision, Notice, Unit};
use crate::domain::{Currency, Marketplace, Money};

use super::phrases::{Concept, PHRASES, fold, places, says, sentences};

const NUMBER: &str = r"\d{1,3}(?:[ \u{a0}\u{202f}\u{2009}]\d{3})+(?:[.,]\d{1,2})?|\d(?:[\d.,']*\d)?";
const SIGN: &str = r"US\$|CA\$|CDN\$|AU\$|MX\$|R\$|C\$|A\$|S\$|\$|€|£|¥|₹|₺|zł|ZŁ|円|元|kr\b|Kr\b|TL\b|EUR\b|USD\b|GBP\b|CAD\b|MXN\b|BRL\b|SEK\b|PLN\b|TRY\b|AED\b|SAR\b|EGP\b|INR\b|JPY\b|AUD\b|SGD\b|CHF\b|CNY\b|DKK\b|NOK\b|CZK\b|KWD\b|[Ee]uros?\b";

static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let before = SIGN.replace(r"\b", "");
    Regex::new(&format!(r"(?P<before>{before})\s?(?P<one>{NUMBER})(?:\s?(?P<both>USD|CAD|MXN|AUD|SGD)\b)?|(?P<two>{NUMBER})\s?(?P<after>{SIGN})")).ok()
});

/// The amount a notice is about. `own` is Amazon's own words as [`super::phrases::plain`] leaves them.
///
/// Of several the one beside the words of a claim or refund; never a fee, a price or a limit. Where that one cannot be told for
/// sure, `1.999 €`, the error says so: it is unknown, and no other amount of the mail stands in for it.
pub(super) fn money(own: &str, site: Option<Marketplace>) -> Option<Result<Money, NotAmount>> {
    let mut best: Option<(i32, Result<Money, NotAmount>)> = None;
    let pattern = MONEY.as_ref()?;
    let mut label = String::new();
    // `2.049,– €`: a dash for no cents.
    let own = own.replace(",–", ",00").replace(",—", ",00").replace(",--", ",00").replace(",- €", ",00 €");
    for line in own.lines() {
        let mut from = 0;
        for found in pattern.captures_iter(line) {
            let whole = found.get(0)?;
            let joined = line[..whole.start()]
                .chars()
                .next_back()
                .is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '-');
            let after = line[whole.end()..].chars().next();
            let number = found
                .name("one")
                .or_else(|| found.name("two"))
                .map(|number| number.as_str())
                .unwrap_or_default();
            let code = found
                .name("both")
                .or_else(|| found.name("before"))
                .or_else(|| found.name("after"))
                .map(|sign| sign.as_str());
            let Some(amount) = (!joined
                || found.name("before").is_some_and(|sign| !sign.as_str().starts_with(char::is_alphabetic)))
            .then(|| written(whole.as_str(), number, code.unwrap_or_default(), site))
            .flatten()
            .filter(|_| after.is_none_or(|letter| !letter.is_ascii_digit())) else {
                continue;
            };
            let before = clause_before(&line[from..whole.start()]);
            let context = if before.trim().is_empty() { label.clone() } else { fold(before) };
            let behind = fold(clause_after(&line[whole.end()..]));
            let score = score(&context, &behind);
            if score > -3 && best.as_ref().is_none_or(|(known, _)| score > *known) {
                best = Some((score, amount));
            }
            from = whole.end();
        }
        if !line.trim().is_empty() {
            label = fold(line);
        }
    }
    best.map(|(_, amount)| amount)
}

fn score(before: &str, behind: &str) -> i32 {
    let last = |concept| places(concept, before).last().map(|(_, end)| *end);
    let next = |concept| places(concept, behind).first().is_some_and(|(start, _)| *start < 25);
    let (good, bad) = (last(Concept::Amount), last(Concept::NotAmount));
    match (good, bad) {
        // `order total` ends where `total` does: the longer phrase is the one that is meant.
        (Some(good), Some(bad)) if bad >= good => -3,
        (Some(_), _) => {
            4 + i32::from(before.contains("total") || before.contains("gesamt") || before.contains("合計"))
        }
        (None, Some(_)) => -3,
        (None, None) if next(Concept::NotAmount) && !next(Concept::Amount) => -1,
        (None, None) => i32::from(next(Concept::Amount)) * 2,
    }
}

/// Up to 70 letters of the sentence before an amount.
fn clause_before(text: &str) -> &str {
    let start = text.rmatch_indices(['.', '。', '!', '?', ';']).map(|(at, mark)| at + mark.len());
    let sentence = start
        .into_iter()
        .find(|at| text[*at..].starts_with(char::is_whitespace) || text[..*at].ends_with('。'));
    let text = &text[sentence.unwrap_or(0)..];
    let skip = text.chars().count().saturating_sub(70);
    text.char_indices().nth(skip).map_or("", |(at, _)| &text[at..])
}

fn clause_after(text: &str) -> &str {
    let end = text.find(['.', '。', '!', ';', '\t']).unwrap_or(text.len());
    let text = &text[..end];
    text.char_indices().nth(40).map_or(text, |(at, _)| &text[..at])
}

/// An amount as far as it is one; `Some(Err)`: somebody wrote one, `whole`, that cannot be told for sure.
fn written(
    whole: &str,
    number: &str,
    sign: &str,
    site: Option<Marketplace>,
) -> Option<Result<Money, NotAmount>> {
    let sign = if sign.to_lowercase().starts_with("euro") { "EUR" } else { sign };
    let shared = matches!(sign, "$" | "¥" | "kr" | "Kr");
    let known: Option<Currency> = site.filter(|_| shared).map(Marketplace::currency);
    let fits = known.filter(|known| match sign {
        "$" => ["USD", "CAD", "AUD", "SGD", "MXN"].contains(&known.code()),
        "¥" => ["JPY", "CNY"].contains(&known.code()),
        _ => known.code() == "SEK",
    });
    let number = number.replace(['\u{202f}', '\u{2009}', '\u{a0}'], " ");
    match amount::read(&format!("{sign}{number}"), Habit { currency: fits, decimal: None }) {
        Ok(money) => Some(Ok(money)),
        Err(NotAmount::Ambiguous(_)) => Some(Err(NotAmount::Ambiguous(whole.to_owned()))),
        Err(NotAmount::TooManyDecimals(_, code)) => {
            Some(Err(NotAmount::TooManyDecimals(whole.to_owned(), code)))
        }
        Err(NotAmount::TooLarge(_)) => Some(Err(NotAmount::TooLarge(whole.to_owned()))),
        Err(_) => None,
    }
}

/// The deadline a notice sets for the seller, as amount and unit. `own` is Amazon's own words, folded.
pub(super) fn deadline(notice: Notice, own: &str) -> Option<(u32, Unit)> {
    let decided = matches!(notice, Notice::AtozDecision | Notice::ChargebackDecision);
    let strict = !matches!(notice, Notice::AtozClaim | Notice::Chargeback);
    let sentences = sentences(own);
    let rests =
        |sentence: &String| says(Concept::NoAction, sentence) && !says(Concept::Conditional, sentence);
    if !decided && sentences.iter().any(rests) {
        return None;
    }
    let mut weak = None;
    for (at, sentence) in sentences.iter().enumerate() {
        if says(Concept::NoAction, sentence) || says(Concept::NotOurs, sentence) && !is_demand(sentence) {
            continue;
        }
        if decided && !says(Concept::Appeal, sentence) {
            continue;
        }
        let Some(found) = duration(sentence) else { continue };
        if says(Concept::Action, sentence) || (decided && says(Concept::Appeal, sentence)) {
            return Some(found);
        }
        let after_demand = at
            .checked_sub(1)
            .and_then(|at| sentences.get(at))
            .is_some_and(|before| says(Concept::Action, before));
        if !strict && (weak.is_none() || after_demand) {
            weak = weak.or(Some(found));
        }
    }
    weak
}

/// "You must respond to the buyer within 3 days" speaks to the seller, whoever else it names.
fn is_demand(sentence: &str) -> bool {
    let spoken = [
        "you must",
        "you have",
        "you need to",
        "please respond",
        "please reply",
        "müssen sie",
        "sie haben",
        "sie müssen",
        "devi ",
        "deve ",
        "hai ",
        "vous devez",
        "vous disposez",
        "debe ",
        "dispone de",
        "tiene ",
        "você tem",
        "deve ",
    ];
    let refused = ["did not", "failed to", "nicht geantwortet", "n'avez pas", "non hai", "no ha "];
    let money =
        ["refund will", "refund may", "refund should", "appear", "reversal", "gutgeschrieben", "accredit"];
    spoken.iter().any(|words| sentence.contains(words))
        && !refused.iter().chain(&money).any(|words| sentence.contains(words))
}

/// The first length of time that a sentence sets as a limit.
fn duration(sentence: &str) -> Option<(u32, Unit)> {
    let pattern = PHRASES.duration.as_ref()?;
    for found in pattern.captures_iter(sentence) {
        let whole = found.get(0)?;
        if found.name("before").is_some()
            || found.name("after").is_some_and(|word| !word.as_str().trim().is_empty())
        {
            continue;
        }
        let before = &sentence[..whole.start()];
        let glued = before.chars().next_back().is_some_and(|letter| {
            letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '/' | '年' | '月')
        });
        let near: String = before.chars().rev().take(45).collect::<Vec<_>>().into_iter().rev().collect();
        let behind: String = sentence[whole.end()..].chars().take(25).collect();
        let limit = says(Concept::Within, &near)
            || says(Concept::Within, &behind)
            || says(Concept::Within, whole.as_str());
        if glued || !limit {
            continue;
        }
        let digits = found
            .name("paren")
            .or_else(|| found.name("digits"))
            .and_then(|digits| digits.as_str().parse().ok());
        let word = || {
            let word = found.name("word")?.as_str();
            PHRASES.numbers.iter().find(|(number, _)| number.is_match(word)).map(|(_, value)| *value)
        };
        let amount: u32 = digits.or_else(word).filter(|amount| *amount > 0)?;
        let unit = if found.name("hours").is_some() { Unit::Hours } else { Unit::CalendarDays };
        return Some((amount, unit));
    }
    None
}

/// What a decision says, by what it states first; money moved speaks only where no verdict does.
/// `own` is subject and Amazon's own words, folded.
pub(super) fn decision(own: &str) -> Decision {
    let spoken: Vec<String> =
        sentences(own).into_iter().filter(|sentence| !is_hypothetical(sentence)).collect();
    for (concept, decision) in
        [(Concept::Withdrawn, Decision::Withdrawn), (Concept::OrderCancelled, Decision::OrderCancelled)]
    {
        let said =
            |sentence: &String| places(concept, sentence).iter().any(|(start, _)| !negated(sentence, *start));
        if spoken.iter().any(said) {
            return decision;
        }
    }
    spoken
        .iter()
        .find_map(|sentence| verdict(sentence))
        .or_else(|| spoken.iter().find_map(|sentence| moved(sentence)))
        .unwrap_or(Decision::Unknown)
}

fn is_hypothetical(sentence: &str) -> bool {
    says(Concept::Conditional, sentence) || says(Concept::Modal, sentence)
}

fn verdict(sentence: &str) -> Option<Decision> {
    let mut found: Vec<(usize, usize, Decision)> = Vec::new();
    for (concept, plain, turned) in [
        (Concept::Granted, Decision::Granted, Decision::Denied),
        (Concept::Denied, Decision::Denied, Decision::Granted),
    ] {
        for (start, end) in places(concept, sentence) {
            // Chinese writes the negation inside the phrase: 索赔未获批准.
            let inside = concept == Concept::Granted && says(Concept::Negation, &sentence[start..end]);
            found.push((start, end, if inside || negated(sentence, start) { turned } else { plain }));
        }
    }
    found.sort_by_key(|(start, ..)| *start);
    let (start, end, first) = *found.first()?;
    // "in your favour" says who won, whatever was asked.
    let won =
        ["favo", "faveur", "gunsten", "voordeel", "fördel", "korzyść", "有利", "胜诉", "revers", "reimburs"];
    if won.iter().any(|word| sentence[start..end].contains(word)) {
        return Some(first);
    }
    // "denied your appeal" and the like: the seller's own request failed, so the buyer's stands.
    let own_request = [
        "your appeal",
        "ihr einspruch",
        "ihren einspruch",
        "votre appel",
        "il tuo ricorso",
        "il suo ricorso",
        "su apelación",
        "tu apelación",
        "your dispute of",
        "您的申诉",
        "异議申し立て",
    ];
    if own_request.iter().any(|words| sentence.contains(words)) {
        return Some(if first == Decision::Denied { Decision::Granted } else { Decision::Denied });
    }
    Some(first)
}

/// Money taken from the seller means granted; not taken, denied.
fn moved(sentence: &str) -> Option<Decision> {
    let (start, end) = *places(Concept::Debited, sentence).first()?;
    let inside = &sentence[start..end];
    let not = negated(sentence, start)
        || says(Concept::Negation, inside)
        || says(Concept::Negation, sentence[end..].get(..12).unwrap_or_default());
    Some(if not { Decision::Denied } else { Decision::Granted })
}

/// Whether a negation stands close before a place, in the same clause.
fn negated(sentence: &str, at: usize) -> bool {
    let near: String = sentence[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    let clause = near.rfind([',', ':', '，', '、', ';', '\n']).map_or(near.as_str(), |comma| &near[comma..]);
    // Chinese negates right before the verb: a bare 不 anywhere earlier belongs to another word.
    let han = clause.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    if han {
        let tail: String = clause.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
        return says(Concept::Negation, &tail);
    }
    says(Concept::Negation, clause)
}

#[cfg(test)]
mod tests;
