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
        "thanks";
}
