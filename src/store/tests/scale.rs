//! A large file: what the screens ask for stays quick. Long, so only on request:
//! `cargo test --lib store::tests::scale -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::makers::*;
use crate::domain::clock::shipped_policy;
use crate::domain::record::{Mail, OrderLine};
use crate::domain::view::{ReplyDraft, Tally};
use crate::domain::{Channel, Outcome};
use crate::store::{Filter, Landed, Store, Target};

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    println!("{what:32} {:?}", start.elapsed());
    (done, start.elapsed())
}

#[test]
#[ignore = "a minute or more"]
fn a_hundred_thousand_open_cases_keep_the_screens_quick() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kesu.db");
    let policy = || shipped_policy().unwrap();
    let number = std::env::var("KESU_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000_u32);
    let share = std::env::var("KESU_OPEN").ok().and_then(|text| text.parse().ok()).unwrap_or(1_u32);
    timed("import", || {
        let mut store = Store::open(&path, policy()).unwrap();
        let mut import = store.import(now()).unwrap();
        for at in 0..number {
            let order_id = format!("113-{:07}-{:07}", at / 7, at);
            let sent = now() - jiff::SignedDuration::from_mins(i64::from(at % 70_000));
            let text = format!(
                "order {at} has not arrived, the tracking number says nothing since last week 没有收到"
            );
            let mail = Mail {
                sent_at: Some(sent),
                buyer_text: text,
                alias: alias(&format!("buyer{at}"), Some(&format!("case-{at}"))),
                ..message(
                    &format!("mid-{at}@marketplace.amazon.com"),
                    Some(&order_id),
                    "2026-11-01T00:00:00Z",
                    None,
                )
            };
            let day = jiff::Span::new().days(i64::from(at % 150));
            let placed = "2026-10-20".parse::<jiff::civil::Date>().unwrap().checked_sub(day).unwrap();
            let line = OrderLine { purchased_on: placed, ..order_line(&order_id, "KB-US-01", Some(4899)) };
            import.row(&order(line)).unwrap();
            if at % 100 == 0 {
                import.row(&feedback_row(&order_id, "2026-10-25", 1, "bad")).unwrap();
            }
            let Landed::Stored(id) = import.mail(&mail).unwrap() else { panic!() };
            if at % share != 0 {
                import.reply(Target::Mail(id), "On its way.", sent).unwrap();
                let target = Target::Order(order_id, Channel::Message);
                import.archive(target, Outcome::Satisfied, None, sent).unwrap();
            }
        }
        import.finish(&Tally::default(), true).unwrap();
    });
    println!("{} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
    let (mut store, opened) = timed("open", || Store::open(&path, policy()).unwrap());
    let plain = Filter::default();
    let (page, first) = timed("first page", || store.queue(None, 50, &plain, now()).unwrap());
    let (_, second) = timed("next page", || store.queue(Some(page[49].key()), 50, &plain, now()).unwrap());
    timed("counts", || store.counts(now(), now(), now()).unwrap());
    let (_, counts) = timed("counts again", || store.counts(now(), now(), now()).unwrap());
    timed("rates alone", || store.health(None).unwrap());
    timed("account health", || store.account(None, now()).unwrap());
    let (account, health) = timed("account health again", || store.account(None, now()).unwrap());
    let everything = crate::domain::report::Window::until(now(), crate::domain::report::Period::All);
    timed("outcomes", || store.outcomes(everything).unwrap());
    let (_, outcomes) = timed("outcomes again", || store.outcomes(everything).unwrap());
    timed("handling", || store.handling(everything).unwrap());
    let (_, handling) = timed("handling again", || store.handling(everything).unwrap());
    let mut all = account.sites[0].behind[0].cases.clone();
    all.extend((1..5_000).map(crate::domain::CaseId));
    let only = Some(crate::domain::view::Listed { cases: all, ..Default::default() });
    timed("cases behind a figure", || {
        store.queue(None, 50, &Filter { only, ..Filter::default() }, now()).unwrap()
    });
    let nothing = Filter { words: "nirgends".into(), ..Filter::default() };
    timed("filter, nothing found", || store.queue(None, 50, &nothing, now()).unwrap());
    let (_, filter) = timed("filter again", || store.queue(None, 50, &nothing, now()).unwrap());
    let year = crate::domain::report::Period::Days(365);
    timed("complaint rates of a year", || store.rates(None, year, now()).unwrap());
    let (_, rates) = timed("complaint rates again", || store.rates(None, year, now()).unwrap());
    let (_, sheet) = timed("cost table", || store.cost_sheet().unwrap());
    let id = page[0].id;
    let (_, ground) = timed("ground of an offer", || store.offer_ground(id, now()).unwrap());
    timed("case", || store.case(id, now()).unwrap());
    let none = ReplyDraft::default();
    let (_, saved) = timed("draft", || store.save_draft(id, &none, &none, now()).unwrap());
    timed("archive", || store.archive(id, Outcome::Satisfied, None, now()).unwrap());
    timed("undo", || store.undo(now()).unwrap());
    drop(store);
    let own = "[[clock]]\nname = \"reply\"\nlength = \"30 hours\"\n";
    let changed = policy().overridden_by(own).unwrap();
    timed("open, every deadline anew", || Store::open(&path, changed).unwrap());
    for (what, took, limit) in [
        ("open", opened, 20),
        ("page", first, 20),
        ("next", second, 10),
        ("counts", counts, 60),
        ("filter", filter, 200),
        ("draft", saved, 200),
        ("account health", health, 1_000),
        ("complaint rates", rates, 2_000),
        ("cost table", sheet, 500),
        ("ground of an offer", ground, 500),
        ("outcomes", outcomes, 1_000),
        ("handling", handling, 1_000),
    ] {
        assert!(took < Duration::from_millis(limit), "{what} took {took:?}");
    }
}
