//! The money log under pressure: many writers, other programs, files of the step before.

use std::path::Path;
use std::thread;

use super::makers::*;
use crate::domain::CaseId;
use crate::domain::checkup::{Check, Checkup};
use crate::domain::clock::shipped_policy;
use crate::domain::offer::{Draft, Move, OfferKind, OfferStatus};
use crate::problem::Exit;
use crate::store::Store;
use crate::store::migrate::{STEPS, migrate_by};

fn open(path: &Path) -> Store {
    let store = Store::open(path, shipped_policy().unwrap()).unwrap();
    store.waiting_at_most(std::time::Duration::from_mins(1))
}

fn refund(key: &str, minor: i64, seen: i64) -> Draft {
    Draft {
        key: key.to_owned(),
        kind: OfferKind::PartialRefund,
        amount: Some(usd(minor)),
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen,
        total_unknown_confirmed: false,
    }
}

/// `writers` at once press Enter twice in each of `presses` dialogues, on four cases of two orders of 50.00 USD.
fn press_twice(writers: usize, presses: usize) -> (Vec<i64>, Checkup) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    let mut store = open(&path);
    for (at, order_id) in [O1, O2].into_iter().enumerate() {
        mails(&mut store, &[message(&format!("m{at}"), Some(order_id), "2026-11-01T10:00:00Z", None)]);
        let claim = mail(
            &format!("c{at}"),
            crate::domain::record::Notice::AtozClaim,
            Some(order_id),
            "2026-11-01T11:00:00Z",
        );
        mails(&mut store, &[claim]);
        rows(&mut store, &[order(order_line(order_id, "KB", Some(5000)))]);
    }
    let cases: Vec<CaseId> = all(&store).iter().map(|case| case.id).collect();
    assert_eq!(cases.len(), 4);
    let work = |writer: usize| {
        let (path, cases) = (path.clone(), cases.clone());
        move || {
            let mut store = open(&path);
            let mut booked = 0;
            for press in 0..presses {
                let id = cases[(writer + press) % cases.len()];
                let seen = file(&store, id);
                let minor = 1 + i64::try_from((writer * 31 + press * 17) % 900).unwrap();
                let key = format!("{writer}-{press}");
                // Every third dialogue moves an offer on, so that money comes free again.
                let open = seen.offers.iter().find(|offer| offer.status == OfferStatus::Proposed);
                let outcomes: Vec<_> = if let (0, Some(offer)) = (press % 3, open) {
                    let to = [OfferStatus::Declined, OfferStatus::CarriedOut, OfferStatus::Reversed]
                        [press / 3 % 3];
                    let paid = (to == OfferStatus::CarriedOut).then(|| usd(minor));
                    let wish =
                        Move { key, offer: offer.id, seen: offer.line, to, paid, parcel: None, reason: None };
                    (0..2).map(|_| store.move_offer(id, &wish, now())).collect()
                } else {
                    let draft = refund(&key, minor, seen.room.given);
                    (0..2).map(|_| store.offer(id, &draft, now())).collect()
                };
                match (&outcomes[0], &outcomes[1]) {
                    (Ok(one), Ok(other)) => {
                        assert_eq!(one, other, "the second press is the first one's booking");
                        booked += 1;
                    }
                    // Another writer was first: the second press sees the same sum as the first and is refused, too.
                    (Err(one), Err(other)) => {
                        assert_eq!([one.exit, other.exit], [Exit::Blocked, Exit::Blocked], "{one} {other}");
                    }
                    (one, other) => panic!("{one:?} then {other:?}"),
                }
            }
            booked
        }
    };
    let threads: Vec<_> = (0..writers).map(|writer| thread::spawn(work(writer))).collect();
    let booked: i64 = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert!(booked > 0);
    let actions: i64 = store
        .db
        .query_row(
            "SELECT count(*) FROM events WHERE deed ->> 'what' IN ('offered', 'offer_moved')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(actions, booked, "one event for each dialogue that was booked");
    let given = cases.iter().map(|id| file(&store, *id).room.given).collect();
    (given, Store::check_file(&path).unwrap())
}

#[test]
fn double_presses_of_many_writers_book_once_and_never_above_the_order() {
    let (given, checkup) = press_twice(4, 12);
    assert!(given.iter().all(|given| (0..=5000).contains(given)), "{given:?}");
    assert_eq!(checkup.findings, []);
}

#[test]
#[ignore = "a minute of eight writers"]
fn double_presses_of_eight_writers_with_150_dialogues_each_book_once_and_never_above_the_order() {
    let (given, checkup) = press_twice(8, 150);
    assert!(given.iter().all(|given| (0..=5000).contains(given)), "{given:?}");
    assert_eq!(checkup.findings, []);
}

/// A file with a few offers in several states.
fn kept(path: &Path) -> Store {
    let mut store = open(path);
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    rows(&mut store, &[order(order_line(O1, "KB", Some(5000)))]);
    let id = only(&store).summary.id;
    for (at, minor) in [(1, 1000), (2, 700), (3, 300)] {
        let seen = file(&store, id).room.given;
        store.offer(id, &refund(&format!("k{at}"), minor, seen), now()).unwrap();
    }
    let offer = file(&store, id).offers[0].clone();
    let (key, to) = ("m".to_owned(), OfferStatus::CarriedOut);
    let wish =
        Move { key, offer: offer.id, seen: offer.line, to, paid: Some(usd(900)), parcel: None, reason: None };
    store.move_offer(id, &wish, now()).unwrap();
    store
}

/// Changes the file as another program would, its own walls pulled down and put up again.
fn tamper(store: &Store, change: &str) {
    let mut query = store.db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let walls: Vec<(String, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    for (name, _) in &walls {
        store.db.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    store
        .db
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; {change}; PRAGMA foreign_keys = ON"))
        .unwrap();
    for (_, wall) in &walls {
        store.db.execute_batch(wall).unwrap();
    }
}

#[test]
fn tampering_with_any_line_and_any_column_is_found_and_so_is_a_tail_that_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let columns = [
        "key = key || 'x'",
        "offer = offer % 3 + 1",
        "order_id = '113-9999999-9999999'",
        "order_id = NULL",
        "step = CASE step WHEN 'accepted' THEN 'proposed' ELSE 'accepted' END",
        "undoes = 1",
        "amount_minor = amount_minor * 2",
        "currency = 'CAD'",
        "seen_minor = seen_minor + 1",
        "carrier = 'UPS'",
        "tracking = ''",
        "cost_minor = 5",
        "cost_currency = 'USD'",
        "at = at + 1",
        "event = event + 1",
        "prev = zeroblob(31)",
        "hash = randomblob(32)",
    ];
    let path = folder.path().join("kesu.db");
    let lines: i64 = {
        let store = kept(&path);
        store.db.query_row("SELECT count(*) FROM money_log", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(lines, 5);
    let whole = std::fs::read(&path).unwrap();
    for line in 1..=lines {
        for column in columns {
            std::fs::write(&path, &whole).unwrap();
            let store = open(&path);
            let step = column.starts_with("step") && line == 4;
            if !step {
                tamper(&store, &format!("UPDATE money_log SET {column} WHERE seq = {line}"));
                let found = store.check().findings;
                let first = found.iter().find(|finding| finding.check == Check::MoneyChain);
                assert!(first.is_some(), "line {line}, {column}: {found:#?}");
            }
        }
        std::fs::write(&path, &whole).unwrap();
        let store = open(&path);
        tamper(&store, &format!("DELETE FROM money_log WHERE seq >= {line}"));
        let found = store.check().findings;
        assert!(found.iter().any(|finding| finding.check == Check::MoneyHead), "{found:#?}");
        // Whoever mends the head as well is told on by the history.
        tamper(&store, "DELETE FROM meta WHERE name = 'money_head'");
        assert!(!store.check().is_healthy());
    }
}

#[test]
fn what_else_is_wrong_is_said_with_its_place_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    let whole = {
        kept(&path);
        std::fs::read(&path).unwrap()
    };
    for (change, check, place) in [
        ("UPDATE offers SET status = 'declined' WHERE id = 2", Check::Offers, "offers, row 2"),
        ("UPDATE offers SET amount_minor = 701 WHERE id = 2", Check::Offers, "offers, row 2"),
        ("UPDATE offers SET kind = 'full_refund' WHERE id = 2", Check::Offers, "offers, row 2"),
        (
            "INSERT INTO offers SELECT 9, 'x', case_id, order_id, kind, 5, 'USD', 'proposed', NULL, NULL, NULL, NULL, at, 0, event, NULL, NULL FROM offers WHERE id = 1",
            Check::Offers,
            "offers, row 9",
        ),
        ("UPDATE offers SET route = 'claim' WHERE id = 2", Check::Offers, "offers, row 2"),
        ("UPDATE offers SET why = 'because' WHERE id = 2", Check::Offers, "offers, row 2"),
        ("UPDATE offers SET total_unknown = 1 WHERE id = 2", Check::Offers, "offers, row 2"),
        ("UPDATE offers SET case_id = 7 WHERE id = 2", Check::Offers, "offers, row 2"),
        ("UPDATE events SET at = at + 1 WHERE id = 2", Check::History, "events, row 2"),
        ("UPDATE messages SET case_id = 77 WHERE id = 1", Check::References, "messages, row 1"),
        ("UPDATE orders SET total_minor = 100", Check::Sums, O1),
        ("CREATE TRIGGER mine AFTER UPDATE ON offers BEGIN SELECT 1; END", Check::Schema, "trigger mine"),
    ] {
        std::fs::write(&path, &whole).unwrap();
        let store = open(&path);
        tamper(&store, change);
        let found = store.check().findings;
        let finding = found
            .iter()
            .find(|finding| finding.check == check)
            .unwrap_or_else(|| panic!("{change}: {found:#?}"));
        assert!(finding.place.contains(place) && !finding.note, "{finding:#?}");
        assert!(finding.what.iter().chain(&finding.remedy).all(|words| !words.is_empty()));
    }
    std::fs::write(&path, &whole).unwrap();
    let store = open(&path);
    store.db.execute_batch("DROP TRIGGER money_walls").unwrap();
    let found = store.check().findings;
    assert!(
        found.len() == 1 && found[0].place == "trigger money_walls" && found[0].what[0].contains("missing"),
        "{found:#?}"
    );
}

#[test]
fn a_total_that_came_in_lower_since_is_a_note_and_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = kept(&folder.path().join("kesu.db"));
    let lower = crate::domain::record::OrderLine {
        updated_at: Some(at("2026-10-30T00:00:00Z")),
        ..order_line(O1, "KB", Some(1500))
    };
    rows(&mut store, &[order(lower)]);
    let checkup = store.check();
    assert!(checkup.is_healthy() && checkup.findings.len() == 1, "{checkup:#?}");
    assert!(checkup.findings[0].what[0].contains("19.00 USD is given"), "{checkup:#?}");
}

#[test]
fn a_torn_file_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    kept(&path).db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 30_000].fill(0xa5);
    std::fs::write(&path, &bytes).unwrap();
    let checkup = Store::check_file(&path).unwrap();
    assert!(!checkup.is_healthy(), "{checkup:#?}");
}

#[test]
fn offers_of_the_step_before_get_their_lines_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    let mut db = rusqlite::Connection::open(&path).unwrap();
    migrate_by(&mut db, &STEPS[..6]).unwrap();
    db.execute_batch(
        "INSERT INTO orders VALUES ('113-1000001-2000001', 1, 'US', 'mfn', 0, '2026-10-20', 'Shipped', 5000, 'USD');
         INSERT INTO cases (id, key, open, channel, kind, order_id, opened_at, due_at)
             VALUES (1, 'buyer_message:113-1000001-2000001', 1, 'buyer_message', 'other', '113-1000001-2000001', 1, 1);
         INSERT INTO offers (id, key, case_id, order_id, kind, amount_minor, currency, status, carrier, tracking,
             cost_minor, cost_currency, at, total_unknown, event) VALUES
             (1, 'a', 1, '113-1000001-2000001', 'partial_refund', 1000, 'USD', 'proposed', NULL, NULL, NULL, NULL, 100, 0, 1),
             (2, 'b', 1, '113-1000001-2000001', 'full_refund', 4000, 'USD', 'reversed', NULL, NULL, NULL, NULL, 200, 0, 2),
             (3, 'c', 1, '113-1000001-2000001', 'reshipment', NULL, NULL, 'proposed', 'UPS', '1Z', 620, 'USD', 300, 0, 3);",
    )
    .unwrap();
    for (at, deed) in [
        r#"{"what":"offered","offer":1,"kind":"partial_refund","amount":"10.00 USD"}"#,
        r#"{"what":"offered","offer":2,"kind":"full_refund","amount":"40.00 USD"}"#,
        r#"{"what":"offered","offer":3,"kind":"reshipment","amount":null}"#,
        r#"{"what":"undone","event":2}"#,
    ]
    .into_iter()
    .zip(1_i64..)
    .map(|(deed, at)| (at, deed))
    {
        let deed: crate::domain::event::Deed = serde_json::from_str(deed).unwrap();
        let mut head = crate::store::history::Head::read(&db).unwrap();
        let actor = crate::domain::event::Actor::Operator;
        head.append(&db, Some(CaseId(1)), at * 100 + 50, actor, &deed).unwrap();
    }
    drop(db);
    let store = open(&path);
    let file = store.case(CaseId(1), at("1970-01-02T00:00:00Z")).unwrap().unwrap();
    let states: Vec<_> = file.offers.iter().map(|offer| (offer.status, offer.amount)).collect();
    assert_eq!(
        states,
        [
            (OfferStatus::Proposed, Some(usd(1000))),
            (OfferStatus::Reversed, Some(usd(4000))),
            (OfferStatus::Proposed, None),
        ]
    );
    assert_eq!(
        (file.room.given, file.offers[2].tracking.as_deref(), file.offers[2].cost),
        (1000, Some("1Z"), Some(usd(620)))
    );
    let reversed = file.offers[1].moved_at(OfferStatus::Reversed).unwrap();
    assert_eq!(reversed.as_second(), 450, "when it was undone");
    assert_eq!(store.check().findings, []);
    // Their history says nothing of way, reason and total, but it names their case.
    tamper(&store, "UPDATE offers SET case_id = 7 WHERE id = 1");
    assert!(store.check().findings.iter().any(|finding| finding.place == "offers, row 1"));
}
