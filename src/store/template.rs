//! What templates learn from: when a case was first seen, which template a reply was sent with, how its case ended.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Store;
use super::action::existing;
use super::convert::{second, word};
use super::queue::{SUMMARY, summary};
use crate::domain::learned::{Use, personal};
use crate::domain::paths::Ending;
use crate::domain::share::Share;
use crate::domain::view::{ReplyDraft, Summary};
use crate::domain::{CaseId, Channel, Kind, Outcome};
use crate::problem::Problem;
use crate::reply::quote::unquoted;

/// More cases than this are not listed behind a figure.
const MOST_CASES: i64 = 500;

/// Every reply that was sent with a template and not taken back, the oldest first.
pub(super) const USES: &str = "
    SELECT m.template, m.case_id, m.at, m.letters, m.personal, c.kind, c.channel, c.outcome, c.stands, c.archived_at,
           c.seen_at,
           m.at = (SELECT min(at) FROM messages f INDEXED BY messages_written
                   WHERE f.case_id = m.case_id AND f.operator = 1 AND f.withdrawn = 0) AS first
    FROM messages m INDEXED BY messages_templates JOIN cases c ON c.id = m.case_id
    WHERE m.template IS NOT NULL AND m.withdrawn = 0
    ORDER BY m.template, m.at";

impl Store {
    /// The operator sees a case: the first time counts. No action of his, so that no undo takes it back.
    pub fn seen(&mut self, case: CaseId, now: Timestamp) -> Result<(), Problem> {
        // Most cases were seen before: then nothing is written.
        let mut query = self.db.prepare_cached("SELECT seen_at IS NULL FROM cases WHERE id = ?1")?;
        let case = existing(&self.db, case)?;
        if query.query_row([case.0], |row| row.get(0))? {
            // Only a wish: while another process writes nobody waits to see a case.
            let _ = self.db.busy_timeout(std::time::Duration::ZERO);
            let noted = self
                .db
                .prepare_cached("UPDATE cases SET seen_at = ?2 WHERE id = ?1 AND seen_at IS NULL")
                .and_then(|mut query| query.execute(params![case.0, second(now)]));
            let _ = self.db.busy_timeout(self.patience);
            noted?;
        }
        Ok(())
    }

    /// Every reply that was sent with a template, for [`crate::domain::learned::Learned`].
    pub fn template_uses(&self) -> Result<Vec<Use>, Problem> {
        let mut query = self.db.prepare_cached(USES)?;
        Ok(query.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The cases behind the figures of a template, the newest reply first, at most 500.
    pub fn answered_with(&self, template: &str) -> Result<Vec<Summary>, Problem> {
        let sql = format!(
            "SELECT {SUMMARY} FROM (
                 SELECT case_id, max(at) AS at FROM messages INDEXED BY messages_templates
                 WHERE template = ?1 AND withdrawn = 0 GROUP BY case_id
             ) u JOIN cases c ON c.id = u.case_id ORDER BY u.at DESC, c.id DESC LIMIT ?2"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        Ok(query.query_map(params![template, MOST_CASES], summary)?.collect::<Result<_, _>>()?)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Use> {
    let (at, seen): (i64, Option<i64>) = (row.get("at")?, row.get("seen_at")?);
    let first: bool = row.get("first")?;
    let channel = word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message);
    let outcome = word(row, "outcome", Outcome::parse)?;
    let ending = word(row, "stands", Outcome::parse)?.and_then(Ending::of);
    let archived = row.get::<_, Option<i64>>("archived_at")?.is_some();
    let waited = seen.filter(|seen| first && *seen <= at).map(|seen| SignedDuration::from_secs(at - seen));
    Ok(Use {
        template: row.get("template")?,
        case: CaseId(row.get("case_id")?),
        kind: word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other),
        channel,
        personal: Share { of: count(row, "personal")?, all: count(row, "letters")? },
        waited,
        outcome: outcome.filter(|_| archived),
        ending: ending.filter(|_| channel == Channel::Atoz),
    })
}

fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, Option<i64>>(column)?.unwrap_or(0)).unwrap_or(0))
}

/// Notes with which template the reply of an event was written, and how much of it the operator typed, quotations apart.
pub(super) fn note_use(db: &Connection, sent: i64, text: &str, draft: &ReplyDraft) -> Result<(), Problem> {
    let Some(template) = &draft.template else { return Ok(()) };
    let Share { of, all } = personal(&unquoted(text), &unquoted(&draft.addition));
    let digest = format!("event:{sent:020}");
    db.prepare_cached(
        "UPDATE messages SET template = ?2, letters = ?3, personal = ?4
         WHERE operator = 1 AND digest = ?1 AND case_id = (SELECT case_id FROM events WHERE id = ?5)",
    )?
    .execute(params![
        digest,
        template,
        i64::try_from(all).unwrap_or(i64::MAX),
        i64::try_from(of).unwrap_or(i64::MAX),
        sent
    ])?;
    Ok(())
}
