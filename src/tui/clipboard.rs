//! Copying: through the terminal itself (OSC 52), which works over SSH and needs no display, by a native tool, or to a file.
//! Whichever way it went is said.

pub mod ways;

use std::env;
use std::fmt::Write as _;
use std::path::PathBuf;

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

use crate::i18n::Lang;
use crate::problem::{Exit, Problem};
use crate::reply::history::TO_FILE;

/// The longest text that terminals take by OSC 52, in bytes: 100 000 characters once encoded, its frame included.
pub const MAX_BYTES: usize = 74_994;

/// Screen takes at most so many bytes in one passed-through string.
const SCREEN_PIECE: usize = 76;

/// The way a copied text took. The terminal does not report back: the text has been handed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Straight to the terminal.
    Osc52,
    /// To tmux, which hands it on; to one that cannot load a text, in sequences, one of which it may be set to allow.
    Tmux,
    /// Past GNU screen to the terminal.
    Screen,
    /// To a native tool, by name.
    Tool(String),
    /// To a file: the clipboard was not asked for, or takes no text as long.
    File {
        /// Where it is.
        path: PathBuf,
        /// It was too long for the terminal.
        too_long: bool,
    },
}

impl Route {
    /// The way out of this process, from what tmux and screen leave in the environment.
    #[must_use]
    pub fn here() -> Self {
        Self::from_vars(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
    }

    /// The same with these variables.
    #[must_use]
    pub fn from_vars(is_set: impl Fn(&str) -> bool) -> Self {
        if is_set("TMUX") {
            Self::Tmux
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::Osc52
        }
    }

    /// Its name, for the history and the line that says "copied" (`reply::history::copied_words`).
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Osc52 => "OSC 52".to_owned(),
            Self::Tmux => "OSC 52 via tmux".to_owned(),
            Self::Screen => "OSC 52 via screen".to_owned(),
            Self::Tool(name) => name.clone(),
            Self::File { path, .. } => format!("{TO_FILE}{}", path.display()),
        }
    }

    /// Whether its advice is said every time, rather than once.
    #[must_use]
    pub const fn insists(&self) -> bool {
        matches!(self, Self::File { too_long: true, .. })
    }

    /// What to check when nothing arrived in the clipboard, or why nothing does.
    #[must_use]
    pub const fn advice(&self, lang: Lang) -> Option<&'static str> {
        Some(match self {
            Self::Tool(_) | Self::File { too_long: false, .. } => return None,
            Self::File { too_long: true, .. } => lang.pick(
                "too long for the clipboard by OSC 52 (at most 74 kB)",
                "文本太长，无法经 OSC 52 复制（上限 74 kB）",
            ),
            Self::Osc52 => lang.pick(
                "if nothing arrives, allow clipboard access (OSC 52) in the terminal's settings",
                "若剪贴板中没有内容，请在终端设置中允许访问剪贴板（OSC 52）",
            ),
            Self::Tmux => lang.pick(
                "if nothing arrives, allow OSC 52 in the terminal around tmux (before tmux 3.2 also `set -s set-clipboard on`)",
                "若剪贴板中没有内容，请在 tmux 外层的终端中允许 OSC 52（tmux 3.2 之前还需 `set -s set-clipboard on`）",
            ),
            Self::Screen => lang.pick(
                "if nothing arrives, the terminal around screen does not take OSC 52",
                "若剪贴板中没有内容，说明 screen 外层的终端不支持 OSC 52",
            ),
        })
    }
}

/// The bytes that put `text` into the clipboard by `route`. Control characters other than line breaks and tabs are left
/// out: pasted again, they would be keys.
///
/// # Errors
/// A text above [`MAX_BYTES`], which terminals would drop without a word.
pub fn sequence(text: &str, route: &Route) -> Result<Vec<u8>, Problem> {
    let plain = plain(text);
    if plain.len() > MAX_BYTES {
        return Err(too_long(plain.len()));
    }
    let mut osc = String::new();
    // Writing to a string cannot fail.
    let _ = CopyToClipboard::to_clipboard_from(plain).write_ansi(&mut osc);
    let mut bytes = String::with_capacity(osc.len() * 2 + 64);
    match route {
        Route::Osc52 | Route::Tool(_) | Route::File { .. } => bytes.push_str(&osc),
        Route::Tmux => {
            let _ = write!(bytes, "{osc}\u{1b}Ptmux;{}\u{1b}\\", osc.replace('\u{1b}', "\u{1b}\u{1b}"));
        }
        Route::Screen => {
            // The end mark `ESC \` inside would end screen's own string: BEL does the same for the terminal.
            let osc = osc.replace("\u{1b}\\", "\u{7}");
            for piece in osc.as_bytes().chunks(SCREEN_PIECE) {
                let _ = write!(bytes, "\u{1b}P{}\u{1b}\\", String::from_utf8_lossy(piece));
            }
        }
    }
    Ok(bytes.into_bytes())
}

/// The text without controls: pasted again, they would be keys.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

fn too_long(bytes: usize) -> Problem {
    let (size, limit) = (bytes.div_ceil(1_000), MAX_BYTES / 1_000);
    Problem::new(
        Exit::Failed,
        [
            format!(
                "the text is too long to copy through the terminal: {size} kB, at most {limit} kB go through"
            ),
            format!("文本太长，无法通过终端复制：{size} kB，上限为 {limit} kB"),
        ],
        ["Shorten it, or open it in $EDITOR and copy from there", "请缩短文本，或在 $EDITOR 中打开后复制"],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str, route: &Route) -> String {
        String::from_utf8(sequence(text, route).unwrap()).unwrap()
    }

    #[test]
    fn plainly_the_text_goes_out_as_one_osc_52() {
        assert_eq!(copied("客诉\n", &Route::Osc52), "\u{1b}]52;c;5a6i6K+JCg==\u{1b}\\");
    }

    #[test]
    fn tmux_gets_it_for_itself_and_to_pass_on() {
        assert_eq!(
            copied("a", &Route::Tmux),
            "\u{1b}]52;c;YQ==\u{1b}\\\u{1b}Ptmux;\u{1b}\u{1b}]52;c;YQ==\u{1b}\u{1b}\\\u{1b}\\"
        );
    }

    #[test]
    fn screen_gets_it_in_pieces_that_join_to_the_whole() {
        let sent = copied(&"long ".repeat(100), &Route::Screen);
        let pieces: Vec<_> =
            sent.split_terminator("\u{1b}\\").map(|piece| piece.strip_prefix("\u{1b}P").unwrap()).collect();
        assert!(pieces.len() > 5 && pieces.iter().all(|piece| piece.len() <= SCREEN_PIECE));
        assert_eq!(pieces.concat(), copied(&"long ".repeat(100), &Route::Osc52).replace("\u{1b}\\", "\u{7}"));
    }

    #[test]
    fn what_is_pasted_again_cannot_press_keys() {
        assert_eq!(copied("a\u{1b}[201~\u{9b}\u{7}\tb", &Route::Osc52), copied("a[201~\tb", &Route::Osc52));
    }

    #[test]
    fn a_text_that_no_terminal_takes_is_refused_with_the_limit() {
        assert!(sequence(&"x".repeat(MAX_BYTES), &Route::Osc52).is_ok());
        let problem = sequence(&"x".repeat(MAX_BYTES + 1), &Route::Osc52).unwrap_err();
        assert!(problem.to_string().contains("at most 74 kB"), "{problem}");
    }

    #[test]
    fn the_innermost_multiplexer_is_the_one_to_talk_to() {
        assert_eq!(Route::from_vars(|name| name == "TMUX"), Route::Tmux);
        assert_eq!(Route::from_vars(|name| name == "STY"), Route::Screen);
        assert_eq!(Route::from_vars(|_| false), Route::Osc52);
    }
}
