//! Puts the web pages into the program: one file to copy is one file to run.
//!
//! Writes `pages.rs` with the table `PAGES`: path without a leading slash, bytes, and the same
//! bytes compressed with brotli where that is smaller. The folder is `target/dist`, made by
//! `cargo xtask web`, or the one that `SCANTILL_DIST` names. Without it the table is empty.

use std::env;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=SCANTILL_DIST");
    println!("cargo::rerun-if-changed=build.rs");
    let dist = dist()?;
    // A folder counts as changed when any file in it does; one that is missing, every time.
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.is_dir() {
        collect(&dist, &mut files)?;
    }
    files.sort();
    let out = PathBuf::from(variable("OUT_DIR")?).join("pages.rs");
    fs::write(out, table(&dist, &files))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|fault| io::Error::other(format!("{name}: {fault}")))
}

fn dist() -> io::Result<PathBuf> {
    if let Ok(named) = env::var("SCANTILL_DIST") {
        return fs::canonicalize(named);
    }
    let room = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    Ok(room.join("../../target/dist"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// A path as a Rust string literal.
fn literal(path: &Path) -> String {
    format!("{:?}", path.to_string_lossy())
}

/// Rust source of the table.
fn table(dist: &Path, files: &[PathBuf]) -> String {
    let mut source = String::from(
        "/// Every file of the web pages: path without a leading slash, bytes, and the bytes\n\
         /// compressed with brotli where that is smaller.\n\
         pub(crate) static PAGES: &[(&str, &[u8], Option<&[u8]>)] = &[\n",
    );
    for path in files.iter().filter(|path| !is_twin(path, files)) {
        let inside = path.strip_prefix(dist).unwrap_or(path);
        let inside = inside.to_string_lossy().replace('\\', "/");
        let twin = twin(path);
        let pressed = if files.contains(&twin) {
            format!("Some(include_bytes!({}))", literal(&twin))
        } else {
            "None".to_owned()
        };
        // Writing to a String does not fail.
        let _ = writeln!(
            source,
            "    ({inside:?}, include_bytes!({}), {pressed}),",
            literal(path)
        );
    }
    source.push_str("];\n");
    source
}

/// `till.js` → `till.js.br`.
fn twin(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

fn is_twin(path: &Path, files: &[PathBuf]) -> bool {
    path.extension().is_some_and(|end| end == "br") && files.contains(&path.with_extension(""))
}
