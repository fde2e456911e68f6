//! What is known of each report kind: `assets/formats/*.toml`, compiled in.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::day::Order;
use crate::domain::Marketplace;
use crate::domain::record::ReportKind;
use crate::import::columns::normal;

/// One column of a format.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Column {
    /// The report is not read without it.
    pub required: bool,
    /// Other spellings: localised, half localised, of other downloads.
    pub aliases: Vec<String>,
}

/// Which columns make up an order's total.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// The column with the currency.
    pub currency: String,
    /// The column without which nobody knows what the line comes to, whatever else is filled.
    pub price: String,
    /// Columns to add.
    pub add: Vec<String>,
    /// Columns to take off, whatever their sign.
    pub less: Vec<String>,
}

/// What shows that nothing is left to do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    /// Parts of the status, lower case.
    pub status: Vec<String>,
    /// A column whose amount says that it was paid.
    pub refund: String,
}

/// One report kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Which.
    pub kind: ReportKind,
    /// Natural keys in order of preference; `a|b` is the first of both that is filled.
    pub key: Vec<Vec<String>>,
    /// One of these is needed beside the required columns.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// With one of these it is another table.
    #[serde(default)]
    pub none_of: Vec<String>,
    /// Columns with dates.
    #[serde(default)]
    pub dates: Vec<String>,
    /// Columns by position, where names follow the account's language.
    #[serde(default)]
    pub position: Vec<String>,
    /// Columns that are never kept.
    #[serde(default)]
    pub drop: Vec<String>,
    /// The order's total.
    #[serde(default)]
    pub total: Total,
    /// What is settled.
    #[serde(default)]
    pub settled: Settled,
    /// The columns by canonical name.
    pub columns: BTreeMap<String, Column>,
    /// Canonical names by compared spelling.
    #[serde(skip)]
    names: HashMap<String, String>,
}

impl Format {
    /// The canonical name of a header.
    #[must_use]
    pub fn name(&self, header: &str) -> Option<&str> {
        self.names.get(&normal(header)).map(String::as_str)
    }

    /// The required columns that a header lacks; of `one_of` the first stands for all.
    #[must_use]
    pub fn lacks(&self, header: &[String]) -> Vec<&str> {
        let found: Vec<&str> = header.iter().filter_map(|cell| self.name(cell)).collect();
        let required =
            self.columns.iter().filter(|(_, column)| column.required).map(|(name, _)| name.as_str());
        let mut lacks: Vec<&str> = required.filter(|name| !found.contains(name)).collect();
        if !self.one_of.is_empty() && !self.one_of.iter().any(|name| found.contains(&name.as_str())) {
            lacks.extend(self.one_of.first().map(String::as_str));
        }
        lacks
    }

    /// Whether a header has a column that this kind never has.
    #[must_use]
    pub fn is_barred(&self, header: &[String]) -> bool {
        header
            .iter()
            .filter_map(|cell| self.name(cell))
            .any(|name| self.none_of.iter().any(|barred| barred == name))
    }

    /// How many columns of a header are known.
    #[must_use]
    pub fn knows(&self, header: &[String]) -> usize {
        header.iter().filter(|cell| self.name(cell).is_some()).count()
    }
}

/// Date orders and order-id prefixes of the sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sites {
    date_order: BTreeMap<Marketplace, Order>,
    order_prefix: BTreeMap<String, Marketplace>,
    maybe_japan: MaybeJapan,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaybeJapan {
    prefixes: Vec<String>,
}

impl Sites {
    /// The order a site writes day, month and year in.
    #[must_use]
    pub fn order(&self, site: Marketplace) -> Order {
        self.date_order.get(&site).copied().unwrap_or(Order::Dmy)
    }

    /// The site of an order id, where its first digits belong to one only.
    #[must_use]
    pub fn of_order(&self, order_id: &str) -> Option<Marketplace> {
        self.order_prefix
            .iter()
            .find(|(prefix, _)| order_id.starts_with(prefix.as_str()))
            .map(|(_, site)| *site)
    }

    /// Whether an order id may be Japanese.
    #[must_use]
    pub fn maybe_japan(&self, order_id: &str) -> bool {
        self.maybe_japan.prefixes.iter().any(|prefix| order_id.starts_with(prefix.as_str()))
    }
}

/// How the account health file is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// Always performance.
    pub kind: ReportKind,
    /// Columns of the natural key.
    pub key: Vec<String>,
    /// Names at the top that tell the file.
    pub recognise: Vec<String>,
    /// Metrics given once for each fulfilment.
    pub by_fulfilment: Vec<String>,
    aliases: BTreeMap<String, Vec<String>>,
}

impl Health {
    /// The one spelling of a name.
    #[must_use]
    pub fn name<'a>(&'a self, spelled: &'a str) -> &'a str {
        let known = self.aliases.iter().find(|(_, others)| others.iter().any(|other| other == spelled));
        known.map_or(spelled, |(name, _)| name)
    }
}

/// Which elements of the XML returns are records and items.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Xml {
    /// Always XML returns.
    pub kind: ReportKind,
    /// The format whose columns the elements are.
    pub columns_of: ReportKind,
    /// The element of one return.
    pub record: String,
    /// The element of one article in it; may repeat.
    pub item: String,
}

const FORMATS: [&str; 9] = [
    include_str!("../../../assets/formats/all_orders.toml"),
    include_str!("../../../assets/formats/fba_returns.toml"),
    include_str!("../../../assets/formats/mfn_returns.toml"),
    include_str!("../../../assets/formats/reimbursements.toml"),
    include_str!("../../../assets/formats/replacements.toml"),
    include_str!("../../../assets/formats/sku_costs.toml"),
    include_str!("../../../assets/formats/postage.toml"),
    include_str!("../../../assets/formats/site_fees.toml"),
    include_str!("../../../assets/formats/feedback.toml"),
];
const SITES: &str = include_str!("../../../assets/formats/sites.toml");
const HEALTH: &str = include_str!("../../../assets/formats/performance.toml");
const XML: &str = include_str!("../../../assets/formats/xml_returns.toml");

#[allow(clippy::expect_used, reason = "compiled in, and read by a test")]
fn compiled<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("a format file that its test has read")
}

/// Every table format, feedback last: it is known by position, so the named ones come first.
pub fn formats() -> &'static [Format] {
    static ALL: OnceLock<Vec<Format>> = OnceLock::new();
    ALL.get_or_init(|| FORMATS.iter().map(|text| with_names(compiled(text))).collect())
}

fn with_names(mut format: Format) -> Format {
    for (name, column) in &format.columns {
        for spelling in std::iter::once(name).chain(&column.aliases) {
            format.names.insert(normal(spelling), name.clone());
        }
    }
    format
}

/// The format of a kind that is a table; mapped tables and JSON have none.
#[must_use]
pub fn format(kind: ReportKind) -> Option<&'static Format> {
    let kind = if kind == ReportKind::XmlReturns { xml().columns_of } else { kind };
    formats().iter().find(|format| format.kind == kind)
}

/// The sites' habits.
pub fn sites() -> &'static Sites {
    static SITES_READ: OnceLock<Sites> = OnceLock::new();
    SITES_READ.get_or_init(|| compiled(SITES))
}

/// The account health file.
pub fn health() -> &'static Health {
    static HEALTH_READ: OnceLock<Health> = OnceLock::new();
    HEALTH_READ.get_or_init(|| compiled(HEALTH))
}

/// The XML returns.
pub fn xml() -> &'static Xml {
    static XML_READ: OnceLock<Xml> = OnceLock::new();
    XML_READ.get_or_init(|| compiled(XML))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_a_format_uses_is_one_of_its_columns() {
        assert_eq!((health().kind, xml().kind), (ReportKind::Performance, ReportKind::XmlReturns));
        assert_eq!(sites().order(Marketplace::Us), Order::Mdy);
        for format in formats() {
            let parts = format.key.iter().flatten().flat_map(|part| part.split('|'));
            let lists = [
                &format.one_of,
                &format.none_of,
                &format.dates,
                &format.position,
                &format.drop,
                &format.total.add,
                &format.total.less,
            ];
            for name in parts.chain(lists.into_iter().flatten().map(String::as_str)) {
                assert!(format.columns.contains_key(name), "{:?}: {name}", format.kind);
            }
        }
    }

    #[test]
    fn no_spelling_stands_for_two_columns_of_a_format() {
        for format in formats() {
            let mut seen = HashMap::new();
            for (name, column) in &format.columns {
                for spelling in std::iter::once(name).chain(&column.aliases) {
                    let before = seen.insert(normal(spelling), name);
                    assert!(before.is_none_or(|before| before == name), "{:?}: {spelling}", format.kind);
                }
            }
        }
    }

    #[test]
    fn prefixes_that_several_sites_share_name_none() {
        assert_eq!(sites().of_order("113-1000001-1000001"), Some(Marketplace::Us));
        for shared in ["249", "250", "503", "404", "171", "701"] {
            assert_eq!(sites().of_order(&format!("{shared}-1000001-1000001")), None, "{shared}");
        }
    }
}
