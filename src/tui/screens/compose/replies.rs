//! The replies to a buyer so far: a list, one of them in full, and what of it was the template's.

use std::sync::Arc;

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::compare::{self, Compare};
use crate::domain::CaseId;
use crate::domain::reply::PastReply;
use crate::i18n::{Text, zone_names};
use crate::reply::diff::personal_share;
use crate::reply::quote::unquoted;
use crate::reply::template::Library;
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, popup, scroll_for};

/// State of the dialogue.
#[derive(Debug)]
pub struct Replies {
    /// The case it was opened from.
    case: CaseId,
    /// The newest first; never empty.
    all: Vec<PastReply>,
    selected: usize,
    open: Option<Open>,
    /// The zone of the case, in which its history is told too.
    zone: TimeZone,
    /// What the templates of the replies are called.
    library: Arc<Library>,
    /// The comparison alone was asked for: a step back leads out of it.
    alone: bool,
}

/// What is shown of the selected reply.
#[derive(Debug)]
enum Open {
    Whole { scroll: usize },
    Compared(Compare),
}

impl Replies {
    /// Opens the list; `None` where nobody wrote to this buyer yet.
    #[must_use]
    pub fn new(case: CaseId, replies: Vec<PastReply>, zone: TimeZone, library: Arc<Library>) -> Option<Self> {
        let list = Self { case, all: replies, selected: 0, open: None, zone, library, alone: false };
        (!list.all.is_empty()).then_some(list)
    }

    /// Opens the list on the newest reply of the case itself, the template beside it; `None` where there is none.
    #[must_use]
    pub fn compared(
        case: CaseId,
        replies: Vec<PastReply>,
        zone: TimeZone,
        library: Arc<Library>,
    ) -> Option<Self> {
        let selected = replies.iter().position(|reply| reply.case == case)?;
        let mut list = Self { selected, alone: true, ..Self::new(case, replies, zone, library)? };
        list.compare();
        Some(list)
    }

    /// What it is, with the name of the zone of its times.
    fn title(&self, cx: &Context<'_>) -> String {
        let whose = zone_names(&self.zone, self.all.iter().map(|reply| reply.at));
        format!("{} ({whose})", cx.t(Text::ActionReplies))
    }

    /// The reply under the cursor.
    #[must_use]
    pub fn current(&self) -> &PastReply {
        &self.all[self.selected]
    }

    /// Keeps the scroll within the open reply, so that a step back is seen at once.
    pub fn settle(&mut self, cx: &Context<'_>, area: Rect) {
        let (cells, rows) = compare::room(area);
        match &mut self.open {
            Some(Open::Compared(compare)) => compare.settle(cx, area),
            Some(Open::Whole { scroll }) if *scroll > 0 => {
                let lines = safe_text::lines(&self.all[self.selected].text, cells).count();
                *scroll = (*scroll).min(lines.saturating_sub(rows));
            }
            _ => {}
        }
    }

    /// Moves the cursor, or scrolls the open reply; [`Replies::settle`] stops it at the end.
    pub fn step(&mut self, lines: isize) {
        match &mut self.open {
            Some(Open::Whole { scroll }) => *scroll = scroll.saturating_add_signed(lines),
            Some(Open::Compared(compare)) => compare.step(lines),
            None => {
                self.selected = self.selected.saturating_add_signed(lines).min(self.all.len() - 1);
            }
        }
    }

    /// To the first line or the last.
    pub fn jump(&mut self, end: bool) {
        match &mut self.open {
            Some(Open::Whole { scroll }) => *scroll = if end { usize::MAX / 2 } else { 0 },
            Some(Open::Compared(compare)) => compare.jump(end),
            None => self.selected = if end { self.all.len() - 1 } else { 0 },
        }
    }

    /// Shows the reply under the cursor in full, or the list again.
    pub fn open(&mut self) {
        self.open = match self.open {
            None => Some(Open::Whole { scroll: 0 }),
            Some(_) => None,
        };
        self.alone = false;
    }

    /// Lays the template beside the reply under the cursor, or goes back to its text.
    pub fn compare(&mut self) {
        self.open = match self.open {
            Some(Open::Compared(_)) => Some(Open::Whole { scroll: 0 }),
            _ => Some(Open::Compared(Compare::of(self.current(), &self.library))),
        };
    }

    /// One step back; `false` where that leaves the dialogue.
    pub fn back(&mut self) -> bool {
        self.open.take().is_some() && !self.alone
    }
}

/// Draws the dialogue over the whole place.
pub fn view(list: &Replies, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    match &list.open {
        Some(Open::Compared(compare)) => compare::view(compare, cx, frame, area),
        Some(Open::Whole { scroll }) => view_whole(list, *scroll, cx, frame, area),
        None => view_list(list, cx, frame, area),
    }
}

/// The day, the case, how much was personal: what stands beside the words.
fn about(list: &Replies, reply: &PastReply, cx: &Context<'_>) -> String {
    let case = if reply.case == list.case {
        cx.lang.pick("this case", "当前客诉").to_owned()
    } else {
        format!("#{} {}", reply.case, cx.t(reply.channel))
    };
    let mut parts = vec![cx.moment(reply.at, &list.zone), case];
    if reply.template.is_some() {
        let share = personal_share(&reply.template_text, &unquoted(&reply.text));
        parts.push(cx.lang.pick("{} % personal", "个性化 {}%").replace("{}", &share.percent().to_string()));
    }
    parts.join(" · ")
}

fn view_list(list: &Replies, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = format!("{} · {}", list.title(cx), list.all.len());
    let inside = popup(frame, area, area.width, area.height, &title);
    let cells = usize::from(inside.width);
    // Two rows a reply: what it is, how it begins.
    let each = usize::from(inside.height / 2).max(1);
    let top = scroll_for(list.selected, each, list.all.len());
    let mut places = (inside.top()..inside.bottom()).map(|y| Rect { y, height: 1, ..inside });
    for (at, reply) in list.all.iter().enumerate().skip(top) {
        let head = about(list, reply, cx);
        let words = format!("   {}", safe_text::line(&excerpt(&reply.text), cells.saturating_sub(3)));
        for (row, text) in [head, words].into_iter().enumerate() {
            let Some(place) = places.next() else { return };
            let style = if row == 0 { cx.theme.heading() } else { ratatui::style::Style::new() };
            draw_line(frame, place, Line::styled(safe_text::line(&text, cells).into_string(), style));
            if at == list.selected {
                frame.buffer_mut().set_style(place, cx.theme.selected());
            }
        }
    }
}

/// The first words after the greeting: every reply begins with the same line.
fn excerpt(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let body = if lines.len() > 1 { &lines[1..] } else { &lines[..] };
    let words: String = body.join(" ").chars().take(400).collect();
    words
}

fn view_whole(list: &Replies, scroll: usize, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let reply = list.current();
    let inside = popup(frame, area, area.width, area.height, &list.title(cx));
    let cells = usize::from(inside.width);
    let mut rows = (inside.top()..inside.bottom()).map(|y| Rect { y, height: 1, ..inside });
    let mut head = about(list, reply, cx);
    if let Some(order) = &reply.order_id {
        head.push_str(&format!(" · {order}"));
    }
    if let Some(row) = rows.next() {
        let head = safe_text::line(&head, cells).into_string();
        draw_line(frame, row, Line::from(Span::styled(head, cx.theme.heading())));
    }
    let rows: Vec<Rect> = rows.skip(1).collect();
    let lines: Vec<_> = safe_text::wrap(&reply.text, cells);
    let top = scroll.min(lines.len().saturating_sub(rows.len()));
    for (row, line) in rows.into_iter().zip(lines.into_iter().skip(top)) {
        draw_line(frame, row, Line::raw(line.into_string()));
    }
}
