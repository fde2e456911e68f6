//! Costs and complaint rates in words, for the screens and the commands.

use super::{Lang, Text, money_list};
use crate::domain::cost::{Goods, Hole, OfferCost, Part, Way};
use crate::domain::rates::{Dimension, Key, RateRow, Rates};
use crate::domain::{Fulfilment, Money};

/// What an offer costs the seller, once for each way it may go: `true cost 10.56 USD`, or what is not known.
#[must_use]
pub fn true_cost(lang: Lang, costs: &[OfferCost]) -> String {
    let one = |cost: &OfferCost| {
        let said = match (cost.total(), cost.holes().next()) {
            (Some(total), _) => money_list(&total),
            (None, Some(hole)) => format!("{}{}", lang.pick("unknown: ", "未知："), hole_words(lang, hole)),
            (None, None) => lang.pick("unknown", "未知").to_owned(),
        };
        let way = (costs.len() > 1).then(|| goods_name(lang, cost.goods));
        way.map_or_else(|| said.clone(), |way| format!("{way} {said}"))
    };
    let all: Vec<String> = costs.iter().map(one).collect();
    let same = all.windows(2).all(|pair| pair[0] == pair[1]);
    let all = if same { all.into_iter().take(1).collect::<Vec<_>>() } else { all };
    format!("{} {}", lang.pick("true cost", "实际成本"), all.join(" · "))
}

/// What a part of a cost is called.
#[must_use]
pub const fn part_name(lang: Lang, part: Part) -> &'static str {
    match part {
        Part::Refund => lang.pick("refund", "退款"),
        Part::FeeReturned => lang.pick("fee returned", "退回佣金"),
        Part::FeeSpared => lang.pick("fee not taken", "未收佣金"),
        Part::GoodsSent => lang.pick("goods", "货值"),
        Part::GoodsBack => lang.pick("goods back", "货物退回"),
        Part::GoodsSpared => lang.pick("goods kept", "货物未发"),
        Part::PostageOut => lang.pick("postage", "运费"),
        Part::PostageBack => lang.pick("return postage", "退货运费"),
        Part::PostageSpared => lang.pick("postage saved", "未付运费"),
        Part::Typed => lang.pick("as typed", "按所填"),
    }
}

/// What becomes of the goods.
#[must_use]
pub const fn goods_name(lang: Lang, goods: Goods) -> &'static str {
    match goods {
        Goods::Gone => lang.pick("goods not returned", "货不退回"),
        Goods::Back => lang.pick("goods back, sellable", "货退回可再售"),
        Goods::Unsent => lang.pick("not shipped", "未发货"),
        Goods::Again => lang.pick("sent again", "重新发货"),
    }
}

fn way_name(lang: Lang, who: Fulfilment, way: Way) -> String {
    let who = Text::from(who).in_lang(lang);
    let way = match way {
        Way::Out => lang.pick("postage", "运费"),
        Way::Back => lang.pick("return postage", "退货运费"),
    };
    match lang {
        Lang::En => format!("{way}, {who}"),
        Lang::Zh => format!("{way}（{who}）"),
    }
}

/// Why a part is not known: `no weight for KB-US-01`. Untrusted where it names a SKU.
#[must_use]
pub fn hole_words(lang: Lang, hole: &Hole) -> String {
    let pick = |en, zh| lang.pick(en, zh).to_owned();
    match (hole, lang) {
        (Hole::Cost(sku), Lang::En) => format!("no cost of goods for {sku}"),
        (Hole::Cost(sku), Lang::Zh) => format!("{sku} 无采购成本"),
        (Hole::Weight(sku), Lang::En) => format!("no weight for {sku}"),
        (Hole::Weight(sku), Lang::Zh) => format!("{sku} 无重量"),
        (Hole::Articles, _) => pick("no report names the articles", "报表中没有该订单的商品"),
        (Hole::Site, _) => pick("the case names no site", "客诉未注明站点"),
        (Hole::Fulfilment, _) => pick("who ships is not known", "不知由谁发货"),
        (Hole::Postage(site, who, way), Lang::En) => format!("no {} for {site}", way_name(lang, *who, *way)),
        (Hole::Postage(site, who, way), Lang::Zh) => format!("{site} 无{}", way_name(lang, *who, *way)),
        (Hole::TooHeavy(site, who, way, weight), Lang::En) => {
            format!("no {} for {weight} on {site}", way_name(lang, *who, *way))
        }
        (Hole::TooHeavy(site, who, way, weight), Lang::Zh) => {
            format!("{site} 无 {weight} 的{}", way_name(lang, *who, *way))
        }
        (Hole::Fee(site), Lang::En) => format!("no fee for {site}"),
        (Hole::Fee(site), Lang::Zh) => format!("{site} 无佣金比例"),
        (Hole::FeeKept(site), Lang::En) => format!("what Amazon keeps of the fee on {site}"),
        (Hole::FeeKept(site), Lang::Zh) => format!("{site} 退款时扣留的佣金比例"),
        (Hole::FeeCurrency(site, most, of), Lang::En) => {
            format!("the most kept on {site} is in {most}, the refund in {of}")
        }
        (Hole::FeeCurrency(site, most, of), Lang::Zh) => format!("{site} 扣留上限为 {most}，退款为 {of}"),
        (Hole::Amount, _) => pick("no amount yet", "尚无金额"),
        (Hole::TooLarge, _) => pick("a sum is too large", "数额过大"),
    }
}

/// What a dimension is called.
#[must_use]
pub const fn dimension_name(lang: Lang, dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Category => lang.pick("by category", "按类目"),
        Dimension::Sku => lang.pick("by SKU", "按 SKU"),
        Dimension::Price => lang.pick("by order total", "按订单金额"),
        Dimension::Fulfilment => lang.pick("by shipper", "按发货方"),
        Dimension::Route => lang.pick("by route", "按物流线路"),
    }
}

/// What a row is called. Untrusted where it is a SKU or a category.
#[must_use]
pub fn key_name(lang: Lang, dimension: Dimension, key: &Key) -> String {
    match key {
        Key::Category(name) | Key::Sku(name) => name.clone(),
        Key::Price(_, _, over) => {
            let line = key.line().as_ref().map(Money::to_string).unwrap_or_default();
            format!("{} {line}", if *over { ">" } else { "≤" })
        }
        Key::Fulfilment(who) => Text::from(*who).in_lang(lang).to_owned(),
        Key::Route(who, abroad) => {
            let route =
                if *abroad { lang.pick("cross-border", "跨境") } else { lang.pick("domestic", "本国") };
            let who = match who {
                Fulfilment::Mfn => lang.pick("seller", "自发货"),
                Fulfilment::Afn => lang.pick("Amazon", "亚马逊"),
            };
            format!("{who} · {route}")
        }
        Key::Unknown => match dimension {
            Dimension::Category => lang.pick("unknown: no category", "未知：无类目"),
            Dimension::Sku => lang.pick("unknown: no SKU", "未知：无 SKU"),
            Dimension::Price => lang.pick("unknown: no total", "未知：无金额或分档"),
            Dimension::Fulfilment => lang.pick("unknown: no shipper", "未知：发货方不明"),
            Dimension::Route => lang.pick("unknown: from or to", "未知：起止地不明"),
        }
        .to_owned(),
    }
}

/// A rate in per cent with the ends of its interval: `2.10%`, `1.2–3.6`.
#[must_use]
pub fn rate_words(row: &RateRow) -> [String; 2] {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let rate = super::health::percent(count(row.share.of), count(row.share.all));
    let interval = row.share.interval().map(|[low, high]| format!("{:.1}–{:.1}", low * 100.0, high * 100.0));
    [rate, interval.unwrap_or_default()]
}

/// That the imported orders do not cover the days of the rates, with the sites whose orders do not.
#[must_use]
pub fn partial(lang: Lang, rates: &Rates) -> String {
    let sites: Vec<&str> = rates.partial.iter().map(|site| site.code()).collect();
    let named = if sites.is_empty() {
        String::new()
    } else {
        format!("{}{}", lang.pick(": ", "："), sites.join(" "))
    };
    format!("{}{named}", lang.pick("not all of these days are imported", "并非所有日期都已导入"))
}
