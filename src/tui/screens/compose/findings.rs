//! What the rules object to while a reply is written: the lines under the text, the list, and the question for a reason
//! where they stop the reply.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::Compose;
use crate::domain::tracking::Carriers;
use crate::i18n::{Lang, Text};
use crate::reply::review::{Objection, fingerprint, review, standing, stopping};
use crate::reply::template::parts;
use crate::safe_text;
use crate::tui::keymap::{self, Action, Scope};
use crate::tui::widgets::{Context, draw_line, field, popup, scroll_for};

/// A longer reply (in characters) is looked at when the operator pauses, so that no letter waits for the rules.
const AT_ONCE: usize = 2_000;
/// This long a pause.
const PAUSE: SignedDuration = SignedDuration::from_millis(300);
/// The findings take at most this many lines.
const MOST_LINES: usize = 3;

/// What the rules said of the reply as it was when they last looked.
#[derive(Debug, Default)]
pub(super) struct Review {
    /// The text and what surrounds it, by the numbers of their changes.
    seen: Option<(u64, u64)>,
    /// The reply has changed since, and is looked at then.
    pub(super) due: Option<Timestamp>,
    /// The whole reply; a missing value stands as its example.
    text: String,
    /// Where its three parts begin and end in it.
    parts: [Range<usize>; 3],
    /// What is said against it.
    pub(super) objections: Vec<Objection>,
    /// The one that was gone to last.
    current: Option<usize>,
    /// A place above or below the addition that the preview has to show: part and byte in it.
    pub(super) wanted: Option<(usize, usize)>,
}

impl Review {
    /// The stretches of one part that are set off, in bytes of it, and whether they stop the reply.
    pub(super) fn marks(&self, part: usize) -> impl Iterator<Item = (Range<usize>, bool)> {
        let place = self.parts[part].clone();
        let objections = self.objections.iter().filter(|_| self.due.is_none());
        objections.filter(|each| each.is_placed(&self.text)).filter_map(move |each| {
            let (from, to) = (each.range.start.max(place.start), each.range.end.min(place.end));
            (from < to).then(|| (from - place.start..to - place.start, each.blocks()))
        })
    }
}

impl Compose {
    /// Lets the rules look at the reply where it has changed; at a long one when nothing was typed for a moment.
    pub(super) fn examine(&mut self, carriers: &Carriers, now: Timestamp) {
        let version = Some((self.area.version(), self.filled));
        if self.review.seen != version {
            let long = self.figures().letters > AT_ONCE;
            self.review.due = Some(if long { now + PAUSE } else { now });
            self.review.seen = version;
        }
        if self.review.due.is_none_or(|due| due > now) {
            return;
        }
        let mut shown = self.values.clone();
        for missing in self.missing() {
            shown.insert(missing.name().to_owned(), missing.example().to_owned());
        }
        let addition = self.addition();
        let written = parts(self.template.as_deref(), &shown, &addition).unwrap_or_default();
        let mut text = String::new();
        let places = written.each_ref().map(|part| {
            if !text.is_empty() && !part.is_empty() {
                text.push_str("\n\n");
            }
            let from = text.len();
            text.push_str(part);
            from..text.len()
        });
        let objections = review(&text, self.language(), &self.facts, carriers);
        let lead = addition.len() - addition.trim_start().len();
        let current = None;
        self.review =
            Review { seen: version, due: None, text, parts: places, objections, current, wanted: None };
        let marks: Vec<_> = self
            .review
            .marks(1)
            .map(|(range, strong)| (range.start + lead..range.end + lead, strong))
            .collect();
        self.area.set_off(marks);
    }

    /// When the rules look at the reply.
    #[must_use]
    pub fn examine_at(&self) -> Option<Timestamp> {
        self.review.due
    }

    /// To the next thing the rules object to; `false` where there is none.
    pub fn next_finding(&mut self) -> bool {
        let count = self.review.objections.len();
        if count == 0 {
            return false;
        }
        self.go_to_finding(self.review.current.map_or(0, |at| (at + 1) % count));
        true
    }

    /// The caret to what is objected to, or the preview where the template says it.
    fn go_to_finding(&mut self, at: usize) {
        let Some(objection) = self.review.objections.get(at) else { return };
        self.review.current = Some(at);
        let (start, parts) = (objection.range.start, &self.review.parts);
        if !objection.is_placed(&self.review.text) {
            return;
        }
        if parts[1].contains(&start) {
            let addition = self.addition();
            let lead = addition.len() - addition.trim_start().len();
            self.area.go_to(lead + start - parts[1].start);
        } else if let Some(part) = (0..3).find(|part| parts[*part].contains(&start)) {
            self.review.wanted = Some((part, start - parts[part].start));
        }
    }

    /// The list of everything the rules object to; `None` where that is nothing.
    #[must_use]
    pub fn findings(&self) -> Option<Findings> {
        let cursor = self.review.current.unwrap_or(0);
        let all = self.review.objections.clone();
        (!all.is_empty()).then(|| Findings { text: self.review.text.clone(), all, cursor, stop: None })
    }

    /// The question for a reason where the rules stop a reply and were not overruled for exactly this one.
    #[must_use]
    pub fn stops(&self, text: &str, carriers: &Carriers, then: Action) -> Option<Findings> {
        let mut all = review(text, self.language(), &self.facts, carriers);
        let rules = standing(&all, &self.file.events, text);
        all.retain(Objection::blocks);
        let allowed = |(digest, allowed): &(String, Vec<String>)| {
            *digest == fingerprint(text) && rules.iter().all(|rule| allowed.contains(rule))
        };
        if rules.is_empty() || self.overruled.as_ref().is_some_and(allowed) {
            return None;
        }
        let stop = Stop { then, reason: Input::default(), unreasoned: false, storing: false };
        Some(Findings { text: text.to_owned(), all, cursor: 0, stop: Some(stop) })
    }

    /// The rules are overruled for the reply of this fingerprint.
    pub fn overruled(&mut self, rules: Vec<String>, fingerprint: String) {
        self.overruled = Some((fingerprint, rules));
    }

    /// The caret to the finding that a list is at.
    pub fn go_there(&mut self, list: &Findings) {
        let wanted = list.all.get(list.cursor);
        let same = |each: &Objection| {
            wanted.is_some_and(|wanted| (wanted.rule, &wanted.range) == (each.rule, &each.range))
        };
        if let Some(at) = self.review.objections.iter().position(same) {
            self.go_to_finding(at);
        }
    }
}

/// A reply that is held back until there is a reason.
#[derive(Debug)]
struct Stop {
    /// What goes on then.
    then: Action,
    reason: Input,
    /// Enter was pressed without one.
    unreasoned: bool,
    /// The reason is on its way to the store.
    storing: bool,
}

/// State of the list.
#[derive(Debug)]
pub struct Findings {
    /// The reply they are about.
    text: String,
    all: Vec<Objection>,
    cursor: usize,
    stop: Option<Stop>,
}

impl Findings {
    /// Whether a reason is asked for.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.stop.is_some()
    }

    /// Whether the reason is on its way to the store.
    #[must_use]
    pub fn is_storing(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.storing)
    }

    /// The store did not take the reason.
    pub fn not_stored(&mut self) {
        if let Some(stop) = &mut self.stop {
            stop.storing = false;
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        self.cursor = self.cursor.saturating_add_signed(lines).min(self.all.len() - 1);
    }

    /// The field of the reason.
    pub fn reason(&mut self) -> Option<&mut Input> {
        self.stop.as_mut().filter(|stop| !stop.storing).map(|stop| {
            stop.unreasoned = false;
            &mut stop.reason
        })
    }

    /// The overruled rules, the reason and the fingerprint of the reply; `None` while the reason says nothing.
    pub fn overrule(&mut self) -> Option<(Vec<String>, String, String)> {
        let stop = self.stop.as_mut()?;
        let reason = stop.reason.value().trim().to_owned();
        stop.unreasoned = !reason.chars().any(char::is_alphanumeric);
        stop.storing = !stop.unreasoned;
        stop.storing.then(|| (stopping(&self.all), reason, fingerprint(&self.text)))
    }

    /// What goes on with the reason stored.
    #[must_use]
    pub fn then(&self) -> Option<Action> {
        self.stop.as_ref().map(|stop| stop.then)
    }

    /// The first finding is where the text is gone back to.
    pub fn to_first(&mut self) {
        self.cursor = 0;
    }
}

/// `✗ L04 E-mail address in the text (line 3)`.
fn headline(objection: &Objection, text: &str, lang: Lang) -> String {
    let sign = if objection.blocks() { "✗" } else { "⚠" };
    let mut line = format!("{sign} {} {}", objection.rule, objection.message[lang as usize]);
    if objection.is_placed(text) {
        let number = text.get(..objection.range.start).map_or(1, |before| before.matches('\n').count() + 1);
        line.push_str(&match lang {
            Lang::En => format!(" (line {number})"),
            Lang::Zh => format!("（第{number}行）"),
        });
    }
    line
}

/// How many there are, and which one was gone to: `2 findings`, `1/2 findings`.
fn count(review: &Review, lang: Lang) -> String {
    let count = review.objections.len();
    let at = review.current.map(|at| format!("{}/", at + 1)).unwrap_or_default();
    match lang {
        Lang::En if count == 1 => format!("{at}1 finding"),
        Lang::En => format!("{at}{count} findings"),
        Lang::Zh => format!("{at}{count} 处问题"),
    }
}

/// The lines under the text: none where nothing is objected to, at most three, the one that was gone to first.
pub(super) fn strip(compose: &Compose, cx: &Context<'_>, area: Rect) -> Vec<Line<'static>> {
    let review = &compose.review;
    if review.objections.is_empty() {
        return Vec::new();
    }
    let (cells, most) = (usize::from(area.width), MOST_LINES.min(usize::from(area.height / 6)).max(1));
    let head = format!(" {}", count(review, cx.lang));
    let mut used = safe_text::cells(&head);
    let mut rows = vec![vec![Span::styled(head, cx.theme.heading())]];
    let first = review.current.unwrap_or(0);
    let mut shown = 0;
    for objection in review.objections.iter().skip(first) {
        let said = headline(objection, &review.text, cx.lang);
        let mut width = safe_text::cells(&said) + 2;
        // Room for the number of those that follow.
        if used + width + 5 > cells && used > 12 {
            if rows.len() == most {
                break;
            }
            rows.push(Vec::new());
            used = 0;
        }
        let said = safe_text::line(&said, cells.saturating_sub(used + 7));
        width = width.min(said.cells() + 2);
        let style = if objection.blocks() { cx.theme.blocked() } else { cx.theme.warning() };
        let lead = if used == 0 { " " } else { "  " };
        if let Some(row) = rows.last_mut() {
            row.push(Span::raw(lead));
            row.push(Span::styled(said.into_string(), style));
        }
        (used, shown) = (used + width, shown + 1);
    }
    let rest = review.objections.len() - shown;
    let hint = ways(cx);
    if let Some(row) = rows.last_mut() {
        if rest > 0 {
            let more = format!("  +{rest}");
            used += more.len();
            row.push(Span::styled(more, cx.theme.calm()));
        }
        let room = cells.saturating_sub(used);
        if safe_text::cells(&hint) + 2 < room {
            row.push(Span::styled(format!("  {}", safe_text::pad_left(&hint, room - 3)), cx.theme.calm()));
        }
    }
    rows.into_iter().map(Line::from).collect()
}

/// The keys of the findings, for their line.
fn ways(cx: &Context<'_>) -> String {
    let keys = keymap::keys(Scope::Compose);
    let way = |(action, word): (Action, &str)| {
        let found = keys.iter().find(|(each, _)| *each == action);
        found.map(|(_, keys)| format!("{} {word}", keymap::name(keys[0])))
    };
    let (next, all) = (cx.lang.pick("next", "下一处"), cx.lang.pick("all", "全部"));
    [(Action::NextFinding, next), (Action::Findings, all)]
        .into_iter()
        .filter_map(way)
        .collect::<Vec<_>>()
        .join("  ")
}

/// One finding in full.
fn entry(list: &Findings, objection: &Objection, cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let style = if objection.blocks() { cx.theme.blocked() } else { cx.theme.warning() };
    let head = headline(objection, &list.text, cx.lang);
    let mut lines: Vec<Line<'static>> =
        safe_text::lines(&head, cells).map(|line| Line::styled(line.into_string(), style)).collect();
    let mut say = |lead: &str, said: &str, style| {
        for (row, words) in safe_text::lines(said, cells.saturating_sub(4)).enumerate() {
            let lead = if row == 0 { format!("{lead} ") } else { "    ".to_owned() };
            lines.push(Line::from(vec![Span::raw(lead), Span::styled(words.into_string(), style)]));
        }
    };
    if objection.is_placed(&list.text) {
        let words = list.text.get(objection.range.clone()).unwrap_or_default();
        say("  »", &safe_text::line(words, cells * 2), cx.theme.ours());
    }
    say("  →", &objection.hint[cx.lang as usize], ratatui::style::Style::new());
    say("  ·", objection.source, cx.theme.calm());
    lines
}

/// Draws the list; where a reason is asked for, with its field.
pub fn view(list: &Findings, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = match &list.stop {
        Some(_) => format!("{} · {}", cx.t(Text::ReplyStopped), list.all.len()),
        None => format!("{} · {}", cx.t(Text::ActionFindings), list.all.len()),
    };
    let inside = popup(frame, area, area.width.min(100), area.height, &title);
    let below = if list.asks() { 3.min(inside.height) } else { 0 };
    let place = Rect { height: inside.height - below, ..inside };
    let mut rows: Vec<(usize, Line<'static>)> = Vec::new();
    for (at, objection) in list.all.iter().enumerate() {
        rows.extend(entry(list, objection, cx, usize::from(place.width)).into_iter().map(|line| (at, line)));
    }
    let first = rows.iter().position(|(at, _)| *at == list.cursor).unwrap_or(0);
    let top = scroll_for(first, usize::from(place.height), rows.len());
    let mut before = (top > 0).then(|| rows[top - 1].0);
    for (y, (at, line)) in (place.top()..place.bottom()).zip(rows.into_iter().skip(top)) {
        let row = Rect { y, height: 1, ..place };
        draw_line(frame, row, line);
        if at == list.cursor && before != Some(at) {
            frame.buffer_mut().set_style(row, cx.theme.selected());
        }
        before = Some(at);
    }
    let Some(stop) = &list.stop else { return };
    let line = |at: u16| Rect { y: place.bottom() + at, height: 1, ..inside };
    if below == 3 {
        let warning = if stop.unreasoned { cx.t(Text::ReasonNeeded) } else { "" };
        draw_line(frame, line(0), Line::styled(warning, cx.theme.blocked()));
        draw_line(frame, line(1), Line::styled(cx.t(Text::OverruleReason), cx.theme.heading()));
        field(frame, line(2), &stop.reason, true);
    }
}
