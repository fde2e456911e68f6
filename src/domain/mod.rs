//! What a complaint is, in types: money, marketplaces, cases, clocks, offers, events and the records an import brings.
//!
//! Pure: no file, no SQL, no terminal, and the time is always an argument.

pub mod amount;
pub mod buyer;
pub mod case;
pub mod checkup;
pub mod clock;
pub mod cost;
pub mod decimal;
pub mod event;
pub mod evidence;
pub mod handling;
pub mod health;
pub mod learned;
pub mod letter;
pub mod mailbox;
pub mod marketplace;
pub mod money;
pub mod note;
pub mod offer;
pub mod order;
pub mod outcome;
pub mod parts;
pub mod paths;
pub mod playbook;
pub mod rates;
pub mod record;
pub mod reply;
pub mod report;
pub mod share;

pub mod tracking;
pub mod view;
pub mod weight;

pub use case::{CaseId, Channel, Fulfilment, Kind, Outcome, RootCause};
pub use marketplace::Marketplace;
pub use money::{Currency, Money};
pub use offer::{Offer, OfferKind, OfferStatus};
pub use order::OrderId;
