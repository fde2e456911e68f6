//! What a mail is about: its language, the kind of complaint, and whether it is one.

use crate::domain::Kind;
use crate::domain::case::Language;
use crate::domain::record::{Mail, Notice};
use crate::reply::language;
use crate::triage::learned::Learned;
use crate::triage::{reason, words};

use super::phrases::{Concept, fold, says};

/// Language, kind and whether it is a complaint.
pub(super) fn judge(mail: &mut Mail, learned: &Learned) {
    let stated = mail.reason.clone().unwrap_or_default();
    let said = [stated.as_str(), mail.buyer_text.as_str()]
        .iter()
        .filter(|text| !text.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    let text = if mail.buyer_text.is_empty() { &said } else { &mail.buyer_text };
    let language: Option<Language> =
        if text.is_empty() { None } else { language::detect(text, mail.marketplace) };
    mail.language = language;
    match mail.notice {
        Notice::BuyerMessage => {
            let judged = words::classify_with(&mail.subject, &mail.buyer_text, language, learned);
            (mail.kind, mail.is_complaint, mail.because) = (judged.kind, judged.is_complaint, judged.because);
            if let Some(kind) =
                told_kind(&mail.buyer_text).filter(|_| !mail.is_complaint && !judged.is_learned)
            {
                (mail.kind, mail.is_complaint) = (kind, true);
            }
        }
        Notice::Feedback => {
            let judged = words::classify("", &mail.buyer_text, language);
            (mail.kind, mail.is_complaint, mail.because) = (judged.kind, judged.is_complaint, judged.because);
        }
        Notice::ReturnRequest
        | Notice::Cancellation
        | Notice::AtozClaim
        | Notice::Chargeback
        | Notice::AtozDecision
        | Notice::ChargebackDecision => {
            let (code, known) =
                if stated.is_empty() { (String::new(), Kind::Other) } else { reason::of(&stated) };
            let judged = words::classify("", &said, language);
            let coded = known != Kind::Other || (!code.is_empty() && code != stated);
            mail.kind = if coded && known != Kind::Other { known } else { judged.kind };
            if mail.kind == judged.kind && !coded {
                mail.because = judged.because;
            }
            if mail.kind == Kind::Other {
                mail.kind = told_kind(&said).unwrap_or(Kind::Other);
            }
            let own = matches!(mail.notice, Notice::ReturnRequest | Notice::Cancellation)
                && known == Kind::Other
                && !judged.is_complaint
                && (is_own_reason(&code)
                    || says(Concept::OwnReason, &fold(&stated))
                    || (mail.notice == Notice::Cancellation && stated.is_empty()));
            mail.is_complaint = !own;
        }
        _ => {}
    }
}

/// The kind that a short reason or message names outright, in languages whose complaints nobody has collected words of.
fn told_kind(text: &str) -> Option<Kind> {
    let folded = fold(text);
    // A question in advance ("what if it is broken") and a matter settled are left to the operator.
    if folded.chars().count() > 600 || says(Concept::Conditional, &folded) {
        return None;
    }
    [
        (Concept::Missing, Kind::NotReceived),
        (Concept::Different, Kind::NotAsDescribed),
        (Concept::Faulty, Kind::Defective),
    ]
    .into_iter()
    .find_map(|(concept, kind)| says(concept, &folded).then_some(kind))
}

/// Codes of a buyer's own change of mind.
fn is_own_reason(code: &str) -> bool {
    let code = code.to_ascii_uppercase();
    [
        "UNWANTED",
        "ORDERED_WRONG",
        "MISORDERED",
        "BETTER_PRICE",
        "NO_REASON",
        "TOO_SMALL",
        "TOO_LARGE",
        "APP-STYLE",
        "APPAREL_STYLE",
        "DID_NOT_LIKE",
    ]
    .iter()
    .any(|part| code.contains(part))
}
