//! What the operator does to a case: each one transaction with its event.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::Store;
use super::case::standing_for;
use super::convert::second;
use super::draft::take_in;
use super::health::{are_stale, keep_rates};
use super::history::{Head, act};
use super::refresh::refresh;
use crate::domain::event::Deed;
use crate::domain::health::policy::shipped_health;
use crate::domain::record::Notice;
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Outcome, RootCause};
use crate::problem::{Exit, Problem};

impl Store {
    /// Notes that the reply was copied. The reply clock keeps running.
    pub fn copied(&mut self, case: CaseId, route: &str, now: Timestamp) -> Result<i64, Problem> {
        let deed = Deed::Copied { route: route.to_owned() };
        self.act_on(case, now, |tx, case| act(tx, case, now, &deed))
    }

    /// Notes that the reply went out: its text becomes a message of ours, the draft is closed, the reply clock stops.
    pub fn sent(
        &mut self,
        case: CaseId,
        text: &str,
        draft: &ReplyDraft,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let body = serde_json::to_string(draft).map_err(|error| super::broken(&error.to_string()))?;
            if is_sent(tx, case, text)? {
                return Err(Problem::new(
                    Exit::Blocked,
                    ["this reply is noted as sent already", "这封回复已标记为已发送"],
                    [
                        "another window may have sent it; change it to send a second one",
                        "可能已在另一窗口发送；如需再发一封，请先修改",
                    ],
                ));
            }
            // What another window typed into it meanwhile did not go out: it stays.
            let there = super::case::draft(tx, case)?.unwrap_or_default();
            let left = ReplyDraft::default().with(&there, &[draft]);
            if left.addition.is_empty() && left.values.is_empty() {
                tx.prepare_cached("DELETE FROM drafts WHERE case_id = ?1")?.execute([case.0])?;
            } else {
                keep_draft(tx, case, &left, second(now))?;
            }
            let deed =
                Deed::Sent { text: text.to_owned(), template: draft.template.clone(), lang: draft.lang };
            let event = act(tx, case, now, &deed)?;
            write_reply(tx, case, text, Some(&body), Some(event), second(now))?;
            super::template::note_use(tx, event, text, draft)?;
            Ok(event)
        })
    }

    /// Notes that the operator overruled rules for one reply, which is known by its fingerprint, and why.
    ///
    /// # Errors
    /// A reason without words is none.
    pub fn overrule(
        &mut self,
        case: CaseId,
        rules: &[String],
        reason: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        let reason = reason.trim();
        if !reason.chars().any(char::is_alphanumeric) {
            return Err(Problem::new(
                Exit::Blocked,
                ["no reason was given".to_owned(), "未填写理由".to_owned()],
                ["say why the reply goes out all the same", "请写明仍要发出的理由"],
            ));
        }
        let deed = Deed::Overruled {
            rules: rules.to_vec(),
            reason: reason.to_owned(),
            text: fingerprint.to_owned(),
        };
        self.act_on(case, now, |tx, case| act(tx, case, now, &deed))
    }

    /// The buyer's message asks for no answer: the reply clock stops.
    ///
    /// # Errors
    /// Where no message waits for an answer there is nothing to stop.
    pub fn no_reply_needed(&mut self, case: CaseId, now: Timestamp) -> Result<i64, Problem> {
        self.act_on(case, now, |tx, case| {
            let mut answered =
                tx.prepare_cached("SELECT answered_at >= asked_at FROM cases WHERE id = ?1")?;
            if answered.query_row([case.0], |row| row.get::<_, Option<bool>>(0))? == Some(true) {
                return Err(Problem::new(
                    Exit::Blocked,
                    ["the reply clock stands already", "回复计时已经停止"],
                    ["the buyer's next message starts it again", "买家再次来信时会重新计时"],
                ));
            }
            let event = act(tx, case, now, &Deed::NoReplyNeeded)?;
            tx.prepare_cached("INSERT INTO quiet (event, case_id, at) VALUES (?1, ?2, ?3)")?
                .execute(params![event, case.0, second(now)])?;
            Ok(event)
        })
    }

    /// Archives a case.
    ///
    /// # Errors
    /// A case that is archived already says so.
    pub fn archive(
        &mut self,
        case: CaseId,
        outcome: Outcome,
        cause: Option<RootCause>,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.archive_all(&[case], outcome, cause, now)
    }

    /// Archives several cases as one action, which one undo takes back: all of them or none. Returns the number of
    /// the last event.
    ///
    /// # Errors
    /// One that is archived already says so, and then none is archived.
    pub fn archive_all(
        &mut self,
        cases: &[CaseId],
        outcome: Outcome,
        cause: Option<RootCause>,
        now: Timestamp,
    ) -> Result<i64, Problem> {
        self.write(|tx, policy| {
            let mut first = None;
            let mut last = Head::read(tx)?.id();
            for case in cases {
                let case = existing(tx, *case)?;
                close(tx, case, outcome, cause, second(now))?;
                last = act(tx, case, now, &Deed::Archived { outcome, cause })?;
                super::outcome::note(tx, last, case, outcome, true, second(now))?;
                let action = *first.get_or_insert(last);
                tx.prepare_cached("UPDATE undoable SET action = ?2 WHERE event = ?1")?
                    .execute(params![last, action])?;
                refresh(tx, &mut Head::read(tx)?, policy, case.0, false, second(now))?;
            }
            Ok(last)
        })
    }

    /// One action: the case is looked up, the deed done, the facts computed anew, all in one transaction.
    pub(super) fn act_on(
        &mut self,
        case: CaseId,
        now: Timestamp,
        deed: impl FnOnce(&Connection, CaseId) -> Result<i64, Problem>,
    ) -> Result<i64, Problem> {
        self.write(|tx, policy| {
            let case = existing(tx, case)?;
            let event = deed(tx, case)?;
            refresh(tx, &mut Head::read(tx)?, policy, case.0, false, second(now))?;
            Ok(event)
        })
    }

    /// Runs a change in one IMMEDIATE transaction, after the drafts that wait beside the database; an error leaves
    /// everything as it was.
    pub(super) fn write<T>(
        &mut self,
        change: impl FnOnce(&Connection, &crate::domain::clock::Policy) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let waiting = self.spool.sheets();
        let sheets = super::sheet::sheets(&self.spool);
        let tx = Transaction::new(&mut self.db, TransactionBehavior::Immediate)?;
        let taken = take_in(&tx, waiting)?;
        let sheets = super::sheet::take_in(&tx, sheets)?;
        let done = change(&tx, &self.policy)?;
        if are_stale(&tx)? {
            match &self.health {
                Some(policy) => keep_rates(&tx, &policy.odr)?,
                None => keep_rates(&tx, &shipped_health()?.odr)?,
            }
        }
        tx.commit()?;
        self.spool.remove(&taken);
        super::sheet::remove(&self.spool, &sheets);
        Ok(done)
    }
}

/// The case behind a number, or the problem that there is none.
pub(super) fn existing(db: &Connection, case: CaseId) -> Result<CaseId, Problem> {
    let case = standing_for(db, case)?;
    let mut query = db.prepare_cached("SELECT 1 FROM cases WHERE id = ?1")?;
    let found: Option<i64> = query.query_row([case.0], |row| row.get(0)).optional()?;
    found.map(|_| case).ok_or_else(|| {
        Problem::new(
            Exit::NotFound,
            [format!("no case {case}"), format!("没有客诉 {case}")],
            ["`kesu list` shows the open ones", "用 `kesu list` 查看未结客诉"],
        )
    })
}

/// Stores a draft in place of the one before.
pub(super) fn keep_draft(db: &Connection, case: CaseId, draft: &ReplyDraft, at: i64) -> Result<(), Problem> {
    let body = serde_json::to_string(draft).map_err(|error| super::broken(&error.to_string()))?;
    db.prepare_cached(
        "INSERT INTO drafts (case_id, addition, body, saved_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (case_id) DO UPDATE SET addition = ?2, body = ?3, saved_at = ?4",
    )?
    .execute(params![case.0, draft.addition, body, at])?;
    Ok(())
}

/// Whether this very reply went out since the buyer wrote last.
fn is_sent(db: &Connection, case: CaseId, text: &str) -> Result<bool, Problem> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM messages WHERE case_id = ?1 AND operator = 1 AND withdrawn = 0 AND text = ?2
             AND at >= (SELECT ifnull(max(at), 0) FROM messages WHERE case_id = ?1 AND ours = 0))",
    )?;
    Ok(query.query_row(params![case.0, text], |row| row.get(0))?)
}

/// A reply of ours as a message of the thread. Its digest names the event, so that replies of one second keep their
/// order.
pub(super) fn write_reply(
    db: &Connection,
    case: CaseId,
    text: &str,
    draft: Option<&str>,
    event: Option<i64>,
    at: i64,
) -> Result<(), Problem> {
    let digest = event.map_or_else(String::new, |event| format!("event:{event:020}"));
    db.prepare_cached(
        "INSERT INTO messages (case_id, notice, ours, operator, digest, order_id, at, dated, landed_at, subject, text,
             body, kind, complaint, draft)
         VALUES (?1, ?2, 1, 1, ?3, NULL, ?4, 1, ?4, '', ?5, '', 'other', 0, ?6)",
    )?
    .execute(params![case.0, Notice::SellerCopy.word(), digest, at, text, draft])?;
    Ok(())
}

/// Takes a case out of the queue.
pub(super) fn close(
    db: &Connection,
    case: CaseId,
    outcome: Outcome,
    cause: Option<RootCause>,
    at: i64,
) -> Result<(), Problem> {
    let closed = db
        .prepare_cached(
            "UPDATE cases SET open = 0, archived_at = ?2, archived_by = 'operator', outcome = ?3, cause = ?4
             WHERE id = ?1 AND archived_at IS NULL",
        )?
        .execute(params![case.0, at, outcome.word(), cause.map(RootCause::word)])?;
    if closed == 0 {
        return Err(Problem::new(
            Exit::Blocked,
            [format!("case {case} is archived already"), format!("客诉 {case} 已经归档")],
            ["`A` notes another outcome, `u` undoes the archive", "按 `A` 可另记结果，按 `u` 可撤销归档"],
        ));
    }
    Ok(())
}
