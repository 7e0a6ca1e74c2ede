//! A shop that is open and stays open: the program, its bank, and the clocks that each goes by.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tests::api::Api;
use tests::home::Home;
use tests::rng::Rng;

use crate::shop::{Clock, Vault};
use crate::tills::{Memory, TILLS, Till};
use crate::victim::{Launch, Victim};

/// An open shop.
pub(crate) struct Open {
    /// The bank.
    pub(crate) vault: Vault,
    /// The program's clock.
    pub(crate) clock: Clock,
    /// The program's home.
    pub(crate) home: Home,
    /// The program.
    pub(crate) program: Victim,
    /// The program's interface.
    pub(crate) api: Api,
    _clock_homes: [Home; 2],
}

impl Open {
    /// Time goes twenty times as fast as on the machine.
    pub(crate) fn usual() -> Self {
        Self::with(20, |launch| launch)
    }

    /// Time goes so many times as fast; `change` says what else the program is started with.
    ///
    /// # Panics
    /// When it does not start.
    pub(crate) fn with(rate: i64, change: impl FnOnce(Launch) -> Launch) -> Self {
        let clock_homes = [Home::fresh(), Home::fresh()];
        let [own, banks] = &clock_homes;
        let clock = Clock::at(own.path(), rate);
        let (vault, home) = (Vault::open(&Clock::at(banks.path(), rate)), Home::fresh());
        let launch = change(clock.given_to(vault.merchant(&home)));
        let program = Victim::start(&launch);
        let till = program
            .address("till")
            .unwrap_or_else(|| panic!("{}", program.said()));
        Self {
            vault,
            clock,
            home,
            program,
            api: Api::at(&till),
            _clock_homes: clock_homes,
        }
    }

    /// Every till sells until nothing is left; `meanwhile` runs beside them.
    pub(crate) async fn sell(&self, meanwhile: impl FnOnce() + Send + 'static) {
        let tills = (0..TILLS).map(|number| Till {
            number,
            round: "open".to_owned(),
            api: self.api.clone(),
            bank: self.vault.bank.clone(),
            memory: Memory::default(),
            rng: Rng::seeded(number as u64),
            is_over: Arc::new(AtomicBool::new(false)),
        });
        let tills: Vec<_> = tills.map(|till| tokio::spawn(till.sell())).collect();
        let beside = tokio::task::spawn_blocking(meanwhile);
        for till in tills {
            till.await.expect("a till without a defect");
        }
        beside.await.expect("nothing goes wrong beside the tills");
    }

    /// The names of what health complains about, and its colour.
    ///
    /// # Panics
    /// When nothing answers.
    pub(crate) async fn health(&self) -> (String, Vec<String>) {
        let body = self.api.get("/healthz").await.json();
        let complaints = body["complaints"].as_array().cloned().unwrap_or_default();
        let names = complaints
            .iter()
            .map(|one| one["name"].as_str().unwrap_or_default());
        let colour = body["status"].as_str().unwrap_or_default().to_owned();
        (colour, names.map(str::to_owned).collect())
    }
}
