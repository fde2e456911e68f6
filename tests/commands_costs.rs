//! Costs and rates as a script sees them: starts, imports, lists, JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use std::process::{Command, Output};

use serde_json::{Value, json};

struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kesu"));
        command.env_clear().env("HOME", self.0.path()).env("KESU_NOW", "2026-11-22T09:00:00Z");
        command
            .env("KESU_DB", self.0.path().join("kesu.db"))
            .current_dir(self.0.path())
            .args(args)
            .output()
            .unwrap()
    }

    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    }

    fn json(&self, args: &[&str]) -> Vec<Value> {
        self.ok(args).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Imports a file and returns its one item.
    #[track_caller]
    fn import(&self, name: &str) -> Value {
        let ran = self.run(&["import", "--json", name]);
        let out = String::from_utf8(ran.stdout).unwrap();
        serde_json::from_str(out.lines().next().unwrap_or_else(|| panic!("{:?}", ran.stderr))).unwrap()
    }
}

const ORDERS: &str = "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tsku\tquantity\tcurrency\titem-price\tship-country\n\
    113-1000001-1000001\t2026-11-01T10:00:00+00:00\t2026-11-02T10:00:00+00:00\tShipped\tMerchant\tAmazon.com\tKB-US-01\t1\tUSD\t60.00\tUS\n\
    113-1000001-1000002\t2026-11-02T10:00:00+00:00\t2026-11-02T10:00:00+00:00\tShipped\tMerchant\tAmazon.com\tKB-US-01\t1\tUSD\t40.00\tUS\n\
    113-1000001-1000003\t2026-11-03T10:00:00+00:00\t2026-11-03T10:00:00+00:00\tShipped\tAmazon\tAmazon.com\tTEE\t1\tUSD\t20.00\tUS\n";
const FEEDBACK: &str = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n\
    11/5/26\t1\tarrived broken\t\t113-1000001-1000001\tx@marketplace.amazon.com\n\
    11/6/26\t2\tnever came\t\t113-1000009-1000009\ty@marketplace.amazon.com\n";

#[test]
fn every_start_is_a_file_that_imports() {
    let office = Office::new();
    for (what, kind, rows) in [("skus", "sku_costs", 2), ("postage", "postage", 5), ("fees", "site_fees", 2)]
    {
        office.file("start.csv", &office.ok(&["costs", "--template", what]));
        let item = office.import("start.csv");
        assert_eq!((&item["type"], &item["status"]), (&json!(kind), &json!("accepted")), "{item}");
        assert_eq!((&item["rows"]["new"], &item["problems"]), (&json!(rows), &json!([])), "{item}");
        let again = office.import("start.csv");
        assert_eq!((&again["rows"]["dup"], &again["rows"]["new"]), (&json!(rows), &json!(0)), "{again}");
    }
    let lines = office.json(&["costs", "--json"]);
    let keyboard = lines.iter().find(|line| line["sku"] == "KB-US-01").unwrap();
    assert_eq!(keyboard["cost"], json!({ "amount": "12.50", "currency": "USD" }));
    assert_eq!((&keyboard["weight"]["milligrams"], &keyboard["ships_from"]), (&json!(450_000), &json!("CN")));
    let us = lines.iter().find(|line| line["marketplace"] == "US").unwrap();
    assert_eq!((&us["fee_percent"], &us["fee_kept_most"]["amount"]), (&json!(15.0), &json!("5.00")));
    assert_eq!(us["postage"].as_array().unwrap().len(), 5);
    let shown = office.ok(&["costs"]);
    assert!(shown.contains("12.50 USD") && shown.contains("seller ships out 500 g = 3.99 USD"), "{shown}");
    assert!(office.ok(&["--lang", "zh", "costs"]).contains("退款扣留"));
}

#[test]
fn a_table_with_holes_and_mistakes_lands_where_it_can_be_read() {
    let office = Office::new();
    office.file(
        "costs.csv",
        "SKU;Einkaufspreis;Währung;Gewicht (g)\nA;12,50;EUR;350\nB;;;\nC;1.999;EUR;1\nD;5;EUR;x\n",
    );
    let item = office.import("costs.csv");
    assert_eq!(item["rows"], json!({ "total": 4, "new": 4, "dup": 0, "updated": 0, "skipped": 0 }), "{item}");
    let problems = item["problems"].as_array().unwrap();
    assert_eq!((&problems[0]["line"], &problems[0]["column"]), (&json!(4), &json!("Einkaufspreis")));
    assert!(problems[0]["problem"].as_str().unwrap().contains("ambiguous"), "{item}");
    assert!(problems.iter().all(|problem| !problem["remedy"].as_str().unwrap().is_empty()));
    office.file("newer.csv", "sku,cost\nA,13.00 EUR\nB,\n");
    let item = office.import("newer.csv");
    assert_eq!((&item["rows"]["updated"], &item["rows"]["dup"]), (&json!(1), &json!(1)), "{item}");
    let lines = office.json(&["costs", "--json"]);
    let a = lines.iter().find(|line| line["sku"] == "A").unwrap();
    assert_eq!((&a["cost"]["amount"], &a["weight"]["milligrams"]), (&json!("13.00"), &json!(350_000)));
    let trial = office.run(&["import", "--dry-run", "--json", "costs.csv"]);
    assert!(trial.status.success());
    assert_eq!(office.json(&["costs", "--json"]), lines, "a dry run leaves nothing");
}

#[test]
fn rates_are_figures_with_counts_interval_and_cases() {
    let office = Office::new();
    office.file("orders.txt", ORDERS);
    office.file("feedback.txt", FEEDBACK);
    office.file("costs.csv", "sku,category,ships-from\nKB-US-01,Home,CN\nTEE,服装,\n");
    office.ok(&["import", "orders.txt", "costs.csv"]);
    office.ok(&["import", "--marketplace", "US", "feedback.txt"]);
    let rates = &office.json(&["figures", "rates", "--json", "--days", "30"])[0];
    assert_eq!((&rates["figures"], &rates["days"]), (&json!("rates"), &json!(30)));
    assert_eq!(rates["window"], json!({ "from": "2026-10-05", "to": "2026-11-03" }));
    assert_eq!((&rates["all"]["numerator"], &rates["all"]["denominator"]), (&json!(1), &json!(3)));
    assert_eq!(rates["all"]["interval"].as_array().unwrap().len(), 2);
    let home = &rates["by_category"][0];
    assert_eq!((&home["category"], &home["rate"]), (&json!("Home"), &json!(0.5)));
    assert_eq!(home["benchmark"], json!({ "category": "home", "rate": 0.018 }));
    assert_eq!(rates["by_category"][1]["benchmark"]["category"], "apparel");
    assert_eq!(rates["by_price"][0]["above"], false, "the lower band first");
    let dear = &rates["by_price"][1];
    assert_eq!(
        (&dear["currency"], &dear["line"], &dear["above"]),
        (&json!("USD"), &json!("50.00"), &json!(true))
    );
    assert_eq!((&dear["numerator"], &dear["denominator"]), (&json!(1), &json!(1)));
    let route = &rates["by_route"][0];
    assert_eq!((&route["fulfilment"], &route["route"]), (&json!("mfn"), &json!("cross_border")));
    assert_eq!(rates["unseen"]["complaints"], 1);
    let earlier = &office.json(&["figures", "rates", "--json", "--as-of", "2026-11-02", "--days", "1"])[0];
    assert_eq!((&earlier["all"]["denominator"], &earlier["unseen"]["complaints"]), (&json!(1), &json!(0)));
    let shown = office.ok(&["figures", "rates"]);
    assert!(shown.contains("by category") && shown.contains("> 50.00 USD"), "{shown}");
    assert!(office.ok(&["--lang", "zh", "figures", "rates"]).contains("未导入订单的客诉"));
}

#[test]
fn the_policy_file_is_checked_and_counts() {
    let office = Office::new();
    let folder = office.0.path().join(".config/kesu");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("costs.toml"), "[rates]\nchanels = []\n").unwrap();
    let checked = office.run(&["config", "check"]);
    let said =
        format!("{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
    assert_eq!(checked.status.code(), Some(4), "{said}");
    assert!(said.contains("costs.toml:2:1") && said.contains("channels"), "{said}");
    std::fs::write(folder.join("costs.toml"), "[rates]\nchannels = [\"atoz_claim\"]\n").unwrap();
    office.file("orders.txt", ORDERS);
    office.file("feedback.txt", FEEDBACK);
    office.ok(&["import", "--marketplace", "US", "orders.txt", "feedback.txt"]);
    let rates = &office.json(&["figures", "rates", "--json"])[0];
    assert_eq!(rates["all"]["numerator"], 0);
}
