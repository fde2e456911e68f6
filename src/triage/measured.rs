//! How well messages are told apart: those that the weights were learned from, and those of `tests/data/triage/unseen`,
//! which neither phrases nor weights nor their author have seen. `training` measures by leaving a part of the examples
//! out, too.

use super::training::{Example, examples, figures, read};
use super::words::classify;

#[track_caller]
fn holds(examples: &[Example], wanted: impl Fn(&Example) -> bool, floors: [f64; 3]) {
    let mut wrong = String::new();
    let started = std::time::Instant::now();
    let said = examples.iter().filter(|example| wanted(example)).map(|example| {
        let said = classify(&example.subject, &example.text, Some(example.lang));
        if (said.kind, said.is_complaint) != (example.kind, example.is_complaint) {
            wrong.push_str(&format!(
                "{} {:?} {} {:?}\n",
                example.id, said.kind, said.is_complaint, said.because
            ));
        }
        (example, (said.kind, said.is_complaint))
    });
    let said: Vec<_> = said.collect();
    let (count, took, reached) = (said.len(), started.elapsed(), figures(&said));
    println!("{wrong}{count} messages in {took:?}: macro-F1, recall, precision {reached:.3?}");
    assert!(reached.iter().zip(floors).all(|(reached, floor)| *reached >= floor), "{wrong}{reached:.3?}");
}

#[test]
fn the_messages_that_the_phrases_were_written_after_are_told_apart() {
    holds(&examples(), |example| example.tuned, [0.95, 0.97, 0.95]);
}

#[test]
fn the_messages_that_only_the_weights_were_learned_from_are_told_apart() {
    // A tenth of them says enough, and soon.
    holds(&examples(), |example| !example.tuned && example.id.ends_with('7'), [0.95, 0.97, 0.92]);
}

#[test]
fn messages_that_nobody_tuned_to_are_told_apart() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/triage/unseen");
    holds(&read(folder.as_ref()), |_| true, [0.88, 0.97, 0.91]);
}
