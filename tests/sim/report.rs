//! What a run came to, for people and as JSON.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::clock::Spent;
use crate::crew::Tally;
use crate::marks::Mark;

/// A run of at least so many histories reaches every mark.
const HISTORIES_FOR_MARKS: u64 = 10_000;
/// The command that people type.
const COMMAND: &str = "cargo xtask simulate";

/// One kind of run.
pub(crate) struct Part {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it came to.
    pub(crate) tally: Tally,
    /// What it cost.
    pub(crate) spent: Spent,
    /// How a failure is repeated: the words behind the command.
    pub(crate) replay: Option<String>,
}

impl Part {
    /// Runs in a second on one processor.
    fn rate(&self) -> u64 {
        self.tally.runs * 1_000 / self.spent.core_ms.max(1)
    }

    fn json(&self) -> Value {
        json!({
            "part": self.name,
            "runs": self.tally.runs,
            "seconds": self.spent.time.as_secs_f64(),
            "core_seconds": self.spent.core_ms / 1_000,
            "per_second_on_one_core": self.rate(),
            "failure": self.tally.failure.as_ref().map(|one| one.words.as_str()),
            "replay": self.command(),
        })
    }

    fn command(&self) -> Option<String> {
        let words = self.replay.as_ref()?;
        Some(format!("{COMMAND} {words}"))
    }

    fn text(&self) -> String {
        let (runs, rate) = (self.tally.runs, self.rate());
        let seconds = self.spent.time.as_secs_f64();
        let count = format!("{runs} runs in {seconds:.1} s, {rate} a second on one core");
        match (&self.tally.failure, self.command()) {
            (Some(failure), Some(command)) => format!(
                "{:<10} BROKEN after {count}\n  {}\n  replay: {command}",
                self.name, failure.words
            ),
            _ => format!("{:<10} {count}: every law held", self.name),
        }
    }
}

/// How a planted defect was found.
pub(crate) struct Found {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) what: &'static str,
    /// Histories that it took, the last of them included; `None` when it was not found.
    pub(crate) histories: Option<u64>,
    /// The law that it broke first.
    pub(crate) words: String,
}

/// All that was run.
#[derive(Default)]
pub(crate) struct Report {
    parts: Vec<Part>,
    found: Vec<Found>,
    whole: Tally,
    histories: u64,
    is_json: bool,
}

impl Report {
    /// An empty one. JSON comes at the end in one piece, words as they come.
    pub(crate) fn begun(is_json: bool) -> Self {
        Self {
            is_json,
            ..Self::default()
        }
    }

    /// Adds what was run.
    pub(crate) fn add(&mut self, part: Part) {
        self.say(&part.text());
        self.whole.merge(part.tally.clone());
        self.parts.push(part);
    }

    /// Adds random histories, by which marks are judged.
    pub(crate) fn add_histories(&mut self, part: Part) {
        self.histories += part.tally.runs;
        self.add(part);
    }

    /// Adds what became of planted defects, one by one as they are told.
    pub(crate) fn add_found(&mut self, found: impl Iterator<Item = Found>) {
        for one in found {
            self.say(&found_text(&one));
            self.found.push(one);
        }
    }

    /// Says the rest; true when all is well.
    pub(crate) fn finish(self) -> bool {
        let missing = self.missing();
        if self.is_json {
            write(&self.json(&missing).to_string());
        } else {
            for mark in &missing {
                self.say(&format!("never seen: {}", mark.what()));
            }
            if missing.is_empty() && self.histories > 0 {
                self.say(&format!("all {} marks were seen", Mark::ALL.len()));
            }
        }
        let is_small = self.histories < HISTORIES_FOR_MARKS;
        let is_unbroken = self.parts.iter().all(|part| part.tally.failure.is_none());
        is_unbroken && (missing.is_empty() || is_small) && self.are_all_found()
    }

    fn missing(&self) -> Vec<Mark> {
        if self.histories == 0 {
            return Vec::new();
        }
        self.whole.missing()
    }

    fn are_all_found(&self) -> bool {
        self.found.iter().all(|one| one.histories.is_some())
    }

    fn json(&self, missing: &[Mark]) -> Value {
        let marks: Vec<Value> = Mark::ALL
            .iter()
            .zip(&self.whole.reached)
            .map(|(mark, count)| json!({ "mark": mark.what(), "seen": count }))
            .collect();
        let missing: Vec<&str> = missing.iter().map(|mark| mark.what()).collect();
        let parts: Vec<Value> = self.parts.iter().map(Part::json).collect();
        json!({
            "parts": parts,
            "marks": marks,
            "marks_never_seen": missing,
            "planted": self.found_json(),
        })
    }

    fn found_json(&self) -> Vec<Value> {
        let one = |found: &Found| {
            json!({
                "defect": found.name,
                "what": found.what,
                "histories": found.histories,
                "law": found.words,
            })
        };
        self.found.iter().map(one).collect()
    }

    fn say(&self, line: &str) {
        if !self.is_json {
            write(line);
        }
    }
}

fn found_text(found: &Found) -> String {
    let (name, what) = (found.name, found.what);
    match found.histories {
        Some(count) => format!("{count:>7} histories find {name:<24} {}", found.words),
        None => format!("NOT FOUND {name}: {what}"),
    }
}

/// A line for whoever reads.
pub(crate) fn write(line: &str) {
    // Nobody reads what cannot be written.
    drop(writeln!(std::io::stdout(), "{line}"));
}
