//! The worker thread: performs one job after the other and owns what it needs for that, so that no key waits for a disk.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::Work;

/// What the worker thread tells.
pub(super) enum Report<D> {
    Done(D),
    /// Every job is performed; the rest is closing.
    Finished,
    /// The thread has ended, after [`Report::Finished`] or by a panic.
    Ended,
}

/// Starts the thread. Jobs are performed in the order sent; when the sender is dropped the rest is performed,
/// [`Report::Finished`] says so, what the worker owns is closed, and [`Report::Ended`] comes last.
pub(super) fn start<W: Work>(
    worker: W,
    tell: impl Fn(Report<W::Done>) + Send + 'static,
) -> io::Result<Sender<W::Job>> {
    let (jobs, queue) = channel();
    thread::Builder::new().name("worker".into()).spawn(move || {
        let end = End(&tell);
        perform_all(worker, &queue, &tell);
        drop(end);
    })?;
    Ok(jobs)
}

/// Tells of the end on every way out of the thread.
struct End<'a, D>(&'a dyn Fn(Report<D>));

impl<D> Drop for End<'_, D> {
    fn drop(&mut self) {
        (self.0)(Report::Ended);
    }
}

fn perform_all<W: Work>(mut worker: W, queue: &Receiver<W::Job>, tell: &dyn Fn(Report<W::Done>)) {
    for job in queue {
        let done = worker.perform(job, &|done| tell(Report::Done(done)));
        tell(Report::Done(done));
    }
    tell(Report::Finished);
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use jiff::Timestamp;

    use super::*;

    /// Doubles numbers; told of a thousand, it says so on the way; at zero it breaks.
    struct Doubling(mpsc::Sender<&'static str>);

    impl Work for Doubling {
        type Job = u32;
        type Done = u32;
        fn rescuer(&self) -> Box<dyn Fn(u32, Timestamp)> {
            Box::new(|_, _| ())
        }
        fn perform(&mut self, job: u32, report: &dyn Fn(u32)) -> u32 {
            assert_ne!(job, 0, "told to break");
            if job == 1_000 {
                report(1);
            }
            job * 2
        }
    }

    impl Drop for Doubling {
        fn drop(&mut self) {
            let _ = self.0.send("closed");
        }
    }

    fn told(jobs: &[u32]) -> (Vec<String>, Option<&'static str>) {
        let ((closed, seen), (out, reports)) = (channel(), channel());
        let closed_before_end = closed.clone();
        let sender = start(Doubling(closed), move |report| drop(out.send(report))).unwrap();
        drop(closed_before_end);
        for job in jobs {
            let _ = sender.send(*job);
        }
        drop(sender);
        let told = reports.iter().map(|report| match report {
            Report::Done(done) => done.to_string(),
            Report::Finished => "finished".to_owned(),
            Report::Ended => "ended".to_owned(),
        });
        (told.collect(), seen.try_recv().ok())
    }

    #[test]
    fn every_job_sent_before_the_end_is_performed_and_then_the_store_is_closed() {
        let words = ["2", "1", "2000", "6", "finished", "ended"].map(str::to_owned).to_vec();
        assert_eq!(told(&[1, 1_000, 3]), (words, Some("closed")));
    }

    #[test]
    fn a_worker_that_breaks_is_reported_as_ended_and_never_as_finished() {
        assert_eq!(told(&[1, 0, 3]), (["2", "ended"].map(str::to_owned).to_vec(), Some("closed")));
    }
}
