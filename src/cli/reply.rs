//! `kesu reply`: the whole reply that is being written, as text or as a mail.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::Session;
use super::args::Reply;
use super::out::Stop;
use crate::config::{Config, FILE};
use crate::domain::CaseId;
use crate::folders::Folders;
use crate::out::letter::Letter;
use crate::out::{gate, outbox, post, whole};
use crate::problem::{Exit, Problem};
use crate::reply::history::TO_FILE;
use crate::reply::template::{Library, Seller};
use crate::safe_text;
use crate::shelf::Shelf;
use crate::store::Store;

/// The whole reply, and the case that stands for the one that was named.
struct Whole {
    case: CaseId,
    text: String,
    /// The reply rules it leaves against, and why.
    despite: Option<String>,
}

/// `kesu reply CASE`.
pub(super) fn reply(session: &mut Session<'_>, args: &Reply) -> Result<(), Stop> {
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    // A mail in a file is on its way out: that is an event. What is only printed is none, unless a rule was overridden.
    let noted = args.eml && file.is_some() || args.despite.is_some();
    let mut store = if noted { session.writing()? } else { session.reading()? };
    let own = Own::read(session);
    let whole = whole_reply(session, &store, args, &own)?;
    if !args.eml {
        let text = format!("{}\n", whole.text.trim_end_matches('\n'));
        if let Some(path) = file {
            outbox::write_new(path, text.as_bytes())?;
            let shown = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let noted = note(session, &mut store, &whole, &format!("{TO_FILE}{}", shown.display()));
            return Ok(noted.inspect_err(|_| drop(fs::remove_file(path)))?);
        }
        note(session, &mut store, &whole, "kesu reply")?;
        return print(session, safe_text::for_output(&text).as_str().as_bytes());
    }
    let from = args.from.as_ref().map(ToString::to_string).or(own.config.store.email);
    let letter = post::answer(&store, whole.case, &whole.text, from.as_deref(), session.now)?;
    let letter = letter.ok_or_else(no_sender)?;
    if let Some(path) = file {
        return Ok(post::write(
            &mut store,
            whole.case,
            &letter,
            path,
            whole.despite.as_deref(),
            session.now,
        )?);
    }
    note(session, &mut store, &whole, "kesu reply --eml")?;
    print_mail(session, &letter)
}

/// Notes that a reply left against the reply rules; any other leaves no trace here.
fn note(session: &Session<'_>, store: &mut Store, whole: &Whole, route: &str) -> Result<(), Problem> {
    let Some(despite) = &whole.despite else { return Ok(()) };
    store.copied_despite(whole.case, route, Some(despite), session.now).map(drop)
}

fn print_mail(session: &Session<'_>, letter: &Letter) -> Result<(), Stop> {
    print(session, &letter.bytes())
}

fn print(session: &Session<'_>, bytes: &[u8]) -> Result<(), Stop> {
    let mut out = session.out.borrow_mut();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// The reply, unless a rule blocks it and no reason was given. What the rules object to is told.
fn whole_reply(session: &Session<'_>, store: &Store, args: &Reply, own: &Own) -> Result<Whole, Problem> {
    let id = args.case;
    let mut file = store.case(id, session.now)?.ok_or_else(|| {
        Problem::new(
            Exit::NotFound,
            [format!("no case {id}"), format!("没有客诉 {id}")],
            ["`kesu list --archived` shows them all", "用 `kesu list --archived` 查看全部客诉"],
        )
    })?;
    let case = file.summary.id;
    if let Some(draft) = store.waiting_draft(case) {
        file.draft = Some(draft);
    }
    let seller = Seller { store_name: own.config.store.name.clone() };
    let (text, lang) = whole::reply_of(&file, &own.templates, &seller, session.now)?;
    let findings = gate::findings(&file, &text, lang);
    for finding in &findings {
        session.tell(&gate::line(finding, &text, session.lang));
    }
    match (gate::refusal(&findings, case), &args.despite) {
        (None, _) => Ok(Whole { case, text, despite: None }),
        (Some(problem), None) => Err(problem),
        (Some(_), Some(reason)) => {
            let despite = Some(format!("{}: {reason}", gate::blocking(&findings)));
            Ok(Whole { case, text, despite })
        }
    }
}

/// What the operator has set and written.
struct Own {
    config: Config,
    templates: Arc<Library>,
}

impl Own {
    /// Reads it; a mistake in it is told and does not stop the command.
    fn read(session: &Session<'_>) -> Self {
        let tell = |problem: &Problem| session.tell(&format!("kesu: {}", problem.say(session.lang)));
        let Ok(folders) = Folders::find().inspect_err(tell) else {
            return Self { config: Config::default(), templates: Arc::clone(Library::shipped()) };
        };
        let config = Config::read(&folders.config.join(FILE)).inspect_err(tell).unwrap_or_default();
        let shelf = Shelf::read(&folders.config);
        if let Some(problem) = shelf.problem(&folders.config) {
            tell(&problem);
        }
        Self { config, templates: shelf.templates }
    }
}

fn no_sender() -> Problem {
    Problem::new(
        Exit::Blocked,
        [
            "no mail of the case shows the address Amazon knows you by",
            "该客诉的邮件中没有亚马逊所登记的您的邮箱地址",
        ],
        [
            "Name it with --from, or in config.toml: [store] email",
            "请用 --from 指定，或在 config.toml 中设置 [store] email",
        ],
    )
}
