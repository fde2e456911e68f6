//! The schema: a list of SQL files, one step each, and the runner that brings a file up to date.

use rusqlite::{Connection, TransactionBehavior};

use super::open::newer;
use crate::problem::Problem;

/// `kesu` in ASCII, the `application_id` of our files.
pub(super) const APPLICATION_ID: u32 = 0x6B65_7375;

/// Step *n* takes the schema from version *n* to *n* + 1. Append; never edit a released step.
pub(super) const STEPS: &[&str] = &[
    include_str!("../../assets/migrations/001_cases.sql"),
    include_str!("../../assets/migrations/002_clocks.sql"),
    include_str!("../../assets/migrations/003_evidence.sql"),
    include_str!("../../assets/migrations/004_notes.sql"),
    include_str!("../../assets/migrations/005_verdicts.sql"),
    include_str!("../../assets/migrations/006_templates.sql"),
    include_str!("../../assets/migrations/007_money.sql"),
    include_str!("../../assets/migrations/008_costs.sql"),
    include_str!("../../assets/migrations/009_outcomes.sql"),
    include_str!("../../assets/migrations/010_step_drafts.sql"),
    include_str!("../../assets/migrations/011_refunds.sql"),
    include_str!("../../assets/migrations/012_figures.sql"),
    include_str!("../../assets/migrations/013_decisions.sql"),
    include_str!("../../assets/migrations/014_waiting.sql"),
];

/// The step after which the offers there are get their lines in the money log: only the program can chain them.
const MONEY: u32 = 7;

/// The step after which the cases that reports tell of stand as the program says: only it knows how a site counts its days, and
/// what a decision of a report comes to beside those of mails.
const DECISIONS: u32 = 13;

/// The version this program writes.
pub(super) fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// Runs the steps the file lacks, each in a transaction of its own.
pub(super) fn migrate(db: &mut Connection) -> Result<(), Problem> {
    migrate_by(db, STEPS)
}

/// The same with these steps.
pub(super) fn migrate_by(db: &mut Connection, steps: &[&str]) -> Result<(), Problem> {
    let version = |db: &Connection| db.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    while version(db)? as usize != steps.len() {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Asked again inside the lock: another process may have run the step meanwhile.
        let found = version(&tx)?;
        if found as usize > steps.len() {
            return Err(newer(found));
        }
        let Some(step) = steps.get(found as usize) else { break };
        tx.execute_batch(step)?;
        if found + 1 == MONEY {
            super::money::carry_over(&tx)?;
        }
        if found + 1 == DECISIONS {
            super::refresh::restand(&tx)?;
        }
        tx.pragma_update(None, "user_version", found + 1)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.commit()?;
    }
    Ok(())
}
