//! Tests of the store, and the makers of mails and rows they share.

mod actions;
mod beside;
mod cases;
mod claims;
mod costs;
mod drafts;
mod evidence;
mod figures;
mod files;
mod generated;
mod health;
mod makers;
mod money;
mod moves;
mod offers;
mod outcomes;
mod properties;
mod refunds;
mod reopened;
mod reports;
mod scale;
mod templates;
mod undo;
mod verdicts;
mod waits;
