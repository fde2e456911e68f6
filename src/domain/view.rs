//! What the store hands out: a line of the queue, a whole case, the counts of the header.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::buyer::BuyerHistory;
use super::case::{CaseId, Channel, Fulfilment, Kind, Language, Outcome, RootCause, Stage, State};
use super::clock::{Running, Side};
use super::event::Event;
use super::evidence::{Evidence, Typed};
use super::marketplace::Marketplace;
use super::money::Money;
use super::note::SkuNote;
use super::offer::{Offer, Refunds, Room};
use super::outcome::{Said, Standing};
use super::playbook::Risk;
use super::record::{Decision, Notice};
use super::reply::Audience;

/// Whether something went wrong for the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// It came through a channel for complaints, or the operator said so.
    Certain,
    /// The words of a message say so; the operator did not yet.
    Informal,
    /// By its words, or by the operator's, a message is none.
    None,
}

/// One case as a line of the queue or of `kesu list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its number.
    pub id: CaseId,
    /// Where it arrived.
    pub channel: Channel,
    /// What it is about.
    pub kind: Kind,
    /// Whether the operator set the kind.
    pub kind_confirmed: bool,
    /// Whether something went wrong for the buyer.
    pub complaint: Complaint,
    /// Open or archived.
    pub state: State,
    /// On which site.
    pub marketplace: Option<Marketplace>,
    /// The order.
    pub order_id: Option<String>,
    /// The article.
    pub sku: Option<String>,
    /// The buyer's relay alias without its `+` part.
    pub buyer: Option<String>,
    /// The buyer's name where a mail showed it.
    pub buyer_name: Option<String>,
    /// When the complaint arose.
    pub opened: Timestamp,
    /// When the leading clock runs out; `None` when every clock is stopped.
    pub due: Option<Timestamp>,
    /// Name of the leading clock in the policy file.
    pub clock: Option<String>,
    /// The buyer's language.
    pub lang: Option<Language>,
    /// The newest words of the buyer on one line, at most 200 characters, untrusted.
    pub excerpt: String,
    /// Open for more than 45 days: stands below the rest of the queue.
    pub long_term: bool,
    /// Answered, nothing new since.
    pub answered: bool,
    /// Snoozed until then; it is in sight again once that has passed.
    pub wake: Option<Timestamp>,
    /// For whom it waits.
    pub waiting: Option<Side>,
}

/// Where a page of the queue starts: the key of the last line before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueKey {
    /// In the group of cases older than 45 days.
    pub long_term: bool,
    /// The due time, seconds UTC; `i64::MAX` without one.
    pub due: i64,
    /// The case.
    pub id: CaseId,
}

impl Summary {
    /// A message that complains without a claim: the operator is asked for his yes or no.
    #[must_use]
    pub const fn is_informal(&self) -> bool {
        matches!(self.complaint, Complaint::Informal)
    }

    /// The place of this line in the queue.
    #[must_use]
    pub fn key(&self) -> QueueKey {
        QueueKey {
            long_term: self.long_term,
            due: self.due.map_or(i64::MAX, Timestamp::as_second),
            id: self.id,
        }
    }
}

/// What to look for in a list: every word must occur in number, order, SKU, buyer, site, channel, kind or excerpt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The words, as typed. Empty: everything.
    pub words: String,
    /// Archived cases too.
    pub archived: bool,
    /// Snoozed cases too.
    pub asleep: bool,
    /// Only cases whose leading clock runs out from the first second (UTC) on and before the second one.
    pub due: Option<(i64, i64)>,
    /// Only these cases, archived and snoozed ones too.
    pub only: Option<Listed>,
}

/// The cases behind a figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// What they are, English and Chinese.
    pub name: [String; 2],
    /// Their numbers.
    pub cases: Vec<CaseId>,
}

/// A message of the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Row number.
    pub id: i64,
    /// What it is.
    pub notice: Notice,
    /// When it was sent (when it was imported, if its date was unusable).
    pub at: Timestamp,
    /// Ours, rather than the buyer's or Amazon's.
    pub ours: bool,
    /// Written in kesu and marked as sent, rather than read from a mail.
    pub written_here: bool,
    /// Who wrote, untrusted.
    pub author: String,
    /// Subject, untrusted.
    pub subject: String,
    /// What was written; where nobody wrote anything, the readable text of the notice. Untrusted.
    pub text: String,
    /// Amount claimed or refunded.
    pub amount: Option<Money>,
    /// The decision it brings.
    pub decision: Option<Decision>,
}

/// An order line as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// SKU.
    pub sku: String,
    /// ASIN.
    pub asin: Option<String>,
    /// Title, untrusted.
    pub name: Option<String>,
    /// How many.
    pub quantity: i64,
    /// What the line adds to the total.
    pub total: Option<Money>,
}

/// What is known of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The id.
    pub id: String,
    /// On which site.
    pub marketplace: Option<Marketplace>,
    /// Who ships.
    pub fulfilment: Option<Fulfilment>,
    /// When it was placed.
    pub purchased_at: Option<Timestamp>,
    /// Amazon's status, verbatim.
    pub status: Option<String>,
    /// Sum over the lines; `None` while a line lacks an amount or no report named the order.
    pub total: Option<Money>,
    /// Its lines.
    pub items: Vec<Item>,
}

/// A clock as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockView {
    /// Name in the policy file.
    pub name: String,
    /// Short name on screen, English and Chinese.
    pub label: [String; 2],
    /// From when it runs.
    pub started: Timestamp,
    /// When it runs out.
    pub due: Timestamp,
    /// The earliest end of what Amazon takes its time with.
    pub earliest: Option<Timestamp>,
    /// A mail stated the deadline.
    pub stated: bool,
    /// It may lead the queue; others are only shown.
    pub leads: bool,
    /// At the moment it was asked for.
    pub state: Running,
    /// Where the rule stands, English and Chinese.
    pub source: [String; 2],
    /// What a miss costs, English and Chinese.
    pub consequence: [String; 2],
}

/// A reply that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReplyDraft {
    /// Name of the template.
    pub template: Option<String>,
    /// Its language.
    pub lang: Option<Language>,
    /// What the operator typed.
    pub addition: String,
    /// Values typed for variables the case does not know.
    pub values: BTreeMap<String, String>,
    /// Whom its template is for; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<Audience>,
}

/// Everything about one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// Its line in the queue.
    pub summary: Summary,
    /// The order, where known.
    pub order: Option<Order>,
    /// The reason as stated, untrusted.
    pub reason: Option<String>,
    /// Amount claimed.
    pub claimed: Option<Money>,
    /// Amazon's decision.
    pub decision: Option<Decision>,
    /// Where the parcel is, as far as the order says.
    pub stage: Option<Stage>,
    /// The buyer's words that decided kind and complaint, as far as words did. Untrusted.
    pub because: Vec<String>,
    /// The thread, oldest first.
    pub messages: Vec<Message>,
    /// Every clock, the nearest first.
    pub clocks: Vec<ClockView>,
    /// Every offer on the order, oldest first.
    pub offers: Vec<Offer>,
    /// What the buyer got back, by all that mails and reports say.
    pub refunds: Refunds,
    /// What the order came to, what offers hold of it by the money log and what was refunded beside them.
    pub room: Room,
    /// The buyer's (or order's) other cases, newest first, at most 20.
    pub others: Vec<Summary>,
    /// The history, oldest first.
    pub events: Vec<Event>,
    /// The reply being written.
    pub draft: Option<ReplyDraft>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What has to be mended.
    pub cause: Option<RootCause>,
    /// Everything known of the buyer, this case among it.
    pub buyer: BuyerHistory,
    /// The note of the case's SKU; `None` for a case that names no SKU.
    pub note: Option<SkuNote>,
    /// Ticks, notes and files of the playbook's steps, oldest first.
    pub evidence: Vec<Evidence>,
    /// Forms of steps that were left half written.
    pub typed: Vec<Typed>,
    /// How it stands: by Amazon, else by the operator; `None` while nothing is known.
    pub stands: Option<Standing>,
    /// Everything that was said of how it ended, oldest first.
    pub outcomes: Vec<Said>,
    /// The operator said where the parcel is, and that still holds.
    pub stage_said: bool,
    /// The category the operator said the article is in.
    pub risk_set: Option<Risk>,
}

/// Whether a mail brings words of the buyer's, or what Amazon asks in his name.
const fn is_asked(notice: Notice) -> bool {
    matches!(
        notice,
        Notice::BuyerMessage
            | Notice::ReturnRequest
            | Notice::Feedback
            | Notice::AtozClaim
            | Notice::Chargeback
    )
}

impl CaseFile {
    /// The newest message that a reply answers: the buyer's words, else whatever came. What Amazon only reports, like a
    /// refund, stands back.
    #[must_use]
    pub fn newest_asked(&self) -> Option<&Message> {
        let theirs = || self.messages.iter().rev().filter(|message| !message.ours);
        theirs().find(|message| is_asked(message.notice)).or_else(|| theirs().next())
    }

    /// The language a buyer is answered in by default: his own, else his site's.
    #[must_use]
    pub fn language(&self) -> Language {
        let site = self.summary.marketplace.and_then(|site| Language::parse(site.language()));
        self.summary.lang.or(site).unwrap_or(Language::En)
    }
}

/// A rate with its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub numerator: i64,
    /// Of how many.
    pub denominator: i64,
}

/// What the header of the queue says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Open cases, the long-term group apart.
    pub open: i64,
    /// Of these: past due.
    pub late: i64,
    /// Of these: due before the operator's midnight, not late.
    pub today: i64,
    /// Open for more than 45 days.
    pub long_term: i64,
    /// Messages that complain without a claim and wait for the operator's yes or no.
    pub informal: i64,
    /// Archived since the operator's midnight.
    pub done_today: i64,
    /// Sites with open cases.
    pub sites: Vec<Marketplace>,
    /// The worst order defect rate of the imported orders.
    pub odr_worst: Option<(Marketplace, Rate)>,
    /// That rate is at the line or over it.
    pub odr_over: bool,
    /// Replies within 24 h over the last 30 days.
    pub on_time: Option<Rate>,
    /// Open cases that are snoozed now. They are counted above like all others.
    pub asleep: i64,
    /// When the next of them shows again.
    pub next_wake: Option<Timestamp>,
}

/// One hour or day of a [`Forecast`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends.
    pub until: Timestamp,
    /// Which day: 0 today, 1 tomorrow (both hour by hour), 2 to 6 after.
    pub day: usize,
    /// How many open cases have their leading clock run out in it.
    pub count: i64,
}

/// What falls due in the coming seven days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forecast {
    /// Past due already.
    pub late: i64,
    /// From the hour of now on, without a gap.
    pub bars: Vec<Bar>,
}

/// What an import did, for the screen and for the command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Mails that landed on a case.
    pub accepted: u64,
    /// Mails without a case, counted.
    pub ignored: u64,
    /// Mails or files refused with a reason.
    pub rejected: u64,
    /// Of the ignored: already there.
    pub duplicates: u64,
    /// Report rows: read.
    pub total: u64,
    /// Report rows: not seen before.
    pub new: u64,
    /// Report rows: known, nothing changed.
    pub dup: u64,
    /// Report rows: known, newer.
    pub updated: u64,
    /// Report rows: unreadable.
    pub skipped: u64,
    /// Cases opened.
    pub cases: u64,
    /// Of these: settled already, so that they stand in the archive.
    pub archived: u64,
}

/// An order of which more was refunded than it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboveTotal {
    /// Its number, untrusted.
    pub order: String,
    /// A case of it, where there is one.
    pub case: Option<CaseId>,
    /// What it came to.
    pub total: Money,
    /// What was refunded in its currency.
    pub refunded: Money,
}
