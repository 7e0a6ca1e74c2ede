//! How the camera's way to the callback does, for the debug overlay.

use super::answer::Work;
use super::ladder::Rung;

/// What the debug overlay shows, once a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CameraStats {
    /// How frames come to the scanner.
    pub(crate) rung: Rung,
    /// Frames answered in the last second.
    pub(crate) fps: f64,
    /// Width of the frames in pixels.
    pub(crate) width: f64,
    /// Height of the frames in pixels.
    pub(crate) height: f64,
    /// Median time of the copy into the Worker, in milliseconds.
    pub(crate) copy_ms: f64,
    /// Median time of the search, in milliseconds.
    pub(crate) decode_ms: f64,
    /// Median time from the frame being there to the page's callback, in milliseconds.
    pub(crate) callback_ms: f64,
    /// Mean brightness of the last frame, 0 to 255.
    pub(crate) light: f64,
}

/// At most this many frames are kept between two readings.
const FRAMES_MAX: usize = 240;

/// Collects frames between two readings.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    frames: Vec<Work>,
    since_ms: f64,
}

impl Gauge {
    /// Counts one answered frame.
    pub(super) fn count(&mut self, work: Work) {
        if self.since_ms == 0.0 {
            self.since_ms = work.captured_ms;
        }
        if self.frames.len() < FRAMES_MAX {
            self.frames.push(work);
        }
    }

    /// Figures since the last reading; `None` when no frame was answered.
    pub(super) fn read(&mut self, rung: Rung, now_ms: f64) -> Option<CameraStats> {
        let span_s = (now_ms - self.since_ms).max(1.0) / 1000.0;
        self.since_ms = now_ms;
        let frames = std::mem::take(&mut self.frames);
        let last = frames.last()?;
        let count = u32::try_from(frames.len()).map_or(0.0, f64::from);
        Some(CameraStats {
            rung,
            fps: count / span_s,
            width: last.width,
            height: last.height,
            copy_ms: median(&frames, |work| work.copy_ms),
            decode_ms: median(&frames, |work| work.decode_ms),
            callback_ms: median(&frames, |work| work.heard_ms - work.captured_ms),
            light: last.light,
        })
    }
}

fn median(frames: &[Work], of: fn(&Work) -> f64) -> f64 {
    let mut values: Vec<f64> = frames.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(captured_ms: f64, decode_ms: f64) -> Work {
        Work {
            width: 1280.0,
            height: 720.0,
            captured_ms,
            heard_ms: captured_ms + decode_ms + 1.0,
            copy_ms: 0.5,
            decode_ms,
            light: 90.0,
            peak: 200.0,
        }
    }

    #[test]
    fn rates_and_medians_are_of_the_time_since_the_last_reading() {
        let mut gauge = Gauge::default();
        assert_eq!(gauge.read(Rung::Track, 1000.0), None);
        for decode_ms in [9.0, 30.0, 8.0] {
            gauge.count(frame(1100.0, decode_ms));
        }
        let stats = gauge.read(Rung::Track, 1500.0).expect("three frames");
        assert!((stats.fps - 6.0).abs() < 1e-9);
        assert!((stats.decode_ms - 9.0).abs() < 1e-9);
        assert!((stats.callback_ms - 10.0).abs() < 1e-9);
        assert_eq!(gauge.read(Rung::Track, 2500.0), None);
    }
}
