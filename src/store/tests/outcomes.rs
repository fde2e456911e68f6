//! How cases end: by Amazon, by the operator, by the clock; the rate of withdrawals; handling time; the migration.

use jiff::SignedDuration;
use rusqlite::Connection;

use super::makers::*;
use crate::domain::case::Language;
use crate::domain::clock::shipped_policy;
use crate::domain::handling::Sitting;
use crate::domain::offer::{Draft, Route};
use crate::domain::outcome::Source;
use crate::domain::outcome::figures::{Delay, Outcomes, Size};
use crate::domain::paths::shipped_paths;
use crate::domain::record::{Decision, Mail, Notice, ReturnLine};
use crate::domain::report::policy::shipped_report;
use crate::domain::report::{Period, Window};
use crate::domain::share::Share;
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Channel, OfferKind, Outcome};
use crate::store::migrate::{STEPS, migrate_by};
use crate::store::{Store, report};

fn claim(order: &str, sent: &str) -> Mail {
    mail(&format!("c {order} {sent}"), Notice::AtozClaim, Some(order), sent)
}

fn decided(order: &str, sent: &str, decision: Decision) -> Mail {
    let id = format!("d {order} {sent}");
    Mail { decision: Some(decision), ..mail(&id, Notice::AtozDecision, Some(order), sent) }
}

fn stands(store: &Store, case: CaseId) -> Option<(Outcome, String, Source, Option<Outcome>)> {
    let stands = file(store, case).stands?;
    Some((stands.outcome, stands.at.to_string(), stands.by, stands.against))
}

fn counted(store: &Store) -> Outcomes {
    store.outcomes(Window::until(now(), Period::Days(90))).unwrap()
}

fn case_of(store: &Store, channel: Channel, order: &str) -> CaseId {
    let found =
        all(store).into_iter().find(|row| row.channel == channel && row.order_id.as_deref() == Some(order));
    found.unwrap().id
}

fn offer(store: &mut Store, (channel, order): (Channel, &str), minor: i64, when: &str) {
    let case = case_of(store, channel, order);
    let kind = if minor == 0 { OfferKind::Reshipment } else { OfferKind::PartialRefund };
    let draft = Draft {
        key: format!("{case} {when}"),
        kind,
        amount: (minor > 0).then(|| usd(minor)),
        route: Some(Route::usual(channel)),
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen: file(store, case).room.given,
        total_unknown_confirmed: true,
    };
    store.offer(case, &draft, at(when)).unwrap();
}

const ASKED: &str = "2026-10-10T10:00:00Z";

#[test]
fn a_granted_claim_is_appealed_and_won_and_every_step_stays() {
    let mut store = store();
    mails(&mut store, &[claim(O1, ASKED), decided(O1, "2026-10-20T10:00:00Z", Decision::Granted)]);
    let case = only(&store).summary.id;
    let granted = Some((Outcome::Granted, "2026-10-20T10:00:00Z".to_owned(), Source::Amazon, None));
    assert_eq!(stands(&store, case), granted);
    store.note_outcome(case, Outcome::Appealed, at("2026-10-21T10:00:00Z")).unwrap();
    assert_eq!(stands(&store, case).unwrap().0, Outcome::Appealed);
    assert_eq!(counted(&store).unsettled, [case]);
    store.note_outcome(case, Outcome::Won, at("2026-10-30T10:00:00Z")).unwrap();
    let won = Some((Outcome::Won, "2026-10-30T10:00:00Z".to_owned(), Source::Operator, None));
    assert_eq!(stands(&store, case), won);
    let said: Vec<Outcome> = file(&store, case).outcomes.iter().map(|said| said.outcome).collect();
    assert_eq!(said, [Outcome::Granted, Outcome::Appealed, Outcome::Won]);
    store.undo(now()).unwrap();
    store.undo(now()).unwrap();
    assert_eq!(stands(&store, case), granted);
    assert_eq!(store.first_broken_event().unwrap(), None);
    let kept: i64 = store.db.query_row("SELECT count(*) FROM noted_outcomes", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2, "what was undone is kept");
    assert!(store.db.execute("DELETE FROM noted_outcomes", []).is_err());
}

#[test]
fn the_operators_word_against_amazons_is_shown_and_amazons_counts_in_any_order_of_import() {
    let letters = [claim(O1, ASKED), decided(O1, "2026-10-20T10:00:00Z", Decision::Granted)];
    for late in [false, true] {
        let mut store = store();
        mails(&mut store, &letters[..if late { 1 } else { 2 }]);
        let case = only(&store).summary.id;
        store.archive(case, Outcome::Withdrawn, None, at("2026-10-25T10:00:00Z")).unwrap();
        if late {
            assert_eq!(stands(&store, case).unwrap().0, Outcome::Withdrawn);
            mails(&mut store, &letters[1..]);
        }
        let shown = stands(&store, case).unwrap();
        assert_eq!((shown.0, shown.2, shown.3), (Outcome::Granted, Source::Amazon, Some(Outcome::Withdrawn)));
        let counted = counted(&store);
        assert_eq!(counted.disputed, [case]);
        assert_eq!(counted.alone.withdrawn, Share { of: 0, all: 1 });
    }
}

#[test]
fn an_archived_case_may_be_corrected_and_keeps_its_place() {
    let mut store = store();
    mails(&mut store, &[message("a", Some(O1), "2026-10-30T10:00:00Z", None)]);
    let case = only(&store).summary.id;
    store.archive(case, Outcome::Silent, None, at("2026-10-31T10:00:00Z")).unwrap();
    store.note_outcome(case, Outcome::Satisfied, now()).unwrap();
    let corrected = file(&store, case);
    assert_eq!(corrected.outcome, Some(Outcome::Satisfied));
    assert_eq!(corrected.summary.state.word(), "archived");
    assert_eq!(counted(&store).ended[&Outcome::Satisfied], [case]);
    store.undo(now()).unwrap();
    assert_eq!(file(&store, case).outcome, Some(Outcome::Silent));
    // A mail brings it back: nothing is settled any more.
    mails(&mut store, &[message("b", Some(O1), "2026-10-31T20:00:00Z", None)]);
    assert_eq!(stands(&store, case), None);
    assert_eq!(file(&store, case).outcomes.len(), 1, "the earlier outcome stays in its history");
}

#[test]
fn rates_of_withdrawal_by_hand_and_the_same_beside_a_case_and_a_template() {
    let mut store = store();
    let id = |at: usize| format!("113-{at:07}-0000001");
    rows(&mut store, &(0..6).map(|at| order(order_line(&id(at), "KB", Some(5_000)))).collect::<Vec<_>>());
    mails(&mut store, &(0..6).map(|at| claim(&id(at), ASKED)).collect::<Vec<_>>());
    // Before the end, and after it; on another case of the order; taken back.
    offer(&mut store, (Channel::Atoz, &id(0)), 500, "2026-10-11T10:00:00Z");
    offer(&mut store, (Channel::Atoz, &id(1)), 500, "2026-10-25T10:00:00Z");
    mails(&mut store, &[message("m", Some(&id(2)), "2026-10-08T10:00:00Z", None)]);
    offer(&mut store, (Channel::Message, &id(2)), 2_000, "2026-10-12T10:00:00Z");
    offer(&mut store, (Channel::Atoz, &id(3)), 0, "2026-10-11T10:00:00Z");
    store.undo(at("2026-10-11T11:00:00Z")).unwrap();
    let ends = "2026-10-20T10:00:00Z";
    mails(
        &mut store,
        &[
            decided(&id(0), ends, Decision::Withdrawn),
            decided(&id(1), ends, Decision::Withdrawn),
            decided(&id(2), ends, Decision::Granted),
            decided(&id(3), ends, Decision::OrderCancelled),
            decided(&id(4), ends, Decision::Unknown),
        ],
    );
    let first = counted(&store);
    assert_eq!(first.offered.withdrawn, Share { of: 1, all: 2 }, "0 and 2");
    assert_eq!(first.alone.withdrawn, Share { of: 1, all: 2 }, "1 and 3; 4 says nothing, 5 runs");
    assert_eq!(first.unsettled, [case_of(&store, Channel::Atoz, &id(4))]);
    let sizes: Vec<Size> = first.sizes.iter().map(|(size, _)| *size).collect();
    assert!(
        matches!(sizes[..], [Size::Part(tenth), Size::Part(half)] if tenth.to == Some(10) && half.to == Some(50))
    );
    assert_eq!(first.delays.len(), 2, "a day after the claim; four days after the message");
    let open = file(&store, case_of(&store, Channel::Atoz, &id(5)));
    let paths = store.paths(&open, &shipped_paths().unwrap(), now()).unwrap();
    assert_eq!(paths.withdrawn(true), first.offered.withdrawn);
    assert_eq!(paths.withdrawn(false), first.alone.withdrawn);
    let outside = store.outcomes(Window::on("2026-10-19".parse().unwrap(), Period::All)).unwrap();
    assert!(outside.ended.is_empty(), "the day before they were decided");
    let routes: Vec<_> = first.routes.iter().map(|(route, group)| (*route, group.withdrawn)).collect();
    let one = |of| Share { of, all: 1 };
    assert_eq!(
        routes,
        [(Some(Route::Message), one(0)), (Some(Route::Claim), one(1))],
        "2 by message, 0 by claim"
    );
    // Nobody answered the offer, and after fourteen days nobody will: the claim was withdrawn after it all the same.
    let typical =
        |store: &Store| store.paths(&open, &shipped_paths().unwrap(), now()).unwrap().typical(usd(0));
    let before = typical(&store);
    assert!(store.expire(at("2026-11-30T10:00:00Z")).unwrap() > 0);
    assert_eq!(typical(&store), before);
}

#[test]
fn the_time_to_an_offer_runs_from_the_first_complaint_and_from_nothing_else() {
    let mut store = store();
    let id = |at: usize| format!("113-{at:07}-0000001");
    let said = |at: usize, complains| {
        let mail = message(&format!("m{at}"), Some(&id(at)), "2026-10-01T10:00:00Z", Some(&format!("s{at}")));
        Mail { is_complaint: complains, ..mail }
    };
    // A question long before; a complaint long before; one that the operator judged to be none; one whose import was undone.
    mails(&mut store, &[said(0, false), said(1, true), said(2, true)]);
    let judged = case_of(&store, Channel::Message, &id(2));
    store.judge(judged, false, at("2026-10-02T10:00:00Z")).unwrap();
    mails(&mut store, &(0..3).map(|at| claim(&id(at), ASKED)).collect::<Vec<_>>());
    for order in 0..3 {
        offer(&mut store, (Channel::Atoz, &id(order)), 500, "2026-10-11T09:00:00Z");
    }
    let ends: Vec<Mail> =
        (0..3).map(|at| decided(&id(at), "2026-10-20T10:00:00Z", Decision::Withdrawn)).collect();
    mails(&mut store, &ends);
    let delays: Vec<(i64, usize)> = counted(&store)
        .delays
        .iter()
        .map(|(delay, group)| match delay {
            Delay::Before(band) | Delay::After(band) => (band.from, group.settled.len()),
        })
        .collect();
    assert_eq!(delays, [(0, 2), (168, 1)], "23 hours after the claim, ten days after the complaint");
}

#[test]
fn what_nobody_answers_for_seven_days_is_lost_by_the_clock_and_only_until_somebody_says_more() {
    let mut store = store();
    mails(
        &mut store,
        &[
            claim(O1, "2026-10-20T10:00:00Z"),
            message("fresh", Some(O2), "2026-10-27T10:00:00Z", None),
            message("answered", Some("113-1000003-2000003"), "2026-10-10T10:00:00Z", None),
            message("waits", Some("113-1000004-2000004"), "2026-10-10T10:00:00Z", None),
        ],
    );
    let answered = case_of(&store, Channel::Message, "113-1000003-2000003");
    store.sent(answered, "Hello", &ReplyDraft::default(), at("2026-10-11T10:00:00Z")).unwrap();
    let waits = case_of(&store, Channel::Message, "113-1000004-2000004");
    store.wait_for(waits, Some(crate::domain::clock::Side::Carrier), at("2026-10-11T10:00:00Z")).unwrap();
    let lost = case_of(&store, Channel::Atoz, O1);
    assert_eq!(counted(&store).lost, [lost]);
    assert!(counted(&store).ended.is_empty(), "nobody said that it ended");
    assert_eq!(store.outcomes(Window::until(at("2026-10-27T09:59:59Z"), Period::All)).unwrap().lost, []);
    store.note_outcome(lost, Outcome::LostByDefault, now()).unwrap();
    assert_eq!((counted(&store).lost.len(), counted(&store).alone.withdrawn.all), (0, 1));
}

#[test]
fn handling_time_runs_from_first_sight_and_work_is_what_was_measured_until_then() {
    let mut store = store();
    mails(
        &mut store,
        &[
            message("a", Some(O1), "2026-10-30T10:00:00Z", None),
            message("b", Some(O2), "2026-10-30T10:00:00Z", None),
        ],
    );
    let (one, two) = (case_of(&store, Channel::Message, O1), case_of(&store, Channel::Message, O2));
    store.seen(one, at("2026-10-30T12:00:00Z")).unwrap();
    let sit = |store: &mut Store, case, began: &str, minutes: i64| {
        let policy = shipped_report().unwrap().time;
        let mut sitting = Sitting::begin(case, at(began));
        (1..=minutes).for_each(|minute| sitting.key(at(began) + SignedDuration::from_mins(minute), &policy));
        assert!(
            store.keep_sitting(&sitting).unwrap() && store.keep_sitting(&sitting).unwrap(),
            "twice is once"
        );
    };
    sit(&mut store, one, "2026-10-30T12:00:00Z", 3);
    sit(&mut store, one, "2026-10-30T13:50:00Z", 10);
    let with =
        ReplyDraft { template: Some("en/any".into()), lang: Some(Language::En), ..ReplyDraft::default() };
    store.sent(one, "Hello", &with, at("2026-10-30T14:00:00Z")).unwrap();
    sit(&mut store, one, "2026-10-31T09:00:00Z", 2);
    store.archive(one, Outcome::Satisfied, None, at("2026-10-31T10:00:00Z")).unwrap();
    store.sent(two, "Hello", &ReplyDraft::default(), at("2026-10-30T11:00:00Z")).unwrap();
    let handling = store.handling(Window::until(now(), Period::Days(30))).unwrap();
    let seconds =
        |average: Option<crate::domain::handling::Average>| average.map(|average| average.mean.as_secs());
    assert_eq!((handling.sent.cases.len(), handling.with.cases.len()), (2, 1));
    assert_eq!(seconds(handling.with.from_sight), Some(2 * 3_600));
    assert_eq!(seconds(handling.with.active), Some(13 * 60));
    assert_eq!(seconds(handling.with.waiting), Some(2 * 3_600 - 13 * 60));
    assert_eq!(seconds(handling.with.from_arrival), Some(4 * 3_600));
    assert_eq!((handling.without.from_sight, seconds(handling.without.from_arrival)), (None, Some(3_600)));
    assert_eq!(handling.unseen, [two]);
    assert_eq!(seconds(handling.archived.from_sight), Some(22 * 3_600));
    assert_eq!(seconds(handling.archived.active), Some(15 * 60));
    let uses = store.template_uses().unwrap();
    assert_eq!(
        uses[0].waited,
        Some(SignedDuration::from_hours(2)),
        "the same time as the templates learn from"
    );
    store.undo(now()).unwrap();
    assert!(
        store.handling(Window::until(now(), Period::All)).unwrap().without.cases.is_empty(),
        "the reply was taken back"
    );
}

#[test]
fn two_halves_of_a_case_bring_what_was_noted_and_worked() {
    let mut store = store();
    // Two cases until a third mail of both threads shows that they are one.
    mails(
        &mut store,
        &[
            Mail {
                alias: alias("ann", Some("one")),
                ..message("a", None, "2026-10-28T10:00:00Z", Some("one"))
            },
            message("b", Some(O1), "2026-10-29T10:00:00Z", Some("two")),
        ],
    );
    let cases: Vec<CaseId> = all(&store).iter().map(|row| row.id).collect();
    assert_eq!(cases.len(), 2);
    for case in &cases {
        store.note_outcome(*case, Outcome::Satisfied, now()).unwrap();
        let mut sitting = Sitting::begin(*case, at("2026-10-30T10:00:00Z"));
        sitting.key(at("2026-10-30T10:01:00Z"), &shipped_report().unwrap().time);
        store.keep_sitting(&sitting).unwrap();
    }
    let both = Mail {
        references: vec!["a".into(), "b".into()],
        ..message("c", Some(O1), "2026-10-30T10:00:00Z", Some("one"))
    };
    mails(&mut store, &[both]);
    let left = only(&store);
    assert_eq!(left.outcomes.len(), 2);
    let work: (i64, i64) = store
        .db
        .query_row("SELECT count(*), sum(case_id) FROM sittings", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(work, (1, left.summary.id.0), "of the same minute it counts once");
}

#[test]
fn the_queries_of_the_report_use_their_indexes() {
    let store = store();
    for sql in
        [report::ENDED, report::CLAIMS, report::OFFERS, report::UNANSWERED, report::SENT, report::CLOSED]
    {
        let mut query = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let blanks = vec![rusqlite::types::Value::Integer(1); query.parameter_count()];
        let steps: Vec<String> = query
            .query_map(rusqlite::params_from_iter(blanks), |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let wide = |step: &&String| {
            let made = ["claims", "offered", "f"].iter().any(|name| **step == format!("SCAN {name}"));
            step.starts_with("SCAN ") && !step.contains(" USING ") && !made
        };
        assert_eq!(steps.iter().find(wide), None, "{steps:#?}\n{sql}");
    }
}

#[test]
fn the_step_carries_over_what_was_archived_and_decided() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let before = STEPS.iter().position(|step| step.contains("noted_outcomes")).unwrap();
    {
        let mut db = Connection::open(&path).unwrap();
        migrate_by(&mut db, &STEPS[..before]).unwrap();
        db.execute_batch(
            "INSERT INTO cases (id, key, open, channel, kind, opened_at, due_at, decision, decided_at, archived_at, archived_by, outcome) VALUES
                 (1, 'a', 0, 'atoz_claim', 'other', 100, 9, 'granted', 200, 300, 'operator', 'withdrawn'),
                 (2, 'b', 0, 'atoz_claim', 'other', 100, 9, 'granted', 200, 300, 'operator', 'lost_by_default'),
                 (3, 'c', 0, 'buyer_message', 'other', 100, 9, NULL, NULL, 300, 'operator', 'satisfied'),
                 (4, 'd', 1, 'atoz_claim', 'other', 100, 9, NULL, NULL, NULL, NULL, NULL),
                 (5, 'e', 0, 'return_request', 'other', 100, 9, NULL, NULL, 300, 'amazon', 'settled'),
                 (6, 'f', 1, 'buyer_message', 'other', 100, 9, NULL, NULL, NULL, NULL, NULL),
                 (7, 'g', 1, 'atoz_claim', 'other', 100, 9, 'denied', NULL, NULL, NULL, NULL),
                 (8, 'h', 0, 'atoz_claim', 'other', 100, 9, 'unknown', 200, 300, 'operator', 'denied');
             INSERT INTO events (id, case_id, at, actor, deed, chain) VALUES
                 (1, 1, 300, 'operator', '{\"what\":\"archived\",\"outcome\":\"withdrawn\",\"cause\":null}', x'00'),
                 (2, 2, 300, 'operator', '{\"what\":\"archived\",\"outcome\":\"lost_by_default\",\"cause\":null}', x'00'),
                 (3, 3, 290, 'operator', '{\"what\":\"archived\",\"outcome\":\"silent\",\"cause\":null}', x'00'),
                 (4, 3, 295, 'operator', '{\"what\":\"undone\",\"event\":3}', x'00'),
                 (5, 3, 300, 'operator', '{\"what\":\"archived\",\"outcome\":\"satisfied\",\"cause\":null}', x'00'),
                 (6, 4, 250, 'operator', '{\"what\":\"archived\",\"outcome\":\"withdrawn\",\"cause\":null}', x'00'),
                 (7, 4, 260, 'amazon', '{\"what\":\"reopened\"}', x'00'),
                 (8, 5, 300, 'amazon', '{\"what\":\"archived\",\"outcome\":\"settled\",\"cause\":null}', x'00'),
                 (9, 6, 250, 'operator', '{\"what\":\"archived\",\"outcome\":\"silent\",\"cause\":null}', x'00'),
                 (10, 8, 300, 'operator', '{\"what\":\"archived\",\"outcome\":\"denied\",\"cause\":null}', x'00');",
        )
        .unwrap();
    }
    let store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    let told = |case: i64| {
        let file = store.case(CaseId(case), now()).unwrap().unwrap();
        file.stands.map(|stands| (stands.outcome, stands.at.as_second(), stands.by, stands.against))
    };
    use Source::{Amazon, Operator};
    assert_eq!(told(1), Some((Outcome::Granted, 200, Amazon, Some(Outcome::Withdrawn))));
    assert_eq!(told(2), Some((Outcome::Granted, 200, Amazon, None)));
    assert_eq!(told(3), Some((Outcome::Satisfied, 300, Operator, None)));
    assert_eq!(
        told(4),
        Some((Outcome::Withdrawn, 250, Operator, None)),
        "a mail does not make a withdrawn claim run again"
    );
    assert_eq!(told(5), Some((Outcome::Settled, 300, Amazon, None)));
    assert_eq!(told(6), None);
    assert_eq!(told(7), None, "it was asked about anew");
    assert_eq!(told(8), Some((Outcome::Denied, 300, Operator, None)));
    let noted: Vec<(i64, bool)> = store
        .db
        .prepare("SELECT event, withdrawn FROM noted_outcomes ORDER BY event")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(noted, [(1, false), (2, false), (3, true), (5, false), (6, false), (9, false), (10, false)]);
    let counted = store.outcomes(Window::until(now(), Period::All)).unwrap();
    assert_eq!(counted.disputed, [CaseId(1)]);
    assert_eq!(counted.alone.withdrawn, Share { of: 1, all: 4 });
}

#[test]
fn the_step_says_since_when_a_report_shows_a_case_as_settled_by_the_calendar_of_its_site() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let fresh = || {
        let mut store = Store::open(&path, shipped_policy().unwrap()).unwrap();
        let line = ReturnLine { settled: true, ..return_line(O1, "2026-10-20", None) };
        rows(&mut store, &[order(order_line(O1, "KB", Some(5_000))), return_row(line)]);
        stands(&store, only(&store).summary.id)
    };
    let right = fresh();
    assert_eq!(right.as_ref().unwrap().1, "2026-10-21T06:59:59Z", "midnight at the site of the order");
    // What the step before wrote: the end of the day in UTC.
    let db = Connection::open(&path).unwrap();
    let before = STEPS.iter().position(|step| step.contains("nobody knows who ships it")).unwrap();
    db.execute_batch(
        "UPDATE cases SET stands_at = unixepoch('2026-10-20') + 86399;
         ALTER TABLE report_rows DROP COLUMN decision_seen_at; DROP INDEX cases_waiting;",
    )
    .unwrap();
    db.pragma_update(None, "user_version", i64::try_from(before).unwrap()).unwrap();
    drop(db);
    let store = Store::open(&path, shipped_policy().unwrap()).unwrap();
    assert_eq!(stands(&store, only(&store).summary.id), right);
}
