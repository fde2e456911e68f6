//! Which return a mail or a row means: the RMA id, else the day of the request, else the nearest in time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

/// What names a return on one order, as far as it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// By its RMA id.
    Rma(String),
    /// By the day of its request, in a report of returns: without an RMA id of its own.
    Day(Date),
    /// By the day of its request, in a source that may not show the RMA id.
    SomeDay(Date),
    /// Not at all.
    Unnamed,
}

impl Named {
    /// What a mail says: an RMA id or a day.
    pub(super) fn said(text: Option<&str>) -> Self {
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Self::Unnamed,
            Some(text) => text.parse().map_or_else(|_| Self::Rma(text.to_owned()), Self::SomeDay),
        }
    }
}

/// Names the return of each entry (name, day as written, seconds UTC) of one order.
pub(super) fn resolve(entries: &[(Named, Option<Date>, i64)]) -> Vec<String> {
    let mut days: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    let mut plain: BTreeSet<Date> = BTreeSet::new();
    for (name, day, _) in entries {
        match name {
            Named::Rma(id) => days.entry(id).or_default().extend(*day),
            Named::Day(day) => drop(plain.insert(*day)),
            Named::SomeDay(_) | Named::Unnamed => {}
        }
    }
    let firm = |name: &Named| match name {
        Named::Rma(id) => Some(id.clone()),
        Named::Day(day) => Some(day.to_string()),
        Named::SomeDay(day) if plain.contains(day) => Some(day.to_string()),
        Named::SomeDay(day) => {
            let same = days.iter().find(|(_, on)| on.contains(day)).map(|(id, _)| (*id).to_owned());
            Some(same.unwrap_or_else(|| day.to_string()))
        }
        Named::Unnamed => None,
    };
    let named: Vec<(String, i64)> =
        entries.iter().filter_map(|(name, _, at)| Some((firm(name)?, *at))).collect();
    entries
        .iter()
        .map(|(name, _, at)| {
            let near = |(id, then): &&(String, i64)| (then.abs_diff(*at), id.clone());
            firm(name).or_else(|| named.iter().min_by_key(near).map(|(id, _)| id.clone())).unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_mail_with_the_day_of_a_request_means_the_rma_of_that_day() {
        let entries = [
            (Named::Rma("D1".into()), Some(day("2026-10-01")), 100),
            (Named::Rma("D2".into()), Some(day("2026-10-05")), 500),
            (Named::said(Some("2026-10-05")), None, 510),
            (Named::said(None), None, 120),
        ];
        assert_eq!(resolve(&entries), ["D1", "D2", "D2", "D1"]);
    }

    #[test]
    fn a_returnless_refund_of_the_same_day_is_a_return_of_its_own() {
        let entries = [
            (Named::Rma("D1".into()), Some(day("2026-10-01")), 1),
            (Named::Day(day("2026-10-01")), Some(day("2026-10-01")), 1),
        ];
        assert_eq!(resolve(&entries), ["D1", "2026-10-01"]);
    }

    #[test]
    fn one_unnamed_return_of_an_order_is_one_return() {
        assert_eq!(resolve(&[(Named::said(Some(" ")), None, 1), (Named::Unnamed, None, 9)]), ["", ""]);
    }
}
