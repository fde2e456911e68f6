//! The operator's own files: read once after the first frame, each with its own answer.

use std::path::Path;
use std::sync::Arc;

use super::{Done, report, shelf};
use crate::config::{self, Config};
use crate::problem::Problem;
use crate::store::Store;

/// Reads the settings and what lies in their folder. Where one of the files has a mistake, what ships stays.
pub(super) fn read(store: &mut Store, file: &Path, tell: &dyn Fn(Done)) -> Result<Done, Problem> {
    if let Some(folder) = file.parent() {
        tell(Done::Playbook(config::playbook(folder).map(Box::new)));
        let own = config::carriers(folder).map(|own| own.map(Arc::new));
        store.use_carriers(own.clone().unwrap_or_default());
        tell(Done::Carriers(own));
        tell(shelf::perform(store, shelf::Task::Read(folder.to_owned(), None))?);
        tell(report::rules(store, folder));
        for own in [
            config::offers(folder).map(|policy| store.use_offers(policy)),
            config::health(folder).and_then(|policy| store.use_health(policy)),
            config::costs(folder).map(|policy| store.use_costs(policy)),
        ] {
            if let Err(problem) = own {
                tell(Done::Settings(Err(problem)));
            }
        }
    }
    Ok(Done::Settings(Config::read(file)))
}
