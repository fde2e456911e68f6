//! What templates learn from: first sight, the reply and its template, how the case ended; undo and the migration.

use rusqlite::Connection;

use super::makers::*;
use crate::domain::clock::shipped_policy;
use crate::domain::learned::Learned;
use crate::domain::share::Share;
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Kind, Outcome};
use crate::store::Store;
use crate::store::migrate::{STEPS, migrate_by};

/// A store with one message.
fn desk() -> (Store, CaseId) {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let id = only(&store).summary.id;
    (store, id)
}

fn written(addition: &str) -> ReplyDraft {
    let template = Some("en/thanks".to_owned());
    ReplyDraft { template, addition: addition.to_owned(), ..ReplyDraft::default() }
}

#[test]
fn a_reply_is_counted_for_its_template_until_it_is_taken_back() {
    let (mut store, id) = desk();
    let later = now() + jiff::SignedDuration::from_hours(2);
    store.seen(id, now()).unwrap();
    store.seen(id, later).unwrap();
    store.sent(id, "Hello\n\nab\n\nBye", &written("ab"), later).unwrap();
    store.sent(id, "Just this", &ReplyDraft::default(), later).unwrap();
    let uses = store.template_uses().unwrap();
    assert_eq!(uses.len(), 1, "a reply without a template is nobody's");
    assert_eq!((uses[0].case, uses[0].personal), (id, Share { of: 2, all: 10 }));
    assert_eq!(uses[0].waited, Some(jiff::SignedDuration::from_hours(2)), "the first sight counts");
    assert_eq!((uses[0].outcome, uses[0].ending), (None, None));
    assert_eq!(store.answered_with("en/thanks").unwrap()[0].id, id);
    store.undo(later).unwrap();
    store.undo(later).unwrap();
    assert!(store.template_uses().unwrap().is_empty());
    assert!(store.answered_with("en/thanks").unwrap().is_empty());
}

#[test]
fn only_the_first_reply_of_a_case_has_a_time_and_one_without_first_sight_has_none() {
    let (mut store, id) = desk();
    let hours = |hours| now() + jiff::SignedDuration::from_hours(hours);
    store.sent(id, "Hello", &written(""), hours(1)).unwrap();
    assert_eq!(store.template_uses().unwrap()[0].waited, None);
    store.seen(id, hours(1)).unwrap();
    store.sent(id, "Hello again", &written(""), hours(9)).unwrap();
    let waits: Vec<_> = store.template_uses().unwrap().into_iter().map(|each| each.waited).collect();
    assert_eq!(waits, [Some(jiff::SignedDuration::ZERO), None]);
    store.archive(id, Outcome::Satisfied, None, hours(10)).unwrap();
    let learned = Learned::from(&store.template_uses().unwrap());
    let figures = &learned.record("en/thanks").unwrap().all;
    assert_eq!((figures.used, figures.open, figures.timed), (2, 0, 1));
    assert_eq!(figures.outcomes, [(Outcome::Satisfied, 1)]);
}

#[test]
fn seeing_a_case_is_no_action_that_undo_takes_back() {
    let (mut store, id) = desk();
    let before = store.last_event().unwrap();
    store.seen(id, now()).unwrap();
    assert_eq!(store.last_event().unwrap(), before);
    assert!(store.seen(CaseId(999), now()).is_err());
}

#[test]
fn no_query_of_the_figures_reads_every_message() {
    let (store, _) = desk();
    let mut query =
        store.db.prepare(&format!("EXPLAIN QUERY PLAN {}", crate::store::template::USES)).unwrap();
    let steps: Vec<String> = query.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
    let index = "USING COVERING INDEX messages_";
    assert!(steps.iter().any(|step| step.contains("messages_templates")), "{steps:?}");
    let wide = |step: &&String| {
        step.starts_with("SCAN ") && !step.contains(index) && !step.contains("messages_templates")
    };
    assert_eq!(steps.iter().find(wide), None, "{steps:?}");
}

#[test]
fn the_sixth_step_learns_from_the_replies_that_were_sent_before() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    drop(Store::open(&path, shipped_policy().unwrap()).unwrap());
    std::fs::remove_file(&path).unwrap();
    let mut db = Connection::open(&path).unwrap();
    migrate_by(&mut db, &STEPS[..5]).unwrap();
    db.execute_batch(
        "INSERT INTO cases (id, key, open, channel, kind, opened_at, due_at) VALUES (1, 'k', 1, 'buyer_message', 'defective', 5, 9);
         INSERT INTO messages (case_id, notice, ours, operator, digest, at, dated, landed_at, subject, text, body, kind, complaint, draft)
         VALUES (1, 'seller_copy', 1, 1, 'event:1', 7, 1, 7, '', 'Hi' || char(10) || 'a b', '', 'other', 0,
                 '{\"template\":\"de/mine\",\"lang\":\"de\",\"addition\":\"a b\",\"values\":{}}'),
                (1, 'seller_copy', 1, 1, 'event:2', 8, 1, 8, '', 'Hi', '', 'other', 0,
                 '{\"template\":null,\"lang\":null,\"addition\":\"Hi\",\"values\":{}}'),
                (1, 'seller_copy', 1, 1, 'x', 8, 1, 8, '', 'Hi', '', 'other', 0, NULL);",
    )
    .unwrap();
    drop(db);
    let store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    let uses = store.template_uses().unwrap();
    assert_eq!(uses.len(), 1, "{uses:?}");
    assert_eq!((uses[0].template.as_str(), uses[0].kind), ("de/mine", Kind::Defective));
    assert_eq!((uses[0].personal, uses[0].waited), (Share { of: 2, all: 4 }, None));
}
