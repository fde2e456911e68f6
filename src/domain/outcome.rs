//! How cases ended.

use std::collections::BTreeMap;

use super::case::{CaseId, Outcome};

/// The cases that ended in a window, by outcome.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// By outcome, each with its cases.
    pub ended: BTreeMap<Outcome, Vec<CaseId>>,
}
