//! How fast the queue is read: the first page and the page after it, at two sizes; both must cost the same at each.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use std::sync::atomic::AtomicBool;

use divan::Bencher;
use jiff::Timestamp;
use kesu::domain::clock::shipped_policy;
use kesu::intake::{self, Request, Source};
use kesu::store::{Filter, Store};

fn main() {
    divan::main();
}

/// Lines of a screen.
const PAGE: usize = 40;

fn now() -> Timestamp {
    "2026-10-08T09:00:00Z".parse().expect("a time")
}

/// A store with `count` open cases: feedback of one star.
fn store(count: usize) -> Store {
    let header = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n";
    let row = |at: usize| format!("10/{}/26\t1\tIt never came.\t\t111-{at:07}-1000001\t\n", at % 7 + 1);
    let text: String = std::iter::once(header.to_owned()).chain((0..count).map(row)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("feedback.txt");
    std::fs::write(&file, text).expect("a file");
    let mut store = Store::in_memory(shipped_policy().expect("a policy")).expect("a store");
    let request = Request {
        sources: vec![Source::Path(file)],
        marketplace: Some(kesu::domain::Marketplace::Us),
        map: None,
        dry_run: false,
        with_texts: false,
        now: now(),
    };
    intake::run(&mut store, &request, &AtomicBool::new(false), &mut |_| {}).expect("an import");
    store
}

#[divan::bench(args = [1_000, 10_000])]
fn first_page(bencher: Bencher<'_, '_>, count: usize) {
    let store = store(count);
    bencher.bench_local(|| store.queue(None, PAGE, &Filter::default(), now()).expect("a page"));
}

#[divan::bench(args = [1_000, 10_000])]
fn second_page(bencher: Bencher<'_, '_>, count: usize) {
    let store = store(count);
    let first = store.queue(None, PAGE, &Filter::default(), now()).expect("a page");
    let last = first.last().map(kesu::domain::view::Summary::key);
    bencher.bench_local(|| store.queue(last, PAGE, &Filter::default(), now()).expect("a page"));
}
