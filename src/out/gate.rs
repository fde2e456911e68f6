//! What the reply rules say before a reply leaves as a text or a mail: a rule of level block lets none out without a reason.

use crate::domain::CaseId;
use crate::domain::case::Language;
use crate::domain::order::OrderId;
use crate::domain::view::CaseFile;
use crate::i18n::Lang;
use crate::problem::{Exit, Problem};
use crate::reply::rules::{self, Facts, Finding, Level};

/// Letters of a reply that a finding quotes.
const QUOTED: usize = 60;

/// What the rules object to in the whole reply of a case, `lang` being the language it is written in.
#[must_use]
pub fn findings(file: &CaseFile, text: &str, lang: Language) -> Vec<Finding> {
    rules::check(text, Some(lang), &facts(file))
}

/// What the case says that the rules ask for. Whatever it does not say keeps its rules silent; offers do, too: the reply
/// that makes the booked offer known is no second one.
fn facts(file: &CaseFile) -> Facts {
    let summary = &file.summary;
    Facts {
        channel: Some(summary.channel),
        order_id: summary.order_id.as_deref().and_then(OrderId::parse),
        marketplace: summary.marketplace,
        fulfilment: file.order.as_ref().and_then(|order| order.fulfilment),
        buyer_lang: summary.lang.map(|lang| lang.word().to_owned()),
        buyer_name: summary.buyer_name.clone(),
        ..Facts::default()
    }
}

/// Whether this finding keeps the reply from leaving.
#[must_use]
pub fn blocks(finding: &Finding) -> bool {
    finding.level == Level::Block
}

/// A finding in a line: `L08 "see www.example.com": what is wrong. How to say it`. Quotes the reply: untrusted.
#[must_use]
pub fn line(finding: &Finding, text: &str, lang: Lang) -> String {
    let mut quoted: String = text.chars().skip(finding.range.start).take(finding.range.len()).collect();
    if let Some((cut, _)) = quoted.char_indices().nth(QUOTED) {
        quoted.truncate(cut);
        quoted.push('…');
    }
    let quoted = quoted.split_whitespace().collect::<Vec<_>>().join(" ");
    let (rule, at) = (finding.rule, lang as usize);
    let (message, hint) = (finding.message[at].trim_end_matches(['.', '。']), finding.hint[at]);
    match (lang, quoted.is_empty()) {
        (Lang::En, true) => format!("{rule}: {message}. {hint}"),
        (Lang::En, false) => format!("{rule} \"{quoted}\": {message}. {hint}"),
        (Lang::Zh, true) => format!("{rule}：{message}。{hint}"),
        (Lang::Zh, false) => format!("{rule}“{quoted}”：{message}。{hint}"),
    }
}

/// The ids of the rules that block, each once: `L08, L14`; empty where none does.
#[must_use]
pub fn blocking(findings: &[Finding]) -> String {
    let mut ids: Vec<&str> = findings.iter().filter(|one| blocks(one)).map(|one| one.rule).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join(", ")
}

/// Why the reply of a case does not leave; `None` where no rule blocks it.
#[must_use]
pub fn refusal(findings: &[Finding], case: CaseId) -> Option<Problem> {
    let ids = blocking(findings);
    (!ids.is_empty()).then(|| {
        Problem::new(
            Exit::Blocked,
            [format!("the reply rules block this reply ({ids})"), format!("回复规则不允许发出此回复（{ids}）")],
            [
                format!(
                    "Change it, or let it out with `kesu reply {case} --override REASON`; the history keeps the reason"
                ),
                format!("请修改回复；确需发出时用 `kesu reply {case} --override 理由`，理由会记入历史"),
            ],
        )
    })
}

/// The same where it is all that is said: with what the first rule objects to.
#[must_use]
pub fn refusal_in_full(findings: &[Finding], text: &str, case: CaseId) -> Option<Problem> {
    let first = findings.iter().find(|one| blocks(one))?;
    let mut problem = refusal(findings, case)?;
    for lang in [Lang::En, Lang::Zh] {
        let said = line(first, text, lang);
        let what = &mut problem.what[lang as usize];
        what.push_str(lang.pick(": ", "："));
        what.push_str(said.trim_end_matches(['.', '。']));
    }
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_quoted_on_one_line_and_cut() {
        let text = format!("Hello\nplease look at www.example.com\nor {}", "x".repeat(200));
        let finding = Finding {
            rule: "L08",
            level: Level::Block,
            range: 6..240,
            message: ["a link.", "链接。"],
            hint: ["Leave it out", "请删去"],
            source: [""; 2],
        };
        let said = line(&finding, &text, Lang::En);
        assert!(said.starts_with("L08 \"please look at www.example.com or xxx"), "{said}");
        assert!(said.ends_with("…\": a link. Leave it out") && !said.contains('\n'), "{said}");
        assert!(line(&Finding { range: 9..9, ..finding }, &text, Lang::Zh).starts_with("L08：链接。请删去"));
    }
}
