//! Writing a reply by keys: nothing typed is lost, nothing typed is a key of the workbench.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use kesu::domain::clock::shipped_policy;
use kesu::domain::view::ReplyDraft;
use kesu::domain::{CaseId, Marketplace, Outcome, RootCause};
use kesu::i18n::Lang;
use kesu::store::Store;
use kesu::tui::keymap::{self, Action, Scope};
use kesu::tui::runtime::Effect;
use ratatui::layout::Position;
use support::Desk;
use support::post::{self, morning};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);
const FIRST: &str = "113-5550001-2220001";

fn desk() -> Desk {
    Desk::new(Lang::En, NARROW, morning)
}

/// What the store has as the draft of a case, after the time in which it has to be there.
fn kept(desk: &mut Desk, case: i64) -> String {
    desk.wait(SignedDuration::from_secs(1));
    let file = desk.store.case(CaseId(case), desk.now).unwrap().unwrap();
    file.draft.map(|draft| draft.addition).unwrap_or_default()
}

/// A later mail of the first buyer.
fn new_mail(store: &mut Store, now: Timestamp, words: &str) {
    let mail = post::message(now, 0, Marketplace::Us, FIRST, "Ann Lee", words);
    post::bring(store, now, &[mail], &[]);
}

#[test]
fn every_printable_key_and_every_letter_of_the_key_table_is_text_in_a_reply() {
    let mut typed: String = (' '..='~').filter(|letter| *letter != '<').collect();
    typed.push_str("ａｑＱ？／：；！（）０９、。，　“”‘’《》【】…—￥äöüßéèñç¿¡€客诉退款カタひら한국");
    for scope in Scope::ALL {
        for (_, keys) in keymap::keys(*scope) {
            typed.extend(keys.iter().filter_map(|key| match key {
                (KeyCode::Char(letter), KeyModifiers::NONE) => Some(*letter),
                _ => None,
            }));
        }
    }
    let mut desk = desk();
    desk.press("r").press(&typed);
    assert!(!desk.quit);
    assert_eq!(kept(&mut desk, 1), typed);
    desk.shows("Reply to 113-5550001-2220001");
}

#[test]
fn line_breaks_and_letters_of_any_way_to_send_them_are_text() {
    let mut desk = desk();
    // Enter, a pasted line feed, a tab; AltGr as Ctrl and Alt; a Chinese character after an Esc that the terminal kept.
    desk.press("ra<Enter>b<C-j>c<Tab>d");
    desk.paste("x\r\ny\rz\u{7}\u{1b}[31m?q");
    desk.press("<A-客>");
    assert_eq!(kept(&mut desk, 1), "a\nb\nc   dx\ny\nz?q客");
}

#[test]
fn chords_that_mean_nothing_here_leave_the_text_and_the_view_alone() {
    let mut desk = desk();
    desk.press("rstays<A-q><A-a><A-d><A-u><C-g><C-s><C-x><C-v><C-n><C-p><C-t>").shows("Reply to");
    assert!(!desk.quit);
    assert_eq!(kept(&mut desk, 1), "stays");
}

#[test]
fn thousands_of_steps_of_any_kind_are_undone_and_done_again() {
    let mut desk = desk();
    desk.editor = |text| text.replace("word", "Wort");
    desk.press("r");
    let mut texts = vec![String::new()];
    for round in 0..300 {
        desk.press("word ");
        desk.paste("pasted\nover lines ");
        if round % 100 == 0 {
            desk.press("<F4>");
            desk.press("<C-q><Enter>");
        }
        texts.push(kept(&mut desk, 1));
    }
    // Five letters and one paste a round; an editor and a quotation in three of them.
    let steps = 300 * 6 + 3 * 2;
    for _ in 0..steps - 1 {
        desk.press("<C-z>");
    }
    assert_eq!(kept(&mut desk, 1), "w");
    desk.press("<C-z><C-z><C-z>");
    assert_eq!(kept(&mut desk, 1), "");
    for _ in 0..steps {
        desk.press("<C-r>");
    }
    assert_eq!(kept(&mut desk, 1), *texts.last().unwrap());
    desk.press("<C-r>");
    assert_eq!(kept(&mut desk, 1), *texts.last().unwrap());
}

#[test]
fn lines_and_words_are_cut_and_put_back_elsewhere() {
    let mut desk = desk();
    desk.press("rfirst line<Enter>second one<Home><C-k><Up><Home><C-y> ");
    assert_eq!(kept(&mut desk, 1), "second one first line\n");
    desk.press("<End><C-w><C-w><C-u>");
    assert_eq!(kept(&mut desk, 1), "\n");
    desk.press("<C-y>");
    assert_eq!(kept(&mut desk, 1), "second one first line\n", "cuts in a row come back in one piece");
}

#[test]
fn words_are_found_in_the_text_and_typing_goes_on_there() {
    let mut desk = desk();
    desk.press("rThe parcel is late. Parcels are rarely late.<C-f>late")
        .shows("1/2")
        .press("<Enter>")
        .shows("2/2");
    desk.press("<Up>").shows("1/2").press("zz").shows("not found").press("<BS><BS>").shows("/2");
    desk.press("<Esc>on time");
    assert_eq!(kept(&mut desk, 1), "The parcel is on time. Parcels are rarely late.");
    desk.shows("Reply to");
}

#[test]
fn the_buyers_sentences_are_chosen_and_stand_in_the_reply_as_its_language_quotes() {
    let mut desk = desk();
    // The German message is the third line of the queue.
    desk.press("jjrGuten Tag,<C-q>")
        .shows("□ Die Lampe ist bis heute nicht da.")
        .shows("□ Wo bleibt das Paket?");
    desk.press(" ")
        .shows("■ Die Lampe")
        .press(" ")
        .shows("Sie schrieben: „Die Lampe ist bis heute nicht da. Wo bleibt");
    desk.press("<Enter>wir haben");
    let text =
        "Guten Tag,\n\nSie schrieben: „Die Lampe ist bis heute nicht da. Wo bleibt das Paket?“\n\nwir haben";
    let case = desk.store.queue(None, 9, &kesu::store::Filter::default(), desk.now).unwrap()[2].id.0;
    assert_eq!(kept(&mut desk, case), text);
    desk.press("<C-z><C-z><C-z><C-z><C-z><C-z><C-z><C-z><C-z><C-z>");
    assert_eq!(kept(&mut desk, case), "Guten Tag,", "a quotation is one step");
    desk.press("<Esc>jr<C-q>").shows("You wrote: “The right side");
}

#[test]
fn a_claim_without_words_of_the_buyer_has_nothing_to_quote() {
    let mut desk = desk();
    desk.press("jr<C-q>").shows("The buyer wrote nothing").press("x").shows_no("The buyer wrote nothing");
}

#[test]
fn earlier_replies_of_the_case_and_the_buyers_other_cases_are_read_and_taken_over() {
    let mut desk = Desk::new(Lang::En, WIDE, post::claimant);
    desk.press("r<C-b>").shows("Nobody has written to this buyer yet.");
    desk.press("We have asked UPS.<Enter>It will be there soon.<F6>").shows("marked as sent");
    // Another case of the same buyer.
    desk.press("<Esc>").press("<End>r<C-b>").shows("#").shows("It will be there soon.");
    desk.press("<Enter>").shows("We have asked UPS.").press("<Esc>").shows("earlier replies (PDT) · 1");
    desk.press("<Enter><C-y>");
    let rows = desk.store.queue(None, 9, &kesu::store::Filter::default(), desk.now).unwrap();
    let claim = rows.iter().find(|row| row.order_id.as_deref() == Some("113-7000003-7000003"));
    let case = claim.unwrap().id.0;
    assert_eq!(kept(&mut desk, case), "We have asked UPS.\nIt will be there soon.\n\n");
}

#[test]
fn an_undone_reply_is_no_earlier_reply_and_the_newest_comes_first() {
    let mut desk = desk();
    desk.press("rThe first.<F6>").wait(SignedDuration::from_mins(1)).press("rThe second.<F6>");
    desk.press("b");
    let screen = desk.screen();
    assert!(screen.find("The second.").unwrap() < screen.find("The first.").unwrap(), "{screen}");
    desk.press("<Esc>u").shows("undone").press("b").shows_no("The second.").shows("The first.");
    desk.press("y").shows("Open the reply first");
}

#[test]
fn the_template_beside_the_reply_says_how_much_is_personal_before_and_after_it_is_sent() {
    let mut desk = desk();
    desk.press("tmoved<Enter>Your carrier called us today.<C-d>").shows("5 words added · 0 left out");
    desk.shows("{+Your carrier called us today.+}").press("<Esc><F6>");
    for _ in 0..10 {
        if desk.screen().contains("for example") {
            desk.press("13 October<Enter>");
        }
    }
    desk.shows("marked as sent").press("d").shows("{+Your carrier called us today.+}").shows("5 words added");
    desk.shows("% personal").press("<Esc>").shows_no("earlier replies").shows("stopped");
    let mut plain = Desk::new(Lang::Zh, NARROW, morning);
    plain.press("r自己写的<C-d>").shows("个性化内容占 100% · 增加 4 词 · 删去 0 词").shows("未使用模板");
}

#[test]
fn a_long_comparison_and_a_long_earlier_reply_are_read_to_their_last_line_and_back() {
    let mut desk = desk();
    let lines: Vec<String> = (1..=60).map(|line| format!("Row {line} of it.")).collect();
    desk.press("r").paste(&lines.join("\n")).press("<C-d>").shows("Row 1 of it.").press("<End>");
    desk.shows("Row 60 of it.")
        .press("<Up>")
        .shows_no("Row 60 of it.")
        .press("<Esc><F6>")
        .press("b<Enter><End>");
    desk.shows("Row 60 of it.")
        .press("<PgUp>")
        .shows_no("Row 60 of it.")
        .press("<Home>")
        .shows("Row 1 of it.");
}

#[test]
fn the_count_of_the_reply_warns_near_the_limit_and_says_when_it_is_too_long() {
    let mut desk = desk();
    desk.press("r").paste(&"a".repeat(1_799)).shows("1799/2000 characters (API)").shows_no("▲ 1799");
    desk.press("b").shows("▲ 1800/2000");
    desk.paste(&"c".repeat(200)).shows("▲ 2000/2000").press("👍").shows("✗ too long 2001/2000");
    // An answer in a claim has no documented limit.
    desk.press("<Esc>jrHello you, 客诉").shows("13 characters · 4 words · 15 cells").shows_no("/2000");
}

#[test]
fn a_template_and_its_addition_are_counted_together() {
    let mut desk = desk();
    desk.press("tmoved<Enter>").press("x<F5>");
    for _ in 0..10 {
        if desk.screen().contains("for example") {
            desk.press("13 October<Enter>");
        }
    }
    let letters = desk.copied[0].chars().count();
    // What was said of the copy takes one line once a key is pressed.
    desk.press("<Left>").shows(&format!(" {letters}/2000 characters"));
}

/// Where the caret is drawn.
fn caret(desk: &mut Desk) -> Position {
    desk.caret()
}

#[test]
fn the_caret_stands_behind_what_was_typed_in_any_script() {
    let mut desk = desk();
    desk.press("r");
    let start = caret(&mut desk);
    for (text, cells) in [("ab", 2), ("客诉", 4), ("👨‍👩‍👧‍👦", 2), ("e\u{301}", 1), ("ｶﾞ", 3), ("한", 2)]
    {
        let before = caret(&mut desk);
        desk.press(text);
        let after = caret(&mut desk);
        assert_eq!((after.x - before.x, after.y), (cells, before.y), "{text:?}");
    }
    for (text, cells) in [("한", 2), ("ｶﾞ", 3), ("e\u{301}", 1), ("👨‍👩‍👧‍👦", 2), ("诉", 2), ("客", 2)]
    {
        let before = caret(&mut desk);
        desk.press("<Left>");
        assert_eq!(before.x - caret(&mut desk).x, cells, "{text:?}");
    }
    desk.press("<Home>");
    assert_eq!(caret(&mut desk), start);
}

#[test]
fn the_caret_is_in_sight_on_a_full_row_in_long_lines_and_scrolled() {
    let mut desk = desk();
    // Within the frame a row has 77 cells and a free column.
    desk.press("r").press(&"客".repeat(38));
    let full = caret(&mut desk);
    assert_eq!(full.x, 1 + 76);
    desk.press("a");
    assert_eq!(caret(&mut desk), Position::new(full.x + 1, full.y), "in the free column");
    desk.press("诉");
    assert_eq!(caret(&mut desk), Position::new(3, full.y + 1));
    desk.press(&"客".repeat(38 * 20));
    let low = caret(&mut desk);
    assert!(low.y <= 20 && low.y > full.y, "{low:?}");
    desk.press("<C-Home>");
    assert_eq!(caret(&mut desk), Position::new(1, full.y));
    desk.press("<C-End><Up><Up><Up>").press("<C-Home>").shows("客客客");
}

#[test]
fn a_draft_survives_leaving_another_reply_and_coming_back() {
    let mut desk = desk();
    desk.press("rmine<Esc>jrother<Esc>").press("<Home>r").shows("mine").shows_no("other");
    desk.press("<Esc>jr").shows("other").shows_no("mine");
    assert_eq!((kept(&mut desk, 1), kept(&mut desk, 2)), ("mine".into(), "other".into()));
}

#[test]
fn a_draft_survives_an_import_that_comes_while_it_is_written() {
    let mut desk = desk();
    desk.press("rhalf a sen");
    let now = desk.now;
    new_mail(&mut desk.store, now, "Any news?");
    desk.wait(SignedDuration::from_mins(2)).press("tence");
    assert_eq!(kept(&mut desk, 1), "half a sentence");
    desk.press("<Esc>").wait(SignedDuration::from_mins(2)).press("<Home>r").shows("half a sentence");
}

#[test]
fn a_draft_survives_the_archive_and_the_mail_that_opens_the_case_again() {
    let mut desk = desk();
    desk.press("rbegun").press("<F8>sg").shows("archived");
    assert_eq!(kept(&mut desk, 1), "begun");
    let now = desk.now + SignedDuration::from_hours(1);
    new_mail(&mut desk.store, now, "It is still not here, please help.");
    desk.wait(SignedDuration::from_hours(1)).press("<Esc>").wait(SignedDuration::from_mins(2));
    desk.shows(FIRST);
    let rows = desk.store.queue(None, 9, &kesu::store::Filter::default(), desk.now).unwrap();
    let at = rows.iter().position(|row| row.order_id.as_deref() == Some(FIRST)).unwrap();
    desk.press("<Home>").press(&"j".repeat(at)).press("r").shows("begun");
}

#[test]
fn a_draft_survives_another_template_and_words_stay_around_it() {
    let mut desk = desk();
    desk.press("tmoved<Enter>mine<F2>").press("<Down><Enter>").shows("mine");
    assert_eq!(kept(&mut desk, 1), "mine");
}

#[test]
fn a_sent_reply_that_is_undone_is_a_draft_again_with_its_template() {
    let mut desk = desk();
    desk.press("rshort and kind<F6>").shows("marked as sent");
    assert_eq!(kept(&mut desk, 1), "");
    desk.press("u").shows("undone").press("r").shows("short and kind");
    assert_eq!(kept(&mut desk, 1), "short and kind");
}

#[test]
fn a_new_draft_stays_and_the_undo_of_the_reply_before_puts_its_words_behind() {
    let mut desk = desk();
    desk.press("rfirst<F6>").shows("marked as sent").press("rsecond<Esc>u").shows("undone");
    assert_eq!(kept(&mut desk, 1), "second\n\nfirst");
}

#[test]
fn what_the_editor_brings_back_is_one_step_even_over_a_long_text() {
    let mut desk = desk();
    desk.editor = |text| format!("Sehr {} Ende", text.replace('a', "ä"));
    desk.press("r").paste(&"das war alles\n".repeat(2_000)).press("<F4>").shows("Ende");
    desk.press("<C-z>");
    assert_eq!(kept(&mut desk, 1), "das war alles\n".repeat(2_000));
}

#[test]
fn a_reply_that_could_not_be_sent_is_still_there() {
    let mut desk = desk();
    desk.press("rwords");
    let problem = kesu::problem::Problem::new(kesu::problem::Exit::Failed, ["disk", "磁盘"], ["", ""]);
    let wanted = kesu::tui::job::Wanted::Sent;
    let effects = desk.tell(kesu::tui::job::Done::Failed { wanted, problem });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Quit)));
    desk.shows("words").wait(SignedDuration::from_secs(3));
    assert_eq!(kept(&mut desk, 1), "words");
}

#[test]
fn the_keys_of_the_text_are_in_the_help_in_both_languages() {
    for (lang, words) in [(Lang::En, "quote the buyer"), (Lang::Zh, "引用买家原文")] {
        let mut desk = Desk::new(lang, NARROW, morning);
        desk.press("r<F1>").shows(words).shows("Ctrl-Q").shows("Ctrl-Z");
    }
    let strokes = keymap::keys(Scope::Compose).iter().filter(|(action, _)| action.stroke().is_some()).count();
    assert_eq!(strokes, 6);
    assert!(keymap::keys(Scope::Compose).iter().any(|(action, _)| *action == Action::Find));
}

#[test]
fn an_amazon_copy_of_a_reply_written_here_is_not_listed_twice() {
    let mut desk = desk();
    let draft = ReplyDraft { addition: "We looked into it.".into(), ..ReplyDraft::default() };
    let now = desk.now;
    desk.store.sent(CaseId(1), "We looked\ninto it.", &draft, now).unwrap();
    let replies = desk.store.replies(CaseId(1), now).unwrap();
    assert_eq!(replies.len(), 1);
    assert!(replies[0].written_here);
    desk.store.archive(CaseId(1), Outcome::Satisfied, Some(RootCause::Service), now).unwrap();
    assert_eq!(desk.store.replies(CaseId(1), now).unwrap().len(), 1, "an archived case counts as well");
}

#[test]
fn a_value_typed_for_the_template_is_judged_as_it_is_typed_and_corrected_later() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("ttracking known<Enter><F5>").shows("carrier").press("DHL<Enter>").shows("tracking number");
    desk.press("00340434161094042558").shows("✗ invalid · ").press("<Enter>").shows("delivery date");
    desk.press("soon<Enter>").shows("`soon` is no day. write it like 2026-10-16");
    desk.press("<C-u>16.10.2026").shows("→ October 16, 2026").press("<Enter>");
    desk.shows("T01").shows("you typed it for the template: Esc, then Alt-V");
    assert!(desk.copied.is_empty());
    desk.press("<Esc><A-v>").shows("DHL").press("<Enter>").shows("00340434161094042558").press("<BS>7");
    desk.shows("✓ valid · ")
        .shows("https://www.dhl.de/")
        .press("<Enter><Enter>")
        .shows_no("T01")
        .press("<F5>")
        .shows("copied by");
    assert!(desk.copied[0].contains("DHL, tracking number 00340434161094042557"), "{}", desk.copied[0]);
    assert!(desk.copied[0].contains("by October 16, 2026"), "{}", desk.copied[0]);
}

#[test]
fn an_amount_is_read_in_the_orders_money_before_anything_leaves() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("tpartial refund<Enter><F5>").shows("partial refund").shows("for example 8.00 USD");
    desk.press("abc<Enter>")
        .shows("`abc` is not an amount")
        .press("<C-u>0<Enter>")
        .shows("no amount above nothing");
    assert!(desk.copied.is_empty());
    desk.press("<C-u>８.5").shows("→ $8.50").press("<Enter>").shows("copied by");
    assert!(desk.copied[0].contains("$8.50"), "{}", desk.copied[0]);
    // What the case knows itself comes back where nothing is typed any more.
    desk.press("<A-v>").shows("８.5").press("<C-u><Enter>").shows("nothing is typed yet");
}

#[test]
fn no_more_is_refunded_than_the_order_came_to() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("tfull refund<Enter><F5>").shows("full refund").press("9999<Enter>");
    desk.shows("`9999` is more than the order came to").press("<Esc>");
    assert!(desk.copied.is_empty());
}

#[test]
fn values_say_how_many_there_are_and_take_several_lines_as_one() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("ttracking known<Enter><F5>").shows("· 1 of 3").paste("DHL\nPaket").shows("DHL Paket");
    desk.press("<Enter>").shows("· 2 of 3").press("00340434161094042557<Enter>").shows("· 3 of 3");
}

#[test]
fn a_key_with_nothing_behind_it_is_no_error() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("r<A-n>").shows("✓ The rules object to nothing.");
    desk.press("<A-v>").shows("This template asks for nothing.");
    desk.press("<C-b>").shows("✓ Nobody has written to this buyer yet.");
}

#[test]
fn what_another_window_types_into_the_same_reply_follows_what_is_typed_here() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let mut desk = Desk::on_file(Lang::En, NARROW, &path, None, morning);
    let mut other = Store::open(&path, shipped_policy().unwrap()).unwrap();
    desk.press("rSorry");
    assert_eq!(kept(&mut desk, 1), "Sorry");
    let base = ReplyDraft { addition: "Sorry".into(), ..ReplyDraft::default() };
    let theirs = ReplyDraft { addition: "Sorry\nIt leaves today.".into(), ..base.clone() };
    other.save_draft(CaseId(1), &theirs, &base, desk.now).unwrap();
    desk.press(", Ada").wait(SignedDuration::from_secs(1));
    desk.shows("Another window changed this reply").shows("It leaves today.");
    desk.press("!");
    assert_eq!(kept(&mut desk, 1), "Sorry, Ada!\n\nIt leaves today.");
}
