//! The mails of an invented case: the talk with the buyer, and what Amazon writes about it.

use fastrand::Rng;
use jiff::Timestamp;

use super::{Scene, minutes, moved};
use crate::demo::Ending;
use crate::demo::shop::because;
use crate::domain::order::OrderId;
use crate::domain::record::{Alias, Deadline, Decision, Mail, Notice, Unit};
use crate::domain::{Kind, Outcome};

impl Scene<'_> {
    pub(super) fn alias(&self) -> Alias {
        Alias {
            local: self.alias.clone(),
            case: Some(format!("{:08x}", self.number)),
            domain: self.site.domain().to_owned(),
            address: format!("{}+{:08x}@marketplace.{}", self.alias, self.number, self.site.domain()),
        }
    }

    /// A mail about this order; `part` tells the mails of the case apart.
    pub(super) fn mail(
        &self,
        part: u64,
        notice: Notice,
        at: Timestamp,
        subject: String,
        text: String,
    ) -> Mail {
        let serial = self.number * 8 + part;
        Mail {
            message_id: Some(format!("demo-{:x}-{serial:x}@mail.invalid", self.seed)),
            references: Vec::new(),
            digest: format!("{:032x}{serial:032x}", self.seed),
            notice,
            marketplace: Some(self.site),
            order_id: OrderId::parse(&self.order),
            sent_at: Some(at),
            alias: None,
            seller: Some("service@shop.invalid".to_owned()),
            buyer_name: Some(self.buyer.clone()),
            subject,
            body: text.clone(),
            language: (!text.is_empty()).then_some(self.language),
            because: because(&text),
            buyer_text: text,
            kind: self.kind,
            is_complaint: true,
            amount: None,
            decision: None,
            deadline: None,
            reason: None,
            articles: vec![crate::domain::record::Article {
                asin: Some(self.article.asin.clone()),
                sku: Some(self.sku()),
                name: Some(self.article.title(self.site)),
            }],
            rma: None,
            warnings: Vec::new(),
        }
    }

    /// A buyer's message, sometimes a second one, and Amazon's copy of our answer where the case is still open.
    pub(super) fn conversation(
        &self,
        text: String,
        ending: Option<&Ending>,
        now: Timestamp,
        rng: &mut Rng,
    ) -> Vec<Mail> {
        let subject = format!("Inquiry from Amazon customer {} (Order: {})", self.buyer, self.order);
        let talk = |part, notice, at, text: String| {
            let mut mail = self.mail(part, notice, at, subject.clone(), text);
            mail.alias = Some(self.alias());
            mail
        };
        let opened = self.times.opened;
        let mut mails = vec![talk(0, Notice::BuyerMessage, opened, text)];
        let before = self.times.answered.unwrap_or(now).min(now);
        let room = before.duration_since(opened).as_secs() / 60;
        if room > 120 && rng.u8(..6) == 0 {
            let again = rng.choice(&self.texts.again).cloned().unwrap_or_default();
            mails.push(talk(1, Notice::BuyerMessage, moved(opened, room - rng.i64(1..60)), again));
        }
        let copied = ending.is_none_or(|ending| ending.reply.is_none());
        if let Some(at) = self.times.answered.filter(|_| copied) {
            let mut copy = talk(2, Notice::SellerCopy, at, self.answer(rng));
            copy.is_complaint = false;
            mails.push(copy);
        }
        mails
    }

    pub(super) fn answer(&self, rng: &mut Rng) -> String {
        rng.choice(&self.texts.reply).cloned().unwrap_or_default()
    }

    pub(super) fn claim(&self, text: String, ending: Option<&Ending>) -> Vec<Mail> {
        let reason = match self.kind {
            Kind::NotReceived => "Package did not arrive.",
            Kind::NotAsDescribed => "Item is different from what was ordered.",
            Kind::Defective => "Item arrived damaged or defective.",
            Kind::Other => "Refund was not issued.",
        };
        let opened = self.times.opened;
        let subject = format!("Action required: Claim received on order {}", self.order);
        let mut mail = self.mail(0, Notice::AtozClaim, opened, subject, text);
        mail.body = format!("Claim reason: {reason}\nClaim amount: {}\n{}", self.total, mail.buyer_text);
        mail.amount = Some(self.total);
        mail.reason = Some(reason.to_owned());
        mail.deadline = Some(Deadline {
            amount: 3,
            unit: Unit::CalendarDays,
            due: opened.checked_add(minutes(4_320)).ok(),
        });
        let decision = ending.and_then(|ending| match ending.outcome {
            Outcome::Granted => Some(Decision::Granted),
            Outcome::Denied => Some(Decision::Denied),
            Outcome::Withdrawn => Some(Decision::Withdrawn),
            _ => None,
        });
        let decided = decision.zip(ending).map(|(decision, ending)| {
            let subject = format!("Claim Decision on Order {}", self.order);
            let mut mail = self.mail(1, Notice::AtozDecision, moved(ending.at, -15), subject, String::new());
            mail.body = format!("The claim on order {} was {}.", self.order, decision.word());
            mail.decision = Some(decision);
            mail.is_complaint = false;
            mail
        });
        std::iter::once(mail).chain(decided).collect()
    }

    pub(super) fn return_mail(&self, text: String) -> Mail {
        let subject = format!("Return authorization request for order # {}", self.order);
        let mut mail = self.mail(0, Notice::ReturnRequest, self.times.opened, subject, text);
        mail.reason = Some(self.return_reason().0.to_owned());
        mail.rma = Some(self.rma());
        mail
    }

    pub(super) fn chargeback(&self) -> Mail {
        let reason = match self.kind {
            Kind::NotReceived => "Item not received",
            Kind::NotAsDescribed | Kind::Defective => "Not as described",
            Kind::Other => "Credit not processed",
        };
        let opened = self.times.opened;
        let subject = format!("Notice of chargeback dispute, order {}", self.order);
        let mut mail = self.mail(0, Notice::Chargeback, opened, subject, String::new());
        mail.body = format!("Order: {}\nAmount: {}\nReason: {reason}", self.order, self.total);
        mail.amount = Some(self.total);
        mail.reason = Some(reason.to_owned());
        mail.deadline = Some(Deadline {
            amount: 7,
            unit: Unit::CalendarDays,
            due: opened.checked_add(minutes(10_080)).ok(),
        });
        mail
    }
}
