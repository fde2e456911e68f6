//! Events: the append-only history of a case.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::{CaseId, Kind, Language, Outcome, RootCause, Stage, words};
use super::clock::Side;
use super::marketplace::Marketplace;
use super::offer::{OfferKind, OfferStatus, Route};
use super::playbook::Risk;

words! {
    /// Who did it.
    Actor {
        /// The operator, at the keyboard or by a command.
        Operator = "operator",
        /// Amazon, by a mail or a report.
        Amazon = "amazon",
        /// kesu itself, because time has passed.
        Kesu = "kesu",
    }
}

/// How an offer was made: what of it neither moves money nor changes later, kept where it cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The way it went to the buyer; `None`: nobody said.
    pub route: Option<Route>,
    /// Why it was made, in the operator's words.
    pub why: Option<String>,
    /// The order total was not known then, and the operator confirmed that.
    pub total_unknown: bool,
}

/// What happened. The body of an event's JSON; the tag is the event's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Deed {
    /// The case arose.
    Opened,
    /// A mail joined it.
    Received {
        /// What the mail is (see `record::Notice`).
        notice: String,
        /// The row of the message.
        message: i64,
    },
    /// A report row told something new about it.
    Reported {
        /// Which kind of report.
        report: String,
    },
    /// A new mail opened it again after the archive.
    Reopened,
    /// The kind was corrected.
    KindSet {
        /// From.
        from: Kind,
        /// To.
        to: Kind,
    },
    /// The operator said whether a message is a complaint.
    Judged {
        /// It is one.
        complaint: bool,
    },
    /// The reply was copied to the clipboard or a file.
    Copied {
        /// How: `OSC 52`, `wl-copy`, `file: /home/me/reply.txt`, `eml: /home/me/outbox/case-7.eml`.
        route: String,
    },
    /// The reply went out.
    Sent {
        /// The whole text.
        text: String,
        /// Name of the template, if one was used.
        template: Option<String>,
        /// Its language.
        lang: Option<Language>,
    },
    /// Rules that stop a reply were overruled, for one text.
    Overruled {
        /// Their ids, `L04`.
        rules: Vec<String>,
        /// Why, in the operator's words.
        reason: String,
        /// SHA-256 of the reply: for any other the rules hold.
        text: String,
    },
    /// The buyer's message asks for no answer.
    NoReplyNeeded,
    /// An offer was booked.
    Offered {
        /// Row of the offer.
        offer: i64,
        /// What was offered.
        kind: OfferKind,
        /// Decimal amount and currency, as shown.
        amount: Option<String>,
        /// Why its invalid tracking number went out all the same, in the operator's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// How it was made; `None` of a booking by a kesu that did not write it down here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<Terms>,
    },
    /// An offer was moved on.
    OfferMoved {
        /// Row of the offer.
        offer: i64,
        /// What it is.
        kind: OfferKind,
        /// From.
        from: OfferStatus,
        /// To.
        to: OfferStatus,
        /// Decimal amount and currency that it holds from then on; what it held where it was carried out and is taken back.
        amount: Option<String>,
        /// Why its invalid tracking number went out all the same, in the operator's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Out of the queue.
    Archived {
        /// How it ended.
        outcome: Outcome,
        /// What has to be mended.
        cause: Option<RootCause>,
    },
    /// The operator noted how it ended, or what became of it since.
    OutcomeNoted {
        /// How.
        outcome: Outcome,
    },
    /// The note of a SKU was saved; its text is in the notes.
    SkuNoted {
        /// The article.
        sku: String,
    },
    /// The line of a SKU in the cost table was edited.
    SkuCosted {
        /// The article.
        sku: String,
    },
    /// Fees or postage of a site were edited.
    SiteCosted {
        /// The site.
        site: Marketplace,
    },
    /// The operator said where the parcel is.
    StageSet {
        /// What was known before.
        from: Option<Stage>,
        /// What he said; `None`: what the order says holds again.
        to: Option<Stage>,
    },
    /// The operator said which category the article is in.
    CategorySet {
        /// What he said; `None`: what the words of its name say holds again.
        to: Option<Risk>,
    },
    /// A step of the playbook was ticked.
    StepDone {
        /// The step.
        step: String,
        /// Row of the tick.
        evidence: i64,
    },
    /// The tick was taken off.
    StepReopened {
        /// The step.
        step: String,
        /// Row of the tick.
        evidence: i64,
    },
    /// A note was added to a step.
    Noted {
        /// The step.
        step: String,
        /// Row of the note.
        evidence: i64,
    },
    /// A file was attached to a step.
    Attached {
        /// The step.
        step: String,
        /// Row of the file.
        evidence: i64,
        /// Its name, made harmless.
        name: String,
        /// SHA-256 of its content.
        sha256: String,
    },
    /// An appeal pack was written.
    Packed {
        /// The folder.
        folder: String,
    },
    /// The case waits for somebody, or (`None`) for nobody any more.
    Waiting {
        /// For whom.
        whom: Option<Side>,
    },
    /// Out of sight for a while.
    Snoozed {
        /// Until then; `None` until a mail.
        until: Option<Timestamp>,
        /// Any mail ends it, rather than only what the buyer writes.
        any_mail: bool,
    },
    /// In sight again, by the operator.
    Woken,
    /// An import was run.
    Imported {
        /// Its row.
        import: i64,
    },
    /// An earlier event was undone.
    Undone {
        /// Its number.
        event: i64,
    },
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Number, dense over the whole file.
    pub id: i64,
    /// The case it belongs to; none for an import.
    pub case: Option<CaseId>,
    /// When it was stored (or, for a mail, sent).
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What happened.
    pub deed: Deed,
}
