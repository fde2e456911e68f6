//! Offers that nobody answered: over after the days of the policy, and their money free again, once.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::{Shift, find, read, step};
use crate::domain::CaseId;
use crate::domain::event::{Actor, Deed};
use crate::domain::offer::OfferStatus;
use crate::domain::offer::policy::{OfferPolicy, shipped_offers};
use crate::problem::Problem;
use crate::store::Store;
use crate::store::convert::second;
use crate::store::history::Head;

/// How the key of a line begins that time has written.
pub(super) const KEY: &str = "expired:";

/// So many at a time: whoever waits for a case does not wait for a year of offers.
const MOST: usize = 100;

impl Store {
    /// Lets offers expire by this policy from now on.
    pub fn use_offers(&mut self, policy: OfferPolicy) {
        self.offers = Some(policy);
        self.swept.set(i64::MIN);
    }

    /// Lets offers expire that waited too long. Only a wish: when another process writes, they wait for the next look.
    pub(in crate::store) fn expire(&self, now: Timestamp) {
        // Whoever leafs through cases does not look all of them over at each.
        if self.swept.get().abs_diff(second(now)) < 60 {
            return;
        }
        self.swept.set(second(now));
        let _ = self.db.busy_timeout(std::time::Duration::ZERO);
        let _ = self.let_expire(now);
        let _ = self.db.busy_timeout(self.patience);
    }

    fn let_expire(&self, now: Timestamp) -> Result<(), Problem> {
        let days = match &self.offers {
            Some(policy) => policy.expires_days,
            None => shipped_offers()?.expires_days,
        };
        let line = second(now).saturating_sub(SignedDuration::from_hours(24 * days).as_secs());
        let mut unproven = Vec::new();
        for (offer, case, order) in waiting(&self.db, line)? {
            // What a mail or a report shows as carried out stands, and must not keep the ones behind it from their turn.
            if unproven.len() < MOST && !is_proven(&self.db, offer, case, order.as_deref())? {
                unproven.push((offer, case));
            }
        }
        if unproven.is_empty() {
            return Ok(());
        }
        let tx = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        for (id, case) in unproven {
            let Some(offer) = find(&tx, case, id)?.filter(|offer| offer.status == OfferStatus::Proposed)
            else {
                continue;
            };
            let (from, to) = (offer.status, OfferStatus::Expired);
            let deed = Deed::OfferMoved { offer: id, kind: offer.kind, from, to, amount: None, reason: None };
            let mut head = Head::read(&tx)?;
            let event = head.append(&tx, Some(offer.case), second(now), Actor::Kesu, &deed)?;
            // An offer may wait again after an undo: the event makes the key one of its own.
            let key = format!("{KEY}{id}:{event}");
            let parcel = offer.parcel.clone();
            let shift =
                Shift { key: &key, to, hold: None, undoes: None, parcel: &parcel, at: second(now), event };
            step(&tx, &offer, shift)?;
        }
        tx.commit()?;
        Ok(())
    }
}

/// Proposed offers that are at least so old. Where the claim was withdrawn or the buyer is content, in the offer's case or in
/// another one of its order, it has had its answer.
fn waiting(db: &Connection, line: i64) -> Result<Vec<(i64, CaseId, Option<String>)>, Problem> {
    let there: Option<i64> = db
        .prepare_cached("SELECT 1 FROM offers WHERE status = 'proposed' AND at <= ?1 LIMIT 1")?
        .query_row([line], |row| row.get(0))
        .optional()?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let mut query = db.prepare_cached(
        "SELECT o.id, o.case_id, o.order_id FROM offers o JOIN cases c ON c.id = o.case_id
         WHERE o.status = 'proposed' AND o.at <= ?1 AND coalesce(c.stands, '') NOT IN ('withdrawn', 'satisfied')
             AND NOT EXISTS (SELECT 1 FROM cases b WHERE b.order_id = o.order_id AND b.stands IN ('withdrawn', 'satisfied'))
         ORDER BY o.at, o.id",
    )?;
    let found = query.query_map([line], |row| Ok((row.get(0)?, CaseId(row.get(1)?), row.get(2)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn is_proven(db: &Connection, offer: i64, case: CaseId, order: Option<&str>) -> Result<bool, Problem> {
    let around = read::around(db, case, order, None)?;
    Ok(around.offers.iter().any(|other| other.id == offer && !other.proofs.is_empty()))
}
