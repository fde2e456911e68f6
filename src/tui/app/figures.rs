//! The screens of figures, account health, report and costs: how they lead to each other and to the cases behind a figure.

use super::{App, Dialog, View};
use crate::domain::cost::Ground;
use crate::domain::report::{Page, Period};
use crate::domain::view::{Filter, Listed};
use crate::domain::{Fulfilment, Marketplace};
use crate::i18n::Text;
use crate::tui::job::Job;
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;

/// What the figures of a dialogue are of: a screen that is opened from it shows that, not what it showed last.
struct Aim {
    site: Option<Marketplace>,
    fulfilment: Option<Fulfilment>,
    sku: Option<String>,
    /// How many days its rates look back.
    days: i64,
}

impl Aim {
    fn of(ground: &Ground) -> Self {
        let counted = ground.defect.line.as_ref().map(|(site, who, ..)| (*site, *who));
        Self {
            site: counted.map(|(site, _)| site).or(ground.site),
            fulfilment: counted.map(|(_, who)| who).or(ground.fulfilment),
            sku: ground.about.clone().or_else(|| Some(ground.articles.first()?.cost.sku.clone())),
            days: ground.defect.days,
        }
    }
}

impl App {
    /// Opens one of these screens, from wherever, or the cases behind a dialogue; `false` where the action opens none.
    pub(super) fn open_figures(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let view = match action {
            Action::Health => View::Health,
            Action::Report => View::Report,
            Action::Costs => View::Costs,
            _ => return self.act_on_place(action, effects),
        };
        self.keep(effects);
        if let Some(aim) = self.aim() {
            match view {
                View::Health => self.health.aim(aim.site, aim.fulfilment),
                View::Costs => self.costs.aim(aim.sku, aim.site),
                _ => self.report.open(Page::Outcomes, Period::Days(aim.days)),
            }
        }
        if !self.return_to(view) {
            self.go(view);
        }
        self.show(view, effects);
        true
    }

    fn aim(&self) -> Option<Aim> {
        match &self.dialog {
            Some(Dialog::Offer(form, _)) => form.ground().map(Aim::of),
            Some(Dialog::Offers(view)) => view.ground().map(Aim::of),
            Some(Dialog::Paths(view)) => {
                let (file, odr) = (view.file(), view.odr());
                let order = file.order.as_ref();
                Some(Aim {
                    site: odr.map(|odr| odr.marketplace).or(file.summary.marketplace),
                    fulfilment: odr.map(|odr| odr.fulfilment).or(order.and_then(|order| order.fulfilment)),
                    sku: file.summary.sku.clone(),
                    days: view.days(),
                })
            }
            _ => None,
        }
    }

    /// Reads the one on screen anew.
    pub(super) fn ask_figures(&self, effects: &mut Vec<Effect<Job>>) {
        self.ask_health(effects);
        self.ask_report(effects);
        self.ask_costs(effects);
    }

    /// The cases behind the figures of a dialogue; `false` where the action asks for none.
    fn act_on_place(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let listed = match (action, &self.dialog) {
            (Action::Behind, Some(Dialog::Offer(form, _))) => form.behind(),
            (Action::Behind, Some(Dialog::Offers(view))) => view.behind(),
            (Action::Behind, Some(Dialog::Paths(view))) => Some(view.behind()),
            _ => return false,
        };
        self.show_behind(listed, effects);
        true
    }

    /// The queue with nothing but the cases behind a figure of the screen.
    pub(super) fn show_behind(&mut self, listed: Option<Listed>, effects: &mut Vec<Effect<Job>>) {
        let Some(listed) = listed.filter(|listed| !listed.cases.is_empty()) else {
            return self.refuse(Text::NothingBehind);
        };
        self.keep(effects);
        self.go_behind(Filter { only: Some(listed), ..Filter::default() }, effects);
    }
}
