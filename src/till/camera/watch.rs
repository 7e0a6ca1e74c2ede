//! What heals the camera by itself: a look five times a second, and the page's return to view.
//!
//! Cameras stop for reasons no page is told: another program takes them, the system suspends the
//! page, a Worker runs out of memory. Whatever it was, a live camera gives several frames a second,
//! and a Worker answers them: a camera that gives none, or an even black, is opened again, and a
//! Worker that is silent is replaced, then fed by the next rung, then by a camera opened again.

use std::rc::{Rc, Weak};

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, EventTarget, MediaStreamTrackState, VisibilityState};

use super::{Shared, clock, open};

/// Time between two looks.
const LOOK_MS: u32 = 200;

/// Looks between two readings of the figures: one second.
const LOOKS_A_READING: u32 = 5;

/// After so long without a frame, or with nothing but black, the camera is opened again, in
/// milliseconds; doubled each time it did not help.
const DEAD_MS: f64 = 800.0;

/// A camera that ends within so long after it was opened is left alone until then.
pub(super) const RESTLESS_MS: f64 = 1_000.0;

/// A camera that gave a picture for so long is well again.
pub(super) const WELL_MS: f64 = 5_000.0;

/// Silence of the Worker after which something is done, in milliseconds; doubled with each strike.
const SILENCE_MS: f64 = 3_000.0;

/// Longest patience between two attempts, in milliseconds.
const PATIENCE_MAX_MS: f64 = 24_000.0;

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
    /// Time since it was opened, in milliseconds.
    pub(super) opened_ms: f64,
    /// Time without a frame, or with nothing but black, after there was one.
    pub(super) dead_ms: f64,
    /// How often it was opened again for that since it was well.
    pub(super) heals: u32,
    /// Time since anything was heard, in milliseconds.
    pub(super) silent_ms: f64,
    /// Cures tried since anything was heard.
    pub(super) strikes: u32,
}

impl Look {
    /// The gentlest cure that has not been tried yet.
    pub(super) fn cure(self) -> Cure {
        if !self.is_visible {
            return Cure::Wait;
        }
        let is_dead = self.dead_ms >= doubled(DEAD_MS, self.heals);
        if is_dead || self.is_ended && self.opened_ms >= RESTLESS_MS {
            return Cure::Reopen;
        }
        if self.is_ended || self.silent_ms < doubled(SILENCE_MS, self.strikes) {
            return Cure::Wait;
        }
        match self.strikes % 3 {
            0 => Cure::Rewire,
            1 => Cure::StepDown,
            _ => Cure::Reopen,
        }
    }
}

fn doubled(patience_ms: f64, times: u32) -> f64 {
    (patience_ms * f64::from(1_u32 << times.min(5))).min(PATIENCE_MAX_MS)
}

/// Looks after the camera until it is stopped or started anew.
pub(super) async fn watch(shared: Rc<Shared>, epoch: u32) {
    let mut looks = 0_u32;
    loop {
        TimeoutFuture::new(LOOK_MS).await;
        if shared.epoch.get() != epoch {
            return;
        }
        looks = looks.wrapping_add(1);
        if looks.is_multiple_of(LOOKS_A_READING) {
            shared.tell_stats();
        }
        let look = shared.look();
        if !look.is_visible {
            shared.excuse();
        }
        match look.cure() {
            Cure::Wait => {}
            Cure::Rewire => shared.rewire(),
            Cure::StepDown => {
                shared.step_down();
                shared.rewire();
            }
            Cure::Reopen => {
                shared.heals.set(shared.heals.get().saturating_add(1));
                return shared.reopen();
            }
        }
    }
}

impl Shared {
    fn look(&self) -> Look {
        let now_ms = clock::now_ms();
        let feed = self.feed.borrow();
        let unfed_ms = feed.as_ref().and_then(|feed| feed.unfed_ms(now_ms));
        let blank_ms = self.blank_ms.get().map(|since_ms| now_ms - since_ms);
        Look {
            is_visible: is_visible(),
            is_ended: self.is_ended(),
            opened_ms: now_ms - self.opened_ms.get(),
            dead_ms: unfed_ms.unwrap_or(0.0).max(blank_ms.unwrap_or(0.0)),
            heals: self.heals.get(),
            silent_ms: now_ms - self.last_heard_ms.get(),
            strikes: self.strikes.get(),
        }
    }

    /// A hidden page gets no frames, and that is no fault.
    pub(super) fn excuse(&self) {
        let now_ms = clock::now_ms();
        self.last_heard_ms.set(now_ms);
        self.blank_ms.set(None);
        if let Some(feed) = &*self.feed.borrow() {
            feed.excuse(now_ms);
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

    /// True if it listens for the same as another one, wherever.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.event == other.event
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

/// Hears when the page comes back into view, also from the browser's memory of pages, and when
/// cameras come or go.
pub(super) fn ears(shared: &Rc<Shared>) -> Vec<Ear> {
    let come_back = |weak: Weak<Shared>| {
        move || {
            if let Some(shared) = weak.upgrade() {
                shared.excuse();
                shared.come_back();
            }
        }
    };
    let weak = Rc::downgrade(shared);
    let mut ears = Vec::new();
    if let Some(document) = document() {
        ears.push(Ear::new(
            &document,
            "visibilitychange",
            come_back(weak.clone()),
        ));
    }
    if let Some(window) = web_sys::window() {
        ears.push(Ear::new(&window, "pageshow", come_back(weak.clone())));
    }
    if let Some(devices) = open::devices() {
        ears.push(Ear::new(&devices, "devicechange", move || {
            if let Some(shared) = weak.upgrade() {
                shared.devices_changed();
            }
        }));
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

    /// A camera that is well.
    const WELL: Look = Look {
        is_visible: true,
        is_ended: false,
        opened_ms: 60_000.0,
        dead_ms: 0.0,
        heals: 0,
        silent_ms: 40.0,
        strikes: 0,
    };

    fn silent(silent_ms: f64, strikes: u32) -> Cure {
        let look = Look {
            silent_ms,
            strikes,
            ..WELL
        };
        look.cure()
    }

    fn dead(dead_ms: f64, heals: u32) -> Cure {
        let look = Look {
            dead_ms,
            heals,
            ..WELL
        };
        look.cure()
    }

    fn ended(opened_ms: f64) -> Cure {
        let look = Look {
            is_ended: true,
            opened_ms,
            silent_ms: 60_000.0,
            ..WELL
        };
        look.cure()
    }

    #[test]
    fn a_camera_that_gives_frames_and_is_answered_is_left_alone() {
        assert_eq!(WELL.cure(), Cure::Wait);
        assert_eq!(silent(2_900.0, 0), Cure::Wait);
        assert_eq!(dead(700.0, 0), Cure::Wait);
    }

    #[test]
    fn a_hidden_page_is_left_alone() {
        let hidden = Look {
            is_visible: false,
            is_ended: true,
            dead_ms: 60_000.0,
            silent_ms: 60_000.0,
            ..WELL
        };
        assert_eq!(hidden.cure(), Cure::Wait);
    }

    #[test]
    fn a_silent_worker_is_cured_gently_first_and_with_growing_patience() {
        assert_eq!(silent(3_100.0, 0), Cure::Rewire);
        assert_eq!(silent(3_100.0, 1), Cure::Wait);
        assert_eq!(silent(6_100.0, 1), Cure::StepDown);
        assert_eq!(silent(12_100.0, 2), Cure::Reopen);
        assert_eq!(silent(24_100.0, 30), Cure::Rewire);
    }

    #[test]
    fn a_camera_without_a_picture_is_opened_again_within_a_second_at_first() {
        assert_eq!(dead(900.0, 0), Cure::Reopen);
        assert_eq!(dead(900.0, 1), Cure::Wait);
        assert_eq!(dead(1_700.0, 1), Cure::Reopen);
        assert_eq!(dead(23_000.0, 30), Cure::Wait);
        assert_eq!(dead(24_100.0, 30), Cure::Reopen);
    }

    #[test]
    fn an_ended_track_is_opened_again_at_once_unless_it_ends_at_once() {
        assert_eq!(ended(60_000.0), Cure::Reopen);
        assert_eq!(ended(500.0), Cure::Wait);
    }
}
