//! The text for Amazon's box: plain, short, facts only, in the language of the site.
//!
//! Nothing that somebody else wrote stands in it: no name, no words of the buyer's, no title of an article, and of what the
//! operator typed only a carrier and a number that look like one. So it holds no address, link or number to call.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::domain::Marketplace;
use crate::domain::case::{Channel, Language};
use crate::domain::evidence::{Evidence, Form, Origin};
use crate::domain::offer::OfferStatus;
use crate::domain::record::{Decision, Notice};
use crate::domain::view::CaseFile;
use crate::reply::template::{date, money};

/// The most characters Amazon's box is known to take. The messaging form's documented limit; that the claim's box takes
/// more is said by third parties only.
pub const LIMIT: usize = 2_000;
/// So many proofs and offers are named at most: the list of the pack has all.
const NAMED: usize = 6;

const FILES: [(Language, &str); 6] = [
    (Language::En, include_str!("../../assets/appeal/en.toml")),
    (Language::De, include_str!("../../assets/appeal/de.toml")),
    (Language::Fr, include_str!("../../assets/appeal/fr.toml")),
    (Language::It, include_str!("../../assets/appeal/it.toml")),
    (Language::Es, include_str!("../../assets/appeal/es.toml")),
    (Language::Ja, include_str!("../../assets/appeal/ja.toml")),
];

/// The phrases of one language. Braces name what is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrases {
    claim: String,
    appeal: String,
    chargeback: String,
    other: String,
    ordered: String,
    total: String,
    claimed: String,
    article: String,
    wrote: String,
    answered: String,
    shipped: String,
    parcel_proof: String,
    paper_proof: String,
    offer: String,
    refunded: String,
    ask_claim: String,
    ask_appeal: String,
    ask_chargeback: String,
    ask_other: String,
    further: String,
    sent_proofs: String,
    origin: BTreeMap<String, String>,
    offers: BTreeMap<String, String>,
    status: BTreeMap<String, String>,
}

/// What is written for Amazon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cover {
    /// The text, at most [`LIMIT`] characters.
    pub text: String,
    /// The sentence to add once the proofs went to the buyer as a message.
    pub sent_proofs: String,
    /// Proofs that are sound but had no room.
    pub left_out: usize,
}

struct Writer<'a> {
    phrases: Phrases,
    lang: Language,
    site: Option<Marketplace>,
    zone: TimeZone,
    file: &'a CaseFile,
}

/// The language of a site's pages: English where none of ours is.
pub(super) fn language(site: Option<Marketplace>) -> Language {
    let known = site.and_then(|site| Language::parse(site.language()));
    known.filter(|lang| FILES.iter().any(|(file, _)| file == lang)).unwrap_or(Language::En)
}

/// Writes the text of a case. `proofs` are its sound ones in the order in which the pack numbers them, each with its
/// number.
pub(super) fn cover(file: &CaseFile, proofs: &[(usize, &Evidence)]) -> Cover {
    let site = file.summary.marketplace;
    let lang = language(site);
    let source = FILES.iter().find(|(each, _)| *each == lang).map_or("", |(_, source)| source);
    // A test reads every file.
    let phrases: Phrases = toml::from_str(source).unwrap_or_default();
    let zone = site.and_then(|site| TimeZone::get(site.zone()).ok()).unwrap_or(TimeZone::UTC);
    let writer = Writer { phrases, lang, site, zone, file };
    let mut named = proofs.len().min(NAMED);
    loop {
        let text = writer.text(&proofs[..named]);
        if text.chars().count() <= LIMIT || named == 0 {
            let sent_proofs = writer.phrases.sent_proofs;
            return Cover { text, sent_proofs, left_out: proofs.len() - named };
        }
        named -= 1;
    }
}

fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(phrase.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

impl Writer<'_> {
    fn text(&self, proofs: &[(usize, &Evidence)]) -> String {
        let (opening, ask) = self.frame();
        let plain = |order: &&str| order.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-');
        let order = self.file.summary.order_id.as_deref().filter(plain).unwrap_or("–");
        let mut text = format!("{}\n\n", fill(opening, &[("order", order)]));
        let lines = [self.facts(), self.shipments(proofs), self.talk(), self.proofs(proofs), self.offers()];
        for line in lines.into_iter().flatten() {
            text.push_str("- ");
            text.push_str(&line);
            text.push('\n');
        }
        text.push_str(&format!("\n{ask}\n{}\n", self.phrases.further));
        text
    }

    /// The first line and the wish, by what Amazon decides here.
    fn frame(&self) -> (&str, &str) {
        let say = &self.phrases;
        match (self.file.summary.channel, self.file.decision) {
            (Channel::Atoz, Some(Decision::Granted)) => (&say.appeal, &say.ask_appeal),
            (Channel::Atoz, _) => (&say.claim, &say.ask_claim),
            (Channel::Chargeback, _) => (&say.chargeback, &say.ask_chargeback),
            _ => (&say.other, &say.ask_other),
        }
    }

    fn day(&self, at: Timestamp) -> String {
        date(at.to_zoned(self.zone.clone()).date(), self.lang, self.site)
    }

    fn facts(&self) -> Vec<String> {
        let say = &self.phrases;
        let order = self.file.order.as_ref();
        let sum = |phrase: &str, amount| fill(phrase, &[("amount", &money(amount, self.lang, self.site))]);
        let mut lines = Vec::new();
        lines.extend(
            order
                .and_then(|order| order.purchased_at)
                .map(|at| fill(&say.ordered, &[("date", &self.day(at))])),
        );
        lines.extend(order.and_then(|order| order.total).map(|total| sum(&say.total, total)));
        lines.extend(self.file.claimed.map(|claimed| sum(&say.claimed, claimed)));
        let asins = order.iter().flat_map(|order| &order.items).filter_map(|item| item.asin.as_deref());
        let plain = |asin: &&str| asin.len() == 10 && asin.bytes().all(|sign| sign.is_ascii_alphanumeric());
        lines.extend(asins.filter(plain).take(3).map(|asin| fill(&say.article, &[("asin", asin)])));
        lines
    }

    fn shipments(&self, proofs: &[(usize, &Evidence)]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (carrier, number) in proofs.iter().filter_map(|(_, proof)| parcel(proof)) {
            let line = fill(&self.phrases.shipped, &[("carrier", &carrier), ("number", &number)]);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.truncate(3);
        lines
    }

    fn talk(&self) -> Vec<String> {
        let messages = &self.file.messages;
        let first = messages.iter().find(|message| message.notice == Notice::BuyerMessage && !message.ours);
        let last = messages.iter().rev().find(|message| message.ours);
        let mut lines = Vec::new();
        lines.extend(first.map(|message| fill(&self.phrases.wrote, &[("date", &self.day(message.at))])));
        lines.extend(last.map(|message| fill(&self.phrases.answered, &[("date", &self.day(message.at))])));
        lines
    }

    fn proofs(&self, proofs: &[(usize, &Evidence)]) -> Vec<String> {
        let line = |(number, proof): &(usize, &Evidence)| {
            let origin = proof.origin.unwrap_or(Origin::Other).word();
            let origin = self.phrases.origin.get(origin).map_or("", String::as_str);
            let (n, date) = (number.to_string(), self.day(proof.at));
            match parcel(proof) {
                Some((carrier, number)) => fill(
                    &self.phrases.parcel_proof,
                    &[
                        ("n", &n),
                        ("carrier", &carrier),
                        ("number", &number),
                        ("origin", origin),
                        ("date", &date),
                    ],
                ),
                None => fill(&self.phrases.paper_proof, &[("n", &n), ("origin", origin), ("date", &date)]),
            }
        };
        proofs.iter().map(line).collect()
    }

    fn offers(&self) -> Vec<String> {
        let say = &self.phrases;
        let made = self.file.offers.iter().filter(|offer| offer.status != OfferStatus::Reversed);
        let mut lines: Vec<String> = made
            .take(NAMED)
            .map(|offer| {
                let kind = say.offers.get(offer.kind.word()).map_or("", String::as_str);
                let amount = offer.amount.map(|amount| format!(" {}", money(amount, self.lang, self.site)));
                let what = format!("{kind}{}", amount.unwrap_or_default());
                let status = say.status.get(offer.status.word()).map_or("", String::as_str);
                fill(&say.offer, &[("date", &self.day(offer.at)), ("offer", &what), ("status", status)])
            })
            .collect();
        let paid = self.file.messages.iter().filter(|message| message.notice == Notice::RefundIssued);
        lines.extend(paid.filter_map(|message| Some((message.at, message.amount?))).take(3).map(
            |(at, amount)| {
                let amount = money(amount, self.lang, self.site);
                fill(&say.refunded, &[("date", &self.day(at)), ("amount", &amount)])
            },
        ));
        lines
    }
}

/// Carrier and number of a proof about a parcel, as far as they look like one: whatever could be an address, a link or a
/// sentence is left out.
fn parcel(proof: &Evidence) -> Option<(String, String)> {
    let (carrier, number) = proof.carrier.as_deref().zip(proof.number.as_deref())?;
    let short = |text: &str| text.chars().count() <= 40;
    let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '&');
    let named = short(carrier) && carrier.chars().all(plain) && proof.form != Form::Tick;
    let numbered =
        short(number) && number.chars().all(|sign| sign.is_ascii_alphanumeric() || " -".contains(sign));
    (named && numbered).then(|| (carrier.trim().to_owned(), number.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::offer::OfferKind;

    #[test]
    fn every_language_has_every_phrase_and_every_word() {
        for (lang, source) in FILES {
            let phrases: Phrases = toml::from_str(source).unwrap_or_else(|error| panic!("{lang:?}: {error}"));
            for origin in Origin::ALL {
                assert!(phrases.origin.contains_key(origin.word()), "{lang:?} {origin:?}");
            }
            for kind in OfferKind::ALL {
                assert!(phrases.offers.contains_key(kind.word()), "{lang:?} {kind:?}");
            }
            for status in OfferStatus::ALL.iter().filter(|status| **status != OfferStatus::Reversed) {
                assert!(phrases.status.contains_key(status.word()), "{lang:?} {status:?}");
            }
            for phrase in [&phrases.claim, &phrases.appeal, &phrases.chargeback, &phrases.other] {
                assert!(phrase.contains("{order}"), "{lang:?} {phrase}");
            }
        }
    }

    #[test]
    fn a_site_without_a_language_of_ours_is_written_to_in_english() {
        assert_eq!(language(Some(Marketplace::De)), Language::De);
        assert_eq!(language(Some(Marketplace::Jp)), Language::Ja);
        assert_eq!(language(Some(Marketplace::Pl)), Language::En);
        assert_eq!(language(None), Language::En);
    }
}
