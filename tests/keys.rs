//! Every key that a footer or a help names does something on its screen, and every key that works there is named.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod support;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::Timestamp;
use kesu::domain::Marketplace;
use kesu::i18n::Lang;
use kesu::store::Store;
use kesu::tui::keymap::{self, Action, Key, Scope};
use support::Desk;
use support::post::{bring, claimant, costed, message};

const NARROW: (u16, u16) = (80, 24);

/// A shop, and a buyer with a history and an open claim.
fn fill(store: &mut Store, now: Timestamp) {
    costed(store, now);
    claimant(store, now);
    let words =
        ["Where is it? I ordered it long ago. Nobody answers me.", "Still nothing. I am waiting. Hello?"];
    let mails = [(10, words[0]), (8, words[1])]
        .map(|(hours, words)| message(now, hours, Marketplace::Us, "113-7100000-7100000", "Ola Two", words));
    bring(store, now, &mails, &[]);
}

/// The keys that lead to each scope, so that there is something to do there.
const WAYS: &[(Scope, &str)] = &[
    (Scope::Queue, "/113-<Enter>jj"),
    (Scope::Case, "j<Enter>"),
    (Scope::Offer, "<Enter>o<Up>"),
    (Scope::Offers, "<Enter>o3<Enter>o4<Enter>O"),
    (Scope::Archive, "<Enter>a"),
    (Scope::Buyer, "/Vance<Enter><Enter>h"),
    (Scope::Notes, "<Enter>mabout it<C-s><Esc>jmmore<C-s>M"),
    (Scope::Note, "<Enter>mabout it<Left><Left>"),
    (Scope::Paths, "/112-1000001<Enter><Enter>v"),
    (Scope::Shelf, "T"),
    (Scope::Sheet, "T<Enter>x"),
    (Scope::Playbook, "<Enter>p"),
    (Scope::Evidence, "<Enter>pe"),
    (Scope::Choice, "<Enter>w"),
    (Scope::Forecast, "c"),
    (Scope::Health, "H<Right>"),
    (Scope::Report, "R"),
    (Scope::Costs, "C"),
    (Scope::Cost, "C<Enter>"),
    (Scope::Import, "i/tmp/nothing here"),
    (Scope::Prompt, "/x"),
    (Scope::Picker, "<Enter>t"),
    (Scope::Quote, "/Ola<Enter><Enter>r<C-q>"),
    (Scope::Find, "<Enter>rword and word<C-f>word"),
];

/// What has to be pressed first, so that an action has something to do.
fn before(action: Action) -> Option<Action> {
    Some(match action {
        Action::Up | Action::Accept => Action::Down,
        Action::Earlier => Action::Later,
        Action::Later => Action::Earlier,
        Action::PageUp => Action::PageDown,
        Action::Top => Action::Bottom,
        Action::PreviewUp => Action::PreviewDown,
        Action::Yank => Action::KillStart,
        Action::FindBack | Action::FindNext => Action::FindNext,
        _ => return None,
    })
}

/// As [`Desk::press`] writes a key.
fn written((code, with): Key) -> String {
    let name = match code {
        KeyCode::Char('<') => "lt".to_owned(),
        KeyCode::Char(letter) if with.is_empty() => return letter.to_string(),
        KeyCode::Char(letter) => letter.to_string(),
        KeyCode::F(number) => format!("F{number}"),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::Insert => "Ins".to_owned(),
        other => format!("{other:?}"),
    };
    let with = match with {
        KeyModifiers::CONTROL => "C-",
        KeyModifiers::ALT => "A-",
        _ => "",
    };
    format!("<{with}{name}>")
}

#[test]
fn every_key_of_the_table_does_something_on_its_screen() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    let mut dead = Vec::new();
    for (scope, way) in WAYS {
        let keys = keymap::keys(*scope);
        for (action, names) in &keys {
            // It reads anew what stands there already; of an import there are mistakes to page through only later.
            let pages = matches!(action, Action::Down | Action::Up | Action::PageDown | Action::PageUp);
            if *action == Action::Refresh || (*scope == Scope::Import && pages) {
                continue;
            }
            let mut desk = Desk::with_settings(Lang::En, NARROW, &settings, fill);
            desk.editor = str::to_uppercase;
            desk.press(way);
            if let Some((_, first)) = before(*action).and_then(|first| keys.iter().find(|key| key.0 == first))
            {
                desk.press(&written(first[0])).press(&written(first[0]));
            }
            let there = (desk.buffer(), desk.caret());
            desk.press(&written(names[0]));
            if (desk.buffer(), desk.caret()) == there && !desk.quit {
                dead.push(format!("{scope:?}: {} {action:?}\n{}", keymap::name(names[0]), desk.screen()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn the_help_of_a_screen_names_the_keys_that_work_there_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    for lang in [Lang::En, Lang::Zh] {
        for (scope, way) in WAYS {
            let mut desk = Desk::with_settings(lang, (120, 50), &settings, fill);
            desk.press(way).press("<F1>");
            let help = desk.screen();
            for (action, _) in keymap::actions(*scope) {
                let label = action.label().in_lang(lang);
                assert!(help.contains(label), "{scope:?} {label}:\n{help}");
            }
            let (palette, quit) = (Action::Palette.label().in_lang(lang), Action::Quit.label().in_lang(lang));
            desk.press("<Esc>");
            let here = desk.screen();
            assert_eq!(desk.press("<F10>").screen() != here, help.contains(palette), "{scope:?}:\n{help}");
            let letters = !scope.types_text() && !scope.has_own_letters();
            assert_eq!(help.contains("q F12"), letters, "{scope:?} {quit}:\n{help}");
        }
    }
}
