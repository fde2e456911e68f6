//! Phrases with numbers: a buyer's history in one line, and its flags; what a tracking number is worth.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Lang, Text};
use crate::domain::buyer::{BuyerHistory, Raised};
use crate::domain::tracking::{Carriers, Judgement, Verdict};
use crate::domain::{Channel, Money};

/// `1 order`, `3 orders`, `3个订单`; nothing for none.
fn counted(lang: Lang, count: usize, one: &str, many: &str, zh: &str) -> Option<String> {
    let words = match (lang, count) {
        (_, 0) => return None,
        (Lang::En, 1) => format!("1 {one}"),
        (Lang::En, _) => format!("{count} {many}"),
        (Lang::Zh, _) => format!("{count}{zh}"),
    };
    Some(words)
}

/// Amounts of several currencies: `5.00 EUR + 12.00 USD`. Empty without any.
#[must_use]
pub fn money_list(sums: &[Money]) -> String {
    let mut words = String::new();
    for (at, sum) in sums.iter().enumerate() {
        words.push_str(match (at, sum.minor < 0) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        });
        words.push_str(&Money::new(sum.minor.saturating_abs(), sum.currency).to_string());
    }
    words
}

/// Everything known of a buyer in one line, this case counted: `3 orders, 2 cases, 1 claim, 1 offer 12.00 USD, since 12 Mar`.
#[must_use]
pub fn buyer_line(lang: Lang, history: &BuyerHistory, now: Timestamp, zone: &TimeZone) -> String {
    let claims = history.count(&[Channel::Atoz]);
    let chargebacks = history.count(&[Channel::Chargeback]);
    let offers = counted(lang, history.standing().count(), "offer", "offers", "次补偿").map(|offers| {
        let sums = money_list(&history.sums());
        if sums.is_empty() { offers } else { format!("{offers} {sums}") }
    });
    let parts = [
        counted(lang, history.orders.len(), "order", "orders", "个订单"),
        counted(lang, history.cases.len(), "case", "cases", "件客诉"),
        counted(lang, claims, "claim", "claims", "次索赔"),
        counted(lang, chargebacks, "chargeback", "chargebacks", "次拒付"),
        offers,
        history.since().map(|since| {
            let day = day_words(lang, since, now, zone);
            match lang {
                Lang::En => format!("since {day}"),
                Lang::Zh => format!("自{day}起"),
            }
        }),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let line = parts.join(lang.pick(", ", "，"));
    if history.more { format!("{}{line}", lang.pick("at least ", "至少")) } else { line }
}

/// What a tracking number is worth, and whose it is: `✓ valid · UPS`, `✗ 无效 · 占位号`.
#[must_use]
pub fn verdict_line(lang: Lang, judged: &Judgement) -> String {
    let sign = match judged.verdict {
        Verdict::Valid => '✓',
        Verdict::Plausible => '≈',
        Verdict::LooksLike => '?',
        Verdict::Invalid => '✗',
        Verdict::Unknown => '·',
    };
    let mut line = format!("{sign} {}", Text::from(judged.verdict).in_lang(lang));
    let names = judged.carriers.join(lang.pick(", ", "、"));
    let names = if judged.placeholder { Text::Placeholder.in_lang(lang).to_owned() } else { names };
    if !names.is_empty() {
        line.push_str(&format!(" · {names}"));
    }
    line
}

/// What to say of a carrier's name that nobody knows: `unknown carrier: did you mean FedEx?`. `None` of a known one, and of
/// none at all.
#[must_use]
pub fn carrier_line(lang: Lang, carriers: &Carriers, name: &str) -> Option<String> {
    if name.trim().is_empty() || carriers.knows(name) {
        return None;
    }
    let said = lang.pick("unknown carrier", "未知承运商");
    Some(match (carriers.meant(name), lang) {
        (None, _) => said.to_owned(),
        (Some(meant), Lang::En) => format!("{said}: did you mean {meant}?"),
        (Some(meant), Lang::Zh) => format!("{said}：是否想写 {meant}？"),
    })
}

/// What to say of a number that the carrier does not write with which it stands: `⚠ UPS's number, not DHL's`. `None` where
/// nothing is odd about it.
#[must_use]
pub fn other_line(lang: Lang, carriers: &Carriers, carrier: &str, judged: &Judgement) -> Option<String> {
    let carrier = carrier.trim();
    let whose = || judged.carriers.join(lang.pick("'s or ", " 或 "));
    carriers.is_others(carrier, judged).then(|| match lang {
        Lang::En => format!("⚠ {}'s number, not {carrier}'s", whose()),
        Lang::Zh => format!("⚠ 是 {} 的运单号，不是 {carrier} 的", whose()),
    })
}

/// A day as a person says it: `12 Mar`, `3月12日`, with the year where it is another one.
#[must_use]
pub fn day_words(lang: Lang, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = match (lang, at.year() == now.year()) {
        (Lang::En, true) => "%-d %b",
        (Lang::En, false) => "%-d %b %Y",
        (Lang::Zh, true) => "%-m月%-d日",
        (Lang::Zh, false) => "%Y年%-m月%-d日",
    };
    at.strftime(form).to_string()
}

/// A flag by its numbers: `⚑ 4 claims in 90 days on 5 orders`. No judgement.
#[must_use]
pub fn flag_line(lang: Lang, raised: &Raised<'_>) -> String {
    let Raised { flag, count, orders, more } = raised;
    let days = flag.days;
    match lang {
        Lang::En => {
            let least = if *more { "at least " } else { "" };
            let orders = counted(lang, *orders, "order", "orders", "").map(|orders| format!(" on {orders}"));
            format!("⚑ {least}{count} {} in {days} days{}", flag.label, orders.unwrap_or_default())
        }
        Lang::Zh => {
            let least = if *more { "至少" } else { "" };
            let orders = counted(lang, *orders, "", "", "个订单").map(|orders| format!("，共{orders}"));
            format!("⚑ {days}天内{least}{count}{}{}", flag.label_zh, orders.unwrap_or_default())
        }
    }
}

/// How many characters a text has: `812 characters`, beside a limit `812/2000 characters (API)`.
#[must_use]
pub fn length_line(lang: Lang, letters: usize, limit: Option<(usize, &str)>) -> String {
    match (lang, limit) {
        (Lang::En, None) => format!("{letters} {}", if letters == 1 { "character" } else { "characters" }),
        (Lang::Zh, None) => format!("{letters} 字符"),
        (Lang::En, Some((most, whose))) => format!("{letters}/{most} characters ({whose})"),
        (Lang::Zh, Some((most, whose))) => format!("{letters}/{most} 字符（{whose}）"),
    }
}

/// How many words and cells a text has: `120 words · 830 cells`.
#[must_use]
pub fn width_line(lang: Lang, words: usize, cells: usize) -> String {
    match lang {
        Lang::En => format!("{words} {} · {cells} cells", if words == 1 { "word" } else { "words" }),
        Lang::Zh => format!("{words} 词 · {cells} 格"),
    }
}

/// How much of a reply is not the template's: `42 % personal · 12 words added · 3 left out`.
#[must_use]
pub fn personal_line(lang: Lang, percent: u8, added: usize, removed: usize) -> String {
    match lang {
        Lang::En => format!(
            "{percent} % personal · {added} {} added · {removed} left out",
            if added == 1 { "word" } else { "words" }
        ),
        Lang::Zh => format!("个性化内容占 {percent}% · 增加 {added} 词 · 删去 {removed} 词"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::buyer::{BuyerOrder, shipped_flags};

    #[test]
    fn a_sum_below_nothing_is_taken_off_and_not_added() {
        let money = |minor: i64, code: &str| Money::new(minor, crate::domain::Currency::parse(code).unwrap());
        let said = |cny: i64| money_list(&[money(7_829, "USD"), money(cny, "CNY")]);
        assert_eq!(
            (said(-17_500), said(500)),
            ("78.29 USD − 175.00 CNY".into(), "78.29 USD + 5.00 CNY".into())
        );
        assert_eq!(money_list(&[money(-100, "USD")]), "−1.00 USD");
    }

    #[test]
    fn a_line_says_only_what_there_is_and_the_year_where_it_is_another() {
        let now: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
        let order = |at: &str| BuyerOrder { id: at.to_owned(), purchased_at: at.parse().ok(), total: None };
        let mut history =
            BuyerHistory { orders: vec![order("2026-03-12T08:00:00Z")], ..BuyerHistory::default() };
        assert_eq!(buyer_line(Lang::En, &history, now, &TimeZone::UTC), "1 order, since 12 Mar");
        history.orders.push(order("2025-03-12T08:00:00Z"));
        assert_eq!(buyer_line(Lang::En, &history, now, &TimeZone::UTC), "2 orders, since 12 Mar 2025");
        assert_eq!(buyer_line(Lang::Zh, &history, now, &TimeZone::UTC), "2个订单，自2025年3月12日起");
        assert_eq!(buyer_line(Lang::En, &BuyerHistory::default(), now, &TimeZone::UTC), "");
    }

    #[test]
    fn a_flag_says_its_numbers_and_nothing_else() {
        let flags = shipped_flags();
        let raised = Raised { flag: &flags[0], count: 4, orders: 5, more: false };
        assert_eq!(flag_line(Lang::En, &raised), "⚑ 4 claims in 90 days on 5 orders");
        assert_eq!(flag_line(Lang::Zh, &raised), "⚑ 90天内4次索赔，共5个订单");
        let unknown = Raised { orders: 0, more: true, ..raised };
        assert_eq!(flag_line(Lang::En, &unknown), "⚑ at least 4 claims in 90 days");
    }
}
