//! One report into the import: row by row, with what is odd about each.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::content::{Found, is_changed, open};
use super::item::{Content, Item, ReportFacts, Rows, Status};
use super::refusal::{self, Refusal};
use super::{Ended, PROBLEMS, Run};
use crate::domain::record::RowProblem;
use crate::i18n::Lang;
use crate::import::report::{self, Entry, Options, Refused, Report, Source};
use crate::problem::Problem;

/// Reads one report into the import.
pub(super) fn read(run: &mut Run<'_, '_>, at: usize, found: &Found) -> Result<(), Ended> {
    let Some(held) = &found.held else {
        let (file, before) = open(found.path()).map_err(Ended::Refused)?;
        let again = file.try_clone().map_err(|error| Ended::Refused(refusal::unreadable(&error)))?;
        let read = rows(run, found, Source::file(file));
        // Whatever was made of a file that changed meanwhile is wrong, also that it is no report.
        if is_changed(&before, &again) {
            return Err(Ended::Refused(refusal::changed()));
        }
        land(run, at, found, read?);
        return Ok(());
    };
    let read = rows(run, found, Source::bytes(held.to_vec()))?;
    land(run, at, found, read);
    Ok(())
}

fn land(run: &mut Run<'_, '_>, at: usize, found: &Found, read: Result<ReportFacts, Box<Refused>>) {
    match read {
        Ok(report) => {
            let item = found.item(Content::Unknown, Status::Accepted, None);
            run.report(at, item, report);
        }
        Err(refused) => {
            let mut item: Item = found.item(Content::Unknown, Status::Rejected, Some(why(&refused)));
            item.starter = refused.starter;
            run.push(at, item);
        }
    }
}

/// Stores every good row; `Err` when the file is no report at all.
fn rows(
    run: &mut Run<'_, '_>,
    found: &Found,
    source: Source,
) -> Result<Result<ReportFacts, Box<Refused>>, Problem> {
    run.step(0)?;
    let options = Options {
        marketplace: run.request.marketplace,
        map: run.request.map.as_ref().map(Arc::clone),
        today: run.request.now.to_zoned(TimeZone::UTC).date(),
    };
    let mut report = match report::open(source, &options) {
        Ok(report) => report,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut facts =
        ReportFacts { kind: report.kind(), rows: Rows::default(), problems: Vec::new(), problem_count: 0 };
    while let Some(entry) = next(run, &mut report) {
        match entry {
            Entry::Row(row, remarks) => {
                run.row(&mut facts, &row)?;
                for remark in remarks {
                    note(&mut facts, remark);
                }
            }
            Entry::Skipped(problem) => {
                facts.rows.total += 1;
                facts.rows.skipped += 1;
                note(&mut facts, problem);
            }
            Entry::Remark(remark) => {
                note(&mut facts, remark);
                continue;
            }
        }
        run.step(if found.bytes == 0 { 0 } else { report.progress().0 })?;
    }
    Ok(Ok(facts))
}

fn next(run: &Run<'_, '_>, report: &mut Report) -> Option<Entry> {
    report.next_entry(&|order| run.import.marketplace_of(order).ok().flatten())
}

/// Keeps the first problems and counts them all.
fn note(facts: &mut ReportFacts, problem: RowProblem) {
    facts.problem_count += 1;
    if facts.problems.len() < PROBLEMS {
        facts.problems.push(problem);
    }
}

/// Why a file is no report: place, problem, remedy.
fn why(refused: &Refused) -> Refusal {
    [Lang::En, Lang::Zh].map(|lang| {
        let said = refused.problem.say(lang);
        // The message about an unknown header names its columns already.
        let value = if refused.value.is_empty() || refused.starter.is_some() {
            String::new()
        } else {
            format!("`{}`: ", refused.value)
        };
        match (refused.line, lang) {
            (0, _) => said,
            (line, Lang::En) if refused.column.is_empty() => format!("line {line}: {value}{said}"),
            (line, Lang::Zh) if refused.column.is_empty() => format!("第 {line} 行：{value}{said}"),
            (line, Lang::En) => format!("line {line}, column {}: {value}{said}", refused.column),
            (line, Lang::Zh) => format!("第 {line} 行，{} 列：{value}{said}", refused.column),
        }
    })
}
