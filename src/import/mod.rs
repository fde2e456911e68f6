//! Bytes to records: mails, mail folders and reports, recognised by content, never by name.
//!
//! Nothing here knows the database. [`open`] finds out what a path is; what it returns is read record by record.

pub mod mail;
pub mod mailbox;
pub mod report;
