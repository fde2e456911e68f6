//! What the screens ask the store for, and what comes back. [`perform`] is the only place of the workbench that
//! touches the store; it runs on the thread that owns it.

pub mod costs;
mod intake;
mod outside;
pub mod report;
mod settings;
pub mod shelf;
mod wanted;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::appeal;
use crate::config::Config;
use crate::domain::case::Stage;
use crate::domain::clock::{Side, Snooze};
use crate::domain::event;
use crate::domain::evidence::{self, Typed, Wants};
use crate::domain::handling::Sitting;
use crate::domain::health::Account;
use crate::domain::note::{NoteText, SkuNote};
use crate::domain::offer::{Draft, Move};
use crate::domain::paths::{PathPolicy, Paths, has_paths, shipped_paths};
use crate::domain::playbook::{Playbook, Risk};
use crate::domain::reply::PastReply;
use crate::domain::report::policy::ReportPolicy;
use crate::domain::report::{Page, Period};
use crate::domain::tracking::Carriers;
use crate::domain::view::{CaseFile, Counts, Forecast, QueueKey, ReplyDraft, Summary};
use crate::domain::{CaseId, Kind, Marketplace, Outcome, RootCause};
use crate::i18n::{Lang, Text};
use crate::intake::Progress;
use crate::problem::{Exit, Problem};
use crate::reply::history::copied_words;
use crate::store::{Filter, Store};
use crate::tui::screens::costs::Costed;
pub use intake::Imported;
pub use outside::MailOrder;
pub use wanted::Wanted;
pub use worker::Worker;

/// One wish to the store.
#[derive(Debug, Clone)]
pub enum Job {
    /// A page of the queue after a line (the first page without one).
    Page {
        /// Where it starts.
        after: Option<QueueKey>,
        /// How many lines.
        limit: usize,
        /// Only cases with these words.
        filter: Filter,
    },
    /// The counts of the header.
    Count {
        /// The begin of the operator's day.
        day_start: Timestamp,
        /// Its end.
        midnight: Timestamp,
    },
    /// Let offers expire that nobody answered.
    Expire,
    /// What falls due in the coming seven days of this zone.
    Forecast(TimeZone),
    /// Account health, with its course and the cases behind it.
    Health,
    /// A page of the report.
    Report(Page, Period),
    /// Something about costs.
    Costs(costs::Ask),
    /// Keep how long a case was worked on.
    Sit(Sitting),
    /// A whole case, with the ticket its answer carries: 0 where nobody waits for it.
    Load(CaseId, u64),
    /// Keep what was typed.
    Keep {
        /// Into the reply to this case.
        case: CaseId,
        /// All of it.
        draft: ReplyDraft,
        /// What the screen knows to be kept.
        over: ReplyDraft,
    },
    /// Read the operator's settings from this file, which may be missing.
    Settings(PathBuf),
    /// Read or change the own templates and snippets.
    Shelf(shelf::Task),
    /// Keep what was typed into a SKU note.
    KeepNote(NoteText),
    /// Keep what was typed into the form of a step.
    KeepStep(CaseId, Box<Typed>),
    /// Every SKU note, with the ticket its answer carries.
    Notes(u64),
    /// The replies to the buyer of a case, with the ticket its answer carries.
    Replies(CaseId, u64),
    /// What is known of the two ways of a claim, with the ticket its answer carries.
    Paths(CaseId, u64),
    /// Do something that is stored as an event.
    Act(Deed),
    /// Undo the last action; an import only when the operator is sure.
    Undo {
        /// He was asked.
        sure: bool,
    },
    /// Write the appeal pack of a case into a new folder beside the database.
    Appeal(CaseId, Box<Playbook>),
    /// Write a reply as a mail for the operator's own mail program.
    Mail(Box<MailOrder>),
    /// Import files.
    Import {
        /// What the operator typed.
        path: PathBuf,
        /// The site of reports that name none.
        marketplace: Option<Marketplace>,
        /// Set to stop it; nothing of it remains then.
        stop: Arc<AtomicBool>,
    },
}

/// An action that is stored as an event.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Correct the kind.
    Kind(CaseId, Kind),
    /// Say whether a message is a complaint.
    Judge(CaseId, bool),
    /// The reply was copied by this route.
    Copied(CaseId, String),
    /// The reply went out.
    Sent(CaseId, String, ReplyDraft),
    /// Rules are overruled for one reply: their ids, why, its fingerprint.
    Overrule(CaseId, Vec<String>, String, String),
    /// No answer is asked for.
    NoReply(CaseId),
    /// Book an offer.
    Offer(CaseId, Box<Draft>),
    /// Move an offer on.
    MoveOffer(CaseId, Box<Move>),
    /// Archive one case or the marked ones.
    Archive(Vec<CaseId>, Outcome, RootCause),
    /// Note how a case ended, or what became of it since.
    Outcome(CaseId, Outcome),
    /// Save a SKU note.
    Note(NoteText),
    /// Save a line of the cost table.
    Cost(Box<Costed>),
    /// Tick a step that asks for this, or take its tick off.
    Tick(CaseId, String, Wants, bool),
    /// Keep a note or a file.
    Evidence(CaseId, Box<evidence::Draft>),
    /// Say where the parcel is.
    Stage(CaseId, Option<Stage>),
    /// Say which category the article is in.
    Category(CaseId, Option<Risk>),
    /// The case waits for somebody, or for nobody any more.
    Wait(CaseId, Option<Side>),
    /// Take cases out of sight.
    Snooze(Vec<CaseId>, Snooze),
}

impl Deed {
    /// The cases it concerns.
    #[must_use]
    pub fn cases(&self) -> Vec<CaseId> {
        match self {
            Self::Kind(case, _)
            | Self::Judge(case, _)
            | Self::Copied(case, _)
            | Self::Sent(case, ..)
            | Self::NoReply(case)
            | Self::Overrule(case, ..)
            | Self::Tick(case, ..)
            | Self::Evidence(case, _)
            | Self::Stage(case, _)
            | Self::Category(case, _)
            | Self::Offer(case, _)
            | Self::MoveOffer(case, _)
            | Self::Outcome(case, _)
            | Self::Wait(case, _) => vec![*case],
            Self::Archive(cases, ..) | Self::Snooze(cases, _) => cases.clone(),
            Self::Note(_) | Self::Cost(_) => Vec::new(),
        }
    }

    /// What the news line says when it is stored.
    #[must_use]
    pub fn news(&self, lang: Lang) -> String {
        let t = |text: Text| text.in_lang(lang);
        match self {
            Self::Kind(_, kind) => format!("{} {}", t(Text::NewsKind), t((*kind).into())),
            Self::Judge(_, complaint) => t(Text::judged(*complaint)).to_owned(),
            Self::Copied(_, route) => copied_words(route, lang),
            Self::Sent(..) => t(Text::NewsSent).to_owned(),
            Self::Overrule(_, rules, ..) => format!("{} {}", t(Text::NewsOverruled), rules.join(", ")),
            Self::NoReply(_) => t(Text::NewsNoReply).to_owned(),
            Self::Offer(..) => t(Text::NewsOffer).to_owned(),
            Self::MoveOffer(_, wish) => format!("{}: {}", t(Text::ActionOffer), t(wish.to.into())),
            Self::Cost(costed) => costs::news(costed, lang),
            Self::Note(text) => format!("{} {}", t(Text::NewsNote), text.sku),
            Self::Tick(.., done) => t(if *done { Text::NewsTicked } else { Text::NewsUnticked }).to_owned(),
            Self::Evidence(_, draft) if draft.file.is_some() => t(Text::NewsAttached).to_owned(),
            Self::Evidence(..) => t(Text::NewsNoted).to_owned(),
            Self::Stage(..) => t(Text::NewsStage).to_owned(),
            Self::Category(..) => t(Text::NewsCategory).to_owned(),
            Self::Wait(_, Some(Side::Buyer)) => t(Text::WaitForBuyer).to_owned(),
            Self::Wait(_, Some(Side::Carrier)) => t(Text::WaitForCarrier).to_owned(),
            Self::Wait(_, None) => t(Text::WaitForNobody).to_owned(),
            Self::Snooze(_, Snooze::Off) => t(Text::NewsWoken).to_owned(),
            Self::Snooze(cases, _) => format!("{} {}", cases.len(), t(Text::NewsSnoozed)),
            Self::Outcome(_, outcome) => report::noted(*outcome, lang),
            Self::Archive(cases, outcome, _) if cases.len() == 1 => {
                format!("{}: {}", t(Text::NewsArchived), t((*outcome).into()))
            }
            Self::Archive(cases, outcome, _) => {
                format!("{} {}: {}", cases.len(), t(Text::NewsArchived), t((*outcome).into()))
            }
        }
    }
}

/// An open claim with what is known of its two ways.
#[derive(Debug)]
pub struct Claim {
    /// The case.
    pub file: Box<CaseFile>,
    /// Own claims and the rate it counts in.
    pub paths: Paths,
    /// The numbers that are Amazon's or others'.
    pub policy: PathPolicy,
    /// Of fewer claims no rate is said, here as in the report.
    pub few: usize,
}

/// What came of a job.
#[derive(Debug)]
pub enum Done {
    /// Lines of the queue, in answer to [`Job::Page`].
    Page {
        /// Where they start.
        after: Option<QueueKey>,
        /// The filter they were read with.
        filter: Filter,
        /// Fewer than were asked for: there are no more.
        last: bool,
        /// The lines.
        rows: Vec<Summary>,
    },
    /// The counts.
    Counted {
        /// What the header says.
        counts: Counts,
        /// Number of the last event in the file.
        event: i64,
    },
    /// So many offers expired.
    Expired(usize),
    /// What falls due.
    Forecast(Forecast),
    /// Account health.
    Health(Box<Account>),
    /// A page of the report.
    Report(Page, Period, report::Sheet),
    /// Something about costs.
    Costs(costs::Answer),
    /// The rules of the report, or why the operator's do not count.
    Rules(Result<Box<ReportPolicy>, Problem>),
    /// How long a case was worked on is kept; not, where another process writes just now.
    Sat(Sitting, bool),
    /// A case; `None` when there is no such case.
    Loaded(CaseId, u64, Option<Box<CaseFile>>),
    /// The operator's settings, or why they do not count.
    Settings(Result<Config, Problem>),
    /// Templates and snippets.
    Shelf(shelf::Answer),
    /// The steps that ship with the operator's own, or why his do not count.
    Playbook(Result<Box<Playbook>, Problem>),
    /// The carriers with the operator's own, or why his do not count; none where he has none.
    Carriers(Result<Option<Arc<Carriers>>, Problem>),
    /// An appeal pack is written.
    Packed {
        /// Number of its event.
        event: i64,
        /// The folder.
        folder: PathBuf,
        /// Every kept file is in it as it was kept.
        complete: bool,
    },
    /// A reply is written as a mail, and that is stored.
    Mailed {
        /// Number of its event.
        event: i64,
        /// The file.
        path: PathBuf,
        /// The case as it is now.
        case: Option<Box<Summary>>,
    },
    /// A reply is not written as a mail: nobody knows the seller's address.
    NoSender(CaseId),
    /// A draft is on disk, exactly as it was sent or, where another window kept something else, with that.
    Kept(CaseId, ReplyDraft, Option<ReplyDraft>),
    /// A draft is not on disk.
    NotKept(CaseId, Problem),
    /// Every SKU note.
    Notes(u64, Vec<SkuNote>),
    /// The replies to a case's buyer, newest first.
    Replies(u64, CaseId, Vec<PastReply>),
    /// A claim with what is known of its two ways; `None` where the case is no open claim.
    Paths(u64, Option<Box<Claim>>),
    /// The draft of a note is on disk, exactly as it was sent.
    NoteKept(NoteText),
    /// The form of a step is kept as a draft.
    StepKept(CaseId, Box<Typed>),
    /// An action is stored.
    Acted {
        /// Number of its event.
        event: i64,
        /// What it was.
        deed: Deed,
        /// The cases as they are now.
        cases: Vec<Summary>,
    },
    /// Every action is undone already, or there was none.
    NothingToUndo,
    /// The last action is an import: nothing was done yet.
    UndoesImport,
    /// An action was undone.
    Undone {
        /// Number of the undoing event.
        event: i64,
        /// What was taken back.
        was: Box<event::Deed>,
        /// The case it concerned, as it is now.
        case: Option<Box<Summary>>,
    },
    /// How far the import is.
    Progress(Progress),
    /// The import is done.
    Imported {
        /// Number of its event.
        event: i64,
        /// What it brought.
        result: Box<Imported>,
    },
    /// The import was stopped; nothing of it remains.
    Stopped,
    /// A refusal (the offer is too high) or a failure of the disk.
    Failed {
        /// What was wanted.
        wanted: Wanted,
        /// Why it was not done.
        problem: Problem,
    },
}

/// Does one job. `report` takes what comes in between.
pub fn perform(store: &mut Store, job: Job, now: Timestamp, report: &dyn Fn(Done)) -> Done {
    let wanted = job.wanted();
    attempt(store, job, now, report).unwrap_or_else(|problem| Done::Failed { wanted, problem })
}

fn attempt(store: &mut Store, job: Job, now: Timestamp, report: &dyn Fn(Done)) -> Result<Done, Problem> {
    Ok(match job {
        Job::Page { after, limit, filter } => {
            let rows = store.queue(after, limit, &filter, now)?;
            Done::Page { after, filter, last: rows.len() < limit, rows }
        }
        Job::Count { day_start, midnight } => {
            store.take_in_drafts();
            Done::Counted { counts: store.counts(now, day_start, midnight)?, event: store.last_event()? }
        }
        Job::Expire => Done::Expired(store.expire(now)?),
        Job::Forecast(zone) => Done::Forecast(store.forecast(now, &zone)?),
        Job::Health => Done::Health(Box::new(store.account(None, now)?)),
        Job::Costs(ask) => costs::perform(store, &ask, now)?,
        Job::Report(page, period) => report::perform(store, page, period, now)?,
        Job::Sit(sitting) => report::sit(store, sitting),
        Job::Load(case, ticket) => {
            // Somebody waits for it: he sees it now. That this cannot be noted must not keep him from it.
            let _ = if ticket > 0 { store.seen(case, now) } else { Ok(()) };
            Done::Loaded(case, ticket, load(store, case, now)?)
        }
        Job::Keep { case, draft, over } => match store.save_draft(case, &draft, &over, now) {
            Ok(both) => Done::Kept(case, draft, both),
            Err(problem) => Done::NotKept(case, problem),
        },
        Job::KeepNote(text) => {
            store.keep_note(&text, now)?;
            Done::NoteKept(text)
        }
        Job::KeepStep(case, typed) => {
            store.keep_typed(case, &typed, now)?;
            Done::StepKept(case, typed)
        }
        Job::Notes(ticket) => Done::Notes(ticket, store.notes()?),
        Job::Replies(case, ticket) => Done::Replies(ticket, case, store.replies(case, now)?),
        Job::Paths(case, ticket) => Done::Paths(ticket, claim(store, case, now)?),
        Job::Settings(file) => settings::read(store, &file, report)?,
        Job::Appeal(case, book) => {
            let pack = appeal::write_beside(store, case, &book, now)?;
            Done::Packed { event: pack.event, folder: pack.folder, complete: pack.missing.is_empty() }
        }
        Job::Shelf(task) => shelf::perform(store, task)?,
        Job::Act(deed) => act(store, deed, now)?,
        Job::Undo { sure } => {
            let last = store.last_action()?;
            if !sure && last.is_some_and(|event| matches!(event.deed, event::Deed::Imported { .. })) {
                return Ok(Done::UndoesImport);
            }
            let Some(undone) = store.undo(now)? else { return Ok(Done::NothingToUndo) };
            let case = undone.case.map(|case| summary(store, case, now)).transpose()?.flatten().map(Box::new);
            Done::Undone { event: store.last_event()?, was: Box::new(undone.event.deed), case }
        }
        Job::Mail(order) => outside::mail(store, *order, now)?,
        Job::Import { path, marketplace, stop } => {
            intake::import(store, path, marketplace, &stop, now, report)?
        }
    })
}

/// A case with the newest draft, which may still lie beside the database.
fn load(store: &Store, case: CaseId, now: Timestamp) -> Result<Option<Box<CaseFile>>, Problem> {
    let Some(mut file) = store.case(case, now)? else { return Ok(None) };
    if let Some(draft) = store.waiting_draft(file.summary.id) {
        file.draft = Some(draft);
    }
    Ok(Some(Box::new(file)))
}

/// An open claim with what is known of its two ways.
fn claim(store: &Store, case: CaseId, now: Timestamp) -> Result<Option<Box<Claim>>, Problem> {
    let Some(file) = load(store, case, now)?.filter(|file| has_paths(file)) else { return Ok(None) };
    let broken = |text: String| Problem::new(Exit::Failed, [text.clone(), text], ["", ""]);
    let policy = shipped_paths().map_err(|error| broken(error.to_string()))?;
    let paths = store.paths(&file, &policy, now)?;
    Ok(Some(Box::new(Claim { file, paths, policy, few: store.report_policy()?.outcomes.few })))
}

fn act(store: &mut Store, deed: Deed, now: Timestamp) -> Result<Done, Problem> {
    let event = match &deed {
        Deed::Kind(case, kind) => store.set_kind(*case, *kind, now)?,
        Deed::Judge(case, complaint) => store.judge(*case, *complaint, now)?,
        Deed::Copied(case, route) => store.copied(*case, route, now)?,
        Deed::Sent(case, text, draft) => store.sent(*case, text, draft, now)?,
        Deed::Overrule(case, rules, reason, text) => store.overrule(*case, rules, reason, text, now)?,
        Deed::NoReply(case) => store.no_reply_needed(*case, now)?,
        Deed::Offer(case, draft) => store.offer(*case, draft, now)?,
        Deed::MoveOffer(case, wish) => store.move_offer(*case, wish, now)?,
        Deed::Note(text) => store.save_note(text, now)?,
        Deed::Cost(costed) => costs::save(store, costed, now)?,
        Deed::Tick(case, step, wants, done) => store.tick(*case, step, *wants, *done, now)?,
        Deed::Evidence(case, draft) => store.keep_evidence(*case, draft, now)?,
        Deed::Stage(case, stage) => store.set_stage(*case, *stage, now)?,
        Deed::Category(case, risk) => store.set_category(*case, *risk, now)?,
        Deed::Wait(case, whom) => store.wait_for(*case, *whom, now)?,
        Deed::Snooze(cases, how) => store.snooze(cases, *how, now)?,
        Deed::Outcome(case, outcome) => store.note_outcome(*case, *outcome, now)?,
        Deed::Archive(cases, outcome, cause) => store.archive_all(cases, *outcome, Some(*cause), now)?,
    };
    let mut cases = Vec::new();
    for case in deed.cases() {
        cases.extend(summary(store, case, now)?);
    }
    Ok(Done::Acted { event, deed, cases })
}

fn summary(store: &mut Store, case: CaseId, now: Timestamp) -> Result<Option<Summary>, Problem> {
    Ok(store.case(case, now)?.map(|file| file.summary))
}
