//! `kesu classify`: kind and complaint of messages, JSON lines in and out.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::{Value, json};

use super::Session;
use super::args::Classify as Args;
use super::out::{Stop, json_line};
use super::table::safe;
use crate::domain::case::Language;
use crate::problem::{Exit, Problem};
use crate::reply::language;
use crate::triage::words;

/// One message as a line gives it. Unknown fields are left alone.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    text: String,
}

/// `kesu classify`.
pub(super) fn classify(session: &mut Session<'_>, args: &Args) -> Result<ExitCode, Stop> {
    let mut all_read = true;
    if args.paths.is_empty() {
        all_read = lines(session, "stdin", std::io::stdin().lock())?;
    }
    for path in &args.paths {
        if path.as_os_str() == "-" {
            all_read &= lines(session, "stdin", std::io::stdin().lock())?;
            continue;
        }
        let name = safe(&path.to_string_lossy());
        match open(path) {
            Ok(file) => all_read &= lines(session, &name, BufReader::new(file))?,
            Err(why) => {
                all_read = false;
                complain(session, &unreadable(&name, &why.to_string()));
            }
        }
    }
    session.out.borrow_mut().flush()?;
    Ok(ExitCode::from(if all_read { 0 } else { Exit::Failed as u8 }))
}

fn open(path: &Path) -> std::io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// Answers every line that can be read; whether all could.
fn lines(session: &Session<'_>, name: &str, mut input: impl BufRead) -> Result<bool, Stop> {
    let (mut line, mut number, mut all_read) = (Vec::new(), 0_u64, true);
    loop {
        line.clear();
        number += 1;
        match input.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(all_read),
            Ok(_) => {}
            Err(why) => {
                complain(session, &unreadable(name, &why.to_string()));
                return Ok(false);
            }
        }
        let bytes = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line) } else { &line };
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(bytes) {
            Ok(message) => json_line(&mut *session.out.borrow_mut(), &answer(&message))?,
            Err(why) => {
                all_read = false;
                complain(session, &bad_line(name, number, &why));
            }
        }
    }
}

fn answer(message: &Message) -> Value {
    let said = message.lang.as_deref().and_then(spoken);
    let language = said.or_else(|| language::detect(&message.text, None));
    let subject = message.subject.as_deref().unwrap_or_default();
    let verdict = words::classify(subject, &message.text, language);
    json!({ "id": message.id, "kind": verdict.kind, "is_complaint": verdict.is_complaint })
}

/// The language of a tag such as `de` or `zh-Hant`; `None` for one without phrases.
fn spoken(tag: &str) -> Option<Language> {
    let main = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    serde_json::from_value(Value::String(main)).ok()
}

fn complain(session: &Session<'_>, problem: &Problem) {
    session.tell(&format!("kesu: {}", problem.say(session.lang)));
}

fn unreadable(name: &str, why: &str) -> Problem {
    Problem::new(
        Exit::Failed,
        [format!("cannot read {name}: {why}"), format!("无法读取 {name}：{why}")],
        ["Name a file of JSON lines, or pipe them in", "请指定 JSON 行文件，或用管道传入"],
    )
}

fn bad_line(name: &str, number: u64, why: &serde_json::Error) -> Problem {
    // serde_json says "at line 1 column 7": its line is always the first, ours is the one to look for.
    let text = why.to_string();
    let what = safe(text.split(" at line ").next().unwrap_or(&text));
    let column = why.column();
    Problem::new(
        Exit::Failed,
        [
            format!("{name} line {number} column {column}: {what}"),
            format!("{name} 第 {number} 行第 {column} 列：{what}"),
        ],
        [
            r#"Write one object a line: {"id":"1","lang":"de","subject":"","text":"…"}"#,
            r#"每行写一个对象：{"id":"1","lang":"de","subject":"","text":"…"}"#,
        ],
    )
}
