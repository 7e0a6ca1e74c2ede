//! A place for exactly one waiting shot: a newer one pushes the older out.
//!
//! A queue would only make the answers older; the customer moves the phone, and what counts is
//! the picture of now.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use crate::shot::Shot;

/// Holds the newest unread shot and wakes the reader.
#[derive(Default)]
pub(crate) struct Inbox {
    newest: Cell<Option<Shot>>,
    has_shot: Cell<bool>,
    reader: RefCell<Option<Waker>>,
}

impl Inbox {
    /// Puts `shot` in place of any older one, which is closed unread.
    pub(crate) fn offer(&self, shot: Shot) {
        self.has_shot.set(true);
        drop(self.newest.replace(Some(shot)));
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// True when a shot waits.
    pub(crate) fn holds_newer(&self) -> bool {
        self.has_shot.get()
    }

    /// Waits for a shot and takes it.
    pub(crate) async fn next(&self) -> Shot {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Shot> {
        if let Some(shot) = self.newest.take() {
            self.has_shot.set(false);
            return Poll::Ready(shot);
        }
        self.reader.replace(Some(context.waker().clone()));
        Poll::Pending
    }
}
