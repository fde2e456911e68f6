//! The headers of a mail, decoded, with the damage repaired that transports and exports do.

use jiff::Timestamp;
use mail_parser::{Address as Parsed, HeaderName, HeaderValue, Message};

use crate::domain::Marketplace;

use super::date;
use super::parts::guess;
use super::sender::Address;

/// What the headers say.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    /// Every address of every `From`, else of `Sender`.
    pub(super) from: Vec<Address>,
    /// `Reply-To`.
    pub(super) reply_to: Vec<Address>,
    /// `To` and `Cc`.
    pub(super) to: Vec<Address>,
    /// Decoded subject, on one line.
    pub(super) subject: String,
    /// `Date`.
    pub(super) sent_at: Option<Timestamp>,
    /// `X-Space-Notification-Type`, upper case.
    pub(super) notification: Option<String>,
    /// `X-Marketplace-ID` as written.
    pub(super) marketplace_id: Option<String>,
    /// Values of `Authentication-Results`.
    pub(super) authentication: Vec<String>,
    /// Without brackets.
    pub(super) message_id: Option<String>,
    /// `In-Reply-To`, then `References`, without brackets, each once.
    pub(super) references: Vec<String>,
    /// What was odd.
    pub(super) warnings: Vec<[String; 2]>,
}

impl Envelope {
    /// Reads the headers of a parsed mail.
    pub(super) fn read(message: &Message<'_>) -> Self {
        let mut envelope = Self::default();
        let mut sender = Vec::new();
        let japanese = header(message, "X-Marketplace-ID").is_some_and(|id| id == Marketplace::Jp.id());
        for found in message.headers() {
            let raw = message
                .raw_message
                .get(found.offset_start as usize..found.offset_end as usize)
                .unwrap_or_default();
            match &found.name {
                HeaderName::From => envelope.from.extend(addresses(found.value(), raw, japanese)),
                HeaderName::Sender => sender.extend(addresses(found.value(), raw, japanese)),
                HeaderName::ReplyTo => envelope.reply_to.extend(addresses(found.value(), raw, japanese)),
                HeaderName::To | HeaderName::Cc => {
                    envelope.to.extend(addresses(found.value(), raw, japanese));
                }
                HeaderName::Subject if envelope.subject.is_empty() => {
                    envelope.subject = one_line(&text(found.value(), raw, japanese));
                }
                HeaderName::Date if envelope.sent_at.is_none() => envelope.sent_at = date::read(&unfold(raw)),
                HeaderName::MessageId if envelope.message_id.is_none() => {
                    envelope.message_id = ids(raw).into_iter().next();
                }
                HeaderName::InReplyTo => {
                    let known = std::mem::take(&mut envelope.references);
                    envelope.references = ids(raw).into_iter().chain(known).collect();
                }
                HeaderName::References => envelope.references.extend(ids(raw)),
                HeaderName::Other(name) => envelope.other(name, &unfold(raw)),
                name if name.as_str().eq_ignore_ascii_case("Authentication-Results") => {
                    envelope.authentication.push(unfold(raw));
                }
                _ => {}
            }
        }
        if envelope.from.iter().all(|address| address.domain.is_empty()) && !sender.is_empty() {
            envelope.from = sender;
        }
        let mut seen = std::collections::HashSet::new();
        envelope.references.retain(|id| seen.insert(id.clone()));
        if envelope.sent_at.is_none() {
            envelope
                .warnings
                .push(["its date is missing or makes no sense".into(), "邮件日期缺失或无效".into()]);
        }
        envelope
    }

    fn other(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        if name.eq_ignore_ascii_case("X-Space-Notification-Type") && self.notification.is_none() {
            self.notification = Some(value.to_ascii_uppercase());
        } else if name.eq_ignore_ascii_case("X-Marketplace-ID") && self.marketplace_id.is_none() {
            self.marketplace_id = Some(value.to_owned());
        } else if name.eq_ignore_ascii_case("Authentication-Results") {
            self.authentication.push(value.to_owned());
        }
    }

    /// The site the mail names: its header, else the sender's domain where that is of one site only.
    pub(super) fn marketplace(&self) -> Option<Marketplace> {
        let named =
            self.marketplace_id.as_deref().and_then(|id| Marketplace::from_id(&id.to_ascii_uppercase()));
        named.or_else(|| self.from.iter().find_map(Address::site))
    }
}

fn header(message: &Message<'_>, name: &str) -> Option<String> {
    let found = message.headers().iter().find(|header| header.name().eq_ignore_ascii_case(name))?;
    let raw = message.raw_message.get(found.offset_start as usize..found.offset_end as usize)?;
    Some(unfold(raw).trim().to_owned())
}

/// A header's bytes as one line.
fn unfold(raw: &[u8]) -> String {
    one_line(&guess(raw, None, false))
}

fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Message ids between angle brackets, else words with an `@`.
fn ids(raw: &[u8]) -> Vec<String> {
    let text = unfold(raw);
    let bracketed: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id.split_whitespace().collect::<String>())
        .filter(|id| !id.is_empty())
        .take(200)
        .collect();
    if bracketed.is_empty() {
        let word =
            |word: &&str| word.contains('@') || !word.is_empty() && text.split_whitespace().count() == 1;
        return text.split_whitespace().filter(word).map(str::to_owned).take(200).collect();
    }
    bracketed
}

fn text(value: &HeaderValue<'_>, raw: &[u8], japanese: bool) -> String {
    let parsed = value.as_text().unwrap_or_default();
    if parsed.contains('\u{fffd}') && !raw.is_ascii() {
        guess(raw, None, japanese)
    } else {
        parsed.to_owned()
    }
}

fn addresses(value: &HeaderValue<'_>, raw: &[u8], japanese: bool) -> Vec<Address> {
    let repaired = guess(raw, None, japanese);
    let mut all = Vec::new();
    let mut add = |name: Option<&str>, address: Option<&str>| {
        let mut name = name.unwrap_or_default().to_owned();
        if name.contains('\u{fffd}') && !raw.is_ascii() {
            repaired.split('<').next().unwrap_or_default().trim().trim_matches('"').clone_into(&mut name);
        }
        if address.is_some() || !name.is_empty() {
            all.push(Address::new(&name, address.unwrap_or_default()));
        }
    };
    match value.as_address() {
        Some(Parsed::List(list)) => list.iter().take(100).for_each(|one| add(one.name(), one.address())),
        Some(Parsed::Group(groups)) => {
            groups
                .iter()
                .flat_map(|group| &group.addresses)
                .take(100)
                .for_each(|one| add(one.name(), one.address()));
        }
        None => {}
    }
    all
}
