//! Where the sentences and clauses of a folded reply begin and end.

use std::ops::Range;

use super::fold::{Folded, is_wide};

/// Bytes of a line that is full, so that its break means nothing.
const FULL_LINE: usize = 58;

/// Abbreviations whose point ends no sentence.
const SHORT: &[&str] = &[
    "nr", "no", "approx", "mr", "mrs", "ms", "dr", "st", "vs", "etc", "z", "b", "ca", "bzw", "ggf", "inkl",
    "evtl", "tel", "str", "art", "u", "a", "d", "h", "n", "num", "sig", "sra", "sr", "ud", "uds", "p", "ex",
    "e", "g", "i", "env", "max", "min", "usw", "vgl", "abs", "mme", "ref", "pag", "fig", "inc", "ltd", "co",
];

/// The sentences and clauses of a text, as bytes of the folded text.
#[derive(Debug, Default)]
pub(super) struct Sentences {
    /// Every sentence, in order.
    pub whole: Vec<Range<usize>>,
    /// Bytes at which a clause ends.
    cuts: Vec<usize>,
}

impl Sentences {
    /// Cuts a folded text.
    pub fn of(folded: &Folded) -> Self {
        let text = folded.text.as_str();
        let mut cut = Self::default();
        let (mut start, mut line) = (0, 0);
        for (at, c) in text.char_indices() {
            let after = at + c.len_utf8();
            let rest = &text[after..];
            let ends = match c {
                '!' | '?' | ';' | '。' | '…' => true,
                '.' => is_full_stop(folded, &text[..at], rest, after),
                '\n' => ends_line(folded, &text[line..at], rest, after),
                _ => false,
            };
            if c == '\n' {
                line = after;
            }
            if ends {
                cut.whole.push(start..after);
                start = after;
            }
            if ends || matches!(c, ',' | '、' | ':' | '(' | ')' | '\n') || c == '-' && rest.starts_with(' ')
            {
                cut.cuts.push(at);
            }
        }
        if start < text.len() {
            cut.whole.push(start..text.len());
        }
        cut.whole.retain(|range| text[range.clone()].contains(char::is_alphanumeric));
        cut
    }

    /// Number of the sentence that holds a byte.
    pub fn number(&self, byte: usize) -> usize {
        self.whole.partition_point(|range| range.end <= byte)
    }

    /// The clause that holds a byte.
    pub fn clause(&self, byte: usize) -> Range<usize> {
        let after = self.cuts.partition_point(|cut| *cut <= byte);
        let start = after.checked_sub(1).map_or(0, |before| self.cuts[before]);
        start..self.cuts.get(after).copied().unwrap_or(usize::MAX)
    }
}

fn is_full_stop(folded: &Folded, before: &str, rest: &str, after: usize) -> bool {
    let Some(next) = rest.chars().next() else { return true };
    if before.ends_with(is_wide) {
        return true;
    }
    let glued = next.is_alphabetic() && folded.written(after).is_some_and(char::is_uppercase);
    if !next.is_whitespace() && next != '"' && next != ')' {
        // "angekommen.Bitte": the space is missing, the sentence ends all the same; "myshop.Com" is one word less often.
        let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        return glued && word.len() > 3 && !before.ends_with("amazon");
    }
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let begins = rest.char_indices().find(|(_, c)| c.is_alphanumeric());
    let small = begins.is_some_and(|(at, c)| {
        c.is_ascii_digit() && SHORT.contains(&word)
            || folded.written(after + at).is_some_and(char::is_lowercase) && word.len() <= 4
    });
    let counted = word.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty() && word.len() <= 2;
    !(small || SHORT.contains(&word) && word.len() <= 3 || counted)
}

fn ends_line(folded: &Folded, line: &str, rest: &str, after: usize) -> bool {
    let Some(next) = rest.trim_start_matches(' ').chars().next() else { return true };
    if next == '\n' || line.trim().is_empty() {
        return true;
    }
    let at = after + (rest.len() - rest.trim_start_matches(' ').len());
    let capital = folded.written(at).is_some_and(|c| c.is_uppercase() || !c.is_alphanumeric());
    (capital || is_wide(next)) && line.len() < FULL_LINE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let folded = Folded::of(text, false);
        let sentences = Sentences::of(&folded);
        sentences.whole.iter().map(|range| folded.text[range.clone()].trim().to_owned()).collect()
    }

    #[test]
    fn a_point_ends_a_sentence_and_an_abbreviation_does_not() {
        assert_eq!(cut("Es kam, z. B. am 5. Mai, an. Danke!"), ["es kam, z. b. am 5. mai, an.", "danke!"]);
        assert_eq!(
            cut("Artikel Nr. 5 kostet 3.50 EUR.Bitte warten"),
            ["artikel nr. 5 kostet 3.50 eur.bitte warten"]
        );
        assert_eq!(cut("确认了。谢谢！"), ["确认了。", "谢谢!"]);
        assert_eq!(cut("Hello Ann,\nThe parcel left."), ["hello ann,", "the parcel left."]);
    }
}
