//! The replies to a buyer so far: of the case, of the buyer's other cases, of the same order.

use jiff::Timestamp;
use rusqlite::Row;

use super::Store;
use super::convert::{time, word};
use crate::domain::reply::PastReply;
use crate::domain::view::ReplyDraft;
use crate::domain::{CaseId, Channel};
use crate::problem::Problem;

/// Most replies that are read, the newest of them.
const MOST: usize = 200;

/// The replies of cases given as a JSON list, newest first.
const REPLIES: &str = "
    SELECT m.case_id, m.at, m.text, m.body, m.draft, c.channel, c.order_id
    FROM json_each(?1) own CROSS JOIN messages m ON m.case_id = own.value JOIN cases c ON c.id = m.case_id
    WHERE m.ours = 1 AND m.withdrawn = 0 AND (m.text <> '' OR m.body <> '')
    ORDER BY m.at DESC, m.operator DESC, m.id DESC LIMIT ?2";

impl Store {
    /// The replies to the buyer of a case, newest first, those of the case among them. Amazon's copy of a reply that was
    /// written here is not listed beside it.
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
        let all = rows.collect::<Result<Vec<_>, _>>()?;
        let written: Vec<(CaseId, String)> = all
            .iter()
            .filter(|reply| reply.addition.is_some())
            .map(|reply| (reply.case, bare(reply)))
            .collect();
        let is_copy =
            |reply: &PastReply| reply.addition.is_none() && written.contains(&(reply.case, bare(reply)));
        Ok(all.into_iter().filter(|reply| !is_copy(reply)).take(MOST).collect())
    }
}

/// The words of a reply: a copy breaks its lines elsewhere.
fn bare(reply: &PastReply) -> String {
    reply.text.split_whitespace().collect()
}

fn reply(row: &Row<'_>) -> rusqlite::Result<PastReply> {
    let draft: Option<String> = row.get("draft")?;
    // A draft that cannot be read any more leaves a reply without a template.
    let draft = draft.and_then(|draft| serde_json::from_str::<ReplyDraft>(&draft).ok());
    let text: String = row.get("text")?;
    Ok(PastReply {
        case: CaseId(row.get("case_id")?),
        channel: word(row, "channel", Channel::parse)?.unwrap_or(Channel::Message),
        order_id: row.get("order_id")?,
        at: time(row.get("at")?),
        text: if text.is_empty() { row.get("body")? } else { text },
        template: draft.as_ref().and_then(|draft| draft.template.clone()),
        addition: draft.map(|draft| draft.addition),
    })
}
