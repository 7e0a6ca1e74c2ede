//! The real program, killed: at named places and at any time, with faults at the bank, several
//! tills and a screen. Afterwards record and bank say the same, and all that was told stays true.
//!
//! `cargo xtask crash --kills N --seed S` sets how often; `cargo xtask test` comes to each place
//! once.

mod clocks;
mod copies;
mod disk;
mod open;
mod places;
mod shop;
mod tally;
mod tills;
mod victim;
mod wal;

use std::time::Duration;

use places::is_on_fresh_home;
use shop::{Kill, Shop};
use tally::Tally;
use tests::rng::Rng;

/// Kills at any time that follow those at places, unless `CRASH_KILLS` says otherwise.
const MORE: usize = 5;
/// Kills of one record before it is driven to quiet and compared.
const LIFE: u64 = 6;
/// Tries for a place that was not come to.
const TRIES: usize = 6;

fn setting(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Each place once, in an order that the seed decides, then places and times by chance.
fn plan(names: &[String], kills: usize, rng: &mut Rng) -> Vec<Kill> {
    let at = |name: &String, passes| Kill::AtPlace {
        name: name.clone(),
        passes,
    };
    let once = names.iter().map(|name| at(name, 0)).collect();
    let mut plan: Vec<Kill> = rng.shuffled(once);
    while plan.len() < kills {
        let kill = if rng.chance(60) {
            let passes = rng.below(12);
            let name = rng.pick(names);
            at(name, if is_on_fresh_home(name) { 0 } else { passes })
        } else {
            Kill::After(rng.span(700))
        };
        plan.push(kill);
    }
    plan.truncate(kills);
    plan
}

/// Carries out a kill, on a fresh home where the place is come to only there.
async fn carry_out(shop: &mut Shop, kill: &Kill) -> bool {
    if let Kill::AtPlace { name, .. } = kill
        && is_on_fresh_home(name)
        && !shop.is_fresh()
    {
        shop.judge().await;
    }
    shop.round(kill).await
}

#[tokio::test]
async fn a_program_killed_anywhere_charges_nobody_twice_and_loses_nothing() {
    let seed = setting("CRASH_SEED", 1);
    let names = places::written();
    let usual = u64::try_from(names.len() + MORE).expect("few places");
    let kills = usize::try_from(setting("CRASH_KILLS", usual)).expect("a number of kills");
    let mut rng = Rng::seeded(seed);
    let plan = plan(&names, kills, &mut rng);
    let (mut shop, mut tally) = (Shop::open(rng.next()), Tally::begun(seed));
    let mut in_life = 0;
    for kill in &plan {
        let mut has_died = carry_out(&mut shop, kill).await;
        for _ in 1..TRIES {
            if has_died {
                break;
            }
            tally.missed();
            // Less is asked of the next try, so that what is slow today is come to all the same.
            has_died = carry_out(&mut shop, &tally::sooner(kill)).await;
        }
        tally.killed(kill, has_died);
        in_life += 1;
        if in_life % LIFE == 0 {
            shop.judge().await;
        }
    }
    shop.judge().await;
    tally.finish(&shop.counts, &names, kills);
}

#[test]
fn a_plan_comes_to_each_place_and_the_same_seed_gives_the_same_plan() {
    let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
    let make = |seed| plan(&names, 20, &mut Rng::seeded(seed));
    let (one, two) = (make(7), make(7));
    assert_eq!(format!("{one:?}"), format!("{two:?}"));
    assert_ne!(format!("{one:?}"), format!("{:?}", make(8)));
    for name in &names {
        let comes =
            |kill: &Kill| matches!(kill, Kill::AtPlace { name: at, passes: 0 } if at == name);
        assert!(one.iter().any(comes), "{name}");
    }
    let is_late = |kill: &Kill| matches!(kill, Kill::After(span) if *span > Duration::from_secs(1));
    assert!(!one.iter().any(is_late));
}
