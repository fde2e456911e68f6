//! The templates and snippets the workbench holds, and what comes back when they were read or changed.

use std::sync::Arc;

use jiff::Timestamp;

use super::App;
use crate::reply::template::Library;
use crate::tui::job::shelf::Answer;

impl App {
    /// The templates: those that ship until the operator's own are read, after the first frame.
    pub(super) fn templates(&self) -> Arc<Library> {
        let own = self.shelf.as_ref().map(|shelf| &shelf.templates);
        Arc::clone(own.unwrap_or_else(|| Library::shipped()))
    }

    /// The shelf has answered.
    pub(super) fn shelf_answered(&mut self, answer: Answer, now: Timestamp) {
        match answer {
            Answer::Read(_, shelf, problem) => {
                self.shelf = Some(*shelf);
                if let Some(compose) = &mut self.compose {
                    let templates = self.shelf.as_ref().map(|shelf| Arc::clone(&shelf.templates));
                    compose.use_library(templates.unwrap_or_default(), now);
                }
                if let Some(problem) = problem {
                    self.fail(&problem, false);
                }
            }
            Answer::Kept(..) => {}
        }
    }
}
