//! The one table of keys: dispatch, footer, help, palette and the README's table all read it.

mod press;
mod readme;
mod scope;
mod table;
mod writing;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Kind;
use crate::i18n::Text;
use crate::tui::editor::Stroke;

pub use readme::readme;
pub use scope::Scope;

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
    /// Write the reply as a mail for the operator's own mail program.
    Mail: ActionMail,
    /// Have the words translated by the operator's command.
    Translate: ActionTranslate,
    /// Have an addition proposed by it.
    Draft: ActionDraft,
    /// Have the reply checked by it.
    Check: ActionCheck,
    /// Take a proposal at the caret.
    Insert: ActionInsert,
    /// Take a proposal in place of what was typed.
    Replace: ActionReplace,
    /// Book an offer.
    Offer: ActionOffer,
    /// The offers on the order, to move them on.
    Offers: ActionOffers,
    /// The buyer accepted the offer.
    OfferAccepted: StatusAccepted,
    /// He declined it.
    OfferDeclined: StatusDeclined,
    /// It is carried out.
    OfferCarriedOut: StatusCarriedOut,
    /// Nobody answered it in time.
    OfferExpired: StatusExpired,
    /// Take it back.
    OfferReversed: ActionReverse,
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
    /// Quote the buyer's words.
    Quote: ActionQuote,
    /// Show the replies to this buyer so far.
    Replies: ActionReplies,
    /// Lay the template beside the reply.
    Compare: ActionCompare,
    /// Everything the rules object to.
    Findings: ActionFindings,
    /// The next place they object to.
    NextFinding: ActionNextFinding,
    /// Let a reply go out that the rules stop.
    Overrule: ActionOverrule,
    /// Go to what the rules object to.
    GoThere: ActionGoThere,
    /// Search words in the text.
    Find: ActionFind,
    /// The next place of the words.
    FindNext: ActionFindNext,
    /// The place before.
    FindBack: ActionFindBack,
    /// Take the last step in the text back.
    TextUndo: ActionTextUndo,
    /// Do it again.
    TextRedo: ActionTextRedo,
    /// Cut to the end of the line.
    KillEnd: ActionKillEnd,
    /// Cut to the start of the line.
    KillStart: ActionKillStart,
    /// Cut the word before the caret.
    KillWord: ActionKillWord,
    /// Put back what was cut last.
    Yank: ActionYank,
    /// Put an earlier reply into the one being written.
    PutReply: ActionPutReply,
    /// Show all of the selected item, or the list again.
    ShowWhole: ActionShowWhole,
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
    /// Every template and snippet, and what it has learned.
    Templates: ActionTemplates,
    /// Put a snippet at the caret.
    Snippet: ActionSnippet,
    /// Go through the values that were typed for the template.
    Values: ActionValues,
    /// Write the selected one; one that ships becomes the operator's own.
    EditSheet: ActionEditSheet,
    /// Write a new one.
    NewSheet: ActionNewSheet,
    /// Write a new one that begins as a copy.
    CopySheet: ActionCopySheet,
    /// Remove an own one.
    RemoveSheet: ActionRemoveSheet,
    /// The cases behind the figures.
    Cases: ActionCases,
    /// Templates or snippets.
    Turn: ActionTurn,
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
    /// Note how a case ended, or what became of it since.
    Outcome: ActionOutcome,
    /// The report: how cases ended, how long they took.
    Report: ActionReport,
    /// The cost table: SKUs, fees, postage.
    Costs: ActionCosts,
    /// How far back the report looks.
    Period: ActionPeriod,
    /// Its next page.
    NextTab: ActionNextTab,
    /// Its page before.
    PreviousTab: ActionPreviousTab,
    /// The next figure.
    NextFigure: ActionNextFigure,
    /// The figure before.
    PreviousFigure: ActionPreviousFigure,
}

impl Action {
    /// What an action does to the text being written.
    #[must_use]
    pub const fn stroke(self) -> Option<Stroke> {
        match self {
            Self::TextUndo => Some(Stroke::Undo),
            Self::TextRedo => Some(Stroke::Redo),
            Self::KillEnd => Some(Stroke::KillEnd),
            Self::KillStart => Some(Stroke::KillStart),
            Self::KillWord => Some(Stroke::KillWord),
            Self::Yank => Some(Stroke::Yank),
            _ => None,
        }
    }

    /// Where an action moves a cursor or a scroll; `None`: it moves none.
    #[must_use]
    pub const fn travel(self, page: isize) -> Option<Travel> {
        match self {
            Self::Down => Some(Travel::By(1)),
            Self::Up => Some(Travel::By(-1)),
            Self::PageDown => Some(Travel::By(page)),
            Self::PageUp => Some(Travel::By(-page)),
            Self::Top => Some(Travel::To(false)),
            Self::Bottom => Some(Travel::To(true)),
            _ => None,
        }
    }

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

/// How a cursor or a scroll moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travel {
    /// By so many lines.
    By(isize),
    /// To the end, or (`false`) to the start.
    To(bool),
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
    // Terminals report Shift with a capital letter, a sign or a tab backwards; the key says it already.
    let shift_is_in_the_key = matches!(code, KeyCode::Char(_) | KeyCode::BackTab);
    let modifiers =
        if shift_is_in_the_key { pressed.modifiers - KeyModifiers::SHIFT } else { pressed.modifiers };
    (code, modifiers)
}

fn live(scope: Scope) -> impl Iterator<Item = (Key, Action)> {
    table::rows()
        .filter(move |row| row.0 == scope || is_common(scope, row))
        .map(|&(_, key, action)| (key, action))
}

/// Whether a key of everywhere works in this scope too.
fn is_common(scope: Scope, &(of, key, action): &(Scope, Key, Action)) -> bool {
    let letters = !scope.types_text() && !scope.has_own_letters();
    let letter = matches!(key.0, KeyCode::Char(_));
    // Over a dialogue the palette would take the place of what was typed there.
    let hidden = action == Action::Palette && scope.is_dialogue();
    of == Scope::Everywhere && (letters || !letter) && !hidden
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
    grouped(|row| row.0 == scope)
}

/// The keys of everywhere that work in a scope, likewise.
#[must_use]
pub fn common_keys(scope: Scope) -> Vec<(Action, Vec<Key>)> {
    grouped(|row| is_common(scope, row))
}

fn grouped(takes: impl Fn(&(Scope, Key, Action)) -> bool) -> Vec<(Action, Vec<Key>)> {
    let mut rows: Vec<(Action, Vec<Key>)> = Vec::new();
    for &(_, key, action) in table::rows().filter(|row| takes(row)) {
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
        KeyCode::Char(letter) if !key.1.is_empty() => letter.to_uppercase().to_string(),
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

#[cfg(test)]
mod tests;
