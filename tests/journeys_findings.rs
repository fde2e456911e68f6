//! What the rules object to, by keys: under the text while it is typed, and in the way of what must not leave.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::SignedDuration;
use kesu::domain::CaseId;
use kesu::domain::event::Deed;
use kesu::i18n::Lang;
use kesu::reply::history::deed_words;
use support::Desk;
use support::post::morning;

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

fn desk() -> Desk {
    Desk::new(Lang::En, NARROW, morning)
}

/// The reasons for which rules were overruled in the first case, with the rules.
fn overruled(desk: &Desk) -> Vec<(Vec<String>, String)> {
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    let reasons = file.events.into_iter().filter_map(|event| match event.deed {
        Deed::Overruled { rules, reason, .. } => Some((rules, reason)),
        _ => None,
    });
    reasons.collect()
}

#[test]
fn findings_come_and_go_with_the_words_and_take_no_room_without_them() {
    let mut desk = desk();
    desk.press("rWe shipped it on Monday.").shows_no("finding").shows_no("Alt-N next");
    let before = desk.caret();
    desk.press("<Enter>Write to max@example.com for the label.");
    desk.shows("1 finding").shows("✗ L04 E-mail address in the text (line 2)").shows("Alt-N next");
    for _ in 0..39 {
        desk.press("<BS>");
    }
    desk.shows_no("finding");
    let back = desk.press("<BS>").caret();
    assert_eq!(before, back);
}

#[test]
fn both_kinds_are_told_apart_in_both_languages_and_the_block_comes_first() {
    let mut desk = desk();
    desk.press("rWE ARE REALLY SORRY ABOUT THIS!!! Write to max@example.com today.");
    desk.shows("findings").shows("✗ L04").shows("⚠ L33");
    let screen = desk.screen();
    assert!(screen.find("✗ L04").unwrap() < screen.find("⚠ L33").unwrap(), "{screen}");
    desk.press("<F9>").shows("处问题").shows("✗ L04").shows("（第1行）");
}

#[test]
fn the_words_are_set_off_in_the_editor_until_they_are_right() {
    use ratatui::style::Modifier;
    let mut desk = desk();
    let underlined = |desk: &Desk| {
        let buffer = desk.buffer();
        let cells = buffer.content().iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
        cells.map(|cell| cell.symbol().to_owned()).collect::<String>()
    };
    desk.press("rPlease write to max@example.com today.");
    // Without a template the editor alone shows the text.
    assert_eq!(underlined(&desk), "max@example.com");
    desk.press("<Home>x");
    assert_eq!(underlined(&desk), "max@example.com");
    let mut desk = Desk::new(Lang::En, WIDE, morning);
    desk.press("tmoved<Enter>Please write to max@example.com today.");
    assert_eq!(underlined(&desk).matches("max@example.com").count(), 2, "in the preview and the editor");
}

#[test]
fn a_key_goes_from_one_finding_to_the_next_and_around() {
    let mut desk = desk();
    desk.press("rmax@example.com is wrong.<Enter>Ask at www.example.com today.");
    desk.shows("2 findings").press("<A-n>").shows("1/2 findings");
    let first = desk.caret();
    desk.press("<A-n>").shows("2/2 findings");
    let second = desk.caret();
    assert_eq!(second.y, first.y + 1);
    assert_eq!(desk.press("<A-n>").caret(), first);
    desk.press("X").shows_no("1/2");
    let mut none = self::desk();
    none.press("rWe shipped it today.<A-n>")
        .shows("object to nothing")
        .press("<C-l>")
        .shows("object to nothing");
}

#[test]
fn the_list_says_rule_words_hint_and_source_and_leads_to_the_place() {
    let mut desk = desk();
    desk.press("rGood day,<Enter>ask max@example.com today.<C-l>");
    desk.shows("✗ L04 E-mail address in the text (line 2)").shows("» max@example.com");
    desk.shows("→ Attach what is needed here").shows("Seller Central G1701").press("<Enter>");
    desk.shows_no("Seller Central").press("X").press("<F5>").shows("Xmax@example.com");
    let mut zh = Desk::new(Lang::Zh, NARROW, morning);
    zh.press("rask max@example.com today.<C-l>")
        .shows("正文中有电子邮箱地址")
        .shows("→ 需要的文件作为附件发送");
}

#[test]
fn a_block_stops_the_copy_and_esc_goes_back_to_its_first_place() {
    let mut desk = desk();
    desk.press("rGood day,<Enter>ask max@example.com today.<F5>");
    desk.shows("held back").shows("L04").shows("Why it goes out all the same");
    assert!(desk.copied.is_empty());
    desk.press("<Enter>").shows("Type a reason").press("   <Enter>").shows("Type a reason");
    desk.press("<Esc>").shows_no("held back");
    desk.press("<C-k>us today.<F5>").shows_no("held back");
    assert_eq!(desk.copied, ["Good day,\nask us today."]);
    assert!(overruled(&desk).is_empty());
}

#[test]
fn a_reason_that_was_left_by_esc_is_there_again() {
    let mut desk = desk();
    desk.press("rAsk max@example.com today.<F5>the buyer's own<Esc>").shows_no("held back");
    desk.press("<Esc>r<F5>").shows("the buyer's own").press(" words<Enter>");
    assert_eq!(overruled(&desk), [(vec!["L04".to_owned()], "the buyer's own words".to_owned())]);
    desk.press("!<F5>").shows("held back").shows_no("the buyer's own");
}

#[test]
fn a_reason_lets_exactly_this_text_out_and_the_history_keeps_it() {
    let mut desk = desk();
    desk.press("rAsk max@example.com today.<F5>the buyer's own words<Enter>");
    assert_eq!(desk.copied, ["Ask max@example.com today."]);
    assert_eq!(overruled(&desk), [(vec!["L04".to_owned()], "the buyer's own words".to_owned())]);
    // Another letter is another text.
    desk.press("!<F5>").shows("held back").press("<Esc>").press("<C-z>");
    assert_eq!(desk.copied.len(), 1);
    // The one that was overruled may go, also when it was left and opened again.
    desk.wait(SignedDuration::from_secs(1)).press("<Esc>r<F6>").shows("marked as sent");
    assert_eq!(overruled(&desk).len(), 1);
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    let said: Vec<String> = file.events.iter().map(|event| deed_words(&event.deed, Lang::En)).collect();
    assert!(said.contains(&"overruled L04: the buyer's own words".to_owned()), "{said:?}");
}

#[test]
fn marking_as_sent_is_stopped_too_and_goes_on_with_the_reason() {
    let mut desk = desk();
    desk.press("rAsk max@example.com today.<F6>").shows("held back").shows_no("marked as sent");
    desk.press("agreed with Amazon<Enter>").shows("marked as sent");
    assert_eq!(overruled(&desk)[0].1, "agreed with Amazon");
    // Undo takes back the sending, then the overruling: the rules hold again.
    desk.press("u<Esc>").press("u").press("r<F6>");
    desk.shows("held back");
}

#[test]
fn warnings_never_stop_a_reply() {
    let mut desk = desk();
    desk.press("rWE ARE REALLY SORRY ABOUT THIS!!! It comes on Monday.").shows("⚠").press("<F5>");
    assert_eq!(desk.copied.len(), 1);
}

#[test]
fn an_invalid_tracking_number_stops_the_reply_in_its_own_words() {
    let mut desk = desk();
    desk.press("rYour UPS tracking number is 1Z5R89390357567128, it arrives on Monday.");
    desk.shows("✗ T01 Invalid number (UPS): 1Z5R89390357567128 (line 1)").press("<F6>").shows("held back");
    desk.press("so on the label<Enter>").shows("marked as sent");
    assert_eq!(overruled(&desk)[0].0, ["T01"]);
    let mut right = self::desk();
    right.press("rYour UPS tracking number is 1Z5R89390357567127, it arrives on Monday.").shows_no("finding");
}

#[test]
fn a_value_that_is_still_asked_for_is_no_finding() {
    let mut desk = desk();
    desk.press("tmoved<Enter>").shows("missing").shows_no("L27");
    desk.press("Ask [NAME] about it on Monday.").shows("L27");
}

#[test]
fn a_long_text_is_looked_at_when_the_operator_pauses() {
    let mut desk = desk();
    desk.press("r").paste(&"The parcel comes on Monday. ".repeat(400)).press(" max@example.com");
    desk.shows_no("L04");
    let wake = desk.wake_at().unwrap();
    assert!(wake <= desk.now + SignedDuration::from_millis(500), "{wake}");
    desk.wait(SignedDuration::from_secs(1)).shows("L04");
}

#[test]
fn another_order_and_another_language_than_the_buyers_are_told() {
    let mut desk = desk();
    desk.press("rOrder 113-9999999-9999999 arrives on Monday.").shows("✗ L25");
    let mut german = self::desk();
    // The German message is the third line of the queue.
    german.press("jjrWe have asked the carrier and will write again on Monday.").shows("⚠ L26");
}

#[test]
fn what_is_wrong_in_many_places_is_said_once_with_its_number() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("rThe parcel is on its way. ")
        .paste(&"Good 😀 luck. ".repeat(9))
        .paste(" Write to max@example.com today.");
    let screen = desk.screen();
    assert_eq!(screen.matches("L29").count(), 1, "{screen}");
    desk.shows("×9").shows("✗ L04").shows("Alt-N next  Ctrl-L all");
    desk.press("<C-l>").shows("findings · 2").shows("×9");
}

#[test]
fn a_parcel_named_in_the_reply_is_judged_calmly_where_nothing_is_wrong_with_it() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("rUPS has your parcel, tracking number 1Z5R89390357567127.");
    desk.shows("✓ valid · UPS 1Z5R89390357567127").shows_no("finding");
}

#[test]
fn a_text_for_amazon_does_not_leave_for_the_buyer() {
    let mut desk = desk();
    desk.press("tanswer to Amazon<Enter>").shows("T02").press("<F6>").shows_no("marked as sent");
    assert_eq!(overruled(&desk), []);
}
