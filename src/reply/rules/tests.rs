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
        assert!(super::in_chinese(&rule.source) != rule.source, "{}", rule.id);
        for text in &rule.when {
            assert!(Combination::parse(text).is_some(), "{}: {text}", rule.id);
        }
    }
}

/// The ids of what is found, each once.
fn ids(text: &str, lang: Language, facts: &Facts) -> Vec<&'static str> {
    let mut ids: Vec<&str> = check(text, Some(lang), facts).iter().map(|finding| finding.rule).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// An answer whose only fault can be the one in question.
const SOUND: &str = "We have sent the missing lid today; it arrives on Friday.";

#[test]
fn a_telephone_number_is_seen_however_it_is_written() {
    let numbers = [
        (Language::En, "Ring me on +1 206 555 0100."),
        (Language::En, "My number is four one five, double five, two one seven, eight."),
        (Language::En, "Ask for Ann at 4 1 5 5 5 2 1 7 8 6."),
        (Language::De, "Sie erreichen mich unter 030 / 12\n34 56 7."),
        (
            Language::De,
            "Die Nummer: null eins sieben sechs, dann vierundfünfzig zwölf, zum Schluss dreihundertsechs neun.",
        ),
        (Language::Fr, "Mon portable est le zéro six, trente-neuf, quatre-vingt-dix-huit, zéro zéro, douze."),
        (Language::It, "Mi trova al tre quattro sette, poi 55 e 02, infine\n91 4 8."),
        (
            Language::Es,
            "Le atiende Fermín en el seis cincuenta y dos,\nciento catorce,\nnoventa y ocho, cero tres.",
        ),
        (Language::Ja, "電話はゼロ三の、そのあと五五五五、続けて一二三四です。"),
        (Language::Zh, "请打幺三捌零零壹叁捌零零零。"),
    ];
    for (lang, text) in numbers {
        assert!(ids(text, lang, &Facts::default()).contains(&"L05"), "{text}");
    }
}

#[test]
fn numbers_of_the_trade_are_no_telephone_numbers() {
    let numbers = [
        (
            Language::En,
            "Order 112-6142926-4001028 left with UPS, tracking 1Z999AA10123456784, on 2026-10-09.",
        ),
        (
            Language::En,
            "Please compare steps one, two and three with the picture; the code of the lock is 0 0 0.",
        ),
        (Language::De, "Die Pumpe P-2204-118 hat 230 V, 50 Hz und die Seriennummer 20260930004417."),
        (Language::Fr, "Le colis 6A12345678901 fait 120 x 80 x 45 cm ; livraison à 69003 Lyon."),
        (Language::It, "La fattura 2026/00417 di 1.249,90 € arriva entro il 12.10.2026."),
        (Language::Es, "El kit trae veinte tornillos, dos llaves y tres arandelas de 8 mm."),
        (Language::Ja, "ご注文番号249-1000001-1000004、〒150-0002、10月9日にお届けします。"),
        (Language::Zh, "快递单号SF1234567890123，预计10月9日送达，退款128.00元。"),
    ];
    for (lang, text) in numbers {
        assert!(!ids(text, lang, &Facts::default()).contains(&"L05"), "{text}");
    }
}

#[test]
fn an_address_is_seen_however_it_is_written_and_a_model_name_is_none() {
    let found = |rule: &str, lang, text: &str| ids(text, lang, &Facts::default()).contains(&rule);
    for (rule, lang, text) in [
        ("L01", Language::En, "The manual is at https://glowshop.example/manual, page 3."),
        ("L03", Language::En, "Search for glowshop dot com and write to us there."),
        ("L03", Language::De, "Sie finden uns unter lichtstube punkt de im Netz."),
        ("L03", Language::Zh, "请搜索 我的店铺点com 联系我们。"),
        ("L03", Language::En, "See bit.ly/3xYz for the form."),
        ("L04", Language::Fr, "Écrivez à sav (arobase) chaleur-douce (point) com."),
        ("L04", Language::It, "Mi scriva a laboratorio chiocciola misuresane punto it."),
        ("L04", Language::En, "Ｗｒｉｔｅ ｔｏ ｈｅｌｐ＠ｇｌｏｗｓｈｏｐ．ｃｏｍ ｐｌｅａｓｅ."),
    ] {
        assert!(found(rule, lang, text), "{rule}: {text}");
    }
    for (lang, text) in [
        (Language::En, "The firmware 2.0.14 of your AB.1200-X is current, e.g. for Wi-Fi at 2.4 GHz."),
        (Language::De, "Stecken Sie z. B. den Stecker Nr. 3 ein, d. h. den roten Punkt nach oben."),
        (Language::Fr, "Le point rouge du cadran indique 3.5 bar ; voir p. 12."),
        (Language::Ja, "型番はKB-200.1、電圧は5.0Vです。"),
    ] {
        for rule in ["L01", "L02", "L03", "L04"] {
            assert!(!found(rule, lang, text), "{rule}: {text}");
        }
    }
}

#[test]
fn what_the_case_knows_decides_where_the_words_alone_do_not() {
    let facts = Facts::default;
    let breaks = |rule: &str, text: &str, facts: &Facts| ids(text, Language::En, facts).contains(&rule);

    let again = Facts { proactive: true, review_requested: Some(true), ..facts() };
    let ask = "About order 112-6142926-4001028: we would be glad of a review of the kettle.";
    assert!(breaks("L12", ask, &again));
    assert!(!breaks("L12", ask, &Facts { review_requested: Some(false), ..again }));

    let known = Facts {
        buyer_name: Some("Jane Doe".into()),
        buyer_lines: Some(vec!["5 Main Street".into(), "62701 Springfield".into()]),
        ..facts()
    };
    assert!(breaks("L21", "It went to 5 Main Street on Monday and arrives on Friday.", &known));
    assert!(!breaks("L21", &format!("Dear Jane Doe,\n{SOUND}"), &known));

    let file = |name: &str, bytes: u64| Attachment { name: name.into(), bytes };
    let with = |files: Vec<Attachment>| Facts { attachments: Some(files), ..facts() };
    assert!(breaks("L32", SOUND, &with(vec![file("invoice.pdf", 10 * 1024 * 1024 + 1)])));
    assert!(breaks("L32", SOUND, &with(vec![file("catalogue.exe", 900)])));
    assert!(breaks("L32", SOUND, &with(vec![file("invoice.pdf", 900); 6])));
    assert!(!breaks("L32", SOUND, &with(vec![file("invoice.pdf", 180_000)])));

    let back = "Please send the lamp back to our warehouse; we refund you on arrival.";
    let abroad = Facts {
        marketplace: Some(Marketplace::De),
        return_country: Some("CN".into()),
        prepaid_label: Some(false),
        ..facts()
    };
    assert!(breaks("L39", back, &abroad));
    assert!(!breaks("L39", back, &Facts { prepaid_label: Some(true), ..abroad.clone() }));
    assert!(!breaks("L39", back, &Facts { return_country: Some("DE".into()), ..abroad }));

    let offer = "We offer you a refund of 50 % of the price today.";
    let limited = Facts { offer_limit_percent: Some(30), ..facts() };
    assert!(breaks("L40", offer, &limited));
    assert!(!breaks("L40", offer, &Facts { offer_limit_percent: Some(50), ..facts() }));
    assert!(breaks(
        "L40",
        "We offer you a refund of 5.00 USD today.",
        &Facts { earlier_offers: Some(1), ..facts() }
    ));

    let refused = "We cannot refund you for the kettle, as we told you on Monday.";
    assert!(breaks("L41", refused, &Facts { own_mistake: Some(true), ..facts() }));
    assert!(!breaks("L41", refused, &Facts { own_mistake: Some(false), ..facts() }));
}

#[test]
fn a_message_nobody_asked_for_needs_a_reason_and_a_length_has_its_end() {
    let first = Facts { proactive: true, ..Facts::default() };
    let order = "112-6142926-4001028";
    assert!(ids(&format!("Thank you for your order {order}!"), Language::En, &first).contains(&"L15"));
    let asks = format!("For order {order} we need your apartment number by Friday.");
    assert!(!ids(&asks, Language::En, &first).contains(&"L15"));
    let follows = format!(
        "Hola:\n\nLe escribimos sobre el pedido {order} y no hemos tenido noticias suyas. Si queda algo pendiente, \
         respóndanos aquí y nos ocuparemos de ello en el plazo de un día laborable."
    );
    assert!(!ids(&follows, Language::Es, &first).contains(&"L15"));

    let of = |length: usize| format!("{SOUND} {}", "a ".repeat((length - SOUND.len() - 1) / 2 + 1));
    let long = |length: usize| of(length).chars().take(length).collect::<String>();
    assert!(ids(&long(2_001), Language::En, &Facts::default()).contains(&"L28"));
    assert!(!ids(&long(2_000), Language::En, &Facts::default()).contains(&"L28"));
    // No length is documented for what Amazon reads.
    let to_amazon = Facts { audience: Some(Audience::Amazon), ..Facts::default() };
    assert!(!ids(&long(2_100), Language::En, &to_amazon).contains(&"L28"));
    let claim = Facts { channel: Some(Channel::Atoz), ..Facts::default() };
    assert!(!ids(&long(2_100), Language::En, &claim).contains(&"L28"));
}

#[test]
fn a_sentence_that_nobody_translated_is_judged_in_its_own_language() {
    let letter = |added: &str| {
        format!(
            "Guten Tag,\n\ndas Paket liegt seit Montag bei DHL, wir haben einen Suchauftrag gestellt und schreiben Ihnen bis \
             Freitag wieder.\n\n{added}\n\nMit freundlichen Grüßen\nLumina"
        )
    };
    let facts =
        Facts { marketplace: Some(Marketplace::De), buyer_lang: Some("de".into()), ..Facts::default() };
    for (added, rule) in [
        ("请加微信 abc123 联系我们。", "L05"),
        ("写好评后返现5欧元。", "L09"),
        ("Please add our number on WhatsApp.", "L05"),
        ("Please leave us a 5-star review and we refund 5 EUR.", "L10"),
    ] {
        let found = ids(&letter(added), Language::De, &facts);
        assert!(found.contains(&rule) && found.contains(&"L26"), "{added}: {found:?}");
    }
    let own = "Der Artikel heißt „Compact mechanical keyboard KB-200, black“ und trägt die Aufschrift „Made in P.R.C.“.";
    assert_eq!(ids(&letter(own), Language::De, &facts), Vec::<&str>::new());
}
