//! Several texts in one: the keys of rows, the words that made a kind.

/// What stands between them, the unit separator of ASCII. No text that is joined keeps one.
pub const BETWEEN: char = '\u{1f}';

/// Joins texts so that no two lists of as many texts come to the same, unless they differ in a unit separator only: one within a
/// text is written as its picture, so that it ends no part.
pub fn join<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let mut joined = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            joined.push(BETWEEN);
        }
        joined
            .extend(part.as_ref().chars().map(|letter| if letter == BETWEEN { '\u{241f}' } else { letter }));
    }
    joined
}

/// The parts of a joined text, also the empty ones.
pub fn split(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(BETWEEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_separator_within_a_part_moves_nothing_into_the_next() {
        assert_ne!(join(["a\u{1f}b", "c"]), join(["a", "b\u{1f}c"]));
        assert_eq!(split(&join(["a\u{1f}b", "", "c"])).collect::<Vec<_>>(), ["a\u{241f}b", "", "c"]);
    }

    proptest! {
        #[test]
        fn as_many_parts_come_out_as_went_in(parts in prop::collection::vec("[a\u{1f}\u{1e}\n\u{0}]{0,4}", 1..6)) {
            let joined = join(&parts);
            let out: Vec<String> = split(&joined).map(str::to_owned).collect();
            let kept: Vec<String> = parts.iter().map(|part| part.replace(BETWEEN, "\u{241f}")).collect();
            prop_assert_eq!(out, kept);
        }
    }
}
