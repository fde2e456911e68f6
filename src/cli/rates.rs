//! `kesu figures rates`: complaint rates as a table and as JSON.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::Session;
use super::args::Figures as Args;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::rates::{Dimension, Key, RateRow, Rates};
use crate::i18n::{Lang, costs as say, health::line_name};
use crate::store::Store;

/// The page of complaint rates.
pub(super) fn rates(session: &Session<'_>, args: &Args, store: &Store) -> Result<(), Stop> {
    let rates = store.rates(args.as_of, args.days, session.now)?;
    let mut out = session.out.borrow_mut();
    if args.json {
        json_line(&mut *out, &object(args, &rates))?;
    } else {
        let (from, to) = (rates.window.from, rates.window.to);
        match session.lang {
            Lang::En => writeln!(out, "complaint rates · orders of {from} to {to}")?,
            Lang::Zh => writeln!(out, "客诉率 · {from} 至 {to} 的订单")?,
        }
        table(session, &rates).write(&mut *out, session.width(), session.colour)?;
        if !rates.whole {
            writeln!(out, "{}", say::partial(session.lang, &rates))?;
        }
        for (en, zh, cases) in [
            ("about orders never seen, in no rate", "未导入订单的客诉，未计入", &rates.unseen),
            ("about one of several articles, not told which", "多件订单中未指明商品的客诉", &rates.untold),
        ] {
            writeln!(out, "{} {}", cases.len(), session.lang.pick(en, zh))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn object(args: &Args, rates: &Rates) -> Value {
    let mut object = json!({
        "figures": args.what,
        "days": args.days.days(),
        "window": { "from": rates.window.from, "to": rates.window.to },
        "whole": rates.whole,
        "partial": rates.partial.iter().map(|site| site.code()).collect::<Vec<_>>(),
        "all": row(&rates.all),
        "unseen": { "complaints": rates.unseen.len(), "cases": rates.unseen },
        "untold": { "complaints": rates.untold.len(), "cases": rates.untold },
    });
    if let Some(object) = object.as_object_mut() {
        for dimension in Dimension::ALL {
            let rows = rates.table(*dimension).iter().map(|each| named(each, *dimension));
            object.insert(format!("by_{}", dimension.word()), rows.collect());
        }
    }
    object
}

fn row(row: &RateRow) -> Value {
    #[allow(clippy::cast_precision_loss, reason = "orders are counted far below 2^52")]
    let rate = (row.share.all > 0).then(|| row.share.of as f64 / row.share.all as f64);
    json!({
        "numerator": row.share.of,
        "denominator": row.share.all,
        "rate": rate,
        "interval": row.share.interval(),
        "cases": row.cases,
    })
}

/// A row with what its orders have in common in front: null where that is not known.
fn named(each: &RateRow, dimension: Dimension) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    match (&each.key, dimension) {
        (Key::Category(name) | Key::Sku(name), _) => put(dimension.word(), json!(name)),
        (Key::Price(code, _, over), _) => {
            put("currency", json!(code));
            put("line", json!(each.key.line().map(crate::domain::Money::decimal)));
            put("above", json!(over));
        }
        (Key::Fulfilment(who), _) => put("fulfilment", json!(who)),
        (Key::Route(who, abroad), _) => {
            put("fulfilment", json!(who));
            put("route", json!(if *abroad { "cross_border" } else { "domestic" }));
        }
        (Key::Unknown, Dimension::Price) => {
            for name in ["currency", "line", "above"] {
                put(name, Value::Null);
            }
        }
        (Key::Unknown, Dimension::Route) => {
            for name in ["fulfilment", "route"] {
                put(name, Value::Null);
            }
        }
        (Key::Unknown, _) => put(dimension.word(), Value::Null),
    }
    if dimension == Dimension::Category {
        let others = each
            .benchmark
            .as_ref()
            .map(|(others, [name, _])| json!({ "category": name, "rate": f64::from(*others) / 10_000.0 }));
        put("benchmark", json!(others));
    }
    if let Value::Object(figures) = row(each) {
        object.extend(figures);
    }
    Value::Object(object)
}

fn table(session: &Session<'_>, rates: &Rates) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("orders", "订单分类"), Side::Left),
        ("", Side::Left),
        (name("rate", "客诉率"), Side::Right),
        (name("95%", "95%区间"), Side::Left),
        (name("complained", "有客诉"), Side::Right),
        (name("orders", "订单"), Side::Right),
        (name("others", "行业参考"), Side::Right),
    ]);
    let mut add = |kind: &str, what: &str, each: &RateRow| {
        let [rate, interval] = say::rate_words(each);
        let others =
            each.benchmark.as_ref().map(|(others, _)| line_name(i64::from(*others))).unwrap_or_default();
        let counts = [each.share.of, each.share.all].map(|count| count.to_string());
        table.row(Tone::Calm, [kind, what, &rate, &interval, &counts[0], &counts[1], &others]);
    };
    add(name("all", "全部"), "", &rates.all);
    for dimension in Dimension::ALL {
        for each in rates.table(*dimension) {
            let what = say::key_name(session.lang, *dimension, &each.key);
            add(say::dimension_name(session.lang, *dimension), &what, each);
        }
    }
    table
}
