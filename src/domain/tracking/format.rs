//! A carrier and its formats, and whether a number has the shape of one.

use regex::Regex;

use super::Verdict;
use super::check::Check;

/// A carrier.
#[derive(Debug, Clone)]
pub(super) struct Carrier {
    /// Its name as the operator sees it.
    pub name: String,
    /// Other names by which it goes.
    pub aliases: Vec<String>,
    /// Its public tracking page, with `{number}`.
    pub url: Option<String>,
    /// The countries whose post it is.
    pub post_of: Vec<String>,
    /// How its numbers are written; none where nobody here knows.
    pub formats: Vec<Format>,
}

/// One way in which a carrier writes its numbers.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the file")]
pub(super) struct Format {
    /// The whole number.
    pub shape: Regex,
    /// Its check digit, where it has one.
    pub check: Option<Check>,
    /// What else must be found in the serial.
    pub with: Option<Regex>,
    /// Numbers that are another carrier's though the shape fits.
    pub unless: Option<Regex>,
    /// The number as the carrier's page takes it, of the groups of the shape: `${front}-${end}`. Without it, plain.
    pub written: Option<String>,
    /// Digits that the serial lacks and the check counts.
    pub in_front: String,
    /// A heuristic.
    pub looks_like: bool,
    /// Judges its numbers alone.
    pub alone: bool,
    /// Its wrong check digit counts only where nothing else fits.
    pub last: bool,
    /// Named first whatever the site.
    pub first: bool,
}

/// How well a number fits a format, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// Shape and check digit hold.
    Holds,
    /// The shape holds; there is no check digit.
    Unchecked,
    /// A heuristic holds.
    LooksLike,
    /// The shape holds, the check digit does not.
    Fails,
    /// Another shape.
    None,
}

impl Fit {
    /// What a number is worth whose best fit this is.
    pub(super) const fn verdict(self) -> Verdict {
        match self {
            Self::Holds => Verdict::Valid,
            Self::Unchecked => Verdict::Plausible,
            Self::LooksLike => Verdict::LooksLike,
            Self::Fails => Verdict::Invalid,
            Self::None => Verdict::Unknown,
        }
    }
}

impl Format {
    /// How a plain number fits, and the country that stands in it. `countries` are the real ones.
    pub(super) fn fit(&self, plain: &str, countries: &[String]) -> (Fit, Option<String>) {
        let Some(groups) = self.shape.captures(plain) else { return (Fit::None, None) };
        if self.unless.as_ref().is_some_and(|unless| unless.is_match(plain)) {
            return (Fit::None, None);
        }
        let group = |name: &str| groups.name(name).map(|found| found.as_str());
        let country = group("country").map(ToOwned::to_owned);
        if country.as_ref().is_some_and(|country| !countries.contains(country)) {
            return (Fit::None, None);
        }
        let serial = group("serial").unwrap_or_default();
        if self.with.as_ref().is_some_and(|with| !with.is_match(serial)) {
            return (Fit::None, None);
        }
        let fit =
            match &self.check {
                None if self.looks_like => Fit::LooksLike,
                None => Fit::Unchecked,
                Some(check) if self.passes(check, serial, group("check"), group("body")) => {
                    if self.looks_like { Fit::LooksLike } else { Fit::Holds }
                }
                Some(_) => Fit::Fails,
            };
        (fit, country)
    }

    /// A plain number of this shape as the carrier's page takes it.
    pub(super) fn written(&self, plain: &str) -> Option<String> {
        let (form, groups) = (self.written.as_ref()?, self.shape.captures(plain)?);
        let mut written = String::new();
        groups.expand(form, &mut written);
        Some(written)
    }

    fn passes(&self, check: &Check, serial: &str, digit: Option<&str>, body: Option<&str>) -> bool {
        let Some(digit) = digit.and_then(|digit| digit.chars().next()) else { return false };
        let zeros = |text: &str| text.bytes().all(|sign| sign == b'0');
        // Zeros add up to zero by every check: they prove nothing.
        if body.is_some_and(zeros) || (digit == '0' && zeros(serial)) {
            return false;
        }
        if serial.starts_with(&self.in_front) {
            return check.holds(serial, digit);
        }
        check.holds(&format!("{}{serial}", self.in_front), digit)
    }
}
