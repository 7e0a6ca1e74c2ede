//! The camera: opened, shown, read by a Worker, healed, and let go.
//!
//! One [`Camera`] owns the track, the video element's source and the Worker. Its news come to one
//! callback; dropping it stops the track, because a camera light that stays on with nobody
//! watching is the worst a till can do. Frames are never decoded on the page's thread; how they
//! reach the Worker is the [`ladder`].

mod answer;
mod choose;
mod clock;
mod gauge;
mod gear;
mod hint;
mod ladder;
mod lens;
mod link;
mod open;
mod opening;
mod track;
mod watch;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamTrack};

pub(crate) use answer::Seen;
pub(crate) use clock::now_ms;
pub(crate) use gauge::CameraStats;
pub(crate) use gear::Gear;
pub(crate) use hint::Hint;
pub(crate) use ladder::Rung;
pub(crate) use lens::Lens;

use answer::{Answer, Missed, Work};
use choose::Chooser;
use gauge::Gauge;
use hint::Hints;
use ladder::Feed;
use link::{Heard, Link};
use track::Tap;
use watch::Ear;

/// Frames that may fail one after another before the next rung is tried.
const FAILURES_MAX: u32 = 5;

/// What the camera tells the till.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CameraNews {
    /// It is being asked for, because somebody wants another one or wants to be asked again.
    Opening,
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
        /// What it has beside its picture.
        gear: Gear,
    },
    /// This lens is to be remembered: it has read, or a person has chosen it.
    Kept(Lens),
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
    /// What the feed before held of the camera; it may take a moment to let go.
    last_tap: Cell<Option<Rc<Tap>>>,
    ears: RefCell<Vec<Ear>>,
    last_heard_ms: Cell<f64>,
    strikes: Cell<u32>,
    chooser: RefCell<Chooser>,
    /// A person or a policy said no: nobody is asked again without being asked to.
    is_denied: Cell<bool>,
    /// A person has chosen the camera that is being opened.
    is_choice: Cell<bool>,
    wants_torch: Cell<bool>,
    wants_closer: Cell<bool>,
    /// When the camera was opened, and since when its picture is blank.
    opened_ms: Cell<f64>,
    blank_ms: Cell<Option<f64>>,
    /// How often it was opened anew because no picture came.
    heals: Cell<u32>,
    failures: Cell<u32>,
    hints: RefCell<Hints>,
    gauge: RefCell<Gauge>,
}

impl Camera {
    /// Asks for the camera, shows it in `video` and tells `on_news` what happens. The lens that was
    /// `kept` on this device is asked for first.
    pub(crate) fn start(
        video: HtmlVideoElement,
        kept: Option<Lens>,
        on_news: impl Fn(CameraNews) + 'static,
    ) -> Self {
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
            last_tap: Cell::new(None),
            ears: RefCell::new(Vec::new()),
            last_heard_ms: Cell::new(now_ms()),
            strikes: Cell::new(0),
            chooser: RefCell::new(Chooser::with(kept)),
            is_denied: Cell::new(false),
            is_choice: Cell::new(false),
            wants_torch: Cell::new(false),
            wants_closer: Cell::new(false),
            opened_ms: Cell::new(0.0),
            blank_ms: Cell::new(None),
            heals: Cell::new(0),
            failures: Cell::new(0),
            hints: RefCell::default(),
            gauge: RefCell::default(),
        });
        shared.ears.replace(watch::ears(&shared));
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

    /// Somebody wants to be asked for the camera again.
    pub(crate) fn ask_again(&self) {
        if !self.shared.is_opening.get() {
            self.shared.is_denied.set(false);
            self.shared.reopen();
            self.shared.tell(CameraNews::Opening);
        }
    }

    /// Somebody wants another camera, whichever comes next.
    pub(crate) fn pass_on(&self) {
        if !self.shared.is_opening.get() && self.shared.chooser.borrow_mut().pass_on() {
            self.shared.is_choice.set(true);
            self.shared.reopen();
            self.shared.tell(CameraNews::Opening);
        }
    }

    /// Switches the camera's own light.
    pub(crate) fn set_torch(&self, is_on: bool) {
        self.shared.wants_torch.set(is_on);
        if let Some(track) = &*self.shared.track.borrow() {
            gear::set_torch(track, is_on);
        }
    }

    /// Looks closer, or as wide as it can.
    pub(crate) fn set_closer(&self, is_closer: bool) {
        self.shared.wants_closer.set(is_closer);
        if let Some(track) = &*self.shared.track.borrow() {
            gear::set_closer(track, is_closer);
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

    /// Releases the camera and the Worker.
    fn let_go(&self) {
        self.unwire();
        self.track.take();
        if let Some(stream) = self.stream.take() {
            stop_tracks(&stream);
            self.video.set_src_object(None);
        }
    }

    /// Ends the Worker and the frames to it.
    fn unwire(&self) {
        self.starting.take();
        self.is_worker_ready.set(false);
        if let Some(tap) = self.feed.take().and_then(|feed| feed.end()) {
            self.last_tap.set(Some(tap));
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
                let kept = self.chooser.borrow_mut().read();
                let was_hinted = self.hints.borrow_mut().seen();
                self.tell(CameraNews::Seen(seen));
                if was_hinted {
                    self.tell(CameraNews::Hint(None));
                }
                if let Some(lens) = kept {
                    self.tell(CameraNews::Kept(lens));
                }
            }
            Heard::Answer(Answer::Missed(missed, work)) => self.miss(missed, work),
            Heard::Answer(Answer::Failed(why)) => self.fail(why),
        }
    }

    /// Nothing was read in a frame.
    fn miss(self: &Rc<Self>, missed: Missed, work: Work) {
        self.count(work);
        let change = self.hints.borrow_mut().missed(missed, work.captured_ms);
        if let Some(hint) = change {
            self.tell(CameraNews::Hint(hint));
        }
        let is_other_wanted = self.chooser.borrow_mut().missed(missed, work.captured_ms);
        if is_other_wanted {
            self.reopen();
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
            is_front: settings
                .get_facing_mode()
                .map_or_else(|| open::lens_of(track).is_front(), |mode| mode == "user"),
            gear: Gear::of(track, self.chooser.borrow().is_choosable()),
        });
    }

    fn count(&self, work: Work) {
        self.last_heard_ms.set(work.heard_ms);
        self.strikes.set(0);
        self.failures.set(0);
        if work.is_blank() {
            let since_ms = self.blank_ms.get().unwrap_or(work.heard_ms);
            self.blank_ms.set(Some(since_ms));
        } else {
            self.blank_ms.set(None);
            if work.heard_ms - self.opened_ms.get() > watch::WELL_MS {
                self.heals.set(0);
            }
        }
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
