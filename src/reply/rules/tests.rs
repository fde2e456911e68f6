//! The rules as a whole.

use super::*;
use crate::domain::money::Currency;

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
    let room =
        "Kindly ship it to Room 502, Bldg 7, East Road, Guangzhou 510440, China. We refund you on arrival.";
    assert!(breaks("L39", room, &Facts { return_country: None, ..abroad.clone() }));
    let came = "The parcel left Guangzhou, China on May 7 and arrives on Friday.";
    assert!(!breaks("L39", came, &Facts { return_country: None, ..abroad.clone() }));
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

    let ordered =
        Facts { price: Some(Money::new(5_000, Currency::parse("USD").unwrap())), ..limited.clone() };
    assert!(breaks("L40", "We offer you a refund of $25.00 today.", &ordered));
    assert!(breaks("L40", "We refund you 15.01 USD of it today.", &ordered));
    assert!(breaks("L40", "We refund you half of the price today.", &ordered));
    assert!(!breaks("L40", "We offer you a refund of $15.00 today.", &ordered));
    assert!(!breaks("L40", "We refund you all of it, $50.00, today.", &ordered));
    assert!(!breaks("L40", "We offer you a refund of 25.00 EUR today.", &ordered));
    assert!(!breaks("L40", "The lamp cost $25.00 in May.", &ordered));
    assert!(breaks("L40", "We offer you USD 25.00 as a partial refund.", &ordered));
    assert!(!breaks("L40", "We refund you the full price of the lamp, 49.00 USD, today.", &ordered));
    assert!(!breaks("L40", "Half of the order was missing; we refund it and send the rest today.", &ordered));
    let dear = Facts { price: Some(Money::new(190_000, Currency::parse("EUR").unwrap())), ..limited.clone() };
    let french = |text: &str| ids(text, Language::Fr, &dear).contains(&"L40");
    assert!(french("Nous vous proposons un remboursement de 1 100,00 €."));
    assert!(!french("Nous vous remboursons 1 900,00 €."));

    let refused = "We cannot refund you for the kettle, as we told you on Monday.";
    assert!(breaks("L41", refused, &Facts { own_mistake: Some(true), ..facts() }));
    assert!(!breaks("L41", refused, &Facts { own_mistake: Some(false), ..facts() }));
    let own = Facts { own_mistake: Some(true), ..facts() };
    let instead = "We cannot send a replacement since it is sold out, so we refund you in full today.";
    assert!(!breaks("L41", instead, &own));
    assert!(breaks("L41", "We cannot refund you in full. We cannot send a replacement either.", &own));
    let policy = "Sale items are neither refunded nor exchanged.";
    assert!(breaks("L41", policy, &own), "in whatever words");
    let confessed = format!("We packed the wrong size by mistake, sorry. {policy}");
    assert!(breaks("L41", &confessed, &facts()), "by the reply's own words");
    assert!(!breaks("L41", &confessed, &Facts { own_mistake: Some(false), ..facts() }));
    let paid = "An opened cream cannot come back to us. Your 9.50 USD have been refunded.";
    assert!(!breaks("L41", paid, &own));
    for (lang, text) in [
        (Language::En, "We cannot refund you, as we sent you the right item in May."),
        (Language::Zh, "我们已经寄出正确的商品，无法为您退款。"),
    ] {
        assert!(ids(text, lang, &own).contains(&"L41"), "{text}");
    }
    for (lang, text) in [
        (
            Language::De,
            "Das war unser Fehler, wir haben den falschen Artikel geschickt. Ein Ersatz ist leider nicht möglich. Wir erstatten Ihnen heute den vollen Kaufpreis.",
        ),
        (
            Language::De,
            "Ersatz können wir leider nicht anbieten, wir erstatten Ihnen daher den vollen Kaufpreis.",
        ),
        (Language::Fr, "Nous ne pouvons pas remplacer la lampe, nous vous remboursons donc intégralement."),
        (Language::It, "Non possiamo sostituire la lampada: rimborsiamo l'importo per intero."),
        (Language::Es, "No podemos cambiar la lámpara, así que le devolvemos todo el dinero hoy."),
        (Language::Ja, "在庫がなく交換はできませんので、本日、全額を返金いたします。"),
        (Language::Zh, "已无库存，无法补发，我们今天为您全额退款。"),
    ] {
        assert!(!ids(text, lang, &own).contains(&"L41"), "{text}");
    }
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
