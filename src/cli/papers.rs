//! `kesu paths`, `kesu completions` and `kesu man`: what the program says about itself.

use std::io::Write;
use std::process::ExitCode;

use clap_mangen::roff::{Roff, bold, roman};
use serde_json::json;

use super::args::{Completions, Config, ConfigWhat, EXIT_CODES, Paths};
use super::out::{Stop, json_line};
use super::table::safe;
use super::{Session, help};
use crate::config;
use crate::folders::Folders;
use crate::i18n::Lang;
use crate::mistake::Mistake;
use crate::problem::Exit;

/// Cells of a quoted line.
const WIDEST: usize = 100;

/// `kesu paths`.
pub(super) fn paths(session: &mut Session<'_>, args: &Paths) -> Result<(), Stop> {
    let folders = Folders::find().ok();
    let lossy = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let rows = [
        ("database", "数据库", Some(lossy(&session.db()?))),
        ("data", "数据文件夹", folders.as_ref().map(|folders| lossy(&folders.data))),
        ("config", "设置文件夹", folders.as_ref().map(|folders| lossy(&folders.config))),
    ];
    let mut out = session.out.borrow_mut();
    if args.json {
        let object = rows.into_iter().map(|(name, _, path)| (name.to_owned(), json!(path))).collect();
        json_line(&mut *out, &serde_json::Value::Object(object))?;
    } else {
        for (en, zh, path) in rows {
            writeln!(out, "{}: {}", session.lang.pick(en, zh), safe(&path.unwrap_or_default()))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// `kesu config check`: the mistakes on stdout, each with its line and a caret; what was read on stderr.
pub(super) fn config(session: &mut Session<'_>, args: &Config) -> Result<ExitCode, Stop> {
    let ConfigWhat::Check = args.what;
    let checked = config::check(&Folders::find()?.config)?;
    let mut found = 0;
    {
        let mut out = session.out.borrow_mut();
        for config::Checked { path, mistakes, text } in &checked {
            let path = path.to_string_lossy();
            for mistake @ Mistake { line, column, what } in mistakes.iter().flatten() {
                found += 1;
                let what = &what[session.lang as usize];
                if args.json {
                    let object = json!({ "file": path, "line": line, "column": column, "problem": what });
                    json_line(&mut *out, &object)?;
                } else {
                    writeln!(out, "{}:{line}:{column}: {}", safe(&path), safe(what))?;
                    let [quoted, caret] = mistake.shown(text, WIDEST);
                    if !quoted.trim().is_empty() {
                        writeln!(out, "    {quoted}\n    {caret}")?;
                    }
                }
            }
        }
        out.flush()?;
    }
    for config::Checked { path, mistakes, .. } in &checked {
        let said = match mistakes.as_ref().map(Vec::len) {
            None => session.lang.pick("not there", "不存在").to_owned(),
            Some(0) => session.lang.pick("no mistake", "没有错误").to_owned(),
            Some(1) => session.lang.pick("1 mistake", "1处错误").to_owned(),
            Some(some) => format!("{some}{}", session.lang.pick(" mistakes", "处错误")),
        };
        session.tell(&format!("{}: {said}", path.to_string_lossy()));
    }
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(Exit::Blocked as u8) })
}

/// `kesu completions SHELL`.
pub(super) fn completions(session: &mut Session<'_>, args: &Completions) -> Result<(), Stop> {
    // Built in memory: clap panics when a pipe breaks under it.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(session.lang), "kesu", &mut script);
    let mut out = session.out.borrow_mut();
    out.write_all(&script)?;
    out.flush()?;
    Ok(())
}

/// `kesu man`: one page that holds every command.
pub(super) fn man(session: &mut Session<'_>) -> Result<(), Stop> {
    let page = manual(session.lang)?;
    let mut out = session.out.borrow_mut();
    out.write_all(&page)?;
    out.flush()?;
    Ok(())
}

fn manual(lang: Lang) -> std::io::Result<Vec<u8>> {
    let mut command = help::command(lang);
    command.build();
    let mut page = Vec::new();
    let whole = clap_mangen::Man::new(command.clone());
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    for mut sub in command.get_subcommands().cloned() {
        let heading = format!("kesu {}", sub.get_name());
        let about = sub.get_long_about().or(sub.get_about()).map(ToString::to_string).unwrap_or_default();
        let usage = sub.render_usage().to_string();
        let mut section = Roff::new();
        section.control("SH", [heading.as_str()]);
        section.text([roman(about.as_str())]);
        section.control("PP", []);
        section.text([roman(usage.as_str())]);
        for arg in sub.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set()) {
            let Some(text) = arg.get_help() else { continue };
            section.control("TP", []);
            section.text([bold(arg.to_string())]);
            section.text([roman(text.to_string())]);
        }
        section.to_writer(&mut page)?;
    }
    let mut codes = Roff::new();
    codes.control("SH", [lang.pick("EXIT STATUS", "退出码")]);
    for (code, en, zh) in EXIT_CODES {
        codes.control("TP", []);
        codes.text([bold(code.to_string())]);
        codes.text([roman(lang.pick(en, zh))]);
    }
    codes.to_writer(&mut page)?;
    whole.render_version_section(&mut page)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_every_command_and_exit_code() {
        let page = String::from_utf8(manual(Lang::En).unwrap()).unwrap();
        for word in ["kesu import", "kesu completions", "dry", "interrupted", "EXIT STATUS"] {
            assert!(page.contains(word), "{word}");
        }
    }
}
