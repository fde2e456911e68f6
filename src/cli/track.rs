//! `kesu track`: what tracking numbers are worth, whose they are, and where a parcel is looked up.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use serde_json::json;

use super::Session;
use super::args::Track as Args;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::tracking::{Carriers, Judgement, Verdict};
use crate::i18n::Text;
use crate::problem::{Exit, Problem, io_words};

/// Longest line of standard input, in bytes: what is longer is no list of numbers.
const LONGEST: usize = 10_000;

/// `kesu track`: the exit code is 4 when one is invalid.
pub(super) fn track(session: &mut Session<'_>, args: &Args) -> Result<ExitCode, Stop> {
    let own = session.carriers();
    let carriers = own.as_ref().unwrap_or_else(|| Carriers::shipped());
    let head = [
        (session.t(Text::OfferTrackingField), Side::Left),
        ("", Side::Left),
        ("", Side::Left),
        ("", Side::Left),
    ];
    let mut table = Table::new(head);
    let mut invalid = false;
    let mut say = |number: &str| -> Result<(), Stop> {
        let judged = carriers.judge(number, args.marketplace);
        invalid |= judged.verdict == Verdict::Invalid;
        if args.json {
            let Judgement { verdict, carriers, url, .. } = judged;
            let object = json!({ "number": number, "verdict": verdict, "carriers": carriers, "url": url });
            json_line(&mut *session.out.borrow_mut(), &object)?;
            return Ok(());
        }
        let tone = if judged.verdict == Verdict::Invalid { Tone::Late } else { Tone::Calm };
        let mut word = session.t(judged.verdict).to_owned();
        if judged.placeholder {
            word.push_str(&format!("{}{}", session.lang.pick(", ", "，"), session.t(Text::Placeholder)));
        }
        let names = judged.carriers.join(session.lang.pick(", ", "、"));
        table.row(tone, [number, &word, &names, judged.url.as_deref().unwrap_or_default()]);
        Ok(())
    };
    for number in &args.numbers {
        if number == "-" {
            each_line(std::io::stdin().lock(), &mut say)?;
        } else {
            say(number)?;
        }
    }
    let mut out = session.out.borrow_mut();
    if !args.json && !table.is_empty() {
        table.write(&mut *out, session.width(), session.colour)?;
    }
    out.flush()?;
    Ok(if invalid { ExitCode::from(Exit::Blocked as u8) } else { ExitCode::SUCCESS })
}

/// Every line that says something; bytes that are no text make a number nobody knows.
fn each_line(mut input: impl BufRead, say: &mut impl FnMut(&str) -> Result<(), Stop>) -> Result<(), Stop> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut input, LONGEST as u64).read_until(b'\n', &mut line);
        match read {
            Ok(0) => return Ok(()),
            Ok(_) => {
                let text = String::from_utf8_lossy(&line);
                let number = text.trim_start_matches('\u{feff}').trim();
                if !number.is_empty() {
                    say(number)?;
                }
            }
            Err(error) => {
                let [en, zh] = io_words(&error);
                return Err(Stop::Problem(Problem::new(
                    Exit::Failed,
                    [format!("cannot read standard input: {en}"), format!("无法读取标准输入：{zh}")],
                    ["Pipe in one number a line", "请每行传入一个运单号"],
                )));
            }
        }
    }
}
