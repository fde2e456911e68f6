//! `kesu lint`: what the reply rules object to in replies, JSON lines in and out.

use std::process::ExitCode;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Session;
use super::args::Lint as Args;
use super::lines::{Answering, spoken};
use super::out::Stop;
use crate::domain::order::OrderId;
use crate::domain::{Channel, Fulfilment, Marketplace};
use crate::reply::rules::{self, Facts};

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
#[derive(Debug, Default, Deserialize)]
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
}

/// `kesu lint`.
pub(super) fn lint(session: &Session<'_>, args: &Args) -> Result<ExitCode, Stop> {
    let example = r#"{"id":"1","lang":"de","text":"…","context":{"order_id":"302-1000001-1000006","marketplace":"DE"}}"#;
    Answering { example, answer }.run(session, &args.paths)
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
        Facts {
            channel: self.channel.as_deref().and_then(Channel::parse),
            order_id: self.order_id.as_deref().and_then(OrderId::parse),
            marketplace: site
                .and_then(|code| Marketplace::ALL.iter().copied().find(|known| known.code() == code)),
            fulfilment: self.fulfilment.as_deref().and_then(Fulfilment::parse),
            buyer_lang: self.buyer_lang.clone(),
            proactive: self.proactive.unwrap_or(false),
            subject: self.subject.clone(),
            ..Facts::default()
        }
    }
}
