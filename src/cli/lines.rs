//! Commands that answer JSON lines with JSON lines: one answer a line, bad lines named, the others answered.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Session;
use super::out::{Stop, json_line};
use super::table::safe;
use crate::domain::case::Language;
use crate::i18n::Lang;
use crate::mistake::nearest;
use crate::problem::{Exit, Problem};

/// What such a command does with a line, and what a good one looks like.
pub(super) struct Answering<T> {
    /// A line as it should be.
    pub example: &'static str,
    /// An object with every key that a line may have.
    pub keys: Value,
    /// The answer to one.
    pub answer: fn(&T) -> Value,
}

impl<T: DeserializeOwned> Answering<T> {
    /// Answers the lines of the files, or of standard input; exit code 1 when one could not be read.
    pub fn run(&self, session: &Session<'_>, paths: &[PathBuf]) -> Result<ExitCode, Stop> {
        let mut all_read = true;
        if paths.is_empty() {
            all_read = self.lines(session, "stdin", std::io::stdin().lock())?;
        }
        for path in paths {
            if path.as_os_str() == "-" {
                all_read &= self.lines(session, "stdin", std::io::stdin().lock())?;
                continue;
            }
            let name = safe(&path.to_string_lossy());
            match open(path) {
                Ok(file) => all_read &= self.lines(session, &name, BufReader::new(file))?,
                Err(why) => {
                    all_read = false;
                    complain(session, &unreadable(&name, &why.to_string()));
                }
            }
        }
        session.out.borrow_mut().flush()?;
        Ok(ExitCode::from(if all_read { 0 } else { Exit::Failed as u8 }))
    }

    /// Answers every line that can be read; whether all could.
    fn lines(&self, session: &Session<'_>, name: &str, mut input: impl BufRead) -> Result<bool, Stop> {
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
                Ok(read) => {
                    self.doubt(session, name, number, bytes);
                    json_line(&mut *session.out.borrow_mut(), &(self.answer)(&read))?;
                }
                Err(why) => {
                    all_read = false;
                    complain(session, &self.bad_line(name, number, &why));
                }
            }
        }
    }

    /// Says which keys of a line look like misspelt ones: what they tell would be left aside unseen.
    fn doubt(&self, session: &Session<'_>, name: &str, number: u64, bytes: &[u8]) {
        let Ok(line) = serde_json::from_slice(bytes) else { return };
        for (key, meant) in misspelt(&line, &self.keys) {
            let key = safe(key);
            session.tell(&match session.lang {
                Lang::En => format!("{name} line {number}: key `{key}` is unknown; did you mean `{meant}`?"),
                Lang::Zh => format!("{name} 第 {number} 行：未知键 `{key}`，是否想写 `{meant}`？"),
            });
        }
    }

    fn bad_line(&self, name: &str, number: u64, why: &serde_json::Error) -> Problem {
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
                format!("Write one object a line: {}", self.example),
                format!("每行写一个对象：{}", self.example),
            ],
        )
    }
}

/// The unknown keys of an object, and of the objects in it, that are nearly known ones, with these.
fn misspelt<'a>(line: &'a Value, known: &'a Value) -> Vec<(&'a str, &'a str)> {
    let (Some(line), Some(known)) = (line.as_object(), known.as_object()) else { return Vec::new() };
    let free: Vec<&str> = known.keys().map(String::as_str).filter(|key| !line.contains_key(*key)).collect();
    let mut found = Vec::new();
    for (key, value) in line {
        match known.get(key) {
            Some(within) => found.extend(misspelt(value, within)),
            None => found.extend(nearest(key, &free).map(|meant| (key.as_str(), meant))),
        }
    }
    found
}

fn open(path: &Path) -> std::io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}

/// The language of a tag such as `de` or `zh-Hant`; `None` for one without phrases.
pub(super) fn spoken(tag: &str) -> Option<Language> {
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
