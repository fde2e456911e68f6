//! What is done beside the main thread and the store: the operator's commands, and copying in the order asked for.

use std::sync::mpsc::{Sender as Wishes, channel};
use std::thread;

use tokio::sync::mpsc::Sender;

use super::session::Event;
use crate::out::command::{Commands, Errand, Failure};
use crate::problem::io_words;
use crate::tui::clipboard::Route;
use crate::tui::clipboard::ways::{Prepared, Wish, prepare_here};

/// The commands at work, and the texts on their way to the clipboard.
#[derive(Default)]
pub(super) struct Errands {
    commands: Commands,
    /// The way to the thread that copies, once something was copied.
    copier: Option<Wishes<Wish>>,
    /// What goes to the terminal with the next frame.
    pub(super) bytes: Option<Vec<u8>>,
    /// Whom to tell when that is out, and when what is under way is.
    pub(super) waiting: Vec<(u64, Route)>,
    pub(super) under_way: Vec<(u64, Route)>,
}

impl Errands {
    /// Runs a command on a thread of its own; [`Event::Ran`] tells how it ended.
    pub(super) fn run<D: Send + 'static>(&self, errand: Errand, outbox: &Sender<Event<D>>) {
        let (commands, tell, number) = (self.commands.clone(), outbox.clone(), errand.number);
        let work = move || drop(tell.blocking_send(Event::Ran(number, commands.run(&errand))));
        if let Err(error) = thread::Builder::new().name("errand".into()).spawn(work) {
            let failed = Event::Ran(number, Err(Failure::NotStarted(io_words(&error))));
            // The queue of events has room, or its reader is about to leave.
            let _ = outbox.try_send(failed);
        }
    }

    /// Stops a command.
    pub(super) fn stop(&self, number: u64) {
        self.commands.stop(number);
    }

    /// Copies a text, after those before it; [`Event::Prepared`] tells what became of it.
    pub(super) fn copy<D: Send + 'static>(&mut self, wish: Wish, outbox: &Sender<Event<D>>) {
        let (commands, tell) = (self.commands.clone(), outbox.clone());
        let copier = self.copier.get_or_insert_with(|| {
            let (wishes, queue) = channel::<Wish>();
            let work = move || {
                for wish in queue {
                    let prepared = prepare_here(&wish, &commands);
                    let _ = tell.blocking_send(Event::Prepared(wish.number, prepared));
                }
            };
            // Without a thread the wish below is not taken.
            let _ = thread::Builder::new().name("copier".into()).spawn(work);
            wishes
        });
        if let Err(refused) = copier.send(wish) {
            let number = refused.0.number;
            let words = ["the system gives no thread to copy with", "系统无法提供用于复制的线程"];
            let problem = crate::problem::Problem::new(crate::problem::Exit::Failed, words, ["", ""]);
            let _ = outbox.try_send(Event::Prepared(number, Prepared::Done(Err(problem))));
        }
    }

    /// Ends every command: kesu ends.
    pub(super) fn end(&self) {
        self.commands.end();
    }
}
