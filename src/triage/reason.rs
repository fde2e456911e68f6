//! Return and replacement reasons: codes and display texts to kinds, from `assets/policy/reasons.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::Kind;

/// A code of the returns reports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    code: String,
    kind: Kind,
    #[serde(default)]
    own: bool,
    #[serde(rename = "sure")]
    _sure: String,
    #[serde(rename = "meaning")]
    _meaning: String,
}

/// A code of the replacements report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    code: u8,
    kind: Kind,
    #[serde(rename = "meaning")]
    _meaning: String,
}

/// The file as it stands.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    reason: Vec<Reason>,
    replacement: Vec<Replacement>,
    texts: HashMap<String, String>,
}

/// The file, ready to be asked: codes by their folded spelling, display texts pointing at codes.
#[derive(Debug, Default)]
struct Table {
    reasons: HashMap<String, Reason>,
    replacements: HashMap<u8, Kind>,
    texts: HashMap<String, String>,
}

/// Read once; the file ships inside the program and a test reads it, so the empty fallback is never seen.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let sheet: Sheet = toml::from_str(include_str!("../../assets/policy/reasons.toml")).unwrap_or_default();
    Table {
        reasons: sheet.reason.into_iter().map(|reason| (fold(&reason.code), reason)).collect(),
        replacements: sheet.replacement.into_iter().map(|row| (row.code, row.kind)).collect(),
        texts: sheet.texts.into_iter().map(|(text, code)| (fold(&text), fold(&code))).collect(),
    }
});

/// One spelling for all: capitals, and one underscore where a file has spaces, hyphens or underscores.
fn fold(text: &str) -> String {
    let words =
        text.split(|c: char| c.is_whitespace() || c == '_' || c == '-').filter(|word| !word.is_empty());
    words.map(str::to_uppercase).collect::<Vec<_>>().join("_")
}

fn find(reason: &str) -> Option<&'static Reason> {
    let table = &*TABLE;
    let folded = fold(reason);
    table.reasons.get(table.texts.get(&folded).unwrap_or(&folded))
}

/// The code and kind of a reason as a report or mail writes it; unknown ones stay verbatim and are kind other.
/// The look-up ignores case and outer spaces; display text is turned into its code.
#[must_use]
pub fn of(reason: &str) -> (String, Kind) {
    find(reason).map_or_else(|| (reason.to_owned(), Kind::Other), |known| (known.code.clone(), known.kind))
}

/// Whether a reason is in the table at all, as a code or as a display text.
#[must_use]
pub fn is_known(reason: &str) -> bool {
    find(reason).is_some()
}

/// Whether a reason is the buyer's own: a change of mind, a mistake, a matter of taste or of size.
/// False for anything unknown.
#[must_use]
pub fn is_own_reason(reason: &str) -> bool {
    find(reason).is_some_and(|known| known.own)
}

/// The kind of a `replacement-reason-code`, 0 to 12 as written in the report; other for anything else.
#[must_use]
pub fn replacement(code: &str) -> Kind {
    let number = code.trim().parse::<u8>().ok();
    number.and_then(|number| TABLE.replacements.get(&number).copied()).unwrap_or(Kind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_ships_can_be_read_and_points_only_at_codes_it_has() {
        let sheet: Sheet = toml::from_str(include_str!("../../assets/policy/reasons.toml")).unwrap();
        assert_eq!((sheet.reason.len(), sheet.replacement.len(), sheet.texts.len()), (71, 13, 17));
        for (text, code) in &sheet.texts {
            assert!(TABLE.reasons.contains_key(&fold(code)), "{text} points at {code}");
        }
        assert_eq!(TABLE.reasons.len(), sheet.reason.len(), "two codes fold to one spelling");
    }

    #[test]
    fn a_code_is_found_in_any_case_and_with_spaces_around_it() {
        assert_eq!(of("DEFECTIVE"), ("DEFECTIVE".into(), Kind::Defective));
        assert_eq!(of(" cr-switcheroo\t"), ("CR-SWITCHEROO".into(), Kind::NotAsDescribed));
        assert_eq!(of("Never_Arrived").1, Kind::NotReceived);
        assert_eq!(of("AMZ-PG-APP-TOO-SMALL").1, Kind::Other);
    }

    #[test]
    fn a_display_text_becomes_its_code() {
        assert_eq!(of("Damaged/defective after arrival"), ("DAMAGED_BY_FC".into(), Kind::Defective));
        assert_eq!(of("wrong item shipped"), ("SWITCHEROO".into(), Kind::NotAsDescribed));
        assert_eq!(of("Unwanted Item"), ("UNWANTED_ITEM".into(), Kind::Other));
    }

    #[test]
    fn an_unknown_reason_stays_as_it_was_written() {
        assert_eq!(of(" Cr-Brand New Reason "), (" Cr-Brand New Reason ".into(), Kind::Other));
        assert!(!is_known("CR-BRAND_NEW") && is_known("cr-defective"));
    }

    #[test]
    fn a_change_of_mind_is_the_buyers_own_reason_a_broken_article_is_not() {
        assert!(is_own_reason("UNWANTED_ITEM") && is_own_reason("CR-FOUND_BETTER_PRICE"));
        assert!(is_own_reason("AMZ-PG-APP-TOO-SMALL"));
        assert!(!is_own_reason("DEFECTIVE") && !is_own_reason("no such code"));
    }

    #[test]
    fn a_replacement_code_is_a_number_from_the_report() {
        assert_eq!(replacement("1"), Kind::NotReceived);
        assert_eq!(replacement(" 04 "), Kind::NotAsDescribed);
        assert_eq!(replacement("10"), Kind::Defective);
        assert_eq!(replacement("13"), Kind::Other);
        assert_eq!(replacement(""), Kind::Other);
    }
}
