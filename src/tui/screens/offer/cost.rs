//! What the offer being typed costs, part by part, and beside it what a claim may cost. It informs; nothing is weighed.

use ratatui::style::Style;
use ratatui::text::Line;

use super::{Field, OfferForm, typed};
use crate::domain::cost::defect::{Chance, Defect};
use crate::domain::cost::{Ground, OfferCost};
use crate::domain::view::Listed;
use crate::domain::{Money, OfferKind};
use crate::i18n::{Lang, Text, costs as say, health, money_list};
use crate::safe_text;
use crate::tui::widgets::{Context, rule};

impl OfferForm {
    /// Takes in what the cost is computed from.
    pub fn take_ground(&mut self, ground: Box<Ground>) {
        if ground.case == self.case {
            self.ground = Some(ground);
        }
    }

    /// The complaints and claims that the probability of a claim is counted of; `None` until the store has answered.
    #[must_use]
    pub fn behind(&self) -> Option<Listed> {
        self.ground.as_deref().map(behind)
    }

    /// The cost of the offer as far as it is typed, once for each way it may go.
    fn costs(&self, ground: &Ground) -> Vec<OfferCost> {
        let named = self.fields().contains(&Field::Cost) && !self.cost.value().trim().is_empty();
        let typed = named.then(|| typed::money(self.cost.value(), self.currency, None).ok()).flatten();
        ground.of_offer(self.kind, self.allowed().ok().flatten(), typed)
    }
}

/// The complaints and claims that the probability of a claim is counted of.
#[must_use]
pub fn behind(ground: &Ground) -> Listed {
    let name = |lang: Lang| {
        let kind = Text::from(ground.defect.kind).in_lang(lang);
        format!("{}{kind}", lang.pick("own complaints: ", "自有客诉："))
    };
    Listed { name: [Lang::En, Lang::Zh].map(name), cases: ground.defect.cases.clone() }
}

/// The lines below the fields; none until the store has answered.
pub(super) fn lines(form: &OfferForm, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let Some(ground) = &form.ground else { return Vec::new() };
    let mut lines =
        vec![rule(cx, cx.lang.pick("cost, against the sale as it stands", "成本（与现有成交相比）"), cells)];
    let costs = form.costs(ground);
    let told = costs.len() > 1 || matches!(form.kind, OfferKind::CancelAndRefund);
    for cost in &costs {
        let name = if told {
            format!("{}{}", say::goods_name(cx.lang, cost.goods), cx.lang.pick(": ", "："))
        } else {
            String::new()
        };
        let style = if cost.total().is_some() { Style::new() } else { cx.theme.calm() };
        paragraph(&format!("{name}{}", sum_words(cx.lang, cost)), cells, style, &mut lines);
        for hole in unique_holes(cx.lang, cost) {
            let words = format!("{}{hole}", cx.lang.pick("unknown: ", "未知："));
            paragraph(&words, cells, cx.theme.warning(), &mut lines);
        }
    }
    lines.push(rule(cx, cx.lang.pick("a claim", "如遭索赔"), cells));
    for (words, known) in defect_words(cx.lang, &ground.defect) {
        let style = if known { Style::new() } else { cx.theme.warning() };
        paragraph(&words, cells, style, &mut lines);
    }
    let inputs = cx.lang.pick(
        "cases: Ctrl-B · ODR: Ctrl-D · withdrawals: Ctrl-E · costs: Ctrl-A, costs.toml",
        "相关客诉 Ctrl-B · 缺陷率 Ctrl-D · 撤回率 Ctrl-E · 成本 Ctrl-A、costs.toml",
    );
    paragraph(inputs, cells, cx.theme.calm(), &mut lines);
    lines
}

fn paragraph(words: &str, cells: usize, style: Style, lines: &mut Vec<Line<'static>>) {
    let wrapped = safe_text::lines(words, cells.saturating_sub(1));
    lines.extend(wrapped.map(|words| Line::styled(format!(" {words}"), style)));
}

fn unique_holes(lang: Lang, cost: &OfferCost) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for hole in cost.holes().map(|hole| say::hole_words(lang, hole)) {
        if !said.contains(&hole) {
            said.push(hole);
        }
    }
    said
}

/// `12.00 refund − 1.44 fee returned = 10.56 USD`; `?` for what is not known, and then no sum.
fn sum_words(lang: Lang, cost: &OfferCost) -> String {
    // Where every part is in one currency it is named once, at the sum.
    let mut known = cost.parts.iter().filter_map(|(_, amount)| amount.as_ref().ok());
    let first = known.next().map(|amount| amount.currency);
    let one = cost.total().is_some() && known.all(|amount| Some(amount.currency) == first);
    let mut words = String::new();
    for (at, (part, amount)) in cost.parts.iter().enumerate() {
        words.push_str(match (at, part.is_less()) {
            (0, false) => "",
            (_, true) => " − ",
            (_, false) => " + ",
        });
        let shown = match amount {
            Ok(amount) if one => amount.decimal(),
            Ok(amount) => amount.to_string(),
            Err(_) => "?".to_owned(),
        };
        words.push_str(&match lang {
            Lang::En => format!("{shown} {}", say::part_name(lang, *part)),
            Lang::Zh => format!("{} {shown}", say::part_name(lang, *part)),
        });
    }
    if let Some(total) = cost.total() {
        words.push_str(" = ");
        words.push_str(&money_list(&total));
    }
    words
}

/// `12.0%`.
fn percent(hundredths: u32) -> String {
    format!("{}.{}%", hundredths / 100, hundredths % 100 / 10)
}

fn interval(chance: Chance) -> String {
    format!("{}–{}", percent(chance.low).trim_end_matches('%'), percent(chance.high))
}

fn amounts([at, low, high]: [Money; 3]) -> String {
    if low == high { at.to_string() } else { format!("{at} ({}–{})", low.decimal(), high.decimal()) }
}

/// What is known about a claim; `false` beside what is not.
fn defect_words(lang: Lang, defect: &Defect) -> Vec<(String, bool)> {
    let mut lines = vec![claim_words(lang, defect), withdrawal_words(lang, defect)];
    lines.push(match (&defect.line, lang) {
        (Some((site, who, line, left)), _) => {
            let who = Text::from(*who).in_lang(lang);
            let left = health::distance(lang, *left, *line);
            let colon = lang.pick(": ", "：");
            (format!("{} {site} {who}{colon}{left}", lang.pick("ODR", "订单缺陷率")), true)
        }
        (None, Lang::En) => {
            ("distance to the ODR line unknown: the order is in no imported report".to_owned(), false)
        }
        (None, Lang::Zh) => ("距警戒线未知：订单不在已导入的报表中".to_owned(), false),
    });
    lines
}

fn claim_words(lang: Lang, defect: &Defect) -> (String, bool) {
    let kind = Text::from(defect.kind).in_lang(lang);
    let (of, all, days) = (defect.claimed.of, defect.claimed.all, defect.days);
    let Some(chance) = defect.claim() else {
        let words = match lang {
            Lang::En => format!("claim probability unknown: no own complaints ({kind}) in {days} days"),
            Lang::Zh => format!("索赔概率未知：{days}天内没有“{kind}”类客诉"),
        };
        return (words, false);
    };
    let counted = match (lang, defect.is_claim) {
        (_, true) => lang.pick("it is a claim already", "已是索赔").to_owned(),
        (Lang::En, false) => {
            let (at, range) = (percent(chance.at), interval(chance));
            let complaints = if all == 1 { "complaint" } else { "complaints" };
            format!("claim {at} ({range}; {of} of {all} {complaints}, {kind}, {days} days)")
        }
        (Lang::Zh, false) => {
            let (at, range) = (percent(chance.at), interval(chance));
            format!("索赔概率 {at}（{range}；{days}天内“{kind}”客诉{all}件中{of}件）")
        }
    };
    let (Some(risk), Some(expected)) = (defect.at_risk, defect.expected()) else {
        let unknown = lang.pick("amount at risk unknown: no order total", "涉及金额未知：无订单总额");
        return (format!("{counted} · {unknown}"), false);
    };
    let at_risk = lang.pick("at risk", "涉及金额");
    (format!("{counted} × {at_risk} {risk} = {}", amounts(expected)), true)
}

fn withdrawal_words(lang: Lang, defect: &Defect) -> (String, bool) {
    let (of, all) = (defect.withdrawn.of, defect.withdrawn.all);
    let (percents, weight) = (defect.prior.percent, defect.prior.weight);
    let Some(chance) = defect.withdrawal() else {
        let words =
            lang.pick("withdrawn after an offer: unknown, no own claims", "提出补偿后撤回：未知，无自有索赔");
        return (words.to_owned(), false);
    };
    let at = percent(chance.at);
    let mut words = match lang {
        Lang::En => format!(
            "withdrawn after an offer {at} (own {of} of {all}; others' {percents}% as {weight} {})",
            if weight == 1 { "claim" } else { "claims" }
        ),
        Lang::Zh => format!("提出补偿后撤回 {at}（自有{all}件中{of}件；行业{percents}%按{weight}件计）"),
    };
    if let Some(after) = defect.expected_after() {
        words.push_str(lang.pick(" leaves ", "，余 "));
        words.push_str(&amounts(after));
    }
    (words, true)
}
