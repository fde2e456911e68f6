//! One file a screen: its state, what a key changes in it, and how it is drawn.

pub mod archive;
pub mod buyer;
pub mod case;
pub mod choice;
pub mod compose;
pub mod costs;
pub mod forecast;
pub mod health;
pub mod help;
pub mod import;
pub mod notes;
pub mod offer;
pub mod offers;
pub mod paths;
pub mod picker;
pub mod playbook;
pub mod proposal;
pub mod queue;
pub mod report;
pub mod sheet;
pub mod shelf;
