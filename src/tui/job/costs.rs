//! What the cost table and the offer dialogue ask of the store.

use jiff::Timestamp;

use super::Done;
use crate::domain::CaseId;
use crate::domain::cost::Ground;
use crate::domain::cost::sheet::CostSheet;
use crate::i18n::Lang;
use crate::problem::Problem;
use crate::store::Store;
use crate::tui::screens::costs::Costed;

/// A question about costs.
#[derive(Debug, Clone)]
pub enum Ask {
    /// The whole table.
    Sheet,
    /// What the cost of an offer on a case is computed from.
    Ground(CaseId),
}

/// Its answer.
#[derive(Debug)]
pub enum Answer {
    /// The whole table.
    Sheet(CostSheet),
    /// What an offer's cost is computed from; `None` where there is no such case.
    Ground(Option<Box<Ground>>),
}

/// Answers one.
pub(super) fn perform(store: &Store, ask: &Ask, now: Timestamp) -> Result<Done, Problem> {
    Ok(Done::Costs(match ask {
        Ask::Sheet => Answer::Sheet(store.cost_sheet()?),
        Ask::Ground(case) => Answer::Ground(store.offer_ground(*case, now)?.map(Box::new)),
    }))
}

/// Saves a line of the table; returns the number of the event.
pub(super) fn save(store: &mut Store, costed: &Costed, now: Timestamp) -> Result<i64, Problem> {
    match costed {
        Costed::Sku(cost) => store.save_sku_cost(cost, now),
        Costed::Site(cost) => store.save_site_cost(cost, now),
    }
}

/// What the news line says of it.
pub(super) fn news(costed: &Costed, lang: Lang) -> String {
    let about = match costed {
        Costed::Sku(cost) => cost.sku.clone(),
        Costed::Site(cost) => cost.marketplace.to_string(),
    };
    format!("{}{about}", lang.pick("costs saved: ", "成本已保存："))
}
