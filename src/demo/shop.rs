//! The invented shop: its articles, sites, buyers and texts, from `assets/demo/`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fastrand::Rng;
use serde::Deserialize;

use crate::domain::case::Language;
use crate::domain::{Kind, Marketplace, Money};
use crate::triage::words;

/// An article the shop sells.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    /// Without the site's ending.
    pub sku: String,
    pub asin: String,
    /// Price in US cents.
    pub usd: i64,
    /// What a piece costs the shop, in hundredths of a yuan; what the shop never wrote down is missing.
    #[serde(default)]
    pub fen: Option<i64>,
    /// What it weighs, packed.
    #[serde(default)]
    pub grams: Option<i64>,
    /// Its category, in the shop's words.
    #[serde(default)]
    pub category: Option<String>,
    names: BTreeMap<Language, String>,
}

/// A site the shop sells on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    /// First three digits of its order ids.
    prefix: Vec<u16>,
    /// Cases in a hundred.
    share: usize,
    /// Minor units of its currency for a US cent, in thousandths.
    price: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    article: Vec<Article>,
    sites: BTreeMap<Marketplace, Site>,
    buyers: BTreeMap<Language, Vec<String>>,
}

/// What people write in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    not_received: Vec<String>,
    not_as_described: Vec<String>,
    defective: Vec<String>,
    other: Vec<String>,
    /// The first is about lateness, the second the buyer's own mistake.
    pub cancellation: Vec<String>,
    /// The buyer writes once more.
    pub again: Vec<String>,
    /// The seller's answers.
    pub reply: Vec<String>,
}

/// The shop, ready to be asked; empty lists never occur in the files that ship, which a test reads.
#[derive(Debug, Default)]
pub(super) struct Shop {
    articles: Vec<Article>,
    sites: BTreeMap<Marketplace, Site>,
    /// A site for each of a hundred cases.
    shares: Vec<Marketplace>,
    buyers: BTreeMap<Language, Vec<String>>,
    texts: BTreeMap<Language, Texts>,
}

/// Read once.
pub(super) static SHOP: LazyLock<Shop> = LazyLock::new(|| Shop::read().unwrap_or_default());

/// The words of each complaint that decide its kind. Read once.
static BECAUSE: LazyLock<BTreeMap<&str, Vec<String>>> = LazyLock::new(|| {
    let all = SHOP.texts.iter().flat_map(|(language, texts)| {
        Kind::ALL.iter().flat_map(|kind| texts.of(*kind)).map(|text| (text.as_str(), *language))
    });
    all.map(|(text, language)| (text, words::classify("", text, Some(language)).because)).collect()
});

/// The words of an invented complaint that decide its kind, as an import would note them.
pub(super) fn because(text: &str) -> Vec<String> {
    BECAUSE.get(text).cloned().unwrap_or_default()
}

impl Shop {
    pub(super) fn read() -> Result<Self, toml::de::Error> {
        let catalogue: Catalogue = toml::from_str(include_str!("../../assets/demo/catalogue.toml"))?;
        let texts = toml::from_str(include_str!("../../assets/demo/texts.toml"))?;
        let shares =
            catalogue.sites.iter().flat_map(|(site, row)| std::iter::repeat_n(*site, row.share)).collect();
        Ok(Self {
            articles: catalogue.article,
            sites: catalogue.sites,
            shares,
            buyers: catalogue.buyers,
            texts,
        })
    }

    pub(super) fn site(&self, rng: &mut Rng) -> Marketplace {
        rng.choice(&self.shares).copied().unwrap_or(Marketplace::Us)
    }

    pub(super) fn article(&self, rng: &mut Rng) -> Option<&Article> {
        rng.choice(&self.articles)
    }

    pub(super) fn buyer(&self, language: Language, rng: &mut Rng) -> String {
        self.buyers.get(&language).and_then(|names| rng.choice(names)).cloned().unwrap_or_default()
    }

    pub(super) fn texts(&self, language: Language) -> Option<&Texts> {
        self.texts.get(&language)
    }

    /// First three digits of an order id on a site.
    pub(super) fn prefix(&self, site: Marketplace, rng: &mut Rng) -> u16 {
        self.sites.get(&site).and_then(|row| rng.choice(&row.prefix)).copied().unwrap_or(111)
    }

    /// What an article costs on a site; prices end in 9.
    pub(super) fn price(&self, site: Marketplace, article: &Article) -> Money {
        let minor = self.sites.get(&site).map_or(article.usd, |row| article.usd * row.price / 1000);
        Money::new(minor - minor % 10 + 9, site.currency())
    }

    pub(super) fn articles(&self) -> impl Iterator<Item = &Article> {
        self.articles.iter()
    }

    pub(super) fn sites(&self) -> impl Iterator<Item = Marketplace> {
        self.sites.keys().copied()
    }
}

impl Article {
    /// Its SKU on a site.
    pub(super) fn sku_on(&self, site: Marketplace) -> String {
        format!("{}-{}", self.sku, site.code())
    }

    /// Its title on a site: in the site's language, else in English.
    pub(super) fn title(&self, site: Marketplace) -> String {
        let own = Language::parse(site.language()).and_then(|language| self.names.get(&language));
        own.or_else(|| self.names.get(&Language::En)).cloned().unwrap_or_default()
    }
}

impl Texts {
    /// What a buyer writes about a kind of trouble.
    pub(super) fn of(&self, kind: Kind) -> &[String] {
        match kind {
            Kind::NotReceived => &self.not_received,
            Kind::NotAsDescribed => &self.not_as_described,
            Kind::Defective => &self.defective,
            Kind::Other => &self.other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_has_texts_in_seven_languages_and_its_shares_make_a_hundred() {
        let shop = Shop::read().unwrap();
        assert_eq!(shop.shares.len(), 100);
        for language in Language::ALL {
            let texts = shop.texts(*language).unwrap();
            assert!(Kind::ALL.iter().all(|kind| texts.of(*kind).len() >= 2), "{language:?}");
            assert_eq!((texts.cancellation.len(), texts.reply.len()), (2, 2), "{language:?}");
            assert!(!texts.again.is_empty() && shop.buyers.contains_key(language), "{language:?}");
            assert!(shop.articles.iter().all(|article| article.names.contains_key(language)));
        }
    }

    #[test]
    fn the_invented_messages_are_of_the_kind_that_triage_sees_in_them() {
        let shop = Shop::read().unwrap();
        let mut wrong = Vec::new();
        for language in Language::ALL {
            for kind in Kind::ALL {
                for text in shop.texts(*language).unwrap().of(*kind) {
                    let said = words::classify("", text, Some(*language));
                    if (said.kind, said.is_complaint) != (*kind, true) {
                        wrong.push(format!("{kind:?}, not {said:?}: {text}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
