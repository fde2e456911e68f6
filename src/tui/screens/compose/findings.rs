//! What the rules object to while a reply is written: the lines under the text, the list, and the question for a reason
//! where they stop the reply.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;

use super::Compose;
use crate::domain::tracking::{Carriers, Judgement, Verdict};
use crate::i18n::{Lang, Text, verdict_line};
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
    /// What the numbers of parcels in the operator's own words are worth, where nothing is wrong with them.
    numbers: Vec<(String, Judgement)>,
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
        let shown = self.with_examples(now);
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
        let mentions = carriers.mentions(&addition, self.file.summary.marketplace).into_iter();
        let numbers = mentions.filter(|mention| mention.judged.verdict != Verdict::Invalid);
        let numbers = numbers.map(|each| (addition[each.place].to_owned(), each.judged)).collect();
        let parts = places;
        self.review = Review { seen: version, text, parts, objections, numbers, ..Review::default() };
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
        let at = self.review.current.unwrap_or(0);
        let groups = groups(&self.review.objections);
        let cursor = groups.iter().position(|group| group.contains(&at)).unwrap_or(0);
        let all = self.review.objections.clone();
        (!all.is_empty()).then(|| self.list(self.review.text.clone(), all, cursor, None))
    }

    fn list(&self, text: String, all: Vec<Objection>, cursor: usize, stop: Option<Stop>) -> Findings {
        let typed = self.typed.keys().filter_map(|name| self.values.get(name).cloned()).collect();
        Findings { text, groups: groups(&all), all, typed, cursor, stop }
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
        Some(self.list(text.to_owned(), all, 0, Some(stop)))
    }

    /// The rules are overruled for the reply of this fingerprint.
    pub fn overruled(&mut self, rules: Vec<String>, fingerprint: String) {
        self.overruled = Some((fingerprint, rules));
    }

    /// The caret to the finding that a list is at.
    pub fn go_there(&mut self, list: &Findings) {
        let wanted = list.groups.get(list.cursor).and_then(|group| list.all.get(group[0]));
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
    /// Those that say the same.
    groups: Vec<Vec<usize>>,
    /// What was typed for the template, as it stands in the reply.
    typed: Vec<String>,
    /// The group under the cursor.
    cursor: usize,
    stop: Option<Stop>,
}

impl Findings {
    /// Whether these words are a value that was typed for the template, or hold one.
    fn is_typed(&self, words: &str) -> bool {
        self.typed.iter().any(|value| words.contains(value.as_str()) || value.contains(words))
    }

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
        self.cursor = self.cursor.saturating_add_signed(lines).min(self.groups.len() - 1);
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

    /// The rules that hold the reply back.
    #[must_use]
    pub fn stopping(&self) -> Vec<String> {
        stopping(&self.all)
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

/// The objections that say the same in several places, by the place of their first one: a reply with two hundred emojis has
/// one thing wrong with it.
fn groups(all: &[Objection]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known = BTreeMap::new();
    for (at, each) in all.iter().enumerate() {
        let group = *known.entry((each.rule, each.level, &each.message[0])).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(at);
    }
    groups
}

/// `✗ L04 E-mail address in the text (line 3)`, with the number of places where there are several.
fn headline(objection: &Objection, places: usize, text: &str, lang: Lang) -> String {
    let sign = if objection.blocks() { "✗" } else { "⚠" };
    let mut line = format!("{sign} {} {}", objection.rule, objection.message[lang as usize]);
    if objection.is_placed(text) {
        let number = text.get(..objection.range.start).map_or(1, |before| before.matches('\n').count() + 1);
        line.push_str(&match lang {
            Lang::En => format!(" (line {number})"),
            Lang::Zh => format!("（第{number}行）"),
        });
    }
    if places > 1 {
        line.push_str(&format!(" ×{places}"));
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

/// The lines under the text: at most three. What is objected to, the one that was gone to first, with its keys at the end;
/// where there is room the parcels named in the operator's own words, and what their numbers are worth.
pub(super) fn strip(compose: &Compose, cx: &Context<'_>, area: Rect) -> Vec<Line<'static>> {
    let review = &compose.review;
    let (cells, most) = (usize::from(area.width), MOST_LINES.min(usize::from(area.height / 6)).max(1));
    let mut rows = Vec::new();
    if !review.objections.is_empty() {
        rows = objected(review, cx, cells, most);
    }
    for (number, judged) in review.numbers.iter().take(most - rows.len()) {
        let said = format!("{} {number}", verdict_line(cx.lang, judged));
        let said = safe_text::line(&said, cells.saturating_sub(2)).into_string();
        rows.push(Line::styled(format!(" {said}"), cx.theme.calm()));
    }
    rows
}

fn objected(review: &Review, cx: &Context<'_>, cells: usize, most: usize) -> Vec<Line<'static>> {
    let head = format!(" {}", count(review, cx.lang));
    let hint = ways(cx);
    // The keys stand at the end of the last line: what is long is cut, not they.
    let kept = safe_text::cells(&hint) + 4;
    let kept = if kept * 2 < cells { kept } else { 0 };
    let mut used = safe_text::cells(&head);
    let mut rows = vec![vec![Span::styled(head, cx.theme.heading())]];
    let groups = groups(&review.objections);
    let current = review.current.unwrap_or(0);
    let first = groups.iter().position(|group| group.contains(&current)).unwrap_or(0);
    let mut shown = 0;
    for (at, group) in groups.iter().enumerate().skip(first) {
        let here = if at == first && review.current.is_some() { current } else { group[0] };
        let objection = &review.objections[here];
        let said = headline(objection, group.len(), &review.text, cx.lang);
        // Room for the number of those that follow.
        let ends = |rows: &[Vec<Span<'_>>]| if rows.len() == most { 5 + kept } else { 5 };
        if used + safe_text::cells(&said) + 2 + ends(&rows) > cells && used > 12 {
            if rows.len() == most {
                break;
            }
            rows.push(Vec::new());
            used = 0;
        }
        let said = safe_text::line(&said, cells.saturating_sub(used + 2 + ends(&rows)));
        let style = if objection.blocks() { cx.theme.blocked() } else { cx.theme.warning() };
        let lead = if used == 0 { " " } else { "  " };
        (used, shown) = (used + said.cells() + 2, shown + 1);
        if let Some(row) = rows.last_mut() {
            row.push(Span::raw(lead));
            row.push(Span::styled(said.into_string(), style));
        }
    }
    let rest = groups.len() - shown;
    let more = if rest > 0 { format!("  +{rest}") } else { String::new() };
    if kept > 0 && used + more.len() + kept > cells && rows.len() < most {
        rows.push(Vec::new());
        used = 0;
    }
    if let Some(row) = rows.last_mut() {
        used += more.len();
        row.push(Span::styled(more, cx.theme.calm()));
        let room = cells.saturating_sub(used);
        if kept <= room + 1 {
            let hint = safe_text::pad_left(&hint, room.saturating_sub(3));
            row.push(Span::styled(format!("  {hint}"), cx.theme.calm()));
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

/// How a value of the template is corrected.
fn values_way(cx: &Context<'_>) -> String {
    let keys = keymap::keys(Scope::Compose);
    let found = keys.iter().find(|(each, _)| *each == Action::Values);
    let key = found.map(|(_, keys)| keymap::name(keys[0])).unwrap_or_default();
    match cx.lang {
        Lang::En => format!("you typed it for the template: Esc, then {key} asks for it again"),
        Lang::Zh => format!("这是为模板填写的内容：按 Esc，再按 {key} 重新填写"),
    }
}

/// One finding in full.
fn entry(list: &Findings, group: &[usize], cx: &Context<'_>, cells: usize) -> Vec<Line<'static>> {
    let objection = &list.all[group[0]];
    let style = if objection.blocks() { cx.theme.blocked() } else { cx.theme.warning() };
    let head = headline(objection, group.len(), &list.text, cx.lang);
    let mut lines: Vec<Line<'static>> =
        safe_text::lines(&head, cells).map(|line| Line::styled(line.into_string(), style)).collect();
    let mut say = |lead: &str, said: &str, style| {
        for (row, words) in safe_text::lines(said, cells.saturating_sub(4)).enumerate() {
            let lead = if row == 0 { format!("{lead} ") } else { "    ".to_owned() };
            lines.push(Line::from(vec![Span::raw(lead), Span::styled(words.into_string(), style)]));
        }
    };
    let words = list.text.get(objection.range.clone()).unwrap_or_default();
    if objection.is_placed(&list.text) {
        say("  »", &safe_text::line(words, cells * 2), cx.theme.ours());
    }
    if objection.is_placed(&list.text) && list.is_typed(words) {
        say("  →", &values_way(cx), cx.theme.key());
    }
    say("  →", &objection.hint[cx.lang as usize], ratatui::style::Style::new());
    say("  ·", objection.source[cx.lang as usize], cx.theme.calm());
    lines
}

/// Draws the list; where a reason is asked for, with its field.
pub fn view(list: &Findings, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let title = match &list.stop {
        Some(_) => format!("{} · {}", cx.t(Text::ReplyStopped), list.groups.len()),
        None => format!("{} · {}", cx.t(Text::ActionFindings), list.groups.len()),
    };
    let inside = popup(frame, area, area.width.min(100), area.height, &title);
    let below = if list.asks() { 3.min(inside.height) } else { 0 };
    let place = Rect { height: inside.height - below, ..inside };
    let mut rows: Vec<(usize, Line<'static>)> = Vec::new();
    for (at, group) in list.groups.iter().enumerate() {
        rows.extend(entry(list, group, cx, usize::from(place.width)).into_iter().map(|line| (at, line)));
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
