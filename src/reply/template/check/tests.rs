//! Stories about files with mistakes: where each stands, and what was meant.

use super::*;

/// Every mistake of a file, each as `line:column: what`.
fn mistakes(source: &str) -> Vec<String> {
    let found = Template::parse(Language::De, "trial", source).unwrap_err();
    found.iter().map(|found| format!("{}:{}: {}", found.line, found.column, found.what[0])).collect()
}

#[test]
fn a_faulty_file_is_refused_with_the_place_of_every_mistake_and_what_was_probably_meant() {
    let head = "+++\ntitle = [\"A\", \"甲\"]\n+++\n";
    let body = |text: &str| format!("{head}{text}");
    for (source, said) in [
        ("Hello".to_owned(), "1:1: the file begins with a head"),
        ("+++\n+++\n{{ addition }}".to_owned(), "2:1: `title` names the template"),
        (
            "+++\ntitle = \"A\"\n+++\n{{ addition }}".to_owned(),
            "2:9: `title` is a list like [\"English\", \"中文\"]",
        ),
        ("+++\ntitle = [\"A\"]\n+++\n{{ addition }}".to_owned(), "2:9: `title` names the template"),
        (
            "+++\ntitle = [\"A\", \"甲\"]\nkind = [1]\n+++\n{{ addition }}".to_owned(),
            "3:1: unknown key `kind`: did you mean `kinds`?",
        ),
        (
            "+++\ntitle = [\"A\", \"甲\"]\nkinds = [\"other\", \"not_recieved\"]\n+++\n{{ addition }}"
                .to_owned(),
            "3:19: `not_recieved` in `kinds` is none of not_received, not_as_described, defective, other; did you mean `not_received`?",
        ),
        (
            "+++\ntitle = [\"A\", \"甲\"]\nsituation = \"not-received-lots\"\n+++\n{{ addition }}".to_owned(),
            "3:13: there is no situation `not-received-lots`: did you mean `not-received-lost`?",
        ),
        (
            "+++\ntitle = [\"A\", \"甲\"]\naudience = \"amazn\"\n+++\n{{ addition }}".to_owned(),
            "3:12: there is no audience `amazn`: did you mean `amazon`?",
        ),
        (
            body("Hi,\u{202e} Ann\n{{ addition }}"),
            "4:4: a character that nobody sees stands here; remove it (U+202E)",
        ),
        ("+++\ntitle = [\"A\", \"甲\"\n+++\n{{ addition }}".to_owned(), "2:18: unclosed array"),
        (body(""), "your own words have no place"),
        (body("Hello,\n\nBye"), "6:1: your own words have no place: one line must be `{{ addition }}`"),
        (body("{{ addition }}\n{{ addition }}"), "5:1: `{{ addition }}` stands here a second time"),
        (body("Say {{ addition }}"), "4:8: `{{ addition }}` stands alone on its line"),
        (body("{{ addition }}\nSay {{ addition }}"), "5:8: `{{ addition }}` stands alone on its line"),
        (body("Hi\n{{ adition }}\nBye"), "5:4: there is no variable `adition`: did you mean `addition`?"),
        (
            body("A\nB {{ buyer_nmae }}\n{{ addition }}"),
            "5:6: there is no variable `buyer_nmae`: did you mean `buyer_name`?",
        ),
        (body("{{ addition }}\n\n客 {{ zzz }}"), "6:6: there is no variable `zzz`: there are buyer_name"),
        (body("A\n{{ addition }}\n\n{% if %}"), "7:1: `if` is never closed"),
        (
            body("A\n{% if item is defined %} x\n{{ addition }}\n"),
            "5:1: `if` is not closed before `{{ addition }}`",
        ),
        (body("{% if item is defined %}\n{{ addition }}\n{% endif %}"), "6:1: `endif` closes no open `if`"),
        (body("A {% endfi %}\n{{ addition }}"), "4:3: unknown statement `endfi`: did you mean `endif`?"),
        (body("A {{ item\n{{ addition }}"), "4:3: `{{` is never closed: `}}` is missing"),
        (
            body("A {{ item | uper }}\n{{ addition }}"),
            "4:13: there is no filter `uper`: did you mean `upper`?",
        ),
        (
            body("A {% if item is definde %}x{% endif %}\n{{ addition }}"),
            "4:17: there is no test `definde`: did you mean `defined`?",
        ),
        (body("A\n{{ item + }}\n{{ addition }}"), "5:"),
        (body("A\n{{ item + 1 }}\n{{ addition }}"), "5:4: it cannot be filled"),
        (body("A\n\nHello {{ item.name.first }}\n{{ addition }}"), "6:14: it cannot be filled"),
        (body("{{ addition }}\n谢谢 {{ item.name.first }}"), "5:11: it cannot be filled"),
        (
            body("{% if item is not defined %}{{ order_id + 1 }}{% endif %}\n{{ addition }}"),
            "4:32: it cannot be filled",
        ),
    ] {
        let found = mistakes(&source);
        assert!(found.iter().any(|found| found.contains(said)), "{found:#?} lacks {said}\n{source}");
    }
}

#[test]
fn every_mistake_of_a_file_is_named_at_once_in_the_order_of_the_text() {
    let source = "+++\ntitel = 1\nkinds = [\"lost\"]\n+++\nHi {{ buyer }},\n{{ item | uper }}\n";
    let found = mistakes(source);
    let lines: Vec<&str> = found.iter().map(|found| found.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["2", "2", "3", "5", "6", "6"], "{found:#?}");
}

#[test]
fn what_looks_like_a_tag_or_a_filter_in_quotes_is_none() {
    let text = "{{ item | replace(\"|\", \"}} {{ nope | nope\") }} {# {{ nope }} #} {% raw %}{{ nope }}{% endraw %}\n{{ addition }}";
    let source = format!("+++\ntitle = [\"A\", \"甲\"]\n+++\n{text}");
    let template = Template::parse(Language::En, "trial", &source).unwrap();
    let filled = template.fill(&BTreeMap::from([("item".to_owned(), "a|b".to_owned())])).unwrap();
    assert_eq!(filled, "a}} {{ nope | nopeb  {{ nope }}");
}

#[test]
fn an_own_template_may_stand_for_a_situation_that_ships_under_a_name_of_its_own() {
    let source = "+++\r\ntitle = [\"A\", \"甲\"]\r\nsituation = \"thanks\"\r\n+++\r\nHi\r\n{{addition}}\r\n";
    let own = Template::parse(Language::De, "thanks-2", source).unwrap();
    assert_eq!((own.name.as_str(), own.situation.as_str()), ("de/thanks-2", "thanks"));
    assert_eq!(own.text, "Hi\n{{addition}}");
}

#[test]
fn an_endless_template_is_refused() {
    let found = mistakes(
        "+++\ntitle = [\"A\", \"甲\"]\n+++\n{% for i in range(9000) %}{{ i }}{% endfor %}\n{{ addition }}",
    );
    assert_eq!(found, ["4:1: it cannot be filled: engine ran out of fuel"]);
}
