//! `kesu health`: order defect rates of the imported orders.

use std::io::Write;

use serde_json::{Value, json};

use super::Session;
use super::args::Health as Args;
use super::out::{Stop, json_line};
use super::table::{Side, Table, Tone};
use crate::domain::view::Health;

/// `kesu health`.
pub(super) fn health(session: &mut Session<'_>, args: &Args) -> Result<(), Stop> {
    let rates = session.reading()?.health(args.as_of)?;
    let mut out = session.out.borrow_mut();
    if args.json {
        for rate in &rates {
            json_line(&mut *out, &object(rate))?;
        }
    } else if rates.is_empty() {
        session.tell(
            session.lang.pick("no orders yet: import an order report first", "还没有订单：请先导入订单报告"),
        );
    } else {
        table(session, &rates).write(&mut *out, session.width(), session.colour)?;
    }
    out.flush()?;
    Ok(())
}

/// The rate as a fraction of one; null without orders.
#[allow(clippy::cast_precision_loss, reason = "orders are counted far below 2^52")]
fn rate(health: &Health) -> Option<f64> {
    (health.denominator > 0).then(|| health.numerator as f64 / health.denominator as f64)
}

fn object(health: &Health) -> Value {
    json!({
        "marketplace": health.marketplace.code(),
        "fulfilment": health.fulfilment.word(),
        "as_of": health.as_of,
        "window": { "from": health.from, "to": health.as_of },
        "numerator": health.numerator,
        "denominator": health.denominator,
        "rate": rate(health),
        "events": {
            "negative_feedback": health.negative_feedback,
            "claims": health.claims,
            "chargebacks": health.chargebacks,
        },
        "unmatched": health.unmatched,
    })
}

fn table(session: &Session<'_>, rates: &[Health]) -> Table {
    let name = |en, zh| session.lang.pick(en, zh);
    let mut table = Table::new([
        (name("site", "站点"), Side::Left),
        (name("shipped by", "发货"), Side::Left),
        (name("ODR", "订单缺陷率"), Side::Right),
        (name("defects", "缺陷"), Side::Right),
        (name("orders", "订单"), Side::Right),
        (name("feedback", "差评"), Side::Right),
        (name("claims", "索赔"), Side::Right),
        (name("chargebacks", "拒付"), Side::Right),
        (name("not counted", "未计入"), Side::Right),
        (name("days", "统计期"), Side::Left),
    ]);
    for health in rates {
        let share = rate(health);
        // Amazon's warning line is 1 %; the word says it too, colour never stands alone.
        let over = share.is_some_and(|share| share >= 0.01);
        let shown = share.map_or_else(
            || "–".to_owned(),
            |share| format!("{}{:.2}%", if over { "▲ " } else { "" }, share * 100.0),
        );
        table.row(
            if over { Tone::Late } else { Tone::Calm },
            [
                health.marketplace.code(),
                session.t(health.fulfilment),
                &shown,
                &health.numerator.to_string(),
                &health.denominator.to_string(),
                &health.negative_feedback.to_string(),
                &health.claims.to_string(),
                &health.chargebacks.to_string(),
                &health.unmatched.to_string(),
                &format!("{} – {}", health.from, health.as_of),
            ],
        );
    }
    table
}
