//! The report: pages of figures over a period, and from each figure the cases behind it.

mod outcomes;
mod rates;
mod time;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::report::{Page, Period, Window};
use crate::domain::view::Listed;
use crate::i18n::{Text, report as say};
use crate::safe_text;
use crate::tui::job::report::Sheet;
use crate::tui::widgets::{Context, draw_line, rule};

/// A line of a page.
#[derive(Debug, Clone, Default)]
pub struct PageLine {
    /// What it says.
    pub words: Line<'static>,
    /// The number of the figure it shows, for the cursor.
    pub figure: Option<usize>,
}

impl PageLine {
    /// A line to read only.
    fn plain(words: impl Into<Line<'static>>) -> Self {
        Self { words: words.into(), figure: None }
    }

    /// A line that the cursor stands on.
    fn of(figure: usize, words: impl Into<Line<'static>>) -> Self {
        Self { words: words.into(), figure: Some(figure) }
    }
}

/// State of the screen.
#[derive(Debug)]
pub struct ReportView {
    /// The page on screen.
    pub page: Page,
    /// How far back it looks.
    pub period: Period,
    sheet: Option<(Page, Period, Sheet)>,
    /// What stands behind its figures, in their order.
    figures: Vec<Listed>,
    /// The figure under the cursor.
    selected: usize,
    /// Lines scrolled over after the last figure.
    over: usize,
}

impl Default for ReportView {
    fn default() -> Self {
        Self {
            page: Page::Outcomes,
            period: Period::default(),
            sheet: None,
            figures: Vec::new(),
            selected: 0,
            over: 0,
        }
    }
}

impl ReportView {
    /// Takes in what was read; an answer to an older question is left.
    pub fn take(&mut self, page: Page, period: Period, sheet: Sheet) {
        if (page, period) != (self.page, self.period) {
            return;
        }
        let on = self.behind().map(|behind| behind.name.clone());
        self.figures = match &sheet {
            Sheet::Outcomes(outcomes) => outcomes::figures(outcomes),
            Sheet::Time(times) => time::figures(times),
            Sheet::Rates(rates) => rates::figures(rates),
        };
        // Figures come and go with what is noted meanwhile: the cursor stays on its own.
        let named = |behind: &Listed| on.as_ref() == Some(&behind.name);
        if !self.behind().is_some_and(named) {
            let at = self.figures.iter().position(named);
            self.selected = at.unwrap_or(self.selected).min(self.figures.len().saturating_sub(1));
        }
        self.sheet = Some((page, period, sheet));
    }

    /// Goes to another page.
    pub fn turn(&mut self, pages: isize) {
        self.page = self.page.along(pages);
        (self.selected, self.over) = (0, 0);
        self.figures.clear();
    }

    /// Opens a page at its first figure.
    pub fn open(&mut self, page: Page, period: Period) {
        (self.page, self.period) = (page, period);
        (self.selected, self.over) = (0, 0);
        self.figures.clear();
    }

    /// The cases behind the figure under the cursor.
    #[must_use]
    pub fn behind(&self) -> Option<&Listed> {
        self.figures.get(self.selected)
    }

    /// Goes to another figure; below the last one to what is written there.
    pub fn step(&mut self, lines: isize) {
        let last = self.figures.len().saturating_sub(1);
        if lines > 0 && self.selected == last {
            self.over = self.over.saturating_add_signed(lines).min(60);
        } else {
            self.over = 0;
            self.selected = self.selected.saturating_add_signed(lines).min(last);
        }
    }

    /// Goes to the first or the last figure.
    pub fn jump(&mut self, end: bool) {
        self.over = 0;
        self.selected = if end { self.figures.len().saturating_sub(1) } else { 0 };
    }
}

/// Draws the screen below the header and above the footer.
pub fn view(view: &ReportView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..area };
    let window = Window::until(cx.now, view.period);
    let mut title = format!("{} · {}", cx.t(Text::ActionReport), say::period_name(cx.lang, view.period));
    // The rates end with the last imported order: their page says its days itself.
    if view.page != Page::Rates {
        title.push_str(&format!(" · {}", say::window_name(cx.lang, &window, cx.zone)));
    }
    draw_line(frame, row(0), rule(cx, &title, area.width.into()));
    draw_line(frame, row(1), tabs(view.page, cx));
    let read = view.sheet.as_ref().filter(|(page, period, _)| (*page, *period) == (view.page, view.period));
    let Some((_, _, sheet)) = read else {
        return draw_line(frame, row(2), Line::raw(cx.t(Text::Loading)));
    };
    let width = usize::from(area.width);
    let lines = match sheet {
        Sheet::Outcomes(outcomes) => outcomes::lines(outcomes, cx, width),
        Sheet::Time(times) => time::lines(times, cx, width),
        Sheet::Rates(rates) => rates::lines(rates, cx, width),
    };
    draw_lines(
        view,
        &lines,
        cx,
        frame,
        Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area },
    );
}

/// The names of the pages, the one on screen set off.
fn tabs(shown: Page, cx: &Context<'_>) -> Line<'static> {
    let name = |page: &Page| {
        let name = format!(" {} ", say::page_name(cx.lang, *page));
        if *page == shown {
            Span::styled(name, cx.theme.selected())
        } else {
            Span::styled(name, cx.theme.calm())
        }
    };
    Line::from(Page::ALL.iter().map(name).collect::<Vec<_>>())
}

/// Draws the lines so that the cursor is in sight, and what follows the last figure can be reached.
fn draw_lines(view: &ReportView, lines: &[PageLine], cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let height = usize::from(area.height);
    let at = lines.iter().position(|line| line.figure == Some(view.selected)).unwrap_or(0);
    let most = lines.len().saturating_sub(height);
    // The first figures stand below what explains them.
    let top = if view.selected == 0 { 0 } else { at.saturating_sub(height / 2) };
    let top = (top.max((at + 1).saturating_sub(height)) + view.over).min(most);
    for (y, line) in (area.top()..area.bottom()).zip(lines.iter().skip(top)) {
        let place = Rect { y, height: 1, ..area };
        draw_line(frame, place, line.words.clone());
        if line.figure == Some(view.selected) {
            frame.buffer_mut().set_style(place, cx.theme.selected());
        }
    }
    if lines.len() > top + height && area.height > 0 && area.width > 0 {
        let place = Rect { x: area.right() - 1, y: area.bottom() - 1, width: 1, height: 1 };
        draw_line(frame, place, Line::styled("↓", cx.theme.key()));
    }
}

/// A bar of cells as long as a share of `room`, in eighths of a cell.
#[must_use]
pub fn bar(part: usize, whole: usize, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (part * room * 8).checked_div(whole).unwrap_or(0).min(room * 8);
    // What is there is seen.
    let eighths = if part > 0 { eighths.max(1) } else { eighths };
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// A text cut or filled to so many cells.
fn cell(text: &str, cells: usize) -> String {
    safe_text::pad(text, cells).into_string()
}

/// The same, its text at the right.
fn number(text: &str, cells: usize) -> String {
    safe_text::pad_left(text, cells).into_string()
}
