//! The report: how cases ended, how long they took.

use std::collections::BTreeMap;

use rusqlite::params;

use super::Store;
use super::convert::{second, word};
use crate::domain::handling::Handling;
use crate::domain::outcome::Outcomes;
use crate::domain::report::Window;
use crate::domain::{CaseId, Outcome};
use crate::problem::Problem;

impl Store {
    /// How the cases that were archived in a window ended.
    pub fn outcomes(&self, window: Window) -> Result<Outcomes, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT id, outcome FROM cases
             WHERE archived_by = 'operator' AND archived_at > ?1 AND archived_at <= ?2 AND merged_into IS NULL",
        )?;
        let mut rows = query.query(params![window.from.map_or(i64::MIN, second), second(window.until)])?;
        let mut ended: BTreeMap<Outcome, Vec<CaseId>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let outcome = word(row, "outcome", Outcome::parse)?.unwrap_or(Outcome::Other);
            ended.entry(outcome).or_default().push(CaseId(row.get("id")?));
        }
        Ok(Outcomes { ended })
    }

    /// The cases that were answered in a window.
    pub fn handling(&self, window: Window) -> Result<Handling, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT DISTINCT case_id FROM messages INDEXED BY messages_written
             WHERE operator = 1 AND withdrawn = 0 AND at > ?1 AND at <= ?2",
        )?;
        let parameters = params![window.from.map_or(i64::MIN, second), second(window.until)];
        let answered =
            query.query_map(parameters, |row| Ok(CaseId(row.get(0)?)))?.collect::<Result<_, _>>()?;
        Ok(Handling { answered })
    }
}
