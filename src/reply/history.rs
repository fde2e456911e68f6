//! The history in words: what each event, and the source of each clock, says to an operator, on the screen and on the command line.

use super::template::Library;
use crate::domain::clock::Side;
use crate::domain::event::Deed;
use crate::domain::evidence::Evidence;
use crate::domain::playbook::Playbook;
use crate::domain::record::{Notice, ReportKind};
use crate::domain::view::ClockView;
use crate::i18n::{Lang, Text};

/// How the route of a copy begins that went to a file; its path follows.
pub const TO_FILE: &str = "file: ";
/// The same of a reply that was written as a mail.
pub const TO_MAIL: &str = "eml: ";

/// What the line says that names how a reply was copied.
#[must_use]
pub fn copied_words(route: &str, lang: Lang) -> String {
    if let Some(path) = route.strip_prefix(TO_FILE) {
        return format!("{}{path}", lang.pick("copied to the file ", "已复制到文件 "));
    }
    if let Some(path) = route.strip_prefix(TO_MAIL) {
        return format!("{}{path}", lang.pick("mail written, not sent: ", "邮件已写好（尚未发送）："));
    }
    format!("{} {route}", Text::NewsCopied.in_lang(lang))
}

/// One event in words.
#[must_use]
pub fn deed_words(deed: &Deed, lang: Lang) -> String {
    let t = |text: Text| text.in_lang(lang);
    let pick = |en, zh| lang.pick(en, zh).to_owned();
    match deed {
        Deed::Opened => pick("opened", "新开"),
        Deed::Received { notice, .. } => {
            Notice::parse(notice).map_or_else(|| notice.clone(), |notice| t(notice.into()).to_owned())
        }
        Deed::Reported { report } => {
            let name = ReportKind::parse(report).map_or(report.as_str(), |kind| t(kind.into()));
            format!("{}{name}", lang.pick("report row: ", "报表记录："))
        }
        Deed::Reopened => pick("re-opened by a new mail", "新邮件使其重新打开"),
        Deed::KindSet { from, to } => format!("{} → {}", t((*from).into()), t((*to).into())),
        Deed::Judged { complaint } => t(Text::judged(*complaint)).to_owned(),
        Deed::Copied { route } => copied_words(route, lang),
        Deed::Sent { template, .. } => match template {
            Some(name) => format!("{} · {}", t(Text::SentMark), template_title(name, lang)),
            None => t(Text::SentMark).to_owned(),
        },
        Deed::Overruled { rules, reason, .. } => {
            let (said, colon) = (lang.pick("overruled", "不理会"), lang.pick(": ", "："));
            format!("{said} {}{colon}{reason}", rules.join(", "))
        }
        Deed::NoReplyNeeded => t(Text::NewsNoReply).to_owned(),
        Deed::Offered { kind, amount, reason, .. } => {
            let amount = amount.as_ref().map(|amount| format!(" {amount}")).unwrap_or_default();
            let why = lang.pick(" · invalid no. kept: ", " · 保留无效运单号：");
            let reason = reason.as_ref().map(|reason| format!("{why}{reason}")).unwrap_or_default();
            format!("{}{}{amount}{reason}", lang.pick("offer booked: ", "补偿已登记："), t((*kind).into()))
        }
        Deed::OfferMoved { offer, kind, to, amount, reason, .. } => {
            let amount = amount.as_ref().map(|amount| format!(" {amount}")).unwrap_or_default();
            let why = lang.pick(" · invalid no. kept: ", " · 保留无效运单号：");
            let reason = reason.as_ref().map(|reason| format!("{why}{reason}")).unwrap_or_default();
            let (colon, what) = (lang.pick(": ", "："), t((*kind).into()));
            format!("{} {offer} {what}{colon}{}{amount}{reason}", lang.pick("offer", "补偿"), t((*to).into()))
        }
        Deed::Archived { outcome, cause } => {
            let cause = cause.map(|cause| format!(" · {}", t(cause.into()))).unwrap_or_default();
            format!("{}{}{cause}", lang.pick("archived: ", "已归档："), t((*outcome).into()))
        }
        Deed::OutcomeNoted { outcome } => {
            format!("{}{}", lang.pick("outcome noted: ", "结果已记："), t((*outcome).into()))
        }
        Deed::SkuNoted { sku } => format!("{}{sku}", lang.pick("SKU note saved: ", "SKU 备注已保存：")),
        Deed::SkuCosted { sku } => format!("{}{sku}", lang.pick("cost saved: ", "成本已保存：")),
        Deed::SiteCosted { site } => {
            format!("{}{site}", lang.pick("fees and postage saved: ", "费用与运费已保存："))
        }
        Deed::StageSet { to, .. } => {
            let to = to.map_or(lang.pick("as the order says", "以订单为准"), |to| t(to.into()));
            format!("{}{to}", lang.pick("stage set to ", "阶段改为"))
        }
        Deed::CategorySet { to } => {
            let to = to.map_or(lang.pick("as its name says", "以品名为准"), |to| t(to.into()));
            format!("{}{to}", lang.pick("category set to ", "类目改为"))
        }
        Deed::StepDone { step, .. } => format!("✓ {}", step_words(step, lang)),
        Deed::StepReopened { step, .. } => {
            format!("{}{}", lang.pick("tick taken off: ", "取消勾选："), step_words(step, lang))
        }
        Deed::Noted { step, .. } => {
            format!("{}{}", lang.pick("note added · ", "添加备注 · "), step_words(step, lang))
        }
        Deed::Attached { step, name, .. } => {
            format!("{}{name} · {}", lang.pick("file kept: ", "保存附件："), step_words(step, lang))
        }
        Deed::Packed { folder } => format!("{}{folder}", lang.pick("appeal pack: ", "申诉材料：")),
        Deed::Waiting { whom: Some(Side::Buyer) } => t(Text::WaitForBuyer).to_owned(),
        Deed::Waiting { whom: Some(Side::Carrier) } => t(Text::WaitForCarrier).to_owned(),
        Deed::Waiting { whom: None } => t(Text::WaitForNobody).to_owned(),
        Deed::Snoozed { until: Some(until), .. } => {
            format!("{} {}", t(Text::SnoozedUntil), until.strftime("%Y-%m-%d %H:%M UTC"))
        }
        Deed::Snoozed { until: None, any_mail } => {
            let until = t(if *any_mail { Text::SnoozeMail } else { Text::SnoozeBuyer });
            format!("{} {until}", t(Text::NewsSnoozed))
        }
        Deed::Woken => t(Text::NewsWoken).to_owned(),
        Deed::Imported { .. } => t(Text::ImportDone).to_owned(),
        Deed::Undone { event } => format!("{} #{event}", t(Text::NewsUndone)),
    }
}

/// A step in a few words; one that is not in the playbook that ships keeps its id.
#[must_use]
pub fn step_words(step: &str, lang: Lang) -> String {
    Playbook::shipped()
        .step(step)
        .map_or_else(|| step.to_owned(), |step| bare(&step.next[lang as usize]).to_owned())
}

/// A phrase without the key in brackets at its end: `make an offer (o)`.
#[must_use]
pub fn bare(phrase: &str) -> &str {
    match phrase.rfind(['(', '（']) {
        Some(at) if phrase.ends_with([')', '）']) => phrase[..at].trim_end(),
        _ => phrase,
    }
}

/// One piece of evidence in a line: `pod.png · DHL 0034… · carrier's own site · signed by a neighbour`. Untrusted.
#[must_use]
pub fn evidence_words(each: &Evidence, lang: Lang) -> String {
    let parcel: Vec<&str> = [each.carrier.as_deref(), each.number.as_deref()].into_iter().flatten().collect();
    let parcel = parcel.join(" ");
    let origin = each.origin.map(|origin| Text::from(origin).in_lang(lang));
    let file = each.file.as_ref().map(|file| file.name.as_str());
    let parts = [file, Some(parcel.as_str()), origin, each.note.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// Where a deadline comes from: the mail, where it states one, else the page.
#[must_use]
pub fn clock_source(clock: &ClockView, lang: Lang) -> String {
    let source = &clock.source[lang as usize];
    match (clock.stated, lang) {
        (false, _) => source.clone(),
        (true, Lang::En) => format!("{} ({source})", Text::StatedInMail.in_lang(lang)),
        (true, Lang::Zh) => format!("{}（{source}）", Text::StatedInMail.in_lang(lang)),
    }
}

/// The title of a template, with its language; a template that is gone keeps its name.
fn template_title(name: &str, lang: Lang) -> String {
    Library::shipped().get(name).map_or_else(
        || name.to_owned(),
        |template| format!("{} ({})", template.title[lang as usize], template.lang.word()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_history_names_reports_and_templates_in_chinese() {
        for kind in ReportKind::ALL {
            let said = deed_words(&Deed::Reported { report: kind.word().to_owned() }, Lang::Zh);
            assert!(!said.contains(kind.word()), "{said}");
        }
        for template in Library::shipped().all() {
            let sent =
                |name: &str| Deed::Sent { text: String::new(), template: Some(name.into()), lang: None };
            let said = deed_words(&sent(&template.name), Lang::Zh);
            assert!(said.contains(&template.title[1]) && !said.contains(&template.name), "{said}");
            assert!(deed_words(&sent("gone/name"), Lang::Zh).contains("gone/name"));
        }
    }
}
