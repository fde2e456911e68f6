//! The form of a SKU's costs, or of a site's fees and postage: one line a field, read when it is saved.

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;
use unicode_normalization::UnicodeNormalization;

use super::{Costed, Parcel};
use crate::domain::amount::{self, Habit};
use crate::domain::cost::{Country, SiteCost, SkuCost, Way, bands};
use crate::domain::decimal::hundredths;
use crate::domain::weight::Weight;
use crate::domain::{Fulfilment, Marketplace, Money};
use crate::i18n::{Lang, Text, health::line_name};
use crate::problem::{Exit, Problem};
use crate::safe_text;
use crate::tui::keymap;
use crate::tui::widgets::{Context, draw_line, field, paste, popup};

/// The parcels a site has postage for, in the order of the form.
pub const PARCELS: [Parcel; 4] = [
    (Fulfilment::Mfn, Way::Out),
    (Fulfilment::Mfn, Way::Back),
    (Fulfilment::Afn, Way::Out),
    (Fulfilment::Afn, Way::Back),
];

/// What the postage of a parcel is called.
#[must_use]
pub const fn parcel_name(lang: Lang, who: Fulfilment, way: Way) -> &'static str {
    match (who, way) {
        (Fulfilment::Mfn, Way::Out) => lang.pick("postage, seller ships", "运费（自发货）"),
        (Fulfilment::Mfn, Way::Back) => lang.pick("return to the seller", "退货运费（退给卖家）"),
        (Fulfilment::Afn, Way::Out) => lang.pick("postage, Amazon ships", "运费（亚马逊配送）"),
        (Fulfilment::Afn, Way::Back) => lang.pick("return to Amazon", "退货运费（退给亚马逊）"),
    }
}

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Cost,
    Weight,
    Category,
    Fulfilment,
    ShipsFrom,
    Fee,
    Kept,
    KeptMost,
    Postage(usize),
}

const SKU: &[Name] = &[Name::Cost, Name::Weight, Name::Category, Name::Fulfilment, Name::ShipsFrom];
const SITE: &[Name] = &[
    Name::Fee,
    Name::Kept,
    Name::KeptMost,
    Name::Postage(0),
    Name::Postage(1),
    Name::Postage(2),
    Name::Postage(3),
];

/// Where the fields begin, in cells.
const INDENT: u16 = 28;

/// State of the form.
#[derive(Debug)]
pub struct CostForm {
    about: Costed,
    names: &'static [Name],
    inputs: Vec<Input>,
    who: Option<Fulfilment>,
    lang: Lang,
    focus: usize,
    problem: Option<Problem>,
    saving: bool,
}

impl CostForm {
    /// Opens the form on what is known.
    #[must_use]
    pub fn new(about: Costed, lang: Lang) -> Self {
        let (names, who) = match &about {
            Costed::Sku(cost) => (SKU, cost.fulfilment),
            Costed::Site(_) => (SITE, None),
        };
        let inputs = names.iter().map(|name| Input::new(shown(&about, *name, lang))).collect();
        Self { about, names, inputs, who, lang, focus: 0, problem: None, saving: false }
    }

    /// Whether it was handed to the store and the keys wait for it.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.saving
    }

    /// Goes to the next field or the one before.
    pub fn step(&mut self, forward: bool) {
        let count = self.names.len();
        self.focus = (self.focus + if forward { 1 } else { count - 1 }) % count;
    }

    /// A key for the field.
    pub fn key(&mut self, key: KeyEvent) {
        self.problem = None;
        if self.names[self.focus] == Name::Fulfilment {
            match (key.code, keymap::letter(&key)) {
                (KeyCode::Left, _) => self.turn(false),
                (KeyCode::Right, _) | (_, Some(' ')) => self.turn(true),
                _ => {}
            }
        } else if let Some(input) = self.inputs.get_mut(self.focus) {
            input.handle_event(&Event::Key(key));
        }
    }

    fn turn(&mut self, forward: bool) {
        let all = [None, Some(Fulfilment::Mfn), Some(Fulfilment::Afn)];
        let at = all.iter().position(|who| *who == self.who).unwrap_or(0);
        self.who = all[(at + if forward { 1 } else { 2 }) % 3];
    }

    /// Pasted text goes into the field, on one line.
    pub fn paste(&mut self, text: &str) {
        if self.names[self.focus] == Name::Fulfilment {
            return;
        }
        if let Some(input) = self.inputs.get_mut(self.focus) {
            paste(input, text);
        }
    }

    /// What is wrong with the field under the caret as far as it is typed.
    fn objection(&self) -> Option<[String; 2]> {
        let (name, input) = (*self.names.get(self.focus)?, self.inputs.get(self.focus)?);
        let text: String = input.value().trim().nfkc().collect();
        let changed = !text.is_empty() && input.value() != shown(&self.about, name, self.lang);
        if changed { take(&mut self.about.clone(), name, &text).err() } else { None }
    }

    /// What is to be saved. A field that cannot be read gets the caret and its reason.
    pub fn save(&mut self) -> Option<Costed> {
        if self.saving {
            return None;
        }
        let mut read = self.about.clone();
        for (at, name) in self.names.iter().enumerate() {
            // What was not touched stays as it is, whatever reading it again would make of it.
            if self.inputs[at].value() == shown(&self.about, *name, self.lang) {
                continue;
            }
            let text: String = self.inputs[at].value().trim().nfkc().collect();
            if let Err(words) = take(&mut read, *name, &text) {
                self.focus = at;
                self.problem = Some(Problem::new(Exit::Blocked, words, ["", ""]));
                return None;
            }
        }
        if let Costed::Sku(cost) = &mut read {
            cost.fulfilment = self.who;
        }
        self.saving = true;
        Some(read)
    }

    /// The store refused: the form stays with the reason.
    pub fn refuse(&mut self, problem: Problem) {
        self.saving = false;
        self.problem = Some(problem);
    }
}

/// A field as it is known.
fn shown(about: &Costed, name: Name, lang: Lang) -> String {
    let percent = |share: Option<u32>| share.map(|share| line_name(share.into())).unwrap_or_default();
    match (about, name) {
        (Costed::Sku(cost), Name::Cost) => cost.cost.as_ref().map(Money::to_string).unwrap_or_default(),
        (Costed::Sku(cost), Name::Weight) => cost.weight.map(|weight| weight.to_string()).unwrap_or_default(),
        (Costed::Sku(cost), Name::Category) => cost.category.clone().unwrap_or_default(),
        (Costed::Sku(cost), Name::ShipsFrom) => {
            cost.ships_from.map(|from| from.to_string()).unwrap_or_default()
        }
        (Costed::Site(cost), Name::Fee) => percent(cost.fee),
        (Costed::Site(cost), Name::Kept) => percent(cost.kept),
        (Costed::Site(cost), Name::KeptMost) => {
            cost.kept_most.as_ref().map(Money::to_string).unwrap_or_default()
        }
        (Costed::Site(cost), Name::Postage(at)) => {
            let (who, way) = PARCELS[at];
            bands::line(&cost.bands, who, way, cost.marketplace.currency(), lang.pick("more", "更重"))
        }
        _ => String::new(),
    }
}

/// Reads a field into what is saved; an empty one says nothing. English, Chinese where it cannot be read.
fn take(read: &mut Costed, name: Name, text: &str) -> Result<(), [String; 2]> {
    let filled = Some(text).filter(|text| !text.is_empty());
    match read {
        Costed::Sku(cost) => take_sku(cost, name, filled),
        Costed::Site(cost) => take_site(cost, name, filled),
    }
}

fn take_sku(cost: &mut SkuCost, name: Name, text: Option<&str>) -> Result<(), [String; 2]> {
    match name {
        Name::Cost => {
            let habit = Habit { currency: None, decimal: None };
            // The currency of the cost before stands where only a number is typed.
            let habit = Habit { currency: named(text).or(cost.cost.map(|cost| cost.currency)), ..habit };
            cost.cost =
                text.map(|text| amount::read(text, habit)).transpose().map_err(|wrong| said(&wrong))?;
        }
        Name::Weight => {
            let read = text.map(|text| Weight::read(text, None, None)).transpose();
            cost.weight = read.map_err(|wrong| {
                let [en, zh] = wrong.remedy();
                [format!("{wrong}. {en}"), format!("{}。{zh}", wrong.in_chinese())]
            })?;
        }
        Name::Category => {
            let words = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
            cost.category = words.filter(|words| !words.is_empty());
        }
        Name::ShipsFrom => {
            let country = |text: &str| {
                Country::parse(text).ok_or_else(|| {
                    [
                        format!("`{text}` is not a country: write two letters like CN"),
                        format!("“{text}” 不是国家代码：请写两个字母，如 CN"),
                    ]
                })
            };
            cost.ships_from = text.map(country).transpose()?;
        }
        _ => {}
    }
    Ok(())
}

/// The currency that a text names itself.
fn named(text: Option<&str>) -> Option<crate::domain::Currency> {
    amount::read(text?, Habit::default()).ok().map(|amount| amount.currency)
}

fn take_site(cost: &mut SiteCost, name: Name, text: Option<&str>) -> Result<(), [String; 2]> {
    let site = cost.marketplace;
    // Nothing typed is guessed from the site, here as in the offer dialogue: `1.999` may be a slip.
    let habit = Habit { currency: Some(site.currency()), decimal: None };
    let percent = || {
        let wrong = |text: &str| {
            [format!("`{text}` is no per cent from 0 to 100"), format!("“{text}” 不是 0 到 100 的百分比")]
        };
        text.map(|text| hundredths(text).ok_or_else(|| wrong(text))).transpose()
    };
    match name {
        Name::Fee => cost.fee = percent()?,
        Name::Kept => cost.kept = percent()?,
        Name::KeptMost => {
            let habit = Habit { currency: named(text).or(habit.currency), ..habit };
            cost.kept_most =
                text.map(|text| amount::read(text, habit)).transpose().map_err(|wrong| said(&wrong))?;
        }
        Name::Postage(at) => {
            let (who, way) = PARCELS[at];
            let read = bands::read(text.unwrap_or(""), who, way, habit).map_err(|wrong| wrong.words())?;
            cost.bands.retain(|band| (band.fulfilment, band.way) != (who, way));
            cost.bands.extend(read);
            cost.sort();
        }
        _ => {}
    }
    Ok(())
}

fn said(wrong: &amount::NotAmount) -> [String; 2] {
    let [en, zh] = wrong.remedy();
    [format!("{wrong}. {en}"), format!("{}。{zh}", wrong.in_chinese())]
}

const fn label(lang: Lang, name: Name) -> &'static str {
    match name {
        Name::Cost => lang.pick("cost of one piece", "单件成本"),
        Name::Weight => lang.pick("weight of one piece", "单件重量"),
        Name::Category => lang.pick("category", "类目"),
        Name::Fulfilment => lang.pick("shipped by", "发货方"),
        Name::ShipsFrom => lang.pick("seller ships from", "卖家发货国"),
        Name::Fee => lang.pick("referral fee", "销售佣金"),
        Name::Kept => lang.pick("of it kept on a refund", "退款时扣留其中"),
        Name::KeptMost => lang.pick("at most", "最多扣留"),
        Name::Postage(at) => parcel_name(lang, PARCELS[at].0, PARCELS[at].1),
    }
}

/// How a field is written.
fn hint(lang: Lang, name: Name, site: Option<Marketplace>) -> String {
    let pick = |en: &str, zh: &str| lang.pick(en, zh).to_owned();
    match name {
        Name::Cost => pick("like 12.50 USD or 86 CNY", "如 12.50 USD 或 86 CNY"),
        Name::Weight => {
            pick("with the box: 350 g, 1.2 kg, 12 oz, 2 lb", "含包装：350 g、1.2 kg、12 oz、2 lb")
        }
        Name::Category => pick(
            "in your own words; apparel, home and small appliances have rates of others",
            "自定；服装、家居、小家电有行业参考值",
        ),
        Name::Fulfilment => {
            pick("← → choose; counts where no order report says it", "← → 选择；订单报表未注明时使用")
        }
        Name::ShipsFrom => pick("two letters: CN, US, DE", "两个字母：CN、US、DE"),
        Name::Fee => pick("per cent of what the buyer paid: 15%", "占买家付款的百分比：15%"),
        Name::Kept => pick("per cent of the fee: 20%", "占佣金的百分比：20%"),
        Name::KeptMost => {
            let currency = site.map(|site| site.currency().code()).unwrap_or_default();
            format!("{} {currency}", pick("an amount, in", "金额，币种"))
        }
        Name::Postage(_) => {
            pick("500 g = 3.99; 2 kg = 5.99; more = 14", "500 g = 3.99; 2 kg = 5.99; 更重 = 14")
        }
    }
}

/// Draws the form.
pub fn view(form: &CostForm, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let (title, site) = match &form.about {
        Costed::Sku(cost) => (cost.sku.clone(), None),
        Costed::Site(cost) => (cost.marketplace.to_string(), Some(cost.marketplace)),
    };
    let height = u16::try_from(form.names.len()).unwrap_or(8) + 6;
    let inside = popup(frame, area, 78, height, &format!("{}: {title}", cx.t(Text::ActionCosts)));
    let row = |y: u16| Rect { y: inside.y + y, height: 1, ..inside };
    for (y, (at, name)) in (0..inside.height).zip(form.names.iter().enumerate()) {
        let focused = at == form.focus;
        let (marker, style) = if focused { ("▸ ", cx.theme.heading()) } else { ("  ", cx.theme.calm()) };
        let label = safe_text::pad(label(cx.lang, *name), usize::from(INDENT) - 3);
        draw_line(frame, row(y), Line::styled(format!("{marker}{label}"), style));
        let place = Rect { x: inside.x + INDENT, width: inside.width.saturating_sub(INDENT), ..row(y) };
        let place = place.intersection(inside);
        if *name == Name::Fulfilment {
            let who = form.who.map_or_else(|| cx.lang.pick("not said", "未注明"), |who| cx.t(who));
            draw_line(frame, place, Line::raw(format!("‹ {who} ›")));
        } else {
            field(frame, place, &form.inputs[at], focused);
        }
    }
    let below = u16::try_from(form.names.len()).unwrap_or(8) + 1;
    let (words, style) = match (&form.problem, form.saving) {
        (_, true) => (cx.lang.pick("saving …", "保存中…").to_owned(), cx.theme.calm()),
        (Some(problem), _) => (format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked()),
        (None, _) => match form.objection() {
            Some(words) => (format!("✗ {}", words[cx.lang as usize]), cx.theme.blocked()),
            None => (hint(cx.lang, form.names[form.focus], site), Style::new()),
        },
    };
    for (y, words) in (below..inside.height).zip(safe_text::lines(&words, inside.width.into())) {
        draw_line(frame, row(y), Line::styled(words.into_string(), style));
    }
}
