//! What stands beside a case: the buyer's history with its flags, and the note of the SKU.

use std::io::Write;

use jiff::tz::TimeZone;

use super::super::Session;
use super::super::out::Stop;
use super::super::table::safe;
use crate::config::{Config, FILE};
use crate::domain::buyer::{Flag, shipped_flags};
use crate::domain::view::CaseFile;
use crate::folders::Folders;
use crate::i18n::{Text, buyer_line, flag_line};
use crate::safe_text;

/// The flags of the settings, else those that ship. A mistake in the settings is told and does not stop the command.
pub(super) fn flags(session: &Session<'_>) -> Vec<Flag> {
    let set = Folders::find().and_then(|folders| Config::read(&folders.config.join(FILE)));
    let own = match set {
        Ok(config) => config.buyer_flags,
        Err(problem) => {
            session.tell(&problem.say(session.lang));
            None
        }
    };
    own.unwrap_or_else(|| shipped_flags().to_vec())
}

/// The same for people: a line of numbers, the flags, the note.
pub(super) fn page(
    session: &Session<'_>,
    out: &mut impl Write,
    file: &CaseFile,
    zone: &TimeZone,
) -> Result<(), Stop> {
    let lang = session.lang;
    let colon = lang.pick(": ", "：");
    let numbers = buyer_line(lang, &file.buyer, session.now, zone);
    if !numbers.is_empty() {
        writeln!(out, "  {}{colon}{numbers}", session.t(Text::BuyerHistory))?;
    }
    let flags = flags(session);
    for raised in file.buyer.raised(&flags, session.now) {
        writeln!(out, "  {}", safe(&flag_line(lang, &raised)))?;
    }
    let Some(note) = &file.note else {
        writeln!(out, "  {}", session.t(Text::NoteNoSku))?;
        return Ok(());
    };
    for (label, text) in [(Text::NotePolicy, &note.text.policy), (Text::NoteProblem, &note.text.problem)] {
        let text = text.trim();
        if !text.is_empty() {
            let text = safe_text::block(text).into_string().replace('\n', "\n      ");
            writeln!(out, "  {}{colon}{text}", session.t(label))?;
        }
    }
    Ok(())
}
