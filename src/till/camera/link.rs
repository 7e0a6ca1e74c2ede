//! The line to the Worker that reads codes.
//!
//! The Worker is started here and ended when the line is dropped. It is a separate Wasm program;
//! should it ever crash, the line says so and the camera starts another one.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::answer::Answer;
use super::open::{field, put};

/// The Worker's boot module, at the root of the site.
const BOOT: &str = "/eye-boot.js";

/// Where the page's boot module leaves the Worker that it has started beside this program.
const EARLY: &str = "scantillEye";

/// What it notes on that Worker when it is ready.
const IS_READY: &str = "isReady";

/// How long a Worker that is not needed any more may take to end by itself; one that hangs is
/// ended then.
const END_MS: u32 = 15_000;

/// What is heard on the line.
pub(super) enum Heard {
    /// The Worker said something.
    Answer(Answer),
    /// The Worker crashed or could not be loaded.
    Broken,
}

/// A running Worker.
pub(super) struct Link {
    worker: Worker,
    // Both live as long as the Worker may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Link {
    /// Starts a Worker, or takes over the one that loaded while the page did; everything it says
    /// goes to `hear`, which is never called from here.
    pub(super) fn open(hear: impl Fn(Heard) + Clone + 'static) -> Result<Self, JsValue> {
        let worker = match early() {
            Some(worker) => worker,
            None => start()?,
        };
        if field(&worker, IS_READY).is_truthy() {
            let hear = hear.clone();
            spawn_local(async move { hear(Heard::Answer(Answer::Ready)) });
        }
        let hear_error = hear.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(answer) = Answer::from_message(&event.data()) {
                hear(Heard::Answer(answer));
            }
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_: Event| hear_error(Heard::Broken));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Sends `message`, handing `part` over to the Worker.
    pub(super) fn send(&self, message: &Object, part: &JsValue) -> Result<(), JsValue> {
        self.worker
            .post_message_with_transfer(message, &Array::of1(part))
    }
}

/// A fresh Worker.
fn start() -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(BOOT, &options)
}

/// The Worker of the page's boot module, once.
fn early() -> Option<Worker> {
    let window = web_sys::window()?;
    let worker = field(&window, EARLY).dyn_into().ok()?;
    Reflect::delete_property(&window, &EARLY.into()).ok()?;
    Some(worker)
}

impl Link {
    /// Says a word that needs no picture.
    pub(super) fn tell(&self, kind: &str) {
        let word = Object::new();
        put(&word, "kind", &kind.into());
        // A Worker that cannot be told is seen by its silence.
        drop(self.worker.post_message(&word));
    }

    /// Asks the Worker to end; nothing more is heard of it. It is asked, not terminated, because
    /// only the Worker can close the frames that are on their way to it.
    pub(super) fn close(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.tell("end");
        let worker = self.worker.clone();
        spawn_local(async move {
            TimeoutFuture::new(END_MS).await;
            worker.terminate();
        });
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.close();
    }
}
