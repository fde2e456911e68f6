//! Account health: the one home of the rules of the order defect rate. Which orders stand in the window, what makes one
//! defective, how far the line is, what can still be saved.
//!
//! ```text
//! signs (mails, report rows) ── Defects::of ──▶ defects of an order ─┐
//! orders by day, site, fulfilment ──────────────────────────────────┴▶ Ledger ──▶ Health, trend, distance
//! ```

pub mod policy;
pub mod reply;
pub mod reported;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use self::policy::{HealthPolicy, OdrPolicy, Way, Ways};
use self::reply::LateReplies;
use self::reported::Reported;
use super::case::{CaseId, Channel, Fulfilment, Outcome, words};
use super::marketplace::Marketplace;
use super::outcome::{Said, Source, Step, standing};
use super::record::Decision;

/// A site and who ships: what a rate is for.
pub type Place = (Marketplace, Fulfilment);

words! {
    /// What makes an order defective.
    Defect {
        /// Feedback of 1 or 2 stars.
        Feedback = "negative_feedback",
        /// An A-to-z claim that was not denied, withdrawn or order-cancelled, as its case stands.
        Claim = "claim",
        /// A chargeback that is not about fraud.
        Chargeback = "chargeback",
    }
}

/// A feedback of so many stars or fewer is negative (AMAZON.md, section A).
pub const MOST_NEGATIVE: i64 = 2;

/// What one mail or report row says of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// Feedback, with its stars; a mapped table without a column of them is one of negative feedback.
    Feedback(Option<i64>),
    /// A claim, as its case stands (see [`standing`]); `None` while nothing is known.
    Claim(Option<Outcome>),
    /// A decision on a claim of which nothing else is known, and when it was said.
    Decided(Timestamp, Decision),
    /// A Y in the A-to-z column of a returns report.
    ReturnsAtoz,
    /// A chargeback, with the reason it states.
    Chargeback(Option<String>),
}

/// What makes one order defective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a thing that counts on its own")]
pub struct Defects {
    /// Feedback of 1 or 2 stars.
    pub feedback: bool,
    /// A claim that counts.
    pub claim: bool,
    /// That claim was granted.
    pub granted: bool,
    /// A service chargeback.
    pub chargeback: bool,
}

impl Defects {
    /// Judges everything that was said of one order. Of a claim the case says how it stands. A chargeback is left out only by
    /// a reason of its own that says fraud; one without a reason adds nothing to those that state theirs, and alone it counts.
    #[must_use]
    pub fn of<'a>(signs: impl IntoIterator<Item = &'a Sign>, policy: &OdrPolicy) -> Self {
        let mut defects = Self::default();
        let (mut claims, mut decisions, mut returned) = (Vec::new(), Vec::new(), false);
        let (mut chargebacks, mut reasons) = (false, Vec::new());
        for sign in signs {
            match sign {
                Sign::Feedback(stars) => defects.feedback |= stars.is_none_or(|stars| stars <= MOST_NEGATIVE),
                Sign::Claim(stands) => claims.push(*stands),
                Sign::Decided(at, decision) => decisions.push(Step::Said(Said {
                    at: *at,
                    until: *at,
                    outcome: Outcome::of(*decision),
                    by: Source::Amazon,
                    closing: false,
                })),
                Sign::ReturnsAtoz => returned |= policy.returns_atoz_is_claim,
                Sign::Chargeback(reason) => {
                    chargebacks = true;
                    reasons.extend(reason);
                }
            }
        }
        if claims.is_empty() && !decisions.is_empty() {
            claims.push(standing(Channel::Atoz, &decisions, true).map(|stands| stands.outcome));
        }
        if claims.is_empty() && returned {
            claims.push(None);
        }
        defects.claim = claims.iter().any(|stands| !stands.is_some_and(Outcome::frees_order));
        defects.granted = claims.iter().flatten().any(|stands| stands.is_granted());
        defects.chargeback =
            chargebacks && (reasons.is_empty() || reasons.iter().any(|reason| !policy.is_fraud(reason)));
        defects
    }

    /// Each kind it has.
    pub fn each(self) -> impl Iterator<Item = Defect> {
        let has = [
            (Defect::Feedback, self.feedback),
            (Defect::Claim, self.claim),
            (Defect::Chargeback, self.chargeback),
        ];
        has.into_iter().filter(|(_, has)| *has).map(|(defect, _)| defect)
    }

    /// Whether the order is defective.
    #[must_use]
    pub fn any(self) -> bool {
        self.each().next().is_some()
    }
}

impl OdrPolicy {
    /// A chargeback because somebody else used the card.
    #[must_use]
    pub fn is_fraud(&self, reason: &str) -> bool {
        let reason = reason.to_lowercase();
        let rest = self.not_fraud.iter().fold(reason, |reason, word| reason.replace(word.as_str(), " "));
        self.fraud.iter().any(|word| rest.contains(word.as_str()))
    }

    /// Whether an order of this status was cancelled.
    #[must_use]
    pub fn is_cancelled(&self, status: &str) -> bool {
        let status = status.trim().to_lowercase();
        self.cancelled.contains(&status)
    }

    /// The window that ends on a day.
    #[must_use]
    pub fn window(&self, to: Date) -> Window {
        let back = Span::new().try_days(self.window_days - 1).unwrap_or_default();
        Window { from: to.checked_sub(back).unwrap_or(Date::MIN), to }
    }
}

/// Days of orders, both ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Window {
    /// Whether a day lies in it.
    #[must_use]
    pub fn holds(self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Whether all of other days lie in it.
    #[must_use]
    pub fn covers(self, days: Self) -> bool {
        self.from <= days.from && days.to <= self.to
    }
}

/// The orders of one day, site and fulfilment that stand in the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOrders {
    /// The day of the orders as their report has it.
    pub day: Date,
    /// Site and fulfilment; `None` where the report lacks either, so that they are in no rate.
    pub place: Option<Place>,
    /// How many.
    pub orders: i64,
}

/// An order with a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its id.
    pub order: String,
    /// Its day.
    pub day: Date,
    /// Its site and fulfilment.
    pub place: Option<Place>,
    /// What makes it defective.
    pub defects: Defects,
}

/// An order with a defect that is in no imported order report: its day is not known, so it is counted nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// Its id.
    pub order: String,
    /// The site, where a mail or another report names it.
    pub marketplace: Option<Marketplace>,
    /// What would make it defective.
    pub defects: Defects,
}

/// Everything the rates are computed from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Orders by day; those that the policy leaves out are not among them.
    pub days: Vec<DayOrders>,
    /// Defective orders of these days and of others; those that the policy leaves out are not among them.
    pub marked: Vec<Marked>,
    /// Defective orders that were never imported.
    pub unmatched: Vec<Unmatched>,
}

/// Order defects of one marketplace and fulfilment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The site.
    pub marketplace: Marketplace,
    /// Who ships.
    pub fulfilment: Fulfilment,
    /// Last day of the window.
    pub as_of: Date,
    /// First day of the window.
    pub from: Date,
    /// Orders with a defect.
    pub numerator: i64,
    /// Orders.
    pub denominator: i64,
    /// Orders with feedback of 1 or 2 stars.
    pub negative_feedback: i64,
    /// Orders with a claim that counts.
    pub claims: i64,
    /// Orders with a service chargeback.
    pub chargebacks: i64,
    /// Orders with a defect that were never imported: their day is not known, so they are counted in no rate and are the same
    /// for every window. They stand at the first fulfilment of their site.
    pub unmatched: i64,
}

impl Health {
    /// Nothing counted yet.
    #[must_use]
    pub const fn none((marketplace, fulfilment): Place, window: Window) -> Self {
        Self {
            marketplace,
            fulfilment,
            as_of: window.to,
            from: window.from,
            numerator: 0,
            denominator: 0,
            negative_feedback: 0,
            claims: 0,
            chargebacks: 0,
            unmatched: 0,
        }
    }

    /// Site and fulfilment.
    #[must_use]
    pub const fn place(&self) -> Place {
        (self.marketplace, self.fulfilment)
    }

    /// How far the line is; `None` without orders.
    #[must_use]
    pub fn distance(&self, line_hundredths: i64) -> Option<Distance> {
        distance(self.numerator, self.denominator, line_hundredths)
    }
}

impl Ledger {
    /// The rate of one site and fulfilment over a window; every order counts once, however many defects it has.
    #[must_use]
    pub fn rate(&self, place: Place, window: Window) -> Health {
        let mut health = Health::none(place, window);
        let here = |of: Option<Place>, day: Date| of == Some(place) && window.holds(day);
        health.denominator =
            self.days.iter().filter(|day| here(day.place, day.day)).map(|day| day.orders).sum();
        for marked in self.marked.iter().filter(|marked| here(marked.place, marked.day)) {
            health.numerator += i64::from(marked.defects.any());
            health.negative_feedback += i64::from(marked.defects.feedback);
            health.claims += i64::from(marked.defects.claim);
            health.chargebacks += i64::from(marked.defects.chargeback);
        }
        health
    }

    /// The rate of every site and fulfilment that has orders in the window.
    #[must_use]
    pub fn rates(&self, window: Window) -> Vec<Health> {
        let inside = self.days.iter().filter(|day| window.holds(day.day) && day.orders > 0);
        let mut places: Vec<Place> = inside.filter_map(|day| day.place).collect();
        places.sort_unstable();
        places.dedup();
        let mut rates: Vec<Health> = places.into_iter().map(|place| self.rate(place, window)).collect();
        for unmatched in &self.unmatched {
            let first = rates.iter_mut().find(|rate| Some(rate.marketplace) == unmatched.marketplace);
            if let Some(rate) = first {
                rate.unmatched += 1;
            }
        }
        rates
    }

    /// The rate of each of the days up to `to`, the oldest first. `covered` are the days the imported orders of the site cover:
    /// a window that reaches beyond them is not whole.
    #[must_use]
    pub fn trend(&self, place: Place, to: Date, covered: Option<Window>, policy: &OdrPolicy) -> Vec<Point> {
        // Sums by day make every window one subtraction.
        let mut sums: BTreeMap<Date, (i64, i64)> = BTreeMap::new();
        for day in self.days.iter().filter(|day| day.place == Some(place)) {
            sums.entry(day.day).or_default().1 += day.orders;
        }
        for marked in self.marked.iter().filter(|marked| marked.place == Some(place) && marked.defects.any())
        {
            sums.entry(marked.day).or_default().0 += 1;
        }
        let mut points = Vec::new();
        for back in (0..policy.trend_days).rev() {
            let Ok(day) = to.checked_sub(Span::new().try_days(back).unwrap_or_default()) else { continue };
            let window = policy.window(day);
            let inside = sums.range(window.from..=window.to);
            let (numerator, denominator) =
                inside.fold((0, 0), |sum, (_, day)| (sum.0 + day.0, sum.1 + day.1));
            let whole = covered.is_some_and(|covered| covered.covers(window));
            points.push(Point { day, numerator, denominator, whole });
        }
        points
    }
}

/// The rate of the window that ends on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The last day of the window.
    pub day: Date,
    /// Orders with a defect.
    pub numerator: i64,
    /// Orders.
    pub denominator: i64,
    /// The imported orders cover the whole window.
    pub whole: bool,
}

/// How far the line is, in orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// Below it.
    Below {
        /// So many more orders with a defect reach it.
        defects: i64,
        /// So many orders without a defect fewer reach it; `None` where nothing reaches it, for want of a defect.
        good: Option<i64>,
    },
    /// At the line or over it.
    Over {
        /// So many orders with a defect fewer are below it again.
        defects: i64,
        /// So many more orders without a defect are below it again.
        good: i64,
    },
}

/// How far the line is for so many defective orders of so many; `None` without orders.
#[must_use]
pub fn distance(numerator: i64, denominator: i64, line_hundredths: i64) -> Option<Distance> {
    if denominator <= 0 || line_hundredths <= 0 {
        return None;
    }
    let (n, d, line) = (i128::from(numerator), i128::from(denominator), i128::from(line_hundredths));
    // The fewest defects that reach the line, and the most orders with which these defects still reach it.
    let reaching = (d * line + 9_999) / 10_000;
    let orders = n * 10_000 / line;
    let number = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
    Some(if n >= reaching {
        Distance::Over { defects: number(n - (reaching - 1)), good: number(orders + 1 - d) }
    } else {
        Distance::Below { defects: number(reaching - n), good: (n > 0).then(|| number(d - orders)) }
    })
}

/// A defective order of the window whose case is open: what is done now may take it out of the rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savable {
    /// The order.
    pub order: String,
    /// The open cases, each with the defect it is about.
    pub cases: Vec<(CaseId, Defect)>,
    /// The claim was granted: only an appeal takes it out.
    pub granted: bool,
    /// When the first of their clocks runs out.
    pub due: Option<Timestamp>,
    /// Defects without an open case, or that nothing takes out any more: the order counts by them whatever becomes of the others.
    pub stays: Vec<Defect>,
}

impl Savable {
    /// What takes one of its defects out of the rate.
    #[must_use]
    pub const fn way<'a>(&self, defect: Defect, ways: &'a Ways) -> &'a Way {
        match defect {
            Defect::Feedback => &ways.feedback,
            Defect::Claim if self.granted => &ways.granted,
            Defect::Claim => &ways.claim,
            Defect::Chargeback => &ways.chargeback,
        }
    }
}

/// What is counted of one site and fulfilment, and which cases stand behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// What.
    pub figure: Figure,
    /// How many orders or messages.
    pub count: i64,
    /// The cases, each once.
    pub cases: Vec<CaseId>,
}

/// A figure with cases behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Orders with a defect.
    Defective,
    /// Of these: by one kind of defect.
    By(Defect),
    /// Of these: those that can still be saved.
    Savable,
    /// Defective orders that were never imported, of the site.
    Unmatched,
    /// Defective orders that were never imported and whose site nothing names.
    Lost,
    /// Messages answered late or not at all over so many days, of the site.
    LateReplies(i64),
}

/// Everything the health screen shows of one site and fulfilment.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteHealth {
    /// The rate; without orders where only Amazon's file or a message names the place.
    pub health: Health,
    /// Who ships; `None` for a site of which only messages or events are known.
    pub fulfilment: Option<Fulfilment>,
    /// The first and the last day of which orders of the site are imported.
    pub reach: Option<Window>,
    /// Its course.
    pub trend: Vec<Point>,
    /// What can still be saved, the most urgent first.
    pub savable: Vec<Savable>,
    /// The figures, each with its cases.
    pub behind: Vec<Behind>,
    /// Amazon's own figures for it, and those of the whole site.
    pub reported: Vec<Reported>,
    /// Late response rates of the site.
    pub replies: Vec<LateReplies>,
}

impl SiteHealth {
    /// It has orders in the window, and the imported orders do not cover all of its days.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.health.denominator > 0 && self.trend.last().is_some_and(|point| !point.whole)
    }
}

/// The account's health on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The last day of the window.
    pub as_of: Date,
    /// The rules it was computed by.
    pub policy: HealthPolicy,
    /// One for each site and fulfilment with orders in the window, then those that only Amazon's file or a message names.
    pub sites: Vec<SiteHealth>,
    /// Orders of the window whose report names no site or no shipper: they are in no rate.
    pub unplaced: i64,
    /// Defective orders that were never imported and whose site nothing names.
    pub lost: Behind,
}

#[cfg(test)]
mod tests;
