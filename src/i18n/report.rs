//! The report in words, for the screen and the command.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::{Lang, Text};
use crate::domain::offer::Route;
use crate::domain::outcome::figures::{Band, Delay, Size};
use crate::domain::outcome::{Source, Standing};
use crate::domain::report::policy::TimePolicy;
use crate::domain::report::{Page, Period, Window};
use crate::domain::share::Share;
use crate::domain::{Marketplace, Outcome};

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

/// A length of time as a person says it: `40 s`, `12 min`, `2.1 h`, `3.4 d`; `40秒`, `12分钟`, `2.1小时`, `3.4天`.
#[must_use]
pub fn length(lang: Lang, length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    // Tenths, rounded half up.
    let tenths = |unit: i64| {
        let tenths = (seconds * 20 + unit) / (unit * 2);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match seconds {
        0..=89 => format!("{seconds}{}", lang.pick(" s", "秒")),
        90..=5_399 => format!("{}{}", (seconds + 30) / 60, lang.pick(" min", "分钟")),
        5_400..=172_799 => format!("{}{}", tenths(3_600), lang.pick(" h", "小时")),
        _ => format!("{}{}", tenths(86_400), lang.pick(" d", "天")),
    }
}

/// So many minutes in whole words: `15 min`, `2 h`, `3 days`.
fn minutes(lang: Lang, minutes: i64) -> String {
    match minutes {
        _ if minutes >= 2_880 && minutes % 1_440 == 0 => {
            format!("{}{}", minutes / 1_440, lang.pick(" days", "天"))
        }
        _ if minutes >= 60 && minutes % 60 == 0 => format!("{}{}", minutes / 60, lang.pick(" h", "小时")),
        _ => format!("{minutes}{}", lang.pick(" min", "分钟")),
    }
}

fn band(lang: Lang, band: Band, name: impl Fn(i64) -> String) -> String {
    match (lang, band.from, band.to) {
        (Lang::En, 0, Some(to)) => format!("up to {}", name(to)),
        (Lang::Zh, 0, Some(to)) => format!("{}以内", name(to)),
        (Lang::En, from, Some(to)) => format!("{} – {}", name(from), name(to)),
        (Lang::Zh, from, Some(to)) => format!("{}至{}", name(from), name(to)),
        (Lang::En, from, None) => format!("over {}", name(from)),
        (Lang::Zh, from, None) => format!("超过{}", name(from)),
    }
}

/// Times between two bounds of so many minutes each: `up to 15 min`, `1 h – 2 h`, `over 24 h`.
#[must_use]
pub fn time_band(lang: Lang, of: Band, unit: i64) -> String {
    band(lang, of, |bound| minutes(lang, bound.saturating_mul(unit)))
}

/// How much of the order was offered.
#[must_use]
pub fn size_name(lang: Lang, size: Size) -> String {
    match size {
        Size::Part(of) => {
            let part = band(lang, of, |bound| format!("{bound}%"));
            format!("{}{part}", lang.pick("", "订单的"))
        }
        Size::Whole => lang.pick("the whole order", "整单金额").to_owned(),
        Size::NoMoney => lang.pick("sent again, no money", "补发，不退款").to_owned(),
        Size::Unknown => lang.pick("order total unknown", "订单总额未知").to_owned(),
    }
}

/// How soon something was offered.
#[must_use]
pub fn delay_name(lang: Lang, delay: Delay) -> String {
    match delay {
        Delay::Before(band) => {
            format!("{}{}", time_band(lang, band, 60), lang.pick(", before the claim", "，索赔前"))
        }
        Delay::After(band) => {
            format!("{}{}", time_band(lang, band, 60), lang.pick(", after the claim", "，索赔后"))
        }
    }
}

/// The way an offer went to the buyer, or that nobody said.
#[must_use]
pub fn route_name(lang: Lang, route: Option<Route>) -> &'static str {
    route.map_or(lang.pick("way not noted", "途径未记录"), |route| Text::from(route).in_lang(lang))
}

/// A site, or that it is not known.
#[must_use]
pub fn site_name(lang: Lang, site: Option<Marketplace>) -> String {
    site.map_or_else(|| lang.pick("unknown site", "站点未知").to_owned(), |site| site.code().to_owned())
}

/// A rate in whole per cent, or that there are too few: `80%`, `too few`.
#[must_use]
pub fn rate(lang: Lang, share: Share, enough: bool) -> String {
    match share.percent() {
        Some(percent) if enough => format!("{percent}%"),
        None => "–".to_owned(),
        Some(_) => lang.pick("too few", "样本太少").to_owned(),
    }
}

/// Where the true rate lies: `52–96%`.
#[must_use]
pub fn interval(share: Share) -> String {
    share.interval_percent().map(|[low, high]| format!("{low}–{high}%")).unwrap_or_default()
}

/// What the rates of withdrawals are counted of.
#[must_use]
pub const fn denominator(lang: Lang) -> &'static str {
    lang.pick(
        "Of the A-to-z claims that ended in this time: withdrawn, denied, granted or lost by default, won on appeal, order \
         cancelled. An offer counts that was made before the claim ended and was not taken back, whatever its way.",
        "统计范围：此时段内了结的 A-to-z 索赔，即撤回、驳回、获批或超时默认败诉、申诉成功、订单取消。补偿须在索赔了结前\
         提出且未被撤销，途径不限。",
    )
}

/// What others reach by offers.
#[must_use]
pub fn others(lang: Lang, percent: u32, source: &str) -> String {
    match lang {
        Lang::En => format!("others: {percent}% after an offer by message, {source}"),
        Lang::Zh => format!("参考：通过消息补偿后撤回{percent}%，{source}"),
    }
}

/// What handling times are counted of.
#[must_use]
pub fn time_basis(lang: Lang, policy: &TimePolicy) -> String {
    let idle = policy.idle_minutes;
    match lang {
        Lang::En => format!(
            "First sight: the case was opened in the workbench. Worked on: with the case on screen, from key to key; a pause of \
             more than {idle} min is no work. Counted are first replies marked as sent here, and archives."
        ),
        Lang::Zh => format!(
            "首次查看：在工作台中打开客诉。操作：客诉在屏幕上时按键之间的时间，停顿超过{idle}分钟不计。统计对象：在此标记为已发送的首次回复，以及归档。"
        ),
    }
}

/// How a case stands in a line: `claim granted, we lost · Amazon 5 Oct 2026`.
#[must_use]
pub fn standing_line(lang: Lang, stands: &Standing, zone: &TimeZone) -> String {
    let day = stands.at.to_zoned(zone.clone()).strftime(lang.pick("%-d %b %Y", "%Y年%-m月%-d日")).to_string();
    format!("{} · {} {day}", Text::from(stands.outcome).in_lang(lang), source_name(lang, stands.by))
}

/// What the operator noted that cannot be true beside what Amazon says.
#[must_use]
pub fn against_line(lang: Lang, noted: Outcome) -> String {
    let noted = Text::from(noted).in_lang(lang);
    match lang {
        Lang::En => format!("⚠ Amazon says otherwise: you noted “{noted}”"),
        Lang::Zh => format!("⚠ 与亚马逊不符：您记录的是“{noted}”"),
    }
}

/// Who says how a case ended.
#[must_use]
pub const fn source_name(lang: Lang, source: Source) -> &'static str {
    match source {
        Source::Amazon => lang.pick("Amazon", "亚马逊"),
        Source::Operator => lang.pick("you", "您"),
        Source::Clock => lang.pick("the clock", "时钟"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_unit_a_person_would_use() {
        let said = |seconds, lang| length(lang, SignedDuration::from_secs(seconds));
        for (seconds, en, zh) in [
            (0, "0 s", "0秒"),
            (89, "89 s", "89秒"),
            (90, "2 min", "2分钟"),
            (5_399, "90 min", "90分钟"),
            (7_560, "2.1 h", "2.1小时"),
            (172_800, "2.0 d", "2.0天"),
        ] {
            assert_eq!((said(seconds, Lang::En).as_str(), said(seconds, Lang::Zh).as_str()), (en, zh));
        }
    }

    #[test]
    fn bands_name_their_bounds() {
        let names: Vec<String> =
            Band::between(&[15, 120, 2_880]).into_iter().map(|band| time_band(Lang::En, band, 1)).collect();
        assert_eq!(names, ["up to 15 min", "15 min – 2 h", "2 h – 2 days", "over 2 days"]);
        let part = Size::Part(Band { from: 10, to: Some(25) });
        assert_eq!(size_name(Lang::Zh, part), "订单的10%至25%");
        assert_eq!(rate(Lang::En, Share { of: 3, all: 4 }, false), "too few");
        assert_eq!(rate(Lang::Zh, Share { of: 8, all: 10 }, true), "80%");
        assert_eq!(rate(Lang::Zh, Share::default(), false), "–");
    }
}
