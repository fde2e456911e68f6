//! What a reply by mail needs of a thread: whose mail it answers, and the two addresses.

use rusqlite::{OptionalExtension, params};

use super::Store;
use super::action::existing;
use crate::domain::CaseId;
use crate::domain::letter::Correspondence;
use crate::problem::Problem;

/// The mails that may tell, the best first: those of the case before those of its order.
const AROUND: &str = "FROM messages m JOIN cases c ON c.id = ?1
     WHERE m.withdrawn = 0 AND m.operator = 0
       AND (m.case_id = ?1 OR (c.order_id IS NOT NULL AND m.order_id = c.order_id))";

impl Store {
    /// Whom a reply to a case goes to and what it answers: the buyer's newest mail, else the newest one that shows his
    /// relay address. A mail of the case goes before another one of its order.
    ///
    /// # Errors
    /// There is no such case.
    pub fn correspondence(&self, case: CaseId) -> Result<Correspondence, Problem> {
        let case = existing(&self.db, case)?;
        let order: Option<String> =
            self.db.query_row("SELECT order_id FROM cases WHERE id = ?1", [case.0], |row| row.get(0))?;
        let answered = format!(
            "SELECT m.relay, m.subject, m.message_id, m.refs {AROUND} AND m.relay IS NOT NULL
             ORDER BY m.case_id IS ?1 DESC, m.notice = 'buyer_message' DESC, m.at DESC, m.id DESC LIMIT 1"
        );
        let mut query = self.db.prepare_cached(&answered)?;
        let found = query.query_row([case.0], |row| {
            let refs: String = row.get("refs")?;
            Ok(Correspondence {
                case,
                to: row.get("relay")?,
                from: None,
                subject: row.get("subject")?,
                message_id: row.get("message_id")?,
                references: refs.lines().map(str::to_owned).collect(),
                order_id: order.clone(),
            })
        });
        let mut found = found.optional()?.unwrap_or_else(|| Correspondence {
            case,
            to: None,
            from: None,
            subject: String::new(),
            message_id: None,
            references: Vec::new(),
            order_id: order.clone(),
        });
        // What Amazon took a mail of ours from is proven; else where it writes to.
        let own = format!(
            "SELECT m.seller {AROUND} AND m.seller IS NOT NULL
             ORDER BY m.case_id IS ?1 DESC, m.ours DESC, m.at DESC, m.id DESC LIMIT 1"
        );
        let mut query = self.db.prepare_cached(&own)?;
        found.from = query.query_row(params![case.0], |row| row.get(0)).optional()?;
        Ok(found)
    }
}
