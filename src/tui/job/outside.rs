//! The jobs of the store that have to do with the world outside: a reply written as a mail.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Done, summary};
use crate::domain::CaseId;
use crate::out::post;
use crate::problem::Problem;
use crate::store::Store;

/// A reply that shall be written as a mail; what stops it was asked before.
#[derive(Debug, Clone)]
pub struct MailOrder {
    /// The case.
    pub case: CaseId,
    /// The whole reply.
    pub text: String,
    /// The seller's address where no mail of the case shows it.
    pub own: Option<String>,
    /// The folder to write to.
    pub folder: PathBuf,
}

pub(super) fn mail(store: &mut Store, order: MailOrder, now: Timestamp) -> Result<Done, Problem> {
    let MailOrder { case, text, own, folder } = order;
    let Some(letter) = post::answer(store, case, &text, None, own.as_deref(), now)? else {
        return Ok(Done::NoSender(case));
    };
    let (path, event) = post::add(store, case, &letter, Path::new(&folder), now)?;
    let case = summary(store, case, now)?.map(Box::new);
    Ok(Done::Mailed { event, path, case })
}
