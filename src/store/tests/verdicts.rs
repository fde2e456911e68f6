//! The operator's yes or no on a message, what it teaches, and what undo forgets.

use super::makers::*;
use crate::domain::Kind;
use crate::domain::record::Mail;
use crate::domain::view::Complaint;
use crate::store::Store;
use crate::triage::words;

const WORDS: &str = "The zipper gave up the ghost after one outing.";

/// A message judged as an import judges it.
fn said(store: &Store, id: &str, order: &str, text: &str) -> Mail {
    let judged = words::classify_with("", text, None, &store.learned().unwrap());
    Mail {
        buyer_text: text.into(),
        kind: judged.kind,
        is_complaint: judged.is_complaint,
        because: judged.because,
        ..message(id, Some(order), "2026-10-30T10:00:00Z", None)
    }
}

#[test]
fn a_message_that_complains_waits_for_a_yes_or_no_and_a_claim_never_does() {
    let mut store = store();
    let mail = said(&store, "m1", O1, "It arrived broken, the glass is cracked.");
    mails(&mut store, &[mail]);
    let case = only(&store);
    assert!(case.summary.is_informal(), "{case:?}");
    assert!(
        case.because.iter().any(|piece| WORDS_OF_DAMAGE.iter().any(|word| piece.contains(word))),
        "{case:?}"
    );
    assert_eq!(store.counts(now(), now(), now()).unwrap().informal, 1);
    store.judge(case.summary.id, true, now()).unwrap();
    let case = only(&store);
    assert_eq!(case.summary.complaint, Complaint::Certain);
    assert_eq!(store.counts(now(), now(), now()).unwrap().informal, 0);
    store.undo(now()).unwrap();
    assert!(only(&store).summary.is_informal());
}

const WORDS_OF_DAMAGE: [&str; 2] = ["broken", "cracked"];

#[test]
fn what_the_operator_corrects_is_known_in_the_next_message_and_forgotten_when_undone() {
    let mut store = store();
    let mail = said(&store, "m1", O1, WORDS);
    mails(&mut store, &[mail]);
    let case = only(&store).summary;
    store.set_kind(case.id, Kind::Defective, now()).unwrap();
    let again = said(&store, "m2", O2, "hello, the zipper GAVE UP the ghost after one outing");
    assert_eq!((again.kind, again.is_complaint), (Kind::Defective, true), "{again:?}");
    let other = said(&store, "m3", O2, "Which zipper do you recommend?");
    assert!(!other.is_complaint, "{other:?}");
    store.undo(now()).unwrap();
    assert!(store.learned().unwrap().is_empty());
}

#[test]
fn a_message_wrongly_taken_for_a_complaint_is_not_taken_so_again() {
    let mut store = store();
    let words = "My son broke the last one.";
    let mail = Mail { is_complaint: true, kind: Kind::Defective, ..said(&store, "m1", O1, words) };
    mails(&mut store, &[mail]);
    let case = only(&store).summary;
    store.judge(case.id, false, now()).unwrap();
    assert_eq!(only(&store).summary.complaint, Complaint::None);
    let again = said(&store, "m2", O2, words);
    assert!(!again.is_complaint, "{again:?}");
}

#[test]
fn a_no_holds_for_what_was_said_and_not_for_what_the_buyer_says_later() {
    let mut store = store();
    let asked = said(&store, "m1", O1, "When will you ship it?");
    mails(&mut store, &[asked]);
    let case = only(&store).summary.id;
    store.judge(case, false, now()).unwrap();
    assert_eq!(only(&store).summary.complaint, Complaint::None);
    let broken = Mail {
        sent_at: Some(at("2026-10-31T10:00:00Z")),
        ..said(&store, "m2", O1, "It arrived broken, I want a refund.")
    };
    mails(&mut store, &[broken]);
    assert_eq!(only(&store).summary.complaint, Complaint::Informal);
}

#[test]
fn who_names_a_fault_says_that_it_is_a_complaint_and_undo_takes_both_back() {
    let mut store = store();
    let mail = said(&store, "m1", O1, "Could you tell me the length of the strap?");
    mails(&mut store, &[mail]);
    let case = only(&store).summary.id;
    assert_eq!(only(&store).summary.complaint, Complaint::None);
    store.set_kind(case, Kind::Defective, now()).unwrap();
    let set = only(&store).summary;
    assert_eq!((set.kind, set.complaint), (Kind::Defective, Complaint::Certain));
    store.undo(now()).unwrap();
    let back = only(&store).summary;
    assert_eq!((back.kind, back.complaint), (Kind::Other, Complaint::None));
}
