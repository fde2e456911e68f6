//! Imports: mails and rows land in one transaction; what makes a case of them is computed in batches.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::above::{self, Touched};
use super::action::{close, existing, write_reply};
use super::component::{Component, around, cut_references, links, order_link};
use super::convert::{hash, second};
use super::health::keep_rates;
use super::history::Head;
use super::join::join;
use super::offer::book_past;
use super::refresh::{refresh, wake};
use super::rows::RowFate;
use super::thread::Node;
use super::{Landed, Place, Store};
use crate::domain::event::{Actor, Deed};
use crate::domain::offer::Draft;
use crate::domain::record::{Mail, Notice, Row};
use crate::domain::view::{AboveTotal, Tally};
use crate::domain::{CaseId, Marketplace, Outcome, RootCause, parts};
use crate::problem::Problem;

/// So many mails and orders are joined at a time: memory stays bounded, and progress steady.
const BATCH: usize = 4_000;

/// The case that a deed of a bulk load is about, which may not have a number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By its number.
    Case(CaseId),
    /// The case of a mail stored in this import.
    Mail(i64),
    /// The case that a row about this order made, in this channel.
    Order(String, crate::domain::Channel),
}

#[derive(Debug)]
enum PastDeed {
    Work(SignedDuration),
    Reply(String),
    Offer(Draft),
    Archive(Outcome, Option<RootCause>),
}

/// An import under way. Dropped without [`Import::finish`], nothing of it remains.
#[derive(Debug)]
pub struct Import<'store> {
    pub(super) store: &'store mut Store,
    pub(super) now: i64,
    head: Head,
    start: i64,
    mails: Vec<i64>,
    pub(super) orders: BTreeSet<String>,
    pub(super) updated: BTreeSet<i64>,
    past: Vec<(Target, PastDeed, i64)>,
    opened: u64,
    pub(super) changed: bool,
    pub(super) touched: Touched,
    open: bool,
}

impl Store {
    /// Starts an import: one transaction over all its files.
    pub fn import(&mut self, now: Timestamp) -> Result<Import<'_>, Problem> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        let head = match Head::read(&self.db) {
            Ok(head) => head,
            Err(problem) => {
                self.db.execute_batch("ROLLBACK")?;
                return Err(problem);
            }
        };
        self.db.execute_batch("PRAGMA cache_size = -131072")?;
        let start = head.id();
        let mut last_mail = self.db.prepare_cached("SELECT coalesce(max(id), 0) FROM messages")?;
        let touched = Touched::after(last_mail.query_row([], |row| row.get(0))?);
        drop(last_mail);
        Ok(Import {
            store: self,
            now: second(now),
            head,
            start,
            mails: Vec::new(),
            orders: BTreeSet::new(),
            updated: BTreeSet::new(),
            past: Vec::new(),
            opened: 0,
            changed: false,
            touched,
            open: true,
        })
    }
}

impl Import<'_> {
    /// Stores one mail. Its thread and case are known after the next [`Import::place`] or at the end.
    pub fn mail(&mut self, mail: &Mail) -> Result<Landed, Problem> {
        if let Some(known) = self.known(mail)? {
            self.take_again("SELECT case_id FROM messages WHERE id = ?1", known)?;
            return Ok(Landed::Duplicate(known));
        }
        let refs = cut_references(&mail.references);
        let id = self.insert_mail(mail, &refs)?;
        let node = Node {
            id,
            notice: mail.notice,
            message_id: mail.message_id.clone(),
            refs,
            digest: mail.digest.clone(),
            alias: mail.alias.as_ref().map(|alias| (alias.domain.clone(), alias.local.clone())),
            alias_case: mail.alias.as_ref().and_then(|alias| alias.case.clone()),
            order: mail.order_id.as_ref().map(|order| order.as_str().to_owned()),
            at: 0,
            rma: None,
            case: None,
            thread: String::new(),
            request: None,
        };
        for hash in links(&node) {
            self.store
                .db
                .prepare_cached("INSERT INTO links (hash, message) VALUES (?1, ?2)")?
                .execute([hash, id])?;
        }
        self.mails.push(id);
        self.changed = true;
        self.flush_when_full()?;
        Ok(Landed::Stored(id))
    }

    /// Puts a case back into the queue that an undone import had opened, when what opened it is imported again.
    /// `whose` selects the case of a row.
    pub(super) fn take_again(&mut self, whose: &str, row: i64) -> Result<(), Problem> {
        let db = &self.store.db;
        let sql = format!("SELECT id FROM cases WHERE outcome = 'import_undone' AND id = ({whose})");
        let case: Option<i64> = db.prepare_cached(&sql)?.query_row([row], |row| row.get(0)).optional()?;
        if let Some(case) = case {
            wake(db, case)?;
            self.head.append(db, Some(CaseId(case)), self.now, Actor::Amazon, &Deed::Reopened)?;
            refresh(db, &mut self.head, &self.store.policy, case, false, self.now)?;
            self.changed = true;
        }
        Ok(())
    }

    /// Stores one report row.
    pub fn row(&mut self, row: &Row) -> Result<RowFate, Problem> {
        let fate = super::rows::store(self, row)?;
        self.flush_when_full()?;
        Ok(fate)
    }

    /// Where a stored mail belongs, once everything was read: a later mail may have joined two threads.
    pub fn place(&mut self, stored: i64) -> Result<Place, Problem> {
        self.flush()?;
        let mut query = self.store.db.prepare_cached("SELECT case_id, thread FROM messages WHERE id = ?1")?;
        Ok(query.query_row([stored], |row| {
            Ok(Place { case: row.get::<_, Option<i64>>(0)?.map(CaseId), thread: row.get(1)? })
        })?)
    }

    /// The marketplace of an order that a report or mail named, this import's own included.
    pub fn marketplace_of(&self, order_id: &str) -> Result<Option<Marketplace>, Problem> {
        self.store.marketplace_of(order_id)
    }

    /// The operator first saw the case at `at` and worked on it so long, for loads of past work.
    pub fn work(&mut self, target: Target, active: SignedDuration, at: Timestamp) -> Result<(), Problem> {
        self.past(target, PastDeed::Work(active), at)
    }

    /// A reply that went out at `at`, for loads of past work. Undo does not reach it.
    pub fn reply(&mut self, target: Target, text: &str, at: Timestamp) -> Result<(), Problem> {
        self.past(target, PastDeed::Reply(text.to_owned()), at)
    }

    /// An offer booked at `at`, for loads of past work, under the rules of [`Store::offer`].
    pub fn offer(&mut self, target: Target, draft: &Draft, at: Timestamp) -> Result<(), Problem> {
        self.past(target, PastDeed::Offer(draft.clone()), at)
    }

    /// An archive at `at`, for loads of past work. A case that is archived already stays as it is.
    pub fn archive(
        &mut self,
        target: Target,
        outcome: Outcome,
        cause: Option<RootCause>,
        at: Timestamp,
    ) -> Result<(), Problem> {
        self.past(target, PastDeed::Archive(outcome, cause), at)
    }

    /// How many of the cases that it has opened so far stand in the archive: what was read says they are settled.
    pub fn archived(&mut self) -> Result<u64, Problem> {
        self.flush()?;
        let mut query = self.store.db.prepare_cached(
            "SELECT count(DISTINCT c.id) FROM events e JOIN cases c ON c.id = e.case_id
             WHERE e.id > ?1 AND e.deed ->> 'what' = 'opened' AND c.archived_at IS NOT NULL AND c.merged_into IS NULL",
        )?;
        let count: i64 = query.query_row([self.start], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The orders that this import told something new of, and of which more was refunded than they came to. That is a fact and
    /// no mistake of a row: whoever imports it is told all the same.
    pub fn above(&mut self) -> Result<Vec<AboveTotal>, Problem> {
        self.flush()?;
        if !self.changed {
            return Ok(Vec::new());
        }
        let touched = &self.touched;
        let found = above::refunded(&self.store.db, |order, mail| touched.has(order, mail))?;
        let above = found.into_iter().filter(|one| one.refunds.above_total == Some(true));
        let told = above.filter_map(|one| {
            let (total, refunded) = one.room.total.zip(one.refunds.sum)?;
            Some(AboveTotal { order: one.order, case: one.case, total, refunded })
        });
        Ok(told.collect())
    }

    /// Ends the import: `keep` commits it with one event, otherwise everything is rolled back (a dry run).
    /// Returns how many cases it opened. When nothing new was read, nothing is written at all.
    pub fn finish(mut self, tally: &Tally, keep: bool) -> Result<u64, Problem> {
        self.flush()?;
        if !keep || (!self.changed && self.head.id() == self.start) {
            return Ok(self.opened);
        }
        let import: i64 = {
            let db = &self.store.db;
            db.prepare_cached("INSERT INTO imports (at, tally) VALUES (?1, ?2)")?
                .execute(params![self.now, tally_json(tally, self.opened)])?;
            db.last_insert_rowid()
        };
        let event =
            self.head.append(&self.store.db, None, self.now, Actor::Operator, &Deed::Imported { import })?;
        let costs = super::costs::belong(&self.store.db, event)?;
        if self.opened > 0 || costs {
            self.store
                .db
                .prepare_cached("INSERT INTO undoable (event, action) VALUES (?1, ?1)")?
                .execute([event])?;
        }
        keep_rates(&self.store.db, &self.store.health_policy()?.odr)?;
        self.store.db.execute_batch("COMMIT")?;
        self.open = false;
        self.store.db.execute_batch("PRAGMA cache_size = -2000")?;
        Ok(self.opened)
    }

    fn past(&mut self, target: Target, deed: PastDeed, at: Timestamp) -> Result<(), Problem> {
        self.past.push((target, deed, second(at)));
        self.changed = true;
        self.flush_when_full()
    }

    fn known(&self, mail: &Mail) -> Result<Option<i64>, Problem> {
        let (hash, column, value) = match &mail.message_id {
            Some(id) => (hash(&["m", id]), "message_id", id),
            None => (hash(&["d", &mail.digest]), "message_id IS NULL AND m.digest", &mail.digest),
        };
        let sql = format!(
            "SELECT m.id FROM links l JOIN messages m ON m.id = l.message
             WHERE l.hash = ?1 AND m.{column} = ?2 ORDER BY m.id LIMIT 1"
        );
        Ok(self
            .store
            .db
            .prepare_cached(&sql)?
            .query_row(params![hash, value], |row| row.get(0))
            .optional()?)
    }

    fn insert_mail(&self, mail: &Mail, refs: &[String]) -> Result<i64, Problem> {
        let alias = mail.alias.as_ref();
        let article = |article: &crate::domain::record::Article| {
            let named = [&article.asin, &article.sku, &article.name]
                .map(|part| part.as_deref().unwrap_or("").replace(['\n', '\r'], " "));
            parts::join(named)
        };
        let articles: Vec<String> = mail.articles.iter().map(article).collect();
        let warnings = if mail.warnings.is_empty() {
            String::new()
        } else {
            serde_json::to_string(&mail.warnings).map_err(|error| super::broken(&error.to_string()))?
        };
        let db = &self.store.db;
        db.prepare_cached(
            "INSERT INTO messages (notice, ours, message_id, refs, digest, marketplace, order_id, at, dated, landed_at,
                 alias, alias_case, alias_domain, buyer_name, subject, text, body, lang, kind, complaint, amount_minor,
                 currency, decision, deadline_amount, deadline_unit, deadline_at, reason, articles, rma, warnings, because,
                 relay, seller)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                 ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)",
        )?
        .execute(params![
            mail.notice.word(),
            mail.notice == Notice::SellerCopy,
            mail.message_id,
            refs.join("\n"),
            mail.digest,
            mail.marketplace.map(Marketplace::code),
            mail.order_id.as_ref().map(crate::domain::OrderId::as_str),
            mail.sent_at.map_or(self.now, second),
            mail.sent_at.is_some(),
            self.now,
            alias.map(|alias| &alias.local),
            alias.and_then(|alias| alias.case.as_ref()),
            alias.map(|alias| &alias.domain),
            mail.buyer_name,
            mail.subject,
            mail.buyer_text,
            mail.body,
            mail.language.map(crate::domain::case::Language::word),
            mail.kind.word(),
            mail.is_complaint,
            mail.amount.map(|amount| amount.minor),
            mail.amount.map(|amount| amount.currency.code()),
            mail.decision.map(crate::domain::record::Decision::word),
            mail.deadline.map(|deadline| deadline.amount),
            mail.deadline.map(|deadline| deadline.unit.word()),
            mail.deadline.and_then(|deadline| deadline.due).map(second),
            mail.reason,
            articles.join("\n"),
            mail.rma,
            warnings,
            parts::join(&mail.because),
            alias.map(|alias| &alias.address),
            mail.seller,
        ])?;
        Ok(db.last_insert_rowid())
    }

    fn flush_when_full(&mut self) -> Result<(), Problem> {
        if self.mails.len() + self.orders.len() + self.past.len() < BATCH {
            return Ok(());
        }
        self.flush()
    }

    /// Joins what was stored since the last time, computes the touched cases anew, then does the past deeds.
    fn flush(&mut self) -> Result<(), Problem> {
        let mut touched: BTreeMap<i64, bool> = BTreeMap::new();
        let mut covered: HashSet<i64> = HashSet::new();
        let mut orders = std::mem::take(&mut self.orders);
        let updated = std::mem::take(&mut self.updated);
        for mail in std::mem::take(&mut self.mails) {
            if covered.contains(&mail) {
                continue;
            }
            let found = around(&self.store.db, Some(mail), None)?;
            covered.extend(found.nodes.iter().map(|node| node.id));
            note(&mut touched, self.settle(found, &updated, &mut orders)?);
        }
        while let Some(order) = orders.pop_first() {
            super::rows::total(&self.store.db, &order)?;
            let found = around(&self.store.db, None, Some(&order))?;
            note(&mut touched, self.settle(found, &updated, &mut orders)?);
        }
        self.do_past(&mut touched)?;
        for (case, landed) in touched {
            refresh(&self.store.db, &mut self.head, &self.store.policy, case, landed, self.now)?;
        }
        Ok(())
    }

    /// Joins one component. Returns its cases, and on which of them something landed that wakes an archived one.
    fn settle(
        &mut self,
        found: Component,
        updated: &BTreeSet<i64>,
        orders: &mut BTreeSet<String>,
    ) -> Result<BTreeMap<i64, bool>, Problem> {
        for order in &found.orders {
            if orders.remove(order) {
                super::rows::total(&self.store.db, order)?;
            }
        }
        if found.nodes.is_empty() && found.items.is_empty() {
            return Ok(BTreeMap::new());
        }
        let joined = join(&self.store.db, &mut self.head, found, updated, self.now)?;
        self.opened += joined.opened;
        Ok(joined.cases)
    }

    /// Writes the deeds of a bulk load. An archive comes after what landed in the same batch, so nothing wakes it.
    fn do_past(&mut self, touched: &mut BTreeMap<i64, bool>) -> Result<(), Problem> {
        for (target, deed, at) in std::mem::take(&mut self.past) {
            let Some(case) = self.find(&target)? else { continue };
            touched.entry(case.0).or_default();
            let db = &self.store.db;
            match deed {
                PastDeed::Work(active) => super::report::past_work(db, case, at, active)?,
                PastDeed::Reply(text) => {
                    let deed = Deed::Sent { text: text.clone(), template: None, lang: None };
                    let event = self.head.append(db, Some(case), at, Actor::Operator, &deed)?;
                    write_reply(db, case, &text, None, Some(event), at)?;
                }
                PastDeed::Offer(draft) => drop(book_past(db, &mut self.head, case, &draft, at)?),
                PastDeed::Archive(outcome, cause) => {
                    if close(db, case, outcome, cause, at).is_ok() {
                        let deed = Deed::Archived { outcome, cause };
                        let event = self.head.append(db, Some(case), at, Actor::Operator, &deed)?;
                        super::outcome::note(db, event, case, outcome, true, at)?;
                        touched.insert(case.0, false);
                    }
                }
            }
        }
        Ok(())
    }

    fn find(&self, target: &Target) -> Result<Option<CaseId>, Problem> {
        let db = &self.store.db;
        let found: Option<i64> = match target {
            Target::Case(case) => return existing(db, *case).map(Some),
            Target::Mail(id) => db
                .prepare_cached("SELECT case_id FROM messages WHERE id = ?1")?
                .query_row([id], |row| row.get(0))
                .optional()?
                .flatten(),
            Target::Order(order, channel) => db
                .prepare_cached(
                    "SELECT id FROM cases WHERE order_id = ?1 AND channel = ?2 ORDER BY id LIMIT 1",
                )?
                .query_row(params![order, channel.word()], |row| row.get(0))
                .optional()?,
        };
        Ok(found.map(CaseId))
    }
}

impl Drop for Import<'_> {
    fn drop(&mut self) {
        if self.open {
            // A connection that cannot roll back is about to be closed; SQLite rolls back then.
            let _ = self.store.db.execute_batch("ROLLBACK; PRAGMA cache_size = -2000");
        }
    }
}

/// Adds cases to those touched; what woke one stays noted.
fn note(touched: &mut BTreeMap<i64, bool>, cases: BTreeMap<i64, bool>) {
    for (case, landed) in cases {
        *touched.entry(case).or_default() |= landed;
    }
}

fn tally_json(tally: &Tally, cases: u64) -> String {
    serde_json::json!({
        "accepted": tally.accepted,
        "ignored": tally.ignored,
        "rejected": tally.rejected,
        "duplicates": tally.duplicates,
        "total": tally.total,
        "new": tally.new,
        "dup": tally.dup,
        "updated": tally.updated,
        "skipped": tally.skipped,
        "cases": cases,
    })
    .to_string()
}

impl Store {
    /// The marketplace of an order that a report or mail named.
    pub fn marketplace_of(&self, order_id: &str) -> Result<Option<Marketplace>, Problem> {
        site_of(&self.db, order_id)
    }
}

/// The site of an order: as its report says, else a mail, else another report.
pub(super) fn site_of(db: &Connection, order_id: &str) -> Result<Option<Marketplace>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT min(marketplace) FROM order_items WHERE order_id = ?1 HAVING min(marketplace) IS NOT NULL
         UNION ALL SELECT min(m.marketplace) FROM links l JOIN messages m ON m.id = l.message
             WHERE l.hash = ?2 AND m.order_id = ?1 HAVING min(m.marketplace) IS NOT NULL
         UNION ALL SELECT min(marketplace) FROM report_rows WHERE order_id = ?1 HAVING min(marketplace) IS NOT NULL
         LIMIT 1",
    )?;
    let code: Option<String> =
        query.query_row(params![order_id, order_link(order_id)], |row| row.get(0)).optional()?;
    Ok(code.and_then(|code| Marketplace::parse(&code)))
}
