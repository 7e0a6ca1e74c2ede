//! `cargo xtask mutants`: changes the law in small ways and asks whether a test notices.

use crate::fault::Fault;
use crate::tool::Tool;
use crate::{call, show};

const TOOL: Tool = Tool {
    name: "cargo-mutants",
    version: "27.1.0",
    why: "it makes the changes",
};
/// Rooms, and the files of them, where every change must be noticed.
const ROOMS: [(&str, &str); 3] = [
    ("money", "src/money/**"),
    ("ledger", "src/ledger/**"),
    ("provider", "src/provider/sign.rs"),
];

/// Runs one room, or all of them; fails when a change was missed.
pub(crate) fn run(words: &[&str]) -> Result<(), Fault> {
    let rooms: Vec<_> = match words {
        [] => ROOMS.to_vec(),
        [name] => ROOMS.into_iter().filter(|(room, _)| room == name).collect(),
        _ => Vec::new(),
    };
    if rooms.is_empty() {
        return Err(Fault::Usage(format!(
            "`{}` is none of the rooms money, ledger, provider.",
            words.join(" ")
        )));
    }
    TOOL.need()?;
    for (room, files) in rooms {
        show::heading(room);
        let report = call::target().join("mutants").join(room);
        std::fs::create_dir_all(&report).map_err(Fault::file(&report))?;
        let mut mutants = call::cargo();
        mutants.args([
            "mutants",
            "--package",
            room,
            "--file",
            files,
            "--colors",
            "never",
        ]);
        call::run(mutants.arg("--output").arg(&report))?;
    }
    Ok(())
}
