//! Reply templates: what one is, how its file is read, and the library of those that ship.
//!
//! A template file is a TOML head between two `+++` lines, then the text of the reply in minijinja. The text holds
//! exactly one line `{{ addition }}`, where the operator's own words go, and names only variables of
//! [`variable::Variable`], among them `sku_policy` and `known_problem` from the notes of the case's SKU, which may have
//! several lines. The folder is the language, the file name the situation.

mod check;
mod day;
mod fill;
mod form;
mod head;
mod library;
mod rank;
mod shipped;
mod tag;
mod typed;
mod values;
mod variable;

use std::collections::BTreeSet;

use crate::domain::case::{Channel, Fulfilment, Kind, Language, Stage};
use crate::domain::marketplace::Marketplace;
use crate::mistake::Mistake;

pub use crate::domain::reply::Audience;
pub use check::{FILTERS, LONGEST, plain};
pub use fill::{Unfilled, parts, reply};
pub use form::{date, money};
pub use head::body_at;
pub use library::Library;
pub use rank::{Fit, Hit, Only, score};
pub use typed::Ground;
pub use values::{Seller, person, short_name, values};
pub use variable::{Sort, Variable};

/// Where a template comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// It ships with kesu.
    #[default]
    Shipped,
    /// The operator's, in the config folder.
    Own,
    /// The operator's, in place of one that ships.
    Overriding,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A whole reply around the addition.
    Reply,
    /// A short text that is put into the addition.
    Snippet,
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
    /// Whose it is.
    pub origin: Origin,
    /// A reply or a snippet.
    pub form: Form,
    /// The whole text as written, the line `{{ addition }}` in it.
    pub text: String,
    /// The text before the addition.
    above: String,
    /// The text after the addition.
    below: String,
}

impl Template {
    /// Reads a template file of the operator's. `name` is its file name without the ending, `lang` its folder.
    ///
    /// The text is compiled, every name looked up, and rendered with all values and with the least, so that a template
    /// which is accepted here fails to fill only for want of values.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the text, with line and column.
    pub fn parse(lang: Language, name: &str, source: &str) -> Result<Self, Vec<Mistake>> {
        check::read(lang, name, source, Form::Reply)
    }

    /// Reads a snippet: a head with a title, and a text without a place for the addition.
    ///
    /// # Errors
    /// As [`Template::parse`].
    pub fn snippet(lang: Language, name: &str, source: &str) -> Result<Self, Vec<Mistake>> {
        check::read(lang, name, source, Form::Snippet)
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

#[cfg(test)]
mod tests;
