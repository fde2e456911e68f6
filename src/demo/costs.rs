//! What the invented shop's articles cost, and the fees and postage of its sites. One article lacks its costs, as in any shop.

use std::collections::BTreeMap;

use super::shop::SHOP;
use crate::domain::cost::{Band, Country, SiteCost, SkuCost, Way};
use crate::domain::record::{Fact, ReportKind, Row};
use crate::domain::weight::Weight;
use crate::domain::{Currency, Fulfilment, Marketplace, Money};

/// The rows of the cost table, as an import would bring them.
#[must_use]
pub fn costs() -> Vec<Row> {
    let mut rows = Vec::new();
    for site in SHOP.sites() {
        rows.extend(SHOP.articles().filter_map(|article| article.cost(site)).map(sku_row));
        if matches!(site, Marketplace::Us | Marketplace::De | Marketplace::Uk) {
            rows.extend(site_rows(site));
        }
    }
    rows
}

fn row(report: ReportKind, key: String, fact: Fact) -> Row {
    Row { line: 2, report, key, columns: BTreeMap::new(), marketplace: None, fact }
}

fn sku_row(cost: SkuCost) -> Row {
    row(ReportKind::SkuCosts, cost.sku.clone(), Fact::SkuCost(Box::new(cost)))
}

fn site_rows(site: Marketplace) -> Vec<Row> {
    let money = |minor| Money::new(minor, site.currency());
    let fees = SiteCost {
        fee: Some(1_500),
        kept: Some(2_000),
        kept_most: Some(money(500)),
        ..SiteCost::empty(site)
    };
    let mut rows = vec![row(ReportKind::SiteFees, site.to_string(), Fact::SiteFees(Box::new(fees)))];
    for (way, grams, minor) in [
        (Way::Out, Some(500), 399),
        (Way::Out, Some(2_000), 599),
        (Way::Out, None, 1_250),
        (Way::Back, None, 790),
    ] {
        let up_to = grams.and_then(|grams: i64| Weight::of_milligrams(grams * 1_000));
        let band = Band { fulfilment: Fulfilment::Mfn, way, up_to, postage: money(minor) };
        rows.push(row(ReportKind::Postage, format!("{site} {}", rows.len()), Fact::Postage(site, band)));
    }
    rows
}

impl super::shop::Article {
    /// What the article costs under its name on a site; `None` where the shop never wrote it down.
    fn cost(&self, site: Marketplace) -> Option<SkuCost> {
        let yuan = Currency::parse("CNY")?;
        Some(SkuCost {
            cost: Some(Money::new(self.fen?, yuan)),
            weight: Weight::of_milligrams(self.grams? * 1_000),
            category: self.category.clone(),
            ships_from: Country::parse("CN"),
            ..SkuCost::empty(&self.sku_on(site))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_knows_most_of_its_costs_and_lacks_some() {
        let rows = costs();
        let skus = rows.iter().filter(|row| row.report == ReportKind::SkuCosts).count();
        assert!(skus > 100 && skus < SHOP.articles().count() * SHOP.sites().count());
        assert!(rows.iter().any(|row| row.report == ReportKind::Postage));
    }
}
