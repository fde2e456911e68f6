//! Tests of the key table.

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
    for (scope, key, action) in table::rows() {
        for (other, again, second) in table::rows() {
            let function = matches!(key.0, KeyCode::F(_));
            if function && key == again && scope != other {
                assert_eq!(action, second, "{} in {scope:?} and {other:?}", name(*key));
            }
        }
    }
}

#[test]
fn every_action_is_reached_without_a_letter_or_through_the_palette() {
    for scope in Scope::ALL.iter().filter(|scope| !scope.is_dialogue()) {
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
