//! The papers of a pack: summary, timeline, list of messages, list of proofs, and what the operator reads first.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cover::{Cover, LIMIT};
use super::{Material, Proof};
use crate::domain::clock::Running;
use crate::domain::event::Deed;
use crate::domain::offer::OfferStatus;
use crate::domain::view::Message;
use crate::domain::{Channel, Kind};
use crate::i18n::{Lang, Text, zone_name};
use crate::reply::history::{bare, deed_words};
use crate::safe_text;

/// What Amazon takes as one attachment of a message.
const ATTACHMENT: u64 = 10_000_000;

fn word(text: impl Into<Text>) -> &'static str {
    text.into().in_lang(Lang::En)
}

/// Untrusted text on one harmless line.
fn line(text: &str) -> String {
    safe_text::line(text, 300).into_string()
}

/// A moment in UTC and as the site counts: `2026-10-06T10:00:00Z  2026-10-06 03:00 PDT`.
fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let utc = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    let there = at.to_zoned(zone.clone());
    format!("{utc}  {} {}", there.strftime("%Y-%m-%d %H:%M"), zone_name(zone, at))
}

fn zone(material: &Material<'_>) -> TimeZone {
    let site = material.file.summary.marketplace;
    site.and_then(|site| TimeZone::get(site.zone()).ok()).unwrap_or(TimeZone::UTC)
}

/// The name of a message's file: number, time and side, so that a folder shows the order.
pub(super) fn message_file(number: usize, message: &Message) -> String {
    let at = message.at.strftime("%Y-%m-%dT%H%MZ");
    format!("correspondence/{number:03}-{at}-{}.txt", side(message))
}

fn side(message: &Message) -> &'static str {
    match message.notice {
        _ if message.ours => "seller",
        crate::domain::record::Notice::BuyerMessage => "buyer",
        _ => "amazon",
    }
}

/// The facts of the order and the case, the amounts, the offers.
pub(super) fn summary(material: &Material<'_>) -> String {
    let (file, zone) = (material.file, zone(material));
    let case = &file.summary;
    let mut text = String::from("SUMMARY\n\n");
    let mut say = |label: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = writeln!(text, "{label:<18}{value}");
        }
    };
    let order = file.order.as_ref();
    say("Order", case.order_id.as_deref().map(line));
    say("Site", case.marketplace.map(|site| site.domain().to_owned()));
    say("Channel", Some(channel(case.channel).to_owned()));
    say("Complaint", Some(word(case.kind).to_owned()));
    say("Stated reason", file.reason.as_deref().map(line));
    say("Opened", Some(moment(case.opened, &zone)));
    say("Ordered", order.and_then(|order| order.purchased_at).map(|at| moment(at, &zone)));
    say("Order status", order.and_then(|order| order.status.as_deref()).map(line));
    say("Shipped by", order.and_then(|order| order.fulfilment).map(|who| word(who).to_owned()));
    say("Parcel", file.stage.map(|stage| word(stage).to_owned()));
    say("Order total", order.and_then(|order| order.total).map(|total| total.to_string()));
    say("Amount claimed", file.claimed.map(|claimed| claimed.to_string()));
    say("Decision", file.decision.map(|decision| word(decision).to_owned()));
    say("Outcome", file.outcome.map(|outcome| word(outcome).to_owned()));
    for item in order.iter().flat_map(|order| &order.items) {
        let price = item.total.map(|total| format!("  {total}")).unwrap_or_default();
        let name = item.name.as_deref().unwrap_or_default();
        let item = format!(
            "{} x {} {} {name}{price}",
            item.quantity,
            item.sku,
            item.asin.as_deref().unwrap_or_default()
        );
        say("Article", Some(line(&item)));
    }
    if file.messages.is_empty() {
        say("Buyer's words", Some(line(&case.excerpt)));
    }
    text.push_str("\nOffers to the buyer\n");
    let made: Vec<_> = file.offers.iter().filter(|offer| offer.status != OfferStatus::Reversed).collect();
    for offer in &made {
        let amount = offer.amount.map(|amount| format!(" {amount}")).unwrap_or_default();
        let parcel: Vec<String> =
            [&offer.carrier, &offer.tracking].into_iter().flatten().map(|part| line(part)).collect();
        let _ = writeln!(
            text,
            "  {}  {}{amount} ({}) {}",
            moment(offer.at, &zone),
            word(offer.kind),
            word(offer.status),
            parcel.join(" ")
        );
    }
    if made.is_empty() {
        text.push_str("  none\n");
    }
    text
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Atoz => "A-to-z Guarantee claim",
        Channel::Return => "return request",
        Channel::Message => "buyer message",
        Channel::Feedback => "seller feedback",
        Channel::Chargeback => "chargeback",
        Channel::Cancellation => "cancellation request",
    }
}

/// Every event and every mail, the oldest first.
pub(super) fn timeline(material: &Material<'_>) -> String {
    let (file, zone) = (material.file, zone(material));
    let mut rows: Vec<(Timestamp, String)> = Vec::new();
    let mut told: Vec<i64> = Vec::new();
    for event in &file.events {
        let said = match &event.deed {
            Deed::Received { message, .. } if file.messages.iter().any(|each| each.id == *message) => {
                told.push(*message);
                let at = file.messages.iter().position(|each| each.id == *message).unwrap_or(0);
                message_words(at + 1, &file.messages[at])
            }
            deed => line(&deed_words(deed, Lang::En)),
        };
        rows.push((event.at, format!("#{:<5} {said}", event.id)));
    }
    for (number, message) in (1..).zip(&file.messages).filter(|(_, message)| !told.contains(&message.id)) {
        rows.push((message.at, format!("       {}", message_words(number, message))));
    }
    rows.sort_by_key(|(at, _)| *at);
    let mut text =
        String::from("TIMELINE: UTC, then the time of the site; # is the number in the seller's log\n\n");
    for (at, said) in rows {
        let _ = writeln!(text, "{}  {said}", moment(at, &zone));
    }
    text
}

fn message_words(number: usize, message: &Message) -> String {
    let mut words = format!("message {number:03}, {}: {}", side(message), word(message.notice));
    if let Some(amount) = message.amount {
        let _ = write!(words, ", {amount}");
    }
    if let Some(decision) = message.decision {
        let _ = write!(words, ", {}", word(decision));
    }
    words
}

/// Which file holds which message.
pub(super) fn correspondence(material: &Material<'_>) -> String {
    let zone = zone(material);
    let mut text = String::from(
        "CORRESPONDENCE: every message word for word in a file of its own, the oldest first\n\n",
    );
    for (number, message) in (1..).zip(&material.file.messages) {
        let _ = writeln!(
            text,
            "{}  {}\n    subject: {}\n    {}\n    file {}",
            moment(message.at, &zone),
            message_words(number, message),
            line(&message.subject),
            if message.written_here { "marked as sent by the seller" } else { "as Amazon's mail brought it" },
            message_file(number, message),
        );
    }
    if material.file.messages.is_empty() {
        text.push_str("There are no messages.\n");
    }
    text
}

/// Every note and file with where it comes from, and what it lacks.
pub(super) fn proofs(material: &Material<'_>) -> String {
    let zone = zone(material);
    let mut text = String::from("PROOFS\n");
    for proof in &material.proofs {
        let each = proof.evidence;
        let step = material.book.step(&each.step).map_or(each.step.as_str(), |step| bare(&step.next[0]));
        let _ = writeln!(text, "\n{:02}  {}", proof.number, line(step));
        let mut say = |label: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(text, "    {label:<9}{value}");
            }
        };
        say("kept", Some(moment(each.at, &zone)));
        say("carrier", each.carrier.as_deref().map(line));
        say("number", each.number.as_deref().map(line));
        say("origin", each.origin.map(|origin| word(origin).to_owned()));
        say("note", each.note.as_deref().map(line));
        say("file", file_words(proof));
        say("SHA-256", each.file.as_ref().map(|file| file.sha256.clone()));
        say("WEAK", each.weak.map(|weak| word(weak).to_owned()));
    }
    if material.proofs.is_empty() {
        text.push_str("\nNo proof has been kept for this case.\n");
    }
    text
}

fn file_words(proof: &Proof<'_>) -> Option<String> {
    let kept = proof.evidence.file.as_ref()?;
    Some(match &proof.file {
        Some(file) => format!("{file} ({} bytes)", kept.bytes),
        None => format!("MISSING OR CHANGED: {}", line(&kept.name)),
    })
}

/// What the operator has to know before he sends anything, in both languages.
pub(super) fn read_me(material: &Material<'_>, cover: &Cover) -> String {
    let length = cover.text.chars().count();
    let mut text = String::new();
    for lang in [Lang::En, Lang::Zh] {
        if lang == Lang::Zh {
            text.push_str("\n----------------------------------------\n\n");
        }
        let number = material.file.summary.id;
        let at = moment(material.now, &zone(material));
        let _ = match lang {
            Lang::En => writeln!(text, "Appeal pack of case {number}, written {at}\n"),
            Lang::Zh => writeln!(text, "客诉 {number} 的申诉材料，生成时间 {at}\n"),
        };
        for step in how(lang, length, cover).into_iter().chain(named(material, lang)) {
            let _ = writeln!(text, "- {step}");
        }
        for lack in lacks(material, cover, lang) {
            let _ = writeln!(text, "! {lack}");
        }
    }
    text
}

fn how(lang: Lang, length: usize, cover: &Cover) -> [String; 4] {
    let sentence = &cover.sent_proofs;
    match lang {
        Lang::En => [
            format!(
                "2-text-for-amazon.txt goes into Amazon's box: plain text, {length} of {LIMIT} characters. Read it first; add what only you know."
            ),
            format!(
                "The box takes no attachments. Send the files of proofs/ to the buyer as a message of this order (10 MB each), then add: {sentence}"
            ),
            "1-summary.txt, 3-timeline.txt and 5-proofs.txt are for Amazon's questions; correspondence/ holds every message word for word, with whatever its writer put into it.".to_owned(),
            "The correspondence holds the buyer's own words: give this folder to nobody but Amazon, and delete it when the case is decided.".to_owned(),
        ],
        Lang::Zh => [
            format!("2-text-for-amazon.txt 填入亚马逊的文本框：纯文本，共 {length} 个字符，上限 {LIMIT}。请先通读，再补充只有您知道的情况。"),
            format!("文本框不能带附件。请把 proofs/ 中的文件通过该订单的消息发给买家（每个不超过 10 MB），然后加上这一句：{sentence}"),
            "1-summary.txt、3-timeline.txt 和 5-proofs.txt 供亚马逊追问时使用；correspondence/ 逐字保存每封消息，内容与发信人所写完全一致。".to_owned(),
            "往来消息含买家原话：除亚马逊外请勿提供给任何人，结案后请删除本文件夹。".to_owned(),
        ],
    }
}

/// What Amazon names as evidence in such a case (Seller Central help 1781).
fn named(material: &Material<'_>, lang: Lang) -> Option<String> {
    let case = &material.file.summary;
    if !case.channel.is_claim() {
        return None;
    }
    let said = if case.kind == Kind::NotReceived {
        lang.pick(
            "For a delivery claim Amazon names: ship method, carrier, the carrier's proof of delivery with tracking number, delivery address, signature confirmation. A message in which the buyer acknowledges receipt helps.",
            "关于配送的索赔，亚马逊列明的证据有：配送方式、承运商、带运单号的承运商签收证明、收货地址、签名确认。买家承认收到的消息也有帮助。",
        )
    } else {
        lang.pick(
            "For a claim about a return Amazon names: a return address in the buyer's country, the details of the label, and why a request was closed. A message in which the buyer acknowledges receipt helps.",
            "关于退货的索赔，亚马逊列明的证据有：买家所在国的退货地址、面单信息，以及退货请求被关闭的原因。买家承认收到的消息也有帮助。",
        )
    };
    Some(said.to_owned())
}

/// What the pack lacks, or what may be held against it.
fn lacks(material: &Material<'_>, cover: &Cover, lang: Lang) -> Vec<String> {
    let (file, zone) = (material.file, zone(material));
    let pick = |en: String, zh: String| if lang == Lang::En { en } else { zh };
    let mut lacks = Vec::new();
    for clock in file.clocks.iter().filter(|clock| clock.state != Running::Stopped).take(1) {
        let (due, label) = (moment(clock.due, &zone), &clock.label);
        lacks.push(pick(format!("Due ({}): {due}", label[0]), format!("截止（{}）：{due}", label[1])));
    }
    for proof in &material.proofs {
        let number = proof.number;
        if let Some(weak) = proof.evidence.weak {
            let why = Text::from(weak).in_lang(lang);
            lacks.push(pick(
                format!("Proof {number:02} is not in the text for Amazon: {why}"),
                format!("证据 {number:02} 未写入给亚马逊的文本：{why}"),
            ));
        }
        if let Some(kept) = &proof.evidence.file {
            let name = line(&kept.name);
            if proof.file.is_none() {
                lacks.push(pick(
                    format!("Proof {number:02}: {name} is missing or was changed since it was kept; it is not in the pack"),
                    format!("证据 {number:02}：{name} 已丢失或在保存后被改动，未放入材料"),
                ));
            } else if kept.bytes > ATTACHMENT {
                lacks.push(pick(
                    format!("Proof {number:02}: {name} is larger than the 10 MB a message takes"),
                    format!("证据 {number:02}：{name} 超过消息附件 10 MB 的上限"),
                ));
            }
        }
    }
    let sound = material
        .proofs
        .iter()
        .any(|proof| proof.evidence.weak.is_none() && proof.evidence.is_about_a_parcel());
    if !sound {
        lacks.push(pick(
            "No sound proof about the parcel: Amazon asks for carrier, tracking number and the carrier's proof of delivery".to_owned(),
            "没有关于包裹的有效证据：亚马逊要求承运商、运单号和承运商签收证明".to_owned(),
        ));
    }
    if cover.left_out > 0 {
        let more = cover.left_out;
        lacks.push(pick(
            format!("{more} more proofs had no room in the text; 5-proofs.txt lists them"),
            format!("另有 {more} 份证据因篇幅未写入文本，见 5-proofs.txt"),
        ));
    }
    lacks
}
