//! The timeline of a case: built from its mails, rows, replies and waits, and kept on its line as a short text.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};

use super::convert::{day_start, time, word};
use super::facts::{Letter, Line};
use super::join::wakes;
use super::thread::opens;
use crate::domain::clock::{Happening, Side, Timeline, What};
use crate::domain::record::{Decision, Notice};
use crate::domain::{Channel, Fulfilment, Marketplace};
use crate::problem::Problem;

/// What the operator said of waiting: an order, the last message known then.
#[derive(Debug)]
pub(super) struct Waited {
    at: i64,
    whom: Option<Side>,
    seen: i64,
}

/// When the operator began and ended to wait, in the order in which he said so.
pub(super) fn waited(db: &Connection, case: i64) -> Result<Vec<Waited>, Problem> {
    let mut query =
        db.prepare_cached("SELECT at, whom, seen FROM waits WHERE case_id = ?1 ORDER BY event")?;
    let rows = query.query_map([case], |row| {
        Ok(Waited { at: row.get("at")?, whom: word(row, "whom", Side::parse)?, seen: row.get("seen")? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The archives of a case that a mail ended, each with the moment of the archive and that of the mail. An archive that was
/// undone never was; one by Amazon's reports or by the undo of an import judged nothing, and stops no clock for good.
pub(super) fn archives(db: &Connection, case: i64) -> Result<Vec<(i64, i64)>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT e.at, e.deed ->> 'what' AS what, e.deed ->> 'notice' AS notice FROM events e
         WHERE e.case_id = ?1 AND (what IN ('received', 'reopened')
             OR (what = 'archived' AND e.actor = 'operator' AND e.deed ->> 'outcome' <> 'import_undone'
                 AND NOT EXISTS (SELECT 1 FROM events u WHERE u.case_id = ?1 AND u.deed ->> 'what' = 'undone'
                     AND u.deed ->> 'event' = e.id)))
         ORDER BY e.id",
    )?;
    let mut rows = query.query([case])?;
    let (mut ended, mut archived, mut mail) = (Vec::new(), None, None);
    while let Some(row) = rows.next()? {
        let at: i64 = row.get("at")?;
        match row.get_ref("what")?.as_str().map_err(rusqlite::Error::from)? {
            "archived" => (archived, mail) = (Some(at), None),
            "reopened" => {
                // Without a mail it was another half of the case that came back: its deadlines must stay in sight.
                ended.extend(archived.take().zip(mail.take()));
            }
            _ if word(row, "notice", Notice::parse)?.is_some_and(wakes) => {
                mail = Some(mail.map_or(at, |first: i64| first.min(at)));
            }
            _ => {}
        }
    }
    Ok(ended)
}

/// What an archive and the mail that ended it do to the clocks. A mail that was on its way when the operator archived is one
/// that he did not know: his archive stops only what came before it.
fn ended(archives: &[(i64, i64)]) -> impl Iterator<Item = (i64, What)> {
    let both = |(archived, mail): &(i64, i64)| {
        [((*archived).min(mail.saturating_sub(1)), What::Archived), (*mail, What::Reopened)]
    };
    archives.iter().flat_map(both)
}

/// Everything that happened, in no particular order but for the waits.
pub(super) fn happenings(
    letters: &[Letter],
    lines: &[Line],
    quiet: &[i64],
    (waited, archives, appeals): (&[Waited], &[(i64, i64)], &[i64]),
    opened: i64,
) -> Vec<Happening> {
    let mut found = vec![(opened, What::Opened)];
    for letter in letters {
        match letter.notice {
            _ if letter.only_to.is_some() => {}
            _ if letter.ours => found.push((letter.at, What::Answered)),
            Notice::BuyerMessage => found.push((letter.at, What::BuyerMessage)),
            Notice::AtozDecision | Notice::ChargebackDecision => {
                let decision = letter.decision.unwrap_or(Decision::Unknown);
                found.push((letter.at, What::Decided(decision)));
            }
            Notice::RefundIssued => found.push((letter.at, What::RefundIssued)),
            notice if opens(notice).is_some() => found.push((letter.at, What::Opened)),
            _ => {}
        }
        if let Some(due) = letter.due.filter(|_| !letter.ours) {
            found.push((letter.at, What::Stated(time(due))));
        }
    }
    // The clocks take the earliest day a decision of a row can have been, unless a mail brought another one since.
    let decided = found.iter().filter(|(_, what)| matches!(what, What::Decided(_))).map(|(at, _)| *at).max();
    let since =
        |line: &Line| if decided.is_some_and(|mail| mail >= line.at) { line.decided } else { line.at };
    found.extend(lines.iter().filter_map(|line| Some((since(line), What::Decided(line.decision?)))));
    found.extend(goods(letters, lines));
    found.extend(quiet.iter().map(|at| (*at, What::Answered)));
    found.extend(appeals.iter().map(|at| (*at, What::Appealed)));
    found.extend(waits(letters, waited));
    found.extend(ended(archives));
    found.into_iter().map(|(at, what)| Happening { at: time(at), what }).collect()
}

/// Returned goods and what was paid for them. A report says neither the hour of the one nor the day of the other: the
/// day counts from its begin, and a refund as issued on it.
fn goods(letters: &[Letter], lines: &[Line]) -> Vec<(i64, What)> {
    let refunds = || letters.iter().filter(|letter| letter.notice == Notice::RefundIssued);
    let mut found = Vec::new();
    let mut owed = false;
    let returns: BTreeSet<_> = lines.iter().filter(|line| line.is_return()).map(|line| &line.sku).collect();
    for line in lines {
        let Some(received) = line.received else { continue };
        let at = day_start(received, line.site);
        // What was refunded before it came back asks for no second refund; of several articles no letter says which.
        if line.refunded || (returns.len() < 2 && refunds().any(|letter| letter.at < at)) {
            continue;
        }
        owed = true;
        found.push((at, What::ReturnReceived));
    }
    // One refunded article does not settle what is owed for another, and a letter knows the day better than the report.
    let told = refunds().next().is_some();
    for line in lines.iter().filter(|line| line.refunded && !owed && !told) {
        let at = line.received.map_or(line.at, |received| day_start(received, line.site));
        found.push((at, What::RefundIssued));
    }
    found
}

/// A wait ends by itself with the first thing the buyer writes that had not landed when it began.
fn waits(letters: &[Letter], waited: &[Waited]) -> Vec<(i64, What)> {
    let mut found = Vec::new();
    for (place, wait) in waited.iter().enumerate() {
        let Some(side) = wait.whom else {
            found.push((wait.at, What::Resumed));
            continue;
        };
        found.push((wait.at, What::Waiting(side)));
        let before = waited.get(place + 1).map_or(i64::MAX, |next| next.seen);
        let writes =
            |letter: &&Letter| letter.id > wait.seen && letter.id <= before && opens(letter.notice).is_some();
        let end = letters.iter().filter(writes).map(|letter| letter.at.max(wait.at)).min();
        found.extend(end.map(|at| (at, What::Resumed)));
    }
    found
}

/// The sign of a re-opening in a timeline as it is kept.
const REOPENED: &str = "u";

/// What a kept timeline of a case that came back from the archive contains.
pub(super) const REOPENING: &str = "\nu ";

/// When a case came back from the archive last, by its timeline as it is kept; seconds UTC.
pub(super) fn reopened(text: &str) -> Option<i64> {
    text.lines().rev().find_map(|line| line.strip_prefix(REOPENING.trim_start())?.parse().ok())
}

/// The timeline as it is kept.
pub(super) fn written(timeline: &Timeline) -> String {
    let mut text = timeline.fulfilment.map_or("-", Fulfilment::word).to_owned();
    for Happening { at, what } in timeline.happenings() {
        let said = match what {
            What::Opened => "o",
            What::Reopened => REOPENED,
            What::Archived => "x",
            What::BuyerMessage => "b",
            What::Stated(_) => "s",
            What::ReturnReceived => "r",
            What::Decided(_) => "d",
            What::RefundIssued => "f",
            What::Waiting(_) => "w",
            What::Resumed => "n",
            What::Answered => "a",
            What::Appealed => "p",
        };
        text.push_str(&format!("\n{said} {}", at.as_second()));
        match what {
            What::Stated(due) => text.push_str(&format!(" {}", due.as_second())),
            What::Decided(decision) => text.push_str(&format!(" {}", decision.word())),
            What::Waiting(side) => text.push_str(&format!(" {}", side.word())),
            _ => {}
        }
    }
    text
}

fn read_line(line: &str) -> Option<Happening> {
    let mut parts = line.split(' ');
    let (letter, at) = (parts.next()?, parts.next()?.parse().ok()?);
    let what = match letter {
        "o" => What::Opened,
        REOPENED => What::Reopened,
        "x" => What::Archived,
        "b" => What::BuyerMessage,
        "s" => What::Stated(time(parts.next()?.parse().ok()?)),
        "r" => What::ReturnReceived,
        "d" => What::Decided(Decision::parse(parts.next()?)?),
        "f" => What::RefundIssued,
        "w" => What::Waiting(Side::parse(parts.next()?)?),
        "n" => What::Resumed,
        "a" => What::Answered,
        "p" => What::Appealed,
        _ => return None,
    };
    Some(Happening { at: time(at), what })
}

/// Reads the timeline of a case from columns `id, order_id, channel, marketplace, archived_at, timeline`. A case that an older
/// kesu computed has none yet: it is built from what is stored.
pub(super) fn timeline(db: &Connection, row: &Row<'_>) -> Result<Timeline, Problem> {
    let channel = word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message);
    let site = word(row, "marketplace", Marketplace::parse)?;
    let archived: Option<i64> = row.get("archived_at")?;
    let text = row.get_ref("timeline")?.as_str().map_err(rusqlite::Error::from)?;
    let timeline = if text.is_empty() {
        let order: Option<String> = row.get("order_id")?;
        super::facts::timeline(db, row.get("id")?, channel, order.as_deref())?
    } else {
        let mut lines = text.lines();
        let fulfilment = lines.next().and_then(Fulfilment::parse);
        Timeline::new(channel, site, fulfilment, lines.filter_map(read_line).collect())
    };
    Ok(timeline.archived(archived.map(time)))
}

/// Who ships an order.
pub(super) fn fulfilment(db: &Connection, order: Option<&str>) -> Result<Option<Fulfilment>, Problem> {
    let Some(order) = order else { return Ok(None) };
    let mut query = db.prepare_cached("SELECT fulfilment FROM orders WHERE order_id = ?1")?;
    let mut rows = query.query(params![order])?;
    Ok(match rows.next()? {
        Some(row) => word(row, "fulfilment", Fulfilment::parse)?,
        None => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_reads_back_as_it_was_written() {
        let at = |second: i64| time(1_700_000_000 + second);
        let all = [
            What::Opened,
            What::BuyerMessage,
            What::Stated(at(99)),
            What::ReturnReceived,
            What::Decided(Decision::Granted),
            What::RefundIssued,
            What::Waiting(Side::Carrier),
            What::Resumed,
            What::Answered,
            What::Appealed,
            What::Archived,
            What::Reopened,
        ];
        let happenings: Vec<_> =
            all.iter().zip(0..).map(|(what, second)| Happening { at: at(second), what: *what }).collect();
        let timeline =
            Timeline::new(Channel::Return, Some(Marketplace::Us), Some(Fulfilment::Mfn), happenings);
        let text = written(&timeline);
        let read: Vec<_> = text.lines().skip(1).filter_map(read_line).collect();
        assert!(text.starts_with("mfn\no 1700000000\n"), "{text}");
        assert_eq!(read, timeline.happenings());
    }
}
