//! Drawing the workbench: header, view, notice, footer, and the dialogue over them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Clear;

use super::{App, Dialog, View, outside};
use crate::i18n::Text;
use crate::safe_text;
use crate::tui::keymap::{Action, Scope};
use crate::tui::screens::{
    archive, buyer, case, choice, compose, costs, forecast, health, help, import, notes, offer, offers,
    paths, picker, playbook, proposal, queue, report, sheet, shelf,
};
use crate::tui::widgets::{Context, draw_line, field, footer};

static UTC: TimeZone = TimeZone::UTC;

impl App {
    /// Whose keys count now.
    pub(super) fn scope(&self) -> Scope {
        match (&self.dialog, self.view) {
            (Some(Dialog::Templates(_) | Dialog::Palette(_)), _) => Scope::Picker,
            (Some(Dialog::Ask(_) | Dialog::Filter(_) | Dialog::Until(..) | Dialog::Sender(_)), _) => {
                Scope::Prompt
            }
            (Some(Dialog::Proposal(view)), _) => view.scope(),
            (Some(Dialog::Choice(_)), _) => Scope::Choice,
            (Some(Dialog::Find(_)), _) => Scope::Find,
            (Some(Dialog::Quote(_)), _) => Scope::Quote,
            (Some(Dialog::Replies(_)), _) => Scope::Replies,
            (Some(Dialog::Compare(_)), _) => Scope::Compare,
            (Some(Dialog::Findings(list)), _) if list.asks() => Scope::Stopped,
            (Some(Dialog::Findings(_)), _) => Scope::Findings,
            (Some(Dialog::Offer(..)), _) => Scope::Offer,
            (Some(Dialog::Offers(view)), _) if view.asks() => Scope::Offer,
            (Some(Dialog::Offers(_)), _) => Scope::Offers,
            (Some(Dialog::Archive(_)), _) => Scope::Archive,
            (Some(Dialog::Buyer(_)), _) => Scope::Buyer,
            (Some(Dialog::Notes(_)), _) => Scope::Notes,
            (Some(Dialog::Note(_)), _) => Scope::Note,
            (Some(Dialog::Cost(_)), _) => Scope::Cost,
            (Some(Dialog::Paths(_)), _) => Scope::Paths,
            (Some(Dialog::Shelf(view)), _) if view.asks() => Scope::Prompt,
            (Some(Dialog::Shelf(view)), _) if view.shows_cases() => Scope::Picker,
            (Some(Dialog::Shelf(_)), _) => Scope::Shelf,
            (Some(Dialog::Sheet(..)), _) => Scope::Sheet,
            (Some(Dialog::Playbook(view)), _) => view.scope(),
            (None, View::Queue) => Scope::Queue,
            (None, View::Case) => Scope::Case,
            (None, View::Compose) => Scope::Compose,
            (None, View::Import) => Scope::Import,
            (None, View::Forecast) => Scope::Forecast,
            (None, View::Health) => Scope::Health,
            (None, View::Report) => Scope::Report,
            (None, View::Costs) => Scope::Costs,
        }
    }

    pub(super) fn context(&self, now: Timestamp) -> Context<'_> {
        Context {
            lang: self.lang,
            theme: self.theme,
            now,
            midnight: self.day.1,
            zone: self.zone.as_ref().unwrap_or(&UTC),
            policy: &self.policy,
            own_flags: self.flags.as_deref(),
            own_playbook: self.playbook.as_ref(),
            own_carriers: self.carriers.as_deref(),
        }
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, now: Timestamp) {
        let cx = self.context(now);
        let area = frame.area();
        if area.width < 40 || area.height < 8 {
            let words = safe_text::lines(cx.t(Text::WindowTooSmall), usize::from(area.width));
            for (y, words) in (area.top()..area.bottom()).zip(words) {
                draw_line(frame, Rect { y, height: 1, ..area }, Line::raw(words.into_string()));
            }
            return;
        }
        let [header, body, notice, keys] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        queue::header(&cx, self.counts.as_ref(), self.queue.marked(), &self.queue.filter, frame, header);
        match (self.view, &self.case, &self.compose) {
            (View::Case, Some(view), _) => case::view(view, &cx, frame, body),
            (View::Compose, _, Some(view)) => compose::view(view, &cx, frame, body),
            (View::Import, ..) => import::view(&self.import, &cx, frame, body),
            (View::Forecast, ..) => forecast::view(&self.forecast, &cx, frame, body),
            (View::Health, ..) => health::view(&self.health, &cx, frame, body),
            (View::Costs, ..) => costs::view(&self.costs, &cx, frame, body),
            (View::Report, ..) => report::view(&self.report, &cx, frame, body),
            _ => queue::view(&self.queue, &cx, frame, body),
        }
        self.draw_line_above(&cx, frame, notice);
        footer(&cx, frame, keys, self.scope(), |action| self.called(action), self.last_event);
        match &self.dialog {
            Some(Dialog::Templates(view)) => picker::view_templates(view, &cx, frame, body),
            Some(Dialog::Palette(view)) => picker::view_palette(view, &cx, frame, body),
            Some(Dialog::Ask(view)) => compose::view_ask(view, &cx, frame, body),
            Some(Dialog::Offer(view, _)) => offer::view(view, &cx, frame, body),
            Some(Dialog::Offers(view)) => {
                if let Some(case) = &self.case {
                    offers::view(view, &case.file, &cx, frame, body);
                }
            }
            Some(Dialog::Archive(view)) => archive::view(view, &cx, frame, body),
            Some(Dialog::Buyer(view)) => buyer::view(view, &cx, frame, body),
            Some(Dialog::Notes(view)) => notes::view_list(view, &cx, frame, body),
            Some(Dialog::Note(view)) => notes::view(view, &cx, frame, body),
            Some(Dialog::Cost(view)) => costs::form::view(view, &cx, frame, body),
            Some(Dialog::Paths(view)) => paths::view(view, &cx, frame, body),
            Some(Dialog::Shelf(view)) => shelf::view(view, &self.learned, &cx, frame, body),
            Some(Dialog::Sheet(view, _)) => sheet::view(view, &cx, frame, body),
            Some(Dialog::Playbook(view)) => {
                if let Some(case) = &self.case {
                    playbook::view(view, &case.file, &cx, frame, body);
                }
            }
            Some(Dialog::Choice(view)) => choice::view(view, &cx, frame, body),
            Some(Dialog::Proposal(view)) => proposal::view(view, &cx, frame, body),
            Some(Dialog::Sender(line)) => outside::view_sender(line, &cx, frame, body),
            Some(Dialog::Until(_, line)) => choice::view_until(line, &cx, frame, body),
            Some(Dialog::Quote(view)) => {
                if let Some(compose) = &self.compose {
                    compose::quote::view(view, &compose.file, &cx, frame, body);
                }
            }
            Some(Dialog::Replies(view)) => compose::replies::view(view, &cx, frame, body),
            Some(Dialog::Compare(view)) => compose::compare::view(view, &cx, frame, body),
            Some(Dialog::Findings(view)) => compose::findings::view(view, &cx, frame, body),
            Some(Dialog::Filter(_) | Dialog::Find(_)) | None => {}
        }
        self.draw_notice(&cx, frame, notice);
        if let Some(help) = &self.help {
            help::view(help, &cx, frame, area);
        }
    }

    /// What a key of the scope does now, for the footer; `None`: nothing.
    fn called(&self, action: Action) -> Option<Text> {
        let next = |is_last: bool| if is_last { action.label() } else { Text::ActionNextField };
        // Where Enter goes to the next field, one key for that is enough.
        let enter = |is_last: bool| match action {
            Action::NextField if !is_last => None,
            Action::Book | Action::KeepEvidence => Some(next(is_last)),
            _ => Some(action.label()),
        };
        match &self.dialog {
            Some(Dialog::Offer(form, _)) => enter(form.is_last()),
            Some(Dialog::Offers(view)) if view.asks() => match action {
                Action::Book if view.is_last() => Some(Text::StatusCarriedOut),
                Action::NextField | Action::PreviousField if view.asks_one() => None,
                _ => enter(view.is_last()),
            },
            Some(Dialog::Offers(view)) => {
                let file = self.case.as_ref().map(|case| &case.file)?;
                offers::leads_to(view, file, action).then(|| action.label())
            }
            Some(Dialog::Playbook(view)) => view.is_last_field().map_or_else(|| Some(action.label()), enter),
            _ => Some(action.label()),
        }
    }

    /// Lines that a page moves by.
    pub(super) fn page(&self) -> isize {
        let height = match (&self.dialog, self.view) {
            (None, View::Queue) => queue::list_height(self.size.0, self.size.1),
            (None, _) => usize::from(self.size.1.saturating_sub(4)),
            _ => 8,
        };
        isize::try_from(height.max(1)).unwrap_or(1)
    }

    /// What the playbook proposes, while nothing else is to be said.
    fn draw_next_step(&self, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let (file, with_key) = match (self.view, &self.case, &self.compose) {
            (View::Case, Some(case), _) => (&case.file, true),
            (View::Compose, _, Some(compose)) => (&compose.file, false),
            _ => return,
        };
        if let Some(line) = playbook::progress_line(file, with_key, cx) {
            draw_line(frame, area, line);
        }
    }

    /// The line above the footer: the filter or the words being typed, else the next step of the playbook.
    fn draw_line_above(&self, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        match (&self.dialog, &self.compose) {
            (Some(Dialog::Filter(line)), _) => {
                draw_line(frame, Rect { width: 1, ..area }, Line::styled("/", cx.theme.key()));
                field(frame, Rect { x: area.x + 1, width: area.width - 1, ..area }, line, true);
            }
            (Some(Dialog::Find(line)), Some(compose)) => compose::view_find(line, compose, cx, frame, area),
            _ if self.notice.is_none() => self.draw_next_step(cx, frame, area),
            _ => {}
        }
    }

    /// What happened, in place of that line; a longer one grows upwards over the screen, so that what to do is seen.
    fn draw_notice(&self, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
        let Some(notice) = &self.notice else { return };
        if matches!(self.dialog, Some(Dialog::Filter(_) | Dialog::Find(_))) {
            return;
        }
        let style = if notice.until.is_some() { cx.theme.news() } else { cx.theme.blocked() };
        for (above, text) in (0..).zip(notice.lines(cx.lang, usize::from(area.width)).into_iter().rev()) {
            let place = Rect { y: area.y.saturating_sub(above), ..area };
            frame.render_widget(Clear, place);
            draw_line(frame, place, Line::styled(text, style));
        }
    }
}
