//! The head of a template file, between its two `+++` lines: read with the place of every mistake.

use super::{Audience, Form};
use crate::domain::case::{Channel, Fulfilment, Kind, Stage};
use crate::domain::marketplace::Marketplace;
use crate::mistake::{Mistake, Notes, Section, nearest};

/// Everything a head may say.
const KEYS: &[&str] =
    &["title", "situation", "kinds", "channels", "stages", "fulfilment", "marketplaces", "audience"];

/// What a head says. Empty lists mean "any".
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub(super) title: [String; 2],
    pub(super) situation: Option<String>,
    pub(super) kinds: Vec<Kind>,
    pub(super) channels: Vec<Channel>,
    pub(super) stages: Vec<Stage>,
    pub(super) fulfilment: Vec<Fulfilment>,
    pub(super) marketplaces: Vec<Marketplace>,
    pub(super) audience: Audience,
}

/// The parts of a file: its head, and where its text begins.
pub(super) struct Parts<'s> {
    pub(super) head: &'s str,
    /// Byte of the source.
    pub(super) body_at: usize,
}

/// Finds the two `+++` lines.
pub(super) fn parts(source: &str) -> Option<Parts<'_>> {
    let first = source.split_inclusive('\n').next().filter(|line| line.trim_end() == "+++")?;
    let mut at = first.len();
    for line in source[first.len()..].split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Some(Parts { head: &source[first.len()..at], body_at: at + line.len() });
        }
        at += line.len();
    }
    None
}

/// The byte at which the text begins; of a file without a head, 0.
#[must_use]
pub fn body_at(source: &str) -> usize {
    let from = parts(source).map_or(0, |parts| parts.body_at);
    from + source[from..].len() - source[from..].trim_start_matches('\n').len()
}

/// Reads a head. The file is named `name`; `situations` are those an own template may stand for.
pub(super) fn read(
    head: &str,
    name: &str,
    form: Form,
    situations: &[&str],
    found: &mut Vec<Mistake>,
) -> Head {
    let mut notes = Notes::on(head);
    let read = notes.parse().map(|table| words(&Section::root(&table), name, form, situations, &mut notes));
    // The head begins on the second line.
    found.extend(notes.all().into_iter().map(|mistake| Mistake { line: mistake.line + 1, ..mistake }));
    read.unwrap_or_default()
}

fn words(root: &Section<'_, '_>, name: &str, form: Form, situations: &[&str], notes: &mut Notes<'_>) -> Head {
    root.only(KEYS, notes);
    let mut head = Head::default();
    let title = root.words("title", &["English\", \"中文"], |word| Some(word.to_owned()), notes);
    match title.as_ref().map(|title| (title.value.as_slice(), title.at)) {
        Some(([en, zh], _)) if !en.trim().is_empty() && !zh.trim().is_empty() => {
            head.title = [en.clone(), zh.clone()];
        }
        Some((_, at)) => wants_title(at, notes),
        None if root.has("title") => {}
        None => wants_title(0, notes),
    }
    if let Some(said) = root.text("situation", notes) {
        if form == Form::Reply && (said.value == name || situations.contains(&said.value.as_str())) {
            head.situation = Some(said.value);
        } else {
            unknown("situation", &said.value, situations, said.at, notes);
        }
    }
    if let Some(said) = root.text("audience", notes) {
        match said.value.as_str() {
            "buyer" => {}
            "amazon" => head.audience = Audience::Amazon,
            other => unknown("audience", other, &["buyer", "amazon"], said.at, notes),
        }
    }
    head.kinds = list(root, "kinds", Kind::ALL.iter().map(|word| word.word()), Kind::parse, notes);
    head.channels =
        list(root, "channels", Channel::ALL.iter().map(|word| word.word()), Channel::parse, notes);
    head.stages = list(root, "stages", Stage::ALL.iter().map(|word| word.word()), Stage::parse, notes);
    let who = Fulfilment::ALL.iter().map(|word| word.word());
    head.fulfilment = list(root, "fulfilment", who, Fulfilment::parse, notes);
    let sites = Marketplace::ALL.iter().map(|site| site.code());
    head.marketplaces = list(root, "marketplaces", sites, Marketplace::parse, notes);
    head
}

fn list<T>(
    root: &Section<'_, '_>,
    key: &str,
    known: impl Iterator<Item = &'static str>,
    parse: impl Fn(&str) -> Option<T>,
    notes: &mut Notes<'_>,
) -> Vec<T> {
    let known: Vec<_> = known.collect();
    root.words(key, &known, parse, notes).map(|found| found.value).unwrap_or_default()
}

fn wants_title(at: usize, notes: &mut Notes<'_>) {
    notes.note(
        at,
        "`title` names the template in English and in Chinese: title = [\"Lost parcel\", \"丢件\"]",
        "`title` 需给出英文和中文名称：title = [\"Lost parcel\", \"丢件\"]",
    );
}

fn unknown(key: &str, said: &str, known: &[&str], at: usize, notes: &mut Notes<'_>) {
    let [en, zh] = hint(said, known);
    notes.note(at, format!("there is no {key} `{said}`: {en}"), format!("`{key}` 没有 `{said}`：{zh}"));
}

/// "did you mean …", or everything there is.
pub(super) fn hint(said: &str, known: &[&str]) -> [String; 2] {
    nearest(said, known).map_or_else(
        || [format!("there are {}", known.join(", ")), format!("可用的有 {}", known.join("、"))],
        |near| [format!("did you mean `{near}`?"), format!("是否想写 `{near}`？")],
    )
}
