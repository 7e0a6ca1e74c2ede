//! `cargo xtask`: the commands of a working day. Two are for everybody: `run` and `test`.

mod access;
mod age;
mod call;
mod conformance;
mod cover;
mod crash;
mod fault;
mod fuzz;
mod load;
mod mutants;
mod need;
mod run;
mod scan;
mod show;
mod simulate;
mod suite;
mod test;
mod tidy;
mod tool;
mod web;

use std::env;
use std::process::ExitCode;

use fault::Fault;

const HELP: &str = "\
cargo xtask COMMAND

For everybody:
  run [OPTIONS]        Build pages and program in release, then start till and sandbox.
                       --port N    the till's port on this machine, 8080 when not given
                       --home DIR  where the shop's record lies, ./scantill-home when not given
                       All others go to `scantill serve`, for example --sandbox-listen ADDRESS.
                       Ctrl-C stops it.
  test [--slow]        All that CI runs: tidy, format, lints, unit tests, API, simulation, browser.
                       --slow runs the long versions, for the night.

For people who work on it:
  web [--dev]          Build the web pages into target/dist. --dev: quick to build, large.
  tidy                 Arrows between rooms, sizes, words, module docs, pages.
  shots [FILTER]       Screenshots of every screen into target/shots.
  access [FILTER]      Whether everybody can use every screen, as axe judges it.
  bench scan-to-charge [--films N] [--repeats N] [--seed S]
                       From the phone in view to the charge request, in the browser, beside the
                       scanning pages of others: N films each of easy, medium and hard, 4 and
                       twice when not said.
  bench scan [--pictures DIR] [--seed S] [--per-class N] [--size WxH] [--readers A,B] [--json]
                       Our scanner beside those of others, native and in Node, frame by frame.
                       Pictures: png, jpg, webp, bmp with .txt, .bin or meta.json beside them.
  bench backend        The backend's own time in a charge, and its memory at rest.
  bench charges [--postgres] [--seconds N] [--rate R]
                       Charges for each second, beside what the disk can do; 60 s, 300 a second.
                       --postgres: in a PostgreSQL of its own, beside what pgbench can do there.
  bench age [--rows N] A charge, a list, a search and a start with 1,000,000 charges in the record,
                       beside 10,000.
  simulate [--histories N] [--seed S] [--pairs [--part K/N]] [--planted] [--json]
                       Random histories of charges against every law, then every fault at every
                       step of scripted sales. --pairs: two faults as well, or one of N parts of
                       all pairs. --planted: plants known defects and shows that each is found.
                       A failure prints the command that repeats it.
  crash [--kills N] [--seed S] [--json]
                       The real program, killed at named places and at any time, 200 kills when
                       not said; then record and bank are compared.
  crash --failovers N [--seed S] [--json]
                       The same after N losses of a PostgreSQL primary whose standby takes over.
  crash --freeze       Two servers on one PostgreSQL, one of them frozen for a minute.
  conformance          Clients and verifiers that others wrote, against sandbox and client.
  fuzz [TARGET] [--minutes M | --runs N]
                       Search for bytes that break a parser or a history, 5 minutes a target;
                       what it reaches anew is kept in target/fuzz/found, what breaks a promise
                       in target/fuzz/broken.
  mutants [ROOM]       Small changes to money, ledger and signing that a test must notice.
  cover [ROOM...]      Branches of money, ledger, provider and store that no test has taken.
  help                 This text.

What is missing on the machine is installed with apt-get where that is possible (root or sudo);
where it is not, the exact command for you is printed.";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match dispatch(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            show::line(&format!("\n{fault}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<(), Fault> {
    match words {
        [] | ["help" | "--help" | "-h", ..] | [_, "--help" | "-h"] => {
            show::line(HELP);
            Ok(())
        }
        ["run", options @ ..] => run::run(options),
        ["test"] => test::run(false),
        ["test", "--slow"] => test::run(true),
        ["web"] => web::build(web::Profile::Web),
        ["web", "--dev"] => web::build(web::Profile::WebDev),
        ["tidy"] => tidy::run(),
        ["access"] => access::run(None),
        ["access", filter] => access::run(Some(filter)),
        ["shots"] => suite::shots(None),
        ["shots", filter] => suite::shots(Some(filter)),
        ["bench", "scan-to-charge", options @ ..] => scan::charge(options),
        ["bench", "scan", options @ ..] => scan::bench(options),
        ["bench", "backend"] => suite::bench("backend"),
        ["bench", "charges", words @ ..] => load::charges(words),
        ["bench", "age", words @ ..] => age::run(words),
        ["crash", options @ ..] => crash::run(options),
        ["conformance"] => conformance::run(),
        ["fuzz", words @ ..] => fuzz::run(words),
        ["mutants", words @ ..] => mutants::run(words),
        ["cover", rooms @ ..] => cover::run(rooms),
        ["simulate", options @ ..] => simulate::run(options),
        _ => Err(Fault::Usage(format!(
            "`cargo xtask {}` is not a command.",
            words.join(" ")
        ))),
    }
}
