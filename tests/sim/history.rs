//! A random history: faults for a while, then none, then the reckoning.

use ledger::Way;
use ledger::plan::DECIDED_WITHIN_MS;
use money::{Amount, FeeOn, Instalments, Months};
use sandbox::Customer;
use sandbox::bank::CANCEL_WINDOW_MS;

use crate::counter::{Forgery, UNDER_WAY_MS};
use crate::laws;
use crate::marks::Seen;
use crate::shop::{Manner, START, Shop};

/// Steps with faults.
const STEPS_MAX: usize = 400;
/// Sales.
const SALES_MAX: usize = 8;
/// Tills.
const TILLS_MAX: usize = 3;
/// Bound on the quiet phase: each step delivers something or passes time.
const QUIET_STEPS_MAX: usize = 20_000;
/// With every fault over everything is at its end within this time, whether the loop goes on or is
/// started anew: what the law names, and the time after which an ask is given up.
const END_MS: i64 = DECIDED_WITHIN_MS + 10_000;
/// Where the bank cancels no more, the refund that takes the cancel's place may still be asked.
const END_RETURNED_MS: i64 = 10_000;
/// A code on our own screen lives for two minutes, and is dead for sure a minute later.
const END_SHOWN_MS: i64 = 120_000 + 60_000 - DECIDED_WITHIN_MS;
/// A claim of a server that is gone ends, and the other sees so at its next renewal.
const TAKE_OVER_MS: i64 = 15_000 + 5_000;
/// After so long the bank takes a letter for lost.
const LETTER_LOST_MS: i64 = 30_000;
/// Refunds of one charge go one after another, and a refusal of one is an end only when no lost
/// request can still arrive, a quarter of an hour later.
const REFUNDS_MS: i64 = 4 * 3_600_000;

/// How bad this history's world is: for each kind of fault, how often it strikes.
#[derive(Clone, Copy, Debug)]
struct Weather {
    /// Of a hundred things on the wire, how many go wrong.
    wire: usize,
    /// Of a thousand steps, in how many the power fails.
    power: usize,
    /// Of a thousand steps, in how many the bank's next calls go wrong.
    bank: usize,
    /// Of a thousand steps, in how many the disk breaks or heals.
    disk: usize,
    /// Of a thousand steps, in how many somebody sets the clock.
    clock: usize,
    /// Of a thousand steps, in how many a server stands still; none where there is only one.
    freeze: usize,
    /// Of a thousand steps, in how many a notice is spoiled or forged; none where the bank is not
    /// asked to tell.
    post: usize,
    /// For how long the bank cancels what was paid, in milliseconds.
    cancel_ms: i64,
    /// Whether a cancel of what has gone back is answered as if it had never been paid.
    is_back_closed: bool,
    /// Whether the bank names another plan than the one that was asked for.
    is_other_plan: bool,
    /// How long refunds are under way, in milliseconds.
    refund_ms: i64,
    /// The longest time that passes at once, in milliseconds.
    pass_ms: usize,
}

impl Weather {
    fn drawn(shop: &mut Shop) -> Self {
        let rng = &mut shop.rng;
        Self {
            wire: rng.pick(&[0, 5, 20, 50]),
            power: rng.pick(&[0, 10, 40]),
            bank: rng.pick(&[0, 10, 60]),
            disk: rng.pick(&[0, 5, 30]),
            clock: rng.pick(&[0, 0, 20]),
            freeze: rng.pick(&[0, 0, 0, 1, 10, 30]),
            post: rng.pick(&[0, 0, 1, 20, 60]),
            cancel_ms: rng.pick(&[CANCEL_WINDOW_MS, 30_000, 0]),
            is_back_closed: rng.chance(40),
            is_other_plan: rng.chance(10),
            refund_ms: rng.pick(&[0, 0, 0, UNDER_WAY_MS.cast_signed()]),
            pass_ms: rng.pick(&[500, 5_000, 15_000, 60_000]),
        }
    }
}

/// Runs the history of a seed and returns the marks that it reached.
pub(crate) fn run(seed: u64, manner: Manner) -> Seen {
    let mut shop = Shop::open(seed, manner);
    let weather = Weather::drawn(&mut shop);
    if weather.post > 0 {
        shop.counter.tell_from_now();
    }
    if weather.freeze > 0 {
        shop.share();
    }
    shop.counter.cancel_within(weather.cancel_ms);
    shop.counter
        .be_vague(weather.is_back_closed, weather.refund_ms);
    shop.counter.name_another_plan(weather.is_other_plan);
    open_sales(&mut shop);
    for _ in 0..steps(&mut shop) {
        step(&mut shop, weather);
    }
    calm(&mut shop);
    laws::hold_at_the_end(&shop);
    shop.seen
}

/// Many short histories, some long ones.
fn steps(shop: &mut Shop) -> usize {
    let most = shop.rng.pick(&[60, 120, STEPS_MAX]);
    20 + shop.rng.below(most - 20)
}

fn open_sales(shop: &mut Shop) {
    let tills = 1 + shop.rng.below(TILLS_MAX);
    let most = shop.rng.pick(&[1, 3, SALES_MAX]);
    for _ in 0..=shop.rng.below(most) {
        let till = 1 + shop.rng.below(tills);
        if shop.rng.chance(25) {
            shop.open_cart(till);
            continue;
        }
        // Equal sums are common at a stall, and nothing may be told by them.
        let fen = match shop.rng.below(4) {
            0 => 1 + shop.rng.span_ms(50_000),
            1 => 999,
            _ => 1_250,
        };
        shop.open_sale(Amount::from_fen(fen).expect("an amount"), till);
    }
}

fn step(shop: &mut Shop, weather: Weather) {
    let is_hit = |shop: &mut Shop, rate: usize| rate > 0 && shop.rng.below(1_000) < rate;
    if shop.is_shared() {
        servers_turn(shop, weather);
    }
    if is_hit(shop, weather.power) {
        let is_written = shop.rng.chance(50);
        shop.crash(is_written);
    }
    if is_hit(shop, weather.power) && shop.here.fuse.is_none() {
        shop.light_fuse();
    }
    if is_hit(shop, weather.power) {
        shop.stop();
    }
    if is_hit(shop, weather.bank) {
        shop.counter.fail_next(&mut shop.rng);
    }
    if is_hit(shop, weather.post) {
        shop.spoil_letter();
    }
    if is_hit(shop, weather.post) {
        let forgery = shop.rng.pick(&Forgery::ALL);
        shop.forge(forgery);
    }
    if is_hit(shop, weather.disk) {
        shop.is_store_broken = !shop.is_store_broken;
    }
    if is_hit(shop, weather.clock) {
        shop.set_clock();
    }
    match shop.rng.below(100) {
        0..=9 => till_acts(shop),
        10..=12 => {
            let is_ok = shop.rng.chance(70);
            shop.answer_prompts(is_ok);
        }
        13..=21 => pass_some_time(shop, weather),
        22..=27 => shop.start(),
        _ => something_moves(shop, weather),
    }
}

/// The story goes on with this server or with the other, which may stand still for a while.
fn servers_turn(shop: &mut Shop, weather: Weather) {
    if shop.rng.chance(50) {
        shop.swap();
    }
    match shop.rng.below(1_000) {
        rate if rate < weather.freeze => shop.freeze(),
        900..=939 => shop.thaw(),
        940..=949 => shop.look_abroad(),
        _ => {}
    }
}

fn till_acts(shop: &mut Shop) {
    let sale = shop.rng.below(shop.sales.len());
    let customer = shop.rng.pick(&Customer::ALL);
    match shop.rng.below(22) {
        0..=8 => {
            let plan = some_plan(shop);
            // Of all customers one has plans; the others are refused.
            let has_plans = plan.is_some() && shop.rng.chance(70);
            let customer = if has_plans {
                Customer::Instalments
            } else {
                customer
            };
            shop.charge(sale, customer, plan);
        }
        9 => {
            let plan = some_plan(shop);
            shop.show(sale, plan);
        }
        10 => shop.scan(sale, customer),
        11..=13 => shop.charge_again(sale),
        14 => shop.reuse_key(sale),
        15 => shop.reload(sale),
        16..=17 => {
            let part = shop.rng.pick(&[1, 2, 2, 3]);
            shop.refund(sale, part);
            if shop.rng.chance(15) {
                shop.hide(sale);
            }
        }
        18 if shop.rng.chance(20) => {
            let part = shop.rng.pick(&[1, 2]);
            shop.give_back_elsewhere(sale, part);
        }
        18 if shop.rng.chance(20) => shop.hide(sale),
        18 if shop.rng.chance(10) => shop.adopt(),
        18 => shop.refund_again(),
        19 => shop.misprice(sale, customer),
        20 => shop_changes(shop),
        _ => shop.cancel(sale),
    }
}

/// Prices, items, plans: what was taken is taken no more, or again.
fn shop_changes(shop: &mut Shop) {
    match shop.rng.below(4) {
        0..=1 => shop.reprice(),
        2 => shop.restock(),
        _ => shop.reoffer(),
    }
}

/// Most sales are by no plan; one plan is not in the bank's contract.
fn some_plan(shop: &mut Shop) -> Option<Instalments> {
    shop.rng.chance(25).then(|| Instalments {
        months: shop
            .rng
            .pick(&[Months::Six, Months::Six, Months::Three, Months::Twelve]),
        fee_on: shop.rng.pick(&FeeOn::ALL),
    })
}

fn pass_some_time(shop: &mut Shop, weather: Weather) {
    let ms = shop.rng.span_ms(weather.pass_ms);
    shop.pass(ms);
}

/// The disk, the process and the wire go on, each as often as it has something to do.
fn something_moves(shop: &mut Shop, weather: Weather) {
    let is_awake = !shop.here.is_frozen;
    let count = |count: usize| if is_awake { count } else { 0 };
    let disk = count(shop.here.disk.len());
    let renewals = count(shop.here.renewals.len());
    let inbox = count(shop.here.inbox.len());
    let own = disk + renewals + inbox;
    let wire = shop.wire.len();
    if own + wire == 0 {
        return pass_some_time(shop, weather);
    }
    let place = shop.rng.below(own + wire);
    if place < disk {
        let count = 1 + shop.rng.below(disk);
        return shop.write(count);
    }
    if place < disk + renewals {
        return shop.renew();
    }
    if place < own {
        return shop.act();
    }
    mail_moves(shop, weather, place - own);
}

fn mail_moves(shop: &mut Shop, weather: Weather, place: usize) {
    if !shop.rng.chance(weather.wire) {
        return shop.deliver(place);
    }
    match shop.rng.below(6) {
        0 => shop.lose(place),
        1 => shop.repeat(place),
        2 => shop.never_connect(place),
        3 => shop.spoil(place),
        4 => shop.replay(place),
        _ => {
            let ms = shop.rng.span_ms(100_000);
            shop.hold_up(place, ms);
        }
    }
}

/// Phase B: no more faults. Everything on its way arrives, time goes on, customers answer, and
/// after a bounded time every charge is at its end.
pub(crate) fn calm(shop: &mut Shop) {
    shop.is_store_broken = false;
    shop.counter.heal();
    calm_server(shop);
    if shop.swap() {
        // Of two servers, one may be gone for good.
        if shop.rng.chance(30) {
            shop.crash(true);
            shop.here.is_gone = true;
        }
        calm_server(shop);
        shop.swap();
    }
    // What was held up is a fault until it comes through: a cancel, say, that moves a charge to the
    // other server, where its code is as young as can be again.
    let began = shop.now.max(shop.last_late().unwrap_or(shop.now));
    let bound_ms = END_MS + if shop.is_shared() { TAKE_OVER_MS } else { 0 };
    for _ in 0..QUIET_STEPS_MAX {
        if move_in_order(shop) {
            continue;
        }
        shop.answer_prompts(true);
        let Some(at) = shop.next_moment() else {
            if last_letters(shop) {
                continue;
            }
            return;
        };
        let ms = at.ms_since(shop.now).max(1);
        shop.pass(ms);
        let gone_ms = shop.now.ms_since(began);
        assert!(
            gone_ms <= bound_ms || !has_late(shop, gone_ms - bound_ms),
            "L11: a charge is not at its end {gone_ms} ms after the last fault"
        );
        assert!(
            gone_ms <= REFUNDS_MS,
            "L11: a refund is not at its end {gone_ms} ms after the last fault"
        );
    }
    let ms = shop.now.ms_since(START);
    panic!("L11: not quiet after {QUIET_STEPS_MAX} steps, {ms} ms after the beginning");
}

/// Whether a charge is so late that neither the code on our screen nor a way back by a refund
/// explains it.
fn has_late(shop: &Shop, late_ms: i64) -> bool {
    let mut open = shop.shelf.charges().filter(|one| !one.state().is_end());
    open.any(|charge| {
        let is_shown = charge.way() == Way::Shown;
        let is_returned = shop.counter.cancels_no_more(&charge.order_no());
        let shown_ms = if is_shown { END_SHOWN_MS } else { 0 };
        let returned_ms = if is_returned { END_RETURNED_MS } else { 0 };
        late_ms > shown_ms + returned_ms
    })
}

/// This server stands still no more, or is started anew.
fn calm_server(shop: &mut Shop) {
    shop.here.fuse = None;
    shop.here.wall_ms = 0;
    shop.thaw();
    let is_ending = shop.here.ends_at().is_some();
    let is_fresh = shop.here.server.is_none() || is_ending || shop.rng.chance(50);
    if is_fresh {
        shop.crash(true);
    }
    shop.start();
}

/// The bank tells again what was not taken, and gives none of it up. False when all is taken.
fn last_letters(shop: &mut Shop) -> bool {
    shop.is_at_last = true;
    // What was lost on the wire is held for under way for a while.
    shop.pass(LETTER_LOST_MS);
    shop.post_letters(true) || !shop.wire.is_empty()
}

/// What the process and the disk do comes before what the wire brings. False when all is still.
pub(crate) fn move_in_order(shop: &mut Shop) -> bool {
    if server_moves(shop) {
        return true;
    }
    if shop.swap() {
        let has_moved = server_moves(shop);
        shop.swap();
        if has_moved {
            return true;
        }
    }
    if shop.wire.is_empty() {
        return false;
    }
    shop.deliver(0);
    true
}

/// What this server's store and loop do next. False when both are still.
fn server_moves(shop: &mut Shop) -> bool {
    if shop.here.is_frozen {
        return false;
    }
    if !shop.here.disk.is_empty() {
        shop.write(1);
    } else if !shop.here.renewals.is_empty() {
        shop.renew();
    } else if !shop.here.inbox.is_empty() {
        shop.act();
    } else {
        return false;
    }
    true
}
