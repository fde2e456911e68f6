//! The report by its keys: pages, periods, from a figure to the cases behind it; outcomes that change; the time of work.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::SignedDuration;
use kesu::domain::CaseId;
use kesu::domain::report::{Period, Window};
use kesu::i18n::{Lang, Text};
use kesu::tui::job::Done;
use support::{Desk, post};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

#[test]
fn the_report_opens_from_the_queue_and_esc_leads_back() {
    let mut desk = Desk::new(Lang::En, NARROW, post::morning);
    desk.press("asp").press("R").shows("report · 90 days").shows("buyer satisfied");
    desk.press("d").shows("365 days").press("<C-t>").shows("all time").press("d").shows("30 days");
    desk.press("<Tab>").shows("replies sent").press("<Left>").shows("buyer satisfied").press("<Esc>");
    desk.shows("113-5550003-2220009")
        .press("<C-e>")
        .shows("report · 30 days")
        .press("<F10>complaint<Esc><Esc>");
}

#[test]
fn a_rate_leads_to_its_claims_and_esc_back_to_the_rate() {
    let mut desk = Desk::new(Lang::En, NARROW, post::settled);
    desk.press("R").shows("claims withdrawn after an offer").shows("10/12").shows("83%").shows("others: 79%");
    desk.shows("without an offer").shows("2/12");
    desk.press("<Enter>")
        .shows("claims withdrawn after an offer")
        .shows("112-1000001-2000009")
        .shows_no("112-1000002");
    desk.press("<Enter>").shows("claim withdrawn · Amazon").press("<Esc><Esc>").shows("83%");
    desk.press("<Down><Enter>").shows("without an offer").shows("112-1000002-2000009").press("<Esc>");
    desk.press("<End>")
        .shows("by site")
        .press("<Enter>")
        .shows("by site · US")
        .press("<Esc>")
        .shows("by site");
}

#[test]
fn few_claims_are_too_few_for_a_rate() {
    let mut desk = Desk::new(Lang::En, NARROW, post::settled);
    desk.press("R<Down><Down><Down><Down><Down><Down><Down><Down>").shows("full refund").shows("too few");
    let mut chinese = Desk::new(Lang::Zh, NARROW, post::settled);
    chinese
        .press("Ｒ")
        .shows("处理结果")
        .shows("83%")
        .shows("无补偿的索赔撤回")
        .press("<End>")
        .shows("样本太少");
}

#[test]
fn an_outcome_changes_from_granted_over_appealed_to_won_and_undo_goes_back() {
    let mut desk = Desk::new(Lang::En, WIDE, |store, now| {
        let order = "112-1000001-2000009";
        let granted = post::decision(now, 20, order, "We have granted the claim in favor of the buyer.");
        post::bring(store, now, &[post::claim(now, 70, order, "$48.99"), granted], &[]);
    });
    desk.press("<Enter>").shows("claim granted, we lost · Amazon");
    desk.press("A")
        .shows("note outcome")
        .press("p")
        .shows("outcome noted: appealed")
        .shows("appealed, not decided · you");
    desk.shows("· A-to-z appeal   stopped").press("<C-u>v").shows("appeal won · you 7 Oct 2026");
    desk.press("u").shows("appealed, not decided · you").press("u").shows("claim granted, we lost · Amazon");
    desk.shows("○ A-to-z appeal");
    desk.press("Aw")
        .shows("⚠ Amazon says otherwise: you noted “claim withdrawn”")
        .press("<Esc>")
        .press("R")
        .shows("you and Amazon disagree");
}

#[test]
fn an_archived_case_takes_another_outcome_without_leaving_the_archive() {
    let mut desk = Desk::new(Lang::En, WIDE, post::morning);
    desk.press("anl")
        .press("R")
        .shows("buyer went silent")
        .press("<Down><Down><Enter><Enter>")
        .shows("archived");
    desk.shows("buyer went silent · you").press("A").shows("buyer went silent · you").press("<Down><Enter>");
    desk.shows("buyer satisfied · you").shows("archived").press("<Esc>");
    desk.press("<Esc>").shows("buyer satisfied").shows_no("buyer went silent");
}

#[test]
fn nothing_that_ended_says_so_and_leads_nowhere() {
    let mut desk = Desk::new(Lang::En, NARROW, |_, _| ());
    desk.press("R")
        .shows("No case ended in this time")
        .press("<Enter>")
        .shows("No case stands")
        .press("<Esc>");
    desk.shows("Nothing is open");
}

#[test]
fn the_time_page_tells_work_from_waiting_and_template_from_none() {
    let mut desk = Desk::new(Lang::En, NARROW, post::settled);
    desk.press("R<Tab>")
        .shows("replies sent")
        .shows("with template")
        .shows("others 2.1 h")
        .shows("faster than without");
    desk.press("<Down><Enter>")
        .shows("   with template   ")
        .press("<Esc><End>")
        .shows("a pause of more than 5 min is no work");
    desk.press("<PgDn>").shows("first sight not known");
}

/// Work that the store keeps for a case: sittings and seconds.
fn work(desk: &Desk, case: i64) -> Option<i64> {
    let handling = desk.store.handling(Window::until(desk.now, Period::All)).unwrap();
    handling.archived.cases.contains(&CaseId(case)).then_some(())?;
    handling.archived.active.map(|average| average.mean.as_secs())
}

#[test]
fn the_time_of_work_is_counted_from_key_to_key_and_a_long_pause_is_none() {
    let mut desk = Desk::new(Lang::En, NARROW, post::morning);
    let case = desk.store.queue(None, 1, &kesu::store::Filter::default(), desk.now).unwrap()[0].id.0;
    desk.press("<Enter>").wait(SignedDuration::from_secs(40)).press("j");
    desk.wait(SignedDuration::from_secs(30)).press("r").wait(SignedDuration::from_secs(20)).press("Hello");
    // Lunch.
    desk.wait(SignedDuration::from_mins(50)).press("!").wait(SignedDuration::from_secs(10)).press("<Esc>");
    desk.wait(SignedDuration::from_secs(5)).press("a").press("s").press("p");
    assert_eq!(work(&desk, case), Some(40 + 30 + 20 + 10 + 5));
}

#[test]
fn work_on_one_case_is_not_work_on_the_next_and_the_queue_is_none() {
    let mut desk = Desk::new(Lang::En, NARROW, post::morning);
    let first = desk.store.queue(None, 1, &kesu::store::Filter::default(), desk.now).unwrap()[0].id.0;
    desk.press("<Enter>").wait(SignedDuration::from_secs(60)).press("<Right>");
    desk.wait(SignedDuration::from_secs(90)).press("<Esc>").wait(SignedDuration::from_secs(60)).press("g");
    desk.wait(SignedDuration::from_secs(60))
        .press("<Enter>")
        .wait(SignedDuration::from_secs(15))
        .press("asp");
    assert_eq!(work(&desk, first), Some(75));
}

#[test]
fn no_key_writes_and_a_minute_of_work_is_kept_before_it_ends() {
    let mut desk = Desk::new(Lang::En, NARROW, post::morning);
    desk.press("<Enter>");
    let sits = |desk: &mut Desk| {
        desk.now += SignedDuration::from_secs(15);
        desk.press("j");
        desk.sat
    };
    assert_eq!((sits(&mut desk), sits(&mut desk), sits(&mut desk)), (0, 0, 0), "no key of these is a write");
    assert_eq!((sits(&mut desk), sits(&mut desk)), (1, 1), "a minute is");
}

#[test]
fn what_another_process_keeps_from_being_stored_is_told_again() {
    let mut desk = Desk::new(Lang::En, NARROW, post::morning);
    desk.press("<Enter>").wait(SignedDuration::from_secs(50)).press("j");
    let mut sitting = kesu::domain::handling::Sitting::begin(CaseId(1), desk.now);
    sitting.key(
        desk.now + SignedDuration::from_secs(9),
        &kesu::domain::report::policy::shipped_report().unwrap().time,
    );
    desk.tell(Done::Sat(sitting, false));
    let before = desk.sat;
    desk.wait(SignedDuration::from_secs(60));
    assert_eq!(desk.sat, before + 1);
}

#[test]
fn the_own_rules_count_and_a_mistake_in_them_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.toml"), "[outcomes]\nfew = 30\n[time]\nidle_minutes = 9\n")
        .unwrap();
    let settings = folder.path().join("config.toml");
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, post::settled);
    desk.press("R").shows("too few").press("<Tab><End>").shows("more than 9 min");
    std::fs::write(folder.path().join("report.toml"), "[outcomes]\nshares = [50, 10]\n").unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, post::settled);
    desk.shows("report.toml, line 2").press("R").shows("83%");
}

#[test]
fn the_report_survives_any_window() {
    let mut desk = Desk::new(Lang::Zh, WIDE, post::settled);
    desk.press("R");
    for size in [(80, 24), (40, 8), (60, 12), (300, 60), (41, 9), (40, 14)] {
        desk.resize(size);
        desk.press("<End><PgDn><PgDn><PgUp><Home><Tab>");
        assert_eq!(desk.screen().split('\n').count(), usize::from(size.1));
    }
}

#[test]
fn the_screens_of_figures_lead_to_each_other_and_back_into_the_case_with_its_offers() {
    for lang in [Lang::En, Lang::Zh] {
        let (health, report, costs) = (
            lang.pick("account health", "账户状况"),
            lang.pick("report ·", "报告 ·"),
            lang.pick("costs ·", "成本 ·"),
        );
        let mut desk = Desk::new(lang, NARROW, post::costed);
        desk.press("H")
            .shows(health)
            .press("R")
            .shows(report)
            .press("C")
            .shows(costs)
            .press("H")
            .shows(health);
        desk.press("<C-a>").shows(costs).press("<C-e>").shows(report).press("<C-d>").shows(health);
        desk.press("C<Esc>").shows(health).press("<Esc>").shows("113-5550001-2220001");
        // From the offers of a case, and back into them, one step at a time.
        let offers = lang.pick("no offers yet", "尚无补偿");
        desk.press("<Enter>O").shows(offers);
        desk.press("R").shows(report).press("C").shows(costs).press("<Esc>").shows(report);
        desk.press("<Esc>").shows(offers).press("<Esc>");
        desk.shows("113-5550001-2220001").shows(lang.pick("thread", "往来"));
        desk.press("O<C-d>").shows(health).press("<Esc>").shows(offers);
        desk.press("<Esc>").shows(lang.pick("thread", "往来")).press("<Esc>");
        // From a SKU to its complaints, and back to the SKU.
        desk.press("C/KB<Enter>")
            .shows("KB-US-01")
            .press("b")
            .shows("113-5550001-2220001")
            .shows_no("112-1000001-2000009");
        desk.press("<Esc>").shows(costs).press("<Tab><C-b>").shows(Text::NothingBehind.in_lang(lang));
    }
}
