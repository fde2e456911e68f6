//! Reading playbook files: every mistake with its line, in both languages.

use serde::Deserialize;
use toml::Spanned;

use super::words::Word;
use super::{Risk, Step};
use crate::domain::case::{Channel, Kind, Stage};
use crate::domain::evidence::Wants;

/// A mistake in a playbook file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// 1-based; 0 where the reader could not say.
    pub line: usize,
    /// What is wrong, English and Chinese.
    pub what: [String; 2],
}

/// Every mistake of a playbook file, in the order of its lines; none: it can be used.
#[must_use]
pub fn check(text: &str) -> Vec<Fault> {
    file(text).err().unwrap_or_default()
}

/// A file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    step: Vec<Spanned<WrittenStep>>,
    #[serde(default)]
    category: Vec<WrittenCategory>,
}

type Words = Vec<Spanned<String>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    id: Spanned<String>,
    order: i64,
    #[serde(default)]
    kinds: Words,
    #[serde(default)]
    channels: Words,
    #[serde(default)]
    stages: Words,
    #[serde(default)]
    categories: Words,
    wants: Spanned<String>,
    next: Spanned<String>,
    next_zh: Spanned<String>,
    text: Spanned<String>,
    text_zh: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCategory {
    name: Spanned<String>,
    words: Words,
}

/// What a file brings.
type Content = (Vec<Step>, Vec<(Risk, Word)>);

/// Reads a file.
pub(super) fn file(text: &str) -> Result<Content, Vec<Fault>> {
    let mut reading = Reading { text, faults: Vec::new() };
    let written: Written = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let line = error.span().map_or(0, |span| reading.line(span.start));
            let said = error.message().trim().replace('\n', " ");
            return Err(vec![Fault { line, what: [said.clone(), format!("无法读取：{said}")] }]);
        }
    };
    let mut steps: Vec<Step> = Vec::new();
    for step in written.step {
        let at = step.get_ref().id.span().start;
        let step = reading.step(step.into_inner());
        if steps.iter().any(|known| known.id == step.id) {
            let id = &step.id;
            reading.fault(at, &format!("the step `{id}` is there twice"), &format!("步骤 `{id}` 重复"));
        }
        steps.push(step);
    }
    let mut words = Vec::new();
    for category in written.category {
        words.extend(reading.category(&category));
    }
    if reading.faults.is_empty() {
        return Ok((steps, words));
    }
    reading.faults.sort_by_key(|fault| fault.line);
    Err(reading.faults)
}

struct Reading<'a> {
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).map_or(0, |before| before.matches('\n').count() + 1)
    }

    fn fault(&mut self, at: usize, en: &str, zh: &str) {
        let line = self.line(at);
        self.faults.push(Fault { line, what: [en.to_owned(), zh.to_owned()] });
    }

    fn step(&mut self, step: WrittenStep) -> Step {
        let at = step.id.span().start;
        let id = step.id.into_inner();
        let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
        if id.is_empty() || id.len() > 40 || !id.chars().all(plain) {
            self.fault(
                at,
                &format!("`{id}` is no id: write up to 40 letters, digits and hyphens"),
                &format!("`{id}` 不是有效的 id：请用不超过 40 个字母、数字和连字符"),
            );
        }
        let stage = |word: &str| match word {
            "unknown" => Some(None),
            word => Stage::parse(word).map(Some),
        };
        Step {
            order: step.order,
            kinds: self.each(&step.kinds, "kind", "类型", &known(Kind::ALL, Kind::word), Kind::parse),
            channels: self.each(
                &step.channels,
                "channel",
                "渠道",
                &known(Channel::ALL, Channel::word),
                Channel::parse,
            ),
            stages: {
                let known = format!("{}, unknown", known(Stage::ALL, Stage::word));
                self.each(&step.stages, "stage", "阶段", &known, stage)
            },
            risks: self.each(&step.categories, "category", "类目", &risky(), risk),
            wants: self
                .each(&[step.wants], "evidence", "证据", &known(Wants::ALL, Wants::word), Wants::parse)
                .pop()
                .unwrap_or(Wants::Nothing),
            next: [self.said(step.next, 48), self.said(step.next_zh, 48)],
            text: [self.said(step.text, 400), self.said(step.text_zh, 400)],
            id,
        }
    }

    /// Reads a list of words, noting those that mean nothing.
    fn each<T>(
        &mut self,
        written: &[Spanned<String>],
        en: &str,
        zh: &str,
        known: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for word in written {
            let text = word.get_ref();
            match parse(text) {
                Some(value) => values.push(value),
                None => self.fault(
                    word.span().start,
                    &format!("`{text}` is no {en}: {known}"),
                    &format!("`{text}` 不是有效的{zh}：{known}"),
                ),
            }
        }
        values
    }

    /// A phrase on one line, not empty and not longer than a screen has room for.
    fn said(&mut self, text: Spanned<String>, most: usize) -> String {
        let at = text.span().start;
        let text = text.into_inner();
        let fits = !text.trim().is_empty() && text.chars().count() <= most;
        if !fits || text.chars().any(char::is_control) {
            self.fault(
                at,
                &format!("write one line of at most {most} characters"),
                &format!("请写成一行，不超过 {most} 个字符"),
            );
        }
        text
    }

    fn category(&mut self, category: &WrittenCategory) -> Vec<(Risk, Word)> {
        let risk = self.each(std::slice::from_ref(&category.name), "category", "类目", &risky(), risk).pop();
        let mut words = Vec::new();
        for word in &category.words {
            match (Word::read(word.get_ref()), risk) {
                (Some(word), Some(risk)) => words.push((risk, word)),
                (Some(_), None) => {}
                (None, _) => {
                    let text = word.get_ref();
                    let (en, zh) = (format!("`{text}` is no word"), format!("`{text}` 不是有效的词"));
                    self.fault(word.span().start, &en, &zh);
                }
            }
        }
        words
    }
}

/// A category a step or a list of words may name: the ordinary needs neither.
fn risk(word: &str) -> Option<Risk> {
    Risk::parse(word).filter(|risk| *risk != Risk::Ordinary)
}

fn risky() -> String {
    let risky: Vec<Risk> = Risk::ALL.iter().copied().filter(|risk| *risk != Risk::Ordinary).collect();
    known(&risky, Risk::word)
}

fn known<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> String {
    all.iter().map(|value| word(*value)).collect::<Vec<_>>().join(", ")
}
