//! Offers in words, for the screen and the command: what was promised, what became of it, what proves it.

use jiff::tz::TimeZone;

use super::{Lang, Text, moment};
use crate::domain::event::Actor;
use crate::domain::offer::{Offer, OfferStatus, Proof, Refunds, Rest, Witness, percent, share as share_of};
use crate::domain::view::AboveTotal;
use crate::domain::{Money, OfferKind};

/// `20 % of the order`, or that nobody knows.
#[must_use]
pub fn share(lang: Lang, amount: Money, total: Option<Money>) -> String {
    match (share_of(amount, total), lang) {
        (Some(share), Lang::En) => format!("{} of the order", percent(share)),
        (Some(share), Lang::Zh) => format!("占订单 {}", percent(share)),
        (None, Lang::En) => "share of the order unknown".to_owned(),
        (None, Lang::Zh) => "占比未知".to_owned(),
    }
}

/// What can still be offered: `38.99 USD`, `at most 38.99 USD`, `unknown`.
#[must_use]
pub fn rest(lang: Lang, rest: Rest) -> String {
    match rest {
        Rest::Known(rest) => rest.to_string(),
        Rest::AtMost(most) => format!("{}{most}", lang.pick("at most ", "最多 ")),
        Rest::Unknown => lang.pick("unknown", "未知").to_owned(),
    }
}

/// What a witness is called.
#[must_use]
pub const fn witness(lang: Lang, witness: Witness) -> &'static str {
    match witness {
        Witness::RefundMail => lang.pick("refund mail", "退款邮件"),
        Witness::ReturnReport => lang.pick("returns report", "退货报表"),
        Witness::Replacement => lang.pick("replacement order", "换货订单"),
        Witness::Reimbursement => lang.pick("reimbursement by Amazon", "亚马逊赔偿"),
    }
}

/// `10.00 USD (refund mail, 3 Nov 12:00)`. May quote a report: untrusted.
#[must_use]
pub fn proof(lang: Lang, proof: &Proof, zone: &TimeZone) -> String {
    let amount = match (proof.amount, proof.witness) {
        (Some(amount), _) => amount.to_string(),
        (None, Witness::Replacement) => proof.reference.clone(),
        // Which of them it tells of as well nobody knows.
        (None, Witness::ReturnReport) => {
            lang.pick("amount told in part by refund mails", "金额与退款邮件部分重合").to_owned()
        }
        (None, _) => lang.pick("amount not known", "金额未知").to_owned(),
    };
    let when = match (proof.witness, proof.day, proof.from) {
        // Such a row says when the return was asked for or came back, not when it was refunded.
        (Witness::ReturnReport, Some(day), _) => {
            lang.pick("return of ", "退货日期 ").to_owned() + &day.to_string()
        }
        (_, Some(day), _) => day.to_string(),
        (_, None, Some(at)) => moment(lang, at, zone),
        (_, None, None) => lang.pick("date unknown", "日期未知").to_owned(),
    };
    let who = witness(lang, proof.witness);
    match lang {
        Lang::En => format!("{amount} ({who}, {when})"),
        Lang::Zh => format!("{amount}（{who}，{when}）"),
    }
}

/// The first line of an offer: when, what, how much of the order, and where it stands. May quote what was typed.
#[must_use]
pub fn head(lang: Lang, offer: &Offer, total: Option<Money>, zone: &TimeZone) -> String {
    let t = |text: Text| text.in_lang(lang);
    let amount = offer.amount.map(|amount| {
        let share = offer.share(total).map(|share| match lang {
            Lang::En => format!(" ({})", percent(share)),
            Lang::Zh => format!("（{}）", percent(share)),
        });
        format!(" {amount}{}", share.unwrap_or_default())
    });
    let mut parts = vec![
        moment(lang, offer.at, zone),
        format!("{}{}", t(offer.kind.into()), amount.unwrap_or_default()),
        state(lang, offer, zone),
    ];
    let parcel: Vec<&str> =
        [offer.carrier.as_deref(), offer.tracking.as_deref()].into_iter().flatten().collect();
    parts.push(parcel.join(" "));
    parts.extend(offer.cost.map(|cost| format!("{} {cost}", t(Text::OfferCostField))));
    parts.extend(offer.total_unknown.then(|| t(Text::TotalUnknown).to_owned()));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// `accepted 3 Nov 12:00`.
#[must_use]
pub fn state(lang: Lang, offer: &Offer, zone: &TimeZone) -> String {
    let said = Text::from(offer.status).in_lang(lang);
    let last = offer.steps.last().filter(|step| step.status == offer.status && step.at > offer.at);
    let Some(step) = last else { return said.to_owned() };
    format!("{said} {}", moment(lang, step.at, zone))
}

/// The lines under the first one: way and reason, what the operator says was paid, what mails and reports show. May quote
/// what was typed.
#[must_use]
pub fn details(lang: Lang, offer: &Offer, zone: &TimeZone) -> Vec<String> {
    let t = |text: Text| text.in_lang(lang);
    let mut lines = Vec::new();
    let way = offer.route.map(|route| format!("{} {}", t(Text::OfferRouteField), t(route.into())));
    let why = offer.why.as_ref().map(|why| format!("{} {why}", t(Text::Reason)));
    let said: Vec<String> = way.into_iter().chain(why).collect();
    if !said.is_empty() {
        lines.push(said.join(" · "));
    }
    if offer.steps.last().is_some_and(|step| step.by == Actor::Kesu) {
        lines.push(
            lang.pick("no answer in time: its amount is free again", "逾期未回应，金额已释放").to_owned(),
        );
    }
    let done = offer.moved_at(OfferStatus::CarriedOut).filter(|_| offer.status == OfferStatus::Reversed);
    lines.extend(offer.paid().zip(done).map(|(paid, at)| {
        let at = moment(lang, at, zone);
        match lang {
            Lang::En => format!("{paid} was paid {at}, before it was taken back"),
            Lang::Zh => format!("{at} 已支付 {paid}，之后撤销"),
        }
    }));
    if let (Some(paid), Some(promised)) = (offer.paid(), offer.amount)
        && paid != promised
    {
        let own = lang.pick("by your word: ", "按您的登记：");
        lines.push(format!("{own}{}", compared(lang, promised, paid, offer)));
    }
    let shown: Vec<String> = offer.proofs.iter().map(|each| proof(lang, each, zone)).collect();
    if !shown.is_empty() {
        let proven = lang.pick("✓ proof: ", "✓ 凭证：");
        lines.push(format!("{proven}{}", shown.join(lang.pick("; ", "；"))));
        let both = offer.amount.zip(offer.proven()).filter(|(promised, proven)| promised != proven);
        lines.extend(both.map(|(promised, proven)| format!("≠ {}", compared(lang, promised, proven, offer))));
    }
    if offer.proofs.is_empty() && offer.status == OfferStatus::CarriedOut {
        lines.push(lang.pick("no mail or report shows it yet", "尚无邮件或报表可证明").to_owned());
    }
    lines
}

/// `promised 12.00 USD, refunded 10.00 USD: 2.00 USD less`.
fn compared(lang: Lang, promised: Money, paid: Money, offer: &Offer) -> String {
    let amazon = offer.proofs.first().is_some_and(|proof| proof.witness == Witness::Reimbursement);
    let verb = match (amazon, lang) {
        (false, Lang::En) => "refunded",
        (true, Lang::En) => "reimbursed",
        (false, Lang::Zh) => "实退",
        (true, Lang::Zh) => "赔偿",
    };
    let off = paid.minus(promised).map_or(0, |off| off.minor);
    let size = Money::new(off.saturating_abs(), promised.currency);
    let how = if off < 0 { lang.pick("less", "少") } else { lang.pick("more", "多") };
    match lang {
        Lang::En => format!("promised {promised}, {verb} {paid}: {size} {how}"),
        Lang::Zh => format!("承诺 {promised}，{verb} {paid}，{how} {size}"),
    }
}

/// What is to be said of the refunds that mails and reports show: those that no offer explains, and a sum above the order.
#[must_use]
pub fn refunds(lang: Lang, refunds: &Refunds, total: Option<Money>, zone: &TimeZone) -> Vec<String> {
    let mut lines: Vec<String> = refunds
        .spare()
        .map(|refund| {
            let said = proof(lang, &refund.fact, zone);
            format!("{}{said}", lang.pick("refund without an offer: ", "无对应补偿的退款："))
        })
        .collect();
    lines.extend(above(lang, refunds, total));
    lines
}

/// One order of which more was refunded than it came to, as the summary of an import says it. Quotes its number: untrusted.
#[must_use]
pub fn above_total(lang: Lang, above: &AboveTotal) -> String {
    let AboveTotal { order, case, total, refunded } = above;
    let case = case.map(|case| match lang {
        Lang::En => format!(" (case {case})"),
        Lang::Zh => format!("（客诉 {case}）"),
    });
    let case = case.unwrap_or_default();
    match lang {
        Lang::En => format!("⚠ order {order}{case}: refunded {refunded}, more than its total of {total}"),
        Lang::Zh => format!("⚠ 订单 {order}{case}：已退 {refunded}，超过总额 {total}"),
    }
}

/// What the refunds come to against the order, where that is worth a line.
fn above(lang: Lang, refunds: &Refunds, total: Option<Money>) -> Option<String> {
    let mut parts: Vec<String> = refunds.foreign.iter().map(Money::to_string).collect();
    parts.extend((refunds.unread > 0).then(|| match (refunds.unread, lang) {
        (1, Lang::En) => "1 of an amount that nobody knows".to_owned(),
        (count, Lang::En) => format!("{count} of amounts that nobody knows"),
        (count, Lang::Zh) => format!("{count} 笔金额未知"),
    }));
    let besides = if parts.is_empty() {
        String::new()
    } else {
        let listed = parts.join(lang.pick(", ", "、"));
        lang.pick("; besides: ", "；另有：").to_owned() + &listed
    };
    let sum = refunds.sum.map_or_else(|| "0".to_owned(), |sum| sum.to_string());
    match (refunds.above_total, total, lang) {
        (Some(true), Some(total), Lang::En) => {
            Some(format!("⚠ refunded {sum}: more than the order total of {total}{besides}"))
        }
        (Some(true), Some(total), Lang::Zh) => Some(format!("⚠ 已退 {sum}，超过订单总额 {total}{besides}")),
        (None, None, _) if !refunds.all.is_empty() => {
            let unknown = "whether it is above the order nobody knows: its total is unknown";
            Some(lang.pick(unknown, "订单总额未知，无法判断是否超额").to_owned() + &besides)
        }
        (None, Some(total), Lang::En) if !besides.is_empty() => {
            Some(format!("refunded {sum} of {total}{besides}: whether that is above the order nobody knows"))
        }
        (None, Some(total), Lang::Zh) if !besides.is_empty() => {
            Some(format!("已退 {sum}，订单总额 {total}{besides}：无法判断是否超额"))
        }
        _ => None,
    }
}

/// What an offer is in a few words: `partial refund 12.00 USD`.
#[must_use]
pub fn short(lang: Lang, kind: OfferKind, amount: Option<Money>) -> String {
    let amount = amount.map(|amount| format!(" {amount}")).unwrap_or_default();
    format!("{}{amount}", Text::from(kind).in_lang(lang))
}
