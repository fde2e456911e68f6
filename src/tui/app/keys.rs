//! From a key to an action to a change of the state.

use std::sync::Arc;

use crossterm::event::{Event, KeyEvent};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tui_input::Input as Line;
use tui_input::backend::crossterm::EventHandler;
use unicode_normalization::UnicodeNormalization;

use super::wish::{Then, Wish};
use super::{App, Dialog, View};
use crate::domain::clock::{Snooze, typed};
use crate::domain::view::Filter;
use crate::domain::{CaseId, Channel};
use crate::i18n::Text;
use crate::reply::template::Form;
use crate::tui::job::{Deed, Job};
use crate::tui::keymap::{self, Action};
use crate::tui::runtime::Effect;
use crate::tui::screens::archive::ArchiveForm;
use crate::tui::screens::case::CaseView;
use crate::tui::screens::choice::{Answer, Choice};
use crate::tui::screens::compose::Compose;
use crate::tui::screens::help::Help;
use crate::tui::screens::import::ImportView;
use crate::tui::screens::picker::Palette;
use crate::tui::widgets::paste;

impl App {
    pub(super) fn key(&mut self, key: KeyEvent, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        // What is said above the footer has been seen now; the key still does what it always does.
        self.read_notice();
        if let Some(mut help) = self.help.take() {
            self.help = help.scroll(key, self.lang, self.size.1).then_some(help);
            return;
        }
        if let Some(Dialog::Archive(form)) = &mut self.dialog
            && let Some(letter) = keymap::letter(&key)
        {
            effects.extend(form.letter(letter).map(|deed| Effect::Work(Job::Act(deed))));
            return;
        }
        if let Some(Dialog::Choice(choice)) = &mut self.dialog
            && let Some(letter) = keymap::letter(&key)
        {
            let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
            let answer = choice.letter(letter, now, &zone);
            return self.answered(answer, effects);
        }
        match keymap::action(self.scope(), &key) {
            Some(action) => self.act(action, now, effects),
            None => self.type_key(key, now, effects),
        }
    }

    /// A key that is no action is text, where text is typed.
    fn type_key(&mut self, key: KeyEvent, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let event = Event::Key(key);
        match (&mut self.dialog, self.view) {
            (Some(Dialog::Templates(picker)), _) => {
                picker.query.handle_event(&event);
                picker.search();
            }
            (Some(Dialog::Palette(palette)), _) => {
                palette.query.handle_event(&event);
                palette.search();
            }
            (Some(Dialog::Ask(ask)), _) => drop(ask.field().handle_event(&event)),
            (Some(Dialog::Filter(line) | Dialog::Until(_, line) | Dialog::Sender(line)), _) => {
                line.handle_event(&event);
            }
            (Some(Dialog::Findings(list)), _) => drop(list.reason().map(|line| line.handle_event(&event))),
            (Some(Dialog::Find(line)), _) => {
                line.handle_event(&event);
                self.search();
            }
            (Some(Dialog::Offer(form, _)), _) if !form.booking => form.key(key),
            (Some(Dialog::Offers(view)), _) => view.key(key),
            (Some(Dialog::Note(_)), _) => self.type_note(key, now),
            (Some(Dialog::Cost(form)), _) => form.key(key),
            (Some(Dialog::Shelf(_) | Dialog::Sheet(..)), _) => self.type_on_shelf(key, now),
            (Some(Dialog::Playbook(view)), _) => {
                if let Some(case) = &self.case
                    && let Some(deed) = view.key(key, case.file.summary.id, now)
                {
                    effects.push(Effect::Work(Job::Act(deed)));
                }
            }
            (None, View::Compose) if !self.sending => {
                if let Some(compose) = &mut self.compose {
                    compose.key(key, now);
                }
            }
            (None, View::Import) => {
                self.import.input().map(|input| input.handle_event(&event));
            }
            _ => {}
        }
    }

    pub(super) fn paste(&mut self, text: &str, now: Timestamp) {
        let insert = |line: &mut Line| paste(line, text);
        match (&mut self.dialog, self.view) {
            (Some(Dialog::Templates(picker)), _) => {
                insert(&mut picker.query);
                picker.search();
            }
            (Some(Dialog::Palette(palette)), _) => {
                insert(&mut palette.query);
                palette.search();
            }
            (Some(Dialog::Ask(ask)), _) => insert(ask.field()),
            (Some(Dialog::Filter(line) | Dialog::Until(_, line) | Dialog::Sender(line)), _) => insert(line),
            (Some(Dialog::Findings(list)), _) => drop(list.reason().map(insert)),
            (Some(Dialog::Find(line)), _) => {
                insert(line);
                self.search();
            }
            (Some(Dialog::Offer(form, _)), _) if !form.booking => form.paste(text),
            (Some(Dialog::Offers(view)), _) => view.paste(text),
            (Some(Dialog::Note(form)), _) => form.paste(text, now),
            (Some(Dialog::Cost(form)), _) => form.paste(text),
            (Some(Dialog::Shelf(_) | Dialog::Sheet(..)), _) => self.paste_on_shelf(text, now),
            (Some(Dialog::Playbook(view)), _) => view.paste(text, now),
            (None, View::Compose) if !self.sending => {
                if let Some(compose) = &mut self.compose {
                    compose.paste(text, now);
                }
            }
            (None, View::Import) => {
                self.import.input().map(insert);
            }
            _ => {}
        }
    }

    /// Does one action.
    pub(super) fn act(&mut self, action: Action, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let sure = std::mem::take(&mut self.undo_import);
        if self.act_on_text(action, now, effects)
            || self.act_on_findings(action, now, effects)
            || self.act_beside(action, now, effects)
            || self.act_on_playbook(action, effects)
            || self.act_on_offers(action, effects)
            || self.act_on_shelf(action, now, effects)
            || self.act_outside(action, now, effects)
            || self.open_figures(action, effects)
            || self.act_on_health(action, effects)
            || self.act_on_costs(action, effects)
            || self.act_on_report(action, effects)
        {
            return;
        }
        match action {
            Action::Quit => {
                self.import.stop();
                self.keep(effects);
                effects.push(Effect::Quit);
            }
            Action::Help => self.help = Some(Help::new(self.scope())),
            Action::Palette => self.dialog = Some(Dialog::Palette(Palette::new(self.scope(), self.lang))),
            Action::Language => self.lang = self.lang.other(),
            Action::Down => self.step(1),
            Action::Up => self.step(-1),
            Action::PageDown => self.step(self.page()),
            Action::PageUp => self.step(-self.page()),
            Action::Top | Action::Bottom => self.jump(action == Action::Bottom),
            Action::PreviewDown | Action::PreviewUp => {
                if let Some(compose) = &mut self.compose {
                    compose.step(if action == Action::PreviewDown { 1 } else { -1 });
                }
            }
            Action::BuyerDown | Action::BuyerUp => {
                if let Some(compose) = &mut self.compose {
                    compose.step_buyer(action == Action::BuyerDown);
                }
            }
            Action::NextField | Action::PreviousField => match &mut self.dialog {
                Some(Dialog::Offer(form, _)) => form.step(action == Action::NextField),
                Some(Dialog::Playbook(view)) => view.turn(action == Action::NextField),
                _ => self.import.turn(),
            },
            Action::Back => self.back(effects),
            Action::Accept => self.accept(now, effects),
            Action::Refresh => {
                self.reload(effects);
                self.count(now, effects);
            }
            Action::Filter => self.dialog = Some(Dialog::Filter(Line::new(self.queue.filter.words.clone()))),
            Action::Undo => effects.push(Effect::Work(Job::Undo { sure })),
            Action::Mark => self.queue.mark(),
            Action::Import => self.open_import(),
            Action::Start => self.start_import(now, effects),
            Action::Asleep => {
                self.queue.filter.asleep = !self.queue.filter.asleep;
                self.reload(effects);
            }
            Action::Clocks if self.view == View::Queue => {
                self.go(View::Forecast);
                self.ask_forecast(effects);
            }
            Action::Clocks => {
                if let Some(case) = &mut self.case {
                    case.unfold();
                }
            }
            Action::Earlier | Action::Later => {
                self.forecast.along(if action == Action::Later { 1 } else { -1 })
            }
            Action::Open if self.view == View::Forecast => {
                let Some(range) = self.forecast.range() else { return self.refuse(Text::NothingDueThen) };
                self.go_behind(Filter { due: Some(range), ..Filter::default() }, effects);
            }
            _ => self.act_on_case(action, now, effects),
        }
    }

    /// An action on the case under the cursor or on screen.
    fn act_on_case(&mut self, action: Action, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Some(case) = self.target() else { return self.refuse(Text::NotACase) };
        let deed = |deed: Deed| Effect::Work(Job::Act(deed));
        match action {
            Action::Open => self.open(case, Then::Visit, effects),
            Action::Reply => self.open(case, Then::Reply, effects),
            Action::Template => match (&self.compose, self.view) {
                (Some(_), View::Compose) => self.pick(Form::Reply, now, effects),
                _ => self.open(case, Then::Template, effects),
            },
            Action::Offer => {
                self.keep(effects);
                self.open(case, Then::Offer, effects);
                Self::ask_ground(case, effects);
            }
            Action::Book => {
                if let Some(Dialog::Offer(form, _)) = &mut self.dialog
                    && let Some(draft) = form.book()
                {
                    effects.push(deed(Deed::Offer(form.case, Box::new(draft))));
                }
            }
            Action::Archive => {
                self.keep(effects);
                let cases = if self.view == View::Queue { self.queue.chosen() } else { vec![case] };
                let stands = self.stands(&cases, now);
                self.dialog = Some(Dialog::Archive(ArchiveForm::new(cases, stands)));
            }
            Action::Outcome => {
                let stands = self.stands(&[case], now);
                self.dialog = Some(Dialog::Archive(ArchiveForm::outcome(case, stands)));
            }
            Action::NextCase | Action::PreviousCase => {
                if let Some(next) = self.queue.beside(case, action == Action::NextCase) {
                    self.queue.select(next);
                    self.go_on(next, effects);
                }
            }
            Action::Wait => self.dialog = Some(Dialog::Choice(Choice::wait(case))),
            Action::Snooze => {
                let cases = if self.view == View::Queue { self.queue.chosen() } else { vec![case] };
                self.dialog = Some(Dialog::Choice(Choice::snooze(cases)));
            }
            Action::NoReply if !self.is_message(case) => self.refuse(Text::NoBuyerWaits),
            Action::NoReply => effects.push(deed(Deed::NoReply(case))),
            Action::Complaint | Action::NoComplaint if !self.is_message(case) => {
                self.refuse(Text::AlwaysComplaint);
            }
            Action::Complaint | Action::NoComplaint => {
                effects.push(deed(Deed::Judge(case, action == Action::Complaint)));
            }
            Action::Sent => self.send(now, effects),
            _ => {
                if let Some(kind) = action.kind() {
                    effects.push(deed(Deed::Kind(case, kind)));
                }
            }
        }
    }

    /// The case that an action is about.
    pub(super) fn target(&self) -> Option<CaseId> {
        match self.view {
            View::Queue | View::Import | View::Forecast | View::Health | View::Report | View::Costs => {
                self.queue.current().map(|row| row.id)
            }
            View::Case => self.case.as_ref().map(|case| case.file.summary.id),
            View::Compose => self.compose.as_ref().map(Compose::case),
        }
    }

    /// Whether a case is a buyer's message: only there the answer can be left out.
    fn is_message(&self, case: CaseId) -> bool {
        let shown = match self.view {
            View::Case => self.case.as_ref().map(|view| &view.file.summary),
            _ => self.queue.current(),
        };
        shown.is_none_or(|row| row.id != case || row.channel == Channel::Message)
    }

    pub(super) fn open(&mut self, case: CaseId, then: Then, effects: &mut Vec<Effect<Job>>) {
        self.ticket += 1;
        self.wanted = Some(Wish { ticket: self.ticket, then });
        effects.push(Effect::Work(Job::Load(case, self.ticket)));
    }

    /// A case that was waited for is there.
    pub(super) fn opened(
        &mut self,
        file: Box<crate::domain::view::CaseFile>,
        then: Then,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) {
        match then {
            Then::Show | Then::Visit => {
                if then == Then::Visit {
                    self.go(View::Case);
                }
                self.queue.select(file.summary.id);
                self.case = Some(CaseView::new(file));
                self.view = View::Case;
            }
            Then::Reply | Then::Template | Then::Resume => {
                if then != Then::Resume && self.view != View::Compose {
                    self.go(View::Compose);
                }
                self.case = None;
                let compose = Compose::new(file, self.seller.clone(), &self.templates(), now);
                if then == Then::Template {
                    let mut picker = self.picker(&compose, Form::Reply, now);
                    picker.comes_first = true;
                    self.dialog = Some(Dialog::Templates(Box::new(picker)));
                    effects.extend(self.read_shelf());
                }
                self.compose = Some(compose);
                self.view = View::Compose;
            }
            Then::Offer => {
                let under = self.dialog.take().map(Box::new);
                let form = self.offer_form(&file);
                self.dialog = Some(Dialog::Offer(Box::new(form), under));
            }
            Then::Replies | Then::Compare => {}
            Then::Buyer | Then::Note | Then::Notes | Then::Paths => self.opened_beside(file, then),
        }
    }

    fn step(&mut self, lines: isize) {
        match (&mut self.dialog, self.view) {
            (Some(Dialog::Templates(picker)), _) => picker.step(lines),
            (Some(Dialog::Palette(palette)), _) => palette.step(lines),
            (Some(Dialog::Archive(form)), _) => form.step(lines),
            (Some(Dialog::Playbook(_)), _) => self.step_in_playbook(lines),
            (Some(Dialog::Choice(choice)), _) => choice.step(lines),
            (None, View::Forecast) => {
                self.forecast.step(lines, self.zone.as_ref().unwrap_or(&TimeZone::UTC));
            }
            (None, View::Queue) => self.queue.step(lines),
            (None, View::Case) => {
                if let Some(case) = &mut self.case {
                    case.step(lines);
                }
            }
            (None, View::Import) => self.import.step(lines),
            _ => {}
        }
    }

    fn jump(&mut self, end: bool) {
        match self.view {
            View::Queue => self.queue.jump(end),
            View::Case => {
                if let Some(case) = &mut self.case {
                    case.jump(end);
                }
            }
            View::Forecast => self.forecast.jump(end),
            View::Compose | View::Import | View::Health | View::Report | View::Costs => {}
        }
    }

    /// One step back; nothing typed is lost by it.
    fn back(&mut self, effects: &mut Vec<Effect<Job>>) {
        let stays = match &mut self.dialog {
            None => return self.leave(effects),
            Some(Dialog::Archive(form)) => form.storing || form.back(),
            Some(Dialog::Ask(_)) => {
                self.give_up_asking();
                false
            }
            Some(Dialog::Offer(form, _)) => form.booking,
            Some(Dialog::Playbook(view)) => view.back(),
            Some(Dialog::Templates(picker)) if picker.comes_first => {
                self.dialog = None;
                return self.leave(effects);
            }
            Some(_) => false,
        };
        match &self.dialog {
            _ if stays => {}
            Some(Dialog::Offer(..)) => self.leave_offer(effects),
            _ => self.dialog = None,
        }
    }

    /// Enter in a dialogue.
    fn accept(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        match self.dialog.take() {
            Some(Dialog::Templates(picker)) => match (picker.current(), &mut self.compose) {
                (Some(snippet), Some(_)) if picker.form == Form::Snippet => self.use_snippet(snippet, now),
                (Some(template), Some(compose)) => compose.use_template(Arc::clone(template), now),
                _ => {
                    self.refuse(Text::NoTemplateFits);
                    self.dialog = Some(Dialog::Templates(picker));
                }
            },
            Some(Dialog::Palette(palette)) => {
                if let Some(action) = palette.current() {
                    self.act(action, now, effects);
                }
            }
            Some(Dialog::Ask(ask)) => self.take_value(ask, now, effects),
            Some(Dialog::Filter(line)) => self.narrow(line.value(), effects),
            Some(Dialog::Archive(mut form)) => {
                if form.lacks_choice() {
                    self.refuse(Text::ChooseFirst);
                }
                effects.extend(form.accept().map(|deed| Effect::Work(Job::Act(deed))));
                self.dialog = Some(Dialog::Archive(form));
            }
            Some(Dialog::Choice(choice)) => {
                let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
                let answer = choice.accept(now, &zone);
                if answer.is_none() {
                    self.refuse(Text::ChooseFirst);
                }
                self.dialog = Some(Dialog::Choice(choice));
                self.answered(answer, effects);
            }
            Some(Dialog::Until(cases, line)) => {
                let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
                let text: String = line.value().nfkc().collect();
                if let Some(at) = typed::moment(&text, now, &zone) {
                    effects.push(Effect::Work(Job::Act(Deed::Snooze(cases, Snooze::Until(at)))));
                } else {
                    self.refuse(Text::NoSuchTime);
                    self.dialog = Some(Dialog::Until(cases, line));
                }
            }
            other => self.dialog = other,
        }
    }

    /// A letter or Enter in a question; nothing is chosen yet without an answer.
    fn answered(&mut self, answer: Option<Answer>, effects: &mut Vec<Effect<Job>>) {
        match answer {
            Some(Answer::Deed(deed)) => {
                self.dialog = None;
                effects.push(Effect::Work(Job::Act(deed)));
            }
            Some(Answer::Type(cases)) => self.dialog = Some(Dialog::Until(cases, Line::default())),
            None => {}
        }
    }

    fn open_import(&mut self) {
        if !self.import.is_running() {
            self.import = ImportView::new(self.import.path());
        }
        self.go(View::Import);
    }

    fn start_import(&mut self, now: Timestamp, effects: &mut Vec<Effect<Job>>) {
        let Ok(marketplace) = self.import.site() else { return self.refuse(Text::NoSuchSite) };
        if let Some((path, stop)) = self.import.start(now) {
            effects.push(Effect::Work(Job::Import { path, marketplace, stop }));
        }
    }
}
