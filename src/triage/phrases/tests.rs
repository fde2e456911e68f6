//! The notation of the phrases.

use super::*;

fn found(sheet: &str, text: &str) -> Vec<Class> {
    let phrases = Phrases::compile(sheet).unwrap();
    phrases.find(&phrases.words(text)).iter().map(|hit| hit.class).collect()
}

#[test]
fn a_phrase_is_words_in_a_row_with_choices_gaps_and_endings() {
    let sheet = "apostrophe = 'join'\n[groups]\ngoods = ['item', 'phone case']\n[phrases]\nlate = ['$goods ~ (not|never) arriv*']";
    assert_eq!(found(sheet, "My ITEM has still not arrived"), [Class::Late]);
    assert_eq!(found(sheet, "the phone case never arrives"), [Class::Late]);
    assert!(found(sheet, "the item. It has not arrived").is_empty(), "a sentence ends a phrase");
    assert!(found(sheet, "the item is here").is_empty());
}

#[test]
fn choices_may_stand_within_choices() {
    assert_eq!(spell_out("(a (b|c) d|e|)"), ["a b d", "a c d", "e", ""]);
    let sheet = "[phrases]\ndefective = ['壊れて(い(ない|ます)|た)']";
    assert_eq!(found(sheet, "壊れています"), [Class::Defective]);
}

#[test]
fn accents_capitals_and_spelt_out_umlauts_do_not_matter() {
    let sheet = "umlauts = true\n[phrases]\ndefective = ['zurück beschädigt']";
    for text in ["ZURÜCK beschädigt", "zurueck beschaedigt", "zuruck beschadigt"] {
        assert_eq!(found(sheet, text), [Class::Defective], "{text}");
    }
}

#[test]
fn scripts_without_spaces_are_read_letter_by_letter() {
    let sheet = "[phrases]\nnot_received = ['まだ ~ (届い|来)', '没(有|)收到']";
    assert_eq!(found(sheet, "商品がまだ全然届いていません"), [Class::NotReceived]);
    assert_eq!(found(sheet, "一直没收到货"), [Class::NotReceived]);
    assert!(found(sheet, "もう届いた").is_empty());
}

#[test]
fn a_phrase_that_cannot_be_read_is_named() {
    let sheet = "[phrases]\nlate = ['$nobody came']";
    assert!(Phrases::compile(sheet).unwrap_err().contains("$nobody"));
    assert!(Phrases::compile("[phrases]\nlate = ['~ late']").is_err());
}
