//! The workbench in a real pseudo-terminal: its runtime with a desk of its own, a draft that is saved to a file, and the
//! program as it is shipped.
//!
//! Each test of the runtime starts this very test program again, told to run [`the_desk_itself`].

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "support/pty.rs"]
mod pty;

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use kesu::config::out::Ways;
use kesu::i18n::Lang;
use kesu::tui::clipboard::ways::Wish;
use kesu::tui::runtime::{self, Desk, Effect, Input, Setting, Work};
use pty::Pty;
use ratatui::Frame;
use ratatui::layout::Size;
use rustix::process::Signal;

const KESU: &str = env!("CARGO_BIN_EXE_kesu");

/// A draft and what is known of it.
#[derive(Default)]
struct Draft {
    text: String,
    saved: usize,
    unsaved_since: Option<Timestamp>,
    size: Size,
    news: String,
    drawn: Cell<usize>,
}

impl Draft {
    fn save(&mut self) -> Vec<Effect<String>> {
        self.unsaved_since = None;
        vec![Effect::Work(self.text.clone())]
    }
}

impl Desk for Draft {
    type Job = String;
    type Done = usize;

    fn input(&mut self, input: Input<usize>, now: Timestamp) -> Vec<Effect<String>> {
        match input {
            Input::Key(key) => match (key.code, key.modifiers) {
                (KeyCode::Char('q'), KeyModifiers::CONTROL) => return vec![Effect::Quit],
                (KeyCode::Char(c), KeyModifiers::NONE) => self.text.push(c),
                (KeyCode::F(1), _) => panic!("Jane Doe's address"),
                (KeyCode::F(2), _) => return vec![Effect::Work("break".into())],
                (KeyCode::F(4), _) => return vec![Effect::Edit(self.text.clone())],
                (KeyCode::F(5), _) => {
                    let (text, ways) = (self.text.clone(), Ways::default());
                    return vec![Effect::Copy(Box::new(Wish { number: 1, text, ways, folder: None }))];
                }
                _ => return Vec::new(),
            },
            Input::Paste(text) => self.text.push_str(&text),
            Input::Resize(size) => {
                self.size = size;
                return Vec::new();
            }
            Input::Ran(..) => return Vec::new(),
            Input::Done(saved) => {
                self.saved = saved;
                return Vec::new();
            }
            Input::Copied(_, route) => {
                self.news = format!("copied: {}", route.unwrap().name());
                return Vec::new();
            }
            Input::Edited(Ok(text)) => self.text = text,
            Input::Edited(Err(problem)) => {
                self.news.clone_from(&problem.what[0]);
                return Vec::new();
            }
            Input::Wake | Input::Leaving => return self.save(),
        }
        self.unsaved_since.get_or_insert(now);
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, _: Timestamp) {
        self.drawn.set(self.drawn.get() + 1);
        let last: String = self.text.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
        let (text, saved, size) = (self.text.len(), self.saved, self.size);
        let screen = format!("READY {size} typed {text} saved {saved};\ndraft [{last}]\n{}", self.news);
        frame.render_widget(screen, frame.area());
    }

    fn wake_at(&self, _: Timestamp) -> Option<Timestamp> {
        self.unsaved_since.map(|since| since + SignedDuration::from_millis(100))
    }

    fn title(&self) -> String {
        format!("{} typed", self.text.len())
    }
}

struct File(PathBuf);

impl Work for File {
    type Job = String;
    type Done = usize;

    fn rescuer(&self) -> Box<dyn Fn(String, Timestamp)> {
        let file = self.0.clone();
        Box::new(move |text, _| fs::write(&file, text).unwrap())
    }

    fn perform(&mut self, text: String, _: &dyn Fn(usize)) -> usize {
        assert_ne!(text, "break", "Jane Doe's address");
        fs::write(&self.0, &text).unwrap();
        text.len()
    }
}

/// What the tests below run in their terminals.
#[test]
#[ignore = "run by the other tests, in a terminal"]
fn the_desk_itself() {
    let Some(file) = std::env::var_os("DRAFT_FILE").map(PathBuf::from) else { return };
    let fixed = std::env::var_os("FIXED_CLOCK").is_some();
    let clock: Box<dyn Fn() -> Timestamp> =
        if fixed { Box::new(|| Timestamp::UNIX_EPOCH) } else { Box::new(Timestamp::now) };
    let setting = Setting { clock, data: file.clone(), lang: Lang::En };
    let code = match runtime::run(Draft::default(), File(file), setting) {
        Ok(ending) => ending.code(),
        Err(problem) => {
            eprintln!("{problem}");
            1
        }
    };
    std::process::exit(code.into());
}

/// A desk in a terminal and the file its draft goes to.
struct Scene {
    pty: Pty,
    folder: tempfile::TempDir,
}

const DESK: &[&str] = &["--exact", "the_desk_itself", "--ignored", "--nocapture", "--test-threads=1"];

impl Scene {
    fn open() -> Self {
        Self::with(|_| Vec::new())
    }

    fn with(env: impl FnOnce(&std::path::Path) -> Vec<(&'static str, String)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("draft");
        let env = env(folder.path());
        let mut all: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        all.push(("DRAFT_FILE", file.as_os_str()));
        all.push(("XDG_RUNTIME_DIR", folder.path().as_os_str()));
        let pty = Pty::spawn(std::env::current_exe().unwrap(), DESK, &all, (24, 80));
        pty.wait_for("READY 80x24");
        Self { pty, folder }
    }

    fn draft(&self) -> String {
        fs::read_to_string(self.folder.path().join("draft")).unwrap_or_default()
    }

    fn assert_terminal_is_as_before(&self) {
        assert_is_as_before(&self.pty);
    }
}

/// The shell's screen, modes, cursor and title are what they were.
fn assert_is_as_before(pty: &Pty) {
    assert!(pty.modes_are_restored() && !pty.is_on_own_screen(), "{}", pty.screen());
    let raw = pty.raw();
    let last = |part: &str| raw.rfind(part);
    assert!(last("\u{1b}[?25h") > last("\u{1b}[?25l"), "the cursor is shown");
    assert!(last("\u{1b}[?2004l") > last("\u{1b}[?2004h"), "a paste is plain again");
    assert_eq!(raw.matches("\u{1b}[22;2t").count(), raw.matches("\u{1b}[23;2t").count(), "the title is back");
}

#[test]
fn a_key_is_seen_saved_and_the_terminal_is_as_before_after_quitting() {
    let mut scene = Scene::open();
    scene
        .pty
        .send("hello")
        .wait_for("draft [hello]")
        .wait_for("saved 5;")
        .wait_for_raw("\u{1b}]2;5 typed\u{7}");
    scene.pty.send(" you\u{11}");
    assert_eq!(scene.pty.end().0, 0);
    assert_eq!(scene.draft(), "hello you", "what was typed just before quitting is saved too");
    scene.assert_terminal_is_as_before();
}

#[test]
fn every_signal_to_end_saves_the_draft_and_restores_the_terminal_within_two_seconds() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut scene = Scene::open();
        scene.pty.send("last words").wait_for("draft [last words]");
        scene.pty.signal(signal);
        let (ended, took) = scene.pty.end();
        assert_eq!(ended, code);
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(scene.draft(), "last words");
        scene.assert_terminal_is_as_before();
    }
}

#[test]
fn closing_the_terminal_saves_the_draft_and_ends_the_program() {
    let mut scene = Scene::open();
    scene.pty.send("last words").wait_for("draft [last words]");
    scene.pty.hang_up();
    let (_, took) = scene.pty.end();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(scene.draft().starts_with("last words"), "{:?}", scene.draft());
}

#[test]
fn a_panic_gives_the_terminal_back_says_where_and_saves_the_draft_but_tells_nothing_of_it() {
    let mut scene = Scene::open();
    scene.pty.send("precious").wait_for("draft [precious]").wait_for_raw("READY");
    scene.pty.send("\u{1b}OP");
    assert_eq!(scene.pty.end().0, 101);
    assert_eq!(scene.draft(), "precious");
    scene.assert_terminal_is_as_before();
    assert!(scene.pty.screen().contains("kesu panicked at tests/terminal.rs:"), "{}", scene.pty.screen());
    assert!(!scene.pty.raw().contains("Jane Doe"));
}

#[test]
fn a_worker_that_breaks_ends_the_workbench_in_order() {
    let mut scene = Scene::open();
    scene.pty.send("precious").wait_for("saved 8;");
    scene.pty.send("!\u{1b}OQ");
    assert_eq!(scene.pty.end().0, 101);
    scene.assert_terminal_is_as_before();
    assert_eq!(scene.draft(), "precious!", "saved without it");
    assert!(scene.pty.screen().contains("kesu panicked at tests/terminal.rs:"), "{}", scene.pty.screen());
    assert!(!scene.pty.raw().contains("Jane Doe"));
}

#[test]
fn a_terminal_that_takes_no_output_stops_no_save_and_no_exit() {
    let mut scene = Scene::open();
    scene.pty.stall(true);
    // Every resize is a whole frame: enough of them fill what the terminal holds for its reader.
    for round in 0..400_u16 {
        scene.pty.resize(24 + round % 2, 80);
        scene.pty.send("x");
    }
    let file = scene.folder.path().join("draft");
    let begun = std::time::Instant::now();
    while fs::metadata(&file).map_or(0, |data| data.len()) < 400 {
        assert!(begun.elapsed() < pty::PATIENCE, "{} of 400 saved", scene.draft().len());
        std::thread::yield_now();
    }
    scene.pty.signal(Signal::TERM);
    let (_, took) = scene.pty.end();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(scene.pty.modes_are_restored());
}

#[test]
fn five_hundred_sizes_from_nothing_to_absurd_do_no_harm() {
    let scene = Scene::open();
    let sizes = [(1, 1), (2, 300), (200, 2), (0, 0), (0, 7), (65_535, 65_535), (1, 65_535), (100, 250)];
    for round in 0..500 {
        let (rows, columns) = sizes[round % sizes.len()];
        scene.pty.resize(rows, columns);
    }
    scene.pty.resize(30, 90);
    scene.pty.wait_for("READY 90x30");
}

#[test]
fn a_burst_of_keys_arrives_whole_and_a_paste_as_one() {
    let mut scene = Scene::open();
    let burst: String = ('a'..='z').cycle().take(3_000).collect();
    scene.pty.send(&burst).wait_for("typed 3000 ").wait_for("saved 3000;");
    assert_eq!(scene.draft(), burst);
    let pasted = "The quick brown fox.\r".repeat(9_000);
    scene.pty.send(&format!("\u{1b}[200~{pasted}\u{1b}[201~")).wait_for("saved 192000;");
    assert_eq!(scene.draft(), burst + &pasted.replace('\r', "\n"));
}

#[test]
fn with_a_clock_that_stands_still_the_draft_is_saved_all_the_same() {
    let mut scene = Scene::with(|_| vec![("FIXED_CLOCK", "1".into())]);
    scene.pty.send("tick").wait_for("saved 4;");
    scene.pty.send("tock").wait_for("saved 8;");
}

#[test]
fn the_operators_editor_gets_the_text_and_the_keys_and_gives_both_back() {
    let mut scene = Scene::with(|folder| {
        let editor = folder.join("editor");
        let script = "#!/bin/sh\necho editor is open\nread line\nprintf '%s and %s\\n' \"$(cat \"$1\")\" \"$line\" > \"$1\"\n";
        fs::write(&editor, script).unwrap();
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
        vec![("EDITOR", editor.display().to_string())]
    });
    scene.pty.send("mine").wait_for("draft [mine]");
    scene.pty.send("\u{1b}OS").wait_for("editor is open");
    assert!(
        !scene.pty.is_on_own_screen() && scene.pty.modes_are_restored(),
        "the editor finds a plain terminal"
    );
    scene.pty.send("yours\n").wait_for("[ne and yours]");
    scene.pty.send("!").wait_for("[e and yours!]");
    scene.pty.send("\u{11}");
    assert_eq!(scene.pty.end().0, 0);
    assert_eq!(scene.draft(), "mine and yours!");
    scene.assert_terminal_is_as_before();
    let left: Vec<_> =
        fs::read_dir(scene.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("kesu-")), "{left:?}");
}

#[test]
fn a_signal_while_the_editor_is_open_keeps_what_was_saved_in_it() {
    let mut scene =
        Scene::with(|_| vec![("EDITOR", "f() { printf edited > \"$1\"; echo written; cat; }; f".into())]);
    scene.pty.send("mine").wait_for("draft [mine]");
    scene.pty.send("\u{1b}OS").wait_for("written");
    scene.pty.signal(Signal::TERM);
    let (code, took) = scene.pty.end();
    assert_eq!(code, 143);
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(scene.draft(), "edited");
    scene.assert_terminal_is_as_before();
}

#[test]
fn an_editor_that_is_not_there_is_named_and_the_draft_stays() {
    let mut scene = Scene::with(|_| vec![("VISUAL", "/no/such/editor".into())]);
    scene.pty.send("mine").wait_for("draft [mine]");
    scene.pty.send("\u{1b}OS").wait_for("the editor `/no/such/editor`").wait_for("draft [mine]");
}

#[test]
fn copying_hands_the_text_to_the_terminal_and_names_the_way() {
    let mut scene = Scene::open();
    scene.pty.send("copy me").wait_for("draft [copy me]");
    scene.pty.send("\u{1b}[15~").wait_for("copied: OSC 52").wait_for_raw("\u{1b}]52;c;Y29weSBtZQ==\u{1b}\\");
}

#[test]
fn a_stop_from_outside_is_ignored_and_after_a_forced_one_the_screen_is_drawn_anew() {
    let mut scene = Scene::open();
    scene.pty.signal(Signal::TSTP);
    scene.pty.send("on").wait_for("draft [on]");
    let before = scene.pty.raw().matches("\u{1b}[2J").count();
    scene.pty.signal(Signal::STOP);
    scene.pty.send("ward");
    scene.pty.signal(Signal::CONT);
    scene.pty.wait_for("draft [onward]").wait_for("saved 6;");
    scene.pty.send("\u{11}");
    scene.pty.end();
    assert!(scene.pty.raw().matches("\u{1b}[2J").count() > before);
    scene.assert_terminal_is_as_before();
}

#[test]
fn without_a_terminal_it_says_so_and_writes_no_escape_codes() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(DESK).env("DRAFT_FILE", folder.path().join("draft")).stdin(std::process::Stdio::null());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("needs a terminal"), "{talk}");
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b));
}

/// The program itself on a file of invented cases.
struct Shop {
    pty: Pty,
    folder: tempfile::TempDir,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = std::process::Command::new(KESU)
            .args(["demo", "--cases", "100", "--db"])
            .arg(folder.path().join("shop.db"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let pty = Self::start(folder.path());
        Self { pty, folder }
    }

    fn start(folder: &std::path::Path) -> Pty {
        let db = folder.join("shop.db");
        let args = ["--lang", "en", "--db", db.to_str().unwrap()];
        let home = folder.as_os_str();
        let env = [("HOME", home), ("XDG_DATA_HOME", home), ("XDG_CONFIG_HOME", home)];
        let pty = Pty::spawn(KESU, &args, &env, (24, 100));
        pty.wait_for("enter open").wait_for("clocks:");
        pty
    }

    fn start_again(&mut self) {
        self.pty = Self::start(self.folder.path());
    }

    /// The number of the last stored event, as the footer says it.
    fn last_event(&self) -> u64 {
        let screen = self.pty.screen();
        let number = screen.rsplit_once("✓#").and_then(|(_, tail)| tail.trim().parse().ok());
        number.unwrap_or_else(|| panic!("no event on\n{screen}"))
    }

    /// Asks whether the database is sound, and for one number.
    fn ask(&self, question: &str) -> i64 {
        let db = rusqlite::Connection::open(self.folder.path().join("shop.db")).unwrap();
        let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        db.query_row(question, [], |row| row.get(0)).unwrap()
    }
}

impl Shop {
    /// Looks at the file until a draft of these words is in it.
    fn wait_until_stored(&self, words: &str) {
        let begun = std::time::Instant::now();
        let stored = format!("SELECT count(*) FROM drafts WHERE addition LIKE '{words}%'");
        while self.ask(&stored) == 0 {
            assert!(begun.elapsed() < pty::PATIENCE, "{words:?} never gets into the file");
            std::thread::yield_now();
        }
    }
}

#[test]
fn after_a_morning_of_work_the_shell_is_as_it_was_and_everything_is_stored() {
    let mut shop = Shop::open();
    let before = shop.last_event();
    shop.pty.send("\r").wait_for("enter reply");
    shop.pty.send("r").wait_for("write your personal words here");
    shop.pty.send("The carrier found it.").wait_for("The carrier found it.").wait_for("F6 mark sent");
    shop.pty.send("\u{1b}").wait_for("enter reply");
    shop.pty.send("a").wait_for("how did it end?");
    shop.pty.send("s").wait_for("What has to be mended?");
    shop.pty.send("g").wait_for("archived: buyer satisfied");
    let stored = shop.last_event();
    assert!(stored > before, "{before} then {stored}");
    shop.pty.send("q");
    assert_eq!(shop.pty.end().0, 0);
    assert_is_as_before(&shop.pty);
    assert_eq!(shop.ask("SELECT max(id) FROM events").unsigned_abs(), stored);
    assert_eq!(shop.ask("SELECT count(*) FROM drafts WHERE addition = 'The carrier found it.'"), 1);
}

#[test]
fn killed_in_the_middle_of_a_word_the_next_start_has_the_draft() {
    let mut shop = Shop::open();
    shop.pty.send("r").wait_for("write your personal words here");
    shop.pty.send("Precious words").wait_for("Precious words");
    shop.wait_until_stored("Precious words");
    shop.pty.send(" and lo").signal(Signal::KILL);
    shop.pty.end();
    assert_eq!(shop.ask("SELECT max(id) - count(*) FROM events"), 0);
    shop.start_again();
    // The footer is drawn last: before it is there, the queue's may still be, and Esc and q would arrive as one key.
    shop.pty.send("r").wait_for("Precious words").wait_for("F6 mark sent");
    shop.pty.send("\u{1b}").wait_for("enter open");
    shop.pty.send("q");
    assert_eq!(shop.pty.end().0, 0);
}

#[test]
fn killed_in_the_middle_of_a_note_of_a_step_the_next_start_has_its_words() {
    let mut shop = Shop::open();
    shop.pty.send("\r").wait_for("n no reply needed");
    shop.pty.send("p").wait_for("space");
    shop.pty.send("e").wait_for("Tab");
    shop.pty.send("Carrier says lost").wait_for("Carrier says lost");
    let begun = std::time::Instant::now();
    while shop.ask("SELECT count(*) FROM step_drafts WHERE typed LIKE '%Carrier says lost%'") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "never stored");
        std::thread::yield_now();
    }
    shop.pty.signal(Signal::KILL);
    shop.pty.end();
    shop.start_again();
    assert_eq!(shop.ask("SELECT count(*) FROM step_drafts WHERE typed LIKE '%Carrier says lost%'"), 1);
    shop.pty.send("q");
    assert_eq!(shop.pty.end().0, 0);
}

#[test]
fn when_the_window_is_closed_nothing_typed_is_lost() {
    let mut shop = Shop::open();
    shop.pty.send("r").wait_for("write your personal words here");
    shop.pty.send("Last words").wait_for("Last words");
    shop.pty.hang_up();
    let (_, took) = shop.pty.end();
    assert!(took < Duration::from_secs(2), "{took:?}");
    // Where the disk was slower than that the words lie beside the database.
    shop.start_again();
    assert_eq!(shop.ask("SELECT count(*) FROM drafts WHERE addition LIKE 'Last words%'"), 1);
}

#[test]
fn a_long_import_in_another_terminal_costs_no_word_and_no_hang_up_waits_for_it() {
    for end in [Some(Signal::HUP), Some(Signal::TERM), None] {
        let mut shop = Shop::open();
        shop.pty.send("r").wait_for("write your personal words here");
        let import = rusqlite::Connection::open(shop.folder.path().join("shop.db")).unwrap();
        import.execute_batch("BEGIN IMMEDIATE").unwrap();
        shop.pty.send("Typed meanwhile").wait_for("Typed meanwhile").wait_for("saved");
        shop.pty.send(" and on");
        shop.pty.wait_for("Typed meanwhile and on");
        match end {
            Some(signal) => shop.pty.signal(signal),
            None => shop.pty.hang_up(),
        }
        let (_, took) = shop.pty.end();
        assert!(took < Duration::from_secs(2), "{took:?}");
        import.execute_batch("COMMIT").unwrap();
        assert_eq!(shop.ask("SELECT count(*) FROM drafts WHERE addition LIKE 'Typed%'"), 0, "it was held");
        shop.start_again();
        assert_eq!(shop.ask("SELECT count(*) FROM drafts WHERE addition LIKE 'Typed meanwhile and on%'"), 1);
    }
}
