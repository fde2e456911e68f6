//! One mail from bytes to a record: trusted, classified and taken apart. Pure: no file, no clock, no database.
//!
//! The way of a mail: [`parts::tidy`] → mail-parser → [`envelope`] (headers) → [`sender`] (is it Amazon's?) →
//! [`notice`] (what is it?) → [`marker`], [`facts`], [`stated`] (what does it say?). Wording is data, in
//! `assets/formats/mail.toml`.

mod date;
mod envelope;
mod facts;
mod html;
mod judge;
mod marker;
mod notice;
mod parts;
mod phrases;
mod sender;
mod stated;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::SignedDuration;
use mail_parser::MessageParser;
use sha2::{Digest, Sha256};

use crate::domain::record::{Alias, Deadline, Decision, Mail, Notice, Unit};
use crate::domain::{Kind, Marketplace};
use crate::triage::learned::Learned;

pub(in crate::import) use parts::tidy;

use envelope::Envelope;
use notice::{Header, Signs};
use parts::Parts;
use phrases::{Concept, PHRASES, fold, plain, says};
use sender::{Address, Claim};

/// What becomes of a mail.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Amazon's, to the seller, or our own to a buyer.
    Accepted(Box<Mail>),
    /// None of our business; counted, not shown.
    Ignored(Reason),
    /// Not to be trusted or not to be read; shown with its reason.
    Rejected(Reason),
}

/// Why a mail was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It does not claim to be Amazon's.
    NotAmazon,
    /// Amazon's, to a shopper: about an order or delivery of one's own.
    Shopper,
    /// Not a mail, or one without a readable header.
    Unreadable,
    /// It names Amazon and has no sender.
    NoSender,
    /// The domain imitates Amazon's. Holds the domain.
    LookAlike(String),
    /// Its name or a header claims Amazon, its domain is another. Holds the domain.
    ForeignDomain(String),
    /// A check of its signature failed: `DKIM` or `DMARC`.
    FailedCheck(&'static str),
}

impl Reason {
    /// A word that stays the same from version to version.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAmazon => "not_amazon",
            Self::Shopper => "shopper",
            Self::Unreadable => "unreadable",
            Self::NoSender => "no_sender",
            Self::LookAlike(_) => "look_alike",
            Self::ForeignDomain(_) => "foreign_domain",
            Self::FailedCheck(_) => "failed_check",
        }
    }

    /// The reason as a sentence, English and Chinese. It quotes the sender's domain: untrusted.
    #[must_use]
    pub fn text(&self) -> [String; 2] {
        let (en, zh) = match self {
            Self::NotAmazon => ("not a mail from Amazon".to_owned(), "不是亚马逊发来的邮件".to_owned()),
            Self::Shopper => (
                "Amazon's mail to a shopper, not to a seller".into(),
                "亚马逊发给买家（而非卖家）的邮件".into(),
            ),
            Self::Unreadable => ("not readable as a mail".into(), "无法作为邮件读取".into()),
            Self::NoSender => {
                ("it claims to be Amazon's but has no sender".into(), "自称来自亚马逊，却没有发件人".into())
            }
            Self::LookAlike(domain) => (
                format!("the sender's domain {domain} imitates Amazon's"),
                format!("发件人域名 {domain} 仿冒亚马逊"),
            ),
            Self::ForeignDomain(domain) => (
                format!("it claims to be Amazon's but comes from {domain}"),
                format!("自称来自亚马逊，但发件人域名是 {domain}"),
            ),
            Self::FailedCheck(check) => (
                format!("its {check} check failed, so the sender may be forged"),
                format!("{check} 校验未通过，发件人可能是伪造的"),
            ),
        };
        [en, zh]
    }
}

/// Reads one mail and judges it by what the operator's corrections taught. Never panics; takes time linear in its size.
#[must_use]
pub fn read(bytes: &[u8], learned: &Learned) -> Verdict {
    // The parser promises not to panic; an import of ten thousand mails must not rest on a promise.
    catch_unwind(AssertUnwindSafe(|| verdict(bytes, learned)))
        .unwrap_or(Verdict::Rejected(Reason::Unreadable))
}

fn verdict(bytes: &[u8], learned: &Learned) -> Verdict {
    let tidy = parts::tidy(bytes);
    let whole = tidy.as_ref();
    let cut = parts::cut(whole);
    let Some(message) = MessageParser::default().parse(cut.unwrap_or(whole)) else {
        return Verdict::Rejected(Reason::Unreadable);
    };
    if message.parts.first().is_none_or(|root| root.headers.is_empty()) {
        return Verdict::Rejected(Reason::Unreadable);
    }
    let mut envelope = Envelope::read(&message);
    if cut.is_some() {
        envelope.warnings.push([
            "it nests too many parts; the rest was left out".into(),
            "邮件嵌套层数过多，其余部分已略去".into(),
        ]);
    }
    let sending = match origin(&envelope) {
        Ok(sending) => sending,
        Err(refusal) => return refusal,
    };
    let japanese = envelope.marketplace() == Some(Marketplace::Jp);
    let mut parts = parts::read(&message, japanese);
    envelope.warnings.append(&mut parts.warnings);
    let letter = Letter { envelope, parts };
    let ours = matches!(sending, Sending::Ours);
    let notice = if ours { Some(Notice::SellerCopy) } else { letter.notice() };
    let Some(notice) = notice else { return Verdict::Ignored(Reason::Shopper) };
    let mut mail = letter.record(notice, ours);
    judge::judge(&mut mail, learned);
    Verdict::Accepted(Box::new(mail))
}

/// Whose mail it is, of those that concern us.
enum Sending {
    Amazon,
    Ours,
}

fn origin(envelope: &Envelope) -> Result<Sending, Verdict> {
    let headed = envelope.notification.is_some() || envelope.marketplace_id.is_some();
    let senders: Vec<&Address> = envelope.from.iter().filter(|address| !address.domain.is_empty()).collect();
    let foreign: Vec<&&Address> = senders.iter().filter(|address| !address.is_amazon()).collect();
    if senders.is_empty() {
        let named = envelope.from.iter().any(|address| sender::claim(address) > Claim::None);
        let refusal = if headed || named {
            Verdict::Rejected(Reason::NoSender)
        } else {
            Verdict::Ignored(Reason::NotAmazon)
        };
        return Err(refusal);
    }
    let failed = sender::failed_check(envelope.authentication.iter().map(String::as_str));
    let Some(first) = foreign.first() else {
        return failed
            .map_or(Ok(Sending::Amazon), |check| Err(Verdict::Rejected(Reason::FailedCheck(check))));
    };
    let claim = foreign.iter().map(|address| sender::claim(address)).max().unwrap_or(Claim::None);
    let domain =
        foreign.iter().find(|address| sender::claim(address) == claim).unwrap_or(first).domain.clone();
    if claim == Claim::Domain {
        return Err(Verdict::Rejected(Reason::LookAlike(domain)));
    }
    // A mail of two senders of which one is Amazon borrows its name.
    if headed || claim == Claim::Name || foreign.len() < senders.len() {
        return Err(Verdict::Rejected(Reason::ForeignDomain(domain)));
    }
    if envelope.to.iter().any(|address| alias_of(address).is_some()) {
        return failed.map_or(Ok(Sending::Ours), |check| Err(Verdict::Rejected(Reason::FailedCheck(check))));
    }
    Err(match claim {
        Claim::None => Verdict::Ignored(Reason::NotAmazon),
        _ => Verdict::Rejected(Reason::ForeignDomain(domain)),
    })
}

/// A buyer's relay address, or `None` for any other.
fn alias_of(address: &Address) -> Option<Alias> {
    let site = address.relay()?;
    let (local, case) = address
        .local
        .split_once('+')
        .map_or((address.local.as_str(), None), |(local, case)| (local, Some(case)));
    let local = local.to_lowercase();
    if local.is_empty() || PHRASES.senders.nobody.contains(&local) {
        return None;
    }
    let case = case.map(str::to_lowercase).filter(|case| {
        let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (case.len() == 8 && hex(case))
            || (case.len() == 36 && hex(&case.replace('-', "")) && case.matches('-').count() == 4)
    });
    let written = format!("{}@{}", address.local, address.domain);
    Some(Alias { local, case, domain: site.domain().to_owned(), address: written })
}

/// The seller's own address: the sender of a mail of ours, else the one recipient who is nobody of Amazon's. Where there
/// are several, which of them Amazon knows is not said.
fn seller(envelope: &Envelope, ours: bool) -> Option<String> {
    let list = if ours { &envelope.from } else { &envelope.to };
    let own = |address: &&Address| {
        !address.local.is_empty() && address.domain.contains('.') && !address.is_amazon()
    };
    let mut found = list.iter().filter(own).map(|address| format!("{}@{}", address.local, address.domain));
    let first = found.next()?;
    found.all(|other| other.eq_ignore_ascii_case(&first)).then_some(first)
}

/// A mail that is ours to read.
struct Letter {
    envelope: Envelope,
    parts: Parts,
}

/// What Amazon says and what a person says.
struct Spoken {
    own: String,
    person: String,
    marked: bool,
}

impl Letter {
    /// The text the markers stand in: plain if it has them, else the page if that has.
    fn text(&self) -> &str {
        let (plain, page) = (self.parts.plain.as_str(), self.parts.page.text.as_str());
        if marker::pieces(plain).is_none() && marker::pieces(page).is_some() {
            page
        } else {
            self.parts.text()
        }
    }

    fn spoken(&self) -> Spoken {
        let text = self.text();
        match marker::pieces(text) {
            Some(pieces) => {
                let words = marker::exact(pieces.words);
                // Markers on one line leave the blank that stood behind them.
                let inline =
                    !pieces.words.trim_start_matches([' ', '\t', '\u{a0}']).starts_with(['\n', '\r']);
                let person = if inline { words.trim_start().to_owned() } else { words };
                Spoken { own: marker::own_words(pieces.head), person, marked: true }
            }
            None => Spoken { own: marker::own_words(text), person: String::new(), marked: false },
        }
    }

    /// What the mail is; `None` when it is to a shopper.
    fn notice(&self) -> Option<Notice> {
        let header = self.envelope.notification.as_deref().map(notice::of_header);
        match header {
            Some(Header::Known(known)) => return Some(known),
            Some(Header::Shopper) => return None,
            _ => {}
        }
        let sender = self.envelope.from.first()?;
        let spoken = self.spoken();
        let local = sender.local.to_lowercase();
        let local = local.split('+').next().unwrap_or_default().to_owned();
        let own = fold(&spoken.own);
        let named = fold(&sender.name);
        let seller = self.envelope.marketplace_id.is_some()
            || self.envelope.notification.is_some()
            || self.parts.markup.contains("sellercentral")
            || self.parts.plain.to_ascii_lowercase().contains("sellercentral")
            || says(Concept::Seller, &own)
            || says(Concept::Seller, &named);
        let signs = Signs {
            local: &local,
            relay: sender.relay().is_some(),
            subject: &fold(&self.envelope.subject),
            own: &own,
            marked: spoken.marked,
            table: facts::return_table(&self.parts.page.tables).is_some_and(|found| found.reason.is_some()),
            alias_link: self.linked_alias().is_some(),
            seller,
        };
        notice::of_signs(signs, header)
    }

    fn linked_alias(&self) -> Option<Alias> {
        let text = self.parts.text();
        let written =
            text.split("mailto:").skip(1).filter_map(|rest| rest.split(['?', ' ', '>', ')', '\n']).next());
        let links = self.parts.page.mailto.iter().map(String::as_str);
        links.chain(written.take(20)).find_map(|link| alias_of(&Address::new("", link)))
    }

    fn record(self, notice: Notice, ours: bool) -> Mail {
        let mut spoken = self.spoken();
        let body = marker::exact(self.parts.text());
        if ours {
            spoken = Spoken { own: String::new(), person: body.clone(), marked: true };
        }
        let envelope = &self.envelope;
        let alias = self.alias(notice, ours);
        let mut marketplace = envelope.marketplace();
        if marketplace.is_none() && matches!(notice, Notice::SellerCopy | Notice::OptOut) {
            marketplace = alias.as_ref().and_then(|alias| Marketplace::from_domain(&alias.domain));
        }
        let message = matches!(notice, Notice::BuyerMessage | Notice::SellerCopy);
        if message && !spoken.marked {
            let text = self.parts.text();
            spoken.person = marker::exact(marker::without_footer(text));
        }
        let stated = self.stated_return(notice, &spoken);
        let mut mail = Mail {
            message_id: envelope.message_id.clone(),
            references: envelope.references.clone(),
            digest: digest(envelope, &body),
            notice,
            marketplace,
            order_id: facts::order_id(&spoken.own, &envelope.subject, &spoken.person),
            sent_at: envelope.sent_at,
            alias,
            seller: seller(envelope, ours),
            buyer_name: self.buyer_name(notice),
            subject: envelope.subject.clone(),
            buyer_text: if spoken.marked || message { spoken.person } else { stated.comment },
            body,
            language: None,
            kind: Kind::Other,
            is_complaint: false,
            because: Vec::new(),
            amount: None,
            decision: None,
            deadline: None,
            reason: if message { None } else { stated.reason },
            articles: stated.articles,
            rma: (notice == Notice::ReturnRequest).then(|| facts::rma(&spoken.own)).flatten(),
            warnings: envelope.warnings.clone(),
        };
        if !message {
            state(&mut mail, &spoken.own);
        }
        mail
    }

    fn stated_return(&self, notice: Notice, spoken: &Spoken) -> facts::Return {
        let table =
            (notice == Notice::ReturnRequest).then(|| facts::return_table(&self.parts.page.tables)).flatten();
        let mut found = table.unwrap_or_default();
        // The label of a comment may stand in a page that the plain text lacks, and the other way round.
        let comment = !matches!(notice, Notice::RefundIssued | Notice::OptOut | Notice::Unknown);
        found.reason = found.reason.or_else(|| facts::labelled(&spoken.own, Concept::Reason, false));
        if found.comment.is_empty() && found.articles.is_empty() && comment {
            found.comment =
                marker::exact(&facts::labelled(&spoken.own, Concept::Comment, true).unwrap_or_default());
        }
        if found.articles.is_empty() {
            found.articles = facts::articles(&spoken.own);
        }
        found.comment = marker::exact(&found.comment);
        found
    }

    fn alias(&self, notice: Notice, ours: bool) -> Option<Alias> {
        let envelope = &self.envelope;
        let first = |list: &[Address]| list.iter().find_map(alias_of);
        if ours {
            return first(&envelope.to);
        }
        match notice {
            Notice::SellerCopy | Notice::OptOut => first(&envelope.from)
                .or_else(|| first(&envelope.reply_to))
                .or_else(|| self.linked_alias())
                .or_else(|| first(&envelope.to)),
            _ => {
                let (from, reply) = (first(&envelope.from), first(&envelope.reply_to));
                // The reply address carries the case id more often than the sender does.
                match (from, reply) {
                    (Some(from), Some(reply)) if from.case.is_none() && reply.local == from.local => {
                        Some(reply)
                    }
                    (from, reply) => from.or(reply),
                }
            }
        }
    }

    fn buyer_name(&self, notice: Notice) -> Option<String> {
        let shown = self
            .envelope
            .from
            .iter()
            .find(|address| notice == Notice::BuyerMessage && address.relay().is_some());
        let name =
            shown.map(|address| address.name.split(" - Amazon").next().unwrap_or_default().trim().to_owned());
        let name = name.filter(|name| {
            let folded = fold(name);
            !name.is_empty() && !folded.contains("amazon") && !says(Concept::GenericBuyer, &folded)
        });
        name.or_else(|| {
            let subject = &self.envelope.subject;
            let found = PHRASES.buyer_subject.iter().find_map(|pattern| pattern.captures(subject))?;
            found.get(1).map(|name| name.as_str().trim().to_owned()).filter(|name| !name.is_empty())
        })
    }
}

/// Fills in what a notice states in sentences.
fn state(mail: &mut Mail, own: &str) {
    // What the buyer wrote states nothing on Amazon's behalf.
    let own = if mail.buyer_text.is_empty() { own.to_owned() } else { own.replace(&mail.buyer_text, " ") };
    let folded = fold(&own);
    let subject = fold(&mail.subject);
    if matches!(
        mail.notice,
        Notice::AtozClaim
            | Notice::AtozDecision
            | Notice::Chargeback
            | Notice::ChargebackDecision
            | Notice::RefundIssued
    ) {
        let said = stated::money(&plain(&own), mail.marketplace)
            .or_else(|| stated::money(&plain(&mail.subject), mail.marketplace));
        match said {
            Some(Ok(amount)) => mail.amount = Some(amount),
            // The words stay in the mail; a sum never has a guess in it.
            Some(Err(wrong)) => mail.warnings.push([
                format!("amount: {wrong}; it stays unknown"),
                format!("金额：{}；记为未知", wrong.in_chinese()),
            ]),
            None => {}
        }
    }
    if !matches!(mail.notice, Notice::RefundIssued | Notice::OptOut | Notice::Feedback) {
        mail.deadline = stated::deadline(mail.notice, &folded).map(|(amount, unit)| Deadline {
            amount,
            unit,
            due: due(mail, amount, unit),
        });
    }
    if matches!(mail.notice, Notice::AtozDecision | Notice::ChargebackDecision) {
        let decision = stated::decision(&format!("{subject}\n{folded}"));
        if decision == Decision::Unknown {
            mail.warnings.push([
                "what was decided could not be read; read the mail and note the outcome in its case".into(),
                "无法识别裁决结果；请阅读邮件，并在客诉中记录结果".into(),
            ]);
        }
        mail.decision = Some(decision);
    }
}

fn due(mail: &Mail, amount: u32, unit: Unit) -> Option<jiff::Timestamp> {
    let hours = i64::from(amount) * if unit == Unit::Hours { 1 } else { 24 };
    mail.sent_at?.checked_add(SignedDuration::from_hours(hours)).ok()
}

/// The same for the same mail, whatever a transport or an export did to it.
fn digest(envelope: &Envelope, body: &str) -> String {
    let mut hash = Sha256::new();
    let sender = envelope
        .from
        .first()
        .map(|address| format!("{}@{}", address.local.to_lowercase(), address.domain))
        .unwrap_or_default();
    let date = envelope.sent_at.map(|at| at.as_second().to_string()).unwrap_or_default();
    let text = body.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        [sender.as_str(), &date, &envelope.subject.split_whitespace().collect::<Vec<_>>().join(" "), &text]
    {
        hash.update(part.as_bytes());
        hash.update([0x1f]);
    }
    hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
