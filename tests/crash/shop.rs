//! A shop whose program is killed again and again, and a bank that lives through it all.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tests::api::Api;
use tests::bank::Bank;
use tests::home::Home;
use tests::judge::{self, Sale};
use tests::patience;
use tests::rng::Rng;
use wire::{ChargeView, RefundStateName, StateName, WayName};

use crate::places;
use crate::tills::{self, Memory, TILLS, Till};
use crate::victim::{self, Launch, Victim};

/// How many times as fast as the machine's clock time goes for program and bank: a charge in doubt
/// is decided after minutes, and nobody has those after each kill.
const RATE: i64 = 20;
/// How long a place may take to be come to.
const PLACE: Duration = Duration::from_secs(5);
/// How long a program that was asked to end may take.
const ENDING: Duration = Duration::from_secs(30);
/// Sales go on so long before the program is asked to end.
const BEFORE_END: Duration = Duration::from_millis(250);
/// What the bank does wrong, now and then.
const FAULTS: [&str; 9] = [
    "lost-answer",
    "lost-request",
    "busy",
    "wrong-signature",
    "wrong-amount",
    "garbage",
    "down",
    "unsigned",
    "slow",
];

/// Where, at the bank, it goes wrong.
const METHODS: [&str; 6] = [
    "pay",
    "query",
    "cancel",
    "precreate",
    "refund",
    "refund-query",
];

/// How the program ends in a round.
#[derive(Clone, Debug)]
pub(crate) enum Kill {
    /// By itself, when it comes to this place after passing it so often.
    AtPlace { name: String, passes: u64 },
    /// By `kill -9`, so long after it is ready.
    After(Duration),
}

/// The clock that program and bank go by.
pub(crate) struct Clock {
    path: PathBuf,
    anchor_ms: i64,
    rate: i64,
}

impl Clock {
    /// A clock in this folder that goes so many times as fast as the machine's.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub(crate) fn at(folder: &Path, rate: i64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("a clock after 1970").as_millis();
        let clock = Self {
            path: folder.join("clock"),
            anchor_ms: i64::try_from(now).expect("a clock before the year 290,000,000"),
            rate,
        };
        clock.set_ahead(0);
        clock
    }

    /// Sets the wall clock so far ahead, or back.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub(crate) fn set_ahead(&self, offset_ms: i64) {
        let beside = self.path.with_extension("part");
        let text = format!("{} {} {offset_ms}", self.anchor_ms, self.rate);
        fs::write(&beside, text).expect("the clock can be set");
        fs::rename(&beside, &self.path).expect("the clock can be set");
    }

    /// The program with this clock.
    pub(crate) fn given_to(&self, launch: Launch) -> Launch {
        launch.with("SCANTILL_TEST_CLOCK", &self.path.display().to_string())
    }
}

/// The bank, in a process that nobody kills.
pub(crate) struct Vault {
    /// Its customers and orders.
    pub(crate) bank: Bank,
    home: Home,
    _program: Victim,
}

impl Vault {
    /// A bank that goes by this clock.
    ///
    /// # Panics
    /// When it does not start.
    pub(crate) fn open(clock: &Clock) -> Self {
        let home = Home::fresh();
        let place = home.path().display().to_string();
        let args = ["sandbox", "--home", &place, "--listen", "127.0.0.1:0"];
        let program = Victim::start(&clock.given_to(Launch::of(&args)));
        let address = program.address("wallet");
        let address = address.unwrap_or_else(|| panic!("no bank:\n{}", program.said()));
        Self {
            bank: Bank::at(&address),
            home,
            _program: program,
        }
    }

    /// A backend of this bank's merchant, on this home.
    pub(crate) fn merchant(&self, home: &Home) -> Launch {
        self.merchant_at("127.0.0.1:0", home, "none")
    }

    /// One to whom the bank tells of every payment at this address.
    fn told_merchant(&self, address: &str, home: &Home) -> Launch {
        self.merchant_at(address, home, &format!("http://{address}"))
    }

    fn merchant_at(&self, address: &str, home: &Home, public: &str) -> Launch {
        let place = home.path().display().to_string();
        let paper = self.home.file("alipay.toml");
        let [listen, file, url] = ["--listen", "--alipay-file", "--public-url"];
        let ends = [listen, address, file, &paper, url, public];
        Launch::of(&[&["serve", "--home", &place][..], &ends].concat())
    }
}

/// An address that nobody else takes while the program is down between two lives: no other process
/// has this number, and none is given a port below those that the system hands out.
fn address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    let [high, middle, low, lowest] = std::process::id().to_be_bytes();
    assert_eq!(high, 0, "a process number of Linux");
    let port = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("127.{}.{low}.{lowest}:{port}", 64 + middle)
}

/// The shop, from one fresh home to the next.
pub(crate) struct Shop {
    /// What has been counted over all lives.
    pub(crate) counts: Counts,
    vault: Vault,
    clock: Clock,
    _clock_home: Home,
    home: Home,
    rng: Rng,
    rounds: u64,
    address: String,
    sales: Vec<Sale>,
    memory: Memory,
    /// True once the program was ready on this home.
    is_opened: bool,
}

/// Figures over all lives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Homes that were driven to quiet and compared.
    pub(crate) lives: u64,
    /// Charges that were compared with the bank.
    pub(crate) charges: usize,
    /// Those that were paid.
    pub(crate) paid: usize,
    /// Those that were given back or came to nothing.
    pub(crate) reversed: usize,
    /// Those that the bank refused.
    pub(crate) refused: usize,
    /// Those that were in doubt at some time.
    pub(crate) doubted: usize,
    /// Those by a code on the till's screen.
    pub(crate) shown: usize,
    /// Those of goods.
    pub(crate) goods: usize,
    /// Refunds of them.
    pub(crate) refunds: usize,
    /// Keys of which a till was told that nothing came of them.
    pub(crate) freed: usize,
    /// What a till or a screen was told, and was compared with the record afterwards.
    pub(crate) told: usize,
    /// Everything that was not as it must be.
    pub(crate) wrongs: Vec<String>,
}

impl Shop {
    /// A fresh shop.
    pub(crate) fn open(seed: u64) -> Self {
        let clock_home = Home::fresh();
        let clock = Clock::at(clock_home.path(), RATE);
        Self {
            counts: Counts::default(),
            vault: Vault::open(&clock),
            clock,
            _clock_home: clock_home,
            home: Home::fresh(),
            rng: Rng::seeded(seed),
            rounds: 0,
            address: address(),
            sales: Vec::new(),
            memory: Memory::default(),
            is_opened: false,
        }
    }

    fn launch(&self) -> Launch {
        let told = self.vault.told_merchant(&self.address, &self.home);
        self.clock.given_to(told)
    }

    /// Starts the program, sells, and ends the program. False when the place was not come to.
    pub(crate) async fn round(&mut self, kill: &Kill) -> bool {
        self.rounds += 1;
        self.misbehave().await;
        let mut launch = self.launch();
        if let Kill::AtPlace { name, passes } = kill {
            launch = launch.with("FAILPOINTS", &format!("{name}={passes}*off->return"));
        }
        let mut victim = Victim::start(&launch);
        let Some(till) = victim.address("till") else {
            return self.has_died(&mut victim, kill);
        };
        self.is_opened = true;
        let api = Api::at(&till);
        let is_over = Arc::new(AtomicBool::new(false));
        let screen = tokio::spawn(tills::watch(api.clone(), self.memory.clone()));
        let selling: Vec<_> = (0..TILLS)
            .map(|number| tokio::spawn(self.till(number, &api, &is_over).sell()))
            .collect();
        let has_died = self.end(&mut victim, kill).await;
        is_over.store(true, Ordering::Relaxed);
        for till in selling {
            self.sales
                .extend(till.await.expect("a till without a defect"));
        }
        drop(screen.await);
        self.verify();
        has_died
    }

    fn till(&mut self, number: usize, api: &Api, over: &Arc<AtomicBool>) -> Till {
        Till {
            number,
            round: format!("round-{}", self.rounds),
            api: api.clone(),
            bank: self.vault.bank.clone(),
            memory: self.memory.clone(),
            rng: Rng::seeded(self.rng.next()),
            is_over: Arc::clone(over),
        }
    }

    async fn misbehave(&mut self) {
        let bank = &self.vault.bank;
        bank.behave().await;
        for _ in 0..self.rng.below(4) {
            let what = *self.rng.pick(&FAULTS);
            let method = *self.rng.pick(&METHODS);
            let next = 1 + self.rng.below(4);
            let ms = self.rng.below(300);
            bank.misbehave(&json!({"what": what, "method": method, "next": next, "ms": ms}))
                .await;
        }
    }

    async fn end(&mut self, victim: &mut Victim, kill: &Kill) -> bool {
        match kill {
            Kill::After(span) => tokio::time::sleep(*span).await,
            Kill::AtPlace { name, .. } => {
                if places::is_at_end(name) {
                    tokio::time::sleep(BEFORE_END).await;
                    victim.ask_to_end();
                }
                victim.end_within(PLACE).await;
            }
        }
        let has_died = self.has_died(victim, kill);
        victim.kill();
        has_died
    }

    /// Whether it ended at its place; any other end by itself is wrong.
    fn has_died(&mut self, victim: &mut Victim, kill: &Kill) -> bool {
        let Some(status) = victim.ended() else {
            return matches!(kill, Kill::After(_));
        };
        let is_at_place = victim::died_at_place(status) && matches!(kill, Kill::AtPlace { .. });
        if !is_at_place && !status.success() {
            let said = victim.said();
            self.wrong(format!(
                "it ended by itself with {status} in {kill:?}:\n{said}"
            ));
        }
        is_at_place
    }

    fn wrong(&mut self, words: String) {
        self.counts.wrongs.push(words);
    }

    fn verify(&mut self) {
        if let Some(words) = victim::complaint(self.home.path()) {
            self.wrong(format!("after round {} verify says: {words}", self.rounds));
        }
    }

    /// Starts the program without places to die at, waits until no charge is open, compares the
    /// record with the bank and with all that was told, and goes on with a fresh home.
    pub(crate) async fn judge(&mut self) {
        self.vault.bank.behave().await;
        let mut victim = Victim::start(&self.launch());
        let till = victim.address("till");
        let api = Api::at(&till.unwrap_or_else(|| panic!("no start:\n{}", victim.said())));
        let charges = quiet(&api).await;
        let orders = self.orders(&charges).await;
        let wrongs = judge::wrongs(&charges, &orders, &self.sales, &[]);
        self.counts.wrongs.extend(wrongs);
        self.compare_told(&charges);
        self.count(&charges);
        victim.ask_to_end();
        let status = victim.end_within(ENDING).await;
        if !status.is_some_and(|status| status.success()) {
            self.wrong(format!(
                "it did not end when asked: {status:?}\n{}",
                victim.said()
            ));
        }
        self.verify();
        let codes = self.vault.bank.codes();
        for file in self.home.files_with(&codes) {
            self.wrong(format!("a payment code is in {}", file.display()));
        }
        self.home = Home::fresh();
        self.is_opened = false;
        self.sales.clear();
        self.memory = Memory::default();
    }

    /// Whether all that was told to tills and screens is so, and stayed so.
    fn compare_told(&mut self, charges: &[ChargeView]) {
        let notes = std::mem::take(&mut *self.memory.notes());
        self.counts.told += notes.views.len();
        let views: Vec<ChargeView> = notes.views.into_values().collect();
        let mut wrongs = judge::contradictions(charges, &views);
        for charge in charges {
            if notes.freed.contains(&charge.sale) {
                wrongs.push(format!("said to take nothing was {charge:?}"));
            }
            if charge.refunds.len() > 1 {
                wrongs.push(format!("asked back once and given twice: {charge:?}"));
            }
        }
        self.counts.freed += notes.freed.len();
        self.counts.wrongs.extend(wrongs);
    }

    /// The bank's orders of this life: those of our charges, and any that the record does not know.
    async fn orders(&self, charges: &[ChargeView]) -> Vec<tests::bank::BankOrder> {
        let since = charges.iter().map(|charge| charge.order_no.clone()).min();
        let mut orders = self.vault.bank.orders().await;
        orders.retain(|order| since.as_ref().is_some_and(|since| order.order_no >= *since));
        orders
    }

    fn count(&mut self, charges: &[ChargeView]) {
        let of = |state| {
            charges
                .iter()
                .filter(|charge| charge.state == state)
                .count()
        };
        let is_doubted =
            |charge: &&ChargeView| charge.history.iter().any(|step| step.fact == "doubted");
        let counts = &mut self.counts;
        counts.lives += 1;
        counts.charges += charges.len();
        counts.paid += of(StateName::Paid);
        counts.refused += of(StateName::Refused);
        counts.reversed += of(StateName::Reversed);
        counts.doubted += charges.iter().filter(is_doubted).count();
        counts.shown += charges
            .iter()
            .filter(|one| one.way == WayName::Shown)
            .count();
        counts.goods += charges.iter().filter(|one| one.cart.is_some()).count();
        counts.refunds += charges.iter().map(|one| one.refunds.len()).sum::<usize>();
    }

    /// True when nothing was ever started on this home.
    pub(crate) const fn is_fresh(&self) -> bool {
        !self.is_opened
    }
}

/// Waits until every charge and every refund has its end.
pub(crate) async fn quiet(api: &Api) -> Vec<ChargeView> {
    patience::until_within(patience::REVERSAL, "every charge has its end", async || {
        tills::poke(api).await;
        let charges = judge::charges(api).await;
        charges.iter().all(is_still).then_some(charges)
    })
    .await
}

fn is_still(charge: &ChargeView) -> bool {
    let is_asked = |state| state == RefundStateName::Asked;
    charge.state.is_end() && !charge.refunds.iter().any(|one| is_asked(one.state))
}
