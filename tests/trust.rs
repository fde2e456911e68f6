//! What a buyer's text cannot do to the terminal: every class of hostile text, then arbitrary text.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use kesu::safe_text::{self, SafeText};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

fn shown(text: &str) -> String {
    safe_text::line(text, 80).into_string()
}

fn hidden(text: &str) -> usize {
    safe_text::line(text, 80).hidden()
}

/// Stands on its own list of what is forbidden, so that a hole in the program's list shows.
fn forbidden(c: char) -> bool {
    let code = u32::from(c);
    let control = c.is_control() && c != '\n';
    let bidi = [0x61C, 0x200E, 0x200F].contains(&code)
        || (0x202A..=0x202E).contains(&code)
        || (0x2066..=0x2069).contains(&code);
    let blank = [0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x200B, 0x2028, 0x2029, 0x3164, 0xFEFF, 0xFFA0]
        .contains(&code);
    let format = (0x2060..=0x206F).contains(&code)
        || (0xFFF0..=0xFFFB).contains(&code)
        || (0x180B..=0x180F).contains(&code);
    let selector = (0xFE00..=0xFE0F).contains(&code) || (0xE0000..=0xE0FFF).contains(&code);
    let private = (0xE000..=0xF8FF).contains(&code) || code >= 0xF0000 || code & 0xFFFE == 0xFFFE;
    control || bidi || blank || format || selector || private
}

/// The cells that a text takes when it is drawn. Not the width the library states: for half-width Japanese they differ.
fn drawn_cells(text: &str) -> usize {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 1));
    buffer.set_stringn(0, 0, text, 200, Style::new()).0.into()
}

fn assert_harmless(safe: &SafeText, what: &str) {
    assert_eq!(safe.chars().find(|c| forbidden(*c)), None, "{what:?} became {:?}", safe.as_str());
    for one in safe.graphemes(true) {
        let marks = one.chars().filter(|c| c.width() == Some(0)).count();
        assert!(
            marks <= 8 && one.len() <= 64 + 8,
            "{what:?}: {marks} marks, {} bytes in one character",
            one.len()
        );
    }
    let first = safe.chars().next();
    assert!(
        first.is_none_or(|c| c == '\n' || c.width() != Some(0)),
        "{what:?} attaches to what stands before it"
    );
}

#[test]
fn sequences_that_drive_a_terminal_are_shown_as_text() {
    for (raw, safe) in [
        ("\u{1b}[2Jx", "␛[2Jx"),
        ("\u{1b}]52;c;cm0K\u{7}", "␛]52;c;cm0K␇"),
        ("\u{1b}]0;root\u{1b}\\", "␛]0;root␛\\"),
        ("\u{1b}P$q\u{1b}\\", "␛P$q␛\\"),
        ("\u{9b}31m\u{9d}52;c;eA==\u{9c}", "\u{FFFD}31m\u{FFFD}52;c;eA==\u{FFFD}"),
        ("a\u{0}b\u{8}c\u{7f}", "a␀b␈c␡"),
        ("\u{201}\u{1b}[201~:q", "\u{201}␛[201~:q"),
        ("^[[31m &#27; %1b \\u001b ␛", "^[[31m &#27; %1b \\u001b ␛"),
    ] {
        assert_eq!(shown(raw), safe);
    }
}

#[test]
fn a_carriage_return_cannot_overwrite_what_stands_before_it() {
    assert_eq!(shown("refund denied\rrefund granted"), "refund denied⏎refund granted");
}

#[test]
fn text_reads_in_the_order_in_which_it_is_stored() {
    assert_eq!(
        (shown("Refund \u{202e}00.001$\u{202c}").as_str(), hidden("\u{202e}00.001$\u{202c}")),
        ("Refund 00.001$", 2)
    );
    assert_eq!(shown("\u{2067}order\u{2069} \u{61c}5"), "order 5");
    assert_eq!(hidden(&format!("a{}b", "\u{200e}".repeat(2_000))), 2_000);
}

#[test]
fn nothing_hides_between_letters() {
    for hiding in [
        "re\u{200b}fund",
        "re\u{200d}fund",
        "re\u{200c}fund",
        "re\u{ad}fund",
        "re\u{2060}fund",
        "re\u{feff}fund",
        "re\u{3164}fund",
    ] {
        assert_eq!((shown(hiding).as_str(), hidden(hiding)), ("refund", 1), "{hiding:?}");
    }
    assert_eq!((shown("hi\u{e0069}\u{e0067}").as_str(), hidden("hi\u{e0069}\u{e0067}")), ("hi", 2));
    let smuggled: String = (0xE0100..0xE0140).filter_map(char::from_u32).collect();
    assert_eq!((shown(&format!("a{smuggled}")).as_str(), hidden(&format!("a{smuggled}"))), ("a", 63));
}

#[test]
fn scripts_that_need_joiners_keep_them() {
    for honest in ["क\u{94d}\u{200d}षि", "می\u{200c}خواهم", "e\u{323}\u{302}", "ก้ำ", "ｶﾞｷﾞ", "각", "가"]
    {
        assert_eq!((shown(honest).as_str(), hidden(honest)), (honest, 0));
    }
}

#[test]
fn of_an_emoji_sequence_the_first_picture_is_drawn() {
    for (raw, safe) in [
        ("👨\u{200d}👩\u{200d}👧\u{200d}👦 ok", "👨 ok"),
        ("👍🏽!", "👍!"),
        ("❤\u{fe0f} x", "❤ x"),
        ("⌚\u{fe0e}x", "⌚x"),
        ("1\u{fe0f}\u{20e3}", "1\u{20e3}"),
        ("🇯🇵 🇯", "🇯🇵 🇯"),
        ("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}!", "🏴!"),
        ("葛\u{e0100}飾", "葛飾"),
    ] {
        assert_eq!((shown(raw).as_str(), hidden(raw)), (safe, 0));
    }
}

#[test]
fn a_letter_carries_at_most_eight_marks() {
    let zalgo = format!("H{}elp", "\u{301}".repeat(60));
    assert_eq!((shown(&zalgo), hidden(&zalgo)), (format!("H{}elp", "\u{301}".repeat(8)), 52));
    let joined = format!("क{}", "\u{200d}".repeat(5_000));
    assert!(shown(&joined).chars().count() <= 10);
}

#[test]
fn a_mark_without_a_letter_gets_a_circle_to_sit_on() {
    assert_eq!(shown("\u{301}abc"), "◌\u{301}abc");
    assert_eq!(safe_text::block("a\n\u{301}b").as_str(), "a\n◌\u{301}b");
    assert_eq!(shown("\u{11a8}"), "\u{FFFD}", "the end of a Korean syllable has no circle");
}

#[test]
fn private_characters_show_that_there_is_something_unreadable() {
    assert_eq!(
        (shown("\u{e000}\u{10fffe}\u{fdd0}").as_str(), hidden("\u{e000}")),
        ("\u{FFFD}\u{FFFD}\u{FFFD}", 1)
    );
}

#[test]
fn a_monstrous_text_costs_what_is_shown() {
    let marks = format!("x{}", "\u{301}".repeat(100_000));
    let begun = std::time::Instant::now();
    for monster in
        ["A".repeat(1_000_000), "\n".repeat(100_000), marks, "漢".repeat(300_000), "\u{200e}".repeat(300_000)]
    {
        for _ in 0..4 {
            assert!(safe_text::line(&monster, 80).cells() <= 80);
            assert!(safe_text::lines(&monster, 80).take(4).count() <= 4);
        }
    }
    // Far more than it takes on a busy machine, far less than a square of these lengths would.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// Text as an attacker writes it: ordinary letters mixed with what the rule is about.
fn hostile() -> impl Strategy<Value = String> {
    let spicy = prop::sample::select(vec![
        "\u{1b}[",
        "\u{9b}",
        "\r\n",
        "\t",
        "\u{202e}",
        "\u{200d}",
        "\u{200c}",
        "\u{301}",
        "\u{fe0f}",
        "\u{e0100}",
        "👨",
        "👍🏽",
        "🇯",
        "क",
        "\u{94d}",
        "ि",
        "漢",
        "ᄀ",
        "ᅡ",
        "ᆨ",
        "ﾞ",
        "\u{600}",
        "ل",
        "ا",
        "\u{e000}",
        " ",
        "word",
        "。",
        "「",
        "\u{20e3}",
        "\u{e0067}",
        "\u{115f}",
        "ำ",
        "ﷺ",
        "…",
    ]);
    prop::collection::vec(
        prop_oneof![spicy.prop_map(str::to_owned), any::<char>().prop_map(String::from)],
        0..60,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_a_line_is_harmless_and_fits(text in hostile(), max_cells in 0_usize..90) {
        let safe = safe_text::line(&text, max_cells);
        assert_harmless(&safe, &text);
        prop_assert!(!safe.contains('\n'));
        let width = drawn_cells(&safe);
        prop_assert!(width <= max_cells, "{width} cells in {max_cells}");
        let padded = safe_text::pad(&text, max_cells).into_string();
        prop_assert_eq!(drawn_cells(&padded), max_cells);
        prop_assert_eq!(safe.clip(max_cells).into_string(), safe.into_string(), "safe text stays as it is");
    }

    #[test]
    fn whatever_is_written_every_wrapped_line_is_harmless_and_fits(text in hostile(), cells in 1_usize..40) {
        for line in safe_text::lines(&text, cells) {
            assert_harmless(&line, &text);
            prop_assert!(line.cells() <= cells, "{:?} is {} cells in {cells}", line.as_str(), line.cells());
        }
    }

    #[test]
    fn wrapping_loses_nothing_but_blanks(text in "[a-c客诉。「」 \n-]{0,80}", cells in 2_usize..20) {
        let solid = |text: &str| text.split_whitespace().collect::<String>();
        let wrapped: String = safe_text::lines(&text, cells).map(SafeText::into_string).collect();
        prop_assert_eq!(solid(&wrapped), solid(&text));
    }

    #[test]
    fn whatever_is_written_a_block_is_harmless(text in hostile()) {
        assert_harmless(&safe_text::block(&text), &text);
    }

    #[test]
    fn whatever_is_written_json_reads_back_and_is_harmless(text in hostile()) {
        let json = serde_json::to_string(&text).unwrap();
        let safe = safe_text::for_json(&json);
        prop_assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        prop_assert_eq!(safe.chars().find(|c| forbidden(*c)), None);
    }
}
