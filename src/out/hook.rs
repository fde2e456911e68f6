//! The hooks: the operator's commands that translate, draft or check, what they get and what becomes of their answer.
//!
//! A hook is never run by itself. It gets the case as JSON on its standard input, `kesu show --json` and beside it:
//!
//! - `hook`: `translate`, `draft` or `check`
//! - `text`: the words it is about; `to`: the language they are wanted in
//! - `draft`: the whole reply, null while a value is missing; `addition`: what the operator typed
//! - `lang`: the language of the reply, `ui_lang`: that of the interface

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use serde_json::Value;

use super::command::{Errand, Failure, Purpose};
use crate::config::out::{Hook, Hooks};
use crate::domain::buyer::Flag;
use crate::domain::case::{Language, words};
use crate::domain::view::CaseFile;
use crate::i18n::{Lang, Text};
use crate::problem::{Exit, Problem};
use crate::wire;

/// The most a hook may give back, in bytes.
pub const MOST: usize = 1_000_000;

words! {
    /// What a hook does.
    HookKind {
        /// Turns a text into another language.
        Translate = "translate",
        /// Proposes an addition.
        Draft = "draft",
        /// Remarks on the reply.
        Check = "check",
    }
}

impl HookKind {
    /// Its name on screen.
    #[must_use]
    pub const fn label(self) -> Text {
        match self {
            Self::Translate => Text::ActionTranslate,
            Self::Draft => Text::ActionDraft,
            Self::Check => Text::ActionCheck,
        }
    }

    /// The command that is configured for it.
    ///
    /// # Errors
    /// None is: how to set one is said.
    pub fn of(self, hooks: &Hooks) -> Result<&Hook, Problem> {
        let hook = match self {
            Self::Translate => &hooks.translate,
            Self::Draft => &hooks.draft,
            Self::Check => &hooks.check,
        };
        hook.as_ref().ok_or_else(|| {
            let word = self.word();
            Problem::new(
                Exit::Blocked,
                [format!("no `{word}` command is set"), format!("尚未设置 `{word}` 命令")],
                [
                    format!("Write `{word} = [\"program\"]` under [hooks] in config.toml (see the README)"),
                    format!("请在 config.toml 的 [hooks] 下写 `{word} = [\"程序\"]`（见 README）"),
                ],
            )
        })
    }
}

/// What a hook is asked about.
#[derive(Debug)]
pub struct Question<'a> {
    /// What it does.
    pub kind: HookKind,
    /// The case.
    pub file: &'a CaseFile,
    /// From which numbers on a buyer's history is flagged.
    pub flags: &'a [Flag],
    /// The words it is about.
    pub text: &'a str,
    /// The language they are wanted in.
    pub to: &'a str,
    /// The whole reply, where nothing is missing.
    pub draft: Option<&'a str>,
    /// What the operator typed.
    pub addition: &'a str,
    /// The language of the reply.
    pub lang: Language,
    /// The language of the interface.
    pub ui_lang: Lang,
}

impl Question<'_> {
    /// The run that asks it.
    #[must_use]
    pub fn errand(&self, hook: &Hook, number: u64, now: Timestamp) -> Errand {
        let mut input = self.json(now).to_string();
        input.push('\n');
        Errand {
            number,
            command: hook.command.clone(),
            input: input.into_bytes(),
            within: hook.timeout,
            purpose: Purpose::Answer(MOST),
        }
    }

    fn json(&self, now: Timestamp) -> Value {
        let mut object = wire::case(self.file, self.flags, self.ui_lang, now);
        object["hook"] = self.kind.word().into();
        object["text"] = self.text.into();
        object["to"] = self.to.into();
        object["draft"] = self.draft.into();
        object["addition"] = self.addition.into();
        object["lang"] = self.lang.word().into();
        object["ui_lang"] = self.ui_lang.word().into();
        object
    }
}

/// Colours and other orders to a terminal, which many tools write even into a pipe.
static ORDERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]").ok()
});

/// The text of an answer, orders to a terminal and the blanks around it left out. The rest is still untrusted.
///
/// # Errors
/// It is no UTF-8.
pub fn answer(bytes: Vec<u8>) -> Result<String, Failure> {
    let text = String::from_utf8(bytes).map_err(|_| Failure::NoText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let plain = ORDERS.as_ref().map_or_else(|| text.into(), |orders| orders.replace_all(text, ""));
    Ok(plain.trim_end().trim_start_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_words_without_colours() {
        let said = "\u{feff}\n\u{1b}[1mGuten\u{1b}[22m Tag\u{1b}]0;title\u{7}\n  Zeile\n\n";
        assert_eq!(answer(said.as_bytes().to_vec()).unwrap(), "Guten Tag\n  Zeile");
        assert_eq!(answer(vec![0xff]), Err(Failure::NoText));
    }

    #[test]
    fn a_hook_that_is_not_set_says_how_to_set_it() {
        for kind in HookKind::ALL {
            let problem = kind.of(&Hooks::default()).unwrap_err();
            assert!(problem.remedy[0].contains(&format!("`{} = [", kind.word())), "{problem}");
        }
    }
}
