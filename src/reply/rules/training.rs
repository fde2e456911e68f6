//! How the weights of `learned` come about: from the passages of `assets/policy/rules/passages/`.
//!
//! `KESU_TRAIN=1 cargo test --lib --config profile.dev.package.kesu.opt-level=2 rules::training` writes
//! `assets/policy/rules.weights`; with `KESU_TRAIN=folds` and `-- --nocapture` it also prints how well passages are told apart
//! that were not learned from, a fifth at a time.

use std::ops::Range;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::learned::{ANSWERS, NEXT_STEP, Part, REFUSAL, Sight};
use super::{Facts, Reading, shipped};
use crate::domain::case::Language;
use crate::learning::net::Net;
use crate::learning::net::training::{learn, written};
use crate::learning::training::{Dice, Row};

const FOLDS: usize = 5;
/// The features that ship: those that are met most often.
const MOST: usize = 100_000;

/// A line of the passages: the rules it breaks (`-` none), a tab, the text, in which `⏎` stands for a line end. `whole` is a
/// whole reply; what breaks a rule in it stands in `⟦L09 …⟧`.
struct Passage {
    lang: Language,
    text: String,
    rules: Vec<String>,
}

fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/policy")
}

/// The files of a folder with this ending, in the order of their names, with their names.
fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == ending));
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), text)
    };
    paths.iter().map(read).collect()
}

fn passages() -> Vec<Passage> {
    let line = |lang: &str, line: &str| {
        let (rules, text) = line.split_once('\t').unwrap_or_else(|| panic!("{lang}: {line}"));
        let rules = rules.split(' ').filter(|rule| *rule != "-").map(str::to_owned).collect();
        let lang = serde_json::from_value(lang.into()).unwrap();
        Passage { lang, text: text.replace('⏎', "\n"), rules }
    };
    let texts = files(&assets().join("rules/passages"), "tsv");
    texts.iter().flat_map(|(lang, text)| text.lines().map(|one| line(lang, one))).collect()
}

/// What the weights were learned from: passages, sheets, fields and combinations.
fn digest() -> [u8; 32] {
    let mut digest = Sha256::new();
    let folder = assets().join("rules");
    for (_, text) in files(&folder.join("passages"), "tsv")
        .iter()
        .chain(&files(&folder, "toml"))
        .chain(&files(&folder.join("fields"), "tsv"))
    {
        digest.update(text);
    }
    digest.update(std::fs::read_to_string(assets().join("rules.toml")).unwrap().replace("\r\n", "\n"));
    digest.finalize().into()
}

/// What a passage teaches: a row for each rule it breaks.
fn rows(passage: &Passage) -> Vec<Row> {
    let (text, marks) = unmarked(&passage.text);
    let facts = Facts::default();
    let reading = Reading::of(&text, Some(passage.lang), &facts);
    let notes = shipped().combined(&reading);
    let sight = Sight::of(&reading, &notes);
    if passage.rules == ["whole"] {
        return sight.parts().flat_map(|part| taught(&reading, &sight, part, &marks)).collect();
    }
    let seen = sight.features(Part { first: 0, count: reading.sentences.whole.len() });
    let mut answers: Vec<usize> = passage.rules.iter().map(|rule| number(rule)).collect();
    if answers.iter().any(|answer| *answer < REFUSAL) {
        answers.retain(|answer| *answer < REFUSAL);
    }
    if answers.is_empty() {
        answers.push(0);
    }
    answers.into_iter().map(|answer| (seen.clone(), vec![answer])).collect()
}

/// A mark of a whole reply: characters, and the rules they break.
type Mark = (Range<usize>, Vec<usize>);

fn number(rule: &str) -> usize {
    ANSWERS.iter().position(|one| *one == rule).unwrap_or_else(|| panic!("{rule}"))
}

/// The text without its marks, and where they were.
fn unmarked(text: &str) -> (String, Vec<Mark>) {
    let (mut plain, mut marks, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once('⟦') {
        let (rules, after) = after.split_once(' ').unwrap_or_else(|| panic!("{text}"));
        let (inside, after) = after.split_once('⟧').unwrap_or_else(|| panic!("{text}"));
        plain.push_str(before);
        let start = plain.chars().count();
        plain.push_str(inside);
        marks.push((start..plain.chars().count(), rules.split(',').map(number).collect()));
        rest = after;
    }
    plain.push_str(rest);
    (plain, marks)
}

/// What a part of a whole reply teaches: what it marks if the mark is in it, nothing if it is cut, else that it is clean.
fn taught(reading: &Reading<'_>, sight: &Sight<'_, '_>, part: Part, marks: &[Mark]) -> Vec<Row> {
    let place = reading.folded.place(&sight.range(part));
    let met = |mark: &&Mark| mark.0.start + 1 < place.end && place.start + 1 < mark.0.end;
    let inside = |mark: &&Mark| place.start <= mark.0.start + 1 && mark.0.end <= place.end + 1;
    let answers: Vec<Vec<usize>> = if marks.iter().any(|mark| met(&mark)) {
        marks.iter().filter(inside).flat_map(|mark| mark.1.iter().map(|rule| vec![*rule])).collect()
    } else {
        vec![vec![0, REFUSAL, NEXT_STEP]]
    };
    let seen = sight.features(part);
    answers.into_iter().map(|answers| (seen.clone(), answers)).collect()
}

/// Prints how well a fifth of the passages is told apart by what was learned from the others.
fn report(passages: &[Passage], rows: &[Vec<Row>]) {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    Dice(7).shuffle(&mut order);
    let mut said: Vec<(&[usize], [f32; ANSWERS.len()])> = Vec::new();
    for fold in 0..FOLDS {
        let (own, others): (Vec<_>, Vec<_>) =
            order.iter().enumerate().partition(|(at, _)| at % FOLDS == fold);
        let others: Vec<&Row> = others.iter().flat_map(|(_, at)| &rows[**at]).collect();
        let net: Net<{ ANSWERS.len() }> = learn(&others, MOST);
        let own =
            own.iter().filter(|(_, at)| passages[**at].rules != ["whole"]).flat_map(|(_, at)| &rows[**at]);
        said.extend(own.map(|row| (row.1.as_slice(), net.judge(&row.0))));
    }
    for sure in [0.4, 0.5, 0.6, 0.7, 0.8] {
        let (mut wanted, mut found, mut clean, mut alarms) = (0_u32, 0_u32, 0_u32, 0_u32);
        for (right, likely) in &said {
            let hits: Vec<usize> = (1..REFUSAL).filter(|answer| likely[*answer] >= sure).collect();
            if (1..REFUSAL).contains(&right[0]) {
                wanted += 1;
                found += u32::from(hits.contains(&right[0]));
            } else {
                clean += 1;
                alarms += u32::from(!hits.is_empty());
            }
        }
        let share = |part: u32, of: u32| f64::from(part) / f64::from(of);
        println!(
            "from {sure}: recall {found}/{wanted} {:.3}, alarms {alarms}/{clean} {:.4}",
            share(found, wanted),
            share(alarms, clean)
        );
    }
}

#[test]
fn the_weights_that_ship_were_learned_from_the_passages() {
    let path = assets().join("rules.weights");
    if let Some(how) = std::env::var_os("KESU_TRAIN") {
        let passages = passages();
        let rows: Vec<Vec<Row>> = passages.iter().map(rows).collect();
        if how == "folds" {
            report(&passages, &rows);
        }
        let net: Net<{ ANSWERS.len() }> = learn(&rows.iter().flatten().collect::<Vec<_>>(), MOST);
        std::fs::write(&path, written(&net, digest())).unwrap();
    }
    let bytes = std::fs::read(path).unwrap();
    assert!(
        bytes.len() > Net::<{ ANSWERS.len() }>::HEAD && bytes.len() < 4_000 * 1024,
        "{} bytes",
        bytes.len()
    );
    assert_eq!(bytes[..32], digest(), "passages or sheets changed: run the command at the top of this file");
}
