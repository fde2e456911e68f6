//! The way back by keys: from every screen Esc leads one step back, to what was left and as it was left.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use kesu::domain::CaseId;
use kesu::i18n::Lang;
use support::Desk;
use support::post::{claimant, costed, demo, morning, shop};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

/// The line under the cursor of the queue, by its order.
fn order_under_cursor(desk: &mut Desk) -> String {
    desk.press("<Enter>");
    let screen = desk.screen();
    desk.press("<Esc>");
    let order = screen.split_whitespace().find(|word| word.len() == 19 && word.matches('-').count() == 2);
    order.unwrap().to_owned()
}

#[test]
fn from_the_costs_the_cases_of_a_sku_lead_back_to_its_line_and_then_to_the_case_one_came_from() {
    let mut desk = Desk::new(Lang::En, NARROW, costed);
    desk.press("<Enter>")
        .shows("113-5550001-2220001")
        .press("O")
        .shows("offers 113")
        .press("C")
        .shows("SKUs,");
    desk.press("/KB-US<Enter>").press("b").shows("KB-US-01").shows_no("SKUs,");
    desk.press("<Enter>").shows("thread").press("<Esc>").shows_no("thread").shows_no("SKUs,");
    desk.press("<Esc>").shows("SKUs,").shows("/ KB-US").press("<Esc>").shows("SKUs,").shows_no("/ KB-US");
    desk.press("<Esc>").shows("offers 113-5550001-2220001").press("<Esc>").shows("113-5550001-2220001");
    desk.shows("thread").press("<Esc>").shows_no("thread").shows("112-1000001-2000009");
    assert_eq!(order_under_cursor(&mut desk), "113-5550001-2220001");
}

#[test]
fn from_screen_to_screen_esc_takes_each_step_back() {
    let mut desk = Desk::new(Lang::En, NARROW, shop);
    desk.press("H").shows("account health").press("R").shows("how cases ended").press("C").shows("SKUs,");
    desk.press("<Esc>").shows("how cases ended").press("<Esc>").shows("account health");
    desk.press("<Esc>").shows("113-5550001-2220001");
}

#[test]
fn the_queue_is_found_again_as_it_was_narrowed_and_on_its_line() {
    let mut desk = Desk::new(Lang::En, WIDE, demo);
    desk.press("/lamp<Enter>").press("jjj");
    let (before, order) = (desk.screen(), order_under_cursor(&mut desk));
    for way in ["H<Enter>", "R<Tab><Tab><Enter>", "C<Tab><Tab>b"] {
        desk.press(way).press("<Enter><Esc>").press("<Esc>").press("<Esc>");
        assert_eq!(order_under_cursor(&mut desk), order, "{way}");
        assert_eq!(desk.screen(), before, "{way}");
    }
    desk.press("c<Enter>").shows_no("lamp").press("<Esc>").shows("0").press("<Esc>");
    assert_eq!(desk.screen(), before);
    desk.press("<Esc>").shows_no("/ lamp");
}

#[test]
fn the_report_is_found_again_on_its_page_and_its_figure() {
    let mut desk = Desk::new(Lang::En, WIDE, demo);
    desk.press("R<Tab>jj");
    let before = desk.screen();
    desk.press("<Enter>");
    assert_ne!(desk.screen(), before);
    desk.press("<Enter><Esc><Esc>");
    assert_eq!(desk.screen(), before);
}

#[test]
fn a_buyers_other_case_leads_back_to_his_history_and_that_to_the_case() {
    let mut desk = Desk::new(Lang::En, WIDE, claimant);
    desk.press("<Enter>h");
    let before = desk.screen();
    desk.press("j<Enter>").press("<Esc>j<Esc>h");
    assert_eq!(desk.screen(), before);
}

#[test]
fn an_offer_booked_from_the_list_of_offers_leads_back_to_the_list() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>Oo5").press("<Esc>").shows("offers 113-5550001-2220001").press("o5<Enter>");
    desk.shows("offers 113-5550001-2220001").shows("partial refund 5.00 USD").press("a").shows("accepted");
    desk.press("<Esc>").shows("thread").press("<Esc>").shows("112-1000001-2000009");
    assert_eq!(desk.store.case(CaseId(1), desk.now).unwrap().unwrap().offers.len(), 1);
}

#[test]
fn a_reply_left_for_another_case_is_found_again_with_its_words() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    desk.press("<Enter>r").press("half a sentence").press("<F11>").press("<Esc>").shows("half a sentence");
    desk.press("<Esc>").shows("thread").press("r").shows("half a sentence");
}

#[test]
fn what_was_said_of_one_screen_is_gone_on_the_next_and_stays_while_the_screen_does() {
    for lang in [Lang::En, Lang::Zh] {
        let booked = lang.pick("✓ offer booked", "✓ 补偿已登记");
        let mut desk = Desk::new(lang, NARROW, morning);
        desk.press("<Enter>o5<Enter>")
            .shows(booked)
            .press("jk")
            .shows(booked)
            .press("<Esc>")
            .shows_no(booked);
        desk.press("<Enter>o5<Enter>").shows(booked).press("O").shows_no(booked);
        desk.press("a").shows("✓").press("<Esc>").shows_no("✓ ");
        // What follows by itself is said on the screen that follows.
        desk.press("asp")
            .shows(lang.pick("archived", "已归档"))
            .press("<Right>")
            .shows_no(lang.pick("✓ archived", "✓ 已归档"));
        desk.press("o5<Enter>").shows(booked).press("p").shows_no(booked);
    }
}
