//! Opening, making and refusing files; migrations; two processes on one file.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use rusqlite::Connection;

use super::makers::*;
use crate::domain::clock::shipped_policy;
use crate::domain::record::Notice;
use crate::problem::Exit;
use crate::store::migrate::{STEPS, known, migrate_by};
use crate::store::open::on_trial;
use crate::store::{Filter, Store};

fn open(path: &Path) -> Result<Store, crate::problem::Problem> {
    Store::open(path, shipped_policy().unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_missing_file_is_made_private_in_a_private_folder() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data/kesu/kesu.db");
    let mut store = open(&path).unwrap();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&path.with_file_name("kesu.db-wal")), 0o600);
    let names: Vec<_> =
        fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name.to_string_lossy().starts_with("kesu.db")), "{names:?}");
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    mails(&mut open(&path).unwrap(), &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let store = open(&path).unwrap();
    assert_eq!(only(&store).messages[0].text, "words of m1");
    assert_eq!(store.last_event().unwrap(), 3);
}

#[test]
fn an_empty_file_becomes_a_database() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    fs::write(&path, "").unwrap();
    assert_eq!(open(&path).unwrap().last_event().unwrap(), 0);
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_foreign_file_is_refused_and_untouched() {
    let home = tempfile::tempdir().unwrap();
    let text = home.path().join("letter.txt");
    fs::write(&text, "Dear customer").unwrap();
    let other = home.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    for path in [text, other] {
        let before = (fs::read(&path).unwrap(), mode(&path));
        let problem = open(&path).unwrap_err();
        assert_eq!(problem.exit, Exit::Failed);
        assert!(problem.what[0].contains("not a kesu database"), "{problem:?}");
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), before);
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "something was left beside the file");
    assert!(open(home.path()).is_err(), "a folder is no database");
}

#[test]
fn a_newer_file_is_refused_and_untouched() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    open(&path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE")
        .unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(open(&path).unwrap_err().exit, Exit::Busy);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_file_whose_mark_is_still_in_the_log_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 99").unwrap();
    assert_eq!(open(&path).unwrap_err().exit, Exit::Busy);
    assert_eq!(other.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap(), 99);
}

#[test]
fn a_linked_data_folder_and_a_linked_file_are_followed() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("real")).unwrap();
    symlink(home.path().join("real"), home.path().join("link")).unwrap();
    open(&home.path().join("link/kesu.db")).unwrap();
    symlink(home.path().join("real/kesu.db"), home.path().join("kesu.db")).unwrap();
    open(&home.path().join("kesu.db")).unwrap();
    assert!(home.path().join("real/kesu.db").exists());
}

#[test]
fn a_log_that_lies_beside_a_missing_file_is_not_applied() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    fs::write(home.path().join("kesu.db-wal"), "somebody else's").unwrap();
    open(&path).unwrap();
    assert_eq!(fs::read(home.path().join("kesu.db-wal.orphan")).unwrap(), b"somebody else's");
}

#[test]
fn a_second_process_hears_that_the_file_is_busy_and_still_reads() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let mut first = open(&path).unwrap();
    mails(&mut first, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let mut second = open(&path).unwrap();
    let case = only(&second).summary.id;
    second.db.busy_timeout(std::time::Duration::ZERO).unwrap();
    let import = first.import(now()).unwrap();
    assert_eq!(second.copied(case, "OSC 52", now()).unwrap_err().exit, Exit::Busy);
    assert_eq!(second.queue(None, 10, &Filter::default(), at("2027-02-01T00:00:00Z")).unwrap().len(), 1);
    drop(import);
    second.copied(case, "OSC 52", now()).unwrap();
}

#[test]
fn a_changed_policy_moves_the_open_deadlines() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    mails(&mut open(&path).unwrap(), &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let mut policy = shipped_policy().unwrap();
    policy.rules.iter_mut().find(|rule| rule.name == "reply").unwrap().length =
        crate::domain::clock::Length::parse("12 hours");
    let store = Store::open(&path, policy).unwrap();
    assert_eq!(queue(&store)[0].due, Some(at("2026-11-01T22:00:00Z")));
}

#[test]
fn the_first_step_makes_strict_tables_and_keeps_its_rows_when_run_again() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    mails(&mut open(&path).unwrap(), &[mail("m1", Notice::AtozClaim, Some(O1), "2026-11-01T10:00:00Z")]);
    let store = open(&path).unwrap();
    let count = |sql: &str| store.db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM messages"), 1);
    assert_eq!(
        count(
            "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'"
        ),
        0
    );
    assert_eq!(count("PRAGMA application_id"), 0x6B65_7375);
    assert_eq!(count("PRAGMA synchronous"), 2);
    let integrity: String = store.db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}

/// The steps that ship, and one of a kesu to come that changes what stands in the file.
fn later_steps() -> Vec<&'static str> {
    let mut steps = STEPS.to_vec();
    steps.push(
        "ALTER TABLE messages ADD COLUMN weight INTEGER; UPDATE messages SET weight = length(body) + 1;",
    );
    steps
}

#[test]
fn a_later_step_runs_on_a_file_with_data_and_keeps_it() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    mails(&mut open(&path).unwrap(), &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let mut db = Connection::open(&path).unwrap();
    migrate_by(&mut db, &later_steps()).unwrap();
    let row = "SELECT count(*), min(weight) FROM messages";
    let (count, weight): (i64, i64) = db.query_row(row, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert!(count == 1 && weight > 1, "{count} {weight}");
    let events: i64 = db.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    assert_eq!(events, 3);
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, i64::from(known()) + 1);
    drop(db);
    assert_eq!(open(&path).unwrap_err().exit, Exit::Busy, "this kesu does not know the later schema");
}

#[test]
fn a_step_that_fails_leaves_the_file_at_the_step_before() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    mails(&mut open(&path).unwrap(), &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let mut steps = STEPS.to_vec();
    steps.push("ALTER TABLE messages ADD COLUMN weight INTEGER; UPDATE no_such_table SET x = 1;");
    let mut db = Connection::open(&path).unwrap();
    assert!(migrate_by(&mut db, &steps).is_err());
    assert!(db.prepare("SELECT weight FROM messages").is_err());
    drop(db);
    assert_eq!(only(&open(&path).unwrap()).messages[0].text, "words of m1");
}

#[test]
fn a_trial_on_an_older_file_brings_only_a_copy_up_to_date() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    mails(&mut open(&path).unwrap(), &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let before = fs::read(&path).unwrap();
    let trial = on_trial(&path, &later_steps()).unwrap();
    let weighed: i64 =
        trial.query_row("SELECT count(*) FROM messages WHERE weight > 1", [], |row| row.get(0)).unwrap();
    assert_eq!(weighed, 1);
    trial.execute_batch("DELETE FROM drafts").unwrap();
    drop(trial);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(only(&open(&path).unwrap()).messages[0].text, "words of m1");
}
