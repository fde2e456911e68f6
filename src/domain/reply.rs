//! A reply that went out, as it is shown again beside a new one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::{CaseId, Channel};

/// Who reads the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The buyer.
    #[default]
    Buyer,
    /// Amazon, in a claim or a chargeback.
    Amazon,
}

/// A reply of ours to a buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastReply {
    /// The case it was sent in.
    pub case: CaseId,
    /// Where that arrived.
    pub channel: Channel,
    /// The order of that case.
    pub order_id: Option<String>,
    /// When it was sent.
    pub at: Timestamp,
    /// All of it. Written by the operator, or read from Amazon's copy: untrusted.
    pub text: String,
    /// Name of the template, where one was used in kesu.
    pub template: Option<String>,
    /// The template's words with the values of the day, without an addition; empty without a template.
    pub template_text: String,
    /// It was written in kesu, rather than read from Amazon's copy alone.
    pub written_here: bool,
}
