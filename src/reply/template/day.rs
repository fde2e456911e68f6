//! A day as an operator types it: `2026-10-16`, `16.10.2026`, `16 October`, `16. Oktober`, `2026年10月16日`.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

use super::form::{ENGLISH, FRENCH, GERMAN, ITALIAN, SPANISH};

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotDay {
    /// `10/11/2026`, which is October or November depending on where one grew up.
    TwoDays,
    /// Any other text.
    Other,
}

/// Reads one day; without a year it is the nearest to `today`.
pub(super) fn read(text: &str, today: Date) -> Result<Date, NotDay> {
    let text = text.nfkc().collect::<String>().trim().to_lowercase();
    match in_figures(&text, today) {
        Err(NotDay::Other) => in_words(&text, today).ok_or(NotDay::Other),
        read => read,
    }
}

/// The numbers of a text that holds nothing but numbers and these marks between them.
fn numbers(text: &str, marks: &[char]) -> Option<Vec<i16>> {
    text.trim_end_matches(marks).split(marks).map(|part| part.trim().parse().ok()).collect()
}

fn in_figures(text: &str, today: Date) -> Result<Date, NotDay> {
    let is = |year, month, day| date(year, month, day, today).ok_or(NotDay::Other);
    if let Some(parts) = numbers(text, &['-']).or_else(|| numbers(text, &['年', '月', '日'])) {
        return match parts[..] {
            [year, month, day] if year > 99 => is(Some(year), month, day),
            [month, day] => is(None, month, day),
            _ => Err(NotDay::Other),
        };
    }
    if let Some(parts) = numbers(text, &['.']) {
        return match parts[..] {
            [day, month, year] => is(Some(year), month, day),
            [day, month] => is(None, month, day),
            _ => Err(NotDay::Other),
        };
    }
    let (one, other, year) = match numbers(text, &['/']).as_deref() {
        Some([year, month, day]) if *year > 99 => return is(Some(*year), *month, *day),
        Some([one, other, year]) => (*one, *other, Some(*year)),
        Some([one, other]) => (*one, *other, None),
        _ => return Err(NotDay::Other),
    };
    // `16/10` and `10/16` are one day each; `10/11` is not.
    match (one > 12, other > 12) {
        (true, _) => is(year, other, one),
        (false, true) => is(year, one, other),
        _ if one == other => is(year, one, one),
        _ if is(year, one, other).is_ok() && is(year, other, one).is_ok() => Err(NotDay::TwoDays),
        _ => Err(NotDay::Other),
    }
}

/// A day and the name of a month in any language of the templates; a weekday may stand before it.
fn in_words(text: &str, today: Date) -> Option<Date> {
    let (mut day, mut year, mut month, mut others) = (None, None, None, 0);
    for word in text.split(|sign: char| sign.is_whitespace() || ",.()".contains(sign)) {
        let number =
            ["st", "nd", "rd", "th", "er", "º"].iter().find_map(|end| word.strip_suffix(end)?.parse().ok());
        match (word.parse::<i16>().ok().or(number), of_name(word)) {
            (Some(number), _) if number > 99 && year.is_none() => year = Some(number),
            (Some(number), _) if day.is_none() => day = Some(number),
            (Some(_), _) => return None,
            (None, Some(_)) if month.is_some() => return None,
            (None, Some(found)) => month = Some(found),
            (None, None)
                if matches!(word, "" | "the" | "of" | "de" | "den" | "der" | "le" | "il" | "el" | "del") => {}
            // A weekday is one word.
            (None, None) => others += 1,
        }
    }
    if others > 1 {
        return None;
    }
    date(year, month?, day?, today)
}

/// The month of a name, or of its first letters where these are three and nobody else's.
fn of_name(word: &str) -> Option<i16> {
    let tables = [ENGLISH, GERMAN, FRENCH, ITALIAN, SPANISH];
    let place = |fits: &dyn Fn(&str) -> bool| {
        let found = |table: &[&str; 12]| table.iter().position(|name| fits(&name.to_lowercase()));
        tables.iter().find_map(found).and_then(|at| i16::try_from(at + 1).ok())
    };
    let short = word.chars().count() >= 3;
    place(&|name| name == word).or_else(|| place(&|name| short && name.starts_with(word)))
}

fn date(year: Option<i16>, month: i16, day: i16, today: Date) -> Option<Date> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let of = |year: i16| Date::new(year, month, day).ok();
    match year {
        Some(year @ 0..=99) => of(2000 + year),
        Some(year) => of(year).filter(|_| (2000..2100).contains(&year)),
        None => {
            let near = (today.year() - 1..=today.year() + 1).filter_map(of);
            near.min_by_key(|day| today.until(*day).map_or(i32::MAX, |span| span.get_days().abs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_as_people_type_it_and_never_guessed() {
        let said =
            |text: &str| read(text, date(2026, 10, 12)).map_or_else(|_| String::new(), |day| day.to_string());
        for text in [
            "2026-10-16",
            "16.10.2026",
            "16.10.",
            "16.10.26",
            "10-16",
            "16/10/2026",
            "10/16",
            "16 October",
            "October 16, 2026",
            "Friday, 16th of October",
            "16. Oktober 2026",
            "16 oct",
            "16 ottobre 2026",
            "16 de octubre de 2026",
            "2026年10月16日",
            "10月16日",
            "２０２６－１０－１６",
        ] {
            assert_eq!(said(text), "2026-10-16", "{text}");
        }
        assert_eq!(said("1er août"), "2026-08-01");
        assert_eq!(said("3 January"), "2027-01-03", "the nearest one");
        for text in ["10/11/2026", "1/2", "１０／１１"] {
            assert_eq!(read(text, date(2026, 10, 12)), Err(NotDay::TwoDays), "{text}");
        }
        for text in [
            "",
            "abc",
            "10/11/2026",
            "31.02.2026",
            "16",
            "October",
            "tomorrow",
            "16 October soon please",
            "1 2 May",
        ] {
            assert_eq!(said(text), "", "{text}");
        }
    }
}
