//! The operator's own settings: `config.toml` in the folder that `kesu paths` names. Every part of it may be missing.
//!
//! ```toml
//! [store]
//! name = "Lumina"    # stands under the replies
//!
//! [[buyer_flags]]    # in place of assets/policy/buyers.toml
//! label = "claims"
//! label_zh = "次索赔"
//! channels = ["atoz_claim"]
//! days = 30
//! at_least = 2
//! ```

use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::domain::buyer::Flag;
use crate::domain::playbook::{Fault, Playbook};
use crate::problem::{Exit, Problem};

/// Name of the file in the config folder.
pub const FILE: &str = "config.toml";

/// What the operator has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// His shop.
    #[serde(default)]
    pub store: Shop,
    /// When a buyer's history is flagged, in place of what ships; an empty list flags nothing.
    pub buyer_flags: Option<Vec<Flag>>,
}

/// The section `[store]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    /// The name that stands under a reply.
    pub name: Option<String>,
}

impl Config {
    /// Reads the file; one that is missing sets nothing.
    ///
    /// # Errors
    /// It cannot be read, or says something unknown: named with its line.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(broken(path, None, [&error.to_string(); 2])),
        };
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            broken(path, before.map(|before| before.matches('\n').count() + 1), [error.message(); 2])
        })
    }
}

/// Name of the operator's own playbook in the config folder.
pub const PLAYBOOKS: &str = "playbooks.toml";

/// The steps that ship with the operator's own from the config folder; without such a file, those that ship.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn playbook(folder: &Path) -> Result<Playbook, Problem> {
    let path = folder.join(PLAYBOOKS);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Playbook::shipped().clone()),
        Err(error) => return Err(broken(&path, None, [&error.to_string(); 2])),
    };
    Playbook::shipped().with(&text).map_err(|faults| {
        let fault =
            faults.into_iter().next().unwrap_or(Fault { line: 0, what: [String::new(), String::new()] });
        let line = Some(fault.line).filter(|line| *line > 0);
        broken(&path, line, [&fault.what[0], &fault.what[1]])
    })
}

fn broken(path: &Path, line: Option<usize>, why: [&str; 2]) -> Problem {
    let path = path.display();
    let line = [line.map(|line| format!(", line {line}")), line.map(|line| format!("第 {line} 行"))];
    let [en, zh] = line.map(Option::unwrap_or_default);
    Problem::new(
        Exit::Failed,
        [
            format!("the settings do not count: {path}{en}: {}", why[0]),
            format!("设置未生效：{path}{zh}：{}", why[1]),
        ],
        ["Correct that line and start kesu again", "请修改该行后重新启动 kesu"],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Problem> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, text).unwrap();
        Config::read(&path)
    }

    #[test]
    fn the_name_of_the_shop_is_read_and_everything_may_be_missing() {
        assert_eq!(read("[store]\nname = \"Lumina\"\n").unwrap().store.name.as_deref(), Some("Lumina"));
        assert_eq!(read("").unwrap(), Config::default());
        assert_eq!(Config::read(Path::new("/no/such/config.toml")).unwrap(), Config::default());
    }

    #[test]
    fn the_flags_of_a_buyers_history_are_the_operators_where_he_sets_them() {
        let text = "[[buyer_flags]]\nlabel = \"claims\"\nlabel_zh = \"次索赔\"\nchannels = [\"atoz_claim\"]\n\
                    days = 30\nat_least = 2\n";
        let flags = read(text).unwrap().buyer_flags.unwrap();
        assert_eq!((flags.len(), flags[0].days, flags[0].at_least), (1, 30, 2));
        assert_eq!(read("buyer_flags = []\n").unwrap().buyer_flags, Some(Vec::new()));
        assert!(read(&text.replace("atoz_claim", "letters")).unwrap_err().what[0].contains("line 4"));
    }

    #[test]
    fn a_mistake_is_named_with_file_and_line() {
        for text in ["[store]\nnmae = \"Lumina\"\n", "[store]\nname = 7\n", "# mine\n[stoer]\n", "\nname\n"] {
            let problem = read(text).unwrap_err();
            assert!(problem.what[0].contains("config.toml, line 2"), "{text:?}: {}", problem.what[0]);
            assert!(problem.what[1].contains("第 2 行"), "{}", problem.what[1]);
        }
    }
}
