//! `cargo xtask bench age`: a charge, a list, a search and a start with very many charges in the
//! record, beside ten thousand.

use std::fs;
use std::path::Path;

use crate::fault::Fault;
use crate::tool::number_of;
use crate::{call, load, show};

/// Charges in the old record where the person does not say, and at most.
const ROWS: u64 = 1_000_000;
const ROWS_MAX: u64 = 100_000_000;
/// Thousands of bytes on the disk that a charge takes, and that all else takes.
const CHARGE_KB: u64 = 1;
const REST_KB: u64 = 1_000_000;

/// `bench age [--rows N]`.
pub(crate) fn run(words: &[&str]) -> Result<(), Fault> {
    let rows = number_of(words, "--rows", ROWS)?;
    if rows == 0 || rows > ROWS_MAX {
        return Err(Fault::Usage(format!(
            "`--rows` goes from 1 to {ROWS_MAX} charges."
        )));
    }
    // Not in the usual temporary folder, which may lie in memory.
    let folder = call::target().join("age");
    clear(&folder)?;
    fs::create_dir_all(&folder).map_err(Fault::file(&folder))?;
    let free = call::text(call::program("df").arg("-Pk").arg(&folder));
    if let Some(free_kb) = free.as_deref().and_then(free_kb) {
        has_room(rows, free_kb)?;
    }
    show::line(&format!(
        "Ten million charges take eight thousand million bytes and a quarter of an hour to write, \
         and as long again to verify. They lie in {} until the end.",
        folder.display()
    ));
    let measured = load::measure_in(&folder, "age", &[("LOAD_ROWS", rows)]);
    clear(&folder)?;
    measured
}

/// Also what a run that was stopped has left.
fn clear(folder: &Path) -> Result<(), Fault> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Fault::file(folder)(error))
        }
        _ => Ok(()),
    }
}

/// The fourth word of the second line that `df -Pk` prints.
fn free_kb(said: &str) -> Option<u64> {
    let line = said.lines().nth(1)?;
    line.split_whitespace().nth(3)?.parse().ok()
}

fn has_room(rows: u64, free_kb: u64) -> Result<(), Fault> {
    let wanted_kb = rows * CHARGE_KB + REST_KB;
    if free_kb >= wanted_kb {
        return Ok(());
    }
    Err(Fault::ByHand(format!(
        "{rows} charges take about {} MB on the disk, which has {} MB left. Free some space, or \
         take fewer with `--rows`.",
        wanted_kb / 1_000,
        free_kb / 1_000
    )))
}

#[cfg(test)]
mod tests {
    use super::{free_kb, has_room, run};

    #[test]
    fn the_disk_must_have_room_for_all_charges() {
        let said = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                    /dev/vda 264000000 210000000 46000000 82% /";
        assert_eq!(free_kb(said), Some(46_000_000));
        assert_eq!(free_kb("df: no such file"), None);
        assert!(has_room(10_000_000, 46_000_000).is_ok());
        let fault = has_room(10_000_000, 5_000_000).expect_err("too little");
        assert!(fault.to_string().contains("11000 MB"), "{fault}");
    }

    #[test]
    fn no_charge_and_more_than_fit_are_refused() {
        for rows in ["0", "100000001", "many"] {
            assert!(run(&["--rows", rows]).is_err(), "{rows}");
        }
    }
}
