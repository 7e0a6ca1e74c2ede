//! A random history: faults for a while, then none, then the reckoning.

use money::Amount;
use sandbox::Customer;

use crate::laws;
use crate::mail::Mail;
use crate::shop::{Sale, Shop};

/// Steps with faults.
const STEPS_MAX: usize = 240;
/// Bound on the quiet phase: each step delivers something or passes time.
const QUIET_STEPS_MAX: usize = 20_000;

/// Runs the history of a seed and returns what happened, line by line.
pub(crate) fn run(seed: u64) -> Vec<String> {
    let mut shop = Shop::open(seed);
    open_sales(&mut shop);
    let steps = 20 + shop.rng.below(STEPS_MAX - 20);
    for _ in 0..steps {
        step(&mut shop);
        laws::hold(&shop);
    }
    calm(&mut shop);
    laws::hold_at_the_end(&shop);
    shop.trace
}

fn open_sales(shop: &mut Shop) {
    for place in 0..=shop.rng.below(4) {
        let fen = 1 + i64::try_from(shop.rng.below(50_000)).unwrap_or_default();
        shop.sales.push(Sale {
            name: format!("sale-{place}"),
            amount: Amount::from_fen(fen).expect("an amount"),
            tries: Vec::new(),
        });
    }
}

fn step(shop: &mut Shop) {
    match shop.rng.below(100) {
        0..=9 => till_acts(shop),
        10..=13 => {
            let is_ok = shop.rng.chance(70);
            shop.answer_prompts(is_ok);
        }
        14..=25 => pass_some_time(shop),
        26..=28 => shop.crash(),
        29..=34 => shop.start(),
        35 => shop.is_store_broken = !shop.is_store_broken,
        36..=37 => shop.counter.fail_next(&mut shop.rng),
        _ => mail_moves(shop),
    }
}

fn till_acts(shop: &mut Shop) {
    let sale = shop.rng.below(shop.sales.len());
    let customer = Customer::ALL[shop.rng.below(Customer::ALL.len())];
    match shop.rng.below(10) {
        0..=5 => shop.charge(sale, customer),
        6..=7 => shop.charge_again(sale),
        _ => shop.cancel(sale),
    }
}

fn pass_some_time(shop: &mut Shop) {
    let ms = match shop.rng.below(4) {
        0 => shop.rng.below(500),
        1 => shop.rng.below(5_000),
        2 => shop.rng.below(15_000),
        _ => shop.rng.below(60_000),
    };
    shop.pass(i64::try_from(ms).unwrap_or_default());
}

fn mail_moves(shop: &mut Shop) {
    if shop.mail.is_empty() {
        return pass_some_time(shop);
    }
    let place = shop.rng.below(shop.mail.len());
    match shop.rng.below(20) {
        0 => shop.lose(place),
        1 => shop.repeat(place),
        2 => shop.never_connect(place),
        3 => shop.spoil(place),
        4 => {
            let ms = i64::try_from(shop.rng.below(100_000)).unwrap_or_default();
            shop.hold_up(place, ms);
        }
        _ => shop.deliver(place),
    }
}

/// Phase B: no more faults. Everything on its way arrives, time goes on, customers answer.
pub(crate) fn calm(shop: &mut Shop) {
    shop.is_store_broken = false;
    shop.counter.heal();
    shop.start();
    for _ in 0..QUIET_STEPS_MAX {
        if let Some(place) = first_in_order(shop) {
            shop.deliver(place);
            laws::hold(shop);
            continue;
        }
        shop.answer_prompts(true);
        let Some(at) = shop.next_moment() else { return };
        let ms = at.ms_since(shop.now).max(1);
        shop.pass(ms);
    }
    panic!(
        "L11: not quiet after {QUIET_STEPS_MAX} steps:\n{}",
        shop.trace.join("\n")
    );
}

/// What the process and the disk do comes before what the wire brings.
fn first_in_order(shop: &Shop) -> Option<usize> {
    let is_near = |mail: &Mail| matches!(mail, Mail::ToStore { .. } | Mail::ToServer(_));
    shop.mail
        .iter()
        .position(is_near)
        .or_else(|| (!shop.mail.is_empty()).then_some(0))
}
