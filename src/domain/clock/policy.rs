//! The clock rules: the file that ships, and the operator's own over it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::length::Length;
use crate::domain::case::{Channel, Fulfilment, words};
use crate::domain::marketplace::Marketplace;
use crate::mistake::{Found, Mistake, Notes, Section, nearest};
use crate::problem::{Exit, Problem};

words! {
    /// What makes a clock start.
    Start {
        /// A buyer's message, the first that nobody answered yet.
        BuyerMessage = "buyer_message",
        /// A mail that states a deadline.
        Stated = "stated",
        /// The complaint arose, or Amazon asks about it anew.
        Opened = "opened",
        /// The returned goods arrived.
        ReturnReceived = "return_received",
        /// A refund was issued.
        RefundIssued = "refund_issued",
        /// Amazon or the bank decided for the buyer, or did not say for whom.
        DecidedForBuyer = "decided_for_buyer",
    }
}

words! {
    /// What stops a clock. The archive stops every clock.
    Stop {
        /// A reply that was sent, Amazon's copy of it, or "no reply needed".
        Answered = "answered",
        /// A decision, whatever it says.
        Decided = "decided",
        /// The operator noted that he appealed, or won the appeal.
        Appealed = "appealed",
        /// A decision for the seller, a withdrawn claim, a cancelled order.
        DecidedForSeller = "decided_for_seller",
        /// A refund was issued.
        RefundIssued = "refund_issued",
    }
}

words! {
    /// For whom a case waits.
    Side {
        /// For the buyer.
        Buyer = "waiting_for_buyer",
        /// For the carrier.
        Carrier = "waiting_for_carrier",
    }
}

/// How long the operator wants a case out of sight. Whatever he says, it shows again when the buyer writes and in the last
/// two hours of its leading clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snooze {
    /// Until then.
    Until(jiff::Timestamp),
    /// Until the buyer writes.
    BuyerWrites,
    /// Until any mail comes.
    AnyMail,
    /// Not any more.
    Off,
}

/// One rule of the policy: which cases have this clock, and how long it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the file")]
pub struct Rule {
    /// Stable name, such as `reply`.
    pub name: String,
    /// Short name on screen, in English.
    pub label: String,
    /// The same in Chinese.
    pub label_zh: String,
    /// The channels whose cases have it.
    pub channels: Vec<Channel>,
    /// The marketplaces it holds for; empty for all.
    pub marketplaces: Vec<Marketplace>,
    /// Who ships; empty for both.
    pub fulfilments: Vec<Fulfilment>,
    /// What starts it.
    pub start: Vec<Start>,
    /// What stops it, apart from the archive.
    pub stop: Vec<Stop>,
    /// It stands still while the case waits for one of these.
    pub pause: Vec<Side>,
    /// Its length; `None` where only a mail states the deadline.
    pub length: Option<Length>,
    /// For what Amazon itself takes its time with: the earliest end, where `length` gives the latest.
    pub earliest: Option<Length>,
    /// A deadline that a mail states wins over the length.
    pub mail_decides: bool,
    /// It may lead the queue. Others are only shown.
    pub leads: bool,
    /// Cases that this rule is about have no such clock.
    pub off: bool,
    /// The operator's own: wins over ours of the same name.
    pub own: bool,
    /// On which page or in which mail Amazon says so.
    pub source: String,
    /// The same in Chinese.
    pub source_zh: String,
    /// The first day of clocks it holds for, as the site counts days.
    pub since: Date,
    /// The last such day.
    pub until: Option<Date>,
    /// What a miss costs, in English.
    pub consequence: String,
    /// The same in Chinese.
    pub consequence_zh: String,
}

/// The clock rules in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// In the order of the files.
    pub rules: Vec<Rule>,
}

/// Who says so where the operator sets a length and names no source.
const OWN_SOURCE: [&str; 2] = ["your clocks.toml", "您的 clocks.toml"];

/// Any day will do to compare two lengths.
const ANY_DAY: Timestamp = Timestamp::UNIX_EPOCH;

const KEYS: &[&str] = &[
    "name",
    "label",
    "label_zh",
    "channels",
    "marketplaces",
    "fulfilments",
    "start",
    "stop",
    "pause",
    "length",
    "earliest",
    "mail_decides",
    "leads",
    "off",
    "source",
    "source_zh",
    "since",
    "until",
    "consequence",
    "consequence_zh",
];

/// The policy that ships with kesu.
///
/// # Errors
/// Its first mistake; never for the file that ships, which a test reads.
pub fn shipped_policy() -> Result<Policy, Problem> {
    Policy::read(include_str!("../../../assets/policy/clocks.toml")).map_err(|mistakes| {
        let said = |at: usize| {
            let first = mistakes.first();
            first.map(|first| format!("clocks.toml:{}: {}", first.line, first.what[at])).unwrap_or_default()
        };
        Problem::new(Exit::Failed, [said(0), said(1)], ["", ""])
    })
}

impl Policy {
    /// The rules of one clock.
    #[must_use]
    pub fn only(&self, name: &str) -> Self {
        Self { rules: self.rules.iter().filter(|rule| rule.name == name).cloned().collect() }
    }

    /// Reads a whole policy.
    ///
    /// # Errors
    /// Every mistake in it.
    pub fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        Ok(Self { rules: rules(text, &[])? })
    }

    /// This policy with the operator's rules over it. A rule of a known name may leave out what stays as it is.
    ///
    /// # Errors
    /// Every mistake in `text`.
    pub fn overridden_by(mut self, text: &str) -> Result<Self, Vec<Mistake>> {
        let own = rules(text, &self.rules)?;
        self.rules.extend(own.into_iter().map(|rule| Rule { own: true, ..rule }));
        Ok(self)
    }
}

/// The rules of a file; `known` are those it may build on.
fn rules(text: &str, known: &[Rule]) -> Result<Vec<Rule>, Vec<Mistake>> {
    let mut notes = Notes::on(text);
    let mut rules = Vec::new();
    if let Some(table) = notes.parse() {
        let root = Section::root(&table);
        root.only(&["clock"], &mut notes);
        for section in root.sections("clock", &mut notes) {
            rules.extend(rule(&section, known, &mut notes));
        }
    }
    let mistakes = notes.all();
    if mistakes.is_empty() { Ok(rules) } else { Err(mistakes) }
}

/// Reads one rule; `None` without a name, or where something necessary is missing, which is noted.
fn rule(section: &Section<'_, '_>, known: &[Rule], notes: &mut Notes<'_>) -> Option<Rule> {
    section.only(KEYS, notes);
    let Some(name) = section.text("name", notes).filter(|name| !name.value.trim().is_empty()) else {
        notes.note(section.at, "this clock has no `name`", "该时钟缺少 `name`");
        return None;
    };
    let base = base(section, &name.value, known);
    let source = base.map(|base| match section.text("length", &mut Notes::on("")) {
        Some(_) => OWN_SOURCE.map(str::to_owned),
        None => [base.source.clone(), base.source_zh.clone()],
    });
    let mut draft = Draft { section, notes, known, missing: Vec::new() };
    let rule = Rule {
        label: draft.needed("label", base.map(|base| &base.label)),
        label_zh: draft.other("label_zh", "label", base.map(|base| &base.label_zh)).unwrap_or_default(),
        channels: draft.words("channels", Channel::ALL, Channel::word, Channel::parse, base, |base| {
            base.channels.clone()
        }),
        marketplaces: draft.sites(base),
        fulfilments: draft.words(
            "fulfilments",
            Fulfilment::ALL,
            Fulfilment::word,
            Fulfilment::parse,
            base,
            |base| base.fulfilments.clone(),
        ),
        start: draft.words("start", Start::ALL, Start::word, Start::parse, base, |base| base.start.clone()),
        stop: draft.words("stop", Stop::ALL, Stop::word, Stop::parse, base, |base| base.stop.clone()),
        pause: draft.words("pause", Side::ALL, Side::word, Side::parse, base, |base| base.pause.clone()),
        length: draft.length("length").or(base.and_then(|base| base.length)),
        earliest: draft.length("earliest").or(base.and_then(|base| base.earliest)),
        mail_decides: draft.flag("mail_decides", base.is_some_and(|base| base.mail_decides)),
        leads: draft.flag("leads", base.is_none_or(|base| base.leads)),
        off: draft.flag("off", false),
        own: false,
        source: draft.needed("source", source.as_ref().map(|source| &source[0])),
        source_zh: draft
            .other("source_zh", "source", source.as_ref().map(|source| &source[1]))
            .unwrap_or_default(),
        since: draft.day("since").unwrap_or(Date::MIN),
        until: draft.day("until"),
        consequence: draft.needed("consequence", base.map(|base| &base.consequence)),
        consequence_zh: draft
            .other("consequence_zh", "consequence", base.map(|base| &base.consequence_zh))
            .unwrap_or_default(),
        name: name.value,
    };
    draft.finish(rule, name.at)
}

/// The rule of this name that one builds on: that for its channels, then its sites, then its shippers, then the newest.
fn base<'k>(section: &Section<'_, '_>, name: &str, known: &'k [Rule]) -> Option<&'k Rule> {
    // What is wrong in the words is noted where the rule itself is read.
    let aside = &mut Notes::on("");
    let channels = section.words("channels", &[], Channel::parse, aside).map(|found| found.value);
    let sites = section.words("marketplaces", &[], Marketplace::parse, aside).map(|found| found.value);
    let ships = section.words("fulfilments", &[], Fulfilment::parse, aside).map(|found| found.value);
    known.iter().filter(|rule| rule.name == name).max_by_key(|rule| {
        let (sites, ships) =
            (fit(sites.as_deref(), &rule.marketplaces), fit(ships.as_deref(), &rule.fulfilments));
        (fit(channels.as_deref(), &rule.channels), sites, ships, rule.since)
    })
}

/// How well the limits of a rule fit those that another names, where an empty list means all: 0 not at all.
fn fit<T: PartialEq>(said: Option<&[T]>, limits: &[T]) -> u8 {
    match said {
        Some(said) if !said.is_empty() && !limits.is_empty() => {
            if said.iter().any(|one| limits.contains(one)) { 2 } else { 0 }
        }
        Some(said) if !said.is_empty() => 1,
        // One that names nothing is meant for all.
        _ => u8::from(limits.is_empty()),
    }
}

/// A rule under way.
struct Draft<'d, 's, 't, 'n> {
    section: &'d Section<'s, 't>,
    notes: &'d mut Notes<'n>,
    known: &'d [Rule],
    missing: Vec<&'static str>,
}

impl Draft<'_, '_, '_, '_> {
    fn text(&mut self, name: &str, base: Option<&String>) -> Option<String> {
        let said = self.section.text(name, self.notes).map(|found| found.value);
        said.filter(|text| !text.trim().is_empty()).or_else(|| base.cloned())
    }

    /// The Chinese text beside an English one. Where only the English one is said, ours does not stay beside it.
    fn other(&mut self, name: &str, english: &str, base: Option<&String>) -> Option<String> {
        let said = self.section.text(english, &mut Notes::on("")).is_some();
        self.text(name, base.filter(|_| !said))
    }

    fn needed(&mut self, name: &'static str, base: Option<&String>) -> String {
        let text = self.text(name, base);
        if text.is_none() {
            self.missing.push(name);
        }
        text.unwrap_or_default()
    }

    fn words<T: Copy>(
        &mut self,
        name: &'static str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
        parse: impl Fn(&str) -> Option<T>,
        base: Option<&Rule>,
        inherited: impl Fn(&Rule) -> Vec<T>,
    ) -> Vec<T> {
        let known: Vec<&str> = all.iter().map(|value| word(*value)).collect();
        let said = self.section.words(name, &known, parse, self.notes).map(|found| found.value);
        let read = said.or_else(|| base.map(inherited));
        if read.is_none() && matches!(name, "channels" | "start") {
            self.missing.push(name);
        }
        read.unwrap_or_default()
    }

    fn sites(&mut self, base: Option<&Rule>) -> Vec<Marketplace> {
        let known: Vec<&str> = Marketplace::ALL.iter().map(|site| site.code()).collect();
        let said = self.section.words("marketplaces", &known, Marketplace::parse, self.notes);
        said.map(|found| found.value)
            .or_else(|| base.map(|base| base.marketplaces.clone()))
            .unwrap_or_default()
    }

    fn length(&mut self, name: &str) -> Option<Length> {
        let Found { value, at } = self.section.text(name, self.notes)?;
        let length = Length::parse(&value);
        if length.is_none() {
            self.notes.note(
                at,
                format!("`{value}` is no length: write \"24 hours\", \"4 days\" or \"2 business days\""),
                format!("`{value}` 不是有效时长：请写 \"24 hours\"、\"4 days\" 或 \"2 business days\""),
            );
        }
        length
    }

    fn flag(&mut self, name: &str, otherwise: bool) -> bool {
        self.section.flag(name, self.notes).unwrap_or(otherwise)
    }

    fn day(&mut self, name: &str) -> Option<Date> {
        self.section.day(name, self.notes).map(|found| found.value)
    }

    /// Completes the rule, or notes what it lacks.
    fn finish(mut self, mut rule: Rule, at: usize) -> Option<Rule> {
        let said_length = self.section.text("length", &mut Notes::on("")).is_some();
        if rule.length.is_none() && !said_length && rule.start != [Start::Stated] {
            self.missing.push("length");
        }
        // A clock that is switched off needs nothing but its name and channels.
        if rule.off {
            self.missing.retain(|name| *name == "channels");
        }
        if !self.missing.is_empty() {
            let lacks = self.missing.join(", ");
            let names: Vec<&str> = self.known.iter().map(|known| known.name.as_str()).collect();
            let [en, zh] = match nearest(&rule.name, &names) {
                Some(near) if near != rule.name => {
                    [format!(": did you mean `{near}`?"), format!("：是否想写 `{near}`？")]
                }
                _ => [String::new(), String::new()],
            };
            self.notes.note(
                at,
                format!("the clock `{}` lacks {lacks}{en}", rule.name),
                format!("时钟 `{}` 缺少 {lacks}{zh}", rule.name),
            );
            return None;
        }
        if rule.until.is_some_and(|until| until < rule.since) {
            self.notes.note(
                at,
                format!("the clock `{}` ends before it begins: `until` is before `since`", rule.name),
                format!("时钟 `{}` 的 `until` 早于 `since`", rule.name),
            );
            return None;
        }
        if let (Some(earliest), Some(latest)) = (rule.earliest, rule.length)
            && earliest.after(ANY_DAY, &TimeZone::UTC) > latest.after(ANY_DAY, &TimeZone::UTC)
        {
            self.notes.note(
                at,
                format!(
                    "the clock `{}` ends before its earliest end: `earliest` is over `length`",
                    rule.name
                ),
                format!("时钟 `{}` 的 `earliest` 大于 `length`", rule.name),
            );
            return None;
        }
        if rule.label_zh.is_empty() {
            rule.label_zh.clone_from(&rule.label);
        }
        if rule.source_zh.is_empty() {
            rule.source_zh.clone_from(&rule.source);
        }
        if rule.consequence_zh.is_empty() {
            rule.consequence_zh.clone_from(&rule.consequence);
        }
        Some(rule)
    }
}

#[cfg(test)]
mod tests;
