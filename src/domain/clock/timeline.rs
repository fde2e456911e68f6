//! What happened to a case, as far as its clocks care, in the order in which it happened.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::policy::{Side, Start, Stop};
use crate::domain::case::{Channel, Fulfilment};
use crate::domain::marketplace::Marketplace;
use crate::domain::record::Decision;

/// One thing that happened. The order of the variants decides between things of one second: what starts a clock
/// comes before what stops it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The complaint arose, or Amazon asks about it anew.
    Opened,
    /// A mail brought the case back from the archive: everything that starts when a complaint arises starts anew.
    Reopened,
    /// The buyer wrote.
    BuyerMessage,
    /// A mail states that the deadline is then.
    Stated(Timestamp),
    /// The returned goods arrived.
    ReturnReceived,
    /// Amazon or the bank decided.
    Decided(Decision),
    /// A refund was issued.
    RefundIssued,
    /// The operator waits for somebody.
    Waiting(Side),
    /// He does not wait any more.
    Resumed,
    /// A reply was sent, Amazon copied it to us, or no reply is needed. A copy to the clipboard is none of these.
    Answered,
    /// The operator noted that he appealed, or won the appeal.
    Appealed,
    /// The operator archived the case, which came back later. While it is archived, [`Timeline::archived`] says so.
    Archived,
}

/// One thing with its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// Everything the clocks of one case depend on beside the policy and the present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// Where the complaint arrived.
    pub channel: Channel,
    /// On which site, where known.
    pub marketplace: Option<Marketplace>,
    /// Who ships, where known.
    pub fulfilment: Option<Fulfilment>,
    /// Since when it is archived, if it is.
    pub archived: Option<Timestamp>,
    happenings: Vec<Happening>,
}

/// A time during which the case waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) side: Side,
    pub(super) from: Timestamp,
    /// `None` while it lasts.
    pub(super) until: Option<Timestamp>,
}

impl What {
    const fn rank(self) -> u8 {
        match self {
            Self::Opened | Self::Reopened => 0,
            Self::BuyerMessage => 1,
            Self::Stated(_) => 2,
            Self::ReturnReceived => 3,
            Self::Decided(_) => 4,
            Self::RefundIssued => 5,
            // Of two in one second the later one stands: sorting keeps their order.
            Self::Waiting(_) | Self::Resumed => 6,
            Self::Answered | Self::Appealed => 7,
            Self::Archived => 8,
        }
    }

    pub(super) const fn starts(self) -> Option<Start> {
        match self {
            Self::Opened | Self::Reopened => Some(Start::Opened),
            Self::BuyerMessage => Some(Start::BuyerMessage),
            Self::Stated(_) => Some(Start::Stated),
            Self::ReturnReceived => Some(Start::ReturnReceived),
            Self::RefundIssued => Some(Start::RefundIssued),
            Self::Decided(Decision::Granted | Decision::Unknown) => Some(Start::DecidedForBuyer),
            Self::Decided(_)
            | Self::Answered
            | Self::Appealed
            | Self::Waiting(_)
            | Self::Resumed
            | Self::Archived => None,
        }
    }

    pub(super) fn stops(self, stops: &[Stop]) -> bool {
        let has = |stop: Stop| stops.contains(&stop);
        match self {
            Self::Archived => true,
            Self::Answered => has(Stop::Answered),
            Self::Appealed => has(Stop::Appealed),
            Self::RefundIssued => has(Stop::RefundIssued),
            Self::Decided(Decision::Granted | Decision::Unknown) => has(Stop::Decided),
            Self::Decided(_) => has(Stop::Decided) || has(Stop::DecidedForSeller),
            _ => false,
        }
    }
}

impl Timeline {
    /// Puts what happened in order; the order it comes in matters only between waits of one second.
    #[must_use]
    pub fn new(
        channel: Channel,
        marketplace: Option<Marketplace>,
        fulfilment: Option<Fulfilment>,
        mut happenings: Vec<Happening>,
    ) -> Self {
        happenings.sort_by_key(|happening| (happening.at, happening.what.rank()));
        Self { channel, marketplace, fulfilment, archived: None, happenings }
    }

    /// The same case, archived then.
    #[must_use]
    pub fn archived(mut self, at: Option<Timestamp>) -> Self {
        self.archived = at;
        self
    }

    /// What happened, oldest first.
    #[must_use]
    pub fn happenings(&self) -> &[Happening] {
        &self.happenings
    }

    /// When the complaint arose anew: the last mail that brought the case back from the archive, if one did.
    #[must_use]
    pub fn reopened(&self) -> Option<Timestamp> {
        let back = self.happenings.iter().rev().find(|happening| happening.what == What::Reopened);
        back.map(|happening| happening.at)
    }

    /// The calendar its days are counted in; UTC where the site is unknown.
    pub(super) fn zone(&self) -> TimeZone {
        self.marketplace.and_then(|site| TimeZone::get(site.zone()).ok()).unwrap_or(TimeZone::UTC)
    }

    /// For whom the case waits now.
    #[must_use]
    pub fn waiting_for(&self) -> Option<Side> {
        self.waits()
            .last()
            .filter(|wait| wait.until.is_none() && self.archived.is_none())
            .map(|wait| wait.side)
    }

    /// Every time of waiting, oldest first. It ends when the operator says so or archives the case, and when
    /// the buyer or Amazon writes.
    pub(super) fn waits(&self) -> Vec<Wait> {
        let mut waits: Vec<Wait> = Vec::new();
        for Happening { at, what } in &self.happenings {
            let said = matches!(what, What::Waiting(_) | What::Resumed | What::Archived);
            let ends = said || matches!(what, What::BuyerMessage | What::Opened | What::Reopened);
            if let Some(open) = waits.last_mut().filter(|wait| ends && wait.until.is_none()) {
                open.until = Some(*at);
            }
            if let What::Waiting(side) = what {
                waits.push(Wait { side: *side, from: *at, until: None });
            }
        }
        waits
    }
}
