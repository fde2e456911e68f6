//! The house rules that a compiler does not check: who may import whom, file headers, one source per fact.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every source file: its path below `src` and its text without the tests at its end.
fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&root().join("src"), &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
        (path.strip_prefix(root().join("src")).unwrap().to_string_lossy().into_owned(), code)
    };
    found.into_iter().map(read).collect()
}

/// Fails on every file under `room` that names one of `words`, comments apart.
fn forbid(room: &str, words: &[&str], except: &[&str]) {
    let mut wrong = Vec::new();
    for (file, code) in files() {
        let here = room.is_empty() || file == format!("{room}.rs") || file.starts_with(&format!("{room}/"));
        if !here || except.iter().any(|allowed| file.starts_with(allowed)) {
            continue;
        }
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            wrong.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{file}:{}: {word}", number + 1)),
            );
        }
    }
    assert!(wrong.is_empty(), "forbidden imports:\n{}", wrong.join("\n"));
}

#[test]
fn the_domain_knows_nobody() {
    let others = ["import", "store", "intake", "tui", "cli", "reply", "triage", "safe_text"]
        .map(|room| format!("crate::{room}::"));
    forbid("domain", &others.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
}

#[test]
fn the_import_knows_no_database_and_the_store_no_parser() {
    forbid("import", &["crate::store", "crate::tui", "crate::cli", "crate::intake"], &[]);
    forbid("store", &["crate::import", "crate::tui", "crate::cli", "crate::intake"], &[]);
    forbid("reply", &["crate::store", "crate::tui", "crate::cli", "crate::import"], &[]);
    forbid("triage", &["crate::store", "crate::tui", "crate::cli", "crate::import"], &[]);
    forbid("out", &["crate::tui", "crate::cli", "crate::import"], &[]);
    forbid("wire", &["crate::tui", "crate::cli", "crate::store", "crate::import"], &[]);
}

#[test]
fn screens_never_see_the_store_and_commands_never_the_screens() {
    forbid("tui/screens", &["crate::store"], &[]);
    forbid("tui/app", &["crate::store"], &[]);
    // A command opens the workbench and uses the terminal; what is drawn there is none of its business.
    let screens = ["tui::screens", "tui::app", "tui::widgets", "tui::theme", "tui::keymap", "tui::job"];
    forbid("cli", &screens, &[]);
    // A path in braces would hide such a name.
    forbid("cli", &["tui::{"], &[]);
}

#[test]
fn each_library_has_its_one_room() {
    forbid("", &["ratatui", "crossterm", "tui_input"], &["tui"]);
    forbid("", &["rusqlite"], &["store"]);
    forbid("", &["tokio"], &["tui/runtime"]);
    forbid(
        "",
        &["Timestamp::now(", "Zoned::now(", "SystemTime::now("],
        &["main.rs", "tui/mod.rs", "tui/runtime"],
    );
}

#[test]
fn every_file_says_what_it_owns() {
    for (file, code) in files() {
        assert!(code.starts_with("//!"), "{file} has no header sentence");
    }
}

#[test]
fn no_file_is_too_long_to_be_read_at_one_sitting() {
    let mut found = Vec::new();
    sources(&root().join("src"), &mut found);
    sources(&root().join("benches"), &mut found);
    let length = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<String> = found
        .iter()
        .filter(|path| length(path) > 500)
        .map(|path| format!("{}: {} lines", path.display(), length(path)))
        .collect();
    assert!(found.len() > 100 && long.is_empty(), "split by meaning:\n{}", long.join("\n"));
}

#[test]
fn the_key_table_of_the_readme_is_the_programs() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) =
        readme.split_once("`KESU_PICTURES=1 cargo test --test house` writes it anew -->\n").unwrap();
    let (kept, after) = rest.split_once("<!-- /keys -->").unwrap();
    let table = kesu::tui::keymap::readme();
    if std::env::var_os("KESU_PICTURES").is_some() {
        let head = "`KESU_PICTURES=1 cargo test --test house` writes it anew -->\n";
        fs::write(&path, format!("{before}{head}\n{table}\n\n<!-- /keys -->{after}")).unwrap();
        return;
    }
    assert_eq!(kept.trim(), table, "run `KESU_PICTURES=1 cargo test --test house`");
}
