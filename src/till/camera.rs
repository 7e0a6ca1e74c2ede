//! The camera: opened, shown, read by a Worker, healed, and let go.
//!
//! One [`Camera`] owns the track, the video element's source and the Worker. Its news come to one
//! callback; dropping it stops the track, because a camera light that stays on with nobody
//! watching is the worst a till can do. Frames are never decoded on the page's thread; how they
//! reach the Worker is the [`ladder`].

mod answer;
mod clock;
mod gauge;
mod hint;
mod ladder;
mod link;
mod open;
mod track;
mod watch;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamTrack};

pub(crate) use answer::Seen;
pub(crate) use clock::now_ms;
pub(crate) use gauge::CameraStats;
pub(crate) use hint::Hint;
pub(crate) use ladder::Rung;

use answer::{Answer, Work};
use gauge::Gauge;
use hint::Hints;
use ladder::Feed;
use link::{Heard, Link};
use open::Refusal;
use watch::Ear;

/// Pause before a camera that another program holds is asked for again, in milliseconds.
const BUSY_PAUSE_MS: u32 = 5_000;

/// Frames that may fail one after another before the next rung is tried.
const FAILURES_MAX: u32 = 5;

/// What the camera tells the till.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CameraNews {
    /// There is a picture, and frames are being read.
    Ready {
        /// How frames come to the scanner.
        rung: Rung,
        /// Width the camera says it has, in pixels; 0 if it does not say.
        width: u32,
        /// Height, likewise.
        height: u32,
        /// The camera faces the person at the screen: show its picture mirrored.
        is_front: bool,
    },
    /// The person or a policy said no.
    Denied,
    /// The device has no camera; one that is plugged in later is found.
    NoCamera,
    /// Another program holds the camera; it is asked for again every few seconds.
    Busy,
    /// The page is not served securely, so there is no camera.
    Insecure,
    /// Something else, in the browser's words.
    Failed(String),
    /// The camera was taken away; it is opened again by itself.
    Ended,
    /// A code was read. Comes with every frame that shows it.
    Seen(Seen),
    /// The guidance to show has changed.
    Hint(Option<Hint>),
    /// Figures for the debug overlay, once a second while frames are read.
    Stats(CameraStats),
}

/// A camera that is on until it is stopped or dropped.
pub(crate) struct Camera {
    shared: Rc<Shared>,
}

/// What the camera's tasks and callbacks share. Nothing is borrowed while news are told, so that
/// the till may stop the camera from its callback.
struct Shared {
    video: HtmlVideoElement,
    on_news: Box<dyn Fn(CameraNews)>,
    /// Counts openings; a task of an earlier one finds a different number and ends.
    epoch: Cell<u32>,
    /// The person is being asked; asking twice would show the question twice.
    is_opening: Cell<bool>,
    rung: Cell<Rung>,
    stream: RefCell<Option<MediaStream>>,
    track: RefCell<Option<MediaStreamTrack>>,
    /// The Worker until frames flow to it.
    starting: RefCell<Option<Link>>,
    /// That Worker has said that it is ready: it waits for the camera.
    is_worker_ready: Cell<bool>,
    feed: RefCell<Option<Rc<Feed>>>,
    ears: RefCell<Vec<Ear>>,
    last_heard_ms: Cell<f64>,
    strikes: Cell<u32>,
    failures: Cell<u32>,
    hints: RefCell<Hints>,
    gauge: RefCell<Gauge>,
}

impl Camera {
    /// Asks for the camera, shows it in `video` and tells `on_news` what happens.
    pub(crate) fn start(video: HtmlVideoElement, on_news: impl Fn(CameraNews) + 'static) -> Self {
        let shared = Rc::new(Shared {
            video,
            on_news: Box::new(on_news),
            epoch: Cell::new(0),
            is_opening: Cell::new(false),
            rung: Cell::new(Rung::forced().unwrap_or_else(Rung::best)),
            stream: RefCell::new(None),
            track: RefCell::new(None),
            starting: RefCell::new(None),
            is_worker_ready: Cell::new(false),
            feed: RefCell::new(None),
            ears: RefCell::new(Vec::new()),
            last_heard_ms: Cell::new(now_ms()),
            strikes: Cell::new(0),
            failures: Cell::new(0),
            hints: RefCell::default(),
            gauge: RefCell::default(),
        });
        let weak = Rc::downgrade(&shared);
        let ears = watch::ears(move || {
            if let Some(shared) = weak.upgrade() {
                shared.come_back();
            }
        });
        shared.ears.replace(ears);
        shared.reopen();
        Self { shared }
    }

    /// Another sale begins: the next code may be anywhere.
    pub(crate) fn forget(&self) {
        let feed = self.shared.feed.borrow().clone();
        if let Some(feed) = feed {
            feed.forget();
        }
    }

    /// Turns the camera off: track stopped, Worker ended, no more news.
    pub(crate) fn stop(&self) {
        self.shared
            .epoch
            .set(self.shared.epoch.get().wrapping_add(1));
        self.shared.ears.take();
        self.shared.let_go();
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn tell(&self, news: CameraNews) {
        (self.on_news)(news);
    }

    /// Opens the camera anew; everything of an earlier opening ends.
    fn reopen(self: &Rc<Self>) {
        let epoch = self.epoch.get().wrapping_add(1);
        self.epoch.set(epoch);
        // A camera that went away says nothing against the rung; one that is live and silent does.
        if self.is_ended() {
            self.rung.set(Rung::forced().unwrap_or_else(Rung::best));
        }
        self.let_go();
        spawn_local(Rc::clone(self).run(epoch));
    }

    /// Releases the camera and the Worker.
    fn let_go(&self) {
        self.unwire();
        self.track.take();
        if let Some(stream) = self.stream.take() {
            stop_tracks(&stream);
            self.video.set_src_object(None);
        }
    }

    /// The page is in view again, or a camera was plugged in.
    fn come_back(self: &Rc<Self>) {
        self.last_heard_ms.set(now_ms());
        if !watch::is_visible() || self.is_opening.get() {
            return;
        }
        if self.is_ended() {
            self.reopen();
        } else {
            self.play();
        }
    }

    async fn run(self: Rc<Self>, epoch: u32) {
        self.is_opening.set(true);
        // The Worker loads while the person is asked.
        self.hire();
        let opened = open::open().await;
        self.is_opening.set(false);
        if self.epoch.get() != epoch {
            // Stopped while the person was being asked: the camera must not stay on.
            if let Ok((stream, _)) = opened {
                stop_tracks(&stream);
            }
            return;
        }
        let (stream, track) = match opened {
            Ok(opened) => opened,
            Err(refusal) => {
                self.unwire();
                return self.refused(refusal, epoch).await;
            }
        };
        self.show(&stream);
        self.hear_end(&track, epoch);
        self.stream.replace(Some(stream));
        self.track.replace(Some(track));
        self.last_heard_ms.set(now_ms());
        self.strikes.set(0);
        self.begin();
        watch::watch(self, epoch).await;
    }

    async fn refused(self: Rc<Self>, refusal: Refusal, epoch: u32) {
        let is_busy = refusal == Refusal::Busy;
        self.tell(match refusal {
            Refusal::Denied => CameraNews::Denied,
            Refusal::NoCamera => CameraNews::NoCamera,
            Refusal::Busy => CameraNews::Busy,
            Refusal::Insecure => CameraNews::Insecure,
            Refusal::Failed(words) => CameraNews::Failed(words),
        });
        if is_busy {
            TimeoutFuture::new(BUSY_PAUSE_MS).await;
            if self.epoch.get() == epoch {
                self.reopen();
            }
        }
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

    fn hear_end(self: &Rc<Self>, track: &MediaStreamTrack, epoch: u32) {
        let weak = Rc::downgrade(self);
        let ear = Ear::new(track, "ended", move || {
            let current = weak.upgrade().filter(|shared| shared.epoch.get() == epoch);
            if let Some(shared) = current {
                shared.unwire();
                shared.tell(CameraNews::Ended);
            }
        });
        let mut ears = self.ears.borrow_mut();
        // The ear of the track before this one hears nothing any more.
        ears.retain(|ear| !ear.is_for("ended"));
        ears.push(ear);
    }

    /// Ends the Worker and the frames to it.
    fn unwire(&self) {
        self.starting.take();
        self.is_worker_ready.set(false);
        if let Some(feed) = self.feed.take() {
            feed.end();
        }
    }

    /// A fresh Worker; frames flow when it says it is ready.
    fn rewire(self: &Rc<Self>) {
        self.strikes.set(self.strikes.get().saturating_add(1));
        self.last_heard_ms.set(now_ms());
        self.hire();
    }

    /// A fresh Worker in place of the one before.
    fn hire(self: &Rc<Self>) {
        self.unwire();
        self.failures.set(0);
        let weak = Rc::downgrade(self);
        let link = Link::open(move |heard| {
            if let Some(shared) = weak.upgrade() {
                shared.hear(heard);
            }
        });
        match link {
            Ok(link) => drop(self.starting.replace(Some(link))),
            Err(why) => self.tell(CameraNews::Failed(format!("{why:?}"))),
        }
    }

    /// The next rung, unless the address asks for one.
    fn step_down(&self) {
        if Rung::forced().is_none() {
            self.rung.set(self.rung.get().next());
        }
    }

    fn hear(self: &Rc<Self>, heard: Heard) {
        match heard {
            Heard::Broken => self.mend(),
            Heard::Answer(Answer::Ready) => {
                self.is_worker_ready.set(true);
                self.begin();
            }
            Heard::Answer(Answer::Seen(mut seen, work)) => {
                seen.earliest_ms = self.earliest_ms().unwrap_or(seen.captured_ms);
                self.count(work);
                let was_hinted = self.hints.borrow_mut().seen();
                self.tell(CameraNews::Seen(seen));
                if was_hinted {
                    self.tell(CameraNews::Hint(None));
                }
            }
            Heard::Answer(Answer::Missed(missed, work)) => {
                self.count(work);
                let change = self.hints.borrow_mut().missed(missed, work.captured_ms);
                if let Some(hint) = change {
                    self.tell(CameraNews::Hint(hint));
                }
            }
            Heard::Answer(Answer::Failed(why)) => self.fail(why),
        }
    }

    /// The Worker crashed. One that had worked is replaced at once; one that never answered is
    /// left to the watch, or a file that cannot be loaded would be asked for without end.
    fn mend(self: &Rc<Self>) {
        self.unwire();
        if self.strikes.get() == 0 {
            // Not within the call of the Worker that is being replaced.
            let shared = Rc::clone(self);
            let epoch = self.epoch.get();
            spawn_local(async move {
                if shared.epoch.get() == epoch {
                    shared.rewire();
                }
            });
        }
    }

    /// Frames flow as soon as the Worker is ready and the camera is open.
    fn begin(self: &Rc<Self>) {
        let track = self.track.borrow().clone();
        let Some(track) = track.filter(|_| self.is_worker_ready.get()) else {
            return;
        };
        let Some(link) = self.starting.take() else {
            return;
        };
        self.last_heard_ms.set(now_ms());
        let feed = Feed::new(link, self.video.clone());
        let rung = self.rung.get();
        let started = feed.start(rung, &track);
        self.feed.replace(Some(feed));
        match started {
            Ok(()) => self.tell_ready(rung, &track),
            // The watch takes the next rung after this one's silence.
            Err(why) => self.tell(CameraNews::Failed(format!("{why:?}"))),
        }
    }

    fn tell_ready(&self, rung: Rung, track: &MediaStreamTrack) {
        let settings = track.get_settings();
        let side = |pixels: Option<i32>| pixels.and_then(|side| u32::try_from(side).ok());
        self.tell(CameraNews::Ready {
            rung,
            width: side(settings.get_width()).unwrap_or(0),
            height: side(settings.get_height()).unwrap_or(0),
            is_front: settings.get_facing_mode().as_deref() == Some("user"),
        });
    }

    fn count(&self, work: Work) {
        self.last_heard_ms.set(work.heard_ms);
        self.strikes.set(0);
        self.failures.set(0);
        self.gauge.borrow_mut().count(work);
        self.feed_answered();
    }

    fn earliest_ms(&self) -> Option<f64> {
        self.feed.borrow().as_ref().map(|feed| feed.earliest_ms())
    }

    fn feed_answered(&self) {
        let feed = self.feed.borrow().clone();
        if let Some(feed) = feed {
            feed.answered();
        }
    }

    /// A frame could not be taken. One may be torn; several mean that this rung does not work.
    fn fail(self: &Rc<Self>, why: String) {
        self.failures.set(self.failures.get() + 1);
        if self.failures.get() < FAILURES_MAX {
            let feed = self.feed.borrow().clone();
            return feed.map_or((), |feed| feed.failed());
        }
        self.step_down();
        self.rewire();
        self.tell(CameraNews::Failed(why));
    }

    fn tell_stats(&self) {
        let stats = self.gauge.borrow_mut().read(self.rung.get(), now_ms());
        if let Some(stats) = stats {
            self.tell(CameraNews::Stats(stats));
        }
    }
}

fn stop_tracks(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        let track: MediaStreamTrack = wasm_bindgen::JsCast::unchecked_into(track);
        track.stop();
    }
}
