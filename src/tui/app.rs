//! The state of the workbench: which view, which dialogue, and what each input changes.
//!
//! Its input touches nothing outside: what it wants done it returns. Drawing only reads (`desk`).

mod compose;
mod costs;
mod deeds;
mod desk;
mod figures;
mod findings;
mod health;
mod history;
mod keys;
mod notice;
mod offers;
mod outside;
mod playbook;
mod report;
mod shelf;
mod value;
mod view;
mod way;
mod wish;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::KeyCode;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use ratatui::layout::Rect;
use tui_input::Input as Line;

use self::notice::Notice;
use self::wish::{Ahead, Then, Wish};
use crate::domain::CaseId;
use crate::domain::buyer::Flag;
use crate::domain::clock::{Policy, day_around};
use crate::domain::learned::Learned;
use crate::domain::playbook::Playbook;
use crate::domain::tracking::Carriers;
use crate::domain::view::{Counts, ReplyDraft, Summary};
use crate::i18n::{Lang, Text};
use crate::problem::Problem;
use crate::reply::template::{Seller, Template};
use crate::shelf::{Address, Shelf};
use crate::tui::clipboard::Route;
use crate::tui::job::Job;
use crate::tui::job::shelf::Task;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::archive::ArchiveForm;
use crate::tui::screens::buyer::BuyerView;
use crate::tui::screens::case::CaseView;
use crate::tui::screens::choice::Choice;
use crate::tui::screens::compose::compare::Compare;
use crate::tui::screens::compose::findings::Findings;
use crate::tui::screens::compose::quote::Quote;
use crate::tui::screens::compose::replies::Replies;
use crate::tui::screens::compose::{Ask, Compose, settle};
use crate::tui::screens::costs::CostsView;
use crate::tui::screens::costs::form::CostForm;
use crate::tui::screens::forecast::ForecastView;
use crate::tui::screens::health::HealthView;
use crate::tui::screens::help::Help;
use crate::tui::screens::import::ImportView;
use crate::tui::screens::notes::{NoteForm, NotesView};
use crate::tui::screens::offer::OfferForm;
use crate::tui::screens::offers::OffersView;
use crate::tui::screens::paths::PathsView;
use crate::tui::screens::picker::{Palette, Templates};
use crate::tui::screens::playbook::PlaybookView;
use crate::tui::screens::proposal::Proposal;
use crate::tui::screens::queue::{self, Queue};
use crate::tui::screens::report::ReportView;
use crate::tui::screens::sheet::SheetForm;
use crate::tui::screens::shelf::ShelfView;
use crate::tui::theme::Theme;

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Queue,
    Case,
    Compose,
    Import,
    Forecast,
    Health,
    Report,
    Costs,
}

/// What lies over it and takes the keys.
#[derive(Debug)]
enum Dialog {
    Templates(Box<Templates>),
    Palette(Palette),
    Ask(Ask),
    /// And the dialogue that it was opened from.
    Offer(Box<OfferForm>, Option<Box<Dialog>>),
    Offers(Box<OffersView>),
    Archive(ArchiveForm),
    Filter(Line),
    Buyer(Box<BuyerView>),
    Notes(NotesView),
    Note(Box<NoteForm>),
    Cost(Box<CostForm>),
    Paths(PathsView),
    Shelf(Box<ShelfView>),
    /// And the list that it was opened from.
    Sheet(Box<SheetForm>, Option<Box<ShelfView>>),
    Playbook(Box<PlaybookView>),
    Choice(Choice),
    /// Words searched for in the reply being written.
    Find(Line),
    Quote(Box<Quote>),
    Replies(Box<Replies>),
    Compare(Box<Compare>),
    /// What the rules object to in the reply.
    Findings(Box<Findings>),
    /// The time until which these cases are snoozed, being typed.
    Until(Vec<CaseId>, Line),
    Proposal(Box<Proposal>),
    /// The address that Amazon knows the seller by, being typed.
    Sender(Line),
}

/// The workbench.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each stands for one answer that is waited for")]
pub struct App {
    lang: Lang,
    theme: Theme,
    policy: Policy,
    /// The operator's zone, read after the first frame.
    zone: Option<TimeZone>,
    /// Begin and end of the operator's day.
    day: (Timestamp, Timestamp),
    size: (u16, u16),
    view: View,
    queue: Queue,
    case: Option<CaseView>,
    compose: Option<Compose>,
    import: ImportView,
    forecast: ForecastView,
    costs: CostsView,
    health: HealthView,
    report: ReportView,
    /// The views that were left on the way to this one, oldest first: Esc comes back to the last.
    way: Vec<way::Step>,
    work: work::Work,
    dialog: Option<Dialog>,
    notice: Option<Notice>,
    counts: Option<Counts>,
    counted_at: Option<Timestamp>,
    last_event: i64,
    /// The file of the operator's settings, until it is read after the first frame.
    settings: Option<PathBuf>,
    seller: Seller,
    /// The own templates with those that ship, once they are read.
    shelf: Option<Shelf>,
    /// The folder of the operator's own files.
    folder: Option<PathBuf>,
    /// What templates have learned so far.
    learned: Arc<Learned>,
    /// Whose text the operator's editor has, and whether it was opened from the list.
    editing: Option<(Address, bool)>,
    /// The snippet whose values are being asked for.
    snippet: Option<Arc<Template>>,
    wanted: Option<Wish>,
    /// Number of the last case asked for: an older answer is not the one that is waited for.
    ticket: u64,
    /// What was typed ahead while a case was on its way; it acts on that case.
    ahead: Vec<Ahead>,
    /// Whose reply was handed to the editor.
    out: Option<(CaseId, ReplyDraft)>,
    /// Clipboard, mails and the operator's commands.
    outside: outside::Outside,
    /// Copy or sent goes on when the last missing value is there.
    after_values: Option<Action>,
    unfinished: offers::Unfinished,
    /// The next undo takes an import back, and the operator was told.
    undo_import: bool,
    /// The keys of a scope, over everything else.
    help: Option<Help>,
    peek_asked: bool,
    /// A reply is on its way to the store as sent; the text takes no keys meanwhile.
    sending: bool,
    /// How the reply was just copied.
    route: Option<Route>,
    /// What to check when a copy does not arrive was said once.
    advised: bool,
    /// From which numbers on a buyer's history is flagged, where the operator says so.
    flags: Option<Vec<Flag>>,
    /// The steps that ship with the operator's own, once they are read.
    playbook: Option<Playbook>,
    /// The carriers with the operator's own, where he has some.
    carriers: Option<Arc<Carriers>>,
    /// An appeal pack is being written.
    packing: bool,
    /// The first frame is out, and what it did without was asked for.
    begun: bool,
}

impl App {
    /// The workbench with the first page of the queue on a terminal of `size` cells.
    #[must_use]
    pub fn new(
        lang: Lang,
        theme: Theme,
        policy: Policy,
        size: (u16, u16),
        rows: Vec<Summary>,
        last_event: i64,
    ) -> Self {
        let complete = rows.len() < first_page(size);
        Self {
            lang,
            theme,
            policy,
            zone: None,
            day: (Timestamp::MIN, Timestamp::MIN),
            size,
            view: View::Queue,
            queue: Queue::new(rows, complete),
            case: None,
            compose: None,
            import: ImportView::new(""),
            forecast: ForecastView::default(),
            costs: CostsView::default(),
            health: HealthView::default(),
            report: ReportView::default(),
            way: Vec::new(),
            work: work::Work::default(),
            dialog: None,
            notice: None,
            counts: None,
            counted_at: None,
            last_event,
            settings: None,
            seller: Seller::default(),
            shelf: None,
            folder: None,
            learned: Arc::default(),
            editing: None,
            snippet: None,
            wanted: None,
            ticket: 0,
            ahead: Vec::new(),
            out: None,
            outside: outside::Outside::default(),
            after_values: None,
            unfinished: offers::Unfinished::default(),
            undo_import: false,
            help: None,
            peek_asked: false,
            sending: false,
            route: None,
            advised: false,
            flags: None,
            playbook: None,
            carriers: None,
            packing: false,
            begun: false,
        }
    }

    /// The workbench in a zone of its own instead of the machine's: for tests and pictures.
    #[must_use]
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// The workbench with the operator's settings, which are read after the first frame.
    #[must_use]
    pub fn with_settings(mut self, file: Option<PathBuf>) -> Self {
        self.folder = Self::folder_of(file.as_ref());
        self.settings = file;
        self
    }

    /// The workbench with a line that says what is wrong with the operator's own files; it stays until a key.
    #[must_use]
    pub fn with_problem(mut self, problem: Option<&Problem>) -> Self {
        if let Some(problem) = problem {
            self.fail(problem, false);
        }
        self
    }

    /// Whether the next key is meant for something that is still on its way.
    fn is_waiting(&self) -> bool {
        self.wanted.is_some() || self.sending || self.packing || self.is_storing()
    }

    /// Whether a dialogue was handed to the store.
    fn is_storing(&self) -> bool {
        match &self.dialog {
            Some(Dialog::Offer(form, _)) => form.booking,
            Some(Dialog::Offers(view)) => view.is_waiting(),
            Some(Dialog::Archive(form)) => form.storing,
            Some(Dialog::Note(form)) => form.is_waiting(),
            Some(Dialog::Cost(form)) => form.is_waiting(),
            Some(Dialog::Sheet(form, _)) => form.is_waiting(),
            Some(Dialog::Playbook(view)) => view.is_waiting(),
            Some(Dialog::Findings(list)) => list.is_storing(),
            _ => false,
        }
    }

    /// Keeps a key for later. Esc takes a wish back; the Enter that is pressed twice is pressed once.
    fn wait(&mut self, ahead: Ahead) {
        match &ahead {
            Ahead::Key(key) if key.code == KeyCode::Esc && self.wanted.is_some() => {
                self.wanted = None;
                self.ahead.clear();
            }
            Ahead::Key(key) if key.code == KeyCode::Enter && self.is_storing() => {}
            _ => self.ahead.push(ahead),
        }
    }

    /// Takes what was typed ahead, up to the next thing that has to be waited for.
    fn catch_up(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        while !self.ahead.is_empty() && !self.is_waiting() {
            match self.ahead.remove(0) {
                Ahead::Key(key) => self.key(key, now, effects),
                Ahead::Paste(text) => self.paste(&text, now),
            }
        }
    }

    /// What the queue asks for by itself: the next page, the previews at the cursor.
    fn read_on(&mut self, effects: &mut Vec<Effect<Job>>) {
        if self.view == View::Queue {
            let height = queue::list_height(self.size.0, self.size.1);
            if let Some((after, limit)) = self.queue.wanted(height) {
                let filter = self.queue.filter.clone();
                effects.push(Effect::Work(Job::Page { after, limit, filter }));
            }
            if let Some(id) = self.queue.unread().filter(|_| !self.peek_asked && self.zone.is_some()) {
                self.peek_asked = true;
                effects.push(Effect::Work(Job::Load(id, 0)));
            }
        }
    }

    /// What follows by itself from any input.
    fn follow_up(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        self.settle_day(now);
        self.settle_notice();
        if self.view == View::Case {
            let (width, height) = self.size;
            let room = height.saturating_sub(3);
            if let Some(mut case) = self.case.take() {
                case.settle(&self.context(now), width, room);
                self.case = Some(case);
            }
        }
        if let Some(mut compose) = self.compose.take() {
            let area = Rect::new(0, 1, self.size.0, self.size.1.saturating_sub(3));
            settle(&mut compose, &self.context(now), area);
            self.compose = Some(compose);
        }
        self.settle_text(now);
        if self.compose.as_ref().and_then(Compose::keep_at).is_some_and(|at| at <= now) {
            self.keep(effects);
        }
        if self.note_due().is_some_and(|at| at <= now) {
            self.keep_note(effects);
        }
    }

    fn settle_day(&mut self, now: Timestamp) {
        if now < self.day.1 && self.day.0 <= now {
            return;
        }
        self.day = day_around(now, self.zone.as_ref().unwrap_or(&TimeZone::UTC));
    }

    /// The first thing after the first frame, and whenever [`App::wake_at`] has come.
    fn tick(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        if self.zone.is_none() {
            self.zone = Some(TimeZone::system());
            self.day = (Timestamp::MIN, Timestamp::MIN);
            self.settle_day(now);
        }
        if !std::mem::replace(&mut self.begun, true) {
            effects.push(shelf::task(Task::Learn));
        }
        self.ask_settings(effects);
        self.keep_left_work(effects);
        if self.notice.as_ref().and_then(|notice| notice.until).is_some_and(|until| until <= now) {
            self.notice = None;
        }
        // A fixed clock never reaches the moment that was waited for: waking is enough.
        self.keep(effects);
        let old =
            self.counted_at.is_none_or(|at| now.duration_since(at).abs() >= SignedDuration::from_secs(60));
        // A snooze has ended: its case is in the queue again.
        let woken = self.counts.as_mut().and_then(|counts| counts.next_wake.take_if(|wake| *wake <= now));
        if woken.is_some() {
            self.reload(effects);
        }
        if old || woken.is_some() {
            self.count(now, effects);
        }
        // Behind everything else, in a minute without a key.
        if old && !self.is_waiting() && !self.import.is_running() {
            effects.push(Effect::Work(Job::Expire));
        }
    }

    /// Has the settings read, once.
    fn ask_settings(&mut self, effects: &mut Vec<Effect<Job>>) {
        effects.extend(self.settings.take().map(|file| Effect::Work(Job::Settings(file))));
    }

    fn count(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        self.settle_day(now);
        self.counted_at = Some(now);
        effects.push(Effect::Work(Job::Count { day_start: self.day.0, midnight: self.day.1 }));
        if self.view == View::Forecast {
            self.ask_forecast(effects);
        }
    }

    fn ask_forecast(&self, effects: &mut Vec<Effect<Job>>) {
        effects.push(Effect::Work(Job::Forecast(self.zone.clone().unwrap_or(TimeZone::UTC))));
    }

    /// Hands the draft to the store, if the store lacks it.
    fn keep(&mut self, effects: &mut Vec<Effect<Job>>) {
        self.keep_note(effects);
        // A reply on its way to the store as sent takes its draft along.
        if self.sending {
            return;
        }
        if let Some((case, draft, over)) = self.compose.as_mut().and_then(Compose::keep) {
            effects.push(Effect::Work(Job::Keep { case, draft, over }));
        }
    }

    fn t(&self, text: Text) -> &'static str {
        text.in_lang(self.lang)
    }

    /// Reads the queue anew from its start, the cursor staying on its case.
    fn reload(&mut self, effects: &mut Vec<Effect<Job>>) {
        let height = queue::list_height(self.size.0, self.size.1);
        let limit = self.queue.again(height);
        effects.push(Effect::Work(Job::Page { after: None, limit, filter: self.queue.filter.clone() }));
    }

    fn narrow(&mut self, words: &str, effects: &mut Vec<Effect<Job>>) {
        if !self.narrow_costs(words) {
            words.trim().clone_into(&mut self.queue.filter.words);
            self.reload(effects);
        }
    }
}

/// How many lines the first page of the queue has on a terminal of this size.
#[must_use]
pub fn first_page(size: (u16, u16)) -> usize {
    queue::list_height(size.0, size.1)
}
