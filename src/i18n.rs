//! Every phrase of the interface in both languages. A phrase that lacks one does not compile.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::case::words;

words! {
    /// A language of the interface.
    Lang {
        /// English.
        En = "en",
        /// Simplified Chinese.
        Zh = "zh",
    }
}

impl Lang {
    /// The other language.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// Picks one of an English and a Chinese text.
    #[must_use]
    pub const fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// The time from `now` to `due` as a person says it: `5h`, `2h late`, `还剩5小时`, `超时2小时`.
#[must_use]
pub fn time_left(lang: Lang, now: Timestamp, due: Timestamp) -> String {
    let left = due.duration_since(now);
    let amount = span(lang, left.abs());
    match (lang, left.is_negative()) {
        (Lang::En, false) => amount,
        (Lang::En, true) => format!("{amount} late"),
        (Lang::Zh, false) => format!("还剩{amount}"),
        (Lang::Zh, true) => format!("超时{amount}"),
    }
}

/// A length of time in its largest unit that is still exact enough to act on: minutes, hours, days.
#[must_use]
pub fn span(lang: Lang, length: SignedDuration) -> String {
    let minutes = length.as_mins();
    let (amount, en, zh) = match minutes {
        0..=89 => (minutes, "m", "分钟"),
        90..=2_879 => (minutes / 60, "h", "小时"),
        _ => (minutes / 1_440, "d", "天"),
    };
    match lang {
        Lang::En => format!("{amount}{en}"),
        Lang::Zh => format!("{amount}{zh}"),
    }
}

/// A moment as day and time in a zone: `23 Nov 09:41`, `11月23日 09:41`.
#[must_use]
pub fn moment(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned(zone.clone());
    local.strftime(lang.pick("%-d %b %H:%M", "%-m月%-d日 %H:%M")).to_string()
}

/// What a zone is called at a moment: `PST`, `CEST`, `+08`.
#[must_use]
pub fn zone_name(zone: &TimeZone, at: Timestamp) -> String {
    zone.to_offset_info(at).abbreviation().to_owned()
}

/// What a zone is called at several moments, each name once: `PDT/PST` over a change of the clocks.
#[must_use]
pub fn zone_names(zone: &TimeZone, at: impl IntoIterator<Item = Timestamp>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in at.into_iter().map(|at| zone_name(zone, at)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("/")
}

/// How long until [`time_left`] reads differently.
#[must_use]
pub fn until_change(now: Timestamp, due: Timestamp) -> SignedDuration {
    let left = due.duration_since(now).as_secs();
    let unit = match left.abs() / 60 {
        0..=89 => 60,
        90..=2_879 => 3_600,
        _ => 86_400,
    };
    // Counting down, a digit changes just after the unit is used up; counting up, when the next one is full.
    let wait = if left >= 0 { left % unit + 1 } else { unit - (-left % unit) };
    // Never past the point where a smaller unit takes over.
    let switch = [2_880 * 60, 90 * 60].into_iter().find(|at| left >= *at).map_or(wait, |at| left - at + 1);
    SignedDuration::from_secs(wait.min(switch).max(1))
}

macro_rules! texts {
    ($($key:ident: $en:literal, $zh:literal;)+) => {
        /// A fixed phrase of the interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the phrase beside each name says what it is")]
        pub enum Text { $($key),+ }

        impl Text {
            /// Every phrase, for tests.
            pub const ALL: &'static [Self] = &[$(Self::$key),+];

            /// The phrase in one language.
            #[must_use]
            pub const fn in_lang(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$key, Lang::En) => $en, (Self::$key, Lang::Zh) => $zh),+ }
            }
        }
    };
}

pub mod costs;
mod figures;
pub mod health;
pub mod offers;
pub mod report;
mod texts;
mod words;

pub use figures::{
    buyer_line, carrier_line, day_words, flag_line, length_line, money_list, other_line, personal_line,
    verdict_line, width_line,
};
pub use texts::Text;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(minutes * 60).unwrap()
    }

    #[test]
    fn times_are_said_as_a_person_says_them() {
        assert_eq!(time_left(Lang::En, at(0), at(300)), "5h");
        assert_eq!(time_left(Lang::En, at(130), at(0)), "2h late");
        assert_eq!(time_left(Lang::Zh, at(0), at(300)), "还剩5小时");
        assert_eq!(time_left(Lang::Zh, at(60), at(0)), "超时60分钟");
        assert_eq!(time_left(Lang::En, at(0), at(60 * 24 * 6)), "6d");
    }

    #[test]
    fn every_phrase_has_words_in_both_languages() {
        for text in Text::ALL {
            assert!(!text.in_lang(Lang::En).is_empty() && !text.in_lang(Lang::Zh).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn the_next_change_is_never_slept_through() {
        for left in [
            -200_000_i64,
            -5_400,
            -61,
            -1,
            0,
            1,
            59,
            60,
            5_399,
            5_400,
            5_401,
            172_799,
            172_800,
            180_000,
            400_000,
        ] {
            let (now, due) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(left).unwrap());
            let wait = until_change(now, due);
            let before = now + (wait - SignedDuration::from_secs(1));
            assert_eq!(
                time_left(Lang::En, before, due),
                time_left(Lang::En, now, due),
                "{left}: changed early"
            );
            assert_ne!(
                time_left(Lang::En, now + wait, due),
                time_left(Lang::En, now, due),
                "{left}: no change"
            );
        }
    }
}
