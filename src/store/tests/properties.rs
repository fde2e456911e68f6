//! What must hold for any input: the order of import changes nothing, and undo leads back to the start.

use proptest::prelude::*;

use super::makers::*;
use crate::domain::case::Stage;
use crate::domain::clock::{Side, Snooze};
use crate::domain::evidence::{self, Wants};
use crate::domain::offer::{Draft, OfferKind};
use crate::domain::playbook::Risk;
use crate::domain::record::{Decision, Mail, Notice, OrderLine, ReturnLine, Row};
use crate::domain::view::{ReplyDraft, Tally};
use crate::domain::{Kind, Outcome};
use crate::store::Store;

#[derive(Debug, Clone)]
enum Thing {
    Mail(Mail),
    Row(Row),
}

/// Few names, so that mails meet: two orders, two Seller Central cases, a few message ids.
fn some_mail() -> impl Strategy<Value = Mail> {
    let notice = prop::sample::select(Notice::ALL);
    let order = prop::sample::select(vec![None, Some(O1), Some(O1), Some(O2)]);
    let case = prop::sample::select(vec![None, None, Some("C1"), Some("C2")]);
    let hour = 0..5_u32;
    let parts = (
        notice,
        order,
        case,
        hour,
        0..12_u32,
        prop::collection::vec(0..14_u32, 0..2),
        any::<bool>(),
        0..4_usize,
    );
    parts.prop_map(|(notice, order, case, hour, id, refs, named, other)| {
        let sent = format!("2026-10-30T{hour:02}:00:00Z");
        let mut mail = mail(&format!("m{id}"), notice, order, &sent);
        mail.references = refs.into_iter().map(|id| format!("m{id}")).collect();
        mail.alias = named.then(|| alias("ann", case)).flatten();
        mail.kind = Kind::ALL[other];
        mail.rma = [None, Some("D1"), Some("2026-10-30"), Some("2026-10-29")][other].map(str::to_owned);
        mail.decision = (notice == Notice::AtozDecision).then_some(Decision::ALL[other]);
        mail.marketplace = mail.marketplace.filter(|_| other != 2);
        mail.buyer_name = (other == 1).then(|| format!("Buyer {id}"));
        mail
    })
}

fn some_row() -> impl Strategy<Value = Row> {
    let order_id = || prop::sample::select(vec![O1, O2]);
    let lines =
        (order_id(), 0..2_usize, 0..3_i64, prop::option::of(1..9_i64)).prop_map(|(id, sku, day, total)| {
            let updated_at = Some(at(&format!("2026-10-2{day}T00:00:00Z")));
            order(OrderLine { updated_at, ..order_line(id, ["A", "B"][sku], total) })
        });
    let returns = (order_id(), prop::option::of(Just("D1")), 28..31_u32, any::<bool>(), 0..2_i64);
    let returns = returns.prop_map(|(id, rma, day, settled, paid)| {
        let line = return_line(id, &format!("2026-10-{day}"), rma);
        return_row(ReturnLine { settled, refunded: (paid > 0).then(|| usd(paid)), ..line })
    });
    let feedback = (order_id(), 1..4_u8, "[a-c]{0,1}")
        .prop_map(|(id, stars, text)| feedback_row(id, "2026-10-30", stars, &text));
    prop_oneof![lines, returns, feedback]
}

fn things() -> impl Strategy<Value = Vec<Thing>> {
    let thing = prop_oneof![3 => some_mail().prop_map(Thing::Mail), 1 => some_row().prop_map(Thing::Row)];
    prop::collection::vec(thing, 1..12).prop_map(|things| {
        // One mail has one content: of two with the same id the first stands.
        let mut seen = std::collections::BTreeSet::new();
        let keep = |thing: &Thing| match thing {
            Thing::Mail(mail) => seen.insert(mail.message_id.clone()),
            Thing::Row(_) => true,
        };
        things.into_iter().filter(keep).collect()
    })
}

/// Imports things in an order, a new import after every few of them.
fn load(things: &[Thing], each: usize) -> Store {
    let mut store = store();
    for some in things.chunks(each) {
        let mut import = store.import(now()).unwrap();
        for thing in some {
            match thing {
                Thing::Mail(mail) => drop(import.mail(mail).unwrap()),
                Thing::Row(row) => drop(import.row(row).unwrap()),
            }
        }
        import.finish(&Tally::default(), true).unwrap();
    }
    store
}

/// Everything but numbers and the history, in an order of its own.
fn dump(store: &Store) -> Vec<String> {
    let columns = "channel, kind, kind_set, open, marketplace, order_id, sku, buyer, buyer_name, opened_at, opened_guessed,
        asked_at, answered_at, answered, stated_from, stated_due, decided_at, decision, reason, claimed_minor, lang, excerpt,
        due_at, clock, long_term, archived_by, outcome, cause, timeline, waiting, snoozed_until, wake_at";
    let cases = format!("SELECT key, {columns} FROM cases WHERE merged_into IS NULL ORDER BY key");
    let queries = [
        cases.as_str(),
        "SELECT m.message_id, m.thread, m.asked_at, m.text, c.key FROM messages m LEFT JOIN cases c ON c.id = m.case_id
         WHERE m.withdrawn = 0 ORDER BY m.message_id, m.text",
        "SELECT r.report, r.key, r.columns, r.status, r.settled, c.key FROM report_rows r
         LEFT JOIN cases c ON c.id = r.case_id ORDER BY r.report, r.key",
        "SELECT * FROM orders ORDER BY order_id",
        "SELECT key, amount_minor, status FROM offers WHERE status <> 'reversed' ORDER BY key",
        "SELECT addition, body FROM drafts ORDER BY case_id",
        "SELECT case_id, at FROM quiet ORDER BY event",
        "SELECT case_id, what, value, seen FROM said ORDER BY event",
        "SELECT case_id, step, form, note FROM evidence WHERE withdrawn = 0 ORDER BY id",
        "SELECT case_id, at, whom FROM waits ORDER BY event",
        "SELECT case_id, until, any_mail FROM snoozes ORDER BY event",
    ];
    let mut lines = Vec::new();
    for query in queries {
        let mut query = store.db.prepare(query).unwrap();
        let width = query.column_count();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..width).map(|at| format!("{:?}", row.get_ref(at).unwrap())).collect();
            lines.push(cells.join(" "));
        }
    }
    lines
}

/// Does one of the operator's actions on one of the cases; some are refused, which is no action either.
fn act(store: &mut Store, step: usize, which: usize, case: usize) -> usize {
    let cases = all(store);
    let id = cases[case % cases.len()].id;
    let draft = ReplyDraft { addition: format!("text {step}"), ..ReplyDraft::default() };
    let offer = |store: &Store| Draft {
        key: format!("{step}"),
        kind: OfferKind::PartialRefund,
        amount: Some(usd(2)),
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen: file(store, id).room.given,
        total_unknown_confirmed: true,
    };
    let before = store.last_event().unwrap();
    let done = match which {
        0 => store.set_kind(id, Kind::ALL[step % 4], now()),
        1 => store.copied(id, "OSC 52", now()),
        2 => store.sent(id, &format!("reply {step}"), &file(store, id).draft.unwrap_or(draft), now()),
        3 => store.no_reply_needed(id, now()),
        4 => store.offer(id, &offer(store), now()),
        5 => store.set_stage(id, Stage::ALL.get(step % 5).copied(), now()),
        6 => store.set_category(id, Risk::ALL.get(step % 6).copied(), now()),
        7 => {
            // What stands so already is no action.
            let ticked = file(store, id).evidence.iter().any(|each| each.step == "confirm");
            store.tick(id, "confirm", Wants::Nothing, !ticked, now())
        }
        8 => {
            let note = format!("note {step}");
            store.keep_evidence(id, &evidence::Draft { note, ..evidence::Draft::default() }, now())
        }
        9 => store.wait_for(id, [None, Some(Side::Buyer), Some(Side::Carrier)][step % 3], now()),
        10 => store.snooze(&[id], [Snooze::BuyerWrites, Snooze::AnyMail, Snooze::Off][step % 3], now()),
        _ => store.archive(id, Outcome::Satisfied, None, now()),
    };
    // What the operator said before is no action.
    usize::from(done.is_ok_and(|event| event > before))
}

/// How often each property is tried; more with `PROPTEST_CASES`.
fn tries() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(120)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(tries()) })]

    #[test]
    fn the_order_of_import_never_changes_the_result(
        (things, shuffled) in things().prop_flat_map(|things| (Just(things.clone()), Just(things).prop_shuffle())),
        each in 1..6_usize,
    ) {
        let (one, other) = (load(&things, 100), load(&shuffled, each));
        prop_assert_eq!(dump(&one), dump(&other));
    }

    #[test]
    fn undoing_every_action_leads_back_to_the_start(
        things in things(),
        steps in prop::collection::vec((0..12_usize, 0..5_usize), 1..8),
    ) {
        let mut store = load(&things, 100);
        prop_assume!(!all(&store).is_empty());
        // Every case has a draft, which `sent` closes and its undo gives back.
        for case in all(&store) {
            let draft = ReplyDraft { addition: "begun".into(), ..ReplyDraft::default() };
            store.save_draft(case.id, &draft, &ReplyDraft::default(), now()).unwrap();
        }
        let before = dump(&store);
        let mut done = 0;
        for (step, (which, case)) in steps.into_iter().enumerate() {
            done += act(&mut store, step, which, case);
        }
        for _ in 0..done {
            prop_assert!(store.undo(now()).unwrap().is_some());
        }
        let last = store.last_action().unwrap().map(|event| event.deed);
        let nothing_done = last.is_none_or(|deed| matches!(deed, crate::domain::event::Deed::Imported { .. }));
        prop_assert!(nothing_done);
        prop_assert_eq!(dump(&store), before);
        prop_assert_eq!(store.first_broken_event().unwrap(), None);
    }
}
