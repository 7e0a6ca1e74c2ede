//! The Worker that reads codes, so that the page's thread never does.
//!
//! It is a program of its own: its own Wasm, built for speed and with SIMD. The page gives it
//! frames, it answers with what it saw; the messages are described in
//! [`post`]. When frames come faster than they can be read, the newest one wins.

mod clock;
mod frame;
mod inbox;
mod post;
mod shot;

use std::rc::Rc;

use scan::{Accepted, Scanner};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use frame::Plane;
use inbox::Inbox;
use post::{Post, Word, Work};
use shot::Shot;

/// A payment code lives about a minute; within it the same text is not fresh again.
const CODE_LIFE_MS: u64 = 60_000;

fn main() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let inbox = Rc::new(Inbox::default());
    listen(&scope, &inbox);
    let post = Post::to_page(scope.clone());
    post.ready();
    spawn_local(async move {
        read_all(&inbox, &post).await;
        scope.close();
    });
}

/// Puts what the page sends into the inbox.
fn listen(scope: &DedicatedWorkerGlobalScope, inbox: &Rc<Inbox>) {
    let inbox = Rc::clone(inbox);
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data();
        if let Some(shot) = Shot::from_message(&message) {
            inbox.offer(shot);
            return;
        }
        match Word::of(&message) {
            Some(Word::Forget) => inbox.forget(),
            Some(Word::End) => inbox.close(),
            None => {}
        }
    });
    scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // The Worker listens until it ends.
    heard.forget();
}

/// Reads frame after frame until the page wants no more.
async fn read_all(inbox: &Inbox, post: &Post) {
    let mut eye = Eye {
        plane: Plane::default(),
        scanner: Scanner::default(),
        accepted: Accepted::new(CODE_LIFE_MS),
        skipped: false,
    };
    while let Some(shot) = inbox.next().await {
        eye.read(shot, inbox, post).await;
    }
}

/// What is kept from frame to frame.
struct Eye {
    plane: Plane,
    scanner: Scanner,
    accepted: Accepted,
    /// The frame before was left unread for a newer one.
    skipped: bool,
}

impl Eye {
    async fn read(&mut self, shot: Shot, inbox: &Inbox, post: &Post) {
        let begun_ms = clock::now_ms();
        let (n, captured_ms) = (shot.n, shot.captured_ms);
        let loaded = self.plane.load(&shot.picture).await;
        // The camera gets its buffer back before the search begins.
        drop(shot);
        // A newer frame came while this one was copied. Only once in a row, or a slow copy would
        // keep every frame from being read.
        if inbox.holds_newer() && !self.skipped {
            self.skipped = true;
            return;
        }
        self.skipped = false;
        let copied_ms = clock::now_ms();
        let luma = match loaded.map(|()| self.plane.luma()) {
            Ok(Ok(luma)) => luma,
            Ok(Err(bad)) => return post.failed(n, &bad.to_string()),
            Err(cause) => return post.failed(n, &cause),
        };
        if inbox.is_forgetting() {
            self.scanner.forget();
        }
        let size = (luma.width(), luma.height());
        let outcome = self.scanner.look(&luma);
        let done_ms = clock::now_ms();
        let work = Work {
            n,
            size,
            captured_ms,
            copy_ms: copied_ms - begun_ms,
            decode_ms: done_ms - copied_ms,
            light: self.scanner.light(),
        };
        match outcome {
            Ok(sighting) => {
                let is_fresh = self
                    .accepted
                    .accept(&sighting.text, clock::whole_ms(done_ms));
                post.seen(&work, &sighting, is_fresh);
            }
            Err(missed) => post.missed(&work, missed),
        }
    }
}
