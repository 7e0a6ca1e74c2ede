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
    is_forgetting: Cell<bool>,
    is_closed: Cell<bool>,
    reader: RefCell<Option<Waker>>,
}

impl Inbox {
    /// Puts `shot` in place of any older one, which is closed unread; so is every shot that comes
    /// after the end.
    pub(crate) fn offer(&self, shot: Shot) {
        if self.is_closed.get() {
            return;
        }
        self.has_shot.set(true);
        drop(self.newest.replace(Some(shot)));
        self.wake();
    }

    /// Another sale begins. A shot that waits stays: the page counts on its answer.
    pub(crate) fn forget(&self) {
        self.is_forgetting.set(true);
    }

    /// True once after [`Inbox::forget`].
    pub(crate) fn is_forgetting(&self) -> bool {
        self.is_forgetting.replace(false)
    }

    /// Nothing more is wanted: what waits is closed unread, and the reader is told.
    pub(crate) fn close(&self) {
        self.is_closed.set(true);
        drop(self.newest.take());
        self.wake();
    }

    /// True when a shot waits.
    pub(crate) fn holds_newer(&self) -> bool {
        self.has_shot.get()
    }

    /// Waits for a shot and takes it; `None` when no more will come.
    pub(crate) async fn next(&self) -> Option<Shot> {
        poll_fn(|context| self.poll(context)).await
    }

    fn wake(&self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Option<Shot>> {
        if let Some(shot) = self.newest.take() {
            self.has_shot.set(false);
            return Poll::Ready(Some(shot));
        }
        if self.is_closed.get() {
            return Poll::Ready(None);
        }
        self.reader.replace(Some(context.waker().clone()));
        Poll::Pending
    }
}
