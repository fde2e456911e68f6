//! What the health screen shows: rates and their course, what can still be saved, Amazon's own figures, late answers, and the
//! cases behind each figure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::Store;
use super::convert::{time, word};
use super::health::{covered, days_before, first_day, last_day, ledger, orders, questions, reported};
use super::refresh::NEVER;
use crate::domain::health::policy::HealthPolicy;
use crate::domain::health::reply::{Question, late_replies};
use crate::domain::health::reported::Reported;
use crate::domain::health::{
    Account, Behind, Defect, Defects, Figure, Health, Ledger, Marked, Place, Savable, SiteHealth, Window,
};
use crate::domain::{CaseId, Channel, Fulfilment, Marketplace};
use crate::problem::Problem;

impl Store {
    /// The account's health on `as_of`, by default the last day the imported orders cover (today, where there are none).
    /// Answers are judged as of `now`, or as of the end of `as_of` (UTC) where that is given and over.
    pub fn account(&self, as_of: Option<Date>, now: Timestamp) -> Result<Account, Problem> {
        let policy = self.health_policy()?;
        let end_of = |day: Date| day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok();
        let until = as_of.and_then(end_of).map_or(now, |end| end.timestamp().min(now));
        let as_of = match as_of {
            Some(day) => day,
            None => last_day(&self.db)?.unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date()),
        };
        let window = policy.odr.window(as_of);
        let all = Window { from: days_before(window.from, policy.odr.trend_days - 1), to: as_of };
        let longest = policy.replies.days.iter().max().copied().unwrap_or(0);
        let from = until.checked_sub(SignedDuration::from_hours(24 * longest)).unwrap_or(Timestamp::MIN);
        let read = Read {
            db: &self.db,
            window,
            since: first_day(&self.db)?,
            ledger: ledger(&self.db, all, &policy.odr)?,
            reported: reported(&self.db, &policy)?,
            questions: questions(&self.db, from)?,
            until,
            policy,
        };
        read.account()
    }
}

/// What was read, before it is told by site.
struct Read<'a> {
    db: &'a Connection,
    policy: HealthPolicy,
    window: Window,
    /// The first day the imported orders cover.
    since: Option<Date>,
    ledger: Ledger,
    reported: BTreeMap<Marketplace, Vec<Reported>>,
    questions: Vec<Question>,
    until: Timestamp,
}

/// A case of a defective order.
struct Found {
    id: CaseId,
    about: Defect,
    open: bool,
    due: Option<Timestamp>,
}

impl Read<'_> {
    fn account(self) -> Result<Account, Problem> {
        let rates = self.ledger.rates(self.window);
        let mut sites = Vec::new();
        for health in &rates {
            sites.push(self.site(health.clone(), Some(health.fulfilment))?);
        }
        // Sites without an order in the window, which only Amazon's file, a message or an event names.
        let known: BTreeSet<Place> = rates.iter().map(Health::place).collect();
        for (site, fulfilment) in self.other_places(&known) {
            let health = Health::none((site, fulfilment.unwrap_or(Fulfilment::Mfn)), self.window);
            sites.push(self.site(health, fulfilment)?);
        }
        let inside = self.ledger.days.iter().filter(|day| self.window.holds(day.day));
        let unplaced = inside.filter(|day| day.place.is_none()).map(|day| day.orders).sum();
        let lost = self.unmatched(Figure::Lost, None)?;
        Ok(Account { as_of: self.window.to, sites, unplaced, lost, policy: self.policy })
    }

    fn other_places(&self, known: &BTreeSet<Place>) -> Vec<(Marketplace, Option<Fulfilment>)> {
        let stated = self.reported.iter().flat_map(|(site, all)| {
            all.iter().filter(|metric| metric.is_odr()).filter_map(|metric| Some((*site, metric.fulfilment?)))
        });
        let stated: BTreeSet<Place> = stated.filter(|place| !known.contains(place)).collect();
        let placed: BTreeSet<Marketplace> = known.iter().chain(&stated).map(|place| place.0).collect();
        let asked = self.questions.iter().filter(|question| question.asked <= self.until);
        let named = asked.filter_map(|question| question.marketplace);
        let named = named.chain(self.reported.keys().copied());
        let named = named.chain(self.ledger.unmatched.iter().filter_map(|unmatched| unmatched.marketplace));
        let bare: BTreeSet<Marketplace> = named.filter(|site| !placed.contains(site)).collect();
        let stated = stated.into_iter().map(|(site, fulfilment)| (site, Some(fulfilment)));
        stated.chain(bare.into_iter().map(|site| (site, None))).collect()
    }

    fn site(&self, health: Health, fulfilment: Option<Fulfilment>) -> Result<SiteHealth, Problem> {
        let place = health.place();
        let here = |marked: &&Marked| marked.place == Some(place) && self.window.holds(marked.day);
        let mut savable = Vec::new();
        let mut behind = Cases::default();
        for marked in self.ledger.marked.iter().filter(here) {
            let cases = self.cases(&marked.order, marked.defects)?;
            for case in &cases {
                behind.defective.push(case.id);
                behind.by[case.about as usize].push(case.id);
            }
            savable.extend(saved(marked, &cases));
        }
        savable.sort_by(|one, other| {
            let key = |each: &Savable| (each.due.unwrap_or(Timestamp::MAX), each.order.clone());
            key(one).cmp(&key(other))
        });
        let replies = late_replies(&self.questions, place.0, self.until, &self.policy.replies);
        let saved: Vec<CaseId> =
            savable.iter().flat_map(|each| each.cases.iter().map(|(case, _)| *case)).collect();
        let count = i64::try_from(savable.len()).unwrap_or(i64::MAX);
        let mut figures = vec![
            figure(Figure::Defective, health.numerator, behind.defective),
            figure(Figure::Savable, count, saved),
        ];
        let [feedback, claims, chargebacks] = behind.by;
        figures.push(figure(Figure::By(Defect::Feedback), health.negative_feedback, feedback));
        figures.push(figure(Figure::By(Defect::Claim), health.claims, claims));
        figures.push(figure(Figure::By(Defect::Chargeback), health.chargebacks, chargebacks));
        for rate in &replies {
            figures.push(figure(Figure::LateReplies(rate.days), rate.missed(), rate.cases.clone()));
        }
        figures.push(self.unmatched(Figure::Unmatched, Some(place.0))?);
        Ok(SiteHealth {
            trend: self.ledger.trend(place, self.window.to, self.since, &self.policy.odr),
            reported: self.reported_of(place.0, fulfilment)?,
            savable,
            behind: figures,
            replies,
            fulfilment,
            health,
        })
    }

    /// Defective orders of a site that were never imported.
    fn unmatched(&self, name: Figure, site: Option<Marketplace>) -> Result<Behind, Problem> {
        let (mut count, mut cases) = (0, Vec::new());
        for order in self.ledger.unmatched.iter().filter(|each| each.marketplace == site) {
            count += 1;
            cases.extend(self.cases(&order.order, order.defects)?.iter().map(|case| case.id));
        }
        Ok(figure(name, count, cases))
    }

    /// The cases of an order that are about its defects.
    fn cases(&self, order: &str, defects: Defects) -> Result<Vec<Found>, Problem> {
        let mut query = self.db.prepare_cached(
            "SELECT id, channel, open, due_at FROM cases WHERE order_id = ?1 AND merged_into IS NULL ORDER BY id",
        )?;
        let mut rows = query.query([order])?;
        let (mut found, mut returns) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let due: i64 = row.get("due_at")?;
            let case = |about: Defect| -> rusqlite::Result<Found> {
                let due = (due != NEVER).then(|| time(due));
                Ok(Found { id: CaseId(row.get("id")?), about, open: row.get("open")?, due })
            };
            match word(row, "channel", Channel::parse)? {
                Some(Channel::Feedback) if defects.feedback => found.push(case(Defect::Feedback)?),
                Some(Channel::Atoz) if defects.claim => found.push(case(Defect::Claim)?),
                Some(Channel::Chargeback) if defects.chargeback => found.push(case(Defect::Chargeback)?),
                Some(Channel::Return) if defects.claim => returns.push(case(Defect::Claim)?),
                _ => {}
            }
        }
        // A claim that only a returns report tells of stands in the case of the return.
        if !found.iter().any(|case| case.about == Defect::Claim) {
            found.append(&mut returns);
        }
        Ok(found)
    }

    /// Amazon's figures for one place; ours over the same days beside its order defect rate.
    fn reported_of(
        &self,
        site: Marketplace,
        fulfilment: Option<Fulfilment>,
    ) -> Result<Vec<Reported>, Problem> {
        let all = self.reported.get(&site).map_or(&[][..], Vec::as_slice);
        let fits = |metric: &&Reported| metric.fulfilment.is_none() || metric.fulfilment == fulfilment;
        let mut fitting: Vec<Reported> = all.iter().filter(fits).cloned().collect();
        let known = |name: &str| self.policy.metric.iter().position(|metric| metric.name == name);
        fitting.sort_by_key(|metric| (known(&metric.name).unwrap_or(usize::MAX), metric.name.clone()));
        for metric in fitting.iter_mut().filter(|metric| metric.is_odr()) {
            let Some((window, fulfilment)) = metric.window().zip(metric.fulfilment) else { continue };
            let days = orders(self.db, window, &self.policy.odr)?;
            let ledger = Ledger { days, marked: self.ledger.marked.clone(), unmatched: Vec::new() };
            let ours = ledger.rate((site, fulfilment), window);
            metric.whole = covered(self.db, window)?;
            metric.ours = Some(ours).filter(|ours| ours.denominator > 0);
        }
        Ok(fitting)
    }
}

/// The cases of a place's defective orders.
#[derive(Default)]
struct Cases {
    defective: Vec<CaseId>,
    /// By kind of defect, in the order of [`Defect`].
    by: [Vec<CaseId>; 3],
}

fn figure(figure: Figure, count: i64, cases: Vec<CaseId>) -> Behind {
    let mut seen = BTreeSet::new();
    Behind { figure, count, cases: cases.into_iter().filter(|case| seen.insert(*case)).collect() }
}

/// Whether an order can still be saved, and how.
fn saved(marked: &Marked, cases: &[Found]) -> Option<Savable> {
    let open: Vec<&Found> = cases.iter().filter(|case| case.open).collect();
    let due = open.iter().filter_map(|case| case.due).min();
    let stays = marked.defects.each().filter(|defect| !open.iter().any(|case| case.about == *defect));
    (!open.is_empty()).then(|| Savable {
        order: marked.order.clone(),
        cases: open.iter().map(|case| (case.id, case.about)).collect(),
        granted: marked.defects.granted && open.iter().any(|case| case.about == Defect::Claim),
        due,
        stays: stays.collect(),
    })
}
