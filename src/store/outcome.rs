//! How cases ended: what the operator notes, what mails and rows say, and how each case stands.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::Store;
use super::convert::{second, time, word};
use super::facts::{Letter, Line};
use super::health::outdate_rates;
use super::history::act;
use crate::domain::event::Deed;
use crate::domain::outcome::{Said, Source, Standing, Step, standing};
use crate::domain::record::Notice;
use crate::domain::{CaseId, Channel, Outcome};
use crate::problem::Problem;

impl Store {
    /// Notes how a case ended, or what became of it since; what was noted before stays in its history. The case stays where it
    /// is, in the queue or in the archive.
    pub fn note_outcome(&mut self, case: CaseId, outcome: Outcome, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let event = act(tx, case, now, &Deed::OutcomeNoted { outcome })?;
            note(tx, event, case, outcome, false, second(now))?;
            Ok(event)
        })
    }
}

/// Keeps what the operator said.
pub(super) fn note(
    db: &Connection,
    event: i64,
    case: CaseId,
    outcome: Outcome,
    closing: bool,
    at: i64,
) -> Result<(), Problem> {
    // An import that was undone says nothing of how the case ended.
    if outcome == Outcome::ImportUndone {
        return Ok(());
    }
    db.prepare_cached(
        "INSERT INTO noted_outcomes (event, case_id, at, outcome, closing) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![event, case.0, at, outcome.word(), closing])?;
    Ok(())
}

/// What an event noted was undone.
pub(super) fn take_back(db: &Connection, event: i64) -> Result<(), Problem> {
    db.prepare_cached("UPDATE noted_outcomes SET withdrawn = 1 WHERE event = ?1")?.execute([event])?;
    Ok(())
}

/// Everything that was said of how a case ended, and when Amazon asked.
pub(super) fn steps(
    db: &Connection,
    case: i64,
    letters: &[Letter],
    lines: &[Line],
) -> Result<Vec<Step>, Problem> {
    let mut steps = Vec::new();
    for letter in letters {
        let at = time(letter.at);
        match letter.notice {
            Notice::AtozClaim | Notice::Chargeback => steps.push(Step::Asked(at)),
            Notice::AtozDecision | Notice::ChargebackDecision => {
                let outcome = letter.decision.map_or(Outcome::Other, Outcome::of);
                steps.push(Step::Said(Said { at, until: at, outcome, by: Source::Amazon, closing: false }));
            }
            _ => {}
        }
    }
    for line in lines {
        if let Some(decision) = line.decision {
            let (at, outcome) = (time(line.decided), Outcome::of(decision));
            steps.push(Step::Said(Said { at, until: at, outcome, by: Source::Amazon, closing: false }));
        }
    }
    let mut query = db.prepare_cached(
        "SELECT at, outcome, closing FROM noted_outcomes WHERE case_id = ?1 AND withdrawn = 0 ORDER BY event",
    )?;
    let mut rows = query.query([case])?;
    while let Some(row) = rows.next()? {
        let at = time(row.get("at")?);
        let outcome = word(row, "outcome", Outcome::parse)?.unwrap_or(Outcome::Other);
        let closing = row.get("closing")?;
        steps.push(Step::Said(Said { at, until: at, outcome, by: Source::Operator, closing }));
    }
    Ok(steps)
}

/// When the operator noted that he appealed, or won the appeal: the time for it is used.
pub(super) fn appeals(db: &Connection, case: i64) -> Result<Vec<i64>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT at FROM noted_outcomes WHERE case_id = ?1 AND withdrawn = 0 AND outcome IN ('appealed', 'won')
         ORDER BY event",
    )?;
    Ok(query.query_map([case], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// How a case stands: by what was said, else by the rows that show it as settled (`filed`, since the last of their days).
pub(super) fn stands(channel: Channel, steps: &[Step], open: bool, filed: Option<i64>) -> Option<Standing> {
    let settled = filed.filter(|_| !open).map(|at| Standing {
        outcome: Outcome::Settled,
        at: time(at),
        by: Source::Amazon,
        against: None,
    });
    standing(channel, steps, open).or(settled)
}

/// Writes how a case stands; of an archived one also its outcome, as it was noted last.
pub(super) fn write(
    db: &Connection,
    case: i64,
    stands: Option<&Standing>,
    steps: &[Step],
) -> Result<(), Problem> {
    let mut query = db.prepare_cached("SELECT channel, stands FROM cases WHERE id = ?1")?;
    let (channel, before) = query.query_row([case], |row| {
        Ok((word(row, "channel", Channel::parse)?, word(row, "stands", Outcome::parse)?))
    })?;
    let frees = |outcome: Option<Outcome>| outcome.is_some_and(Outcome::frees_order);
    if channel == Some(Channel::Atoz) && frees(before) != frees(stands.map(|stands| stands.outcome)) {
        outdate_rates(db)?;
    }
    let noted = steps.iter().rev().find_map(|step| match step {
        Step::Said(said) if said.by == Source::Operator => Some(said.outcome.word()),
        _ => None,
    });
    db.prepare_cached(
        "UPDATE cases SET stands = ?2, stands_at = ?3, stands_by = ?4, disputed = ?5,
             outcome = CASE WHEN archived_by = 'operator' AND outcome <> 'import_undone' THEN coalesce(?6, outcome)
                            ELSE outcome END
         WHERE id = ?1 AND merged_into IS NULL",
    )?
    .execute(params![
        case,
        stands.map(|stands| stands.outcome.word()),
        stands.map(|stands| second(stands.at)),
        stands.map(|stands| stands.by.word()),
        stands.and_then(|stands| stands.against).map(Outcome::word),
        noted,
    ])?;
    Ok(())
}
