//! A time as an operator types it: `90m`, `4h`, `2d`, `14:30`, `2026-10-09`, `2026-10-09 14:30`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// The hour at which a day begins to be worked on.
const MORNING: i8 = 9;

/// The next morning at nine in `zone`, never today.
#[must_use]
pub fn tomorrow_morning(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    morning(now.to_zoned(zone.clone()).date().tomorrow().ok()?, zone)
}

fn morning(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(day.at(MORNING, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp())
}

/// The moment meant by a text, always after `now`: a time of day is the next such time, a day means its morning.
#[must_use]
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let found = length(text, now, zone).or_else(|| time_of_day(text, now, zone)).or_else(|| day(text, zone));
    found.filter(|at| *at > now)
}

fn length(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let amount: i64 = text[..digits].parse().ok().filter(|amount| *amount <= 10_000)?;
    match text[digits..].trim() {
        "m" | "min" | "分钟" => now.checked_add(SignedDuration::from_mins(amount)).ok(),
        "h" | "小时" => now.checked_add(SignedDuration::from_hours(amount)).ok(),
        "d" | "天" => {
            let later = now.to_zoned(zone.clone()).checked_add(Span::new().days(amount));
            Some(later.ok()?.timestamp())
        }
        _ => None,
    }
}

fn time_of_day(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let (hour, minute) = text.split_once(':')?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let today = now.to_zoned(zone.clone()).date();
    let on = |day: Date| Some(day.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp());
    on(today).filter(|at| *at > now).or_else(|| on(today.tomorrow().ok()?))
}

fn day(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        return morning(day, zone);
    }
    let at: DateTime = text.replacen(' ', "T", 1).parse().ok()?;
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_typed_as_people_write_it() {
        let (now, zone) = ("2026-10-24T12:00:00Z".parse().unwrap(), TimeZone::get("Europe/Berlin").unwrap());
        let typed = |text: &str| moment(text, now, &zone).map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(typed("90m"), "2026-10-24T13:30:00Z");
        assert_eq!(typed(" 4h "), "2026-10-24T16:00:00Z");
        assert_eq!(typed("2天"), "2026-10-26T13:00:00Z", "the clocks went back in between");
        assert_eq!(typed("14:30"), "2026-10-24T12:30:00Z");
        assert_eq!(
            typed("9:00"),
            "2026-10-25T08:00:00Z",
            "nine has passed today, and tomorrow is winter time"
        );
        assert_eq!(typed("2026-10-26"), "2026-10-26T08:00:00Z");
        assert_eq!(typed("2026-10-26 17:15"), "2026-10-26T16:15:00Z");
        for wrong in ["", "4", "25:00", "2026-10-23", "0h", "soon", "99999h", "é"] {
            assert_eq!(typed(wrong), "", "{wrong}");
        }
        assert_eq!(tomorrow_morning(now, &zone).unwrap().to_string(), "2026-10-25T08:00:00Z");
    }
}
