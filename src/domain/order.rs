//! Orders: their identity and the facts a report states about them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An Amazon order id, `111-1000001-2000006`: three, seven and seven digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderId(String);

impl OrderId {
    /// Reads exactly one order id; spaces around it are the operator's typing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let shape = text.len() == 19
            && text.bytes().enumerate().all(|(at, byte)| match at {
                3 | 11 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        shape.then(|| Self(text.to_owned()))
    }

    /// Reads the id of any channel's order as a report writes it: 3-7-7, or three letters and digits in front
    /// (`S01-1000001-2000006` is an order of another channel that Amazon ships).
    #[must_use]
    pub fn of_any_channel(text: &str) -> Option<Self> {
        let text = text.trim();
        let (front, rest) = text.split_at_checked(3)?;
        let shape = front.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && Self::parse(&format!("000{rest}")).is_some();
        shape.then(|| Self(text.to_owned()))
    }

    /// Reads an order id, also of a digital order (`D01-1000001-2000006`), whatever parts its groups: spaces, other signs
    /// or nothing.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let (front, rest) = letters.split_at_checked(3)?;
        let (middle, last) = rest.split_at_checked(7)?;
        let front = front.to_ascii_uppercase();
        let digital = front == "D01" && Self::parse(&format!("000-{middle}-{last}")).is_some();
        let written = format!("{front}-{middle}-{last}");
        if digital { Some(Self(written)) } else { Self::parse(&written) }
    }

    /// The first order id that stands by itself in running text.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::find_all(text).next()
    }

    /// Every order id that stands by itself in running text (no digit or hyphen directly beside it), in order.
    pub fn find_all(text: &str) -> impl Iterator<Item = Self> {
        let bytes = text.as_bytes();
        let joined = |at: Option<&u8>| at.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        (0..bytes.len().saturating_sub(18)).filter_map(move |at| {
            let alone = !joined(at.checked_sub(1).and_then(|before| bytes.get(before)))
                && !joined(bytes.get(at + 19));
            alone.then(|| text.get(at..at + 19).and_then(Self::parse))?
        })
    }

    /// The id as Amazon writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_id_is_found_only_where_it_stands_alone() {
        assert_eq!(
            OrderId::find("order [406-1000001-2000005] is late").unwrap().as_str(),
            "406-1000001-2000005"
        );
        assert_eq!(OrderId::find("tracking 1406-1000001-2000005"), None);
        assert_eq!(OrderId::find("406-1000001-20000051"), None);
        assert_eq!(
            OrderId::find("Bestellung：303-1000001-1000010。").unwrap().as_str(),
            "303-1000001-1000010"
        );
    }

    #[test]
    fn an_order_id_is_read_however_it_is_typed() {
        for text in
            ["111-1000001-1000009", "111 1000001 1000009", "11110000011000009", "111 - 1000001 -1000009"]
        {
            assert_eq!(OrderId::typed(text).unwrap().as_str(), "111-1000001-1000009", "{text}");
        }
        assert_eq!(OrderId::typed("d01-1000001-1000009").unwrap().as_str(), "D01-1000001-1000009");
        assert_eq!(OrderId::typed("111-1000001-100000"), None);
        assert_eq!(OrderId::typed("S01-1000001-1000009"), None);
    }

    #[test]
    fn other_dashes_and_letters_are_no_order_id() {
        assert_eq!(OrderId::parse("112–1234567–1234568"), None);
        assert_eq!(OrderId::parse("s01-1234567-1234568"), None);
        assert!(OrderId::parse(" 112-1234567-1234568 ").is_some());
        assert!(OrderId::of_any_channel("s01-1234567-1234568").is_some());
        assert_eq!(OrderId::of_any_channel("s01-1234567"), None);
    }
}
