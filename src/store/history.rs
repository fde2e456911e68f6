//! The history: numbered without a gap, each line chained to the one before.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::convert::{second, time};
use crate::domain::CaseId;
use crate::domain::event::{Actor, Deed, Event};
use crate::problem::Problem;

/// The end of the history inside a transaction: what the next event follows.
#[derive(Debug, Clone)]
pub(super) struct Head {
    id: i64,
    chain: Vec<u8>,
}

impl Head {
    /// Reads the end; the caller holds the write lock.
    pub(super) fn read(db: &Connection) -> Result<Self, Problem> {
        let last = db
            .prepare_cached("SELECT id, chain FROM events ORDER BY id DESC LIMIT 1")?
            .query_row([], |row| Ok(Self { id: row.get(0)?, chain: row.get(1)? }))
            .optional()?;
        Ok(last.unwrap_or(Self { id: 0, chain: vec![0; 32] }))
    }

    /// Number of the last event.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// Appends one event and returns its number.
    pub(super) fn append(
        &mut self,
        db: &Connection,
        case: Option<CaseId>,
        at: i64,
        actor: Actor,
        deed: &Deed,
    ) -> Result<i64, Problem> {
        let deed = serde_json::to_string(deed).map_err(|error| super::broken(&error.to_string()))?;
        let case = case.map(|case| case.0);
        self.id += 1;
        self.chain = link(&self.chain, self.id, case, at, actor.word(), &deed);
        db.prepare_cached(
            "INSERT INTO events (id, case_id, at, actor, deed, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![self.id, case, at, actor.word(), deed, self.chain])?;
        Ok(self.id)
    }
}

/// Appends one event of the operator's, which undo can take back.
pub(super) fn act(db: &Connection, case: CaseId, at: jiff::Timestamp, deed: &Deed) -> Result<i64, Problem> {
    let id = Head::read(db)?.append(db, Some(case), second(at), Actor::Operator, deed)?;
    db.prepare_cached("INSERT INTO undoable (event, action) VALUES (?1, ?1)")?.execute([id])?;
    Ok(id)
}

fn link(before: &[u8], id: i64, case: Option<i64>, at: i64, actor: &str, deed: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(b"kesu/event/1\0");
    hash.update(before);
    for number in [id, case.unwrap_or(0), at] {
        hash.update(number.to_be_bytes());
    }
    for text in [actor, deed] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().to_vec()
}

/// Reads an event from columns `id, case_id, at, actor, deed`.
pub(super) fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let deed: String = row.get(4)?;
    Ok(Event {
        id: row.get(0)?,
        case: row.get::<_, Option<i64>>(1)?.map(CaseId),
        at: time(row.get(2)?),
        actor: Actor::parse(row.get_ref(3)?.as_str()?).unwrap_or(Actor::Amazon),
        deed: serde_json::from_str(&deed).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, error.into())
        })?,
    })
}

/// The number of the first event that does not follow from the ones before, or `None`.
pub(super) fn first_break(db: &Connection) -> Result<Option<i64>, Problem> {
    let mut query = db.prepare("SELECT id, case_id, at, actor, deed, chain FROM events ORDER BY id")?;
    let mut rows = query.query([])?;
    let mut chain = vec![0; 32];
    while let Some(row) = rows.next()? {
        let (id, actor, deed): (i64, String, String) = (row.get(0)?, row.get(3)?, row.get(4)?);
        chain = link(&chain, id, row.get(1)?, row.get(2)?, &actor, &deed);
        if chain != row.get::<_, Vec<u8>>(5)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
