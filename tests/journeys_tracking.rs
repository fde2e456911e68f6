//! Tracking numbers by keys: the verdict while an offer is typed, the block and its reason, the proof of the playbook.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;

use kesu::domain::CaseId;
use kesu::domain::event::Deed;
use kesu::domain::evidence::Weakness;
use kesu::domain::view::CaseFile;
use kesu::i18n::Lang;
use support::Desk;
use support::post::morning;

const NARROW: (u16, u16) = (80, 24);

fn case(desk: &Desk) -> CaseFile {
    desk.store.case(CaseId(1), desk.now).unwrap().unwrap()
}

/// Why the last booked offer kept an invalid number.
fn reason(desk: &Desk) -> Option<String> {
    let deed = |deed: Deed| match deed {
        Deed::Offered { reason, .. } => Some(reason),
        _ => None,
    };
    case(desk).events.into_iter().rev().find_map(|event| deed(event.deed)).flatten()
}

#[test]
fn the_verdict_stands_under_the_number_while_it_is_typed() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("o<Up><Right><Right><Tab>").press("UPS<Enter>1Z5R8939035756").shows("· unknown");
    desk.press("7128").shows("✗ invalid · UPS").press("<BS>7").shows("✓ valid · UPS");
    desk.press("<C-u>RB123456785GB")
        .shows("✓ valid · UPU S10, Royal Mail")
        .shows("⚠ UPU S10's or Royal Mail's number, not UPS's");
    desk.press("<C-u>yt2600000000000123").shows("≈ plausible · YunExpress");
    desk.press("<C-u>LP00123456789012").shows("? looks like · Cainiao");
    desk.press("<C-u>1111111111").shows("✗ invalid · placeholder");
    desk.press("<Up><C-u>Royal Mail<Enter><C-u>RB123456785GB").shows_no("'s number, not");
    let mut chinese = Desk::new(Lang::Zh, NARROW, morning);
    chinese
        .press("o<Up><Right><Right><Tab>")
        .press("<Enter>１Ｚ５Ｒ８９３９０３５７５６７１２７")
        .shows("✓ 有效 · UPS");
    chinese.press("<C-u>YT2600000000000123").shows("≈ 格式相符 · YunExpress");
    chinese.press("<C-u>0000000000").shows("✗ 无效 · 占位号");
}

#[test]
fn a_number_of_another_carrier_is_told_and_an_empty_carrier_is_taken_from_the_number() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("o<Up><Right><Right><Tab>DHL<Enter>1Z5R89390357567127")
        .shows("✓ valid · UPS")
        .shows("⚠ UPS's number, not DHL's");
    desk.press("<Up><C-u><Enter>").shows("carrier        → UPS, by the number").shows_no("'s number, not");
    desk.press("<Enter><Enter>").shows("offer booked");
    assert_eq!(case(&desk).offers[0].carrier.as_deref(), Some("UPS"));
    // A warning blocks nothing, and a number of several carriers names none.
    desk.press("o<Up><Right><Right><Tab><Enter>RB123456785GB").shows_no("by the number");
    desk.press("<Up>DHL<Enter>").shows("Royal Mail's number, not DHL's").press("<Enter><Enter>");
    desk.shows("offer booked");
    let mut chinese = Desk::new(Lang::Zh, NARROW, morning);
    chinese.press("o<Up><Right><Right><Tab><Enter>1Z5R89390357567127").shows("→ UPS（按运单号）");
    chinese.press("<Up>DHL").shows("⚠ 是 UPS 的运单号，不是 DHL 的");
}

#[test]
fn an_invalid_number_is_not_booked_until_it_is_corrected() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("o<Up><Right><Right><Tab>UPS<Enter>1Z5R89390357567128<Enter><Enter>");
    desk.shows("tracking number 1Z5R89390357567128 is invalid: its check").shows("▸ kept because");
    assert!(case(&desk).offers.is_empty());
    // Enter without a reason leads to the end and is refused again.
    desk.press("<Enter><Enter>").shows("is invalid: its check").shows("▸ kept because");
    desk.press("<Up><BS>7").shows("✓ valid · UPS").shows_no("kept because");
    desk.press("<Enter><Enter>").shows("offer booked");
    assert_eq!(case(&desk).offers[0].tracking.as_deref(), Some("1Z5R89390357567127"));
    assert_eq!(reason(&desk), None);
}

#[test]
fn a_placeholder_is_booked_only_with_a_reason_that_stays_in_the_history() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("o<Up><Right><Right><Tab><Enter>0000000000<Enter><Enter>")
        .shows("0000000000 is a placeholder");
    desk.press("label comes tonight<Enter><Enter>").shows("offer booked");
    assert_eq!(reason(&desk).as_deref(), Some("label comes tonight"));
    desk.press("<Enter><PgDn>").shows("invalid no. kept: label comes").shows("tonight");
    let mut chinese = Desk::new(Lang::Zh, NARROW, morning);
    chinese
        .press("o<Up><Right><Right><Tab><Enter>9999999999<Enter><Enter>")
        .shows("9999999999 是占位号，不是运单号")
        .shows("▸ 保留理由");
    chinese.press("今晚出单号<Enter><Enter>").shows("补偿已登记");
    chinese.press("<Enter><PgDn>").shows("保留无效运单号：今晚出单号");
}

#[test]
fn what_stands_in_an_offer_that_was_closed_is_there_again_until_it_is_booked() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("o<Up><Right><Right><Tab>UPS<Enter>1Z5R89390357567128<Enter><Enter>").shows("▸ kept because");
    desk.press("label smudged<Esc>").shows_no("kept because");
    // Another case has a dialogue of its own.
    desk.press("<Down>o").shows_no("1Z5R").press("<Esc><Up>o");
    desk.shows("1Z5R89390357567128").shows("✗ invalid · UPS").shows("▸ kept because   label smudged");
    desk.press("<Enter><Enter>").shows("offer booked");
    assert_eq!(reason(&desk).as_deref(), Some("label smudged"));
    desk.press("o").shows("‹ partial refund ›").shows_no("1Z5R");
}

#[test]
fn a_mistyped_carrier_is_asked_back_and_one_without_known_formats_blocks_nothing() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("o<Up><Right><Right><Tab>FeedEx").shows("unknown carrier: did you mean FedEx?");
    desk.press("<C-u>Yamato").shows_no("unknown carrier");
    desk.press("<Enter>4771-7908-1231").shows("· unknown").press("<Enter><Enter>").shows("offer booked");
}

#[test]
fn a_proof_with_a_wrong_number_or_a_carrier_nobody_knows_is_weak_and_says_why() {
    let mut desk = Desk::new(Lang::En, NARROW, morning);
    desk.press("<Enter>p<Down>e").shows("note carrier and tracking number");
    desk.press("as the buyer says<Enter>FeedEx").shows("⚠ unknown carrier: did you mean FedEx?");
    desk.press("<Enter>986578788855").shows("✓ valid · FedEx Express").press("<Enter>1<Enter>");
    desk.shows("weak: nobody knows this carrier");
    desk.press("e<Enter><C-u>UPS<Enter><C-u>1Z5R89390357567128")
        .shows("✗ invalid · UPS")
        .press("<Enter>1<Enter>");
    desk.shows("weak: the number is invalid");
    let weak: Vec<_> = case(&desk).evidence.iter().map(|each| each.weak).collect();
    assert_eq!(weak, [Some(Weakness::UnknownCarrier), Some(Weakness::InvalidNumber)]);
    let mut chinese = Desk::new(Lang::Zh, NARROW, morning);
    chinese.press("<Enter>p<Down>e<Enter>Yunexpres").shows("未知承运商：是否想写 YunExpress？");
    chinese.press("<Enter>1111111111<Enter>1<Enter>").shows("弱证据：承运商名称无法识别");
}

#[test]
fn the_operators_own_carriers_count_in_the_offer_and_for_the_proofs() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    let own = folder.path().join("carriers.toml");
    let text = "[[carrier]]\nname = \"Hausbote\"\n[[carrier.format]]\nshape = \"HB(?<serial>[0-9]{7})(?<check>[0-9])\"\ncheck = \"luhn\"\n";
    fs::write(&own, text).unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, morning);
    desk.press("o<Up><Right><Right><Tab>Hausbote")
        .shows_no("unknown carrier")
        .press("<Enter>hb12345674")
        .shows("✓ valid · Hausbote");
    desk.press("<BS>5<Enter><Enter>").shows("its check digit is").press("<Esc>");
    desk.press("<Enter>p<Down>e<Enter>Hausbote<Enter>HB12345674<Enter>1<Enter>").shows_no("weak:");
    assert_eq!(case(&desk).evidence[0].weak, None);
    fs::write(&own, text.replace("luhn", "luhm")).unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, morning);
    desk.shows("carriers.toml, line 5: `luhm`");
}
