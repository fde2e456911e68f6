//! What a check of the database finds: what is wrong, where, and what to do.

use super::case::words;

words! {
    /// What is checked, in the order it is.
    Check {
        /// SQLite's own structures.
        Integrity = "integrity",
        /// What rows refer to.
        References = "references",
        /// Tables, indexes and the walls that keep other programs out.
        Schema = "schema",
        /// The chain of the history.
        History = "history",
        /// The chain of the money log.
        MoneyChain = "money_chain",
        /// The end of the money log as it is kept outside of it.
        MoneyHead = "money_head",
        /// Each offer against its lines of the money log, and those against the history.
        Offers = "offers",
        /// What was given on each order against its total.
        Sums = "sums",
    }
}

/// One thing that is wrong, or worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub check: Check,
    /// Where: a table and row, a line of a log, an order. Untrusted.
    pub place: String,
    /// What is wrong: English, Chinese.
    pub what: [String; 2],
    /// What to do: English, Chinese.
    pub remedy: [String; 2],
    /// Nothing is broken: the world has changed since (an order total came in lower), and the operator should know.
    pub note: bool,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkup {
    /// Everything found, in the order of the checks.
    pub findings: Vec<Finding>,
    /// Version of the schema.
    pub format: u32,
    /// Lines of the history.
    pub events: i64,
    /// Lines of the money log.
    pub money_lines: i64,
    /// Count and hash of the end of the money log, to be kept elsewhere.
    pub money_head: String,
}

impl Checkup {
    /// Nothing is broken.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.findings.iter().all(|finding| finding.note)
    }
}
