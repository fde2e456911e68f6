//! The rules as a whole.

use super::*;

#[test]
fn every_rule_is_there_with_both_languages_and_its_combinations() {
    let rules = shipped().all();
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let wanted: Vec<String> = (1..=42).map(|number| format!("L{number:02}")).collect();
    assert_eq!(ids, wanted);
    for rule in rules {
        assert!(rule.message.iter().chain(&rule.hint).all(|text| !text.trim().is_empty()), "{}", rule.id);
        assert!(!rule.source.is_empty(), "{}", rule.id);
        for text in &rule.when {
            assert!(Combination::parse(text).is_some(), "{}: {text}", rule.id);
        }
    }
}
