//! What is done to the text being written: undo, kill and yank, search, quotation, earlier replies, the template beside
//! the reply.

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use tui_input::Input as Line;

use super::{App, Dialog, Then, View, Wish};
use crate::domain::CaseId;
use crate::domain::reply::PastReply;
use crate::domain::view::ReplyDraft;
use crate::i18n::Text;
use crate::tui::job::Job;
use crate::tui::keymap::{Action, Travel};
use crate::tui::runtime::Effect;
use crate::tui::screens::buyer::zone_of;
use crate::tui::screens::compose::replies::Replies;

/// How long it is said that another window typed into the reply.
const JOINED_FADES: SignedDuration = SignedDuration::from_secs(60);

impl App {
    /// The store has a draft, as it was sent or with what another window typed meanwhile.
    pub(super) fn draft_kept(
        &mut self,
        case: CaseId,
        draft: ReplyDraft,
        both: Option<ReplyDraft>,
        now: Timestamp,
    ) {
        let library = self.templates();
        let compose = self.compose.as_mut().filter(|compose| compose.case() == case);
        match (compose, both) {
            (Some(compose), Some(both)) => compose.is_kept_with(&draft, both, &library, now),
            (Some(compose), None) => return compose.is_kept(draft),
            // He is elsewhere already: the next look at the reply shows both.
            (None, _) => return,
        }
        self.long_news(|lang| Text::NewsJoined.in_lang(lang).to_owned(), JOINED_FADES, now);
    }

    /// Does an action on the text or in one of its dialogues; `false` where it is none.
    pub(super) fn act_on_text(
        &mut self,
        action: Action,
        now: Timestamp,
        effects: &mut Vec<Effect<Job>>,
    ) -> bool {
        let travel = action.travel(self.page());
        match &mut self.dialog {
            Some(Dialog::Quote(view)) => match (action, travel) {
                (_, Some(Travel::By(lines))) => view.step(lines),
                (_, Some(Travel::To(end))) => view.jump(end),
                (Action::Mark, _) => view.mark(),
                (Action::Earlier | Action::Later, _) => view.turn(action == Action::Earlier),
                (Action::Accept, _) => {
                    let words = view.text();
                    self.put(&words, now);
                }
                _ => return false,
            },
            Some(Dialog::Replies(view)) => match (action, travel) {
                (_, Some(Travel::By(lines))) => view.step(lines),
                (_, Some(Travel::To(end))) => view.jump(end),
                (Action::ShowWhole, _) => view.open(),
                (Action::Compare, _) => view.compare(),
                (Action::PutReply, _) if self.view == View::Compose => {
                    let words = view.current().text.clone();
                    self.put(&words, now);
                }
                (Action::PutReply, _) => self.refuse(Text::NoReplyOpen),
                (Action::Back, _) => return view.back(),
                _ => return false,
            },
            Some(Dialog::Compare(view)) => match travel {
                Some(Travel::By(lines)) => view.step(lines),
                Some(Travel::To(end)) => view.jump(end),
                _ => return false,
            },
            Some(Dialog::Find(_)) => return self.act_on_search(action),
            Some(Dialog::Note(form)) => match action.stroke() {
                Some(stroke) => form.stroke(stroke, now),
                None => return false,
            },
            Some(Dialog::Sheet(form, _)) => match action.stroke() {
                Some(stroke) => form.stroke(stroke, now),
                None => return false,
            },
            Some(_) => return false,
            None => return self.act_on_reply(action, now, effects),
        }
        true
    }

    /// An action on the reply itself, or on a case that shows what was replied.
    fn act_on_reply(&mut self, action: Action, now: Timestamp, effects: &mut Vec<Effect<Job>>) -> bool {
        match (&mut self.compose, self.view, action) {
            (_, View::Case | View::Compose, Action::Replies) => self.ask_replies(Then::Replies, effects),
            (_, View::Case, Action::Compare) => self.ask_replies(Then::Compare, effects),
            (Some(compose), View::Compose, Action::Compare) => {
                self.dialog = Some(Dialog::Compare(Box::new(compose.compare(self.lang))));
            }
            (Some(compose), View::Compose, Action::Quote) => match compose.quote() {
                Some(quote) => self.dialog = Some(Dialog::Quote(Box::new(quote))),
                None => self.refuse(Text::NothingToQuote),
            },
            (Some(_), View::Compose, Action::Values) => self.ask_again(now),
            (Some(_), View::Compose, Action::Find) => self.dialog = Some(Dialog::Find(Line::default())),
            (Some(compose), View::Compose, _) => match action.stroke() {
                Some(stroke) if !self.sending => compose.stroke(stroke, now),
                Some(_) => {}
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// Breaks the texts of the dialogues as they will be drawn, and keeps their scrolls inside.
    pub(super) fn settle_text(&mut self, now: Timestamp) {
        let area = Rect::new(0, 1, self.size.0, self.size.1.saturating_sub(3));
        let Some(mut dialog) = self.dialog.take() else { return };
        match &mut dialog {
            Dialog::Note(form) => form.fit(area),
            Dialog::Replies(view) => view.settle(&self.context(now), area),
            Dialog::Compare(view) => view.settle(&self.context(now), area),
            Dialog::Paths(view) => view.settle(&self.context(now), area),
            _ => {}
        }
        self.dialog = Some(dialog);
    }

    /// Next, back, and the end of the search.
    fn act_on_search(&mut self, action: Action) -> bool {
        let Some(compose) = &mut self.compose else { return false };
        match action {
            Action::FindNext | Action::FindBack => drop(compose.searched().find(action == Action::FindNext)),
            Action::Back => {
                compose.searched().end_search();
                self.dialog = None;
            }
            _ => return false,
        }
        true
    }

    /// The words searched for have changed.
    pub(super) fn search(&mut self) {
        if let (Some(Dialog::Find(line)), Some(compose)) = (&self.dialog, &mut self.compose) {
            compose.searched().search(line.value());
        }
    }

    /// A chosen text goes into the reply as a paragraph of its own.
    fn put(&mut self, words: &str, now: Timestamp) {
        self.dialog = None;
        if let Some(compose) = &mut self.compose {
            compose.insert_paragraph(words, now);
        }
    }

    fn ask_replies(&mut self, then: Then, effects: &mut Vec<Effect<Job>>) {
        let Some(case) = self.target() else { return self.refuse(Text::NotACase) };
        self.ticket += 1;
        self.wanted = Some(Wish { ticket: self.ticket, then });
        effects.push(Effect::Work(Job::Replies(case, self.ticket)));
    }

    /// The replies to a buyer are there.
    pub(super) fn replies_read(
        &mut self,
        ticket: u64,
        case: CaseId,
        replies: Vec<PastReply>,
        now: Timestamp,
    ) {
        let Some(wish) = self.wanted.take_if(|wish| wish.ticket == ticket) else { return };
        let shown = [self.case.as_ref().map(|case| &*case.file), self.compose.as_ref().map(|one| &*one.file)];
        let file = shown.into_iter().flatten().find(|file| file.summary.id == case);
        let cx = self.context(now);
        let zone = file.map_or_else(|| cx.zone.clone(), |file| zone_of(file, &cx));
        let library = self.templates();
        let (list, none) = if wish.then == Then::Compare {
            (Replies::compared(case, replies, zone, library), Text::NoReplyHere)
        } else {
            (Replies::new(case, replies, zone, library), Text::NoReplies)
        };
        match list {
            Some(list) => self.dialog = Some(Dialog::Replies(Box::new(list))),
            None => self.answer(none, now),
        }
    }
}
