//! How fast files become items: a report and a mailbox, from bytes on disk to an in-memory store.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use divan::Bencher;
use divan::counter::ItemsCount;
use kesu::domain::clock::shipped_policy;
use kesu::intake::{self, Request, Source};
use kesu::store::Store;
use tempfile::TempDir;

fn main() {
    divan::main();
}

const HEADER: &str = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name\tsku\tasin\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\tship-country\n";

fn orders(count: usize) -> String {
    let mut text = HEADER.to_owned();
    for number in 0..count {
        let _ = writeln!(
            text,
            "111-{number:07}-1000001\t2026-09-{:02}T08:00:00+00:00\t2026-10-01T08:00:00+00:00\tShipped\tMerchant\tAmazon.com\tTest Lamp\tLAMP-{}\tB0TEST0001\t1\tUSD\t19.99\t1.60\t0.00\t0.00\t0.00\t0.00\t0.00\t0.00\tUS",
            number % 28 + 1,
            number % 50
        );
    }
    text
}

fn mailbox(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = write!(
            text,
            "From x Wed Oct  7 10:00:00 2026\nMessage-ID: <b{number}@amazon.com>\nDate: Wed, 07 Oct 2026 10:00:00 +0000\n\
             From: \"B - Amazon Marketplace\" <x{number:013}@marketplace.amazon.com>\nTo: s@example.com\n\
             Subject: Inquiry (Order: 111-{number:07}-1000001)\nX-Marketplace-ID: ATVPDKIKX0DER\n\
             X-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\n\nOrder ID: 111-{number:07}-1000001:\n\
             ------------- Message: -------------\n\nThe lamp arrived broken.\n\n------------- End message -------------\n\n"
        );
    }
    text
}

struct Folder {
    _folder: TempDir,
    file: PathBuf,
}

fn folder(content: &str) -> Folder {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("input");
    std::fs::write(&file, content).expect("a file");
    Folder { _folder: folder, file }
}

fn import(bencher: Bencher<'_, '_>, content: &str, count: usize) {
    let input = folder(content);
    let request = Request {
        sources: vec![Source::Path(input.file.clone())],
        marketplace: None,
        map: None,
        dry_run: false,
        with_texts: false,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    bencher
        .counter(ItemsCount::new(count))
        .with_inputs(|| Store::in_memory(shipped_policy().expect("a policy")).expect("a store"))
        .bench_values(|mut store| {
            intake::run(&mut store, &request, &AtomicBool::new(false), &mut |_| {}).expect("an import")
        });
}

#[divan::bench(args = [1_000, 10_000], sample_count = 5)]
fn order_rows(bencher: Bencher<'_, '_>, count: usize) {
    import(bencher, &orders(count), count);
}

#[divan::bench(args = [100, 1_000], sample_count = 5)]
fn mails(bencher: Bencher<'_, '_>, count: usize) {
    import(bencher, &mailbox(count), count);
}
