//! Mails, rows and stores made up for tests.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::clock::shipped_policy;
use crate::domain::record::{
    Alias, Fact, FeedbackLine, Mail, MappedLine, Notice, OrderLine, ReportKind, ReturnLine, Row,
};
use crate::domain::view::{CaseFile, Summary, Tally};
use crate::domain::{CaseId, Channel, Currency, Fulfilment, Kind, Marketplace, Money, OrderId};
use crate::store::{Filter, Import, Landed, Store};

pub(super) const O1: &str = "113-1000001-2000001";
pub(super) const O2: &str = "113-1000002-2000002";

/// The moment the tests stand at.
pub(super) fn now() -> Timestamp {
    at("2026-11-01T12:00:00Z")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::parse("USD").unwrap())
}

pub(super) fn store() -> Store {
    Store::in_memory(shipped_policy().unwrap()).unwrap()
}

pub(super) fn mail(id: &str, notice: Notice, order: Option<&str>, sent: &str) -> Mail {
    Mail {
        message_id: Some(id.to_owned()),
        references: Vec::new(),
        digest: format!("digest of {id}"),
        notice,
        marketplace: Some(Marketplace::Us),
        order_id: order.map(|order| OrderId::parse(order).unwrap()),
        sent_at: Some(at(sent)),
        alias: None,
        seller: None,
        buyer_name: None,
        subject: String::new(),
        buyer_text: format!("words of {id}"),
        body: format!("body of {id}"),
        language: None,
        kind: Kind::Other,
        is_complaint: true,
        because: Vec::new(),
        amount: None,
        decision: None,
        deadline: None,
        reason: None,
        articles: Vec::new(),
        rma: None,
        warnings: Vec::new(),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "it fills an optional field")]
pub(super) fn alias(local: &str, case: Option<&str>) -> Option<Alias> {
    let more = case.map(|case| format!("+{case}")).unwrap_or_default();
    let address = format!("{local}{more}@marketplace.amazon.com");
    let (local, case) = (local.to_owned(), case.map(str::to_owned));
    Some(Alias { local, case, domain: "amazon.com".to_owned(), address })
}

/// A buyer's message, from an alias with an optional Seller Central case.
pub(super) fn message(id: &str, order: Option<&str>, sent: &str, case: Option<&str>) -> Mail {
    Mail { alias: alias("ann", case), ..mail(id, Notice::BuyerMessage, order, sent) }
}

pub(super) fn row(report: ReportKind, key: &str, fact: Fact) -> Row {
    let columns = BTreeMap::from([("what".to_owned(), format!("{fact:?}"))]);
    Row { line: 2, report, key: key.to_owned(), columns, marketplace: Some(Marketplace::Us), fact }
}

pub(super) fn order_line(order: &str, sku: &str, total: Option<i64>) -> OrderLine {
    OrderLine {
        order_id: order.to_owned(),
        sku: sku.to_owned(),
        asin: Some(format!("B0{sku}")),
        name: None,
        quantity: 1,
        purchased_at: at("2026-10-20T10:00:00Z"),
        purchased_on: "2026-10-20".parse().unwrap(),
        updated_at: Some(at("2026-10-21T10:00:00Z")),
        status: "Pending".to_owned(),
        fulfilment: Some(Fulfilment::Mfn),
        total: total.map(usd),
        country: None,
    }
}

pub(super) fn order(line: OrderLine) -> Row {
    let key = format!("{}\u{1f}{}", line.order_id, line.sku);
    row(ReportKind::AllOrders, &key, Fact::Order(line))
}

/// A row of a mapped table with nothing but its order and channel.
pub(super) fn mapped_line(channel: Channel, order: &str, on: &str) -> MappedLine {
    MappedLine {
        channel: Some(channel),
        order_id: OrderId::parse(order).unwrap(),
        on: Some(on.parse().unwrap()),
        sku: None,
        asin: None,
        buyer: None,
        reason: None,
        kind: Kind::Other,
        comment: None,
        amount: None,
        status: None,
        decision: None,
        rating: None,
        settled: false,
    }
}

pub(super) fn return_line(order: &str, on: &str, rma: Option<&str>) -> ReturnLine {
    ReturnLine {
        order_id: order.to_owned(),
        sku: Some("KB".to_owned()),
        asin: None,
        name: None,
        on: on.parse().unwrap(),
        reason: "Defective".to_owned(),
        code: "DEFECTIVE".to_owned(),
        kind: Kind::Defective,
        comment: None,
        status: Some("Approved".to_owned()),
        rma: rma.map(str::to_owned),
        resolution: None,
        order_amount: None,
        refunded: None,
        received: None,
        atoz: false,
        settled: false,
    }
}

pub(super) fn return_row(line: ReturnLine) -> Row {
    let name = line.rma.clone().unwrap_or_else(|| line.on.to_string());
    let key = format!("{}\u{1f}{}\u{1f}{name}", line.order_id, line.sku.as_deref().unwrap_or(""));
    row(ReportKind::MfnReturns, &key, Fact::MfnReturn(line))
}

pub(super) fn feedback_row(order: &str, on: &str, rating: u8, comment: &str) -> Row {
    let line = FeedbackLine {
        order_id: order.to_owned(),
        on: on.parse().unwrap(),
        rating,
        comment: comment.to_owned(),
        response: None,
        kind: Kind::Other,
        language: None,
    };
    row(ReportKind::Feedback, &format!("{order}\u{1f}{on}\u{1f}{rating}"), Fact::Feedback(line))
}

/// Runs an import of its own and commits it.
pub(super) fn import(store: &mut Store, read: impl FnOnce(&mut Import<'_>)) -> u64 {
    let mut import = store.import(now()).unwrap();
    read(&mut import);
    import.finish(&Tally::default(), true).unwrap()
}

/// Imports mails, each of which must be new.
pub(super) fn mails(store: &mut Store, mails: &[Mail]) -> u64 {
    import(store, |import| {
        for mail in mails {
            assert!(matches!(import.mail(mail).unwrap(), Landed::Stored(_)));
        }
    })
}

pub(super) fn rows(store: &mut Store, rows: &[Row]) -> u64 {
    import(store, |import| {
        for row in rows {
            import.row(row).unwrap();
        }
    })
}

pub(super) fn queue(store: &Store) -> Vec<Summary> {
    store.queue(None, 100, &Filter::default(), now()).unwrap()
}

/// Every case, archived and snoozed ones too.
pub(super) fn all(store: &Store) -> Vec<Summary> {
    store.queue(None, 1000, &Filter { archived: true, asleep: true, ..Filter::default() }, now()).unwrap()
}

/// The only case of a store.
pub(super) fn only(store: &Store) -> CaseFile {
    let all = all(store);
    assert_eq!(all.len(), 1, "{all:#?}");
    file(store, all[0].id)
}

pub(super) fn file(store: &Store, id: CaseId) -> CaseFile {
    store.case(id, now()).unwrap().unwrap()
}

/// Numbers that are the same at every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides as u64).unwrap()
    }

    pub(super) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}
