//! The one table of keys: dispatch, footer, help, palette and the README's table all read it.

mod table;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Kind;
use crate::i18n::{Lang, Text};

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Wherever no text is typed.
    Everywhere,
    /// The list of open cases.
    Queue,
    /// One case.
    Case,
    /// Writing a reply. Letters and plain control chords belong to the text.
    Compose,
    /// A list to pick from by typing: templates, actions.
    Picker,
    /// One line asked for: a template's value, a filter, a path.
    Prompt,
    /// The offer dialogue.
    Offer,
    /// The archive dialogue: outcomes and causes have letters of their own.
    Archive,
    /// The import screen.
    Import,
    /// A buyer's history.
    Buyer,
    /// Every SKU note.
    Notes,
    /// Writing a SKU note.
    Note,
    /// The two ways of a claim.
    Paths,
    /// The steps of a case.
    Playbook,
    /// The form of a note or a file.
    Evidence,
    /// A question with a letter for each answer: waiting, snoozing.
    Choice,
    /// The coming seven days.
    Forecast,
    /// Account health.
    Health,
}

impl Scope {
    /// Every scope, in the order of the help.
    pub const ALL: &'static [Self] = &[
        Self::Queue,
        Self::Case,
        Self::Compose,
        Self::Picker,
        Self::Prompt,
        Self::Offer,
        Self::Archive,
        Self::Import,
        Self::Buyer,
        Self::Notes,
        Self::Note,
        Self::Paths,
        Self::Playbook,
        Self::Evidence,
        Self::Choice,
        Self::Forecast,
        Self::Health,
        Self::Everywhere,
    ];

    /// The heading of its keys.
    #[must_use]
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Everywhere => lang.pick("everywhere", "任何位置"),
            Self::Queue => lang.pick("queue", "队列"),
            Self::Case => lang.pick("case", "客诉"),
            Self::Compose => lang.pick("reply", "回复"),
            Self::Picker => lang.pick("lists to pick from", "选择列表"),
            Self::Prompt => lang.pick("one-line questions", "单行输入"),
            Self::Offer => lang.pick("offer", "补偿"),
            Self::Archive => lang.pick("archive", "归档"),
            Self::Import => lang.pick("import", "导入"),
            Self::Buyer => lang.pick("buyer's history", "买家历史"),
            Self::Notes => lang.pick("all SKU notes", "全部 SKU 备注"),
            Self::Note => lang.pick("SKU note", "SKU 备注"),
            Self::Paths => lang.pick("negotiate or arbitrate", "协商或仲裁"),
            Self::Playbook => lang.pick("playbook", "步骤"),
            Self::Evidence => lang.pick("note or file of a step", "步骤的备注与附件"),
            Self::Choice => lang.pick("waiting and snooze", "等待与暂缓"),
            Self::Forecast => lang.pick("the coming seven days", "未来七天"),
            Self::Health => lang.pick("account health", "账户状况"),
        }
    }

    /// Whether each answer has a letter of its own here, so that letters are no keys.
    #[must_use]
    pub const fn has_own_letters(self) -> bool {
        matches!(self, Self::Archive | Self::Choice)
    }

    /// Whether letters are typed into a text here, so that only chords and function keys are keys.
    #[must_use]
    pub const fn types_text(self) -> bool {
        matches!(
            self,
            Self::Compose
                | Self::Picker
                | Self::Prompt
                | Self::Offer
                | Self::Import
                | Self::Note
                | Self::Evidence
        )
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident: $text:ident,)+) => {
        /// What a key does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $action),+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// Its name on screen.
            #[must_use]
            pub const fn label(self) -> Text {
                match self { $(Self::$action => Text::$text),+ }
            }
        }
    };
}

actions! {
    /// Open the selected case.
    Open: ActionOpen,
    /// Pick a template and write.
    Template: ActionTemplate,
    /// Write a reply, with the template chosen before or none.
    Reply: ActionReply,
    /// Copy the reply to the clipboard.
    Copy: ActionCopy,
    /// Note that the reply went out.
    Sent: ActionSent,
    /// Book an offer.
    Offer: ActionOffer,
    /// Ask for outcome and cause, and archive.
    Archive: ActionArchive,
    /// Mark the selected case, to archive several at once.
    Mark: ActionMark,
    /// Narrow the queue.
    Filter: ActionFilter,
    /// Undo the last action.
    Undo: ActionUndo,
    /// The buyer's message asks for no answer.
    NoReply: ActionNoReply,
    /// Kind is not received.
    KindNotReceived: ActionKindNotReceived,
    /// Kind is not as described.
    KindNotAsDescribed: ActionKindNotAsDescribed,
    /// Kind is defective.
    KindDefective: ActionKindDefective,
    /// Kind is other.
    KindOther: ActionKindOther,
    /// A message is a complaint.
    Complaint: ActionComplaint,
    /// A message is none.
    NoComplaint: ActionNoComplaint,
    /// Import mails and reports.
    Import: ActionImport,
    /// Next line or item.
    Down: ActionDown,
    /// Previous line or item.
    Up: ActionUp,
    /// A page on.
    PageDown: ActionPageDown,
    /// A page back.
    PageUp: ActionPageUp,
    /// The first one.
    Top: ActionTop,
    /// The last one.
    Bottom: ActionBottom,
    /// The next case of the queue.
    NextCase: ActionNextCase,
    /// The case before.
    PreviousCase: ActionPreviousCase,
    /// Write the addition in `$EDITOR`.
    Editor: ActionEditor,
    /// Scroll the preview on.
    PreviewDown: ActionPreviewDown,
    /// Scroll the preview back.
    PreviewUp: ActionPreviewUp,
    /// Scroll the buyer's words on while writing.
    BuyerDown: ActionBuyerDown,
    /// Scroll the buyer's words back while writing.
    BuyerUp: ActionBuyerUp,
    /// Take the selected item or the typed line.
    Accept: ActionAccept,
    /// Next field of a dialogue.
    NextField: ActionNextField,
    /// Field before.
    PreviousField: ActionPreviousField,
    /// Book the offer.
    Book: ActionBook,
    /// Start the import.
    Start: ActionStart,
    /// Read the queue anew.
    Refresh: ActionRefresh,
    /// Switch between English and Chinese.
    Language: ActionLanguage,
    /// Every action by name.
    Palette: ActionPalette,
    /// Show the keys.
    Help: ActionHelp,
    /// Leave this view.
    Back: ActionBack,
    /// Leave the program.
    Quit: ActionQuit,
    /// The buyer's other orders, cases, claims and offers.
    Buyer: ActionBuyer,
    /// Write the note of the case's SKU.
    SkuNote: ActionSkuNote,
    /// Every SKU note.
    SkuNotes: ActionSkuNotes,
    /// The two ways of an open claim side by side.
    Paths: ActionPaths,
    /// Save what was typed.
    Save: ActionSave,
    /// Put the saved text in place of what was typed.
    Restore: ActionRestore,
    /// Show the steps of the case.
    Playbook: ActionPlaybook,
    /// Write the appeal pack.
    Appeal: ActionAppeal,
    /// Tick a step, or take its tick off.
    Tick: ActionTick,
    /// Add a note to a step.
    Note: ActionNote,
    /// Attach a file to a step.
    Attach: ActionAttach,
    /// Say where the parcel is.
    Stage: ActionStage,
    /// Say which category the article is in.
    Category: ActionCategory,
    /// Keep the note or the file.
    KeepEvidence: ActionKeepEvidence,
    /// Say for whom the case waits.
    Wait: ActionWait,
    /// Take the case out of sight for a while.
    Snooze: ActionSnooze,
    /// Show the snoozed cases too, or hide them again.
    Asleep: ActionAsleep,
    /// In the queue the coming seven days; in a case every clock in full.
    Clocks: ActionClocks,
    /// The bar before.
    Earlier: ActionEarlier,
    /// The bar after.
    Later: ActionLater,
    /// Account health: order defect rates, late answers, Amazon's own figures.
    Health: ActionHealth,
    /// The cases behind a figure.
    Behind: ActionBehind,
    /// The next figure.
    NextFigure: ActionNextFigure,
    /// The figure before.
    PreviousFigure: ActionPreviousFigure,
}

impl Action {
    /// The kind an action sets.
    #[must_use]
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::KindNotReceived => Some(Kind::NotReceived),
            Self::KindNotAsDescribed => Some(Kind::NotAsDescribed),
            Self::KindDefective => Some(Kind::Defective),
            Self::KindOther => Some(Kind::Other),
            _ => None,
        }
    }
}

/// A key with its modifiers.
pub type Key = (KeyCode, KeyModifiers);

/// Full-width forms and what a Chinese input method makes of `/`, `?` and `:`, as the keys they stand for.
fn plain(pressed: &KeyEvent) -> Key {
    let code = match pressed.code {
        KeyCode::Char('、') => KeyCode::Char('/'),
        KeyCode::Char('\u{3000}') => KeyCode::Char(' '),
        KeyCode::Char(letter @ '\u{ff01}'..='\u{ff5e}') => {
            KeyCode::Char(char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter))
        }
        other => other,
    };
    // Terminals report Shift with a capital letter or a sign; the letter says it already.
    let shift_is_in_the_letter = matches!(code, KeyCode::Char(_));
    let modifiers =
        if shift_is_in_the_letter { pressed.modifiers - KeyModifiers::SHIFT } else { pressed.modifiers };
    (code, modifiers)
}

fn live(scope: Scope) -> impl Iterator<Item = (Key, Action)> {
    let letters = !scope.types_text() && !scope.has_own_letters();
    let here = move |row: &&(Scope, Key, Action)| {
        let letter = matches!(row.1.0, KeyCode::Char(_));
        row.0 == scope || (row.0 == Scope::Everywhere && (letters || !letter))
    };
    table::KEYMAP.iter().filter(here).map(|&(_, key, action)| (key, action))
}

/// What a key does in a scope, or `None`.
#[must_use]
pub fn action(scope: Scope, pressed: &KeyEvent) -> Option<Action> {
    let pressed = plain(pressed);
    live(scope).find(|(key, _)| *key == pressed).map(|(_, action)| action)
}

/// The letter a key types, full-width forms taken as plain ones: for dialogues with letters of their own.
#[must_use]
pub fn letter(pressed: &KeyEvent) -> Option<char> {
    match plain(pressed) {
        (KeyCode::Char(letter), KeyModifiers::NONE) => Some(letter.to_ascii_lowercase()),
        _ => None,
    }
}

/// The keys of one scope itself with their actions, in the order of the table: each action once, with all its keys.
#[must_use]
pub fn keys(scope: Scope) -> Vec<(Action, Vec<Key>)> {
    let mut rows: Vec<(Action, Vec<Key>)> = Vec::new();
    for &(_, key, action) in table::KEYMAP.iter().filter(|row| row.0 == scope) {
        match rows.iter_mut().find(|(seen, _)| *seen == action) {
            Some((_, keys)) => keys.push(key),
            None => rows.push((action, vec![key])),
        }
    }
    rows
}

/// Every action that a key reaches in a scope, for the palette.
#[must_use]
pub fn actions(scope: Scope) -> Vec<(Action, Key)> {
    let mut rows: Vec<(Action, Key)> = Vec::new();
    for (key, action) in live(scope) {
        if !rows.iter().any(|(seen, _)| *seen == action) {
            rows.push((action, key));
        }
    }
    rows
}

/// A key as people write it: `F5`, `Ctrl-F`, `enter`.
#[must_use]
pub fn name(key: Key) -> String {
    let base = match key.0 {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(letter) if key.1.contains(KeyModifiers::CONTROL) => letter.to_uppercase().to_string(),
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::F(number) => format!("F{number}"),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Up => "↑".to_owned(),
        KeyCode::Down => "↓".to_owned(),
        KeyCode::Left => "←".to_owned(),
        KeyCode::Right => "→".to_owned(),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::Home => "Home".to_owned(),
        KeyCode::End => "End".to_owned(),
        KeyCode::Insert => "Ins".to_owned(),
        KeyCode::Tab => "Tab".to_owned(),
        KeyCode::BackTab => "Shift-Tab".to_owned(),
        other => format!("{other:?}"),
    };
    match key.1 {
        KeyModifiers::CONTROL => format!("Ctrl-{base}"),
        KeyModifiers::ALT => format!("Alt-{base}"),
        _ => base,
    }
}

/// The table of the README: one section a scope, generated here and compared by a test.
#[must_use]
pub fn readme() -> String {
    use std::fmt::Write as _;
    let mut table = String::new();
    for scope in Scope::ALL {
        let _ = writeln!(table, "| **{}** | |\n| --- | --- |", scope.name(Lang::En));
        for (action, keys) in keys(*scope) {
            let names: Vec<String> = keys.iter().map(|key| format!("`{}`", name(*key))).collect();
            let label = match action {
                Action::Language => "English ↔ 中文",
                other => other.label().in_lang(Lang::En),
            };
            let _ = writeln!(table, "| {} | {label} |", names.join(" "));
        }
        table.push('\n');
    }
    table.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        for scope in Scope::ALL {
            let keys: Vec<Key> = live(*scope).map(|(key, _)| key).collect();
            for (at, key) in keys.iter().enumerate() {
                assert!(!keys[..at].contains(key), "{scope:?}: {} twice", name(*key));
            }
        }
    }

    #[test]
    fn an_action_has_the_same_key_wherever_it_is_live() {
        for (scope, key, action) in table::KEYMAP {
            for (other, again, second) in table::KEYMAP {
                let function = matches!(key.0, KeyCode::F(_));
                if function && key == again && scope != other {
                    assert_eq!(action, second, "{} in {scope:?} and {other:?}", name(*key));
                }
            }
        }
    }

    #[test]
    fn every_action_is_reached_without_a_letter_or_through_the_palette() {
        for scope in Scope::ALL.iter().filter(|scope| !scope.types_text() && !scope.has_own_letters()) {
            assert!(
                live(*scope).any(|(key, action)| action == Action::Palette && matches!(key.0, KeyCode::F(_)))
            );
        }
    }

    #[test]
    fn full_width_letters_are_taken_as_keys() {
        assert_eq!(action(Scope::Queue, &press(KeyCode::Char('ａ'))), Some(Action::Archive));
        assert_eq!(action(Scope::Queue, &press(KeyCode::Char('？'))), Some(Action::Help));
        assert_eq!(action(Scope::Queue, &press(KeyCode::Char('、'))), Some(Action::Filter));
        assert_eq!(letter(&press(KeyCode::Char('Ｓ'))), Some('s'));
    }

    #[test]
    fn letters_belong_to_the_text_where_text_is_typed() {
        for letter in ['q', '?', 'a', 'u', ':'] {
            assert_eq!(action(Scope::Compose, &press(KeyCode::Char(letter))), None);
        }
        let chord = KeyEvent::new(KeyCode::Char('n'), KeyModifiers::CONTROL);
        assert_eq!(action(Scope::Compose, &chord), None);
        assert_eq!(action(Scope::Compose, &press(KeyCode::F(9))), Some(Action::Language));
    }
}
