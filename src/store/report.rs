//! The report: how cases ended and which claims were withdrawn; how long cases took, and the time of work on them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Params, Row, params};

use super::Store;
use super::convert::{money, second, time, word};
use crate::domain::clock::{Running, clocks};
use crate::domain::handling::{Handled, Handling, Sitting};
use crate::domain::offer::Route;
use crate::domain::outcome::Source;
use crate::domain::outcome::figures::{Claim, Ended, Made, Outcomes};
use crate::domain::report::Window;
use crate::domain::report::policy::{ReportPolicy, shipped_report};
use crate::domain::{CaseId, Marketplace, OfferKind, Outcome};
use crate::problem::Problem;

/// Name in the clock policy of the clock that says when an unanswered case is lost.
const LOSS: &str = "default_loss";

/// Cases that ended in a window. Parameters here and below: after, until.
pub(super) const ENDED: &str = "
    SELECT id, stands, stands_by, disputed IS NOT NULL AS disputed FROM cases INDEXED BY cases_ended
    WHERE stands IS NOT NULL AND merged_into IS NULL AND stands_at > ?1 AND stands_at <= ?2
    ORDER BY stands_at DESC, id DESC";

/// Claims that ended in a window, and when the buyer first complained about their order: in the claim or before it. What is no
/// complaint, or came with an import that was undone, began nothing.
pub(super) const CLAIMS: &str = "
    SELECT c.id, c.stands, c.marketplace, c.opened_at, t.total_minor, t.currency,
           (SELECT min(b.opened_at) FROM cases b WHERE b.order_id = c.order_id AND b.merged_into IS NULL
                AND b.channel NOT IN ('feedback', 'cancellation') AND coalesce(b.complaint_set, b.complaint) = 1
                AND b.outcome IS NOT 'import_undone') AS complained
    FROM cases c INDEXED BY claims_ended LEFT JOIN orders t ON t.order_id = c.order_id
    WHERE c.channel = 'atoz_claim' AND c.stands IS NOT NULL AND c.merged_into IS NULL
        AND c.stands_at > ?1 AND c.stands_at <= ?2
    ORDER BY c.stands_at DESC, c.id DESC";

/// The offers on those claims and on their orders that were made before the claim ended and not taken back.
pub(super) const OFFERS: &str = "
    WITH claims AS MATERIALIZED (
        SELECT id, order_id, stands_at FROM cases INDEXED BY claims_ended
        WHERE channel = 'atoz_claim' AND stands IS NOT NULL AND merged_into IS NULL
            AND stands_at > ?1 AND stands_at <= ?2
    ), offered (claim, offer) AS (
        SELECT claims.id, o.id FROM claims CROSS JOIN offers o ON o.case_id = claims.id
        WHERE o.status <> 'reversed' AND o.at <= claims.stands_at
        UNION SELECT claims.id, o.id FROM claims CROSS JOIN offers o ON o.order_id = claims.order_id
        WHERE o.status <> 'reversed' AND o.at <= claims.stands_at
    )
    SELECT offered.claim, o.kind, o.route, o.amount_minor, o.currency, o.at
    FROM offered CROSS JOIN offers o ON o.id = offered.offer ORDER BY offered.claim, o.at, o.id";

/// Open cases that nobody answered and whose loss the clocks may say. Parameter: the latest moment at which they arose.
pub(super) const UNANSWERED: &str = "
    SELECT id, order_id, channel, marketplace, archived_at, timeline FROM cases INDEXED BY queue_age
    WHERE open = 1 AND long_term IN (0, 1) AND opened_at <= ?1 AND answered = 0 AND stands IS NULL
    ORDER BY opened_at DESC, id DESC";

/// Cases whose first reply went out in a window, with their first sight and the work on them until then.
pub(super) const SENT: &str = "
    WITH firsts AS (
        SELECT case_id, min(at) AS done FROM messages INDEXED BY messages_written
        WHERE operator = 1 AND withdrawn = 0 GROUP BY case_id
    )
    SELECT c.id, c.opened_at, c.seen_at, f.done,
           (SELECT sum(seconds) FROM sittings s WHERE s.case_id = c.id AND s.began_at < f.done) AS active,
           EXISTS (SELECT 1 FROM messages m INDEXED BY messages_written
                   WHERE m.case_id = c.id AND m.operator = 1 AND m.withdrawn = 0 AND m.at = f.done
                       AND m.template IS NOT NULL) AS template
    FROM firsts f CROSS JOIN cases c ON c.id = f.case_id
    WHERE f.done > ?1 AND f.done <= ?2 ORDER BY f.done DESC, c.id DESC";

/// Cases that the operator archived in a window.
pub(super) const CLOSED: &str = "
    SELECT c.id, c.opened_at, c.seen_at, c.archived_at AS done, 0 AS template,
           (SELECT sum(seconds) FROM sittings s WHERE s.case_id = c.id AND s.began_at < c.archived_at) AS active
    FROM cases c INDEXED BY cases_closed
    WHERE c.archived_by = 'operator' AND c.merged_into IS NULL AND c.archived_at > ?1 AND c.archived_at <= ?2
    ORDER BY c.archived_at DESC, c.id DESC";

impl Store {
    /// Counts the report by these rules from now on.
    pub fn use_report(&mut self, policy: ReportPolicy) {
        self.report = Some(policy);
    }

    /// The rules of the report: the operator's, else those that ship.
    pub fn report_policy(&self) -> Result<ReportPolicy, Problem> {
        self.report.clone().map_or_else(shipped_report, Ok)
    }

    /// How the cases ended that ended in a window, and which claims were withdrawn.
    pub fn outcomes(&self, window: Window) -> Result<Outcomes, Problem> {
        let ended = read(&self.db, ENDED, bounds(window), |row| {
            Ok(Ended {
                case: CaseId(row.get("id")?),
                outcome: word(row, "stands", Outcome::parse)?.unwrap_or(Outcome::Other),
                by: word(row, "stands_by", Source::parse)?.unwrap_or(Source::Operator),
                disputed: row.get("disputed")?,
            })
        })?;
        let lost = self.lost(window)?;
        Ok(Outcomes::of(&ended, &self.claims(window)?, lost, self.report_policy()?.outcomes))
    }

    /// The claims that ended in a window with what was offered on them.
    fn claims(&self, window: Window) -> Result<Vec<Claim>, Problem> {
        let made = read(&self.db, OFFERS, bounds(window), |row| {
            let offer = Made {
                kind: word(row, "kind", OfferKind::parse)?.unwrap_or(OfferKind::PartialRefund),
                route: word(row, "route", Route::parse)?,
                amount: money(row, "amount_minor", "currency")?,
                at: time(row.get("at")?),
            };
            Ok((row.get::<_, i64>("claim")?, offer))
        })?;
        let mut offers: BTreeMap<i64, Vec<Made>> = BTreeMap::new();
        for (claim, offer) in made {
            offers.entry(claim).or_default().push(offer);
        }
        read(&self.db, CLAIMS, bounds(window), |row| {
            let id: i64 = row.get("id")?;
            let opened: i64 = row.get("opened_at")?;
            let complained = row.get::<_, Option<i64>>("complained")?;
            Ok(Claim {
                case: CaseId(id),
                outcome: word(row, "stands", Outcome::parse)?.unwrap_or(Outcome::Other),
                marketplace: word(row, "marketplace", Marketplace::parse)?,
                complained: time(complained.map_or(opened, |complained| complained.min(opened))),
                opened: time(opened),
                total: money(row, "total_minor", "currency")?,
                offers: offers.remove(&id).unwrap_or_default(),
            })
        })
    }

    /// Open cases that nobody answered until their clock of loss ran out, in a window.
    fn lost(&self, window: Window) -> Result<Vec<CaseId>, Problem> {
        // The other clocks of each case are not asked for.
        let policy = self.policy.only(LOSS);
        let mut query = self.db.prepare_cached(UNANSWERED)?;
        let mut rows = query.query([second(window.until)])?;
        let mut lost = Vec::new();
        while let Some(row) = rows.next()? {
            let timeline = super::timeline::timeline(&self.db, row)?;
            let is_lost = clocks(&timeline, &policy)
                .iter()
                .any(|clock| clock.state(window.until) == Running::Missed && window.has(clock.due));
            if is_lost {
                lost.push(CaseId(row.get("id")?));
            }
        }
        Ok(lost)
    }

    /// How long the cases took that were answered or archived in a window.
    pub fn handling(&self, window: Window) -> Result<Handling, Problem> {
        let sent = read(&self.db, SENT, bounds(window), handled)?;
        let archived = read(&self.db, CLOSED, bounds(window), handled)?;
        Ok(Handling::of(&sent, &archived, self.report_policy()?))
    }

    /// Keeps how long a case was worked on so far. `false`: another process writes just now, and nothing was kept; nobody waits
    /// for it.
    pub fn keep_sitting(&mut self, sitting: &Sitting) -> Result<bool, Problem> {
        let case = self.standing_for(sitting.case)?;
        let _ = self.db.busy_timeout(std::time::Duration::ZERO);
        let kept = self
            .db
            .prepare_cached(
                "INSERT INTO sittings (case_id, began_at, seconds) SELECT id, ?2, ?3 FROM cases WHERE id = ?1
                 ON CONFLICT (case_id, began_at) DO UPDATE SET seconds = max(seconds, excluded.seconds)",
            )
            .and_then(|mut query| {
                query.execute(params![case.0, second(sitting.began), sitting.active.as_secs()])
            });
        let _ = self.db.busy_timeout(self.patience);
        match kept {
            Ok(_) => Ok(true),
            Err(error) => match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Ok(false),
                _ => Err(error.into()),
            },
        }
    }
}

/// First sight of a case and the work on it, of a bulk load.
pub(super) fn past_work(
    db: &Connection,
    case: CaseId,
    seen: i64,
    active: SignedDuration,
) -> Result<(), Problem> {
    db.prepare_cached("UPDATE cases SET seen_at = coalesce(seen_at, ?2) WHERE id = ?1")?
        .execute(params![case.0, seen])?;
    db.prepare_cached("INSERT OR IGNORE INTO sittings (case_id, began_at, seconds) VALUES (?1, ?2, ?3)")?
        .execute(params![case.0, seen, active.as_secs().max(0)])?;
    Ok(())
}

fn bounds(window: Window) -> [i64; 2] {
    [window.from.map_or(i64::MIN, second), second(window.until)]
}

fn read<T>(
    db: &Connection,
    sql: &str,
    parameters: impl Params,
    one: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Problem> {
    let mut query = db.prepare_cached(sql)?;
    Ok(query.query_map(parameters, one)?.collect::<Result<_, _>>()?)
}

fn handled(row: &Row<'_>) -> rusqlite::Result<Handled> {
    let at = |second: Option<i64>| -> Option<Timestamp> { second.map(time) };
    Ok(Handled {
        case: CaseId(row.get("id")?),
        arrived: time(row.get("opened_at")?),
        seen: at(row.get("seen_at")?),
        done: time(row.get("done")?),
        template: row.get("template")?,
        active: row.get::<_, Option<i64>>("active")?.map(SignedDuration::from_secs),
    })
}
