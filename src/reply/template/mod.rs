//! Reply templates: what one is, how its file is read, and the library of those that ship.
//!
//! A template file is a TOML head between two `+++` lines, then the text of the reply in minijinja. The text holds
//! exactly one line `{{ addition }}`, where the operator's own words go, and names only variables of
//! [`variable::Variable`], among them `sku_policy` and `known_problem` from the notes of the case's SKU, which may have
//! several lines. The folder is the language, the file name the situation.

mod fill;
mod form;
mod rank;
mod shipped;
mod values;
mod variable;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::domain::case::{Channel, Fulfilment, Kind, Language, Stage};
use crate::domain::marketplace::Marketplace;
use crate::problem::{Exit, Problem};

pub use fill::{Unfilled, parts, reply};
pub use form::{date, money};
pub use rank::{Fit, Hit};
pub use values::{Seller, person, short_name, values};
pub use variable::Variable;

/// Who reads the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The buyer.
    #[default]
    Buyer,
    /// Amazon, in a claim or a chargeback.
    Amazon,
}

/// Everything between the `+++` lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: [String; 2],
    #[serde(default)]
    kinds: Vec<Kind>,
    #[serde(default)]
    channels: Vec<Channel>,
    #[serde(default)]
    stages: Vec<Stage>,
    #[serde(default)]
    fulfilment: Vec<Fulfilment>,
    #[serde(default)]
    marketplaces: Vec<Marketplace>,
    #[serde(default)]
    audience: Audience,
}

/// One reply template. Empty lists mean "any".
#[derive(Debug, Clone)]
pub struct Template {
    /// What a draft remembers: `de/not-received-lost`. Unique in a library.
    pub name: String,
    /// The same in every language: `not-received-lost`.
    pub situation: String,
    /// The language of the text.
    pub lang: Language,
    /// For the picker: English, Chinese.
    pub title: [String; 2],
    /// Kinds of complaint it answers.
    pub kinds: Vec<Kind>,
    /// Channels it is for.
    pub channels: Vec<Channel>,
    /// Where the parcel is when it fits.
    pub stages: Vec<Stage>,
    /// Who ships when it fits.
    pub fulfilment: Vec<Fulfilment>,
    /// Sites it is limited to.
    pub marketplaces: Vec<Marketplace>,
    /// Who reads it.
    pub audience: Audience,
    /// The whole text as written, the line `{{ addition }}` in it.
    pub text: String,
    /// The text before the addition.
    above: String,
    /// The text after the addition.
    below: String,
}

impl Template {
    /// Reads a template file. `situation` is its file name without the ending, `lang` its folder.
    ///
    /// The text is compiled and every variable looked up, so a template that is accepted here can only fail to
    /// render for want of values, or by an unknown filter.
    ///
    /// # Errors
    /// A [`Problem`] naming the template, the line and what to do.
    pub fn parse(lang: Language, situation: &str, source: &str) -> Result<Self, Problem> {
        let template = Self::read(lang, situation, source)?;
        template.check(source)?;
        Ok(template)
    }

    /// Reads without compiling the text: enough for the templates that ship, which the tests compile.
    fn read(lang: Language, situation: &str, source: &str) -> Result<Self, Problem> {
        let name = format!("{}/{situation}", lang.word());
        let source = source.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let parts = source.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
        let Some((head, text)) = parts else {
            return Err(fault(
                &name,
                1,
                "has no head between two `+++` lines",
                "没有夹在两行 `+++` 之间的文件头",
            ));
        };
        let head: Head = toml::from_str(head).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(head, span.start)) + 1;
            fault(&name, line, error.message(), &format!("文件头有误：{}", error.message()))
        })?;
        let text = text.trim_matches('\n').to_owned();
        let Some((above, below)) = around_addition(&text) else {
            return Err(fault(
                &name,
                line_of(&source, source.find("\n+++\n").unwrap_or(0)) + 1,
                "needs exactly one line that holds `{{ addition }}` and nothing else",
                "正文中必须恰好有一行只写 `{{ addition }}`",
            ));
        };
        let Head { title, kinds, channels, stages, fulfilment, marketplaces, audience } = head;
        Ok(Self {
            name,
            situation: situation.to_owned(),
            lang,
            title,
            kinds,
            channels,
            stages,
            fulfilment,
            marketplaces,
            audience,
            text,
            above,
            below,
        })
    }

    fn check(&self, source: &str) -> Result<(), Problem> {
        let start = source.lines().count().saturating_sub(self.text.lines().count());
        let below_at = start + self.above.lines().count() + 1;
        for (part, before) in [(&self.above, start), (&self.below, below_at)] {
            let names = fill::names(part).map_err(|error| {
                let line = before + error.line().unwrap_or(1);
                let detail = error.detail().unwrap_or("is not a template").to_owned();
                fault(&self.name, line, &detail, &format!("模板语法有误：{detail}"))
            })?;
            if let Some(name) = names.iter().find(|name| Variable::parse(name).is_none()) {
                let line = before + line_of(part, part.find(name.as_str()).unwrap_or(0));
                let known = Variable::ALL.iter().map(|known| known.name()).collect::<Vec<_>>().join(", ");
                return Err(fault(
                    &self.name,
                    line,
                    &format!("`{name}` is no variable; there are {known}"),
                    &format!("没有变量 `{name}`；可用的变量有 {known}"),
                ));
            }
        }
        Ok(())
    }

    /// Every variable the text names, needed or optional, in the order of the table.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        let names: BTreeSet<_> = [&self.above, &self.below]
            .into_iter()
            .flat_map(|part| fill::names(part).unwrap_or_default())
            .collect();
        Variable::ALL.iter().copied().filter(|variable| names.contains(variable.name())).collect()
    }
}

/// The text before and after the one line that is `{{ addition }}`.
fn around_addition(text: &str) -> Option<(String, String)> {
    let is_place = |line: &str| line.replace(' ', "") == "{{addition}}";
    let lines: Vec<_> = text.lines().collect();
    let place = lines.iter().position(|line| is_place(line))?;
    // A second use within a line is refused as an unknown variable.
    let again = lines[place + 1..].iter().any(|line| is_place(line));
    (!again).then(|| (lines[..place].join("\n"), lines[place + 1..].join("\n")))
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn fault(name: &str, line: usize, en: &str, zh: &str) -> Problem {
    Problem::new(
        Exit::Failed,
        [format!("template {name}, line {line}: {en}"), format!("模板 {name} 第 {line} 行：{zh}")],
        ["Correct the file; the templates that ship show the form", "请修正该文件；写法可参照自带模板"],
    )
}

/// Templates to choose from, in the order in which ties are shown.
#[derive(Debug, Clone, Default)]
pub struct Library {
    templates: Vec<Template>,
}

impl Library {
    /// The templates that ship, read on first use.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Library> = LazyLock::new(|| Library {
            // A test reads every file, so nothing is ever dropped here.
            templates: shipped::FILES
                .iter()
                .filter_map(|file| Template::read(file.lang, file.situation, file.source).ok())
                .collect(),
        });
        &SHIPPED
    }

    /// These templates; a later one replaces an earlier one of the same name, in its place.
    #[must_use]
    pub fn of(templates: impl IntoIterator<Item = Template>) -> Self {
        let mut library = Self::default();
        for template in templates {
            match library.templates.iter_mut().find(|known| known.name == template.name) {
                Some(known) => *known = template,
                None => library.templates.push(template),
            }
        }
        library
    }

    /// Every template.
    #[must_use]
    pub fn all(&self) -> &[Template] {
        &self.templates
    }

    /// The template a draft remembers by its name, `de/not-received-lost`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// The same situation in another language, so that switching the language keeps the choice.
    #[must_use]
    pub fn find(&self, situation: &str, lang: Language) -> Option<&Template> {
        self.templates.iter().find(|template| template.situation == situation && template.lang == lang)
    }
}

#[cfg(test)]
mod tests;
