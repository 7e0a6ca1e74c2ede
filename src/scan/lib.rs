//! Grey picture in, text out: the scanner's pure half.
//!
//! A camera frame's brightness plane becomes a [`Luma`] view; a [`Scanner`] looks at it, half size
//! first, and answers with a [`Sighting`] or with the reason why there is none. Nothing here does
//! IO, reads a clock or keeps a picture: the caller owns the frames and the time.
//!
//! The stages of a search, one file each: sizes of the picture (`ladder`, `shrink`), thresholds
//! (`level`), bits (`plane`), finder patterns (`finder`), triples of them (`triple`), the
//! grid they span (`edge`, `grid`, `align`, `warp`), its modules (`sample`, `fit`, `vote`)
//! and the text (`word`, `mend`, `text`); `qr` puts them in order, `track` says where to begin.
//! Where no number is read so, `rescue` looks for a code of which not all finders were found, on
//! grey (`square`, `pair`), and then `bars` for Code 128; where one is, `bars` looks for some that
//! deny it. Where nothing is read at all, `cause` says why, as far as it is sure.
//!
//! Bounded, whatever the picture shows: a frame is searched at four sizes (after a sighting its
//! place before them), each with at most 3,000 cross-checks of finder patterns, 80 finders beside
//! 80 of the sizes before, 60 measured triples of three grids each; in the whole search at most 8
//! grids are sampled and 3 refined, and in the rescue 6 and 4. Above 1920x1088 full size is left
//! out. Bars are looked for at two sizes, in at most three strips, and the blur of one is undone.
//! After the first frame of a size nothing is allocated but the text that is read.

mod agree;
mod align;
mod bars;
mod cause;
mod edge;
mod finder;
mod fit;
mod focus;
mod grid;
mod ladder;
mod lanes;
mod level;
mod luma;
mod mend;
mod modules;
mod number;
mod page;
mod pair;
mod plane;
mod qr;
mod rescue;
mod sample;
mod shrink;
mod sight;
mod square;
mod symbol;
mod text;
mod track;
mod triple;
mod vote;
mod warp;
mod word;

#[cfg(test)]
mod tests;

pub use agree::Accepted;
pub use focus::Light;
pub use luma::{BadPlane, Luma, SIDE_MAX};
pub use modules::text_of_modules;
pub use sight::{Kind, Missed, Sighting};

use bars::Bars;
use ladder::{Ladder, SIZES, Size};
use number::float;
use page::Page;
use qr::{Budget, Reader};
use text::is_number;
use track::Track;

/// Reads codes from frame after frame, keeping its buffers and a little history between them.
#[derive(Debug, Default)]
pub struct Scanner {
    ladder: Ladder,
    reader: Reader,
    bars: Bars,
    page: Page,
    track: Track,
    light: Light,
}

impl Scanner {
    /// Searches one frame.
    ///
    /// # Errors
    /// [`Missed`] says what kept the code from being read, as a hint for the person holding it.
    pub fn look(&mut self, luma: &Luma<'_>) -> Result<Sighting, Missed> {
        self.reader.begin_frame();
        self.bars.begin_frame();
        self.page.begin_frame();
        if let Some((left, top, width, height)) = self.track.take(luma)
            && let Some(part) = luma.part((left, top), (width, height))
            && let Ok(found) = self.search(&part)
            && is_number(&found.text)
        {
            return self.agreed(found.moved(float(left), float(top)), luma);
        }
        let read = self.search(luma);
        let read = self.or_rescued(read, luma);
        let read = self.or_bars(read, luma);
        let found = read.map_err(|missed| self.explain(luma, missed))?;
        let found = self.agreed(found, luma)?;
        if is_number(&found.text) {
            if found.kind == Kind::Qr {
                self.track.keep(&found, luma);
            }
            self.reader.know(&found.text);
        }
        Ok(found)
    }

    /// What was read, or where that is no number, the code of `frame` of which not all finders were
    /// found.
    fn or_rescued(
        &mut self,
        read: Result<Sighting, Missed>,
        frame: &Luma<'_>,
    ) -> Result<Sighting, Missed> {
        if read.as_ref().is_ok_and(|read| is_number(&read.text)) {
            return read;
        }
        let fine = [Size::Full, Size::Half].map(|size| self.ladder.rung(frame, size));
        let rescued = self.reader.rescue(&fine);
        let is_wanted = |rescued: &Sighting| read.is_err() || is_number(&rescued.text);
        rescued.filter(is_wanted).map_or(read, Ok)
    }

    /// What was read, or the bars of `frame` where that is no number.
    fn or_bars(
        &mut self,
        read: Result<Sighting, Missed>,
        frame: &Luma<'_>,
    ) -> Result<Sighting, Missed> {
        if read.as_ref().is_ok_and(|read| is_number(&read.text)) {
            return read;
        }
        let bars = [Size::Half, Size::Quarter].into_iter().find_map(|size| {
            let rung = self.ladder.rung(frame, size)?;
            self.bars.find(&rung.view, rung.scale, frame)
        });
        match bars {
            Some(bars) if read.is_err() || is_number(&bars.text) => Ok(bars),
            Some(_) | None => read,
        }
    }

    /// The sighting, unless the same page says something else in bars, in this frame or in those
    /// shortly before: then it is hidden or painted over, and neither is to be trusted.
    fn agreed(&mut self, found: Sighting, frame: &Luma<'_>) -> Result<Sighting, Missed> {
        let is_denied = found.kind == Kind::Qr && self.bars.contradict(frame, &found);
        if is_denied || !self.page.allows(&found) {
            return Err(Missed::TooManyErrors);
        }
        Ok(found)
    }

    /// Searches a frame or a part of it at all sizes.
    fn search(&mut self, view: &Luma<'_>) -> Result<Sighting, Missed> {
        self.ladder.begin(view);
        self.reader.begin_search();
        self.light = Light::of(self.ladder.half().as_ref().unwrap_or(view));
        let mut budget = Budget::of_frame();
        let mut other = None;
        let mut worst = Missed::Nothing;
        for size in SIZES {
            self.ladder.make(size);
            let Some(rung) = self.ladder.rung(view, size) else {
                continue;
            };
            let fine = [Size::Full, Size::Half].map(|size| self.ladder.rung(view, size));
            match self.reader.find(&rung, &fine, &mut budget) {
                Ok(found) if is_number(&found.text) => return Ok(found),
                // A sticker may lie before the phone: another search may find the phone's code.
                Ok(found) => other = other.or(Some(found)),
                Err(missed) => worst = worst.or(missed),
            }
        }
        if self.light.is_dark() {
            worst = worst.or(Missed::TooDark);
        }
        other.ok_or(worst)
    }

    /// What kept `luma`, which was searched last and of which the search said `missed`, from being
    /// read. [`Scanner::look`] has asked already; asking again is for measuring what it costs.
    pub fn explain(&mut self, luma: &Luma<'_>, missed: Missed) -> Missed {
        self.reader.explain(luma, missed)
    }

    /// Another sale begins: where the last code was, what it said and what was left of frames that
    /// did not suffice is forgotten. The buffers stay.
    pub fn forget(&mut self) {
        self.track = Track::default();
        self.reader.forget();
    }

    /// Brightness and sharpness of the frame looked at last.
    pub fn light(&self) -> Light {
        self.light
    }
}
