//! `kesu classify`: kind and complaint of messages, JSON lines in and out.

use std::process::ExitCode;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Session;
use super::args::Classify as Args;
use super::lines::{Answering, spoken};
use super::out::Stop;
use crate::reply::language;
use crate::triage::words;

/// One message as a line gives it. Unknown fields are left alone.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    text: String,
}

/// `kesu classify`.
pub(super) fn classify(session: &Session<'_>, args: &Args) -> Result<ExitCode, Stop> {
    let example = r#"{"id":"1","lang":"de","subject":"","text":"…"}"#;
    let keys = json!({ "id": "", "lang": "", "subject": "", "text": "" });
    Answering { example, keys, answer }.run(session, &args.paths)
}

fn answer(message: &Message) -> Value {
    let said = message.lang.as_deref().and_then(spoken);
    let language = said.or_else(|| language::detect(&message.text, None));
    let subject = message.subject.as_deref().unwrap_or_default();
    let verdict = words::classify(subject, &message.text, language);
    json!({ "id": message.id, "kind": verdict.kind, "is_complaint": verdict.is_complaint })
}
