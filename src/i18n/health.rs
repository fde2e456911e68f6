//! Account health in words, for the screen and the command: rates, distances, ways out, Amazon's own figures.

use super::{Lang, Text};
use crate::domain::Marketplace;
use crate::domain::health::policy::{HealthPolicy, Ways};
use crate::domain::health::reported::Reported;
use crate::domain::health::{Account, Defect, Distance, Figure, Point, Savable, SiteHealth, Window};

/// `0.62%` from counts, rounded half up, without floating point; `–` of nothing.
#[must_use]
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let value = (i128::from(part) * 20_000 + i128::from(whole)) / (i128::from(whole) * 2);
    format!("{}.{:02}%", value / 100, value % 100)
}

/// A share of one as Amazon writes it, in per cent with two decimals.
#[must_use]
pub fn share(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// A line of hundredths of a per cent: `1%`, `0.75%`.
#[must_use]
pub fn line_name(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Eight steps up to twice the line, one sign for each of `cells` equal parts of the days; `·` where no orders are known.
/// A part shows its last day.
#[must_use]
pub fn sparkline(trend: &[Point], cells: usize, line_hundredths: i64) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let cells = cells.min(trend.len());
    let sign = |cell: usize| {
        let point = &trend[((cell + 1) * trend.len() / cells) - 1];
        if point.denominator <= 0 {
            return '·';
        }
        let top = i128::from(point.denominator) * i128::from(line_hundredths) * 2;
        let step = (i128::from(point.numerator) * 10_000 * 8 / top.max(1)).min(7);
        STEPS[usize::try_from(step).unwrap_or(7)]
    };
    (0..cells).map(sign).collect()
}

/// How far the line is, in orders.
#[must_use]
pub fn distance(lang: Lang, left: Option<Distance>, line_hundredths: i64) -> String {
    let line = line_name(line_hundredths);
    match (lang, left) {
        (Lang::En, None) => "no orders in these days".to_owned(),
        (Lang::Zh, None) => "此期间无订单".to_owned(),
        (Lang::En, Some(Distance::Below { defects, good })) => {
            let more = if defects == 1 { "defect reaches" } else { "defects reach" };
            let fewer = match good {
                None => String::new(),
                Some(1) => "; so does 1 good order fewer".to_owned(),
                Some(good) => format!("; so do {good} good orders fewer"),
            };
            format!("{defects} more {more} {line}{fewer}")
        }
        (Lang::Zh, Some(Distance::Below { defects, good })) => {
            let fewer = good.map(|good| format!("；或少{good}个正常订单")).unwrap_or_default();
            format!("再有{defects}个缺陷订单即达到 {line}{fewer}")
        }
        (Lang::En, Some(Distance::Over { defects, good })) => {
            let fewer = if defects == 1 { "defect" } else { "defects" };
            let more = if good == 1 { "order" } else { "orders" };
            format!("under {line} again with {defects} {fewer} fewer, or {good} good {more} more")
        }
        (Lang::Zh, Some(Distance::Over { defects, good })) => {
            format!("减少{defects}个缺陷订单，或增加{good}个正常订单，可回到 {line} 以下")
        }
    }
}

/// The readings that Amazon leaves open, and what stands apart from the rates; one line each.
#[must_use]
pub fn readings(lang: Lang, account: &Account) -> Vec<String> {
    let odr = &account.policy.odr;
    let mut lines = vec![reading(lang, account)];
    if account.unplaced > 0 {
        let count = account.unplaced;
        lines.push(match lang {
            Lang::En if count == 1 => {
                "1 order of these days names no site or no shipper: it is in no rate".to_owned()
            }
            Lang::En => {
                format!("{count} orders of these days name no site or no shipper: they are in no rate")
            }
            Lang::Zh => format!("此期间有{count}个订单未注明站点或发货方，未计入任何比率"),
        });
    }
    if account.lost.count > 0 {
        let count = account.lost.count;
        lines.push(match lang {
            Lang::En if count == 1 => {
                "1 defective order is in no imported report, and nothing names its site".to_owned()
            }
            Lang::En => {
                format!("{count} defective orders are in no imported report, and nothing names their site")
            }
            Lang::Zh => format!("{count}个缺陷订单未见于已导入的报表，站点未知"),
        });
    }
    // Those of a site with orders stand in its line.
    let unseen = |site: &&SiteHealth| site.health.denominator == 0 && site.health.unmatched > 0;
    lines.extend(account.sites.iter().filter(unseen).map(|site| {
        let (count, site) = (site.health.unmatched, site.health.marketplace);
        match lang {
            Lang::En if count == 1 => format!("{site}: 1 defective order is in no imported report"),
            Lang::En => format!("{site}: {count} defective orders are in no imported report"),
            Lang::Zh => format!("{site}：{count}个缺陷订单未见于已导入的报表"),
        }
    }));
    lines.extend(partial(lang, account));
    if odr.window_days != 60 {
        lines.push(match lang {
            Lang::En => format!("window of {} days, by health.toml", odr.window_days),
            Lang::Zh => format!("统计期{}天（health.toml）", odr.window_days),
        });
    }
    lines
}

/// The sites whose imported orders do not cover the window, each with the days they are of.
fn partial(lang: Lang, account: &Account) -> Vec<String> {
    let days = account.policy.odr.window(account.as_of);
    let partial = account.sites.iter().filter(|site| site.is_partial());
    let mut sites: Vec<_> = partial.map(|site| (site.health.marketplace, site.reach)).collect();
    sites.dedup();
    let line = |(site, reach): (Marketplace, Option<Window>)| {
        let reach = reach.unwrap_or(days);
        match lang {
            Lang::En => format!(
                "{site}: the imported orders are of {} to {}, they do not cover the window of {} to {}",
                reach.from, reach.to, days.from, days.to
            ),
            Lang::Zh => format!(
                "{site}：已导入{}至{}的订单，未覆盖{}至{}的整个统计期",
                reach.from, reach.to, days.from, days.to
            ),
        }
    };
    sites.into_iter().map(line).collect()
}

/// The two unsettled readings in one line.
#[must_use]
pub fn reading(lang: Lang, account: &Account) -> String {
    let odr = &account.policy.odr;
    let cancelled = match (lang, odr.cancelled_orders_count) {
        (Lang::En, true) => "cancelled orders counted",
        (Lang::En, false) => "cancelled orders left out",
        (Lang::Zh, true) => "已取消订单计入",
        (Lang::Zh, false) => "已取消订单不计入",
    };
    let returns = match (lang, odr.returns_atoz_is_claim) {
        (Lang::En, true) => "A-to-z Y in returns reports is a claim",
        (Lang::En, false) => "A-to-z Y in returns reports is no claim",
        (Lang::Zh, true) => "退货报表 A-to-Z 列的 Y 算索赔",
        (Lang::Zh, false) => "退货报表 A-to-Z 列的 Y 不算索赔",
    };
    format!("{cancelled}{}{returns}", lang.pick(" · ", " · "))
}

/// What takes an order out of the rate, case by case, and what stays.
#[must_use]
pub fn way(lang: Lang, savable: &Savable, ways: &Ways) -> String {
    let mut said: Vec<String> = Vec::new();
    for (_, defect) in &savable.cases {
        let way = savable.way(*defect, ways);
        let (name, way) = (Text::from(*defect).in_lang(lang), lang.pick(&way.en, &way.zh));
        let line = format!("{name}{}{way}", lang.pick(": ", "："));
        if !said.contains(&line) {
            said.push(line);
        }
    }
    if !savable.stays.is_empty() {
        let stays: Vec<&str> = savable.stays.iter().map(|defect| Text::from(*defect).in_lang(lang)).collect();
        let stays = stays.join(lang.pick(", ", "、"));
        said.push(match lang {
            Lang::En => format!("it counts by {stays} all the same"),
            Lang::Zh => format!("但仍因{stays}计入"),
        });
    }
    said.join(lang.pick("; ", "；"))
}

/// What a figure is called.
#[must_use]
pub fn figure_name(lang: Lang, figure: Figure) -> String {
    match figure {
        Figure::Defective => lang.pick("defective", "缺陷订单").to_owned(),
        Figure::Savable => lang.pick("to save", "可挽回").to_owned(),
        Figure::By(defect) => Text::from(defect).in_lang(lang).to_owned(),
        Figure::Unmatched => lang.pick("not imported", "未导入").to_owned(),
        Figure::Lost => lang.pick("site unknown", "站点未知").to_owned(),
        Figure::LateReplies(days) => match lang {
            Lang::En => format!("late {days}d"),
            Lang::Zh => format!("{days}天迟复"),
        },
    }
}

impl From<Defect> for Text {
    fn from(defect: Defect) -> Self {
        match defect {
            Defect::Feedback => Self::DefectFeedback,
            Defect::Claim => Self::DefectClaim,
            Defect::Chargeback => Self::DefectChargeback,
        }
    }
}

/// One of Amazon's own figures in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is called.
    pub label: String,
    /// The rate, or Amazon's verdict where there is none; `▲` where it misses its target.
    pub rate: String,
    /// The target: `<1.00%`, in brackets where the file has none.
    pub target: String,
    /// `9/402`.
    pub count: String,
    /// The days as written.
    pub days: String,
    /// Ours over the same days, and where they differ.
    pub ours: String,
}

impl Told {
    /// Says one figure.
    #[must_use]
    pub fn of(lang: Lang, metric: &Reported, policy: &HealthPolicy) -> Self {
        let label = label(lang, metric, policy);
        let mark = if metric.meets() == Some(false) || metric.warns() { "▲ " } else { "" };
        let rate = metric.rate.map_or_else(|| metric.status.clone(), share);
        let rate = format!("{mark}{rate}");
        let target = metric.target.map(|target| {
            let sign = metric.condition.map_or("", |condition| condition.sign());
            let text = format!("{sign}{}", share(target));
            if metric.target_stated { text } else { format!("({text})") }
        });
        let count = match (metric.count, metric.of) {
            (Some(count), Some(of)) => format!("{count}/{of}"),
            (Some(count), None) => count.to_string(),
            (None, Some(of)) => format!("–/{of}"),
            (None, None) => String::new(),
        };
        let days = match metric.days {
            (Some(from), Some(to)) if from.year() == to.year() => {
                format!("{from} – {}", to.strftime("%m-%d"))
            }
            (Some(from), Some(to)) => format!("{from} – {to}"),
            (None, Some(day)) | (Some(day), None) => day.to_string(),
            (None, None) => String::new(),
        };
        Self { label, rate, target: target.unwrap_or_default(), count, days, ours: beside(lang, metric) }
    }
}

/// What a metric is called; one that the policy does not know keeps Amazon's name.
fn label(lang: Lang, metric: &Reported, policy: &HealthPolicy) -> String {
    let known = policy.metric.iter().find(|known| known.name == metric.name);
    match (known, metric.name.as_str(), metric.name.strip_prefix("warningStates.")) {
        (Some(known), ..) => lang.pick(&known.label, &known.label_zh).to_owned(),
        (_, "accountStatus", _) => lang.pick("account", "账户状态").to_owned(),
        (_, _, Some(kind)) => format!("{}{kind}", lang.pick("warning: ", "警告：")),
        (_, name, None) => name.to_owned(),
    }
}

/// Ours over Amazon's days, for an order defect rate.
fn beside(lang: Lang, metric: &Reported) -> String {
    if !metric.is_odr() {
        return String::new();
    }
    let Some(ours) = &metric.ours else {
        return match metric.window() {
            Some(_) => lang.pick("no orders of these days imported", "未导入此期间的订单").to_owned(),
            None => lang.pick("the file's days make no sense", "文件中的统计期有误").to_owned(),
        };
    };
    let (n, d) = (ours.numerator, ours.denominator);
    let mut said = format!("{} {n}/{d} {}", lang.pick("ours", "本地"), percent(n, d));
    let off =
        |difference: i64| if difference > 0 { format!("+{difference}") } else { difference.to_string() };
    match metric.differs() {
        Some((0, 0)) => said.push_str(lang.pick(", the same", "，一致")),
        Some((defects, orders)) => {
            let (defects, orders) = (off(defects), off(orders));
            said.push_str(&match lang {
                Lang::En => format!(", differs: defects {defects}, orders {orders}"),
                Lang::Zh => format!("，相差：缺陷{defects}，订单{orders}"),
            });
        }
        None => {}
    }
    if !metric.whole {
        said.push_str(lang.pick("; our orders do not cover all these days", "；本地订单未覆盖整个统计期"));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::{Health, Window};
    use crate::domain::{Fulfilment, Marketplace};

    fn health(numerator: i64, denominator: i64) -> Health {
        let day = "2026-10-01".parse().unwrap();
        let none = Health::none((Marketplace::Us, Fulfilment::Mfn), Window { from: day, to: day });
        Health { numerator, denominator, ..none }
    }

    #[test]
    fn the_distance_is_said_in_orders() {
        let said =
            |numerator, denominator| distance(Lang::En, health(numerator, denominator).distance(100), 100);
        assert_eq!(said(3, 400), "1 more defect reaches 1%; so do 100 good orders fewer");
        assert_eq!(said(3, 301), "1 more defect reaches 1%; so does 1 good order fewer");
        assert_eq!(said(1, 100), "under 1% again with 1 defect fewer, or 1 good order more");
        assert_eq!(said(0, 400), "4 more defects reach 1%");
        assert_eq!(said(9, 400), "under 1% again with 6 defects fewer, or 501 good orders more");
        assert_eq!(
            distance(Lang::Zh, health(3, 401).distance(75), 75),
            "再有1个缺陷订单即达到 0.75%；或少1个正常订单"
        );
    }

    #[test]
    fn a_sparkline_has_half_its_height_at_the_line() {
        let day = "2026-10-01".parse().unwrap();
        let point = |numerator, denominator| Point { day, numerator, denominator, whole: true };
        let points = [point(0, 0), point(0, 100), point(1, 100), point(5, 100)];
        assert_eq!(sparkline(&points, 4, 100), "·▁▅█");
        assert_eq!(sparkline(&points, 2, 100), "▁█");
        assert_eq!(sparkline(&[], 5, 100), "");
    }

    #[test]
    fn shares_are_rounded_half_up() {
        assert_eq!(
            (percent(1, 800), percent(1, 3), percent(0, 0)),
            ("0.13%".into(), "33.33%".into(), "–".into())
        );
        assert_eq!((line_name(100), line_name(75)), ("1%".to_owned(), "0.75%".to_owned()));
    }
}
