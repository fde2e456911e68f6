//! How well messages are told apart that the weights were learned from: what is kept, not what is unseen. What is
//! unseen is measured by leaving out a part of them (`training`).

use super::training::{Example, examples, figures};
use super::words::classify;

#[track_caller]
fn holds(wanted: impl Fn(&Example) -> bool, floors: [f64; 3]) {
    let examples = examples();
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
    holds(|example| example.tuned, [0.95, 0.97, 0.95]);
}

#[test]
fn the_messages_that_only_the_weights_were_learned_from_are_told_apart() {
    holds(|example| !example.tuned, [0.9, 0.97, 0.92]);
}
