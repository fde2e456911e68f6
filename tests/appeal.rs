//! The appeal pack: what is in the folder, that buyers' words are exact and harmless, and that nothing is written over.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Timestamp;
use kesu::appeal;
use kesu::domain::case::Stage;
use kesu::domain::clock::shipped_policy;
use kesu::domain::evidence::{Draft, Origin, Wants};
use kesu::domain::offer::{self, OfferKind};
use kesu::domain::playbook::Playbook;
use kesu::domain::view::ReplyDraft;
use kesu::domain::{CaseId, Marketplace};
use kesu::store::Store;
use serde_json::Value;
use support::NOW;
use support::post;
use tempfile::TempDir;

const ORDER: &str = "113-5550001-2220001";
/// What a buyer may write to harm whoever reads it.
const HOSTILE: &str = "\u{1b}]52;c;ZXZpbA==\u{7}I never got it!\n../../x \u{202e}gnihton\u{202c} = cmd|' /C calc'!A0\n<script>alert(1)</script> ann.lee@example.org +1 555 010 9999";

struct Shop {
    folder: TempDir,
    store: Store,
    now: Timestamp,
}

impl Shop {
    fn new(site: Marketplace, words: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = NOW.parse().unwrap();
        let mut store = Store::open(&folder.path().join("kesu.db"), shipped_policy().unwrap()).unwrap();
        let letter = post::message(now, 26, site, ORDER, "Ann Lee", words);
        let row = post::order(now, 9, site, ORDER, "KB-US-01", "Quiet keyboard, 87 keys", 4_899, "Shipped");
        post::bring(&mut store, now, &[letter], &[row]);
        Self { folder, store, now }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn proof(&mut self, name: &str, carrier: &str, number: &str, origin: Option<Origin>) {
        fs::write(self.path(name), format!("content of {name}")).unwrap();
        let draft = Draft {
            step: "proof".to_owned(),
            wants: Some(Wants::Tracking),
            note: "signed at the door".to_owned(),
            file: Some(self.path(name)),
            carrier: carrier.to_owned(),
            number: number.to_owned(),
            origin,
        };
        self.store.keep_evidence(CaseId(1), &draft, self.now).unwrap();
    }

    fn pack(&mut self, name: &str) -> (appeal::Pack, PathBuf) {
        let folder = self.path(name);
        let pack = appeal::write(&mut self.store, CaseId(1), Playbook::shipped(), &folder, self.now).unwrap();
        (pack, folder)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kesu"));
        command.env_clear().env("KESU_DB", self.path("kesu.db")).env("KESU_NOW", NOW);
        command.env("HOME", self.folder.path()).current_dir(self.folder.path());
        command.args(args).output().unwrap()
    }
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn every_file(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            fs::symlink_metadata(&path).unwrap().permissions().mode() & 0o777,
            if path.is_dir() { 0o700 } else { 0o600 },
            "{}",
            path.display()
        );
        if path.is_dir() { found.extend(every_file(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_pack_holds_timeline_correspondence_proofs_and_a_text_within_amazons_form() {
    let mut shop = Shop::new(Marketplace::Us, "There is no sign of the keyboard.");
    shop.store.set_stage(CaseId(1), Some(Stage::Delivered), shop.now).unwrap();
    shop.proof("pod.png", "UPS", "1Z999AA10123456784", Some(Origin::Carrier));
    shop.proof("screen.png", "UPS", "", Some(Origin::Other));
    let offer = offer::Draft {
        key: "k".to_owned(),
        kind: OfferKind::PartialRefund,
        amount: Some(post::usd(1_000)),
        route: None,
        why: None,
        carrier: None,
        tracking: None,
        reason: None,
        cost: None,
        seen: 0,
        total_unknown_confirmed: false,
    };
    shop.store.offer(CaseId(1), &offer, shop.now).unwrap();
    shop.store.sent(CaseId(1), "We are on it.\nUntil Friday.", &ReplyDraft::default(), shop.now).unwrap();
    let (pack, folder) = shop.pack("pack");
    assert_eq!((pack.weak, pack.missing.len()), (1, 0));
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let files = every_file(&folder);
    assert_eq!(files.len(), 6 + 2 + 2, "{files:?}");

    let cover = read(&folder, "2-text-for-amazon.txt");
    for fact in [
        ORDER,
        "Shipped with UPS, tracking number 1Z999AA10123456784.",
        "Proof 1: UPS, 1Z999AA10123456784, from the carrier's own site, obtained on October 7, 2026.",
        "Order total: $48.99",
        "partial refund $10.00 (proposed)",
        "our last answer is of October 7, 2026",
    ] {
        assert!(cover.contains(fact), "{fact}\n{cover}");
    }
    assert!(!cover.contains("Proof 2") && !cover.contains("Ann"), "{cover}");
    assert!(cover.chars().count() <= 2_000);

    let timeline = read(&folder, "3-timeline.txt");
    assert!(timeline.contains("2026-10-06T10:00:00Z  2026-10-06 03:00 PDT"), "{timeline}");
    let place = |words: &str| timeline.find(words).unwrap_or_else(|| panic!("{words}\n{timeline}"));
    assert!(place("message 001, buyer") < place("stage set to delivered"));
    assert!(place("file kept: pod.png") < place("offer booked"));
    assert!(place("offer booked") < place("message 002, seller"));

    assert!(read(&folder, "4-correspondence.txt").contains("correspondence/001-2026-10-06T1000Z-buyer.txt"));
    assert_eq!(
        read(&folder, "correspondence/001-2026-10-06T1000Z-buyer.txt"),
        "There is no sign of the keyboard."
    );
    assert_eq!(
        read(&folder, "correspondence/002-2026-10-07T1200Z-seller.txt"),
        "We are on it.\nUntil Friday."
    );

    let proofs = read(&folder, "5-proofs.txt");
    for words in [
        "01  ask the carrier for proof of delivery",
        "carrier's own site",
        "signed at the door",
        "WEAK     weak: no number",
    ] {
        assert!(proofs.contains(words), "{words}\n{proofs}");
    }
    assert_eq!(read(&folder, "proofs/01-pod.png"), "content of pod.png");
    let first = read(&folder, "READ-ME-FIRST.txt");
    assert!(first.contains("takes no attachments") && first.contains("不能带附件"), "{first}");
    assert!(first.contains("Proof 02") && first.contains("证据 02"), "{first}");
    let summary = read(&folder, "1-summary.txt");
    assert!(
        summary.contains("48.99 USD") && summary.contains("partial refund 10.00 USD (proposed)"),
        "{summary}"
    );
    for paper in
        ["1-summary.txt", "2-text-for-amazon.txt", "3-timeline.txt", "4-correspondence.txt", "5-proofs.txt"]
    {
        assert!(!read(&folder, paper).contains("annlee0@"), "the buyer's alias is in {paper}");
        let list = paper == "4-correspondence.txt";
        assert_eq!(read(&folder, paper).contains("Ann Lee"), list, "the buyer's name in {paper}");
    }
}

#[test]
fn hostile_words_are_exact_in_their_own_file_and_harmless_everywhere_else() {
    let mut shop = Shop::new(Marketplace::Us, HOSTILE);
    shop.proof("a.png", "evil@example.com", "http://x.example/1", Some(Origin::Carrier));
    shop.proof("b.png", "call +1 555 010 9999", "1Z999AA10123456784", Some(Origin::Carrier));
    shop.proof("c.png", "\u{1b}[31mUPS\u{202e}", "1Z999AA10123456785", Some(Origin::Carrier));
    let (_, folder) = shop.pack("pack");
    let stored = &shop.store.case(CaseId(1), shop.now).unwrap().unwrap().messages[0].text;
    assert!(stored.contains("\u{1b}]52") && stored.contains('\u{202e}'), "{stored:?}");
    for path in every_file(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        if path.parent().unwrap().ends_with("correspondence") {
            assert_eq!(text, *stored);
            continue;
        }
        let hidden =
            |sign: char| (sign.is_control() && sign != '\n') || ('\u{202a}'..='\u{202e}').contains(&sign);
        assert!(!text.chars().any(hidden), "{}: {text:?}", path.display());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-".contains(sign)), "{name}");
    }
    let cover = read(&folder, "2-text-for-amazon.txt");
    for forbidden in ["@", "http", "555 010", "gnihton", "script", "Quiet keyboard"] {
        assert!(!cover.contains(forbidden), "{forbidden}\n{cover}");
    }
    assert_eq!(fs::read_dir(shop.folder.path()).unwrap().count(), every_name(&shop).len());
}

fn every_name(shop: &Shop) -> Vec<String> {
    let names = fs::read_dir(shop.folder.path()).unwrap();
    let names: Vec<String> =
        names.map(|name| name.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().all(|name| !name.contains(".part-")), "{names:?}");
    names
}

#[test]
fn the_text_is_in_the_language_of_the_site_and_never_too_long() {
    let words = [
        (Marketplace::De, "Stellungnahme zur Bestellung"),
        (Marketplace::Fr, "Déclaration concernant la commande"),
        (Marketplace::It, "Dichiarazione relativa all'ordine"),
        (Marketplace::Es, "Declaración sobre el pedido"),
        (Marketplace::Jp, "に関する説明"),
        (Marketplace::Se, "Statement on order"),
    ];
    for (site, opening) in words {
        let mut shop = Shop::new(site, "Hello, where is it?");
        for number in 0..12 {
            let name = format!("{number}.png");
            let carrier = "UPS with a service whose name goes on and on";
            shop.proof(
                &name,
                &carrier[..40],
                &format!("{}{number:02}", "7".repeat(38)),
                Some(Origin::Carrier),
            );
        }
        let (_, folder) = shop.pack("pack");
        let cover = read(&folder, "2-text-for-amazon.txt");
        assert!(cover.contains(opening) && cover.contains(ORDER), "{site}: {cover}");
        assert!(cover.chars().count() <= 2_000, "{site}: {}", cover.chars().count());
        assert!(!cover.contains('{') && !cover.contains("\n\n\n"), "{site}: {cover}");
        assert!(read(&folder, "READ-ME-FIRST.txt").contains("more proofs had no room"), "{site}");
        assert_eq!(fs::read_dir(folder.join("proofs")).unwrap().count(), 12);
    }
}

#[test]
fn a_granted_claim_is_appealed_and_an_open_one_answered() {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let mut store = Store::open(&folder.path().join("kesu.db"), shipped_policy().unwrap()).unwrap();
    post::bring(&mut store, now, &[post::claim(now, 30, ORDER, "$48.99")], &[]);
    appeal::write(&mut store, CaseId(1), Playbook::shipped(), &folder.path().join("open"), now).unwrap();
    let cover = read(&folder.path().join("open"), "2-text-for-amazon.txt");
    assert!(cover.contains("Statement on the A-to-z Guarantee claim"), "{cover}");
    assert!(cover.contains("Amount claimed: $48.99"), "{cover}");
    let first = read(&folder.path().join("open"), "READ-ME-FIRST.txt");
    assert!(first.contains("Due (A-to-z answer): 2026-10-09T06:00:00Z"), "{first}");
    assert!(first.contains("No sound proof about the parcel"), "{first}");
    assert!(first.contains("signature confirmation") && first.contains("签名确认"), "{first}");
}

#[test]
fn nothing_is_ever_written_over_and_a_failure_leaves_nothing() {
    let mut shop = Shop::new(Marketplace::Us, "Where is it?");
    let refused = |shop: &mut Shop, folder: &Path| {
        let before = every_name(shop);
        let problem =
            appeal::write(&mut shop.store, CaseId(1), Playbook::shipped(), folder, shop.now).unwrap_err();
        assert_eq!(before.len(), every_name(shop).len());
        problem.what[0].clone()
    };
    let (full, file, link) = (shop.path("full"), shop.path("file"), shop.path("link"));
    fs::create_dir(&full).unwrap();
    fs::write(full.join("1-summary.txt"), "mine").unwrap();
    fs::write(&file, "mine").unwrap();
    std::os::unix::fs::symlink(shop.path("elsewhere"), &link).unwrap();
    for folder in [&full, &file, &link] {
        let said = refused(&mut shop, folder);
        assert!(said.contains("is there already"), "{said}");
    }
    assert_eq!(read(&full, "1-summary.txt"), "mine");
    let lost = shop.path("no/such/pack");
    let said = refused(&mut shop, &lost);
    assert!(said.contains("no such file or folder"), "{said}");
    assert!(refused(&mut shop, Path::new("/")).contains("is there already"));
    // An empty folder of the operator's is as good as none.
    fs::create_dir(shop.path("empty")).unwrap();
    shop.pack("empty");
    assert!(shop.path("empty/1-summary.txt").exists());
}

#[test]
fn a_kept_file_that_is_gone_or_changed_is_named_and_left_out() {
    let mut shop = Shop::new(Marketplace::Us, "Where is it?");
    shop.proof("a.png", "UPS", "1Z999AA10123456784", Some(Origin::Carrier));
    shop.proof("b.png", "UPS", "1Z999AA10123456784", Some(Origin::Carrier));
    let evidence = shop.store.case(CaseId(1), shop.now).unwrap().unwrap().evidence;
    let kept = |at: usize| evidence[at].file.as_ref().unwrap().path.clone();
    fs::remove_file(kept(0)).unwrap();
    fs::write(kept(1), "forged").unwrap();
    let (pack, folder) = shop.pack("pack");
    assert_eq!(pack.missing, ["a.png", "b.png"]);
    assert!(!folder.join("proofs").exists());
    assert!(read(&folder, "5-proofs.txt").contains("MISSING OR CHANGED: a.png"));
    assert!(read(&folder, "READ-ME-FIRST.txt").contains("b.png is missing or was changed"));
    let ran = shop.run(&["appeal", "1", "-o", "again"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("missing or changed"));
    assert!(shop.path("again/1-summary.txt").exists());
}

#[test]
fn the_command_says_where_the_pack_is_and_ends_with_the_codes_of_the_manual() {
    let mut shop = Shop::new(Marketplace::Us, "Where is it?");
    shop.proof("a.png", "UPS", "", None);
    let ran = shop.run(&["appeal", "1", "-o", "pack"]);
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let out = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(out.trim(), shop.path("pack").canonicalize().unwrap().to_string_lossy());
    assert!(String::from_utf8_lossy(&ran.stderr).contains("weak proofs: 1"));
    for (args, code) in [
        (&["appeal", "1", "-o", "pack"][..], 1),
        (&["appeal", "77", "-o", "other"], 3),
        (&["appeal", "1"], 2),
        (&["appeal", "x", "-o", "other"], 2),
        (&["--db", "none.db", "appeal", "1", "-o", "other"], 3),
    ] {
        let ran = shop.run(args);
        assert_eq!(ran.status.code(), Some(code), "{args:?} {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert!(!shop.path("other").exists() && !shop.path("none.db").exists());
    let ran = shop.run(&["--lang", "zh", "appeal", "1", "-o", "pack"]);
    assert!(String::from_utf8_lossy(&ran.stderr).contains("不会覆盖"));
}

#[test]
fn show_lists_the_evidence_for_scripts_and_for_people() {
    let mut shop = Shop::new(Marketplace::Us, "Where is it?");
    shop.proof("a.png", "UPS", "1Z999AA10123456784", Some(Origin::Carrier));
    shop.proof("b.png", "", "", Some(Origin::Buyer));
    shop.store.tick(CaseId(1), "confirm", Wants::Nothing, true, shop.now).unwrap();
    let ran = shop.run(&["show", "1", "--json"]);
    let object: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let evidence = object["evidence"].as_array().unwrap();
    let weak: Vec<_> = evidence.iter().map(|each| each["weak"].as_bool().unwrap()).collect();
    assert_eq!(weak, [false, true, false]);
    assert_eq!(evidence[0]["carrier"], "UPS");
    assert_eq!(evidence[0]["origin"], "carrier");
    assert_eq!(evidence[0]["at"], "2026-10-07T12:00:00Z");
    assert_eq!(evidence[2]["step"], "confirm");
    assert!(evidence[2]["file"].is_null() && evidence[2]["note"].is_null());
    assert!(Path::new(evidence[0]["file"].as_str().unwrap()).is_file());
    let page = String::from_utf8(shop.run(&["show", "1"]).stdout).unwrap();
    assert!(page.contains("── evidence") && page.contains("⚠ weak: no carrier"), "{page}");
    assert!(page.contains("playbook 1/"), "{page}");
    let own = shop.path(".config/kesu/playbooks.toml");
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    fs::write(&own, "[[step]]\nid = 7\n").unwrap();
    let ran = shop.run(&["show", "1"]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("playbooks.toml, line 2"));
    assert!(String::from_utf8(ran.stdout).unwrap().contains("playbook 1/"));
    let page = String::from_utf8(shop.run(&["--lang", "zh", "show", "1"]).stdout).unwrap();
    assert!(page.contains("弱证据：缺承运商"), "{page}");
}
