//! Counts what was read and how long it took.

use frames::photographs::is_same;

use crate::Answer;
use crate::stock::Still;

/// What one reader made of one set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    pub(crate) set: String,
    pub(crate) reader: String,
    /// Frames that were shown.
    pub(crate) frames: usize,
    /// Frames whose text was among what was read.
    pub(crate) read: usize,
    /// Frames in which something was read that does not stand there.
    pub(crate) wrong: usize,
    times: Vec<f64>,
}

impl Score {
    /// Of this reader on this set, before the first frame.
    pub(crate) fn begun(set: &str, reader: &str) -> Self {
        Self {
            set: set.to_owned(),
            reader: reader.to_owned(),
            ..Self::default()
        }
    }

    /// The time that this part of the frames did not exceed, in milliseconds.
    pub(crate) fn ms(&self, part: f64) -> f64 {
        let mut times = self.times.clone();
        times.sort_by(f64::total_cmp);
        let last = times.len().saturating_sub(1);
        times
            .get((last as f64 * part).round() as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Both together.
    pub(crate) fn joined(mut self, other: &Self) -> Self {
        self.frames += other.frames;
        self.read += other.read;
        self.wrong += other.wrong;
        self.times.extend(&other.times);
        self
    }
}

/// All scores, in the order in which they began.
#[derive(Debug, Default)]
pub(crate) struct Board(Vec<Score>);

impl Board {
    pub(crate) fn note(&mut self, set: &str, still: &Still, answer: Answer) {
        let is_right = |text: &String| {
            still
                .expected
                .as_ref()
                .is_some_and(|expected| is_same(text, expected))
        };
        // A code without text is none.
        let texts: Vec<String> = answer
            .texts
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        let found = self
            .0
            .iter()
            .position(|one| one.set == set && one.reader == answer.reader);
        let place = found.unwrap_or_else(|| {
            self.0.push(Score::begun(set, &answer.reader));
            self.0.len() - 1
        });
        let score = &mut self.0[place];
        score.frames += 1;
        score.read += usize::from(texts.iter().any(is_right));
        score.wrong += usize::from(!texts.iter().all(is_right));
        score.times.push(answer.ms);
    }

    pub(crate) fn scores(&self) -> &[Score] {
        &self.0
    }
}
