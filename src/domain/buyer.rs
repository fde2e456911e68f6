//! A buyer's history: his orders, cases, claims and offers as numbers, and the flags that say where they are many.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::case::{CaseId, Channel, Outcome};
use super::money::Money;
use super::offer::{OfferKind, OfferStatus};
use super::record::Decision;
use super::view::Summary;

/// An offer as the history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastOffer {
    /// The case it was booked on.
    pub case: CaseId,
    /// What was offered.
    pub kind: OfferKind,
    /// What the buyer got back; `None` for a reshipment.
    pub amount: Option<Money>,
    /// Where it stands; never reversed.
    pub status: OfferStatus,
    /// When it was booked.
    pub at: Timestamp,
}

/// A case of the buyer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerCase {
    /// Its line.
    pub summary: Summary,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What Amazon decided.
    pub decision: Option<Decision>,
    /// The amount claimed.
    pub claimed: Option<Money>,
    /// The offers on it, oldest first.
    pub offers: Vec<PastOffer>,
}

/// An order that the buyer's mails or cases name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerOrder {
    /// Its id.
    pub id: String,
    /// When it was placed; `None` where no imported report has it.
    pub purchased_at: Option<Timestamp>,
    /// Its total, where known.
    pub total: Option<Money>,
}

/// Everything known of the buyer of a case, that case among it. Without a known buyer: of its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuyerHistory {
    /// The cases, newest first.
    pub cases: Vec<BuyerCase>,
    /// The orders that they and their mails name, newest first, those without a day last.
    pub orders: Vec<BuyerOrder>,
    /// There are more cases than are listed: every number is a least.
    pub more: bool,
}

impl BuyerHistory {
    /// How many cases came by these channels.
    #[must_use]
    pub fn count(&self, channels: &[Channel]) -> usize {
        self.cases.iter().filter(|case| channels.contains(&case.summary.channel)).count()
    }

    /// The offers that stand: proposed, accepted or carried out.
    pub fn standing(&self) -> impl Iterator<Item = &PastOffer> {
        self.cases.iter().flat_map(|case| &case.offers).filter(|offer| offer.status.stands())
    }

    /// What the standing offers come to, one sum a currency.
    #[must_use]
    pub fn sums(&self) -> Vec<Money> {
        sums(self.standing().filter_map(|offer| offer.amount))
    }

    /// The earliest day known of the buyer: of an order or of a case.
    #[must_use]
    pub fn since(&self) -> Option<Timestamp> {
        let orders = self.orders.iter().filter_map(|order| order.purchased_at);
        orders.chain(self.cases.iter().map(|case| case.summary.opened)).min()
    }

    /// The flags that the numbers raise at `now`.
    #[must_use]
    pub fn raised<'a>(&self, flags: &'a [Flag], now: Timestamp) -> Vec<Raised<'a>> {
        let count = |flag: &Flag| {
            let from = now.checked_sub(SignedDuration::from_hours(24 * i64::from(flag.days)));
            let from = from.unwrap_or(Timestamp::MIN);
            let counts = |case: &&BuyerCase| {
                let opened = case.summary.opened;
                flag.channels.contains(&case.summary.channel) && from <= opened && opened <= now
            };
            self.cases.iter().filter(counts).count()
        };
        let orders = self.orders.len();
        let raise = |flag: &'a Flag| Raised { flag, count: count(flag), orders, more: self.more };
        flags.iter().map(raise).filter(|raised| raised.count >= raised.flag.at_least.max(1)).collect()
    }
}

/// Amounts added up currency by currency, in the order of the codes.
#[must_use]
pub fn sums(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in amounts {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
            None => sums.push(amount),
        }
    }
    sums.sort_by_key(|sum| sum.currency.code());
    sums
}

/// From which numbers on a history is flagged: data, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// What is counted, in English: `claims`.
    pub label: String,
    /// The same in Chinese, with its measure word: `次索赔`.
    pub label_zh: String,
    /// The channels whose cases count.
    pub channels: Vec<Channel>,
    /// In how many days before now.
    pub days: u32,
    /// From how many on.
    pub at_least: usize,
    /// Why this number.
    #[serde(default)]
    pub reason: String,
    /// The same in Chinese.
    #[serde(default)]
    pub reason_zh: String,
    /// From when it holds.
    #[serde(default)]
    pub since: Option<Date>,
}

/// A flag that the numbers raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised<'a> {
    /// Which.
    pub flag: &'a Flag,
    /// How many cases in its days.
    pub count: usize,
    /// How many orders of the buyer are known, of whatever day.
    pub orders: usize,
    /// There may be more of both.
    pub more: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flags {
    buyer_flags: Vec<Flag>,
}

/// The flags that ship with kesu, read on first use.
#[must_use]
pub fn shipped_flags() -> &'static [Flag] {
    static FLAGS: LazyLock<Vec<Flag>> = LazyLock::new(|| {
        // A test reads the file, so the empty fallback is never seen.
        toml::from_str::<Flags>(include_str!("../../assets/policy/buyers.toml"))
            .map(|flags| flags.buyer_flags)
            .unwrap_or_default()
    });
    &FLAGS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Kind, State};
    use crate::domain::money::Currency;

    fn now() -> Timestamp {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    /// A case that arose so many days ago, with offers.
    fn case(id: i64, channel: Channel, days: i64, offers: &[(OfferStatus, Option<Money>)]) -> BuyerCase {
        let opened = now() - SignedDuration::from_hours(24 * days);
        let offer = |(status, amount): &(OfferStatus, Option<Money>)| PastOffer {
            case: CaseId(id),
            kind: if amount.is_some() { OfferKind::PartialRefund } else { OfferKind::Reshipment },
            amount: *amount,
            status: *status,
            at: opened,
        };
        BuyerCase {
            summary: Summary {
                id: CaseId(id),
                channel,
                kind: Kind::Other,
                kind_confirmed: false,
                waiting: None,
                wake: None,
                complaint: crate::domain::view::Complaint::Certain,
                state: State::Open,
                marketplace: None,
                order_id: None,
                sku: None,
                buyer: None,
                buyer_name: None,
                opened,
                due: None,
                clock: None,
                lang: None,
                excerpt: String::new(),
                long_term: false,
                answered: false,
            },
            outcome: None,
            decision: None,
            claimed: None,
            offers: offers.iter().map(offer).collect(),
        }
    }

    fn history(cases: Vec<BuyerCase>) -> BuyerHistory {
        let order =
            |id: i64, at: &str| BuyerOrder { id: id.to_string(), purchased_at: at.parse().ok(), total: None };
        BuyerHistory {
            cases,
            orders: vec![
                order(1, "2026-03-12T08:00:00Z"),
                order(2, "no day"),
                order(3, "2026-10-01T08:00:00Z"),
            ],
            more: false,
        }
    }

    #[test]
    fn amounts_of_two_currencies_are_two_sums_and_only_standing_offers_count() {
        use OfferStatus::{Accepted, CarriedOut, Declined, Proposed};
        let all = history(vec![
            case(
                1,
                Channel::Atoz,
                3,
                &[(Proposed, Some(money(1_200, "USD"))), (Declined, Some(money(900, "USD")))],
            ),
            case(
                2,
                Channel::Message,
                9,
                &[(Accepted, Some(money(500, "EUR"))), (CarriedOut, Some(money(100, "USD")))],
            ),
            case(3, Channel::Message, 12, &[(Proposed, None)]),
        ]);
        assert_eq!(all.sums(), [money(500, "EUR"), money(1_300, "USD")]);
        assert_eq!(all.standing().count(), 4);
        assert_eq!((all.count(&[Channel::Atoz]), all.count(&[Channel::Message])), (1, 2));
        assert_eq!(all.since().unwrap().to_string(), "2026-03-12T08:00:00Z");
        assert!(BuyerHistory::default().sums().is_empty() && BuyerHistory::default().since().is_none());
    }

    #[test]
    fn a_flag_is_raised_by_the_numbers_of_its_days_alone() {
        let flags = shipped_flags();
        assert!(!flags.is_empty());
        let claim = |id, days| case(id, Channel::Atoz, days, &[]);
        let two = history(vec![claim(1, 0), claim(2, 90), claim(3, 91)]);
        assert!(two.raised(flags, now()).is_empty(), "the third is older than 90 days");
        let three = history(vec![claim(1, 0), claim(2, 90), case(3, Channel::Chargeback, 5, &[])]);
        let raised = three.raised(flags, now());
        assert_eq!((raised.len(), raised[0].count, raised[0].orders), (1, 3, 3));
        let talk = history((0..9).map(|id| case(id, Channel::Message, 1, &[])).collect());
        assert!(talk.raised(flags, now()).is_empty());
    }

    #[test]
    fn every_flag_that_ships_says_why_in_both_languages() {
        for flag in shipped_flags() {
            assert!(!flag.reason.is_empty() && !flag.reason_zh.is_empty() && flag.since.is_some());
        }
    }
}
