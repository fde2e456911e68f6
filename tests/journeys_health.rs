//! Account health by keys: rates, their course, the cases behind a figure, the own rules.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use kesu::i18n::Lang;
use kesu::problem::{Exit, Problem};
use kesu::tui::job::{Done, Wanted};
use support::Desk;
use support::post::{self, shop};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

#[test]
fn the_screen_says_rate_distance_course_and_how_it_counts() {
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = Desk::new(lang, NARROW, shop);
        desk.press("H").shows(lang.pick("account health", "账户状况")).shows("US").shows("DE");
        desk.shows("▲ ").shows("1%").shows(lang.pick("cancelled orders counted", "已取消订单计入"));
        desk.shows(lang.pick("returns reports is no claim", "Y 不算索赔"));
        desk.shows(lang.pick("under 1% again with", "可回到 1% 以下"));
        desk.press("<Down>").shows_no(lang.pick("under 1% again with", "可回到 1% 以下"));
        desk.press("<Esc>").shows("113-5550001-2220001");
    }
}

#[test]
fn enter_on_a_figure_shows_the_cases_behind_it_and_esc_leads_back() {
    let mut desk = Desk::new(Lang::En, NARROW, shop);
    desk.press("<C-d><Enter>").shows("US seller ships · defective").shows("112-1000001-2000009");
    desk.shows("113-6000000-0000010").shows_no("113-5550001-2220001").shows_no("113-6000000-0000200");
    desk.press("<Esc>").shows("account health").press("<Right><Right><Enter>").shows("· feedback");
    desk.shows("113-6000000-0000010").shows_no("113-6000000-0000020");
    desk.press("<Esc><Tab><Enter>")
        .shows("· claim")
        .shows("113-6000000-0000020")
        .shows_no("113-6000000-0000010");
    desk.press("<Esc><Right><Enter>").shows("No case stands behind this figure").shows("account health");
    desk.press("<Left><Left><Left><Left><Enter><Enter>").shows("112-1000001-2000009").press("<Esc>");
    desk.shows("· defective").press("<Esc><Esc>").shows("113-5550001-2220001");
}

#[test]
fn an_archived_case_still_stands_behind_its_figure() {
    let mut desk = Desk::new(Lang::En, NARROW, shop);
    desk.press("H<Right><Right><Enter>").press("asp").shows("archived").press("<Esc>");
    desk.shows("feedback 2").press("<Enter>").shows("  archived").shows("113-6000000-0000060");
    let mut chinese = Desk::new(Lang::Zh, NARROW, shop);
    chinese.press("Ｈ").press("<Right><Enter>").shows("可挽回").press("<F9>").shows("to save");
}

#[test]
fn a_saved_order_leaves_the_list_of_what_can_be_saved() {
    let mut desk = Desk::new(Lang::En, WIDE, shop);
    desk.press("H").shows("can still be saved").shows("claim: the buyer withdraws it, or Amazon denies it");
    desk.shows("to save 4").press("<Right><Enter>").press("asp").press("<Esc>").shows("to save 3");
}

#[test]
fn amazons_figures_stand_beside_ours_with_target_and_days() {
    let mut desk = Desk::new(Lang::En, WIDE, shop);
    desk.press("H<PgDn><PgDn><PgDn><PgDn>").shows("Amazon's own figures").shows("2026-08-01 – 09-29");
    desk.shows("1.54%").shows("<1.00%").shows("differs:").shows("valid tracking").shows("(>95.00%)");
    desk.shows("late responses").shows("7 days");
    desk.press("<PgUp><PgUp><PgUp><PgUp>").shows("can still be saved");
}

#[test]
fn an_order_never_imported_is_listed_apart_and_leads_to_its_case() {
    let mut desk = Desk::new(Lang::En, WIDE, shop);
    desk.press("H<Down>").shows("DE").shows("not imported 1");
    desk.press("<Right><Right><Right><Right><Right><Right><Right><Right><Right><Enter>");
    desk.shows("303-9999999-0000001").shows("· not imported");
}

#[test]
fn a_shop_without_orders_is_told_what_to_import() {
    let mut desk = Desk::new(Lang::En, NARROW, |_, _| ());
    desk.press("H")
        .shows("No orders")
        .press("<Enter>")
        .shows("No case stands")
        .press("<Down><PgDn><End><Esc>");
    desk.shows("Nothing is open");
    let problem = Problem::new(Exit::Failed, ["disk I/O error", "磁盘错误"], ["", ""]);
    desk.press("H").tell(Done::Failed { wanted: Wanted::Count, problem });
    desk.shows("disk I/O error").press("<Esc>").shows("Nothing is open");
}

#[test]
fn the_own_rules_count_and_a_mistake_in_them_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let own = "[odr]\nline_hundredths = 50\ncancelled_orders_count = false\n";
    std::fs::write(folder.path().join("health.toml"), own).unwrap();
    let settings = folder.path().join("config.toml");
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, shop);
    desk.press("H").shows("line 0.5%").shows("cancelled orders left out");
    std::fs::write(folder.path().join("health.toml"), "[odr]\nline_hundredth = 50\n").unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, shop);
    desk.shows("health.toml").shows("line 2").press("H").shows("line 1%");
}

#[test]
fn the_screen_survives_any_window_and_many_sites() {
    let mut desk = Desk::new(Lang::Zh, WIDE, post::demo);
    desk.press("H");
    for size in [(80, 24), (40, 8), (60, 12), (300, 60), (41, 9), (40, 14)] {
        desk.resize(size);
        assert_eq!(desk.screen().split('\n').count(), usize::from(size.1));
        desk.press("<End><PgDn><PgDn><PgUp><Home>");
    }
}
