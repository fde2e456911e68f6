//! Offers in JSON: the words of the offer, its states with their times, and what proves it.

use serde_json::{Map, Value, json};

use super::{money, utc};
use crate::domain::Money;
use crate::domain::cost::{Ground, Hole, OfferCost, Part};
use crate::domain::offer::{Offer, OfferStatus, Proof, Refunds};
use crate::i18n::Lang;
use crate::i18n::costs::hole_words;

/// An offer. `share` is a decimal per cent of the order `total`, `difference` what its proofs come to less what was promised.
#[must_use]
pub fn offer(offer: &Offer, total: Option<Money>) -> Value {
    let (amount, currency) = money(offer.amount);
    let (cost, cost_currency) = money(offer.cost);
    let times: Map<String, Value> = OfferStatus::ALL
        .iter()
        .map(|status| (status.word().to_owned(), offer.moved_at(*status).map(utc).into()))
        .collect();
    json!({
        "id": offer.id,
        "kind": offer.kind.word(),
        "amount": amount,
        "currency": currency,
        "status": offer.status.word(),
        "carrier": offer.carrier,
        "tracking": offer.tracking,
        "cost": cost,
        "cost_currency": cost_currency,
        "at": utc(offer.at),
        "total_unknown": offer.total_unknown,
        "share": offer.share(total).map(|share| format!("{}.{:02}", share / 100, share % 100)),
        "route": offer.route.map(crate::domain::offer::Route::word),
        "reason": offer.why,
        "case": offer.case.0,
        "line": offer.line,
        "times": times,
        "paid": offer.paid().map(Money::decimal),
        "proofs": offer.proofs.iter().map(proof).collect::<Value>(),
        "proven": offer.proven().map(Money::decimal),
        "difference": offer.difference().map(Money::decimal),
    })
}

/// What a standing offer really costs, once for each way it may go: `total` is null while a part is not known, `unknown` says
/// why. Null for an offer that does not stand.
pub(super) fn true_cost(offer: &Offer, ground: &Ground, lang: Lang) -> Value {
    let way = |cost: &OfferCost| {
        let amount =
            |amount: Money| json!({ "amount": amount.decimal(), "currency": amount.currency.code() });
        let part = |(part, known): &(Part, Result<Money, Hole>)| {
            let (amount, currency) = money(known.as_ref().ok().copied());
            json!({ "part": part.word(), "less": part.is_less(), "amount": amount, "currency": currency })
        };
        json!({
            "goods": cost.goods.word(),
            "total": cost.total().map(|sums| sums.into_iter().map(amount).collect::<Value>()),
            "parts": cost.parts.iter().map(part).collect::<Value>(),
            "unknown": cost.holes().map(|hole| hole_words(lang, hole)).collect::<Value>(),
        })
    };
    if offer.status.stands() { ground.of_booked(offer).iter().map(way).collect() } else { Value::Null }
}

/// What the buyer got back by all that mails and reports say: `amount` in the order's currency, `foreign` what is in others,
/// `unread` of how many nobody knows the amount, `beside` what no offer holds. `above_total` is null where that cannot be known.
pub(super) fn refunds(refunds: &Refunds) -> Value {
    let (sum, currency) = money(refunds.sum);
    let each = |refund: &crate::domain::offer::Refund| {
        let mut object = proof(&refund.fact);
        object["offer"] = refund.offer.into();
        object
    };
    json!({
        "amount": sum,
        "currency": currency,
        "foreign": refunds.foreign.iter().map(|sum| json!({ "amount": sum.decimal(), "currency": sum.currency.code() })).collect::<Value>(),
        "unread": refunds.unread,
        "beside": refunds.sum.map(|sum| Money::new(refunds.beside, sum.currency).decimal()),
        "above_total": refunds.above_total,
        "items": refunds.all.iter().map(each).collect::<Value>(),
    })
}

fn proof(proof: &Proof) -> Value {
    let (amount, currency) = money(proof.amount);
    json!({
        "source": proof.witness.word(),
        "amount": amount,
        "currency": currency,
        // A row names a day only.
        "at": proof.from.filter(|_| proof.day.is_none()).map(utc),
        "day": proof.day,
        // A row is named by its order, article and return.
        "reference": proof.reference.split('\u{1f}').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / "),
    })
}
