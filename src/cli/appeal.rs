//! `kesu appeal`: the appeal pack of a case in a folder.

use std::io::Write as _;

use super::Session;
use super::args::Appeal;
use super::out::Stop;
use super::table::safe;
use crate::appeal;
use crate::config;
use crate::domain::playbook::Playbook;
use crate::folders::Folders;
use crate::i18n::{Lang, Text};
use crate::problem::{Exit, Problem};

/// `kesu appeal CASE -o FOLDER`.
pub(super) fn appeal(session: &mut Session<'_>, args: &Appeal) -> Result<(), Stop> {
    let mut store = session.reading()?;
    let book = playbook(session);
    let pack = appeal::write(&mut store, args.case, &book, &args.output, session.now)?;
    {
        let mut out = session.out.borrow_mut();
        writeln!(out, "{}", safe(&pack.folder.to_string_lossy()))?;
        out.flush()?;
    }
    if pack.weak > 0 {
        session.tell(&match session.lang {
            Lang::En => format!("weak proofs: {}, see READ-ME-FIRST.txt", pack.weak),
            Lang::Zh => format!("弱证据 {} 份，见 READ-ME-FIRST.txt", pack.weak),
        });
    }
    if pack.missing.is_empty() {
        return Ok(());
    }
    let said = [Lang::En, Lang::Zh].map(|lang| {
        format!(
            "{} {} {}",
            Text::NewsPacked.in_lang(lang),
            pack.folder.display(),
            Text::PackMissing.in_lang(lang)
        )
    });
    Err(Problem::new(Exit::Failed, said, ["", ""]).into())
}

/// The steps that ship with the operator's own; a mistake in his is told, and those that ship hold.
pub(super) fn playbook(session: &Session<'_>) -> Playbook {
    let read = Folders::find().and_then(|folders| config::playbook(&folders.config));
    read.unwrap_or_else(|problem| {
        session.tell(&format!("kesu: {}", problem.say(session.lang)));
        Playbook::shipped().clone()
    })
}
