//! The report in words, for the screen and the command.

use jiff::tz::TimeZone;

use super::Lang;
use crate::domain::report::{Page, Period, Window};

/// The name of a page.
#[must_use]
pub const fn page_name(lang: Lang, page: Page) -> &'static str {
    match page {
        Page::Outcomes => lang.pick("outcomes", "处理结果"),
        Page::Time => lang.pick("handling time", "处理用时"),
        Page::Rates => lang.pick("complaint rates", "客诉率"),
    }
}

/// A period: `90 days`, `近90天`.
#[must_use]
pub fn period_name(lang: Lang, period: Period) -> String {
    match (lang, period) {
        (Lang::En, Period::Days(1)) => "1 day".to_owned(),
        (Lang::En, Period::Days(days)) => format!("{days} days"),
        (Lang::Zh, Period::Days(days)) => format!("近{days}天"),
        (_, Period::All) => lang.pick("all time", "全部时间").to_owned(),
    }
}

/// The days of a window in a zone: `9 Jul – 7 Oct 2026`, `2026年7月9日 – 10月7日`.
#[must_use]
pub fn window_name(lang: Lang, window: &Window, zone: &TimeZone) -> String {
    let day = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date();
    let until = day(window.until);
    match (lang, window.from.map(day)) {
        (Lang::En, None) => format!("until {}", until.strftime("%-d %b %Y")),
        (Lang::Zh, None) => format!("截至{}", until.strftime("%Y年%-m月%-d日")),
        (Lang::En, Some(from)) => {
            let form = if from.year() == until.year() { "%-d %b" } else { "%-d %b %Y" };
            format!("{} – {}", from.strftime(form), until.strftime("%-d %b %Y"))
        }
        (Lang::Zh, Some(from)) => {
            let form = if from.year() == until.year() { "%-m月%-d日" } else { "%Y年%-m月%-d日" };
            format!("{} – {}", from.strftime("%Y年%-m月%-d日"), until.strftime(form))
        }
    }
}
