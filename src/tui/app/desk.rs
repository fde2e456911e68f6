//! The workbench as its threads see it: inputs in, effects out, a frame, the next moment to wake.

use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;

use super::{Ahead, App, Dialog, View};
use crate::i18n::Text;
use crate::tui::job::{Done, Job};
use crate::tui::runtime::{Desk, Effect, Input};
use crate::tui::screens::compose::Compose;
use crate::tui::screens::queue;

impl Desk for App {
    type Job = Job;
    type Done = Done;

    fn input(&mut self, input: Input<Done>, now: Timestamp) -> Vec<Effect<Job>> {
        let mut effects = Vec::new();
        // What could not be read is not asked for again at once: the disk would be asked for ever.
        let failed = matches!(input, Input::Done(Done::Failed { .. }));
        // What the first key of all opens stands behind them in the queue of the store.
        if matches!(input, Input::Key(_) | Input::Paste(_)) {
            self.ask_settings(&mut effects);
            self.note_work(now, &mut effects);
        }
        match input {
            Input::Key(key) if self.is_waiting() => self.wait(Ahead::Key(key)),
            Input::Key(key) => self.key(key, now, &mut effects),
            Input::Paste(text) if self.is_waiting() => self.wait(Ahead::Paste(text)),
            Input::Paste(text) => self.paste(&text, now),
            Input::Resize(size) => self.size = (size.width, size.height),
            Input::Done(done) => self.done(done, now, &mut effects),
            Input::Wake => self.tick(now, &mut effects),
            Input::Copied(number, result) => self.copied(number, result, &mut effects),
            Input::Ran(number, answer) => self.ran(number, answer, now),
            Input::Edited(result) => self.edited(result, now, &mut effects),
            Input::Leaving => {
                self.import.stop();
                self.keep(&mut effects);
                self.end_work(&mut effects);
                return effects;
            }
        }
        self.catch_up(now, &mut effects);
        self.follow_up(now, &mut effects);
        self.settle_work(now, &mut effects);
        if !failed {
            self.read_on(&mut effects);
        }
        effects
    }

    fn draw(&self, frame: &mut Frame<'_>, now: Timestamp) {
        self.view(frame, now);
    }

    fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        if self.zone.is_none() {
            return Some(now);
        }
        let minute = now.as_second().rem_euclid(60);
        let mut wakes = vec![now + SignedDuration::from_secs(60 - minute)];
        let height = queue::list_height(self.size.0, self.size.1);
        let change = match self.view {
            View::Queue => self.queue.next_change(now, height),
            View::Case => {
                self.case.as_ref().and_then(|case| crate::tui::screens::case::next_change(&case.file, now))
            }
            View::Compose | View::Forecast | View::Health | View::Report | View::Costs => None,
            // The rate and the time left of a running import.
            View::Import => self
                .import
                .is_running()
                .then(|| SignedDuration::from_millis(1_000 - now.as_millisecond().rem_euclid(1_000))),
        };
        wakes.extend(change.map(|wait| now + wait));
        if let Some(Dialog::Proposal(view)) = &self.dialog {
            wakes.extend(view.next_change(now).map(|wait| now + wait));
        }
        wakes.extend(self.notice.as_ref().and_then(|notice| notice.until));
        wakes.extend(self.counts.as_ref().and_then(|counts| counts.next_wake).filter(|wake| *wake > now));
        wakes.extend(self.compose.as_ref().and_then(Compose::keep_at));
        wakes.extend(self.compose.as_ref().and_then(Compose::examine_at));
        wakes.extend(self.note_due());
        wakes.into_iter().min()
    }

    fn title(&self) -> String {
        match &self.counts {
            Some(counts) if counts.late > 0 => {
                format!(
                    "kesu ▲{} {} · {} {}",
                    counts.late,
                    self.t(Text::Late),
                    counts.open,
                    self.t(Text::Open)
                )
            }
            Some(counts) => format!("kesu {} {}", counts.open, self.t(Text::Open)),
            None => "kesu".to_owned(),
        }
    }
}
