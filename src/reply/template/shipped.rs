//! The table of the templates and snippets that ship: every file under `assets/templates/` and `assets/snippets/`,
//! compiled in.
//!
//! To add one: write the file, add its name to its language here. A test compares this table with the folders.

use crate::domain::case::Language;

/// A file as it was compiled in.
pub(super) struct File {
    pub(super) lang: Language,
    pub(super) name: &'static str,
    pub(super) source: &'static str,
}

macro_rules! files {
    ($(#[$doc:meta])* $table:ident in $root:literal { $($lang:ident $folder:literal: $($name:literal)+;)+ }) => {
        $(#[$doc])*
        pub(super) const $table: &[File] = &[$($(File {
            lang: Language::$lang,
            name: $name,
            source: include_str!(concat!("../../../assets/", $root, "/", $folder, "/", $name, ".txt")),
        }),+),+];
    };
}

files! {
    /// Every template that ships, by language, in the order in which ties are shown.
    TEMPLATES in "templates" {
        En "en":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
        De "de":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
        Fr "fr":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
        It "it":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
        Es "es":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
        Ja "ja":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
        Zh "zh":
            "not-received-amazon-late" "not-received-amazon-delivered"
            "not-received-no-movement" "not-received-in-transit" "not-received-marked-delivered"
            "not-received-lost" "not-received-address" "wrong-item" "parts-missing" "listing-misread"
            "defective-first-fix" "defective-replacement" "defective-return-label" "cancelled-before-shipping"
            "cancel-too-late" "return-approved" "atoz-amazon" "atoz-buyer" "chargeback-evidence"
            "negative-feedback" "partial-refund" "full-refund" "reshipment-done" "follow-up" "invoice" "thanks";
    }
}

files! {
    /// Every snippet that ships, by language.
    SNIPPETS in "snippets" {
        En "en":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
        De "de":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
        Fr "fr":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
        It "it":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
        Es "es":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
        Ja "ja":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
        Zh "zh":
            "apology" "own-mistake" "thanks" "patience" "tracking" "investigation" "photo" "next-working-day"
            "deadline" "choice" "replacement" "refund-way" "policy" "hint";
    }
}
