//! `kesu figures` as a script sees it: shapes, windows, exit codes, and the same figures as in words.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::path::Path;
use std::process::{Command, Output};

use kesu::domain::clock::shipped_policy;
use kesu::store::Store;
use serde_json::Value;
use support::{NOW, post};

fn run(home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kesu"));
    command.env_clear().env("KESU_DB", home.join("kesu.db")).env("KESU_NOW", NOW).env("HOME", home);
    command.args(args).output().unwrap()
}

#[track_caller]
fn text(home: &Path, args: &[&str]) -> String {
    let output = run(home, args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(home: &Path, args: &[&str]) -> Value {
    let text = text(home, args);
    assert_eq!(text.lines().count(), 1, "one object");
    serde_json::from_str(&text).unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn settled() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(&home.path().join("kesu.db"), shipped_policy().unwrap()).unwrap();
    post::settled(&mut store, NOW.parse().unwrap());
    home
}

#[test]
fn outcomes_are_told_in_the_stable_shape() {
    let home = settled();
    let told = json(home.path(), &["figures", "outcomes", "--json"]);
    assert_eq!(
        keys(&told),
        [
            "figures",
            "days",
            "window",
            "outcomes",
            "lost_by_clock",
            "contradictions",
            "withdrawal",
            "benchmark"
        ]
    );
    assert_eq!(told["window"]["to"], "2026-10-07T12:00:00Z");
    assert_eq!((&told["outcomes"]["withdrawn"], &told["outcomes"]["granted"]), (&12.into(), &4.into()));
    let rates = &told["withdrawal"];
    assert_eq!(
        keys(rates),
        [
            "of",
            "few",
            "with_offer",
            "without_offer",
            "not_counted",
            "by_kind",
            "by_route",
            "by_share",
            "by_time",
            "by_marketplace",
        ]
    );
    let with = &rates["with_offer"];
    assert_eq!(keys(with), ["withdrawn", "settled", "rate", "interval", "enough", "cases"]);
    assert_eq!(
        (&with["withdrawn"], &with["settled"], &with["enough"]),
        (&10.into(), &12.into(), &true.into())
    );
    assert!((with["rate"].as_f64().unwrap() - 10.0 / 12.0).abs() < 1e-12);
    assert!((with["interval"][0].as_f64().unwrap() - 0.552).abs() < 1e-3, "Wilson's interval of 10 of 12");
    assert_eq!(with["cases"].as_array().unwrap().len(), 12);
    let kinds: Vec<_> =
        rates["by_kind"].as_array().unwrap().iter().map(|group| group["kind"].clone()).collect();
    assert_eq!(kinds, ["partial_refund", "full_refund"]);
    assert_eq!(rates["by_share"][0]["share"], serde_json::json!({ "above": 0, "to": 10 }));
    assert_eq!(rates["by_marketplace"][0]["marketplace"], "US");
    assert_eq!(rates["by_time"][0]["hours"]["before_claim"], false);
    assert_eq!(told["benchmark"]["withdrawn_percent"], 79);
}

#[test]
fn handling_time_is_told_in_the_stable_shape() {
    let home = settled();
    let told = json(home.path(), &["figures", "time", "--json"]);
    let page = [
        "sent",
        "with_template",
        "without_template",
        "archived",
        "minutes",
        "first_sight_unknown",
        "faster_percent",
        "few",
        "idle_minutes",
        "benchmark",
    ];
    assert_eq!(keys(&told)[3..], page);
    let with = &told["with_template"];
    assert_eq!(keys(with), ["cases", "from_first_sight", "active", "waiting", "from_arrival"]);
    assert_eq!(
        with["from_first_sight"],
        serde_json::json!({ "count": 6, "median_seconds": 3_000, "mean_seconds": 3_450 })
    );
    assert_eq!(with["active"]["mean_seconds"], (2 + 3 + 4 + 5 + 6 + 2) * 60 / 6);
    assert_eq!((&told["archived"]["from_first_sight"], &told["idle_minutes"]), (&Value::Null, &5.into()));
    assert_eq!(told["benchmark"]["mean_seconds"], 7_560);
}

#[test]
fn the_window_ends_with_the_day_that_was_asked_for() {
    let home = settled();
    // The oldest claim was decided 1,212 hours before: in the first second of 18 August.
    let count = |args: &[&str]| {
        let told = json(home.path(), args);
        told["outcomes"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(count(&["figures", "outcomes", "--json", "--days", "all"]), 24);
    assert_eq!(count(&["figures", "outcomes", "--json", "--days", "all", "--as-of", "2026-08-17"]), 0);
    assert_eq!(count(&["figures", "outcomes", "--json", "--days", "all", "--as-of", "2026-08-18"]), 1);
    assert_eq!(count(&["figures", "outcomes", "--json", "--days", "1", "--as-of", "2026-08-18"]), 1);
    assert_eq!(
        json(home.path(), &["figures", "time", "--json", "--days", "all"])["window"]["from"],
        Value::Null
    );
}

#[test]
fn people_read_the_same_in_both_languages_and_a_wrong_page_is_a_usage_error() {
    let home = settled();
    let english = text(home.path(), &["figures", "outcomes"]);
    for words in ["claims withdrawn", "after an offer", "83%", "55–96%", "too few", "Of the A-to-z claims"]
    {
        assert!(english.contains(words), "{words}:\n{english}");
    }
    let chinese = text(home.path(), &["--lang", "zh", "figures", "time"]);
    for words in ["处理用时", "自首次查看", "使用模板", "停顿超过5分钟不计"] {
        assert!(chinese.contains(words), "{words}:\n{chinese}");
    }
    for wrong in [vec!["figures"], vec!["figures", "money"], vec!["figures", "time", "--days", "0"]] {
        assert_eq!(run(home.path(), &wrong).status.code(), Some(2), "{wrong:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(json(empty.path(), &["figures", "time", "--json"])["sent"]["cases"], 0);
    assert!(!empty.path().join("kesu.db").exists(), "reading makes no file");
}

#[test]
fn a_case_tells_how_it_stands_and_everything_that_was_said_of_it() {
    let home = settled();
    let list =
        json(home.path(), &["figures", "outcomes", "--json"])["withdrawal"]["with_offer"]["cases"].clone();
    let case = list[0].to_string();
    let told = json(home.path(), &["show", &case, "--json"]);
    assert_eq!(keys(&told["outcome"]), ["outcome", "at", "by", "contradicts"]);
    assert_eq!((&told["outcome"]["by"], &told["outcome"]["contradicts"]), (&"amazon".into(), &Value::Null));
    assert_eq!(keys(&told["outcomes"][0]), ["outcome", "at", "by"]);
}
