//! The keys of the forms in which SKU notes and templates are written.

use crossterm::event::KeyCode;

use super::press::{code, ctrl, f};
use super::{Action, Key, Scope};

/// The rows of these scopes.
pub(super) const WRITING: &[(Scope, Key, Action)] = &[
    (Scope::Note, ctrl('s'), Action::Save),
    (Scope::Note, code(KeyCode::Esc), Action::Back),
    (Scope::Note, code(KeyCode::Tab), Action::NextField),
    (Scope::Note, code(KeyCode::BackTab), Action::PreviousField),
    (Scope::Note, ctrl('r'), Action::Restore),
    (Scope::Note, ctrl('z'), Action::TextUndo),
    (Scope::Note, ctrl('k'), Action::KillEnd),
    (Scope::Note, ctrl('u'), Action::KillStart),
    (Scope::Note, ctrl('w'), Action::KillWord),
    (Scope::Note, ctrl('y'), Action::Yank),
    (Scope::Sheet, ctrl('s'), Action::Save),
    (Scope::Sheet, code(KeyCode::Esc), Action::Back),
    (Scope::Sheet, f(4), Action::Editor),
    (Scope::Sheet, ctrl('r'), Action::Restore),
    (Scope::Sheet, ctrl('z'), Action::TextUndo),
    (Scope::Sheet, ctrl('k'), Action::KillEnd),
    (Scope::Sheet, ctrl('u'), Action::KillStart),
    (Scope::Sheet, ctrl('w'), Action::KillWord),
    (Scope::Sheet, ctrl('y'), Action::Yank),
];
