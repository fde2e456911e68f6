//! How fast a reply of 2,000 characters is checked, in each language: it is done after every key.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

use divan::Bencher;
use kesu::domain::case::Language;
use kesu::reply::rules::{self, Facts};

fn main() {
    divan::main();
}

const TEXTS: &[(&str, Language, &str)] = &[
    (
        "en",
        Language::En,
        "We are sorry the kettle arrived cracked. We shipped a replacement today; please tell us if it is late. ",
    ),
    (
        "de",
        Language::De,
        "Es tut uns leid, dass die Kanne zerbrochen ankam. Wir haben heute Ersatz verschickt, bitte melden Sie sich. ",
    ),
    (
        "fr",
        Language::Fr,
        "Nous sommes désolés que la théière soit cassée. Une autre est partie aujourd'hui, merci de nous répondre. ",
    ),
    (
        "it",
        Language::It,
        "Ci dispiace che la teiera sia rotta. Oggi abbiamo spedito la sostituzione, la preghiamo di risponderci. ",
    ),
    (
        "es",
        Language::Es,
        "Lamentamos que la tetera llegara rota. Hoy hemos enviado otra, por favor díganos si se retrasa. ",
    ),
    (
        "ja",
        Language::Ja,
        "ティーポットが割れて届いたとのこと、申し訳ございません。本日、代替品を発送いたしました。ご確認ください。",
    ),
    ("zh", Language::Zh, "很抱歉茶壶送到时已破损。我们今天已寄出替换商品，请您收到后告诉我们。"),
];

#[divan::bench(args = ["en", "de", "fr", "it", "es", "ja", "zh"])]
fn two_thousand_characters(bencher: Bencher<'_, '_>, name: &str) {
    let (_, language, sentence) = TEXTS.iter().find(|(known, ..)| *known == name).expect("a language");
    let text: String = sentence.chars().cycle().take(2_000).collect();
    let facts = Facts { buyer_lang: Some(name.to_owned()), ..Facts::default() };
    let _ = rules::check(&text, Some(*language), &facts);
    bencher.bench_local(|| rules::check(divan::black_box(&text), Some(*language), &facts));
}
