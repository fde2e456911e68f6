//! A reply beside its case: what the case tells the rules, what they and the carriers object to, and what the operator
//! has overruled.

use std::collections::BTreeSet;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::rules::{self, Facts, Level};
use super::template::{Audience, Seller};
use crate::domain::case::{Channel, Language};
use crate::domain::event::{Deed, Event};
use crate::domain::evidence::Form;
use crate::domain::marketplace::Marketplace;
use crate::domain::order::OrderId;
use crate::domain::record::Notice;
use crate::domain::tracking::{Carriers, Verdict};
use crate::domain::view::{CaseFile, Message};

/// The step of the playbook whose tick says that we sent the wrong article.
pub const OWN_MISTAKE: &str = "own-mistake";
/// The name under which an invalid tracking number stands among the rules.
pub const TRACKING: &str = "T01";

/// The name under which a text for Amazon stands among the rules where a buyer waits.
pub const READER: &str = "T02";

/// What the rules or the carriers object to in a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Id of the rule, `L08`, or [`TRACKING`] or [`READER`].
    pub rule: &'static str,
    /// How hard it is here.
    pub level: Level,
    /// Where, in bytes of the reply; empty at the end where something is missing.
    pub range: Range<usize>,
    /// What is wrong: English, Chinese.
    pub message: [String; 2],
    /// A way to say it: English, Chinese.
    pub hint: [String; 2],
    /// Where the rule comes from: English, Chinese.
    pub source: [&'static str; 2],
}

impl Objection {
    /// Whether it is about certain words, rather than the whole reply or something that is missing.
    #[must_use]
    pub fn is_placed(&self, text: &str) -> bool {
        !self.range.is_empty() && self.range != (0..text.len())
    }

    /// Whether it stops the reply.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.level == Level::Block
    }
}

/// Whether a mail of this kind asks us for an answer.
const fn asks(notice: Notice) -> bool {
    matches!(
        notice,
        Notice::BuyerMessage
            | Notice::ReturnRequest
            | Notice::AtozClaim
            | Notice::Cancellation
            | Notice::Chargeback
    )
}

/// Whether the buyer never asked for anything in this thread. News in a thread that he began is an answer to him, also
/// when an earlier one went out already: only what we begin ourselves has to stand alone.
fn is_unasked(file: &CaseFile) -> bool {
    let asked = file.messages.iter().any(|message| !message.ours && asks(message.notice));
    let began = file.messages.iter().any(|message| message.ours);
    // A report brought the case: a return or a claim asks by itself.
    !asked && (began || file.summary.channel == Channel::Feedback)
}

/// What a case and the seller tell the rules about a reply to it. One that Amazon or a bank reads has no buyer to be careful with.
#[must_use]
pub fn facts(file: &CaseFile, lang: Language, audience: Option<Audience>, seller: &Seller) -> Facts {
    let case = &file.summary;
    let to_buyer = audience.is_none_or(|audience| audience == Audience::Buyer);
    let ours = || file.messages.iter().filter(|message| message.ours);
    let told = ours().map(|message| message.at).max();
    let earlier =
        file.offers.iter().filter(|offer| offer.status.stands() && told.is_some_and(|at| offer.at <= at));
    let ticked =
        |wanted: &str| file.evidence.iter().any(|each| each.form == Form::Tick && each.step == wanted);
    let buyers = |message: &&Message| !message.ours && message.notice == Notice::BuyerMessage;
    let buyer_lang = if to_buyer { case.lang.map(Language::word) } else { Some(lang.word()) };
    Facts {
        channel: Some(case.channel),
        audience,
        order_id: case.order_id.as_deref().and_then(OrderId::typed),
        marketplace: case.marketplace,
        fulfilment: file.order.as_ref().and_then(|order| order.fulfilment),
        buyer_lang: buyer_lang.map(ToOwned::to_owned),
        proactive: to_buyer && is_unasked(file),
        subject: file.messages.iter().rev().find(buyers).map(|message| message.subject.clone()),
        buyer_name: case.buyer_name.clone().filter(|_| to_buyer),
        earlier_offers: to_buyer.then(|| u32::try_from(earlier.count()).unwrap_or(u32::MAX)),
        review_requested: Some(ours().any(|message| rules::asks_for_review(&message.text))),
        price: file.order.as_ref().and_then(|order| order.total),
        offer_limit_percent: seller.offer_limit_percent.filter(|_| to_buyer),
        return_country: seller.return_country.clone().filter(|_| to_buyer),
        // Without a tick the reply's own words may still own a mistake.
        own_mistake: ticked(OWN_MISTAKE).then_some(true),
        ..Facts::default()
    }
}

/// Everything that is said against a reply, what stops it first, then by place.
#[must_use]
pub fn review(text: &str, lang: Language, facts: &Facts, carriers: &Carriers) -> Vec<Objection> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let byte = |character: usize| starts.get(character).copied().unwrap_or(text.len());
    let found = rules::check(text, Some(lang), facts);
    let mut objections: Vec<Objection> = found
        .into_iter()
        .map(|finding| Objection {
            rule: finding.rule,
            level: finding.level,
            range: byte(finding.range.start)..byte(finding.range.end),
            message: finding.message.map(ToOwned::to_owned),
            hint: finding.hint.map(ToOwned::to_owned),
            source: finding.source,
        })
        .collect();
    objections.extend(numbers(text, facts.marketplace, carriers));
    objections.extend(reader(text, facts));
    objections.sort_by_key(|each| (std::cmp::Reverse(each.level), each.range.start, each.rule));
    objections
}

/// A text for Amazon would go to the buyer, and end the clock of his answer.
fn reader(text: &str, facts: &Facts) -> Option<Objection> {
    let buyers = [Channel::Message, Channel::Return, Channel::Cancellation];
    let strays = facts.audience == Some(Audience::Amazon)
        && facts.channel.is_some_and(|channel| buyers.contains(&channel));
    strays.then(|| Objection {
        rule: READER,
        level: Level::Block,
        range: 0..text.len(),
        message: ["This text is for Amazon, and the buyer waits", "此内容写给亚马逊，而等待答复的是买家"]
            .map(ToOwned::to_owned),
        hint: ["Pick a template for the buyer (F2)", "请改用写给买家的模板（F2）"].map(ToOwned::to_owned),
        source: ["the audience of the template", "模板的收件对象"],
    })
}

/// The tracking numbers that cannot be.
fn numbers(text: &str, site: Option<Marketplace>, carriers: &Carriers) -> Vec<Objection> {
    let wrong = |number: &str, placeholder: bool, whose: &[String]| {
        if placeholder {
            return [
                format!("{number} only stands for a tracking number"),
                format!("{number} 是占位号，不是运单号"),
            ];
        }
        // Verdict and carrier first: at 80 cells they are read before the line ends.
        [
            format!("Invalid number ({}): {number}", whose.join(", ")),
            format!("运单号无效（{}）：{number}", whose.join("、")),
        ]
    };
    let invalid = carriers
        .mentions(text, site)
        .into_iter()
        .filter(|mention| mention.judged.verdict == Verdict::Invalid);
    let objections = invalid.map(|mention| {
        let number = text.get(mention.place.clone()).unwrap_or_default();
        Objection {
            rule: TRACKING,
            level: Level::Block,
            message: wrong(number, mention.judged.placeholder, &mention.judged.carriers),
            hint: [
                "Copy the number anew from the label or the carrier's page".to_owned(),
                "请从面单或承运商页面重新复制单号".to_owned(),
            ],
            range: mention.place,
            source: ["the carrier's own check digit", "承运商自己的校验位"],
        }
    });
    objections.collect()
}

/// SHA-256 of a reply in 64 hexadecimal digits: by it an overruling knows its text.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The rules that stop a reply, each once.
#[must_use]
pub fn stopping(objections: &[Objection]) -> Vec<String> {
    let rules: BTreeSet<&str> =
        objections.iter().filter(|each| each.blocks()).map(|each| each.rule).collect();
    rules.into_iter().map(ToOwned::to_owned).collect()
}

/// The rules that stop a reply and were not overruled for it; empty where it may leave, whatever the way.
#[must_use]
pub fn standing(objections: &[Objection], events: &[Event], text: &str) -> Vec<String> {
    let stopping = stopping(objections);
    if is_overruled(events, text, &stopping) { Vec::new() } else { stopping }
}

/// Whether the operator overruled exactly these rules, or more, for exactly this text, and has not taken that back.
fn is_overruled(events: &[Event], text: &str, stopping: &[String]) -> bool {
    let digest = fingerprint(text);
    let undone = |id: i64| events.iter().any(|event| event.deed == Deed::Undone { event: id });
    events.iter().any(|event| match &event.deed {
        Deed::Overruled { rules, text, .. } => {
            *text == digest && stopping.iter().all(|rule| rules.contains(rule)) && !undone(event.id)
        }
        _ => false,
    })
}
