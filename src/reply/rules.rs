//! The reply rules: what Amazon, or good sense, forbids in a reply, where it stands, and how to say it instead.
//!
//! The rules are data (`assets/policy/rules.toml`), their words per language too (`assets/policy/rules/<lang>.toml`). A rule
//! is a combination of concepts, not a list of sentences: [`mod@combination`] says how. What has a shape (links, numbers,
//! placeholders) is found by [`mod@link`], [`mod@phone`], [`mod@placeholder`] and [`mod@shape`]; what depends on the case by [`mod@state`]. All of it reads the
//! [`mod@fold`]ed text, in which wide, torn and look-alike letters are undone.

mod combination;
mod field;
mod fold;
mod learned;
mod link;
mod phone;
mod placeholder;
mod sentence;
mod shape;
mod sheet;
mod state;

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod training;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use self::combination::{Combination, Spoken};
use self::fold::Folded;
use self::sentence::Sentences;
use crate::domain::case::Language;
use crate::domain::money::Money;
use crate::domain::order::OrderId;
use crate::domain::{Channel, Fulfilment, Marketplace};
use crate::reply::language::{self, Told};
use crate::reply::template::Audience;

/// How hard a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The operator is told.
    Warn,
    /// The reply does not leave without a reason.
    Block,
}

/// Which replies a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every one.
    Both,
    /// Answers to a buyer.
    Reply,
    /// Messages nobody asked for.
    Proactive,
}

/// A rule as `assets/policy/rules.toml` states it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `L01` to `L42`.
    pub id: String,
    /// How hard it is.
    pub level: Level,
    /// Which replies it looks at.
    pub scope: Scope,
    /// What is wrong: English, Chinese.
    pub message: [String; 2],
    /// A way to say it: English, Chinese.
    pub hint: [String; 2],
    /// Where the rule comes from.
    pub source: String,
    /// What is said where the rule only warns though its level is block: English, Chinese.
    #[serde(default)]
    pub softly: Option<[String; 2]>,
    /// The combinations of concepts it objects to.
    #[serde(default)]
    when: Vec<String>,
}

/// An attachment of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// What is known of the case a reply belongs to. A fact that is `None` makes its rules silent.
///
/// A case of the store and the settings of the shop give what they know (`review::facts`). Its replies carry no
/// attachments, and it knows neither the buyer's address nor whether a label goes along: these a program tells `kesu lint`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Where the reply goes.
    pub channel: Option<Channel>,
    /// Who reads the reply; without it the channel says (L28).
    pub audience: Option<Audience>,
    /// The order of the case.
    pub order_id: Option<OrderId>,
    /// The site it was placed on.
    pub marketplace: Option<Marketplace>,
    /// Who shipped.
    pub fulfilment: Option<Fulfilment>,
    /// The buyer's language as a tag, `de` or `de-DE`.
    pub buyer_lang: Option<String>,
    /// Nobody asked for this message.
    pub proactive: bool,
    /// The subject of the mail.
    pub subject: Option<String>,
    /// The buyer's name as the order has it (L21).
    pub buyer_name: Option<String>,
    /// Lines of the address and telephone number of the order (L21).
    pub buyer_lines: Option<Vec<String>>,
    /// Offers made before for this order (L40).
    pub earlier_offers: Option<u32>,
    /// The largest share of the price the policy allows as an offer, in percent (L40).
    pub offer_limit_percent: Option<u32>,
    /// What the order came to (L40).
    pub price: Option<Money>,
    /// The attachments (L32).
    pub attachments: Option<Vec<Attachment>>,
    /// Country code of the return address, `DE` (L39).
    pub return_country: Option<String>,
    /// Whether a prepaid label goes with the reply (L39).
    pub prepaid_label: Option<bool>,
    /// A review or feedback was already asked for on this order (L12).
    pub review_requested: Option<bool>,
    /// It is confirmed that the mistake was ours (L41).
    pub own_mistake: Option<bool>,
}

/// What a rule objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule, `L08`.
    pub rule: &'static str,
    /// How hard it is here.
    pub level: Level,
    /// Where, in characters of the reply; empty at the end where something is missing.
    pub range: Range<usize>,
    /// What is wrong: English, Chinese.
    pub message: [&'static str; 2],
    /// A way to say it: English, Chinese.
    pub hint: [&'static str; 2],
    /// Where the rule comes from: English, Chinese.
    pub source: [&'static str; 2],
}

/// The rules that ship with their combinations.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    combinations: Vec<(usize, Combination)>,
}

#[derive(Deserialize)]
struct File {
    rule: Vec<Rule>,
}

const FILE: &str = include_str!("../../assets/policy/rules.toml");

static SHIPPED: LazyLock<Rules> = LazyLock::new(|| {
    // The file is ours: the tests refuse one that cannot be read.
    let rules = toml::from_str::<File>(FILE).map(|file| file.rule).unwrap_or_default();
    let each = |(at, rule): (usize, &Rule)| {
        let read = rule.when.iter().filter_map(|text| Combination::parse(text));
        read.map(|combination| (at, combination)).collect::<Vec<_>>()
    };
    let combinations = rules.iter().enumerate().flat_map(each).collect();
    Rules { rules, combinations }
});

/// The rules that ship, read once.
#[must_use]
pub fn shipped() -> &'static Rules {
    &SHIPPED
}

/// Checks a reply against the rules that ship. `lang` is the language it is said to be in; the text is looked at, too.
#[must_use]
pub fn check(text: &str, lang: Option<Language>, facts: &Facts) -> Vec<Finding> {
    shipped().check(text, lang, facts)
}

/// Reads the words and fields of a language, and the weights, which the first check of a reply would otherwise wait for.
/// That takes 50 MB: a workbench in which nobody writes goes without.
pub fn warm_up(language: Language) {
    let _ = check("a.b, 1234567", Some(language), &Facts::default());
}

/// Whether a message asks for a review or for feedback.
#[must_use]
pub fn asks_for_review(text: &str) -> bool {
    !text.trim().is_empty() && Reading::of(text, None, &Facts::default()).says("givereview")
}

/// A reply under the eyes of the rules.
#[derive(Debug)]
struct Reading<'f> {
    facts: &'f Facts,
    folded: Folded,
    sentences: Sentences,
    /// The languages it may be in.
    languages: Vec<Language>,
    /// What it says in each of them.
    spoken: Vec<Spoken>,
    /// The language the text shows by itself.
    shown: Told,
    /// The sentences in another one, by number.
    strange: Vec<(usize, Language)>,
}

/// Words that only an English sentence has, and how many of them show one.
const ENGLISH: &[&str] = &["the", "you", "your", "please", "and", "with", "this", "we", "our", "for"];
const WORDS: usize = 2;
/// Letters that a sentence in a wide script needs, and one in the other of the two; names and quotations show nothing.
const WIDE_LETTERS: usize = 5;
const OTHER_WIDE_LETTERS: usize = 8;
/// An operator slips into one language, or two: more are none.
const MOST_LANGUAGES: usize = 3;

/// The language a sentence surely shows that is another than the reply's: one in another script, or English. Neighbours are
/// too easily taken for each other.
fn tongue(sentence: &str, reply: Option<Language>) -> Option<Language> {
    let wide = matches!(reply, Some(Language::Ja | Language::Zh));
    // What shows it is counted first: to tell a language takes longer, and this is done at every key.
    if !is_wide(sentence, if wide { OTHER_WIDE_LETTERS } else { WIDE_LETTERS })
        && (reply == Some(Language::En) || english(sentence) < WORDS)
    {
        return None;
    }
    // Names of Han letters alone are Japanese in a Japanese reply.
    let site = (reply == Some(Language::Ja)).then_some(Marketplace::Jp);
    let shown = language::detect(sentence, site).filter(|shown| Some(*shown) != reply)?;
    matches!(shown, Language::Ja | Language::Zh | Language::En).then_some(shown)
}

/// Whether a sentence has so many letters of a wide script outside quotations, and more than others.
fn is_wide(sentence: &str, needed: usize) -> bool {
    let (mut wide, mut narrow, mut quoted) = (0, 0, false);
    for c in sentence.chars() {
        match c {
            '“' | '„' | '«' | '「' | '『' => quoted = true,
            '”' | '»' | '」' | '』' => quoted = false,
            _ if quoted => {}
            c if fold::is_wide(c) => wide += 1,
            c => narrow += usize::from(c.is_alphabetic()),
        }
    }
    wide >= needed && wide > narrow
}

fn english(sentence: &str) -> usize {
    let words = sentence.split(|c: char| !c.is_alphabetic());
    words.filter(|word| ENGLISH.iter().any(|one| one.eq_ignore_ascii_case(word))).count()
}

/// What was noticed: the rule, the place in characters, and whether it only warns.
#[derive(Debug)]
struct Note {
    rule: &'static str,
    range: Range<usize>,
    softly: bool,
}

impl<'f> Reading<'f> {
    fn of(text: &str, lang: Option<Language>, facts: &'f Facts) -> Self {
        let shown = language::tell(text, None);
        let mut languages: Vec<Language> = lang.into_iter().chain(shown.known()).collect();
        languages.dedup();
        if languages.is_empty() {
            languages.push(Language::En);
        }
        let folded =
            Folded::of(text, languages.contains(&Language::Zh) && !languages.contains(&Language::Ja));
        let sentences = Sentences::of(&folded);
        let mut strange = Vec::new();
        for (number, sentence) in sentences.whole.iter().enumerate() {
            let text: String = folded.original[folded.place(sentence)].iter().collect();
            let Some(other) = tongue(&text, shown.known().or(lang)).filter(|other| Some(*other) != lang)
            else {
                continue;
            };
            strange.push((number, other));
            if !languages.contains(&other) && languages.len() < MOST_LANGUAGES {
                languages.push(other);
            }
        }
        let spoken = languages.iter().map(|lang| Spoken::of(&folded.text, sheet::sheet(*lang))).collect();
        Self { facts, folded, sentences, languages, spoken, shown, strange }
    }

    /// A note about bytes of the folded text.
    fn note(&self, rule: &'static str, bytes: &Range<usize>) -> Note {
        Note { rule, range: self.folded.place(bytes), softly: false }
    }

    /// Whether any language of the reply names the concept.
    fn says(&self, concept: &str) -> bool {
        self.spoken.iter().any(|spoken| !spoken.said(concept).is_empty())
    }

    /// Every place that names the concept.
    fn said(&self, concept: &str) -> impl Iterator<Item = &Range<usize>> {
        self.spoken.iter().flat_map(move |spoken| spoken.said(concept))
    }
}

/// A number given so that the buyer calls or writes there leads away from Amazon as well (L06).
fn led_away(reading: &Reading<'_>, notes: &mut Vec<Note>) {
    let asks = |bytes: &Range<usize>| {
        ["contactus", "phoneword", "messenger"].iter().any(|concept| {
            reading.said(concept).any(|said| said.start >= bytes.start && said.end <= bytes.end)
        })
    };
    let mut led = Vec::new();
    for note in notes.iter().filter(|note| note.rule == "L05") {
        let holds = |bytes: &Range<usize>| {
            let place = reading.folded.place(bytes);
            place.start < note.range.end && note.range.start < place.end
        };
        let sentences = &reading.sentences.whole;
        if let Some(at) = sentences.iter().position(holds)
            && asks(&(sentences[at.saturating_sub(1)].start..sentences[at].end))
        {
            led.push(Note { rule: "L06", range: note.range.clone(), softly: false });
        }
    }
    notes.append(&mut led);
}

impl Rules {
    /// Every rule, in order of its id.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Checks a reply: findings in the order of the text, those of one rule that overlap as one.
    #[must_use]
    pub fn check(&'static self, text: &str, lang: Option<Language>, facts: &Facts) -> Vec<Finding> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let reading = Reading::of(text, lang, facts);
        let mut notes = self.combined(&reading);
        let judged = learned::judge(&reading, &notes);
        learned::look(&reading, &judged, &mut notes);
        learned::veto(&reading, &judged, &mut notes);
        link::look(&reading, &mut notes);
        phone::look(&reading, &mut notes);
        led_away(&reading, &mut notes);
        shape::look(&reading, &mut notes);
        state::look(&reading, &judged, &mut notes);
        if learned::next_step(&judged) >= learned::STEP {
            notes.retain(|note| note.rule != "L34");
        }
        let mut findings: Vec<Finding> = notes.iter().filter_map(|note| self.finding(note, facts)).collect();
        findings
            .sort_by(|a, b| (a.rule, a.range.start, a.range.end).cmp(&(b.rule, b.range.start, b.range.end)));
        findings.dedup_by(|later, kept| {
            let same = later.rule == kept.rule && later.range.start <= kept.range.end;
            if same {
                kept.range.end = kept.range.end.max(later.range.end);
                if later.level > kept.level {
                    (kept.level, kept.message) = (later.level, later.message);
                }
            }
            same
        });
        findings.sort_by_key(|finding| (finding.range.start, finding.rule));
        findings
    }

    fn combined(&'static self, reading: &Reading<'_>) -> Vec<Note> {
        let mut notes = Vec::new();
        for (rule, combination) in &self.combinations {
            for spoken in &reading.spoken {
                let found = combination.find(reading, spoken);
                notes.extend(found.iter().map(|bytes| reading.note(&self.rules[*rule].id, bytes)));
            }
        }
        notes
    }

    fn finding(&'static self, note: &Note, facts: &Facts) -> Option<Finding> {
        let rule = self.get(note.rule)?;
        let fits = match rule.scope {
            Scope::Both => true,
            Scope::Reply => !facts.proactive,
            Scope::Proactive => facts.proactive,
        };
        let message = rule.softly.as_ref().filter(|_| note.softly).unwrap_or(&rule.message);
        fits.then(|| Finding {
            rule: &rule.id,
            level: if note.softly { Level::Warn } else { rule.level },
            range: note.range.clone(),
            message: message.each_ref().map(String::as_str),
            hint: rule.hint.each_ref().map(String::as_str),
            source: [&rule.source, in_chinese(&rule.source)],
        })
    }
}

/// Where a rule comes from in Chinese; what has no translation stays as it is.
fn in_chinese(source: &'static str) -> &'static str {
    static SOURCES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        // A test reads the file, so the empty fallback is never seen.
        toml::from_str(include_str!("../../assets/policy/sources.toml")).unwrap_or_default()
    });
    SOURCES.get(source).map_or(source, String::as_str)
}
