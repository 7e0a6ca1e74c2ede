//! The program; all of it is in `lib.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    scantill::begin()
}
