//! The operator's own files in the folder that `kesu paths` names. Every one of them and every part may be missing.
//!
//! ```toml
//! # config.toml
//! [store]
//! name = "Lumina"    # stands under the replies
//!
//! email = "shop@example.com"    # sender of an `.eml`, where no mail of the thread shows it
//! return_country = "CN"         # where returns go (reply rule L39)
//! offer_limit_percent = 30      # largest offer, as a share of the price (reply rule L40)
//!
//! [copy]             # see `config::out`, also for [out] and [hooks]
//! route = "auto"
//!
//! [[buyer_flags]]    # in place of assets/policy/buyers.toml
//! label = "claims"
//! label_zh = "次索赔"
//! channels = ["atoz_claim"]
//! days = 30
//! at_least = 2
//! ```
//!
//! `clocks.toml` changes or adds clocks, in the form of `assets/policy/clocks.toml`; `playbooks.toml` adds steps or
//! replaces them, in the form of `assets/policy/playbooks/common.toml`; `carriers.toml` adds carriers and formats of tracking
//! numbers or changes them, in the form of `assets/policy/carriers.toml`; `health.toml`, `offers.toml`, `costs.toml` and
//! `report.toml` replace single values of the files of these names in `assets/policy/`. Own templates and snippets are
//! [`crate::shelf`]'s.

pub mod out;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::buyer::Flag;
use crate::domain::clock::{Policy, shipped_policy};
use crate::domain::cost::policy::{CostPolicy, shipped_costs};
use crate::domain::health::policy::{HealthPolicy, shipped_health};
use crate::domain::offer::policy::{OfferPolicy, shipped_offers};
use crate::domain::playbook::{self, Playbook};
use crate::domain::report::policy::{ReportPolicy, shipped_report};
use crate::domain::tracking::Carriers;
use crate::mistake::{Mistake, Notes, Section};
use crate::problem::{Exit, Problem, io_words};
use crate::reply::template::Seller;
use crate::shelf::Shelf;

/// Name of the settings in the config folder.
pub const FILE: &str = "config.toml";

/// Name of the operator's own clocks there.
pub const CLOCKS: &str = "clocks.toml";

/// Name of the operator's own steps there.
pub const PLAYBOOKS: &str = "playbooks.toml";

/// Name of the operator's own carriers there.
pub const CARRIERS: &str = "carriers.toml";
/// Name of the operator's own rules of account health there.
pub const HEALTH: &str = "health.toml";
/// Name of the operator's own policy of costs and complaint rates there.
pub const COSTS: &str = "costs.toml";

/// Name of the operator's own rules of the report there.
pub const REPORT: &str = "report.toml";

/// Name of the operator's own rules of offers there.
pub const OFFERS: &str = "offers.toml";

/// Finds every mistake in the text of a file.
type Check = fn(&str) -> Vec<Mistake>;

/// Every file kesu reads there, and how it is checked.
const FILES: &[(&str, Check)] = &[
    (FILE, |text| Config::parse(text).err().unwrap_or_default()),
    (CLOCKS, |text| match shipped_policy() {
        Ok(policy) => policy.overridden_by(text).err().unwrap_or_default(),
        Err(_) => Vec::new(),
    }),
    (PLAYBOOKS, |text| faults(playbook::check(text))),
    (CARRIERS, |text| Carriers::shipped().clone().with(text).err().unwrap_or_default()),
    (HEALTH, |text| match shipped_health() {
        Ok(policy) => policy.overridden_by(text).err().unwrap_or_default(),
        Err(_) => Vec::new(),
    }),
    (OFFERS, |text| match shipped_offers() {
        Ok(policy) => policy.overridden_by(text).err().unwrap_or_default(),
        Err(_) => Vec::new(),
    }),
    (COSTS, |text| match shipped_costs() {
        Ok(policy) => policy.overridden_by(text).err().unwrap_or_default(),
        Err(_) => Vec::new(),
    }),
    (REPORT, |text| match shipped_report() {
        Ok(policy) => policy.overridden_by(text).err().unwrap_or_default(),
        Err(_) => Vec::new(),
    }),
];

/// What the operator has set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// His shop.
    pub store: Shop,
    /// When a buyer's history is flagged, in place of what ships; an empty list flags nothing.
    pub buyer_flags: Option<Vec<Flag>>,
    /// The ways out of the workbench: copying, mails.
    pub ways: out::Ways,
    /// Commands that make proposals.
    pub hooks: out::Hooks,
}

/// The flags alone; the rest of the file is read with its places.
#[derive(Deserialize)]
struct Flags {
    buyer_flags: Option<Vec<Flag>>,
}

/// The section `[store]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shop {
    /// The name that stands under a reply.
    pub name: Option<String>,
    /// The address Amazon knows the seller by.
    pub email: Option<String>,
    /// Country code of the address returns go to, `CN` (L39).
    pub return_country: Option<String>,
    /// The largest share of the price that may be offered, in percent (L40).
    pub offer_limit_percent: Option<u32>,
}

impl Shop {
    /// What a reply says of the seller, and what its rules ask about him.
    #[must_use]
    pub fn seller(&self) -> Seller {
        Seller {
            store_name: self.name.clone(),
            return_country: self.return_country.clone(),
            offer_limit_percent: self.offer_limit_percent,
        }
    }

    fn read(store: &Section<'_, '_>, notes: &mut Notes<'_>) -> Self {
        store.only(&["name", "email", "return_country", "offer_limit_percent"], notes);
        let limit = store.number("offer_limit_percent", 1..=100, notes);
        Self {
            name: store.text("name", notes).map(|name| name.value),
            email: out::email(store, notes),
            return_country: country(store, notes),
            offer_limit_percent: limit.and_then(|limit| u32::try_from(limit).ok()),
        }
    }
}

/// Two letters, as in ISO 3166.
fn country(store: &Section<'_, '_>, notes: &mut Notes<'_>) -> Option<String> {
    let code = store.text("return_country", notes)?;
    let read = Some(code.value.to_ascii_uppercase())
        .filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
    if read.is_none() {
        notes.note(
            code.at,
            "`return_country` is a country's code of two letters, like DE",
            "`return_country` 应为两位国家代码，如 DE",
        );
    }
    read
}

impl Config {
    /// Reads the file; one that is missing sets nothing.
    ///
    /// # Errors
    /// It cannot be read, or says something unknown: the first mistake is named with its line.
    pub fn read(path: &Path) -> Result<Self, Problem> {
        let Some(text) = text(path)? else { return Ok(Self::default()) };
        Self::parse(&text).map_err(|mistakes| broken(path, &mistakes))
    }

    fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::on(text);
        let mut config = Self::default();
        if let Some(table) = notes.parse() {
            let root = Section::root(&table);
            root.only(&["store", "copy", "out", "hooks", "buyer_flags"], &mut notes);
            if let Some(store) = root.section("store", &mut notes) {
                config.store = Shop::read(&store, &mut notes);
            }
            config.ways = out::ways(&root, &mut notes);
            config.hooks = out::hooks(&root, &mut notes);
            match toml::from_str(text) {
                Ok(Flags { buyer_flags }) => config.buyer_flags = buyer_flags,
                Err(error) => notes.note(
                    error.span().map_or(0, |span| span.start),
                    error.message(),
                    format!("买家标记有误：{}", error.message()),
                ),
            }
        }
        let mistakes = notes.all();
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }
}

/// The clock policy with the operator's own clocks from the config folder; where their file has a mistake the policy that
/// ships is used alone, and the problem says so.
///
/// # Errors
/// The policy that ships is broken, which a test rules out.
pub fn policy(folder: Option<&Path>) -> Result<(Policy, Option<Problem>), Problem> {
    let shipped = shipped_policy()?;
    let Some(path) = folder.map(|folder| folder.join(CLOCKS)) else { return Ok((shipped, None)) };
    let own = text(&path).and_then(|text| match text {
        None => Ok(shipped.clone()),
        Some(text) => shipped.clone().overridden_by(&text).map_err(|mistakes| broken(&path, &mistakes)),
    });
    Ok(match own {
        Ok(policy) => (policy, None),
        Err(problem) => (shipped, Some(problem)),
    })
}

/// The steps that ship with the operator's own from the config folder; without such a file, those that ship.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn playbook(folder: &Path) -> Result<Playbook, Problem> {
    let path = folder.join(PLAYBOOKS);
    let Some(text) = text(&path)? else { return Ok(Playbook::shipped().clone()) };
    Playbook::shipped().with(&text).map_err(|found| broken(&path, &faults(found)))
}

/// The carriers that ship with the operator's own over them; `None` where there is no such file.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn carriers(folder: &Path) -> Result<Option<Carriers>, Problem> {
    let path = folder.join(CARRIERS);
    let Some(text) = text(&path)? else { return Ok(None) };
    Carriers::shipped().clone().with(&text).map(Some).map_err(|mistakes| broken(&path, &mistakes))
}

/// The rules of account health with the operator's own values from the config folder; without such a file, those that ship.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn health(folder: &Path) -> Result<HealthPolicy, Problem> {
    let shipped = shipped_health()?;
    let path = folder.join(HEALTH);
    let Some(text) = text(&path)? else { return Ok(shipped) };
    shipped.overridden_by(&text).map_err(|mistakes| broken(&path, &mistakes))
}

/// The rules of offers with the operator's own values from the config folder; without such a file, those that ship.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn offers(folder: &Path) -> Result<OfferPolicy, Problem> {
    let shipped = shipped_offers()?;
    let path = folder.join(OFFERS);
    let Some(text) = text(&path)? else { return Ok(shipped) };
    shipped.overridden_by(&text).map_err(|mistakes| broken(&path, &mistakes))
}

/// The policy of costs and complaint rates with the operator's own values from the config folder; without such a file, the
/// one that ships.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn costs(folder: &Path) -> Result<CostPolicy, Problem> {
    let shipped = shipped_costs()?;
    let path = folder.join(COSTS);
    let Some(text) = text(&path)? else { return Ok(shipped) };
    shipped.overridden_by(&text).map_err(|mistakes| broken(&path, &mistakes))
}

/// The rules of the report with the operator's own values from the config folder; without such a file, those that ship.
///
/// # Errors
/// It cannot be read, or something in it is wrong: the first mistake with its line.
pub fn report(folder: &Path) -> Result<ReportPolicy, Problem> {
    let shipped = shipped_report()?;
    let path = folder.join(REPORT);
    let Some(text) = text(&path)? else { return Ok(shipped) };
    shipped.overridden_by(&text).map_err(|mistakes| broken(&path, &mistakes))
}

/// The mistakes of a playbook, which have lines only.
fn faults(found: Vec<playbook::Fault>) -> Vec<Mistake> {
    found.into_iter().map(|fault| Mistake { line: fault.line.max(1), column: 1, what: fault.what }).collect()
}

/// What `kesu config check` found of one file.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub path: PathBuf,
    /// Every mistake in it; `None` when there is no such file.
    pub mistakes: Option<Vec<Mistake>>,
    /// What it says, for the line under a mistake; empty where it could not be read.
    pub text: String,
}

/// Checks every file of the config folder.
///
/// # Errors
/// One is there and cannot be read.
pub fn check(folder: &Path) -> Result<Vec<Checked>, Problem> {
    let checked = |(name, check): &(&str, Check)| {
        let path = folder.join(name);
        let text = text(&path)?;
        Ok(Checked { mistakes: text.as_deref().map(check), path, text: text.unwrap_or_default() })
    };
    let mut files = FILES.iter().map(checked).collect::<Result<Vec<_>, Problem>>()?;
    files.extend(own_texts(folder));
    Ok(files)
}

/// The own templates and snippets.
fn own_texts(folder: &Path) -> Vec<Checked> {
    let shelf = Shelf::read(folder);
    let sheets = shelf.sheets.into_iter().filter_map(|sheet| {
        let path = sheet.address.path(folder);
        Some(Checked { path, mistakes: Some(sheet.mistakes), text: sheet.text? })
    });
    let strays = shelf.strays.into_iter().map(|stray| {
        let mistakes = Some(vec![Mistake { line: 1, column: 1, what: stray.why }]);
        Checked { path: stray.path, mistakes, text: String::new() }
    });
    sheets.chain(strays).collect()
}

/// The text of a file; `None` where there is none.
fn text(path: &Path) -> Result<Option<String>, Problem> {
    match fs::read_to_string(path) {
        // An editor's mark of the encoding is no part of the text.
        Ok(text) => Ok(Some(text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let (shown, [en, zh]) = (path.display(), io_words(&error));
            Err(Problem::new(
                Exit::Failed,
                [format!("the settings do not count: {shown}: {en}"), format!("设置未生效：{shown}：{zh}")],
                ["Correct the file and start kesu again", "请修正该文件后重新启动 kesu"],
            ))
        }
    }
}

/// The first mistake, and how many there are.
fn broken(path: &Path, mistakes: &[Mistake]) -> Problem {
    let shown = path.display();
    let Some(first) = mistakes.first() else {
        return Problem::new(Exit::Failed, [shown.to_string(), shown.to_string()], ["", ""]);
    };
    let (line, [en, zh]) = (first.line, &first.what);
    let more = mistakes.len() - 1;
    let more = if more == 0 {
        Default::default()
    } else {
        [format!(" (+{more})"), format!("（另有{more}处）")]
    };
    Problem::new(
        Exit::Failed,
        [
            format!("the settings do not count: {shown}, line {line}: {en}{}", more[0]),
            format!("设置未生效：{shown}第 {line} 行：{zh}{}", more[1]),
        ],
        [
            "Correct that line and start kesu again; `kesu config check` names every mistake",
            "请修改该行后重新启动 kesu；`kesu config check` 会列出所有错误",
        ],
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
    fn the_flags_of_a_buyers_history_are_the_operators_where_he_sets_them() {
        let text = "[[buyer_flags]]\nlabel = \"claims\"\nlabel_zh = \"次索赔\"\nchannels = [\"atoz_claim\"]\n\
                    days = 30\nat_least = 2\n";
        let flags = read(text).unwrap().buyer_flags.unwrap();
        assert_eq!((flags.len(), flags[0].days, flags[0].at_least), (1, 30, 2));
        assert_eq!(read("buyer_flags = []\n").unwrap().buyer_flags, Some(Vec::new()));
        assert!(read(&text.replace("atoz_claim", "letters")).unwrap_err().what[0].contains("line 4"));
    }

    #[test]
    fn the_name_of_the_shop_is_read_and_everything_may_be_missing() {
        assert_eq!(read("[store]\nname = \"Lumina\"\n").unwrap().store.name.as_deref(), Some("Lumina"));
        assert_eq!(read("").unwrap(), Config::default());
        assert_eq!(Config::read(Path::new("/no/such/config.toml")).unwrap(), Config::default());
    }

    #[test]
    fn what_the_reply_rules_ask_about_the_shop_is_read() {
        let seller =
            read("[store]\nreturn_country = \"cn\"\noffer_limit_percent = 30\n").unwrap().store.seller();
        assert_eq!((seller.return_country.as_deref(), seller.offer_limit_percent), (Some("CN"), Some(30)));
        for wrong in ["return_country = \"China\"", "offer_limit_percent = 130"] {
            let problem = read(&format!("[store]\n{wrong}\n")).unwrap_err();
            assert!(problem.what[0].contains("config.toml, line 2"), "{wrong}: {}", problem.what[0]);
        }
    }

    #[test]
    fn a_mistake_is_named_with_file_and_line() {
        for text in ["[store]\nnmae = \"Lumina\"\n", "[store]\nname = 7\n", "# mine\n[stoer]\n", "\nname\n"] {
            let problem = read(text).unwrap_err();
            assert!(problem.what[0].contains("config.toml, line 2"), "{text:?}: {}", problem.what[0]);
            assert!(problem.what[1].contains("第 2 行"), "{}", problem.what[1]);
        }
    }

    #[test]
    fn own_clocks_count_unless_they_have_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(folder.path().join(CLOCKS), text).unwrap();
        let read = || policy(Some(folder.path())).unwrap();
        assert_eq!(read(), (shipped_policy().unwrap(), None));
        write("\u{feff}[[clock]]\nname = \"reply\"\nlength = \"12 hours\"\n");
        assert_eq!(read().0.rules.len(), shipped_policy().unwrap().rules.len() + 1);
        write("[[clock]]\nname = \"reply\"\n\nlength = \"12\"\nlenght = 3\n");
        let (policy, problem) = read();
        assert_eq!(policy, shipped_policy().unwrap());
        let said = problem.unwrap().what;
        assert!(
            said[0].contains("clocks.toml, line 4: `12` is no length") && said[0].ends_with("(+1)"),
            "{said:?}"
        );
    }

    #[test]
    fn own_carriers_count_unless_they_have_a_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| fs::write(folder.path().join(CARRIERS), text).unwrap();
        assert!(carriers(folder.path()).unwrap().is_none());
        write("\u{feff}[[carrier]]\nname = \"Hausbote\"\n");
        assert!(carriers(folder.path()).unwrap().unwrap().knows("hausbote"));
        write("[[carrier]]\nname = \"Hausbote\"\n[[carrier.format]]\nshap = \"x\"\n");
        let said = carriers(folder.path()).unwrap_err().what;
        assert!(said[0].contains("carriers.toml, line 3") && said[1].contains("第 3 行"), "{said:?}");
    }

    #[test]
    fn the_check_names_every_mistake_of_every_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "[store]\nname = 7\nnaem = 1\n").unwrap();
        let found = check(folder.path()).unwrap();
        assert_eq!(found[0].mistakes.as_ref().unwrap().len(), 2);
        assert!(found[1].mistakes.is_none(), "there is no clocks.toml");
    }
}
