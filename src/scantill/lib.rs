//! One binary: the till's backend, the sandbox, and what an owner does with a record.
//!
//! Here the world comes in: clock, randomness, environment, signals. Every failure is one sentence
//! with its cause and the next step, and exit code 1.
//!
//! The program is a library with one way in, so that what reads foreign bytes can be fed with any
//! ([`fed`]); `main.rs` only calls it.

mod backup;
#[cfg(feature = "failpoints")]
mod clock;
mod decode;
mod export;
mod fault;
pub mod fed;
mod options;
mod parcel;
mod record;
mod restore;
mod sandbox;
mod seal;
mod serve;
mod settings;
mod ties;
mod trouble;
mod verify;
mod world;

use std::future::Future;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use say::Lang;

use crate::fault::Fault;
use crate::options::{Command, Options};

/// Does what the command line says; the code is what the process ends with.
pub fn begin() -> ExitCode {
    store::failpoint::begin();
    let options = Options::parse();
    let lang = world::lang();
    world::speak_logs(options.log.as_deref(), options.log_json);
    let end = match options.command {
        Command::Serve(serve) => run(serve::serve(*serve, lang)),
        Command::Sandbox(sandbox) => run(sandbox::sandbox(sandbox)),
        Command::Verify(verify) => verify::verify(&verify, lang),
        Command::Backup(backup) => backup::backup(&backup, lang),
        Command::Restore(restore) => restore::restore(&restore, lang),
        Command::Export(export) => export::export(&export, lang),
        Command::Credentials(credentials) => settings::seal_file(&credentials, lang),
        // Its status tells more than whether it failed.
        Command::Decode(decode) => return decode::decode(&decode, lang),
    };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            // A closed terminal leaves nobody to tell.
            let _ = writeln!(io::stderr(), "scantill: {}", fault.say(lang));
            ExitCode::FAILURE
        }
    }
}

fn run(work: impl Future<Output = Result<(), Fault>>) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime
        .map_err(|error| Fault::Defect(error.to_string()))?
        .block_on(work)
}

/// Says a line to the person or program that started us.
fn tell(line: &str) {
    let mut out = io::stdout();
    // Whoever closed the other end does not want to hear it.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The language table of the command line.
const fn words(lang: Lang) -> &'static say::cli::Cli {
    say::cli::Cli::of(lang)
}
