//! Tracking numbers: what a number is worth before anybody sends it, judged from data alone.
//!
//! ```text
//!   what was typed ──typed──▶ plain number ──carriers.toml: shape, check──▶ Judgement { verdict, carriers, url }
//! ```
//!
//! - *valid*: a checksum holds. *plausible*: the shape holds and its carrier has no checksum. *looks like*: a shape on which
//!   the sources disagree. *invalid*: a carrier's shape with a wrong check digit, or a placeholder. *unknown*: nobody's.
//! - A number in the exact shape of UPU S10 with a real country is judged by S10 alone.
//! - Where several shapes fit, the best one gives the verdict and every carrier whose shape holds is named: checked before
//!   unchecked before heuristic, then the site's usual carriers, then the order of the file. A shape that holds without a
//!   check stands against another carrier's wrong check digit: that other shape proves nothing about this parcel.
//! - A placeholder (one digit throughout, or counting) is invalid unless a carrier's own checksum holds for it.

mod check;
mod format;
mod read;
mod text;
mod typed;

use std::sync::LazyLock;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use self::format::{Carrier, Fit};
use super::case::words;
use super::marketplace::Marketplace;
use crate::mistake::nearest;

pub use text::Mention;
pub use typed::plain;

words! {
    /// What a number is worth, the best first.
    Verdict {
        /// A carrier's checksum holds.
        Valid = "valid",
        /// A carrier's shape holds, and it has no checksum.
        Plausible = "plausible",
        /// It looks like a carrier's, on whose numbers the sources disagree.
        LooksLike = "looks_like",
        /// A carrier's shape with a wrong check digit, or a placeholder.
        Invalid = "invalid",
        /// Nobody's shape.
        Unknown = "unknown",
    }
}

/// What the judgement of a number came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// How much it is worth.
    pub verdict: Verdict,
    /// Whose it may be, the likeliest first. Of an invalid one: whose shape it has; none of a placeholder.
    pub carriers: Vec<String>,
    /// The first carrier's public page for it; `None` where it is invalid or unknown, or the carrier has none.
    pub url: Option<String>,
    /// It only stands for a number that is not known yet.
    #[serde(skip)]
    pub placeholder: bool,
}

/// The carriers and their formats: those that ship, with the operator's own over them.
#[derive(Debug, Clone)]
pub struct Carriers {
    all: Vec<Carrier>,
    countries: Vec<String>,
    usual: Vec<(Marketplace, Vec<String>)>,
}

/// One shape that a number has.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    fit: Fit,
    /// Not to be named first whatever the site.
    ordinary: bool,
    /// Place among the site's usual carriers.
    usual: usize,
    carrier: usize,
    country: Option<String>,
    /// The number as its page takes it, where that is not the plain one.
    written: Option<String>,
}

impl Carriers {
    /// The carriers that ship with kesu, read on first use.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static CARRIERS: LazyLock<Carriers> = LazyLock::new(|| {
            // A test reads the file, so the empty fallback is never seen.
            let none = Carriers { all: Vec::new(), countries: Vec::new(), usual: Vec::new() };
            none.clone().with(include_str!("../../assets/policy/carriers.toml")).unwrap_or(none)
        });
        &CARRIERS
    }

    /// Judges a number as it was typed. `site` is where the order was placed, `None` where that is not known.
    #[must_use]
    pub fn judge(&self, number: &str, site: Option<Marketplace>) -> Judgement {
        let Some(plain) = plain(number) else { return Judgement::bare(Verdict::Unknown, false) };
        let claims = self.claims(&plain, site);
        let best = claims.first().map_or(Fit::None, |claim| claim.fit);
        if best != Fit::Holds && typed::is_placeholder(&plain) {
            return Judgement::bare(Verdict::Invalid, true);
        }
        let wrong = best == Fit::Fails;
        let named = claims.iter().filter(|claim| wrong || claim.fit != Fit::Fails);
        let mut carriers: Vec<String> = Vec::new();
        for name in named.flat_map(|claim| self.names(claim)) {
            if !carriers.contains(name) {
                carriers.push(name.clone());
            }
        }
        let first = claims.first().filter(|_| !wrong);
        let number = first.and_then(|claim| claim.written.as_ref()).unwrap_or(&plain);
        let page = first.and_then(|claim| self.page(claim));
        Judgement {
            verdict: best.verdict(),
            carriers,
            url: page.map(|page| page.replace("{number}", number)),
            placeholder: false,
        }
    }

    /// Judges a number beside the carrier's name that stands with it. A wrong check digit of other carriers says nothing
    /// about the number of one of whose numbers we know no format.
    #[must_use]
    pub fn judge_of(&self, carrier: &str, number: &str, site: Option<Marketplace>) -> Judgement {
        let judged = self.judge(number, site);
        let known = self.called(carrier);
        let silent = !known.is_empty() && known.iter().all(|carrier| carrier.formats.is_empty());
        // One with a country at the end is everybody's: its check is the same for all posts.
        let shared =
            || plain(number).is_some_and(|plain| self.claims(&plain, site).iter().any(Claim::is_shared));
        let wrong = judged.verdict == Verdict::Invalid && !judged.placeholder;
        if wrong && silent && !shared() { Judgement::bare(Verdict::Unknown, false) } else { judged }
    }

    /// A number as it is kept: without what only separates where some carrier writes such numbers, else in plain letters as it
    /// was typed.
    #[must_use]
    pub fn kept(&self, carrier: &str, number: &str) -> String {
        let known = self.judge_of(carrier, number, None).verdict != Verdict::Unknown;
        let typed = || number.nfkc().collect();
        plain(number).filter(|_| known).unwrap_or_else(typed)
    }

    /// Whether a number is none of the carrier's that stands with it, as it was `judged`: others write such numbers, and he is
    /// none of them. Nothing is odd about one whose numbers nobody knows; where a name is also such a one's, only a check
    /// digit tells.
    #[must_use]
    pub fn is_others(&self, carrier: &str, judged: &Judgement) -> bool {
        let known = self.called(carrier);
        let silent = |carrier: &&Carrier| carrier.formats.is_empty();
        let holds = match judged.verdict {
            Verdict::Valid => known.is_empty() || !known.iter().all(silent),
            Verdict::Plausible | Verdict::LooksLike => !known.iter().any(silent),
            Verdict::Invalid | Verdict::Unknown => false,
        };
        let own = |carrier: &&Carrier| judged.carriers.contains(&carrier.name);
        holds && !carrier.trim().is_empty() && !judged.carriers.is_empty() && !known.iter().any(own)
    }

    /// Whether a carrier goes by this name, as people type it.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        !self.called(name).is_empty()
    }

    /// The name of a known carrier that a mistyped one most likely stands for; `None` for a name that is known, and for one
    /// that is near to none.
    #[must_use]
    pub fn meant(&self, name: &str) -> Option<&str> {
        let wanted = key(name);
        if wanted.chars().count() < 2 || self.knows(name) {
            return None;
        }
        let all = self.all.iter().flat_map(|carrier| {
            std::iter::once(&carrier.name)
                .chain(&carrier.aliases)
                .map(|called| (key(called), called.as_str()))
        });
        let all: Vec<(String, &str)> = all.collect();
        // A short name that is as near but too short to be meant does not hide a longer one.
        let near = |(key, _): &&(String, &str)| nearest(&wanted, &[key.as_str()]).is_some();
        let keys: Vec<&str> = all.iter().filter(near).map(|(key, _)| key.as_str()).collect();
        let near = nearest(&wanted, &keys)?;
        all.iter().find(|(key, _)| key == near).map(|(_, name)| *name)
    }

    /// The carriers of this name: of the whole of it, else of its first words, so that `UPS Ground` is UPS.
    fn called(&self, name: &str) -> Vec<&Carrier> {
        let words: Vec<&str> = name.split_whitespace().collect();
        let called = (1..=words.len()).rev().map(|count| self.exactly(&words[..count].concat()));
        called.into_iter().find(|called| !called.is_empty()).unwrap_or_default()
    }

    fn exactly(&self, name: &str) -> Vec<&Carrier> {
        let wanted = key(name);
        let named = |carrier: &&Carrier| {
            key(&carrier.name) == wanted || carrier.aliases.iter().any(|alias| key(alias) == wanted)
        };
        if wanted.is_empty() { Vec::new() } else { self.all.iter().filter(named).collect() }
    }

    /// Every shape the number has, the best first.
    fn claims(&self, plain: &str, site: Option<Marketplace>) -> Vec<Claim> {
        let usual = self.usual.iter().find(|(of, _)| Some(*of) == site).map(|(_, names)| names.as_slice());
        let place = |name: &str| {
            usual.and_then(|names| names.iter().position(|usual| usual == name)).unwrap_or(usize::MAX)
        };
        let (mut claims, mut last) = (Vec::new(), Vec::new());
        for (at, carrier) in self.all.iter().enumerate() {
            for format in &carrier.formats {
                let (fit, country) = format.fit(plain, &self.countries);
                if fit == Fit::None {
                    continue;
                }
                let ordinary = !format.first;
                let (usual, written) = (place(&carrier.name), format.written(plain));
                let claim = Claim { fit, ordinary, usual, carrier: at, country, written };
                if format.alone {
                    return vec![claim];
                }
                if format.last { last.push(claim) } else { claims.push(claim) }
            }
        }
        // The wrong check digit of such a format says nothing of a number that has another shape.
        let alone = claims.is_empty();
        claims.extend(last.into_iter().filter(|claim| alone || claim.fit != Fit::Fails));
        claims.sort();
        claims
    }

    /// The carriers that a claim stands for: its own, and the post of its country.
    fn names<'a>(&'a self, claim: &'a Claim) -> impl Iterator<Item = &'a String> {
        self.all.get(claim.carrier).into_iter().chain(self.post(claim)).map(|carrier| &carrier.name)
    }

    fn post(&self, claim: &Claim) -> Option<&Carrier> {
        let country = claim.country.as_ref()?;
        self.all.iter().find(|carrier| carrier.post_of.contains(country))
    }

    fn page(&self, claim: &Claim) -> Option<&str> {
        let own = self.all.get(claim.carrier).and_then(|carrier| carrier.url.as_deref());
        self.post(claim).and_then(|post| post.url.as_deref()).or(own)
    }
}

impl Claim {
    const fn is_shared(&self) -> bool {
        self.country.is_some()
    }
}

impl Judgement {
    /// The carrier where the number can be of one only.
    #[must_use]
    pub fn sole(&self) -> Option<&str> {
        let holds = matches!(self.verdict, Verdict::Valid | Verdict::Plausible);
        match self.carriers.as_slice() {
            [carrier] if holds => Some(carrier),
            _ => None,
        }
    }

    const fn bare(verdict: Verdict, placeholder: bool) -> Self {
        Self { verdict, carriers: Vec::new(), url: None, placeholder }
    }
}

/// A name as it is compared: small letters and digits, full-width ones as plain.
fn key(name: &str) -> String {
    name.nfkc().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
