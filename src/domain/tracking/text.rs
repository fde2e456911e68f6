//! Tracking numbers in running text: where they stand and what they are worth.

use std::ops::Range;

/// A tracking number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Bytes of the text.
    pub place: Range<usize>,
}
