//! A mail address that a letter may be written to or from: nothing in it can end a header or begin another.

use std::fmt;

/// A plain ASCII address, `local@domain`: no quotes, no comments, no blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox(String);

impl Mailbox {
    /// Reads an address; `None` for what is none, or none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
        let dotted = |part: &str| !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let right = !local.is_empty()
            && local.len() <= 128
            && domain.len() <= 253
            && local.bytes().all(sign)
            && dotted(local)
            && domain.contains('.')
            && domain.split('.').all(label);
        right.then(|| Self(text.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain_or_it_is_none() {
        for right in
            ["a@b.example", "x0+76c079d3-0000-4000-8000-000000000001@marketplace.amazon.co.jp", " o'k@b.c "]
        {
            assert_eq!(Mailbox::parse(right).unwrap().as_str(), right.trim());
        }
        for wrong in [
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a b@c.d",
            "a@b.c\r\nBcc: x@y.z",
            "a@b.c, d@e.f",
            "\"a\"@b.c",
            "a@b..c",
            ".a@b.c",
            "a@-b.c",
            "<a@b.c>",
            "ä@b.c",
            "a@b.c\u{0}",
        ] {
            assert_eq!(Mailbox::parse(wrong), None, "{wrong:?}");
        }
    }
}
