//! Header names: how they are compared, which are named twice, and which one was meant.

use unicode_normalization::UnicodeNormalization;

/// A header as it is compared: without case, spaces, hyphens, underscores, full width, or invisible letters.
#[must_use]
pub fn normal(header: &str) -> String {
    let mark = |letter: &char| {
        letter.is_whitespace()
            || matches!(letter, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{ad}')
    };
    header
        .trim()
        .trim_matches('"')
        .nfkc()
        .filter(|letter| !mark(letter))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A header as it is shown: without the byte order mark and outer white space.
#[must_use]
pub fn shown(header: &str) -> &str {
    header.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}')
}

/// The first header that stands twice, as the file spells it.
#[must_use]
pub fn twice(header: &[String]) -> Option<&str> {
    let mut seen = std::collections::HashSet::new();
    let named = header.iter().filter(|cell| !shown(cell).is_empty());
    named
        .map(|cell| (cell, normal(cell)))
        .find(|(_, name)| !seen.insert(name.clone()))
        .map(|(cell, _)| shown(cell))
}

/// The header that looks most like `wanted`; `None` when none is near.
#[must_use]
pub fn nearest<'a>(wanted: &str, header: &'a [String]) -> Option<&'a str> {
    let wanted = normal(wanted);
    let reach = (wanted.chars().count() / 3).max(1);
    let near = header.iter().map(|cell| (distance(&wanted, &normal(cell)), shown(cell)));
    near.filter(|(distance, cell)| *distance <= reach && !cell.is_empty())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, cell)| cell)
}

/// How many letters have to be put in, taken out or changed; far names are not measured.
fn distance(one: &str, two: &str) -> usize {
    let (one, two): (Vec<char>, Vec<char>) = (one.chars().take(64).collect(), two.chars().take(64).collect());
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, other) in two.iter().enumerate() {
            let change = diagonal + usize::from(letter != other);
            diagonal = row[to + 1];
            row[to + 1] = change.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_case_spaces_hyphens_and_marks() {
        for header in
            ["Order ID", "order-id", "ORDER_ID", "\u{feff}order-id ", "Ｏrder\u{a0}ID", "\"Order ID\""]
        {
            assert_eq!(normal(header), "orderid", "{header}");
        }
        assert_ne!(normal("Order"), normal("Order ID"));
    }

    #[test]
    fn a_near_miss_is_suggested_and_a_far_one_is_not() {
        let header = ["Order Number".to_owned(), "Comments".to_owned(), String::new()];
        assert_eq!(nearest("comment", &header), Some("Comments"));
        assert_eq!(nearest("currency", &header), None);
        assert_eq!(twice(&["a".into(), "A ".into()]), Some("A"));
        assert_eq!(twice(&[String::new(), String::new()]), None);
    }
}
