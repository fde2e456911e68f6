//! Stories about templates: reading, filling, choosing, and what the ones that ship may never say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use regex::Regex;

use super::*;
use crate::domain::learned::Learned;
use crate::i18n::Lang;

/// Every situation exists in these: all.
const COMPLETE: &[Language] = Language::ALL;

fn template(text: &str) -> Template {
    Template::parse(Language::En, "trial", &format!("+++\ntitle = [\"Trial\", \"试\"]\n+++\n{text}")).unwrap()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn full() -> BTreeMap<String, String> {
    Variable::ALL.iter().map(|value| (value.name().to_owned(), value.example().to_owned())).collect()
}

/// Only what the text cannot do without.
fn minimal(template: &Template) -> BTreeMap<String, String> {
    let needed = template.needed(&BTreeMap::new());
    needed.into_iter().map(|value| (value.name().to_owned(), value.example().to_owned())).collect()
}

/// Every text a template that ships can become, with where it came from.
fn replies() -> Vec<(String, String)> {
    let mut replies = Vec::new();
    for template in Library::shipped().all() {
        let (full, minimal) = (full(), minimal(template));
        for (what, values, addition) in [
            ("full", &full, "One line.\nAnother."),
            ("full, no addition", &full, ""),
            ("minimal", &minimal, "One line."),
            ("minimal, no addition", &minimal, " \n"),
        ] {
            let text = reply(Some(template), values, addition).unwrap();
            replies.push((format!("{} ({what})", template.name), text));
        }
    }
    replies
}

#[test]
fn the_addition_stands_before_the_closing_line_and_leaves_no_gap_when_empty() {
    let template = template("Hello,\n\nIn addition, thank you.\n\n{{ addition }}\n\nKind regards");
    assert_eq!(
        reply(Some(&template), &map(&[]), " A.\n\nB.\n").unwrap(),
        "Hello,\n\nIn addition, thank you.\n\nA.\n\nB.\n\nKind regards"
    );
    assert_eq!(template.fill(&map(&[])).unwrap(), "Hello,\n\nIn addition, thank you.\n\nKind regards");
    assert_eq!(reply(None, &map(&[]), " Only this. ").unwrap(), "Only this.");
}

#[test]
fn missing_and_blank_values_are_named_all_at_once_and_never_become_blanks() {
    let template = template("Order {{ order_id }}, {{ carrier }} {{ tracking }}\n{{ addition }}\nBye");
    let values = map(&[("order_id", "1"), ("carrier", " \n")]);
    let missing = Unfilled::Missing(vec![Variable::Carrier, Variable::Tracking]);
    assert_eq!(template.fill(&values), Err(missing.clone()));
    assert_eq!(template.needed(&values), [Variable::Carrier, Variable::Tracking]);
    assert_eq!(missing.to_string(), "the template lacks carrier, tracking number. Type the missing values");
    assert!(template.preview(&values, Lang::Zh).contains("[承运商] [物流单号]"));
}

#[test]
fn an_optional_value_is_never_asked_for() {
    let template =
        template("Hello{% if buyer_name is defined %} {{ buyer_name }}{% endif %},\n{{ addition }}\nBye");
    assert_eq!(template.fill(&map(&[])).unwrap(), "Hello,\n\nBye");
    assert_eq!(template.fill(&map(&[("buyer_name", "")])).unwrap(), "Hello,\n\nBye");
    assert_eq!(template.fill(&map(&[("buyer_name", "Ann Lee")])).unwrap(), "Hello Ann Lee,\n\nBye");
    assert_eq!(template.variables(), [Variable::BuyerName]);
}

#[test]
fn a_value_needed_only_under_a_condition_is_asked_for_only_then() {
    let template =
        template("{% if carrier is defined %}{{ carrier }}: {{ tracking }}{% endif %}\n{{ addition }}\nBye");
    assert_eq!(template.needed(&map(&[])), []);
    assert_eq!(template.needed(&map(&[("carrier", "DHL")])), [Variable::Tracking]);
}

#[test]
fn a_value_is_text_and_never_a_template() {
    let template = template("{{ item }}\n{{ addition }}\nBye");
    let text = reply(Some(&template), &map(&[("item", "{{ order_id }} <b>&")]), "{% if %}").unwrap();
    assert_eq!(text, "{{ order_id }} <b>&\n\n{% if %}\n\nBye");
}

#[test]
fn an_endless_template_is_stopped_and_named() {
    // Only a certain value makes it endless, so that it passed the check.
    let template =
        template("{% for i in range(item | length * 50) %}{{ i }}{% endfor %}\n{{ addition }}\nBye");
    let long = map(&[("item", &"x".repeat(500))]);
    let Err(Unfilled::Broken(problem)) = template.fill(&long) else { panic!("it was not stopped") };
    assert!(problem.to_string().contains("template en/trial"), "{problem}");
    assert_eq!(template.needed(&long), []);
}

#[test]
fn an_own_template_takes_the_place_of_the_one_it_names() {
    let source = "+++\ntitle = [\"B\", \"乙\"]\n+++\n{{ addition }}";
    let own = ["thanks", "mine"].map(|name| Template::parse(Language::De, name, source).unwrap());
    let library = Library::shipped().with(own);
    assert_eq!(library.get("de/thanks").unwrap().origin, Origin::Overriding);
    assert_eq!(library.get("de/mine").unwrap().origin, Origin::Own);
    assert_eq!(library.get("fr/thanks").unwrap().origin, Origin::Shipped);
    assert_eq!(library.all().len(), Library::shipped().all().len() + 1);
    assert_eq!(library.get("de/thanks").unwrap().title[0], "B");
    assert_eq!(library.get("en/thanks").unwrap().title, Library::shipped().get("en/thanks").unwrap().title);
}

/// The names of the files below a folder of the assets: `de/thanks`.
fn on_disk(root: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(root);
    let mut names = BTreeSet::new();
    for lang in std::fs::read_dir(folder).unwrap() {
        let lang = lang.unwrap();
        for file in std::fs::read_dir(lang.path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let lang = lang.file_name().into_string().unwrap();
            names.insert(format!("{lang}/{}", name.strip_suffix(".txt").expect("a text ends in .txt")));
        }
    }
    names
}

#[test]
fn every_file_that_ships_is_without_mistake_and_none_is_forgotten() {
    for (root, files, form) in
        [("templates", shipped::TEMPLATES, Form::Reply), ("snippets", shipped::SNIPPETS, Form::Snippet)]
    {
        let mut compiled = BTreeSet::new();
        for file in files {
            let template = check::read(file.lang, file.name, file.source, form);
            let template = template.unwrap_or_else(|found| panic!("{}: {found:#?}", file.name));
            assert!(compiled.insert(template.name.clone()), "{} stands twice in the table", template.name);
        }
        assert_eq!(compiled, on_disk(root));
    }
    assert_eq!(Library::shipped().all().len(), shipped::TEMPLATES.len());
    assert_eq!(Library::snippets().all().len(), shipped::SNIPPETS.len());
}

#[test]
fn every_situation_exists_in_every_language_with_the_same_head() {
    let shipped = Library::shipped();
    for template in shipped.all() {
        for &lang in COMPLETE {
            let other = shipped.find(&template.situation, lang);
            let other = other.unwrap_or_else(|| panic!("{} is missing in {lang:?}", template.situation));
            assert_eq!(other.title, template.title, "{}", other.name);
            assert_eq!(other.kinds, template.kinds, "{}", other.name);
            assert_eq!(other.channels, template.channels, "{}", other.name);
            assert_eq!(other.stages, template.stages, "{}", other.name);
            assert_eq!(other.fulfilment, template.fulfilment, "{}", other.name);
            assert_eq!(other.marketplaces, template.marketplaces, "{}", other.name);
            assert_eq!(other.audience, template.audience, "{}", other.name);
            assert_eq!(other.variables(), template.variables(), "{}", other.name);
            let needed = |template: &Template| template.needed(&BTreeMap::new());
            assert_eq!(needed(other), needed(template), "{}", other.name);
        }
    }
}

#[test]
fn what_optional_values_are_is_the_same_in_every_template() {
    let optional = [
        Variable::BuyerName,
        Variable::Item,
        Variable::Refunded,
        Variable::StoreName,
        Variable::SkuPolicy,
        Variable::KnownProblem,
    ];
    for wanted in optional {
        let used = |template: &&Arc<Template>| template.variables().contains(&wanted);
        assert!(Library::shipped().all().iter().any(|template| used(&template)), "none uses {wanted:?}");
    }
    for template in Library::shipped().all() {
        let needed = template.needed(&BTreeMap::new());
        assert!(
            !needed.iter().any(|value| optional.contains(value)),
            "{} asks for {needed:?}",
            template.name
        );
    }
}

#[test]
fn every_reply_reads_clean_with_all_values_and_with_the_least() {
    let leftover = Regex::new(
        r"\{\{|\}\}|\{%|%\}|  |\n\n\n|[ \t]\n|^\s|\s$|\(\)|„“|“”|「」|[,;:] *[,;:]|[ \n][,.;]|undefined|none",
    )
    .unwrap();
    for (name, text) in replies() {
        let found = leftover.find(&text).map(|found| found.as_str());
        assert_eq!(found, None, "{name}:\n{text}");
        assert!(text.chars().count() < 1_500, "{name} leaves too little room for an addition");
    }
}

#[test]
fn every_needed_value_is_missed_when_it_is_blank() {
    for template in Library::shipped().all() {
        for value in template.needed(&BTreeMap::new()) {
            let mut values = full();
            values.insert(value.name().to_owned(), "  ".to_owned());
            assert_eq!(template.fill(&values), Err(Unfilled::Missing(vec![value])), "{}", template.name);
        }
    }
}

#[test]
fn no_reply_leads_off_amazon_or_touches_what_the_buyer_wrote_about_us() {
    let forbidden = [
        // A link, an address, a number to call (the example numbers of orders and parcels are taken out before).
        r"(?i)https?:|www\.|\.(com|de|fr|it|es|jp|net|cn|org)\b|@|\bdot\b|\d{5,}|[<>\[\]*_#]",
        r"(?i)\b(e-?mail|phone|telephone|call us|whatsapp|fax|telefon\w*|anruf\w*|rufen|téléphon\w*|appele[rz]|courriel|telefon[oi]|chiam\w+|llam\w+|correo)\b|電話|メールアドレス|邮箱|微信",
        // Feedback: asked for, changed, removed, praised.
        r"(?i)\b(reviews?|feedback|ratings?|stars?|bewert\w*|sterne?|rezension\w*|évalu\w*|avis|étoiles?|notes?|recension\w*|stelle|valuta\w*|valora\w*|reseña\w*|estrellas?|opini[oó]n\w*)\b|レビュー|評価|高評価|星|好评|差评|评价|星级",
        // Claims and chargebacks taken back, help made conditional.
        r"(?i)\b(withdraw\w*|zurückzieh\w*|ziehen sie|retire[rz]|ritir\w+ (il|la) (reclamo|richiesta)|retir(e|ar) (la|su) reclam\w*|retract\w*)\b|取り下げ|撤销|撤回",
        // Marketing.
        r"(?i)\b(coupons?|voucher|discount|next order|gutschein\w*|rabatt\w*|nächste bestellung|réduction|remise|prochaine commande|bon d'achat|sconto|buono|prossimo ordine|descuento|cupón|próxim[ao] (pedido|compra))\b|クーポン|割引|次回|优惠|下次",
        // Money other than through Amazon, papers, threats, automatic answers.
        r"(?i)\b(paypal|bank|iban|gift card|passport|lawyer|legal|anwalt|avocat|avvocato|abogado|automat\w*|automátic\w*|do not reply)\b|振込|口座|弁護士|自動返信|银行|律师|自动回复",
        // Shouting, emoji.
        r"[!?！？]{2}|\b[A-ZÄÖÜ]{5,}\b|[\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}]",
    ];
    let forbidden: Vec<_> = forbidden.iter().map(|pattern| Regex::new(pattern).unwrap()).collect();
    for (name, mut text) in replies() {
        for value in Variable::ALL {
            text = text.replace(value.example(), "…");
        }
        for pattern in &forbidden {
            let found = pattern.find(&text).map(|found| found.as_str());
            assert_eq!(found, None, "{name}:\n{text}");
        }
    }
}

#[test]
fn an_amount_is_only_ever_a_variable() {
    let amount = Regex::new(r"[$€£¥%％]|\d\s?(円|元|EUR|USD)").unwrap();
    for template in Library::shipped().all() {
        let plain = template.text.replace("{%", "").replace("%}", "");
        assert_eq!(amount.find(&plain).map(|found| found.as_str()), None, "{}", template.name);
    }
}

#[test]
fn an_answer_to_amazon_names_the_order_and_greets_nobody() {
    let to_amazon: Vec<_> =
        Library::shipped().all().iter().filter(|template| template.audience == Audience::Amazon).collect();
    assert!(!to_amazon.is_empty());
    for template in to_amazon {
        assert!(!template.variables().contains(&Variable::BuyerName), "{}", template.name);
        assert!(template.needed(&BTreeMap::new()).contains(&Variable::OrderId), "{}", template.name);
    }
}

#[test]
fn the_library_is_read_at_once() {
    let start = std::time::Instant::now();
    let read = shipped::TEMPLATES
        .iter()
        .filter_map(|file| check::trusted(file.lang, file.name, file.source, Form::Reply));
    assert_eq!(read.count(), shipped::TEMPLATES.len());
    // Under 5 ms in a release build; this one is unoptimised and shares its cores.
    assert!(start.elapsed().as_millis() < 1_000, "{:?}", start.elapsed());
}

#[test]
fn without_a_query_the_buyers_language_and_the_kind_of_the_case_come_first() {
    for &lang in COMPLETE {
        for kind in [Kind::NotReceived, Kind::NotAsDescribed, Kind::Defective] {
            let fit =
                Fit { lang: Some(lang), kind: Some(kind), channel: Some(Channel::Message), ..Fit::default() };
            let hits = Library::shipped().ranked("", &fit, &Learned::default());
            assert_eq!(hits.len(), Library::shipped().all().len(), "an empty query hides nothing");
            let first: Vec<_> = hits.iter().take(2).map(|hit| hit.template).collect();
            assert!(first.iter().all(|template| template.lang == lang), "{first:?}");
            assert!(first.iter().all(|template| template.kinds.contains(&kind)), "{kind:?}: {first:?}");
        }
    }
}

#[test]
fn without_a_query_the_channel_and_the_stage_decide_where_the_kind_does_not() {
    let claim = Fit { kind: Some(Kind::NotReceived), channel: Some(Channel::Atoz), ..Fit::default() };
    assert_eq!(
        Library::shipped().ranked("", &claim, &Learned::default())[0].template.situation,
        "atoz-amazon"
    );
    for (channel, stage, first) in [
        (Channel::Atoz, None, "atoz-amazon"),
        (Channel::Return, None, "return-approved"),
        (Channel::Feedback, None, "negative-feedback"),
        (Channel::Chargeback, None, "chargeback-evidence"),
        (Channel::Cancellation, Some(Stage::BeforeShipping), "cancelled-before-shipping"),
        (Channel::Cancellation, Some(Stage::UnderWay), "cancel-too-late"),
    ] {
        let fit = Fit {
            lang: Some(Language::Fr),
            kind: Some(Kind::Other),
            channel: Some(channel),
            stage,
            ..Fit::default()
        };
        let best = Library::shipped().ranked("", &fit, &Learned::default())[0].template;
        assert_eq!(best.name, format!("fr/{first}"), "{channel:?} {stage:?}");
    }
}

#[test]
fn what_is_made_for_the_channel_comes_before_what_is_made_for_messages() {
    for (channel, count) in [(Channel::Atoz, 2), (Channel::Chargeback, 1)] {
        for kind in Kind::ALL {
            let fit = Fit {
                lang: Some(Language::En),
                kind: Some(*kind),
                channel: Some(channel),
                stage: Some(Stage::UnderWay),
                ..Fit::default()
            };
            let hits = Library::shipped().ranked("", &fit, &Learned::default());
            let first = hits.iter().take(count).map(|hit| hit.template);
            assert!(first.clone().all(|template| template.channels.contains(&channel)), "{kind:?}");
        }
    }
}

#[test]
fn what_tells_of_an_offer_that_nobody_booked_stands_below_what_helps_first() {
    let place = |fit: &Fit, situation| {
        let hits = Library::shipped().ranked("", fit, &Learned::default());
        hits.iter().position(|hit| hit.template.situation == situation).unwrap()
    };
    for (kind, first) in [
        (Kind::NotReceived, "not-received-no-movement"),
        (Kind::NotAsDescribed, "parts-missing"),
        (Kind::Defective, "defective-first-fix"),
    ] {
        let (lang, channel) = (Some(Language::De), Some(Channel::Message));
        let fit = Fit {
            lang,
            channel,
            kind: Some(kind),
            fulfilment: Some(Fulfilment::Mfn),
            marketplace: Some(Marketplace::De),
            ..Fit::default()
        };
        assert!(place(&fit, first) < place(&fit, "reshipment-done"), "{kind:?}");
        assert!(place(&fit, "thanks") > place(&fit, "full-refund"), "what fits not at all stands last");
        let stage = Some(Stage::Returned);
        assert!(place(&Fit { refund: true, stage, ..fit }, "full-refund") < place(&fit, "full-refund"));
        let sent = Fit { reshipment: true, ..fit };
        assert!(place(&sent, "reshipment-done") < place(&sent, "full-refund"), "{kind:?}");
    }
}

#[test]
fn what_contradicts_the_case_stands_below_all_that_fits_and_says_why() {
    let free = "+++\ntitle = [\"Mine\", \"自\"]\n+++\nHello\n\n{{ addition }}\n\nBye";
    let library = Library::shipped().with([Template::parse(Language::En, "mine", free).unwrap()]);
    let fit = Fit {
        lang: Some(Language::En),
        kind: Some(Kind::NotReceived),
        channel: Some(Channel::Message),
        stage: Some(Stage::UnderWay),
        fulfilment: Some(Fulfilment::Afn),
        marketplace: Some(Marketplace::Us),
        ..Fit::default()
    };
    let hits = library.ranked("", &fit, &Learned::default());
    let english: Vec<_> =
        hits.iter().map(|hit| hit.template).filter(|one| one.lang == Language::En).collect();
    let fitting = english.iter().take_while(|template| fit.against(template).is_none()).count();
    assert!(english[..fitting].iter().any(|template| template.situation == "mine"));
    assert!(english[fitting..].iter().all(|template| fit.against(template).is_some()));
    let said = |situation| {
        let template = english.iter().find(|template| template.situation == situation).unwrap();
        fit.against(template).map(Only::words)
    };
    let words = |en: &str, zh: &str| Some([en.to_owned(), zh.to_owned()]);
    assert_eq!(said("not-received-in-transit"), words("seller ships", "仅自发货"));
    assert_eq!(said("negative-feedback"), words("feedback", "仅差评"));
    assert_eq!(said("defective-replacement"), words("defective", "仅质量缺陷"));
    assert_eq!(said("full-refund"), None);
    let abroad = free.replace("]\n+++", "]\nmarketplaces = [\"DE\", \"FR\"]\n+++");
    let abroad = Template::parse(Language::En, "abroad", &abroad).unwrap();
    assert_eq!(fit.against(&abroad).map(Only::words), words("DE FR", "仅DE FR"));
}

#[test]
fn a_query_finds_titles_in_both_languages_of_the_operator() {
    let fit = Fit { lang: Some(Language::It), ..Fit::default() };
    for (query, first) in [
        ("lost", "it/not-received-lost"),
        ("丢件", "it/not-received-lost"),
        ("全额退款", "it/full-refund"),
        ("parts missing", "it/parts-missing"),
        ("invoice", "it/invoice"),
        ("发票", "it/invoice"),
        ("ｉｎｖｏｉｃｅ", "it/invoice"),
    ] {
        assert_eq!(
            Library::shipped().ranked(query, &fit, &Learned::default())[0].template.name,
            first,
            "{query}"
        );
    }
    let refunds = Library::shipped().ranked("退款", &fit, &Learned::default());
    assert!(refunds.len() > 6 && refunds[0].template.title[1].contains("退款"));
    assert!(Library::shipped().ranked("zzqx", &fit, &Learned::default()).is_empty());
}

#[test]
fn words_of_a_text_find_it_too() {
    let fit = Fit { lang: Some(Language::De), ..Fit::default() };
    let hits = Library::shipped().ranked("Hausnummer", &fit, &Learned::default());
    assert_eq!(hits[0].template.name, "de/not-received-address");
}
