//! Threads: which mails are one conversation. Pure: the same mails in any order come to the same keys.
//!
//! In this order: Seller Central's case id in the alias, the reply headers, alias and order. Claims, chargebacks,
//! returns, refunds, cancellations and feedback are conversations of their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::record::Notice;

/// What a mail's thread depends on.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: i64,
    pub(super) notice: Notice,
    pub(super) message_id: Option<String>,
    pub(super) refs: Vec<String>,
    pub(super) digest: String,
    /// Domain and local part of the buyer's alias.
    pub(super) alias: Option<(String, String)>,
    pub(super) alias_case: Option<String>,
    pub(super) order: Option<String>,
    /// Seconds UTC.
    pub(super) at: i64,
    pub(super) rma: Option<String>,
    pub(super) case: Option<i64>,
    pub(super) thread: String,
    /// Which of the order's returns it belongs to, once known.
    pub(super) request: Option<String>,
}

impl Node {
    /// A stable name that does not depend on when it was imported.
    pub(super) fn identity(&self) -> &str {
        self.message_id.as_deref().unwrap_or(&self.digest)
    }
}

/// The channel of a case that a notice opens by itself.
pub(super) const fn opens(notice: Notice) -> Option<crate::domain::Channel> {
    use crate::domain::Channel;
    match notice {
        Notice::BuyerMessage => Some(Channel::Message),
        Notice::ReturnRequest => Some(Channel::Return),
        Notice::AtozClaim => Some(Channel::Atoz),
        Notice::Chargeback => Some(Channel::Chargeback),
        Notice::Cancellation => Some(Channel::Cancellation),
        Notice::Feedback => Some(Channel::Feedback),
        Notice::SellerCopy
        | Notice::RefundIssued
        | Notice::AtozDecision
        | Notice::OptOut
        | Notice::ChargebackDecision
        | Notice::Unknown => None,
    }
}

/// The key of each mail's conversation, in the order of `nodes`.
pub(super) fn threads(nodes: &[Node]) -> Vec<String> {
    let mut forest = Forest::default();
    let mut sorted: Vec<usize> = (0..nodes.len()).collect();
    sorted.sort_by(|a, b| (nodes[*a].at, nodes[*a].identity()).cmp(&(nodes[*b].at, nodes[*b].identity())));
    let known: BTreeSet<&str> = nodes.iter().filter_map(|node| node.message_id.as_deref()).collect();
    for &at in &sorted {
        let own = own_key(&nodes[at]);
        if let (Some(case), Some((domain, _))) = (&nodes[at].alias_case, &nodes[at].alias) {
            let key = format!("0case:{domain}:{case}");
            forest.fix(&key);
            forest.join(&own, &key);
        } else if let Some(key) = notice_key(&nodes[at]) {
            forest.join(&own, &key);
        }
    }
    for &at in &sorted {
        for id in &nodes[at].refs {
            forest.join(&own_key(&nodes[at]), &format!("2mail:{id}"));
        }
    }
    let bare = sorted.into_iter().filter(|at| is_bare(&nodes[*at], &known)).collect::<Vec<_>>();
    join_bare(nodes, &bare, &mut forest);
    nodes.iter().map(|node| forest.smallest(&own_key(node))[1..].to_owned()).collect()
}

fn own_key(node: &Node) -> String {
    match &node.message_id {
        Some(id) => format!("2mail:{id}"),
        None => format!("3digest:{}", node.digest),
    }
}

/// The conversation of notices that Amazon writes about an order.
fn notice_key(node: &Node) -> Option<String> {
    let order = node.order.as_deref()?;
    let word = match node.notice {
        Notice::AtozClaim | Notice::AtozDecision => "atoz",
        Notice::Chargeback | Notice::ChargebackDecision => "chargeback",
        Notice::RefundIssued => "refund",
        Notice::Cancellation => "cancellation",
        Notice::Feedback => "feedback",
        Notice::ReturnRequest => {
            return Some(format!("1return:{order}:{}", node.request.as_deref().unwrap_or("")));
        }
        Notice::BuyerMessage | Notice::SellerCopy | Notice::OptOut | Notice::Unknown => return None,
    };
    Some(format!("1{word}:{order}"))
}

/// Neither case alias nor a reply header that leads to a mail we have.
fn is_bare(node: &Node, known: &BTreeSet<&str>) -> bool {
    let talk =
        notice_key(node).is_none() && opens(node.notice).is_none_or(|_| node.notice == Notice::BuyerMessage);
    talk && node.alias_case.is_none() && !node.refs.iter().any(|id| known.contains(id.as_str()))
}

/// Bare mails join by alias and order; where several Seller Central cases share these, they stay apart from all.
fn join_bare(nodes: &[Node], bare: &[usize], forest: &mut Forest) {
    for &at in bare {
        let node = &nodes[at];
        let Some(key) = bare_key(node) else { continue };
        forest.join(&own_key(node), &key);
    }
    let mut around: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for &at in bare {
        let Some(key) = bare_key(&nodes[at]) else { continue };
        if around.contains_key(&key) {
            continue;
        }
        let same = |other: &&Node| {
            other.order == nodes[at].order
                && (nodes[at].order.is_some() || other.alias == nodes[at].alias)
                && (nodes[at].alias.is_none() || other.alias.is_none() || other.alias == nodes[at].alias)
                && notice_key(other).is_none()
        };
        let talks = nodes.iter().filter(same).map(|other| forest.root(&own_key(other))).collect();
        around.insert(key, talks);
    }
    for (key, talks) in around {
        let roots: BTreeSet<String> = talks.iter().map(|root| forest.root(root)).collect();
        if roots.iter().filter(|root| forest.fixed.contains_key(*root)).count() <= 1 {
            for root in &roots {
                forest.join(&key, root);
            }
        }
    }
}

fn bare_key(node: &Node) -> Option<String> {
    match (&node.alias, &node.order) {
        (Some((domain, local)), order) => {
            Some(format!("4alias:{domain}:{local}:{}", order.as_deref().unwrap_or("")))
        }
        (None, Some(order)) => Some(format!("5order:{order}")),
        (None, None) => None,
    }
}

/// Disjoint sets of keys; two different Seller Central cases never end in one.
#[derive(Debug, Default)]
struct Forest {
    parent: HashMap<String, String>,
    /// The case id of a set, by its root.
    fixed: HashMap<String, String>,
}

impl Forest {
    fn fix(&mut self, key: &str) {
        let root = self.root(key);
        self.fixed.entry(root).or_insert_with(|| key.to_owned());
    }

    fn root(&mut self, key: &str) -> String {
        let mut root = key;
        while let Some(up) = self.parent.get(root).filter(|up| *up != root) {
            root = up;
        }
        let root = root.to_owned();
        self.parent.insert(key.to_owned(), root.clone());
        root
    }

    fn join(&mut self, one: &str, other: &str) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        match (self.fixed.get(&one), self.fixed.get(&other)) {
            (Some(case), Some(another)) if case != another => return,
            _ => {}
        }
        // The smaller key is the root, so the root is the name of the set.
        let (root, child) = if one < other { (one, other) } else { (other, one) };
        if let Some(case) = self.fixed.remove(&child) {
            self.fixed.insert(root.clone(), case);
        }
        self.parent.insert(child, root);
    }

    fn smallest(&mut self, key: &str) -> String {
        self.root(key)
    }
}
