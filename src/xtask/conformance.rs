//! `cargo xtask conformance`: clients that others wrote, installed and set against our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::Fault;
use crate::{call, need, show, suite};

/// Whether the foreign clients are there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    /// They are.
    Yes,
    /// They cannot be fetched from here, in one sentence.
    Unreachable(String),
}

/// Where the foreign clients are installed.
fn folder() -> PathBuf {
    call::target().join("conformance")
}

/// Installs what is missing: the tools by apt-get, the clients by npm and pip at the versions that
/// stand beside the suite. What was installed before is left alone.
pub(crate) fn prepare() -> Result<Ready, Fault> {
    need::foreign()?;
    let suite = call::root().join("tests/conformance");
    match npm(&suite, &folder().join("node"))? {
        Ready::Yes => python(&suite),
        Ready::Unreachable(sentence) => Ok(Ready::Unreachable(sentence)),
    }
}

/// The suite.
pub(crate) fn command() -> Command {
    let mut cargo = suite::test("conformance");
    cargo.env("SCANTILL_CONFORMANCE", folder());
    cargo
}

/// `cargo xtask conformance`.
pub(crate) fn run() -> Result<(), Fault> {
    match prepare()? {
        Ready::Yes => call::run(&mut command()),
        Ready::Unreachable(sentence) => {
            show::line(&sentence);
            Ok(())
        }
    }
}

/// What the lists in `suite` name, by npm into `place`: the official SDK, or readers of codes.
pub(crate) fn npm(suite: &Path, place: &Path) -> Result<Ready, Fault> {
    let lists = ["package.json", "package-lock.json"];
    let Some(done) = Mark::missing(place, suite, &lists)? else {
        return Ok(Ready::Yes);
    };
    for list in lists {
        let to = place.join(list);
        fs::copy(suite.join(list), &to).map_err(Fault::file(&to))?;
    }
    let ci = "ci --ignore-scripts --no-audit --no-fund --no-update-notifier \
              --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000";
    let mut npm = call::program("npm");
    npm.args(ci.split(' ')).current_dir(place);
    let ping = "ping --fetch-retries=0 --fetch-timeout=20000 --no-update-notifier";
    let probe = || call::text(call::program("npm").args(ping.split(' '))).is_some();
    match call::run(&mut npm) {
        Ok(()) => done.set(),
        Err(fault) if probe() => Err(fault),
        Err(_) => Ok(unreachable("npm")),
    }
}

/// A client that is widely used, by pip into a folder of its own.
fn python(suite: &Path) -> Result<Ready, Fault> {
    let place = folder().join("python");
    let lists = ["requirements-build.txt", "requirements.txt"];
    let Some(done) = Mark::missing(&place, suite, &lists)? else {
        return Ok(Ready::Yes);
    };
    call::run(
        call::program("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&place),
    )?;
    let pip = |words: &str| {
        let mut pip = call::program(place.join("bin/pip"));
        pip.args(words.split(' '))
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        pip
    };
    // One client comes as source only: the tool that packs it goes before, by its hash too.
    let tool = "install -q --require-hashes --only-binary :all: -r";
    let clients = "install -q --require-hashes --prefer-binary --no-build-isolation -r";
    let install = |words, list| call::run(pip(words).arg(suite.join(list)));
    let installed = install(tool, lists[0]).and_then(|()| install(clients, lists[1]));
    let probe = || call::text(&mut pip("index versions -q --retries 0 --timeout 20 pip")).is_some();
    match installed {
        Ok(()) => done.set(),
        Err(fault) if probe() => Err(fault),
        Err(_) => Ok(unreachable("PyPI")),
    }
}

fn unreachable(registry: &str) -> Ready {
    Ready::Unreachable(format!(
        "{registry} cannot be reached from here, so what others wrote could not be installed and \
         is SKIPPED; repeat this where there is a network."
    ))
}

/// A file that holds the lists by which a folder was filled to its end.
struct Mark {
    path: PathBuf,
    lists: String,
}

impl Mark {
    /// `None` when the folder was filled by these very lists; else it is there, and to be filled.
    fn missing(place: &Path, suite: &Path, names: &[&str]) -> Result<Option<Self>, Fault> {
        let path = place.with_extension("installed");
        let mut lists = String::new();
        for name in names {
            let list = suite.join(name);
            lists.push_str(&fs::read_to_string(&list).map_err(Fault::file(&list))?);
        }
        if fs::read_to_string(&path).is_ok_and(|before| before == lists) {
            return Ok(None);
        }
        fs::create_dir_all(place).map_err(Fault::file(place))?;
        Ok(Some(Self { path, lists }))
    }

    fn set(self) -> Result<Ready, Fault> {
        fs::write(&self.path, &self.lists).map_err(Fault::file(&self.path))?;
        Ok(Ready::Yes)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Mark, Ready, unreachable};

    #[test]
    fn a_folder_is_filled_again_only_when_its_lists_changed() {
        let home = std::env::temp_dir().join(format!("xtask-mark-{}", std::process::id()));
        fs::create_dir_all(&home).expect("a folder");
        fs::write(home.join("list"), "one").expect("a file");
        let place = home.join("place");
        let missing = || Mark::missing(&place, &home, &["list"]).expect("it reads");
        let mark = missing().expect("nothing was filled yet");
        assert!(missing().is_some(), "not filled to its end");
        assert_eq!(mark.set().expect("it writes"), Ready::Yes);
        assert!(missing().is_none());
        fs::write(home.join("list"), "two").expect("a file");
        assert!(missing().is_some());
        fs::remove_dir_all(&home).expect("it goes away");
    }

    #[test]
    fn who_cannot_reach_a_registry_is_told_what_was_left_out() {
        let Ready::Unreachable(sentence) = unreachable("npm") else {
            panic!("it is not ready");
        };
        assert!(
            sentence.contains("npm") && sentence.contains("SKIPPED"),
            "{sentence}"
        );
    }
}
