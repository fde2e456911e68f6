//! The key table: every key of every scope.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{Action, Key, Scope};

const fn key(letter: char) -> Key {
    (KeyCode::Char(letter), KeyModifiers::NONE)
}

const fn code(code: KeyCode) -> Key {
    (code, KeyModifiers::NONE)
}

const fn f(number: u8) -> Key {
    (KeyCode::F(number), KeyModifiers::NONE)
}

const fn ctrl(letter: char) -> Key {
    (KeyCode::Char(letter), KeyModifiers::CONTROL)
}

const fn alt(code: KeyCode) -> Key {
    (code, KeyModifiers::ALT)
}

/// Every key. Within a scope the first key of an action is the one its footer names; the order of the footer is
/// the order of the rows.
pub(super) const KEYMAP: &[(Scope, Key, Action)] = &[
    (Scope::Queue, code(KeyCode::Enter), Action::Open),
    (Scope::Queue, key('t'), Action::Template),
    (Scope::Queue, f(2), Action::Template),
    (Scope::Queue, key('o'), Action::Offer),
    (Scope::Queue, f(7), Action::Offer),
    (Scope::Queue, key('a'), Action::Archive),
    (Scope::Queue, f(8), Action::Archive),
    (Scope::Queue, key('x'), Action::Mark),
    (Scope::Queue, code(KeyCode::Insert), Action::Mark),
    (Scope::Queue, key('/'), Action::Filter),
    (Scope::Queue, ctrl('f'), Action::Filter),
    (Scope::Queue, key('u'), Action::Undo),
    (Scope::Queue, ctrl('z'), Action::Undo),
    (Scope::Queue, key('i'), Action::Import),
    (Scope::Queue, ctrl('o'), Action::Import),
    (Scope::Queue, key('r'), Action::Reply),
    (Scope::Queue, f(3), Action::Reply),
    (Scope::Queue, key('n'), Action::NoReply),
    (Scope::Queue, ctrl('n'), Action::NoReply),
    (Scope::Queue, key('1'), Action::KindNotReceived),
    (Scope::Queue, key('2'), Action::KindNotAsDescribed),
    (Scope::Queue, key('3'), Action::KindDefective),
    (Scope::Queue, key('4'), Action::KindOther),
    (Scope::Queue, key('y'), Action::Complaint),
    (Scope::Queue, key('N'), Action::NoComplaint),
    (Scope::Queue, code(KeyCode::Down), Action::Down),
    (Scope::Queue, key('j'), Action::Down),
    (Scope::Queue, code(KeyCode::Up), Action::Up),
    (Scope::Queue, key('k'), Action::Up),
    (Scope::Queue, code(KeyCode::PageDown), Action::PageDown),
    (Scope::Queue, code(KeyCode::PageUp), Action::PageUp),
    (Scope::Queue, code(KeyCode::Home), Action::Top),
    (Scope::Queue, key('g'), Action::Top),
    (Scope::Queue, code(KeyCode::End), Action::Bottom),
    (Scope::Queue, key('G'), Action::Bottom),
    (Scope::Queue, ctrl('r'), Action::Refresh),
    (Scope::Queue, code(KeyCode::Esc), Action::Back),
    (Scope::Case, code(KeyCode::Enter), Action::Reply),
    (Scope::Case, key('r'), Action::Reply),
    (Scope::Case, f(3), Action::Reply),
    (Scope::Case, key('t'), Action::Template),
    (Scope::Case, f(2), Action::Template),
    (Scope::Case, key('o'), Action::Offer),
    (Scope::Case, f(7), Action::Offer),
    (Scope::Case, key('a'), Action::Archive),
    (Scope::Case, f(8), Action::Archive),
    (Scope::Case, key('n'), Action::NoReply),
    (Scope::Case, ctrl('n'), Action::NoReply),
    (Scope::Case, key('u'), Action::Undo),
    (Scope::Case, ctrl('z'), Action::Undo),
    (Scope::Case, code(KeyCode::Esc), Action::Back),
    (Scope::Case, code(KeyCode::Left), Action::PreviousCase),
    (Scope::Case, key('K'), Action::PreviousCase),
    (Scope::Case, code(KeyCode::Right), Action::NextCase),
    (Scope::Case, key('J'), Action::NextCase),
    (Scope::Case, key('1'), Action::KindNotReceived),
    (Scope::Case, key('2'), Action::KindNotAsDescribed),
    (Scope::Case, key('3'), Action::KindDefective),
    (Scope::Case, key('4'), Action::KindOther),
    (Scope::Case, key('y'), Action::Complaint),
    (Scope::Case, key('N'), Action::NoComplaint),
    (Scope::Case, code(KeyCode::Down), Action::Down),
    (Scope::Case, key('j'), Action::Down),
    (Scope::Case, code(KeyCode::Up), Action::Up),
    (Scope::Case, key('k'), Action::Up),
    (Scope::Case, code(KeyCode::PageDown), Action::PageDown),
    (Scope::Case, key(' '), Action::PageDown),
    (Scope::Case, code(KeyCode::PageUp), Action::PageUp),
    (Scope::Case, code(KeyCode::Home), Action::Top),
    (Scope::Case, key('g'), Action::Top),
    (Scope::Case, code(KeyCode::End), Action::Bottom),
    (Scope::Case, key('G'), Action::Bottom),
    (Scope::Compose, f(2), Action::Template),
    (Scope::Compose, f(4), Action::Editor),
    (Scope::Compose, f(5), Action::Copy),
    (Scope::Compose, f(6), Action::Sent),
    (Scope::Compose, f(7), Action::Offer),
    (Scope::Compose, f(8), Action::Archive),
    (Scope::Compose, code(KeyCode::Esc), Action::Back),
    (Scope::Compose, alt(KeyCode::Down), Action::PreviewDown),
    (Scope::Compose, alt(KeyCode::Up), Action::PreviewUp),
    (Scope::Compose, alt(KeyCode::PageDown), Action::BuyerDown),
    (Scope::Compose, alt(KeyCode::PageUp), Action::BuyerUp),
    (Scope::Picker, code(KeyCode::Enter), Action::Accept),
    (Scope::Picker, code(KeyCode::Down), Action::Down),
    (Scope::Picker, code(KeyCode::Up), Action::Up),
    (Scope::Picker, code(KeyCode::PageDown), Action::PageDown),
    (Scope::Picker, code(KeyCode::PageUp), Action::PageUp),
    (Scope::Picker, code(KeyCode::Esc), Action::Back),
    (Scope::Prompt, code(KeyCode::Enter), Action::Accept),
    (Scope::Prompt, code(KeyCode::Esc), Action::Back),
    (Scope::Offer, code(KeyCode::Enter), Action::Book),
    (Scope::Offer, code(KeyCode::Tab), Action::NextField),
    (Scope::Offer, code(KeyCode::Down), Action::NextField),
    (Scope::Offer, code(KeyCode::BackTab), Action::PreviousField),
    (Scope::Offer, (KeyCode::BackTab, KeyModifiers::SHIFT), Action::PreviousField),
    (Scope::Offer, code(KeyCode::Up), Action::PreviousField),
    (Scope::Offer, code(KeyCode::Esc), Action::Back),
    (Scope::Archive, code(KeyCode::Enter), Action::Accept),
    (Scope::Archive, code(KeyCode::Down), Action::Down),
    (Scope::Archive, code(KeyCode::Up), Action::Up),
    (Scope::Archive, code(KeyCode::Esc), Action::Back),
    (Scope::Import, code(KeyCode::Enter), Action::Start),
    (Scope::Import, code(KeyCode::Tab), Action::NextField),
    (Scope::Import, code(KeyCode::Down), Action::Down),
    (Scope::Import, code(KeyCode::Up), Action::Up),
    (Scope::Import, code(KeyCode::PageDown), Action::PageDown),
    (Scope::Import, code(KeyCode::PageUp), Action::PageUp),
    (Scope::Import, code(KeyCode::Esc), Action::Back),
    (Scope::Everywhere, key('?'), Action::Help),
    (Scope::Everywhere, f(1), Action::Help),
    (Scope::Everywhere, f(10), Action::Palette),
    (Scope::Everywhere, key(':'), Action::Palette),
    (Scope::Everywhere, f(9), Action::Language),
    (Scope::Everywhere, key('q'), Action::Quit),
    (Scope::Everywhere, (KeyCode::F(12), KeyModifiers::NONE), Action::Quit),
];
