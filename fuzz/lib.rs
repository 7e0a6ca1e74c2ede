//! What every parser and every history must stand: one plain function each, fed with any bytes,
//! that panics where a promise is broken.
//!
//! `cargo xtask fuzz TARGET` searches for such bytes; the suite `replay` feeds the committed corpora
//! and changed copies of them on every test run. The suite includes this file by its path, so that
//! both feed the same functions.

mod bill;
mod form;
mod goods;
mod grid;
mod history;
mod key;
mod keypad;
mod notice;
mod picture;
mod reply;
mod sealed;
mod settings;
mod text;
mod till;

/// Something that is fed with any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the target, of its corpus, and of its program for the search.
    pub name: &'static str,
    /// Feeds it; panics where a promise is broken.
    pub feed: fn(&[u8]),
    /// Changed copies that a test run feeds: fewer where one costs more.
    pub copies: usize,
}

/// All of them.
pub const TARGETS: [Target; 25] = [
    target("address", settings::address, 10_000),
    target("amount", text::amount, 20_000),
    target("ask", till::ask, 20_000),
    target("bars", picture::bars, 1_000),
    target("bill", bill::bill, 5_000),
    target("cart", goods::cart, 20_000),
    target("catalogue", goods::catalogue, 20_000),
    target("code", picture::code, 500),
    target("date", text::date, 20_000),
    target("form", form::form, 10_000),
    target("grid", grid::grid, 2_000),
    target("history", history::history, 4_000),
    target("key", key::key, 2_000),
    target("keypad", keypad::keypad, 20_000),
    target("luma", picture::luma, 500),
    target("name", text::name, 20_000),
    target("notice", notice::notice, 3_000),
    target("paycode", text::paycode, 20_000),
    target("quote", goods::quote, 20_000),
    target("refund", till::refund, 20_000),
    target("reply", reply::reply, 3_000),
    target("row", history::row, 20_000),
    target("sealed", sealed::sealed, 1_000),
    target("settings", settings::settings, 2_000),
    target("wire", till::wire, 20_000),
];

const fn target(name: &'static str, feed: fn(&[u8]), copies: usize) -> Target {
    Target { name, feed, copies }
}

/// Feeds the target of that name.
///
/// # Panics
/// When there is none, and when a promise is broken.
pub fn feed(name: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|target| target.name == name);
    let target = found.unwrap_or_else(|| panic!("there is no target {name}"));
    (target.feed)(bytes);
}

/// Bytes that are taken one by one to decide what is done; zero when there are no more.
#[derive(Clone, Debug)]
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// One of these.
    pub(crate) fn of_all<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    pub(crate) fn is_true(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) const fn rest(self) -> &'a [u8] {
        self.0
    }
}
