//! What commands write: lines that end quietly when nobody reads on, and JSON that is lossless yet harmless on a terminal.

use std::io::{self, Write};

use serde_json::Value;

use crate::problem::{Exit, Problem, io_words};
use crate::safe_text;

/// Why a command ends early.
#[derive(Debug)]
pub enum Stop {
    /// Something the operator must know.
    Problem(Problem),
    /// The reader of our output has left (`| head`): not worth a word.
    Unread,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Unread;
        }
        let [en, zh] = io_words(&error);
        Self::Problem(Problem::new(
            Exit::Failed,
            [format!("cannot write the output: {en}"), format!("无法写出结果：{zh}")],
            ["", ""],
        ))
    }
}

/// Writes one JSON value on one line; what a terminal could obey or hide is written as `\uXXXX`.
///
/// # Errors
/// Whatever writing comes to.
pub fn json_line(out: &mut impl Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{}", safe_text::for_json(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn line(value: &Value) -> String {
        let mut out = Vec::new();
        json_line(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_and_hidden_characters_are_told_as_numbers() {
        let shown = line(
            &json!({"a": "\u{1b}[31m \u{9b}1m \u{202e}x\u{200b} \u{7f} 客诉 é\u{301} \u{e0041} \"q\"\n"}),
        );
        assert_eq!(
            shown,
            "{\"a\":\"\\u001b[31m \\u009b1m \\u202ex\\u200b \\u007f 客诉 é\u{301} \\udb40\\udc41 \\\"q\\\"\\n\"}\n"
        );
    }

    proptest! {
        #[test]
        fn every_text_reads_back_as_it_was(text in "\\PC*|.*") {
            let shown = line(&json!({ "text": text }));
            prop_assert!(!shown.trim_end().chars().any(char::is_control));
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), json!({ "text": text }));
        }
    }
}
