//! kesu 客诉: a keyboard-driven terminal workbench for clearing Amazon customer complaints.
//!
//! ```text
//!   mails, reports                              keys, terminal
//!        │                                           │
//!     import ──records──▶ store ◀──jobs── tui::job ◀─ tui ──frames──▶ writer
//!        ▲                  │                          ▲
//!     triage, reply         └──────views──────────────┘
//!        ▲
//!     domain   money · orders · cases · clocks · offers · events (pure: no file, no SQL, the time is an argument)
//! ```
//!
//! # Rooms
//!
//! - [`domain`]: the words of the trade as types, and the rules that need nothing but arguments.
//! - [`triage`]: kind of a complaint, from reason codes and from the buyer's words. [`reply`]: templates, reply rules, and the
//!   language of a text.
//! - [`import`]: bytes to records, recognised by content. It knows no database. [`store`]: the only SQL. It knows no parser.
//! - [`intake`]: the way of a file, path → `import` → `store`, the same for the command and the workbench.
//! - [`shelf`]: the operator's own templates and snippets in the config folder.
//! - [`appeal`]: the folder for Amazon, written from a case and its kept files. [`out`]: the operator's own commands, mails and
//!   files that replies leave by. [`wire`]: the stable JSON of a case.
//! - [`tui`]: the workbench. `tui::keymap` is the one table of keys; `tui::app` the state; `tui::screens` one file a
//!   screen; `tui::editor` a text being written; `tui::job` what is asked of the store; `tui::runtime` the threads and the terminal, and the only user of tokio.
//! - [`cli`]: one file a subcommand, no logic of its own. [`demo`]: invented complaints.
//! - [`problem`]: the one error an operator sees. [`mistake`]: the mistakes in the operator's own files. [`mod@file`]: files written whole or not at all. [`safe_text`]: the only way untrusted text gets out. [`i18n`]: every phrase
//!   in both languages.
//!
//! Imports run one way: `domain` ← `reply`, `triage` ← `import`, `store` ← `intake`, `appeal`, `out`, `wire` ← `tui`, `cli`; `tests/house.rs` reads the sources
//! and fails on a forbidden one.
//!
//! # The way of a key
//!
//! key thread → `Input::Key` → `keymap::action` for the scope on screen (an unbound key is text where text is typed) → the state
//! changes, `Effect`s come back as data → `job::perform` on the thread that owns the store: one transaction, its events
//! appended → `Done` → every screen that shows the case learns it → one frame. Nothing is drawn while nothing changes.
//!
//! # The way of a file
//!
//! path → recognised by content → an iterator of records and row problems → `store::Import`, one transaction over all files,
//! upsert by natural key → tally and items, the same for `kesu import`, `--dry-run` and the import screen.
//!
//! # The way of money
//!
//! dialogue or `kesu offer`, with a key made when it opens → `store::offer`: one transaction checks what the operator saw against what is
//! given now, then appends to the money log (`store::money`), the only place where money moves. A line holds an amount or gives
//! exactly that amount back, once; each is chained to the one before by SHA-256; count and hash of the end stand in `meta`, too. An offer's
//! row holds its words, and its state is a projection of its lines that a trigger keeps. Undo and expiry are lines like
//! any other. What mails and reports prove of an offer ([`domain::offer::proof`]) is computed when it is asked for and stored nowhere: the
//! order of import cannot matter, and the operator's own word stays apart. `store::doctor` checks all of it.
//!
//! # The ways out
//!
//! A copy, a mail program, a command that translates: `App` returns `Effect::Copy` or `Effect::Run`, `tui::runtime::errands` does it on a thread
//! beside the main one and the store's, limited in time ([`out::command`]), and `Input::Copied` or `Input::Ran` comes back. Only what has
//! arrived becomes an event. A reply as a mail is a job of the store, which knows the thread ([`out::letter`], [`out::post`]).
//!
//! # Recipes
//!
//! - *A key*: a row in `tui::keymap`, an arm in `tui::app`. Footer, help, palette and README follow.
//! - *A phrase*: a row in `i18n`; both languages, or it does not compile.
//! - *A template* or *a snippet*: a file in `assets/templates/<lang>/` or `assets/snippets/<lang>/` and its name in
//!   `reply::template`'s table.
//! - *A reply rule*: an entry in `assets/policy/rules.toml`; the words of its concepts in `assets/policy/rules/<lang>.toml`,
//!   all seven.
//! - *What the reply rules should see or leave alone*: a passage in `assets/policy/rules/passages/<lang>.tsv`, a term in
//!   `assets/policy/rules/fields/`, and new weights by the command at the top of `reply::rules::training`.
//! - *A clock*: an entry in `assets/policy/clocks.toml`.
//! - *From when a buyer's history is flagged*: `assets/policy/buyers.toml`. *The numbers of the two ways of a claim*:
//!   `assets/policy/paths.toml`. *How long a reply may be*: `assets/policy/limits.toml`.
//!   *What counts in the order defect rate*: `assets/policy/health.toml`. *How long an offer waits*: `assets/policy/offers.toml`.
//!   *Priors, price lines and rates of others*: `assets/policy/costs.toml`. *From which count on a rate is shown, and what is a
//!   pause*: `assets/policy/report.toml`.
//! - *A page of the report*: a value of `domain::report::Page`, its counting in `domain`, its queries in `store::report`, a `Sheet`
//!   in `tui::job::report`, a file in `tui::screens::report`, an arm in `cli::figures`.
//! - *A part of an offer's cost*: a value of `domain::cost::Part`, its arm in `Ground::of_offer`, its words in `i18n::costs`.
//! - *A way to tell orders apart in the complaint rates*: a value of `domain::rates::Dimension` and its key in `Tally`.
//! - *A carrier or a format of its numbers*: an entry in `assets/policy/carriers.toml`, with an example.
//! - *A step of a playbook*: an entry in `assets/policy/playbooks/`; screen, progress and appeal pack follow.
//! - *A report column*: an alias in `assets/formats/<kind>.toml`.
//! - *A change of the schema*: the next file in `assets/migrations/`, with a test that carries data over.

pub mod appeal;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod file;
pub mod folders;
pub mod i18n;
pub mod import;
pub mod intake;
mod learning;
pub mod mistake;
pub mod out;
pub mod problem;
pub mod reply;
pub mod safe_text;
pub mod shelf;
pub mod store;
pub mod triage;
pub mod tui;
pub mod wire;
