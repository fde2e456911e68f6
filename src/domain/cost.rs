//! What an offer costs: goods, postage and fees from the seller's own table, part by part. What is not known stays a hole.
//!
//! ```text
//! SkuCost (a piece)  SiteCost (postage, fees)        History, policy
//!        └──────── Ground ──────┘                           │
//!                    └── of_offer ──▶ OfferCost     defect::Defect ──▶ what a claim may cost
//! ```
//!
//! Costs are told against the sale as it stands: the buyer has paid, the goods have left. Goods that come back or never left
//! are therefore taken off, and goods that are gone already are not counted a second time.

pub mod bands;
pub mod defect;
pub mod policy;
pub mod sheet;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::defect::Defect;
use super::case::{CaseId, Fulfilment, words};
use super::marketplace::Marketplace;
use super::money::{Currency, Money};
use super::offer::{Offer, OfferKind};
use super::weight::Weight;

/// A country by its two ISO letters. `UK` is read as `GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two letters in any case; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        let code = if code == "UK" { "GB" } else { &code };
        let letters: [u8; 2] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// The country a site is for.
    #[must_use]
    pub fn of_site(site: Marketplace) -> Option<Self> {
        Self::parse(site.code())
    }

    /// The two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What the seller knows of one SKU. What is `None` was never said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkuCost {
    /// The article.
    pub sku: String,
    /// What one piece cost to buy or make.
    pub cost: Option<Money>,
    /// What one piece weighs, packed.
    pub weight: Option<Weight>,
    /// Its category, in the seller's words.
    pub category: Option<String>,
    /// Who ships it.
    pub fulfilment: Option<Fulfilment>,
    /// The country the seller ships it from.
    pub ships_from: Option<Country>,
}

impl SkuCost {
    /// Nothing is known yet.
    #[must_use]
    pub fn empty(sku: &str) -> Self {
        Self { sku: sku.to_owned(), ..Self::default() }
    }

    /// These values, and where one is not said that of `before`.
    #[must_use]
    pub fn over(self, before: &Self) -> Self {
        Self {
            cost: self.cost.or(before.cost),
            weight: self.weight.or(before.weight),
            category: self.category.or_else(|| before.category.clone()),
            fulfilment: self.fulfilment.or(before.fulfilment),
            ships_from: self.ships_from.or(before.ships_from),
            sku: self.sku,
        }
    }

    /// Whether an offer on it can be costed: cost and weight are known.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.cost.is_some() && self.weight.is_some()
    }
}

words! {
    /// Which way a parcel goes.
    Way {
        /// To the buyer.
        Out = "out",
        /// Back to the seller, at the seller's cost.
        Back = "back",
    }
}

/// What a parcel up to a weight costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Who ships.
    pub fulfilment: Fulfilment,
    /// Which way.
    pub way: Way,
    /// The heaviest it is for; `None`: any.
    pub up_to: Option<Weight>,
    /// What one parcel costs.
    pub postage: Money,
}

/// Fees and postage of one marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteCost {
    /// The site.
    pub marketplace: Marketplace,
    /// Amazon's referral fee, hundredths of a per cent of what the buyer paid.
    pub fee: Option<u32>,
    /// What Amazon keeps of that fee on a refund, hundredths of a per cent of the fee.
    pub kept: Option<u32>,
    /// At most so much of it.
    pub kept_most: Option<Money>,
    /// The postage, the lighter bands first.
    pub bands: Vec<Band>,
}

impl SiteCost {
    /// Nothing is known yet.
    #[must_use]
    pub const fn empty(marketplace: Marketplace) -> Self {
        Self { marketplace, fee: None, kept: None, kept_most: None, bands: Vec::new() }
    }

    /// Puts a band in the place of the one for the same parcels.
    pub fn set_band(&mut self, band: Band) {
        let same = |other: &Band| {
            (other.fulfilment, other.way, other.up_to) == (band.fulfilment, band.way, band.up_to)
        };
        self.bands.retain(|other| !same(other));
        self.bands.push(band);
        self.sort();
    }

    /// Bands in the order they are looked through: by shipper, way and weight, the open one last.
    pub fn sort(&mut self) {
        let weight = |band: &Band| band.up_to.map_or(i64::MAX, Weight::milligrams);
        self.bands.sort_by_key(|band| (band.fulfilment, band.way, weight(band)));
    }

    /// What a parcel costs.
    ///
    /// # Errors
    /// There is no band for this shipper and way, or none that is heavy enough.
    pub fn postage(&self, who: Fulfilment, way: Way, weight: Weight) -> Result<Money, Hole> {
        let mut fitting =
            self.bands.iter().filter(|band| band.fulfilment == who && band.way == way).peekable();
        if fitting.peek().is_none() {
            return Err(Hole::Postage(self.marketplace, who, way));
        }
        let found = fitting.find(|band| band.up_to.is_none_or(|most| weight <= most));
        found.map(|band| band.postage).ok_or(Hole::TooHeavy(self.marketplace, who, way, weight))
    }

    /// The fee on an amount.
    ///
    /// # Errors
    /// The fee is not known.
    pub fn fee_on(&self, amount: Money) -> Result<Money, Hole> {
        self.fee.map(|share| amount.share(share)).ok_or(Hole::Fee(self.marketplace))
    }

    /// What Amazon gives back of its fee when `refund` goes to the buyer.
    ///
    /// # Errors
    /// The fee or the kept part is not known, or the most that is kept stands in another currency.
    pub fn fee_returned(&self, refund: Money) -> Result<Money, Hole> {
        let fee = self.fee_on(refund)?;
        let kept = fee.share(self.kept.ok_or(Hole::FeeKept(self.marketplace))?);
        let kept = match self.kept_most {
            Some(most) if most.currency != kept.currency => {
                return Err(Hole::FeeCurrency(self.marketplace, most.currency, kept.currency));
            }
            Some(most) if most.minor < kept.minor => most,
            _ => kept,
        };
        fee.minus(kept).ok_or(Hole::TooLarge)
    }
}

/// Why a part of a cost is not known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Hole {
    /// No cost of goods of this SKU.
    Cost(String),
    /// No weight of this SKU.
    Weight(String),
    /// No report names the articles of the order.
    Articles,
    /// The case names no site.
    Site,
    /// Nobody knows who ships the order.
    Fulfilment,
    /// No postage of this site, shipper and way.
    Postage(Marketplace, Fulfilment, Way),
    /// The parcel is heavier than every band.
    TooHeavy(Marketplace, Fulfilment, Way, Weight),
    /// No fee of this site.
    Fee(Marketplace),
    /// How much of the fee Amazon keeps is not known.
    FeeKept(Marketplace),
    /// The most that is kept of a fee stands in another currency than the refund.
    FeeCurrency(Marketplace, Currency, Currency),
    /// No amount is typed, or the order total is not known.
    Amount,
    /// A sum does not fit.
    TooLarge,
}

words! {
    /// One part of a cost.
    Part {
        /// Money to the buyer.
        Refund = "refund",
        /// The fee that Amazon gives back.
        FeeReturned = "fee_returned",
        /// The fee that Amazon never takes.
        FeeSpared = "fee_spared",
        /// The goods sent a second time.
        GoodsSent = "goods_sent",
        /// The goods that come back and can be sold again.
        GoodsBack = "goods_back",
        /// The goods that never left.
        GoodsSpared = "goods_spared",
        /// Postage to the buyer.
        PostageOut = "postage_out",
        /// Postage of the return.
        PostageBack = "postage_back",
        /// Postage that is not spent.
        PostageSpared = "postage_spared",
        /// What the operator typed as the cost of a reshipment.
        Typed = "typed",
    }
}

impl Part {
    /// Whether it makes the offer cheaper.
    #[must_use]
    pub const fn is_less(self) -> bool {
        matches!(
            self,
            Self::FeeReturned | Self::FeeSpared | Self::GoodsBack | Self::GoodsSpared | Self::PostageSpared
        )
    }
}

words! {
    /// What becomes of the goods.
    Goods {
        /// The buyer keeps them, or they are lost.
        Gone = "gone",
        /// They come back fit for sale.
        Back = "back",
        /// They never left.
        Unsent = "unsent",
        /// They are sent a second time.
        Again = "again",
    }
}

/// What an offer costs, in one way it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferCost {
    /// What becomes of the goods.
    pub goods: Goods,
    /// Its parts, each an amount that is never negative, or why it is not known. [`Part::is_less`] says its sign.
    pub parts: Vec<(Part, Result<Money, Hole>)>,
}

impl OfferCost {
    /// Every part that is not known.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.parts.iter().filter_map(|(_, amount)| amount.as_ref().err())
    }

    /// The sums by currency, in the order they appear; `None` while a part is not known. Currencies are never added up.
    #[must_use]
    pub fn total(&self) -> Option<Vec<Money>> {
        if self.holes().next().is_some() {
            return None;
        }
        let mut sums: Vec<Money> = Vec::new();
        for (part, amount) in &self.parts {
            let amount = amount.as_ref().ok()?;
            let signed = if part.is_less() { amount.minor.checked_neg()? } else { amount.minor };
            match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
                Some(sum) => sum.minor = sum.minor.checked_add(signed)?,
                None => sums.push(Money::new(signed, amount.currency)),
            }
        }
        Some(sums)
    }
}

/// Who ships an order: as its report says, else as the cost table says of all its articles alike. Articles that differ, or of
/// which one says nothing, leave it unknown.
#[must_use]
pub fn shipper(
    reported: Option<Fulfilment>,
    mut told: impl Iterator<Item = Option<Fulfilment>>,
) -> Option<Fulfilment> {
    reported.or_else(|| {
        let first = told.next()??;
        told.all(|other| other == Some(first)).then_some(first)
    })
}

/// An article of the order with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// How many pieces.
    pub quantity: i64,
    /// Its line of the cost table.
    pub cost: SkuCost,
}

/// Everything the cost of an offer on one case is computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The case.
    pub case: CaseId,
    /// The site.
    pub site: Option<Marketplace>,
    /// Who ships the order.
    pub fulfilment: Option<Fulfilment>,
    /// The articles of the order; empty where no report names them.
    pub articles: Vec<Article>,
    /// The SKU the case is about: what a reshipment sends again. Where it is not one of the articles, all of them.
    pub about: Option<String>,
    /// Fees and postage of the site.
    pub costs: Option<SiteCost>,
    /// What a claim may cost.
    pub defect: Defect,
}

impl Ground {
    /// The articles a reshipment sends.
    fn sent_again(&self) -> Vec<&Article> {
        let about: Vec<&Article> =
            self.articles.iter().filter(|article| Some(&article.cost.sku) == self.about.as_ref()).collect();
        if about.is_empty() { self.articles.iter().collect() } else { about }
    }

    /// The goods' value by currency, one part each, and one for each SKU that lacks its cost.
    fn goods(part: Part, articles: &[&Article]) -> Vec<(Part, Result<Money, Hole>)> {
        if articles.is_empty() {
            return vec![(part, Err(Hole::Articles))];
        }
        let mut parts: Vec<(Part, Result<Money, Hole>)> = Vec::new();
        for article in articles {
            let value = match article.cost.cost {
                None => Err(Hole::Cost(article.cost.sku.clone())),
                Some(piece) => piece
                    .minor
                    .checked_mul(article.quantity)
                    .map(|minor| Money::new(minor, piece.currency))
                    .ok_or(Hole::TooLarge),
            };
            let same = |sum: &Money| value.as_ref().is_ok_and(|value| value.currency == sum.currency);
            let sum = parts.iter_mut().find_map(|(_, sum)| sum.as_mut().ok().filter(|sum| same(sum)));
            match (sum, &value) {
                (Some(sum), Ok(value)) => match sum.plus(*value) {
                    Some(more) => *sum = more,
                    None => parts.push((part, Err(Hole::TooLarge))),
                },
                _ => parts.push((part, value)),
            }
        }
        parts
    }

    fn costs(&self) -> Result<SiteCost, Hole> {
        let site = self.site.ok_or(Hole::Site)?;
        Ok(self.costs.clone().unwrap_or(SiteCost::empty(site)))
    }

    /// The postage of these articles in one parcel.
    fn postage(&self, way: Way, articles: &[&Article]) -> Result<Money, Hole> {
        let costs = self.costs()?;
        if articles.is_empty() {
            return Err(Hole::Articles);
        }
        let told = articles.iter().map(|article| article.cost.fulfilment);
        let who = shipper(self.fulfilment, told).ok_or(Hole::Fulfilment)?;
        let mut weight: Option<Weight> = None;
        for article in articles.iter().filter(|article| article.quantity > 0) {
            let piece = article.cost.weight.ok_or_else(|| Hole::Weight(article.cost.sku.clone()))?;
            let pieces = piece.times(article.quantity).ok_or(Hole::TooLarge)?;
            weight = Some(match weight {
                Some(before) => before.plus(pieces).ok_or(Hole::TooLarge)?,
                None => pieces,
            });
        }
        costs.postage(who, way, weight.ok_or(Hole::Articles)?)
    }

    /// What a booked offer costs: by what was really refunded, where it is carried out, else by what was promised.
    #[must_use]
    pub fn of_booked(&self, offer: &Offer) -> Vec<OfferCost> {
        self.of_offer(offer.kind, offer.paid().or(offer.amount), offer.cost)
    }

    /// What an offer costs. `amount` is what the buyer gets back, `typed` what the operator wrote as the cost of a
    /// reshipment, which then stands for goods and postage. A full refund is told twice: the goods gone, the goods back.
    #[must_use]
    pub fn of_offer(&self, kind: OfferKind, amount: Option<Money>, typed: Option<Money>) -> Vec<OfferCost> {
        let all: Vec<&Article> = self.articles.iter().collect();
        let refund = || (Part::Refund, amount.ok_or(Hole::Amount));
        let returned = || {
            let fee = self.costs().and_then(|costs| costs.fee_returned(amount.ok_or(Hole::Amount)?));
            (Part::FeeReturned, fee)
        };
        let gone = || OfferCost { goods: Goods::Gone, parts: vec![refund(), returned()] };
        match kind {
            OfferKind::PartialRefund => vec![gone()],
            OfferKind::FullRefund => {
                let mut parts = vec![refund(), returned()];
                parts.extend(Self::goods(Part::GoodsBack, &all));
                parts.push((Part::PostageBack, self.postage(Way::Back, &all)));
                vec![gone(), OfferCost { goods: Goods::Back, parts }]
            }
            OfferKind::CancelAndRefund => {
                let fee = self.costs().and_then(|costs| costs.fee_on(amount.ok_or(Hole::Amount)?));
                let mut parts = vec![refund(), (Part::FeeSpared, fee)];
                parts.extend(Self::goods(Part::GoodsSpared, &all));
                parts.push((Part::PostageSpared, self.postage(Way::Out, &all)));
                vec![OfferCost { goods: Goods::Unsent, parts }]
            }
            OfferKind::Reshipment => {
                let parts = if let Some(typed) = typed {
                    vec![(Part::Typed, Ok(typed))]
                } else {
                    let again = self.sent_again();
                    let mut parts = Self::goods(Part::GoodsSent, &again);
                    parts.push((Part::PostageOut, self.postage(Way::Out, &again)));
                    parts
                };
                vec![OfferCost { goods: Goods::Again, parts }]
            }
        }
    }
}

#[cfg(test)]
mod tests;
