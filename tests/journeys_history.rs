//! The buyer's history, SKU notes and the two ways of a claim by keys, through the whole program, in both languages.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::SignedDuration;
use kesu::domain::Marketplace;
use kesu::domain::note::NoteText;
use kesu::i18n::Lang;
use kesu::problem::{Exit, Problem};
use kesu::tui::job::{Done, Wanted};
use support::Desk;
use support::post::{bring, claim, claimant, message, morning};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

fn desk(lang: Lang) -> Desk {
    Desk::new(lang, NARROW, claimant)
}

#[test]
fn the_case_shows_what_its_buyer_had_before_with_numbers_and_no_judgement() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>");
    desk.shows("so far 4 orders, 7 cases, 3 claims, 1 offer 12.00 USD, since 13 Jul");
    desk.shows("⚑ 3 claims in 90 days on 4 orders").shows_no("fraud").shows_no("abus");
    desk.press("<F9>").shows("历来 4个订单，7件客诉，3次索赔，1次补偿 12.00 USD，自7月13日起");
    desk.shows("⚑ 90天内3次索赔，共4个订单");
}

#[test]
fn the_history_opens_by_a_letter_and_by_a_chord_and_enter_opens_the_case_and_esc_comes_back() {
    for key in ["h", "ｈ", "<C-y>"] {
        let mut desk = desk(Lang::En);
        let (here, line) = ("113-7000004-7000004", "113-7000001-7000001");
        desk.press("<Enter>").shows(here).press(key);
        desk.shows("buyer's history: Rita Vance").shows("this case · #").shows("claim withdrawn");
        desk.shows("claimed 48.99 USD").shows("partial refund 12.00 USD proposed");
        desk.press("<End>");
        desk.press("<Enter>").shows(&format!("order {line}")).shows("archived");
        desk.press("<Esc>")
            .shows("buyer's history")
            .press("<Esc>")
            .shows(&format!("order {here}"))
            .shows("open");
        desk.press("<Esc>").shows("buyer says");
    }
}

#[test]
fn the_history_is_read_in_chinese_too_and_from_the_queue() {
    let mut desk = desk(Lang::Zh);
    desk.press("h")
        .shows("买家历史: Rita Vance")
        .shows("当前客诉")
        .shows("索赔撤回")
        .shows("索赔金额 48.99 USD");
    desk.press("<Down><Up><PgDn><Home><Esc>").shows("买家说");
}

#[test]
fn a_buyer_without_an_imported_order_has_a_history_all_the_same() {
    let mut desk = Desk::new(Lang::En, NARROW, |store, now| {
        // A copy of our own reply about another order, in the thread of the first.
        let first = message(now, 30, Marketplace::Us, "113-7000001-7000001", "Rita Vance", "Where is it?");
        let other =
            message(now, 20, Marketplace::Us, "113-7000002-7000002", "Rita Vance", "The second one too.");
        bring(store, now, &[first, other], &[]);
        let second = store.queue(None, 9, &kesu::store::Filter::default(), now).unwrap()[1].id;
        assert_eq!(store.case(second, now).unwrap().unwrap().buyer.orders.len(), 2);
    });
    desk.press("<Enter>").shows("so far 2 orders, 2 cases").press("h").shows("this case");
    desk.press("<Up><Enter>").shows("The second one too.");
}

#[test]
fn the_operators_own_numbers_decide_when_a_history_is_flagged() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("config.toml");
    let flag = "[[buyer_flags]]\nlabel = \"messages\"\nlabel_zh = \"封来信\"\nchannels = [\"buyer_message\"]\n\
                days = 400\nat_least = 4\n";
    std::fs::write(&path, flag).unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &path, claimant);
    desk.press("<Enter>").shows("⚑ 4 messages in 400 days on 4 orders").shows_no("claims in 90 days");
    std::fs::write(&path, "buyer_flags = []\n").unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &path, claimant);
    desk.press("<Enter>").shows("so far 4 orders").shows_no("⚑");
}

#[test]
fn a_note_is_written_saved_shown_and_undone_by_keys() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>m").shows("SKU note: KB-US-01").shows("nothing saved yet");
    desk.press("Free replacement within 24 months.<Tab>The Q key sticks").shows("draft, not saved");
    desk.press("<C-s>").shows("SKU note saved KB-US-01");
    desk.shows("after-sales policy Free replacement").shows("known problems The Q key sticks");
    desk.press("r").shows("after-sales policy Free replacement").press("<Esc>");
    desk.press("m<Tab><End>, often<C-s>").shows("The Q key sticks, often");
    desk.press("u").shows("undone: SKU note saved: KB-US-01").shows_no("often");
    desk.press("u").shows_no("The Q key sticks");
    assert!(desk.store.notes().unwrap().is_empty());
}

#[test]
fn a_note_is_written_in_chinese_with_an_input_method_on() {
    let mut desk = Desk::new(Lang::Zh, NARROW, morning);
    desk.press("ｍ").shows("SKU 备注: KB-US-01").press("24个月内免费换新").press("<Tab>Q键易卡住");
    desk.press("<C-s>").shows("SKU 备注已保存 KB-US-01");
    desk.press("Ｍ").shows("KB-US-01").shows("24个月内免费换新").shows("Q键易卡住");
    desk.press("<Enter>")
        .shows("售后政策")
        .press("，含运费<C-s>")
        .shows("含运费")
        .press("u")
        .shows_no("含运费");
    desk.press("<Esc>").shows("买家说");
}

#[test]
fn what_is_typed_into_a_note_is_on_disk_within_a_second_and_esc_keeps_it_unasked() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<C-k>30 days").wait(SignedDuration::from_millis(200));
    assert_eq!(desk.store.note("KB-US-01").unwrap().draft.unwrap().policy, "30 days");
    desk.press(" and more<Esc>").shows("kept as a draft").shows("buyer says");
    assert_eq!(desk.store.note("KB-US-01").unwrap().draft.unwrap().policy, "30 days and more");
    assert!(desk.store.note("KB-US-01").unwrap().text.is_empty(), "a draft is no note");
    desk.press("<Enter>").shows("SKU note: draft, not saved").press("m").shows("30 days and more");
    desk.press("<C-r><Esc>");
    assert_eq!(desk.store.note("KB-US-01").unwrap().draft, None, "the saved text came back");
}

#[test]
fn a_note_that_the_disk_refuses_stays_in_the_dialogue() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("m30 days");
    let problem = Problem::new(Exit::Busy, ["the database is busy", "数据库正忙"], ["", ""]);
    desk.tell(Done::Failed { wanted: Wanted::Note, problem });
    desk.shows("NOT SAVED: the database is busy").shows("30 days");
    desk.wait(SignedDuration::from_secs(3));
    assert_eq!(desk.store.note("KB-US-01").unwrap().draft.unwrap().policy, "30 days");
}

#[test]
fn hostile_text_in_a_note_is_shown_and_never_obeyed() {
    let mut desk = Desk::new(Lang::En, NARROW, |store, now| {
        morning(store, now);
        let text = NoteText {
            sku: "KB-US-01".to_owned(),
            policy: "\u{1b}]52;c;aGFjaw==\u{7}\u{202e}refund {{ order_id }}".to_owned(),
            problem: "line one\r\n\u{9b}2Jline two".to_owned(),
        };
        store.save_note(&text, now).unwrap();
    });
    for keys in ["<Enter>", "m", "<Esc><Esc>M", "<Esc>r"] {
        let screen = desk.press(keys).screen();
        let bad = screen.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(bad, None, "{screen}");
        desk.shows("refund {{ order_id }}");
    }
}

#[test]
fn a_case_without_a_sku_says_so() {
    let mut desk = Desk::new(Lang::En, NARROW, |store, now| {
        let mail = message(now, 2, Marketplace::Us, "113-7000001-7000001", "Rita Vance", "Where is it?");
        bring(store, now, &[mail], &[]);
    });
    desk.press("m").shows("This case names no SKU").press("<Enter>").shows("it has no SKU note");
    desk.press("<F9>").shows("该客诉没有 SKU");
}

#[test]
fn both_ways_of_a_claim_stand_side_by_side_with_counts_and_dates() {
    for key in ["v", "ｖ", "<C-g>"] {
        let mut desk = Desk::new(Lang::En, WIDE, claimant);
        desk.press("<Down>").press(key);
        desk.shows("─ negotiate")
            .shows("─ let Amazon decide")
            .shows("of 2: granted 1, denied 0, withdrawn 1");
        desk.shows("1 of 1 (too few for a rate)").shows("0 of 1 (too few for a rate)");
        desk.shows("12.00 USD, 24% of the order (median of 1, too").shows("79%: sellers");
        desk.shows("10 Oct to 19 Oct: 5 to 14 days from 5 Oct").shows("not answered");
        desk.shows("at risk  48.99 USD (claimed)").shows("left to offer  48.99 USD").shows("no offers yet");
        desk.shows("30 days from the decision")
            .shows("2 of 3 (66.67%)")
            .shows("denied or withdrawn: 1 of 3 (33.33%)");
        desk.press("<Esc>").shows("i import");
    }
}

#[test]
fn both_ways_lead_to_the_claims_that_are_counted_and_back() {
    let mut desk = Desk::new(Lang::En, WIDE, claimant);
    desk.press("<Down><Enter>v").shows("─ negotiate");
    desk.press("b").shows("own claims that ended").shows_no("─ negotiate");
    desk.press("<Esc>")
        .shows("─ negotiate")
        .press("H")
        .shows("account health")
        .press("<Esc>")
        .shows("─ negotiate");
    desk.press("<Esc>").shows_no("─ negotiate").shows("48.99");
}

#[test]
fn both_ways_are_read_in_chinese_and_the_offer_is_one_key_away() {
    let mut desk = Desk::new(Lang::Zh, NARROW, claimant);
    desk.press("<Down><Enter>v").shows("协商").shows("由亚马逊裁定").shows("10月10日至10月19日");
    desk.shows("1件中1件（样本太少，不计比率）")
        .press("<PgDn><PgUp>")
        .press("o")
        .shows("补偿")
        .press("10%<Enter>");
    desk.shows("补偿已登记").shows("协商").shows("部分退款 4.90 USD，已提出");
}

#[test]
fn only_an_open_claim_has_two_ways() {
    let mut desk = Desk::new(Lang::En, NARROW, claimant);
    desk.press("v").shows("Only an open A-to-z claim").press("<F9>").press("v").shows("只有未结的");
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    let mut desk = Desk::new(Lang::En, WIDE, |store, now| {
        bring(store, now, &[claim(now, 5, "112-7000009-7000009", "$48.99")], &[]);
    });
    desk.press("v").shows("unknown: the order total is not known");
    desk.shows("unknown: the order is in no imported order report")
        .shows("none that ended yet")
        .shows("none yet");
}

/// Keys that are pressed while the answer is on its way act on what they were meant for.
#[test]
fn a_note_is_saved_once_however_fast_the_keys_come() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    let before = desk.store.last_event().unwrap();
    desk.press("mabc<C-s><C-s>");
    assert_eq!(desk.store.last_event().unwrap(), before + 1);
    assert_eq!(desk.store.note("KB-US-01").unwrap().text.policy, "abc");
}

#[test]
fn the_palette_and_the_help_name_all_four() {
    let mut desk = desk(Lang::En);
    for (query, shown) in
        [("buyer", "buyer's history"), ("sku", "all SKU notes"), ("arbitr", "negotiate or arbitrate")]
    {
        desk.press("<F10>").press(query).shows(shown).press("<Esc>");
    }
    desk.press("<F10>all sku<Enter>").shows("No SKU has a note yet");
}
