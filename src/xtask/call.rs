//! Runs other programs, and knows where things lie in the working copy.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::fault::Fault;

/// The top folder of the working copy.
pub(crate) fn root() -> PathBuf {
    let room = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    room.ancestors()
        .nth(2)
        .map_or_else(|| room.clone(), Path::to_path_buf)
}

/// Cargo's folder for what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |t| root().join(t))
}

/// The finished web pages, ready to be embedded.
pub(crate) fn dist() -> PathBuf {
    root().join("target/dist")
}

/// A command in the top folder, without what cargo told this process about itself: build scripts
/// would take those variables for their own and build again.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env_remove("LD_LIBRARY_PATH");
    for (key, _) in env::vars_os() {
        let Some(text) = key.to_str() else { continue };
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ]
        .iter()
        .any(|start| text.starts_with(start))
        {
            command.env_remove(&key);
        }
    }
    command
}

/// The cargo that started this task, so that `cargo +nightly xtask` stays what it was.
pub(crate) fn cargo() -> Command {
    program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The command line as a person would type it.
fn spelled(command: &Command) -> String {
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default();
    let mut text = name.to_string_lossy().into_owned();
    for word in command.get_args() {
        text.push(' ');
        text.push_str(&word.to_string_lossy());
    }
    text
}

/// Runs to the end with this terminal. Fails when the program fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Fault> {
    let status = command.status().map_err(|source| Fault::Unstarted {
        command: spelled(command),
        source,
    })?;
    if status.success() {
        return Ok(());
    }
    let how = status
        .code()
        .map_or("by a signal".into(), |code| format!("with code {code}"));
    Err(Fault::Refused {
        command: spelled(command),
        how,
    })
}

/// A number of the commit that stands here, so that every commit draws other chances and the same
/// commit the same; 1 where there is no history.
pub(crate) fn commit_seed() -> u64 {
    let name = text(program("git").args(["rev-parse", "HEAD"]));
    let digits = name.as_deref().and_then(|name| name.get(..8));
    digits
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .unwrap_or(1)
}

/// What a program prints, or nothing when it fails or does not exist.
pub(crate) fn text(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Whether a program of that name is on the PATH.
pub(crate) fn has(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|p| p.join(name).is_file()))
}

/// Every file under a folder, sorted. A folder that is not there has none.
pub(crate) fn files_under(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(place) = open.pop() {
        if !place.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&place).map_err(Fault::file(&place))? {
            let path = entry.map_err(Fault::file(&place))?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
