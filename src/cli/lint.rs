//! `kesu lint`: what the reply rules object to in replies, JSON lines in and out.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Session;
use super::args::Lint as Args;
use super::lines::{Answering, spoken};
use super::out::Stop;
use crate::domain::amount::{Habit, read};
use crate::domain::order::OrderId;
use crate::domain::{Channel, Fulfilment, Marketplace};
use crate::reply::rules::{self, Attachment, Facts};
use crate::reply::template::Audience;

/// One reply as a line gives it. Unknown fields are left alone.
#[derive(Debug, Deserialize)]
struct Reply {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    lang: Option<String>,
    text: String,
    #[serde(default)]
    context: Option<Context>,
}

/// What the line says of the case. What it lacks, or what is not known here, makes its rules silent.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Context {
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    order_id: Option<String>,
    #[serde(default)]
    marketplace: Option<String>,
    #[serde(default)]
    fulfilment: Option<String>,
    #[serde(default)]
    buyer_lang: Option<String>,
    #[serde(default)]
    proactive: Option<bool>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    buyer_name: Option<String>,
    #[serde(default)]
    buyer_lines: Option<Vec<String>>,
    #[serde(default)]
    earlier_offers: Option<u32>,
    #[serde(default)]
    offer_limit_percent: Option<u32>,
    /// What the order came to, `49.99 USD`.
    #[serde(default)]
    price: Option<String>,
    #[serde(default)]
    attachments: Option<Vec<Attachment>>,
    #[serde(default)]
    return_country: Option<String>,
    #[serde(default)]
    prepaid_label: Option<bool>,
    #[serde(default)]
    review_requested: Option<bool>,
    #[serde(default)]
    own_mistake: Option<bool>,
}

/// `kesu lint`.
pub(super) fn lint(session: &Session<'_>, args: &Args) -> Result<ExitCode, Stop> {
    let example = r#"{"id":"1","lang":"de","text":"…","context":{"order_id":"302-1000001-1000006","marketplace":"DE"}}"#;
    let keys = json!({ "id": "", "lang": "", "text": "", "context": Context::default() });
    Answering { example, keys, answer }.run(session, &args.paths)
}

fn answer(reply: &Reply) -> Value {
    let lang = reply.lang.as_deref().and_then(spoken);
    let facts = reply.context.as_ref().map(Context::facts).unwrap_or_default();
    let found = rules::check(&reply.text, lang, &facts);
    let mut flags: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    flags.sort_unstable();
    flags.dedup();
    let findings: Vec<Value> = found
        .iter()
        .map(|finding| {
            json!({
                "rule": finding.rule,
                "level": finding.level,
                "start": finding.range.start,
                "end": finding.range.end,
                "message": finding.message[0],
                "source": finding.source[0],
            })
        })
        .collect();
    json!({ "id": reply.id, "flags": flags, "findings": findings })
}

impl Context {
    fn facts(&self) -> Facts {
        let site = self.marketplace.as_deref().map(|code| code.trim().to_ascii_uppercase());
        let site = site.map(|code| if code == "GB" { "UK".to_owned() } else { code });
        let site = site.and_then(|code| Marketplace::ALL.iter().copied().find(|known| known.code() == code));
        let habit = Habit { currency: site.map(Marketplace::currency), decimal: None };
        Facts {
            channel: self.channel.as_deref().and_then(Channel::parse),
            order_id: self.order_id.as_deref().and_then(OrderId::typed),
            marketplace: site,
            fulfilment: self.fulfilment.as_deref().and_then(Fulfilment::parse),
            buyer_lang: self.buyer_lang.clone(),
            proactive: self.proactive.unwrap_or(false),
            subject: self.subject.clone(),
            // What is checked here goes to a buyer, whatever brought the case.
            audience: Some(Audience::Buyer),
            buyer_name: self.buyer_name.clone(),
            buyer_lines: self.buyer_lines.clone(),
            earlier_offers: self.earlier_offers,
            offer_limit_percent: self.offer_limit_percent,
            price: self.price.as_deref().and_then(|typed| read(typed, habit).ok()),
            attachments: self.attachments.clone(),
            return_country: self.return_country.clone(),
            prepaid_label: self.prepaid_label,
            review_requested: self.review_requested,
            own_mistake: self.own_mistake,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules that a line breaks.
    fn flags(line: &Value) -> Vec<String> {
        let answer = answer(&serde_json::from_value(line.clone()).unwrap());
        serde_json::from_value(answer["flags"].clone()).unwrap()
    }

    #[test]
    fn every_fact_a_rule_asks_for_can_be_told() {
        let rows = [
            (
                "L12",
                "We would be glad of a review of the kettle.",
                json!({ "proactive": true, "review_requested": true }),
            ),
            (
                "L21",
                "The invoice of 62701 Springfield is attached.",
                json!({ "buyer_lines": ["62701 Springfield"] }),
            ),
            (
                "L32",
                "The invoice is attached.",
                json!({ "attachments": [{ "name": "invoice.exe", "bytes": 900 }] }),
            ),
            (
                "L39",
                "Please send the lamp back to our warehouse.",
                json!({ "marketplace": "DE", "return_country": "CN" }),
            ),
            ("L40", "We offer you a refund of 50 % today.", json!({ "offer_limit_percent": 30 })),
            ("L40", "We offer you a refund of 5.00 USD today.", json!({ "earlier_offers": 1 })),
            (
                "L40",
                "We offer you a refund of 25.00 USD today.",
                json!({ "offer_limit_percent": 30, "price": "50.00 USD" }),
            ),
            ("L41", "We cannot refund you for the kettle.", json!({ "own_mistake": true })),
        ];
        for (rule, text, context) in rows {
            let line = |context| json!({ "id": 1, "lang": "en", "text": text, "context": context });
            assert!(flags(&line(context.clone())).contains(&rule.to_owned()), "{rule}: {context}");
            assert!(!flags(&line(json!({}))).contains(&rule.to_owned()), "{rule} needs its fact");
        }
    }

    #[test]
    fn a_reply_to_a_buyer_has_its_length_whatever_brought_the_case() {
        let of = |letters: usize, channel| {
            let line = json!({ "id": 1, "text": "e\u{301}".repeat(letters / 2) + &"x".repeat(letters % 2), "context": { "channel": channel } });
            flags(&line).contains(&"L28".to_owned())
        };
        for channel in [None, Some("buyer_message"), Some("atoz_claim")] {
            assert_eq!((of(2_000, channel), of(2_001, channel)), (false, true), "{channel:?}");
        }
    }
}
