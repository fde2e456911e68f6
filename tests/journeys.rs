//! The daily work by keys, through the whole program, with a store in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::SignedDuration;
use kesu::domain::CaseId;
use kesu::domain::case::State;
use kesu::domain::{Outcome, RootCause};
use kesu::i18n::Lang;
use kesu::problem::{Exit, Problem};
use kesu::tui::job::{Done, Job, Wanted};
use kesu::tui::runtime::Effect;
use support::Desk;
use support::post::{self, morning};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

fn desk(lang: Lang) -> Desk {
    Desk::new(lang, NARROW, morning)
}

/// Answers what a template still asks for, at most ten times.
fn answer(desk: &mut Desk, question: &str) {
    for _ in 0..10 {
        if desk.screen().contains(question) {
            desk.press("Tuesday 13 October<Enter>");
        }
    }
}

#[test]
fn a_whole_case_is_cleared_by_keys_in_english() {
    let mut desk = desk(Lang::En);
    desk.shows("4 open").shows("1 late").shows("113-5550001-2220001").shows("▲ 2h late");
    desk.press("<Enter>").shows("no sign of the keyboard").shows("48.99 USD").shows("24h reply");
    desk.press("<F2>").shows("Pick a template");
    desk.press("<Enter>");
    desk.shows("Reply to 113-5550001-2220001");
    desk.press("The carrier found it in Reno today.");
    desk.shows("The carrier found it in Reno today.");
    desk.press("<F5>");
    answer(&mut desk, "for example");
    desk.shows("copied by OSC 52");
    assert_eq!(desk.copied.len(), 1);
    assert!(desk.copied[0].contains("The carrier found it in Reno today."), "{}", desk.copied[0]);
    desk.press("<F6>").shows("marked as sent").shows("stopped");
    desk.press("o10%<Enter>").shows("offer booked").shows("4.90 USD");
    desk.press("a").shows("how did it end?").press("s").shows("What has to be mended?").press("g");
    desk.shows("archived: buyer satisfied");
    // The next case is open already.
    desk.shows("112-1000001-2000009").press("<Esc>").shows("3 open").shows_no("113-5550001-2220001");
    let case = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    assert_eq!(
        (case.summary.state, case.outcome, case.cause),
        (State::Archived, Some(Outcome::Satisfied), Some(RootCause::Logistics))
    );
}

#[test]
fn a_whole_case_is_cleared_by_keys_in_chinese() {
    let mut desk = desk(Lang::Zh);
    desk.shows("4 未结").shows("▲ 超时2小时");
    desk.press("<Enter>").shows("48.99 USD").shows("24小时回复");
    desk.press("<F2>").shows("选择模板").press("<Enter>");
    desk.press("Ihr Paket ist da.").press("<F5>");
    answer(&mut desk, "例如");
    desk.shows("已复制，方式： OSC 52");
    desk.press("<F6>").shows("已标记为发送");
    desk.press("o").shows("补偿").press("5<Enter>").shows("补偿已登记").shows("5.00 USD");
    desk.press("ａ").shows("归档：结果如何？").press("ｓ").press("ｇ").shows("已归档: 买家满意");
}

#[test]
fn the_language_is_switched_while_the_program_runs() {
    let mut desk = desk(Lang::En);
    desk.press("<F9>").shows("未结").press("<F9>").shows("open");
}

#[test]
fn the_queue_stands_in_the_order_in_which_time_runs_out() {
    let mut desk = desk(Lang::En);
    let screen = desk.screen();
    let place = |order: &str| screen.find(order).unwrap_or_else(|| panic!("{order} is missing:\n{screen}"));
    assert!(place("113-5550001-2220001") < place("112-1000001-2000009"));
    assert!(place("112-1000001-2000009") < place("303-1000001-1000010"));
    assert!(place("303-1000001-1000010") < place("113-5550003-2220009"));
    desk.shows("▲ 2h late").shows("● 2h").shows("○ 21h");
}

#[test]
fn the_time_left_moves_by_itself_and_sleeps_in_between() {
    let mut desk = desk(Lang::En);
    desk.shows("○ 23h");
    let wake = desk.wake_at().unwrap();
    assert!(wake > desk.now && wake <= desk.now + SignedDuration::from_mins(1));
    desk.wait(SignedDuration::from_hours(2)).shows("○ 21h").shows("▲ 4h late");
}

#[test]
fn what_is_typed_is_a_draft_and_waits_when_the_case_is_opened_again() {
    let mut desk = desk(Lang::En);
    desk.press("rJust a moment").wait(SignedDuration::from_millis(200));
    let draft = desk.store.case(CaseId(1), desk.now).unwrap().unwrap().draft.unwrap();
    assert_eq!(draft.addition, "Just a moment");
    desk.press(", please<Esc>").shows("113-5550001-2220001").press("r").shows("Just a moment, please");
}

#[test]
fn letters_typed_into_a_reply_are_never_keys_of_the_workbench() {
    let mut desk = desk(Lang::En);
    desk.press("rq?a:u/ 1234");
    desk.shows("q?a:u/ 1234");
    assert!(!desk.quit);
}

#[test]
fn a_missing_value_blocks_the_copy_and_is_asked_for() {
    let mut desk = desk(Lang::En);
    desk.press("ttracking<Enter>").shows("still missing").press("<F5>").shows("The template needs a value");
    desk.press("<Esc><F5>").shows("for example");
    assert!(desk.copied.is_empty());
    answer(&mut desk, "for example");
    desk.shows("copied by");
    assert!(desk.copied[0].contains("Tuesday 13 October"), "{}", desk.copied[0]);
}

#[test]
fn an_empty_reply_is_neither_copied_nor_sent() {
    let mut desk = desk(Lang::En);
    desk.press("r<F5>").shows("The reply is empty").press("<F6>").shows("The reply is empty");
    assert!(desk.copied.is_empty());
}

#[test]
fn a_copy_does_not_stop_the_reply_clock_but_sent_does() {
    let mut desk = desk(Lang::En);
    desk.press("rOn its way.<F5><Esc>").shows("▲ 2h late");
    desk.press("r<F6>").shows("stopped").press("<Esc>").shows_no("▲ 2h late");
}

#[test]
fn the_editor_of_the_operator_brings_its_text_back() {
    let mut desk = desk(Lang::En);
    desk.editor = |text| format!("{text} and more\n");
    desk.press("rsome<F4>").shows("some and more");
}

#[test]
fn an_offer_above_the_rest_is_refused_with_the_sum() {
    let mut desk = desk(Lang::En);
    desk.press("o40<Enter>").shows("offer booked");
    desk.press("o9<Enter>").shows("9.00 USD is more than the 8.99 USD");
    desk.press("<BS>8.99<Enter>").shows("offer booked");
}

#[test]
fn enter_pressed_twice_books_once() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>o5<Enter><Enter><Esc>");
    let case = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    assert_eq!(case.offers.len(), 1);
    assert_eq!(case.room.given, 500);
}

#[test]
fn a_reshipment_has_a_parcel_and_a_cost_and_takes_nothing_from_the_rest() {
    let mut desk = desk(Lang::En);
    desk.press("o<Up><Right><Right><Tab>")
        .press("DHL<Tab>00340434161094042557<Tab>6.20<Enter>")
        .shows("offer booked");
    let case = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    assert_eq!(case.offers[0].tracking.as_deref(), Some("00340434161094042557"));
    assert_eq!(case.offers[0].cost, Some(post::usd(620)));
    assert_eq!(case.room.given, 0);
}

#[test]
fn an_unshipped_order_is_cancelled_and_refunded_and_a_shipped_one_is_not() {
    let mut desk = desk(Lang::En);
    desk.press("<End>o")
        .shows("cancel and refund")
        .press("<Enter>")
        .shows("All that is left of the order goes back");
    desk.press("<Enter>").shows("offer booked");
    desk.press("<Home>o<Up><Left><Enter>").shows("shipped");
}

#[test]
fn undo_takes_back_action_after_action() {
    let mut desk = desk(Lang::En);
    desk.press("3").shows("kind set to defective").shows("defective");
    desk.press("as").press("p").shows("3 open").shows_no("113-5550001-2220001");
    desk.press("u").shows("undone").shows("4 open").shows("113-5550001-2220001");
    desk.press("u").shows("undone").shows("not received");
    desk.press("u").shows("The last action is an import").press("j").press("u").shows("4 open");
    desk.press("u").shows("undone: imported").shows("Nothing is open.");
    desk.press("u").shows("There is nothing to undo.");
}

#[test]
fn marked_cases_are_archived_together() {
    let mut desk = desk(Lang::En);
    desk.press("xx")
        .shows("2 marked")
        .press("a")
        .shows("#1 #2")
        .press("np")
        .shows("2 archived")
        .shows("2 open");
}

#[test]
fn the_filter_narrows_and_escape_widens() {
    let mut desk = desk(Lang::En);
    desk.press("/lampe<Enter>").shows("303-1000001-1000010").shows_no("113-5550001-2220001");
    desk.press("<Esc>").shows("113-5550001-2220001");
    desk.press("、zzz<Enter>").shows("No open case matches");
}

#[test]
fn the_palette_reaches_what_letters_cannot_with_an_input_method_on() {
    let mut desk = desk(Lang::Zh);
    desk.press("<F10>").shows("执行操作").press("归档<Enter>").shows("归档：结果如何？");
}

#[test]
fn an_empty_queue_says_what_to_do_next() {
    let mut desk = Desk::new(Lang::En, NARROW, |_, _| ());
    desk.shows("Nothing is open.").shows("Press i to import");
}

#[test]
fn a_wide_screen_shows_the_case_beside_the_queue() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    desk.shows("There is no sign of the keyboard").shows("Quiet keyboard, 87 keys").shows("7-day loss");
}

#[test]
fn help_shows_the_keys_of_the_view() {
    let mut desk = desk(Lang::En);
    desk.press("?").shows("archive").shows("F10").press("x").shows_no("any key closes");
}

#[test]
fn news_fades_and_a_refusal_stays_until_a_key() {
    let mut desk = desk(Lang::En);
    desk.press("2").shows("kind set to").wait(SignedDuration::from_secs(6)).shows_no("kind set to");
    desk.press("uu").shows("is an import").wait(SignedDuration::from_secs(60)).shows("is an import");
    desk.press("j").shows_no("is an import");
}

#[test]
fn what_the_disk_refuses_is_asked_for_again_by_a_key_only() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    for wanted in [Wanted::Page, Wanted::Case(0)] {
        let problem = Problem::new(Exit::Failed, ["disk I/O error", "磁盘错误"], ["", ""]);
        let effects = desk.tell(Done::Failed { wanted, problem });
        assert!(effects.is_empty(), "{effects:?}");
        desk.shows("disk I/O error").press("j").shows_no("disk I/O error");
    }
}

#[test]
fn a_case_that_another_kesu_took_away_leaves_the_queue_without_a_word() {
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    let effects = desk.tell(Done::Loaded(CaseId(1), 0, None));
    assert!(
        effects.iter().all(|effect| !matches!(effect, Effect::Work(Job::Load(CaseId(1), _)))),
        "{effects:?}"
    );
    desk.shows_no("113-5550001-2220001").shows("112-1000001-2000009").shows_no("✗");
}

/// A morning on which the buyer of the first case wrote thirty lines.
fn long_letter(store: &mut kesu::store::Store, now: jiff::Timestamp) {
    morning(store, now);
    let lines: Vec<String> = (1..=30).map(|line| format!("Line {line} of my complaint.")).collect();
    let site = kesu::domain::Marketplace::Us;
    let letter = post::message(now, 25, site, "113-5550001-2220001", "Ann Lee", &lines.join("\r\n"));
    post::bring(store, now, &[letter], &[]);
}

#[test]
fn the_buyers_words_can_be_read_and_scrolled_while_the_reply_is_written() {
    let mut desk = Desk::new(Lang::En, NARROW, long_letter);
    desk.press("r").shows("Line 12 of my").shows("↓ Alt-PgDn");
    desk.press("Dear buyer<A-PgDn>").shows("Line 16 of my").shows_no("Line 4 of my").shows("↑ Alt-PgUp");
    desk.press("<A-PgDn><A-PgDn><A-PgDn><A-PgDn><A-PgDn><A-PgDn>")
        .shows("Line 30 of my")
        .shows_no("↓ Alt-PgDn");
    desk.press("<A-PgUp>").shows_no("Line 30 of my").shows("Line 26 of my");
    desk.press(", good day").shows("Dear buyer, good day");
    desk.press("<F2><Enter>").shows("Line 21 of my").shows("Dear buyer, good day");
}

#[test]
fn a_megabyte_pasted_into_a_reply_is_whole_and_the_caret_stays_in_sight() {
    let mut desk = desk(Lang::En);
    let pasted =
        "The quick brown fox jumps over the lazy dog, again and again and on and on.\n".repeat(13_200);
    desk.press("r").paste(&pasted).shows("✗ too long").shows("again and again and on and on.");
    desk.press("The end").shows("The end").wait(SignedDuration::from_millis(200)).shows("saved");
    let draft = desk.store.case(CaseId(1), desk.now).unwrap().unwrap().draft.unwrap();
    assert_eq!(draft.addition, format!("{pasted}The end"));
    desk.press("<Esc>r").shows("The end").shows("✗ too long");
    let line = "客".repeat(300_000);
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("r").paste(&line).press("诉").shows("客客客诉");
}

#[test]
fn the_last_line_of_a_very_long_message_is_reached() {
    let mut desk = Desk::new(Lang::En, NARROW, |store, now| {
        morning(store, now);
        let lines: Vec<String> = (1..=5_000).map(|line| format!("Line {line} of my complaint.")).collect();
        let site = kesu::domain::Marketplace::Us;
        let letter = post::message(now, 25, site, "113-5550001-2220001", "Ann Lee", &lines.join("\r\n"));
        post::bring(store, now, &[letter], &[]);
    });
    desk.press("<Enter>").shows("Line 1 of my").press("<End>").shows("Line 5000 of my");
    desk.press("<F9>").shows("Line 5000 of my").resize(WIDE).shows("Line 5000 of my");
    desk.press("<Home>").shows("Line 1 of my");
}

#[test]
fn the_name_of_the_shop_from_the_settings_stands_under_the_reply() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "[store]\nname = \"Lumina\"\n").unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &file, morning);
    desk.press("rHello").press("<F2><Enter>").press("<F5>");
    answer(&mut desk, "for example");
    assert!(desk.copied[0].ends_with("Kind regards\nLumina"), "{}", desk.copied[0]);
    std::fs::write(&file, "[store]\nmane = \"Lumina\"\n").unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &file, morning);
    desk.shows("the settings do not count").press("j").shows("4 open");
}

#[test]
fn an_informal_complaint_is_confirmed_or_dismissed_by_one_key_in_both_languages() {
    for (lang, ask, yes, no) in [
        (
            Lang::En,
            "? informal complaint  y yes · N no",
            "confirmed as a complaint",
            "marked as no complaint",
        ),
        (Lang::Zh, "? 非正式投诉  y 是 · N 否", "已确认为投诉", "已标为非投诉"),
    ] {
        let mut desk = desk(lang);
        desk.shows(ask).shows("no sign of").press("y").shows(yes).shows_no(ask);
        desk.press("u").shows(ask).press("<Enter>").shows(ask).press("N").shows(no).shows_no(ask);
    }
}
