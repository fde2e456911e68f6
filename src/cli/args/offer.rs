//! The options of `kesu offer`.

#![allow(clippy::doc_markdown, reason = "the doc comments are the help text, which has no markdown")]

use super::{case, one_of, reason};
use crate::domain::offer::Route;
use crate::domain::{CaseId, OfferKind, OfferStatus};

/// Options of `offer`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("deed").required(true).args(["kind", "id"]))]
pub struct Offer {
    /// Number of the case
    #[arg(value_name = "CASE", value_parser = case)]
    pub case: CaseId,
    /// What is offered: partial_refund, full_refund, reshipment, cancel_and_refund
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<OfferKind>,
    /// 12.50, 12.50 USD or 20% of the order; with --to carried_out what was really refunded. A refund of everything
    /// takes one only where nobody knows what the order came to
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub amount: Option<String>,
    /// The way it goes to the buyer: buyer_message, return, claim [default: by the channel of the case]
    #[arg(long, value_name = "ROUTE", value_parser = route, conflicts_with = "id")]
    pub route: Option<Route>,
    /// Why it is made
    #[arg(long, value_name = "TEXT", value_parser = reason, conflicts_with = "id")]
    pub reason: Option<String>,
    /// Carrier of a reshipment
    #[arg(long, value_name = "NAME")]
    pub carrier: Option<String>,
    /// Tracking number of a reshipment
    #[arg(long, value_name = "NUMBER")]
    pub tracking: Option<String>,
    /// What a reshipment costs you
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub cost: Option<String>,
    /// Let an invalid tracking number of a reshipment go out; the history keeps the reason
    #[arg(long = "override", value_name = "REASON", value_parser = reason)]
    pub despite: Option<String>,
    /// Book although nobody knows what the order came to, or what is left of it
    #[arg(long, conflicts_with = "id")]
    pub total_unknown: bool,
    /// Number of the offer to move on, as `kesu show` names it
    #[arg(long, value_name = "OFFER", requires = "to")]
    pub id: Option<i64>,
    /// The state it comes to: accepted, declined, carried_out, expired, reversed
    #[arg(long, value_name = "STATE", value_parser = state, requires = "id")]
    pub to: Option<OfferStatus>,
    /// Makes this booking one of its own: the same key books once [default: a new one]
    #[arg(long, value_name = "KEY", value_parser = reason)]
    pub key: Option<String>,
    /// One JSON object: the offer as it is now
    #[arg(long)]
    pub json: bool,
}

fn kind(text: &str) -> Result<OfferKind, String> {
    OfferKind::parse(text).ok_or_else(|| one_of(OfferKind::ALL.iter().map(|kind| kind.word())))
}

fn route(text: &str) -> Result<Route, String> {
    Route::parse(text).ok_or_else(|| one_of(Route::ALL.iter().map(|route| route.word())))
}

fn state(text: &str) -> Result<OfferStatus, String> {
    let states = OfferStatus::ALL.iter().filter(|state| **state != OfferStatus::Proposed);
    let parsed = OfferStatus::parse(text).filter(|state| *state != OfferStatus::Proposed);
    parsed.ok_or_else(|| one_of(states.map(|state| state.word())))
}
