//! Two questions answered by one letter: for whom a case waits, and how long it is snoozed.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::domain::CaseId;
use crate::domain::clock::{Side, Snooze, typed};
use crate::i18n::Text;
use crate::safe_text;
use crate::tui::job::Deed;
use crate::tui::widgets::{Context, draw_line, field, popup};

/// What is asked, and about which cases.
#[derive(Debug, Clone)]
enum Asked {
    Wait(CaseId),
    Snooze(Vec<CaseId>),
}

/// What the operator chose.
#[derive(Debug)]
pub enum Answer {
    /// Do this.
    Deed(Deed),
    /// He wants to type a time for these cases.
    Type(Vec<CaseId>),
}

const WAITS: &[(char, Text)] =
    &[('b', Text::WaitForBuyer), ('c', Text::WaitForCarrier), ('n', Text::WaitForNobody)];

const SNOOZES: &[(char, Text)] = &[
    ('1', Text::SnoozeHour),
    ('4', Text::SnoozeFourHours),
    ('t', Text::SnoozeTomorrow),
    ('b', Text::SnoozeBuyer),
    ('m', Text::SnoozeMail),
    ('e', Text::SnoozeTyped),
    ('n', Text::SnoozeOff),
];

/// State of the question.
#[derive(Debug)]
pub struct Choice {
    asked: Asked,
    /// Nothing at first: a stray Enter decides nothing.
    selected: Option<usize>,
}

impl Choice {
    /// Asks for whom a case waits.
    #[must_use]
    pub const fn wait(case: CaseId) -> Self {
        Self { asked: Asked::Wait(case), selected: None }
    }

    /// Asks how long cases are snoozed.
    #[must_use]
    pub const fn snooze(cases: Vec<CaseId>) -> Self {
        Self { asked: Asked::Snooze(cases), selected: None }
    }

    const fn items(&self) -> &'static [(char, Text)] {
        match self.asked {
            Asked::Wait(_) => WAITS,
            Asked::Snooze(_) => SNOOZES,
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, lines: isize) {
        let last = self.items().len() - 1;
        self.selected = Some(self.selected.map_or(0, |at| at.saturating_add_signed(lines).min(last)));
    }

    /// Takes a letter; `None` when it stands for nothing.
    pub fn letter(&mut self, letter: char, now: Timestamp, zone: &TimeZone) -> Option<Answer> {
        self.selected = Some(self.items().iter().position(|(key, _)| *key == letter)?);
        self.accept(now, zone)
    }

    /// Takes what is under the cursor.
    #[must_use]
    pub fn accept(&self, now: Timestamp, zone: &TimeZone) -> Option<Answer> {
        let (letter, _) = self.items().get(self.selected?)?;
        match &self.asked {
            Asked::Wait(case) => {
                let whom = match letter {
                    'b' => Some(Side::Buyer),
                    'c' => Some(Side::Carrier),
                    _ => None,
                };
                Some(Answer::Deed(Deed::Wait(*case, whom)))
            }
            Asked::Snooze(cases) => {
                let hours = |hours: i64| now.checked_add(SignedDuration::from_hours(hours)).ok();
                let how = match letter {
                    '1' => Snooze::Until(hours(1)?),
                    '4' => Snooze::Until(hours(4)?),
                    't' => Snooze::Until(typed::tomorrow_morning(now, zone)?),
                    'b' => Snooze::BuyerWrites,
                    'm' => Snooze::AnyMail,
                    'e' => return Some(Answer::Type(cases.clone())),
                    _ => Snooze::Off,
                };
                Some(Answer::Deed(Deed::Snooze(cases.clone(), how)))
            }
        }
    }
}

/// Draws the question.
pub fn view(choice: &Choice, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let (title, cases) = match &choice.asked {
        Asked::Wait(case) => (Text::WaitTitle, vec![*case]),
        Asked::Snooze(cases) => (Text::SnoozeTitle, cases.clone()),
    };
    let numbers: Vec<String> = cases.iter().take(6).map(|case| format!("#{case}")).collect();
    let more = if cases.len() > 6 { " …" } else { "" };
    let title = format!("{} {}{more}", cx.t(title), numbers.join(" "));
    let note = match choice.asked {
        Asked::Wait(_) => Text::WaitNote,
        Asked::Snooze(_) => Text::SnoozeNote,
    };
    let notes = safe_text::wrap(cx.t(note), 60);
    let items = choice.items();
    let height = u16::try_from(items.len() + notes.len()).unwrap_or(10) + 4;
    let inside = popup(frame, area, 66, height, &title);
    let mut y = inside.top() + 1;
    for (at, (key, label)) in
        items.iter().enumerate().take_while(|(at, _)| at + 1 < usize::from(inside.height))
    {
        let place = Rect { y, height: 1, ..inside };
        let spans = vec![Span::styled(format!(" {key}  "), cx.theme.key()), Span::raw(cx.t(*label))];
        draw_line(frame, place, Line::from(spans));
        if Some(at) == choice.selected {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
        y += 1;
    }
    for (y, words) in (y + 1..inside.bottom()).zip(notes) {
        draw_line(frame, Rect { y, height: 1, ..inside }, Line::styled(format!(" {words}"), cx.theme.calm()));
    }
}

/// Draws the line in which a time is typed.
pub fn view_until(input: &Input, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let inside = popup(frame, area, 66, 5, cx.t(Text::SnoozeUntil));
    draw_line(
        frame,
        Rect { height: 1.min(inside.height), ..inside },
        Line::styled(cx.t(Text::SnoozeExamples), cx.theme.calm()),
    );
    if inside.height > 1 {
        field(frame, Rect { y: inside.y + 1, height: 1, ..inside }, input, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_means_one_thing_and_a_stray_enter_nothing() {
        let (now, zone) = ("2026-10-07T12:00:00Z".parse().unwrap(), TimeZone::UTC);
        for items in [WAITS, SNOOZES] {
            for (at, (key, _)) in items.iter().enumerate() {
                assert!(items[..at].iter().all(|(other, _)| other != key));
            }
        }
        assert!(Choice::wait(CaseId(1)).accept(now, &zone).is_none());
        assert!(Choice::wait(CaseId(1)).letter('x', now, &zone).is_none());
        let tomorrow = Choice::snooze(vec![CaseId(1)]).letter('t', now, &zone);
        let nine: Timestamp = "2026-10-08T09:00:00Z".parse().unwrap();
        assert!(matches!(tomorrow, Some(Answer::Deed(Deed::Snooze(_, Snooze::Until(at)))) if at == nine));
    }
}
