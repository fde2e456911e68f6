//! What the mails, rows and replies of one case say together.

use jiff::civil::Date;
use rusqlite::{Connection, Row, params};

use super::component::order_link;
use super::convert::{day_end, day_start, money, word};
use super::import::site_of;
use super::join::wakes;
use super::outcome::{appeals, steps};
use super::refresh::stated_seconds;
use super::thread::opens;
use super::timeline::{archives, fulfilment, happenings, waited};
use crate::domain::case::Language;
use crate::domain::clock::Timeline;
use crate::domain::outcome::Step;
use crate::domain::record::{Decision, Notice, ReportKind, Unit};
use crate::domain::reply::Audience;
use crate::domain::{Channel, Kind, Marketplace, Money, parts};
use crate::problem::Problem;

/// The facts of a case. Times are Unix seconds UTC.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, kept in a column of its own")]
pub(super) struct Known {
    pub(super) kind: Kind,
    /// Something went wrong for the buyer, by his words or by the channel.
    pub(super) complaint: bool,
    pub(super) site: Option<Marketplace>,
    pub(super) sku: Option<String>,
    pub(super) buyer: Option<String>,
    pub(super) buyer_name: Option<String>,
    pub(super) opened: i64,
    pub(super) guessed: bool,
    pub(super) asked: Option<i64>,
    pub(super) answered_at: Option<i64>,
    pub(super) answered: bool,
    pub(super) stated: Option<(i64, i64)>,
    pub(super) decided_at: Option<i64>,
    pub(super) decision: Option<Decision>,
    pub(super) reason: Option<String>,
    pub(super) claimed: Option<Money>,
    pub(super) lang: Option<Language>,
    pub(super) excerpt: String,
    /// Reports show that nothing is left to do.
    pub(super) filed: bool,
    /// The last second of the last day that a report names.
    pub(super) filed_until: Option<i64>,
    /// What its clocks depend on.
    pub(super) timeline: Timeline,
    /// What was said of how it ended.
    pub(super) steps: Vec<Step>,
}

/// A mail or a reply, as far as the facts need it.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) id: i64,
    pub(super) notice: Notice,
    pub(super) ours: bool,
    pub(super) at: i64,
    dated: bool,
    pub(super) site: Option<Marketplace>,
    buyer: Option<String>,
    buyer_name: Option<String>,
    text: String,
    lang: Option<Language>,
    kind: Kind,
    complaint: bool,
    amount: Option<Money>,
    pub(super) decision: Option<Decision>,
    pub(super) due: Option<i64>,
    reason: Option<String>,
    articles: String,
    asked_at: Option<i64>,
    /// Who alone read it while another waits: a reply to the buyer of a claim leaves Amazon's answer owed.
    pub(super) only_to: Option<Audience>,
}

/// A report row, as far as the facts need it.
#[derive(Debug)]
pub(super) struct Line {
    report: String,
    pub(super) site: Option<Marketplace>,
    day: Option<Date>,
    pub(super) at: i64,
    pub(super) sku: Option<String>,
    asin: Option<String>,
    buyer: Option<String>,
    kind: Option<Kind>,
    reason: Option<String>,
    comment: Option<String>,
    lang: Option<Language>,
    amount: Option<Money>,
    pub(super) decision: Option<Decision>,
    /// When a file first showed this decision: its day is that of the complaint, and says nothing of the decision.
    pub(super) decided: i64,
    settled: bool,
    stale: bool,
    pub(super) received: Option<Date>,
    /// Money went back for it.
    pub(super) refunded: bool,
}

impl Line {
    /// It stands in a report of returns.
    pub(super) fn is_return(&self) -> bool {
        let reports = [ReportKind::FbaReturns, ReportKind::MfnReturns, ReportKind::XmlReturns];
        reports.iter().any(|report| report.word() == self.report)
    }

    /// The last second of its day.
    pub(super) fn until(&self) -> i64 {
        self.day.map_or(self.at, |day| day_end(day, self.site).saturating_sub(1))
    }

    /// Its day is a day of `site` where the row names none.
    fn lies_in(&mut self, site: Option<Marketplace>) {
        if self.site.is_none() {
            self.site = site;
            self.at = self.day.map_or(self.at, |day| day_start(day, site));
        }
    }
}

/// Reads the facts of a case, and notes on each reply which message it answers.
pub(super) fn known(
    db: &Connection,
    case: i64,
    channel: Channel,
    order: Option<&str>,
) -> Result<Known, Problem> {
    let (letters, lines, site) = told(db, case, channel, order)?;
    let quiet = quiet(db, case)?;
    let (asked, answered_at) = answer(db, &letters, &quiet)?;
    let opening = || letters.iter().filter(|letter| opens(letter.notice).is_some());
    let (opened, guessed) = opened(&letters, &lines);
    let last_opening = opening().map(|letter| letter.at).max();
    let (decision, decided) = decided(&letters, &lines);
    let mut known = Known {
        kind: kind(&letters, &lines),
        complaint: channel != Channel::Message || opening().any(|letter| letter.complaint),
        site,
        sku: None,
        buyer: letters.iter().find_map(|letter| letter.buyer.clone()),
        buyer_name: letters.iter().rev().find_map(|letter| letter.buyer_name.clone()),
        opened,
        guessed,
        asked,
        answered_at,
        answered: answered_at.is_some_and(|answered| last_opening.is_none_or(|last| last <= answered)),
        stated: letters
            .iter()
            .rev()
            .filter(|letter| !letter.ours)
            .find_map(|letter| Some((letter.at, letter.due?))),
        // A claim that Amazon asks about again after a decision is open again.
        decided_at: decided.filter(|decided| last_opening.is_none_or(|last| last <= *decided)),
        decision,
        reason: reason(&letters, &lines),
        claimed: claimed(&letters, &lines),
        lang: opening()
            .rev()
            .find_map(|letter| letter.lang)
            .or_else(|| lines.iter().rev().find_map(|line| line.lang)),
        excerpt: excerpt(&letters, &lines),
        filed: filed(&letters, &lines),
        filed_until: lines.iter().filter(|line| line.day.is_some()).map(Line::until).max(),
        steps: steps(db, case, &letters, &lines)?,
        timeline: Timeline::new(
            channel,
            site,
            fulfilment(db, order)?,
            happenings(
                &letters,
                &lines,
                &quiet,
                (&waited(db, case)?, &archives(db, case)?, &appeals(db, case)?),
                opened,
            ),
        ),
    };
    if known.excerpt.is_empty() && channel != Channel::Message {
        known.excerpt = known.reason.clone().unwrap_or_default();
    }
    known.sku = lines.iter().find_map(|line| line.sku.clone());
    if let Some(order) = order {
        from_order(db, order, &letters, &lines, &mut known)?;
    }
    known.sku = known.sku.or_else(|| articles(&letters).find_map(|(_, sku)| sku));
    known.buyer = known.buyer.or_else(|| lines.iter().find_map(|line| line.buyer.clone()));
    Ok(known)
}

/// The mails and rows of a case, and the site they lie in.
type Told = (Vec<Letter>, Vec<Line>, Option<Marketplace>);

/// Reads them.
fn told(db: &Connection, case: i64, channel: Channel, order: Option<&str>) -> Result<Told, Problem> {
    let letters = letters(db, case, channel)?;
    let mut lines = lines(db, case)?;
    let site = site(db, order, &letters, &lines)?;
    for line in &mut lines {
        line.lies_in(site);
    }
    Ok((letters, lines, site))
}

/// What was said of how it ended, alone; changes nothing.
pub(super) fn outcomes(
    db: &Connection,
    case: i64,
    channel: Channel,
    order: Option<&str>,
) -> Result<Vec<Step>, Problem> {
    let (letters, lines, _) = told(db, case, channel, order)?;
    steps(db, case, &letters, &lines)
}

/// The timeline alone, from what is stored; changes nothing.
pub(super) fn timeline(
    db: &Connection,
    case: i64,
    channel: Channel,
    order: Option<&str>,
) -> Result<Timeline, Problem> {
    let (letters, lines, site) = told(db, case, channel, order)?;
    let (quiet, waited, archives) = (quiet(db, case)?, waited(db, case)?, archives(db, case)?);
    let appeals = appeals(db, case)?;
    let (opened, _) = opened(&letters, &lines);
    let happenings = happenings(&letters, &lines, &quiet, (&waited, &archives, &appeals), opened);
    Ok(Timeline::new(channel, site, fulfilment(db, order)?, happenings))
}

/// The site of a case: what its own mails and rows name, else what is known of its order.
fn site(
    db: &Connection,
    order: Option<&str>,
    letters: &[Letter],
    lines: &[Line],
) -> Result<Option<Marketplace>, Problem> {
    let named =
        letters.iter().find_map(|letter| letter.site).or_else(|| lines.iter().find_map(|line| line.site));
    match order.filter(|_| named.is_none()) {
        Some(order) => site_of(db, order),
        None => Ok(named),
    }
}

/// The mails and replies of a case, oldest first; ties are broken by what the mail says of itself.
fn letters(db: &Connection, case: i64, channel: Channel) -> Result<Vec<Letter>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, notice, ours, at, dated, marketplace, alias, buyer_name, text, lang, kind, complaint, amount_minor,
                currency, decision, deadline_amount, deadline_unit, deadline_at, reason, articles, asked_at,
                coalesce(json_extract(draft, '$.reads') = 'buyer', 0) AS to_buyer
         FROM messages WHERE case_id = ?1 AND withdrawn = 0 ORDER BY at, ours, coalesce(message_id, digest), id",
    )?;
    Ok(query.query_map([case], |row| letter(row, channel))?.collect::<Result<_, _>>()?)
}

fn letter(row: &Row<'_>, channel: Channel) -> rusqlite::Result<Letter> {
    let at: i64 = row.get("at")?;
    let amount: Option<i64> = row.get("deadline_amount")?;
    let unit = word(row, "deadline_unit", Unit::parse)?;
    let stated =
        amount.zip(unit).map(|(amount, unit)| at.saturating_add(stated_seconds(amount, unit == Unit::Hours)));
    Ok(Letter {
        id: row.get("id")?,
        notice: word(row, "notice", Notice::parse)?.unwrap_or(Notice::Unknown),
        ours: row.get("ours")?,
        at,
        dated: row.get("dated")?,
        site: word(row, "marketplace", Marketplace::parse)?,
        buyer: row.get("alias")?,
        buyer_name: row.get("buyer_name")?,
        text: row.get("text")?,
        lang: word(row, "lang", Language::parse)?,
        kind: word(row, "kind", Kind::parse)?.unwrap_or(Kind::Other),
        complaint: row.get("complaint")?,
        amount: money(row, "amount_minor", "currency")?,
        decision: word(row, "decision", Decision::parse)?,
        due: row.get::<_, Option<i64>>("deadline_at")?.or(stated),
        reason: row.get("reason")?,
        articles: row.get("articles")?,
        asked_at: row.get("asked_at")?,
        only_to: (channel.is_claim() && row.get("to_buyer")?).then_some(Audience::Buyer),
    })
}

/// The rows of a case, oldest first.
fn lines(db: &Connection, case: i64) -> Result<Vec<Line>, Problem> {
    let mut query = db.prepare_cached(
        "SELECT report, marketplace, day, sku, asin, buyer, kind, reason, comment, lang, amount_minor, currency,
                decision, coalesce(decision_seen_at, landed_at) AS decided, settled, stale, landed_at, received_on,
                refunded_minor
         FROM report_rows WHERE case_id = ?1 ORDER BY day, report, key",
    )?;
    let lines = query.query_map([case], |row| {
        let site = word(row, "marketplace", Marketplace::parse)?;
        let day = word(row, "day", |day| day.parse::<Date>().ok())?;
        Ok(Line {
            report: row.get("report")?,
            site,
            day,
            at: day.map_or(row.get("landed_at")?, |day| day_start(day, site)),
            sku: row.get("sku")?,
            asin: row.get("asin")?,
            buyer: row.get("buyer")?,
            kind: word(row, "kind", Kind::parse)?,
            reason: row.get("reason")?,
            comment: row.get("comment")?,
            lang: word(row, "lang", Language::parse)?,
            amount: money(row, "amount_minor", "currency")?,
            decision: word(row, "decision", Decision::parse)?,
            decided: row.get("decided")?,
            settled: row.get("settled")?,
            stale: row.get("stale")?,
            received: word(row, "received_on", |day| day.parse::<Date>().ok())?,
            refunded: row.get::<_, Option<i64>>("refunded_minor")?.is_some_and(|paid| paid > 0),
        })
    })?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// When the operator said that no reply is needed.
fn quiet(db: &Connection, case: i64) -> Result<Vec<i64>, Problem> {
    let mut query = db.prepare_cached("SELECT at FROM quiet WHERE case_id = ?1 ORDER BY at")?;
    Ok(query.query_map([case], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The message that waits for an answer (else the newest one), and the newest answer.
fn answer(db: &Connection, letters: &[Letter], quiet: &[i64]) -> Result<(Option<i64>, Option<i64>), Problem> {
    let asks = |letter: &&Letter| letter.notice == Notice::BuyerMessage;
    for (place, reply) in letters.iter().enumerate().filter(|(_, letter)| letter.ours) {
        let before = &letters[..place];
        let replied = before.iter().rev().find(|letter| letter.ours).map(|letter| letter.at);
        let silent = quiet.iter().rev().find(|at| **at <= reply.at).copied();
        let since = replied.max(silent);
        let asked = before.iter().filter(asks).find(|letter| since.is_none_or(|since| letter.at > since));
        let asked = asked.map(|letter| letter.at);
        if asked != reply.asked_at {
            db.prepare_cached("UPDATE messages SET asked_at = ?2 WHERE id = ?1")?
                .execute(params![reply.id, asked])?;
        }
    }
    let answered =
        letters.iter().filter(|letter| letter.ours && letter.only_to.is_none()).map(|letter| letter.at);
    let answered = answered.chain(quiet.iter().copied()).max();
    let waiting =
        letters.iter().filter(asks).find(|letter| answered.is_none_or(|answered| letter.at > answered));
    let asked = waiting.or_else(|| letters.iter().rev().find(asks)).map(|letter| letter.at);
    Ok((asked, answered))
}

/// When the complaint arose, and whether that is only the time of the import.
fn opened(letters: &[Letter], lines: &[Line]) -> (i64, bool) {
    let opening = || letters.iter().filter(|letter| opens(letter.notice).is_some());
    let mail = opening().filter(|letter| letter.dated).map(|letter| letter.at).min();
    // A row knows only its day: it counts when no mail says the hour of the same day.
    let starts =
        |line: &&Line| line.day.is_some_and(|day| mail.is_none_or(|mail| day_end(day, line.site) <= mail));
    let row = lines.iter().filter(starts).map(|line| line.at).min();
    match row.or(mail) {
        Some(at) => (at, false),
        None => (opening().map(|letter| letter.at).min().unwrap_or(0), true),
    }
}

/// The newest trouble with goods decides; without one, other.
fn kind(letters: &[Letter], lines: &[Line]) -> Kind {
    let mails = letters.iter().filter(|letter| opens(letter.notice).is_some());
    let mails = mails.map(|letter| (letter.complaint, letter.at, letter.kind));
    let rows = lines.iter().filter_map(|line| Some((true, line.at, line.kind?)));
    let said = mails.chain(rows).filter(|(_, _, kind)| *kind != Kind::Other);
    said.max().map_or(Kind::Other, |(_, _, kind)| kind)
}

fn decided(letters: &[Letter], lines: &[Line]) -> (Option<Decision>, Option<i64>) {
    let decides =
        |letter: &&Letter| matches!(letter.notice, Notice::AtozDecision | Notice::ChargebackDecision);
    let mails = letters.iter().filter(decides);
    let mails = mails.map(|letter| (letter.at, letter.decision.unwrap_or(Decision::Unknown)));
    let rows = lines.iter().filter_map(|line| Some((line.decided, line.decision?)));
    match mails.chain(rows).max() {
        Some((at, decision)) => (Some(decision), Some(at)),
        None => (None, None),
    }
}

fn reason(letters: &[Letter], lines: &[Line]) -> Option<String> {
    let mails = letters.iter().filter(|letter| opens(letter.notice).is_some());
    let said = mails.rev().find_map(|letter| letter.reason.clone());
    said.or_else(|| lines.iter().rev().find_map(|line| line.reason.clone()))
}

fn claimed(letters: &[Letter], lines: &[Line]) -> Option<Money> {
    let claims = |letter: &&Letter| matches!(letter.notice, Notice::AtozClaim | Notice::Chargeback);
    let said = letters.iter().filter(claims).rev().find_map(|letter| letter.amount);
    let mapped = lines.iter().rev().filter(|line| line.report == ReportKind::Mapped.word());
    said.or_else(|| mapped.into_iter().find_map(|line| line.amount))
}

/// The newest words of the buyer.
fn excerpt(letters: &[Letter], lines: &[Line]) -> String {
    let written = |text: &str| !text.trim().is_empty();
    let mails = letters.iter().filter(|letter| opens(letter.notice).is_some() && written(&letter.text));
    let mails = mails.map(|letter| (letter.at, letter.text.as_str()));
    let rows = lines
        .iter()
        .filter_map(|line| Some((line.at, line.comment.as_deref().filter(|text| written(text))?)));
    rows.chain(mails).max_by_key(|(at, _)| *at).map(|(_, text)| text.to_owned()).unwrap_or_default()
}

/// Whether reports show the case as done: every row settled and no mail newer than the day of the last one; or
/// nothing but rows, all settled or older than the last clock.
fn filed(letters: &[Letter], lines: &[Line]) -> bool {
    if lines.is_empty() {
        return false;
    }
    let end = lines.iter().filter_map(|line| Some(day_end(line.day?, line.site))).max().unwrap_or(i64::MAX);
    // Where the site is unknown the day may end up to twelve hours later than in UTC.
    let end = if lines.iter().any(|line| line.site.is_none()) { end.saturating_add(12 * 3600) } else { end };
    let newer = letters.iter().any(|letter| wakes(letter.notice) && letter.at >= end);
    let alone = !letters.iter().any(|letter| opens(letter.notice).is_some());
    let settled = lines.iter().all(|line| line.settled) && !newer;
    settled || (alone && !newer && lines.iter().all(|line| line.settled || line.stale))
}

/// ASIN and SKU of the articles the mails name.
fn articles(letters: &[Letter]) -> impl Iterator<Item = (Option<String>, Option<String>)> {
    letters.iter().flat_map(|letter| letter.articles.lines()).map(|line| {
        let mut parts = parts::split(line).map(|part| Some(part.to_owned()).filter(|part| !part.is_empty()));
        (parts.next().flatten(), parts.next().flatten())
    })
}

/// Fills what the order knows: the SKU, and the buyer whom another mail about it named.
fn from_order(
    db: &Connection,
    order: &str,
    letters: &[Letter],
    lines: &[Line],
    known: &mut Known,
) -> Result<(), Problem> {
    let mut items: Vec<(String, Option<String>)> = Vec::new();
    if known.sku.is_none() {
        let mut query =
            db.prepare_cached("SELECT sku, asin FROM order_items WHERE order_id = ?1 ORDER BY sku")?;
        items = query.query_map([order], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let named = articles(letters).chain(lines.iter().map(|line| (line.asin.clone(), None)));
        known.sku = named.into_iter().find_map(|(asin, sku)| {
            let same = |item: &&(String, Option<String>)| asin.is_some() && item.1 == asin;
            sku.or_else(|| items.iter().find(same).map(|item| item.0.clone()))
        });
    }
    known.sku = known.sku.take().or_else(|| items.into_iter().next().map(|item| item.0));
    if known.buyer.is_none() {
        let mut query = db.prepare_cached(
            "SELECT m.alias, m.buyer_name FROM links l JOIN messages m ON m.id = l.message
             WHERE l.hash = ?1 AND m.order_id = ?2 ORDER BY m.at, coalesce(m.message_id, m.digest)",
        )?;
        let mut rows = query.query(params![order_link(order), order])?;
        while let Some(row) = rows.next()? {
            known.buyer = known.buyer.take().or(row.get("alias")?);
            known.buyer_name = known.buyer_name.take().or(row.get("buyer_name")?);
        }
    }
    Ok(())
}
