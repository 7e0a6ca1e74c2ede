//! Keys that the record closes, so that somebody can be told that nothing comes of them.

use money::Stamp;
use store::{Closing, StoreFault};
use tokio::sync::oneshot;
use wire::ProblemKind;

use super::{Pump, Shell, Wish, refused};
use crate::door::{Shut, Shutting, told};
use crate::drive::Refused;

impl Pump {
    /// Lets nothing come of a key any more, durably and at every server, unless something came of
    /// it before.
    ///
    /// # Errors
    /// [`Refused`] while a request with this key is under way, or when nobody can tell: then
    /// nothing may be concluded.
    pub async fn close_key(&self, key: String) -> Result<Closing, Refused> {
        let (answer, heard) = oneshot::channel();
        // Not "too busy": that would say that nothing was charged.
        let unknown = Err(ProblemKind::NotReady);
        let shut = match self.wish(Wish::Close { key, answer }) {
            Ok(()) => heard.await.unwrap_or(unknown),
            Err(_) => unknown,
        };
        shut.map_err(refused)
    }
}

impl Shell {
    pub(super) fn close(&mut self, key: String, answer: oneshot::Sender<Shut>) {
        let ticks_ms = self.around.world.ticks_ms();
        if let Shutting::Say(shut) = self.door.shutting(&key, &self.drive, ticks_ms) {
            let _ = answer.send(shut);
            return;
        }
        let now: Stamp = self.now();
        let done = move |closing: Result<Closing, StoreFault>| {
            if let Err(fault) = &closing {
                tracing::error!(store.fault = %fault, "a key was not closed");
            }
            let _ = answer.send(told(closing));
        };
        // A full queue drops the answer's sender, and whoever waits hears that nobody can tell.
        let _ = self.around.writer.close(key, now, Box::new(done));
    }
}
