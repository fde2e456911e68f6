//! Who sent a mail: Amazon by exact domain, somebody who claims to be Amazon, or anybody else.

use unicode_normalization::UnicodeNormalization;

use crate::domain::Marketplace;

/// One address of a header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// Display name, decoded; empty where there is none.
    pub(super) name: String,
    /// The part before the last `@`, as written.
    pub(super) local: String,
    /// The part after the last `@`, lower case.
    pub(super) domain: String,
}

impl Address {
    /// An address as a header writes it.
    pub(super) fn new(name: &str, address: &str) -> Self {
        let address = address.trim().trim_matches(['<', '>']);
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        Self {
            name: name.trim().to_owned(),
            local: local.trim().to_owned(),
            domain: domain.trim().to_lowercase(),
        }
    }

    /// The site of a relay address, `…@marketplace.amazon.TLD`.
    pub(super) fn relay(&self) -> Option<Marketplace> {
        Marketplace::from_domain(exact(&self.domain)?.strip_prefix("marketplace.")?)
    }

    /// One of Amazon's own domains, exactly.
    pub(super) fn is_amazon(&self) -> bool {
        self.relay().is_some()
            || exact(&self.domain).is_some_and(|domain| Marketplace::from_domain(domain).is_some())
    }

    /// The site its domain stands for. `amazon.com` alone writes for every site, so it stands for none.
    pub(super) fn site(&self) -> Option<Marketplace> {
        self.relay()
            .or_else(|| Marketplace::from_domain(&self.domain).filter(|site| *site != Marketplace::Us))
    }
}

/// `Marketplace::from_domain` forgives blanks; a sender's domain is never forgiven.
fn exact(domain: &str) -> Option<&str> {
    domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).then_some(domain)
}

/// How much a sender that is not Amazon makes of being Amazon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// Nothing.
    None,
    /// The name mentions Amazon: a shop's own name may, when it writes to a buyer.
    Mention,
    /// The name is Amazon's.
    Name,
    /// The domain looks like Amazon's.
    Domain,
}

/// What an address outside Amazon claims.
pub(super) fn claim(address: &Address) -> Claim {
    let name = skeleton(&address.name);
    let tight: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    if looks_like_amazon(&address.domain) || skeleton(&address.local).contains("amazon.co") {
        Claim::Domain
    } else if has_amazon(&name) || (has_amazon(&tight) && !name.contains("amazon")) {
        let own =
            tight.starts_with("amazon") || tight.ends_with("amazonmarketplace") || name.contains("amazon.");
        if own { Claim::Name } else { Claim::Mention }
    } else if in_asian_letters(&address.name)
        || tight.contains("sellercentral")
        || tight.contains("atozguarantee")
    {
        Claim::Name
    } else {
        Claim::None
    }
}

/// Amazon's name as its Chinese, Japanese and Korean sites write it.
fn in_asian_letters(name: &str) -> bool {
    let name: String = name.nfkc().filter(|letter| !letter.is_whitespace()).collect();
    ["亚马逊", "亞馬遜", "アマゾン", "아마존"].iter().any(|own| name.starts_with(own))
}

fn looks_like_amazon(domain: &str) -> bool {
    let written = decoded(domain);
    let folded = skeleton(&written);
    let tight: String = folded.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let near = |label: &str| matches!(label.chars().count(), 5..=7) && one_edit(label, "amazon");
    has_amazon(&folded)
        || (has_amazon(&tight) && !folded.contains("amazon"))
        || tight.contains("sellercentral")
        || tight.contains("atozguarantee")
        || (folded.contains("marketplace") && !written.contains("marketplace"))
        || folded.split(['.', '-']).any(|label| near(label) || label.starts_with("amzn") || is_joined(label))
}

/// A misspelt Amazon with a word of its trade grown to it, as in `amzonseller`.
fn is_joined(label: &str) -> bool {
    const TRADE: [&str; 12] = [
        "seller", "support", "market", "service", "claim", "pay", "central", "help", "secure", "notice",
        "order", "account",
    ];
    let letters: Vec<char> = label.chars().collect();
    (5..=7).any(|length| {
        let Some(rest) = letters.get(length..).filter(|rest| !rest.is_empty()) else { return false };
        let (head, rest): (String, String) = (letters[..length].iter().collect(), rest.iter().collect());
        one_edit(&head, "amazon") && TRADE.iter().any(|word| rest.starts_with(word))
    })
}

/// The word, not the river nor the warriors.
fn has_amazon(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("amazon") {
        let after = &rest[at + 6..];
        let river = ["as", "ia", "ie", "en"].iter().any(|end| {
            after
                .strip_prefix(end)
                .is_some_and(|tail| !end.starts_with("as") || !tail.starts_with(|c: char| c.is_alphabetic()))
        });
        if !river {
            return true;
        }
        rest = after;
    }
    false
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes `text` the `word`.
fn one_edit(text: &str, word: &str) -> bool {
    let (text, word): (Vec<char>, Vec<char>) = (text.chars().collect(), word.chars().collect());
    let head = text.iter().zip(&word).take_while(|(one, two)| one == two).count();
    let tail = text.iter().rev().zip(word.iter().rev()).take_while(|(one, two)| one == two).count();
    let (left, right) = (text.len().max(word.len()), head + tail);
    let swapped = text.len() == word.len()
        && head + 2 + tail == text.len()
        && text[head] == word[head + 1]
        && text[head + 1] == word[head];
    swapped || right + 1 >= left
}

/// Letters as the eye takes them: marks off, lower case, digits and letters of other scripts as the Latin ones they imitate.
fn skeleton(text: &str) -> String {
    let folded: String = text
        .nfkd()
        .filter(|letter| !unicode_normalization::char::is_combining_mark(*letter))
        .filter(|letter| !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'а' | 'α' | 'ɑ' | '4' | '@' => 'a',
            'м' | 'ṃ' => 'm',
            'ᴢ' | 'ʐ' | 'ƶ' | 'ᴣ' | '2' => 'z',
            'о' | 'ο' | 'օ' | 'ø' | '0' => 'o',
            'п' | 'ո' | 'η' => 'n',
            'е' | 'ε' | '3' => 'e',
            'с' => 'c',
            'р' | 'ρ' => 'p',
            'т' | 'τ' => 't',
            'ӏ' | 'і' | 'ι' | 'ı' | '1' => 'l',
            'к' | 'κ' => 'k',
            other => other,
        })
        .collect();
    folded.replace("rn", "m").replace("nn", "m").replace("vv", "w")
}

/// A domain with its `xn--` labels decoded.
fn decoded(domain: &str) -> String {
    let labels = domain
        .split('.')
        .map(|label| label.strip_prefix("xn--").and_then(punycode).unwrap_or_else(|| label.to_owned()));
    labels.collect::<Vec<_>>().join(".")
}

/// RFC 3492, decoding only.
fn punycode(text: &str) -> Option<String> {
    if text.len() > 63 {
        return None;
    }
    let (plain, code) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = plain.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = code.bytes();
    while digits.len() > 0 {
        let (start, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let size = u32::try_from(out.len()).ok()? + 1;
        let mut delta = if start == 0 { i / 700 } else { (i - start) / 2 };
        delta += delta / size;
        bias = 0;
        while delta > 455 {
            delta /= 35;
            bias += 36;
        }
        bias += 36 * delta / (delta + 38);
        n = n.checked_add(i / size)?;
        i %= size;
        out.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

/// The check that failed, `DKIM` or `DMARC`, by the `Authentication-Results` headers (each given as its value).
///
/// SPF alone fails on every forwarded mail, so it is not enough. One good signature of Amazon's makes up for a broken
/// one of somebody on the way, unless DMARC as a whole failed.
pub(super) fn failed_check<'a>(mut headers: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    headers.find_map(failed_in)
}

fn failed_in(header: &str) -> Option<&'static str> {
    let plain = without_comments(header).to_ascii_lowercase();
    let (mut broken, mut good, mut dmarc_passed) = (false, false, false);
    for result in plain.split(';') {
        let mut passed = false;
        for word in result.split_whitespace() {
            let Some((key, value)) = word.split_once('=') else { continue };
            let method = key.split('/').next().unwrap_or_default();
            match (method, value) {
                ("dmarc", "fail" | "hardfail") => return Some("DMARC"),
                ("dmarc", value) => dmarc_passed |= value == "pass",
                ("dkim", "fail" | "hardfail") => (broken, passed) = (true, false),
                ("dkim", value) => passed = value == "pass",
                ("header.d" | "header.i", domain) if passed => {
                    let domain = domain.rsplit('@').next().unwrap_or_default();
                    good |= Address::new("", &format!("x@{domain}")).is_amazon();
                }
                _ => {}
            }
        }
    }
    (broken && !good && !dmarc_passed).then_some("DKIM")
}

/// Comments in brackets and quoted strings say nothing.
fn without_comments(header: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut out = String::with_capacity(header.len());
    for letter in header.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match letter {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            other if !quoted && depth == 0 => out.push(other),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(name: &str, address: &str) -> Claim {
        claim(&Address::new(name, address))
    }

    #[test]
    fn only_the_exact_domains_are_amazons() {
        for address in
            ["a@amazon.com", "a@amazon.co.jp", "a+b@marketplace.amazon.co.uk", "a@Marketplace.Amazon.DE"]
        {
            assert!(Address::new("", address).is_amazon(), "{address}");
        }
        for address in [
            "a@mail.amazon.com",
            "a@amazon.com.evil.example",
            "a@xamazon.de",
            "a@amazon.com@evil.example",
            "a@amazon.com.",
            "a@marketplace.marketplace.amazon.de",
        ] {
            assert!(!Address::new("", address).is_amazon(), "{address}");
        }
    }

    #[test]
    fn every_trick_with_the_domain_is_a_claim() {
        for domain in [
            "marketplace.amazon.co.uk.evil.example",
            "amazon-support.example",
            "amaz0n.com",
            "arnazon.de",
            "amazom.com",
            "amzaon.com",
            "amzon.co.uk",
            "xn--mazon-3ve.com",
            "xn--amazn-mye.com",
            "аmazon.com",
            "rnarketplace.example",
            "sellercentral-notice.example",
            "mail.amazon.com",
            "a-m-a-z-o-n.com",
            "arnaz0n-marketplace.shop",
            "amzn-seller.com",
            "amzonsellers.example",
        ] {
            assert_eq!(claims("Team", &format!("x@{domain}")), Claim::Domain, "{domain} {}", decoded(domain));
        }
    }

    #[test]
    fn names_that_only_resemble_the_word_claim_nothing() {
        for (name, address) in [
            ("Anna", "anna@shop.example"),
            ("Amazonas Reisen", "info@amazonas-reisen.example"),
            ("", "x@marketplace.example"),
            ("Jason", "j@horizon.com"),
        ] {
            assert_eq!(claims(name, address), Claim::None, "{name} {address}");
        }
        assert_eq!(claims("Test - Amazon Marketplace", "x@evil.example"), Claim::Name);
        assert_eq!(claims("Аmаzon.de", "x@evil.example"), Claim::Name);
        assert_eq!(claims("A m a z o n", "x@evil.example"), Claim::Name);
        assert_eq!(claims("亚马逊卖家支持", "x@evil.example"), Claim::Name);
        assert_eq!(claims("アマゾン", "x@evil.example"), Claim::Name);
        assert_eq!(claims("Acme, your Amazon shop", "x@acme.example"), Claim::Mention);
    }

    #[test]
    fn a_failed_signature_counts_and_a_failed_spf_alone_does_not() {
        let failed = |header: &str| failed_check(std::iter::once(header));
        assert_eq!(
            failed("mx.example; spf=fail smtp.mailfrom=x; dkim=fail (bad hash) header.d=amazon.it"),
            Some("DKIM")
        );
        assert_eq!(failed("mx.example; dkim=pass header.d=amazon.it; dmarc=fail (p=NONE)"), Some("DMARC"));
        assert_eq!(
            failed("mx.example; spf=fail; dkim=pass (dkim=fail once) header.d=amazon.it; dmarc=pass"),
            None
        );
        assert_eq!(
            failed("mx.example; dkim=fail header.d=list.example; dkim=pass header.d=amazon.com"),
            None
        );
        assert_eq!(failed("mx.example; x=\"dkim=fail\"; spf=softfail; dkim=none; dmarc=none"), None);
        assert_eq!(failed("mx.example 1; DKIM=FAIL reason=\"x\""), Some("DKIM"));
    }
}
