//! The program without a terminal and without a disk: keys in, screen out.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod post;

use std::path::{Path, PathBuf};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use kesu::domain::clock::shipped_policy;
use kesu::i18n::Lang;
use kesu::out::command::{Commands, Errand, Failure};
use kesu::store::{Filter, Store};
use kesu::tui::app::{App, first_page};
use kesu::tui::clipboard::ways::{Prepared, Wish, prepare};
use kesu::tui::job::{self, Done, Job};
use kesu::tui::runtime::{Desk as _, Effect, Input};
use kesu::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use unicode_width::UnicodeWidthStr;

/// The moment at which every story begins.
pub const NOW: &str = "2026-10-07T12:00:00Z";

/// A folder of the test data.
pub fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The workbench on an in-memory store.
pub struct Desk {
    app: App,
    pub store: Store,
    pub now: Timestamp,
    size: (u16, u16),
    /// Texts that were put into the clipboard.
    pub copied: Vec<String>,
    /// What the operator's editor makes of a text.
    pub editor: fn(&str) -> String,
    /// Commands of the operator's are held back, as if they took long.
    pub holds: bool,
    /// Those that are.
    pub held: Vec<Errand>,
    pub quit: bool,
    /// How often a time of work was handed to the store.
    pub sat: usize,
}

impl Desk {
    /// Opens the workbench on what `fill` puts into the store.
    pub fn new(lang: Lang, size: (u16, u16), fill: impl FnOnce(&mut Store, Timestamp)) -> Self {
        Self::open(lang, size, None, fill)
    }

    /// The same with the operator's settings in a file.
    pub fn with_settings(
        lang: Lang,
        size: (u16, u16),
        settings: &Path,
        fill: impl FnOnce(&mut Store, Timestamp),
    ) -> Self {
        Self::open(lang, size, Some(settings.to_owned()), fill)
    }

    /// The same on a file, beside which attached files and appeal packs are kept.
    pub fn on_file(
        lang: Lang,
        size: (u16, u16),
        db: &Path,
        settings: Option<&Path>,
        fill: impl FnOnce(&mut Store, Timestamp),
    ) -> Self {
        let store = Store::open(db, shipped_policy().unwrap()).unwrap();
        Self::on(store, lang, size, settings.map(Path::to_owned), fill)
    }

    fn open(
        lang: Lang,
        size: (u16, u16),
        settings: Option<PathBuf>,
        fill: impl FnOnce(&mut Store, Timestamp),
    ) -> Self {
        Self::on(Store::in_memory(shipped_policy().unwrap()).unwrap(), lang, size, settings, fill)
    }

    fn on(
        mut store: Store,
        lang: Lang,
        size: (u16, u16),
        settings: Option<PathBuf>,
        fill: impl FnOnce(&mut Store, Timestamp),
    ) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        fill(&mut store, now);
        let rows = store.queue(None, first_page(size), &Filter::default(), now).unwrap();
        let last = store.last_event().unwrap();
        let app = App::new(lang, Theme::new(true), shipped_policy().unwrap(), size, rows, last)
            .in_zone(jiff::tz::TimeZone::UTC)
            .with_settings(settings);
        let mut desk = Self {
            app,
            store,
            now,
            size,
            copied: Vec::new(),
            editor: str::to_owned,
            holds: false,
            held: Vec::new(),
            quit: false,
            sat: 0,
        };
        desk.give(Input::Resize(Size::new(size.0, size.1)));
        desk.give(Input::Wake);
        desk
    }

    /// Hands one input to the workbench and performs what it asks for, until nothing is left to do.
    fn give(&mut self, input: Input<Done>) {
        let mut effects = self.app.input(input, self.now);
        while !effects.is_empty() {
            let mut next = Vec::new();
            for effect in effects {
                let answer = match effect {
                    Effect::Work(job) => self.perform(job),
                    Effect::Copy(wish) => vec![self.copy(&wish)],
                    Effect::Run(errand) if self.holds => {
                        self.held.push(errand);
                        Vec::new()
                    }
                    Effect::Run(errand) => vec![run(&errand)],
                    Effect::Stop(number) => vec![Input::Ran(number, Err(Failure::Stopped))],
                    Effect::Edit(text) => vec![Input::Edited(Ok((self.editor)(&text)))],
                    Effect::Quit => {
                        self.quit = true;
                        Vec::new()
                    }
                };
                for input in answer {
                    next.extend(self.app.input(input, self.now));
                }
            }
            effects = next;
        }
    }

    /// Copies as the runtime does, on a session without variables.
    fn copy(&mut self, wish: &Wish) -> Input<Done> {
        let result = match prepare(wish, &Commands::default(), &|_| None) {
            Prepared::Terminal(route, _) => Ok(route),
            Prepared::Done(result) => result,
        };
        if result.is_ok() {
            self.copied.push(wish.text.clone());
        }
        Input::Copied(wish.number, result)
    }

    /// Runs the commands that were held back.
    pub fn run_held(&mut self) -> &mut Self {
        for errand in std::mem::take(&mut self.held) {
            self.give(run(&errand));
        }
        self
    }

    fn perform(&mut self, job: Job) -> Vec<Input<Done>> {
        self.sat += usize::from(matches!(job, Job::Sit(_)));
        let between = std::cell::RefCell::new(Vec::new());
        let done = job::perform(&mut self.store, job, self.now, &|done| {
            between.borrow_mut().push(Input::Done(done))
        });
        let mut answers = between.into_inner();
        answers.push(Input::Done(done));
        answers
    }

    /// Presses keys: letters as they stand, others as `<Enter>`, `<F5>`, `<C-f>`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(letter) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|tail| tail.split_once('>'));
            let key = if let Some((name, tail)) = named {
                rest = tail;
                named_key(name)
            } else {
                rest = &rest[letter.len_utf8()..];
                KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)
            };
            self.give(Input::Key(key));
        }
        self
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.give(Input::Paste(text.to_owned()));
        self
    }

    /// Tells the workbench what came of a job; what it then asks for is returned, not done.
    pub fn tell(&mut self, done: Done) -> Vec<Effect<Job>> {
        self.app.input(Input::Done(done), self.now)
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, size: (u16, u16)) -> &mut Self {
        self.size = size;
        self.give(Input::Resize(Size::new(size.0, size.1)));
        self
    }

    /// Lets time pass.
    pub fn wait(&mut self, length: SignedDuration) -> &mut Self {
        self.now += length;
        self.give(Input::Wake);
        self
    }

    /// When the workbench wants to be woken.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.app.wake_at(self.now)
    }

    /// The screen as text, spaces at line ends off.
    pub fn screen(&self) -> String {
        text(&self.buffer())
    }

    /// The screen with its colours.
    pub fn buffer(&self) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| self.app.draw(frame, self.now)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// Where the terminal's caret is drawn.
    pub fn caret(&self) -> ratatui::layout::Position {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| self.app.draw(frame, self.now)).unwrap();
        terminal.get_cursor_position().unwrap()
    }

    /// Fails with the whole screen unless `words` stand on it.
    #[track_caller]
    pub fn shows(&mut self, words: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.contains(words), "`{words}` is not on the screen:\n{screen}");
        self
    }

    /// Fails with the whole screen if `words` stand on it.
    #[track_caller]
    pub fn shows_no(&mut self, words: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(words), "`{words}` is on the screen:\n{screen}");
        self
    }
}

/// Runs a command of the operator's to its end.
fn run(errand: &Errand) -> Input<Done> {
    Input::Ran(errand.number, Commands::default().run(errand))
}

fn named_key(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.split_once('-') {
        Some(("C", rest)) => (KeyModifiers::CONTROL, rest),
        Some(("A", rest)) => (KeyModifiers::ALT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "BackTab" => KeyCode::BackTab,
        "BS" => KeyCode::Backspace,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Ins" => KeyCode::Insert,
        "lt" => KeyCode::Char('<'),
        function if function.starts_with('F') && function.len() > 1 => {
            KeyCode::F(function[1..].parse().unwrap())
        }
        letter => KeyCode::Char(letter.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

/// A buffer as text: a wide character counts once, spaces at line ends are left out.
pub fn text(buffer: &Buffer) -> String {
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}
