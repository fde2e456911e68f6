//! The facts of one case, computed anew from its mails, rows and replies; then its clocks and its line in the queue.

use jiff::SignedDuration;
use rusqlite::{Connection, params};

use super::convert::{comparable, one_line, second, time};
use super::facts::{Known, known};
use super::history::Head;
use super::outcome;
use super::timeline::{REOPENING, reopened, written};
use super::wait::{snoozed_until, wake_at};
use crate::domain::clock::{Policy, Side, Timeline, clocks, leading};
use crate::domain::event::{Actor, Deed};
use crate::domain::{CaseId, Channel, Kind, Outcome};
use crate::i18n::{Lang, Text};
use crate::problem::Problem;

/// Open cases older than this stand below the queue, seconds.
pub(super) const LONG_TERM: i64 = 45 * 86_400;

/// `due_at` of a case whose every clock is stopped.
pub(super) const NEVER: i64 = i64::MAX;

/// How a case stands in the queue before and after its facts are computed.
#[derive(Debug, Clone)]
struct Standing {
    channel: Channel,
    order: Option<String>,
    kind_set: Option<Kind>,
    judged: Option<bool>,
    archived_at: Option<i64>,
    by_operator: bool,
    /// The import that opened it was taken back.
    undone: bool,
}

/// Computes a case anew. `landed`: something that re-opens an archived case was just added.
pub(super) fn refresh(
    db: &Connection,
    head: &mut Head,
    policy: &Policy,
    case: i64,
    landed: bool,
    now: i64,
) -> Result<(), Problem> {
    let mut standing = standing(db, case)?;
    let mut facts = known(db, case, standing.channel, standing.order.as_deref())?;
    let id = Some(CaseId(case));
    let wakes = if standing.by_operator { landed && !facts.filed } else { !facts.filed };
    if standing.archived_at.is_some() && wakes {
        wake(db, case)?;
        standing.archived_at = None;
        head.append(db, id, now, Actor::Amazon, &Deed::Reopened)?;
        // Its clocks start anew with the mail, which only the history tells.
        facts = known(db, case, standing.channel, standing.order.as_deref())?;
    } else if standing.archived_at.is_none() && facts.filed {
        file(db, case, now)?;
        standing.archived_at = Some(now);
        head.append(db, id, now, Actor::Amazon, &Deed::Archived { outcome: Outcome::Settled, cause: None })?;
    }
    write(db, policy, case, &standing, &facts, now)
}

fn standing(db: &Connection, case: i64) -> Result<Standing, Problem> {
    let mut query = db.prepare_cached(
        "SELECT channel, order_id, kind_set, complaint_set, archived_at, archived_by,
                outcome IS 'import_undone' AS undone FROM cases WHERE id = ?1",
    )?;
    let standing = query.query_row([case], |row| {
        Ok(Standing {
            channel: super::convert::word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message),
            order: row.get("order_id")?,
            kind_set: super::convert::word(row, "kind_set", Kind::parse)?,
            judged: row.get("complaint_set")?,
            archived_at: row.get("archived_at")?,
            by_operator: row.get::<_, Option<String>>("archived_by")?.as_deref()
                == Some(Actor::Operator.word()),
            undone: row.get("undone")?,
        })
    })?;
    Ok(standing)
}

/// Takes a case out of the archive; the outcome stays in its history.
pub(super) fn wake(db: &Connection, case: i64) -> Result<(), Problem> {
    db.prepare_cached(
        "UPDATE cases SET archived_at = NULL, archived_by = NULL, outcome = NULL, cause = NULL WHERE id = ?1",
    )?
    .execute([case])?;
    Ok(())
}

fn file(db: &Connection, case: i64, now: i64) -> Result<(), Problem> {
    db.prepare_cached(
        "UPDATE cases SET open = 0, archived_at = ?2, archived_by = 'amazon', outcome = 'settled' WHERE id = ?1",
    )?
    .execute([case, now])?;
    Ok(())
}

/// Due time and name of the leading clock.
pub(super) fn due(timeline: &Timeline, policy: &Policy) -> (i64, Option<String>) {
    let clocks = clocks(timeline, policy);
    let first = leading(&clocks);
    (first.map_or(NEVER, |clock| second(clock.due)), first.map(|clock| clock.rule.name.clone()))
}

fn write(
    db: &Connection,
    policy: &Policy,
    case: i64,
    standing: &Standing,
    facts: &Known,
    now: i64,
) -> Result<(), Problem> {
    let kind = standing.kind_set.unwrap_or(facts.kind);
    let timeline = facts.timeline.clone().archived(standing.archived_at.map(time));
    let (due, clock) = due(&timeline, policy);
    let snoozed = snoozed_until(db, case)?;
    let open = standing.archived_at.is_none();
    let arose = timeline.reopened().map_or(facts.opened, second);
    let old = open && arose < now.saturating_sub(LONG_TERM);
    let excerpt = one_line(&facts.excerpt, 200);
    let words = words(case, standing, facts, kind, &excerpt);
    db.prepare_cached(
        "UPDATE cases SET open = ?2, kind = ?3, marketplace = ?4, sku = ?5, buyer = ?6, buyer_name = ?7,
             opened_at = ?8, opened_guessed = ?9, asked_at = ?10, answered_at = ?11, answered = ?12, stated_from = ?13,
             stated_due = ?14, decided_at = ?15, decision = ?16, reason = ?17, claimed_minor = ?18,
             claimed_currency = ?19, lang = ?20, excerpt = ?21, due_at = ?22, clock = ?23, long_term = ?24, words = ?25,
             timeline = ?26, waiting = ?27, snoozed_until = ?28, wake_at = ?29, complaint = ?30,
             complaint_set = CASE WHEN complaint_set = 0 AND EXISTS (
                     SELECT 1 FROM messages WHERE case_id = ?1 AND notice = 'buyer_message' AND complaint = 1
                         AND withdrawn = 0 AND id > coalesce(complaint_seen, 0)) THEN NULL ELSE complaint_set END
         WHERE id = ?1 AND merged_into IS NULL",
    )?
    .execute(params![
        case,
        open,
        kind.word(),
        facts.site.map(crate::domain::Marketplace::code),
        facts.sku,
        facts.buyer,
        facts.buyer_name,
        facts.opened,
        facts.guessed,
        facts.asked,
        facts.answered_at,
        facts.answered,
        facts.stated.map(|stated| stated.0),
        facts.stated.map(|stated| stated.1),
        facts.decided_at,
        facts.decision.map(crate::domain::record::Decision::word),
        facts.reason,
        facts.claimed.map(|money| money.minor),
        facts.claimed.map(|money| money.currency.code()),
        facts.lang.map(crate::domain::case::Language::word),
        excerpt,
        due,
        clock,
        old,
        words,
        written(&timeline),
        timeline.waiting_for().map(Side::word),
        snoozed,
        wake_at(snoozed, due),
        facts.complaint,
    ])?;
    stand(db, case, standing, facts)
}

/// Writes how a case stands; one whose import was taken back stands nowhere, so that no figure counts it.
fn stand(db: &Connection, case: i64, standing: &Standing, facts: &Known) -> Result<(), Problem> {
    let filed = facts.filed_until.or(standing.archived_at).filter(|_| facts.filed);
    let stands = outcome::stands(standing.channel, &facts.steps, standing.archived_at.is_none(), filed);
    outcome::write(db, case, stands.as_ref().filter(|_| !standing.undone), &facts.steps)
}

/// Writes anew how the cases stand that report rows tell of: what a step of the schema computed of their days, it took from no
/// site's calendar.
pub(super) fn restand(db: &Connection) -> Result<(), Problem> {
    let mut query = db.prepare(
        "SELECT id FROM cases WHERE stands IS NOT NULL AND merged_into IS NULL
             AND id IN (SELECT case_id FROM report_rows WHERE case_id IS NOT NULL)",
    )?;
    let cases: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for case in cases {
        let standing = standing(db, case)?;
        let facts = known(db, case, standing.channel, standing.order.as_deref())?;
        stand(db, case, &standing, &facts)?;
    }
    Ok(())
}

/// What a filter looks in: the words an operator sees on the line, in both languages.
fn words(case: i64, standing: &Standing, facts: &Known, kind: Kind, excerpt: &str) -> String {
    let both = |text: Text| [text.in_lang(Lang::En), text.in_lang(Lang::Zh)].join(" ");
    let channel = format!("{} {}", both(standing.channel.into()), also_called(standing.channel));
    let said = both(kind.into());
    let informal = standing.channel == Channel::Message && facts.complaint && standing.judged.is_none();
    let informal = if informal { both(Text::Informal) } else { String::new() };
    let site = facts.site.map_or("", crate::domain::Marketplace::code);
    let text = |text: &Option<String>| text.as_deref().unwrap_or("").to_owned();
    let line = [
        case.to_string(),
        text(&standing.order),
        text(&facts.sku),
        text(&facts.buyer),
        text(&facts.buyer_name),
        site.to_owned(),
        standing.channel.word().to_owned(),
        channel,
        kind.word().replace('_', " "),
        kind.word().to_owned(),
        said,
        informal,
        excerpt.to_owned(),
    ];
    comparable(&line.join("\n"))
}

/// What else an operator calls a channel, beside the word the line has room for.
const fn also_called(channel: Channel) -> &'static str {
    match channel {
        Channel::Atoz => "claim 索赔",
        Channel::Return => "return request 退货请求",
        Channel::Message => "buyer message 买家消息",
        Channel::Feedback => "negative feedback 负面评价 负面反馈",
        Channel::Chargeback => "chargeback 信用卡拒付",
        Channel::Cancellation => "cancellation request 取消请求",
    }
}

/// Computes the due times of all open cases anew: the policy changed. What happened did not, so no clock starts anew and
/// no pause is lost.
pub(super) fn reclock(db: &Connection, policy: &Policy) -> Result<(), Problem> {
    let mut query = db.prepare(
        "SELECT id, order_id, channel, marketplace, archived_at, timeline, snoozed_until, due_at, clock
         FROM cases WHERE open = 1",
    )?;
    let mut rows = query.query([])?;
    let mut change = db.prepare(
        "UPDATE cases SET due_at = ?2, clock = ?3, timeline = ?4, wake_at = ?5, waiting = ?6 WHERE id = ?1",
    )?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let timeline = super::timeline::timeline(db, row)?;
        let (due, clock) = due(&timeline, policy);
        let before: (i64, Option<String>) = (row.get("due_at")?, row.get("clock")?);
        if before != (due, clock.clone()) || row.get_ref("timeline")?.as_str().is_ok_and(str::is_empty) {
            let wake = wake_at(row.get("snoozed_until")?, due);
            let waiting = timeline.waiting_for().map(Side::word);
            changes.push((row.get::<_, i64>("id")?, due, clock, written(&timeline), wake, waiting));
        }
    }
    for changed in changes {
        change.execute(changed)?;
    }
    Ok(())
}

/// Moves cases over the line between the queue and the long-term group; a cheap look when none has crossed it. A case that came
/// back from the archive is as old as its return.
pub(super) fn cross_lines(db: &Connection, now: i64) -> rusqlite::Result<()> {
    let line = now.saturating_sub(LONG_TERM);
    let crossed: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM cases INDEXED BY queue_age WHERE open = 1 AND long_term = 0 AND opened_at < ?1
                     AND instr(timeline, ?2) = 0)
                 OR EXISTS (SELECT 1 FROM cases INDEXED BY queue_age WHERE open = 1 AND long_term = 1 AND opened_at >= ?1)",
        )?
        .query_row(params![line, REOPENING], |row| row.get(0))?;
    if crossed {
        db.execute(
            "UPDATE cases SET long_term = 1 WHERE open = 1 AND long_term = 0 AND opened_at < ?1
                 AND instr(timeline, ?2) = 0",
            params![line, REOPENING],
        )?;
        db.execute(
            "UPDATE cases SET long_term = 0 WHERE open = 1 AND long_term = 1 AND opened_at >= ?1",
            [line],
        )?;
    }
    let mut query = db.prepare_cached(
        "SELECT id, timeline FROM cases INDEXED BY queue_age WHERE open = 1 AND long_term = 0 AND opened_at < ?1
             AND instr(timeline, ?2) > 0",
    )?;
    let back: Vec<(i64, String)> = query
        .query_map(params![line, REOPENING], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (case, text) in back {
        if reopened(&text).is_none_or(|at| at < line) {
            db.execute("UPDATE cases SET long_term = 1 WHERE id = ?1", [case])?;
        }
    }
    Ok(())
}

/// The length of a stated deadline in seconds.
pub(super) fn stated_seconds(amount: i64, hours: bool) -> i64 {
    let length = SignedDuration::from_hours(if hours { 1 } else { 24 }).as_secs();
    amount.saturating_mul(length)
}
