//! One run of the workbench: inputs in, effects out, a frame when something changed.

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;
use std::sync::mpsc::Sender as Jobs;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::alarm::Alarm;
use super::editor::{self, Sheet};
use super::errands::Errands;
use super::keys::{Keyboard, Stroke};
use super::screen::{self, Canvas};
use super::signals::{Call, Signals};
use super::worker::{self, Report};
use super::writer::{Tty, Writer};
use super::{Desk, Effect, Ending, Input, Setting, Work};
use crate::out::command::Failure;
use crate::problem::{Exit, Problem, io_words};
use crate::tui::clipboard::ways::Prepared;

/// Events that may wait. Who has more to tell waits until the main thread has caught up.
const MAX_WAITING: usize = 1_024;
/// Events taken before a frame is drawn again, so that a flood of keys cannot keep the screen from moving.
const BEFORE_A_FRAME: usize = 512;
/// How long the terminal may take to accept the few bytes that leave its screen to an editor.
const SCREEN_WITHIN: Duration = Duration::from_millis(500);

/// What the other threads tell the main thread.
pub(super) enum Event<D> {
    Stroke(Stroke),
    Worker(Report<D>),
    Written(io::Result<()>),
    EditorEnded(io::Result<ExitStatus>),
    Prepared(u64, Prepared),
    Ran(u64, Result<Vec<u8>, Failure>),
}

/// An editor at work, or the wish for one.
pub(super) enum Editing {
    Wanted(String),
    Open { sheet: Sheet, editor: OsString, process: u32 },
}

/// The main thread's own.
pub(super) struct Session<D: Desk> {
    pub(super) desk: D,
    pub(super) setting: Setting,
    pub(super) canvas: Canvas,
    pub(super) writer: Writer,
    pub(super) keyboard: Option<Keyboard>,
    /// `None` once the workbench is leaving.
    pub(super) jobs: Option<Jobs<D::Job>>,
    pub(super) inbox: Receiver<Event<D::Done>>,
    pub(super) outbox: Sender<Event<D::Done>>,
    pub(super) editing: Option<Editing>,
    pub(super) ending: Option<Ending>,
    pub(super) worker_finished: bool,
    pub(super) worker_ended: bool,
    /// What [`Input::Leaving`] wanted done, and the way to save it without the worker.
    pub(super) last_jobs: Vec<D::Job>,
    pub(super) rescuer: Box<dyn Fn(D::Job, Timestamp)>,
    pub(super) modes: screen::Modes,
    alarm: Alarm,
    /// Something may have changed since the last frame.
    dirty: bool,
    /// What goes before the next frame: entering the screen.
    prelude: Vec<u8>,
    title: Option<String>,
    pub(super) errands: Errands,
}

/// Runs the workbench until it ends, and gives the terminal back as it was. Work that the desk still wanted is done by
/// then, unless a signal came and it takes longer than two seconds.
///
/// # Errors
/// There is no terminal, or the system gives no threads.
pub fn run<D, W>(desk: D, worker: W, setting: Setting) -> Result<Ending, Problem>
where
    D: Desk,
    W: Work<Job = D::Job, Done = D::Done>,
{
    screen::require_terminal()?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(no_start)?;
    let mut signals = {
        let _context = runtime.enter();
        Signals::listen().map_err(no_start)?
    };
    let hook = screen::hook_panics(&setting.data, setting.lang);
    let mut session = Session::open(desk, worker, setting)?;
    let served = catch_unwind(AssertUnwindSafe(|| session.serve(&runtime, &mut signals)));
    let ending = match served {
        Ok(Ok(ending)) => ending,
        Ok(Err(error)) => {
            session.leave(&runtime, Ending::Panicked);
            return Err(no_start(error));
        }
        Err(_) => Ending::Panicked,
    };
    session.leave(&runtime, ending);
    drop(hook);
    Ok(ending)
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands the error over")]
fn no_start(error: io::Error) -> Problem {
    let [en, zh] = io_words(&error);
    Problem::new(
        Exit::Failed,
        [format!("the workbench cannot run: {en}"), format!("工作台无法运行：{zh}")],
        ["Close other programs and start kesu again", "请关闭其他程序后重新启动 kesu"],
    )
}

impl<D: Desk> Session<D> {
    fn open<W>(desk: D, worker: W, setting: Setting) -> Result<Self, Problem>
    where
        W: Work<Job = D::Job, Done = D::Done>,
    {
        let (outbox, inbox) = channel(MAX_WAITING);
        let (told, written) = (outbox.clone(), outbox.clone());
        let rescuer = worker.rescuer();
        let jobs = worker::start(worker, move |report| drop(told.blocking_send(Event::Worker(report))));
        let writer = Writer::start(Tty, move |outcome| drop(written.blocking_send(Event::Written(outcome))));
        let canvas = Canvas::new(screen::size()).map_err(no_start)?;
        let (jobs, writer) = (jobs.map_err(no_start)?, writer.map_err(no_start)?);
        let alarm = Alarm::new((setting.clock)(), Instant::now());
        let modes = screen::take_over()?;
        Ok(Self {
            desk,
            setting,
            canvas,
            writer,
            keyboard: None,
            jobs: Some(jobs),
            inbox,
            outbox,
            editing: None,
            ending: None,
            worker_finished: false,
            worker_ended: false,
            last_jobs: Vec::new(),
            rescuer,
            modes,
            alarm,
            dirty: true,
            prelude: screen::entering(),
            title: None,
            errands: Errands::default(),
        })
    }

    fn serve(&mut self, runtime: &Runtime, signals: &mut Signals) -> io::Result<Ending> {
        self.feed(Input::Resize(self.canvas.size()));
        self.show()?;
        // The first frame is on its way; keys that came before wait in the terminal.
        let strokes = self.outbox.clone();
        self.keyboard =
            Some(Keyboard::start(move |stroke| strokes.blocking_send(Event::Stroke(stroke)).is_ok())?);
        loop {
            if screen::is_released() {
                return Ok(Ending::Panicked);
            }
            if let Some(ending) = self.ending {
                return Ok(ending);
            }
            self.open_editor();
            self.show()?;
            let (now, steady) = (self.now(), Instant::now());
            self.alarm.set(self.desk.wake_at(now), now, steady);
            let nap = self.alarm.sleep(steady);
            runtime.block_on(self.next(signals, nap))?;
        }
    }

    /// Waits for one thing to happen and takes it in, with all that waits behind it.
    async fn next(&mut self, signals: &mut Signals, nap: Duration) -> io::Result<()> {
        tokio::select! {
            biased;
            call = signals.next() => self.called(call)?,
            event = self.inbox.recv() => {
                let mut taken = 0;
                let mut next = event;
                while let Some(event) = next {
                    self.take(event)?;
                    taken += 1;
                    if taken == BEFORE_A_FRAME || self.ending.is_some() || self.editing.is_some() {
                        break;
                    }
                    next = self.inbox.try_recv().ok();
                }
            }
            () = tokio::time::sleep(nap) => self.ring(),
        }
        Ok(())
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.setting.clock)()
    }

    pub(super) fn feed(&mut self, input: Input<D::Done>) {
        self.feed_at(input, self.now());
    }

    fn feed_at(&mut self, input: Input<D::Done>, now: Timestamp) {
        self.dirty = true;
        let leaving = matches!(input, Input::Leaving);
        for effect in self.desk.input(input, now) {
            match effect {
                Effect::Work(job) if leaving => {
                    self.last_jobs.push(job.clone());
                    self.work(job);
                }
                Effect::Work(job) => self.work(job),
                Effect::Copy(wish) => self.errands.copy(*wish, &self.outbox),
                Effect::Run(errand) => self.errands.run(errand, &self.outbox),
                Effect::Stop(number) => self.errands.stop(number),
                Effect::Edit(text) if self.editing.is_none() => self.editing = Some(Editing::Wanted(text)),
                Effect::Edit(_) => {}
                Effect::Quit => self.ending = Some(Ending::Quit),
            }
        }
    }

    fn work(&mut self, job: D::Job) {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if !sent {
            self.ending = Some(Ending::Panicked);
        }
    }

    fn take(&mut self, event: Event<D::Done>) -> io::Result<()> {
        match event {
            Event::Stroke(Stroke::Key(key)) => self.feed(Input::Key(key)),
            Event::Stroke(Stroke::Paste(text)) => self.feed(Input::Paste(text)),
            Event::Stroke(Stroke::Gone) | Event::Written(Err(_)) => self.ending = Some(Ending::Gone),
            Event::Worker(Report::Done(done)) => self.feed(Input::Done(done)),
            Event::Worker(Report::Finished) => self.worker_finished = true,
            Event::Worker(Report::Ended) => {
                self.worker_ended = true;
                self.ending = Some(Ending::Panicked);
            }
            Event::Written(Ok(())) => {
                self.writer.one_is_out();
                for (number, route) in std::mem::take(&mut self.errands.under_way) {
                    self.feed(Input::Copied(number, Ok(route)));
                }
            }
            Event::Prepared(number, Prepared::Terminal(route, bytes)) => {
                self.errands.bytes = Some(bytes);
                self.errands.waiting.push((number, route));
                self.dirty = true;
            }
            Event::Prepared(number, Prepared::Done(copied)) => self.feed(Input::Copied(number, copied)),
            Event::Ran(number, answer) => self.feed(Input::Ran(number, answer)),
            Event::EditorEnded(ended) => self.close_editor(ended)?,
        }
        Ok(())
    }

    fn called(&mut self, call: Call) -> io::Result<()> {
        let edits = matches!(self.editing, Some(Editing::Open { .. }));
        match call {
            Call::Interrupt(_) if edits => {}
            Call::End(number) | Call::Interrupt(number) => self.ending = Some(Ending::Signal(number)),
            Call::Resize => self.resize()?,
            // The editor has stopped itself together with us: only when we stop too the shell comes back.
            Call::Stop if edits => {
                let me = rustix::process::getpid();
                let _ = rustix::process::kill_process(me, rustix::process::Signal::STOP);
            }
            Call::Continue if !edits => {
                self.modes.work();
                self.prelude = screen::entering_again();
                self.canvas.resize(screen::size())?;
                self.dirty = true;
            }
            Call::Stop | Call::Continue => {}
        }
        Ok(())
    }

    fn resize(&mut self) -> io::Result<()> {
        let size = screen::size();
        // Even at the same size the terminal may have moved its lines: draw all anew.
        self.canvas.resize(size)?;
        self.feed(Input::Resize(size));
        Ok(())
    }

    fn ring(&mut self) {
        let now = self.now();
        if screen::is_gone() {
            self.ending = Some(Ending::Gone);
        } else if let Some(now) = self.alarm.ring(now, Instant::now()) {
            self.feed_at(Input::Wake, now);
        }
    }

    /// Sends a frame when something changed and the terminal has taken the last one.
    fn show(&mut self) -> io::Result<()> {
        if !self.dirty || self.writer.is_busy() || matches!(self.editing, Some(Editing::Open { .. })) {
            return Ok(());
        }
        let now = self.now();
        let mut bytes = std::mem::take(&mut self.prelude);
        bytes.extend(self.canvas.frame(|frame| self.desk.draw(frame, now))?);
        let title = self.desk.title();
        if self.title.as_ref() != Some(&title) {
            bytes.extend(screen::titled(&title));
            self.title = Some(title);
        }
        bytes.extend(self.errands.bytes.take().unwrap_or_default());
        self.errands.under_way.append(&mut self.errands.waiting);
        self.dirty = false;
        if !bytes.is_empty() {
            self.writer.send(bytes);
        }
        Ok(())
    }

    /// Opens the editor that was asked for, once the last frame is out.
    fn open_editor(&mut self) {
        if self.writer.is_busy() || !matches!(self.editing, Some(Editing::Wanted(_))) {
            return;
        }
        let Some(Editing::Wanted(text)) = self.editing.take() else { return };
        let editor = editor::chosen();
        if !self.keyboard.as_ref().is_some_and(Keyboard::pause) {
            let problem = editor::problem(
                &editor,
                ["a key is still being read", "仍在读取按键"].map(ToOwned::to_owned),
            );
            return self.feed(Input::Edited(Err(problem)));
        }
        if let Err(error) = self.hand_over(&text, &editor) {
            let problem = editor::problem(&editor, io_words(&error));
            self.take_back();
            self.feed(Input::Edited(Err(problem)));
        }
    }

    fn hand_over(&mut self, text: &str, editor: &OsString) -> io::Result<()> {
        let sheet = Sheet::new(text)?;
        if !screen::wait_for_output(Some(SCREEN_WITHIN)) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        io::Write::write_all(&mut Tty, &screen::leaving())?;
        self.modes.restore();
        let mut child = editor::start(editor, &sheet.path())?;
        let (outbox, process) = (self.outbox.clone(), child.id());
        let wait = move || drop(outbox.blocking_send(Event::EditorEnded(child.wait())));
        thread::Builder::new().name("editor".into()).spawn(wait)?;
        self.editing = Some(Editing::Open { sheet, editor: editor.clone(), process });
        Ok(())
    }

    fn close_editor(&mut self, ended: io::Result<ExitStatus>) -> io::Result<()> {
        let Some(Editing::Open { sheet, editor, .. }) = self.editing.take() else { return Ok(()) };
        let outcome = editor::outcome(&sheet, &editor, ended);
        self.take_back();
        self.resize()?;
        self.feed(Input::Edited(outcome));
        Ok(())
    }

    /// Takes the terminal back from an editor.
    fn take_back(&mut self) {
        self.modes.work();
        self.prelude = screen::entering();
        // A clean canvas cannot fail in memory; if it does, the next frame says so.
        let _ = self.canvas.resize(screen::size());
        self.title = None;
        if let Some(keyboard) = &self.keyboard {
            keyboard.resume();
        }
    }
}
