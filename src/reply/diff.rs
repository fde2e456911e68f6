//! What of a reply is the template's and what the operator's own: the words kept, added and left out, and their share.

use unicode_segmentation::UnicodeSegmentation as _;

/// Pairs of words that are compared at most: 18 MB. Two Chinese texts of 2,000 characters, each a word, need under half of it;
/// longer ones are compared line by line first.
const MOST_PAIRS: usize = 9_000_000;

/// What became of some words of the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They stand in both texts.
    Kept,
    /// They stand in the reply only.
    Added,
    /// They stand in the template only.
    Removed,
}

/// Neighbouring words with the same fate. Without the removed ones the pieces are the reply, blanks and line breaks as
/// they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What became of them.
    pub change: Change,
    /// The words, with the blanks after them.
    pub text: &'a str,
}

/// How much of a reply is not the template's, in characters; blanks and line breaks do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Characters of the operator's own.
    pub personal: usize,
    /// Characters of the whole reply.
    pub whole: usize,
}

impl Share {
    /// In whole percent, 0 for an empty reply. Only a reply without a word of the template is 100 % personal, and only
    /// one without a word of his own is 0 %.
    #[must_use]
    pub fn percent(self) -> u8 {
        let rounded = (200 * self.personal + self.whole).checked_div(2 * self.whole).unwrap_or(0);
        let percent = match self.personal {
            0 => 0,
            all if all == self.whole => 100,
            _ => rounded.clamp(1, 99),
        };
        u8::try_from(percent).unwrap_or(100)
    }
}

/// The share of a reply that is not the template's. `template_text` is the template with its values and without an
/// addition; an empty one makes the whole reply personal.
#[must_use]
pub fn personal_share(template_text: &str, sent_text: &str) -> Share {
    let mut share = Share::default();
    for piece in compare(template_text, sent_text) {
        let letters = weight(piece.text);
        match piece.change {
            Change::Kept => share.whole += letters,
            Change::Added => {
                share = Share { personal: share.personal + letters, whole: share.whole + letters }
            }
            Change::Removed => {}
        }
    }
    share
}

/// Both texts as one row of words. Scattered words that happen to stand in both, between longer changes, count as
/// changed. Of texts too long to be compared word by word, the lines that stayed divide the rest; what is too long even then is
/// one change.
#[must_use]
pub fn compare<'a>(template_text: &'a str, sent_text: &'a str) -> Vec<Piece<'a>> {
    let (old, new) = (words(template_text), words(sent_text));
    let same = |(one, other): &(&Word<'_>, &Word<'_>)| one.bare == other.bare;
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(same).count();
    let (old_middle, new_middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut runs = vec![Run::of(Change::Kept, head)];
    runs.extend(middle(old_middle, new_middle));
    runs.push(Run::of(Change::Kept, tail));
    let runs = settled(runs, &old, &new);
    pieces(template_text, sent_text, &runs, &old, &new)
}

/// The template's words in a reply whose addition is known: what stands above it, then what stands below.
#[must_use]
pub fn without_addition(sent_text: &str, addition: &str) -> String {
    let addition = addition.trim();
    // The addition is a paragraph of its own: the same words within a sentence of the template are not it.
    let mut places = sent_text.match_indices(addition).filter(|(at, _)| {
        !addition.is_empty() && {
            let (above, below) = (&sent_text[..*at], &sent_text[at + addition.len()..]);
            (above.is_empty() || above.ends_with("\n\n")) && (below.is_empty() || below.starts_with("\n\n"))
        }
    });
    let Some((at, _)) = places.next() else { return sent_text.to_owned() };
    let (above, below) = (sent_text[..at].trim_end(), sent_text[at + addition.len()..].trim_start());
    let gap = if above.is_empty() || below.is_empty() { "" } else { "\n\n" };
    format!("{above}{gap}{below}")
}

/// A word or a sign; a Chinese character is a word of its own.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    bare: &'a str,
    /// Where it begins, and where the next one does.
    at: usize,
    end: usize,
    /// It is the last of its line.
    closes: bool,
}

/// So many words with the same fate.
#[derive(Debug, Clone, Copy)]
struct Run {
    change: Change,
    count: usize,
}

impl Run {
    const fn of(change: Change, count: usize) -> Self {
        Self { change, count }
    }
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    for (at, bare) in text.split_word_bound_indices() {
        let end = at + bare.len();
        match words.last_mut() {
            Some(last) if bare.trim().is_empty() => {
                (last.end, last.closes) = (end, last.closes || bare.contains('\n'));
            }
            // Blanks before the first word are the text's own.
            None if bare.trim().is_empty() => {}
            _ => words.push(Word { bare, at, end, closes: false }),
        }
    }
    words
}

/// Characters as the reader counts them, without blanks.
fn weight(text: &str) -> usize {
    text.graphemes(true).filter(|letter| !letter.trim().is_empty()).count()
}

/// The longest common row of words; of texts too long for that, of their lines, and of the words between those.
fn middle(old: &[Word<'_>], new: &[Word<'_>]) -> Vec<Run> {
    let same = |i: usize, j: usize| old[i].bare == new[j].bare;
    if let Some(runs) = common(old.len(), new.len(), same) {
        return runs;
    }
    let (old_lines, new_lines) = (lines(old), lines(new));
    let changed = |old: &[Word<'_>], new: &[Word<'_>]| {
        let words = common(old.len(), new.len(), |i, j| old[i].bare == new[j].bare);
        words.unwrap_or_else(|| vec![Run::of(Change::Removed, old.len()), Run::of(Change::Added, new.len())])
    };
    let equal = |i: usize, j: usize| {
        let (one, other): (&[Word<'_>], &[Word<'_>]) = (old_lines[i], new_lines[j]);
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.bare == other.bare)
    };
    let Some(by_line) = common(old_lines.len(), new_lines.len(), equal) else { return changed(old, new) };
    let count = |lines: &[&[Word<'_>]]| lines.iter().map(|line| line.len()).sum::<usize>();
    // Lines: how many were passed. Words: up to which they are compared, and up to which they were passed.
    let (mut i, mut j, mut runs) = (0, 0, Vec::new());
    let (mut from, mut to) = ([0, 0], [0, 0]);
    for run in by_line {
        match run.change {
            Change::Removed => {
                to[0] += count(&old_lines[i..i + run.count]);
                i += run.count;
            }
            Change::Added => {
                to[1] += count(&new_lines[j..j + run.count]);
                j += run.count;
            }
            Change::Kept => {
                runs.extend(changed(&old[from[0]..to[0]], &new[from[1]..to[1]]));
                let kept = count(&new_lines[j..j + run.count]);
                runs.push(Run::of(Change::Kept, kept));
                to = [to[0] + kept, to[1] + kept];
                (i, j, from) = (i + run.count, j + run.count, to);
            }
        }
    }
    runs.extend(changed(&old[from[0]..], &new[from[1]..]));
    runs
}

/// Words by the lines they stand in.
fn lines<'t, 'a>(words: &'t [Word<'a>]) -> Vec<&'t [Word<'a>]> {
    words.split_inclusive(|word| word.closes).collect()
}

/// The longest common row of two rows, by a table of what is still to come; `None` where that is too large.
fn common(old: usize, new: usize, same: impl Fn(usize, usize) -> bool) -> Option<Vec<Run>> {
    if old == 0 || new == 0 {
        return Some(vec![Run::of(Change::Removed, old), Run::of(Change::Added, new)]);
    }
    if old.saturating_mul(new) > MOST_PAIRS {
        return None;
    }
    let width = new + 1;
    // No row in common is longer than the root of `MOST_PAIRS`.
    let mut common = vec![0_u16; (old + 1) * width];
    for i in (0..old).rev() {
        for j in (0..new).rev() {
            common[i * width + j] = if same(i, j) {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut runs) = (0, 0, Vec::new());
    while i < old && j < new {
        if same(i, j) {
            runs.push(Run::of(Change::Kept, 1));
            (i, j) = (i + 1, j + 1);
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            runs.push(Run::of(Change::Removed, 1));
            i += 1;
        } else {
            runs.push(Run::of(Change::Added, 1));
            j += 1;
        }
    }
    runs.push(Run::of(Change::Removed, old - i));
    runs.push(Run::of(Change::Added, new - j));
    Some(runs)
}

/// What was changed between two words that stayed, in words and in letters.
#[derive(Debug, Clone, Copy, Default)]
struct Gap {
    removed: usize,
    added: usize,
    /// The words that stayed after it.
    kept: usize,
    /// Letters of the longer side, and of the words that stayed.
    changed_letters: usize,
    kept_letters: usize,
}

/// Neighbouring runs made one, removals before additions, and kept words given up that no reader would call kept: those
/// shorter than the changes on both sides of them.
fn settled(runs: Vec<Run>, old: &[Word<'_>], new: &[Word<'_>]) -> Vec<Run> {
    let mut gaps: Vec<Gap> = vec![Gap::default()];
    for run in runs.into_iter().filter(|run| run.count > 0) {
        let last = gaps.len() - 1;
        if run.change != Change::Kept && gaps[last].kept > 0 {
            gaps.push(Gap::default());
        }
        let last = gaps.len() - 1;
        match run.change {
            Change::Kept => gaps[last].kept += run.count,
            Change::Added => gaps[last].added += run.count,
            Change::Removed => gaps[last].removed += run.count,
        }
    }
    weigh(&mut gaps, old, new);
    let mut whole: Vec<Gap> = Vec::new();
    for gap in gaps {
        whole.push(gap);
        while let [.., before, after] = whole[..]
            && before.kept_letters <= before.changed_letters
            && before.kept_letters <= after.changed_letters
        {
            whole.truncate(whole.len() - 2);
            whole.push(Gap {
                removed: before.removed + before.kept + after.removed,
                added: before.added + before.kept + after.added,
                kept: after.kept,
                changed_letters: before.changed_letters + before.kept_letters + after.changed_letters,
                kept_letters: after.kept_letters,
            });
        }
    }
    let runs = whole.into_iter().flat_map(|gap| {
        [(Change::Removed, gap.removed), (Change::Added, gap.added), (Change::Kept, gap.kept)]
    });
    runs.filter(|(_, count)| *count > 0).map(|(change, count)| Run { change, count }).collect()
}

fn weigh(gaps: &mut [Gap], old: &[Word<'_>], new: &[Word<'_>]) {
    let letters = |words: &[Word<'_>]| words.iter().map(|word| weight(word.bare)).sum::<usize>();
    let (mut i, mut j) = (0, 0);
    for gap in gaps {
        let (removed, added) = (&old[i..i + gap.removed], &new[j..j + gap.added]);
        gap.changed_letters = letters(removed).max(letters(added));
        gap.kept_letters = letters(&new[j + gap.added..j + gap.added + gap.kept]);
        (i, j) = (i + gap.removed + gap.kept, j + gap.added + gap.kept);
    }
}

fn pieces<'a>(
    template_text: &'a str,
    sent_text: &'a str,
    runs: &[Run],
    old: &[Word<'_>],
    new: &[Word<'_>],
) -> Vec<Piece<'a>> {
    let (mut i, mut j) = (0, 0);
    let mut pieces = Vec::with_capacity(runs.len());
    for run in runs {
        let (text, words, at) = match run.change {
            Change::Removed => (template_text, old, &mut i),
            Change::Added | Change::Kept => (sent_text, new, &mut j),
        };
        let span = &words[*at..*at + run.count];
        *at += run.count;
        if run.change == Change::Kept {
            i += run.count;
        }
        if let (Some(first), Some(last)) = (span.first(), span.last()) {
            pieces.push(Piece { change: run.change, text: &text[first.at..last.end] });
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(template: &str, sent: &str) -> String {
        let pieces = compare(template, sent);
        let signs = |piece: &Piece<'_>| match piece.change {
            Change::Kept => piece.text.to_owned(),
            Change::Added => format!("[+{}]", piece.text),
            Change::Removed => format!("[-{}]", piece.text),
        };
        pieces.iter().map(signs).collect()
    }

    #[test]
    fn an_addition_between_the_halves_of_a_template_is_all_that_is_personal() {
        let (template, sent) =
            ("Dear Ann,\n\nKind regards", "Dear Ann,\n\nIt is in Cologne.\n\nKind regards");
        assert_eq!(shown(template, sent), "Dear Ann,\n\n[+It is in Cologne.\n\n]Kind regards");
        let share = personal_share(template, sent);
        assert_eq!(share, Share { personal: 14, whole: 33 });
        assert_eq!(share.percent(), 42);
    }

    #[test]
    fn a_replaced_word_is_one_removed_and_one_added() {
        assert_eq!(
            shown("we refund 10 EUR today, as promised", "we refund 12 EUR today, as promised"),
            "we refund [-10 ][+12 ]EUR today, as promised"
        );
        assert_eq!(
            shown("我们已为您退款，请查收", "我们已为您补发，请查收"),
            "我们已为您[-退款][+补发]，请查收"
        );
    }

    #[test]
    fn scattered_small_words_do_not_pass_for_the_templates() {
        let template = "We have asked the carrier to look for the parcel and to tell us where it is.";
        let sent = "Please send the charger back in the box; a label to use is in the mail.";
        assert_eq!(personal_share(template, sent).percent(), 98, "{}", shown(template, sent));
    }

    #[test]
    fn the_pieces_give_both_texts_back() {
        let texts =
            ["", "one two", "one  two\n\nthree ", "two three four", "客诉 two 退款。", "👨‍👩‍👧 e\u{301} one"];
        for template in texts {
            for sent in texts {
                let pieces = compare(template, sent);
                let text = |without: Change| -> String {
                    pieces.iter().filter(|piece| piece.change != without).map(|piece| piece.text).collect()
                };
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(text(Change::Removed), sent);
                assert_eq!(bare(&text(Change::Added)), bare(template));
            }
        }
    }

    #[test]
    fn the_ends_of_the_scale_are_exact() {
        assert_eq!(personal_share("", "").percent(), 0);
        assert_eq!(personal_share("", "mine").percent(), 100);
        assert_eq!(personal_share("same words", "same  words").percent(), 0);
        let (template, long) = ("a".to_owned(), "b ".repeat(3_000));
        assert_eq!(personal_share(&template, &format!("{template} {long}")).percent(), 99);
        assert_eq!(personal_share(&long, &format!("{long}x")).percent(), 1);
    }

    #[test]
    fn of_long_texts_only_what_was_changed_is_personal() {
        // Each character a word: twice the length of a message, its first and last line changed.
        let line = |at: u32| {
            let signs = (0..39).map(|step| char::from_u32(0x4e00 + at * 40 + step).unwrap());
            signs.collect::<String>() + "\n"
        };
        let body: String = (1..101).map(line).collect();
        let (template, sent) = (format!("甲乙丙\n{body}丁戊己"), format!("庚辛壬\n{body}癸子丑"));
        assert_eq!(personal_share(&template, &sent), Share { personal: 6, whole: 3_906 });
        assert_eq!(shown(&template, &sent), format!("[-甲乙丙\n][+庚辛壬\n]{body}[-丁戊己][+癸子丑]"));
        let two: String = (1..56).map(line).collect::<String>().replace('\n', "");
        let (template, sent) = (format!("甲{two}乙"), format!("丙{two}丁"));
        assert_eq!(personal_share(&template, &sent), Share { personal: 2, whole: 2_147 });
    }

    #[test]
    fn texts_too_long_to_compare_are_one_change_between_equal_ends() {
        let (old, new) = ("alt ".repeat(5_000), "neu ".repeat(5_000));
        let pieces = shown(&format!("Hi {old}bye"), &format!("Hi {new}bye"));
        assert_eq!(pieces, format!("Hi [-{old}][+{new}]bye"));
    }

    #[test]
    fn the_template_is_what_remains_without_the_addition() {
        let sent = "Dear Ann, thank you\n\nthank you\n\nBye";
        assert_eq!(without_addition(sent, " thank you\n"), "Dear Ann, thank you\n\nBye");
        assert_eq!(without_addition("all mine", "all mine"), "");
        assert_eq!(without_addition("Dear Ann\n\nBye", ""), "Dear Ann\n\nBye");
    }
}
