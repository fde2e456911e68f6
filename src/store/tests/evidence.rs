//! Evidence and what the operator says of stage and category: kept, undone, merged, carried over by the migration.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::makers::*;
use crate::domain::case::Stage;
use crate::domain::clock::shipped_policy;
use crate::domain::event::Deed;
use crate::domain::evidence::{Draft, Form, Origin, Wants};
use crate::domain::offer::{self, OfferKind};
use crate::domain::playbook::Risk;
use crate::domain::{CaseId, record::OrderLine};
use crate::problem::Exit;
use crate::store::Store;
use crate::store::migrate::{STEPS, migrate_by};

fn open(path: &Path) -> Store {
    Store::open(path, shipped_policy().unwrap()).unwrap()
}

/// A store on a file with one case, and a file to attach.
fn desk() -> (tempfile::TempDir, Store, CaseId, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(&home.path().join("kesu.db"));
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let id = only(&store).summary.id;
    let path = home.path().join("pod.png");
    fs::write(&path, "signed").unwrap();
    (home, store, id, path)
}

fn note(step: &str, words: &str) -> Draft {
    Draft {
        step: step.to_owned(),
        wants: Some(Wants::Note),
        note: words.to_owned(),
        origin: Some(Origin::Own),
        ..Draft::default()
    }
}

fn shipped(status: &str, updated: &str) -> OrderLine {
    OrderLine {
        status: status.to_owned(),
        updated_at: Some(at(updated)),
        ..order_line(O1, "KB", Some(5_000))
    }
}

#[test]
fn a_step_is_ticked_once_however_often_it_is_asked_for() {
    let (_home, mut store, id, _) = desk();
    let first = store.tick(id, "confirm", Wants::Nothing, true, now()).unwrap();
    assert_eq!(store.tick(id, "confirm", Wants::Nothing, true, now()).unwrap(), first);
    assert_eq!(file(&store, id).evidence.len(), 1);
    store.tick(id, "confirm", Wants::Nothing, false, now()).unwrap();
    assert!(file(&store, id).evidence.is_empty());
    assert!(matches!(store.undo(now()).unwrap().unwrap().event.deed, Deed::StepReopened { .. }));
    assert_eq!(file(&store, id).evidence.len(), 1);
    assert!(matches!(store.undo(now()).unwrap().unwrap().event.deed, Deed::StepDone { .. }));
    assert!(file(&store, id).evidence.is_empty());
    assert_eq!(store.first_broken_event().unwrap(), None);
}

#[test]
fn notes_keep_their_words_exactly_but_for_space_around_them() {
    let (_home, mut store, id, _) = desk();
    store.keep_evidence(id, &note("packed", "  1.2 kg\u{202e} 重量正常 \n"), now()).unwrap();
    let kept = &file(&store, id).evidence[0];
    assert_eq!(
        (kept.form, kept.note.as_deref(), kept.at),
        (Form::Note, Some("1.2 kg\u{202e} 重量正常"), now())
    );
    for wrong in ["", " \n", &"x".repeat(10_001)] {
        assert_eq!(store.keep_evidence(id, &note("packed", wrong), now()).unwrap_err().exit, Exit::Blocked);
    }
    assert_eq!(
        store.keep_evidence(CaseId(99), &note("packed", "x"), now()).unwrap_err().exit,
        Exit::NotFound
    );
}

#[test]
fn the_history_names_the_content_of_a_file_and_undo_leaves_the_copy_on_disk() {
    let (_home, mut store, id, path) = desk();
    store.keep_evidence(id, &Draft { file: Some(path), ..note("proof", "") }, now()).unwrap();
    let kept = file(&store, id).evidence[0].file.clone().unwrap();
    let deed = file(&store, id).events.pop().unwrap().deed;
    let Deed::Attached { sha256, name, .. } = deed else { panic!("{deed:?}") };
    assert_eq!((&sha256, name.as_str(), kept.bytes), (&kept.sha256, "pod.png", 6));
    assert_eq!(crate::store::digest(&kept.path).unwrap(), sha256);
    store.undo(now()).unwrap();
    assert!(file(&store, id).evidence.is_empty() && kept.path.exists());
}

#[test]
fn a_file_whose_event_cannot_be_stored_leaves_no_copy() {
    let (home, mut store, id, path) = desk();
    store = store.waiting_at_most(std::time::Duration::from_millis(1));
    let other = Connection::open(home.path().join("kesu.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let problem = store.keep_evidence(id, &Draft { file: Some(path), ..note("proof", "") }, now());
    assert_eq!(problem.unwrap_err().exit, Exit::Busy);
    let folder = home.path().join("kesu.db.files").join(id.to_string());
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

#[test]
fn what_the_operator_says_of_the_stage_counts_for_offers_until_the_order_moves_on() {
    let (_home, mut store, id, _) = desk();
    rows(&mut store, &[order(shipped("Shipped", "2026-10-21T10:00:00Z"))]);
    assert_eq!((file(&store, id).stage, file(&store, id).stage_said), (Some(Stage::UnderWay), false));
    let cancel = |key: &str| offer::Draft {
        key: key.to_owned(),
        kind: OfferKind::CancelAndRefund,
        amount: None,
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen: 0,
        total_unknown_confirmed: false,
    };
    assert_eq!(store.offer(id, &cancel("a"), now()).unwrap_err().exit, Exit::Blocked);
    store.set_stage(id, Some(Stage::BeforeShipping), now()).unwrap();
    assert_eq!((file(&store, id).stage, file(&store, id).stage_said), (Some(Stage::BeforeShipping), true));
    store.offer(id, &cancel("b"), now()).unwrap();
    store.undo(now()).unwrap();
    rows(&mut store, &[order(shipped("Shipped - Delivered to Buyer", "2026-10-25T10:00:00Z"))]);
    assert_eq!((file(&store, id).stage, file(&store, id).stage_said), (Some(Stage::Delivered), false));
    store.set_stage(id, None, now()).unwrap();
    assert_eq!(file(&store, id).stage, Some(Stage::Delivered));
}

#[test]
fn what_was_kept_on_two_cases_stands_on_the_one_they_turn_out_to_be() {
    let (_home, mut store, _, path) = desk();
    let mut store_two = open(&path.with_file_name("two.db"));
    std::mem::swap(&mut store, &mut store_two);
    mails(&mut store, &[message("m1", None, "2026-10-30T10:00:00Z", Some("C1"))]);
    mails(&mut store, &[message("m2", Some(O1), "2026-10-30T11:00:00Z", Some("C2"))]);
    let ids: Vec<CaseId> = all(&store).iter().map(|case| case.id).collect();
    for id in &ids {
        store.keep_evidence(*id, &note("packed", &format!("of {id}")), now()).unwrap();
        store.tick(*id, "packed", Wants::Note, true, now()).unwrap();
        store.set_category(*id, Some(Risk::Children), now()).unwrap();
    }
    mails(&mut store, &[message("m3", Some(O1), "2026-10-30T12:00:00Z", Some("C1"))]);
    let one = only(&store);
    assert_eq!(one.evidence.len(), 4);
    assert_eq!(one.risk_set, Some(Risk::Children));
    store.tick(ids[0], "packed", Wants::Note, false, now()).unwrap();
    assert_eq!(only(&store).evidence.len(), 2);
    for _ in 0..7 {
        store.undo(now()).unwrap();
    }
}

#[test]
fn evidence_is_never_deleted_or_changed() {
    let (_home, mut store, id, _) = desk();
    store.keep_evidence(id, &note("packed", "as it was"), now()).unwrap();
    for wrong in ["DELETE FROM evidence", "UPDATE evidence SET note = 'else'", "UPDATE evidence SET at = 0"] {
        assert!(store.db.execute(wrong, []).is_err(), "{wrong}");
    }
}

#[test]
fn a_file_of_the_first_schema_is_brought_up_to_date_with_all_its_data() {
    let home = tempfile::tempdir().unwrap();
    let (new, old) = (home.path().join("new.db"), home.path().join("old.db"));
    let mut store = open(&new);
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    rows(&mut store, &[order(shipped("Shipped", "2026-10-21T10:00:00Z"))]);
    let before = (all(&store), only(&store).events);
    drop(store);
    let mut db = Connection::open(&old).unwrap();
    migrate_by(&mut db, &STEPS[..1]).unwrap();
    carry(&db, &new);
    drop(db);
    let mut store = open(&old);
    assert_eq!((all(&store), only(&store).events), before);
    let id = only(&store).summary.id;
    store.tick(id, "confirm", Wants::Nothing, true, now()).unwrap();
    store.set_stage(id, Some(Stage::Returned), now()).unwrap();
    assert_eq!((only(&store).evidence.len(), only(&store).stage), (1, Some(Stage::Returned)));
    assert_eq!(store.first_broken_event().unwrap(), None);
}

/// Copies what the tables of an older schema hold from a file of a newer one.
fn carry(db: &Connection, from: &Path) {
    db.execute("ATTACH ?1 AS newer", [from.to_string_lossy()]).unwrap();
    db.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM meta").unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut query = db.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for table in list("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    {
        let columns = list(&format!("SELECT name FROM pragma_table_info('{table}', 'main')")).join(", ");
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}");
        db.execute(&copy, []).unwrap_or_else(|error| panic!("{table}: {error}"));
    }
}
