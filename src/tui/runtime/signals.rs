//! The signals that reach the workbench from outside.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// To end: the signal's number.
    End(i32),
    /// To end, as the keyboard asks for it (Ctrl-C, Ctrl-\): while an editor runs it is meant for that.
    Interrupt(i32),
    /// The window has another size.
    Resize,
    /// To stop until the shell says to go on. Nothing to us, but an editor's Ctrl-Z must give the shell back.
    Stop,
    /// To go on after a stop, during which the shell has used the terminal.
    Continue,
}

/// Every signal that is listened to, with what it asks for.
pub(super) struct Signals(Vec<(Call, Signal)>);

impl Signals {
    /// Listens from now on. Needs the runtime's context.
    pub(super) fn listen() -> io::Result<Self> {
        let stop = SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw());
        let go_on = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        let kinds = [SignalKind::terminate(), SignalKind::hangup()]
            .map(|kind| (Call::End(kind.as_raw_value()), kind));
        let typed = [SignalKind::interrupt(), SignalKind::quit()];
        let typed = typed.map(|kind| (Call::Interrupt(kind.as_raw_value()), kind));
        let rest = [(Call::Resize, SignalKind::window_change()), (Call::Stop, stop), (Call::Continue, go_on)];
        let all = kinds.into_iter().chain(typed).chain(rest);
        all.map(|(call, kind)| Ok((call, signal(kind)?))).collect::<io::Result<_>>().map(Self)
    }

    /// The next signal.
    pub(super) async fn next(&mut self) -> Call {
        std::future::poll_fn(|context| {
            for (call, signal) in &mut self.0 {
                if signal.poll_recv(context).is_ready() {
                    return std::task::Poll::Ready(*call);
                }
            }
            std::task::Poll::Pending
        })
        .await
    }
}
