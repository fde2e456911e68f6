//! What an import brings: one record for each mail or report row, the same for every source.
//!
//! The import reads bytes into these; the store writes them. Neither knows the other.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::case::{Fulfilment, Kind, Language, words};
use super::cost::{Band, SiteCost, SkuCost};
use super::marketplace::Marketplace;
use super::money::Money;
use super::order::OrderId;

words! {
    /// What a mail of Amazon's is; the `channel` of `kesu import --json`.
    Notice {
        /// A buyer wrote.
        BuyerMessage = "buyer_message",
        /// Amazon's copy of a reply of ours.
        SellerCopy = "seller_copy",
        /// A return was asked for or authorised.
        ReturnRequest = "return_request",
        /// A refund was issued.
        RefundIssued = "refund_issued",
        /// An A-to-z claim was opened or asks for an answer.
        AtozClaim = "atoz_claim",
        /// An A-to-z claim was decided.
        AtozDecision = "atoz_decision",
        /// The buyer asks to cancel.
        Cancellation = "cancellation",
        /// The buyer does not want our message.
        OptOut = "opt_out",
        /// A chargeback was opened.
        Chargeback = "chargeback",
        /// A chargeback was decided.
        ChargebackDecision = "chargeback_decision",
        /// A buyer left feedback.
        Feedback = "feedback",
        /// Amazon's, to the seller, of no known type.
        Unknown = "unknown",
    }
}

words! {
    /// How Amazon or the bank decided.
    Decision {
        /// For the buyer.
        Granted = "granted",
        /// For the seller.
        Denied = "denied",
        /// The buyer took it back.
        Withdrawn = "withdrawn",
        /// The order had been cancelled.
        OrderCancelled = "order_cancelled",
        /// The mail does not say.
        Unknown = "unknown",
    }
}

words! {
    /// The unit of a deadline a mail states.
    Unit {
        /// Hours.
        Hours = "hours",
        /// Calendar days.
        CalendarDays = "calendar_days",
    }
}

/// A deadline exactly as a mail states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
    /// Date of the mail plus the amount; `None` when the mail has no usable date.
    pub due: Option<Timestamp>,
}

/// The relay address of a buyer, `local+case@domain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The part before `+` or `@`, lower case: the buyer.
    pub local: String,
    /// The part after `+`: Seller Central's case id.
    pub case: Option<String>,
    /// The shop domain behind `marketplace.`.
    pub domain: String,
    /// The whole address as the mail writes it: what a reply goes to. Untrusted before its `@`.
    pub address: String,
}

/// An article a mail names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// ASIN.
    pub asin: Option<String>,
    /// The seller's SKU.
    pub sku: Option<String>,
    /// Title.
    pub name: Option<String>,
}

/// One accepted mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Message ids of `In-Reply-To` and `References`, without brackets.
    pub references: Vec<String>,
    /// SHA-256 over sender, date, subject and text, hex: tells duplicates apart where the Message-ID is missing.
    pub digest: String,
    /// What it is.
    pub notice: Notice,
    /// From the header or, where it is unambiguous, the sender's domain.
    pub marketplace: Option<Marketplace>,
    /// The order it is about.
    pub order_id: Option<OrderId>,
    /// The `Date` header; `None` when it is missing or senseless.
    pub sent_at: Option<Timestamp>,
    /// The buyer's relay address: sender of a message, recipient of our copy, link of an opt-out notice.
    pub alias: Option<Alias>,
    /// Our own address where the mail shows it: recipient of Amazon's mail, sender of ours. Untrusted.
    pub seller: Option<String>,
    /// The buyer's name where the mail shows it.
    pub buyer_name: Option<String>,
    /// Decoded subject.
    pub subject: String,
    /// What the buyer (or, in a copy, the seller) wrote, exact after the normalisation of KINDS.md; empty when nobody did.
    pub buyer_text: String,
    /// The whole readable text of the mail, kept so that nothing is lost.
    pub body: String,
    /// The language of `buyer_text`.
    pub language: Option<Language>,
    /// From codes and simple words.
    pub kind: Kind,
    /// Something went wrong and is not yet put right.
    pub is_complaint: bool,
    /// The words of the text that decided it, exactly as written. Untrusted.
    pub because: Vec<String>,
    /// The amount claimed, disputed or refunded.
    pub amount: Option<Money>,
    /// Present on decisions.
    pub decision: Option<Decision>,
    /// Present when the mail states one.
    pub deadline: Option<Deadline>,
    /// The reason as stated, verbatim.
    pub reason: Option<String>,
    /// Articles named.
    pub articles: Vec<Article>,
    /// RMA id or return request date of a return.
    pub rma: Option<String>,
    /// What was odd about it: a broken part, an unknown charset. English, Chinese.
    pub warnings: Vec<[String; 2]>,
}

words! {
    /// The kind of an imported file; `type` of `kesu import --json`.
    ReportKind {
        /// All orders, either variant.
        AllOrders = "all_orders",
        /// FBA customer returns.
        FbaReturns = "fba_returns",
        /// Seller-fulfilled returns, flat file.
        MfnReturns = "mfn_returns",
        /// Seller-fulfilled returns, XML.
        XmlReturns = "xml_returns",
        /// Seller feedback.
        Feedback = "feedback",
        /// FBA reimbursements.
        Reimbursements = "reimbursements",
        /// FBA replacements.
        Replacements = "replacements",
        /// Account health JSON.
        Performance = "performance",
        /// The seller's own: cost, weight and category of his SKUs.
        SkuCosts = "sku_costs",
        /// The seller's own: postage by weight.
        Postage = "postage",
        /// The seller's own: fees by site.
        SiteFees = "site_fees",
        /// Any table, by a column map.
        Mapped = "mapped",
    }
}

/// One line of an order report.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderLine {
    /// As written, 3-7-7 or another channel's id.
    pub order_id: String,
    /// The seller's SKU.
    pub sku: String,
    /// ASIN.
    pub asin: Option<String>,
    /// Title.
    pub name: Option<String>,
    /// How many.
    pub quantity: i64,
    /// When the order was placed.
    pub purchased_at: Timestamp,
    /// The day of the order as written in the file, in the file's own offset.
    pub purchased_on: Date,
    /// When Amazon last changed the line: the newer one wins.
    pub updated_at: Option<Timestamp>,
    /// Shipped, Pending, Cancelled …, verbatim.
    pub status: String,
    /// Who ships.
    pub fulfilment: Option<Fulfilment>,
    /// What the line adds to the order total.
    pub total: Option<Money>,
    /// Ship-to country.
    pub country: Option<String>,
}

/// One row of a returns report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReturnLine {
    /// The order.
    pub order_id: String,
    /// The seller's SKU.
    pub sku: Option<String>,
    /// ASIN.
    pub asin: Option<String>,
    /// Title.
    pub name: Option<String>,
    /// Day of the return or of the request, as written.
    pub on: Date,
    /// The reason as written.
    pub reason: String,
    /// Its code where known (display text is turned into its code).
    pub code: String,
    /// The kind the code maps to.
    pub kind: Kind,
    /// The buyer's comment.
    pub comment: Option<String>,
    /// Status, verbatim.
    pub status: Option<String>,
    /// Seller-fulfilled only.
    pub rma: Option<String>,
    /// Resolution, verbatim.
    pub resolution: Option<String>,
    /// Order amount.
    pub order_amount: Option<Money>,
    /// Refunded amount.
    pub refunded: Option<Money>,
    /// The day the goods came back, seller-fulfilled only.
    pub received: Option<Date>,
    /// The Y of the A-to-z column.
    pub atoz: bool,
    /// Refunded, closed, rejected, or approved and paid: nothing is left to do.
    pub settled: bool,
}

/// One row of the feedback report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackLine {
    /// The order.
    pub order_id: String,
    /// The day, read in the marketplace's order.
    pub on: Date,
    /// 1 to 5.
    pub rating: u8,
    /// What the buyer wrote.
    pub comment: String,
    /// Our public response.
    pub response: Option<String>,
    /// From simple words.
    pub kind: Kind,
    /// Its language.
    pub language: Option<Language>,
}

/// What one row says, as far as kesu computes with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// An order line.
    Order(OrderLine),
    /// A signal: FBA return.
    FbaReturn(ReturnLine),
    /// A case: seller-fulfilled return.
    MfnReturn(ReturnLine),
    /// A case at 1 or 2 stars, a signal at 3.
    Feedback(FeedbackLine),
    /// Money from Amazon for an order.
    Reimbursement {
        /// The order, where the row has one.
        order_id: Option<String>,
        /// Total.
        amount: Option<Money>,
        /// Day of approval.
        on: Option<Date>,
    },
    /// A replacement order.
    Replacement {
        /// The replaced order.
        original: String,
        /// The order that replaces it.
        replacement: String,
        /// The kind of its reason code.
        kind: Kind,
        /// Day of shipment.
        on: Option<Date>,
    },
    /// One metric of the account health file, kept whole.
    Metric,
    /// A row of a mapped table.
    Mapped(MappedLine),
    /// A line of the seller's own cost table; what it does not say stays as it was.
    SkuCost(Box<SkuCost>),
    /// What a parcel costs.
    Postage(Marketplace, Band),
    /// Fees of a site, without its postage.
    SiteFees(Box<SiteCost>),
}

/// A row of a table read by a column map: whatever the map names.
#[derive(Debug, Clone, PartialEq)]
pub struct MappedLine {
    /// The channel of the case it makes; `None` for a signal.
    pub channel: Option<super::case::Channel>,
    /// The order.
    pub order_id: OrderId,
    /// Day of the complaint, as written.
    pub on: Option<Date>,
    /// The seller's SKU.
    pub sku: Option<String>,
    /// ASIN.
    pub asin: Option<String>,
    /// Buyer as the file names him.
    pub buyer: Option<String>,
    /// The reason as written.
    pub reason: Option<String>,
    /// From the reason's code, else from the comment.
    pub kind: Kind,
    /// Text.
    pub comment: Option<String>,
    /// Amount claimed.
    pub amount: Option<Money>,
    /// Status, verbatim.
    pub status: Option<String>,
    /// The decision its status stands for.
    pub decision: Option<Decision>,
    /// Stars of a feedback; `None` where the table has none.
    pub rating: Option<u8>,
    /// Nothing is left to do.
    pub settled: bool,
}

/// One good row of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Line in the file; the header is line 1. For JSON and XML the line where the record starts.
    pub line: u64,
    /// Which report.
    pub report: ReportKind,
    /// The natural key, parts joined by U+001F: the same row in an overlapping download has the same key.
    pub key: String,
    /// Every column as the file has it, by canonical name where known; the rater's e-mail is left out.
    pub columns: BTreeMap<String, String>,
    /// Marketplace of the row, where file or option say it.
    pub marketplace: Option<Marketplace>,
    /// What it says.
    pub fact: Fact,
}

/// A row or cell that could not be read, or that is odd but was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// 1-based; the header is line 1.
    pub line: u64,
    /// Header of the column as the file spells it; empty when the whole line is meant.
    pub column: String,
    /// The value, cut to 200 characters.
    pub value: String,
    /// What is wrong, English and Chinese.
    pub problem: [String; 2],
    /// What to do, English and Chinese.
    pub remedy: [String; 2],
    /// The row was left out (`false`: it landed all the same).
    pub skipped: bool,
}

impl RowProblem {
    /// `line:column: `value`: problem. remedy`, without the file's name.
    #[must_use]
    pub fn say(&self, lang: crate::i18n::Lang) -> String {
        let at = lang as usize;
        let place = if self.column.is_empty() {
            self.line.to_string()
        } else {
            format!("{}:{}", self.line, self.column)
        };
        let value = if self.value.is_empty() { String::new() } else { format!("`{}`: ", self.value) };
        let (problem, remedy) = (&self.problem[at], &self.remedy[at]);
        format!("{place}: {value}{problem}{}{remedy}", lang.pick(". ", "。"))
    }
}
