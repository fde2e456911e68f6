//! The phrase of each word of the domain.

use super::Text;
use crate::domain::case::{Channel, Fulfilment, Kind, Outcome, RootCause, Stage, State};
use crate::domain::clock::Running;
use crate::domain::evidence::{Origin, Weakness};
use crate::domain::offer::{OfferKind, OfferStatus, Route};
use crate::domain::playbook::Risk;
use crate::domain::record::{Decision, Notice, ReportKind};
use crate::domain::tracking::Verdict;

macro_rules! phrases {
    ($($name:ident { $($value:ident => $text:ident),+ })+) => {
        $(impl From<$name> for Text {
            fn from(word: $name) -> Self {
                match word { $($name::$value => Self::$text),+ }
            }
        })+
    };
}

impl Text {
    /// What the operator said of a message.
    #[must_use]
    pub const fn judged(complaint: bool) -> Self {
        if complaint { Self::NewsComplaint } else { Self::NewsNoComplaint }
    }
}

phrases! {
    Channel {
        Atoz => ChannelAtoz,
        Return => ChannelReturn,
        Message => ChannelMessage,
        Feedback => ChannelFeedback,
        Chargeback => ChannelChargeback,
        Cancellation => ChannelCancellation
    }
    Kind {
        NotReceived => KindNotReceived,
        NotAsDescribed => KindNotAsDescribed,
        Defective => KindDefective,
        Other => KindOther
    }
    Outcome {
        Satisfied => OutcomeSatisfied,
        Withdrawn => OutcomeWithdrawn,
        Denied => OutcomeDenied,
        Granted => OutcomeGranted,
        Cancelled => OutcomeCancelled,
        Silent => OutcomeSilent,
        LostByDefault => OutcomeLostByDefault,
        Appealed => OutcomeAppealed,
        Won => OutcomeWon,
        Settled => OutcomeSettled,
        ImportUndone => OutcomeImportUndone,
        Other => OutcomeOther
    }
    RootCause {
        Product => CauseProduct,
        Listing => CauseListing,
        Packaging => CausePackaging,
        Logistics => CauseLogistics,
        Service => CauseService,
        Buyer => CauseBuyer
    }
    Verdict {
        Valid => VerdictValid,
        Plausible => VerdictPlausible,
        LooksLike => VerdictLooksLike,
        Invalid => VerdictInvalid,
        Unknown => VerdictUnknown
    }
    OfferKind {
        PartialRefund => OfferPartialRefund,
        FullRefund => OfferFullRefund,
        Reshipment => OfferReshipment,
        CancelAndRefund => OfferCancelAndRefund
    }
    Route {
        Message => RouteMessage,
        Return => RouteReturn,
        Claim => RouteClaim
    }
    OfferStatus {
        Proposed => StatusProposed,
        Accepted => StatusAccepted,
        Declined => StatusDeclined,
        CarriedOut => StatusCarriedOut,
        Expired => StatusExpired,
        Reversed => StatusReversed
    }
    Stage {
        BeforeShipping => StageBeforeShipping,
        UnderWay => StageUnderWay,
        Delivered => StageDelivered,
        Returned => StageReturned
    }
    Fulfilment {
        Mfn => FulfilmentMfn,
        Afn => FulfilmentAfn
    }
    Notice {
        BuyerMessage => NoticeBuyerMessage,
        SellerCopy => NoticeSellerCopy,
        ReturnRequest => NoticeReturnRequest,
        RefundIssued => NoticeRefundIssued,
        AtozClaim => NoticeAtozClaim,
        AtozDecision => NoticeAtozDecision,
        Cancellation => NoticeCancellation,
        OptOut => NoticeOptOut,
        Chargeback => NoticeChargeback,
        ChargebackDecision => NoticeChargebackDecision,
        Feedback => NoticeFeedback,
        Unknown => NoticeUnknown
    }
    Decision {
        Granted => DecisionGranted,
        Denied => DecisionDenied,
        Withdrawn => DecisionWithdrawn,
        OrderCancelled => DecisionOrderCancelled,
        Unknown => DecisionUnknown
    }
    Running {
        Running => ClockRunning,
        Paused => ClockPaused,
        Stopped => ClockStopped,
        Missed => ClockMissed
    }
    ReportKind {
        AllOrders => ReportAllOrders,
        FbaReturns => ReportFbaReturns,
        MfnReturns => ReportMfnReturns,
        XmlReturns => ReportXmlReturns,
        Feedback => ReportFeedback,
        Reimbursements => ReportReimbursements,
        Replacements => ReportReplacements,
        Performance => ReportPerformance,
        SkuCosts => ReportSkuCosts,
        Postage => ReportPostage,
        SiteFees => ReportSiteFees,
        Mapped => ReportMapped
    }
    State {
        Open => StateOpen,
        Archived => StateArchived
    }
    Risk {
        Automotive => RiskAutomotive,
        Medical => RiskMedical,
        Children => RiskChildren,
        Electronics => RiskElectronics,
        Ordinary => RiskOrdinary
    }
    Origin {
        Carrier => OriginCarrier,
        Amazon => OriginAmazon,
        Buyer => OriginBuyer,
        Own => OriginOwn,
        Other => OriginOther
    }
    Weakness {
        NoCarrier => WeakNoCarrier,
        NoNumber => WeakNoNumber,
        UnknownCarrier => WeakUnknownCarrier,
        InvalidNumber => WeakInvalidNumber,
        NoOrigin => WeakNoOrigin,
        NotCarriers => WeakNotCarriers,
        OnlyTicked => WeakOnlyTicked
    }
}
