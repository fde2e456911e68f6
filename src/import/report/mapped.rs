//! Rows of any other table, as its column map says.

use super::cells::{Said, amount, bare, currency, no_amount, no_day, order_id, problem, unknown_amount};
use super::day::{self, Order, When};
use super::feedback::stars;
use super::format::sites;
use super::returns::is_settled;
use super::rows::{Cx, Read};
use crate::domain::amount::{Habit, NotAmount};
use crate::domain::record::{Decision, Fact, MappedLine, RowProblem};
use crate::domain::{Channel, Kind, Marketplace, Money, OrderId, parts};
use crate::import::map::{ColumnMap, Field, Standing};
use crate::reply::language;
use crate::triage::{reason, words};

/// One mapped row with its map.
struct Line<'a> {
    cx: &'a Cx<'a>,
    map: &'a ColumnMap,
}

impl Line<'_> {
    fn raw(&self, field: Field) -> &str {
        self.cx.cells.nth(self.cx.cells.layout.fields.get(&field).copied())
    }

    fn text(&self, field: Field) -> &str {
        bare(self.raw(field))
    }

    fn filled(&self, field: Field) -> Option<String> {
        Some(self.text(field)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn has(&self, field: Field) -> bool {
        self.cx.cells.layout.fields.contains_key(&field)
    }

    fn refuse(&self, field: Field, (what, remedy): (Said, Said)) -> Box<RowProblem> {
        self.cx.cells.refuse(self.header(field), self.raw(field), what, remedy)
    }

    /// What of a row that lands is unknown.
    fn unclear(&self, field: Field, what: Said, remedy: Said) -> RowProblem {
        problem(self.cx.cells.record.line, self.header(field), self.raw(field), what, remedy, false)
    }

    fn header(&self, field: Field) -> &str {
        let at = self.cx.cells.layout.fields.get(&field);
        at.and_then(|at| self.cx.cells.layout.header.get(*at)).map_or("", String::as_str)
    }

    /// The site the operator named, for the file or the row; only that decides how dates and amounts are read.
    fn named_site(&self) -> Option<Marketplace> {
        let row = || self.map.site(self.text(Field::Marketplace));
        self.cx.reading.option.or_else(row).or(self.map.marketplace)
    }

    fn day(&self, order: &str) -> Result<Option<When>, Box<RowProblem>> {
        if !self.has(Field::Date) {
            return Ok(None);
        }
        let order_of_parts = self.map.dates.or_else(|| self.named_site().map(Order::of));
        let context = day::Context {
            order: order_of_parts,
            maybe_japan: sites().maybe_japan(order),
            serials: self.cx.reading.serials,
        };
        let text = self.text(Field::Date);
        day::read(text, context).map(Some).map_err(|wrong| self.refuse(Field::Date, no_day(wrong, text)))
    }

    /// The stars of a feedback; `None` where the map names no column of them: then the table is one of negative feedback.
    fn rating(&self) -> Result<Option<u8>, Box<RowProblem>> {
        if !self.has(Field::Rating) {
            return Ok(None);
        }
        stars(self.text(Field::Rating)).map(Some).map_err(|wrong| self.refuse(Field::Rating, wrong))
    }

    /// The amount; what cannot be told for sure is unknown, and said in `unclear`.
    fn amount(&self, unclear: &mut Vec<RowProblem>) -> Result<Option<Money>, Box<RowProblem>> {
        let written =
            currency(self.text(Field::Currency)).map_err(|wrong| self.refuse(Field::Currency, wrong))?;
        let by_site = || self.map.currency.or_else(|| self.named_site().map(Marketplace::currency));
        let currency = if self.has(Field::Currency) { written } else { by_site() };
        // The numbers of a workbook have a point, whatever the site writes.
        let by_file = || self.cx.reading.serials.then_some('.');
        let decimal = self.map.decimal.or_else(by_file);
        let decimal = decimal.or_else(|| self.named_site().map(Marketplace::decimal_separator));
        match amount(self.raw(Field::Amount), Habit { currency, decimal }) {
            Err(wrong) if wrong.is_unclear() => {
                let (what, mut remedy) = unknown_amount(&wrong);
                if matches!(wrong, NotAmount::Ambiguous(_)) {
                    let [en, zh] = &mut remedy;
                    en.push_str("; or say the site with `--marketplace`, or `decimal` in the map");
                    zh.push_str("；或用 `--marketplace` 指明站点，或在映射中写 `decimal`");
                }
                unclear.push(self.unclear(Field::Amount, what, remedy));
                Ok(None)
            }
            read => read.map_err(|wrong| self.refuse(Field::Amount, no_amount(&wrong))),
        }
    }

    fn kind(&self, site: Option<Marketplace>) -> Kind {
        let (reason_text, comment) = (self.text(Field::Reason), self.raw(Field::Comment));
        let by_words = || words::classify("", comment, language::detect(comment, site)).kind;
        match self.map.kind(self.text(Field::Kind)).or_else(|| self.map.kind(reason_text)) {
            Some(kind) => kind,
            None if reason::is_known(reason_text) => reason::of(reason_text).1,
            None => by_words(),
        }
    }

    /// The key columns of the map, else order id and SKU; the channel and the map's name keep tables apart.
    fn key(&self, order: &str, channel: &str) -> String {
        let cells = &self.cx.cells;
        let own: Vec<&str> = if self.map.key.is_empty() {
            let sku = Some(self.text(Field::Sku))
                .filter(|sku| !sku.is_empty())
                .unwrap_or_else(|| self.text(Field::Asin));
            vec![order, sku]
        } else {
            let place = |name: &String| {
                cells.layout.header.iter().position(|cell| {
                    crate::import::columns::normal(cell) == crate::import::columns::normal(name)
                })
            };
            self.map.key.iter().map(|name| bare(cells.nth(place(name)))).collect()
        };
        parts::join([&[self.map.name.as_str(), channel], own.as_slice()].concat())
    }
}

/// Reads one row by its map.
pub fn read(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let Some(map) = cx.cells.layout.map.as_deref() else {
        let nothing = ["no map".to_owned(), "没有映射".to_owned()];
        return Err(cx.cells.refuse("", "", nothing.clone(), nothing));
    };
    let line = Line { cx, map };
    let order = order_id(line.raw(Field::OrderId)).map_err(|wrong| line.refuse(Field::OrderId, wrong))?;
    let Some(order_id) = OrderId::of_any_channel(&order) else {
        return Err(line.refuse(Field::OrderId, super::cells::not_order_id(&order)));
    };
    let when = line.day(&order)?;
    let mut unclear = Vec::new();
    let amount = line.amount(&mut unclear)?;
    let site = line.named_site().or_else(|| cx.site(&order, "", line.text(Field::Currency)));
    let status = line.filled(Field::Status);
    let decided = |field: Field| {
        Some(line.text(field)).filter(|text| !text.is_empty()).and_then(|text| map.decision(text))
    };
    let decision = decided(Field::Decision).or_else(|| decided(Field::Status));
    let standing = status.as_deref().and_then(|status| map.standing(status));
    let by_words = decision.is_some_and(|decision| decision != Decision::Unknown)
        || status.as_deref().is_some_and(is_settled);
    let channel = map.channel(line.text(Field::Channel)).or(map.channel);
    let rating = match channel {
        Some(Channel::Feedback) => line.rating()?,
        _ => None,
    };
    let key = line.key(&order, channel.map_or("signal", |channel| channel.word()));
    let fact = MappedLine {
        channel,
        order_id,
        on: when.map(|when| when.on),
        sku: line.filled(Field::Sku),
        asin: line.filled(Field::Asin),
        buyer: line.filled(Field::Buyer),
        reason: line.filled(Field::Reason),
        kind: line.kind(site),
        comment: Some(line.raw(Field::Comment)).filter(|text| !text.is_empty()).map(str::to_owned),
        amount,
        status,
        decision,
        rating,
        settled: standing.map_or(by_words, |standing| standing == Standing::Settled),
    };
    Ok(Read { fact: Fact::Mapped(fact), marketplace: site, key, unclear })
}
