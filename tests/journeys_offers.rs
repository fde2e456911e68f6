//! Offers by keys: the amount while it is typed, the states, what was really refunded, what mails and reports prove.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kesu::domain::offer::{OfferStatus, Route};
use kesu::domain::record::{Fact, ReportKind, Row};
use kesu::domain::{CaseId, Kind, Marketplace, Offer};
use kesu::i18n::Lang;
use kesu::store::Store;
use support::Desk;
use support::post::{self, morning};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);
const ORDER: &str = "113-5550001-2220001";

fn desk(lang: Lang) -> Desk {
    Desk::new(lang, NARROW, morning)
}

fn first(desk: &Desk) -> Offer {
    desk.store.case(CaseId(1), desk.now).unwrap().unwrap().offers[0].clone()
}

/// Amazon's mail that so much was refunded on the order, sent now.
fn refund(store: &mut Store, now: Timestamp, amount: &str) {
    let at = now.strftime("%a, %d %b %Y %H:%M:%S +0000");
    let mail = format!(
        "Message-ID: <refund-{amount}@amazon.com>\r\nDate: {at}\r\nFrom: Amazon.com <donotreply@amazon.com>\r\n\
         To: shop@example.com\r\nSubject: Refund initiated for order {ORDER}\r\n\
         X-Marketplace-ID: ATVPDKIKX0DER\r\nX-Space-Notification-Type: REFUND_ISSUED\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n\
         A refund was issued.\r\nOrder ID: {ORDER}\r\nRefund amount: {amount} USD\r\n"
    );
    post::bring(store, now, &[mail], &[]);
}

#[test]
fn the_share_of_the_order_and_what_is_wrong_stand_under_the_amount_while_it_is_typed() {
    let wrong = [
        ("99", "99.00 USD is more than the 48.99 USD that is left of the order. offer at most what is left"),
        ("5 EUR", "`5 EUR` names EUR, expected USD. write it in USD"),
        ("1.9999", "`1.9999` has more decimals than USD has. write at most 2 decimals"),
        ("1.999", "`1.999` is ambiguous: its separator may stand for thousands or for decimals."),
        ("x", "`x` is not an amount. write it like 12.50 or 20%"),
        ("0", "the amount must be more than nothing. type an amount"),
        ("120%", "`120%` is no share of the order. type a per cent above 0, at most 100,"),
    ];
    for (typed, said) in wrong {
        let mut desk = Desk::new(Lang::En, WIDE, morning);
        desk.press("<Enter>o").press(typed);
        let screen = desk.screen();
        let inside = screen.lines().filter_map(|line| Some(line.split_once('│')?.1.rsplit_once('│')?.0));
        let words: Vec<&str> = inside.flat_map(str::split_whitespace).collect();
        let wanted: Vec<&str> = said.split_whitespace().collect();
        assert!(words.windows(wanted.len()).any(|window| window == wanted), "{said}:\n{}", desk.screen());
        desk.press("<Enter>").shows("✗").press("<Esc>").shows("no offers yet");
    }
    let mut desk = self::desk(Lang::Zh);
    desk.press("<Enter>o").press("1.999").shows("“1.999” 有歧义").shows("千位不要加分隔符");
    desk.press("<BS><BS><BS><BS><BS>").press("１２％").shows("→ 5.88 USD · 占订单 12 %").shows_no("✗");
    let mut desk = self::desk(Lang::En);
    desk.press("<Enter>o").press("20%").shows("→ 9.80 USD · 20 % of the order").press("<Enter>");
    desk.shows("partial refund 9.80 USD (20 %) · proposed");
}

#[test]
fn what_was_refunded_already_stands_in_the_dialogue_and_is_no_longer_left() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = desk(lang);
        let earlier = desk.now - SignedDuration::from_hours(2);
        refund(&mut desk.store, earlier, "40.00");
        desk.press("<Enter>o").shows(lang.pick("refunded besides 40.00 USD", "另已退款 40.00 USD"));
        desk.shows("8.99 USD")
            .press("9<Enter>")
            .shows(lang.pick("9.00 USD is more than the 8.99 USD", "9.00 USD 超过订单余额 8.99 USD"));
        desk.shows(lang.pick("40.00 USD refunded besides", "另已退款 40.00 USD"));
        desk.press("<BS>8.99<Enter>").shows(lang.pick("partial refund 8.99 USD", "8.99 USD"));
        let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
        assert_eq!(
            (file.room.given, file.room.refunded, file.room.rest().known().unwrap().minor),
            (899, 4_000, 0)
        );
    }
}

#[test]
fn after_a_refund_that_nobody_can_read_at_most_so_much_is_left_and_enter_asks_once_more() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = desk(lang);
        let earlier = desk.now - SignedDuration::from_hours(2);
        refund(&mut desk.store, earlier, "1.999");
        let (most, again) = (
            lang.pick("at most 48.99 USD", "最多 48.99 USD"),
            lang.pick("Enter again books", "再按回车仍然登记"),
        );
        desk.press("<Enter>").shows(most).press("o").shows(most).press("5<Enter>").shows(again);
        desk.press("<Enter>").shows("5.00 USD").shows(lang.pick("at most 43.99 USD", "最多 43.99 USD"));
        // Everything has to be said in figures.
        desk.press("o<Up><Right><Down>")
            .press("50<Enter>")
            .shows("✗")
            .press("<BS><BS>43.99<Enter>")
            .shows(again)
            .press("<Enter>");
        desk.shows(lang.pick("full refund 43.99 USD", "全额退款 43.99 USD"));
        desk.press("o<Up><Right>").shows(lang.pick("nothing is left of the order", "订单已无余额"));
        desk.press("<Esc>v").shows(lang.pick("at most 0.00 USD", "最多 0.00 USD"));
    }
}

#[test]
fn an_offer_keeps_its_way_and_its_reason() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>o").shows("by way of").shows("‹ message to the buyer › 1/3");
    desk.press("<Up><Up>").press("parcel a week late").press("<Up><Right><Right>").shows("‹ claim › 3/3");
    desk.press("<Up>5<Enter>").shows("offer booked").shows("by way of claim · reason parcel a week late");
    let offer = first(&desk);
    assert_eq!((offer.route, offer.why.as_deref()), (Some(Route::Claim), Some("parcel a week late")));
}

#[test]
fn an_offer_is_moved_on_by_keys_and_each_move_is_undone() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>O").shows("no offers yet").press("<Esc>");
    desk.press("o12<Enter>O").shows("partial refund 12.00 USD").shows("a accepted").shows("r reverse");
    desk.press("a").shows("offer: accepted").shows("accepted");
    assert_eq!(first(&desk).status, OfferStatus::Accepted);
    // From here it cannot expire.
    desk.press("e").shows("offer 1 is accepted, which it cannot leave for expired");
    desk.press("u").shows("undone").shows("12.00 USD (24.49 %) · proposed");
    desk.press("d").shows("declined").shows("48.99 USD");
    desk.press("u").shows("proposed").shows("36.99 USD");
    desk.press("e").shows("expired").press("u").press("r").shows("reversed");
    desk.press("<C-z>").press("<Esc>").shows("36.99 USD").shows("proposed");
    assert_eq!(desk.store.check().findings, []);
}

#[test]
fn the_letters_have_chords_beside_them_and_full_width_forms() {
    let mut desk = desk(Lang::Zh);
    desk.press("<Enter>o12<Enter>").press("<C-o>").shows("→ a 已接受").press("<C-y>").shows("补偿: 已接受");
    desk.press("<C-z>")
        .press("<C-n>")
        .shows("补偿: 已拒绝")
        .press("<C-z>")
        .press("<C-t>")
        .shows("补偿: 已过期");
    desk.press("<C-z>").press("<C-x>").shows("补偿: 已撤销").press("<C-z>").press("ａ").shows("补偿: 已接受");
    desk.press("<C-g>").shows("实际退款").press("<Enter>").shows("补偿: 已执行");
}

#[test]
fn what_was_really_refunded_is_asked_and_never_above_the_order() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>o12<Enter>Oc").shows("really paid").shows("12.00");
    desk.press("<BS><BS><BS><BS><BS>49")
        .shows("49.00 USD is more than the 48.99 USD")
        .press("<Enter>")
        .shows("✗");
    desk.press("<BS><BS>10<Enter>").shows("offer: carried out");
    desk.shows("by your word: promised 12.00 USD, refunded 10.00 USD: 2.00 USD less");
    desk.shows("no mail or report shows it yet").shows("38.99 USD");
    desk.press("<Esc>").shows("carried out");
    let offer = first(&desk);
    assert_eq!((offer.paid(), offer.amount), (Some(post::usd(1_000)), Some(post::usd(1_200))));
}

#[test]
fn pressing_twice_moves_once() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>o12<Enter>Oaa").press("c<Enter><Enter>");
    let steps: Vec<_> = first(&desk).steps.iter().map(|step| step.status).collect();
    assert_eq!(steps, [OfferStatus::Proposed, OfferStatus::Accepted, OfferStatus::CarriedOut]);
}

#[test]
fn a_refund_mail_shows_that_less_came_back_than_was_promised_and_fills_the_question() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = Desk::new(lang, WIDE, morning);
        desk.press("<Enter>o12<Enter>");
        let now = desk.now + SignedDuration::from_hours(1);
        refund(&mut desk.store, now, "10.00");
        desk.press("<Esc><Enter>")
            .shows(lang.pick("✓ proof: 10.00 USD (refund mail", "✓ 凭证：10.00 USD（退款邮件"));
        desk.shows(lang.pick("promised 12.00 USD, refunded 10.00", "承诺 12.00 USD，实退 10.00 USD"));
        desk.press("O")
            .shows(lang.pick("≠ promised 12.00 USD, refunded 10.00 USD: 2.00 USD less", "少 2.00 USD"));
        // The operator's own word is another thing: it waits for him, with the refund filled in.
        assert_eq!(first(&desk).status, OfferStatus::Proposed);
        desk.press("c").press("<Enter>").shows(lang.pick("offer: carried out", "补偿: 已执行"));
        assert_eq!(first(&desk).paid(), Some(post::usd(1_000)));
    }
}

#[test]
fn a_refund_above_the_order_is_flagged_and_belongs_to_no_offer() {
    let mut desk = Desk::new(Lang::En, WIDE, |store, now| {
        morning(store, now);
        refund(store, now, "60.00");
    });
    desk.press("<Enter>")
        .shows("refund without an offer: 60.00 USD")
        .shows("⚠ refunded 60.00 USD: more than");
}

#[test]
fn a_reshipment_gets_its_number_when_it_goes_out_and_a_replacement_proves_it() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    desk.press("<Enter>o<Up><Right><Right><Tab><Tab><Tab><Enter>")
        .shows("offer booked")
        .press("Oc")
        .shows("carrier");
    desk.press("UPS<Tab>1Z5R89390357567128<Tab>6.20<Enter>").shows("is invalid").shows("▸ kept because");
    desk.press("<Up><Up><BS>7<Tab><Tab><Enter>").shows("offer: carried out").shows("UPS 1Z5R89390357567127");
    desk.shows("our cost 6.20 USD");
    let fact = Fact::Replacement {
        original: ORDER.to_owned(),
        replacement: "114-7777777-7777777".to_owned(),
        kind: Kind::Defective,
        on: Some("2026-10-09".parse().unwrap()),
    };
    let row = Row {
        line: 2,
        report: ReportKind::Replacements,
        key: "114-7777777-7777777".to_owned(),
        columns: BTreeMap::new(),
        marketplace: Some(Marketplace::Us),
        fact,
    };
    let now = desk.now;
    post::bring(&mut desk.store, now, &[], &[row]);
    desk.press("<Esc><Esc><Enter>").shows("✓ proof: 114-7777777-7777777 (replacement order, 2026-10-09)");
}

#[test]
fn after_two_weeks_without_an_answer_an_offer_is_over_by_itself() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    desk.press("<Enter>o12<Enter>").press("<Esc>");
    desk.wait(SignedDuration::from_hours(24 * 20)).press("<Enter>").shows("expired 21 Oct");
    desk.shows("no answer in time").shows("left to offer 48.99 USD");
    // A late yes is a yes.
    desk.press("Oa").shows("accepted").press("<Esc>").shows("left to offer 36.99 USD");
}

#[test]
fn many_offers_scroll_with_the_cursor_and_what_is_asked_stays_in_sight() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>");
    for amount in 1..=9 {
        desk.press("o").press(&amount.to_string()).press("<Enter>");
    }
    desk.press("O").shows("partial refund 1.00 USD").shows_no("partial refund 9.00 USD");
    desk.press("<Down><Down><Down><Down><Down><Down><Down><Down>").shows("partial refund 9.00 USD");
    desk.press("d").shows("declined").press("<F9>").shows("已拒绝");
    assert_eq!(desk.store.case(CaseId(1), desk.now).unwrap().unwrap().room.given, 3_600);
}

#[test]
fn where_nothing_is_offered_yet_a_key_that_moves_an_offer_on_says_so() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>Oa").shows("✗ no offers yet").press("o5<Enter>a").shows("accepted");
}

#[test]
fn an_offer_moved_on_stays_under_the_cursor_and_so_it_does_when_another_one_is_booked() {
    let mut desk = desk(Lang::En);
    let at = |amount: &str| format!("▸ 7 Oct 05:00 · partial refund {amount}.00 USD");
    desk.press("<Enter>o3<Enter>o4<Enter>O").press("j").shows(&at("4")).press("a").shows(&at("4"));
    desk.press("o5<Enter>").shows(&at("4")).press("j").shows(&at("5")).press("d").shows(&at("5"));
    desk.press("u").shows(&at("5"));
}
