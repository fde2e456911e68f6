//! `kesu import`: what the operator has, onto cases.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::args::Import;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone, safe};
use super::{Session, is_missing};
use crate::i18n::offers::above_total;
use crate::i18n::{Lang, Text};
use crate::import::map::ColumnMap;
use crate::intake::{
    self, Content, Item, MailFacts, Progress, Receipt, ReportFacts, Request, Source, Status,
};
use crate::problem::{Exit, Problem, io_words};
use crate::safe_text;
use crate::store::Store;
use crate::tui::runtime::interrupt;
use crate::wire::{money, utc};

/// The problems of one report, and the refusals of one import, that are told to people; all are counted.
const TOLD: usize = 20;

/// `kesu import`.
pub(super) fn import(session: &mut Session<'_>, args: &Import) -> Result<ExitCode, Stop> {
    let request = request(session, args)?;
    let cancel = interrupt::flag();
    let receipt = receive(session, &request, &cancel)?;
    if args.json {
        let mut out = session.out.borrow_mut();
        for item in &receipt.items {
            json_line(&mut *out, &object(session.lang, item))?;
        }
        out.flush()?;
        drop(out);
        // Standard output has one object an item, and no item stands for an order.
        above(session, &receipt);
    } else {
        refusals(session, &receipt);
        summary(session, args, &receipt)?;
        above(session, &receipt);
        starter(session, &receipt);
    }
    if args.json && !receipt.is_done() {
        session.tell(session.lang.pick("kesu: nothing could be imported", "kesu：没有可导入的内容"));
    }
    Ok(ExitCode::from(if receipt.is_done() { 0 } else { Exit::Failed as u8 }))
}

fn request(session: &Session<'_>, args: &Import) -> Result<Request, Problem> {
    let source = |path: &std::path::PathBuf| {
        if path.as_os_str() == "-" { Source::Stdin } else { Source::Path(path.clone()) }
    };
    let mut sources: Vec<Source> = args.paths.iter().map(source).collect();
    // Standard input can be read once, however often it is named.
    let mut first = true;
    sources.retain(|source| *source != Source::Stdin || std::mem::take(&mut first));
    Ok(Request {
        sources,
        marketplace: args.marketplace,
        map: args.map.as_deref().map(map).transpose()?.map(Arc::new),
        dry_run: args.dry_run,
        with_texts: args.json,
        now: session.now,
    })
}

/// Reads the column map. One that is missing or wrong is a mistake on the command line.
fn map(path: &std::path::Path) -> Result<ColumnMap, Problem> {
    let name = path.to_string_lossy();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let [en, zh] = io_words(&error);
        Problem::new(
            Exit::Usage,
            [format!("cannot read the column map {name}: {en}"), format!("无法读取列映射 {name}：{zh}")],
            [
                "Import without `--map` first: it prints a map to start from",
                "请先不带 `--map` 导入一次：会输出一份起始映射",
            ],
        )
    })?;
    ColumnMap::parse(&text).map_err(|wrong| Problem {
        what: wrong.what.map(|what| format!("{name}:{what}")),
        remedy: wrong.remedy,
        exit: Exit::Usage,
    })
}

fn receive(session: &Session<'_>, request: &Request, cancel: &AtomicBool) -> Result<Receipt, Problem> {
    // A dry run on no database must not make one; on an existing one it is rolled back.
    let mut store = if request.dry_run && is_missing(&session.db()?) {
        Store::in_memory(session.policy()?)?
    } else if request.dry_run {
        Store::on_trial(&session.db()?, session.policy()?)?
    } else {
        session.writing()?
    };
    let bar = Bar::new(session.lang);
    let receipt = intake::run(&mut store, request, cancel, &mut |progress| bar.show(progress));
    bar.bar.finish_and_clear();
    receipt
}

/// The progress line on stderr: only on a terminal, only for what takes longer than half a second.
struct Bar {
    bar: ProgressBar,
    lang: Lang,
}

impl Bar {
    fn new(lang: Lang) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        let template = match lang {
            Lang::En => {
                "{msg}  {bar:20} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  Ctrl-C stops, nothing is kept"
            }
            Lang::Zh => {
                "{msg}  {bar:20} {bytes}/{total_bytes}  {bytes_per_sec}  还剩 {eta}  按 Ctrl-C 停止，不保留任何内容"
            }
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, lang }
    }

    fn show(&self, progress: &Progress) {
        self.bar.set_length(progress.total_bytes.max(progress.done_bytes));
        self.bar.set_position(progress.done_bytes);
        if self.bar.is_hidden() {
            if self.bar.elapsed() < Duration::from_millis(500) || !std::io::stderr().is_terminal() {
                return;
            }
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let name = std::path::Path::new(&progress.file).file_name().unwrap_or_default().to_string_lossy();
        let unit = self.lang.pick("items", "条");
        self.bar.set_message(format!("{}  {} {unit}", safe_text::line(&name, 30), progress.items));
    }
}

/// Says what was refused and what is wrong in the rows, to stderr.
fn refusals(session: &Session<'_>, receipt: &Receipt) {
    let lang = session.lang;
    let refused = receipt.items.iter().filter(|item| item.status == Status::Rejected);
    for item in refused.clone().take(TOLD) {
        let reason = item.reason.as_ref().map_or("", |reason| reason[lang as usize].as_str());
        session.tell(&format!("{}: {reason}", name(item)));
    }
    more(session, refused.count());
    for item in &receipt.items {
        match &item.content {
            Content::Report(report) => problems(session, item, report),
            Content::Mail(Some(mail)) => {
                for warning in &mail.warnings {
                    session.tell(&format!("{}: {}", name(item), warning[lang as usize]));
                }
            }
            _ => {}
        }
    }
}

fn problems(session: &Session<'_>, item: &Item, report: &ReportFacts) {
    let lang = session.lang;
    for problem in report.problems.iter().take(TOLD) {
        session.tell(&format!("{}:{}", name(item), problem.say(lang)));
    }
    more(session, usize::try_from(report.problem_count).unwrap_or(usize::MAX));
}

/// Names the orders of which more was refunded than they came to.
fn above(session: &Session<'_>, receipt: &Receipt) {
    for above in receipt.above.iter().take(TOLD) {
        session.tell(&safe(&above_total(session.lang, above)));
    }
    more(session, receipt.above.len());
}

fn more(session: &Session<'_>, count: usize) {
    if let Some(rest) = count.checked_sub(TOLD).filter(|rest| *rest > 0) {
        session.tell(&match session.lang {
            Lang::En => format!("… and {rest} more, {count} in all"),
            Lang::Zh => format!("……另有 {rest} 条，共 {count} 条"),
        });
    }
}

/// A column map for the first file with an unknown header: the last lines of all, so that it is easily cut out.
fn starter(session: &Session<'_>, receipt: &Receipt) {
    let lang = session.lang;
    let mut unknown = receipt.items.iter().filter_map(|item| Some((item, item.starter.as_ref()?)));
    let Some((item, map)) = unknown.next() else { return };
    let (file, rest) = (safe(&item.file), unknown.count());
    let others = match (rest, lang) {
        (0, _) => String::new(),
        (_, Lang::En) => format!(" ({rest} more files have unknown headers: import each alone for its map)"),
        (_, Lang::Zh) => format!("（另有 {rest} 个文件表头未知：请逐个导入以获取各自的映射）"),
    };
    session.tell(&match lang {
        Lang::En => format!(
            "\nTo read {file}, save all below this line as map.toml, correct it, run `kesu import --map map.toml FILE`{others}\n"
        ),
        Lang::Zh => format!(
            "\n要读取 {file}，请把本行以下的内容存为 map.toml，改好后运行 `kesu import --map map.toml 文件`{others}\n"
        ),
    });
    session.tell(map[lang as usize].trim_end());
}

/// File and, in a mailbox, place of the message.
fn name(item: &Item) -> String {
    let file = safe(&item.file);
    item.index.map_or_else(|| file.clone(), |index| format!("{file} #{index}"))
}

/// Counts by report and channel, then the totals.
fn summary(session: &Session<'_>, args: &Import, receipt: &Receipt) -> Result<(), Stop> {
    let (lang, tally) = (session.lang, &receipt.tally);
    let mut out = session.out.borrow_mut();
    if let Some(table) = reports(lang, receipt) {
        table.write(&mut *out, session.width(), session.colour)?;
        writeln!(out)?;
    }
    if let Some(table) = mails(lang, receipt) {
        table.write(&mut *out, session.width(), session.colour)?;
        writeln!(out)?;
    }
    let archived = match (tally.archived, lang) {
        (0, _) => String::new(),
        (count, Lang::En) => format!(", {count} of them archived: settled already"),
        (count, Lang::Zh) => format!("，其中 {count} 件已了结，直接归档"),
    };
    match lang {
        Lang::En => writeln!(
            out,
            "{} mails accepted, {} ignored ({} of them known already), {} refused; {} rows: {} new, {} known, {} updated, {} skipped; {} cases opened{archived}",
            tally.accepted,
            tally.ignored,
            tally.duplicates,
            tally.rejected,
            tally.total,
            tally.new,
            tally.dup,
            tally.updated,
            tally.skipped,
            tally.cases
        )?,
        Lang::Zh => writeln!(
            out,
            "邮件：导入 {}，忽略 {}（其中 {} 封早已存在），拒绝 {}；报告共 {} 行：新增 {}，已有 {}，更新 {}，跳过 {}；新建客诉 {} 件{archived}",
            tally.accepted,
            tally.ignored,
            tally.duplicates,
            tally.rejected,
            tally.total,
            tally.new,
            tally.dup,
            tally.updated,
            tally.skipped,
            tally.cases
        )?,
    }
    if args.dry_run {
        writeln!(out, "{}", lang.pick("dry run: nothing was written", "试运行：没有写入任何内容"))?;
    }
    out.flush()?;
    Ok(())
}

fn reports(lang: Lang, receipt: &Receipt) -> Option<Table> {
    let mut table = Table::new([
        (lang.pick("report", "报告"), Side::Left),
        (lang.pick("rows", "行数"), Side::Right),
        (lang.pick("new", "新增"), Side::Right),
        (lang.pick("known", "已有"), Side::Right),
        (lang.pick("updated", "更新"), Side::Right),
        (lang.pick("skipped", "跳过"), Side::Right),
        (lang.pick("file", "文件"), Side::Left),
    ]);
    for item in &receipt.items {
        if let Content::Report(report) = &item.content {
            let rows = report.rows;
            let counts =
                [rows.total, rows.new, rows.dup, rows.updated, rows.skipped].map(|count| count.to_string());
            let [total, new, dup, updated, skipped] = &counts;
            let tone = if rows.skipped > 0 { Tone::Soon } else { Tone::Calm };
            table.row(
                tone,
                [Text::from(report.kind).in_lang(lang), total, new, dup, updated, skipped, &item.file],
            );
        }
    }
    (!table.is_empty()).then_some(table)
}

fn mails(lang: Lang, receipt: &Receipt) -> Option<Table> {
    let mut counts = BTreeMap::new();
    for item in &receipt.items {
        if let (Status::Accepted, Content::Mail(Some(mail))) = (item.status, &item.content) {
            *counts.entry(mail.notice).or_insert(0_u64) += 1;
        }
    }
    let mut table = Table::new([(lang.pick("mails", "邮件"), Side::Left), ("", Side::Right)]);
    for (notice, count) in counts {
        table.row(Tone::Calm, [Text::from(notice).in_lang(lang), &count.to_string()]);
    }
    (!table.is_empty()).then_some(table)
}

/// One item as the stable interface shows it.
fn object(lang: Lang, item: &Item) -> Value {
    let reason = item.reason.as_ref().map(|reason| &reason[lang as usize]);
    let mut object = json!({
        "file": item.file,
        "type": item.type_word(),
        "status": item.status.word(),
        "reason": reason,
    });
    if let Some(index) = item.index {
        object["index"] = index.into();
    }
    if let Some(map) = &item.starter {
        object["starter_map"] = map[lang as usize].as_str().into();
    }
    let more = match &item.content {
        Content::Unknown => return object,
        Content::Mail(None) => no_mail(),
        Content::Mail(Some(mail)) => mail_object(lang, mail),
        Content::Report(report) => report_object(lang, report),
    };
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

fn no_mail() -> Value {
    let keys = [
        "channel",
        "marketplace",
        "order_id",
        "buyer_text",
        "kind",
        "is_complaint",
        "amount",
        "currency",
        "decision",
        "deadline",
        "thread",
        "date_utc",
        "case",
    ];
    Value::Object(keys.map(|key| (key.to_owned(), Value::Null)).into_iter().collect())
}

fn mail_object(lang: Lang, mail: &MailFacts) -> Value {
    let (amount, currency) = money(mail.amount);
    let deadline = mail.deadline.map(|deadline| {
        json!({ "amount": deadline.amount, "unit": deadline.unit.word(), "due_utc": deadline.due.map(utc) })
    });
    let warnings: Vec<&String> = mail.warnings.iter().map(|warning| &warning[lang as usize]).collect();
    json!({
        "channel": mail.notice.word(),
        "marketplace": mail.marketplace.map(crate::domain::Marketplace::code),
        "order_id": mail.order_id,
        "buyer_text": mail.buyer_text,
        "kind": mail.kind.word(),
        "is_complaint": mail.is_complaint,
        "amount": amount,
        "currency": currency,
        "decision": mail.decision.map(crate::domain::record::Decision::word),
        "deadline": deadline,
        "thread": mail.place.as_ref().map(|place| &place.thread),
        "date_utc": mail.sent_at.map(utc),
        "case": mail.place.as_ref().and_then(|place| place.case),
        "warnings": warnings,
    })
}

fn report_object(lang: Lang, report: &ReportFacts) -> Value {
    let rows = report.rows;
    let at = lang as usize;
    let problem = |problem: &crate::domain::record::RowProblem| {
        json!({
            "line": problem.line,
            "column": problem.column,
            "value": problem.value,
            "problem": problem.problem[at],
            "remedy": problem.remedy[at],
        })
    };
    json!({
        "rows": {
            "total": rows.total,
            "new": rows.new,
            "dup": rows.dup,
            "updated": rows.updated,
            "skipped": rows.skipped,
        },
        "problems": report.problems.iter().map(problem).collect::<Vec<_>>(),
        "problem_count": report.problem_count,
    })
}
