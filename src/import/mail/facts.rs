//! What a mail states by structure: order id, articles, the reason and comment of a return, labelled values.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::order::OrderId;
use crate::domain::record::Article;

use super::phrases::{Concept, fold, plain, says};

/// The order of a mail.
///
/// First an id that Amazon's own words name as an order (`label: id`, or right behind the word), then the subject, then
/// the only id of Amazon's own words, at last the only id of the buyer's. Several different ids and no label: none.
pub(super) fn order_id(own: &str, subject: &str, buyer: &str) -> Option<OrderId> {
    let own = plain(own);
    labelled_order(&own)
        .or_else(|| only(&plain(subject)))
        .or_else(|| OrderId::find(&plain(subject)))
        .or_else(|| only(&own))
        .or_else(|| only(&plain(buyer)))
}

fn labelled_order(own: &str) -> Option<OrderId> {
    let mut before = String::new();
    for line in own.lines().filter(|line| !line.trim().is_empty()) {
        let folded = fold(line);
        for id in OrderId::find_all(&folded) {
            let at = folded.find(id.as_str()).unwrap_or_default();
            let near: String =
                folded[..at].chars().rev().take(50).collect::<Vec<_>>().into_iter().rev().collect();
            let behind: String = folded[at + 19..].chars().take(12).collect();
            let alone = near.trim().trim_start_matches(['[', '(', '#']).is_empty();
            let label = if alone { &before } else { &near };
            if says(Concept::Order, label)
                || (alone && folded.trim().len() > 19 && says(Concept::Order, &behind))
            {
                return Some(id);
            }
        }
        before = if folded.chars().count() < 60 { folded } else { String::new() };
    }
    None
}

/// The id of a text that has exactly one.
fn only(text: &str) -> Option<OrderId> {
    static LINK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(?:https?://|www\.)\S+").ok());
    let text = LINK.as_ref().map_or_else(|| text.into(), |link| link.replace_all(text, " "));
    let mut ids = OrderId::find_all(&text);
    let first = ids.next()?;
    ids.all(|other| other == first).then_some(first)
}

/// The value of the first label that a concept names: `Reason: broken`, or the line after `Reason:`.
/// Follows up to the next blank or labelled line where `long`.
pub(super) fn labelled(text: &str, concept: Concept, long: bool) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((label, value)) = split_label(line) else { continue };
        if label.chars().count() > 60 || !says(concept, fold(label).trim()) {
            continue;
        }
        let mut value = value.trim().to_owned();
        let mut rest = lines[at + 1..].iter().map(|line| line.trim()).peekable();
        if value.is_empty() {
            while rest.peek().is_some_and(|line| line.is_empty()) {
                rest.next();
            }
            rest.next().filter(|line| !is_labelled(line)).unwrap_or_default().clone_into(&mut value);
        }
        if long && !value.is_empty() {
            for line in rest.take_while(|line| !line.is_empty() && !is_labelled(line)) {
                value.push('\n');
                value.push_str(line);
            }
        }
        if !value.is_empty() {
            return Some(value);
        }
    }
    None
}

fn split_label(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['*', '-', '•', '·']).trim_start();
    let at = line.find([':', '：', '\t'])?;
    let mark = line[at..].chars().next().map_or(1, char::len_utf8);
    Some((line[..at].trim(), line[at + mark..].trim().trim_start_matches([':', '：'])))
}

fn is_labelled(line: &str) -> bool {
    split_label(line).is_some_and(|(label, _)| {
        let folded = fold(label);
        label.chars().count() <= 40
            && [Concept::Reason, Concept::Comment, Concept::RequestDate, Concept::Order, Concept::Amount]
                .iter()
                .any(|concept| says(*concept, &folded))
    })
}

/// A return request as its table states it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Return {
    /// The reason, verbatim.
    pub(super) reason: Option<String>,
    /// The buyer's comment.
    pub(super) comment: String,
    /// The articles.
    pub(super) articles: Vec<Article>,
}

/// Reads the table of a return request: a column headed ASIN; reason and comment by their headings, else the last two.
pub(super) fn return_table(tables: &[Vec<Vec<String>>]) -> Option<Return> {
    tables.iter().find_map(|rows| {
        let head = rows
            .iter()
            .position(|row| row.len() >= 3 && row.iter().any(|cell| fold(cell).trim() == "asin"))?;
        let names: Vec<String> =
            rows[head].iter().map(|cell| fold(cell).trim().trim_end_matches(':').to_owned()).collect();
        let find = |concept: Concept| names.iter().position(|name| says(concept, name));
        let width = names.len();
        let asin = names.iter().position(|name| name == "asin")?;
        let reason = find(Concept::Reason)
            .or_else(|| find(Concept::Comment).and_then(|at| at.checked_sub(1)).filter(|at| *at > asin));
        let reason = reason.or_else(|| width.checked_sub(2).filter(|at| *at > asin));
        let comment = find(Concept::Comment)
            .or_else(|| reason.map(|at| at + 1))
            .filter(|at| *at < width && Some(*at) != reason);
        let sku = names.iter().position(|name| name.contains("sku"));
        let mut found = Return::default();
        let mut comments: Vec<String> = Vec::new();
        let mut reasons: Vec<String> = Vec::new();
        for row in rows[head + 1..].iter().filter(|row| row.len() == width) {
            let cell = |at: Option<usize>| {
                at.and_then(|at| row.get(at))
                    .map(|text| text.trim().to_owned())
                    .filter(|text| !text.is_empty())
            };
            let name = (0..width).find(|at| *at != asin && Some(*at) != sku);
            found.articles.push(Article { asin: cell(Some(asin)), sku: cell(sku), name: cell(name) });
            for (text, all) in
                [(cell(reason), &mut reasons), (cell(comment).filter(|text| text != "-"), &mut comments)]
            {
                all.extend(text.filter(|text| !all.contains(text)));
            }
        }
        if found.articles.is_empty() {
            return None;
        }
        found.reason = Some(reasons.join("; ")).filter(|reason| !reason.is_empty());
        found.comment = comments.join("\n");
        Some(found)
    })
}

/// Articles that Amazon's own words list: `1 B0TEST0003 Test Camera`, `ASIN: B0…`, `1 of (Test Pasta Cooker)`.
pub(super) fn articles(own: &str) -> Vec<Article> {
    static ASIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^(?:\s*\d{0,4}[.)]?\s+|.{0,20}[:：\s]\s*|)\b(B0[A-Z0-9]{8})\b[ \t:|]*(.*)$").ok()
    });
    static PURCHASED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)\b\d{1,4} of \((.+)\)\s*$").ok());
    let text = |value: Option<regex::Match<'_>>| {
        value.map(|value| value.as_str().trim().to_owned()).filter(|value| !value.is_empty())
    };
    let mut all: Vec<Article> = Vec::new();
    for found in ASIN.iter().flat_map(|asin| asin.captures_iter(own)).take(50) {
        let article = Article { asin: text(found.get(1)), sku: None, name: text(found.get(2)) };
        if all.iter().all(|known| known.asin != article.asin) {
            all.push(article);
        }
    }
    for found in PURCHASED.iter().flat_map(|line| line.captures_iter(own)).take(50) {
        all.push(Article { name: text(found.get(1)), ..Article::default() });
    }
    all
}

/// The RMA id a mail names, else the day of the return request as written.
pub(super) fn rma(own: &str) -> Option<String> {
    static RMA: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\bRMA\b[^:：#\n]{0,30}[:：#]\s*([A-Za-z0-9][\w-]{3,40})").ok());
    static DAY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[:：\t]\s*(\d{4}-\d{2}-\d{2})\s*$").ok());
    let first = |expression: &LazyLock<Option<Regex>>, text: &str| {
        expression
            .as_ref()
            .and_then(|expression| expression.captures(text))
            .and_then(|found| found.get(1))
            .map(|id| id.as_str().to_owned())
    };
    let shapeless =
        |id: &String| OrderId::parse(id).is_none() && id.bytes().any(|byte| byte.is_ascii_digit());
    first(&RMA, own)
        .filter(shapeless)
        .or_else(|| labelled(own, Concept::RequestDate, false))
        .or_else(|| own.lines().find_map(|line| first(&DAY, line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(own: &str, subject: &str, buyer: &str) -> String {
        order_id(own, subject, buyer).map_or_else(|| "none".to_owned(), |id| id.to_string())
    }

    #[test]
    fn the_order_a_mail_is_about_is_the_one_it_names_as_such() {
        assert_eq!(
            id("Order ID: 111-1000001-2000006:", "Re: 999-1000001-2000006", ""),
            "111-1000001-2000006"
        );
        assert_eq!(id("per l'ordine [406-1000001-2000005] perché", "", ""), "406-1000001-2000005");
        assert_eq!(id("ご注文番号：２４９－1000001－2000005", "", ""), "249-1000001-2000005");
        assert_eq!(id("Numéro de commande\n403-1000001-2000005", "", ""), "403-1000001-2000005");
        assert_eq!(
            id("", "x (Order: 111-1000001-2000006)", "mine is 112-1000001-2000006"),
            "111-1000001-2000006"
        );
        assert_eq!(
            id("", "", "mine is 112-1000001-2000006, not https://x/113-1000001-2000006"),
            "112-1000001-2000006"
        );
        assert_eq!(id("", "", "112-1000001-2000006 or 113-1000001-2000006"), "none");
    }

    #[test]
    fn labelled_values_are_read_beside_and_below_their_label() {
        let text = "Claim reason: Package did not arrive.\nBuyer comments:\nWhere is it?\nI wait.\n\nThe end";
        assert_eq!(labelled(text, Concept::Reason, false).unwrap(), "Package did not arrive.");
        assert_eq!(labelled(text, Concept::Comment, true).unwrap(), "Where is it?\nI wait.");
        assert_eq!(labelled("Rückgabegrund: Defekt", Concept::Reason, false).unwrap(), "Defekt");
        assert_eq!(labelled("申請理由：商品が届かない", Concept::Reason, false).unwrap(), "商品が届かない");
    }

    #[test]
    fn an_rma_id_beats_the_day_of_the_request() {
        assert_eq!(rma("Amazon RMA ID: DxYz1234RRMA\nRequest date: 2026-08-24").unwrap(), "DxYz1234RRMA");
        assert_eq!(rma("Data della richiesta di reso: 2026-08-24").unwrap(), "2026-08-24");
        assert_eq!(rma("nothing"), None);
    }
}
