//! A reply that went out, as it is shown again beside a new one.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::{CaseId, Channel};
use super::view::ReplyDraft;

/// Who reads the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The buyer.
    #[default]
    Buyer,
    /// Amazon, in a claim or a chargeback.
    Amazon,
}

/// A reply of ours to a buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastReply {
    /// The case it was sent in.
    pub case: CaseId,
    /// Where that arrived.
    pub channel: Channel,
    /// The order of that case.
    pub order_id: Option<String>,
    /// When it was sent.
    pub at: Timestamp,
    /// All of it. Written by the operator, or read from Amazon's copy: untrusted.
    pub text: String,
    /// Name of the template, where one was used in kesu.
    pub template: Option<String>,
    /// The template's words with the values of the day, without an addition; empty without a template.
    pub template_text: String,
    /// It was written in kesu, rather than read from Amazon's copy alone.
    pub written_here: bool,
}

impl ReplyDraft {
    /// This draft with what somebody else made of `known` meanwhile, so that neither's words are lost: a line that only he has
    /// changed is as he has it, his other lines that stand neither there nor here follow. No line moves. Where only he
    /// chose a template or typed a value since the first of `known`, his stands.
    #[must_use]
    pub fn with(mut self, theirs: &Self, known: &[&Self]) -> Self {
        let none = Self::default();
        let base = known.first().copied().unwrap_or(&none);
        self.addition = joined(&self, theirs, known);
        let choice = |draft: &Self| (draft.template.clone(), draft.lang, draft.reads);
        if choice(&self) == choice(base) {
            (self.template, self.lang, self.reads) = choice(theirs);
        }
        for (name, value) in &theirs.values {
            if self.values.get(name) == base.values.get(name) {
                self.values.insert(name.clone(), value.clone());
            }
        }
        self
    }
}

/// The words of two on what they both knew, line by line.
fn joined(ours: &ReplyDraft, theirs: &ReplyDraft, known: &[&ReplyDraft]) -> String {
    fn lines(draft: &ReplyDraft) -> impl Iterator<Item = &str> {
        draft.addition.lines().map(str::trim_end)
    }
    let before: HashSet<&str> = known.iter().flat_map(|draft| lines(draft)).collect();
    let (here, there): (HashSet<&str>, HashSet<&str>) = (lines(ours).collect(), lines(theirs).collect());
    let is_new = |line: &&str| line.is_empty() || !before.contains(line) && !here.contains(line);
    // Empty lines between his new ones stay behind as they are; one that stands in the place of an old one is taken out.
    let mut new: Vec<Option<&str>> = lines(theirs).filter(is_new).map(Some).collect();
    let mut next = 0;
    let in_place = |line| {
        let old = str::trim_end(line);
        if old.is_empty() || !before.contains(old) || there.contains(old) {
            return line;
        }
        next += new[next..].iter().take_while(|line| line.is_none_or(str::is_empty)).count();
        new.get_mut(next).and_then(Option::take).unwrap_or(line)
    };
    let own: Vec<&str> = ours.addition.split('\n').map(in_place).collect();
    let rest: Vec<&str> = new.into_iter().flatten().collect();
    let (own, rest) = (own.join("\n"), rest.join("\n"));
    let gap = if own.is_empty() || rest.trim().is_empty() { "" } else { "\n\n" };
    format!("{own}{gap}{}", rest.trim_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(addition: &str) -> ReplyDraft {
        ReplyDraft { addition: addition.to_owned(), ..ReplyDraft::default() }
    }

    fn both(ours: &str, theirs: &str, base: &str) -> String {
        words(ours).with(&words(theirs), &[&words(base)]).addition
    }

    #[test]
    fn what_two_typed_into_one_reply_stands_below_each_other_without_what_both_have() {
        for (ours, theirs, base, joined) in [
            ("Sorry, Ada.", "Hello.", "", "Sorry, Ada.\n\nHello."),
            ("", "Hello.", "", "Hello."),
            ("Sorry, Ada.", "Sorry\n\nIt leaves today.", "Sorry", "Sorry, Ada.\n\nIt leaves today."),
            ("One.\nTwo.", "Two.", "", "One.\nTwo."),
            ("Hi Ada,\nToday.", "Hi Ada, sorry.", "Hi Ada,", "Hi Ada, sorry.\nToday."),
            ("Kept.", "Kept.\nStruck out.", "Kept.\nStruck out.", "Kept."),
            ("A. \n", "", "A.", "A. \n"),
            // The caret stands behind what was typed last.
            ("Sorry, ", "Sorry\nX", "Sorry", "Sorry, \n\nX"),
            ("Hello.\n\n", "X", "", "Hello.\n\n\n\nX"),
            ("您好\u{3000}", "再见", "", "您好\u{3000}\n\n再见"),
            // A line that is a part of another says something else.
            ("我们不可以退款。", "可以退款。", "", "我们不可以退款。\n\n可以退款。"),
        ] {
            assert_eq!(both(ours, theirs, base), joined, "{ours:?} and {theirs:?} on {base:?}");
        }
    }

    #[test]
    fn two_windows_in_turn_leave_one_version_of_each_line() {
        // What each window shows, and what it knows to be kept.
        let mut windows = [("Sorry, A".to_owned(), "Sorry, A".to_owned()), Default::default()];
        windows[1] = ("Sorry, A\nHello x".to_owned(), "Sorry, A".to_owned());
        let mut kept = windows[1].0.clone();
        windows[1].1 = kept.clone();
        for (window, typed) in [(0, "d"), (1, "y"), (0, "a"), (1, "z")] {
            let (shown, known) = &mut windows[window];
            let line = if window == 0 { "Sorry, A" } else { "Hello x" };
            let at = shown.find(line).unwrap() + line.len();
            let at = shown[at..].find('\n').map_or(shown.len(), |end| at + end);
            shown.insert_str(at, typed);
            kept = if kept == *known { shown.clone() } else { both(shown, &kept, known) };
            (*shown, *known) = (kept.clone(), kept.clone());
        }
        assert_eq!(kept, "Sorry, Ada\nHello xyz");
    }

    #[test]
    fn who_alone_chose_a_template_or_typed_a_value_has_chosen_it() {
        let value = |value: &str| [("day".to_owned(), value.to_owned())].into();
        let base = words("");
        let theirs = ReplyDraft { template: Some("known".to_owned()), values: value("Monday"), ..words("") };
        let merged = words("Hi.").with(&theirs, &[&base]);
        assert_eq!((merged.template.as_deref(), merged.values["day"].as_str()), (Some("known"), "Monday"));
        let ours = ReplyDraft { template: Some("lost".to_owned()), values: value("Friday"), ..words("") };
        assert_eq!(ours.clone().with(&theirs, &[&base]), ours);
    }
}
