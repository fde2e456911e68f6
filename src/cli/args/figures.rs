//! The options of the commands that print figures: `kesu health`, `kesu figures`, `kesu costs`.

#![allow(clippy::doc_markdown, reason = "the doc comments are the help text, which has no markdown")]

use clap::ValueEnum;
use jiff::civil::Date;

use super::one_of;
use crate::domain::report::{Page, Period};

/// Options of `health`.
#[derive(Debug, clap::Args)]
pub struct Health {
    /// Last day of the 60 days, like 2026-10-31 [default: the last day the imported orders cover]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
    /// One JSON object for each site and fulfilment, one a line
    #[arg(long)]
    pub json: bool,
}

/// Options of `costs`.
#[derive(Debug, clap::Args)]
pub struct Costs {
    /// Print the first lines of a file to import instead: skus, postage or fees
    #[arg(long, value_name = "WHAT", conflicts_with = "json")]
    pub template: Option<CostTemplate>,
    /// One JSON object for each SKU and site, one a line
    #[arg(long)]
    pub json: bool,
}

/// A file of the seller's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostTemplate {
    /// What SKUs cost and weigh.
    #[value(help = "what SKUs cost and weigh")]
    Skus,
    /// What parcels cost.
    #[value(help = "what parcels cost")]
    Postage,
    /// What Amazon takes.
    #[value(help = "what Amazon takes")]
    Fees,
}

/// Options of `figures`.
#[derive(Debug, clap::Args)]
pub struct Figures {
    /// Which page: outcomes, time or rates
    #[arg(value_name = "WHAT", value_parser = page)]
    pub what: Page,
    /// How many days back, or `all`
    #[arg(long, value_name = "N", default_value = "90", value_parser = period)]
    pub days: Period,
    /// The last day, like 2026-10-31: by UTC; of complaint rates that of the orders [default: now; the last day of the orders]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Date>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

fn page(text: &str) -> Result<Page, String> {
    Page::parse(text).ok_or_else(|| one_of(Page::ALL.iter().map(|page| page.word())))
}

fn period(text: &str) -> Result<Period, String> {
    if text == "all" {
        return Ok(Period::All);
    }
    let days = text.parse().ok().filter(|days| (1..=100_000).contains(days));
    days.map(Period::Days).ok_or_else(|| "write a number of days like 90, or `all`".to_owned())
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day like 2026-10-31".to_owned())
}
