//! Every fault at every step of scripted sales, one at a time or two.

use std::fmt;

use money::{Amount, FeeOn, Instalments, Months};
use sandbox::script::Fault;

use crate::counter::Whim;
use crate::crew::{self, Yield};
use crate::history::{calm, move_in_order};
use crate::laws;
use crate::marks::Seen;
use crate::scripts::{Act, SCRIPTS, Script};
use crate::shop::{Fuse, Manner, Shop};
use crate::track::Track;

/// Chance plays no part in a script but for ids and codes.
const SEED: u64 = 7;
/// The plan of scripts that have one.
const SIX: Instalments = Instalments {
    months: Months::Six,
    fee_on: FeeOn::Customer,
};
/// A script comes to its end in fewer steps.
const STEPS_MAX: u32 = 2_000;
/// How long the machine is off in a long crash: the code is long dead.
const LONG_MS: i64 = 200_000;

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The process dies before an effect; what the store was given is written. It starts at once.
    CrashWritten,
    /// The same, and what the store was given is lost.
    CrashTorn,
    /// The process dies, what the store was given is written, and it starts after minutes.
    LongCrashWritten,
    /// The same, and what the store was given is lost.
    LongCrashTorn,
    /// What is next on the wire is lost.
    Lose,
    /// What is next on the wire arrives twice.
    Repeat,
    /// The next connection is not made.
    NoConnection,
    /// What is next is damaged.
    Spoil,
    /// In place of the next answer comes one to another order.
    Replay,
    /// What is next on the wire arrives half a minute late.
    Late,
    /// The disk takes nothing for three seconds.
    FullDisk,
    /// The bank is busy at the next call.
    BankBusy,
    /// The bank's next answer is signed and names another sum.
    OtherSum,
}

impl Blow {
    /// All of them.
    pub(crate) const ALL: [Self; 13] = [
        Self::CrashWritten,
        Self::CrashTorn,
        Self::LongCrashWritten,
        Self::LongCrashTorn,
        Self::Lose,
        Self::Repeat,
        Self::NoConnection,
        Self::Spoil,
        Self::Replay,
        Self::Late,
        Self::FullDisk,
        Self::BankBusy,
        Self::OtherSum,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::CrashWritten => "crash",
            Self::CrashTorn => "crash-torn",
            Self::LongCrashWritten => "long-crash",
            Self::LongCrashTorn => "long-crash-torn",
            Self::Lose => "lose",
            Self::Repeat => "repeat",
            Self::NoConnection => "no-connection",
            Self::Spoil => "spoil",
            Self::Replay => "replay",
            Self::Late => "late",
            Self::FullDisk => "full-disk",
            Self::BankBusy => "bank-busy",
            Self::OtherSum => "other-sum",
        }
    }

    /// Whether the store writes what it was given when the process dies; `None` for other faults.
    const fn crash(self) -> Option<bool> {
        match self {
            Self::CrashWritten | Self::LongCrashWritten => Some(true),
            Self::CrashTorn | Self::LongCrashTorn => Some(false),
            Self::Lose
            | Self::Repeat
            | Self::NoConnection
            | Self::Spoil
            | Self::Replay
            | Self::Late
            | Self::FullDisk
            | Self::BankBusy
            | Self::OtherSum => None,
        }
    }

    const fn off_ms(self) -> i64 {
        match self {
            Self::LongCrashWritten | Self::LongCrashTorn => LONG_MS,
            Self::CrashWritten
            | Self::CrashTorn
            | Self::Lose
            | Self::Repeat
            | Self::NoConnection
            | Self::Spoil
            | Self::Replay
            | Self::Late
            | Self::FullDisk
            | Self::BankBusy
            | Self::OtherSum => 0,
        }
    }
}

/// A fault and its place: crashes count effects of the process, all others count steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) blow: Blow,
    pub(crate) at: u32,
}

impl fmt::Display for Strike {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}", self.blow.as_str(), self.at)
    }
}

impl Strike {
    /// Reads `crash@7`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, at) = text.split_once('@')?;
        let blow = Blow::ALL.into_iter().find(|one| one.as_str() == name)?;
        Some(Self {
            blow,
            at: at.parse().ok()?,
        })
    }
}

/// A run of a script under faults.
struct Play<'a> {
    shop: Shop,
    strikes: &'a [Strike],
    struck: usize,
    steps: u32,
    /// How long the machine stays off when the fuse has burnt.
    off_ms: i64,
    /// Where one more fault could strike, when somebody wants to know.
    track: Option<Track>,
}

/// Runs a script under these faults, each after the one before. The marks, and how many struck:
/// fewer when the script is shorter.
pub(crate) fn run(script: Script, strikes: &[Strike], manner: Manner) -> (Seen, usize) {
    let (seen, struck, _) = play(script, strikes, manner, None);
    (seen, struck)
}

/// The same, and every place where one more fault would change something.
fn tracked(script: Script, strikes: &[Strike]) -> (Seen, Vec<Strike>) {
    let track = Some(Track::default());
    let (seen, _, track) = play(script, strikes, Manner::default(), track);
    (seen, track.map(|track| track.strikes()).unwrap_or_default())
}

fn play(
    script: Script,
    strikes: &[Strike],
    manner: Manner,
    track: Option<Track>,
) -> (Seen, usize, Option<Track>) {
    let mut shop = Shop::open(SEED, manner);
    let amount = Amount::from_fen(1_250).expect("an amount");
    shop.open_sale(amount, 1);
    shop.open_sale(amount, 2);
    let mut play = Play {
        shop,
        strikes,
        struck: 0,
        steps: 0,
        off_ms: 0,
        track,
    };
    play.arm();
    for act in script.1 {
        play.act(*act);
        play.settle(false);
    }
    play.settle(true);
    let (struck, mut track) = (play.struck, play.track);
    let mut shop = play.shop;
    if let (Some(track), Some(verges)) = (&mut track, shop.here.verges.take()) {
        track.note_effects(verges);
    }
    calm(&mut shop);
    laws::hold_at_the_end(&shop);
    (shop.seen, struck, track)
}

/// The script of that name.
pub(crate) fn named(name: &str) -> Option<Script> {
    SCRIPTS.iter().copied().find(|(known, _)| *known == name)
}

impl Play<'_> {
    fn act(&mut self, act: Act) {
        let shop = &mut self.shop;
        match act {
            Act::Charge(customer) => shop.charge(0, customer, None),
            Act::Beside(customer) => shop.charge(1, customer, None),
            Act::ByPlan(customer) => shop.charge(0, customer, Some(SIX)),
            Act::Fill => shop.fill(0),
            Act::Reprice => shop.reprice(),
            Act::Reoffer => shop.reoffer(),
            Act::Again => shop.charge_again(0),
            Act::OtherContent => shop.reuse_key(0),
            Act::Reload => shop.reload(0),
            Act::Cancel => shop.cancel(0),
            Act::Refund(part) => shop.refund(0, part),
            Act::RefundAgain => shop.refund_again(),
            Act::Confirm(is_ok) => shop.answer_prompts(is_ok),
            Act::Bank(whim) => shop.counter.fail_once(whim),
            Act::Elsewhere(part) => shop.give_back_elsewhere(0, part),
            Act::Stop => self.stop(),
            Act::Adopt => shop.adopt(),
            Act::NotFound => shop.hide(0),
            Act::NoCancels => shop.counter.cancel_within(0),
            Act::OtherPlans => shop.counter.name_another_plan(true),
            Act::Show => shop.show(0, None),
            Act::ShowByPlan => shop.show(0, Some(SIX)),
            Act::Scan(customer) => shop.scan(0, customer),
            Act::Two => shop.share(),
            Act::Other => {
                shop.swap();
            }
            Act::Freeze => shop.freeze(),
            Act::Thaw => shop.thaw(),
            Act::Kill => {
                shop.crash(true);
                shop.here.is_gone = true;
                shop.swap();
            }
            Act::Notices => shop.counter.tell_from_now(),
            Act::SpoilLetter(spoil) => shop.counter.spoil_next(spoil),
            Act::Forge(forgery) => shop.forge(forgery),
            Act::Clock(minutes) => shop.here.wall_ms = minutes * 60_000,
            Act::Pass(seconds) => shop.pass(seconds * 1_000),
        }
        self.rise();
    }

    /// The server is asked to end, ends, and is started again.
    fn stop(&mut self) {
        self.shop.stop();
        while self.shop.here.ends_at().is_some() {
            if !move_in_order(&mut self.shop) {
                self.shop.pass(1_000);
            }
        }
        if self.shop.here.has_ended {
            self.shop.start();
        }
    }

    /// Everything on its way arrives; with `is_long`, time goes on until all is at its end.
    fn settle(&mut self, is_long: bool) {
        while self.steps < STEPS_MAX {
            self.strike();
            self.steps += 1;
            let has_moved = move_in_order(&mut self.shop);
            self.rise();
            if has_moved {
                continue;
            }
            let next = self.shop.next_moment().filter(|_| is_long);
            let Some(at) = next else { return };
            let ms = at.ms_since(self.shop.now).max(1);
            self.shop.pass(ms);
            self.rise();
        }
    }

    /// Lights the fuse when the next fault is a crash. Behind the last fault, places are noted.
    fn arm(&mut self) {
        if self.struck == self.strikes.len() && self.track.is_some() {
            self.shop.here.verges.get_or_insert_default();
        }
        if let Some(strike) = self.strikes.get(self.struck)
            && let Some(is_written) = strike.blow.crash()
        {
            self.off_ms = strike.blow.off_ms();
            self.shop.here.fuse = Some(Fuse {
                at: strike.at.max(self.shop.here.effects),
                is_written,
            });
        }
    }

    /// Starts the process again after the fuse has burnt.
    fn rise(&mut self) {
        while self.shop.here.server.is_none() && !self.shop.here.is_gone {
            self.struck += 1;
            let off_ms = self.off_ms;
            self.arm();
            self.shop.pass(off_ms);
            self.shop.start();
        }
    }

    /// Strikes when the step of the next fault has come.
    fn strike(&mut self) {
        let Some(strike) = self.strikes.get(self.struck).copied() else {
            if let Some(track) = &mut self.track {
                track.note_step(&self.shop, self.steps);
            }
            return;
        };
        if strike.blow.crash().is_some() || self.steps < strike.at {
            return;
        }
        self.struck += 1;
        let shop = &mut self.shop;
        let has_mail = !shop.wire.is_empty();
        match strike.blow {
            Blow::Lose if has_mail => shop.lose(0),
            Blow::Repeat if has_mail => shop.repeat(0),
            Blow::NoConnection if has_mail => shop.never_connect(0),
            Blow::Spoil if has_mail => shop.spoil(0),
            Blow::Replay if has_mail => shop.replay(0),
            Blow::Late if has_mail => shop.hold_up(0, 30_000),
            Blow::FullDisk => {
                shop.is_store_broken = true;
                move_in_order(shop);
                shop.pass(3_000);
                shop.is_store_broken = false;
            }
            Blow::BankBusy => shop.counter.fail_once(Whim::Known(Fault::Busy)),
            Blow::OtherSum => shop.counter.fail_once(Whim::Known(Fault::WrongAmount)),
            Blow::Lose
            | Blow::Repeat
            | Blow::NoConnection
            | Blow::Spoil
            | Blow::Replay
            | Blow::Late
            | Blow::CrashWritten
            | Blow::CrashTorn
            | Blow::LongCrashWritten
            | Blow::LongCrashTorn => {}
        }
        self.arm();
        self.rise();
    }
}

/// A line of cases: the same script and the same fault, at every place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    script: Script,
    blow: Blow,
}

/// Every fault for every script.
pub(crate) fn singles() -> Vec<Line> {
    let blows = |script: &Script| {
        Blow::ALL.map(|blow| Line {
            script: *script,
            blow,
        })
    };
    SCRIPTS.iter().flat_map(blows).collect()
}

/// Runs a line until its last fault comes too late to strike.
///
/// # Errors
/// The command line that repeats the run which broke a law, and the law's words.
pub(crate) fn walk(line: &Line) -> Result<Yield, String> {
    let mut whole = Yield::default();
    for at in 0.. {
        let strike = Strike {
            blow: line.blow,
            at,
        };
        let ran = crew::caught(|| run(line.script, &[strike], Manner::default()));
        let (seen, struck) = ran.map_err(|words| replay(line.script, &[strike], &words))?;
        whole.runs += 1;
        whole.seen.join(seen);
        if struck == 0 {
            break;
        }
    }
    Ok(whole)
}

/// All cases that begin with this fault in this script.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First {
    script: Script,
    strike: Strike,
}

/// Every fault at every place of every script where it changes something.
///
/// # Panics
/// When a script breaks a law without any fault.
pub(crate) fn firsts() -> Vec<First> {
    let of = |script: &Script| {
        let (_, strikes) = tracked(*script, &[]);
        let first = |strike| First {
            script: *script,
            strike,
        };
        strikes.into_iter().map(first).collect::<Vec<_>>()
    };
    SCRIPTS.iter().flat_map(of).collect()
}

/// Runs a script under that fault, and then again and again with one more, of every kind and at
/// every later place where it changes something.
///
/// # Errors
/// As [`walk`].
pub(crate) fn walk_pairs(first: &First) -> Result<Yield, String> {
    let (script, before) = (first.script, first.strike);
    let ran = crew::caught(|| tracked(script, &[before]));
    let (seen, seconds) = ran.map_err(|words| replay(script, &[before], &words))?;
    let mut whole = Yield { runs: 0, seen };
    for second in seconds {
        let strikes = [before, second];
        let ran = crew::caught(|| run(script, &strikes, Manner::default()));
        let (seen, struck) = ran.map_err(|words| replay(script, &strikes, &words))?;
        if struck < strikes.len() {
            let words = "the second fault did not strike where it was to";
            return Err(replay(script, &strikes, words));
        }
        whole.runs += 1;
        whole.seen.join(seen);
    }
    Ok(whole)
}

/// The words behind the command that repeats a run, and then what it broke.
fn replay(script: Script, strikes: &[Strike], words: &str) -> String {
    let strikes: Vec<String> = strikes.iter().map(ToString::to_string).collect();
    let (script, strikes) = (script.0, strikes.join(","));
    format!("--script {script} --strikes {strikes}: {words}")
}
