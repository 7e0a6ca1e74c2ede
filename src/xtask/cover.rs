//! `cargo xtask cover`: which branches of the law no test has taken.

use crate::fault::Fault;
use crate::need::{self, Right};
use crate::tool::Tool;
use crate::{call, show};

const TOOL: Tool = Tool {
    name: "cargo-llvm-cov",
    version: "0.9.1",
    why: "it runs the tests with counters and writes the table",
};
/// Rooms whose branches are counted when none is named.
const ROOMS: [&str; 4] = ["money", "ledger", "provider", "store"];

/// Counts for these rooms, or the usual ones.
pub(crate) fn run(rooms: &[&str]) -> Result<(), Fault> {
    let rooms = if rooms.is_empty() { &ROOMS } else { rooms };
    TOOL.need()?;
    let major = compiler_major().ok_or_else(|| {
        Fault::ByHand("`rustc -vV` does not name its LLVM; is rustc on the PATH?".to_owned())
    })?;
    let tools = [
        ("LLVM_COV", format!("llvm-cov-{major}")),
        ("LLVM_PROFDATA", format!("llvm-profdata-{major}")),
    ];
    if !tools.iter().all(|(_, name)| call::has(name)) {
        let why = "the counters are read by the tools of the compiler's own LLVM";
        need::install(Right::here(), &[format!("llvm-{major}")], why)?;
    }
    show::heading(&rooms.join(", "));
    let mut cover = call::cargo();
    cover.args(["llvm-cov", "--locked", "--lib", "--branch"]);
    for room in rooms {
        cover.args(["--package", room]);
    }
    // Branches are counted by an option that the stable compiler hides.
    cover.env("RUSTC_BOOTSTRAP", "1");
    for (key, name) in tools {
        cover.env(key, format!("/usr/bin/{name}"));
    }
    call::run(&mut cover)
}

/// The number of the LLVM that the compiler was built with.
fn compiler_major() -> Option<String> {
    major_in(&call::text(call::program("rustc").arg("-vV"))?)
}

fn major_in(text: &str) -> Option<String> {
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "))?;
    version.split('.').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::major_in;

    #[test]
    fn the_tools_are_those_of_the_compilers_own_llvm() {
        let text = "rustc 1.95.0\nrelease: 1.95.0\nLLVM version: 22.1.2";
        assert_eq!(major_in(text).as_deref(), Some("22"));
        assert_eq!(major_in("rustc 1.95.0"), None);
    }
}
