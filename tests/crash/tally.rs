//! What a run of kills came to, for a person and for a program.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use serde_json::json;

use crate::shop::{Counts, Kill};

/// Kills so far.
pub(crate) struct Tally {
    seed: u64,
    begun: Instant,
    at_places: BTreeMap<String, u64>,
    at_any_time: u64,
    missed: u64,
}

/// The same kill, at the first time that the place is come to.
pub(crate) fn sooner(kill: &Kill) -> Kill {
    match kill {
        Kill::AtPlace { name, .. } => Kill::AtPlace {
            name: name.clone(),
            passes: 0,
        },
        Kill::After(span) => Kill::After(*span),
    }
}

impl Tally {
    /// Nothing killed yet.
    pub(crate) fn begun(seed: u64) -> Self {
        Self {
            seed,
            begun: Instant::now(),
            at_places: BTreeMap::new(),
            at_any_time: 0,
            missed: 0,
        }
    }

    /// A place was not come to; the program was killed all the same.
    pub(crate) const fn missed(&mut self) {
        self.missed += 1;
    }

    /// A kill of the plan is done.
    pub(crate) fn killed(&mut self, kill: &Kill, has_died: bool) {
        match kill {
            Kill::AtPlace { name, .. } if has_died => {
                *self.at_places.entry(name.clone()).or_default() += 1;
            }
            Kill::AtPlace { .. } => self.missed += 1,
            Kill::After(_) => self.at_any_time += 1,
        }
    }

    /// Says what it came to.
    ///
    /// # Panics
    /// When something was wrong, or a place of a whole plan was never come to.
    pub(crate) fn finish(self, counts: &Counts, names: &[String], kills: usize) {
        let at_places: u64 = self.at_places.values().sum();
        let seconds = self.begun.elapsed().as_secs();
        let unreached: Vec<&String> = names
            .iter()
            .filter(|name| kills >= names.len() && !self.at_places.contains_key(*name))
            .collect();
        let report = json!({
            "seed": self.seed, "seconds": seconds,
            "kills": at_places + self.at_any_time + self.missed,
            "kills_at_places": at_places, "kills_at_any_time": self.at_any_time,
            "kills_before_the_place": self.missed,
            "places": self.at_places, "places_reached": self.at_places.len(),
            "places_unreached": unreached, "lives": counts.lives,
            "charges": counts.charges, "paid": counts.paid, "refused": counts.refused,
            "reversed": counts.reversed, "doubted": counts.doubted, "told": counts.told,
            "shown": counts.shown, "goods": counts.goods, "refunds": counts.refunds,
            "keys_freed": counts.freed, "violations": counts.wrongs,
        });
        if std::env::var_os("CRASH_JSON").is_some() {
            // On a line of its own, whatever the test runner has begun to write.
            say(&format!("\n{report}"));
        } else {
            say(&format!(
                "{} kills in {seconds} s from seed {}: {at_places} at {} places, {} at any time, \
                 {} before the place was come to.\n{} charges in {} records: {} paid, {} refused, \
                 {} reversed, {} of them in doubt meanwhile, {} by a shown code, {} of goods; \
                 {} refunds; {} keys told absent; {} things told to tills and screens.\n\
                 {} violations.",
                at_places + self.at_any_time + self.missed,
                self.seed,
                self.at_places.len(),
                self.at_any_time,
                self.missed,
                counts.charges,
                counts.lives,
                counts.paid,
                counts.refused,
                counts.reversed,
                counts.doubted,
                counts.shown,
                counts.goods,
                counts.refunds,
                counts.freed,
                counts.told,
                counts.wrongs.len(),
            ));
        }
        let again = format!("cargo xtask crash --kills {kills} --seed {}", self.seed);
        assert!(
            counts.wrongs.is_empty(),
            "{}\nagain with: {again}",
            counts.wrongs.join("\n")
        );
        assert!(
            unreached.is_empty(),
            "never come to: {unreached:?}; again with: {again}"
        );
    }
}

fn say(line: &str) {
    // Nobody reads what cannot be written.
    drop(writeln!(std::io::stdout(), "{line}"));
}
