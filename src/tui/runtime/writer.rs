//! The writer thread: the only one that writes to the terminal while the workbench runs. A terminal that takes no output
//! stops this thread and nothing else.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::screen;

/// The way to the writer thread.
pub(super) struct Writer {
    frames: Option<Sender<Vec<u8>>>,
    /// Frames given out and not yet written: 0 or 1.
    under_way: usize,
}

impl Writer {
    /// Starts the thread. `written` is called there after each frame; an error means that the terminal is gone, and no
    /// frame is written after it.
    pub(super) fn start(
        sink: impl Write + Send + 'static,
        written: impl Fn(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (frames, queue) = channel();
        thread::Builder::new().name("writer".into()).spawn(move || write_all(sink, &queue, &written))?;
        Ok(Self { frames: Some(frames), under_way: 0 })
    }

    /// Whether the last frame is still on its way: then the next one waits, and shows the last state only.
    pub(super) fn is_busy(&self) -> bool {
        self.under_way > 0
    }

    /// Hands over one frame. Never blocks.
    pub(super) fn send(&mut self, frame: Vec<u8>) {
        if let Some(frames) = &self.frames
            && frames.send(frame).is_ok()
        {
            self.under_way += 1;
        }
    }

    /// To be told of each `written`.
    pub(super) fn one_is_out(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }
}

fn write_all(mut sink: impl Write, queue: &Receiver<Vec<u8>>, written: &impl Fn(io::Result<()>)) {
    for frame in queue {
        let outcome = sink.write_all(&frame).and_then(|()| sink.flush());
        let failed = outcome.is_err();
        written(outcome);
        if failed {
            return;
        }
    }
}

/// The terminal as a sink, past the standard library's line buffer: one frame is one write.
pub(super) struct Tty;

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // After a panic the terminal belongs to the shell again.
        if screen::is_released() {
            return Ok(bytes.len());
        }
        match rustix::io::write(io::stdout().as_fd(), bytes) {
            // Someone made the terminal non-blocking for all who share it: wait until it takes more.
            Err(rustix::io::Errno::AGAIN) => {
                screen::wait_for_output(None);
                Err(io::ErrorKind::Interrupted.into())
            }
            outcome => Ok(outcome?),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A terminal that takes a write only when the test lets it.
    struct Stalled(Receiver<io::Result<()>>, Sender<Vec<u8>>);

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().map_err(io::Error::other)??;
            self.1.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn while_the_terminal_stalls_the_writer_is_busy_and_nobody_waits() {
        let ((allow, allowed), (sent, seen), (out, told)) = (channel(), channel(), mpsc::channel());
        let mut writer =
            Writer::start(Stalled(allowed, sent), move |outcome| out.send(outcome).unwrap()).unwrap();
        writer.send(b"first".to_vec());
        assert!(writer.is_busy());
        assert!(told.try_recv().is_err(), "nothing was taken yet");

        allow.send(Ok(())).unwrap();
        told.recv().unwrap().unwrap();
        writer.one_is_out();
        assert!(!writer.is_busy());
        assert_eq!(seen.recv().unwrap(), b"first");
    }

    #[test]
    fn a_terminal_that_is_gone_is_reported_and_gets_no_more() {
        let ((allow, allowed), (sent, seen), (out, told)) = (channel(), channel(), mpsc::channel());
        let mut writer =
            Writer::start(Stalled(allowed, sent), move |outcome| out.send(outcome).unwrap()).unwrap();
        writer.send(b"first".to_vec());
        writer.send(b"second".to_vec());
        allow.send(Err(io::ErrorKind::BrokenPipe.into())).unwrap();
        assert_eq!(told.recv().unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert!(told.recv().is_err(), "the thread has ended");
        assert!(seen.recv().is_err());
    }
}
