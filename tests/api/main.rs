//! The interface of the running program, without a browser: every test starts the real binary on
//! a fresh home, with the sandbox as the bank.

mod bad;
mod books;
mod cart;
mod catalogue;
mod certificate;
mod charges;
mod doubts;
mod faults;
mod instalments;
mod keys;
mod news;
mod notices;
mod pages;
mod pictures;
mod power;
mod printing;
mod record;
mod refunds;
mod shown;
mod sources;
mod starts;
