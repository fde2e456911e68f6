//! The policy that ships, an own one over it, and the mistakes in one.

use super::*;

fn mistakes(text: &str) -> Vec<String> {
    let found = shipped_policy().unwrap().overridden_by(text).unwrap_err();
    found.iter().map(|mistake| format!("{}:{}: {}", mistake.line, mistake.column, mistake.what[0])).collect()
}

#[test]
fn the_policy_that_ships_is_sound_and_speaks_both_languages() {
    let policy = shipped_policy().unwrap();
    for rule in &policy.rules {
        for text in [&rule.label_zh, &rule.consequence_zh, &rule.source_zh] {
            assert!(text.chars().any(|letter| letter >= '\u{4e00}'), "{}: {text}", rule.name);
        }
        assert!(!rule.source.is_empty() && rule.since > Date::MIN, "{}", rule.name);
        let same = policy.rules.iter().filter(|other| other.name == rule.name);
        assert!(same.clone().all(|other| other.label == rule.label), "{}: one name, one label", rule.name);
    }
}

#[test]
fn an_own_rule_builds_on_the_one_for_its_sites_and_keeps_their_limits() {
    let own = |text: &str| {
        let text = format!("[[clock]]\nconsequence = \"x\"\n{text}\n");
        shipped_policy().unwrap().overridden_by(&text).unwrap().rules.pop().unwrap()
    };
    let length = |text: &str| own(text).length.unwrap().to_string();
    assert_eq!(length("name = \"atoz_answer\"\nmarketplaces = [\"US\"]"), "72 hours");
    assert_eq!(length("name = \"atoz_answer\"\nmarketplaces = [\"JP\"]"), "72 hours");
    assert_eq!(length("name = \"atoz_answer\"\nmarketplaces = [\"DE\", \"IT\"]"), "3 days");
    assert_eq!(length("name = \"atoz_answer\""), "72 hours");
    assert!(own("name = \"atoz_answer\"").marketplaces.is_empty());
    let kept = own("name = \"safe_t\"");
    assert_eq!((kept.marketplaces, kept.fulfilments), (vec![Marketplace::Us], vec![Fulfilment::Mfn]));
    let wide = own("name = \"safe_t\"\nmarketplaces = []\nfulfilments = []");
    assert_eq!((wide.marketplaces, wide.fulfilments), (vec![], vec![]));
}

#[test]
fn an_own_rule_says_only_what_differs() {
    let policy = shipped_policy().unwrap();
    let own = policy.overridden_by("[[clock]]\nname = \"reply\"\nlength = \"12 hours\"\n").unwrap();
    let rule = own.rules.last().unwrap();
    assert_eq!((rule.length, rule.own), (Length::parse("12 hours"), true));
    assert_eq!(
        (rule.channels.as_slice(), rule.start.as_slice()),
        (&[Channel::Message][..], &[Start::BuyerMessage][..])
    );
    assert_eq!(rule.source, "your clocks.toml", "Amazon says something else");
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let text = "colour = 1\n\n[[clock]]\nname = \"reply\"\nlenght = \"12 hours\"\nlength = \"half a day\"\n\
                channels = [\"buyer_message\", \"telephone\"]\nmarketplaces = [\"XX\"]\nleads = 1\nsince = \"soon\"\n\n\
                [[clock]]\nlabel = \"x\"\n\n[[clock]]\nname = \"mine\"\nlabel = 3\n";
    let found = mistakes(text);
    let expected = [
        "1:1: unknown key `colour`",
        "5:1: unknown key `lenght`: did you mean `length`?",
        "6:10: `half a day` is no length",
        "7:30: `telephone` in `channels` is none of",
        "8:17: `XX` in `marketplaces` is none of US",
        "9:9: `leads` is true or false",
        "10:9: `since` is a day like",
        "12:1: this clock has no `name`",
        "16:8: the clock `mine` lacks label, channels, start, source, consequence, length",
        "17:9: `label` is a text in quotes",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
}

#[test]
fn what_is_no_toml_is_one_mistake() {
    assert!(mistakes("[[clock]\nname = 1\n")[0].starts_with("1:"));
    assert!(mistakes("[clock]\nname = \"x\"\n")[0].contains("write [[clock]]"));
    assert!(
        mistakes("[[clock]]\nname = \"reply\"\nsince = 2026-05-01\nuntil = 2026-04-01\n")[0]
            .contains("ends before")
    );
    assert_eq!(
        mistakes("[[clock]]\nname = \"repply\"\nlength = \"20 hours\"\n"),
        ["2:8: the clock `repply` lacks label, channels, start, source, consequence: did you mean `reply`?"]
    );
    let upside_down = "[[clock]]\nname = \"atoz_answer\"\nlength = \"2 days\"\nearliest = \"50 hours\"\n";
    assert!(mistakes(upside_down)[0].contains("`earliest` is over `length`"));
}
