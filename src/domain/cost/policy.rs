//! The policy of costs and complaint rates: priors, price lines, places of dispatch and benchmarks, as data.

use jiff::civil::Date;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::Country;
use super::defect::Prior;
use crate::domain::amount::{self, Habit};
use crate::domain::paths::shipped_paths;
use crate::domain::{Channel, Currency, Fulfilment, Marketplace, Money};
use crate::mistake::{Mistake, Notes, Section};
use crate::problem::{Exit, Problem};

/// Which own cases are counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Those that arose in so many days before now.
    pub days: i64,
    /// Who says so.
    pub source: String,
}

/// How many claims are withdrawn after an offer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Of a hundred; what others reach (`paths.toml`), unless the operator says otherwise.
    #[serde(default)]
    pub percent: u32,
    /// It counts as so many own claims.
    pub weight: u32,
    /// Who says so.
    pub source: String,
    /// From when it holds.
    pub since: Date,
}

/// What a complaint rate counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatesPolicy {
    /// Cases of these channels.
    pub channels: Vec<Channel>,
    /// Who says so.
    pub source: String,
}

/// Where parcels come from: `site`, a country's two letters, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    /// The seller's.
    pub mfn: String,
    /// Amazon's.
    pub afn: String,
    /// Who says so.
    pub source: String,
}

impl Dispatch {
    /// The country a parcel for a site comes from; `None` where nobody said.
    #[must_use]
    pub fn country(&self, who: Fulfilment, site: Option<Marketplace>) -> Option<Country> {
        let said = match who {
            Fulfilment::Mfn => &self.mfn,
            Fulfilment::Afn => &self.afn,
        };
        if said == SITE { site.and_then(Country::of_site) } else { Country::parse(said) }
    }
}

/// The word for the marketplace's own country.
const SITE: &str = "site";

/// From which total on an order is dear.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceLine {
    /// Of orders in this currency.
    pub currency: Currency,
    /// Above this amount.
    pub line: String,
    /// Who says so.
    pub source: String,
}

/// A complaint rate of others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benchmark {
    /// The category in English.
    pub name: String,
    /// The same in Chinese.
    pub name_zh: String,
    /// The rate, hundredths of a per cent.
    pub hundredths: u32,
    /// What sellers call it.
    pub words: Vec<String>,
    /// Who says so.
    pub source: String,
    /// From when it holds.
    pub since: Date,
}

/// The policy file of costs and rates.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostPolicy {
    /// Which own cases are counted.
    pub history: History,
    /// How many claims are withdrawn after an offer.
    pub withdrawal: Withdrawal,
    /// What a complaint rate counts.
    pub rates: RatesPolicy,
    /// Where parcels come from.
    pub dispatch: Dispatch,
    /// Dear orders.
    pub price: Vec<PriceLine>,
    /// Rates of others.
    pub benchmark: Vec<Benchmark>,
}

/// The policy that ships with kesu.
///
/// # Errors
/// The message of the TOML reader, with line and column; never for the file that ships, which a test reads.
pub fn shipped_costs() -> Result<CostPolicy, Problem> {
    let read = || {
        let mut policy: CostPolicy = toml::from_str(include_str!("../../../assets/policy/costs.toml"))?;
        policy.withdrawal.percent = shipped_paths()?.benchmark.withdrawn_percent;
        Ok(policy)
    };
    read().map_err(|error: toml::de::Error| {
        let text = error.to_string();
        Problem::new(Exit::Failed, [text.clone(), text], ["", ""])
    })
}

/// A category as it is compared: full width, case and white space do not matter.
#[must_use]
pub fn comparable(category: &str) -> String {
    let folded: String = category.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl CostPolicy {
    /// The prior of withdrawals.
    #[must_use]
    pub const fn prior(&self) -> Prior {
        Prior { percent: self.withdrawal.percent, weight: self.withdrawal.weight }
    }

    /// Above which total orders of a currency are dear.
    #[must_use]
    pub fn price_line(&self, currency: Currency) -> Option<Money> {
        let line = self.price.iter().find(|price| price.currency == currency)?;
        amount::read(&line.line, Habit { currency: Some(currency), decimal: Some('.') }).ok()
    }

    /// The benchmark of a category, if others know it.
    #[must_use]
    pub fn benchmark_of(&self, category: &str) -> Option<&Benchmark> {
        let category = comparable(category);
        self.benchmark.iter().find(|known| {
            [&known.name, &known.name_zh]
                .into_iter()
                .chain(&known.words)
                .any(|word| comparable(word) == category)
        })
    }

    /// This policy with the values of the operator's file in place of its own.
    ///
    /// # Errors
    /// Every mistake of the file, with line and column.
    pub fn overridden_by(mut self, text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::on(text);
        if let Some(table) = notes.parse() {
            let root = Section::root(&table);
            root.only(&["history", "withdrawal", "rates", "dispatch", "price", "benchmark"], &mut notes);
            if let Some(section) = root.section("history", &mut notes) {
                section.only(&["days"], &mut notes);
                set(&mut self.history.days, section.number("days", 1..=3_660, &mut notes));
            }
            if let Some(section) = root.section("withdrawal", &mut notes) {
                section.only(&["percent", "weight"], &mut notes);
                let number = |name: &str, most: i64, notes: &mut Notes<'_>| {
                    section.number(name, 0..=most, notes).and_then(|number| u32::try_from(number).ok())
                };
                set(&mut self.withdrawal.percent, number("percent", 100, &mut notes));
                set(&mut self.withdrawal.weight, number("weight", 10_000, &mut notes));
            }
            if let Some(section) = root.section("rates", &mut notes) {
                self.read_rates(&section, &mut notes);
            }
            if let Some(section) = root.section("dispatch", &mut notes) {
                section.only(&["mfn", "afn"], &mut notes);
                set(&mut self.dispatch.mfn, place(&section, "mfn", &mut notes));
                set(&mut self.dispatch.afn, place(&section, "afn", &mut notes));
            }
            for section in root.sections("price", &mut notes) {
                self.read_price(&section, &mut notes);
            }
            for section in root.sections("benchmark", &mut notes) {
                self.read_benchmark(&section, &mut notes);
            }
        }
        let mistakes = notes.all();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }

    fn read_rates(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(&["channels"], notes);
        let known: Vec<&str> = Channel::ALL.iter().map(|channel| channel.word()).collect();
        let channels = section.words("channels", &known, Channel::parse, notes);
        set(&mut self.rates.channels, channels.map(|found| found.value));
    }

    fn read_price(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(&["currency", "line"], notes);
        let (Some(code), Some(line)) = (section.text("currency", notes), section.text("line", notes)) else {
            return notes.note(
                section.at,
                "a price has `currency` and `line`",
                "price 需要 currency 和 line",
            );
        };
        let Some(currency) = Currency::parse(&code.value) else {
            let value = &code.value;
            return notes.note(
                code.at,
                format!("`{value}` is not a currency code"),
                format!("`{value}` 不是货币代码"),
            );
        };
        let habit = Habit { currency: Some(currency), decimal: Some('.') };
        if let Err(wrong) = amount::read(&line.value, habit) {
            return notes.note(line.at, wrong.to_string(), wrong.in_chinese());
        }
        self.price.retain(|price| price.currency != currency);
        self.price.push(PriceLine { currency, line: line.value, source: "costs.toml".to_owned() });
    }

    fn read_benchmark(&mut self, section: &Section<'_, '_>, notes: &mut Notes<'_>) {
        section.only(&["name", "name_zh", "hundredths", "words"], notes);
        let Some(name) = section.text("name", notes) else {
            return notes.note(section.at, "a benchmark has a `name`", "benchmark 需要 name");
        };
        let share =
            section.number("hundredths", 0..=10_000, notes).and_then(|share| u32::try_from(share).ok());
        let words =
            section.texts("words", notes).map(|words| words.into_iter().map(|word| word.value).collect());
        let name_zh = section.text("name_zh", notes).map(|name| name.value);
        if let Some(known) = self.benchmark.iter_mut().find(|known| known.name == name.value) {
            set(&mut known.hundredths, share);
            set(&mut known.words, words);
            set(&mut known.name_zh, name_zh);
            return;
        }
        let Some(hundredths) = share else {
            return notes.note(
                section.at,
                "a new benchmark needs `hundredths`",
                "新的 benchmark 需要 hundredths",
            );
        };
        self.benchmark.push(Benchmark {
            name_zh: name_zh.unwrap_or_else(|| name.value.clone()),
            name: name.value,
            hundredths,
            words: words.unwrap_or_default(),
            source: "costs.toml".to_owned(),
            since: Date::constant(1970, 1, 1),
        });
    }
}

/// `site`, two letters, or nothing.
fn place(section: &Section<'_, '_>, name: &str, notes: &mut Notes<'_>) -> Option<String> {
    let found = section.text(name, notes)?;
    let value = found.value.trim();
    if value.is_empty() || value == SITE || Country::parse(value).is_some() {
        return Some(value.to_owned());
    }
    notes.note(
        found.at,
        format!("`{name}` is \"site\", the two letters of a country, or \"\""),
        format!("`{name}` 应为 \"site\"、两个字母的国家代码或 \"\""),
    );
    None
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_has_the_known_figures() {
        let policy = shipped_costs().unwrap();
        assert_eq!(policy.prior(), Prior { percent: 79, weight: 10 });
        let rate = |category: &str| policy.benchmark_of(category).map(|known| known.hundredths);
        assert_eq!(
            (rate("Apparel"), rate(" 家居 "), rate("Small  Appliances")),
            (Some(210), Some(180), Some(160))
        );
        assert_eq!(rate("toys"), None);
        let usd = Currency::parse("USD").unwrap();
        assert_eq!(policy.price_line(usd), Some(Money::new(5_000, usd)));
        assert_eq!(policy.price_line(Currency::parse("SEK").unwrap()), None);
        assert!(policy.price.iter().all(|price| policy.price_line(price.currency).is_some()));
        assert_eq!(policy.dispatch.country(Fulfilment::Mfn, Some(Marketplace::Us)), None);
        assert_eq!(policy.dispatch.country(Fulfilment::Afn, Some(Marketplace::Uk)), Country::parse("GB"));
    }

    #[test]
    fn single_values_are_replaced_and_the_others_stay() {
        let own = "[withdrawal]\nweight = 0\n[dispatch]\nmfn = \"CN\"\n[rates]\nchannels = [\"feedback\"]\n[[price]]\n\
                   currency = \"SEK\"\nline = \"500\"\n[[benchmark]]\nname = \"home\"\nhundredths = 150\n\
                   [[benchmark]]\nname = \"toys\"\nhundredths = 90\nwords = [\"玩具\"]\n";
        let policy = shipped_costs().unwrap().overridden_by(own).unwrap();
        assert_eq!(policy.prior(), Prior { percent: 79, weight: 0 });
        assert_eq!(policy.dispatch.country(Fulfilment::Mfn, None), Country::parse("cn"));
        assert_eq!(policy.rates.channels, [Channel::Feedback]);
        assert!(policy.price_line(Currency::parse("SEK").unwrap()).is_some());
        assert_eq!(policy.benchmark_of("household").unwrap().hundredths, 150);
        assert_eq!(policy.benchmark_of("玩具").unwrap().hundredths, 90);
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let own = "[withdrawal]\nweight = -1\nprecent = 3\n[dispatch]\nmfn = \"China\"\n[rates]\nchannels = [\"mail\"]\n\
                   [[price]]\ncurrency = \"XX\"\nline = \"5\"\n[[price]]\ncurrency = \"USD\"\nline = \"x\"\n[[benchmark]]\nname = \"new\"\n";
        let mistakes = shipped_costs().unwrap().overridden_by(own).unwrap_err();
        let lines: Vec<usize> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3, 5, 7, 9, 13, 14], "{mistakes:#?}");
    }
}
