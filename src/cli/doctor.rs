//! `kesu doctor`: what is wrong with the database, where, and what to do.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::Session;
use super::args::Doctor;
use super::out::{Stop, json_line};
use super::table::safe;
use crate::domain::checkup::{Check, Checkup, Finding};
use crate::i18n::Lang;
use crate::problem::{Exit, Problem};
use crate::store::Store;

/// `kesu doctor`.
pub(super) fn doctor(session: &Session<'_>, args: &Doctor) -> Result<ExitCode, Stop> {
    let path = session.db()?;
    let shown = path.to_string_lossy();
    if super::is_missing(&path) {
        let what = [format!("there is no database at {shown}"), format!("{shown} 没有数据库")];
        let remedy =
            ["`kesu import` makes one; --db names another", "`kesu import` 会创建；--db 可指定其他文件"];
        return Err(Problem::new(Exit::NotFound, what, remedy).into());
    }
    let checkup = Store::check_file(&path)?;
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &object(&checkup, &shown, session.lang))?;
    } else {
        page(session.lang, &mut *out, &checkup, &shown)?;
    }
    out.flush()?;
    Ok(if checkup.is_healthy() { ExitCode::SUCCESS } else { ExitCode::from(Exit::Failed as u8) })
}

fn object(checkup: &Checkup, path: &str, lang: Lang) -> Value {
    let found = |check: Check| checkup.findings.iter().filter(move |finding| finding.check == check);
    let finding = |finding: &Finding| {
        json!({
            "check": finding.check.word(),
            "where": finding.place,
            "problem": finding.what[lang as usize],
            "remedy": finding.remedy[lang as usize],
            "note": finding.note,
        })
    };
    let checks = Check::ALL
        .iter()
        .map(|check| json!({ "check": check.word(), "healthy": found(*check).all(|finding| finding.note) }));
    json!({
        "healthy": checkup.is_healthy(),
        "database": path,
        "format": checkup.format,
        "events": checkup.events,
        "money_lines": checkup.money_lines,
        "money_head": checkup.money_head,
        "checks": checks.collect::<Value>(),
        "findings": checkup.findings.iter().map(finding).collect::<Value>(),
    })
}

/// What a check looks at.
const fn name(lang: Lang, check: Check) -> &'static str {
    match check {
        Check::Integrity => lang.pick("the file's structure (SQLite)", "文件结构（SQLite）"),
        Check::References => lang.pick("references between rows", "记录之间的引用"),
        Check::Schema => lang.pick("tables, indexes, walls", "表、索引与防护"),
        Check::History => lang.pick("chain of the history", "历史的链"),
        Check::MoneyChain => lang.pick("chain of the money log", "资金日志的链"),
        Check::MoneyHead => lang.pick("end of the money log", "资金日志的末尾"),
        Check::Offers => lang.pick("offers against the money log", "补偿与资金日志"),
        Check::Sums => lang.pick("sums against order totals", "合计与订单总额"),
    }
}

fn page(lang: Lang, out: &mut impl Write, checkup: &Checkup, path: &str) -> Result<(), Stop> {
    writeln!(out, "{}", safe(path))?;
    for check in Check::ALL {
        let found: Vec<_> = checkup.findings.iter().filter(|finding| finding.check == *check).collect();
        let well = found.iter().all(|finding| finding.note);
        writeln!(out, "{} {}", if well { "✓" } else { "✗" }, name(lang, *check))?;
        for finding in found {
            let at = lang as usize;
            let colon = lang.pick(": ", "：");
            let (place, what) = (safe(&finding.place), safe(&finding.what[at]));
            writeln!(out, "    {place}{colon}{what}")?;
            writeln!(out, "    → {}", safe(&finding.remedy[at]))?;
        }
    }
    let (events, lines) = (checkup.events, checkup.money_lines);
    let said = match lang {
        Lang::En => format!("format {}, {events} events, {lines} lines of money", checkup.format),
        Lang::Zh => format!("格式 {}，{events} 条历史，{lines} 条资金记录", checkup.format),
    };
    writeln!(out, "{said}")?;
    let keep = lang.pick("end of the money log, to be kept elsewhere", "资金日志末尾，请另行保存");
    writeln!(out, "{keep}{}{}", lang.pick(": ", "："), checkup.money_head)?;
    let verdict = match (checkup.is_healthy(), lang) {
        (true, Lang::En) => "healthy",
        (true, Lang::Zh) => "正常",
        (false, Lang::En) => "NOT healthy",
        (false, Lang::Zh) => "有问题",
    };
    writeln!(out, "{verdict}")?;
    Ok(())
}
