//! Written dates of reports: one reading or none. An order of day and month that nobody states is never guessed.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::domain::Marketplace;

/// The order of day, month and year in a date of three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl Order {
    /// The order a marketplace writes, by `assets/formats/sites.toml`.
    #[must_use]
    pub fn of(site: Marketplace) -> Self {
        super::format::sites().order(site)
    }
}

/// A day as written, and the instant where a time of day stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day as written, in the file's own offset.
    pub on: Date,
    /// The instant; a time without an offset is taken as UTC.
    pub at: Option<Timestamp>,
}

impl When {
    /// The instant, else the day's begin in UTC.
    #[must_use]
    pub fn instant(self) -> Timestamp {
        self.at.unwrap_or_else(|| in_utc(self.on.to_datetime(Time::midnight())))
    }

    /// The same text for the same moment, however a spreadsheet wrote it.
    #[must_use]
    pub fn key(self) -> String {
        self.at.map_or_else(|| self.on.to_string(), |at| at.to_string())
    }
}

fn in_utc(time: DateTime) -> Timestamp {
    Offset::UTC.to_timestamp(time).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDay {
    /// Nothing to read.
    Empty,
    /// In none of the known forms, or no day of the calendar.
    Unreadable,
    /// Day and month can be told apart only by the marketplace.
    Ambiguous,
    /// Does not fit the marketplace's order.
    OtherOrder,
    /// A spreadsheet's day number.
    Serial,
    /// The clock jumps over that time on that day.
    Gap,
    /// The clock shows that time twice on that day.
    Fold,
    /// Before 1995.
    TooEarly,
    /// After 2100.
    TooLate,
}

/// What is known beside the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// The order of day and month, where marketplace or map say it.
    pub order: Option<Order>,
    /// The year may stand first with two digits: nothing speaks against Japan.
    pub maybe_japan: bool,
    /// Bare numbers are a workbook's day numbers.
    pub serials: bool,
}

/// Reads one date, with or without a time of day.
///
/// # Errors
/// [`NotDay`] says which rule the text breaks.
pub fn read(text: &str, context: Context) -> Result<When, NotDay> {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if text.is_empty() {
        return Err(NotDay::Empty);
    }
    if text.len() > 64 {
        return Err(NotDay::Unreadable);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.matches('.').count() < 2 {
        return serial(text, context);
    }
    let (day, rest) = split(text).ok_or(NotDay::Unreadable)?;
    let on = date(&day, context)?;
    match on.year() {
        ..1995 => return Err(NotDay::TooEarly),
        2101.. => return Err(NotDay::TooLate),
        _ => {}
    }
    let rest = rest.trim_start_matches([',', 'T', 't']).trim();
    if rest.is_empty() { Ok(When { on, at: None }) } else { clock(on, rest) }
}

/// A workbook counts days from 1899-12-30; the fraction is the time of day.
fn serial(text: &str, context: Context) -> Result<When, NotDay> {
    let days: f64 = text.parse().map_err(|_| NotDay::Unreadable)?;
    if !context.serials || !(36_526.0..73_051.0).contains(&days) {
        return Err(NotDay::Serial);
    }
    serial_day(days).ok_or(NotDay::Serial)
}

/// The day (and time) of a workbook's day number.
#[must_use]
pub fn serial_day(days: f64) -> Option<When> {
    #[allow(clippy::cast_possible_truncation, reason = "the caller bounds it; a cast saturates")]
    let seconds = (days * 86_400.0).round() as i64;
    let start = jiff::civil::date(1899, 12, 30).to_datetime(Time::midnight());
    let time = start.checked_add(seconds.seconds()).ok()?;
    let at = (time.time() != Time::midnight()).then(|| in_utc(time));
    Some(When { on: time.date(), at })
}

/// The three parts of a date as written, and what stands between them.
struct Parts<'a> {
    parts: [&'a str; 3],
    mark: char,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let fits = |name: &str| {
        word.len() >= 3 && (name == word || name[..3] == word || (word == "sept" && name.starts_with("sept")))
    };
    MONTHS.iter().position(|name| fits(name)).and_then(|at| i8::try_from(at + 1).ok())
}

/// Splits the date off the text: three runs of digits or one English month, whatever stands between.
fn split(text: &str) -> Option<(Parts<'_>, &str)> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        let (day, rest) = rest.split_once('日')?;
        return Some((Parts { parts: [year.trim(), month.trim(), day.trim()], mark: '年' }, rest));
    }
    let mut parts = [""; 3];
    let (mut rest, mut mark) = (text, ' ');
    for (at, part) in parts.iter_mut().enumerate() {
        let letters = rest.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let end = rest
            .find(
                |letter: char| if letters { !letter.is_ascii_alphabetic() } else { !letter.is_ascii_digit() },
            )
            .unwrap_or(rest.len());
        (*part, rest) = rest.split_at(end);
        if part.is_empty() {
            return None;
        }
        if at < 2 {
            let gap = rest.find(|letter: char| letter.is_ascii_alphanumeric())?;
            let between = rest[..gap].trim_matches([' ', ',']);
            let mut letters = between.chars();
            if letters.clone().count() > 1
                || letters.next().is_some_and(|letter| !matches!(letter, '-' | '/' | '.'))
            {
                return None;
            }
            mark = between.chars().next().unwrap_or(' ');
            rest = &rest[gap..];
        }
    }
    let joined =
        rest.chars().next().is_some_and(|next| !next.is_whitespace() && !matches!(next, 'T' | 't' | ','));
    (!joined).then_some((Parts { parts, mark }, rest))
}

fn date(day: &Parts<'_>, context: Context) -> Result<Date, NotDay> {
    let [one, two, three] = day.parts;
    if let Some(month) = month(two) {
        return build(three, month, one)
            .or_else(|wrong| if one.len() == 4 { build(one, month, three) } else { Err(wrong) });
    }
    if let Some(month) = month(one) {
        return build(three, month, two);
    }
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if one.len() == 4 && short(two) && short(three) {
        return numbers(Order::Ymd, day.parts);
    }
    if !(short(one) && short(two) && (short(three) || three.len() == 4))
        || !matches!(day.mark, '/' | '.' | '-')
    {
        return Err(NotDay::Unreadable);
    }
    if let Some(order) = context.order {
        // A year of four digits at the end is no Japanese short date, and points are never month first.
        let order = match (order, three.len(), day.mark) {
            (Order::Ymd, 4, _) => return told_apart(day.parts, &[Order::Dmy, Order::Mdy]),
            (Order::Mdy, _, '.') => Order::Dmy,
            (order, _, _) => order,
        };
        return numbers(order, day.parts).map_err(|_| {
            let other = [Order::Dmy, Order::Mdy].into_iter().any(|order| numbers(order, day.parts).is_ok());
            if other { NotDay::OtherOrder } else { NotDay::Unreadable }
        });
    }
    let mut orders = vec![Order::Dmy];
    if day.mark != '.' {
        orders.push(Order::Mdy);
    }
    if three.len() <= 2
        && (context.maybe_japan || orders.iter().all(|order| numbers(*order, day.parts).is_err()))
    {
        orders.push(Order::Ymd);
    }
    if three.len() <= 2 && day.mark == '.' && orders.len() == 1 {
        orders.push(Order::Mdy);
    }
    told_apart(day.parts, &orders)
}

/// The date when all orders that fit give the same one.
fn told_apart(parts: [&str; 3], orders: &[Order]) -> Result<Date, NotDay> {
    let mut fitting: Vec<Date> = orders.iter().filter_map(|order| numbers(*order, parts).ok()).collect();
    fitting.dedup();
    match fitting.as_slice() {
        [] => Err(NotDay::Unreadable),
        [date] => Ok(*date),
        _ => Err(NotDay::Ambiguous),
    }
}

fn numbers(order: Order, [one, two, three]: [&str; 3]) -> Result<Date, NotDay> {
    let (year, month, day) = match order {
        Order::Dmy => (three, two, one),
        Order::Mdy => (three, one, two),
        Order::Ymd => (one, two, three),
    };
    build(year, month.parse().map_err(|_| NotDay::Unreadable)?, day)
}

fn build(year: &str, month: i8, day: &str) -> Result<Date, NotDay> {
    let written: i16 = year.parse().map_err(|_| NotDay::Unreadable)?;
    let year = match year.len() {
        4 => written,
        2 => 2_000 + written,
        _ => return Err(NotDay::Unreadable),
    };
    let day = day.parse().map_err(|_| NotDay::Unreadable)?;
    Date::new(year, month, day).map_err(|_| NotDay::Unreadable)
}

/// `07:03:57.5+00:00`, `10:00 AM PST`, `23:59Z`.
fn clock(on: Date, text: &str) -> Result<When, NotDay> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, ':' | '.'))
        .unwrap_or(text.len());
    let (digits, mut zone) = (&text[..end], text[end..].trim());
    let mut parts = digits.split(':');
    let mut next = |most: i8| -> Result<i8, NotDay> {
        let part = parts.next().unwrap_or("0").split('.').next().unwrap_or_default();
        part.parse().ok().filter(|value| (0..=most).contains(value)).ok_or(NotDay::Unreadable)
    };
    let (mut hour, minute, second) = (next(23)?, next(59)?, next(60)?.min(59));
    if parts.next().is_some() || !digits.contains(':') {
        return Err(NotDay::Unreadable);
    }
    for (mark, afternoon) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        if zone.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark)) {
            if !(1..=12).contains(&hour) {
                return Err(NotDay::Unreadable);
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            zone = zone[mark.len()..].trim();
            break;
        }
    }
    let time = on.at(hour, minute, second, 0);
    Ok(When { on, at: Some(placed(time, zone)?) })
}

/// Zone words Amazon writes: name, zone, hours from UTC. A word without hours stands for whatever the clock shows.
const ZONES: &[(&str, &str, Option<i8>)] = &[
    ("pst", "America/Los_Angeles", Some(-8)),
    ("pdt", "America/Los_Angeles", Some(-7)),
    ("pacific", "America/Los_Angeles", None),
    ("pt", "America/Los_Angeles", None),
    ("est", "America/New_York", Some(-5)),
    ("edt", "America/New_York", Some(-4)),
    ("bst", "Europe/London", Some(1)),
    ("cet", "Europe/Berlin", Some(1)),
    ("mez", "Europe/Berlin", Some(1)),
    ("cest", "Europe/Berlin", Some(2)),
    ("mesz", "Europe/Berlin", Some(2)),
    ("jst", "Asia/Tokyo", Some(9)),
];

fn placed(time: DateTime, zone: &str) -> Result<Timestamp, NotDay> {
    let word = zone.to_ascii_lowercase();
    if let Some((_, name, hours)) = ZONES.iter().find(|(known, _, _)| *known == word) {
        let zone = TimeZone::get(name).map_err(|_| NotDay::Unreadable)?;
        let ambiguous = zone.to_ambiguous_timestamp(time);
        return match (ambiguous.offset(), hours) {
            (AmbiguousOffset::Gap { .. }, _) => Err(NotDay::Gap),
            (AmbiguousOffset::Fold { .. }, None) => Err(NotDay::Fold),
            (_, Some(hours)) => Offset::constant(*hours).to_timestamp(time).map_err(|_| NotDay::Unreadable),
            (AmbiguousOffset::Unambiguous { offset }, None) => {
                offset.to_timestamp(time).map_err(|_| NotDay::Unreadable)
            }
        };
    }
    offset(&word).and_then(|offset| offset.to_timestamp(time).ok()).ok_or(NotDay::Unreadable)
}

/// Nothing, `z`, `utc`, `gmt`, `+02:00`, `-0800`, `+9`.
fn offset(word: &str) -> Option<Offset> {
    let word = word.strip_prefix("utc").or_else(|| word.strip_prefix("gmt")).unwrap_or(word);
    let (sign, digits) = match word {
        "" | "z" => return Some(Offset::UTC),
        word => (if word.starts_with('-') { -1 } else { 1 }, word.strip_prefix(['+', '-'])?.replace(':', "")),
    };
    let (hours, minutes) =
        if digits.len() > 2 { digits.split_at_checked(digits.len() - 2)? } else { (digits.as_str(), "0") };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(())?;
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str, context: Context) -> String {
        match read(text, context) {
            Ok(When { on, at: None }) => on.to_string(),
            Ok(When { on, at: Some(at) }) => format!("{on} {at}"),
            Err(wrong) => format!("{wrong:?}"),
        }
    }

    #[test]
    fn dates_with_one_reading_are_read_in_every_form() {
        for (text, read) in [
            ("2026-09-14T07:03:57+00:00", "2026-09-14 2026-09-14T07:03:57Z"),
            ("2026-03-01T23:30:00-08:00", "2026-03-01 2026-03-02T07:30:00Z"),
            ("2020-11-18T23:59Z", "2020-11-18 2020-11-18T23:59:00Z"),
            ("2026-03-01T10:00:00.123456789+00:00", "2026-03-01 2026-03-01T10:00:00Z"),
            ("2026-03-01 10:00:00 UTC", "2026-03-01 2026-03-01T10:00:00Z"),
            ("Mar 1, 2026 10:00:00 AM PST", "2026-03-01 2026-03-01T18:00:00Z"),
            ("29-Sep-2026", "2026-09-29"),
            ("29-Sep-26", "2026-09-29"),
            ("29. Sep 26", "2026-09-29"),
            ("1 September 2026", "2026-09-01"),
            ("2026/9/5", "2026-09-05"),
            ("31.01.2026", "2026-01-31"),
            ("05.09.2026", "2026-09-05"),
            ("31/01/2026", "2026-01-31"),
            ("25/9/26", "2026-09-25"),
            ("2026年3月1日", "2026-03-01"),
            (" 2026-03-01\u{a0}", "2026-03-01"),
            ("2016-12-31T23:59:60Z", "2016-12-31 2016-12-31T23:59:59Z"),
            ("2024-02-29", "2024-02-29"),
            ("26/9/5", "2026-09-05"),
        ] {
            assert_eq!(said(text, Context::default()), read, "{text}");
        }
    }

    #[test]
    fn a_date_that_depends_on_the_marketplace_is_read_with_it_and_refused_without() {
        let order = |order| Context { order: Some(order), ..Context::default() };
        assert_eq!(said("9/5/26", Context::default()), "Ambiguous");
        assert_eq!(said("05.09.26", Context::default()), "Ambiguous");
        assert_eq!(said("9/5/26", order(Order::Mdy)), "2026-09-05");
        assert_eq!(said("05.09.26", order(Order::Dmy)), "2026-09-05");
        assert_eq!(said("26/9/5", order(Order::Ymd)), "2026-09-05");
        assert_eq!(said("25/9/26", order(Order::Mdy)), "OtherOrder");
        assert_eq!(said("25/9/26", Context { maybe_japan: true, ..Context::default() }), "Ambiguous");
    }

    #[test]
    fn what_is_no_day_is_refused_with_its_reason() {
        for (text, wrong) in [
            ("", NotDay::Empty),
            ("2026-02-30", NotDay::Unreadable),
            ("2026-13-01", NotDay::Unreadable),
            ("0000-00-00", NotDay::Unreadable),
            ("2026-03-01T25:00:00Z", NotDay::Unreadable),
            ("2026-03-08 02:30:00 PST", NotDay::Gap),
            ("2026-11-01 01:30:00 Pacific", NotDay::Fold),
            ("46082", NotDay::Serial),
            ("1772323200000", NotDay::Serial),
            ("1900-01-01", NotDay::TooEarly),
            ("9999-12-31", NotDay::TooLate),
            ("令和8年3月1日", NotDay::Unreadable),
            ("1. März 2026", NotDay::Unreadable),
            ("٢٠٢٦-٠٣-٠١", NotDay::Unreadable),
            ("yesterday", NotDay::Unreadable),
            ("3/4/2026x", NotDay::Unreadable),
        ] {
            assert_eq!(read(text, Context::default()), Err(wrong), "{text}");
        }
    }

    #[test]
    fn a_workbooks_day_numbers_are_days() {
        let serials = Context { serials: true, ..Context::default() };
        assert_eq!(said("46279", serials), "2026-09-14");
        assert_eq!(said("46279.5", serials), "2026-09-14 2026-09-14T12:00:00Z");
        assert_eq!(said("12", serials), "Serial");
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(text in "\\PC{0,40}") {
            let _ = read(&text, Context::default());
        }

        #[test]
        fn a_written_day_is_read_back(days in 0_i64..36_000, dotted: bool) {
            let day = jiff::civil::date(1995, 1, 1).checked_add(days.days()).unwrap();
            let text = if dotted { day.strftime("%d.%m.%Y").to_string() } else { day.to_string() };
            prop_assert_eq!(said(&text, Context::default()), day.to_string());
        }
    }
}
