//! The `Date` header: RFC 5322, its old forms and ISO 8601; what makes no sense is no date.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Zones that mailers abbreviate, in minutes east of UTC.
const ZONES: &[(&str, i32)] = &[
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("IST", 330),
    ("JST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("BRT", -180),
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads a header's value. `None` for what is no date, or one before Amazon had marketplaces or after 2100.
/// A date without a zone is taken as UTC.
pub(super) fn read(value: &str) -> Option<Timestamp> {
    let plain = without_comment(value);
    let at = rfc(&plain).or_else(|| plain.trim().parse().ok())?;
    let year = Offset::UTC.to_datetime(at).year();
    (2000..=2100).contains(&year).then_some(at)
}

fn rfc(text: &str) -> Option<Timestamp> {
    let text = text.replace([',', '-'], " ");
    let mut words = text.split_whitespace().peekable();
    if words.peek()?.starts_with(|letter: char| letter.is_alphabetic())
        && text.matches(char::is_whitespace).count() > 2
    {
        words.next();
    }
    let day: i8 = words.next()?.parse().ok()?;
    let month = words.next()?.get(..3)?.to_ascii_lowercase();
    let month = i8::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    let year = words.next()?;
    let number: i16 = year.parse().ok()?;
    let year = match (year.len(), number) {
        (2, 0..=49) => 2000 + number,
        (2 | 3, _) => 1900 + number,
        (4, _) => number,
        _ => return None,
    };
    let mut clock = words.next()?.split(':');
    let hour: i8 = clock.next()?.parse().ok()?;
    let minute: i8 = clock.next()?.parse().ok()?;
    let second: i8 = clock.next().map_or(Some(0), |second| second.parse().ok())?;
    let zone = words.next().unwrap_or("UTC");
    if !(0..=23).contains(&hour) || !(0..=59).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    let at = Date::new(year, month, day).ok()?.at(hour, minute, second.min(59), 0);
    let minutes = offset(zone)?;
    Offset::from_seconds(minutes * 60).ok()?.to_timestamp(at).ok()
}

fn offset(zone: &str) -> Option<i32> {
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| zone.eq_ignore_ascii_case(name)) {
        return Some(*minutes);
    }
    let (sign, digits) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'~' => (-1, &zone[1..]),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let number: i32 = digits.parse().ok()?;
    let minutes = number / 100 * 60 + number % 100;
    (digits.len() == 4 && number % 100 < 60 && minutes <= 14 * 60).then_some(sign * minutes)
}

/// Leaves out `(CEST)` and marks a western zone's hyphen, which a date like `5-Oct-2026` uses otherwise.
fn without_comment(value: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut clock = false;
    for letter in value.chars().take(200) {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '-' if clock => out.push_str(" ~"),
            '+' if clock => out.push_str(" +"),
            other => {
                clock |= other == ':';
                out.push(other);
            }
        }
    }
    // An ISO date keeps its own western zone.
    if value.contains('T')
        && value.trim().starts_with(|letter: char| letter.is_ascii_digit())
        && !value.trim().contains(' ')
    {
        return value.trim().to_owned();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(value: &str) -> String {
        read(value).map_or_else(|| "none".to_owned(), |at| at.to_string())
    }

    #[test]
    fn dates_are_read_in_every_form_mailers_write() {
        for (value, at) in [
            ("Tue, 25 Aug 2026 16:04:11 +0200", "2026-08-25T14:04:11Z"),
            ("25 Aug 2026 16:04 -0700 (PDT)", "2026-08-25T23:04:00Z"),
            ("Tue, 25 Aug 26 16:04:11 JST", "2026-08-25T07:04:11Z"),
            ("Tue,25 Aug 2026 16:04:60 GMT", "2026-08-25T16:04:59Z"),
            ("25-Aug-2026 16:04:11 -0000", "2026-08-25T16:04:11Z"),
            ("2026-08-25T16:04:11-04:00", "2026-08-25T20:04:11Z"),
            ("  Tuesday,  5   August 2026 16:04:11 +0530", "2026-08-05T10:34:11Z"),
        ] {
            assert_eq!(utc(value), at, "{value}");
        }
    }

    #[test]
    fn a_senseless_date_is_none() {
        for value in [
            "",
            "yesterday",
            "Tue, 31 Feb 2026 10:00:00 +0000",
            "Tue, 25 Aug 2026 25:00:00 +0000",
            "Thu, 01 Jan 1970 00:00:00 +0000",
            "Tue, 25 Aug 2026 10:00:00 +9900",
            "Tue, 25 Aug 9999 10:00:00 +0000",
            "25 Aug 2026",
            "Ü",
        ] {
            assert_eq!(utc(value), "none", "{value}");
        }
    }
}
