//! Hostile words from buyers and spreadsheets on every screen: nothing forbidden in a cell, every border in its place.

#![allow(clippy::format_collect, clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kesu::domain::record::{Fact, FeedbackLine, ReportKind, ReturnLine, Row};
use kesu::domain::{Kind, Marketplace};
use kesu::i18n::Lang;
use kesu::store::Store;
use ratatui::buffer::Buffer;
use support::{Desk, post};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One text for every way in which words attack a screen.
const WORDS: &[&str] = &[
    "nul\u{0}bel\u{7}back\u{8}\u{8}space\u{7f}",
    "refund denied\rrefund granted",
    "one\ttwo\t\t\tthree\u{b}four\u{c}five",
    "\u{1b}[2J\u{1b}[Hall gone",
    "\u{1b}[?1049l\u{1b}[?25l\u{1b}[8mhidden",
    "\u{1b}]0;sudo password:\u{7}title",
    "\u{1b}]52;c;ZXZpbA==\u{1b}\\clipboard",
    "\u{1b}]8;;https://evil.example/\u{1b}\\amazon.com\u{1b}]8;;\u{1b}\\",
    "\u{1b}Pq#0~-\u{1b}\\sixel\u{1b}_Ga=T;AAAA\u{1b}\\",
    "\u{1b}[201~:!rm -r x",
    "\u{1b}c\u{1b}(0lqqk",
    "never ends \u{1b}]0;",
    "\u{9b}31mred\u{9d}52;c;eA==\u{9c}\u{85}\u{90}",
    "Refund \u{202e}00.999$\u{202c} \u{2067}order\u{2069} \u{200f}\u{61c}5",
    "re\u{200b}fu\u{2060}nd\u{feff} \u{ad}\u{3164}\u{115f}\u{ffa0}",
    "hi\u{e0069}\u{e0067}\u{e006e}\u{e007f} a\u{e0100}\u{e0101}\u{e0102}",
    "line\u{2028}paragraph\u{2029}end \u{fff9}x\u{fffa}y\u{fffb}",
    "Z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{30c}\u{30d}\u{30e}algo",
    "\u{301}\u{20e3}marks first",
    "👨\u{200d}👩\u{200d}👧 🏴\u{e0067}\u{e0062}\u{e007f} 👍🏽 1\u{fe0f}\u{20e3} ❤\u{fe0f} 🇯🇵🇯",
    "क\u{94d}\u{200d}षि می\u{200c}خواهم ก้ำ 각",
    "漢字だけの長い文章がここにありますので行の終わりで半分にならないことを確かめます漢字漢字漢字漢字",
    "ｶﾞｷﾞ 葛\u{e0100}飾 ガ",
    "﷽﷽﷽ 𒀱𒐫 ¡—…●★",
    "\u{e000}\u{f8ff}\u{10fffe}\u{fdd0}private",
    "&#27;[31m &#x202E; %1b \\u001b ^[ ␛ =?utf-8?B?G1s=?=",
    "[red]bold[/] {{ order }} {% raw %} %s %n ${HOME} `id`",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE cases;-- \" OR NEAR( * ^",
    "✓#99 · ╭───╮ │ ▲ 3 late ✗ NOT SAVED",
];

/// Stands on its own list, so that a hole in the program's list shows.
fn forbidden(letter: char) -> bool {
    let code = u32::from(letter);
    let ranges = [
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x180B, 0x180F),
        (0xFE00, 0xFE0F),
        (0xFFF0, 0xFFFB),
        (0xE000, 0xF8FF),
        (0xFDD0, 0xFDEF),
        (0xE0000, 0x0010_FFFF),
        (0x2028, 0x2029),
        (0x200E, 0x200F),
    ];
    let single = [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x200B, 0x3164, 0xFEFF, 0xFFA0];
    letter.is_control()
        || single.contains(&code)
        || ranges.iter().any(|(from, to)| (*from..=*to).contains(&code))
}

/// Every cell harmless and inside, every box closed, the footer where it belongs.
#[track_caller]
fn assert_sound(desk: &Desk, place: &str) {
    let buffer = desk.buffer();
    let area = buffer.area;
    let screen = || support::text(&buffer);
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            let wrong = symbol.chars().find(|letter| forbidden(*letter));
            assert_eq!(wrong, None, "{place}: {symbol:?} at {x},{y}\n{}", screen());
            let marks = symbol.chars().filter(|letter| letter.width() == Some(0)).count();
            assert!(marks <= 8, "{place}: {marks} marks at {x},{y}");
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        assert_eq!(x, area.width, "{place}: line {y} sticks out\n{}", screen());
    }
    assert_boxes_closed(&buffer, place);
}

/// From each corner at the top left the sides go down to closed corners, save where another box lies over them. A
/// corner that a buyer wrote has no corner below it.
#[track_caller]
fn assert_boxes_closed(buffer: &Buffer, place: &str) {
    let at = |x: u16, y: u16| buffer[(x, y)].symbol();
    let area = buffer.area;
    let mut boxes = Vec::new();
    for (x, y) in area.positions().map(|corner| (corner.x, corner.y)).filter(|(x, y)| at(*x, *y) == "╭") {
        let Some(bottom) = (y + 1..area.height).find(|below| at(x, *below) == "╰") else { continue };
        let right = (x + 1..area.width).rfind(|right| at(*right, bottom) == "╯");
        boxes.push((x, y, right.unwrap_or_else(|| panic!("{place}\n{}", support::text(buffer))), bottom));
    }
    for one in &boxes {
        let (x, y, right, bottom) = *one;
        let covered = |x: u16, y: u16| {
            boxes.iter().any(|other| {
                other != one && (other.0..=other.2).contains(&x) && (other.1..=other.3).contains(&y)
            })
        };
        assert!(at(right, y) == "╮" || covered(right, y), "{place}\n{}", support::text(buffer));
        for (side, y) in (y + 1..bottom).flat_map(|y| [(x, y), (right, y)]) {
            assert!(at(side, y) == "│" || covered(side, y), "{place}: {side},{y}\n{}", support::text(buffer));
        }
    }
}

/// A header word that carries any text.
fn encoded(words: &str) -> String {
    words.chars().take(40).fold(String::new(), |mut header, letter| {
        let bytes: String =
            letter.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("={byte:02X}")).collect();
        let _ = write!(header, "=?utf-8?Q?{bytes}?= ");
        header
    })
}

fn order_id(at: usize) -> String {
    format!("113-{:07}-{:07}", 5_550_000 + at, 2_220_000 + at)
}

/// A mail whose name, subject and body are these words.
fn mail(now: Timestamp, at: usize, words: &str) -> String {
    let order = order_id(at);
    let plain = post::message(now, 3, Marketplace::Us, &order, "Ann Lee", words);
    let name = encoded(words);
    plain
        .replace("\"Ann Lee - Amazon Marketplace\" <annlee0@", &format!("{name}<x{at}@"))
        .replace("<annlee-3-", &format!("<{at}-"))
        .replace("customer Ann Lee (Order", &format!("customer {name} (Order"))
}

/// What reports say about the same order.
fn rows(now: Timestamp, at: usize, words: &str) -> Vec<Row> {
    let (order_id, said) = (order_id(at), || Some(words.to_owned()));
    let day = now.to_zoned(TimeZone::UTC).date();
    let make = |report, fact| Row {
        line: 2,
        report,
        key: order_id.clone(),
        columns: [("Comments".to_owned(), words.to_owned())].into(),
        marketplace: Some(Marketplace::Us),
        fact,
    };
    let feedback = FeedbackLine {
        order_id: order_id.clone(),
        on: day,
        rating: 1,
        comment: words.to_owned(),
        response: said(),
        kind: Kind::Other,
        language: None,
    };
    let returned = ReturnLine {
        order_id: order_id.clone(),
        sku: said(),
        asin: None,
        name: said(),
        on: day,
        reason: words.to_owned(),
        code: "DEFECTIVE".to_owned(),
        kind: Kind::Defective,
        comment: said(),
        status: said(),
        rma: said(),
        resolution: said(),
        order_amount: Some(post::usd(5_990)),
        refunded: None,
        received: None,
        atoz: false,
        settled: false,
    };
    vec![
        post::order(now, 9, Marketplace::Us, &order_id, "SKU-1", words, 4_899, "Shipped"),
        make(ReportKind::Feedback, Fact::Feedback(feedback)),
        make(ReportKind::MfnReturns, Fact::MfnReturn(returned.clone())),
        make(ReportKind::FbaReturns, Fact::FbaReturn(returned)),
    ]
}

fn fill(store: &mut Store, now: Timestamp, words: &[&str]) {
    let numbered = || words.iter().enumerate();
    let mails: Vec<_> = numbered().map(|(at, words)| mail(now, at, words)).collect();
    let rows: Vec<_> = numbered().flat_map(|(at, words)| rows(now, at, words)).collect();
    post::bring(store, now, &mails, &rows);
}

/// Walks through every screen of the case under the cursor, a hostile text pasted where text is typed.
fn walk(desk: &mut Desk, words: &str) {
    let steps = [
        ("queue", ""),
        ("case", "<Enter>"),
        ("page", "<PgDn>"),
        ("end of the case", "<End>"),
        ("reply", "r"),
        ("typed", "PASTE"),
        ("top of the text", "<Home>"),
        ("templates", "<F2>"),
        ("template by name", "PASTE"),
        ("templates again", "<Esc><F2>"),
        ("taken", "<Enter>"),
        ("value", "PASTE"),
        ("reply with template", "<Esc>"),
        ("copied", "<F5>"),
        ("keys", "<F1>"),
        ("offer", "<Esc><Esc><Esc>o"),
        ("amount", "PASTE"),
        ("offer refused", "<Enter>"),
        ("archive", "<Esc>a"),
        ("cause", "s"),
        ("queue again", "<Esc><Esc><Esc><Esc>"),
        ("filter", "/PASTE"),
        ("filtered", "<Enter>"),
        ("all", "<Esc><Esc>"),
        ("import", "iPASTE"),
        ("imported", "<Enter>"),
        ("left", "<Esc><Esc>"),
    ];
    for (place, keys) in steps {
        let (typed, pasted) = keys.split_once("PASTE").map_or((keys, false), |(typed, _)| (typed, true));
        desk.press(typed);
        if pasted {
            desk.paste(words);
        }
        assert_sound(desk, &format!("{place} with {words:?}"));
    }
}

#[test]
fn whatever_buyers_and_spreadsheets_say_no_screen_shows_anything_forbidden() {
    for lang in [Lang::En, Lang::Zh] {
        for size in [(80, 24), (120, 40)] {
            let mut desk = Desk::new(lang, size, |store, now| fill(store, now, WORDS));
            for (at, words) in WORDS.iter().enumerate() {
                // The message, the feedback and the return of this order.
                desk.press("/").paste(&order_id(at)).press("<Enter><Home>").shows(&order_id(at));
                walk(&mut desk, words);
            }
        }
    }
}

#[test]
fn what_is_pasted_into_a_reply_is_what_is_seen_and_sent() {
    let mut desk = Desk::new(Lang::En, (80, 24), post::morning);
    desk.press("r").paste("re\u{200b}fund\u{e0069}\u{202e} \u{1b}[31mtoday\u{115f}\r\n\tThanks");
    // A terminal without bracketed paste sends the same as keys.
    desk.press("\u{202e}\u{e0069}\u{feff}!");
    desk.shows("refund today").press("<F5>");
    assert_eq!(desk.copied.len(), 1);
    assert!(desk.copied[0].contains("refund today\n    Thanks!"), "{:?}", desk.copied[0]);
    assert_eq!(desk.copied[0].chars().find(|letter| *letter != '\n' && forbidden(*letter)), None);
}

/// How many screens a case has, paged through to its end.
fn pages(desk: &mut Desk) -> usize {
    let mut pages = 1;
    let mut before = desk.screen();
    while desk.press("<PgDn>").screen() != before {
        before = desk.screen();
        pages += 1;
        assert!(pages < 1_000, "no end in sight");
    }
    pages
}

#[test]
fn a_monstrous_text_has_an_end_on_screen_and_is_whole_in_the_store() {
    let monsters = [
        "A".repeat(1_000_000),
        "\n.".repeat(100_000),
        format!("x{}y", "\u{301}".repeat(100_000)),
        "漢".repeat(200_000),
    ];
    for monster in &monsters {
        let mut desk = Desk::new(Lang::En, (80, 24), |store, now| fill(store, now, &[monster]));
        // The queue shows the line and the preview; the case is laid out to so many lines and no further.
        assert_sound(&desk, "queue");
        desk.press("<Enter>");
        let pages = pages(&mut desk);
        assert!(pages <= 4_200 / 20, "{pages} pages are laid out at every frame");
        assert_sound(&desk, "end of the case");
        desk.press("r");
        assert_sound(&desk, "reply");
    }
}
