//! `kesu reply` as a script sees it: the text, the mail, what it refuses, and what it leaves in the history.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jiff::Timestamp;
use kesu::domain::CaseId;
use kesu::domain::clock::shipped_policy;
use kesu::domain::view::ReplyDraft;
use kesu::store::Store;
use mail_parser::MessageParser;
use serde_json::Value;
use support::{NOW, data, post};
use tempfile::TempDir;

/// A database with a buyer's message that has a + part (case 1) and a claim (case 2).
struct Office(TempDir);

impl Office {
    fn new(addition: &str, template: Option<&str>) -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        let mut store = Store::open(&office.path("kesu.db"), shipped_policy().unwrap()).unwrap();
        let now: Timestamp = NOW.parse().unwrap();
        let mail = fs::read_to_string(data("mail").join("us_buyer_message_case_alias.eml")).unwrap();
        post::bring(&mut store, now, &[mail], &[]);
        post::bring(&mut store, now, &[post::claim(now, 5, "112-1000001-2000009", "$48.99")], &[]);
        let draft = ReplyDraft {
            template: template.map(str::to_owned),
            addition: addition.to_owned(),
            ..ReplyDraft::default()
        };
        store.save_draft(CaseId(1), &draft, &ReplyDraft::default(), now).unwrap();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str], code: i32) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kesu"));
        command
            .env_clear()
            .env("KESU_DB", self.path("kesu.db"))
            .env("KESU_NOW", NOW)
            .env("HOME", self.0.path());
        let ran = command.args(args).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(code), "{args:?}: {said}");
        ran
    }

    fn says(&self, args: &[&str], code: i32) -> String {
        String::from_utf8(self.run(args, code).stderr).unwrap()
    }

    fn events(&self) -> Vec<Value> {
        let shown: Value = serde_json::from_slice(&self.run(&["show", "1", "--json"], 0).stdout).unwrap();
        shown["events"].as_array().unwrap().clone()
    }
}

fn utf8(ran: Output) -> String {
    String::from_utf8(ran.stdout).unwrap()
}

fn address(list: Option<&mail_parser::Address<'_>>) -> String {
    list.unwrap().first().unwrap().address().unwrap().to_owned()
}

#[test]
fn the_reply_is_printed_and_that_is_no_event() {
    let office = Office::new("Try a new battery.", None);
    let before = office.events();
    assert_eq!(utf8(office.run(&["reply", "1"], 0)), "Try a new battery.\n");
    assert_eq!(utf8(office.run(&["reply", "#1", "--text", "-o", "-"], 0)), "Try a new battery.\n");
    assert!(
        utf8(office.run(&["reply", "1", "--eml"], 0))
            .starts_with("Date: Wed, 07 Oct 2026 12:00:00 +0000\r\n")
    );
    assert_eq!(office.events(), before);
}

#[test]
fn the_mail_answers_the_buyers_newest_one_at_his_whole_alias() {
    let office = Office::new("Try a new battery. Grüße", None);
    let file = office.path("reply.eml");
    office.run(&["reply", "1", "--eml", "-o", file.to_str().unwrap()], 0);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&file).unwrap();
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(
        address(mail.to()),
        "x0000000000002+76c079d3-0000-4000-8000-000000000001@marketplace.amazon.com"
    );
    assert_eq!(address(mail.from()), "support+us@example.com");
    assert_eq!(mail.in_reply_to().as_text(), Some("synthetic-0002@amazon.com"));
    assert_eq!(mail.references().as_text(), Some("synthetic-0002@amazon.com"));
    assert_eq!(mail.body_text(0).unwrap().trim_end(), "Try a new battery. Grüße");
    let last = office.events().pop().unwrap();
    assert_eq!((last["what"].as_str(), last["actor"].as_str()), (Some("copied"), Some("operator")));
    assert_eq!(last["route"], format!("eml: {}", fs::canonicalize(&file).unwrap().display()));
    // The clock runs on until the mail is seen to have gone out.
    let due = || utf8(office.run(&["show", "1", "--json"], 0));
    assert!(due().contains(r#""name":"reply""#) && !due().contains(r#""state":"stopped""#), "{}", due());
    office.run(&["import", file.to_str().unwrap()], 0);
    assert!(due().contains(r#""state":"stopped""#), "{}", due());
}

#[test]
fn a_file_that_is_there_stays_and_nothing_is_noted() {
    let office = Office::new("Hello", None);
    let before = office.events();
    let file = office.path("reply.eml");
    fs::write(&file, "mine").unwrap();
    for kind in ["--eml", "--text"] {
        let said = office.says(&["reply", "1", kind, "-o", file.to_str().unwrap()], 1);
        assert!(said.contains("it exists already"), "{said}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(office.events(), before);
    let nowhere = Path::new("/no/such/folder/reply.eml");
    office.run(&["reply", "1", "--eml", "-o", nowhere.to_str().unwrap()], 1);
    assert_eq!(office.events(), before);
}

#[test]
fn what_is_missing_blocks_with_code_4_and_is_named() {
    let office = Office::new("Hello", Some("en/full-refund"));
    let said = office.says(&["reply", "1"], 4);
    assert!(said.contains("the reply lacks a value: "), "{said}");
    assert!(office.says(&["--lang", "zh", "reply", "1", "--eml"], 4).contains("回复仍缺少内容"));
    let gone = Office::new("Hello", Some("en/no-such-template"));
    assert!(gone.says(&["reply", "1"], 4).contains("`en/no-such-template`"));
    let empty = Office::new(" ", None);
    assert!(empty.says(&["reply", "1"], 4).contains("no reply being written"));
    assert!(empty.says(&["reply", "2"], 4).contains("case 2 has no reply"));
    empty.run(&["reply", "77"], 3);
    for wrong in
        [&["reply"][..], &["reply", "1", "--eml", "--text"], &["reply", "1", "--eml", "--from", "a\nb@c.d"]]
    {
        empty.run(wrong, 2);
    }
}

#[test]
fn what_a_reply_rule_blocks_stays_until_a_reason_is_given() {
    let office = Office::new("Please write to me at ann@shop.example, we settle it there.", None);
    let before = office.events();
    let file = office.path("reply.eml");
    let mail = &["reply", "1", "--eml", "-o", file.to_str().unwrap()][..];
    for args in [mail, &["reply", "1"], &["reply", "1", "--eml"]] {
        let ran = office.run(args, 4);
        let said = String::from_utf8(ran.stderr).unwrap();
        assert!(ran.stdout.is_empty() && !file.exists(), "{said}");
        assert!(said.contains("L04 \"ann@shop.example\": E-mail address in the text. "), "{said}");
        assert!(
            said.contains("the reply rules block this reply (L04") && said.contains("--override"),
            "{said}"
        );
    }
    assert!(office.says(&["--lang", "zh", "reply", "1"], 4).contains("正文中有电子邮箱地址"));
    office.run(&["reply", "1", "--override", " "], 2);
    assert_eq!(office.events(), before);
    assert!(utf8(office.run(&["reply", "1", "--override", "Amazon asked for it"], 0)).contains("ann@shop"));
    let events = office.events();
    assert_eq!(events.len(), before.len() + 1);
    let kept = events.last().unwrap();
    assert_eq!(
        (kept["what"].as_str(), kept["reason"].as_str()),
        (Some("overruled"), Some("Amazon asked for it"))
    );
    assert!(kept["rules"].as_array().unwrap().contains(&"L04".into()), "{kept}");
    // The reason holds for this text, whichever way it leaves.
    office.run(mail, 0);
    assert!(file.exists());
    let what: Vec<String> = office.events()[before.len()..]
        .iter()
        .map(|event| event["what"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(what, ["overruled", "copied"]);
    assert!(utf8(office.run(&["show", "1"], 0)).contains("overruled L04"));
}

#[test]
fn a_reason_that_nothing_asks_for_is_no_event() {
    let office = Office::new("Try a new battery.", None);
    let before = office.events();
    office.run(&["reply", "1", "--override", "to be sure"], 0);
    assert_eq!(office.events(), before);
}

#[test]
fn a_template_of_the_operators_own_is_used() {
    let office = Office::new("It leaves today.", Some("en/mine"));
    assert!(office.says(&["reply", "1"], 4).contains("`en/mine` of the draft is gone"));
    fs::create_dir_all(office.path(".config/kesu/templates/en")).unwrap();
    let own = "+++\ntitle = [\"Mine\", \"我的\"]\n+++\nDear friend,\n\n{{ addition }}\n\nYours, Ann\n";
    fs::write(office.path(".config/kesu/templates/en/mine.txt"), own).unwrap();
    let said = utf8(office.run(&["reply", "1"], 0));
    assert_eq!(said, "Dear friend,\n\nIt leaves today.\n\nYours, Ann\n");
}

#[test]
fn a_claim_without_an_alias_has_no_mail_and_the_sender_may_be_named() {
    let office = Office::new("Hello", None);
    let mut store = Store::open(&office.path("kesu.db"), shipped_policy().unwrap()).unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    let hello = ReplyDraft { addition: "Hello".into(), ..ReplyDraft::default() };
    store.save_draft(CaseId(2), &hello, &ReplyDraft::default(), now).unwrap();
    let words = "The mouse is broken, it does not work.";
    let bare = post::message(now, 2, kesu::domain::Marketplace::Us, "113-5550001-2220001", "Bo", words);
    post::bring(&mut store, now, &[bare.replace("To: support@example.com\r\n", "")], &[]);
    store.save_draft(CaseId(3), &hello, &ReplyDraft::default(), now).unwrap();
    drop(store);
    assert!(office.says(&["reply", "2", "--eml"], 4).contains("shows the buyer's relay address"));
    assert!(office.says(&["reply", "3", "--eml"], 4).contains("[store] email"));
    let sent_from = |args: &[&str]| {
        let mail = office.run(args, 0).stdout;
        address(MessageParser::default().parse(&mail).unwrap().from())
    };
    assert_eq!(sent_from(&["reply", "3", "--eml", "--from", "me@shop.example"]), "me@shop.example");
    fs::create_dir_all(office.path(".config/kesu")).unwrap();
    fs::write(office.path(".config/kesu/config.toml"), "[store]\nemail = \"own@shop.example\"\n").unwrap();
    assert_eq!(sent_from(&["reply", "3", "--eml"]), "own@shop.example");
    assert_eq!(
        sent_from(&["reply", "1", "--eml"]),
        "support+us@example.com",
        "a mail of the thread knows it"
    );
    assert_eq!(sent_from(&["reply", "1", "--eml", "--from", "me@shop.example"]), "me@shop.example");
}

#[test]
fn the_new_settings_are_checked() {
    let office = Office::new("Hello", None);
    fs::create_dir_all(office.path(".config/kesu")).unwrap();
    let settings = office.path(".config/kesu/config.toml");
    fs::write(
        &settings,
        "[store]\nemail = \"nobody\"\n[copy]\nroute = \"usb\"\n[hooks]\ntranslte = [\"x\"]\n",
    )
    .unwrap();
    let said = utf8(office.run(&["config", "check"], 4));
    for words in
        [":2:9: `email` is", ":4:9: `usb` is none", ":6:1: unknown key `translte`: did you mean `translate`?"]
    {
        assert!(said.contains(words), "{said}");
    }
    fs::write(&settings, "[copy]\nroute = \"osc52\"\n[out]\nfolder = \"~/out\"\n[hooks]\ncheck = [\"x\"]\n")
        .unwrap();
    office.run(&["config", "check"], 0);
}

#[test]
fn what_the_shop_says_of_itself_reaches_the_rules() {
    let office = Office::new("Please send the mouse back to us. We offer you a refund of 45 % today.", None);
    let rules = |said: &str| ["L39", "L40"].map(|rule| said.contains(rule));
    assert_eq!(rules(&office.says(&["reply", "1"], 0)), [false, false]);
    fs::create_dir_all(office.path(".config/kesu")).unwrap();
    let settings = office.path(".config/kesu/config.toml");
    fs::write(&settings, "[store]\nreturn_country = \"CN\"\noffer_limit_percent = 30\n").unwrap();
    assert_eq!(rules(&office.says(&["reply", "1"], 0)), [true, true]);
    fs::write(&settings, "[store]\nreturn_country = \"US\"\noffer_limit_percent = 50\n").unwrap();
    assert_eq!(rules(&office.says(&["reply", "1"], 0)), [false, false]);
}

#[test]
fn the_settings_of_the_readme_are_settings() {
    let office = Office::new("Hello", None);
    fs::create_dir_all(office.path(".config/kesu")).unwrap();
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks = readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let settings: Vec<&str> = blocks
        .filter(|block| {
            ["[store]", "[copy]", "[hooks]", "[[buyer_flags]]"].iter().any(|name| block.contains(name))
        })
        .collect();
    assert!(settings.iter().any(|block| block.contains("[hooks]")) && settings.len() >= 5);
    for block in settings {
        for block in [
            block.to_owned(),
            block.replace("\ntranslate =", "\n# one =").replace("\n# translate =", "\ntranslate ="),
        ] {
            fs::write(office.path(".config/kesu/config.toml"), &block).unwrap();
            let said = utf8(office.run(&["config", "check"], 0));
            assert_eq!(said, "", "{block}");
        }
    }
}
