//! What mails and reports show of offers: which refund, reimbursement or replacement proves which offer.
//!
//! A pure function of the facts: the order in which they were imported, and how often, cannot matter.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::told::told_once;
use super::{Offer, OfferStatus, Route};
use crate::domain::case::words;
use crate::domain::money::Money;

words! {
    /// What shows that an offer was carried out, the best first.
    Witness {
        /// Amazon's mail that a refund was issued.
        RefundMail = "refund_mail",
        /// A row of the returns report with a refunded amount.
        ReturnReport = "return_report",
        /// A replacement order.
        Replacement = "replacement",
        /// Money from Amazon to the seller for the order: no word of what the buyer got.
        Reimbursement = "reimbursement",
    }
}

/// Something a mail or a report row says that may prove an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What says it.
    pub witness: Witness,
    /// How much; `None` for a replacement, or where nobody could read it.
    pub amount: Option<Money>,
    /// The earliest it can have happened; `None`: nobody knows.
    pub from: Option<Timestamp>,
    /// The latest; `None`: any time after that.
    pub until: Option<Timestamp>,
    /// The day, where only a day is stated.
    pub day: Option<Date>,
    /// What names it for good: id of the mail, key of the row, number of the replacement order. Untrusted.
    pub reference: String,
}

/// A fact that proves an offer, or belongs to none.
pub type Proof = Fact;

/// A refund to the buyer, told by one or several of the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The fact.
    pub fact: Fact,
    /// Row of the offer it proves; `None`: no offer explains it.
    pub offer: Option<i64>,
}

/// What the buyer got back by all that mails and reports say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refunds {
    /// The refunds, the oldest first.
    pub all: Vec<Refund>,
    /// The sum of those in the order's currency, or, while that is unknown, in the only one there is; `None` without any.
    pub sum: Option<Money>,
    /// The sums of those in other currencies, by their codes.
    pub foreign: Vec<Money>,
    /// How many are of an amount that nobody knows: it could not be read, or mails tell of some of it.
    pub unread: usize,
    /// Whether that is more than the order total: `Some(true)` where what is known in its currency is, `None` where a refund in
    /// another currency or without an amount, or the unknown total, leaves it open.
    pub above_total: Option<bool>,
    /// What was refunded in the order's currency and no offer holds already, minor units: it is gone from the order beside what
    /// the offers hold.
    pub beside: i64,
}

impl Refunds {
    /// Whether more was refunded than the sum says: in another currency, or of an amount that nobody knows.
    #[must_use]
    pub const fn is_untold(&self) -> bool {
        self.unread > 0 || !self.foreign.is_empty()
    }

    /// Refunds that no offer explains.
    pub fn spare(&self) -> impl Iterator<Item = &Refund> {
        self.all.iter().filter(|refund| refund.offer.is_none())
    }
}

/// Gives each offer what proves it, and says what the buyer got back altogether.
///
/// One refund proves one offer, and only one that was proposed before it. It fits by the kind of the offer, by its currency and
/// by its date; the same amount fits best. A report names days: one of the day of the offer, by the calendar of the site, is
/// not before it. A row of the returns report does not say when the refund was made, only when the return was asked for or came
/// back: the refund is not older than that. Where that day is before the offer, the refund may be older than the offer, and
/// proves it only where the offer went by that very return, in exactly that amount, and no file had told of the refund before.
/// What is left over fills up an offer that was refunded in part. Money from Amazon proves an offer only where no refund does.
/// Which mails and rows tell of one refund is said in `told.rs`.
pub fn prove(offers: &mut [Offer], facts: Vec<Fact>, total: Option<Money>) -> Refunds {
    let (refunds, others): (Vec<Fact>, Vec<Fact>) = facts
        .into_iter()
        .partition(|fact| matches!(fact.witness, Witness::RefundMail | Witness::ReturnReport));
    let mut refunds = told_once(refunds);
    let mut others = others;
    for facts in [&mut refunds, &mut others] {
        facts.sort_by(|one, other| (one.from, &one.reference).cmp(&(other.from, &other.reference)));
    }
    for offer in offers.iter_mut() {
        offer.proofs.clear();
    }
    let mut proves = assign(offers, &refunds);
    fill_up(offers, &refunds, &mut proves);
    let mut all = sums(&refunds, total);
    all.beside = beside(offers, &refunds, &proves, all.sum);
    for (fact, offer) in refunds.iter().zip(&proves) {
        if let Some(at) = offer {
            offers[*at].proofs.push(fact.clone());
        }
    }
    let also = assign(offers, &others);
    for (fact, offer) in others.iter().zip(also) {
        if let Some(at) = offer {
            offers[at].proofs.push(fact.clone());
        }
    }
    let refunds = refunds.into_iter().zip(proves);
    all.all = refunds.map(|(fact, at)| Refund { fact, offer: at.map(|at| offers[at].id) }).collect();
    all
}

/// The sums of refunds, each currency for itself.
fn sums(refunds: &[Fact], total: Option<Money>) -> Refunds {
    let mut by_currency: BTreeMap<&str, Money> = BTreeMap::new();
    for amount in refunds.iter().filter_map(|fact| fact.amount) {
        let sum = by_currency.entry(amount.currency.code()).or_insert(Money::new(0, amount.currency));
        sum.minor = sum.minor.saturating_add(amount.minor);
    }
    let unread = refunds.iter().filter(|fact| fact.amount.is_none()).count();
    let only = by_currency.keys().next().copied().filter(|_| by_currency.len() == 1);
    let home = total.map_or(only, |total| Some(total.currency.code()));
    let sum = home.and_then(|home| by_currency.remove(home));
    let foreign: Vec<Money> = by_currency.into_values().collect();
    let above = sum.zip(total).is_some_and(|(sum, total)| sum.minor > total.minor);
    let open = refunds.is_empty() || total.is_none() || unread > 0 || !foreign.is_empty();
    let above_total = if above { Some(true) } else { (!open).then_some(false) };
    Refunds { sum, foreign, unread, above_total, ..Refunds::default() }
}

/// What was refunded and no offer holds, minor units of the currency of `sum`: all that proves none, and of an offer that was
/// refunded with more than it holds the difference.
fn beside(offers: &[Offer], refunds: &[Fact], proves: &[Option<usize>], sum: Option<Money>) -> i64 {
    let Some(home) = sum.map(|sum| sum.currency) else { return 0 };
    let minor =
        |fact: &Fact| fact.amount.filter(|amount| amount.currency == home).map_or(0, |amount| amount.minor);
    let of = |offer: Option<usize>| {
        let facts = refunds.iter().zip(proves).filter(|(_, at)| **at == offer);
        facts.fold(0_i64, |sum, (fact, _)| sum.saturating_add(minor(fact)))
    };
    let held = |offer: &Offer| offer.held().filter(|held| held.currency == home).map_or(0, |held| held.minor);
    let more = offers.iter().enumerate().map(|(at, offer)| of(Some(at)).saturating_sub(held(offer)).max(0));
    more.fold(of(None), i64::saturating_add)
}

/// How well a fact fits an offer, the least best; `None`: not at all.
type Fit = (bool, bool, bool, Witness, u64);

/// How a fact fits an offer of which `expected` is still to be shown.
fn fit(offer: &Offer, fact: &Fact, expected: Option<Money>) -> Option<Fit> {
    let kind =
        if fact.witness == Witness::Replacement { !offer.kind.refunds() } else { offer.kind.refunds() };
    let alive = !matches!(offer.status, OfferStatus::Declined | OfferStatus::Reversed);
    let currency = fact.amount.zip(expected).is_none_or(|(fact, offer)| fact.currency == offer.currency);
    let later = fact.until.is_none_or(|until| until >= offer.at);
    if !(kind && alive && currency && later) {
        return None;
    }
    let exact = fact.amount == expected;
    let day_after = |from: Timestamp| from.saturating_add(SignedDuration::from_hours(24));
    let row = fact.witness == Witness::ReturnReport;
    let dated = !row || fact.from.is_some_and(|from| day_after(from).is_ok_and(|end| end > offer.at));
    let answered = offer.route == Some(Route::Return) && exact;
    let near = fact.from.map_or(u64::MAX, |from| from.as_second().abs_diff(offer.at.as_second()));
    (dated || answered).then_some((offer.status == OfferStatus::Expired, !exact, !dated, fact.witness, near))
}

/// The offer that each fact proves: the best pair first, each offer and each fact once. An offer with a proof takes none.
fn assign(offers: &[Offer], facts: &[Fact]) -> Vec<Option<usize>> {
    let mut pairs = Vec::new();
    for (at, fact) in facts.iter().enumerate() {
        for (to, offer) in offers.iter().enumerate().filter(|(_, offer)| offer.proofs.is_empty()) {
            // What was really paid, by the operator's own word, is what a refund of it says.
            let expected = offer.paid().or(offer.amount);
            pairs.extend(fit(offer, fact, expected).map(|fit| (fit, offer.at, offer.id, at, to)));
        }
    }
    pairs.sort();
    let (mut proves, mut taken) = (vec![None; facts.len()], vec![false; offers.len()]);
    for (_, _, _, at, to) in pairs {
        if proves[at].is_none() && !taken[to] {
            (proves[at], taken[to]) = (Some(to), true);
        }
    }
    proves
}

/// Gives what is left over to the offers that were refunded in part, the oldest first.
fn fill_up(offers: &[Offer], facts: &[Fact], proves: &mut [Option<usize>]) {
    for (to, offer) in offers.iter().enumerate() {
        let got = |proves: &[Option<usize>]| {
            let of = facts.iter().zip(proves).filter(|(_, at)| **at == Some(to));
            of.map(|(fact, _)| fact.amount).try_fold(0_i64, |sum, amount| sum.checked_add(amount?.minor))
        };
        for (at, fact) in facts.iter().enumerate() {
            let Some(promised) = offer.paid().or(offer.amount).filter(|_| proves.contains(&Some(to))) else {
                break;
            };
            let missing = got(proves).map_or(0, |got| promised.minor.saturating_sub(got));
            let fits = fact.amount.is_some_and(|amount| amount.minor <= missing);
            let missing = Some(Money::new(missing, promised.currency));
            if proves[at].is_none() && fits && fit(offer, fact, missing).is_some() {
                proves[at] = Some(to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::event::Actor;
    use crate::domain::offer::{Room, Step};
    use crate::domain::{CaseId, Currency, OfferKind};

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    /// The noon of a day of November.
    fn on(day: i64) -> Timestamp {
        "2026-11-01T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * (day - 1))
    }

    fn offer(id: i64, kind: OfferKind, minor: i64, day: i64) -> Offer {
        Offer {
            id,
            kind,
            amount: kind.refunds().then(|| usd(minor)),
            status: OfferStatus::Proposed,
            route: None,
            why: None,
            carrier: None,
            tracking: None,
            cost: None,
            at: on(day),
            total_unknown: false,
            steps: Vec::new(),
            line: id,
            proofs: Vec::new(),
            case: CaseId(1),
        }
    }

    fn partial(id: i64, minor: i64, day: i64) -> Offer {
        offer(id, OfferKind::PartialRefund, minor, day)
    }

    fn mail(name: &str, minor: i64, day: i64) -> Fact {
        let at = Some(on(day));
        let amount = Some(usd(minor));
        Fact {
            witness: Witness::RefundMail,
            amount,
            from: at,
            until: at,
            day: None,
            reference: name.to_owned(),
        }
    }

    /// A row of the returns report: when the return was asked for, and what was refunded at some time after.
    fn row(name: &str, minor: i64, day: i64) -> Fact {
        Fact { witness: Witness::ReturnReport, until: None, ..mail(name, minor, day) }
    }

    fn names(offer: &Offer) -> Vec<&str> {
        offer.proofs.iter().map(|proof| proof.reference.as_str()).collect()
    }

    #[test]
    fn promised_twelve_refunded_ten_is_a_proof_with_a_difference() {
        let mut offers = [partial(1, 1_200, 1)];
        let refunds = prove(&mut offers, vec![mail("m", 1_000, 3)], Some(usd(5_000)));
        assert_eq!((offers[0].proven(), offers[0].difference()), (Some(usd(1_000)), Some(usd(-200))));
        assert_eq!((refunds.sum, refunds.above_total), (Some(usd(1_000)), Some(false)));
        assert_eq!(refunds.all[0].offer, Some(1));
    }

    #[test]
    fn one_refund_proves_one_offer_the_one_of_its_amount() {
        let mut offers = [partial(1, 1_000, 1), partial(2, 1_200, 2)];
        prove(&mut offers, vec![mail("m", 1_000, 3)], None);
        assert_eq!((names(&offers[0]), names(&offers[1])), (vec!["m"], vec![]));
        prove(&mut offers, vec![mail("m", 1_000, 3), mail("n", 1_200, 3)], None);
        assert_eq!((names(&offers[0]), names(&offers[1])), (vec!["m"], vec!["n"]));
    }

    #[test]
    fn what_was_refunded_before_the_offer_or_in_another_currency_proves_nothing() {
        let mut offers = [partial(1, 1_000, 5)];
        let euros =
            Fact { amount: Some(Money::new(1_000, Currency::parse("EUR").unwrap())), ..mail("e", 0, 6) };
        let refunds = prove(&mut offers, vec![mail("m", 1_000, 4), euros], Some(usd(5_000)));
        assert!(names(&offers[0]).is_empty());
        assert_eq!(refunds.spare().count(), 2);
        // What is in the order's currency is known, the other stands apart, and what both come to nobody can say.
        assert_eq!((refunds.sum, refunds.above_total), (Some(usd(1_000)), None));
        assert_eq!(refunds.foreign.iter().map(Money::to_string).collect::<Vec<_>>(), ["10.00 EUR"]);
    }

    #[test]
    fn a_refund_in_two_parts_proves_an_offer_together() {
        let mut offers = [partial(1, 1_200, 1)];
        prove(&mut offers, vec![mail("m", 500, 2), mail("n", 700, 3), mail("o", 300, 4)], None);
        assert_eq!(offers[0].difference(), Some(usd(0)));
        assert_eq!(offers[0].proofs.len(), 2);
    }

    #[test]
    fn a_row_that_tells_the_refund_of_a_mail_again_is_no_second_one() {
        let mut offers = [partial(1, 1_000, 1), partial(2, 1_000, 2)];
        let refunds = prove(&mut offers, vec![row("r", 1_000, 3), mail("m", 1_000, 4)], Some(usd(1_500)));
        assert_eq!(refunds.sum, Some(usd(1_000)));
        assert_eq!(offers.iter().filter(|offer| offer.proofs.is_empty()).count(), 1);
        let refunds =
            prove(&mut offers, vec![row("r", 3_000, 3), mail("m", 1_000, 4), mail("n", 2_000, 5)], None);
        assert_eq!(refunds.sum, Some(usd(3_000)));
    }

    #[test]
    fn a_return_that_began_before_the_offer_proves_it_only_where_it_is_the_return_the_offer_answers() {
        let mut offers = [partial(1, 1_200, 5)];
        for minor in [1_200, 3_000] {
            prove(&mut offers, vec![row("r", minor, 1)], None);
            assert!(names(&offers[0]).is_empty(), "a refund of that return may be older than the offer");
        }
        offers[0].route = Some(Route::Return);
        prove(&mut offers, vec![row("r", 1_000, 1)], None);
        assert!(names(&offers[0]).is_empty(), "another amount than was promised for it");
        prove(&mut offers, vec![row("r", 1_200, 1)], None);
        assert_eq!(names(&offers[0]), ["r"]);
        let known = |day: i64| Fact { until: Some(on(day)), ..row("r", 1_200, 1) };
        prove(&mut offers, vec![known(4)], None);
        assert!(names(&offers[0]).is_empty(), "a file of before the offer told of that refund");
        prove(&mut offers, vec![known(6)], None);
        assert_eq!(names(&offers[0]), ["r"]);
        offers[0].route = None;
        for day in [5, 6] {
            prove(&mut offers, vec![row("r", 1_000, day)], None);
            assert_eq!(offers[0].difference(), Some(usd(-200)), "of the day of the offer, or later");
        }
    }

    #[test]
    fn what_was_refunded_and_no_offer_holds_is_gone_beside_the_offers() {
        let held = |id: i64, minor: i64, day: i64| {
            let step = Step {
                status: OfferStatus::Proposed,
                at: on(day),
                by: Actor::Operator,
                held: Some(usd(minor)),
            };
            Offer { steps: vec![step], ..partial(id, minor, day) }
        };
        let beside = |offers: &mut [Offer], facts: Vec<Fact>| prove(offers, facts, Some(usd(10_000))).beside;
        assert_eq!(beside(&mut [], vec![mail("m", 9_000, 3)]), 9_000);
        assert_eq!(beside(&mut [held(1, 1_200, 1)], vec![mail("m", 1_200, 3)]), 0, "the offer holds it");
        assert_eq!(beside(&mut [held(1, 1_200, 1)], vec![mail("m", 1_000, 3)]), 0, "and more");
        assert_eq!(beside(&mut [held(1, 1_200, 1)], vec![mail("m", 1_500, 3)]), 300, "more was refunded");
        assert_eq!(beside(&mut [held(1, 1_200, 4)], vec![mail("m", 1_200, 3)]), 1_200, "before the offer");
        let expired = Offer { status: OfferStatus::Expired, steps: Vec::new(), ..partial(1, 1_200, 1) };
        assert_eq!(beside(&mut [expired], vec![mail("m", 1_200, 3)]), 1_200, "it holds nothing any more");
        let euros =
            Fact { amount: Some(Money::new(700, Currency::parse("EUR").unwrap())), ..mail("e", 0, 3) };
        assert_eq!(beside(&mut [], vec![euros, mail("m", 500, 3)]), 500);
    }

    #[test]
    fn a_refund_in_another_currency_or_without_an_amount_hides_no_refund_above_the_order() {
        let euros = Fact { amount: Some(Money::new(1, Currency::parse("EUR").unwrap())), ..mail("e", 0, 4) };
        let unread = Fact { amount: None, ..mail("u", 0, 4) };
        let refunds = prove(&mut [], vec![mail("m", 6_000, 3), euros.clone(), unread], Some(usd(5_000)));
        assert_eq!((refunds.sum, refunds.above_total), (Some(usd(6_000)), Some(true)));
        assert_eq!((refunds.foreign.len(), refunds.unread), (1, 1));
        let refunds = prove(&mut [], vec![euros], Some(usd(5_000)));
        assert_eq!((refunds.sum, refunds.above_total), (None, None));
    }

    #[test]
    fn a_replacement_proves_a_reshipment_and_nothing_else() {
        let mut offers = [partial(1, 1_000, 1), offer(2, OfferKind::Reshipment, 0, 1)];
        let replaced = Fact { witness: Witness::Replacement, amount: None, ..mail("114-1", 0, 2) };
        prove(&mut offers, vec![replaced], None);
        assert_eq!((names(&offers[0]), names(&offers[1])), (vec![], vec!["114-1"]));
        assert_eq!(offers[1].proven(), None);
    }

    #[test]
    fn money_from_amazon_proves_an_offer_only_where_no_refund_does() {
        let paid = |name: &str| Fact { witness: Witness::Reimbursement, ..mail(name, 1_000, 4) };
        let mut offers = [partial(1, 1_000, 1)];
        let refunds = prove(&mut offers, vec![paid("p")], Some(usd(500)));
        assert_eq!(names(&offers[0]), ["p"]);
        assert_eq!((refunds.sum, refunds.above_total), (None, None), "the buyer may have got anything");
        prove(&mut offers, vec![paid("p"), mail("m", 900, 3)], None);
        assert_eq!(names(&offers[0]), ["m"]);
    }

    #[test]
    fn a_refund_above_the_order_is_a_fact_and_said_to_be_above() {
        let refunds = prove(&mut [], vec![mail("m", 6_000, 3)], Some(usd(5_000)));
        assert_eq!((refunds.all.len(), refunds.above_total), (1, Some(true)));
        let unknown = prove(&mut [], vec![mail("m", 6_000, 3)], None);
        assert_eq!(unknown.above_total, None);
    }

    #[test]
    fn the_operators_own_word_of_what_was_paid_is_what_a_refund_is_looked_for_by() {
        let mut offers = [partial(1, 1_000, 1), partial(2, 1_200, 1)];
        offers[1].status = OfferStatus::CarriedOut;
        let step =
            Step { status: OfferStatus::CarriedOut, at: on(2), by: Actor::Operator, held: Some(usd(1_000)) };
        offers[1].steps.push(step);
        offers[0].status = OfferStatus::Declined;
        prove(&mut offers, vec![mail("m", 1_000, 3)], None);
        assert_eq!((names(&offers[0]), names(&offers[1])), (vec![], vec!["m"]));
        assert_eq!((offers[1].paid(), offers[1].difference()), (Some(usd(1_000)), Some(usd(-200))));
    }

    proptest! {
        #[test]
        fn the_order_of_the_facts_never_matters_and_each_proves_one_offer(
            offers in prop::collection::vec((1..4_i64, 1..9_i64), 0..5),
            facts in prop::collection::vec((1..4_i64, 1..9_i64, 0..3_u8), 0..7),
            turn in 0..7_usize,
        ) {
            let offers: Vec<Offer> = (1..).zip(offers).map(|(id, (units, day))| {
                let held = Some(usd(units * 100)).filter(|_| id % 3 != 0);
                let step = Step { status: OfferStatus::Proposed, at: on(day), by: Actor::Operator, held };
                Offer { steps: vec![step], ..partial(id, units * 100, day) }
            }).collect();
            let facts: Vec<Fact> = facts.into_iter().enumerate().map(|(at, (units, day, kind))| {
                let made = if kind == 0 { row } else { mail };
                let fact = made(&format!("f{at}"), units * 100, day);
                if kind == 2 { Fact { witness: Witness::Reimbursement, ..fact } } else { fact }
            }).collect();
            let (mut one, mut other) = (offers.clone(), offers);
            let first = prove(&mut one, facts.clone(), Some(usd(500)));
            let mut turned = facts;
            turned.reverse();
            let middle = turn.min(turned.len());
            turned.rotate_left(middle);
            prop_assert_eq!(&prove(&mut other, turned, Some(usd(500))), &first);
            prop_assert_eq!(&one, &other);
            let mut used: Vec<&str> = one.iter().flat_map(names).collect();
            let all = used.len();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), all);
            // What is gone is what the offers hold and what was refunded beside, each refund once and none lost.
            let refunded: i64 = first.all.iter().filter_map(|refund| refund.fact.amount).map(|amount| amount.minor).sum();
            prop_assert_eq!(first.sum.map_or(0, |sum| sum.minor), refunded);
            let held: i64 = one.iter().filter_map(Offer::held).map(|held| held.minor).sum();
            let gone = held + first.beside;
            prop_assert!(gone >= refunded.max(held) && gone <= refunded + held, "{gone} {refunded} {held}");
            let room = Room { total: Some(usd(500)), given: held, refunded: first.beside, ..Room::default() };
            prop_assert_eq!(room.rest().known().unwrap().minor, (500 - gone).max(0));
        }
    }
}
