//! The report by its keys: pages, periods, and from a figure to the cases behind it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use kesu::i18n::Lang;
use support::{Desk, post};

const NARROW: (u16, u16) = (80, 24);

#[test]
fn the_report_opens_from_the_queue_and_esc_leads_back() {
    let mut desk = Desk::new(Lang::En, NARROW, post::morning);
    desk.press("asp").press("R").shows("report · 90 days").shows("outcomes").shows("buyer satisfied");
    desk.press("d").shows("365 days").press("<C-t>").shows("all time").press("d").shows("30 days");
    desk.press("<Enter>").shows("archived").press("<Esc>").shows("report · 30 days");
    desk.press("<Tab>")
        .shows("answered")
        .press("<Left>")
        .shows("buyer satisfied")
        .press("<Esc>")
        .shows("archive");
}
