//! The replies to a buyer so far: of the case, of the buyer's other cases, of the same order.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Row;

use super::Store;
use super::convert::{time, word};
use crate::domain::reply::PastReply;
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Channel};
use crate::problem::Problem;
use crate::reply::diff::{personal_share, without_addition};

/// Most replies that are read, the newest of them.
const MOST: usize = 200;

/// How long before or after "sent" was said Amazon's copy may have been written.
const ON_THE_WAY: SignedDuration = SignedDuration::from_hours(48);
/// From this part of other words on, in percent, a copy is another reply.
const STRANGE: u8 = 60;

/// The replies of cases given as a JSON list, newest first.
const REPLIES: &str = "
    SELECT m.case_id, m.at, m.text, m.body, m.draft, m.operator, c.channel, c.order_id
    FROM json_each(?1) own CROSS JOIN messages m ON m.case_id = own.value JOIN cases c ON c.id = m.case_id
    WHERE m.ours = 1 AND m.withdrawn = 0 AND (m.text <> '' OR m.body <> '')
    ORDER BY m.at DESC, m.operator DESC, m.id DESC LIMIT ?2";

impl Store {
    /// The replies to the buyer of a case, newest first, those of the case among them. Amazon's copy of a reply that was
    /// written here is not listed beside it; where the text was changed on the way, the copy stands for it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn replies(&self, case: CaseId, now: Timestamp) -> Result<Vec<PastReply>, Problem> {
        let Some(file) = self.case(case, now)? else { return Ok(Vec::new()) };
        let mut cases: Vec<i64> = file.buyer.cases.iter().map(|case| case.summary.id.0).collect();
        if !cases.contains(&file.summary.id.0) {
            cases.push(file.summary.id.0);
        }
        let cases = serde_json::to_string(&cases).map_err(|error| super::broken(&error.to_string()))?;
        let mut query = self.db.prepare_cached(REPLIES)?;
        let rows = query.query_map((cases, i64::try_from(2 * MOST).unwrap_or(i64::MAX)), reply)?;
        let mut replies = as_sent(rows.collect::<Result<_, _>>()?);
        replies.truncate(MOST);
        Ok(replies)
    }
}

/// One entry for what was written here and Amazon's copy of it, with the words that really went out.
fn as_sent(all: Vec<PastReply>) -> Vec<PastReply> {
    let (copies, mut written): (Vec<_>, Vec<_>) = all.into_iter().partition(|reply| !reply.written_here);
    let mut alone = Vec::new();
    for mut copy in copies {
        let near = |reply: &&mut PastReply| {
            reply.case == copy.case && copy.at.duration_since(reply.at).abs() <= ON_THE_WAY
        };
        let source = written.iter_mut().filter(near).min_by_key(|reply| {
            (personal_share(&reply.text, &copy.text).percent(), copy.at.duration_since(reply.at).abs())
        });
        match source.filter(|reply| personal_share(&reply.text, &copy.text).percent() < STRANGE) {
            // A copy breaks its lines elsewhere: of the same words those written here stay.
            Some(reply) if bare(reply) == bare(&copy) => {}
            Some(reply) => reply.text = std::mem::take(&mut copy.text),
            None => alone.push(copy),
        }
    }
    written.extend(alone);
    written.sort_by_key(|reply| std::cmp::Reverse(reply.at));
    written
}

/// The words of a reply, however its lines are broken.
fn bare(reply: &PastReply) -> String {
    reply.text.split_whitespace().collect()
}

fn reply(row: &Row<'_>) -> rusqlite::Result<PastReply> {
    let draft: Option<String> = row.get("draft")?;
    // A draft that cannot be read any more leaves a reply without a template.
    let draft = draft.and_then(|draft| serde_json::from_str::<ReplyDraft>(&draft).ok());
    let text: String = row.get("text")?;
    let text = if text.is_empty() { row.get("body")? } else { text };
    let used = draft.as_ref().filter(|draft| draft.template.is_some());
    Ok(PastReply {
        case: CaseId(row.get("case_id")?),
        channel: word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message),
        order_id: row.get("order_id")?,
        at: time(row.get("at")?),
        template_text: used.map(|draft| without_addition(&text, &draft.addition)).unwrap_or_default(),
        template: draft.and_then(|draft| draft.template),
        text,
        written_here: row.get("operator")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(at: i64, text: &str, written_here: bool) -> PastReply {
        PastReply {
            case: CaseId(1),
            channel: Channel::Message,
            order_id: None,
            at: time(at),
            text: text.to_owned(),
            template: written_here.then(|| "en/x".to_owned()),
            template_text: String::new(),
            written_here,
        }
    }

    #[test]
    fn amazons_copy_stands_for_what_was_written_here_where_the_text_was_changed_on_the_way() {
        let text = "Hello Ann, the carrier found your parcel in Reno and brings it on Monday.";
        let list = |copies: &[(i64, &str)]| {
            let copies = copies.iter().map(|(at, text)| told(*at, text, false));
            as_sent(copies.chain([told(0, text, true)]).collect())
        };
        let same =
            list(&[(60, "Hello Ann, the carrier\nfound your parcel in Reno and brings it on Monday.")]);
        assert_eq!((same.len(), same[0].text.as_str()), (1, text));
        let changed = "Hello Ann, the carrier found your parcel in Reno and brings it on Tuesday.";
        let sent = list(&[(60, changed)]);
        assert_eq!(
            (sent.len(), sent[0].text.as_str(), sent[0].template.as_deref()),
            (1, changed, Some("en/x"))
        );
        let other = list(&[(60, "We are closed for the holidays.")]);
        assert_eq!(other.iter().map(|reply| reply.written_here).collect::<Vec<_>>(), [false, true]);
        assert_eq!(list(&[(60 * 60 * 24 * 9, changed)]).len(), 2, "a week later it is another reply");
    }
}
