//! How the rows of the table write a key.

use crossterm::event::{KeyCode, KeyModifiers};

use super::Key;

pub(super) const fn key(letter: char) -> Key {
    (KeyCode::Char(letter), KeyModifiers::NONE)
}

pub(super) const fn code(code: KeyCode) -> Key {
    (code, KeyModifiers::NONE)
}

pub(super) const fn f(number: u8) -> Key {
    (KeyCode::F(number), KeyModifiers::NONE)
}

pub(super) const fn ctrl(letter: char) -> Key {
    (KeyCode::Char(letter), KeyModifiers::CONTROL)
}

pub(super) const fn alt(code: KeyCode) -> Key {
    (code, KeyModifiers::ALT)
}
