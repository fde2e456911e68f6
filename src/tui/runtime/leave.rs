//! The way out: the last work is done, the screen is given back, and nothing keeps the process from ending.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::runtime::Runtime;

use super::screen;
use super::session::{Editing, Event, Session};
use super::worker::Report;
use super::{Desk, Ending, Input};

/// How long the last work may take after a signal, a closed terminal or a panic: the whole exit within two seconds.
const HURRIED: Duration = Duration::from_millis(1_600);
/// How long it may take when the operator quits and can see that it takes long.
const UNHURRIED: Duration = Duration::from_secs(30);
/// After this a terminal that takes no output loses what it has not taken.
const STALLED: Duration = Duration::from_millis(300);

impl<D: Desk> Session<D> {
    /// Ends everything: last inputs, last work, the terminal as it was.
    pub(super) fn leave(mut self, runtime: &Runtime, ending: Ending) {
        self.errands.end();
        // A desk that panicked may do so again; what it can still hand over is saved all the same.
        let _ = catch_unwind(AssertUnwindSafe(|| self.last_inputs()));
        self.jobs = None;
        let shown = !screen::is_released() && self.editing.is_none() && ending != Ending::Gone;
        if shown {
            self.writer.send(screen::leaving());
        }
        let patience = if ending == Ending::Quit { UNHURRIED } else { HURRIED };
        runtime.block_on(self.wind_up(shown, patience));
        if !self.worker_finished {
            let (jobs, now) = (std::mem::take(&mut self.last_jobs), self.now());
            let rescue = || jobs.into_iter().for_each(|job| (self.rescuer)(job, now));
            let _ = catch_unwind(AssertUnwindSafe(rescue));
        }
        self.modes.restore();
        screen::release();
        // The threads that are left wait for a disk or a terminal that does not answer: the process ends without them.
    }

    fn last_inputs(&mut self) {
        if let Some(Editing::Open { sheet, process, .. }) = self.editing.as_ref() {
            // What the editor has saved so far counts; then it must let go of the terminal.
            let saved = sheet.read();
            if let Some(process) = i32::try_from(*process).ok().and_then(Pid::from_raw) {
                let _ = kill_process(process, Signal::TERM);
            }
            if let Ok(text) = saved {
                self.feed(Input::Edited(Ok(text)));
            }
        }
        self.feed(Input::Leaving);
    }

    /// Waits for the worker to end and for the last bytes to go out, but not for ever.
    async fn wind_up(&mut self, shown: bool, mut patience: Duration) {
        let begun = Instant::now();
        let mut dropped = false;
        let mut restored = !shown;
        while !self.worker_ended || !restored {
            let waited = begun.elapsed();
            if waited >= patience {
                return;
            }
            if !restored && dropped && waited >= STALLED * 2 {
                restored = true;
                self.modes.restore();
                continue;
            }
            if !restored && !dropped && waited >= STALLED {
                screen::drop_output();
                dropped = true;
            }
            let nap = if restored { patience.saturating_sub(waited) } else { STALLED / 3 };
            match tokio::time::timeout(nap, self.inbox.recv()).await {
                Ok(Some(Event::Worker(Report::Ended))) => self.worker_ended = true,
                Ok(Some(Event::Worker(Report::Finished))) => {
                    self.worker_finished = true;
                    // All is stored; closing only tidies up, and the next start does that as well.
                    patience = patience.min(begun.elapsed() + HURRIED);
                }
                Ok(Some(Event::Written(outcome))) => {
                    self.writer.one_is_out();
                    if outcome.is_err() || !self.writer.is_busy() {
                        restored = true;
                        self.modes.restore();
                    }
                }
                // Keys typed on the way out belong to nobody.
                Ok(_) | Err(_) => {}
            }
        }
    }
}
