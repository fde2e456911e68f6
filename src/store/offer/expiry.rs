//! Offers that nobody answered: over after the days of the policy, and their money free again, once.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};

use super::{Shift, find, read, step};
use crate::domain::CaseId;
use crate::domain::event::{Actor, Deed};
use crate::domain::offer::OfferStatus;
use crate::domain::offer::policy::{OfferPolicy, shipped_offers};
use crate::problem::Problem;
use crate::store::Store;
use crate::store::convert::second;
use crate::store::history::Head;
use crate::store::money::lines;

/// How the key of a line begins that time has written.
pub(super) const KEY: &str = "expired:";

/// So many are looked over at a time: whoever waits for a case does not wait for a year of offers.
const MOST: usize = 100;

/// How far the offers are looked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Sweep {
    /// When the last one was made that was looked over, Unix seconds, and its row.
    after: (i64, i64),
    /// The last event when the look over all of them began: what came since may free one that was held then.
    event: i64,
    /// The newest one that is old enough was reached.
    done: bool,
}

impl Sweep {
    /// Nothing was looked over yet.
    pub(in crate::store) const NONE: Self = Self { after: (i64::MIN, 0), event: 0, done: true };
}

/// An offer that nobody answered: its row, when it was made, its case and order.
#[derive(Debug, Clone)]
pub(in crate::store) struct Waiting {
    id: i64,
    at: i64,
    case: CaseId,
    order: Option<String>,
}

impl Store {
    /// Lets offers expire by this policy from now on.
    pub fn use_offers(&mut self, policy: OfferPolicy) {
        self.offers = Some(policy);
        self.sweep.set(Sweep::NONE);
    }

    /// Looks over the next offers that nobody answered for so many days that they are over, and lets those expire that nothing
    /// holds; returns how many did. What was looked over is not looked at again until something happens. For a time when nobody
    /// waits; while another process writes none expires.
    pub fn expire(&self, now: Timestamp) -> Result<usize, Problem> {
        let event = self.last_event()?;
        let mut sweep = self.sweep.get();
        if sweep.done && sweep.event != event {
            sweep = Sweep { event, done: false, ..Sweep::NONE };
        }
        let line = self.line(now)?;
        let (from, row) = sweep.after;
        let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
        let found = waiting(
            &self.db,
            line,
            "AND (o.at, o.id) > (?2, ?3) ORDER BY o.at, o.id LIMIT ?4",
            &[from, row, limit],
        )?;
        sweep.done = found.len() < MOST;
        sweep.after = found.last().map_or(sweep.after, |last| (last.at, last.id));
        let expired = self.let_expire(&self.unproven(found)?, now)?;
        // Those that another process held up are looked at again.
        if let Some(expired) = expired {
            self.sweep.set(sweep);
            return Ok(expired);
        }
        Ok(0)
    }

    /// The same of the offers around one case, whenever they were looked over.
    pub(in crate::store) fn expire_around(&self, case: CaseId, now: Timestamp) -> Result<(), Problem> {
        self.let_expire(&self.overdue(case, now)?, now).map(drop)
    }

    /// The offers around a case that waited long enough and that no proof holds.
    pub(in crate::store) fn overdue(&self, case: CaseId, now: Timestamp) -> Result<Vec<Waiting>, Problem> {
        let around = "AND (o.case_id = ?2 OR o.order_id = (SELECT order_id FROM cases WHERE id = ?2)) ORDER BY o.at, o.id";
        self.unproven(waiting(&self.db, self.line(now)?, around, &[case.0])?)
    }

    /// Those that no proof holds: what a mail or a report shows as carried out stands.
    fn unproven(&self, found: Vec<Waiting>) -> Result<Vec<Waiting>, Problem> {
        let mut unproven = Vec::new();
        for offer in found {
            if !is_proven(&self.db, &offer)? {
                unproven.push(offer);
            }
        }
        Ok(unproven)
    }

    /// How long an offer waits, seconds.
    fn waits(&self) -> Result<i64, Problem> {
        let days = match &self.offers {
            Some(policy) => policy.expires_days,
            None => shipped_offers()?.expires_days,
        };
        Ok(SignedDuration::from_hours(24 * days).as_secs())
    }

    /// Offers made up to this second have waited long enough.
    fn line(&self, now: Timestamp) -> Result<i64, Problem> {
        Ok(second(now).saturating_sub(self.waits()?))
    }

    /// Lets these expire, if they still wait and no proof holds them; `None` while another process writes.
    pub(in crate::store) fn let_expire(
        &self,
        found: &[Waiting],
        now: Timestamp,
    ) -> Result<Option<usize>, Problem> {
        if found.is_empty() {
            return Ok(Some(0));
        }
        let (line, waits) = (self.line(now)?, self.waits()?);
        let _ = self.db.busy_timeout(std::time::Duration::ZERO);
        let begun = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate);
        let _ = self.db.busy_timeout(self.patience);
        let tx = match begun {
            Ok(tx) => tx,
            Err(error) if is_busy(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut expired = 0;
        for Waiting { id, .. } in found {
            // Asked again inside the lock: another process may have moved it, or read what proves it.
            let Some(offer) = waiting(&tx, line, "AND o.id = ?2", &[*id])?.pop() else { continue };
            if is_proven(&tx, &offer)? {
                continue;
            }
            over(&tx, &offer, waits)?;
            expired += 1;
        }
        tx.commit()?;
        Ok(Some(expired))
    }
}

/// Lets one expire: at the end of its days, whenever that is noticed.
fn over(tx: &Connection, waiting: &Waiting, waits: i64) -> Result<(), Problem> {
    let Some(offer) = find(tx, waiting.case, waiting.id)? else { return Ok(()) };
    let (from, to) = (offer.status, OfferStatus::Expired);
    // One that an undo made wait again, after its days, is over then.
    let last = lines(tx, offer.id)?.last().map_or(i64::MIN, |line| line.at);
    let at = waiting.at.saturating_add(waits).max(last);
    let deed = Deed::OfferMoved { offer: offer.id, kind: offer.kind, from, to, amount: None, reason: None };
    let event = Head::read(tx)?.append(tx, Some(offer.case), at, Actor::Kesu, &deed)?;
    // An offer may wait again after an undo: the event makes the key one of its own.
    let key = format!("{KEY}{}:{event}", offer.id);
    step(tx, &offer, Shift { key: &key, to, hold: None, undoes: None, parcel: &offer.parcel, at, event })
}

/// Whether another process holds the file.
fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

/// Proposed offers that are made up to a second (1), as `which` with its parameters from (2) on narrows and orders them. Where the claim was withdrawn or the
/// buyer is content, in the offer's case or in another one of its order, it has had its answer.
fn waiting(db: &Connection, line: i64, which: &str, parameters: &[i64]) -> Result<Vec<Waiting>, Problem> {
    let mut query = db.prepare_cached(&format!(
        "SELECT o.id, o.at, o.case_id, o.order_id FROM offers o JOIN cases c ON c.id = o.case_id
         WHERE o.status = 'proposed' AND o.at <= ?1 AND coalesce(c.stands, '') NOT IN ('withdrawn', 'satisfied')
             AND NOT EXISTS (SELECT 1 FROM cases b WHERE b.order_id = o.order_id AND b.stands IN ('withdrawn', 'satisfied'))
             {which}"
    ))?;
    let parameters = std::iter::once(&line).chain(parameters);
    let found = query.query_map(params_from_iter(parameters), |row| {
        Ok(Waiting {
            id: row.get("id")?,
            at: row.get("at")?,
            case: CaseId(row.get("case_id")?),
            order: row.get("order_id")?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn is_proven(db: &Connection, offer: &Waiting) -> Result<bool, Problem> {
    let around = read::around(db, offer.case, offer.order.as_deref(), None)?;
    Ok(around.offers.iter().any(|other| other.id == offer.id && !other.proofs.is_empty()))
}
