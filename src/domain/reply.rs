//! A reply that went out, as it is shown again beside a new one.

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
    /// This draft with what somebody else made of `base` meanwhile, so that neither's words are lost: his lines that stand
    /// neither in `base` nor here follow, and where only he chose a template or typed a value, his stands.
    #[must_use]
    pub fn with(mut self, theirs: &Self, base: &Self) -> Self {
        let known: Vec<&str> = base.addition.lines().chain(self.addition.lines()).collect();
        let is_new = |line: &str| !known.iter().any(|known| known.contains(line));
        let new: Vec<&str> = theirs.addition.lines().filter(|line| line.is_empty() || is_new(line)).collect();
        let new = new.join("\n");
        if !new.trim().is_empty() {
            let own = self.addition.trim_end().len();
            let gap = if own == 0 { "" } else { "\n\n" };
            self.addition = format!("{}{gap}{}", &self.addition[..own], new.trim_matches('\n'));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(addition: &str) -> ReplyDraft {
        ReplyDraft { addition: addition.to_owned(), ..ReplyDraft::default() }
    }

    #[test]
    fn what_two_typed_into_one_reply_stands_below_each_other_without_what_both_have() {
        let both =
            |ours: &str, theirs: &str, base: &str| words(ours).with(&words(theirs), &words(base)).addition;
        assert_eq!(both("Sorry, Ada.", "Hello.", ""), "Sorry, Ada.\n\nHello.");
        assert_eq!(both("", "Hello.", ""), "Hello.");
        assert_eq!(
            both("Sorry, Ada.", "Sorry\n\nIt leaves today.", "Sorry"),
            "Sorry, Ada.\n\nIt leaves today."
        );
        assert_eq!(both("One.\nTwo.", "Two.", ""), "One.\nTwo.");
        assert_eq!(both("Kept.", "Kept.\nStruck out.", "Kept.\nStruck out."), "Kept.");
        assert_eq!(both("A. \n", "", "A."), "A. \n", "nothing came: nothing is touched");
    }

    #[test]
    fn who_alone_chose_a_template_or_typed_a_value_has_chosen_it() {
        let value = |value: &str| [("day".to_owned(), value.to_owned())].into();
        let base = words("");
        let theirs = ReplyDraft { template: Some("known".to_owned()), values: value("Monday"), ..words("") };
        let merged = words("Hi.").with(&theirs, &base);
        assert_eq!((merged.template.as_deref(), merged.values["day"].as_str()), (Some("known"), "Monday"));
        let ours = ReplyDraft { template: Some("lost".to_owned()), values: value("Friday"), ..words("") };
        assert_eq!(ours.clone().with(&theirs, &base), ours);
    }
}
