//! Grey picture in, text out: the scanner's pure half.
//!
//! A camera frame's brightness plane becomes a [`Luma`] view; a [`Scanner`] looks at it, half size
//! first, and answers with a [`Sighting`] or with the reason why there is none. Nothing here does
//! IO, reads a clock or keeps a picture: the caller owns the frames and the time.
//!
//! The stages of a search, one file each: sizes of the picture (`ladder`, `shrink`), thresholds
//! (`level`), bits (`plane`), finder patterns (`finder`), triples of them (`triple`), the
//! grid they span (`edge`, `grid`, `align`, `warp`), its modules (`plan`, `sample`, `fit`, `vote`)
//! and the text (`word`, `mend`, `text`); `qr` puts them in order, `track` says where to begin.
//! Where no number is read so, `rescue` looks for a code of which not all finders were found, on
//! grey (`square`, `pair`), and then `bars` for Code 128; where one is, `bars` looks for some that
//! deny it. Where nothing is read at all, `cause` says why, as far as it is sure.
//!
//! Bounded, whatever the picture shows: a frame is searched at four sizes (after a sighting its
//! place before them), each with at most 3,000 cross-checks of finder patterns, 80 finders beside
//! 80 of the sizes before, 60 measured triples of three grids each; in the whole search at most 8
//! grids are sampled and 3 refined, and in each rescue 6 and 4. The rescue and full size cost most:
//! a frame in which one of them cost much (`Budget::is_spent`) leaves the other to the next frame,
//! and one that cost little is rescued once more after full size. Above 1920x1088 full size is left
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
mod plan;
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
use ladder::{Ladder, SMALL_SIZES, Size};
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
    /// True when the last frame left its full size to this one.
    is_full_due: bool,
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
            && let Ok(found) = self.search_part(&part)
            && is_number(&found.text)
        {
            return self.agreed(found.moved(float(left), float(top)), luma);
        }
        let read = self.search_whole(luma);
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

    /// Searches a frame, first at the sizes that cost little, then by what costs most: the rescue
    /// and full size. Where the first of these two took its time, the other is left to the next
    /// frame, which begins with it.
    fn search_whole(&mut self, frame: &Luma<'_>) -> Result<Sighting, Missed> {
        let mut budget = self.begin(frame);
        let mut seen = self.climb(frame, &SMALL_SIZES, &mut budget);
        // What full size shows may be what the rescue lacked.
        let steps: &[bool] = if std::mem::take(&mut self.is_full_due) {
            &[true, false]
        } else {
            &[false, true, false]
        };
        for (at, &is_full) in steps.iter().enumerate() {
            if seen.as_ref().is_ok_and(|seen| is_number(&seen.text)) {
                return seen;
            }
            if at > 0 && budget.is_spent() {
                self.is_full_due = at == 1 && is_full;
                break;
            }
            let next = if is_full {
                self.climb(frame, &[Size::Full], &mut budget)
            } else {
                let fine = [Size::Full, Size::Half].map(|size| self.ladder.rung(frame, size));
                self.reader.rescue(&fine, &mut budget)
            };
            seen = sight::better(seen, next);
        }
        seen.map_err(|missed| self.in_this_light(missed))
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

    /// Searches a part of a frame at the size that was enough before. What is not read so is
    /// searched for on the whole frame.
    fn search_part(&mut self, part: &Luma<'_>) -> Result<Sighting, Missed> {
        let mut budget = self.begin(part);
        let seen = self.climb(part, &[Size::Half], &mut budget);
        let is_read = seen.as_ref().is_ok_and(|seen| is_number(&seen.text));
        if is_read || !self.track.is_small() {
            return seen;
        }
        sight::better(seen, self.climb(part, &[Size::Full], &mut budget))
    }

    fn begin(&mut self, view: &Luma<'_>) -> Budget {
        self.ladder.begin(view);
        self.reader.begin_search();
        self.light = Light::of(self.ladder.half().as_ref().unwrap_or(view));
        Budget::of_frame()
    }

    /// Searches at some sizes, until a number is read.
    fn climb(
        &mut self,
        view: &Luma<'_>,
        sizes: &[Size],
        budget: &mut Budget,
    ) -> Result<Sighting, Missed> {
        let mut seen = Err(Missed::Nothing);
        for &size in sizes {
            self.ladder.make(size);
            let Some(rung) = self.ladder.rung(view, size) else {
                continue;
            };
            let fine = [Size::Full, Size::Half].map(|size| self.ladder.rung(view, size));
            // A sticker may lie before the phone: another search may find the phone's code.
            seen = sight::better(seen, self.reader.find(&rung, &fine, budget));
            if seen.as_ref().is_ok_and(|seen| is_number(&seen.text)) {
                break;
            }
        }
        seen
    }

    fn in_this_light(&self, missed: Missed) -> Missed {
        if self.light.is_dark() {
            missed.or(Missed::TooDark)
        } else {
            missed
        }
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
