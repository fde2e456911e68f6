//! Returns: FBA rows are signals, seller-fulfilled ones (flat file or XML) are cases.

use super::cells::is_yes;
use super::format::format;
use super::rows::{Cx, Read};
use crate::domain::Kind;
use crate::domain::record::{Fact, ReportKind, ReturnLine, RowProblem};
use crate::triage::reason;

/// Reads a row of the FBA customer returns.
pub fn fba(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    let order_id = cells.order_id("order-id")?;
    let marketplace = cx.site(&order_id, "", "");
    let when = cells.needed_day("return-date", cx.dates(marketplace, &order_id))?;
    let (reason, code, kind) = reason_of(cells.text("reason"));
    let line = ReturnLine {
        sku: cells.filled("sku"),
        asin: cells.filled("asin"),
        name: cells.filled("product-name"),
        on: when.on,
        reason,
        code,
        kind,
        comment: comment(cx),
        status: cells.filled("status"),
        rma: None,
        resolution: None,
        order_amount: None,
        refunded: None,
        received: None,
        atoz: false,
        settled: true,
        order_id,
    };
    let key = cx.key(&[("return-date", when.key())]);
    Ok(Read { fact: Fact::FbaReturn(line), marketplace, key, unclear: Vec::new() })
}

/// Reads a row of the seller-fulfilled returns.
pub fn mfn(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    let order_id = cells.order_id("order-id")?;
    let currency = cells.currency("currency-code")?;
    let marketplace = cx.site(&order_id, "", cells.text("currency-code"));
    let when = cells.needed_day("return-request-date", cx.dates(marketplace, &order_id))?;
    let habit = cx.habit(marketplace, currency);
    let mut unclear = Vec::new();
    let refunded = cells.amount_if_clear("refunded-amount", habit, &mut unclear)?;
    let order_amount = cells.amount_if_clear("order-amount", habit, &mut unclear)?;
    // A day that cannot be read starts no clock; the return itself counts all the same.
    let received = cells.day("return-delivery-date", cx.dates(marketplace, &order_id)).ok().flatten();
    let (reason, code, kind) = reason_of(cells.text("return-reason"));
    let status = cells.filled("return-request-status");
    let paid = refunded.is_some_and(|money| money.minor > 0);
    let line = ReturnLine {
        sku: cells.filled("merchant-sku"),
        asin: cells.filled("asin"),
        name: cells.filled("item-name"),
        on: when.on,
        reason,
        code,
        kind,
        comment: comment(cx),
        settled: paid || status.as_deref().is_some_and(is_settled),
        status,
        rma: cells.filled("amazon-rma-id"),
        resolution: cells.filled("resolution"),
        order_amount,
        refunded,
        received: received.map(|when| when.on),
        atoz: is_yes(cells.text("a-to-z-claim")),
        order_id,
    };
    Ok(Read {
        fact: Fact::MfnReturn(line),
        marketplace,
        key: cx.key(&[("return-request-date", when.on.to_string())]),
        unclear,
    })
}

/// The reason as written, its code and kind.
fn reason_of(text: &str) -> (String, String, Kind) {
    let (code, kind) = reason::of(text);
    (text.to_owned(), code, kind)
}

/// A buyer's comment exactly as written.
fn comment(cx: &Cx<'_>) -> Option<String> {
    Some(cx.cells.raw("customer-comments")).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// Whether a status says that nothing is left to do.
pub fn is_settled(status: &str) -> bool {
    let status = status.to_lowercase();
    format(ReportKind::MfnReturns)
        .is_some_and(|format| format.settled.status.iter().any(|word| status.contains(word.as_str())))
}
