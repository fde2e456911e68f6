//! Invented cases into a store, by the way every import takes: for trying and for measuring.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use super::cancelled;
use crate::demo::{Invented, InventedCase};
use crate::domain::Channel;
use crate::domain::record::Fact;
use crate::domain::view::Tally;
use crate::problem::Problem;
use crate::store::{Import, Landed, RowFate, Store, Target};

/// Cases in one transaction: the journal of a million would need as much disk again as the file.
const BATCH: u64 = 50_000;
/// Above this no orders without complaint are invented: they would make most of the file.
const LARGE: u64 = 100_000;
/// Up to this each case comes with a dozen of them, so that the rates look like a shop's.
const SMALL: u64 = 1_000;

/// Puts `cases` invented cases into a store, the same ones for the same seed and time. `told` is called after each.
///
/// # Errors
/// [`cancelled`] when `cancel` was raised, else what the store says. Cases of earlier batches stay.
pub fn fill(
    store: &mut Store,
    cases: u64,
    seed: u64,
    now: Timestamp,
    cancel: &AtomicBool,
    told: &mut dyn FnMut(),
) -> Result<(), Problem> {
    let mut invented = Invented::new(cases, seed, now);
    if cases > LARGE {
        invented = invented.with_orders_per_case(0);
    } else if cases <= SMALL {
        invented = invented.with_orders_per_case(12);
    }
    let mut done = 0;
    while done < cases {
        let mut import = store.import(now)?;
        let mut tally = Tally::default();
        if done == 0 {
            for row in crate::demo::costs() {
                import.row(&row)?;
            }
        }
        for case in invented.by_ref().take(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
            if cancel.load(Ordering::Relaxed) {
                return Err(cancelled());
            }
            land(&mut import, &case, &mut tally)?;
            told();
        }
        import.finish(&tally, true)?;
        done += BATCH;
    }
    Ok(())
}

fn land(import: &mut Import<'_>, case: &InventedCase, tally: &mut Tally) -> Result<(), Problem> {
    for row in case.orders.iter().chain(&case.rows) {
        tally.total += 1;
        match import.row(row)? {
            RowFate::New => tally.new += 1,
            RowFate::Dup => tally.dup += 1,
            RowFate::Updated => tally.updated += 1,
        }
    }
    let mut target = case.rows.first().and_then(|row| of_row(&row.fact));
    for mail in &case.mails {
        if let Landed::Stored(id) = import.mail(mail)? {
            tally.accepted += 1;
            target.get_or_insert(Target::Mail(id));
        }
    }
    let (Some(ending), Some(target)) = (&case.ending, target) else { return Ok(()) };
    let (seen, active) = ending.work;
    import.work(target.clone(), active, seen)?;
    if let Some((text, at)) = &ending.reply {
        import.reply(target.clone(), text, *at)?;
    }
    if let Some(offer) = &ending.offer {
        let at = ending.reply.as_ref().map_or(ending.at, |reply| reply.1);
        import.offer(target.clone(), offer, at)?;
    }
    import.archive(target, ending.outcome, ending.cause, ending.at)
}

/// The case that a row makes.
fn of_row(fact: &Fact) -> Option<Target> {
    match fact {
        Fact::MfnReturn(line) => Some(Target::Order(line.order_id.clone(), Channel::Return)),
        Fact::Feedback(line) => Some(Target::Order(line.order_id.clone(), Channel::Feedback)),
        _ => None,
    }
}
