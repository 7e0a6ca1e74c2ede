//! Which camera is used: the one that reads.
//!
//! The first opening asks for the rear camera, or for the lens that read last on this device, as a
//! wish, so that the person is asked once. Then the names are known: a lens that cannot do, by its
//! name, gives way to a better one. From then on only results count: a lens through which codes are
//! seen and not read gives way to the next one that looks the same way, and the one that reads is
//! remembered, whatever its name.

use super::answer::Missed;
use super::lens::Lens;

/// How long codes may be seen and not read before another lens is tried, in milliseconds.
const PATIENCE_MS: f64 = 4_000.0;

/// The same for a lens that has read, or that a person chose: there it is the phone's fault first.
const PATIENCE_PROVEN_MS: f64 = 15_000.0;

/// A frame counts for at most this long, or a pause would count as a long look at a code.
const FRAME_MAX_MS: f64 = 200.0;

/// What a frame without anything takes back of the time with unread codes.
const RELIEF: f64 = 0.25;

/// What is asked of the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// The rear camera, if there is one.
    Rear,
    /// The camera that was open before or read last, if it is there.
    Kept {
        /// Its name in the browser.
        id: String,
        /// It looks at the person at the screen.
        is_front: bool,
    },
    /// This one and no other.
    Exactly(String),
}

/// Chooses the lens.
#[derive(Debug, Default)]
pub(super) struct Chooser {
    /// The lens that read last or that a person chose.
    remembered: Option<Lens>,
    listed: Vec<Lens>,
    open_id: Option<String>,
    /// What was decided to be opened next.
    next_id: Option<String>,
    /// Lenses that were tried since a code was read.
    tried: Vec<String>,
    /// How often all of them were tried.
    rounds: u32,
    unread_ms: f64,
    last_ms: Option<f64>,
    /// Lenses that did not open: they are not asked for until something changes.
    closed: Vec<String>,
    /// The same for the rear camera, whichever that is.
    is_rear_closed: bool,
}

impl Chooser {
    /// Begins with the lens that read last on this device.
    pub(super) fn with(remembered: Option<Lens>) -> Self {
        Self {
            remembered,
            ..Self::default()
        }
    }

    /// What to ask for now.
    pub(super) fn wish(&self) -> Wish {
        if let Some(id) = &self.next_id {
            return Wish::Exactly(id.clone());
        }
        match self.kept() {
            Some(lens) => Wish::Kept {
                id: lens.id.clone(),
                is_front: lens.is_front(),
            },
            None => Wish::Rear,
        }
    }

    /// What was asked for did not open, and these are all cameras, as far as the browser tells.
    /// True when something else is worth asking for at once.
    pub(super) fn stumbled(&mut self, mut listed: Vec<Lens>) -> bool {
        match self.wish() {
            Wish::Exactly(id) | Wish::Kept { id, .. } => self.closed.push(id),
            Wish::Rear => self.is_rear_closed = true,
        }
        self.next_id = None;
        if !self.is_rear_closed {
            return true;
        }
        listed.sort_by_key(Lens::rank);
        let mut ids = listed.into_iter().map(|lens| lens.id);
        self.next_id = ids.find(|id| !id.is_empty() && !self.closed.contains(id));
        if self.next_id.is_none() {
            // Later everything is tried again.
            self.closed.clear();
            self.is_rear_closed = false;
        }
        self.next_id.is_some()
    }

    /// A camera is open, and these are all there are. True when another one is to be opened
    /// instead.
    pub(super) fn opened(&mut self, open: &Lens, listed: Vec<Lens>) -> bool {
        let kept_id = self.kept().map(|lens| lens.id.clone());
        let was_decided = self.next_id.take().is_some();
        self.is_rear_closed = false;
        self.list(listed);
        let by_id = self.listed.iter().find(|lens| lens.id == open.id);
        let by_label = || self.listed.iter().find(|lens| lens.label == open.label);
        self.open_id = by_id.or_else(by_label).map(|lens| lens.id.clone());
        self.unread_ms = 0.0;
        self.last_ms = None;
        let is_kept = self.open_id.is_some() && self.open_id == kept_id;
        !was_decided && !is_kept && self.want(self.best())
    }

    /// Cameras came or went while one is open. True when another one is to be opened: the one
    /// that read is back.
    pub(super) fn relisted(&mut self, listed: Vec<Lens>) -> bool {
        let was_here = self.known().is_some();
        self.closed.clear();
        self.list(listed);
        let back = self.known().filter(|_| !was_here).cloned();
        self.want(back)
    }

    fn list(&mut self, mut listed: Vec<Lens>) {
        listed.sort_by_key(Lens::rank);
        self.listed = listed;
    }

    /// A code was read. Gives the lens if it is to be remembered.
    pub(super) fn read(&mut self) -> Option<Lens> {
        self.unread_ms = 0.0;
        self.tried.clear();
        self.rounds = 0;
        self.remember()
    }

    /// Nothing was read in a frame that was there at `at_ms`. True when another lens is to be
    /// opened.
    pub(super) fn missed(&mut self, missed: Missed, at_ms: f64) -> bool {
        let span_ms = self.last_ms.map_or(0.0, |last_ms| at_ms - last_ms);
        let span_ms = span_ms.clamp(0.0, FRAME_MAX_MS);
        self.last_ms = Some(at_ms);
        match missed {
            Missed::FindersOnly
            | Missed::BadGrid
            | Missed::TooManyErrors
            | Missed::TooSmall
            | Missed::TooBlurred => self.unread_ms += span_ms,
            Missed::Nothing => self.unread_ms = (self.unread_ms - span_ms * RELIEF).max(0.0),
            // No other lens has more light.
            Missed::TooDark | Missed::Glare => {}
        }
        if self.unread_ms < self.patience_ms() {
            return false;
        }
        self.unread_ms = 0.0;
        let next = self.untried();
        self.want(next)
    }

    /// A person wants another camera, whichever comes next. True when there is one.
    pub(super) fn pass_on(&mut self) -> bool {
        let place = self.open_place().map_or(0, |place| place + 1);
        let next = self.listed.iter().cycle().nth(place).cloned();
        self.want(next)
    }

    /// Remembers the open lens. Gives it if it is another one than before.
    pub(super) fn remember(&mut self) -> Option<Lens> {
        let open = self.open_lens()?.clone();
        if self.remembered.as_ref() == Some(&open) {
            return None;
        }
        self.remembered = Some(open.clone());
        Some(open)
    }

    /// True when a person has a choice.
    pub(super) fn is_choosable(&self) -> bool {
        self.listed.len() > 1 && self.open_id.is_some()
    }

    /// The lens that is open.
    pub(super) fn open_lens(&self) -> Option<&Lens> {
        self.open_place().map(|place| &self.listed[place])
    }

    fn open_place(&self) -> Option<usize> {
        let open_id = self.open_id.as_ref()?;
        self.listed.iter().position(|lens| lens.id == *open_id)
    }

    /// The lens to stay with: the open one, else the one that read last.
    fn kept(&self) -> Option<&Lens> {
        let kept = self.open_lens().or(self.remembered.as_ref());
        kept.filter(|lens| !lens.id.is_empty() && !self.closed.contains(&lens.id))
    }

    /// Those that are there and may open.
    fn usable(&self) -> impl Iterator<Item = &Lens> {
        let closed = &self.closed;
        self.listed.iter().filter(|lens| !closed.contains(&lens.id))
    }

    /// The remembered lens among those that are there: by its name in the browser, else by its
    /// name for people, if only one has that.
    fn known(&self) -> Option<&Lens> {
        let remembered = self.remembered.as_ref()?;
        if let Some(lens) = self.usable().find(|lens| lens.id == remembered.id) {
            return Some(lens);
        }
        let mut alike = self.usable().filter(|lens| lens.label == remembered.label);
        let first = alike.next().filter(|lens| !lens.label.is_empty())?;
        alike.next().is_none().then_some(first)
    }

    /// The remembered lens, else the first by name if it is better than the open one.
    fn best(&self) -> Option<Lens> {
        if let Some(lens) = self.known() {
            return Some(lens.clone());
        }
        let (open, first) = (self.open_lens()?, self.usable().next()?);
        (first.rank() < open.rank()).then(|| first.clone())
    }

    /// The next lens that looks the same way and was not tried since a code was read; after a full
    /// round the remembered one or the first, with twice the patience.
    fn untried(&mut self) -> Option<Lens> {
        let open = self.open_lens()?.clone();
        if !self.tried.contains(&open.id) {
            self.tried.push(open.id.clone());
        }
        let beside: Vec<Lens> = self
            .usable()
            .filter(|lens| lens.class().is_beside(open.class()))
            .cloned()
            .collect();
        let next = beside.iter().find(|lens| !self.tried.contains(&lens.id));
        if let Some(lens) = next {
            return Some(lens.clone());
        }
        self.tried.clear();
        self.rounds = self.rounds.saturating_add(1);
        self.known().or(beside.first()).cloned()
    }

    /// Decides for a lens. True when it is another one than the open one.
    fn want(&mut self, lens: Option<Lens>) -> bool {
        self.next_id = lens
            .map(|lens| lens.id)
            .filter(|id| !id.is_empty() && self.open_id.as_ref().is_some_and(|open| open != id));
        self.next_id.is_some()
    }

    fn patience_ms(&self) -> f64 {
        let is_proven = self.remembered.is_some() && self.remembered.as_ref() == self.open_lens();
        let patience_ms = if is_proven {
            PATIENCE_PROVEN_MS
        } else {
            PATIENCE_MS
        };
        patience_ms * f64::from(1_u32 << self.rounds.min(4))
    }
}

#[cfg(test)]
mod tests;
