//! One case with everything around it: order, thread, clocks, offers, the buyer's other cases, history.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::convert::{money, time, word};
use super::evidence;
use super::history::event;
use super::queue::{SUMMARY, summary};
use crate::domain::buyer::BuyerHistory;
use crate::domain::case::Stage;
use crate::domain::clock::{Clock, Policy, Timeline, clocks};
use crate::domain::event::Event;
use crate::domain::evidence::mark;
use crate::domain::offer::Refunds;
use crate::domain::outcome::{Said, Source, Standing, Step};
use crate::domain::playbook::stage;
use crate::domain::record::{Decision, Notice};
use crate::domain::view::{CaseFile, ClockView, Item, Message, Order, ReplyDraft, Summary};
use crate::domain::{CaseId, Channel, Fulfilment, Kind, Marketplace, Outcome, RootCause};
use crate::problem::Problem;

impl Store {
    /// Everything about one case, or `None`.
    pub fn case(&self, id: CaseId, now: Timestamp) -> Result<Option<CaseFile>, Problem> {
        self.draw_line(now);
        let id = self.standing_for(id)?;
        // That it cannot be noted must not keep the case from being read; the next look over all of them says why.
        let _ = self.expire_around(id, now);
        let sql = format!(
            "SELECT {SUMMARY}, c.reason, c.claimed_minor, c.claimed_currency, c.decision, c.outcome, c.cause,
                    c.archived_at, c.timeline
             FROM cases c WHERE c.id = ?1"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let read = query.query_row([id.0], |row| {
            let summary = summary(row)?;
            let file = CaseFile {
                order: None,
                reason: row.get("reason")?,
                claimed: money(row, "claimed_minor", "claimed_currency")?,
                decision: word(row, "decision", Decision::parse)?,
                stage: None,
                messages: Vec::new(),
                clocks: Vec::new(),
                offers: Vec::new(),
                refunds: Refunds::default(),
                room: crate::domain::offer::Room::default(),
                others: Vec::new(),
                events: Vec::new(),
                draft: None,
                because: Vec::new(),
                outcome: word(row, "outcome", Outcome::parse)?,
                cause: word(row, "cause", RootCause::parse)?,
                buyer: BuyerHistory::default(),
                note: None,
                evidence: Vec::new(),
                typed: Vec::new(),
                stands: None,
                outcomes: Vec::new(),
                stage_said: false,
                risk_set: None,
                summary,
            };
            Ok((file, super::timeline::timeline(&self.db, row)))
        });
        let Some((mut file, timeline)) = read.optional()? else { return Ok(None) };
        file.clocks = shown(&timeline?, &self.policy, now);
        let order = file.summary.order_id.clone();
        if let Some(order) = order.as_deref() {
            file.order = read_order(&self.db, order)?;
            file.stage = order_stage(&self.db, order, file.order.as_ref())?;
        }
        let said = evidence::said(&self.db, id)?;
        file.stage = stage(said.stage, file.stage);
        file.stage_said = said.stage.is_some_and(|(said, _)| file.stage == Some(said));
        file.risk_set = said.risk;
        file.evidence = evidence::read(&self.db, self.files.as_deref(), id)?;
        if !file.evidence.is_empty() {
            mark(&mut file.evidence, self.carriers());
        }
        file.typed = self.typed(id)?;
        file.messages = messages(&self.db, id)?;
        (file.stands, file.outcomes) = ended(&self.db, id)?;
        file.because = because(&self.db, id, file.summary.kind)?;
        let total = file.order.as_ref().and_then(|order| order.total);
        let around = super::offer::around(&self.db, id, order.as_deref(), total)?;
        (file.offers, file.refunds, file.room) = (around.offers, around.refunds, around.room);
        file.buyer = super::buyer::history(&self.db, &file.summary)?;
        file.others = others(&file.buyer, id);
        file.note = file.summary.sku.as_deref().map(|sku| self.note(sku)).transpose()?;
        file.events = events(&self.db, id)?;
        file.draft = draft(&self.db, id)?;
        Ok(Some(file))
    }

    /// The case that stands for a number: another one when later mails showed that both are the same.
    pub(super) fn standing_for(&self, id: CaseId) -> Result<CaseId, Problem> {
        standing_for(&self.db, id)
    }
}

/// How a case stands as it was computed last, and everything that was said of it.
fn ended(db: &Connection, id: CaseId) -> Result<(Option<Standing>, Vec<Said>), Problem> {
    let mut query = db.prepare_cached(
        "SELECT channel, order_id, stands, stands_at, stands_by, disputed FROM cases WHERE id = ?1",
    )?;
    let (channel, order, stands) = query.query_row([id.0], |row| {
        let outcome = word(row, "stands", Outcome::parse)?;
        let at: Option<i64> = row.get("stands_at")?;
        let by = word(row, "stands_by", Source::parse)?.unwrap_or(Source::Operator);
        let against = word(row, "disputed", Outcome::parse)?;
        let stands = outcome.zip(at).map(|(outcome, at)| Standing { outcome, at: time(at), by, against });
        let channel = word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message);
        Ok((channel, row.get::<_, Option<String>>("order_id")?, stands))
    })?;
    let mut said: Vec<Said> = super::facts::outcomes(db, id.0, channel, order.as_deref())?
        .into_iter()
        .filter_map(|step| match step {
            Step::Said(said) => Some(said),
            Step::Asked(_) => None,
        })
        .collect();
    said.sort_by_key(|said| (said.until, said.by));
    Ok((stands, said))
}

/// See [`Store::standing_for`].
pub(super) fn standing_for(db: &Connection, id: CaseId) -> Result<CaseId, Problem> {
    let mut query = db.prepare_cached("SELECT merged_into FROM cases WHERE id = ?1")?;
    let into: Option<Option<i64>> = query.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(into.flatten().map_or(id, CaseId))
}

fn shown(timeline: &Timeline, policy: &Policy, now: Timestamp) -> Vec<ClockView> {
    let view = |clock: &Clock<'_>| ClockView {
        name: clock.rule.name.clone(),
        label: [clock.rule.label.clone(), clock.rule.label_zh.clone()],
        started: clock.started,
        due: clock.due_at(now),
        earliest: clock.earliest,
        stated: clock.stated,
        leads: clock.rule.leads,
        state: clock.state(now),
        source: [clock.rule.source.clone(), clock.rule.source_zh.clone()],
        consequence: [clock.rule.consequence.clone(), clock.rule.consequence_zh.clone()],
    };
    clocks(timeline, policy).iter().map(view).collect()
}

pub(super) fn read_order(db: &Connection, id: &str) -> Result<Option<Order>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT marketplace, fulfilment, purchased_at, status, total_minor, currency FROM orders WHERE order_id = ?1",
    )?;
    let order = query.query_row([id], |row| {
        Ok(Order {
            id: id.to_owned(),
            marketplace: word(row, "marketplace", Marketplace::parse)?,
            fulfilment: word(row, "fulfilment", Fulfilment::parse)?,
            purchased_at: Some(time(row.get("purchased_at")?)),
            status: row.get("status")?,
            total: money(row, "total_minor", "currency")?,
            items: Vec::new(),
        })
    });
    let Some(mut order) = order.optional()? else { return Ok(None) };
    let mut query = db.prepare_cached(
        "SELECT sku, asin, name, quantity, total_minor, currency FROM order_items WHERE order_id = ?1 ORDER BY sku",
    )?;
    let items = query.query_map([id], |row| {
        Ok(Item {
            sku: row.get("sku")?,
            asin: row.get("asin")?,
            name: row.get("name")?,
            quantity: row.get("quantity")?,
            total: money(row, "total_minor", "currency")?,
        })
    })?;
    order.items = items.collect::<Result<_, _>>()?;
    Ok(Some(order))
}

/// Where Amazon's order status puts the parcel.
pub(super) fn stage_of(status: &str) -> Option<Stage> {
    let status = status.to_lowercase();
    let says = |word: &str| status.contains(word);
    if says("return") {
        Some(Stage::Returned)
    } else if says("delivered") {
        Some(Stage::Delivered)
    } else if says("unshipped") || says("pending") {
        Some(Stage::BeforeShipping)
    } else if says("shipped") || says("shipping") {
        Some(Stage::UnderWay)
    } else {
        None
    }
}

/// Where the parcel is, as far as reports say.
pub(super) fn order_stage(
    db: &Connection,
    order_id: &str,
    order: Option<&Order>,
) -> Result<Option<Stage>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT report, status, received_on IS NOT NULL FROM report_rows
         WHERE order_id = ?1 AND report IN ('fba_returns', 'mfn_returns')",
    )?;
    let mut rows = query.query([order_id])?;
    while let Some(row) = rows.next()? {
        let (report, status, received): (String, Option<String>, bool) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let said = status.is_some_and(|status| status.to_lowercase().contains("received"));
        if report == "fba_returns" || received || said {
            return Ok(Some(Stage::Returned));
        }
    }
    Ok(order.and_then(|order| order.status.as_deref()).and_then(stage_of))
}

fn messages(db: &Connection, id: CaseId) -> Result<Vec<Message>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, notice, at, ours, operator, alias, buyer_name, subject, text, body, amount_minor, currency, decision
         FROM messages WHERE case_id = ?1 AND withdrawn = 0 ORDER BY at, ours, coalesce(message_id, digest), id",
    )?;
    let messages = query.query_map([id.0], |row| {
        let notice = word(row, "notice", Notice::parse)?.unwrap_or(Notice::Unknown);
        let ours: bool = row.get("ours")?;
        let (name, alias): (Option<String>, Option<String>) = (row.get("buyer_name")?, row.get("alias")?);
        let text: String = row.get("text")?;
        Ok(Message {
            id: row.get("id")?,
            notice,
            at: time(row.get("at")?),
            ours,
            written_here: row.get("operator")?,
            author: match notice {
                _ if ours => String::new(),
                Notice::BuyerMessage => name.or(alias).unwrap_or_default(),
                _ => "Amazon".to_owned(),
            },
            subject: row.get("subject")?,
            text: if text.is_empty() { row.get("body")? } else { text },
            amount: money(row, "amount_minor", "currency")?,
            decision: word(row, "decision", Decision::parse)?,
        })
    })?;
    Ok(messages.collect::<Result<_, _>>()?)
}

/// The buyer's words that decided: of the newest message that complains, of this kind if there is one.
fn because(db: &Connection, id: CaseId, kind: Kind) -> Result<Vec<String>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT because FROM messages WHERE case_id = ?1 AND withdrawn = 0 AND complaint = 1 AND because <> ''
         ORDER BY kind = ?2 DESC, at DESC, id DESC LIMIT 1",
    )?;
    let pieces: Option<String> = query.query_row(params![id.0, kind.word()], |row| row.get(0)).optional()?;
    Ok(super::verdict::pieces(&pieces.unwrap_or_default()))
}

fn others(buyer: &BuyerHistory, of: CaseId) -> Vec<Summary> {
    let others = buyer.cases.iter().filter(|case| case.summary.id != of);
    others.take(20).map(|case| case.summary.clone()).collect()
}

fn events(db: &Connection, id: CaseId) -> Result<Vec<Event>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, case_id, at, actor, deed FROM events
         WHERE case_id = ?1 OR case_id IN (SELECT id FROM cases WHERE merged_into = ?1) ORDER BY id",
    )?;
    Ok(query.query_map([id.0], event)?.collect::<Result<_, _>>()?)
}

/// The reply being written, if there is one.
pub(super) fn draft(db: &Connection, id: CaseId) -> Result<Option<ReplyDraft>, Problem> {
    let mut query = db.prepare_cached("SELECT body FROM drafts WHERE case_id = ?1")?;
    let body: Option<String> = query.query_row([id.0], |row| row.get(0)).optional()?;
    let read = |body: String| serde_json::from_str(&body).map_err(|error| super::broken(&error.to_string()));
    body.map(read).transpose()
}
