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

    fn refund_mail(&self, amount: &str) -> Ran {
        self.refund_mail_of(amount, "Fri, 09 Oct 2026")
    }

    fn refund_mail_of(&self, amount: &str, day: &str) -> Ran {
        let mail = format!(
            "Message-ID: <refund-{amount}@amazon.com>\r\nDate: {day} 10:00:00 +0000\r\n\
             From: Amazon.com <donotreply@amazon.com>\r\nTo: shop@example.com\r\n\
             Subject: Refund initiated for order {ORDER}\r\nX-Marketplace-ID: ATVPDKIKX0DER\r\n\
             X-Space-Notification-Type: REFUND_ISSUED\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nOrder ID: {ORDER}\r\nRefund amount: {amount} USD\r\n"
        );
        self.import(&format!("refund-{amount}.eml"), &mail)
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
fn an_option_that_does_not_fit_the_kind_is_refused_by_name_and_nothing_is_booked() {
    let office = Office::new();
    for (args, said) in [
        (
            &["--kind", "full_refund", "--amount", "10"][..],
            "--amount does not go with full_refund. leave it out: everything is what is left of the order, 48.99 USD",
        ),
        (
            &["--kind", "cancel_and_refund", "--amount", "48.99"],
            "--amount does not go with cancel_and_refund",
        ),
        (&["--kind", "reshipment", "--amount", "10"], "--amount does not go with reshipment"),
        (&["--kind", "reshipment", "--total-unknown"], "--total-unknown does not go with reshipment"),
        (
            &["--kind", "partial_refund", "--amount", "5", "--carrier", "UPS"],
            "--carrier does not go with partial_refund",
        ),
        (
            &["--kind", "full_refund", "--tracking", "1Z5R89390357567127"],
            "--tracking does not go with full_refund",
        ),
        (
            &["--kind", "partial_refund", "--amount", "5", "--cost", "3"],
            "--cost does not go with partial_refund",
        ),
        (
            &["--kind", "partial_refund", "--amount", "5", "--override", "so"],
            "--override does not go with partial_refund",
        ),
    ] {
        let refused = office.offer(args).ends(2);
        assert!(refused.err().contains(said), "{args:?}: {}", refused.err());
    }
    assert_eq!(office.shown()["offers"].as_array().unwrap().len(), 0);
    office.offer(&["--kind", "partial_refund", "--amount", "12"]).ends(0);
    office.offer(&["--kind", "reshipment", "--carrier", "UPS"]).ends(0);
    for (args, said) in [
        (
            &["--id", "1", "--to", "accepted", "--amount", "10"][..],
            "--amount does not go with --to accepted of a partial_refund",
        ),
        (
            &["--id", "1", "--to", "carried_out", "--carrier", "UPS"],
            "--carrier does not go with --to carried_out of a partial_refund",
        ),
        (
            &["--id", "2", "--to", "carried_out", "--amount", "10"],
            "--amount does not go with --to carried_out of a reshipment",
        ),
        (
            &["--id", "2", "--to", "declined", "--cost", "4"],
            "--cost does not go with --to declined of a reshipment",
        ),
    ] {
        let refused = office.offer(args).ends(2);
        assert!(refused.err().contains(said), "{args:?}: {}", refused.err());
    }
    let zh = office.run(&["offer", "1", "--kind", "full_refund", "--carrier", "UPS", "--lang", "zh"]).ends(2);
    assert!(zh.err().contains("--carrier 不适用于 full_refund"), "{}", zh.err());
    office.offer(&["--id", "2", "--to", "carried_out", "--cost", "4"]).ends(0);
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
    let told = office.refund_mail("45.00").err();
    assert!(
        told.contains(&format!(
            "order {ORDER} (case 1): refunded 55.00 USD, more than its total of 48.99 USD"
        )),
        "{told}"
    );
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
fn what_was_refunded_already_cannot_be_offered_again() {
    let office = Office::new();
    office.refund_mail_of("40.00", "Wed, 07 Oct 2026");
    assert_eq!(office.shown()["left"], "8.99");
    for more in
        [["--kind", "partial_refund", "--amount", "48.99"], ["--kind", "partial_refund", "--amount", "9.00"]]
    {
        let refused = office.offer(&more).ends(4).err();
        for figure in
            ["8.99 USD that is left", "48.99 USD in all", "0.00 USD offered", "40.00 USD refunded besides"]
        {
            assert!(refused.contains(figure), "{refused}");
        }
    }
    let all = office.offer(&["--kind", "full_refund"]).ends(0).json();
    assert_eq!(all["amount"], "8.99", "the whole is what is left");
    assert_eq!(office.shown()["left"], "0.00");
    let page = office.run(&["show", "1"]).ends(0).out();
    assert!(page.contains("refund without an offer: 40.00 USD"), "{page}");
    // A refund that proves an offer of ours is that offer's money and no other.
    office.refund_mail("8.99");
    assert_eq!(office.shown()["left"], "0.00");
    assert_eq!(office.run(&["doctor", "--json"]).ends(0).json()["findings"], serde_json::json!([]));
}

#[test]
fn the_doctor_names_a_case_of_which_offers_and_refunds_take_more_than_the_order() {
    let office = Office::new();
    office.offer(&["--kind", "partial_refund", "--amount", "30"]).ends(0);
    office.refund_mail("45.00");
    office.refund_mail("10.00");
    let report = office.run(&["doctor", "--json"]).ends(0).json();
    assert_eq!(
        (&report["healthy"], report["findings"].as_array().unwrap().len()),
        (&true.into(), 1),
        "{report}"
    );
    let said = report["findings"][0].to_string();
    assert!(said.contains("48.99 USD") && said.contains("case 1") && said.contains(ORDER), "{said}");
}

#[test]
fn an_amount_of_a_refund_mail_that_cannot_be_told_for_sure_is_unknown_and_said() {
    let office = Office::new();
    let told = office.refund_mail("1.999").err();
    assert!(told.contains("refund-1.999.eml") && told.contains("`1.999 USD` is ambiguous"), "{told}");
    let shown = office.shown();
    assert_eq!(
        (&shown["refunds"]["amount"], &shown["refunds"]["unread"], &shown["refunds"]["above_total"]),
        (&Value::Null, &1.into(), &Value::Null)
    );
    // What is left is said in one way everywhere: at most so much.
    assert_eq!((&shown["left"], &shown["left_at_most"]), (&Value::Null, &"48.99".into()));
    let page = office.run(&["show", "1"]).ends(0).out();
    assert!(page.contains("left to offer at most 48.99 USD"), "{page}");
    let whole = ["--kind", "full_refund"];
    for more in [&[][..], &["--amount", "48.99"], &["--total-unknown"]] {
        let refused = office.offer(&[&whole[..], more].concat()).ends(4).err();
        assert!(refused.contains("at most 48.99 USD is left of the order"), "{more:?}: {refused}");
    }
    let zh = office.run(&["offer", "1", "--kind", "full_refund", "--lang", "zh"]).ends(4).err();
    assert!(zh.contains("订单余额最多 48.99 USD"), "{zh}");
    let booked =
        office.offer(&[&whole[..], &["--amount", "48.99", "--total-unknown"]].concat()).ends(0).json();
    assert_eq!(booked["amount"], "48.99");
    assert_eq!(office.shown()["left_at_most"], "0.00");
}

#[test]
fn where_nothing_is_left_a_refund_of_everything_says_so_with_the_figures() {
    let office = Office::new();
    office.offer(&["--kind", "partial_refund", "--amount", "30"]).ends(0);
    office.refund_mail_of("18.99", "Wed, 07 Oct 2026");
    let refused = office.offer(&["--kind", "full_refund"]).ends(4).err();
    for said in
        ["nothing is left of the order", "48.99 USD in all", "30.00 USD offered", "18.99 USD refunded"]
    {
        assert!(refused.contains(said), "{refused}");
    }
    assert!(!refused.contains("type an amount"), "{refused}");
}

#[test]
fn a_number_is_kept_plain_and_one_of_another_carrier_is_hinted_at() {
    let office = Office::new();
    let sent = |carrier: &str, key: &str| {
        let number = ["--carrier", carrier, "--tracking", "ＲＢ１２３４５６７８５ＧＢ", "--key", key];
        office.offer(&[&["--kind", "reshipment"][..], &number].concat()).ends(0)
    };
    let told = sent("UPS", "k1");
    assert_eq!(told.json()["tracking"], "RB123456785GB");
    assert!(
        told.err().contains(
            "RB123456785GB ✓ valid · UPU S10, Royal Mail · ⚠ UPU S10's or Royal Mail's number, not UPS's"
        ),
        "{}",
        told.err()
    );
    assert_eq!(sent("Royal Mail", "k2").err(), "");
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
    let reference = shown["refunds"]["items"][0]["reference"].as_str().unwrap();
    assert!(
        reference.starts_with("302-1000001-1000007 / ") && !reference.contains(char::is_control),
        "{reference:?}"
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
