//! Undo of each action, one after another.

use super::makers::*;
use crate::domain::case::State;
use crate::domain::event::Deed;
use crate::domain::offer::{Draft, OfferKind, OfferStatus};
use crate::domain::view::{Filter, ReplyDraft, Tally};
use crate::domain::{CaseId, Kind, Outcome};
use crate::store::Store;

fn desk() -> (Store, CaseId) {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000)))]);
    let id = only(&store).summary.id;
    (store, id)
}

#[test]
fn with_nothing_done_there_is_nothing_to_undo() {
    let mut store = store();
    let before = store.last_event().unwrap();
    assert_eq!(store.undo(now()).unwrap(), None);
    assert_eq!(store.last_event().unwrap(), before);
}

#[test]
fn undoing_the_archive_reopens_the_case_with_the_clocks_it_had() {
    let (mut store, id) = desk();
    let before = queue(&store);
    let archived = store.archive(id, Outcome::Satisfied, None, now()).unwrap();
    let undone = store.undo(now()).unwrap().unwrap();
    assert_eq!((undone.event.id, undone.case), (archived, Some(id)));
    assert_eq!(queue(&store), before);
    assert_eq!(file(&store, id).events.last().unwrap().deed, Deed::Undone { event: archived });
    assert_eq!(file(&store, id).outcome, None);
}

#[test]
fn undoing_sent_gives_the_draft_back_and_the_clock_runs_again() {
    let (mut store, id) = desk();
    let draft = ReplyDraft { addition: "so sorry".into(), ..ReplyDraft::default() };
    store.save_draft(id, &draft, &ReplyDraft::default(), now()).unwrap();
    store.sent(id, "Dear Ann, so sorry", &draft, now()).unwrap();
    store.undo(now()).unwrap();
    let file = file(&store, id);
    assert_eq!((file.draft, file.messages.len()), (Some(draft), 1));
    assert_eq!(file.summary.clock.as_deref(), Some("reply"));
}

#[test]
fn undoing_sent_puts_its_words_behind_a_newer_draft() {
    let (mut store, id) = desk();
    store
        .sent(id, "first", &ReplyDraft { addition: "first".into(), ..ReplyDraft::default() }, now())
        .unwrap();
    let newer = ReplyDraft { addition: "second thought".into(), ..ReplyDraft::default() };
    store.save_draft(id, &newer, &ReplyDraft::default(), now()).unwrap();
    store.undo(now()).unwrap();
    assert_eq!(file(&store, id).draft.unwrap().addition, "second thought\n\nfirst");
}

#[test]
fn undoing_an_offer_reverses_it_and_frees_its_amount() {
    let (mut store, id) = desk();
    let draft = Draft {
        key: "k1".into(),
        kind: OfferKind::FullRefund,
        amount: Some(usd(5000)),
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen: 0,
        total_unknown_confirmed: false,
    };
    store.offer(id, &draft, now()).unwrap();
    store.undo(now()).unwrap();
    let file = file(&store, id);
    assert_eq!((file.offers[0].status, file.room.given), (OfferStatus::Reversed, 0));
    store.offer(id, &Draft { key: "k2".into(), ..draft }, now()).unwrap();
}

#[test]
fn undo_goes_back_step_by_step_over_all_cases() {
    let (mut store, id) = desk();
    mails(&mut store, &[message("m2", Some(O2), "2026-11-01T09:00:00Z", None)]);
    let other = queue(&store).iter().find(|line| line.id != id).unwrap().id;
    store.set_kind(id, Kind::Defective, now()).unwrap();
    store.set_kind(id, Kind::NotReceived, now()).unwrap();
    store.no_reply_needed(other, now()).unwrap();
    assert_eq!(store.undo(now()).unwrap().unwrap().case, Some(other));
    assert_eq!(file(&store, other).summary.clock.as_deref(), Some("reply"));
    store.undo(now()).unwrap();
    assert_eq!(file(&store, id).summary.kind, Kind::Defective);
    store.undo(now()).unwrap();
    let summary = file(&store, id).summary;
    assert_eq!((summary.kind, summary.kind_confirmed), (Kind::Other, false));
    assert!(matches!(store.last_action().unwrap().unwrap().deed, Deed::Imported { .. }));
}

#[test]
fn undoing_an_archive_that_a_mail_has_reopened_changes_nothing_else() {
    let (mut store, id) = desk();
    store.archive(id, Outcome::Satisfied, None, now()).unwrap();
    mails(&mut store, &[message("m2", Some(O1), "2026-11-01T11:00:00Z", None)]);
    store.undo(now()).unwrap().unwrap();
    assert_eq!(file(&store, id).summary.state, State::Open);
}

#[test]
fn an_undone_import_leaves_the_queue_and_the_same_import_puts_its_cases_back() {
    let mut store = store();
    let bring = |store: &mut Store| {
        let mut import = store.import(now()).unwrap();
        import.mail(&message("a@x", Some("111-1000001-1000001"), "2026-11-01T09:00:00Z", None)).unwrap();
        import.finish(&Tally::default(), true).unwrap();
    };
    bring(&mut store);
    let open = |store: &Store| store.queue(None, 10, &Filter::default(), now()).unwrap().len();
    assert_eq!(open(&store), 1);
    assert!(matches!(store.undo(now()).unwrap().unwrap().event.deed, Deed::Imported { .. }));
    assert_eq!(open(&store), 0);
    assert!(store.undo(now()).unwrap().is_none());
    bring(&mut store);
    assert_eq!(open(&store), 1, "what was taken back is imported again");
}

#[test]
fn cases_archived_together_come_back_together() {
    let mut store = store();
    let mut import = store.import(now()).unwrap();
    for order in ["111-1000001-1000001", "111-1000001-1000002"] {
        import.mail(&message(order, Some(order), "2026-11-01T09:00:00Z", None)).unwrap();
    }
    import.finish(&Tally::default(), true).unwrap();
    let cases: Vec<_> =
        store.queue(None, 10, &Filter::default(), now()).unwrap().iter().map(|row| row.id).collect();
    store.archive_all(&cases, Outcome::Silent, None, now()).unwrap();
    assert!(store.queue(None, 10, &Filter::default(), now()).unwrap().is_empty());
    assert!(store.archive_all(&cases, Outcome::Silent, None, now()).is_err());
    store.undo(now()).unwrap();
    assert_eq!(store.queue(None, 10, &Filter::default(), now()).unwrap().len(), 2);
}

#[test]
fn what_an_undone_import_brought_is_in_no_figure() {
    use crate::domain::record::{Decision, Mail, Notice};
    use crate::domain::report::Window;
    let mut store = store();
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000))), order(order_line(O2, "KB", Some(5000)))]);
    let claim = mail("a1", Notice::AtozClaim, Some(O1), "2026-10-26T00:00:00Z");
    let withdrawn = mail("d1", Notice::AtozDecision, Some(O1), "2026-10-27T00:00:00Z");
    mails(&mut store, &[claim, Mail { decision: Some(Decision::Withdrawn), ..withdrawn }]);
    let window = Window { from: None, until: now() };
    let ended = |store: &Store| store.outcomes(window).unwrap().alone.withdrawn.all;
    mails(&mut store, &[mail("b1", Notice::Chargeback, Some(O2), "2026-10-26T00:00:00Z")]);
    let defects = |store: &Store| {
        let [us] = store.health(None).unwrap().try_into().unwrap();
        us.numerator
    };
    assert_eq!((ended(&store), defects(&store)), (1, 1));
    store.undo(now()).unwrap();
    store.undo(now()).unwrap();
    assert_eq!((ended(&store), defects(&store)), (0, 0));
    let counts = store.counts(now(), at("2026-01-01T00:00:00Z"), now()).unwrap();
    assert_eq!(counts.done_today, 0, "taking it back is no work done");
}
