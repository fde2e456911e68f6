//! The table of the templates that ship: every file under `assets/templates/`, compiled in.
//!
//! To add one: write the file, add its name to its language here. A test compares this table with the folder.

use crate::domain::case::Language;

/// A template file as it was compiled in.
pub(super) struct File {
    pub(super) lang: Language,
    pub(super) situation: &'static str,
    pub(super) source: &'static str,
}

macro_rules! files {
    ($($lang:ident $folder:literal: $($situation:literal)+;)+) => {
        /// Every template that ships, by language, in the order in which ties are shown.
        pub(super) const FILES: &[File] = &[$($(File {
            lang: Language::$lang,
            situation: $situation,
            source: include_str!(concat!("../../../assets/templates/", $folder, "/", $situation, ".txt")),
        }),+),+];
    };
}

files! {
    En "en":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
        "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
        "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
        "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    De "de":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
        "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
        "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
        "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    Fr "fr":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
        "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
        "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
        "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    It "it":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
        "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
        "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
        "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    Es "es":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
        "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
        "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
        "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    Ja "ja":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
        "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
        "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
        "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    Zh "zh":
        "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
        "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "defective-first-fix"
        "defective-replacement" "cancelled-before-shipping" "cancel-too-late" "return-approved" "atoz-amazon"
        "atoz-buyer" "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "invoice" "thanks";
}
