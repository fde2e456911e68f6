//! How the weights of the model come about: from the examples of `assets/policy/examples/`, by logistic regression.
//!
//! `KESU_TRAIN=1 cargo test --release --lib triage::training -- --nocapture` writes `assets/policy/triage.weights` and
//! prints how well messages are told apart that a fifth of the examples was not learned from. The same examples give
//! the same weights.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::features;
use super::model::{ANSWERS, LIKELY, Likely, Model, number};
use super::words::{judge, newest};
use crate::domain::Kind;
use crate::domain::case::Language;
use crate::learning::training::{Dice, Row, learn, written};

/// The features that ship: those that weigh most.
const MOST: usize = 40_000;
const FOLDS: usize = 5;

#[derive(serde::Deserialize)]
pub(super) struct Example {
    pub id: String,
    pub lang: Language,
    #[serde(default)]
    pub subject: String,
    pub text: String,
    pub kind: Kind,
    pub is_complaint: bool,
    /// The phrases were written after it: what they make of it is better than it will be.
    #[serde(default)]
    pub tuned: bool,
}

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/policy")
}

/// Every example, by language.
pub(super) fn examples() -> Vec<Example> {
    read(&assets().join("examples"))
}

/// The messages of a folder with a file for each language.
pub(super) fn read(folder: &Path) -> Vec<Example> {
    let lines = |language: &Language| {
        let code = serde_json::to_value(language).unwrap();
        let path = folder.join(format!("{}.jsonl", code.as_str().unwrap()));
        std::fs::read_to_string(path).unwrap()
    };
    let all: Vec<String> = Language::ALL.iter().map(lines).collect();
    all.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the weights were learned from: examples and concepts.
fn digest() -> [u8; 32] {
    let mut digest = Sha256::new();
    for example in examples() {
        digest.update(format!(
            "{}\t{}\t{:?}\t{}\n",
            example.subject, example.text, example.kind, example.is_complaint
        ));
    }
    digest.update(std::fs::read_to_string(assets().join("concepts.toml")).unwrap().replace("\r\n", "\n"));
    digest.finalize().into()
}

/// What an example shows: with what the phrases make of it, or without.
fn row(example: &Example, with_phrases: bool) -> Row {
    let message = newest(&example.subject, &example.text);
    let judged = judge(&example.subject, &message.fresh, Some(example.lang), None);
    let seen = features::of(&message.whole, example.lang, with_phrases.then_some(&judged));
    (seen.features, vec![number(example.kind, example.is_complaint)])
}

/// Macro-F1 of the kinds, recall and precision of complaints.
#[allow(clippy::cast_precision_loss, reason = "some thousand examples")]
pub(super) fn figures(pairs: &[(&Example, (Kind, bool))]) -> [f64; 3] {
    let count = |test: &dyn Fn(&Example, (Kind, bool)) -> bool| {
        pairs.iter().filter(|(example, said)| test(example, *said)).count() as f64
    };
    let f1 = |kind: Kind| {
        let both = count(&|example, said| example.kind == kind && said.0 == kind);
        let either = count(&|example, _| example.kind == kind) + count(&|_, said| said.0 == kind);
        2.0 * both / either.max(1.0)
    };
    let found = count(&|example, said| example.is_complaint && said.1);
    [
        Kind::ALL.iter().map(|kind| f1(*kind)).sum::<f64>() / 4.0,
        found / count(&|example, _| example.is_complaint),
        found / count(&|_, said| said.1).max(1.0),
    ]
}

/// What is said of each example by weights that were learned without it and its fold. Examples that the phrases were
/// written after are learned from and not counted.
fn crossed(examples: &[Example]) -> Vec<(&Example, Likely)> {
    let rows: Vec<Row> = examples.iter().map(|example| row(example, !example.tuned)).collect();
    let mut folds = vec![usize::MAX; examples.len()];
    for language in Language::ALL {
        for answer in 0..ANSWERS {
            let same = |at: &usize| {
                let example = &examples[*at];
                !example.tuned && example.lang == *language && rows[*at].1 == [answer]
            };
            let mut same: Vec<usize> = (0..examples.len()).filter(same).collect();
            Dice(7).shuffle(&mut same);
            same.iter().enumerate().for_each(|(turn, at)| folds[*at] = turn % FOLDS);
        }
    }
    let mut said = Vec::new();
    for fold in 0..FOLDS {
        let others: Vec<&Row> =
            rows.iter().zip(&folds).filter(|(_, of)| **of != fold).map(|(row, _)| row).collect();
        let model: Model = learn(&others, MOST);
        let own = (0..examples.len()).filter(|at| folds[*at] == fold);
        said.extend(own.map(|at| (&examples[at], Likely(model.judge(&rows[at].0)))));
    }
    said
}

fn report(examples: &[Example]) {
    let said = crossed(examples);
    let line = |name: &str, pairs: &[(&Example, (Kind, bool))]| {
        let [f1, recall, precision] = figures(pairs);
        println!("{name:12} {:5} macro-F1 {f1:.3} recall {recall:.3} precision {precision:.3}", pairs.len());
    };
    let rules = |example: &Example| {
        let message = newest(&example.subject, &example.text);
        judge(&example.subject, &message.fresh, Some(example.lang), None).said.answer()
    };
    let by_rules: Vec<_> = said.iter().map(|(example, _)| (*example, rules(example))).collect();
    line("phrases", &by_rules);
    for likely in [0.25, 0.3, 0.35, 0.4, 0.5] {
        let pairs: Vec<_> = said.iter().map(|(example, said)| (*example, said.answer(likely))).collect();
        line(&format!("from {likely}"), &pairs);
    }
    for language in Language::ALL {
        let own = said.iter().filter(|(example, _)| example.lang == *language);
        let pairs: Vec<_> = own.map(|(example, said)| (*example, said.answer(LIKELY))).collect();
        line(&format!("{language:?}"), &pairs);
    }
}

#[test]
fn the_weights_that_ship_were_learned_from_the_examples() {
    let path = assets().join("triage.weights");
    if std::env::var_os("KESU_TRAIN").is_some() {
        let examples = examples();
        report(&examples);
        let rows: Vec<Row> = examples.iter().map(|example| row(example, !example.tuned)).collect();
        std::fs::write(&path, written(&learn::<ANSWERS>(&rows.iter().collect::<Vec<_>>(), MOST), digest()))
            .unwrap();
    }
    let bytes = std::fs::read(path).unwrap();
    assert!(bytes.len() > Model::HEAD && bytes.len() < 400 * 1024, "{} bytes", bytes.len());
    assert_eq!(
        bytes[..32],
        digest(),
        "the examples or concepts changed: run the command at the top of this file"
    );
}
