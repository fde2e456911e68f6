//! What has a shape, as tables: what is written, the rule it breaks or none, and the place that is shown.

use super::*;

/// The places a rule objects to.
fn places(rule: &str, text: &str, lang: Language, facts: &Facts) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let findings = check(text, Some(lang), facts);
    findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| letters[finding.range.clone()].iter().collect())
        .collect()
}

/// Each text breaks the rule at just this place; an empty place: it does not break it.
fn hold(rule: &str, lang: Language, table: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, place) in table {
        let found = places(rule, text, lang, &Facts::default());
        let expected: Vec<&str> = Some(*place).into_iter().filter(|place| !place.is_empty()).collect();
        if found != expected {
            wrong.push(format!("{rule} {text:?}: {found:?}, not {place:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a rule finds anything.
fn finds(rule: &str, text: &str, lang: Language) -> bool {
    !places(rule, text, lang, &Facts::default()).is_empty()
}

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
        (Language::Zh, "师傅的号码：前半段是 4 1 5 5，\n后半段是 5 2 1 7。"),
        (Language::De, "Am Apparat: null drei null, dann die 41 und zum Schluss 20 77 eins."),
        (Language::En, "Ring our fitter: (two one two) 555 - o3 - 47."),
        (Language::Ja, "直通、ゼロ六の四四四四、のあとに零一二三です。"),
        (Language::It, "Il codice è suo: +39 3 4 9 – 1 1 0 – 7 2 – 5 8."),
        (Language::De, "Wählen Sie 0151-23-45-67-89."),
        (Language::Ja, "電話番号は03-1234-5678です。"),
        (Language::En, "Text me at 2125550198."),
        (Language::En, "Call 1-800-FLOWERS."),
        (Language::En, "It is 1-800-555-LAMP."),
        (Language::En, "Line ID lumina88"),
        (Language::En, "Skype: lumina.help"),
        (Language::En, "w h a t s a p p me, it is faster"),
        (Language::Zh, "加我微信 lumina88"),
        (Language::Zh, "VX：lumina88"),
        (Language::En, "w x: lumina88"),
        (Language::Ja, "ラインID：lumina88"),
    ];
    for (lang, text) in numbers {
        assert!(finds("L05", text, lang), "{text}");
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
        (Language::Zh, "型号 WX：200A，数量 3。"),
        (Language::De, "Das Ersatzteil 0151-23456-7 liegt bei."),
        (Language::De, "Wir erstatten Ihnen 1.800 Euro und melden uns morgen."),
        (Language::En, "The heater has 1 800 watt and a timer."),
        (Language::De, "Rufen Sie 192.168.1.1 im Browser auf; das Kennwort steht auf dem Router."),
        (Language::En, "Line 3: press the button; order line 12345 is missing."),
    ];
    for (lang, text) in numbers {
        assert!(!finds("L05", text, lang), "{text}");
    }
}

#[test]
fn an_address_is_seen_however_it_is_written_and_a_model_name_is_none() {
    for (rule, lang, text) in [
        ("L01", Language::En, "The manual is at https://glowshop.example/manual, page 3."),
        ("L03", Language::En, "Search for glowshop dot com and write to us there."),
        ("L03", Language::De, "Sie finden uns unter lichtstube punkt de im Netz."),
        ("L03", Language::Zh, "请搜索 我的店铺点com 联系我们。"),
        ("L03", Language::Zh, "请搜“清源净水ｄｉａｎcom”留言。"),
        ("L03", Language::Fr, "Cherchez batt-express . c o m, sans espaces."),
        ("L03", Language::De, "Im naehglück•shop steht alles."),
        ("L03", Language::En, "Look at www lumina com for it."),
        ("L03", Language::Es, "Bájela desde lumina punto me barra guía nueve."),
        ("L04", Language::En, "Send it to support at lumina dash lamps dot com."),
        ("L38", Language::En, "The lid left today.\n\nPaul | Lumina\nlumina-lamps.com"),
        ("L04", Language::En, "Write to lumina at gmail."),
        ("L04", Language::En, "It is lumina_at_web_dot_com."),
        ("L04", Language::De, "Schreiben Sie an service ät lumina pkt de."),
        ("L04", Language::Fr, "Il suffit d'un mot à compta chez orange point fr."),
        ("L03", Language::En, "See bit.ly/3xYz for the form."),
        ("L04", Language::Fr, "Écrivez à sav (arobase) chaleur-douce (point) com."),
        ("L04", Language::It, "Mi scriva a laboratorio chiocciola misuresane punto it."),
        ("L04", Language::En, "Ｗｒｉｔｅ ｔｏ ｈｅｌｐ＠ｇｌｏｗｓｈｏｐ．ｃｏｍ ｐｌｅａｓｅ."),
    ] {
        assert!(finds(rule, text, lang), "{rule}: {text}");
    }
    for (lang, text) in [
        (Language::En, "The firmware 2.0.14 of your AB.1200-X is current, e.g. for Wi-Fi at 2.4 GHz."),
        (Language::De, "Stecken Sie z. B. den Stecker Nr. 3 ein, d. h. den roten Punkt nach oben."),
        (Language::Fr, "Le point rouge du cadran indique 3.5 bar ; voir p. 12."),
        (Language::Ja, "型番はKB-200.1、電圧は5.0Vです。"),
        (Language::Es, "Estamos en este punto, es mejor esperar."),
    ] {
        for rule in ["L01", "L02", "L03", "L04"] {
            assert!(!finds(rule, text, lang), "{rule}: {text}");
        }
    }
}

#[test]
fn no_word_behind_a_telephone_number_hides_it() {
    let number = "+49 30 901820";
    let words = [
        "when", "von", "vers", "we", "x", "w", "v", "wieder", "kg", "mm", "gbp", "eur", "ml", "between",
        "hz", "please", "€",
    ];
    for word in words {
        let text = format!("Call us at {number} {word} you have time.");
        assert_eq!(places("L05", &text, Language::En, &Facts::default()), [number], "{text}");
    }
    hold(
        "L05",
        Language::En,
        &[
            ("Call 206-555-0100 x 12 for Ann.", "206-555-0100"),
            ("WhatsApp +49 170 1234567 we answer fast", "+49 170 1234567"),
            ("Call ٠٣٠١٢٣٤٥٦٧٨ today.", "٠٣٠١٢٣٤٥٦٧٨"),
            ("The lamp weighs 12 500,00 kg or 901820 w in all.", ""),
            ("The battery holds 20 000 mAh x 2, 230 V, 120 x 80 x 45 cm.", ""),
            ("It costs 1 249,90 EUR, EUR 12.50 or 1,000,000 円.", ""),
            ("Between 01.10.2026-05.10.2026 and 10.10.26-12.10.26 we are closed.", ""),
        ],
    );
    hold("L05", Language::De, &[("Rufen Sie uns unter 030 901820 von 9 bis 17 Uhr an.", "030 901820")]);
    let two = "Rufen Sie uns unter 030 901820 / 0170 1234567 an.";
    assert_eq!(places("L05", two, Language::De, &Facts::default()), ["030 901820", "0170 1234567"]);
    hold(
        "L05",
        Language::Fr,
        &[
            ("Appelez-nous au 01 23 45 67 89 vers 10 heures.", "01 23 45 67 89"),
            ("Appelez-nous au 01.23.45.67.89 vers 10 heures.", "01.23.45.67.89"),
            ("Appelez-nous au 06-12-34-56-78, le 10.10.26.", "06-12-34-56-78"),
        ],
    );
}

#[test]
fn no_sign_around_a_host_hides_it() {
    let before = ["", "/", "//", "ftp://", "dhl/", "_", "*", "(", "„", "=", ">", "@", "见", "|", "-"];
    let after = ["", "_", "@", ".", ",", ")", "!", "*", "“", ":", ";", "见", "|", "?", " we", "-"];
    for host in ["myshop.com", "myshop.COM", "MyShop.Com", "MYSHOP.COM", "myshop.de", "meinladen.online"] {
        let around = before.iter().map(|a| (*a, "")).chain(after.iter().map(|b| ("", *b)));
        for (a, b) in around.chain([("_", "_"), ("/", "@"), ("@", "_")]) {
            let text = format!("See {a}{host}{b} today.");
            let found = places("L01", &text, Language::En, &Facts::default());
            let mail = places("L04", &text, Language::En, &Facts::default());
            assert!(
                found.first().or(mail.first()).is_some_and(|place| place.contains(host)),
                "{text}: {found:?}"
            );
        }
    }
    hold(
        "L01",
        Language::En,
        &[
            ("See myshop.com.evil now.", "myshop.com"),
            ("See 我的商店.com now.", "我的商店.com"),
            ("See ショップ.com now.", "ショップ.com"),
            ("See магазин.com now.", "магазин.com"),
            ("See myshop.中国 now.", "myshop.中国"),
            ("请看myshop.com/x联系", "myshop.com/x联系"),
            ("wa.me/49301234567 is our chat.", "wa.me/49301234567"),
            ("Write us: t.me/myshop any time.", "t.me/myshop"),
            ("See https://evil.example\\@amazon.com/x now.", "https://evil.example\\@amazon.com/x"),
            ("See https://amazon.com@evil.example/x now.", "https://amazon.com@evil.example/x"),
            ("See https:\\\\evil.example/x now.", "https:\\\\evil.example/x"),
            ("See https://shop:pass@amazon.com:443/x now.", ""),
            ("Pay at https://аmazon.com/gp/x by Friday.", "https://аmazon.com/gp/x"),
            ("Pay at https://amazón.com/gp/x by Friday.", "https://amazón.com/gp/x"),
            ("See https://www.ａｍａｚｏｎ.de/gp/größe now.", ""),
            ("请看amazon.cn/x。", ""),
        ],
    );
    hold(
        "L03",
        Language::En,
        &[
            ("Pay at https://аmazon.com/gp/x by Friday.", "https://аmazon.com/gp/x"),
            ("Pay at https://amazón.com/gp/x by Friday.", "https://amazón.com/gp/x"),
            ("See größe.shop/x now.", ""),
        ],
    );
    assert!(!places("L05", "Write us: wa.me/myshop or mail.", Language::En, &Facts::default()).is_empty());
}

#[test]
fn models_files_and_sentences_without_a_space_are_no_links() {
    let clean = [
        (Language::En, "we are sorry.so we refund today.it is done"),
        (Language::En, "Please open Settings.app and choose Wi-Fi."),
        (Language::En, "Your parcel arrived.It is at the door.No signature.Us too."),
        (Language::En, "See the file manual_v2.it_final.pdf, dhl.com.pdf, e.g. page 3."),
        (Language::En, "Firmware 2.0.14, model KB-200.EU, HD9252.CH and AB.1200-X, USB3.0.in the box."),
        (Language::En, "It costs 3.50 or so.Email us here.Site visits are free.Tech support answers."),
        (
            Language::De,
            "Das Paket ist angekommen.Es tut uns leid.So ist es z.B.in Köln, d.h.am Rhein, ggf.online.",
        ),
        (Language::Fr, "Le colis est perdu.Au revoir.La lampe suit, n° 3.de même."),
        (Language::It, "Grazie.Io ho spedito.Ai sensi di legge.La lampada arriva."),
        (Language::Es, "Lo sentimos.Es nuestro error.Me alegro.De nada."),
        (Language::Zh, "已退款.谢谢您.型号AB.公司将尽快处理"),
        (Language::Ja, "発送しました.型番はKB-200.1です。Amazon.co.jpのメッセージにご返信ください。"),
    ];
    for (lang, text) in clean {
        for rule in ["L01", "L03", "L04"] {
            let found = places(rule, text, lang, &Facts::default());
            assert!(found.is_empty(), "{rule} {text}: {found:?}");
        }
    }
}

#[test]
fn what_is_to_be_filled_in_is_told_from_the_name_of_a_page() {
    let blanks = [
        "{{name}}",
        "{order_id}",
        "${name}",
        "$name",
        "%s",
        "%name%",
        "__NAME__",
        "__name__",
        "@@name@@",
        "[NAME]",
        "[Name]",
        "[Customer Name]",
        "[your name]",
        "[insert the tracking code here]",
        "[…]",
        "[order-id]",
        "<name>",
        "<order-id>",
        "<Your Name>",
        "<link>",
        "XXX",
        "*|FNAME|*",
        "[Ihr Name]",
        "[Bestellnummer]",
        "[Datum einfügen]",
        "[NOME CLIENTE]",
        "<NOMBRE DEL CLIENTE>",
        "[PRÉNOM]",
        "[お客様名]",
        "[注文番号]",
        "[到着予定日]",
        "[订单号]",
        "[客户姓名]",
        "【姓名】",
    ];
    for blank in blanks {
        let text = format!("We sent it, {blank} today.");
        assert_eq!(places("L27", &text, Language::En, &Facts::default()), [blank], "{text}");
        let tags = places("L30", &text, Language::En, &Facts::default());
        assert!(tags.is_empty(), "{text}: {tags:?}");
    }
    for page in [
        "[Meine Bestellungen]",
        "[Your Orders]",
        "[Product Support]",
        "[注文履歴]",
        "[商品问题]",
        "[Mes commandes]",
        "[Add to Cart]",
        "[Order 111-1000001-1000009]",
        "[Insert]",
        "if x < your limit and y > 3",
        "US$ 20",
        "$USD 20",
        "A$AP",
        "__wichtig__",
        "[hier]",
        "[6月9日]",
        "XXX-L",
        "[Important]",
        "<Wi-Fi>",
        "<Enter>",
        "[1]",
        "“The lid is broken. […] I want one.”",
        "„Der Deckel ist kaputt. [...] Danke.“",
        "« Il dit “non” […] merci »",
    ] {
        for rule in ["L27", "L30"] {
            let text = format!("Open {page} today.");
            let found = places(rule, &text, Language::En, &Facts::default());
            assert!(found.is_empty(), "{rule} {text}: {found:?}");
        }
    }
}

#[test]
fn every_form_in_which_a_buyer_is_quoted_passes() {
    let sentences = ["The lid is broken.", "It says \"new\".", "I want one.", "Thanks."].map(str::to_owned);
    for lang in Language::ALL {
        for chosen in [vec![0, 2], vec![0, 1, 3], vec![1, 3], vec![0]] {
            let text = format!("{} \n\n[…]", crate::reply::quote::quotation(&sentences, &chosen, *lang));
            // Only the one behind the quotation is left over.
            assert_eq!(places("L27", &text, *lang, &Facts::default()), ["[…]"], "{text}");
        }
    }
}

#[test]
fn markup_and_pictures_are_seen_by_what_they_are() {
    for tag in [
        "<b>",
        "</b>",
        "<br/>",
        "<svg onload=x>",
        "<object data=x>",
        "<blockquote>",
        "<pre>",
        "< img width=1>",
        "<custom-tag>",
        "<!--",
        "&nbsp;",
        "<foo bar=1>",
        "</foo>",
    ] {
        let text = format!("We sent it {tag} today.");
        assert_eq!(places("L30", &text, Language::En, &Facts::default()), [tag], "{text}");
    }
    let first = Facts { proactive: true, ..Facts::default() };
    for picture in ["😀", "⛔", "‼️", "⚪", "⬛", "⛄", "㊗️", "❤️", "☺", "1️⃣", "🇩🇪", "👍🏽", "™️"]
    {
        let text = format!("We sent it {picture} today.");
        assert!(!places("L29", &text, Language::En, &first).is_empty(), "{text}");
    }
    for sign in ["→", "№ 1", "™", "©", "①", "★", "✓", "※", "#1", "*"] {
        let text = format!("We sent it {sign} today.");
        assert!(places("L29", &text, Language::En, &first).is_empty(), "{text}");
    }
}

#[test]
fn an_order_is_compared_however_it_is_typed() {
    let of = |id: &str| Facts { order_id: OrderId::typed(id), ..Facts::default() };
    let case = of("111-1000001-1000009");
    for (written, foreign) in [
        ("111-1000001-1000009", false),
        ("111 1000001 1000009", false),
        ("11110000011000009", false),
        ("111-1000001-1000008", true),
        ("111 1000001 1000008", true),
        ("11110000011000008", true),
        ("111-1000001 1000008", true),
        ("D01-1000001-1000009", true),
        ("111-1000001-10000091", true),
        ("00340434161094042557", false),
        ("98710000011000008", false),
    ] {
        let text = format!("We looked at {written} today.");
        let found = places("L25", &text, Language::En, &case);
        assert_eq!(!found.is_empty(), foreign, "{text}: {found:?}");
    }
    let digital = of("D01-1000001-1000009");
    assert!(places("L25", "About D01-1000001-1000009:", Language::En, &digital).is_empty());
    assert!(!places("L25", "About D01-1000001-1000008:", Language::En, &digital).is_empty());
}

#[test]
fn a_reply_in_a_language_that_is_none_of_ours_is_foreign_to_who_reads_one_of_ours() {
    let texts = [
        "Uw pakket is onderweg en komt vrijdag bij u aan, wij hebben het gisteren verzonden.",
        "Paczka jest w drodze i dotrze w piątek, wysłaliśmy ją wczoraj, dziękuję za cierpliwość.",
        "Ваша посылка уже в пути и прибудет в пятницу.",
    ];
    let foreign =
        |text: &str, facts: &Facts| !check(text, None, facts).iter().all(|finding| finding.rule != "L26");
    for text in texts {
        assert!(foreign(text, &Facts { marketplace: Some(Marketplace::De), ..Facts::default() }), "{text}");
        assert!(foreign(text, &Facts { buyer_lang: Some("de".into()), ..Facts::default() }), "{text}");
        assert!(!foreign(text, &Facts { buyer_lang: Some("nl-NL".into()), ..Facts::default() }), "{text}");
        assert!(!foreign(text, &Facts { marketplace: Some(Marketplace::Nl), ..Facts::default() }), "{text}");
        assert!(!foreign(text, &Facts { marketplace: Some(Marketplace::Be), ..Facts::default() }), "{text}");
    }
}

#[test]
fn a_long_word_is_looked_at_only_as_far_as_any_term_goes() {
    let word = "refund".repeat(20_000);
    assert!(check(&word, Some(Language::En), &Facts::default()).iter().any(|finding| finding.rule == "L28"));
}
