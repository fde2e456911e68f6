//! The import screen: a path, then how far and how long, then what came of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::LineGauge;
use tui_input::Input;

use crate::domain::Marketplace;
use crate::i18n::{Text, span};
use crate::intake::Progress;
use crate::safe_text;
use crate::tui::job::Imported;
use crate::tui::widgets::{Context, draw_line, field, rule};

/// What the screen is doing.
#[derive(Debug)]
enum Stage {
    Asking,
    Running { since: Timestamp, progress: Progress, stop: Arc<AtomicBool> },
    Done(Box<Imported>),
    Stopped,
}

/// State of the import screen.
#[derive(Debug)]
pub struct ImportView {
    /// The path, as typed.
    path: Input,
    /// The site of reports that name none, as typed; mostly empty.
    site: Input,
    on_site: bool,
    stage: Stage,
    scroll: usize,
}

impl ImportView {
    /// Asks for a path, `typed` being there already.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self {
            path: Input::new(typed.to_owned()),
            site: Input::default(),
            on_site: false,
            stage: Stage::Asking,
            scroll: 0,
        }
    }

    /// Whether an import is under way.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. })
    }

    /// The path, as typed.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.value()
    }

    /// The field that takes the keys; none while an import is under way.
    pub fn input(&mut self) -> Option<&mut Input> {
        match (self.is_running(), self.on_site) {
            (true, _) => None,
            (false, true) => Some(&mut self.site),
            (false, false) => Some(&mut self.path),
        }
    }

    /// Goes to the other field.
    pub fn turn(&mut self) {
        self.on_site = !self.on_site;
    }

    /// The site typed; `Err` when it is none of Amazon's.
    ///
    /// # Errors
    /// The text, when no marketplace has that code.
    pub fn site(&self) -> Result<Option<Marketplace>, String> {
        match self.site.value().trim() {
            "" => Ok(None),
            code => Marketplace::parse(code).map(Some).ok_or_else(|| code.to_owned()),
        }
    }

    /// Starts: the path to read and the flag that stops it; `None` without a path or while one is under way.
    pub fn start(&mut self, now: Timestamp) -> Option<(PathBuf, Arc<AtomicBool>)> {
        let typed = self.path.value().trim().trim_matches(['"', '\'']).to_owned();
        if typed.is_empty() || self.is_running() {
            return None;
        }
        let stop = Arc::new(AtomicBool::new(false));
        self.stage = Stage::Running { since: now, progress: Progress::default(), stop: Arc::clone(&stop) };
        self.scroll = 0;
        Some((home(&typed), stop))
    }

    /// Asks a running import to stop; `false` when none runs.
    pub fn stop(&mut self) -> bool {
        if let Stage::Running { stop, .. } = &self.stage {
            stop.store(true, Ordering::Relaxed);
            return true;
        }
        false
    }

    /// How far it is.
    pub fn progress(&mut self, news: Progress) {
        if let Stage::Running { progress, .. } = &mut self.stage {
            *progress = news;
        }
    }

    /// It is done.
    pub fn done(&mut self, result: Box<Imported>) {
        self.stage = Stage::Done(result);
    }

    /// It was stopped or failed; nothing remains of it.
    pub fn stopped(&mut self) {
        self.stage = Stage::Stopped;
    }

    /// Scrolls the list of problems.
    pub fn step(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }
}

/// A path as it was typed or dropped into the terminal: `~` is the operator's home, quotes around it are no part of it.
#[must_use]
pub fn typed_path(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let inner = ['\'', '"'].iter().find_map(|quote| typed.strip_prefix(*quote)?.strip_suffix(*quote));
    home(inner.unwrap_or(typed))
}

/// `~` is the operator's home.
fn home(typed: &str) -> PathBuf {
    let base = typed.strip_prefix("~/").zip(directories::BaseDirs::new());
    base.map_or_else(|| PathBuf::from(typed), |(rest, dirs)| dirs.home_dir().join(rest))
}

/// Draws the screen between header and footer.
pub fn view(import: &ImportView, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let line = |y: u16| Rect { y: area.y + y, height: 1, ..area }.intersection(area);
    draw_line(frame, line(0), rule(cx, cx.t(Text::ImportTitle), usize::from(area.width)));
    let fields =
        [(Text::ImportPath, &import.path, !import.on_site), (Text::ImportSite, &import.site, import.on_site)];
    for (y, (label, input, focused)) in (1..).zip(fields) {
        let label = safe_text::pad(cx.t(label), 22);
        draw_line(frame, line(y), Line::styled(format!(" {label}"), cx.theme.calm()));
        let place = Rect { x: area.x + 24, width: area.width.saturating_sub(25), ..line(y) };
        field(frame, place.intersection(area), input, focused && !import.is_running());
    }
    let rest = Rect { y: area.y + 4, height: area.height.saturating_sub(4), ..area };
    match &import.stage {
        Stage::Asking => {
            draw_line(frame, line(4), Line::styled(format!(" {}", cx.t(Text::ImportHint)), cx.theme.calm()))
        }
        Stage::Stopped => draw_line(
            frame,
            line(4),
            Line::styled(format!(" {}", cx.t(Text::ImportCancelled)), cx.theme.heading()),
        ),
        Stage::Running { since, progress, .. } => view_progress(*since, progress, cx, frame, rest),
        Stage::Done(result) => view_result(import, result, cx, frame, rest),
    }
}

fn view_progress(since: Timestamp, progress: &Progress, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let elapsed = cx.now.duration_since(since);
    let seconds = elapsed.as_secs().max(1).unsigned_abs();
    let ratio =
        if progress.total_bytes == 0 { 0.0 } else { share(progress.done_bytes, progress.total_bytes) };
    let rate = progress.items / seconds;
    let (done, total) = (progress.done_bytes, progress.total_bytes);
    let left = (done > 0 && total > done)
        .then(|| seconds.saturating_mul(total - done) / done)
        .map(|seconds| jiff::SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)));
    let left = left.map(|left| {
        format!(
            " · {}",
            if left.as_secs() < 60 { format!("{}s", left.as_secs()) } else { span(cx.lang, left) }
        )
    });
    let text = format!(
        " {} {} · {} · {rate}/s{}",
        cx.t(Text::ImportRunning),
        safe_text::line(&progress.file, 60),
        progress.items,
        left.unwrap_or_default()
    );
    let rows: Vec<Rect> =
        (0..3).map(|y| Rect { y: area.y + y, height: 1, ..area }.intersection(area)).collect();
    draw_line(frame, rows[0], Line::raw(safe_text::line(&text, usize::from(area.width)).into_string()));
    frame.render_widget(LineGauge::default().ratio(ratio).filled_style(cx.theme.news()), rows[1]);
    draw_line(frame, rows[2], Line::styled(format!(" {}", cx.t(Text::ImportStop)), cx.theme.calm()));
}

/// A part of a whole as the gauge wants it, 0 to 1.
#[allow(clippy::cast_precision_loss, reason = "a bar of some hundred cells")]
fn share(part: u64, whole: u64) -> f64 {
    (part as f64 / whole as f64).clamp(0.0, 1.0)
}

fn view_result(import: &ImportView, result: &Imported, cx: &Context<'_>, frame: &mut Frame<'_>, area: Rect) {
    let tally = &result.tally;
    let counts = |title: Text, parts: &[(Text, u64)]| {
        let mut spans =
            vec![Span::styled(format!(" {}  ", safe_text::pad(cx.t(title), 14)), cx.theme.heading())];
        spans.extend(parts.iter().map(|(label, count)| Span::raw(format!("{} {count}   ", cx.t(*label)))));
        Line::from(spans)
    };
    let mut lines = vec![
        if tally.accepted + tally.ignored + tally.total == 0 {
            Line::styled(format!(" ✗ {}", cx.t(Text::ImportNothing)), cx.theme.blocked())
        } else {
            Line::styled(format!(" ✓ {}", cx.t(Text::ImportDone)), cx.theme.news())
        },
        counts(
            Text::ImportMails,
            &[
                (Text::ImportAccepted, tally.accepted),
                (Text::ImportIgnored, tally.ignored),
                (Text::ImportRejected, tally.rejected),
            ],
        ),
        counts(
            Text::ImportRows,
            &[
                (Text::ImportNew, tally.new),
                (Text::ImportUpdated, tally.updated),
                (Text::ImportDup, tally.dup),
                (Text::ImportSkipped, tally.skipped),
            ],
        ),
        counts(Text::ImportCases, &[(Text::ImportNew, tally.cases), (Text::StateArchived, tally.archived)]),
    ];
    if !result.problems.is_empty() {
        lines.push(rule(
            cx,
            &format!("{} ({})", cx.t(Text::ImportProblems), result.problems.len()),
            usize::from(area.width),
        ));
        for problem in &result.problems {
            let words =
                safe_text::lines(&problem[cx.lang as usize], usize::from(area.width).saturating_sub(2));
            lines.extend(words.map(|words| Line::raw(format!(" {words}"))));
        }
    }
    let scroll = import.scroll.min(lines.len().saturating_sub(usize::from(area.height)));
    for (y, line) in (area.top()..area.bottom()).zip(lines.into_iter().skip(scroll)) {
        draw_line(frame, Rect { y, height: 1, ..area }, line);
    }
}
