//! What heals the camera by itself: a look once a second, and the page's return to view.
//!
//! Cameras stop for reasons no page is told: another program takes them, the system suspends the
//! page, a Worker runs out of memory. Whatever it was, a live camera answers several times a
//! second; one that does not is wired anew, then by the next rung, then opened again.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, EventTarget, MediaStreamTrackState, VisibilityState};

use super::{Shared, clock, open};

/// Time between two looks.
const LOOK_MS: u32 = 1_000;

/// Silence after which something is done, in milliseconds; doubled with each strike.
const SILENCE_MS: f64 = 3_000.0;

/// Longest patience between two attempts, in milliseconds.
const SILENCE_MAX_MS: f64 = 24_000.0;

/// What a look at the camera asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cure {
    /// All is well, or nothing can be done now.
    Wait,
    /// A fresh Worker on the same rung.
    Rewire,
    /// A fresh Worker on the next rung.
    StepDown,
    /// The camera itself is opened again.
    Reopen,
}

/// What one look sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The page can be seen.
    pub(super) is_visible: bool,
    /// The camera's track has ended, or there is none.
    pub(super) is_ended: bool,
    /// Time since anything was heard, in milliseconds.
    pub(super) silent_ms: f64,
    /// Cures tried since anything was heard.
    pub(super) strikes: u32,
}

impl Look {
    /// The gentlest cure that has not been tried yet.
    pub(super) fn cure(self) -> Cure {
        let patience = SILENCE_MS * f64::from(1_u32 << self.strikes.min(3));
        if !self.is_visible || self.silent_ms < patience.min(SILENCE_MAX_MS) {
            return Cure::Wait;
        }
        match (self.is_ended, self.strikes % 3) {
            (true, _) | (false, 2) => Cure::Reopen,
            (false, 0) => Cure::Rewire,
            (false, _) => Cure::StepDown,
        }
    }
}

/// Looks after the camera until it is stopped or started anew.
pub(super) async fn watch(shared: Rc<Shared>, epoch: u32) {
    loop {
        TimeoutFuture::new(LOOK_MS).await;
        if shared.epoch.get() != epoch {
            return;
        }
        shared.tell_stats();
        let look = shared.look();
        if !look.is_visible {
            // A hidden page gets no frames, and that is no fault.
            shared.last_heard_ms.set(clock::now_ms());
        }
        match look.cure() {
            Cure::Wait => {}
            Cure::Rewire => shared.rewire(),
            Cure::StepDown => {
                shared.step_down();
                shared.rewire();
            }
            Cure::Reopen => return shared.reopen(),
        }
    }
}

impl Shared {
    fn look(&self) -> Look {
        Look {
            is_visible: is_visible(),
            is_ended: self.is_ended(),
            silent_ms: clock::now_ms() - self.last_heard_ms.get(),
            strikes: self.strikes.get(),
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        let state = self
            .track
            .borrow()
            .as_ref()
            .map(web_sys::MediaStreamTrack::ready_state);
        state != Some(MediaStreamTrackState::Live)
    }
}

/// A listener that is taken off when dropped.
pub(super) struct Ear {
    target: EventTarget,
    event: &'static str,
    heard: Closure<dyn FnMut(Event)>,
}

impl Ear {
    pub(super) fn new(
        target: &EventTarget,
        event: &'static str,
        hear: impl Fn() + 'static,
    ) -> Self {
        let heard = Closure::<dyn FnMut(Event)>::new(move |_: Event| hear());
        // Adding a listener fails only for a listener that is none.
        drop(target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref()));
        Self {
            target: target.clone(),
            event,
            heard,
        }
    }

    /// True if it listens for `event`.
    pub(super) fn is_for(&self, event: &str) -> bool {
        self.event == event
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let heard = self.heard.as_ref().unchecked_ref();
        drop(
            self.target
                .remove_event_listener_with_callback(self.event, heard),
        );
    }
}

/// Hears when the page comes back into view and when a camera is plugged in.
pub(super) fn ears(hear: impl Fn() + Clone + 'static) -> Vec<Ear> {
    let mut ears = Vec::new();
    if let Some(document) = document() {
        ears.push(Ear::new(&document, "visibilitychange", hear.clone()));
    }
    if let Some(devices) = open::devices() {
        ears.push(Ear::new(&devices, "devicechange", hear));
    }
    ears
}

pub(super) fn is_visible() -> bool {
    document().is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cure(is_visible: bool, is_ended: bool, silent_ms: f64, strikes: u32) -> Cure {
        Look {
            is_visible,
            is_ended,
            silent_ms,
            strikes,
        }
        .cure()
    }

    #[test]
    fn a_camera_that_answers_is_left_alone() {
        assert_eq!(cure(true, false, 40.0, 0), Cure::Wait);
        assert_eq!(cure(true, false, 2_900.0, 0), Cure::Wait);
    }

    #[test]
    fn a_hidden_page_is_left_alone() {
        assert_eq!(cure(false, true, 60_000.0, 0), Cure::Wait);
    }

    #[test]
    fn silence_is_cured_gently_first_and_with_growing_patience() {
        assert_eq!(cure(true, false, 3_100.0, 0), Cure::Rewire);
        assert_eq!(cure(true, false, 3_100.0, 1), Cure::Wait);
        assert_eq!(cure(true, false, 6_100.0, 1), Cure::StepDown);
        assert_eq!(cure(true, false, 12_100.0, 2), Cure::Reopen);
        assert_eq!(cure(true, false, 24_100.0, 30), Cure::Rewire);
    }

    #[test]
    fn an_ended_track_is_opened_again() {
        assert_eq!(cure(true, true, 3_100.0, 0), Cure::Reopen);
    }
}
