//! The cost table: SKUs, those that lack costs first, and on a second page what postage and fees the sites have.

pub mod form;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::cost::sheet::{CostSheet, SiteLine, SkuLine};
use crate::domain::cost::{Country, SiteCost, SkuCost, Way, bands};
use crate::domain::view::Listed;
use crate::domain::{Fulfilment, Marketplace, Money};
use crate::i18n::{Text, health::line_name};
use crate::safe_text::{self, pad, pad_left};
use crate::tui::widgets::{Context, draw_line, rule, scroll_for};

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Costed {
    /// A SKU.
    Sku(SkuCost),
    /// A site.
    Site(SiteCost),
}

/// State of the screen.
#[derive(Debug, Default)]
pub struct CostsView {
    sheet: Option<CostSheet>,
    /// The second page is shown.
    sites: bool,
    /// The lines under the cursor, of both pages.
    selected: [usize; 2],
    /// Only SKUs with these letters in name or category.
    pub words: String,
    /// The SKU and the site to put the cursor on when the table is read.
    aim: Option<(Option<String>, Option<Marketplace>)>,
}

impl CostsView {
    /// Takes in what was read; the cursor stays on its SKU or site.
    pub fn take(&mut self, sheet: CostSheet) {
        let on = || {
            let site = self.site_lines().get(self.selected[1]);
            (self.sku(), site.map(|line| line.cost.marketplace))
        };
        let (sku, site) = self.aim.clone().unwrap_or_else(on);
        self.aim = None;
        self.sheet = Some(sheet);
        self.select(sku.as_deref());
        let stays = self.site_lines().iter().position(|line| Some(line.cost.marketplace) == site);
        self.selected[1] = stays.unwrap_or(self.selected[1]).min(self.site_lines().len().saturating_sub(1));
    }

    /// Shows the SKUs, with the cursor on this one and on the other page on this site, once the table is read.
    pub fn aim(&mut self, sku: Option<String>, site: Option<Marketplace>) {
        self.words.clear();
        self.sites = false;
        self.aim = Some((sku, site));
    }

    /// The SKU under the cursor of its page.
    fn sku(&self) -> Option<String> {
        self.skus().get(self.selected[0]).map(|line| line.cost.sku.clone())
    }

    /// Puts the cursor on a SKU; where it is not listed it stays on its line.
    fn select(&mut self, sku: Option<&str>) {
        let skus = self.skus();
        let at = skus.iter().position(|line| Some(line.cost.sku.as_str()) == sku);
        self.selected[0] = at.unwrap_or(self.selected[0]).min(skus.len().saturating_sub(1));
    }

    fn skus(&self) -> Vec<&SkuLine> {
        let words = self.words.to_lowercase();
        let fits = |line: &&SkuLine| {
            let category = line.cost.category.as_deref().unwrap_or("").to_lowercase();
            words
                .split_whitespace()
                .all(|word| line.cost.sku.to_lowercase().contains(word) || category.contains(word))
        };
        self.sheet.iter().flat_map(|sheet| &sheet.skus).filter(fits).collect()
    }

    fn site_lines(&self) -> &[SiteLine] {
        self.sheet.as_ref().map_or(&[], |sheet| &sheet.sites)
    }

    fn count(&self) -> usize {
        if self.sites { self.site_lines().len() } else { self.skus().len() }
    }

    /// What the line under the cursor is about.
    #[must_use]
    pub fn current(&self) -> Option<Costed> {
        let [sku, site] = self.selected;
        if self.sites {
            self.site_lines().get(site).map(|line| Costed::Site(line.cost.clone()))
        } else {
            self.skus().get(sku).map(|line| Costed::Sku(line.cost.clone()))
        }
    }

    /// The complaints that name the SKU under the cursor.
    #[must_use]
    pub fn behind(&self) -> Option<Listed> {
        let skus = self.skus();
        let line = skus.get(self.selected[0]).filter(|_| !self.sites)?;
        Some(Listed { name: [line.cost.sku.clone(), line.cost.sku.clone()], cases: line.complaints.clone() })
    }

    /// Whether its second page is shown.
    #[must_use]
    pub const fn shows_sites(&self) -> bool {
        self.sites
    }

    /// Goes to the other page.
    pub const fn turn(&mut self) {
        self.sites = !self.sites;
    }

    /// Goes to another line.
    pub fn step(&mut self, lines: isize) {
        let last = self.count().saturating_sub(1);
        let at = &mut self.selected[usize::from(self.sites)];
        *at = at.saturating_add_signed(lines).min(last);
    }

    /// Goes to the first line or the last.
    pub fn jump(&mut self, end: bool) {
        let last = self.count().saturating_sub(1);
        self.selected[usize::from(self.sites)] = if end { last } else { 0 };
    }

    /// Shows only SKUs with these words; the cursor stays on its SKU where that is one of them.
    pub fn narrow(&mut self, words: &str) {
        let sku = self.sku();
        words.trim().clone_into(&mut self.words);
        (self.sites, self.selected[0]) = (false, 0);
        self.select(sku.as_deref());
    }
}

/// Draws the screen below the header and above the footer.
pub fn view(view: &CostsView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    let pick = |en, zh| cx.lang.pick(en, zh);
    let Some(sheet) = &view.sheet else {
        return draw_line(frame, row(0), Line::raw(cx.t(Text::Loading)));
    };
    let lacking = sheet.skus.iter().filter(|line| !line.cost.is_whole()).count();
    let all = sheet.skus.len();
    let mut title = match cx.lang {
        crate::i18n::Lang::En => {
            let skus = if all == 1 { "SKU" } else { "SKUs" };
            format!("costs · {all} {skus}, {lacking} without cost or weight")
        }
        crate::i18n::Lang::Zh => format!("成本 · {all}个 SKU，{lacking}个缺成本或重量"),
    };
    if !view.words.is_empty() {
        title.push_str(&format!(" · / {}", view.words));
    }
    draw_line(frame, row(0), rule(cx, &title, area.width.into()));
    let tabs = [
        (pick(" SKUs ", " SKU "), !view.sites),
        (pick(" sites: fees and postage ", " 站点：佣金与运费 "), view.sites),
    ];
    let tab = |(name, shown): (&'static str, bool)| {
        Span::styled(name, if shown { cx.theme.selected() } else { cx.theme.calm() })
    };
    draw_line(frame, row(1), Line::from(tabs.map(tab).to_vec()));
    let width = usize::from(area.width);
    let (heading, lines) = if view.sites {
        (site_heading(cx), view.site_lines().iter().map(site_line).collect::<Vec<_>>())
    } else {
        (sku_heading(cx), view.skus().iter().map(|line| sku_line(line)).collect())
    };
    if lines.is_empty() {
        let words = if view.words.is_empty() {
            pick(
                "No SKU yet: import an order report, or your own table of costs (kesu costs --template skus prints a start).",
                "还没有 SKU：请导入订单报告，或自己的成本表（kesu costs --template skus 可输出模板）。",
            )
        } else {
            cx.t(Text::NothingFound)
        };
        for (y, words) in (3..area.height).zip(safe_text::lines(words, width.saturating_sub(4))) {
            draw_line(frame, row(y), Line::raw(format!("  {words}")));
        }
        return;
    }
    draw_line(frame, row(2), Line::styled(safe_text::line(&heading, width).into_string(), cx.theme.calm()));
    // The site under the cursor shows its postage below.
    let detail = if view.sites { site_detail(view, cx, width) } else { Vec::new() };
    let below = u16::try_from(detail.len()).unwrap_or(0).min(area.height.saturating_sub(6));
    let shown = area.height.saturating_sub(3 + below);
    let selected = view.selected[usize::from(view.sites)];
    let top = scroll_for(selected, shown.into(), lines.len());
    for (y, (at, words)) in (3..3 + shown).zip(lines.iter().enumerate().skip(top)) {
        draw_line(frame, row(y), Line::raw(safe_text::line(words, width).into_string()));
        if at == selected {
            frame.buffer_mut().set_style(row(y), cx.theme.selected());
        }
    }
    for (y, words) in (3 + shown..area.height).zip(detail) {
        draw_line(frame, row(y), words);
    }
}

/// The cells of a line, each at its place; the category takes the rest.
fn columns(cells: [&str; 8]) -> String {
    let [sku, complaints, orders, cost, weight, who, from, category] = cells;
    [
        pad(&format!(" {sku}"), 18),
        pad_left(complaints, 6),
        pad_left(orders, 7),
        pad_left(cost, 12),
        pad_left(weight, 10),
        pad(who, 4),
        pad(from, 4),
    ]
    .map(safe_text::SafeText::into_string)
    .join(" ")
        + " "
        + category
}

fn sku_heading(cx: &Context<'_>) -> String {
    let pick = |en, zh| cx.lang.pick(en, zh);
    columns([
        "SKU",
        pick("compl.", "客诉"),
        pick("orders", "订单"),
        pick("cost", "成本"),
        pick("weight", "重量"),
        pick("by", "发货"),
        pick("from", "发自"),
        pick("category", "类目"),
    ])
}

fn sku_line(line: &SkuLine) -> String {
    let cost = &line.cost;
    let none = || "–".to_owned();
    columns([
        &cost.sku,
        &line.complaints.len().to_string(),
        &line.orders.to_string(),
        &cost.cost.as_ref().map_or_else(none, Money::to_string),
        &cost.weight.map_or_else(none, |weight| weight.rounded().to_string()),
        cost.fulfilment.map_or("–", Fulfilment::word),
        cost.ships_from.as_ref().map_or("–", Country::code),
        cost.category.as_deref().unwrap_or("–"),
    ])
}

fn site_heading(cx: &Context<'_>) -> String {
    let pick = |en, zh| cx.lang.pick(en, zh);
    [
        pad(pick(" site", " 站点"), 6),
        pad_left(pick("orders", "订单"), 8),
        pad_left(pick("fee", "佣金"), 8),
        pad_left(pick("kept on refund", "退款扣留"), 15),
        pad_left(pick("at most", "最多"), 12),
        pad_left(pick("postage bands", "运费档"), 14),
    ]
    .map(safe_text::SafeText::into_string)
    .join(" ")
}

fn site_line(line: &SiteLine) -> String {
    let cost = &line.cost;
    let share = |share: Option<u32>| share.map_or_else(|| "–".to_owned(), |share| line_name(share.into()));
    [
        pad(&format!(" {}", cost.marketplace), 6),
        pad_left(&line.orders.to_string(), 8),
        pad_left(&share(cost.fee), 8),
        pad_left(&share(cost.kept), 15),
        pad_left(&cost.kept_most.as_ref().map_or_else(|| "–".to_owned(), Money::to_string), 12),
        pad_left(&cost.bands.len().to_string(), 14),
    ]
    .map(safe_text::SafeText::into_string)
    .join(" ")
}

/// The postage of the site under the cursor, a line for each shipper and way.
fn site_detail(view: &CostsView, cx: &Context<'_>, width: usize) -> Vec<Line<'static>> {
    let Some(Costed::Site(cost)) = view.current() else { return Vec::new() };
    let mut lines = vec![rule(cx, &format!("{} · {}", cost.marketplace, cost.marketplace.currency()), width)];
    for (who, way) in form::PARCELS {
        let bands =
            bands::line(&cost.bands, who, way, cost.marketplace.currency(), cx.lang.pick("more", "更重"));
        let bands = if bands.is_empty() { "–" } else { &bands };
        let words = format!(" {} {bands}", pad(form::parcel_name(cx.lang, who, way), 26));
        lines.push(Line::raw(safe_text::line(&words, width).into_string()));
    }
    lines
}

/// What a parcel's line stands for, in the order of the form.
pub type Parcel = (Fulfilment, Way);
