//! What Amazon does for FBA orders by itself: reimbursements and replacements.

use super::cells::{amount, no_amount, said};
use super::rows::{Cx, Read};
use crate::domain::Money;
use crate::domain::amount::Habit;
use crate::domain::record::{Fact, RowProblem};
use crate::triage::reason;

/// Reads one reimbursement. A reversal has a negative amount.
pub fn reimbursement(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    if cells.text("reimbursement-id").is_empty() {
        return Err(cells.refuse(
            &cells.header("reimbursement-id"),
            cells.raw("reimbursement-id"),
            said("the reimbursement id is empty", "赔偿编号为空"),
            said(
                "The line may be a sum or cut: download the report again",
                "该行可能是合计或不完整：请重新下载报告",
            ),
        ));
    }
    let written = cells.raw("amazon-order-id");
    let order_id = if written.trim().is_empty() { None } else { Some(cells.order_id("amazon-order-id")?) };
    let order = order_id.as_deref().unwrap_or_default();
    let currency = cells.currency("currency-unit")?;
    let marketplace = cx.site(order, "", cells.text("currency-unit"));
    let on = cells.day("approval-date", cx.dates(marketplace, order))?.map(|when| when.on);
    let mut unclear = Vec::new();
    let amount = signed(cx, "amount-total", cx.habit(marketplace, currency), &mut unclear)?;
    let key = cx.key(&[]);
    Ok(Read { fact: Fact::Reimbursement { order_id, amount, on }, marketplace, key, unclear })
}

fn signed(
    cx: &Cx<'_>,
    name: &str,
    habit: Habit,
    unclear: &mut Vec<RowProblem>,
) -> Result<Option<Money>, Box<RowProblem>> {
    let text = cx.cells.text(name);
    let (negative, plain) =
        (text.starts_with(['-', '−', '(']) && text.len() > 1, text.trim_matches(['-', '−', '(', ')']));
    let read = match amount(if negative { plain } else { text }, habit) {
        Err(wrong) if wrong.is_unclear() => {
            unclear.push(cx.cells.unknown(name, &wrong));
            None
        }
        read => read.map_err(|wrong| {
            let (what, remedy) = no_amount(&wrong);
            cx.cells.refuse(&cx.cells.header(name), text, what, remedy)
        })?,
    };
    Ok(read.map(|money| if negative { Money::new(-money.minor, money.currency) } else { money }))
}

/// Reads one replacement.
pub fn replacement(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    let original = cells.order_id("original-amazon-order-id")?;
    let replacement = cells.order_id("replacement-amazon-order-id")?;
    let marketplace = cx.site(&original, "", "");
    let on = cells.day("shipment-date", cx.dates(marketplace, &original))?.map(|when| when.on);
    let kind = reason::replacement(cells.text("replacement-reason-code"));
    let fact = Fact::Replacement { original, replacement, kind, on };
    Ok(Read { fact, marketplace, key: cx.key(&[]), unclear: Vec::new() })
}
