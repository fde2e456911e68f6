//! Complaint rates: of the orders of some days, how many had a complaint, by category, SKU, price, shipper and route.
//!
//! An order counts once in every row it belongs to, whatever the number of its complaints and articles. What is not known
//! stands in a row of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::case::{CaseId, Fulfilment, words};
use super::cost::policy::{Benchmark, CostPolicy, comparable};
use super::cost::{Country, SkuCost, shipper};
use super::health::Window;
use super::marketplace::Marketplace;
use super::money::{Currency, Money};
use super::share::Share;

words! {
    /// By what orders are told apart.
    Dimension {
        /// The category of the cost table.
        Category = "category",
        /// The order's total, against the line of its currency.
        Price = "price",
        /// Who ships.
        Fulfilment = "fulfilment",
        /// Who ships, and whether over a border.
        Route = "route",
        /// The article.
        Sku = "sku",
    }
}

/// What the orders of a row have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A category as the cost table first writes it.
    Category(String),
    /// An article.
    Sku(String),
    /// A total up to the line (`false`) or above it, with the line in the currency's minor units.
    Price(&'static str, i64, bool),
    /// Who ships.
    Fulfilment(Fulfilment),
    /// Who ships; over a border or not.
    Route(Fulfilment, bool),
    /// Not known.
    Unknown,
}

impl Key {
    /// The line of a price band.
    #[must_use]
    pub fn line(&self) -> Option<Money> {
        match self {
            Self::Price(code, minor, _) => Some(Money::new(*minor, Currency::parse(code)?)),
            _ => None,
        }
    }
}

/// A complaint about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Its case.
    pub case: CaseId,
    /// The article it names.
    pub sku: Option<String>,
}

/// An order as far as the rates ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderFacts {
    /// On which site.
    pub marketplace: Option<Marketplace>,
    /// Who ships, as the report says.
    pub fulfilment: Option<Fulfilment>,
    /// What it came to.
    pub total: Option<Money>,
    /// Its articles, each once.
    pub skus: Vec<String>,
    /// Where it goes; `None` where the report does not say, or says several.
    pub country: Option<Country>,
    /// The complaints about it.
    pub complaints: Vec<Complaint>,
}

/// One row: orders that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// What they have in common.
    pub key: Key,
    /// Orders with a complaint, of all.
    pub share: Share,
    /// The cases behind it.
    pub cases: Vec<CaseId>,
    /// What others have, hundredths of a per cent, with its names in English and Chinese.
    pub benchmark: Option<(u32, [String; 2])>,
}

impl RateRow {
    fn new(key: Key) -> Self {
        Self { key, share: Share::default(), cases: Vec::new(), benchmark: None }
    }
}

/// The complaint rates of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// The days of the orders, both ends in.
    pub window: Window,
    /// The imported orders of every site cover the whole of these days.
    pub whole: bool,
    /// The sites with orders of these days that do not cover all of them.
    pub partial: Vec<Marketplace>,
    /// All orders together.
    pub all: RateRow,
    /// The rows of each dimension, in the order of [`Dimension::ALL`].
    pub tables: [Vec<RateRow>; 5],
    /// Complaints about an order of several articles that name none of them: in no SKU's rate, and in no category's where
    /// the articles are of several.
    pub untold: Vec<CaseId>,
    /// Complaints that arose in these days about orders never seen, or about none: in no rate.
    pub unseen: Vec<CaseId>,
}

impl Rates {
    /// The rows of a dimension.
    #[must_use]
    pub fn table(&self, dimension: Dimension) -> &[RateRow] {
        &self.tables[dimension as usize]
    }
}

/// The rates under way.
#[derive(Debug)]
pub struct Tally<'a> {
    book: &'a HashMap<String, SkuCost>,
    policy: &'a CostPolicy,
    /// The totals above which orders are dear, one a currency.
    lines: Vec<Money>,
    all: RateRow,
    tables: [HashMap<Key, RateRow>; 5],
    /// Categories as they are compared, with the first spelling.
    names: BTreeMap<String, String>,
    untold: Vec<CaseId>,
}

impl<'a> Tally<'a> {
    /// Nothing counted yet. `book` is the cost table by SKU.
    #[must_use]
    pub fn new(book: &'a HashMap<String, SkuCost>, policy: &'a CostPolicy) -> Self {
        let mut written: Vec<&str> = book.values().filter_map(|cost| cost.category.as_deref()).collect();
        // Which spelling stands must not depend on the order of a hash table.
        written.sort_unstable();
        let mut names = BTreeMap::new();
        for name in written {
            names.entry(comparable(name)).or_insert_with(|| name.to_owned());
        }
        Self {
            book,
            policy,
            lines: policy.price.iter().filter_map(|price| policy.price_line(price.currency)).collect(),
            all: RateRow::new(Key::Unknown),
            tables: Default::default(),
            names,
            untold: Vec::new(),
        }
    }

    /// Counts one order.
    pub fn order(&mut self, order: &OrderFacts) {
        self.all.share.all += 1;
        self.all.share.of += usize::from(!order.complaints.is_empty());
        self.all.cases.extend(order.complaints.iter().map(|complaint| complaint.case));
        self.by_article(order, Dimension::Sku, |_, sku| Key::Sku(sku.to_owned()));
        self.by_article(order, Dimension::Category, Self::category);
        let (price, who) = (self.price(order), self.shipper(order));
        let route = self.route(order, who);
        self.whole(Dimension::Price, price, order);
        self.whole(Dimension::Fulfilment, who.map_or(Key::Unknown, Key::Fulfilment), order);
        self.whole(Dimension::Route, route, order);
    }

    /// The rows, those with the most complaints first; bands of prices by their currency, the lower one first.
    #[must_use]
    pub fn finish(self, window: Window) -> Rates {
        let Self { policy, all, tables, mut untold, .. } = self;
        let sorted = |table: HashMap<Key, RateRow>| {
            let mut rows: Vec<RateRow> = table.into_values().collect();
            rows.sort_by(|one, other| {
                let unknown = |row: &RateRow| row.key == Key::Unknown;
                let banded = one.key.line().is_some() && other.key.line().is_some();
                let counts = |row: &RateRow| if banded { (0, 0) } else { (row.share.of, row.share.all) };
                (unknown(one).cmp(&unknown(other)))
                    .then(counts(other).cmp(&counts(one)))
                    .then(one.key.cmp(&other.key))
            });
            for row in &mut rows {
                row.cases.sort_unstable();
                row.cases.dedup();
                row.benchmark = match &row.key {
                    Key::Category(name) => policy.benchmark_of(name).map(named),
                    _ => None,
                };
            }
            rows
        };
        untold.sort_unstable();
        untold.dedup();
        let tables = tables.map(sorted);
        Rates { window, whole: false, partial: Vec::new(), all, tables, untold, unseen: Vec::new() }
    }

    fn row(&mut self, dimension: Dimension, key: Key) -> &mut RateRow {
        self.tables[dimension as usize].entry(key.clone()).or_insert_with(|| RateRow::new(key))
    }

    /// A dimension in which the whole order stands in one row.
    fn whole(&mut self, dimension: Dimension, key: Key, order: &OrderFacts) {
        let row = self.row(dimension, key);
        row.share.all += 1;
        row.share.of += usize::from(!order.complaints.is_empty());
        row.cases.extend(order.complaints.iter().map(|complaint| complaint.case));
    }

    /// A dimension in which each article has its row. A complaint counts for the article it names; where an order has but
    /// one, for that.
    fn by_article(&mut self, order: &OrderFacts, dimension: Dimension, key: fn(&Self, &str) -> Key) {
        match &order.skus[..] {
            [] => return self.whole(dimension, Key::Unknown, order),
            [only] => return self.whole(dimension, key(self, only), order),
            _ => {}
        }
        let keys: BTreeSet<Key> = order.skus.iter().map(|sku| key(self, sku)).collect();
        let only = (keys.len() == 1).then(|| keys.first().cloned()).flatten();
        for each in &keys {
            self.row(dimension, each.clone()).share.all += 1;
        }
        let mut complained = BTreeSet::new();
        for complaint in &order.complaints {
            let named = complaint.sku.as_ref().filter(|sku| order.skus.contains(*sku));
            let about = named.map(|sku| key(self, sku)).or_else(|| only.clone());
            let Some(about) = about else {
                self.untold.push(complaint.case);
                continue;
            };
            let first = complained.insert(about.clone());
            let row = self.row(dimension, about);
            row.share.of += usize::from(first);
            row.cases.push(complaint.case);
        }
    }

    fn category(&self, sku: &str) -> Key {
        let category = self.book.get(sku).and_then(|cost| cost.category.as_deref());
        let name = category.and_then(|category| self.names.get(&comparable(category)));
        name.map_or(Key::Unknown, |name| Key::Category(name.clone()))
    }

    fn price(&self, order: &OrderFacts) -> Key {
        let Some(total) = order.total else { return Key::Unknown };
        let line = self.lines.iter().find(|line| line.currency == total.currency);
        line.map_or(Key::Unknown, |line| {
            Key::Price(line.currency.code(), line.minor, total.minor > line.minor)
        })
    }

    fn shipper(&self, order: &OrderFacts) -> Option<Fulfilment> {
        let told = order.skus.iter().map(|sku| self.book.get(sku).and_then(|cost| cost.fulfilment));
        shipper(order.fulfilment, told)
    }

    fn route(&self, order: &OrderFacts, who: Option<Fulfilment>) -> Key {
        let from = who.and_then(|who| {
            let usual = self.policy.dispatch.country(who, order.marketplace);
            let of = |sku: &String| {
                let own = self.book.get(sku).and_then(|cost| cost.ships_from);
                own.filter(|_| who == Fulfilment::Mfn).or(usual)
            };
            let mut from = order.skus.iter().map(of);
            let first = from.next().unwrap_or(usual)?;
            from.all(|other| other == Some(first)).then_some((who, first))
        });
        match (from, order.country) {
            (Some((who, from)), Some(to)) => Key::Route(who, from != to),
            _ => Key::Unknown,
        }
    }
}

fn named(known: &Benchmark) -> (u32, [String; 2]) {
    (known.hundredths, [known.name.clone(), known.name_zh.clone()])
}

#[cfg(test)]
mod tests;
