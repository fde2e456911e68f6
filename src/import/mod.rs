//! Bytes to records: mails, mail folders and reports, recognised by content, never by name.
//!
//! Nothing here knows the database. What a file holds is found by [`detect`], its bytes become text in [`decode`],
//! and [`report::open`] reads it record by record.

pub mod columns;
pub mod decode;
pub mod detect;
pub mod mail;
pub mod mailbox;
pub mod map;
pub mod report;
pub mod starter;
