//! Seller feedback, by position; its dates are read in the order of the row's marketplace or refused.

use unicode_normalization::UnicodeNormalization;

use super::cells::{Said, said};
use super::rows::{Cx, Read};
use crate::domain::record::{Fact, FeedbackLine, RowProblem};
use crate::reply::language;
use crate::triage::words;

/// Reads one feedback.
pub fn read(cx: &Cx<'_>) -> Result<Read, Box<RowProblem>> {
    let cells = &cx.cells;
    let order_id = cells.order_id("order-id")?;
    let marketplace = cx.site(&order_id, "", "");
    let when = cells.needed_day("date", cx.dates(marketplace, &order_id))?;
    let rating = rating(cx)?;
    let comment = cells.raw("comments").to_owned();
    let language = language::detect(&comment, marketplace);
    let line = FeedbackLine {
        on: when.on,
        rating,
        response: Some(cells.raw("response")).filter(|text| !text.trim().is_empty()).map(str::to_owned),
        kind: words::classify("", &comment, language).kind,
        language,
        comment,
        order_id,
    };
    let key = cx.key(&[("date", when.on.to_string()), ("rating", rating.to_string())]);
    Ok(Read { fact: Fact::Feedback(line), marketplace, key, unclear: Vec::new() })
}

fn rating(cx: &Cx<'_>) -> Result<u8, Box<RowProblem>> {
    stars(cx.cells.text("rating")).map_err(|(what, remedy)| {
        cx.cells.refuse(&cx.cells.header("rating"), cx.cells.raw("rating"), what, remedy)
    })
}

/// 1 to 5 stars; full-width digits and a spreadsheet's `1.0` are taken.
///
/// # Errors
/// What is wrong and what to do.
pub fn stars(text: &str) -> Result<u8, (Said, Said)> {
    let text: String = text.nfkc().take(8).collect();
    let whole = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")).unwrap_or(&text);
    whole.parse().ok().filter(|stars| (1..=5).contains(stars)).ok_or_else(|| {
        (
            said("the rating is not a number from 1 to 5", "评级不是 1 到 5 的数字"),
            said("Check the column, or download the report again", "请检查该列，或重新下载报告"),
        )
    })
}
