//! Invented cases for trying kesu and for measuring it: the same seed makes the same cases, every name and text is ours.
//!
//! Pure records as an import would bring them; the store is not touched. One case in ten is open, the rest archived.

mod case;
mod costs;
mod shop;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::domain::offer::Draft;
use crate::domain::record::{Mail, Row};
use crate::domain::{Outcome, RootCause};
pub use costs::costs;

/// How an invented case ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// When the operator first saw it, and how long he worked on it.
    pub work: (Timestamp, SignedDuration),
    /// The reply that was sent, and when.
    pub reply: Option<(String, Timestamp)>,
    /// What was offered, not above the order's total.
    pub offer: Option<Draft>,
    /// The outcome.
    pub outcome: Outcome,
    /// What has to be mended.
    pub cause: Option<RootCause>,
    /// When it was archived; after the reply.
    pub at: Timestamp,
}

/// One invented case, as the records an import would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct InventedCase {
    /// Order lines: first the order complained of, then orders nobody complained of.
    pub orders: Vec<Row>,
    /// Mails, oldest first; all of one case.
    pub mails: Vec<Mail>,
    /// The return or feedback, where the case came by a report instead of a mail.
    pub rows: Vec<Row>,
    /// `None` while the case is open.
    pub ending: Option<Ending>,
}

/// Invents cases one by one.
#[derive(Debug, Clone)]
pub struct Invented {
    cases: u64,
    seed: u64,
    now: Timestamp,
    orders_per_case: u64,
    next: u64,
}

impl Invented {
    /// `cases` cases as they stand at `now`, with two further orders for each.
    #[must_use]
    pub const fn new(cases: u64, seed: u64, now: Timestamp) -> Self {
        Self { cases, seed, now, orders_per_case: 2, next: 0 }
    }

    /// How many further orders, without complaint, come with each case: 0 for very large files.
    #[must_use]
    pub const fn with_orders_per_case(mut self, orders: u64) -> Self {
        self.orders_per_case = orders;
        self
    }

    /// Days over which the archived cases are spread: four months for a small shop, three years for a large one.
    fn span_days(&self) -> u64 {
        (120 + self.cases / 100).min(1_095)
    }

    /// Whether a case is still open: one in each ten.
    const fn is_open(number: u64) -> bool {
        number % 10 == 3
    }

    /// Random numbers of one case or buyer, the same however many were drawn for others.
    fn rng(&self, topic: u64, number: u64) -> Rng {
        let mixed =
            self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03);
        Rng::with_seed(mixed.wrapping_add(topic))
    }
}

impl Iterator for Invented {
    type Item = InventedCase;

    fn next(&mut self) -> Option<InventedCase> {
        (self.next < self.cases).then_some(())?;
        let number = self.next;
        self.next += 1;
        case::invent(self, number)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.cases - self.next).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::OrderId;
    use crate::domain::case::{Kind, Language};
    use crate::domain::record::{Fact, Notice};

    fn now() -> Timestamp {
        "2026-11-23T01:41:00Z".parse().unwrap()
    }

    fn invented(cases: u64, seed: u64) -> Vec<InventedCase> {
        Invented::new(cases, seed, now()).collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_cases_and_another_seed_others() {
        assert_eq!(invented(50, 7), invented(50, 7));
        assert_ne!(invented(50, 7), invented(50, 8));
    }

    #[test]
    fn one_case_in_ten_is_open() {
        let cases = invented(400, 1);
        assert_eq!(cases.len(), 400);
        assert_eq!(cases.iter().filter(|case| case.ending.is_none()).count(), 40);
    }

    #[test]
    fn all_channels_kinds_languages_and_outcomes_occur() {
        let cases = invented(400, 1);
        let mails = || cases.iter().flat_map(|case| &case.mails);
        for notice in [
            Notice::BuyerMessage,
            Notice::SellerCopy,
            Notice::ReturnRequest,
            Notice::AtozClaim,
            Notice::AtozDecision,
            Notice::Cancellation,
            Notice::Chargeback,
        ] {
            assert!(mails().any(|mail| mail.notice == notice), "{notice:?}");
        }
        let facts = || cases.iter().flat_map(|case| &case.rows).map(|row| &row.fact);
        assert!(facts().any(|fact| matches!(fact, Fact::Feedback(_))));
        assert!(facts().any(|fact| matches!(fact, Fact::MfnReturn(_))));
        assert!(Kind::ALL.iter().all(|kind| mails().any(|mail| mail.kind == *kind)));
        assert!(Language::ALL.iter().all(|language| mails().any(|mail| mail.language == Some(*language))));
        let offers = cases.iter().filter_map(|case| case.ending.as_ref()?.offer.as_ref());
        assert_eq!(offers.map(|offer| offer.kind).collect::<BTreeSet<_>>().len(), 4);
        let sites: BTreeSet<_> = mails().filter_map(|mail| mail.marketplace).collect();
        assert!(shop::SHOP.sites().filter(|site| sites.contains(site)).count() >= 9, "{sites:?}");
    }

    #[test]
    fn every_order_id_and_message_id_is_well_formed_and_occurs_once() {
        let cases = invented(3_000, 3);
        let (mut orders, mut messages) = (BTreeSet::new(), BTreeSet::new());
        for case in &cases {
            for row in &case.orders {
                let Fact::Order(line) = &row.fact else { panic!("not an order") };
                assert!(OrderId::parse(&line.order_id).is_some(), "{}", line.order_id);
                assert!(orders.insert(line.order_id.clone()), "{} twice", line.order_id);
            }
            for mail in &case.mails {
                assert!(messages.insert((mail.message_id.clone(), mail.digest.clone())));
            }
        }
        assert_eq!(orders.len(), 9_000);
    }

    #[test]
    fn nothing_lies_in_the_future_and_every_ending_follows_its_case() {
        for case in invented(1_000, 5) {
            let sent: Vec<Timestamp> = case.mails.iter().filter_map(|mail| mail.sent_at).collect();
            assert!(sent.is_sorted() && sent.iter().all(|at| *at <= now()));
            if let Some(ending) = case.ending {
                let replied = ending.reply.map_or(ending.at, |reply| reply.1);
                assert!(ending.at <= now() && replied <= ending.at);
                assert!(sent.iter().all(|at| *at <= ending.at), "{sent:?} {}", ending.at);
            }
        }
    }

    #[test]
    fn an_offer_never_exceeds_its_order() {
        for case in invented(1_000, 6) {
            let Some(Fact::Order(line)) = case.orders.first().map(|row| &row.fact) else {
                panic!("no order")
            };
            if let Some(amount) = case.ending.and_then(|ending| ending.offer?.amount) {
                assert!(amount.minor <= line.total.unwrap().minor && amount.minor > 0);
            }
        }
    }

    #[test]
    fn some_buyers_come_back() {
        let cases = invented(300, 1);
        let buyers: Vec<_> =
            cases.iter().filter_map(|case| Some(case.mails.first()?.alias.as_ref()?.local.clone())).collect();
        let people: BTreeSet<_> = buyers.iter().collect();
        assert!(people.len() < buyers.len() && people.len() * 10 > buyers.len() * 7);
    }
}
