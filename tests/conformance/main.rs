//! Clients and verifiers that others wrote, against our sandbox and against our own requests.
//!
//! Sandbox and product share their way of signing; a mistake in it would be one that both make.
//! Here the official SDK of Alipay for Node and a client for Python speak to the sandbox over
//! HTTP and check its answers and notices, and their verifiers judge what our client sends.
//! `cargo xtask test` installs them into `target/conformance` and runs this suite.

mod clients;
mod foreign;
mod judges;
mod world;
