//! For whom a job is done: who waits for it hears of its failure.

use super::{Deed, Job};

/// What failed, for the one who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A page of the queue.
    Page,
    /// The counts.
    Count,
    /// A case, with its ticket.
    Case(u64),
    /// A reply was to be stored as sent.
    Sent,
    /// Rules were to be overruled.
    Overrule,
    /// An offer was to be booked.
    Offer,
    /// An offer was to be moved on.
    MoveOffer,
    /// Cases were to be archived.
    Archive,
    /// A SKU note or its draft was to be stored.
    Note,
    /// A line of the cost table was to be stored.
    Cost,
    /// A template or its draft was to be stored.
    Shelf,
    /// Something of the playbook was to be stored.
    Playbook,
    /// An appeal pack was to be written.
    Appeal,
    /// A reply was to be written as a mail.
    Mail,
    /// Another action was to be stored.
    Other,
    /// An import.
    Import,
}

impl Job {
    /// Who waits for it.
    pub(super) fn wanted(&self) -> Wanted {
        match self {
            Self::Page { .. } => Wanted::Page,
            Self::Count { .. }
            | Self::Expire
            | Self::Forecast(_)
            | Self::Health
            | Self::Report(..)
            | Self::Costs(_)
            | Self::Sit(_) => Wanted::Count,
            Self::Load(_, ticket)
            | Self::Notes(ticket)
            | Self::Paths(_, ticket)
            | Self::Replies(_, ticket) => Wanted::Case(*ticket),
            Self::KeepNote(_) | Self::Act(Deed::Note(_)) => Wanted::Note,
            Self::Act(Deed::Cost(_)) => Wanted::Cost,
            Self::Shelf(_) => Wanted::Shelf,
            Self::Act(Deed::Sent(..)) => Wanted::Sent,
            Self::Act(Deed::Overrule(..)) => Wanted::Overrule,
            Self::Act(Deed::Offer(..)) => Wanted::Offer,
            Self::Act(Deed::MoveOffer(..)) => Wanted::MoveOffer,
            Self::Act(Deed::Archive(..) | Deed::Outcome(..)) => Wanted::Archive,
            Self::KeepStep(..)
            | Self::Act(Deed::Tick(..) | Deed::Evidence(..) | Deed::Stage(..) | Deed::Category(..)) => {
                Wanted::Playbook
            }
            Self::Appeal(..) => Wanted::Appeal,
            Self::Mail(_) => Wanted::Mail,
            Self::Act(_) | Self::Keep { .. } | Self::Settings(_) | Self::Undo { .. } => Wanted::Other,
            Self::Import { .. } => Wanted::Import,
        }
    }
}
