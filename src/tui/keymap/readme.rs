//! The table of keys as the README has it.

use super::{Action, Scope, keys, name};
use crate::i18n::Lang;

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
