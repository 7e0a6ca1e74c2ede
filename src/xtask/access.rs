//! `cargo xtask access`: whether everybody can use the screens, judged by axe.

use std::path::PathBuf;
use std::process::Command;

use crate::conformance::{self, Ready};
use crate::fault::Fault;
use crate::{call, need, show, suite, web};

fn folder() -> PathBuf {
    call::target().join("access/node")
}

/// Installs the judge, where the registry can be reached.
pub(crate) fn prepare() -> Result<Ready, Fault> {
    need::foreign()?;
    conformance::npm(&call::root().join("tests/access"), &folder())
}

/// The suite; the pages must be built, and the program that serves them.
pub(crate) fn command() -> Command {
    let mut cargo = suite::test("access");
    let axe = folder().join("node_modules/axe-core/axe.min.js");
    cargo
        .env("SCANTILL_AXE", axe)
        .env("SCANTILL_BIN", suite::debug_binary());
    cargo
}

/// `cargo xtask access [FILTER]`.
pub(crate) fn run(filter: Option<&str>) -> Result<(), Fault> {
    match prepare()? {
        Ready::Unreachable(sentence) => {
            show::line(&sentence);
            Ok(())
        }
        Ready::Yes => {
            need::browser()?;
            web::build(web::Profile::Web)?;
            suite::build_binary()?;
            call::run(command().arg("--").args(filter))
        }
    }
}
