//! How long cases take.

use super::case::CaseId;

/// The replies of a window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handling {
    /// The cases that were answered.
    pub answered: Vec<CaseId>,
}
