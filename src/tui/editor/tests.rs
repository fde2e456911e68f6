//! Tests of the text being written.

use super::*;

fn press(editor: &mut Editor, code: KeyCode) {
    editor.key(KeyEvent::new(code, KeyModifiers::NONE));
}

fn chord(editor: &mut Editor, code: KeyCode, modifiers: KeyModifiers) {
    editor.key(KeyEvent::new(code, modifiers));
}

fn write(editor: &mut Editor, text: &str) {
    for letter in text.chars() {
        press(editor, if letter == '\n' { KeyCode::Enter } else { KeyCode::Char(letter) });
    }
}

#[test]
fn an_emoji_of_seven_code_points_and_a_letter_with_its_marks_are_one_step() {
    let mut editor = Editor::new("");
    write(&mut editor, "a👨‍👩‍👧‍👦e\u{301}\u{323}🇩🇪客");
    let whole = editor.text();
    let mut places = vec![editor.caret.at];
    for _ in 0..5 {
        press(&mut editor, KeyCode::Left);
        places.push(editor.caret.at);
    }
    let letters = ["客", "🇩🇪", "e\u{301}\u{323}", "👨‍👩‍👧‍👦", "a"];
    let mut at = whole.len();
    let mut expected = vec![at];
    for letter in letters {
        at -= letter.len();
        expected.push(at);
    }
    assert_eq!(places, expected);
    press(&mut editor, KeyCode::Right);
    press(&mut editor, KeyCode::Delete);
    assert_eq!(editor.text(), "ae\u{301}\u{323}🇩🇪客");
    press(&mut editor, KeyCode::End);
    press(&mut editor, KeyCode::Backspace);
    press(&mut editor, KeyCode::Backspace);
    assert_eq!(editor.text(), "ae\u{301}\u{323}");
}

#[test]
fn ten_thousand_letters_are_undone_and_done_again_one_by_one() {
    let mut editor = Editor::new("");
    let text: String = "Ihr Paket 客诉\n".chars().cycle().take(10_000).collect();
    write(&mut editor, &text);
    assert_eq!(editor.text(), text);
    for _ in 0..9_999 {
        assert!(editor.stroke(Stroke::Undo));
    }
    assert_eq!(editor.text(), "I");
    assert!(editor.stroke(Stroke::Undo) && !editor.stroke(Stroke::Undo));
    for _ in 0..10_000 {
        assert!(editor.stroke(Stroke::Redo));
    }
    assert_eq!((editor.text(), editor.stroke(Stroke::Redo)), (text, false));
}

#[test]
fn whatever_changes_the_text_at_once_is_one_step() {
    let mut editor = Editor::new("one\ntwo");
    let mut texts = vec![editor.text()];
    let mut note = |editor: &Editor| texts.push(editor.text());
    editor.insert(" pasted\nover\nlines");
    note(&editor);
    editor.insert_paragraph("> quoted\n> words");
    note(&editor);
    editor.replace_all("wholly\nother");
    note(&editor);
    chord(&mut editor, KeyCode::Home, KeyModifiers::CONTROL | KeyModifiers::SHIFT);
    editor.insert("typed over a selection");
    note(&editor);
    editor.stroke(Stroke::KillStart);
    note(&editor);
    for text in texts.iter().rev().skip(1) {
        assert!(editor.stroke(Stroke::Undo));
        assert_eq!(editor.text(), *text);
    }
    for text in texts.iter().skip(1) {
        assert!(editor.stroke(Stroke::Redo));
        assert_eq!(editor.text(), *text);
    }
}

#[test]
fn what_is_cut_in_a_row_comes_back_in_one_piece() {
    let mut editor = Editor::new("keep cut this\nand that");
    chord(&mut editor, KeyCode::Home, KeyModifiers::CONTROL);
    for _ in 0..5 {
        press(&mut editor, KeyCode::Right);
    }
    for _ in 0..3 {
        editor.stroke(Stroke::KillEnd);
    }
    assert_eq!(editor.text(), "keep ");
    editor.stroke(Stroke::Yank);
    assert_eq!(editor.text(), "keep cut this\nand that");
    editor.stroke(Stroke::KillWord);
    editor.stroke(Stroke::KillWord);
    editor.stroke(Stroke::Yank);
    editor.stroke(Stroke::Yank);
    assert_eq!(editor.text(), "keep cut this\nand thatand that");
}

#[test]
fn a_chinese_word_is_cut_by_itself_and_not_the_whole_sentence() {
    let mut editor = Editor::new("包裹 已经送到");
    editor.stroke(Stroke::KillWord);
    assert_eq!(editor.text(), "包裹 已经送");
}

#[test]
fn up_and_down_go_by_rows_and_keep_their_column() {
    let mut editor = Editor::new("the carrier found it\nx\n包裹已经送到门口了");
    editor.fit(12, 5);
    chord(&mut editor, KeyCode::Home, KeyModifiers::CONTROL);
    for _ in 0..5 {
        press(&mut editor, KeyCode::Right);
    }
    let places: Vec<(usize, usize)> = (0..5)
        .map(|_| {
            press(&mut editor, KeyCode::Down);
            (editor.caret.line, editor.caret.at)
        })
        .collect();
    // Row two begins at byte 12; five cells into Chinese is after the second character.
    assert_eq!(places, [(0, 17), (1, 1), (2, 6), (2, 24), (2, 24)]);
}

#[test]
fn words_are_found_without_regard_to_capitals_and_round_the_end() {
    let mut editor = Editor::new("Refund of 10 EUR\nthe refund REFUND\n退款 refund");
    assert!(editor.search("refund"));
    assert_eq!(editor.found(), (1, 4), "the caret is at the end: the first is next");
    for expected in [2, 3, 4, 1] {
        assert!(editor.find(true));
        assert_eq!(editor.found().0, expected);
    }
    assert!(editor.find(false));
    assert_eq!(editor.found(), (4, 4));
    assert!(editor.search("refund of") && editor.found() == (1, 1));
    assert!(!editor.search("a.b"), "signs stand for themselves");
    assert!(editor.search("退款") && editor.found() == (1, 1));
}

#[test]
fn letters_by_altgr_and_after_a_swallowed_esc_are_text_and_chords_are_not() {
    let mut editor = Editor::new("");
    for (letter, modifiers) in [
        ('@', KeyModifiers::CONTROL | KeyModifiers::ALT),
        ('€', KeyModifiers::CONTROL | KeyModifiers::ALT),
        ('客', KeyModifiers::ALT),
        ('A', KeyModifiers::SHIFT),
        ('d', KeyModifiers::ALT),
        ('g', KeyModifiers::CONTROL),
        ('b', KeyModifiers::CONTROL | KeyModifiers::ALT),
        ('\u{1b}', KeyModifiers::NONE),
        ('\u{202e}', KeyModifiers::NONE),
    ] {
        chord(&mut editor, KeyCode::Char(letter), modifiers);
    }
    assert_eq!(editor.text(), "@€客A");
    chord(&mut editor, KeyCode::Char('j'), KeyModifiers::CONTROL);
    assert_eq!(editor.text(), "@€客A\n", "a line break pasted as a key");
}

#[test]
fn a_paragraph_has_blank_lines_around_it_where_there_are_words() {
    let put = |text: &str, back: usize| {
        let mut editor = Editor::new(text);
        for _ in 0..back {
            press(&mut editor, KeyCode::Left);
        }
        editor.insert_paragraph("> Q");
        editor.text()
    };
    assert_eq!(put("", 0), "> Q\n\n");
    assert_eq!(put("Hello", 0), "Hello\n\n> Q\n\n");
    assert_eq!(put("Hello\n", 0), "Hello\n\n> Q\n\n");
    assert_eq!(put("ab", 1), "a\n\n> Q\n\nb");
    assert_eq!(put("\n\nb", 3), "> Q\n\nb");
}
