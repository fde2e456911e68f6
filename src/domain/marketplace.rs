//! Amazon's marketplaces: the one table of their ids, domains, currencies, zones and habits.
//!
//! Source: Amazon's marketplace id list, collected 2026-11. The UK's code is `UK`, as operators write it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::money::Currency;

macro_rules! marketplaces {
    ($($name:ident: $code:literal, $id:literal, $domain:literal, $currency:literal, $zone:literal, $lang:literal, $decimal:literal;)+) => {
        /// A site of Amazon's that a seller sells on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "UPPERCASE")]
        #[allow(missing_docs, reason = "the variants are the country codes themselves")]
        pub enum Marketplace { $($name),+ }

        impl Marketplace {
            /// Every marketplace, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The country code operators use: `US`, `UK`, `DE` …
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Amazon's id, the value of the `X-Marketplace-ID` header.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),+ }
            }

            /// The mail and shop domain, `amazon.co.uk`.
            #[must_use]
            pub const fn domain(self) -> &'static str {
                match self { $(Self::$name => $domain),+ }
            }

            /// The zone in which days and times are shown to the operator.
            #[must_use]
            pub const fn zone(self) -> &'static str {
                match self { $(Self::$name => $zone),+ }
            }

            /// The language most of its buyers write (ISO 639-1).
            #[must_use]
            pub const fn language(self) -> &'static str {
                match self { $(Self::$name => $lang),+ }
            }

            /// The decimal separator of its written amounts.
            #[must_use]
            pub const fn decimal_separator(self) -> char {
                match self { $(Self::$name => $decimal),+ }
            }

            const fn currency_code(self) -> &'static str {
                match self { $(Self::$name => $currency),+ }
            }
        }
    };
}

marketplaces! {
    Us: "US", "ATVPDKIKX0DER", "amazon.com", "USD", "America/Los_Angeles", "en", '.';
    Ca: "CA", "A2EUQ1WTGCTBG2", "amazon.ca", "CAD", "America/Los_Angeles", "en", '.';
    Mx: "MX", "A1AM78C64UM0Y8", "amazon.com.mx", "MXN", "America/Mexico_City", "es", '.';
    Br: "BR", "A2Q3Y263D00KWC", "amazon.com.br", "BRL", "America/Sao_Paulo", "pt", ',';
    Uk: "UK", "A1F83G8C2ARO7P", "amazon.co.uk", "GBP", "Europe/London", "en", '.';
    De: "DE", "A1PA6795UKMFR9", "amazon.de", "EUR", "Europe/Berlin", "de", ',';
    Fr: "FR", "A13V1IB3VIYZZH", "amazon.fr", "EUR", "Europe/Paris", "fr", ',';
    It: "IT", "APJ6JRA9NG5V4", "amazon.it", "EUR", "Europe/Rome", "it", ',';
    Es: "ES", "A1RKKUPIHCS9HS", "amazon.es", "EUR", "Europe/Madrid", "es", ',';
    Nl: "NL", "A1805IZSGTT6HS", "amazon.nl", "EUR", "Europe/Amsterdam", "nl", ',';
    Be: "BE", "AMEN7PMS3EDWL", "amazon.com.be", "EUR", "Europe/Brussels", "fr", ',';
    Ie: "IE", "A28R8C7NBKEWEA", "amazon.ie", "EUR", "Europe/Dublin", "en", '.';
    Se: "SE", "A2NODRKZP88ZB9", "amazon.se", "SEK", "Europe/Stockholm", "sv", ',';
    Pl: "PL", "A1C3SOZRARQ6R3", "amazon.pl", "PLN", "Europe/Warsaw", "pl", ',';
    Tr: "TR", "A33AVAJ2PDY3EV", "amazon.com.tr", "TRY", "Europe/Istanbul", "tr", ',';
    Ae: "AE", "A2VIGQ35RCS4UG", "amazon.ae", "AED", "Asia/Dubai", "en", '.';
    Sa: "SA", "A17E79C6D8DWNP", "amazon.sa", "SAR", "Asia/Riyadh", "ar", '.';
    Eg: "EG", "ARBP9OOSHTCHU", "amazon.eg", "EGP", "Africa/Cairo", "ar", '.';
    In: "IN", "A21TJRUUN4KGV", "amazon.in", "INR", "Asia/Kolkata", "en", '.';
    Jp: "JP", "A1VC38T7YXB528", "amazon.co.jp", "JPY", "Asia/Tokyo", "ja", '.';
    Au: "AU", "A39IBJ37TRP1C6", "amazon.com.au", "AUD", "Australia/Sydney", "en", '.';
    Sg: "SG", "A19VAU5U5O7RUS", "amazon.sg", "SGD", "Asia/Singapore", "en", '.';
}

impl Marketplace {
    /// The currency its orders are paid in.
    ///
    /// # Panics
    /// Never: a test reads the code of every marketplace.
    #[must_use]
    #[allow(clippy::expect_used, reason = "every code of the table is checked by a test")]
    pub fn currency(self) -> Currency {
        Currency::parse(self.currency_code()).expect("a currency code of the table")
    }

    /// The marketplace of a code such as `de` or `UK` (`GB` is taken too).
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        let code = if code == "GB" { "UK" } else { &code };
        Self::ALL.iter().copied().find(|site| site.code() == code)
    }

    /// The marketplace of an `X-Marketplace-ID`.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|site| site.id() == id.trim())
    }

    /// The marketplace of an exact shop domain or sales channel: `amazon.de`, `Amazon.com`.
    #[must_use]
    pub fn from_domain(domain: &str) -> Option<Self> {
        let domain = domain.trim().to_ascii_lowercase();
        Self::ALL.iter().copied().find(|site| site.domain() == domain)
    }
}

impl fmt::Display for Marketplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marketplace_has_a_currency_and_a_zone() {
        for site in Marketplace::ALL {
            assert_eq!(site.currency().code().len(), 3);
            assert!(jiff::tz::TimeZone::get(site.zone()).is_ok(), "{}", site.zone());
            assert_eq!(Marketplace::from_id(site.id()), Some(*site));
        }
    }

    #[test]
    fn a_domain_is_matched_whole_never_by_its_end() {
        assert_eq!(Marketplace::from_domain("Amazon.co.uk"), Some(Marketplace::Uk));
        assert_eq!(Marketplace::from_domain("evil-amazon.co.uk"), None);
        assert_eq!(Marketplace::parse("gb"), Some(Marketplace::Uk));
    }
}
