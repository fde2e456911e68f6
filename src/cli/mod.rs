//! The command line: one file a subcommand, none with logic of its own.
//!
//! Data goes to stdout, talk to stderr. A reader that leaves early (`| head`) ends a command quietly.

mod appeal;
pub mod args;
mod classify;
mod costs;
mod demo;
mod doctor;
mod figures;
mod health;
mod help;
mod import;
mod lines;
mod lint;
mod list;
mod offer;
mod out;
mod papers;
mod rates;
mod reply;
mod show;
mod table;
mod track;

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use clap::parser::ValueSource;
use jiff::Timestamp;

use self::args::{Args, Colour, Command};
use self::out::Stop;
use crate::config;
use crate::domain::clock::Policy;
use crate::domain::cost::policy::CostPolicy;
use crate::domain::health::policy::{HealthPolicy, shipped_health};
use crate::domain::offer::policy::{OfferPolicy, shipped_offers};
use crate::domain::report::policy::{ReportPolicy, shipped_report};
use crate::domain::tracking::Carriers;
use crate::folders::Folders;
use crate::i18n::{Lang, Text};
use crate::problem::{Exit, Problem};
use crate::safe_text;
use crate::store::Store;
use crate::tui;
use crate::tui::runtime::require_terminal;

/// What every command needs to know, and where its lines go.
struct Session<'out> {
    /// The database that was named, by option or environment.
    named: Option<PathBuf>,
    /// It was named on the command line: `demo` writes only to such a file.
    named_here: bool,
    lang: Lang,
    colour: bool,
    now: Timestamp,
    /// The time was given: it stands still.
    fixed: bool,
    out: RefCell<Box<dyn Write + 'out>>,
}

impl Session<'_> {
    /// A phrase in the language of the interface.
    fn t(&self, text: impl Into<Text>) -> &'static str {
        text.into().in_lang(self.lang)
    }

    /// The database to use.
    fn db(&self) -> Result<PathBuf, Problem> {
        self.named.clone().map_or_else(|| Ok(Folders::find()?.database()), Ok)
    }

    /// The database, made if there is none yet.
    fn writing(&self) -> Result<Store, Problem> {
        let mut store = Store::open(&self.db()?, self.policy()?)?.with_carriers(self.carriers());
        store.use_health(self.health_policy()?)?;
        store.use_offers(self.offer_policy()?);
        Ok(store)
    }

    /// The database for reading: where there is none, an empty one that leaves no file behind.
    fn reading(&self) -> Result<Store, Problem> {
        let path = self.db()?;
        if self::is_missing(&path) {
            let shown = table::safe(&path.to_string_lossy());
            self.tell(&match self.lang {
                Lang::En => format!("no database yet at {shown}: `kesu import` makes it"),
                Lang::Zh => format!("{shown} 还没有数据库：`kesu import` 会创建它"),
            });
            return Store::in_memory(self.policy()?);
        }
        let mut store = Store::open(&path, self.policy()?)?.with_carriers(self.carriers());
        store.use_offers(self.offer_policy()?);
        if let Some(policy) = self.cost_policy() {
            store.use_costs(policy);
        }
        Ok(store)
    }

    /// The clock policy with the operator's own clocks; a mistake in them is told, and the command goes on without.
    fn policy(&self) -> Result<Policy, Problem> {
        let (policy, problem) = own_policy()?;
        if let Some(problem) = problem {
            self.tell(&format!("kesu: {}", problem.say(self.lang)));
        }
        Ok(policy)
    }

    /// The carriers with the operator's own; a mistake in them is told, and those that ship count alone.
    fn carriers(&self) -> Option<Carriers> {
        let folder = Folders::find().ok()?.config;
        config::carriers(&folder).unwrap_or_else(|problem| {
            self.tell(&format!("kesu: {}", problem.say(self.lang)));
            None
        })
    }

    /// The rules of account health with the operator's own; a mistake in them is told, and those that ship are used.
    fn health_policy(&self) -> Result<HealthPolicy, Problem> {
        if let Ok(folders) = Folders::find() {
            match config::health(&folders.config) {
                Ok(policy) => return Ok(policy),
                Err(problem) => self.tell(&format!("kesu: {}", problem.say(self.lang))),
            }
        }
        shipped_health()
    }

    /// The rules of offers with the operator's own; a mistake in them is told, and those that ship are used.
    fn offer_policy(&self) -> Result<OfferPolicy, Problem> {
        if let Ok(folders) = Folders::find() {
            match config::offers(&folders.config) {
                Ok(policy) => return Ok(policy),
                Err(problem) => self.tell(&format!("kesu: {}", problem.say(self.lang))),
            }
        }
        shipped_offers()
    }

    /// The policy of costs with the operator's own; a mistake in them is told, and what ships is used.
    fn cost_policy(&self) -> Option<CostPolicy> {
        let folder = Folders::find().ok()?.config;
        config::costs(&folder).map_err(|problem| self.tell(&format!("kesu: {}", problem.say(self.lang)))).ok()
    }

    /// The rules of the report with the operator's own; a mistake in them is told, and those that ship are used.
    fn report_policy(&self) -> Result<ReportPolicy, Problem> {
        if let Ok(folders) = Folders::find() {
            match config::report(&folders.config) {
                Ok(policy) => return Ok(policy),
                Err(problem) => self.tell(&format!("kesu: {}", problem.say(self.lang))),
            }
        }
        shipped_report()
    }

    /// Talk for people: to stderr, harmless.
    #[allow(clippy::unused_self, reason = "beside `out`, the one other way lines leave a command")]
    fn tell(&self, text: &str) {
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(std::io::stderr(), "{}", safe_text::block(text));
    }

    /// Cells of the terminal that stdout is; `None` into a file or pipe, where nothing is cut.
    #[allow(clippy::unused_self, reason = "the width belongs to where the session writes")]
    fn width(&self) -> Option<usize> {
        let terminal = std::io::stdout().is_terminal().then(tui::runtime::size)?;
        Some(usize::from(terminal.width)).filter(|width| *width > 0)
    }
}

/// The clock policy, and what is wrong with the operator's own clocks.
fn own_policy() -> Result<(Policy, Option<Problem>), Problem> {
    config::policy(Folders::find().ok().map(|folders| folders.config).as_deref())
}

/// No file, or one of no bytes, as a shell's `>` or a full disk leaves it.
fn is_missing(path: &std::path::Path) -> bool {
    match std::fs::metadata(path) {
        Ok(found) => found.is_file() && found.len() == 0,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// Runs the program with these arguments, `now` being the present time unless they name another.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>, now: Timestamp) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = wished_lang(&args);
    let parsed = help::command(lang).try_get_matches_from(args).and_then(|matches| {
        let named_here = matches
            .subcommand()
            .is_some_and(|(_, sub)| sub.value_source("db") == Some(ValueSource::CommandLine));
        Args::from_arg_matches(&matches).map(|args| (args, named_here))
    });
    let (args, named_here) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error, lang),
    };
    let mut session = Session {
        named: args.db.clone().filter(|path| !path.as_os_str().is_empty()),
        named_here,
        lang,
        colour: colour(args.color),
        now: args.now.unwrap_or(now),
        fixed: args.now.is_some(),
        out: RefCell::new(Box::new(BufWriter::new(std::io::stdout().lock()))),
    };
    match run(&mut session, &args) {
        Ok(code) => code,
        Err(Stop::Unread) => ExitCode::SUCCESS,
        Err(Stop::Problem(problem)) => {
            session.tell(&format!("kesu: {}", problem.say(lang)));
            ExitCode::from(problem.exit as u8)
        }
    }
}

fn run(session: &mut Session<'_>, args: &Args) -> Result<ExitCode, Stop> {
    let Some(command) = &args.command else {
        return workbench(session);
    };
    match command {
        Command::Import(args) => return import::import(session, args),
        Command::Demo(args) => return demo::demo(session, args),
        Command::Classify(args) => return classify::classify(session, args),
        Command::Lint(args) => return lint::lint(session, args),
        Command::List(args) => list::list(session, args)?,
        Command::Show(args) => show::show(session, args)?,
        Command::Reply(args) => reply::reply(session, args)?,
        Command::Offer(args) => offer::offer(session, args)?,
        Command::Doctor(args) => return doctor::doctor(session, args),
        Command::Due(args) => list::due(session, args)?,
        Command::Health(args) => health::health(session, args)?,
        Command::Costs(args) => costs::costs(session, args)?,
        Command::Figures(args) => figures::figures(session, args)?,
        Command::Appeal(args) => appeal::appeal(session, args)?,
        Command::Paths(args) => papers::paths(session, args)?,
        Command::Completions(args) => papers::completions(session, args)?,
        Command::Track(args) => return track::track(session, args),
        Command::Config(args) => return papers::config(session, args),
        Command::Man => papers::man(session)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the workbench on the operator's own file.
fn workbench(session: &Session<'_>) -> Result<ExitCode, Stop> {
    require_terminal()?;
    let path = session.db()?;
    open_workbench(session, &path)
}

/// Opens the workbench on a file; the time stands still where `--now` says so.
fn open_workbench(session: &Session<'_>, path: &std::path::Path) -> Result<ExitCode, Stop> {
    let (policy, problem) = own_policy()?;
    let store = Store::open(path, policy.clone())?;
    let options = tui::Options {
        lang: session.lang,
        colour: session.colour,
        policy,
        problem,
        data: path.to_owned(),
        now: session.fixed.then_some(session.now),
    };
    let ending = tui::run(store, options)?;
    Ok(ExitCode::from(ending.code()))
}

/// What clap has to say: help and version to stdout, a wrong command line to stderr with exit code 2.
fn usage(error: &clap::Error, lang: Lang) -> ExitCode {
    let mut text = error.render().to_string();
    if error.use_stderr() && lang == Lang::Zh {
        // The error itself is the parser's; what to do about it is said in the operator's language.
        text = text
            .replace("For more information, try '--help'.", "更多信息请加 --help 查看。")
            .replace("\nUsage: ", "\n用法：");
    }
    if error.use_stderr() {
        // The text quotes what was typed or expanded, such as a file name with escapes in it.
        let _ = write!(std::io::stderr(), "{}", safe_text::block(&text));
        return ExitCode::from(Exit::Usage as u8);
    }
    let _ = write!(std::io::stdout(), "{text}");
    ExitCode::SUCCESS
}

/// The language asked for, found before the arguments are parsed: the help is in it too.
fn wished_lang(args: &[OsString]) -> Lang {
    let said = args.iter().enumerate().find_map(|(at, arg)| {
        let arg = arg.to_str()?;
        let next = || args.get(at + 1).and_then(|next| next.to_str());
        if arg == "--lang" { next() } else { arg.strip_prefix("--lang=") }
    });
    let environment = |name: &str| std::env::var(name).ok();
    said.map(ToOwned::to_owned)
        .or_else(|| environment("KESU_LANG"))
        .and_then(|word| Lang::parse(&word))
        .unwrap_or_else(|| args::lang_of_environment(environment))
}

fn colour(wish: Colour) -> bool {
    match wish {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !refused && std::io::stdout().is_terminal()
        }
    }
}
