//! What the screens ask of the shelf: the own templates and snippets read, kept, saved and removed.

use std::path::PathBuf;
use std::sync::Arc;

use super::Done;
use crate::domain::learned::Learned;
use crate::domain::view::Summary;
use crate::problem::Problem;
use crate::shelf::{self, Address, Shelf};
use crate::store::Store;
use crate::tui::editor::as_written;

/// One wish to the shelf. The folder is that of the config.
#[derive(Debug, Clone)]
pub enum Task {
    /// Read everything, after this one was left as a draft.
    Read(PathBuf, Option<Address>),
    /// Keep what is being typed; where it does not differ from what was saved, there is no draft.
    Keep {
        /// The folder of the config.
        folder: PathBuf,
        /// Which one.
        address: Address,
        /// All of it.
        text: String,
        /// Whether it differs.
        differs: bool,
    },
    /// Save it.
    Save {
        /// The folder of the config.
        folder: PathBuf,
        /// Which one.
        address: Address,
        /// All of it.
        text: String,
        /// What the form knows the file to hold: nothing else is replaced.
        over: String,
    },
    /// Forget what was typed since the last save.
    Forget(PathBuf, Address),
    /// Remove an own template: the one that ships counts again.
    Remove(PathBuf, Address),
    /// What templates have learned so far.
    Learn,
    /// The cases that were answered with this template.
    Cases(String),
}

/// What was changed on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing: it was read.
    None,
    /// This one was left as a draft.
    Drafted(Address),
    /// This one was saved.
    Saved(Address),
    /// The draft of this one is gone.
    Forgotten(Address),
    /// This one is gone.
    Removed(Address),
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    /// Everything as it is now.
    Read(Change, Box<Shelf>, Option<Problem>),
    /// A draft is on disk, exactly as it was sent, or none, where it does not differ from what was saved.
    Kept(Address, String, bool),
    /// Nothing was saved: somebody else has changed the file, and this is what it says.
    Changed(Address, String),
    /// What templates have learned so far.
    Learned(Arc<Learned>),
    /// The cases that were answered with this template, the newest reply first.
    Cases(String, Vec<Summary>),
}

/// Does one of these.
pub(super) fn perform(store: &Store, task: Task) -> Result<Done, Problem> {
    let (folder, change) = match task {
        Task::Learn => {
            let learned = Learned::from(&store.template_uses()?);
            return Ok(Done::Shelf(Answer::Learned(Arc::new(learned))));
        }
        Task::Cases(template) => {
            let cases = store.answered_with(&template)?;
            return Ok(Done::Shelf(Answer::Cases(template, cases)));
        }
        Task::Keep { folder, address, text, differs } => {
            if differs {
                shelf::keep(&folder, &address, &text, true)?;
            } else {
                shelf::drop_draft(&folder, &address)?;
            }
            return Ok(Done::Shelf(Answer::Kept(address, text, differs)));
        }
        Task::Read(folder, draft) => (folder, draft.map_or(Change::None, Change::Drafted)),
        Task::Save { folder, address, text, over } => {
            let there = shelf::saved(&folder, &address)?.map(|there| as_written(&there));
            let known = [as_written(&text), over];
            if let Some(there) = there.filter(|there| !known.contains(there)) {
                return Ok(Done::Shelf(Answer::Changed(address, there)));
            }
            shelf::save(&folder, &address, &text)?;
            (folder, Change::Saved(address))
        }
        Task::Forget(folder, address) => {
            shelf::drop_draft(&folder, &address)?;
            (folder, Change::Forgotten(address))
        }
        Task::Remove(folder, address) => {
            shelf::remove(&folder, &address)?;
            (folder, Change::Removed(address))
        }
    };
    let shelf = Shelf::read(&folder);
    let problem = shelf.problem(&folder);
    Ok(Done::Shelf(Answer::Read(change, Box::new(shelf), problem)))
}

/// Keeps a draft on the way out, without waiting for the disk.
pub(super) fn rescue(task: &Task) -> std::io::Result<()> {
    match task {
        Task::Keep { folder, address, text, differs: true } => {
            shelf::keep(folder, address, text, false).map_err(std::io::Error::other)
        }
        Task::Keep { folder, address, .. } => {
            shelf::drop_draft(folder, address).map_err(std::io::Error::other)
        }
        _ => Ok(()),
    }
}
