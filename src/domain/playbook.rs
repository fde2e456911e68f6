//! Playbooks: which steps a complaint asks for, in which order, and which one is next.
//!
//! The steps and the words of the risky categories are data, `assets/policy/playbooks/`; the operator's own file adds to
//! them or replaces steps by their id.

mod read;
mod words;

use std::sync::LazyLock;

use super::case::{Channel, Kind, Stage, words};
use super::evidence::{Evidence, Form, Wants};
use super::view::CaseFile;

pub use read::{Fault, check};
use words::Word;

words! {
    /// A category whose articles ask for compliance documents.
    Risk {
        /// Cars and motorcycles.
        Automotive = "automotive",
        /// Medical devices.
        Medical = "medical",
        /// Toys and articles for children.
        Children = "children",
        /// Whatever has a plug or a battery.
        Electronics = "electronics",
        /// None of these.
        Ordinary = "ordinary",
    }
}

/// The files that ship: name and content.
const SHIPPED: [(&str, &str); 7] = [
    ("common.toml", include_str!("../../assets/policy/playbooks/common.toml")),
    ("not_received.toml", include_str!("../../assets/policy/playbooks/not_received.toml")),
    ("not_as_described.toml", include_str!("../../assets/policy/playbooks/not_as_described.toml")),
    ("defective.toml", include_str!("../../assets/policy/playbooks/defective.toml")),
    ("other.toml", include_str!("../../assets/policy/playbooks/other.toml")),
    ("compliance.toml", include_str!("../../assets/policy/playbooks/compliance.toml")),
    ("categories.toml", include_str!("../../assets/policy/playbooks/categories.toml")),
];

/// One step. A list that is empty means any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name, which ticks and evidence remember.
    pub id: String,
    /// Where it stands.
    pub order: i64,
    /// The kinds it applies to.
    pub kinds: Vec<Kind>,
    /// The channels it applies to.
    pub channels: Vec<Channel>,
    /// The stages it applies to; `None` among them: where the stage is not known.
    pub stages: Vec<Option<Stage>>,
    /// The categories it applies to.
    pub risks: Vec<Risk>,
    /// What it asks for.
    pub wants: Wants,
    /// What to do in a few words, English and Chinese: for the list and the line above the footer.
    pub next: [String; 2],
    /// What to do in full, English and Chinese.
    pub text: [String; 2],
}

/// What decides which steps a case asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// What it is about.
    pub kind: Kind,
    /// Where it arrived.
    pub channel: Channel,
    /// Where the parcel is.
    pub stage: Option<Stage>,
    /// The risky categories of its article.
    pub risks: Vec<Risk>,
}

impl Step {
    /// Whether a situation asks for it.
    #[must_use]
    pub fn applies(&self, to: &Situation) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&to.kind))
            && (self.channels.is_empty() || self.channels.contains(&to.channel))
            && (self.stages.is_empty() || self.stages.contains(&to.stage))
            && (self.risks.is_empty() || self.risks.iter().any(|risk| to.risks.contains(risk)))
    }

    /// Whether it asks where the parcel is: it goes by the answer, not by a tick.
    #[must_use]
    pub fn asks_for_the_stage(&self) -> bool {
        self.stages == [None]
    }
}

/// The steps in order, and the words of the categories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Playbook {
    steps: Vec<Step>,
    words: Vec<(Risk, Word)>,
}

/// A step of a case with what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The step.
    pub step: &'a Step,
    /// The tick, if it is ticked.
    pub tick: Option<&'a Evidence>,
    /// Its notes and files, oldest first.
    pub evidence: Vec<&'a Evidence>,
}

impl Place<'_> {
    /// Whether something of it is weak.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.tick.iter().chain(&self.evidence).any(|each| each.weak.is_some())
    }
}

impl Playbook {
    /// The steps that ship, read on first use.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static BOOK: LazyLock<Playbook> = LazyLock::new(|| {
            // A test reads every file, so no fault is ever passed over here.
            SHIPPED.iter().fold(Playbook::default(), |book, (_, text)| book.with(text).unwrap_or(book))
        });
        &BOOK
    }

    /// This playbook with what another file adds; a step of the same id is replaced.
    ///
    /// # Errors
    /// Every mistake of the file with its line.
    pub fn with(&self, text: &str) -> Result<Self, Vec<Fault>> {
        let (steps, words) = read::file(text)?;
        let mut book = self.clone();
        for step in steps {
            match book.steps.iter_mut().find(|known| known.id == step.id) {
                Some(known) => *known = step,
                None => book.steps.push(step),
            }
        }
        book.steps.sort_by_key(|step| step.order);
        book.words.extend(words);
        Ok(book)
    }

    /// The step of an id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The steps a situation asks for, in order.
    #[must_use]
    pub fn steps(&self, situation: &Situation) -> Vec<&Step> {
        self.steps.iter().filter(|step| step.applies(situation)).collect()
    }

    /// The categories that words of a name or an SKU stand for, each once.
    #[must_use]
    pub fn risks<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Vec<Risk> {
        let plain: Vec<String> = texts.into_iter().map(words::plain).collect();
        let mut found: Vec<Risk> = Vec::new();
        for (risk, word) in &self.words {
            if !found.contains(risk) && plain.iter().any(|text| word.stands_in(text)) {
                found.push(*risk);
            }
        }
        found.sort();
        found
    }

    /// What decides over the steps of a case; what the operator said about its category wins.
    #[must_use]
    pub fn situation(&self, file: &CaseFile) -> Situation {
        let risks = match file.risk_set {
            Some(Risk::Ordinary) => Vec::new(),
            Some(risk) => vec![risk],
            None => {
                // A few articles say it; an order of hundreds must not slow every frame.
                let items = file.order.iter().flat_map(|order| &order.items).take(12);
                let texts = items.flat_map(|item| [item.name.as_deref(), Some(item.sku.as_str())]);
                self.risks(texts.chain([file.summary.sku.as_deref()]).flatten())
            }
        };
        Situation { kind: file.summary.kind, channel: file.summary.channel, stage: file.stage, risks }
    }

    /// The steps of a case, each with its tick, notes and files.
    #[must_use]
    pub fn places<'a>(&'a self, file: &'a CaseFile) -> Vec<Place<'a>> {
        let of = |step: &'a Step| {
            let own = file.evidence.iter().filter(move |each| each.step == step.id);
            let (ticks, evidence): (Vec<_>, Vec<_>) = own.partition(|each| each.form == Form::Tick);
            Place { step, tick: ticks.first().copied(), evidence }
        };
        self.steps(&self.situation(file)).into_iter().map(of).collect()
    }

    /// How many of a case's steps are done, how many there are, and the next one.
    #[must_use]
    pub fn progress<'a>(&'a self, file: &'a CaseFile) -> (usize, usize, Option<&'a Step>) {
        let places = self.places(file);
        let done = places.iter().filter(|place| place.tick.is_some()).count();
        (done, places.len(), places.iter().find(|place| place.tick.is_none()).map(|place| place.step))
    }
}

/// Where the parcel is: what the operator said, unless the order has moved on since.
///
/// `said` is the operator's word and what the order said at that time, `order` what the order says now.
#[must_use]
pub fn stage(said: Option<(Stage, Option<Stage>)>, order: Option<Stage>) -> Option<Stage> {
    // Stages follow one another: an order that has gone further since knows better.
    let holds = said.filter(|(said, then)| order == *then || order < Some(*said));
    holds.map(|(said, _)| said).or(order)
}

#[cfg(test)]
mod tests;
