//! The whole reply of a case from its stored draft: template and addition, nothing missing.

use jiff::Timestamp;

use crate::domain::case::Language;
use crate::domain::view::CaseFile;
use crate::i18n::Text;
use crate::problem::{Exit, Problem};
use crate::reply::template::{Audience, Ground, Library, Seller, Unfilled, reply, values};

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// As it would be copied.
    pub text: String,
    /// The language it is written in.
    pub lang: Language,
    /// Whom its template is for; `None` without one.
    pub audience: Option<Audience>,
}

/// The reply of a case as it would be copied, its template from `library`.
///
/// # Errors
/// There is no draft or nothing in it, its template is gone, or a value is still missing ([`Exit::Blocked`], and the
/// values are named).
pub fn reply_of(
    file: &CaseFile,
    library: &Library,
    seller: &Seller,
    now: Timestamp,
) -> Result<Reply, Problem> {
    let Some(draft) = &file.draft else { return Err(nothing(file)) };
    let template = match draft.template.as_deref() {
        Some(name) => Some(&**library.get(name).ok_or_else(|| no_template(name))?),
        None => None,
    };
    let lang = template.map_or_else(|| file.language(), |template| template.lang);
    let mut known = values(file, lang, seller, now);
    known.extend(Ground::of(file, lang, now).all(&draft.values));
    match reply(template, &known, &draft.addition) {
        Ok(text) if text.trim().is_empty() => Err(nothing(file)),
        Ok(text) => Ok(Reply { text, lang, audience: template.map(|template| template.audience) }),
        Err(Unfilled::Missing(missing)) => {
            let names = |at: usize| missing.iter().map(|one| one.label()[at]).collect::<Vec<_>>();
            Err(Problem::new(
                Exit::Blocked,
                [
                    format!("the reply lacks a value: {}", names(0).join(", ")),
                    format!("回复仍缺少内容：{}", names(1).join("、")),
                ],
                [
                    "Open the case in the workbench: F5 asks for it",
                    "请在工作台中打开该客诉：按 F5 会逐一询问",
                ],
            ))
        }
        Err(Unfilled::Broken(problem)) => Err(problem),
    }
}

fn nothing(file: &CaseFile) -> Problem {
    let case = file.summary.id;
    Problem::new(
        Exit::Blocked,
        [format!("case {case} has no reply being written"), format!("客诉 {case} 没有正在撰写的回复")],
        [
            "Write one in the workbench: it is kept as you type",
            Text::NothingToSend.in_lang(crate::i18n::Lang::Zh),
        ],
    )
}

fn no_template(name: &str) -> Problem {
    Problem::new(
        Exit::Blocked,
        [format!("the template `{name}` of the draft is gone"), format!("草稿所用的模板 `{name}` 已不存在")],
        ["Pick another one in the workbench (F2)", "请在工作台中另选模板（F2）"],
    )
}
