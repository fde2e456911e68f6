//! Notes per SKU: the after-sales policy and what is known to go wrong with an article, in the operator's words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Most characters of one field of a note.
pub const LONGEST: usize = 20_000;

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NoteText {
    /// The article, exactly as Amazon spells it.
    pub sku: String,
    /// The after-sales policy.
    pub policy: String,
    /// Known problems.
    pub problem: String,
}

impl NoteText {
    /// A note that says nothing yet.
    #[must_use]
    pub fn empty(sku: &str) -> Self {
        Self { sku: sku.to_owned(), ..Self::default() }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.policy.trim().is_empty() && self.problem.trim().is_empty()
    }
}

/// The note of a SKU as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SkuNote {
    /// What was saved last and not undone; empty before the first save.
    pub text: NoteText,
    /// When that was.
    pub saved_at: Option<Timestamp>,
    /// How often the note was saved, undone saves left out.
    pub saves: i64,
    /// What was typed since and not saved.
    pub draft: Option<NoteText>,
}
