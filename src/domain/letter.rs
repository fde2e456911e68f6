//! What a reply by mail needs to know of the thread it answers.

use super::case::CaseId;

/// The mails of a case as far as an answer to them depends on them. Everything here comes from mails: untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondence {
    /// The case.
    pub case: CaseId,
    /// The buyer's relay address with its + part; `None` where no mail shows one.
    pub to: Option<String>,
    /// Our own address, as the newest mail that shows it has it.
    pub from: Option<String>,
    /// Subject of the mail that is answered.
    pub subject: String,
    /// Its Message-ID, without brackets.
    pub message_id: Option<String>,
    /// What it refers to, without brackets.
    pub references: Vec<String>,
    /// The order, for a subject where the mail has none.
    pub order_id: Option<String>,
}
