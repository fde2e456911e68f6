//! The reply being written: what becomes of it while another process holds the database.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::makers::*;
use crate::domain::CaseId;
use crate::domain::clock::shipped_policy;
use crate::domain::evidence::{Draft, Typed};
use crate::domain::note::NoteText;
use crate::domain::view::ReplyDraft;
use crate::store::Store;
use crate::store::draft::write_whole;

/// A file with one case, a workbench on it and another process that can hold its lock.
struct Desk {
    store: Store,
    other: Connection,
    path: PathBuf,
    _home: TempDir,
}

const CASE: CaseId = CaseId(1);

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("kesu.db");
        let mut store = open(&path);
        mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
        Self { store, other: Connection::open(&path).unwrap(), path, _home: home }
    }

    fn is_held(&self) {
        self.other.execute_batch("BEGIN IMMEDIATE").unwrap();
    }

    fn is_free(&self) {
        self.other.execute_batch("COMMIT").unwrap();
    }

    fn types(&mut self, words: &str) {
        let over = waiting(&self.store).or_else(|| self.inside()).unwrap_or_default();
        assert_eq!(self.store.save_draft(CASE, &words_of(words), &words_of(&over), now()).unwrap(), None);
    }

    /// What the database itself says, without the sheets beside it.
    fn inside(&self) -> Option<String> {
        self.store.case(CASE, now()).unwrap().unwrap().draft.map(|draft| draft.addition)
    }

    fn beside(&self) -> Vec<PathBuf> {
        let folder = self.path.with_file_name("kesu.db.drafts");
        fs::read_dir(folder).map_or_else(|_| Vec::new(), |all| all.map(|one| one.unwrap().path()).collect())
    }
}

fn open(path: &Path) -> Store {
    Store::open(path, shipped_policy().unwrap()).unwrap()
}

fn words_of(words: &str) -> ReplyDraft {
    ReplyDraft { addition: words.to_owned(), ..ReplyDraft::default() }
}

#[test]
fn the_form_of_a_step_lies_beside_the_database_while_it_is_held_and_goes_in_once() {
    let mut desk = Desk::new();
    let typed = |note: &str| Typed { note: note.to_owned(), ..Typed::none("carrier", false) };
    let shown = |desk: &Desk| desk.store.case(CASE, now()).unwrap().unwrap().typed;
    desk.store.keep_typed(CASE, &typed("one"), now()).unwrap();
    assert_eq!((shown(&desk), desk.beside().len()), (vec![typed("one")], 0));
    desk.is_held();
    desk.store.keep_typed(CASE, &typed("two"), now()).unwrap();
    desk.store
        .keep_note(
            &NoteText { sku: "KB".to_owned(), policy: "30 days".to_owned(), ..NoteText::default() },
            now(),
        )
        .unwrap();
    assert_eq!((shown(&desk), desk.beside().len()), (vec![typed("two")], 2));
    desk.is_free();
    desk.store.take_in_drafts();
    assert_eq!((shown(&desk), desk.beside().len()), (vec![typed("two")], 0));
    let draft = Draft { step: "carrier".to_owned(), note: "three".to_owned(), ..Draft::default() };
    desk.store.keep_evidence(CASE, &draft, now()).unwrap();
    assert!(shown(&desk).is_empty(), "what is kept is no draft any more");
    desk.store.keep_typed(CASE, &typed("four"), now()).unwrap();
    desk.store.keep_typed(CASE, &typed(""), now()).unwrap();
    assert!(shown(&desk).is_empty(), "an emptied form is none");
    assert!(desk.store.keep_typed(CaseId(99), &typed("x"), now()).is_err());
}

fn waiting(store: &Store) -> Option<String> {
    store.waiting_draft(CASE).map(|draft| draft.addition)
}

#[test]
fn while_another_process_imports_what_is_typed_lies_beside_the_database_and_then_goes_in() {
    let mut desk = Desk::new();
    desk.types("first");
    assert_eq!((desk.inside().as_deref(), desk.beside().len()), (Some("first"), 0));
    desk.is_held();
    desk.types("first, then");
    desk.types("first, then more");
    assert_eq!(desk.inside().as_deref(), Some("first"));
    assert_eq!(waiting(&desk.store).as_deref(), Some("first, then more"), "the newer words win");
    let sheets = desk.beside();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(sheets.len(), 1, "the sheet before is gone: {sheets:?}");
    assert_eq!((mode(&sheets[0]), mode(sheets[0].parent().unwrap())), (0o600, 0o700));
    desk.store.take_in_drafts();
    assert_eq!(desk.beside().len(), 1, "still held");
    desk.is_free();
    desk.store.take_in_drafts();
    assert_eq!(desk.inside().as_deref(), Some("first, then more"));
    assert!(desk.beside().is_empty() && waiting(&desk.store).is_none());
    assert!(!desk.path.with_file_name("kesu.db.drafts").exists());
}

#[test]
fn the_next_start_finds_what_a_closed_window_left_beside_the_database() {
    let mut desk = Desk::new();
    desk.is_held();
    desk.types("last words");
    drop(std::mem::replace(&mut desk.store, open(&desk.path)));
    assert_eq!(waiting(&desk.store).as_deref(), Some("last words"), "also while it is still held");
    desk.is_free();
    desk.store = open(&desk.path);
    assert_eq!(desk.inside().as_deref(), Some("last words"));
    assert!(desk.beside().is_empty());
}

#[test]
fn when_the_store_hangs_on_the_way_out_the_words_go_beside_it_and_the_next_start_has_them() {
    let mut desk = Desk::new();
    desk.types("first");
    desk.is_held();
    desk.types("first, then");
    let (rescue, late) = (desk.store.rescue(), words_of("first, then more"));
    rescue.draft(CASE, &late, &words_of("first, then"), now()).unwrap();
    assert_eq!(desk.beside().len(), 2, "the sheet before is on the disk, the last one perhaps not yet");
    let note = NoteText { sku: "MUG-1".to_owned(), policy: "Send two".to_owned(), problem: String::new() };
    rescue.note(&note, now()).unwrap();
    desk.is_free();
    desk.store = open(&desk.path);
    assert_eq!(desk.inside().as_deref(), Some("first, then more"));
    assert_eq!(desk.store.note("MUG-1").unwrap().draft, Some(note));
    assert!(desk.beside().is_empty());
}

#[test]
fn a_sheet_can_be_read_before_a_slow_disk_has_it() {
    let desk = Desk::new();
    let folder = desk.path.with_file_name("kesu.db.drafts");
    let words = serde_json::json!({ "at": 1, "draft": words_of("in time") }).to_string();
    let never = write_whole(&folder, "1-1-x", words.as_bytes(), |_| Err(std::io::ErrorKind::TimedOut.into()));
    assert!(never.is_err());
    assert_eq!(waiting(&desk.store).as_deref(), Some("in time"));
}

#[test]
fn a_reply_that_was_sent_leaves_no_draft_to_come_back() {
    let mut desk = Desk::new();
    desk.is_held();
    desk.types("It is on its way.");
    desk.is_free();
    desk.store.sent(CASE, "It is on its way.", &words_of("It is on its way."), now()).unwrap();
    assert_eq!((desk.inside(), waiting(&desk.store), desk.beside()), (None, None, Vec::new()));
}

#[test]
fn a_sheet_that_was_taken_in_and_could_not_be_removed_never_overwrites_newer_words() {
    let mut desk = Desk::new();
    desk.is_held();
    desk.types("old");
    let sheet = desk.beside().remove(0);
    let copy = fs::read(&sheet).unwrap();
    desk.is_free();
    desk.types("new");
    // As a power cut between the two leaves it: in the database, and still beside it.
    fs::create_dir_all(sheet.parent().unwrap()).unwrap();
    fs::write(&sheet, copy).unwrap();
    assert_eq!(waiting(&desk.store), None);
    desk.store = open(&desk.path);
    assert_eq!(desk.inside().as_deref(), Some("new"));
    assert!(desk.beside().is_empty());
}

#[test]
fn a_sheet_that_nobody_can_read_stops_nothing_and_stays() {
    let mut desk = Desk::new();
    desk.is_held();
    desk.types("words");
    let sheet = desk.beside().remove(0);
    let broken = sheet.with_file_name("1-9-broken");
    fs::write(&broken, "{").unwrap();
    fs::write(sheet.with_file_name("notes.txt"), "mine").unwrap();
    fs::copy(&sheet, sheet.with_file_name("77-3-of-no-case")).unwrap();
    assert_eq!(waiting(&desk.store).as_deref(), Some("words"));
    desk.is_free();
    desk.types("more words");
    assert_eq!(desk.inside().as_deref(), Some("more words"));
    assert_eq!(desk.beside().len(), 3);
}

#[test]
fn two_windows_with_one_reply_open_lose_no_word_of_each_other() {
    let mut desk = Desk::new();
    let mut other = open(&desk.path);
    desk.types("Dear Ada,");
    let base = words_of("Dear Ada,");
    // Both saw the same; each types on.
    let mine = words_of("Dear Ada, sorry.");
    assert_eq!(other.save_draft(CASE, &mine, &base, now()).unwrap(), None);
    let theirs = words_of("Dear Ada,\nit leaves today.");
    let both = words_of("Dear Ada, sorry.\nit leaves today.");
    assert_eq!(desk.store.save_draft(CASE, &theirs, &base, now()).unwrap().as_ref(), Some(&both));
    assert_eq!(desk.inside().as_deref(), Some(both.addition.as_str()));
    // Who has seen it may strike it out.
    assert_eq!(desk.store.save_draft(CASE, &theirs, &both, now()).unwrap(), None);
    assert_eq!(desk.inside().as_deref(), Some(theirs.addition.as_str()));
    // What the other window has sent leaves what it never saw.
    other.sent(CASE, "Dear Ada, sorry.", &mine, now()).unwrap();
    assert_eq!(desk.inside().as_deref(), Some(theirs.addition.as_str()));
}

#[test]
fn who_types_on_before_the_answer_is_there_has_nobody_to_join_with() {
    let mut desk = Desk::new();
    desk.types("Dear Ada,");
    // Both say over what they were typed: the answer to the first is still under way.
    for typed in ["Dear Ada, sorry", "Dear Ada, so"] {
        let kept = desk.store.save_draft(CASE, &words_of(typed), &words_of("Dear Ada,"), now()).unwrap();
        assert_eq!((kept, desk.inside().as_deref()), (None, Some(typed)));
    }
}

#[test]
fn two_windows_that_type_while_a_third_imports_lose_no_word_either() {
    let mut desk = Desk::new();
    let mut other = open(&desk.path);
    desk.types("Dear Ada,");
    desk.is_held();
    desk.types("Dear Ada, sorry");
    other.save_draft(CASE, &words_of("Dear Ada, it leaves today."), &words_of("Dear Ada,"), now()).unwrap();
    desk.store.save_draft(CASE, &words_of("Dear Ada, sorry!"), &words_of("Dear Ada, sorry"), now()).unwrap();
    assert_eq!(desk.beside().len(), 2, "one of each");
    desk.is_free();
    desk.store.take_in_drafts();
    assert_eq!(desk.inside().as_deref(), Some("Dear Ada, sorry!\n\nDear Ada, it leaves today."));
}

#[test]
fn when_two_cases_became_one_the_words_for_both_are_kept() {
    let mut desk = Desk::new();
    mails(&mut desk.store, &[message("m2", Some(O2), "2026-11-01T11:00:00Z", None)]);
    desk.store.save_draft(CaseId(2), &words_of("for the second"), &words_of(""), now()).unwrap();
    desk.is_held();
    desk.types("for the first");
    desk.other.execute_batch("UPDATE cases SET merged_into = 2, open = 0 WHERE id = 1").unwrap();
    desk.is_free();
    let both = "for the second\n\nfor the first";
    assert_eq!(desk.store.waiting_draft(CaseId(2)).unwrap().addition, both);
    desk.store.take_in_drafts();
    let draft = desk.store.case(CaseId(2), now()).unwrap().unwrap().draft.unwrap();
    assert_eq!(draft.addition, both);
}
