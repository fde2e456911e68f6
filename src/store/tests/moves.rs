//! Offers moved on: the same key once, the right currency, amounts that fit, and what stays known of those taken back.

use super::makers::*;
use super::offers::{desk, draft, go, healthy, refund, refunded, wish};
use crate::domain::offer::{Draft, Move, OfferKind, OfferStatus, Parcel};
use crate::domain::{Currency, Money};
use crate::problem::Exit;
use crate::store::Store;

/// Days after now.
fn after(days: i64) -> jiff::Timestamp {
    now() + jiff::SignedDuration::from_hours(24 * days)
}

#[test]
fn a_proof_that_another_process_reads_while_an_offer_is_about_to_expire_holds_it() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1_000, 0), now()).unwrap();
    let overdue = store.overdue(id, after(20)).unwrap();
    assert_eq!(overdue.len(), 1);
    mails(&mut store, &[refunded("r1", 1_000, "2026-11-05T10:00:00Z")]);
    assert_eq!(store.let_expire(&overdue, after(20)).unwrap(), Some(0));
    assert_eq!(file(&store, id).offers[0].status, OfferStatus::Proposed);
    // So does a yes.
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1_000, 0), now()).unwrap();
    let overdue = store.overdue(id, after(20)).unwrap();
    go(&mut store, id, OfferStatus::Accepted).unwrap();
    assert_eq!(store.let_expire(&overdue, after(20)).unwrap(), Some(0));
}

#[test]
fn an_offer_is_over_at_the_end_of_its_days_whenever_that_is_noticed() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1_000, 0), now()).unwrap();
    let file = store.case(id, after(40)).unwrap().unwrap();
    let (offer, event) = (&file.offers[0], file.events.last().unwrap());
    assert_eq!(offer.moved_at(OfferStatus::Expired), Some(after(14)));
    assert_eq!((event.at, event.actor), (after(14), crate::domain::event::Actor::Kesu));
    // Declined and undone after its days, it waits again and is over then, never before.
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1_000, 0), now()).unwrap();
    let offer = self::file(&store, id).offers[0].clone();
    store.move_offer(id, &wish(&offer, OfferStatus::Accepted), now()).unwrap();
    store.undo(after(20)).unwrap();
    let file = store.case(id, after(30)).unwrap().unwrap();
    assert_eq!(file.offers[0].moved_at(OfferStatus::Expired), Some(after(20)));
    healthy(&store);
}

#[test]
fn a_tracking_number_is_kept_as_its_carrier_writes_it_however_it_was_typed() {
    let (mut store, id) = desk();
    let typed = "ＲＢ１２３４５６７８５ＧＢ";
    let sent = Draft {
        carrier: Some("Royal Mail".to_owned()),
        tracking: Some(typed.to_owned()),
        ..draft("k1", OfferKind::Reshipment, None, 0)
    };
    let event = store.offer(id, &sent, now()).unwrap();
    let kept = |store: &Store| file(store, id).offers[0].tracking.clone();
    assert_eq!(kept(&store).as_deref(), Some("RB123456785GB"));
    assert_eq!(store.offer(id, &sent, now()).unwrap(), event, "pressed twice");
    let offer = file(&store, id).offers[0].clone();
    let parcel = |number: &str| {
        Some(Parcel { carrier: Some("UPS".to_owned()), tracking: Some(number.to_owned()), cost: None })
    };
    let done = Move { parcel: parcel("1z 5r8 939-03 5756 7127"), ..wish(&offer, OfferStatus::CarriedOut) };
    let event = store.move_offer(id, &done, now()).unwrap();
    assert_eq!(kept(&store).as_deref(), Some("1Z5R89390357567127"));
    assert_eq!(store.move_offer(id, &done, now()).unwrap(), event, "pressed twice");
    // What is nobody's shape keeps its own signs.
    let (mut store, id) = desk();
    let own = Draft { tracking: Some("ｗｈ－１２ / a".to_owned()), carrier: None, ..sent };
    store.offer(id, &own, now()).unwrap();
    assert_eq!(file(&store, id).offers[0].tracking.as_deref(), Some("wh-12 / a"));
}

#[test]
fn the_same_key_with_another_amount_is_another_move_and_refused() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    let offer = file(&store, id).offers[0].clone();
    let paid = |paid: Option<i64>| Move { paid: paid.map(usd), ..wish(&offer, OfferStatus::CarriedOut) };
    let event = store.move_offer(id, &paid(Some(1000)), now()).unwrap();
    assert_eq!(store.move_offer(id, &paid(Some(1000)), now()).unwrap(), event);
    for other in [None, Some(1200), Some(900)] {
        let refused = store.move_offer(id, &paid(other), now()).unwrap_err();
        assert!(refused.what[0].contains("booked something else"), "{other:?}: {refused}");
    }
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    let event = store.move_offer(id, &paid(None), now()).unwrap();
    assert_eq!(store.move_offer(id, &paid(Some(1200)), now()).unwrap(), event, "as promised, said or not");
    assert!(store.move_offer(id, &paid(Some(1000)), now()).is_err());
    healthy(&store);
}

#[test]
fn an_order_whose_currency_comes_in_later_refuses_what_is_in_another_one() {
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let id = only(&store).summary.id;
    let euros = |minor: i64| Money::new(minor, Currency::parse("EUR").unwrap());
    let site = file(&store, id).summary.marketplace.map(crate::domain::Marketplace::currency);
    let offered = site.map_or(euros(1200), |site| Money::new(1200, site));
    let unknown = Draft { amount: Some(offered), total_unknown_confirmed: true, ..refund("k1", 0, 0) };
    store.offer(id, &unknown, now()).unwrap();
    let line = order_line(O1, "KB", None);
    let other = if offered.currency.code() == "EUR" { usd(5000) } else { euros(5000) };
    rows(&mut store, &[order(crate::domain::record::OrderLine { total: Some(other), ..line })]);
    let offer = file(&store, id).offers[0].clone();
    let less = Money::new(1000, offered.currency);
    let paid = Move { paid: Some(less), ..wish(&offer, OfferStatus::CarriedOut) };
    let refused = store.move_offer(id, &paid, now()).unwrap_err();
    assert_eq!(refused.exit, Exit::Blocked);
    assert!(refused.what[0].contains(&format!("the order is in {}", other.currency)), "{refused}");
    // Declined it is free; held again it would be in the wrong currency.
    go(&mut store, id, OfferStatus::Declined).unwrap();
    assert!(go(&mut store, id, OfferStatus::Accepted).unwrap_err().what[0].contains("the order is in"));
    assert!(store.undo(now()).unwrap_err().what[0].contains("the order is in"));
}

#[test]
fn an_amount_or_a_cost_above_the_ceiling_is_refused_and_so_is_a_line_of_another_program() {
    let most = crate::domain::money::MOST_MINOR;
    let mut store = store();
    mails(&mut store, &[message("m1", Some(O1), "2026-11-01T10:00:00Z", None)]);
    let id = only(&store).summary.id;
    let unknown = |key: &str, minor: i64, seen: i64| Draft {
        total_unknown_confirmed: true,
        ..refund(key, minor, seen)
    };
    for minor in [most + 1, i64::MAX] {
        let refused = store.offer(id, &unknown("k", minor, 0), now()).unwrap_err();
        assert!(refused.what[0].contains("more than any order comes to"), "{refused}");
    }
    store.offer(id, &unknown("k1", most, 0), now()).unwrap();
    store.offer(id, &unknown("k2", most, most), now()).unwrap();
    assert_eq!(file(&store, id).room.given, 2 * most, "sums of such amounts hold");
    let offer = file(&store, id).offers[0].clone();
    let paid = Move { paid: Some(usd(most + 1)), ..wish(&offer, OfferStatus::CarriedOut) };
    assert!(store.move_offer(id, &paid, now()).unwrap_err().what[0].contains("more than any order"));
    let cost = Draft { cost: Some(usd(most + 1)), ..draft("k3", OfferKind::Reshipment, None, 2 * most) };
    assert!(store.offer(id, &cost, now()).is_err());
    let forged = store.db.execute(
        "INSERT INTO money_log (seq, key, offer, step, amount_minor, currency, seen_minor, at, event, prev, hash)
         SELECT seq + 1, 'x', 1, 'accepted', ?1, 'USD', 0, 0, 1, hash, x'00' FROM money_log ORDER BY seq DESC LIMIT 1",
        [most + 1],
    );
    assert!(forged.unwrap_err().to_string().contains("any order comes to"));
}

#[test]
fn what_was_paid_is_still_told_when_the_offer_is_taken_back() {
    let (mut store, id) = desk();
    store.offer(id, &refund("k1", 1200, 0), now()).unwrap();
    let offer = file(&store, id).offers[0].clone();
    let paid = Move { paid: Some(usd(1000)), ..wish(&offer, OfferStatus::CarriedOut) };
    store.move_offer(id, &paid, now()).unwrap();
    let later = now() + jiff::SignedDuration::from_hours(1);
    let offer = file(&store, id).offers[0].clone();
    let event = store.move_offer(id, &wish(&offer, OfferStatus::Reversed), later).unwrap();
    let file = file(&store, id);
    let offer = &file.offers[0];
    assert_eq!((offer.paid(), offer.held(), file.room.given), (Some(usd(1000)), None, 0));
    assert_eq!(offer.moved_at(OfferStatus::CarriedOut), Some(now()));
    let told = crate::wire::offer(offer, Some(usd(5000)));
    assert_eq!((&told["paid"], &told["status"]), (&"10.00".into(), &"reversed".into()));
    let deed = &file.events.iter().find(|one| one.id == event).unwrap().deed;
    assert!(crate::reply::history::deed_words(deed, crate::i18n::Lang::En).contains("10.00 USD"), "{deed:?}");
    healthy(&store);
}

#[test]
fn control_characters_in_what_is_typed_confuse_neither_the_chain_nor_what_is_read() {
    let (mut store, id) = desk();
    let odd = "late\u{1f}parcel\u{0}\u{1e}\nexpired:1";
    let first = Draft { why: Some(odd.to_owned()), ..refund("k1", 100, 0) };
    store.offer(id, &first, now()).unwrap();
    let parcel = Draft {
        carrier: Some("UPS\u{1f}1Z".to_owned()),
        tracking: Some("\u{1f}whatever\n".to_owned()),
        ..draft("k2", OfferKind::Reshipment, None, 100)
    };
    store.offer(id, &parcel, now()).unwrap();
    let offers = file(&store, id).offers;
    assert_eq!(offers[0].why.as_deref(), Some(odd));
    assert_eq!(
        (offers[1].carrier.as_deref(), offers[1].tracking.as_deref()),
        (Some("UPS\u{1f}1Z"), Some("\u{1f}whatever\n"))
    );
    for key in ["", " ", "a\u{1f}b", "a\nb", "expired:1:2", "undo:3", "k1/released"] {
        let refused = store.offer(id, &refund(key, 5, 100), now()).unwrap_err();
        assert!(refused.exit == Exit::Blocked && refused.what[0].contains("no key"), "{key:?}: {refused}");
        let wish = Move { key: key.to_owned(), ..wish(&offers[0], OfferStatus::Accepted) };
        assert!(store.move_offer(id, &wish, now()).unwrap_err().what[0].contains("no key"), "{key:?}");
    }
    // Two references that differ in where the separator stands are two rows.
    let named = |rma: &str| return_row(return_line(O1, "2026-11-02", Some(rma)));
    let mut mail = refunded("r\u{1f}1", 50, "2026-11-03T10:00:00Z");
    mail.because = vec!["a\u{1f}b".to_owned(), "c".to_owned()];
    mails(&mut store, &[mail]);
    rows(&mut store, &[named("R\u{1f}1"), named("R1\u{1f}")]);
    let refunds = file(&store, id).refunds;
    assert_eq!(refunds.all[0].fact.reference, "r\u{1f}1");
    healthy(&store);
}
