//! `kesu list` and `kesu due`: cases in the order of the queue.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Session;
use super::args::{Due, List};
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::CaseId;
use crate::domain::clock::{Urgency, day_around};
use crate::domain::view::{QueueKey, Summary};
use crate::store::{Filter, Store};
use crate::wire;

/// How many lines are read at once: enough to be fast, few enough to stay small.
const PAGE: usize = 500;

/// `kesu list`.
pub(super) fn list(session: &mut Session<'_>, args: &List) -> Result<(), Stop> {
    let filter =
        Filter { words: args.filter.join(" "), archived: args.archived, asleep: true, ..Filter::default() };
    let mut left = args.limit.unwrap_or(usize::MAX);
    let store = session.reading()?;
    let mut lines = Lines::new(session, args.json);
    each(&store, &filter, None, session.now, &mut |case| {
        if left == 0 {
            return Ok(false);
        }
        left -= 1;
        lines.add(session, case)?;
        Ok(left > 0)
    })?;
    lines.end(session)
}

/// `kesu due`.
pub(super) fn due(session: &mut Session<'_>, args: &Due) -> Result<(), Stop> {
    let horizon = session.now.checked_add(args.within).unwrap_or(Timestamp::MAX);
    let store = session.reading()?;
    let mut lines = Lines::new(session, args.json);
    // A snooze hides a case from the queue, never its clock from here.
    let everything = Filter { asleep: true, ..Filter::default() };
    // The cases older than 45 days stand below the rest: each group is in the order of its due times.
    let old = QueueKey { long_term: true, due: i64::MIN, id: CaseId(0) };
    for (long_term, start) in [(false, None), (true, Some(old))] {
        each(&store, &everything, start, session.now, &mut |case| {
            let wanted = case.long_term == long_term && case.due.is_some_and(|due| due <= horizon);
            if wanted {
                lines.add(session, case)?;
            }
            Ok(wanted)
        })?;
    }
    // Silence is the answer that cron and prompts understand.
    if lines.is_empty() { Ok(()) } else { lines.end(session) }
}

/// Hands out the queue page by page until `take` has enough.
fn each(
    store: &Store,
    filter: &Filter,
    start: Option<QueueKey>,
    now: Timestamp,
    take: &mut dyn FnMut(&Summary) -> Result<bool, Stop>,
) -> Result<(), Stop> {
    let mut after = start;
    loop {
        let page = store.queue(after, PAGE, filter, now)?;
        for case in &page {
            if !take(case)? {
                return Ok(());
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.key()),
            _ => return Ok(()),
        }
    }
}

/// Where the lines go: JSON at once, a table when its widths are known.
enum Lines {
    Json,
    Human(Table),
}

impl Lines {
    fn new(session: &Session<'_>, json: bool) -> Self {
        if json { Self::Json } else { Self::Human(table(session)) }
    }

    fn add(&mut self, session: &Session<'_>, case: &Summary) -> Result<(), Stop> {
        match self {
            Self::Json => json_line(&mut *session.out.borrow_mut(), &wire::summary(case, session.now))?,
            Self::Human(table) => row(session, table, case),
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Human(table) if table.is_empty())
    }

    fn end(self, session: &Session<'_>) -> Result<(), Stop> {
        if let Self::Human(table) = self {
            if table.is_empty() {
                session.tell(session.lang.pick("no case", "没有客诉"));
            } else {
                table.write(&mut *session.out.borrow_mut(), session.width(), session.colour)?;
            }
        }
        session.out.borrow_mut().flush()?;
        Ok(())
    }
}

fn table(session: &Session<'_>) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    Table::new([
        (name("case", "编号"), Side::Right),
        (name("due", "时限"), Side::Left),
        (name("channel", "渠道"), Side::Left),
        (name("kind", "类型"), Side::Left),
        (name("site", "站点"), Side::Left),
        (name("order", "订单"), Side::Left),
        ("SKU", Side::Left),
        (name("buyer says", "买家说"), Side::Left),
    ])
}

fn row(session: &Session<'_>, table: &mut Table, case: &Summary) {
    let (_, midnight) = day_around(session.now, &TimeZone::system());
    let urgency = Urgency::of(case.due, session.now, midnight);
    let tone = match urgency {
        Urgency::Late => Tone::Late,
        Urgency::Today => Tone::Soon,
        Urgency::Later => Tone::Calm,
    };
    let mark = match case.due {
        Some(_) if case.long_term => "■ ".to_owned(),
        Some(_) => format!("{} ", urgency.symbol()),
        None => "  ".to_owned(),
    };
    let asleep = if case.wake.is_some_and(|wake| wake > session.now) { "z " } else { "" };
    let due = case.due.map(|due| crate::i18n::time_left(session.lang, session.now, due)).unwrap_or_default();
    let channel = session.t(case.channel);
    table.row(
        tone,
        [
            &case.id.to_string(),
            &format!("{mark}{asleep}{due}"),
            channel,
            session.t(case.kind),
            case.marketplace.map_or("", crate::domain::Marketplace::code),
            case.order_id.as_deref().unwrap_or_default(),
            case.sku.as_deref().unwrap_or_default(),
            &case.excerpt,
        ],
    );
}
