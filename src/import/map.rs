//! Column maps: how the operator says what the columns of any other table mean, and a start for writing one.
//!
//! ```toml
//! channel = "atoz_claim"            # the case each row makes; without it rows are signals
//! dates = "dmy"                     # dmy, mdy or ymd, for dates such as 03/04/26
//! [columns]
//! order_id = ["Order ID", "Bestellnummer"]
//! date = "Claim date"
//! ```

mod field;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use self::field::Field;
use super::columns::{nearest, normal};
use super::report::day::Order;
pub use super::starter::{listed, starter};
use crate::domain::Marketplace;
use crate::domain::case::{Channel, Kind};
use crate::domain::money::Currency;
use crate::domain::record::Decision;
use crate::problem::{Exit, Problem};

/// What a status stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It waits.
    Open,
    /// Nothing is left to do.
    Settled,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Some(Vec<String>),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Values {
    status: BTreeMap<String, Standing>,
    decision: BTreeMap<String, Decision>,
    kind: BTreeMap<String, Kind>,
    channel: BTreeMap<String, Channel>,
    marketplace: BTreeMap<String, Marketplace>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    name: String,
    channel: Option<Channel>,
    marketplace: Option<Marketplace>,
    dates: Option<Order>,
    decimal: Option<char>,
    currency: Option<String>,
    #[serde(default)]
    key: Vec<String>,
    columns: BTreeMap<Field, Names>,
    #[serde(default)]
    values: Values,
}

/// A column map that was read and makes sense.
#[derive(Debug, Clone)]
pub struct ColumnMap {
    /// Tells tables apart whose rows have the same keys; may be empty.
    pub name: String,
    /// The channel of every row, where no column says it.
    pub channel: Option<Channel>,
    /// The marketplace of every row.
    pub marketplace: Option<Marketplace>,
    /// The order of day and month.
    pub dates: Option<Order>,
    /// The decimal separator.
    pub decimal: Option<char>,
    /// The currency of every amount, where no column says it.
    pub currency: Option<Currency>,
    /// Headers of the natural key; empty: order id and SKU.
    pub key: Vec<String>,
    /// For each field the headers it may have, the first that is there is taken.
    pub columns: BTreeMap<Field, Vec<String>>,
    values: Values,
}

impl ColumnMap {
    /// Reads a map.
    ///
    /// # Errors
    /// What is wrong with line and column, and what may stand there.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let (line, column) = place(text, error.span().map_or(0, |span| span.start));
            let message = error.message().trim().replace('\n', " ");
            wrong(line, column, &message, &message)
        })?;
        let columns: BTreeMap<Field, Vec<String>> = written
            .columns
            .into_iter()
            .map(|(field, names)| match names {
                Names::One(name) => (field, vec![name]),
                Names::Some(names) => (field, names),
            })
            .collect();
        for (field, names) in &columns {
            if names.is_empty() || names.iter().any(|name| name.trim().is_empty()) {
                let (line, column) = key_place(text, field.word());
                return Err(wrong(
                    line,
                    column,
                    &format!("`{}` names no column", field.word()),
                    &format!("`{}` 没有写列名", field.word()),
                ));
            }
        }
        if !columns.contains_key(&Field::OrderId) {
            let (line, column) = key_place(text, "[columns]");
            return Err(wrong(
                line,
                column,
                "`order_id` is missing under [columns]",
                "[columns] 下缺少 `order_id`",
            ));
        }
        let currency = match written.currency {
            None => None,
            Some(code) => Some(Currency::parse(&code).ok_or_else(|| {
                let (line, column) = key_place(text, "currency");
                wrong(
                    line,
                    column,
                    &format!("`{code}` is not a currency code"),
                    &format!("`{code}` 不是货币代码"),
                )
            })?),
        };
        if written.decimal.is_some_and(|mark| !matches!(mark, '.' | ',')) {
            let (line, column) = key_place(text, "decimal");
            return Err(wrong(
                line,
                column,
                "`decimal` is neither \".\" nor \",\"",
                "`decimal` 只能是 \".\" 或 \",\"",
            ));
        }
        let (name, channel, marketplace, dates, decimal, key) =
            (written.name, written.channel, written.marketplace, written.dates, written.decimal, written.key);
        Ok(Self {
            name,
            channel,
            marketplace,
            dates,
            decimal,
            currency,
            key,
            columns,
            values: written.values,
        })
    }

    /// Where each field stands in a header, and the fields whose column is not there.
    #[must_use]
    pub fn places(&self, header: &[String]) -> (BTreeMap<Field, usize>, Vec<Field>) {
        let headers: Vec<String> = header.iter().map(|cell| normal(cell)).collect();
        let mut found = BTreeMap::new();
        let mut absent = Vec::new();
        for (field, names) in &self.columns {
            let at = names.iter().find_map(|name| headers.iter().position(|cell| *cell == normal(name)));
            match at {
                Some(at) => {
                    found.insert(*field, at);
                }
                None => absent.push(*field),
            }
        }
        (found, absent)
    }

    /// Says that a column is not in the file, and which one was probably meant.
    #[must_use]
    pub fn absent(&self, field: Field, header: &[String]) -> ([String; 2], [String; 2]) {
        let named = self.columns.get(&field).map(|names| names.join("`, `")).unwrap_or_default();
        let what = [
            format!(
                "the map names the column `{named}` for {}, which the file's header does not have",
                field.word()
            ),
            format!("映射把 {} 指向 `{named}` 列，文件表头中没有这一列", field.word()),
        ];
        let near =
            self.columns.get(&field).and_then(|names| names.iter().find_map(|name| nearest(name, header)));
        let all = listed(header);
        let remedy = near.map_or_else(
            || [format!("The file's columns: {all}"), format!("文件中的列：{all}")],
            |near| {
                [
                    format!("Did you mean `{near}`? The file's columns: {all}"),
                    format!("是不是 `{near}`？文件中的列：{all}"),
                ]
            },
        );
        (what, remedy)
    }

    /// What a status stands for, where the map says it.
    #[must_use]
    pub fn standing(&self, status: &str) -> Option<Standing> {
        translated(&self.values.status, status)
    }

    /// The decision of a word: by the map, else kesu's own words.
    #[must_use]
    pub fn decision(&self, word: &str) -> Option<Decision> {
        let own = || {
            Decision::parse(
                &word.trim().to_lowercase().replace([' ', '-'], "_").replace("canceled", "cancelled"),
            )
        };
        translated(&self.values.decision, word).or_else(own)
    }

    /// The kind of a word.
    #[must_use]
    pub fn kind(&self, word: &str) -> Option<Kind> {
        translated(&self.values.kind, word)
            .or_else(|| Kind::parse(&word.trim().to_lowercase().replace([' ', '-'], "_")))
    }

    /// The channel of a word.
    #[must_use]
    pub fn channel(&self, word: &str) -> Option<Channel> {
        translated(&self.values.channel, word)
            .or_else(|| Channel::parse(&word.trim().to_lowercase().replace([' ', '-'], "_")))
    }

    /// The marketplace of a code, a domain, an id or a word of the map.
    #[must_use]
    pub fn site(&self, word: &str) -> Option<Marketplace> {
        let own = || {
            Marketplace::parse(word)
                .or_else(|| Marketplace::from_domain(word))
                .or_else(|| Marketplace::from_id(word))
        };
        translated(&self.values.marketplace, word).or_else(own)
    }
}

fn translated<T: Copy>(values: &BTreeMap<String, T>, word: &str) -> Option<T> {
    let word = normal(word);
    values.iter().find(|(known, _)| normal(known) == word).map(|(_, value)| *value)
}

fn wrong(line: usize, column: usize, en: &str, zh: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        [
            format!("column map, line {line}, column {column}: {en}"),
            format!("列映射第 {line} 行第 {column} 列：{zh}"),
        ],
        [
            "A map has channel, marketplace, dates, decimal, currency, key, [columns] and [values.*]",
            "映射可写 channel、marketplace、dates、decimal、currency、key、[columns] 与 [values.*]",
        ],
    )
}

/// Line and column (both 1-based, the column in characters) of a byte of a text.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
}

fn key_place(text: &str, key: &str) -> (usize, usize) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with(key) {
            return place(text, start + line.len() - line.trim_start().len());
        }
        start += line.len();
    }
    (1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_map_says_where_everything_is() {
        let map = ColumnMap::parse(
            "channel = \"atoz_claim\"\ndates = \"dmy\"\ndecimal = \",\"\nmarketplace = \"DE\"\n[columns]\norder_id = [\"Order ID\", \"Bestellnummer\"]\ndate = \"Datum\"\n[values.decision]\n\"Verkäufer gewinnt\" = \"denied\"\n[values.status]\nZu = \"settled\"\n",
        )
        .unwrap();
        let (found, absent) = map.places(&header(&["bestell-nummer", "x"]));
        assert_eq!((found.get(&Field::OrderId), absent.as_slice()), (Some(&0), [Field::Date].as_slice()));
        assert_eq!(map.decision("verkäufer gewinnt"), Some(Decision::Denied));
        assert_eq!(map.decision("Order canceled"), Some(Decision::OrderCancelled));
        assert_eq!(map.standing("ZU"), Some(Standing::Settled));
    }

    #[test]
    fn an_error_in_a_map_names_line_and_column() {
        for (text, place, said) in [
            ("channel = \"atoz\"\n[columns]\norder_id = \"a\"\n", "line 1, column 11", "atoz_claim"),
            ("[columns]\norder_id = \"a\"\nsize = \"b\"\n", "line 3, column 1", "size"),
            ("[columns]\n  order_id = \"\"\n", "line 2, column 3", "names no column"),
            ("[columns]\nsku = \"a\"\n", "line 1, column 1", "order_id"),
            ("decimal = \"x\"\n[columns]\norder_id = \"a\"\n", "line 1, column 1", "decimal"),
            ("[columns\n", "line 1", ""),
        ] {
            let problem = ColumnMap::parse(text).unwrap_err();
            assert!(problem.what[0].contains(place) && problem.what[0].contains(said), "{}", problem.what[0]);
        }
    }

    #[test]
    fn a_starter_map_is_a_map_and_has_guessed_the_plain_columns() {
        let names = header(&[
            "Order ID",
            "Claim date",
            "Claim \"amount\"",
            "Currency",
            "Buyer name",
            "Reason code",
            "ASIN",
            "Decision",
        ]);
        let map = ColumnMap::parse(&starter(&names, &[])[0]).unwrap();
        let (found, absent) = map.places(&names);
        assert!(absent.is_empty());
        let at: Vec<usize> = [
            Field::OrderId,
            Field::Date,
            Field::Amount,
            Field::Currency,
            Field::Buyer,
            Field::Reason,
            Field::Asin,
            Field::Decision,
        ]
        .iter()
        .map(|field| found[field])
        .collect();
        assert_eq!(at, [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(map.channel, Some(Channel::Atoz));
        assert!(
            ColumnMap::parse(&starter(&header(&["c1\u{1b}", "c2"]), &[])[0]).unwrap_err().what[0]
                .contains("order_id")
        );
    }

    #[test]
    fn an_absent_column_is_named_with_the_one_that_was_meant() {
        let map = ColumnMap::parse("[columns]\norder_id = \"Order ID\"\ndate = \"Claim dat\"\n").unwrap();
        let (what, remedy) = map.absent(Field::Date, &header(&["Order ID", "Claim date"]));
        assert!(what[0].contains("Claim dat") && remedy[0].contains("Did you mean `Claim date`"));
    }
}
