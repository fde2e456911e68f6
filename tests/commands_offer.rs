//! `kesu offer` and `kesu doctor` as a script sees them: keys, refusals, proofs, exit codes, JSON shapes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const ORDER: &str = "113-5550001-2220001";

/// A folder of its own, with a database of one case about an order of 48.99 USD.
struct Office(TempDir);

impl Office {
    fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn new() -> Self {
        let office = Self::empty();
        let claim = format!(
            "Message-ID: <claim@amazon.com>\r\nDate: Tue, 06 Oct 2026 10:00:00 +0000\r\n\
             From: \"Amazon A-to-z Guarantee\" <atoz-guarantee-no-reply@amazon.com>\r\nTo: support@example.com\r\n\
             Subject: Action required: Claim received on order {ORDER}\r\nX-Marketplace-ID: ATVPDKIKX0DER\r\n\
             X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nWe received an A-to-z Guarantee claim of $48.99 on order \
             {ORDER}.\r\nClaim reason: Package did not arrive.\r\n"
        );
        let orders = format!(
            "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t\
             sales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\t\
             item-price\titem-tax\tshipping-price\tshipping-tax\tgift-wrap-price\tgift-wrap-tax\titem-promotion-discount\t\
             ship-promotion-discount\tship-city\tship-state\tship-postal-code\tship-country\n\
             {ORDER}\t\t2026-09-28T10:00:00+00:00\t2026-09-29T10:00:00+00:00\tShipped\tMerchant\tAmazon.com\t\tStd\tKeyboard\t\
             KB-US-01\tB0KEYBOARD\tShipped\t1\tUSD\t48.99\t0.00\t\t\t\t\t\t\tReno\tNV\t89501\tUS\n"
        );
        office.import("claim.eml", &claim);
        office.import("orders.txt", &orders);
        office
    }

    fn db(&self) -> PathBuf {
        self.0.path().join("kesu.db")
    }

    fn import(&self, name: &str, content: &str) -> Ran {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        self.run(&["import", path.to_str().unwrap()]).ends(0)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kesu"));
        command.env_clear().env("KESU_DB", self.db()).env("KESU_NOW", "2026-10-08T09:00:00Z");
        Ran(command.env("HOME", self.0.path()).stdin(Stdio::null()).args(args).output().unwrap())
    }

    fn offer(&self, more: &[&str]) -> Ran {
        self.run(&[&["offer", "1", "--json"], more].concat())
    }

    fn refund_mail(&self, amount: &str) {
        let mail = format!(
            "Message-ID: <refund-{amount}@amazon.com>\r\nDate: Fri, 09 Oct 2026 10:00:00 +0000\r\n\
             From: Amazon.com <donotreply@amazon.com>\r\nTo: shop@example.com\r\n\
             Subject: Refund initiated for order {ORDER}\r\nX-Marketplace-ID: ATVPDKIKX0DER\r\n\
             X-Space-Notification-Type: REFUND_ISSUED\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nOrder ID: {ORDER}\r\nRefund amount: {amount} USD\r\n"
        );
        self.import(&format!("refund-{amount}.eml"), &mail);
    }

    fn shown(&self) -> Value {
        self.run(&["show", "1", "--json"]).ends(0).json()
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

    fn json(&self) -> Value {
        serde_json::from_str(&self.out()).unwrap()
    }
}

#[test]
fn an_offer_is_told_in_the_stable_shape() {
    let office = Office::new();
    let more = ["--kind", "partial_refund", "--amount", "20%", "--reason", "late parcel", "--key", "k1"];
    let offer = office.offer(&more).ends(0).json();
    let keys: Vec<&str> = offer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "id",
            "kind",
            "amount",
            "currency",
            "status",
            "carrier",
            "tracking",
            "cost",
            "cost_currency",
            "at",
            "total_unknown",
            "share",
            "route",
            "reason",
            "case",
            "line",
            "times",
            "paid",
            "proofs",
            "proven",
            "difference"
        ]
    );
    assert_eq!(
        (&offer["amount"], &offer["currency"], &offer["share"]),
        (&"9.80".into(), &"USD".into(), &"20.00".into())
    );
    assert_eq!((&offer["route"], &offer["reason"]), (&"claim".into(), &"late parcel".into()));
    assert_eq!(offer["times"]["proposed"], "2026-10-08T09:00:00Z");
    let mut shown = office.shown()["offers"][0].take();
    // What it really costs stands in the case alone: its fee is not known here, and nothing is guessed.
    let cost = shown.as_object_mut().unwrap().remove("true_cost").unwrap();
    assert_eq!(
        (&cost[0]["total"], cost[0]["unknown"][0].as_str()),
        (&serde_json::Value::Null, Some("no fee for US"))
    );
    assert_eq!(shown, offer);
}

#[test]
fn the_same_key_books_once_and_other_content_is_refused() {
    let office = Office::new();
    let book = |amount: &str| office.offer(&["--kind", "partial_refund", "--amount", amount, "--key", "k1"]);
    assert_eq!(book("12").ends(0).json(), book("12.00 USD").ends(0).json());
    assert!(book("13").ends(4).err().contains("booked something else already: partial refund 12.00 USD"));
    assert_eq!(office.shown()["offers"].as_array().unwrap().len(), 1);
    let accept = ["--id", "1", "--to", "accepted", "--key", "k2"];
    let accepted = office.offer(&accept).ends(0).json();
    assert_eq!(
        (office.offer(&accept).ends(0).json(), &accepted["status"]),
        (accepted.clone(), &"accepted".into())
    );
    assert!(
        office.offer(&["--id", "1", "--to", "declined", "--key", "k2"]).ends(4).err().contains("accepted")
    );
}

#[test]
fn what_a_check_forbids_ends_with_four_and_names_the_value_and_what_to_do() {
    let office = Office::new();
    for (amount, said) in [
        ("49", "49.00 USD is more than the 48.99 USD that is left of the order. offer at most what is left"),
        ("5 EUR", "`5 EUR` names EUR, expected USD. write it in USD"),
        ("1.9999", "`1.9999` has more decimals than USD has. write at most 2 decimals"),
        ("1.999", "`1.999` is ambiguous"),
        ("-5", "`-5` is negative"),
        ("0", "the amount must be more than nothing"),
    ] {
        let refused = office.offer(&["--kind", "partial_refund", "--amount", amount]).ends(4);
        assert!(refused.err().contains(said), "{amount}: {}", refused.err());
        assert_eq!(refused.out(), "");
    }
    let wrong = ["--kind", "reshipment", "--carrier", "UPS", "--tracking", "1Z5R89390357567128"];
    assert!(office.offer(&wrong).ends(4).err().contains("check digit"));
    office.offer(&[&wrong[..], &["--override", "printed so on the label"]].concat()).ends(0);
    let zh =
        office.run(&["offer", "1", "--kind", "partial_refund", "--amount", "1.999", "--lang", "zh"]).ends(4);
    assert!(zh.err().contains("有歧义") && zh.err().contains("1999"), "{}", zh.err());
    office.offer(&["--id", "9", "--to", "accepted"]).ends(3);
    office.run(&["offer", "7", "--kind", "full_refund"]).ends(3);
    office.offer(&[]).ends(2);
    office.offer(&["--kind", "gift"]).ends(2);
    office.offer(&["--id", "1"]).ends(2);
}

#[test]
fn promised_twelve_refunded_ten_is_shown_and_a_refund_above_the_order_is_flagged() {
    let office = Office::new();
    office.offer(&["--kind", "partial_refund", "--amount", "12"]).ends(0);
    office.refund_mail("10.00");
    let shown = office.shown();
    let offer = &shown["offers"][0];
    assert_eq!(
        (&offer["proven"], &offer["difference"], &offer["paid"]),
        (&"10.00".into(), &"-2.00".into(), &Value::Null)
    );
    assert_eq!(
        (&offer["status"], &offer["proofs"][0]["source"]),
        (&"proposed".into(), &"refund_mail".into())
    );
    assert_eq!(shown["refunds"]["above_total"], false);
    let page = office.run(&["show", "1"]).ends(0).out();
    assert!(page.contains("promised 12.00 USD, refunded 10.00 USD: 2.00 USD less"), "{page}");
    let done = office.offer(&["--id", "1", "--to", "carried_out", "--amount", "10"]).ends(0).json();
    assert_eq!(
        (&done["paid"], &done["times"]["carried_out"]),
        (&"10.00".into(), &"2026-10-08T09:00:00Z".into())
    );
    office.refund_mail("45.00");
    let shown = office.shown();
    assert_eq!(
        (&shown["refunds"]["amount"], &shown["refunds"]["above_total"]),
        (&"55.00".into(), &true.into())
    );
    assert_eq!(shown["refunds"]["items"][1]["offer"], Value::Null);
    assert!(
        office.run(&["show", "1"]).ends(0).out().contains("⚠ refunded 55.00 USD: more than the order total")
    );
}

#[test]
fn a_report_with_a_refund_above_its_order_lands_and_says_so_and_an_unseen_order_stays_unknown() {
    let office = Office::empty();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/reports/mfn_returns_uk_35col_utf8bom.txt");
    let report = fs::read_to_string(data).unwrap().replace("\t19.90\tApparel", "\t29.90\tApparel");
    let path = office.0.path().join("returns.txt");
    fs::write(&path, report).unwrap();
    let told =
        office.run(&["import", "--json", "--marketplace", "DE", path.to_str().unwrap()]).ends(0).json();
    assert_eq!(told["rows"]["skipped"], 0);
    let remark = &told["problems"][0];
    assert_eq!((&remark["column"], &remark["value"]), (&"Refunded Amount".into(), &"29.90 EUR".into()));
    assert!(
        remark["problem"].as_str().unwrap().contains("more than the order amount of 19.90 EUR"),
        "{remark}"
    );
    let list = office.run(&["list", "--archived", "--json"]).ends(0).out();
    let cases: Vec<Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let case = cases.iter().find(|case| case["order_id"] == "302-1000001-1000007").unwrap();
    let shown = office.run(&["show", &case["case"].to_string(), "--json"]).ends(0).json();
    assert_eq!(
        (&shown["refunds"]["amount"], &shown["refunds"]["above_total"]),
        (&"29.90".into(), &Value::Null)
    );
    let page = office.run(&["show", &case["case"].to_string(), "--lang", "zh"]).ends(0).out();
    assert!(page.contains("订单总额未知，无法判断是否超额"), "{page}");
}

#[test]
fn a_healthy_database_is_told_in_the_stable_shape_and_none_ends_with_three() {
    let office = Office::new();
    office.offer(&["--kind", "full_refund", "--key", "k1"]).ends(0);
    let report = office.run(&["doctor", "--json"]).ends(0).json();
    let keys: Vec<&str> = report.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["healthy", "database", "format", "events", "money_lines", "money_head", "checks", "findings"]
    );
    assert_eq!((&report["healthy"], &report["money_lines"]), (&true.into(), &1.into()));
    assert!(report["checks"].as_array().unwrap().iter().all(|check| check["healthy"] == true));
    assert!(office.run(&["doctor"]).ends(0).out().ends_with("healthy\n"));
    assert!(office.run(&["doctor", "--lang", "zh"]).ends(0).out().ends_with("正常\n"));
    let before = fs::read(office.db()).unwrap();
    office.run(&["doctor"]).ends(0);
    assert_eq!(fs::read(office.db()).unwrap(), before, "it changes nothing");
    let empty = Office::empty();
    assert!(empty.run(&["doctor"]).ends(3).err().contains("there is no database"));
    assert!(!empty.db().exists());
    fs::write(empty.db(), "a text and no database at all").unwrap();
    empty.run(&["doctor"]).ends(1);
}

#[test]
fn a_damaged_database_ends_with_one_and_says_where_and_what_to_do() {
    let office = Office::new();
    office.offer(&["--kind", "partial_refund", "--amount", "12"]).ends(0);
    let mut bytes = fs::read(office.db()).unwrap();
    // Every page but the first few is overwritten.
    let from = bytes.len() / 3;
    bytes[from..].fill(0x5a);
    fs::write(office.db(), &bytes).unwrap();
    let report = office.run(&["doctor", "--json"]).ends(1).json();
    assert_eq!(report["healthy"], false);
    let finding = &report["findings"][0];
    assert!(
        ["check", "where", "problem", "remedy"]
            .iter()
            .all(|name| finding[name].as_str().is_some_and(|it| !it.is_empty()))
    );
    assert!(office.run(&["doctor", "--lang", "zh"]).ends(1).out().contains("有问题"));
}
