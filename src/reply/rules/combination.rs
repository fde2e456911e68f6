//! When a rule objects: combinations of concepts within a clause, a sentence or two, in any order.
//!
//! `clause ^ask alter review !thank`: the first word is the room, the others are concepts; `^` must not be denied, `!` must
//! not be in the room. Rooms: `clause`, `sentence`, `near` (a sentence, all within 90 letters), `pair` (the sentence and
//! the next), `text`.

use std::ops::Range;

use super::Reading;
use super::sheet::{self, Denial, Sheet};

/// Bytes within which a `near` combination must stand.
const NEAR: usize = 100;

/// Where all of a combination must be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Clause,
    Sentence,
    Near,
    Pair,
    Text,
}

/// A combination of concepts.
#[derive(Debug)]
pub(super) struct Combination {
    room: Room,
    /// Numbers of the concepts, and whether each must not be denied.
    wanted: Vec<(usize, bool)>,
    unwanted: Vec<usize>,
}

impl Combination {
    /// Reads a combination; `None` if a word of it is no room or concept.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let room = match words.next()? {
            "clause" => Room::Clause,
            "sentence" => Room::Sentence,
            "near" => Room::Near,
            "pair" => Room::Pair,
            "text" => Room::Text,
            _ => return None,
        };
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        for word in words {
            if let Some(name) = word.strip_prefix('!') {
                unwanted.push(sheet::concept(name)?);
            } else if let Some(name) = word.strip_prefix('^') {
                wanted.push((sheet::concept(name)?, true));
            } else {
                wanted.push((sheet::concept(word)?, false));
            }
        }
        (!wanted.is_empty()).then_some(Self { room, wanted, unwanted })
    }

    /// Where a reply says it, in bytes of the folded text.
    pub fn find(&self, reading: &Reading<'_>, spoken: &Spoken) -> Vec<Range<usize>> {
        let Some(((first, positive), others)) = self.wanted.split_first() else { return Vec::new() };
        let mut found = Vec::new();
        for hit in &spoken.hits[*first] {
            if *positive && spoken.is_denied(reading, hit, &self.wanted) {
                continue;
            }
            let room = self.room(reading, hit);
            let within =
                |other: &&Range<usize>| other.start >= room.start && other.end <= room.end.max(hit.end);
            if self.unwanted.iter().any(|name| spoken.hits[*name].iter().any(|other| within(&other))) {
                continue;
            }
            let mut hull = hit.clone();
            let complete = others.iter().all(|(name, positive)| {
                let fits = spoken.hits[*name].iter().filter(within);
                let nearest = fits
                    .filter(|other| !*positive || !spoken.is_denied(reading, other, &self.wanted))
                    .min_by_key(|other| other.start.abs_diff(hit.start));
                nearest.map(|other| hull = hull.start.min(other.start)..hull.end.max(other.end)).is_some()
            });
            if complete && (self.room != Room::Near || hull.len() <= NEAR) {
                found.push(hull);
            }
        }
        found
    }

    fn room(&self, reading: &Reading<'_>, hit: &Range<usize>) -> Range<usize> {
        let sentences = &reading.sentences;
        let number = sentences.number(hit.start);
        let sentence = |at: usize| sentences.whole.get(at).cloned().unwrap_or(hit.clone());
        match self.room {
            Room::Clause => {
                let clause = sentences.clause(hit.start);
                clause.start..clause.end.min(sentence(number).end)
            }
            Room::Sentence | Room::Near => sentence(number),
            Room::Pair => sentence(number).start..sentence((number + 1).min(sentences.whole.len() - 1)).end,
            Room::Text => 0..reading.folded.text.len(),
        }
    }
}

/// What a reply says in one language.
#[derive(Debug)]
pub(super) struct Spoken {
    sheet: &'static Sheet,
    hits: Vec<Vec<Range<usize>>>,
    not: Option<usize>,
}

impl Spoken {
    /// Looks for every concept of a language.
    pub fn of(text: &str, sheet: &'static Sheet) -> Self {
        Self { sheet, hits: sheet.hits(text), not: sheet::concept("not") }
    }

    /// Where a concept is named.
    pub fn said(&self, name: &str) -> &[Range<usize>] {
        sheet::concept(name).map_or(&[], |at| &self.hits[at])
    }

    /// The concepts named within a part of the text, each with its first place there.
    pub fn named<'s>(
        &'s self,
        part: &'s Range<usize>,
    ) -> impl Iterator<Item = (&'static str, &'s Range<usize>)> {
        let within = |hit: &&Range<usize>| hit.start >= part.start && hit.start < part.end;
        sheet::names()
            .iter()
            .zip(&self.hits)
            .filter_map(move |(name, hits)| Some((name.as_str(), hits.iter().find(within)?)))
    }

    /// Whether what is said there is denied in its own clause; a "not" that belongs to another of the `wanted` concepts
    /// ("without Amazon") denies nothing.
    pub fn is_denied(&self, reading: &Reading<'_>, hit: &Range<usize>, wanted: &[(usize, bool)]) -> bool {
        let Some(not) = self.not else { return false };
        let clause = reading.sentences.clause(hit.start);
        let reach = self.sheet.reach;
        self.hits[not].iter().any(|denial| {
            let inside = denial.start >= clause.start && denial.start < clause.end;
            let before = denial.end <= hit.start && hit.start - denial.end <= reach;
            let after = denial.start >= hit.end && denial.start - hit.end <= reach;
            let owned = |place: &Range<usize>| place.start <= denial.start && denial.end <= place.end;
            inside
                && !wanted.iter().any(|(name, _)| self.hits[*name].iter().any(owned))
                && match self.sheet.denial {
                    Denial::Before => before,
                    Denial::Around => before || after,
                    Denial::After => after,
                }
        })
    }
}
