//! `kesu costs`: the seller's own cost table, and starts for its files.

use std::io::Write;

use serde_json::{Value, json};

use super::Session;
use super::args::{CostTemplate, Costs as Args};
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::Money;
use crate::domain::cost::sheet::{SiteLine, SkuLine};
use crate::domain::cost::{Band, Country, SiteCost, Way};
use crate::domain::weight::Weight;
use crate::i18n::health::line_name;

/// `kesu costs`.
pub(super) fn costs(session: &mut Session<'_>, args: &Args) -> Result<(), Stop> {
    if let Some(template) = args.template {
        let mut out = session.out.borrow_mut();
        out.write_all(start(template).as_bytes())?;
        out.flush()?;
        return Ok(());
    }
    let sheet = session.reading()?.cost_sheet()?;
    let known = |line: &&SiteLine| line.orders > 0 || line.cost != SiteCost::empty(line.cost.marketplace);
    let mut out = session.out.borrow_mut();
    if args.json {
        for line in &sheet.skus {
            json_line(&mut *out, &sku_object(line))?;
        }
        for line in sheet.sites.iter().filter(known) {
            json_line(&mut *out, &site_object(line))?;
        }
    } else if sheet.skus.is_empty() && !sheet.sites.iter().any(|line| known(&line)) {
        session.tell(session.lang.pick(
            "no SKU and no costs yet: import an order report, or a table that begins as `kesu costs --template skus` prints it",
            "还没有 SKU 和成本：请导入订单报告，或按 `kesu costs --template skus` 输出的格式导入成本表",
        ));
    } else {
        let (width, colour) = (session.width(), session.colour);
        skus(session, &sheet.skus).write(&mut *out, width, colour)?;
        writeln!(out)?;
        sites(session, sheet.sites.iter().filter(known)).write(&mut *out, width, colour)?;
    }
    out.flush()?;
    Ok(())
}

/// The first lines of a file to import.
const fn start(template: CostTemplate) -> &'static str {
    match template {
        CostTemplate::Skus => {
            "sku,cost,currency,weight,category,fulfilment,ships-from\n\
             KB-US-01,12.50,USD,450 g,electronics,mfn,CN\n\
             TEE-DE-2,38,CNY,0.2 kg,apparel,afn,\n"
        }
        CostTemplate::Postage => {
            "marketplace,fulfilment,direction,up-to,postage,currency\n\
             US,mfn,out,500 g,3.99,USD\n\
             US,mfn,out,2 kg,5.99,USD\n\
             US,mfn,out,,14.00,USD\n\
             US,mfn,back,,7.00,USD\n\
             US,afn,out,1 lb,6.10,USD\n"
        }
        CostTemplate::Fees => {
            "marketplace,fee,fee-kept,fee-kept-most,currency\n\
             US,15%,20%,5.00,USD\n\
             DE,15%,20%,5.00,EUR\n"
        }
    }
}

fn money(amount: Option<Money>) -> Value {
    json!(amount.map(|amount| json!({ "amount": amount.decimal(), "currency": amount.currency })))
}

fn weight(weight: Option<Weight>) -> Value {
    json!(weight.map(|weight| json!({ "milligrams": weight.milligrams() })))
}

fn sku_object(line: &SkuLine) -> Value {
    let cost = &line.cost;
    json!({
        "sku": cost.sku,
        "cost": money(cost.cost),
        "weight": weight(cost.weight),
        "category": cost.category,
        "fulfilment": cost.fulfilment,
        "ships_from": cost.ships_from.as_ref().map(Country::code),
        "orders": line.orders,
        "complaints": line.complaints.len(),
    })
}

fn site_object(line: &SiteLine) -> Value {
    let cost = &line.cost;
    let percent = |share: Option<u32>| share.map(|share| f64::from(share) / 100.0);
    let band = |band: &Band| {
        json!({
            "fulfilment": band.fulfilment,
            "direction": band.way,
            "up_to": weight(band.up_to),
            "postage": money(Some(band.postage)),
        })
    };
    json!({
        "marketplace": cost.marketplace.code(),
        "fee_percent": percent(cost.fee),
        "fee_kept_percent": percent(cost.kept),
        "fee_kept_most": money(cost.kept_most),
        "postage": cost.bands.iter().map(band).collect::<Vec<_>>(),
        "orders": line.orders,
    })
}

fn skus(session: &Session<'_>, lines: &[SkuLine]) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        ("SKU", Side::Left),
        (name("cost", "成本"), Side::Right),
        (name("weight", "重量"), Side::Right),
        (name("category", "类目"), Side::Left),
        (name("shipped by", "发货"), Side::Left),
        (name("from", "发自"), Side::Left),
        (name("orders", "订单"), Side::Right),
        (name("complaints", "客诉"), Side::Right),
    ]);
    for line in lines {
        let cost = &line.cost;
        let none = || "–".to_owned();
        table.row(
            if cost.is_whole() { Tone::Calm } else { Tone::Soon },
            [
                &cost.sku,
                &cost.cost.as_ref().map_or_else(none, Money::to_string),
                &cost.weight.map_or_else(none, |weight| weight.rounded().to_string()),
                cost.category.as_deref().unwrap_or("–"),
                cost.fulfilment.map_or("–", |who| session.t(who)),
                cost.ships_from.as_ref().map_or("–", Country::code),
                &line.orders.to_string(),
                &line.complaints.len().to_string(),
            ],
        );
    }
    table
}

fn sites<'a>(session: &Session<'_>, lines: impl Iterator<Item = &'a SiteLine>) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("site", "站点"), Side::Left),
        (name("fee", "佣金"), Side::Right),
        (name("kept on refund", "退款扣留"), Side::Right),
        (name("at most", "最多"), Side::Right),
        (name("postage", "运费"), Side::Left),
    ]);
    let share = |share: Option<u32>| share.map_or_else(|| "–".to_owned(), |share| line_name(share.into()));
    for line in lines {
        let cost = &line.cost;
        let band = |band: &Band| {
            let weight = band.up_to.map_or_else(|| "…".to_owned(), |weight| weight.rounded().to_string());
            let way = match band.way {
                Way::Out => name("out", "寄出"),
                Way::Back => name("back", "退回"),
            };
            format!("{} {way} {weight} = {}", session.t(band.fulfilment), band.postage)
        };
        let bands: Vec<String> = cost.bands.iter().map(band).collect();
        let bands = if bands.is_empty() { "–".to_owned() } else { bands.join("; ") };
        table.row(
            Tone::Calm,
            [
                cost.marketplace.code(),
                &share(cost.fee),
                &share(cost.kept),
                &cost.kept_most.as_ref().map_or_else(|| "–".to_owned(), Money::to_string),
                &bands,
            ],
        );
    }
    table
}
