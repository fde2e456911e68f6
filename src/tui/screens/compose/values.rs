//! The values a template asks for: the question for one, what is typed there checked as it is typed, and the way through
//! those that were typed before.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use tui_input::Input;

use super::Compose;
use crate::domain::tracking::Verdict;
use crate::i18n::{Lang, Text, carrier_line, other_line, verdict_line};
use crate::problem::Problem;
use crate::reply::template::{Ground, Sort, Variable};
use crate::safe_text;
use crate::tui::widgets::{Context, draw_line, field, popup};

/// A value of the template that is asked for.
#[derive(Debug)]
pub struct Ask {
    /// Which one.
    pub variable: Variable,
    input: Input,
    /// What stood there when it was asked for.
    begin: String,
    /// Those that are asked for after it.
    left: Vec<Variable>,
    /// How many are asked for in a row.
    count: usize,
    /// Why it was refused.
    problem: Option<Problem>,
    ground: Ground,
    /// The carrier that stands with a tracking number.
    carrier: String,
}

impl Ask {
    /// The field, for a key or a paste.
    pub fn field(&mut self) -> &mut Input {
        self.problem = None;
        &mut self.input
    }

    /// Those that are asked for after it.
    #[must_use]
    pub fn left(&self) -> &[Variable] {
        &self.left
    }

    /// It is asked as one of the row in which another one was asked for.
    #[must_use]
    pub fn after(self, before: &Self) -> Self {
        Self { count: before.count, ..self }
    }

    /// What is typed cannot stand in the reply.
    pub fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }
}

impl Compose {
    /// What typed values are read by.
    pub(super) fn ground(&self, now: Timestamp) -> Ground {
        Ground::of(&self.file, self.language(), now)
    }

    /// The values the template lacks, in the order in which they are asked for.
    #[must_use]
    pub fn missing(&self) -> Vec<Variable> {
        self.template.as_ref().map(|template| template.needed(&self.values)).unwrap_or_default()
    }

    /// The values that can be gone through: what was typed, what is missing, and the day we promise by ourselves.
    #[must_use]
    pub fn changeable(&self) -> Vec<Variable> {
        let missing = self.missing();
        let named = self.template.as_ref().map(|template| template.variables()).unwrap_or_default();
        let asked = |variable: &&Variable| {
            self.typed.contains_key(variable.name())
                || missing.contains(variable)
                || (**variable == Variable::AnswerDate && named.contains(variable))
        };
        Variable::ALL.iter().filter(asked).copied().collect()
    }

    /// The question for the first of these values, with what stands there now; `None` where there is none.
    #[must_use]
    pub fn ask(&self, variables: &[Variable], now: Timestamp) -> Option<Ask> {
        let (variable, left) = variables.split_first()?;
        let name = variable.name();
        let begin = self.typed.get(name).or_else(|| self.values.get(name)).cloned().unwrap_or_default();
        let carrier =
            if *variable == Variable::NewTracking { Variable::NewCarrier } else { Variable::Carrier };
        Some(Ask {
            variable: *variable,
            input: Input::new(begin.clone()),
            begin,
            left: left.to_vec(),
            count: variables.len(),
            problem: None,
            ground: self.ground(now),
            carrier: self.values.get(carrier.name()).cloned().unwrap_or_default(),
        })
    }

    /// Takes the answer to a question. A blank one takes back what was typed, where the case knows the value itself.
    ///
    /// # Errors
    /// What is typed is no such value, and what to do.
    pub fn answer(&mut self, ask: &Ask, now: Timestamp) -> Result<(), Problem> {
        let (name, typed) = (ask.variable.name(), ask.input.value().trim());
        let read = self.ground(now).read(ask.variable, typed);
        if typed == ask.begin && read.is_ok() {
            return Ok(());
        }
        let before = self.typed.remove(name);
        self.fill(now);
        if typed.is_empty() && !self.missing().contains(&ask.variable) {
            self.changed(now);
            return Ok(());
        }
        let kept = if read.is_ok() { Some(typed.to_owned()) } else { before };
        self.typed.extend(kept.map(|text| (name.to_owned(), text)));
        self.fill(now);
        self.changed(now);
        read.map(drop)
    }
}

/// What is to be said under the field: why it was refused, or how it will stand in the reply and what it is worth.
fn remarks(ask: &Ask, cx: &Context<'_>) -> Vec<(String, Style)> {
    if let Some(problem) = &ask.problem {
        return vec![(format!("✗ {}", problem.say(cx.lang)), cx.theme.blocked())];
    }
    let typed = ask.input.value().trim();
    let Ok(written) = ask.ground.read(ask.variable, typed) else { return Vec::new() };
    let carriers = cx.carriers();
    match ask.variable.sort() {
        Sort::Tracking => {
            let judged = carriers.judge_of(&ask.carrier, typed, ask.ground.site());
            let style = match judged.verdict {
                Verdict::Valid => cx.theme.news(),
                Verdict::Invalid => cx.theme.blocked(),
                _ => cx.theme.calm(),
            };
            let other = other_line(cx.lang, carriers, &ask.carrier, &judged);
            let mut said = vec![(verdict_line(cx.lang, &judged), style)];
            said.extend(other.map(|words| (words, cx.theme.warning())));
            said.extend(judged.url.map(|page| (page, cx.theme.calm())));
            said
        }
        Sort::Words if matches!(ask.variable, Variable::Carrier | Variable::NewCarrier) => {
            carrier_line(cx.lang, carriers, typed).map(|words| (words, cx.theme.calm())).into_iter().collect()
        }
        _ if written == typed => Vec::new(),
        _ => vec![(format!("→ {written}"), cx.theme.news())],
    }
}

/// Draws the question.
pub fn view_ask(ask: &Ask, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let at = ask.count - ask.left.len();
    let title = match (ask.count, cx.lang) {
        (..=1, _) => cx.t(Text::ValueNeeded).to_owned(),
        (count, Lang::En) => format!("{} · {at} of {count}", cx.t(Text::ValueNeeded)),
        (count, Lang::Zh) => format!("{} · {at}/{count}", cx.t(Text::ValueNeeded)),
    };
    let inside = popup(frame, area, 72, 9, &title);
    let mut places = (inside.top()..inside.bottom()).map(|y| Rect { y, height: 1, ..inside });
    let (Some(label), Some(value)) = (places.next(), places.next()) else { return };
    draw_line(frame, label, Line::styled(ask.variable.label()[cx.lang as usize], cx.theme.heading()));
    field(frame, value, &ask.input, true);
    let hint = format!("{} {}", cx.t(Text::ValueExample), ask.ground.example(ask.variable));
    let mut lines = vec![Line::styled(hint, cx.theme.calm())];
    for (words, style) in remarks(ask, cx) {
        let words = safe_text::lines(&words, usize::from(inside.width));
        lines.extend(words.map(|words| Line::styled(words.into_string(), style)));
    }
    for (place, line) in places.zip(lines) {
        draw_line(frame, place, line);
    }
}
