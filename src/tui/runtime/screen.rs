//! The terminal's state: taking it over, giving it back on every way out, and turning a drawing into one buffer of bytes.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::panic;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{Attribute, Color, SetAttribute, SetForegroundColor};
use crossterm::terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, queue, terminal};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::i18n::Lang;
use crate::problem::{Exit, Problem};
use crate::safe_text;

/// Saves the window title on the terminal's own stack, and takes it back from there.
const PUSH_TITLE: &str = "\u{1b}[22;2t";
const POP_TITLE: &str = "\u{1b}[23;2t";
/// Larger than any screen; a terminal that claims 65 535 columns costs no more memory than this.
const MAX_SIZE: Size = Size { width: 500, height: 200 };
const MAX_TITLE_CELLS: usize = 120;

/// Set once the terminal was given back for good: nothing may be drawn after that.
static RELEASED: AtomicBool = AtomicBool::new(false);

pub(super) fn is_released() -> bool {
    RELEASED.load(Ordering::SeqCst)
}

/// Whether there is a terminal to work in.
///
/// # Errors
/// Input or output is a file, a pipe or closed.
pub fn require_terminal() -> Result<(), Problem> {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Problem::new(
        Exit::Failed,
        [
            "the workbench needs a terminal for its keys and its screen",
            "工作台需要在终端中运行（键盘输入和屏幕输出）",
        ],
        [
            "Start it in a terminal window; in scripts use `kesu list`, `kesu due` or `kesu import`",
            "请在终端窗口中启动；脚本中请使用 `kesu list`、`kesu due` 或 `kesu import`",
        ],
    ))
}

/// The size to draw in. A terminal that does not know its size gets the customary 80×24.
#[must_use]
pub fn size() -> Size {
    let said = rustix::termios::tcgetwinsize(io::stdout().as_fd());
    drawable(said.map_or(Size::ZERO, |said| Size::new(said.ws_col, said.ws_row)))
}

fn drawable(said: Size) -> Size {
    if said == Size::ZERO {
        return Size::new(80, 24);
    }
    Size::new(said.width.min(MAX_SIZE.width), said.height.min(MAX_SIZE.height))
}

/// The terminal's line modes: as it was found, and as the workbench needs it.
pub(super) struct Modes {
    found: Option<Termios>,
    raw: Option<Termios>,
}

impl Modes {
    /// Puts the terminal's line mode back as it was found. Harmless when it is so already.
    pub(super) fn restore(&self) {
        let _ = terminal::disable_raw_mode();
        set_mode(self.found.as_ref());
    }

    /// Puts the terminal into the workbench's mode again, after someone else had it.
    pub(super) fn work(&self) {
        set_mode(self.found.as_ref());
        let _ = terminal::enable_raw_mode();
        set_mode(self.raw.as_ref());
    }
}

fn mode() -> Option<Termios> {
    tcgetattr(io::stdin().as_fd()).ok()
}

fn set_mode(mode: Option<&Termios>) {
    if let Some(mode) = mode {
        let _ = tcsetattr(io::stdin().as_fd(), OptionalActions::Now, mode);
    }
}

/// Puts the terminal into raw mode. What has to be written goes with the first frame: see [`entering`].
pub(super) fn take_over() -> Result<Modes, Problem> {
    RELEASED.store(false, Ordering::SeqCst);
    let found = mode();
    terminal::enable_raw_mode().map_err(|error| {
        Problem::new(
            Exit::Failed,
            [
                format!("the terminal cannot be switched to raw mode: {error}"),
                format!("无法将终端切换到原始模式：{error}"),
            ],
            ["Try another terminal", "请换一个终端再试"],
        )
    })?;
    Ok(Modes { found, raw: mode() })
}

/// The bytes that open the workbench's own screen.
pub(super) fn entering() -> Vec<u8> {
    [PUSH_TITLE.as_bytes(), &entering_again()].concat()
}

/// The bytes that open it again, after a stop in the middle.
pub(super) fn entering_again() -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail, here and below.
    let _ = queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, cursor::Hide);
    bytes
}

/// The bytes that give the screen back as it was.
pub(super) fn leaving() -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = queue!(
        bytes,
        DisableBracketedPaste,
        SetAttribute(Attribute::Reset),
        LeaveAlternateScreen,
        cursor::Show
    );
    // A terminal without a stack of titles shows its own again when it is told none.
    bytes.extend_from_slice(titled("").as_slice());
    bytes.extend_from_slice(POP_TITLE.as_bytes());
    bytes
}

/// The bytes that set the window title.
pub(super) fn titled(title: &str) -> Vec<u8> {
    format!("\u{1b}]2;{}\u{7}", safe_text::line(title, MAX_TITLE_CELLS)).into_bytes()
}

/// Marks the terminal as the shell's own again: whatever the writer still has is dropped.
pub(super) fn release() {
    RELEASED.store(true, Ordering::SeqCst);
}

/// Throws away what the terminal did not take. A stalled terminal lets its writer go on so.
pub(super) fn drop_output() {
    let _ = rustix::termios::tcflush(io::stdout().as_fd(), rustix::termios::QueueSelector::OFlush);
}

/// Waits until the terminal takes output: `None` waits as long as it lasts.
pub(super) fn wait_for_output(at_most: Option<Duration>) -> bool {
    let out = io::stdout();
    ready(out.as_fd(), PollFlags::OUT, at_most).contains(PollFlags::OUT)
}

/// Whether the terminal has been closed under us.
pub(super) fn is_gone() -> bool {
    let input = io::stdin();
    ready(input.as_fd(), PollFlags::empty(), Some(Duration::ZERO))
        .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
}

fn ready(fd: impl AsFd, wanted: PollFlags, at_most: Option<Duration>) -> PollFlags {
    let timeout = at_most.and_then(|wait| Timespec::try_from(wait).ok());
    let mut fds = [PollFd::new(&fd, wanted)];
    match rustix::event::poll(&mut fds, timeout.as_ref()) {
        Ok(_) => fds[0].revents(),
        Err(_) => PollFlags::empty(),
    }
}

/// What a panic says: where, and that the data is safe. Never the message, which may hold a customer's words.
fn last_words(place: Option<&panic::Location<'_>>, data: &Path, lang: Lang) -> String {
    let place = place.map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.file(), at.line()));
    let data = data.display().to_string();
    let data = safe_text::line(&data, 400);
    match lang {
        Lang::En => {
            format!("kesu panicked at {place}\nEverything saved is in {data}; start kesu again to go on.\n")
        }
        Lang::Zh => format!("kesu panicked at {place}\n已保存的数据都在 {data}；重新启动 kesu 即可继续。\n"),
    }
}

/// Makes a panic on any thread give the terminal back first. The hook stays until [`Hook`] is dropped.
pub(super) fn hook_panics(data: &Path, lang: Lang) -> Hook {
    let data = data.to_owned();
    panic::set_hook(Box::new(move |panic| {
        let first = !RELEASED.swap(true, Ordering::SeqCst);
        let patience = Some(Duration::from_millis(200));
        if first {
            if !wait_for_output(patience) {
                drop_output();
            }
            if wait_for_output(patience) {
                let _ = rustix::io::write(io::stdout().as_fd(), &leaving());
            }
            let _ = terminal::disable_raw_mode();
        }
        let words = last_words(panic.location(), &data, lang);
        if wait_for_output(patience) {
            let _ = io::stderr().write_all(words.as_bytes());
        }
    }));
    Hook
}

/// Takes the panic hook away again when dropped.
pub(super) struct Hook;

impl Drop for Hook {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(panic::take_hook());
        }
    }
}

/// The bytes of one frame, shared by the backend that fills them and the canvas that takes them.
#[derive(Clone, Default)]
struct Bytes(Rc<RefCell<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is on the screen, and the bytes that change it into what should be.
pub(super) struct Canvas {
    terminal: Terminal<CrosstermBackend<Bytes>>,
    bytes: Bytes,
    size: Size,
    /// The screen holds something else: clear it with the next frame.
    fresh: bool,
    /// What the last frame ended with (colours reset, caret): a frame of nothing else is no frame.
    tail: Vec<u8>,
    /// Rows of the last frame in which the terminal may count other cells than we do.
    uneven: Vec<u16>,
}

/// The rows with characters of several code points: terminals differ in how many cells those take.
fn uneven_rows(screen: &Buffer) -> Vec<u16> {
    let width = usize::from(screen.area.width).max(1);
    let rows = (screen.area.top()..).zip(screen.content.chunks(width));
    rows.filter(|(_, row)| row.iter().any(|cell| cell.symbol().chars().nth(1).is_some()))
        .map(|(y, _)| y)
        .collect()
}

/// Has a row sent whole, so that nothing stays of what a character left in a cell we take for empty.
fn write_whole(screen: &mut Buffer, y: u16) {
    for x in screen.area.left()..screen.area.right() {
        if let Some(cell) = screen.cell_mut((x, y)) {
            // The row was erased: its blanks are there, and what follows a blank is placed by its column.
            let blank = *cell == Cell::EMPTY;
            cell.set_diff_option(if blank { CellDiffOption::Skip } else { CellDiffOption::AlwaysUpdate });
        }
    }
}

impl Canvas {
    pub(super) fn new(size: Size) -> io::Result<Self> {
        let bytes = Bytes::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
        let backend = CrosstermBackend::new(bytes.clone());
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport })?;
        Ok(Self { terminal, bytes, size, fresh: true, tail: Vec::new(), uneven: Vec::new() })
    }

    /// Starts over on a screen of this size.
    pub(super) fn resize(&mut self, size: Size) -> io::Result<()> {
        *self = Self::new(size)?;
        Ok(())
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// The bytes of one frame; empty when nothing changes.
    pub(super) fn frame(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<Vec<u8>> {
        if self.size.width == 0 || self.size.height == 0 {
            return Ok(Vec::new());
        }
        let mut bytes = self.bytes.clone();
        bytes.0.borrow_mut().clear();
        if self.fresh {
            queue!(bytes, Clear(ClearType::All))?;
        }
        let before = std::mem::take(&mut self.uneven);
        self.terminal.draw(|frame| {
            draw(frame);
            self.uneven = uneven_rows(frame.buffer_mut());
            for y in before.iter().chain(self.uneven.iter().filter(|y| !before.contains(y))) {
                let _ = queue!(bytes, cursor::MoveTo(0, *y), Clear(ClearType::UntilNewLine));
                write_whole(frame.buffer_mut(), *y);
            }
        })?;
        let bytes = self.bytes.0.take();
        let unchanged = !self.fresh && bytes == self.tail;
        self.fresh = false;
        let mut reset = Vec::new();
        queue!(reset, SetForegroundColor(Color::Reset))?;
        let tail = bytes.windows(reset.len()).rposition(|part| part == reset).unwrap_or(0);
        self.tail = bytes[tail..].to_vec();
        Ok(if unchanged { Vec::new() } else { bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(canvas: &mut Canvas, text: &str) -> String {
        String::from_utf8(canvas.frame(|frame| frame.render_widget(text, frame.area())).unwrap()).unwrap()
    }

    #[test]
    fn only_what_changes_is_sent_and_nothing_when_nothing_changes() {
        let mut canvas = Canvas::new(Size::new(20, 2)).unwrap();
        assert!(shown(&mut canvas, "5h_left").contains("5h_left"));
        let change = shown(&mut canvas, "4h_left");
        assert!(change.contains('4') && !change.contains("left"), "{change:?}");
        assert_eq!(shown(&mut canvas, "4h_left"), "");
    }

    #[test]
    fn a_row_in_which_terminals_count_differently_is_written_whole_until_it_is_gone() {
        let mut canvas = Canvas::new(Size::new(20, 2)).unwrap();
        shown(&mut canvas, "ordinary words");
        assert!(shown(&mut canvas, "ｶﾞ").starts_with("\u{1b}[1;1H\u{1b}[K"));
        let after = shown(&mut canvas, "x");
        assert!(after.starts_with("\u{1b}[1;1H\u{1b}[K") && after.contains('x'), "{after:?}");
        shown(&mut canvas, "x");
        assert_eq!(shown(&mut canvas, "x"), "", "and then only what changes");
    }

    #[test]
    fn a_caret_that_moves_is_a_change() {
        let mut canvas = Canvas::new(Size::new(20, 2)).unwrap();
        let mut at = |x| canvas.frame(|frame| frame.set_cursor_position((x, 0))).unwrap();
        assert!(!at(3).is_empty());
        assert!(!at(4).is_empty());
        assert!(at(4).is_empty());
    }

    #[test]
    fn after_a_resize_the_whole_screen_is_drawn() {
        let mut canvas = Canvas::new(Size::new(20, 2)).unwrap();
        shown(&mut canvas, "queue");
        canvas.resize(Size::new(10, 1)).unwrap();
        let again = shown(&mut canvas, "queue");
        assert!(again.starts_with("\u{1b}[2J") && again.contains("queue"), "{again:?}");
    }

    #[test]
    fn no_size_a_terminal_claims_is_too_small_or_too_large_to_draw() {
        for (width, height) in [(0, 0), (0, 5), (1, 1), (65_535, 1), (1, 65_535), (65_535, 65_535)] {
            let size = drawable(Size::new(width, height));
            let mut canvas = Canvas::new(size).unwrap();
            shown(&mut canvas, "queue");
            assert!(size.width <= MAX_SIZE.width && size.height <= MAX_SIZE.height);
        }
        assert_eq!(drawable(Size::ZERO), Size::new(80, 24), "unknown is not zero");
    }

    #[test]
    fn a_title_cannot_end_itself_early() {
        assert_eq!(titled("3 late\u{7}\u{1b}]0;x"), "\u{1b}]2;3 late␇␛]0;x\u{7}".as_bytes());
    }

    #[test]
    fn a_panic_says_where_and_where_the_data_is() {
        let words = last_words(Some(panic::Location::caller()), Path::new("/home/ann/kesu.db"), Lang::En);
        assert!(words.starts_with("kesu panicked at src/tui/runtime/screen.rs:"), "{words}");
        assert!(words.contains("/home/ann/kesu.db"));
    }
}
