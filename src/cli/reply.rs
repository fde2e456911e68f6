//! `kesu reply`: the whole reply that is being written, as text or as a mail.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::Session;
use super::args::Reply;
use super::out::Stop;
use crate::config::{Config, FILE};
use crate::domain::CaseId;
use crate::folders::Folders;
use crate::i18n::Lang;
use crate::out::letter::Letter;
use crate::out::{outbox, post, whole};
use crate::problem::{Exit, Problem};
use crate::reply::review::{Objection, facts, fingerprint, review, standing};
use crate::reply::template::Library;
use crate::safe_text;
use crate::shelf::Shelf;
use crate::store::Store;

/// Letters of a reply that an objection quotes.
const QUOTED: usize = 60;

/// The whole reply, and the case that stands for the one that was named.
struct Whole {
    case: CaseId,
    text: String,
}

/// `kesu reply CASE`.
pub(super) fn reply(session: &mut Session<'_>, args: &Reply) -> Result<(), Stop> {
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    // A mail in a file is on its way out: that is an event, and so is a rule that was overruled. What is only printed is none.
    let noted = args.eml && file.is_some() || args.despite.is_some();
    let mut store = if noted { session.writing()? } else { session.reading()? };
    let own = Own::read(session);
    let whole = whole_reply(session, &mut store, args, &own)?;
    if !args.eml {
        let text = format!("{}\n", whole.text.trim_end_matches('\n'));
        return match file {
            Some(path) => Ok(outbox::write_new(path, text.as_bytes())?),
            None => print(session, safe_text::for_output(&text).as_str().as_bytes()),
        };
    }
    let settings = own.config.store.email.as_deref();
    let letter = post::answer(&store, whole.case, &whole.text, args.from.as_ref(), settings, session.now)?;
    let letter = letter.ok_or_else(no_sender)?;
    match file {
        Some(path) => Ok(post::write(&mut store, whole.case, &letter, path, session.now)?),
        None => print_mail(session, &letter),
    }
}

fn print_mail(session: &Session<'_>, letter: &Letter) -> Result<(), Stop> {
    print(session, &letter.bytes())
}

fn print(session: &Session<'_>, bytes: &[u8]) -> Result<(), Stop> {
    let mut out = session.out.borrow_mut();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// The reply, unless something stops it and it was not overruled, here or in the workbench. What is said against it is told.
fn whole_reply(session: &Session<'_>, store: &mut Store, args: &Reply, own: &Own) -> Result<Whole, Problem> {
    let id = args.case;
    let mut file = store.case(id, session.now)?.ok_or_else(|| {
        Problem::new(
            Exit::NotFound,
            [format!("no case {id}"), format!("没有客诉 {id}")],
            ["`kesu list --archived` shows them all", "用 `kesu list --archived` 查看全部客诉"],
        )
    })?;
    let case = file.summary.id;
    if let Some(draft) = store.waiting_draft(case) {
        file.draft = Some(draft);
    }
    let seller = own.config.store.seller();
    let whole::Reply { text, lang, audience } = whole::reply_of(&file, &own.templates, &seller, session.now)?;
    let objections = review(&text, lang, &facts(&file, lang, audience, &seller), store.carriers());
    for objection in &objections {
        session.tell(&line(objection, &text, session.lang));
    }
    let rules = standing(&objections, &file.events, &text);
    match &args.despite {
        _ if rules.is_empty() => {}
        None => return Err(refusal(&rules.join(", "), case)),
        Some(reason) => {
            store.overrule(case, &rules, reason, &fingerprint(&text), session.now)?;
            let rules = rules.join(", ");
            session.tell(
                match session.lang {
                    Lang::En => format!("let out all the same ({rules}); the history keeps the reason"),
                    Lang::Zh => format!("仍予发出（{rules}）；理由已记入历史"),
                }
                .as_str(),
            );
        }
    }
    Ok(Whole { case, text })
}

/// An objection in a line: `L08 "see www.example.com": what is wrong. How to say it`. Quotes the reply: untrusted.
fn line(objection: &Objection, text: &str, lang: Lang) -> String {
    let quoted = text.get(objection.range.clone()).unwrap_or_default();
    let mut quoted = quoted.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = quoted.char_indices().nth(QUOTED) {
        quoted.truncate(cut);
        quoted.push('…');
    }
    let (rule, at) = (objection.rule, lang as usize);
    let (message, hint) = (objection.message[at].trim_end_matches(['.', '。']), &objection.hint[at]);
    match (lang, quoted.is_empty()) {
        (Lang::En, true) => format!("{rule}: {message}. {hint}"),
        (Lang::En, false) => format!("{rule} \"{quoted}\": {message}. {hint}"),
        (Lang::Zh, true) => format!("{rule}：{message}。{hint}"),
        (Lang::Zh, false) => format!("{rule}“{quoted}”：{message}。{hint}"),
    }
}

/// Why the reply of a case does not leave.
fn refusal(rules: &str, case: CaseId) -> Problem {
    Problem::new(
        Exit::Blocked,
        [
            format!("the reply rules block this reply ({rules})"),
            format!("回复规则不允许发出此回复（{rules}）"),
        ],
        [
            format!(
                "Change it, or let it out with `kesu reply {case} --override REASON`; the history keeps the reason"
            ),
            format!("请修改回复；确需发出时用 `kesu reply {case} --override 理由`，理由会记入历史"),
        ],
    )
}

/// What the operator has set and written.
struct Own {
    config: Config,
    templates: Arc<Library>,
}

impl Own {
    /// Reads it; a mistake in it is told and does not stop the command.
    fn read(session: &Session<'_>) -> Self {
        let tell = |problem: &Problem| session.tell(&format!("kesu: {}", problem.say(session.lang)));
        let Ok(folders) = Folders::find().inspect_err(tell) else {
            return Self { config: Config::default(), templates: Arc::clone(Library::shipped()) };
        };
        let config = Config::read(&folders.config.join(FILE)).inspect_err(tell).unwrap_or_default();
        let shelf = Shelf::read(&folders.config);
        if let Some(problem) = shelf.problem(&folders.config) {
            tell(&problem);
        }
        Self { config, templates: shelf.templates }
    }
}

fn no_sender() -> Problem {
    Problem::new(
        Exit::Blocked,
        [
            "no mail of the case shows the address Amazon knows you by",
            "该客诉的邮件中没有亚马逊所登记的您的邮箱地址",
        ],
        [
            "Name it with --from, or in config.toml: [store] email",
            "请用 --from 指定，或在 config.toml 中设置 [store] email",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::rules::Level;

    #[test]
    fn an_objection_is_quoted_on_one_line_and_cut() {
        let text = format!("Hello\nplease look at www.example.com\nor {}", "x".repeat(200));
        let objection = Objection {
            rule: "L08",
            level: Level::Block,
            range: 6..240,
            message: ["a link.".into(), "链接。".into()],
            hint: ["Leave it out".into(), "请删去".into()],
            source: [""; 2],
        };
        let said = line(&objection, &text, Lang::En);
        assert!(said.starts_with("L08 \"please look at www.example.com or xxx"), "{said}");
        assert!(said.ends_with("…\": a link. Leave it out") && !said.contains('\n'), "{said}");
        assert!(
            line(&Objection { range: 9..9, ..objection }, &text, Lang::Zh).starts_with("L08：链接。请删去")
        );
    }
}
