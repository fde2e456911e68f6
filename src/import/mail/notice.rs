//! What kind of notice a mail is: by its header, else by its sender, else by what its subject and structure say.

use crate::domain::record::{Decision, Notice};

use super::phrases::{Concept, PHRASES, says};
use super::stated;

/// The notice an `X-Space-Notification-Type` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// A known type.
    Known(Notice),
    /// Written to a shopper.
    Shopper,
    /// Amazon's, of no known type.
    Unknown,
}

/// Reads the header's value, upper case.
pub(super) fn of_header(value: &str) -> Header {
    let has = |part: &str| value.contains(part);
    let known = match value {
        "BBC_MESSAGE_SENT_TO_MERCHANT" => Notice::BuyerMessage,
        "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT" => Notice::SellerCopy,
        "RETURN_REQUEST" => Notice::ReturnRequest,
        "REFUND_ISSUED" => Notice::RefundIssued,
        "A_Z_CLAIM_RESPONDENT_NOTIFY" => Notice::AtozClaim,
        "A_Z_CLAIM_RESPONDENT_CLOSE" => Notice::AtozDecision,
        "BRC_SELLER_NOTIFICATION" => Notice::Cancellation,
        "BUYER_OPTED_OUT_BSM_MESSAGES" => Notice::OptOut,
        _ if has("CLAIMANT") || has("TO_BUYER") || has("TO_CUSTOMER") || has("TO_SHOPPER") => {
            return Header::Shopper;
        }
        _ if has("OPTED_OUT") => Notice::OptOut,
        _ if has("CONFIRMATION_TO_MERCHANT") || has("CONFIRMATION_TO_SELLER") => Notice::SellerCopy,
        _ if has("MESSAGE") && (has("TO_MERCHANT") || has("TO_SELLER")) => Notice::BuyerMessage,
        _ if has("A_Z_CLAIM") || has("ATOZ_CLAIM") || has("A_TO_Z_CLAIM") => {
            let ended = ["CLOSE", "DECISION", "GRANTED", "DENIED", "WITHDRAW", "RESOLVED", "APPEAL"];
            if ended.iter().any(|end| has(end)) { Notice::AtozDecision } else { Notice::AtozClaim }
        }
        _ if has("CHARGEBACK") => {
            let ended = ["CLOSE", "DECISION", "RESOLVED", "WON", "LOST", "OUTCOME"];
            if ended.iter().any(|end| has(end)) { Notice::ChargebackDecision } else { Notice::Chargeback }
        }
        _ if has("RETURN_REQUEST") || has("RETURN_AUTHORIZATION") => Notice::ReturnRequest,
        _ if has("REFUND_ISSUED") || has("REFUND_INITIATED") || has("REFUND_CONFIRMATION") => {
            Notice::RefundIssued
        }
        _ if has("FEEDBACK_RECEIVED")
            || has("SELLER_FEEDBACK")
            || has("BUYER_FEEDBACK")
            || has("NEGATIVE_FEEDBACK") =>
        {
            Notice::Feedback
        }
        _ if has("CANCEL") && (has("REQUEST") || has("SELLER_NOTIFICATION")) => Notice::Cancellation,
        _ => return Header::Unknown,
    };
    Header::Known(known)
}

/// What is known about a mail of Amazon's before its kind is.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each sign is there or not, by itself")]
pub(super) struct Signs<'a> {
    /// Sender's local part, lower case, without `+…`.
    pub(super) local: &'a str,
    /// The sender is a relay address.
    pub(super) relay: bool,
    /// Subject, folded.
    pub(super) subject: &'a str,
    /// Amazon's own words, folded.
    pub(super) own: &'a str,
    /// Dashed markers frame a person's words.
    pub(super) marked: bool,
    /// It has the table of a return request.
    pub(super) table: bool,
    /// It links a relay address.
    pub(super) alias_link: bool,
    /// It names Seller Central or carries a seller's header.
    pub(super) seller: bool,
}

/// The notice of a mail whose header says nothing, or nothing known. `None`: written to a shopper.
pub(super) fn of_signs(signs: Signs<'_>, header: Option<Header>) -> Option<Notice> {
    let senders = &PHRASES.senders;
    let is = |list: &[String]| list.iter().any(|local| local == signs.local);
    if is(&senders.chargeback_new) {
        return Some(Notice::Chargeback);
    }
    if is(&senders.chargeback_decision) {
        return Some(Notice::ChargebackDecision);
    }
    if is(&senders.claim) {
        return Some(claim_or_decision(signs));
    }
    if is(&senders.shopper) && !signs.marked {
        return None;
    }
    if signs.relay && !is(&senders.nobody) {
        let written = header.is_none() || signs.marked;
        return Some(if written { Notice::BuyerMessage } else { Notice::Unknown });
    }
    if header == Some(Header::Unknown) {
        return Some(Notice::Unknown);
    }
    let ours = signs.seller || is(&senders.seller) || is(&senders.nobody) && signs.relay;
    if !ours {
        return None;
    }
    Some(by_words(signs))
}

fn by_words(signs: Signs<'_>) -> Notice {
    let subject = |concept| says(concept, signs.subject);
    if signs.table {
        Notice::ReturnRequest
    } else if subject(Concept::SubjectOptout) || (signs.alias_link && signs.local == "auto-communication") {
        Notice::OptOut
    } else if signs.subject.contains("a-to-z") || signs.subject.contains("マーケットプレイス保証")
    {
        claim_or_decision(signs)
    } else if subject(Concept::SubjectReturn) {
        Notice::ReturnRequest
    } else if subject(Concept::SubjectRefund) {
        Notice::RefundIssued
    } else if subject(Concept::SubjectCancel) {
        Notice::Cancellation
    } else if signs.marked {
        Notice::SellerCopy
    } else if subject(Concept::SubjectFeedback)
        && says(Concept::Order, &format!("{} {}", signs.subject, signs.own))
    {
        Notice::Feedback
    } else {
        Notice::Unknown
    }
}

fn claim_or_decision(signs: Signs<'_>) -> Notice {
    if says(Concept::SubjectDecision, signs.subject) {
        return Notice::AtozDecision;
    }
    if says(Concept::SubjectClaim, signs.subject) || stated::deadline(Notice::AtozClaim, signs.own).is_some()
    {
        return Notice::AtozClaim;
    }
    let told = format!("{}\n{}", signs.subject, signs.own);
    if stated::decision(&told) == Decision::Unknown { Notice::AtozClaim } else { Notice::AtozDecision }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_decide_and_unknown_ones_are_still_amazons() {
        assert_eq!(of_header("A_Z_CLAIM_RESPONDENT_CLOSE"), Header::Known(Notice::AtozDecision));
        assert_eq!(of_header("A_Z_CLAIM_RESPONDENT_REMINDER"), Header::Known(Notice::AtozClaim));
        assert_eq!(of_header("A_Z_CLAIM_CLAIMANT_NOTIFY"), Header::Shopper);
        assert_eq!(of_header("INVOICE_REMINDER"), Header::Unknown);
    }
}
