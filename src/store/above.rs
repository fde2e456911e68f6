//! Orders of which more is gone than they came to: by refunds alone, or by refunds and offers together.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension};

use super::convert::{hash, money};
use super::offer::around;
use crate::domain::CaseId;
use crate::domain::money::Money;
use crate::domain::offer::{Refunds, Room};
use crate::domain::record::Notice;
use crate::problem::Problem;

/// An order with refunds, and what is gone of it.
#[derive(Debug)]
pub(super) struct Refunded {
    pub(super) order: String,
    /// The first case of it; a refund alone makes none.
    pub(super) case: Option<CaseId>,
    pub(super) room: Room,
    pub(super) refunds: Refunds,
}

/// The orders of a known total that mails and reports tell refunds of, in the order of their numbers, as far as `wanted` takes
/// them: by number and by the row of the mail that tells it.
pub(super) fn refunded(
    db: &Connection,
    mut wanted: impl FnMut(&str, Option<i64>) -> bool,
) -> Result<Vec<Refunded>, Problem> {
    let mut query = db.prepare(
        "SELECT order_id, NULL FROM report_rows WHERE refunded_minor > 0 AND order_id IS NOT NULL
         UNION ALL
         SELECT coalesce(m.order_id, c.order_id), m.id FROM messages m LEFT JOIN cases c ON c.id = m.case_id
         WHERE m.notice = ?1 AND m.withdrawn = 0 AND coalesce(m.order_id, c.order_id) IS NOT NULL",
    )?;
    let mut rows = query.query([Notice::RefundIssued.word()])?;
    let mut orders: BTreeSet<String> = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let order: String = row.get(0)?;
        if wanted(&order, row.get(1)?) {
            orders.insert(order);
        }
    }
    orders.into_iter().filter_map(|order| read(db, order).transpose()).collect()
}

fn read(db: &Connection, order: String) -> Result<Option<Refunded>, Problem> {
    let total: Option<Money> = db
        .prepare_cached("SELECT total_minor, currency FROM orders WHERE order_id = ?1")?
        .query_row([&order], |row| money(row, "total_minor", "currency"))
        .optional()?
        .flatten();
    if total.is_none() {
        return Ok(None);
    }
    let case: Option<i64> = db
        .prepare_cached(
            "SELECT id FROM cases WHERE order_id = ?1 AND merged_into IS NULL ORDER BY id LIMIT 1",
        )?
        .query_row([&order], |row| row.get(0))
        .optional()?;
    let around = around(db, CaseId(case.unwrap_or(0)), Some(&order), total)?;
    Ok(Some(Refunded { order, case: case.map(CaseId), room: around.room, refunds: around.refunds }))
}

/// Which orders an import has touched, and from which mail on its mails are.
#[derive(Debug, Default)]
pub(super) struct Touched {
    orders: HashSet<i64>,
    first_mail: i64,
}

impl Touched {
    /// Mails after this row are those of the import.
    pub(super) fn after(last_mail: i64) -> Self {
        Self { orders: HashSet::new(), first_mail: last_mail + 1 }
    }

    /// Notes an order.
    pub(super) fn order(&mut self, order: &str) {
        self.orders.insert(hash(&[order]));
    }

    /// Whether the import told of this order or of this mail.
    pub(super) fn has(&self, order: &str, mail: Option<i64>) -> bool {
        mail.is_some_and(|mail| mail >= self.first_mail) || self.orders.contains(&hash(&[order]))
    }
}
