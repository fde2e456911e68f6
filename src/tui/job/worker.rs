//! The jobs of the workbench on the thread that owns the store, by the clock on the wall.

use jiff::Timestamp;

use super::{Done, Job, perform, shelf};
use crate::reply::rules;
use crate::store::Store;
use crate::tui::runtime::Work;

/// The thread's work: the store and the clock.
pub struct Worker {
    /// The store; nobody else has it.
    pub store: Store,
    /// The wall clock; a fixed one for tests and replays.
    pub clock: Box<dyn Fn() -> Timestamp + Send>,
}

impl Work for Worker {
    type Job = Job;
    type Done = Done;

    fn rescuer(&self) -> Box<dyn Fn(Job, Timestamp)> {
        let rescue = self.store.rescue();
        Box::new(move |job, now| {
            // Whoever hears of a failure here has left.
            let _ = match job {
                Job::Keep { case, draft, over } => rescue.draft(case, &draft, &over, now),
                Job::KeepNote(text) => rescue.note(&text, now),
                Job::KeepStep(case, typed) => rescue.typed(case, &typed, now),
                Job::Shelf(task) => shelf::rescue(&task),
                _ => Ok(()),
            };
        })
    }

    fn perform(&mut self, job: Job, report: &dyn Fn(Done)) -> Done {
        let now = (self.clock)();
        let done = perform(&mut self.store, job, now, report);
        // Who waits for a case may answer it: its first key must not wait for the rules. Without the thread it would.
        if let Done::Loaded(_, 1.., Some(file)) = &done {
            let language = file.language();
            let read = move || rules::warm_up(language);
            let _ = std::thread::Builder::new().name("rules".into()).spawn(read);
        }
        done
    }
}
