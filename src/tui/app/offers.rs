//! The offers on the order of the case on screen: what their keys do.

use std::collections::BTreeMap;

use super::{App, Dialog, View};
use crate::domain::view::CaseFile;
use crate::domain::{CaseId, OfferStatus};
use crate::i18n::Text;
use crate::tui::job::{Deed, Job};
use crate::tui::keymap::Action;
use crate::tui::runtime::Effect;
use crate::tui::screens::offer::OfferForm;
use crate::tui::screens::offers::OffersView;

/// What was typed in dialogues that were closed before it was stored, by case: there again when they open, until kesu ends.
#[derive(Debug, Default)]
pub(super) struct Unfinished {
    offers: BTreeMap<CaseId, Box<OfferForm>>,
    /// Why a reply goes out though the rules stop it.
    pub(super) reasons: BTreeMap<CaseId, (Vec<String>, String)>,
}

impl App {
    /// An action on the offers of the case on screen; `false`: it is none.
    pub(super) fn act_on_offers(&mut self, action: Action, effects: &mut Vec<Effect<Job>>) -> bool {
        let Some(case) = self.case.as_ref().filter(|_| self.view == View::Case) else { return false };
        let file = &case.file;
        if let (Action::Offers, None) = (action, &self.dialog) {
            let key = uuid::Uuid::now_v7().to_string();
            Self::ask_ground(file.summary.id, effects);
            self.dialog = Some(Dialog::Offers(Box::new(OffersView::new(key, self.carriers.clone()))));
            return true;
        }
        let Some(Dialog::Offers(view)) = &mut self.dialog else { return false };
        let wish = match action {
            Action::Back => {
                if !view.back() {
                    self.dialog = None;
                }
                return true;
            }
            Action::Down | Action::Up => {
                view.step(action == Action::Down, file);
                return true;
            }
            Action::NextField | Action::PreviousField => {
                view.turn(action == Action::NextField);
                return true;
            }
            Action::Book => view.settle(file),
            _ => match status(action) {
                Some(_) if file.offers.is_empty() => {
                    self.refuse(Text::NoOffers);
                    return true;
                }
                Some(to) => view.choose(to, file),
                None => return false,
            },
        };
        let id = file.summary.id;
        effects.extend(wish.map(|wish| Effect::Work(Job::Act(Deed::MoveOffer(id, Box::new(wish))))));
        true
    }

    /// The dialogue that books one, with what was typed there before it was closed.
    pub(super) fn offer_form(&mut self, file: &CaseFile) -> OfferForm {
        let form = OfferForm::new(file, uuid::Uuid::now_v7().to_string(), self.carriers.clone());
        match self.unfinished.offers.remove(&form.case) {
            Some(left) => form.resume(*left),
            None => form,
        }
    }

    /// Esc: the dialogue that books one closes, and what is typed there stays with its case.
    pub(super) fn leave_offer(&mut self, effects: &mut Vec<Effect<Job>>) {
        let form = self.close_offer(effects).filter(|form| form.is_begun());
        self.unfinished.offers.extend(form.map(|form| (form.case, form)));
    }

    /// Closes the dialogue that books one; what it was opened from has the keys again.
    pub(super) fn close_offer(&mut self, effects: &mut Vec<Effect<Job>>) -> Option<Box<OfferForm>> {
        let Some(Dialog::Offer(form, under)) = self.dialog.take() else { return None };
        self.dialog = under.map(|under| *under);
        match &self.dialog {
            Some(Dialog::Offers(_)) => Self::ask_ground(form.case, effects),
            Some(Dialog::Paths(_)) => self.ask_paths(form.case, effects),
            _ => {}
        }
        Some(form)
    }

    /// The list of offers that has the keys.
    pub(super) fn open_offers(&mut self) -> Option<&mut OffersView> {
        match &mut self.dialog {
            Some(Dialog::Offers(view)) => Some(view),
            _ => None,
        }
    }
}

/// The state that an action brings an offer to.
const fn status(action: Action) -> Option<OfferStatus> {
    match action {
        Action::OfferAccepted => Some(OfferStatus::Accepted),
        Action::OfferDeclined => Some(OfferStatus::Declined),
        Action::OfferCarriedOut => Some(OfferStatus::CarriedOut),
        Action::OfferExpired => Some(OfferStatus::Expired),
        Action::OfferReversed => Some(OfferStatus::Reversed),
        _ => None,
    }
}
