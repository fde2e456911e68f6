//! Tests of the store, and the makers of mails and rows they share.

mod actions;
mod cases;
mod drafts;
mod figures;
mod files;
mod makers;
mod properties;
mod reports;
mod scale;
mod undo;
mod waits;
