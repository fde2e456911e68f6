//! All orders: one line an article, its share of the order's total, the day as the file writes it.

use super::cells::said;
use super::format::format;
use super::rows::{Cx, Read};
use crate::domain::amount::{Habit, NotAmount};
use crate::domain::case::Fulfilment;
use crate::domain::money::{MOST_MINOR, Money};
use crate::domain::record::{Fact, OrderLine, ReportKind, RowProblem};

/// Reads one order line.
pub fn read(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    let order_id = cells.order_id("amazon-order-id")?;
    let marketplace = cx.site(&order_id, cells.text("sales-channel"), cells.text("currency"));
    let dates = cx.dates(marketplace, &order_id);
    let purchased = cells.needed_day("purchase-date", dates)?;
    let updated = cells.day("last-updated-date", dates)?;
    let habit = cx.habit(marketplace, cells.currency("currency")?);
    let mut unclear = Vec::new();
    let line = OrderLine {
        sku: cells.text("sku").to_owned(),
        asin: cells.filled("asin"),
        name: cells.filled("product-name"),
        quantity: quantity(cx)?,
        purchased_at: purchased.instant(),
        purchased_on: purchased.on,
        updated_at: updated.map(super::day::When::instant),
        status: cells.text("order-status").to_owned(),
        fulfilment: fulfilment(cells.text("fulfillment-channel")),
        total: total(cx, habit, &mut unclear)?,
        country: cells.filled("ship-country"),
        order_id,
    };
    Ok(Read { fact: Fact::Order(line), marketplace, key: cx.key(&[]), unclear })
}

/// Amazon ships, or the seller.
pub(super) fn fulfilment(text: &str) -> Option<Fulfilment> {
    match text.to_lowercase().as_str() {
        "merchant" | "mfn" | "fbm" | "seller" => Some(Fulfilment::Mfn),
        "" => None,
        word if word.starts_with("amazon") || matches!(word, "afn" | "fba") => Some(Fulfilment::Afn),
        _ => None,
    }
}

/// Pieces, one when the column is not there; a spreadsheet may write `2.0`.
fn quantity(cx: &Cx<'_>) -> Result<i64, Box<RowProblem>> {
    let text = cx.cells.text("quantity");
    let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")).unwrap_or(text);
    if whole.is_empty() {
        return Ok(1);
    }
    whole.parse().ok().filter(|count| (0..=1_000_000).contains(count)).ok_or_else(|| {
        cx.cells.refuse(
            &cx.cells.header("quantity"),
            text,
            said("the quantity is not a whole number", "数量不是整数"),
            said("Check the column, or download the report again", "请检查该列，或重新下载报告"),
        )
    })
}

/// What the line adds to the order: prices and taxes less discounts; `None` when the line has no price yet, or where one of
/// them cannot be told for sure: a sum of the others would be another amount.
fn total(cx: &Cx<'_>, habit: Habit, unclear: &mut Vec<RowProblem>) -> Result<Option<Money>, Box<RowProblem>> {
    let Some(format) = format(ReportKind::AllOrders) else { return Ok(None) };
    let before = unclear.len();
    let mut sum: Option<Money> = None;
    for name in &format.total.add {
        if let Some(amount) = cx.cells.amount_if_clear(name, habit, unclear)? {
            sum = Some(match sum {
                Some(before) => before.plus(amount).ok_or_else(|| overflow(cx, name))?,
                None => amount,
            });
        }
    }
    for name in &format.total.less {
        let text = cx.cells.text(name);
        // Some downloads write the discount as a negative number.
        let plain = text.trim_matches(['-', '−', '(', ')']);
        let amount = match super::cells::amount(plain, habit) {
            Err(wrong) if wrong.is_unclear() => {
                unclear.push(cx.cells.unknown(name, &wrong));
                None
            }
            read => read.map_err(|wrong| {
                let (what, remedy) = super::cells::no_amount(&wrong);
                cx.cells.refuse(&cx.cells.header(name), text, what, remedy)
            })?,
        };
        if let (Some(before), Some(amount)) = (sum, amount) {
            sum = Some(before.minus(amount).ok_or_else(|| overflow(cx, name))?);
        }
    }
    let priced = !cx.cells.text(&format.total.price).trim_matches(['-', '–', '—']).is_empty();
    let name = format.total.price.as_str();
    match sum {
        Some(sum) if priced && sum.minor > MOST_MINOR => {
            unclear.push(cx.cells.unknown(name, &NotAmount::TooLarge(sum.to_string())));
            Ok(None)
        }
        sum => Ok(sum.filter(|_| priced && unclear.len() == before)),
    }
}

fn overflow(cx: &Cx<'_>, name: &str) -> Box<RowProblem> {
    cx.cells.refuse(
        &cx.cells.header(name),
        cx.cells.raw(name),
        said(
            "the amounts of the line do not add up: two currencies, or too large",
            "该行金额无法相加：货币不同或数值过大",
        ),
        said("Check the amounts", "请检查金额"),
    )
}
