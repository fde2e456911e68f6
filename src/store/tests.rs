//! Tests of the store, and the makers of mails and rows they share.

mod actions;
mod cases;
mod files;
mod figures;
mod makers;
mod properties;
mod reports;
mod undo;
mod scale;
