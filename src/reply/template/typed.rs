//! Values of a template as an operator types them: read, or refused with what to do, and written as the buyer reads them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

use super::day::NotDay;
use super::values::{day_of, one_line};
use super::{Sort, Variable, day, form};
use crate::domain::amount::{Habit, NotAmount, read_or_share};
use crate::domain::case::Language;
use crate::domain::marketplace::Marketplace;
use crate::domain::money::{Currency, Money};
use crate::domain::order::OrderId;
use crate::domain::view::CaseFile;
use crate::problem::{Exit, Problem};

/// What a typed value is read by: the case's money, its site, its day and the language of the reply.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    lang: Language,
    site: Option<Marketplace>,
    currency: Option<Currency>,
    total: Option<Money>,
    /// The day the order was placed.
    ordered: Option<Date>,
    today: Date,
}

impl Ground {
    /// What the values of a case are read by in a reply in `lang`.
    #[must_use]
    pub fn of(case: &CaseFile, lang: Language, now: Timestamp) -> Self {
        let order = case.order.as_ref();
        let site = case.summary.marketplace.or(order.and_then(|order| order.marketplace));
        let total = order.and_then(|order| order.total);
        let currency = total.map(|total| total.currency).or(site.map(Marketplace::currency));
        let ordered = order.and_then(|order| order.purchased_at).map(|at| day_of(at, site));
        Self { lang, site, currency, total, ordered, today: day_of(now, site) }
    }

    /// The site of the order.
    #[must_use]
    pub const fn site(&self) -> Option<Marketplace> {
        self.site
    }

    /// The value as it stands in the reply.
    ///
    /// # Errors
    /// What is wrong with it and what to do ([`Exit::Blocked`]).
    pub fn read(&self, variable: Variable, typed: &str) -> Result<String, Problem> {
        let typed = one_line(typed);
        let plain: String = typed.nfkc().collect();
        let quoted = [format!("`{typed}`"), format!("“{typed}”")];
        let refuse = |what: [&str; 2], remedy: [&str; 2]| {
            let [en, zh] = [0, 1].map(|at| format!("{} {}", quoted[at], what[at]));
            Err(Problem::new(Exit::Blocked, [en, zh], remedy))
        };
        match variable.sort() {
            _ if !plain.chars().any(char::is_alphanumeric) => {
                let what = ["nothing is typed yet".to_owned(), "尚未填写内容".to_owned()];
                let remedy = ["type it, or leave with Esc", "请填写，或按 Esc 返回"];
                Err(Problem::new(Exit::Blocked, what, remedy))
            }
            Sort::Words => Ok(typed),
            Sort::Amount => {
                let refuse = |wrong: &NotAmount| {
                    Problem::new(Exit::Blocked, [wrong.to_string(), wrong.in_chinese()], wrong.remedy())
                };
                let habit = Habit { currency: self.currency, decimal: None };
                let amount = read_or_share(&typed, habit, self.total).map_err(|wrong| refuse(&wrong))?;
                if amount.minor == 0 {
                    return Err(refuse(&NotAmount::Nothing(typed)));
                }
                let above = |total: &Money| total.currency == amount.currency && amount.minor > total.minor;
                if let Some(total) = self.total.filter(above) {
                    let [en, zh] = [0, 1].map(|at| &quoted[at]);
                    let what = [
                        format!("{en} is more than the order came to, {total}"),
                        format!("{zh} 超过订单总额 {total}"),
                    ];
                    let remedy = ["write what the buyer gets back", "请填写退给买家的金额"];
                    return Err(Problem::new(Exit::Blocked, what, remedy));
                }
                Ok(form::money(amount, self.lang, self.site))
            }
            Sort::Day => match day::read(&plain, self.today) {
                Ok(day) if variable == Variable::AnswerDate && day < self.today => refuse(
                    ["is past", "已经过去"],
                    ["promise a day that is still to come", "请填写尚未到来的日期"],
                ),
                // Where the parcel left it may be a day later than at the site, or one earlier.
                Ok(day)
                    if variable == Variable::ShipDate
                        && self.today.tomorrow().is_ok_and(|next| day > next) =>
                {
                    refuse(
                        ["is still to come", "尚未到来"],
                        ["write the day on which the parcel left", "请填写包裹发出的日期"],
                    )
                }
                Ok(day)
                    if variable == Variable::ShipDate
                        && self
                            .ordered
                            .and_then(|placed| placed.yesterday().ok())
                            .is_some_and(|before| day < before) =>
                {
                    refuse(
                        ["is before the order was placed", "早于下单日期"],
                        ["write the day on which the parcel left", "请填写包裹发出的日期"],
                    )
                }
                Ok(day) => Ok(form::date(day, self.lang, self.site)),
                Err(NotDay::TwoDays) => refuse(
                    ["may be two days", "可能指两个日期"],
                    ["write it like 2026-10-16 or 16 October", "请写成 2026-10-16 或 10月16日 这样的形式"],
                ),
                Err(NotDay::Other) => refuse(
                    ["is no day", "不是日期"],
                    ["write it like 2026-10-16 or 16 October", "请写成 2026-10-16 或 10月16日 这样的形式"],
                ),
            },
            Sort::Order => match OrderId::of_any_channel(&plain) {
                Some(order) => Ok(order.as_str().to_owned()),
                None => refuse(
                    ["is no order number", "不是订单号"],
                    ["write it like 111-1000001-1000009", "请写成 111-1000001-1000009 这样的形式"],
                ),
            },
            Sort::Tracking if !plain.chars().any(|sign| sign.is_ascii_digit()) => refuse(
                ["is no tracking number", "不是运单号"],
                ["copy it from the shipping label", "请从面单上复制"],
            ),
            Sort::Tracking => Ok(plain),
        }
    }

    /// The values that can be read, as they stand in the reply; the others are still missing.
    #[must_use]
    pub fn all(&self, typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let read = |(name, text): (&String, &String)| {
            Some((name.clone(), self.read(Variable::parse(name)?, text).ok()?))
        };
        typed.iter().filter_map(read).collect()
    }

    /// A value as somebody would type it in this case.
    #[must_use]
    pub fn example(&self, variable: Variable) -> String {
        let said = variable.example();
        match (variable.sort(), self.currency) {
            (Sort::Amount, Some(currency)) => {
                let figures = said.chars().filter(char::is_ascii_digit).collect::<String>();
                let minor = figures.parse().unwrap_or(800);
                let total = self.total.filter(|total| total.currency == currency && total.minor > 0);
                Money::new(total.map_or(minor, |total| total.minor.min(minor)), currency).to_string()
            }
            (Sort::Day, _) if variable == Variable::ShipDate => form::date(self.today, self.lang, self.site),
            (Sort::Day, _) => day::read(said, self.today)
                .map_or_else(|_| said.to_owned(), |day| form::date(day, self.lang, self.site)),
            _ => said.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground(lang: Language, site: Marketplace) -> Ground {
        let today = jiff::civil::date(2026, 10, 12);
        let total = Some(Money::new(4000, site.currency()));
        let ordered = Some(jiff::civil::date(2026, 10, 2));
        Ground { lang, site: Some(site), currency: Some(site.currency()), total, ordered, today }
    }

    #[test]
    fn a_typed_value_is_written_as_the_buyer_reads_it() {
        let german = ground(Language::De, Marketplace::De);
        let rows = [
            (Variable::PartialRefund, "8.5", "8,50 €"),
            (Variable::PartialRefund, "８，５", "8,50 €"),
            (Variable::PartialRefund, "8,50 €", "8,50 €"),
            (Variable::PartialRefund, "20%", "8,00 €"),
            (Variable::PartialRefund, "40", "40,00 €"),
            (Variable::ShipDate, "2026-10-12", "12. Oktober 2026"),
            (Variable::ShipDate, "2.10.", "2. Oktober 2026"),
            (Variable::AnswerDate, "October 16", "16. Oktober 2026"),
            (Variable::OrderId, " ３０３-1000001-1000010 ", "303-1000001-1000010"),
            (Variable::Tracking, "００３４ 0434", "0034 0434"),
            (Variable::Carrier, "DHL\u{202e} Paket", "DHL Paket"),
        ];
        for (variable, typed, expected) in rows {
            assert_eq!(german.read(variable, typed).unwrap(), expected, "{typed}");
        }
        let french = ground(Language::Fr, Marketplace::De);
        assert_eq!(french.read(Variable::DeliveryDate, "16.10.").unwrap(), "16 octobre 2026");
        assert_eq!(
            ground(Language::Ja, Marketplace::Jp).read(Variable::FullRefund, "1200").unwrap(),
            "1,200円"
        );
    }

    #[test]
    fn what_is_no_amount_no_day_and_no_order_number_is_refused_with_what_to_do() {
        let german = ground(Language::De, Marketplace::De);
        for (variable, typed, said) in [
            (Variable::PartialRefund, "abc", "`abc` is not an amount"),
            (Variable::PartialRefund, "1.999", "ambiguous"),
            (Variable::PartialRefund, "0", "`0` is no amount above nothing"),
            (Variable::AnswerDate, "2025-10-16", "`2025-10-16` is past"),
            (Variable::ShipDate, "10/11/2026", "`10/11/2026` may be two days"),
            (Variable::PartialRefund, "$8", "expected EUR"),
            (Variable::FullRefund, "40.01", "`40.01` is more than the order came to, 40.00 EUR"),
            (Variable::ShipDate, "2026-10-14", "`2026-10-14` is still to come"),
            (Variable::ShipDate, "2026-09-30", "`2026-09-30` is before the order was placed"),
            (Variable::OrderId, "113-1", "`113-1` is no order number"),
            (Variable::ShipDate, "soon", "`soon` is no day"),
            (Variable::Tracking, "unknown", "`unknown` is no tracking number"),
            (Variable::Carrier, " - ", "nothing is typed yet"),
        ] {
            let problem = german.read(variable, typed).unwrap_err();
            assert!(problem.what[0].contains(said) && !problem.remedy[0].is_empty(), "{problem}");
        }
        let typed =
            [("partial_refund", "abc"), ("carrier", "DHL")].map(|(name, text)| (name.into(), text.into()));
        assert_eq!(german.all(&typed.into()).into_keys().collect::<Vec<_>>(), ["carrier"]);
    }

    #[test]
    fn what_the_question_shows_as_an_example_can_be_typed_in_this_case() {
        for (lang, site) in [
            (Language::De, Marketplace::De),
            (Language::En, Marketplace::Us),
            (Language::Ja, Marketplace::Jp),
            (Language::Zh, Marketplace::Us),
            (Language::En, Marketplace::Se),
        ] {
            let ground = ground(lang, site);
            for variable in Variable::ALL {
                assert!(ground.read(*variable, &ground.example(*variable)).is_ok(), "{variable:?} {site:?}");
            }
        }
        assert_eq!(ground(Language::De, Marketplace::De).example(Variable::PartialRefund), "8.00 EUR");
    }
}
