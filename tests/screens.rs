//! Every screen as text: empty, usual and too much, in both languages, narrow and wide.
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test --test screens`, then read the difference.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use jiff::Timestamp;
use kesu::domain::Marketplace;
use kesu::i18n::Lang;
use kesu::store::Store;
use support::{Desk, post};

const NARROW: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);

/// A long Chinese and German text, a name of forty letters, an order with twelve articles.
fn too_much(store: &mut Store, now: Timestamp) {
    let order = "303-9999999-9999999";
    let words = "键盘没有收到，请尽快退款。Der Paketbote hat es angeblich abgegeben, aber hier ist nichts! "
        .repeat(30);
    let mails = [post::message(
        now,
        700,
        Marketplace::De,
        order,
        "Wolfeschlegelsteinhausenbergerdorff Senior",
        &words,
    )];
    let rows: Vec<_> = (1..=12)
        .map(|at| {
            let name = "Schreibtischlampe mit sehr langem Namen, dimmbar, 2700 bis 6500 K, schwarz, mit USB"
                .repeat(2);
            post::order(
                now,
                40,
                Marketplace::De,
                order,
                &format!("LAMP-{at:02}-WITH-A-LONG-SKU"),
                &name,
                1_299,
                "Shipped",
            )
        })
        .collect();
    post::bring(store, now, &mails, &rows);
}

/// Two SKUs with notes, one of them long.
fn noted(store: &mut Store, now: Timestamp) {
    post::morning(store, now);
    let long = "A replacement costs 4.20 USD from the warehouse in Reno; ask for a picture first. 先请买家提供照片。".repeat(20);
    for (sku, policy, problem) in [
        ("KB-US-01", "Free replacement within 24 months.", "The Q key sticks after some weeks."),
        ("EB-US-7", "", &long),
    ] {
        let text = kesu::domain::note::NoteText {
            sku: sku.to_owned(),
            policy: policy.to_owned(),
            problem: problem.to_owned(),
        };
        store.save_note(&text, now).unwrap();
    }
}

/// A buyer who wrote twice, was answered once with a template and words of our own, and once without.
fn answered(store: &mut Store, now: Timestamp) {
    use kesu::domain::CaseId;
    use kesu::domain::view::ReplyDraft;
    post::morning(store, now);
    let ago = |hours| now - jiff::SignedDuration::from_hours(hours);
    let long = "The keyboard is still not here. I wrote to you on Monday! \"Soon\", you said.\nPlease send \
        a new one, or give me my money back. I have waited long enough, and my old keyboard has lost its Q.";
    let site = Marketplace::Us;
    let mails = [post::message(now, 20, site, "113-5550001-2220001", "Ann Lee", long)];
    post::bring(store, ago(19), &mails, &[]);
    let addition = "We called UPS: it lies in Reno.";
    let text = format!(
        "Hello Ann Lee,\n\nThank you for writing to us about the keyboard.\n\n{addition}\n\nKind regards"
    );
    let draft = ReplyDraft {
        template: Some("en/not-received-no-movement".into()),
        addition: addition.into(),
        ..ReplyDraft::default()
    };
    store.sent(CaseId(1), &text, &draft, ago(22)).unwrap();
    let second = "Hello Ann,\n\nwe looked again and found nothing new. More tomorrow.";
    let draft = ReplyDraft { addition: second.into(), ..ReplyDraft::default() };
    store.sent(CaseId(1), second, &draft, ago(18)).unwrap();
}

/// One story: its name, what is in the store, the keys that lead to the screen.
type Story = (&'static str, fn(&mut Store, Timestamp), &'static str);

/// A defective article in a risky category, and long words on a step of it.
const PROOFS: &str = "<Enter>ps33<Down><Down>eBuyer says 电路板发烫，闻到烧焦味，已停止使用 and so on and on, he wrote it three times, each time longer than before<Enter>\
    Deutsche Post DHL Group Sendungsverfolgung<Enter>00340434161094042557 00340434161094042557<Enter>5<Enter>";

/// A reply of 1,900 characters, the caret within its words.
const NEAR: &str = "<End>rEine lange Antwort mit 客诉 und 👨‍👩‍👧‍👦 darin.<C-k><C-u><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y>\
    <C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y>\
    <C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><C-y><Left><Left>";

const STORIES: &[Story] = &[
    ("queue-empty", |_, _| (), ""),
    ("queue", post::morning, ""),
    ("queue-full", post::demo, "jjx"),
    ("queue-nothing-found", post::morning, "/zzz<Enter>"),
    ("queue-too-much", too_much, ""),
    ("case", post::morning, "<Enter>"),
    ("case-too-much", too_much, "<Enter>"),
    ("templates", post::morning, "t"),
    ("value", post::morning, "ttracking<Enter>"),
    ("reply-empty", post::morning, "r"),
    ("reply", post::morning, "tmoved<Enter>"),
    ("reply-too-much", too_much, "r"),
    ("reply-near-limit", answered, NEAR),
    (
        "reply-find",
        answered,
        "<End>rThe parcel is late. Parcels are rarely late. 包裹晚到。<C-f>parcel<Enter>",
    ),
    ("reply-quote", answered, "<End>r<C-q><Down><Down> "),
    ("reply-earlier", answered, "<End>r<C-b>"),
    ("reply-earlier-whole", answered, "<End>r<C-b><Down><Enter>"),
    ("reply-compare", post::morning, "tmoved<Enter>We called UPS 今天: it lies in Reno.<C-d>"),
    ("case-compare", answered, "<End><Enter>d"),
    ("reply-help", post::morning, "r<F1>"),
    ("offer", post::morning, "o10%"),
    ("offer-refused", post::morning, "o99<Enter>"),
    ("offer-reshipment", post::morning, "o<Up><Right><Right><Tab>"),
    ("offers-empty", post::morning, "<Enter>O"),
    (
        "offers",
        post::morning,
        "<Enter>o20%<Enter>o<Up><Right><Right><Tab>DHL<Tab>00340434161094042557<Tab>6.20<Enter>Oa<Down>",
    ),
    ("offers-settle", post::morning, "<Enter>o20%<Enter>Oc<BS><BS><BS><BS>99"),
    ("archive-outcome", post::morning, "a"),
    ("archive-cause", post::morning, "as"),
    ("import", |_, _| (), "i"),
    ("palette", post::morning, "<F10>"),
    ("case-clocks", post::morning, "j<Enter>c"),
    ("wait", post::morning, "w"),
    ("snooze", post::morning, "s"),
    ("snooze-until", post::morning, "se"),
    ("snoozed", post::morning, "GsbGz"),
    ("forecast", post::morning, "c"),
    ("forecast-full", post::demo, "c<Down>"),
    ("forecast-empty", |_, _| (), "c"),
    ("help", post::morning, "?"),
    ("case-claimant", post::claimant, "<Enter>"),
    ("buyer", post::claimant, "h"),
    (
        "buyer-unknown",
        |store, now| post::bring(store, now, &[post::claim(now, 5, "112-7000009-7000009", "$48.99")], &[]),
        "h",
    ),
    ("buyer-too-much", too_much, "h"),
    ("paths", post::claimant, "<Down>v"),
    (
        "paths-unknown",
        |store, now| post::bring(store, now, &[post::claim(now, 5, "112-7000009-7000009", "$48.99")], &[]),
        "v",
    ),
    ("note", post::morning, "mFree replacement within 24 months.<Tab>键盘 Q 键易卡住"),
    ("notes-empty", post::morning, "M"),
    ("notes", noted, "M"),
    ("reply-noted", noted, "r"),
    ("playbook", post::morning, "<Enter>p"),
    ("playbook-kept", post::morning, "<Enter>p eAt the depot<Enter>UPS<Enter>1Z999AA1<Enter>3<Enter>"),
    ("playbook-too-much", too_much, PROOFS),
    ("playbook-attach", post::morning, "<Enter>p f/no/such/file<Enter><Enter><Enter><Enter><Enter>"),
    ("playbook-stage", post::morning, "<Enter>ps"),
    ("playbook-help", post::morning, "<Enter>p?"),
    ("health-empty", |_, _| (), "H"),
    ("health", post::shop, "H"),
    ("health-notes", post::shop, "H<PgDn><PgDn>"),
    ("health-behind", post::shop, "H<Right><Enter>"),
    ("health-demo", post::demo, "H"),
    ("costs-empty", |_, _| (), "C"),
    ("costs", post::costed, "C"),
    ("costs-sites", post::costed, "C<Tab><Down>"),
    ("costs-form", post::costed, "C<Enter>12.5 USD<Tab>450"),
    ("costs-site-form", post::costed, "C<Tab><Down><Enter><Tab><Tab><Tab>"),
    ("costs-too-much", too_much, "C"),
    ("offer-cost", post::costed, "o10%"),
    ("offer-cost-full", post::costed, "o<Up><Right>"),
    ("offer-cost-reshipment", post::costed, "o<Up><Right><Right><Tab>"),
    ("rates-empty", |_, _| (), "R<Tab><Tab>"),
    ("rates", post::costed, "R<Tab><Tab>"),
    ("rates-behind", post::costed, "R<Tab><Tab><Down><Enter>"),
    ("report-empty", |_, _| (), "R"),
    ("report", post::settled, "R"),
    ("report-end", post::settled, "R<End>"),
    ("report-behind", post::settled, "R<Enter>"),
    ("report-time", post::settled, "R<Tab>"),
    ("report-time-empty", |_, _| (), "R<Tab>"),
    ("report-demo", post::demo, "R"),
    ("outcome", post::settled, "<Enter>A"),
    ("outcome-noted", post::settled, "<Enter>Av"),
];

#[test]
fn every_screen_reads_as_it_did() {
    for (name, fill, keys) in STORIES {
        for (lang, word) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
            for (size, wide) in [(NARROW, ""), (WIDE, "-wide")] {
                let mut desk = Desk::new(lang, size, fill);
                desk.press(keys);
                insta::assert_snapshot!(format!("{name}-{word}{wide}"), desk.screen());
            }
        }
    }
}

#[test]
fn no_window_is_too_small_to_survive() {
    for (_, fill, keys) in STORIES {
        let mut desk = Desk::new(Lang::Zh, NARROW, fill);
        desk.press(keys);
        for size in [(1, 1), (2, 300), (39, 24), (40, 8), (41, 9), (60, 12), (300, 3), (200, 9)] {
            desk.resize(size);
            assert_eq!(desk.screen().split('\n').count(), usize::from(size.1.max(1)));
        }
    }
}
