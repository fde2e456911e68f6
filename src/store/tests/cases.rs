//! Which mails make which case, their threads, and what lands on the archive.

use super::makers::*;
use crate::domain::case::State;
use crate::domain::event::Deed;
use crate::domain::record::{Alias, Deadline, Decision, Mail, Notice, Unit};
use crate::domain::view::Tally;
use crate::domain::{Channel, Kind, Marketplace, Outcome};
use crate::store::{Landed, Store};

/// Imports mails in one go and says where each belongs.
fn places(store: &mut Store, mails: &[Mail]) -> Vec<(Option<i64>, String)> {
    let mut import = store.import(now()).unwrap();
    let ids: Vec<i64> = mails
        .iter()
        .map(|mail| match import.mail(mail).unwrap() {
            Landed::Stored(id) => id,
            Landed::Duplicate(_) => panic!("{mail:?}"),
        })
        .collect();
    let places = ids.iter().map(|id| import.place(*id).unwrap());
    let places = places.map(|place| (place.case.map(|case| case.0), place.thread)).collect();
    import.finish(&Tally::default(), true).unwrap();
    places
}

#[test]
fn a_case_is_one_order_and_channel() {
    let mut store = store();
    let there = places(
        &mut store,
        &[
            message("m1", Some(O1), "2026-10-30T10:00:00Z", Some("C1")),
            message("m2", Some(O1), "2026-10-30T11:00:00Z", Some("C2")),
            mail("a1", Notice::AtozClaim, Some(O1), "2026-10-31T10:00:00Z"),
            message("m3", Some(O2), "2026-10-30T10:00:00Z", Some("C3")),
        ],
    );
    assert_eq!(there[0].0, there[1].0);
    assert_ne!(there[0].1, there[1].1, "two Seller Central cases are two conversations");
    assert_eq!(all(&store).len(), 3);
    assert_eq!(file(&store, queue(&store)[0].id).others.len(), 2);
}

#[test]
fn a_mail_without_an_order_joins_the_case_of_its_thread() {
    let mut store = store();
    mails(&mut store, &[message("m1", None, "2026-10-30T10:00:00Z", Some("C1"))]);
    let lone = only(&store).summary;
    assert_eq!((lone.order_id.as_deref(), lone.channel), (None, Channel::Message));
    mails(&mut store, &[message("m2", Some(O1), "2026-10-30T12:00:00Z", Some("C1"))]);
    let joined = only(&store);
    assert_eq!((joined.summary.id, joined.summary.order_id.as_deref()), (lone.id, Some(O1)));
    assert_eq!(joined.messages.len(), 2);
}

#[test]
fn two_cases_that_turn_out_to_be_one_are_merged_and_both_numbers_lead_there() {
    let mut store = store();
    mails(&mut store, &[message("m1", None, "2026-10-30T10:00:00Z", Some("C1"))]);
    mails(&mut store, &[message("m2", Some(O1), "2026-10-30T11:00:00Z", Some("C2"))]);
    let [first, second] = [all(&store)[0].id, all(&store)[1].id];
    store.copied(first, "OSC 52", now()).unwrap();
    store.copied(second, "OSC 52", now()).unwrap();
    mails(&mut store, &[message("m3", Some(O1), "2026-10-30T12:00:00Z", Some("C1"))]);
    let whole = only(&store);
    assert_eq!(whole.messages.len(), 3);
    assert_eq!(file(&store, first).summary.id, file(&store, second).summary.id);
    assert_eq!(whole.events.iter().filter(|event| matches!(event.deed, Deed::Copied { .. })).count(), 2);
}

#[test]
fn reply_headers_join_a_thread_whatever_comes_first() {
    let mut store = store();
    let reply = Mail {
        references: vec!["m1".into()],
        alias: None,
        ..message("m2", None, "2026-10-30T12:00:00Z", None)
    };
    let there = places(&mut store, &[reply, message("m1", Some(O1), "2026-10-30T10:00:00Z", Some("C1"))]);
    assert_eq!(there[0], there[1]);
}

#[test]
fn alias_and_order_join_only_where_nothing_better_is_known() {
    let mut store = store();
    let there = places(
        &mut store,
        &[
            message("m1", Some(O1), "2026-10-30T10:00:00Z", None),
            message("m2", Some(O1), "2026-10-30T11:00:00Z", None),
            message("m3", Some(O2), "2026-10-30T11:00:00Z", None),
            Mail { references: vec!["gone".into()], ..message("m4", Some(O1), "2026-10-30T12:00:00Z", None) },
        ],
    );
    assert_eq!(there[0].1, there[1].1);
    assert_ne!(there[0].1, there[2].1);
    assert_eq!(there[0].1, there[3].1, "a reply to a mail we never saw");
}

#[test]
fn a_bare_mail_joins_the_only_seller_central_case_of_its_alias_and_order() {
    let one = message("m1", Some(O1), "2026-10-30T10:00:00Z", Some("C1"));
    let bare = message("m2", Some(O1), "2026-10-30T11:00:00Z", None);
    let two = message("m3", Some(O1), "2026-10-30T12:00:00Z", Some("C2"));
    let there = places(&mut store(), &[bare.clone(), one.clone()]);
    assert_eq!(there[0].1, there[1].1);
    let there = places(&mut store(), &[bare, one, two]);
    assert_ne!(there[1].1, there[2].1, "alias and order must not join two Seller Central cases");
    assert!(there[0].1 != there[1].1 && there[0].1 != there[2].1);
}

#[test]
fn one_case_id_at_two_sites_is_two_threads() {
    let german = Alias {
        local: "ann".into(),
        case: Some("C1".into()),
        domain: "amazon.de".into(),
        address: "ann+C1@marketplace.amazon.de".into(),
    };
    let there = places(
        &mut store(),
        &[
            message("m1", None, "2026-10-30T10:00:00Z", Some("C1")),
            Mail { alias: Some(german), ..message("m2", None, "2026-10-30T11:00:00Z", None) },
        ],
    );
    assert_ne!(there[0], there[1]);
}

#[test]
fn notices_join_the_case_they_belong_to() {
    let mut store = store();
    let copy = Mail {
        alias: alias("ann", Some("C1")),
        ..mail("c1", Notice::SellerCopy, None, "2026-10-30T15:00:00Z")
    };
    let there = places(
        &mut store,
        &[
            mail("d1", Notice::AtozDecision, Some(O1), "2026-10-31T20:00:00Z"),
            mail("r1", Notice::RefundIssued, Some(O1), "2026-10-31T21:00:00Z"),
            mail("o1", Notice::OptOut, Some(O1), "2026-10-31T22:00:00Z"),
            mail("e1", Notice::ChargebackDecision, Some(O1), "2026-10-31T23:00:00Z"),
            copy,
            message("m1", Some(O1), "2026-10-30T10:00:00Z", Some("C1")),
            mail("a1", Notice::AtozClaim, Some(O1), "2026-10-30T11:00:00Z"),
            mail("q1", Notice::ReturnRequest, Some(O1), "2026-10-30T12:00:00Z"),
            mail("b1", Notice::Chargeback, Some(O1), "2026-10-30T13:00:00Z"),
        ],
    );
    let of = |at: usize| there[at].0.unwrap();
    assert_eq!((of(0), of(1), of(2), of(3), of(4)), (of(6), of(7), of(5), of(8), of(5)));
    assert_eq!(there[0].1, there[6].1, "a claim and its decision are one conversation");
}

#[test]
fn a_notice_without_a_case_waits_for_it() {
    let mut store = store();
    assert_eq!(mails(&mut store, &[mail("d1", Notice::AtozDecision, Some(O1), "2026-10-31T20:00:00Z")]), 0);
    assert_eq!(all(&store), []);
    assert_eq!(mails(&mut store, &[mail("a1", Notice::AtozClaim, Some(O1), "2026-10-30T11:00:00Z")]), 1);
    assert_eq!(only(&store).messages.len(), 2);
}

#[test]
fn returns_of_one_order_are_told_apart_by_their_rma() {
    let mut store = store();
    let asked = |id: &str, rma: Option<&str>, sent: &str| Mail {
        rma: rma.map(str::to_owned),
        ..mail(id, Notice::ReturnRequest, Some(O1), sent)
    };
    rows(&mut store, &[return_row(return_line(O1, "2026-10-30", Some("D2")))]);
    let there = places(
        &mut store,
        &[
            asked("q1", Some("D1"), "2026-10-20T10:00:00Z"),
            asked("q2", Some("2026-10-30"), "2026-10-30T20:00:00Z"),
            asked("q3", None, "2026-10-21T10:00:00Z"),
        ],
    );
    assert_eq!(all(&store).len(), 2);
    assert_eq!(there[0], there[2], "nearest in time");
    assert_ne!(there[0].0, there[1].0);
}

#[test]
fn the_same_mail_again_changes_nothing() {
    let mut store = store();
    let first = message("m1", Some(O1), "2026-10-30T10:00:00Z", None);
    let nameless = Mail { message_id: None, ..message("m2", Some(O1), "2026-10-30T11:00:00Z", None) };
    mails(&mut store, &[first.clone(), nameless.clone()]);
    let before = (store.last_event().unwrap(), only(&store));
    import(&mut store, |import| {
        let again = import.mail(&Mail { digest: "other".into(), ..first }).unwrap();
        assert!(matches!(again, Landed::Duplicate(_)));
        assert!(matches!(import.mail(&nameless).unwrap(), Landed::Duplicate(_)));
    });
    assert_eq!((store.last_event().unwrap(), only(&store)), before);
}

#[test]
fn a_dry_run_leaves_nothing_behind() {
    let mut store = store();
    let mut import = store.import(now()).unwrap();
    import.mail(&message("m1", Some(O1), "2026-10-30T10:00:00Z", None)).unwrap();
    import.row(&return_row(return_line(O1, "2026-10-30", None))).unwrap();
    assert_eq!(import.finish(&Tally::default(), false).unwrap(), 2);
    assert_eq!((store.last_event().unwrap(), all(&store).len()), (0, 0));
}

#[test]
fn our_copy_stops_the_reply_clock_and_the_next_message_starts_it_anew() {
    let mut store = store();
    let first = message("m1", Some(O1), "2026-10-30T10:00:00Z", Some("C1"));
    let copy = Mail {
        alias: alias("ann", Some("C1")),
        ..mail("c1", Notice::SellerCopy, None, "2026-10-30T15:00:00Z")
    };
    mails(&mut store, &[first, copy]);
    assert_eq!(queue(&store)[0].clock.as_deref(), Some("default_loss"));
    assert!(queue(&store)[0].answered);
    mails(&mut store, &[message("m2", Some(O1), "2026-10-31T10:00:00Z", Some("C1"))]);
    let line = &queue(&store)[0];
    assert_eq!((line.clock.as_deref(), line.due), (Some("reply"), Some(at("2026-11-01T10:00:00Z"))));
    assert!(!line.answered);
}

#[test]
fn a_stated_deadline_leads_and_the_newest_mail_that_states_one_counts() {
    let mut store = store();
    let asks = |id: &str, sent: &str, due: &str| Mail {
        deadline: Some(Deadline { amount: 3, unit: Unit::CalendarDays, due: Some(at(due)) }),
        amount: Some(usd(11_900)),
        ..mail(id, Notice::AtozClaim, Some(O1), sent)
    };
    mails(
        &mut store,
        &[
            asks("a2", "2026-10-31T10:00:00Z", "2026-11-03T10:00:00Z"),
            asks("a1", "2026-10-30T10:00:00Z", "2026-11-02T10:00:00Z"),
        ],
    );
    let file = only(&store);
    assert_eq!(file.summary.due, Some(at("2026-11-03T10:00:00Z")));
    assert_eq!((file.claimed, file.summary.clock.as_deref()), (Some(usd(11_900)), Some("atoz_answer")));
}

#[test]
fn a_decision_stops_the_clocks_of_a_claim_and_a_later_question_starts_them_again() {
    let mut store = store();
    let decision = Mail {
        decision: Some(Decision::Denied),
        ..mail("d1", Notice::AtozDecision, Some(O1), "2026-10-31T10:00:00Z")
    };
    mails(&mut store, &[mail("a1", Notice::AtozClaim, Some(O1), "2026-10-30T10:00:00Z"), decision]);
    assert_eq!(queue(&store)[0].clock.as_deref(), Some("long_term"));
    assert_eq!(only(&store).decision, Some(Decision::Denied));
    mails(&mut store, &[mail("a2", Notice::AtozClaim, Some(O1), "2026-11-01T10:00:00Z")]);
    assert_eq!(queue(&store)[0].clock.as_deref(), Some("atoz_answer"));
}

#[test]
fn a_mail_after_the_archive_reopens_the_case_and_the_outcome_stays_in_the_history() {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-10-30T10:00:00Z", None)]);
    let id = only(&store).summary.id;
    store.archive(id, Outcome::Satisfied, None, now()).unwrap();
    assert_eq!(queue(&store), []);
    let refund = mail("r1", Notice::RefundIssued, Some(O1), "2026-10-31T10:00:00Z");
    mails(&mut store, &[refund]);
    assert_eq!(only(&store).summary.state, State::Archived, "a refund notice asks for nothing");
    mails(&mut store, &[message("m2", Some(O1), "2026-11-01T11:00:00Z", None)]);
    let file = only(&store);
    assert_eq!((file.summary.state, file.outcome), (State::Open, None));
    assert!(file.events.iter().any(|event| event.deed == Deed::Reopened));
    assert!(
        file.events
            .iter()
            .any(|event| matches!(event.deed, Deed::Archived { outcome: Outcome::Satisfied, .. }))
    );
    assert_eq!(file.clocks.len(), 4);
}

#[test]
fn a_mail_without_a_date_takes_the_time_of_the_import() {
    let mut store = store();
    mails(&mut store, &[Mail { sent_at: None, ..message("m1", Some(O1), "2026-10-30T10:00:00Z", None) }]);
    assert_eq!(only(&store).summary.opened, now());
    let flagged: bool = store.db.query_row("SELECT opened_guessed FROM cases", [], |row| row.get(0)).unwrap();
    assert!(flagged);
    mails(&mut store, &[message("m2", Some(O1), "2026-10-31T10:00:00Z", None)]);
    assert_eq!(only(&store).summary.opened, at("2026-10-31T10:00:00Z"));
}

#[test]
fn the_newest_trouble_with_goods_decides_the_kind_and_the_operator_overrules() {
    let mut store = store();
    let says = |id: &str, kind: Kind, sent: &str| Mail { kind, ..message(id, Some(O1), sent, None) };
    mails(
        &mut store,
        &[
            says("m2", Kind::NotReceived, "2026-10-31T10:00:00Z"),
            says("m1", Kind::Defective, "2026-10-30T10:00:00Z"),
            says("m3", Kind::Other, "2026-11-01T10:00:00Z"),
        ],
    );
    let id = only(&store).summary.id;
    assert_eq!(only(&store).summary.kind, Kind::NotReceived);
    store.set_kind(id, Kind::NotAsDescribed, now()).unwrap();
    mails(&mut store, &[says("m4", Kind::Defective, "2026-11-01T11:00:00Z")]);
    let summary = only(&store).summary;
    assert_eq!((summary.kind, summary.kind_confirmed), (Kind::NotAsDescribed, true));
}

#[test]
fn the_line_shows_the_buyers_newest_words_on_one_line() {
    let mut store = store();
    let first = Mail {
        buyer_text: "no sign\n\n of the\tkeyboard".into(),
        buyer_name: Some("Ann B".into()),
        ..message("m1", Some(O1), "2026-10-30T10:00:00Z", None)
    };
    mails(&mut store, &[first]);
    let line = only(&store).summary;
    assert_eq!(line.excerpt, "no sign of the keyboard");
    assert_eq!((line.buyer.as_deref(), line.buyer_name.as_deref()), (Some("ann"), Some("Ann B")));
    assert_eq!(line.marketplace, Some(Marketplace::Us));
}

#[test]
fn the_long_term_group_stands_below_and_a_case_crosses_the_line_by_itself() {
    let mut store = store();
    mails(
        &mut store,
        &[
            message("m1", Some(O1), "2026-09-10T10:00:00Z", None),
            message("m2", Some(O2), "2026-10-30T10:00:00Z", None),
        ],
    );
    let orders =
        |store: &Store| queue(store).iter().map(|line| line.order_id.clone().unwrap()).collect::<Vec<_>>();
    assert_eq!(orders(&store), [O2, O1]);
    let later = store.queue(None, 10, &crate::store::Filter::default(), at("2027-01-01T00:00:00Z")).unwrap();
    assert!(later.iter().all(|line| line.long_term));
    assert_eq!(orders(&store), [O2, O1], "and back, when the clock is set back");
}

#[test]
fn a_bulk_load_lays_replies_and_archives_on_the_cases_it_makes() {
    let mut store = store();
    import(&mut store, |import| {
        let Landed::Stored(id) = import.mail(&message("m1", Some(O1), "2026-10-30T10:00:00Z", None)).unwrap()
        else {
            panic!()
        };
        import.reply(crate::store::Target::Mail(id), "on its way", at("2026-10-30T12:00:00Z")).unwrap();
        let target = crate::store::Target::Order(O1.to_owned(), Channel::Message);
        import.archive(target, Outcome::Satisfied, None, at("2026-10-31T12:00:00Z")).unwrap();
    });
    let file = only(&store);
    assert_eq!(
        (file.summary.state, file.outcome, file.messages.len()),
        (State::Archived, Some(Outcome::Satisfied), 2)
    );
    assert!(!file.events.iter().any(|event| event.deed == Deed::Reopened));
    let last = store.last_action().unwrap().unwrap().deed;
    assert!(matches!(last, Deed::Imported { .. }), "past work is not undone by a key: {last:?}");
}
