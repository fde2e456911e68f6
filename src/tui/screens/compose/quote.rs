//! Choosing the buyer's sentences that a reply quotes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::case::Language;
use crate::domain::record::Notice;
use crate::domain::view::CaseFile;
use crate::i18n::Text;
use crate::reply::quote::{quotation, sentences};
use crate::safe_text;
use crate::tui::screens::buyer::zone_of;
use crate::tui::screens::case::in_zone;
use crate::tui::widgets::{Context, draw_line, popup, scroll_for};

/// A message of the buyer's in its sentences.
#[derive(Debug)]
struct Letter {
    at: Timestamp,
    sentences: Vec<String>,
}

/// State of the dialogue.
#[derive(Debug)]
pub struct Quote {
    lang: Language,
    /// The newest first; never empty.
    letters: Vec<Letter>,
    shown: usize,
    cursor: usize,
    /// The chosen sentences: of which letter, which one.
    chosen: BTreeSet<(usize, usize)>,
}

impl Quote {
    /// Opens the buyer's newest message; `None` where he wrote nothing.
    #[must_use]
    pub fn new(file: &CaseFile, lang: Language) -> Option<Self> {
        let theirs = |notice: Notice| {
            matches!(notice, Notice::BuyerMessage | Notice::ReturnRequest | Notice::Feedback)
        };
        let letters = file.messages.iter().rev().filter(|message| !message.ours && theirs(message.notice));
        let letters: Vec<Letter> = letters
            .map(|message| Letter { at: message.at, sentences: sentences(&message.text) })
            .filter(|letter| !letter.sentences.is_empty())
            .collect();
        let quote = Self { lang, letters, shown: 0, cursor: 0, chosen: BTreeSet::new() };
        (!quote.letters.is_empty()).then_some(quote)
    }

    fn sentences(&self) -> &[String] {
        &self.letters[self.shown].sentences
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        let last = self.sentences().len() - 1;
        self.cursor = self.cursor.saturating_add_signed(lines).min(last);
    }

    /// To the first sentence or the last.
    pub fn jump(&mut self, end: bool) {
        self.cursor = if end { self.sentences().len() - 1 } else { 0 };
    }

    /// Chooses the sentence under the cursor or lets it go, and goes on.
    pub fn mark(&mut self) {
        let here = (self.shown, self.cursor);
        if !self.chosen.remove(&here) {
            self.chosen.insert(here);
        }
        self.step(1);
    }

    /// To an older message, or a newer one.
    pub fn turn(&mut self, older: bool) {
        let shown = self.shown.saturating_add_signed(if older { 1 } else { -1 }).min(self.letters.len() - 1);
        if shown != self.shown {
            (self.shown, self.cursor) = (shown, 0);
        }
    }

    /// The quotation: of the chosen sentences, a line for each message, the oldest first; without any, of the one under the
    /// cursor.
    #[must_use]
    pub fn text(&self) -> String {
        if self.chosen.is_empty() {
            return quotation(self.sentences(), &[self.cursor], self.lang);
        }
        let letters = self.letters.iter().enumerate().rev().filter_map(|(shown, letter)| {
            let chosen = self.chosen.iter().filter(|(of, _)| *of == shown).map(|(_, at)| *at);
            let chosen: Vec<usize> = chosen.collect();
            (!chosen.is_empty()).then(|| quotation(&letter.sentences, &chosen, self.lang))
        });
        letters.collect::<Vec<_>>().join("\n\n")
    }
}

/// Draws the sentences, each on as many rows as it needs; below, the quotation as it will stand in the reply.
pub fn view(quote: &Quote, file: &CaseFile, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let letter = &quote.letters[quote.shown];
    let of = if quote.letters.len() > 1 {
        format!(" · {}/{} ←→", quote.shown + 1, quote.letters.len())
    } else {
        String::new()
    };
    let heading = in_zone(Text::ActionQuote, file, std::iter::once(letter.at), cx);
    let title = format!("{heading} · {}{of}", cx.moment(letter.at, &zone_of(file, cx)));
    let inside = popup(frame, area, area.width.min(100), area.height, &title);
    let cells = usize::from(inside.width);
    let result: Vec<String> =
        safe_text::lines(&quote.text(), cells).take(4).map(safe_text::SafeText::into_string).collect();
    let below = u16::try_from(result.len() + 1).unwrap_or(5).min(inside.height / 2);
    let list = Rect { height: inside.height - below, ..inside };
    let mut rows: Vec<(usize, Line<'static>)> = Vec::new();
    for (at, sentence) in letter.sentences.iter().enumerate() {
        let mark = if quote.chosen.contains(&(quote.shown, at)) { "■ " } else { "□ " };
        for (row, words) in safe_text::lines(sentence, cells.saturating_sub(2)).enumerate() {
            let lead = if row == 0 { mark } else { "  " };
            rows.push((
                at,
                Line::from(vec![Span::styled(lead, cx.theme.key()), Span::raw(words.into_string())]),
            ));
        }
    }
    let first = rows.iter().position(|(at, _)| *at == quote.cursor).unwrap_or(0);
    let top = scroll_for(first, usize::from(list.height), rows.len());
    for (y, (at, line)) in (list.top()..list.bottom()).zip(rows.into_iter().skip(top)) {
        let place = Rect { y, height: 1, ..list };
        draw_line(frame, place, line);
        if at == quote.cursor {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
    let rule = crate::tui::widgets::rule(cx, cx.t(Text::QuoteBecomes), cells);
    let lines =
        std::iter::once(rule).chain(result.into_iter().map(|words| Line::styled(words, cx.theme.ours())));
    for (y, line) in (list.bottom()..inside.bottom()).zip(lines) {
        draw_line(frame, Rect { y, height: 1, ..inside }, line);
    }
}
