//! The wording of Amazon's mails: `assets/formats/mail.toml`, every language's phrases of one concept in one expression.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

const FILE: &str = include_str!("../../../assets/formats/mail.toml");

/// A thing that mails say, in any language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concept {
    Order,
    SubjectClaim,
    SubjectDecision,
    SubjectReturn,
    SubjectRefund,
    SubjectCancel,
    SubjectFeedback,
    SubjectOptout,
    Seller,
    Hours,
    Days,
    Business,
    Within,
    Action,
    Appeal,
    NotOurs,
    NoAction,
    Conditional,
    Modal,
    Negation,
    Granted,
    Debited,
    Denied,
    Withdrawn,
    OrderCancelled,
    Amount,
    NotAmount,
    Reason,
    Comment,
    RequestDate,
    GenericBuyer,
    Footer,
    Signoff,
    Advert,
    Quoted,
    OwnReason,
    Missing,
    Different,
    Faulty,
}

const CONCEPTS: &[(Concept, &str)] = &[
    (Concept::Order, "order"),
    (Concept::SubjectClaim, "subject_claim"),
    (Concept::SubjectDecision, "subject_decision"),
    (Concept::SubjectReturn, "subject_return"),
    (Concept::SubjectRefund, "subject_refund"),
    (Concept::SubjectCancel, "subject_cancel"),
    (Concept::SubjectFeedback, "subject_feedback"),
    (Concept::SubjectOptout, "subject_optout"),
    (Concept::Seller, "seller"),
    (Concept::Hours, "hours"),
    (Concept::Days, "days"),
    (Concept::Business, "business"),
    (Concept::Within, "within"),
    (Concept::Action, "action"),
    (Concept::Appeal, "appeal"),
    (Concept::NotOurs, "not_ours"),
    (Concept::NoAction, "no_action"),
    (Concept::Conditional, "conditional"),
    (Concept::Modal, "modal"),
    (Concept::Negation, "negation"),
    (Concept::Granted, "granted"),
    (Concept::Debited, "debited"),
    (Concept::Denied, "denied"),
    (Concept::Withdrawn, "withdrawn"),
    (Concept::OrderCancelled, "order_cancelled"),
    (Concept::Amount, "amount"),
    (Concept::NotAmount, "not_amount"),
    (Concept::Reason, "reason"),
    (Concept::Comment, "comment"),
    (Concept::RequestDate, "request_date"),
    (Concept::GenericBuyer, "generic_buyer"),
    (Concept::Footer, "footer"),
    (Concept::Signoff, "signoff"),
    (Concept::Advert, "advert"),
    (Concept::Quoted, "quoted"),
    (Concept::OwnReason, "own_reason"),
    (Concept::Missing, "missing"),
    (Concept::Different, "different"),
    (Concept::Faulty, "faulty"),
];

/// Concepts whose expression must match a whole label, not a part of it.
const WHOLE: &[Concept] = &[Concept::Reason, Concept::Comment, Concept::RequestDate, Concept::GenericBuyer];

/// Local parts of Amazon's own addresses, by whom they write to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Senders {
    pub(super) seller: Vec<String>,
    pub(super) shopper: Vec<String>,
    pub(super) nobody: Vec<String>,
    pub(super) chargeback_new: Vec<String>,
    pub(super) chargeback_decision: Vec<String>,
    pub(super) claim: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct File {
    senders: Senders,
    #[serde(flatten)]
    languages: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// All phrases, compiled once.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// Who writes from where.
    pub(super) senders: Senders,
    /// A number and a unit of time: groups `digits`, `word`, `hours`, `days`, `business`.
    pub(super) duration: Option<Regex>,
    /// Number words and their values.
    pub(super) numbers: Vec<(Regex, u32)>,
    /// Subjects that name the buyer in group 1.
    pub(super) buyer_subject: Vec<Regex>,
    concepts: HashMap<&'static str, Regex>,
}

/// The phrases of the file that ships with kesu.
pub(super) static PHRASES: LazyLock<Phrases> = LazyLock::new(|| load(FILE).unwrap_or_default());

fn load(text: &str) -> Result<Phrases, Box<dyn std::error::Error>> {
    let file: File = toml::from_str(text)?;
    let all = |name: &str| -> Vec<&str> {
        file.languages.values().filter_map(|words| words.get(name)).flatten().map(String::as_str).collect()
    };
    let mut concepts = HashMap::new();
    for (concept, name) in CONCEPTS {
        let either = all(name).join("|");
        let pattern =
            if WHOLE.contains(concept) { format!("^(?:{either})$") } else { format!("(?m)(?:{either})") };
        concepts.insert(*name, Regex::new(&pattern)?);
    }
    let mut numbers = Vec::new();
    let mut words = Vec::new();
    for entry in all("number") {
        let (word, value) = entry.split_once('=').ok_or("a number word needs `word=value`")?;
        numbers.push((Regex::new(&format!("^(?:{word})$"))?, value.parse()?));
        words.push(word);
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let duration = Regex::new(&format!(
        r"(?:(?P<digits>\d{{1,3}})|(?P<word>{}))(?: ?\((?P<paren>\d{{1,3}})\))?[ -]?(?P<before>(?:{}))?[ -]?(?:(?P<hours>{})|(?P<days>{}))(?P<after> ?(?:{}))?",
        words.join("|"),
        all("business").join("|"),
        all("hours").join("|"),
        all("days").join("|"),
        all("business").join("|"),
    ))?;
    let buyer_subject = all("buyer_subject")
        .into_iter()
        .map(|p| Regex::new(&format!("(?i){p}")))
        .collect::<Result<_, _>>()?;
    Ok(Phrases { senders: file.senders, duration: Some(duration), numbers, buyer_subject, concepts })
}

impl Phrases {
    /// The expression of a concept; it matches nothing when the file is broken, which a test rules out.
    pub(super) fn of(&self, concept: Concept) -> Option<&Regex> {
        let (_, name) = CONCEPTS.iter().find(|(known, _)| *known == concept)?;
        self.concepts.get(name)
    }
}

/// Whether folded text says a concept.
pub(super) fn says(concept: Concept, folded: &str) -> bool {
    PHRASES.of(concept).is_some_and(|phrase| phrase.is_match(folded))
}

/// Where folded text says a concept, as byte ranges.
pub(super) fn places(concept: Concept, folded: &str) -> Vec<(usize, usize)> {
    PHRASES
        .of(concept)
        .map(|phrase| phrase.find_iter(folded).map(|found| (found.start(), found.end())).collect())
        .unwrap_or_default()
}

/// Text as the phrases expect it: NFKC, lower case, straight apostrophes.
pub(super) fn fold(text: &str) -> String {
    plain(text).to_lowercase()
}

/// NFKC with straight apostrophes and hyphens, case kept: for order ids and amounts in the structured part of a mail.
pub(super) fn plain(text: &str) -> String {
    text.nfkc()
        .map(|letter| match letter {
            '’' | '‘' | 'ʼ' => '\'',
            '\u{2010}' | '\u{2011}' => '-',
            other => other,
        })
        .collect()
}

/// Sentences of folded or plain text. A line that was wrapped in the middle of a sentence is joined to the next first.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in unwrapped(text) {
        let mut start = 0;
        let mut letters = line.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let next = letters.peek().map(|(_, next)| *next);
            let ends = matches!(letter, '。' | '!' | '?')
                || (letter == '.' && next.is_none_or(char::is_whitespace))
                || letter == ';';
            if ends {
                let end = at + letter.len_utf8();
                all.push(line[start..end].trim().to_owned());
                start = end;
            }
        }
        all.push(line[start..].trim().to_owned());
    }
    all.retain(|sentence| !sentence.is_empty());
    all
}

fn unwrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim_end();
        match lines.last_mut() {
            Some(last) if open && !line.trim().is_empty() => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => lines.push(line.to_owned()),
        }
        open = line.chars().count() >= 55 && !line.ends_with(['.', ':', '!', '?', '。', '-', ';']);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_of_the_file_compiles_and_every_language_has_every_concept() {
        let phrases = load(FILE).unwrap();
        assert_eq!(phrases.concepts.len(), CONCEPTS.len());
        let file: File = toml::from_str(FILE).unwrap();
        assert_eq!(file.languages.len(), 11);
        for (language, words) in &file.languages {
            for (_, name) in CONCEPTS {
                assert!(words.contains_key(*name), "{language} lacks {name}");
            }
            assert_eq!(words.len(), CONCEPTS.len() + 2, "{language} has a word nobody reads");
            assert!(words.values().flatten().all(|word| !word.is_empty()), "{language} has an empty phrase");
        }
    }

    #[test]
    fn a_sentence_survives_the_wrapping_of_a_line() {
        let text = "You must respond to this claim with your evidence within 3\ncalendar days. Thanks.";
        assert!(sentences(text)[0].ends_with("within 3 calendar days."));
    }
}
