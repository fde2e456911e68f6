//! The seller's own tables: what SKUs cost and weigh, postage by weight, fees by site.

use std::collections::HashMap;

use super::cells::{Said, problem, said};
use super::rows::{Cx, Read};
use crate::domain::amount::Habit;
use crate::domain::cost::{Band, Country, SiteCost, SkuCost, Way};
use crate::domain::decimal::hundredths;
use crate::domain::record::{Fact, Row, RowProblem};
use crate::domain::weight::{NotWeight, Weight, WeightUnit};
use crate::domain::{Currency, Fulfilment, Marketplace};

/// Reads the line of a SKU. A cell that cannot be read is named in `spoilt` and leaves only itself unknown.
pub fn sku(cx: &Cx<'_>, spoilt: &mut Vec<RowProblem>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    let sku = cells.text("sku");
    if sku.is_empty() {
        return Err(refuse(
            cx,
            "sku",
            said("the SKU is empty", "SKU 为空"),
            said("Fill the column, or take the line out", "请填写该列，或删去该行"),
        ));
    }
    let site = cx.reading.option;
    let cost = habit(cx, site).and_then(|habit| cells.amount("cost", habit));
    let cost = SkuCost {
        cost: or_unknown(cost, spoilt),
        // How a weight is written does not hang on the currency.
        weight: or_unknown(weight(cx, "weight", written(cx, site, None)), spoilt),
        category: cells
            .filled("category")
            .map(|category| category.split_whitespace().collect::<Vec<_>>().join(" ")),
        fulfilment: or_unknown(fulfilment(cx), spoilt),
        ships_from: or_unknown(country(cx), spoilt),
        ..SkuCost::empty(sku)
    };
    Ok(read(cx, Fact::SkuCost(Box::new(cost)), None))
}

/// The value of a cell; of one that cannot be read none, and what is wrong with it.
fn or_unknown<T>(cell: Result<Option<T>, Box<RowProblem>>, spoilt: &mut Vec<RowProblem>) -> Option<T> {
    cell.unwrap_or_else(|problem| {
        let [en, zh] = &problem.problem;
        let said = said(format!("{en}; the rest of the line landed"), format!("{zh}；该行其余内容已导入"));
        spoilt.push(RowProblem { problem: said, skipped: false, ..*problem });
        None
    })
}

/// What the lines of these tables are about, as far as they say it already: a line about the same is named.
#[derive(Debug, Default)]
pub struct Stated(HashMap<String, (u64, Fact)>);

impl Stated {
    /// The row, or why it does not count: another line of the file says something else of the same. What says the same again may
    /// stand twice.
    pub fn once(&mut self, row: Row, header: &str) -> Result<Row, Box<RowProblem>> {
        let about = match &row.fact {
            Fact::SkuCost(cost) => cost.sku.clone(),
            Fact::Postage(site, band) => {
                let up_to = band.up_to.map_or_else(|| "…".to_owned(), |weight| weight.to_string());
                format!("{site} {} {} {up_to}", band.fulfilment.word(), band.way.word())
            }
            Fact::SiteFees(fees) => fees.marketplace.to_string(),
            _ => return Ok(row),
        };
        let (first, said_first) = self.0.entry(about.clone()).or_insert_with(|| (row.line, row.fact.clone()));
        if *said_first == row.fact {
            return Ok(row);
        }
        let (first, line) = (*first, row.line);
        Err(Box::new(problem(
            line,
            header,
            &about,
            said(
                format!("lines {first} and {line} say different things of `{about}`; line {first} counts"),
                format!("第 {first} 行与第 {line} 行对“{about}”的内容不同，以第 {first} 行为准"),
            ),
            said("Keep one of the two lines and import the file again", "请只保留其中一行，再重新导入"),
            true,
        )))
    }
}

/// Reads a band of the postage.
pub fn postage(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let site = site(cx)?;
    let habit = habit(cx, Some(site))?;
    let Some(postage) = cx.cells.amount("postage", habit)? else {
        return Err(refuse(
            cx,
            "postage",
            said("the postage is empty", "运费为空"),
            said("Write an amount; 0 where a parcel costs nothing", "请填写金额；免费则填 0"),
        ));
    };
    let way = match cx.cells.text("direction").to_lowercase().as_str() {
        "" | "out" | "to buyer" | "寄出" | "发货" => Way::Out,
        "back" | "return" | "returns" | "退回" | "退货" => Way::Back,
        _ => {
            return Err(refuse(
                cx,
                "direction",
                said("the direction is neither out nor back", "方向既不是 out 也不是 back"),
                said("Write out or back", "请填写 out（寄出）或 back（退回）"),
            ));
        }
    };
    let open = matches!(cx.cells.text("up-to").to_lowercase().as_str(), "more" | "any" | "*" | "更重");
    let up_to = if open { None } else { weight(cx, "up-to", habit)? };
    let band = Band { fulfilment: fulfilment(cx)?.unwrap_or(Fulfilment::Mfn), way, up_to, postage };
    Ok(read(cx, Fact::Postage(site, band), Some(site)))
}

/// Reads the fees of a site, cells that cannot be read as in [`sku`].
pub fn fees(cx: &Cx<'_>, spoilt: &mut Vec<RowProblem>) -> Result<Read, Box<RowProblem>> {
    let site = site(cx)?;
    let most = habit(cx, Some(site)).and_then(|habit| cx.cells.amount("fee-kept-most", habit));
    let fees = SiteCost {
        fee: or_unknown(percent(cx, "fee"), spoilt),
        kept: or_unknown(percent(cx, "fee-kept"), spoilt),
        kept_most: or_unknown(most, spoilt),
        ..SiteCost::empty(site)
    };
    Ok(read(cx, Fact::SiteFees(Box::new(fees)), Some(site)))
}

fn read(cx: &Cx<'_>, fact: Fact, marketplace: Option<Marketplace>) -> Read {
    Read { fact, marketplace, key: cx.key(&[]), unclear: Vec::new() }
}

fn refuse(cx: &Cx<'_>, name: &str, what: Said, remedy: Said) -> Box<RowProblem> {
    cx.cells.refuse(&cx.cells.header(name), cx.cells.raw(name), what, remedy)
}

/// How the amounts and weights of the row are written.
fn habit(cx: &Cx<'_>, site: Option<Marketplace>) -> Result<Habit, Box<RowProblem>> {
    let named = cx.cells.currency("currency")?;
    Ok(written(cx, site, named))
}

/// The site of a row says its currency; how the seller's own table is written says only who was asked.
fn written(cx: &Cx<'_>, site: Option<Marketplace>, currency: Option<Currency>) -> Habit {
    let habit = cx.habit(site, currency);
    let stated = cx.reading.option.map(Marketplace::decimal_separator);
    Habit { decimal: habit.decimal.or(stated), ..habit }
}

fn site(cx: &Cx<'_>) -> Result<Marketplace, Box<RowProblem>> {
    let text = cx.cells.text("marketplace");
    let domain = text.trim_start_matches("www.");
    Marketplace::parse(text)
        .or_else(|| Marketplace::from_domain(domain))
        .or_else(|| Marketplace::from_id(text))
        .ok_or_else(|| {
            let known: Vec<&str> = Marketplace::ALL.iter().map(|site| site.code()).collect();
            refuse(
                cx,
                "marketplace",
                said("the marketplace is not known", "站点未知"),
                said(
                    format!("Write one of {}", known.join(", ")),
                    format!("请填写 {} 之一", known.join("、")),
                ),
            )
        })
}

fn fulfilment(cx: &Cx<'_>) -> Result<Option<Fulfilment>, Box<RowProblem>> {
    let text = cx.cells.text("fulfilment").to_lowercase();
    let own = ["自发货", "卖家", "卖家自发货", "händler", "出品者"];
    let amazons = ["亚马逊", "亚马逊配送"];
    match super::orders::fulfilment(&text) {
        Some(who) => Ok(Some(who)),
        None if text.is_empty() => Ok(None),
        None if own.contains(&text.as_str()) => Ok(Some(Fulfilment::Mfn)),
        None if amazons.contains(&text.as_str()) => Ok(Some(Fulfilment::Afn)),
        None => Err(refuse(
            cx,
            "fulfilment",
            said("who ships is neither mfn nor afn", "发货方既不是 mfn 也不是 afn"),
            said("Write mfn (the seller) or afn (Amazon)", "请填写 mfn（卖家）或 afn（亚马逊）"),
        )),
    }
}

fn country(cx: &Cx<'_>) -> Result<Option<Country>, Box<RowProblem>> {
    let text = cx.cells.text("ships-from");
    if text.is_empty() {
        return Ok(None);
    }
    Country::parse(text).map(Some).ok_or_else(|| {
        refuse(
            cx,
            "ships-from",
            said("the country is not two letters", "国家不是两个字母的代码"),
            said("Write the two letters of ISO 3166, for example CN", "请写 ISO 3166 两字母代码，例如 CN"),
        )
    })
}

/// The weight of `name`, or of `name-g`, `name-kg`, `name-lb` or `name-oz`: the first that is filled.
fn weight(cx: &Cx<'_>, name: &str, habit: Habit) -> Result<Option<Weight>, Box<RowProblem>> {
    let stated = cx.cells.text("weight-unit");
    let unit = WeightUnit::named(stated);
    if !stated.is_empty() && unit.is_none() {
        return Err(refuse(
            cx,
            "weight-unit",
            said("the unit is none of g, kg, lb, oz", "单位不是 g、kg、lb、oz"),
            said("Write g, kg, lb or oz", "请填写 g、kg、lb 或 oz"),
        ));
    }
    let columns = WeightUnit::ALL.iter().map(|unit| (format!("{name}-{}", unit.word()), Some(*unit)));
    for (column, unit) in std::iter::once((name.to_owned(), unit)).chain(columns) {
        match Weight::read(cx.cells.text(&column), unit, habit.decimal) {
            Err(NotWeight::Empty) => {}
            Ok(weight) => return Ok(Some(weight)),
            Err(wrong) => {
                let [en, zh] = wrong.remedy();
                return Err(refuse(cx, &column, said(wrong.to_string(), wrong.in_chinese()), said(en, zh)));
            }
        }
    }
    Ok(None)
}

fn percent(cx: &Cx<'_>, name: &str) -> Result<Option<u32>, Box<RowProblem>> {
    let text = cx.cells.text(name);
    if text.is_empty() {
        return Ok(None);
    }
    hundredths(text).map(Some).ok_or_else(|| {
        refuse(
            cx,
            name,
            said("this is no per cent from 0 to 100", "不是 0 到 100 的百分比"),
            said("Write it as 15 or 15.5%", "请写成 15 或 15.5%"),
        )
    })
}

#[cfg(test)]
mod tests;
