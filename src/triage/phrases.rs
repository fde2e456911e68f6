//! Phrases of one language and how they are found in a text. The notation is explained in the module above.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::near::Near;
use crate::learning::cut::{self, Habits, Word};
use serde::Deserialize;

/// Bytes of the longest word that phrases are looked for in.
const LONGEST_WORD: usize = 64;

/// What denies in a script without spaces, where it is a letter or an ending.
const WIDE_DENIALS: [&str; 7] = ["没", "未", "不", "ない", "ません", "なかった", "ずに"];

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Class {
    /// Nothing of the article is there.
    NotReceived,
    /// It came, or will come, too late; weaker than a fault of what came.
    Late,
    /// Another thing than was ordered: beats its condition.
    Identity,
    /// A part, a size, a promise of the listing is not met.
    NotAsDescribed,
    /// "I ordered this and got that": another thing, unless what came is said to be broken.
    Swapped,
    /// Broken, not working, poor.
    Defective,
    /// Money that does not come back; what is missing then is no parcel.
    Refund,
    /// Money asked for twice or on top: what a listing or a courier said of it is no trouble with the article.
    Money,
    /// A rude answer, a size that does not fit, an order the seller cancelled.
    Other,
    /// The newest trouble is that the replacement did not come.
    NewestNotReceived,
    /// The newest trouble is that the replacement is another thing.
    NewestNotAsDescribed,
    /// The newest trouble is that the replacement is broken.
    NewestDefective,
    /// Asks where the parcel is or when it comes.
    Status,
    /// A sign that it should have come by now.
    Lateness,
    /// Wishes to cancel.
    Cancel,
    /// The buyer's own reason.
    Own,
    /// Takes back every trouble it overlaps.
    Harmless,
    /// Everything said before is put right.
    Solved,
    /// The thing is there: settles that it was not.
    Arrived,
    /// What follows in the sentence has not happened.
    Hypothetical,
    /// Asks about an article as one does before buying it: takes back the faults that follow in the sentence.
    Question,
    /// Asks for something that has nothing to do with a trouble: an invoice, a new address, a discount.
    Request,
    /// Nothing but thanks.
    Thanks,
    /// Said by those who miss a parcel; counts only where nothing stronger is said and nothing calm.
    HintNotReceived,
    /// The same of a thing that is not as sold.
    HintNotAsDescribed,
    /// The same of a bad thing.
    HintDefective,
    /// The same of money and service.
    HintOther,
}

/// How a language is cut into words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Apostrophe {
    /// `don't` is `dont`.
    Join,
    /// `n'est` is `n` and `est`.
    #[default]
    Split,
}

/// The file of a language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    #[serde(default)]
    apostrophe: Apostrophe,
    /// Whether `ue` and `ü` are one letter.
    #[serde(default)]
    umlauts: bool,
    /// Whether traditional Chinese letters are the simplified ones.
    #[serde(default)]
    simplify: bool,
    /// Whether a question is told from a statement by its mark alone, not by the order of its words.
    #[serde(default)]
    marked_questions: bool,
    /// Words that are right as they are, though they look like a slip in a keyword.
    #[serde(default)]
    common: Vec<String>,
    /// Words that deny what follows them within two words.
    #[serde(default)]
    negation: Vec<String>,
    #[serde(default)]
    groups: HashMap<String, Vec<String>>,
    phrases: BTreeMap<Class, Vec<String>>,
}

/// One element of a phrase.
#[derive(Debug, Clone)]
enum Piece {
    /// One of several runs of words, by number.
    Choice(Vec<Vec<u32>>),
    /// Up to so many words between.
    Gap { words: usize, letters: usize },
}

#[derive(Debug)]
struct Phrase {
    class: Class,
    firm: bool,
    /// Only at the beginning of a clause.
    opens: bool,
    denies: bool,
    pieces: Vec<Piece>,
}

/// A phrase found in a text, as a range of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub class: Class,
    pub start: usize,
    pub end: usize,
    pub firm: bool,
    /// It was asked for where a clause begins.
    pub opens: bool,
    /// It already holds a "not": one before it says nothing.
    pub denies: bool,
}

/// The compiled phrases of a language.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    habits: Habits,
    exact: HashMap<String, u32>,
    begins: HashMap<String, u32>,
    ends: HashMap<String, u32>,
    marked_questions: bool,
    near: Near,
    common: HashSet<String>,
    /// Words that deny, as texts have them.
    negation: Vec<u32>,
    /// The same as phrases write them: `kein*` denies like the `kein` it begins.
    denying: Vec<u32>,
    list: Vec<Phrase>,
    by_first: HashMap<u32, Vec<usize>>,
    next: u32,
}

/// A text cut into words.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Numbers of the known patterns each word fits, as ranges of `numbers`.
    spans: Vec<(usize, usize)>,
    numbers: Vec<u32>,
    places: Vec<Word>,
}

impl Words {
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Where the words of a hit stand in the text, in bytes.
    pub(super) fn place(&self, hit: &Hit) -> Option<(usize, usize)> {
        let (first, last) = (self.places.get(hit.start)?, self.places.get(hit.end.checked_sub(1)?)?);
        Some((first.from, last.to))
    }

    fn has(&self, at: usize, number: u32) -> bool {
        let (from, to) = self.spans[at];
        self.numbers[from..to].contains(&number)
    }

    /// Whether two words stand in one sentence.
    pub(super) fn one_sentence(&self, a: usize, b: usize) -> bool {
        self.places[a].sentence == self.places[b].sentence
    }

    /// Whether two words stand in one clause.
    pub(super) fn one_clause(&self, a: usize, b: usize) -> bool {
        self.places[a].clause == self.places[b].clause
    }
}

impl Phrases {
    /// Compiles the file of a language.
    ///
    /// # Errors
    /// The message of the TOML reader, or the phrase that cannot be read.
    pub(super) fn compile(file: &str) -> Result<Self, String> {
        let sheet: Sheet = toml::from_str(file).map_err(|error| error.to_string())?;
        let habits = Habits {
            join: sheet.apostrophe == Apostrophe::Join,
            umlauts: sheet.umlauts,
            simplify: sheet.simplify,
        };
        let mut all = Self { habits, marked_questions: sheet.marked_questions, ..Self::default() };
        for word in &sheet.common {
            all.common.extend(all.cut(word, false).into_iter().map(|cut| cut.folded));
        }
        for word in &sheet.negation {
            let run = all.run(word);
            all.negation.extend(&run);
            all.denying.extend(run);
            // Only from four letters on, or `ni*` would deny.
            for (end, _) in word.char_indices().skip(4).chain([(word.len(), ' ')]) {
                let run = all.run(&format!("{}*", &word[..end]));
                all.denying.extend(run);
            }
        }
        for (class, list) in &sheet.phrases {
            for text in list {
                let phrase = all.phrase(*class, text, &sheet.groups)?;
                all.add(phrase).map_err(|why| format!("`{text}` {why}"))?;
            }
        }
        for (word, number) in &all.exact {
            all.near.add(word, *number, false);
        }
        for (word, number) in &all.begins {
            all.near.add(word, *number, true);
        }
        Ok(all)
    }

    /// Whether a question needs its mark to be one.
    pub(super) const fn marks_questions(&self) -> bool {
        self.marked_questions
    }

    fn add(&mut self, phrase: Phrase) -> Result<(), String> {
        let Some(Piece::Choice(first)) = phrase.pieces.first() else {
            return Err("must begin with a word".into());
        };
        let mut heads: Vec<u32> = first.iter().filter_map(|run| run.first().copied()).collect();
        if heads.len() != first.len() {
            return Err("must not begin with nothing".into());
        }
        heads.sort_unstable();
        heads.dedup();
        for head in heads {
            self.by_first.entry(head).or_default().push(self.list.len());
        }
        self.list.push(phrase);
        Ok(())
    }

    fn phrase(
        &mut self,
        class: Class,
        text: &str,
        groups: &HashMap<String, Vec<String>>,
    ) -> Result<Phrase, String> {
        let whole = expand(text, groups, 3)?;
        let firm = whole.starts_with('!');
        let opens = whole.trim_start_matches('!').starts_with('^');
        let mut rest = whole.trim_start_matches(['!', '^']).trim();
        let mut pieces = Vec::new();
        while let Some(first) = rest.chars().next() {
            let (piece, used) = match first {
                '(' => {
                    let end = closing(rest).ok_or_else(|| format!("`{text}` has an open bracket"))?;
                    (
                        Piece::Choice(
                            spell_out(&rest[..=end]).iter().filter_map(|run| self.choice(run)).collect(),
                        ),
                        end + 1,
                    )
                }
                '~' if rest.starts_with("~~") => (Piece::Gap { words: 9, letters: 30 }, 2),
                '~' => (Piece::Gap { words: 3, letters: 8 }, 1),
                _ => {
                    let end = rest.find([' ', '(', '~']).unwrap_or(rest.len());
                    (Piece::Choice(vec![self.run(&rest[..end])]), end)
                }
            };
            pieces.push(piece);
            rest = rest[used..].trim_start();
        }
        // What may be left out at the beginning says nothing.
        while matches!(pieces.first(), Some(Piece::Choice(runs)) if runs.iter().any(Vec::is_empty)) {
            pieces.remove(0);
        }
        let denies = WIDE_DENIALS.iter().any(|word| whole.contains(word));
        let denies = denies
            || pieces.iter().any(|piece| match piece {
                Piece::Choice(runs) => runs.iter().flatten().any(|number| self.denying.contains(number)),
                Piece::Gap { .. } => false,
            });
        Ok(Phrase { class, firm, opens, denies, pieces })
    }

    /// One of several runs; none for a mark such as `、`, which is no word and must not mean "or nothing".
    fn choice(&mut self, text: &str) -> Option<Vec<u32>> {
        let run = self.run(text);
        (!run.is_empty() || text.trim().is_empty()).then_some(run)
    }

    /// The numbers of a run of words, new ones where needed.
    fn run(&mut self, text: &str) -> Vec<u32> {
        let mut run = Vec::new();
        for word in self.cut(text, true).into_iter().map(|cut| cut.folded) {
            let (table, key) = match (word.strip_suffix('*'), word.strip_prefix('*')) {
                (Some(begin), _) => (&mut self.begins, begin),
                (_, Some(end)) => (&mut self.ends, end),
                _ => (&mut self.exact, word.as_str()),
            };
            let next = &mut self.next;
            run.push(*table.entry(key.to_owned()).or_insert_with(|| {
                *next += 1;
                *next
            }));
        }
        run
    }

    fn cut(&self, text: &str, stars: bool) -> Vec<Word> {
        cut::cut(text, self.habits, stars)
    }

    /// Cuts a text into the words these phrases know.
    pub(super) fn words(&self, text: &str) -> Words {
        let mut words = Words::default();
        for word in self.cut(text, false) {
            let from = words.numbers.len();
            self.fit(&word, &mut words.numbers);
            words.spans.push((from, words.numbers.len()));
            words.places.push(word);
        }
        words
    }

    /// The numbers of the patterns a word fits.
    fn fit(&self, word: &Word, numbers: &mut Vec<u32>) {
        let from = numbers.len();
        let key = word.folded.as_str();
        // No phrase knows a longer word, and a line of a megabyte must not cost its square.
        if key.len() > LONGEST_WORD {
            return;
        }
        self.fit_exactly(key, numbers);
        if word.wide {
            return;
        }
        if let Some(both) = cut::shortened(key) {
            for short in both {
                self.fit_exactly(&short, numbers);
            }
        } else if numbers.len() == from && !self.common.contains(key) {
            numbers.extend(self.near.of(key));
        }
    }

    fn fit_exactly(&self, key: &str, numbers: &mut Vec<u32>) {
        numbers.extend(self.exact.get(key));
        for (at, _) in key.char_indices().skip(2).chain([(key.len(), ' ')]) {
            numbers.extend(self.begins.get(&key[..at]));
        }
        for (at, _) in key.char_indices() {
            numbers.extend(self.ends.get(&key[at..]));
        }
    }

    /// Every phrase found, in the order of the text.
    pub(super) fn find(&self, words: &Words) -> Vec<Hit> {
        let mut hits = Vec::new();
        for start in 0..words.len() {
            let (from, to) = words.spans[start];
            for number in &words.numbers[from..to] {
                for at in self.by_first.get(number).into_iter().flatten() {
                    let phrase = &self.list[*at];
                    if phrase.opens && start > 0 && words.one_clause(start - 1, start) {
                        continue;
                    }
                    if let Some(end) = fits(words, &phrase.pieces, start, start) {
                        let Phrase { class, firm, opens, denies, .. } = *phrase;
                        hits.push(Hit { class, start, end, firm, opens, denies });
                    }
                }
            }
        }
        hits
    }

    /// Whether a word that denies stands inside a phrase or within `before` words before it, in the same clause.
    pub(super) fn denied(&self, words: &Words, hit: &Hit, before: usize) -> bool {
        (hit.start.saturating_sub(before)..hit.end).any(|at| {
            let near = at >= hit.start || words.one_clause(at, hit.start);
            near && self.negation.iter().any(|number| words.has(at, *number))
        })
    }
}

/// The phrase with its named lists written out as choices; lists may name lists, `depth` deep.
fn expand(text: &str, groups: &HashMap<String, Vec<String>>, depth: u8) -> Result<String, String> {
    let Some((before, rest)) = text.split_once('$') else {
        return Ok(text.to_owned());
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let list = groups.get(name).filter(|_| depth > 0);
    let list = list.ok_or_else(|| format!("`{text}` names no known list"))?;
    let choice = expand(&list.join("|"), groups, depth - 1)?;
    Ok(format!("{before}({choice}){}", expand(after, groups, depth)?))
}

/// Where the bracket that a text begins with is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    text.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(at)
    })
}

/// Every run of words that a choice stands for, choices within it included.
fn spell_out(text: &str) -> Vec<String> {
    let Some((open, end)) = text.find('(').and_then(|open| Some((open, open + closing(&text[open..])?)))
    else {
        return vec![text.to_owned()];
    };
    let (mut from, mut depth, mut inner) = (open + 1, 0_i32, Vec::new());
    for (at, c) in text[..=end].char_indices().skip_while(|(at, _)| *at <= open) {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if (c == '|' && depth == 0) || at == end {
            inner.extend(spell_out(&text[from..at]));
            from = at + 1;
        }
    }
    let tails = spell_out(&text[end + 1..]);
    let join =
        |one: &String| tails.iter().map(|tail| format!("{}{one}{tail}", &text[..open])).collect::<Vec<_>>();
    inner.iter().flat_map(join).collect()
}

/// The end of a match of `pieces` at `at`, all within one sentence.
fn fits(words: &Words, pieces: &[Piece], start: usize, at: usize) -> Option<usize> {
    let Some((piece, rest)) = pieces.split_first() else {
        return Some(at);
    };
    match piece {
        Piece::Choice(runs) => runs.iter().find_map(|run| {
            let inside = |(offset, number): (usize, &u32)| {
                let here = at + offset;
                here < words.len() && words.one_sentence(start, here) && words.has(here, *number)
            };
            run.iter().enumerate().all(inside).then(|| fits(words, rest, start, at + run.len()))?
        }),
        Piece::Gap { words: few, letters } => {
            let wide = words.places.get(at).is_some_and(|place| place.wide);
            (0..=if wide { *letters } else { *few })
                .find_map(|skipped| fits(words, rest, start, at + skipped))
        }
    }
}

#[cfg(test)]
mod tests;
