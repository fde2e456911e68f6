//! Quoting the buyer: his words in pieces that can be chosen, and how a language quotes.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::case::Language;

/// The sentences of a message, one by one; a line break of the buyer's ends one too. None is empty.
#[must_use]
pub fn sentences(text: &str) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut open = false;
        for piece in line.split_sentence_bounds() {
            // `No. 7` is no end of a sentence: neither is a full stop before a figure or a small letter.
            match sentences.last_mut().filter(|last| open && !ends(last, piece)) {
                Some(last) => last.push_str(piece),
                None => sentences.push(piece.to_owned()),
            }
            open = true;
        }
    }
    let sentences = sentences.into_iter().map(|sentence| sentence.trim().to_owned());
    sentences.filter(|sentence| sentence.chars().any(char::is_alphanumeric)).collect()
}

fn ends(sentence: &str, next: &str) -> bool {
    let short =
        sentence.split_whitespace().next_back().is_some_and(|word| word.ends_with('.') && word.len() <= 3);
    !(short && next.starts_with(|letter: char| letter.is_lowercase() || letter.is_ascii_digit()))
}

/// Chosen sentences as a quotation in the form of a language. `chosen` are their numbers in rising order; what was left out
/// between two of them is marked.
#[must_use]
pub fn quotation(sentences: &[String], chosen: &[usize], lang: Language) -> String {
    let (gap, blank) = match lang {
        Language::Ja | Language::Zh => ("……", ""),
        _ => (" […] ", " "),
    };
    let mut words = String::new();
    let mut before: Option<usize> = None;
    for at in chosen {
        let Some(sentence) = sentences.get(*at) else { continue };
        if let Some(before) = before {
            words.push_str(if before + 1 == *at { blank } else { gap });
        }
        words.push_str(sentence);
        before = Some(*at);
    }
    let [lead, open, close] = marks(lang);
    let (inner_open, inner_close) = match lang {
        Language::En | Language::Zh => ('‘', '’'),
        Language::De => ('‚', '‘'),
        Language::Fr | Language::It | Language::Es => ('“', '”'),
        Language::Ja => ('『', '』'),
    };
    format!("{lead}{open}{}{close}", inner(&words, inner_open, inner_close))
}

/// What a quotation begins with, and its marks.
const fn marks(lang: Language) -> [&'static str; 3] {
    match lang {
        Language::En => ["You wrote: ", "“", "”"],
        Language::De => ["Sie schrieben: ", "„", "“"],
        Language::Fr => ["Vous avez écrit : ", "« ", " »"],
        Language::It => ["Ha scritto: ", "«", "»"],
        Language::Es => ["Usted escribió: ", "«", "»"],
        Language::Ja => ["お客様より：", "「", "」"],
        Language::Zh => ["您写道：", "“", "”"],
    }
}

/// A text without its quotations of the buyer's words: those are nobody's own.
#[must_use]
pub fn unquoted(text: &str) -> String {
    let own = |line| {
        let behind = |lang: &Language| {
            let [lead, open, close] = marks(*lang);
            let quoted = str::trim_start(line).strip_prefix(lead)?.strip_prefix(open)?;
            Some(quoted.rfind(close).map_or("", |end| quoted[end + close.len()..].trim_start()))
        };
        Language::ALL.iter().find_map(behind).unwrap_or(line)
    };
    text.split_inclusive('\n').map(own).collect()
}

/// Quotation marks within a quotation are the inner ones of the language.
fn inner(words: &str, open: char, close: char) -> String {
    let mut opened = false;
    let letters = words.chars().map(|letter| match letter {
        '"' => {
            opened = !opened;
            if opened { open } else { close }
        }
        '„' | '«' | '「' => open,
        '»' | '」' | '”' => close,
        '“' => {
            // German closes with what English opens with.
            opened = !opened && !words.contains('„');
            if opened { open } else { close }
        }
        other => other,
    });
    let made: String = letters.collect();
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_falls_into_its_sentences() {
        let text = "Hello, I ordered No. 7 on Monday. It is broken!\n\nWhere is my refund?  ---\n键盘没有收到。请退款！";
        let expected = [
            "Hello, I ordered No. 7 on Monday.",
            "It is broken!",
            "Where is my refund?",
            "键盘没有收到。",
            "请退款！",
        ];
        let found = sentences(text);
        let found: Vec<&str> = found.iter().map(|one| one.trim_end_matches([' ', '-'])).collect();
        assert_eq!(found, expected);
        assert!(sentences(" \n-- \n").is_empty());
    }

    #[test]
    fn each_language_quotes_in_its_own_form() {
        let words: Vec<String> = ["Eins.", "Zwei.", "Drei."].map(str::to_owned).to_vec();
        let quoted = |lang| quotation(&words, &[0, 1], lang);
        assert_eq!(quoted(Language::En), "You wrote: “Eins. Zwei.”");
        assert_eq!(quoted(Language::De), "Sie schrieben: „Eins. Zwei.“");
        assert_eq!(quoted(Language::Fr), "Vous avez écrit : « Eins. Zwei. »");
        assert_eq!(quoted(Language::Zh), "您写道：“Eins.Zwei.”");
        assert_eq!(quotation(&words, &[0, 2], Language::De), "Sie schrieben: „Eins. […] Drei.“");
        assert_eq!(quotation(&words, &[0, 2], Language::Ja), "お客様より：「Eins.……Drei.」");
    }

    #[test]
    fn what_is_quoted_is_nobodys_own() {
        for lang in Language::ALL {
            let quoted = quotation(&["It is broken.".to_owned()], &[0], *lang);
            assert_eq!(
                unquoted(&format!("Sorry.\n\n{quoted}\n\nWe look.")),
                "Sorry.\n\n\nWe look.",
                "{lang:?}"
            );
        }
        assert_eq!(unquoted("You wrote: thank you"), "You wrote: thank you");
    }

    #[test]
    fn marks_within_the_quotation_are_the_inner_ones() {
        let quoted = |text: &str, lang| quotation(&[text.to_owned()], &[0], lang);
        assert_eq!(quoted("It says \"new\" on it", Language::En), "You wrote: “It says ‘new’ on it”");
        assert_eq!(quoted("Da steht „neu“ drauf", Language::De), "Sie schrieben: „Da steht ‚neu‘ drauf“");
        assert_eq!(quoted("写着“全新”", Language::Zh), "您写道：“写着‘全新’”");
    }
}
