//! News from the other servers of a database: what they wrote is told to our screens as well.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::watch;

use crate::archive::Archive;
use crate::pulse::Pulse;
use crate::pump::{News, Pump};
use crate::spawn::stopped;

/// From one look to the next, unless there was something to see.
const LOOK: Duration = Duration::from_millis(500);

/// Looks for events behind `seq` until the program is to end, and tells those that the loop has
/// not told. One that is told twice is harmless: each has its revision.
pub async fn follow(
    archive: Archive,
    pump: Pump,
    pulse: Arc<Pulse>,
    mut seq: u64,
    mut stop: watch::Receiver<bool>,
) {
    let mut own = pump.news();
    let mut told = BTreeSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        // A record that cannot be read now is read later from the same place.
        let moved = archive.moved_since(seq).await.unwrap_or_default();
        hear(&mut own, &mut told);
        for (last, history) in moved {
            seq = seq.max(last);
            pulse.note_seq(last);
            if !told.contains(&last) {
                pump.relay(&history, last);
            }
        }
        // Whoever falls behind from here on goes on from there.
        pulse.note_told(seq);
        told.retain(|one| *one > seq);
    }
}

/// Notes what was told to screens already. What the channel has dropped is told once more.
fn hear(own: &mut Receiver<News>, told: &mut BTreeSet<u64>) {
    loop {
        match own.try_recv() {
            Ok(news) => drop(told.insert(news.seq)),
            Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty | TryRecvError::Closed) => return,
        }
    }
}
