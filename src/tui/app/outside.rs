//! What leaves the workbench: a copied reply, a reply as a mail, questions to the operator's own commands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line as Words;
use tui_input::Input as Line;
use unicode_normalization::UnicodeNormalization as _;

use super::{App, Dialog, View};
use crate::config::out::{Hooks, Ways};
use crate::domain::buyer::shipped_flags;
use crate::domain::mailbox::Mailbox;
use crate::domain::view::{CaseFile, Summary};
use crate::domain::{CaseId, Channel};
use crate::i18n::Text;
use crate::out::command::{Errand, Failure, Purpose, name};
use crate::out::hook::{HookKind, Question, answer};
use crate::out::outbox::shown;
use crate::problem::Problem;
use crate::reply::history::{TO_MAIL, copied_words};
use crate::tui::clipboard::Route;
use crate::tui::clipboard::ways::Wish;
use crate::tui::job::{Deed, Job, MailOrder};
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::proposal::Proposal;
use crate::tui::widgets::{Context, draw_line, field, popup};

/// Where a written mail lies is said as long.
const MAIL_FADES: SignedDuration = SignedDuration::from_secs(60);

/// The ways out, and what is on them.
#[derive(Debug, Default)]
pub(super) struct Outside {
    ways: Ways,
    hooks: Hooks,
    /// The seller's address by the settings.
    email: Option<String>,
    /// The one that was typed when it was asked for.
    typed: Option<Mailbox>,
    /// Where mails go that the settings send nowhere else.
    folder: Option<PathBuf>,
    /// Number of the last errand.
    number: u64,
    /// Texts on their way to the clipboard, with their cases.
    copies: BTreeMap<u64, (CaseId, String)>,
    /// Mail programs that were asked to open a mail.
    opened: BTreeMap<u64, Vec<String>>,
}

impl Outside {
    /// Takes in the settings.
    pub(super) fn set(&mut self, ways: Ways, hooks: Hooks, email: Option<String>) {
        (self.ways, self.hooks, self.email) = (ways, hooks, email);
    }

    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }
}

impl App {
    /// The workbench with the folder for mails that the settings send nowhere else.
    #[must_use]
    pub fn with_outbox(mut self, folder: Option<PathBuf>) -> Self {
        self.outside.folder = folder;
        self
    }

    /// Does an action of these; `false` where it is none.
    pub(super) fn act_outside(
        &mut self,
        action: Action,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) -> bool {
        let (page, size) = (self.page(), self.size);
        match (&mut self.dialog, action) {
            (Some(Dialog::Proposal(view)), Action::Down) => view.step(1, size),
            (Some(Dialog::Proposal(view)), Action::Up) => view.step(-1, size),
            (Some(Dialog::Proposal(view)), Action::PageDown) => view.step(page, size),
            (Some(Dialog::Proposal(view)), Action::PageUp) => view.step(-page, size),
            (Some(Dialog::Proposal(view)), Action::Back) => {
                effects.extend(view.number().map(Effect::Stop));
                self.dialog = None;
            }
            (Some(Dialog::Proposal(_)), Action::Insert | Action::Replace) => {
                self.take_proposal(action == Action::Replace, now);
            }
            (Some(Dialog::Sender(line)), Action::Accept) => {
                let typed: String = line.value().nfkc().collect();
                match Mailbox::parse(&typed) {
                    Some(mailbox) => {
                        self.outside.typed = Some(mailbox);
                        self.dialog = None;
                        self.mail(now, effects);
                    }
                    None => self.refuse(Text::NoSuchSender),
                }
            }
            (None, Action::Copy) => self.copy(now, effects),
            (None, Action::Mail) => self.mail(now, effects),
            (None, Action::Editor) => self.edit(effects),
            (None, Action::Translate) => self.ask_hook(HookKind::Translate, now, effects),
            (None, Action::Draft) => self.ask_hook(HookKind::Draft, now, effects),
            (None, Action::Check) => self.ask_hook(HookKind::Check, now, effects),
            _ => return false,
        }
        true
    }

    fn edit(&mut self, effects: &mut Vec<Effect<Job>>) {
        // What is handed to the editor is on its way to the disk before the screen is given away.
        self.keep(effects);
        if let Some(compose) = &self.compose {
            let draft = compose.draft();
            effects.push(Effect::Edit(draft.addition.clone()));
            self.out = Some((compose.case(), draft));
        }
    }

    fn copy(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Some(text) = self.whole_reply(Action::Copy, now) else { return };
        self.keep(effects);
        let Some(compose) = &self.compose else { return };
        let number = self.outside.next();
        self.outside.copies.insert(number, (compose.case(), text.clone()));
        let (ways, folder) = (self.outside.ways.clone(), self.outside.folder.clone());
        self.news(|lang| Text::NewsCopying.in_lang(lang).to_owned(), now);
        effects.push(Effect::Copy(Box::new(Wish { number, text, ways, folder })));
    }

    /// A text has gone, or not: only what has gone is an event.
    pub(super) fn copied(
        &mut self,
        number: u64,
        result: Result<Route, Problem>,
        effects: &mut Vec<Effect<Job>>,
    ) {
        let Some((case, text)) = self.outside.copies.remove(&number) else { return };
        match result {
            Ok(route) => {
                if let Some(compose) = self.compose.as_mut().filter(|compose| compose.case() == case) {
                    compose.copied = Some(text);
                }
                effects.push(Effect::Work(Job::Act(Deed::Copied(case, route.name()))));
                self.route = Some(route);
            }
            Err(problem) => self.fail(&problem, false),
        }
    }

    fn mail(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Some(text) = self.whole_reply(Action::Mail, now) else { return };
        self.keep(effects);
        let Some(compose) = &self.compose else { return };
        let outside = &self.outside;
        let Some(folder) = outside.ways.folder.clone().or_else(|| outside.folder.clone()) else {
            return self.refuse(Text::NoOutbox);
        };
        let own = outside.typed.as_ref().map(ToString::to_string).or_else(|| outside.email.clone());
        let order = MailOrder { case: compose.case(), text, own, folder };
        effects.push(Effect::Work(Job::Mail(Box::new(order))));
    }

    /// A mail is written: where it lies is said, and it is opened where the operator wants that.
    pub(super) fn mailed(
        &mut self,
        event: i64,
        path: &Path,
        case: Option<&Summary>,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        self.last_event = event;
        if let Some(case) = case {
            self.queue.update(case);
            effects.push(Effect::Work(Job::Load(case.id, 0)));
        }
        let route = format!("{TO_MAIL}{}", shown(path));
        self.long_news(|lang| copied_words(&route, lang), MAIL_FADES, now);
        self.count(now, effects);
        let mut command = self.outside.ways.open.clone();
        if !command.is_empty() {
            command.push(path.to_string_lossy().into_owned());
            let number = self.outside.next();
            self.outside.opened.insert(number, command.clone());
            effects.push(Effect::Run(Errand {
                number,
                command,
                input: Vec::new(),
                within: std::time::Duration::MAX,
                purpose: Purpose::Open,
            }));
        }
    }

    /// Asks a command of the operator's about the reply, or about the buyer's words in the case.
    fn ask_hook(&mut self, kind: HookKind, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let hook = match kind.of(&self.outside.hooks) {
            Ok(hook) => hook.clone(),
            Err(problem) => return self.fail(&problem, false),
        };
        let number = self.outside.next();
        let flags = self.flags.as_deref().unwrap_or_else(|| shipped_flags());
        let (errand, for_reply) = match (self.view, &self.compose, &self.case) {
            (View::Compose, Some(compose), _) => {
                let (addition, reply) = (compose.addition(), compose.reply().ok());
                let text = match kind {
                    HookKind::Translate | HookKind::Draft => addition.as_str(),
                    HookKind::Check => reply.as_deref().unwrap_or(&addition),
                };
                if kind != HookKind::Draft && text.trim().is_empty() {
                    let empty =
                        if kind == HookKind::Check { Text::NothingToSend } else { Text::NothingTyped };
                    return self.refuse(empty);
                }
                let lang = compose.language();
                let (to, file) = (lang.word(), &*compose.file);
                let draft = reply.as_deref();
                let ui_lang = self.lang;
                let asked =
                    Question { kind, file, flags, text, to, draft, addition: &addition, lang, ui_lang };
                (asked.errand(&hook, number, now), true)
            }
            (View::Case, _, Some(case)) => {
                let (file, ui_lang) = (&*case.file, self.lang);
                let text = buyers_words(file);
                if text.trim().is_empty() {
                    return self.refuse(Text::NothingToTranslate);
                }
                let (lang, to) = (file.language(), ui_lang.word());
                let asked =
                    Question { kind, file, flags, text, to, draft: None, addition: "", lang, ui_lang };
                (asked.errand(&hook, number, now), false)
            }
            _ => return,
        };
        self.keep(effects);
        let program = name(&hook.command);
        let running = Proposal::running(kind, for_reply, number, program, hook.timeout, now);
        self.dialog = Some(Dialog::Proposal(Box::new(running)));
        effects.push(Effect::Run(errand));
    }

    /// A command has ended. Whoever does not wait for it any more hears nothing.
    pub(super) fn ran(&mut self, number: u64, result: Result<Vec<u8>, Failure>, now: Timestamp) {
        if let Some(command) = self.outside.opened.remove(&number) {
            if let Err(failure) = result {
                let remedy = ["The mail is written; open it by hand", "邮件已写好，请手动打开"];
                self.fail(&failure.problem(&name(&command), remedy), false);
            }
            return;
        }
        let Some(Dialog::Proposal(view)) = &mut self.dialog else { return };
        if view.number() != Some(number) {
            return;
        }
        let kind = view.kind;
        let nothing = match result.and_then(answer) {
            Ok(text) if view.answer(&text) => return,
            Ok(_) if kind == HookKind::Check => None,
            Ok(_) => Some(Failure::Nothing),
            Err(failure) => Some(failure),
        };
        self.dialog = None;
        match nothing {
            None => self.news(|lang| Text::NothingRemarked.in_lang(lang).to_owned(), now),
            Some(Failure::Stopped) => {}
            Some(failure) => {
                let hook = kind.of(&self.outside.hooks);
                let program = hook.map(|hook| name(&hook.command)).unwrap_or_default();
                let said = format!("{} ({program})", kind.word());
                self.fail(&failure.problem(&said, ["Your words are unchanged", "您的文字未改动"]), false);
            }
        }
    }

    fn take_proposal(&mut self, replace: bool, now: Timestamp) {
        let Some(Dialog::Proposal(view)) = self.dialog.take() else { return };
        if let (Some(text), Some(compose)) = (view.text(), &mut self.compose) {
            if replace {
                compose.replace(text, now);
            } else {
                compose.insert(text, now);
            }
        }
    }
}

/// The buyer's newest words.
fn buyers_words(file: &CaseFile) -> &str {
    let newest = file.newest_asked();
    let excerpt = file.summary.excerpt.as_str();
    match newest {
        Some(message) if file.summary.channel == Channel::Message || !message.text.is_empty() => {
            &message.text
        }
        _ => excerpt,
    }
}

/// Draws the question for the seller's address.
pub(super) fn view_sender(line: &Line, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, 60, 5, cx.t(Text::SenderTitle));
    if inside.height > 1 {
        field(frame, Rect { height: 1, ..inside }, line, true);
        let note = Rect { y: inside.y + 1, height: 1, ..inside };
        draw_line(frame, note, Words::styled(cx.t(Text::SenderNote), cx.theme.calm()));
    }
}
