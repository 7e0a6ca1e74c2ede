//! From asking for the camera to a picture that runs, and back again after it went away.

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaStream, MediaStreamTrack};

use super::open::{self, Refusal};
use super::watch::{self, Ear};
use super::{CameraNews, Rung, Shared, gear, now_ms, stop_tracks};

/// Pause before a camera that another program holds is asked for again, in milliseconds.
const BUSY_PAUSE_MS: u32 = 5_000;

/// What came of asking.
enum Opened {
    /// A picture.
    Stream(MediaStream, MediaStreamTrack),
    /// None.
    Refused(Refusal),
    /// The camera was stopped meanwhile: nobody wants to know.
    Stale,
}

impl Shared {
    /// Opens the camera anew; everything of an earlier opening ends.
    pub(super) fn reopen(self: &Rc<Self>) {
        let epoch = self.epoch.get().wrapping_add(1);
        self.epoch.set(epoch);
        // A camera that went away says nothing against the rung; one that is live and silent does.
        if self.is_ended() {
            self.rung.set(Rung::forced().unwrap_or_else(Rung::best));
        }
        self.let_go();
        self.is_opening.set(true);
        spawn_local(Rc::clone(self).run(epoch));
    }

    /// The page is in view again, or a camera was plugged in while there was none.
    pub(super) fn come_back(self: &Rc<Self>) {
        self.last_heard_ms.set(now_ms());
        if !watch::is_visible() || self.is_opening.get() || self.is_denied.get() {
            return;
        }
        if self.is_ended() {
            self.reopen();
        } else {
            self.play();
        }
    }

    /// Cameras came or went.
    pub(super) fn devices_changed(self: &Rc<Self>) {
        if self.is_ended() {
            return self.come_back();
        }
        let (shared, epoch) = (Rc::clone(self), self.epoch.get());
        spawn_local(async move {
            let listed = open::list().await;
            if shared.epoch.get() == epoch && shared.chooser.borrow_mut().relisted(listed) {
                shared.reopen();
            }
        });
    }

    async fn run(self: Rc<Self>, epoch: u32) {
        // The Worker loads while the person is asked.
        self.hire();
        let opened = self.ask(epoch).await;
        let (stream, track) = match opened {
            Opened::Stream(stream, track) => (stream, track),
            Opened::Refused(refusal) => {
                self.is_opening.set(false);
                self.unwire();
                return self.refused(refusal, epoch).await;
            }
            Opened::Stale => return,
        };
        self.is_opening.set(false);
        self.show(&stream);
        self.hear_end(&track, epoch);
        self.fit(&track);
        self.stream.replace(Some(stream));
        self.track.replace(Some(track));
        let now_ms = now_ms();
        self.last_heard_ms.set(now_ms);
        self.opened_ms.set(now_ms);
        self.blank_ms.set(None);
        self.strikes.set(0);
        self.begin();
        self.keep_choice();
        watch::watch(self, epoch).await;
    }

    /// Asks until the lens that the chooser wants is open.
    async fn ask(self: &Rc<Self>, epoch: u32) -> Opened {
        // A browser gives the same broken picture again while anybody holds the camera.
        self.wait_for_tap().await;
        loop {
            let wish = self.chooser.borrow().wish();
            let opened = open::open(&wish).await;
            let listed = open::list().await;
            let is_stale = self.epoch.get() != epoch;
            match opened {
                Ok((stream, _)) if is_stale => {
                    // Stopped while the person was being asked: the camera must not stay on.
                    stop_tracks(&stream);
                    return Opened::Stale;
                }
                Err(_) if is_stale => return Opened::Stale,
                Ok((stream, track)) => {
                    let lens = open::lens_of(&track);
                    if !self.chooser.borrow_mut().opened(&lens, listed) {
                        return Opened::Stream(stream, track);
                    }
                    // Phones open one camera at a time.
                    stop_tracks(&stream);
                }
                Err(refusal) => {
                    let may_differ = refusal.is_of_one_camera();
                    if !may_differ || !self.chooser.borrow_mut().stumbled(listed) {
                        return Opened::Refused(refusal);
                    }
                }
            }
        }
    }

    /// Waits until the last one who held the camera has let go of it.
    async fn wait_for_tap(&self) {
        let tap = self.last_tap.take();
        if let Some(tap) = tap {
            tap.closed().await;
        }
    }

    async fn refused(self: Rc<Self>, refusal: Refusal, epoch: u32) {
        let is_soon_again = matches!(refusal, Refusal::Busy | Refusal::Failed(_));
        let is_denied = refusal == Refusal::Denied;
        self.is_denied.set(is_denied);
        self.tell(match refusal {
            Refusal::Denied => CameraNews::Denied,
            Refusal::NoCamera => CameraNews::NoCamera,
            Refusal::Busy => CameraNews::Busy,
            Refusal::Insecure => CameraNews::Insecure,
            Refusal::Failed(words) => CameraNews::Failed(words),
        });
        if is_denied {
            self.hear_permission().await;
        }
        if is_soon_again {
            TimeoutFuture::new(BUSY_PAUSE_MS).await;
            if self.epoch.get() == epoch {
                self.reopen();
            }
        }
    }

    /// Opens the camera when the person allows it after all, at the address bar.
    async fn hear_permission(self: &Rc<Self>) {
        let Some(permission) = open::permission().await else {
            return;
        };
        let weak = Rc::downgrade(self);
        let asked = permission.clone();
        let ear = Ear::new(&permission, "change", move || {
            let denied = weak.upgrade().filter(|shared| shared.is_denied.get());
            if let Some(shared) = denied.filter(|_| open::is_granted(&asked)) {
                shared.is_denied.set(false);
                shared.reopen();
            }
        });
        self.replace_ear(ear);
    }

    fn show(&self, stream: &MediaStream) {
        self.video.set_muted(true);
        // Without it an iPhone shows the picture full screen. Setting an attribute of a sound
        // name cannot fail.
        drop(self.video.set_attribute("playsinline", ""));
        self.video.set_src_object(Some(stream));
        self.play();
    }

    /// Lets the picture run; systems pause it with a page that is out of view.
    fn play(&self) {
        if let Ok(played) = self.video.play() {
            // Refused or interrupted playing shows as silence, which the watch cures.
            spawn_local(async move { drop(played.await) });
        }
    }

    /// Sets the camera as it was before it was opened again.
    fn fit(&self, track: &MediaStreamTrack) {
        gear::focus(track);
        if self.wants_torch.get() {
            gear::set_torch(track, true);
        }
        if self.wants_closer.get() {
            gear::set_closer(track, true);
        }
    }

    /// What a person has chosen is remembered once it is open.
    fn keep_choice(&self) {
        if self.is_choice.take() {
            let kept = self.chooser.borrow_mut().remember();
            if let Some(lens) = kept {
                self.tell(CameraNews::Kept(lens));
            }
        }
    }

    fn hear_end(self: &Rc<Self>, track: &MediaStreamTrack, epoch: u32) {
        let weak = Rc::downgrade(self);
        self.replace_ear(Ear::new(track, "ended", move || {
            let current = weak.upgrade().filter(|shared| shared.epoch.get() == epoch);
            if let Some(shared) = current {
                shared.unwire();
                shared.tell(CameraNews::Ended);
                // One that ends at once is left to the watch, which is in no hurry.
                if now_ms() - shared.opened_ms.get() >= watch::RESTLESS_MS {
                    shared.reopen();
                }
            }
        }));
    }

    /// The ear for the same before it hears nothing any more.
    fn replace_ear(&self, ear: Ear) {
        let mut ears = self.ears.borrow_mut();
        ears.retain(|one| !one.is_like(&ear));
        ears.push(ear);
    }
}
