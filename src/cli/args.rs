//! The one table of commands and options: it drives the parser, the help, the man page and the completions.

#![allow(clippy::doc_markdown, reason = "the doc comments are the help text, which has no markdown")]

mod figures;
mod offer;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum, ValueHint};
use jiff::{SignedDuration, Timestamp};

pub use self::figures::{CostTemplate, Costs, Figures, Health};
pub use self::offer::Offer;
use crate::domain::mailbox::Mailbox;
use crate::domain::{CaseId, Marketplace};
use crate::i18n::Lang;

/// The exit codes, as the help and the man page tell them: code, English, Chinese.
pub const EXIT_CODES: [(u8, &str, &str); 7] = [
    (0, "done (an import: something landed or was already there)", "完成（导入：有内容写入，或早已存在）"),
    (1, "failed (an import: nothing could be read)", "失败（导入：没有可读的内容）"),
    (2, "the command line makes no sense", "命令行有误"),
    (3, "no such case", "没有这件客诉"),
    (4, "blocked by a check", "被检查拦下"),
    (5, "the database is busy or from a newer kesu", "数据库正忙，或来自更新的 kesu"),
    (130, "interrupted", "被中断"),
];

/// A keyboard-driven workbench for clearing Amazon customer complaints
///
/// Without a command it opens the workbench. Data goes to stdout, talk to stderr.
#[derive(Debug, Parser)]
#[command(name = "kesu", version, disable_help_subcommand = true)]
pub struct Args {
    /// The database [default: kesu.db in the data folder, see `kesu paths`]
    #[arg(long, global = true, env = "KESU_DB", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub db: Option<PathBuf>,
    /// Language of the interface [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, env = "KESU_LANG", value_name = "LANG", value_parser = ["en", "zh"])]
    pub lang: Option<String>,
    /// When to use colour; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Take this as the present time (RFC 3339), for tests and replays
    #[arg(long, global = true, env = "KESU_NOW", value_name = "TIME", value_parser = time)]
    pub now: Option<Timestamp>,
    /// What to do; without it the workbench opens
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal.
    #[value(help = "on a terminal")]
    Auto,
    /// Even into a pipe.
    #[value(help = "even into a pipe")]
    Always,
    /// Not at all.
    #[value(help = "not at all")]
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read mails, Maildirs, mbox files, reports and folders of them
    ///
    /// Files are recognised by their content. Importing the same thing again changes nothing. All files are one
    /// transaction: when it is interrupted (Ctrl-C), nothing of it remains.
    Import(Import),
    /// List open cases, the most urgent first
    List(List),
    /// Show one case: order, clocks, thread, offers, history
    Show(Show),
    /// Print the reply that is being written, or write it as a mail
    ///
    /// The whole reply as the workbench would copy it: template and addition. Exit code 4 while a value is missing or nothing
    /// is written. An .eml goes to the buyer's relay address and answers his newest mail; it is for your own mail program
    /// and is not sent. Written to a file it is noted in the history as written, never as sent.
    Reply(Reply),
    /// Book an offer on a case, or move one on
    ///
    /// With --kind an offer is booked, with --id and --to one is moved on. The same --key books once: said again with the same
    /// content it answers as before, with other content it is refused. Exit code 4 when a check forbids it: an amount above
    /// what is left of the order, another currency, an invalid tracking number, a sum that changed meanwhile.
    Offer(Box<Offer>),
    /// List what is late or due soon, for cron, prompts and notifiers
    ///
    /// Counts what leads each open case, snoozed ones too. Prints nothing when nothing is due; the exit code is 0 either
    /// way, 1 when the database cannot be read, 2 when the command line makes no sense, 5 when the database is busy.
    Due(Due),
    /// Try kesu on invented cases
    ///
    /// Without --db the workbench opens on a file that is thrown away afterwards. With --db that file is written, if
    /// there is none yet, and the command ends.
    Demo(Demo),
    /// Write the appeal pack of a case: timeline, correspondence, proofs, text for Amazon
    ///
    /// The folder must not be there yet, or be empty. READ-ME-FIRST.txt says what each file is for. Exit code 1 also when
    /// a kept file is missing: the pack is written without it.
    Appeal(Appeal),
    /// Print where the database and the settings are
    Paths(Paths),
    /// Order defect rates from the imported orders, their course and how many orders are left to the line
    ///
    /// Also the orders that can still be saved, the figures of Amazon's account health file, and late responses over 7, 30 and 90 days.
    /// The rules can be changed in health.toml.
    Health(Health),
    /// List the cost table: what SKUs cost and weigh, fees and postage of the sites
    ///
    /// The table is filled by importing files of your own, which begin as --template prints them, and in the workbench. SKUs
    /// without costs come first, those with the most complaints before the others.
    Costs(Costs),
    /// The figures of the report: how cases ended, how long they took, how often orders are complained of
    ///
    /// `outcomes` has the claims that were withdrawn, with and without an offer; `time` the time from first sight to the
    /// reply and to the archive; `rates` complaint rates by category, SKU, price, shipper and route. Rates are of the orders of
    /// so many days up to the last day the imported orders cover.
    Figures(Figures),
    /// Judge messages: kind, and whether each is a complaint
    ///
    /// Reads JSON lines with id, lang, subject and text, and answers each with id, kind and is_complaint. A line that
    /// cannot be read is named and the others go on; the exit code is then 1.
    Classify(Classify),
    /// Judge tracking numbers: valid, plausible, looks like, invalid or unknown
    ///
    /// Names the carriers and the public tracking page. Spaces, hyphens, small and full-width letters do not matter. The
    /// exit code is 4 when a number is invalid: a wrong check digit, or a placeholder. It is 0 otherwise.
    Track(Track),
    /// Check replies against Amazon's rules: what is objected to, and where
    ///
    /// Reads JSON lines with id, lang, text and context (channel, order_id, marketplace, fulfilment, buyer_lang, proactive,
    /// subject; all of it optional), and answers each with id, flags and findings. Places are counted in characters. A fact
    /// that the context lacks makes its rule silent. A line that cannot be read is named and the others go on; the exit
    /// code is then 1.
    Lint(Lint),
    /// Check the database: its structures, the chained logs, the offers and their sums
    ///
    /// Says what is wrong, where, and what to do, and changes nothing. The exit code is 0 when all is well, 1 when something
    /// is wrong, 3 when there is no database. Keep the end of the money log that it names: a log that is cut off later
    /// and mended is told by it.
    Doctor(Doctor),
    /// Check the files in the config folder
    ///
    /// Names file, line and column of every mistake in config.toml, clocks.toml, playbooks.toml,
    /// carriers.toml, health.toml, offers.toml, costs.toml and report.toml. The exit code is 4 when there is one.
    Config(Config),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Options of `import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// Say what would happen and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The site of reports that do not name one: US, DE, JP …
    #[arg(long, value_name = "XX", value_parser = site)]
    pub marketplace: Option<Marketplace>,
    /// Read tables by this column map (TOML)
    #[arg(long, value_name = "MAP.toml", value_hint = ValueHint::FilePath)]
    pub map: Option<PathBuf>,
    /// One JSON object for each mail or report, one a line
    #[arg(long)]
    pub json: bool,
    /// Files and folders; `-` reads one file from standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
}

/// Options of `list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Words that must all occur in number, order, SKU, buyer, site, channel, kind or text
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Archived cases too
    #[arg(long)]
    pub archived: bool,
    /// One JSON object a case, one a line
    #[arg(long)]
    pub json: bool,
}

/// Options of `show`.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Number of the case
    #[arg(value_name = "CASE", value_parser = case)]
    pub case: CaseId,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// Options of `reply`.
#[derive(Debug, clap::Args)]
pub struct Reply {
    /// Number of the case
    #[arg(value_name = "CASE", value_parser = case)]
    pub case: CaseId,
    /// As a mail to the buyer's relay address
    #[arg(long)]
    pub eml: bool,
    /// As plain text; so it is without --eml, too
    #[arg(long, conflicts_with = "eml")]
    pub text: bool,
    /// The new file to write; `-` is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Your address at Amazon, in place of the one that the mails of the case or the settings say
    #[arg(long, value_name = "ADDRESS", value_parser = mailbox, requires = "eml")]
    pub from: Option<Mailbox>,
    /// Let it out though a reply rule blocks it; the history keeps the reason
    #[arg(long = "override", value_name = "REASON", value_parser = reason)]
    pub despite: Option<String>,
}

/// Options of `doctor`.
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// Options of `due`.
#[derive(Debug, clap::Args)]
pub struct Due {
    /// How far to look ahead: 90m, 4h, 2d
    #[arg(long, value_name = "TIME", default_value = "4h", value_parser = length)]
    pub within: SignedDuration,
    /// One JSON object a case, one a line
    #[arg(long)]
    pub json: bool,
}

/// Options of `demo`.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// How many cases to invent, one in ten open [default: 300]
    #[arg(long, value_name = "N")]
    pub cases: Option<u64>,
    /// The same seed invents the same cases
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// Options of `appeal`.
#[derive(Debug, clap::Args)]
pub struct Appeal {
    /// Number of the case
    #[arg(value_name = "CASE", value_parser = case)]
    pub case: CaseId,
    /// The folder to write
    #[arg(short, long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
}

/// Options of `paths`.
#[derive(Debug, clap::Args)]
pub struct Paths {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// Options of `classify`.
#[derive(Debug, clap::Args)]
pub struct Classify {
    /// Files of JSON lines; none or `-` reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub paths: Vec<PathBuf>,
}

/// Options of `track`.
#[derive(Debug, clap::Args)]
pub struct Track {
    /// The site the order was placed on: its usual carriers are named first
    #[arg(long, value_name = "XX", value_parser = site)]
    pub marketplace: Option<Marketplace>,
    /// One JSON object a number, one a line
    #[arg(long)]
    pub json: bool,
    /// The numbers, each in quotes where it has spaces; `-` reads them from standard input, one a line
    #[arg(required = true, value_name = "NUMBER")]
    pub numbers: Vec<String>,
}

/// Options of `lint`.
#[derive(Debug, clap::Args)]
pub struct Lint {
    /// Files of JSON lines; none or `-` reads standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub paths: Vec<PathBuf>,
}

/// Options of `config`.
#[derive(Debug, clap::Args)]
pub struct Config {
    /// `check`: read every file and say what is wrong
    #[arg(value_name = "WHAT")]
    pub what: ConfigWhat,
    /// One JSON object for each mistake, one a line
    #[arg(long)]
    pub json: bool,
}

/// What `config` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigWhat {
    /// Read every file and say what is wrong.
    #[value(help = "read every file and say what is wrong")]
    Check,
}

/// Options of `completions`.
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write the time like 2026-10-05T09:00:00Z".to_owned())
}

fn site(text: &str) -> Result<Marketplace, String> {
    Marketplace::parse(text).ok_or_else(|| {
        let known: Vec<_> = Marketplace::ALL.iter().map(|site| site.code()).collect();
        format!("known sites are {}", known.join(", "))
    })
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("write one of {}", words.collect::<Vec<_>>().join(", "))
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    Mailbox::parse(text).ok_or_else(|| "write a plain address like shop@example.com".to_owned())
}

fn reason(text: &str) -> Result<String, String> {
    let reason = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() { Err("say why, in a few words".to_owned()) } else { Ok(reason) }
}

fn case(text: &str) -> Result<CaseId, String> {
    let number = text.trim_start_matches('#').parse().ok().filter(|number| *number > 0);
    number.map(CaseId).ok_or_else(|| "a case is a number, as `kesu list` shows it".to_owned())
}

/// Reads `90m`, `4h`, `1d12h`, `2w` or `30s`.
fn length(text: &str) -> Result<SignedDuration, String> {
    let wrong = || "write a length of time like 90m, 4h or 2d".to_owned();
    let (mut seconds, mut rest) = (0_i64, text.trim());
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let amount: i64 = rest[..digits].parse().map_err(|_| wrong())?;
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[digits..digits + letters] {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(wrong()),
        };
        seconds = amount.checked_mul(unit).and_then(|more| seconds.checked_add(more)).ok_or_else(wrong)?;
        rest = rest[digits + letters..].trim_start();
    }
    // A hundred years is as good as for ever and keeps every sum with it within the calendar.
    let sensible = !text.trim().is_empty() && seconds <= 100 * 366 * 86_400;
    sensible.then(|| SignedDuration::from_secs(seconds)).ok_or_else(wrong)
}

/// The language the environment asks for: the first of these that is set decides, as POSIX has it.
#[must_use]
pub fn lang_of_environment(read: impl Fn(&str) -> Option<String>) -> Lang {
    let wish = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(read).find(|value| !value.is_empty());
    if wish.is_some_and(|wish| wish.to_ascii_lowercase().starts_with("zh")) { Lang::Zh } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_table_of_commands_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn lengths_of_time_are_written_as_people_write_them() {
        assert_eq!(length("4h").unwrap(), SignedDuration::from_hours(4));
        assert_eq!(length("1d 12h").unwrap(), SignedDuration::from_hours(36));
        assert_eq!(length("90m").unwrap(), SignedDuration::from_mins(90));
        for wrong in ["", "4", "h", "4x", "-4h", "99999999999999999h", "4h4", "é"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let of = |values: &'static [(&str, &str)]| {
            lang_of_environment(move |name| {
                values.iter().find(|row| row.0 == name).map(|row| row.1.to_owned())
            })
        };
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(of(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]), Lang::En);
        assert_eq!(of(&[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")]), Lang::Zh);
        assert_eq!(of(&[]), Lang::En);
    }
}
