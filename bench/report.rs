//! The figures as a table for a person and as JSON for a program.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::options::Options;
use crate::score::{Board, Score};

/// Sets that together are what a cashier meets.
const USUAL: [&str; 4] = ["clean", "easy", "medium", "hard"];

/// What each place is measured against.
const YARDSTICKS: [&str; 2] = ["zxing-cpp", "zxing-wasm"];

/// The finished figures.
pub(crate) struct Report(Vec<Score>);

/// Programs that wanted a processor in the last minute, this one among them, where the system tells.
/// With more of them than processors the slow readers look slower than they are: they are
/// interrupted, the quick ones are not.
fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

impl Report {
    pub(crate) fn of(board: &Board) -> Self {
        let mut scores = board.scores().to_vec();
        let first = scores
            .first()
            .map(|score| score.set.clone())
            .unwrap_or_default();
        let readers: Vec<String> = scores
            .iter()
            .filter(|score| score.set == first)
            .map(|score| score.reader.clone())
            .collect();
        for reader in readers {
            let own = || board.scores().iter().filter(|score| score.reader == reader);
            let usual: Vec<_> = own().filter(|score| USUAL.contains(&&*score.set)).collect();
            let sums = if usual.len() == USUAL.len() {
                [("clean to hard", usual)]
            } else {
                [("all", own().collect())]
            };
            for (name, parts) in sums {
                let empty = Score::begun(name, &reader);
                scores.push(parts.into_iter().fold(empty, Score::joined));
            }
        }
        Self(scores)
    }

    /// The median of the yardstick that runs where this reader runs, and how it is called.
    fn yardstick(&self, score: &Score) -> Option<(&'static str, f64)> {
        let is_wasm = |reader: &str| reader.contains("wasm") || reader == "jsQR";
        let name = YARDSTICKS
            .into_iter()
            .find(|one| is_wasm(one) == is_wasm(&score.reader))?;
        let own = self
            .0
            .iter()
            .find(|one| one.set == score.set && one.reader == name)?;
        Some((name, own.ms(0.5)))
    }

    pub(crate) fn table(&self) -> String {
        let mut text = load().map_or_else(String::new, |load| {
            format!("Programs at work in the last minute, this one among them: {load}\n")
        });
        let mut set = "";
        for score in &self.0 {
            if score.set != set {
                set = &score.set;
                let head = format!("{set} ({})", score.frames);
                let _ = writeln!(
                    text,
                    "\n{head:<28} {:>6} {:>6} {:>10} {:>10} {:>18}",
                    "read", "wrong", "median ms", "p99 ms", "of zxing's median"
                );
            }
            let ratio = self
                .yardstick(score)
                .map_or_else(String::new, |(_, ms)| format!("{:.3}", score.ms(0.5) / ms));
            let _ = writeln!(
                text,
                "  {:<26} {:>6} {:>6} {:>10.2} {:>10.2} {ratio:>18}",
                score.reader,
                score.read,
                score.wrong,
                score.ms(0.5),
                score.ms(0.99),
            );
        }
        text
    }

    pub(crate) fn json(&self, options: &Options) -> String {
        let scores = self.0.iter().map(|score| {
            let yardstick = self.yardstick(score);
            json!({
                "set": score.set, "reader": score.reader, "frames": score.frames,
                "read": score.read, "wrong": score.wrong,
                "median_ms": score.ms(0.5), "p99_ms": score.ms(0.99), "max_ms": score.ms(1.0),
                "against": yardstick.map(|(name, _)| name),
                "ratio": yardstick.map(|(_, ms)| score.ms(0.5) / ms),
            })
        });
        let drawn = options.pictures.is_none();
        json!({
            "bench": "scan",
            "pictures": options.pictures,
            "seed": drawn.then_some(options.seed),
            "per_class": drawn.then_some(options.per_class),
            "size": options.size,
            "load": load(),
            "scores": scores.collect::<Vec<Value>>(),
        })
        .to_string()
    }
}
