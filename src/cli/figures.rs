//! `kesu figures`: the pages of the report as tables and as JSON.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::Session;
use super::args::Figures as Args;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::report::{Page, Window};
use crate::i18n::report as say;
use crate::wire::utc;

/// `kesu figures`.
pub(super) fn figures(session: &mut Session<'_>, args: &Args) -> Result<(), Stop> {
    let store = session.reading()?;
    let period = args.days;
    let window = args.as_of.map_or_else(|| Window::until(session.now, period), |day| Window::on(day, period));
    let (object, table) = match args.what {
        Page::Outcomes => {
            let outcomes = store.outcomes(window)?;
            let counts: Map<String, Value> = outcomes
                .ended
                .iter()
                .map(|(outcome, cases)| (outcome.word().to_owned(), json!(cases.len())))
                .collect();
            let mut table = Table::new([("", Side::Left), ("", Side::Right)]);
            for (outcome, cases) in &outcomes.ended {
                table.row(Tone::Calm, [session.t(*outcome), &cases.len().to_string()]);
            }
            (json!({ "outcomes": counts }), table)
        }
        Page::Time => {
            let times = store.handling(window)?;
            (json!({ "answered": times.answered.len() }), Table::new([("", Side::Left)]))
        }
        Page::Rates => return super::rates::rates(session, args, &store),
    };
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &with_window(args, window, object))?;
    } else {
        let name = say::page_name(session.lang, args.what);
        let days = say::period_name(session.lang, period);
        writeln!(
            out,
            "{name} · {days} · {}",
            say::window_name(session.lang, &window, &jiff::tz::TimeZone::UTC)
        )?;
        table.write(&mut *out, session.width(), session.colour)?;
    }
    out.flush()?;
    Ok(())
}

/// The object of a page with its name and its time first.
fn with_window(args: &Args, window: Window, page: Value) -> Value {
    let mut object = json!({
        "figures": args.what,
        "days": args.days.days(),
        "window": { "from": window.from.map(utc), "to": utc(window.until) },
    });
    if let (Some(object), Value::Object(page)) = (object.as_object_mut(), page) {
        object.extend(page);
    }
    object
}
