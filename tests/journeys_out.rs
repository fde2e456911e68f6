//! The ways out by keys: copying, a reply as a mail, and the operator's own commands, with scripts in their place.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::SignedDuration;
use kesu::domain::CaseId;
use kesu::domain::clock::Running;
use kesu::domain::event::Deed;
use kesu::i18n::Lang;
use kesu::import::mail::{self, Verdict};
use kesu::reply::history::deed_words;
use kesu::tui::clipboard::MAX_BYTES;
use mail_parser::MessageParser;
use support::Desk;
use support::post::morning;

const NARROW: (u16, u16) = (80, 24);

/// A folder with settings, scripts and what they got.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn shown(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// A command that keeps its input in `got` and then does this. Another process writes it, so that none of ours holds
    /// it open while it is started.
    fn script(&self, name: &str, script: &str) -> String {
        let path = self.shown(name);
        let words = format!("#!/bin/sh\ncat > '{}'\n{script}\n", self.shown("got"));
        let mut write =
            Command::new("sh").args(["-c", "cat > \"$0\"", &path]).stdin(Stdio::piped()).spawn().unwrap();
        write.stdin.take().unwrap().write_all(words.as_bytes()).unwrap();
        assert!(write.wait().unwrap().success());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn got(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path("got")).unwrap()).unwrap()
    }

    fn desk(&self, lang: Lang, settings: &str) -> Desk {
        let file = self.path("config.toml");
        fs::write(&file, settings).unwrap();
        Desk::with_settings(lang, NARROW, &file, morning)
    }
}

/// What is in the history of the first case, the newest last.
fn history(desk: &Desk) -> Vec<Deed> {
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    file.events.into_iter().map(|event| event.deed).collect()
}

fn copies(desk: &Desk) -> Vec<String> {
    let routes = history(desk).into_iter().filter_map(|deed| match deed {
        Deed::Copied { route, .. } => Some(route),
        _ => None,
    });
    routes.collect()
}

fn reply_clock(desk: &Desk) -> Running {
    let file = desk.store.case(CaseId(1), desk.now).unwrap().unwrap();
    file.clocks.iter().find(|clock| clock.name == "reply").unwrap().state
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_reply_goes_to_the_tool_that_is_set_and_the_history_names_it() {
    let place = Place::new();
    let tool = place.script("my-clip", "");
    let mut desk = place.desk(Lang::En, &format!("[copy]\ncommand = ['{tool}']\n"));
    desk.press("rOn its way<F5>").shows("copied by my-clip").shows("copied ✓");
    assert_eq!(fs::read_to_string(place.path("got")).unwrap(), "On its way");
    assert_eq!(copies(&desk), ["my-clip"]);
    desk.press("<F9>").shows("已复制，方式： my-clip").press("<Esc>").shows_no("my-clip");
}

#[test]
fn a_tool_that_fails_is_seen_and_nothing_was_copied() {
    let place = Place::new();
    let tool = place.script("my-clip", "echo 'cannot open display' >&2; exit 1");
    let mut desk = place.desk(Lang::En, &format!("[copy]\nroute = 'command'\ncommand = ['{tool}']\n"));
    desk.press("rOn its way<F5>").shows("not copied: `my-clip`: it ended with code 1: cannot open display");
    desk.shows_no("copied ✓");
    assert_eq!(copies(&desk), [""; 0]);
    let mut desk = place.desk(Lang::Zh, "[copy]\ncommand = ['/no/such/clip']\n");
    desk.press("rOn its way<F5>").shows("未复制：`clip`：没有这个命令");
    assert_eq!(copies(&desk), [""; 0]);
}

#[test]
fn a_reply_goes_to_a_file_where_that_is_set_or_where_no_terminal_takes_it() {
    let place = Place::new();
    let file = place.path("reply.txt");
    let mut desk = place.desk(Lang::En, &format!("[copy]\nroute = 'file'\nfile = '{}'\n", file.display()));
    desk.press("rOn its way<F5>").shows("copied to the file");
    assert_eq!((fs::read_to_string(&file).unwrap().as_str(), mode(&file)), ("On its way", 0o600));
    assert_eq!(copies(&desk), [format!("file: {}", file.display())]);

    let mut desk = place.desk(Lang::En, &format!("[copy]\nfile = '{}'\n", file.display()));
    desk.resize((160, 40));
    desk.press("r").paste(&"long ".repeat(MAX_BYTES / 4)).press("<F5>").shows("too long for the clipboard");
    assert!(fs::read_to_string(&file).unwrap().len() > MAX_BYTES);
    desk.press("x<F5>").shows("too long for the clipboard");
    assert_eq!(copies(&desk).len(), 2);
}

#[test]
fn copied_sent_and_no_reply_needed_are_three_events_and_the_clock_stops_for_two() {
    let place = Place::new();
    let folder = place.path("mails");
    let settings = format!("[out]\nfolder = '{}'\n", folder.display());
    let mut desk = place.desk(Lang::En, &settings);
    desk.press("rOn its way<F5>").press("<A-e>").shows("mail written, not sent");
    assert_eq!((copies(&desk).len(), reply_clock(&desk)), (2, Running::Missed));
    desk.press("<F6>");
    assert_eq!(reply_clock(&desk), Running::Stopped);
    assert!(matches!(history(&desk).last(), Some(Deed::Sent { .. })));
    let mut desk = place.desk(Lang::En, &settings);
    desk.press("n");
    assert_eq!(reply_clock(&desk), Running::Stopped);
    assert!(matches!(history(&desk).last(), Some(Deed::NoReplyNeeded)));
}

/// The only file of a folder.
fn only(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn a_reply_as_a_mail_answers_the_buyer_and_is_known_again_when_it_went_out() {
    let place = Place::new();
    let folder = place.path("mails");
    let mut desk = place.desk(Lang::En, &format!("[out]\nfolder = '{}'\n", folder.display()));
    desk.press("rEs tut uns leid, größer geht es nicht.").press("<A-e>").shows("mail written, not sent: ");
    let path = only(&folder);
    assert_eq!((mode(&path), mode(&folder)), (0o600, 0o700));
    let written = fs::canonicalize(&path).unwrap();
    assert_eq!(copies(&desk), [format!("eml: {}", written.display())]);
    let words = deed_words(&Deed::Copied { route: copies(&desk)[0].clone() }, Lang::Zh);
    assert!(words.starts_with("邮件已写好（尚未发送）："), "{words}");

    let bytes = fs::read(&path).unwrap();
    let read = MessageParser::default().parse(&bytes).unwrap();
    let address = |list: Option<&mail_parser::Address<'_>>| {
        list.unwrap().first().unwrap().address().unwrap().to_owned()
    };
    assert_eq!(address(read.to()), "annlee0@marketplace.amazon.com");
    assert_eq!(address(read.from()), "support@example.com");
    assert_eq!(read.subject(), Some("Re: Inquiry from Amazon customer Ann Lee (Order: 113-5550001-2220001)"));
    assert_eq!(read.in_reply_to().as_text(), Some("annlee-26-113-5550001-2220001@amazon.com"));
    assert_eq!(read.body_text(0).unwrap().trim_end(), "Es tut uns leid, größer geht es nicht.");

    // Sent by the mail program it comes back from the folder of sent mails: ours, of this case, and the clock stops.
    assert_eq!(reply_clock(&desk), Running::Missed);
    let learned = desk.store.learned().unwrap();
    let Verdict::Accepted(mail) = mail::read(&bytes, &learned) else { panic!("not accepted") };
    let mut import = desk.store.import(desk.now).unwrap();
    import.mail(&mail).unwrap();
    import.finish(&kesu::domain::view::Tally::default(), true).unwrap();
    assert_eq!(reply_clock(&desk), Running::Stopped);
}

#[test]
fn a_written_mail_is_opened_only_where_that_is_set() {
    let place = Place::new();
    let opener = place.script("my-mail", &format!("echo \"$1\" > '{}'", place.shown("opened")));
    let folder = place.path("mails");
    let settings = format!("[out]\nfolder = '{}'\n", folder.display());
    let mut desk = place.desk(Lang::En, &settings);
    desk.press("rHello").press("<A-e>");
    assert!(!place.path("opened").exists());
    fs::remove_dir_all(&folder).unwrap();
    let mut desk = place.desk(Lang::En, &format!("{settings}open = ['{opener}']\n"));
    desk.press("rHello").press("<A-e>").shows("mail written");
    assert_eq!(fs::read_to_string(place.path("opened")).unwrap().trim(), only(&folder).display().to_string());
    let mut desk = place.desk(Lang::Zh, &format!("{settings}open = ['/no/such/mailer']\n"));
    desk.press("rHello").press("<A-e>").shows("没有这个命令").shows("邮件已写好，请手动打开");
}

#[test]
fn a_mail_that_a_reply_rule_blocks_is_not_written() {
    let place = Place::new();
    let mut desk = place.desk(Lang::En, &format!("[out]\nfolder = '{}'\n", place.shown("mails")));
    desk.resize((160, 40));
    desk.press("rWrite to me at ann@shop.example")
        .press("<A-e>")
        .shows("L04")
        .shows("E-mail address in the text");
    assert!(!place.path("mails").exists());
    desk.press("<Esc><End><C-u>Hello").press("<A-e>").shows("mail written");
}

/// What `kesu reply` says of the first case of a database, and how it ends.
fn printed(db: &Path, desk: &Desk, args: &[&str]) -> (Option<i32>, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_kesu"))
        .env_clear()
        .env("KESU_DB", db)
        .env("KESU_NOW", desk.now.to_string())
        .env("HOME", db.parent().unwrap())
        .args(["reply", "1"])
        .args(args)
        .output()
        .unwrap();
    (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
}

#[test]
fn whichever_way_a_reply_leaves_the_same_rules_stop_it_and_one_reason_lets_it_out() {
    let drafts = [
        ("We send the new lid on Monday.", None),
        ("Ask ann@shop.example on Monday.", Some("L04")),
        ("Your UPS tracking number is 1Z5R89390357567128, it arrives on Monday.", Some("T01")),
        ("See www.shop.example and UPS 1Z5R89390357567128, it arrives on Monday.", Some("L01")),
        ("Order 113-9999999-9999999 arrives on Monday.", Some("L25")),
    ];
    for (draft, rule) in drafts {
        let place = Place::new();
        let (db, settings, mail) = (place.path("kesu.db"), place.path("config.toml"), place.path("one.eml"));
        fs::write(&settings, format!("[out]\nfolder = '{}'\n", place.shown("mails"))).unwrap();
        let mut desk = Desk::on_file(Lang::En, (120, 40), &db, Some(&settings), morning);
        desk.press("r").press(draft).wait(SignedDuration::from_secs(1));
        let eml = ["--eml", "-o", mail.to_str().unwrap()];
        if let Some(rule) = rule {
            for key in ["<F5>", "<A-e>", "<F6>"] {
                desk.press(key).shows("held back").shows(rule).press("<Esc>");
            }
            for args in [&[][..], &["--eml"], &eml] {
                let (code, said) = printed(&db, &desk, args);
                assert!(code == Some(4) && said.contains(rule), "{draft}: {args:?}: {said}");
            }
            assert!(desk.copied.is_empty() && !place.path("mails").exists() && !mail.exists(), "{draft}");
            desk.press("<A-e>as agreed with Amazon<Enter>");
        } else {
            desk.press("<A-e>");
        }
        desk.shows("mail written").press("<F5>").shows_no("held back");
        assert_eq!((only(&place.path("mails")).exists(), desk.copied.len()), (true, 1), "{draft}");
        for args in [&[][..], &["--eml"], &eml] {
            let (code, said) = printed(&db, &desk, args);
            assert_eq!(code, Some(0), "{draft}: {args:?}: {said}");
        }
        let reasons = history(&desk).into_iter().filter(|deed| matches!(deed, Deed::Overruled { .. }));
        assert_eq!(reasons.count(), usize::from(rule.is_some()), "{draft}");
    }
}

#[test]
fn a_claim_without_the_buyers_address_is_answered_elsewhere() {
    let place = Place::new();
    let mut desk = place.desk(Lang::En, &format!("[out]\nfolder = '{}'\n", place.shown("mails")));
    desk.press("jrHello").press("<A-e>").shows("shows the buyer's relay address");
    assert!(!place.path("mails").exists());
}

#[test]
fn the_sellers_address_is_asked_for_where_no_mail_shows_it() {
    let place = Place::new();
    let settings = place.path("config.toml");
    fs::write(&settings, format!("[out]\nfolder = '{}'\n", place.shown("mails"))).unwrap();
    let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, |store, now| {
        let words = "Where is it? It has not arrived.";
        let mail = support::post::message(
            now,
            2,
            kesu::domain::Marketplace::Us,
            "113-5550001-2220001",
            "Ann",
            words,
        );
        support::post::bring(store, now, &[mail.replace("To: support@example.com\r\n", "")], &[]);
    });
    desk.press("rHello").press("<A-e>").shows("Which address does Amazon know you by?");
    desk.press("nonsense<Enter>").shows("no plain address");
    desk.press("<BS><BS><BS><BS><BS><BS><BS><BS>shop@lumina.example<Enter>").shows("mail written");
    let mail = fs::read_to_string(only(&place.path("mails"))).unwrap();
    assert!(mail.contains("\r\nFrom: shop@lumina.example\r\n"), "{mail}");
    // Asked once a day is enough.
    desk.press("!").press("<A-e>").shows_no("Which address");
}

#[test]
fn a_hook_that_is_not_set_says_how_to_set_it() {
    let place = Place::new();
    let mut desk = place.desk(Lang::En, "");
    desk.resize((120, 40));
    desk.press("rHello");
    for (key, word) in [("<A-l>", "translate"), ("<A-g>", "draft"), ("<A-k>", "check")] {
        desk.press(key).shows(&format!("no `{word}` command is set. Write `{word} = [\"program\"]`"));
    }
    desk.press("<Esc><Esc><Enter><F9>l").shows("尚未设置 `translate` 命令");
}

#[test]
fn a_translation_replaces_what_was_typed_in_one_step() {
    let place = Place::new();
    let script = place.script("tr", "printf '\\033[1mIhr Paket\\033[0m\\nist \\007unterwegs.\\n\\n'");
    let mut desk = place.desk(Lang::En, &format!("[hooks]\ntranslate = ['{script}', ':de']\n"));
    desk.press("r您的包裹\n在路上").press("<A-l>").shows("Ihr Paket").shows("Ctrl-R replaces your words");
    let got = place.got();
    assert_eq!(got["text"], "您的包裹\n在路上");
    assert_eq!((got["hook"].as_str(), got["to"].as_str()), (Some("translate"), Some("en")));
    assert_eq!((got["lang"].as_str(), got["ui_lang"].as_str()), (Some("en"), Some("en")));
    assert!(got["messages"][0]["text"].as_str().unwrap().contains("no sign of the keyboard"));
    assert!(got["case"].is_number() && got["clocks"].is_array() && got["buyer_history"].is_object());
    let draft = |desk: &mut Desk| {
        desk.wait(SignedDuration::from_millis(200));
        desk.store.case(CaseId(1), desk.now).unwrap().unwrap().draft.unwrap().addition
    };
    desk.press("<C-r>").shows_no("Ctrl-R replaces");
    assert_eq!(draft(&mut desk), "Ihr Paket\nist unterwegs.");
    desk.press("<C-z>");
    assert_eq!(draft(&mut desk), "您的包裹\n在路上");
    desk.press("<C-r>");
    assert_eq!(draft(&mut desk), "Ihr Paket\nist unterwegs.");
    desk.press("<C-z>!");
    assert_eq!(draft(&mut desk), "您的包裹\n在路上!");
}

#[test]
fn a_proposal_is_inserted_at_the_caret_or_left() {
    let place = Place::new();
    let script = place.script("propose", "echo 'two words'");
    let mut desk = place.desk(Lang::Zh, &format!("[hooks.draft]\ncommand = ['{script}']\ntimeout = '5s'\n"));
    let draft = |desk: &mut Desk| {
        desk.wait(SignedDuration::from_millis(200));
        desk.store.case(CaseId(1), desk.now).unwrap().unwrap().draft.unwrap().addition
    };
    desk.press("ra  b<Left><Left>").press("<A-g>").shows("two words").shows("回车插入光标处");
    desk.press("qr?<Esc>").shows_no("回车插入光标处");
    assert!(!desk.quit);
    assert_eq!(draft(&mut desk), "a  b");
    let got = place.got();
    assert_eq!((got["draft"].as_str(), got["addition"].as_str()), (Some("a  b"), Some("a  b")));
    desk.press("<A-g><Enter>");
    assert_eq!(draft(&mut desk), "a two words b");
    desk.press("<C-z>");
    assert_eq!(draft(&mut desk), "a  b");
}

#[test]
fn a_check_shows_its_lines_as_remarks_and_changes_nothing() {
    let place = Place::new();
    let script = place.script("check", "printf -- '- too short\\n\\nno date\\n'");
    let mut desk = place.desk(Lang::En, &format!("[hooks]\ncheck = ['{script}']\n"));
    desk.press("rHello").press("<A-k>").shows("• too short").shows("• no date").shows_no("Ctrl-R");
    desk.press("<Enter><C-r>x").shows("• too short").press("<Esc>").shows_no("• too short").shows("Hello");
    assert_eq!(place.got()["text"], "Hello");
    let quiet = place.script("quiet", "");
    let mut desk = place.desk(Lang::En, &format!("[hooks]\ncheck = ['{quiet}']\ndraft = ['{quiet}']\n"));
    desk.press("rHello").press("<A-k>").shows("nothing to remark");
    desk.press("<A-g>").shows("it gave no text back");
}

#[test]
fn the_buyers_words_are_translated_in_the_case() {
    let place = Place::new();
    let script = place.script("tr", "seq 1 60");
    let mut desk = place.desk(Lang::Zh, &format!("[hooks]\ntranslate = ['{script}']\n"));
    desk.press("<Enter>l").shows("Esc 返回").shows_no("Ctrl-R");
    let got = place.got();
    assert!(got["text"].as_str().unwrap().starts_with("There is no sign of the keyboard"));
    assert_eq!((got["to"].as_str(), got["lang"].as_str()), (Some("zh"), Some("en")));
    assert_eq!((got["addition"].as_str(), got["draft"].as_null()), (Some(""), Some(())));
    desk.shows_no("60");
    desk.press("<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>")
        .shows("60")
        .press("<Up>")
        .shows_no("60");
    desk.press("<Esc>").shows("113-5550001-2220001");
}

#[test]
fn a_command_at_work_is_seen_and_esc_stops_it() {
    let place = Place::new();
    let script = place.script("slow", "echo tardy");
    let mut desk = place.desk(Lang::En, &format!("[hooks]\ndraft = ['{script}']\n"));
    desk.holds = true;
    desk.press("rHello").press("<A-g>").shows("running for 0 s, at most 20 s").shows("Esc stops it");
    assert!(desk.wake_at().unwrap() <= desk.now + SignedDuration::from_secs(1));
    desk.wait(SignedDuration::from_secs(3)).shows("running for 3 s");
    desk.press("q?<Enter>").shows("running for 3 s");
    desk.press("<Esc>").shows_no("running for").shows("Hello");
    // Its answer comes too late for anybody.
    desk.run_held().shows_no("tardy");
    // The next one is not mistaken for it.
    desk.press("<A-g>").shows("running for 0 s").run_held().shows("tardy");
}

#[test]
fn a_command_that_fails_says_why_and_the_words_stay() {
    let place = Place::new();
    for (script, said) in [
        ("echo 'quota\\033[31m used up' >&2; exit 2", "it ended with code 2: quota"),
        ("head -c 1100000 /dev/zero | tr '\\0' x", "it gave back more than 1000 kB"),
        ("printf '\\377\\376'", "is not UTF-8 text"),
        ("printf ' \\n'", "it gave no text back"),
    ] {
        let script = place.script("bad", script);
        let mut desk = place.desk(Lang::En, &format!("[hooks]\ndraft = ['{script}']\n"));
        desk.resize((160, 40));
        desk.press("rHello").press("<A-g>").shows(said).shows("Hello");
    }
}
