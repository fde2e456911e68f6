//! The cost table as a whole: what is known of every SKU and site, and how much it is missed.

use std::cmp::Reverse;

use super::SiteCost;
use super::SkuCost;
use crate::domain::case::CaseId;

/// A SKU with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkuLine {
    /// What is known.
    pub cost: SkuCost,
    /// Orders of it.
    pub orders: i64,
    /// Complaints that name it.
    pub complaints: Vec<CaseId>,
}

/// A site with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLine {
    /// What is known.
    pub cost: SiteCost,
    /// Orders of it.
    pub orders: i64,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CostSheet {
    /// SKUs seen in orders, cases or the table: those that lack cost or weight first, the most complained of before the
    /// others.
    pub skus: Vec<SkuLine>,
    /// Every site, those with orders or costs first.
    pub sites: Vec<SiteLine>,
}

impl CostSheet {
    /// Puts the lines into their order.
    pub fn sort(&mut self) {
        self.skus.sort_by(|one, other| {
            let key = |line: &SkuLine| (line.cost.is_whole(), Reverse(line.complaints.len()), -line.orders);
            key(one).cmp(&key(other)).then_with(|| one.cost.sku.cmp(&other.cost.sku))
        });
        self.sites.sort_by_key(|line| {
            let known = line.cost != SiteCost::empty(line.cost.marketplace);
            (line.orders == 0 && !known, -line.orders, line.cost.marketplace)
        });
    }
}
