//! Clocks by keys: every clock of a case, waiting, snoozing, the coming seven days, the operator's own policy.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::SignedDuration;
use kesu::i18n::Lang;
use kesu::problem::{Exit, Problem};
use kesu::tui::job::Done;
use support::post::{self, morning};
use support::{Desk, NOW};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

fn desk(lang: Lang) -> Desk {
    Desk::new(lang, NARROW, morning)
}

#[test]
fn a_case_shows_every_clock_with_its_start_source_and_consequence() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>").shows("24h reply").shows("buyer may claim").shows("7-day loss").shows("45-day");
    desk.shows_no("Seller Central help 202152030").press("c");
    desk.shows("since 6 Oct 03:00")
        .shows("Seller Central help 202152030")
        .shows("if missed: late response rate");
    desk.shows("operator's rule: unhandled for 7 days").press("c").shows_no("Seller Central help 202152030");
    desk.press("<Esc>j<Enter><C-t>")
        .shows("stated in the mail")
        .shows("Amazon decides")
        .shows("at the earliest 9 Oct");
    let mut wide = Desk::new(Lang::Zh, WIDE, morning);
    wide.press("<Enter>").shows("24小时回复").shows("始于").shows("错过后果：延迟回复率上升");
}

#[test]
fn a_case_that_waits_for_the_buyer_gives_way_and_its_week_stands_still() {
    let mut desk = desk(Lang::En);
    desk.press("<Enter>").press("r").press("Could you send a picture?<F6>").shows("marked as sent");
    desk.press("w").shows("Whom does it wait for?").press("x").shows("Whom").press("b");
    desk.shows("waiting for the buyer").shows("paused 5d").press("<Esc>");
    let screen = desk.screen();
    let place = |order: &str| screen.find(order).unwrap();
    desk.press("<C-r>");
    let after = desk.screen();
    assert!(
        after.find("113-5550001-2220001").unwrap() > after.find("113-5550003-2220009").unwrap(),
        "{after}"
    );
    assert!(place("113-5550001-2220001") > 0);
    desk.press("G").press("u").shows("undone: waiting for the buyer");
    desk.press("<C-w><Down><Down><Enter>").shows("waiting for the carrier");
    desk.press("wn").shows("no longer waiting");
}

#[test]
fn a_case_that_waits_reads_well_in_chinese() {
    let mut desk = desk(Lang::Zh);
    desk.press("<Enter>").press("w").shows("在等谁？").shows("等待承运商").press("ｃ");
    desk.shows("等待承运商").shows("暂停");
}

#[test]
fn a_snoozed_case_leaves_the_queue_is_still_counted_and_comes_back_by_itself() {
    let mut desk = desk(Lang::En);
    desk.press("G").shows("113-5550003-2220009").press("s").shows("Snooze").press("4");
    desk.shows("snoozed until 7 Oct 16:00")
        .shows_no("113-5550003-2220009")
        .shows("4 open")
        .shows("z 1 snoozed");
    let wake = desk.wake_at().unwrap();
    assert!(wake <= desk.now + SignedDuration::from_mins(1));
    desk.press("z").shows("113-5550003-2220009").press("G").shows("snoozed until 7 Oct 16:00").press("z");
    desk.shows_no("113-5550003-2220009").wait(SignedDuration::from_hours(4)).shows("113-5550003-2220009");
    desk.shows_no("z 1 snoozed");
}

#[test]
fn the_snooze_ends_at_its_second_without_polling() {
    let mut desk = desk(Lang::En);
    desk.press("Gse").press("12:00<Esc>").press("Gse").press("16:30<Enter>").shows("z 1 snoozed");
    desk.wait(SignedDuration::from_mins(269)).wait(SignedDuration::from_secs(30));
    let half_past: jiff::Timestamp = NOW.parse::<jiff::Timestamp>().unwrap() + SignedDuration::from_mins(270);
    assert_eq!(desk.wake_at(), Some(half_past));
    desk.wait(SignedDuration::from_secs(30)).shows("113-5550003-2220009");
}

#[test]
fn a_time_that_has_passed_is_refused_and_what_was_typed_stays() {
    let mut desk = desk(Lang::En);
    desk.press("Gse").shows("Snooze until").press("yesterday<Enter>").shows("That is no time to come");
    desk.press("<BS><BS><BS><BS><BS><BS><BS><BS><BS>1d<Enter>").shows("z 1 snoozed");
}

#[test]
fn a_case_whose_clock_runs_out_cannot_be_hidden() {
    let mut desk = desk(Lang::En);
    desk.press("sb").shows("stays in sight").shows("113-5550001-2220001");
    let mut chinese = self::desk(Lang::Zh);
    chinese.press("s").shows("暂缓处理").press("ｂ").shows("不能暂缓");
}

#[test]
fn undo_brings_a_snoozed_case_back_and_from_a_case_the_next_one_opens() {
    let mut desk = desk(Lang::En);
    desk.press("jj<Enter>").shows("303-1000001-1000010").press("<C-s>m").shows("113-5550003-2220009");
    desk.press("<Esc>").shows_no("303-1000001-1000010").press("u").shows("303-1000001-1000010");
    desk.shows("undone: snoozed until any mail comes");
}

#[test]
fn the_coming_days_are_a_chart_and_enter_shows_the_cases_of_an_hour() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = desk(lang);
        desk.press("c").shows(lang.pick("today", "今天")).shows(lang.pick("tomorrow", "明天"));
        desk.shows(lang.pick("▲ 1 late", "▲ 1 超时")).shows(lang.pick("1 due, enter shows them", "条到期"));
        desk.shows(lang.pick("Fri 9 Oct", "10月9日 周五"));
        desk.press("<Enter>").shows("112-1000001-2000009").shows_no("113-5550001-2220001");
        desk.shows("14:00–15:00").press("<Esc><Esc>").shows("113-5550001-2220001");
        desk.press("<C-t><Down><Enter>").shows_no("112-1000001-2000009");
        desk.press("<Esc><End><Up><Up><Left><Right><Home><Esc>").shows("113-5550001-2220001");
    }
}

#[test]
fn an_hour_without_work_says_so() {
    let mut desk = desk(Lang::En);
    desk.press("c<Home><Enter>").shows("nothing falls due then").press("<Esc>").shows("113-5550001-2220001");
}

#[test]
fn a_mistake_in_the_own_clocks_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("clocks.toml"), "[[clock]]\nname = \"reply\"\nlength = \"soon\"\n")
        .unwrap();
    let (policy, problem) = kesu::config::policy(Some(folder.path())).unwrap();
    assert_eq!(policy, kesu::domain::clock::shipped_policy().unwrap());
    let said = problem.unwrap().say(Lang::Zh);
    assert!(said.contains("第 3 行") && said.contains("config check"), "{said}");
}

#[test]
fn what_the_store_refuses_leaves_the_workbench_as_it_was() {
    let mut desk = desk(Lang::En);
    desk.press("c");
    let problem = Problem::new(Exit::Failed, ["disk I/O error", "磁盘错误"], ["", ""]);
    desk.tell(Done::Failed { wanted: kesu::tui::job::Wanted::Count, problem });
    desk.shows("disk I/O error").press("<Esc>").shows("113-5550001-2220001");
}

#[test]
fn the_overview_survives_any_window() {
    let mut desk = Desk::new(Lang::Zh, WIDE, post::demo);
    desk.press("c");
    for size in [(80, 24), (40, 8), (60, 12), (300, 60), (41, 9)] {
        desk.resize(size);
        assert_eq!(desk.screen().split('\n').count(), usize::from(size.1));
    }
}
