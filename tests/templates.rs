//! Every template and snippet that ships, filled for every invented case it is meant for, in every language.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kesu::domain::case::Language;
use kesu::domain::clock::shipped_policy;
use kesu::domain::tracking::Carriers;
use kesu::domain::view::CaseFile;
use kesu::reply::review::{facts, review};
use kesu::reply::rules::Facts;
use kesu::reply::template::{Fit, Form, Library, Seller, Template, Unfilled, Variable, reply, values};
use kesu::store::{Filter, Store};
use support::NOW;

/// What may be said against a reply that goes out as it stands. That nothing is promised for a day, and that the buyer is
/// greeted by name, is for the addition to settle; and a case with an offer that the buyer knows warns of a second.
fn objections(text: &str, template: &Template, case: &CaseFile) -> Vec<String> {
    let left = ["{{", "}}", "{%", "%}", "undefined", "  ", "\n\n\n", "()", "（）", "[", " ,", " \n"];
    let left = left.iter().filter(|mark| text.contains(**mark)).map(|mark| format!("{mark:?} is left"));
    // A snippet is a part of a reply: the order id of an unasked one stands in another.
    let spared: &[&str] = if template.form == Form::Snippet { &["L24", "L15"] } else { &[] };
    let facts = facts(case, template.lang, Some(template.audience), &Seller::default());
    // An operator may answer in another language than the buyer's; a template cannot know.
    let facts = Facts { buyer_lang: Some(template.lang.word().to_owned()), ..facts };
    let said = review(text, template.lang, &facts, Carriers::shipped());
    let said = said
        .into_iter()
        .filter(|each| !["L34", "L21", "L40"].contains(&each.rule) && !spared.contains(&each.rule));
    let said = said.map(|each| format!("{} {:?}", each.rule, &text[each.range.clone()]));
    left.chain(said).collect()
}

/// The invented cases, open and archived.
fn cases(now: Timestamp) -> Vec<CaseFile> {
    let mut store = Store::in_memory(shipped_policy().unwrap()).unwrap();
    kesu::intake::invented::fill(&mut store, 120, 7, now, &false.into(), &mut || ()).unwrap();
    let all = Filter { archived: true, asleep: true, ..Filter::default() };
    let lines = store.queue(None, 1_000, &all, now).unwrap();
    assert!(lines.len() >= 120);
    lines.iter().map(|line| store.case(line.id, now).unwrap().unwrap()).collect()
}

/// What the case knows, and for the rest what an operator would type.
fn filled(template: &Template, case: &CaseFile, now: Timestamp) -> BTreeMap<String, String> {
    let seller = Seller { store_name: Some("Lumina".to_owned()), ..Seller::default() };
    let mut known = values(case, template.lang, &seller, now);
    for missing in template.needed(&known) {
        known.insert(missing.name().to_owned(), missing.example().to_owned());
    }
    known
}

#[test]
fn every_template_that_ships_is_clean_for_every_case_it_is_meant_for_in_every_language() {
    let now: Timestamp = NOW.parse().unwrap();
    let cases = cases(now);
    let (mut used, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for template in Library::shipped().all() {
        let mut seen = BTreeSet::new();
        for case in cases.iter().filter(|case| Fit::of(case, template.lang).suits(template)) {
            let values = filled(template, case, now);
            let text =
                reply(Some(template), &values, "").unwrap_or_else(|why| panic!("{}: {why}", template.name));
            let found = objections(&text, template, case);
            for each in found {
                wrong.insert(format!("{} for case {}: {each}", template.name, case.summary.id));
            }
            // The same text for another case says nothing new.
            seen.insert(text);
        }
        if !seen.is_empty() {
            used.insert(template.situation.clone());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(used.len() >= 18, "the invented cases reach only {used:?}");
}

#[test]
fn every_snippet_that_ships_is_clean_for_every_case_in_every_language() {
    let now: Timestamp = NOW.parse().unwrap();
    let cases = cases(now);
    let mut wrong = BTreeSet::new();
    for snippet in Library::snippets().all() {
        for case in cases.iter().take(40) {
            let text = snippet.fill(&filled(snippet, case, now)).unwrap();
            let found = objections(&text, snippet, case);
            for each in found {
                wrong.insert(format!("{} for case {}: {each}", snippet.name, case.summary.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_snippet_that_lacks_a_value_says_so_and_never_becomes_a_blank() {
    for snippet in Library::snippets().all() {
        for wanted in snippet.variables() {
            let mut values: BTreeMap<String, String> = Variable::ALL
                .iter()
                .map(|each| (each.name().to_owned(), each.example().to_owned()))
                .collect();
            values.insert(wanted.name().to_owned(), " ".to_owned());
            assert_eq!(snippet.fill(&values), Err(Unfilled::Missing(vec![wanted])), "{}", snippet.name);
        }
    }
}

#[test]
fn the_snippets_are_the_same_in_all_seven_languages() {
    let snippets = Library::snippets();
    let english: Vec<_> = snippets.all().iter().filter(|snippet| snippet.lang == Language::En).collect();
    assert!(english.len() >= 10);
    for lang in Language::ALL {
        for like in &english {
            let other = snippets.find(&like.situation, *lang);
            let other = other.unwrap_or_else(|| panic!("{} is missing in {lang:?}", like.situation));
            assert_eq!((&other.title, other.variables()), (&like.title, like.variables()), "{}", other.name);
        }
    }
}

#[test]
fn every_situation_of_the_trade_is_there_in_all_seven_languages() {
    let situations = [
        "not-received-no-movement",
        "not-received-in-transit",
        "not-received-marked-delivered",
        "not-received-lost",
        "not-received-address",
        "not-received-amazon-late",
        "not-received-amazon-delivered",
        "wrong-item",
        "parts-missing",
        "listing-misread",
        "defective-first-fix",
        "defective-replacement",
        "defective-return-label",
        "partial-refund",
        "full-refund",
        "reshipment-done",
        "cancelled-before-shipping",
        "cancel-too-late",
        "return-approved",
        "atoz-buyer",
        "atoz-amazon",
        "chargeback-evidence",
        "invoice",
        "negative-feedback",
        "follow-up",
        "thanks",
    ];
    for lang in Language::ALL {
        let there = |name: &&&str| Library::shipped().find(name, *lang).is_some();
        let count = situations.iter().filter(there).count();
        assert!(count == situations.len(), "{lang:?}: {count}");
    }
}
