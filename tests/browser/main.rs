//! The till in a real browser, with a fake camera that films the sandbox's own codes. Every test
//! has a fresh shop and a fresh browser, and ends with a look at the console, the page's policy,
//! the browser's storage and the record (see `tests::stage::play`).

mod camera;
mod doubts;
mod goods;
mod lenses;
mod page;
mod plans;
mod print;
mod sales;
mod settings;
mod shelf;
mod shown;
mod words;
