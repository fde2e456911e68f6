//! What an import says about each file, mail or report.

use jiff::Timestamp;

use super::refusal::Refusal;
use crate::domain::record::{Deadline, Decision, Mail, Notice, ReportKind, RowProblem};
use crate::domain::{Kind, Marketplace, Money, OrderId};
use crate::i18n::Lang;
use crate::store::Place;

/// What came of a file, a mail or a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It landed.
    Accepted,
    /// Counted, nothing stored: a duplicate, or not Amazon's to the seller.
    Ignored,
    /// Refused with a reason.
    Rejected,
}

impl Status {
    /// The word for JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Ignored => "ignored",
            Self::Rejected => "rejected",
        }
    }
}

/// What a mail says, as far as the operator is told.
#[derive(Debug, Clone, PartialEq)]
pub struct MailFacts {
    /// What it is.
    pub notice: Notice,
    /// On which site.
    pub marketplace: Option<Marketplace>,
    /// The order.
    pub order_id: Option<OrderId>,
    /// What the buyer wrote; `None` where the request left texts out.
    pub buyer_text: Option<String>,
    /// Kind of complaint.
    pub kind: Kind,
    /// Whether it is one.
    pub is_complaint: bool,
    /// Claimed, disputed or refunded.
    pub amount: Option<Money>,
    /// The decision it brings.
    pub decision: Option<Decision>,
    /// The deadline it states.
    pub deadline: Option<Deadline>,
    /// Its date.
    pub sent_at: Option<Timestamp>,
    /// Conversation and case; known when the whole import was read.
    pub place: Option<Place>,
    /// What was odd about it. English, Chinese.
    pub warnings: Vec<[String; 2]>,
}

impl MailFacts {
    pub(super) fn of(mail: &Mail, with_text: bool) -> Self {
        Self {
            notice: mail.notice,
            marketplace: mail.marketplace,
            order_id: mail.order_id.clone(),
            buyer_text: with_text.then(|| mail.buyer_text.clone()),
            kind: mail.kind,
            is_complaint: mail.is_complaint,
            amount: mail.amount,
            decision: mail.decision,
            deadline: mail.deadline,
            sent_at: mail.sent_at,
            place: None,
            warnings: mail.warnings.clone(),
        }
    }
}

/// How the rows of a report fared: `total` = `new` + `dup` + `updated` + `skipped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rows {
    /// Read, blank lines not counted.
    pub total: u64,
    /// Not seen before.
    pub new: u64,
    /// Known, nothing changed.
    pub dup: u64,
    /// Known, newer.
    pub updated: u64,
    /// Unreadable.
    pub skipped: u64,
}

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFacts {
    /// Which kind.
    pub kind: ReportKind,
    /// Its rows.
    pub rows: Rows,
    /// The first problems, at most [`PROBLEMS`](super::PROBLEMS).
    pub problems: Vec<RowProblem>,
    /// How many problems there are in truth.
    pub problem_count: u64,
}

/// What is known of an item beyond its status.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Not known what it is.
    Unknown,
    /// A mail; without facts when it was not accepted or could not be read.
    Mail(Option<Box<MailFacts>>),
    /// A report.
    Report(Box<ReportFacts>),
}

/// One mail or report, as the operator is told of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The file it came from; `-` for standard input. Untrusted.
    pub file: String,
    /// Place in its mailbox, from 1; `None` outside an mbox.
    pub index: Option<u64>,
    /// What came of it.
    pub status: Status,
    /// Why it was not accepted. English, Chinese.
    pub reason: Option<Refusal>,
    /// A column map to start from, where the header of a table is unknown. English, Chinese comments.
    pub starter: Option<[String; 2]>,
    /// What it is.
    pub content: Content,
}

impl Item {
    /// The word for JSON: `mail` or the kind of report.
    #[must_use]
    pub const fn type_word(&self) -> Option<&'static str> {
        match &self.content {
            Content::Unknown => None,
            Content::Mail(_) => Some("mail"),
            Content::Report(report) => Some(report.kind.word()),
        }
    }

    /// Everything that was refused or odd about it, a line each with the file's name. English, Chinese; untrusted.
    pub fn problems(&self) -> impl Iterator<Item = [String; 2]> {
        let name = self.index.map_or_else(|| self.file.clone(), |index| format!("{}#{index}", self.file));
        let refused = self.reason.iter().filter(|_| self.status == Status::Rejected).cloned();
        let odd: Vec<[String; 2]> = match &self.content {
            Content::Mail(Some(mail)) => mail.warnings.clone(),
            Content::Report(report) => {
                let rows =
                    report.problems.iter().map(|problem| [Lang::En, Lang::Zh].map(|lang| problem.say(lang)));
                rows.collect()
            }
            _ => Vec::new(),
        };
        refused
            .chain(odd)
            .map(move |said| said.map(|said| format!("{name}: {said}")))
            .collect::<Vec<_>>()
            .into_iter()
    }
}
