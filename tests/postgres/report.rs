//! What a run of failovers came to, for a person and for a program.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::json;
use wire::{ChargeView, StateName};

use crate::pair::Death;
use crate::tills::Notes;

/// In what time sales are to go on.
const GOAL: Duration = Duration::from_secs(30);

/// Figures so far.
pub(crate) struct Report {
    /// Everything that was not as it must be.
    pub(crate) wrongs: Vec<String>,
    seed: u64,
    begun: Instant,
    deaths: BTreeMap<Death, u64>,
    /// Of each failover: until both servers took sales again.
    back: Vec<Duration>,
    charges: BTreeMap<&'static str, usize>,
    told: usize,
    refunds: u64,
    freed: usize,
    problems: BTreeMap<String, u64>,
}

impl Report {
    /// Nothing happened yet.
    pub(crate) fn begun(seed: u64) -> Self {
        Self {
            wrongs: Vec::new(),
            seed,
            begun: Instant::now(),
            deaths: BTreeMap::new(),
            back: Vec::new(),
            charges: BTreeMap::new(),
            told: 0,
            refunds: 0,
            freed: 0,
            problems: BTreeMap::new(),
        }
    }

    /// A failover is over; each server took no sales for so long.
    pub(crate) fn failed_over(&mut self, death: Death, back: [Duration; 2]) {
        *self.deaths.entry(death).or_default() += 1;
        self.back.extend(back.into_iter().max());
    }

    /// Counts what the record has and what was told.
    pub(crate) fn count(&mut self, charges: &[ChargeView], notes: &Notes) {
        for charge in charges {
            let name = match charge.state {
                StateName::Paid => "paid",
                StateName::Refused => "refused",
                StateName::Reversed => "reversed",
                StateName::Opened
                | StateName::Sent
                | StateName::Waiting
                | StateName::Unknown
                | StateName::Reversing => "open",
            };
            *self.charges.entry(name).or_default() += 1;
        }
        self.told = notes.views.len();
        self.refunds = notes.refunds;
        self.freed = notes.freed.len();
        self.problems.clone_from(&notes.problems);
    }

    /// Says what it came to.
    ///
    /// # Panics
    /// When something was wrong.
    pub(crate) fn finish(mut self) {
        self.back.sort();
        let seconds = self.begun.elapsed().as_secs();
        let failovers = self.back.len();
        let soon = self.back.iter().filter(|back| **back <= GOAL).count();
        let deaths: BTreeMap<String, u64> = self
            .deaths
            .iter()
            .map(|(death, count)| (format!("{death:?}"), *count))
            .collect();
        let back: Vec<u128> = self.back.iter().map(Duration::as_millis).collect();
        let report = json!({
            "seed": self.seed, "seconds": seconds, "failovers": failovers,
            "deaths": deaths, "back_within_30_s": soon, "back_ms": back, "charges": self.charges,
            "told": self.told, "refunds": self.refunds, "freed": self.freed,
            "problems": self.problems, "violations": self.wrongs,
        });
        if std::env::var_os("CRASH_JSON").is_some() {
            // On a line of its own, whatever the test runner has begun to write.
            say(&format!("\n{report}"));
        } else {
            let count: usize = self.charges.values().sum();
            let of = |place: usize| back.get(place).copied().unwrap_or_default();
            say(&format!(
                "{failovers} failovers in {seconds} s from seed {}: {deaths:?}.\nSales went on \
                 after {} ms in the middle, {} ms at most; {soon} of {failovers} within 30 s.\n\
                 {count} charges: {:?}; {} refunds; {} things told to tills and screens.\n\
                 Problems met: {:?}; {} keys freed.\n{} violations.",
                self.seed,
                of(failovers / 2),
                of(failovers.saturating_sub(1)),
                self.charges,
                self.refunds,
                self.told,
                self.problems,
                self.freed,
                self.wrongs.len(),
            ));
        }
        assert!(
            self.wrongs.is_empty(),
            "{}\nagain with: cargo xtask crash --failovers {failovers} --seed {}",
            self.wrongs.join("\n"),
            self.seed
        );
    }
}

fn say(line: &str) {
    // Nobody reads what cannot be written.
    drop(writeln!(std::io::stdout(), "{line}"));
}
