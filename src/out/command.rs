//! Runs a command of the operator's: its input fed, its time limited, its whole process group gone at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::problem::{Exit, Problem, io_words};
use crate::safe_text;

/// How long the ends of a command's output are waited for when it has ended itself.
const GRACE: Duration = Duration::from_millis(300);
/// How much of what a command says about its failure is kept.
const MOST_ERROR: usize = 4_096;
/// How much of that is shown, in cells.
const SHOWN_ERROR: usize = 120;

/// One run of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// Number by which it is stopped; each run has its own.
    pub number: u64,
    /// Program and arguments.
    pub command: Vec<String>,
    /// What it gets on standard input.
    pub input: Vec<u8>,
    /// How long it may take.
    pub within: Duration,
    /// What it is run for.
    pub purpose: Purpose,
}

/// What a command is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What it gives back, of at most so many bytes.
    Answer(usize),
    /// To hand its input on. What it leaves running after a good end may stay: a clipboard tool keeps the text so.
    Feed,
    /// To open a file in a program of the operator's, which is his from then on: nothing ends it, not even the end of
    /// kesu. It gets no input.
    Open,
}

/// Why a command gave nothing back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It could not be started: English, Chinese.
    NotStarted([String; 2]),
    /// It ended with this code (by a signal: none), and said this first. Untrusted.
    Ended(Option<i32>, String),
    /// It took longer than this.
    TooLong(Duration),
    /// It gave back more than so many bytes.
    TooMuch(usize),
    /// What it gave back is no UTF-8 text.
    NoText,
    /// It ended well and gave nothing back.
    Nothing,
    /// The operator stopped it, or kesu ends.
    Stopped,
}

impl Failure {
    /// The failure in words: English, Chinese. Quotes what the command said: untrusted.
    #[must_use]
    pub fn words(&self) -> [String; 2] {
        match self {
            Self::NotStarted([en, zh]) => [en.clone(), zh.clone()],
            Self::Ended(code, said) => {
                let [en, zh] = match code {
                    Some(code) => [format!("it ended with code {code}"), format!("退出码为 {code}")],
                    None => ["it was killed".to_owned(), "被强行终止".to_owned()],
                };
                if said.is_empty() { [en, zh] } else { [format!("{en}: {said}"), format!("{zh}：{said}")] }
            }
            Self::TooLong(time) => {
                let seconds = time.as_secs();
                [format!("no answer within {seconds} s"), format!("{seconds} 秒内没有响应")]
            }
            Self::TooMuch(bytes) => {
                let kilo = bytes / 1_000;
                [format!("it gave back more than {kilo} kB"), format!("返回的内容超过 {kilo} kB")]
            }
            Self::NoText => {
                ["what it gave back is not UTF-8 text".to_owned(), "返回的内容不是 UTF-8 文本".to_owned()]
            }
            Self::Nothing => ["it gave no text back".to_owned(), "没有返回文本".to_owned()],
            Self::Stopped => ["it was stopped".to_owned(), "已停止".to_owned()],
        }
    }

    /// The failure of what has this name, with what to do.
    #[must_use]
    pub fn problem(&self, name: &str, remedy: [&str; 2]) -> Problem {
        let [en, zh] = self.words();
        Problem::new(Exit::Failed, [format!("`{name}`: {en}"), format!("`{name}`：{zh}")], remedy)
    }
}

/// The program of a command without its folder.
#[must_use]
pub fn name(command: &[String]) -> String {
    let program = command.first().map_or("", String::as_str);
    let base = Path::new(program).file_name();
    base.map_or_else(|| program.to_owned(), |base| base.to_string_lossy().into_owned())
}

/// The commands that run now. Cloned, it is the same one.
#[derive(Debug, Clone, Default)]
pub struct Commands(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    /// No other one is started.
    ended: bool,
    /// On the way between the start and `running`.
    starting: usize,
    running: BTreeMap<u64, Pid>,
    stopped: BTreeSet<u64>,
}

impl State {
    fn is_stopped(&self, number: u64) -> bool {
        self.ended || self.stopped.contains(&number)
    }
}

/// What the threads around a command tell.
enum Note {
    Exited(Option<i32>),
    TooMuch,
}

/// What a command has said so far.
type Said = Arc<Mutex<Vec<u8>>>;

impl Commands {
    /// Runs a command to its end and gives back what it wrote. Blocks the thread as long.
    ///
    /// # Errors
    /// It could not be started, failed, took too long, gave too much back, or was stopped.
    pub fn run(&self, errand: &Errand) -> Result<Vec<u8>, Failure> {
        if errand.purpose == Purpose::Open {
            return open(&errand.command);
        }
        let stays = errand.purpose == Purpose::Feed;
        let mut child = self.start(errand)?;
        let watched = watch(&mut child, errand);
        let (notes, out, error) = match watched {
            Ok(watched) => watched,
            Err(error) => {
                self.kill(errand.number);
                self.reap(errand.number, &mut child);
                return Err(Failure::NotStarted(io_words(&error)));
            }
        };
        let ended = self.wait(errand, &notes);
        // A group is killed before its first process is reaped: its number cannot be another's yet.
        if !(stays && ended == Ok(Some(0))) {
            self.kill(errand.number);
        }
        let stopped = self.reap(errand.number, &mut child);
        if stopped {
            return Err(Failure::Stopped);
        }
        let code = ended?;
        // A tool that stays keeps its pipes open: nothing is waited for there.
        if !(stays && code == Some(0)) {
            drain(&notes);
        }
        if code != Some(0) {
            return Err(Failure::Ended(code, first_line(&taken(&error))));
        }
        Ok(taken(&out))
    }

    /// Stops one; the run says so.
    pub fn stop(&self, number: u64) {
        let mut state = self.state();
        state.stopped.insert(number);
        if let Some(group) = state.running.get(&number) {
            kill(*group);
        }
    }

    /// Stops all and starts no other: kesu ends. Waits no longer than a start takes.
    pub fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        state.running.values().copied().for_each(kill);
        // Whoever is between start and entry kills its own when it sees that all has ended.
        let _ = self.0.1.wait_timeout_while(state, GRACE, |state| state.starting > 0);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, errand: &Errand) -> Result<Child, Failure> {
        {
            let mut state = self.state();
            if state.is_stopped(errand.number) {
                return Err(Failure::Stopped);
            }
            state.starting += 1;
        }
        let wanted = matches!(errand.purpose, Purpose::Answer(_));
        let started = program(&errand.command)
            .stdin(Stdio::piped())
            .stdout(if wanted { Stdio::piped() } else { Stdio::null() })
            .stderr(Stdio::piped())
            .spawn();
        let mut state = self.state();
        state.starting -= 1;
        if let Some(group) = started.as_ref().ok().and_then(group) {
            state.running.insert(errand.number, group);
            if state.is_stopped(errand.number) {
                kill(group);
            }
        }
        drop(state);
        self.0.1.notify_all();
        started.map_err(|error| Failure::NotStarted(not_started(&error)))
    }

    /// Waits for the end of a command, not longer than it may take.
    fn wait(&self, errand: &Errand, notes: &Receiver<Note>) -> Result<Option<i32>, Failure> {
        let end = Instant::now() + errand.within;
        let mut failure = None;
        loop {
            // Once killed it ends at once.
            let left = if failure.is_some() { GRACE } else { end.saturating_duration_since(Instant::now()) };
            match notes.recv_timeout(left) {
                Ok(Note::Exited(code)) => return failure.map_or(Ok(code), Err),
                Ok(Note::TooMuch) => {
                    failure.get_or_insert(Failure::TooMuch(most(errand)));
                    self.kill(errand.number);
                }
                Err(RecvTimeoutError::Timeout) if failure.is_none() => {
                    failure = Some(Failure::TooLong(errand.within));
                    self.kill(errand.number);
                }
                // Even a killed process may hang in the system; nobody waits for it here.
                Err(_) => return Err(failure.unwrap_or(Failure::TooLong(errand.within))),
            }
        }
    }

    fn kill(&self, number: u64) {
        if let Some(group) = self.state().running.get(&number) {
            kill(*group);
        }
    }

    /// Takes a command off the list and reaps it; whether it was stopped.
    fn reap(&self, number: u64, child: &mut Child) -> bool {
        let mut state = self.state();
        state.running.remove(&number);
        let stopped = state.is_stopped(number);
        state.stopped.remove(&number);
        drop(state);
        let _ = child.try_wait();
        stopped
    }
}

/// The program with its arguments, in a process group of its own.
fn program(command: &[String]) -> Command {
    let (name, args) = command.split_first().map_or(("", &[][..]), |(name, args)| (name.as_str(), args));
    let mut program = Command::new(name);
    program.args(args).process_group(0);
    program
}

/// Starts a program that is the operator's from then on; says so when it ends badly.
fn open(command: &[String]) -> Result<Vec<u8>, Failure> {
    let quiet = || Stdio::null();
    let started = program(command).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
    let ended = started.and_then(|mut child| child.wait());
    let ended = ended.map_err(|error| Failure::NotStarted(not_started(&error)))?;
    if ended.success() { Ok(Vec::new()) } else { Err(Failure::Ended(ended.code(), String::new())) }
}

const fn most(errand: &Errand) -> usize {
    match errand.purpose {
        Purpose::Answer(most) => most,
        Purpose::Feed | Purpose::Open => 0,
    }
}

fn group(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn kill(group: Pid) {
    let _ = kill_process_group(group, Signal::KILL);
}

fn not_started(error: &io::Error) -> [String; 2] {
    if error.kind() == io::ErrorKind::NotFound {
        return ["there is no such command".to_owned(), "没有这个命令".to_owned()];
    }
    io_words(error)
}

/// Feeds a command and listens to it, each on a thread of its own.
fn watch(child: &mut Child, errand: &Errand) -> io::Result<(Receiver<Note>, Said, Said)> {
    let (tell, notes) = channel();
    let (out, error) = (Said::default(), Said::default());
    if let Some(mut stdin) = child.stdin.take() {
        let input = errand.input.clone();
        // A command that does not read its input is none the worse for it.
        spawn("feeder", move || drop(stdin.write_all(&input)))?;
    }
    if let Some(pipe) = child.stdout.take() {
        listen(pipe, &out, most(errand), true, tell.clone())?;
    }
    if let Some(pipe) = child.stderr.take() {
        listen(pipe, &error, MOST_ERROR, false, tell.clone())?;
    }
    let process = group(child);
    spawn("waiter", move || {
        let ended = process
            .map(|process| waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT));
        let code = ended.and_then(Result::ok).flatten().and_then(|status| status.exit_status());
        let _ = tell.send(Note::Exited(code));
    })?;
    Ok((notes, out, error))
}

/// Keeps the first `most` bytes of a pipe. What follows is too much, or (without `strict`) goes nowhere.
fn listen(
    mut pipe: impl Read + Send + 'static,
    said: &Said,
    most: usize,
    strict: bool,
    tell: Sender<Note>,
) -> io::Result<()> {
    let said = Arc::clone(said);
    spawn("listener", move || {
        // Held until the pipe is closed: `drain` waits for that.
        let tell = tell;
        let mut piece = [0; 8_192];
        while let Ok(read @ 1..) = pipe.read(&mut piece) {
            let mut kept = said.lock().unwrap_or_else(PoisonError::into_inner);
            let room = most - kept.len();
            kept.extend_from_slice(&piece[..read.min(room)]);
            if strict && read > room {
                let _ = tell.send(Note::TooMuch);
                return;
            }
        }
    })
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Waits for the pipes to be closed, a little.
fn drain(notes: &Receiver<Note>) {
    let end = Instant::now() + GRACE;
    // Whoever listens at a pipe holds the way here as long.
    while notes.recv_timeout(end.saturating_duration_since(Instant::now())).is_ok() {}
}

fn taken(said: &Said) -> Vec<u8> {
    std::mem::take(&mut said.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The first line that says anything.
fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    safe_text::line(line, SHOWN_ERROR).into_string()
}

#[cfg(test)]
mod tests;
