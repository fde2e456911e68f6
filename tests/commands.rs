//! The commands as a script sees them: exit codes, JSON shapes, streams, and what they leave on disk.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const NOW: &str = "2026-10-08T09:00:00Z";
const BIN: &str = env!("CARGO_BIN_EXE_kesu");

/// A folder of its own for each test, with a database that does not exist yet.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn db(&self) -> PathBuf {
        self.path("kesu.db")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::new(BIN);
        command.env_clear().env("KESU_DB", self.db()).env("KESU_NOW", NOW).env("HOME", self.folder.path());
        command.stdin(Stdio::null());
        command
    }

    fn run<A: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ran {
        Ran(self.command().args(args).output().unwrap())
    }

    fn import(&self, path: &Path) -> Ran {
        let mut command = self.command();
        Ran(command.args(["import", "--json"]).arg(path).output().unwrap())
    }
}

struct Ran(Output);

impl Ran {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "{}{}", self.out(), self.err());
        self
    }

    fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    fn json(&self) -> Vec<Value> {
        self.out().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A buyer's message in the form Amazon relays it.
fn message(id: u32, order: &str, text: &str) -> String {
    format!(
        "Message-ID: <m{id}@amazon.com>\r\nDate: Wed, 07 Oct 2026 10:00:{:02} +0000\r\n\
         From: \"Test Buyer - Amazon Marketplace\" <x00000000{id:05}@marketplace.amazon.com>\r\n\
         To: support@example.com\r\nSubject: Inquiry from Amazon customer Test (Order: {order})\r\n\
         X-Marketplace-ID: ATVPDKIKX0DER\r\nX-Space-Notification-Type: BBC_MESSAGE_SENT_TO_MERCHANT\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         You have received a message.\r\n\r\nOrder ID: {order}:\r\n# ASIN Product Name\r\n1 B0TEST0003 Test Camera\r\n\r\n\
         ------------- Message: -------------\r\n\r\n{text}\r\n\r\n------------- End message -------------\r\n\r\n\
         [commMgrTok:A00000000TEST]\r\n",
        id % 60
    )
}

const ORDERS: &str = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\tship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\tpromotion-ids\n\
111-1000001-2000006\t\t2026-09-30T17:08:47+00:00\t2026-10-02T01:00:00+00:00\tShipped\tMerchant\tAmazon.com\t\tStandard\tTest Camera\tCAM-01\tB0TEST0003\tShipped\t1\tUSD\t99.00\t8.00\t0.00\t0.00\t\t\t0.00\t0.00\tX\tNY\t10001\tUS\t\n";

/// An office with one case: order 111-1000001-2000006, the camera.
fn office_with_a_case() -> Office {
    let office = Office::new();
    let mail =
        office.file("mail.eml", message(1, "111-1000001-2000006", "The camera is broken and does not work."));
    office.import(&mail).ends(0);
    office
}

const MAIL_KEYS: [&str; 17] = [
    "file",
    "type",
    "status",
    "reason",
    "channel",
    "marketplace",
    "order_id",
    "buyer_text",
    "kind",
    "is_complaint",
    "amount",
    "currency",
    "decision",
    "deadline",
    "thread",
    "date_utc",
    "case",
];

#[test]
fn an_imported_mail_is_told_in_the_stable_shape() {
    let office = Office::new();
    let path = office.file("mail.eml", message(1, "111-1000001-2000006", "The camera is broken."));
    let told = office.import(&path).ends(0).json();
    let [mail] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(keys(mail)[..17], MAIL_KEYS);
    assert_eq!(mail["file"], path.to_str().unwrap());
    assert_eq!(
        (&mail["type"], &mail["status"], &mail["reason"]),
        (&"mail".into(), &"accepted".into(), &Value::Null)
    );
    assert_eq!((&mail["channel"], &mail["marketplace"]), (&"buyer_message".into(), &"US".into()));
    assert_eq!(mail["order_id"], "111-1000001-2000006");
    assert_eq!(mail["buyer_text"], "The camera is broken.");
    assert_eq!(mail["date_utc"], "2026-10-07T10:00:01Z");
    assert!(mail["case"].is_i64() && mail["thread"].is_string(), "{mail}");
}

#[test]
fn a_report_is_told_with_its_rows_and_problems() {
    let office = Office::new();
    let bad = ORDERS.to_owned() + "111-1000001-2000013\ttoo few columns\n";
    let told = office.import(&office.file("orders.txt", bad)).ends(0).json();
    let [report] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(keys(report)[..6], ["file", "type", "status", "reason", "rows", "problems"]);
    assert_eq!(report["type"], "all_orders");
    let rows = serde_json::json!({"total": 2, "new": 1, "dup": 0, "updated": 0, "skipped": 1});
    assert_eq!(report["rows"], rows);
    assert_eq!(keys(&report["problems"][0]), ["line", "column", "value", "problem", "remedy"]);
    assert_eq!(report["problems"][0]["line"], 3);
}

#[test]
fn a_dry_run_says_the_same_as_the_import_and_leaves_nothing_behind() {
    let office = Office::new();
    office.file("in/mail.eml", message(1, "111-1000001-2000006", "It is broken."));
    office.file("in/orders.txt", ORDERS);
    office.file("in/noise.txt", "some\tother\ttable\n1\t2\t3\n");
    let folder = office.path("in");
    let dry_run = || office.run(["import", "--json", "--dry-run", folder.to_str().unwrap()]).ends(0);
    let dry = dry_run();
    assert!(!office.db().exists(), "a dry run made a database");
    assert_eq!(dry.out(), office.import(&folder).ends(0).out());
    let again = dry_run().json();
    assert_eq!(again.iter().filter(|item| item["status"] == "ignored").count(), 1, "{again:?}");
}

#[test]
fn importing_twice_changes_nothing() {
    let office = Office::new();
    office.file("in/mail.eml", message(1, "111-1000001-2000006", "It is broken."));
    office.file("in/orders.txt", ORDERS);
    office.import(&office.path("in")).ends(0);
    let before = office.run(["list", "--json"]).ends(0).out();
    let told = office.import(&office.path("in")).ends(0).json();
    let mail = told.iter().find(|item| item["type"] == "mail").unwrap();
    assert_eq!(mail["status"], "ignored");
    assert!(mail["reason"].as_str().unwrap().contains("duplicate"));
    let report = told.iter().find(|item| item["type"] == "all_orders").unwrap();
    assert_eq!((&report["rows"]["new"], &report["rows"]["dup"]), (&0.into(), &1.into()));
    assert_eq!(office.run(["list", "--json"]).out(), before);
}

#[test]
fn a_mail_may_come_from_standard_input() {
    let office = Office::new();
    let mut child = office
        .command()
        .args(["import", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(message(1, "111-1000001-2000006", "Where is it?").as_bytes())
        .unwrap();
    let ran = Ran(child.wait_with_output().unwrap()).ends(0);
    assert_eq!(ran.json()[0]["file"], "-");
    assert_eq!(ran.json()[0]["status"], "accepted");
    let empty = office.run(["import", "-"]).ends(1);
    assert!(empty.err().contains("stdin is empty"), "{}", empty.err());
}

#[test]
fn a_mailbox_gives_one_object_a_message() {
    let office = Office::new();
    let one = |id| {
        format!(
            "From x@y Wed Oct  7 10:00:00 2026\n{}\n",
            message(id, "111-1000001-2000006", "Broken").replace("\r\n", "\n")
        )
    };
    let told = office.import(&office.file("box", one(1) + &one(2))).ends(0).json();
    assert_eq!(told.iter().map(|item| item["index"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert!(told.iter().all(|item| item["status"] == "accepted"), "{told:?}");
}

#[test]
fn ctrl_c_stops_an_import_and_nothing_of_it_remains() {
    let office = Office::new();
    let mut child =
        office.command().args(["import", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than a pipe holds: when it is written, the program reads, and knows of Ctrl-C.
    input.write_all(&vec![b'x'; 1 << 20]).unwrap();
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    while input.write_all(&[b'x'; 4096]).is_ok() {}
    let ran = Ran(child.wait_with_output().unwrap()).ends(130);
    assert!(ran.err().contains("cancelled"), "{}", ran.err());
    office.run(["list", "--json"]).ends(0);
}

#[test]
fn a_case_is_listed_and_shown_in_the_stable_shape() {
    let office = office_with_a_case();
    let list = office.run(["list", "--json"]).ends(0).json();
    let columns = [
        "case",
        "channel",
        "kind",
        "state",
        "marketplace",
        "order_id",
        "sku",
        "buyer",
        "opened",
        "due",
        "clock",
        "lang",
        "excerpt",
        "waiting_for",
        "snoozed",
        "snoozed_until",
    ];
    assert_eq!(keys(&list[0]), columns);
    assert_eq!((&list[0]["channel"], &list[0]["kind"]), (&"buyer_message".into(), &"defective".into()));
    assert_eq!((&list[0]["state"], &list[0]["due"]), (&"open".into(), &"2026-10-08T10:00:01Z".into()));
    let number = list[0]["case"].to_string();
    let shown = office.run(["show", &number, "--json"]).ends(0).json();
    assert_eq!(shown.len(), 1);
    assert_eq!(keys(&shown[0])[..columns.len()], columns);
    let beside = [
        "clocks",
        "messages",
        "offers",
        "evidence",
        "events",
        "buyer_history",
        "sku_notes",
        "is_complaint",
        "is_informal",
        "because",
        "refunds",
        "left",
        "left_at_most",
        "outcome",
        "outcomes",
    ];
    assert_eq!(keys(&shown[0])[columns.len()..], beside);
    let history = &shown[0]["buyer_history"];
    assert_eq!(
        (&history["orders"], &history["cases"], &history["claims"]),
        (&1.into(), &1.into(), &0.into())
    );
    assert!(
        history["others"].as_array().unwrap().is_empty() && history["flags"].as_array().unwrap().is_empty()
    );
    assert_eq!(keys(&shown[0]["clocks"][0]), ["name", "started", "due", "state", "source", "consequence"]);
    assert!(!shown[0]["messages"].as_array().unwrap().is_empty());
    assert!(!shown[0]["events"].as_array().unwrap().is_empty());
}

#[test]
fn a_case_that_is_not_there_is_not_found() {
    let office = office_with_a_case();
    let ran = office.run(["show", "4711"]).ends(3);
    assert!(ran.err().contains("no case 4711") && ran.out().is_empty());
    let ran = office.run(["--lang", "zh", "show", "4711"]).ends(3);
    assert!(ran.err().contains("没有客诉 4711"), "{}", ran.err());
}

#[test]
fn due_names_what_runs_out_within_the_time_asked_for() {
    let office = office_with_a_case();
    assert_eq!(office.run(["due", "--within", "2h", "--json"]).ends(0).json().len(), 1);
    assert_eq!(office.run(["due", "--within", "30m", "--json"]).ends(0).json().len(), 0);
    let none = office.run(["due", "--within", "30m"]).ends(0);
    assert!(none.out().is_empty() && none.err().is_empty(), "cron would send a mail");
    let late = office.run(["--now", "2026-10-08T11:00:00Z", "due", "--within", "1m"]).ends(0);
    assert!(late.out().contains("late"), "{}", late.out());
}

#[test]
fn a_wrong_command_line_ends_with_two() {
    let office = Office::new();
    for wrong in [
        &["list", "--limit", "x"][..],
        &["import"],
        &["show", "x"],
        &["no-such"],
        &["due", "--within", "4"],
        &["--lang", "fr", "list"],
    ] {
        let ran = office.run(wrong).ends(2);
        assert!(!ran.err().is_empty() && ran.out().is_empty());
    }
    let ran = office.run(["--lang", "zh", "import"]).ends(2);
    assert!(ran.err().contains("用法：") && ran.err().contains("请加 --help 查看"), "{}", ran.err());
    assert!(!office.db().exists());
}

#[test]
fn reading_commands_make_no_database() {
    let office = Office::new();
    for reading in [&["list", "--json"][..], &["due"], &["health"], &["paths"]] {
        office.run(reading).ends(0);
    }
    assert!(!office.db().exists());
}

#[test]
fn a_reader_that_leaves_is_not_worth_a_word() {
    let office = office_with_a_case();
    for args in [&["list", "--json"][..], &["man"], &["completions", "bash"], &["list"]] {
        let mut child =
            office.command().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = Ran(child.wait_with_output().unwrap()).ends(0);
        assert_eq!(ran.err(), "", "{args:?}");
    }
}

#[test]
fn a_full_disk_behind_stdout_is_told() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let office = office_with_a_case();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = Ran(office.command().args(["list", "--json"]).stdout(full).output().unwrap()).ends(1);
    assert!(ran.err().contains("cannot write"), "{}", ran.err());
}

#[test]
fn without_a_terminal_the_workbench_says_so() {
    let ran = Office::new().run([] as [&str; 0]).ends(1);
    assert!(ran.err().contains("terminal") && !ran.err().contains("panicked"), "{}", ran.err());
}

#[test]
fn a_foreign_database_is_refused_and_untouched() {
    let office = Office::new();
    for content in [
        "not a database at all, but longer than the hundred bytes of a header".repeat(3).into_bytes(),
        b"SQLite format 3\0 cut".to_vec(),
    ] {
        let foreign = office.file("kesu.db", &content);
        let mail = office.file("mail.eml", message(1, "111-1000001-2000006", "Broken"));
        let ran = office.import(&mail);
        assert_ne!(ran.0.status.code(), Some(0));
        assert!(ran.err().contains("kesu.db"), "{}", ran.err());
        office.run(["list"]);
        assert_eq!(fs::read(foreign).unwrap(), content);
        assert!(!office.path("kesu.db-wal").exists());
    }
}

#[test]
fn a_database_of_a_newer_kesu_is_refused_and_untouched() {
    let office = office_with_a_case();
    let mut bytes = fs::read(office.db()).unwrap();
    // Bytes 60 to 63 of SQLite's header: user_version.
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(office.db(), &bytes).unwrap();
    let ran = office.run(["list", "--json"]).ends(5);
    assert!(ran.err().contains("newer"), "{}", ran.err());
    assert_eq!(fs::read(office.db()).unwrap(), bytes);
}

#[test]
fn odd_files_are_named_and_the_rest_goes_on() {
    let office = Office::new();
    office.file("in/mail.eml", message(1, "111-1000001-2000006", "Broken"));
    office.file("in/empty.txt", "");
    let pipe = office.path("in/pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink("loop", office.path("in/loop")).unwrap();
    std::os::unix::fs::symlink("/nonexistent/x", office.path("in/nowhere")).unwrap();
    let told = office.import(&office.path("in")).ends(0).json();
    let reason = |name: &str| {
        let item = told.iter().find(|item| item["file"].as_str().unwrap().ends_with(name)).unwrap();
        (item["status"].as_str().unwrap().to_owned(), item["reason"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(reason("mail.eml").0, "accepted");
    for (name, word) in [
        ("pipe", "not a regular file"),
        ("loop", "symbolic links"),
        ("nowhere", "not found"),
        ("empty.txt", "empty"),
    ] {
        let (status, text) = reason(name);
        assert_eq!(status, "rejected");
        assert!(text.contains(word), "{name}: {text}");
    }
}

#[test]
fn nothing_readable_is_a_failure_that_leaves_the_cases_alone() {
    let office = office_with_a_case();
    let before = office.run(["list", "--json"]).out();
    for (name, word) in [("missing", "not found"), ("/dev/zero", "not a regular file")] {
        let ran = office.run(["import".as_ref(), office.path(name).as_os_str()]).ends(1);
        assert!(ran.err().contains(word), "{}", ran.err());
    }
    fs::create_dir(office.path("empty")).unwrap();
    office.run(["import".as_ref(), office.path("empty").as_os_str()]).ends(1);
    assert_eq!(office.run(["list", "--json"]).out(), before);
}

#[test]
fn a_folder_without_rights_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = Office::new();
    let closed = office.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read_dir(&closed).is_ok();
    if !is_root {
        let ran = office.run(["import".as_ref(), closed.as_os_str()]).ends(1);
        assert!(ran.err().contains("permission") && ran.err().contains("closed"), "{}", ran.err());
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn names_and_texts_cannot_act_on_the_terminal() {
    let office = Office::new();
    let hostile = "x\u{1b}]52;c;YQ==\u{7}\u{9b}31m \u{202e}gnp \u{200b} broken";
    let path = office.file("a\u{1b}]52;c;YQ==\u{7}b\n.eml", message(1, "111-1000001-2000006", hostile));
    let seen = |ran: &Ran| {
        let text = ran.out() + &ran.err();
        text.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{200b}'))
    };
    let json = office.import(&path).ends(0);
    assert_eq!(seen(&json), None);
    assert_eq!(json.json()[0]["buyer_text"], hostile, "the text was changed");
    let number = json.json()[0]["case"].to_string();
    for args in
        [&["list"][..], &["list", "--json"], &["show", &number], &["show", &number, "--json"], &["due"]]
    {
        assert_eq!(seen(&office.run(args).ends(0)), None, "{args:?}");
    }
    let human = office.run(["import".as_ref(), path.as_os_str()]).ends(0);
    assert_eq!(seen(&human), None);
}

#[test]
fn a_table_of_no_known_kind_says_how_to_map_it() {
    let office = Office::new();
    let path = office.file("claims.csv", "Claim No,Reference,When\n1,111-1000001-2000006,2026-10-01\n");
    let ran = office.run(["import".as_ref(), path.as_os_str()]).ends(1);
    let told = ran.err();
    for word in ["claims.csv", "Claim No", "--map map.toml"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    // Everything behind the line that says what to do is the map: it is cut out, saved and works as it is.
    let (_, rest) = told.split_once("To read ").unwrap();
    let (_, map) = rest.split_once("\n\n").unwrap();
    let map = office.file("map.toml", map);
    let mapped = office.run(["import".as_ref(), "--map".as_ref(), map.as_os_str(), path.as_os_str()]).ends(0);
    assert!(mapped.out().contains("1 new"), "{}", mapped.out());
    let chinese = office.run(["--lang".as_ref(), "zh".as_ref(), "import".as_ref(), path.as_os_str()]).ends(1);
    assert!(!chinese.err().contains("all_orders") && chinese.err().contains("全部订单"), "{}", chinese.err());
}

#[test]
fn a_column_map_that_is_missing_or_wrong_is_a_wrong_command_line() {
    let office = Office::new();
    let table = office.file("claims.csv", "Claim No,Order No\n1,111-1000001-2000006\n");
    let broken = office.file("broken.toml", "[columns\n");
    for map in [&office.path("missing.toml"), &broken] {
        let ran =
            office.run(["import".as_ref(), "--map".as_ref(), map.as_os_str(), table.as_os_str()]).ends(2);
        assert!(ran.err().contains(map.to_str().unwrap()) && ran.out().is_empty(), "{}", ran.err());
    }
    assert!(!office.db().exists());
}

#[test]
fn a_shown_case_has_its_offers_and_its_history_in_the_time_of_its_site() {
    let office = Office::new();
    let demo = office.path("demo.db");
    let db = demo.to_str().unwrap();
    office.run(["demo", "--cases", "40", "--db", db]).ends(0);
    let cases = office.run(["list", "--archived", "--json", "--db", db]).ends(0).json();
    let mut offers = 0;
    for case in &cases {
        let number = case["case"].to_string();
        let [whole] = &office.run(["show", &number, "--json", "--db", db]).ends(0).json()[..] else {
            panic!()
        };
        let shown = office.run(["--lang", "zh", "show", &number, "--db", db]).ends(0).out();
        assert!(shown.contains("历史") && shown.contains("新开"), "{shown}");
        assert!(!shown.contains("T0") && !shown.contains("00Z"), "a time in UTC: {shown}");
        for event in whole["events"].as_array().unwrap() {
            assert!(shown.contains(&format!("  #{}  ", event["id"])), "{shown}");
        }
        for offer in whole["offers"].as_array().unwrap() {
            offers += 1;
            assert!(!shown.contains(offer["kind"].as_str().unwrap()), "{shown}");
            assert!(!shown.contains(offer["status"].as_str().unwrap()), "{shown}");
            let amount = offer["amount"].as_str().unwrap_or_default();
            let tracking = offer["tracking"].as_str().unwrap_or_default();
            assert!(shown.contains(amount) && shown.contains(tracking), "{shown}");
        }
    }
    assert!(offers > 0);
}

#[test]
fn the_words_on_a_line_find_it_in_both_languages() {
    let office = office_with_a_case();
    for (lang, words) in [("en", ["message", "defective"]), ("zh", ["消息", "质量缺陷"])] {
        let line = office.run(["--lang", lang, "list", words[0], words[1]]).ends(0).out();
        assert!(words.iter().all(|word| line.contains(word)), "{line}");
    }
}

#[test]
fn a_case_that_arrives_settled_is_told_as_archived() {
    let office = Office::new();
    let map = "channel = \"atoz_claim\"\n[columns]\norder_id = \"Order\"\nstatus = \"State\"\n\
               [values.status]\n\"Closed\" = \"settled\"\n\"Open\" = \"open\"\n";
    let map = office.file("map.toml", map);
    let table = "Order,State\n111-1000001-2000006,Closed\n111-1000001-2000007,Open\n";
    let table = office.file("claims.csv", table);
    for dry in [true, false] {
        let mut command = office.command();
        command.args(["import", "--map"]).arg(&map).arg(&table).args(dry.then_some("--dry-run"));
        let ran = Ran(command.output().unwrap()).ends(0);
        assert!(ran.out().contains("2 cases opened, 1 of them archived"), "{}", ran.out());
    }
    assert_eq!(office.run(["list", "--json"]).ends(0).json().len(), 1);
}

#[test]
fn health_is_told_in_the_stable_shape() {
    let office = Office::new();
    office.import(&office.file("orders.txt", ORDERS)).ends(0);
    let rates = office.run(["health", "--json"]).ends(0).json();
    assert_eq!(
        keys(&rates[0])[..8],
        ["marketplace", "fulfilment", "as_of", "window", "numerator", "denominator", "rate", "events"]
    );
    assert_eq!(keys(&rates[0]["window"]), ["from", "to"]);
    assert_eq!(keys(&rates[0]["events"]), ["negative_feedback", "claims", "chargebacks"]);
    assert_eq!((&rates[0]["marketplace"], &rates[0]["fulfilment"]), (&"US".into(), &"mfn".into()));
    assert_eq!((&rates[0]["numerator"], &rates[0]["denominator"]), (&0.into(), &1.into()));
}

#[test]
fn health_says_how_it_counted_and_follows_the_own_rules() {
    let office = Office::new();
    let line = ORDERS.lines().nth(1).unwrap();
    let cancelled =
        line.replace("111-1000001-2000006", "111-1000001-2000007").replace("\tShipped\t", "\tCancelled\t");
    office.import(&office.file("orders.txt", format!("{ORDERS}{cancelled}\n"))).ends(0);
    let feedback = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n\
                    10/2/26\t1\tbroken\t\t111-1000001-2000006\tx@example.com\n";
    office
        .run(["import", "--marketplace", "US", office.file("feedback.txt", feedback).to_str().unwrap()])
        .ends(0);
    let told = |office: &Office| office.run(["health", "--json"]).ends(0).json().remove(0);
    let rate = told(&office);
    assert_eq!((&rate["numerator"], &rate["denominator"]), (&1.into(), &2.into()));
    assert_eq!(
        keys(&rate)[9..],
        ["orders_known", "policy", "distance", "trend", "savable", "reported", "late_responses"],
        "what comes after the stable part"
    );
    assert_eq!(rate["policy"]["cancelled_orders_count"], true);
    assert_eq!(rate["distance"]["defects_to_lose"], 1);
    assert_eq!(rate["trend"].as_array().unwrap().len(), 60);
    assert_eq!(rate["savable"][0]["order_id"], "111-1000001-2000006");
    let people = office.run(["health"]).ends(0);
    for words in [
        "▲ 50.00%",
        "cancelled orders counted",
        "returns reports is no claim",
        "can still be saved",
        "under 1% again",
    ] {
        assert!(people.out().contains(words), "{words} in {}", people.out());
    }
    office.file(".config/kesu/health.toml", "[odr]\ncancelled_orders_count = false\n");
    let rate = told(&office);
    assert_eq!((&rate["denominator"], &rate["policy"]["cancelled_orders_count"]), (&1.into(), &false.into()));
    assert!(office.run(["--lang", "zh", "health"]).ends(0).out().contains("已取消订单不计入"));
    office.file(".config/kesu/health.toml", "[odr]\ncanceled_orders_count = false\n");
    let checked = office.run(["config", "check"]).ends(4);
    assert!(
        checked.out().contains("health.toml:2:1")
            && checked.out().contains("did you mean `cancelled_orders_count`")
    );
    let broken = office.run(["health", "--json"]).ends(0);
    assert!(broken.err().contains("health.toml, line 2"), "{}", broken.err());
    assert_eq!(broken.json()[0]["denominator"], 2);
    let before = office.run(["health", "--as-of", "2026-09-29", "--json"]).ends(0);
    assert!(before.json().is_empty(), "no orders in those days");
}

#[test]
fn paths_are_those_of_the_platform_and_the_option() {
    let office = Office::new();
    let told = office.run(["paths", "--json"]).ends(0).json();
    assert_eq!(keys(&told[0]), ["database", "data", "config"]);
    assert_eq!(told[0]["database"], office.db().to_str().unwrap());
}

#[test]
fn the_papers_name_every_command_in_both_languages() {
    let office = Office::new();
    for command in [
        "import",
        "list",
        "show",
        "due",
        "demo",
        "paths",
        "health",
        "classify",
        "track",
        "lint",
        "completions",
        "man",
    ] {
        for paper in [&["--help"][..], &["man"], &["--lang", "zh", "--help"], &["completions", "zsh"]] {
            assert!(office.run(paper).ends(0).out().contains(command), "{command} in {paper:?}");
        }
    }
    assert!(office.run(["--lang", "zh", "import", "--help"]).ends(0).out().contains("不写入"));
}

#[test]
fn a_demo_file_is_written_once_and_the_same_seed_invents_the_same_cases() {
    let office = Office::new();
    let write = |name: &str, seed: &str| {
        let path = office.path(name);
        office.run(["demo", "--cases", "40", "--seed", seed, "--db", path.to_str().unwrap()])
    };
    write("one.db", "7").ends(0);
    write("two.db", "7").ends(0);
    let list = |name: &str| {
        office
            .run(["list", "--archived", "--json", "--db", office.path(name).to_str().unwrap()])
            .ends(0)
            .out()
    };
    assert_eq!(list("one.db"), list("two.db"));
    assert_eq!(list("one.db").lines().count(), 40);
    let before = fs::read(office.path("one.db")).unwrap();
    let ran = write("one.db", "7").ends(1);
    assert!(ran.err().contains("one.db"), "{}", ran.err());
    assert_eq!(fs::read(office.path("one.db")).unwrap(), before);
}

#[test]
fn a_closed_standard_input_is_no_panic() {
    let office = Office::new();
    let line = format!("'{BIN}' import - 0<&-");
    let mut child = Command::new("sh")
        .args(["-c", &line])
        .env("KESU_DB", office.db())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut talk = String::new();
    child.stderr.take().unwrap().read_to_string(&mut talk).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{talk}");
    assert!(talk.contains("stdin"), "{talk}");
}

#[test]
fn messages_are_judged_line_by_line_and_a_bad_line_stops_no_other() {
    let office = Office::new();
    let lines = concat!(
        "\u{feff}{\"id\":\"a\",\"lang\":\"en\",\"subject\":\"\",\"text\":\"It has still not arrived\"}\r\n",
        "\n",
        "{\"id\":\"b\",\"lang\":\"de\"\n",
        "{\"id\":7,\"lang\":\"zh-Hant\",\"text\":\"螢幕裂了\",\"more\":1}\n",
        "{\"id\":\"c\",\"lang\":\"en\"}\n",
        "{\"id\":\"d\",\"subject\":\"Missing screws\",\"text\":\"see subject\"}\n",
        "{\"id\":\"e\",\"lang\":\"sv\",\"text\":\"Thanks, works great!\"}",
    );
    let path = office.file("messages.jsonl", lines);
    let ran = office.run(["classify", path.to_str().unwrap()]).ends(1);
    let told = ran.json();
    assert_eq!(keys(&told[0]), ["id", "kind", "is_complaint"]);
    let row =
        |at: usize| (told[at]["id"].clone(), told[at]["kind"].clone(), told[at]["is_complaint"].clone());
    assert_eq!(row(0), ("a".into(), "not_received".into(), true.into()));
    assert_eq!(row(1), (7.into(), "defective".into(), true.into()));
    assert_eq!(row(2), ("d".into(), "not_as_described".into(), true.into()));
    assert_eq!(row(3), ("e".into(), "other".into(), false.into()));
    assert_eq!(told.len(), 4);
    assert!(ran.err().contains("line 3") && ran.err().contains("line 5"), "{}", ran.err());
    assert!(ran.err().contains("text") && ran.err().contains("one object a line"), "{}", ran.err());

    // The same from standard input; nothing to say is nothing wrong.
    let mut child =
        office.command().arg("classify").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.lines().last().unwrap().as_bytes()).unwrap();
    let answer = child.wait_with_output().unwrap();
    assert_eq!(answer.status.code(), Some(0));
    assert_eq!(answer.stdout, b"{\"id\":\"e\",\"kind\":\"other\",\"is_complaint\":false}\n");
    office.run(["classify"]).ends(0);
    assert!(office.run(["classify", "no such file"]).ends(1).err().contains("no such file"));
    assert!(!office.db().exists(), "judging needs no database");
}

#[test]
fn tracking_numbers_are_judged_one_object_a_line_and_an_invalid_one_is_blocked() {
    let office = Office::new();
    let numbers =
        ["1z 5r8-939 03 5756 7127", "００３４０４３４１６１０９４０４２５５７", "YT2600000000000123", "n/a"];
    let told = office.run(["track", "--json"].iter().chain(&numbers)).ends(0).json();
    assert_eq!(keys(&told[0]), ["number", "verdict", "carriers", "url"]);
    let row = |at: usize| (told[at]["number"].as_str().unwrap(), told[at]["verdict"].as_str().unwrap());
    assert_eq!(row(0), (numbers[0], "valid"));
    assert_eq!(told[0]["carriers"], serde_json::json!(["UPS"]));
    assert_eq!(told[0]["url"], "https://www.ups.com/track?tracknum=1Z5R89390357567127");
    assert_eq!((row(1).1, &told[1]["carriers"]), ("valid", &serde_json::json!(["DHL Paket", "USPS"])));
    assert_eq!((row(2).1, row(3).1, &told[3]["url"]), ("plausible", "unknown", &serde_json::Value::Null));

    let ran = office.run(["track", "1Z5R89390357567128", "RB123456785GB", "1111111111"]).ends(4);
    let lines: Vec<String> = ran.out().lines().map(ToOwned::to_owned).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[1].contains("invalid") && lines[1].contains("UPS"), "{lines:?}");
    assert!(
        lines[2].contains("valid") && lines[2].contains("Royal Mail") && lines[2].contains("https://"),
        "{lines:?}"
    );
    assert!(lines[3].contains("invalid, placeholder"), "{lines:?}");
    assert!(office.run(["--lang", "zh", "track", "1111111111"]).ends(4).out().contains("无效，占位号"));

    // One a line from standard input; the site's usual carriers stand first.
    let mut command = office.command();
    command
        .args(["track", "-", "--json", "--marketplace", "uk"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = "\u{feff}JJD0002257639032011\r\n\n  RB123456784GB\n\u{1b}[31m\n";
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let answer = child.wait_with_output().unwrap();
    assert_eq!(answer.status.code(), Some(4));
    let told = String::from_utf8(answer.stdout).unwrap();
    assert_eq!(told.lines().count(), 3, "{told}");
    assert!(told.lines().next().unwrap().contains("[\"Yodel\",\"DHL Paket\"]"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");

    office.run(["track"]).ends(2);
    office.run(["track", "x", "--marketplace", "Mars"]).ends(2);
    office.run(["track", "--help"]).ends(0).out().contains("exit code is 4");
}

#[test]
fn own_carriers_count_and_broken_ones_are_told_while_ours_go_on() {
    let office = Office::new();
    let own = "[[carrier]]\nname = \"Hausbote\"\nurl = \"https://hausbote.example/{number}\"\n[[carrier.format]]\n\
               shape = \"HB[0-9]{8}\"\n";
    office.file(".config/kesu/carriers.toml", own);
    let told = office.run(["track", "hb12345678", "--json"]).ends(0).json();
    assert_eq!((&told[0]["verdict"], &told[0]["carriers"][0]), (&"plausible".into(), &"Hausbote".into()));
    office.run(["config", "check"]).ends(0);
    office.file(".config/kesu/carriers.toml", own.replace("shape", "shpae"));
    let ran = office.run(["track", "1Z5R89390357567127", "--json"]).ends(0);
    assert!(ran.err().contains("carriers.toml, line 4"), "{}", ran.err());
    assert_eq!(ran.json()[0]["verdict"], "valid");
    let found = office.run(["config", "check"]).ends(4);
    assert!(
        found.out().contains("carriers.toml:5:1: unknown key `shpae`: did you mean `shape`?"),
        "{}",
        found.out()
    );
}

#[test]
fn config_check_names_every_mistake_with_its_place() {
    let office = Office::new();
    let clean = office.run(["config", "check"]).ends(0);
    assert!(clean.out().is_empty() && clean.err().contains("not there"), "{}", clean.err());
    let own = office.file(
        ".config/kesu/clocks.toml",
        "[[clock]]\nname = \"reply\"\nlenght = \"2 days\"\nlength = \"2 weeks\"\nchannels = [\"phone\"]\n",
    );
    office.file(".config/kesu/config.toml", "[store]\nnmae = \"Lumina\"\n");
    let ran = office.run(["config", "check"]).ends(4);
    let all: Vec<String> = ran.out().lines().map(ToOwned::to_owned).collect();
    // Each mistake, its line, and a caret below it.
    assert_eq!(all.len(), 12, "{all:?}");
    assert_eq!((all[7].trim(), all[8].find('^')), ("length = \"2 weeks\"", Some(4 + 9)), "{all:?}");
    let lines: Vec<&String> = all.iter().step_by(3).collect();
    assert!(lines[0].contains("config.toml:2:1: unknown key `nmae`: did you mean `name`?"), "{lines:?}");
    assert!(lines[1].starts_with(&format!("{}:3:1: unknown key `lenght`", own.display())), "{lines:?}");
    assert!(lines[2].contains(":4:10: `2 weeks` is no length"), "{lines:?}");
    assert!(lines[3].contains(":5:13: `phone` in `channels` is none of atoz_claim"), "{lines:?}");
    let found = office.run(["config", "check", "--json"]).ends(4).json();
    assert_eq!((keys(&found[0]), &found[2]["line"]), (vec!["file", "line", "column", "problem"], &4.into()));
    let chinese = office.run(["--lang", "zh", "config", "check"]).ends(4);
    assert!(chinese.out().contains("不是有效时长"), "{}", chinese.out());
    office.file(".config/kesu/config.toml", "");
    office.file(".config/kesu/clocks.toml", "");
    let text = "+++\ntitle = [\"Mine\", \"我的\"]\nkinds = [\"defectiv\"]\n+++\nHi {{ byer_name }}\n{{ addition }}\n";
    office.file(".config/kesu/templates/en/mine.txt", text);
    office.file(".config/kesu/snippets/en/mine.txt", "+++\ntitle = [\"Mine\", \"我的\"]\n+++\nHi\n");
    let ran = office.run(["config", "check"]).ends(4);
    assert!(ran.out().contains("en/mine.txt:3:10: `defectiv` in `kinds`"), "{}", ran.out());
    assert!(
        ran.out().contains("did you mean `defective`?\n    kinds = [\"defectiv\"]\n             ^"),
        "{}",
        ran.out()
    );
    assert!(ran.out().contains("en/mine.txt:5:7: there is no variable `byer_name`"), "{}", ran.out());
    assert!(ran.err().contains("snippets/en/mine.txt: no mistake"), "{}", ran.err());
    office.run(["config", "mend"]).ends(2);
}

#[test]
fn own_clocks_count_and_broken_ones_are_told_while_ours_go_on() {
    let office = office_with_a_case();
    let due = |office: &Office| {
        let ran = office.run(["list", "--json"]).ends(0);
        (ran.json()[0]["due"].as_str().unwrap().to_owned(), ran.err())
    };
    assert_eq!(due(&office), ("2026-10-08T10:00:01Z".to_owned(), String::new()));
    office.file(".config/kesu/clocks.toml", "[[clock]]\nname = \"reply\"\nlength = \"30 hours\"\n");
    assert_eq!(due(&office), ("2026-10-08T16:00:01Z".to_owned(), String::new()));
    office.file(".config/kesu/clocks.toml", "[[clock]]\nname = \"reply\"\nlength = \"30\"\n");
    let (shipped, told) = due(&office);
    assert_eq!(shipped, "2026-10-08T10:00:01Z");
    assert!(told.contains("clocks.toml, line 3: `30` is no length"), "{told}");
}

#[test]
fn show_lists_every_clock_with_start_due_state_and_source() {
    let office = office_with_a_case();
    let number = office.run(["list", "--json"]).ends(0).json()[0]["case"].to_string();
    let shown = office.run(["show", &number, "--json"]).ends(0).json();
    let clocks: Vec<String> = shown[0]["clocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|clock| ["name", "started", "due", "state"].map(|key| clock[key].as_str().unwrap()).join(" "))
        .collect();
    assert_eq!(
        clocks,
        [
            "reply 2026-10-07T10:00:01Z 2026-10-08T10:00:01Z running",
            "buyer_may_claim 2026-10-07T10:00:01Z 2026-10-09T10:00:01Z running",
            "default_loss 2026-10-07T10:00:01Z 2026-10-14T10:00:01Z running",
            "long_term 2026-10-07T10:00:01Z 2026-11-21T11:00:01Z running",
        ]
    );
    assert!(shown[0]["clocks"][0]["source"].as_str().unwrap().contains("202152030"));
    let page = office.run(["show", &number]).ends(0);
    assert!(page.out().contains("buyer may claim") && page.out().contains("202152030"), "{}", page.out());
}
