//! The neighbourhood of a mail or an order: every mail and row that a shared key connects, read for joining.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row};

use super::convert::{day_start, hash, word};
use super::thread::Node;
use crate::domain::record::Notice;
use crate::domain::{Channel, Marketplace};
use crate::problem::Problem;

/// At most this many message ids of one mail join it: the first and the last of a long chain.
const REFERENCES: usize = 50;

/// A report row that makes a case.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: i64,
    pub(super) report: String,
    pub(super) channel: Channel,
    pub(super) order: String,
    pub(super) rma: Option<String>,
    pub(super) day: Option<Date>,
    /// Start of its day, seconds UTC.
    pub(super) at: i64,
    pub(super) case: Option<i64>,
}

/// Mails and rows that share an order or a conversation, directly or through others.
#[derive(Debug, Default)]
pub(super) struct Component {
    pub(super) nodes: Vec<Node>,
    pub(super) items: Vec<Item>,
    pub(super) orders: BTreeSet<String>,
}

/// The hashes under which a mail is found by others.
pub(super) fn links(node: &Node) -> Vec<i64> {
    let mut links = vec![match &node.message_id {
        Some(id) => hash(&["m", id]),
        None => hash(&["d", &node.digest]),
    }];
    links.extend(node.refs.iter().map(|id| hash(&["m", id])));
    links.extend(node.order.as_deref().map(order_link));
    match (&node.alias, &node.alias_case, &node.order) {
        (Some((domain, _)), Some(case), _) => links.push(hash(&["c", domain, case])),
        (Some((domain, local)), None, None) => links.push(hash(&["a", domain, local])),
        _ => {}
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// The hash under which the mails of an order are found.
pub(super) fn order_link(order: &str) -> i64 {
    hash(&["o", order])
}

/// The first and last of a mail's references, without repeats.
pub(super) fn cut_references(refs: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut refs: Vec<String> = refs.iter().filter(|id| seen.insert(id.as_str())).cloned().collect();
    if refs.len() > REFERENCES {
        refs.drain(1..=refs.len() - REFERENCES);
    }
    refs
}

/// Everything connected with a mail or an order.
pub(super) fn around(db: &Connection, mail: Option<i64>, order: Option<&str>) -> Result<Component, Problem> {
    let mut found = Component::default();
    let mut mails: Vec<i64> = mail.into_iter().collect();
    let mut known: HashSet<i64> = mails.iter().copied().collect();
    let mut orders: Vec<String> = order.map(str::to_owned).into_iter().collect();
    found.orders.extend(orders.iter().cloned());
    let mut hashes: HashSet<i64> = HashSet::new();
    let mut by_hash = db.prepare_cached("SELECT message FROM links WHERE hash = ?1")?;
    loop {
        let mut fresh = Vec::new();
        if let Some(id) = mails.pop() {
            let Some(node) = read_node(db, id)? else { continue };
            fresh = links(&node);
            if let Some(order) = node.order.as_ref().filter(|order| found.orders.insert((*order).clone())) {
                orders.push(order.clone());
            }
            found.nodes.push(node);
        } else if let Some(order) = orders.pop() {
            fresh.push(order_link(&order));
            read_items(db, &order, &mut found.items)?;
        } else {
            break;
        }
        for hash in fresh {
            if hashes.insert(hash) {
                for id in by_hash.query_map([hash], |row| row.get(0))? {
                    let id = id?;
                    if known.insert(id) {
                        mails.push(id);
                    }
                }
            }
        }
    }
    // Never the order of import: ties are broken by what the mail and the row say of themselves.
    found.nodes.sort_by(|a, b| (a.at, a.identity()).cmp(&(b.at, b.identity())));
    Ok(found)
}

fn read_node(db: &Connection, id: i64) -> Result<Option<Node>, Problem> {
    let node = db
        .prepare_cached(
            "SELECT id, notice, message_id, refs, digest, alias, alias_domain, alias_case, order_id, at, rma, case_id,
                    thread
             FROM messages WHERE id = ?1 AND operator = 0",
        )?
        .query_row([id], node)
        .optional()?;
    Ok(node)
}

fn node(row: &Row<'_>) -> rusqlite::Result<Node> {
    let alias: Option<String> = row.get("alias")?;
    let domain: Option<String> = row.get("alias_domain")?;
    let refs: String = row.get("refs")?;
    Ok(Node {
        id: row.get("id")?,
        notice: word(row, "notice", Notice::parse)?.unwrap_or(Notice::Unknown),
        message_id: row.get("message_id")?,
        refs: refs.lines().map(str::to_owned).collect(),
        digest: row.get("digest")?,
        alias: domain.zip(alias),
        alias_case: row.get("alias_case")?,
        order: row.get("order_id")?,
        at: row.get("at")?,
        rma: row.get("rma")?,
        case: row.get("case_id")?,
        thread: row.get("thread")?,
        request: None,
    })
}

fn read_items(db: &Connection, order: &str, items: &mut Vec<Item>) -> Result<(), Problem> {
    let mut query = db.prepare_cached(
        "SELECT id, report, channel, rma, day, marketplace, case_id, key FROM report_rows
         WHERE order_id = ?1 AND channel IS NOT NULL ORDER BY report, key",
    )?;
    let read = query.query_map([order], |row| {
        let day = word(row, "day", |day| day.parse::<Date>().ok())?;
        let site = word(row, "marketplace", Marketplace::parse)?;
        Ok(Item {
            id: row.get("id")?,
            report: row.get("report")?,
            channel: word(row, "channel", Channel::parse)?.unwrap_or(Channel::Return),
            order: order.to_owned(),
            rma: row.get("rma")?,
            day,
            at: day.map_or(0, |day| day_start(day, site)),
            case: row.get("case_id")?,
        })
    })?;
    for item in read {
        items.push(item?);
    }
    Ok(())
}

/// Entries of a map of lists, by key.
pub(super) fn grouped<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut map: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in entries {
        map.entry(key).or_default().push(value);
    }
    map
}
